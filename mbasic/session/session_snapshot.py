"""A whole session as bytes: restores in another process, on another host, under another Python.

The disk is not in it, nor the screen's contents; the offset of the output is, so that nothing is shown twice.
"""

from typing import Final

from mbasic.machine.snapshot_frame import Frame
from mbasic.machine.snapshot_frame import SnapshotError as SnapshotError
from mbasic.session.session import Session
from mbasic.session.session_state import SessionState

VERSION: Final = 1
_FRAME: Final = Frame(b"MBASICSESSION", VERSION, "an MBASIC session", {})


def take(session: Session) -> bytes:
    """Return the session's state; between two calls of `step`."""
    return _FRAME.pack(session.to_plain())


def put(session: Session, data: bytes) -> None:
    """Make the session what the snapshot says; no event tells of it. Raises SnapshotError, changing nothing."""
    session.from_plain(_FRAME.unpack(data, SessionState))

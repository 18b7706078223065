"""What every store of sessions promises, and the records it takes and gives. The stores: memory_store, file_store,
redis_store; `store_address.open_store` picks one.

A session has one owner, which holds a fencing token (`fence`) and a lease. Who acquires gets the next token, and from
then on whatever the owner before writes is refused as STALE. A commit is all or nothing: snapshot, console output,
printer, files and the numbers of the commands taken; it is numbered, so one that is repeated because its answer was
lost is seen to be done (DUPLICATE). Only what is committed may be shown to anybody.

        acquire --> fence f, number n, out_end e
        commit(f, number n+1, out_start e, ...) --> OK | DUPLICATE (number n) | GAP (other number or offset) | STALE
        release(f), or the lease ends, or somebody steals it

Stores are synchronous and may be used from several threads. They know nothing of what the bytes mean.
"""

import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final, NewType, Protocol

from msgspec import Struct, field

from mbasic.errors import HostError

SessionId = NewType("SessionId", str)
"""Letters, digits, `.`, `_` and `-`, at most 80: it is part of a file name and of a Redis key."""

FORMAT: Final = 1
RUNNING: Final = "running"
TTL_SECONDS: Final = 24 * 3600
OUTPUT_KEPT: Final = 64 * 1024
"""So many bytes of console output stay readable at least."""
OUTPUT_LIMIT: Final = 256 * 1024
"""And about so many at most."""
PRINTER_LIMIT: Final = 1 << 20
"""A printer log that grows beyond this is cut to its newest PRINTER_KEPT bytes."""
PRINTER_KEPT: Final = 3 << 18

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


# ---- errors -------------------------------------------------------------------------


class StoreError(HostError):
    """The store cannot do it; nothing was changed by the call."""


class StoreUnavailableError(StoreError):
    """The store does not answer, or not now; the same call may be made again, whether it was done or not."""


class StoreNewerError(StoreError):
    """The session was written by a newer version of MBASIC; it is left as it is."""


class Salvage(Struct, kw_only=True):
    """What could still be read of a damaged session, for its person to take away."""

    snapshot: bytes | None = None
    output: bytes = b""
    printer: bytes = b""
    fields: dict[str, bytes] = field(default_factory=dict[str, bytes])
    files: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])


class StoreDamagedError(StoreError):
    """What is stored of a session contradicts itself; it is left as it is, and `salvage` has what could be read."""

    def __init__(self, sid: SessionId, what: str, salvage: Salvage | None = None) -> None:
        super().__init__(f"session {sid} is damaged: {what}")
        self.sid = sid
        self.what = what
        self.salvage = salvage or Salvage()


# ---- records ------------------------------------------------------------------------


class CommitResult(StrEnum):
    """OK and DUPLICATE: it is stored. GAP and STALE: it is not, and the caller is not the owner that it thinks."""

    OK = "ok"
    DUPLICATE = "duplicate"
    GAP = "gap"
    STALE = "stale"


class Commit(Struct, frozen=True, kw_only=True):
    """One step of a session: what it changed and showed."""

    number: int
    """The last commit's + 1."""
    state: str
    snapshot: bytes | None
    """None: as it was."""
    out_start: int
    """The console offset of `output`'s first byte: the last commit's end."""
    output: bytes = b""
    printer: bytes = b""
    taken: Mapping[str, int] = field(default_factory=dict[str, int])
    """View id -> number of its last command that is in the snapshot; only what changed; negative: forget the view."""
    files: Mapping[bytes, bytes | None] = field(default_factory=dict[bytes, bytes | None])
    """Files changed (whole) or removed (None)."""


class SessionRecord(Struct, kw_only=True):
    """A session as its new owner gets it. `format` is that of the stored bytes before any upgrade."""

    format: int
    fence: int
    owner: str
    number: int
    state: str
    snapshot: bytes | None
    out_start: int
    """The oldest console offset that is kept."""
    out_end: int
    taken: dict[str, int]
    fields: dict[str, bytes]


class Held(Struct, frozen=True):
    """Somebody else owns the session, for so long if nothing more is heard of them."""

    owner: str
    left_ms: int


class SessionInfo(Struct, frozen=True, kw_only=True):
    """A session from outside, for the reaper and the administrator. `owner` is empty where nobody has it."""

    sid: SessionId
    owner: str
    lease_left_ms: int
    """0: ended."""
    state: str
    number: int
    unused_seconds: float
    snapshot_bytes: int
    output_bytes: int
    """Shown in the session's life, not kept."""
    files: int
    files_bytes: int
    damaged: bool = False


class MoveWatch(Protocol):
    """Calls back for each session that another owner acquired, until it is closed."""

    def close(self) -> None: ...


class SessionStore(Protocol):
    """Where sessions are kept. Every method may raise StoreError and its kinds."""

    def acquire(self, sid: SessionId, owner: str, lease_ms: int, *, steal: bool) -> SessionRecord | Held:
        """Make `owner` the owner, and the session if it is new.

        Held: another owner's lease runs, and `steal` is false. An owner may acquire its own session again. Raises
        StoreDamagedError or StoreNewerError, and then changes nothing.
        """
        ...

    def renew(self, sid: SessionId, fence: int, lease_ms: int) -> bool:
        """Prolong the lease; False: stale."""
        ...

    def release(self, sid: SessionId, fence: int) -> bool:
        """Give the session up, so that anybody can acquire it at once; its token writes no more. False: stale."""
        ...

    def commit(self, sid: SessionId, fence: int, commit: Commit, lease_ms: int = 3000) -> CommitResult:
        """Store one step, and renew the lease."""
        ...

    def save_fields(self, sid: SessionId, fence: int, fields: Mapping[str, bytes | None]) -> bool:
        """Set some of the record's free fields (None: remove); False: stale."""
        ...

    def read_output(self, sid: SessionId, start: int, limit: int = 65536) -> tuple[int, bytes]:
        """Return (offset, bytes): console output from `start`, or from the oldest kept byte; at most `limit` bytes."""
        ...

    def read_printer(self, sid: SessionId) -> bytes:
        """Return what was printed with LPRINT since it was cleared; the newest of it where that is much."""
        ...

    def clear_printer(self, sid: SessionId, fence: int) -> bool:
        """Empty the printer log; False: stale."""
        ...

    def file_sizes(self, sid: SessionId) -> dict[bytes, int]:
        """Return the session's files and their lengths."""
        ...

    def read_file(self, sid: SessionId, name: bytes) -> bytes | None:
        """Return a file's bytes; None: there is none of that name."""
        ...

    def read_files(self, sid: SessionId) -> dict[bytes, bytes]:
        """Return all files."""
        ...

    def infos(self) -> list[SessionInfo]:
        """Return all sessions there are."""
        ...

    def lapsed(self) -> list[SessionInfo]:
        """Return the sessions that are RUNNING with no owner, or one whose lease ended."""
        ...

    def salvage(self, sid: SessionId) -> Salvage:
        """Return whatever can be read of a session, damaged or not."""
        ...

    def sweep(self) -> int:
        """Remove the sessions that were not used for the store's time to live; return how many."""
        ...

    def remove(self, sid: SessionId) -> None:
        """Remove a session, whoever owns it."""
        ...

    def watch_moves(self, owner: str, moved: Callable[[SessionId], None]) -> MoveWatch:
        """Call `moved`, from a thread of the store's, soon after somebody else acquired a session of `owner`'s.

        A call can be missed (a broken connection) and can come late: only a STALE or False answer is proof.
        """
        ...

    def close(self) -> None:
        """Let go of connections and threads; the sessions stay."""
        ...


# ---- what the stores share ----------------------------------------------------------


def check_id(sid: SessionId) -> None:
    """Raise ValueError where `sid` could be no session's id."""
    if not _ID.fullmatch(sid):
        raise ValueError(f"not a session id: {sid!r}")


def judge(commit: Commit, number: int, out_end: int) -> CommitResult:
    """Tell whether `commit` follows a session's last commit `number`, that ended at offset `out_end`."""
    if commit.number == number:
        return CommitResult.DUPLICATE
    if commit.number != number + 1 or commit.out_start != out_end:
        return CommitResult.GAP
    return CommitResult.OK


def merge_taken(taken: dict[str, int], changes: Mapping[str, int]) -> None:
    """Put a commit's numbers into a record's."""
    for view, number in changes.items():
        if number < 0:
            taken.pop(view, None)
        else:
            taken[view] = number

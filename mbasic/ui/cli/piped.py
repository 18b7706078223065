"""A session between pipes: keys from standard input, bytes to standard output with LF as line end.

SIGINT is Ctrl-C. Nothing is read from standard input before the session wants keys; while a program runs, only the
first key is looked at, since a Ctrl-C there breaks the program.
"""

import os
import select
import signal
import sys
from types import FrameType
from typing import Final

from mbasic.errors import HostError
from mbasic.session.messages import State
from mbasic.session.session import Session
from mbasic.ui.cli.computer import open_session, open_settings
from mbasic.ui.cli.conversation import Conversation
from mbasic.ui.cli.program_file import why
from mbasic.ui.cli.task import Task

_NO_MORE_INPUT: Final = 1
_BROKEN: Final = 130
_CHUNK: Final = 65536
_STANDARD_INPUT: Final = 0
_STANDARD_OUTPUT: Final = 1


def run_piped(task: Task) -> int:
    """Do `task` between standard input and output; return the exit status."""
    screen = PipeScreen(_STANDARD_OUTPUT)
    session = open_session(task, screen, open_settings(), live=False)
    keyboard = PipeKeyboard(session, task)
    status = Conversation(session, keyboard, screen, task).hold()
    if status is not None:
        return status
    screen.write(b"\r\n")
    screen.flush()
    sys.stderr.write("mbasic: the program waits for input, and there is no more\n")
    return _NO_MORE_INPUT


class PipeScreen:
    """Standard output: CR LF becomes LF, every other byte stays as it is."""

    __slots__ = ("_descriptor", "_held", "_waiting")

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._waiting = bytearray()
        self._held = b""
        """A CR whose next byte has not come yet."""

    def write(self, data: bytes) -> None:
        """Keep `data` for the next flush."""
        data = self._held + data
        self._held = b"\r" if data.endswith(b"\r") else b""
        self._waiting += data[: len(data) - len(self._held)].replace(b"\r\n", b"\n")
        if len(self._waiting) > _CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write what waits; HostError when nobody reads any more or the disk is full."""
        waiting, self._waiting = bytes(self._waiting), bytearray()
        while waiting:
            try:
                waiting = waiting[os.write(self._descriptor, waiting) :]
            except OSError as error:
                raise HostError(f"cannot write to standard output: {why(error)}") from None


class PipeKeyboard:
    """Standard input."""

    __slots__ = ("_echo", "_ended", "_reading", "_session", "slice_statements")

    edits_lines = False

    def __init__(self, session: Session, task: Task) -> None:
        self._session = session
        self._echo = task.echo
        self._ended = not task.keys_follow or not _is_open(_STANDARD_INPUT)
        self._reading = False
        self.slice_statements = 5000
        signal.signal(signal.SIGINT, self._interrupted)

    def look(self, session: Session) -> None:
        """Take the keys that are there, if none are known yet."""
        if session.has_keys or self._ended:
            return
        if select.select([_STANDARD_INPUT], [], [], 0)[0]:
            self._take(session)

    def wait(self, session: Session) -> bool:
        """Wait for keys; False when there will be none."""
        if self._ended:
            return False
        self._reading = True
        try:
            self._take(session)
        except KeyboardInterrupt:
            _broken_off(session)
        finally:
            self._reading = False
        return True

    def _take(self, session: Session) -> None:
        try:
            data = os.read(_STANDARD_INPUT, _CHUNK)
        except OSError as error:
            raise HostError(f"cannot read standard input: {why(error)}") from None
        if data:
            session.type_keys(data)
        else:
            self._end_of_keys(session)

    def _end_of_keys(self, session: Session) -> None:
        """A last line without its end is taken as typed, unless the console's own behaviour is asked for."""
        self._ended = True
        if session.is_typing and not self._echo:
            session.type_keys(b"\r")

    def _interrupted(self, _signal: int, _frame: FrameType | None) -> None:
        """Ctrl-C for what runs; what waits for a pipe must first be torn away from it."""
        if self._reading:
            raise KeyboardInterrupt
        self._session.interrupt()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _broken_off(session: Session) -> None:
    if session.state not in (State.WAITING, State.KEYS):
        raise SystemExit(_BROKEN)
    session.interrupt()

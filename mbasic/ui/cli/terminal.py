"""A session in a terminal: raw keys in, CP/M's characters out, the terminal as it was on every way out.

Here the original's own editor reads every line; prompting.py puts a modern one in its place at the Ok prompt.

keys      Backspace is MBASIC's backspace (its rubout is for paper); arrows and other escape sequences and letters
          beyond ASCII, which MBASIC does not have, are dropped; Ctrl-C is Break; Ctrl-Z suspends; Ctrl-D at an
          empty Ok prompt leaves
screen    the 256 characters of the code page that is set, controls as they are
"""

import os
import re
import select
import signal
import sys
import termios
from types import FrameType
from typing import Final

from mbasic.errors import HostError
from mbasic.session.session import Session
from mbasic.settings import SettingsManager
from mbasic.ui.cli.computer import open_session, open_settings
from mbasic.ui.cli.conversation import Conversation
from mbasic.ui.cli.program_file import why
from mbasic.ui.cli.task import Task

_CHUNK: Final = 4096
_CONTROL_D: Final = b"\x04"
_CONTROL_Z: Final = b"\x1a"
_LATIN_1: Final = "latin-1"
_NO_CONTROLS: Final = dict.fromkeys(range(0x80, 0xA0), " ")
_not_for_mbasic = re.compile(rb"\x1b(?:\[[0-?]*[ -/]*[@-~]|O[@-~])|[\x80-\xff]+|\x1a")

_INPUT_FLAGS, _OUTPUT_FLAGS, _LOCAL_FLAGS, _SPECIAL_KEYS = 0, 1, 3, 6
"""Places in what tcgetattr returns."""


def run_in_terminal(task: Task) -> int:
    """Do `task` in the terminal; return the exit status."""
    settings = open_settings()
    screen = TerminalScreen(sys.stdout.fileno(), settings)
    session = open_session(task, screen, settings, live=True)
    signal.signal(signal.SIGINT, lambda _signal, _frame: session.interrupt())
    with _terminal_for(task, screen, settings) as terminal:
        status = Conversation(session, terminal, screen, task).hold()
    return status or 0


def _terminal_for(task: Task, screen: "TerminalScreen", settings: SettingsManager) -> "Terminal":
    """A line prompt where there is a prompt at all, the terminal can do it, and nobody wants the original's editor."""
    descriptor = sys.stdin.fileno()
    if task.plain or not task.prompts or os.environ.get("TERM", "dumb") == "dumb":
        return Terminal(descriptor)
    from mbasic.ui.cli.prompting import PromptTerminal

    return PromptTerminal(descriptor, screen, settings, strict=task.strict)


def keys_of(data: bytes) -> bytes:
    """Return what a terminal sent as keys of MBASIC."""
    return _not_for_mbasic.sub(b"", data).replace(b"\x7f", b"\b")


class Terminal:
    """The keyboard: raw while the context lasts."""

    __slots__ = ("_before", "_descriptor", "slice_statements")

    edits_lines = False

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._before = termios.tcgetattr(descriptor)
        self.slice_statements = 2000

    def __enter__(self) -> "Terminal":
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _leave)
        self._make_raw()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._restore()

    def _make_raw(self) -> None:
        raw = termios.tcgetattr(self._descriptor)
        raw[_INPUT_FLAGS] &= ~(termios.ICRNL | termios.INLCR | termios.IXON | termios.ISTRIP)
        raw[_OUTPUT_FLAGS] &= ~termios.OPOST
        raw[_LOCAL_FLAGS] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
        raw[_SPECIAL_KEYS][termios.VMIN] = 1
        raw[_SPECIAL_KEYS][termios.VTIME] = 0
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, raw)

    def _restore(self) -> None:
        termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

    def look(self, session: Session) -> None:
        """Take the keys that were pressed."""
        if select.select([self._descriptor], [], [], 0)[0]:
            self._take(session)

    def wait(self, session: Session) -> bool:
        """Wait for a key; False when the terminal has gone."""
        return self._take(session)

    def _take(self, session: Session) -> bool:
        data = self._read()
        if _CONTROL_Z in data:
            self.suspend()
        keys = keys_of(data)
        if not data or (keys[:1] == _CONTROL_D and session.at_empty_prompt):
            session.leave()
            return False
        session.type_keys(keys)
        return True

    def _read(self) -> bytes:
        """Return what was typed, nothing when the terminal has gone."""
        try:
            return os.read(self._descriptor, _CHUNK)
        except OSError:
            return b""

    def suspend(self) -> None:
        """Ctrl-Z: to the shell and back."""
        self._restore()
        os.kill(os.getpid(), signal.SIGTSTP)
        self._make_raw()


class TerminalScreen:
    """Bytes of the code page that is set, for a terminal that speaks UTF-8."""

    __slots__ = ("_descriptor", "_settings", "_waiting")

    def __init__(self, descriptor: int, settings: SettingsManager) -> None:
        self._settings = settings
        self._descriptor = descriptor
        self._waiting = bytearray()

    def write(self, data: bytes) -> None:
        """Show `data` with the next flush, which comes after each slice and before each wait for keys."""
        self._waiting += data

    @property
    def code_page(self) -> str:
        """Python's name of the code page that is set."""
        return str(self._settings.get("code_page"))

    def _text(self) -> str:
        """What waits, in the host's characters; Latin-1's second set of controls would be commands to the terminal."""
        code_page = self.code_page
        text = self._waiting.decode(code_page)
        return text.translate(_NO_CONTROLS) if code_page == _LATIN_1 else text

    def flush(self) -> None:
        """Show what waits."""
        waiting, self._waiting = self._text().encode(), bytearray()
        while waiting:
            try:
                waiting = waiting[os.write(self._descriptor, waiting) :]
            except OSError as error:
                raise HostError(f"cannot write to the terminal: {why(error)}") from None


def _leave(number: int, _frame: FrameType | None) -> None:
    """A signal that ends the program: leave through every `finally`."""
    raise SystemExit(128 + number)

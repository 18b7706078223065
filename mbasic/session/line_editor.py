"""The console line editor of the original as a state machine: keys in, echo out, no device and no clock.

    begin() -> untouched --any key--> typing --Enter--> LINE        the line is in `text`
                   |  ^                 |  ------Ctrl-C-> CANCELLED
                   |  |                 |  ------Ctrl-A-> EDIT       edit `text`, then hand it back with `set_text`
                   |  +-- Ctrl-U, or a rubout or backspace that finds nothing
                   +--Ctrl-A--> EDIT of whatever the buffer still holds: the line typed before

The buffer is never cleared, which is why Ctrl-A on an empty line brings the last one back. The echo is as the program
would print it: whoever shows it counts columns, expands tabs and starts a new line at WIDTH.
Proof: tests/transcripts/direct/break, tests/transcripts/lang/input.
"""

from enum import IntEnum
from typing import Final

from msgspec import Struct, field

NUL: Final = 0
CONTROL_A: Final = 1
CONTROL_C: Final = 3
BELL: Final = 7
BACKSPACE: Final = 8
TAB: Final = 9
LINE_FEED: Final = 10
ENTER: Final = 13
CONTROL_O: Final = 15
CONTROL_R: Final = 18
CONTROL_U: Final = 21
CONTROL_X: Final = 24
ESCAPE: Final = 27
RUBOUT: Final = 127

LINE_LIMIT: Final = 255
"""Characters in a typed line; each further one rings the bell (tests/transcripts/direct/direct/long_lines)."""


class Outcome(IntEnum):
    """What a key led to."""

    TYPING = 0
    LINE = 1
    CANCELLED = 2
    EDIT = 3


class LineEditor(Struct):
    """One line being typed."""

    memory: bytearray = field(default_factory=lambda: bytearray(LINE_LIMIT + 2))
    """The original's input buffer; a NUL ends the line in it."""
    length: int = 0
    untouched: bool = True
    rubbing: bool = False
    """A `\\` is open: rubouts are being echoed."""
    behind_line_feed: bool = False
    same_line: bool = False
    """Enter echoes nothing (INPUT;)."""
    outcome: Outcome = Outcome.TYPING

    def begin(self, same_line: bool = False) -> None:
        """Start a new line; what was typed before stays in the buffer."""
        self.untouched = True
        self.rubbing = False
        self.behind_line_feed = False
        self.same_line = same_line
        self.outcome = Outcome.TYPING

    def begin_with(self, text: bytes) -> None:
        """Start a line that already holds `text`, which is not echoed (direct/files/load_no_final_return)."""
        self.begin()
        self._forget_line()
        self.length = min(len(text), LINE_LIMIT)
        self.memory[: self.length] = text[: self.length]

    @property
    def text(self) -> bytes:
        """The line in the buffer: complete after LINE, to be edited after EDIT."""
        return bytes(self.memory[: self.memory.index(NUL)])

    @property
    def is_empty(self) -> bool:
        """Nothing has been typed yet, or all of it is gone again."""
        return self.untouched or self.length == 0

    def set_text(self, text: bytes) -> None:
        """Replace the line in the buffer by the one that came out of EDIT."""
        kept = text[:LINE_LIMIT]
        self.memory[: len(kept) + 1] = kept + b"\0"

    def feed(self, key: int) -> bytes:
        """Take one key (0 to 127) and return its echo; `outcome` then says how things stand."""
        self.outcome = Outcome.TYPING
        if self.behind_line_feed:
            if key == NUL:
                return b""
            self.behind_line_feed = False
            return b"" if key == ENTER else self._take(key)
        if key == CONTROL_A:
            return self._edit()
        if self.untouched:
            self._forget_line()
        return self._take(key)

    def _forget_line(self) -> None:
        self.untouched = False
        self.rubbing = False
        self.length = 0

    def _edit(self) -> bytes:
        if not self.untouched:
            self.memory[self.length] = NUL
        self.outcome = Outcome.EDIT
        return b"\r\n"

    def _take(self, key: int) -> bytes:
        if key == RUBOUT:
            return self._rub_out()
        if self.rubbing:
            self.rubbing = False
            return b"\\" + self._act_on(key)
        return self._act_on(key)

    def _act_on(self, key: int) -> bytes:
        if key >= 32 or key in (BELL, TAB):
            return self._store(key)
        match key:
            case 13:
                return self._finish()
            case 8:
                return self._take_back()
            case 3:
                self.outcome = Outcome.CANCELLED
                return b"^C\r\n"
            case 21:
                self._start_again()
                return b"^U\r\n"
            case 24:
                self._forget_line()
                return b"#\r\n"
            case 18:
                return b"\r\n" + shown(bytes(self.memory[: self.length]))
            case 10:
                return self._line_feed()
            case _:
                return b""

    def _start_again(self) -> None:
        """Wait for a new line as `begin` does; an `INPUT;` is forgotten with the old one."""
        self.untouched = True
        self.same_line = False

    def _store(self, key: int) -> bytes:
        if self.length >= LINE_LIMIT:
            return b"\a"
        self.memory[self.length] = key
        self.length += 1
        return bytes((key,))

    def _line_feed(self) -> bytes:
        """A line feed is part of the line, which goes on below; at the very start it is ignored."""
        if self.length == 0:
            self._start_again()
            return b""
        if self.length >= LINE_LIMIT:
            return b"\a"
        self._store(LINE_FEED)
        self.behind_line_feed = True
        return b"\n\r"

    def _finish(self) -> bytes:
        self.memory[self.length] = NUL
        self.outcome = Outcome.LINE
        return b"" if self.same_line else b"\r\n"

    def _take_back(self) -> bytes:
        if self.length == 0:
            self.untouched = True
            return b""
        self.length -= 1
        return b"\b \b"

    def _rub_out(self) -> bytes:
        r"""Echo the character that goes, behind an opening `\` (direct/break/rubout, rubout_past_start)."""
        if self.length == 0:
            return self._rub_nothing()
        opening = b"" if self.rubbing else b"\\"
        self.rubbing = True
        self.length -= 1
        return opening + shown(bytes(self.memory[self.length : self.length + 1]))

    def _rub_nothing(self) -> bytes:
        if self.rubbing:
            self._forget_line()
            return b"\\\r\n"
        self.memory[0] = NUL
        self._start_again()
        return b""


def shown(text: bytes) -> bytes:
    """Return `text` as the editor shows it: a line feed goes to the beginning of the next line."""
    return text.replace(b"\n", b"\n\r")

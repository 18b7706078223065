r"""EDIT: the line editor with one-letter commands, for EDIT, for Ctrl-A and after a Syntax error.

    [n]Space  n characters on       [n]D     delete, shown as \text\     A  begin again with the old line
    [n]Rubout n characters back     [n]Sc    search the nth c            L  show the line, back to its beginning
    [n]C      change n characters   [n]Kc    the same, deleting          Q  leave without keeping anything
    I         insert until Escape   H        cut here, insert            E  keep the line
    X         insert at the end                                          Enter  show the rest, keep the line

Everything else rings the bell and forgets the count. Proof: tests/transcripts/direct/edit, direct/break/ctrl_a*.
"""

from enum import IntEnum
from typing import Final

from msgspec import Struct

from mbasic.session.line_editor import (
    BACKSPACE,
    BELL,
    ENTER,
    ESCAPE,
    LINE_FEED,
    LINE_LIMIT,
    NUL,
    RUBOUT,
    TAB,
    shown,
)

_RING: Final = b"\a"
_PRINTABLE_CONTROLS: Final = (BELL, TAB, LINE_FEED)
_UNDERSCORE: Final = 0x5F


class EditOutcome(IntEnum):
    """What a key led to: KEPT and QUIT end the editing, AGAIN asks for the original line."""

    EDITING = 0
    KEPT = 1
    QUIT = 2
    AGAIN = 3


class EditMode(Struct):
    """A line under EDIT. `prompt` is what L and the beginning show before it: `20 ` or `! `."""

    text: bytearray
    prompt: bytes
    cursor: int = 0
    count: int = 0
    pending: int = 0
    """The command whose keys are being read: S, K, C, I, or 0."""
    outcome: EditOutcome = EditOutcome.EDITING

    def feed(self, key: int) -> bytes:
        """Take one key (0 to 127) and return its echo; `outcome` then says how things stand."""
        match self.pending:
            case 0x49:
                return self._insert(key)
            case 0x43:
                return self._change(key)
            case 0x53:
                return self._search(key)
            case 0x4B:
                return self._kill(key)
            case _:
                return self._command(key)

    # ---- commands -----------------------------------------------------------------

    def _command(self, key: int) -> bytes:
        if key == NUL:
            return b""
        if 0x30 <= key <= 0x39:
            self.count = _append_digit(self.count, key - 0x30)
            return b""
        times = self.count or 1
        letter = key - 32 if 0x61 <= key <= 0x7A else key
        if letter in (0x53, 0x4B, 0x43, 0x49):
            return self._open(letter)
        self.count = 0
        return self._simple(letter, times)

    def _open(self, letter: int) -> bytes:
        """S, K and C read their character next and need the count until then; C at the end does nothing."""
        at_end = self.cursor == len(self.text)
        if letter == 0x43 and at_end:
            self.count = 0
            return b""
        self.pending = letter
        return b""

    def _simple(self, letter: int, times: int) -> bytes:
        match letter:
            case 0x20:
                return self._forward(times)
            case 0x08:
                return self._backspace(times)
            case 0x7F:
                return self._back(times)
            case 0x44:
                return self._delete(times)
            case 0x4C:
                return self._list()
            case 0x58:
                return self._extend()
            case 0x48:
                return self._hack()
            case _:
                return self._leave(letter)

    def _leave(self, letter: int) -> bytes:
        match letter:
            case 0x0D:
                return self._enter()
            case 0x45:
                self.outcome = EditOutcome.KEPT
                return b"\r\n"
            case 0x51:
                self.outcome = EditOutcome.QUIT
                return b""
            case 0x41:
                self.outcome = EditOutcome.AGAIN
                return b"\r\n"
            case _:
                return _RING

    def _enter(self) -> bytes:
        self.outcome = EditOutcome.KEPT
        return self._rest() + b"\r\n"

    def _rest(self) -> bytes:
        return shown(bytes(self.text[self.cursor :]))

    def _forward(self, times: int) -> bytes:
        end = min(self.cursor + times, len(self.text))
        passed = bytes(self.text[self.cursor : end])
        self.cursor = end
        return shown(passed)

    def _back(self, times: int) -> bytes:
        start = max(self.cursor - times, 0)
        passed = bytes(self.text[start : self.cursor])
        self.cursor = start
        return shown(passed[::-1])

    def _backspace(self, times: int) -> bytes:
        """One step back is a backspace; with a count the further ones show characters, as rubout does."""
        if self.cursor == 0:
            return b""
        self.cursor -= 1
        return b"\b" + (self._back(times - 1) if times > 1 else b"")

    def _delete(self, times: int) -> bytes:
        gone = bytes(self.text[self.cursor : self.cursor + times])
        if not gone:
            return b""
        del self.text[self.cursor : self.cursor + times]
        return b"\\" + shown(gone) + b"\\"

    def _list(self) -> bytes:
        rest = self._rest()
        self.cursor = 0
        return rest + b"\r\n" + self.prompt

    def _extend(self) -> bytes:
        rest = self._rest()
        self.cursor = len(self.text)
        self.pending = 0x49
        return rest

    def _hack(self) -> bytes:
        del self.text[self.cursor :]
        return self._extend()

    # ---- commands that read characters ------------------------------------------------

    def _change(self, key: int) -> bytes:
        if key < 32 and key not in _PRINTABLE_CONTROLS:
            return _RING
        self.text[self.cursor] = key
        self.cursor += 1
        self.count = max(self.count - 1, 0)
        if self.count == 0 or self.cursor == len(self.text):
            self._close()
        return shown(bytes((key,)))

    def _search(self, key: int) -> bytes:
        start = self.cursor
        self.cursor = self._found(key)
        self._close()
        return shown(bytes(self.text[start : self.cursor]))

    def _kill(self, key: int) -> bytes:
        end = self._found(key)
        gone = bytes(self.text[self.cursor : end])
        del self.text[self.cursor : end]
        self._close()
        return b"\\" + shown(gone) + b"\\"

    def _found(self, key: int) -> int:
        """Return where the count-th `key` behind the character under the cursor stands, or the end."""
        at = self.cursor
        for _ in range(self.count or 1):
            at = self.text.find(key, at + 1)
            if at < 0:
                return len(self.text)
        return at

    def _insert(self, key: int) -> bytes:
        if key in (RUBOUT, _UNDERSCORE):
            return self._take_back(b"_")
        if key == BACKSPACE:
            return self._take_back(b"\b")
        if key == ENTER:
            return self._enter()
        if key == ESCAPE:
            self._close()
            return b""
        if key < 32 and key not in _PRINTABLE_CONTROLS:
            return b""
        return self._put(key)

    def _put(self, key: int) -> bytes:
        if len(self.text) >= LINE_LIMIT:
            return _RING
        self.text.insert(self.cursor, key)
        self.cursor += 1
        return shown(bytes((key,)))

    def _take_back(self, echo: bytes) -> bytes:
        """Remove the character to the left, inserted or not (direct/edit/insert_rubout)."""
        if self.cursor == 0:
            return _RING
        self.cursor -= 1
        del self.text[self.cursor]
        return echo

    def _close(self) -> None:
        self.pending = 0
        self.count = 0


def _append_digit(count: int, digit: int) -> int:
    """Return count * 10 + digit as the original's byte arithmetic gives it: 256 becomes 0, and so 1."""
    five = ((count << 2 | count >> 6) + count) & 0xFF
    return ((five << 1 | five >> 7) + digit) & 0xFF

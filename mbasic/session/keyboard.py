"""The keys that were typed and not yet taken, in order.

On a pipe everything is typed ahead: a program sees none of it before it waits for keys, but a Ctrl-C that is next in
the queue breaks a program that runs on and on (tests/transcripts/direct/run/break_loop, break_input).
"""

from typing import Final

from msgspec import Struct, field

from mbasic.session.line_editor import CONTROL_C

BREAK_PATIENCE: Final = 100_000
"""Statements that run before such a Ctrl-C is seen: more than what stands between two INPUTs of most programs."""

_SEVEN_BITS: Final = 0x7F


class Keyboard(Struct):
    """A queue of keys. CR, LF and CR LF are the same key."""

    keys: bytearray = field(default_factory=bytearray)
    behind_return: bool = False
    """The last key was CR: a LF that follows is the same Enter."""
    patience: int = BREAK_PATIENCE

    def type(self, data: bytes) -> None:
        """Queue keys."""
        if self.behind_return and data.startswith(b"\n"):
            data = data[1:]
        self.behind_return = data.endswith(b"\r")
        self.keys += data.replace(b"\r\n", b"\r").replace(b"\n", b"\r")

    def next(self) -> int:
        """Take the first key; its eighth bit is stripped (direct/break/high_bit)."""
        key = self.keys[0]
        del self.keys[0]
        return key & _SEVEN_BITS

    def take_all(self) -> bytes:
        """Take all keys."""
        taken = bytes(key & _SEVEN_BITS for key in self.keys)
        self.keys.clear()
        return taken

    def put_back(self, keys: bytes) -> None:
        """Queue keys in front of all others."""
        self.keys[:0] = keys

    def drop_to_break(self) -> bool:
        """Take the last Ctrl-C and everything typed before it; False if there is none."""
        at = self.keys.rfind(CONTROL_C)
        del self.keys[: at + 1]
        return at >= 0

    def begin_run(self) -> None:
        """Something begins to run, or goes on after it waited."""
        self.patience = BREAK_PATIENCE

    def take_due_break(self, statements: int) -> bool:
        """Take a Ctrl-C that is next, if the patience of so many more statements is not enough."""
        if not self.keys or self.keys[0] != CONTROL_C:
            return False
        self.patience -= statements
        if self.patience >= 0:
            return False
        del self.keys[0]
        return True

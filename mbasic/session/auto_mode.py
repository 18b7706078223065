"""AUTO: line numbers offered one after the other until Ctrl-C.

The increment outlives the mode: `AUTO 100,` takes the last one again. Proof: tests/transcripts/direct/auto.
"""

from typing import Final

from msgspec import Struct

LAST_LINE: Final = 65529
_FIRST: Final = 10
_INCREMENT: Final = 10


class AutoMode(Struct):
    """`line` is the number to offer next; None: AUTO is off."""

    line: int | None = None
    increment: int = _INCREMENT

    def start(self, line: int | None, increment: int | None, comma: bool) -> None:
        """Begin at `line`; without increment it is 10, or the last one behind a comma."""
        if increment is not None:
            self.increment = increment
        elif not comma:
            self.increment = _INCREMENT
        self.line = _FIRST if line is None and not comma else line or 0

    def stop(self) -> None:
        """Ctrl-C."""
        self.line = None

    def take(self) -> int:
        """Return the number of the line just typed and go on to the next; past 65529 AUTO is over."""
        assert self.line is not None
        number = self.line
        following = number + self.increment
        self.line = following if following <= LAST_LINE else None
        return number

"""The pace of an old computer: how many statements may run now, and how long to wait before the next.

A simple statement took about 1.05 ms on a Z80 at 4 MHz. Time that passes elsewhere, in INPUT or in a slow front end, is
not made up for: what is left over beyond a moment is forgotten.
"""

from collections.abc import Callable
from time import monotonic
from typing import Final

STATEMENTS_PER_SECOND_AND_MHZ: Final = 1 / (1.05e-3 * 4)
_SLICE_SECONDS: Final = 0.02
_CATCH_UP_SECONDS: Final = 0.1
LONGEST_PAUSE_SECONDS: Final = 0.05
"""A front end looks at the keyboard so often at least."""


class Pace:
    """`mhz` 0 is no limit; `clock` gives seconds."""

    __slots__ = ("_clock", "_due", "mhz")

    def __init__(self, mhz: float = 0.0, clock: Callable[[], float] = monotonic) -> None:
        self.mhz = mhz
        self._clock = clock
        self._due = 0.0

    def statements(self, budget: int) -> int:
        """Return how many of `budget` statements may run now; 0 as long as there is to be a pause."""
        if not self.mhz:
            return budget
        if self._due > self._clock():
            return 0
        return max(1, min(budget, int(self.mhz * STATEMENTS_PER_SECOND_AND_MHZ * _SLICE_SECONDS)))

    def took(self, statements: int) -> None:
        """Count statements that have run."""
        if self.mhz:
            now = self._clock()
            begun = self._due if self._due > now - _CATCH_UP_SECONDS else now
            self._due = begun + statements / (self.mhz * STATEMENTS_PER_SECOND_AND_MHZ)

    @property
    def pause_seconds(self) -> float:
        """How long to wait before more may run; longer waits come in pieces."""
        if not self.mhz:
            return 0.0
        return min(max(0.0, self._due - self._clock()), LONGEST_PAUSE_SECONDS)

"""How much a program runs at a time: the statements of a step, the time of a slice, and the sleep of one that polls.

A slice is some steps; after a step the worker looks at what has arrived, after a slice it commits. Steps take about
2 ms, so that keys and Break are seen; slices take 30 ms, longer where commits are slow. The speed that is set is kept
by the session.
"""

from typing import Final

STEP_SECONDS: Final = 0.002
SLICE_SECONDS: Final = 0.03
LONGEST_SLICE: Final = 0.25
SLICE_OUTPUT: Final = 4096
"""Output bytes that end a slice, where commits are fast."""

_FIRST_BUDGET: Final = 500
_MOST: Final = 20_000
_LEAST: Final = 50
_COMMIT_SHARE: Final = 0.1
_POLLS: Final = 50
_STATEMENTS_PER_POLL: Final = 20
POLL_SLEEP: Final = 0.005


class Pace:
    """Adapts to how long steps and commits took."""

    __slots__ = ("budget", "slice_seconds")

    def __init__(self) -> None:
        self.budget = _FIRST_BUDGET
        self.slice_seconds = SLICE_SECONDS

    @property
    def slice_output(self) -> int:
        """Output bytes that end a slice."""
        return int(SLICE_OUTPUT * self.slice_seconds / SLICE_SECONDS)

    def stepped(self, seconds: float) -> None:
        """A step of `budget` statements took so long."""
        wanted = int(self.budget * STEP_SECONDS / max(seconds, 1e-6))
        self.budget = max(_LEAST, min(wanted, 2 * self.budget, _MOST))

    def polled(self, empty_polls: int) -> float:
        """INKEY$ found no key so often in a step: the seconds to sleep, 0 where the program does other work as well."""
        if empty_polls < _POLLS or empty_polls * _STATEMENTS_PER_POLL < self.budget:
            return 0.0
        self.budget = max(_LEAST, self.budget * _POLLS // empty_polls)
        return POLL_SLEEP

    def committed(self, seconds: float) -> None:
        """A commit took so long."""
        if seconds > _COMMIT_SHARE * self.slice_seconds:
            self.slice_seconds = min(2 * self.slice_seconds, LONGEST_SLICE)
        elif seconds < _COMMIT_SHARE / 4 * self.slice_seconds:
            self.slice_seconds = max(self.slice_seconds / 2, SLICE_SECONDS)

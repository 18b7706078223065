"""Interactive first: a worker that has computed for a while lowers its priority, so that others' answers come soon.

A process cannot raise its priority again; such a worker is replaced when its run is over.
"""

import os
import time
from typing import Final

PATIENCE_SECONDS: Final = 0.2
"""Processor time that a run may use at full priority."""
_STEP: Final = 10


class Priority:
    """Of this process."""

    __slots__ = ("_slept", "_used", "lowered")

    def __init__(self) -> None:
        self.lowered = False
        self.begin()

    def begin(self) -> None:
        """A run begins."""
        self._slept = 0.0
        self._used = time.process_time()

    def slept(self, seconds: float) -> None:
        """The program has waited for a key, or for its pace: one that waits most of the time, a game, stays quick."""
        self._slept += seconds

    def look(self) -> None:
        """Lower the priority, if it is time."""
        if self.lowered:
            return
        used = time.process_time() - self._used
        if used > PATIENCE_SECONDS:
            if used < self._slept:
                self.begin()
            else:
                os.nice(_STEP)
                self.lowered = True

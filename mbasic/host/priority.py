"""Interactive first: a worker that has computed for a while lowers its priority, so that others' answers come soon.

A process cannot raise its priority again; such a worker is replaced when its run is over.
"""

import os
import time
from typing import Final

PATIENCE_SECONDS: Final = 0.2
"""How long a run may compute at full priority, waiting for the processor included: where all are busy it ends soon."""
_STEP: Final = 10


class Priority:
    """Of this process."""

    __slots__ = ("_began", "_slept", "lowered")

    def __init__(self) -> None:
        self.lowered = False
        self.begin()

    def begin(self) -> None:
        """A run begins."""
        self._slept = 0.0
        self._began = time.monotonic()

    def slept(self, seconds: float) -> None:
        """The program has waited for a key, or for its pace: one that waits most of the time, a game, stays quick."""
        self._slept += seconds

    def look(self) -> None:
        """Lower the priority, if it is time."""
        if self.lowered:
            return
        computed = time.monotonic() - self._began - self._slept
        if computed > PATIENCE_SECONDS:
            if computed < self._slept:
                self.begin()
            else:
                os.nice(_STEP)
                self.lowered = True

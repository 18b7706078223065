"""The way out of a session: what the machine prints and what the editors echo, counted and perhaps held back.

Ctrl-O holds everything back until the next Ok, message or Ctrl-O (tests/transcripts/direct/break/ctrl_o).
"""

from collections.abc import Callable
from typing import Protocol

from mbasic.session.messages import Event, OutputEvent


class Screen(Protocol):
    """Where a front end shows bytes."""

    def write(self, data: bytes) -> None:
        """Show `data`: the 8-bit characters of CP/M, lines ended by CR LF."""
        ...


class Output:
    """The Console port of a session's machine."""

    __slots__ = ("_listener", "_screen", "hidden", "offset")

    def __init__(self, screen: Screen, listener: Callable[[Event], None] | None) -> None:
        self._screen = screen
        self._listener = listener
        self.hidden = False
        self.offset = 0

    def write(self, data: bytes) -> None:
        """Show `data`, unless Ctrl-O hides it."""
        if self.hidden or not data:
            return
        self._screen.write(data)
        if self._listener is not None:
            self._listener(OutputEvent(self.offset, data))
        self.offset += len(data)

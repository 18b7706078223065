"""Stand-in."""

from msgspec import Struct


class Fault(Struct, frozen=True):
    start: int
    end: int
    message: str


def lint_line(text: bytes) -> tuple[Fault, ...]:
    return ()

"""What a line typed at the Ok prompt asks for: nothing, a statement to execute, a line to keep or to delete."""

from collections.abc import Callable

from msgspec import Struct

from mbasic.language.lexer import crunch, split_line_number

BLANKS = b" \t\n"


class Execute(Struct, frozen=True):
    """A direct line, crunched."""

    body: bytes


class Keep(Struct, frozen=True):
    """A program line, crunched; an empty body deletes the line."""

    number: int
    body: bytes


def read_line(text: bytes, warn: Callable[[int], None]) -> Execute | Keep | None:
    """Return what `text` asks for; None for a blank line. BasicError where the line cannot be crunched."""
    if not text.strip(BLANKS):
        return None
    number, rest = split_line_number(text)
    if number is None:
        return Execute(crunch(rest, warn))
    return keep(number, rest, warn)


def keep(number: int, text: bytes, warn: Callable[[int], None]) -> Keep:
    """Return the program line `number` with `text`, which stands behind a number shown by EDIT or AUTO."""
    body = crunch(text, warn)
    return Keep(number, body if body.strip(BLANKS) else b"")

"""The words of a program that is only a text so far, for the completions of an editor.

The text changes with every key, so what a line names is kept by the line's text and found once.
"""

from collections.abc import Callable, Iterable
from typing import Final

from mbasic.errors import BasicError
from mbasic.language.lexer import crunch, split_line_number
from mbasic.language.names import names_in

_KEPT_LINES: Final = 20_000


class TextWords:
    """The words of `text()`, a program's lines ended by LF; `files()` are the names on the disk."""

    __slots__ = ("_files", "_names_of", "_text")

    def __init__(self, text: Callable[[], str], files: Callable[[], list[str]]) -> None:
        self._text = text
        self._files = files
        self._names_of: dict[str, frozenset[str]] = {}

    def lines(self, prefix: str) -> Iterable[tuple[int, str]]:
        """The lines whose numbers begin with `prefix`, as they were typed."""
        for line in self._text().split("\n"):
            number, _ = split_line_number(line.encode("latin-1"))
            if number is not None and str(number).startswith(prefix):
                yield number, line.strip()

    def names(self) -> frozenset[str]:
        """The names that the text uses."""
        if len(self._names_of) > _KEPT_LINES:
            self._names_of.clear()
        return frozenset[str]().union(*map(self._names_in, self._text().split("\n")))

    def files(self) -> list[str]:
        """The files on the disk."""
        return self._files()

    def _names_in(self, line: str) -> frozenset[str]:
        names = self._names_of.get(line)
        if names is None:
            names = self._names_of[line] = _names_in(line.encode("latin-1"))
        return names


def _names_in(line: bytes) -> frozenset[str]:
    """The names in one line; none where it cannot be crunched yet."""
    try:
        _, rest = split_line_number(line)
        return frozenset(name.decode("ascii") for name in names_in(crunch(rest, _ignore)))
    except BasicError:
        return frozenset()


def _ignore(code: int) -> None:
    """An Overflow in a constant is no concern of a completion."""

"""How arithmetic reports Overflow and Division by zero without stopping.

An operation that overflows calls `warn(code)` and goes on with the largest number. What warn does is the caller's
choice: print the message, or raise BasicError where ON ERROR GOTO is in force.
"""

from collections.abc import Callable

Warn = Callable[[int], None]


def ignore(code: int) -> None:
    """A warn for operations that cannot overflow."""


class FirstWarning:
    """Passes on the first warning and swallows the rest.

    Inside one function, one `^` or one number conversion only the first message appears (tests/numeric/single_pow).
    """

    __slots__ = ("_warn",)

    def __init__(self, warn: Warn) -> None:
        self._warn: Warn = warn

    def __call__(self, code: int) -> None:
        warn, self._warn = self._warn, ignore
        warn(code)

"""PRINT USING: walks through the format as values come.

tests/transcripts/lang/using, numeric rules section 10
"""

from typing import Protocol

from mbasic.errors import BasicError, ErrorCode
from mbasic.values.kinds import Kind
from mbasic.values.print_using import NumericField, StringField, format_number, format_string, next_field
from mbasic.values.warn import Warn


class Paper(Protocol):
    """What PRINT USING prints on."""

    def write(self, text: bytes) -> None:
        """Print as it stands."""
        ...


class Using:
    """One USING with its format; values that are left over begin the format anew."""

    __slots__ = ("_any_field", "_field", "_format", "_paper", "_place", "_warn")

    def __init__(self, paper: Paper, text: bytes, warn: Warn) -> None:
        if not text:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        self._paper = paper
        self._format = text
        self._place = 0
        self._any_field = False
        self._field: NumericField | StringField | None = None
        self._warn = warn

    def reach(self) -> None:
        """Print the literal text up to the next field; ILLEGAL_FUNCTION_CALL if the format has none."""
        self._field = self._next()
        if self._field is None:
            if not self._any_field:
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
            self._place = 0
            self._field = self._next()
        self._any_field = True

    def value(self, kind: str, value: int | float | bytes) -> None:
        """Print `value` in the field reached."""
        match self._field, value:
            case StringField() as field, bytes():
                self._paper.write(format_string(field, value))
            case NumericField() as field, int() | float():
                self._paper.write(format_number(field, Kind(kind), value, self._warn))
            case _:
                raise BasicError(ErrorCode.TYPE_MISMATCH)

    def end(self) -> None:
        """Print the literal text that stands behind the last field used."""
        if self._place < len(self._format):
            self._next()

    def _next(self) -> NumericField | StringField | None:
        literal, field, self._place = next_field(self._format, self._place)
        if literal:
            self._paper.write(literal)
        return field

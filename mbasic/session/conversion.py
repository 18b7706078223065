"""A program file from one of MBASIC's three forms to another, as LOAD and SAVE would do it.

Unlike LOAD and SAVE, a protected program can be converted to the other forms, and what is wrong with a text is said
with the place where it is.
"""

from typing import Final

from msgspec import Struct

from mbasic.errors import BasicError, error_text
from mbasic.language import protected, tokenized
from mbasic.language.lexer import split_line_number
from mbasic.language.lister import MAXIMUM_TEXT, list_body
from mbasic.language.program import Program, split_lines
from mbasic.session.forms import Form as Form


class ConversionError(Exception):
    """The file is no program; the text is BASIC's message and where the line is."""


class Converted(Struct, frozen=True):
    """The file as SAVE writes it, and what its user should know: Overflow in a constant, a text that was cut."""

    data: bytes
    warnings: tuple[str, ...] = ()

    @property
    def needs_cr_lf(self) -> bool:
        """A line of the text holds a line feed of its own: only CR LF tells where lines end."""
        return any(end in self.data.replace(b"\r\n", b"") for end in (b"\n", b"\r"))


_FIRST_BYTES: Final = {tokenized.HEADER: Form.TOKENIZED, protected.HEADER: Form.PROTECTED}


def form_of(data: bytes) -> Form:
    """Return the form of a program file."""
    return _FIRST_BYTES.get(data[0], Form.ASCII) if data else Form.ASCII


def opposite(form: Form) -> Form:
    """Return the form to convert to where none is asked for."""
    return Form.TOKENIZED if form is Form.ASCII else Form.ASCII


def convert(data: bytes, form: Form) -> Converted:
    """Return the program file `data` in `form`. Raises ConversionError."""
    program = Program()
    warnings: list[str] = []
    if form_of(data) is Form.ASCII:
        _type_in(program, data, warnings)
    else:
        program.load_bytes(data, lambda _code: None)
        program.protected = False
    if form is Form.ASCII:
        warnings += [f"{_place(n)}: cut after {MAXIMUM_TEXT} characters" for n, b in program if _is_too_long(b)]
    return Converted(_saved(program, form), tuple(warnings))


def _saved(program: Program, form: Form) -> bytes:
    match form:
        case Form.ASCII:
            return program.save_ascii()
        case Form.TOKENIZED:
            return program.save_tokenized()
        case Form.PROTECTED:
            return program.save_protected()


def _is_too_long(body: bytes) -> bool:
    return len(body) > MAXIMUM_TEXT // 10 and len(list_body(body)) > MAXIMUM_TEXT


def _type_in(program: Program, data: bytes, warnings: list[str]) -> None:
    """LOAD's way with a text; its last line counts even without a line end."""
    lines, rest = split_lines(data)
    for place, text in enumerate([*lines, rest], start=1):
        number = split_line_number(text)[0]

        def warn(code: int, place: int = place, number: int | None = number) -> None:
            warnings.append(_message(code, place, number))

        try:
            program.load_line(text, warn)
        except BasicError as error:
            raise ConversionError(_message(error.code, place, number)) from None


def _message(code: int, place: int, number: int | None) -> str:
    """Syntax error in 30 (line 3 of the file)"""
    line = "" if number is None else f" in {number}"
    return f"{error_text(code).decode()}{line} (line {place} of the file)"


def _place(number: int) -> str:
    return f"line {number}"

r"""The program as the text of an editor, and lines of such a text as the program has them.

    10 PRINT "A"        number, a blank, the text that LIST shows, but all of it: LIST stops at 255 characters

A line feed or a carriage return within a line of the program would end the line in an editor: in its text stand the
controls 1C and 1D, which nobody types.
"""

import re
from typing import Final

from msgspec import Struct

from mbasic.compiler.source_map import SourceMap
from mbasic.errors import BasicError, ErrorCode
from mbasic.language.lexer import MAXIMUM_LINE_NUMBER, crunch, crunch_marked, split_line_number
from mbasic.language.lister import list_body, span_of
from mbasic.language.parser import parse_body
from mbasic.language.program import MAXIMUM_TYPED
from mbasic.machine.places import Place, pc_of

_BLANKS: Final = b" \t\n"
_SHOWN: Final = bytes.maketrans(b"\n\r", b"\x1c\x1d")
_TYPED: Final = bytes.maketrans(b"\x1c\x1d", b"\n\r")
_PLAIN_NUMBER: Final = re.compile(rb"[ \t]*([0-9]{1,5})(?![ \t\x1c]*[0-9])")


class ProgramLine(Struct, frozen=True):
    """A line of the text as the program has it; no `body`: such a line deletes the one of its number."""

    number: int
    body: bytes


def listed(number: int, body: bytes) -> bytes:
    """Return the text of a line of the program, without line end."""
    return b"%d%b%b" % (number, _gap(body), list_body(body).translate(_SHOWN))


def span_in_line(number: int, body: bytes, start: int, end: int) -> tuple[int, int]:
    """Return the columns in `listed` of the bytes from `start` to `end` of the body, a statement."""
    before = len(b"%d" % number) + len(_gap(body))
    first, last = span_of(body, start, end)
    return before + first, before + last


def _gap(body: bytes) -> bytes:
    return b"" if body.startswith(b"\t") else b" "


def number_of(text: bytes) -> int | None:
    """Return the number of a line of an editor's text; None: it is no line of the program."""
    if (match := _PLAIN_NUMBER.match(text)) and int(match[1]) <= MAXIMUM_LINE_NUMBER:
        return int(match[1])
    return split_line_number(text.translate(_TYPED))[0]


def read_line(text: bytes) -> ProgramLine | None:
    """Return a line of an editor's text as it would be kept, None for one without number.

    Raises BasicError as entering it would; a number that is too large becomes the largest there is, without a word.
    """
    typed = text.translate(_TYPED)
    number, rest = split_line_number(typed)
    if number is None:
        return None
    if len(typed) > MAXIMUM_TYPED:
        raise BasicError(ErrorCode.LINE_BUFFER_OVERFLOW, number)
    body = crunch(rest, _ignore)
    return ProgramLine(number, body if body.strip(_BLANKS) else b"")


def _ignore(_code: int) -> None:
    """The constant's value says enough, and an editor's text is no place to print."""


def statement_columns(text: bytes, statement: int) -> tuple[int, int] | None:
    """Return the columns of a statement, counted from 1 as breakpoints do, in a line as its user wrote it."""
    typed = text.translate(_TYPED)
    number, rest = split_line_number(typed)
    crunched = crunch_marked(rest)
    if number is None or crunched.error:
        return None
    source = SourceMap([(number, crunched.body)], parse_body)
    pc = pc_of(source, Place(number, statement))
    if pc is None:
        return None
    shift = len(typed) - len(rest)
    start, end = (crunched.column(place) for place in (source.statements[pc].start, source.statements[pc].end))
    return shift + start, shift + max(start, len(rest[:end].rstrip(_BLANKS)))


class LineChanges(Struct, frozen=True):
    """What makes a program the one of a text: number -> body, None: the line goes. `refused`: number -> error code."""

    bodies: dict[int, bytes | None]
    refused: dict[int, int]


class TextReader:
    """Reads whole texts, and remembers what it has read: the next text is mostly the same."""

    __slots__ = ("_lines",)

    def __init__(self) -> None:
        self._lines: dict[bytes, ProgramLine | BasicError | None] = {}

    def changes(self, text: bytes, program: dict[int, bytes]) -> LineChanges:
        """Compare a text with a program's bodies. A line that cannot be entered leaves the one of its number as it is.

        Of lines with the same number the last counts.
        """
        wanted = self._wanted(text)
        bodies: dict[int, bytes | None] = {}
        refused: dict[int, int] = {}
        for number, (line, there) in wanted.items():
            old = program.get(number)
            if isinstance(there, BasicError):
                if old is None or listed(number, old) != line:
                    refused[number] = there.code
            elif there.body != (old or b"") and (old is None or listed(number, old) != line):
                bodies[number] = there.body or None
        for number in program.keys() - wanted.keys():
            bodies[number] = None
        return LineChanges(bodies, refused)

    def _wanted(self, text: bytes) -> dict[int, tuple[bytes, ProgramLine | BasicError]]:
        known, fresh = self._lines, dict[bytes, ProgramLine | BasicError | None]()
        wanted: dict[int, tuple[bytes, ProgramLine | BasicError]] = {}
        for line in text.split(b"\n"):
            read = known[line] if line in known else _read_or_error(line)
            fresh[line] = read
            if isinstance(read, ProgramLine):
                wanted[read.number] = line, read
            elif read is not None and (number := number_of(line)) is not None:
                wanted[number] = line, read
        self._lines = fresh
        return wanted


def _read_or_error(line: bytes) -> ProgramLine | BasicError | None:
    try:
        return read_line(line.removesuffix(b"\r"))
    except BasicError as error:
        return error

"""What is wrong with the lines of an editor's text, and in which columns; nothing is executed.

Faults are those that the original would find when it gets there: what the line cannot be crunched for, what the parser
finds. `lint_program` looks at all lines together: numbers given twice, jumps to lines that are not there.
"""

import re
from collections.abc import Container, Iterator, Sequence
from typing import Final, cast

from msgspec import Struct

from mbasic.errors import ErrorCode, error_text
from mbasic.language import nodes, tokenized
from mbasic.language.expressions import ExpressionScanner
from mbasic.language.lexer import MAXIMUM_LINE_NUMBER, crunch_marked, split_line_number
from mbasic.language.parser import parse_scanned
from mbasic.language.program import MAXIMUM_TYPED
from mbasic.session.program_text import number_of

_BLANKS: Final = b" \t\n\r"
_NUMBER: Final = re.compile(rb"[ \t]*([0-9]+)")
_WORD: Final = re.compile(rb'"[^"]*"?|[A-Za-z][A-Za-z0-9.]*[$%!#]?|[0-9.]+|.', re.DOTALL)
_REFERENCE: Final = tokenized.LINE_NUMBER

NO_NUMBER: Final = "a program line begins with a number"
NUMBER_TOO_LARGE: Final = f"line numbers end at {MAXIMUM_LINE_NUMBER}"
_HINTS: Final = {
    ErrorCode.SYNTAX_ERROR: "this is not understood here",
    ErrorCode.MISSING_OPERAND: "a value is missing here",
    ErrorCode.OVERFLOW: "the number is too large",
    ErrorCode.OUT_OF_MEMORY: "the expression is too deep",
    ErrorCode.LINE_BUFFER_OVERFLOW: f"a line has at most {MAXIMUM_TYPED} characters",
}


class Fault(Struct, frozen=True):
    """Columns `start` to `end` of the line, from 0, half open and never empty unless the line is."""

    start: int
    end: int
    message: str


class LineFault(Struct, frozen=True):
    """A fault of line number `row` of the text, from 0."""

    row: int
    fault: Fault


# ---- one line -----------------------------------------------------------------------


def lint_line(text: bytes) -> tuple[Fault, ...]:
    """Return the faults of one line of an editor's text; a blank line has none."""
    if not text.strip(_BLANKS):
        return ()
    number, rest = split_line_number(text)
    if number is None:
        return (Fault(*_trimmed(text, 0, len(text)), NO_NUMBER),)
    digits = _NUMBER.match(text)
    if digits is not None and int(digits[1]) > MAXIMUM_LINE_NUMBER:
        return (Fault(digits.start(1), digits.end(1), NUMBER_TOO_LARGE),)
    shift = len(text) - len(rest)
    faults = [_shifted(fault, shift) for fault in _faults(rest)]
    if len(text.rstrip(b"\r")) > MAXIMUM_TYPED:
        faults.append(Fault(MAXIMUM_TYPED, len(text), _message(ErrorCode.LINE_BUFFER_OVERFLOW)))
    return tuple(faults)


def _faults(text: bytes) -> Iterator[Fault]:
    """The faults of what stands behind a line's number."""
    crunched = crunch_marked(text)
    for code, column in crunched.warnings:
        yield _word_at(text, column, code)
    if crunched.error:
        yield _word_at(text, crunched.marks[-1][1], crunched.error)
        return
    for place, code in _parse_faults(crunched.body):
        yield _word_at(text, crunched.column(place), code)


def _message(code: int) -> str:
    text, hint = error_text(code).decode(), _HINTS.get(ErrorCode(code))
    return text if hint is None else f"{text}: {hint}"


def _word_at(text: bytes, column: int, code: int) -> Fault:
    """The word, number or sign at `column`; at the end of a statement, what stands before it."""
    while column < len(text) and text[column] in b" \t":
        column += 1
    if column >= len(text.rstrip(_BLANKS)) or text[column] == ord(":"):
        before = text[:column].rstrip(_BLANKS)
        words = list(_WORD.finditer(before))
        start, end = (words[-1].start(), words[-1].end()) if words else (0, 0)
        return Fault(start, max(end, start + 1), _message(code))
    word = _WORD.match(text, column)
    assert word is not None  # a character stands there
    return Fault(column, word.end(), _message(code))


def _shifted(fault: Fault, shift: int) -> Fault:
    return Fault(fault.start + shift, fault.end + shift, fault.message)


def _trimmed(text: bytes, start: int, end: int) -> tuple[int, int]:
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip(_BLANKS)), start + len(inner.rstrip(_BLANKS))


# ---- what the parser finds ----------------------------------------------------------


class _Watched(ExpressionScanner):
    """A scanner that notes where it fails."""

    __slots__ = ("_fails", "places")

    def __init__(self, body: bytes) -> None:
        self.places: list[int] = []
        self._fails = False
        super().__init__(body)

    @property
    def failed(self) -> bool:
        return self._fails

    @failed.setter
    def failed(self, value: bool) -> None:
        if value and not self._fails:
            self.places.append(self.pos)
        self._fails = value


def _parse_faults(body: bytes) -> list[tuple[int, int]]:
    """(offset in the body, error code) of the first fault of each statement."""
    scan = _Watched(body)
    found: list[tuple[int, int]] = []
    for statement in parse_scanned(scan):
        code = _first_code(statement.node)
        if code:
            place = _place(statement, scan.places)
            if not found or found[-1][0] != place:
                found.append((place, code))
    return found


def _place(statement: nodes.Statement, places: Sequence[int]) -> int:
    inside = (place for place in places if statement.start <= place <= statement.end)
    return next(inside, statement.start)


def _first_code(node: object) -> int:
    """Return the code of the first fault in a node, 0 if there is none."""
    if isinstance(node, nodes.Fault):
        inner = next((code for part in node.before if (code := _first_code(part))), 0)
        return inner or node.code
    if isinstance(node, nodes.FaultStatement):
        return node.code
    if isinstance(node, tuple):
        parts = cast(tuple[object, ...], node)
    else:
        names: tuple[str, ...] = getattr(node, "__struct_fields__", ())
        parts = tuple(getattr(node, name) for name in names)
    return next((code for part in parts if (code := _first_code(part))), 0)


# ---- all lines ----------------------------------------------------------------------


def lint_program(lines: Sequence[bytes]) -> tuple[LineFault, ...]:
    """Return what is wrong between the lines of a text: numbers given twice, jumps to lines that are not there."""
    numbers = [number_of(line) for line in lines]
    last = {number: row for row, number in enumerate(numbers) if number is not None}
    found: list[LineFault] = []
    for row, (line, number) in enumerate(zip(lines, numbers, strict=True)):
        if number is None:
            continue
        if last[number] != row:
            match = _NUMBER.match(line)
            assert match is not None  # it has a number
            found.append(LineFault(row, Fault(match.start(1), match.end(1), f"line {number} comes again below")))
        found += [LineFault(row, fault) for fault in _lost_jumps(line, last)]
    return tuple(found)


def _lost_jumps(line: bytes, there: Container[int]) -> Iterator[Fault]:
    text = split_line_number(line)[1]
    shift = len(line) - len(text)
    crunched = crunch_marked(text)
    if _REFERENCE not in crunched.body:
        return
    for statement in parse_scanned(ExpressionScanner(crunched.body)):
        for target in _targets(statement.node):
            if target not in there:
                place = _reference(crunched.body, statement, target)
                if place is not None:
                    fault = _word_at(text, crunched.column(place), ErrorCode.UNDEFINED_LINE_NUMBER)
                    text_of = f"{error_text(ErrorCode.UNDEFINED_LINE_NUMBER).decode()}: there is no line {target}"
                    yield _shifted(Fault(fault.start, fault.end, text_of), shift)


def _reference(body: bytes, statement: nodes.Statement, target: int) -> int | None:
    wanted = bytes((_REFERENCE,)) + target.to_bytes(2, "little")
    place = body.find(wanted, statement.start, statement.end + 3)
    return place if place >= 0 else None


def _targets(node: nodes.StatementNode) -> tuple[int, ...]:
    """The lines that a statement goes to. Line 0 of ON ERROR and RESUME is none."""
    match node:
        case nodes.Goto(line) | nodes.Gosub(line):
            return (line,)
        case nodes.If(then_line=int(line)) | nodes.Restore(int(line)) | nodes.Run(line=int(line)):
            return (line,)
        case nodes.OnError(int(line)) | nodes.Resume(int(line)) if line:
            return (line,)
        case nodes.OnGo(lines=lines):
            return tuple(line for line in lines if isinstance(line, int))
        case _:
            return ()

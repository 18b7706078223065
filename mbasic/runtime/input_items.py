r"""Splitting what INPUT, READ and INPUT# get into items, and making values of them.

    item of INPUT   [blanks] "text" [blanks]   or   [blanks] text up to `,`   or   [blanks] number [blanks]
    item of READ    the same; a `:` ends a text too
    item of INPUT#  [blanks] "text" or text up to `,` or CR, or a number up to blank, `,` or CR; then blanks and one
                    `,` or CR LF are skipped; junk in a number is no error
    LINE INPUT#     all up to CR; LF is data, and so is a CR behind it

A typed line is looked at as a whole before anything is assigned: a wrong one is `?Redo from start`.
Proof: tests/transcripts/lang/{input,data,sequential}.
"""

from collections.abc import Callable, Sequence

from msgspec import Struct

from mbasic.errors import BasicError, ErrorCode
from mbasic.values import double, single
from mbasic.values.kinds import Kind
from mbasic.values.number_text import parse_number
from mbasic.values.warn import Warn

Value = int | float | bytes
Number = int | float
Scan = Callable[[bytes | bytearray, int], tuple[bytes | None, int, bool]]
"""Reads an item of a file at an offset: its text, where the next begins, whether the data ended meanwhile.

The text is None where there was none. Where the data ended, more of it could make another item.
"""

LONGEST_STRING = 255
_HEX_DIGITS = 4
_LINE_FEED, _QUOTE = b'\n"'

_BLANKS = b" \t\n"
_HEX = b"0123456789ABCDEFabcdef"
_OCTAL = b"01234567" + _BLANKS


def _skip(text: bytes, at: int) -> int:
    """Return the offset of the next character that is no blank, tab or line feed."""
    return len(text) - len(text[at:].lstrip(_BLANKS))


# ---- numbers


def number_from(text: bytes, start: int, is_double: bool, warn: Warn) -> tuple[Kind, Number, int]:
    """Read a number, `&H` and `&O` included: its kind, its value, the offset behind it. No number is a 0."""
    start = _skip(text, start)
    if text[start : start + 1] == b"&":
        value, end = _radix_number(text, start + 1)
        return Kind.INTEGER, value, end
    return parse_number(text, start, is_double, warn)


def _radix_number(text: bytes, start: int) -> tuple[int, int]:
    """A hexadecimal or octal number behind its `&`: 16 bits, as the constants of a program."""
    start = _skip(text, start)
    letter = text[start : start + 1].upper()
    base, allowed = (16, _HEX) if letter == b"H" else (8, _OCTAL)
    behind = text[start + (letter in (b"H", b"O")) :]
    rest = behind.lstrip(allowed)
    digits = behind[: len(behind) - len(rest)].translate(None, _BLANKS)
    value = int(digits or b"0", base)
    if value > 0xFFFF or (base == 16 and len(digits) > _HEX_DIGITS):
        raise BasicError(ErrorCode.OVERFLOW)
    if base == 8 and rest[:1] in (b"8", b"9"):
        raise BasicError(ErrorCode.SYNTAX_ERROR)
    return (value ^ 0x8000) - 0x8000, len(text) - len(rest)


def convert(kind: Kind, value: Number, target: Kind, warn: Warn) -> Number:
    """Return a number of `kind` as a variable of kind `target` holds it; OVERFLOW if an integer cannot."""
    match target, kind:
        case Kind.INTEGER, Kind.SINGLE:
            return single.to_int(value)
        case Kind.INTEGER, Kind.DOUBLE:
            return double.to_int(int(value))
        case Kind.SINGLE, Kind.INTEGER:
            return float(value)
        case Kind.SINGLE, Kind.DOUBLE:
            return double.to_single(int(value), warn)
        case Kind.DOUBLE, Kind.INTEGER:
            return double.from_int(int(value))
        case Kind.DOUBLE, Kind.SINGLE:
            return double.from_single(value)
        case _:
            return value


# ---- READ


class DataItem(Struct, frozen=True):
    """What READ got. `next`: offset of the next item, beyond the text's length if there is none.

    Not `valid`: there is junk behind the item. It is assigned all the same, then comes a Syntax error in the DATA
    line, and READ stays where it was (tests/transcripts/lang/data/data_type_error_trapped).
    """

    value: Value
    next: int
    valid: bool


def read_data(text: bytes, start: int, kind: Kind, warn: Warn) -> DataItem:
    """Read the item at `start` of a DATA statement's text for a variable of `kind`."""
    if kind is Kind.STRING:
        value: Value
        value, end = _string_item(text, start, b":")
    else:
        parsed, number, end = number_from(text, start, kind is Kind.DOUBLE, warn)
        value = convert(parsed, number, kind, warn)
    end = _skip(text, end)
    behind = text[end : end + 1]
    if behind == b",":
        return DataItem(value, end + 1, True)
    return DataItem(value, len(text) + 1, behind in (b"", b":"))


def _string_item(text: bytes, start: int, terminator: bytes = b",") -> tuple[bytes, int]:
    """Read a quoted string, or one up to a comma or `terminator`; return it and the offset behind it."""
    start = _skip(text, start)
    if text[start : start + 1] == b'"':
        end = _find(text, b'"', start + 1, len(text))
        return text[start + 1 : end], min(end + 1, len(text))
    end = _find(text, terminator, start, _find(text, b",", start, len(text)))
    return text[start:end].rstrip(b" "), end


def _find(data: bytes | bytearray, mark: bytes, at: int, end: int) -> int:
    """Return where `mark` is between `at` and `end`, or `end`."""
    found = data.find(mark, at, end)
    return found if found >= 0 else end


# ---- INPUT


class Answer(Struct, frozen=True):
    """What was typed for INPUT, one value a variable. `error` (or 0) comes after these values are assigned.

    40000 for an integer is an Overflow (tests/transcripts/lang/input/input_integer_overflow).
    """

    values: tuple[Value, ...]
    error: int = 0


def parse_answer(line: bytes, kinds: Sequence[Kind], warn: Warn) -> Answer | None:
    """Take a typed line apart for variables of these kinds; None is `?Redo from start`.

    A number that is too big even for its type warns, and then has to be typed again.
    """
    overflows: list[int] = []

    def note(code: int) -> None:
        overflows.append(code)
        warn(code)

    items = _typed_items(line, kinds, note)
    if items is None or overflows:
        return None
    return _converted(items, kinds, warn)


def _typed_items(line: bytes, kinds: Sequence[Kind], warn: Warn) -> list[tuple[Kind, Value]] | None:
    items: list[tuple[Kind, Value]] = []
    at = 0
    for index, kind in enumerate(kinds):
        item, at = _typed_item(line, at, kind, warn)
        items.append(item)
        at = _skip(line, at)
        if line[at : at + 1] != (b"," if index + 1 < len(kinds) else b""):
            return None
        at += 1
    return items


def _typed_item(line: bytes, at: int, kind: Kind, warn: Warn) -> tuple[tuple[Kind, Value], int]:
    if kind is Kind.STRING:
        text, at = _string_item(line, at)
        return (kind, text), at
    parsed, number, at = number_from(line, at, kind is Kind.DOUBLE, warn)
    return (parsed, number), at


def _converted(items: list[tuple[Kind, Value]], kinds: Sequence[Kind], warn: Warn) -> Answer:
    values: list[Value] = []
    for (parsed, value), kind in zip(items, kinds, strict=True):
        if isinstance(value, bytes):
            values.append(value)
            continue
        try:
            values.append(convert(parsed, value, kind, warn))
        except BasicError as error:
            return Answer(tuple(values), error.code)
    return Answer(tuple(values))


# ---- items of files


def file_string(data: bytes | bytearray, at: int) -> tuple[bytes | None, int, bool]:
    """Read a string item of INPUT#: quoted, or up to a comma or CR. Line feeds in a plain one are dropped."""
    at = _skip_file_blanks(data, at)
    if at >= len(data):
        return None, at, True
    if data[at] == _QUOTE:
        return _file_quoted(data, at + 1)
    end = _find(data, b",", at, _line_end(data, at))
    raw = bytes(data[at:end])
    text = _without_feeds(raw)
    if len(text) >= LONGEST_STRING:
        return _cut(raw, at, _without_feeds)
    return text, *_skip_separator(data, end)


def _file_quoted(data: bytes | bytearray, at: int) -> tuple[bytes, int, bool]:
    end = data.find(b'"', at)
    raw = bytes(data[at : end if end >= 0 else None])
    text = _without_nulls(raw)
    if len(text) >= LONGEST_STRING:
        return _cut(raw, at, _without_nulls)
    if end < 0:
        return text, len(data), True
    return text, *_skip_separator(data, _skip_file_blanks(data, end + 1))


def file_number(data: bytes | bytearray, at: int) -> tuple[bytes | None, int, bool]:
    """Read the text of a number item of INPUT#: up to a blank, a comma or CR."""
    at = _skip_file_blanks(data, at)
    if at >= len(data):
        return None, at, True
    end = _find(data, b" ", at, _find(data, b",", at, _line_end(data, at)))
    text = bytes(data[at:end]).replace(b"\r", b"")
    return text[:LONGEST_STRING], *_skip_separator(data, _skip_file_blanks(data, end))


def file_line(data: bytes | bytearray, at: int) -> tuple[bytes | None, int, bool]:
    """Read a line of LINE INPUT#: up to CR, at most 255 characters; the rest is the next line."""
    if at >= len(data):
        return None, at, True
    end = _line_end(data, at)
    raw = bytes(data[at:end])
    text = _without_nulls(raw)
    if len(text) >= LONGEST_STRING:
        return _cut(raw, at, _without_nulls)
    return text, *_skip_line_end(data, end)


def _line_end(data: bytes | bytearray, at: int) -> int:
    """Return where the next CR is that does not follow a line feed."""
    end = data.find(b"\r", at)
    while end > at and data[end - 1] == _LINE_FEED:
        end = data.find(b"\r", end + 1)
    return end if end >= 0 else len(data)


def _without_feeds(raw: bytes) -> bytes:
    """A plain item loses its line feeds, with the CR behind one, and NULs."""
    return raw.replace(b"\n\r", b"").translate(None, b"\n\0")


def _without_nulls(raw: bytes) -> bytes:
    return raw.translate(None, b"\0")


def _skip_file_blanks(data: bytes | bytearray, at: int) -> int:
    while data[at : at + 1] == b" ":
        at += 1
    return at


def _skip_separator(data: bytes | bytearray, at: int) -> tuple[int, bool]:
    if data[at : at + 1] == b",":
        return at + 1, False
    return _skip_line_end(data, at)


def _skip_line_end(data: bytes | bytearray, at: int) -> tuple[int, bool]:
    """Go behind a CR, and a LF that follows it; tell whether the data ended before that was certain."""
    if data[at : at + 1] == b"\r":
        at += 1
        if data[at : at + 1] == b"\n":
            return at + 1, False
    return at, at >= len(data)


def _cut(raw: bytes, at: int, clean: Callable[[bytes], bytes]) -> tuple[bytes, int, bool]:
    """End an item at 255 characters; reading goes on right behind the last (sequential/long_line_input_file)."""
    size = LONGEST_STRING
    while len(clean(raw[:size])) < LONGEST_STRING:
        size += 1
    return clean(raw[:size]), at + size, False

"""Items of INPUT, READ and INPUT#, as recorded in tests/transcripts/lang/{input,data,sequential}."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime.input_items import (
    Answer,
    Scan,
    Value,
    file_line,
    file_number,
    file_string,
    number_from,
    parse_answer,
    read_data,
)
from mbasic.values import double
from mbasic.values.kinds import Kind
from mbasic.values.warn import ignore

INTEGER, SINGLE, DOUBLE, STRING = Kind


def kinds_of(signs: str) -> list[Kind]:
    return [Kind(sign) for sign in signs]


@pytest.mark.parametrize(
    ("line", "signs", "values"),
    [
        (b"42", "!", (42.0,)),
        (b"hello world", "$", (b"hello world",)),
        # input_empty_number
        (b"", "!", (0.0,)),
        (b"", "$", (b"",)),
        (b",", "!!", (0.0, 0.0)),
        # input_spaces
        (b"   lead and trail   ", "$", (b"lead and trail",)),
        (b"  a b  ,  c d  ", "$$", (b"a b", b"c d")),
        (b" 1 2 , 3 4 ", "!!", (12.0, 34.0)),
        # input_quote_odd, input_mixed_redo
        (b'"unterminated', "$", (b"unterminated",)),
        (b'mid"quote', "$", (b'mid"quote',)),
        (b'"x"   ', "$", (b"x",)),
        (b'Ann,5,"Paris, France"', "$!$", (b"Ann", 5.0, b"Paris, France")),
        # input_number_bad
        (b"1E", "!", (1.0,)),
        (b"a\tb", "$", (b"a\tb",)),
        (b"&HFF,&17,&O17", "%%!", (255, 15, 15.0)),
        (b"&HFFFF", "%", (-1,)),
        (b"2.5", "%", (3,)),
        (b"-.5", "#", (double.div(double.from_int(-1), double.from_int(2), ignore),)),
        (b"1:2", "$", (b"1:2",)),
    ],
)
def test_answer(line: bytes, signs: str, values: tuple[Value, ...]) -> None:
    assert parse_answer(line, kinds_of(signs), ignore) == Answer(values)


@pytest.mark.parametrize(
    ("line", "signs"),
    [
        (b"2+3", "!"),
        (b"B", "!"),
        (b"--5", "!"),
        (b"5-3", "!"),
        (b"$5", "!"),
        (b"1.2.3", "!"),
        (b"", "!!"),
        (b"1", "!!"),
        (b"1,2,3", "!!"),
        (b"a,b", "$"),
        (b"1,", "!"),
        (b'"abc"def', "$"),
        (b"&HG", "!"),
        (b"Ann,x,Paris", "$!$"),
    ],
)
def test_redo(line: bytes, signs: str) -> None:
    assert parse_answer(line, kinds_of(signs), ignore) is None


def test_a_number_beyond_its_type_warns_and_is_asked_again() -> None:
    warnings: list[int] = []
    assert parse_answer(b"1E40", [SINGLE], warnings.append) is None
    assert warnings == [ErrorCode.OVERFLOW]


def test_what_stands_before_an_integer_overflow_is_assigned() -> None:
    """input_integer_overflow."""
    assert parse_answer(b"1,40000,3", [INTEGER] * 3, ignore) == Answer((1,), ErrorCode.OVERFLOW)


def read_all(text: bytes, kinds: Sequence[Kind]) -> list[Value]:
    values: list[Value] = []
    at = 0
    for kind in kinds:
        item = read_data(text, at, kind, ignore)
        assert item.valid
        values.append(item.value)
        at = item.next
    assert at > len(text)
    return values


@pytest.mark.parametrize(
    ("text", "signs", "values"),
    [
        (b" A,,B,", "$$$$", [b"A", b"", b"B", b""]),
        (b" 1,2,", "!!!", [1.0, 2.0, 0.0]),
        (b" ONE,TWO 'NOT A COMMENT,THREE ", "$$$", [b"ONE", b"TWO 'NOT A COMMENT", b"THREE"]),
        (b' PRINT "X",MID"DLE,"A,B:C" ', "$$$", [b'PRINT "X"', b'MID"DLE', b"A,B:C"]),
        (b" 007,1.50,1E5", "$$$", [b"007", b"1.50", b"1E5"]),
        (b" &HF,&O17,5%,1 2 3", "!!!!", [15.0, 15.0, 5.0, 123.0]),
        (b"", "$", [b""]),
        (b"40000", "!", [40000.0]),
    ],
)
def test_data(text: bytes, signs: str, values: list[Value]) -> None:
    assert read_all(text, kinds_of(signs)) == values


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [(b"ABC", SINGLE, 0.0), (b"12XY", SINGLE, 12.0), (b'"ABC"DEF', STRING, b"ABC"), (b"1 A", INTEGER, 1)],
)
def test_junk_in_data_is_noticed_behind_the_value(text: bytes, kind: Kind, value: Value) -> None:
    """data_type_error, data_quote_then_text."""
    item = read_data(text + b",5", 0, kind, ignore)
    assert (item.value, item.valid) == (value, False)


@pytest.mark.parametrize(
    ("text", "code"),
    [(b"40000", ErrorCode.OVERFLOW), (b"&H12345", ErrorCode.OVERFLOW), (b"&O18", ErrorCode.SYNTAX_ERROR)],
)
def test_data_that_no_integer_holds(text: bytes, code: int) -> None:
    with pytest.raises(BasicError) as failure:
        read_data(text, 0, INTEGER, ignore)
    assert failure.value.code == code


def scan_all(scan: Scan, data: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 0
    while True:
        text, at, _ = scan(data, at)
        if text is None:
            return found
        found.append(text)


@pytest.mark.parametrize(
    ("data", "numbers"),
    [
        (b"1,2,3\r\n  4   5  6\r\n", [1, 2, 3, 4, 5, 6]),
        (b',9\r\nabc,12x\r\n"10",1 1\r\n\r\n7', [0, 9, 0, 12, 0, 1, 1, 0, 7]),
        (b" 1 \r\n 2  3 \r\n 4 , 5 \r\n", [1, 2, 3, 4, 5]),
        (b"1\n2 3\n\r4,5   ", [12, 34, 5]),
        (b"&HFF", [255]),
    ],
)
def test_numbers_of_a_file(data: bytes, numbers: list[int]) -> None:
    """input_file_numbers, input_file_across_lines."""
    assert [number_from(text, 0, False, ignore)[1] for text in scan_all(file_number, data)] == numbers


@pytest.mark.parametrize(
    ("data", "strings"),
    [
        (b'  A B ,"C,\r\nD" , E\r\nF', [b"A B ", b"C,\r\nD", b"E", b"F"]),
        (b"\r\nX\r\n", [b"", b"X"]),
        (b'"A"B,C', [b"A", b"B", b"C"]),
        (b"one\ntwo\n\rthree\0\r\n", [b"onetwothree"]),
        (b"A" * 255 + b"B\r\n", [b"A" * 255, b"B"]),
        (b'"' + b"A" * 256 + b'"', [b"A" * 255, b'A"']),
        (b'"open', [b"open"]),
    ],
)
def test_strings_of_a_file(data: bytes, strings: list[bytes]) -> None:
    assert scan_all(file_string, data) == strings


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"one\ntwo\r\nthree\r\n", [b"one\ntwo", b"three"]),
        (b'A\n\rB\r\n\r\n C, "D\r\r\nE', [b"A\n\rB", b"", b' C, "D', b"", b"E"]),
        (b"A" * 300 + b"\r\n", [b"A" * 255, b"A" * 45]),
        (b"A\0B\r\n", [b"AB"]),
    ],
)
def test_lines_of_a_file(data: bytes, lines: list[bytes]) -> None:
    """input_file_lf_only, long_line_input_file."""
    assert scan_all(file_line, data) == lines


PIECES = st.lists(
    st.sampled_from([b"A", b"1", b" ", b",", b'"', b"\r", b"\n", b"\0", b"\r\n", b"X" * 254, b" " * 9]), max_size=12
)


@given(PIECES, PIECES, st.sampled_from([file_string, file_number, file_line]))
def test_an_item_that_did_not_meet_the_end_does_not_depend_on_what_follows(
    first: list[bytes], rest: list[bytes], scan: Scan
) -> None:
    """This is what lets files be read in pieces."""
    data = b"".join(first)
    text, at, ended = scan(data, 0)
    assert at <= len(data)
    if not ended:
        assert scan(data + b"".join(rest), 0) == (text, at, False)

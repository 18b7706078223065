"""Texts of constants, &H and &O, and what LIST writes."""

import pytest

from mbasic.errors import BasicError, ErrorCode
from mbasic.values import double
from mbasic.values.kinds import Kind
from mbasic.values.number_text import format_double, list_double, list_single, parse_hex_octal, parse_number, val
from mbasic.values.warn import ignore


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b"32767", Kind.INTEGER),
        (b"32768", Kind.SINGLE),
        (b"-32768", Kind.INTEGER),
        (b"0000001234567", Kind.SINGLE),
        (b"12345678", Kind.DOUBLE),
        (b"1.2345670", Kind.DOUBLE),
        (b".", Kind.SINGLE),
        (b"1E5", Kind.SINGLE),
        (b"12345678E2", Kind.DOUBLE),
        (b"12345678!", Kind.SINGLE),
        (b"1D0", Kind.DOUBLE),
        (b"1.5%", Kind.INTEGER),
    ],
)
def test_kinds_of_constants(text: bytes, kind: Kind) -> None:
    assert parse_number(text, 0, False, ignore)[0] is kind


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (b"1.5.5", b".5"),
        (b"5ELSE", b"ELSE"),
        (b"5ERL", b"RL"),
        (b"5DATA", b"ATA"),
        (b"1E5#", b"#"),
        (b"1 2 3 ,", b","),
        (b"1 E + 2 X", b"X"),
        (b"ABC", b"ABC"),
    ],
)
def test_where_a_number_ends(text: bytes, rest: bytes) -> None:
    assert text[parse_number(text, 0, False, ignore)[2] :] == rest


def test_a_percent_sign_asks_for_an_integer() -> None:
    assert parse_number(b"2.5%", 0, False, ignore)[:2] == (Kind.INTEGER, 3)
    assert parse_number(b"2.5%", 0, True, ignore)[:2] == (Kind.INTEGER, 3)
    with pytest.raises(BasicError) as caught:
        parse_number(b"40000%", 0, False, ignore)
    assert caught.value.code == ErrorCode.OVERFLOW


@pytest.mark.parametrize(
    ("text", "number", "end"),
    [
        (b"&HFF", 255, 4),
        (b"&hffff", -1, 6),
        (b"&H8000", -32768, 6),
        (b"&HG", 0, 2),
        (b"&H 1", 0, 2),
        (b"&17+", 15, 3),
        (b"&O177777", -1, 8),
        (b"&O000000017", 15, 11),
        (b"&", 0, 1),
        (b"&X", 0, 1),
    ],
)
def test_hexadecimal_and_octal(text: bytes, number: int, end: int) -> None:
    assert parse_hex_octal(text, 0) == (number, end)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"&H00001", ErrorCode.OVERFLOW),
        (b"&H10000", ErrorCode.OVERFLOW),
        (b"&O200000", ErrorCode.OVERFLOW),
        (b"&O18", ErrorCode.SYNTAX_ERROR),
        (b"&9", ErrorCode.SYNTAX_ERROR),
    ],
)
def test_hexadecimal_and_octal_errors(text: bytes, code: ErrorCode) -> None:
    with pytest.raises(BasicError) as caught:
        parse_hex_octal(text, 0)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (b"", b" 0"),
        (b"--5", b" 0"),
        (b"\t 12ABC", b" 12"),
        (b"1,000", b" 1"),
        (b" &HFF", b" 255"),
        (b"&17", b" 15"),
        (b"-.5E-2", b"-5.000000000000001D-03"),
        (b"5%", b" 5"),
        (b"1.1!", b" 1.100000023841858"),
    ],
)
def test_val(text: bytes, printed: bytes) -> None:
    assert format_double(val(text, ignore)) == printed


@pytest.mark.parametrize(
    ("typed", "listed"),
    [
        (b"1E5", b"100000!"),
        (b"1.50", b"1.5"),
        (b"5!", b"5!"),
        (b".0!", b"0!"),
        (b"1000000", b"1E+06"),
        (b"123456.7", b"123457!"),
        (b"5#", b"5#"),
        (b"1.23456789", b"1.23456789#"),
        (b"1D-10", b".0000000001#"),
        (b"1D20", b"1D+20"),
        (b"3.14159265358979#", b"3.141592653589791#"),
    ],
)
def test_list(typed: bytes, listed: bytes) -> None:
    kind, value, _ = parse_number(typed, 0, False, ignore)
    assert (list_double(int(value)) if kind is Kind.DOUBLE else list_single(value)) == listed


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        (b"1D-15", b" .000000000000001"),
        (b"1D-16", b" 1D-16"),
        (b".01234567890123456#", b" .01234567890123456"),
        (b"1.234567890123456D-3", b" 1.234567890123456D-03"),
    ],
)
def test_small_doubles(text: bytes, printed: bytes) -> None:
    assert format_double(int(parse_number(text, 0, True, ignore)[1])) == printed


def test_only_the_first_overflow_of_a_number_is_told() -> None:
    messages: list[int] = []
    value = val(b"9" * 60 + b"E99", messages.append)
    assert (value, messages) == (double.MAXIMUM, [ErrorCode.OVERFLOW])


def test_an_overflow_may_raise() -> None:
    def trap(code: int) -> None:
        raise BasicError(ErrorCode(code))

    with pytest.raises(BasicError):
        val(b"1E39", trap)

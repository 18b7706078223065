"""Crunching, rule by rule. The bytes are those the original stored (direct/saved, direct/entry)."""

import pytest

from mbasic.errors import BasicError, ErrorCode
from mbasic.language.lexer import MAXIMUM_BODY, crunch, split_line_number
from tests.language.recorded import ignore


def stored(text: bytes) -> str:
    return crunch(text, ignore).hex(" ").upper()


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (b"GOTO 10", "89 20 0E 0A 00"),
        (b"GO TO 10", "89 20 0E 0A 00"),
        (b"go to 10", "89 20 0E 0A 00"),
        (b"GO  TO 10", "8D 0E 0A 00"),
        (b"GO SUB 10", "8D 0E 0A 00"),
        (b"GO SUB10", "8D 0E 00 00"),
        (b"GO SUB:PRINT", "8D 91"),
        (b"GO SUB", "8D"),
        (b"GO TOX", "47 4F 20 54 4F 58"),
        (b"GO  SUB", "47 4F 20 20 53 55 42"),
        (b"GO\tTO", "47 4F 09 CE"),
        (b"GO=1", "47 4F F0 12"),
    ],
)
def test_go_words(text: bytes, body: str) -> None:
    assert stored(text) == body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (b"PRINTA", "50 52 49 4E 54 41"),
        (b"GOTO10", "47 4F 54 4F 31 30"),
        (b'PRINT"A"', "91 22 41 22"),
        (b"print#1", "91 23 12"),
        (b"5AND 6", "16 F7 20 17"),
        (b"LEFT$(A$,1)", "FF 81 28 41 24 2C 12 29"),
        (b"LEFT$A", "4C 45 46 54 24 41"),
        (b"LEFT (1)", "4C 45 46 54 20 28 12 29"),
        (b"TAB(1)", "D0 12 29"),
        (b"TAB (1)", "54 41 42 20 28 12 29"),
        (b"FNX", "D3 58"),
        (b"FNFOR", "D3 82"),
        (b"USR1", "D2 12"),
        (b"abc.1", "41 42 43 2E 31"),
        (b"?", "91"),
        (b"?A", "91 41"),
        (b"A<=B", "41 F1 F0 42"),
        (b"ELSE", "3A A2"),
        (b":ELSE", "3A 3A A2"),
        (b"'x", "3A 8F DB 78"),
        (b"REM'x", "8F 27 78"),
        (b"WHILE A", "B4 F2 20 41"),
        (b'DATA a,"b:c",d:print', "84 20 61 2C 22 62 3A 63 22 2C 64 3A 91"),
        (b'"open', "22 6F 70 65 6E"),
    ],
)
def test_words_and_names(text: bytes, body: str) -> None:
    assert stored(text) == body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (b"9", "1A"),
        (b"26", "0F 1A"),
        (b"00256", "1C 00 01"),
        (b"1 2 3 ", "0F 7B 20"),
        (b"&HFF", "0C FF 00"),
        (b"&17", "0B 0F 00"),
        (b"&H 1", "0C 00 00 20 12"),
        (b"&HG", "0C 00 00 47"),
        (b"&", "0B 00 00"),
    ],
)
def test_whole_constants(text: bytes, body: str) -> None:
    assert stored(text) == body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (b"1.5", "1D 00 00 40 81"),
        (b"1 . 5 ", "1D 00 00 40 81 20"),
        (b"1.5#", "1F 00 00 00 00 00 00 40 81"),
        (b"32768", "1D 00 00 00 90"),
        (b"1E5#", "1D 00 50 43 91 23"),
        (b"2.5%", "14"),
        (b".", "1D 00 00 00 00"),
        (b"5ELSE", "16 3A A2"),
        (b"5DATA", "1F 00 00 00 00 00 00 20 83 41 54 41"),
    ],
)
def test_fractions_and_exponents(text: bytes, body: str) -> None:
    assert stored(text) == body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (b"A 5", "41 20 35"),
        (b"A 1E5", "41 20 31 45 35"),
        (b"A$ 5", "41 24 20 16"),
        (b"A(1) 5", "41 28 12 29 20 16"),
        (b"A &HF", "41 20 0C 0F 00"),
        (b"FNA 5", "D3 41 20 35"),
        (b"OPTION BASE 1", "BA 20 42 41 53 45 20 31"),
        (b'A"x"5', "41 22 78 22 35"),
    ],
)
def test_digits_behind_a_name_stay_digits(text: bytes, body: str) -> None:
    assert stored(text) == body


@pytest.mark.parametrize(
    ("text", "body"),
    [
        (b"GOTO 65530", "89 20 0E 99 19 0E 00 00"),
        (b"GOTO 1.5", "89 20 0E 01 00 2E 0E 05 00"),
        (b"GOTO 1 0 ", "89 20 0E 0A 00 20"),
        (b"GOTO A,10", "89 20 41 2C 0F 0A"),
        (b"10=ERL", "0F 0A F0 D6"),
        (b"ERL+10,20", "D6 F2 0E 0A 00 2C 0E 14 00"),
        (b"ERL AND 10", "D6 20 F7 20 0F 0A"),
        (b"GOTO:10", "89 3A 0F 0A"),
        (b"RETURN 10", "8E 20 0F 0A"),
        (b'RUN "X",10', "8A 20 22 58 22 2C 0E 0A 00"),
        (b'CHAIN "X",10', "B9 20 22 58 22 2C 0F 0A"),
    ],
)
def test_line_numbers(text: bytes, body: str) -> None:
    assert stored(text) == body


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"A=40000%", ErrorCode.OVERFLOW),
        (b"A=&HFFFFF", ErrorCode.OVERFLOW),
        (b"A=&H00001", ErrorCode.OVERFLOW),
        (b"A=&O1777777", ErrorCode.OVERFLOW),
        (b"A=&O18", ErrorCode.SYNTAX_ERROR),
        (b"A=&9", ErrorCode.SYNTAX_ERROR),
        (b".," * 127, ErrorCode.LINE_BUFFER_OVERFLOW),
    ],
)
def test_a_refused_line(text: bytes, code: ErrorCode) -> None:
    with pytest.raises(BasicError) as error:
        crunch(text, ignore)
    assert error.value.code == code


def test_a_body_may_fill_the_buffer() -> None:
    assert len(crunch(b"." * 62 + b"ABCD", ignore)) == MAXIMUM_BODY


def test_a_constant_too_large_warns_and_becomes_the_largest_number() -> None:
    warnings: list[int] = []
    assert crunch(b"A=1E39:B=1D39", warnings.append).hex() == "41f01dffff7fff3a42f01fffffffffffff7fff"
    assert warnings == [ErrorCode.OVERFLOW, ErrorCode.OVERFLOW]


def test_bytes_beyond_ascii_stay_only_where_nothing_is_crunched() -> None:
    assert crunch(b'\xe9A="\xe9":REM \xe9', ignore) == b'A\xf0"\xe9":\x8f \xe9'
    assert crunch(b"DATA \x8f:A\x0e=1", ignore) == b"\x84 \x8f:A \xf0\x12"


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        (b"10 PRINT", 10, b"PRINT"),
        (b"10PRINT", 10, b"PRINT"),
        (b"  3 0   X", 30, b"  X"),
        (b"10 \tX", 10, b"\tX"),
        (b"10\tX", 10, b"\tX"),
        (b"10.5 X", 10, b".5 X"),
        (b"40 1A=5", 401, b"A=5"),
        (b"65529", 65529, b""),
        (b"65536 X", 6553, b"6 X"),
        (b"10", 10, b""),
        (b"10   ", 10, b"  "),
        (b"-5 X", None, b"-5 X"),
        (b" PRINT 5", None, b" PRINT 5"),
        (b"", None, b""),
    ],
)
def test_the_number_in_front(text: bytes, number: int | None, rest: bytes) -> None:
    assert split_line_number(text) == (number, rest)

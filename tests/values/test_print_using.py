"""PRINT USING as in tests/transcripts/lang/using: the formats, and the fields filled."""

import pytest

from mbasic.errors import BasicError, ErrorCode
from mbasic.values.kinds import Kind
from mbasic.values.number_text import parse_number
from mbasic.values.print_using import Field, NumericField, StringField, format_number, format_string, next_field
from mbasic.values.warn import ignore


def fields(form: bytes) -> list[bytes | Field]:
    """Literal texts and fields in their order."""
    parts: list[bytes | Field] = []
    position = 0
    while position < len(form):
        literal, field, position = next_field(form, position)
        parts += [literal] * bool(literal) + ([field] if field is not None else [])
    return parts


def using(form: bytes, number: bytes) -> bytes:
    """What PRINT USING form; number prints."""
    literal, field, end = next_field(form, 0)
    assert isinstance(field, NumericField)
    kind, value, _ = parse_number(number, 0, False, ignore)
    return literal + format_number(field, kind, value, ignore) + next_field(form, end)[0]


def test_string_fields() -> None:
    assert fields(rb"\  \!&\\") == [StringField(4), StringField(1), StringField(None), StringField(2)]
    assert fields(rb"\ABC\!") == [rb"\ABC" + b"\\", StringField(1)]
    assert fields(b"+!") == [b"+", StringField(1)]


@pytest.mark.parametrize(
    ("form", "parts"),
    [
        (b"A_#_", [b"A#_"]),
        (b"__!", [b"_", StringField(1)]),
        (b"-##", [b"-", NumericField(2)]),
        (b"$#*", [b"$", NumericField(1), b"*"]),
        (b"++##", [b"+", NumericField(3, plus=True)]),
        (b"+##+", [NumericField(3, plus=True), b"+"]),
        (b",##.#,", [b",", NumericField(2, 2), b","]),
        (b"#.#.#", [NumericField(1, 2), NumericField(0, 2)]),
        (b"..#", [b".", NumericField(0, 2)]),
        (b"#^^^^^", [NumericField(1, exponent=True), b"^"]),
        (b"##-#", [NumericField(2, trailing=True), NumericField(1)]),
        (b"##+", [NumericField(2, plus=True, trailing=True)]),
        (b"**$,#", [NumericField(5, stars=True, dollar=True, commas=True)]),
    ],
)
def test_formats(form: bytes, parts: list[bytes | Field]) -> None:
    assert fields(form) == parts


def test_strings() -> None:
    assert format_string(StringField(4), b"ABCDEF") == b"ABCD"
    assert format_string(StringField(4), b"AB") == b"AB  "
    assert format_string(StringField(1), b"") == b" "
    assert format_string(StringField(None), b"ANY") == b"ANY"


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [
        (b"##,###", b"-12345", b"%-12,345"),
        (b"###,###,###", b"1234567", b"  1,234,570"),
        (b"#,#,#", b"123", b"  123"),
        (b"$$##,###.##", b"12345.67", b" $12,345.70"),
        (b"$$", b"55", b"%$55"),
        (b"$$.##", b".5", b"$0.50"),
        (b"-$$##", b"-5", b"- -$5"),
        (b"**$#", b"-5", b"*-$5"),
        (b"**#.##-", b"-2.5", b"**2.50-"),
        (b"+**##", b"5", b"***+5"),
        (b"#.##", b"-.5", b"-.50"),
        (b".##", b"-.5", b"%-.50"),
        (b".##", b".999", b"%1.00"),
        (b"##.##", b"-.001", b"-0.00"),
        (b"##.##-", b"-.001", b" 0.00-"),
        (b"#", b"-.2", b"%-0"),
        (b"###", b"-.5", b" -1"),
        (b"###", b"-1E20", b"% 1E+20"),
        (b"#####################", b"1D20", b"% 1D+20"),
        (b"##.####################", b".666666666666666667", b" 0.66666666666666670000"),
        (b"##.##^^^^", b"234.56", b" 2.35E+02"),
        (b".####^^^^", b"888888", b".0889E+07"),
        (b"#.###^^^^", b"9.9999", b"1.000E+01"),
        (b"##^^^^", b"12345", b" 1E+04"),
        (b"##.##^^^^+", b"5", b"50.00E-01+"),
        (b"$$##.##^^^^", b"5", b"$500.00E-02"),
        (b"##.###^^^^", b"1D-20", b" 1.000D-20"),
        (b"##.##^^^", b"5", b" 5.00^^^"),
    ],
)
def test_numbers(form: bytes, number: bytes, text: bytes) -> None:
    assert using(form, number) == text


def test_many_decimals_with_exponent_and_no_place_before_the_point() -> None:
    assert using(b".#####^^^^", b"1.5") == b".01500E+02"
    assert using(b".########^^^^", b"1.5") == b".01500000E+02"


def test_twenty_four_places_are_the_most() -> None:
    assert using(b"#" * 24, b"5") == b" " * 23 + b"5"
    with pytest.raises(BasicError) as caught:
        using(b"#" * 22 + b".##", b"5")
    assert caught.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL


def test_a_zero_with_leftover_bits_is_a_zero() -> None:
    assert format_number(NumericField(2, 2), Kind.DOUBLE, (1 << 56) - 1, ignore) == b" 0.0"

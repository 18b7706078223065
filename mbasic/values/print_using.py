r"""PRINT USING, a field at a time: split a format into literal text and fields, fill a field with a value.

    numeric   [+] [** | $$ | **$] { # | , } [. { # }] [^^^^] [+ | -]      trailing sign only without the leading one
    string    !   one character        \  \   as many as the marks and blanks between them        &   all
    _ c       the character c itself

A numeric field begins at `#`, `.#`, `**` or `$$`, or at a `+` before one of them; anything else is literal. Numbers
are scaled to 6 (16) digits as PRINT does and, where the field shows fewer decimals, divided by ten as often, each
step rounded; then 1/2 is added and the rest cut. Proof: tests/numeric/print_using.public.csv,
tests/transcripts/lang/using/*.
"""

from functools import lru_cache

from msgspec import Struct

from mbasic.errors import BasicError, ErrorCode
from mbasic.values import double, single
from mbasic.values.kinds import Kind
from mbasic.values.number_text import (
    DOUBLE_DIGITS,
    SINGLE_DIGITS,
    format_double,
    format_single,
    scale_double,
    scale_single,
)
from mbasic.values.warn import Warn, ignore

MOST_PLACES = 24
_SINGLE_FREE = single.from_bits(0xB60E1BCA)  # from 1E16 on numbers are printed without format
_DOUBLE_FREE = 0xB60E1BC9BF040000
_HALF = 0x80 << 56


class NumericField(Struct, frozen=True):
    """A numeric field: `before` counts the places before the point (a leading `+` too), `after` those behind it and 1
    for the point, 0 without one.
    """

    before: int
    after: int = 0
    plus: bool = False
    trailing: bool = False
    stars: bool = False
    dollar: bool = False
    commas: bool = False
    exponent: bool = False


class StringField(Struct, frozen=True):
    """A string field of `width` characters; None takes all of the string."""

    width: int | None


Field = NumericField | StringField


@lru_cache(maxsize=256)
def next_field(form: bytes, position: int) -> tuple[bytes, Field | None, int]:
    """Return the literal text from `position` on, the field behind it (None: no more), and the place behind both."""
    literal = bytearray()
    while position < len(form):
        field, end = _field_at(form, position)
        if field is not None:
            return bytes(literal), field, end
        if form[position : position + 1] == b"_" and position + 1 < len(form):
            position += 1
        literal.append(form[position])
        position += 1
    return bytes(literal), None, position


def _field_at(form: bytes, start: int) -> tuple[Field | None, int]:
    mark = form[start : start + 1]
    if mark == b"!":
        return StringField(1), start + 1
    if mark == b"&":
        return StringField(None), start + 1
    if mark == b"\\":
        end = start + 1
        while form[end : end + 1] == b" ":
            end += 1
        return (StringField(end + 1 - start), end + 1) if form[end : end + 1] == b"\\" else (None, start)
    digits = start + (mark == b"+")
    if form[digits : digits + 1] == b"#" or form[digits : digits + 2] in (b".#", b"**", b"$$"):
        return _numeric_field(form, digits, mark == b"+")
    return None, start


def _numeric_field(form: bytes, start: int, plus: bool) -> tuple[NumericField, int]:
    """Read the field whose places begin at `start`, behind the leading `+`, which is a place too."""
    end = start
    if stars := form.startswith(b"**", end):
        end += 2
    if dollar := form.startswith(b"$" if stars else b"$$", end):
        end += 1 if stars else 2
    first = end
    while form[end : end + 1] in (b"#", b","):
        end += 1
    commas = b"," in form[first:end]
    before = end - start + plus
    point = end
    if form[end : end + 1] == b".":
        end += 1
        while form[end : end + 1] == b"#":
            end += 1
    after = end - point
    if exponent := form.startswith(b"^^^^", end):
        end += 4
    trailing = not plus and form[end : end + 1] in (b"+", b"-")
    if trailing:
        plus = form[end : end + 1] == b"+"
        end += 1
    return NumericField(before, after, plus, trailing, stars, dollar, commas, exponent), end


def format_string(field: StringField, value: bytes) -> bytes:
    """Return a string cut or filled with blanks to the field's width."""
    return value if field.width is None else value[: field.width].ljust(field.width)


def format_number(field: NumericField, kind: Kind, value: float, warn: Warn) -> bytes:
    """Return a number in its field, `%` in front where it does not fit.

    Raises BasicError(ILLEGAL_FUNCTION_CALL) for more than 24 places. No step overflows: `warn` is never called.
    """
    if field.before + field.after > MOST_PLACES:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    if kind is not Kind.DOUBLE:
        kind = Kind.SINGLE  # an integer comes out as the single of its value
    negative, magnitude = _split_sign(kind, value)
    sign = b"-" if negative else b"+" if field.plus else b" "
    if field.exponent:
        whole, tail = _with_exponent(field, kind, magnitude)
    elif magnitude >= (_DOUBLE_FREE if kind is Kind.DOUBLE else _SINGLE_FREE):
        return b"%" + (format_double(int(magnitude)) if kind is Kind.DOUBLE else format_single(magnitude))
    else:
        whole, tail = _fixed(field, kind, magnitude)
    return _fit(field, sign, whole.lstrip(b"0,") or b"0", tail)


def _split_sign(kind: Kind, value: float) -> tuple[bool, float]:
    """Return whether a number is negative, and its magnitude; a zero's other bits are cleared."""
    if kind is Kind.DOUBLE:
        order = double.sign(int(value))
        return order < 0, double.abs_(int(value)) if order else 0
    return value < 0, abs(float(value))


def _fixed(field: NumericField, kind: Kind, magnitude: float) -> tuple[bytes, bytes]:
    """Return what stands before the point, and the point with what follows."""
    decimals = max(field.after - 1, 0)
    whole, fraction = _fixed_digits(kind, magnitude, decimals)
    if field.commas:
        whole = _with_commas(whole)
    return whole, b"." + fraction.ljust(decimals, b"0") if field.after else b""


def _fixed_digits(kind: Kind, magnitude: float, decimals: int) -> tuple[bytes, bytes]:
    """Return the digits before the point, and those behind it as far as they are known, rounded to `decimals`."""
    if kind is Kind.SINGLE and magnitude < 1e6 and magnitude == (n := int(magnitude)):
        return b"%d" % n, b""  # every step of the scaling is exact
    scaled, power = _scale(kind, magnitude)
    digits = _rounded(kind, scaled, -power - decimals)
    if power >= 0:
        return digits + b"0" * power, b""
    shown = min(-power, decimals)
    digits = digits.rjust(shown, b"0")
    return digits[: len(digits) - shown], digits[len(digits) - shown :]


def _with_exponent(field: NumericField, kind: Kind, magnitude: float) -> tuple[bytes, bytes]:
    """The same with an exponent: all places are used, save one for the sign in front."""
    precision = DOUBLE_DIGITS if kind is Kind.DOUBLE else SINGLE_DIGITS
    scaled, power = _scale(kind, magnitude)
    places = field.before - (not field.trailing)
    total = places + max(field.after - 1, 0)
    drop = max(0, precision - total)
    digits = _rounded(kind, scaled, drop).ljust(total, b"0")
    point = drop + places
    if point < 0:  # `.#######^^^^` has no place for the sign
        digits, point = b"0" + digits, 0
    size = power + precision - places if magnitude else 0
    exponent = b"%b%+03d" % (b"D" if kind is Kind.DOUBLE else b"E", size)
    return digits[:point], (b"." + digits[point:] if field.after else b"") + exponent


def _scale(kind: Kind, magnitude: float) -> tuple[float, int]:
    """Scale a number, or zero, to 6 (16) digits before the point."""
    if not magnitude:
        return magnitude, 0
    return scale_double(int(magnitude)) if kind is Kind.DOUBLE else scale_single(magnitude)


def _rounded(kind: Kind, scaled: float, drop: int) -> bytes:
    """Divide a scaled number by ten `drop` times, add 1/2, cut: 6 (16) digits."""
    if kind is Kind.DOUBLE:
        word = int(scaled)
        for _ in range(drop):
            word = double.tenth(word)
        return b"%016d" % double.whole(double.add(word, _HALF, ignore))
    for _ in range(drop):
        scaled = single.tenth(scaled)
    return b"%06d" % int(single.round24(scaled + 0.5))


def _with_commas(digits: bytes) -> bytes:
    first = len(digits) % 3 or 3
    return b",".join([digits[:first], *(digits[i : i + 3] for i in range(first, len(digits), 3))])


def _fit(field: NumericField, sign: bytes, whole: bytes, tail: bytes) -> bytes:
    """Put sign, `$` and filling around a number; a lone 0 before decimals gives way if the field is too narrow."""
    marks = b"" if field.trailing or sign == b" " else sign
    if field.dollar:
        marks += b"$"
    head = marks + whole
    if len(head) > field.before and whole == b"0" and tail[1:2].isdigit():
        head = marks
    too_wide = b"%" if len(head) > field.before else b""
    filled = head.rjust(field.before, b"*" if field.stars else b" ")
    return too_wide + filled + tail + (sign if field.trailing else b"")

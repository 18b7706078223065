"""Numbers to text (PRINT, STR$, WRITE, LIST) and text to numbers (constants, VAL, READ, INPUT).

Neither is correctly rounded: both scale by one power of ten at a time, each step rounded to 24 or 56 bits, and those
errors show in the 6th or 16th digit (tests/numeric/print_*.csv, val, read, constant).

    number -> text   scale to 6 (16) digits before the point, counting powers of ten; add 1/2, cut; lay the digits out
    text -> number   digits make an integer, a single or, from 8 on, a double; then times or by ten, step by step

The integer part of a text is exact up to 2**56, so it is collected as an int.
"""

from collections.abc import Callable
from typing import TypeVar

from mbasic.errors import BasicError, ErrorCode
from mbasic.values import double, single
from mbasic.values.kinds import Kind
from mbasic.values.single import NUDGE, SPLIT
from mbasic.values.warn import FirstWarning, Warn, ignore

SINGLE_DIGITS = 6
DOUBLE_DIGITS = 16
_SINGLE_LOW = single.from_bits(0x91434FF9)  # 99999.95
_SINGLE_HIGH = single.from_bits(0x947423F8)  # 999999.5
_DOUBLE_LOW = 0xB2635FA9319FFFE1  # 999999999999999.515625
_DOUBLE_HIGH = 0xB60E1BC9BF03FFFE  # 9999999999999999.5
_DOUBLE_SMALL = 0x91 << 56  # 65536
_TEN_BILLIONS = 0xA21502F900000000
_HALF = 0x80 << 56
_EXACT = 1 << 56
_DOUBLE_FROM = 10_000_000  # eight digits make a double
_BLANKS = b" \t\n"
_ZERO, _NINE = b"09"
_POINT = ord(".")
_NO_EXPONENT = b"LlQq"  # 5ELSE and 5EQV are 5 and a word
_T = TypeVar("_T", int, float)


def format_integer(n: int) -> bytes:
    """Return PRINT's text of an integer: a blank or `-`, then digits."""
    return b" %d" % n if n >= 0 else b"%d" % n


def format_single(x: float) -> bytes:
    """Return PRINT's text of a single, without the blank behind."""
    if -1e6 < x < 1e6:
        n = int(x)
        if n == x:  # every step of the scaling is exact
            return b" %d" % n if n >= 0 else b"%d" % n
    scaled, power = scale_single(abs(x))
    text = _lay_out(int(scaled + 0.5), power, SINGLE_DIGITS, 7, b"E")
    return b" " + text if x > 0.0 else b"-" + text


def format_double(x: int) -> bytes:
    """Return PRINT's text of a double, without the blank behind."""
    sign = double.sign(x)
    if not sign:
        return b" 0"
    x = double.abs_(x)
    n = double.whole(x)
    if n < 10**16 and double.from_int(n) == x:  # every step of the scaling is exact
        text = b"%d" % n
    else:
        scaled, power = scale_double(x)
        number = double.whole(double.add(scaled, _HALF, ignore))
        text = _lay_out(number, power, DOUBLE_DIGITS, 16, b"D")
    return b" " + text if sign > 0 else b"-" + text


def scale_single(x: float) -> tuple[float, int]:
    """Scale a positive single to 6 digits before the point: (y, k) with x about y * 10**k."""
    power = 0
    while x < _SINGLE_LOW:
        t = x * 10.0 * NUDGE
        c = t * SPLIT
        x = c - (c - t)
        power -= 1
    while x >= _SINGLE_HIGH:
        x = single.tenth(x)
        power += 1
    return x, power


def scale_double(x: int) -> tuple[int, int]:
    """Scale a positive double to 16 digits before the point: (y, k) with x about y * 10**k."""
    power = 0
    while x < _DOUBLE_SMALL:
        x = double.mul(x, _TEN_BILLIONS, ignore)
        power -= 10
    while x < _DOUBLE_LOW:
        x = double.times_ten(x, ignore)
        power -= 1
    while x >= _DOUBLE_HIGH:
        x = double.tenth(x)
        power += 1
    return x, power


def _lay_out(number: int, power: int, places: int, shortest: int, letter: bytes) -> bytes:
    """Write `number` * 10**`power`, `number` having `places` digits: fixed, or with an exponent behind `letter`.

    From two zeros behind the point on, fixed only where zeros and digits are at most `shortest` together: .0012345,
    1.23456E-03.
    """
    digits = b"%d" % number
    point = power + places
    digits = digits.rstrip(b"0")
    count = len(digits)
    if 0 < point <= places:
        if count <= point:
            return digits.ljust(point, b"0")
        return digits[:point] + b"." + digits[point:]
    zeros = -point
    if 0 <= zeros <= 1 or (1 < zeros < 15 and zeros + count <= shortest):
        return b"." + b"0" * zeros + digits
    mantissa = digits[:1] + b"." + digits[1:] if count > 1 else digits
    return b"%b%b%+03d" % (mantissa, letter, point - 1)


def list_single(x: float) -> bytes:
    """Return LIST's text of a constant: `!` marks one that shows neither point nor E.

    Proof: tests/transcripts/lang/misc/list_constants.
    """
    text = format_single(x)[1:]
    return text if b"." in text or b"E" in text else text + b"!"


def list_double(x: int) -> bytes:
    """Return LIST's text of a constant: `#` marks one that shows no D."""
    text = format_double(x)[1:]
    return text if b"D" in text else text + b"#"


def val(text: bytes, warn: Warn) -> int:
    """VAL: return the double that `text` begins with; &H and &O too, blanks in front of them."""
    start = _skip_blanks(text, 0)
    if text[start : start + 1] == b"&":
        return double.from_int(parse_hex_octal(text, start)[0])
    kind, value, _ = parse_number(text, start, True, warn)
    if kind is Kind.DOUBLE:
        return int(value)
    return double.from_single(float(value))


def parse_hex_octal(text: bytes, start: int) -> tuple[int, int]:
    """Read the 16-bit number whose `&` is at `start`: its value, -32768..32767, and the place behind it.

    Hexadecimal has at most four digits, zeros included, and octal 16 bits, or they raise BasicError(OVERFLOW); 8 and 9
    behind octal digits raise BasicError(SYNTAX_ERROR) (tests/transcripts/lang/expressions/hex_*, octal_*).
    """
    end = start + 1
    letter = text[end : end + 1].upper()
    if letter == b"H":
        end += 1
        number, end = _read_base(text, end, 16, end + 4)
    else:
        number, end = _read_base(text, end + (letter == b"O"), 8, len(text))
        if text[end : end + 1].isdigit():
            raise BasicError(ErrorCode.SYNTAX_ERROR)
    return number - 0x10000 if number >= 0x8000 else number, end


def _read_base(text: bytes, start: int, base: int, limit: int) -> tuple[int, int]:
    """Read digits of a base from `start`; Overflow past 16 bits or past the place `limit`."""
    digits = b"0123456789abcdef"[:base]
    number = 0
    end = start
    while end < len(text) and (digit := digits.find(text[end : end + 1].lower())) >= 0:
        number = number * base + digit
        if number > 0xFFFF or end >= limit:
            raise BasicError(ErrorCode.OVERFLOW)
        end += 1
    return number, end


def parse_number(text: bytes, start: int, double_start: bool, warn: Warn) -> tuple[Kind, int | float, int]:
    """Read the number at `start`: sign, digits, point, exponent or type sign, with blanks anywhere among them.

    Returns its kind, its value and the place of the first byte behind it. What is no number is 0. `double_start` is
    for VAL, and for READ and INPUT into a double variable. Only the first Overflow is passed on as a warning; `%`
    raises BasicError(OVERFLOW) where the number is no integer.
    """
    start = _skip_blanks(text, start)
    negative = text[start : start + 1] == b"-"
    if negative or text[start : start + 1] == b"+":
        start += 1
    digits, pointed, decimals, end = _read_digits(text, start)
    mark, exponent, end = _read_mark(text, end)
    power = (exponent - decimals + 128 & 0xFF) - 128  # one signed byte, it wraps: .001E-130 is 1E+126
    if digits >= _EXACT or power > 0:
        warn = FirstWarning(warn)
    many = double_start or digits >= _DOUBLE_FROM
    if mark in (b"D", b"#") or (many and mark != b"!"):
        word = _scale_by(power, _collect(digits, warn), double.times_ten, double.tenth, warn)
        if negative:
            word = double.neg(word)
        return (Kind.INTEGER, double.to_int(word), end) if mark == b"%" else (Kind.DOUBLE, word, end)
    if mark in (b"E", b"!") or pointed or digits > 32767:
        x = float(digits) if digits < _DOUBLE_FROM else double.to_single(_collect(digits, warn), warn)
        x = _scale_by(power, x, single.times_ten, single.tenth, warn)
        if negative:
            x = -x
        return (Kind.INTEGER, single.to_int(x), end) if mark == b"%" or x == -32768.0 else (Kind.SINGLE, x, end)
    return Kind.INTEGER, -digits if negative else digits, end


def _collect(digits: int, warn: Warn) -> int:
    """Return the double of a whole number as it is read: digit by digit, rounded once 56 bits are full."""
    if digits < _EXACT:
        return double.from_int(digits)
    text = str(digits)
    word = double.from_int(int(text[:DOUBLE_DIGITS]))
    for digit in text[DOUBLE_DIGITS:]:
        word = double.add(double.times_ten(word, warn), double.from_int(int(digit)), warn)
    return word


def _scale_by(power: int, x: _T, times_ten: Callable[[_T, Warn], _T], tenth: Callable[[_T], _T], warn: Warn) -> _T:
    for _ in range(power):
        x = times_ten(x, warn)
    for _ in range(-power):
        x = tenth(x)
    return x


def _read_digits(text: bytes, start: int) -> tuple[int, bool, int, int]:
    """Read digits and at most one point: the whole number they make, whether a point came, digits behind it, end."""
    if not start and text.isdigit():
        return int(text), False, 0, len(text)
    number = decimals = 0
    pointed = False
    for end in range(start, len(text)):
        byte = text[end]
        if _ZERO <= byte <= _NINE:
            number = number * 10 + byte - _ZERO
            decimals += pointed
        elif byte == _POINT and not pointed:
            pointed = True
        elif byte not in _BLANKS:
            return number, pointed, decimals, end
    return number, pointed, decimals, len(text)


def _read_mark(text: bytes, start: int) -> tuple[bytes, int, int]:
    """Read an exponent or a type sign: one of E D % # ! or nothing, the exponent, the end."""
    mark = text[start : start + 1].upper()
    if not mark or mark not in b"ED%#!":
        return b"", 0, start
    end = _skip_blanks(text, start + 1)
    if mark not in b"ED":
        return mark, 0, end
    sign = text[end : end + 1]
    if mark == b"E" and sign and sign in _NO_EXPONENT:
        return b"", 0, start
    if sign and sign in b"+-":
        end = _skip_blanks(text, end + 1)
    exponent = 0
    while end < len(text) and _ZERO <= text[end] <= _NINE:
        exponent = 127 if exponent >= 10 else exponent * 10 + text[end] - _ZERO  # the third digit makes it 127
        end = _skip_blanks(text, end + 1)
    return mark, -exponent if sign == b"-" else exponent, end


def _skip_blanks(text: bytes, start: int) -> int:
    while start < len(text) and text[start] in _BLANKS:
        start += 1
    return start

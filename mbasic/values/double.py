"""Double precision, to the bit, on packed 64-bit words.

A double is the int that its eight stored bytes (MKD$) spell, low byte first; from the high byte to the low one:

    EEEEEEEE SMMMMMMM ... 55 bits M ...      (-1)**S * 0.1MMM... (binary) * 2**(E - 128);   E = 0: zero

A zero keeps whatever else its bits hold, as in the original, where only MKD$ and the sign of x/0 show them.

Rounding is half away from zero at the 56th bit, save that operands of unlike signs are added without any guard bits:
the smaller one is cut at the last place of the bigger one and nothing is rounded (tests/numeric/double_*.csv).

Packing: as the mantissa's top bit is not stored, a word is (2E - 1) * 2**55 + mantissa + sign bit, which is quicker
than masks (+ and - of ints are the quickest operations there are).
"""

from math import copysign, ldexp

from mbasic.errors import BasicError, ErrorCode
from mbasic.values import single
from mbasic.values.warn import Warn, ignore

_ONE = 1 << 56  # one unit of the exponent; words below it are zeros
_SIGN = 1 << 55
_BELOW = _SIGN - 1  # the stored mantissa bits
_WITHOUT_EXPONENT = _ONE - 1
_PRODUCT_TOP = 1 << 111
_HALF_UNIT = 1 << 54
MAXIMUM = 0xFF7FFFFFFFFFFFFF
LOWEST = 0xFFFFFFFFFFFFFFFF
_HALF = 0x80 << 56
_TENTH = 0x7D4CCCCCCCCCCCCD
_TENTH_FROM = 0x41 << 56
_NIBBLES = 0x0F0F0F0F0F0F0F
_EIGHTS = 0x88888888888888


def add(x: int, y: int, warn: Warn) -> int:
    """x + y."""
    exponent = x >> 56
    places = exponent - (y >> 56)
    if places < 0:
        x, y = y, x
        exponent -= places
        places = -places
    if places > 56 or places == exponent:  # far apart, or y is zero
        return x
    if not (x ^ y) & _SIGN:
        if places:
            total = x + (((y & _BELOW) + _SIGN >> places - 1) + 1 >> 1)
            if not (x ^ total) & _SIGN:  # no carry out of the mantissa
                return total
        return _add_carry(x, y, places, warn)
    small = (y & _BELOW) + _SIGN >> places
    difference = (x & _BELOW) + _SIGN - small
    if difference >= _SIGN:
        return x - small
    shift = 56 - difference.bit_length()
    exponent -= shift
    if exponent <= 0 or not difference:
        return abs(difference) << shift
    if difference < 0:
        return (2 * exponent - 1 << 55) + (~x & _SIGN) - (difference << shift)
    return (2 * exponent - 1 << 55) + (x & _SIGN) + (difference << shift)


def _add_carry(x: int, y: int, places: int, warn: Warn) -> int:
    """x + y of like signs whose sum needs 57 bits, or gets them by rounding."""
    exponent = x >> 56
    total = ((x & _BELOW) + _SIGN << 8) + ((y & _BELOW) + _SIGN << 8 >> places)
    if total >> 64:
        exponent += 1
        if exponent == 256:
            return _overflow(x, warn)
        return _pack(exponent, x & _SIGN, total + 0x100 >> 9, warn)
    return _pack(exponent, x & _SIGN, total + 0x80 >> 8, warn)


def _pack(exponent: int, sign: int, mantissa: int, warn: Warn) -> int:
    """Make a word of a rounded mantissa, which may have become 2**56. If that overflows the result is negative."""
    if mantissa == _ONE:
        mantissa = _SIGN
        exponent += 1
        if exponent == 256:
            return _overflow(_SIGN, warn)
    return exponent << 56 | sign | mantissa & _BELOW


def _overflow(sign: int, warn: Warn) -> int:
    warn(ErrorCode.OVERFLOW)
    return LOWEST if sign & _SIGN else MAXIMUM


def sub(x: int, y: int, warn: Warn) -> int:
    """x - y, which is x + (-y)."""
    return add(x, y ^ _SIGN, warn)


def mul(x: int, y: int, warn: Warn) -> int:
    """x * y."""
    exponent = x >> 56
    if not exponent:
        return x
    if y < _ONE:
        return x & _WITHOUT_EXPONENT
    exponent += (y >> 56) - 128
    product = ((x & _BELOW) + _SIGN) * ((y & _BELOW) + _SIGN)
    if product < _PRODUCT_TOP:
        mantissa = product + _HALF_UNIT >> 55
        normal = exponent - 1
    else:
        mantissa = product + _SIGN >> 56
        normal = exponent
    if 0 < normal < 255 and mantissa < _ONE:
        return (2 * normal - 1 << 55) + mantissa + ((x ^ y) & _SIGN)
    return _mul_edge(x, y, exponent, product, warn)


def _mul_edge(x: int, y: int, exponent: int, product: int, warn: Warn) -> int:
    """x * y at the ends of the range, which are tested before normalising, or rounded up to a power of two."""
    if exponent >= 256:
        return _overflow(x ^ y, warn)
    if exponent <= 0:
        return x & _WITHOUT_EXPONENT
    shift = 112 - product.bit_length()
    exponent -= shift
    if exponent == 0:
        return (product << shift) >> 56
    return _pack(exponent, (x ^ y) & _SIGN, (product << shift >> 55) + 1 >> 1, warn)


def div(x: int, y: int, warn: Warn) -> int:
    """x / y; Division by zero and Overflow are warnings.

    The exponents are tested as single.div does, but a divisor from 2**126 on gives zero, and quotients from 2**127 to
    2**128 come out with a wrapped exponent byte (tests/numeric/double_div.csv).
    """
    if y < _ONE:
        warn(ErrorCode.DIVISION_BY_ZERO)
        return LOWEST if y & _SIGN else MAXIMUM
    divisor = y >> 56
    if x < _ONE or divisor == 255:
        return x & _WITHOUT_EXPONENT
    exponent = (x >> 56) - divisor + 129
    if not 2 < exponent < 256:
        if exponent <= 2:
            return x & _WITHOUT_EXPONENT
        if exponent != 257:
            return _overflow(x ^ y, warn)
        exponent = 1
    dividend = (x & _BELOW) + _SIGN
    divisor = (y & _BELOW) + _SIGN
    if dividend < divisor:
        exponent -= 1
        if not exponent:
            return 0
        dividend <<= 1
    mantissa = (dividend << 56) // divisor + 1 >> 1  # never 2**56: no quotient comes that near to 2
    return (2 * exponent - 1 << 55) + mantissa + ((x ^ y) & _SIGN)


def neg(x: int) -> int:
    """-x."""
    return x ^ _SIGN


def abs_(x: int) -> int:
    """ABS."""
    return x & ~_SIGN


def sign(x: int) -> int:
    """SGN: -1, 0 or 1."""
    if x < _ONE:
        return 0
    return -1 if x & _SIGN else 1


def compare(x: int, y: int) -> int:
    """Return -1, 0 or 1: the sign of x - y, exactly."""
    left = _order(x)
    right = _order(y)
    return (left > right) - (left < right)


def _order(x: int) -> int:
    if x < _ONE:
        return 0
    return -x if x & _SIGN else x


def from_int(n: int) -> int:
    """Return the double of an int of at most 56 bits."""
    if not n:
        return 0
    length = n.bit_length()
    if n < 0:
        return 128 + length << 56 | _SIGN | -n << 56 - length & _BELOW
    return 128 + length << 56 | n << 56 - length & _BELOW


def from_single(x: float) -> int:
    """CDBL: append zero bits."""
    return single.to_bits(x) << 32


def to_single(x: int, warn: Warn) -> float:
    """CSNG: round half away from zero at the 25th bit; what is below it does not count."""
    if x < _ONE:
        return -0.0 if x & _SIGN else 0.0
    mantissa = (x >> 31 & 0xFFFFFF | 0x1000000) + 1 >> 1
    value = ldexp(-mantissa if x & _SIGN else mantissa, (x >> 56) - 152)
    if -single.TOP < value < single.TOP:
        return value
    warn(ErrorCode.OVERFLOW)
    return copysign(single.MAXIMUM, value)


def to_int(x: int) -> int:
    """CINT: add 1/2 as a double, round to a single, then go down; halves below zero go away from zero.

    Raises BasicError(OVERFLOW) outside of -32768..32767.
    """
    y = to_single(add(x, _HALF, ignore), ignore)
    if -32768.0 < y < 32768.0:
        return int(y) if y > 0.0 else ~int(-y)
    raise BasicError(ErrorCode.OVERFLOW)


def floor(x: int) -> int:
    """INT."""
    shift = 184 - (x >> 56)
    if not 0 < shift < 184:
        return x
    mantissa = x & _BELOW | _SIGN
    if not x & _SIGN:
        return from_int(mantissa >> shift)
    return from_int(-mantissa >> shift)


def fix(x: int) -> int:
    """FIX."""
    if x >= _ONE and x & _SIGN:
        return floor(x ^ _SIGN) ^ _SIGN
    return floor(x)


def whole(x: int) -> int:
    """Return the integer part of a double, not negative, as an int."""
    shift = 184 - (x >> 56)
    mantissa = x & _BELOW | _SIGN
    return mantissa >> shift if shift > 0 else mantissa << -shift


def times_ten(x: int, warn: Warn) -> int:
    """x * 10 as number texts are scaled, 4x + x rounded and doubled; `x` is not negative."""
    if x < _ONE:
        return x
    five = 5 * ((x & _BELOW) + _SIGN)
    exponent = x >> 56
    if exponent > 252:
        return _overflow(0, warn)
    if five < 1 << 58:
        return (2 * exponent + 5 << 55) + (five + 2 >> 2)
    if exponent == 252:
        return _overflow(0, warn)
    return (2 * exponent + 7 << 55) + (five + 4 >> 3)


def tenth(x: int) -> int:
    """x / 10 as number texts are scaled: 3/4 x * (1 + 1/16 + 1/256 ... 15 terms) / 8, each sum rounded.

    `x` is not negative. Below 2**-64 the original multiplies by .1 instead. The rounded terms are term // 16**i plus
    its bit 4i - 1, and the sum of all term // 16**i is (term - the sum of its hexadecimal digits) / 15.
    """
    if x < _TENTH_FROM:
        return mul(x, _TENTH, ignore)
    three = 3 * ((x & _BELOW) + _SIGN)
    exponent = (x >> 56) - 4
    if three < 1 << 57:
        term = three + 1 >> 1
    else:
        term = three + 2 >> 2
        exponent += 1
    digit_sum = ((term & _NIBBLES) + (term >> 4 & _NIBBLES)) % 255
    total = term + (term - digit_sum) // 15 + (term & _EIGHTS).bit_count()
    if total >= _ONE:
        total = _tenth_carry(term)
        exponent += 1
    return (2 * exponent - 1 << 55) + total


def _tenth_carry(term: int) -> int:
    """The sum of `tenth` where it reaches the next power of two on the way."""
    total = term
    carried = 0
    for places in range(4, 57, 4):
        if places + carried > 56:
            break
        exact = (total << 8) + (term << 8 >> places + carried)
        carry = exact >> 64
        total = (exact >> carry) + 0x80 >> 8
        if total == _ONE:
            total = _SIGN
            carry = 1
        carried += carry
    return total

"""Single precision, to the bit, on Python floats.

A single is a float that holds a 24-bit value, 0 or 2**-128 <= abs(x) < 2**127. As stored (MKS$, files), from the
high byte to the low one:

    EEEEEEEE SMMMMMMM MMMMMMMM MMMMMMMM      (-1)**S * 0.1MMM... (binary) * 2**(E - 128);   E = 0: zero

A zero may have its sign bit set. That is the float -0.0; it equals 0.0 in everything but the sign of 0/0.

All rounding is half away from zero at the 24th bit. A binary64 x is rounded so by

    t = x * NUDGE            # a tie becomes just above the tie; nothing else comes near one
    c = t * SPLIT
    r = c - (c - t)          # the upper 24 bits of t

which is right for every exact product, for every quotient (never within 2**-49 of a tie: no nudge needed) and for
every sum of equal signs. Around it the original has its oddities (tests/numeric/single_*.csv), found by a cheap test
and done in the slow_ functions. THE INLINE RECIPE, the same as in add, mul and div below, for generated code:

    a * b   p = a*b; t = p*NUDGE; c = t*SPLIT; r = c-(c-t)
            if not 1e-77 < p*p < 7e75: r = slow_mul(a, b, warn)
    a / b   q = a/b if b else 0.0; c = q*SPLIT; r = c-(c-q)
            if not 1e-75 < q*q < 7e75: r = slow_div(a, b, warn)
    a + b   s = a+b; t = s*NUDGE; c = t*SPLIT; r = c-(c-t)
            if r != s and a*b < 0.0 or not 1e-76 < r*r < 7e75: r = slow_add(a, b, s, r, warn)
    a - b   s = a-b; t = s*NUDGE; c = t*SPLIT; r = c-(c-t)
            if r != s and a*b > 0.0 or not 1e-76 < r*r < 7e75: r = slow_add(a, -b, s, r, warn)
"""

from math import copysign, frexp, ldexp
from math import floor as whole_below

from mbasic.errors import BasicError, ErrorCode
from mbasic.values.warn import Warn, ignore

NUDGE = 1.0 + 2.0**-52
SPLIT = 2.0**29 + 1.0
MAXIMUM = (1.0 - 2.0**-24) * 2.0**127
TOP = 2.0**127
SMALLEST = 2.0**-128


def round24(x: float) -> float:
    """Return `x` rounded to 24 bits, halves away from zero; the range is not looked at."""
    t = x * NUDGE
    c = t * SPLIT
    return c - (c - t)


def add(a: float, b: float, warn: Warn) -> float:
    """a + b."""
    s = a + b
    t = s * NUDGE
    c = t * SPLIT
    r = c - (c - t)
    if (r != s and a * b < 0.0) or not 1e-76 < r * r < 7e75:
        return slow_add(a, b, s, r, warn)
    return r


def sub(a: float, b: float, warn: Warn) -> float:
    """a - b, which is a + (-b)."""
    s = a - b
    t = s * NUDGE
    c = t * SPLIT
    r = c - (c - t)
    if (r != s and a * b > 0.0) or not 1e-76 < r * r < 7e75:
        return slow_add(a, -b, s, r, warn)
    return r


def mul(a: float, b: float, warn: Warn) -> float:
    """a * b."""
    p = a * b
    if 1e-77 < p * p < 7e75:
        t = p * NUDGE
        c = t * SPLIT
        return c - (c - t)
    return slow_mul(a, b, warn)


def div(a: float, b: float, warn: Warn) -> float:
    """a / b; Division by zero and Overflow are warnings."""
    if b:
        q = a / b
        if 1e-75 < q * q < 7e75:
            c = q * SPLIT
            return c - (c - q)
    return slow_div(a, b, warn)


def slow_add(a: float, b: float, s: float, r: float, warn: Warn) -> float:
    """a + b where the recipe's test failed; `s` is the binary64 sum, `r` it rounded."""
    if not a:
        return b
    if not b:
        return a
    # Unlike signs: the smaller operand is cut 8 bits below the last place of the bigger one, not rounded. With at most
    # 8 places between the exponents (a quotient up to 256) nothing is cut.
    if r != s and a * b < 0.0 and not -256.0 <= a / b <= -0.00390625:
        return _add_cut(a, b) if abs(a) > abs(b) else _add_cut(b, a)
    if not -SMALLEST < s < SMALLEST:
        return r if -TOP < r < TOP else _overflow(r, warn)
    return -0.0  # differences leave the sign bit in a zero


def _add_cut(big: float, small: float) -> float:
    guard = 32 - frexp(big)[1]
    units = int(ldexp(small, guard))
    if -128 < units < 128:  # 25 or more places apart
        return big
    return round24(big + ldexp(units, -guard))


def slow_mul(a: float, b: float, warn: Warn) -> float:
    """a * b where the recipe's test failed: zeros and the ends of the range, tested before normalising."""
    if not b:
        return b
    if not a:
        return copysign(0.0, b)
    exponents = frexp(a)[1] + frexp(b)[1]
    product = a * b
    if exponents >= 128:
        return _overflow(product, warn)
    if exponents <= -128:
        return copysign(0.0, b)
    if -SMALLEST < product < SMALLEST:
        return -0.0
    r = round24(product)
    return r if -TOP < r < TOP else _overflow(r, warn)


def slow_div(a: float, b: float, warn: Warn) -> float:
    """a / b where the recipe's test failed: zeros and the ends of the range.

    Quotients from 2**126 on overflow to the positive maximum whatever the signs (tests/numeric/single_div.csv).
    """
    if not b:
        warn(ErrorCode.DIVISION_BY_ZERO)
        return copysign(MAXIMUM, a)
    if not a:
        return copysign(0.0, b)
    places = frexp(a)[1] - frexp(b)[1]
    if places <= -127:
        return copysign(0.0, b)
    if places >= 127:
        return _overflow(1.0 if places < 129 else a / b, warn)
    return round24(a / b)


def _overflow(sign: float, warn: Warn) -> float:
    warn(ErrorCode.OVERFLOW)
    return copysign(MAXIMUM, sign)


def times_ten(x: float, warn: Warn) -> float:
    """x * 10 as number texts are scaled; `x` is not negative."""
    r = round24(x * 10.0)
    return r if r < TOP else _overflow(r, warn)


def tenth(x: float) -> float:
    """x / 10 as number texts are scaled."""
    return div(x, 10.0, ignore)


def from_int(n: int) -> float:
    """Return the single nearest `n`, abs(n) < 2**52."""
    return round24(float(n))


def to_int(x: float) -> int:
    """CINT: add 1/2 by a rounded addition, then go down; halves below zero go away from zero.

    Raises BasicError(OVERFLOW) outside of -32768..32767.
    """
    if -32769.0 < x < 32768.0:
        n = int(x)
        if n == x:
            return n
        y = add(0.5, x, ignore)
        if -32768.0 < y < 32768.0:
            return int(y) if y > 0.0 else ~int(-y)
    raise BasicError(ErrorCode.OVERFLOW)


def floor(x: float) -> float:
    """INT."""
    return float(whole_below(x))


def fix(x: float) -> float:
    """FIX."""
    return float(int(x))


def to_bits(x: float) -> int:
    """Return the 32-bit word of `x`; its little-endian bytes are MKS$(x)."""
    fraction, exponent = frexp(x)
    mantissa = int(fraction * 16777216.0)
    if mantissa > 0:
        return exponent + 128 << 24 | mantissa & 0x7FFFFF
    if mantissa < 0:
        return exponent + 128 << 24 | 0x800000 | -mantissa & 0x7FFFFF
    return 0x800000 if copysign(1.0, x) < 0.0 else 0


def from_bits(word: int) -> float:
    """Return the single of a 32-bit word."""
    exponent = word >> 24
    mantissa = word & 0x7FFFFF | 0x800000 if exponent else 0
    return ldexp(-mantissa if word & 0x800000 else mantissa, exponent - 152) if mantissa else _zero(word)


def _zero(word: int) -> float:
    return -0.0 if word & 0x800000 else 0.0

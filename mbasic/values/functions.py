"""The single-precision functions: polynomials evaluated with the original's own rounded steps, in its order.

Their last digits are those steps' errors, so nothing here may be computed by a better way. With turns for
x / 2 pi, and poly(x) = (((c0 * x + c1) * x + c2) ...), oddpoly(x) = x * poly(x * x):

    LOG x   x = f * 2**k, 1/2 <= f < 1:  ln 2 * (P(f) / Q(f) + k)
    EXP x   y = x * log2 e, n = floor y:  2**n * poly(y - n)
    SIN x   f = fraction of the turns, folded into -1/4..1/4:  oddpoly(f)
    COS x = SIN(x + pi/2)       TAN x = SIN x / COS x
    ATN x   oddpoly(x), from x = 1 on pi/2 - oddpoly(1 / x)
    x ^ y = EXP(y * LOG x), also for whole y         SQR x = x ^ .5

Proof: tests/numeric/func_*.csv, single_pow.csv. The constants are the original's words.
"""

from math import floor, frexp, ldexp

from mbasic.errors import BasicError, ErrorCode
from mbasic.values.single import MAXIMUM, NUDGE, SPLIT, add, div, from_bits, mul, slow_add, sub
from mbasic.values.warn import FirstWarning, Warn, ignore


def _table(*words: int) -> tuple[float, ...]:
    return tuple(from_bits(word) for word in words)


_LN2 = from_bits(0x80317218)
_LOG2E = from_bits(0x8138AA3B)
_INV2PI = from_bits(0x7E22F983)
_HALFPI = from_bits(0x81490FDB)
_LOG_P = _table(0x8319F79A, 0x83436324, 0x848DCD75, 0x82837FA9)
_LOG_Q = _table(0x81000000, 0x834DB0E2, 0x8311720A, 0x7F3504F4)
_EXP = _table(0x7459887C, 0x772697E0, 0x7A1E1DC4, 0x7C63505E, 0x7E75FE1A, 0x80317218, 0x81000000)
_SIN = _table(0x861ED7FB, 0x87992665, 0x87233458, 0x86A55DE1, 0x83490FDB)
_ATN = _table(
    0x783BD74A, 0x7B846E02, 0x7C2FC1FE, 0x7D9A3174, 0x7D5A3D84, 0x7E917FC8, 0x7E4CBBE4, 0x7FAAAA6C, 0x81000000
)  # fmt: skip


def _poly(x: float, coefficients: tuple[float, ...]) -> float:
    """Horner's rule; `x` is at most 1, so that no step can overflow.

    The products are rounded without a look at the range: one too small to exist leaves c + product = c either way.
    """
    result = 0.0
    for c in coefficients:
        t = x * result * NUDGE
        u = t * SPLIT
        product = u - (u - t)
        s = c + product
        t = s * NUDGE
        u = t * SPLIT
        result = u - (u - t)
        if result != s and c * product < 0.0 and not -256.0 <= c / product <= -0.00390625:  # as in slow_add
            result = slow_add(c, product, s, result, ignore)
    return result


def log(x: float, warn: Warn) -> float:
    """LOG; Illegal function call up to 0."""
    if x <= 0.0:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    fraction, exponent = frexp(x)
    quotient = div(_poly(fraction, _LOG_P), _poly(fraction, _LOG_Q), warn)
    return mul(_LN2, add(quotient, float(exponent), warn), warn)


def exp(x: float, warn: Warn) -> float:
    """EXP; overflows from 87.3365 on."""
    if x * x > 7000.0:
        warn = FirstWarning(warn)
    y = mul(_LOG2E, x, warn)
    # From 2**127 on the original destroys its stack; here that too is an Overflow.
    if y >= 127.0:
        warn(ErrorCode.OVERFLOW)
        return MAXIMUM
    if y <= -128.0:
        return -0.0
    if -(2.0**-25) < y < 2.0**-25:
        return 1.0
    power_of_two = floor(y)
    result = _poly(sub(y, float(power_of_two), warn), _EXP)
    return mul(ldexp(1.0, power_of_two), result, warn)


def sin(x: float, warn: Warn) -> float:
    """SIN."""
    if -(2.0**-10) < x < 2.0**-10:
        return x
    turns = mul(_INV2PI, abs(x), warn)
    f = turns - floor(turns)
    # The differences up to here are exact in 24 bits. A zero that a difference leaves is negative, and its sign counts.
    negative = f <= 0.0
    if f >= 0.25:
        f = 0.25 - abs(f - 0.75)
        negative = f > 0.0
        f = -f
    f = abs(f)
    result = mul(f, _poly(mul(f, f, warn), _SIN), warn)
    return -result if negative != (x < 0.0) else result


def cos(x: float, warn: Warn) -> float:
    """COS."""
    return sin(add(_HALFPI, x, warn), warn)


def tan(x: float, warn: Warn) -> float:
    """TAN; may divide by zero."""
    return div(sin(x, warn), cos(x, warn), warn)


def atn(x: float, warn: Warn) -> float:
    """ATN."""
    y = abs(x)
    inverse = y >= 1.0
    if inverse:
        y = div(1.0, y, warn)
    result = mul(y, _poly(mul(y, y, warn), _ATN), warn)
    if inverse:
        result = sub(_HALFPI, result, warn)
    return -result if x < 0.0 else result


def sqr(x: float, warn: Warn) -> float:
    """SQR, by way of `^`."""
    return power(x, 0.5, warn)


def power(x: float, y: float, warn: Warn) -> float:
    """x ^ y; a negative x needs a whole y below 2**24."""
    if not y:
        return 1.0
    if not x:
        if y > 0.0:
            return 0.0
        warn(ErrorCode.DIVISION_BY_ZERO)
        return MAXIMUM
    warn = FirstWarning(warn)
    negative = False
    if x < 0.0 and abs(y) < 16777216.0:
        whole = floor(y)
        negative = whole % 2 == 1
        if whole == y:
            x = -x
    result = exp(mul(y, log(x, warn), warn), warn)
    return -result if negative else result

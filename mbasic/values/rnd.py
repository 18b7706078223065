"""RND and RANDOMIZE as two ints: the seed, the 32-bit word of a single, and three counters c0 | c1<<8 | c2<<16.

RND(x) with x > 0 multiplies the seed by one of eight numbers (c2 goes round 0..7), adds one of three (c1 goes round
1, 2, 3), and takes the four bytes of that single, the lowest one changed, in another order:

    stored      exp  hi  mid lo        becomes the 32-bit fraction    lo^4F  mid  hi  exp

normalised and rounded to the new seed, 0 <= seed < 1. Every 171st time (c0) three of the bytes are stirred.
Proof: tests/numeric/rnd.public.csv.
"""

from mbasic.values.single import add, from_bits, mul, to_bits
from mbasic.values.warn import ignore

START_SEED = 0x804FC752
START_COUNTERS = 0
_MULTIPLIERS = (
    0x99CA4A35, 0x98761C39, 0x98B39522, 0x9847DD0A, 0x9999D153, 0x989F1A0A, 0x98CDBC65, 0x983E77D6
)  # fmt: skip
_ADDENDS = (0x6846B168, 0x6992E999, 0x6875D110)
_FACTORS = tuple((word >> 24, word & 0x800000, word & 0x7FFFFF | 0x800000) for word in _MULTIPLIERS)
_NEXT_C1 = (1, 2, 3, 1)


def advance(seed: int, counters: int, x: float) -> tuple[int, int]:
    """Return the seed and counters after RND(x); from_bits of the new seed is its value.

    x = 0 changes nothing. x < 0 starts the sequence that belongs to x.
    """
    if x > 0.0:
        c2 = (counters >> 16) + 1 & 7
        c1 = _NEXT_C1[counters >> 8 & 3]
        return _stir(_product(seed, c1, c2), counters & 0xFF | c1 << 8 | c2 << 16)
    if x < 0.0:
        return _stir(to_bits(x), 0xFFFFFF)
    return seed, counters


def _product(seed: int, c1: int, c2: int) -> int:
    """The word of multiplier * seed + addend, each rounded."""
    if seed >> 24 < 0x6C:
        product = mul(from_bits(_MULTIPLIERS[c2]), from_bits(seed), ignore)
        return to_bits(add(from_bits(_ADDENDS[c1 - 1]), product, ignore))
    # From this exponent on the product is more than 2**25 times the addend, and the sum is the product.
    exponent, sign, factor = _FACTORS[c2]
    exponent += (seed >> 24) - 128
    product = (seed & 0x7FFFFF | 0x800000) * factor
    if product < 1 << 47:
        exponent -= 1
        product <<= 1
    mantissa = product + 0x800000 >> 24
    if mantissa >> 24:
        exponent += 1
    # RANDOMIZE can make the seed negative.
    return exponent << 24 | sign ^ seed & 0x800000 | mantissa & 0x7FFFFF


def _stir(word: int, counters: int) -> tuple[int, int]:
    first = word & 0xFF ^ 0x4F
    second = word >> 8 & 0xFF
    third = word >> 16 & 0xFF
    c0 = counters + 1 & 0xFF
    if c0 == 0xAB:
        c0 = 0
        first = first + 1 & 0xFF
        second = second - 1 & 0xFF
        third = third + 1 & 0xFF
    return _normalise(first << 24 | second << 16 | third << 8 | word >> 24), counters & 0xFFFF00 | c0


def _normalise(fraction: int) -> int:
    """The word of a 32-bit fraction, whose last byte, the exponent of a number that is not 0, rounds."""
    shift = 32 - fraction.bit_length()
    mantissa = (fraction << shift >> 7) + 1 >> 1
    exponent = 128 - shift
    if mantissa >> 24:
        exponent += 1
    return exponent << 24 | mantissa & 0x7FFFFF


def randomize(seed: int, counters: int, n: int) -> tuple[int, int]:
    """Return the state after RANDOMIZE n: the middle bytes of the seed become n, and one number is drawn.

    `n` is -32768..32767. The counters go on, so the same n twice gives different numbers.
    """
    return advance(seed & 0xFF0000FF | (n & 0xFFFF) << 8, counters, 1.0)

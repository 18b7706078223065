"""Words of singles and doubles, texts and formats, with the ends of the ranges and near exponents made likely.

Operands are decoded from one draw of bytes each: many small draws would take longer than the arithmetic under test
(and large integers are mostly drawn small).
"""

from hypothesis import strategies as st

EDGES = (0, 1, 2, 3, 4, 5, 64, 65, 66, 126, 127, 128, 129, 130, 152, 153, 240, 252, 253, 254, 255, 255)


def decode_exponent(n: int, near: int) -> int:
    """An exponent byte: an edge, one in the middle, one near another, or any."""
    shape, n = n % 8, n >> 3
    if shape < 2:
        return EDGES[n % len(EDGES)]
    if shape < 4:
        return 100 + n % 60
    if shape < 7:
        spread = (1, 30, 60)[shape - 4]
        return max(0, min(255, near + n % (2 * spread + 1) - spread))
    return n % 256


def decode_mantissa(n: int, bits: int) -> int:
    """Stored mantissa bits: any, a short one, or one next to a power of two."""
    shape, n = n % 8, n >> 3
    most = (1 << bits) - 1
    if shape == 0:
        return n % 4
    if shape == 1:
        return most - n % 4
    if shape < 4:
        return n % 256 << bits - 8
    return n & most


def decode_word(n: int, bits: int, near: int = 128) -> int:
    exponent = decode_exponent(n & 0x7FFF, near)
    word = exponent << bits + 1 | (n >> 15 & 1) << bits | decode_mantissa(n >> 16, bits)
    return word if exponent or bits > 23 else word & 0x800000


def decode_pair(n: int, bits: int) -> tuple[int, int]:
    first = decode_word(n & (1 << 80) - 1, bits)
    return first, decode_word(n >> 80, bits, first >> bits + 1)


ten_bytes = st.binary(min_size=10, max_size=10).map(lambda data: int.from_bytes(data, "little"))
twenty_bytes = st.binary(min_size=20, max_size=20).map(lambda data: int.from_bytes(data, "little"))
single_words = ten_bytes.map(lambda n: decode_word(n, 23))
double_words = ten_bytes.map(lambda n: decode_word(n, 55))
single_pairs = twenty_bytes.map(lambda n: decode_pair(n, 23))
double_pairs = twenty_bytes.map(lambda n: decode_pair(n, 55))


def write_decimal(sign: str, number: int, power: int, end: str) -> str:
    """`number` with the point before its last `power` digits."""
    return f"{sign}{number // 10**power}.{number % 10**power:0{power}d}{end}"


decimals = st.builds(
    write_decimal,
    st.sampled_from(["", "-"]),
    st.one_of(st.integers(0, 10**3), st.integers(0, 10**7), st.integers(0, 10**17)),
    st.integers(1, 6),
    st.sampled_from(["", "", "", "E5", "E-7", "D3", "E30", "D-20", "#", "!"]),
)
scraps = st.text(st.sampled_from("0123456789" * 3 + "..EeDd+-%#! LQ\t"), max_size=30)
whole_numbers = st.integers(-(10**9), 10**9).map(str)
number_texts = st.one_of(scraps, decimals, whole_numbers)

formats = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["", "", "", "+"]),
        st.sampled_from(["", "", "", "$$", "**", "**$"]),
        st.text(st.sampled_from("####,"), max_size=18),
        st.one_of(st.just(""), st.integers(0, 17).map(lambda n: "." + "#" * n)),
        st.sampled_from(["", "", "^^^^"]),
        st.sampled_from(["", "", "+", "-", " ", "x"]),
    ),
)

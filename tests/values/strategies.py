"""Words of singles and doubles, texts and formats, with the ends of the ranges and near exponents made likely."""

from hypothesis import strategies as st

EDGES = [0, 1, 2, 3, 4, 5, 64, 65, 66, 126, 127, 128, 129, 130, 152, 153, 253, 254, 255]
exponents = st.one_of(st.sampled_from(EDGES), st.integers(100, 160), st.integers(0, 255))


def mantissas(bits: int) -> st.SearchStrategy[int]:
    """Stored mantissas of `bits` bits: any, short ones, and those next to a power of two."""
    most = (1 << bits) - 1
    return st.one_of(
        st.integers(0, most),
        st.integers(0, 255).map(lambda n: n << bits - 8),
        st.integers(0, 3),
        st.integers(0, 3).map(lambda n: most - n),
    )


def words(exponent: st.SearchStrategy[int], bits: int) -> st.SearchStrategy[int]:
    return st.builds(lambda e, s, m: e << bits + 1 | s << bits | m, exponent, st.integers(0, 1), mantissas(bits))


def without_leftovers(word: int) -> int:
    """A single's zero has only its sign."""
    return word if word >> 24 else word & 0x800000


def near(word: int, bits: int, places: int) -> st.SearchStrategy[int]:
    """Words with an exponent at most `places` from that of `word`."""
    exponent = word >> bits + 1
    return words(st.integers(max(0, exponent - places), min(255, exponent + places)), bits)


single_words = words(exponents, 23).map(without_leftovers)
double_words = words(exponents, 55)
near_singles = single_words.flatmap(
    lambda word: st.tuples(st.just(word), near(word, 23, 30).map(without_leftovers))
)
near_doubles = double_words.flatmap(lambda word: st.tuples(st.just(word), near(word, 55, 60)))
single_pairs = st.one_of(st.tuples(single_words, single_words), near_singles)
double_pairs = st.one_of(st.tuples(double_words, double_words), near_doubles)

decimals = st.builds(
    lambda sign, number, power, exponent: f"{sign}{number // 10**power}.{number % 10**power:0{power}d}{exponent}",
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

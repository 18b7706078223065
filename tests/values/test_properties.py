"""Random operands, texts and formats: the room and the slow reference model agree, messages included."""

from collections.abc import Callable

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from mbasic.values import double, functions, rnd, single
from mbasic.values.kinds import Kind
from mbasic.values.number_text import format_double, format_integer, format_single, parse_number
from mbasic.values.print_using import NumericField, format_number, next_field
from mbasic.values.warn import Warn
from tests.values.reference import Hang, Model, expected, new_model, observed, operation, without_leftovers
from tests.values.strategies import (
    decimals,
    double_pairs,
    double_words,
    formats,
    number_texts,
    single_pairs,
    single_words,
)

many = settings(max_examples=400)
SINGLE = {"s_add": single.add, "s_sub": single.sub, "s_mul": single.mul, "s_div": single.div}
DOUBLE = {"d_add": double.add, "d_sub": double.sub, "d_mul": double.mul, "d_div": double.div}
FUNCTIONS = {
    "log": functions.log,
    "exp": functions.exp,
    "sin": functions.sin,
    "cos": functions.cos,
    "tan": functions.tan,
    "atn": functions.atn,
    "sqr": functions.sqr,
}


def single_result(run: Callable[[Warn], float]) -> tuple[int | None, list[str]]:
    return observed(lambda warn: single.to_bits(run(warn)))


def model_single(run: Callable[[Model], int], once: bool = False) -> tuple[int | None, list[str]]:
    return expected(lambda model: without_leftovers(run(model)), once)


@given(single_words)
def test_a_single_survives_its_word(word: int) -> None:
    assert single.to_bits(single.from_bits(word)) == word


@pytest.mark.parametrize("name", SINGLE)
@many
@given(pair=single_pairs)
@example(pair=(0x89000000, 0x70FFFFFF))  # 25 places below a power of two: nothing is taken away
@example(pair=(0x8A11CDEE, 0x80BB6E03))  # 10 places: the smaller operand is cut
def test_single_arithmetic(name: str, pair: tuple[int, int]) -> None:
    a, b = map(single.from_bits, pair)
    assert single_result(lambda warn: SINGLE[name](a, b, warn)) == model_single(
        lambda model: operation(model, name, *pair)
    )


@pytest.mark.parametrize("name", DOUBLE)
@many
@given(pair=double_pairs)
@example(pair=(0x0280000000000003, 0x0200000000000001))  # the difference is too small, its bits stay in the zero
def test_double_arithmetic(name: str, pair: tuple[int, int]) -> None:
    ours = observed(lambda warn: DOUBLE[name](*pair, warn))
    assert ours == expected(lambda model: operation(model, name, *pair))


@given(double_pairs)
def test_double_comparison(pair: tuple[int, int]) -> None:
    assert double.compare(*pair) == new_model().d_cmp(*pair)
    assert double.compare(pair[0], pair[0]) == 0


@given(single_pairs)
def test_single_comparison(pair: tuple[int, int]) -> None:
    a, b = map(single.from_bits, pair)
    assert (a > b) - (a < b) == new_model().s_cmp(*pair)


@pytest.mark.parametrize("name", FUNCTIONS)
@many
@given(word=st.one_of(single_words, st.integers(0x78000000, 0x8AFFFFFF)))
@example(word=0x7C20849B)  # a step of SIN cuts its smaller operand
@example(word=0x7B765F50)  # a step of ATN does
def test_functions(name: str, word: int) -> None:
    ours = single_result(lambda warn: FUNCTIONS[name](single.from_bits(word), warn))
    try:
        assert ours == model_single(lambda model: operation(model, name, word), once=True)
    except Hang:
        assert ours == (0xFF7FFFFF, ["Overflow"])


@many
@given(st.one_of(single_pairs, st.tuples(*[st.integers(0x78000000, 0x88FFFFFF)] * 2)))
def test_power(pair: tuple[int, int]) -> None:
    x, y = map(single.from_bits, pair)
    ours = single_result(lambda warn: functions.power(x, y, warn))
    try:
        assert ours == model_single(lambda model: operation(model, "power", *pair), once=True)
    except Hang:
        assert ours[1] == ["Overflow"]


@given(st.integers(-300, 300), st.integers(-8, 8))
def test_whole_powers_change_sign(base: int, exponent: int) -> None:
    x, y = single.from_int(base), single.from_int(exponent)
    assert single_result(lambda warn: functions.power(x, y, warn)) == model_single(
        lambda model: operation(model, "power", single.to_bits(x), single.to_bits(y)), once=True
    )


@many
@given(single_words)
def test_conversions_of_singles(word: int) -> None:
    x = single.from_bits(word)
    assert observed(lambda warn: single.to_int(x)) == expected(lambda model: model.s_to_i(word))
    assert double.from_single(x) == word << 32

    def as_single(kind: str, value: int) -> int:
        return single.to_bits(float(value)) if kind == "%" else value

    assert single.to_bits(single.floor(x)) == as_single(*new_model().s_int(word))
    assert single.to_bits(single.fix(x)) == as_single(*new_model().s_fix(word))


@many
@given(double_words)
def test_conversions_of_doubles(word: int) -> None:
    assert single_result(lambda warn: double.to_single(word, warn)) == model_single(lambda model: model.d_to_s(word))
    assert double.floor(word) == new_model().d_int(word)
    assert double.fix(word) == new_model().d_fix(word)
    assert double.sign(word) == new_model().d_cmp(word, 0)
    assert double.compare(double.abs_(word), word if double.sign(word) > 0 else double.neg(word)) == 0


@many
@given(st.one_of(double_words, st.integers(0x7F << 56, (0x92 << 56) - 1)))
def test_cint_of_doubles(word: int) -> None:
    result, messages = expected(lambda model: model.d_to_i(word))
    assert observed(lambda warn: double.to_int(word)) == (result, messages[-1:])


@given(st.integers(-40000, 40000))
def test_whole_numbers(n: int) -> None:
    assert single.from_bits(single.to_bits(single.from_int(n))) == n
    assert double.from_int(n) == double.from_single(single.from_int(n))


@many
@given(double_words, single_words)
def test_scaling_by_ten(word: int, single_word: int) -> None:
    word &= ~(1 << 55)
    assert observed(lambda warn: double.times_ten(word, warn)) == expected(lambda model: model.d_mul10(word), once=True)
    assert double.tenth(word) == new_model().d_div10(word)
    positive = single_word & ~0x800000
    assert single_result(lambda warn: single.times_ten(single.from_bits(positive), warn)) == expected(
        lambda model: model.s_mul10(positive), once=True
    )


@given(st.integers((1 << 55) - (1 << 51), (1 << 55) - 1), st.integers(0x41, 0xFF))
def test_a_tenth_of_what_carries(mantissa: int, exponent: int) -> None:
    word = exponent << 56 | mantissa
    assert double.tenth(word) == new_model().d_div10(word)


@many
@given(number_texts, st.booleans(), st.integers(0, 2))
def test_text_to_number(text: str, wide: bool, start: int) -> None:
    assume(start <= len(text))

    def ours(warn: Warn) -> tuple[str, int, int]:
        kind, value, end = parse_number(text.encode(), start, wide, warn)
        return kind.value, single.to_bits(value) if kind is Kind.SINGLE else int(value), end - start

    def theirs(model: Model) -> tuple[str, int, int]:
        kind, value, end = model.fin(text[start:], wide)
        return kind, without_leftovers(value) if kind == "!" else value, end

    assert observed(ours) == expected(theirs)


def value_of(kind: Kind, word: int) -> float:
    return single.from_bits(word) if kind is Kind.SINGLE else word


def read(text: str, kind: Kind) -> int:
    """The word of a decimal number."""
    word = new_model().fin(text + "#", True)[1]
    return word if kind is Kind.DOUBLE else new_model().d_to_s(word)


@many
@given(st.one_of(single_words, decimals.map(lambda text: read(text, Kind.SINGLE))))
def test_single_to_text(word: int) -> None:
    assert format_single(single.from_bits(word)).decode() == new_model().fout("!", word)


@many
@given(st.one_of(double_words, decimals.map(lambda text: read(text, Kind.DOUBLE))))
def test_double_to_text(word: int) -> None:
    assert format_double(word).decode() == new_model().fout("#", word)


@given(st.integers(-32768, 32767))
def test_whole_numbers_to_text(n: int) -> None:
    assert format_integer(n).decode() == new_model().fout("%", n)
    assert format_single(float(n)).decode() == new_model().fout("!", new_model().i_to_s(n))
    assert format_double(double.from_int(n)).decode() == new_model().fout("#", new_model().i_to_s(n) << 32)


any_value = st.one_of(
    st.tuples(st.just(Kind.INTEGER), st.integers(-32768, 32767)),
    st.tuples(st.just(Kind.SINGLE), single_words),
    st.tuples(st.just(Kind.SINGLE), decimals.map(lambda text: read(text, Kind.SINGLE))),
    st.tuples(st.just(Kind.DOUBLE), double_words),
    st.tuples(st.just(Kind.DOUBLE), decimals.map(lambda text: read(text, Kind.DOUBLE))),
)


@settings(max_examples=600)
@given(formats, any_value)
def test_print_using(form: str, typed: tuple[Kind, int]) -> None:
    literal, field, end = next_field(form.encode(), 0)
    assume(isinstance(field, NumericField) and not literal)
    assert isinstance(field, NumericField)
    flags, before, after, rest = new_model().using_field(form)
    assert (field.before, field.after, form[end:]) == (before, after, rest)
    # Without any place before the point the model has no place for the sign: see test_print_using.
    assume(not field.exponent or field.before or field.trailing)
    kind, word = typed

    def ours(warn: Warn) -> str:
        return format_number(field, kind, value_of(kind, word), warn).decode()

    assert observed(ours) == expected(lambda model: model.using(kind.value, word, flags, before, after))


@given(
    arguments=st.lists(st.one_of(st.just(0x81000000), st.just(0), single_words), max_size=30),
    number=st.one_of(st.none(), st.integers(-32768, 32767)),
    start=st.one_of(st.just(rnd.START_SEED), st.integers(0, 0x80FFFFFF)),
    c0=st.integers(0, 255),
    c2=st.integers(0, 7),
)
@example(arguments=[0x81000000], number=None, start=0x8023F3B3, c0=0, c2=2)  # the product rounds to a power of two
@example(arguments=[0x98FFFFB0], number=None, start=0, c0=0, c2=0)  # the seed does
@example(
    arguments=[0x81000000], number=None, start=0x6B123456, c0=170, c2=5
)  # the addend counts, the bytes are stirred
def test_rnd(arguments: list[int], number: int | None, start: int, c0: int, c2: int) -> None:
    model = new_model()
    model.seed, model.c0, model.c2 = start, c0, c2
    seed, counters = start, c0 | c2 << 16
    if number is not None:
        model.randomize(number)
        seed, counters = rnd.randomize(seed, counters, number)
    for word in arguments:
        model.rnd(word)
        seed, counters = rnd.advance(seed, counters, single.from_bits(word))
    assert (seed, counters) == (model.seed, model.c0 | model.c1 << 8 | model.c2 << 16)


@given(single_words)
def test_the_sign_of_a_zero_shows_only_in_a_division_by_zero(word: int) -> None:
    a = single.from_bits(word | 0x01000000)

    def tried(operate: Callable[[float, float, Warn], float], zero: float) -> tuple[float | None, list[str]]:
        return observed(lambda warn: operate(a, zero, warn))

    for operate in (single.add, single.sub, single.mul, single.div):
        assert tried(operate, 0.0) == tried(operate, -0.0)
    assert observed(lambda warn: single.div(-0.0, 0.0, warn)) == (-single.MAXIMUM, ["Division by zero"])

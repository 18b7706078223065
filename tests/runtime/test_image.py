"""The image: regions that grow, strings that move, arrays that are erased; and what PEEK sees of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic.errors import BasicError, ErrorCode
from mbasic.machine.memory import Memory
from mbasic.runtime import layout
from mbasic.runtime.image import Image
from mbasic.runtime.variables import Variables


def new_variables(limit: int = 1 << 20) -> Variables:
    return Variables(Image(limit))


def text_of(variables: Variables, slot: int) -> bytes:
    return variables.image.strings[variables.image.u[slot]]


def test_strings_outlive_compaction_and_growth() -> None:
    variables = new_variables()
    image = variables.image
    first, second = variables.slot(b"A", "$"), variables.slot(b"B", "$")
    image.u[first] = image.keep(b"first")
    for turn in range(3000):
        image.u[second] = image.keep(b"%d" % turn * 9)
    assert (text_of(variables, first), text_of(variables, second)) == (b"first", b"2999" * 9)


def test_two_variables_share_a_string_through_compaction() -> None:
    variables = new_variables()
    image = variables.image
    first, second = variables.slot(b"A", "$"), variables.slot(b"B", "$")
    image.u[first] = image.u[second] = image.keep(b"shared")
    image.keep(b"garbage")
    image.compact()
    assert image.q[layout.HEAP_TOP] == len(b"shared")
    assert text_of(variables, first) == text_of(variables, second) == b"shared"


def test_string_space_ends() -> None:
    variables = new_variables(40_000)
    image = variables.image
    variables.dimension(variables.array(b"A", "$"), (2000,))

    def fill() -> None:
        for place in range(2000):
            image.u[(variables.arrays[0].first_byte >> 3) + place] = image.keep(b"x" * 255)

    with pytest.raises(BasicError) as error:
        fill()
    assert error.value.code == ErrorCode.OUT_OF_STRING_SPACE


def test_memory_ends() -> None:
    variables = new_variables(100_000)
    variables.dimension(variables.array(b"A", "!"), (8000,))
    with pytest.raises(BasicError) as error:
        variables.dimension(variables.array(b"B", "!"), (8000,))
    assert error.value.code == ErrorCode.OUT_OF_MEMORY
    assert variables.arrays[1].sizes == ()


@given(st.lists(st.tuples(st.sampled_from("%!#$"), st.integers(0, 40), st.booleans()), max_size=25))
def test_arrays_keep_their_elements(steps: list[tuple[str, int, bool]]) -> None:
    """DIM and ERASE in any order: every array keeps what was put into it."""
    variables = new_variables()
    image = variables.image
    last: dict[int, int] = {}
    for number, (sign, top, erase) in enumerate(steps):
        index = variables.array(b"A%d" % (number % 7), sign)
        if variables.arrays[index].sizes and erase:
            variables.erase(index)
            del last[index]
        elif not variables.arrays[index].sizes:
            variables.dimension(index, (top,))
            array = variables.arrays[index]
            end = array.first_byte + array.bytes_taken
            image.memory[end - 8 : end] = bytes([number + 1, 0, 0, 0, 0, 0, 0, 0])
            last[index] = number + 1
        variables.slot(b"V%d" % number, sign)
    for index, value in last.items():
        array = variables.arrays[index]
        assert image.memory[array.first_byte + array.bytes_taken - 8] == value


def test_many_names_move_the_regions() -> None:
    variables = new_variables()
    array = variables.array(b"A", "!")
    variables.dimension(array, (5,))
    variables.image.d[(variables.arrays[array].first_byte >> 3) + 5] = 2.5
    for number in range(400):
        slot = variables.slot(b"N%d" % number, "%")
        variables.image.q[slot] = number
        variables.array(b"A%d" % number, "%")
    assert variables.image.d[(variables.arrays[array].first_byte >> 3) + 5] == 2.5
    assert [variables.image.q[variables.slot(b"N%d" % n, "%")] for n in range(400)] == list(range(400))


@pytest.mark.parametrize(
    ("sign", "word", "expected"),
    [("%", -2, b"\xfe\xff"), ("#", 0x8140000000000001, b"\x01\0\0\0\0\0\x40\x81")],
)
def test_peek_reads_a_variable(sign: str, word: int, expected: bytes) -> None:
    variables = new_variables()
    memory = Memory(variables.image, variables)
    slot = variables.slot(b"A", sign)
    variables.image.u[slot] = word & 0xFFFFFFFFFFFFFFFF
    at = memory.address_of_scalar(slot)
    assert bytes(memory.peek(at + i) for i in range(len(expected))) == expected


def test_poke_changes_a_variable() -> None:
    variables = new_variables()
    memory = Memory(variables.image, variables)
    index = variables.array(b"A", "!")
    variables.dimension(index, (3,))
    at = memory.address_of_element(index, 2)
    for offset, byte in enumerate(b"\0\0\x40\x82"):
        memory.poke(at + offset, byte)
    assert variables.image.d[(variables.arrays[index].first_byte >> 3) + 2] == 3.0
    assert memory.peek(at + 3) == 0x82


def test_an_unused_variable_has_no_address() -> None:
    variables = new_variables()
    slot = variables.slot(b"A", "!")
    with pytest.raises(BasicError) as error:
        Memory(variables.image, variables).address_of_scalar(slot)
    assert error.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL


def test_ports_keep_what_out_put_there() -> None:
    variables = new_variables()
    memory = Memory(variables.image, variables)
    memory.out(5, 7)
    assert (memory.inp(5), memory.inp(6)) == (7, 0)
    assert memory.ready(5, 2, None)
    assert not memory.ready(5, 2, 2)

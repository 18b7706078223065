"""The file of SAVE, and walking through bodies."""

from mbasic.language.tokenized import (
    body_end,
    change_line_numbers,
    constant_length,
    decode,
    encode,
    program_end,
)

HIDDEN = b'"\x0e"\x8f\x0c'
"""Bytes of constants where they are characters."""


def test_an_empty_program() -> None:
    assert encode([]) == b"\xff\x00\x00\x1a"
    assert decode(b"\xff\x00\x00\x1a") == []


def test_links_count_from_the_start_of_memory() -> None:
    assert encode([(10, b"\x91"), (20, b"\x81")])[:9] == b"\xff\xd0\x61\x0a\x00\x91\x00\xd6\x61"


def test_a_body_ends_at_a_zero_outside_constants() -> None:
    body = b"\x0e\x00\x00\x1d\x00\x00\x00\x00\x0f\x00\x1f" + bytes(8) + b"\xff\x81" + HIDDEN
    assert body_end(body + b"\0rest", 0) == len(body)


def test_links_are_not_trusted() -> None:
    assert decode(b"\xff\x01\x00\x0a\x00\x91\x00\xff\xff\x14\x00\x81\x00\x00\x00\x1a") == [(10, b"\x91"), (20, b"\x81")]


def test_a_file_cut_short_gives_its_whole_lines() -> None:
    whole = encode([(10, b"\x91"), (20, b"\x1d\x00\x00\x00\x81")])
    assert [len(decode(whole[:length])) for length in range(len(whole) + 1)] == [0] * 7 + [1] * 10 + [2] * 4


def test_a_program_beyond_64_k_has_no_link_that_ends_it() -> None:
    lines = [(number, b"\x8f" + b"x" * 250) for number in range(1, 1000)]
    lines[0] = (1, b"\x8f" + b"x" * (0x10000 - 0x61CA - 6 - 255 * 155))
    assert decode(encode(lines)) == lines


def test_the_end_of_a_program() -> None:
    data = encode([(10, HIDDEN)])
    assert program_end(data + b"filler") == len(data) - 1


def test_line_numbers_change_only_where_they_are_line_numbers() -> None:
    body = b"\x89 \x0e\x0a\x00:A\xf0\x1c\x0e\x01\xff\x84" + HIDDEN
    assert change_line_numbers(body, lambda number: number + 1) == b"\x89 \x0e\x0b\x00" + body[5:]


def test_on_error_goto_0_names_no_line() -> None:
    assert change_line_numbers(b"\x95 \xa8 \x89 \x0e\x00\x00", lambda _: 9) == b"\x95 \xa8 \x89 \x0e\x00\x00"
    assert change_line_numbers(b"\x95 \xa8 \x89 \x0e\x01\x00", lambda _: 9) == b"\x95 \xa8 \x89 \x0e\x09\x00"
    assert change_line_numbers(b"\xa9 \x0e\x00\x00", lambda _: 9) == b"\xa9 \x0e\x09\x00"


def test_constant_length() -> None:
    assert [constant_length(code) for code in b"\x0a\x0b\x0f\x10\x11\x1a\x1b\x1c\x1d\x1e\x1f\x20"] == [
        0, 3, 2, 0, 1, 1, 0, 3, 5, 0, 9, 0,
    ]  # fmt: skip

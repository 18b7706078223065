"""PRINT on paper and its columns; the expected lines are those of tests/transcripts/lang/print."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime.image import Image
from mbasic.runtime.layout import NULLS, WIDTH
from mbasic.runtime.printing import Output, Paper, printer_paper, set_nulls, set_width, write_number, write_string

COMMA, NEWLINE = ",", "\n"
Item = bytes | int | str | tuple[str, int]


def put(out: Output, items: tuple[Item, ...]) -> None:
    """Print items: strings as bytes, numbers, a comma, a new line, ("tab", n), ("spc", n), "text" char by char."""
    for item in items:
        match item:
            case bytes():
                out.print_text(item)
            case int():
                out.print_number(b"% d" % item)
            case ("tab", n):
                out.tab(n)
            case (_, n):
                out.spc(n)
            case ",":
                out.comma()
            case "\n":
                out.newline()
            case _:
                out.write(str(item).encode())


def paper_of(width: int = 80) -> Paper:
    image = Image()
    set_width(image, width)
    return Paper(image)


def printed(width: int, *items: Item) -> str:
    paper = paper_of(width)
    put(paper, items)
    return paper.take().decode("latin-1").replace("\r\n", "|")


@pytest.mark.parametrize(
    ("width", "items", "expected"),
    [
        (80, (b"A", ("tab", 3), b"B", NEWLINE), "A B|"),
        # zones_commas, width_zones, width.keys
        (80, (1, COMMA, 2, COMMA, NEWLINE), " 1             2            |"),
        (80, (b"FOURTEEN CHARS", COMMA, 1), "FOURTEEN CHARS               1 "),
        (80, (COMMA, COMMA, COMMA, COMMA, COMMA, b"X"), " " * 56 + "|X"),
        (28, (1, COMMA, 2, COMMA, 3), " 1             2 | 3 "),
        (20, (1, COMMA, 2, COMMA), " 1 | 2 |"),
        (14, (b"AB", COMMA, b"CD"), "AB|CD"),
        # width_one
        (1, (b"ABC", NEWLINE, 5, NEWLINE), "A|B|C| |5| |"),
        (1, (b"A", COMMA, b"B"), "A" + "| " * 13 + "|B"),
        # width_wrap_numbers, print_after_wrap
        (15, (111, 222, 333, 444), " 111  222  333 | 444 "),
        (15, (b"ABCDEFGHIJKLM", 1), "ABCDEFGHIJKLM| 1 "),
        (10, (b"1234567890", b"A", NEWLINE), "1234567890|A|"),
        (10, (b"1234567890", NEWLINE, b"END"), "1234567890|END"),
        (10, (b"1234567890", b"", b"", b"X"), "1234567890|X"),
        (10, (b"AB", b"C" * 23), "AB|CCCCCCCCCC|CCCCCCCCCC|CCC"),
        # direct/width: every item has a line of its own, and an empty one before it
        (0, (1, 2, NEWLINE, b"X"), "| 1 || 2 ||X"),
        # write_long_lines
        (8, ('"AB","CDEF"', NEWLINE), '"AB","CD|EF"|'),
        # tab_basic, tab_spc_errors
        (80, (b"ABCDEF", ("tab", 3), b"X"), "ABCDEF|  X"),
        (80, (("tab", -1), b"X", ("tab", 0), b"Y"), "X|Y"),
        (80, (("tab", 256), b"X"), " " * 15 + "X"),
        (80, (("tab", 85), b"X"), "    X"),
        (80, (b"AB", ("tab", 3), b"C", ("tab", 4), b"D"), "ABCD"),
        (80, (("spc", -1), b"X", ("spc", 80), b"Y", ("spc", 85), b"Z"), "XY     Z"),
    ],
)
def test_prints_as_recorded(width: int, items: tuple[Item, ...], expected: str) -> None:
    assert printed(width, *items) == expected


@pytest.mark.parametrize(
    ("text", "shown", "position"),
    [
        (b"A\tB", b"A       B", 10),
        (b"\tB", b"        B", 10),
        (b"X\bY", b"X\bY", 2),
        (b"\b", b"\b", 1),
        (b"L1\nL2", b"L1\nL2", 5),
        (b"M1\rM2", b"M1\rM2", 3),
        (b"\a", b"\a", 1),
        (b"\x7f\xff", b"\x7f\xff", 3),
    ],
)
def test_control_characters_move_the_cursor(text: bytes, shown: bytes, position: int) -> None:
    """tests/transcripts/lang/strings/string_control_chars."""
    paper = paper_of()
    paper.print_text(text)
    assert (paper.take(), paper.position()) == (shown, position)


def test_position_behind_a_full_line() -> None:
    paper = paper_of()
    paper.print_text(b"Y" * 80)
    assert paper.position() == 81
    assert paper.columns_left() == 0


def test_fresh_line_only_where_the_cursor_is_not_at_the_beginning() -> None:
    paper = paper_of()
    for text in (b"", b"A"):
        paper.print_text(text)
        paper.fresh_line()
    assert paper.take() == b"A\r\n"


def test_take_empties_the_output() -> None:
    paper = paper_of()
    paper.print_text(b"A")
    assert (paper.take(), paper.take()) == (b"A", b"")


def test_null_follows_each_new_line() -> None:
    image = Image()
    set_nulls(image, 3)
    paper = Paper(image)
    put(paper, (b"A", NEWLINE, b"B\rC"))
    assert paper.take() == b"A\r\n\0\0\0B\r\0\0\0C"


def test_the_printer_has_its_own_column_and_width() -> None:
    """tests/transcripts/lang/print/lprint_silent: LPRINT does not move POS, NULL and WIDTH do not concern it."""
    image = Image()
    set_nulls(image, 2)
    set_width(image, 10)
    paper, printer = Paper(image), printer_paper(image)
    put(printer, (b"*" * 50, NEWLINE, b"AB"))
    assert printer.take() == b"*" * 50 + b"\r\nAB"
    assert (paper.position(), printer.position()) == (1, 3)


@pytest.mark.parametrize("value", [-1, 256])
def test_width_and_null_are_bytes(value: int) -> None:
    image = Image()
    for setter in (set_width, set_nulls):
        with pytest.raises(BasicError) as failure:
            setter(image, value)
        assert failure.value.code == ErrorCode.ILLEGAL_FUNCTION_CALL
    assert (image.q[WIDTH], image.q[NULLS]) == (80, 0)


def test_items_of_write() -> None:
    assert write_string(b'A "B"') == b'"A "B""'
    assert [write_number(text) for text in (b" 5", b"-5")] == [b"5", b"-5"]


def slowly_written(width: int, start: int, text: bytes) -> tuple[bytes, int]:
    """The original's way: character by character."""
    shown, column = b"", start
    for code in text:
        if code >= 32:
            if column == width:
                shown, column = shown + b"\r\n", 0
            column = min(column + 1, 255)
        elif code == 13:
            column = 0
        elif code == 8:
            column = max(column - 1, 0)
        elif code == 9:
            while True:
                part, column = slowly_written(width, column, b" ")
                shown += part
                if column % 8 == 0:
                    break
            continue
        shown += bytes([code])
    return shown, column


@given(st.integers(9, 255), st.integers(0, 8), st.lists(st.sampled_from([*range(7, 14), 32, 65, 200]), max_size=300))
def test_write_is_the_same_as_character_by_character(width: int, start: int, codes: list[int]) -> None:
    paper = paper_of(width)
    paper.write(b"-" * start)
    paper.take()
    paper.write(bytes(codes))
    shown, column = slowly_written(width, start, bytes(codes))
    assert (paper.take(), paper.position() - 1) == (shown, column)

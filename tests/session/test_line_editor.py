"""The console line editor: what each key echoes and which line comes out. The cases are those of
tests/transcripts/direct/break and lang/input, reduced to the rule."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic.session.line_editor import LINE_LIMIT, LineEditor, Outcome


def type_into(editor: LineEditor, keys: bytes) -> bytes:
    return b"".join(editor.feed(key) for key in keys)


def typed(keys: bytes) -> tuple[bytes, bytes]:
    """Return the echo of `keys` in a new editor, and the line."""
    editor = LineEditor()
    editor.begin()
    echo = type_into(editor, keys)
    return echo, editor.text


@pytest.mark.parametrize(
    ("keys", "echo", "line"),
    [
        (b"PRINT 1\r", b"PRINT 1\r\n", b"PRINT 1"),
        (b"\r", b"\r\n", b""),
        (b"abx\bcd\r", b"abx\b \bcd\r\n", b"abcd"),
        (b"X\b\b\bY\r", b"X\b \bY\r\n", b"Y"),
        (b"abx\x7fcd\r", b"abx\\x\\cd\r\n", b"abcd"),
        (b"xyz\x7f\x7fab\r", b"xyz\\zy\\ab\r\n", b"xab"),
        (b"ABC\x7f\x7f\r", b"ABC\\CB\\\r\n", b"A"),
        (b"A\x7fB\x7fC\r", b"A\\A\\B\\B\\C\r\n", b"C"),
        (b"A\x7f\x7fP\r", b"A\\A\\\r\nP\r\n", b"P"),
        (b"AB\x7f\x7f\x7f\x7fP\r", b"AB\\BA\\\r\nP\r\n", b"P"),
        (b"\x7fP\r", b"P\r\n", b"P"),
        (b"wrong\x15right\r", b"wrong^U\r\nright\r\n", b"right"),
        (b"ab\x7f\x15c\r", b"ab\\b\\^U\r\nc\r\n", b"c"),
        (b"lost\x18kept\r", b"lost#\r\nkept\r\n", b"kept"),
        (b"abc\x12d\r", b"abc\r\nabcd\r\n", b"abcd"),
        (b"a\tb\r", b"a\tb\r\n", b"a\tb"),
        (b"a\t\bb\r", b"a\t\b \bb\r\n", b"ab"),
        (b"A\x13\x11B\x1b\x02\0C\r", b"ABC\r\n", b"ABC"),
        (b"A\aB\r", b"A\aB\r\n", b"A\aB"),
        (b"AB\nCD\r", b"AB\n\rCD\r\n", b"AB\nCD"),
        (b"AB\n\rCD\r", b"AB\n\rCD\r\n", b"AB\nCD"),
        (b"\nCD\r", b"CD\r\n", b"CD"),
    ],
)
def test_keys_and_their_echo(keys: bytes, echo: bytes, line: bytes) -> None:
    assert typed(keys) == (echo, line)


def test_control_c_gives_the_line_up() -> None:
    editor = LineEditor()
    editor.begin()
    assert type_into(editor, b"ABC\x03") == b"ABC^C\r\n"
    assert editor.outcome is Outcome.CANCELLED


def test_a_full_line_rings() -> None:
    echo, line = typed(b"x" * 300 + b"\r")
    assert echo == b"x" * LINE_LIMIT + b"\a" * 45 + b"\r\n"
    assert line == b"x" * LINE_LIMIT


def test_a_full_line_can_be_shortened() -> None:
    assert typed(b"x" * 256 + b"\by\r")[1] == b"x" * 254 + b"y"


def test_enter_stays_on_the_line_for_input_with_a_semicolon() -> None:
    editor = LineEditor()
    editor.begin(same_line=True)
    assert type_into(editor, b"7\r") == b"7"
    assert editor.text == b"7"


def test_control_u_forgets_that_enter_stays_on_the_line() -> None:
    editor = LineEditor()
    editor.begin(same_line=True)
    assert type_into(editor, b"7\x158\r") == b"7^U\r\n8\r\n"


def test_control_a_edits_what_was_typed() -> None:
    editor = LineEditor()
    editor.begin()
    assert type_into(editor, b"PRIMT 1\x01") == b"PRIMT 1\r\n"
    assert editor.outcome is Outcome.EDIT
    assert editor.text == b"PRIMT 1"


def test_control_a_on_an_empty_line_brings_the_last_one_back() -> None:
    editor = LineEditor()
    editor.begin()
    type_into(editor, b"PRINT 5\r")
    editor.begin()
    editor.feed(1)
    assert editor.text == b"PRINT 5"


def test_control_a_after_a_line_that_was_rubbed_out_finds_nothing() -> None:
    editor = LineEditor()
    editor.begin()
    type_into(editor, b"PRINT 5\r")
    editor.begin()
    type_into(editor, b"A\b\x01")
    assert editor.text == b""


def test_the_line_that_comes_out_of_edit_is_the_one_to_bring_back() -> None:
    editor = LineEditor()
    editor.begin()
    type_into(editor, b"PRIMT 1\x01")
    editor.set_text(b"PRINT 1")
    editor.begin()
    editor.feed(1)
    assert editor.text == b"PRINT 1"


def test_a_line_can_begin_with_text_that_nobody_typed() -> None:
    editor = LineEditor()
    editor.begin_with(b"20 REM NO")
    assert type_into(editor, b"W\r") == b"W\r\n"
    assert editor.text == b"20 REM NOW"


def test_is_empty() -> None:
    editor = LineEditor()
    editor.begin()
    assert editor.is_empty
    editor.feed(ord("A"))
    assert not editor.is_empty
    editor.feed(8)
    assert editor.is_empty


@given(st.binary(max_size=600))
def test_any_keys_make_a_line_of_at_most_255_characters(keys: bytes) -> None:
    editor = LineEditor()
    editor.begin()
    type_into(editor, bytes(key & 127 for key in keys))
    assert 0 <= editor.length <= LINE_LIMIT
    assert len(editor.text) <= LINE_LIMIT

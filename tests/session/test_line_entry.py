"""Ctrl-A while a line is typed (tests/transcripts/direct/break/ctrl_a, ctrl_a_repeat)."""

import pytest

from mbasic.session.line_entry import Entry, LineEntry


def typed(keys: bytes, before: bytes = b"") -> tuple[bytes, LineEntry]:
    entry = LineEntry()
    entry.remember(before)
    entry.begin()
    return b"".join(entry.feed(key) for key in keys), entry


@pytest.mark.parametrize(
    ("before", "keys", "echo", "line"),
    [
        (b"", b"PRIMT 1\x01SMCN\r", b"PRIMT 1\r\n! PRINT 1\r\n", b"PRINT 1"),
        (b"", b"FOO\x01DE", b"FOO\r\n! \\F\\\r\n", b"OO"),
        (b"", b"PRINT 5\x01L\r", b"PRINT 5\r\n! PRINT 5\r\n! PRINT 5\r\n", b"PRINT 5"),
        (b"PRINT 5", b"\x01\r", b"\r\n! PRINT 5\r\n", b"PRINT 5"),
        (b"", b"AB\x7f\x01X\r", b"AB\\B\r\n! A\r\n", b"A"),
        (b"", b"PRINT 1\x01\x01\r", b"PRINT 1\r\n! \aPRINT 1\r\n", b"PRINT 1"),
        (b"", b"ABC\x01Q", b"ABC\r\n! \r\n", b""),
        (b"", b"ABC\x012 Q", b"ABC\r\n! AB\r\n", b"AB"),
    ],
)
def test_a_line_through_edit(before: bytes, keys: bytes, echo: bytes, line: bytes) -> None:
    shown, entry = typed(keys, before)
    assert (shown, entry.outcome, entry.text) == (echo, Entry.LINE, line)


def test_there_is_no_original_to_begin_again_with() -> None:
    echo, entry = typed(b"ABC\x01A")
    assert (echo, entry.outcome) == (b"ABC\r\n! \r\n", Entry.NO_ORIGINAL)


def test_a_line_under_edit_is_not_empty() -> None:
    assert not typed(b"\x01")[1].is_empty


def test_after_edit_the_line_editor_is_back() -> None:
    entry = typed(b"ABC\x01Q")[1]
    entry.begin()
    assert b"".join(entry.feed(key) for key in b"XY\r") == b"XY\r\n"
    assert entry.text == b"XY"

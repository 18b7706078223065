r"""EDIT: what each subcommand shows and does. The cases are those of tests/transcripts/direct/edit, as rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic.session.edit_mode import EditMode, EditOutcome

LINE = b'PRINT "HELLO WORLD"'


def edited(keys: bytes, text: bytes = LINE) -> tuple[bytes, bytes, EditMode]:
    """Return the echo of `keys`, the text afterwards and the mode itself."""
    edit = EditMode(text=bytearray(text), prompt=b"10 ")
    echo = b"".join(edit.feed(key) for key in keys)
    return echo, bytes(edit.text), edit


@pytest.mark.parametrize(
    ("keys", "echo", "text"),
    [
        # moving
        (b"   ", b"PRI", LINE),
        (b"3 ", b"PRI", LINE),
        (b"255 ", LINE, LINE),
        (b"3 \x7f\x7f", b"PRIIR", LINE),
        (b"3 2\x7f", b"PRIIR", LINE),
        (b"3 \b\b", b"PRI\b\b", LINE),
        (b"3 2\b", b"PRI\bR", LINE),
        (b"\x7f\b", b"", LINE),
        (b"3 L", b'PRINT "HELLO WORLD"\r\n10 ', LINE),
        # deleting; counts are bytes, and 0 is 1
        (b"3D", b"\\PRI\\", LINE[3:]),
        (b"0D", b"\\P\\", LINE[1:]),
        (b"1 1 D", b"PR\\I\\", b'PRNT "HELLO WORLD"'),
        (b"255D", b"\\" + LINE + b"\\", b""),
        (b"256D", b"\\P\\", LINE[1:]),
        (b"3 99DD", b"PRI\\" + LINE[3:] + b"\\", b"PRI"),
        # searching: the character under the cursor is not looked at
        (b"SO", b'PRINT "HELL', LINE),
        (b"2SO", b'PRINT "HELLO W', LINE),
        (b"3SO", LINE, LINE),
        (b"SP", LINE, LINE),
        (b"SZ", LINE, LINE),
        (b"S\x1b", LINE, LINE),
        (b"KH", b'\\PRINT "\\', b'HELLO WORLD"'),
        (b"2KO", b'\\PRINT "HELLO W\\', b'ORLD"'),
        (b"KZ", b"\\" + LINE + b"\\", b""),
        # changing
        (b"3Cabc", b"abc", b"abcNT" + LINE[5:]),
        (b"C\x1b\x03\rX", b"\a\a\aX", b"XRINT" + LINE[5:]),
        (b"C\t", b"\t", b"\tRINT" + LINE[5:]),
        # inserting
        (b"IABC\x1b", b"ABC", b"ABC" + LINE),
        (b"3 IABC\x7f\x7fXY\x1b", b"PRIABC__XY", b'PRIAXYNT "HELLO WORLD"'),
        (b" IA\b\b\bZ\x1b", b"PA\b\b\aZ", b"Z" + LINE[1:]),
        (b"5 IQ\x7f\x7f\x7f\x1b", b"PRINTQ___", b"PRI" + LINE[5:]),
        (b"IAB_C\x1b", b"AB_C", b"AC" + LINE),
        (b"IA\x03\x02B\x1b", b"AB", b"AB" + LINE),
        (b"Xmore", LINE + b"more", LINE + b"more"),
        (b'6 H"REST"\x1b', b'PRINT "REST"', b'PRINT "REST"'),
        # the rest rings and forgets the count
        (b"R", b"\a", LINE),
        (b"3\x1bD", b"\a\\P\\", LINE[1:]),
        (b"\x03", b"\a", LINE),
        (b"\0", b"", LINE),
        (b"2\0D", b"\\PR\\", LINE[2:]),
    ],
)
def test_subcommands(keys: bytes, echo: bytes, text: bytes) -> None:
    assert edited(keys)[:2] == (echo, text)


def test_lower_case_commands_are_commands() -> None:
    assert edited(b"sHdi(x)\x1b")[:2] == (b'PRINT "\\H\\(x)', b'PRINT "(x)ELLO WORLD"')


@pytest.mark.parametrize(
    ("keys", "echo", "outcome"),
    [
        (b"\r", LINE + b"\r\n", EditOutcome.KEPT),
        (b"3 \r", LINE + b"\r\n", EditOutcome.KEPT),
        (b"3 E", b"PRI\r\n", EditOutcome.KEPT),
        (b"IA\r", b"A" + LINE + b"\r\n", EditOutcome.KEPT),
        (b"3 Q", b"PRI", EditOutcome.QUIT),
        (b"DA", b"\\P\\\r\n", EditOutcome.AGAIN),
    ],
)
def test_ways_out(keys: bytes, echo: bytes, outcome: EditOutcome) -> None:
    shown, _, edit = edited(keys)
    assert (shown, edit.outcome) == (echo, outcome)


def test_at_the_end_change_takes_no_key() -> None:
    assert edited(b"C2", b"")[2].count == 2


def test_a_full_line_takes_no_more() -> None:
    assert edited(b"XY", b"x" * 255)[:2] == (b"x" * 255 + b"\a", b"x" * 255)


@given(st.binary(max_size=300), st.binary(max_size=255))
def test_any_keys_leave_the_cursor_in_the_line(keys: bytes, text: bytes) -> None:
    edit = EditMode(text=bytearray(text), prompt=b"10 ")
    for key in keys:
        edit.feed(key & 127)
        assert 0 <= edit.cursor <= len(edit.text) <= 255
        if edit.outcome is not EditOutcome.EDITING:
            break

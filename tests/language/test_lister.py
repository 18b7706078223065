"""Listing, rule by rule."""

import pytest

from mbasic.language.lexer import crunch
from mbasic.language.lister import list_body, list_line
from tests.language.recorded import ignore


@pytest.mark.parametrize(
    ("text", "listed"),
    [
        (b"?A", b"PRINT A"),
        (b'?"A"', b'PRINT"A"'),
        (b"IF A>1THEN 50ELSE 60", b"IF A>1 THEN 50ELSE 60"),
        (b"FOR I=1TO 5STEP 2", b"FOR I=1 TO 5 STEP 2"),
        (b"PRINT'x", b"PRINT'x"),
        (b"?TAB(5)A", b"PRINT TAB(5)A"),
        (b"A=B AND NOT C", b"A=B AND NOT C"),
        (b"WHILE+A", b"WHILE+A"),
        (b"FN A+USR 1", b"FN A+USR 1"),
        (b"5:ELSE", b"5:ELSE"),
        (b"5ELSE", b"5ELSE"),
        (b"DATA x :print", b"DATA x :PRINT"),
        (b"'''", b"'''"),
        (b"&hff+&17", b"&HFF+&O17"),
        (b"1E5+1.0+.10+1D5", b"100000!+1!+.1+100000#"),
        (b'"\x0f"', b'"\x0f"'),
    ],
)
def test_listed_text(text: bytes, listed: bytes) -> None:
    assert list_body(crunch(text, ignore)) == listed


@pytest.mark.parametrize(
    ("body", "listed"),
    [
        (b"\x8fX", b"REM X"),
        (b"\x84X", b"DATA X"),
        (b"\xb4A", b"WHILE A"),
        (b"\x1c\x00\x80", b"-32768"),
        (b"\xcd\xff\xa0", b"??"),
        (b"\x16\x91\x16", b"5 PRINT 5"),
        (b"A\xd3\xd3\xd0", b"A FNFNTAB("),
    ],
)
def test_bodies_from_elsewhere(body: bytes, listed: bytes) -> None:
    assert list_body(body) == listed


def test_a_tab_takes_the_place_of_the_blank_behind_the_number() -> None:
    assert list_line(10, b"\t\x91") == b"10\tPRINT"
    assert list_line(10, b":X") == b"10 :X"


def test_a_line_is_cut_at_255_characters_behind_its_number() -> None:
    body = crunch(b":".join([b"?"] * 60), ignore)
    assert list_line(10, body) == b"10 " + list_body(body)[:255]
    assert len(list_body(body)) == 359


def test_what_is_cut_off_hides_nothing_any_more() -> None:
    assert list_line(1, crunch(b'"%b"ELSE' % (b"x" * 252), ignore)).endswith(b'x":')
    assert list_line(1, crunch(b'"%b"\'' % (b"x" * 251), ignore)).endswith(b'x":R')

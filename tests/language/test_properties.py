"""What holds for every line: crunching and listing undo each other, and nothing but a BASIC error comes of rubbish.

Where a listed line does not crunch into the same bytes, the original did not either:
- LIST puts blanks between words and names (PRINTA from 91 41), so the second body has more blanks;
- a single shows 6 digits and a double 16, and reading rounds at each digit: the value may move in its last place;
- the `%` of 5% and the `!` of .5! are not kept, nor is the point of .51E5 behind another number: what stands behind
  or before then continues the number (5%6 lists as 56).
"""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mbasic.errors import BasicError
from mbasic.language.lexer import crunch
from mbasic.language.lister import list_body
from mbasic.language.program import Program
from mbasic.language.protected import decipher, encipher
from mbasic.language.tokenized import LINE_NUMBER, body_end, decode, encode
from tests.language.recorded import corpus_bodies, ignore

# Short numbers only: they list exactly. Each has a sign behind it that cannot continue it.
WORDS = """PRINT GOTO GOSUB IF THEN ELSE FOR TO STEP NEXT WHILE WEND DATA REM ' ? LEFT$ TAB( SPC( FN USR USR1 FNX AND
MOD NOT ERL ERR GO RESTORE A B1 X.Y a$ I% D# S! 1, 10+ 300; 1.5) .25= 1E5< 1.5#: 1D10> &HFF &17 , ; : ( ) = < > + - *
/ ^ "text" "T" "open # $"""
LINES = st.lists(st.tuples(st.sampled_from(WORDS.split()), st.sampled_from(["", " ", "  ", "\t"])), max_size=12).map(
    lambda parts: "".join(word + gap for word, gap in parts).encode()
)
BODIES = list(corpus_bodies())
EXACT = [body for body in BODIES if not re.search(rb"\x1d|\x1f", body)]


def relisted(body: bytes) -> bytes:
    return crunch(list_body(body), ignore)


def without_blanks(body: bytes) -> bytes:
    return body.replace(b" ", b"")


def test_the_corpus_is_here() -> None:
    assert len(BODIES) > 2500
    assert len(EXACT) > 2000


def test_listed_lines_of_the_corpus_crunch_into_what_they_came_from() -> None:
    assert [body for body in EXACT if without_blanks(relisted(body)) != without_blanks(body)] == []


def test_blanks_are_all_that_a_second_listing_settles() -> None:
    settled = [relisted(body) for body in EXACT]
    assert [body for body in settled if relisted(body) != body] == []


@given(LINES)
@example(b"GO  TO10:GO SUBX")
@example(b"GOTO 655301:ERL+1.5")
def test_listing_what_was_crunched_and_listed_changes_nothing(text: bytes) -> None:
    try:
        listed = list_body(crunch(text, ignore))
        assert list_body(crunch(listed, ignore)) == listed
    except BasicError:
        return


@given(st.binary(max_size=300))
@example(b"FN")
@example(b"GO SUB")
@example(b"1E")
def test_rubbish_gives_a_body_or_a_basic_error(text: bytes) -> None:
    try:
        body = crunch(text.replace(b"\0", b""), ignore)
    except BasicError:
        return
    assert body_end(body + b"\0", 0) == len(body)
    list_body(body)


@given(st.binary(max_size=100))
def test_any_body_can_be_listed(body: bytes) -> None:
    list_body(body)


@given(st.binary(max_size=500))
def test_any_file_can_be_loaded(data: bytes) -> None:
    for header in (b"\xff", b"\xfe", b""):
        program = Program()
        try:
            program.load_bytes(header + data, ignore)
        except BasicError:
            continue
        program.save_protected()


@given(st.binary(max_size=1000))
def test_the_cipher_is_undone(data: bytes) -> None:
    assert decipher(encipher(data)) == data
    assert encipher(decipher(data)) == data


@given(st.dictionaries(st.integers(0, 65529), st.sampled_from(EXACT[:300])))
def test_files_hold_what_was_saved(lines: dict[int, bytes]) -> None:
    ordered = sorted(lines.items())
    assert decode(encode(ordered)) == ordered


@pytest.mark.parametrize("step", [1, 7, 10])
@given(lines=st.lists(st.integers(1, 99), unique=True, min_size=1), data=st.data())
def test_renumbering_keeps_what_lines_refer_to(step: int, lines: list[int], data: st.DataObject) -> None:
    lines.sort()
    targets = [data.draw(st.sampled_from(lines)) for _ in lines]
    program = Program()
    for line, target in zip(lines, targets, strict=True):
        program.store(line, b"\x89 " + bytes((LINE_NUMBER, target, 0)))
    assert program.renumber(100, 0, step) == []
    for index, target in enumerate(targets):
        assert program.body_at(index)[3:] == (100 + step * lines.index(target)).to_bytes(2, "little")

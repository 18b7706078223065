"""The parts of a line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic.session.colouring import Part, parts_of_line, word_lists


def described(text: str) -> list[str]:
    return [f"{part}:{piece}" for part, piece in parts_of_line(text) if part is not Part.BLANK]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("10 PRINT A", ["line-number:10", "keyword:PRINT", "name:A"]),
        ("printa=1", ["name:printa", "sign:=", "number:1"]),
        ('A$=LEFT$("X',  ["name:A$", "sign:=", "function:LEFT$", "sign:(", 'string:"X']),
        ("X=FNA(1.5E3)", ["name:X", "sign:=", "function:FN", "name:A", "sign:(", "number:1.5E3", "sign:)"]),
        ("REM GOTO 'X", ["keyword:REM", "remark: GOTO 'X"]),
        ("A=1 'GOTO", ["name:A", "sign:=", "number:1", "remark:'GOTO"]),
        ('DATA A,"B:C":END', ["keyword:DATA", 'data: A,"B:C"', "sign::", "keyword:END"]),
        ("PRINT TAB(5)", ["keyword:PRINT", "function:TAB(", "number:5", "sign:)"]),
        ("A=&HFF", ["name:A", "sign:=", "number:&HFF"]),
        ("", []),
    ],
)  # fmt: skip
def test_parts(text: str, parts: list[str]) -> None:
    assert described(text) == parts


@given(st.text(max_size=60))
def test_together_they_are_the_line(text: str) -> None:
    assert "".join(piece for _, piece in parts_of_line(text)) == text


def test_words_for_a_front_end_that_colours_by_itself() -> None:
    keywords, functions = word_lists()
    assert {"PRINT", "GOTO", "REM", "TO"} <= set(keywords)
    assert {"LEFT$", "SIN", "TAB", "INKEY$"} <= set(functions)
    assert not set(keywords) & set(functions)

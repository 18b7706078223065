"""Faults of program lines in the columns in which they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic.session.lint import NO_NUMBER, NUMBER_TOO_LARGE, lint_line, lint_program
from tests.transcripts.cases import Case, find_cases

GOOD = [
    "10 PRINT", "", "   ", '20 print "a";b$:goto 30 else x=1', "30 IF A THEN 10 ELSE PRINT 2 ' remark )(", "40 rem )(",
    "50 DATA )(, x:PRINT", '60 PRINT "open', "70 LINE INPUT#1,A$", "80 ON X GOTO 10,20", "90 FOR I=1 TO 2:NEXT I,J",
    "100 DEF FNA(X)=X*2", "110 ?1;2", "10",
]  # fmt: skip


@pytest.mark.parametrize("line", GOOD)
def test_nothing_is_wrong(line: str) -> None:
    assert lint_line(line.encode()) == ()


@pytest.mark.parametrize(
    ("line", "marked", "message"),
    [
        ("10 PRINT (1", "1", "Syntax error"),
        ("10 A=", "=", "Missing operand"),
        ("10 PRINT 1:A=:B=2", "=", "Missing operand"),
        ("10 POKE 5", "5", "Syntax error"),
        ("10 print  1 +  * 2", "*", "Syntax error"),
        ("10 GOTO X", "X", "Syntax error"),
        ('10 FOR I=1 TO "a" 5', "5", "Syntax error"),
        ("10 IF A=1 PRINT", "PRINT", "Syntax error"),
        ("10 LET 5=A", "5", "Syntax error"),
        ("10 REM x:A=\n", None, ""),
        ("10 END 5", "5", "Syntax error"),
        ("10 foo bar", "bar", "Syntax error"),
        ("  10  A=40000%", "40000", "Overflow"),
        ("10 A=1:B=&O8", "&", "Syntax error"),
        ("10 A=1E99", "1", "Overflow"),
        ("PRINT 1", "PRINT 1", NO_NUMBER),
        (" just text ", "just text", NO_NUMBER),
        ("65530 PRINT", "65530", NUMBER_TOO_LARGE),
    ],
)
def test_a_fault_is_where_it_was_typed(line: str, marked: str | None, message: str) -> None:
    faults = lint_line(line.encode())
    found = [line[fault.start : fault.end] for fault in faults]
    assert found == ([] if marked is None else [marked])
    assert all(fault.message.startswith(message) for fault in faults)


def test_each_statement_has_its_fault() -> None:
    line = "10 A=:B=1:C=("
    assert [line[fault.start : fault.end] for fault in lint_line(line.encode())] == ["=", "("]


def test_a_line_that_is_too_long() -> None:
    (fault,) = lint_line(b"10 REM " + b"x" * 300)
    assert (fault.start, fault.end) == (255, 307)
    assert fault.message == "Line buffer overflow: a line has at most 255 characters"


@given(st.text(st.characters(max_codepoint=255), max_size=40))
def test_any_text_has_columns_within_it(text: str) -> None:
    line = f"10 {text}".encode("latin-1")
    assert all(0 <= fault.start < fault.end <= len(line) for fault in lint_line(line))


@pytest.mark.parametrize("case", find_cases("lang")[::7], ids=lambda case: case.name)
def test_lines_of_programs_are_looked_at_without_harm(case: Case) -> None:
    data = case.program.replace(b"\r", b"").split(b"\n")
    for line in data:
        assert all(0 <= fault.start < fault.end <= max(len(line), 1) for fault in lint_line(line))


def test_between_the_lines() -> None:
    lines = [
        b"10 PRINT 1",
        b"note",
        b"20 GOTO 10",
        b"10 IF A THEN 99 else 20",
        b"30 ON ERROR GOTO 0:RESUME 0",
        b"40 gosub  77",
    ]
    found = [(f.row, lines[f.row][f.fault.start : f.fault.end], f.fault.message) for f in lint_program(lines)]
    assert found == [
        (0, b"10", "line 10 comes again below"),
        (3, b"99", "Undefined line number: there is no line 99"),
        (5, b"77", "Undefined line number: there is no line 77"),
    ]

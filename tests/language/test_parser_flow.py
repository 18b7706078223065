"""How a line becomes a flat tuple: restart, resume_next, otherwise, places."""

import pytest

from mbasic.language import nodes
from mbasic.language.parser import parse_body
from tests.language.parsing import BAD, A, nodes_of, number, parse


def flow(line: str) -> list[tuple[str, int, int | None]]:
    return [(type(item.node).__name__, item.restart, item.resume_next) for item in parse(line)]


def choices(line: str) -> list[tuple[int | None, int | None]]:
    return [(node.then_line, node.otherwise) for node in nodes_of(line) if isinstance(node, nodes.If)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("", []),
        ("END", [("End", 0, None)]),
        ("A=1:B=2", [("Let", 0, 1), ("Let", 1, None)]),
        ("A=1:", [("Let", 0, None)]),
        ("A=1::B=2", [("Let", 0, 1), ("Empty", 1, 2), ("Let", 2, None)]),
        (":A=1", [("Empty", 0, 1), ("Let", 1, None)]),
        ("A=5 B=6:END", [("Let", 0, 2), ("FaultStatement", 0, 2), ("End", 2, None)]),
        ("IF A THEN B=1", [("If", 0, None), ("Let", 0, None)]),
        ("IF A THEN B=1:END", [("If", 0, 2), ("Let", 0, 2), ("End", 2, None)]),
        (
            'IF A THEN PRINT "X":GOTO 80 ELSE PRINT "Y"',
            [("If", 0, 2), ("Print", 0, 2), ("Goto", 2, 3), ("Else", 3, None), ("Print", 0, 2)],
        ),
        ("IF A THEN 50ELSE 60", [("If", 0, 1), ("Else", 1, None), ("Goto", 0, 1)]),
        (
            "IF A THEN IF B THEN STOP ELSE END ELSE A=1",
            [
                ("If", 0, 3),
                ("If", 0, 3),
                ("Stop", 0, 3),
                ("Else", 3, 5),
                ("End", 0, 3),
                ("Else", 5, None),
                ("Let", 0, 3),
            ],
        ),
        ("A=1 'note", [("Let", 0, 1), ("Remark", 1, None)]),
        ("REM A:B", [("Remark", 0, None)]),
        ("DATA 1,:END", [("Remark", 0, 1), ("End", 1, None)]),
        ("ELSE END", [("Else", 0, None), ("End", 0, None)]),
        ("END:ELSE STOP", [("End", 0, 1), ("Else", 1, None), ("Stop", 1, None)]),
    ],
)
def test_restart_and_resume_next(line: str, expected: list[tuple[str, int, int | None]]) -> None:
    assert flow(line) == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("IF A THEN 50", [(50, None)]),
        ("IF A GOTO 50", [(50, None)]),
        ("IF A,THEN 50", [(50, None)]),
        ("IF A THEN 50 ELSE 60", [(50, 2)]),
        ("IF A THEN 50 PRINT:B=1 ELSE 60", [(50, 3)]),
        ("IF A THEN", [(None, None)]),
        ("IF A THEN:END", [(None, None)]),
        ("IF A THEN ELSE END", [(None, 2)]),
        ("IF A THEN STOP ELSE:END", [(None, 3)]),
        ("IF A THEN STOP ELSE", [(None, None)]),
        ("IF A THEN STOP:END ELSE END:STOP", [(None, 4)]),
        ("IF A THEN IF B THEN STOP ELSE END ELSE CLEAR", [(None, 6), (None, 4)]),
        ("IF A THEN IF B THEN STOP ELSE END", [(None, None), (None, 4)]),
        ("IF A THEN STOP ELSE IF B THEN END ELSE CLEAR", [(None, 3), (None, 6)]),
        ('IF A THEN PRINT " ELSE " ELSE END', [(None, 3)]),
        ("IF A THEN REM ELSE END", [(None, None)]),
        ("IF A THEN PRINT:DATA X ELSE END", [(None, None)]),
        ("IF A THEN PRINT 'ELSE END", [(None, None)]),
        ('IF A THEN PRINT "X', [(None, None)]),
        ("IF A GOTO 50:PRINT ELSE END", [(50, 3)]),
    ],
)
def test_else_belongs_to_the_nearest_if(line: str, expected: list[tuple[int | None, int | None]]) -> None:
    assert choices(line) == expected


def test_an_else_behind_a_broken_if_is_no_ones() -> None:
    assert nodes_of("IF A PRINT 1 ELSE END") == [
        nodes.If(nodes.Fault(2, (A,)), None, None),
        nodes.Else(),
        nodes.End(),
    ]


def test_text_behind_a_line_number_is_never_looked_at() -> None:
    assert nodes_of('GOTO 30 PRINT "A:B":END') == [nodes.Goto(30), nodes.End()]
    assert nodes_of("GOSUB 30)(:END") == [nodes.Gosub(30), nodes.End()]
    assert nodes_of("RUN 10,20") == [nodes.Run(10, None)]


def test_then_may_start_any_statement() -> None:
    assert nodes_of("IF A GOTO STOP") == [nodes.If(A, None, None), nodes.Stop()]


def test_places() -> None:
    body = b"A\xf0\x16:  \x91 A :\x81"
    assert [(item.start, item.end) for item in parse_body(body)] == [(0, 3), (6, 10), (11, 12)]


def test_faults_end_at_the_next_colon() -> None:
    assert nodes_of('FOO "A:B" : END') == [nodes.Let(nodes.Variable(b"FOO", ""), nodes.Fault(2)), nodes.End()]
    assert nodes_of("RETURN 70:END") == [BAD, nodes.End()]
    assert nodes_of("A=5)") == [nodes.Let(A, number(5)), BAD]


def test_an_else_belongs_to_data_before_it_only_as_text() -> None:
    assert nodes_of("DATA A ELSE B:END") == [nodes.Remark(b" A ELSE B"), nodes.End()]
    assert nodes_of('DATA "A:B":END') == [nodes.Remark(b' "A:B"'), nodes.End()]

"""What a line can go on with."""

import pytest

from mbasic.session.completion import Completer, MachineWords
from mbasic.session.text_words import TextWords
from tests.tester import Tester

PROGRAM = ('10 COUNT%=1:CAT$="DOG":DEF FNSQ(X)=X*X', "20 REM HIDDEN", "105 PRINT FNSQ(COUNT%)", "110 GOTO 10")


@pytest.fixture(scope="module")
def completer() -> Completer:
    tester = Tester(files={b"GAME.BAS": b"", b"GO.DAT": b""}).type(*PROGRAM, 'LIVE=1:DEFINT K:KEEP=1:WORD$=""')
    return Completer(MachineWords(tester.session.machine))


def texts(completer: Completer, before: str) -> list[str]:
    """Return the line as each completion makes it."""
    return [before[: len(before) - c.replaces] + c.text for c in completer.completions(before)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("PRI", ["PRINT"]),
        ("pri", ["print"]),
        ("10 A=LEF", ["10 A=LEFT$"]),
        ("RES", ["RESET", "RESTORE", "RESUME"]),
        ("PRINT COU", ["PRINT COUNT%"]),
        ("PRINT CA", ["PRINT CALL", "PRINT CAT$"]),
        ("PRINT FNS", ["PRINT FNSQ"]),
        ("PRINT LIV", ["PRINT LIVE"]),
        ("PRINT KEE", ["PRINT KEEP"]),
        ("PRINT WOR", ["PRINT WORD$"]),
        ("PRINT HID", []),
        ("PRINT DO", []),
        ("PROF", ["PROFILE"]),
        ("A=PROF", []),
        ("GOTO ", ["GOTO 10", "GOTO 20", "GOTO 105", "GOTO 110"]),
        ("GOTO 10", ["GOTO 10", "GOTO 105"]),
        ("ON X GOSUB 20,1", ["ON X GOSUB 20,10", "ON X GOSUB 20,105", "ON X GOSUB 20,110"]),
        ("LIST 10-11", ["LIST 10-110"]),
        ("IF A THEN 2", ["IF A THEN 20"]),
        ("AGOTO 2", []),
        ("A=2", []),
        ('LOAD "G', ['LOAD "GAME.BAS', 'LOAD "GO.DAT']),
        ('OPEN "I",1,"go', ['OPEN "I",1,"GO.DAT']),
        ('PRINT "PRI', []),
        ("REM PRI", []),
        ("A=1 'PRI", []),
        ("", []),
    ],
)  # fmt: skip
def test_completions(completer: Completer, before: str, after: list[str]) -> None:
    assert texts(completer, before) == after


def test_lines_are_shown_beside_their_numbers(completer: Completer) -> None:
    assert completer.completions("GOTO 2")[0].note == "20 REM HIDDEN"


def test_a_protected_program_tells_nothing() -> None:
    tester = Tester().type("10 SECRET=1", 'SAVE "P",P', "NEW", 'LOAD "P"')
    completer = Completer(MachineWords(tester.session.machine))
    assert texts(completer, "GOTO ") == []
    assert texts(completer, "PRINT SEC") == []


def test_names_follow_the_program() -> None:
    tester = Tester().type("10 OLDNAME=1")
    completer = Completer(MachineWords(tester.session.machine))
    assert texts(completer, "OLDN") == ["OLDNAME"]
    tester.type("10 NEWNAME=1")
    assert texts(completer, "OLDN") == []
    assert texts(completer, "NEWN") == ["NEWNAME"]


def test_strict_knows_no_commands_of_ours() -> None:
    machine = Tester().session.machine
    assert texts(Completer(MachineWords(machine)), "PROF") == ["PROFILE"]
    assert texts(Completer(MachineWords(machine), strict=True), "PROF") == []


def test_words_of_a_text_that_is_being_typed() -> None:
    text = '10 TOTAL=1:PRINT "TOAST"\n20 GOTO 1\nTOAD'
    completer = Completer(TextWords(lambda: text, lambda: ["TOOLS.BAS", "A.DAT"]))
    assert texts(completer, "PRINT TO") == ["PRINT TOAD", "PRINT TOTAL"]
    assert texts(completer, "GOTO 1") == ["GOTO 10"]
    assert texts(completer, 'LOAD "to') == ['LOAD "TOOLS.BAS']


def test_words_of_a_text_follow_its_changes() -> None:
    lines = ["10 ALPHA=1"]
    completer = Completer(TextWords(lambda: "\n".join(lines), list))
    assert texts(completer, "PRINT ALP") == ["PRINT ALPHA"]
    lines[0] = "10 ALPINE=1"
    assert texts(completer, "PRINT ALP") == ["PRINT ALPINE"]

"""A program of 5,000 lines at the prompt: what entering, RENUM and MERGE do to it, and that they do not compile it."""

import pytest

from tests.tester import Tester

LINES = 5000


def program(first: int) -> bytes:
    return b"".join(b"%d A=A+1:IF A<0 THEN %d\n" % (n, first) for n in range(first, first + 10 * LINES, 10))


@pytest.fixture
def tester() -> Tester:
    return Tester(files={b"BIG.BAS": program(10), b"MORE.BAS": program(15)}).type('LOAD "BIG"')


def test_renum_and_merge(tester: Tester) -> None:
    tester.type('MERGE "MORE"', "5 PRINT A", "RENUM 1,,1")
    machine = tester.session.machine
    assert len(machine.program) == 2 * LINES + 1
    tester.screen.take()
    tester.type("LIST 1-3").prints("1 PRINT A\n2 A=A+1:IF A<0 THEN 2\n3 A=A+1:IF A<0 THEN 3\nOk\n")
    tester.type("RUN", "PRINT A").prints(" 0 \nOk\n 10000 \nOk\n")


def test_commands_leave_a_changed_program_uncompiled(tester: Tester) -> None:
    machine = tester.session.machine
    before = machine.executor.source
    tester.type("LIST 10", "RENUM", "LIST 10", "DELETE 20")
    assert len(machine.executor.source.numbers) == 0
    assert machine.executor.source is not before
    tester.type("A=1:RUN 49990")
    assert len(machine.executor.source.numbers) == LINES - 1


def test_renum_keeps_what_runs_on() -> None:
    tester = Tester().type("10 DEF FNA(X)=X+1", "20 FOR I=1 TO 3:STOP", "25 PRINT FNA(I):NEXT", "RUN")
    tester.type("RENUM 100", "LIST 100").screen.take()
    tester.type("PRINT FNA(1)").prints(" 2 \nOk\n")
    tester.type("CONT").prints(" 2 \nBreak in 110\nOk\n")


def test_renum_in_a_program_ends_it_in_its_new_line() -> None:
    tester = Tester().type("10 ON ERROR GOTO 40", "20 A=1", "30 RENUM 100", "40 PRINT A")
    tester.screen.take()
    tester.type("RUN", "LIST").prints(
        "Undefined line 100 in 30\nOk\n100 ON ERROR GOTO 130\n110 A=1\n120 RENUM 100\n130 PRINT A\nOk\n"
    )
    tester.type("ERROR 5").prints(" 1 \nNo RESUME in 130\nOk\n")


def test_a_snapshot_before_a_command_goes_on_with_it() -> None:
    tester = Tester().type("10 A=1", "20 A=2")
    machine = tester.session.machine
    machine.start_direct(b"\x93")  # LIST
    data = machine.snapshot()
    other = Tester()
    other.session.machine.restore(data)
    other.session.machine.run(100)
    other.prints("10 A=1\n20 A=2\n")

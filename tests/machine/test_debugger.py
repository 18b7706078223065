"""The debugger in the machine: a program that is stopped again and again does what it does undisturbed."""

import functools

import pytest

from mbasic.language.keywords import TOKEN_OF
from mbasic.machine.debugger import StepKind
from mbasic.machine.inspection import VariableName, arrays, control_stack, scalars, value_of
from mbasic.machine.places import Place, pc_of, place_at, statements_in
from mbasic.machine.stop import Change, Stop, StopReason
from tests.machine.player import Outcome, Player, undisturbed
from tests.transcripts.cases import Case, find_cases

PROGRAMS = [case for case in find_cases("lang") if not case.is_session]
DEBUGGED = (StopReason.BREAKPOINT, StopReason.STEP, StopReason.WATCH)
MOST_STEPS = 400
BUDGET = 100_000

LOOP = b"10 S=0:FOR I=1 TO 3\n20 S=S+I:GOSUB 100:NEXT\n30 END\n100 A=S\n110 RETURN\n"


def loaded(program: bytes = LOOP) -> Player:
    player = Player({}, b"")
    player.machine.load_program(program)
    player.machine.start_run()
    return player


def where(stop: Stop) -> tuple[str, int | None, int | None]:
    return stop.reason.value, stop.line, stop.statement


# ---- nothing is disturbed ---------------------------------------------------------------


@functools.cache
def expected(case: Case) -> Outcome:
    return undisturbed(Player(case.disk_before, case.keys), case.program)


def stepped(player: Player, program: bytes, kind: StepKind, *, renew: bool) -> Outcome:
    """Run `program` in steps, perhaps on a new machine after each, as long as there are steps to make."""
    player.start(program)
    player.machine.debugger.step_first()
    stop = player.run(BUDGET)
    for _ in range(MOST_STEPS):
        if stop.reason in DEBUGGED:
            if renew:
                player.renew()
            player.machine.start_cont()
            player.machine.debugger.step(kind)
        elif not player.answer(stop):
            break
        stop = player.run(BUDGET)
    while stop.reason in DEBUGGED:
        player.machine.start_cont()
        stop = player.run(BUDGET)
    return player.finish(stop)


@pytest.mark.parametrize("kind", [StepKind.INTO, StepKind.OVER, StepKind.LINE])
@pytest.mark.parametrize("case", PROGRAMS[::8], ids=lambda case: case.name)
def test_steps_change_nothing(case: Case, kind: StepKind) -> None:
    assert stepped(Player(case.disk_before, case.keys), case.program, kind, renew=False) == expected(case)


@pytest.mark.parametrize("case", PROGRAMS[1::20], ids=lambda case: case.name)
def test_snapshots_between_steps_change_nothing(case: Case) -> None:
    outcome = stepped(Player(case.disk_before, case.keys), case.program, StepKind.INTO, renew=True)
    assert outcome == expected(case)


@pytest.mark.parametrize("case", PROGRAMS[2::15], ids=lambda case: case.name)
def test_a_watch_and_a_profile_change_nothing(case: Case) -> None:
    player = Player(case.disk_before, case.keys)
    player.machine.debugger.watch(VariableName(b"NEVER.THERE"))
    player.machine.debugger.set_profiling(True)
    assert undisturbed(player, case.program) == expected(case)


@pytest.mark.parametrize("case", PROGRAMS[4::15], ids=lambda case: case.name)
def test_breakpoints_everywhere_change_nothing(case: Case) -> None:
    player = Player(case.disk_before, case.keys)
    player.start(case.program)
    for number, _ in list(player.machine.program):
        for statement in range(statements_in(player.machine.executor.source, number)):
            player.machine.debugger.set_breakpoint(Place(number, statement + 1))
    stop = player.run(BUDGET)
    for _ in range(MOST_STEPS):
        if stop.reason in DEBUGGED:
            player.machine.start_cont()
        elif not player.answer(stop):
            break
        stop = player.run(BUDGET)
    player.machine.debugger.clear_breakpoints()
    if stop.reason in DEBUGGED:
        player.machine.start_cont()
        stop = player.run(BUDGET)
    assert player.finish(stop) == expected(case)


# ---- where it stops ---------------------------------------------------------------------


def test_steps_go_through_every_statement() -> None:
    player = loaded(b'10 IF 1 THEN PRINT "A" ELSE PRINT "B"\n20 GOSUB 40:PRINT\n30 END\n40 RETURN\n')
    player.machine.debugger.step_first()
    seen = [where(player.run(BUDGET))[1:]]
    while seen[-1] != (30, 1):
        player.machine.start_cont()
        player.machine.debugger.step(StepKind.INTO)
        seen.append(where(player.run(BUDGET))[1:])
    assert seen == [(10, 1), (10, 2), (20, 1), (40, 1), (20, 2), (30, 1)]


@pytest.mark.parametrize(
    ("kind", "count", "end"),
    [
        (StepKind.INTO, 1, ("step", 100, 1)),
        (StepKind.INTO, 3, ("step", 20, 3)),
        (StepKind.OVER, 1, ("step", 20, 3)),
        (StepKind.LINE, 1, ("step", 100, 1)),
    ],
)
def test_steps_from_a_gosub(kind: StepKind, count: int, end: tuple[str, int, int]) -> None:
    player = loaded()
    player.machine.debugger.set_breakpoint(Place(20, 2))
    assert where(player.run(BUDGET)) == ("breakpoint", 20, 2)
    player.machine.start_cont()
    player.machine.debugger.step(kind, count)
    assert where(player.run(BUDGET)) == end


def test_a_step_by_line_stops_where_lines_begin() -> None:
    player = loaded(b"10 A=1:B=2\n20 I=I+1:IF I<2 THEN 20\n30 GOTO 10\n")
    player.machine.debugger.step_first()
    seen = [where(player.run(BUDGET))[1:]]
    while len(seen) < 5:
        player.machine.start_cont()
        player.machine.debugger.step(StepKind.LINE)
        seen.append(where(player.run(BUDGET))[1:])
    assert seen == [(10, 1), (20, 1), (20, 1), (30, 1), (10, 1)]


def test_a_step_out_ends_behind_the_gosub() -> None:
    player = loaded()
    player.machine.debugger.set_breakpoint(Place(100))
    player.run(BUDGET)
    assert player.machine.debugger.in_subroutine
    player.machine.start_cont()
    player.machine.debugger.step(StepKind.OUT)
    assert where(player.run(BUDGET)) == ("step", 20, 3)
    assert not player.machine.debugger.in_subroutine


def test_a_breakpoint_stops_every_time() -> None:
    player = loaded()
    player.machine.debugger.set_breakpoint(Place(100))
    stops: list[tuple[str, int | None, int | None]] = []
    while not stops or stops[-1][0] != "end":
        stops.append(where(player.run(BUDGET)))
        if player.machine.can_continue:
            player.machine.start_cont()
    assert stops == [("breakpoint", 100, 1)] * 3 + [("end", 30, 1)]


def test_a_breakpoint_outlives_edits_and_follows_renum() -> None:
    player = loaded()
    debugger = player.machine.debugger
    debugger.set_breakpoint(Place(20, 2))
    player.machine.enter_line(15, TOKEN_OF[b"REM"])
    player.machine.start_direct(TOKEN_OF[b"RENUM"])
    player.run(BUDGET)
    assert debugger.breakpoints == {Place(30, 2)}
    player.machine.start_run()
    assert where(player.run(BUDGET)) == ("breakpoint", 30, 2)


def test_a_watch_tells_what_changed() -> None:
    player = loaded()
    player.machine.debugger.watch(VariableName(b"A"))
    stop = player.run(BUDGET)
    assert where(stop) == ("watch", 110, 1)
    assert stop.changes == (Change(b"A", "!", 0.0, 1.0, 100),)


def test_an_element_is_watched_before_its_array_is_there() -> None:
    player = loaded(b"10 DIM N%(5,5)\n20 N%(2,3)=7\n30 END\n")
    player.machine.debugger.watch(VariableName(b"N", "%", (2, 3)))
    assert player.run(BUDGET).changes == (Change(b"N%(2,3)", "%", 0, 7, 20),)


def test_the_profile_counts_statements() -> None:
    player = loaded()
    player.machine.debugger.set_profiling(True)
    player.run(BUDGET)
    assert {line: cost.count for line, cost in player.machine.debugger.profile.items()} == {
        10: 2, 20: 9, 30: 1, 100: 3, 110: 3,
    }  # fmt: skip


def test_it_is_off_when_nothing_is_left() -> None:
    debugger = loaded().machine.debugger
    debugger.set_breakpoint(Place(10))
    debugger.watch(VariableName(b"A"))
    debugger.set_profiling(True)
    assert debugger.is_on
    assert debugger.clear_breakpoints(10)
    assert debugger.clear_watches()
    debugger.set_profiling(False)
    assert not debugger.is_on
    assert not debugger.clear_breakpoints()
    assert not debugger.clear_watches()


# ---- what it shows ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("PRINT 1:PRINT 2", 2),
        ("PRINT 1::PRINT 2:", 2),
        ('IF A THEN PRINT "X":GOTO 10 ELSE PRINT "Y" \' remark', 5),
        ("IF A THEN 10 ELSE 10", 2),
        ("PRINT 1;INPUT$(1);2:PRINT 3", 2),
        ("REM A:B", 1),
        (":", 1),
    ],
)
def test_places_of_a_line(line: str, count: int) -> None:
    source = loaded(b"10 " + line.encode() + b"\n").machine.executor.source
    assert statements_in(source, 10) == count
    for statement in range(1, count + 1):
        pc = pc_of(source, Place(10, statement))
        assert pc is not None
        assert place_at(source, pc) == Place(10, statement)
    assert pc_of(source, Place(10, count + 1)) is None


def test_inspection() -> None:
    player = loaded(b'5 WHILE 1\n10 A$="X":B#=1.5:DIM C%(3):C%(2)=-4\n20 FOR I%=1 TO 5 STEP 2:GOSUB 30\n30 STOP\n')
    player.machine.program.store(40, TOKEN_OF[b"NEXT"] + b":" + TOKEN_OF[b"WEND"])
    player.machine.start_run()
    player.run(BUDGET)
    views = {(v.name, v.sign): v.value for v in scalars(player.machine)}
    assert views[b"A", "$"] == b"X"
    assert views[b"I", "%"] == 1
    assert [(a.name, a.highest, a.elements) for a in arrays(player.machine)] == [(b"C", (3,), 4)]
    assert value_of(player.machine, VariableName(b"C", "%", (2,))) == (-4, "%")
    assert value_of(player.machine, VariableName(b"C", "%", (9,))) == (0, "%")
    stack = control_stack(player.machine)
    assert [(e.kind, str(e.place)) for e in stack] == [("GOSUB", "20.2"), ("FOR", "20.1"), ("WHILE", "5.1")]
    assert (stack[1].variable, stack[1].value, stack[1].limit, stack[1].step) == (b"I%", b"1", b"5", b"2")

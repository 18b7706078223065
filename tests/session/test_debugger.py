"""The debugger's commands at the Ok prompt, and programs that use their words as names."""

import pytest

from mbasic.language.help_extensions import EXTENSIONS
from mbasic.session.debug_words import COMMANDS, split_command
from mbasic.session.messages import (
    BreakpointCommand,
    BreakpointsEvent,
    Command,
    ContinueCommand,
    Event,
    RunCommand,
    State,
    StepCommand,
    StepKind,
    StoppedEvent,
    TypeLine,
)
from mbasic.session.session import Session
from mbasic.storage.disks import MemoryDisk
from tests.tester import Paper, Tester

LOOP = ("10 S=0:FOR I=1 TO 3", "20 S=S+I:GOSUB 100:NEXT", "30 END", "100 A=S", "110 RETURN")


def ready(*lines: str) -> Tester:
    tester = Tester().type(*(lines or LOOP))
    tester.screen.take()
    return tester


# ---- whose line is it? --------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "BREAK=5", "BREAK%=5", "STEP(3)=1", "STACK=1:PRINT STACK", 'HELP$="x"', "VARS%=2", "WATCH (1)=2", "HELP =3",
        "BREAKS", "HELPER", "STEP1", "STACK.A=1", "PROFILE!=1", "VARS[1]=2", "PRINT BREAK", "LET STEP=1", "",
    ],
)  # fmt: skip
def test_basic_keeps_its_lines(line: str) -> None:
    assert split_command(line.encode()) is None


@pytest.mark.parametrize(
    ("line", "word", "rest"),
    [
        ("BREAK", "BREAK", ""),
        ("  break 20.2 ", "BREAK", "20.2"),
        ("Step Over", "STEP", "Over"),
        ("WATCH A(3)", "WATCH", "A(3)"),
        ('HELP"PRINT"', "HELP", '"PRINT"'),
    ],
)
def test_commands(line: str, word: str, rest: str) -> None:
    assert split_command(line.encode()) == (word.encode(), rest.encode())


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("BREAK=5:STACK=1:PRINT STACK+BREAK", " 6 \nOk\n"),
        ('HELP$="x":VARS%=2:PRINT HELP$;VARS%', "x 2 \nOk\n"),
        ("WATCH(3)=4:PRINT WATCH(3)", " 4 \nOk\n"),
        ("STEP(3)=1", "Syntax error\nOk\n"),
        ("PRINT 1:STACK", " 1 \nSyntax error\nOk\n"),
        ("BREAK FOO", "Syntax error\nOk\n"),
        ("STEP SIDEWAYS", "Syntax error\nOk\n"),
        ("WATCH PRINT", "Syntax error\nOk\n"),
        ("STACK 1", "Syntax error\nOk\n"),
        ("PROFILE MAYBE", "Syntax error\nOk\n"),
    ],
)
def test_words_as_names(line: str, shown: str) -> None:
    ready().type(line).prints(shown)


def test_a_program_with_these_names() -> None:
    program = "10 BREAK=1:WATCH(2)=3:HELP$=CHR$(65):VARS=4:STACK=5:PROFILE=6\n"
    program += "20 PRINT BREAK;WATCH(2);HELP$;VARS;STACK;PROFILE\n"
    Tester().run(program).prints(" 1  3 A 4  5  6 \n")
    ready(*program.splitlines()).type("LIST").prints(program + "Ok\n")


@pytest.mark.parametrize("word", [*COMMANDS[:-1], b"SHOW SETTINGS", b'SET "theme" dark', b"RESET SETTINGS"])
def test_strict_knows_none_of_them(word: bytes) -> None:
    screen = Paper()
    session = Session(screen=screen, disk=MemoryDisk(), printer=Paper(), echo=False, strict=True)
    session.start()
    session.type_keys(word + b"\r")
    work(session)
    assert screen.take() == b"Ok\nSyntax error\nOk\n"


@pytest.mark.parametrize("topic", EXTENSIONS, ids=lambda topic: topic.name)
def test_the_examples_of_help_are_understood(topic: object) -> None:
    example = getattr(topic, "example", "")
    tester = ready("120 A=1:A=2").type(example)
    assert b"Syntax error" not in tester.screen.take()


# ---- breakpoints and steps ----------------------------------------------------------------


def test_a_breakpoint() -> None:
    tester = ready().type("BREAK 20.2", "RUN").prints("Ok\nBreak in 20\n20 S=S+I:[GOSUB 100]:NEXT\nOk\n")
    tester.type("PRINT S", "CONT").prints(" 1 \nOk\nBreak in 20\n20 S=S+I:[GOSUB 100]:NEXT\nOk\n")
    tester.type("BREAK CLEAR", "CONT").prints("Ok\nOk\n")


def test_breakpoints_are_listed() -> None:
    ready().type("BREAK 100", "break 20.3", "BREAK 10", "BREAK CLEAR 100", "20 END", "BREAK").prints(
        "Ok\n" * 4 + "10.1      10 [S=0]:FOR I=1 TO 3\n20.3      (not there now)\nOk\n"
    )


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("BREAK", "No breakpoints\nOk\n"),
        ("BREAK 25", "Undefined line number\nOk\n"),
        ("BREAK 20.4", "Illegal function call\nOk\n"),
        ("BREAK 20.0", "Illegal function call\nOk\n"),
        ("BREAK CLEAR 20", "No breakpoint there\nOk\n"),
        ("STEP 0", "Illegal function call\nOk\n"),
        ("STEP OUT", "No GOSUB to step out of\nOk\n"),
        ("WATCH", "Nothing is watched\nOk\n"),
        ("WATCH CLEAR A", "It is not watched\nOk\n"),
        ("STACK", "No GOSUB, FOR or WHILE is open\nOk\n"),
        ("VARS", "No variables\nOk\n"),
    ],
)
def test_what_cannot_be(line: str, shown: str) -> None:
    ready().type(line).prints(shown)


def test_steps() -> None:
    tester = ready().type("STEP").prints("Break in 10\n10 [S=0]:FOR I=1 TO 3\nOk\n")
    tester.type("STEP 3").prints("Break in 20\n20 S=S+I:[GOSUB 100]:NEXT\nOk\n")
    tester.type("STEP").prints("Break in 100\n100 [A=S]\nOk\n")
    tester.type("STEP OUT").prints("Break in 20\n20 S=S+I:GOSUB 100:[NEXT]\nOk\n")
    tester.type("STEP 2").prints("Break in 20\n20 S=S+I:[GOSUB 100]:NEXT\nOk\n")
    tester.type("STEP OVER").prints("Break in 20\n20 S=S+I:GOSUB 100:[NEXT]\nOk\n")
    tester.type("STEP LINE").prints("Break in 20\n20 [S=S+I]:GOSUB 100:NEXT\nOk\n")
    tester.type("CONT").prints("Ok\n")


def test_a_step_behind_end_begins_the_program() -> None:
    tester = ready('10 PRINT "A"', "20 END", '30 PRINT "B"').type("RUN", "STEP")
    tester.prints('A\nOk\nBreak in 10\n10 [PRINT "A"]\nOk\n')
    tester.type("STEP 2", "STEP", "CONT").prints('A\nOk\nBreak in 10\n10 [PRINT "A"]\nOk\nA\nOk\n')
    tester.type("CONT").prints("B\nOk\n")


def test_a_step_waits_for_input() -> None:
    tester = ready("10 INPUT A", "20 PRINT A").type("STEP", "STEP")
    tester.prints("Break in 10\n10 [INPUT A]\nOk\n? ").is_in(State.WAITING)
    tester.type("5").prints("\nBreak in 20\n20 [PRINT A]\nOk\n").type("STEP").prints(" 5 \nOk\n")


def test_a_stop_leaves_error_and_paper_alone() -> None:
    tester = ready('10 LPRINT "A";:ON ERROR GOTO 30', "20 FOO", '30 LPRINT "B":IF ERR=2 THEN RESUME 40', "40 END")
    tester.type("BREAK 30", "RUN").prints('Ok\nBreak in 30\n30 [LPRINT "B"]:IF ERR=2 THEN RESUME 40\nOk\n')
    tester.prints_on_paper("A").type("STEP", "CONT").prints_on_paper("B\n").is_in(State.READY)


def test_a_protected_program_is_not_shown() -> None:
    tester = ready().type('SAVE "P",P', 'LOAD "P"', "BREAK 30", "RUN")
    tester.prints("Ok\nOk\nOk\nBreak in 30\nOk\n")


@pytest.mark.parametrize(
    ("line", "place", "shown"),
    [
        ("PRINT 1 'note", "10.2", "10 PRINT 1 ['note]"),
        ("PRINT 1 'note", "10.1", "10 [PRINT 1] 'note"),
        ('IF A THEN PRINT "X" ELSE PRINT "Y"', "10.3", '10 IF A THEN PRINT "X" ELSE [PRINT "Y"]'),
        ("A=1::B=2", "10.2", "10 A=1::[B=2]"),
        ("WHILE A<3 : A=A+1 : WEND", "10.2", "10 WHILE A<3 : [A=A+1] : WEND"),
    ],
)
def test_marks(line: str, place: str, shown: str) -> None:
    ready(f"10 {line}").type(f"BREAK {place}", "BREAK").prints(f"Ok\n{place}      {shown}\nOk\n")


# ---- looking --------------------------------------------------------------------------------


def test_a_watch() -> None:
    tester = ready().type("WATCH A", "RUN").prints("Ok\nA in 100: 0 -> 1\nBreak in 110\n110 [RETURN]\nOk\n")
    tester.type("WATCH").prints("A = 1\nOk\n").type("WATCH CLEAR a", "CONT").prints("Ok\nOk\n")


def test_a_watched_string_element() -> None:
    tester = ready('10 N$(2)="X"', "20 END").type("WATCH N$( 2 )", "RUN")
    tester.prints('Ok\nN$(2) in 10: "" -> "X"\nBreak in 20\n20 [END]\nOk\n')


def test_stack_and_variables() -> None:
    tester = ready(*LOOP, "5 DIM M%(2,3):N$=CHR$(7)+CHR$(65):D#=.1#").type("BREAK 110", "RUN", "STACK")
    tester.prints(
        "Ok\nBreak in 110\n110 [RETURN]\nOk\nGOSUB 20.2      returns to 20.3\nFOR   10.2      I = 1 TO 3 STEP 1\nOk\n"
    )
    tester.type("VARS").prints(
        'A        single   1\nD#       double   .1\nI        single   1\nN$       string   ".A"\nS        single   1\n'
        "M%(2,3)  integer  array of 12 elements\nOk\n"
    )
    tester.type("VARS N*", "VARS a").prints('N$  string   ".A"\nOk\nA  single   1\nOk\n')


def test_the_profile() -> None:
    tester = ready().type("PROFILE ON", "RUN", "PROFILE")
    rows = tester.screen.take().splitlines()[2:-1]
    assert rows[0].split() == [b"Line", b"Count", b"Seconds", b"%"]
    assert sorted(row.split()[:2] for row in rows[1:]) == sorted(
        [[b"10", b"2"], [b"20", b"9"], [b"30", b"1"], [b"100", b"3"], [b"110", b"3"]]
    )
    shares = [float(row.split()[3]) for row in rows[1:]]
    assert shares == sorted(shares, reverse=True)
    tester.type("PROFILE OFF", "PROFILE CLEAR", "PROFILE").prints(
        "Ok\nOk\nNothing was counted: PROFILE ON, then RUN\nOk\n"
    )


def test_help() -> None:
    tester = (
        ready()
        .type("HELP len")
        .prints('LEN (function)\n  LEN(string)\nHow many characters a string has.\n  e.g.  PRINT LEN("ABC")\nOk\n')
    )
    tester.type("HELP BREAK")
    assert b"BREAK (extension, not in MBASIC 5.21)\n" in tester.screen.take()
    tester.type("HELP", "HELP SEARCH random file", "HELP nonsense")
    shown = tester.screen.take()
    assert all(len(line) < 80 for line in shown.split(b"\n"))
    assert b"Extensions, not in MBASIC 5.21:\n  BREAK" in shown
    assert b"No topic nonsense." in shown


# ---- commands and events ----------------------------------------------------------------------


def work(session: Session) -> None:
    while session.state is State.RUNNING or (session.has_keys and session.state is not State.ENDED):
        session.step()


def test_commands_and_events() -> None:
    events: list[Event] = []
    session = Session(screen=Paper(), disk=MemoryDisk(), printer=Paper(), listener=events.append)
    session.start()
    commands: list[Command] = [
        *(TypeLine(line.encode()) for line in LOOP),
        BreakpointCommand(20, 2),
        BreakpointCommand(99),
        RunCommand(),
        StepCommand(),
        StepCommand(StepKind.OUT),
        BreakpointCommand(20, 2, False),
        ContinueCommand(),
    ]
    for command in commands:
        session.execute(command)
        work(session)
    told = [event for event in events if isinstance(event, StoppedEvent | BreakpointsEvent)]
    assert told == [
        BreakpointsEvent(((20, 2),)),
        BreakpointsEvent(((20, 2),)),
        StoppedEvent("breakpoint", 20, statement=2, start=9, end=18),
        StoppedEvent("step", 100, statement=1, start=4, end=7),
        StoppedEvent("step", 20, statement=3, start=19, end=23),
        BreakpointsEvent(()),
        StoppedEvent("end", 30, statement=1, start=3, end=6),
    ]

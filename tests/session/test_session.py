"""The session: where Ok comes, what a typed line does, waiting and breaking (tests/transcripts/direct)."""

import pytest

from mbasic.session.messages import (
    BreakCommand,
    EndedEvent,
    Event,
    LoadProgram,
    OutputEvent,
    ProgramChangedEvent,
    RunCommand,
    State,
    StateEvent,
    StoppedEvent,
    TypeKeys,
    TypeLine,
)
from mbasic.session.session import Session
from mbasic.storage.disks import MemoryDisk
from tests.tester import Paper, Tester

# ---- Ok and fresh lines ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("PRINT 1", " 1 \nOk\n"),
        ('PRINT "A";', "A\nOk\n"),
        ("", ""),
        ("   ", ""),
        ("10 PRINT 1", ""),
        ("10", "Undefined line number\nOk\n"),
        ("FOO", "Syntax error\nOk\n"),
        ('PRINT "A";:FOO', "A\nSyntax error\nOk\n"),
        ("STOP", "Break\nOk\n"),
        ("A=40000%", "Overflow\nOk\n"),
        ("10 A=1E39", "Overflow\n"),
        ("10 A=40000%", "Overflow\nOk\n"),
    ],
)
def test_what_a_line_prints(line: str, shown: str) -> None:
    Tester().type(line).prints(shown)


def test_a_program_says_where_it_stopped() -> None:
    Tester().type("10 ERROR 5", "RUN").prints("Illegal function call in 10\nOk\n")


def test_a_syntax_error_opens_the_line() -> None:
    tester = Tester().type("10 FOO", "RUN").prints("Syntax error in 10\nOk\n10 ").is_in(State.EDITING)
    tester.keys("Q").prints("\nOk\n").is_in(State.READY)


def test_a_syntax_error_in_a_protected_program_opens_nothing() -> None:
    tester = Tester().type("10 FOO", 'SAVE "P",P', 'LOAD "P"').prints("Ok\nOk\n")
    tester.type("RUN").prints("Syntax error in 10\nOk\nIllegal function call in 10\nOk\n")


def test_memory_is_closed_to_the_prompt_while_a_protected_program_is_there() -> None:
    tester = Tester().type("10 POKE 30000,7:PRINT PEEK(30000)", 'SAVE "P",P', 'LOAD "P"').prints("Ok\nOk\n")
    tester.type("RUN").prints(" 7 \nOk\n")
    tester.type('PRINT "A";PEEK(30000)').prints("A\nIllegal function call\nOk\n")
    tester.type("POKE 30000,8").prints("Illegal function call\nOk\n")
    tester.type("NEW", "PRINT PEEK(30000)").prints("Ok\n 7 \nOk\n")


# ---- echo -------------------------------------------------------------------------------


def test_echo_shows_the_console() -> None:
    Tester(echo=True).keys("PRIMT\b\bNT 1\r").prints("PRIMT\b \b\b \bNT 1\n 1 \nOk\n")


def test_without_echo_the_answer_to_input_still_ends_its_line() -> None:
    Tester().run("10 INPUT A\n20 PRINT A\n", "5\n").prints("? \n 5 \n")


def test_a_long_line_wraps_at_the_width() -> None:
    Tester(echo=True).type("WIDTH 20").keys('PRINT "123456789012345678901"').prints(
        'WIDTH 20\nOk\nPRINT "1234567890123\n45678901"'
    )


def test_control_o_hides_until_ok() -> None:
    Tester(echo=True).keys('PRINT\x0f "HIDDEN"\r').prints("PRINT^O\nOk\n")


# ---- keys ---------------------------------------------------------------------------------


def test_cr_lf_is_one_enter_even_in_two_pieces() -> None:
    tester = Tester().type("10 INPUT A,B$:PRINT A;B$").keys("RUN\r")
    tester.keys("\n1,x\r").keys("\n").prints("? \n 1 x\nOk\n")


def test_high_bits_are_stripped() -> None:
    Tester().keys(b"\xd0RINT 1\r").prints(" 1 \nOk\n")


def test_input_dollar_takes_keys_without_echo() -> None:
    Tester(echo=True).run("10 A$=INPUT$(2):PRINT A$", "xy").prints("xy\n")


def test_what_is_typed_ahead_on_a_pipe_waits_for_its_input() -> None:
    Tester().run("10 FOR I=1 TO 100:NEXT\n20 INPUT A\n30 PRINT A\n", "7\n").prints("? \n 7 \n")


# ---- Ctrl-C -------------------------------------------------------------------------------


def test_control_c_on_a_pipe_breaks_a_program_that_does_not_end() -> None:
    tester = Tester(echo=True).type("10 GOTO 10").keys("RUN\r\x03LIST\r")
    tester.prints("10 GOTO 10\nRUN\n^C\nBreak in 10\nOk\nLIST\n10 GOTO 10\nOk\n")


def test_control_c_on_a_pipe_waits_for_an_input() -> None:
    tester = Tester(echo=True).type("10 FOR I=1 TO 1000:NEXT", "20 INPUT A").keys("RUN\r\x03")
    tester.prints("10 FOR I=1 TO 1000:NEXT\n20 INPUT A\nRUN\n? ^C\nBreak in 20\nOk\n")


def test_control_c_from_a_person_is_seen_at_once() -> None:
    tester = Tester(live=True).type("10 GOTO 10")
    tester.session.type_keys(b"RUN\r")
    tester.session.step()
    tester.session.step(100)
    tester.keys("typed before\x03").is_in(State.READY)
    assert tester.screen.take().endswith(b"Break in 10\nOk\n")


def test_control_c_in_input_dollar_says_nothing() -> None:
    Tester().type("10 A$=INPUT$(1)").keys("RUN\r\x03").prints("Ok\n")


def test_cont_repeats_an_input_that_was_broken() -> None:
    Tester(echo=True).type('10 INPUT "N";A').keys("RUN\rab\x03CONT\r5\r").prints(
        '10 INPUT "N";A\nRUN\nN? ab^C\nBreak in 10\nOk\nCONT\nN? 5\nOk\n'
    )


# ---- EDIT and Ctrl-A ------------------------------------------------------------------------


def test_edit_to_nothing_deletes_the_line() -> None:
    Tester().type("10 PRINT 1").keys("EDIT 10\rH\r").type("LIST").keys("").prints("10 \nOk\n")


def test_quitting_control_a_takes_the_line_up_to_the_cursor() -> None:
    Tester().keys("PRINT 12345\x018 Q").prints(" 12 \nOk\n")


def test_control_a_in_input() -> None:
    Tester(echo=True).run("10 LINE INPUT A$\n20 PRINT A$\n", b"abc\x01XQ\r").prints("abc\n! abcQ\nabcQ\n")


# ---- commands and events --------------------------------------------------------------------


def opened() -> tuple[Session, Paper, list[Event]]:
    screen, events = Paper(), list[Event]()
    session = Session(screen=screen, disk=MemoryDisk(), printer=Paper(), listener=events.append)
    session.start()
    return session, screen, events


def work(session: Session) -> None:
    while session.state is State.RUNNING or (session.has_keys and session.state is not State.ENDED):
        session.step()


def test_commands_do_what_keys_do() -> None:
    session, screen, _ = opened()
    for command in (TypeKeys(b"10 PRINT "), TypeLine(b"5"), RunCommand(), LoadProgram(b"20 PRINT 6\n"), RunCommand(20)):
        session.execute(command)
        work(session)
    assert screen.take() == b"Ok\n10 PRINT 5\n 5 \nOk\n 6 \nOk\n"


def test_break_command() -> None:
    session, screen, _ = opened()
    session.execute(TypeLine(b"10 GOTO 10"))
    work(session)
    session.execute(RunCommand())
    session.step(100)
    session.execute(BreakCommand())
    work(session)
    assert screen.take().endswith(b"Break in 10\nOk\n")


def test_events_tell_what_happened() -> None:
    session, screen, events = opened()
    session.execute(TypeLine(b"10 ERROR 6"))
    session.execute(TypeLine(b"RUN"))
    session.execute(TypeLine(b"SYSTEM"))
    work(session)
    shown = b"".join(event.data for event in events if isinstance(event, OutputEvent))
    assert shown == bytes(screen.data)
    others = [event for event in events if not isinstance(event, OutputEvent)]
    assert others == [
        ProgramChangedEvent(1, ((10, b"10 ERROR 6"),)),
        StateEvent(State.RUNNING),
        StoppedEvent("error", 10, 6, 1, 3, 10, "Overflow"),
        StateEvent(State.READY),
        StateEvent(State.RUNNING),
        StoppedEvent("system"),
        StateEvent(State.ENDED),
        EndedEvent(),
    ]


def test_offsets_count_all_output() -> None:
    _, _, events = opened()
    offset = 0
    for event in events:
        if isinstance(event, OutputEvent):
            assert event.offset == offset
            offset += len(event.data)


def test_a_return_to_a_direct_line_that_is_gone_ends_the_run() -> None:
    session, paper, _ = opened()
    for line in (b"100 STOP", b"110 RETURN", b"A=1:GOSUB 100:PRINT 2", b"CONT", b"FOR I=1 TO 3:STOP:NEXT", b"PRINT 1"):
        session.type_keys(line + b"\r")
        work(session)
    assert bytes(paper.data).endswith(b"PRINT 1\r\n 1 \r\nOk\r\n")
    assert session.machine.snapshot()

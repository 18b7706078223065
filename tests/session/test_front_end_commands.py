"""What editors and panels do to a session: each command, what it tells, what it leaves alone, when it is refused."""

import pytest

from mbasic.session.messages import (
    BreakpointCommand,
    BreakpointsEvent,
    Command,
    ContinueCommand,
    DeleteLines,
    EditText,
    Event,
    FilesChangedEvent,
    Form,
    MergeFile,
    NewProgram,
    OpenFile,
    OutputEvent,
    PrinterEvent,
    ProfileCommand,
    ProgramChangedEvent,
    RefusedEvent,
    RemoveFile,
    RenameFile,
    RenumberCommand,
    RunCommand,
    RunToCommand,
    SaveFile,
    SetVariable,
    State,
    StepCommand,
    StoppedEvent,
    TypeLine,
    WatchCommand,
    WatchesEvent,
    WriteFile,
)
from mbasic.session.session import Session
from mbasic.storage.disks import MemoryDisk
from tests.tester import Paper


class Desk:
    """A session and all that it told."""

    def __init__(self, *lines: str, files: dict[bytes, bytes] | None = None) -> None:
        self.screen, self.printer, self.disk = Paper(), Paper(), MemoryDisk(files)
        self.events: list[Event] = []
        self.session = Session(screen=self.screen, disk=self.disk, printer=self.printer, listener=self.events.append)
        self.session.start()
        self.do(*(TypeLine(line.encode()) for line in lines))

    def do(self, *commands: Command) -> list[Event]:
        """Execute commands and let the session work; what it told, but for output and states."""
        self.events.clear()
        self.screen.take()
        for command in commands:
            self.session.execute(command)
            for _ in range(200):
                self.session.step()
        return [e for e in self.events if type(e).__name__ not in ("OutputEvent", "StateEvent")]

    def says(self, line: str) -> bytes:
        """What a direct line prints."""
        self.do(TypeLine(line.encode()))
        return self.screen.take().removeprefix(line.encode() + b"\n").removesuffix(b"Ok\n")


def refused(events: list[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, RefusedEvent)]


# ---- the editor's text --------------------------------------------------------------


def test_text_that_means_the_same_changes_nothing() -> None:
    desk = Desk('10 PRINT "a":STOP', "20 PRINT A", "A=7", "RUN")
    desk.do(TypeLine(b"A=7"))
    assert desk.do(EditText(b'note\n\n10 print "a" :stop\n20 print a\n')) != []  # the blank before the colon counts
    desk = Desk('10 PRINT "a":STOP', "20 PRINT A", "RUN", "A=7")
    assert desk.do(EditText(b'note\n\n10 print "a":stop\n 20 ? a\n')) == []
    assert desk.screen.take() == b""
    assert desk.says("CONT") == b" 7 \n"


def test_only_changed_lines_are_told_and_variables_are_cleared_as_by_typing() -> None:
    desk = Desk("10 PRINT 1", "20 PRINT 2", "30 PRINT 3", "A=7")
    events = desk.do(EditText(b"30 print 3\n10 print 1\n25 rem new\n20 print 4\n20 print 5\n"))
    assert events == [ProgramChangedEvent(4, ((20, b"20 PRINT 5"), (25, b"25 REM new")))]
    assert desk.screen.take() == b""
    assert desk.says("PRINT A") == b" 0 \n"
    assert desk.do(EditText(b"10 PRINT 1")) == [ProgramChangedEvent(5, ((20, None), (25, None), (30, None)))]
    assert desk.says("LIST") == b"10 PRINT 1\n"


def test_a_line_that_cannot_be_entered_leaves_the_old_one() -> None:
    desk = Desk("10 PRINT 1")
    events = desk.do(EditText(b"10 A=40000%\n20 END\n"))
    assert events == [
        ProgramChangedEvent(2, ((20, b"20 END"),)),
        RefusedEvent("line 10 is not in the program: Overflow"),
    ]
    assert desk.says("LIST") == b"10 PRINT 1\n20 END\n"


def test_lines_longer_than_list_shows_stay_whole() -> None:
    desk = Desk()
    line = "10 PRINT 1" + ":?1" * 80
    desk.do(TypeLine(line.encode()))
    before = dict(desk.session.machine.program)
    (told,) = (e for e in Desk(line).events if isinstance(e, ProgramChangedEvent))
    assert told.lines[0][1] is not None
    assert len(told.lines[0][1]) > 300
    assert desk.do(EditText(told.lines[0][1])) == []
    assert dict(desk.session.machine.program) == before


def test_a_line_feed_in_a_line_survives_the_editor() -> None:
    desk = Desk("10 PRINT 1")
    program = b'\xff\x10\x00\x0a\x00\x91 "a\nb"\x00\x00\x00\x1a'
    (event,) = (e for e in desk.do(WriteFile(b"P.BAS", program), OpenFile(b"P")) if isinstance(e, ProgramChangedEvent))
    assert event.lines == ((10, b'10 PRINT "a\x1cb"'),)
    assert desk.do(EditText(b'10 print "a\x1cb"')) == []


# ---- what a person could have typed --------------------------------------------------


def test_open_merge_save_new() -> None:
    desk = Desk(files={b"A.BAS": b"10 PRINT 1\r\n20 END\r\n", b"B.BAS": b"15 PRINT 2\r\n"})
    opened = desk.do(OpenFile(b"A"))
    assert opened[0] == ProgramChangedEvent(1, ((10, b"10 PRINT 1"), (20, b"20 END")), True)
    assert desk.screen.take() == b"Ok\n"
    merged = desk.do(MergeFile(b"B.BAS"))
    assert isinstance(merged[0], ProgramChangedEvent)
    assert [number for number, _ in merged[0].lines] == [10, 15, 20]
    assert FilesChangedEvent((b"C.BAS",)) in desk.do(SaveFile(b"C", Form.ASCII))
    assert desk.disk.read(b"C.BAS").startswith(b"10 PRINT 1\r\n15 PRINT 2\r\n20 END\r\n")
    assert desk.do(NewProgram())[0] == ProgramChangedEvent(3, (), True)
    desk.do(OpenFile(b"NONE"))
    assert desk.screen.take() == b"File not found\nOk\n"
    assert refused(desk.do(OpenFile(b'A"'))) == ["Bad file name"]


def test_a_protected_program_is_neither_shown_nor_saved_nor_edited() -> None:
    desk = Desk("10 STOP", 'SAVE "P",P', "NEW")
    assert desk.do(OpenFile(b"P"))[0] == ProgramChangedEvent(3, (), True, True)
    desk.do(SaveFile(b"Q"))
    assert desk.screen.take() == b"Illegal function call\nOk\n"
    assert desk.do(EditText(b"")) == []
    assert refused(desk.do(EditText(b"10 PRINT 2"))) == ["Illegal function call"]
    stop = next(event for event in desk.do(RunCommand()) if isinstance(event, StoppedEvent))
    assert (stop.line, stop.start, stop.end) == (10, None, None)


def test_renumber_and_delete() -> None:
    desk = Desk("5 GOTO 7", "7 PRINT", "9 END", "BREAK 7")
    events = desk.do(RenumberCommand(100, 0, 50))
    assert events[:2] == [
        ProgramChangedEvent(4, ((100, b"100 GOTO 150"), (150, b"150 PRINT"), (200, b"200 END")), True),
        BreakpointsEvent(((150, 1),)),
    ]
    desk.do(DeleteLines(0, 150))
    assert desk.says("LIST") == b"200 END\n"
    desk.do(DeleteLines(1, 2))
    assert desk.screen.take() == b"Illegal function call\nOk\n"
    assert refused(desk.do(RenumberCommand(-1))) == ["Illegal function call"]


# ---- variables and stops --------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("A", "-1.5", b"-1.5 \n"), ("a%", "&H1F", b" 31 \n"), ("A%", "-&H10", b"-16 \n"), ("D#", "1D20", b" 1D+20 \n"),
        ("D#", "0.1", b" .1 \n"), ("A", "1E3", b" 1000 \n"), ("N$", '"x y"', b"x y\n"), ("N$", "plain", b"plain\n"),
        ("N$", "", b"\n"), ("M(3)", "7", b" 7 \n"), ("M%(1,2)", " 9 ", b" 9 \n"), ("T$(10)", "t", b"t\n"),
        ("M#(1)", "2", b" 2 \n"), ("NEWONE", "5", b" 5 \n"),
    ],
)  # fmt: skip
def test_set_a_variable_and_go_on(name: str, value: str, shown: bytes) -> None:
    desk = Desk("10 DIM M(5),M%(2,2),T$(10),M#(3):A=1", "20 FOR I=1 TO 3:STOP", f"30 PRINT {name}:NEXT", "RUN")
    assert desk.do(SetVariable(name.encode(), value.encode())) == []
    assert desk.screen.take() == b""
    assert desk.says("CONT").removesuffix(b"Break in 20\n") == shown


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("A%", "40000", "Overflow"),
        ("A", "x", "Type mismatch"),
        ("A", "", "Type mismatch"),
        ("A", "1 2x", "Type mismatch"),
        ("A", "1E99", "Overflow"),
        ("N$", "x" * 256, "String too long"),
        ("M(6)", "1", "Subscript out of range"),
        ("X(1)", "1", "Subscript out of range"),
        ("PRINT", "1", "PRINT is not the name of a variable"),
        ("1", "1", "1 is not the name of a variable"),
    ],
)
def test_values_that_do_not_fit_change_nothing(name: str, value: str, why: str) -> None:
    desk = Desk('10 DIM M(5):A=1:A%=2:N$="n":STOP', "20 PRINT A;A%;N$", "RUN")
    assert refused(desk.do(SetVariable(name.encode(), value.encode()))) == [why]
    assert desk.says("CONT") == b" 1  2 n\n"


def test_run_to_a_line_stops_there_once() -> None:
    desk = Desk("10 FOR I=1 TO 3", "20 A=A+I:PRINT A", "30 NEXT")
    assert StoppedEvent("breakpoint", 20, statement=2, start=9, end=16) in desk.do(RunToCommand(20, 2))
    assert desk.session.machine.debugger.breakpoints == set()
    assert StoppedEvent("breakpoint", 30, statement=1, start=3, end=7) in desk.do(RunToCommand(30))
    stops = [event.reason for event in desk.do(ContinueCommand()) if isinstance(event, StoppedEvent)]
    assert stops == ["end"]
    assert refused(desk.do(RunToCommand(15))) == ["Undefined line number"]


def test_a_goal_that_is_not_reached_is_forgotten() -> None:
    desk = Desk("10 STOP", "20 PRINT 2", "30 PRINT 3")
    desk.do(RunToCommand(30))
    stops = [event.reason for event in desk.do(ContinueCommand()) if isinstance(event, StoppedEvent)]
    assert stops == ["end"]


def test_watches_and_the_profile() -> None:
    desk = Desk("10 A=1", "20 A=2")
    assert desk.do(WatchCommand(b"a"), WatchCommand(b"M%(1,2)")) == [
        WatchesEvent((b"A",)),
        WatchesEvent((b"A", b"M%(1,2)")),
    ]
    assert desk.do(WatchCommand(b"M%(1,2)", False), TypeLine(b"WATCH B")) == [
        WatchesEvent((b"A",)),
        WatchesEvent((b"A", b"B")),
    ]
    assert refused(desk.do(WatchCommand(b"5"))) == ["5 is not the name of a variable"]
    desk.do(TypeLine(b"WATCH CLEAR"), ProfileCommand(True), RunCommand())
    assert set(desk.session.machine.debugger.profile) == {10, 20}
    desk.do(ProfileCommand(False, clear=True))
    assert not desk.session.machine.debugger.profile
    assert not desk.session.machine.debugger.is_on


# ---- files and the printer ------------------------------------------------------------


def test_files() -> None:
    desk = Desk()
    assert desk.do(WriteFile(b"A.TXT", b"1\r\n")) == [FilesChangedEvent((b"A.TXT",))]
    assert desk.do(RenameFile(b"A.TXT", b"B.TXT")) == [FilesChangedEvent((b"A.TXT", b"B.TXT"))]
    assert desk.do(RemoveFile(b"B.TXT")) == [FilesChangedEvent((b"B.TXT",))]
    assert refused(desk.do(RemoveFile(b"B.TXT"))) == ["File not found"]
    for name in (b"", b"../X", b"toolongname.txt", b"A:B", b'A"', b"A.B.C"):
        assert refused(desk.do(WriteFile(name, b""))) == ["Bad file name"], name
    line = b'OPEN "O",1,"O.DAT":PRINT#1,5:CLOSE'
    assert [e for e in desk.do(TypeLine(line)) if isinstance(e, FilesChangedEvent)] == [FilesChangedEvent((b"O.DAT",))]


def test_what_is_printed_on_paper_is_told() -> None:
    desk = Desk()
    told = b"".join(event.data for event in desk.do(TypeLine(b"LPRINT 5;6")) if isinstance(event, PrinterEvent))
    assert told == b" 5  6 \r\n" == bytes(desk.printer.data)


# ---- when ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        EditText(b"10 END"), SetVariable(b"A", b"1"), NewProgram(), OpenFile(b"A"), SaveFile(b"A"), MergeFile(b"A"),
        RenumberCommand(), DeleteLines(1, 2), RunToCommand(10), ContinueCommand(), StepCommand(),
    ],
    ids=lambda command: type(command).__name__,
)  # fmt: skip
def test_at_the_prompt_only(command: Command) -> None:
    desk = Desk("10 GOTO 10")
    desk.session.execute(RunCommand())
    desk.session.step(50)
    desk.events.clear()
    desk.session.execute(command)
    assert desk.events == [RefusedEvent("the program is running; stop it first")]
    assert desk.session.state is State.RUNNING
    waiting = Desk("10 INPUT A", "RUN")
    assert refused(waiting.do(command)) == ["the program waits for input; answer or stop it first"]


def test_a_program_that_replaces_itself_tells_so() -> None:
    desk = Desk('10 CHAIN "N"', files={b"N.BAS": b"10 PRINT 5\r\n20 STOP\r\n"})
    events = desk.do(RunCommand(), BreakpointCommand(20))
    assert events[0] == ProgramChangedEvent(2, ((10, b"10 PRINT 5"), (20, b"20 STOP")), True)
    assert events[1] == StoppedEvent("stop", 20, statement=1, start=3, end=7)
    assert not any(isinstance(event, OutputEvent) for event in events)

"""A session taken as bytes after any key or slice and put into a new one: it goes on with the same output.

Over all transcripts typed at the prompt, and those programs whose keys matter.
"""

import msgspec
import pytest

from mbasic.machine.snapshot_frame import Frame
from mbasic.session.messages import RunToCommand, State, StepCommand, StepKind
from mbasic.session.session import Session
from mbasic.session.session_snapshot import SnapshotError, put, take
from mbasic.storage.disks import MemoryDisk
from tests.tester import Paper
from tests.transcripts.cases import Case, comparable, difference, disk_differences, find_cases

SESSIONS = find_cases("direct")
MOST_RENEWALS = 300
"""New sessions that a transcript goes through one by one; what is longer then goes on undisturbed."""
MOST_SLICES = 20
"""Slices a program runs before the next key is pressed."""


class Desk:
    """A session that can be exchanged for a new one, and what is around it."""

    def __init__(self, files: dict[bytes, bytes] | None = None, *, live: bool = False, prompt: bool = True) -> None:
        self.screen, self.printer, self.disk = Paper(), Paper(), MemoryDisk(files)
        self.session = self._new(live=live, prompt=prompt)

    def _new(self, *, live: bool = False, prompt: bool = True) -> Session:
        return Session(screen=self.screen, disk=self.disk, printer=self.printer, live=live, prompt=prompt)

    def renew(self) -> None:
        data = take(self.session)
        self.session = self._new()
        put(self.session, data)

    @property
    def is_busy(self) -> bool:
        state = self.session.state
        return state is State.RUNNING or (self.session.has_keys and state is not State.ENDED)

    def type(self, *lines: str) -> None:
        for line in lines:
            self.session.type_keys(line.encode("latin-1") + b"\r")
            self.work()

    def work(self) -> None:
        for _ in range(2000):
            if self.session.state is State.RUNNING or self.session.has_keys:
                self.session.step()
            else:
                return
        raise AssertionError("still running")


def play(case: Case, *, statements: int, typed_ahead: bool = True, renewed: bool = True) -> Desk:
    """Type the keys of `case`, with a new session after each step; all keys first, or each when the last is used."""
    desk = Desk(case.disk_before)
    desk.session.start()
    renewals = MOST_RENEWALS if renewed else 0
    for part in [case.keys] if typed_ahead else [bytes((key,)) for key in case.keys]:
        desk.session.type_keys(part)
        steps = 0
        while desk.is_busy and (typed_ahead or steps < MOST_SLICES):
            desk.session.step(statements if renewals or not typed_ahead else 5000)
            steps += 1
            if renewals:
                desk.renew()
                renewals -= 1
    return desk


def differences(case: Case, desk: Desk) -> list[str]:
    got = comparable(bytes(desk.screen.data), session=True)
    return difference(case.wanted, got) + disk_differences(case.disk_after, desk.disk)


@pytest.mark.parametrize("statements", [1, pytest.param(6, marks=pytest.mark.slow)])
@pytest.mark.parametrize("case", SESSIONS, ids=lambda case: case.name)
def test_a_new_session_after_every_slice(case: Case, statements: int) -> None:
    desk = play(case, statements=statements)
    assert not (wrong := differences(case, desk)), "\n".join(wrong)


@pytest.mark.parametrize("case", SESSIONS[::4], ids=lambda case: case.name)
def test_a_new_session_after_every_key(case: Case) -> None:
    """Keys that come one by one break and answer elsewhere than keys typed ahead: compared with ourselves."""
    there, here = (play(case, statements=500, typed_ahead=False, renewed=renewed) for renewed in (True, False))
    assert bytes(there.screen.data) == bytes(here.screen.data)
    assert [there.disk.read(name) for name in there.disk.names()] == [
        here.disk.read(name) for name in here.disk.names()
    ]


def test_what_the_debugger_knows_comes_along() -> None:
    desk = Desk()
    desk.type("10 FOR I=1 TO 5", "20 GOSUB 100", "30 NEXT", "40 END", "100 A=A+I", "110 RETURN")
    desk.type("BREAK 110", "WATCH A", "PROFILE ON", "RUN")
    desk.renew()
    desk.screen.take()
    desk.type("BREAK", "WATCH")
    assert desk.screen.take() == b"BREAK\n110.1     110 [RETURN]\nOk\nWATCH\nA = 1\nOk\n"
    desk.session.execute(StepCommand(StepKind.OUT))
    desk.session.step(1)
    desk.renew()
    desk.work()
    assert desk.session.last_stop is not None
    assert (desk.session.last_stop.reason, desk.session.last_stop.line) == ("step", 30)
    desk.type("WATCH CLEAR", "BREAK CLEAR")
    desk.session.execute(RunToCommand(40))
    desk.session.step(2)
    desk.renew()
    desk.work()
    assert (desk.session.last_stop.line, desk.session.state) == (40, State.READY)
    desk.screen.take()
    desk.type("CONT", "PROFILE")
    assert b"    20          5 " in desk.screen.take()


def test_a_half_typed_line_a_break_and_the_offset() -> None:
    desk = Desk(live=True)
    desk.session.start(b"hello\r\n")
    desk.session.type_keys(b"PRINT 1+")
    desk.session.step()
    desk.renew()
    shown = len(desk.screen.data)
    desk.session.type_keys(b"1\r10 GOTO 10\rRUN\r")
    desk.session.step()
    while desk.session.has_keys:
        desk.session.step(50)
    assert b" 2 \r\nOk\r\n" in desk.screen.data[shown:]
    assert desk.session.to_plain().offset == len(desk.screen.data)
    assert desk.session.state is State.RUNNING
    desk.session.step(50)
    desk.session.interrupt()
    desk.renew()
    desk.session.step(50)
    assert desk.screen.data.endswith(b"Break in 10\r\nOk\r\n")


def test_a_program_just_edited_is_taken_without_parsing_it() -> None:
    desk = Desk()
    desk.type("10 A=5:PRINT A", "RUN", "20 PRINT 2")
    source = desk.session.machine.executor.source
    desk.renew()
    assert desk.session.machine.executor.source.numbers == []
    assert source.numbers == [10]
    desk.screen.take()
    desk.type("CONT", "RUN")
    assert desk.screen.take() == b"CONT\nCan't continue\nOk\nRUN\n 5 \n 2 \nOk\n"


def test_an_idle_session_is_small_and_poked_memory_is_not_whole() -> None:
    desk = Desk()
    desk.session.start()
    assert len(take(desk.session)) < 2500
    desk.type("POKE 1000,7")
    assert len(take(desk.session)) < 3500
    desk.renew()
    desk.screen.take()
    desk.type("PRINT PEEK(1000);PEEK(1001)")
    assert b" 7  0 \nOk\n" in desk.screen.take()


@pytest.mark.parametrize("harm", ["empty", "cut", "flipped", "machine's"])
def test_a_damaged_snapshot_is_refused(harm: str) -> None:
    desk = Desk()
    desk.type("10 A=5", "RUN")
    data = take(desk.session)
    damaged = {
        "empty": b"",
        "cut": data[:50],
        "flipped": data[:60] + bytes((data[60] ^ 1,)) + data[61:],
        "machine's": desk.session.machine.snapshot(),
    }[harm]
    with pytest.raises(SnapshotError, match="snapshot"):
        put(desk.session, damaged)
    assert take(desk.session) == data


class _Old(msgspec.Struct):
    name: str


class _New(msgspec.Struct):
    first: str
    last: str


def test_an_old_format_is_upgraded_and_a_newer_one_refused() -> None:
    def split(state: dict[str, object]) -> dict[str, object]:
        first, _, last = str(state["name"]).partition(" ")
        return {"first": first, "last": last}

    old = Frame(b"NAMES", 1, "a name", {}).pack(_Old("Ada Lovelace"))
    new = Frame(b"NAMES", 2, "a name", {1: split})
    assert new.unpack(old, _New) == _New("Ada", "Lovelace")
    with pytest.raises(SnapshotError, match="format 2, this version of MBASIC reads 1"):
        Frame(b"NAMES", 1, "a name", {}).unpack(new.pack(_New("A", "B")), _Old)

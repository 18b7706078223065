"""The raw checkpoint: the same engine goes on from a copy of the image as if nothing had happened."""

import itertools

import pytest

from mbasic.machine.machine import Machine
from mbasic.machine.snapshot import SnapshotError
from tests.machine.player import Player, Tape, undisturbed
from tests.transcripts.cases import Case, find_cases

PROGRAMS = [case for case in find_cases("lang") if not case.is_session]


class CheckpointPlayer(Player):
    """Goes on with a new machine made from a checkpoint."""

    def renew(self) -> None:
        data = self.machine.checkpoint()
        self.machine = self._new_machine()
        self.machine.go_back(data)


def new_machine() -> Machine:
    return Player({}, b"").machine


@pytest.mark.parametrize("case", PROGRAMS[::3], ids=lambda case: case.name)
def test_a_new_machine_after_every_slice(case: Case) -> None:
    player = CheckpointPlayer(case.disk_before, case.keys)
    player.start(case.program)
    stop = player.run(1)
    for budget in itertools.islice(itertools.cycle([1, 7, 30]), 40):
        player.renew()
        if not player.answer(stop):
            break
        stop = player.run(budget)
    assert player.finish(stop) == undisturbed(Player(case.disk_before, case.keys), case.program)


def test_going_back_undoes_what_was_done_since() -> None:
    machine = new_machine()
    machine.load_program(b'10 A$="X"\n20 FOR I=1 TO 9:A$=A$+"Y":PRINT A$:NEXT\n')
    machine.start_run()
    machine.run(6)
    data = machine.checkpoint()
    console = machine.console
    assert isinstance(console, Tape)
    machine.run(1000)
    first = bytes(console.data)
    console.data.clear()
    machine.go_back(data)
    machine.run(1000)
    assert first.endswith(bytes(console.data))
    assert console.data.count(b"\n") == 8


@pytest.mark.parametrize("data", [b"", b"MBASICRAW", b"MBASICSNAP\1", b"MBASICRAW\xfe", b"MBASICRAW\1nonsense"])
def test_other_bytes_are_refused(data: bytes) -> None:
    machine = new_machine()
    machine.load_program(b"10 PRINT 1\n")
    with pytest.raises(SnapshotError):
        machine.go_back(data)
    assert len(machine.program) == 1

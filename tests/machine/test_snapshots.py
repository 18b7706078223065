"""Snapshot after any slice, restore in a new machine, continue: the same output, over all transcript programs."""

import functools
import itertools
import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mbasic.machine.snapshot import SnapshotError
from mbasic.machine.stop import StopReason
from tests.machine.mutations import PROGRAMS as DAMAGED
from tests.machine.mutations import WORDS, mutated
from tests.machine.player import Half, Outcome, Player, first_half, renewed, undisturbed
from tests.transcripts.cases import Case, find_cases

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = [case for case in find_cases("lang") if not case.is_session]
MOST_RENEWALS = 40
"""Snapshots a program goes through one by one; a longer program then goes on undisturbed."""


def new_player(case: Case) -> Player:
    return Player(case.disk_before, case.keys)


@functools.cache
def expected(case: Case) -> Outcome:
    return undisturbed(new_player(case), case.program)


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: case.name)
@pytest.mark.parametrize("statements", [1, pytest.param(2, marks=pytest.mark.slow), 7, 50])
def test_a_new_machine_after_every_slice(case: Case, statements: int) -> None:
    budgets = itertools.repeat(statements, MOST_RENEWALS)
    assert renewed(new_player(case), case.program, budgets) == expected(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", PROGRAMS[::5], ids=lambda case: case.name)
def test_slices_of_changing_length(case: Case) -> None:
    budgets = itertools.chain(itertools.islice(itertools.cycle([3, 1, 11, 30, 2]), 2 * MOST_RENEWALS), [500] * 10)
    assert renewed(new_player(case), case.program, budgets) == expected(case)


@pytest.mark.parametrize("case", PROGRAMS, ids=lambda case: case.name)
def test_a_long_slice_is_the_sum_of_short_ones(case: Case) -> None:
    """Budgets count statements exactly, however the engine groups them: the same state after as many statements."""
    whole, parts = new_player(case), new_player(case)
    whole.start(case.program)
    parts.start(case.program)
    stop = whole.run(400)
    part = parts.run(1)
    for _ in range(399):
        if part.reason is not StopReason.SLICE:
            break
        part = parts.run(1)
    assert part == stop
    assert parts.machine.snapshot() == whole.machine.snapshot()


@pytest.mark.slow
@given(mutated(DAMAGED, WORDS), st.binary(max_size=20), st.integers(1, 40))
@settings(max_examples=300)
def test_damaged_programs_too(program: bytes, keys: bytes, statements: int) -> None:
    """What the transcripts never do comes to the same, too: errors in odd places, half a loop, a lost line."""
    whole = undisturbed(Player({}, keys, limit=2000), program)
    budgets = itertools.repeat(statements, MOST_RENEWALS)
    parts = renewed(Player({}, keys, limit=2000), program, budgets)
    if whole.end[0] == "slice" or parts.end[0] == "slice":  # endless: one of them got further
        shown = min(len(whole.screen), len(parts.screen))
        assert parts.screen[:shown] == whole.screen[:shown]
    else:
        assert parts == whole


@pytest.mark.parametrize("version", ["", "3.12", "3.13"], ids=["this-python", "3.12", "3.13"])
def test_another_process_goes_on(version: str) -> None:
    python = find_python(version) if version else sys.executable
    if python is None:
        pytest.skip(f"there is no Python {version} with msgspec here")
    cases = [case for case in PROGRAMS if half_way(case) is not None]
    halves = [half_way(case) for case in cases]
    assert len(halves) > len(PROGRAMS) // 2
    sent = msgspec.msgpack.encode(halves)
    command = [python, "-m", "tests.machine.player"]
    done = subprocess.run(command, input=sent, capture_output=True, cwd=ROOT, timeout=120, check=False)
    assert done.returncode == 0, done.stderr.decode()
    outcomes = msgspec.msgpack.decode(done.stdout, type=list[Outcome])
    assert [case.name for case, outcome in zip(cases, outcomes, strict=True) if outcome != expected(case)] == []


@functools.cache
def half_way(case: Case) -> Half | None:
    """Return `case` stopped at a place that differs from case to case, and is not yet its end."""
    budget = 3 + len(case.name) * 7 % 90
    while budget:
        half = first_half(new_player(case), case.program, budget)
        if half is not None:
            return half
        budget //= 3
    return None


def find_python(version: str) -> str | None:
    """Return a Python of `version` that has what mbasic needs; `make setup-ci` prepares one where it can."""
    prepared = ROOT / ".venv" / f"python{version}" / "bin" / "python"
    for python in (str(prepared), shutil.which(f"python{version}")):
        if python is None or not os.path.exists(python):
            continue
        check = subprocess.run([python, "-c", "import msgspec"], capture_output=True, cwd=ROOT, check=False)
        if check.returncode == 0:
            return python
    return None


def test_a_snapshot_is_the_same_twice() -> None:
    player = new_player(PROGRAMS[0])
    player.start(PROGRAMS[0].program)
    player.run(5)
    assert player.machine.snapshot() == player.machine.snapshot()


@pytest.mark.parametrize("harm", ["empty", "cut", "flipped", "foreign"])
def test_a_damaged_snapshot_is_refused(harm: str) -> None:
    player = new_player(PROGRAMS[0])
    player.start(PROGRAMS[0].program)
    player.run(5)
    data = player.machine.snapshot()
    middle = len(data) // 2
    damaged = {
        "empty": b"",
        "cut": data[:middle],
        "flipped": data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :],
        "foreign": b"not a snapshot at all" * 20,
    }[harm]
    with pytest.raises(SnapshotError, match="snapshot"):
        player.machine.restore(damaged)
    assert player.machine.snapshot() == data, "a refused snapshot changes nothing"

"""The examples: every line of them is good BASIC in LIST's own spelling, and every program does what it is for."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from msgspec import Struct, structs

from mbasic.examples import Example, examples, find_example
from mbasic.language import nodes
from mbasic.language.parser import parse_body
from mbasic.language.program import Program
from mbasic.machine.stop import StopReason
from mbasic.values.warn import ignore
from tests.examples.plays import PLAYS
from tests.tester import Tester

ROOT: Final = Path(__file__).resolve().parents[2]
STATEMENTS: Final = 600_000
QUIET: Final = {StopReason.END, StopReason.STOP, StopReason.INPUT, StopReason.KEY}
"""How a program may come to rest."""

each = pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)


def load(example: Example) -> Program:
    program = Program()
    assert program.load_bytes(example.text, ignore) == b""
    return program


def everything_in(tree: object) -> Iterator[object]:
    """A node and all that is in it."""
    yield tree
    parts: tuple[object, ...] = ()
    if isinstance(tree, Struct):
        parts = structs.astuple(tree)
    elif isinstance(tree, tuple):
        parts = tree  # pyright: ignore[reportUnknownVariableType]
    for part in parts:
        yield from everything_in(part)


# ---- the table ---------------------------------------------------------------------------


def test_there_are_many_of_every_kind_in_order() -> None:
    table = examples()
    assert [(e.category, e.name) for e in table] == sorted((e.category, e.name) for e in table)
    assert len({e.name for e in table}) == len(table) >= 44
    for category in ("Benchmarks", "Data files", "Games", "Lessons", "Simulations"):
        assert len([e for e in table if e.category == category]) >= 8


def test_no_program_is_without_a_play() -> None:
    assert {e.name for e in examples()} == set(PLAYS)


def test_a_program_is_found_by_its_name() -> None:
    found = find_example("snake.bas")
    assert found
    assert (found.name, found.category, found.title) == ("SNAKE", "Games", "Snake")
    assert found.description == "Steer with W A S D, eat the stars, and do not bite yourself."
    assert find_example("SERPENT") is None


@each
def test_its_name_and_words_fit_the_disk_and_a_menu(example: Example) -> None:
    assert re.fullmatch(r"[A-Z0-9]{1,8}", example.name)
    assert 1 <= len(example.title) <= 30
    assert 10 <= len(example.description) <= 73


# ---- the text ----------------------------------------------------------------------------


@each
def test_it_is_spelled_as_list_shows_it(example: Example) -> None:
    assert load(example).save_ascii().rstrip(b"\x1a") == example.text


@each
def test_its_lines_fit_the_screen(example: Example) -> None:
    assert max(len(line) for line in example.text.splitlines()) <= 80


@each
def test_no_line_has_a_syntax_error(example: Example) -> None:
    faults = [
        (number, part)
        for number, body in load(example)
        for part in everything_in(parse_body(body))
        if isinstance(part, nodes.Fault | nodes.FaultStatement)
    ]
    assert faults == []


@each
def test_every_line_it_goes_to_is_there(example: Example) -> None:
    assert load(example).renumber() == []


# ---- the programs at work ----------------------------------------------------------------


@each
def test_it_runs_and_does_what_it_is_for(example: Example) -> None:
    keys, expected = PLAYS[example.name]
    computer = Tester(live=True, echo=True, statements=STATEMENTS).run(example.text, keys)
    screen = computer.screen.take().decode("ascii")
    stop = computer.session.last_stop
    assert stop
    assert stop.reason in QUIET, screen[-200:]
    assert expected in screen


def test_what_a_data_program_wrote_is_there_the_next_time() -> None:
    first = Tester(live=True).run(text_of("ADDRESS"), "a\rAda\rLondon\r12\rq\r")
    again = Tester(live=True, files={b"ADDRESS.DAT": first.disk.read(b"ADDRESS.DAT")})
    again.run(text_of("ADDRESS"), "l\rq\r")
    assert b"  1 Ada                      London" in again.screen.take()


def test_the_diary_grows() -> None:
    computer = Tester(files={b"DIARY.TXT": b"  1: Monday\r\n"}).run(text_of("DIARY"), "Tuesday\r\r")
    computer.wrote(b"DIARY.TXT", b"  1: Monday\r\n  2: Tuesday\r\n")


def text_of(name: str) -> bytes:
    example = find_example(name)
    assert example
    return example.text


# ---- the package -------------------------------------------------------------------------


def test_the_wheel_holds_all_of_them(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    names = {Path(name).stem for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".BAS")}
    assert names == {e.name for e in examples()}

"""The programs that come with MBASIC: lessons, games, simulations, data files and benchmarks.

A program is a file `FOLDER/NAME.BAS` beside this one, as LIST shows it, with LF as line end. Its first two lines are
remarks: the title, and what it is about. Nothing is read before it is asked for, and nothing is run here.
"""

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from msgspec import Struct

_CATEGORIES: Final = {
    "benchmarks": "Benchmarks",
    "data": "Data files",
    "games": "Games",
    "lessons": "Lessons",
    "simulations": "Simulations",
}
_REMARK: Final = b"REM "


class Example(Struct, frozen=True):
    """A program: its name on a disk without `.BAS`, and its lines as a text file of CP/M, ended by CR LF."""

    name: str
    category: str
    title: str
    description: str
    text: bytes


@cache
def examples() -> tuple[Example, ...]:
    """Return all programs, sorted by category and name."""
    room = files(__name__)
    return tuple(
        _read(file, category)
        for folder, category in _CATEGORIES.items()
        for file in sorted(room.joinpath(folder).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".BAS")
    )


def find_example(name: str) -> Example | None:
    """Return the program of this name, in large or small letters, with or without `.BAS`."""
    wanted = name.upper().removesuffix(".BAS")
    return next((example for example in examples() if example.name == wanted), None)


def _read(file: Traversable, category: str) -> Example:
    lines = file.read_bytes().splitlines()
    title, description = (line.partition(_REMARK)[2].decode("ascii") for line in lines[:2])
    text = b"".join(line + b"\r\n" for line in lines)
    return Example(file.name.removesuffix(".BAS"), category, title, description, text)

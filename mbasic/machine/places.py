"""Where a person says a statement is: line and statement in it, both counted as people do, the first being 1.

    20 IF A THEN PRINT "X":GOTO 80 ELSE PRINT "Y"      ' a remark
       20.1      20.2      20.3         20.4             20.5

ELSE alone, nothing between two colons, and text that does not belong to the statement before it have no number: no one
can stop there.
"""

from collections.abc import Iterator

from msgspec import Struct

from mbasic.compiler.source_map import SourceMap
from mbasic.language import nodes


class Place(Struct, frozen=True, order=True):
    """A statement of the program; `statement` counts from 1."""

    line: int
    statement: int = 1

    def __str__(self) -> str:
        return f"{self.line}.{self.statement}"


def is_place(source: SourceMap, pc: int) -> bool:
    """Whether a statement of the program that has a number of its own is at `pc`."""
    if pc >= source.program_end:
        return False
    if source.begins_line(pc):
        return True
    this, before = source.statements[pc], source.statements[pc - 1]
    match this.node:
        case nodes.Else() | nodes.Empty():
            return False
        case nodes.FaultStatement():
            return this.restart != before.restart
        case _:
            return this.start != before.start  # else it is a piece of the PRINT before it


def places_of(source: SourceMap) -> frozenset[int]:
    """The pcs of all places of a program."""
    return frozenset(pc for pc in range(source.program_end) if is_place(source, pc))


def place_at(source: SourceMap, pc: int) -> Place | None:
    """The place that `pc` belongs to; None outside of the program."""
    if pc >= source.program_end:
        return None
    line = source.lines[pc]
    assert line is not None
    return Place(line, sum(is_place(source, at) for at in range(source.start_of_line(pc), pc + 1)))


def pc_of(source: SourceMap, place: Place) -> int | None:
    """The pc of a place; None where the program has no such statement."""
    found = [pc for pc in _line(source, place.line) if is_place(source, pc)]
    return found[place.statement - 1] if 1 <= place.statement <= len(found) else None


def statements_in(source: SourceMap, line: int) -> int:
    """How many statements of a line have a number; 0 where there is no such line."""
    return sum(is_place(source, pc) for pc in _line(source, line))


def _line(source: SourceMap, line: int) -> Iterator[int]:
    start = source.target(line)
    return iter(range(start, source.next_line(start)) if start >= 0 else ())

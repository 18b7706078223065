"""Stops a run where a person wants it to: breakpoints, steps, watched variables; and a profile of the lines.

    run --> is_on? --no--> full speed
              |yes
              v
            look(pc) --> why to stop before the statement at pc, or None: it is executed alone
                         (with breakpoints and nothing else: many are, up to the next breakpoint)

Everything is kept by (line, statement), never by pc, so it outlives edits; a breakpoint in a line that is gone waits
for it to come back. Lines typed without a number are never stopped in, watched or counted.
"""

from enum import StrEnum
from typing import TYPE_CHECKING

from msgspec import Struct

from mbasic.compiler.source_map import SourceMap
from mbasic.machine.places import Place, pc_of, places_of
from mbasic.machine.stop import Change, Stop, StopReason
from mbasic.machine.variable_name import VariableName
from mbasic.runtime import layout

if TYPE_CHECKING:
    from mbasic.machine.inspection import Inspected, Value


class StepKind(StrEnum):
    """INTO: statement by statement. OVER: a GOSUB counts as one. OUT: up to the RETURN of this GOSUB. LINE: a line."""

    INTO = "into"
    OVER = "over"
    OUT = "out"
    LINE = "line"


class LineCost(Struct):
    """What a line took: statements executed, and nanoseconds."""

    count: int = 0
    nanoseconds: int = 0


class DebuggerState(Struct, kw_only=True):
    """All of a debugger for a snapshot; see the Debugger's fields. `mark` counts entries of the control stack."""

    breakpoints: list[Place] = []
    goal: Place | None = None
    watches: list[tuple[VariableName, int | float | bytes]] = []
    profiling: bool = False
    profile: dict[int, LineCost] = {}
    step: StepKind | None = None
    left: int = 0
    mark: int = 0
    line: int | None = None
    noted: list[Change] = []
    passing: bool = False
    counts: bool = False
    shown: bool = False


class Debugger:
    """Plain data, and the look that the machine takes at it before a statement when `is_on`."""

    __slots__ = (
        "_counts",
        "_left",
        "_line",
        "_machine",
        "_mark",
        "_noted",
        "_passing",
        "_places",
        "_places_source",
        "_shown",
        "_source",
        "_step",
        "break_pcs",
        "breakpoints",
        "ended",
        "goal",
        "is_on",
        "profile",
        "profiling",
        "watches",
    )

    def __init__(self, machine: "Inspected") -> None:
        self._machine = machine
        self.breakpoints: set[Place] = set()
        self.goal: Place | None = None
        """A breakpoint for once: gone with the next stop."""
        self.watches: dict[VariableName, Value] = {}
        """What is watched, and its value when it was last looked at."""
        self.profiling = False
        self.profile: dict[int, LineCost] = {}
        self.is_on = False
        """The run has to take a look."""
        self._step: StepKind | None = None
        self._left = 0
        """INTO: statements to go. LINE: the line that the step began in."""
        self._mark = 0
        """OVER, OUT: place on the control stack, from its base."""
        self._line: int | None = None
        """The line of the statement executed last; None: nothing of the program yet."""
        self._noted: list[Change] = []
        """Changes of watched variables that the user has not been told of."""
        self._passing = False
        """The next statement of the program is executed without a look: it has been stopped at."""
        self._counts = False
        """The statement that runs is one for the profile: no ELSE, none that will be executed anew after its input."""
        self._shown = False
        """The statement that CONT goes on with is the one that was stopped at."""
        self.ended = False
        """The program came to its END: CONT would go on behind it, but no step does."""
        self._source: SourceMap | None = None
        """The program that `break_pcs` are those of."""
        self._places_source: SourceMap | None = None
        self._places: frozenset[int] = frozenset()
        self.break_pcs: frozenset[int] = frozenset()
        """The pcs of the breakpoints, from the last look on."""

    # ---- what to stop at

    def set_breakpoint(self, place: Place) -> None:
        """Stop before the statement at `place`."""
        self.breakpoints.add(place)
        self._changed()

    def clear_breakpoints(self, line: int | None = None, statement: int | None = None) -> bool:
        """Forget a breakpoint, those of a line, or all; False where there was none."""
        gone = {p for p in self.breakpoints if line in (None, p.line) and statement in (None, p.statement)}
        self.breakpoints -= gone
        self._changed()
        return bool(gone)

    def watch(self, variable: VariableName) -> None:
        """Stop behind every statement that changes `variable`."""
        self.watches[variable] = self._value_of(variable)[0]
        self._changed()

    def clear_watches(self, variable: VariableName | None = None) -> bool:
        """Watch a variable, or all, no more; False where it was not watched."""
        gone = [v for v in self.watches if variable in (None, v)]
        for name in gone:
            del self.watches[name]
        self._changed()
        return bool(gone)

    def set_profiling(self, on: bool) -> None:
        """Count and time statements, or no more; what was counted stays."""
        self.profiling = on
        self._changed()

    def renumber(self, numbers: dict[int, int]) -> None:
        """RENUM: the lines have new numbers."""
        moved = {Place(numbers.get(p.line, p.line), p.statement) for p in self.breakpoints}
        self.breakpoints = moved
        if self.goal is not None:
            self.goal = Place(numbers.get(self.goal.line, self.goal.line), self.goal.statement)
        self.profile = {numbers.get(line, line): cost for line, cost in self.profile.items()}
        self._changed()

    def _changed(self) -> None:
        self._source = None
        self.is_on = bool(self.breakpoints or self.goal or self.watches or self.profiling or self._step)

    # ---- the course of a run

    def begin(self) -> None:
        """RUN, or a direct line: from now on nothing is stepped through."""
        self._end_step()
        self._forget_course()

    def resume(self) -> None:
        """CONT: the statement that was stopped at goes ahead."""
        self._passing = self._shown

    def step_first(self, count: int = 1) -> None:
        """Stop at the first statement of a program that begins, or the one number `count`."""
        self._step, self._left = StepKind.INTO, count - 1
        self._changed()

    def run_to(self, goal: Place) -> None:
        """Stop at `goal`, or wherever the run stops before; then it is no breakpoint any more."""
        self.goal = goal
        self._changed()

    @property
    def in_subroutine(self) -> bool:
        """There is a GOSUB to step out of."""
        return bool(self._gosubs(layout.ENTRY_WORDS))

    def step(self, kind: StepKind, count: int = 1) -> None:
        """Go on from where the program stopped, by `count` statements (INTO). OUT: `in_subroutine` is known."""
        gosubs = self._gosubs(layout.ENTRY_WORDS)
        self._mark = gosubs[-1] if kind is StepKind.OUT else self._stack_top()
        self._step, self._left = kind, count - 1
        self._passing = True
        self._changed()

    def waits(self) -> None:
        """The statement wants input, and will be executed anew when it is there."""
        self._passing = self.is_on
        self._counts = False

    def stopped(self, *, shown: bool, ended: bool) -> None:
        """The run has stopped. `shown`: CONT will go on with the statement that the user is told of."""
        self.ended = ended
        self._end_step()
        self._forget_course()
        self._shown = shown

    def _forget_course(self) -> None:
        self._passing = False
        self._line = None
        self._noted.clear()

    def _end_step(self) -> None:
        self._step = self.goal = None
        self._changed()

    # ---- the look

    @property
    def single(self) -> bool:
        """Every statement has to be looked at, not only the breakpoints."""
        return bool(self._step or self.watches or self.profiling)

    def look(self, pc: int) -> Stop | None:
        """The statement at `pc` comes next: why to stop before it; None: it is executed."""
        source = self._machine.executor.source
        self._note_changes()
        inside = pc < source.program_end
        self._learn(source)
        self._counts = pc in self._places
        self._line = source.lines[pc] if inside else None
        if self._passing and inside:
            self._passing = False
            if self._step is StepKind.LINE:
                self._left = self._line or 0
            return None
        if self._noted and (self._counts or pc == source.program_end):
            return Stop(StopReason.WATCH, changes=tuple(self._noted))
        if not self._counts:
            return None
        if pc in self.break_pcs:
            return Stop(StopReason.BREAKPOINT)
        return Stop(StopReason.STEP) if self._step_is_done(pc) else None

    def _learn(self, source: SourceMap) -> None:
        """Find the places of a program, and the breakpoints."""
        if self._source is source:
            return
        if self._places_source is not source:
            self._places_source = source
            self._places = places_of(source)
        self._source = source
        places = self.breakpoints if self.goal is None else self.breakpoints | {self.goal}
        found = (pc_of(source, place) for place in places)
        self.break_pcs = frozenset(pc for pc in found if pc is not None)

    def _note_changes(self) -> None:
        """Note what the statement before has changed, if it was one of the program."""
        for variable, old in self.watches.items():
            new, sign = self._value_of(variable)
            if new != old:
                self.watches[variable] = new
                if self._line is not None:
                    self._noted.append(Change(variable.text(), sign, old, new, self._line))

    def _value_of(self, variable: VariableName) -> "tuple[Value, str]":
        from mbasic.machine.inspection import value_of  # few runs need it

        return value_of(self._machine, variable)

    # ---- steps

    def _step_is_done(self, pc: int) -> bool:
        match self._step:
            case StepKind.INTO:
                self._left -= 1
                return self._left < 0
            case StepKind.OVER:
                return not self._gosubs(self._mark)
            case StepKind.OUT:
                return self._stack_top() <= self._mark
            case StepKind.LINE:
                return self._line != self._left or self._begins_line(pc)
            case None:
                return False

    def _begins_line(self, pc: int) -> bool:
        assert self._source is not None
        assert self._line is not None
        return pc == pc_of(self._source, Place(self._line))

    def _stack_top(self) -> int:
        image = self._machine.image
        return image.q[layout.STACK_POINTER] - image.stack_base

    def _gosubs(self, first: int) -> list[int]:
        """Where on the control stack GOSUBs are open, from `first` on."""
        q, base = self._machine.image.q, self._machine.image.stack_base
        entries = range(first, self._stack_top(), layout.ENTRY_WORDS)
        return [e for e in entries if q[base + e] & 255 == layout.GOSUB_ENTRY]

    # ---- the profile

    def count(self, line: int, nanoseconds: int) -> None:
        """The statement of `line` that was looked at has taken so long."""
        cost = self.profile.setdefault(line, LineCost())
        cost.nanoseconds += nanoseconds
        cost.count += self._counts

    def clear_profile(self) -> None:
        """Forget all that was counted."""
        self.profile = {}

    # ---- the whole state

    def to_plain(self) -> DebuggerState:
        """Return everything, without indexes of the image."""
        return DebuggerState(
            breakpoints=sorted(self.breakpoints),
            goal=self.goal,
            watches=list(self.watches.items()),
            profiling=self.profiling,
            profile=self.profile,
            step=self._step,
            left=self._left,
            mark=self._mark // layout.ENTRY_WORDS,
            line=self._line,
            noted=self._noted,
            passing=self._passing,
            counts=self._counts,
            shown=self._shown,
        )

    def from_plain(self, state: DebuggerState) -> None:
        """Take over what to_plain gave."""
        self.breakpoints, self.goal = set(state.breakpoints), state.goal
        self.watches = dict(state.watches)
        self.profiling, self.profile = state.profiling, state.profile
        self._step, self._left, self._mark = state.step, state.left, state.mark * layout.ENTRY_WORDS
        self._line, self._noted = state.line, state.noted
        self._passing, self._counts, self._shown = state.passing, state.counts, state.shown
        self._changed()

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

from msgspec import Struct

from mbasic.compiler.source_map import SourceMap
from mbasic.machine.inspection import Inspected, Value, VariableName, value_of
from mbasic.machine.places import Place, is_place, pc_of, place_at
from mbasic.machine.stop import Change, Stop, StopReason
from mbasic.runtime import layout


class StepKind(StrEnum):
    """INTO: statement by statement. OVER: a GOSUB counts as one. OUT: up to the RETURN of this GOSUB."""

    INTO = "into"
    OVER = "over"
    OUT = "out"


class LineCost(Struct):
    """What a line took: statements executed, and nanoseconds."""

    count: int = 0
    nanoseconds: int = 0


class Debugger:
    """Plain data, and the look that the machine takes at it before a statement when `is_on`."""

    __slots__ = (
        "_break_pcs",
        "_left",
        "_line",
        "_machine",
        "_mark",
        "_passing",
        "_shown",
        "_source",
        "_step",
        "_waited",
        "breakpoints",
        "is_on",
        "profile",
        "profiling",
        "watches",
    )

    def __init__(self, machine: Inspected) -> None:
        self._machine = machine
        self.breakpoints: set[Place] = set()
        self.watches: dict[VariableName, Value] = {}
        """What is watched, and its value when it was last looked at."""
        self.profiling = False
        self.profile: dict[int, LineCost] = {}
        self.is_on = False
        """The run has to take a look."""
        self._step: StepKind | None = None
        self._left = 0
        """INTO: statements to go."""
        self._mark = 0
        """OVER, OUT: place on the control stack, from its base."""
        self._line: int | None = None
        """The line of the statement executed last; None: nothing of the program yet."""
        self._passing = False
        """The next statement of the program is executed without a look: it has been stopped at."""
        self._waited = False
        """It had begun, and waited for input."""
        self._shown = False
        """The statement that CONT goes on with is the one that was stopped at."""
        self._source: SourceMap | None = None
        self._break_pcs: frozenset[int] = frozenset()

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
        self.watches[variable] = value_of(self._machine, variable)[0]
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
        self.profile = {numbers.get(line, line): cost for line, cost in self.profile.items()}
        self._changed()

    def _changed(self) -> None:
        self._source = None
        self.is_on = bool(self.breakpoints or self.watches or self.profiling or self._step)

    # ---- the course of a run

    def begin(self) -> None:
        """RUN, or a direct line: from now on nothing is stepped through."""
        self._end_step()
        self._passing = self._waited = False
        self._line = None

    def resume(self) -> None:
        """CONT: the statement that was stopped at goes ahead."""
        self._passing = self._shown

    def step_first(self) -> None:
        """Stop at the first statement of the program."""
        self._step, self._left = StepKind.INTO, 0
        self._changed()

    def step(self, kind: StepKind, count: int = 1) -> bool:
        """Go on from where the program stopped, by `count` statements (INTO); False: there is no GOSUB to leave."""
        mark = self._stack_top()
        if kind is StepKind.OUT:
            found = self._newest_gosub()
            if found is None:
                return False
            mark = found
        self._step, self._left, self._mark = kind, count - 1, mark
        self._passing = True
        self._changed()
        return True

    def stopped(self, reason: StopReason, *, shown: bool) -> None:
        """The run has stopped. `shown`: CONT will go on with the statement that the user is told of."""
        if reason in (StopReason.INPUT, StopReason.KEY):
            self._passing = self._waited = True
            return
        self._end_step()
        self._shown = shown
        self._line = None

    def _end_step(self) -> None:
        self._step = None
        self._changed()

    # ---- the look

    @property
    def single(self) -> bool:
        """Every statement has to be looked at, not only the breakpoints."""
        return bool(self._step or self.watches or self.profiling or self._passing)

    def look(self, pc: int) -> Stop | None:
        """The statement at `pc` comes next: why to stop before it; None: it is executed."""
        source = self._machine.executor.source
        changes = self._changes()
        inside = pc < source.program_end
        self._line = source.lines[pc] if inside else None
        if self._passing and inside:
            self._passing = False
            return None
        self._waited = False
        if changes:
            return self._stop(StopReason.WATCH, pc, changes)
        if not inside or not is_place(source, pc):
            return None
        if pc in self.break_pcs():
            return self._stop(StopReason.BREAKPOINT, pc)
        return self._stop(StopReason.STEP, pc) if self._step_is_done() else None

    def _stop(self, reason: StopReason, pc: int, changes: tuple[Change, ...] = ()) -> Stop:
        place = place_at(self._machine.executor.source, pc)
        return Stop(reason, place and place.line, statement=place and place.statement, changes=changes)

    def break_pcs(self) -> frozenset[int]:
        """The pcs of the breakpoints."""
        source = self._machine.executor.source
        if self._source is not source:
            self._source = source
            found = (pc_of(source, place) for place in self.breakpoints)
            self._break_pcs = frozenset(pc for pc in found if pc is not None)
        return self._break_pcs

    def _changes(self) -> tuple[Change, ...]:
        """What the statement before has changed, if it was one of the program."""
        changes: list[Change] = []
        for variable, old in self.watches.items():
            new, sign = value_of(self._machine, variable)
            if new != old:
                self.watches[variable] = new
                if self._line is not None:
                    changes.append(Change(variable.text(), sign, old, new, self._line))
        return tuple(changes)

    # ---- steps

    def _step_is_done(self) -> bool:
        match self._step:
            case StepKind.INTO:
                self._left -= 1
                return self._left < 0
            case StepKind.OVER:
                return not self._has_gosub(self._mark)
            case StepKind.OUT:
                return self._stack_top() <= self._mark
            case None:
                return False

    def _stack_top(self) -> int:
        image = self._machine.image
        return image.q[layout.STACK_POINTER] - image.stack_base

    def _gosubs(self, first: int) -> list[int]:
        """Where on the control stack GOSUBs are open, from `first` on."""
        q, base = self._machine.image.q, self._machine.image.stack_base
        entries = range(first, self._stack_top(), layout.ENTRY_WORDS)
        return [e for e in entries if q[base + e] & 255 == layout.GOSUB_ENTRY]

    def _has_gosub(self, first: int) -> bool:
        return bool(self._gosubs(first))

    def _newest_gosub(self) -> int | None:
        return max(self._gosubs(layout.ENTRY_WORDS), default=None)

    # ---- the profile

    def count(self, nanoseconds: int) -> None:
        """The statement that was looked at has taken so long."""
        if self._line is None:
            return
        cost = self.profile.setdefault(self._line, LineCost())
        cost.nanoseconds += nanoseconds
        cost.count += not self._waited
        self._waited = False

    def clear_profile(self) -> None:
        """Forget all that was counted."""
        self.profile = {}

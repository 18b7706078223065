"""The machine: a program, its image, and what runs it, in slices.

    run(budget) -> Stop        at most `budget` statements, counted exactly; the same run has the same slices
    give_line, give_keys       answer a Stop that waits
    snapshot, restore          everything as bytes (snapshot.py)

It prints what the program prints. That a program ended, and why, is the Stop; the session says it to the user.
"""

from collections.abc import Mapping, Set
from itertools import repeat
from time import perf_counter_ns

from msgspec.structs import replace

from mbasic.compiler.exact import LONGEST_CALL
from mbasic.compiler.source_map import Parse, SourceMap
from mbasic.errors import BasicError, ErrorCode, error_text
from mbasic.language.keywords import FN, TOKEN_OF
from mbasic.language.nodes import Statement
from mbasic.language.parser import parse_body
from mbasic.language.program import Program
from mbasic.machine.console_input import ConsoleInput
from mbasic.machine.debugger import Debugger
from mbasic.machine.executor import Executor, Step
from mbasic.machine.library import library_names
from mbasic.machine.memory import Memory
from mbasic.machine.places import place_at
from mbasic.machine.program_commands import ProgramCommands, common_names
from mbasic.machine.stop import Halt, Leap, Stop, StopReason
from mbasic.runtime import layout
from mbasic.runtime.image import Image
from mbasic.runtime.open_files import OpenFiles
from mbasic.runtime.ports import Console, Disk, Printer
from mbasic.runtime.printing import Paper, printer_paper
from mbasic.runtime.variables import NO_TYPES, Variables
from mbasic.values.rnd import START_COUNTERS, START_SEED

PATIENCE = 5000
"""Statements between two looks at a request to break, at most."""

DIRECT_LINE = 65535
"""ERL of an error in direct mode."""

_COMMANDS = frozenset(TOKEN_OF[name] for name in b"LIST LLIST DELETE RENUM LOAD MERGE SAVE NEW EDIT AUTO".split())

Key = tuple[bytes, str]


class Machine:
    """One MBASIC. `console`, `printer` take bytes, `disk` has the files."""

    def __init__(self, *, console: Console, disk: Disk, printer: Printer) -> None:
        self.console = console
        self.disk = disk
        self.printer_port = printer
        self.program = Program()
        self.image = Image()
        self.variables = Variables(self.image)
        self.screen = Paper(self.image)
        self.printer = printer_paper(self.image)
        self.files = OpenFiles(disk)
        self.image.field_text = self.files.field_text
        self.input = ConsoleInput(self.image, self.screen, self.warn)
        self.memory = Memory(self.image, self.variables)
        self.commands = ProgramCommands(self)
        self.executor: Executor = Executor(self.image, self.variables, self.warn, self._finish)
        self.executor.names.update(library_names(self))
        self.debugger = Debugger(self)
        self.current_line = 0
        self.unread = b""
        """Text behind the last line end of a loaded file: the beginning of what is typed next."""
        self.direct: bytes | None = None
        """The body of the direct-mode line that stands behind the program."""
        self._break = False
        self._parsed: dict[bytes, tuple[Statement, ...]] = {}
        self._bracketless: frozenset[tuple[bytes, str]] = frozenset()
        """DEF FNs without parameters, by name and sign as written."""
        self._version = -1
        self._bare = False
        """Only the direct line is compiled: it needs nothing of the program, which has changed."""
        self._renumbered = False
        """RENUM changed the program, and nothing else has since: what is compiled has the old numbers, its pcs hold."""
        self._reset_random()
        self.program_changed()

    # ---- registers

    def register(self, word: int) -> int:
        """A word of the image's header."""
        return self.image.q[word]

    def set_register(self, word: int, value: int) -> None:
        """Set a word of the image's header."""
        self.image.q[word] = value

    def _reset_random(self) -> None:
        self.image.q[layout.RANDOM_SEED] = START_SEED
        self.image.q[layout.RANDOM_COUNTERS] = START_COUNTERS

    # ---- the console

    @property
    def column(self) -> int:
        """Cursor column, from 0."""
        return self.image.q[layout.COLUMN]

    def write(self, data: bytes) -> None:
        """Show bytes as PRINT would, wrapped at the width."""
        self.screen.write(data)
        self.flush()

    def newline(self) -> None:
        """CR LF."""
        self.screen.newline()
        self.flush()

    def fresh_line(self) -> None:
        """CR LF, unless the cursor is in the first column."""
        self.screen.fresh_line()
        self.flush()

    def flush(self) -> None:
        """Send what was printed to the console and the printer."""
        data = self.screen.take()
        if data:
            self.console.write(data)
        data = self.printer.take()
        if data:
            self.printer_port.write(data)

    def warn(self, code: int) -> None:
        """Overflow and Division by zero in arithmetic: a message at the cursor, or an error where ON ERROR traps.

        tests/transcripts/lang/expressions, numeric rules section 4
        """
        if self.image.q[layout.ON_ERROR]:
            raise BasicError(code)
        self.screen.write(error_text(code))
        self.screen.newline()

    # ---- programs

    def load_program(self, data: bytes) -> None:
        """Replace the program by a file of any form. Raises BasicError as LOAD; lines before the error stay."""
        try:
            self.files.close_all()
            self.commands.replace(data)
        except Halt as halt:
            raise BasicError(halt.stop.code, halt.stop.line) from None
        finally:
            self.flush()

    def enter_line(self, number: int, body: bytes) -> None:
        """Store a typed line; variables are cleared and files closed, CONT is dead."""
        self.program.check_not_protected()
        self.program.store(number, body)
        self._line_changed(number)

    def delete_line(self, number: int) -> None:
        """Delete a line by its number alone; UNDEFINED_LINE_NUMBER if it is not there, and nothing is cleared then."""
        self.program.check_not_protected()
        self.program.remove(number)
        self._line_changed(number)

    def change_lines(self, bodies: Mapping[int, bytes | None]) -> None:
        """Store and delete (None) many lines, as if each had been typed. Lines to delete must be there."""
        self.program.check_not_protected()
        for number, body in bodies.items():
            if body is None:
                self.program.remove(number)
            else:
                self.program.store(number, body)
            self.current_line = number
        self.files.close_all()
        self.clear_all()

    def _line_changed(self, number: int) -> None:
        self.current_line = number
        self.files.close_all()
        self.clear_all()

    def program_changed(self) -> None:
        """The code of the old program is not valid any more; made anew when next needed."""
        self._version = -1

    def refresh(self) -> None:
        """Parse the program if it has changed."""
        if self._version == self.program.version:
            return
        fresh: dict[bytes, tuple[Statement, ...]] = {}
        known = self._parsed

        def parse(body: bytes) -> tuple[Statement, ...]:
            statements = fresh[body] = known.get(body) or parse_body(body)
            return statements

        source = SourceMap(self.program, parse)
        self._bracketless = source.functions_without_parameters()
        if self._bracketless:
            source = SourceMap(self.program, self._parse_calls(parse))
        kept = dict(self.executor.functions) if self._renumbered else {}
        self._renumbered = False
        self.executor.set_source(source)
        self.executor.functions.update(kept)
        self._parsed = fresh
        self._version = self.program.version
        self._leave_bare()

    def _leave_bare(self) -> None:
        """The direct line now stands behind the whole program; without it, it is forgotten."""
        body, self.direct = self.direct, None
        bare, self._bare = self._bare, False
        if bare and body is not None:
            self.image.q[layout.PC] += self.set_direct(body) - 1

    def _refresh_for(self, body: bytes) -> None:
        """Parse the program if it has changed and the direct line `body` may look at its statements.

        LIST, RENUM, MERGE and the like do not: after a change of a long program they begin at once.
        """
        if self._version == self.program.version:
            return
        if self._is_in_use() or not _is_command(body):
            self.refresh()
            return
        self.executor.set_source(SourceMap((), parse_body))
        self._bare = True

    def _is_in_use(self) -> bool:
        """Whether something outside of the program knows its statements: after RENUM that may be so."""
        q, debugger = self.image.q, self.debugger
        return bool(
            self.executor.functions or q[layout.CONT_PC] or q[layout.ON_ERROR] or debugger.is_on or debugger.profile
        )

    @property
    def is_unlinked(self) -> bool:
        """The program has changed and nothing of the old one is left: no place to go on at, no loop, no function."""
        q, image = self.image.q, self.image
        return not (
            self._version == self.program.version
            or self.executor.functions
            or any(q[word] for word in (layout.CONT_PC, layout.ON_ERROR, layout.RESUME_PC))
            or q[layout.DATA_PC] != -1
            or q[layout.STACK_POINTER] != image.stack_base + layout.ENTRY_WORDS
        )

    def _parse_calls(self, parse: Parse) -> Parse:
        """A parser for programs with functions that take no arguments: a bracket behind their name is not theirs."""
        names = self._bracketless
        return lambda body: parse_body(body, names) if FN in body else parse(body)

    def program_renumbered(self) -> None:
        """The lines have other numbers, their statements the same places: everything stays valid."""
        if self._bare:
            return
        source = self.executor.source
        self._renumbered = True
        self.debugger.renumber(dict(zip(source.numbers, (number for number, _ in self.program), strict=True)))

    def common_names(self) -> tuple[frozenset[Key], frozenset[Key]]:
        """What COMMON names in the program."""
        types = self.variables.types
        return common_names(self.executor.source.statements, lambda name, sign: sign or types[name[0] - 65])

    def all_names(self) -> tuple[frozenset[Key], frozenset[Key]]:
        """Every scalar and array."""
        return frozenset(self.variables.slots), frozenset(self.variables.array_index)

    # ---- clearing

    def clear(self, keep_scalars: frozenset[Key] = frozenset(), keep_arrays: frozenset[Key] = frozenset()) -> None:
        """CLEAR, but for the variables named."""
        q = self.image.q
        self.variables.clear(keep_scalars, keep_arrays)
        q[layout.STACK_POINTER] = self.image.stack_base + layout.ENTRY_WORDS
        for word in (layout.ON_ERROR, layout.RESUME_PC, layout.CONT_PC):
            q[word] = 0
        q[layout.OPTION_BASE] = -1 if not keep_arrays else q[layout.OPTION_BASE]
        q[layout.DATA_PC] = q[layout.DATA_OFFSET] = -1
        self._reset_random()
        self.executor.forget_functions()
        self._renumbered = False
        self.memory.users.clear()
        self.variables.types = NO_TYPES
        self.executor.base_changed()
        if self._version == self.program.version:
            self.executor.select()

    def forget_all(self) -> None:
        """A machine as new: no program, no variables."""
        self._bare = False
        self.files.close_all()
        self.program.clear()
        self.program_changed()
        self.input.reset()
        self.input.keys.clear()
        self.clear_all()

    def clear_all(self) -> None:
        """CLEAR."""
        self.clear()

    # ---- starting

    def begin(self, line: int | None) -> int:
        """Make ready to RUN: everything cleared; the pc to start at. UNDEFINED_LINE_NUMBER."""
        self.refresh()
        self.clear_all()
        if line is None:
            return 0
        return self.line_start(line)

    def line_start(self, line: int) -> int:
        """pc of a line; UNDEFINED_LINE_NUMBER."""
        self.refresh()
        pc = self.executor.source.target(line)
        if pc < 0:
            raise BasicError(ErrorCode.UNDEFINED_LINE_NUMBER)
        return pc

    def start_run(self, line: int | None = None) -> None:
        """RUN, from the first line or from `line`."""
        self.files.close_all()
        self.input.reset()
        self.debugger.begin()
        self.image.q[layout.PC] = self.begin(line)

    def start_direct(self, body: bytes) -> None:
        """Make ready to execute a direct-mode line (its body as crunched)."""
        self._bare = False
        self._refresh_for(body)
        self.input.reset()
        self.debugger.begin()
        self.executor.leave_direct_line()
        self.image.q[layout.PC] = self.set_direct(body)

    @property
    def can_continue(self) -> bool:
        """CONT would go on somewhere in the program."""
        return 0 < self.image.q[layout.CONT_PC] <= self.executor.source.program_end

    def start_cont(self) -> None:
        """CONT, without a direct line. CANT_CONTINUE."""
        if not self.image.q[layout.CONT_PC]:
            raise BasicError(ErrorCode.CANT_CONTINUE)
        self.input.reset()
        self.debugger.begin()
        self.debugger.resume()
        self.image.q[layout.PC] = self.image.q[layout.CONT_PC] - 1

    def set_direct(self, body: bytes) -> int:
        """Put a direct-mode line behind the program; the pc of its first statement."""
        self.direct = body
        pc = self.executor.source.set_direct(body, lambda body: parse_body(body, self._bracketless))
        self.executor.grow_code()
        return pc

    # ---- answering

    def give_line(self, line: bytes) -> None:
        """The answer to a Stop INPUT, without its Enter."""
        self.input.line = line

    def give_keys(self, keys: bytes) -> None:
        """Keys for INPUT$ and INKEY$."""
        self.input.keys += keys

    def request_break(self) -> None:
        """Ctrl-C: the run stops before its next statement but some. May be called from a signal handler."""
        self._break = True

    def break_waiting(self) -> Stop:
        """Ctrl-C while waiting: CONT will repeat the statement."""
        self.input.reset()
        pc = self.image.q[layout.PC]
        return self._stopped(Stop(StopReason.BREAK), pc, pc)

    @property
    def break_is_due(self) -> bool:
        """Ctrl-C was pressed and the run has not stopped yet."""
        return self._break

    # ---- running

    def run(self, budget: int) -> Stop:
        """Execute up to `budget` statements."""
        pc = self.image.q[layout.PC]
        try:
            while budget > 0:
                if not self._bare:
                    self.refresh()
                if self._break:
                    self._break = False
                    return self._stopped(Stop(StopReason.BREAK), pc, pc)
                debugged = self.debugger.is_on
                if debugged and (stop := self.debugger.look(pc)) is not None:
                    return self._stopped(stop, pc, pc)
                single = debugged or budget <= LONGEST_CALL or bool(self.image.q[layout.TRACE])
                if single:
                    self._trace(pc)
                self.executor.use(single=single)
                calls = 1 if single else min(budget, PATIENCE) // LONGEST_CALL
                pc, executed = self._run_debugged(pc, budget) if debugged else self._run_calls(pc, calls)
                budget -= executed
        except Halt as halt:
            return halt.stop
        finally:
            self.flush()
        self.image.q[layout.PC] = pc
        return Stop(StopReason.SLICE)

    def _run_debugged(self, pc: int, budget: int) -> tuple[int, int]:
        """Execute the statement at `pc`, and those up to a breakpoint if nothing has to be looked at before."""
        debugger, executor = self.debugger, self.executor
        line = executor.source.lines[pc] if pc < executor.source.program_end else None
        if debugger.profiling and line is not None:
            executor.ready(pc)
            begun = perf_counter_ns()
            try:
                return self._run_calls(pc, 1)
            finally:
                debugger.count(line, perf_counter_ns() - begun)
        if debugger.single or self.image.q[layout.TRACE]:
            return self._run_calls(pc, 1)
        return self._run_calls(pc, min(budget, PATIENCE), {executor.ready(at) for at in debugger.break_pcs})

    def _run_calls(self, pc: int, count: int, stops: Set[Step] = frozenset()) -> tuple[int, int]:
        """Call `count` functions, fewer if one of `stops` is next; the pc that follows, the statements executed."""
        executor = self.executor
        executor.counted = 0
        table = executor.table  # the statement may choose another one: CLEAR, DEFINT
        calls = repeat(None, count)
        f: Step = executor.code[pc]
        try:
            if stops:
                for _ in calls:
                    f = f()
                    if f in stops:
                        break
            else:
                for _ in calls:
                    f = f()
            return executor.pc_of(f), count - calls.__length_hint__() + executor.counted
        except BasicError as error:
            at, before = executor.place_of(f, error, table)
            pc = self._fail(error.code, error.line, at)
        except Leap as leap:
            at, before = executor.place_of(f, leap, table)
            pc = leap.pc
        except Halt as halt:
            at, _ = executor.place_of(f, halt, table)
            raise Halt(self._stopped(halt.stop, at, halt.resume)) from None
        except (RecursionError, MemoryError) as error:
            at, before = executor.place_of(f, error, table)
            pc = self._fail(ErrorCode.OUT_OF_MEMORY, None, at)
        return pc, count - calls.__length_hint__() + executor.counted + before

    def _trace(self, pc: int) -> None:
        """TRON shows a line's number when its first statement begins."""
        source = self.executor.source
        if self.image.q[layout.TRACE] and not source.at_end(pc) and source.start_of_line(pc) == pc:
            line = self.executor.line_of(pc)
            if line is not None:
                self.screen.write(b"[%d]" % line)

    def _finish(self, pc: int) -> Step:
        """The Step behind the last statement: the program or the direct line is over."""

        def finished() -> Step:
            if pc == self.executor.source.program_end and self.image.q[layout.RESUME_PC]:
                raise BasicError(ErrorCode.NO_RESUME, self._last_line())
            raise Halt(Stop(StopReason.END), pc)

        return finished

    def _last_line(self) -> int | None:
        numbers = self.executor.source.numbers
        return numbers[-1] if numbers else None

    def _fail(self, code: int, line: int | None, pc: int) -> int:
        """An error at `pc`: where its handler is; without one, a Halt."""
        source, q = self.executor.source, self.image.q
        if line is None:
            line = self.executor.line_of(pc)
        q[layout.ERR] = code
        q[layout.ERL] = DIRECT_LINE if line is None else line
        if line is not None:
            self.current_line = line
        if q[layout.ON_ERROR] and not q[layout.RESUME_PC]:
            q[layout.RESUME_PC] = source.restart(pc) + 1
            return q[layout.ON_ERROR] - 1
        q[layout.RESUME_PC] = 0
        stop = Stop(StopReason.ERROR, line, code)
        raise Halt(self._stopped(stop, pc, pc if source.at_end(pc) else source.restart(pc)))

    def _stopped(self, stop: Stop, pc: int, resume: int | None) -> Stop:
        """Note where a run stands that stops at `pc`, and where CONT goes on; the Stop with its line."""
        if self._renumbered and not self.executor.source.is_direct(pc):
            self.refresh()
        source, q = self.executor.source, self.image.q
        q[layout.PC] = pc
        if stop.reason in (StopReason.INPUT, StopReason.KEY):
            self.debugger.waits()
            return stop
        in_program = self._version == self.program.version and pc < source.program_end
        if pc <= source.program_end:
            q[layout.CONT_PC] = 0 if resume is None else resume + 1
            self.debugger.stopped(shown=resume == pc, ended=stop.reason is StopReason.END)
        place = place_at(source, pc) if in_program else None
        if stop.reason is not StopReason.ERROR:
            stop = replace(stop, line=place and place.line)
        return replace(stop, statement=place.statement if place and place.line == stop.line else None)

    def close_files(self) -> None:
        """Put everything on the disk, as SYSTEM does. Raises BasicError (Disk full …) with the files closed."""
        self.files.close_all()

    # ---- the whole state

    def snapshot(self, *, at_rest: bool = False) -> bytes:
        """The whole state as bytes, at any Stop: restores in another process, Python or host.

        `at_rest`: nothing runs or waits for input; a program just changed is then not parsed for it.
        """
        from mbasic.machine.snapshot import take

        return take(self, at_rest=at_rest)

    def checkpoint(self) -> bytes:
        """The whole state for this very engine: the image as it is. Fast; between two slices."""
        from mbasic.machine.checkpoint import take

        return take(self)

    def go_back(self, data: bytes) -> None:
        """Take over a checkpoint. Raises SnapshotError, changing nothing, when it is of another engine."""
        from mbasic.machine.checkpoint import put

        put(self, data)

    def restore(self, data: bytes) -> None:
        """Take over a snapshot. Raises SnapshotError, changing nothing, when it is not one of ours."""
        from mbasic.machine.snapshot import put

        put(self, data)


def _is_command(body: bytes) -> bool:
    """Whether a direct line is one statement that looks at the program's text and at none of its statements."""
    return body.lstrip(b" \t\n")[:1] in _COMMANDS and b":" not in body and FN not in body

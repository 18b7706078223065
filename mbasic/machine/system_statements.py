"""Statements that declare, change the course of the program or set the machine: DIM, ON ERROR, RESUME, WIDTH …"""

from typing import TYPE_CHECKING

from mbasic.errors import BasicError, ErrorCode
from mbasic.machine.stop import Halt, Leap, Stop, StopReason
from mbasic.runtime import layout
from mbasic.runtime.input_items import convert
from mbasic.runtime.library import strings
from mbasic.runtime.printing import set_nulls, set_width
from mbasic.values import rnd, single
from mbasic.values.kinds import Kind

Value = int | float | bytes

if TYPE_CHECKING:
    from mbasic.machine.machine import Machine

_LOWEST_TOP = 0x5000
"""Addresses below belong to the interpreter in the original: CLEAR ,5 is Out of memory (direct/new/clear_forms)."""


class SystemStatements:
    """Statements that change the course of the program or the machine's settings."""

    __slots__ = ("machine",)

    def __init__(self, machine: "Machine") -> None:
        self.machine = machine

    # ---- declarations

    def dim(self, index: int, *highest: int) -> None:
        """DIM; a negative subscript is an ILLEGAL_FUNCTION_CALL."""
        for top in highest:
            if not -32768 <= top <= 32767:
                raise BasicError(ErrorCode.OVERFLOW)
            if top < 0:
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        self.machine.variables.dimension(index, highest)

    def option_base(self, base: int) -> None:
        """OPTION BASE 0 or 1 (-1: another digit): once, before any array (lang/variables/option_base_errors)."""
        q = self.machine.image.q
        if q[layout.OPTION_BASE] >= 0:
            raise BasicError(ErrorCode.DUPLICATE_DEFINITION)
        if base < 0:
            raise BasicError(ErrorCode.SYNTAX_ERROR)
        q[layout.OPTION_BASE] = base
        self.machine.executor.base_changed()

    def def_type(self, after: int, kind: str, letters: tuple[tuple[str, str], ...]) -> int:
        """DEFINT and the like: from now on the letters' names are other variables."""
        variables = self.machine.variables
        before = variables.types
        variables.set_types(kind, letters)
        if variables.types != before:
            self.machine.executor.select()
            raise Leap(after)
        return after

    def def_fn(self, key: str, pc: int) -> None:
        """DEF FN."""
        self.machine.executor.define(key, pc)

    def clear(self, after: int, top: int | None, *limits: int | float) -> int:
        """CLEAR; its limits mean nothing here, but for a top that would leave no memory (direct/new/clear_forms)."""
        if top is not None and strings.address(limits[top]) < _LOWEST_TOP:
            raise BasicError(ErrorCode.OUT_OF_MEMORY)
        self.machine.files.close_all()
        self.machine.clear_all()
        raise Leap(after)

    # ---- flow

    def end(self, after: int) -> None:
        """END: closes files; CONT goes on behind it."""
        self.machine.files.close_all()
        raise Halt(Stop(StopReason.END), after)

    def stop(self, after: int) -> None:
        """STOP."""
        raise Halt(Stop(StopReason.STOP), after)

    def system(self) -> None:
        """SYSTEM."""
        self.machine.files.close_all()
        raise Halt(Stop(StopReason.SYSTEM))

    def trace(self, on: int, after: int) -> None:
        """TRON, TROFF."""
        self.machine.image.q[layout.TRACE] = on
        raise Leap(after)

    def wait(self, pc: int, port: int, mask: int, invert: int | None) -> None:
        """WAIT: looks again and again, so that it can be broken."""
        if not self.machine.memory.ready(port, mask, invert):
            raise Leap(pc)

    def error(self, code: int) -> None:
        """ERROR code."""
        if not 1 <= code <= 255:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        raise BasicError(code)

    def on_error(self, target: int, line: int) -> None:
        """ON ERROR GOTO; 0 turns it off and, in a handler, reports the error that is being handled."""
        q = self.machine.image.q
        if line:
            if target < 0:
                raise BasicError(ErrorCode.UNDEFINED_LINE_NUMBER)
            q[layout.ON_ERROR] = target + 1
            return
        q[layout.ON_ERROR] = 0
        if q[layout.RESUME_PC]:
            raise BasicError(q[layout.ERR], q[layout.ERL])

    def _leave_handler(self) -> int:
        q = self.machine.image.q
        pc = q[layout.RESUME_PC]
        if not pc:
            raise BasicError(ErrorCode.RESUME_WITHOUT_ERROR)
        q[layout.RESUME_PC] = q[layout.ERR] = 0
        return pc - 1

    def resume(self) -> int:
        """RESUME."""
        return self._leave_handler()

    def resume_next(self) -> int:
        """RESUME NEXT."""
        return self.machine.executor.source.resume_next(self._leave_handler())

    def resume_line(self, target: int) -> int:
        """RESUME line."""
        self._leave_handler()
        if target < 0:
            raise BasicError(ErrorCode.UNDEFINED_LINE_NUMBER)
        return target

    # ---- settings

    def null(self, count: int) -> None:
        """NULL."""
        set_nulls(self.machine.image, count)

    def width(self, printer: int, columns: int) -> None:
        """WIDTH [LPRINT]."""
        set_width(self.machine.image, columns, layout.PRINTER_WIDTH if printer else layout.WIDTH)

    # ---- functions of the machine's state

    def err(self) -> int:
        """ERR."""
        return self.machine.image.q[layout.ERR]

    def erl(self) -> float:
        """ERL, which 16 bits with a sign cannot hold."""
        return float(self.machine.image.q[layout.ERL])

    def pos(self, _value: Value) -> int:
        """POS."""
        return self.machine.screen.position()

    def lpos(self, _value: Value) -> int:
        """LPOS."""
        return self.machine.printer.position()

    def val(self, text: bytes) -> int:
        """VAL."""
        return strings.number(text, self.machine.warn)

    def convert(self, value: int | float, kind: str, wanted: str) -> Value:
        """A number of one kind as another: a function's argument."""
        return convert(Kind(kind), value, Kind(wanted), self.machine.warn)

    # ---- random numbers, memory

    def rnd(self, x: float = 1.0) -> float:
        """RND(x)."""
        q = self.machine.image.q
        seed, counters = rnd.advance(q[layout.RANDOM_SEED], q[layout.RANDOM_COUNTERS], x)
        q[layout.RANDOM_SEED], q[layout.RANDOM_COUNTERS] = seed, counters
        return single.from_bits(seed)

    def randomize(self, n: int) -> None:
        """RANDOMIZE n."""
        q = self.machine.image.q
        state = rnd.randomize(q[layout.RANDOM_SEED], q[layout.RANDOM_COUNTERS], n)
        q[layout.RANDOM_SEED], q[layout.RANDOM_COUNTERS] = state

    def ask_seed(self) -> None:
        """RANDOMIZE."""
        self.randomize(self.machine.input.ask_seed())

    def peek_direct(self, where: int | float) -> int:
        """PEEK at the prompt: not while a protected program is there; its own PEEKs are no concern."""
        self.machine.program.check_not_protected()
        return self.machine.memory.peek(where)

    def poke_direct(self, where: int | float, value: int) -> None:
        """POKE at the prompt: not while a protected program is there."""
        self.machine.program.check_not_protected()
        self.machine.memory.poke(where, value)

    def free(self, value: Value) -> float:
        """FRE: bytes that are free; of a string, after the heap was compacted."""
        image = self.machine.image
        if isinstance(value, bytes):
            image.compact()
        used = len(image.memory) - image.heap_size + image.q[layout.HEAP_TOP]
        return single.from_int(image.limit - used)

    def address_of_element(self, index: int, *subscripts: int) -> int:
        """VARPTR of an array element."""
        place = self.machine.executor.make_element(index, *subscripts)
        return self.machine.memory.address_of_element(index, place)

    def address_of_buffer(self, number: int) -> int:
        """VARPTR(#file): an address, if the file is open."""
        self.machine.files.loc(number)
        return -4096 + 256 * number

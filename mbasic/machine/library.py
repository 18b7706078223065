"""The names under which generated text finds the library: F_ functions, H_ statements, the papers it prints on."""

from typing import TYPE_CHECKING

from mbasic.errors import BasicError, ErrorCode
from mbasic.machine.stop import Halt, Leap, Stop, StopReason
from mbasic.runtime import layout
from mbasic.runtime.input_items import DataItem, convert, read_data
from mbasic.runtime.library import strings
from mbasic.runtime.library.using import Using
from mbasic.runtime.open_files import OpenFiles
from mbasic.runtime.printing import Paper, set_nulls, set_width, write_number, write_string
from mbasic.values import double, functions, rnd, single
from mbasic.values.kinds import Kind
from mbasic.values.number_text import format_double, format_integer, format_single

if TYPE_CHECKING:
    from mbasic.machine.machine import Machine

Value = int | float | bytes


def library_names(machine: "Machine") -> dict[str, object]:
    """Everything the text of compiler.exact may name, bound to a machine."""
    system, files, data = System(machine), FileStatements(machine), DataStatements(machine)
    return {
        **_FUNCTIONS,
        **_statements(machine, system, files, data),
        "F_VAL": lambda text: strings.number(text, machine.warn),
        "F_INPUT_S": machine.input.chars,
        "F_INKEY_S": machine.input.inkey,
        "F_INPUT_S_D": lambda count, number: machine.files.read_chars(number, strings.check_byte(count)),
        "F_PEEK": machine.memory.peek,
        "F_INP": machine.memory.inp,
        "F_USR": machine.memory.user,
        "F_VARPTR": machine.memory.address_of_scalar,
        "F_VARPTR_A": system.address_of_element,
        "F_VARPTR_D": system.address_of_buffer,
        "F_RND": system.rnd,
        "F_ERR": lambda: machine.image.q[layout.ERR],
        "F_ERL": lambda: float(machine.image.q[layout.ERL]),
        "F_FRE": system.free,
        "F_POS": lambda _value: machine.screen.position(),
        "F_LPOS": lambda _value: machine.printer.position(),
        "F_EOF": machine.files.eof,
        "F_LOC": lambda number: float(machine.files.loc(number)),
        "F_LOF": lambda number: float(machine.files.lof(number)),
        "screen": machine.screen,
        "printer": machine.printer,
        "file_output": machine.files.output,
        "convert": lambda value, kind, wanted: convert(Kind(kind), value, Kind(wanted), machine.warn),
        "Using": Using,
        "too_long": strings.too_long,
        "write_number": write_number,
        "write_string": write_string,
        "format_integer": format_integer,
        "format_single": format_single,
        "format_double": format_double,
    }


_FUNCTIONS: dict[str, object] = {
    "F_LEFT_S": strings.left,
    "F_RIGHT_S": strings.right,
    "F_MID_S": strings.mid,
    "F_CHR_S": strings.character,
    "F_ASC": strings.code,
    "F_SPACE_S": strings.spaces,
    "F_STRING_S": strings.repeat,
    "F_STRING_S_S": strings.repeat_text,
    "F_INSTR": strings.find,
    "F_HEX_S": lambda value: strings.hexadecimal(strings.address(value)),
    "F_OCT_S": lambda value: strings.octal(strings.address(value)),
    "F_STR_S_I": strings.text_of_integer,
    "F_STR_S_F": strings.text_of_single,
    "F_STR_S_D": strings.text_of_double,
    "F_MKI_S": strings.make_integer,
    "F_MKS_S": strings.make_single,
    "F_MKD_S": strings.make_double,
    "F_CVI": strings.to_integer,
    "F_CVS": strings.to_single,
    "F_CVD": strings.to_double,
    "F_INT_D": double.floor,
    "F_FIX_F": single.fix,
    "F_FIX_D": double.fix,
    "F_ABS_D": double.abs_,
    "F_SGN_D": double.sign,
    "F_SIN": functions.sin,
    "F_COS": functions.cos,
    "F_TAN": functions.tan,
    "F_ATN": functions.atn,
    "F_EXP": functions.exp,
    "F_LOG": functions.log,
    "F_SQR": functions.sqr,
    "F_POWER": functions.power,
}


def _statements(
    machine: "Machine", system: "System", files: "FileStatements", data: "DataStatements"
) -> dict[str, object]:
    commands, console, variables = machine.commands, machine.input, machine.variables
    table: dict[str, object] = {
        "ask_items": console.ask_items,
        "ask_line": console.ask_line,
        "show_prompt": console.show_prompt,
        "input_item": console.item,
        "input_line": console.text,
        "begin_keys": console.begin_keys,
        "require": variables.require,
        "touch": variables.used.add,
        "erase": variables.erase,
        "poke": machine.memory.poke,
        "out": machine.memory.out,
        "def_usr": machine.memory.define_user,
        "call": lambda _address: None,
    }
    for owner, names in (
        (system, "dim option_base def_type def_fn end stop system trace null width wait error on_error resume "
                 "resume_next resume_line clear randomize ask_seed"),
        (files, "open close get put field field_part lset rset mid_let kill rename files reset input_from file_item "
                "file_line"),
        (data, "read_item read_done restore"),
        (commands, "list edit auto delete renum new save merge load run run_file chain cont"),
    ):  # fmt: skip
        table.update({name: getattr(owner, name) for name in names.split()})
    return {"H_" + name: function for name, function in table.items()}


class System:
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
        """OPTION BASE 0 or 1 (-1 is any other digit): once, and before any array (tests/transcripts/lang/variables/option_base_*)."""
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


_LOWEST_TOP = 0x5000
"""Addresses below belong to the interpreter in the original: CLEAR ,5 is Out of memory (direct/new/clear_forms)."""


class FileStatements:
    """Files, and strings that live in their buffers."""

    __slots__ = ("_field", "_number", "machine")

    def __init__(self, machine: "Machine") -> None:
        self.machine = machine
        self._field = (0, 0)
        """File and offset of FIELD's next part; only within one statement."""
        self._number = 0
        """The file that INPUT# reads; only within one statement."""

    @property
    def _files(self) -> OpenFiles:
        return self.machine.files

    def open(self, mode: bytes, number: int, name: bytes, length: int | None) -> None:
        """OPEN mode, number, name[, length]."""
        self._files.open(mode, number, name, length)

    def close(self, *numbers: int) -> None:
        """CLOSE."""
        for number in numbers:
            self._files.close(number)
        if not numbers:
            self._files.close_all()

    def reset(self) -> None:
        """RESET."""
        self._files.close_all()

    def get(self, number: int, record: int | None) -> None:
        """GET."""
        self._files.get(number, record)

    def put(self, number: int, record: int | None) -> None:
        """PUT."""
        self._files.put(number, record)

    def kill(self, name: bytes) -> None:
        """KILL."""
        self._files.kill(name)

    def rename(self, old: bytes, new: bytes) -> None:
        """NAME old AS new."""
        self._files.rename(old, new)

    def files(self, pattern: bytes | None) -> None:
        """FILES."""
        self._files.list_names(self.machine.screen, pattern)

    # ---- fields

    def field(self, number: int) -> None:
        """FIELD #number: its parts follow."""
        self._files.check_field(number)
        self._field = (number, 0)

    def field_part(self, width: int, word: int) -> None:
        """`width` AS the string variable at `word`."""
        number, offset = self._field
        strings.check_byte(width)
        self._files.place_field(number, offset, width)
        place = layout.FIELD_BASE + (number << 16) + offset
        self.machine.image.u[word] = place << 8 | width
        self._field = (number, offset + width)

    def _set(self, word: int, text: bytes) -> None:
        """Replace a string by one of the same length: in the file's buffer, if it stands there."""
        image = self.machine.image
        place = (image.u[word] >> 8) - layout.FIELD_BASE
        if place >= 0:
            self._files.write_field(place >> 16, place & 0xFFFF, text)
        else:
            image.u[word] = image.keep(text)

    def _text(self, word: int) -> bytes:
        return self.machine.image.strings[self.machine.image.u[word]]

    def lset(self, word: int, value: bytes) -> None:
        """LSET."""
        self._set(word, strings.justify(value, len(self._text(word)), False))

    def rset(self, word: int, value: bytes) -> None:
        """RSET."""
        self._set(word, strings.justify(value, len(self._text(word)), True))

    def mid_let(self, word: int, start: int, length: int | None, value: bytes) -> None:
        """MID$(variable, start[, length]) = value."""
        self._set(word, strings.replace(self._text(word), start, 255 if length is None else length, value))

    # ---- input

    def input_from(self, number: int) -> None:
        """INPUT #number and LINE INPUT #number: the items follow."""
        self._number = number

    def file_item(self, kind: str) -> Value:
        """The next item of the file."""
        return self._files.read_item(self._number, Kind(kind), self.machine.warn)

    def file_line(self, _kind: str = "$") -> bytes:
        """The next line of the file."""
        return self._files.read_line(self._number)


class DataStatements:
    """READ and RESTORE: the pointer is in the image, the DATA in the program text."""

    __slots__ = ("_bad", "_items", "_offset", "_pc", "_source", "machine")

    def __init__(self, machine: "Machine") -> None:
        self.machine = machine
        self._bad = False
        self._items: dict[tuple[int, int, str], tuple[int, DataItem]] = {}
        """What was read before, by where READ stood and the kind it wanted; of the program `_source`."""
        self._source = machine.executor.source
        self._pc = self._offset = -1
        """Where the next item is; only within one statement, at whose end the image learns of it."""

    def restore(self, pc: int) -> None:
        """RESTORE [line]."""
        q = self.machine.image.q
        q[layout.DATA_PC], q[layout.DATA_OFFSET] = pc, -1

    def read_item(self, kind: str, first: int) -> Value:
        """The next item as a value of this kind; `first` in its READ. OUT_OF_DATA."""
        if first:
            q = self.machine.image.q
            self._pc, self._offset = q[layout.DATA_PC], q[layout.DATA_OFFSET]
        key = (self._pc, self._offset, kind)
        found = self._items.get(key)
        if found is None or self._source is not self.machine.executor.source:
            found = self._read(kind, key)
        self._pc, item = found
        self._bad = not item.valid
        self._offset = item.next
        return item.value

    def _read(self, kind: str, key: tuple[int, int, str]) -> tuple[int, DataItem]:
        """Find and read an item; one that is good is remembered."""
        if self._source is not self.machine.executor.source:
            self._source = self.machine.executor.source
            self._items.clear()
        self._pc, text, offset = self._locate(self._pc, self._offset)
        silent = True

        def warn(code: int) -> None:
            nonlocal silent
            silent = False
            self.machine.warn(code)

        item = read_data(text, offset, Kind(kind), warn)
        if silent:
            self._items[key] = self._pc, item
        return self._pc, item

    def read_done(self, last: int) -> None:
        """The item is in its variable; `last` of its READ: the pointer moves.

        An item that was no number is a SYNTAX_ERROR in the DATA's line (tests/transcripts/lang/data).
        """
        if self._bad:
            raise BasicError(ErrorCode.SYNTAX_ERROR, self.machine.executor.line_of(self._pc))
        if last:
            q = self.machine.image.q
            q[layout.DATA_PC], q[layout.DATA_OFFSET] = self._pc, self._offset

    def _locate(self, at: int, offset: int) -> tuple[int, bytes, int]:
        """(pc of the DATA statement, its text, offset of the next item)."""
        source = self.machine.executor.source
        for pc in source.data_from(at):
            node = source.statements[pc].node
            text: bytes = node.data  # type: ignore[union-attr]
            if pc != at or offset < 0:
                return pc, text, 0
            if offset <= len(text):
                return pc, text, offset
        raise BasicError(ErrorCode.OUT_OF_DATA)

"""Statements that look at, change, load or leave the program: LIST, DELETE, RENUM, LOAD, SAVE, MERGE, CHAIN, RUN, NEW.

They may stand in a program, which they mostly end (tests/transcripts/lang/chain, tests/transcripts/direct).
"""

from typing import Protocol

from mbasic.errors import BasicError, ErrorCode
from mbasic.language import nodes
from mbasic.language.lister import Spelling, list_line
from mbasic.language.program import Program
from mbasic.machine.debugger import Debugger
from mbasic.machine.stop import Halt, Leap, Stop, StopReason
from mbasic.runtime import layout
from mbasic.runtime.file_names import parse_name
from mbasic.runtime.library.strings import address
from mbasic.runtime.open_files import OpenFiles
from mbasic.runtime.ports import Disk
from mbasic.runtime.printing import Paper

LAST_LINE = 65529
_TOKENIZED = (b"\xff", b"\xfe")

Key = tuple[bytes, str]


class Owner(Protocol):
    """What these statements need of the machine."""

    program: Program
    screen: Paper
    printer: Paper
    files: OpenFiles
    disk: Disk
    debugger: Debugger
    current_line: int
    unread: bytes

    def warn(self, code: int) -> None: ...
    def program_changed(self) -> None: ...
    def program_renumbered(self) -> None: ...
    def clear(self, keep_scalars: frozenset[Key], keep_arrays: frozenset[Key]) -> None: ...
    def clear_all(self) -> None: ...
    def begin(self, line: int | None) -> int: ...
    def line_start(self, line: int) -> int: ...
    def register(self, word: int) -> int: ...
    def set_register(self, word: int, value: int) -> None: ...
    def common_names(self) -> tuple[frozenset[Key], frozenset[Key]]: ...
    def all_names(self) -> tuple[frozenset[Key], frozenset[Key]]: ...


class ProgramCommands:
    """The statements, on their machine. Each ends in a Halt, a Leap or an error, unless it says otherwise."""

    __slots__ = ("machine", "spelling")

    def __init__(self, machine: Owner) -> None:
        self.machine = machine
        self.spelling = Spelling.UPPER
        """How LIST and LLIST spell words."""

    def _line(self, number: int | None) -> int | None:
        return self.machine.current_line if number == -1 else number

    # ---- looking

    def list(self, printer: int, first: int | None, last: int | None, dash: int) -> None:
        """LIST, LLIST; `.` moves to the last line listed."""
        machine = self.machine
        machine.program.check_not_protected()
        first, last = self._line(first), self._line(last)
        if not dash:
            last = first
        paper = machine.printer if printer else machine.screen
        low = 0 if first is None else first
        for number, body in machine.program.lines(low, LAST_LINE if last is None else last):
            paper.write(list_line(number, body, self.spelling))
            paper.newline()
            machine.current_line = number
        raise Halt(Stop(StopReason.END))

    def edit(self, number: int | None) -> None:
        """EDIT line: the session does it."""
        self.machine.program.check_not_protected()
        line = self._line(number)
        if line is None or line not in self.machine.program:
            raise BasicError(ErrorCode.UNDEFINED_LINE_NUMBER)
        raise Halt(Stop(StopReason.EDIT, number=line))

    def auto(self, number: int | None, increment: int | None, comma: int) -> None:
        """AUTO: the session does it."""
        if increment == 0:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        raise Halt(Stop(StopReason.AUTO, number=self._line(number), increment=increment, comma=bool(comma)))

    # ---- changing

    def delete(self, first: int | None, last: int | None, dash: int) -> None:
        """DELETE: the last line must be there."""
        machine = self.machine
        first, last = self._line(first), self._line(last)
        if not dash:
            last = first
        if last is None:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        machine.program.remove_range(0 if first is None else first, last)
        machine.program_changed()
        machine.clear_all()
        raise Halt(Stop(StopReason.END))

    def renum(self, new: int | None, old: int | None, increment: int | None) -> None:
        """RENUM: undefined lines are reported, all else goes on as it was."""
        machine = self.machine
        given = (10 if new is None else self._line(new), self._line(old), 10 if increment is None else increment)
        first, start, step = given
        undefined = machine.program.renumber(first or 0, start or 0, step)
        for line, where in undefined:
            machine.screen.write(b"Undefined line %d in %d" % (line, where))
            machine.screen.newline()
        machine.program_renumbered()
        raise Halt(Stop(StopReason.END))

    def new(self) -> None:
        """NEW: no program, no variables, no trace."""
        machine = self.machine
        machine.files.close_all()
        machine.program.clear()
        machine.set_register(layout.TRACE, 0)
        machine.debugger.clear_breakpoints()
        machine.program_changed()
        machine.clear_all()
        raise Halt(Stop(StopReason.END))

    # ---- files

    def save(self, name: bytes, form: str) -> None:
        """SAVE: goes on in tokenised form; ,A ends a program.

        A form that does not exist is found when the file is there (direct/files/names_bad); ours never empties one.
        """
        machine = self.machine
        program = machine.program
        if form == "?":
            at = parse_name(name, b"BAS")
            if not machine.disk.exists(at):
                machine.disk.write(at, b"")
            raise BasicError(ErrorCode.SYNTAX_ERROR)
        save = {"": program.save_tokenized, "A": program.save_ascii, "P": program.save_protected}[form]
        data = save()
        machine.disk.write(parse_name(name, b"BAS"), data)
        if form == "A":
            raise Halt(Stop(StopReason.END))

    def merge(self, name: bytes) -> None:
        """MERGE: a text file typed over the program."""
        machine = self.machine
        data = machine.disk.read(parse_name(name, b"BAS"))
        machine.program.check_not_protected()
        if data[:1] in _TOKENIZED:
            raise BasicError(ErrorCode.BAD_FILE_MODE)
        machine.files.close_all()
        self._read_program(data, merge=True)
        machine.clear_all()
        raise Halt(Stop(StopReason.END))

    def load(self, name: bytes, run: int) -> None:
        """LOAD name[,R]: ,R runs it and leaves the files open if it is tokenised."""
        data = self.machine.disk.read(parse_name(name, b"BAS"))
        if not run or data[:1] not in _TOKENIZED:
            self.machine.files.close_all()
        self.replace(data)
        if run:
            self._start()
        if data[:1] not in _TOKENIZED:
            self.machine.set_register(layout.COLUMN, 0)  # Ok follows at the cursor (direct/files/in_program)
        raise Halt(Stop(StopReason.END))

    def replace(self, data: bytes) -> None:
        """Forget the program and all variables, then read another one."""
        self.machine.program.clear()
        self.machine.program_changed()
        self.machine.clear_all()
        self._read_program(data, merge=False)

    def _read_program(self, data: bytes, *, merge: bool) -> None:
        machine = self.machine
        try:
            machine.unread = (machine.program.merge if merge else machine.program.load_bytes)(data, machine.warn)
        except BasicError as error:
            machine.program_changed()
            machine.clear_all()
            raise Halt(Stop(StopReason.ERROR, error.line, error.code)) from None
        machine.program_changed()

    def run(self, line: int) -> None:
        """RUN, RUN line (-1: from the first)."""
        self.machine.files.close_all()
        raise Leap(self.machine.begin(None if line < 0 else line))

    def run_file(self, name: bytes, keep_files: int) -> None:
        """RUN name[,R]."""
        data = self.machine.disk.read(parse_name(name, b"BAS"))
        if not keep_files or data[:1] not in _TOKENIZED:
            self.machine.files.close_all()
        self.replace(data)
        self._start()

    def _start(self) -> None:
        """Run what was loaded; an unfinished last line of it is lost."""
        self.machine.unread = b""
        raise Leap(self.machine.begin(None))

    def chain(
        self,
        name: bytes,
        merge: int,
        line: float | None,
        keep_all: int,
        delete: int,
        first: int | None,
        last: int | None,
    ) -> None:
        """CHAIN: another program with the COMMON variables, or ALL of them.

        A file that cannot be read changes nothing; a line that is not there is an error without a line, not trapped.
        """
        machine = self.machine
        target = None if line is None else address(line)
        data = machine.disk.read(parse_name(name, b"BAS"))
        if merge and data[:1] in _TOKENIZED:
            raise BasicError(ErrorCode.BAD_FILE_MODE)
        if delete:
            machine.program.remove_range(self._line(first) or 0, LAST_LINE if last is None else self._line(last) or 0)
        scalars, arrays = machine.all_names() if keep_all else machine.common_names()
        if data[:1] not in _TOKENIZED:
            machine.files.close_all()
        machine.clear(scalars, arrays)
        if not merge:
            machine.program.clear()
        self._read_chained(data, bool(merge))
        if target is None:
            raise Leap(0)
        index = machine.program.index_of(target)
        if index is None:
            raise Halt(Stop(StopReason.ERROR, None, ErrorCode.UNDEFINED_LINE_NUMBER))
        raise Leap(machine.line_start(target))

    def _read_chained(self, data: bytes, merge: bool) -> None:
        machine = self.machine
        try:
            (machine.program.merge if merge else machine.program.load_bytes)(data, machine.warn)
        except BasicError as error:
            machine.program_changed()
            raise Halt(Stop(StopReason.ERROR, error.line, error.code)) from None
        machine.program_changed()

    def cont(self) -> None:
        """CONT."""
        at = self.machine.register(layout.CONT_PC)
        if not at:
            raise BasicError(ErrorCode.CANT_CONTINUE)
        self.machine.debugger.resume()
        raise Leap(at - 1)


def common_names(statements: list[nodes.Statement], kind_of: "KindOf") -> tuple[frozenset[Key], frozenset[Key]]:
    """The scalars and arrays that the COMMON statements of a program name, wherever they stand."""
    scalars: set[Key] = set()
    arrays: set[Key] = set()
    for statement in statements:
        if isinstance(statement.node, nodes.Common):
            for target in statement.node.names:
                names = arrays if isinstance(target, nodes.Element) else scalars
                names.add((target.name, kind_of(target.name, target.sign)))
    return frozenset(scalars), frozenset(arrays)


class KindOf(Protocol):
    """Gives a name's type sign."""

    def __call__(self, name: bytes, sign: str) -> str: ...

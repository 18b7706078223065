"""Binds the texts of compiler.exact to an image: the functions by pc, and the names they use.

The names that change with the image (views, arrays, sizes) are kept true here; the library comes from outside.
"""

from collections.abc import Callable
from functools import partial
from typing import cast

from mbasic.compiler.exact import MOST_STATEMENTS, block, code_of, function_text
from mbasic.compiler.lowering import Lowering
from mbasic.compiler.source_map import SourceMap
from mbasic.errors import BasicError, ErrorCode
from mbasic.language.nodes import For, Variable
from mbasic.runtime import layout
from mbasic.runtime.image import Image
from mbasic.runtime.variables import DEFAULT_SIZE, ELEMENT_BYTES, Array, Variables
from mbasic.values import double, single
from mbasic.values.warn import Warn

Step = Callable[[], "Step"]
"""Executes one statement and returns the next."""

Value = int | float | bytes
UserFunction = Callable[..., Value]
"""A DEF FN: takes its arguments in the kinds it wants."""

_EMPTY = memoryview(b"")


class Table:
    """Functions by pc, and where the lines of their texts are: (pc, statements begun) by line, and turn of the loop."""

    __slots__ = ("code", "places")

    def __init__(self) -> None:
        self.code: list[Step] = []
        self.places: dict[Step, tuple[list[tuple[int, int]], int]] = {}


class Executor:
    """Generates the functions of one program as they are reached. `code` has a Step for every pc."""

    __slots__ = (
        "_blocks",
        "_callable",
        "_finished",
        "_ones",
        "_shapes",
        "_singles",
        "_table",
        "_user_functions",
        "_variants",
        "code",
        "functions",
        "image",
        "names",
        "source",
        "variables",
    )

    def __init__(self, image: Image, variables: Variables, warn: Warn, finished: Callable[[int], Step]) -> None:
        self.image = image
        self.variables = variables
        self.functions: dict[str, int] = {}
        """DEF FN by name and type sign: pc of the definition."""
        self.code: list[Step] = []
        self._blocks = self._singles = self._table = Table()
        self._ones: dict[int, Step] = {}
        self._callable: dict[str, tuple[str, UserFunction]] = {}
        """DEF FNs that have been called: the kinds they want, and the function."""
        self._finished = finished
        """Called in place of a statement behind the last one, with its pc."""
        self._shapes: dict[int, set[int]] = {}
        self._user_functions: dict[tuple[str, int], tuple[str, UserFunction]] = {}
        self._variants: dict[str, tuple[Table, Table]] = {}
        self.source = SourceMap((), lambda _body: ())
        self.names: dict[str, object] = {
            "warn": warn,
            "BasicError": BasicError,
            "SP": layout.STACK_POINTER,
            "keep": image.keep,
            "C": image.strings,
            "n": 0,
        }
        self.names.update(_arithmetic())
        self.names.update(
            element=self.element, make_element=self.make_element, first_word=self.first_word,
            grow_stack=self.grow_stack, reopen=self.reopen, find_loop=self.find_loop, find_gosub=self.find_gosub,
            find_while=self.find_while, skip_loops=self.skip_loops, bad_selector=_bad_selector, choose=_choose,
            line_of=self.line_of, one=self.one, call_function=self.call_function,
        )  # fmt: skip
        variables.changed = self._array_changed
        image.moved = self._image_moved
        self._bind_views()

    # ---- programs

    def set_source(self, source: SourceMap) -> None:
        """Another program: nothing generated is valid any more."""
        self.source = source
        self.forget()

    def forget(self) -> None:
        """Generate all anew (the program has changed)."""
        self._variants.clear()
        self._user_functions.clear()
        self.forget_functions()
        self.select()

    def select(self) -> None:
        """Take the code that belongs to the present DEFINT table."""
        self._callable.clear()
        self._ones.clear()
        types = self.variables.types
        table = self._variants.get(types)
        if table is None:
            table = self._variants[types] = Table(), Table()
        self._blocks, self._singles = table
        self.use(single=False)
        self.grow_code()

    def use(self, *, single: bool) -> None:
        """Execute one statement a call, or as many as a function has."""
        table = self._singles if single else self._blocks
        self._table = table
        self.code = table.code
        self.names["c"] = table.code

    @property
    def counted(self) -> int:
        """Statements executed beyond the calls, since it was set to 0."""
        return cast(int, self.names["n"])

    @counted.setter
    def counted(self, value: int) -> None:
        self.names["n"] = value

    def grow_code(self) -> None:
        """A Step for every statement; those of the direct line are always new."""
        for table in (self._blocks, self._singles):
            self._grow(table)

    def _grow(self, table: "Table") -> None:
        code = table.code
        start = min(self.source.program_end, len(code))
        end = len(self.source.statements)
        for step in code[start:]:
            table.places.pop(step, None)
        del code[start:]
        code.extend(partial(self._generate, pc) for pc in range(start, end))
        code[self.source.program_end] = self._finished(self.source.program_end)
        code.append(self._finished(end))
        for pc in (self.source.program_end, end):
            table.places[code[pc]] = [(pc, 1)], 0

    def pc_of(self, step: Step) -> int:
        """The pc that a Step begins at."""
        if isinstance(step, partial):
            return int(step.args[0])
        return self._table.places[step][0][0][0]

    @property
    def table(self) -> Table:
        """The functions in use."""
        return self._table

    @staticmethod
    def place_of(step: Step, error: BaseException, table: Table) -> tuple[int, int]:
        """(pc, statements executed before it in this call) of the statement in which a Step of `table` failed."""
        trace = error.__traceback__
        trace = trace and trace.tb_next
        if trace is not None and isinstance(step, partial):
            step = table.code[int(step.args[0])]
            trace = trace.tb_next
            if isinstance(step, partial):
                return int(step.args[0]), 0
        lines, loop = table.places[step]
        if trace is None or len(lines) == 1:
            return lines[0][0], 0
        pc, count = lines[trace.tb_lineno]
        turns: int = trace.tb_frame.f_locals.get("k", 0) if loop else 0
        return pc, turns * loop + count - 1

    def ready(self, pc: int) -> Step:
        """The function at `pc`, generated now if it was not before."""
        step = self.code[pc]
        return self.generate(pc) if isinstance(step, partial) else step

    def _generate(self, pc: int) -> Step:
        return self.generate(pc)()

    def generate(self, pc: int) -> Step:
        """Compile the function that begins at `pc`."""
        table = self._table
        lower = Lowering(self.source, self.variables).lower
        ends = (self.source.program_end, len(self.source.statements))
        most = 1 if table is self._singles else MOST_STATEMENTS
        made = block(pc, ends, lower, self._need_shape, most)
        step = cast(Step, self._define(made.text, "s"))
        table.code[pc] = step
        table.places[step] = made.lines, made.loop
        return step

    def one(self, pc: int) -> Step:
        """Execute the one statement at `pc`; a function that cannot begin as it hoped to calls this."""
        step = self._ones.get(pc)
        if step is None:
            lower = Lowering(self.source, self.variables).lower
            ends = (self.source.program_end, len(self.source.statements))
            made = block(pc, ends, lower, self._need_shape, 1)
            step = self._ones[pc] = cast(Step, self._define(made.text, "s"))
        return step()

    def _define(self, text: str, name: str) -> UserFunction:
        exec(code_of(text), self.names)
        return cast(UserFunction, self.names.pop(name))

    def line_of(self, pc: int) -> int | None:
        """The line of the statement at `pc`, None in direct mode."""
        return self.source.lines[min(pc, len(self.source.lines) - 1)]

    # ---- DEF FN

    def call_function(self, key: str, kinds: str, *arguments: Value) -> Value:
        """FNname(arguments); `kinds` are the arguments' type signs.

        UNDEFINED_USER_FUNCTION without DEF FN, SYNTAX_ERROR for the wrong number of arguments, OUT_OF_MEMORY when it
        calls itself (tests/transcripts/lang/deffn).
        """
        found = self._callable.get(key)
        if found is None:
            pc = self.functions.get(key)
            if pc is None:
                raise BasicError(ErrorCode.UNDEFINED_USER_FUNCTION)
            found = self._callable[key] = self._function(pc)
        wanted, function = found
        if wanted == kinds:
            return function(*arguments)
        if len(wanted) != len(kinds):
            raise BasicError(ErrorCode.SYNTAX_ERROR)
        return function(*map(self._as_kind, arguments, kinds, wanted))

    def define(self, key: str, pc: int) -> None:
        """DEF FN."""
        self.functions[key] = pc
        self._callable.pop(key, None)

    def forget_functions(self) -> None:
        """No DEF FN is in force any more."""
        self.functions.clear()
        self._callable.clear()

    def _function(self, pc: int) -> "tuple[str, UserFunction]":
        key = (self.variables.types, pc)
        found = self._user_functions.get(key)
        if found is None:
            kinds, body = Lowering(self.source, self.variables).function(pc)
            function = self._define(function_text(kinds, body, self._need_shape), "fn")
            found = self._user_functions[key] = ("".join(kinds), function)
        return found

    def _as_kind(self, value: Value, kind: str, wanted: str) -> Value:
        if (kind == "$") != (wanted == "$"):
            raise BasicError(ErrorCode.TYPE_MISMATCH)
        convert = cast(Callable[[Value, str, str], Value], self.names["convert"])
        return convert(value, kind, wanted)

    # ---- the image's views

    def _image_moved(self, shift: int) -> None:
        self._bind_views()
        self.variables.rebase(shift)

    def _bind_views(self) -> None:
        image = self.image
        self.names.update(q=image.q, u=image.u, d=image.d, STACK_END=image.q[layout.STACK_LIMIT])

    # ---- arrays

    def _need_shape(self, index: int, dimensions: int) -> None:
        shapes = self._shapes.setdefault(index, set())
        if dimensions not in shapes:
            shapes.add(dimensions)
            self._array_changed(self.variables.arrays[index])

    def _array_changed(self, array: Array) -> None:
        names = self.names
        names["LO"] = max(0, self.image.q[layout.OPTION_BASE])
        names[f"A{array.index}"] = self._elements(array)
        for dimensions in self._shapes.get(array.index, ()):
            right = len(array.sizes) == dimensions
            for i in range(dimensions):
                names[f"S{array.index}_{dimensions}_{i}"] = array.sizes[i] if right else 0

    def _elements(self, array: Array) -> "memoryview[int] | memoryview[float]":
        if not array.sizes:
            return _EMPTY
        size = array.elements * ELEMENT_BYTES[array.sign]
        view = memoryview(self.image.memory)[array.first_byte : array.first_byte + size]
        if array.sign == "!":
            return view.cast("d")
        return view.cast("h") if array.sign == "%" else view.cast("Q")

    def base_changed(self) -> None:
        """OPTION BASE or CLEAR."""
        self.names["LO"] = max(0, self.image.q[layout.OPTION_BASE])

    def make_element(self, index: int, *subscripts: int) -> int:
        """See that an element exists, dimensioning an unknown array; its place among the elements.

        Raises ILLEGAL_FUNCTION_CALL for a negative subscript, OVERFLOW beyond 16 bits, SUBSCRIPT_OUT_OF_RANGE
        (tests/transcripts/lang/variables).
        """
        for subscript in subscripts:
            if not -32768 <= subscript <= 32767:
                raise BasicError(ErrorCode.OVERFLOW)
            if subscript < 0:
                raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        array = self.variables.arrays[index]
        if not array.sizes:
            self.variables.dimension(index, (DEFAULT_SIZE - 1,) * len(subscripts))
        base = max(0, self.image.q[layout.OPTION_BASE])
        if len(array.sizes) != len(subscripts):
            raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
        place, stride = 0, 1
        for subscript, size in zip(subscripts, array.sizes, strict=True):
            if not base <= subscript < size:
                raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
            place += subscript * stride
            stride *= size
        return place

    def element(self, index: int, *subscripts: int) -> int | float:
        """The stored value of an element that a quick look did not find."""
        place = self.make_element(index, *subscripts)
        value: int | float = self._elements(self.variables.arrays[index])[place]
        return value

    def first_word(self, index: int) -> int:
        """Word index of an array's first element."""
        return self.variables.arrays[index].first_byte >> 3

    # ---- the control stack

    def loop_is_whole(self, owner: int) -> bool:
        """Whether the FOR at `owner` counts in integers (its entry's words are integers then)."""
        node = self.source.statements[owner].node
        assert isinstance(node, For)
        assert isinstance(node.variable, Variable)
        return (node.variable.sign or self.variables.types[node.variable.name[0] - 65]) == "%"

    def leave_direct_line(self) -> None:
        """The direct line is about to be replaced: its loops are gone, a RETURN to it ends the run."""
        q, end = self.image.q, self.source.program_end
        to = bottom = self.image.stack_base + layout.ENTRY_WORDS
        for e in range(bottom, q[layout.STACK_POINTER], layout.ENTRY_WORDS):
            entry = list(q[e : e + layout.ENTRY_WORDS])
            owner, kind = entry[0] >> 8, entry[0] & 255
            if owner > end and kind != layout.GOSUB_ENTRY:
                continue
            if kind == layout.GOSUB_ENTRY:
                entry[0] = min(owner, end) << 8 | kind
                entry[1] = min(entry[1], end)
            for offset, word in enumerate(entry):
                q[to + offset] = word
            to += layout.ENTRY_WORDS
        q[layout.STACK_POINTER] = to

    def grow_stack(self) -> int:
        """Make room for one more entry; its word index."""
        self.image.grow_stack()
        return self.image.q[layout.STACK_POINTER]

    def reopen(self, key: int) -> int:
        """The place for the entry of a loop that begins: its old one, if it is still open, else the top.

        What was opened inside an old one is dropped (tests/transcripts/lang/control/for_same_loop_entered_again).
        """
        q = self.image.q
        top = e = q[layout.STACK_POINTER]
        while True:
            word = q[e - 4]
            if word == key:
                q[layout.STACK_POINTER] = e - 4
                return e - 4
            if word & 255 not in _LOOPS:
                break
            e -= 4
        return top if top < q[layout.STACK_LIMIT] else self.grow_stack()

    def find_loop(self, key: int) -> int:
        """The word index behind the open FOR with this key, dropping all above; NEXT_WITHOUT_FOR if it is not open."""
        q = self.image.q
        e = q[layout.STACK_POINTER]
        while q[e - 4] & 255 in _LOOPS:
            if q[e - 4] == key:
                q[layout.STACK_POINTER] = e
                return e
            e -= 4
        raise BasicError(ErrorCode.NEXT_WITHOUT_FOR)

    def find_gosub(self, e: int) -> int:
        """The word index of the newest GOSUB's entry; RETURN_WITHOUT_GOSUB if there is none."""
        q = self.image.q
        while q[e] & 255:
            if q[e] & 255 == layout.GOSUB_ENTRY:
                return e
            e -= 4
        raise BasicError(ErrorCode.RETURN_WITHOUT_GOSUB)

    def find_while(self, key: int) -> None:
        """A WEND whose WHILE is not on top (tests/transcripts/lang/control/while_*)."""
        raise BasicError(ErrorCode.WEND_WITHOUT_WHILE)

    def skip_loops(self, value: int | float, chained: tuple[tuple[int, int, str], ...], after: int) -> int:
        """Where to go when a loop does not run even once and its NEXT names further variables.

        A fault of the original that programs see: the variable's value is stored into the next one, which is compared
        with its limit, not stepped (tests/transcripts/lang/control/for_next_list_zero_trip_inner2).
        """
        for owner, slot, kind in chained:
            if owner < 0:
                raise BasicError(ErrorCode.NEXT_WITHOUT_FOR, self.line_of(after - 1))
            e = self.find_loop(owner << 8 | layout.FOR_ENTRY)
            view = self.image.q if kind == "%" else self.image.d
            if kind == "%":
                value = single.to_int(float(value))
            view[slot] = value  # type: ignore[assignment]
            limit, step = view[e - 2], view[e - 1]
            if (value > limit) - (value < limit) != (step > 0) - (step < 0):
                return owner + 1
            self.image.q[layout.STACK_POINTER] = e - 4
        return after


_LOOPS = (layout.FOR_ENTRY, layout.WHILE_ENTRY)


def _bad_selector() -> None:
    raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)


def _choose(targets: tuple[int, ...], selector: int) -> int:
    """The chosen target of ON; an undefined line or a fault matters only now."""
    target = targets[selector - 1]
    if target < 0:
        raise BasicError(ErrorCode.UNDEFINED_LINE_NUMBER if target == -1 else -target)
    return target


def _whole_divide(left: int, right: int) -> int:
    if not right:
        raise BasicError(ErrorCode.DIVISION_BY_ZERO)
    quotient = abs(left) // abs(right)
    return -quotient if (left < 0) != (right < 0) else quotient


def _modulo(left: int, right: int) -> int:
    if not right:
        raise BasicError(ErrorCode.DIVISION_BY_ZERO)
    rest = abs(left) % abs(right)
    return -rest if left < 0 else rest


def _overflow() -> None:
    raise BasicError(ErrorCode.OVERFLOW)


def _arithmetic() -> dict[str, object]:
    return {
        "to_int": single.to_int,
        "slow_add": single.slow_add,
        "slow_mul": single.slow_mul,
        "slow_div": single.slow_div,
        "double_add": double.add,
        "double_sub": double.sub,
        "double_mul": double.mul,
        "double_div": double.div,
        "double_neg": double.neg,
        "double_compare": double.compare,
        "double_from_int": double.from_int,
        "double_from_single": double.from_single,
        "double_to_single": double.to_single,
        "double_to_int": double.to_int,
        "whole_divide": _whole_divide,
        "modulo": _modulo,
        "overflow": _overflow,
    }

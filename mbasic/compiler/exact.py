"""T0, the exact executor: statements become Python functions that do them and return the next function.

A function begins at one statement, its pc, and goes on with those that follow, through GOTO and GOSUB and along both
ways of an IF, until it has MOST_STATEMENTS or comes back to its beginning:

    def s():                        begins at pc 12
        global n
        for k in range(16):         only if it comes back to pc 12, here every 4 statements
            x1 = d[64] + d[65]      12
            d[66] = x1
            if d[66] > 10.0:        13
                n += k * 4 + 1; return c[20]
            ...
            continue                15
        n += 63; return c[12]

`c` holds the functions by pc; a pc not yet reached holds one that generates it. The machine runs `f = f()`, and adds to
the calls what the functions count in `n`, the statements beyond the first: so it counts statements exactly. An error
finds its statement through the number of the line it comes from (Block.lines).

All state is in the image, so execution may stop between any two statements. The text is deterministic and holds only
indexes of the image, so its code is cached by the text.
"""

from collections.abc import Callable
from types import CodeType

from msgspec import Struct

from mbasic.compiler import ir
from mbasic.compiler.python_text import DOUBLE, INTEGER, SINGLE, STRING, VIEWS, Text
from mbasic.errors import ErrorCode
from mbasic.values.kinds import Kind

FOR_ENTRY, GOSUB_ENTRY, WHILE_ENTRY = 1, 2, 3
"""Kinds of control stack entries; the same as in runtime.layout."""

MOST_STATEMENTS = 16
"""Statements on one way through a function."""

MOST_LOOPED = 64
"""Statements that a function executes while it comes back to its beginning."""

LONGEST_CALL = MOST_LOOPED + 2 * MOST_STATEMENTS
"""No call executes more statements than these."""

CACHE_SIZE = 20000

_cache: dict[str, CodeType] = {}

Lower = Callable[[int], tuple[ir.Operation, ...]]


def code_of(text: str) -> CodeType:
    """Python code of a generated text; made once a process."""
    code = _cache.get(text)
    if code is None:
        if len(_cache) >= CACHE_SIZE:
            _cache.clear()
        code = _cache[text] = compile(text, "<basic>", "exec")
    return code


class Block(Struct, frozen=True):
    """The text of one function `s`; `lines[i]` is (pc, statements begun) of its line i, the first `def` being 1.

    `loop` is the number of statements of one turn, 0 if it does not come back to its beginning.
    """

    text: str
    lines: list[tuple[int, int]]
    loop: int


def block(entry: int, ends: tuple[int, int], lower: Lower, shape: Callable[[int, int], None], most: int) -> Block:
    """The function that begins at pc `entry`, of at most `most` statements on a way.

    `ends` are the pcs behind the program and behind the direct line. `shape` is told of every array access.
    """
    writer = BlockText(entry, ends, lower, shape, most)
    writer.write_from(entry, 0)
    return writer.finish()


def function_text(kinds: tuple[Kind, ...], body: ir.Expression, shape: Callable[[int, int], None]) -> str:
    """The function `fn` of a DEF FN, its parameters already of their kinds."""
    text = Text(shape)
    result = text.held(body)
    text.line(f"return {result}")
    parameters = ", ".join(f"p{i}" for i in range(len(kinds)))
    return f"def fn({parameters}):\n    " + "\n    ".join(text.lines) + "\n"


class BlockText:
    """Writes statements along the flow; every way ends in an exit."""

    __slots__ = (
        "_ends",
        "_entry",
        "_exits",
        "_hoisted",
        "_lower",
        "_most",
        "_places",
        "_stack_moved",
        "_view",
        "count",
        "loop",
        "pc",
        "text",
    )

    def __init__(
        self, entry: int, ends: tuple[int, int], lower: Lower, shape: Callable[[int, int], None], most: int
    ) -> None:
        self._entry = entry
        self._ends = ends
        self._lower = lower
        self._most = most
        self._exits: list[tuple[int, int, str]] = []
        """(line, statements begun, the next function) of every exit."""
        self._places: list[tuple[int, int, int]] = []
        """(first line, pc, statements begun) in order of the lines."""
        self.text = Text(shape)
        self.pc = entry
        self.count = 0
        self.loop = 0
        self._stack_moved = False
        """Whether an entry was pushed or popped on the way to here."""
        self._view = "d"
        self._hoisted: int | None = None
        """The key of the FOR entry that must be on top when the function begins."""

    # ---- along the flow

    def write_from(self, pc: int, count: int, line_end: int | None = None) -> None:
        """Write the statements from `pc` on; at `line_end` the way leaves."""
        while True:
            if count and (count >= self._most or pc in self._ends or pc == line_end):
                self.exit(str(pc))
                return
            count += 1
            self.pc, self.count = pc, count
            self._places.append((len(self.text.lines), pc, count))
            following = self._statement(pc, self._lower(pc))
            if following is None:
                return
            pc = following

    def _statement(self, pc: int, operations: tuple[ir.Operation, ...]) -> int | None:
        """Write the operations of one statement; the pc to go on with, None where the way ended."""
        following: int | None = pc + 1
        for operation in operations:
            following = self.write(operation)
            if following is None or following != pc + 1:
                break
        if any(isinstance(op, ir.Output) and op.file is not None for op in operations):
            self.text.forget_strings()  # a random file's PRINT# writes into its fields
        return following

    def exit(self, to: str) -> None:
        """Leave for the function at pc `to` (an expression)."""
        self._exits.append((len(self.text.lines), self.count, to))
        self.text.line("")

    def _go(self, target: int) -> int | None:
        """Go on at `target`: inline, back to the beginning, or by leaving."""
        if target == ir.UNDEFINED:
            self._raise(ir.RaiseError(ErrorCode.UNDEFINED_LINE_NUMBER))
            return None
        if target == self._entry and self._most > 1:
            self._turn()
            return None
        return target

    def _turn(self) -> None:
        """Come back to the beginning: by a loop the first time."""
        if self.loop:
            self.exit(str(self._entry))
            return
        self.loop = self.count
        self.text.line("continue")

    def _leave(self, condition: str, target: int) -> None:
        """Where the condition holds, leave for `target`."""
        self.text.line(f"if {condition}:")
        self.text.indent += 1
        following = self._go(target)
        if following is not None:
            self.exit(str(following))
        self.text.indent -= 1

    def finish(self) -> Block:
        """Put the pieces together: header, loop, exits with their counts."""
        lines = self.text.lines
        for line, count, to in self._exits:
            lines[line] += self._exit_text(lines[line], count - 1, to)
        head = ["def s():", "    global n"]
        margin = "    "
        if self._hoisted is not None:
            head += [
                "    e = q[SP]",
                f"    if q[e - 4] != {self._hoisted}: return one({self._entry})",
                f"    limit = {self._view}[e - 2]",
            ]
        turns = max(2, MOST_LOOPED // self.loop) if self.loop else 0
        if turns:
            head.append(f"    for k in range({turns}):")
            margin += "    "
        tail = [f"    n += {turns * self.loop - 1}; return c[{self._entry}]"] if turns else []
        text = "\n".join([*head, *(margin + line for line in lines), *tail]) + "\n"
        return Block(text, self._line_places(len(head), len(lines) + len(tail)), self.loop)

    def _exit_text(self, blank: str, extra: int, to: str) -> str:
        counted = f"k * {self.loop} + {extra}" if self.loop else str(extra)
        return f"return c[{to}]" if counted == "0" else f"n += {counted}; return c[{to}]"

    def _line_places(self, head: int, length: int) -> list[tuple[int, int]]:
        """(pc, statements begun) for every line of the text, counted from 1."""
        places = [(self._entry, 1)] * (head + 1)
        starts = [start for start, _, _ in self._places] + [length]
        for (start, pc, count), end in zip(self._places, starts[1:], strict=True):
            places.extend([(pc, count)] * (end - start))
        return places

    def write(self, op: ir.Operation) -> int | None:
        """Write one operation; the pc that follows, None where the way ended."""
        match op:
            case ir.Assign(place, value):
                self._assign(place, value)
            case ir.Branch():
                return self._branch(op)
            case ir.Print():
                self._print(op)
            case ir.Output():
                self._output(op)
            case ir.NextLoop():
                self._next(op)
            case ir.ForLoop():
                self._for(op)
            case ir.Jump(target):
                return self._go(target)
            case ir.Gosub():
                return self._gosub(op.target, op.back)
            case ir.Return():
                self._return()
                return None
            case ir.Host():
                return self._host(op)
            case ir.Store():
                self._store(op)
            case ir.OnJump():
                self._on_jump(op)
            case ir.WhileLoop():
                self._while(op)
            case ir.EndWhile():
                self._end_while(op)
            case ir.Swap(first, second):
                self._swap(first, second)
            case ir.RaiseError():
                self._raise(op)
                return None
            case ir.Nothing():
                pass
        return self.pc + 1

    # ---- places

    def _target(self, place: ir.Place) -> str:
        """The text to assign to, subscripts evaluated and the element there. Strings and doubles are words."""
        match place:
            case ir.Scalar(kind, slot):
                return f"{_STORES[kind]}[{slot}]"
            case ir.ElementPlace(_, array, subscripts):
                names = self.text.subscripts(subscripts)
                test = self.text.in_bounds(array, names)
                self.text.line(f"if not ({test}): make_element({array}, {', '.join(names)})")
                return f"A{array}[{self.text.index(array, names)}]"
            case ir.NoPlace(code, before):
                self._raise(ir.RaiseError(code, before))
                return "_"

    def _assign(self, place: ir.Place, value: ir.Expression) -> None:
        target = self._target(place)
        atom = self.text.value(value)
        if value.kind is STRING:
            self.text.line(f"{target} = {self._word(value, atom)}")
        else:
            self.text.line(f"{target} = {atom}")
        if isinstance(place, ir.Scalar):
            self.text.stored(place.kind, place.slot, atom)

    def _word(self, value: ir.Expression, atom: str) -> str:
        """The word of a string: that of the variable it comes from, or a new one in the heap."""
        if isinstance(value, ir.Constant) and not value.value:
            return "0"
        return f"keep({atom})"

    def _store(self, op: ir.Store) -> None:
        target = self._target(op.place)
        if isinstance(op.place, ir.NoPlace):
            return
        operands = ", ".join(self._operand(o) for o in op.operands)
        value = self.text.keep(f"H_{op.name}({operands})")
        self.text.line(f"{target} = keep({value})" if op.place.kind is STRING else f"{target} = {value}")
        if isinstance(op.place, ir.Scalar):
            self.text.stored(op.place.kind, op.place.slot, value)

    def _swap(self, first: ir.Place, second: ir.Place) -> None:
        a, b = self._target(first), self._target(second)
        self.text.line(f"{a}, {b} = {b}, {a}")
        for place in (first, second):
            if isinstance(place, ir.Scalar):
                self.text.known.pop((VIEWS[place.kind], place.slot), None)

    # ---- flow

    def _raise(self, op: ir.RaiseError) -> None:
        for operand in op.before:
            self.text.held(operand)
        where = "" if op.at is None else f", line_of({op.at})"
        self.text.line(f"raise BasicError({int(op.code)}{where})")

    def _branch(self, op: ir.Branch) -> int | None:
        condition = self.text.condition(op.condition)
        if op.then != self.pc + 1 or self._most == 1:
            self._leave(condition, op.then)
            return self._go(op.otherwise)
        pc, count, moved = self.pc, self.count, self._stack_moved
        known = dict(self.text.known)
        self.text.line(f"if {condition}:")
        self.text.indent += 1
        self.write_from(pc + 1, count, op.otherwise)
        self.text.indent -= 1
        self.text.known = known
        self.pc, self.count, self._stack_moved = pc, count, moved
        self._places.append((len(self.text.lines), pc, count))
        return self._go(op.otherwise)

    def _push(self, kind: int, me: int) -> None:
        """Write an entry at e, whose place has been made sure of."""
        self._stack_moved = True
        self.text.line(f"q[e] = {me << 8 | kind}")

    def _gosub(self, target: int, back: int) -> int | None:
        if target != ir.UNDEFINED:
            self._open_subroutine(back)
        return self._go(target)

    def _open_subroutine(self, back: int) -> None:
        self.text.line("e = q[SP]")
        self.text.line("if e >= STACK_END: e = grow_stack()")
        self._push(GOSUB_ENTRY, self.pc)
        self.text.line(f"q[e + 1] = {back}; q[SP] = e + 4")

    def _return(self) -> None:
        self.text.line("e = q[SP] - 4")
        self.text.line(f"if q[e] & 255 != {GOSUB_ENTRY}: e = find_gosub(e)")
        self.text.line("q[SP] = e")
        self.exit("q[e + 1]")

    def _on_jump(self, op: ir.OnJump) -> None:
        selector = self.text.keep(self.text.value(op.selector))
        self.text.line(f"if not 0 <= {selector} <= 255: bad_selector()")
        self.text.line(f"if 1 <= {selector} <= {len(op.targets)}:")
        self.text.indent += 1
        known = min(op.targets, default=0) >= 0
        self.text.line(f"x = {op.targets!r}[{selector} - 1]" if known else f"x = choose({op.targets!r}, {selector})")
        if op.gosub:
            self._open_subroutine(op.back)
        self.exit("x")
        self.text.indent -= 1

    # ---- loops

    def _for(self, op: ir.ForLoop) -> None:
        whole = op.kind is INTEGER
        start, limit, step = (self.text.keep(self.text.value(x)) for x in (op.start, op.limit, op.step))
        view = "q" if whole else "d"
        self.text.line(f"{view}[{op.slot}] = {start}")
        self.text.stored(op.kind, op.slot, start)
        self.text.line(f"e = reopen({op.me << 8 | FOR_ENTRY})")
        fixed = op.step.value if isinstance(op.step, ir.Constant) and not isinstance(op.step.value, bytes) else None
        done = _loop_done(start, limit, step, fixed)
        if op.chained:
            rows = tuple((c.owner, c.slot, str(c.kind)) for c in op.chained)
            self.text.line(f"if {done}:")
            self.text.indent += 1
            self.exit(f"skip_loops({start}, {rows!r}, {op.after})")
            self.text.indent -= 1
        else:
            self._leave(done, op.after)
        self._push(FOR_ENTRY, op.me)
        self.text.line(f"{view}[e + 2] = {limit}; {view}[e + 3] = {step}; q[SP] = e + 4")

    def _next(self, op: ir.NextLoop) -> None:
        key = op.owner << 8 | FOR_ENTRY
        line = self.text.line
        view = "q" if op.kind is INTEGER else "d"
        limit = f"{view}[e - 2]"
        if self._hoist(op, key):
            limit = "limit"
        else:
            line("e = q[SP]")
            line(f"if q[e - 4] != {key}: e = find_loop({key})")
        step = repr(op.step) if op.step is not None else self.text.keep(f"{view}[e - 1]")
        old = self.text.value(ir.Load(op.kind, op.slot))
        if op.kind is INTEGER:
            new = self.text.keep(f"{old} + {step}")
            line(f"if not -32768 <= {new} <= 32767: overflow()")
        else:
            new = self.text.add(old, step if op.step is None else f"({float(op.step)})", "+")
        line(f"{view}[{op.slot}] = {new}")
        self.text.stored(op.kind, op.slot, new)
        if op.step is None:
            limit = self.text.keep(limit)
        self._leave(_loop_goes_on(new, limit, step, op.step), op.owner + 1)
        line("q[SP] = e - 4")
        self._stack_moved = True

    def _hoist(self, op: ir.NextLoop, key: int) -> bool:
        """Whether the loop's entry can be looked for once, before the first turn: nothing here moves the stack."""
        if op.owner + 1 != self._entry or self.loop or self._stack_moved or self._most == 1:
            return False
        self._hoisted = key
        self._view = "q" if op.kind is INTEGER else "d"
        return True

    def _while(self, op: ir.WhileLoop) -> None:
        self.text.line(f"e = reopen({op.me << 8 | WHILE_ENTRY})")
        self._push(WHILE_ENTRY, op.me)
        self.text.line("q[SP] = e + 4")
        condition = self.text.condition(op.condition)
        self.text.line(f"if not ({condition}):")
        self.text.line("    q[SP] = e")
        self.text.indent += 1
        self.exit(str(op.after))
        self.text.indent -= 1

    def _end_while(self, op: ir.EndWhile) -> None:
        key = op.owner << 8 | WHILE_ENTRY
        self.text.line(f"if q[q[SP] - 4] != {key}: find_while({key})")
        self._leave(self.text.condition(op.condition), op.owner + 1)
        self.text.line("q[SP] -= 4")

    # ---- output

    def _output(self, op: ir.Output) -> None:
        if op.file is None:
            self.text.line("o = screen" if op.device == "console" else "o = printer")
        else:
            self.text.line(f"o = file_output({self.text.value(op.file)})")

    def _print(self, op: ir.Print) -> None:
        if op.value is None:
            self.text.line(_PLAIN_PRINTS[op.what])
            return
        value = self.text.held(op.value)
        kind = op.value.kind
        match op.what:
            case "number":
                self.text.line(f"o.print_number({_FORMAT[kind]}({value}))")
            case "write_number":
                self.text.line(f"o.write(write_number({_FORMAT[kind]}({value})))")
            case "using_value":
                self.text.line(f"g.value({str(kind)!r}, {value})")
            case _:
                self.text.line(_PRINTS[op.what].format(value))

    # ---- the library

    def _host(self, op: ir.Host) -> int | None:
        operands = ", ".join(self._operand(o) for o in op.operands)
        call = f"H_{op.name}({operands})"
        if op.jumps:
            self.text.line(f"x = {call}")
            self.exit("x")
            return None
        self.text.line(call)
        if op.name not in _KEEPS_VARIABLES:
            self.text.known.clear()
        return self.pc + 1

    def _operand(self, operand: ir.Operand) -> str:
        match operand:
            case ir.Scalar() | ir.ElementPlace() | ir.NoPlace():
                return self._reference(operand)
            case None | int() | str() | bytes() | tuple():
                return repr(operand)
            case _:
                return self.text.held(operand)

    def _reference(self, place: ir.Place) -> str:
        """The word index of a string variable."""
        match place:
            case ir.Scalar(_, slot):
                return str(slot)
            case ir.ElementPlace(_, array, subscripts):
                names = self.text.subscripts(subscripts)
                test = self.text.in_bounds(array, names)
                self.text.line(f"if not ({test}): make_element({array}, {', '.join(names)})")
                return self.text.keep(f"first_word({array}) + {self.text.index(array, names)}")
            case ir.NoPlace(code, before):
                self._raise(ir.RaiseError(code, before))
                return "_"


_PLAIN_PRINTS = {
    "zone": "o.comma()",
    "line": "o.newline()",
    "using_field": "g.reach()",
    "using_end": "g.end()",
    "write_comma": 'o.write(b",")',
    "write_line": "o.newline()",
}
_PRINTS = {
    "text": "o.print_text({})",
    "tab": "o.tab({})",
    "spc": "o.spc({})",
    "using": "g = Using(o, {}, warn)",
    "write_text": "o.write(write_string({}))",
}
_KEEPS_VARIABLES = ("begin_keys", "touch", "read_done", "dim", "on_error", "def_fn", "restore", "randomize")
"""Statements of the library that change no scalar."""

_STORES = {INTEGER: "q", SINGLE: "d", DOUBLE: "u", STRING: "u"}
_FORMAT = {INTEGER: "format_integer", SINGLE: "format_single", DOUBLE: "format_double", STRING: ""}


def _loop_done(value: str, limit: str, step: str, fixed: float | None) -> str:
    """The loop is over when sign(value - limit) is sign(step): a step of 0 ends at the limit exactly.

    tests/transcripts/lang/control/for_step_zero
    """
    if fixed is None:
        return f"({value} > {limit}) - ({value} < {limit}) == ({step} > 0) - ({step} < 0)"
    relation = ">" if fixed > 0 else "<" if fixed < 0 else "=="
    return f"{value} {relation} {limit}"


def _loop_goes_on(value: str, limit: str, step: str, fixed: float | None) -> str:
    """The opposite of _loop_done."""
    if fixed is None:
        return f"not ({_loop_done(value, limit, step, None)})"
    relation = "<=" if fixed > 0 else ">=" if fixed < 0 else "!="
    return f"{value} {relation} {limit}"

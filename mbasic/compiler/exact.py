"""T0, the exact executor: every statement becomes one Python function that does it and returns the next function.

    def s12():                      the statement with pc 12, generated once, when first reached
        x1 = d[64] + d[65]
        ...
        d[66] = x2
        return c[13]                c: the functions by pc; a pc not yet reached holds one that generates it

The machine runs `f = f()` as often as its budget allows. All state is in the image, so it may stop between any two
statements. The text is deterministic and holds only indexes of the image, so its code is cached by the text.
"""

from collections.abc import Callable
from types import CodeType

from mbasic.compiler import ir
from mbasic.compiler.python_text import DOUBLE, INTEGER, SINGLE, STRING, Text
from mbasic.errors import ErrorCode
from mbasic.values.kinds import Kind

FOR_ENTRY, GOSUB_ENTRY, WHILE_ENTRY = 1, 2, 3
"""Kinds of control stack entries; the same as in runtime.layout."""

CACHE_SIZE = 20000

_cache: dict[str, CodeType] = {}


def code_of(text: str) -> CodeType:
    """Python code of a generated text; made once a process."""
    code = _cache.get(text)
    if code is None:
        if len(_cache) >= CACHE_SIZE:
            _cache.clear()
        code = _cache[text] = compile(text, "<basic>", "exec")
    return code


def statement_text(pc: int, operations: tuple[ir.Operation, ...], shape: Callable[[int, int], None]) -> str:
    """The function `s` that executes the statement at `pc`. `shape` is told of every array access."""
    writer = StatementText(pc, shape)
    for operation in operations:
        if not writer.write(operation):
            break
    else:
        writer.text.line(f"return c[{pc + 1}]")
    if writer.text.may_wait:
        writer.text.lines.insert(0, "begin_keys()")
    return "def s():\n    " + "\n    ".join(writer.text.lines) + "\n"


def function_text(kinds: tuple[Kind, ...], body: ir.Expression, shape: Callable[[int, int], None]) -> str:
    """The function `fn` of a DEF FN, its parameters already of their kinds."""
    text = Text(shape)
    result = text.held(body)
    text.line(f"return {result}")
    parameters = ", ".join(f"p{i}" for i in range(len(kinds)))
    return f"def fn({parameters}):\n    " + "\n    ".join(text.lines) + "\n"


class StatementText:
    """Writes the operations of one statement; `write` is false behind one that always jumps."""

    __slots__ = ("pc", "text")

    def __init__(self, pc: int, shape: Callable[[int, int], None]) -> None:
        self.pc = pc
        self.text = Text(shape)

    def write(self, op: ir.Operation) -> bool:  # noqa: C901, PLR0912
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
                return self._jump(target)
            case ir.Gosub():
                return self._gosub(op.target, op.back)
            case ir.Return():
                return self._return()
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
                return self._raise(op)
            case ir.Nothing():
                pass
        return True

    # ---- places

    def _target(self, place: ir.Place) -> str:
        """The text to assign to, subscripts evaluated and the element there. Strings and doubles are words."""
        match place:
            case ir.Scalar(kind, slot):
                return f"{_VIEWS[kind]}[{slot}]"
            case ir.ElementPlace(_, array, subscripts):
                names = self.text.subscripts(subscripts)
                test = self.text.in_bounds(array, names)
                self.text.line(f"if not ({test}): make_element({array}, {', '.join(names)})")
                return f"A{array}[{self.text.index(array, names)}]"
            case ir.NoPlace(code, before):
                self._raise(ir.RaiseError(code, before))
                return "None"

    def _assign(self, place: ir.Place, value: ir.Expression) -> None:
        target = self._target(place)
        atom = self.text.value(value)
        if value.kind is STRING:
            atom = self._word(value, atom)
        self.text.line(f"{target} = {atom}")

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

    def _swap(self, first: ir.Place, second: ir.Place) -> None:
        a, b = self._target(first), self._target(second)
        self.text.line(f"{a}, {b} = {b}, {a}")

    # ---- flow

    def _raise(self, op: ir.RaiseError) -> bool:
        for operand in op.before:
            self.text.held(operand)
        where = "" if op.at is None else f", line_of({op.at})"
        self.text.line(f"raise BasicError({int(op.code)}{where})")
        return False

    def _jump(self, target: int) -> bool:
        if target == ir.UNDEFINED:
            return self._raise(ir.RaiseError(ErrorCode.UNDEFINED_LINE_NUMBER))
        self.text.line(f"return c[{target}]")
        return False

    def _branch(self, op: ir.Branch) -> bool:
        condition = self.text.condition(op.condition)
        if op.then == ir.UNDEFINED:
            self.text.line(f"if {condition}: raise BasicError({int(ErrorCode.UNDEFINED_LINE_NUMBER)})")
        else:
            self.text.line(f"if {condition}: return c[{op.then}]")
        self.text.line(f"return c[{op.otherwise}]")
        return False

    def _push(self, kind: int, me: int) -> None:
        """Write an entry at e, whose place has been made sure of."""
        self.text.line(f"q[e] = {me << 8 | kind}")

    def _gosub(self, target: int, back: int) -> bool:
        if target == ir.UNDEFINED:
            return self._raise(ir.RaiseError(ErrorCode.UNDEFINED_LINE_NUMBER))
        self._open_subroutine(back)
        self.text.line(f"return c[{target}]")
        return False

    def _open_subroutine(self, back: int) -> None:
        self.text.line("e = q[SP]")
        self.text.line("if e >= q[STACK_END]: e = grow_stack()")
        self._push(GOSUB_ENTRY, self.pc)
        self.text.line(f"q[e + 1] = {back}; q[SP] = e + 4")

    def _return(self) -> bool:
        self.text.line("e = q[SP] - 4")
        self.text.line(f"if q[e] & 255 != {GOSUB_ENTRY}: e = find_gosub(e)")
        self.text.line("q[SP] = e")
        self.text.line("return c[q[e + 1]]")
        return False

    def _on_jump(self, op: ir.OnJump) -> None:
        selector = self.text.keep(self.text.value(op.selector))
        self.text.line(f"check_selector({selector})")
        self.text.line(f"if 1 <= {selector} <= {len(op.targets)}:")
        self.text.line(f"    x = choose({op.targets!r}, {selector})")
        if op.gosub:
            first = len(self.text.lines)
            self._open_subroutine(op.back)
            self.text.lines[first:] = ["    " + line for line in self.text.lines[first:]]
        self.text.line("    return c[x]")

    # ---- loops

    def _for(self, op: ir.ForLoop) -> None:
        whole = op.kind is INTEGER
        start, limit, step = (self.text.keep(self.text.value(x)) for x in (op.start, op.limit, op.step))
        view = "q" if whole else "d"
        self.text.line(f"{view}[{op.slot}] = {start}")
        self.text.line(f"e = reopen({op.me << 8 | FOR_ENTRY})")
        fixed = op.step.value if isinstance(op.step, ir.Constant) and not isinstance(op.step.value, bytes) else None
        done = _loop_done(start, limit, step, fixed)
        if op.chained:
            rows = tuple((c.owner, c.slot, str(c.kind)) for c in op.chained)
            self.text.line(f"if {done}: return c[skip_loops({start}, {rows!r}, {op.after})]")
        else:
            self.text.line(f"if {done}: return c[{op.after}]")
        self._push(FOR_ENTRY, op.me)
        self.text.line(f"{view}[e + 2] = {limit}; {view}[e + 3] = {step}; q[SP] = e + 4")

    def _next(self, op: ir.NextLoop) -> None:
        key = op.owner << 8 | FOR_ENTRY
        line = self.text.line
        line("e = q[SP]")
        line(f"if q[e - 4] != {key}: e = find_loop({key})")
        view = "q" if op.kind is INTEGER else "d"
        step = repr(op.step) if op.step is not None else self.text.keep(f"{view}[e - 1]")
        if op.kind is INTEGER:
            new = self.text.keep(f"q[{op.slot}] + {step}")
            line(f"if not -32768 <= {new} <= 32767: overflow()")
        else:
            new = self.text.add(f"d[{op.slot}]", f"({step})", "+")
        line(f"{view}[{op.slot}] = {new}")
        limit = f"{view}[e - 2]"
        if op.step is None:
            limit = self.text.keep(limit)
        done = _loop_done(new, limit, step, op.step)
        line(f"if not ({done}): return c[{op.owner + 1}]")
        line("q[SP] = e - 4")

    def _while(self, op: ir.WhileLoop) -> None:
        self.text.line(f"e = reopen({op.me << 8 | WHILE_ENTRY})")
        self._push(WHILE_ENTRY, op.me)
        self.text.line("q[SP] = e + 4")
        condition = self.text.condition(op.condition)
        self.text.line(f"if not ({condition}): q[SP] = e; return c[{op.after}]")

    def _end_while(self, op: ir.EndWhile) -> None:
        key = op.owner << 8 | WHILE_ENTRY
        self.text.line(f"if q[q[SP] - 4] != {key}: find_while({key})")
        condition = self.text.condition(op.condition)
        self.text.line(f"if {condition}: return c[{op.owner + 1}]")
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

    def _host(self, op: ir.Host) -> bool:
        operands = ", ".join(self._operand(o) for o in op.operands)
        call = f"H_{op.name}({operands})"
        self.text.line(f"return c[{call}]" if op.jumps else call)
        return not op.jumps

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
                return "None"


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
_VIEWS = {INTEGER: "q", SINGLE: "d", DOUBLE: "u", STRING: "u"}
_FORMAT = {INTEGER: "format_integer", SINGLE: "format_single", DOUBLE: "format_double", STRING: ""}


def _loop_done(value: str, limit: str, step: str, fixed: float | None) -> str:
    """The loop is over when sign(value - limit) is sign(step): a step of 0 ends at the limit exactly.

    tests/transcripts/lang/control/for_step_zero
    """
    if fixed is None:
        return f"({value} > {limit}) - ({value} < {limit}) == ({step} > 0) - ({step} < 0)"
    relation = ">" if fixed > 0 else "<" if fixed < 0 else "=="
    return f"{value} {relation} {limit}"

"""Statements to operations: what each means on the image, with its targets resolved.

One statement becomes a few operations of one pc. They are executed in order, up to the one that jumps; without one
the next statement follows.
"""

from mbasic.compiler import ir
from mbasic.compiler.expressions import (
    INTEGER,
    SINGLE,
    STRING,
    Expressions,
    Symbols,
    convert,
    mismatch,
    settle,
)
from mbasic.compiler.source_map import SourceMap
from mbasic.errors import ErrorCode
from mbasic.language import nodes
from mbasic.values.kinds import Kind

Operations = tuple[ir.Operation, ...]
_PLAIN_LINE = "line"


class Lowering:
    """Lowers the statements of one program with one state of the DEFINT table."""

    __slots__ = ("expressions", "pc", "source")

    def __init__(self, source: SourceMap, symbols: Symbols) -> None:
        self.source = source
        self.expressions = Expressions(symbols)
        self.pc = 0

    def lower(self, pc: int) -> Operations:
        """The operations of the statement at `pc`."""
        self.pc = pc
        self.expressions.stored.clear()
        self.expressions.direct = self.source.is_direct(pc)
        node = self.source.statements[pc].node
        operations = self._flow(node)
        if operations is None:
            name, operands = self._library(node)
            operations = (ir.Host(name, operands),)
        if self.source.may_wait(pc):
            operations = (ir.Host("begin_keys"), *operations)
        if self.source.watched:
            operations = (*self._touch(), *operations)
        return operations

    def _touch(self) -> list[ir.Operation]:
        """Tell that variables come into being, if the program asks for that by SWAP or VARPTR."""
        watched = self.source.watched
        return [ir.Host("touch", (slot,)) for name, slot in self.expressions.stored if name in watched]

    def _flow(self, node: nodes.StatementNode) -> Operations | None:
        """The statements that have operations of their own, commonest first; None for the library's."""
        match node:
            case nodes.Let():
                return self.let(node)
            case nodes.If():
                return self.if_(node)
            case nodes.Print():
                return self.print_(node)
            case nodes.Goto():
                return (ir.Jump(self.source.target(node.line)),)
            case nodes.Gosub():
                return (ir.Gosub(self.source.target(node.line), self.pc + 1),)
            case nodes.Return():
                return (ir.Return(),)
            case nodes.For():
                return self.for_(node)
            case nodes.Next():
                return self.next_(node)
            case nodes.Empty() | nodes.Remark() | nodes.Common():
                return (ir.Nothing(),)
            case nodes.FaultStatement():
                return (ir.RaiseError(node.code),)
            case nodes.Else():
                return (ir.Jump(self.source.next_line(self.pc)),)
            case nodes.OnGo():
                return self.on_go(node)
            case nodes.While():
                return self.while_(node)
            case nodes.Wend():
                return self.wend(node)
            case nodes.MidLet():
                return self.mid_let(node)
            case nodes.Justify():
                return self.justify(node)
            case nodes.Swap():
                return self.swap(node)
            case nodes.Write():
                return self.write(node)
            case nodes.Input():
                return self.input_(node)
            case nodes.LineInput():
                return self.line_input(node)
            case nodes.InputFile():
                return self.input_file(node)
            case nodes.LineInputFile():
                return self.line_input_file(node)
            case nodes.Read():
                return self.read(node)
            case nodes.Restore():
                return self.restore(node)
            case nodes.Dim():
                return self.dim(node)
            case nodes.Erase():
                return self.erase(node)
            case nodes.DefFn() if self.source.is_direct(self.pc):
                return (ir.RaiseError(ErrorCode.ILLEGAL_DIRECT),)
            case nodes.MachineCallStatement():
                return self.machine_call(node)
            case nodes.Resume():
                return self.resume(node)
            case nodes.DefType():
                return (ir.Host("def_type", (self.pc + 1, str(node.kind), node.letters), jumps=True),)
            case nodes.Clear():
                return self.clear(node)
            case nodes.Field():
                return self.field(node)
            case _:
                return None

    def _library(self, node: nodes.StatementNode) -> tuple[str, tuple[ir.Operand, ...]]:
        """The statements of the library: its name there, and the operands in order."""
        integer, string = self.expressions.integer, self.expressions.string
        after = self.pc + 1
        match node:
            case nodes.OnError(line):
                return "on_error", (self.source.target(line), line)
            case nodes.ErrorStatement(code):
                return "error", (integer(code),)
            case nodes.Randomize(seed):
                return ("ask_seed", ()) if seed is None else ("randomize", (integer(seed),))
            case nodes.OptionBase(base):
                return "option_base", (base,)
            case nodes.DefFn():
                return "def_fn", (node.name.decode("latin-1") + self.expressions.kind_of(node.name, node.sign), self.pc)
            case nodes.DefUsr(number, address):
                return "def_usr", (number, self._address(address))
            case nodes.End():
                return "end", (after,)
            case nodes.Stop():
                return "stop", (after,)
            case nodes.System():
                return "system", ()
            case nodes.Trace(on):
                return "trace", (int(on), after)
            case nodes.Null(count):
                return "null", (integer(count),)
            case nodes.Width(printer, columns):
                return "width", (int(printer), integer(columns))
            case nodes.Poke(address, value):
                name = "poke_direct" if self.expressions.direct else "poke"
                return name, (self._address(address), integer(value))
            case nodes.Out(port, value):
                return "out", (integer(port), integer(value))
            case nodes.Wait(port, mask, invert):
                return "wait", (self.pc, integer(port), integer(mask), self._optional(invert))
            case nodes.Open(mode, number, name, length):
                return "open", (string(mode), integer(number), string(name), self._optional(length))
            case nodes.Close(numbers):
                return "close", tuple(integer(n) for n in numbers)
            case nodes.Get(number, record):
                return "get", (integer(number), self._optional(record))
            case nodes.Put(number, record):
                return "put", (integer(number), self._optional(record))
            case nodes.Merge(name):
                return "merge", (string(name),)
            case nodes.Load(name, run):
                return "load", (string(name), int(run))
            case nodes.Save(name, form):
                return "save", (string(name), form)
            case nodes.Kill(name):
                return "kill", (string(name),)
            case nodes.Rename(old, new):
                return "rename", (string(old), string(new))
            case nodes.Files(pattern):
                return "files", (None if pattern is None else string(pattern),)
            case nodes.Reset():
                return "reset", ()
            case nodes.Chain():
                return "chain", self._chain_operands(node)
            case nodes.Run(line, name, keep_files):
                if name is not None:
                    return "run_file", (string(name), int(keep_files))
                return "run", (-1 if line is None else line,)
            case nodes.List(lines, printer):
                return "list", (int(printer), *_range(lines))
            case nodes.Delete(lines):
                return "delete", _range(lines)
            case nodes.Renum(new, old, increment):
                return "renum", (new, old, increment)
            case nodes.Edit(line):
                return "edit", (line,)
            case nodes.Auto(line, increment, comma):
                return "auto", (line, increment, int(comma))
            case nodes.New():
                return "new", ()
            case nodes.Cont():
                return "cont", ()
            case _:
                raise AssertionError(node)

    def _optional(self, node: nodes.Expression | None) -> ir.Expression | None:
        return None if node is None else self.expressions.integer(node)

    def _chain_operands(self, node: nodes.Chain) -> tuple[ir.Operand, ...]:
        line = None if node.line is None else self._address(node.line)
        first, last = node.delete or (None, None)
        return (
            self.expressions.string(node.name),
            int(node.merge),
            line,
            int(node.keep_all),
            int(node.delete is not None),
            first,
            last,
        )

    def function(self, pc: int) -> tuple[tuple[Kind, ...], ir.Expression]:
        """The parameters' types and the body of the DEF FN at `pc`."""
        node = self.source.statements[pc].node
        assert isinstance(node, nodes.DefFn)
        outer = self.expressions
        kinds = tuple(outer.kind_of(p.name, p.sign) for p in node.parameters)
        names = {(p.name, str(kind)): i for i, (p, kind) in enumerate(zip(node.parameters, kinds, strict=True))}
        inner = Expressions(outer.symbols, names)
        return kinds, convert(inner.kind_of(node.name, node.sign), inner.lower(node.body))

    # ---- assignment

    def let(self, node: nodes.Let) -> Operations:
        place = self.expressions.place(node.target)
        value = self.expressions.lower(node.value)
        if isinstance(place, ir.NoPlace):
            return (ir.RaiseError(place.code, place.before),)
        return (ir.Assign(place, convert(place.kind, value)),)

    def mid_let(self, node: nodes.MidLet) -> Operations:
        place = self._string_place(node.target)
        start = self.expressions.integer(node.start)
        length = None if node.length is None else self.expressions.integer(node.length)
        return (ir.Host("mid_let", (place, start, length, self.expressions.string(node.value))),)

    def justify(self, node: nodes.Justify) -> Operations:
        place = self._string_place(node.target)
        return (ir.Host("rset" if node.right else "lset", (place, self.expressions.string(node.value))),)

    def _string_place(self, target: nodes.Target | nodes.Fault) -> ir.Place:
        place = self.expressions.place(target)
        if isinstance(place, ir.NoPlace) or place.kind is STRING:
            return place
        return ir.NoPlace(ErrorCode.TYPE_MISMATCH)

    def swap(self, node: nodes.Swap) -> Operations:
        first = self.expressions.place(node.first)
        if isinstance(node.second, nodes.Variable):
            kind = self.expressions.kind_of(node.second.name, node.second.sign)
            guard: Operations = (ir.Host("require", (node.second.name, str(kind))),)
        else:
            guard = ()
        second = self._second(node.second)
        for place in (first, second):
            if isinstance(place, ir.NoPlace):
                return (ir.RaiseError(place.code, place.before),)
        if not isinstance(first, ir.NoPlace) and not isinstance(second, ir.NoPlace) and first.kind is not second.kind:
            return (ir.RaiseError(ErrorCode.TYPE_MISMATCH),)
        return (*guard, ir.Swap(first, second))

    def _second(self, target: nodes.Target | nodes.Fault) -> ir.Place:
        if isinstance(target, nodes.Variable):
            loaded = self.expressions.lower(target)
            assert isinstance(loaded, ir.Load)
            return ir.Scalar(loaded.kind, loaded.slot)
        return self.expressions.place(target)

    # ---- flow

    def if_(self, node: nodes.If) -> Operations:
        condition = self.expressions.lower(node.condition)
        if condition.kind is STRING:
            condition = mismatch(condition)
        then = self.pc + 1 if node.then_line is None else self.source.target(node.then_line)
        if node.otherwise is None:
            otherwise = self.source.next_line(self.pc)
        else:
            otherwise = self.source.start_of_line(self.pc) + node.otherwise
        return (ir.Branch(condition, then, otherwise),)

    def on_go(self, node: nodes.OnGo) -> Operations:
        targets = tuple(-e.code if isinstance(e, nodes.Fault) else self.source.target(e) for e in node.lines)
        back = self.pc + (2 if self.source.fault_follows(self.pc) else 1)
        return (ir.OnJump(self.expressions.integer(node.selector), targets, node.gosub, back),)

    def for_(self, node: nodes.For) -> Operations:
        target = node.variable
        if isinstance(target, nodes.Fault):
            return (ir.RaiseError(target.code),)
        if isinstance(target, nodes.Element):
            return (ir.RaiseError(ErrorCode.SYNTAX_ERROR),)
        place = self.expressions.place(target)
        assert isinstance(place, ir.Scalar)
        if place.kind not in (INTEGER, SINGLE):
            return (ir.RaiseError(ErrorCode.TYPE_MISMATCH),)
        start = self.expressions.number(node.start, place.kind)
        limit = self.expressions.number(node.limit, place.kind)
        one: nodes.Expression = nodes.Number(INTEGER, 1)
        step = self.expressions.number(node.step or one, place.kind)
        end = self.source.loop_end(self.pc)
        if end is None:
            return (ir.RaiseError(ErrorCode.FOR_WITHOUT_NEXT, (start, limit, step)),)
        if not self._closes(end, place):
            return (ir.RaiseError(ErrorCode.NEXT_WITHOUT_FOR, (start, limit, step), end[0]),)
        return (
            ir.ForLoop(place.slot, place.kind, start, limit, step, self.pc, self.pc + 1, end[0] + 1, self._chain(end)),
        )

    def _closes(self, end: tuple[int, int], place: ir.Scalar) -> bool:
        """Whether the NEXT found in the text names this loop's variable, or none."""
        node = self.source.statements[end[0]].node
        assert isinstance(node, nodes.Next)
        if not node.variables:
            return True
        named = node.variables[end[1]]
        return isinstance(named, nodes.Variable) and self.expressions.place(named) == place

    def _chain(self, end: tuple[int, int]) -> tuple[ir.Chained, ...]:
        node = self.source.statements[end[0]].node
        assert isinstance(node, nodes.Next)
        chain: list[ir.Chained] = []
        for place in range(end[1] + 1, len(node.variables)):
            loop = self._loop_variable(self.source.loop_owner((end[0], place)))
            if loop is None:
                chain.append(ir.Chained(ir.UNDEFINED, 0, SINGLE))
                break
            chain.append(ir.Chained(self.source.loop_owner((end[0], place)), loop.slot, loop.kind))
        return tuple(chain)

    def _loop_variable(self, owner: int) -> ir.Scalar | None:
        """The variable of the FOR at `owner`, if it is one that can loop."""
        if owner == ir.UNDEFINED:
            return None
        node = self.source.statements[owner].node
        assert isinstance(node, nodes.For)
        if not isinstance(node.variable, nodes.Variable):
            return None
        place = self.expressions.place(node.variable)
        return place if isinstance(place, ir.Scalar) and place.kind in (INTEGER, SINGLE) else None

    def next_(self, node: nodes.Next) -> Operations:
        operations: list[ir.Operation] = []
        for place in range(len(node.variables) or 1):
            named = node.variables[place] if node.variables else None
            if isinstance(named, nodes.Fault):
                operations.append(ir.RaiseError(named.code))
                break
            owner = self.source.loop_owner((self.pc, place))
            loop = self._loop_variable(owner)
            if loop is None or (named is not None and self.expressions.place(named) != loop):
                operations.append(ir.RaiseError(ErrorCode.NEXT_WITHOUT_FOR))
                break
            operations.append(ir.NextLoop(owner, loop.slot, loop.kind, self._constant_step(owner, loop.kind)))
        return tuple(operations)

    def _constant_step(self, owner: int, kind: Kind) -> float | None:
        node = self.source.statements[owner].node
        assert isinstance(node, nodes.For)
        if node.step is None:
            return 1
        step = self.expressions.number(node.step, kind)
        return step.value if isinstance(step, ir.Constant) and not isinstance(step.value, bytes) else None

    def while_(self, node: nodes.While) -> Operations:
        condition = self._condition(node.condition)
        end = self.source.loop_end(self.pc)
        if end is None:
            return (ir.RaiseError(ErrorCode.WHILE_WITHOUT_WEND),)
        return (ir.WhileLoop(condition, self.pc, end[0] + 1),)

    def _condition(self, node: nodes.Expression) -> ir.Expression:
        condition = self.expressions.lower(node)
        return mismatch(condition) if condition.kind is STRING else condition

    def wend(self, node: nodes.Wend) -> Operations:
        if node.fault:
            return (ir.RaiseError(ErrorCode.SYNTAX_ERROR),)
        owner = self.source.loop_owner((self.pc, 0))
        if owner == ir.UNDEFINED:
            return (ir.RaiseError(ErrorCode.WEND_WITHOUT_WHILE),)
        opened = self.source.statements[owner].node
        assert isinstance(opened, nodes.While)
        return (ir.EndWhile(owner, self._condition(opened.condition)),)

    def resume(self, node: nodes.Resume) -> Operations:
        if node.next_statement:
            return (ir.Host("resume_next", jumps=True),)
        if node.line is None:
            return (ir.Host("resume", jumps=True),)
        return (ir.Host("resume_line", (self.source.target(node.line),), jumps=True),)

    # ---- output

    def print_(self, node: nodes.Print) -> Operations:
        operations: list[ir.Operation] = [self._output(node)]
        for item in node.items:
            operations.extend(self._print_item(item))
        last = node.items[-1] if node.items else None
        match last:
            case nodes.Comma() | nodes.Semicolon() | nodes.Tab() | nodes.Spc():
                pass
            case nodes.Using(trailing=True):
                pass
            case _:
                operations.append(ir.Print(_PLAIN_LINE))
        return tuple(operations)

    def _output(self, node: nodes.Print) -> ir.Output:
        if node.file is not None:
            return ir.Output("file", self.expressions.integer(node.file))
        return ir.Output("printer" if node.printer else "console")

    def _print_item(self, item: nodes.PrintItem) -> list[ir.Operation]:
        match item:
            case nodes.Comma():
                return [ir.Print("zone")]
            case nodes.Semicolon():
                return []
            case nodes.Tab(column):
                return [ir.Print("tab", self.expressions.integer(column))]
            case nodes.Spc(count):
                return [ir.Print("spc", self.expressions.integer(count))]
            case nodes.Using():
                return self._using(item)
            case _:
                value = settle(self.expressions.lower(item))
                return [ir.Print("text" if value.kind is STRING else "number", value)]

    def _using(self, item: nodes.Using) -> list[ir.Operation]:
        """A value is evaluated when the format has come to its field."""
        operations: list[ir.Operation] = [ir.Print("using", self.expressions.string(item.format))]
        for value in item.values:
            operations.append(ir.Print("using_field"))
            operations.append(ir.Print("using_value", settle(self.expressions.lower(value))))
        if item.fault:
            return [*operations, ir.RaiseError(ErrorCode.SYNTAX_ERROR)]
        return [*operations, ir.Print("using_end")]

    def write(self, node: nodes.Write) -> Operations:
        if node.file is not None:
            output = ir.Output("file", self.expressions.integer(node.file))
        else:
            output = ir.Output("console")
        operations: list[ir.Operation] = [output]
        for place, value in enumerate(node.values):
            if place:
                operations.append(ir.Print("write_comma"))
            lowered = settle(self.expressions.lower(value))
            operations.append(ir.Print("write_text" if lowered.kind is STRING else "write_number", lowered))
        operations.append(ir.RaiseError(ErrorCode.SYNTAX_ERROR) if node.fault else ir.Print("write_line"))
        return tuple(operations)

    # ---- input

    def input_(self, node: nodes.Input) -> Operations:
        places = [self.expressions.place(t) for t in node.targets]
        for place in places:
            if isinstance(place, ir.NoPlace):
                kinds = "".join(p.kind for p in places[: places.index(place)] if not isinstance(p, ir.NoPlace))
                return (self._ask(node, kinds), ir.RaiseError(place.code, place.before))
        kinds = "".join(p.kind for p in places if not isinstance(p, ir.NoPlace))
        stores = [ir.Store(place, "input_item", (i,)) for i, place in enumerate(places)]
        return (self._ask(node, kinds), *stores)

    def _ask(self, node: nodes.Input, kinds: str) -> ir.Host:
        prompt = node.prompt + (b"? " if node.question else b"")
        complete = not any(isinstance(t, nodes.Fault) for t in node.targets)
        return ir.Host("ask_items", (prompt, int(node.same_line), kinds if complete else None))

    def line_input(self, node: nodes.LineInput) -> Operations:
        place = self.expressions.place(node.target)
        if isinstance(place, ir.NoPlace):
            return (ir.Host("show_prompt", (node.prompt,)), ir.RaiseError(place.code, place.before))
        if place.kind is not STRING:
            return (ir.RaiseError(ErrorCode.TYPE_MISMATCH),)
        return (ir.Host("ask_line", (node.prompt, int(node.same_line))), ir.Store(place, "input_line"))

    def input_file(self, node: nodes.InputFile) -> Operations:
        choose = ir.Host("input_from", (self.expressions.integer(node.file),))
        return (choose, *self._stores(node.targets, "file_item"))

    def line_input_file(self, node: nodes.LineInputFile) -> Operations:
        choose = ir.Host("input_from", (self.expressions.integer(node.file),))
        place = self._string_place(node.target)
        if isinstance(place, ir.NoPlace):
            return (choose, ir.RaiseError(place.code, place.before))
        return (choose, ir.Store(place, "file_line"))

    def _stores(self, targets: tuple[nodes.Target | nodes.Fault, ...], name: str) -> list[ir.Operation]:
        operations: list[ir.Operation] = []
        for target in targets:
            place = self.expressions.place(target)
            if isinstance(place, ir.NoPlace):
                operations.append(ir.RaiseError(place.code, place.before))
                break
            operations.append(ir.Store(place, name, (str(place.kind),)))
        return operations

    def read(self, node: nodes.Read) -> Operations:
        """READ: the pointer moves when the whole statement is done (data/read_forms_errors)."""
        operations: list[ir.Operation] = []
        for number, store in enumerate(self._stores(node.targets, "read_item")):
            if not isinstance(store, ir.Store):
                return (*operations, store)
            last = number == len(node.targets) - 1 and not self.source.fault_follows(self.pc)
            first = ir.Store(store.place, store.name, (*store.operands, int(number == 0)))
            operations += [first, ir.Host("read_done", (int(last),))]
        return tuple(operations)

    def restore(self, node: nodes.Restore) -> Operations:
        if node.line is None:
            return (ir.Host("restore", (-1,)),)
        target = self.source.target(node.line)
        if target == ir.UNDEFINED:
            return (ir.RaiseError(ErrorCode.UNDEFINED_LINE_NUMBER),)
        return (ir.Host("restore", (target,)),)

    # ---- declarations

    def dim(self, node: nodes.Dim) -> Operations:
        operations: list[ir.Operation] = []
        for target in node.arrays:
            match self.expressions.place(target):
                case ir.ElementPlace(_, array, subscripts):
                    operations.append(ir.Host("dim", (array, *subscripts)))
                case ir.NoPlace(code, before):
                    operations.append(ir.RaiseError(code, before))
                case _:
                    pass
        return tuple(operations) or (ir.Nothing(),)

    def erase(self, node: nodes.Erase) -> Operations:
        operations: list[ir.Operation] = []
        for target in node.arrays:
            if isinstance(target, nodes.Fault):
                operations.append(ir.RaiseError(target.code))
                break
            kind = self.expressions.kind_of(target.name, target.sign)
            operations.append(ir.Host("erase", (self.expressions.symbols.array(target.name, kind),)))
        return tuple(operations)

    def _address(self, node: nodes.Expression) -> ir.Expression:
        """An address, -32768 to 65535, which an integer cannot hold."""
        value = self.expressions.lower(node)
        return value if value.kind is INTEGER else convert(SINGLE, value)

    def clear(self, node: nodes.Clear) -> Operations:
        top = None
        operands: list[ir.Operand] = []
        for place, argument in zip(node.places, node.arguments, strict=True):
            operands.append(self._address(argument))
            if place == 1:
                top = len(operands) - 1
        return (ir.Host("clear", (self.pc + 1, top, *operands), jumps=True),)

    def field(self, node: nodes.Field) -> Operations:
        """FIELD: the file, then width and variable in turn."""
        operations: list[ir.Operation] = [ir.Host("field", (self.expressions.integer(node.number),))]
        for width, target in node.fields:
            place = self._string_place(target)
            operations.append(ir.Host("field_part", (self.expressions.integer(width), place)))
        return tuple(operations)

    def machine_call(self, node: nodes.MachineCallStatement) -> Operations:
        place = self.expressions.place(node.address)
        if isinstance(place, ir.NoPlace):
            return (ir.RaiseError(place.code, place.before),)
        assert not isinstance(node.address, nodes.Fault)
        return (ir.Host("call", (convert(SINGLE, self.expressions.lower(node.address)),)),)


def _range(lines: nodes.LineRange) -> tuple[int | None, int | None, int]:
    return lines.first, lines.last, int(lines.dash)

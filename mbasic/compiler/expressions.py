"""Give every expression its types: nodes in, typed IR with explicit conversions out.

A type mismatch is not an error here: it becomes a Raise behind the operands, for the program may never get there.
"""

from typing import Protocol, assert_never

from mbasic.compiler import ir
from mbasic.compiler.builtins import SIGNATURES, Signature
from mbasic.errors import ErrorCode
from mbasic.language import nodes
from mbasic.values import double, single
from mbasic.values.kinds import Kind

EXACT = 1 << 24
"""Whole numbers up to here are exact as singles."""

LARGEST_PRODUCT = 1 << 31

MOST_TEMPORARIES = 10
"""String temporaries that an expression may hold (tests/transcripts/lang/strings)."""

RELATIONS = ("=", "<>", "<", ">", "<=", ">=")
_STRING_OPERATORS = ("+", "<=>", *RELATIONS)

INTEGER, SINGLE, DOUBLE, STRING = Kind.INTEGER, Kind.SINGLE, Kind.DOUBLE, Kind.STRING


class Symbols(Protocol):
    """Where names become places of the image (runtime.variables)."""

    types: str

    def slot(self, name: bytes, sign: str) -> int:
        """Word index of a scalar."""
        ...

    def array(self, name: bytes, sign: str) -> int:
        """Index of an array."""
        ...


def fault(code: int, *before: ir.Expression, kind: Kind = SINGLE) -> ir.Raise:
    """An expression that evaluates `before` and raises `code`."""
    return ir.Raise(kind, code, before)


def mismatch(*before: ir.Expression, kind: Kind = SINGLE) -> ir.Raise:
    """TYPE_MISMATCH behind `before`."""
    return ir.Raise(kind, ErrorCode.TYPE_MISMATCH, before)


def always(left: ir.Expression, right: ir.Expression) -> ir.Expression:
    """`<=>`: all three relations hold for any two operands."""
    either = ir.Whole("OR", ir.Compare("<=", left, right), ir.Compare(">", left, right))
    return either if left.kind is right.kind else _both_ways(left, right)


def _both_ways(left: ir.Expression, right: ir.Expression) -> ir.Expression:
    return ir.Whole("OR", _compare("<=", left, right), _compare(">", left, right))


# ---- conversions --------------------------------------------------------------------


def convert(kind: Kind, operand: ir.Expression) -> ir.Expression:
    """`operand` as a `kind`; between strings and numbers a mismatch."""
    if isinstance(operand, ir.Raise):
        return ir.Raise(kind, operand.code, operand.before)
    if (operand.kind is STRING) != (kind is STRING):
        return mismatch(operand, kind=kind)
    if operand.kind is kind and (kind is not INTEGER or fits(operand)):
        return operand
    if isinstance(operand, ir.Constant) and kind is not STRING:
        folded = _fold(kind, operand)
        if folded is not None:
            return folded
    if kind is DOUBLE and operand.kind is INTEGER:
        operand = _exact(operand)
    return ir.Convert(kind, operand)


def fits(operand: ir.Expression) -> bool:
    """Whether an INTEGER expression is surely within 16 bits."""
    if isinstance(operand, ir.Arithmetic | ir.Negate):
        return False
    return not (isinstance(operand, ir.Whole) and operand.operator == "\\")


def settle(operand: ir.Expression) -> ir.Expression:
    """A number as it leaves arithmetic: whole numbers that may pass 16 bits are singles from here on."""
    return operand if operand.kind is not INTEGER or fits(operand) else ir.Convert(SINGLE, operand)


def _fold(kind: Kind, constant: ir.Constant) -> ir.Constant | None:
    value = constant.value
    if isinstance(value, bytes):
        return None
    match constant.kind, kind:
        case Kind.INTEGER, Kind.SINGLE:
            return ir.Constant(SINGLE, float(value))
        case Kind.INTEGER, Kind.DOUBLE:
            return ir.Constant(DOUBLE, double.from_int(int(value)))
        case Kind.SINGLE, Kind.DOUBLE:
            return ir.Constant(DOUBLE, double.from_single(float(value)))
        case Kind.SINGLE, Kind.INTEGER if abs(value) < 32767:
            return ir.Constant(INTEGER, single.to_int(float(value)))
        case _:
            return None


def _exact(operand: ir.Expression) -> ir.Expression:
    """An INTEGER operand whose value is sure to be exact as a single; else it is made one."""
    return operand if ir.bound(operand) <= EXACT else ir.Convert(SINGLE, operand)


# ---- the pass -----------------------------------------------------------------------


class Expressions:
    """Lowers expressions with one state of the DEFINT table; `parameters` while a DEF FN body is lowered."""

    __slots__ = ("direct", "parameters", "stored", "symbols", "types")

    def __init__(self, symbols: Symbols, parameters: dict[tuple[bytes, str], int] | None = None) -> None:
        self.symbols = symbols
        self.types = symbols.types
        self.parameters = parameters or {}
        self.stored: list[tuple[bytes, int]] = []
        """Name and word of the scalars that places were made for; whoever wants them empties it."""
        self.direct = False
        """The statement stands in the direct line, which must not PEEK into a protected program."""

    def kind_of(self, name: bytes, sign: str) -> Kind:
        """A name's type: its sign, or what its first letter has."""
        return Kind(sign or self.types[name[0] - 65])

    def lower(self, node: nodes.Expression) -> ir.Expression:
        """Any expression."""
        match node:
            case nodes.Number(kind, value):
                return ir.Constant(kind, value)
            case nodes.Text(value):
                return ir.Constant(STRING, value)
            case nodes.Variable():
                return self._load(node)
            case nodes.Element():
                kind = self.kind_of(node.name, node.sign)
                return ir.LoadElement(kind, self.symbols.array(node.name, kind), self.subscripts(node))
            case nodes.Unary():
                return self._unary(node)
            case nodes.Binary():
                return self._binary(node.operator, self.lower(node.left), self.lower(node.right))
            case nodes.Call():
                return self._call(node.name, tuple(self.lower(a) for a in node.arguments))
            case nodes.UserCall():
                return self._user_call(node)
            case nodes.Fault():
                return fault(node.code, *(self.lower(b) for b in node.before))
            case nodes.InputChars():
                return self._input_chars(node)
            case nodes.MachineCall():
                argument = settle(self.lower(node.argument))
                return ir.Builtin(argument.kind, "USR", (ir.Constant(INTEGER, node.number), argument))
            case nodes.AddressOf():
                return self._address_of(node.target)
            case nodes.BufferAddress():
                return ir.Builtin(INTEGER, "VARPTR#", (self.integer(node.file),))
            case _:
                assert_never(node)

    def number(self, node: nodes.Expression, kind: Kind) -> ir.Expression:
        """An expression as a number of a kind."""
        return convert(kind, self.lower(node))

    def integer(self, node: nodes.Expression) -> ir.Expression:
        """An expression rounded to an integer."""
        return convert(INTEGER, self.lower(node))

    def string(self, node: nodes.Expression) -> ir.Expression:
        """An expression that must be a string."""
        return convert(STRING, self.lower(node))

    def subscripts(self, node: nodes.Element) -> tuple[ir.Expression, ...]:
        """The subscripts of an element, each an integer."""
        return tuple(self.integer(s) for s in node.subscripts)

    def place(self, target: nodes.Target | nodes.Fault) -> ir.Place:
        """Where a value can be stored."""
        match target:
            case nodes.Variable():
                kind = self.kind_of(target.name, target.sign)
                slot = self.symbols.slot(target.name, kind)
                self.stored.append((target.name, slot))
                return ir.Scalar(kind, slot)
            case nodes.Element():
                kind = self.kind_of(target.name, target.sign)
                return ir.ElementPlace(kind, self.symbols.array(target.name, kind), self.subscripts(target))
            case nodes.Fault():
                return ir.NoPlace(target.code, tuple(self.lower(b) for b in target.before))
            case _:
                assert_never(target)

    # ---- operands

    def _load(self, node: nodes.Variable) -> ir.Expression:
        kind = self.kind_of(node.name, node.sign)
        position = self.parameters.get((node.name, kind))
        if position is not None:
            return ir.Parameter(kind, position)
        return ir.Load(kind, self.symbols.slot(node.name, kind))

    def _address_of(self, target: nodes.Target | nodes.Fault) -> ir.Expression:
        place = self.lower(target)
        match place:
            case ir.Load(_, slot):
                return ir.Builtin(INTEGER, "VARPTR", (ir.Constant(INTEGER, slot),))
            case ir.LoadElement(_, array, subscripts):
                return ir.Builtin(INTEGER, "VARPTR()", (ir.Constant(INTEGER, array), *subscripts))
            case _:
                return convert(INTEGER, place)

    def _input_chars(self, node: nodes.InputChars) -> ir.Expression:
        count = self.integer(node.count)
        if node.file is None:
            return ir.Builtin(STRING, "INPUT$", (count,))
        return ir.Builtin(STRING, "INPUT$#", (count, self.integer(node.file)))

    # ---- operators

    def _unary(self, node: nodes.Unary) -> ir.Expression:
        operand = self.lower(node.operand)
        if node.operator == "+":
            return operand
        if operand.kind is STRING:
            return mismatch(operand)
        if node.operator == "NOT":
            return ir.Not(convert(INTEGER, operand))
        return negate(operand)

    def _binary(self, operator: str, left: ir.Expression, right: ir.Expression) -> ir.Expression:
        if left.kind is STRING or right.kind is STRING:
            return self._strings(operator, left, right)
        if operator in ("+", "-", "*", "/"):
            return arithmetic(operator, left, right)
        if operator == "^":
            return ir.Power(convert(SINGLE, left), convert(SINGLE, right))
        if operator == "<=>":
            return always(left, right)
        if operator in RELATIONS:
            return _compare(operator, left, right)
        bound = 32767 if operator == "MOD" else 32768
        return ir.Whole(operator, convert(INTEGER, left), convert(INTEGER, right), bound=bound)

    def _strings(self, operator: str, left: ir.Expression, right: ir.Expression) -> ir.Expression:
        if left.kind is STRING and operator not in _STRING_OPERATORS:
            return mismatch(left)
        if left.kind is not right.kind:
            return mismatch(left, right)
        if operator == "+":
            whole = ir.Concat(left, right)
            if _temporaries(whole) > MOST_TEMPORARIES:
                return fault(ErrorCode.STRING_FORMULA_TOO_COMPLEX, kind=STRING)
            return whole
        if operator == "<=>":
            return always(left, right)
        return ir.Compare(operator, left, right)

    # ---- functions

    def _call(self, name: str, given: tuple[ir.Expression, ...]) -> ir.Expression:
        signature = SIGNATURES.get(name)
        if signature is not None:
            if name == "PEEK" and self.direct:
                name = "PEEK_DIRECT"
            return _builtin(name, signature, given)
        match name:
            case "CINT" | "CSNG" | "CDBL":
                kind = {"CINT": INTEGER, "CSNG": SINGLE, "CDBL": DOUBLE}[name]
                return convert(kind, given[0])
            case "STRING$":
                second = given[1]
                filler = second if second.kind is STRING else _byte(second)
                form = "STRING$$" if second.kind is STRING else "STRING$"
                return ir.Builtin(STRING, form, (_byte(given[0]), filler))
            case "INSTR":
                return _instr(given)
            case _:
                return fault(ErrorCode.SYNTAX_ERROR, *given)

    def _user_call(self, node: nodes.UserCall) -> ir.Expression:
        kind = self.kind_of(node.name, node.sign)
        given = tuple(settle(self.lower(a)) for a in node.arguments or ())
        return ir.UserCall(kind, node.name.decode("latin-1") + kind, given)


def _instr(given: tuple[ir.Expression, ...]) -> ir.Expression:
    """INSTR([start,] text, wanted): whether the first is a start is seen by its type."""
    with_start = given[0].kind is not STRING
    if with_start != (len(given) == 3):
        return fault(ErrorCode.SYNTAX_ERROR, *given[:2], kind=INTEGER)
    start = convert(INTEGER, given[0]) if with_start else ir.Constant(INTEGER, 1)
    text, wanted = (convert(STRING, g) for g in given[-2:])
    return ir.Builtin(INTEGER, "INSTR", (start, text, wanted))


def negate(operand: ir.Expression) -> ir.Expression:
    """Minus a number."""
    match operand:
        case ir.Constant(Kind.INTEGER, int(value)) if value != -32768:
            return ir.Constant(INTEGER, -value)
        case ir.Constant(Kind.SINGLE, float(value)):
            return ir.Constant(SINGLE, -value)
        case _ if operand.kind is INTEGER:
            return ir.Negate(INTEGER, operand, ir.bound(operand))
        case _:
            return ir.Negate(operand.kind, operand)


def arithmetic(operator: str, left: ir.Expression, right: ir.Expression) -> ir.Expression:
    """+ - * / of two numbers, in the wider type of the two."""
    if left.kind is DOUBLE or right.kind is DOUBLE:
        return ir.Arithmetic(DOUBLE, operator, convert(DOUBLE, left), convert(DOUBLE, right))
    if left.kind is INTEGER and right.kind is INTEGER and operator != "/":
        whole = _whole_arithmetic(operator, _exact(left), _exact(right))
        if whole is not None:
            return whole
    return ir.Arithmetic(SINGLE, operator, convert(SINGLE, left), convert(SINGLE, right))


def _whole_arithmetic(operator: str, left: ir.Expression, right: ir.Expression) -> ir.Expression | None:
    if left.kind is not INTEGER or right.kind is not INTEGER:
        return None
    a, b = ir.bound(left), ir.bound(right)
    bound = a * b if operator == "*" else a + b
    if bound > (LARGEST_PRODUCT if operator == "*" else EXACT):
        return None
    return ir.Arithmetic(INTEGER, operator, left, right, bound)


def _compare(operator: str, left: ir.Expression, right: ir.Expression) -> ir.Expression:
    if left.kind is DOUBLE or right.kind is DOUBLE:
        return ir.Compare(operator, convert(DOUBLE, left), convert(DOUBLE, right))
    return ir.Compare(operator, _exact(left), _exact(right))


def _byte(operand: ir.Expression) -> ir.Expression:
    """An integer from 0 to 255; the library function checks the range."""
    return convert(INTEGER, operand)


def _builtin(name: str, signature: Signature, given: tuple[ir.Expression, ...]) -> ir.Expression:
    letters = signature.takes.replace("?", "")
    arguments: list[ir.Expression] = []
    for letter, operand in zip(letters, given, strict=False):
        arguments.append(_argument(letter, operand))
        if isinstance(arguments[-1], ir.Raise):
            return fault(arguments[-1].code, *arguments[:-1], *arguments[-1].before, kind=signature.gives or SINGLE)
    if "n" in letters:
        own = arguments[0].kind
        return ir.Builtin(signature.gives or own, name + own, tuple(arguments))
    return ir.Builtin(signature.gives or SINGLE, name, tuple(arguments))


def _argument(letter: str, operand: ir.Expression) -> ir.Expression:
    match letter:
        case "$":
            return convert(STRING, operand)
        case "b" | "i":
            return convert(INTEGER, operand)
        case "s":
            return convert(SINGLE, operand)
        case "d":
            return convert(DOUBLE, operand)
        case "n":
            return mismatch(operand) if operand.kind is STRING else settle(operand)
        case "a":
            return convert(SINGLE, operand) if operand.kind is not INTEGER or not fits(operand) else operand
        case _:
            return settle(operand)


def _temporaries(expression: ir.Expression) -> int:
    """String temporaries that are alive at the same time at most; a variable needs none."""
    match expression:
        case ir.Concat(left, right):
            held = 0 if isinstance(left, ir.Load | ir.LoadElement | ir.Parameter) else 1
            return max(_temporaries(left), held + _temporaries(right))
        case ir.Load() | ir.LoadElement() | ir.Parameter():
            return 0
        case _:
            return 1

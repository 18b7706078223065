"""T0's expressions: typed IR to Python text that computes the original's bits.

A subtree becomes lines of three-address code that leave its value in a local, so everything is evaluated once, in
the original's order, and a slow case is a call behind one test. An INTEGER is an int, a SINGLE a float (or an int,
where a whole number is exact), a DOUBLE its 64 bits, a STRING bytes.

    a + b    s = a + b; t = s * NUDGE; c = t * SPLIT; r = c - (c - t)        rounds to 24 bits, halves up
             if not TINY < r * r < HUGE or r != s and a * b < 0 and not -256 <= a / b <= -1 / 256:
                 r = slow_add(a, b, s, r, warn)           (far apart, signs differ: the original cuts)

Names the text uses are put into its globals by the machine: the image's views q u d, the string cache C, A<n> and
its sizes for array n, F_<NAME> for a function, and the slow arithmetic.
"""

from collections.abc import Callable
from typing import assert_never

from mbasic.compiler import ir
from mbasic.compiler.expressions import EXACT
from mbasic.values.kinds import Kind

INTEGER, SINGLE, DOUBLE, STRING = Kind.INTEGER, Kind.SINGLE, Kind.DOUBLE, Kind.STRING

VIEWS = {INTEGER: "q", SINGLE: "d", DOUBLE: "u", STRING: "C"}
"""The view of the image that a scalar is read from."""

_ROUND = "t = {0} * 1.0000000000000002; c_ = t * 536870913.0; {1} = c_ - (c_ - t)"
_RELATIONS = {"=": "==", "<>": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_LOGIC = {"AND": "{} & {}", "OR": "{} | {}", "XOR": "{} ^ {}", "EQV": "~({} ^ {})", "IMP": "~{} | {}"}
_DOUBLE_OPERATION = {"+": "double_add", "-": "double_sub", "*": "double_mul", "/": "double_div"}

_NAME_LETTERS = str.maketrans({"$": "_S", "%": "_I", "!": "_F", "#": "_D", "(": "_A", ")": None})


def function_name(name: str) -> str:
    """The name of a built-in function in the text: LEFT$ is F_LEFT_S."""
    return "F_" + name.translate(_NAME_LETTERS)


class Text:
    """Collects the lines of one Python function; methods return an atom: a local, a constant or a load."""

    __slots__ = ("_count", "indent", "known", "lines", "shape")

    def __init__(self, shape: Callable[[int, int], None]) -> None:
        self.lines: list[str] = []
        self.indent = 0
        """Levels by which lines are indented inside the function."""
        self.shape = shape
        """Told (array, dimensions) of every array access, so that its names are there."""
        self.known: dict[tuple[str, int], str] = {}
        """Locals that hold what a scalar of the image holds, by its view (C for strings) and word."""
        self._count = 0

    def local(self) -> str:
        """A fresh local name."""
        self._count += 1
        return f"x{self._count}"

    def line(self, text: str) -> None:
        """One more line of the function."""
        self.lines.append("    " * self.indent + text)

    def keep(self, expression: str) -> str:
        """The value of a Python expression in a fresh local."""
        name = self.local()
        self.line(f"{name} = {expression}")
        return name

    # ---- values

    def value(self, e: ir.Expression) -> str:
        """The value of any expression."""
        match e:
            case ir.Constant():
                return _literal(e)
            case ir.Load():
                return self._load(e.kind, e.slot)
            case ir.LoadElement():
                return self._load_element(e)
            case ir.Parameter():
                return f"p{e.position}"
            case ir.Arithmetic():
                return self._arithmetic(e)
            case ir.Convert():
                return self._convert(e)
            case ir.Compare() | ir.Not():
                return f"-({self.condition(e)})" if isinstance(e, ir.Compare) else f"~{self.value(e.operand)}"
            case ir.Concat():
                joined = self.keep(f"{self.value(e.left)} + {self.value(e.right)}")
                self.line(f"if len({joined}) > 255: too_long()")
                return joined
            case ir.Builtin():
                return self._builtin(e)
            case ir.Whole():
                return self._whole(e)
            case ir.Negate():
                return self._negate(e)
            case ir.Power():
                left = self.float_value(e.left)
                return self.keep(f"F_POWER({left}, {self.float_value(e.right)}, warn)")
            case ir.UserCall():
                kinds = "".join(a.kind for a in e.arguments)
                values = "".join(", " + self.held(a) for a in e.arguments)
                return self.keep(f"call_function({e.key!r}, {kinds!r}{values})")
            case ir.Raise():
                for operand in e.before:
                    self.held(operand)
                self.line(f"raise BasicError({int(e.code)})")
                return "None"
            case _:
                assert_never(e)

    def held(self, e: ir.Expression) -> str:
        """The value, computed now (a comparison or a negation is not left as text), a SINGLE as a float."""
        value = self.float_value(e) if e.kind is SINGLE else self.value(e)
        return value if value.isidentifier() or isinstance(e, ir.Constant | ir.Load) else self.keep(value)

    def float_value(self, e: ir.Expression) -> str:
        """A SINGLE that is sure to be a Python float."""
        if isinstance(e, ir.Convert) and e.operand.kind is INTEGER and ir.bound(e.operand) <= EXACT:
            return f"({self.value(e.operand)} * 1.0)"
        return self.value(e)

    def _load(self, kind: Kind, slot: int) -> str:
        view = VIEWS[kind]
        name = self.known.get((view, slot))
        if name is None:
            name = self.keep(f"C[u[{slot}]]" if kind is STRING else f"{view}[{slot}]")
            self.known[view, slot] = name
        return name

    def stored(self, kind: Kind, slot: int, value: str) -> None:
        """The scalar holds `value` from now on; later loads need not read it."""
        if value.isidentifier():
            self.known[VIEWS[kind], slot] = value
        else:
            self.known.pop((VIEWS[kind], slot), None)

    def forget_strings(self) -> None:
        """Strings may have changed behind the text's back (fields, MID$)."""
        self.known = {key: name for key, name in self.known.items() if key[0] != "C"}

    # ---- arrays

    def subscripts(self, subscripts: tuple[ir.Expression, ...]) -> list[str]:
        """Subscripts as locals; what is not in range is left to the check of the bounds."""
        return [self._subscript(s) for s in subscripts]

    def _subscript(self, e: ir.Expression) -> str:
        if isinstance(e, ir.Constant):
            return _literal(e)
        if isinstance(e, ir.Convert) and e.operand.kind is not DOUBLE:
            if e.operand.kind is INTEGER:
                return self.keep(self.value(e.operand))
            x = self.value(e.operand)
            name = self.keep(f"int({x})")
            self.line(f"if {name} != {x}: {name} = to_int({x})")
            return name
        return self.keep(self.value(e))

    def in_bounds(self, array: int, subscripts: list[str]) -> str:
        """The test that an element exists."""
        count = len(subscripts)
        self.shape(array, count)
        return " and ".join(f"LO <= {s} < S{array}_{count}_{i}" for i, s in enumerate(subscripts))

    def index(self, array: int, subscripts: list[str]) -> str:
        """The index of an element among its array's; the first subscript runs fastest."""
        text = subscripts[-1]
        for i in range(len(subscripts) - 2, -1, -1):
            text = f"{subscripts[i]} + S{array}_{len(subscripts)}_{i} * ({text})"
        return text

    def _load_element(self, e: ir.LoadElement) -> str:
        names = self.subscripts(e.subscripts)
        test = self.in_bounds(e.array, names)
        word = self.keep(
            f"A{e.array}[{self.index(e.array, names)}] if {test} else element({e.array}, {', '.join(names)})"
        )
        return self.keep(f"C[{word}]") if e.kind is STRING else word

    # ---- operators

    def _arithmetic(self, e: ir.Arithmetic) -> str:
        if e.kind is DOUBLE:
            left = self.value(e.left)
            return self.keep(f"{_DOUBLE_OPERATION[e.operator]}({left}, {self.value(e.right)}, warn)")
        left, right = self.value(e.left), self.value(e.right)
        if e.kind is INTEGER:
            return self.keep(f"{left} {e.operator} {right}")
        match e.operator:
            case "*":
                return self._multiply(left, right)
            case "/":
                return self._divide(left, right, e.right)
            case _:
                return self.add(left, right, e.operator)

    def add(self, left: str, right: str, operator: str) -> str:
        """The single sum or difference of two atoms."""
        plain = self.keep(f"{left} {operator} {right}")
        name = self.local()
        self.line(_ROUND.format(plain, name))
        if operator == "+":
            signs = f"{left} * {right} < 0.0 and not -256.0 <= {left} / {right} <= -0.00390625"
        else:
            signs = f"{left} * {right} > 0.0 and not 0.00390625 <= {left} / {right} <= 256.0"
        doubtful = f"{name} != {plain} and {signs}"
        if not _is_moderate(right) and not _is_moderate(left):
            doubtful = f"not 1e-76 < {name} * {name} < 7e75 or {doubtful}"
        minus = "-" if operator == "-" else ""
        self.line(f"if {doubtful}: {name} = slow_add({left}, {minus}{right}, {plain}, {name}, warn)")
        return name

    def _multiply(self, left: str, right: str) -> str:
        name = self.local()
        self.line(_ROUND.format(f"{left} * {right}", name))
        self.line(f"if not 1e-76 < {name} * {name} < 7e75: {name} = slow_mul({left}, {right}, warn)")
        return name

    def _divide(self, left: str, right: str, divisor: ir.Expression) -> str:
        name = self.local()
        quotient = f"t = {left} / {right}; c_ = t * 536870913.0; {name} = c_ - (c_ - t)"
        slow = f"{name} = slow_div({left} * 1.0, {right} * 1.0, warn)"
        if isinstance(divisor, ir.Constant) and divisor.value:
            self.line(quotient)
            self.line(f"if not 1e-75 < {name} * {name} < 7e75: {slow}")
            return name
        self.line(f"if {right}:")
        self.line(f"    {quotient}")
        self.line(f"    if not 1e-75 < {name} * {name} < 7e75: {slow}")
        self.line(f"else: {slow}")
        return name

    def _whole(self, e: ir.Whole) -> str:
        left, right = self.value(e.left), self.value(e.right)
        if e.operator in _LOGIC:
            return self.keep(_LOGIC[e.operator].format(left, right))
        simple = isinstance(e.right, ir.Constant) and isinstance(e.right.value, int) and e.right.value > 0
        if not simple:
            return self.keep(f"{'modulo' if e.operator == 'MOD' else 'whole_divide'}({left}, {right})")
        a = self.keep(left)
        sign = "%" if e.operator == "MOD" else "//"
        return self.keep(f"{a} {sign} {right} if {a} >= 0 else -(-{a} {sign} {right})")

    def _negate(self, e: ir.Negate) -> str:
        operand = self.value(e.operand)
        return self.keep(f"double_neg({operand})" if e.kind is DOUBLE else f"-{operand}")

    # ---- conversions

    def _convert(self, e: ir.Convert) -> str:
        operand = e.operand
        match operand.kind, e.kind:
            case Kind.INTEGER, Kind.INTEGER:
                name = self.keep(self.value(operand))
                self.line(f"if not -32768 <= {name} <= 32767: overflow()")
                return name
            case Kind.SINGLE, Kind.INTEGER:
                x = self.value(operand)
                name = self.keep(f"int({x})")
                self.line(f"if {name} != {x} or not -32768 <= {name} <= 32767: {name} = to_int({x})")
                return name
            case Kind.INTEGER, Kind.SINGLE if ir.bound(operand) > EXACT:
                name = self.local()
                self.line(_ROUND.format(self.value(operand), name))
                return name
            case Kind.INTEGER, Kind.SINGLE:
                return self.value(operand)
            case Kind.DOUBLE, Kind.SINGLE:
                return self.keep(f"double_to_single({self.value(operand)}, warn)")
            case Kind.DOUBLE, Kind.INTEGER:
                return self.keep(f"double_to_int({self.value(operand)})")
            case Kind.INTEGER, Kind.DOUBLE:
                return self.keep(f"double_from_int({self.value(operand)})")
            case _:
                return self.keep(f"double_from_single({self.float_value(operand)})")

    # ---- functions

    def _builtin(self, e: ir.Builtin) -> str:
        given = [self.held(a) for a in e.arguments]
        match e.name:
            case "INT!":
                return self.keep(f"{given[0]} // 1.0")
            case "INT%" | "FIX%":
                return given[0]
            case "ABS%" | "ABS!":
                return self.keep(f"abs({given[0]})")
            case "LEN":
                return self.keep(f"len({given[0]})")
            case "SGN%" | "SGN!":
                return self.keep(f"({given[0]} > 0) - ({given[0]} < 0)")
            case "SIN" | "COS" | "TAN" | "ATN" | "EXP" | "LOG" | "SQR":
                return self.keep(f"{function_name(e.name)}({given[0]}, warn)")
            case _:
                return self.keep(f"{function_name(e.name)}({', '.join(given)})")

    # ---- conditions

    def condition(self, e: ir.Expression) -> str:
        """The expression as a Python condition: true where it is not 0."""
        match e:
            case ir.Compare(operator, left, right):
                a, b = self.value(left), self.value(right)
                if left.kind is DOUBLE:
                    return f"double_compare({a}, {b}) {_RELATIONS[operator]} 0"
                return f"{a} {_RELATIONS[operator]} {b}"
            case ir.Whole("AND" | "OR" as operator, left, right) if _is_truth(left) and _is_truth(right):
                a, b = self.condition(left), self.condition(right)
                return f"({a}) {operator.lower()} ({b})"
            case ir.Not(operand) if _is_truth(operand):
                return f"not ({self.condition(operand)})"
            case _ if e.kind is DOUBLE:
                return f"{self.value(e)} >> 56"
            case _:
                return self.value(e)


def _is_truth(e: ir.Expression) -> bool:
    """Whether the value is -1 or 0 for sure."""
    match e:
        case ir.Compare():
            return True
        case ir.Not(operand):
            return _is_truth(operand)
        case ir.Whole("AND" | "OR" | "XOR", left, right):
            return _is_truth(left) and _is_truth(right)
        case _:
            return False


def _is_moderate(atom: str) -> bool:
    """Whether an atom is a constant that no sum with it can overflow or underflow by."""
    try:
        return 1e-30 < abs(float(atom.strip("()"))) < 1e30
    except ValueError:
        return False


def _literal(e: ir.Constant) -> str:
    text = repr(e.value)
    return f"({text})" if text.startswith("-") else text

"""The intermediate representation: typed expressions and flat micro-statements over the image.

    operation  = what one micro-statement does; its index in the program is the pc, (line, statement) stand beside it
    expression = a tree whose every node has a `kind`; conversions are nodes of their own
    place      = where a value is stored: a scalar's word or an array element

Variables are word indexes and array indexes of the image, targets are pcs: nothing here is a name, so that every
executor (T0 in exact.py, later WebAssembly) works on the same image.

Whole numbers. A node of kind INTEGER carries `bound`, the largest magnitude it can have. Sums and products of
integers stay exact whole numbers as long as the bound is below 2**24, since the original's single arithmetic, to
which it turns when 16 bits overflow, is exact there too (numeric rules, section 5). So no intermediate result needs a
check; only a conversion to INTEGER of a bound above 32767 does. Products may have bounds up to 2**31: they are
rounded to 24 bits when converted to SINGLE.
"""

from msgspec import Struct

from mbasic.values.kinds import Kind

UNDEFINED = -1
"""A jump target whose line does not exist."""


# ---- expressions --------------------------------------------------------------------


class Constant(Struct, frozen=True):
    """INTEGER: int, SINGLE: float, DOUBLE: its 64 bits, STRING: bytes."""

    kind: Kind
    value: int | float | bytes


class Load(Struct, frozen=True):
    """A scalar of the image."""

    kind: Kind
    slot: int


class LoadElement(Struct, frozen=True):
    """An array element; subscripts are INTEGER."""

    kind: Kind
    array: int
    subscripts: tuple["Expression", ...]


class Parameter(Struct, frozen=True):
    """The parameter of the DEF FN whose body this is."""

    kind: Kind
    position: int


class Convert(Struct, frozen=True):
    """`operand` as a `kind`: to INTEGER rounds and can overflow, to SINGLE from DOUBLE too."""

    kind: Kind
    operand: "Expression"


class Arithmetic(Struct, frozen=True):
    """+ - * / on operands of the node's own kind; on INTEGER exact (not /)."""

    kind: Kind
    operator: str
    left: "Expression"
    right: "Expression"
    bound: int = 32768


class Power(Struct, frozen=True):
    """left ^ right, both SINGLE."""

    left: "Expression"
    right: "Expression"
    kind: Kind = Kind.SINGLE


class Whole(Struct, frozen=True):
    r"""\ MOD AND OR XOR EQV IMP on INTEGER operands."""

    operator: str
    left: "Expression"
    right: "Expression"
    kind: Kind = Kind.INTEGER
    bound: int = 32768


class Negate(Struct, frozen=True):
    """Unary minus."""

    kind: Kind
    operand: "Expression"
    bound: int = 32768


class Not(Struct, frozen=True):
    operand: "Expression"
    kind: Kind = Kind.INTEGER


class Compare(Struct, frozen=True):
    """A relation of two operands of one kind (INTEGER and SINGLE may meet): -1 or 0."""

    operator: str
    left: "Expression"
    right: "Expression"
    kind: Kind = Kind.INTEGER


class Concat(Struct, frozen=True):
    """+ of two strings; STRING_TOO_LONG above 255."""

    left: "Expression"
    right: "Expression"
    kind: Kind = Kind.STRING


class Builtin(Struct, frozen=True):
    """A function of the runtime library, arguments already of the kinds it wants."""

    kind: Kind
    name: str
    arguments: tuple["Expression", ...]


class UserCall(Struct, frozen=True):
    """FNname: `key` is name and type sign."""

    kind: Kind
    key: str
    arguments: tuple["Expression", ...]


class Raise(Struct, frozen=True):
    """Evaluate `before`, then raise error `code`."""

    kind: Kind
    code: int
    before: tuple["Expression", ...]


Expression = (
    Constant
    | Load
    | LoadElement
    | Parameter
    | Convert
    | Arithmetic
    | Power
    | Whole
    | Negate
    | Not
    | Compare
    | Concat
    | Builtin
    | UserCall
    | Raise
)


def bound(expression: Expression) -> int:
    """The largest magnitude of an INTEGER expression."""
    match expression:
        case Constant(value=int(value)):
            return abs(value)
        case Arithmetic() | Whole() | Negate():
            return expression.bound
        case Compare():
            return 1
        case _:
            return 32768


# ---- places -------------------------------------------------------------------------


class Scalar(Struct, frozen=True):
    kind: Kind
    slot: int


class ElementPlace(Struct, frozen=True):
    kind: Kind
    array: int
    subscripts: tuple[Expression, ...]


class NoPlace(Struct, frozen=True):
    """A target that cannot be parsed: evaluating it raises `code`."""

    code: int
    before: tuple[Expression, ...] = ()


Place = Scalar | ElementPlace | NoPlace


# ---- operations ---------------------------------------------------------------------


class Nothing(Struct, frozen=True):
    """An empty statement, a remark, DATA."""


class RaiseError(Struct, frozen=True):
    """Evaluate `before`, then raise error `code`; `at` is the pc it belongs to where that is another statement."""

    code: int
    before: tuple[Expression, ...] = ()
    at: int | None = None


class Assign(Struct, frozen=True):
    """Evaluate the place's subscripts, then the value (already of the place's kind), then store."""

    place: Place
    value: Expression


class Swap(Struct, frozen=True):
    first: Place
    second: Place


class Jump(Struct, frozen=True):
    target: int


class Branch(Struct, frozen=True):
    """Non-zero: to `then`, else to `otherwise`."""

    condition: Expression
    then: int
    otherwise: int


class Gosub(Struct, frozen=True):
    target: int
    back: int


class Return(Struct, frozen=True):
    pass


class OnJump(Struct, frozen=True):
    """Go to the target that the selector (INTEGER) chooses; an entry below UNDEFINED is minus an error code."""

    selector: Expression
    targets: tuple[int, ...]
    gosub: bool
    back: int


class ForLoop(Struct, frozen=True):
    """Open a loop of a scalar INTEGER or SINGLE; start, limit and step are of its kind.

    `me` is the FOR's own pc, `body` the pc behind it, `after` the pc behind its NEXT. `chained` are the loops that
    follow in the list of that NEXT: a loop that does not run even once stores its variable into theirs (exact.py).
    """

    slot: int
    kind: Kind
    start: Expression
    limit: Expression
    step: Expression
    me: int
    body: int
    after: int
    chained: tuple["Chained", ...]


class Chained(Struct, frozen=True):
    """A loop that stands behind another in the list of a NEXT."""

    owner: int
    slot: int
    kind: Kind


class NextLoop(Struct, frozen=True):
    """Step the loop that `owner` (the pc of its FOR) opened and go on behind the FOR unless it is done.

    `step` is the loop's step where that is a constant.
    """

    owner: int
    slot: int
    kind: Kind
    step: float | None


class WhileLoop(Struct, frozen=True):
    """Open a loop, or go to `after` where the condition is 0."""

    condition: Expression
    me: int
    after: int


class EndWhile(Struct, frozen=True):
    """Go on behind the WHILE at `owner` unless its condition is 0."""

    owner: int
    condition: Expression


class Output(Struct, frozen=True):
    """Choose where the Prints that follow go: console, printer or file."""

    device: str
    file: Expression | None = None


class Print(Struct, frozen=True):
    """One thing done on the output: `what` names a method of it, `value` its operand."""

    what: str
    value: Expression | None = None


class Store(Struct, frozen=True):
    """Ask the library for a value (`name` names the function) and put it into the place."""

    place: Place
    name: str
    operands: tuple["Operand", ...] = ()


class Host(Struct, frozen=True):
    """A statement of the library, by name, with operands in evaluation order; `jumps`: it gives the next pc."""

    name: str
    operands: tuple["Operand", ...] = ()
    jumps: bool = False


Operand = Expression | Place | int | str | bytes | None | tuple[int, ...] | tuple[tuple[str, str], ...]

Operation = (
    Nothing
    | RaiseError
    | Assign
    | Swap
    | Jump
    | Branch
    | Gosub
    | Return
    | OnJump
    | ForLoop
    | NextLoop
    | WhileLoop
    | EndWhile
    | Output
    | Print
    | Store
    | Host
)

"""What a line of BASIC means, as plain data: the parser makes it, the compiler reads it.

A line is a flat tuple of `Statement`s in text order, because the original has no blocks: THEN and ELSE only start
another statement of the same line, and FOR, WHILE and DATA are found by reading the text.

    20 IF A THEN PRINT "X":GOTO 80 ELSE PRINT "Y"
       0  If(A, otherwise=4)    restart 0
       1  Print "X"             restart 0    (begins behind THEN: no new statement for RESUME)
       2  Goto 80               restart 2    (begins behind a colon)
       3  Else                  restart 3    (the hidden colon before ELSE; skips the rest of the line)
       4  Print "Y"             restart 0    (reached from the If alone)

The original finds a syntax error only when it gets there. So does this form: a `Fault` stands where the error is
found, behind everything that is executed before it.
"""

from msgspec import Struct

from mbasic.values.kinds import Kind

Name = bytes
"""Letters, digits and points in upper case, without the type sign."""


# ---- expressions --------------------------------------------------------------------


class Number(Struct, frozen=True):
    """A constant. `value`: int for INTEGER, float for SINGLE, the 64 bits as int for DOUBLE."""

    kind: Kind
    value: int | float


class Text(Struct, frozen=True):
    """A string constant."""

    value: bytes


class Variable(Struct, frozen=True):
    """A scalar; `sign` is "%", "!", "#", "$" or "" (then DEFINT and the like decide)."""

    name: Name
    sign: str


class Element(Struct, frozen=True):
    """An array element."""

    name: Name
    sign: str
    subscripts: tuple["Expression", ...]


class Unary(Struct, frozen=True):
    """`operator`: "-" or "NOT" (a unary plus does nothing and is left out)."""

    operator: str
    operand: "Expression"


class Binary(Struct, frozen=True):
    r"""`operator`: + - * / \ ^ MOD AND OR XOR EQV IMP, or a relation: = <> < > <= >= and <=>, which is always true.

    `left` is evaluated and checked before `right` is looked at: `"A"*` is a Type mismatch, no Missing operand.
    """

    operator: str
    left: "Expression"
    right: "Expression"


class Call(Struct, frozen=True):
    """A built-in function by its name (`LEFT$`, `INSTR`, `ERR`, `INKEY$`, `RND` …), with as many arguments as it takes.

    INSTR has 2 or 3, whatever their types: INSTR(number, string) lacks one (Syntax error behind the second), and
    INSTR(string, string, x) has one too many (Syntax error behind the second, x is not evaluated).
    """

    name: str
    arguments: tuple["Expression", ...]


class UserCall(Struct, frozen=True):
    """FNname. `arguments` is None where no bracket follows (or the function wants none, see `parse_body`)."""

    name: Name
    sign: str
    arguments: tuple["Expression", ...] | None


class MachineCall(Struct, frozen=True):
    """USRn(argument)."""

    number: int
    argument: "Expression"


class AddressOf(Struct, frozen=True):
    """VARPTR(variable)."""

    target: "Target"


class BufferAddress(Struct, frozen=True):
    """VARPTR(#file)."""

    file: "Expression"


class InputChars(Struct, frozen=True):
    """INPUT$(count) from the keyboard, INPUT$(count,#file) from a file."""

    count: "Expression"
    file: "Expression | None"


class Fault(Struct, frozen=True):
    """The original finds an error here: `before` is evaluated in order, then error `code` is raised."""

    code: int
    before: tuple["Expression", ...] = ()


Target = Variable | Element
Expression = (
    Number
    | Text
    | Variable
    | Element
    | Unary
    | Binary
    | Call
    | UserCall
    | MachineCall
    | AddressOf
    | BufferAddress
    | InputChars
    | Fault
)


# ---- statements ---------------------------------------------------------------------


class FaultStatement(Struct, frozen=True):
    """Raise error `code` (a syntax error behind, or in place of, a statement)."""

    code: int


class Empty(Struct, frozen=True):
    """Nothing between two colons."""


class Remark(Struct, frozen=True):
    """REM, ' or DATA met in the flow: nothing is done. `data` is the text behind DATA, None for a remark."""

    data: bytes | None = None


class Let(Struct, frozen=True):
    """`target` = `value`. A target that cannot be parsed is a Fault."""

    target: Target | Fault
    value: Expression


class MidLet(Struct, frozen=True):
    """MID$(target, start[, length]) = value."""

    target: Target | Fault
    start: Expression
    length: Expression | None
    value: Expression


class Justify(Struct, frozen=True):
    """LSET (`right` False) or RSET target = value."""

    right: bool
    target: Target | Fault
    value: Expression


class Swap(Struct, frozen=True):
    first: Target | Fault
    second: Target | Fault


class If(Struct, frozen=True):
    """False: go on at statement `otherwise` of this line, or at the next line if None.

    True: go to `then_line` if given, else on with the next statement.
    """

    condition: Expression
    then_line: int | None
    otherwise: int | None


class Else(Struct, frozen=True):
    """ELSE met in the flow: skips the rest of the line."""


class Goto(Struct, frozen=True):
    line: int


class Gosub(Struct, frozen=True):
    line: int


class Return(Struct, frozen=True):
    pass


class OnGo(Struct, frozen=True):
    """ON selector GOTO/GOSUB. An entry is a line number, or an error code as Fault where it cannot be read.

    GOSUB returns behind the next colon: not to the FaultStatement that stands for text behind the list.
    """

    selector: Expression
    gosub: bool
    lines: tuple[int | Fault, ...]


class OnError(Struct, frozen=True):
    """ON ERROR GOTO line; 0 turns trapping off."""

    line: int


class Resume(Struct, frozen=True):
    """RESUME: `line` None repeats the statement (also RESUME 0), `next_statement` goes behind it."""

    line: int | None
    next_statement: bool


class ErrorStatement(Struct, frozen=True):
    code: Expression


class For(Struct, frozen=True):
    """FOR. `variable` may be any target: the compiler refuses what the original refuses."""

    variable: Target | Fault
    start: Expression
    limit: Expression
    step: Expression | None


class Next(Struct, frozen=True):
    """NEXT; no variable: an empty tuple."""

    variables: tuple[Target | Fault, ...]


class While(Struct, frozen=True):
    condition: Expression


class Wend(Struct, frozen=True):
    """WEND. `fault`: text follows, so WEND itself is a Syntax error; WHILE finds it all the same."""

    fault: bool = False


class End(Struct, frozen=True):
    pass


class Stop(Struct, frozen=True):
    pass


class System(Struct, frozen=True):
    pass


# PRINT items: an expression, or one of these


class Comma(Struct, frozen=True):
    """To the next print zone."""


class Semicolon(Struct, frozen=True):
    """Nothing between two items; at the end: no new line."""


class Tab(Struct, frozen=True):
    column: Expression


class Spc(Struct, frozen=True):
    count: Expression


class Using(Struct, frozen=True):
    """USING format; the values that follow it. `trailing`: the list ends in `;` or `,`.

    A value is evaluated when the format has come to its field. `fault`: there is no separator behind the last
    value, which is a Syntax error as soon as it is printed.
    """

    format: Expression
    values: tuple[Expression, ...]
    trailing: bool
    fault: bool = False


PrintItem = Expression | Comma | Semicolon | Tab | Spc | Using


class Print(Struct, frozen=True):
    """PRINT, LPRINT (`printer`), PRINT #file."""

    items: tuple[PrintItem, ...]
    printer: bool = False
    file: Expression | None = None


class Write(Struct, frozen=True):
    """WRITE [#file,] values. `fault`: no comma behind the last value, a Syntax error as soon as it is written."""

    values: tuple[Expression, ...]
    file: Expression | None = None
    fault: bool = False


class Input(Struct, frozen=True):
    """INPUT[;] ["prompt";|,] targets from the keyboard. `question`: `? ` behind the prompt.

    A Fault among the targets is found when the items before it have been checked; nothing has been assigned then.
    (A fault inside an Element's subscripts is found later, when it is assigned.)
    """

    same_line: bool
    prompt: bytes
    question: bool
    targets: tuple[Target | Fault, ...]


class InputFile(Struct, frozen=True):
    """INPUT #file, targets."""

    file: Expression
    targets: tuple[Target | Fault, ...]


class LineInput(Struct, frozen=True):
    """LINE INPUT[;] ["prompt";] target."""

    same_line: bool
    prompt: bytes
    target: Target | Fault


class LineInputFile(Struct, frozen=True):
    file: Expression
    target: Target | Fault


class Read(Struct, frozen=True):
    targets: tuple[Target | Fault, ...]


class Restore(Struct, frozen=True):
    line: int | None


class Dim(Struct, frozen=True):
    """DIM: an Element is an array with its highest subscripts, a Variable (no bracket) does nothing."""

    arrays: tuple[Target | Fault, ...]


class Erase(Struct, frozen=True):
    arrays: tuple[Variable | Fault, ...]


class OptionBase(Struct, frozen=True):
    """OPTION BASE 0 or 1; -1 is anything else: a Syntax error where Duplicate Definition is not the first one."""

    base: int


class DefType(Struct, frozen=True):
    """DEFINT and the like; `letters` are (first, last) pairs of upper-case letters."""

    kind: Kind
    letters: tuple[tuple[str, str], ...]


class DefFn(Struct, frozen=True):
    """DEF FNname(parameters) = body. The body is parsed here but checked only when it is called.

    Parameters that cannot be read are a FaultStatement behind the DefFn that holds those before it.
    """

    name: Name
    sign: str
    parameters: tuple[Variable, ...]
    body: Expression


class DefUsr(Struct, frozen=True):
    number: int
    address: Expression


class MachineCallStatement(Struct, frozen=True):
    """CALL variable[(arguments)]."""

    address: Target | Fault
    arguments: tuple[Target | Fault, ...]


class Randomize(Struct, frozen=True):
    """RANDOMIZE; None asks for the seed."""

    seed: Expression | None


class Clear(Struct, frozen=True):
    """CLEAR [number][,[top][,stack]]: the arguments are evaluated, then everything is cleared.

    `places`: for each of the arguments, which of the three it is: 0, 1 or 2.
    """

    arguments: tuple[Expression, ...]
    places: tuple[int, ...] = ()


class Open(Struct, frozen=True):
    mode: Expression
    number: Expression
    name: Expression
    length: Expression | None


class Close(Struct, frozen=True):
    """CLOSE; no number: all files."""

    numbers: tuple[Expression, ...]


class Field(Struct, frozen=True):
    number: Expression
    fields: tuple[tuple[Expression, Target | Fault], ...]


class Get(Struct, frozen=True):
    number: Expression
    record: Expression | None


class Put(Struct, frozen=True):
    number: Expression
    record: Expression | None


class Merge(Struct, frozen=True):
    name: Expression


class Load(Struct, frozen=True):
    name: Expression
    run: bool


class Save(Struct, frozen=True):
    """`form` is "" (tokenised), "A" or "P"; "?" is a form that does not exist, seen when the file has been made."""

    name: Expression
    form: str


class Kill(Struct, frozen=True):
    name: Expression


class Rename(Struct, frozen=True):
    """NAME old AS new."""

    old: Expression
    new: Expression


class Files(Struct, frozen=True):
    pattern: Expression | None


class Reset(Struct, frozen=True):
    pass


class Chain(Struct, frozen=True):
    """CHAIN [MERGE] name [,[line] [,ALL] [,DELETE first-last]]."""

    name: Expression
    merge: bool
    line: Expression | None
    keep_all: bool
    delete: tuple[int | None, int | None] | None


class Common(Struct, frozen=True):
    """COMMON: Variable for a scalar, Element with no subscripts for an array."""

    names: tuple[Target, ...]


class Run(Struct, frozen=True):
    """RUN, RUN line, RUN name[,R]. At most one of `line` and `name` is given."""

    line: int | None
    name: Expression | None
    keep_files: bool = False


class LineRange(Struct, frozen=True):
    """`10`, `10-`, `-20`, `10-20`, nothing; `.` is -1. `dash` tells `10` from `10-`."""

    first: int | None
    last: int | None
    dash: bool


class List(Struct, frozen=True):
    """LIST or LLIST."""

    lines: LineRange
    printer: bool


class Delete(Struct, frozen=True):
    lines: LineRange


class Renum(Struct, frozen=True):
    new: int | None
    old: int | None
    increment: int | None


class Edit(Struct, frozen=True):
    """EDIT line; -1 is `.`."""

    line: int | None


class Auto(Struct, frozen=True):
    """AUTO [line][,[increment]]; `comma` without increment takes the last one. -1 is `.`."""

    line: int | None
    increment: int | None
    comma: bool


class New(Struct, frozen=True):
    pass


class Cont(Struct, frozen=True):
    pass


class Trace(Struct, frozen=True):
    """TRON, TROFF."""

    on: bool


class Null(Struct, frozen=True):
    count: Expression


class Width(Struct, frozen=True):
    printer: bool
    columns: Expression


class Poke(Struct, frozen=True):
    address: Expression
    value: Expression


class Out(Struct, frozen=True):
    port: Expression
    value: Expression


class Wait(Struct, frozen=True):
    port: Expression
    mask: Expression
    invert: Expression | None


StatementNode = (
    FaultStatement
    | Empty
    | Remark
    | Let
    | MidLet
    | Justify
    | Swap
    | If
    | Else
    | Goto
    | Gosub
    | Return
    | OnGo
    | OnError
    | Resume
    | ErrorStatement
    | For
    | Next
    | While
    | Wend
    | End
    | Stop
    | System
    | Print
    | Write
    | Input
    | InputFile
    | LineInput
    | LineInputFile
    | Read
    | Restore
    | Dim
    | Erase
    | OptionBase
    | DefType
    | DefFn
    | DefUsr
    | MachineCallStatement
    | Randomize
    | Clear
    | Open
    | Close
    | Field
    | Get
    | Put
    | Merge
    | Load
    | Save
    | Kill
    | Rename
    | Files
    | Reset
    | Chain
    | Common
    | Run
    | List
    | Delete
    | Renum
    | Edit
    | Auto
    | New
    | Cont
    | Trace
    | Null
    | Width
    | Poke
    | Out
    | Wait
)


class Statement(Struct, frozen=True):
    """A node with its place in the line.

    `start`, `end`: byte offsets in the tokenised body, half open. `restart`: index in the line of the statement at
    which RESUME repeats (itself, unless it begins behind THEN or ELSE, or is the FaultStatement behind another).
    `resume_next`: index of the statement behind the first colon that follows the restart statement's beginning, or
    None for the next line.
    """

    node: StatementNode
    start: int
    end: int
    restart: int
    resume_next: int | None

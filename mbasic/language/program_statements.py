"""Statements that compute, jump, loop, read and declare: one small function each (see `statements`)."""

from mbasic.language import nodes
from mbasic.language.expressions import EQUAL, INPUT, ExpressionScanner, StatementReader
from mbasic.language.keywords import DATA, ERROR, FN, GOSUB, GOTO, TOKEN_OF, USR, one_byte_token
from mbasic.language.scanner import (
    BAD_STATEMENT,
    COMMA,
    ENDS,
    LEFT,
    LEFTS,
    NOT_REACHED,
    NUMBER_SIGN,
    QUOTE,
    RIGHT,
    RIGHTS,
    SEMICOLON,
)
from mbasic.values.kinds import Kind

NEXT = one_byte_token(b"NEXT")
STEP = one_byte_token(b"STEP")
TO = one_byte_token(b"TO")
_MID = TOKEN_OF[b"MID$"][1]
_MINUS = one_byte_token(b"-")


def _alone(node: nodes.StatementNode) -> StatementReader:
    """A statement that does nothing but raise a Syntax error if text follows (RETURN 70)."""
    return lambda scan: node if scan.at_end() else scan.refuse()


# ---- assignment -------------------------------------------------------------------


def let(scan: ExpressionScanner) -> nodes.StatementNode:
    """`A=5`, with or without LET."""
    target = scan.variable()
    if isinstance(target, nodes.Fault):
        return BAD_STATEMENT
    return nodes.Let(target, scan.after(EQUAL))


def mid_statement(scan: ExpressionScanner) -> nodes.StatementNode:
    """MID$(A$,1,2)=B$. The original takes no blank between MID$ and its bracket here: it looks at the next byte."""
    if scan.data[scan.pos] != _MID or scan.data[scan.pos + 1] != LEFT:
        return scan.refuse()
    scan.step(2)
    target = scan.variable()
    start = scan.after(COMMA)
    length = None
    if not scan.then(RIGHT):
        length = scan.followed(RIGHT, scan.after(COMMA))
    return nodes.MidLet(target, start, length, scan.after(EQUAL))


def _justify(right: bool) -> StatementReader:
    return lambda scan: nodes.Justify(right, scan.variable(), scan.after(EQUAL))


def _swap(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Swap(scan.variable(), scan.variable_after(COMMA))


# ---- jumps ------------------------------------------------------------------------


def _goto(scan: ExpressionScanner) -> nodes.StatementNode:
    number = jump_target(scan)
    return BAD_STATEMENT if number is None else nodes.Goto(number)


def _gosub(scan: ExpressionScanner) -> nodes.StatementNode:
    number = jump_target(scan)
    return BAD_STATEMENT if number is None else nodes.Gosub(number)


def jump_target(scan: ExpressionScanner) -> int | None:
    """The line to go to; nothing behind it is looked at, RETURN skips it too. None (failed) if there is none."""
    if not scan.at_line_number():
        scan.failed = True
        return None
    number = scan.line_number()
    scan.skip()
    return number


def _on(scan: ExpressionScanner) -> nodes.StatementNode:
    if scan.accept(ERROR):
        return nodes.OnError(scan.line_number() or 0) if scan.accept(GOTO) else scan.refuse()
    selector = scan.formula()
    gosub = scan.then(GOSUB)
    if not scan.failed and not gosub and not scan.accept(GOTO):
        selector = scan.syntax_error(selector)
    return nodes.OnGo(selector, gosub, () if scan.failed else _line_list(scan))


def _line_list(scan: ExpressionScanner) -> tuple[int | nodes.Fault, ...]:
    """Line numbers; a missing one is an error if it is chosen (lang/control/on_error_forms_on_list)."""
    found: list[int | nodes.Fault] = []
    while True:
        number = scan.line_number() if scan.at_line_number() else None
        found.append(NOT_REACHED if number is None else number)
        if not scan.accept(COMMA):
            return tuple(found)


def _resume(scan: ExpressionScanner) -> nodes.StatementNode:
    following = scan.accept(NEXT)
    number = None if following else scan.line_number()
    return nodes.Resume(number or None, following) if scan.at_end() else scan.refuse()


def _error(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.ErrorStatement(scan.last(scan.formula()))


# ---- loops: each stays what it is even with a fault, FOR and WHILE count them in the text ---------------


def _for(scan: ExpressionScanner) -> nodes.StatementNode:
    variable, start, limit = scan.scalar(), scan.after(EQUAL), scan.after(TO)
    step = scan.formula() if scan.then(STEP) else None
    if scan.goes_on():
        step = scan.syntax_error() if step is None else scan.syntax_error(step)
    return nodes.For(variable, start, limit, step)


def _next(scan: ExpressionScanner) -> nodes.StatementNode:
    if scan.at_end():
        return nodes.Next(())
    found = [scan.variable()]
    while scan.then(COMMA):
        found.append(scan.variable())
    return nodes.Next(tuple(found))


def _while(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.While(scan.formula())


def _wend(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Wend(fault=not scan.at_end())


# ---- input ------------------------------------------------------------------------


def _input(scan: ExpressionScanner) -> nodes.StatementNode:
    if scan.accept(NUMBER_SIGN):
        file = scan.formula()
        return nodes.InputFile(file, scan.variables(scan.variable_after(COMMA)))
    same_line = scan.accept(SEMICOLON)
    prompt, question = _prompt(scan)
    return BAD_STATEMENT if scan.failed else nodes.Input(same_line, prompt, question, _input_targets(scan))


def _prompt(scan: ExpressionScanner) -> tuple[bytes, bool]:
    """The text before the variables, and whether a question mark follows it."""
    if scan.data[scan.pos] != QUOTE:
        return b"", True
    prompt = scan.text()
    comma = scan.accept(COMMA)
    if not comma and not scan.accept(SEMICOLON):
        scan.failed = True
    return prompt, not comma


def _input_targets(scan: ExpressionScanner) -> tuple[nodes.Target | nodes.Fault, ...]:
    """What a typed line is checked against: names and closed brackets; subscripts are read when values are assigned.

    The line is read first (tests/transcripts/lang/input/input_prompt_expression).
    """
    found: list[nodes.Target | nodes.Fault] = []
    while True:
        start = scan.pos
        behind = _behind_variable(scan)
        if behind is None or scan.data[behind] not in (*ENDS, COMMA):
            scan.failed = True
            return (*found, NOT_REACHED)
        scan.pos = start
        found.append(scan.variable())
        scan.failed = False
        scan.pos = behind
        if not scan.accept(COMMA):
            return tuple(found)


def _behind_variable(scan: ExpressionScanner) -> int | None:
    """Return the place behind the variable at the cursor, its brackets counted; `[` does not count, `]` does."""
    if scan.name() is None:
        return None
    if scan.data[scan.pos] not in LEFTS:
        return scan.pos
    depth = 1
    while depth:
        scan.step_over()
        byte = scan.data[scan.pos]
        if byte in ENDS:
            return None
        depth += (byte == LEFT) - (byte in RIGHTS)
    scan.step()
    return scan.pos


def _line(scan: ExpressionScanner) -> nodes.StatementNode:
    """LINE INPUT. The prompt appears before the variable is looked at (lang/input/line_input_errors)."""
    if not scan.accept(INPUT):
        return scan.refuse()
    if scan.accept(NUMBER_SIGN):
        return nodes.LineInputFile(scan.formula(), scan.variable_after(COMMA))
    same_line = scan.accept(SEMICOLON)
    prompt, _ = _prompt(scan)
    return BAD_STATEMENT if scan.failed else nodes.LineInput(same_line, prompt, scan.variable())


def _read(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Read(scan.variables(scan.variable()))


def _restore(scan: ExpressionScanner) -> nodes.StatementNode:
    """RESTORE X looks for line 0, which mostly is an Undefined line number; only then is X a Syntax error."""
    return nodes.Restore(None if scan.at_end() else scan.line_number() or 0)


def _data(scan: ExpressionScanner) -> nodes.StatementNode:
    start = scan.data.rindex(DATA, 0, scan.pos) + 1
    scan.skip()
    return nodes.Remark(scan.data[start : scan.pos])


def _remark(scan: ExpressionScanner) -> nodes.StatementNode:
    scan.pos = scan.length
    return nodes.Remark()


# ---- declarations -----------------------------------------------------------------


def _dim(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Dim(scan.variables(scan.variable()))


def _erase(scan: ExpressionScanner) -> nodes.StatementNode:
    found = [scan.scalar()]
    while scan.then(COMMA):
        found.append(scan.scalar())
    return nodes.Erase(tuple(found))


def _option(scan: ExpressionScanner) -> nodes.StatementNode:
    """OPTION BASE. The digit stays a character, as BASE is a name (tests/transcripts/direct/direct/option_base)."""
    if not scan.expect(b"BASE"):
        return BAD_STATEMENT
    base = b"01".find(scan.data[scan.pos])
    if base < 0:
        scan.failed = True
    else:
        scan.step()
    return nodes.OptionBase(base)


def _deftype(kind: Kind) -> StatementReader:
    def read(scan: ExpressionScanner) -> nodes.StatementNode:
        found: list[tuple[str, str]] = []
        while True:
            letters = _letter_range(scan)
            if letters is None:
                scan.fault_follows = bool(found)
                break
            found.append(letters)
            if not scan.accept(COMMA):
                break
        return nodes.DefType(kind, tuple(found)) if found else scan.refuse()

    return read


def _letter_range(scan: ExpressionScanner) -> tuple[str, str] | None:
    first = _letter(scan)
    last = first
    if first and scan.accept(_MINUS):
        last = _letter(scan)
    return (first, last) if first and first <= last else None


def _letter(scan: ExpressionScanner) -> str:
    if not scan.at_letter():
        return ""
    letter = chr(scan.data[scan.pos])
    scan.step()
    return letter


def _def(scan: ExpressionScanner) -> nodes.StatementNode:
    if scan.data[scan.pos] == USR:
        return nodes.DefUsr(scan.usr_number(), scan.after(EQUAL))
    found = scan.name() if scan.accept(FN) else None
    return scan.refuse() if found is None else _define(scan, *found)


def _define(scan: ExpressionScanner, name: nodes.Name, sign: str) -> nodes.DefFn:
    """The function exists from its name on; the body must be an expression up to the colon when it is called.

    An array as a parameter is accepted here but no call of it succeeds (tests/transcripts/lang/deffn/fn_syntax_errors).
    """
    parameters: list[nodes.Variable] = []
    sound = True
    if scan.data[scan.pos] == LEFT:
        sound = _parameters(scan, parameters)
    body = scan.last(scan.after(EQUAL)) if sound else NOT_REACHED
    scan.failed = False
    scan.skip()
    return nodes.DefFn(name, sign, tuple(parameters), body)


def _parameters(scan: ExpressionScanner, found: list[nodes.Variable]) -> bool:
    """Collect the names in brackets; False if a call cannot succeed, with `fault_follows` if DEF itself fails."""
    sound = True
    while True:
        scan.step()
        parameter = scan.variable()
        if isinstance(parameter, nodes.Fault):
            scan.fault_follows = True
            return False
        sound = sound and isinstance(parameter, nodes.Variable)
        found.append(nodes.Variable(parameter.name, parameter.sign))
        if scan.data[scan.pos] != COMMA:
            break
    if scan.failed or not scan.accept(RIGHT):
        scan.fault_follows = True
        return False
    return sound


# ---- the machine ------------------------------------------------------------------


def _call(scan: ExpressionScanner) -> nodes.StatementNode:
    address = scan.scalar()
    found: list[nodes.Target | nodes.Fault] = []
    if scan.goes_on():
        found.append(scan.variable_after(LEFT))
        while not scan.failed and scan.data[scan.pos] == COMMA:
            found.append(scan.variable_after(COMMA))
        if not scan.failed and not scan.accept(RIGHT):
            found.append(scan.syntax_error())
    return nodes.MachineCallStatement(address, tuple(found))


def _randomize(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Randomize(None if scan.at_end() else scan.formula())


def _clear(scan: ExpressionScanner) -> nodes.StatementNode:
    """Up to three numbers, any of which may be missing (tests/transcripts/lang/variables/clear_arguments)."""
    arguments: list[nodes.Expression] = []
    places: list[int] = []
    for place in range(3):
        if scan.failed or scan.at_end():
            break
        if place and not scan.accept(COMMA):
            arguments.append(scan.syntax_error())
            places.append(place)
        elif not scan.at_end() and scan.data[scan.pos] != COMMA:
            arguments.append(scan.formula())
            places.append(place)
    if scan.goes_on():
        arguments.append(scan.syntax_error())
        places.append(2)
    return nodes.Clear(tuple(arguments), tuple(places))


def _null(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Null(scan.last(scan.formula()))


def _poke(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Poke(scan.formula(), scan.after(COMMA))


def _out(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Out(scan.formula(), scan.after(COMMA))


def _wait(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Wait(scan.formula(), scan.after(COMMA), scan.optional())


# ---- the table --------------------------------------------------------------------

PROGRAM_STATEMENTS: dict[str, StatementReader] = {
    "CALL": _call,
    "CLEAR": _clear,
    "DATA": _data,
    "DEF": _def,
    "DEFDBL": _deftype(Kind.DOUBLE),
    "DEFINT": _deftype(Kind.INTEGER),
    "DEFSNG": _deftype(Kind.SINGLE),
    "DEFSTR": _deftype(Kind.STRING),
    "DIM": _dim,
    "END": _alone(nodes.End()),
    "ERASE": _erase,
    "ERROR": _error,
    "FOR": _for,
    "GOSUB": _gosub,
    "GOTO": _goto,
    "INPUT": _input,
    "LET": let,
    "LINE": _line,
    "LSET": _justify(right=False),
    "NEXT": _next,
    "NULL": _null,
    "ON": _on,
    "OPTION": _option,
    "OUT": _out,
    "POKE": _poke,
    "RANDOMIZE": _randomize,
    "READ": _read,
    "REM": _remark,
    "RESTORE": _restore,
    "RESUME": _resume,
    "RETURN": _alone(nodes.Return()),
    "RSET": _justify(right=True),
    "STOP": _alone(nodes.Stop()),
    "SWAP": _swap,
    "SYSTEM": _alone(nodes.System()),
    "WAIT": _wait,
    "WEND": _wend,
    "WHILE": _while,
}

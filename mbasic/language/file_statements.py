"""Statements on files and on the disk: one small function each (see `statements`)."""

from mbasic.language import nodes
from mbasic.language.command_statements import line_range
from mbasic.language.expressions import ExpressionScanner, StatementReader
from mbasic.language.keywords import one_byte_token
from mbasic.language.scanner import COMMA, NOT_REACHED

_DELETE = one_byte_token(b"DELETE")
_MERGE = one_byte_token(b"MERGE")


def _open(scan: ExpressionScanner) -> nodes.StatementNode:
    """OPEN mode,[#]number,name[,length]: the mode's letter is looked at before the comma is missed (OPEN .. FOR)."""
    mode = scan.formula()
    number = _number_behind_comma(scan)
    name = scan.after(COMMA)
    length = scan.optional()
    return nodes.Open(mode, number, name, None if length is None else scan.last(length))


def _number_behind_comma(scan: ExpressionScanner) -> nodes.Expression:
    if scan.failed:
        return NOT_REACHED
    return scan.file_number() if scan.accept(COMMA) else scan.syntax_error()


def _close(scan: ExpressionScanner) -> nodes.StatementNode:
    if scan.at_end():
        return nodes.Close(())
    found = [scan.file_number()]
    while scan.then(COMMA):
        found.append(scan.file_number())
    return nodes.Close(tuple(found))


def _field(scan: ExpressionScanner) -> nodes.StatementNode:
    number = scan.file_number()
    found: list[tuple[nodes.Expression, nodes.Target | nodes.Fault]] = []
    while scan.then(COMMA):
        width = scan.formula()
        found.append((width, _variable_behind_as(scan)))
    return nodes.Field(number, tuple(found))


def _variable_behind_as(scan: ExpressionScanner) -> nodes.Target | nodes.Fault:
    return NOT_REACHED if scan.failed or not scan.expect(b"AS") else scan.variable()


def _get(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Get(scan.file_number(), scan.optional())


def _put(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Put(scan.file_number(), scan.optional())


def _kill(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Kill(scan.formula())


def _name(scan: ExpressionScanner) -> nodes.StatementNode:
    old = scan.formula()
    new = NOT_REACHED if scan.failed or not scan.expect(b"AS") else scan.formula()
    return nodes.Rename(old, new)


def _files(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Files(None if scan.at_end() else scan.formula())


def _reset(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Reset()


def _load(scan: ExpressionScanner) -> nodes.StatementNode:
    name = scan.formula()
    run = _run_option(scan)
    return nodes.Load(scan.last(name), run)


def _run(scan: ExpressionScanner) -> nodes.StatementNode:
    """RUN, RUN line (what follows the line is never looked at), RUN name[,R]."""
    if scan.at_end():
        return nodes.Run(None, None)
    if scan.at_line_number():
        number = scan.line_number()
        scan.skip()
        return nodes.Run(number, None)
    name = scan.formula()
    keep_files = _run_option(scan)
    return nodes.Run(None, scan.last(name), keep_files)


def _run_option(scan: ExpressionScanner) -> bool:
    """Step over `,R`. Anything else is left standing, which is an error before the program is loaded."""
    start = scan.pos
    if scan.then(COMMA) and scan.accept(ord("R")):
        return True
    scan.pos = start
    return False


def _merge(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Merge(scan.last(scan.formula()))


def _save(scan: ExpressionScanner) -> nodes.StatementNode:
    name = scan.formula()
    form = ""
    if scan.then(COMMA):
        form = _save_form(scan) or "?"
    return nodes.Save(scan.last(name), form)


def _save_form(scan: ExpressionScanner) -> str:
    for form in "AP":
        if scan.accept(ord(form)):
            return form
    return ""


def _chain(scan: ExpressionScanner) -> nodes.StatementNode:
    """CHAIN [MERGE] name[,[line][,ALL][,DELETE range]]; an error behind the name is a fault in place of the line."""
    merge = scan.accept(_MERGE)
    name = scan.formula()
    line: nodes.Expression | None = None
    if scan.failed or scan.at_end():
        return nodes.Chain(name, merge, line, keep_all=False, delete=None)
    if not scan.accept(COMMA):
        line = scan.syntax_error()
    elif scan.data[scan.pos] != COMMA:
        line = scan.formula()
    keep_all, delete = _chain_options(scan)
    if scan.failed and not isinstance(line, nodes.Fault):
        line = scan.syntax_error() if line is None else scan.syntax_error(line)
    return nodes.Chain(name, merge, line, keep_all, delete)


_ChainOptions = tuple[bool, tuple[int | None, int | None] | None]


def _chain_options(scan: ExpressionScanner) -> _ChainOptions:
    if scan.failed or scan.at_end() or not scan.expect(b","):
        return False, None
    keep_all = scan.data[scan.pos] != _DELETE
    if keep_all and (not scan.expect(b"ALL") or scan.at_end() or not scan.expect(b",")):
        return True, None
    if not scan.accept(_DELETE):
        scan.failed = True
        return keep_all, None
    lines = line_range(scan)
    if lines is None:
        scan.failed = True
        return keep_all, None
    return keep_all, (lines.first, lines.last if lines.dash else lines.first)


def _common(scan: ExpressionScanner) -> nodes.StatementNode:
    """COMMON does nothing where it stands; CHAIN looks for it. Its list ends at the first thing that is no name."""
    found: list[nodes.Target] = []
    while (name := scan.name()) is not None:
        brackets = scan.accept(ord("("))
        found.append(nodes.Element(*name, ()) if brackets else nodes.Variable(*name))
        if brackets and scan.data[scan.pos] != ord(")"):
            scan.formula()
        if scan.failed or (brackets and not scan.accept(ord(")"))) or not scan.accept(COMMA):
            break
    scan.failed = False
    scan.skip()
    return nodes.Common(tuple(found))


FILE_STATEMENTS: dict[str, StatementReader] = {
    "CHAIN": _chain,
    "CLOSE": _close,
    "COMMON": _common,
    "FIELD": _field,
    "FILES": _files,
    "GET": _get,
    "KILL": _kill,
    "LOAD": _load,
    "MERGE": _merge,
    "NAME": _name,
    "OPEN": _open,
    "PUT": _put,
    "RESET": _reset,
    "RUN": _run,
    "SAVE": _save,
}

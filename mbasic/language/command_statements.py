"""Statements on the program and the terminal: LIST, EDIT, RENUM and the like (see `statements`)."""

from mbasic.language import nodes
from mbasic.language.expressions import ExpressionScanner, StatementReader
from mbasic.language.keywords import one_byte_token
from mbasic.language.scanner import COMMA

_LPRINT = one_byte_token(b"LPRINT")
_MINUS = one_byte_token(b"-")


def line_range(scan: ExpressionScanner) -> nodes.LineRange | None:
    """Read `10`, `10-`, `-20`, `10-20`, `.` or nothing up to the statement's end; None if it is nothing of these."""
    if scan.at_end():
        return nodes.LineRange(None, None, dash=False)
    first = scan.line_or_dot()
    if scan.at_end():
        return nodes.LineRange(first, None, dash=False)
    if not scan.accept(_MINUS):
        return None
    last = None if scan.at_end() else scan.line_or_dot()
    return nodes.LineRange(first, last, dash=True) if scan.at_end() else None


def _list(printer: bool) -> StatementReader:
    def read(scan: ExpressionScanner) -> nodes.StatementNode:
        lines = line_range(scan)
        return scan.refuse() if lines is None else nodes.List(lines, printer)

    return read


def _delete(scan: ExpressionScanner) -> nodes.StatementNode:
    lines = line_range(scan)
    return scan.refuse() if lines is None else nodes.Delete(lines)


def _edit(scan: ExpressionScanner) -> nodes.StatementNode:
    line = scan.line_or_dot()
    return nodes.Edit(line) if scan.at_end() else scan.refuse()


def _auto(scan: ExpressionScanner) -> nodes.StatementNode:
    """AUTO ,7 starts at 0, AUTO 10, takes the last increment (tests/transcripts/direct/auto/remembers_step)."""
    if scan.at_end():
        return nodes.Auto(None, None, comma=False)
    line = scan.line_or_dot() or 0
    comma = not scan.at_end() and scan.accept(COMMA)
    increment = scan.line_number() if comma else None
    return nodes.Auto(line, increment, comma) if scan.at_end() else scan.refuse()


def _renum(scan: ExpressionScanner) -> nodes.StatementNode:
    """RENUM [new][,[old][,increment]]; a comma with nothing behind it gives line 0 or increment 0."""
    new = None if scan.at_end() else scan.line_or_dot()
    old = increment = None
    if not scan.at_end() and scan.accept(COMMA):
        old = None if scan.at_end() else scan.line_or_dot()
        if not scan.at_end() and scan.accept(COMMA):
            increment = scan.line_number() or 0
    return nodes.Renum(new, old, increment) if scan.at_end() else scan.refuse()


def _new(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.New() if scan.at_end() else scan.refuse()


def _cont(scan: ExpressionScanner) -> nodes.StatementNode:
    scan.skip()
    return nodes.Cont()


def _trace(on: bool) -> StatementReader:
    node = nodes.Trace(on)
    return lambda scan: node


def _width(scan: ExpressionScanner) -> nodes.StatementNode:
    printer = scan.accept(_LPRINT)
    return nodes.Width(printer, scan.formula())


COMMAND_STATEMENTS: dict[str, StatementReader] = {
    "AUTO": _auto,
    "CONT": _cont,
    "DELETE": _delete,
    "EDIT": _edit,
    "LIST": _list(printer=False),
    "LLIST": _list(printer=True),
    "NEW": _new,
    "RENUM": _renum,
    "TROFF": _trace(on=False),
    "TRON": _trace(on=True),
    "WIDTH": _width,
}

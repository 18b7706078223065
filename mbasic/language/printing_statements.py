"""PRINT, LPRINT and WRITE: lists in which every item is printed before the next one is looked at (see `statements`)."""

from mbasic.language import nodes
from mbasic.language.expressions import ExpressionScanner, StatementReader
from mbasic.language.keywords import one_byte_token
from mbasic.language.scanner import COMMA, ENDS, NUMBER_SIGN, RIGHT, SEMICOLON

_SPC = one_byte_token(b"SPC(")
_TAB = one_byte_token(b"TAB(")
_USING = one_byte_token(b"USING")
_SEPARATORS = (COMMA, SEMICOLON)
_NEXT_ZONE = nodes.Comma()
_NOTHING = nodes.Semicolon()


def _print(scan: ExpressionScanner) -> nodes.StatementNode:
    """PRINT. The file is looked up before its comma is missed (tests/transcripts/lang/sequential/write_file_empty)."""
    if not scan.accept(NUMBER_SIGN):
        return nodes.Print(_items(scan))
    file = scan.formula()
    items = _items(scan) if scan.then(COMMA) else (scan.syntax_error(),)
    return nodes.Print(items, file=file)


def _lprint(scan: ExpressionScanner) -> nodes.StatementNode:
    return nodes.Print(_items(scan), printer=True)


def _items(scan: ExpressionScanner) -> tuple[nodes.PrintItem, ...]:
    found: list[nodes.PrintItem] = []
    while not scan.failed and (byte := scan.data[scan.pos]) not in ENDS:
        if byte == SEMICOLON:
            scan.step()
            found.append(_NOTHING)
        elif byte == COMMA:
            scan.step()
            found.append(_NEXT_ZONE)
        elif byte == _TAB:
            found.append(nodes.Tab(_column(scan)))
        elif byte == _SPC:
            found.append(nodes.Spc(_column(scan)))
        elif byte == _USING:
            found.append(_using(scan))
            break
        else:
            found.append(scan.formula())
    return tuple(found)


def _column(scan: ExpressionScanner) -> nodes.Expression:
    scan.step()
    return scan.followed(RIGHT, scan.formula())


def _using(scan: ExpressionScanner) -> nodes.Using:
    scan.step()
    form = scan.followed(SEMICOLON, scan.formula())
    if scan.failed:
        return nodes.Using(form, (), trailing=False)
    values = [scan.formula()]
    while scan.goes_on():
        if scan.data[scan.pos] not in _SEPARATORS:
            scan.failed = True
            return nodes.Using(form, tuple(values), trailing=False, fault=True)
        scan.step()
        if scan.at_end():
            return nodes.Using(form, tuple(values), trailing=True)
        values.append(scan.formula())
    return nodes.Using(form, tuple(values), trailing=False)


def _write(scan: ExpressionScanner) -> nodes.StatementNode:
    file = None
    if scan.accept(NUMBER_SIGN):
        file = scan.formula()
        if not scan.then(COMMA):
            return nodes.Write((scan.syntax_error(),), file)
    return _values(scan, file)


def _values(scan: ExpressionScanner, file: nodes.Expression | None) -> nodes.Write:
    """WRITE's list: a separator must be followed by a value; WRITE 1, is a Missing operand behind `1,`."""
    if scan.at_end():
        return nodes.Write((), file)
    found = [scan.formula()]
    while scan.goes_on():
        if scan.data[scan.pos] not in _SEPARATORS:
            scan.failed = True
            return nodes.Write(tuple(found), file, fault=True)
        scan.step()
        found.append(scan.formula())
    return nodes.Write(tuple(found), file)


PRINTING_STATEMENTS: dict[str, StatementReader] = {"LPRINT": _lprint, "PRINT": _print, "WRITE": _write}

r"""From the bytes of a line to its statements: the original's run-time scanner turned into data.

    parse_body(body) -> (Statement, ...)       flat, in text order, as drawn in `nodes`

Nothing here raises: where the original would find an error when it gets there, a Fault or FaultStatement stands. The
text goes on to be read behind the next colon, where RESUME NEXT finds it.

THEN and ELSE start statements that are part of their IF for RESUME. ELSE belongs to the IF from which a scan arrives
there that counts IFs and ELSEs behind colons, quotes skipped (tests/transcripts/lang/control/if_else_chain,
lang/control/if_else_with_strings); an ELSE that is met in the flow ends the line.
"""

from collections.abc import Set

from mbasic.language import nodes
from mbasic.language.expressions import ExpressionScanner
from mbasic.language.keywords import ELSE, GOTO, REM, REMARK_SIGN, one_byte_token
from mbasic.language.program_statements import jump_target
from mbasic.language.scanner import BAD_STATEMENT, COLON, COMMA
from mbasic.language.statements import read_statement

_IF = one_byte_token(b"IF")
_THEN = one_byte_token(b"THEN")
_HIDDEN = (bytes((ELSE,)), bytes((REM, REMARK_SIGN)))  # what LIST shows without the colon before it

_FRESH = -1  # a statement may begin here
_DONE = -2  # one has been read; a colon must follow


def parse_body(
    body: bytes, without_arguments: Set[tuple[nodes.Name, str]] = frozenset()
) -> tuple[nodes.Statement, ...]:
    """Return the statements of a tokenised line, without its link, number and final 00.

    A user function that was defined without parameters takes no bracket: `PRINT FNB(1)` prints FNB, then 1
    (tests/transcripts/lang/deffn/fn_wrong_arg_count). The text does not tell which ones these are; name them in
    `without_arguments` where that matters.
    """
    return parse_scanned(ExpressionScanner(body, without_arguments))


def parse_scanned(scan: ExpressionScanner) -> tuple[nodes.Statement, ...]:
    """Return the statements of the body that `scan` is at the beginning of."""
    line = _Line(scan)
    line.read()
    return line.statements()


class _Row:
    """A statement being collected."""

    __slots__ = ("end", "fresh", "node", "restart", "start")

    def __init__(self, node: nodes.StatementNode, start: int, end: int, restart: int, fresh: bool) -> None:
        self.node = node
        self.start = start
        self.end = end
        self.restart = restart
        self.fresh = fresh


class _Line:
    """The line's flow. `_restart`: where RESUME goes for the statement that comes next, or _FRESH or _DONE."""

    __slots__ = ("_behind_else", "_else_of", "_restart", "_rows", "_scan")

    def __init__(self, scan: ExpressionScanner) -> None:
        self._scan = scan
        self._rows: list[_Row] = []
        self._restart = _FRESH
        self._else_of: dict[int, int] = {}  # row of an IF -> place of its ELSE
        self._behind_else: dict[int, int] = {}  # place of an ELSE -> row of the statement behind it

    def read(self) -> None:
        scan = self._scan
        while byte := scan.data[scan.pos]:
            if byte == COLON:
                self._colon()
            elif byte == _IF:
                self._if()
            elif byte == ELSE:
                self._else()
            else:
                self._statement()

    def statements(self) -> tuple[nodes.Statement, ...]:
        """Return what has been read, with the places that are known only now."""
        rows = self._rows
        for index, place in self._else_of.items():
            self._set_otherwise(rows[index], self._behind_else.get(place))
        behind: list[int | None] = []
        following: int | None = None
        for index in range(len(rows) - 1, -1, -1):
            behind.append(following)
            if rows[index].fresh:
                following = index
        behind.reverse()
        return tuple(nodes.Statement(row.node, row.start, row.end, row.restart, behind[row.restart]) for row in rows)

    def _set_otherwise(self, row: _Row, otherwise: int | None) -> None:
        if otherwise is not None and otherwise < len(self._rows) and isinstance(row.node, nodes.If):
            row.node = nodes.If(row.node.condition, row.node.then_line, otherwise)

    # ---- the parts of the flow; the cursor stands on their first byte

    def _add(self, node: nodes.StatementNode, start: int) -> _Row:
        fresh = self._restart == _FRESH
        restart = len(self._rows) if fresh else self._restart
        row = _Row(node, start, self._scan.pos, restart, fresh)
        self._rows.append(row)
        return row

    def _colon(self) -> None:
        scan = self._scan
        if self._restart == _FRESH and not scan.data.startswith(_HIDDEN, scan.pos + 1):
            self._add(nodes.Empty(), scan.pos)
        scan.step()
        self._restart = _FRESH

    def _statement(self) -> None:
        start = self._scan.pos
        row = self._add(read_statement(self._scan), start)
        self._restart = row.restart
        self._finish()

    def _finish(self) -> None:
        """Behind a statement: a fault, or text that does not belong to it, ends it at the next colon."""
        scan = self._scan
        if scan.fault_follows or not (scan.failed or scan.at_end()):
            start = scan.pos
            scan.skip()
            self._add(BAD_STATEMENT, start)
            scan.fault_follows = False
        scan.failed = False
        scan.skip()
        self._restart = _DONE

    def _if(self) -> None:
        scan = self._scan
        start = scan.pos
        scan.step()
        condition = scan.formula()
        if not scan.failed:
            scan.accept(COMMA)
            if not (scan.accept(GOTO) or scan.accept(_THEN)):
                condition = scan.syntax_error(condition)
        failed = scan.failed
        place = scan.pos
        then_line = jump_target(scan) if not failed and scan.at_line_number() else None
        row = self._add(nodes.If(condition, then_line, None), start)
        self._restart = row.restart
        if failed:
            self._finish()
        else:
            self._pair(len(self._rows) - 1, place)
        if then_line is not None:
            self._restart = _DONE

    def _pair(self, row: int, place: int) -> None:
        """Find the ELSE of the IF whose statement begins at `place`."""
        found = _matching_else(self._scan, place)
        if found:
            self._else_of[row] = found

    def _else(self) -> None:
        scan = self._scan
        place = scan.pos
        scan.step()
        row = self._add(nodes.Else(), place)
        owner = next((index for index, found in self._else_of.items() if found == place), None)
        self._behind_else[place] = len(self._rows)
        self._restart = row.restart if owner is None else self._rows[owner].restart
        if scan.at_line_number():
            self._jump()

    def _jump(self) -> None:
        """ELSE 100."""
        start = self._scan.pos
        line = jump_target(self._scan)
        assert line is not None
        self._add(nodes.Goto(line), start)
        self._restart = _DONE


def _matching_else(scan: ExpressionScanner, place: int) -> int:
    """Return the place of the ELSE that a false IF goes to, 0 if there is none; `place` is behind THEN or GOTO."""
    if scan.data.find(ELSE, place) < 0:
        return 0
    here, missing = scan.pos, 1
    scan.pos = place
    while byte := scan.data[scan.pos]:
        scan.step_over()
        if byte == _IF:
            missing += 1
        elif byte == COLON and scan.data[scan.pos] == ELSE:
            missing -= 1
            if not missing:
                break
    found = scan.pos if byte else 0
    scan.pos = here
    return found

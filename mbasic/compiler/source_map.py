"""The program as one flat list of statements: what a pc means, and what the text around it decides.

In the original FOR, WHILE and DATA are found by reading the program text, whatever order it is executed in; so loops
are matched here, over the text, and not over the flow (tests/transcripts/lang/control/for_scan_*).

Behind the program stands one empty statement that is its end, and behind that the direct-mode line: its statements
have pcs too, their line is None.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import cast

from mbasic.compiler.ir import UNDEFINED
from mbasic.language import nodes
from mbasic.language.keywords import FN, TOKEN_OF
from mbasic.language.nodes import Statement

Parse = Callable[[bytes], tuple[Statement, ...]]
LoopEnd = tuple[int, int]
"""The pc of a NEXT and the place of the variable in its list; a WEND has place 0."""


_INPUT = TOKEN_OF[b"INPUT"]
_INPUT_CHARS = _INPUT + b"$"
_SWAP, _VARPTR = TOKEN_OF[b"SWAP"], TOKEN_OF[b"VARPTR"]
_THE_END = Statement(nodes.Empty(), 0, 0, 0, None)


class SourceMap:
    """`statements`, with the line of each, in text order."""

    __slots__ = (
        "_ends",
        "_next_lines",
        "_owners",
        "_reads_keys",
        "data",
        "first",
        "lines",
        "numbers",
        "program_end",
        "statements",
        "watched",
    )

    def __init__(self, lines: Iterable[tuple[int, bytes]], parse: Parse) -> None:
        program = list(lines)
        self.watched: set[bytes] = set()
        """Names that SWAP or VARPTR need to exist."""
        self.statements: list[Statement] = []
        self.lines: list[int | None] = []
        self.first: list[int] = []
        """pc of each line's first statement."""
        self.numbers: list[int] = []
        self.data: list[int] = []
        """pcs of the DATA statements that READ finds."""
        self._next_lines: list[int] = []
        self._reads_keys = any(_INPUT_CHARS in body for _, body in program)
        for number, body in program:
            self.numbers.append(number)
            self._append(number, parse(body), _may_wait(body))
            self._watch(body)
        self.program_end = len(self.statements)
        self._append(None, (_THE_END,))
        self._ends: dict[int, LoopEnd] | None = None
        self._owners: dict[LoopEnd, int] = {}

    def _append(self, number: int | None, statements: tuple[Statement, ...], may_wait: bool = False) -> None:
        at = len(self.statements)
        self.first.append(at)
        parts = _split_waiting_prints(statements) if may_wait else statements
        self.statements.extend(parts)
        self.lines.extend([number] * len(parts))
        self._next_lines.extend([at + len(parts)] * len(parts))
        if number is not None:
            self.data.extend(at + i for i, s in enumerate(parts) if _is_data(s) and s.restart == i)

    def _watch(self, body: bytes) -> None:
        """Note what the line appended last wants to exist."""
        if _SWAP in body or _VARPTR in body:
            for statement in self.statements[self.first[-1] :]:
                self.watched.update(_wanted(statement.node))

    def set_direct(self, body: bytes, parse: Parse) -> int:
        """Put a direct-mode line behind the program, in place of the last one; the pc of its first statement."""
        self._reads_keys |= _INPUT_CHARS in body
        start = self.program_end + 1
        del self.statements[start:], self.lines[start:], self._next_lines[start:], self.first[len(self.numbers) + 1 :]
        self._append(None, parse(body), _may_wait(body))
        self._watch(body)
        if self._ends is not None:
            self._forget_loops(start)
            self._match(start, len(self.statements), self._ends)
        return start

    def _forget_loops(self, start: int) -> None:
        self._ends = {owner: end for owner, end in self._loop_ends().items() if owner < start}
        self._owners = {end: owner for owner, end in self._ends.items()}

    # ---- places

    def start_of_line(self, pc: int) -> int:
        """pc of the first statement of the line that `pc` is in."""
        place = bisect_left(self.first, pc + 1) - 1
        return self.first[place]

    def next_line(self, pc: int) -> int:
        """pc of the first statement of the line behind; the end of the program (or direct line) has one too."""
        return self._next_lines[pc]

    def is_direct(self, pc: int) -> bool:
        """Whether `pc` is in the direct-mode line, or behind it."""
        return pc > self.program_end

    def at_end(self, pc: int) -> bool:
        """Whether there is no statement at `pc`: behind the program, or behind the direct line."""
        return pc == len(self.statements) or pc == self.program_end

    def target(self, line: int) -> int:
        """pc of a line number, UNDEFINED where there is none."""
        place = bisect_left(self.numbers, line)
        if place < len(self.numbers) and self.numbers[place] == line:
            return self.first[place]
        return UNDEFINED

    def line_at_or_behind(self, line: int) -> int:
        """pc of the first line not below `line`."""
        place = bisect_left(self.numbers, line)
        return self.first[place] if place < len(self.numbers) else self.program_end

    def restart(self, pc: int) -> int:
        """Where RESUME and CONT repeat the statement at `pc`."""
        return self.start_of_line(pc) + self.statements[pc].restart

    def resume_next(self, pc: int) -> int:
        """Where RESUME NEXT goes on."""
        index = self.statements[pc].resume_next
        return self.next_line(pc) if index is None else self.start_of_line(pc) + index

    # ---- what the text decides

    def functions_without_parameters(self) -> frozenset[tuple[bytes, str]]:
        """Names and signs of the DEF FNs that take no arguments."""
        definitions = (s.node for s in self.statements if isinstance(s.node, nodes.DefFn))
        return frozenset((d.name, d.sign) for d in definitions if not d.parameters)

    def fault_follows(self, pc: int) -> bool:
        """Whether the statement at `pc` is followed by text that does not belong to it."""
        behind = self.statements[pc + 1] if pc + 1 < len(self.statements) else None
        return (
            behind is not None
            and isinstance(behind.node, nodes.FaultStatement)
            and not self.begins_line(pc + 1)
            and (behind.restart == self.statements[pc].restart)
        )

    def may_wait(self, pc: int) -> bool:
        """Whether the statement at `pc` may stop for the keys of INPUT$, in itself or in a function it calls."""
        return self._reads_keys and waits_for_keys(self.statements[pc].node)

    def begins_line(self, pc: int) -> bool:
        """Whether a line begins at `pc`."""
        return self.start_of_line(pc) == pc

    def data_from(self, pc: int) -> list[int]:
        """pcs of the DATA statements at `pc` and behind it."""
        return self.data[bisect_left(self.data, pc) :]

    def loop_end(self, pc: int) -> LoopEnd | None:
        """The NEXT (WEND) that the text gives to the FOR (WHILE) at `pc`."""
        return self._loop_ends().get(pc)

    def loop_owner(self, end: LoopEnd) -> int:
        """The FOR (WHILE) that a NEXT (WEND) belongs to, or UNDEFINED."""
        self._loop_ends()
        return self._owners.get(end, UNDEFINED)

    def _loop_ends(self) -> dict[int, LoopEnd]:
        if self._ends is None:
            self._ends = {}
            self._match(0, self.program_end, self._ends)
            self._match(self.program_end + 1, len(self.statements), self._ends)
        return self._ends

    def _match(self, start: int, stop: int, ends: dict[int, LoopEnd]) -> None:
        open_for: list[int] = []
        open_while: list[int] = []
        for pc in range(start, stop):
            match self.statements[pc].node:
                case nodes.For():
                    open_for.append(pc)
                case nodes.While():
                    open_while.append(pc)
                case nodes.Next(variables=variables):
                    for place in range(min(len(variables) or 1, len(open_for))):
                        self._pair(open_for.pop(), (pc, place), ends)
                case nodes.Wend() if open_while:
                    self._pair(open_while.pop(), (pc, 0), ends)
                case _:
                    pass

    def _pair(self, owner: int, end: LoopEnd, ends: dict[int, LoopEnd]) -> None:
        ends[owner] = end
        self._owners[end] = owner


def _may_wait(body: bytes) -> bool:
    """Whether INPUT$, or a function that may hold it, can stand in a body: most have neither."""
    return _INPUT in body or FN in body


def _is_data(statement: Statement) -> bool:
    return isinstance(statement.node, nodes.Remark) and statement.node.data is not None


def _split_waiting_prints(statements: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """Let an INPUT$ in the list of a PRINT begin a PRINT of its own.

    A statement that waits for keys is executed anew when they are there; what was printed before must not be again.
    """
    parts: list[list[nodes.StatementNode]] = [_pieces(s.node) for s in statements]
    places = [sum(len(p) for p in parts[:i]) for i in range(len(parts) + 1)]

    def moved(index: int | None) -> int | None:
        return None if index is None else places[index]

    out: list[Statement] = []
    for statement, pieces in zip(statements, parts, strict=True):
        for node in pieces:
            if isinstance(node, nodes.If):
                node = nodes.If(node.condition, node.then_line, moved(node.otherwise))
            restart = places[statement.restart]
            out.append(Statement(node, statement.start, statement.end, restart, moved(statement.resume_next)))
    return tuple(out)


def _waits_at(node: nodes.Print) -> list[int]:
    return [i for i, item in enumerate(node.items) if i and not _is_layout(item) and waits_for_keys(item)]


def _is_layout(item: nodes.PrintItem) -> bool:
    return isinstance(item, nodes.Comma | nodes.Semicolon | nodes.Using)


def _pieces(node: nodes.StatementNode) -> list[nodes.StatementNode]:
    if not isinstance(node, nodes.Print) or not _waits_at(node):
        return [node]
    cuts = [0, *_waits_at(node), len(node.items)]
    pieces: list[nodes.StatementNode] = []
    for first, last in pairwise(cuts):
        items = node.items[first:last]
        if last < len(node.items):
            items = (*items, nodes.Semicolon())
        pieces.append(nodes.Print(items, node.printer, node.file))
    return pieces


def _parts(node: object) -> tuple[object, ...]:
    """What a node is made of."""
    if isinstance(node, tuple):
        return cast(tuple[object, ...], node)
    fields: tuple[str, ...] = getattr(node, "__struct_fields__", ())
    return tuple(getattr(node, name) for name in fields)


def waits_for_keys(node: object) -> bool:
    """Whether an INPUT$ from the keyboard stands anywhere in a node, or a call of a function that may hold one."""
    if isinstance(node, nodes.InputChars):
        return node.file is None
    if isinstance(node, nodes.UserCall):
        return True
    return any(map(waits_for_keys, _parts(node)))


def _wanted(node: object) -> set[bytes]:
    """Names of the scalars in a node that must exist: SWAP's second, VARPTR's."""
    if isinstance(node, nodes.AddressOf | nodes.Swap):
        target = node.second if isinstance(node, nodes.Swap) else node.target
        return {target.name} if isinstance(target, nodes.Variable) else set()
    names: set[bytes] = set()
    for part in _parts(node):
        names |= _wanted(part)
    return names

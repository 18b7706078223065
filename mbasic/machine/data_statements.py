"""READ and RESTORE."""

from typing import TYPE_CHECKING

from mbasic.errors import BasicError, ErrorCode
from mbasic.language.nodes import Remark
from mbasic.runtime import layout
from mbasic.runtime.input_items import DataItem, read_data
from mbasic.values.kinds import Kind

if TYPE_CHECKING:
    from mbasic.machine.machine import Machine


class DataStatements:
    """READ and RESTORE: the pointer is in the image, the DATA in the program text."""

    __slots__ = ("_bad", "_items", "_offset", "_pc", "_source", "machine")

    def __init__(self, machine: "Machine") -> None:
        self.machine = machine
        self._bad = False
        self._items: dict[tuple[int, int, str], tuple[int, DataItem]] = {}
        """What was read before, by where READ stood and the kind it wanted; of the program `_source`."""
        self._source = machine.executor.source
        self._pc = self._offset = -1
        """Where the next item is; only within one statement, at whose end the image learns of it."""

    def restore(self, pc: int) -> None:
        """RESTORE [line]."""
        q = self.machine.image.q
        q[layout.DATA_PC], q[layout.DATA_OFFSET] = pc, -1

    def read_item(self, kind: str, first: int) -> int | float | bytes:
        """The next item as a value of this kind; `first` in its READ. OUT_OF_DATA."""
        if first:
            q = self.machine.image.q
            self._pc, self._offset = q[layout.DATA_PC], q[layout.DATA_OFFSET]
        key = (self._pc, self._offset, kind)
        found = self._items.get(key)
        if found is None or self._source is not self.machine.executor.source:
            found = self._read(kind, key)
        self._pc, item = found
        self._bad = not item.valid
        self._offset = item.next
        return item.value

    def _read(self, kind: str, key: tuple[int, int, str]) -> tuple[int, DataItem]:
        """Find and read an item; one that is good is remembered."""
        if self._source is not self.machine.executor.source:
            self._source = self.machine.executor.source
            self._items.clear()
        self._pc, text, offset = self._locate(self._pc, self._offset)
        silent = True

        def warn(code: int) -> None:
            nonlocal silent
            silent = False
            self.machine.warn(code)

        item = read_data(text, offset, Kind(kind), warn)
        if silent:
            self._items[key] = self._pc, item
        return self._pc, item

    def read_done(self, last: int) -> None:
        """The item is in its variable; `last` of its READ: the pointer moves.

        An item that was no number is a SYNTAX_ERROR in the DATA's line (tests/transcripts/lang/data).
        """
        if self._bad:
            raise BasicError(ErrorCode.SYNTAX_ERROR, self.machine.executor.line_of(self._pc))
        if last:
            q = self.machine.image.q
            q[layout.DATA_PC], q[layout.DATA_OFFSET] = self._pc, self._offset

    def _locate(self, at: int, offset: int) -> tuple[int, bytes, int]:
        """(pc of the DATA statement, its text, offset of the next item)."""
        source = self.machine.executor.source
        for pc in source.data_from(at):
            node = source.statements[pc].node
            assert isinstance(node, Remark)
            text = node.data or b""
            if pc != at or offset < 0:
                return pc, text, 0
            if offset <= len(text):
                return pc, text, offset
        raise BasicError(ErrorCode.OUT_OF_DATA)

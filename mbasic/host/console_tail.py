"""The newest output of a session's console, by its offset; older output is the store's."""

from typing import Final

TAIL_BYTES: Final = 64 << 10
_MOST: Final = 2 * TAIL_BYTES


class ConsoleTail:
    """Bytes from `start` up to `end`, offsets of the session's whole output."""

    __slots__ = ("_data", "end")

    def __init__(self, end: int = 0, data: bytes = b"") -> None:
        self._data = bytearray(data)
        self.end = end

    @property
    def start(self) -> int:
        """The oldest offset that is kept."""
        return self.end - len(self._data)

    def add(self, offset: int, data: bytes) -> bytes:
        """Take output from `offset` on; return the part that is new. A gap makes the tail begin anew."""
        if offset > self.end:
            self._data.clear()
            self.end = offset
        new = data[self.end - offset :]
        self._data += new
        self.end += len(new)
        if len(self._data) > _MOST:
            del self._data[:-TAIL_BYTES]
        return new

    def since(self, seen: int) -> tuple[int, bytes]:
        """(offset, bytes): what follows `seen`; all that is kept where it is older, or no offset of this session."""
        if not self.start <= seen <= self.end:
            seen = self.start
        return seen, bytes(self._data[seen - self.start :])

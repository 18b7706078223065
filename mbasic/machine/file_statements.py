"""Statements on files, and on the strings that live in their buffers: OPEN, FIELD, LSET, INPUT# …"""

from typing import TYPE_CHECKING

from mbasic.runtime import layout
from mbasic.runtime.library import strings
from mbasic.runtime.open_files import OpenFiles
from mbasic.values.kinds import Kind

if TYPE_CHECKING:
    from mbasic.machine.machine import Machine


class FileStatements:
    """Files, and strings that live in their buffers."""

    __slots__ = ("_field", "_number", "machine")

    def __init__(self, machine: "Machine") -> None:
        self.machine = machine
        self._field = (0, 0)
        """File and offset of FIELD's next part; only within one statement."""
        self._number = 0
        """The file that INPUT# reads; only within one statement."""

    @property
    def _files(self) -> OpenFiles:
        return self.machine.files

    def open(self, mode: bytes, number: int, name: bytes, length: int | None) -> None:
        """OPEN mode, number, name[, length]."""
        self._files.open(mode, number, name, length)

    def close(self, *numbers: int) -> None:
        """CLOSE."""
        for number in numbers:
            self._files.close(number)
        if not numbers:
            self._files.close_all()

    def reset(self) -> None:
        """RESET."""
        self._files.close_all()

    def get(self, number: int, record: int | None) -> None:
        """GET."""
        self._files.get(number, record)

    def put(self, number: int, record: int | None) -> None:
        """PUT."""
        self._files.put(number, record)

    def kill(self, name: bytes) -> None:
        """KILL."""
        self._files.kill(name)

    def rename(self, old: bytes, new: bytes) -> None:
        """NAME old AS new."""
        self._files.rename(old, new)

    def files(self, pattern: bytes | None) -> None:
        """FILES."""
        self._files.list_names(self.machine.screen, pattern)

    def chars(self, count: int, number: int) -> bytes:
        """INPUT$(count, #number)."""
        return self._files.read_chars(number, strings.check_byte(count))

    def loc(self, number: int) -> float:
        """LOC."""
        return float(self._files.loc(number))

    def lof(self, number: int) -> float:
        """LOF."""
        return float(self._files.lof(number))

    # ---- fields

    def field(self, number: int) -> None:
        """FIELD #number: its parts follow."""
        self._files.check_field(number)
        self._field = (number, 0)

    def field_part(self, width: int, word: int) -> None:
        """`width` AS the string variable at `word`."""
        number, offset = self._field
        strings.check_byte(width)
        self._files.place_field(number, offset, width)
        place = layout.FIELD_BASE + (number << 16) + offset
        self.machine.image.u[word] = place << 8 | width
        self._field = (number, offset + width)

    def _set(self, word: int, text: bytes) -> None:
        """Replace a string by one of the same length: in the file's buffer, if it stands there."""
        image = self.machine.image
        place = (image.u[word] >> 8) - layout.FIELD_BASE
        if place >= 0:
            self._files.write_field(place >> 16, place & 0xFFFF, text)
        else:
            image.u[word] = image.keep(text)

    def _text(self, word: int) -> bytes:
        return self.machine.image.strings[self.machine.image.u[word]]

    def lset(self, word: int, value: bytes) -> None:
        """LSET."""
        self._set(word, strings.justify(value, len(self._text(word)), False))

    def rset(self, word: int, value: bytes) -> None:
        """RSET."""
        self._set(word, strings.justify(value, len(self._text(word)), True))

    def mid_let(self, word: int, start: int, length: int | None, value: bytes) -> None:
        """MID$(variable, start[, length]) = value."""
        self._set(word, strings.replace(self._text(word), start, 255 if length is None else length, value))

    # ---- input

    def input_from(self, number: int) -> None:
        """INPUT #number and LINE INPUT #number: the items follow."""
        self._number = number

    def file_item(self, kind: str) -> int | float | bytes:
        """The next item of the file."""
        return self._files.read_item(self._number, Kind(kind), self.machine.warn)

    def file_line(self, _kind: str = "$") -> bytes:
        """The next line of the file."""
        return self._files.read_line(self._number)

"""PRINT on paper: items, zones, TAB and SPC, the width of the line and the cursor's column.

`Paper` is the console or the printer: it collects bytes in `output` and keeps its column and width in the image.
Files print through the same methods, without a width (open_files.py). The rules, all from tests/transcripts/lang/print:

    item          a number or string that does not fit in the rest of the line begins a new one, unless the cursor
                  stands in column 0; a longer string is cut at the width           (width_wrap_numbers, width_eighty)
    full line     the cursor waits behind the last column (POS 81); the next character begins a new line, and a new
                  line that is printed then gives no empty one                      (print_pos, print_after_wrap)
    zones         of 14 columns; a comma at or behind the last whole one begins a new line  (width_zones, zones_commas)
    controls      CR: column 0; BS: one back; TAB: blanks to the next eighth column; others, LF too, do not count
                                                                        (tests/transcripts/lang/strings/string_control_chars)
"""

import re
from typing import Protocol

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime.image import Image
from mbasic.runtime.layout import COLUMN, NULLS, PRINTER_COLUMN, PRINTER_WIDTH, WIDTH

ZONE_COLUMNS = 14
_TAB_STOP_COLUMNS = 8
_LAST_COLUMN = 255
"""The column is one byte in the original."""

_find_control = re.compile(rb"[\x00-\x1f]").search


class Output(Protocol):
    """What PRINT, WRITE and PRINT USING write on: paper or a file."""

    def print_text(self, text: bytes) -> None:
        """Print a string item."""

    def print_number(self, text: bytes) -> None:
        """Print a number and the blank behind it; `text` is without that blank."""

    def write(self, text: bytes) -> None:
        """Print characters one by one: a line that is full is continued on the next."""

    def newline(self) -> None:
        """Begin a new line."""

    def comma(self) -> None:
        """Go to the next print zone."""

    def tab(self, column: int) -> None:
        """TAB(column), 1 is the leftmost."""

    def spc(self, count: int) -> None:
        """SPC(count)."""


class Paper:
    """The console or the printer; the argument indexes name its words in the image's header."""

    __slots__ = ("_column", "_image", "_nulls", "_width", "output")

    def __init__(self, image: Image, column: int = COLUMN, width: int = WIDTH, nulls: int | None = NULLS) -> None:
        self._image = image
        self._column = column
        self._width = width
        self._nulls = nulls
        self.output = bytearray()

    def take(self) -> bytes:
        """Return what was printed since the last time."""
        data = bytes(self.output)
        self.output.clear()
        return data

    def position(self) -> int:
        """POS(0) or LPOS(0): the leftmost column is 1, and behind a full line it is the width + 1."""
        return self._image.q[self._column] + 1

    def columns_left(self) -> int:
        """Return how many columns the line still has."""
        return self._image.q[self._width] - self._image.q[self._column]

    # ---- items

    def print_number(self, text: bytes) -> None:
        """Print a number and the blank behind it; both go to a new line if they do not fit."""
        q = self._image.q
        column = q[self._column]
        end = column + len(text) + 1
        if end > q[self._width]:
            if column:
                self.newline()
            self._write_plain(text + b" ")
            return
        output = self.output
        output += text
        output += b" "
        q[self._column] = end

    def print_text(self, text: bytes) -> None:
        """Print a string; on a new line if it does not fit."""
        q = self._image.q
        column = q[self._column]
        end = column + len(text)
        if end <= q[self._width]:
            if not _find_control(text):
                self.output += text
                q[self._column] = end
                return
        elif column:
            self.newline()
        self.write(text)

    def write(self, text: bytes) -> None:
        """Print characters one by one, going to a new line wherever the line is full."""
        if not _find_control(text):
            self._write_plain(text)
            return
        parts = re.split(rb"([\x00-\x1f])", text)
        for index, part in enumerate(parts):
            if index & 1:
                self._write_control(part)
            elif part:
                self._write_plain(part)

    def _write_plain(self, text: bytes) -> None:
        """Print characters that each take a column. A width of 0 begins a line only in column 0 (width.keys)."""
        q = self._image.q
        end = q[self._column] + len(text)
        if end <= q[self._width]:
            self.output += text
            q[self._column] = end
            return
        while text:
            column, width = q[self._column], q[self._width]
            if column == width:
                self.newline()
                column = 0
            room = width - column if width > column else len(text)
            part = text[:room]
            self.output += part
            q[self._column] = min(column + len(part), _LAST_COLUMN)
            text = text[room:]

    def _write_control(self, code: bytes) -> None:
        q = self._image.q
        if code == b"\t":
            self._expand_tab()
            return
        self.output += code
        if code == b"\r":
            q[self._column] = 0
            self._write_nulls()
        elif code == b"\b" and q[self._column]:
            q[self._column] -= 1

    def _expand_tab(self) -> None:
        """Blanks up to the next tab stop. Lines too short to have one take some; there the original never ends."""
        q = self._image.q
        if 0 < q[self._width] < _TAB_STOP_COLUMNS:
            self._write_plain(b" " * _TAB_STOP_COLUMNS)
            return
        self._write_plain(b" ")
        while q[self._column] % _TAB_STOP_COLUMNS:
            self._write_plain(b" ")

    # ---- lines

    def newline(self) -> None:
        """CR LF, and the NULs that NULL asked for."""
        self.output += b"\r\n"
        q = self._image.q
        q[self._column] = 0
        if self._nulls is not None and q[self._nulls]:
            self._write_nulls()

    def _write_nulls(self) -> None:
        if self._nulls is not None:
            self.output += bytes(self._image.q[self._nulls])

    def fresh_line(self) -> None:
        """Begin a new line unless the cursor is at the beginning of one."""
        if self._image.q[self._column]:
            self.newline()

    # ---- columns

    def comma(self) -> None:
        """Go to the next zone; behind the last one to a new line."""
        q = self._image.q
        column = q[self._column]
        if column >= _last_zone(q[self._width]):
            self.newline()
        else:
            self._write_plain(b" " * (ZONE_COLUMNS - column % ZONE_COLUMNS))

    def tab(self, column: int) -> None:
        """TAB(n): modulo the width; a column left of the cursor is taken on a new line (tab_basic, tab_spc_errors)."""
        target = self._modulo_width(column - 1)
        if target < self._image.q[self._column]:
            self.newline()
        self._write_plain(b" " * (target - self._image.q[self._column]))

    def spc(self, count: int) -> None:
        """SPC(n): modulo the width (tab_spc_errors)."""
        self._write_plain(b" " * self._modulo_width(count))

    def _modulo_width(self, columns: int) -> int:
        width = self._image.q[self._width]
        if not width:
            raise BasicError(ErrorCode.DIVISION_BY_ZERO)
        return max(columns, 0) % width


def printer_paper(image: Image) -> Paper:
    """The printer's paper; NULL does not concern it."""
    return Paper(image, PRINTER_COLUMN, PRINTER_WIDTH, None)


def _last_zone(width: int) -> int:
    """The column from which on a comma begins a new line.

    The original computes it in one byte, so that below 14 columns it lies out of reach (width_one).
    """
    return (width - width % ZONE_COLUMNS - ZONE_COLUMNS) & 255


def write_string(text: bytes) -> bytes:
    """A string as WRITE prints it; quotes in it are not doubled (tests/transcripts/lang/programs/phone_book)."""
    return b'"' + text + b'"'


def write_number(text: bytes) -> bytes:
    """A number as WRITE prints it, from PRINT's text."""
    return text.strip(b" ")


def set_width(image: Image, columns: int, width: int = WIDTH) -> None:
    """WIDTH or WIDTH LPRINT (width=PRINTER_WIDTH): 0 to 255."""
    image.q[width] = _check_byte(columns)


def set_nulls(image: Image, count: int) -> None:
    """NULL: 0 to 255 (tests/transcripts/lang/misc/null_statement)."""
    image.q[NULLS] = _check_byte(count)


def _check_byte(value: int) -> int:
    if not 0 <= value <= 255:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    return value

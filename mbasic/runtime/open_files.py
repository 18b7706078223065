"""The files a program has open: sequential input and output, random records and their FIELD buffers.

All of it is plain data that can be saved between any two statements; the disk is asked by name and offset, nothing of
the host is kept open. In the file, and where an open file stands in it:

    input    |....start [ buffer: position . ] ....|       read ahead in pieces; a ^Z ends the data
    output   |........] start [ buffer ] position          written when a piece is full, and by CLOSE
    random   | record 1 | record 2 | ...                   `position` is the place in the record's FIELD buffer

The FIELD buffer belongs to the number, not to the file: variables still point into it when the file is closed.
No ^Z is written at the end of a text; random files have ^Z where no record was written
(tests/transcripts/lang/random/random_span_sectors).
"""

import msgspec
from msgspec import Struct

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime import file_names
from mbasic.runtime.file_names import matching, parse_name
from mbasic.runtime.input_items import Scan, Value, convert, file_line, file_number, file_string, number_from
from mbasic.runtime.ports import Disk
from mbasic.runtime.printing import ZONE_COLUMNS, Paper
from mbasic.values.kinds import Kind
from mbasic.values.warn import Warn

SECTOR_BYTES = 128
LONGEST_RECORD = 128
FILLER = b"\x1a"
"""^Z: the end of a text file, and what fills the sectors of a random one."""

INPUT, OUTPUT, RANDOM = "I", "O", "R"

_LEFTOVER = bytes(14) + b"\xebs" + bytes(112)
"""What MBASIC's own start leaves in the FIELD buffer of number 1, as far as it is known: OPEN does not clear a buffer,
so PUT writes it where no field was set (tests/transcripts/direct/direct/random_file.disk, record bytes 14 and 15)."""

_PIECE_BYTES = 4096
_HIGHEST_NUMBER = 255


class OpenFile(Struct):
    """One open file and its number. `position`: bytes read or written so far, or the place in the FIELD buffer.

    `start` is where `buffer` stands in the file. `sectors`: how many an input file has looked at; `record`: the one
    last got or put; `at_end`: the buffer holds the last of the data.
    """

    number: int
    name: bytes
    mode: str
    length: int = LONGEST_RECORD
    position: int = 0
    start: int = 0
    buffer: bytearray = msgspec.field(default_factory=bytearray)
    at_end: bool = False
    sectors: int = 0
    record: int = 0
    column: int = 0


class _Plain(Struct):
    """What to_plain gives: the open files, and one FIELD buffer for each number."""

    files: list[OpenFile]
    buffers: list[bytearray]


class OpenFiles:
    """The file numbers 1 to `highest`.

    Which error a number gives that has no file depends on the statement, hence the codes in the calls of `_file`
    (tests/transcripts/lang/sequential/{not_open,bad_modes}).
    """

    __slots__ = ("_buffers", "_files", "disk", "highest")

    def __init__(self, disk: Disk, highest: int = 3) -> None:
        self.disk = disk
        self.highest = highest
        self._files: dict[int, OpenFile] = {}
        cleared = bytes(LONGEST_RECORD)
        self._buffers = [bytearray(_LEFTOVER if number == 1 else cleared) for number in range(highest + 1)]

    # ---- numbers

    def _check(self, number: int) -> None:
        if not 0 <= number <= _HIGHEST_NUMBER:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if number > self.highest:
            raise BasicError(ErrorCode.BAD_FILE_NUMBER)

    def _file(self, number: int, modes: str, not_open: int = ErrorCode.BAD_FILE_MODE) -> OpenFile:
        """Return the open file `number`; error `not_open` without one, Bad file mode if it has none of `modes`."""
        self._check(number)
        file = self._files.get(number)
        if file is None:
            raise BasicError(not_open)
        if file.mode not in modes:
            raise BasicError(ErrorCode.BAD_FILE_MODE)
        return file

    # ---- OPEN and CLOSE

    def open(self, mode: bytes, number: int, name: bytes, length: int | None = None) -> None:
        """OPEN; `mode` counts by its first letter, `name` is still BASIC's text, `length` is for random files."""
        letter = mode[:1].decode("latin-1").upper()
        if letter not in (INPUT, OUTPUT, RANDOM):
            raise BasicError(ErrorCode.BAD_FILE_MODE)
        self._check(number)
        if not number:
            raise BasicError(ErrorCode.BAD_FILE_NUMBER)
        if number in self._files:
            raise BasicError(ErrorCode.FILE_ALREADY_OPEN)
        file = OpenFile(number, parse_name(name), letter)
        if letter == RANDOM:
            file.length = _check_length(LONGEST_RECORD if length is None else length)
        self._prepare(file)
        self._files[number] = file

    def _prepare(self, file: OpenFile) -> None:
        if file.mode == INPUT:
            file.sectors = 1 if self.disk.size(file.name) else 0
        elif file.mode == OUTPUT or not self.disk.exists(file.name):
            self.disk.write(file.name, b"")

    def close(self, number: int) -> None:
        """CLOSE; a number without a file is fine. The file is closed even if its last bytes cannot be written."""
        self._check(number)
        file = self._files.pop(number, None)
        if file is not None and file.mode == OUTPUT:
            self._flush(file)

    def close_all(self) -> None:
        """Close every file (CLOSE, RESET, END, NEW and the like); the first failure is reported behind the last."""
        failure: BasicError | None = None
        for number in list(self._files):
            try:
                self.close(number)
            except BasicError as error:
                failure = failure or error
        if failure:
            raise failure

    def is_open(self, number: int) -> bool:
        """Tell whether `number` has a file."""
        return number in self._files

    # ---- output

    def output(self, number: int) -> "FilePaper":
        """Return what PRINT# and WRITE# print on."""
        return FilePaper(self, self._file(number, OUTPUT + RANDOM))

    def append(self, file: OpenFile, data: bytes) -> None:
        """Write behind what was written; into the FIELD buffer of a random file, as far as it goes."""
        if file.mode == RANDOM:
            self._append_to_record(file, data)
            return
        file.buffer += data
        file.position += len(data)
        if len(file.buffer) >= _PIECE_BYTES:
            self._flush(file)

    def _append_to_record(self, file: OpenFile, data: bytes) -> None:
        part = data[: file.length - file.position]
        self._buffers[file.number][file.position : file.position + len(part)] = part
        file.position += len(part)
        if len(part) < len(data):
            raise BasicError(ErrorCode.FIELD_OVERFLOW)

    def _flush(self, file: OpenFile) -> None:
        """Put the buffer on the disk; a file that was killed meanwhile gets no more."""
        if file.buffer:
            try:
                self.disk.write_at(file.name, file.start, bytes(file.buffer))
            except BasicError as error:
                if error.code != ErrorCode.FILE_NOT_FOUND:
                    raise
        file.start += len(file.buffer)
        file.buffer.clear()

    # ---- input

    def read_item(self, number: int, kind: Kind, warn: Warn) -> Value:
        """INPUT#: the next item as the value of a variable of `kind`. Junk in a number is dropped."""
        file = self._file(number, INPUT + RANDOM)
        if kind is Kind.STRING:
            return self._scan(file, file_string)
        text = self._scan(file, file_number)
        parsed, value, _ = number_from(text, 0, kind is Kind.DOUBLE, warn)
        return convert(parsed, value, kind, warn)

    def read_line(self, number: int) -> bytes:
        """LINE INPUT#."""
        return self._scan(self._file(number, INPUT + RANDOM), file_line)

    def read_chars(self, number: int, count: int) -> bytes:
        """INPUT$(count,#number), 1 to 255 characters."""
        if not 0 < count <= 255:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        file = self._file(number, INPUT + RANDOM, ErrorCode.INPUT_PAST_END)
        return self._scan(file, lambda data, at: _characters(data, at, count))

    def _scan(self, file: OpenFile, scan: Scan) -> bytes:
        if file.mode == RANDOM:
            return self._scan_record(file, scan)
        text, end, ended = scan(file.buffer, file.position - file.start)
        while ended and not file.at_end:
            self._read_ahead(file)
            text, end, ended = scan(file.buffer, file.position - file.start)
        file.position = file.start + end
        if text is None:
            raise BasicError(ErrorCode.INPUT_PAST_END)
        return text

    def _scan_record(self, file: OpenFile, scan: Scan) -> bytes:
        """Read from the FIELD buffer, whose end nothing may reach (random_print_overflow)."""
        text, file.position, ended = scan(self._buffers[file.number][: file.length], file.position)
        if text is None or ended:
            raise BasicError(ErrorCode.FIELD_OVERFLOW)
        return text

    def _read_ahead(self, file: OpenFile) -> None:
        """Add a piece to the buffer and drop what was consumed."""
        piece = self.disk.read_at(file.name, file.start + len(file.buffer), _PIECE_BYTES)
        text, mark, _ = piece.partition(FILLER)
        file.at_end = bool(mark) or len(piece) < _PIECE_BYTES
        del file.buffer[: file.position - file.start]
        file.start = file.position
        file.buffer += text

    def _is_exhausted(self, file: OpenFile) -> bool:
        while file.position == file.start + len(file.buffer):
            if file.at_end:
                return True
            self._read_ahead(file)
        return False

    # ---- EOF, LOC, LOF

    def eof(self, number: int) -> int:
        """EOF: -1 at the end, else 0. A random file is there once it got its last record."""
        file = self._file(number, INPUT + RANDOM, ErrorCode.BAD_FILE_NUMBER)
        if file.mode == RANDOM:
            return -1 if self._only_filler_behind(file) else 0
        if self._is_exhausted(file):
            return -1
        file.sectors = max(file.sectors, file.position // SECTOR_BYTES + 1)
        return 0

    def _only_filler_behind(self, file: OpenFile) -> bool:
        """Tell whether no record follows the last one used; a file made under CP/M ends in a filled sector."""
        end = file.record * file.length
        rest = self.disk.read_at(file.name, end, SECTOR_BYTES + 1)
        return end + len(rest) <= _whole_sectors(end) * SECTOR_BYTES and not rest.strip(FILLER)

    def loc(self, number: int) -> int:
        """LOC: the last record, or the sectors read or written so far (lang/random/random_loc_lof)."""
        file = self._file(number, INPUT + OUTPUT + RANDOM, ErrorCode.BAD_FILE_NUMBER)
        if file.mode == RANDOM:
            return file.record
        if file.mode == INPUT:
            return max(file.sectors, _whole_sectors(file.position))
        return max(file.position - 1, 0) // SECTOR_BYTES

    def lof(self, number: int) -> int:
        """LOF: the file's length in sectors."""
        file = self._file(number, INPUT + OUTPUT + RANDOM, ErrorCode.BAD_FILE_NUMBER)
        return self.loc(number) if file.mode == OUTPUT else _whole_sectors(self.disk.size(file.name))

    # ---- random files

    def check_field(self, number: int) -> None:
        """FIELD: `number` must be an open random file."""
        self._file(number, RANDOM, ErrorCode.BAD_FILE_NUMBER)

    def place_field(self, number: int, offset: int, length: int) -> None:
        """FIELD's next variable: it must lie in the record (tests/transcripts/lang/random/random_length_errors)."""
        if offset + length > self._file(number, RANDOM, ErrorCode.BAD_FILE_NUMBER).length:
            raise BasicError(ErrorCode.FIELD_OVERFLOW)

    def get(self, number: int, record: int | None = None) -> None:
        """GET: a record into the FIELD buffer, the one behind the last if None."""
        file = self._choose_record(number, record)
        data = self.disk.read_at(file.name, (file.record - 1) * file.length, file.length)
        self._buffers[number][: file.length] = data.ljust(file.length, FILLER)

    def put(self, number: int, record: int | None = None) -> None:
        """PUT: the FIELD buffer into a record; the gap between the file's end and the record is filled."""
        file = self._choose_record(number, record)
        offset = (file.record - 1) * file.length
        gap = max(offset - self.disk.size(file.name), 0)
        self.disk.write_at(file.name, offset - gap, FILLER * gap + self._buffers[number][: file.length])

    def _choose_record(self, number: int, record: int | None) -> OpenFile:
        file = self._file(number, RANDOM)
        chosen = file.record + 1 if record is None else record
        if chosen < 0:
            raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
        if not chosen:
            raise BasicError(ErrorCode.BAD_RECORD_NUMBER)
        file.record = chosen
        file.position = 0
        return file

    # ---- the FIELD buffers

    def field_text(self, place: int, length: int) -> bytes:
        """Return a field's text; `place` is number << 16 | offset."""
        return self.read_field(place >> 16, place & 0xFFFF, length)

    def read_field(self, number: int, offset: int, length: int) -> bytes:
        """Return a field's text."""
        return bytes(self._buffers[number][offset : offset + length])

    def write_field(self, number: int, offset: int, data: bytes) -> None:
        """Put `data` into the buffer (MID$, and LSET or RSET once justified)."""
        self._buffers[number][offset : offset + len(data)] = data

    def lset(self, number: int, offset: int, length: int, value: bytes) -> None:
        """LSET of a field: to the left, blanks behind."""
        self.write_field(number, offset, value[:length].ljust(length))

    def rset(self, number: int, offset: int, length: int, value: bytes) -> None:
        """RSET of a field: to the right, blanks before; what is too long is cut at its end."""
        self.write_field(number, offset, value[:length].rjust(length))

    # ---- the directory

    def kill(self, name: bytes) -> None:
        """KILL; the text is a whole name, not a pattern (tests/transcripts/direct/files/kill_name)."""
        self.disk.remove(parse_name(name))

    def rename(self, old: bytes, new: bytes) -> None:
        """NAME old AS new."""
        source = parse_name(old)
        if not self.disk.exists(source):
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        target = parse_name(new)
        self.disk.rename(source, target)
        for file in self._files.values():
            if file.name == source:
                file.name = target

    def list_names(self, paper: Paper, pattern: bytes | None) -> None:
        """FILES; no pattern is all files."""
        names = self.disk.names()
        if pattern is not None:
            names = matching(pattern, names)
        if not names:
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        file_names.list_files(paper, names)

    # ---- snapshot

    def to_plain(self) -> dict[str, object]:
        """Return everything as dicts, lists, numbers, text and bytes."""
        files = [msgspec.structs.asdict(file) | {"buffer": bytes(file.buffer)} for file in self._files.values()]
        return {"files": files, "buffers": [bytes(buffer) for buffer in self._buffers]}

    def from_plain(self, plain: object) -> None:
        """Take over what to_plain gave; msgspec.ValidationError if it is something else."""
        state = msgspec.convert(plain, _Plain)
        self._files = {file.number: file for file in state.files}
        self._buffers = state.buffers
        self.highest = len(state.buffers) - 1


class FilePaper:
    """Prints on a file as Paper does on the console, but on lines without an end (print_file_long_lines).

    The column is one byte, counts printable characters and starts anew behind a CR; nothing is expanded.
    """

    __slots__ = ("_file", "_files")

    def __init__(self, files: OpenFiles, file: OpenFile) -> None:
        self._files = files
        self._file = file

    def write(self, text: bytes) -> None:
        """Print characters."""
        self._files.append(self._file, text)
        line = text.rpartition(b"\r")[2]
        before = self._file.column if len(line) == len(text) else 0
        self._file.column = (before + len(line.translate(None, _CONTROLS))) & 255

    def print_text(self, text: bytes) -> None:
        """Print a string item."""
        self.write(text)

    def print_number(self, text: bytes) -> None:
        """Print a number and the blank behind it."""
        self.write(text + b" ")

    def newline(self) -> None:
        """CR LF."""
        self.write(b"\r\n")

    def comma(self) -> None:
        """Go to the next zone."""
        self.write(b" " * (ZONE_COLUMNS - self._file.column % ZONE_COLUMNS))

    def tab(self, column: int) -> None:
        """TAB(n), in one byte."""
        target = max(column - 1, 0) & 255
        if target < self._file.column:
            self.newline()
        self.write(b" " * (target - self._file.column))

    def spc(self, count: int) -> None:
        """SPC(n), in one byte."""
        self.write(b" " * (max(count, 0) & 255))


_CONTROLS = bytes(range(32))


def _check_length(length: int) -> int:
    if not 1 <= length <= LONGEST_RECORD:
        raise BasicError(ErrorCode.ILLEGAL_FUNCTION_CALL)
    return length


def _whole_sectors(count: int) -> int:
    return -(-count // SECTOR_BYTES)


def _characters(data: bytes | bytearray, at: int, count: int) -> tuple[bytes | None, int, bool]:
    """Take `count` characters; None if there are fewer."""
    end = at + count
    if end > len(data):
        return None, len(data), True
    return bytes(data[at:end]), end, False

"""Open files, as recorded in tests/transcripts/lang/{sequential,random}; their snapshot; a disk that fails."""

import json
from collections.abc import Callable

import msgspec
import pytest

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime.image import Image
from mbasic.runtime.open_files import OpenFiles
from mbasic.runtime.printing import Paper
from mbasic.storage.disks import MemoryDisk
from mbasic.values.kinds import Kind
from mbasic.values.warn import ignore

E = ErrorCode


@pytest.fixture
def files() -> OpenFiles:
    return OpenFiles(MemoryDisk())


def with_file(data: bytes, mode: bytes = b"I", length: int | None = None) -> OpenFiles:
    files = OpenFiles(MemoryDisk({b"F": data}))
    files.open(mode, 1, b"F", length)
    return files


def code_of(action: Callable[[], object]) -> int:
    with pytest.raises(BasicError) as failure:
        action()
    return failure.value.code


# ---- sequential


def test_what_was_printed_is_read_back(files: OpenFiles) -> None:
    """write_then_read, input_file_across_lines."""
    files.open(b"output", 1, b"D.DAT")
    paper = files.output(1)
    paper.print_number(b" 1")
    paper.newline()
    paper.print_text(b"TEXT, MORE")
    paper.newline()
    files.close_all()
    assert files.disk.read(b"D.DAT") == b" 1 \r\nTEXT, MORE\r\n"
    files.open(b"i", 2, b"D.DAT")
    assert files.read_item(2, Kind.INTEGER, ignore) == 1
    assert files.read_item(2, Kind.STRING, ignore) == b"TEXT"
    assert (files.eof(2), files.read_line(2), files.eof(2)) == (0, b" MORE", -1)
    assert code_of(lambda: files.read_line(2)) == E.INPUT_PAST_END


def test_no_width_in_files(files: OpenFiles) -> None:
    """print_file_long_lines."""
    files.open(b"O", 1, b"L")
    paper = files.output(1)
    for number in range(1, 41):
        paper.print_number(b" %d" % number)
    paper.comma()
    paper.print_text(b"A" * 200 + b"\rB")
    paper.comma()
    paper.newline()
    paper.tab(90)
    paper.print_text(b"T")
    paper.spc(85)
    paper.tab(3)
    paper.write(b"S")
    files.close(1)
    numbers = b"".join(b" %d " % number for number in range(1, 41))
    assert files.disk.read(b"L") == (
        numbers + b" " * 3 + b"A" * 200 + b"\rB" + b" " * 13 + b"\r\n" + b" " * 89 + b"T" + b" " * 85 + b"\r\n  S"
    )


def test_output_reaches_the_disk_in_pieces(files: OpenFiles) -> None:
    files.open(b"O", 1, b"F")
    paper = files.output(1)
    for _ in range(100):
        paper.write(b"X" * 100)
    assert 0 < files.disk.size(b"F") < 10000
    assert (files.loc(1), files.lof(1)) == (78, 78)
    files.close(1)
    assert files.disk.size(b"F") == 10000


def test_a_control_z_ends_the_data() -> None:
    """control_z_in_file."""
    files = with_file(b"BEFORE\x1aAFTER\r\n")
    assert (files.read_line(1), files.eof(1)) == (b"BEFORE", -1)
    assert code_of(lambda: files.read_chars(1, 1)) == E.INPUT_PAST_END


def test_a_long_file_is_read_in_pieces() -> None:
    lines = [b"%d" % number * (number % 50) for number in range(3000)]
    files = with_file(b"\r\n".join(lines))
    read: list[bytes] = []
    while not files.eof(1):
        read.append(files.read_line(1))
    assert read == lines


def test_chars_are_raw_and_all_or_nothing() -> None:
    files = with_file(b'A,"\r\nB')
    assert (files.read_chars(1, 5), files.read_chars(1, 1)) == (b'A,"\r\n', b"B")
    files = with_file(b"AB")
    assert code_of(lambda: files.read_chars(1, 3)) == E.INPUT_PAST_END
    assert code_of(lambda: files.read_chars(1, 0)) == E.ILLEGAL_FUNCTION_CALL


def test_an_overflow_in_a_file() -> None:
    files = with_file(b"40000,1E40,7")
    warnings: list[int] = []
    assert code_of(lambda: files.read_item(1, Kind.INTEGER, warnings.append)) == E.OVERFLOW
    files.read_item(1, Kind.SINGLE, warnings.append)
    assert warnings == [E.OVERFLOW]


def test_loc_counts_sectors_from_the_first() -> None:
    files = with_file(b"X" * 3000)
    found = [files.loc(1)]
    for count in (128, 1, 127):
        files.read_chars(1, count)
        found.append(files.loc(1))
    assert (found, files.lof(1)) == ([1, 1, 2, 2], 24)
    assert (files.eof(1), files.loc(1)) == (0, 3)
    assert with_file(b"").loc(1) == 0


# ---- numbers, modes and errors


@pytest.mark.parametrize(
    ("mode", "number", "name", "length", "code"),
    [
        (b"A", 1, b"F", None, E.BAD_FILE_MODE),
        (b"", 1, b"F", None, E.BAD_FILE_MODE),
        (b"O", 0, b"F", None, E.BAD_FILE_NUMBER),
        (b"O", 4, b"F", None, E.BAD_FILE_NUMBER),
        (b"O", -1, b"F", None, E.ILLEGAL_FUNCTION_CALL),
        (b"O", 256, b"F", None, E.ILLEGAL_FUNCTION_CALL),
        (b"O", 2, b"NEW", None, E.FILE_ALREADY_OPEN),
        (b"I", 1, b"NONE", None, E.FILE_NOT_FOUND),
        (b"I", 1, b"A:B:C", None, E.FILE_NOT_FOUND),
        (b"I", 1, b"X.Y.Z", None, E.BAD_FILE_NAME),
        (b"R", 1, b"F", 129, E.ILLEGAL_FUNCTION_CALL),
        (b"R", 1, b"F", 0, E.ILLEGAL_FUNCTION_CALL),
        (b"R", 1, b"F", -5, E.ILLEGAL_FUNCTION_CALL),
    ],
)
def test_open_refuses(files: OpenFiles, mode: bytes, number: int, name: bytes, length: int | None, code: int) -> None:
    """open_file_numbers, open_bad_names, random_length_errors."""
    files.open(b"O", 2, b"F")
    assert code_of(lambda: files.open(mode, number, name, length)) == code
    assert not files.is_open(1)


STATEMENTS: dict[str, Callable[[OpenFiles], object]] = {
    "PRINT": lambda files: files.output(1),
    "INPUT": lambda files: files.read_item(1, Kind.SINGLE, ignore),
    "LINE INPUT": lambda files: files.read_line(1),
    "INPUT$": lambda files: files.read_chars(1, 1),
    "GET": lambda files: files.get(1),
    "PUT": lambda files: files.put(1, 1),
    "FIELD": lambda files: files.check_field(1),
    "EOF": lambda files: files.eof(1),
    "LOC": lambda files: files.loc(1),
    "LOF": lambda files: files.lof(1),
}


@pytest.mark.parametrize(
    ("statement", "not_open", "in_input", "in_output"),
    [
        ("PRINT", 54, 54, 0),
        ("INPUT", 54, 0, 54),
        ("LINE INPUT", 54, 0, 54),
        ("INPUT$", 62, 0, 54),
        ("GET", 54, 54, 54),
        ("PUT", 54, 54, 54),
        ("FIELD", 52, 54, 54),
        ("EOF", 52, 0, 54),
        ("LOC", 52, 0, 0),
        ("LOF", 52, 0, 0),
    ],
)
def test_wrong_numbers_and_modes(statement: str, not_open: int, in_input: int, in_output: int) -> None:
    """not_open, bad_modes."""
    action = STATEMENTS[statement]
    assert code_of(lambda: action(OpenFiles(MemoryDisk()))) == not_open
    for mode, code in ((b"I", in_input), (b"O", in_output)):
        files = with_file(b"1\r\n", mode)
        if code:
            assert code_of(lambda files=files: action(files)) == code  # type: ignore[misc]
        else:
            action(files)


def test_close_of_a_closed_number_is_fine(files: OpenFiles) -> None:
    files.close(3)
    assert code_of(lambda: files.close(99)) == E.BAD_FILE_NUMBER


def test_a_length_means_nothing_to_a_sequential_file(files: OpenFiles) -> None:
    files.open(b"O", 1, b"F", 500)
    assert files.is_open(1)


# ---- random


def test_records(files: OpenFiles) -> None:
    """random_sequential_put, random_loc_lof."""
    files.open(b"R", 1, b"S.DAT", 16)
    for number in range(1, 4):
        files.lset(1, 0, 16, b"RECORD %d" % number)
        files.put(1)
    files.get(1, 1)
    assert (files.read_field(1, 0, 16), files.loc(1), files.eof(1)) == (b"RECORD 1".ljust(16), 1, 0)
    files.get(1)
    files.put(1)
    files.get(1)
    assert (files.field_text(1 << 16 | 7, 1), files.loc(1), files.eof(1), files.lof(1)) == (b"\x1a", 4, -1, 1)
    assert files.disk.read(b"S.DAT") == b"".join(b"RECORD %d" % n + b" " * 8 for n in (1, 2, 2))


def test_a_gap_is_filled(files: OpenFiles) -> None:
    files.open(b"R", 1, b"F", 32)
    files.rset(1, 0, 32, b"X")
    files.put(1, 20)
    assert files.disk.read(b"F") == b"\x1a" * 19 * 32 + b"X".rjust(32)
    assert (files.lof(1), files.loc(1)) == (5, 20)


def test_only_the_record_is_written() -> None:
    files = with_file(bytes(range(100)), b"R", 10)
    files.write_field(1, 0, b"0123456789")
    files.put(1, 3)
    assert files.disk.read(b"F") == bytes(range(20)) + b"0123456789" + bytes(range(30, 100))


def test_eof_of_a_file_with_filled_sectors() -> None:
    files = with_file(b"A" * 50 + b"\x1a" * 78, b"R", 10)
    found: list[int] = []
    for record in (4, 5, 6):
        files.get(1, record)
        found.append(files.eof(1))
    assert found == [0, -1, -1]


def test_printing_and_reading_in_the_buffer(files: OpenFiles) -> None:
    """random_print_overflow."""
    files.open(b"R", 1, b"PO.DAT", 16)
    files.output(1).print_text(b"0123456789")
    assert code_of(lambda: files.output(1).print_text(b"ABCDEFGHIJ")) == E.FIELD_OVERFLOW
    assert files.read_field(1, 0, 16) == b"0123456789ABCDEF"
    files.write_field(1, 0, b"12,AB\r\nREST")
    files.put(1, 1)
    files.get(1, 1)
    assert files.read_item(1, Kind.INTEGER, ignore) == 12
    assert files.read_line(1) == b"AB"
    assert code_of(lambda: files.read_line(1)) == E.FIELD_OVERFLOW


@pytest.mark.parametrize(("record", "code"), [(0, E.BAD_RECORD_NUMBER), (-1, E.ILLEGAL_FUNCTION_CALL)])
def test_bad_records(record: int, code: int) -> None:
    files = with_file(b"", b"R")
    assert code_of(lambda: files.get(1, record)) == code
    assert code_of(lambda: files.put(1, record)) == code
    assert files.loc(1) == 0


def test_fields_end_with_the_record() -> None:
    files = with_file(b"", b"R", 64)
    files.place_field(1, 4, 60)
    assert code_of(lambda: files.place_field(1, 5, 60)) == E.FIELD_OVERFLOW


def test_what_no_field_covers_is_what_was_in_the_buffer(files: OpenFiles) -> None:
    """direct/random_file: neither CLOSE nor OPEN clears a buffer."""
    files.open(b"R", 1, b"F", 16)
    files.lset(1, 0, 14, b"X")
    files.put(1)
    assert files.disk.read(b"F")[14:] == b"\xebs"
    files.lset(1, 14, 2, b"YZ")
    files.close(1)
    files.open(b"R", 1, b"G", 16)
    files.put(1)
    assert files.disk.read(b"G")[13:] == b" YZ"


def test_field_variables_outlive_the_file(files: OpenFiles) -> None:
    """random_close_and_vars."""
    files.open(b"R", 1, b"F", 10)
    files.lset(1, 0, 10, b"PERSIST")
    files.close(1)
    assert files.read_field(1, 0, 10) == b"PERSIST   "


# ---- directory


def test_kill_rename_and_files() -> None:
    """kill_name."""
    disk = MemoryDisk({b"ONE.BAS": b"", b"TWO.BAS": b""})
    files = OpenFiles(disk)
    paper = Paper(Image())
    assert code_of(lambda: files.kill(b"TWO")) == E.FILE_NOT_FOUND
    assert code_of(lambda: files.kill(b"*.BAS")) == E.FILE_NOT_FOUND
    assert code_of(lambda: files.kill(b"")) == E.BAD_FILE_NAME
    assert code_of(lambda: files.rename(b"ONE.BAS", b"TWO.BAS")) == E.FILE_ALREADY_EXISTS
    assert code_of(lambda: files.rename(b"NONE", b"..")) == E.FILE_NOT_FOUND
    files.rename(b"A:ONE.BAS", b"X.BAS")
    files.kill(b"TWO.BAS")
    files.list_names(paper, None)
    files.list_names(paper, b"X.*")
    assert paper.take() == b"X       .BAS  X       .BAS  "
    files.kill(b"X.BAS")
    assert code_of(lambda: files.list_names(paper, None)) == E.FILE_NOT_FOUND


def test_a_killed_file_gets_no_more_output(files: OpenFiles) -> None:
    files.open(b"O", 1, b"F")
    files.output(1).write(b"LOST")
    files.kill(b"F")
    files.close(1)
    assert files.disk.names() == []


# ---- a full disk


def test_a_full_disk_closes_the_files_all_the_same() -> None:
    files = OpenFiles(MemoryDisk(capacity_bytes=100))
    for number, name in ((1, b"A"), (2, b"B")):
        files.open(b"O", number, name)
        files.output(number).write(b"X" * 60)
    assert code_of(files.close_all) == E.DISK_FULL
    assert not files.is_open(1)
    assert not files.is_open(2)
    assert [files.disk.size(name) for name in (b"A", b"B")] == [60, 0]


def test_a_full_disk_leaves_what_was_written_and_can_go_on() -> None:
    disk = MemoryDisk({b"BIG": b"X" * 5000}, capacity_bytes=9000)
    files = OpenFiles(disk)
    files.open(b"O", 1, b"F")
    assert code_of(lambda: files.output(1).write(b"A" * 5000)) == E.DISK_FULL
    disk.remove(b"BIG")
    files.output(1).write(b"B")
    files.close(1)
    assert disk.read(b"F") == b"A" * 5000 + b"B"


# ---- snapshot


def restored(files: OpenFiles) -> OpenFiles:
    """Another host's files on the same disk, from the snapshot as bytes."""
    other = OpenFiles(files.disk, 1)
    other.from_plain(msgspec.msgpack.decode(msgspec.msgpack.encode(files.to_plain())))
    return other


def test_a_snapshot_goes_on_where_the_files_were() -> None:
    disk = MemoryDisk({b"IN": b"\r\n".join(b"line %d" % n for n in range(2000))})
    files = OpenFiles(disk)
    files.open(b"I", 1, b"IN")
    files.open(b"O", 2, b"OUT")
    files.open(b"R", 3, b"R", 20)
    while not files.eof(1):
        files.output(2).print_text(files.read_line(1))
        files = restored(files)
        files.output(2).comma()
        files.output(2).newline()
        files.output(3).write(b"%4d" % (files.loc(1) % 10000))
        files = restored(files)
        files.put(3)
    files.close_all()
    assert disk.read(b"OUT") == b"".join((b"line %d" % n).ljust(14) + b"\r\n" for n in range(2000))
    assert disk.size(b"R") == 2000 * 20


def test_a_snapshot_is_plain() -> None:
    files = with_file(b"X,Y", b"I")
    files.read_item(1, Kind.STRING, ignore)
    plain = files.to_plain()
    assert json.loads(json.dumps(plain, default=bytes.hex))["files"][0]["position"] == 2
    plain["buffers"] = 0
    with pytest.raises(msgspec.ValidationError):
        OpenFiles(MemoryDisk()).from_plain(plain)

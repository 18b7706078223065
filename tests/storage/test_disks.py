"""What every disk promises, and what a folder adds: case, other people's files, failures of the host."""

import errno
import os
from collections.abc import Callable
from io import FileIO
from pathlib import Path

import pytest

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime.ports import Disk
from mbasic.storage import disks
from mbasic.storage.disks import FolderDisk, MemoryDisk


@pytest.fixture(params=["folder", "memory"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Disk:
    return FolderDisk(str(tmp_path)) if request.param == "folder" else MemoryDisk()


@pytest.fixture
def folder(tmp_path: Path) -> FolderDisk:
    return FolderDisk(str(tmp_path))


def code_of(action: Callable[[], object]) -> int:
    with pytest.raises(BasicError) as failure:
        action()
    return failure.value.code


# ---- every disk


def test_a_file_is_what_was_written(disk: Disk) -> None:
    disk.write(b"A.DAT", b"one")
    disk.write(b"A.DAT", b"\x00\xff\r\n\x1a")
    assert disk.read(b"A.DAT") == b"\x00\xff\r\n\x1a"
    assert (disk.exists(b"A.DAT"), disk.size(b"A.DAT"), disk.names()) == (True, 5, [b"A.DAT"])


def test_names_are_in_order(disk: Disk) -> None:
    for name in (b"B", b"A.X", b"A", b"b"):
        disk.write(name, b"")
    assert disk.names() == [b"A", b"A.X", b"B", b"b"]


def test_case_is_kept(disk: Disk) -> None:
    """Sequential files: mixed.Dat is another file than MIXED.DAT."""
    disk.write(b"mixed.Dat", b"small")
    assert not disk.exists(b"MIXED.DAT")
    disk.write(b"MIXED.DAT", b"big")
    assert (disk.read(b"mixed.Dat"), disk.read(b"MIXED.DAT")) == (b"small", b"big")


def test_a_missing_file(disk: Disk) -> None:
    for action in (
        lambda: disk.read(b"NO"),
        lambda: disk.size(b"NO"),
        lambda: disk.remove(b"NO"),
        lambda: disk.rename(b"NO", b"NEW"),
        lambda: disk.read_at(b"NO", 0, 1),
        lambda: disk.write_at(b"NO", 0, b"x"),
    ):
        assert code_of(action) == ErrorCode.FILE_NOT_FOUND
    assert disk.names() == []


def test_remove_and_rename(disk: Disk) -> None:
    disk.write(b"A", b"a")
    disk.write(b"B", b"b")
    assert code_of(lambda: disk.rename(b"A", b"B")) == ErrorCode.FILE_ALREADY_EXISTS
    disk.rename(b"A", b"C")
    disk.remove(b"B")
    assert (disk.names(), disk.read(b"C")) == ([b"C"], b"a")


def test_parts(disk: Disk) -> None:
    disk.write(b"R", b"0123456789")
    disk.write_at(b"R", 2, b"ab")
    disk.write_at(b"R", 10, b"XY")
    assert disk.read(b"R") == b"01ab456789XY"
    assert [disk.read_at(b"R", *at) for at in ((0, 3), (10, 99), (12, 5), (50, 5))] == [b"01a", b"XY", b"", b""]


@pytest.mark.parametrize(
    "name",
    [b"../X", b"/X", b"A/B", b"..", b".", b"", b"B:X", b".BAS", b"LONGERNAME", b"A.LONG", b"A.", b"\x00", b"A.B."],
)
def test_nothing_else_can_be_named(disk: Disk, name: bytes) -> None:
    assert not disk.exists(name)
    assert code_of(lambda: disk.read(name)) == ErrorCode.FILE_NOT_FOUND
    assert code_of(lambda: disk.write(name, b"x")) == ErrorCode.BAD_FILE_NAME
    disk.write(b"OK", b"")
    assert code_of(lambda: disk.rename(b"OK", name)) == ErrorCode.BAD_FILE_NAME
    assert disk.names() == [b"OK"]


# ---- memory


def test_a_full_memory_disk_keeps_what_it_had() -> None:
    disk = MemoryDisk({b"A": b"12345"}, capacity_bytes=8)
    assert code_of(lambda: disk.write(b"B", b"1234")) == ErrorCode.DISK_FULL
    assert code_of(lambda: disk.write_at(b"A", 5, b"1234")) == ErrorCode.DISK_FULL
    disk.write(b"A", b"12345678")
    assert (disk.names(), disk.size(b"A")) == ([b"A"], 8)


# ---- folder


def test_files_of_others_are_found_without_regard_to_case(folder: FolderDisk, tmp_path: Path) -> None:
    (tmp_path / "prog.bas").write_bytes(b"small")
    assert folder.read(b"PROG.BAS") == b"small"
    folder.write(b"PROG.BAS", b"new")
    assert (tmp_path / "prog.bas").read_bytes() == b"new"
    assert folder.names() == [b"prog.bas"]


def test_names_that_cpm_knows_are_found_exactly(folder: FolderDisk, tmp_path: Path) -> None:
    """LOAD "one" does not find ONE.BAS."""
    (tmp_path / "ONE.BAS").write_bytes(b"x")
    assert not folder.exists(b"one.BAS")
    assert folder.exists(b"ONE.BAS")


def test_only_plain_files_are_listed(folder: FolderDisk, tmp_path: Path) -> None:
    (tmp_path / "SUB").mkdir()
    (tmp_path / ".HID").write_bytes(b"")
    (tmp_path / "long_name.text").write_bytes(b"")
    (tmp_path / "A.BAS").write_bytes(b"")
    assert folder.names() == [b"A.BAS"]


@pytest.mark.parametrize("name", [b"SUB", b"PIPE"])
def test_a_folder_or_a_pipe_in_the_way(folder: FolderDisk, tmp_path: Path, name: bytes) -> None:
    (tmp_path / "SUB").mkdir()
    os.mkfifo(tmp_path / "PIPE")
    for action in (lambda: folder.read(name), lambda: folder.remove(name), lambda: folder.write(name, b"x")):
        assert code_of(action) == ErrorCode.DISK_IO_ERROR


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(folder: FolderDisk, tmp_path: Path) -> None:
    (tmp_path / "A").write_bytes(b"x")
    (tmp_path / "A").chmod(0)
    assert code_of(lambda: folder.read(b"A")) == ErrorCode.DISK_IO_ERROR


def test_a_missing_folder(tmp_path: Path) -> None:
    disk = FolderDisk(str(tmp_path / "gone"))
    assert code_of(disk.names) == ErrorCode.FILE_NOT_FOUND
    assert code_of(lambda: disk.write(b"A", b"")) == ErrorCode.FILE_NOT_FOUND


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, ErrorCode.DISK_FULL),
        (errno.EDQUOT, ErrorCode.DISK_FULL),
        (errno.EIO, ErrorCode.DISK_IO_ERROR),
        (errno.EACCES, ErrorCode.DISK_IO_ERROR),
        (errno.EMFILE, ErrorCode.TOO_MANY_FILES),
    ],
)
def test_a_failed_write_leaves_the_old_file(
    folder: FolderDisk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, code: int
) -> None:
    folder.write(b"A", b"old")

    def fail(file: FileIO, data: bytes) -> None:
        file.write(data[:2])
        raise OSError(number, "")

    monkeypatch.setattr(disks, "_write_all", fail)
    assert code_of(lambda: folder.write(b"A", b"new text")) == code
    assert code_of(lambda: folder.write_at(b"A", 3, b"more")) == code
    assert os.listdir(tmp_path) == ["A"]
    assert folder.read(b"A") == b"old"


def test_a_really_full_device() -> None:
    """/dev/full refuses every byte; the device itself is refused as no plain file."""
    with pytest.raises(OSError, match="No space"), FileIO("/dev/full", "w") as file:
        disks._write_all(file, b"x")  # pyright: ignore[reportPrivateUsage]


def test_a_replaced_file_keeps_its_mode(folder: FolderDisk, tmp_path: Path) -> None:
    folder.write(b"A", b"")
    (tmp_path / "A").chmod(0o640)
    folder.write(b"A", b"x")
    assert (tmp_path / "A").stat().st_mode & 0o777 == 0o640

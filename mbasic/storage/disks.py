"""Disks of BASIC files: a folder of the host, or memory. Both are the runtime's Disk port.

A name is what BASIC made of the text it was given: `NAME.EXT`, at most 8 and 3 characters. Nothing else can be
reached: a disk refuses names with a slash, a drive or a control character, and a folder lists only plain files whose
names BASIC can say. Every host failure becomes a BasicError here, in `_HostFailures`.

A FolderDisk finds a file under exactly its name. Case counts, as in the original, where LOAD "one" does not find
ONE.BAS and mixed.Dat is another file than MIXED.DAT. Where there is no exact match, a file that somebody else put
into the folder under a name with small letters (one.bas) is found without regard to case: CP/M knows no such names,
so nothing that the original would tell apart is confused.
"""

import contextlib
import errno
import os
import stat
from collections.abc import Mapping
from io import FileIO
from types import TracebackType

from mbasic.errors import BasicError, ErrorCode

_CODES = {
    errno.ENOENT: ErrorCode.FILE_NOT_FOUND,
    errno.ENOTDIR: ErrorCode.FILE_NOT_FOUND,
    errno.EEXIST: ErrorCode.FILE_ALREADY_EXISTS,
    errno.ENOSPC: ErrorCode.DISK_FULL,
    errno.EDQUOT: ErrorCode.DISK_FULL,
    errno.EFBIG: ErrorCode.DISK_FULL,
    errno.ENAMETOOLONG: ErrorCode.BAD_FILE_NAME,
    errno.EILSEQ: ErrorCode.BAD_FILE_NAME,
    errno.EMFILE: ErrorCode.TOO_MANY_FILES,
    errno.ENFILE: ErrorCode.TOO_MANY_FILES,
}
_NAME_LENGTH = 8
_EXTENSION_LENGTH = 3


class _HostFailures:
    """`with _host_failures:` turns an OSError into the BasicError that says it."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, OSError):
            raise BasicError(_CODES.get(error.errno or 0, ErrorCode.DISK_IO_ERROR)) from error


_host_failures = _HostFailures()


def is_plain_name(name: bytes) -> bool:
    """Tell whether `name` is `NAME` or `NAME.EXT` of printable characters that stays inside its folder."""
    first, point, extension = name.partition(b".")
    if not 0 < len(first) <= _NAME_LENGTH or len(extension) > _EXTENSION_LENGTH or bool(point) != bool(extension):
        return False
    return min(name) > 31 and not any(byte in b"/\\:\x7f" for byte in name) and b"." not in extension


def _check_new_name(name: bytes) -> None:
    if not is_plain_name(name):
        raise BasicError(ErrorCode.BAD_FILE_NAME)


class MemoryDisk:
    """Files in memory; `capacity_bytes` for all of them together, None for no limit."""

    __slots__ = ("_capacity", "_files")

    def __init__(self, files: Mapping[bytes, bytes] | None = None, capacity_bytes: int | None = None) -> None:
        self._files = {name: bytearray(data) for name, data in (files or {}).items()}
        self._capacity = capacity_bytes

    def _file(self, name: bytes) -> bytearray:
        try:
            return self._files[name]
        except KeyError:
            raise BasicError(ErrorCode.FILE_NOT_FOUND) from None

    def _check_room(self, growth: int) -> None:
        if self._capacity is not None and growth > 0 and sum(map(len, self._files.values())) + growth > self._capacity:
            raise BasicError(ErrorCode.DISK_FULL)

    def read(self, name: bytes) -> bytes:
        """Return the whole file."""
        return bytes(self._file(name))

    def write(self, name: bytes, data: bytes) -> None:
        """Make or replace the whole file."""
        _check_new_name(name)
        self._check_room(len(data) - len(self._files.get(name, b"")))
        self._files[name] = bytearray(data)

    def exists(self, name: bytes) -> bool:
        """Tell whether there is such a file."""
        return name in self._files

    def size(self, name: bytes) -> int:
        """Return the file's length in bytes."""
        return len(self._file(name))

    def remove(self, name: bytes) -> None:
        """Delete the file."""
        self._file(name)
        del self._files[name]

    def rename(self, old: bytes, new: bytes) -> None:
        """Give a file a new name, which must be free."""
        data = self._file(old)
        _check_new_name(new)
        if new in self._files:
            raise BasicError(ErrorCode.FILE_ALREADY_EXISTS)
        del self._files[old]
        self._files[new] = data

    def names(self) -> list[bytes]:
        """Return all names in order."""
        return sorted(self._files)

    def read_at(self, name: bytes, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset`; fewer at the end of the file."""
        return bytes(self._file(name)[offset : offset + count])

    def write_at(self, name: bytes, offset: int, data: bytes) -> None:
        """Put `data` in place from `offset` on."""
        file = self._file(name)
        self._check_room(offset + len(data) - len(file))
        file[offset : offset + len(data)] = data


class FolderDisk:
    """The files of one folder of the host."""

    __slots__ = ("_folder", "_made")

    def __init__(self, path: str) -> None:
        self._folder = os.fsencode(path)
        self._made: set[bytes] = set()
        """Names given by BASIC itself: found under exactly that name."""

    # ---- names

    def names(self) -> list[bytes]:
        """Return the names in the folder that BASIC can say, in order; folders and devices are none."""
        with _host_failures, os.scandir(self._folder) as entries:
            return sorted(e.name for e in entries if is_plain_name(e.name) and e.is_file())

    def _path(self, name: bytes) -> bytes:
        return os.path.join(self._folder, name)

    def _find(self, name: bytes) -> bytes | None:
        """Return the path of the file called `name`, None if there is none."""
        if not is_plain_name(name):
            return None
        path = self._path(name)
        if os.path.exists(path):
            return path
        wanted = name.upper()
        for entry in self.names():
            if entry.upper() == wanted and entry != wanted and entry not in self._made:
                return self._path(entry)
        return None

    def _existing(self, name: bytes) -> bytes:
        path = self._find(name)
        if path is None:
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        _check_regular(path)
        return path

    def _target(self, name: bytes) -> bytes:
        """Return the path to write `name` at: of the file found under it, or of a new one."""
        path = self._find(name)
        if path is not None:
            _check_regular(path)
            return path
        _check_new_name(name)
        self._made.add(name)
        return self._path(name)

    # ---- whole files

    def read(self, name: bytes) -> bytes:
        """Return the whole file."""
        with _host_failures, open(self._existing(name), "rb") as file:
            return file.read()

    def write(self, name: bytes, data: bytes) -> None:
        """Make or replace the whole file: written beside it, then renamed."""
        with _host_failures:
            _replace(self._target(name), data)

    def exists(self, name: bytes) -> bool:
        """Tell whether there is such a file."""
        with _host_failures:
            return self._find(name) is not None

    def size(self, name: bytes) -> int:
        """Return the file's length in bytes."""
        with _host_failures:
            return os.path.getsize(self._existing(name))

    def remove(self, name: bytes) -> None:
        """Delete the file."""
        with _host_failures:
            os.remove(self._existing(name))

    def rename(self, old: bytes, new: bytes) -> None:
        """Give a file a new name, which must be free."""
        with _host_failures:
            source = self._existing(old)
            if self._find(new) is not None:
                raise BasicError(ErrorCode.FILE_ALREADY_EXISTS)
            os.rename(source, self._target(new))

    # ---- parts of files

    def read_at(self, name: bytes, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset`; fewer at the end of the file."""
        with _host_failures, open(self._existing(name), "rb", buffering=0) as file:
            file.seek(offset)
            return file.read(count)

    def write_at(self, name: bytes, offset: int, data: bytes) -> None:
        """Put `data` in place from `offset` on; a file that cannot grow keeps its length."""
        with _host_failures, open(self._existing(name), "r+b", buffering=0) as file:
            length = file.seek(0, os.SEEK_END)
            file.seek(offset)
            try:
                _write_all(file, data)
            except OSError:
                file.truncate(length)
                raise


def _check_regular(path: bytes) -> None:
    """Refuse folders, and devices and pipes, which could wait for ever."""
    if not stat.S_ISREG(os.stat(path).st_mode):
        raise BasicError(ErrorCode.DISK_IO_ERROR)


def _write_all(file: FileIO, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


def _replace(path: bytes, data: bytes) -> None:
    """Put `data` at `path`: all of it, or nothing."""
    folder, name = os.path.split(path)
    draft = os.path.join(folder, b".%s.%d~" % (name, os.getpid()))
    try:
        with open(draft, "wb", buffering=0) as file:
            _write_all(file, data)
        if os.path.exists(path):
            os.chmod(draft, stat.S_IMODE(os.stat(path).st_mode))
        os.replace(draft, path)
    except OSError:
        _discard(draft)
        raise


def _discard(path: bytes) -> None:
    with contextlib.suppress(OSError):
        os.remove(path)

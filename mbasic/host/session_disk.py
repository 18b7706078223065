"""The disk of a session at work: files are read from the store when first used, and the next commit gets what changed.

It refuses what the limits do not allow in BASIC's words: Disk full, Too many files. Nothing is written here.
"""

from collections.abc import Callable, Mapping

from mbasic.errors import BasicError, ErrorCode
from mbasic.storage.disks import is_plain_name


class SessionDisk:
    """The runtime's Disk port. `fetch` gets a file's bytes from the store; `sizes` are the files it has."""

    __slots__ = ("_capacity", "_changed", "_fetch", "_files", "_max_files", "_sizes", "_used")

    def __init__(
        self, sizes: Mapping[bytes, int], fetch: Callable[[bytes], bytes | None], *, capacity: int, max_files: int
    ) -> None:
        self._sizes = dict(sizes)
        self._files: dict[bytes, bytearray] = {}
        self._changed: set[bytes] = set()
        self._fetch = fetch
        self._capacity = capacity
        self._max_files = max_files
        self._used = sum(self._sizes.values())

    # ---- for the commit

    @property
    def has_changed(self) -> bool:
        """Files were written or removed since the last `take_changes`."""
        return bool(self._changed)

    def changes(self) -> dict[bytes, bytes | None]:
        """The files that changed, whole; None for one that is gone."""
        return {name: bytes(self._files[name]) if name in self._sizes else None for name in sorted(self._changed)}

    def forget_changes(self) -> None:
        """They are in the store."""
        self._changed.clear()

    # ---- inside

    def _file(self, name: bytes) -> bytearray:
        if name not in self._sizes:
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        file = self._files.get(name)
        if file is None:
            data = self._fetch(name)
            if data is None:
                raise BasicError(ErrorCode.DISK_IO_ERROR)
            file = self._files[name] = bytearray(data)
        return file

    def _set_size(self, name: bytes, size: int) -> None:
        """Note a file's new length, if there is room. Raises BasicError, changing nothing."""
        old = self._sizes.get(name)
        if old is None:
            if not is_plain_name(name):
                raise BasicError(ErrorCode.BAD_FILE_NAME)
            if len(self._sizes) >= self._max_files:
                raise BasicError(ErrorCode.TOO_MANY_FILES)
        growth = size - (old or 0)
        if growth > 0 and self._used + growth > self._capacity:
            raise BasicError(ErrorCode.DISK_FULL)
        self._used += growth
        self._sizes[name] = size
        self._changed.add(name)

    # ---- whole files

    def read(self, name: bytes) -> bytes:
        """Return the whole file."""
        return bytes(self._file(name))

    def write(self, name: bytes, data: bytes) -> None:
        """Make or replace the whole file."""
        self._set_size(name, len(data))
        self._files[name] = bytearray(data)

    def exists(self, name: bytes) -> bool:
        """Tell whether there is such a file."""
        return name in self._sizes

    def size(self, name: bytes) -> int:
        """Return the file's length in bytes."""
        if name not in self._sizes:
            raise BasicError(ErrorCode.FILE_NOT_FOUND)
        return self._sizes[name]

    def remove(self, name: bytes) -> None:
        """Delete the file."""
        self._used -= self.size(name)
        del self._sizes[name]
        self._files.pop(name, None)
        self._changed.add(name)

    def rename(self, old: bytes, new: bytes) -> None:
        """Give a file a new name, which must be free."""
        file = self._file(old)
        if new in self._sizes:
            raise BasicError(ErrorCode.FILE_ALREADY_EXISTS)
        if not is_plain_name(new):
            raise BasicError(ErrorCode.BAD_FILE_NAME)
        self.remove(old)
        self._set_size(new, len(file))
        self._files[new] = file

    def names(self) -> list[bytes]:
        """Return all names in order."""
        return sorted(self._sizes)

    # ---- parts of files

    def read_at(self, name: bytes, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset`; fewer at the end of the file."""
        return bytes(self._file(name)[offset : offset + count])

    def write_at(self, name: bytes, offset: int, data: bytes) -> None:
        """Put `data` in place from `offset` on."""
        file = self._file(name)
        self._set_size(name, max(len(file), offset + len(data)))
        file[offset : offset + len(data)] = data

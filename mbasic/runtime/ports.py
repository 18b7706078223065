"""The outside world as the runtime sees it: a console, a printer and a disk.

Everything is bytes, as on CP/M: lines end in CR LF, characters have 8 bits. What stands behind a port turns host
failures into BasicErrors; nothing above it sees an OSError.
"""

from typing import Protocol


class Console(Protocol):
    """What PRINT writes on."""

    def write(self, data: bytes) -> None:
        """Show `data`."""


class Printer(Protocol):
    """What LPRINT and LLIST write on."""

    def write(self, data: bytes) -> None:
        """Print `data`."""


class Disk(Protocol):
    """Files by their names, as `file_names.parse_name` gives them: `NAME.EXT`, or `NAME` without an extension.

    Raises BasicError only: FILE_NOT_FOUND, FILE_ALREADY_EXISTS, DISK_FULL, BAD_FILE_NAME (a name that this disk cannot
    hold), DISK_IO_ERROR for everything else.
    """

    def read(self, name: bytes) -> bytes:
        """Return the whole file."""
        ...

    def write(self, name: bytes, data: bytes) -> None:
        """Make or replace the whole file: after a failure the old one is still there."""

    def exists(self, name: bytes) -> bool:
        """Tell whether there is such a file."""
        ...

    def size(self, name: bytes) -> int:
        """Return the file's length in bytes."""
        ...

    def remove(self, name: bytes) -> None:
        """Delete the file."""

    def rename(self, old: bytes, new: bytes) -> None:
        """Give a file a new name, which must be free."""

    def names(self) -> list[bytes]:
        """Return all names in order."""
        ...

    def read_at(self, name: bytes, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset`; fewer, or none, at the end of the file."""
        ...

    def write_at(self, name: bytes, offset: int, data: bytes) -> None:
        """Put `data` in place, from `offset` (at most the file's length) on; the file grows as needed."""

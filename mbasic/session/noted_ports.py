"""Ports that note what goes through them, for the events of a session that has a listener."""

from collections.abc import Callable

from mbasic.runtime.ports import Disk, Printer
from mbasic.session.messages import Event, PrinterEvent


class TellingPrinter:
    """A printer; what is printed is told, too."""

    __slots__ = ("_listener", "_printer")

    def __init__(self, printer: Printer, listener: Callable[[Event], None]) -> None:
        self._printer = printer
        self._listener = listener

    def write(self, data: bytes) -> None:
        """Print `data`."""
        self._printer.write(data)
        self._listener(PrinterEvent(data))


class NotedDisk:
    """A disk; `take_changed` says which of its files were written, removed or renamed."""

    __slots__ = ("_changed", "_disk")

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._changed: set[bytes] = set()

    def take_changed(self) -> tuple[bytes, ...]:
        """Return the names since the last call, in order."""
        names = tuple(sorted(self._changed))
        self._changed.clear()
        return names

    def read(self, name: bytes) -> bytes:
        """Return the whole file."""
        return self._disk.read(name)

    def write(self, name: bytes, data: bytes) -> None:
        """Make or replace the whole file."""
        self._disk.write(name, data)
        self._changed.add(name)

    def exists(self, name: bytes) -> bool:
        """Tell whether there is such a file."""
        return self._disk.exists(name)

    def size(self, name: bytes) -> int:
        """Return the file's length in bytes."""
        return self._disk.size(name)

    def remove(self, name: bytes) -> None:
        """Delete the file."""
        self._disk.remove(name)
        self._changed.add(name)

    def rename(self, old: bytes, new: bytes) -> None:
        """Give a file a new name, which must be free."""
        self._disk.rename(old, new)
        self._changed |= {old, new}

    def names(self) -> list[bytes]:
        """Return all names in order."""
        return self._disk.names()

    def read_at(self, name: bytes, offset: int, count: int) -> bytes:
        """Return `count` bytes from `offset`; fewer at the end of the file."""
        return self._disk.read_at(name, offset, count)

    def write_at(self, name: bytes, offset: int, data: bytes) -> None:
        """Put `data` in place from `offset` on."""
        self._disk.write_at(name, offset, data)
        self._changed.add(name)

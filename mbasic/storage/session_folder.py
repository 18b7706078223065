"""One session as a folder of the host, every change of it all or nothing; who may change it is the store's business.

    lock         held (flock) while anything is read or written
    record       the journal below; what counts is what its last entry refers to
    <n>.part     a snapshot, a file or a long field, with its kind and name before it
    <n>.log      console output; <n>.lpt printer log; valid up to the length that the record says

    journal:  magic, format (1 byte), entries
    entry:    length (4 bytes, low first), sealed msgpack of Record, length again

A change writes parts and appends to logs, which nothing refers to yet, and then appends one entry. An entry that a
crash cut short does not count; one that is complete and wrong is a damage. Nothing is renamed over a file, save where
the journal has grown long, because file systems wait for the disk then. What a crash leaves over is removed by `tidy`.
Parts carry their names, so that much can be read without the record.
"""

import contextlib
import fcntl
import os
import re
import time
from collections.abc import Generator, Iterator
from pathlib import Path
from zlib import crc32

import msgspec
from msgspec import Struct, field

from mbasic.storage.sealed import SEAL_LENGTH, BrokenSealError, seal, unseal
from mbasic.storage.session_store import FORMAT, Salvage, StoreUnavailableError

MAGIC = b"MBASIC-SESSION"
SNAPSHOT, FIELD, FILE = "snapshot", "field", "file"
_HEAD = len(MAGIC) + 1
_SHORT_FIELD = 256
_LONG_JOURNAL = 1 << 16
_LONG_ENTRIES = 8
_LOCK_SECONDS = 5.0
_OURS = re.compile(r"(\d+)\.(part|log|lpt)|record\.new")


class DamagedError(Exception):
    """The folder contradicts itself; the text says where."""


class NewerError(Exception):
    """The record is of a format that this version does not know."""


class Part(Struct, frozen=True, array_like=True):
    """A value in the first `length` bytes of a file; `size` without the kind and name before it, `check` with them."""

    number: int
    size: int
    length: int
    check: int


class Log(Struct, frozen=True, array_like=True):
    """The first `size` bytes of a file; `start` is the offset of its first byte, counted from the session's start."""

    number: int = 0
    start: int = 0
    size: int = 0
    check: int = 0

    @property
    def end(self) -> int:
        return self.start + self.size


class Record(Struct):
    """What is valid in the folder. Times are seconds since 1970."""

    used: float
    fence: int = 0
    owner: str = ""
    lease_end: float = 0.0
    number: int = 0
    state: str = ""
    next_part: int = 1
    spare: int = 0
    """The file of a snapshot that counts no more, for the next one; 0: none."""
    snapshot: Part | None = None
    output: Log = Log()
    printer: Log = Log()
    taken: dict[str, int] = field(default_factory=dict[str, int])
    fields: dict[str, Part | bytes] = field(default_factory=dict[str, Part | bytes])
    files: dict[bytes, Part] = field(default_factory=dict[bytes, Part])

    def use(self, now: float, lease_ms: int) -> None:
        """Note that it was used now, and for how long it is leased from now on."""
        self.used = now
        self.lease_end = now + lease_ms / 1000

    def parts(self) -> Iterator[Part]:
        """All parts that count."""
        if self.snapshot:
            yield self.snapshot
        yield from (value for value in self.fields.values() if isinstance(value, Part))
        yield from self.files.values()


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Record).decode


class SessionFolder:
    """The folder at `path`, which need not exist. All methods but `lock` and `peek` want the lock held."""

    def __init__(self, path: Path, sync: bool = False) -> None:
        self.path = path
        self._prefix = f"{path}{os.sep}"
        self._sync = sync
        self._end = 0
        self._made: list[str] = []
        self._left: list[str] = []

    # ---- locking

    @contextlib.contextmanager
    def lock(self, make: bool = False) -> Generator[bool]:
        """Hold the folder's lock; gives False, and no lock, where there is no folder and it shall not be made."""
        handle = self._locked(make)
        try:
            yield handle is not None
        finally:
            if handle is not None:
                os.close(handle)

    def _locked(self, make: bool) -> int | None:
        path = self._prefix + "lock"
        while True:
            try:
                handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            except FileNotFoundError:
                if not make:
                    return None
                os.makedirs(self.path, 0o700, exist_ok=True)
                continue
            try:
                self._wait_for(handle)
                if os.fstat(handle).st_ino == os.stat(path).st_ino:
                    return handle
            except FileNotFoundError:  # it was removed while we waited
                pass
            except BaseException:
                os.close(handle)
                raise
            os.close(handle)

    def _wait_for(self, handle: int) -> None:
        end = 0.0
        while True:
            try:
                return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                now = time.monotonic()
                end = end or now + _LOCK_SECONDS
                if now > end:
                    raise StoreUnavailableError(f"another process does not give {self.path} free") from None
                time.sleep(0.0005)

    # ---- the record

    def peek(self) -> Record | None:
        """Return the record, None where there is none. Raises DamagedError, NewerError, OSError."""
        try:
            data = _read(self._prefix + "record")
        except FileNotFoundError:
            return None
        if not data.startswith(MAGIC) or len(data) < _HEAD:
            raise DamagedError("the file 'record' is no session record")
        if data[_HEAD - 1] > FORMAT:
            raise NewerError
        payload, self._end = _last_entry(data)
        try:
            return _decode(payload)
        except msgspec.DecodeError as error:
            raise DamagedError(f"the file 'record' cannot be understood ({error})") from None

    def load(self) -> Record | None:
        """Like `peek`, and parts without a record are a damage."""
        record = self.peek()
        if record is None and any(name.endswith((".part", ".log")) for name in os.listdir(self.path)):
            raise DamagedError("the file 'record' is missing")
        return record

    @contextlib.contextmanager
    def change(self, record: Record) -> Generator[None]:
        """In its `with`, parts are written and `record` is changed; all of it counts at its end, or nothing."""
        logs = record.output, record.printer
        try:
            yield
            self._count(record)
        except OSError:
            self._remove(self._made)
            with contextlib.suppress(OSError):
                self._cut(logs[0], "log")
                self._cut(logs[1], "lpt")
                self._truncate("record", self._end)
            raise
        else:
            self._remove(self._left)
        finally:
            self._made.clear()
            self._left.clear()

    def _count(self, record: Record) -> None:
        """Put `record` at the journal's end, or make a new journal with it."""
        entry = _entry(_encode(record))
        if 0 < self._end < max(_LONG_JOURNAL, _LONG_ENTRIES * len(entry)):
            handle = os.open(self._prefix + "record", os.O_WRONLY | os.O_CLOEXEC)
            if os.fstat(handle).st_size != self._end:
                os.ftruncate(handle, self._end)
            self._write_all(handle, entry, self._end)
            self._end += len(entry)
            return
        self._made.append("record.new")
        self._write("record.new", MAGIC + bytes((FORMAT,)) + entry)
        os.rename(self._prefix + "record.new", self._prefix + "record")
        self._end = _HEAD + len(entry)
        if self._sync:
            self._sync_folder()

    # ---- values

    def put(self, record: Record, kind: str, name: bytes, data: bytes) -> Part:
        """Write a part in a `change`."""
        number = record.next_part
        record.next_part += 1
        self._made.append(f"{number}.part")
        return self._put(number, kind, name, data)

    def put_snapshot(self, record: Record, data: bytes) -> None:
        """Set the snapshot in a `change`: in the file of the one before the last, as making one takes long."""
        old = record.snapshot
        if record.spare:
            record.snapshot = self._put(record.spare, SNAPSHOT, b"", data)
        else:
            record.snapshot = self.put(record, SNAPSHOT, b"", data)
        record.spare = old.number if old else 0

    def _put(self, number: int, kind: str, name: bytes, data: bytes) -> Part:
        content = _join(kind, name, data)
        handle = os.open(f"{self._prefix}{number}.part", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._write_all(handle, content, 0)
        return Part(number, len(data), len(content), crc32(content))

    def put_field(self, record: Record, name: str, value: bytes) -> None:
        """Set a free field in a `change`."""
        self.drop(record.fields.get(name))
        long = len(value) > _SHORT_FIELD
        record.fields[name] = self.put(record, FIELD, name.encode(), value) if long else bytes(value)

    def drop(self, old: Part | bytes | None) -> None:
        """Remove a part at the end of a `change`."""
        if isinstance(old, Part):
            self._left.append(f"{old.number}.part")

    def get(self, value: Part | bytes) -> bytes:
        """Return a value's bytes. Raises DamagedError."""
        if isinstance(value, bytes):
            return value
        name = f"{value.number}.part"
        try:
            content = _read(self._prefix + name)[: value.length]
        except FileNotFoundError:
            raise DamagedError(f"the file '{name}' is missing") from None
        if crc32(content) != value.check:
            raise DamagedError(f"the file '{name}' has other bytes than were written")
        return content[value.length - value.size :]

    def check(self, record: Record) -> None:
        """Raise DamagedError where something that counts is not there or a log has other bytes; files are not read."""
        for part in record.parts():
            if not os.path.exists(f"{self._prefix}{part.number}.part"):
                raise DamagedError(f"the file '{part.number}.part' is missing")
        self._check_log(record.output, "log")
        self._check_log(record.printer, "lpt")

    # ---- logs

    def append(self, record: Record, log: Log, suffix: str, data: bytes, limit: int, kept: int) -> Log:
        """Return `log` with `data` at its end, in a `change`; beyond `limit` only its newest `kept` bytes."""
        if not data:
            return log
        if log.number and log.size + len(data) <= limit:
            handle = os.open(f"{self._prefix}{log.number}.{suffix}", os.O_WRONLY | os.O_CLOEXEC)
            self._write_all(handle, data, log.size)
            return Log(log.number, log.start, log.size + len(data), crc32(data, log.check))
        end = log.end + len(data)
        if log.size + len(data) > limit:
            data = (self.read_log(log, suffix) + data)[-kept:]
        number = record.next_part
        record.next_part += 1
        self.clear(log, suffix)
        self._made.append(f"{number}.{suffix}")
        self._write(f"{number}.{suffix}", data)
        return Log(number, end - len(data), len(data), crc32(data))

    def clear(self, log: Log, suffix: str) -> None:
        """Remove a log's file at the end of a `change`."""
        if log.number:
            self._left.append(f"{log.number}.{suffix}")

    def read_log(self, log: Log, suffix: str, start: int = 0, count: int | None = None) -> bytes:
        """Return `count` bytes of a log from its `start`-th on, all where None. Raises DamagedError."""
        count = log.size - start if count is None else min(count, log.size - start)
        if count <= 0:
            return b""
        name = f"{log.number}.{suffix}"
        try:
            handle = os.open(self._prefix + name, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise DamagedError(f"the file '{name}' is missing") from None
        try:
            data = os.pread(handle, count, start)
        finally:
            os.close(handle)
        if len(data) != count:
            raise DamagedError(f"the file '{name}' is shorter than what was written")
        return data

    def _check_log(self, log: Log, suffix: str) -> None:
        if log.number and crc32(self.read_log(log, suffix)) != log.check:
            raise DamagedError(f"the file '{log.number}.{suffix}' has other bytes than were written")

    # ---- after a crash, after damage

    def tidy(self, record: Record) -> None:
        """Remove what was written and never counted."""
        valid = {f"{part.number}.part" for part in record.parts()}
        valid |= {f"{record.spare}.part", f"{record.output.number}.log", f"{record.printer.number}.lpt"}
        self._remove([name for name in os.listdir(self.path) if _OURS.fullmatch(name) and name not in valid])
        self._cut(record.output, "log")
        self._cut(record.printer, "lpt")

    def salvage(self, record: Record | None) -> Salvage:
        """Return what can be read, by the record, or without it from all that is there."""
        found = Salvage()
        names = {f"{part.number}.part" for part in record.parts()} if record else None
        for name in sorted(self._numbered(), key=lambda name: int(name.partition(".")[0])):
            counts = names is None or name in names or not name.endswith(".part")
            if counts:
                with contextlib.suppress(OSError, msgspec.DecodeError, UnicodeDecodeError, ValueError):
                    self._salvage_one(found, name)
        if record:
            found.fields |= {name: value for name, value in record.fields.items() if isinstance(value, bytes)}
            found.output = found.output[: record.output.size]
            found.printer = found.printer[: record.printer.size]
        return found

    def _numbered(self) -> list[str]:
        try:
            return [name for name in os.listdir(self.path) if _OURS.fullmatch(name) and name[0].isdigit()]
        except OSError:
            return []

    def _salvage_one(self, found: Salvage, file_name: str) -> None:
        content = _read(self._prefix + file_name)
        if file_name.endswith(".log"):
            found.output = content
        elif file_name.endswith(".lpt"):
            found.printer = content
        else:
            kind, name, data = _split(content)
            if kind == SNAPSHOT:
                found.snapshot = data
            elif kind == FIELD:
                found.fields[name.decode()] = data
            else:
                found.files[name] = data

    # ---- the host's files

    def _write(self, name: str, data: bytes) -> None:
        handle = os.open(self._prefix + name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self._write_all(handle, data, 0)

    def _write_all(self, handle: int, data: bytes, offset: int) -> None:
        try:
            view = memoryview(data)
            while view:
                written = os.pwrite(handle, view, offset)
                view, offset = view[written:], offset + written
            if self._sync:
                os.fsync(handle)
        finally:
            os.close(handle)

    def _sync_folder(self) -> None:
        handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def _cut(self, log: Log, suffix: str) -> None:
        if log.number:
            self._truncate(f"{log.number}.{suffix}", log.size)

    def _truncate(self, name: str, size: int) -> None:
        if size and os.path.getsize(self._prefix + name) > size:
            os.truncate(self._prefix + name, size)

    def _remove(self, names: list[str]) -> None:
        for name in names:
            with contextlib.suppress(OSError):
                os.unlink(self._prefix + name)


def _read(path: str) -> bytes:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        data = os.read(handle, os.fstat(handle).st_size)
    finally:
        os.close(handle)
    return data


def _join(kind: str, name: bytes, data: bytes) -> bytes:
    """A part's content: length of the header (4 bytes, low first), header (kind, name, size), bytes."""
    header = msgspec.msgpack.encode((kind, name, len(data)))
    return len(header).to_bytes(4, "little") + header + data


def _split(content: bytes) -> tuple[str, bytes, bytes]:
    """Return a part's kind, name and bytes."""
    end = 4 + int.from_bytes(content[:4], "little")
    kind, name, size = msgspec.msgpack.decode(content[4:end], type=tuple[str, bytes, int])
    return kind, name, content[end : end + size]


def _entry(payload: bytes) -> bytes:
    length = (len(payload) + SEAL_LENGTH).to_bytes(4, "little")
    return length + seal(payload) + length


def _last_entry(journal: bytes) -> tuple[bytes, int]:
    """Return the last complete entry's payload, and where it ends."""
    end = len(journal)
    start = end - 4 - int.from_bytes(journal[-4:], "little")
    if start - 4 >= _HEAD and journal[start - 4 : start] == journal[-4:]:
        with contextlib.suppress(BrokenSealError):
            return unseal(journal[start : end - 4]), end
    start, end = _walk(journal)
    try:
        return unseal(journal[start : end - 4]), end
    except BrokenSealError:
        raise DamagedError("the file 'record' has other bytes than were written") from None


def _walk(journal: bytes) -> tuple[int, int]:
    """Where the last complete entry's sealed bytes begin and the entry ends, found from the start."""
    found, place = (0, 0), _HEAD
    while (end := place + 8 + int.from_bytes(journal[place : place + 4], "little")) <= len(journal):
        if journal[place : place + 4] != journal[end - 4 : end]:
            break
        found, place = (place + 4, end), end
    was_complete = place + 8 + int.from_bytes(journal[-4:], "little") == len(journal)
    if found == (0, 0) or end <= len(journal) or was_complete:
        raise DamagedError("the file 'record' has other bytes than were written")
    return found

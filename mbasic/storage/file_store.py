"""Sessions in a folder of the host: they outlive the server without Redis. Several processes may use it at once.

    <data folder>/sessions/<session id>/     session_folder.py
    <data folder>/moves/<owner>/<session id> an owner that watches is told here of sessions that were taken from it

A commit survives the death of every process at every moment. It survives a power failure only with `sync`, which costs
a hundred times as much; without it the session may then be reported as damaged.
"""

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Generator, Mapping
from pathlib import Path

import platformdirs

from mbasic.storage.session_folder import FILE, DamagedError, Log, NewerError, Record, SessionFolder
from mbasic.storage.session_store import (
    FORMAT,
    OUTPUT_KEPT,
    OUTPUT_LIMIT,
    PRINTER_KEPT,
    PRINTER_LIMIT,
    RUNNING,
    TTL_SECONDS,
    Commit,
    CommitResult,
    Held,
    Salvage,
    SessionId,
    SessionInfo,
    SessionRecord,
    StoreDamagedError,
    StoreError,
    StoreNewerError,
    StoreUnavailableError,
    check_id,
    judge,
    merge_taken,
)

_FULL = {errno.ENOSPC, errno.EDQUOT}
_REMOVED = ".removed-"
_WATCH_SECONDS = 0.25


def data_folder(environment: Mapping[str, str]) -> Path:
    """Return where sessions are kept if nobody says otherwise: MBASIC_DATA, or the user's folder for such things."""
    return Path(environment.get("MBASIC_DATA") or platformdirs.user_data_dir("mbasic", appauthor=False))


class FileStore:
    """A SessionStore in `folder`, which is made when it is needed; `clock` gives seconds since 1970."""

    def __init__(
        self,
        folder: Path,
        ttl_seconds: float = TTL_SECONDS,
        clock: Callable[[], float] = time.time,
        sync: bool = False,
    ) -> None:
        self._sessions = folder / "sessions"
        self._moves = folder / "moves"
        self._ttl_seconds = ttl_seconds
        self._clock = clock
        self._sync = sync
        self._watches: list[FileWatch] = []

    # ---- ownership

    def acquire(self, sid: SessionId, owner: str, lease_ms: int, *, steal: bool) -> SessionRecord | Held:
        check_id(sid)
        with self._open(sid, make=True) as (folder, found):
            now = self._clock()
            record = found or Record(used=now)
            before, left_ms = record.owner, round((record.lease_end - now) * 1000)
            if before not in ("", owner) and left_ms > 0 and not steal:
                return Held(before, left_ms)
            folder.check(record)
            acquired = _session_record(folder, record)
            with folder.change(record):
                record.fence += 1
                record.owner = owner
                record.use(now, lease_ms)
            folder.tidy(record)
        if before not in ("", owner):
            self._tell(before, sid)
        acquired.fence = record.fence
        acquired.owner = owner
        return acquired

    def renew(self, sid: SessionId, fence: int, lease_ms: int) -> bool:
        with self._owned(sid, fence) as (folder, record):
            if record:
                with folder.change(record):
                    record.use(self._clock(), lease_ms)
            return record is not None

    def release(self, sid: SessionId, fence: int) -> bool:
        with self._open(sid) as (folder, record):
            if record is None or record.fence != fence:
                return False
            with folder.change(record):
                record.use(self._clock(), 0)
                record.owner = ""
            return True

    def watch_moves(self, owner: str, moved: Callable[[SessionId], None]) -> "FileWatch":
        with _host_failures(self._moves):
            watch = FileWatch(self._moves_of(owner), moved)
        self._watches.append(watch)
        return watch

    def _moves_of(self, owner: str) -> Path:
        return self._moves / hashlib.sha256(owner.encode()).hexdigest()[:32]

    def _tell(self, owner: str, sid: SessionId) -> None:
        with contextlib.suppress(OSError):  # nobody watches there, or it learns it from its next commit
            (self._moves_of(owner) / sid).touch()

    # ---- writing

    def commit(self, sid: SessionId, fence: int, commit: Commit, lease_ms: int = 3000) -> CommitResult:
        with self._owned(sid, fence) as (folder, record):
            if record is None:
                return CommitResult.STALE
            result = judge(commit, record.number, record.output.end)
            if result is not CommitResult.GAP:
                with folder.change(record):
                    record.use(self._clock(), lease_ms)
                    if result is CommitResult.OK:
                        _store(folder, record, commit)
            return result

    def save_fields(self, sid: SessionId, fence: int, fields: Mapping[str, bytes | None]) -> bool:
        with self._owned(sid, fence) as (folder, record):
            if record is None:
                return False
            with folder.change(record):
                record.used = self._clock()
                for name, value in fields.items():
                    folder.drop(record.fields.pop(name, None))
                    if value is not None:
                        folder.put_field(record, name, value)
            return True

    def clear_printer(self, sid: SessionId, fence: int) -> bool:
        with self._owned(sid, fence) as (folder, record):
            if record:
                with folder.change(record):
                    folder.clear(record.printer, "lpt")
                    record.printer = Log()
            return record is not None

    def remove(self, sid: SessionId) -> None:
        check_id(sid)
        folder = SessionFolder(self._sessions / sid)
        with _host_failures(folder.path), folder.lock() as held:
            if not held:
                return
            gone = self._sessions / f"{_REMOVED}{secrets.token_hex(8)}"
            folder.path.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)

    def sweep(self) -> int:
        count = 0
        for path in self._folders():
            if self._is_old(path):
                self.remove(SessionId(path.name))
                count += 1
        self._sweep_rests()
        return count

    def _is_old(self, path: Path) -> bool:
        now = self._clock()
        with contextlib.suppress(DamagedError, NewerError, OSError):
            record = SessionFolder(path).peek()
            if record:
                return record.used + self._ttl_seconds < now and record.lease_end < now
        try:
            return path.stat().st_mtime + self._ttl_seconds < now
        except OSError:
            return False

    def _sweep_rests(self) -> None:
        """Remove what an interrupted `remove` left, and the moves of owners that are long gone."""
        for path in self._sessions.glob(_REMOVED + "*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self._moves.glob("*"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime + max(self._ttl_seconds, TTL_SECONDS) < self._clock():
                    shutil.rmtree(path, ignore_errors=True)

    # ---- reading

    def read_output(self, sid: SessionId, start: int, limit: int = 65536) -> tuple[int, bytes]:
        with self._open(sid) as (folder, record):
            if record is None:
                return 0, b""
            log = record.output
            start = min(max(start, log.start), log.end)
            return start, folder.read_log(log, "log", start - log.start, limit)

    def read_printer(self, sid: SessionId) -> bytes:
        with self._open(sid) as (folder, record):
            return folder.read_log(record.printer, "lpt") if record else b""

    def file_sizes(self, sid: SessionId) -> dict[bytes, int]:
        with self._open(sid) as (_, record):
            return {name: part.size for name, part in record.files.items()} if record else {}

    def read_file(self, sid: SessionId, name: bytes) -> bytes | None:
        with self._open(sid) as (folder, record):
            part = record.files.get(name) if record else None
            return None if part is None else folder.get(part)

    def read_files(self, sid: SessionId) -> dict[bytes, bytes]:
        with self._open(sid) as (folder, record):
            return {name: folder.get(part) for name, part in record.files.items()} if record else {}

    def salvage(self, sid: SessionId) -> Salvage:
        check_id(sid)
        folder = SessionFolder(self._sessions / sid)
        record = None
        with contextlib.suppress(DamagedError, NewerError, OSError):
            record = folder.peek()
        return folder.salvage(record)

    def infos(self) -> list[SessionInfo]:
        now = self._clock()
        return [info for path in self._folders() if (info := _info(path, now))]

    def lapsed(self) -> list[SessionInfo]:
        return [info for info in self.infos() if info.state == RUNNING and info.lease_left_ms <= 0]

    def close(self) -> None:
        for watch in self._watches:
            watch.close()
        self._watches.clear()

    # ---- inside

    def _folders(self) -> list[Path]:
        try:
            return [path for path in self._sessions.iterdir() if not path.name.startswith(".")]
        except FileNotFoundError:
            return []
        except OSError as error:
            raise _failure(self._sessions, error) from error

    @contextlib.contextmanager
    def _open(self, sid: SessionId, make: bool = False) -> Generator[tuple[SessionFolder, Record | None]]:
        """Lock a session's folder and give it with its record; None: there is no such session."""
        check_id(sid)
        folder = SessionFolder(self._sessions / sid, self._sync)
        try:
            with folder.lock(make) as held:
                yield folder, folder.load() if held else None
        except NewerError:
            raise StoreNewerError(f"session {sid} was saved by a newer version of MBASIC; use that one") from None
        except DamagedError as error:
            raise StoreDamagedError(sid, f"{error} ({folder.path})", self.salvage(sid)) from None
        except OSError as error:
            raise _failure(folder.path, error) from error

    @contextlib.contextmanager
    def _owned(self, sid: SessionId, fence: int) -> Generator[tuple[SessionFolder, Record | None]]:
        """The same; None also where `fence` is not the owner's."""
        with self._open(sid) as (folder, record):
            yield folder, record if record and record.owner and record.fence == fence else None


class FileWatch:
    """A thread that looks for moves a few times a second; see `MoveWatch`."""

    def __init__(self, folder: Path, moved: Callable[[SessionId], None]) -> None:
        self._folder = folder
        self._moved = moved
        self._closed = threading.Event()
        folder.mkdir(0o700, parents=True, exist_ok=True)
        self._thread = threading.Thread(target=self._watch, name="mbasic-moves", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; returns when no call can come any more."""
        if self._closed.is_set():
            return
        self._closed.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _watch(self) -> None:
        while not self._closed.wait(_WATCH_SECONDS):
            with contextlib.suppress(OSError):
                for name in os.listdir(self._folder):
                    os.unlink(self._folder / name)
                    self._moved(SessionId(name))


# ---- what is in a folder ------------------------------------------------------------


def _store(folder: SessionFolder, record: Record, commit: Commit) -> None:
    record.number = commit.number
    record.state = commit.state
    if commit.snapshot is not None:
        folder.put_snapshot(record, commit.snapshot)
    record.output = folder.append(record, record.output, "log", commit.output, OUTPUT_LIMIT, OUTPUT_KEPT)
    record.printer = folder.append(record, record.printer, "lpt", commit.printer, PRINTER_LIMIT, PRINTER_KEPT)
    merge_taken(record.taken, commit.taken)
    for name, data in commit.files.items():
        folder.drop(record.files.pop(name, None))
        if data is not None:
            record.files[name] = folder.put(record, FILE, name, data)


def _session_record(folder: SessionFolder, record: Record) -> SessionRecord:
    return SessionRecord(
        format=FORMAT,
        fence=record.fence,
        owner=record.owner,
        number=record.number,
        state=record.state,
        snapshot=None if record.snapshot is None else folder.get(record.snapshot),
        out_start=record.output.start,
        out_end=record.output.end,
        taken=dict(record.taken),
        fields={name: folder.get(value) for name, value in record.fields.items()},
    )


def _info(path: Path, now: float) -> SessionInfo | None:
    """None: it is no session, or is just being made or removed."""
    damaged, record = False, None
    try:
        record = SessionFolder(path).peek()
    except DamagedError:
        damaged = True
    except (NewerError, OSError):
        return None
    if record is None and not damaged:
        return None
    record = record or Record(used=now)
    return SessionInfo(
        sid=SessionId(path.name),
        owner=record.owner,
        lease_left_ms=max(0, round((record.lease_end - now) * 1000)),
        state=record.state,
        number=record.number,
        unused_seconds=now - record.used,
        snapshot_bytes=record.snapshot.size if record.snapshot else 0,
        output_bytes=record.output.end,
        files=len(record.files),
        files_bytes=sum(part.size for part in record.files.values()),
        damaged=damaged,
    )


# ---- failures -----------------------------------------------------------------------


@contextlib.contextmanager
def _host_failures(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise _failure(path, error) from error


def _failure(path: Path, error: OSError) -> StoreError:
    if error.errno in _FULL:
        return StoreUnavailableError(f"cannot save the session in {path}: the disk is full; free some space")
    reason = error.strerror or str(error)
    return StoreError(f"cannot keep sessions in {path}: {reason}; set MBASIC_DATA to a folder that can be written")

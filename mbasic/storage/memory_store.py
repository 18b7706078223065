"""Sessions in this process's memory: for tests, and where nothing shall be kept. The shortest description of what a
store does."""

import threading
import time
from collections.abc import Callable, Mapping

from msgspec import Struct, field

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
    check_id,
    judge,
    merge_taken,
)


class _Session(Struct):
    used: float
    fence: int = 0
    owner: str = ""
    lease_end: float = 0.0
    number: int = 0
    state: str = ""
    snapshot: bytes | None = None
    out_start: int = 0
    output: bytearray = field(default_factory=bytearray)
    printer: bytearray = field(default_factory=bytearray)
    taken: dict[str, int] = field(default_factory=dict[str, int])
    fields: dict[str, bytes] = field(default_factory=dict[str, bytes])
    files: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])

    @property
    def out_end(self) -> int:
        return self.out_start + len(self.output)

    def use(self, now: float, lease_ms: int) -> None:
        self.used = now
        self.lease_end = now + lease_ms / 1000

    def record(self) -> SessionRecord:
        return SessionRecord(
            format=FORMAT,
            fence=self.fence,
            owner=self.owner,
            number=self.number,
            state=self.state,
            snapshot=self.snapshot,
            out_start=self.out_start,
            out_end=self.out_end,
            taken=dict(self.taken),
            fields=dict(self.fields),
        )

    def show(self, data: bytes) -> None:
        self.output += data
        if len(self.output) > OUTPUT_LIMIT:
            dropped = len(self.output) - OUTPUT_KEPT
            del self.output[:dropped]
            self.out_start += dropped

    def print(self, data: bytes) -> None:
        self.printer += data
        if len(self.printer) > PRINTER_LIMIT:
            del self.printer[:-PRINTER_KEPT]

    def store_files(self, files: Mapping[bytes, bytes | None]) -> None:
        for name, data in files.items():
            if data is None:
                self.files.pop(name, None)
            else:
                self.files[name] = bytes(data)


class _Watch:
    """A listener of moves; see `MoveWatch`."""

    def __init__(self, watches: "list[_Watch]", owner: str, moved: Callable[[SessionId], None]) -> None:
        self.owner = owner
        self.moved = moved
        self._watches = watches
        watches.append(self)

    def close(self) -> None:
        if self in self._watches:
            self._watches.remove(self)


class MemoryStore:
    """A SessionStore in memory; `clock` gives seconds."""

    def __init__(self, ttl_seconds: float = TTL_SECONDS, clock: Callable[[], float] = time.time) -> None:
        self._ttl_seconds = ttl_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._sessions: dict[SessionId, _Session] = {}
        self._watches: list[_Watch] = []

    # ---- ownership

    def acquire(self, sid: SessionId, owner: str, lease_ms: int, *, steal: bool) -> SessionRecord | Held:
        check_id(sid)
        with self._lock:
            now = self._clock()
            session = self._sessions.setdefault(sid, _Session(used=now))
            before = session.owner
            left_ms = round((session.lease_end - now) * 1000)
            if before not in ("", owner) and left_ms > 0 and not steal:
                return Held(before, left_ms)
            session.fence += 1
            session.owner = owner
            session.use(now, lease_ms)
            record = session.record()
            watches = list(self._watches)
        for watch in watches:
            if watch.owner == before != owner:
                watch.moved(sid)
        return record

    def renew(self, sid: SessionId, fence: int, lease_ms: int) -> bool:
        with self._lock:
            session = self._owned(sid, fence)
            if session:
                session.use(self._clock(), lease_ms)
            return session is not None

    def release(self, sid: SessionId, fence: int) -> bool:
        with self._lock:
            session = self._sessions.get(sid)
            if session is None or session.fence != fence:
                return False
            session.use(self._clock(), 0)
            session.owner = ""
            return True

    def watch_moves(self, owner: str, moved: Callable[[SessionId], None]) -> _Watch:
        return _Watch(self._watches, owner, moved)

    # ---- writing

    def commit(self, sid: SessionId, fence: int, commit: Commit, lease_ms: int = 3000) -> CommitResult:
        with self._lock:
            session = self._owned(sid, fence)
            if session is None:
                return CommitResult.STALE
            result = judge(commit, session.number, session.out_end)
            if result is CommitResult.OK:
                self._store(session, commit)
            if result is not CommitResult.GAP:
                session.use(self._clock(), lease_ms)
            return result

    @staticmethod
    def _store(session: _Session, commit: Commit) -> None:
        session.number = commit.number
        session.state = commit.state
        if commit.snapshot is not None:
            session.snapshot = bytes(commit.snapshot)
        session.show(commit.output)
        session.print(commit.printer)
        merge_taken(session.taken, commit.taken)
        session.store_files(commit.files)

    def save_fields(self, sid: SessionId, fence: int, fields: Mapping[str, bytes | None]) -> bool:
        with self._lock:
            session = self._owned(sid, fence)
            if session is None:
                return False
            session.used = self._clock()
            for name, value in fields.items():
                if value is None:
                    session.fields.pop(name, None)
                else:
                    session.fields[name] = bytes(value)
            return True

    def clear_printer(self, sid: SessionId, fence: int) -> bool:
        with self._lock:
            session = self._owned(sid, fence)
            if session:
                session.printer.clear()
            return session is not None

    def remove(self, sid: SessionId) -> None:
        with self._lock:
            self._sessions.pop(sid, None)

    def sweep(self) -> int:
        with self._lock:
            now = self._clock()
            old = [
                sid
                for sid, session in self._sessions.items()
                if session.used + self._ttl_seconds < now and session.lease_end < now
            ]
            for sid in old:
                del self._sessions[sid]
            return len(old)

    # ---- reading

    def read_output(self, sid: SessionId, start: int, limit: int = 65536) -> tuple[int, bytes]:
        with self._lock:
            session = self._session(sid)
            start = min(max(start, session.out_start), session.out_end)
            return start, bytes(session.output[start - session.out_start :][:limit])

    def read_printer(self, sid: SessionId) -> bytes:
        with self._lock:
            return bytes(self._session(sid).printer)

    def file_sizes(self, sid: SessionId) -> dict[bytes, int]:
        with self._lock:
            return {name: len(data) for name, data in self._session(sid).files.items()}

    def read_file(self, sid: SessionId, name: bytes) -> bytes | None:
        with self._lock:
            return self._session(sid).files.get(name)

    def read_files(self, sid: SessionId) -> dict[bytes, bytes]:
        with self._lock:
            return dict(self._session(sid).files)

    def salvage(self, sid: SessionId) -> Salvage:
        with self._lock:
            session = self._session(sid)
            return Salvage(
                snapshot=session.snapshot,
                output=bytes(session.output),
                printer=bytes(session.printer),
                fields=dict(session.fields),
                files=dict(session.files),
            )

    def infos(self) -> list[SessionInfo]:
        with self._lock:
            now = self._clock()
            return [self._info(sid, session, now) for sid, session in self._sessions.items()]

    def lapsed(self) -> list[SessionInfo]:
        return [info for info in self.infos() if info.state == RUNNING and info.lease_left_ms <= 0]

    def close(self) -> None:
        self._watches.clear()

    # ---- inside

    def _owned(self, sid: SessionId, fence: int) -> _Session | None:
        session = self._sessions.get(sid)
        return session if session and session.owner and session.fence == fence else None

    def _session(self, sid: SessionId) -> _Session:
        return self._sessions.get(sid) or _Session(used=0.0)

    @staticmethod
    def _info(sid: SessionId, session: _Session, now: float) -> SessionInfo:
        return SessionInfo(
            sid=sid,
            owner=session.owner,
            lease_left_ms=max(0, round((session.lease_end - now) * 1000)),
            state=session.state,
            number=session.number,
            unused_seconds=now - session.used,
            snapshot_bytes=len(session.snapshot or b""),
            output_bytes=session.out_end,
            files=len(session.files),
            files_bytes=sum(map(len, session.files.values())),
        )

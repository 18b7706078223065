"""Sessions in Redis, for any number of instances: one server, Sentinel or Cluster.

    key                              type    written by            holds
    nicegui:client:<sid>             hash    every script          format fence owner lease number state out_end printed
                                                                   files files_bytes used, `snapshot` (sealed),
                                                                   `taken:<view>`, `field:<name>` (sealed)
    {nicegui:client:<sid>}:out       stream  commit                d = console output; the id is its end offset
    {nicegui:client:<sid>}:files     hash    commit                name -> bytes (sealed)
    {nicegui:client:<sid>}:printer   string  commit, clear_printer LPRINT's bytes
    mbasic:sessions, mbasic:running  set     acquire, commit       ids that may be there, and may be running

Braces are literal: a cluster hashes what they enclose, so the first four share a slot. They live for the store's TTL
from the last use. The two sets are only a hint where to look, and may name too many. A session that another owner
acquired is published on `mbasic:moved:<owner>`. Every change is one script (redis_scripts/), its checks included, so it
is all or nothing; leases are by the server's clock. After a failover of Redis itself the last commits may be missing:
the record then ends before what a page has seen.
"""

import contextlib
import hashlib
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from pathlib import Path
from typing import Final, NoReturn, Protocol, cast

import redis.exceptions as failures

from mbasic.storage.redis_connection import store_error
from mbasic.storage.redis_watch import PubSub, RedisWatch
from mbasic.storage.sealed import SEAL_LENGTH, BrokenSealError, seal, unseal
from mbasic.storage.session_store import (
    FORMAT,
    OUTPUT_KEPT,
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
    check_id,
)

SESSIONS: Final = "mbasic:sessions"
RUNNING_SESSIONS: Final = "mbasic:running"
MOVED: Final = "mbasic:moved:"
_HINT_SECONDS = 2.0
"""So often a running session's id is put into RUNNING_SESSIONS again, in case another process removed it."""


class RedisClient(Protocol):
    """What is needed of a client of redis-py: `redis.Redis` or `redis.RedisCluster`, that answers in bytes."""

    def execute_command(self, *arguments: object) -> object: ...

    def pubsub(self) -> PubSub: ...

    def close(self) -> None: ...


class _Script:
    """A Lua script, sent once to a server and then called by its hash."""

    def __init__(self, name: str) -> None:
        folder = Path(__file__).with_name("redis_scripts")
        self._text = (folder / "common.lua").read_text() + (folder / f"{name}.lua").read_text()
        self._hash = hashlib.sha1(self._text.encode(), usedforsecurity=False).hexdigest()

    def call(self, client: RedisClient, keys: "tuple[str, ...]", *arguments: object) -> object:
        try:
            return client.execute_command("EVALSHA", self._hash, len(keys), *keys, *arguments)
        except failures.NoScriptError:  # new, restarted or flushed
            return client.execute_command("EVAL", self._text, len(keys), *keys, *arguments)


class RedisStore:
    """A SessionStore in the Redis of `client`, which it closes."""

    def __init__(self, client: RedisClient, ttl_seconds: int = TTL_SECONDS) -> None:
        self._client = client
        self._ttl_ms = round(ttl_seconds * 1000)
        self._acquire = _Script("acquire")
        self._renew = _Script("renew")
        self._release = _Script("release")
        self._commit = _Script("commit")
        self._save_fields = _Script("save_fields")
        self._clear_printer = _Script("clear_printer")
        self._read_output = _Script("read_output")
        self._file_sizes = _Script("file_sizes")
        self._info = _Script("info")
        self._hinted: dict[SessionId, float] = {}
        self._watches: list[RedisWatch] = []

    # ---- ownership

    def acquire(self, sid: SessionId, owner: str, lease_ms: int, *, steal: bool) -> SessionRecord | Held:
        check_id(sid)
        arguments = owner, lease_ms, int(steal), self._ttl_ms, FORMAT
        with self._failures(sid):
            looked_at = cast(list[object], self._acquire.call(self._client, _keys(sid), *arguments, 1))
            if looked_at:
                _record(looked_at)  # a damaged session is found before it changes hands
            self._client.execute_command("SADD", SESSIONS, sid)
            answer = cast(list[object], self._acquire.call(self._client, _keys(sid), *arguments, 0))
            before = _text(answer[0])
            if not answer[1]:
                return Held(before, cast(int, answer[2]))
            record = _record(answer)
        if before not in ("", owner):
            with contextlib.suppress(
                failures.RedisError, failures.RedisClusterException
            ):  # it learns it from its next commit
                self._client.execute_command("PUBLISH", MOVED + before, sid)
        return record

    def renew(self, sid: SessionId, fence: int, lease_ms: int) -> bool:
        with self._failures(sid):
            return self._renew.call(self._client, _keys(sid), fence, lease_ms, self._ttl_ms) == 1

    def release(self, sid: SessionId, fence: int) -> bool:
        self._hinted.pop(sid, None)
        with self._failures(sid):
            return self._release.call(self._client, _keys(sid), fence, self._ttl_ms) == 1

    def watch_moves(self, owner: str, moved: Callable[[SessionId], None]) -> RedisWatch:
        watch = RedisWatch(self._client.pubsub, MOVED + owner, moved)
        self._watches.append(watch)
        return watch

    # ---- writing

    def commit(self, sid: SessionId, fence: int, commit: Commit, lease_ms: int = 3000) -> CommitResult:
        snapshot = b"" if commit.snapshot is None else seal(commit.snapshot)
        arguments: list[object] = [fence, commit.number, commit.state, int(commit.snapshot is not None), snapshot]
        arguments += [commit.out_start, commit.output, commit.printer, lease_ms, self._ttl_ms]
        arguments += [OUTPUT_KEPT, PRINTER_LIMIT, PRINTER_KEPT, len(commit.taken)]
        for pair in commit.taken.items():
            arguments += pair
        for name, data in commit.files.items():
            arguments += _change(name, data)
        with self._failures(sid):
            if commit.state == RUNNING:
                self._hint(sid)
            result = CommitResult(_text(self._commit.call(self._client, _keys(sid), *arguments)))
        if commit.state != RUNNING and sid in self._hinted and result is CommitResult.OK:
            self._unhint(sid)
        return result

    def _hint(self, sid: SessionId) -> None:
        """Before a session is stored as running it must be where `lapsed` looks."""
        now = time.monotonic()
        if self._hinted.get(sid, 0.0) < now - _HINT_SECONDS:
            self._client.execute_command("SADD", RUNNING_SESSIONS, sid)
            self._hinted[sid] = now

    def _unhint(self, sid: SessionId) -> None:
        self._hinted.pop(sid, None)
        with contextlib.suppress(failures.RedisError, failures.RedisClusterException):
            self._client.execute_command("SREM", RUNNING_SESSIONS, sid)

    def save_fields(self, sid: SessionId, fence: int, fields: Mapping[str, bytes | None]) -> bool:
        arguments: list[object] = [fence, self._ttl_ms]
        for name, value in fields.items():
            arguments += _change(name, value)
        with self._failures(sid):
            return self._save_fields.call(self._client, _keys(sid), *arguments) == 1

    def clear_printer(self, sid: SessionId, fence: int) -> bool:
        with self._failures(sid):
            return self._clear_printer.call(self._client, _keys(sid), fence) == 1

    def remove(self, sid: SessionId) -> None:
        check_id(sid)
        with self._failures(sid):
            self._client.execute_command("UNLINK", *_keys(sid))
            self._forget(sid)

    def _forget(self, sid: SessionId) -> None:
        self._hinted.pop(sid, None)
        self._client.execute_command("SREM", RUNNING_SESSIONS, sid)
        self._client.execute_command("SREM", SESSIONS, sid)

    def sweep(self) -> int:
        """Redis drops the sessions itself; their ids are dropped here."""
        with self._failures(None):
            gone = [sid for sid in self._members(SESSIONS) if self._info_of(sid) is None]
            for sid in gone:
                self._forget(sid)
        return len(gone)

    # ---- reading

    def read_output(self, sid: SessionId, start: int, limit: int = 65536) -> tuple[int, bytes]:
        with self._failures(sid):
            answer = cast(list[bytes], self._read_output.call(self._client, _keys(sid), start, limit))
            end = _number(answer[0], "out_end")
            start = min(max(start, 0), end)
            if start == end or limit <= 0:
                return start, b""
            pieces = list(_contiguous(answer[1:]))
            if not pieces:
                raise _DamagedError("console output is missing")
            first, data = pieces[0][0], b"".join(piece for _, piece in pieces)
            start = max(start, first)
            if first + len(data) != end and first + len(data) < start + limit:
                raise _DamagedError("console output is missing")
            return start, data[start - first :][:limit]

    def read_printer(self, sid: SessionId) -> bytes:
        with self._failures(sid):
            return cast(bytes | None, self._client.execute_command("GET", _keys(sid)[3])) or b""

    def file_sizes(self, sid: SessionId) -> dict[bytes, int]:
        with self._failures(sid):
            pairs = _pairs(self._file_sizes.call(self._client, _keys(sid)))
            return {cast(bytes, name): cast(int, length) - SEAL_LENGTH for name, length in pairs.items()}

    def read_file(self, sid: SessionId, name: bytes) -> bytes | None:
        with self._failures(sid):
            sealed = cast(bytes | None, self._client.execute_command("HGET", _keys(sid)[2], name))
            return None if sealed is None else _unsealed(sealed, f"file {name.decode('latin-1')}")

    def read_files(self, sid: SessionId) -> dict[bytes, bytes]:
        with self._failures(sid):
            pairs = cast(dict[bytes, bytes], _pairs(self._client.execute_command("HGETALL", _keys(sid)[2])))
            return {name: _unsealed(sealed, f"file {name.decode('latin-1')}") for name, sealed in pairs.items()}

    def salvage(self, sid: SessionId) -> Salvage:
        check_id(sid)
        found = Salvage()
        keys = _keys(sid)
        hash_pairs = self._try("HGETALL", keys[0])
        for key, value in cast(dict[bytes, bytes], _pairs(hash_pairs or [])).items():
            if key == b"snapshot":
                found.snapshot = value[SEAL_LENGTH:]
            elif key.startswith(b"field:"):
                found.fields[key[6:].decode(errors="replace")] = value[SEAL_LENGTH:]
        files = cast(dict[bytes, bytes], _pairs(self._try("HGETALL", keys[2]) or []))
        found.files = {name: value[SEAL_LENGTH:] for name, value in files.items()}
        found.printer = cast(bytes, self._try("GET", keys[3]) or b"")
        entries = cast(list[tuple[bytes, list[bytes]]], self._try("XRANGE", keys[1], "-", "+") or [])
        found.output = b"".join(_entry_data(entry) for entry in entries)
        return found

    def _try(self, *command: object) -> object:
        """What a command gives, None where the key is of another kind."""
        with self._failures(None):
            try:
                return self._client.execute_command(*command)
            except failures.ResponseError as error:
                if "WRONGTYPE" not in str(error):
                    raise
                return None

    # ---- who is there

    def infos(self) -> list[SessionInfo]:
        with self._failures(None):
            return [info for sid in self._members(SESSIONS) if (info := self._info_of(sid))]

    def lapsed(self) -> list[SessionInfo]:
        with self._failures(None):
            infos = [info for sid in self._members(RUNNING_SESSIONS) if (info := self._info_of(sid))]
        return [info for info in infos if info.state == RUNNING and info.lease_left_ms <= 0]

    def _members(self, key: str) -> list[SessionId]:
        return [SessionId(_text(member)) for member in cast(set[bytes], self._client.execute_command("SMEMBERS", key))]

    def _info_of(self, sid: SessionId) -> SessionInfo | None:
        try:
            answer = cast(list[object], self._info.call(self._client, _keys(sid)))
        except failures.ResponseError as error:
            if not any(word in str(error) for word in ("DAMAGED", "WRONGTYPE")):
                raise
            return _info([b"", 0, b"", 0, 0, 0, 0, 0, 0], sid, damaged=True)
        return _info(answer, sid) if answer else None

    def close(self) -> None:
        for watch in self._watches:
            watch.close()
        self._watches.clear()
        self._client.close()

    # ---- failures

    @contextlib.contextmanager
    def _failures(self, sid: SessionId | None) -> Generator[None]:
        """Turn redis-py's errors, and damage that was found, into StoreErrors."""
        if sid is not None:
            check_id(sid)
        try:
            yield
        except _DamagedError as error:
            self._damaged(sid, str(error))
        except (failures.RedisError, failures.RedisClusterException) as error:
            text = str(error)
            if "NEWER" in text:
                raise StoreNewerError(f"session {sid} was saved by a newer version of MBASIC; use that one") from None
            if "DAMAGED" in text or "WRONGTYPE" in text:
                self._damaged(sid, text.removeprefix("DAMAGED "))
            raise store_error(error) from error

    def _damaged(self, sid: SessionId | None, what: str) -> NoReturn:
        if sid is None:
            raise StoreError(f"Redis has other things where sessions are listed: {what}") from None
        raise StoreDamagedError(sid, what, self.salvage(sid)) from None


# ---- what Redis gives, and gets -----------------------------------------------------


class _DamagedError(Exception):
    """Found while reading; the text says where."""


def _keys(sid: SessionId) -> tuple[str, str, str, str]:
    name = f"nicegui:client:{sid}"
    return name, f"{{{name}}}:out", f"{{{name}}}:files", f"{{{name}}}:printer"


def _change(name: str | bytes, value: bytes | None) -> tuple[str | bytes, int, bytes]:
    """The three arguments that set or remove something."""
    return (name, 0, b"") if value is None else (name, 1, seal(value))


def _text(data: object) -> str:
    return cast(bytes, data).decode()


def _number(data: bytes, name: str) -> int:
    try:
        return int(data)
    except ValueError:
        raise _DamagedError(f"its field {name} is no number") from None


def _unsealed(sealed: bytes, what: str) -> bytes:
    try:
        return unseal(sealed)
    except BrokenSealError:
        raise _DamagedError(f"its {what} has other bytes than were written") from None


def _pairs(answer: object) -> dict[object, object]:
    """A flat list as a mapping; redis-py makes one of HGETALL's answer itself."""
    if isinstance(answer, dict):
        return cast(dict[object, object], answer)
    items = iter(cast(list[object], answer))
    return dict(zip(items, items, strict=True))


def _entry_data(entry: "tuple[bytes, Mapping[bytes, bytes] | list[bytes]]") -> bytes:
    """A stream entry's bytes, from whatever form the client gives it."""
    fields = entry[1]
    return fields.get(b"d", b"") if isinstance(fields, Mapping) else b"".join(fields[1:2])


def _contiguous(answer: list[bytes]) -> Iterator[tuple[int, bytes]]:
    """Give (offset, bytes) for ids and bytes that must follow one another."""
    expected = None
    items = iter(answer)
    for key, data in zip(items, items, strict=True):
        end = _number(key.partition(b"-")[0], "out")
        if expected not in (None, end - len(data)):
            raise _DamagedError("console output is missing")
        expected = end
        yield end - len(data), data


def _record(answer: list[object]) -> SessionRecord:
    """The record in acquire.lua's answer."""
    values = cast(dict[bytes, bytes], _pairs(answer[4]))
    oldest = _number(cast(bytes, answer[2]).partition(b"-")[0], "out") - cast(int, answer[3])
    taken: dict[str, int] = {}
    fields: dict[str, bytes] = {}
    for key, value in values.items():
        name = key.decode(errors="replace")
        if name.startswith("taken:"):
            taken[name[6:]] = _number(value, name)
        elif name.startswith("field:"):
            fields[name[6:]] = _unsealed(value, f"field {name[6:]}")
    return SessionRecord(
        format=int(values[b"format"]),
        fence=int(values[b"fence"]),
        owner=_decoded(values[b"owner"]),
        number=int(values[b"number"]),
        state=_decoded(values[b"state"]),
        snapshot=_unsealed(values[b"snapshot"], "snapshot") if b"snapshot" in values else None,
        out_start=oldest,
        out_end=int(values[b"out_end"]),
        taken=taken,
        fields=fields,
    )


def _decoded(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise _DamagedError("its owner or state is no text") from None


def _info(answer: list[object], sid: SessionId, *, damaged: bool = False) -> SessionInfo:
    """The description in info.lua's answer."""
    owner, left_ms, state, number, unused_ms, snapshot, output, files, files_bytes = answer
    return SessionInfo(
        sid=sid,
        owner=cast(bytes, owner).decode(errors="replace"),
        lease_left_ms=cast(int, left_ms),
        state=cast(bytes, state).decode(errors="replace"),
        number=int(cast(bytes, number)),
        unused_seconds=cast(int, unused_ms) / 1000,
        snapshot_bytes=cast(int, snapshot),
        output_bytes=int(cast(bytes, output)),
        files=int(cast(bytes, files)),
        files_bytes=int(cast(bytes, files_bytes)),
        damaged=damaged,
    )

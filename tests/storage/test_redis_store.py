"""What Redis adds to a session store: the promised keys, servers that die, freeze or say no, and spoilt keys."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import cast

import pytest
from redis.crc import key_slot

from mbasic.storage.session_store import (
    RUNNING,
    TTL_SECONDS,
    Commit,
    CommitResult,
    SessionId,
    SessionRecord,
    SessionStore,
    StoreDamagedError,
    StoreNewerError,
    StoreUnavailableError,
)
from mbasic.storage.store_address import StoreAddress, StoreKind, open_store
from tests.redis_cluster import ask, cluster_url, redis_cluster, redis_sentinel, replication, wait_until
from tests.redis_server import RedisServer

SID = SessionId("0123456789abcdef0123456789abcdef")
KEY = f"nicegui:client:{SID}"
OUT, FILES, PRINTER = f"{{{KEY}}}:out", f"{{{KEY}}}:files", f"{{{KEY}}}:printer"


@pytest.fixture(scope="module")
def shared_server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture
def server(shared_server: RedisServer) -> RedisServer:
    ask(shared_server, "FLUSHALL")
    return shared_server


@pytest.fixture
def store(server: RedisServer) -> Iterator[SessionStore]:
    opened = open_on(server)
    yield opened
    opened.close()


def open_on(server: RedisServer, options: str = "") -> SessionStore:
    return open_store(StoreAddress(kind=StoreKind.REDIS, place=server.url + options))


def acquire(store: SessionStore, owner: str = "me:1") -> SessionRecord:
    record = store.acquire(SID, owner, 60_000, steal=True)
    assert isinstance(record, SessionRecord)
    return record


def step(number: int) -> Commit:
    return Commit(
        number=number,
        state=RUNNING,
        snapshot=b"%d" % number * 100,
        out_start=10 * (number - 1),
        output=b"%d" % number * 10,
        printer=b"%d" % number,
        taken={"view": number},
        files={b"A\xff": b"%d" % number * 20},
    )


def fill(store: SessionStore, steps: int = 3) -> SessionRecord:
    record = acquire(store)
    for number in range(1, steps + 1):
        assert store.commit(SID, record.fence, step(number)) is CommitResult.OK
    assert store.save_fields(SID, record.fence, {"text": b"10 PRINT"})
    return record


# ---- the promised keys


def test_the_keys_are_those_promised_and_live_for_a_day(server: RedisServer, store: SessionStore) -> None:
    fill(store)
    kinds = {KEY: b"hash", OUT: b"stream", FILES: b"hash", PRINTER: b"string"}
    assert {key: ask(server, "TYPE", key) for key in kinds} == kinds
    for key in kinds:
        assert TTL_SECONDS - 60 < cast(int, ask(server, "TTL", key)) <= TTL_SECONDS
    others = {b"mbasic:sessions", b"mbasic:running"}
    assert set(cast(list[bytes], ask(server, "KEYS", "*"))) == {key.encode() for key in kinds} | others
    assert ask(server, "HGET", KEY, "format") == b"1"


def test_every_use_refreshes_all_keys(server: RedisServer, store: SessionStore) -> None:
    record = fill(store)
    uses: list[Callable[[], object]] = [
        lambda: store.renew(SID, record.fence, 1000),
        lambda: store.commit(SID, record.fence, Commit(number=4, state="ready", snapshot=None, out_start=30)),
        lambda: store.save_fields(SID, record.fence, {"text": b"x"}),
        lambda: store.release(SID, record.fence),
        lambda: acquire(store),
    ]
    for use in uses:
        for key in (KEY, OUT, FILES, PRINTER):
            ask(server, "EXPIRE", key, 100)
        use()
        assert min(cast(int, ask(server, "TTL", key)) for key in (KEY, OUT, FILES, PRINTER)) > 1000


def test_the_four_keys_share_a_slot() -> None:
    assert len({key_slot(key.encode()) for key in (KEY, OUT, FILES, PRINTER)}) == 1


# ---- servers that are not there


def test_a_restarted_server_has_all_commits_and_forgotten_scripts_come_back() -> None:
    with RedisServer(persistent=True) as server:
        store = open_on(server)
        record = fill(store)
        server.kill()
        with pytest.raises(StoreUnavailableError, match="cannot be reached"):
            store.commit(SID, record.fence, step(4))
        server.start()
        assert store.commit(SID, record.fence, step(4)) is CommitResult.OK
        assert store.read_output(SID, 30) == (30, b"4" * 10)
        assert acquire(store).snapshot == b"4" * 100
        store.close()


def test_a_frozen_server_is_waited_for_and_a_commit_is_stored_once() -> None:
    with RedisServer() as server:
        store = open_on(server, "?socket_timeout=0.2")
        record = fill(store)
        server.freeze()
        start = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="in time"):
            store.commit(SID, record.fence, step(4))
        assert time.monotonic() - start < 5
        server.thaw()
        wait_until(lambda: store.commit(SID, record.fence, step(4)) is CommitResult.DUPLICATE, "it was never stored")
        assert store.read_output(SID, 0) == (0, b"1" * 10 + b"2" * 10 + b"3" * 10 + b"4" * 10)
        assert store.read_printer(SID) == b"1234"
        store.close()


def test_nobody_is_there_at_all() -> None:
    with RedisServer() as server:
        store = open_on(server)
        server.kill()
        calls: list[Callable[[], object]] = [
            lambda: store.acquire(SID, "me:1", 100, steal=True),
            lambda: store.renew(SID, 1, 100),
            lambda: store.release(SID, 1),
            lambda: store.save_fields(SID, 1, {}),
            lambda: store.read_output(SID, 0),
            lambda: store.read_printer(SID),
            lambda: store.file_sizes(SID),
            lambda: store.read_file(SID, b"A"),
            lambda: store.read_files(SID),
            lambda: store.salvage(SID),
            store.infos,
            store.lapsed,
            store.sweep,
            lambda: store.remove(SID),
        ]
        for call in calls:
            with pytest.raises(StoreUnavailableError):
                call()
        store.close()


def test_a_server_that_takes_no_changes_can_be_read(server: RedisServer, store: SessionStore) -> None:
    record = fill(store)
    ask(server, "REPLICAOF", "127.0.0.1", 1)
    try:
        with pytest.raises(StoreUnavailableError, match="read-only"):
            store.commit(SID, record.fence, step(4))
    finally:
        ask(server, "REPLICAOF", "NO", "ONE")
    assert store.commit(SID, record.fence, step(4)) is CommitResult.OK


def test_a_server_without_memory_stores_nothing_of_a_commit(server: RedisServer, store: SessionStore) -> None:
    record = fill(store)
    ask(server, "CONFIG", "SET", "maxmemory", 1)
    try:
        with pytest.raises(StoreUnavailableError, match="memory"):
            store.commit(SID, record.fence, step(4))
        assert store.read_output(SID, 20) == (20, b"3" * 10)
    finally:
        ask(server, "CONFIG", "SET", "maxmemory", 0)
    assert store.commit(SID, record.fence, step(4)) is CommitResult.OK


def test_a_watch_goes_on_after_the_server_was_away() -> None:
    with RedisServer(persistent=True) as server:
        store = open_on(server)
        moved: list[SessionId] = []
        watch = store.watch_moves("old:1", moved.append)
        server.kill()
        server.start()

        def is_told() -> bool:
            acquire(store, "old:1")
            acquire(store, "new:2")
            return bool(moved)

        wait_until(is_told, "nobody was told")
        watch.close()
        store.close()


def test_a_watch_ends_while_the_server_is_away() -> None:
    with RedisServer() as server:
        store = open_on(server)
        watch = store.watch_moves("old:1", lambda _: None)
        server.kill()
        watch.close()
        store.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "mbasic-moves"]


def commit_again_and_again(store: SessionStore, fence: int, number: int) -> CommitResult:
    """What a worker does while Redis is away: the same commit until there is an answer."""
    end = time.monotonic() + 30
    while True:
        try:
            return store.commit(SID, fence, step(number))
        except StoreUnavailableError:
            assert time.monotonic() < end, "Redis did not come back"
            time.sleep(0.05)


def test_sentinel_leads_to_the_new_master() -> None:
    with redis_sentinel() as watched:
        store = open_store(StoreAddress(kind=StoreKind.REDIS, place=watched.url))
        record = fill(store)
        offset = replication(watched.master)["master_repl_offset"]
        wait_until(lambda: replication(watched.replica)["slave_repl_offset"] == offset, "the replica lags")
        watched.master.kill()
        assert commit_again_and_again(store, record.fence, 4) in (CommitResult.OK, CommitResult.DUPLICATE)
        assert store.read_output(SID, 20) == (20, b"3" * 10 + b"4" * 10)
        assert ask(watched.replica, "HGET", KEY, "number") == b"4"
        store.close()


def test_a_cluster_node_that_restarts_is_waited_for() -> None:
    with redis_cluster(persistent=True) as servers:
        store = open_store(StoreAddress(kind=StoreKind.REDIS, place=cluster_url(servers)))
        record = fill(store)
        (home,) = [server for server in servers if ask(server, "KEYS", KEY)]
        home.kill()
        with pytest.raises(StoreUnavailableError):
            store.commit(SID, record.fence, step(4))
        home.start()
        assert commit_again_and_again(store, record.fence, 4) in (CommitResult.OK, CommitResult.DUPLICATE)
        assert store.read_output(SID, 30) == (30, b"4" * 10)
        store.close()


# ---- spoilt keys

_SPOILT: dict[str, list[tuple[object, ...]]] = {
    "snapshot overwritten": [("HSET", KEY, "snapshot", b"garbage that is no snapshot")],
    "snapshot changed by a bit": [("HSET", KEY, "snapshot", b"\x00\x00\x00\x003" + b"3" * 99)],
    "text overwritten": [("HSET", KEY, "field:text", b"\xff")],
    "fence": [("HSET", KEY, "fence", "x")],
    "negative fence": [("HSET", KEY, "fence", "-1")],
    "number": [("HSET", KEY, "number", "1e3")],
    "offset": [("HSET", KEY, "out_end", "31")],
    "no offset": [("HDEL", KEY, "out_end")],
    "format": [("HSET", KEY, "format", "one")],
    "no format": [("HDEL", KEY, "format")],
    "no owner": [("HDEL", KEY, "owner")],
    "owner is no text": [("HSET", KEY, "owner", b"\xff\xfe")],
    "state is no text": [("HSET", KEY, "state", b"\xff\xfe")],
    "taken": [("HSET", KEY, "taken:view", "many")],
    "hash gone": [("DEL", KEY)],
    "hash is a string": [("SET", KEY, "x")],
    "output gone": [("DEL", OUT)],
    "output is a list": [("DEL", OUT), ("RPUSH", OUT, "x")],
    "output has too much": [("XADD", OUT, "31-0", "d", "x")],
    "output ends early": [("XDEL", OUT, "30-0")],
    "output of another form": [("DEL", OUT), ("XADD", OUT, "30-0", "e", "x")],
    "files gone": [("DEL", FILES)],
    "a file gone": [("HDEL", FILES, b"A\xff")],
    "a file too many": [("HSET", FILES, "X", "x")],
    "files are a set": [("DEL", FILES), ("SADD", FILES, "x")],
    "printer gone": [("DEL", PRINTER)],
    "printer is a hash": [("DEL", PRINTER), ("HSET", PRINTER, "x", "y")],
    "printer is longer": [("APPEND", PRINTER, "x")],
}


def dump(server: RedisServer) -> list[object]:
    return [ask(server, "DUMP", key) for key in (KEY, OUT, FILES, PRINTER)]


@pytest.mark.parametrize("commands", _SPOILT.values(), ids=_SPOILT.keys())
def test_a_spoilt_session_is_reported_with_what_can_be_read(
    server: RedisServer, store: SessionStore, commands: list[tuple[object, ...]]
) -> None:
    fill(store)
    for command in commands:
        ask(server, *command)
    before = dump(server)
    with pytest.raises(StoreDamagedError, match=SID) as failure:
        acquire(store, "new:2")
    assert dump(server) == before
    salvage = failure.value.salvage
    whole = [salvage.snapshot == b"3" * 100, salvage.output == b"1" * 10 + b"2" * 10 + b"3" * 10]
    whole += [salvage.printer == b"123", salvage.fields == {"text": b"10 PRINT"}]
    whole += [salvage.files == {b"A\xff": b"3" * 20}]
    spoilt = {command[1] for command in commands}
    assert sum(whole) >= (3 if KEY in spoilt else 4)


def test_a_spoilt_file_is_reported_when_it_is_read(server: RedisServer, store: SessionStore) -> None:
    fill(store)
    ask(server, "HSET", FILES, b"A\xff", b"garbage")
    for read in (lambda: store.read_files(SID), lambda: store.read_file(SID, b"A\xff")):
        with pytest.raises(StoreDamagedError, match="other bytes"):
            read()


def test_missing_output_is_reported_when_it_is_read(server: RedisServer, store: SessionStore) -> None:
    fill(store)
    ask(server, "XDEL", OUT, "20-0")
    with pytest.raises(StoreDamagedError, match="output is missing"):
        store.read_output(SID, 0)
    assert store.read_output(SID, 20) == (20, b"3" * 10)


@pytest.mark.parametrize("key", [OUT, FILES, PRINTER])
def test_a_commit_onto_a_spoilt_key_changes_nothing(server: RedisServer, store: SessionStore, key: str) -> None:
    record = fill(store)
    ask(server, "DEL", key)
    ask(server, "ZADD", key, 1, "x")
    before = dump(server)
    with pytest.raises(StoreDamagedError):
        store.commit(SID, record.fence, step(4))
    assert dump(server) == before


def test_a_spoilt_session_is_listed_and_can_be_removed(server: RedisServer, store: SessionStore) -> None:
    fill(store)
    ask(server, "SET", KEY, "x")
    assert [(info.sid, info.damaged) for info in store.infos()] == [(SID, True)]
    assert store.lapsed() == []
    store.remove(SID)
    assert acquire(store).number == 0


def test_a_newer_session_is_left_alone(server: RedisServer, store: SessionStore) -> None:
    fill(store)
    ask(server, "HSET", KEY, "format", "2")
    before = dump(server)
    with pytest.raises(StoreNewerError, match="newer version"):
        acquire(store, "new:2")
    assert dump(server) == before


def test_ids_of_sessions_that_are_gone_are_swept(server: RedisServer, store: SessionStore) -> None:
    fill(store)
    ask(server, "DEL", KEY, OUT, FILES, PRINTER)
    assert store.infos() == []
    assert store.sweep() == 1
    assert ask(server, "EXISTS", "mbasic:sessions", "mbasic:running") == 0

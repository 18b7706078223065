"""What every session store promises, asked of each of them: memory, folder, Redis, Redis Cluster."""

import threading
import time
from collections.abc import Callable, Mapping

import pytest

from mbasic.storage.session_store import (
    OUTPUT_KEPT,
    OUTPUT_LIMIT,
    PRINTER_KEPT,
    PRINTER_LIMIT,
    RUNNING,
    Commit,
    CommitResult,
    Held,
    SessionId,
    SessionInfo,
    SessionRecord,
    SessionStore,
)
from tests.contracts.stores import Stores, new_sid

LEASE_MS = 60_000
ODD = bytes(range(256))


class Owner:
    """An owner that does everything right: it counts its commits and offsets."""

    def __init__(self, store: SessionStore, sid: SessionId, name: str = "one:1", *, steal: bool = True) -> None:
        record = store.acquire(sid, name, LEASE_MS, steal=steal)
        assert isinstance(record, SessionRecord)
        self.store, self.sid, self.record = store, sid, record
        self.number, self.offset = record.number, record.out_end

    def step(
        self,
        output: bytes = b"",
        *,
        state: str = "ready",
        snapshot: bytes | None = None,
        printer: bytes = b"",
        taken: Mapping[str, int] | None = None,
        files: Mapping[bytes, bytes | None] | None = None,
        lease_ms: int = LEASE_MS,
    ) -> Commit:
        """Commit the next step."""
        commit = Commit(
            number=self.number + 1,
            state=state,
            snapshot=snapshot,
            out_start=self.offset,
            output=output,
            printer=printer,
            taken=taken or {},
            files=files or {},
        )
        assert self.send(commit, lease_ms) is CommitResult.OK
        self.number += 1
        self.offset += len(output)
        return commit

    def send(self, commit: Commit, lease_ms: int = LEASE_MS) -> CommitResult:
        return self.store.commit(self.sid, self.record.fence, commit, lease_ms)


@pytest.fixture
def sid() -> SessionId:
    return new_sid()


@pytest.fixture
def store(stores: Stores) -> SessionStore:
    return stores.open()


def again(stores: Stores, sid: SessionId) -> SessionRecord:
    """The session as another process finds it."""
    return Owner(stores.open(), sid, "another:2").record


def info_of(store: SessionStore, sid: SessionId) -> SessionInfo:
    (info,) = [info for info in store.infos() if info.sid == sid]
    return info


def wait_until(condition: Callable[[], bool], seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


# ---- a session comes back


def test_a_new_session_is_empty(store: SessionStore, sid: SessionId) -> None:
    record = Owner(store, sid).record
    assert (record.fence, record.owner, record.number, record.snapshot) == (1, "one:1", 0, None)
    assert (record.out_start, record.out_end, record.taken, record.fields) == (0, 0, {}, {})
    assert store.read_output(sid, 0) == (0, b"")
    assert store.file_sizes(sid) == {}


def test_what_was_committed_is_there_for_another_process(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    owner.step(b"Ok\r\n" + ODD, snapshot=ODD * 300, taken={"view": 3, "other": 1}, files={b"A.DAT": ODD})
    owner.step(b"10\r\n", state=RUNNING, taken={"view": 5}, printer=b"paper")
    record = again(stores, sid)
    assert (record.number, record.state, record.snapshot) == (2, RUNNING, ODD * 300)
    assert (record.out_start, record.out_end, record.taken) == (0, 264, {"view": 5, "other": 1})
    other = stores.open()
    assert other.read_output(sid, 0) == (0, b"Ok\r\n" + ODD + b"10\r\n")
    assert other.read_output(sid, 260) == (260, b"10\r\n")
    assert other.read_file(sid, b"A.DAT") == ODD
    assert other.read_printer(sid) == b"paper"


def test_a_snapshot_can_be_empty_and_can_be_left_alone(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    owner.step(snapshot=b"")
    owner.step(b"more")
    assert again(stores, sid).snapshot == b""


def test_a_view_that_is_gone_can_be_forgotten(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    owner.step(taken={"a": 0, "b": 2})
    owner.step(taken={"b": -1, "c": -1})
    assert again(stores, sid).taken == {"a": 0}


def test_free_fields_are_kept_and_removed(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    fence = owner.record.fence
    assert store.save_fields(sid, fence, {"text": ODD * 100, "owner": b"not the owner", "pages": b"", "x:y z": b"1"})
    assert store.save_fields(sid, fence, {"text": ODD * 50, "pages": None, "never": None})
    assert store.save_fields(sid, fence, {})
    record = again(stores, sid)
    assert record.fields == {"text": ODD * 50, "owner": b"not the owner", "x:y z": b"1"}
    assert record.owner == "another:2"


def test_sessions_know_nothing_of_one_another(store: SessionStore, sid: SessionId) -> None:
    other = SessionId(f"{sid}.2")
    Owner(store, sid).step(b"mine", files={b"A": b"1"}, printer=b"p")
    Owner(store, other).step(b"yours", files={b"B": b"2"})
    assert store.read_output(sid, 0) == (0, b"mine")
    assert store.read_files(other) == {b"B": b"2"}
    assert store.read_printer(other) == b""


def test_a_session_that_is_not_there_is_empty_to_read_and_stale_to_write(store: SessionStore, sid: SessionId) -> None:
    assert (store.read_output(sid, 5), store.read_printer(sid)) == ((0, b""), b"")
    assert (store.file_sizes(sid), store.read_file(sid, b"A"), store.read_files(sid)) == ({}, None, {})
    commit = Commit(number=1, state="ready", snapshot=None, out_start=0)
    assert store.commit(sid, 0, commit) is CommitResult.STALE
    assert not store.renew(sid, 0, 100)
    assert not store.release(sid, 0)
    assert not store.save_fields(sid, 0, {"a": b""})
    assert not store.clear_printer(sid, 0)
    assert sid not in {info.sid for info in store.infos()}


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "a{b}", "a b", "ä", "x" * 81, "a\n"])
def test_what_is_no_session_id_is_refused(store: SessionStore, name: str) -> None:
    with pytest.raises(ValueError, match="session id"):
        store.acquire(SessionId(name), "one:1", 100, steal=True)


# ---- files


def test_files_have_any_name_and_any_bytes(store: SessionStore, sid: SessionId) -> None:
    files = {ODD[1:]: b"", b"": b"no name", b"A/..\\B\x00": ODD * 1000, b"a": b"x", b"A": b"y"}
    Owner(store, sid).step(files=files)
    assert store.read_files(sid) == files
    assert store.file_sizes(sid) == {name: len(data) for name, data in files.items()}
    assert store.read_file(sid, b"A/..\\B\x00") == ODD * 1000
    assert store.read_file(sid, b"") == b"no name"
    assert store.read_file(sid, b"B") is None


def test_files_are_replaced_and_removed(store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    owner.step(files={b"A": b"old", b"B": b"stays", b"C": b"goes"})
    owner.step(files={b"A": b"new, and longer", b"C": None, b"D": None})
    assert store.read_files(sid) == {b"A": b"new, and longer", b"B": b"stays"}
    info = info_of(store, sid)
    assert (info.files, info.files_bytes) == (2, 20)


def test_all_files_can_be_removed_and_come_again(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    owner.step(files={b"A": b"1"})
    owner.step(files={b"A": None})
    again(stores, sid)
    assert store.read_files(sid) == {}
    Owner(store, sid).step(files={b"A": b"2"})
    assert store.read_files(sid) == {b"A": b"2"}


# ---- console and printer


def test_output_is_read_from_any_offset(store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    text = b"".join(b"%d\r\n" % number for number in range(300))
    for place in range(0, len(text), 7):
        owner.step(text[place : place + 7])
    for start in (-5, 0, 1, 6, 7, 8, len(text) - 1, len(text), len(text) + 10):
        begin = min(max(start, 0), len(text))
        assert store.read_output(sid, start) == (begin, text[begin:])
    assert store.read_output(sid, 10, limit=20) == (10, text[10:30])
    assert store.read_output(sid, 10, limit=0) == (10, b"")


def test_old_output_goes_but_enough_is_kept(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    text, start = b"", 0
    while len(text) < 2 * OUTPUT_LIMIT:
        chunk = b"%07d\n" % len(text) * 500
        owner.step(chunk)
        text += chunk
        start, kept = store.read_output(sid, 0, limit=2 * OUTPUT_LIMIT)
        assert kept == text[start:]
        assert min(len(text), OUTPUT_KEPT) <= len(kept) <= OUTPUT_LIMIT
    record = again(stores, sid)
    assert (record.out_start, record.out_end) == (start, len(text))


def test_a_chunk_larger_than_all_that_is_kept(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    owner.step(b"before")
    big = ODD * 2048
    owner.step(big)
    owner.step(b"after")
    start, kept = store.read_output(sid, 0, limit=len(big) * 2)
    assert (b"before" + big + b"after")[start:] == kept
    assert len(kept) >= OUTPUT_KEPT
    assert again(stores, sid).out_end == len(big) + 11


def test_the_printer_keeps_what_is_new_and_can_be_cleared(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    page = ODD * 1024
    for _ in range(PRINTER_LIMIT // len(page)):
        owner.step(printer=page)
    assert len(store.read_printer(sid)) == PRINTER_LIMIT
    owner.step(printer=b"end")
    paper = store.read_printer(sid)
    assert (len(paper), paper[-3:]) == (PRINTER_KEPT, b"end")
    assert store.clear_printer(sid, owner.record.fence)
    assert store.read_printer(sid) == b""
    owner.step(printer=b"fresh")
    assert store.read_printer(sid) == b"fresh"
    for _ in range(PRINTER_LIMIT // len(page)):
        owner.step(printer=page)
    again(stores, sid)
    assert store.read_printer(sid) == (b"fresh" + page * (PRINTER_LIMIT // len(page)))[-PRINTER_KEPT:]


# ---- numbers and fences


def test_a_repeated_commit_is_stored_once(store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    commit = owner.step(b"once", printer=b"p", files={b"A": b"1"})
    assert owner.send(commit) is CommitResult.DUPLICATE
    assert store.read_output(sid, 0) == (0, b"once")
    assert store.read_printer(sid) == b"p"


@pytest.mark.parametrize(("number", "out_start"), [(3, 5), (0, 0), (2, 4), (2, 6), (2, 0)])
def test_a_commit_that_does_not_follow_is_a_gap(
    store: SessionStore, sid: SessionId, number: int, out_start: int
) -> None:
    owner = Owner(store, sid)
    owner.step(b"12345", snapshot=b"good")
    bad = Commit(
        number=number, state="bad", snapshot=b"bad", out_start=out_start, output=b"x", files={b"A": b""}, printer=b"x"
    )
    assert owner.send(bad) is CommitResult.GAP
    assert store.read_output(sid, 0) == (0, b"12345")
    assert (store.file_sizes(sid), store.read_printer(sid)) == ({}, b"")
    assert (info_of(store, sid).state, info_of(store, sid).number) == ("ready", 1)


def test_the_former_owner_writes_nothing(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    old = Owner(store, sid, "old:1")
    first = old.step(b"seen", snapshot=b"s")
    new = Owner(stores.open(), sid, "new:2")
    assert new.record.fence == old.record.fence + 1
    late = Commit(number=2, state="x", snapshot=b"x", out_start=4, output=b"late", files={b"A": b"x"}, printer=b"x")
    assert old.send(late) is CommitResult.STALE
    assert old.send(first) is CommitResult.STALE
    fence = old.record.fence
    assert not store.renew(sid, fence, LEASE_MS)
    assert not store.release(sid, fence)
    assert not store.save_fields(sid, fence, {"text": b"late"})
    assert not store.clear_printer(sid, fence)
    record = again(stores, sid)
    assert (record.snapshot, record.out_end, record.fields) == (b"s", 4, {})
    assert store.file_sizes(sid) == {}


def test_who_acquires_sees_the_very_last_commit(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    for turn in range(1, 6):
        owner = Owner(stores.open(), sid, f"owner:{turn}")
        assert (owner.record.number, owner.record.out_end) == (turn - 1, turn - 1)
        owner.step(b"x")


def test_a_released_session_is_free_and_its_token_void(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid, "old:1")
    owner.step(b"kept", snapshot=b"s")
    assert store.release(sid, owner.record.fence)
    assert store.release(sid, owner.record.fence)
    assert not store.renew(sid, owner.record.fence, LEASE_MS)
    late = Commit(number=2, state="x", snapshot=None, out_start=4)
    assert owner.send(late) is CommitResult.STALE
    assert (info_of(store, sid).owner, info_of(store, sid).lease_left_ms) == ("", 0)
    record = Owner(stores.open(), sid, "new:2", steal=False).record
    assert (record.snapshot, record.out_end) == (b"s", 4)


# ---- leases


def test_a_leased_session_is_held_unless_it_is_stolen(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid, "old:1")
    held = stores.open().acquire(sid, "new:2", LEASE_MS, steal=False)
    assert isinstance(held, Held)
    assert held.owner == "old:1"
    assert LEASE_MS - 5000 < held.left_ms <= LEASE_MS
    owner.step(b"still mine")
    assert Owner(stores.open(), sid, "new:2", steal=True).record.out_end == 10


def test_an_owner_may_acquire_its_own_session_again(store: SessionStore, sid: SessionId) -> None:
    first = Owner(store, sid, "me:1")
    second = Owner(store, sid, "me:1", steal=False)
    assert second.record.fence == first.record.fence + 1


def test_a_lease_ends_by_itself(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    store.acquire(sid, "old:1", 100, steal=True)
    assert isinstance(store.acquire(sid, "new:2", 100, steal=False), Held)
    time.sleep(0.12)
    assert isinstance(stores.open().acquire(sid, "new:2", 100, steal=False), SessionRecord)


def test_a_lease_is_prolonged_by_renewal_and_by_commits(store: SessionStore, sid: SessionId) -> None:
    record = store.acquire(sid, "old:1", 50, steal=True)
    assert isinstance(record, SessionRecord)
    assert store.renew(sid, record.fence, LEASE_MS)
    time.sleep(0.06)
    assert isinstance(store.acquire(sid, "new:2", 100, steal=False), Held)
    commit = Commit(number=1, state="ready", snapshot=None, out_start=0)
    assert store.commit(sid, record.fence, commit, 50) is CommitResult.OK
    assert store.commit(sid, record.fence, commit, LEASE_MS) is CommitResult.DUPLICATE
    time.sleep(0.06)
    assert isinstance(store.acquire(sid, "new:2", 100, steal=False), Held)


def test_two_that_race_for_a_session_do_not_both_get_it(stores: Stores, sid: SessionId) -> None:
    got: list[SessionRecord | Held] = []
    start = threading.Barrier(6)

    def race(name: str) -> None:
        store = stores.open()
        start.wait()
        got.append(store.acquire(sid, name, LEASE_MS, steal=False))

    threads = [threading.Thread(target=race, args=(f"owner:{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [type(answer) for answer in got].count(SessionRecord) == 1
    assert len(got) == 6


def test_owners_that_steal_from_each_other_lose_nothing_and_repeat_nothing(stores: Stores, sid: SessionId) -> None:
    shown: list[tuple[int, bytes]] = []

    def work(name: str) -> None:
        store = stores.open()
        for turn in range(12):
            owner = Owner(store, sid, name)
            for step in range(5):
                text = b"%s.%d.%d\n" % (name.encode(), turn, step)
                commit = Commit(
                    number=owner.number + 1, state=RUNNING, snapshot=text, out_start=owner.offset, output=text
                )
                if owner.send(commit) is not CommitResult.OK:
                    break
                shown.append((owner.offset, text))
                owner.number, owner.offset = owner.number + 1, owner.offset + len(text)

    threads = [threading.Thread(target=work, args=(name,)) for name in ("a", "b", "c")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    log = b"".join(text for _, text in sorted(shown))
    assert stores.open().read_output(sid, 0, limit=len(log) * 2) == (0, log)
    record = again(stores, sid)
    assert (record.number, record.snapshot) == (len(shown), sorted(shown)[-1][1])


# ---- who is there


def test_a_session_is_described(store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid, "me:1")
    owner.step(b"hello", state="waiting", snapshot=b"12345678", files={b"A": b"123", b"B": b"45"})
    info = info_of(store, sid)
    assert (info.owner, info.state, info.number) == ("me:1", "waiting", 1)
    assert (info.snapshot_bytes, info.output_bytes, info.files, info.files_bytes) == (8, 5, 2, 5)
    assert LEASE_MS - 5000 < info.lease_left_ms <= LEASE_MS
    assert 0 <= info.unused_seconds < 5
    assert not info.damaged


def test_running_sessions_without_an_owner_are_found(stores: Stores, store: SessionStore) -> None:
    def lapsed() -> set[SessionId]:
        return {info.sid for info in stores.open().lapsed()} & set(sids)

    sids = [new_sid() for _ in range(5)]
    dead, alive, released, idle, stopped = sids
    Owner(store, dead).step(state=RUNNING, lease_ms=50)
    Owner(store, alive).step(state=RUNNING)
    owner = Owner(store, released)
    owner.step(state=RUNNING)
    store.release(released, owner.record.fence)
    Owner(store, idle).step(state="waiting", lease_ms=50)
    owner = Owner(store, stopped)
    owner.step(state=RUNNING)
    owner.step(state="ready", lease_ms=50)
    time.sleep(0.06)
    assert lapsed() == {dead, released}
    Owner(stores.open(), dead, "rescuer:1")
    assert lapsed() == {released}


def test_a_session_that_ran_on_is_still_found_when_it_dies(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    owner.step(state=RUNNING, lease_ms=30)
    time.sleep(0.04)
    owner.step(state=RUNNING)
    assert sid not in {info.sid for info in store.lapsed()}
    owner.step(state=RUNNING, lease_ms=30)
    time.sleep(0.04)
    assert sid in {info.sid for info in stores.open().lapsed()}


def test_a_removed_session_is_gone(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    owner = Owner(store, sid)
    owner.step(b"x", state=RUNNING, files={b"A": b"1"}, printer=b"p", lease_ms=1)
    stores.open().remove(sid)
    store.remove(sid)
    assert owner.send(Commit(number=2, state="x", snapshot=None, out_start=1)) is CommitResult.STALE
    assert sid not in {info.sid for info in store.infos()}
    assert sid not in {info.sid for info in store.lapsed()}
    record = Owner(store, sid).record
    assert (record.number, record.out_end) == (0, 0)
    assert (store.read_files(sid), store.read_printer(sid)) == ({}, b"")


def test_sessions_that_nobody_uses_are_swept(stores: Stores) -> None:
    store = stores.open(ttl_seconds=1)
    old, used = new_sid(), new_sid()
    Owner(store, old).step(b"old", files={b"A": b"1"}, printer=b"p", lease_ms=1)
    owner = Owner(store, used)
    owner.step(b"used", files={b"A": b"1"}, printer=b"p")
    time.sleep(0.7)
    assert store.renew(used, owner.record.fence, 1)
    time.sleep(0.7)
    store.sweep()
    assert {info.sid for info in store.infos()} & {old, used} == {used}
    assert store.read_output(old, 0) == (0, b"")
    assert store.read_output(used, 0) == (0, b"used")
    assert (store.read_file(used, b"A"), store.read_printer(used)) == (b"1", b"p")
    assert Owner(store, old).record.number == 0


# ---- moves


def test_an_owner_is_told_when_its_session_is_taken(stores: Stores, store: SessionStore, sid: SessionId) -> None:
    moved: list[SessionId] = []
    watch = store.watch_moves("old:1", moved.append)
    other = new_sid()
    Owner(store, sid, "old:1")
    Owner(store, sid, "old:1")
    Owner(store, other, "third:3")
    Owner(stores.open(), other, "new:2")
    Owner(stores.open(), sid, "new:2")
    wait_until(lambda: bool(moved))
    watch.close()
    watch.close()
    Owner(store, sid, "old:1")
    Owner(stores.open(), sid, "new:2")
    time.sleep(0.3)
    assert moved == [sid]

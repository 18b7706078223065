"""What a folder adds to a session store: crashes at every step, damaged bytes, full disks, other processes."""

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

import pytest

from mbasic.storage import session_folder
from mbasic.storage.file_store import FileStore, data_folder
from mbasic.storage.session_store import (
    OUTPUT_LIMIT,
    RUNNING,
    Commit,
    CommitResult,
    SessionId,
    SessionRecord,
    StoreDamagedError,
    StoreError,
    StoreNewerError,
    StoreUnavailableError,
)

SID = SessionId("0123456789abcdef0123456789abcdef")


@pytest.fixture
def store(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sessions" / SID


def acquire(store: FileStore) -> SessionRecord:
    record = store.acquire(SID, "me:1", 60_000, steal=True)
    assert isinstance(record, SessionRecord)
    return record


def step(number: int, out_start: int, mark: bytes) -> Commit:
    return Commit(
        number=number,
        state=RUNNING,
        snapshot=mark * 2000,
        out_start=out_start,
        output=mark * 10,
        printer=mark,
        files={b"A": mark * 5000, b"B" + mark: b"x"},
    )


def fill(store: FileStore, steps: int = 3) -> SessionRecord:
    """A session with some commits, one mark each."""
    record = acquire(store)
    for number in range(1, steps + 1):
        commit = step(number, 10 * (number - 1), b"%d" % number)
        assert store.commit(SID, record.fence, commit) is CommitResult.OK
    assert store.save_fields(SID, record.fence, {"text": b"10 PRINT\n" * 100, "version": b"7"})
    return record


# ---- crashes


class Crash(BaseException):
    """The process dies here."""


def crash_at(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    """Let the `count`-th system call that changes something be the last; it writes half of what it should."""
    left = [count]

    def wrap(name: str) -> None:
        real = getattr(os, name)

        def call(*arguments: object, **words: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Crash
            if left[0] == 0 and name == "pwrite":
                handle, data, offset = cast("tuple[int, memoryview[int], int]", arguments)
                real(handle, data[: len(data) // 2], offset)
                raise Crash
            return real(*arguments, **words)

        monkeypatch.setattr(os, name, call)

    for name in ("pwrite", "rename", "unlink", "truncate", "ftruncate"):
        wrap(name)


@pytest.mark.parametrize("count", range(1, 12))
@pytest.mark.parametrize("long_journal", [False, True])
def test_a_commit_is_whole_or_not_at_all_whenever_the_process_dies(
    store: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, count: int, long_journal: bool
) -> None:
    record = fill(store)
    if long_journal:
        monkeypatch.setattr(session_folder, "_LONG_JOURNAL", 1)
        monkeypatch.setattr(session_folder, "_LONG_ENTRIES", 0)
    with monkeypatch.context() as patch:
        crash_at(patch, count)
        with contextlib.suppress(Crash):
            store.commit(SID, record.fence, step(4, 30, b"4"))
    other = FileStore(tmp_path)
    found = acquire(other)
    mark = b"%d" % found.number
    assert found.number in (3, 4)
    assert found.snapshot == mark * 2000
    assert other.read_output(SID, 0) == (0, b"".join(b"%d" % number * 10 for number in range(1, found.number + 1)))
    assert other.read_printer(SID) == b"1234"[: found.number]
    assert other.read_files(SID) == {b"A": mark * 5000} | {
        b"B%d" % number: b"x" for number in range(1, found.number + 1)
    }
    repeated = other.commit(SID, found.fence, step(4, 30, b"4"))
    assert repeated is (CommitResult.OK if found.number == 3 else CommitResult.DUPLICATE)
    assert other.read_file(SID, b"A") == b"4" * 5000
    assert other.read_output(SID, 30) == (30, b"4" * 10)


def test_what_a_crash_leaves_is_cleared_away(store: FileStore, folder: Path) -> None:
    fill(store)
    (folder / "99.part").write_bytes(b"never counted")
    (folder / "record.new").write_bytes(b"half a rec")
    (log,) = folder.glob("*.log")
    with log.open("ab") as file:
        file.write(b"never shown")
    acquire(store)
    assert not (folder / "99.part").exists()
    assert not (folder / "record.new").exists()
    assert log.read_bytes() == b"1" * 10 + b"2" * 10 + b"3" * 10


def test_an_entry_cut_short_is_written_over(store: FileStore, folder: Path) -> None:
    record = fill(store)
    with (folder / "record").open("ab") as file:
        file.write((9000).to_bytes(4, "little") + bytes(5000))
    assert store.commit(SID, record.fence, step(4, 30, b"4")) is CommitResult.OK
    found = acquire(FileStore(folder.parent.parent))
    assert (found.number, found.snapshot) == (4, b"4" * 2000)


def test_the_folder_does_not_grow_with_the_commits(store: FileStore, folder: Path) -> None:
    record = acquire(store)
    for number in range(1, 600):
        commit = Commit(
            number=number,
            state=RUNNING,
            snapshot=os.urandom(3000),
            out_start=1000 * (number - 1),
            output=os.urandom(1000),
            printer=os.urandom(3000),
            files={b"A": os.urandom(2000), b"B": None if number % 2 else b"b"},
        )
        assert store.commit(SID, record.fence, commit) is CommitResult.OK
    assert sum(path.stat().st_size for path in folder.iterdir()) < OUTPUT_LIMIT + (1 << 20) + 100_000
    assert len(list(folder.iterdir())) < 10


_KILLED = """
import sys
from pathlib import Path
from mbasic.storage.file_store import FileStore
from mbasic.storage.session_store import Commit, SessionId
store = FileStore(Path(sys.argv[1]))
sid = SessionId(sys.argv[2])
record = store.acquire(sid, "child:1", 60000, steal=True)
number, end = record.number, record.out_end
while True:
    number += 1
    text = b"%d\\n" % number
    commit = Commit(number=number, state="running", snapshot=text * 4000, out_start=end, output=text,
                    files={b"N": text, b"BIG": text * 9000})
    assert store.commit(sid, record.fence, commit) == "ok"
    end += len(text)
    print(number, flush=True)
"""


def test_kill_9_loses_nothing_that_was_committed(store: FileStore, tmp_path: Path) -> None:
    for round_number in range(8):
        child = subprocess.Popen([sys.executable, "-c", _KILLED, tmp_path, SID], stdout=subprocess.PIPE)
        assert child.stdout
        for _ in range(20 + 7 * round_number):
            child.stdout.readline()
        child.kill()
        told = child.stdout.read().split()
        child.wait()
        child.stdout.close()
        found = acquire(store)
        if told:
            assert int(told[-1]) <= found.number <= int(told[-1]) + 1
        text = b"%d\n" % found.number
        start, output = store.read_output(SID, 0)
        assert (b"%d\n" % found.number == output[-len(text) :], start + len(output)) == (True, found.out_end)
        assert output == b"".join(b"%d\n" % number for number in range(1, found.number + 1))[start:]
        assert found.snapshot == text * 4000
        assert store.read_files(SID) == {b"N": text, b"BIG": text * 9000}


# ---- damage


def damaged(action: Callable[[], object]) -> StoreDamagedError:
    with pytest.raises(StoreDamagedError) as failure:
        action()
    assert SID in str(failure.value)
    return failure.value


def spoil(path: Path, place: int = -20) -> None:
    data = bytearray(path.read_bytes())
    data[place] ^= 0x40
    path.write_bytes(data)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("place", [0, 5, 16, -1, -2, -5, -30, -100])
def test_a_spoilt_record_is_reported_with_what_can_be_read(store: FileStore, folder: Path, place: int) -> None:
    fill(store)
    spoil(folder / "record", place)
    before = contents(folder)
    if place == 16:  # an old entry's length: nobody needs it any more
        assert acquire(store).number == 3
        return
    salvage = damaged(lambda: acquire(store)).salvage
    assert salvage.output == b"1" * 10 + b"2" * 10 + b"3" * 10
    assert salvage.files[b"A"] == b"3" * 5000
    assert salvage.fields["text"] == b"10 PRINT\n" * 100
    assert salvage.snapshot in (b"2" * 2000, b"3" * 2000)
    assert contents(folder) == before
    assert [info.damaged for info in store.infos()] == [True]


def test_a_spoilt_length_is_no_entry_cut_short(store: FileStore, folder: Path) -> None:
    fill(store)
    data = (folder / "record").read_bytes()
    spoil(folder / "record", len(data) - 8 - int.from_bytes(data[-4:], "little") + 3)
    damaged(lambda: acquire(store))


@pytest.mark.parametrize("data", [b"", b"x", session_folder.MAGIC, b"\x00" * 5000])
def test_a_record_that_is_none_is_reported(store: FileStore, folder: Path, data: bytes) -> None:
    fill(store)
    (folder / "record").write_bytes(data)
    assert damaged(lambda: acquire(store)).salvage.files[b"A"] == b"3" * 5000


def test_a_missing_record_is_reported(store: FileStore, folder: Path) -> None:
    fill(store)
    (folder / "record").unlink()
    assert damaged(lambda: acquire(store)).salvage.fields["text"] == b"10 PRINT\n" * 100


def test_every_spoilt_or_missing_file_is_reported(store: FileStore, folder: Path, tmp_path: Path) -> None:
    fill(store)
    saved = tmp_path / "saved"
    shutil.copytree(folder, saved)
    record = session_folder.SessionFolder(folder).peek()
    assert record
    names = [f"{part.number}.part" for part in record.parts()]
    names += [f"{record.output.number}.log", f"{record.printer.number}.lpt"]
    for name in names:
        for how in ("spoil", "cut", "remove"):
            path = folder / name
            if how == "spoil":
                spoil(path, len(path.read_bytes()) // 2 if name.endswith("part") else 0)
            elif how == "cut":
                path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
            else:
                path.unlink()

            def restore() -> None:
                acquire(store)
                store.read_files(SID)

            damaged(restore)
            shutil.rmtree(folder)
            shutil.copytree(saved, folder)
    assert acquire(store).number == 3


def test_a_damaged_session_can_be_removed(store: FileStore, folder: Path) -> None:
    fill(store)
    (folder / "record").write_bytes(b"")
    store.remove(SID)
    assert acquire(store).number == 0


def test_a_newer_session_is_left_alone(store: FileStore, folder: Path) -> None:
    record = fill(store)
    data = bytearray((folder / "record").read_bytes())
    data[len(session_folder.MAGIC)] += 1
    (folder / "record").write_bytes(data)
    before = contents(folder)
    with pytest.raises(StoreNewerError, match="newer version"):
        acquire(store)
    with pytest.raises(StoreNewerError):
        store.commit(SID, record.fence, step(4, 30, b"4"))
    assert contents(folder) == before
    assert store.infos() == []


# ---- the host says no


def test_a_full_disk_is_said_and_changes_nothing(store: FileStore, folder: Path) -> None:
    record = fill(store)
    before = contents(folder)
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, old[1]))
    try:
        with pytest.raises(StoreError, match=r"cannot keep sessions in .*too large"):
            store.commit(SID, record.fence, step(4, 30, b"4"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
    after = contents(folder)
    spare = {name for name in before if name.endswith(".part")} - {
        f"{part.number}.part"
        for part in (session_folder.SessionFolder(folder).peek() or session_folder.Record(0)).parts()
    }
    assert {name: data for name, data in after.items() if name not in spare} == {
        name: data for name, data in before.items() if name not in spare
    }
    assert store.commit(SID, record.fence, step(4, 30, b"4")) is CommitResult.OK
    assert store.read_file(SID, b"A") == b"4" * 5000


def test_no_room_is_said_in_plain_words(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    record = fill(store)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(StoreUnavailableError, match="the disk is full; free some space"):
            store.commit(SID, record.fence, step(4, 30, b"4"))
    assert acquire(store).number == 3


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "sessions").write_text("in the way")
    with pytest.raises(StoreError, match="MBASIC_DATA"):
        FileStore(tmp_path).acquire(SID, "me:1", 100, steal=True)


def test_sessions_are_private_to_the_user(store: FileStore, folder: Path) -> None:
    fill(store)
    assert folder.stat().st_mode & 0o077 == 0
    assert {path.stat().st_mode & 0o077 for path in folder.iterdir()} == {0}


# ---- other processes


def test_a_hung_process_does_not_hang_the_others(
    store: FileStore, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(store)
    monkeypatch.setattr(session_folder, "_LOCK_SECONDS", 0.1)
    with session_folder.SessionFolder(folder).lock():
        start = time.monotonic()
        with pytest.raises(StoreUnavailableError, match="another process"):
            store.read_output(SID, 0)
        assert time.monotonic() - start < 5
    assert store.read_output(SID, 20) == (20, b"3" * 10)


def test_who_waits_for_a_session_that_is_removed_makes_a_new_one(store: FileStore, folder: Path) -> None:
    fill(store)
    found: list[SessionRecord] = []
    waiting = threading.Thread(target=lambda: found.append(acquire(store)))
    with session_folder.SessionFolder(folder).lock():
        waiting.start()
        time.sleep(0.1)
        folder.rename(folder.with_name(".removed-1"))
    waiting.join()
    assert (found[0].number, found[0].fence) == (0, 1)
    assert acquire(store).fence == 2


def test_with_sync_it_works_the_same(tmp_path: Path) -> None:
    store = FileStore(tmp_path, sync=True)
    fill(store)
    assert acquire(FileStore(tmp_path)).number == 3


# ---- sweeping, the place


def test_old_sessions_and_rests_are_swept(tmp_path: Path) -> None:
    now = [1_000_000_000.0]
    store = FileStore(tmp_path, ttl_seconds=100, clock=lambda: now[0])
    fill(store)
    rest = tmp_path / "sessions" / ".removed-0123"
    rest.mkdir()
    now[0] += 99
    assert store.sweep() == 0
    assert not rest.exists()
    now[0] += 2
    assert store.sweep() == 1
    assert list((tmp_path / "sessions").iterdir()) == []


def test_a_leased_session_is_not_swept(tmp_path: Path) -> None:
    now = [1_000_000_000.0]
    store = FileStore(tmp_path, ttl_seconds=1, clock=lambda: now[0])
    acquire(store)
    now[0] += 30
    assert store.sweep() == 0


def test_the_place_is_the_users_or_that_of_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert data_folder({"MBASIC_DATA": str(tmp_path)}) == tmp_path
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert tmp_path in data_folder({}).parents

"""Time the commits of the session stores: memory, folder, Redis, and Redis against a script that does nothing.

    python -m bench.store [--commits 2000] [--snapshot 30000] [--output 4000]

All commits have a new snapshot, and output; the table shows medians. The bare call sends the same arguments to a script
that only answers, in turn with the commits, by the same client; so the ratio is what the store's work costs. Starts its
own redis-server, that keeps nothing on disk.
"""

import argparse
import os
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import redis
import redis.exceptions

from mbasic.storage.file_store import FileStore
from mbasic.storage.memory_store import MemoryStore
from mbasic.storage.redis_connection import connect
from mbasic.storage.redis_store import RedisClient, RedisStore
from mbasic.storage.session_store import Commit, CommitResult, SessionId, SessionRecord, SessionStore

SID = SessionId("0123456789abcdef0123456789abcdef")


class Recorder:
    """A client that repeats each EVALSHA's arguments to a script that does nothing, and times both."""

    def __init__(self, client: RedisClient) -> None:
        self._client = client
        self._bare = client.execute_command("SCRIPT", "LOAD", "return 1")
        self.pubsub = client.pubsub
        self.close = client.close
        self.bare_seconds: list[float] = []
        self.own_seconds: list[float] = []

    def execute_command(self, *arguments: object) -> object:
        if arguments[0] != "EVALSHA":
            return self._client.execute_command(*arguments)
        start = time.perf_counter()
        self._client.execute_command("EVALSHA", self._bare, *arguments[2:])
        middle = time.perf_counter()
        answer = self._client.execute_command(*arguments)
        self.bare_seconds.append(middle - start)
        self.own_seconds.append(time.perf_counter() - middle)
        return answer


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time the commits of the session stores.")
    parser.add_argument("--commits", type=int, default=2000)
    parser.add_argument("--snapshot", type=int, default=30_000)
    parser.add_argument("--output", type=int, default=4_000)
    words = parser.parse_args()

    def run(store: SessionStore) -> float:
        return median_commit(store, words.commits, words.snapshot, words.output)

    print(f"{words.commits} commits of {words.snapshot} B snapshot + {words.output} B output, median ms")
    print(f"memory {run(MemoryStore()) * 1000:8.3f}")
    with tempfile.TemporaryDirectory() as folder:
        print(f"file   {run(FileStore(Path(folder))) * 1000:8.3f}")
        port, process = start_redis(folder)
        try:
            print(f"redis  {run(RedisStore(client_of(port))) * 1000:8.3f}")
            client_of(port).execute_command("FLUSHALL")
            recorder = Recorder(client_of(port))
            run(RedisStore(recorder))
        finally:
            process.kill()
            process.wait()
    bare, own = (statistics.median(times[5:]) for times in (recorder.bare_seconds, recorder.own_seconds))
    print(
        f"bare   {bare * 1000:8.3f}   EVALSHA of the same bytes; with the work {own * 1000:.3f}: {own / bare:.2f} times"
    )


def median_commit(store: SessionStore, count: int, snapshot_bytes: int, output_bytes: int) -> float:
    """Return the median seconds of `count` commits."""
    record = store.acquire(SID, "bench:1", 60_000, steal=True)
    assert isinstance(record, SessionRecord)
    seconds: list[float] = []
    for number in range(1, count + 1):
        commit = Commit(
            number=number,
            state="running",
            snapshot=os.urandom(snapshot_bytes),
            out_start=(number - 1) * output_bytes,
            output=os.urandom(output_bytes),
            taken={"view": number},
        )
        start = time.perf_counter()
        result = store.commit(SID, record.fence, commit)
        seconds.append(time.perf_counter() - start)
        assert result is CommitResult.OK
    return statistics.median(seconds)


def start_redis(folder: str) -> tuple[int, "subprocess.Popen[bytes]"]:
    """Start a server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    client = client_of(port)
    for _ in range(200):
        try:
            client.execute_command("PING")
            break
        except redis.exceptions.ConnectionError:
            time.sleep(0.02)
    return port, process


def client_of(port: int) -> RedisClient:
    """Return a client as the store gets it."""
    return connect(f"redis://127.0.0.1:{port}")


if __name__ == "__main__":
    main()

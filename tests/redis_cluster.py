"""A Redis Cluster of three masters, and a master with a replica that Sentinel watches; all real and of one's own."""

import contextlib
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Protocol, cast

import redis
from msgspec import Struct

from tests.redis_server import RedisServer, free_port

_PATIENCE_SECONDS = 30


class Asked(Protocol):
    """redis-py's client, with the types that it leaves out."""

    def execute_command(self, *arguments: object) -> object: ...

    def close(self) -> None: ...


def ask(server: RedisServer, *command: object) -> object:
    """Send a command as redis-cli would, to look at a server and to break things."""
    client = cast(Asked, server.client())
    try:
        return client.execute_command(*command)
    finally:
        client.close()


def wait_until(condition: Callable[[], bool], what: str) -> None:
    """Wait for something that takes a moment."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.02)


@contextlib.contextmanager
def redis_cluster(persistent: bool = False) -> Generator[list[RedisServer]]:
    """Three masters that share the slots."""
    buses = [free_port() for _ in range(3)]
    with contextlib.ExitStack() as stack:
        servers = [stack.enter_context(_node(bus, persistent)) for bus in buses]
        shares = ((0, 5460), (5461, 10922), (10923, 16383))
        for epoch, (server, share) in enumerate(zip(servers, shares, strict=True), 1):
            ask(server, "CLUSTER", "ADDSLOTSRANGE", *share)
            ask(server, "CLUSTER", "SET-CONFIG-EPOCH", epoch)
        for server, bus in zip(servers[1:], buses[1:], strict=True):
            ask(servers[0], "CLUSTER", "MEET", "127.0.0.1", server.port, bus)
        wait_until(lambda: all(map(_is_whole, servers)), "the cluster does not come up")
        yield servers


def _node(bus_port: int, persistent: bool) -> RedisServer:
    words = ("--cluster-enabled", "yes", "--cluster-port", str(bus_port), "--cluster-node-timeout", "2000")
    return RedisServer(*words, tcp=True, persistent=persistent)


def cluster_url(servers: list[RedisServer]) -> str:
    """The URL of a cluster."""
    return "redis+cluster://" + ",".join(f"127.0.0.1:{server.port}" for server in servers)


def _is_whole(server: RedisServer) -> bool:
    info = str(ask(server, "CLUSTER", "INFO"))
    return "cluster_state:ok" in info and "cluster_known_nodes:3" in info


class Watched(Struct):
    """A master with a replica, and the URL by which Sentinel tells who is the master."""

    url: str
    master: RedisServer
    replica: RedisServer


@contextlib.contextmanager
def redis_sentinel() -> Generator[Watched]:
    """One Sentinel that watches a master and its replica, and is quick to promote it."""
    with contextlib.ExitStack() as stack:
        master = stack.enter_context(RedisServer(tcp=True))
        replica = stack.enter_context(RedisServer("--replicaof", "127.0.0.1", str(master.port), tcp=True))
        wait_until(lambda: replication(replica)["master_link_status"] == "up", "no replication")
        port = free_port()
        stack.enter_context(_sentinel(port, master.port))
        url = f"redis+sentinel://127.0.0.1:{port}/mymaster"
        wait_until(lambda: _replicas_known(port) == 1, "Sentinel does not find the replica")
        yield Watched(url, master, replica)


def replication(server: RedisServer) -> dict[str, object]:
    """What a server says of its replication."""
    return cast(dict[str, object], ask(server, "INFO", "replication"))


def _replicas_known(port: int) -> int:
    client = cast(Asked, redis.Redis(port=port))
    try:
        return len(cast(list[object], client.execute_command("SENTINEL", "REPLICAS", "mymaster")))
    except redis.ConnectionError:
        return 0
    finally:
        client.close()


@contextlib.contextmanager
def _sentinel(port: int, master_port: int) -> Generator[None]:
    with tempfile.TemporaryDirectory(prefix="mbasic-sentinel-") as folder:
        config = Path(folder, "sentinel.conf")
        lines = [
            f"port {port}",
            "bind 127.0.0.1",
            f"dir {folder}",
            f"sentinel monitor mymaster 127.0.0.1 {master_port} 1",
        ]
        lines += ["sentinel down-after-milliseconds mymaster 300", "sentinel failover-timeout mymaster 3000"]
        config.write_text("\n".join(lines) + "\n")
        process = subprocess.Popen(["redis-server", str(config), "--sentinel"], stdout=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.kill()
            process.wait()

"""Real Redis servers for tests: one, which can be killed, frozen and started again, and a cluster of three."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Generator
from pathlib import Path
from typing import cast

import redis
import redis.exceptions

from mbasic.storage.redis_store import RedisClient


def free_port() -> int:
    """Return a port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class RedisServer:
    """A redis-server of our own that writes every command to its append-only file before it answers."""

    def __init__(self, folder: Path, *options: str, bus_port: int = 0) -> None:
        folder.mkdir(exist_ok=True)
        self.port = free_port()
        self.url = f"redis://127.0.0.1:{self.port}"
        self._command = ["redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(folder)]
        self._command += ["--save", "", "--appendonly", "yes", "--appendfsync", "always", *options]
        self.bus_port = bus_port
        if bus_port:
            self._command += ["--cluster-enabled", "yes", "--cluster-port", str(bus_port)]
        self._log = folder / "log"
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log)
        end = time.monotonic() + 20
        while True:
            try:
                self.ask("PING")
                return
            except redis.exceptions.ConnectionError:
                assert self._process.poll() is None, self._log.read_text()
                assert time.monotonic() < end, "redis-server does not answer"
                time.sleep(0.02)

    def ask(self, *command: object) -> object:
        """Send a command as redis-cli would, to look and to break things; answers are bytes, ints and lists."""
        client = cast(RedisClient, redis.Redis(port=self.port, socket_timeout=5))
        try:
            return client.execute_command(*command)
        finally:
            client.close()

    def kill(self) -> None:
        """Like kill -9."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """It holds its connections and answers nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """End the freeze."""
        os.kill(self._process.pid, signal.SIGCONT)


@contextlib.contextmanager
def redis_server(folder: Path, *options: str, bus_port: int = 0) -> Generator[RedisServer]:
    """A server for the time of the `with`."""
    server = RedisServer(folder, *options, bus_port=bus_port)
    try:
        yield server
    finally:
        server.kill()


@contextlib.contextmanager
def redis_cluster(folder: Path) -> Generator[str]:
    """Three masters; gives their URL."""
    with contextlib.ExitStack() as stack:
        servers: list[RedisServer] = []
        for number in range(3):
            servers.append(stack.enter_context(redis_server(folder / str(number), bus_port=free_port())))
        _join(servers)
        yield "redis+cluster://" + ",".join(f"127.0.0.1:{server.port}" for server in servers)


def _join(servers: list[RedisServer]) -> None:
    shares = [(0, 5460), (5461, 10922), (10923, 16383)]
    for epoch, (server, share) in enumerate(zip(servers, shares, strict=True), 1):
        server.ask("CLUSTER", "ADDSLOTSRANGE", *share)
        server.ask("CLUSTER", "SET-CONFIG-EPOCH", epoch)
    for server in servers[1:]:
        servers[0].ask("CLUSTER", "MEET", "127.0.0.1", server.port, server.bus_port)
    end = time.monotonic() + 20
    while not all(map(_is_whole, servers)):
        assert time.monotonic() < end, "the cluster does not come up"
        time.sleep(0.05)


def _is_whole(server: RedisServer) -> bool:
    info = str(server.ask("CLUSTER", "INFO"))
    return "cluster_state:ok" in info and "cluster_known_nodes:3" in info

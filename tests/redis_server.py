"""A redis-server of one's own for tests and benches: on a Unix socket or a free port, in a folder that is removed.

    with RedisServer() as server:
        client = redis.Redis.from_url(server.url)
        server.kill(); server.start()            # memory only: what it knew is gone, unless `persistent`
        server.freeze(); server.thaw()           # it is there, but does not answer

A machine without redis-server fails the tests that need it: `make setup-ci` installs it.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Final, Self, cast

import redis

from mbasic.storage.redis_connection import RedisCommands

_PATIENCE_SECONDS: Final = 30


class RedisServer:
    """One server; `options` are words of its command line. `tcp`: a port on 127.0.0.1 instead of a socket."""

    def __init__(self, *options: str, tcp: bool = False, persistent: bool = False) -> None:
        self._folder = tempfile.mkdtemp(prefix="mbasic-redis-")
        self._options = options
        self._persistent = persistent
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port() if tcp else 0
        self.socket = str(Path(self._folder, "redis.sock"))
        self.url = f"redis://127.0.0.1:{self.port}/0" if tcp else f"unix://{self.socket}"
        try:
            self.start()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def start(self) -> None:
        """Start it, or start it again, and wait until it answers."""
        program = shutil.which("redis-server")
        assert program, "redis-server is missing: make setup-ci installs it"
        keep = ("--appendonly", "yes", "--appendfsync", "always") if self._persistent else ("--appendonly", "no")
        words = [program, "--port", str(self.port), "--bind", "127.0.0.1", "--unixsocket", self.socket]
        words += ["--dir", self._folder, "--save", "", *keep, *self._options]
        self._process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._await_answer()

    def _await_answer(self) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self.ask("PING")
                return
            except redis.AuthenticationError:
                return
            except (redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError):
                pass
            assert self._process is not None
            assert self._process.poll() is None, "redis-server ended"
            assert time.monotonic() < end, "redis-server does not answer"
            time.sleep(0.01)

    def ask(self, *words: str | bytes | int) -> bytes:
        """Send a command; return its answer as bytes, however it answers, nothing where it answers nothing.

        An answer that redis-py would take to pieces stays whole where both words are one: `INFO commandstats`.
        """
        with redis.Redis(unix_socket_path=self.socket, socket_timeout=_PATIENCE_SECONDS) as client:
            commands = cast(RedisCommands, client)
            answer = commands.execute_command(*words)
        return b"" if answer is None else answer if isinstance(answer, bytes) else str(answer).encode()

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    def client(self, *, decode_responses: bool = False) -> redis.Redis:
        """Return a new client of the server, for looking at it from outside."""
        timeout = _PATIENCE_SECONDS
        return redis.Redis(unix_socket_path=self.socket, socket_timeout=timeout, decode_responses=decode_responses)

    def kill(self) -> None:
        """End it at once, as a power failure does."""
        self._send(signal.SIGKILL)
        if self._process is not None:
            self._process.wait()
            self._process = None

    def freeze(self) -> None:
        """Let it stand still, connections and all."""
        self._send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self._send(signal.SIGCONT)

    def _send(self, number: signal.Signals) -> None:
        if self._process is not None:
            os.kill(self._process.pid, number)

    def close(self) -> None:
        """End it and remove its folder."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port

"""Instances of the web server as real processes, which a test may kill, stop, drain and start again."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.redis_server import free_port

ROOT: Final = Path(__file__).parents[2]
_PATIENCE_SECONDS: Final = 60.0
_ENVIRONMENT: Final = ("PATH", "HOME", "LANG", "PYTHONPATH", "VIRTUAL_ENV")


class Instance:
    """One server on a port of its own, which it has again when it is started again."""

    def __init__(self, folder: Path, environment: Mapping[str, str], root: Path = ROOT) -> None:
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = folder / f"instance-{self.port}.log"
        self._root = root
        given = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        self.environment = {**given, "MBASIC_DATA": str(folder / f"data-{self.port}"), **environment}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """The process is there, asleep or not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it; it is not ready yet."""
        words = [sys.executable, "-m", "mbasic", "--ui", "web", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                words, cwd=self._root, env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    def until_ready(self) -> None:
        """Wait until it says that it is ready."""
        end = time.monotonic() + _PATIENCE_SECONDS
        while self.readiness()[0] != 200:
            assert self.is_running, f"the instance ended: {self.said()}"
            assert time.monotonic() < end, f"the instance is not ready: {self.readiness()} {self.said()}"
            time.sleep(0.05)

    def readiness(self) -> tuple[int, str]:
        """Status and text of /readyz; 0 where nobody answers."""
        return self.get("/readyz")

    def get(self, path: str, headers: Mapping[str, str] | None = None, data: bytes | None = None) -> tuple[int, str]:
        """Status and text of a path; 0 where nobody answers."""
        request = urllib.request.Request(self.address + path, data=data, headers=dict(headers or {}))
        try:
            with urllib.request.urlopen(request, timeout=5) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def said(self) -> str:
        """Its log."""
        return self.log.read_text() if self.log.exists() else ""

    def wait(self, seconds: float = _PATIENCE_SECONDS) -> int:
        """Wait until it has ended; its exit status."""
        assert self._process is not None
        return self._process.wait(seconds)

    def kill(self) -> None:
        """End it at once, without a word."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def drain(self) -> None:
        """Ask it to end in order."""
        self.send(signal.SIGTERM)

    def freeze(self) -> None:
        """Let it stand still."""
        self.send(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        self.send(signal.SIGCONT)

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

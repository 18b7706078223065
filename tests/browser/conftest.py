"""A real server in a process of its own, and a real browser."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ViewportSize, sync_playwright

from tests.browser.desk import Desk

_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_START_SECONDS = 60.0


class Server:
    """`python3 mbasic --ui web` with a data folder of its own, which lives on over restarts."""

    def __init__(self, folder: Path, *words: str) -> None:
        self.folder = folder
        self._words = words
        self.port = 0
        self._process: subprocess.Popen[str] | None = None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None
        return self._process.pid

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, on any free port at first, on the same one later."""
        command = [sys.executable, "mbasic", "--ui", "web", "--port", str(self.port), *self._words]
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "NICEGUI"))}
        environment["MBASIC_DATA"] = str(self.folder)
        self._process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        line = self._process.stderr.readline()
        assert line.startswith("MBASIC is at http://127.0.0.1:"), line
        self.port = int(line.split(":")[2].split("/")[0])
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        end = time.monotonic() + _START_SECONDS
        while True:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=5):
                    return
            except OSError:
                assert time.monotonic() < end, "the server does not answer"
                time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """End it; the exit status."""
        assert self._process is not None
        self._process.send_signal(how)
        status = self._process.wait(20)
        assert self._process.stderr is not None
        self._process.stderr.close()
        self._process = None
        return status

    @property
    def runs(self) -> bool:
        """It has been started and not stopped."""
        return self._process is not None


def _served(folder: Path) -> Iterator[Server]:
    server = Server(folder)
    server.start()
    yield server
    if server.runs:
        server.stop()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all tests that do not stop it."""
    yield from _served(tmp_path_factory.mktemp("data"))


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Server]:
    """One for this test."""
    yield from _served(tmp_path / "data")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS)
        yield browser
        browser.close()


class Visitors:
    """Browsers with cookies of their own; what goes wrong in a page fails the test at its end."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self._desks: list[Desk] = []

    def context(self, *, width: int = 1400, height: int = 860, phone: bool = False) -> BrowserContext:
        """A browser that nobody has used."""
        size: ViewportSize = {"width": width, "height": height}
        context = self._chromium.new_context(viewport=size, has_touch=phone, is_mobile=phone, accept_downloads=True)
        self._contexts.append(context)
        return context

    def open(self, url: str, context: BrowserContext | None = None) -> Desk:
        """A page in a new tab, connected."""
        desk = Desk((context or self.context()).new_page())
        self._desks.append(desk)
        desk.open(url)
        return desk

    def leave(self) -> None:
        """Close all."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()
        faults = [fault for desk in self._desks for fault in desk.faults]
        assert not faults, faults


@pytest.fixture
def visitors(chromium: Browser) -> Iterator[Visitors]:
    """Who visits the server in this test."""
    all_visitors = Visitors(chromium)
    yield all_visitors
    all_visitors.leave()


@pytest.fixture
def desk(server: Server, visitors: Visitors) -> Desk:
    """The page of somebody who comes for the first time."""
    return visitors.open(server.url)

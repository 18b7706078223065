"""An empty home for every test, a Redis server for all of them."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.redis_server import RedisServer


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home folder without anything in it, and an environment that sets nothing."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("HOME", str(folder))
    for name in [name for name in os.environ if name.startswith(("MBASIC_", "NICEGUI_"))]:
        monkeypatch.delenv(name)
    return folder


@pytest.fixture(scope="session")
def shared_server() -> Iterator[RedisServer]:
    with RedisServer(persistent=True) as server:
        yield server


@pytest.fixture
def redis_server(shared_server: RedisServer) -> RedisServer:
    """A server without any key."""
    shared_server.ask("FLUSHALL")
    return shared_server

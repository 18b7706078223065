"""The stores of the tests of this room, each test's own: a folder, and a Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mbasic.storage.store_address import StoreAddress, StoreKind
from tests.host.hosting import address_in
from tests.redis_server import RedisServer


@pytest.fixture(params=["file", pytest.param("redis", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[StoreAddress]:
    if request.param == "file":
        yield address_in(tmp_path / "data")
    else:
        with RedisServer() as server:
            yield StoreAddress(kind=StoreKind.REDIS, place=server.url)


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """The settings of whoever runs the tests stay out of it."""
    monkeypatch.setenv("HOME", str(tmp_path_factory.mktemp("home")))

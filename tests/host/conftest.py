"""The stores of the tests of this room: a folder of each test's own, and Redis, emptied for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mbasic.storage.store_address import StoreAddress, StoreKind
from tests.host.hosting import address_in
from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def redis_server() -> Iterator[RedisServer]:
    with RedisServer() as server:
        yield server


@pytest.fixture(params=["file", "redis"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> StoreAddress:
    if request.param == "file":
        return address_in(tmp_path / "data")
    server: RedisServer = request.getfixturevalue("redis_server")
    server.client().flushall()
    return StoreAddress(kind=StoreKind.REDIS, place=server.url)

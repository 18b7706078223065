"""The stores under test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.stores import FileStores, MemoryStores, RedisStores, Stores
from tests.redis_cluster import cluster_url, redis_cluster
from tests.redis_server import RedisServer


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with RedisServer() as server:
        yield server.url


@pytest.fixture(scope="session")
def redis_cluster_url() -> Iterator[str]:
    with redis_cluster() as servers:
        yield cluster_url(servers)


@pytest.fixture(params=["memory", "file", "redis", "cluster"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    opened: Stores
    match request.param:
        case "memory":
            opened = MemoryStores()
        case "file":
            opened = FileStores(tmp_path)
        case "redis":
            opened = RedisStores(request.getfixturevalue("redis_url"))
        case _:
            opened = RedisStores(request.getfixturevalue("redis_cluster_url"))
    yield opened
    opened.close()

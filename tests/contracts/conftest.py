"""The stores under test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contracts.redis_places import RedisServer, redis_cluster, redis_server
from tests.contracts.stores import FileStores, MemoryStores, RedisStores, Stores


@pytest.fixture(scope="session")
def redis_one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(scope="session")
def cluster_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with redis_cluster(tmp_path_factory.mktemp("cluster")) as url:
        yield url


@pytest.fixture(params=["memory", "file", "redis", "cluster"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stores]:
    opened: Stores
    match request.param:
        case "memory":
            opened = MemoryStores()
        case "file":
            opened = FileStores(tmp_path)
        case "redis":
            opened = RedisStores(request.getfixturevalue("redis_one").url)
        case _:
            opened = RedisStores(request.getfixturevalue("cluster_url"))
    yield opened
    opened.close()

"""A whole cluster for tests: a Redis of its own, equal instances, and a balancer in front of them."""

import asyncio
import os
import re
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, cast

from mbasic.storage.session_store import SessionId
from mbasic.storage.store_address import StoreAddress, StoreKind, open_store
from tests.cluster.balancers import Balancer
from tests.cluster.instances import Instance
from tests.redis_server import RedisServer

SECRET: Final = "the-secret-of-the-cluster-in-the-tests"
TOKEN: Final = "the-token-of-the-administrator"
PATIENCE: Final = 30.0
IS_WHOLE: Final = os.environ.get("MBASIC_TEST_CLUSTER") == "whole"
"""`make test-cluster`: as often and as many as the promises say; otherwise a few, for CI."""


class Cluster:
    """`balancer`: one of balancers.KINDS, "" for none. `redis`: a server to use; otherwise the cluster has its own.

    `url`: the Redis by another name, for all; `urls`: for some of the instances another way to it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        instances: int = 3,
        balancer: str = "haproxy",
        redis: RedisServer | None = None,
        url: str = "",
        urls: Mapping[int, str] | None = None,
        **environment: str,
    ) -> None:
        self._stack = ExitStack()
        self.redis = redis or self._stack.enter_context(RedisServer(tcp=True, persistent=True))
        self.url = url or self.redis.url
        self.store = open_store(StoreAddress(kind=StoreKind.REDIS, place=self.url))
        self._stack.callback(self.store.close)
        self.environment = {
            "NICEGUI_REDIS_URL": self.url,
            "MBASIC_REQUIRE_REDIS": "1",
            "MBASIC_SECRET": SECRET,
            "MBASIC_ADMIN_TOKEN": TOKEN,
            **environment,
        }
        ways = urls or {}
        self.instances = [
            Instance(folder, self.environment | {"NICEGUI_REDIS_URL": ways.get(number, self.url)})
            for number in range(instances)
        ]
        self.address = self.instances[0].address
        try:
            self._start(folder, balancer)
        except BaseException:
            self._stack.close()
            raise

    def _start(self, folder: Path, balancer: str) -> None:
        for instance in self.instances:
            self._stack.callback(instance.kill)
            instance.start()
        for instance in self.instances:
            instance.until_ready()
        if balancer:
            front = Balancer(balancer, folder, [instance.port for instance in self.instances])
            self._stack.callback(front.close)
            self.address = front.address

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    # ---- who has what

    def owner(self, session: str) -> Instance | None:
        """The instance that owns a session."""
        info = next((info for info in self.store.infos() if info.sid == session), None)
        return None if info is None else self.instance_named(info.owner)

    def instance_named(self, owner: str) -> Instance | None:
        """The instance with this name: host-pid-random."""
        found = re.fullmatch(r".*-(\d+)-[0-9a-f]+", owner)
        pid = int(found[1]) if found else 0
        return next((each for each in self.instances if each.is_running and each.pid == pid), None)

    async def owner_of(self, session: str) -> Instance:
        """The instance that owns a session, when one does."""
        end = time.monotonic() + PATIENCE
        while True:
            found = await asyncio.to_thread(self.owner, session)
            if found is not None:
                return found
            assert time.monotonic() < end, "nobody owns the session"
            await asyncio.sleep(0.02)

    def files(self, session: str) -> dict[bytes, bytes]:
        """The files of a session."""
        return self.store.read_files(SessionId(session))

    def hash_of(self, session: str) -> dict[bytes, bytes]:
        """The session's record as Redis has it."""
        with self.redis.client() as client:
            return cast(dict[bytes, bytes], cast(Any, client).hgetall(f"nicegui:client:{session}"))

    async def restart(self, instance: Instance) -> None:
        """Start it again and wait until it is ready."""
        instance.start()
        await asyncio.to_thread(instance.until_ready)


def workers_of(instance: Instance) -> list[int]:
    """The worker processes of an instance: all that come from it, save the one that forks them."""
    children = _children(instance.pid)
    return [pid for child in children for pid in _children(child)]


def _children(pid: int) -> list[int]:
    try:
        return [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def is_alive(pid: int) -> bool:
    """There is such a process, and it has not ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def until(is_so: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
    """Wait for something that is asked for in a thread."""
    end = time.monotonic() + seconds
    while not await asyncio.to_thread(is_so):
        assert time.monotonic() < end, what
        await asyncio.sleep(0.05)

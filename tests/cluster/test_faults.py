"""Workers die, an instance hangs, Redis stands still, starts anew or is cut off: all goes on, exactly."""

import asyncio
import os
import random
import signal
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.cluster.clusters import IS_WHOLE, Cluster, until, workers_of
from tests.cluster.programs import KINDS, Crew, Printing
from tests.cluster.scripted_browser import ScriptedBrowser
from tests.cluster.tcp_proxy import TcpProxy
from tests.redis_server import RedisServer

pytestmark = pytest.mark.slow
WORKER_KILLS = 50 if IS_WHOLE else 10


@asynccontextmanager
async def a_crew(cluster: Cluster) -> AsyncGenerator[Crew]:
    """One of each kind at work; all is checked at the end."""
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(ScriptedBrowser(cluster.address)) for _ in KINDS]
        crew = Crew([kind(page) for kind, page in zip(KINDS, pages, strict=True)])
        await crew.begin()
        yield crew
        await crew.check(cluster)
        assert all(page.loads == 1 for page in pages)


def printing(crew: Crew) -> ScriptedBrowser:
    """The page that is never quiet."""
    return next(work.browser for work in crew.works if isinstance(work, Printing))


async def goes_on(page: ScriptedBrowser, seconds: float = 20) -> None:
    """New output comes."""
    seen = page.seen
    await page.until(lambda: page.seen > seen, "the program does not go on", seconds)


async def stands_still(page: ScriptedBrowser, seconds: float) -> None:
    """Nothing new comes."""
    seen = page.seen
    await asyncio.sleep(seconds)
    assert page.seen == seen, "something was shown that cannot be in Redis"


def during(folder: Path, what: Callable[[Cluster, Crew], Awaitable[None]], **options: object) -> None:
    """A cluster behind HAProxy, a crew at work, and what happens to them."""

    async def test(cluster: Cluster) -> None:
        async with a_crew(cluster) as crew:
            await what(cluster, crew)

    with Cluster(folder, **options) as cluster:  # type: ignore[arg-type]
        asyncio.run(test(cluster))


def test_workers_are_killed(tmp_path: Path) -> None:
    async def happens(cluster: Cluster, crew: Crew) -> None:
        for _ in range(WORKER_KILLS):
            await asyncio.sleep(random.uniform(0.2, 0.6))
            workers = [pid for instance in cluster.instances for pid in workers_of(instance)]
            os.kill(random.choice(workers), signal.SIGKILL)
        await goes_on(printing(crew))

    during(tmp_path, happens)


def test_an_instance_hangs_and_comes_back(tmp_path: Path) -> None:
    async def happens(cluster: Cluster, crew: Crew) -> None:
        page = printing(crew)
        owner = await cluster.owner_of(page.session)
        before, begun = page.attachments, time.monotonic()
        owner.freeze()
        try:
            await page.until(lambda: page.attachments > before, "the page stays with the instance that hangs")
            await goes_on(page)
            print(f"an instance hangs: the program went on after {time.monotonic() - begun:.1f} s")
        finally:
            owner.thaw()
        await asyncio.sleep(2)
        await goes_on(page)

    during(tmp_path, happens)


def test_redis_stands_still(tmp_path: Path) -> None:
    async def happens(cluster: Cluster, crew: Crew) -> None:
        page = printing(crew)
        cluster.redis.freeze()
        try:
            await asyncio.sleep(0.3)  # what was committed is still on its way
            await stands_still(page, 5)
        finally:
            cluster.redis.thaw()
        await goes_on(page)

    during(tmp_path, happens)


def test_redis_is_killed_and_starts_again_with_its_log(tmp_path: Path) -> None:
    async def happens(cluster: Cluster, crew: Crew) -> None:
        page = printing(crew)
        await asyncio.to_thread(cluster.redis.kill)
        await asyncio.sleep(0.3)
        await stands_still(page, 1)
        await asyncio.to_thread(cluster.redis.start)
        await goes_on(page)

    during(tmp_path, happens)


def test_an_instance_is_cut_off_from_redis(tmp_path: Path) -> None:
    async def happens(cluster: Cluster, crew: Crew) -> None:
        page = printing(crew)
        cut_off = cluster.instances[0]
        owner = await cluster.owner_of(page.session)
        if owner is not cut_off:  # HAProxy brings the page to the one that is left
            for other in cluster.instances[1:]:
                other.kill()
            await until(lambda: cluster.owner(page.session) is cut_off, "the session does not come")
            await asyncio.gather(*(cluster.restart(other) for other in cluster.instances[1:]))
        before = page.attachments
        wire.cut()
        begun = time.monotonic()
        await page.until(lambda: page.attachments > before, "the page stays with the instance that is cut off")
        await goes_on(page)
        print(f"cut off from Redis: the program went on after {time.monotonic() - begun:.1f} s")
        wire.mend()
        await until(lambda: cut_off.readiness()[0] == 200, "the instance does not become ready again")
        await goes_on(page)

    with RedisServer(tcp=True) as server, TcpProxy(server.port) as wire:
        during(tmp_path, happens, redis=server, urls={0: f"redis://127.0.0.1:{wire.port}/0"})


def test_a_session_stays_with_its_instance_when_redis_was_away(tmp_path: Path) -> None:
    async def happens(cluster: Cluster) -> None:
        async with ScriptedBrowser(cluster.address) as page:
            work = Printing(page)
            await work.begin()
            for _ in range(3):
                cluster.redis.freeze()
                await asyncio.sleep(5)
                cluster.redis.thaw()
                await goes_on(page)
                await asyncio.sleep(1)
                assert await cluster.owner_of(page.session) is cluster.instances[0]
            assert not page.is_superseded
            assert page.attachments == 1
            await work.check(cluster)

    with Cluster(tmp_path, balancer="") as cluster:
        asyncio.run(happens(cluster))

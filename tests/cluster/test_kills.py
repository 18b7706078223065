"""kill -9 of the instance that has the session, at any moment: nothing seen is lost, nothing is shown twice."""

import asyncio
import random
import statistics
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import pytest

from tests.cluster.balancers import KINDS as BALANCERS
from tests.cluster.clusters import IS_WHOLE, Cluster
from tests.cluster.programs import KINDS, Crew, Printing, seconds_until_shown
from tests.cluster.scripted_browser import ScriptedBrowser

KILLS: Final = 10 if IS_WHOLE else 4
"""In one test, which may take five minutes."""
BATCHES: Final = 5 if IS_WHOLE else 1


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
@pytest.mark.parametrize("balancer", BALANCERS)
def test_instances_are_killed(balancer: str, batch: int, tmp_path: Path) -> None:
    del batch
    with Cluster(tmp_path, balancer=balancer) as cluster:
        asyncio.run(_kill_owners(cluster, balancer))


async def _kill_owners(cluster: Cluster, balancer: str) -> None:
    waits: list[float] = []
    async with AsyncExitStack() as stack:
        pages = [await stack.enter_async_context(ScriptedBrowser(cluster.address)) for _ in KINDS]
        crew = Crew([kind(page) for kind, page in zip(KINDS, pages, strict=True)])
        await crew.begin()
        printer = next(work for work in crew.works if isinstance(work, Printing)).browser
        for number in range(KILLS):
            await asyncio.sleep(random.uniform(0.2, 1.5))
            victim = printer if number % 2 == 0 else random.choice(pages)
            owner = await cluster.owner_of(victim.session)
            is_printer = owner is await cluster.owner_of(printer.session)
            shown = asyncio.create_task(seconds_until_shown(printer, time.monotonic())) if is_printer else None
            owner.kill()
            if shown is not None:
                waits.append(await shown)
            await cluster.restart(owner)
        await crew.check(cluster)
        assert all(page.loads == 1 for page in pages), "a page had to reload"
    median, nearly_all = statistics.median(waits), sorted(waits)[int(0.95 * (len(waits) - 1))]
    print(
        f"{balancer}: {KILLS} kills, next line after p50 {median:.2f} s, p95 {nearly_all:.2f} s, max {max(waits):.2f} s"
    )
    assert median <= 0.6
    assert nearly_all <= 1.2

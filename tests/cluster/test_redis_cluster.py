"""The same with a Redis Cluster of three nodes, and the settings' own program on the cluster's Redis."""

import asyncio
import os
import subprocess
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.cluster.clusters import Cluster
from tests.cluster.instances import ROOT
from tests.cluster.programs import KINDS, Crew
from tests.cluster.scripted_browser import ScriptedBrowser
from tests.redis_cluster import cluster_url, redis_cluster
from tests.redis_server import RedisServer

pytestmark = pytest.mark.slow


def test_instances_die_on_a_redis_cluster_of_three_nodes(tmp_path: Path) -> None:
    async def test(cluster: Cluster) -> None:
        async with AsyncExitStack() as stack:
            pages = [await stack.enter_async_context(ScriptedBrowser(cluster.address)) for _ in KINDS]
            crew = Crew([kind(page) for kind, page in zip(KINDS, pages, strict=True)])
            await crew.begin()
            for page in pages[:2]:
                owner = await cluster.owner_of(page.session)
                owner.kill()
                seen = pages[0].seen
                await pages[0].until(lambda seen=seen: pages[0].seen > seen, "the program does not go on")  # type: ignore[misc]
                await cluster.restart(owner)
            await crew.check(cluster)

    with (
        redis_cluster(persistent=True) as servers,
        Cluster(tmp_path, redis=servers[0], url=cluster_url(servers)) as cluster,
    ):
        asyncio.run(test(cluster))


def test_the_settings_program_agrees_with_the_clusters_redis() -> None:
    with RedisServer(tcp=True) as server:
        environment = {**os.environ, "NICEGUI_REDIS_URL": server.url}
        program = str(ROOT / "test_redis_settings.py")
        done = subprocess.run([sys.executable, program], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line[0] for line in done.stdout.splitlines() if line.startswith("✓")] == ["✓"] * 4

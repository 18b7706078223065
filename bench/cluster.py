"""Measure a real cluster: keys to echoes through HAProxy, and what idle and active sessions cost an instance.

    python -m bench.cluster [--idle 1000] [--active 40] [--keys 300]

Three instances, Redis with an append-only file and HAProxy with the file of deploy/, all on this machine; the browsers
are scripted and their own cost is not counted. CPU is that of the instances with their workers, and of Redis.
"""

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

from msgspec import Struct

from tests.cluster.clusters import Cluster, workers_of
from tests.cluster.instances import Instance
from tests.cluster.scripted_browser import ScriptedBrowser

ECHO_BUDGET_MS = 15.0
_ECHO = '10 PRINT "GO"\n20 A$=INKEY$:IF A$="" THEN 20\n30 PRINT A$;:GOTO 20\n'
_TICKING = '10 PRINT "GO"\n20 I=I+1:PRINT "LINE";I:FOR J=1 TO {}:NEXT:GOTO 20\n'
_WATCHED_SECONDS = 10.0
_TOGETHER = 20
_TICK = os.sysconf("SC_CLK_TCK")


class Cost(Struct):
    """CPU seconds so far, and bytes, of an instance's own process, its workers, and Redis."""

    instance: float
    workers: float
    redis: float
    memory: int


def main() -> int:
    """Print the figures; 0 where the budget for echoes holds."""
    parser = argparse.ArgumentParser(description="Measure a cluster of instances.")
    parser.add_argument("--idle", type=int, default=1000)
    parser.add_argument("--active", type=int, default=40)
    parser.add_argument("--keys", type=int, default=300)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mbasic-bench-") as folder:
        return asyncio.run(_measure(Path(folder), words.idle, words.active, words.keys))


async def _measure(folder: Path, idle: int, active: int, keys: int) -> int:
    for name in ("echo", "active", "idle"):
        (folder / name).mkdir()
    with Cluster(folder / "echo") as cluster:
        echo_ms = await _echoes(cluster, keys)
    with Cluster(folder / "active", instances=1, balancer="") as cluster:
        await _active(cluster, active)
    with Cluster(folder / "idle", instances=1, balancer="") as cluster:
        await _idle(cluster, idle)
    return 0 if echo_ms <= ECHO_BUDGET_MS else 1


# ---- keys and echoes


async def _echoes(cluster: Cluster, keys: int) -> float:
    waits: list[float] = []
    async with ScriptedBrowser(cluster.address) as page:
        await page.run(_ECHO)
        await page.sees("GO\n")
        for _ in range(keys):
            await asyncio.sleep(random.uniform(0.02, 0.06))
            seen = page.seen
            begun = time.perf_counter()
            await page.type("x")
            await page.until(lambda seen=seen: page.seen > seen, "no echo")  # type: ignore[misc]
            waits.append((time.perf_counter() - begun) * 1000)
    waits.sort()
    median = statistics.median(waits)
    print(f"key to echo through HAProxy, worker and Redis: p50 {median:.1f} ms, p95 {waits[int(0.95 * keys)]:.1f} ms")
    return median


# ---- sessions


async def _active(cluster: Cluster, count: int) -> None:
    """Programs that print about ten lines a second and compute little between."""
    instance = cluster.instances[0]
    async with AsyncExitStack() as stack:
        pages = await _opened(stack, instance, count)
        pause = await _statements_in_100_ms(pages[0])
        await asyncio.gather(*(page.run(_TICKING.format(pause)) for page in pages))
        await asyncio.gather(*(page.sees("LINE 3 ") for page in pages))
        lines = [page.console.count(b"LINE") for page in pages]
        before = _cost(cluster)
        await asyncio.sleep(_WATCHED_SECONDS)
        after = _cost(cluster)
        printed = sum(page.console.count(b"LINE") - count for page, count in zip(pages, lines, strict=True))
        assert not any(page.faults for page in pages)
    own = (after.instance - before.instance) / _WATCHED_SECONDS
    redis = (after.redis - before.redis) / _WATCHED_SECONDS
    rate = printed / _WATCHED_SECONDS
    print(
        f"active: {count} programs, {rate:.0f} lines/s together: instance {own:.2f} of a core, Redis {redis:.2f}, "
        f"workers {(after.workers - before.workers) / _WATCHED_SECONDS:.2f} (the programs themselves); "
        f"{rate / 10 / max(own + redis, 1e-9):.0f} sessions of 10 lines/s per core beside their programs"
    )


async def _statements_in_100_ms(page: ScriptedBrowser) -> int:
    """Turns of an empty loop that this machine does in a tenth of a second, alone."""
    turns = 200_000
    await page.run(f'10 FOR J=1 TO {turns}:NEXT:PRINT "WARM":FOR J=1 TO {turns}:NEXT:PRINT "DONE"\n')
    await page.sees("WARM\n")
    begun = time.perf_counter()
    await page.sees("DONE\n")
    return max(100, round(turns * 0.1 / max(time.perf_counter() - begun, 0.001)))


async def _idle(cluster: Cluster, most: int) -> None:
    instance = cluster.instances[0]
    steps = [count for count in (10, 100, 1000) if count < most] + [most]
    async with AsyncExitStack() as stack:
        pages: list[ScriptedBrowser] = []
        empty = _cost(cluster)
        print(f"idle: {0:5} sessions, the instance has {empty.memory >> 20} MB")
        for count in steps:
            pages += await _opened(stack, instance, count - len(pages))
            await asyncio.sleep(3)
            before = _cost(cluster)
            await asyncio.sleep(_WATCHED_SECONDS)
            after = _cost(cluster)
            share = (after.instance - before.instance) / _WATCHED_SECONDS
            print(
                f"      {count:5} sessions: {(after.memory - empty.memory) / count / 1024:.0f} KB each, "
                f"{share:.3f} of a core, {share / count * 1e6:.0f} us of a second each, "
                f"Redis {(after.redis - before.redis) / _WATCHED_SECONDS:.3f} of a core"
            )


async def _opened(stack: AsyncExitStack, instance: Instance, count: int) -> list[ScriptedBrowser]:
    """Pages of new people, a few at a time."""
    pages = [ScriptedBrowser(instance.address) for _ in range(count)]
    for first in range(0, count, _TOGETHER):
        some = pages[first : first + _TOGETHER]
        await asyncio.gather(*(stack.enter_async_context(page) for page in some))
        await asyncio.gather(*(page.sees("Ok") for page in some))
    return pages


# ---- what the kernel says


def _cost(cluster: Cluster) -> Cost:
    instance = cluster.instances[0]
    return Cost(
        instance=_cpu_seconds(instance.pid),
        workers=sum(map(_cpu_seconds, workers_of(instance))),
        redis=_cpu_seconds(cluster.redis.pid),
        memory=_memory(instance.pid),
    )


def _cpu_seconds(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK


def _memory(pid: int) -> int:
    """Private and shared pages, the latter by their part."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

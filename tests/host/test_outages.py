"""The store stands still, the instance is killed: nothing uncommitted was shown, and all goes on."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from mbasic.storage.store_address import StoreAddress, StoreKind
from tests.host.hosting import a_host, a_page, address_in, run
from tests.host.test_faults import COUNTING, assert_counted_without_fault
from tests.redis_server import RedisServer

_INSTANCE = """
import asyncio, sys
from pathlib import Path
from tests.host.hosting import a_host, a_page, address_in
from tests.host.test_faults import COUNTING

async def main():
    async with a_host(address_in(Path(sys.argv[1]))) as host:
        page = await a_page(host, "first")
        await page.program(COUNTING)
        while True:
            await page.sees("LINE ")
            print(page.session.worker_pid, flush=True)
            await asyncio.sleep(0.2)

asyncio.run(main())
"""


def test_programs_wait_for_a_store_that_stands_still() -> None:
    async def test() -> None:
        with RedisServer() as server:
            async with a_host(StoreAddress(kind=StoreKind.REDIS, place=server.url)) as host:
                page = await a_page(host)
                await page.program(COUNTING)
                await page.sees("LINE 100 \n")
                server.freeze()
                await asyncio.sleep(0.3)
                shown = page.offset
                await asyncio.sleep(2)
                assert page.offset == shown
                server.thaw()
                await page.until(lambda: page.offset > shown + 2000)
                await page.do("BreakCommand")
                await page.sees("Break in ")
                assert_counted_without_fault(page, 100)

    run(test())


def test_a_store_that_comes_back_after_its_death_has_all() -> None:
    async def test() -> None:
        with RedisServer(persistent=True) as server:
            async with a_host(StoreAddress(kind=StoreKind.REDIS, place=server.url)) as host:
                page = await a_page(host)
                await page.program(COUNTING)
                await page.sees("LINE 100 \n")
                server.kill()
                await asyncio.sleep(1)
                server.start()
                shown = page.offset
                await page.until(lambda: page.offset > shown + 2000)
                await page.do("BreakCommand")
                await page.sees("Break in ")
                assert_counted_without_fault(page, 100)

    run(test())


def test_a_killed_instance_takes_its_workers_with_it_and_another_goes_on(tmp_path: Path) -> None:
    instance = subprocess.Popen(
        [sys.executable, "-c", _INSTANCE, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert instance.stdout is not None
    with instance.stdout:
        worker = int([instance.stdout.readline() for _ in range(3)][-1])
        instance.kill()
        instance.wait()
    assert _ends(worker)

    async def test() -> None:
        async with a_host(address_in(tmp_path)) as host:
            page = await a_page(host, "second")
            assert page.text == COUNTING
            await page.sees("LINE 500 \n")
            await page.do("BreakCommand")
            await page.sees("Break in ")
            assert_counted_without_fault(page, 500)

    run(test())


def test_a_killed_zygote_is_replaced(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program(COUNTING)
            await page.sees("LINE 100 \n")
            assert page.session.worker_pid is not None
            os.kill(_parent(page.session.worker_pid), signal.SIGKILL)
            await page.sees("LINE 500 \n")
            await page.do("BreakCommand")
            await page.sees("Break in ")
            assert_counted_without_fault(page, 500)

    run(test())


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[1])


def _ends(pid: int) -> bool:
    end = time.monotonic() + 5
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False

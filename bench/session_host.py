"""How soon a key is answered by a session host while others compute, how fast output flows, what an idle session costs.

    python -m bench.session_host [--busy 20] [--keys 300] [--store FOLDER or redis URL]

No browser: pages are objects in this process, which is the instance. Times include the worker and the store.
"""

import argparse
import asyncio
import base64
import json
import statistics
import tempfile
import time
from pathlib import Path

from mbasic.host.host import Host
from mbasic.host.hosted_session import HostedSession
from mbasic.host.limits import Limits
from mbasic.host.messages import ResetSettings, SetSetting, decode_page_message
from mbasic.storage.session_store import SessionId
from mbasic.storage.store_address import StoreAddress, StoreKind, open_store

LOOP = "10 I=I+1:IF I<0 THEN 20\n20 GOTO 10\n"
ECHO = '10 K$=INKEY$:IF K$="" THEN 10\n20 PRINT K$;:GOTO 10\n'
LINES = '10 FOR I=1 TO 100000:PRINT "THIS IS LINE NUMBER";I:NEXT:PRINT "END"\n'


class NoSettings:
    async def values(self, sid: SessionId) -> dict[str, object]:
        return {}

    async def change(self, sid: SessionId, change: SetSetting | ResetSettings) -> dict[str, object]:
        return {}

    async def definitions(self, sid: SessionId) -> list[object]:
        return []


class BenchPage:
    """Counts what it is shown, and acknowledges."""

    def __init__(self, session: HostedSession, name: str) -> None:
        self.id = name
        self.session = session
        self.offset = 0
        self.end = b""
        self.state = ""
        self._number = 0
        self._news = asyncio.Event()

    def show(self, text: str) -> None:
        message = json.loads(text)
        if message["type"] == "Attached":
            self._output(message["offset"], base64.b64decode(message["data"]))
        for event in message.get("events", ()):
            if event["type"] == "OutputEvent":
                self._output(event["offset"], base64.b64decode(event["data"]))
            elif event["type"] == "StateEvent":
                self.state = event["state"]
        self._news.set()

    def _output(self, offset: int, data: bytes) -> None:
        self.offset = offset + len(data)
        self.end = (self.end + data)[-200:]

    async def send(self, kind: str, **fields: object) -> None:
        await self.session.receive(self, decode_page_message(json.dumps({"type": kind, **fields})))

    async def attach(self) -> None:
        await self.send("Attach", view=self.id)

    async def do(self, kind: str, **fields: str) -> None:
        self._number += 1
        await self.send("Do", number=self._number, command={"type": kind, **fields})

    async def run(self, program: str) -> None:
        await self.send("Edit", base=0, changes=[[0, 0, program]])
        await self.do("RunCommand")

    async def change(self) -> None:
        self._news.clear()
        await self._news.wait()
        await self.send("Ack", offset=self.offset)


async def _key_times(page: BenchPage, keys: int) -> list[float]:
    times: list[float] = []
    for _ in range(keys):
        before, begun = page.offset, time.perf_counter()
        await page.do("TypeKeys", data="Kg==")
        while page.offset == before:
            await page.change()
        times.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0.02)
    return times


async def _line_times(page: BenchPage, lines: int) -> list[float]:
    times: list[float] = []
    for _ in range(lines):
        before, begun = page.offset, time.perf_counter()
        await page.do("TypeLine", text="Tj1OKzE=")
        while page.offset == before or not page.end.endswith(b"Ok\r\n"):
            await page.change()
        times.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(0.02)
    return times


async def _break_time(page: BenchPage) -> float:
    begun = time.perf_counter()
    await page.do("BreakCommand")
    while page.state != "ready":
        await page.change()
    return (time.perf_counter() - begun) * 1000


def _say(what: str, times: list[float]) -> None:
    cuts = statistics.quantiles(times, n=100)
    print(
        f"{what:40s} p50 {cuts[49]:6.2f} ms   p95 {cuts[94]:6.2f} ms   p99 {cuts[98]:6.2f} ms   max {max(times):6.2f}"
    )


def _memory_kb() -> int:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4


async def _page(host: Host, number: int) -> BenchPage:
    page = BenchPage(await host.open(SessionId(f"{number:032x}")), "page")
    await page.attach()
    while not page.offset:
        await page.change()
    return page


async def measure(address: StoreAddress, busy: int, keys: int) -> None:
    host = Host(store=open_store(address), address=address, limits=Limits(), settings=NoSettings())
    begun = time.perf_counter()
    await host.start()
    print(f"start {time.perf_counter() - begun:.2f} s")
    try:
        await _measure(host, busy, keys)
    finally:
        await host.stop()


async def _measure(host: Host, busy: int, keys: int) -> None:
    page, prompt = await _page(host, 1), await _page(host, 2)
    await page.run(ECHO)
    _say("key to INKEY$ echo, alone", await _key_times(page, keys))
    _say("line to Ok, alone", await _line_times(prompt, keys))
    others = [await _page(host, 100 + number) for number in range(busy)]
    for other in others:
        await other.run(LOOP)
    await asyncio.sleep(2)
    _say(f"key to INKEY$ echo, {busy} busy", await _key_times(page, keys))
    _say(f"line to Ok, {busy} busy", await _line_times(prompt, keys))
    _say(f"Break of an endless loop, {busy} busy", [await _break_time(other) for other in others])
    fresh = await _page(host, 3)
    begun, first = time.perf_counter(), fresh.offset
    await fresh.run(LINES)
    while b"END\r\n" not in fresh.end:
        await fresh.change()
    seconds = time.perf_counter() - begun
    print(f"100,000 lines: {seconds:.2f} s, {(fresh.offset - first) / seconds / 1e6:.2f} MB/s")
    before = _memory_kb()
    idle = [await _page(host, 1000 + number) for number in range(200)]
    print(f"idle session with its page: {(_memory_kb() - before) / len(idle):.0f} KB; the instance {_memory_kb()} KB")
    commits = host.metrics.commit_seconds
    print(f"commits: {commits.count}, mean {commits.total / commits.count * 1000:.2f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--busy", type=int, default=20)
    parser.add_argument("--keys", type=int, default=300)
    parser.add_argument("--store", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        kind = StoreKind.REDIS if "://" in options.store else StoreKind.FILE
        place = options.store or str(Path(folder))
        asyncio.run(measure(StoreAddress(kind=kind, place=place), options.busy, options.keys))


if __name__ == "__main__":
    main()

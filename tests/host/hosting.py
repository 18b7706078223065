"""Hosts, sessions and pages for tests: real worker processes on a store in a folder, and short words to drive them."""

import asyncio
import base64
import json
import os
import signal
import time
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Final

from mbasic.host.host import Host
from mbasic.host.hosted_session import HostedSession
from mbasic.host.limits import Limits
from mbasic.host.messages import decode_page_message
from mbasic.host.settings_desk import StoredSettings
from mbasic.storage.session_store import SessionId
from mbasic.storage.store_address import StoreAddress, StoreKind, open_store

PATIENCE: Final = 20.0
"""Seconds until a test gives up; nothing here should take a tenth of it."""
SID: Final = SessionId("ab" * 16)


class Page:
    """A page as the browser has it: it puts the console together from what it is sent, and acknowledges."""

    def __init__(self, session: HostedSession, name: str, *, acknowledges: bool = True) -> None:
        self.id = name
        self.session = session
        self.console = bytearray()
        self.offset = 0
        self.taken = 0
        self.state = ""
        self.text = ""
        self.text_version = -1
        self.messages: list[dict[str, Any]] = []
        self.faults: list[str] = []
        self.acknowledges = acknowledges
        self._number = 0
        self._unacknowledged: dict[int, dict[str, object]] = {}
        self._asked = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Event()
        self._mark = 0

    # ---- what it is sent

    def show(self, text: str) -> None:
        message = json.loads(text)
        self.messages.append(message)
        match message["type"]:
            case "Attached":
                self._attached(message)
            case "Shown":
                self.taken = max(self.taken, message["taken"])
                for event in message["events"]:
                    self._event(event)
            case "TextChanged":
                self._text_changed(message)
            case "Text":
                self.text, self.text_version = message["text"], message["version"]
            case _:
                pass
        self._news.set()

    def _attached(self, message: dict[str, Any]) -> None:
        data = base64.b64decode(message["data"])
        if message["offset"] != self.offset:
            self.console.clear()
        self.console += data
        self.offset = message["offset"] + len(data)
        self.taken = message["taken"]
        self._number = max(self._number, self.taken)
        self.state = message["state"]
        if message["text"] is not None:
            self.text = message["text"]
        self.text_version = message["text_version"]

    def _soon(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _event(self, event: dict[str, Any]) -> None:
        if event["type"] == "StateEvent":
            self.state = event["state"]
        if event["type"] != "OutputEvent":
            return
        data = base64.b64decode(event["data"])
        if event["offset"] != self.offset:
            self.faults.append(f"output at {event['offset']}, {self.offset} expected")
        self.console += data
        self.offset = event["offset"] + len(data)
        if self.acknowledges:
            self._soon(self.send("Ack", offset=self.offset))

    def _text_changed(self, message: dict[str, Any]) -> None:
        if message["base"] != self.text_version:
            self.faults.append(f"a change of text {message['base']}, {self.text_version} is here")
        for start, end, insert in reversed(message["changes"]):
            self.text = self.text[:start] + insert + self.text[end:]
        self.text_version = message["version"]

    # ---- what it says

    async def send(self, kind: str, **fields: object) -> None:
        await self.session.receive(self, decode_page_message(json.dumps({"type": kind, **fields})))

    async def attach(self) -> None:
        await self.send("Attach", view=self.id, seen=self.offset or -1, text_version=self.text_version)
        for number, command in self._unacknowledged.items():
            if number > self.taken:
                await self.send("Do", number=number, command=command)

    async def do(self, kind: str, **fields: object) -> int:
        self._number += 1
        command = {"type": kind, **{name: _plain(value) for name, value in fields.items()}}
        self._unacknowledged[self._number] = command
        await self.send("Do", number=self._number, command=command)
        return self._number

    async def line(self, text: str) -> int:
        return await self.do("TypeLine", text=text.encode("latin-1"))

    async def keys(self, text: str) -> int:
        return await self.do("TypeKeys", data=text.encode("latin-1"))

    async def edit(self, text: str) -> None:
        await self.send("Edit", base=self.text_version, changes=[[0, len(self.text), text]])

    async def program(self, text: str) -> None:
        """Put a program into the editor, and run it."""
        await self.edit(text)
        await self.do("RunCommand")

    async def ask(self, kind: str, **fields: object) -> dict[str, Any]:
        self._asked += 1
        number = self._asked
        await self.send("Ask", id=number, query={"type": kind, **{n: _plain(v) for n, v in fields.items()}})
        return await self.answer(number)

    async def host_ask(self, what: str, **fields: object) -> Any:
        self._asked += 1
        await self.send("HostAsk", id=self._asked, what=what, **fields)
        return (await self.answer(self._asked))["answer"]

    async def answer(self, number: int) -> dict[str, Any]:
        def found() -> dict[str, Any] | None:
            for message in self.messages:
                if message["type"] in ("Answered", "Failed") and message["id"] == number:
                    return message
            return None

        await self.until(lambda: found() is not None)
        answer = found()
        assert answer is not None
        return answer

    # ---- waiting

    async def until(self, is_so: Callable[[], bool], seconds: float = PATIENCE) -> None:
        end = time.monotonic() + seconds
        while not is_so():
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), max(0.0, end - time.monotonic()))
            except TimeoutError:
                raise AssertionError(
                    f"not within {seconds} s; the console ends {bytes(self.console[-300:])!r}"
                ) from None

    async def sees(self, text: str, seconds: float = PATIENCE) -> None:
        """Wait until `text` stands behind what was seen before."""
        wanted = text.encode("latin-1").replace(b"\n", b"\r\n")
        await self.until(lambda: self.console.find(wanted, self._mark) >= 0, seconds)
        self._mark = self.console.find(wanted, self._mark) + len(wanted)

    def notices(self) -> list[str]:
        return [message["text"] for message in self.messages if message["type"] == "Notice"]


def _plain(value: object) -> object:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value


def address_in(folder: Path) -> StoreAddress:
    return StoreAddress(kind=StoreKind.FILE, place=str(folder))


@asynccontextmanager
async def a_host(address: StoreAddress, **limits: Any) -> AsyncGenerator[Host]:
    """A host that is stopped in order at the end."""
    store = open_store(address)
    host = Host(store=store, address=address, limits=Limits(**limits), settings=StoredSettings(address))
    await host.start()
    try:
        yield host
    finally:
        await host.stop()
        store.close()


async def a_page(host: Host, name: str = "page", sid: SessionId = SID, **options: Any) -> Page:
    """A page that shows a session, at its prompt or wherever that is."""
    page = Page(await host.open(sid), name, **options)
    await page.attach()
    await page.until(lambda: page.offset > 0)
    return page


def kill_worker(session: HostedSession) -> None:
    """End the process that works for a session, if one does, without a word."""
    pid = session.worker_pid
    if pid is not None:
        with suppress(ProcessLookupError):  # it has ended, and the instance does not know it yet
            os.kill(pid, signal.SIGKILL)


def run(test: Coroutine[None, None, None]) -> None:
    asyncio.run(test)

"""A browser without a screen: it loads the page, keeps its socket, numbers its commands, and keeps the console's text.

It does what static/connection.js does, so that hundreds fit into one test. What must never happen (output lost or
repeated, an error page) it notes in `faults`.
"""

import asyncio
import base64
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any, Final, cast

import aiohttp
import socketio  # pyright: ignore[reportMissingTypeStubs]

ACK_EVERY_BYTES: Final = 2048
_QUERY: Final = re.compile(r"query: (\{.*?\}),\s*\n")
_RETRY_SECONDS: Final = 0.05


class ScriptedBrowser:
    """One person with one page at `address` (http://host:port); `path` is / or a workspace."""

    def __init__(self, address: str, path: str = "/", cookies: Mapping[str, str] | None = None) -> None:
        self.address = address
        self.path = path
        self.view = secrets.token_hex(8)
        self.console = bytearray()
        self.state = ""
        self.text = ""
        self.faults: list[str] = []
        self.loads = 0
        self.attached = asyncio.Event()
        self._cookies = dict(cookies or {})
        self._start = -1
        """Offset of the console's first byte that this page has."""
        self._acked = 0
        self._number = 0
        self._pending: dict[int, dict[str, Any]] = {}
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._asked = 0
        self._changed = asyncio.Condition()
        self._socket: socketio.AsyncClient | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "ScriptedBrowser":
        self._keeper = asyncio.create_task(self._keep_connected())
        await asyncio.wait_for(self.attached.wait(), 30)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        if self._socket is not None:
            await self._socket.disconnect()

    @property
    def seen(self) -> int:
        """Offset behind the last byte of the console that has come."""
        return self._start + len(self.console) if self._start >= 0 else -1

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of this person."""
        return dict(self._cookies)

    # ---- what a person does

    async def type(self, text: str | bytes) -> None:
        """Press keys."""
        data = text.encode("latin-1") if isinstance(text, str) else text
        await self.do({"type": "TypeKeys", "data": base64.b64encode(data).decode()})

    async def do(self, command: dict[str, Any]) -> None:
        """Send a command; it is sent again until the host has it."""
        self._number += 1
        self._pending[self._number] = command
        await self._send({"type": "Do", "number": self._number, "command": command})

    async def ask(self, query: dict[str, Any]) -> Any:
        """The answer to a query of the session."""
        self._asked += 1
        answer = self._answers[self._asked] = asyncio.get_running_loop().create_future()
        await self._send({"type": "Ask", "id": self._asked, "query": query})
        return await asyncio.wait_for(answer, 10)

    async def until(self, wanted: bytes, timeout: float = 10, since: int = 0) -> bytes:
        """Wait until the console shows `wanted` behind its first `since` bytes; what it shows then."""

        def shown() -> bool:
            return wanted in self.console[since:]

        async with self._changed:
            try:
                await asyncio.wait_for(self._changed.wait_for(shown), timeout)
            except TimeoutError:
                raise AssertionError(f"{wanted!r} did not come; the end is {bytes(self.console[-400:])!r}") from None
        return bytes(self.console)

    async def until_state(self, wanted: str, timeout: float = 10) -> None:
        """Wait until the session is in a state."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: self.state == wanted), timeout)

    # ---- the connection

    async def _keep_connected(self) -> None:
        while True:
            try:
                await self._load_and_listen()
            except (aiohttp.ClientError, socketio.exceptions.SocketIOError, OSError, asyncio.TimeoutError):
                pass
            await asyncio.sleep(_RETRY_SECONDS)

    async def _load_and_listen(self) -> None:
        """Load the page and stay at its socket until that is gone; a failed handshake means to load anew."""
        query = await self._load()
        self.loads += 1
        socket = self._socket = socketio.AsyncClient(reconnection=False)
        socket.on("mbasic", self._received)  # pyright: ignore[reportUnknownMemberType]
        cookie = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        url = f"{self.address}?" + "&".join(f"{name}={value}" for name, value in query.items())
        await socket.connect(
            url,
            headers={"Cookie": cookie, "Origin": self.address},
            socketio_path="/_nicegui_ws/socket.io",
            transports=["websocket"],
            wait_timeout=5,
        )
        if query.get("implicit_handshake") is None and not await socket.call("handshake", query):
            await socket.disconnect()
            return
        await self._attach()
        await socket.wait()

    async def _load(self) -> dict[str, str]:
        async with (
            aiohttp.ClientSession(cookies=self._cookies, timeout=aiohttp.ClientTimeout(total=10)) as http,
            http.get(self.address + self.path) as answer,
        ):
            page = await answer.text()
            if answer.status != 200:
                self.faults.append(f"the page answered {answer.status}")
                raise aiohttp.ClientError(page[:200])
            for name, morsel in answer.cookies.items():
                self._cookies[name] = morsel.value
        found = _QUERY.search(page)
        assert found is not None, page[-2000:]
        query = {name: str(value) for name, value in json.loads(found[1]).items()}
        query |= {"document_id": secrets.token_hex(16), "tab_id": secrets.token_hex(16), "old_tab_id": ""}
        return query

    async def _attach(self) -> None:
        await self._send({"type": "Attach", "view": self.view, "seen": self.seen, "text_version": -1})

    async def _send(self, message: dict[str, Any]) -> None:
        socket = self._socket
        if socket is None or not socket.connected:
            return
        try:
            await socket.emit("mbasic", json.dumps(message))
        except socketio.exceptions.SocketIOError:
            return

    # ---- what comes

    async def _received(self, text: str) -> None:
        message = cast(dict[str, Any], json.loads(text))
        match message["type"]:
            case "Attached":
                await self._was_attached(message)
            case "Shown":
                await self._shown(message)
            case "Answered":
                self._answers.pop(message["id"]).set_result(message["answer"])
            case "Text":
                self.text = message["text"]
            case _:
                pass
        async with self._changed:
            self._changed.notify_all()

    async def _was_attached(self, message: dict[str, Any]) -> None:
        self.state = message["state"]
        self.text = message.get("text") or self.text
        await self._output(message["offset"], base64.b64decode(message["data"]))
        self._taken(message["taken"])
        for number, command in sorted(self._pending.items()):
            await self._send({"type": "Do", "number": number, "command": command})
        self.attached.set()

    async def _shown(self, message: dict[str, Any]) -> None:
        for event in message["events"]:
            match event["type"]:
                case "OutputEvent":
                    await self._output(event["offset"], base64.b64decode(event["data"]))
                case "StateEvent":
                    self.state = event["state"]
                case _:
                    pass
        self._taken(message["taken"])

    def _taken(self, number: int) -> None:
        self._pending = {each: command for each, command in self._pending.items() if each > number}

    async def _output(self, offset: int, data: bytes) -> None:
        if self._start < 0:
            self._start = offset
        if offset > self.seen:
            self.faults.append(f"output from {self.seen} to {offset} is missing")
            await self._attach()
            return
        self.console += data[self.seen - offset :]
        if self.seen - self._acked > ACK_EVERY_BYTES:
            self._acked = self.seen
            await self._send({"type": "Ack", "offset": self.seen})

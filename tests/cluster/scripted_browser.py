"""A browser without a screen: it loads the page, keeps its socket, numbers its commands, and keeps the console's text.

It does what static/connection.js does, so that hundreds fit into one test. What must never happen (output lost or
repeated, an error page) it notes in `faults`.
"""

import asyncio
import base64
import json
import re
import secrets
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Protocol, cast

import aiohttp
import socketio  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
from socketio.exceptions import (  # type: ignore[import-untyped]  # pyright: ignore[reportMissingTypeStubs]
    SocketIOError,
)

PATIENCE: Final = 30.0
"""Seconds until a wait is given up."""
_ACK_EVERY_BYTES: Final = 4096
_LONGEST_FRAME: Final = 200_000
_CLIENT: Final = re.compile(r"'client_id': '([0-9a-f-]{36})'")
_FILES: Final = re.compile(r'"files":"([0-9a-f]+)"')
_RETRY_SECONDS: Final = 0.08


class _Engine(Protocol):
    async def wait(self) -> None: ...


class _Socket(Protocol):
    """What is used of socketio.AsyncClient, with the types that it leaves out."""

    connected: bool
    eio: _Engine

    def on(self, event: str, handler: Callable[[str], Awaitable[None]]) -> object: ...

    async def connect(self, url: str, *, socketio_path: str, transports: list[str], wait_timeout: float) -> None: ...

    async def emit(self, event: str, data: object) -> None: ...

    async def disconnect(self) -> None: ...


class ScriptedBrowser:
    """One person with one page at `address` (http://host:port); `workspace` 0 is /, others are /s/<n>.

    `is_refused`: the session will not open; entering waits for the notice that says so.
    """

    def __init__(
        self, address: str, *, workspace: int = 0, cookies: Mapping[str, str] | None = None, is_refused: bool = False
    ) -> None:
        self.address = address
        self.view = ""
        self.console = bytearray()
        self.state = ""
        self.text = ""
        self.text_version = -1
        self.settings: dict[str, Any] = {}
        self.notices: list[str] = []
        self.faults: list[str] = []
        self.loads = 0
        self.attachments = 0
        self.is_superseded = False
        self.shown_at = 0.0
        """time.monotonic() of the last output that was new."""
        self._workspace = workspace
        self._is_refused = is_refused
        self._cookies = dict(cookies or {})
        self._query: dict[str, str] = {}
        self._start = -1
        """Offset of the console's first byte that this page has."""
        self._acked = 0
        self._number = 0
        self._pending: dict[int, dict[str, Any]] = {}
        self._answers: dict[int, tuple[dict[str, Any], asyncio.Future[Any]]] = {}
        self._asked = 0
        self._changed = asyncio.Event()
        self._is_attaching = False
        self._is_attached = False
        self._sending = asyncio.Lock()
        """Commands go out in the order of their numbers, those that are sent again first."""
        self._http: aiohttp.ClientSession | None = None
        self._socket: _Socket | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "ScriptedBrowser":
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar(), timeout=aiohttp.ClientTimeout(total=15))
        self._keeper = asyncio.create_task(self._keep_connected(self._http))
        try:
            await self.until(
                lambda: bool(self.notices) if self._is_refused else self.attachments > 0, "the page is not attached"
            )
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the page."""
        keeper, socket = self._keeper, self._socket
        self._keeper = self._socket = None
        if socket is not None:
            await socket.disconnect()
        if keeper is not None:
            keeper.cancel()
            await asyncio.gather(keeper, return_exceptions=True)
        if self._http is not None:
            await self._http.close()

    @property
    def seen(self) -> int:
        """Offset behind the last byte of the console that has come."""
        return self._start + len(self.console) if self._start >= 0 else -1

    @property
    def cookies(self) -> dict[str, str]:
        """The cookies of this person."""
        return dict(self._cookies)

    @property
    def session(self) -> str:
        """The id of the session that the page shows."""
        person = self._cookies["mbasic"].partition(".")[0]
        return f"{person}.{self._workspace}" if self._workspace else person

    @property
    def is_connected(self) -> bool:
        """Its socket is open."""
        return self._socket is not None and self._socket.connected

    @property
    def unacknowledged(self) -> int:
        """Commands that the session is not known to have."""
        return len(self._pending)

    # ---- what a person does

    async def type(self, text: str) -> None:
        """Press keys; \\n is Enter."""
        data = text.replace("\n", "\r").encode("latin-1")
        await self.do("TypeKeys", data=base64.b64encode(data).decode())

    async def do(self, kind: str, **fields: object) -> None:
        """Send a command; it is sent again until the host has it."""
        self._number += 1
        self._pending[self._number] = {"type": kind, **fields}
        async with self._sending:
            if self._is_attached:
                await self._send_command(self._number)

    async def run(self, program: str) -> None:
        """Put a program into the editor, and run it."""
        await self.edit(program)
        await self.do("RunCommand")

    async def edit(self, program: str) -> None:
        """Replace the text in the editor."""
        version = self.text_version
        await self._send({"type": "Edit", "base": version, "changes": [[0, len(self.text), program]]})
        await self.until(lambda: self.text_version > version, "the edit is not acknowledged")

    async def ask(self, kind: str, **fields: object) -> Any:
        """The answer to a query of the session."""
        return await self._question({"type": "Ask", "query": {"type": kind, **fields}})

    async def download(self, name: str) -> bytes:
        """What the page's address /transfer/.../<name> gives."""
        assert self._http is not None
        path = f"/transfer/{self._workspace or 'main'}/{name}"
        async with self._http.get(self.address + path, headers={"Cookie": self._cookie()}) as answer:
            data = await answer.read()
            assert answer.status == 200, data
            return data

    async def host_ask(self, what: str, **fields: object) -> Any:
        """The answer to a question to the instance."""
        return await self._question({"type": "HostAsk", "what": what, **fields})

    async def set_setting(self, key: str, value: object) -> None:
        """Change a setting."""
        await self._send({"type": "SetSetting", "key": key, "value": value})
        await self.until(lambda: self.settings.get(key) == value, f"{key} does not become {value!r}")

    async def take_back(self) -> None:
        """Press [use here]."""
        self.is_superseded = False
        await self._attach()

    async def _question(self, message: dict[str, Any]) -> Any:
        self._asked += 1
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        message["id"] = self._asked
        self._answers[self._asked] = (message, future)
        await self._send(message)
        return await asyncio.wait_for(future, PATIENCE)

    # ---- what a person waits for

    async def until(self, is_so: Callable[[], bool], what: str, seconds: float = PATIENCE) -> None:
        """Wait until something is so."""
        end = time.monotonic() + seconds
        while not is_so():
            self._changed.clear()
            try:
                await asyncio.wait_for(self._changed.wait(), max(0.0, min(0.5, end - time.monotonic())))
            except TimeoutError:
                if time.monotonic() >= end:
                    raise AssertionError(f"{what}; {self._looks()}") from None

    async def sees(self, text: str, since: int = 0, seconds: float = PATIENCE) -> int:
        """Wait until the console shows `text` behind its first `since` bytes; where that ends."""
        wanted = text.replace("\n", "\r\n").encode("latin-1")
        await self.until(lambda: self.console.find(wanted, since) >= 0, f"{wanted!r} did not come", seconds)
        return self.console.find(wanted, since) + len(wanted)

    async def until_state(self, wanted: str, seconds: float = PATIENCE) -> None:
        """Wait until the session is in a state."""
        await self.until(lambda: self.state == wanted, f"the state does not become {wanted}", seconds)

    def _looks(self) -> str:
        return (
            f"state {self.state}, {'' if self.is_connected else 'not '}connected, {self.loads} loads, "
            f"{self.attachments} attachments, notices {self.notices[-3:]}, faults {self.faults[-3:]}, "
            f"{len(self._pending)} commands pending, the console ends {bytes(self.console[-200:])!r}"
        )

    # ---- the connection

    async def _keep_connected(self, http: aiohttp.ClientSession) -> None:
        while True:
            try:
                if not self._query:
                    self._query = await self._load(http)
                await self._listen(http)
            except (aiohttp.ClientError, SocketIOError, OSError, TimeoutError) as error:
                if "Implicit handshake failed" in str(error):
                    self._query = {}  # the page reloads itself
            self._is_attaching = self._is_attached = False
            await asyncio.sleep(_RETRY_SECONDS)

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self._cookies.items())

    async def _load(self, http: aiohttp.ClientSession) -> dict[str, str]:
        path = f"/s/{self._workspace}" if self._workspace else "/"
        async with http.get(self.address + path, headers={"Cookie": self._cookie()}) as answer:
            page = await answer.text()
            if answer.status != 200:
                self.faults.append(f"the page answered {answer.status}")
                raise aiohttp.ClientError(page[:200])
            for name, morsel in answer.cookies.items():
                self._cookies[name] = morsel.value
        client, files = _CLIENT.search(page), _FILES.search(page)
        assert client is not None, page[-2000:]
        assert files is not None, page[-2000:]
        self.loads += 1
        self.view = client[1]
        return {
            "client_id": client[1],
            "next_message_id": "0",
            "implicit_handshake": "true",
            "document_id": secrets.token_hex(16),
            "tab_id": secrets.token_hex(16),
            "old_tab_id": "",
            "workspace": str(self._workspace),
            "files": files[1],
        }

    async def _listen(self, http: aiohttp.ClientSession) -> None:
        """Stay at the socket until that is gone."""
        headers = {"Cookie": self._cookie(), "Origin": self.address}
        made = socketio.AsyncClient(reconnection=False, http_session=http, websocket_extra_options={"headers": headers})
        socket = self._socket = cast(_Socket, made)
        socket.on("mbasic", self._received)
        query = "&".join(f"{name}={value}" for name, value in self._query.items())
        await socket.connect(
            f"{self.address}?{query}",
            socketio_path="/_nicegui_ws/socket.io",
            transports=["websocket"],
            wait_timeout=5,
        )
        if not self.is_superseded:
            await self._attach()
        await socket.eio.wait()  # socket.wait() would sleep for a second more

    async def _attach(self) -> None:
        if self._is_attaching:
            return
        self._is_attaching = True
        await self._send({"type": "Attach", "view": self.view, "seen": self.seen, "text_version": self.text_version})

    async def _send_command(self, number: int) -> None:
        if number in self._pending:
            await self._send({"type": "Do", "number": number, "command": self._pending[number]})

    async def _send(self, message: dict[str, Any]) -> None:
        socket, text = self._socket, json.dumps(message)
        if socket is None or not socket.connected:
            return
        try:
            if len(text) <= _LONGEST_FRAME:
                await socket.emit("mbasic", text)
                return
            for at in range(0, len(text), _LONGEST_FRAME):
                last = at + _LONGEST_FRAME >= len(text)
                await socket.emit("mbasic_part", (text[at : at + _LONGEST_FRAME], last))
        except SocketIOError:
            return

    # ---- what comes

    async def _received(self, text: str) -> None:
        message = cast(dict[str, Any], json.loads(text))
        match message["type"]:
            case "Attached":
                await self._was_attached(message)
            case "Shown":
                await self._shown(message)
            case "TextChanged":
                self._text_changed(message)
            case "Text":
                self.text, self.text_version = message["text"], message["version"]
            case "Answered":
                self._answer(message["id"], message["answer"], None)
            case "Failed":
                self._answer(message["id"], None, message["text"])
            case "SettingsChanged":
                self.settings = message["values"]
            case "Notice":
                self.notices.append(message["text"])
            case "Superseded":
                self.is_superseded = True
                self._is_attaching = self._is_attached = False
            case _:
                pass
        self._changed.set()

    async def _was_attached(self, message: dict[str, Any]) -> None:
        self._is_attaching = False
        self.is_superseded = False
        self._taken(message["taken"])
        self._number = max(self._number, message["taken"])
        self.state = message["state"]
        self.settings = message["settings"]
        if message["text"] is not None:
            self.text = message["text"]
        self.text_version = message["text_version"]
        data = base64.b64decode(message["data"])
        if self.seen >= 0 and (self.seen > message["offset"] + len(data) or message["offset"] > self.seen):
            self.faults.append(f"the console had to begin anew: {self.seen} seen, {message['offset']}+{len(data)} came")
            self.console.clear()
            self._start = -1
        await self._output(message["offset"], data)
        self.attachments += 1
        async with self._sending:
            self._is_attached = True
            for number in sorted(self._pending):
                await self._send_command(number)
        for question, _ in tuple(self._answers.values()):
            await self._send(question)

    async def _shown(self, message: dict[str, Any]) -> None:
        self._taken(message["taken"])
        for event in message["events"]:
            match event["type"]:
                case "OutputEvent":
                    await self._output(event["offset"], base64.b64decode(event["data"]))
                case "StateEvent":
                    self.state = event["state"]
                case "RefusedEvent":
                    self.notices.append(event["text"])
                case _:
                    pass

    def _text_changed(self, message: dict[str, Any]) -> None:
        if message["version"] <= self.text_version:
            return
        if message["base"] != self.text_version:
            self.faults.append(f"a change of text {message['base']}, {self.text_version} is here")
        for start, end, insert in reversed(message["changes"]):
            self.text = self.text[:start] + insert + self.text[end:]
        self.text_version = message["version"]

    def _answer(self, number: int, answer: object, failure: str | None) -> None:
        asked = self._answers.pop(number, None)
        if asked is None or asked[1].done():
            return
        future = asked[1]
        if failure is None:
            future.set_result(answer)
        else:
            future.set_exception(AssertionError(failure))

    def _taken(self, number: int) -> None:
        self._pending = {each: command for each, command in self._pending.items() if each > number}

    async def _output(self, offset: int, data: bytes) -> None:
        if self._start < 0:
            self._start = offset
        if offset > self.seen:
            self.faults.append(f"output from {self.seen} to {offset} is missing")
            await self._attach()
            return
        new = data[self.seen - offset :]
        if not new:
            return
        self.console += new
        self.shown_at = time.monotonic()
        if self.seen - self._acked > _ACK_EVERY_BYTES:
            self._acked = self.seen
            await self._send({"type": "Ack", "offset": self.seen})

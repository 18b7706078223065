"""Between the sockets of pages and the host: who may connect, messages in and out, and not too many of them."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec
from starlette.types import Scope

from mbasic.errors import HostError
from mbasic.ui.web import nicegui_private as nicegui
from mbasic.ui.web.gate import PERSON_KEY, SESSION_KEY
from mbasic.ui.web.identity import LAST_WORKSPACE, session_id
from mbasic.ui.web.in_order import InOrder

EVENT: Final = "mbasic"
_PART: Final = "mbasic_part"
_LONGEST_MESSAGE: Final = 16 << 20
_MESSAGES_PER_SECOND: Final = 200
_MESSAGES_AT_ONCE: Final = 1000
_MOST_WAITING: Final = 5000
_REFUSED_SECONDS: Final = 0.5
_CLIENT_ID_LENGTH: Final = 36


class PageHost(Protocol):
    """What pages are connected to: the host, seen from here."""

    async def receive(self, session: str, view: "SocketView", text: str) -> None:
        """A message of a page. Raises HostError in words for the person."""
        ...

    def detach(self, view: "SocketView") -> None:
        """The page is gone."""
        ...


class SocketView:
    """A connected page, for the host: `show` sends it a message."""

    def __init__(self, view_id: str, socket_id: str) -> None:
        self.id = view_id
        self.is_closed = False
        self._socket_id = socket_id
        self._outgoing: InOrder[str] = InOrder(self._send)

    def show(self, text: str) -> None:
        """Send a message, already encoded; never blocks."""
        self._outgoing.put(text)

    def notice(self, text: str) -> None:
        """Tell the person what is wrong."""
        self.show(msgspec.json.encode({"type": "Notice", "level": "error", "text": text}).decode())

    async def _send(self, text: str) -> None:
        await nicegui.sockets().emit(EVENT, text, to=self._socket_id)


@dataclass(slots=True)
class _Allowance:
    """A bucket of messages that fills with time."""

    left: float = _MESSAGES_AT_ONCE
    at: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        now = time.monotonic()
        self.left = min(_MESSAGES_AT_ONCE, self.left + (now - self.at) * _MESSAGES_PER_SECOND)
        self.at = now
        self.left -= 1
        return self.left >= 0


class _PageSocket:
    """One socket of a page."""

    def __init__(
        self, session: str, view: SocketView, receive: Callable[["_PageSocket", str], Awaitable[None]]
    ) -> None:
        self.session = session
        self.view = view
        self.is_refused = False
        self.allowance = _Allowance()
        self.parts: list[str] = []
        self.parts_length = 0
        self.incoming: InOrder[str] = InOrder(lambda text: receive(self, text))


class PageSockets:
    """All sockets of this instance. `version`: of the page's files; an old page must reload."""

    def __init__(self, host: PageHost, version: str, build_page: Callable[[], None]) -> None:
        self._host = host
        self._version = version
        self._build_page = build_page
        self._sockets: dict[str, _PageSocket] = {}

    def __len__(self) -> int:
        return len(self._sockets)

    def start(self) -> None:
        """Listen to the events of the sockets."""
        nicegui.guard_connect(self._check)
        sockets = nicegui.sockets()
        sockets.on(EVENT, self._message)
        sockets.on(_PART, self._message_part)
        disconnected = sockets.handlers["/"]["disconnect"]

        def disconnect(socket_id: str) -> None:
            disconnected(socket_id)
            self._closed(socket_id)

        sockets.on("disconnect", disconnect)

    # ---- who may come in --------------------------------------------------------------

    def _check(self, client_id: str, query: dict[str, str], scope: Scope) -> None:
        """A page is its person's alone, though somebody else may know its id; an unknown page is made anew here."""
        person = scope[PERSON_KEY]
        page_scope = nicegui.scope_of(client_id)
        if page_scope is None:
            self._adopt(client_id, query, scope, person)
        elif page_scope.get(SESSION_KEY, "").partition(".")[0] != person:
            raise nicegui.Refused("This page belongs to another browser.")

    def _adopt(self, client_id: str, query: dict[str, str], scope: Scope, person: str) -> None:
        workspace = query.get("workspace", "")
        if query.get("files") != self._version or not workspace.isascii() or not workspace.isdecimal():
            return  # NiceGUI refuses it then, and the page reloads itself
        number = int(workspace)
        if number > LAST_WORKSPACE or len(client_id) != _CLIENT_ID_LENGTH:
            return
        path = f"/s/{number}" if number else "/"
        nicegui.adopt(client_id, {**scope, "path": path, SESSION_KEY: session_id(person, number)}, self._build_page)

    # ---- messages ---------------------------------------------------------------------

    async def _message(self, socket_id: str, text: object) -> None:
        socket = self._socket(socket_id)
        if socket is None or socket.is_refused:
            return
        if not isinstance(text, str):
            socket.view.notice("This page sends what MBASIC does not understand; reload it.")
        elif not socket.allowance.take() or len(socket.incoming) > _MOST_WAITING:
            await self._refuse_flood(socket, socket_id)
        else:
            socket.incoming.put(text)

    async def _refuse_flood(self, socket: _PageSocket, socket_id: str) -> None:
        """The page hears why, and connects anew; what it has not been told is done it sends again."""
        socket.is_refused = True
        socket.view.notice("This page sends too much at once. It is connected anew.")
        await asyncio.sleep(_REFUSED_SECONDS)
        await nicegui.sockets().disconnect(socket_id)

    async def _message_part(self, socket_id: str, part: object, last: object) -> None:
        socket = self._socket(socket_id)
        if socket is None or socket.is_refused or not isinstance(part, str):
            return
        socket.parts.append(part)
        socket.parts_length += len(part)
        if socket.parts_length > _LONGEST_MESSAGE:
            socket.parts, socket.parts_length = [], 0
            socket.view.notice(f"That is too long: MBASIC takes {_LONGEST_MESSAGE >> 20} MB at once.")
        elif last is True:
            text, socket.parts, socket.parts_length = "".join(socket.parts), [], 0
            await self._message(socket_id, text)

    def _socket(self, socket_id: str) -> _PageSocket | None:
        socket = self._sockets.get(socket_id)
        if socket is None:
            client_id = nicegui.client_of(socket_id)
            scope = client_id and nicegui.scope_of(client_id)
            if not client_id or not scope:
                return None
            view = SocketView(client_id, socket_id)
            socket = self._sockets[socket_id] = _PageSocket(scope[SESSION_KEY], view, self._receive)
        return socket

    async def _receive(self, socket: _PageSocket, text: str) -> None:
        try:
            await self._host.receive(socket.session, socket.view, text)
        except HostError as error:
            socket.view.notice(str(error))

    def _closed(self, socket_id: str) -> None:
        socket = self._sockets.pop(socket_id, None)
        if socket is not None:
            socket.incoming.clear()
            socket.view.is_closed = True
            self._host.detach(socket.view)

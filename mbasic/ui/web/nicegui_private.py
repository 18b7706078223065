"""All that we use of NiceGUI beyond what it documents, in one place, and why.

Pinned by `nicegui>=3.18,<3.19`; tests/browser fails where one of these changes its meaning.
"""

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, Final, Protocol, cast
from urllib.parse import parse_qs

import nicegui
from fastapi import Request
from nicegui import Client, core
from nicegui.dependencies import register_importmap_override
from nicegui.page import page
from socketio.exceptions import ConnectionRefusedError as _Refused  # type: ignore[import-untyped]  # it has no types
from starlette.types import Scope

_PACKAGE: Final = Path(nicegui.__file__).parent
XTERM_FOLDER: Final = _PACKAGE / "elements" / "xterm" / "dist"
CODEMIRROR_FOLDER: Final = _PACKAGE / "elements" / "codemirror" / "dist"

Refused = cast(type[Exception], _Refused)
"""Raised while a socket connects: its page is told the text, and does not try again."""


class _Engine(Protocol):
    """The part of engineio.AsyncServer."""

    max_http_buffer_size: int


class Sockets(Protocol):
    """The part of socketio.AsyncServer that we use; each socket has an id."""

    handlers: dict[str, dict[str, Callable[..., Any]]]
    eio: _Engine

    def on(self, event: str, handler: Callable[..., Any]) -> None:
        """Call the handler at each such event."""
        ...

    def rooms(self, socket_id: str) -> Iterable[str]:
        """What a socket is a member of: itself, and the page it belongs to."""
        ...

    async def emit(self, event: str, data: str, *, to: str) -> None:
        """Send an event to a socket."""
        ...

    async def disconnect(self, socket_id: str) -> None:
        """Close a socket."""
        ...


_LARGEST_FRAME: Final = 1_000_000
"""Bytes of one websocket message; pages cut longer ones (connection.js)."""


def sockets() -> Sockets:
    """The socket.io server that NiceGUI's pages are connected to; our messages are events of it."""
    return cast(Sockets, core.sio)


def prepare_sockets() -> None:
    """Websockets only (polling needs a balancer that is sticky), checked by our Gate and not by engine.io."""
    core.app.config.socket_io_js_transports = ["websocket"]
    sockets().eio.max_http_buffer_size = _LARGEST_FRAME


def use_modules(prefix: str, components: dict[str, str]) -> None:
    """Make pages import our modules, and the terminal and the editor, from our own URLs.

    NiceGUI's URLs for them contain the files' time stamps, which differ between installations.
    """
    register_importmap_override("nicegui-xterm", f"{prefix}/xterm/index.js")
    register_importmap_override("nicegui-codemirror", f"{prefix}/codemirror/index.js")
    for tag, module in components.items():
        name = tag.replace("-", "_")
        core.app.config.vue_config_script += (
            f'\nimport {{ default as {name} }} from "{prefix}/{module}"; app.component("{tag}", {name});'
        )


def page_count() -> int:
    """Pages that are held in memory."""
    return len(Client.instances)


def quiet(client: Client) -> None:
    """End the task that sends changes of elements once a second: ours never change."""
    client.outbox.stop()


def scope_of(client_id: str) -> Scope | None:
    """The scope of the request that made a page; None where this instance has no such page."""
    client = Client.instances.get(client_id)
    return None if client is None else client.request.scope


def adopt(client_id: str, scope: Scope, build: Callable[[], None]) -> None:
    """Make a page that another instance has sent to the browser, under the id it has there."""
    request = Request(dict(scope, type="http", method="GET", raw_path=scope["path"].encode(), query_string=b""))
    client = Client(page(scope["path"]), request=request)
    del Client.instances[client.id]
    client.id = client_id
    Client.instances[client_id] = client
    with client:
        build()
    client.outbox.updates.clear()


def guard_connect(check: Callable[[str, dict[str, str], Scope], None]) -> None:
    """Call `check(client id, query, scope)` at every new socket, ahead of NiceGUI; it raises to refuse."""
    handshake: Callable[[str, dict[str, Any]], Awaitable[None]] = sockets().handlers["/"]["connect"]

    async def connect(socket_id: str, environ: dict[str, Any], _auth: object = None) -> None:
        query = {name: values[0] for name, values in parse_qs(environ.get("QUERY_STRING", "")).items()}
        check(query.get("client_id", ""), query, environ["asgi.scope"])
        await handshake(socket_id, environ)

    sockets().on("connect", connect)


def client_of(socket_id: str) -> str | None:
    """The page that a socket belongs to, if its handshake is done."""
    rooms = sockets().rooms(socket_id)
    return next((room for room in rooms if room in Client.instances), None)

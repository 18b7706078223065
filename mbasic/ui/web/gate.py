"""The door of the server: who comes in, under which name, and what each path is for.

It stands before NiceGUI and sees plain requests and websockets alike. What needs no page (files, health, wrong paths)
is answered here, so that it costs no page. Every websocket must come from our own page and bring a cookie of ours.
"""

import secrets
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mbasic.ui.web.identity import COOKIE_NAME, COOKIE_SECONDS, LAST_WORKSPACE, Identity, session_id, workspace_of
from mbasic.ui.web.replies import Reply

SESSION_KEY: Final = "mbasic.session"
"""Where a request's scope holds the id of its session."""
PERSON_KEY: Final = "mbasic.person"
"""Where a websocket's scope holds the id of the person."""

_CSP: Final = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",  # Vue compiles the components' templates in the page
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    )
)
_EVERYWHERE: Final = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"))
_PAGE_HEADERS: Final = (
    (b"content-security-policy", _CSP.encode()),
    (b"cache-control", b"no-store"),
)


class Gate:
    """An ASGI application around NiceGUI's.

    `routes`: what answers a path's first part (`healthz`, `assets` ...) in NiceGUI's place. `origins`: further
    addresses under which browsers know this server, as https://name. `is_full`: no page can be added.
    """

    def __init__(
        self,
        inner: ASGIApp,
        *,
        identity: Identity,
        routes: dict[str, ASGIApp],
        origins: frozenset[str],
        is_full: Callable[[], bool],
    ) -> None:
        self._inner = inner
        self._identity = identity
        self._routes = routes
        self._origins = origins
        self._is_full = is_full

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it."""
        match scope["type"]:
            case "http":
                await self._request(scope, receive, _with_headers(send, _EVERYWHERE))
            case "websocket":
                await self._websocket(scope, receive, send)
            case _:
                await self._inner(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        first = path.split("/", 2)[1]
        scope[PERSON_KEY] = self._identity.person(_header(scope, b"cookie"))
        if first in self._routes:
            if scope["method"] not in ("GET", "HEAD") and not self._from_our_page(scope):
                await Reply.text(403, "This request does not come from MBASIC's page.").send(send)
            else:
                await self._routes[first](scope, receive, send)
        elif first == "_nicegui":
            await self._inner(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            await Reply.text(405, "Only GET is possible here.").send(send)
        elif path == "/s/new":
            await Reply.redirect(f"/s/{secrets.randbelow(LAST_WORKSPACE - 1000) + 1000}").send(send)
        else:
            await self._page(scope, receive, send)

    async def _page(self, scope: Scope, receive: Receive, send: Send) -> None:
        workspace = workspace_of(scope["path"])
        if workspace is None:
            await Reply.page(404, "There is nothing here", "This address is not one of MBASIC's.").send(send)
            return
        if self._is_full():
            await Reply.page(503, "MBASIC is busy", "Too many pages are open here. Try again in a minute.").send(send)
            return
        person = scope[PERSON_KEY] or self._identity.new_person()
        scope[SESSION_KEY] = session_id(person, workspace)
        cookie = (
            f"{COOKIE_NAME}={self._identity.cookie(person)}; Path=/; HttpOnly; SameSite=Lax; Max-Age={COOKIE_SECONDS}"
        )
        if _is_secure(scope):
            cookie += "; Secure"
        headers = (*_PAGE_HEADERS, (b"set-cookie", cookie.encode()))
        await self._inner(scope, receive, _with_headers(send, headers))

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        person = self._identity.person(_header(scope, b"cookie"))
        if not scope["path"].startswith("/_nicegui_ws/") or person is None or not self._from_our_page(scope):
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before it was accepted: the client sees 403
            return
        scope[PERSON_KEY] = person
        await self._inner(scope, receive, send)

    def _from_our_page(self, scope: Scope) -> bool:
        origin = _header(scope, b"origin")
        if origin in self._origins:
            return True
        try:
            return bool(origin) and urlsplit(origin).netloc == _header(scope, b"host")
        except ValueError:
            return False


def _header(scope: Scope, name: bytes) -> str:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    return next((value.decode("latin-1") for key, value in headers if key == name), "")


def _is_secure(scope: Scope) -> bool:
    return scope["scheme"] == "https" or _header(scope, b"x-forwarded-proto") == "https"


def _with_headers(send: Send, headers: tuple[tuple[bytes, bytes], ...]) -> Send:
    """Add headers to the response; those of ours win."""
    names = {name for name, _ in headers}

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            others = [header for header in message.get("headers", ()) if header[0].lower() not in names]
            message = {**message, "headers": [*others, *headers]}
        await send(message)

    return send_with_headers

"""/admin: all sessions of all instances in one table, for whoever knows MBASIC_ADMIN_TOKEN; park or end one.

A plain page without scripts. The token is the password that the browser asks for (any name), or comes as a bearer's.
Parking stops a session's program, as Ctrl-C does, and gives the session up; its person finds it so and can go on.
Ending removes the session and its files.
"""

import base64
import binascii
import hmac
from html import escape
from typing import Final
from urllib.parse import parse_qs

from starlette.types import Receive, Scope, Send

from mbasic.errors import HostError
from mbasic.host.host import Host
from mbasic.storage.session_store import SessionId, SessionInfo
from mbasic.ui.web.replies import Reply

_LONGEST_FORM: Final = 4096
_MOST_ROWS: Final = 1000
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
    "x-frame-options": "DENY",
}
_PAGE: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>MBASIC: sessions</title><style>
body {{ font: 15px/1.4 system-ui, sans-serif; margin: 2em; color-scheme: light dark }}
table {{ border-collapse: collapse; margin-top: 1em }}
th, td {{ padding: .25em .8em; text-align: left; border-bottom: 1px solid #8884 }}
td.n {{ text-align: right; font-variant-numeric: tabular-nums }}
form {{ display: inline }}
</style></head><body><h1>Sessions</h1><p>{said}</p>
<p>{count} in all; {here} of them at this instance, {owner}. Longest unused last.</p>
<table><thead><tr><th>Session<th>Owner<th>State<th>Unused<th>Shown<th>Snapshot<th>Files<th></tr></thead>
<tbody>{rows}</tbody></table></body></html>
"""
_ROW: Final = """<tr data-session="{sid}"><td><code>{sid}</code><td>{owner}<td>{state}<td class="n">{unused}
<td class="n">{output}<td class="n">{snapshot}<td class="n">{files}<td>
<form method="post" action="/admin"><input type="hidden" name="session" value="{sid}">
<button name="do" value="park">Park</button> <button name="do" value="end">End</button></form></tr>
"""


class Admin:
    """Answers /admin; without a token there is no such address."""

    def __init__(self, host: Host, token: str) -> None:
        self._host = host
        self._token = token.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        await (await self._answer(scope, receive)).send(send, scope["method"])

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        if not self._token or scope["path"].rstrip("/") != "/admin":
            return Reply.page(404, "There is nothing here", "This address is not one of MBASIC's.")
        given = _password(dict[bytes, bytes](scope["headers"]).get(b"authorization", b""))
        if not hmac.compare_digest(given, self._token):
            reply = Reply.text(401, "This is for whoever runs the server: the password is MBASIC_ADMIN_TOKEN.\n")
            reply.headers["www-authenticate"] = 'Basic realm="MBASIC"'
            return reply
        try:
            said = await self._do(await _form(receive)) if scope["method"] == "POST" else ""
            infos = await self._host.calls.do(lambda store: store.infos())
        except HostError as error:
            return Reply.text(503, f"{error}\n")
        return self._page(said, sorted(infos, key=lambda info: info.unused_seconds))

    async def _do(self, form: dict[str, list[str]]) -> str:
        sid = SessionId(form.get("session", [""])[0])
        known = await self._host.calls.do(lambda store: [info.sid for info in store.infos()])
        if sid not in known:
            return f"There is no session {sid}."
        match form.get("do"):
            case ["park"]:
                await (await self._host.open(sid)).park()
                return f"{sid} is parked."
            case ["end"]:
                await self._host.end(sid)
                return f"{sid} is ended."
            case _:
                return "Nothing was done."

    def _page(self, said: str, infos: list[SessionInfo]) -> Reply:
        page = _PAGE.format(
            said=escape(said),
            count=len(infos),
            here=len(self._host.sessions),
            owner=escape(self._host.owner),
            rows="".join(map(_row, infos[:_MOST_ROWS])),
        )
        headers = {"content-type": "text/html; charset=utf-8", "cache-control": "no-store", **_HEADERS}
        return Reply(200, page.encode(), headers)


def _row(info: SessionInfo) -> str:
    return _ROW.format(
        sid=escape(info.sid),
        owner=escape(info.owner) or "nobody",
        state="damaged" if info.damaged else escape(info.state),
        unused=_duration(info.unused_seconds),
        output=_size(info.output_bytes),
        snapshot=_size(info.snapshot_bytes),
        files=f"{info.files}, {_size(info.files_bytes)}",
    )


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole} s" if whole < 120 else f"{whole // 60} min" if whole < 7200 else f"{whole // 3600} h"


def _size(count: int) -> str:
    return (
        f"{count} B" if count < 1024 else f"{count / 1024:.1f} KB" if count < 1 << 20 else f"{count / (1 << 20):.1f} MB"
    )


def _password(authorization: bytes) -> bytes:
    kind, _, rest = authorization.partition(b" ")
    if kind.lower() == b"bearer":
        return rest.strip()
    if kind.lower() != b"basic":
        return b""
    try:
        return base64.b64decode(rest, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


async def _form(receive: Receive) -> dict[str, list[str]]:
    body = b""
    while len(body) <= _LONGEST_FORM:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return parse_qs(body.decode("latin-1"))

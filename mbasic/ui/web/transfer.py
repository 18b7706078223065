"""Files in and out over plain requests: uploads to a session's disk, downloads of it, of the console, of the printer.

GET  /transfer/<workspace>/files/<name>[?form=ascii|tokenized|protected]     workspace: main, or the n of /s/<n>
POST /transfer/<workspace>/files/<name>                                      the body is the file
GET  /transfer/<workspace>/files.zip   console.txt   printer.txt
GET  /transfer/<workspace>/rescue.zip                                        what can be read of a damaged session
"""

import asyncio
import io
import re
import zipfile
from typing import Final
from urllib.parse import parse_qs, quote

import msgspec
from starlette.types import Receive, Scope, Send

from mbasic.errors import HostError
from mbasic.host.host import Host
from mbasic.session.conversion import ConversionError, Form, convert
from mbasic.session.messages import RefusedEvent, WriteFile
from mbasic.storage.session_store import Salvage, SessionId
from mbasic.ui.web.gate import PERSON_KEY
from mbasic.ui.web.identity import session_id, workspace_of
from mbasic.ui.web.replies import Reply

_UPLOAD_SECONDS: Final = 20.0
_READ_AND_DROPPED: Final = 256 << 20
_CONSOLE_BYTES: Final = 1 << 20
_TEXT_BYTES: Final = frozenset(b"\t\n") | frozenset(range(32, 256))
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f/\\:*?\"<>|]+")


class TransferError(HostError):
    """What was asked for cannot be given; `status` is HTTP's."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class Transfer:
    """Answers what is below /transfer/."""

    def __init__(self, host: Host) -> None:
        self._host = host

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            reply = await self._answer(scope, receive)
        except TransferError as error:
            reply = Reply.text(error.status, str(error))
        except HostError as error:
            reply = Reply.text(503, str(error))
        await reply.send(send, scope["method"])

    async def _answer(self, scope: Scope, receive: Receive) -> Reply:
        path: str = scope["path"]
        workspace, _, rest = path.removeprefix("/transfer/").partition("/")
        kind, _, name = rest.partition("/")
        sid = _session(scope, workspace)
        method: str = scope["method"]
        match method, kind:
            case "POST", "files":
                return await self._upload(sid, name, receive)
            case "GET" | "HEAD", "files":
                query = parse_qs(scope["query_string"].decode("latin-1"))
                return await self._file(sid, name, query.get("form", [""])[0])
            case "GET" | "HEAD", "files.zip":
                files = await self._host.calls.do(lambda store: store.read_files(sid))
                return _download("mbasic-files.zip", await asyncio.to_thread(_zipped, files), "application/zip")
            case "GET" | "HEAD", "rescue.zip":
                found = await self._host.calls.do(lambda store: store.salvage(sid))
                return _download("mbasic-rescue.zip", await asyncio.to_thread(_rescued, found), "application/zip")
            case "GET" | "HEAD", "console.txt":
                return _download("console.txt", _unix(await self._console(sid)), "text/plain")
            case "GET" | "HEAD", "printer.txt":
                printed = await self._host.calls.do(lambda store: store.read_printer(sid))
                return _download("printer.txt", _unix(printed), "text/plain")
            case _:
                raise TransferError(404, "There is nothing to transfer at this address.")

    async def _console(self, sid: SessionId) -> bytes:
        start, output = 0, b""
        while len(output) < _CONSOLE_BYTES:
            offset, data = await self._host.calls.do(lambda store, at=start: store.read_output(sid, at))  # type: ignore[misc]
            if not data:
                break
            output += data
            start = offset + len(data)
        return output

    async def _file(self, sid: SessionId, name: str, form: str) -> Reply:
        key = name.encode("latin-1", "replace")
        data = await self._host.calls.do(lambda store: store.read_file(sid, key))
        if data is None:
            raise TransferError(404, f"There is no file {name} on the disk.")
        if form:
            data = await asyncio.to_thread(_converted, name, data, form)
        return _download(name, data, "application/octet-stream")

    async def _upload(self, sid: SessionId, name: str, receive: Receive) -> Reply:
        disk_name = name_on_disk(name)
        data = lines_of_cpm(await _body(receive, self._host.limits.disk_bytes))
        session = await self._host.open(sid)
        work = asyncio.ensure_future(session.command(WriteFile(disk_name.encode("latin-1"), data)))
        done, _ = await asyncio.wait({work}, timeout=_UPLOAD_SECONDS)
        if not done or work.cancelled():
            work.cancel()
            raise TransferError(503, "The session does not answer. Try again.")
        refused = next((event.text for event in work.result() if isinstance(event, RefusedEvent)), None)
        if refused is not None:
            raise TransferError(409, f"{disk_name}: {refused}")
        return Reply.json(200, msgspec.json.encode({"name": disk_name}))


def name_on_disk(name: str) -> str:
    """The 8.3 name for a file of the host's. Raises TransferError for what is no name."""
    if not _NAME.fullmatch(name) or name.startswith("."):
        raise TransferError(400, "This is no name for a file: letters, digits and signs, without a path.")
    stem, point, extension = name.upper().rpartition(".")
    if not point:
        stem, extension = extension, ""
    signs = [re.sub(r"[^!-~]|[.,;=\[\]]", "", part) for part in (stem, extension)]
    short = signs[0][:8] or "FILE"
    return f"{short}.{signs[1][:3]}" if signs[1] else short


def lines_of_cpm(data: bytes) -> bytes:
    """A text whose lines end with LF alone, with CR LF; anything else as it is."""
    if b"\n" not in data or b"\r" in data or not _TEXT_BYTES.issuperset(data):
        return data
    return data.replace(b"\n", b"\r\n")


def _converted(name: str, data: bytes, form: str) -> bytes:
    try:
        return convert(data, Form(form)).data
    except ConversionError as error:
        raise TransferError(422, f"{name} is no program: {error}") from None
    except ValueError:
        raise TransferError(400, f"A program is ascii, tokenized or protected, not {form}.") from None


def _session(scope: Scope, workspace: str) -> SessionId:
    person = scope[PERSON_KEY]
    number = workspace_of("/" if workspace == "main" else f"/s/{workspace}")
    if person is None:
        raise TransferError(403, "Open MBASIC's page first: its cookie says whose disk this is.")
    if number is None:
        raise TransferError(404, "There is no such workspace.")
    return SessionId(session_id(person, number))


async def _body(receive: Receive, limit: int) -> bytes:
    """The request's body. One that is too long is read to its end and dropped: browsers hear an answer only then."""
    body, length = bytearray(), 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise TransferError(400, "The upload was broken off.")
        part: bytes = message.get("body", b"")
        length += len(part)
        if length <= limit:
            body += part
        else:
            body.clear()
        if length > limit and (length > _READ_AND_DROPPED or not message.get("more_body", False)):
            raise TransferError(413, f"The file is too large: a disk holds {limit >> 20} MB.")
        if not message.get("more_body", False):
            return bytes(body)


def _zipped(files: dict[bytes, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(_zip_name(name), data)
    return packed.getvalue()


def _rescued(found: Salvage) -> bytes:
    """The files in a folder of their own; beside it the editor's text, the console, and the rest as it is stored."""
    parts = {b"console.txt": _unix(found.output), b"printer.txt": _unix(found.printer), b"snapshot": found.snapshot}
    parts |= {name.encode(): value for name, value in found.fields.items()}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in sorted(parts.items()):
            if data:
                archive.writestr(_zip_name(name), data)
        for name, data in sorted(found.files.items()):
            archive.writestr(f"files/{_zip_name(name)}", data)
    return packed.getvalue()


def _zip_name(name: bytes) -> str:
    return re.sub(r"[/\\:\x00-\x1f]", "_", name.decode("latin-1"))


def _unix(text: bytes) -> bytes:
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").decode("cp437").encode()


def _download(name: str, data: bytes, media: str) -> Reply:
    headers = {
        "content-type": "text/plain; charset=utf-8" if media == "text/plain" else media,
        "content-disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}",
        "cache-control": "no-store",
    }
    return Reply(200, data, headers)

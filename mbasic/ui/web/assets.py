"""The page's files (ours, and the terminal and editor that come with NiceGUI), under one URL prefix.

The prefix is a hash of what the files contain, so it is the same in every instance of one version, and a browser can
keep them for ever.
"""

import gzip
import hashlib
import mimetypes
from functools import cached_property
from pathlib import Path
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from mbasic.ui.web.replies import Reply

_FOR_EVER: Final = "public, max-age=31536000, immutable"
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}
_SMALL: Final = 1000
"""Bytes that are not worth packing."""


class Assets:
    """Folders of files by the name they are served under."""

    def __init__(self, folders: dict[str, Path]) -> None:
        self._folders = {name: folder.resolve() for name, folder in folders.items()}
        self._packed: dict[Path, bytes] = {}

    @cached_property
    def version(self) -> str:
        """A hash of all files."""
        digest = hashlib.sha256()
        for name, folder in sorted(self._folders.items()):
            for path in sorted(folder.rglob("*")):
                if path.is_file() and path.suffix in _TYPES:
                    digest.update(f"{name}/{path.relative_to(folder)}\0".encode())
                    digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    @property
    def prefix(self) -> str:
        """Where the files are: /assets/<version>."""
        return f"/assets/{self.version}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request below /assets/."""
        reply = self._file(scope["path"], b"gzip" in dict(scope["headers"]).get(b"accept-encoding", b""))
        await reply.send(send, scope["method"])

    def file(self, name: str) -> ASGIApp:
        """Answers any request with one file."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            del receive
            await self._file(f"{self.prefix}/{name}", False).send(send, scope["method"])

        return answer

    def _file(self, path: str, packed: bool) -> Reply:
        _, _, version, name, rest, *_ = (*path.split("/", 4), "", "", "")
        folder = self._folders.get(name)
        if folder is None or version != self.version:
            return Reply.text(404, "There is no such file here; reload the page.")
        file = (folder / rest).resolve()
        if not file.is_relative_to(folder) or not file.is_file():
            return Reply.text(404, "There is no such file here.")
        media = _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        headers = {"content-type": media, "cache-control": _FOR_EVER, "vary": "accept-encoding"}
        body = file.read_bytes()
        if packed and len(body) > _SMALL:
            if file not in self._packed:
                self._packed[file] = gzip.compress(body, 6, mtime=0)
            body = self._packed[file]
            headers["content-encoding"] = "gzip"
        return Reply(200, body, headers)

"""An answer to a plain request, without a framework: for files, health checks and what is refused."""

from dataclasses import dataclass, field
from html import escape

from starlette.types import Send

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>
body {{ font: 18px/1.5 system-ui, sans-serif; margin: 18vh auto; max-width: 32em; padding: 0 1em;
  color: #1c2430; background: #f6f7f9 }}
@media (prefers-color-scheme: dark) {{ body {{ color: #e4e8ee; background: #14171c }} a {{ color: #7fb2ff }} }}
</style></head><body><h1>{title}</h1><p>{text}</p><p><a href="/">Open MBASIC</a></p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, body, headers by lower-case name."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def text(cls, status: int, text: str) -> "Reply":
        """A line of plain text."""
        return cls(status, text.encode(), {"content-type": "text/plain; charset=utf-8", "cache-control": "no-store"})

    @classmethod
    def json(cls, status: int, body: bytes) -> "Reply":
        """JSON, made already."""
        return cls(status, body, {"content-type": "application/json", "cache-control": "no-store"})

    @classmethod
    def page(cls, status: int, title: str, text: str) -> "Reply":
        """A small page that says what is wrong, with a link to the good one."""
        body = _PAGE.format(title=escape(title), text=escape(text)).encode()
        return cls(status, body, {"content-type": "text/html; charset=utf-8", "cache-control": "no-store"})

    @classmethod
    def redirect(cls, path: str) -> "Reply":
        """Go to another page of ours."""
        return cls(303, b"", {"location": path, "cache-control": "no-store"})

    async def send(self, send: Send, method: str = "GET") -> None:
        """Send it; HEAD gets the headers only."""
        headers = {**self.headers, "content-length": str(len(self.body))}
        raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": raw})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else self.body})

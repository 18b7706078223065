"""The server's log on standard error: one JSON object a line where many instances share a log, else plain warnings.

{"time": "2026-01-31T12:00:00.123Z", "level": "info", "instance": "host-17-ab12cd34", "from": "mbasic.host",
 "text": "session taken over", "session": "<id>"}
"""

import logging
import sys
import time
from typing import Final

import msgspec

SESSION: Final = "session"
"""The name under which a record's `extra` holds the session's id."""


class _JsonLines(logging.Formatter):
    def __init__(self, instance: str) -> None:
        super().__init__()
        self._instance = instance

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03}Z",
            "level": record.levelname.lower(),
            "instance": self._instance,
            "from": record.name,
            "text": record.getMessage(),
        }
        session = record.__dict__.get(SESSION)
        if session is not None:
            line[SESSION] = session
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return msgspec.json.encode(line).decode()


def begin_log(instance: str, *, as_json: bool) -> None:
    """From now on, the process's log records go to standard error: all of ours as JSON, or only warnings as text."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_JsonLines(instance) if as_json else logging.Formatter("mbasic: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.getLogger("mbasic").setLevel(logging.INFO if as_json else logging.WARNING)

"""For balancers and those who run the server: /healthz (alive), /readyz (each dependency named), /metrics (Prometheus).

None of them opens a page or a session.
"""

import asyncio
from typing import Final

import msgspec
from starlette.types import ASGIApp, Receive, Scope, Send

from mbasic.host.host import Host
from mbasic.host.metrics import Histogram
from mbasic.storage.session_store import StoreError
from mbasic.ui.web import nicegui_private as nicegui
from mbasic.ui.web.replies import Reply

_ANSWER_SECONDS: Final = 3.0
_GAUGES: Final = frozenset(("sessions", "views", "running", "workers", "warm_workers", "waiting_sessions", "store_up"))


class Operations:
    """Answers about one instance."""

    def __init__(self, host: Host, store_name: str) -> None:
        self._host = host
        self._store_name = store_name

    @property
    def routes(self) -> dict[str, ASGIApp]:
        """What answers by the first part of the path."""
        return {"healthz": self._alive, "readyz": self._ready, "metrics": self._metrics}

    async def _alive(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        await Reply.text(200, "alive\n").send(send, scope["method"])

    async def _ready(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        states = {"server": "stopping" if self._host.is_stopping else "ok", self._store_name: await self._store_state()}
        status = 200 if set(states.values()) == {"ok"} else 503
        await Reply.json(status, msgspec.json.encode(states)).send(send, scope["method"])

    async def _store_state(self) -> str:
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await self._host.calls.do(lambda store: store.lapsed())
        except TimeoutError:
            return "does not answer"
        except StoreError as error:
            return str(error)
        return "ok"

    async def _metrics(self, scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        metrics = self._host.metrics
        lines = [f"# TYPE mbasic_pages gauge\nmbasic_pages {nicegui.page_count()}"]
        for name in metrics.__struct_fields__:
            value: int | Histogram = getattr(metrics, name)
            if isinstance(value, Histogram):
                lines += _histogram(f"mbasic_{name}", value)
            elif name in _GAUGES:
                lines.append(f"# TYPE mbasic_{name} gauge\nmbasic_{name} {value}")
            else:
                lines.append(f"# TYPE mbasic_{name}_total counter\nmbasic_{name}_total {value}")
        await Reply.text(200, "\n".join(lines) + "\n").send(send, scope["method"])


def _histogram(name: str, histogram: Histogram) -> list[str]:
    lines = [f"# TYPE {name} histogram"]
    below = 0
    for bound, count in zip(histogram.bounds, histogram.counts, strict=False):
        below += count
        lines.append(f'{name}_bucket{{le="{bound:g}"}} {below}')
    lines.append(f'{name}_bucket{{le="+Inf"}} {histogram.count}')
    return [*lines, f"{name}_sum {histogram.total:.6f}", f"{name}_count {histogram.count}"]

"""Puts the web server together and runs it until a signal ends it."""

import asyncio
import signal
import socket
from collections.abc import AsyncGenerator, Callable, Generator
from contextlib import asynccontextmanager, contextmanager
from typing import Final

import uvicorn
from fastapi import FastAPI
from nicegui import ui
from starlette.types import ASGIApp

from mbasic.host.host import Host
from mbasic.ui.web import nicegui_private as nicegui
from mbasic.ui.web.admin import Admin
from mbasic.ui.web.gate import Gate
from mbasic.ui.web.host_pages import HostPages
from mbasic.ui.web.identity import Identity
from mbasic.ui.web.operations import Operations
from mbasic.ui.web.options import WebOptions
from mbasic.ui.web.page import DeskPages, page_assets
from mbasic.ui.web.page_sockets import PageSockets
from mbasic.ui.web.transfer import Transfer

_RECONNECT_SECONDS: Final = 12.0
"""How long a page whose socket broke is kept; pings follow from it."""
_CLOSING_SECONDS: Final = 2
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class WebServer:
    """One instance: pages, their sockets, and a host behind them."""

    def __init__(self, options: WebOptions, identity: Identity, host: Host, first_text: str = "") -> None:
        self._host = host
        self._ending = False
        assets = page_assets()
        pages = DeskPages(assets, first_text)
        pages.register()
        PageSockets(HostPages(host), assets.version, pages.build).start()
        self.application = Gate(
            self._nicegui(),
            identity=identity,
            routes={
                "assets": assets,
                "transfer": Transfer(host),
                **Operations(host, options.address.kind.value).routes,
                "admin": Admin(host, options.admin_token),
                "favicon.ico": assets.file("desk/icon.svg"),
            },
            origins=options.origins,
            is_full=lambda: nicegui.page_count() >= options.most_pages,
        )

    def run(self, listener: socket.socket, started: Callable[[], None]) -> None:
        """Serve until SIGTERM or Ctrl-C; `started` is called when pages can be opened."""
        asyncio.run(self._serve(listener, started))

    async def _serve(self, listener: socket.socket, started: Callable[[], None]) -> None:
        config = uvicorn.Config(
            self.application,
            log_config=None,
            log_level="warning",
            access_log=False,
            ws="wsproto",
            ws_per_message_deflate=False,  # doubles the memory of a page
            timeout_graceful_shutdown=_CLOSING_SECONDS,
            server_header=False,
        )
        server = _Uvicorn(config)
        loop = asyncio.get_running_loop()
        endings: list[asyncio.Task[None]] = []
        for number in _SIGNALS:
            loop.add_signal_handler(number, lambda: endings.append(loop.create_task(self._end(server))))
        server.when_started = started
        await server.serve(sockets=[listener])

    async def _end(self, server: uvicorn.Server) -> None:
        if self._ending:
            server.force_exit = True
            return
        self._ending = True
        await self._host.stop()
        server.should_exit = True

    def _nicegui(self) -> ASGIApp:
        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
            await self._host.start()
            yield

        outer = FastAPI(lifespan=lifespan, openapi_url=None)
        nicegui.prepare_sockets()
        ui.run_with(  # pyright: ignore[reportUnknownMemberType]  # NiceGUI has a bare Callable in it
            outer,
            title="MBASIC",
            dark=None,
            language="en-US",
            tailwind=False,
            binding_refresh_interval=None,
            reconnect_timeout=_RECONNECT_SECONDS,
            message_history_length=0,
            show_welcome_message=False,
        )
        return outer


class _Uvicorn(uvicorn.Server):
    """Leaves the signals to us, and says when it serves."""

    when_started: Callable[[], None]

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.when_started()

"""A worker process as the instance sees it: where to send messages, and who hears what comes back."""

import asyncio
import os
import signal
import socket
from contextlib import suppress
from typing import Protocol

from mbasic.host.wire import FromWorker, ToWorker, Unframer, decode_from_worker, frame


class Employer(Protocol):
    """Whom a worker works for."""

    def heard(self, worker: "WorkerProcess", message: FromWorker) -> None:
        """The worker says something."""

    def dismissed(self, worker: "WorkerProcess") -> None:
        """The idle worker is needed elsewhere."""

    def died(self, worker: "WorkerProcess") -> None:
        """The worker is gone."""


class WorkerProcess(asyncio.Protocol):
    """The instance's end of a worker's pipe. What comes before the answer to the newest Begin is of the past."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.employer: Employer | None = None
        self.idle_since = 0.0
        self.is_niced = False
        self._transport: asyncio.Transport | None = None
        self._unframer = Unframer()
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    @classmethod
    async def connect(cls, pid: int, end: socket.socket) -> "WorkerProcess":
        """The worker `pid` at the other end of the socket."""
        end.setblocking(False)
        _, worker = await asyncio.get_running_loop().create_connection(lambda: cls(pid), sock=end)
        return worker

    def send(self, message: ToWorker) -> None:
        """Send; what a dead worker does not get, its successor is told."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(frame(message))

    def kill(self) -> None:
        """End the process now."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        if self._transport is not None:
            self._transport.abort()

    # ---- asyncio.Protocol

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The pipe is open."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Pass on what is complete."""
        for record in self._unframer.feed(data):
            if self.employer is not None:
                self.employer.heard(self, decode_from_worker(record))

    def connection_lost(self, exc: Exception | None) -> None:
        """The process has ended."""
        if not self.gone.done():
            self.gone.set_result(None)

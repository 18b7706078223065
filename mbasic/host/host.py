"""All sessions of one instance: who has them, how they come here, how they leave in order."""

import asyncio
import logging
import os
import secrets
import socket
import time
from contextlib import suppress
from typing import Final

from mbasic.errors import HostError
from mbasic.host.console_tail import TAIL_BYTES, ConsoleTail
from mbasic.host.hosted_session import HostedSession
from mbasic.host.limits import Limits
from mbasic.host.metrics import Metrics
from mbasic.host.services import Services, SettingsDesk
from mbasic.host.store_calls import StoreCalls
from mbasic.host.worker_pool import WorkerPool
from mbasic.host.zygote import Plan
from mbasic.host.zygote_client import ZygoteClient
from mbasic.session.messages import State
from mbasic.storage.session_store import (
    Held,
    MoveWatch,
    SessionId,
    SessionRecord,
    SessionStore,
    StoreDamagedError,
    StoreError,
    StoreNewerError,
)
from mbasic.storage.store_address import StoreAddress

_LOOK_SECONDS: Final = 2.0
_SWEEP_SECONDS: Final = 600.0
_RENEW_SECONDS: Final = 1800.0
_DELAY_SECONDS: Final = 0.5
_SLOW_SECONDS: Final = 0.5
"""An answer that takes longer comes from a store that stood still."""
_LEASES_OF_PATIENCE: Final = 2
_log = logging.getLogger("mbasic.host")


class Host:
    """`address` is the store's, for the workers, who open their own. `owner` names this start of the instance."""

    def __init__(
        self,
        *,
        store: SessionStore,
        address: StoreAddress,
        limits: Limits,
        settings: SettingsDesk,
        owner: str = "",
    ) -> None:
        self.limits = limits
        self.metrics = Metrics()
        self.owner = owner or f"{socket.gethostname()[:24]}-{os.getpid()}-{secrets.token_hex(4)}"
        self._store = store
        self._calls = StoreCalls(store, self.metrics)
        self._pool = WorkerPool(ZygoteClient(Plan(address, limits)), limits, self.metrics)
        self._services = Services(self.owner, self._calls, self._pool, limits, self.metrics, settings)
        self._sessions: dict[SessionId, HostedSession] = {}
        self._opening: dict[SessionId, asyncio.Task[HostedSession]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._moves: MoveWatch | None = None
        self._store_was_away = float("-inf")
        self.is_stopping = False

    # ---- the instance's life

    async def start(self) -> None:
        """Start the workers, and look after sessions from now on: running ones without an owner go on here."""
        await self._pool.start()
        loop = asyncio.get_running_loop()

        def moved(sid: SessionId) -> None:
            loop.call_soon_threadsafe(self._moved, sid)

        self._moves = await self._calls.do(lambda store: store.watch_moves(self.owner, moved))
        self._tasks = [loop.create_task(self._look_after()), loop.create_task(self._measure_delay())]

    async def stop(self) -> None:
        """Drain: slices are finished and committed, and every session is given up for others to take."""
        self.is_stopping = True
        _log.info("stopping, %d sessions are given up", len(self._sessions))
        for task in (*self._tasks, *self._opening.values()):
            task.cancel()
        await asyncio.gather(*(session.close() for session in tuple(self._sessions.values())))
        await self._pool.close()
        if self._moves is not None:
            self._moves.close()
        self._calls.close()

    # ---- sessions

    @property
    def calls(self) -> StoreCalls:
        """The store, asked beside the event loop."""
        return self._calls

    @property
    def sessions(self) -> tuple[HostedSession, ...]:
        """Those that are open here."""
        return tuple(self._sessions.values())

    async def open(self, sid: SessionId) -> HostedSession:
        """The session, taken from whoever has it. Raises HostError where it cannot be restored, or there is no room."""
        session = self._sessions.get(sid)
        if session is not None and not session.is_over:
            return session
        if self.is_stopping:
            raise HostError("this server is shutting down; try again")
        if len(self._sessions) >= self.limits.max_sessions:
            raise HostError("this server has no room for a further session; try again later")
        return await self._opened(sid, steal=True)

    async def end(self, sid: SessionId) -> None:
        """Remove a session, whoever has it, and all that is kept of it; its pages are told."""
        session = self._sessions.get(sid)
        if session is not None:
            await session.park()
        else:
            with suppress(StoreDamagedError, StoreNewerError):  # what cannot be taken can be removed all the same
                await self.calls.do(lambda store: store.acquire(sid, self.owner, self.limits.lease_ms, steal=True))
        await self.calls.do(lambda store: store.remove(sid))

    async def _opened(self, sid: SessionId, *, steal: bool) -> HostedSession:
        task = self._opening.get(sid)
        if task is None:
            task = self._opening[sid] = asyncio.get_running_loop().create_task(self._open(sid, steal))
            task.add_done_callback(lambda _: self._opening.pop(sid, None))
        return await asyncio.shield(task)

    async def _open(self, sid: SessionId, steal: bool) -> HostedSession:
        lease_ms = self.limits.lease_ms
        record = await self._calls.do(lambda store: store.acquire(sid, self.owner, lease_ms, steal=steal))
        if isinstance(record, Held):
            raise HostError("this session is open elsewhere; try again")
        return await self._host(sid, record)

    async def _host(self, sid: SessionId, record: SessionRecord) -> HostedSession:
        start = max(record.out_start, record.out_end - TAIL_BYTES)
        offset, data = await self._calls.do(lambda store: store.read_output(sid, start, TAIL_BYTES))
        tail = ConsoleTail(offset + len(data), data)
        settings = await self._services.settings.values(sid)
        session = HostedSession(sid, record, tail, settings, self._services, self._gone)
        self._sessions[sid] = session
        self.metrics.sessions = len(self._sessions)
        _log.info("session opened, %s, commit %d", record.state or "new", record.number, extra={"session": sid})
        return session

    def _gone(self, session: HostedSession) -> None:
        if self._sessions.get(session.sid) is session:
            del self._sessions[session.sid]
        self.metrics.sessions = len(self._sessions)

    def _moved(self, sid: SessionId) -> None:
        session = self._sessions.get(sid)
        if session is not None:
            session.moved()

    # ---- looking after them

    async def _look_after(self) -> None:
        swept = renewed = time.monotonic()
        while True:
            with suppress(StoreError):
                await self._resume_lapsed()
                now = time.monotonic()
                if now - swept > _SWEEP_SECONDS:
                    swept = now
                    await self._calls.do(lambda store: store.sweep())
                if now - renewed > _RENEW_SECONDS:
                    renewed = now
                    await self._renew_all()
            self._pool.retire()
            await self._close_unused()
            self.metrics.views = sum(session.views for session in self._sessions.values())
            self.metrics.running = sum(session.state == State.RUNNING for session in self._sessions.values())
            await asyncio.sleep(_LOOK_SECONDS)

    async def _resume_lapsed(self) -> None:
        """Running programs whose instance is gone go on here, with nobody watching.

        While the store was away everybody's leases have passed: the owners get time to renew them first.
        """
        begun = time.monotonic()
        try:
            lapsed = await self._calls.do(lambda store: store.lapsed())
        finally:
            now = time.monotonic()
            if not self.metrics.store_up or now - begun > _SLOW_SECONDS:
                self._store_was_away = now
        if now - self._store_was_away < _LEASES_OF_PATIENCE * self.limits.lease_ms / 1000:
            return
        for info in lapsed:
            if info.damaged or info.sid in self._sessions or info.sid in self._opening:
                continue
            if len(self._sessions) >= self.limits.max_sessions:
                return
            with suppress(HostError):
                await self._opened(info.sid, steal=False)
                self.metrics.resumed += 1
                _log.info("running program taken over from %s", info.owner or "nobody", extra={"session": info.sid})

    async def _renew_all(self) -> None:
        """Sessions that are watched do not expire, even where nothing happens in them."""
        for session in self.sessions:
            if session.views:
                session.moved()

    async def _close_unused(self) -> None:
        for session in self.sessions:
            if session.unused_seconds() > self.limits.idle_seconds:
                await session.close()

    async def _measure_delay(self) -> None:
        while True:
            begun = time.monotonic()
            await asyncio.sleep(_DELAY_SECONDS)
            self.metrics.loop_delay_seconds.observe(max(0.0, time.monotonic() - begun - _DELAY_SECONDS))

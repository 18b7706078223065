"""The worker processes of an instance: a few spare, some idle with their session, at most so many in all.

    spare --take--> at work --rest--> warm --wake--> at work
                       |                |--taken for another session, or too long idle--> spare, or ended
                       '--died, or priority lowered--> replaced

A session that finds none waits in line.
"""

import asyncio
import sys
import time
from collections import deque
from typing import Protocol

from mbasic.host.limits import Limits
from mbasic.host.metrics import Metrics
from mbasic.host.worker_process import Employer, WorkerProcess
from mbasic.host.zygote_client import ZygoteClient


class Applicant(Employer, Protocol):
    """Who waits for a worker."""

    def waits_behind(self, ahead: int) -> None:
        """All workers are busy, and so many wait before this one."""


class WorkerPool:
    """Used on the event loop only."""

    def __init__(self, zygote: ZygoteClient, limits: Limits, metrics: Metrics) -> None:
        self._zygote = zygote
        self._limits = limits
        self._metrics = metrics
        self._all: set[WorkerProcess] = set()
        self._leaving: set[WorkerProcess] = set()
        self._forking = 0
        self._spare: deque[WorkerProcess] = deque()
        self._warm: dict[WorkerProcess, None] = {}
        self._line: deque[tuple[Applicant, asyncio.Future[WorkerProcess]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing = False

    async def start(self) -> None:
        """Start the zygote and the spare workers."""
        await self._refill()

    # ---- taking

    async def take(self, applicant: Applicant) -> WorkerProcess:
        """Return a worker that is now `applicant`'s."""
        worker = await self._find(applicant)
        while worker not in self._all:  # it died while its turn was on the way here
            worker = await self._find(applicant)
        worker.employer = applicant
        self._refill_soon()
        return worker

    async def _find(self, applicant: Applicant) -> WorkerProcess:
        if not self._line:
            if self._spare:
                return self._spare.popleft()
            if self._has_room:
                return await self._fork()
            if self._warm:
                return self._take_warm()
        turn: asyncio.Future[WorkerProcess] = asyncio.get_running_loop().create_future()
        self._line.append((applicant, turn))
        applicant.waits_behind(len(self._line) - 1)
        self._measure()
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._offer(turn.result())
            raise

    @property
    def _has_room(self) -> bool:
        return len(self._all) + self._forking < self._limits.max_workers

    def _take_warm(self) -> WorkerProcess:
        """The worker that has been idle longest."""
        worker = next(iter(self._warm))
        del self._warm[worker]
        if worker.employer is not None:
            worker.employer.dismissed(worker)
            worker.employer = None
        return worker

    # ---- giving back

    def rest(self, worker: WorkerProcess) -> None:
        """The worker is idle; it stays with its session until somebody needs it."""
        self._warm.pop(worker, None)
        if self._next_in_line() is None:
            worker.idle_since = time.monotonic()
            self._warm[worker] = None
        else:
            if worker.employer is not None:
                worker.employer.dismissed(worker)
                worker.employer = None
            self._offer(worker)
        self._measure()

    def rest_without_session(self, worker: WorkerProcess) -> None:
        """The worker is idle, and has nobody's session."""
        worker.employer = None
        self._offer(worker)

    def wake(self, worker: WorkerProcess) -> None:
        """The worker has work again."""
        self._warm.pop(worker, None)

    def discard(self, worker: WorkerProcess) -> None:
        """End a worker that is of no use any more."""
        worker.employer = None
        self._forget(worker)
        if not worker.gone.done():  # else its pid may be somebody else's by now
            self._leaving.add(worker)
            worker.kill()

    def withdraw(self, applicant: Applicant) -> None:
        """The session does not want a worker any more."""
        for waiting, turn in self._line:
            if waiting is applicant:
                turn.cancel()

    def _offer(self, worker: WorkerProcess) -> None:
        """A worker without a session: for the first in line, or spare."""
        turn = self._next_in_line()
        if turn is not None:
            self._line.popleft()
            turn.set_result(worker)
            for place, (applicant, _) in enumerate(self._line):
                applicant.waits_behind(place)
        elif len(self._spare) < self._limits.spare_workers:
            self._spare.append(worker)
        else:
            self.discard(worker)
        self._measure()

    def _next_in_line(self) -> asyncio.Future[WorkerProcess] | None:
        while self._line and self._line[0][1].done():
            self._line.popleft()
        return self._line[0][1] if self._line else None

    # ---- coming and going

    async def _fork(self) -> WorkerProcess:
        self._forking += 1
        try:
            worker = await self._zygote.fork()
        finally:
            self._forking -= 1
        self._all.add(worker)
        worker.gone.add_done_callback(lambda _: self._died(worker))
        self._measure()
        return worker

    def _died(self, worker: WorkerProcess) -> None:
        self._leaving.discard(worker)
        if worker not in self._all:
            return
        self._forget(worker)
        employer, worker.employer = worker.employer, None
        if employer is not None:
            employer.died(worker)

    def _forget(self, worker: WorkerProcess) -> None:
        self._all.discard(worker)
        self._warm.pop(worker, None)
        if worker in self._spare:
            self._spare.remove(worker)
        self._measure()
        self._refill_soon()

    def _refill_soon(self) -> None:
        if self._closing:
            return
        task = asyncio.get_running_loop().create_task(self._refill())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _refill(self) -> None:
        """Fork for those who wait, and so many spare workers as there should be."""
        while not self._closing and self._has_room and self._wants_more():
            try:
                self._offer(await self._fork())
            except OSError as error:
                print(f"mbasic: no further worker process: {error}", file=sys.stderr)
                return

    def _wants_more(self) -> bool:
        return self._next_in_line() is not None or len(self._spare) + self._forking < self._limits.spare_workers

    def retire(self) -> None:
        """Take workers that were idle for long from their sessions."""
        before = time.monotonic() - self._limits.warm_seconds
        while self._warm and next(iter(self._warm)).idle_since < before:
            self._offer(self._take_warm())

    def _measure(self) -> None:
        self._metrics.workers = len(self._all)
        self._metrics.warm_workers = len(self._warm)
        self._metrics.waiting_sessions = len(self._line)

    async def close(self) -> None:
        """End all workers."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        for worker in tuple(self._all):
            self.discard(worker)
        if self._leaving:
            await asyncio.wait([worker.gone for worker in self._leaving])
        await self._zygote.close()

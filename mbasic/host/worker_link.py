"""How a session gets its work done: it has a worker while there is something to do, and whatever happens to that
worker, every command is executed once.

    commands, questions --> pending --Perform--> worker --Stepped(taken)--> gone from pending
                               '-- the worker dies: Begin, and all that is pending again, with the next --'

A session that kills three workers without a commit in between has its program stopped and its first command dropped.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

from msgspec import Struct

from mbasic.host.metrics import Metrics
from mbasic.host.wire import (
    NO_TEXT,
    Answer,
    Begin,
    Begun,
    Drain,
    Drained,
    FromWorker,
    Lost,
    NewSettings,
    NotBegun,
    Perform,
    Problem,
    Question,
    Stepped,
    Window,
)
from mbasic.host.worker_pool import WorkerPool
from mbasic.host.worker_process import WorkerProcess
from mbasic.session.messages import Command, State
from mbasic.session.queries import Query

MOST_DEATHS: Final = 3
_RETRY_SECONDS: Final = 1.0
_ALL_DEAD_SECONDS: Final = 0.05
"""Where the zygote died, the spare workers die within this time, too: none of them is of use."""
_DRAIN_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.02
_BEGIN_LOOKS: Final = 100

Answered = Callable[[bytes | None, str], None]
"""Called with an answer's JSON, or None and why there is none."""


class Pending(Struct):
    """A command that is not known to be done."""

    view: str
    number: int
    command: Command


class Principal(Protocol):
    """The session for which the worker works."""

    def describe(self) -> Begin:
        """What a worker must be told first."""
        ...

    def text_for(self, command: Command) -> tuple[int, bytes] | None:
        """The document, with its version, if a worker must have it before it executes `command`."""
        ...

    def begun(self, message: Begun) -> bool:
        """A worker has the session; False where that session is another instance's continuation."""
        ...

    def not_begun(self, fence: int) -> None:
        """A worker has the session's token, but could not restore it."""

    def stepped(self, message: Stepped) -> None:
        """Something became visible."""

    def notice(self, level: str, text: str) -> None:
        """Tell the person."""

    def forget_commands(self) -> None:
        """Commands that are not done will not be, unless they are sent again."""

    def moved(self) -> None:
        """The session has perhaps another owner."""


class WorkerLink:
    """Used on the event loop only."""

    def __init__(self, principal: Principal, pool: WorkerPool, metrics: Metrics) -> None:
        self._principal = principal
        self._pool = pool
        self._metrics = metrics
        self._pending: deque[Pending] = deque()
        self._questions: dict[int, tuple[Query, Answered]] = {}
        self._question_number = 0
        self._worker: WorkerProcess | None = None
        self._hiring: asyncio.Task[None] | None = None
        self._wanted_at = 0.0
        self._has_begun = False
        self._text_sent = NO_TEXT
        self._deaths = 0
        self._gave_up = False
        """What seemed to kill the workers was stopped, and nothing has been committed since."""
        self._is_idle = True
        self.state: str = State.READY
        self.is_closed = False

    # ---- what the session wants

    @property
    def is_beginning(self) -> bool:
        """A worker has been told to begin and has not said that it has: the fence may change any moment."""
        return self._worker is not None and not self._has_begun

    @property
    def worker_pid(self) -> int | None:
        """The process that works for the session, if one does."""
        return None if self._worker is None else self._worker.pid

    @property
    def has_worker(self) -> bool:
        """A worker is here, or asked for."""
        return self._worker is not None or self._hiring is not None

    @property
    def pending(self) -> int:
        """Commands that are not done."""
        return len(self._pending)

    def perform(self, pending: Pending) -> None:
        """Have a command executed."""
        self._pending.append(pending)
        self.want()
        if self._worker is not None and self._has_begun:
            self._send(self._worker, pending)

    def ask(self, query: Query, answered: Answered) -> None:
        """Have a question answered."""
        self._question_number += 1
        self._questions[self._question_number] = (query, answered)
        self.want()
        if self._worker is not None and self._has_begun:
            self._worker.send(Question(self._question_number, query))

    def show_window(self, shown: int) -> None:
        """Tell a worker how far the pages are."""
        if self._worker is not None and self._has_begun:
            self._worker.send(Window(shown))

    def renew_settings(self) -> None:
        """Tell a worker that settings have changed."""
        if self._worker is not None and self._has_begun:
            self._worker.send(NewSettings())

    def want(self, delay: float = 0.0) -> None:
        """See that a worker is here, or comes, not before `delay` seconds have passed."""
        if self._worker is not None:
            self._pool.wake(self._worker)
        elif self._hiring is None and not self.is_closed:
            self._wanted_at = time.monotonic()
            self._hiring = asyncio.get_running_loop().create_task(self._hire(delay))

    # ---- a worker comes

    async def _hire(self, delay: float = 0.0) -> None:
        try:
            if delay:
                await asyncio.sleep(delay)
            worker = await self._pool.take(self)
        except OSError as error:
            self._principal.notice("error", f"No worker process could be started: {error}. Trying again.")
            self._hiring = asyncio.get_running_loop().create_task(self._hire(_RETRY_SECONDS))
            return
        self._hiring = None
        self._worker, self._has_begun = worker, False
        begin = self._principal.describe()
        if self._deaths >= MOST_DEATHS:
            begin = self._give_up(begin)
        worker.send(begin)

    def _give_up(self, begin: Begin) -> Begin:
        """What has killed worker after worker is stopped, or skipped."""
        self._deaths = 0
        self._gave_up = True
        begin.stop = True
        if self._pending:
            first = self._pending[0]
            begin.done[first.view] = first.number
        self._principal.notice(
            "error",
            "The program or command ended its worker process three times (too much memory?) and was stopped. "
            "The session is as it was before.",
        )
        return begin

    def waits_behind(self, ahead: int) -> None:
        """All workers are busy."""
        self._principal.notice("info", f"Waiting for a free machine ({ahead} ahead).")

    # ---- what it says

    def heard(self, worker: WorkerProcess, message: FromWorker) -> None:
        """From the worker."""
        if worker is not self._worker:
            return
        if not self._has_begun and not isinstance(message, Begun | NotBegun | Problem):
            return  # of the session that it had before
        match message:
            case Begun():
                self._begun(worker, message)
            case NotBegun():
                self._not_begun(worker, message)
            case Stepped():
                self._stepped(worker, message)
            case Answer(number, json, text):
                self._answered(number, json, text)
            case Problem(level, text):
                self._principal.notice(level, text)
            case Lost():
                self._principal.moved()
            case Drained():
                pass

    def _begun(self, worker: WorkerProcess, message: Begun) -> None:
        if not self._principal.begun(message):
            return
        self._has_begun = True
        self._metrics.begin_seconds.observe(time.monotonic() - self._wanted_at)
        self._text_sent = NO_TEXT
        self._is_idle = message.state != State.RUNNING and message.number > 0
        self._drop_taken(message.taken)
        for pending in self._pending:
            self._send(worker, pending)
        for number, (query, _) in self._questions.items():
            worker.send(Question(number, query))
        self._settle()

    def _not_begun(self, worker: WorkerProcess, message: NotBegun) -> None:
        self._worker = None
        self._pool.rest_without_session(worker)
        if message.why == "moved":
            self._principal.moved()
        elif message.why == "unavailable":
            self._principal.notice("warning", f"Programs wait: {message.text}")
            self._hiring = asyncio.get_running_loop().create_task(self._hire(_RETRY_SECONDS))
        else:
            self._principal.not_begun(message.fence)
            self._fail_all(f"This session could not be restored: {message.text}")

    def _fail_all(self, text: str) -> None:
        self._pending.clear()
        self._principal.forget_commands()
        self._principal.notice("error", text)
        self._fail_questions(text)

    def _fail_questions(self, text: str) -> None:
        questions, self._questions = self._questions, {}
        for _, answered in questions.values():
            answered(None, text)

    def _stepped(self, worker: WorkerProcess, message: Stepped) -> None:
        self._deaths = 0
        self._gave_up = False
        self._drop_taken(message.taken)
        self._is_idle = message.idle
        worker.is_niced = message.niced
        self._principal.stepped(message)
        self._settle()

    def _drop_taken(self, taken: dict[str, int]) -> None:
        if self._pending:
            self._pending = deque(p for p in self._pending if p.number > taken.get(p.view, 0))

    def _answered(self, number: int, json: bytes | None, text: str) -> None:
        question = self._questions.pop(number, None)
        if question is not None:
            question[1](json, text)
        self._settle()

    def _settle(self) -> None:
        """A worker without work stays warm; one of low priority goes."""
        worker = self._worker
        if worker is None or not self._has_begun or not self._is_idle or self._pending or self._questions:
            return
        if worker.is_niced:
            self._worker = None
            self._pool.discard(worker)
        else:
            self._pool.rest(worker)

    def _send(self, worker: WorkerProcess, pending: Pending) -> None:
        text = self._principal.text_for(pending.command)
        message = Perform(pending.view, pending.number, pending.command)
        if text is not None and text[0] != self._text_sent:
            self._text_sent = text[0]
            message = Perform(pending.view, pending.number, pending.command, text[1], text[0])
        worker.send(message)

    # ---- it goes

    def dismissed(self, worker: WorkerProcess) -> None:
        """The idle worker is needed elsewhere."""
        if worker is self._worker:
            self._worker = None

    def died(self, worker: WorkerProcess) -> None:
        """The worker is gone: what it has not committed is done again by the next."""
        if worker is not self._worker:
            return
        self._worker = None
        if self.is_closed:
            return
        had_begun, self._has_begun = self._has_begun, False
        self._metrics.worker_deaths += 1
        self._deaths += 1
        if had_begun and self._is_idle and not self._pending and not self._questions:
            return
        if self._deaths >= MOST_DEATHS:
            self._fail_questions("the worker process ended")
            if self._gave_up:
                self._deaths = 0
                self._is_idle = True
                self._fail_all("This session ends every worker process as soon as it is restored (too much memory?).")
                return
        self.want(0.0 if had_begun else _ALL_DEAD_SECONDS)

    async def close(self) -> None:
        """Let the worker finish its slice and commit, then end it."""
        self.is_closed = True
        if self._hiring is not None:
            self._hiring.cancel()
            self._hiring = None
        for _ in range(_BEGIN_LOOKS):
            if not self.is_beginning:
                break
            await asyncio.sleep(_LOOK_SECONDS)
        worker = self._worker
        if worker is not None:
            if self._has_begun:
                worker.send(Drain())
                await asyncio.wait((worker.gone,), timeout=_DRAIN_SECONDS)
            self._worker = None
            self._pool.discard(worker)
        self._fail_questions("the session was closed")

    def abandon(self) -> None:
        """End the worker at once: the session is another owner's."""
        self.is_closed = True
        if self._hiring is not None:
            self._hiring.cancel()
            self._hiring = None
        if self._worker is not None:
            worker, self._worker = self._worker, None
            self._pool.discard(worker)
        self._fail_questions("the session was opened elsewhere")

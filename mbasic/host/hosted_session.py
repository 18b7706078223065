"""A session as its instance has it: a router between pages, the document, and a worker. It never runs BASIC.

    pages --Do, Ask--> WorkerLink --Stepped--> tail, document, desk --> all pages
          --Edit-----> document --TextChanged-----------------------> all pages

What it knows is in the store or can be made anew from there: another instance goes on with the session at any moment.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Final, assert_never

import msgspec

from mbasic.errors import HostError
from mbasic.host.console_tail import ConsoleTail
from mbasic.host.desk import desk_fields, read_desk
from mbasic.host.messages import (
    Ack,
    Answered,
    Ask,
    Attach,
    Attached,
    Do,
    Edit,
    Failed,
    HostAsk,
    Notice,
    PageMessage,
    Place,
    ResetSettings,
    SetSetting,
    SettingRefused,
    SettingsChanged,
    Shown,
    Superseded,
    Text,
    TextChanged,
    raw_json,
)
from mbasic.host.questions import answer_question
from mbasic.host.services import Services
from mbasic.host.views import View, Watcher, Watchers
from mbasic.host.wire import NO_TEXT, Begin, Begun, Stepped
from mbasic.host.worker_link import Pending, WorkerLink
from mbasic.session.messages import (
    BreakCommand,
    BreakpointsEvent,
    Command,
    Event,
    MergeFile,
    NewProgram,
    OpenFile,
    OutputEvent,
    ProgramChangedEvent,
    RefusedEvent,
    SaveFile,
    SettingRefusedEvent,
    SettingsChangedEvent,
    State,
    StateEvent,
    StoppedEvent,
    WatchesEvent,
)
from mbasic.storage.session_store import SessionId, SessionRecord, StoreError

SAVE_SECONDS: Final = 0.4
PARK_SECONDS: Final = 5.0
_log = logging.getLogger("mbasic.host")
_PLACED: Final = frozenset(("break", "stop", "breakpoint", "step", "watch"))
"""Stops after which CONT goes on."""


class HostedSession:
    """Made by Host from what it has acquired; used on the event loop only."""

    def __init__(
        self,
        sid: SessionId,
        record: SessionRecord,
        tail: ConsoleTail,
        settings: dict[str, object],
        services: Services,
        closed: Callable[["HostedSession"], None],
    ) -> None:
        self.sid = sid
        self._services = services
        self._closed = closed
        self._fence = record.fence
        self._begins = 0
        """Workers that were told to begin since the token is known: each may have taken a further one."""
        self._number = record.number
        self._taken = dict(record.taken)
        self._received: dict[str, int] = {}
        self._tail = tail
        self._desk, self._document = read_desk(record.fields)
        self._settings = settings
        self._watchers = Watchers()
        self._run_began = 0.0
        self._own_name = f"@{services.owner}"
        self._waiters: list[tuple[int, asyncio.Future[list[Event]]]] = []
        self._is_dirty = False
        self._saving: asyncio.Future[None] | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_over = False
        self._unused_since = time.monotonic()
        self._link = WorkerLink(self, services.pool, services.metrics)
        self._set_state(record.state or State.READY)
        if record.state == State.RUNNING or record.number not in (0, self._desk.clean):
            self._link.want()

    # ---- as the host sees it

    @property
    def state(self) -> str:
        """What the session does, as of the last commit."""
        return self._link.state

    @property
    def is_over(self) -> bool:
        """It is closed, or belongs to another owner."""
        return self._is_over

    @property
    def views(self) -> int:
        """Pages that are attached."""
        return len(self._watchers)

    @property
    def fence(self) -> int:
        """The token of the ownership."""
        return self._fence

    @property
    def worker_pid(self) -> int | None:
        """The process that works for it, if one does."""
        return self._link.worker_pid

    def unused_seconds(self) -> float:
        """How long nobody has watched it and nothing has happened; 0 while a worker is here."""
        if self._watchers or self._link.has_worker or self._link.pending or self.state == State.RUNNING:
            return 0.0
        return time.monotonic() - self._unused_since

    def _set_state(self, state: str) -> None:
        if state == State.RUNNING and self._link.state != State.RUNNING:
            self._run_began = time.monotonic()
            self._desk.place = None
            self._services.metrics.runs += 1
        self._link.state = state

    # ---- pages

    async def attach(self, view: View, message: Attach) -> None:
        """A page is there; it is shown everything, or what it has not yet."""
        if self._is_over:
            Watcher(view, message.view, 0).show(Superseded())
            return
        if len(self._watchers) >= self._services.limits.max_views and self._watchers.find(view) is None:
            Watcher(view, message.view, 0).show(Notice("error", "Too many pages show this session; close one first."))
            return
        watcher = Watcher(view, message.view, self._tail.end)
        self._watchers.add(watcher)
        watcher.show(self._attached(watcher, message.seen, message.text_version))
        self._link.show_window(self._watchers.shown())
        if self._number == 0:
            self._link.want()

    def _attached(self, watcher: Watcher, seen: int, text_version: int) -> Attached:
        offset, data = self._tail.since(seen)
        desk, document = self._desk, self._document
        return Attached(
            view=watcher.name,
            offset=offset,
            data=data,
            taken=self._taken.get(watcher.name, 0),
            state=self.state,
            text=None if text_version == document.version else document.text,
            text_version=document.version,
            breakpoints=desk.breakpoints,
            watches=desk.watches,
            place=desk.place,
            settings=self._settings,
            recent=tuple(desk.recent),
            program_name=desk.program_name,
            running_for=time.monotonic() - self._run_began if self.state == State.RUNNING else 0.0,
        )

    def detach(self, view: View) -> None:
        """A page is gone; what runs runs on."""
        if self._watchers.find(view) is not None:
            self._watchers.remove(view)
            self._unused_since = time.monotonic()
            self._link.show_window(self._watchers.shown())

    async def receive(self, view: View, message: PageMessage) -> None:
        """Do what a page says. A page that has not attached is not heard."""
        if isinstance(message, Attach):
            await self.attach(view, message)
            return
        watcher = self._watchers.find(view)
        if watcher is None or self._is_over:
            return
        match message:
            case Do(number, command):
                self._do(watcher, number, command)
            case Edit(base, changes):
                self._edit(watcher, base, changes)
            case Ack(offset):
                self._acknowledge(watcher, offset)
            case Ask(number, query):
                self._link.ask(query, lambda json, text: _show_answer(watcher, number, json, text))
            case HostAsk():
                self._begin_task(self._answer(watcher, message))
            case SetSetting() | ResetSettings():
                self._begin_task(self._change_settings(watcher, message))
            case _:
                assert_never(message)

    def _begin_task(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # ---- commands

    def _do(self, watcher: Watcher, number: int, command: Command) -> None:
        if number <= self._taken.get(watcher.name, 0):
            watcher.show(Shown(taken=self._taken[watcher.name], events=raw_json(())))
            return
        last = max(self._taken.get(watcher.name, 0), self._received.get(watcher.name, 0))
        if number <= last:
            return
        if last and number != last + 1:  # one before it was lost on the way: the page sends all again, in order
            watcher.show(self._attached(watcher, watcher.sent, self._document.version))
            watcher.sent = self._tail.end
            return
        if self._link.pending >= self._services.limits.pending_commands:
            watcher.show(Notice("error", "Too many commands wait to be done; wait a moment and load the page again."))
            return
        self._perform(watcher.name, number, command)

    def _perform(self, name: str, number: int, command: Command) -> None:
        self._received[name] = number
        self._services.metrics.commands += 1
        self._note_name(command)
        self._link.perform(Pending(name, number, command))

    async def command(self, command: Command) -> list[Event]:
        """Execute a command for the host itself; return what the step with it made visible."""
        name = self._own_name
        number = max(self._taken.get(name, 0), self._received.get(name, 0)) + 1
        future: asyncio.Future[list[Event]] = asyncio.get_running_loop().create_future()
        self._waiters.append((number, future))
        self._perform(name, number, command)
        return await future

    def _note_name(self, command: Command) -> None:
        match command:
            case OpenFile(name) | SaveFile(name) | MergeFile(name):
                self._desk.note_file(name)
            case NewProgram():
                self._desk.program_name = ""
            case _:
                return
        self._save_soon()

    # ---- the document

    def _edit(self, watcher: Watcher, base: int, changes: list[tuple[int, int, str]]) -> None:
        document = self._document
        applied = document.apply(base, changes)
        if applied is None:
            watcher.show(Text(document.text, document.version))
            return
        self._tell_text(base, applied, watcher.name)

    def _tell_text(self, base: int, changes: tuple[tuple[int, int, str], ...], name: str) -> None:
        version = self._document.version
        self._watchers.show(TextChanged(version=version, base=base, changes=list(changes), view=name))
        self._save_soon()

    def _program_changed(self, event: ProgramChangedEvent) -> None:
        """The prompt or a program changed the program: the document follows."""
        document, base = self._document, self._document.version
        in_step = base == self._desk.applied
        changes = document.merge(event)
        if changes:
            self._tell_text(base, changes, "")
        if in_step:
            self._desk.applied = document.version

    def text_for(self, command: Command) -> tuple[int, bytes] | None:
        """The document, if the program in memory is not known to be made from it."""
        del command
        document = self._document
        if document.version == self._desk.applied:
            return None
        return document.version, document.text.encode("latin-1")

    # ---- the console

    def _acknowledge(self, watcher: Watcher, offset: int) -> None:
        if watcher.caught_up(offset):
            watcher.sent = watcher.shown = self._tail.end
            watcher.show(self._attached(watcher, offset, self._document.version))
        self._link.show_window(self._watchers.shown())

    # ---- from the worker

    def describe(self) -> Begin:
        """What a worker must be told first."""
        self._begins += 1
        return Begin(
            sid=self.sid,
            owner=self._services.owner,
            lease_ms=self._services.limits.lease_ms,
            known_end=self._tail.end,
            known_program=self._desk.program_version,
            shown=self._watchers.shown(),
        )

    def begun(self, message: Begun) -> bool:
        """A worker has the session. Another owner in between: this is not the session that the pages show."""
        if message.fence > self._fence + self._begins:
            self.supersede()
            return False
        self._fence, self._begins = message.fence, 0
        self._take_step(message.number, message.state, message.taken, message.events, message.program_version)
        if self._is_dirty:
            self._save_soon()
        return True

    def not_begun(self, fence: int) -> None:
        """A worker has the token, but not the session."""
        self._fence, self._begins = fence, 0

    def stepped(self, message: Stepped) -> None:
        """A commit: show what it made visible."""
        metrics = self._services.metrics
        metrics.commits += 1
        metrics.commit_seconds.observe(message.commit_seconds)
        if message.text_version != NO_TEXT:
            self._desk.applied = message.text_version
            self._save_soon()
        self._take_step(message.number, message.state, message.taken, message.events, message.program_version)

    def _take_step(
        self, number: int, state: str, taken: dict[str, int], events: list[Event], program_version: int
    ) -> None:
        self._number = number
        self._unused_since = time.monotonic()
        for view, last in taken.items():
            if last < 0:
                self._taken.pop(view, None)
            else:
                self._taken[view] = last
        shown = [new for event in events if (new := self._note(event)) is not None]
        self._set_state(state)
        if program_version != self._desk.program_version:
            self._desk.program_version = program_version
            self._save_now()
        self._show(shown, taken)
        self._resolve(taken, shown)

    def _note(self, event: Event) -> Event | None:
        """Follow an event; return it as the pages get it, None for nothing new."""
        match event:
            case OutputEvent(offset, data):
                new = self._tail.add(offset, data)
                self._services.metrics.output_bytes += len(new)
                return OutputEvent(self._tail.end - len(new), new) if new else None
            case StateEvent(state):
                self._set_state(state)
            case StoppedEvent():
                self._note_stop(event)
            case BreakpointsEvent(places):
                self._desk.breakpoints = places
                self._save_soon()
            case WatchesEvent(variables):
                self._desk.watches = variables
                self._save_soon()
            case ProgramChangedEvent():
                self._program_changed(event)
            case SettingsChangedEvent(key, value):
                self._setting_changed(key, value)
                return None
            case SettingRefusedEvent(key, text):
                self._watchers.show(SettingRefused(key or "", text))
                return None
            case RefusedEvent():
                pass
            case _:
                pass
        return event

    def _note_stop(self, event: StoppedEvent) -> None:
        self._desk.place = None
        if event.reason in _PLACED and event.line is not None:
            self._desk.place = Place(event.line, event.statement, event.start, event.end, event.reason)
        self._save_soon()

    def _show(self, events: list[Event], taken: dict[str, int]) -> None:
        if not self._watchers or not (events or taken):
            return
        all_events = raw_json(events)
        for watcher in self._watchers:
            wanted = all_events
            if not watcher.sending(self._tail.end):
                wanted = raw_json([event for event in events if not isinstance(event, OutputEvent)])
            watcher.show(Shown(taken=self._taken.get(watcher.name, 0), events=wanted))

    def _resolve(self, taken: dict[str, int], events: list[Event]) -> None:
        done = taken.get(self._own_name, 0)
        for number, future in tuple(self._waiters):
            if number <= done:
                self._waiters.remove((number, future))
                if not future.done():
                    future.set_result(events)

    def forget_commands(self) -> None:
        """Commands that are not done will not be, unless they are sent again."""
        self._received.clear()
        for _, future in self._waiters:
            if not future.done():
                future.set_exception(HostError("this session could not be restored"))
        self._waiters.clear()

    def notice(self, level: str, text: str) -> None:
        """Tell all pages."""
        if level == "error":
            _log.warning("%s", text, extra={"session": self.sid})
        self._watchers.show(Notice(level, text))

    # ---- questions and settings

    async def _answer(self, watcher: Watcher, question: HostAsk) -> None:
        try:
            answer = await answer_question(question, self.sid, self._document, self._services, self._settings)
        except HostError as error:
            watcher.show(Failed(question.id, str(error)))
        else:
            watcher.show(Answered(question.id, raw_json(answer)))

    async def _change_settings(self, watcher: Watcher, change: SetSetting | ResetSettings) -> None:
        try:
            self._settings = await self._services.settings.change(self.sid, change)
        except HostError as error:
            watcher.show(SettingRefused(change.key, str(error)))
            self._settings = await self._services.settings.values(self.sid)
            self._watchers.show(SettingsChanged(self._settings))
        else:
            self._watchers.show(SettingsChanged(self._settings))
            self._link.renew_settings()

    def _setting_changed(self, key: str, value: object) -> None:
        """SET at the prompt, or what a page has changed itself."""
        if self._settings.get(key) != value:
            self._settings[key] = value
            self._watchers.show(SettingsChanged(self._settings))

    # ---- keeping the desk

    def _save_soon(self) -> None:
        self._is_dirty = True
        if self._saving is None and not self._is_over:
            self._saving = asyncio.ensure_future(self._save_after(SAVE_SECONDS))

    def _save_now(self) -> None:
        """The program changed: if this instance dies, the document should not be behind."""
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        self._is_dirty = True
        if not self._is_over:
            self._saving = asyncio.ensure_future(self._save_after(0))

    async def _save_after(self, seconds: float) -> None:
        if seconds:
            await asyncio.sleep(seconds)
        self._saving = None
        await self._save()

    async def _save(self) -> None:
        """While a worker begins, the token changes: what is dirty is saved when it has begun."""
        if not self._is_dirty or self._is_over or self._link.is_beginning:
            return
        self._is_dirty = False
        fence, fields = self._fence, desk_fields(self._desk, self._document)
        try:
            saved = await self._services.calls.do(lambda store: store.save_fields(self.sid, fence, fields))
        except StoreError:
            self._save_soon()
            return
        if saved:
            return
        self._is_dirty = True
        if fence == self._fence and not self._link.is_beginning:
            self.moved()
        else:
            self._save_soon()

    # ---- the end

    def moved(self) -> None:
        """Find out whether the session has another owner; if so, it is over here."""
        if not self._is_over:
            self._begin_task(self._check_ownership())

    async def _check_ownership(self) -> None:
        fence = self._fence
        try:
            ours = await self._services.calls.do(
                lambda store: store.renew(self.sid, fence, self._services.limits.lease_ms)
            )
        except StoreError:
            return  # whoever needs the store next will ask again
        if ours or self._is_over or fence != self._fence or self._link.is_beginning:
            return
        self.supersede()

    def supersede(self) -> None:
        """The session has another owner: nothing more is shown or done here."""
        if self._is_over:
            return
        self._is_over = True
        self._services.metrics.superseded += 1
        _log.info("session has another owner now", extra={"session": self.sid})
        self._link.abandon()
        self._watchers.show(Superseded())
        self._finish()

    async def park(self) -> None:
        """Stop the program, as Ctrl-C does, and give the session up; pages are told, and may take it back."""
        if self.state != State.READY:
            with suppress(TimeoutError, asyncio.CancelledError):
                async with asyncio.timeout(PARK_SECONDS):
                    await self.command(BreakCommand())
        await self.close()
        self._watchers.show(Superseded())

    async def close(self) -> None:
        """Finish the slice, commit, save and give the session up."""
        if self._is_over:
            return
        await self._link.close()
        if self._saving is not None:
            self._saving.cancel()
            self._saving = None
        self._desk.clean = self._number
        self._is_dirty = True
        await self._save()
        self._is_over = True
        with suppress(StoreError):  # then its lease will end
            await self._services.calls.do(lambda store: store.release(self.sid, self._fence))
        self._finish()

    def _finish(self) -> None:
        if self._saving is not None:
            self._saving.cancel()
        for _, future in self._waiters:
            future.cancel()
        self._closed(self)


def _show_answer(watcher: Watcher, number: int, json: bytes | None, text: str) -> None:
    if json is None:
        watcher.show(Failed(number, text))
    else:
        watcher.show(Answered(number, msgspec.Raw(json)))

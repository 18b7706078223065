"""A session at work in a worker process: it executes commands and slices, and commits every effect before it is told.

    record --restore--> Session --perform, work--> output, files, events --commit--> store --Stepped--> instance

Everything here waits on one thing only: the channel, so that keys and Break are seen between two steps.
"""

import time
from collections.abc import Callable
from typing import Final, TypeVar

import mbasic
from mbasic.host.channel import Channel
from mbasic.host.limits import Limits
from mbasic.host.pace import Pace
from mbasic.host.priority import Priority
from mbasic.host.session_disk import SessionDisk
from mbasic.host.step_events import joined
from mbasic.host.wire import NO_TEXT, NO_VIEWS, Begin, Begun, Lost, Perform, Problem, Stepped
from mbasic.session import session_snapshot
from mbasic.session.messages import (
    BreakCommand,
    CommandAtPrompt,
    EditText,
    Event,
    OutputEvent,
    ProgramChangedEvent,
    RefreshSettings,
    RunCommand,
    State,
    StateEvent,
)
from mbasic.session.program_text import listed
from mbasic.session.queries import Answer, Query
from mbasic.session.session import Session
from mbasic.settings import SettingsManager
from mbasic.storage.session_store import (
    OUTPUT_LIMIT,
    Commit,
    CommitResult,
    SessionId,
    SessionRecord,
    SessionStore,
    StoreUnavailableError,
)

BANNER: Final = b"MBASIC %s, the language of BASIC-80 Rev. 5.21\r\n" % mbasic.__version__.encode()
WINDOW_BYTES: Final = 64 << 10
"""Output that no page has shown yet, at which a program pauses."""
HEARTBEAT_SECONDS: Final = 1.0
VIEWS_KEPT: Final = 16
"""Pages of a session whose last command numbers are kept: the newest."""
_RETRY_SECONDS: Final = (0.05, 0.1, 0.2, 0.5, 1.0)

_Result = TypeVar("_Result")


class LostError(Exception):
    """The store has another owner for the session."""


class _Nowhere:
    """The screen of a session that is heard through its listener."""

    def write(self, data: bytes) -> None:
        """Do nothing."""


class _PrinterLog:
    """What LPRINT wrote since the last commit."""

    def __init__(self) -> None:
        self.data = bytearray()

    def write(self, data: bytes) -> None:
        """Print `data`."""
        self.data += data


class LiveSession:
    """Made from a record; used by one thread."""

    def __init__(
        self,
        store: SessionStore,
        record: SessionRecord,
        begin: Begin,
        limits: Limits,
        channel: Channel,
        priority: Priority,
        settings: SettingsManager,
    ) -> None:
        self._priority = priority
        self._store = store
        self._channel = channel
        self._limits = limits
        self._sid = SessionId(begin.sid)
        self._lease_ms = begin.lease_ms
        self._fence = record.fence
        self._number = record.number
        self._out_end = record.out_end
        self._taken = dict(record.taken)
        self._taken_now: dict[str, int] = {}
        self._text_version = NO_TEXT
        self._offered: tuple[int, bytes] | None = None
        """The editor's text and its version, while the program has not been made from it."""
        self._events: list[Event] = []
        self._output: list[bytes] = []
        self._output_bytes = 0
        self._printer = _PrinterLog()
        self.shown = begin.shown
        self.pace = Pace()
        self._settings = settings
        self._disk = SessionDisk(
            self._persist(lambda: store.file_sizes(self._sid)),
            self._fetch,
            capacity=limits.disk_bytes,
            max_files=limits.disk_files,
        )
        self.session = self._open()
        self._changed = False
        self._ran = False
        self._beat = time.monotonic()
        self._run_began = self._beat
        self._restore(record.snapshot, begin)

    # ---- beginning

    def _open(self) -> Session:
        return Session(
            screen=_Nowhere(),
            disk=self._disk,
            printer=self._printer,
            listener=self._listen,
            echo=True,
            live=True,
            settings=self._settings,
        )

    def _restore(self, snapshot: bytes | None, begin: Begin) -> None:
        if snapshot is None:
            self.session.start(BANNER)
            self._changed = True
        else:
            session_snapshot.put(self.session, snapshot)
            self._events.clear()
        for view, number in begin.done.items():
            self._note_taken(view, number)
        if begin.stop and self.session.state is State.RUNNING:
            self.session.interrupt()
            self.session.step(1)
            self._changed = True

    def _fetch(self, name: bytes) -> bytes | None:
        return self._persist(lambda: self._store.read_file(self._sid, name))

    def _listen(self, event: Event) -> None:
        if isinstance(event, OutputEvent):
            self._output.append(event.data)
            self._output_bytes += len(event.data)
        else:
            self._merge_output()
            self._events.append(event)
            if isinstance(event, StateEvent) and event.state is State.RUNNING:
                self._began_running()

    def _merge_output(self) -> None:
        """Make one event of the output that was heard since the last event."""
        data = b"".join(self._output)
        if data:
            self._events.append(OutputEvent(self._out_end + self._output_bytes - len(data), data))
            self._output.clear()

    def begun(self, record: SessionRecord, begin: Begin) -> Begun:
        """What the instance is told about the session that was restored."""
        events: list[Event] = []
        if record.out_end > begin.known_end:
            offset, data = self._persist(lambda: self._store.read_output(self._sid, begin.known_end, OUTPUT_LIMIT))
            events.append(OutputEvent(offset, data))
        if self.session.program_version != begin.known_program:
            events.append(self._whole_program())
        return Begun(
            fence=record.fence,
            number=record.number,
            state=record.state,
            taken=record.taken,
            events=events,
            program_version=self.session.program_version,
        )

    def _whole_program(self) -> ProgramChangedEvent:
        program = self.session.machine.program
        lines = () if program.protected else tuple((number, listed(number, body)) for number, body in program)
        return ProgramChangedEvent(self.session.program_version, lines, True, program.protected)

    # ---- commands

    def perform(self, message: Perform) -> None:
        """Execute a command, once."""
        if message.number <= self._taken.get(message.view, 0):
            return
        if self.session.state is State.ENDED:
            self._switch_on()
        if message.text is not None:
            self._offered = (message.text_version, message.text)
        if isinstance(message.command, RunCommand):
            self._stop_first()
        if isinstance(message.command, RunCommand | BreakCommand | CommandAtPrompt):
            self.session.return_to_prompt()
        self._take_text()
        self.session.execute(message.command)
        self._note_taken(message.view, message.number)

    def _take_text(self) -> None:
        """At the prompt, make the program the editor's text, if that is another than before."""
        if self._offered is not None and self.session.state is State.READY:
            self._text_version, text = self._offered
            self._offered = None
            self.session.execute(EditText(text))

    def _stop_first(self) -> None:
        """RUN begins anew: what runs, or waits for an answer, is stopped as by Ctrl-C."""
        if self.session.state in (State.RUNNING, State.WAITING, State.KEYS):
            self.session.interrupt()
            self.session.step(1)

    def _switch_on(self) -> None:
        """After SYSTEM: a new computer with the same disk."""
        self.session = self._open()
        self.session.start(BANNER)

    def _note_taken(self, view: str, number: int) -> None:
        self._taken.pop(view, None)
        self._taken[view] = self._taken_now[view] = number
        self._changed = True
        while len(self._taken) > VIEWS_KEPT:
            oldest = next(iter(self._taken))
            del self._taken[oldest]
            self._taken_now[oldest] = -1

    def take_settings(self) -> None:
        """A page has changed settings."""
        self.session.execute(RefreshSettings())
        self._changed = self._changed or bool(self._events)

    def answer(self, query: Query) -> Answer:
        """Look at the session; nothing is changed."""
        return self.session.answer(query)

    # ---- work

    @property
    def is_running(self) -> bool:
        """There is work to do without a further command."""
        return self.session.state is State.RUNNING

    @property
    def has_work(self) -> bool:
        """`work` would do something: a program runs, it waits and keys are there, or a first screen is to be stored."""
        return self._changed or self.is_running or (self.session.has_keys and self.session.state is not State.ENDED)

    @property
    def is_paused(self) -> bool:
        """A program runs, but the pages have not shown yet what it printed."""
        return self.is_running and self.shown != NO_VIEWS and self._out_end - self.shown > WINDOW_BYTES

    def work(self) -> None:
        """Do a slice, commit what it did. Raises LostError."""
        if not self.is_running and self.session.has_keys:
            self.session.step()
        if self.is_running and (self._changed or not self.is_paused):
            self._run_slice()
        if self._changed or self._disk.has_changed or self._printer.data:
            self.commit()
        elif self.is_running and time.monotonic() - self._beat > HEARTBEAT_SECONDS:
            self._heartbeat()

    def _began_running(self) -> None:
        self._run_began = time.monotonic()
        self._priority.begin()

    def _run_slice(self) -> None:
        """Run until the time or the output of a slice is reached, the state changes, or something has arrived."""
        pace, session = self.pace, self.session
        begun = time.monotonic()
        short = self._changed  # a command was just taken: its effect is wanted soon
        while True:
            started = time.monotonic()
            session.step(pace.budget)
            pace.stepped(time.monotonic() - started)
            self._ran = True
            if session.state is not State.RUNNING or self._output_bytes >= pace.slice_output or short:
                break
            if self._rest() or time.monotonic() - begun >= pace.slice_seconds:
                break
        if self._output_bytes or self._events or session.state is not State.RUNNING:
            self._changed = True
        if session.state is State.RUNNING:
            self._priority.look()
            self._check_run_time()

    def _rest(self) -> bool:
        """Sleep where the program only polls for keys, or the speed asks for it; tell whether something arrived."""
        console = self.session.machine.input
        polls, console.empty_polls = console.empty_polls, 0
        sleep = max(self.pace.polled(polls), self.session.pause_seconds)
        if not sleep:
            return self._channel.wait(0)
        begun = time.monotonic()
        has_news = self._channel.wait(sleep)
        self._priority.slept(time.monotonic() - begun)
        return has_news

    def _check_run_time(self) -> None:
        limit = self._limits.run_seconds
        if limit and time.monotonic() - self._run_began > limit:
            self.session.interrupt()
            self._run_began = time.monotonic()
            self._channel.send(Problem("warning", f"The program ran for {limit:g} s, the limit here, and was stopped."))

    # ---- commits

    def commit(self) -> None:
        """Put all that happened since the last commit into the store; then tell it. Raises LostError."""
        self._merge_output()
        output = b"".join(event.data for event in self._events if isinstance(event, OutputEvent))
        files = self._disk.changes()
        commit = Commit(
            number=self._number + 1,
            state=self.session.state.value,
            snapshot=session_snapshot.take(self.session),
            out_start=self._out_end,
            output=output,
            printer=bytes(self._printer.data),
            taken=self._taken_now,
            files=files,
        )
        begun = time.monotonic()
        result = self._persist(lambda: self._store.commit(self._sid, self._fence, commit, self._lease_ms))
        self._beat = time.monotonic()
        if result not in (CommitResult.OK, CommitResult.DUPLICATE):
            self._channel.send(Lost(result.value))
            raise LostError
        self.pace.committed(self._beat - begun)
        self._number = commit.number
        self._out_end += len(output)
        self._tell(self._beat - begun)

    def _tell(self, seconds: float) -> None:
        events, self._events = joined(self._events), []
        taken, self._taken_now = self._taken_now, {}
        text_version, self._text_version = self._text_version, NO_TEXT
        self._output_bytes = 0
        self._printer.data.clear()
        self._disk.forget_changes()
        self._changed = self._ran = False
        self._channel.send(
            Stepped(
                number=self._number,
                state=self.session.state.value,
                taken=taken,
                events=events,
                program_version=self.session.program_version,
                text_version=text_version,
                idle=not self.has_work,
                niced=self._priority.lowered,
                commit_seconds=seconds,
            )
        )

    def _heartbeat(self) -> None:
        """Keep what was computed, and the lease."""
        if self._ran:
            self.commit()
            return
        if not self._persist(lambda: self._store.renew(self._sid, self._fence, self._lease_ms)):
            self._channel.send(Lost(CommitResult.STALE.value))
            raise LostError
        self._beat = time.monotonic()

    def _persist(self, do: Callable[[], _Result]) -> _Result:
        """Do it with the store; while that does not answer, wait: nothing that is not stored may be shown."""
        attempt = 0
        while True:
            try:
                return do()
            except StoreUnavailableError as error:
                if attempt == len(_RETRY_SECONDS):
                    self._channel.send(Problem("warning", f"Programs wait: {error}"))
                time.sleep(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)])
                attempt += 1

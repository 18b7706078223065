"""What a worker process does from its first to its last moment: it serves one session after another over its channel.

It ends when the instance is gone, when the store has given the session to somebody else, and when it is told to.
"""

import resource
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from typing import Final, assert_never

import msgspec

from mbasic.errors import HostError
from mbasic.host.channel import Channel, ChannelClosed
from mbasic.host.limits import Limits
from mbasic.host.live_session import HEARTBEAT_SECONDS, LiveSession, LostError
from mbasic.host.priority import Priority
from mbasic.host.wire import (
    Answer,
    Begin,
    Drain,
    Drained,
    NewSettings,
    NotBegun,
    Perform,
    Problem,
    Question,
    ToWorker,
    Window,
)
from mbasic.settings import SettingsManager
from mbasic.storage.session_store import (
    Held,
    SessionId,
    SessionRecord,
    SessionStore,
    StoreError,
    StoreUnavailableError,
)

_OPEN_FILES: Final = 256
_FILE_BYTES: Final = 256 << 20
"""More than any file that a store keeps for a session."""


SettingsOf = Callable[[SessionId], SettingsManager]
"""Opens the settings of a session."""


class _Ended(BaseException):
    """The process has nothing more to do."""


class Worker:
    """The process's state: a channel, a store, and the session at work."""

    def __init__(self, channel: Channel, store: SessionStore, limits: Limits, settings: SettingsOf) -> None:
        self._settings_of = settings
        self._channel = channel
        self._store = store
        self._limits = limits
        self._priority = Priority()
        self._live: LiveSession | None = None

    def serve(self) -> None:
        """Work until the end. Raises ChannelClosed when the instance is gone."""
        try:
            while True:
                for message in self._channel.receive(self._patience()):
                    self._take(message)
                if self._live is not None:
                    self._live.work()
        except (_Ended, LostError):
            pass

    def _patience(self) -> float | None:
        """How long to wait for a message: not at all while a program runs."""
        live = self._live
        if live is None or not live.has_work:
            return None
        return HEARTBEAT_SECONDS / 4 if live.is_paused else 0

    def _take(self, message: ToWorker) -> None:
        if isinstance(message, Begin):
            self._begin(message)
        elif isinstance(message, Drain):
            self._drain()
        elif self._live is not None:
            self._take_of(self._live, message)

    def _take_of(self, live: LiveSession, message: Perform | Question | Window | NewSettings) -> None:
        match message:
            case Perform():
                live.perform(message)
            case Question():
                self._answer(live, message)
            case Window(shown):
                live.shown = shown
            case NewSettings():
                live.take_settings()
            case _:
                assert_never(message)

    def _begin(self, begin: Begin) -> None:
        self._live = None
        try:
            record = self._store.acquire(SessionId(begin.sid), begin.owner, begin.lease_ms, steal=False)
        except StoreUnavailableError as error:
            self._channel.send(NotBegun("unavailable", str(error)))
        else:
            if isinstance(record, Held):
                self._channel.send(NotBegun("moved", "the session is open elsewhere"))
            else:
                self._restore(record, begin)

    def _restore(self, record: SessionRecord, begin: Begin) -> None:
        try:
            settings = self._settings_of(SessionId(begin.sid))
            live = LiveSession(self._store, record, begin, self._limits, self._channel, self._priority, settings)
            begun = live.begun(record, begin)
        except HostError as error:
            self._channel.send(NotBegun("broken", str(error), record.fence))
        else:
            self._live = live
            self._channel.send(begun)

    def _answer(self, live: LiveSession, question: Question) -> None:
        try:
            answer = Answer(question.id, msgspec.json.encode(live.answer(question.query)))
        except HostError as error:
            answer = Answer(question.id, None, str(error))
        self._channel.send(answer)

    def _drain(self) -> None:
        if self._live is not None:
            self._live.work()
            if self._live.is_running:
                self._live.commit()
        self._channel.send(Drained())
        raise _Ended


# ---- the process --------------------------------------------------------------------


def run_worker(end: socket.socket, store: SessionStore, limits: Limits, settings: SettingsOf) -> int:
    """Be a worker on this end of the pipe; return the process's exit status."""
    _limit_process(limits)
    channel = Channel(end)
    try:
        Worker(channel, store, limits, settings).serve()
    except ChannelClosed:
        return 0
    except StoreError as error:
        channel.send(Problem("error", str(error)))
        return 1
    except MemoryError:
        return 1
    except Exception:  # the one place: what is left of a bug is a line in the log, and the session goes on elsewhere
        traceback.print_exc(file=sys.stderr)
        return 1
    return 0


def _limit_process(limits: Limits) -> None:
    """Memory is counted as data, so that address space that is only reserved costs nothing."""
    for which, most in (
        (resource.RLIMIT_DATA, limits.worker_memory_mb << 20),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(which)
        limit = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (limit, limit))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

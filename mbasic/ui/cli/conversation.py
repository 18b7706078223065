"""The loop of every command line: let the session work, give it keys when it wants some, until the task is done."""

from time import sleep
from typing import Protocol

from mbasic.session.messages import State
from mbasic.session.session import Session
from mbasic.ui.cli.computer import begin
from mbasic.ui.cli.task import Task


class Keyboard(Protocol):
    """Where keys come from; both methods hand what they find to the session."""

    slice_statements: int
    """How many statements a program runs between two looks at the keyboard."""

    edits_lines: bool
    """Lines of the Ok prompt are edited before the session sees them: `wait` gives it whole lines there."""

    def look(self, session: Session) -> None:
        """Take the keys that are there, without waiting."""

    def wait(self, session: Session) -> bool:
        """Wait for keys; False when there will be none."""
        ...


class FlushedScreen(Protocol):
    """A screen that may hold back what it is given."""

    def write(self, data: bytes) -> None:
        """Show `data`, soon."""

    def flush(self) -> None:
        """Show everything now."""


class Conversation:
    """A session, its keyboard and its screen."""

    __slots__ = ("_keyboard", "_screen", "_session", "_task")

    def __init__(self, session: Session, keyboard: Keyboard, screen: FlushedScreen, task: Task) -> None:
        self._session = session
        self._keyboard = keyboard
        self._screen = screen
        self._task = task

    def hold(self) -> int | None:
        """Do the task; return the exit status, None if the keys ended while a program waits for some."""
        try:
            if self._task.direct is not None:
                return self._execute_lines(self._task.direct)
            begin(self._session, self._task)
            return self._converse()
        finally:
            self._session.close()
            self._screen.flush()

    def _execute_lines(self, text: bytes) -> int | None:
        status: int | None = 0
        for line in text.splitlines():
            self._session.enter(line)
            status = self._converse()
            if status != 0 or self._session.state is State.ENDED:
                break
        return status

    def _converse(self) -> int | None:
        session = self._session
        while not self._is_done():
            if session.state is State.RUNNING:
                self._keyboard.look(session)
                session.step(self._keyboard.slice_statements)
                self._screen.flush()
                self._rest()
            elif session.has_keys and not (self._keyboard.edits_lines and session.awaits_line):
                session.step()
            else:
                self._screen.flush()
                if not self._keyboard.wait(session):
                    return None if session.state in (State.WAITING, State.KEYS) else 0
        return session.exit_status

    def _rest(self) -> None:
        """Keep the pace of the setting `speed`."""
        pause = self._session.pause_seconds
        if pause:
            sleep(pause)

    def _is_done(self) -> bool:
        state = self._session.state
        if self._task.prompts:
            return state is State.ENDED
        return state not in (State.RUNNING, State.WAITING, State.KEYS)

"""The terminal of a person at the Ok prompt: whole lines from the line prompt there, raw keys for everything else.

    session wants       keys come from
    a line at Ok        1. `_ahead`, whole lines of plain text: entered at once, unedited (paste, type-ahead)
                        2. the line prompt, which begins with what else is in `_ahead`
    anything else       `_ahead`, then the raw terminal: INPUT, INPUT$, EDIT, AUTO, a running program

`_ahead` holds keys as the terminal sent them. The session never echoes a line of the prompt: it is on the screen.
"""

import re
import select
from typing import TYPE_CHECKING, Final

from mbasic.session.completion import Completer, MachineWords
from mbasic.session.line_editor import LINE_LIMIT
from mbasic.session.session import Session
from mbasic.settings import SettingsManager
from mbasic.ui.cli.terminal import Terminal, TerminalScreen, keys_of

if TYPE_CHECKING:
    from mbasic.ui.cli.line_prompt import LinePrompt

_PLAIN_LINE: Final = re.compile(rb"([0-9][\t\x20-\x7e\x80-\xff]*|[\x20-\x7e\x80-\xff]*)(\r\n?|\n)")
"""A tab in a numbered line was pasted; elsewhere it is a key of the editor."""
_BURST_SECONDS: Final = 0.02
"""A paste that the terminal cuts into pieces goes on within this time."""


class PromptTerminal(Terminal):
    """A terminal with a line prompt."""

    __slots__ = ("_ahead", "_behind_return", "_line_prompt", "_screen", "_settings", "_strict")

    edits_lines = True

    def __init__(self, descriptor: int, screen: TerminalScreen, settings: SettingsManager, *, strict: bool) -> None:
        super().__init__(descriptor)
        self._settings = settings
        self._screen = screen
        self._strict = strict
        self._ahead = b""
        self._behind_return = False
        self._line_prompt: LinePrompt | None = None

    def look(self, session: Session) -> None:
        """Hand over the keys that were pressed."""
        self._hand_over(session)
        super().look(session)

    def wait(self, session: Session) -> bool:
        """Wait for a line, or for a key."""
        if session.awaits_line:
            return self._wait_for_line(session)
        return self._hand_over(session) or super().wait(session)

    def _hand_over(self, session: Session) -> bool:
        """Give the session what is typed ahead; False if that is nothing."""
        keys, self._ahead = keys_of(self._ahead), b""
        if keys:
            session.type_keys(keys)
        return bool(keys)

    # ---- lines ------------------------------------------------------------------------

    def _wait_for_line(self, session: Session) -> bool:
        self._ahead = session.take_keys() + self._ahead
        self._read_waiting(0)
        line = self._next_plain_line()
        if line is not None:
            self._screen.write(line.encode(self._screen.code_page, "ignore") + b"\r\n")
            self._prompt_of(session).remember(line)
            self._enter(session, line)
            return True
        return self._edit_line(session)

    def _read_waiting(self, seconds: float) -> None:
        """Add the keys that the terminal has, or has soon."""
        while select.select([self._descriptor], [], [], seconds)[0]:
            data = self._read()
            if not data:
                return
            self._ahead += data

    def _next_plain_line(self) -> str | None:
        """Take a complete line from what is typed ahead, if there is one and nothing in it has to be edited."""
        if self._behind_return and self._ahead.startswith(b"\n"):
            self._ahead = self._ahead[1:]
        self._behind_return = False
        match = _PLAIN_LINE.match(self._ahead)
        if match is None:
            return None
        self._ahead = self._ahead[match.end() :]
        self._behind_return = match[2] == b"\r" and not self._ahead
        return match[1].decode("utf-8", "ignore")

    def _edit_line(self, session: Session) -> bool:
        from mbasic.ui.cli.line_prompt import End

        edited = self._prompt_of(session).read(self._ahead)
        self._ahead = edited.behind
        match edited.end:
            case End.ENTER:
                if self._ahead:
                    self._read_waiting(_BURST_SECONDS)
                self._enter(session, edited.text)
            case End.BREAK:
                pass
            case End.LEAVE:
                session.leave()
                return False
        return True

    def _enter(self, session: Session, line: str) -> None:
        """Give the line to the session; as in the original, the bell rings for what is too long for it."""
        text = line.replace("\x7f", "").encode(self._screen.code_page, "ignore")
        if len(text) > LINE_LIMIT:
            self._screen.write(b"\a")
        session.enter(text[:LINE_LIMIT])

    def _prompt_of(self, session: Session) -> "LinePrompt":
        """Importing prompt_toolkit takes longer than all the rest: not before the first Ok is on the screen."""
        if self._line_prompt is None:
            from mbasic.ui.cli.line_prompt import LinePrompt

            completer = Completer(MachineWords(session.machine), strict=self._strict, settings=self._settings)
            self._line_prompt = LinePrompt(completer, self.suspend, self._settings)
        return self._line_prompt

"""One line of the Ok prompt, edited with prompt_toolkit: history, completion, colours, paste of many lines.

It only edits: the line goes to the session when Enter is pressed, and stays on the screen as it was edited. This is
the one file that imports prompt_toolkit, and it is imported when the first prompt of a terminal waits.
"""

import re
import sys
from collections.abc import Callable, Iterable
from enum import Enum
from functools import partial
from typing import Final

from msgspec import Struct
from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, get_common_complete_suffix
from prompt_toolkit.completion import Completer as ToolkitCompleter
from prompt_toolkit.completion import Completion as ToolkitCompletion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import History
from prompt_toolkit.input import create_input
from prompt_toolkit.input.typeahead import get_typeahead, store_typeahead
from prompt_toolkit.input.vt100_parser import Vt100Parser
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.processors import TabsProcessor
from prompt_toolkit.lexers import Lexer
from prompt_toolkit.output.color_depth import ColorDepth
from prompt_toolkit.output.vt100 import Vt100_Output
from prompt_toolkit.styles import Style

from mbasic.session.colouring import Part, parts_of_line
from mbasic.session.completion import Completer
from mbasic.settings import SettingsManager
from mbasic.ui.cli.history import add_to_history, history_path, read_history

_LINE_END: Final = re.compile(r"\r\n?|\n")
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_PASTE_BEGINS, _PASTE_ENDS = "\x1b[200~", "\x1b[201~"
_FUNCTION_KEYS: Final = {
    "standard": {"f5": "RUN\r", "f8": "STEP\r"},
    "gwbasic": {
        "f1": "LIST ",
        "f2": "RUN\r",
        "f3": 'LOAD"',
        "f4": 'SAVE"',
        "f5": "CONT\r",
        "f7": "TRON\r",
        "f8": "TROFF\r",
    },
}
"""What the function keys type, by the setting key_bindings."""
_STYLE: Final = Style.from_dict(
    {
        Part.LINE_NUMBER: "ansimagenta",
        Part.KEYWORD: "ansicyan bold",
        Part.FUNCTION: "ansicyan",
        Part.NUMBER: "ansiyellow",
        Part.STRING: "ansigreen",
        Part.REMARK: "ansibrightblack italic",
        Part.DATA: "ansigreen",
    }
)


class End(Enum):
    """How the editing of a line came to its end."""

    ENTER = 1
    BREAK = 2
    """Ctrl-C."""
    LEAVE = 3
    """Ctrl-D on an empty line, or the terminal has gone."""


class Edited(Struct, frozen=True):
    """The line, and the keys that were pressed after its end, as the terminal sent them."""

    end: End
    text: str
    behind: bytes


class LinePrompt:
    """The editor; it remembers the lines entered. `suspend` does what Ctrl-Z asks for."""

    __slots__ = ("_history", "_input", "_pasted", "_prompt", "_settings")

    def __init__(self, completer: Completer, suspend: Callable[[], None], settings: SettingsManager) -> None:
        self._settings = settings
        self._input = create_input(sys.stdin)
        self._pasted = ""
        """What was pasted behind the first line."""
        self._history = _KeptHistory()
        output = Vt100_Output.from_pty(sys.stdout)
        output.enable_cpr = False
        self._prompt: PromptSession[Edited] = PromptSession(
            input=self._input,
            output=output,
            history=self._history,
            completer=_Completions(completer),
            complete_while_typing=False,
            lexer=_Colours(),
            style=_STYLE,
            color_depth=ColorDepth.from_env() or ColorDepth.DEPTH_4_BIT,
            include_default_pygments_style=False,
            input_processors=[TabsProcessor(tabstop=8, char1=" ", char2=" ")],
            key_bindings=self._key_bindings(suspend),
        )

    def remember(self, line: str) -> None:
        """Add a line that was entered without the editor to the history."""
        if line and line != self._history.last:
            self._history.append_string(line)

    def read(self, ahead: bytes) -> Edited:
        """Edit a line, beginning with the keys `ahead`."""
        store_typeahead(self._input, _key_presses(ahead))
        self._pasted = ""
        edited = self._prompt.prompt("")
        behind = "".join(press.data for press in get_typeahead(self._input))
        return Edited(edited.end, edited.text, (self._pasted + behind).encode())

    # ---- keys -------------------------------------------------------------------------

    def _key_bindings(self, suspend: Callable[[], None]) -> KeyBindings:
        bindings = KeyBindings()
        bindings.add("enter")(self._enter)
        bindings.add("c-c")(self._break)
        bindings.add("<sigint>")(self._break)
        bindings.add("c-d", filter=Condition(self._is_empty))(self._leave)
        bindings.add("tab")(_complete)
        bindings.add("c-z")(partial(_suspend, suspend))
        bindings.add(Keys.BracketedPaste)(self._paste)
        for preset, keys in _FUNCTION_KEYS.items():
            for key, text in keys.items():
                bindings.add(key, filter=Condition(partial(self._uses, preset)))(partial(self._function_key, text))
        return bindings

    def _uses(self, preset: str) -> bool:
        return self._settings.get("key_bindings") == preset

    def _function_key(self, text: str, event: KeyPressEvent) -> None:
        """Type `text`, and enter the line where it ends with Enter."""
        event.current_buffer.insert_text(text.rstrip("\r"))
        if text.endswith("\r"):
            self._enter(event)

    def _is_empty(self) -> bool:
        return not self._prompt.default_buffer.text

    def _enter(self, event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        buffer.append_to_history()
        self._finish(event, End.ENTER)

    def _break(self, event: KeyPressEvent) -> None:
        """The original shows ^C and forgets the line (tests/transcripts/direct/break/ctrl_c)."""
        event.current_buffer.cursor_position = len(event.current_buffer.text)
        event.current_buffer.insert_text("^C")
        self._finish(event, End.BREAK)

    def _leave(self, event: KeyPressEvent) -> None:
        self._finish(event, End.LEAVE)

    def _finish(self, event: KeyPressEvent, end: End) -> None:
        event.app.exit(result=Edited(end, event.current_buffer.text, b""))

    def _paste(self, event: KeyPressEvent) -> None:
        """The first line of many ends here, the others are as typed after it; what has no line end can be edited."""
        first, *others = [_CONTROLS.sub("", line) for line in _LINE_END.split(event.data)]
        buffer = event.current_buffer
        if not others:
            buffer.insert_text(first)
            return
        tail = others.pop() + buffer.document.text_after_cursor
        buffer.text = buffer.document.text_before_cursor + first
        self._pasted = "".join(f"{line}\r" for line in others)
        if tail:
            self._pasted += _PASTE_BEGINS + tail + _PASTE_ENDS
        self._enter(event)


def _suspend(suspend: Callable[[], None], _event: KeyPressEvent) -> None:
    """Ctrl-Z: the line is drawn anew when the shell brings MBASIC back."""
    run_in_terminal(suspend)


def _complete(event: KeyPressEvent) -> None:
    """Insert what all completions have in common, at once: keys that follow may come with the same read.

    Where that is nothing, the next Tabs go through the list of them.
    """
    buffer = event.current_buffer
    if buffer.complete_state is not None:
        buffer.complete_next()
        return
    assert buffer.completer is not None
    found = list(buffer.completer.get_completions(buffer.document, CompleteEvent(completion_requested=True)))
    common = get_common_complete_suffix(buffer.document, found)
    if common:
        buffer.insert_text(common)
    elif len(found) == 1:
        buffer.apply_completion(found[0])
    elif found:
        buffer.start_completion()


def _key_presses(keys: bytes) -> list[KeyPress]:
    presses: list[KeyPress] = []
    parser = Vt100Parser(presses.append)
    parser.feed_and_flush(keys.decode("utf-8", "ignore"))
    return presses


class _KeptHistory(History):
    """Lines of this run and of those before."""

    def __init__(self) -> None:
        super().__init__()
        self._path = history_path()
        self._lines = read_history(self._path)

    @property
    def last(self) -> str:
        """The line entered last."""
        return self._lines[-1] if self._lines else ""

    def load_history_strings(self) -> Iterable[str]:
        return reversed(self._lines)

    def store_string(self, string: str) -> None:
        self._lines.append(string)
        add_to_history(self._path, string)


class _Completions(ToolkitCompleter):
    """The session's completions."""

    def __init__(self, completer: Completer) -> None:
        self._completer = completer

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[ToolkitCompletion]:
        for found in self._completer.completions(document.text_before_cursor):
            yield ToolkitCompletion(found.text, -found.replaces, display_meta=found.note)


class _Colours(Lexer):
    """The session's parts of a line, each in the style of its name."""

    def lex_document(self, document: Document) -> Callable[[int], StyleAndTextTuples]:
        lines = document.lines

        def coloured(row: int) -> StyleAndTextTuples:
            return [(f"class:{part}", text) for part, text in parts_of_line(lines[row])]

        return coloured

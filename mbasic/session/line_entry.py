"""How a line comes from the keyboard: the line editor, and after Ctrl-A EDIT's commands on what was typed so far.

Proof: tests/transcripts/direct/break/ctrl_a, ctrl_a_repeat, in_line_input.
"""

from enum import IntEnum
from typing import Final

from msgspec import Struct, field

from mbasic.session.edit_mode import EditMode, EditOutcome
from mbasic.session.line_editor import LineEditor, Outcome

_PROMPT: Final = b"! "


class Entry(IntEnum):
    """What a key led to. NO_ORIGINAL: EDIT was asked for the line as it is in the program, and there is none."""

    TYPING = 0
    LINE = 1
    CANCELLED = 2
    NO_ORIGINAL = 3


class LineEntry(Struct):
    """One line being entered; `text` has it after LINE."""

    editor: LineEditor = field(default_factory=LineEditor)
    edit: EditMode | None = None
    outcome: Entry = Entry.TYPING

    def begin(self, same_line: bool = False) -> None:
        """Wait for a new line; `same_line`: its Enter echoes nothing."""
        self.editor.begin(same_line)

    def begin_with(self, text: bytes) -> None:
        """Wait for the rest of a line."""
        self.editor.begin_with(text)

    @property
    def text(self) -> bytes:
        """The line."""
        return self.editor.text

    @property
    def is_empty(self) -> bool:
        """Nothing has been typed, or nothing of it is left."""
        return self.edit is None and self.editor.is_empty

    def remember(self, text: bytes) -> None:
        """Make `text` the line that Ctrl-A brings back."""
        self.editor.set_text(text)

    def feed(self, key: int) -> bytes:
        """Take one key and return its echo; `outcome` then says how things stand."""
        if self.edit is not None:
            return self._feed_edit(self.edit, key)
        echo = self.editor.feed(key)
        match self.editor.outcome:
            case Outcome.EDIT:
                self.edit = EditMode(text=bytearray(self.editor.text), prompt=_PROMPT)
                echo += _PROMPT
                self.outcome = Entry.TYPING
            case Outcome.LINE:
                self.outcome = Entry.LINE
            case Outcome.CANCELLED:
                self.outcome = Entry.CANCELLED
            case Outcome.TYPING:
                self.outcome = Entry.TYPING
        return echo

    def _feed_edit(self, edit: EditMode, key: int) -> bytes:
        echo = edit.feed(key)
        match edit.outcome:
            case EditOutcome.EDITING:
                self.outcome = Entry.TYPING
            case EditOutcome.KEPT:
                self._end_edit(edit.text, Entry.LINE)
            case EditOutcome.QUIT:
                self._end_edit(edit.text[: edit.cursor], Entry.LINE)
                echo += b"\r\n"
            case EditOutcome.AGAIN:
                self._end_edit(edit.text, Entry.NO_ORIGINAL)
        return echo

    def _end_edit(self, text: bytearray, outcome: Entry) -> None:
        self.edit = None
        self.editor.set_text(bytes(text))
        self.outcome = outcome

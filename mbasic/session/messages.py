"""What a front end says to a session and what the session says back: two closed unions of plain records.

Commands go in through `Session.execute`, events come out to the session's listener, in the order in which things
happened. All are data that can be sent over a wire; none knows a front end.
"""

from enum import StrEnum

from msgspec import Struct

from mbasic.machine.debugger import StepKind as StepKind
from mbasic.session.forms import Form as Form


class State(StrEnum):
    """What the session does."""

    READY = "ready"
    """At the Ok prompt."""
    RUNNING = "running"
    """A program or a direct line executes: call `step` again."""
    WAITING = "waiting"
    """INPUT, LINE INPUT or RANDOMIZE wants a line."""
    KEYS = "keys"
    """INPUT$ wants keys."""
    EDITING = "editing"
    """EDIT mode on a program line."""
    AUTO = "auto"
    """AUTO has offered a line number."""
    ENDED = "ended"
    """SYSTEM; nothing happens any more."""


# ---- commands -----------------------------------------------------------------------


class TypeKeys(Struct, frozen=True, tag=True):
    """Keys pressed: the bytes of a terminal, Enter is CR or LF."""

    data: bytes


class TypeLine(Struct, frozen=True, tag=True):
    """A whole line, as if typed and entered."""

    text: bytes


class RunCommand(Struct, frozen=True, tag=True):
    """RUN, from the first line or from `line`, without typing it."""

    line: int | None = None


class BreakCommand(Struct, frozen=True, tag=True):
    """Ctrl-C, ahead of all keys typed before."""


class LoadProgram(Struct, frozen=True, tag=True):
    """Put the program file `data`, of any of the three kinds, in the place of the program in memory."""

    data: bytes


class ContinueCommand(Struct, frozen=True, tag=True):
    """CONT, at the prompt only."""


class StepCommand(Struct, frozen=True, tag=True):
    """Go on by a step, at the prompt only; `count` statements for StepKind.INTO."""

    kind: StepKind = StepKind.INTO
    count: int = 1


class BreakpointCommand(Struct, frozen=True, tag=True):
    """Set or clear a breakpoint; statements count from 1. A BreakpointsEvent follows."""

    line: int
    statement: int = 1
    on: bool = True


class RunToCommand(Struct, frozen=True, tag=True):
    """RUN, or go on, up to a statement: a breakpoint for once; at the prompt only."""

    line: int
    statement: int = 1


class WatchCommand(Struct, frozen=True, tag=True):
    """Watch a variable (`A$`, `M%(3,4)`), or no more. A WatchesEvent follows."""

    variable: bytes
    on: bool = True


class ProfileCommand(Struct, frozen=True, tag=True):
    """Count and time the lines from now on, or no more; `clear`: forget what was counted."""

    on: bool
    clear: bool = False


class SetVariable(Struct, frozen=True, tag=True):
    """Give a variable or an element a value, written as in a program; CONT then goes on with it. At the prompt only."""

    variable: bytes
    value: bytes


class EditText(Struct, frozen=True, tag=True):
    """Make the program in memory that of `text` (lines end with LF; what begins with no number is no line).

    Lines that mean the same are not touched, and where all do nothing happens at all: CONT and the variables stay.
    At the prompt only.
    """

    text: bytes


class NewProgram(Struct, frozen=True, tag=True):
    """NEW, without typing it; at the prompt only, as all that follow up to DeleteLines."""


class OpenFile(Struct, frozen=True, tag=True):
    """LOAD, without typing it."""

    name: bytes


class MergeFile(Struct, frozen=True, tag=True):
    """MERGE, without typing it."""

    name: bytes


class SaveFile(Struct, frozen=True, tag=True):
    """SAVE in one of the three forms, without typing it."""

    name: bytes
    form: Form = Form.TOKENIZED


class RenumberCommand(Struct, frozen=True, tag=True):
    """RENUM new,old,step without typing it."""

    new: int = 10
    old: int = 0
    step: int = 10


class DeleteLines(Struct, frozen=True, tag=True):
    """DELETE first-last without typing it; as there, the last line must exist."""

    first: int
    last: int


class WriteFile(Struct, frozen=True, tag=True):
    """Put a file on the disk, in the place of one of that name. `name` as the disk has it: 8.3, nothing added."""

    name: bytes
    data: bytes


class RemoveFile(Struct, frozen=True, tag=True):
    """Delete a file of the disk."""

    name: bytes


class RenameFile(Struct, frozen=True, tag=True):
    """Give a file another name, which must be free."""

    old: bytes
    new: bytes


FileCommand = WriteFile | RemoveFile | RenameFile
"""What is done with the disk, whatever the session does."""

PromptCommand = NewProgram | OpenFile | MergeFile | SaveFile | RenumberCommand | DeleteLines
"""What could be typed at the prompt as well: it prints what that prints, but for the line typed."""

CommandAtPrompt = ContinueCommand | StepCommand | RunToCommand | SetVariable | EditText | PromptCommand
"""What is refused while the session does something else."""


class SetSetting(Struct, frozen=True, tag=True):
    """Change a setting and keep it. A SettingsChangedEvent follows, or a SettingRefusedEvent."""

    key: str
    value: bool | int | float | str


class ResetSettings(Struct, frozen=True, tag=True):
    """Give a setting, or all, its default."""

    key: str | None = None


class RefreshSettings(Struct, frozen=True, tag=True):
    """Settings were changed elsewhere: read them again."""


SettingsCommand = SetSetting | ResetSettings | RefreshSettings
"""What concerns settings, whatever the session does."""

Command = (
    TypeKeys
    | TypeLine
    | RunCommand
    | BreakCommand
    | LoadProgram
    | BreakpointCommand
    | WatchCommand
    | ProfileCommand
    | FileCommand
    | CommandAtPrompt
    | SettingsCommand
)


# ---- events -------------------------------------------------------------------------


class OutputEvent(Struct, frozen=True, tag=True):
    """Bytes for the screen; `offset` counts all bytes this session has shown before."""

    offset: int
    data: bytes


class StateEvent(Struct, frozen=True, tag=True):
    """The session does something else now."""

    state: State


class StoppedEvent(Struct, frozen=True, tag=True):
    """A program or direct line came to its end; `reason` is the machine's: end, stop, break, error, breakpoint ...

    `line` is None in direct mode; `code` is the number of the error, `message` its text; `statement` of the line, from
    1: the one that comes next (break, breakpoint, step, watch) or that stopped. `start`, `end`: its columns, from 0, in
    the line as `program_text.listed` has it; None where there is no statement, or the program is protected.
    """

    reason: str
    line: int | None = None
    code: int = 0
    statement: int | None = None
    start: int | None = None
    end: int | None = None
    message: str = ""


class BreakpointsEvent(Struct, frozen=True, tag=True):
    """Breakpoints were set, cleared or renumbered: all there are now, as (line, statement)."""

    places: tuple[tuple[int, int], ...]


class WatchesEvent(Struct, frozen=True, tag=True):
    """Variables are watched, or no more: all that are now, as A$ or M%(3,4)."""

    variables: tuple[bytes, ...]


class ProgramChangedEvent(Struct, frozen=True, tag=True):
    """Lines were entered, deleted or loaded; `version` grows by one each time.

    `lines`: number and text as `program_text.listed` has it, None for a line that is gone; with `whole` they are all of
    the program (NEW, LOAD, RENUM ...). A `protected` program shows none.
    """

    version: int
    lines: tuple[tuple[int, bytes | None], ...] = ()
    whole: bool = False
    protected: bool = False


class FilesChangedEvent(Struct, frozen=True, tag=True):
    """Files of the disk were written, removed or renamed, by a command or a program."""

    names: tuple[bytes, ...]


class PrinterEvent(Struct, frozen=True, tag=True):
    """Bytes for the printer."""

    data: bytes


class RefusedEvent(Struct, frozen=True, tag=True):
    """A command was not done, and why."""

    text: str


class SettingsChangedEvent(Struct, frozen=True, tag=True):
    """A setting has another value now, whoever changed it."""

    key: str
    value: bool | int | float | str


class SettingRefusedEvent(Struct, frozen=True, tag=True):
    """A setting could not be changed, or not be stored; `text` says why. Without a key all were meant."""

    key: str | None
    text: str


class EndedEvent(Struct, frozen=True, tag=True):
    """SYSTEM left the session."""


Event = (
    OutputEvent
    | StateEvent
    | StoppedEvent
    | BreakpointsEvent
    | WatchesEvent
    | ProgramChangedEvent
    | FilesChangedEvent
    | PrinterEvent
    | RefusedEvent
    | SettingsChangedEvent
    | SettingRefusedEvent
    | EndedEvent
)

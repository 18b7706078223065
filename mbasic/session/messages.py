"""What a front end says to a session and what the session says back: two closed unions of plain records.

Commands go in through `Session.execute`, events come out to the session's listener, in the order in which things
happened. All are data that can be sent over a wire; none knows a front end.
"""

from enum import StrEnum

from msgspec import Struct

from mbasic.machine.debugger import StepKind as StepKind


class State(StrEnum):
    """What the session does."""

    READY = "ready"
    """At the Ok prompt."""
    RUNNING = "running"
    """A program or a direct line executes: call `step` again."""
    WAITING = "waiting"
    """INPUT, LINE INPUT, RANDOMIZE or INPUT$ wants keys."""
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


class SetSetting(Struct, frozen=True, tag=True):
    """Change a setting and keep it. A SettingsChangedEvent follows, or a SettingRefusedEvent."""

    key: str
    value: bool | int | float | str


class ResetSettings(Struct, frozen=True, tag=True):
    """Give a setting, or all, its default."""

    key: str | None = None


class RefreshSettings(Struct, frozen=True, tag=True):
    """Settings were changed elsewhere: read them again."""


Command = (
    TypeKeys
    | TypeLine
    | RunCommand
    | BreakCommand
    | LoadProgram
    | ContinueCommand
    | StepCommand
    | BreakpointCommand
    | SetSetting
    | ResetSettings
    | RefreshSettings
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

    `line` is None in direct mode; `code` is the number of the error; `statement` of the line, from 1: the one that
    comes next (break, breakpoint, step, watch) or that stopped.
    """

    reason: str
    line: int | None = None
    code: int = 0
    statement: int | None = None


class BreakpointsEvent(Struct, frozen=True, tag=True):
    """Breakpoints were set or cleared: all there are now, as (line, statement)."""

    places: tuple[tuple[int, int], ...]


class ProgramChangedEvent(Struct, frozen=True, tag=True):
    """Lines were entered, deleted or loaded; `version` grows by one each time."""

    version: int


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
    | ProgramChangedEvent
    | SettingsChangedEvent
    | SettingRefusedEvent
    | EndedEvent
)

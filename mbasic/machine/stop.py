"""Why a slice of a run ended. Waiting is a value that is returned, not a thread that is blocked."""

from enum import StrEnum

from msgspec import Struct


class StopReason(StrEnum):
    """What the machine wants, or has come to."""

    END = "end"
    STOP = "stop"
    BREAK = "break"
    ERROR = "error"
    INPUT = "input"
    KEY = "key"
    SLICE = "slice"
    EDIT = "edit"
    AUTO = "auto"
    SYSTEM = "system"
    BREAKPOINT = "breakpoint"
    STEP = "step"
    WATCH = "watch"


class Change(Struct, frozen=True):
    """A watched variable was changed by a statement of `line`; a DOUBLE is its 64 bits."""

    variable: bytes
    sign: str
    old: int | float | bytes
    new: int | float | bytes
    line: int


class Stop(Struct, frozen=True):
    """One answer of `Machine.run`.

    `line`: of the program, None in direct mode. ERROR: `code`. EDIT and AUTO: `number` (-1 is `.`), and AUTO's
    `increment` and `comma` as in nodes.Auto. INPUT: `same_line` where Enter does not move to a new line. KEY: `count`,
    the keys that INPUT$ still needs. WATCH: `changes`. `statement` of the line, from 1: where CONT goes on after
    BREAKPOINT, STEP, WATCH and BREAK, else the one that stopped.
    """

    reason: StopReason
    line: int | None = None
    code: int = 0
    number: int | None = None
    increment: int | None = None
    comma: bool = False
    same_line: bool = False
    count: int = 0
    statement: int | None = None
    changes: tuple[Change, ...] = ()


class Halt(Exception):
    """Leaves the run with a Stop. `resume` is the pc to go on at; None: where the statement that raised it is."""

    def __init__(self, stop: Stop, resume: int | None = None) -> None:
        super().__init__(stop)
        self.stop = stop
        self.resume = resume


class Leap(Exception):
    """Goes on at `pc` with the code as it is then: the program, the types or the executor have changed."""

    def __init__(self, pc: int) -> None:
        super().__init__(pc)
        self.pc = pc

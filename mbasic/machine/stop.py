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


class Stop(Struct, frozen=True):
    """One answer of `Machine.run`.

    `line`: of the program, None in direct mode. ERROR: `code`. EDIT and AUTO: `number` (-1 is `.`), and AUTO's
    `increment` and `comma` as in nodes.Auto. INPUT: `same_line` where Enter does not move to a new line. KEY: `count`,
    the keys that INPUT$ still needs.
    """

    reason: StopReason
    line: int | None = None
    code: int = 0
    number: int | None = None
    increment: int | None = None
    comma: bool = False
    same_line: bool = False
    count: int = 0


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

"""What a front end may ask a session, and the answers: plain records that can be sent over a wire.

`Session.answer` answers between two slices, whatever the session does, and changes nothing. Values are texts as a
program would write them (-1.5, 1D+20, "A"), names are as in a program: A, A$, M%.
"""

from msgspec import Struct

from mbasic.session.forms import Form

# ---- questions ----------------------------------------------------------------------


class VariablesQuery(Struct, frozen=True, tag=True):
    """The variables whose names fit `pattern` (`*`, `?`; empty: all); answered by Variables."""

    pattern: bytes = b""


class ElementsQuery(Struct, frozen=True, tag=True):
    """`count` elements of an array from number `first` on, the last subscript fastest; answered by Elements."""

    name: bytes
    first: int = 0
    count: int = 100


class StackQuery(Struct, frozen=True, tag=True):
    """The open GOSUBs, FORs and WHILEs; answered by Stack."""


class WatchesQuery(Struct, frozen=True, tag=True):
    """What is watched; answered by Watches."""


class ProfileQuery(Struct, frozen=True, tag=True):
    """What the lines have cost; answered by Profile."""


class ProgramQuery(Struct, frozen=True, tag=True):
    """The program as a file; answered by ProgramFile, or by NoAnswer where it is protected."""

    form: Form = Form.ASCII


class PlaceQuery(Struct, frozen=True, tag=True):
    """Where CONT goes on; answered by ContinuePlace."""


Query = VariablesQuery | ElementsQuery | StackQuery | WatchesQuery | ProfileQuery | ProgramQuery | PlaceQuery


# ---- answers ------------------------------------------------------------------------


class ScalarValue(Struct, frozen=True):
    """`type`: integer, single, double or string."""

    name: bytes
    type: str
    value: bytes


class ArrayShape(Struct, frozen=True):
    """An array, the highest subscript of each of its dimensions, and how many elements it has.

    `base`: the lowest subscript of all, 0 or 1.
    """

    name: bytes
    type: str
    highest: tuple[int, ...]
    elements: int
    base: int = 0


class Variables(Struct, frozen=True, tag=True):
    """In order of their names."""

    scalars: tuple[ScalarValue, ...]
    arrays: tuple[ArrayShape, ...]


class ElementValue(Struct, frozen=True):
    """`subscripts`: as between the brackets, 3,4."""

    subscripts: bytes
    value: bytes


class Elements(Struct, frozen=True, tag=True):
    """Elements from number `first` on; no `highest` where there is no such array (any more)."""

    name: bytes
    highest: tuple[int, ...]
    first: int
    values: tuple[ElementValue, ...]


class StackItem(Struct, frozen=True, kw_only=True):
    """An open GOSUB, FOR or WHILE, and its statement; `line` is None for one of a direct line.

    GOSUB: `back` is the line RETURN goes to, None in a direct line. FOR: variable, value, limit, step.
    """

    kind: str
    line: int | None = None
    statement: int | None = None
    text: bytes = b""
    back: int | None = None
    variable: bytes = b""
    value: bytes = b""
    limit: bytes = b""
    step: bytes = b""


class Stack(Struct, frozen=True, tag=True):
    """The newest first."""

    entries: tuple[StackItem, ...]


class WatchedValue(Struct, frozen=True):
    """A watched variable now."""

    variable: bytes
    value: bytes


class Watches(Struct, frozen=True, tag=True):
    """In the order in which they were asked for."""

    values: tuple[WatchedValue, ...]


class CostOfLine(Struct, frozen=True):
    """How often statements of a line were executed, and how long that took."""

    line: int
    count: int
    seconds: float


class Profile(Struct, frozen=True, tag=True):
    """In order of the lines; `on`: counting goes on."""

    on: bool
    lines: tuple[CostOfLine, ...]


class ProgramFile(Struct, frozen=True, tag=True):
    """The file as SAVE writes it."""

    data: bytes


class ContinuePlace(Struct, frozen=True, tag=True):
    """The statement CONT goes on with, its columns in the listed line as in StoppedEvent; `line` None: none."""

    line: int | None = None
    statement: int | None = None
    start: int | None = None
    end: int | None = None


class NoAnswer(Struct, frozen=True, tag=True):
    """The question cannot be answered; `text` says why."""

    text: str


Answer = Variables | Elements | Stack | Watches | Profile | ProgramFile | ContinuePlace | NoAnswer

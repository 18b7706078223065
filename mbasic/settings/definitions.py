"""What can be set: one row for each setting, and the check of a value against its row.

A value is true or false, a whole number, a number or a text. Everything that shows or asks for settings (SHOW
SETTINGS, `mbasic settings`, the web page's dialog) is made from these rows. Where a setting would change what MBASIC
prints, its default is what MBASIC 5.21 does.
"""

from enum import StrEnum
from typing import Final

from msgspec import Struct

from mbasic.settings.settings_errors import SettingsError

Value = bool | int | float | str


class Kind(StrEnum):
    """What a value is."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    NUMBER = "number"
    TEXT = "text"


class Scope(StrEnum):
    """Where a change is kept. FILE, the program's own: in memory only."""

    GLOBAL = "global"
    PROJECT = "project"
    FILE = "file"


class Definition(Struct, frozen=True, kw_only=True):
    """A setting. `range` is lowest and highest; `where` says which parts of MBASIC read it."""

    key: str
    category: str
    title: str
    default: Value
    description: str
    help: str
    choices: tuple[str, ...] = ()
    range: tuple[float, float] | None = None
    scope: Scope = Scope.GLOBAL
    where: tuple[str, ...] = ("terminal", "web")

    @property
    def kind(self) -> Kind:
        """What a value of it is."""
        match self.default:
            case bool():
                return Kind.BOOLEAN
            case int():
                return Kind.INTEGER
            case float():
                return Kind.NUMBER
            case str():
                return Kind.TEXT

    @property
    def allowed(self) -> str:
        """What it can be, in words."""
        match self.kind:
            case Kind.BOOLEAN:
                return "true or false"
            case Kind.TEXT:
                return f"one of {', '.join(self.choices)}"
            case Kind.INTEGER:
                return f"a whole number{self._limits()}"
            case Kind.NUMBER:
                return f"a number{self._limits()}"

    def _limits(self) -> str:
        return f" from {self.range[0]:g} to {self.range[1]:g}" if self.range else ""

    def check(self, value: object) -> Value:
        """Return `value`, or what the text `value` says, as a value of this setting. Raises SettingsError."""
        found = _READERS[self.kind](value)
        if found is None or (self.choices and found not in self.choices) or not self._is_in_range(found):
            raise SettingsError(f"{self.key} must be {self.allowed}, not {shown(value)}")
        return found

    def _is_in_range(self, value: Value) -> bool:
        return self.range is None or isinstance(value, str) or self.range[0] <= value <= self.range[1]


def shown(value: object) -> str:
    """Return a value as a user writes it: a text in quotes, true, false, a number."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return f'"{value}"'
        case float():
            return f"{value:g}"
        case _:
            return str(value)


# ---- reading a value ----------------------------------------------------------------

_TRUE: Final = ("true", "on", "yes", "1", "-1")
_FALSE: Final = ("false", "off", "no", "0")


def _boolean(value: object) -> Value | None:
    word = str(value).strip().lower()
    if not isinstance(value, (bool, int, str)) or word not in (*_TRUE, *_FALSE):
        return None
    return word in _TRUE


def _integer(value: object) -> Value | None:
    number = _number(value)
    return int(number) if isinstance(number, float) and number.is_integer() else None


def _number(value: object) -> Value | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if abs(number) < 1e15 else None


def _text(value: object) -> Value | None:
    return value.strip().lower() if isinstance(value, str) else None


_READERS: Final = {Kind.BOOLEAN: _boolean, Kind.INTEGER: _integer, Kind.NUMBER: _number, Kind.TEXT: _text}

# ---- the rows -----------------------------------------------------------------------

_LANGUAGE: Final = "Language"
_MACHINE: Final = "Machine"
_EDITOR: Final = "Editor"
_APPEARANCE: Final = "Appearance"
_WEB: Final = ("web",)

_ROWS: Final = (
    Definition(
        key="strict", category=_LANGUAGE, title="Only MBASIC 5.21", default=False,
        description="Turn off every command at the Ok prompt that MBASIC 5.21 did not have.",
        help="BREAK, STEP, WATCH, STACK, VARS, PROFILE, HELP, SHOW SETTINGS, SET and RESET SETTINGS are then Syntax "
        "errors, as in the original. The setting itself is changed in the settings dialog or by mbasic settings.",
    ),
    Definition(
        key="case_style", category=_LANGUAGE, title="Spelling of words", default="force_upper",
        choices=("force_lower", "force_upper", "force_capitalize"),
        description="How LIST spells the words of BASIC: print, PRINT or Print.",
        help="The original lists capitals. The stored program, and what SAVE writes, is the same with all of them.",
    ),
    Definition(
        key="case_conflict", category=_LANGUAGE, title="Spelling of names", default="first_wins",
        choices=("first_wins", "error", "upper", "lower"),
        description="What completion does with a name that is typed in other letters than the program has.",
        help="MBASIC knows one spelling, capitals. first_wins completes in the letters that were typed, upper and "
        "lower change them, and error offers nothing that is spelled in another way.",
    ),
    Definition(
        key="console_width", category=_MACHINE, title="Width of the console", default=80, range=(15, 255),
        description="Columns of a line, as WIDTH sets them; 255 is a line without end.",
        help="It holds from the moment it is set, and when MBASIC starts; a program's own WIDTH changes it.",
    ),
    Definition(
        key="code_page", category=_MACHINE, title="Character set", default="cp437",
        choices=("cp437", "cp850", "cp852", "cp866", "latin-1"),
        description="Which characters the codes 128 to 255 show.",
        help="cp437 is the IBM PC's, cp850 and cp852 have Europe's letters, cp866 Cyrillic. What a program writes to "
        "a pipe or a file are the codes themselves.",
    ),
    Definition(
        key="speed", category=_MACHINE, title="Speed", default=0.0, range=(0, 1000),
        description="0 is as fast as possible, another number the clock in MHz of the Z80 whose pace is kept: try 4.",
        help="At 4 MHz a simple statement takes about 1.05 ms, as on a CP/M machine of 1981, so that games run as "
        "they did.",
    ),
    Definition(
        key="engine", category=_MACHINE, title="Engine", default="auto", choices=("auto", "native", "python"),
        description="What executes programs: native machine code where it can, or the exact Python engine alone.",
        help="All print the same. auto takes native code where this machine has it; python never does.",
    ),
    Definition(
        key="auto_number", category=_EDITOR, title="Number lines", default=True, where=_WEB,
        description="Enter in the editor begins the next line with its number.",
        help="The number is that of the line before and auto_number_step. AUTO at the Ok prompt is not concerned.",
    ),
    Definition(
        key="auto_number_start", category=_EDITOR, title="First line number", default=10, range=(1, 65529), where=_WEB,
        description="The number of the first line typed into an empty editor.",
        help="AUTO at the Ok prompt is not concerned: it begins at 10, as in MBASIC.",
    ),
    Definition(
        key="auto_number_step", category=_EDITOR, title="Step of line numbers", default=10, range=(1, 1000),
        where=_WEB,
        description="How far apart the editor's line numbers are.",
        help="AUTO and RENUM at the Ok prompt are not concerned: their step is 10 unless they are given one.",
    ),
    Definition(
        key="autosave", category=_EDITOR, title="Save automatically", default=False, where=_WEB,
        description="Write the program's file, once it has a name, whenever the editor has been changed.",
        help="Whatever this says, the session itself is kept: a reload of the page loses nothing. Off, only SAVE "
        "writes the file, as in MBASIC.",
    ),
    Definition(
        key="confirm_overwrite", category=_EDITOR, title="Ask before replacing", default=True, where=_WEB,
        description="Ask before a file or an edited program is replaced by another.",
        help="SAVE at the Ok prompt never asks, as in MBASIC.",
    ),
    Definition(
        key="key_bindings", category=_EDITOR, title="Function keys", default="standard",
        choices=("standard", "gwbasic"),
        description="What the function keys do: run, step and stop, or type what GW-BASIC's did.",
        help="standard: F5 runs, F8 steps, F9 sets a breakpoint. gwbasic: F1 LIST, F2 RUN, F3 LOAD, F4 SAVE, F5 CONT, "
        "F7 TRON, F8 TROFF.",
    ),
    Definition(
        key="theme", category=_APPEARANCE, title="Colours", default="light", where=_WEB,
        choices=("light", "dark", "green", "amber"),
        description="The colours of the page: light, dark, or a phosphor screen's green or amber.",
        help="A terminal has colours of its own.",
    ),
    Definition(
        key="font_size", category=_APPEARANCE, title="Size of letters", default=14, range=(8, 48), where=_WEB,
        description="Of the editor and the console, in pixels.",
        help="The page's own zoom, Ctrl and plus, works as well.",
    ),
    Definition(
        key="show_types_in_window", category=_APPEARANCE, title="Show types", default=True, where=_WEB,
        description="A column with each variable's type in the window of variables.",
        help="VARS at the Ok prompt always shows it.",
    ),
)  # fmt: skip

DEFINITIONS: Final = {row.key: row for row in _ROWS}

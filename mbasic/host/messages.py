"""What a page says to the host, and what the host says to a page: JSON, one tagged record a message.

Bytes are base64 in JSON; the program's text is a str of characters below 256. A session's own commands, queries,
answers and events travel in these as they are.
"""

from enum import StrEnum
from typing import Final

import msgspec
from msgspec import Raw, Struct

from mbasic.errors import HostError
from mbasic.session.messages import Command
from mbasic.session.queries import Query

MOST_CHANGES: Final = 10_000
VIEW_ID_LENGTH: Final = 64

Change = tuple[int, int, str]
"""Replace the characters from the first up to before the second offset by the text."""

Setting = bool | int | float | str


class MessageError(HostError):
    """A message that no page of ours sends."""


# ---- page -> host -------------------------------------------------------------------


class Attach(Struct, frozen=True, tag=True):
    """A page is there: up to where it has shown the console, and which version of the text it has; -1: none."""

    view: str
    seen: int = -1
    text_version: int = -1


class Do(Struct, frozen=True, tag=True):
    """Execute a command, once, however often this arrives; numbers count up from 1 for each view."""

    number: int
    command: Command


class Edit(Struct, frozen=True, tag=True):
    """Change the document of version `base`; changes ascend, offsets are those of the old text."""

    base: int
    changes: list[Change]


class Ack(Struct, frozen=True, tag=True):
    """The console is shown up to here."""

    offset: int


class Ask(Struct, frozen=True, tag=True):
    """A question for the session."""

    id: int
    query: Query


class SetSetting(Struct, frozen=True, tag=True):
    """Set a setting for this session."""

    key: str
    value: Setting


class ResetSettings(Struct, frozen=True, tag=True):
    """Put a setting, or all of them, back to the default."""

    key: str = ""


class Topic(StrEnum):
    """What `HostAsk` can ask for."""

    FILES = "Files"
    FILE = "File"
    PRINTER = "Printer"
    CLEAR_PRINTER = "ClearPrinter"
    SETTINGS = "Settings"
    HELP = "Help"
    HELP_INDEX = "HelpIndex"
    HELP_SEARCH = "HelpSearch"
    EXAMPLES = "Examples"
    EXAMPLE = "Example"
    LINT = "Lint"
    COMPLETE = "Complete"
    LANGUAGE = "Language"


class HostAsk(Struct, frozen=True, tag=True):
    """A question that needs no session at work; which of the fields count depends on `what`."""

    id: int
    what: Topic
    name: str = ""
    topic: str = ""
    text: str = ""
    before: str = ""


PageMessage = Attach | Do | Edit | Ack | Ask | HostAsk | SetSetting | ResetSettings

_page_decoder = msgspec.json.Decoder[PageMessage](PageMessage)


def decode_page_message(text: str | bytes) -> PageMessage:
    """The message in a page's JSON. Raises MessageError, in words for the page."""
    try:
        message: PageMessage = _page_decoder.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise MessageError(f"this message was not understood: {error}") from None
    match message:
        case Attach(view) if not 0 < len(view) <= VIEW_ID_LENGTH or not view.isprintable() or view.startswith("@"):
            raise MessageError("this message was not understood: not a page's name")
        case Do(number) if not 0 < number < 1 << 53:
            raise MessageError("this message was not understood: commands are numbered from 1")
        case Edit(_, changes) if len(changes) > MOST_CHANGES:
            raise MessageError("this message was not understood: too many changes in one edit")
        case _:
            return message


# ---- host -> page -------------------------------------------------------------------


class Place(Struct, frozen=True):
    """Where a stopped program goes on; columns from 0 in the listed line."""

    line: int
    statement: int | None = None
    start: int | None = None
    end: int | None = None
    reason: str = ""


class Attached(Struct, frozen=True, tag=True, kw_only=True):
    """All that a page shows; `data` is console output from `offset` on. `text` is None where the page has it."""

    view: str
    offset: int
    data: bytes
    taken: int
    state: str
    text: str | None
    text_version: int
    breakpoints: tuple[tuple[int, int], ...]
    watches: tuple[bytes, ...]
    place: Place | None
    settings: dict[str, object]
    recent: tuple[str, ...]
    program_name: str
    running_for: float


class Shown(Struct, frozen=True, tag=True, kw_only=True):
    """What one step made visible; `taken`: the page's commands up to here are done."""

    taken: int
    events: Raw


class TextChanged(Struct, frozen=True, tag=True, kw_only=True):
    """The document is `version` now. For the page that made the change (`view`) it is the acknowledgement."""

    version: int
    base: int
    changes: list[Change]
    view: str


class Text(Struct, frozen=True, tag=True):
    """The whole document."""

    text: str
    version: int


class Answered(Struct, frozen=True, tag=True):
    """The answer to an Ask or HostAsk."""

    id: int
    answer: Raw


class Failed(Struct, frozen=True, tag=True):
    """There is no answer, and why."""

    id: int
    text: str


class SettingsChanged(Struct, frozen=True, tag=True):
    """The settings as they are now."""

    values: dict[str, object]


class SettingRefused(Struct, frozen=True, tag=True):
    """A setting was not changed, or not stored, and why; without a key all were meant."""

    key: str
    text: str


class Notice(Struct, frozen=True, tag=True):
    """Something to tell the person; `level`: info, warning, error."""

    level: str
    text: str


class Superseded(Struct, frozen=True, tag=True):
    """The session was opened elsewhere; this page shows nothing new any more."""


HostMessage = (
    Attached | Shown | TextChanged | Text | Answered | Failed | SettingsChanged | SettingRefused | Notice | Superseded
)

_encode = msgspec.json.Encoder().encode


def encode_host_message(message: HostMessage) -> str:
    """The message as JSON."""
    return _encode(message).decode()


def raw_json(value: object) -> Raw:
    """Any plain data or records, as JSON that is put into a message as it is."""
    return Raw(_encode(value))

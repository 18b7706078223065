"""What an instance and a worker process say to each other: msgpack records, each behind its length.

    4 bytes length, high first | msgpack of one record

The instance says Begin first; from Begun on, the worker is that session's until the next Begin.
"""

from collections.abc import Iterator
from typing import Final, Literal

import msgspec
from msgspec import Struct, field

from mbasic.session.messages import Command, Event
from mbasic.session.queries import Query

NO_VIEWS: Final = -1
NO_TEXT: Final = -1
_HEAD: Final = 4


# ---- to the worker ------------------------------------------------------------------


class Begin(Struct, tag=True, kw_only=True):
    """Take the session over, from what the store has of it."""

    sid: str
    owner: str
    lease_ms: int
    known_end: int
    """The console offset up to which the instance has the output."""
    known_program: int
    """The version of the program that the instance's document has."""
    shown: int = NO_VIEWS
    stop: bool = False
    """Break a running program before it executes anything: it has killed its workers."""
    done: dict[str, int] = field(default_factory=dict[str, int])
    """View -> number: commands that count as taken, because they have killed their workers."""


class Perform(Struct, frozen=True, tag=True):
    """Do command `number` of `view`; before it, at the prompt, make the program the editor's `text`."""

    view: str
    number: int
    command: Command
    text: bytes | None = None
    text_version: int = NO_TEXT


class Question(Struct, frozen=True, tag=True):
    """Answer `query`."""

    id: int
    query: Query


class Window(Struct, frozen=True, tag=True):
    """The console offset up to which the fastest page has shown the output; NO_VIEWS: nobody watches."""

    shown: int


class NewSettings(Struct, frozen=True, tag=True):
    """A page has changed settings: read them again."""


class Drain(Struct, frozen=True, tag=True):
    """Finish the slice, commit, say Drained, and end."""


ToWorker = Begin | Perform | Question | Window | NewSettings | Drain


# ---- from the worker ----------------------------------------------------------------


class Begun(Struct, frozen=True, tag=True, kw_only=True):
    """The session is here, as the store had it; `events` is what the instance does not know yet."""

    fence: int
    number: int
    state: str
    taken: dict[str, int]
    events: list[Event]
    program_version: int


class NotBegun(Struct, frozen=True, tag=True):
    """The session cannot be had; `text` says why."""

    why: Literal["moved", "unavailable", "broken"]
    """It has another owner; the store does not answer; what the store has of it cannot be restored."""
    text: str
    fence: int = 0
    """Of "broken"."""


class Stepped(Struct, frozen=True, tag=True, kw_only=True):
    """Commit `number` is in the store, and this is what it made visible."""

    number: int
    state: str
    taken: dict[str, int]
    """Only what is new."""
    events: list[Event]
    program_version: int
    text_version: int
    """The editor's text that the program was made from last, NO_TEXT: none since the last step."""
    idle: bool
    """Nothing is left to do."""
    niced: bool
    """The process has lowered its priority, for good."""
    commit_seconds: float


class Answer(Struct, frozen=True, tag=True):
    """`json` is the answer, or None: then `text` says why there is none."""

    id: int
    json: bytes | None
    text: str = ""


class Problem(Struct, frozen=True, tag=True):
    """Something a person should know; `level` as in Notice."""

    level: str
    text: str


class Lost(Struct, frozen=True, tag=True):
    """The store refused a commit: the session has another owner. Nothing of that step was shown; the worker ends."""

    result: str


class Drained(Struct, frozen=True, tag=True):
    """All is committed; the worker ends."""


FromWorker = Begun | NotBegun | Stepped | Answer | Problem | Lost | Drained

_encode = msgspec.msgpack.Encoder().encode
decode_to_worker = msgspec.msgpack.Decoder(ToWorker).decode
decode_from_worker = msgspec.msgpack.Decoder(FromWorker).decode


# ---- frames -------------------------------------------------------------------------


def frame(message: ToWorker | FromWorker) -> bytes:
    """The record with its length before it."""
    data = _encode(message)
    return len(data).to_bytes(_HEAD, "big") + data


class Unframer:
    """Cuts a stream of bytes into the records' bytes."""

    __slots__ = ("_rest",)

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Take what arrived; yield each record that is complete."""
        rest = self._rest
        rest += data
        start = 0
        while len(rest) - start >= _HEAD:
            end = start + _HEAD + int.from_bytes(rest[start : start + _HEAD], "big")
            if end > len(rest):
                break
            yield bytes(rest[start + _HEAD : end])
            start = end
        del rest[:start]

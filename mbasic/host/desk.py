"""What a session keeps beside the machine's state: the editor's document and what lies around it on the screen.

Kept in two free fields of the session's record: `text` (a byte a character) and `desk` (JSON of Desk).
"""

from collections.abc import Mapping
from typing import Final

import msgspec
from msgspec import Struct, field

from mbasic.host.messages import Place
from mbasic.session.document import Document

_TEXT: Final = "text"
_DESK: Final = "desk"
RECENT_FILES: Final = 10


class Desk(Struct):
    """All but the text."""

    text_version: int = 0
    applied: int = 0
    """The version of the text that the program in memory is known to be."""
    program_version: int = 0
    """The version of the program that the text follows."""
    clean: int = -1
    """The commit after which this was written by an owner that then gave the session up in order."""
    breakpoints: tuple[tuple[int, int], ...] = ()
    watches: tuple[bytes, ...] = ()
    place: Place | None = None
    recent: list[str] = field(default_factory=list[str])
    program_name: str = ""

    def note_file(self, name: bytes) -> None:
        """The program came from this file, or went to it."""
        self.program_name = name.decode("latin-1")
        self.recent = [self.program_name, *(old for old in self.recent if old != self.program_name)][:RECENT_FILES]


def read_desk(fields: Mapping[str, bytes]) -> tuple[Desk, Document]:
    """The desk and the document in a record's fields; what cannot be read begins anew."""
    try:
        desk = msgspec.json.decode(fields.get(_DESK, b"{}"), type=Desk)
    except msgspec.MsgspecError:
        desk = Desk()
    return desk, Document(fields.get(_TEXT, b"").decode("latin-1"), desk.text_version)


def desk_fields(desk: Desk, document: Document) -> dict[str, bytes]:
    """The fields that `read_desk` reads."""
    desk.text_version = document.version
    return {_TEXT: document.text.encode("latin-1"), _DESK: msgspec.json.encode(desk)}

"""File names as BASIC takes them, and the patterns and the table of FILES.

    [drive:] name [. extension]        "A:LEDGER.DAT"
             8      3

The name's characters fill eight places and run over into the three of the extension; a point goes on to the
extension, once; what comes behind the third place is dropped. Case is kept, blanks at the end of a part are padding.
Proof: tests/transcripts/lang/sequential/{file_names,open_bad_names}, tests/transcripts/direct/files/names_{bad,long}.
"""

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime.printing import Paper

NAME_PLACES = 8
PLACES = 11
PROGRAM_EXTENSION = b"BAS"
"""What LOAD, SAVE, RUN, MERGE and CHAIN add where no extension is given."""

_HOME_DRIVE = b"A"
_ENTRY_COLUMNS = 14
"""An entry of FILES: 8, a point, 3 and the two blanks behind."""


def parse_name(text: bytes, extension: bytes = b"") -> bytes:
    """Return the disk name that `text` means; `extension` is added where the text gives none.

    Files on another drive than A: have the drive before their name: `B:NAME.EXT`.
    """
    drive, places = _split(text)
    name, ending = places[:NAME_PLACES].rstrip(b" "), places[NAME_PLACES:].rstrip(b" ")
    if not name:
        raise BasicError(ErrorCode.BAD_FILE_NAME)
    if not ending and b"." not in text:
        ending = extension
    prefix = drive + b":" if drive not in (b"", _HOME_DRIVE) else b""
    return prefix + (name + b"." + ending if ending else name)


def matching(pattern: bytes, names: list[bytes]) -> list[bytes]:
    """Return the names that a FILES pattern means.

    `*` as the first character of a part stands for any such part, `?` for any character, also for none (manual,
    FILES). Elsewhere `*` is itself, and a missing extension is none: "T*.BAS" and "*" find no PROG.BAS.
    """
    drive, places = _split(pattern)
    wanted = _fill(places[:NAME_PLACES]) + _fill(places[NAME_PLACES:])
    home = drive in (b"", _HOME_DRIVE)
    return [name for name in names if (home or name[:2] == drive + b":") and _fits(wanted, name)]


def list_files(paper: Paper, names: list[bytes]) -> None:
    """Print names as FILES does: in columns, and without a new line at the end.

    The last entry of a full line has no blanks behind it (tests/transcripts/direct/files/names_long).
    """
    for name in names:
        _, places = _split(name)
        point = b"." if places[NAME_PLACES:].strip() else b" "
        paper.write(places[:NAME_PLACES] + point + places[NAME_PLACES:])
        if paper.columns_left() < _ENTRY_COLUMNS:
            paper.newline()
        else:
            paper.write(b"  ")


def _split(text: bytes) -> tuple[bytes, bytes]:
    """Return the drive and the eleven places of the name, padded with blanks."""
    drive, rest = _split_drive(text)
    if not rest or rest.startswith(b"."):
        raise BasicError(ErrorCode.BAD_FILE_NAME)
    name, point, ending = rest.partition(b".")
    if len(name) > NAME_PLACES:
        return drive, _run_over(rest)
    places = name.ljust(NAME_PLACES) + ending[: PLACES - NAME_PLACES].ljust(PLACES - NAME_PLACES)
    if point and b"." in places[NAME_PLACES:]:
        raise BasicError(ErrorCode.BAD_FILE_NAME)
    return drive, places


def _run_over(text: bytes) -> bytes:
    """A name of more than eight characters fills the extension; a point there is one too many."""
    places = text[:PLACES].ljust(PLACES)
    if b"." in places:
        raise BasicError(ErrorCode.BAD_FILE_NAME)
    return places


def _split_drive(text: bytes) -> tuple[bytes, bytes]:
    if text[1:2] != b":":
        return b"", text
    drive = text[:1].upper()
    if not drive.isalpha():
        raise BasicError(ErrorCode.BAD_FILE_NAME)
    return drive, text[2:]


def _fill(part: bytes) -> bytes:
    return b"?" * len(part) if part.startswith(b"*") else part


def _fits(wanted: bytes, name: bytes) -> bool:
    places = _split(name)[1]
    return all(w in (b"?"[0], p) for w, p in zip(wanted, places, strict=True))

"""The program named on the command line: found without regard to case, read, and refused when it is none.

Everything that can be wrong with it is a HostError that says so in one line.
"""

import os
from typing import Final

from mbasic.errors import HostError
from mbasic.session.program_file import is_program

_SIZE_LIMIT: Final = 8 << 20
_TOKENIZED: Final = b"\xff"
_PROTECTED: Final = b"\xfe"
_END_OF_TEXT: Final = b"\x1a"


def read_program(name: str) -> bytes:
    """Return the bytes of the program file `name`, with or without its `.BAS`."""
    path = _find(name)
    try:
        with open(path, "rb") as file:
            data = file.read(_SIZE_LIMIT + 1)
    except OSError as error:
        raise HostError(f"{name}: {why(error)}") from None
    return _checked(name, data)


def read_standard_input() -> bytes:
    """Return the program that standard input holds."""
    try:
        with open(0, "rb", closefd=False) as file:
            data = file.read(_SIZE_LIMIT + 1)
    except OSError as error:
        raise HostError(f"standard input: {why(error)}") from None
    return _checked("standard input", data)


def _find(name: str) -> str:
    for wanted in (name, name + ".BAS"):
        if os.path.exists(wanted):
            return wanted
        found = _find_in_any_case(wanted)
        if found is not None:
            return found
    return name


def _find_in_any_case(path: str) -> str | None:
    folder, wanted = os.path.split(path)
    try:
        names = sorted(os.listdir(folder or "."))
    except OSError:
        return None
    return next((os.path.join(folder, name) for name in names if name.lower() == wanted.lower()), None)


def _checked(name: str, data: bytes) -> bytes:
    if len(data) > _SIZE_LIMIT:
        raise HostError(f"{name}: too large for a program")
    if not is_program(data):
        raise HostError(f"{name}: not a BASIC program, or a damaged one")
    return data if data[:1] in (_TOKENIZED, _PROTECTED) else _with_last_line_ended(data)


def _with_last_line_ended(data: bytes) -> bytes:
    """A CP/M text that an editor of today left without its last line end would lose that line in LOAD."""
    text, mark, rest = data.partition(_END_OF_TEXT)
    if b"\r\n" not in text or text.endswith((b"\r", b"\n")):
        return data
    return text + b"\r\n" + mark + rest


def why(error: OSError) -> str:
    """Return in a few words what the system says."""
    return (error.strerror or str(error)).lower()

"""A variable as a person writes it: A, N$, M%(3,4); and patterns of names: A*, ?%."""

import re
from fnmatch import fnmatchcase
from typing import Final

from mbasic.language.lexer import crunch
from mbasic.machine.variable_name import VariableName

_VARIABLE: Final = re.compile(rb"([A-Z][A-Z0-9.]*)([%!#$]?)\s*(?:[(\[]\s*([0-9]+(?:\s*,\s*[0-9]+)*)\s*[)\]])?")
_LONGEST_NAME: Final = 40


def read_variable(text: bytes) -> VariableName | None:
    """Return the variable that `text` names; None if it is none, or a word of BASIC."""
    found = _VARIABLE.fullmatch(text.strip().upper())
    if found is None or crunch(found[1], lambda _code: None) != found[1]:
        return None
    subscripts = None if found[3] is None else tuple(int(part) for part in found[3].split(b","))
    return VariableName(found[1][:_LONGEST_NAME], found[2].decode(), subscripts)


def fits(name: bytes, sign: str, pattern: bytes) -> bool:
    """`*` stands for any characters, `?` for one; a pattern without a type sign fits every type."""
    if pattern[-1:] in (b"%", b"!", b"#", b"$"):
        name += sign.encode()
    return not pattern or fnmatchcase(name.decode("latin-1"), pattern.decode("latin-1"))

"""The parts of a line as it is being typed, for a front end that colours them.

Words are told from names as the original does when it crunches the line: PRINTA is a name, FNA is FN and a name,
LEFT$ is a function; a remark goes to the line's end, DATA to the next colon.
"""

import re
from enum import StrEnum
from typing import Final

from mbasic.language.keywords import FUNCTION_PREFIX, TOKEN_OF


class Part(StrEnum):
    """What a piece of a line is."""

    BLANK = "blank"
    LINE_NUMBER = "line-number"
    KEYWORD = "keyword"
    FUNCTION = "function"
    NAME = "name"
    NUMBER = "number"
    STRING = "string"
    REMARK = "remark"
    DATA = "data"
    SIGN = "sign"


_LINE_NUMBER: Final = re.compile(r"\s*[0-9]+")
_PIECE: Final = re.compile(
    r"""
    (?P<blank>\s+)
    |(?P<string>"[^"]*"?)
    |(?P<remark>'.*)
    |(?P<word>[A-Za-z][A-Za-z0-9.]*)
    |(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[EeDd][-+]?[0-9]+|[!\#%])?|&[Hh][0-9A-Fa-f]*|&[Oo]?[0-7]*)
    |(?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_DATA: Final = re.compile(r'(?:[^":]|"[^"]*"?)+')
_PREFIXES: Final = ("FN", "USR")


def word_lists() -> tuple[list[str], list[str]]:
    """Return the keywords and the functions, for a front end that colours lines itself while they are typed."""
    words = [word.decode("ascii") for word in TOKEN_OF if word[:1].isalpha()]
    parts = {word.rstrip("("): _word(word + " ", 0, len(word.rstrip("$(")))[0] for word in words}
    return (
        sorted(word for word, part in parts.items() if part is Part.KEYWORD),
        sorted(word for word, part in parts.items() if part is Part.FUNCTION),
    )


def parts_of_line(text: str) -> list[tuple[Part, str]]:
    """Return the pieces of `text` in order; together they are `text`."""
    pieces: list[tuple[Part, str]] = []
    number = _LINE_NUMBER.match(text)
    at = 0
    if number is not None:
        pieces.append((Part.LINE_NUMBER, number[0]))
        at = number.end()
    while at < len(text):
        at = _take(text, at, pieces)
    return pieces


def _take(text: str, at: int, pieces: list[tuple[Part, str]]) -> int:
    """Add what stands at `at`; return the place behind it."""
    match = _PIECE.match(text, at)
    assert match is not None  # `sign` matches any character
    if match.lastgroup != "word":
        pieces.append((Part(match.lastgroup or Part.SIGN), match[0]))
        return match.end()
    part, end = _word(text, at, match.end())
    pieces.append((part, text[at:end]))
    if part is Part.KEYWORD:
        return _behind_word(text, end, text[at:end].upper(), pieces)
    return end


def _word(text: str, start: int, end: int) -> tuple[Part, int]:
    """Return what the word there is, and where it ends."""
    run = text[start:end].upper()
    for spelled in (text[start : end + 1].upper(), run):
        token = TOKEN_OF.get(spelled.encode("latin-1", "replace"))
        if token is not None:
            function = token[0] == FUNCTION_PREFIX or spelled[-1] in "$("
            return (Part.FUNCTION if function else Part.KEYWORD), start + len(spelled)
    for prefix in _PREFIXES:
        if run.startswith(prefix):
            return Part.FUNCTION, start + len(prefix)
    if text[end : end + 1] in ("$", "%", "!", "#"):
        end += 1
    return Part.NAME, end


def _behind_word(text: str, at: int, word: str, pieces: list[tuple[Part, str]]) -> int:
    """REM and DATA are followed by text that is no BASIC."""
    if word == "REM":
        return _add(text, at, len(text), Part.REMARK, pieces)
    if word == "DATA":
        match = _DATA.match(text, at)
        return _add(text, at, at if match is None else match.end(), Part.DATA, pieces)
    return at


def _add(text: str, start: int, end: int, part: Part, pieces: list[tuple[Part, str]]) -> int:
    if end > start:
        pieces.append((part, text[start:end]))
    return end

"""Is a typed line one of the commands that MBASIC 5.21 did not have, or BASIC?

The words are no words of MBASIC, but STEP and RESET: a program may have variables of these names. So a line is a
command only where BASIC could not take it: there, what follows a name is `=`, or the bracket of an array, or its type
sign. SET, SHOW and RESET want more: a quote, or the word SETTINGS.
"""

from enum import IntEnum
from typing import Final

COMMANDS: Final = (b"BREAK", b"STEP", b"WATCH", b"STACK", b"VARS", b"PROFILE", b"HELP", b"SHOW", b"SET", b"RESET")
PHRASES: Final = (
    "BREAK",
    "STEP",
    "WATCH",
    "STACK",
    "VARS",
    "PROFILE",
    "HELP",
    "SHOW SETTINGS",
    "SET",
)
"""What completion offers; RESET it knows from BASIC."""
_SETTINGS: Final = b"SETTINGS"
_BLANKS: Final = b" \t\n"
_NAME_GOES_ON: Final = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789."
_VARIABLE_FOLLOWS: Final = b"=([%!#$"


class Outcome(IntEnum):
    """What a command leads to: the line is BASIC after all, Ok is printed, or a program runs."""

    BASIC = 0
    DONE = 1
    RUN = 2


def split_command(text: bytes) -> tuple[bytes, bytes] | None:
    """Return the command's word and what follows it; None where the line is BASIC's."""
    line = text.strip(_BLANKS)
    start = line[:7].upper()
    for word in COMMANDS:
        if start.startswith(word):
            rest = line[len(word) :]
            following = rest.lstrip(_BLANKS)
            if (rest[:1] and rest[0] in _NAME_GOES_ON) or (following[:1] and following[0] in _VARIABLE_FOLLOWS):
                return None
            return _behind(word, following)
    return None


def _behind(word: bytes, following: bytes) -> tuple[bytes, bytes] | None:
    """Return the command, or None where the words of settings are not followed by what makes them commands."""
    match word:
        case b"SET":
            return (word, following) if following.startswith(b'"') else None
        case b"SHOW" | b"RESET":
            rest = following[len(_SETTINGS) :]
            is_command = following[: len(_SETTINGS)].upper() == _SETTINGS and rest[:1] in (b"", b" ", b"\t", b'"')
            return (word, rest.strip(_BLANKS)) if is_command else None
        case _:
            return word, following

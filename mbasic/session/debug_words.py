"""Is a typed line one of the debugger's commands, or BASIC?

The words are no words of MBASIC, but STEP: a program may have variables of these names. So a line is a command only
where BASIC could not take it: there, what follows a name is `=`, or the bracket of an array, or its type sign.
"""

from enum import IntEnum
from typing import Final

COMMANDS: Final = (b"BREAK", b"STEP", b"WATCH", b"STACK", b"VARS", b"PROFILE", b"HELP")
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
            return word, following
    return None

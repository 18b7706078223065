"""A row of HELP."""

from msgspec import Struct


class Topic(Struct, frozen=True):
    """`kind`: statement, command, function, operator, error, extension. `words`: other names it is found under.

    `example` is BASIC, one or more lines; for an extension what is typed at the prompt; for an error it may be empty.
    """

    name: str
    kind: str
    syntax: str
    text: str
    example: str
    words: tuple[str, ...] = ()

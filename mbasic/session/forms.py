"""The three forms of a program file."""

from enum import StrEnum


class Form(StrEnum):
    """How a program stands in a file."""

    ASCII = "ascii"
    TOKENIZED = "tokenized"
    PROTECTED = "protected"

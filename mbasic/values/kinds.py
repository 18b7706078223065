"""The four types of a BASIC value, named by their type sign."""

from enum import StrEnum


class Kind(StrEnum):
    """INTEGER 16 bits, SINGLE 24 and DOUBLE 56 significant bits, STRING up to 255 bytes."""

    INTEGER = "%"
    SINGLE = "!"
    DOUBLE = "#"
    STRING = "$"

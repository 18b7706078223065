"""Which engine runs programs: what the setting `engine` wants, and what this installation has."""

from enum import StrEnum

NATIVE_IS_THERE = False
"""This version has the Python engine only."""


class Engine(StrEnum):
    """What the setting `engine` can be."""

    AUTO = "auto"
    NATIVE = "native"
    PYTHON = "python"


def takes_native(wanted: str) -> bool:
    """Tell whether hot programs are to run as native code."""
    return NATIVE_IS_THERE and wanted != Engine.PYTHON


def engine_notice(wanted: str) -> str:
    """Say in one line that the engine wanted is not there; nothing where it is."""
    if wanted == Engine.NATIVE and not NATIVE_IS_THERE:
        return "there is no native engine here; programs run in the Python engine, slower, with the same output"
    return ""

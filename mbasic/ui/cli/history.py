"""The lines typed at earlier prompts, in a file of one line each: $XDG_STATE_HOME/mbasic/history.

A file that cannot be read or written costs the memory between two runs, nothing else. It is only appended to, so that
several MBASICs may share it; one that has grown too long is cut when MBASIC starts.
"""

import contextlib
import os
import tempfile
from typing import Final

_KEPT: Final = 1000
_TOO_MANY: Final = 2000


def history_path() -> str:
    """Return where the history is kept: the folder for state of the XDG base directories."""
    folder = os.environ.get("XDG_STATE_HOME", "")
    if not os.path.isabs(folder):
        folder = os.path.join(os.path.expanduser("~"), ".local", "state")
    return os.path.join(folder, "mbasic", "history")


def read_history(path: str) -> list[str]:
    """Return the lines kept, the oldest first; none where they cannot be read."""
    try:
        with open(path, encoding="utf-8", errors="replace", newline="\n") as file:
            lines = file.read().splitlines()
    except OSError:
        return []
    if len(lines) > _TOO_MANY:
        with contextlib.suppress(OSError):
            _replace(path, lines[-_KEPT:])
    return lines[-_KEPT:]


def add_to_history(path: str, line: str) -> None:
    """Keep one more line, if that is possible."""
    with contextlib.suppress(OSError):
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line.encode("utf-8", "replace") + b"\n")
        finally:
            os.close(descriptor)


def _replace(path: str, lines: list[str]) -> None:
    descriptor, name = tempfile.mkstemp(dir=os.path.dirname(path))
    with open(descriptor, "w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in lines)
    os.replace(name, path)

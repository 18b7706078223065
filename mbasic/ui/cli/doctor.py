"""`mbasic doctor`: what this installation consists of and whether it can work here."""

import os
import platform
import sys
import tempfile

import mbasic
from mbasic.ui.cli.words import say


def report() -> int:
    """Print a line for each thing; return 0 if MBASIC can work, else 1."""
    findings = [
        (True, f"mbasic {mbasic.__version__} in {os.path.dirname(mbasic.__file__)}"),
        (sys.version_info >= (3, 11), f"Python {platform.python_version()} ({sys.executable})"),
        (True, "native engine: off, programs run in the exact engine"),
        _folder("disk, the current folder", "."),
        _folder("settings", os.path.join(os.path.expanduser("~"), ".mbasic")),
        (True, f"Redis: {'configured' if os.environ.get('NICEGUI_REDIS_URL') else 'not configured, not needed'}"),
    ]
    say("".join(f"{'ok  ' if fine else 'BAD '} {text}\n" for fine, text in findings))
    return 0 if all(fine for fine, _ in findings) else 1


def _folder(use: str, path: str) -> tuple[bool, str]:
    """A folder that is not there yet is fine where it could be made."""
    there = path
    while not os.path.exists(there) and there != os.path.dirname(there):
        there = os.path.dirname(there)
    try:
        with tempfile.TemporaryFile(dir=there):
            return True, f"{use}: {path} is writable"
    except OSError as error:
        return False, f"{use}: {path} cannot be written: {(error.strerror or '?').lower()}"

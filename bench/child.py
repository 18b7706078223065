"""Run one command and tell what it printed and how much processor time it took."""

import os
import subprocess
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path


class Failed(Exception):
    """A program could not be built, gave up, or ran out of time."""


@dataclass(frozen=True, slots=True)
class Run:
    """What a finished child leaves: `seconds` is user and system time together."""

    seconds: float
    output: str


def run_child(command: list[str], folder: Path, limit_seconds: float) -> Run:
    """Run `command` in `folder` with nothing on standard input."""
    with tempfile.TemporaryFile() as output:
        try:
            child = subprocess.Popen(
                command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        except FileNotFoundError as error:
            raise Failed(f"no {command[0]}") from error
        killer = threading.Timer(limit_seconds, child.kill)
        killer.start()
        _, status, usage = os.wait4(child.pid, 0)
        killer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        text = output.read().decode("latin-1").replace("\r\n", "\n")
    if child.returncode:
        raise Failed(f"exit {child.returncode}: {text[-200:].strip()}")
    return Run(usage.ru_utime + usage.ru_stime, text)

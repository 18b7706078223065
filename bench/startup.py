"""Measure what the start costs: the first output of `mbasic hello.bas` against the end of `python -c pass`.

Both by the clock, taken alternately; the medians are compared. The budget is 120 ms more than Python itself. Bytecode
is cached as in every installation, also where the shell that runs this forbids to write it.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 21
BUDGET_MS = 120


def until_first_byte(command: list[str], folder: Path) -> float:
    """Return the seconds until `command` writes something, or ends."""
    environment = {name: text for name, text in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder / "bytecode")
    begin = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0
    ) as child:
        assert child.stdout is not None
        child.stdout.read(1)
        return time.perf_counter() - begin


def main() -> int:
    """Return 0 where the start stays within its budget."""
    bare_command = [sys.executable, "-c", "pass"]
    hello_command = [sys.executable, "-m", "mbasic", "HELLO.BAS"]
    bare: list[float] = []
    hello: list[float] = []
    with tempfile.TemporaryDirectory() as work:
        Path(work, "HELLO.BAS").write_text('10 PRINT "Hello"\n')
        for _ in range(ROUNDS):
            bare.append(until_first_byte(bare_command, Path(work)))
            hello.append(until_first_byte(hello_command, Path(work)))
    python_ms, mbasic_ms = statistics.median(bare) * 1000, statistics.median(hello) * 1000
    more_ms = mbasic_ms - python_ms
    print(f"start-up: python {python_ms:.0f} ms, mbasic hello.bas {mbasic_ms:.0f} ms")
    print(f"          {more_ms:.0f} ms more, budget {BUDGET_MS} ms")
    return 0 if more_ms <= BUDGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())

"""MBASIC in a terminal that can be looked at: pexpect types, pyte draws what then stands on the screen.

Nothing here sleeps for a fixed time: `shows` reads what comes until the screen looks as it should, or time is up.
"""

import os
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pexpect
import pyte

TIMEOUT_SECONDS: Final = 20.0
MBASIC: Final = (sys.executable, "-m", "mbasic")
UP, DOWN, LEFT, RIGHT, HOME, END = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F"


class Screen:
    """MBASIC, or another `command`, in a terminal; its disk is `folder`, its history is in there, too."""

    __test__ = False

    def __init__(
        self,
        folder: Path,
        *arguments: str,
        rows: int = 40,
        columns: int = 80,
        term: str = "xterm",
        command: tuple[str, ...] = MBASIC,
    ) -> None:
        self.picture = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self.picture)
        self.bytes = b""
        """All that the child has written."""
        environment = {**os.environ, "TERM": term, "XDG_STATE_HOME": str(folder / "state"), "PYTHONPATH": os.getcwd()}
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            command[0],
            [*command[1:], *arguments],
            cwd=str(folder),
            env=environment,
            dimensions=(rows, columns),
            timeout=TIMEOUT_SECONDS,
        )
        self.child.delaybeforesend = None

    @property
    def text(self) -> str:
        """What stands on the screen, without blanks at the ends of lines."""
        return "\n".join(line.rstrip() for line in self.picture.display).rstrip()

    def send(self, keys: str) -> None:
        """Press keys; what the child writes meanwhile is read, so that neither waits for the other."""
        data = keys.encode()
        while data:
            data = data[os.write(self.child.child_fd, data[:512]) :]
            self._read(0)

    def shows(self, *ends: str) -> None:
        """Wait until the screen ends with these lines (blanks at the ends of lines do not count)."""
        wanted = "\n".join(ends)
        self.wait(lambda: self.text == wanted or self.text.endswith("\n" + wanted), repr(wanted))

    def has(self, text: str) -> None:
        """Wait until `text` stands somewhere on the screen."""
        self.wait(lambda: text in self.text, repr(text))

    def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Read until `condition` holds."""
        end = time.monotonic() + TIMEOUT_SECONDS
        while not condition():
            assert time.monotonic() < end, f"waited in vain for {what}; the screen is\n{self.text}"
            self._read(0.05)

    def _read(self, seconds: float) -> None:
        try:
            data = self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            data = b""
            time.sleep(0.01)
        self.bytes += data
        self._stream.feed(data)

    def resize(self, rows: int, columns: int) -> None:
        """Give the window another size."""
        self.picture.resize(rows, columns)
        termios.tcsetwinsize(self.child.child_fd, (rows, columns))

    def exit_status(self) -> int | None:
        """Wait for the end."""
        self.wait(lambda: not self.child.isalive(), "the end")
        return self.child.exitstatus

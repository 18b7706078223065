"""A computer for tests: a session with a screen, a disk and a printer in memory, and short words to drive it.

    Tester().run("10 PRINT 1+1").prints(b" 2 \\n")
    Tester().type("PRINT 1+1").prints(b" 2 \\nOk\\n")

`prints` compares what appeared since the last `prints`, with LF as line end. Nothing here runs for ever: a program that
is still at work after `statements` statements fails its test.
"""

from typing import Final, Self

from mbasic.session.messages import State
from mbasic.session.session import Session
from mbasic.storage.disks import MemoryDisk

SLICE: Final = 5000


class StillRunningError(AssertionError):
    """The program did not come to an end within its statements."""


class Paper:
    """A screen or a printer: it keeps every byte."""

    __slots__ = ("data", "seen")

    def __init__(self) -> None:
        self.data = bytearray()
        self.seen = 0

    def write(self, data: bytes) -> None:
        self.data += data

    def take(self) -> bytes:
        """Return what came since the last call, with LF as line end."""
        new = bytes(self.data[self.seen :])
        self.seen = len(self.data)
        return new.replace(b"\r\n", b"\n")


class Tester:
    """One session and what is around it.

    `echo`: typed keys appear on the screen. `live`: the keys come from a person (Ctrl-C is seen at once).
    """

    __test__ = False

    def __init__(
        self,
        *,
        files: dict[bytes, bytes] | None = None,
        echo: bool = False,
        live: bool = False,
        statements: int = 2_000_000,
    ) -> None:
        self.screen = Paper()
        self.printer = Paper()
        self.disk = MemoryDisk(files)
        self.echo = echo
        self.live = live
        self.statements = statements
        self.at_prompt = False
        self.session = self._switch_on(prompt=False)

    def _switch_on(self, *, prompt: bool) -> Session:
        return Session(
            screen=self.screen, disk=self.disk, printer=self.printer, echo=self.echo, prompt=prompt, live=self.live
        )

    # ---- doing -------------------------------------------------------------------------

    def run(self, program: str | bytes, keys: str | bytes = b"") -> Self:
        """Load `program` and run it until it stops, or waits for more than `keys`; there is no prompt."""
        if self.session.load_program(program_file(program)):
            self.session.run_program()
            self.session.type_keys(as_bytes(keys))
            self._work_until_stopped()
        return self

    def prompt(self) -> Self:
        """Start again at the Ok prompt."""
        self.at_prompt = True
        self.session = self._switch_on(prompt=True)
        self.session.start()
        self.screen.take()
        return self

    def type(self, *lines: str | bytes) -> Self:
        """Type lines, each with its Enter, at the prompt."""
        return self.keys(b"".join(as_bytes(line) + b"\r" for line in lines))

    def keys(self, keys: str | bytes) -> Self:
        """Press keys, and let the session work until it has used them and waits."""
        if not self.at_prompt:
            self.prompt()
        self.session.type_keys(as_bytes(keys))
        self._work_until_idle()
        return self

    def _work_until_stopped(self) -> None:
        while self.session.state in (State.RUNNING, State.WAITING, State.KEYS):
            if not self._step():
                return

    def _work_until_idle(self) -> None:
        while self.session.state is not State.ENDED:
            if not self._step():
                return

    def _step(self) -> bool:
        """Do some work; False where there is none."""
        if self.session.state is State.RUNNING:
            if self.statements <= 0:
                raise StillRunningError
            self.statements -= SLICE
            self.session.step(SLICE)
        elif self.session.has_keys:
            self.session.step()
        else:
            return False
        return True

    # ---- looking -----------------------------------------------------------------------

    def prints(self, expected: str | bytes) -> Self:
        """What appeared on the screen since the last look is `expected`."""
        assert self.screen.take() == as_bytes(expected)
        return self

    def prints_on_paper(self, expected: str | bytes) -> Self:
        """What came out of the printer since the last look is `expected`."""
        assert self.printer.take() == as_bytes(expected)
        return self

    def is_in(self, state: State) -> Self:
        assert self.session.state is state
        return self

    def wrote(self, name: bytes, expected: bytes) -> Self:
        """The file `name` holds `expected`, up to the filler behind a CP/M file's end."""
        assert self.disk.read(name).rstrip(b"\x1a\0") == expected
        return self


def as_bytes(text: str | bytes) -> bytes:
    return text.encode("latin-1") if isinstance(text, str) else text


def program_file(text: str | bytes) -> bytes:
    """Return `text` as a program file, whose last line is ended; a tokenised one stays as it is."""
    data = as_bytes(text)
    if data[:1] in (b"\xff", b"\xfe") or data.endswith((b"\n", b"\r", b"\x1a")):
        return data
    return data + (b"\r\n" if b"\r\n" in data else b"\n")

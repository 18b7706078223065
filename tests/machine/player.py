"""Runs a transcript program on a bare machine, with or without putting it through a snapshot at every stop.

    machine --run(n)--> Stop --snapshot--> bytes --restore--> another machine --run(n)--> ...

What the program prints, on screen and paper, and what it leaves on the disk must not depend on it. Keys are given line
by line, as a session gives them; a program that wants more than there is ends there.

Run as a module, this file is the other process: it reads Halves (msgpack) from standard input and writes Outcomes.
"""

import contextlib
import sys
from collections.abc import Iterator

import msgspec
from msgspec import Struct

from mbasic.errors import BasicError
from mbasic.machine.machine import Machine
from mbasic.machine.stop import Stop, StopReason
from mbasic.storage.disks import MemoryDisk

LONG_SLICE = 5000
STATEMENT_LIMIT = 300_000


class Outcome(Struct, frozen=True):
    """All that a program leaves behind. `end`: reason, error code and line of its last stop."""

    screen: bytes
    paper: bytes
    files: dict[bytes, bytes]
    end: tuple[str, int, int | None]


class Half(Struct, frozen=True):
    """A program stopped somewhere: the snapshot, the stop, and the world around it."""

    snapshot: bytes
    waits_for: str
    keys_wanted: int
    screen: bytes
    paper: bytes
    files: dict[bytes, bytes]
    keys: bytes


class Tape:
    """A console or a printer."""

    __slots__ = ("data",)

    def __init__(self, data: bytes = b"") -> None:
        self.data = bytearray(data)

    def write(self, data: bytes) -> None:
        self.data += data


class Player:
    """A machine and the world around it, which outlives the machine; it runs about `limit` statements."""

    def __init__(
        self,
        files: dict[bytes, bytes],
        keys: bytes,
        *,
        screen: bytes = b"",
        paper: bytes = b"",
        limit: int = STATEMENT_LIMIT,
    ) -> None:
        self.screen, self.paper = Tape(screen), Tape(paper)
        self.disk = MemoryDisk(files)
        self.keys = keys.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        self.machine = self._new_machine()
        self.left = limit

    def _new_machine(self) -> Machine:
        return Machine(console=self.screen, disk=self.disk, printer=self.paper)

    def start(self, program: bytes) -> None:
        """RUN `program`, or the lines before the one that LOAD refuses."""
        with contextlib.suppress(BasicError):
            self.machine.load_program(program)
        self.machine.start_run()

    def renew(self) -> None:
        """Go on with a new machine, made from a snapshot of this one."""
        data = self.machine.snapshot()
        self.machine = self._new_machine()
        self.machine.restore(data)

    def run(self, budget: int) -> Stop:
        stop = self.machine.run(budget)
        if stop.reason is StopReason.SLICE:
            self.left -= budget
        return stop

    def answer(self, stop: Stop) -> bool:
        """Give the program the keys it waits for; False when the program is over, or the keys are."""
        match stop.reason:
            case StopReason.SLICE:
                return self.left > 0
            case StopReason.INPUT:
                line, found, self.keys = self.keys.partition(b"\n")
                if found:
                    self.machine.give_line(line)
                return bool(found)
            case StopReason.KEY:
                keys, self.keys = self.keys[: stop.count], self.keys[stop.count :]
                if len(keys) == stop.count:
                    self.machine.give_keys(keys)
                return len(keys) == stop.count
            case _:
                return False

    def finish(self, stop: Stop) -> Outcome:
        """Run to the end from `stop` on."""
        while self.answer(stop):
            stop = self.run(min(LONG_SLICE, self.left))
        return self.outcome(stop)

    def outcome(self, stop: Stop) -> Outcome:
        end = (stop.reason.value, stop.code, stop.line)
        return Outcome(bytes(self.screen.data), bytes(self.paper.data), self._files(), end)

    def _files(self) -> dict[bytes, bytes]:
        return {name: self.disk.read(name) for name in self.disk.names()}

    def half(self, stop: Stop) -> Half:
        return Half(
            snapshot=self.machine.snapshot(),
            waits_for=stop.reason.value,
            keys_wanted=stop.count,
            screen=bytes(self.screen.data),
            paper=bytes(self.paper.data),
            files=self._files(),
            keys=self.keys,
        )


def undisturbed(player: Player, program: bytes) -> Outcome:
    player.start(program)
    return player.finish(player.run(min(LONG_SLICE, player.left)))


def renewed(player: Player, program: bytes, budgets: Iterator[int]) -> Outcome:
    """Run `program`, and change to a new machine after every slice, as long as there are `budgets`."""
    player.start(program)
    stop = player.run(next(budgets))
    for budget in budgets:
        player.renew()
        if not player.answer(stop):
            return player.outcome(stop)
        stop = player.run(budget)
    return player.finish(stop)


def first_half(player: Player, program: bytes, budget: int) -> Half | None:
    """Run `budget` statements; None where the program has ended before."""
    player.start(program)
    stop = player.run(budget)
    if stop.reason in (StopReason.SLICE, StopReason.INPUT, StopReason.KEY):
        return player.half(stop)
    return None


def second_half(half: Half) -> Outcome:
    """Go on where another machine, or another process, stopped."""
    player = Player(half.files, half.keys, screen=half.screen, paper=half.paper)
    player.machine.restore(half.snapshot)
    return player.finish(Stop(StopReason(half.waits_for), count=half.keys_wanted))


def main() -> None:
    halves = msgspec.msgpack.decode(sys.stdin.buffer.read(), type=list[Half])
    sys.stdout.buffer.write(msgspec.msgpack.encode([second_half(half) for half in halves]))


if __name__ == "__main__":
    main()

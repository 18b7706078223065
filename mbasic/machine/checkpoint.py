"""A fast copy of a machine's state for the same engine: the image as it is, and the small tables beside it.

    MBASICRAW  engine (1 byte)  msgpack of Checkpoint

Taken often (between two slices) and read back by the same version of the engine only, since it holds indexes of the
image; snapshot.py is the form for everything else.
"""

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from mbasic.machine.memory import Window
from mbasic.machine.snapshot import SnapshotError

if TYPE_CHECKING:
    from mbasic.machine.machine import Machine

MAGIC = b"MBASICRAW"
ENGINE = 1
"""Grows with every change of the image's layout or of what a pc means."""


class Checkpoint(Struct, frozen=True, array_like=True):
    """All of a machine; `regions` are the sizes of the image's."""

    memory: bytes
    regions: tuple[int, int, int, int]
    program: list[tuple[int, bytes]]
    protected: bool
    direct: bytes | None
    slots: list[tuple[bytes, str]]
    used: list[int]
    arrays: list[tuple[bytes, str, tuple[int, ...], int, int]]
    types: str
    functions: dict[str, int]
    files: dict[str, object]
    poked: bytes
    windows: list[Window]
    ports: dict[int, int]
    users: dict[int, int]
    keys: bytes
    line: bytes | None
    asked: bool
    current_line: int


def take(machine: "Machine") -> bytes:
    """The machine's state, for `put` of the same engine."""
    machine.refresh()
    image, variables, memory, console = machine.image, machine.variables, machine.memory, machine.input
    state = Checkpoint(
        memory=bytes(image.memory),
        regions=(image.scalars, image.descriptors, image.stack_entries, image.array_words),
        program=list(machine.program),
        protected=machine.program.protected,
        direct=machine.direct,
        slots=list(variables.slots),
        used=list(variables.used),
        arrays=[(a.name, a.sign, a.sizes, a.elements, a.first_byte) for a in variables.arrays],
        types=variables.types,
        functions=machine.executor.functions,
        files=machine.files.to_plain(),
        poked=bytes(memory.contents),
        windows=memory.windows,
        ports=memory.ports,
        users=memory.users,
        keys=bytes(console.keys),
        line=console.line,
        asked=console.asked,
        current_line=machine.current_line,
    )
    return MAGIC + bytes((ENGINE,)) + msgspec.msgpack.encode(state)


def put(machine: "Machine", data: bytes) -> None:
    """Take over a checkpoint. Raises SnapshotError, changing nothing, when it is of another engine or damaged."""
    state = _decode(data)
    machine.forget_all()
    for number, body in state.program:
        machine.program.store(number, body)
    machine.program.protected = state.protected
    machine.variables.adopt(state.slots, state.used, state.arrays, state.types)
    machine.image.adopt(state.memory, state.regions)
    machine.refresh()
    if state.direct is not None:
        machine.set_direct(state.direct)
    machine.executor.select()
    machine.executor.functions.update(state.functions)
    machine.executor.base_changed()
    machine.files.from_plain(state.files)
    memory, console = machine.memory, machine.input
    memory.contents, memory.windows = bytearray(state.poked), state.windows
    memory.ports, memory.users = state.ports, state.users
    console.keys, console.line, console.asked = bytearray(state.keys), state.line, state.asked
    machine.current_line = state.current_line


def _decode(data: bytes) -> Checkpoint:
    head = len(MAGIC)
    if data[:head] != MAGIC:
        raise SnapshotError("these bytes are not a checkpoint of an MBASIC program")
    if data[head : head + 1] != bytes((ENGINE,)):
        raise SnapshotError(f"this checkpoint is not of engine {ENGINE}")
    try:
        return msgspec.msgpack.decode(data[head + 1 :], type=Checkpoint)
    except msgspec.MsgspecError as error:
        raise SnapshotError(f"this checkpoint cannot be read: {error}") from None

"""A machine's whole state as bytes that another version of Python, another host, another layout can take over.

    MBASICSNAP  version (1 byte)  crc32 of what follows (4 bytes, low first)  msgpack of State

Nothing in State is an index or an offset of the image: variables go by name and type sign, places in the program by
(line, statement), strings as bytes. A newer version's snapshot is refused, an older one's is upgraded by a function of
its own (none yet).
"""

from typing import TYPE_CHECKING
from zlib import crc32

import msgspec
from msgspec import Struct

from mbasic.errors import HostError
from mbasic.runtime import layout
from mbasic.runtime.image import Image
from mbasic.runtime.variables import Array

if TYPE_CHECKING:
    from mbasic.machine.machine import Machine

MAGIC = b"MBASICSNAP"
VERSION = 1
_DIRECT = -1
_END = -2

Place = tuple[int, int]
"""(line number, statement in the line); line -1 is the direct-mode line, -2 the program's end."""

Value = int | float | bytes
Scalars = list[tuple[bytes, str, Value]]

_PLAIN_WORDS = (
    layout.ERR, layout.ERL, layout.COLUMN, layout.WIDTH, layout.PRINTER_COLUMN, layout.PRINTER_WIDTH, layout.NULLS,
    layout.RANDOM_SEED, layout.RANDOM_COUNTERS, layout.TRACE, layout.OPTION_BASE,
)  # fmt: skip


class SnapshotError(HostError):
    """Bytes that are no snapshot, a damaged one, or one of a newer version."""


class ArrayState(Struct):
    """`data`: INTEGER 2, SINGLE (binary64) and DOUBLE 8 bytes an element; strings are in `texts`."""

    name: bytes
    sign: str
    sizes: tuple[int, ...]
    data: bytes
    texts: list[tuple[int, bytes, int]]


class EntryState(Struct):
    """A control stack entry; FOR's limit and step are numbers, GOSUB's `back` a place."""

    kind: int
    owner: Place
    back: Place | None
    limit: int | float
    step: int | float


class State(Struct):
    """All of a machine."""

    program: list[tuple[int, bytes]]
    protected: bool
    direct: bytes | None
    words: list[int]
    types: str
    pc: Place
    on_error: Place | None
    resume: Place | None
    cont: Place | None
    data: Place | None
    data_offset: int
    scalars: Scalars
    fields: list[tuple[bytes, str, int]]
    used: list[tuple[bytes, str]]
    arrays: list[ArrayState]
    stack: list[EntryState]
    functions: dict[str, Place]
    files: dict[str, object]
    memory: bytes
    windows: list[tuple[int, int, bytes, str, bool]]
    ports: dict[int, int]
    users: dict[int, int]
    keys: bytes
    line: bytes | None
    asked: bool
    current_line: int


# ---- taking -------------------------------------------------------------------------


def take(machine: "Machine") -> bytes:
    """The machine's state."""
    payload = msgspec.msgpack.encode(_state(machine))
    return MAGIC + bytes((VERSION,)) + crc32(payload).to_bytes(4, "little") + payload


def _state(machine: "Machine") -> State:
    machine.refresh()
    q, memory, console = machine.image.q, machine.memory, machine.input
    variables = machine.variables
    names = {slot: key for key, slot in variables.slots.items()}
    scalars, fields = _scalars(machine)
    return State(
        program=list(machine.program),
        protected=machine.program.protected,
        direct=machine.direct,
        words=[q[word] for word in _PLAIN_WORDS],
        types=variables.types,
        pc=_place(machine, q[layout.PC]),
        on_error=_optional_place(machine, q[layout.ON_ERROR]),
        resume=_optional_place(machine, q[layout.RESUME_PC]),
        cont=_optional_place(machine, q[layout.CONT_PC]),
        data=_optional_place(machine, q[layout.DATA_PC] + 1),
        data_offset=q[layout.DATA_OFFSET],
        scalars=scalars,
        fields=fields,
        used=[names[slot] for slot in sorted(variables.used)],
        arrays=[_array(machine.image, a) for a in variables.arrays if a.sizes],
        stack=_stack(machine),
        functions={key: _place(machine, pc) for key, pc in machine.executor.functions.items()},
        files=machine.files.to_plain(),
        memory=bytes(memory.contents),
        windows=[(w.start, w.end, w.name, w.sign, w.array) for w in memory.windows],
        ports=memory.ports,
        users=memory.users,
        keys=bytes(console.keys),
        line=console.line,
        asked=console.asked,
        current_line=machine.current_line,
    )


def _place(machine: "Machine", pc: int) -> Place:
    source = machine.executor.source
    if pc == source.program_end:
        return _END, 0
    line = source.lines[pc] if pc < len(source.lines) else None
    if line is None:
        return _DIRECT, pc - source.program_end - 1
    return line, pc - source.start_of_line(pc)


def _optional_place(machine: "Machine", word: int) -> Place | None:
    return _place(machine, word - 1) if word > 0 else None


def _is_field(word: int) -> bool:
    return word >> 8 >= layout.FIELD_BASE


def _scalars(machine: "Machine") -> tuple[Scalars, list[tuple[bytes, str, int]]]:
    image = machine.image
    values: Scalars = []
    fields: list[tuple[bytes, str, int]] = []
    for (name, sign), slot in machine.variables.slots.items():
        word = image.u[slot]
        if not word:
            continue
        if sign == "$" and _is_field(word):
            fields.append((name, sign, word))
        elif sign == "$":
            values.append((name, sign, image.strings[word]))
        else:
            values.append((name, sign, _number(image, sign, slot)))
    return values, fields


def _number(image: Image, sign: str, slot: int) -> int | float:
    if sign == "!":
        return image.d[slot]
    return image.q[slot] if sign == "%" else image.u[slot]


def _array(image: Image, array: Array) -> ArrayState:
    first = array.first_byte
    state = ArrayState(array.name, array.sign, array.sizes, b"", [])
    if array.sign != "$":
        state.data = bytes(image.memory[first : first + array.bytes_taken])
        return state
    words = image.u[first >> 3 : (first >> 3) + array.elements]
    for place, word in enumerate(words):
        if word:
            state.texts.append((place, b"", word) if _is_field(word) else (place, image.strings[word], 0))
    return state


def _stack(machine: "Machine") -> list[EntryState]:
    q, d = machine.image.q, machine.image.d
    entries: list[EntryState] = []
    for e in range(machine.image.stack_base + layout.ENTRY_WORDS, q[layout.STACK_POINTER], layout.ENTRY_WORDS):
        kind, owner = q[e] & 255, _place(machine, q[e] >> 8)
        entry = EntryState(kind, owner, None, 0, 0)
        if kind == layout.GOSUB_ENTRY:
            entry.back = _place(machine, q[e + 1])
        elif kind == layout.FOR_ENTRY:
            view = q if machine.executor.loop_is_whole(q[e] >> 8) else d
            entry.limit, entry.step = view[e + 2], view[e + 3]
        entries.append(entry)
    return entries


# ---- putting ------------------------------------------------------------------------


def put(machine: "Machine", data: bytes) -> None:
    """Make the machine what the snapshot says. Raises SnapshotError, changing nothing."""
    state = _decode(data)
    machine.forget_all()
    for number, body in state.program:
        machine.program.store(number, body)
    machine.program.protected = state.protected
    machine.variables.types = state.types
    machine.refresh()
    if state.direct is not None:
        machine.set_direct(state.direct)
    machine.executor.select()
    _put_words(machine, state)
    _put_variables(machine, state)
    for entry in state.stack:
        _put_entry(machine, entry)
    machine.executor.functions.update({key: _pc(machine, place) for key, place in state.functions.items()})
    machine.files.from_plain(state.files)
    _put_rest(machine, state)


def _decode(data: bytes) -> State:
    head = len(MAGIC)
    if data[:head] != MAGIC:
        raise SnapshotError("these bytes are not a snapshot of an MBASIC program")
    version = int.from_bytes(data[head : head + 1], "little")
    if version != VERSION:
        raise SnapshotError(f"this snapshot has format {version}, this version of MBASIC reads {VERSION}")
    payload = data[head + 5 :]
    if crc32(payload).to_bytes(4, "little") != data[head + 1 : head + 5]:
        raise SnapshotError("this snapshot is damaged: its checksum is wrong")
    try:
        return msgspec.msgpack.decode(payload, type=State)
    except msgspec.MsgspecError as error:
        raise SnapshotError(f"this snapshot cannot be read: {error}") from None


def _pc(machine: "Machine", place: Place) -> int:
    source = machine.executor.source
    line, statement = place
    if line == _END:
        return source.program_end
    if line == _DIRECT:
        return source.program_end + 1 + statement
    start = source.target(line)
    if start < 0:
        raise SnapshotError(f"this snapshot names line {line}, which its program does not have")
    return start + statement


def _word(machine: "Machine", place: Place | None) -> int:
    return 0 if place is None else _pc(machine, place) + 1


def _put_words(machine: "Machine", state: State) -> None:
    q = machine.image.q
    for word, value in zip(_PLAIN_WORDS, state.words, strict=True):
        q[word] = value
    q[layout.PC] = _pc(machine, state.pc)
    q[layout.ON_ERROR] = _word(machine, state.on_error)
    q[layout.RESUME_PC] = _word(machine, state.resume)
    q[layout.CONT_PC] = _word(machine, state.cont)
    q[layout.DATA_PC] = _word(machine, state.data) - 1
    q[layout.DATA_OFFSET] = state.data_offset
    machine.executor.base_changed()


def _put_variables(machine: "Machine", state: State) -> None:
    variables, image = machine.variables, machine.image
    for name, sign in state.used:
        variables.used.add(variables.slot(name, sign))
    for name, sign, value in state.scalars:
        slot = variables.slot(name, sign)
        if isinstance(value, bytes):
            image.u[slot] = image.keep(value)
        elif sign == "!":
            image.d[slot] = value
        else:
            image.u[slot] = int(value) & 0xFFFFFFFFFFFFFFFF
    for name, sign, word in state.fields:
        slot = variables.slot(name, sign)
        image.u[slot] = word
    for array in state.arrays:
        _put_array(machine, array)


def _put_array(machine: "Machine", state: ArrayState) -> None:
    variables, image = machine.variables, machine.image
    elements = 1
    for size in state.sizes:
        elements *= size
    array = variables.arrays[variables.array(state.name, state.sign)]
    variables.place(array, state.sizes, elements)
    image.memory[array.first_byte : array.first_byte + len(state.data)] = state.data
    for place, text, word in state.texts:
        new = word or image.keep(text)
        image.u[(array.first_byte >> 3) + place] = new


def _put_entry(machine: "Machine", entry: EntryState) -> None:
    q = machine.image.q
    e = q[layout.STACK_POINTER]
    if e >= q[layout.STACK_LIMIT]:
        e = machine.executor.grow_stack()
        q = machine.image.q
    owner = _pc(machine, entry.owner)
    q[e] = owner << 8 | entry.kind
    if entry.back is not None:
        q[e + 1] = _pc(machine, entry.back)
    if entry.kind == layout.FOR_ENTRY:
        if machine.executor.loop_is_whole(owner):
            q[e + 2], q[e + 3] = int(entry.limit), int(entry.step)
        else:
            machine.image.d[e + 2], machine.image.d[e + 3] = entry.limit, entry.step
    q[layout.STACK_POINTER] = e + layout.ENTRY_WORDS


def _put_rest(machine: "Machine", state: State) -> None:
    from mbasic.machine.memory import Window

    memory, console = machine.memory, machine.input
    memory.contents = bytearray(state.memory)
    memory.windows = [Window(*window) for window in state.windows]
    memory.ports, memory.users = dict(state.ports), dict(state.users)
    console.keys = bytearray(state.keys)
    console.line, console.asked = state.line, state.asked
    machine.current_line = state.current_line

"""A machine's whole state as bytes that another version of Python, another host, another layout can take over.

snapshot_frame.py draws the bytes. Nothing in State is an index or an offset of the image: variables go by name and type
sign, places in the program by (line, statement), strings as bytes.
"""

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from mbasic.machine.snapshot_frame import Frame, Plain
from mbasic.machine.snapshot_frame import SnapshotError as SnapshotError
from mbasic.runtime import layout
from mbasic.runtime.image import Image
from mbasic.runtime.variables import Array

if TYPE_CHECKING:
    from mbasic.machine.machine import Machine

VERSION = 2
_DIRECT = -1
_END = -2
_PAGE = 256

Place = tuple[int, int]
"""(line number, statement in the line); line -1 is the direct-mode line, -2 the program's end."""

Value = int | float | bytes
Scalars = list[tuple[bytes, str, Value]]

_PLAIN_WORDS = (
    layout.ERR, layout.ERL, layout.COLUMN, layout.WIDTH, layout.PRINTER_COLUMN, layout.PRINTER_WIDTH, layout.NULLS,
    layout.RANDOM_SEED, layout.RANDOM_COUNTERS, layout.TRACE, layout.OPTION_BASE,
)  # fmt: skip


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
    pc: Place | None
    """None: nothing runs, and there is nothing to go on with."""
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
    memory: list[tuple[int, bytes]]
    """The 64 KB that POKE reaches: the pages that are not all zeros, by number."""
    windows: list[tuple[int, int, bytes, str, bool]]
    ports: dict[int, int]
    users: dict[int, int]
    keys: bytes
    line: bytes | None
    asked: bool
    current_line: int


# ---- taking -------------------------------------------------------------------------


def take(machine: "Machine", *, at_rest: bool = False) -> bytes:
    """The machine's state. `at_rest`: nothing runs or waits, so a program just changed need not be parsed for it."""
    if not at_rest or not machine.is_unlinked:
        machine.refresh()
    return FRAME.pack(_state(machine))


def _state(machine: "Machine") -> State:
    q, memory, console = machine.image.q, machine.memory, machine.input
    variables = machine.variables
    names = {slot: key for key, slot in variables.slots.items()}
    scalars, fields = _scalars(machine)
    return State(
        program=list(machine.program),
        protected=machine.program.protected,
        direct=None if machine.is_unlinked else machine.direct,
        words=[q[word] for word in _PLAIN_WORDS],
        types=variables.types,
        pc=None if machine.is_unlinked else _place(machine, q[layout.PC]),
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
        memory=_pages(memory.contents),
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


def _pages(contents: bytes | bytearray) -> list[tuple[int, bytes]]:
    pages = (bytes(contents[at : at + _PAGE]) for at in range(0, len(contents), _PAGE))
    return [(number, page) for number, page in enumerate(pages) if page.strip(b"\0")]


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
    state = FRAME.unpack(data, State)
    machine.forget_all()
    for number, body in state.program:
        machine.program.store(number, body)
    machine.program.protected = state.protected
    machine.variables.types = state.types
    if _names_places(state):
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


def _names_places(state: State) -> bool:
    """Whether the program must be parsed now, for what goes on in it."""
    places = (state.pc, state.on_error, state.resume, state.cont, state.data)
    return state.direct is not None or any(places) or bool(state.stack or state.functions)


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
    q[layout.PC] = 0 if state.pc is None else _pc(machine, state.pc)
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
    from mbasic.machine.memory import SIZE, Window

    memory, console = machine.memory, machine.input
    memory.contents = bytearray(SIZE if state.memory else 0)
    for number, page in state.memory:
        memory.contents[number * _PAGE : number * _PAGE + len(page)] = page
    memory.windows = [Window(*window) for window in state.windows]
    memory.ports, memory.users = dict(state.ports), dict(state.users)
    console.keys = bytearray(state.keys)
    console.line, console.asked = state.line, state.asked
    machine.current_line = state.current_line


# ---- formats ------------------------------------------------------------------------


def _memory_in_pages(state: Plain) -> Plain:
    """Format 1 had all of the memory in one piece."""
    contents = state["memory"]
    assert isinstance(contents, bytes)
    return {**state, "memory": _pages(contents)}


FRAME: Final = Frame(b"MBASICSNAP", VERSION, "an MBASIC program", {1: _memory_in_pages})

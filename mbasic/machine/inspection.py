"""What a debugger shows of a machine: its variables and its control stack, as plain records. Nothing is changed."""

from typing import TYPE_CHECKING, Protocol, cast

from msgspec import Struct

from mbasic.language import nodes
from mbasic.machine.places import Place, place_at
from mbasic.machine.variable_name import VariableName as VariableName
from mbasic.runtime import layout
from mbasic.runtime.image import Image
from mbasic.runtime.variables import Array, Variables
from mbasic.values.number_text import format_double, format_integer, format_single

if TYPE_CHECKING:
    from mbasic.machine.executor import Executor

Value = int | float | bytes
Key = tuple[bytes, str]


class Inspected(Protocol):
    """What is looked at: a machine."""

    @property
    def image(self) -> Image: ...
    @property
    def variables(self) -> Variables: ...
    @property
    def executor(self) -> "Executor": ...


class ScalarView(Struct, frozen=True):
    """A scalar and its value; a DOUBLE is its 64 bits."""

    name: bytes
    sign: str
    value: Value


class ArrayView(Struct, frozen=True):
    """An array and the highest subscript of each of its dimensions."""

    name: bytes
    sign: str
    highest: tuple[int, ...]
    elements: int


class StackEntry(Struct, frozen=True, kw_only=True):
    """An open GOSUB, FOR or WHILE; `place` is None for one of a direct line. FOR: variable, value, limit, step."""

    kind: str
    place: Place | None
    back: Place | None = None
    variable: bytes = b""
    value: bytes = b""
    limit: bytes = b""
    step: bytes = b""


# ---- values -------------------------------------------------------------------------


def value_text(value: Value, sign: str) -> bytes:
    """A value as a program would write it: -1.5, "A"."""
    if isinstance(value, bytes):
        return b'"%s"' % value
    if sign == "!":
        return format_single(float(value)).strip()
    return (format_integer if sign == "%" else format_double)(int(value)).strip()


def value_of(machine: Inspected, variable: VariableName) -> tuple[Value, str]:
    """The value of a variable and its type sign; what does not exist (yet) is 0 or empty, as for the program."""
    sign = variable.sign or machine.variables.types[variable.name[0] - 65]
    if variable.subscripts is None:
        slot = machine.variables.slots.get((variable.name, sign))
        return (_nothing(sign) if slot is None else _word(machine.image, slot, sign)), sign
    return _element(machine, (variable.name, sign), variable.subscripts), sign


def _nothing(sign: str) -> Value:
    return b"" if sign == "$" else 0


def _word(image: Image, index: int, sign: str) -> Value:
    match sign:
        case "$":
            return image.strings[image.u[index]]
        case "!":
            return image.d[index]
        case "#":
            return image.u[index]
        case _:
            return image.q[index]


def _element(machine: Inspected, key: Key, subscripts: tuple[int, ...]) -> Value:
    index = machine.variables.array_index.get(key)
    array = None if index is None else machine.variables.arrays[index]
    if array is None or len(array.sizes) != len(subscripts):
        return _nothing(key[1])
    place, stride = 0, 1
    for subscript, size in zip(subscripts, array.sizes, strict=True):
        if not 0 <= subscript < size:
            return _nothing(key[1])
        place += subscript * stride
        stride *= size
    return _item(machine.image, array, place)


def _item(image: Image, array: Array, place: int) -> Value:
    if array.sign == "%":
        return image.h[(array.first_byte >> 1) + place]
    return _word(image, (array.first_byte >> 3) + place, array.sign)


# ---- variables ----------------------------------------------------------------------


def scalars(machine: Inspected) -> list[ScalarView]:
    """The scalars in order of their names: those with a value, and those of the program that have none yet."""
    named = _names(machine)
    views: list[ScalarView] = []
    for (name, sign), slot in sorted(machine.variables.slots.items()):
        value = _word(machine.image, slot, sign)
        if value or (name, sign) in named:
            views.append(ScalarView(name, sign, value))
    return views


def arrays(machine: Inspected) -> list[ArrayView]:
    """The dimensioned arrays in order of their names."""
    found = [a for a in machine.variables.arrays if a.sizes]
    found.sort(key=lambda array: (array.name, array.sign))
    return [ArrayView(a.name, a.sign, tuple(size - 1 for size in a.sizes), a.elements) for a in found]


def _names(machine: Inspected) -> set[Key]:
    """The scalars that the program's text names, by the types of now."""
    source, types = machine.executor.source, machine.variables.types
    found: set[Key] = set()
    for statement in source.statements[: source.program_end]:
        found.update(_named(statement.node, types))
    return found


def _named(node: object, types: str) -> set[Key]:
    if isinstance(node, nodes.Variable):
        return {(node.name, node.sign or types[node.name[0] - 65])}
    if isinstance(node, tuple):
        parts = cast(tuple[object, ...], node)
    else:
        names: tuple[str, ...] = getattr(node, "__struct_fields__", ())
        parts = tuple(getattr(node, name) for name in names)
    found: set[Key] = set()
    for part in parts:
        found.update(_named(part, types))
    return found


# ---- control stack ------------------------------------------------------------------


def control_stack(machine: Inspected) -> list[StackEntry]:
    """The open GOSUBs, FORs and WHILEs, the newest first."""
    image = machine.image
    first, last = image.stack_base + layout.ENTRY_WORDS, image.q[layout.STACK_POINTER] - layout.ENTRY_WORDS
    return [_entry(machine, e) for e in range(last, first - 1, -layout.ENTRY_WORDS)]


def _entry(machine: Inspected, e: int) -> StackEntry:
    q, source = machine.image.q, machine.executor.source
    kind, owner = q[e] & 255, q[e] >> 8
    place = place_at(source, owner)
    match kind:
        case layout.GOSUB_ENTRY:
            return StackEntry(kind="GOSUB", place=place, back=place_at(source, q[e + 1]))
        case layout.WHILE_ENTRY:
            return StackEntry(kind="WHILE", place=place)
        case _:
            return _loop(machine, e, owner, place)


def _loop(machine: Inspected, e: int, owner: int, place: Place | None) -> StackEntry:
    """A FOR; one of a direct line that is gone keeps its numbers for itself."""
    statements = machine.executor.source.statements
    node = statements[owner].node if owner < len(statements) else None
    if not isinstance(node, nodes.For) or not isinstance(node.variable, nodes.Variable):
        return StackEntry(kind="FOR", place=place)
    name = VariableName(node.variable.name, node.variable.sign)
    value, sign = value_of(machine, name)
    view = machine.image.q if machine.executor.loop_is_whole(owner) else machine.image.d
    value, limit, step = (value_text(v, sign) for v in (value, view[e + 2], view[e + 3]))
    return StackEntry(kind="FOR", place=place, variable=name.text(), value=value, limit=limit, step=step)

"""What a session answers to queries: its machine's variables, stack, watches, profile, program. Nothing is changed."""

from collections.abc import Iterator
from itertools import islice
from typing import Final, assert_never

from mbasic.errors import BasicError, error_text
from mbasic.language.program import Program
from mbasic.machine.inspection import (
    ArrayView,
    ScalarView,
    StackEntry,
    VariableName,
    arrays,
    control_stack,
    scalars,
    value_of,
    value_text,
)
from mbasic.machine.machine import Machine
from mbasic.machine.places import Place, pc_of, place_at
from mbasic.runtime import layout
from mbasic.session.forms import Form
from mbasic.session.program_text import listed, span_in_line
from mbasic.session.queries import (
    Answer,
    ArrayShape,
    ContinuePlace,
    CostOfLine,
    Elements,
    ElementsQuery,
    ElementValue,
    NoAnswer,
    PlaceQuery,
    Profile,
    ProfileQuery,
    ProgramFile,
    ProgramQuery,
    Query,
    ScalarValue,
    Stack,
    StackItem,
    StackQuery,
    Variables,
    VariablesQuery,
    WatchedValue,
    Watches,
    WatchesQuery,
)
from mbasic.session.variable_text import fits

_TYPES: Final = {"%": "integer", "!": "single", "#": "double", "$": "string"}
_MOST_ELEMENTS: Final = 10_000


def answer(machine: Machine, query: Query) -> Answer:
    """Answer a query between two slices."""
    machine.refresh()
    match query:
        case VariablesQuery(pattern):
            return _variables(machine, pattern.upper())
        case ElementsQuery(name, first, count):
            return _elements(machine, name, max(first, 0), min(max(count, 0), _MOST_ELEMENTS))
        case StackQuery():
            return Stack(tuple(_stack_item(machine, entry) for entry in control_stack(machine)))
        case WatchesQuery():
            watches = machine.debugger.watches
            return Watches(tuple(WatchedValue(v.text(), value_text(*value_of(machine, v))) for v in watches))
        case ProfileQuery():
            costs = sorted(machine.debugger.profile.items())
            lines = tuple(CostOfLine(line, cost.count, cost.nanoseconds / 1e9) for line, cost in costs)
            return Profile(machine.debugger.profiling, lines)
        case ProgramQuery(form):
            return _program_file(machine.program, form)
        case PlaceQuery():
            return _continue_place(machine)
        case _:
            assert_never(query)


# ---- variables ----------------------------------------------------------------------


def _variables(machine: Machine, pattern: bytes) -> Variables:
    base = max(machine.register(layout.OPTION_BASE), 0)
    return Variables(
        tuple(_scalar(view) for view in scalars(machine) if fits(view.name, view.sign, pattern)),
        tuple(_shape(view, base) for view in arrays(machine) if fits(view.name, view.sign, pattern)),
    )


def _scalar(view: ScalarView) -> ScalarValue:
    return ScalarValue(_shown(view.name, view.sign), _TYPES[view.sign], value_text(view.value, view.sign))


def _shape(view: ArrayView, base: int) -> ArrayShape:
    elements = 1
    for top in view.highest:
        elements *= top + 1 - base
    return ArrayShape(_shown(view.name, view.sign), _TYPES[view.sign], view.highest, elements, base)


def _shown(name: bytes, sign: str) -> bytes:
    return name if sign == "!" else name + sign.encode()


def _elements(machine: Machine, name: bytes, first: int, count: int) -> Elements:
    wanted = name.upper().partition(b"(")[0].strip()
    base = max(machine.register(layout.OPTION_BASE), 0)
    for view in arrays(machine):
        if wanted in (_shown(view.name, view.sign), view.name + view.sign.encode()):
            rows = islice(_subscripts(view.highest, base, first), count)
            values = tuple(_element(machine, view, subscripts) for subscripts in rows)
            return Elements(_shown(view.name, view.sign), view.highest, first, values)
    return Elements(wanted, (), first, ())


def _subscripts(highest: tuple[int, ...], base: int, first: int) -> Iterator[tuple[int, ...]]:
    """The subscripts of all elements from number `first` on, the last one fastest."""
    sizes = [top + 1 - base for top in highest]
    whole = 1
    for size in sizes:
        whole *= size
    for number in range(first, whole):
        found: list[int] = []
        for size in reversed(sizes):
            number, place = divmod(number, size)
            found.append(place + base)
        yield tuple(reversed(found))


def _element(machine: Machine, view: ArrayView, subscripts: tuple[int, ...]) -> ElementValue:
    value, sign = value_of(machine, VariableName(view.name, view.sign, subscripts))
    return ElementValue(b",".join(b"%d" % subscript for subscript in subscripts), value_text(value, sign))


# ---- stack and places ---------------------------------------------------------------


def _stack_item(machine: Machine, entry: StackEntry) -> StackItem:
    place, back = entry.place, entry.back
    return StackItem(
        kind=entry.kind,
        line=None if place is None else place.line,
        statement=None if place is None else place.statement,
        text=b"" if place is None else _text_at(machine, place),
        back=None if back is None else back.line,
        variable=entry.variable,
        value=entry.value,
        limit=entry.limit,
        step=entry.step,
    )


def _text_at(machine: Machine, place: Place) -> bytes:
    body, span = machine.program.body(place.line), span_at(machine, place)
    return b"" if body is None or span is None else listed(place.line, body)[span[0] : span[1]]


def span_at(machine: Machine, place: Place) -> tuple[int, int] | None:
    """Return the columns of a statement in its listed line; None where there is none, or it must not be seen."""
    machine.refresh()
    source = machine.executor.source
    pc, body = pc_of(source, place), machine.program.body(place.line)
    if pc is None or body is None or machine.program.protected:
        return None
    statement = source.statements[pc]
    return span_in_line(place.line, body, statement.start, statement.end)


def _continue_place(machine: Machine) -> ContinuePlace:
    if not machine.can_continue:
        return ContinuePlace()
    place = place_at(machine.executor.source, machine.register(layout.CONT_PC) - 1)
    if place is None:
        return ContinuePlace()
    span = span_at(machine, place)
    return ContinuePlace(place.line, place.statement, span and span[0], span and span[1])


# ---- the program --------------------------------------------------------------------


def _program_file(program: Program, form: Form) -> Answer:
    save = {
        Form.ASCII: program.save_ascii,
        Form.TOKENIZED: program.save_tokenized,
        Form.PROTECTED: program.save_protected,
    }[form]
    try:
        return ProgramFile(save())
    except BasicError as error:
        return NoAnswer(f"{error_text(error.code).decode()}: the program is protected")

"""What the debugger's commands print: lines of text, made from the machine's records.

10 FOR I=1 TO 3:[PRINT I]:NEXT          a place in the program: the statement is in brackets
"""

from typing import Final

from mbasic.language.lister import list_line, list_marked
from mbasic.machine.inspection import (
    ArrayView,
    ScalarView,
    StackEntry,
    arrays,
    control_stack,
    scalars,
    value_of,
    value_text,
)
from mbasic.machine.machine import Machine
from mbasic.machine.places import Place, pc_of
from mbasic.machine.stop import Change, Stop
from mbasic.session.variable_text import fits

_TYPES: Final = {"%": b"integer", "!": b"single", "#": b"double", "$": b"string"}
_COLUMNS: Final = 79
_CONTROLS: Final = bytes(range(32)) + b"\x7f"
_DOTS: Final = bytes.maketrans(_CONTROLS, b"." * len(_CONTROLS))


def fitting(line: bytes) -> bytes:
    """The line on one row of the screen, control characters as points."""
    line = line.translate(_DOTS)
    return line if len(line) <= _COLUMNS else line[: _COLUMNS - 3] + b"..."


def marked(machine: Machine, place: Place) -> bytes | None:
    """The line of a place with its statement in brackets; None where there is none, or it must not be seen."""
    machine.refresh()
    source = machine.executor.source
    pc, body = pc_of(source, place), machine.program.body(place.line)
    if pc is None or body is None or machine.program.protected:
        return None
    statement = source.statements[pc]
    return list_marked(place.line, body, statement.start, statement.end)


def stop_lines(machine: Machine, stop: Stop) -> list[bytes]:
    """A stop at a breakpoint, behind a step or a change: what changed, where it is, the statement that is next."""
    lines = [_changed(change) for change in stop.changes]
    if stop.line is None or stop.statement is None:
        return [*lines, b"Break"]
    text = marked(machine, Place(stop.line, stop.statement))
    return [*lines, b"Break in %d" % stop.line, *([] if text is None else [text])]


def _changed(change: Change) -> bytes:
    """A watched variable was changed."""
    old, new = (value_text(value, change.sign) for value in (change.old, change.new))
    return fitting(b"%s in %d: %s -> %s" % (change.variable, change.line, old, new))


def breakpoint_lines(machine: Machine) -> list[bytes]:
    """BREAK: every breakpoint with its line, as it is now."""
    rows = [(str(place).encode(), marked(machine, place)) for place in sorted(machine.debugger.breakpoints)]
    return [b"%-9s %s" % (place, b"(not there now)" if line is None else line) for place, line in rows]


def watch_lines(machine: Machine) -> list[bytes]:
    """WATCH: what is watched, and its value."""
    return [fitting(b"%s = %s" % (v.text(), value_text(*value_of(machine, v)))) for v in machine.debugger.watches]


# ---- STACK --------------------------------------------------------------------------


def stack_lines(machine: Machine) -> list[bytes]:
    """STACK: the newest first."""
    return [_stack_line(entry) for entry in control_stack(machine)]


def _stack_line(entry: StackEntry) -> bytes:
    where = b"direct" if entry.place is None else str(entry.place).encode()
    text = b"%-5s %-9s" % (entry.kind.encode(), where)
    if entry.variable:
        text += b" %s = %s TO %s STEP %s" % (entry.variable, entry.value, entry.limit, entry.step)
    elif entry.kind == "GOSUB":
        text += b" returns to %s" % (b"what follows" if entry.back is None else str(entry.back).encode())
    return fitting(text.rstrip())


# ---- VARS ---------------------------------------------------------------------------


def variable_lines(machine: Machine, pattern: bytes) -> list[bytes]:
    """VARS: scalars, then arrays, whose names fit the pattern."""
    rows = [_scalar_row(view) for view in scalars(machine) if fits(view.name, view.sign, pattern)]
    rows += [_array_row(view) for view in arrays(machine) if fits(view.name, view.sign, pattern)]
    width = max((len(name) for name, _, _ in rows), default=0)
    return [fitting(b"%s  %-7s  %s" % (name.ljust(width), kind, value)) for name, kind, value in rows]


def _scalar_row(view: ScalarView) -> tuple[bytes, bytes, bytes]:
    return view.name + _shown_sign(view.sign), _TYPES[view.sign], value_text(view.value, view.sign)


def _array_row(view: ArrayView) -> tuple[bytes, bytes, bytes]:
    name = b"%s%s(%s)" % (view.name, _shown_sign(view.sign), b",".join(b"%d" % top for top in view.highest))
    return name, _TYPES[view.sign], b"array of %d elements" % view.elements


def _shown_sign(sign: str) -> bytes:
    return b"" if sign == "!" else sign.encode()


# ---- PROFILE ------------------------------------------------------------------------


def profile_lines(machine: Machine) -> list[bytes]:
    """PROFILE: the lines that were executed, the most expensive first."""
    costs = sorted(machine.debugger.profile.items(), key=lambda item: (-item[1].nanoseconds, item[0]))
    if not costs:
        return []
    whole = sum(cost.nanoseconds for _, cost in costs) or 1
    lines = [b"  Line      Count    Seconds      %"]
    for line, cost in costs:
        share = 100 * cost.nanoseconds / whole
        row = b"%6d %10d %10.4f %6.1f  %s"
        lines.append(fitting(row % (line, cost.count, cost.nanoseconds / 1e9, share, _text_of(machine, line))))
    return lines


def _text_of(machine: Machine, line: int) -> bytes:
    body = machine.program.body(line)
    return b"" if body is None or machine.program.protected else list_line(line, body).partition(b" ")[2]

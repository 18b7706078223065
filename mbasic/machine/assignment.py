"""Giving a variable a value from outside of the program, while it is stopped: CONT goes on with it."""

from mbasic.errors import BasicError, ErrorCode
from mbasic.machine.inspection import Inspected, Value, VariableName
from mbasic.runtime.input_items import LONGEST_STRING, convert, number_from
from mbasic.runtime.variables import Array
from mbasic.values.kinds import Kind

_KINDS = {"%": Kind.INTEGER, "!": Kind.SINGLE, "#": Kind.DOUBLE}
_BLANKS = b" \t"
_QUOTE = b'"'


def assign(machine: Inspected, variable: VariableName, text: bytes) -> None:
    """Store the value that `text` is, as a program would write it; quotes around a string may be left out.

    Raises BasicError: TYPE_MISMATCH for what is no number, OVERFLOW, STRING_TOO_LONG, SUBSCRIPT_OUT_OF_RANGE for an
    element that does not exist.
    """
    sign = variable.sign or machine.variables.types[variable.name[0] - 65]
    if variable.subscripts is None:
        value = value_from(text, sign)
        slot = machine.variables.slot(variable.name, sign)
        _store(machine, slot, sign, value)
        machine.variables.used.add(slot)
        return
    array, place = _element(machine, variable, sign)
    value = value_from(text, sign)
    if sign == "%":
        machine.image.h[(array.first_byte >> 1) + place] = int(value)
    else:
        _store(machine, (array.first_byte >> 3) + place, sign, value)


def value_from(text: bytes, sign: str) -> Value:
    """Return the value that `text` is for a variable of this type; a DOUBLE as its 64 bits. Raises as `assign`."""
    if sign == "$":
        return _string(text)
    number = text.strip(_BLANKS)
    negative = number[:1] == b"-" and number[1:].lstrip(_BLANKS)[:1] == b"&"
    if negative:
        number = number[1:].lstrip(_BLANKS)
    if not number.strip(b"+-"):
        raise BasicError(ErrorCode.TYPE_MISMATCH)
    kind, value, end = number_from(number, 0, sign == "#", _refuse)
    if number[end:].strip(_BLANKS) or not any(48 <= byte <= 57 or byte == 38 for byte in number):
        raise BasicError(ErrorCode.TYPE_MISMATCH)
    return convert(kind, -value if negative else value, _KINDS[sign], _refuse)


def _string(text: bytes) -> bytes:
    inner = text.strip(_BLANKS)
    if len(inner) > 1 and inner.startswith(_QUOTE) and inner.endswith(_QUOTE):
        text = inner[1:-1]
    if len(text) > LONGEST_STRING:
        raise BasicError(ErrorCode.STRING_TOO_LONG)
    return text


def _refuse(code: int) -> None:
    raise BasicError(code)


def _store(machine: Inspected, word: int, sign: str, value: Value) -> None:
    if isinstance(value, bytes):
        kept = machine.image.keep(value)  # it may make the image anew: not before it
        machine.image.u[word] = kept
    elif sign == "!":
        machine.image.d[word] = value
    elif sign == "#":
        machine.image.u[word] = int(value)
    else:
        machine.image.q[word] = int(value)


def _element(machine: Inspected, variable: VariableName, sign: str) -> tuple[Array, int]:
    """Return the array and the number of the element in it."""
    index = machine.variables.array_index.get((variable.name, sign))
    array = None if index is None else machine.variables.arrays[index]
    subscripts = variable.subscripts or ()
    if array is None or len(array.sizes) != len(subscripts):
        raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
    place, stride = 0, 1
    for subscript, size in zip(subscripts, array.sizes, strict=True):
        if not 0 <= subscript < size:
            raise BasicError(ErrorCode.SUBSCRIPT_OUT_OF_RANGE)
        place += subscript * stride
        stride *= size
    return array, place

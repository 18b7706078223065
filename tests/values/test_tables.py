"""Every row of the tables recorded on MBASIC 5.21 (tests/numeric/*.csv), computed with the functions of the room.

A row agrees when results and message agree. Results are the hex of MKI$, MKS$ or MKD$; one with exponent byte 0 is a
zero whatever its other bits are: in a few rows they depend on what the original had computed before.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from mbasic.errors import BasicError, error_text
from mbasic.values import double, functions, rnd, single
from mbasic.values.kinds import Kind
from mbasic.values.number_text import format_double, format_integer, format_single, parse_number, val
from mbasic.values.print_using import NumericField, format_number, next_field
from mbasic.values.warn import Warn, ignore
from tests.values.reference import TABLES

Row = dict[str, str]
Results = tuple[str, ...]


def read_word(text: str) -> int:
    return int.from_bytes(bytes.fromhex(text), "little")


def read_single(text: str) -> float:
    return single.from_bits(read_word(text))


def read_integer(text: str) -> int:
    return int.from_bytes(bytes.fromhex(text), "little", signed=True)


def mki(n: int) -> str:
    return n.to_bytes(2, "little", signed=True).hex()


def mks(x: float) -> str:
    return single.to_bits(x).to_bytes(4, "little").hex()


def mkd(x: int) -> str:
    return x.to_bytes(8, "little").hex()


SINGLE_OPERATIONS = {
    "add": single.add,
    "sub": single.sub,
    "mul": single.mul,
    "div": single.div,
    "pow": functions.power,
}
DOUBLE_OPERATIONS = {"add": double.add, "sub": double.sub, "mul": double.mul, "div": double.div}
FUNCTIONS = {
    "atn": functions.atn,
    "cos": functions.cos,
    "exp": functions.exp,
    "log": functions.log,
    "sin": functions.sin,
    "sqr": functions.sqr,
    "tan": functions.tan,
}


def cut_quotient(a: int, b: int) -> int:
    return a // b if (a < 0) == (b < 0) else -(-a // b)


INTEGER_OPERATIONS: dict[str, Callable[[int, int], int]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "idiv": cut_quotient,
    "mod": lambda a, b: a - b * cut_quotient(a, b),
}


def integer_row(name: str, row: Row, warn: Warn) -> Results:
    a, b = int(row["a"]), int(row["b"])
    if name == "div":
        return (mkd(double.from_single(single.div(single.from_int(a), single.from_int(b), warn))),)
    return (mkd(double.from_single(single.from_int(INTEGER_OPERATIONS[name](a, b)))),)


def single_row(name: str, row: Row, warn: Warn) -> Results:
    a, b = read_single(row["a"]), read_single(row["b"])
    if name == "compare":
        return (str(1 if a < b else 2 if a == b else 4),)
    return (mks(SINGLE_OPERATIONS[name](a, b, warn)),)


def double_row(name: str, row: Row, warn: Warn) -> Results:
    a, b = read_word(row["a"]), read_word(row["b"])
    if name == "compare":
        return (str({-1: 1, 0: 2, 1: 4}[double.compare(a, b)]),)
    return (mkd(DOUBLE_OPERATIONS[name](a, b, warn)),)


def function_row(name: str, row: Row, warn: Warn) -> Results:
    if name != "of_double":
        return (mks(FUNCTIONS[name](read_single(row["x"]), warn)),)
    operands = [double.to_single(read_word(text), warn) for text in row["x"].split(":")]
    if row["fn"] == "POW":
        return (mkd(double.from_single(functions.power(operands[0], operands[1], warn))),)
    return (mkd(double.from_single(FUNCTIONS[row["fn"].lower()](operands[0], warn))),)


CONVERSIONS: dict[str, Callable[[str, Warn], str]] = {
    "CINT_S": lambda a, warn: mki(single.to_int(read_single(a))),
    "CINT_D": lambda a, warn: mki(double.to_int(read_word(a))),
    "CSNG_D": lambda a, warn: mks(double.to_single(read_word(a), warn)),
    "CSNG_I": lambda a, warn: mks(single.from_int(read_integer(a))),
    "CDBL_I": lambda a, warn: mkd(double.from_int(read_integer(a))),
    "CDBL_S": lambda a, warn: mkd(double.from_single(read_single(a))),
    "FIX_S": lambda a, warn: mkd(double.from_single(single.fix(read_single(a)))),
    "FIX_D": lambda a, warn: mkd(double.fix(read_word(a))),
    "INT_S": lambda a, warn: mkd(double.from_single(single.floor(read_single(a)))),
    "INT_D": lambda a, warn: mkd(double.floor(read_word(a))),
    "NEG_I": lambda a, warn: mkd(double.from_int(-read_integer(a))),
}


def conversion_row(name: str, row: Row, warn: Warn) -> Results:
    return (CONVERSIONS[row["op"]](row["a"], warn),)


def print_row(name: str, row: Row, warn: Warn) -> Results:
    if name == "single":
        return (format_single(read_single(row["bits"])).decode(),)
    if name == "double":
        return (format_double(read_word(row["bits"])).decode(),)
    kind = Kind(row["type"])
    reader = {Kind.INTEGER: read_integer, Kind.SINGLE: read_single, Kind.DOUBLE: read_word}[kind]
    literal, field, _ = next_field(row["format"].encode(), 0)
    assert isinstance(field, NumericField)
    return ((literal + format_number(field, kind, reader(row["bits"]), warn)).decode(),)


def as_double(kind: Kind, value: float) -> int:
    return int(value) if kind is Kind.DOUBLE else double.from_single(float(value))


def as_single(kind: Kind, value: float) -> float:
    return double.to_single(int(value), ignore) if kind is Kind.DOUBLE else float(value)


def text_of(kind: Kind, value: float) -> bytes:
    if kind is Kind.INTEGER:
        return format_integer(int(value))
    return format_single(value) if kind is Kind.SINGLE else format_double(int(value))


def val_row(name: str, row: Row, warn: Warn) -> Results:
    word = val(row["text"].encode(), warn)
    return mkd(word), format_double(word).decode()


def constant_row(name: str, row: Row, warn: Warn) -> Results:
    kind, value, _ = parse_number(row["text"].encode(), 0, False, warn)
    return mkd(as_double(kind, value)), text_of(kind, value).decode()


def read_row(name: str, row: Row, warn: Warn) -> Results:
    text = row["text"].encode()
    kind, value, _ = parse_number(text, 0, False, warn)
    wide_kind, wide_value, _ = parse_number(text, 0, True, warn)
    return mks(as_single(kind, value)), mkd(as_double(wide_kind, wide_value))


def rnd_row(name: str, row: Row, warn: Warn) -> Results:
    """Start each case anew; the cases are short, but for the first."""
    case, count = row["case"].split(), int(row["index"])
    seed, counters = rnd.START_SEED, rnd.START_COUNTERS
    arguments = [1.0] * count
    if case[0] == "after":
        for _ in range(int(case[1])):
            seed, counters = rnd.advance(seed, counters, 1.0)
    if "randomize" in case:
        seed, counters = rnd.randomize(seed, counters, int(case[-1]))
    if case[0] == "neg":
        arguments[0] = read_single(case[1])
    if case[0] == "mixed":
        arguments = [float(i % 3) for i in range(1, count + 1)]
    for x in arguments:
        seed, counters = rnd.advance(seed, counters, x)
    value = single.from_bits(seed)
    return mks(value), format_single(value).decode()


Compute = Callable[[str, Row, Warn], Results]
KINDS: dict[str, tuple[Compute, tuple[str, ...]]] = {
    "single": (single_row, ("result",)),
    "double": (double_row, ("result",)),
    "int": (integer_row, ("result_mkd",)),
    "func": (function_row, ("result",)),
    "convert": (conversion_row, ("result",)),
    "print": (print_row, ("text",)),
    "val": (val_row, ("mkd", "str")),
    "constant": (constant_row, ("mkd", "str")),
    "read": (read_row, ("single", "double")),
    "rnd": (rnd_row, ("bits", "text")),
}


def plain(result: str, column: str) -> str:
    """A result as it is compared: zeros without their leftover bits."""
    is_zero = column not in ("text", "str") and len(result) in (8, 16) and result.endswith("00")
    return "0" * len(result) if is_zero else result


def outcome(compute: Compute, name: str, row: Row) -> tuple[Results, str]:
    messages: list[str] = []

    def warn(code: int) -> None:
        messages.append(error_text(code).decode())

    try:
        return compute(name, row, warn), " ".join(messages)
    except BasicError as error:
        return ("",), f"ERR {error.code}"


def difference(compute: Compute, name: str, columns: tuple[str, ...], row: Row) -> str:
    results, message = outcome(compute, name, row)
    found = [plain(result, column) for result, column in zip(results, columns, strict=False)]
    wanted = [plain(row[column], column) for column in columns]
    if found == wanted and row.get("message", message) == message:
        return ""
    return f"{row}: {found} {message}"


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.csv")), ids=lambda path: str(path.name).split(".")[0])
def test_every_row_agrees(path: Path) -> None:
    kind, _, name = path.name.split(".")[0].partition("_")
    compute, columns = KINDS[kind]
    if "of_double" in path.name:
        columns = ("result_mkd",)
    elif name == "compare":
        columns = ("lt1_eq2_gt4",)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows
    assert [line for row in rows if (line := difference(compute, name, columns, row))][:5] == []

"""The reference model of the arithmetic (tests/numeric/reference_model.py) with types, and messages beside results."""

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypeVar, cast

from mbasic.errors import BasicError, ErrorCode, error_text
from mbasic.values.warn import Warn

TABLES = Path(__file__).parent.parent / "numeric"
_T = TypeVar("_T")


class Model(Protocol):
    """What the tests use of the model: s_ takes single words, d_ double words, i_ integers."""

    msgs: list[str]
    once: int
    seed: int
    c0: int
    c1: int
    c2: int

    def s_to_i(self, x: int) -> int: ...
    def d_to_i(self, x: int) -> int: ...
    def d_to_s(self, x: int) -> int: ...
    def s_int(self, x: int) -> tuple[str, int]: ...
    def s_fix(self, x: int) -> tuple[str, int]: ...
    def d_int(self, x: int) -> int: ...
    def d_fix(self, x: int) -> int: ...
    def i_to_s(self, n: int) -> int: ...
    def s_cmp(self, a: int, b: int) -> int: ...
    def d_cmp(self, a: int, b: int) -> int: ...
    def s_mul10(self, x: int) -> int: ...
    def d_mul10(self, x: int) -> int: ...
    def d_div10(self, x: int) -> int: ...
    def rnd(self, x: int) -> int: ...
    def randomize(self, n: int) -> None: ...
    def fin(self, text: str, double: bool) -> tuple[str, int, int]: ...
    def fout(self, ty: str, v: int) -> str: ...
    def using_field(self, fmt: str) -> tuple[int, int, int, str]: ...
    def using(self, ty: str, v: int, fl: int, before: int, after: int) -> str: ...


class Hang(Exception):
    """The original crashes here (EXP from 2**127 on)."""


def _load() -> tuple[Callable[[], Model], type[Exception], type[Exception]]:
    spec = importlib.util.spec_from_file_location("reference_model", TABLES / "reference_model.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return (
        cast(Callable[[], Model], module.Math),
        cast(type[Exception], module.BasicError),
        cast(type[Exception], module.Hang),
    )


new_model, ModelError, _ModelHang = _load()


def observed(run: Callable[[Warn], _T]) -> tuple[_T | None, list[str]]:
    """Return a result of ours and the messages; an error gives None and its text."""
    messages: list[str] = []

    def warn(code: int) -> None:
        messages.append(error_text(code).decode())

    try:
        return run(warn), messages
    except BasicError as error:
        return None, [*messages, ErrorCode(error.code).name]


def expected(run: Callable[[Model], _T], once: bool = False) -> tuple[_T | None, list[str]]:
    """The same of the model's; `once`: only the first message, as inside a function."""
    model = new_model()
    model.once = int(once)
    try:
        return run(model), model.msgs
    except ModelError as error:
        return None, [*model.msgs, str(error).upper().replace(" ", "_")]
    except _ModelHang:
        raise Hang from None


def operation(model: Model, name: str, *operands: int) -> int:
    """Call one of the model's operations on words: s_add, d_mul, sin, power ..."""
    return cast(int, getattr(model, name)(*operands))


def without_leftovers(word: int) -> int:
    """A single's word; a zero keeps only its sign, as a float does."""
    return word if word >> 24 else word & 0x800000

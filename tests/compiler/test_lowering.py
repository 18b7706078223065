"""From a line to operations and to the text of T0: types, targets, loops matched over the text."""

import pytest

from mbasic.compiler import ir
from mbasic.compiler.exact import LONGEST_CALL, MOST_STATEMENTS, Block, block
from mbasic.compiler.lowering import Lowering
from mbasic.compiler.source_map import SourceMap
from mbasic.language.lexer import crunch
from mbasic.language.parser import parse_body
from mbasic.runtime.image import Image
from mbasic.runtime.variables import Variables
from mbasic.values.kinds import Kind
from mbasic.values.warn import ignore


def mapped(*lines: str) -> SourceMap:
    """The source of numbered lines."""
    numbered = [line.split(" ", 1) for line in lines]
    return SourceMap([(int(n), crunch(text.encode(), ignore)) for n, text in numbered], parse_body)


def lowered(*lines: str, pc: int = 0) -> tuple[ir.Operation, ...]:
    return Lowering(mapped(*lines), Variables(Image())).lower(pc)


def value_of(text: str) -> ir.Expression:
    (operation,) = lowered(f"10 A#={text}")
    assert isinstance(operation, ir.Assign)
    value = operation.value
    return value.operand if isinstance(value, ir.Convert) else value


def made(*lines: str, entry: int = 0, most: int = MOST_STATEMENTS) -> Block:
    source = mapped(*lines)
    lowering = Lowering(source, Variables(Image()))
    ends = (source.program_end, len(source.statements))
    return block(entry, ends, lowering.lower, lambda _array, _count: None, most)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1+2", Kind.INTEGER),
        ("A%*2", Kind.INTEGER),
        ("A%*B%", Kind.SINGLE),
        ("A%/B%", Kind.SINGLE),
        ("A%+B!", Kind.SINGLE),
        ("A!+B#", Kind.DOUBLE),
        ("A#^2", Kind.SINGLE),
        ("A#>B%", Kind.INTEGER),
        ("A# AND 1", Kind.INTEGER),
        ("SIN(A#)", Kind.SINGLE),
    ],
)
def test_types(text: str, kind: Kind) -> None:
    assert value_of(text).kind is kind


@pytest.mark.parametrize(("text", "bound"), [("A%+B%", 65536), ("A%*10", 327680), ("-(A%+1)", 32769), ("A%=1", 1)])
def test_whole_numbers_know_their_bound(text: str, bound: int) -> None:
    assert ir.bound(value_of(text)) == bound


def test_a_mismatch_is_found_when_it_is_executed() -> None:
    value = value_of('1+"A"')
    assert isinstance(value, ir.Raise)
    assert value.code == 13


def test_targets_are_places_in_the_text() -> None:
    lines = ("10 IF A THEN 30 ELSE B=1", "20 GOTO 40", "30 END")
    assert lowered(*lines) == (ir.Branch(ir.Load(Kind.SINGLE, 64), 4, 2),)
    assert lowered(*lines, pc=3) == (ir.Jump(ir.UNDEFINED),)


def test_a_for_finds_its_next_in_the_text() -> None:
    lines = ("10 GOTO 40", "20 NEXT I", "30 END", "40 FOR I=1 TO 2:FOR J=1 TO 2:NEXT J,I")
    source = mapped(*lines)
    assert source.loop_end(3) == (5, 1)
    assert source.loop_end(4) == (5, 0)
    assert source.loop_owner((1, 0)) == ir.UNDEFINED


def test_the_text_is_the_same_every_time() -> None:
    lines = ("10 FOR I=1 TO 10:A(I)=I*2:NEXT", '20 PRINT A(3);"X"')
    assert made(*lines) == made(*lines)


def test_a_loop_comes_back_inside_its_function() -> None:
    made_block = made("10 A=A+1:IF A<9 THEN 10", "20 END")
    assert made_block.loop == 2
    assert "for k in range(32)" in made_block.text


def test_a_line_of_the_text_tells_its_statement() -> None:
    made_block = made("10 A=1:B=2", "20 C=3")
    where = {line.strip(): made_block.lines[n] for n, line in enumerate(made_block.text.splitlines(), 1)}
    assert where["d[64] = 1.0"] == (0, 1)
    assert where["d[66] = 3.0"] == (2, 3)


def test_a_function_is_not_endless() -> None:
    lines = [f"{10 * n} A=A+{n}" for n in range(1, 200)]
    made_block = made(*lines)
    assert max(count for _, count in made_block.lines) == MOST_STATEMENTS < LONGEST_CALL


def test_single_statements() -> None:
    made_block = made("10 A=1:B=2", most=1)
    assert "d[65]" not in made_block.text
    assert made_block.text.rstrip().endswith("return c[1]")

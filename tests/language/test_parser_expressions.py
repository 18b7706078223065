"""Expressions: what binds stronger, how functions are called, where an error stands."""

import pytest

from mbasic.language import nodes
from mbasic.language.expressions import MAXIMUM_NESTING, MAXIMUM_OPERANDS
from mbasic.language.parser import parse_body
from mbasic.values.kinds import Kind
from tests.language.parsing import MISSING, SYNTAX, TEXT, A, B, expression, fault, nodes_of, number, shown, text


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("2+3*4", "(2+(3*4))"),
        ("2*3+4", "((2*3)+4)"),
        ("10-4-3", "((10-4)-3)"),
        ("2^3^2", "((2^3)^2)"),
        ("-2^2", "(-(2^2))"),
        ("2^-1", "(2^(-1))"),
        ("2^-1^2*3", "((2^(-(1^2)))*3)"),
        ("2*-3", "(2*(-3))"),
        ("- -2", "(-(-2))"),
        ("+2", "2"),
        ("2-+-A", "(2-(-A))"),
        ("-A-B", "((-A)-B)"),
        ("7\\2*3", "(7\\(2*3))"),
        ("17 MOD 5\\2", "(17 MOD (5\\2))"),
        ("2+3 MOD 2", "(2+(3 MOD 2))"),
        ("A=B=5", "((A=B)=5)"),
        ("A+1<B*2", "((A+1)<(B*2))"),
        ("NOT A=B", "(NOT (A=B))"),
        ("NOT A AND B", "((NOT A) AND B)"),
        ("5 AND NOT 3", "(5 AND (NOT 3))"),
        ("2*NOT 1+5", "(2*(NOT (1+5)))"),
        ("A OR B AND 1", "(A OR (B AND 1))"),
        ("1 IMP 2 EQV 3 XOR 4 OR 5 AND 6", "(1 IMP (2 EQV (3 XOR (4 OR (5 AND 6)))))"),
        ("(2+3)*4", "((2+3)*4)"),
        ("7AND 2", "(7 AND 2)"),
    ],
)
def test_precedence(source: str, tree: str) -> None:
    assert shown(expression(source)) == tree


@pytest.mark.parametrize(
    ("signs", "operator"),
    [("<=", "<="), ("=<", "<="), ("< =", "<="), ("=>", ">="), ("><", "<>"), ("> <", "<>"), ("<>=", "<=>"), ("=", "=")],
)
def test_relations_are_combined_from_signs(signs: str, operator: str) -> None:
    assert expression(f"A{signs}B") == nodes.Binary(operator, A, B)


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("1+", "(1+!22)"),
        ("", "!22"),
        ("(", "!22"),
        ("*2", "!2"),
        ("1+*2", "(1+!2)"),
        ("(1+2", "!2[(1+2)]"),
        ("A==B", "!2[A]"),
        ("1+A<<B", "(1+!2[A])"),
        ("NOT", "(NOT !22)"),
        ("-", "(-!22)"),
        ("()", "!2"),
        ("2^", "(2^!22)"),
        ("TAB(5)", "!2"),
        ("ABS 5", "!2"),
        ("ABS()", "!2"),
        ("ABS(", "!22"),
        ("LEN(A", "!2[A]"),
        ("SIN(1,2)", "!2[1]"),
        ("LEFT$(A$)", "!2[A$]"),
        ("LEFT$(A$,", "!2[A$][!22]"),
        ("LEFT$(A$,1,2)", "!2[A$][!2[1]]"),
        ("LEFT$", "!2"),
        ("INSTR(A$)", "!2[A$]"),
        ("INPUT$", "!2"),
        ("INPUT$(1,", "!2[1][!22]"),
        ("INPUT$(1;", "!2[1]"),
        ("VARPTR", "!2"),
        ("VARPTR(5)", "!2"),
        ("VARPTR(A", "!2[A]"),
        ("USR10(1)", "!2"),
        ("USRX(1)", "!2"),
        ("INKEY$(1)", "INKEY$<>"),
    ],
)
def test_faults_stand_where_the_original_finds_them(source: str, tree: str) -> None:
    value = nodes_of("A=" + source)[0]
    assert isinstance(value, nodes.Let)
    assert shown(value.value) == tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("RND", nodes.Call("RND", ())),
        ("RND(1)", nodes.Call("RND", (number(1),))),
        ("RND (1)", nodes.Call("RND", (number(1),))),
        ("INT (5)", nodes.Call("INT", (number(5),))),
        ("ERR", nodes.Call("ERR", ())),
        ("INKEY$", nodes.Call("INKEY$", ())),
        ("MID$(A$,2)", nodes.Call("MID$", (TEXT, number(2)))),
        ("MID$(A$,2,3)", nodes.Call("MID$", (TEXT, number(2), number(3)))),
        ("INSTR(2,A$,A$)", nodes.Call("INSTR", (number(2), TEXT, TEXT))),
        ("STRING$(3,65)", nodes.Call("STRING$", (number(3), number(65)))),
        ("INPUT$(3)", nodes.InputChars(number(3), None)),
        ("INPUT$(3,#1)", nodes.InputChars(number(3), number(1))),
        ("INPUT$(3,1)", nodes.InputChars(number(3), number(1))),
        ("VARPTR(A)", nodes.AddressOf(A)),
        ("VARPTR(#1)", nodes.BufferAddress(number(1))),
        ("USR(A)", nodes.MachineCall(0, A)),
        ("USR5(A)", nodes.MachineCall(5, A)),
        ("FNX", nodes.UserCall(b"X", "", None)),
        ("FN X$(A)", nodes.UserCall(b"X", "$", (A,))),
        ("FNX(A", nodes.UserCall(b"X", "", (fault(A),))),
        ("FNX()", nodes.UserCall(b"X", "", (SYNTAX,))),
        ("FNTO(A)", SYNTAX),
        ("A(1,B)", nodes.Element(b"A", "", (number(1), B))),
        ("A [1]", nodes.Element(b"A", "", (number(1),))),
        ("A(1]", nodes.Element(b"A", "", (number(1),))),
        ("A(1", nodes.Element(b"A", "", (fault(number(1)),))),
        ("A(1,", nodes.Element(b"A", "", (number(1), MISSING))),
        ("A$", TEXT),
        ("LONG.NAME%", nodes.Variable(b"LONG.NAME", "%")),
        ('"two', text("two")),
        ("&HFFFF", number(-1)),
        ("&17", number(15)),
        ("300", number(300)),
        ("1.5", nodes.Number(Kind.SINGLE, 1.5)),
        ("1.5#", nodes.Number(Kind.DOUBLE, 0x8140000000000000)),
        ("ERL=10", nodes.Binary("=", nodes.Call("ERL", ()), nodes.Number(Kind.SINGLE, 10.0))),
        ("X" * 41, SYNTAX),
    ],
)
def test_operands(source: str, tree: nodes.Expression) -> None:
    assert expression(source) == tree


def test_digits_behind_a_name_are_read_as_typed() -> None:
    assert nodes_of("PRINT A 12 B") == [nodes.Print((A, number(12), B))]


def test_a_typed_number_may_be_too_large() -> None:
    assert nodes_of("PRINT A 40000%") == [nodes.Print((A, nodes.Fault(6)))]


def test_a_function_without_parameters_takes_no_bracket() -> None:
    body = b"\x91 \xd3B(\x12)"
    assert [statement.node for statement in parse_body(body, frozenset({(b"B", "")}))] == [
        nodes.Print((nodes.UserCall(b"B", "", None), number(1)))
    ]


def depth(tree: object) -> int:
    match tree:
        case nodes.Binary(_, left, right):
            return 1 + max(depth(left), depth(right))
        case nodes.Unary(_, operand):
            return 1 + depth(operand)
        case nodes.Call(_, arguments) | nodes.Fault(_, arguments):
            return 1 + max(map(depth, arguments), default=0)
        case _:
            return 1


@pytest.mark.parametrize("opening", [b"(", b"\xf3", b"\xd5", b"\xff\x85(", b"\x12\xf2(", b"A(", b"\xd3A("])
def test_deep_nesting_runs_out_of_memory(opening: bytes) -> None:
    (let,) = parse_body(b"A\xf0" + opening * 10000)
    assert isinstance(let.node, nodes.Let)
    assert "code=7" in repr(let.node)


def test_nesting_that_fits() -> None:
    inside = MAXIMUM_NESTING - 1
    assert expression("(" * inside + "5" + ")" * inside) == number(5)
    assert shown(expression("(" * (inside + 1) + "5" + ")" * (inside + 1))) == "!7"


def test_long_chains_are_bounded_beyond_what_a_typed_line_holds() -> None:
    (let,) = parse_body(b"A\xf0" + b"\x12\xf2" * 5000 + b"\x12")
    assert isinstance(let.node, nodes.Let)
    assert depth(let.node.value) <= MAXIMUM_OPERANDS + 1
    assert "!7" in shown(let.node.value)
    assert "!" not in shown(expression("1+" * 126 + "1"))

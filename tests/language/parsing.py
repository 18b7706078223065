"""Short words for the parser's tests: a source line in, nodes out."""

from mbasic.language import nodes
from mbasic.language.lexer import crunch
from mbasic.language.parser import parse_body
from mbasic.values.kinds import Kind
from mbasic.values.warn import ignore

A = nodes.Variable(b"A", "")
B = nodes.Variable(b"B", "")
C = nodes.Variable(b"C", "")
TEXT = nodes.Variable(b"A", "$")
SYNTAX = nodes.Fault(2)
MISSING = nodes.Fault(22)
BAD = nodes.FaultStatement(2)


def parse(line: str) -> tuple[nodes.Statement, ...]:
    """Parse the text of a line behind its number."""
    return parse_body(crunch(line.encode("latin-1"), ignore))


def nodes_of(line: str) -> list[nodes.StatementNode]:
    """Return the nodes of a line without their places."""
    return [statement.node for statement in parse(line)]


def expression(text: str) -> nodes.Expression:
    """Parse `text` as the value of an assignment."""
    (let,) = nodes_of("A=" + text)
    assert isinstance(let, nodes.Let)
    return let.value


def number(value: int) -> nodes.Number:
    """A whole constant."""
    return nodes.Number(Kind.INTEGER, value)


def text(value: str) -> nodes.Text:
    """A string constant."""
    return nodes.Text(value.encode())


def fault(*before: nodes.Expression) -> nodes.Fault:
    """A Syntax error behind these expressions."""
    return nodes.Fault(2, before)


def shown(tree: object) -> str:
    """Write an expression with all its brackets: (2+(3*4))."""
    match tree:
        case nodes.Number(_, value):
            return str(value)
        case nodes.Variable(name, sign):
            return name.decode() + sign
        case nodes.Unary(operator, operand):
            return f"({operator}{' ' if operator == 'NOT' else ''}{shown(operand)})"
        case nodes.Binary(operator, left, right):
            gap = " " if operator.isalpha() else ""
            return f"({shown(left)}{gap}{operator}{gap}{shown(right)})"
        case nodes.Fault(code, before):
            return "!" + str(code) + "".join(f"[{shown(part)}]" for part in before)
        case nodes.Call(name, arguments):
            return f"{name}<{','.join(map(shown, arguments))}>"
        case _:
            return repr(tree)

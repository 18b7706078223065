r"""Expressions, read in the order in which the original evaluates them.

`_above(level)` takes an operand, then operators that bind stronger than `level`:

    127 ^    125 unary -    124 * /    123 \    122 MOD    121 + -    100 relations
     90 NOT   80 AND         70 OR      60 XOR   50 EQV     40 IMP

so -2^2 is -4, 2^-1 is .5 and 2^3^2 is 64 (tests/transcripts/lang/expressions/precedence_arith, precedence_unary).
A unary plus is passed over and leaves no node. `Missing operand` comes where an operand is wanted and the statement
ends, `Syntax error` where something else stands (lang/deffn/fn_bad_body_late, lang/functions/function_syntax).
"""

from collections.abc import Callable, Set
from typing import ClassVar

from mbasic.errors import BasicError, ErrorCode
from mbasic.language import nodes, tokenized
from mbasic.language.keywords import FN, FUNCTION_PREFIX, NAME_OF, PLUS, TOKEN_OF, USR, one_byte_token
from mbasic.language.scanner import (
    COMMA,
    DOLLAR,
    ENDS,
    LEFT,
    LEFTS,
    NOT_REACHED,
    NUMBER_SIGN,
    QUOTE,
    RIGHT,
    RIGHTS,
    SYNTAX_ERROR,
    Scanner,
)
from mbasic.values import single
from mbasic.values.kinds import Kind
from mbasic.values.number_text import parse_number
from mbasic.values.warn import ignore

GREATER = one_byte_token(b">")
EQUAL = one_byte_token(b"=")
LESS = one_byte_token(b"<")
INPUT = one_byte_token(b"INPUT")

MAXIMUM_NESTING = 60
"""Pending brackets and operators. The original keeps them on a stack of a few hundred bytes and says Out of memory
when it is full; 20 brackets and 13 sums in brackets are known to fit (tests/transcripts/lang/expressions/deep_parens,
lang/strings/string_formula_complex). 60 keeps this parser, and all that walk its tree, far from Python's own limit."""

MAXIMUM_OPERANDS = 256
"""Operands of one expression: more than a line of 255 characters can hold, so only a made-up file meets it. As every
level of the tree has an operand of its own, no tree is deeper: 1+1+1+... included."""

_RELATION_LEVEL = 100
_NOT_LEVEL = 90
_NEGATION_LEVEL = 125
_LEVELS = {
    one_byte_token(name.encode()): (level, name)
    for name, level in (
        ("^", 127),
        ("*", 124),
        ("/", 124),
        ("\\", 123),
        ("MOD", 122),
        ("+", 121),
        ("-", 121),
        ("AND", 80),
        ("OR", 70),
        ("XOR", 60),
        ("EQV", 50),
        ("IMP", 40),
    )
}
_RELATION_BITS = {GREATER: 1, EQUAL: 2, LESS: 4}
_RELATIONS = ("", ">", "=", ">=", "<", "<>", "<=", "<=>")

_FUNCTION_COUNTS = {"LEFT$": (2, 2), "RIGHT$": (2, 2), "MID$": (2, 3)}
_FUNCTIONS = {
    token[1]: (name.decode(), *_FUNCTION_COUNTS.get(name.decode(), (1, 1)))
    for name, token in TOKEN_OF.items()
    if len(token) == 2
}
_NO_FUNCTIONS: frozenset[tuple[nodes.Name, str]] = frozenset()
_DIGITS = tuple(nodes.Number(Kind.INTEGER, value) for value in range(11))


def _broken(parts: list[nodes.Expression]) -> nodes.Expression:
    """What is left of a function whose text fails in the last of `parts`."""
    if len(parts) == 1:
        return parts[0]
    return nodes.Fault(SYNTAX_ERROR, tuple(parts)) if parts else NOT_REACHED


class ExpressionScanner(Scanner):
    """Reads expressions and variables. Functions in `without_arguments` take no bracket (see `parse_body`)."""

    __slots__ = ("_nesting", "_operands", "_without_arguments")

    def __init__(self, body: bytes, without_arguments: Set[tuple[nodes.Name, str]] = _NO_FUNCTIONS) -> None:
        super().__init__(body)
        self._without_arguments = without_arguments
        self._nesting = 0
        self._operands = 0

    # ---- for statements: each of these is NOT_REACHED behind a fault

    def formula(self) -> nodes.Expression:
        """The expression at the cursor."""
        if self.failed:
            return NOT_REACHED
        if not self._nesting:
            self._operands = 0
        return self._above(0)

    def after(self, byte: int) -> nodes.Expression:
        """The expression behind `byte`, which must stand here."""
        if self.failed:
            return NOT_REACHED
        return self.formula() if self.accept(byte) else self.syntax_error()

    def optional(self) -> nodes.Expression | None:
        """The expression behind a comma, or nothing at the statement's end."""
        return self.after(COMMA) if self.goes_on() else None

    def followed(self, byte: int, expression: nodes.Expression) -> nodes.Expression:
        """`expression`, behind which `byte` must stand."""
        return expression if self.failed or self.accept(byte) else self.syntax_error(expression)

    def last(self, expression: nodes.Expression) -> nodes.Expression:
        """`expression`, behind which the statement must end before it does anything."""
        return self.syntax_error(expression) if self.goes_on() else expression

    def variable(self) -> nodes.Target | nodes.Fault:
        """A variable or an array element. A fault in the subscripts stands in the subscripts."""
        if self.failed:
            return NOT_REACHED
        found = self.name()
        if found is None:
            return NOT_REACHED
        if self.data[self.pos] in LEFTS:
            return nodes.Element(*found, self._subscripts())
        return nodes.Variable(*found)

    def variable_after(self, byte: int) -> nodes.Target | nodes.Fault:
        """The variable behind `byte`, which must stand here."""
        if self.failed:
            return NOT_REACHED
        return self.variable() if self.accept(byte) else self.syntax_error()

    def variables(self, first: nodes.Target | nodes.Fault) -> tuple[nodes.Target | nodes.Fault, ...]:
        """`first` and more variables behind commas up to the statement's end."""
        found = [first]
        while self.goes_on():
            found.append(self.variable_after(COMMA))
        return tuple(found)

    def file_number(self) -> nodes.Expression:
        """A file number, with or without its `#`."""
        if not self.failed:
            self.accept(NUMBER_SIGN)
        return self.formula()

    # ---- operators

    def _above(self, level: int) -> nodes.Expression:
        if self._nesting >= MAXIMUM_NESTING:
            return self.fault(ErrorCode.OUT_OF_MEMORY)
        self._nesting += 1
        left = self._operand()
        while not self.failed:
            byte = self.data[self.pos]
            if byte < GREATER:
                break
            if byte <= LESS:
                start = self.pos
                operator, above = self._relation(), _RELATION_LEVEL
                if not operator:
                    left = self.syntax_error(left)
                elif above <= level:
                    self.pos = start
                    break
            elif byte in _LEVELS:
                above, operator = _LEVELS[byte]
                if above <= level:
                    break
                self.step()
            else:
                break
            if operator:
                left = nodes.Binary(operator, left, self._above(above))
        self._nesting -= 1
        return left

    def _relation(self) -> str:
        """Step over the signs of one relation, in any order: `=<`, `> <`, `<>=`; "" if a sign comes twice.

        Proof: tests/transcripts/lang/expressions/relational_numbers, direct/entry/operators.
        """
        signs = 0
        byte = self.data[self.pos]
        while bit := _RELATION_BITS.get(byte, 0):
            if signs & bit:
                return ""
            signs |= bit
            byte = self.step()
        return _RELATIONS[signs]

    def _operand(self) -> nodes.Expression:
        self._operands += 1
        if self._operands > MAXIMUM_OPERANDS:
            return self.fault(ErrorCode.OUT_OF_MEMORY)
        if self.at_letter():
            return self.variable()
        byte = self.data[self.pos]
        if byte in ENDS:
            return self.fault(ErrorCode.MISSING_OPERAND)
        read = self._READERS.get(byte)
        return self.syntax_error() if read is None else read(self)

    # ---- operands; the cursor stands on their first byte

    def _bracket(self) -> nodes.Expression:
        self.step()
        return self.followed(RIGHT, self._above(0))

    def _negation(self) -> nodes.Expression:
        self.step()
        return nodes.Unary("-", self._above(_NEGATION_LEVEL))

    def _complement(self) -> nodes.Expression:
        self.step()
        return nodes.Unary("NOT", self._above(_NOT_LEVEL))

    def _plus(self) -> nodes.Expression:
        while self.accept(PLUS):
            pass
        return self._operand()

    def _string(self) -> nodes.Expression:
        return nodes.Text(self.text())

    def _typed_number(self) -> nodes.Expression:
        """Digits that the line keeps as typed, behind a name (tests/transcripts/direct/entry/digits_after_names)."""
        try:
            kind, value, self.pos = parse_number(self.data, self.pos, False, ignore)
        except BasicError as error:  # A 40000%
            return self.fault(error.code)
        self.settle()
        return nodes.Number(kind, value)

    def _digit(self) -> nodes.Expression:
        value = self.data[self.pos] - tokenized.DIGIT_0
        self.step()
        return _DIGITS[value]

    def _byte(self) -> nodes.Expression:
        value = self.data[self.pos + 1]
        self.step(2)
        return nodes.Number(Kind.INTEGER, value)

    def _word(self) -> nodes.Expression:
        value = int.from_bytes(self.data[self.pos + 1 : self.pos + 3], "little", signed=True)
        self.step(3)
        return nodes.Number(Kind.INTEGER, value)

    def _line(self) -> nodes.Expression:
        """A line number in an expression (ERL=10) is a single."""
        value = int.from_bytes(self.data[self.pos + 1 : self.pos + 3], "little")
        self.step(3)
        return nodes.Number(Kind.SINGLE, float(value))

    def _single(self) -> nodes.Expression:
        word = int.from_bytes(self.data[self.pos + 1 : self.pos + 5], "little")
        self.step(5)
        return nodes.Number(Kind.SINGLE, single.from_bits(word))

    def _double(self) -> nodes.Expression:
        word = int.from_bytes(self.data[self.pos + 1 : self.pos + 9], "little")
        self.step(9)
        return nodes.Number(Kind.DOUBLE, word)

    # ---- brackets

    def _subscripts(self) -> tuple[nodes.Expression, ...]:
        """The list from its opening bracket on. A round and a square bracket may close one another."""
        found: list[nodes.Expression] = []
        while True:
            self.step()
            found.append(self._above(0))
            if self.failed or self.data[self.pos] != COMMA:
                break
        if not self.failed:
            if self.data[self.pos] in RIGHTS:
                self.step()
            else:
                found[-1] = self.syntax_error(found[-1])
        return tuple(found)

    def _list(self, least: int, most: int) -> list[nodes.Expression]:
        """The arguments in round brackets; failed if there are not so many: the last one is then a fault."""
        found: list[nodes.Expression] = []
        if self.data[self.pos] != LEFT:
            self.failed = True
            return found
        while True:
            self.step()
            found.append(self._above(0))
            if self.failed or len(found) == most or self.data[self.pos] != COMMA:
                break
        if not self.failed and (len(found) < least or not self.accept(RIGHT)):
            found[-1] = self.syntax_error(found[-1])
        return found

    def _call(self, name: str, least: int, most: int) -> nodes.Expression:
        found = self._list(least, most)
        return _broken(found) if self.failed else nodes.Call(name, tuple(found))

    # ---- functions

    def _function(self) -> nodes.Expression:
        code = self.data[self.pos + 1]
        if code not in _FUNCTIONS:
            return self.syntax_error()
        name, least, most = _FUNCTIONS[code]
        if self.step(2) != LEFT and name == "RND":
            return nodes.Call(name, ())
        return self._call(name, least, most)

    def _string_of(self) -> nodes.Expression:
        self.step()
        return self._call("STRING$", 2, 2)

    def _instr(self) -> nodes.Expression:
        self.step()
        return self._call("INSTR", 2, 3)

    def _alone(self) -> nodes.Expression:
        name = NAME_OF[self.data[self.pos : self.pos + 1]].decode()
        self.step()
        return nodes.Call(name, ())

    def _input_chars(self) -> nodes.Expression:
        self.step()
        if not (self.accept(DOLLAR) and self.accept(LEFT)):
            return self.syntax_error()
        count = self._above(0)
        if self.failed:
            return count
        if self.accept(RIGHT):
            return nodes.InputChars(count, None)
        if not self.accept(COMMA):
            return self.syntax_error(count)
        self.accept(NUMBER_SIGN)
        file = self._above(0)
        if not self.then(RIGHT):
            return self.syntax_error(count, file)
        return nodes.InputChars(count, file)

    def _address(self) -> nodes.Expression:
        self.step()
        if not self.accept(LEFT):
            return self.syntax_error()
        of_file = self.accept(NUMBER_SIGN)
        inner = self._above(0) if of_file else self.variable()
        if self.failed:
            return inner
        if not self.accept(RIGHT):
            return self.syntax_error(inner)
        if isinstance(inner, nodes.Variable | nodes.Element) and not of_file:
            return nodes.AddressOf(inner)
        return nodes.BufferAddress(inner)

    def usr_number(self) -> int:
        """Step over USR and its digit; USR alone is USR0, USR10 is USR0 and a 10 (lang/misc/call_usr_errors)."""
        digit = self.step() - tokenized.DIGIT_0
        if not 0 <= digit <= 9:
            return 0
        self.step()
        return digit

    def _machine_call(self) -> nodes.Expression:
        number = self.usr_number()
        found = self._list(1, 1)
        return _broken(found) if self.failed else nodes.MachineCall(number, found[0])

    def _user_call(self) -> nodes.Expression:
        """FNname. A fault in the arguments stands last among them: an undefined function comes first."""
        self.step()
        found = self.name()
        if found is None:
            return NOT_REACHED
        if self.data[self.pos] != LEFT or found in self._without_arguments:
            return nodes.UserCall(*found, None)
        return nodes.UserCall(*found, tuple(self._list(1, MAXIMUM_OPERANDS)))

    _READERS: ClassVar[dict[int, Callable[["ExpressionScanner"], nodes.Expression]]] = {
        LEFT: _bracket,
        QUOTE: _string,
        **dict.fromkeys(range(ord("0"), ord("9") + 1), _typed_number),
        **dict.fromkeys(range(tokenized.DIGIT_0, tokenized.WORD), _digit),
        tokenized.BYTE: _byte,
        **dict.fromkeys((tokenized.OCTAL, tokenized.HEXADECIMAL, tokenized.WORD), _word),
        **dict.fromkeys((tokenized.LINE_NUMBER, tokenized.LINE_ADDRESS), _line),
        tokenized.SINGLE: _single,
        tokenized.DOUBLE: _double,
        FUNCTION_PREFIX: _function,
        PLUS: _plus,
        one_byte_token(b"-"): _negation,
        one_byte_token(b"NOT"): _complement,
        one_byte_token(b"ERR"): _alone,
        one_byte_token(b"ERL"): _alone,
        one_byte_token(b"INKEY$"): _alone,
        one_byte_token(b"INSTR"): _instr,
        one_byte_token(b"STRING$"): _string_of,
        one_byte_token(b"VARPTR"): _address,
        USR: _machine_call,
        FN: _user_call,
        INPUT: _input_chars,
    }


StatementReader = Callable[[ExpressionScanner], nodes.StatementNode]
"""Reads a statement from behind its token."""

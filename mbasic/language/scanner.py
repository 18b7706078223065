r"""The cursor in a stored line: what the original's own scanner sees, byte by byte.

Blanks, tabs and line feeds are skipped everywhere; a constant is one step of 1 to 9 bytes. The scanner stands on
the byte to be looked at next; 0 stands behind the line. `failed` is set where the original finds an error: the rest
of the statement is never looked at. What is built behind that point is filled with `Fault`s, so a statement can be
put together in one go, each part asking for the next:

    Poke(address=scan.formula(), value=scan.after(COMMA))      POKE 5     -> Poke(5, Fault(2))

`fault_follows` is set where a statement has been carried out in part when the original finds the error.
"""

from mbasic.errors import ErrorCode
from mbasic.language import nodes, tokenized

COLON = ord(":")
COMMA = ord(",")
DOLLAR = ord("$")
DOT = ord(".")
LEFT = ord("(")
LEFT_SQUARE = ord("[")
NUMBER_SIGN = ord("#")
QUOTE = ord('"')
RIGHT = ord(")")
RIGHT_SQUARE = ord("]")
SEMICOLON = ord(";")

BLANKS = b" \t\n"
ENDS = (0, COLON)
LEFTS = (LEFT, LEFT_SQUARE)
RIGHTS = (RIGHT, RIGHT_SQUARE)

_PADDING = bytes(12)  # the longest constant may be cut short by the line's end: room for it, and zeros behind it
_LETTERS = bytes(65 <= code <= 90 for code in range(256))
_NAME_BYTES = bytes((chr(code).isalnum() and code < 91) or code == DOT for code in range(256))
_SIGNS = {ord(sign): sign for sign in "%!#$"}
_LONGEST_NAME = 40
_STEPS = tuple(2 if code == 0xFF else tokenized.constant_length(code) or 1 for code in range(256))
_CONSTANTS = range(tokenized.OCTAL, tokenized.DOUBLE + 1)
_LINE_NUMBERS = (tokenized.LINE_NUMBER, tokenized.LINE_ADDRESS)

SYNTAX_ERROR = int(ErrorCode.SYNTAX_ERROR)
NOT_REACHED = nodes.Fault(SYNTAX_ERROR)
"""Stands for what follows a fault in the same statement: it is never executed."""

BAD_STATEMENT = nodes.FaultStatement(SYNTAX_ERROR)


class Scanner:
    """A place in a body, and whether the statement there has failed."""

    __slots__ = ("data", "failed", "fault_follows", "length", "pos")

    def __init__(self, body: bytes) -> None:
        self.data = body + _PADDING
        self.length = len(body)
        self.pos = 0
        self.failed = False
        self.fault_follows = False
        self.settle()

    # ---- steps

    def settle(self) -> None:
        """Skip the blanks at the cursor."""
        data, pos = self.data, self.pos
        while data[pos] in BLANKS:
            pos += 1
        self.pos = pos

    def step(self, length: int = 1) -> int:
        """Go `length` bytes on, skip blanks, and return the byte that stands there."""
        data = self.data
        pos = self.pos + length
        if pos > self.length:  # a constant that the line's end cuts short
            pos = self.length
        while data[pos] in BLANKS:
            pos += 1
        self.pos = pos
        return data[pos]

    def step_over(self) -> None:
        """Step over whatever stands here: a string, a constant, a byte."""
        byte = self.data[self.pos]
        if byte == QUOTE:
            self.pos = self.behind_string(self.pos)
            self.settle()
        else:
            self.step(_STEPS[byte])

    def at_end(self) -> bool:
        """Whether the statement ends here."""
        return self.data[self.pos] in ENDS

    def accept(self, byte: int) -> bool:
        """Step over `byte` if it stands here."""
        if self.data[self.pos] != byte:
            return False
        self.step()
        return True

    def then(self, byte: int) -> bool:
        """Step over `byte` if nothing has failed and it stands here."""
        return not self.failed and self.accept(byte)

    def goes_on(self) -> bool:
        """Whether nothing has failed and the statement does not end here."""
        return not self.failed and self.data[self.pos] not in ENDS

    def expect(self, text: bytes) -> bool:
        """Step over these bytes, blanks between them allowed, as the original checks for AS, BASE and ALL."""
        for byte in text:
            if not self.accept(byte):
                self.failed = True
                return False
        return True

    def skip(self) -> None:
        """Go to the statement's end as the original does over DATA: quotes hide a colon, a REM does not."""
        data, pos = self.data, self.pos
        while (byte := data[pos]) not in ENDS:
            pos = self.behind_string(pos) if byte == QUOTE else pos + _STEPS[byte]
        self.pos = min(pos, self.length)

    def behind_string(self, quote: int) -> int:
        """Return the place behind the string that begins with the quote there, or the line's end."""
        data = self.data
        end = data.find(0, quote + 1)
        closing = data.find(QUOTE, quote + 1, end)
        return end if closing < 0 else closing + 1

    def text(self) -> bytes:
        """Step over the string at the cursor and return what it holds."""
        start = self.pos
        end = self.behind_string(start)
        self.pos = end
        self.settle()
        return self.data[start + 1 : end].removesuffix(b'"')

    # ---- faults

    def fault(self, code: int, *before: nodes.Expression) -> nodes.Fault:
        """The original finds error `code` here, having evaluated `before`."""
        self.failed = True
        return nodes.Fault(int(code), before)

    def syntax_error(self, *before: nodes.Expression) -> nodes.Fault:
        """The original finds a Syntax error here, having evaluated `before`."""
        self.failed = True
        return nodes.Fault(SYNTAX_ERROR, before) if before else NOT_REACHED

    def refuse(self) -> nodes.FaultStatement:
        """The original finds a Syntax error before the statement has done anything."""
        self.failed = True
        return BAD_STATEMENT

    # ---- names and line numbers

    def at_letter(self) -> bool:
        """Whether a name begins here."""
        return bool(_LETTERS[self.data[self.pos]])

    def name(self) -> tuple[nodes.Name, str] | None:
        """Step over a name and its type sign, which stands directly behind it; None (failed) if there is no name.

        `A $` has no sign; more than 40 characters are a Syntax error (tests/transcripts/direct/entry/long_names).
        """
        data = self.data
        start = self.pos
        if not _LETTERS[data[start]]:
            self.failed = True
            return None
        pos = start + 1
        while _NAME_BYTES[data[pos]]:
            pos += 1
        name = data[start:pos]
        if len(name) > _LONGEST_NAME:
            self.failed = True
            return None
        sign = _SIGNS.get(data[pos], "")
        if sign:
            pos += 1
        while data[pos] in BLANKS:
            pos += 1
        self.pos = pos
        return name, sign

    def scalar(self) -> nodes.Variable | nodes.Fault:
        """A name where the original does not look for a bracket (FOR, ERASE, parameters)."""
        found = self.name()
        return NOT_REACHED if found is None else nodes.Variable(*found)

    def line_number(self) -> int | None:
        """Step over a line number; None if none stands here.

        A constant of another kind counts as line 0 at the statement's end: what was a constant reads as 0 when it is
        looked at again, so LIST &HA lists nothing (tests/transcripts/direct/list/bad).
        """
        byte = self.data[self.pos]
        if byte in _LINE_NUMBERS:
            number = int.from_bytes(self.data[self.pos + 1 : self.pos + 3], "little")
            self.step(3)
            return number
        if byte in _CONSTANTS:
            self.skip()
            return 0
        return None

    def line_or_dot(self) -> int | None:
        """A line number, or -1 for `.`, the current line."""
        return -1 if self.accept(DOT) else self.line_number()

    def at_line_number(self) -> bool:
        """Whether THEN and ELSE jump from here."""
        return self.data[self.pos] in _LINE_NUMBERS

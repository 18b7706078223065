r"""From a typed line to its stored body, as the original crunches it; lister.py is the way back.

The line is read from left to right in one of three modes, which say what digits mean:

    CONSTANT       10 becomes 0F 0A             at the start, and behind a word or a colon
    LINE_NUMBER    10 becomes 0E 0A 00          behind GOTO, THEN and the like (keywords.LINE_NUMBER_TOKENS)
    NAME           10 stays `10` as typed       behind a name, until a word or a sign: PRINT A 10

Words and colons set the mode, names set NAME, signs end only NAME; blanks, strings and numbers leave it alone
(tests/transcripts/direct/saved/digits_after_names and line_numbers). A word is one only if no letter, digit or point
follows, which the lexer sees by reading the whole run first: PRINTA is a name.
"""

import re
from bisect import bisect_right
from enum import IntEnum
from operator import itemgetter

from msgspec import Struct

from mbasic.errors import BasicError, ErrorCode
from mbasic.language import keywords, tokenized
from mbasic.values.kinds import Kind
from mbasic.values.number_text import parse_number
from mbasic.values.single import to_bits
from mbasic.values.warn import Warn

MAXIMUM_BODY = 314
"""BASICs of this family crunch into a buffer of 318 bytes and stop 3 before its end (GW-BASIC does); no proof here."""

MAXIMUM_LINE_NUMBER = 65529


class _Mode(IntEnum):
    CONSTANT = 0
    LINE_NUMBER = 1
    NAME = 2


_LEXEME = re.compile(
    rb"""
    (?P<as_typed>[ ]+|"[^"]*"?)         # blanks and strings, open ones too
    |(?P<word>[A-Za-z][A-Za-z0-9.]*)
    |(?P<number>[0-9.])
    |(?P<colon>:)
    |(?P<operator>[-+*/^\\=<>])
    |(?P<print_sign>\?)
    |(?P<remark_sign>')
    |(?P<radix>&)
    |(?P<control>[\0-\x08\x0b-\x1f])
    |(?P<beyond_ascii>[\x80-\xff]+)
    |(?P<sign>.)                        # , ; # $ and all others; tab and line feed
    """,
    re.VERBOSE | re.DOTALL,
)
_DIGITS_AND_POINTS = re.compile(rb"[0-9.]+")
_SMALL_WHOLE_NUMBER = re.compile(rb"([0-9]{1,4})(?![ \t\n]*[0-9.DEde!#%])")
_UNBROKEN_NUMBER = re.compile(rb"[0-9]{1,5}(?![ \t\n]*[0-9])")
_DATA_TEXT = re.compile(rb'(?:[^":]|"[^"]*"?)*')
_HEXADECIMAL = re.compile(rb"&[Hh]([0-9A-Fa-f]{0,5})")
_OCTAL = re.compile(rb"&[Oo]?([0-9]*)")
_BLANKS = b" \t\n"
_BLANK = 0x20

# GO TO with one blank is the word GOTO, but not in front of a name character. In all other cases the original skips
# whatever stands behind the first blank, and more blanks, and takes TO or UB to be GOSUB; it then swallows one more
# character (tests/transcripts/direct/entry/go_sub_tail, direct/saved/go_words).
_GO_TO = re.compile(rb"GO TO(?![A-Z0-9.])", re.IGNORECASE)
_GO_SUB = re.compile(rb"GO .[ \t\n]*(?:TO|UB).?", re.IGNORECASE | re.DOTALL)


def crunch(text: bytes, warn: Warn) -> bytes:
    """Return the body for the text behind a line's number (or for a direct line).

    A constant too large goes through `warn` with OVERFLOW and is stored as the largest number. Raises BasicError
    where the original refuses the line: OVERFLOW (40000%, &HFFFFF), SYNTAX_ERROR (&O8), LINE_BUFFER_OVERFLOW.
    """
    return _Cruncher(text, warn).run()


class Crunched(Struct, frozen=True):
    """A body with the places it comes from: `marks` are (offset in the body, column in the text) of each lexeme.

    `length` is that of the text. `error`: the original refuses the line; the body ends before the lexeme at fault, the
    last mark. `warnings`: error codes, with the column of the constant.
    """

    body: bytes
    marks: tuple[tuple[int, int], ...]
    warnings: tuple[tuple[int, int], ...]
    length: int
    error: int = 0

    def column(self, place: int) -> int:
        """Return the column that byte `place` of the body comes from.

        Within a lexeme whose bytes are those of the text, a string or DATA, they go together.
        """
        if place >= len(self.body):
            return self.length
        marks = self.marks
        index = bisect_right(marks, place, key=itemgetter(0)) - 1
        begin, column = marks[index]
        behind = marks[index + 1] if index + 1 < len(marks) else (len(self.body), self.length)
        alike = behind[0] - begin == behind[1] - column
        return column + (place - begin if alike else 0)


def crunch_marked(text: bytes) -> Crunched:
    """Crunch as `crunch` does, and note where everything comes from; raises nothing."""
    marks: list[tuple[int, int]] = []
    warnings: list[tuple[int, int]] = []
    cruncher = _Cruncher(text, lambda code: warnings.append((code, marks[-1][1])))
    try:
        body, error = cruncher.run(marks), 0
    except BasicError as refused:
        body, error = bytes(cruncher.out), refused.code
    return Crunched(body, tuple(marks), tuple(warnings), len(text), error)


def split_line_number(text: bytes) -> tuple[int | None, bytes]:
    """Return a line's number and what stands behind it, or None and the whole text.

    Blanks in front of and within the number are lost, and one behind it: `3 0 X` is line 30. A digit that would make
    the number too large begins the text: `65536 X` is line 6553, `6 X` (tests/transcripts/direct/entry/number_signs).
    """
    start = _skip_blanks(text, 0)
    if not text[start : start + 1].isdigit():
        return None, text
    number, end = _line_number(text, start)
    if text[end : end + 1] == b" ":
        end += 1
    return number, text[end:]


class _Cruncher:
    """One line on its way: the text, the body so far, and the mode."""

    __slots__ = ("mode", "out", "text", "warn")

    def __init__(self, text: bytes, warn: Warn) -> None:
        self.text = text
        self.warn = warn
        self.out = bytearray()
        self.mode = _Mode.CONSTANT

    def run(self, marks: list[tuple[int, int]] | None = None) -> bytes:
        text, out, end, at = self.text, self.out, len(self.text), 0
        lexeme, rules = _LEXEME.match, _RULES
        while at < end:
            if marks is not None:
                marks.append((len(out), at))
            match = lexeme(text, at)
            assert match is not None  # one of the patterns matches any byte
            at = rules[match.lastindex or 0](self, match)
            if at < end and text[at] == _BLANK:  # the next lexeme, most times; a shortcut
                out.append(_BLANK)
                at += 1
            if len(out) > MAXIMUM_BODY:
                raise BasicError(ErrorCode.LINE_BUFFER_OVERFLOW)
        return bytes(out)

    # Each rule adds to the body and returns the place in the text where to go on.

    def as_typed(self, match: re.Match[bytes]) -> int:
        self.out += match[0]
        return match.end()

    def colon(self, match: re.Match[bytes]) -> int:
        self.mode = _Mode.CONSTANT
        return self.as_typed(match)

    def sign(self, match: re.Match[bytes]) -> int:
        self._end_name()
        return self.as_typed(match)

    def operator(self, match: re.Match[bytes]) -> int:
        self._end_name()
        self.out += keywords.TOKEN_OF[match[0]]
        return match.end()

    def control(self, match: re.Match[bytes]) -> int:
        """Control characters would be read as constants; GW-BASIC makes them blanks. No proof here."""
        self._end_name()
        self.out += b" "
        return match.end()

    def beyond_ascii(self, match: re.Match[bytes]) -> int:
        """Bytes that would be read as words: GW-BASIC drops them. No proof here. Strings, REM and DATA keep theirs."""
        return match.end()

    def print_sign(self, match: re.Match[bytes]) -> int:
        self.out.append(keywords.PRINT)
        self.mode = _Mode.CONSTANT
        return match.end()

    def remark_sign(self, match: re.Match[bytes]) -> int:
        """An apostrophe: a colon and REM in front make it a statement."""
        self.out += bytes((ord(":"), keywords.REM, keywords.REMARK_SIGN))
        return self._rest(match.end())

    # words and names

    def word(self, match: re.Match[bytes]) -> int:
        run = match[0].upper()
        token = keywords.TOKEN_OF.get(run)
        if token is not None and self.text[match.end() : match.end() + 1] not in (b"$", b"("):
            return self._token(token, match.end())
        if run == b"GO":
            go = self._go(match.start())
            if go:
                return go
        if run.startswith((b"FN", b"USR")):
            return self._prefix(run, match.start())
        end = self._word_end(run, match.end())
        token = keywords.TOKEN_OF.get(run + self.text[match.end() : end])
        if token is None:
            return self._name(run, match.end())
        return self._token(token, end)

    def _word_end(self, run: bytes, end: int) -> int:
        """Return where the word ends: behind a `$` or `(` that belongs to it, else where the letters end."""
        following = self.text[end : end + 2]
        spelled = run + following[:1]
        if spelled not in keywords.TOKEN_OF or (spelled.endswith(b"$") and _is_name_character(following[1:])):
            return end
        return end + 1

    def _go(self, start: int) -> int:
        """Return the place behind GO TO, GO SUB or what the original takes for it; 0 if it is the name GO."""
        if match := _GO_TO.match(self.text, start):
            return self._token(keywords.TOKEN_OF[b"GOTO"], match.end())
        if match := _GO_SUB.match(self.text, start):
            return self._token(keywords.TOKEN_OF[b"GOSUB"], match.end())
        return 0

    def _prefix(self, run: bytes, start: int) -> int:
        """FN and USR need no break behind them: FNX, USR1 (tests/transcripts/direct/saved/prefixes)."""
        name = b"FN" if run.startswith(b"FN") else b"USR"
        return self._token(keywords.TOKEN_OF[name], start + len(name))

    def _name(self, run: bytes, end: int) -> int:
        self.out += run
        self.mode = _Mode.NAME
        return end

    def _token(self, token: bytes, end: int) -> int:
        """Store a word that ends at `end`; some bring hidden bytes, or decide how to read on."""
        if token[0] == keywords.ELSE:
            self.out += b":"
        self.out += token
        self.mode = _Mode.LINE_NUMBER if token in keywords.LINE_NUMBER_TOKENS else _Mode.CONSTANT
        match token[0]:
            case keywords.WHILE:
                self.out.append(keywords.PLUS)
            case keywords.DATA:
                return self._data(end)
            case keywords.REM:
                return self._rest(end)
            case _:
                pass
        return end

    def _data(self, start: int) -> int:
        """DATA is kept as typed up to a colon outside quotes."""
        match = _DATA_TEXT.match(self.text, start)
        assert match is not None  # it matches the empty text
        return self.as_typed(match)

    def _rest(self, start: int) -> int:
        self.out += self.text[start:]
        return len(self.text)

    def _end_name(self) -> None:
        if self.mode == _Mode.NAME:
            self.mode = _Mode.CONSTANT

    # numbers

    def number(self, match: re.Match[bytes]) -> int:
        start = match.start()
        if self.mode == _Mode.CONSTANT:
            return self._constant(start)
        if self.mode == _Mode.NAME:
            return self._digits_as_typed(start)
        if match[0] == b".":
            return self.as_typed(match)
        number, end = _line_number(self.text, start)
        self._word(tokenized.LINE_NUMBER, number)
        return end

    def _digits_as_typed(self, start: int) -> int:
        match = _DIGITS_AND_POINTS.match(self.text, start)
        assert match is not None  # a digit or a point stands there
        return self.as_typed(match)

    def _constant(self, start: int) -> int:
        if match := _SMALL_WHOLE_NUMBER.match(self.text, start):
            self._whole(int(match[1]))
            return match.end()
        kind, value, end = parse_number(self.text, start, False, self.warn)
        if kind == Kind.INTEGER:
            self._whole(int(value))
        elif kind == Kind.SINGLE:
            self.out.append(tokenized.SINGLE)
            self.out += to_bits(value).to_bytes(4, "little")
        else:
            self.out.append(tokenized.DOUBLE)
            self.out += int(value).to_bytes(8, "little")
        return _back_over_blanks(self.text, end)

    def _whole(self, value: int) -> None:
        if value < 10:
            self.out.append(tokenized.DIGIT_0 + value)
        elif value < 256:
            self.out += bytes((tokenized.BYTE, value))
        else:
            self._word(tokenized.WORD, value)

    def _word(self, code: int, value: int) -> None:
        self.out += bytes((code, value & 0xFF, value >> 8))

    def radix(self, match: re.Match[bytes]) -> int:
        """&H takes up to four digits and no blanks, &O and & any number of digits that fit 16 bits."""
        self._end_name()
        if found := _HEXADECIMAL.match(self.text, match.start()):
            code, value = tokenized.HEXADECIMAL, _hexadecimal(found[1])
        else:
            found = _OCTAL.match(self.text, match.start())
            assert found is not None  # the & stands there
            code, value = tokenized.OCTAL, _octal(found[1])
        self._word(code, value)
        return found.end()


_RULES = (
    _Cruncher.as_typed,  # never: groups count from 1
    *(getattr(_Cruncher, name) for name in _LEXEME.groupindex),
)
"""The rule of each group of _LEXEME, which bears its name."""


def _hexadecimal(digits: bytes) -> int:
    """A fifth digit is one too many even if it is in &H00001."""
    if len(digits) > 4:
        raise BasicError(ErrorCode.OVERFLOW)
    return int(digits or b"0", 16)


def _octal(digits: bytes) -> int:
    """Leading zeros are free; &O200000 (tests/transcripts/lang/expressions/octal_overflow_load), &O18 are refused."""
    value = 0
    for digit in digits:
        if digit > ord("7"):
            raise BasicError(ErrorCode.SYNTAX_ERROR)
        value = value * 8 + digit - ord("0")
        if value > 0xFFFF:
            raise BasicError(ErrorCode.OVERFLOW)
    return value


def _line_number(text: bytes, start: int) -> tuple[int, int]:
    """Return the line number at `start` and the place behind it; blanks between its digits are skipped."""
    if (match := _UNBROKEN_NUMBER.match(text, start)) and int(match[0]) <= MAXIMUM_LINE_NUMBER:
        return int(match[0]), match.end()
    number, at = 0, start
    while text[at : at + 1].isdigit() and number <= MAXIMUM_LINE_NUMBER // 10:
        number = number * 10 + text[at] - ord("0")
        at = _skip_blanks(text, at + 1)
    return number, _back_over_blanks(text, at)


def _skip_blanks(text: bytes, at: int) -> int:
    while at < len(text) and text[at] in _BLANKS:
        at += 1
    return at


def _back_over_blanks(text: bytes, at: int) -> int:
    while text[at - 1] in _BLANKS:
        at -= 1
    return at


def _is_name_character(character: bytes) -> bool:
    return character.isalnum() or character == b"."

"""From a stored body to the text of LIST, SAVE ,A and EDIT; lexer.py is the way in.

LIST adds blanks and removes none. What was written last decides:

    NAME    an upper-case letter, digit, point or constant         A   10   1.5#
    WORD    a word spelled with letters                            PRINT   AND   LEFT$
    OTHER   everything else; TAB( SPC( USR FN too                  =   (   "   :

A word gets a blank in front behind NAME and WORD, a NAME behind WORD. In tests/transcripts/direct/renum/then_variants
`IF A=1THEN 10ELSE 20` comes out as `IF A=1 THEN 10ELSE 20`: what stands before the ELSE is its hidden colon.
"""

from enum import IntEnum, StrEnum

from mbasic.language import keywords, tokenized
from mbasic.values.number_text import list_double, list_single
from mbasic.values.single import from_bits

MAXIMUM_TEXT = 255
"""LIST, SAVE ,A and EDIT show no more of a line (tests/transcripts/direct/entry/long_line_list_cut)."""


class Spelling(StrEnum):
    """How words are spelled; UPPER is the original's way."""

    UPPER = "force_upper"
    LOWER = "force_lower"
    CAPITALIZED = "force_capitalize"


class _Last(IntEnum):
    OTHER = 0
    NAME = 1
    WORD = 2


_QUOTE = ord('"')
_COLON = ord(":")
_CAPITALS_DIGITS_POINT = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.")
_NAMES_FOLLOW = frozenset(keywords.TOKEN_OF[name] for name in (b"TAB(", b"SPC(", b"USR", b"FN"))


def list_body(body: bytes) -> bytes:
    """Return the whole text of a body, however long."""
    return _Lister(body, None).run()


def list_line(number: int, body: bytes, spelling: Spelling = Spelling.UPPER) -> bytes:
    """Return a line as LIST shows it, without line end: number, a blank unless a tab follows, text cut at 255."""
    gap = b"" if body.startswith(b"\t") else b" "
    return b"%d%b%b" % (number, gap, _Lister(body, MAXIMUM_TEXT, spelling).run())


def list_marked(number: int, body: bytes, start: int, end: int) -> bytes:
    """Return a line as LIST shows it, with the bytes from `start` to `end` of its body, a statement, in brackets."""
    text = list_body(body)
    first, last = span_of(body, start, end)
    return b"%d %b[%b]%b" % (number, text[:first], text[first:last], text[last:])


def span_of(body: bytes, start: int, end: int) -> tuple[int, int]:
    """Return where the bytes from `start` to `end` of a body, a statement, are in its text."""
    lister = _Lister(body, None)
    first, last = (len(lister.run_to(place)) for place in (start, end))
    inner = bytes(lister.run_to(len(body)))[first:last]
    if body[start : start + 2] == bytes((keywords.REM, keywords.REMARK_SIGN)):
        first -= 1  # the colon in front of an apostrophe is hidden
        return first, max(first, last)
    begin = first + len(inner) - len(inner.lstrip(b" "))
    return begin, max(begin, last - (len(inner) - len(inner.rstrip(b" "))))


class _Lister:
    """One line on its way: the body, the text so far, and what LIST remembers."""

    __slots__ = ("at", "body", "data", "last", "limit", "out", "quoted", "remark", "spelling")

    def __init__(self, body: bytes, limit: int | None, spelling: Spelling = Spelling.UPPER) -> None:
        self.spelling = spelling
        self.body = body
        self.limit = limit
        self.out = bytearray()
        self.at = 0
        self.last = _Last.OTHER
        self.quoted = self.data = self.remark = False

    def run(self) -> bytes:
        """The text is cut as soon as it is too long: what hidden bytes would take back, they no longer do."""
        return bytes(self.run_to(len(self.body))[: self.limit])

    def run_to(self, end: int) -> bytearray:
        """List what stands in front of `end` in the body; the text so far."""
        body, out = self.body, self.out
        limit = MAXIMUM_TEXT * len(body) if self.limit is None else self.limit
        while self.at < end and len(out) < limit:
            code = body[self.at]
            if 0x20 <= code < 0x80 or self.quoted or self.data or self.remark:
                self._character(code)
            elif code >= 0x80:
                self._token(code)
            elif tokenized.constant_length(code):
                self._constant(code)
            else:
                self._character(code)
        return out

    def _character(self, code: int) -> None:
        """A character as typed. DATA ends at a colon outside quotes."""
        if code == _QUOTE:
            self.quoted = not self.quoted
        elif code == _COLON and not self.quoted:
            self.data = False
        elif code == keywords.REMARK_SIGN and self.remark and bytes(self.out[-4:]).upper() == b":REM":
            self._remark_sign()
            return
        if code in _CAPITALS_DIGITS_POINT:
            self._name(bytes((code,)))
        else:
            self.out.append(code)
            self.last = _Last.OTHER
        self.at += 1

    def _remark_sign(self) -> None:
        """An apostrophe hides the `:REM` in front of it."""
        del self.out[-4:]
        self.out += b"'"
        self.last = _Last.OTHER
        self.at += 1

    def _name(self, text: bytes) -> None:
        if self.last == _Last.WORD:
            self.out += b" "
        self.out += text
        self.last = _Last.NAME

    def _token(self, code: int) -> None:
        token = self.body[self.at : self.at + 1 + (code == keywords.FUNCTION_PREFIX)]
        name = keywords.NAME_OF.get(token, b"?")
        self.at += len(token)
        if code == keywords.ELSE:
            del self.out[-1:]  # the hidden colon
        elif code == keywords.WHILE and self.body[self.at : self.at + 1] == bytes((keywords.PLUS,)):
            self.at += 1  # the hidden plus
        self._word(token, name)
        self.data = code == keywords.DATA
        self.remark = code == keywords.REM

    def _word(self, token: bytes, name: bytes) -> None:
        if not name[:1].isalpha():
            self.out += name
            self.last = _Last.OTHER
            return
        if self.last != _Last.OTHER:
            self.out += b" "
        self.out += self._spelled(name)
        self.last = _Last.OTHER if token in _NAMES_FOLLOW else _Last.WORD

    def _spelled(self, name: bytes) -> bytes:
        match self.spelling:
            case Spelling.UPPER:
                return name
            case Spelling.LOWER:
                return name.lower()
            case Spelling.CAPITALIZED:
                return name.capitalize()

    def _constant(self, code: int) -> None:
        end = self.at + tokenized.constant_length(code)
        self._name(_constant_text(code, self.body[self.at + 1 : end]))
        self.at = end


def _constant_text(code: int, value: bytes) -> bytes:
    word = int.from_bytes(value, "little")
    match code:
        case tokenized.OCTAL:
            return b"&O%o" % word
        case tokenized.HEXADECIMAL:
            return b"&H%X" % word
        case tokenized.SINGLE:
            return list_single(from_bits(word))
        case tokenized.DOUBLE:
            return list_double(word)
        case tokenized.WORD:
            return b"%d" % (word - 0x10000 if word > 0x7FFF else word)
        case _:
            return b"%d" % (word if value else code - tokenized.DIGIT_0)

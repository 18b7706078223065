r"""The words of MBASIC and the bytes that stand for them in a stored line: the one table of them.

A word is one byte from 81 up, or FF and one byte for the functions that stand only in expressions. Bytes that the
table leaves out are not used by MBASIC 5.21. BASE, AS, ALL and the like are no words: they are stored as names.
Proof: the files of tests/transcripts/direct/saved, which hold every word.

    20 IF A THEN 100        8B 20 41 20 CF 20 0E 64 00
    30 A=LEFT$(B$,2)        41 F0 FF 81 28 42 24 2C 13 29
"""

from msgspec import Struct

FUNCTION_PREFIX = 0xFF
"""The first of two bytes of a function."""


class Keyword(Struct, frozen=True):
    """A word as it is listed (`TAB(` and `SPC(` with their bracket) and the bytes that stand for it."""

    name: str
    token: bytes


_STATEMENTS_AND_OPERATORS = (
    (0x81, "END FOR NEXT DATA INPUT DIM READ LET GOTO RUN IF RESTORE GOSUB RETURN REM STOP PRINT CLEAR LIST NEW ON"),
    (0x96, "NULL WAIT DEF POKE CONT"),
    (0x9D, "OUT LPRINT LLIST"),
    (0xA1, "WIDTH ELSE TRON TROFF SWAP ERASE EDIT ERROR RESUME DELETE AUTO RENUM DEFSTR DEFINT DEFSNG DEFDBL LINE"),
    (0xB4, "WHILE WEND CALL WRITE COMMON CHAIN OPTION RANDOMIZE"),
    (0xBD, "SYSTEM"),
    (0xBF, "OPEN FIELD GET PUT CLOSE LOAD MERGE FILES NAME KILL LSET RSET SAVE RESET"),
    (0xCE, "TO THEN TAB( STEP USR FN SPC( NOT ERL ERR STRING$ USING INSTR ' VARPTR INKEY$"),
    (0xEF, r"> = < + - * / ^ AND OR XOR EQV IMP MOD \ "),
)
_FUNCTIONS = (
    (0x81, "LEFT$ RIGHT$ MID$ SGN INT ABS SQR RND SIN LOG EXP COS TAN ATN FRE"),
    (0x90, "INP POS LEN STR$ VAL ASC CHR$ PEEK SPACE$ OCT$ HEX$ LPOS CINT CSNG CDBL FIX"),
    (0xAB, "CVI CVS CVD"),
    (0xAF, "EOF LOC LOF MKI$ MKS$ MKD$"),
)


def _keywords(runs: tuple[tuple[int, str], ...], prefix: bytes) -> list[Keyword]:
    return [
        Keyword(name, prefix + bytes((first + place,)))
        for first, names in runs
        for place, name in enumerate(names.split())
    ]


KEYWORDS = (*_keywords(_STATEMENTS_AND_OPERATORS, b""), *_keywords(_FUNCTIONS, bytes((FUNCTION_PREFIX,))))

TOKEN_OF: dict[bytes, bytes] = {keyword.name.encode(): keyword.token for keyword in KEYWORDS}
"""The bytes of a word that is spelled in upper case, and of an operator sign."""

NAME_OF: dict[bytes, bytes] = {keyword.token: keyword.name.encode() for keyword in KEYWORDS}
"""The word that one byte, or FF and one byte, stand for."""


def one_byte_token(name: bytes) -> int:
    """Return the token of a word that is stored as one byte."""
    (token,) = TOKEN_OF[name]
    return token


DATA = one_byte_token(b"DATA")
ELSE = one_byte_token(b"ELSE")
ERROR = one_byte_token(b"ERROR")
FN = one_byte_token(b"FN")
GOSUB = one_byte_token(b"GOSUB")
GOTO = one_byte_token(b"GOTO")
PLUS = one_byte_token(b"+")
PRINT = one_byte_token(b"PRINT")
REM = one_byte_token(b"REM")
REMARK_SIGN = one_byte_token(b"'")
USR = one_byte_token(b"USR")
WHILE = one_byte_token(b"WHILE")

LINE_NUMBER_TOKENS = frozenset(
    TOKEN_OF[name] for name in b"GOTO GOSUB THEN ELSE RUN LIST LLIST RESTORE RESUME DELETE EDIT AUTO RENUM ERL".split()
)
"""Behind these words digits are line numbers, which RENUM changes (tests/transcripts/direct/entry/line_refs)."""

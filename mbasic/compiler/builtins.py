"""The built-in functions as the compiler sees them: what they take and what they give.

`takes` has a letter an argument: $ string, b 0 to 255, i integer, a address (-32768 to 65535), s single, d double,
n any number (the function has a form for each type), x anything. Letters behind `?` may be left out.
"""

from msgspec import Struct

from mbasic.values.kinds import Kind


class Signature(Struct, frozen=True):
    """`gives` is None where the result has the argument's type."""

    takes: str
    gives: Kind | None


def _rows(gives: Kind | None, **takes: str) -> dict[str, Signature]:
    return {name.replace("_S", "$"): Signature(letters, gives) for name, letters in takes.items()}


SIGNATURES: dict[str, Signature] = {
    **_rows(None, ABS="n", INT="n", FIX="n"),
    **_rows(
        Kind.INTEGER,
        SGN="n", ASC="$", LEN="$", CVI="$", PEEK="a", INP="b", EOF="i", LPOS="x", POS="x", ERR="",
    ),
    **_rows(
        Kind.SINGLE,
        SIN="s", COS="s", TAN="s", ATN="s", EXP="s", LOG="s", SQR="s", RND="?s", CVS="$", FRE="x", ERL="",
        LOC="i", LOF="i",
    ),
    **_rows(Kind.DOUBLE, VAL="$", CVD="$"),
    **_rows(
        Kind.STRING,
        CHR_S="b", STR_S="n", SPACE_S="b", HEX_S="a", OCT_S="a", LEFT_S="$b", RIGHT_S="$b", MID_S="$b?b",
        MKI_S="i", MKS_S="s", MKD_S="d", INKEY_S="",
    ),
}  # fmt: skip
"""All but the conversions CINT CSNG CDBL, and STRING$, INSTR, which take more than one form."""

"""Damaged programs and sessions: transcripts with pieces knocked out and put in."""

from hypothesis import strategies as st

from mbasic.language.keywords import TOKEN_OF
from tests.transcripts.cases import find_cases

PROGRAMS = [case.program for case in find_cases("lang") if not case.is_session]
SESSIONS = [case.keys for case in find_cases("direct")]

WORDS = sorted(TOKEN_OF)
SIGNS = [bytes([sign]) for sign in b"()\"',;:#$%!&.+-*/\\^<>=?@_ 0123456789AZ\r\n\t"]
NUMBERS = [b"65529", b"65536", b"32768", b"-1", b"1E38", b"1D-39", b"&HFFFF", b"&O7", b"255", b"1E99", b"40000%", b"0"]
CONTROL_KEYS = [bytes([key]) for key in range(32)] + [b"\x7f", b"\xff"]


def pieces(texts: list[bytes], words: list[bytes]) -> st.SearchStrategy[bytes]:
    """What is put in: words, numbers, signs, a part of another text, any bytes."""
    lines = sorted({line for text in texts for line in text.split(b"\n")})
    return st.one_of(
        st.sampled_from(words),
        st.sampled_from(SIGNS),
        st.sampled_from(NUMBERS),
        st.sampled_from(lines),
        st.binary(max_size=3),
    )


@st.composite
def mutated(draw: st.DrawFn, texts: list[bytes], words: list[bytes]) -> bytes:
    """One of `texts` with up to six places changed."""
    text = bytearray(draw(st.sampled_from(texts)))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(text)))
        length = draw(st.sampled_from([0, 0, 1, 2, 4, 15]))
        text[start : start + length] = draw(pieces(texts, words))
    return bytes(text)

"""No input makes a traceback, and none hangs: whatever is loaded or typed ends in BASIC's own messages.

Random bytes, programs and sessions of the transcripts with pieces knocked out and put in, and the known monsters. Every
example is bounded in statements and, by an alarm, in seconds.
"""

import contextlib
import signal
from collections.abc import Generator
from types import FrameType

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.machine.mutations import CONTROL_KEYS, NUMBERS, PROGRAMS, SESSIONS, SIGNS, WORDS, mutated
from tests.tester import StillRunningError, Tester

STATEMENTS = 3000
SECONDS = 20


@contextlib.contextmanager
def within(seconds: float) -> Generator[None]:
    """Fail when the block takes longer."""

    def late(_signal: int, frame: FrameType | None) -> None:
        if is_measuring(frame):  # an exception there would leave the measurer's lock closed
            signal.setitimer(signal.ITIMER_REAL, 0.01)
            return
        raise TimeoutError(f"still at work after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def is_measuring(frame: FrameType | None) -> bool:
    """Tell whether coverage, and not what it measures, was interrupted."""
    while frame is not None:
        if "/coverage/" in frame.f_code.co_filename:
            return True
        frame = frame.f_back
    return False


def run_any(program: bytes, keys: bytes = b"") -> bytes:
    """Load and run whatever `program` is; return what it printed."""
    tester = Tester(statements=STATEMENTS)
    with within(SECONDS), contextlib.suppress(StillRunningError):
        tester.run(program, keys)
    return tester.screen.take()


def type_any(keys: bytes) -> bytes:
    """Type whatever `keys` are at the prompt; return what appeared."""
    tester = Tester(statements=STATEMENTS, echo=True)
    with within(SECONDS), contextlib.suppress(StillRunningError):
        tester.keys(keys)
    return tester.screen.take()


# ---- random and damaged input -------------------------------------------------------


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_random_bytes_as_program(program: bytes) -> None:
    run_any(program)


@given(st.binary(max_size=200), st.sampled_from([b"\xff", b"\xfe"]))
@settings(max_examples=150)
def test_random_bytes_as_tokenised_program(program: bytes, mark: bytes) -> None:
    run_any(mark + program)


@given(st.lists(st.binary(min_size=1, max_size=30).filter(lambda body: 0 not in body), min_size=1, max_size=8))
@settings(max_examples=150)
def test_random_bodies_behind_good_links(bodies: list[bytes]) -> None:
    run_any(tokenised(bodies))


def tokenised(bodies: list[bytes]) -> bytes:
    """Return a tokenised program of `bodies`; the links only have to be other than zero."""
    lines = (b"\x01\x01" + (10 * number).to_bytes(2, "little") + body + b"\0" for number, body in enumerate(bodies, 1))
    return b"\xff" + b"".join(lines) + b"\0\0"


@given(mutated(PROGRAMS, WORDS), st.binary(max_size=40))
@settings(max_examples=400)
@example(b'10 DEF FNS(S)=S+S\n20 PRINT FNS("AB")\n', b"")
@example(b'10 PRINT USING "##.##";CVD(STRING$(7,1)+CHR$(0))\n', b"")
def test_damaged_programs(program: bytes, keys: bytes) -> None:
    run_any(program, keys)


@given(mutated(SESSIONS, WORDS + CONTROL_KEYS))
@settings(max_examples=300)
def test_damaged_sessions(keys: bytes) -> None:
    type_any(keys)


@given(st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(SIGNS), st.sampled_from(NUMBERS)), max_size=20))
@settings(max_examples=200)
def test_words_in_any_order(words: list[bytes]) -> None:
    type_any(b" ".join(words) + b"\r" + b"".join(words) + b"\r")


@given(st.binary(max_size=120))
@settings(max_examples=150)
@example(bytes(range(256)) * 2)
def test_random_keys(keys: bytes) -> None:
    type_any(keys)


@given(st.binary(max_size=60))
@settings(max_examples=60)
def test_random_answers(keys: bytes) -> None:
    run_any(b'10 INPUT "N";A,B$\n20 LINE INPUT C$\n30 D$=INPUT$(3)\n40 RANDOMIZE\n50 GOTO 10\n', keys)


# ---- the known monsters ---------------------------------------------------------------

DEEP = 10_000
LONG = 65_536


@pytest.mark.parametrize(
    "program",
    [
        b'10 PRINT "' + b"A" * LONG + b'"\n20 PRINT 5\n',
        b"10 PRINT " + b"1+" * (LONG // 2) + b"1\n",
        b"1" * LONG,
        b"10 REM" + b" " * LONG,
        b"A" * LONG,
        b'"' * LONG,
        b"10 A=" + b"&" * LONG,
    ],
    ids=["string", "sum", "number", "remark", "name", "quotes", "ampersands"],
)
def test_a_line_of_64_kilobytes(program: bytes) -> None:
    assert run_any(program).endswith(b"\n")


def test_a_line_of_64_kilobytes_typed() -> None:
    assert b"\a" in type_any(b"PRINT " + b"1" * LONG + b"\r")


def test_zero_bytes_in_a_program_are_dropped() -> None:
    assert run_any(b"10 PRI\0NT 5\0\n\0\0") == b" 5 \n"


@pytest.mark.parametrize(
    "body",
    [
        b"\x91 " + b"(" * DEEP + b"\x12" + b")" * DEEP,
        b"\x91 " + b"(" * DEEP,
        b"\x91 " + b"\xf3" * DEEP + b"\x12",
        b"\x91 " + b"\xd3" * DEEP + b"\x12",
        b"\x91 " + b"A(" * DEEP + b"\x12" + b")" * DEEP,
        b"\x91 " + b"\x12\xf2" * DEEP + b"\x12",
        b"\x91 " + b"\x12\xf6" * DEEP + b"\x12",
        b"\x8b A \xcd " * DEEP,
        b":" * DEEP,
        b"\x91 \xff\x81(" + b"\xff\x81(" * DEEP,
    ],
    ids=["brackets", "open", "minus", "not", "arrays", "sum", "powers", "ifs", "colons", "functions"],
)
def test_deep_and_long_lines_in_a_tokenised_program(body: bytes) -> None:
    """Only a tokenised file can bring them: a typed line has 255 characters."""
    run_any(tokenised([body, b"\x91 \x12"]))


MANY_ARRAYS = b"".join(b"%d DIM A%d#(8000)\n" % (number, number) for number in range(10, 110))


@pytest.mark.parametrize(
    ("program", "message"),
    [
        (b"10 DIM A(32766)\n", b"Subscript out of range in 10"),
        (b"10 DIM A(200,200,200)\n", b"Subscript out of range in 10"),
        (MANY_ARRAYS, b"Out of memory in "),
        (b'10 A$=A$+"X":GOTO 10\n', b"String too long in 10"),
        (b"10 GOSUB 10\n", b"Out of memory in 10"),
        (b"10 DEF FNA(X)=FNA(X)+1\n20 PRINT FNA(1)\n", b"Out of memory in 20"),
        (b"10 FOR I=1 TO 2:GOSUB 10\n20 NEXT\n", b"Out of memory in 10"),
        (b"10 WHILE 1:GOSUB 10:WEND\n", b"Out of memory in 10"),
    ],
    ids=["dim", "cube", "dims", "string", "gosub", "fn", "for", "while"],
)
def test_what_fills_the_memory_ends_in_a_message(program: bytes, message: bytes) -> None:
    tester = Tester(statements=3_000_000)
    with within(SECONDS):
        tester.run(program)
    assert tester.screen.take().splitlines()[-1].startswith(message)


def test_strings_that_fill_the_memory() -> None:
    tester = Tester(statements=3_000_000)
    with within(60):
        tester.run(b"10 DIM A$(20000)\n20 FOR I=0 TO 20000:A$(I)=STRING$(255,65):NEXT\n")
    assert tester.screen.take().splitlines()[-1] in (b"Out of string space in 20", b"Out of memory in 20")

"""Nothing that can stand in a stored line makes the parser raise, and it reads fast."""

import re
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from mbasic.errors import BasicError
from mbasic.language import nodes
from mbasic.language.lexer import crunch
from mbasic.language.parser import parse_body
from mbasic.values.warn import ignore

TRANSCRIPTS = Path(__file__).parents[1] / "transcripts"
PIECES = [
    *(bytes((code,)) for code in range(1, 256)),
    b"\xff\x83",
    b":\xa2",
    b'"A:B"',
    b"A$",
    b"(1)",
    b"\x0e\n\0",
    b"\xcf",
]


def check(body: bytes) -> None:
    statements = parse_body(body)
    for index, item in enumerate(statements):
        assert 0 <= item.start <= item.end <= len(body)
        assert 0 <= item.restart <= index
        assert item.resume_next is None or item.restart < item.resume_next < len(statements)
        if isinstance(item.node, nodes.If) and item.node.otherwise is not None:
            assert index < item.node.otherwise < len(statements)


@given(st.binary(max_size=300))
def test_random_bytes(body: bytes) -> None:
    check(body)


@given(st.lists(st.sampled_from(PIECES), max_size=60).map(b"".join))
@settings(max_examples=500)
def test_random_tokens(body: bytes) -> None:
    check(body)


@given(st.text(st.sampled_from("ABCF12.,;:()[]\"#$%!+-*/^=<> \t&?'"), max_size=80))
def test_random_text(line: str) -> None:
    try:
        body = crunch(line.encode(), ignore)
    except BasicError:
        return
    check(body)


def transcript_lines() -> set[bytes]:
    files = [*TRANSCRIPTS.rglob("*.bas"), *TRANSCRIPTS.rglob("*.keys"), *TRANSCRIPTS.rglob("*.BAS")]
    lines: set[bytes] = set()
    for file in files:
        lines.update(re.split(rb"[\r\n]+", file.read_bytes()))
    return lines


def test_every_line_of_the_transcripts() -> None:
    count = 0
    for line in transcript_lines():
        try:
            body = crunch(line.lstrip(b"0123456789 "), ignore)
        except BasicError:
            continue
        check(body)
        check(body[: len(body) // 2])
        count += 1
    assert count > 1000

"""What the original recorded: saved files with their twins, and the lines typed or loaded in the transcripts."""

import re
from collections.abc import Iterator
from pathlib import Path

from mbasic.errors import BasicError
from mbasic.language.lexer import crunch, split_line_number

TRANSCRIPTS = Path(__file__).parent.parent / "transcripts"
DIRECT = TRANSCRIPTS / "direct"

_BINARY = (b"\xff", b"\xfe")


def ignore(code: int) -> None:
    """A warn for tests that do not look at Overflow."""


def binary_files() -> list[Path]:
    """The tokenized and protected files on the recorded disks."""
    places = [*TRANSCRIPTS.rglob("*.disk/*"), *TRANSCRIPTS.rglob("*.d/*")]
    return sorted(file for file in places if file.read_bytes()[:1] in _BINARY)


def name_of(file: Path) -> str:
    return str(file.relative_to(TRANSCRIPTS))


def without_filler(data: bytes, end: int) -> bytes:
    """The file up to and with the 1A at `end`."""
    assert data[end : end + 1] == b"\x1a"
    return data[: end + 1]


def ascii_part(file: Path) -> bytes:
    """A text file up to and with its ^Z."""
    text, mark, _ = file.read_bytes().partition(b"\x1a")
    return text + mark


def corpus() -> list[bytes]:
    """Every line of BASIC in the transcripts, numbered or not, once; lines typed with control keys left out."""
    files = (file for file in TRANSCRIPTS.rglob("*") if file.suffix in (".bas", ".keys", ".BAS") and file.is_file())
    texts = (ascii_part(file) for file in files if file.read_bytes()[:1] not in _BINARY)
    lines = {line for text in texts for line in re.split(rb"[\r\n\x1a]+", text)}
    return sorted(line for line in lines if not re.search(rb"[^\t -~]", line))


def corpus_bodies() -> Iterator[bytes]:
    """The stored form of the corpus, without the lines that the original refuses."""
    for line in corpus():
        try:
            yield crunch(split_line_number(line)[1], ignore)
        except BasicError:
            continue

"""Which files from outside are programs."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic.language.program import Program
from mbasic.session.program_file import is_program

TRANSCRIPTS = Path(__file__).resolve().parent.parent / "transcripts"


def program(text: bytes = b"10 PRINT 1\n20 END\n") -> Program:
    made = Program()
    made.load_ascii(text, lambda _code: None)
    return made


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"10 PRINT 1\r\n",
        b"10 PRINT 1\n\x1a\x1a\x1a",
        b"10 PRINT 1\r\n" + bytes(116),
        b"\0\0 10 PR\0INT 1\n\0",
        b'10 PRINT "\x9b\xe2"\n',
        b'10 PRINT "\x1b[2J"\n',
        program().save_tokenized(),
        program().save_protected(),
        program().save_ascii(),
        program(b"").save_tokenized(),
        program(b"").save_protected(),
    ],
)
def test_programs(data: bytes) -> None:
    assert is_program(data)


@pytest.mark.parametrize(
    "data",
    [
        b"\xff",
        b"\xfe",
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x48\x00\x48\x00\x00\xff\xdb\x00\x43\x00" + bytes(64),
        b"\x7fELF\x02\x01\x01" + bytes(64),
        b"\x89PNG\r\n\x1a\n" + bytes(64),
        b"PK\x03\x04\x14" + bytes(64),
        b"\x1f\x8b\x08" + bytes(64),
    ],
)
def test_other_files(data: bytes) -> None:
    assert not is_program(data)


def test_every_recorded_program_file_is_one() -> None:
    for file in TRANSCRIPTS.glob("*/*/*.d*/*.BAS"):
        assert is_program(file.read_bytes()), file
    for file in TRANSCRIPTS.glob("lang/*/*.bas"):
        assert is_program(file.read_bytes()), file


@given(st.binary(max_size=300))
def test_any_bytes_get_an_answer(data: bytes) -> None:
    for first in (b"", b"\xff", b"\xfe"):
        assert is_program(first + data) in (True, False)

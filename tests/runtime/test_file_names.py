"""File names and FILES patterns, as in tests/transcripts/direct/files and lang/sequential/file_names."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbasic.errors import BasicError, ErrorCode
from mbasic.runtime.file_names import PROGRAM_EXTENSION, list_files, matching, parse_name
from mbasic.runtime.image import Image
from mbasic.runtime.printing import Paper, set_width


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"ONE", b"ONE"),
        (b"NODOT.", b"NODOT"),
        (b"A.LONG", b"A.LON"),
        (b"TOOLONGNAME", b"TOOLONGN.AME"),
        (b"TOOLONGNAME.TXT", b"TOOLONGN.AME"),
        (b"NINECHARS", b"NINECHAR.S"),
        (b"EIGHTCHR.TXT", b"EIGHTCHR.TXT"),
        (b"mixed.Dat", b"mixed.Dat"),
        (b"A:DRIVE.DAT", b"DRIVE.DAT"),
        (b"a:X", b"X"),
        (b"B:X.Y", b"B:X.Y"),
        (b"A:B:C", b"B:C"),
        (b"PAD  .T ", b"PAD.T"),
        (b"A B", b"A B"),
    ],
)
def test_name(text: bytes, name: bytes) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"ONE", b"ONE.BAS"),
        (b"one", b"one.BAS"),
        (b"EIGHTCHR", b"EIGHTCHR.BAS"),
        (b"LONGERNAME", b"LONGERNA.ME"),
        (b"NODOT.", b"NODOT"),
        (b"A.TXT", b"A.TXT"),
    ],
)
def test_program_names_get_an_extension(text: bytes, name: bytes) -> None:
    assert parse_name(text, PROGRAM_EXTENSION) == name


@pytest.mark.parametrize("text", [b"", b".", b".BAS", b"A.B.C", b"X.Y.Z", b"LONGERNAME.BASIC", b"A:", b"1:X", b"   "])
def test_bad_name(text: bytes) -> None:
    with pytest.raises(BasicError) as failure:
        parse_name(text)
    assert failure.value.code == ErrorCode.BAD_FILE_NAME


@given(st.text(st.sampled_from("AB.: *?/"), max_size=16).map(str.encode) | st.binary(max_size=16))
def test_any_text_is_a_name_or_a_bad_one(text: bytes) -> None:
    name = b"BAD"
    with contextlib.suppress(BasicError):
        name = parse_name(text, PROGRAM_EXTENSION)
        matching(text, [name])
    first, _, extension = name.removeprefix(text[:1].upper() + b":").partition(b".")
    assert 0 < len(first) <= 8
    assert len(extension) <= 3


NAMES = [b"ALPHA.DAT", b"ONE.BAS", b"PLAIN", b"TWO.BAS"]


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (b"*.*", NAMES),
        (b"*.BAS", [b"ONE.BAS", b"TWO.BAS"]),
        (b"ALPHA.*", [b"ALPHA.DAT"]),
        (b"ONE", []),
        (b"one.bas", []),
        (b"T*.BAS", []),
        (b"*", [b"PLAIN"]),
        (b"?N?.BAS", [b"ONE.BAS"]),
        (b"A:*.BAS", [b"ONE.BAS", b"TWO.BAS"]),
        (b"B:*.*", []),
    ],
)
def test_patterns(pattern: bytes, found: list[bytes]) -> None:
    assert matching(pattern, NAMES) == found


@pytest.mark.parametrize(
    ("width", "names", "shown"),
    [
        (80, [b"ONE.BAS"], "ONE     .BAS  "),
        (80, [b"A.LON", b"NINECHAR.S"], "A       .LON  NINECHAR.S    "),
        (80, [b"PLAIN"], "PLAIN         "),
        (40, [b"A.X"] * 4, "A       .X    A       .X    A       .X  |A       .X    "),
        (80, [b"A.X"] * 5, "A       .X    " * 4 + "A       .X  |"),
    ],
)
def test_table(width: int, names: list[bytes], shown: str) -> None:
    image = Image()
    set_width(image, width)
    paper = Paper(image)
    list_files(paper, names)
    assert paper.take().decode().replace("\r\n", "|") == shown

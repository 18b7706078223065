"""How a program named on the command line is found and read."""

from pathlib import Path

import pytest

from mbasic.errors import HostError
from mbasic.ui.cli.program_file import read_program

TEXT = b"10 PRINT 1\n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["Game.BAS", "GAME.bas", "game", "Game"])
def test_names_are_found(name: str) -> None:
    Path("Game.BAS").write_bytes(TEXT)
    assert read_program(name) == TEXT


def test_an_exact_name_comes_first() -> None:
    Path("GAME.BAS").write_bytes(TEXT)
    Path("game.bas").write_bytes(b"20 END\n")
    assert read_program("game.bas") == b"20 END\n"


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"10 A\r\n20 B", b"10 A\r\n20 B\r\n"),
        (b"10 A\r\n20 B\x1a\x1a", b"10 A\r\n20 B\r\n\x1a\x1a"),
        (b"10 A\r\n20 B\r\n", b"10 A\r\n20 B\r\n"),
        (b"10 A\n20 B", b"10 A\n20 B"),
    ],
)
def test_a_last_line_without_its_end_gets_one(data: bytes, read: bytes) -> None:
    Path("P.BAS").write_bytes(data)
    assert read_program("P.BAS") == read


def test_what_cannot_be_read_says_so() -> None:
    with pytest.raises(HostError, match=r"^NONE: no such file or directory$"):
        read_program("NONE")
    Path("F.BAS").mkdir()
    with pytest.raises(HostError, match="is a directory"):
        read_program("F.BAS")
    Path("P.BAS").write_bytes(b"\x7fELF\2\1\1")
    with pytest.raises(HostError, match="not a BASIC program"):
        read_program("P.BAS")

"""`mbasic convert` as a shell sees it."""

import subprocess
import sys
from pathlib import Path

import pytest

TEXT = b'10 PRINT "A"\n20 GOTO 10\n'
SAVED_TEXT = b'10 PRINT "A"\r\n20 GOTO 10\r\n\x1a'
TOKENIZED = bytes.fromhex("ffd4610a009120224122 00de611400 89200e0a00 00 0000 1a")
CONVERTED, BAD_USE = 0, 2


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def convert(*words: str, data: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "mbasic", "convert", *words]
    return subprocess.run(command, input=data, capture_output=True, timeout=30, check=False)


def converted(*words: str, data: bytes = b"") -> bytes:
    """Return what a conversion that must succeed writes to standard output."""
    done = convert(*words, data=data)
    assert (done.returncode, done.stderr) == (CONVERTED, b"")
    return done.stdout


def test_a_text_becomes_tokenized() -> None:
    assert converted("-", "-", data=TEXT) == TOKENIZED


def test_the_others_become_text() -> None:
    assert converted("-", "-", data=TOKENIZED) == TEXT
    assert converted("-", "-", data=converted("-", "-", "--protected", data=TEXT)) == TEXT


def test_a_text_file_is_the_one_that_save_writes() -> None:
    Path("A.BAS").write_bytes(TOKENIZED)
    converted("A.BAS", "b.txt")
    assert Path("b.txt").read_bytes() == SAVED_TEXT
    converted("b.txt", "c.bas")
    assert Path("c.bas").read_bytes() == TOKENIZED


def test_a_form_can_be_asked_for() -> None:
    assert converted("--tokenized", "-", "-", data=TOKENIZED) == TOKENIZED
    assert converted("-", "-", "--ascii", data=SAVED_TEXT) == TEXT
    assert converted("-", "-", "--protected", data=TOKENIZED)[:1] == b"\xfe"


def test_a_last_line_needs_no_end() -> None:
    assert converted("-", "-", data=TEXT[:-1]) == TOKENIZED
    assert converted("-", "-", data=SAVED_TEXT[:-3]) == TOKENIZED


def test_a_line_feed_in_a_line_survives() -> None:
    text = b"10 PRINT 1:\nPRINT 2\r\n\x1a"
    tokenized = converted("-", "-", data=text)
    assert converted("-", "-", data=tokenized) == text


def test_a_file_is_converted_in_its_place_and_keeps_its_mode() -> None:
    path = Path("A.BAS")
    path.write_bytes(TEXT)
    path.chmod(0o640)
    converted("A.BAS", "A.BAS")
    assert path.read_bytes() == TOKENIZED
    assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"10 END\n20 PRINT &O8\n", b"Syntax error in 20 (line 2 of the file)"),
        (b"10 END\n\nPRINT 5\n", b"Direct statement in file (line 3 of the file)"),
        (b"10 END\n20\n", b"Undefined line number in 20 (line 2 of the file)"),
        (b"10 REM " + b"X" * 300 + b"\n", b"Line buffer overflow in 10 (line 1 of the file)"),
    ],
)
def test_a_text_that_is_no_program(text: bytes, message: bytes) -> None:
    Path("OUT.BAS").write_bytes(b"as it was")
    done = convert("-", "OUT.BAS", data=text)
    assert (done.returncode, done.stdout) == (BAD_USE, b"")
    assert done.stderr == b"mbasic: standard input: " + message + b"\n"
    assert Path("OUT.BAS").read_bytes() == b"as it was"
    assert [path.name for path in Path().iterdir()] == ["OUT.BAS"]


def test_a_constant_too_large_is_said() -> None:
    done = convert("-", "-", data=b"10 A=1E99\n")
    assert done.returncode == CONVERTED
    assert b"Overflow in 10" in done.stderr


def test_a_text_that_is_cut_is_said() -> None:
    body = b"\x97" * 100
    data = b"\xff\x40\x62\x0a\x00" + body + b"\0\0\0\x1a"
    done = convert("-", "OUT.TXT", data=data)
    assert done.returncode == CONVERTED
    assert b"line 10: cut" in done.stderr


@pytest.mark.parametrize(
    "words", [("NONE.BAS", "-"), ("-", "no/such/folder/x"), ("-",), (), ("-", "-", "--nonsense")], ids=str
)
def test_bad_use(words: tuple[str, ...]) -> None:
    done = convert(*words, data=TEXT)
    assert done.returncode == BAD_USE
    assert done.stdout == b""
    assert b"Traceback" not in done.stderr


def test_a_program_of_that_name_can_still_be_run() -> None:
    Path("CONVERT.BAS").write_bytes(b"10 PRINT 7\n")
    done = subprocess.run([sys.executable, "-m", "mbasic", "convert.bas"], capture_output=True, timeout=30, check=False)
    assert done.stdout == b" 7 \n"

"""A real (pseudo) terminal with the original's own line editor: keys as a keyboard sends them, the bytes that come.

The prompt as people have it is tested in test_prompt.py.
"""

import signal
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pytest

OK = "Ok\r\n"


def started(folder: Path, *arguments: str) -> "pexpect.spawn[str]":
    """Start the command in a terminal of its own."""
    command = [sys.executable, "-m", "mbasic", *arguments]
    child: pexpect.spawn[str] = pexpect.spawn(command[0], command[1:], cwd=str(folder), encoding="utf-8", timeout=10)
    return child


@pytest.fixture
def prompt(tmp_path: Path) -> Iterator["pexpect.spawn[str]"]:
    """MBASIC at its prompt."""
    child = started(tmp_path, "--plain")
    child.expect_exact(OK)
    yield child
    child.close(force=True)


def status_of(child: "pexpect.spawn[str]") -> int | None:
    child.expect(pexpect.EOF)
    child.wait()
    return child.exitstatus


def test_a_line_is_echoed_and_executed(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("PRINT 1+1\r")
    prompt.expect_exact("PRINT 1+1\r\n 2 \r\nOk\r\n")


def test_backspace_erases(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("PRIMT\x7f\x7fNT 7\r")
    prompt.expect_exact("PRIMT\b \b\b \bNT 7\r\n 7 \r\n")


def test_arrows_are_no_text(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("PRINT \x1b[A\x1bOB3\r")
    prompt.expect_exact("PRINT 3\r\n 3 \r\n")


def test_control_c_breaks_an_endless_program_at_once(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("10 GOTO 10\rRUN\r")
    prompt.expect_exact("RUN\r\n")
    time.sleep(0.3)
    pressed = time.monotonic()
    prompt.send("\x03")
    prompt.expect_exact("^C\r\nBreak in 10\r\nOk\r\n")
    assert time.monotonic() - pressed < 0.2


def test_control_c_breaks_an_input(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("INPUT A\r")
    prompt.expect_exact("? ")
    prompt.send("\x03")
    prompt.expect_exact("^C\r\nBreak\r\nOk\r\n")


def test_control_d_leaves_only_at_an_empty_prompt(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("PRINT 5\x04\r")
    prompt.expect_exact(" 5 \r\nOk\r\n")
    prompt.send("\x04")
    assert status_of(prompt) == 0


def test_system_leaves(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("SYSTEM\r")
    assert status_of(prompt) == 0


def test_a_new_size_of_the_window_disturbs_nothing(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("PRINT ")
    prompt.expect_exact("PRINT ")
    termios.tcsetwinsize(prompt.child_fd, (50, 132))
    prompt.send("8\r")
    prompt.expect_exact("8\r\n 8 \r\nOk\r\n")


def test_high_characters_are_those_of_code_page_437(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("PRINT CHR$(205)\r")
    prompt.expect_exact("═\r\n")


def test_inkey_sees_a_key(prompt: "pexpect.spawn[str]") -> None:
    prompt.send('10 A$=INKEY$:IF A$="" THEN 10\r20 PRINT "<";A$;">"\rRUN\r')
    prompt.expect_exact("RUN\r\n")
    prompt.send("x")
    prompt.expect_exact("<x>\r\nOk\r\n")


def test_keys_typed_while_a_program_runs_wait_for_its_end(prompt: "pexpect.spawn[str]") -> None:
    prompt.send("FOR I=1 TO 100000:NEXT\r")
    prompt.expect_exact("NEXT\r\n")
    prompt.send("PRINT 77\r")
    prompt.expect_exact("Ok\r\nPRINT 77\r\n 77 \r\nOk\r\n")


@pytest.mark.parametrize("end", ["SYSTEM\r", "\x04", signal.SIGTERM])
def test_the_terminal_is_as_before(prompt: "pexpect.spawn[str]", end: "str | signal.Signals") -> None:
    before = termios.ECHO | termios.ICANON | termios.ISIG
    assert not termios.tcgetattr(prompt.child_fd)[3] & before
    if isinstance(end, str):
        prompt.send(end)
    else:
        prompt.kill(end)
    prompt.expect(pexpect.EOF)
    assert termios.tcgetattr(prompt.child_fd)[3] & before == before


def test_a_program_leaves_the_terminal_when_it_ends(tmp_path: Path) -> None:
    (tmp_path / "A.BAS").write_text('10 INPUT "N";A:PRINT A*A\n')
    child = started(tmp_path, "A.BAS")
    child.expect_exact("N? ")
    child.send("12\r")
    child.expect_exact("12\r\n 144 \r\n")
    assert status_of(child) == 0

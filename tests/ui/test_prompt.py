"""The Ok prompt in a real (pseudo) terminal, as it then stands on the screen."""

import os
import shutil
import signal
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui.screen import LEFT, MBASIC, UP, Screen

PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"
PASTED = [f'{10 * i} PRINT "LINE";{i}' for i in range(1, 201)]


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Screen]:
    """MBASIC at its prompt."""
    with started(tmp_path) as screen:
        yield screen


class started:  # noqa: N801 # reads as a function
    """A screen at the first prompt, and its end."""

    def __init__(self, folder: Path, *arguments: str, term: str = "xterm") -> None:
        self._screen = Screen(folder, *arguments, term=term)

    def __enter__(self) -> Screen:
        self._screen.has("\nOk")
        return self._screen

    def __exit__(self, *_exception: object) -> None:
        self._screen.child.close(force=True)


# ---- editing -----------------------------------------------------------------------


def test_a_line_stands_there_once_and_is_executed(screen: Screen) -> None:
    screen.send("PRINT 1+1\r")
    screen.shows("Ok", "PRINT 1+1", " 2", "Ok")


def test_a_line_is_edited_in_its_middle(screen: Screen) -> None:
    screen.send("PRIT 5" + LEFT * 3 + "N\r")
    screen.shows("Ok", "PRINT 5", " 5", "Ok")


def test_backspace_erases(screen: Screen) -> None:
    screen.send("PRINTT\x7f 7\r")
    screen.shows("Ok", "PRINT 7", " 7", "Ok")


def test_words_have_colours(screen: Screen) -> None:
    screen.send('PRINT "A"')
    screen.has('PRINT "A"')
    row = screen.picture.buffer[screen.picture.cursor.y]
    assert row[0].fg != row[6].fg
    assert "default" not in (row[0].fg, row[6].fg)


def test_a_line_is_no_longer_than_the_original_takes(screen: Screen) -> None:
    screen.send('A$="' + "A" * 300 + "\r")
    screen.send("PRINT LEN(A$)\r")
    screen.shows("Ok", "PRINT LEN(A$)", " 251", "Ok")


def test_letters_of_code_page_437_can_be_typed(screen: Screen) -> None:
    screen.send('PRINT "é";ASC("é")\r')
    screen.shows("é 130", "Ok")


def test_a_new_size_of_the_window_while_a_line_is_edited(screen: Screen) -> None:
    screen.send("PRINT 12345678901234+")
    screen.has("12345678901234+")
    screen.resize(20, 30)
    screen.send("1:PRINT 7" + "\r")
    screen.shows(" 7", "Ok")
    assert screen.text.count("7\nOk") == 1
    screen.resize(50, 132)
    screen.send("PRINT " + '"' + "W" * 100 + '"\r')
    screen.shows('PRINT "' + "W" * 100 + '"', "W" * 80, "W" * 20, "Ok")


# ---- completion --------------------------------------------------------------------


def test_tab_completes_a_keyword(screen: Screen) -> None:
    screen.send("PRI\t")
    screen.shows("Ok", "PRINT")
    screen.send(" 3\r")
    screen.shows("PRINT 3", " 3", "Ok")


def test_tab_completes_a_name_of_the_program(screen: Screen) -> None:
    screen.send("10 COUNTER%=41\r")
    screen.shows("10 COUNTER%=41")
    screen.send("20 PRINT COUN\t+1\r")
    screen.shows("20 PRINT COUNTER%+1")
    screen.send("RUN\r")
    screen.shows("RUN", " 42", "Ok")


def test_tab_completes_line_numbers_behind_goto(screen: Screen) -> None:
    screen.send("1230 REM A PLACE TO GO\r1240 END\r")
    screen.shows("1230 REM A PLACE TO GO", "1240 END")
    screen.send("GOTO 1\t3\t")
    screen.shows("1240 END", "GOTO 1230")


def test_tab_shows_a_list_where_there_is_a_choice(screen: Screen) -> None:
    screen.send("RES\t")
    screen.has("RESTORE")
    screen.has("RESUME")
    screen.send("\t\t\x15PRINT 4\r")
    screen.shows("PRINT 4", " 4", "Ok")


# ---- history -----------------------------------------------------------------------


def test_lines_come_back_in_the_next_run(tmp_path: Path) -> None:
    with started(tmp_path) as first:
        first.send("PRINT 111\r")
        first.shows(" 111", "Ok")
        first.send("PRINT 222\r")
        first.shows(" 222", "Ok")
        first.send("\x04")
        assert first.exit_status() == 0
    with started(tmp_path) as second:
        second.send(UP + UP)
        second.shows("Ok", "PRINT 111")
        second.send("\r")
        second.shows(" 111", "Ok")


def test_a_history_that_cannot_be_kept_harms_nothing(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    with started(tmp_path) as screen:
        screen.send("PRINT 8\r")
        screen.shows(" 8", "Ok")
        screen.send(UP)
        screen.shows(" 8", "Ok", "PRINT 8")


# ---- paste -------------------------------------------------------------------------


@pytest.mark.parametrize("brackets", [(PASTE_BEGINS, PASTE_ENDS), ("", "")], ids=["bracketed", "bare"])
def test_a_program_is_pasted(screen: Screen, brackets: tuple[str, str]) -> None:
    begin, end = brackets
    screen.send(begin + "".join(f"{line}\r" for line in PASTED) + end)
    screen.shows(*PASTED[-10:])
    screen.send("LIST -30\r")
    screen.shows("LIST -30", *PASTED[:3], "Ok")
    screen.send("RUN\r")
    screen.shows("LINE 199", "LINE 200", "Ok")


def test_a_paste_without_its_last_enter_can_be_edited(screen: Screen) -> None:
    screen.send(PASTE_BEGINS + "10 PRINT 1\n20\tPRINT 2\n30 PRINT" + PASTE_ENDS)
    screen.shows("10 PRINT 1", "20      PRINT 2", "30 PRINT")
    screen.send(" 3\rRUN\r")
    screen.shows("RUN", " 1", " 2", " 3", "Ok")


def test_a_paste_that_runs_and_answers(screen: Screen) -> None:
    screen.send('10 INPUT "N";A:PRINT A*A\rRUN\r12\rPRINT "DONE"\r')
    screen.shows("RUN", "N? 12", " 144", "Ok", 'PRINT "DONE"', "DONE", "Ok")


# ---- Break, leaving ----------------------------------------------------------------


@pytest.mark.parametrize("by_signal", [False, True])
def test_control_c_breaks_an_endless_program_at_once(screen: Screen, by_signal: bool) -> None:
    screen.send('10 PRINT "ON"\r20 GOTO 20\rRUN\r')
    screen.shows("RUN", "ON")
    pressed = time.monotonic()
    if by_signal:
        screen.child.kill(signal.SIGINT)
    else:
        screen.send("\x03")
    screen.shows("ON", "^C", "Break in 20", "Ok")
    assert time.monotonic() - pressed < 0.2
    screen.send("CONT\r")
    screen.shows("Ok", "CONT")
    screen.send("\x03")
    screen.shows("CONT", "^C", "Break in 20", "Ok")


@pytest.mark.parametrize("by_signal", [False, True])
def test_control_c_forgets_the_line(screen: Screen, by_signal: bool) -> None:
    screen.send("PRINT 5")
    screen.shows("Ok", "PRINT 5")
    if by_signal:
        screen.child.kill(signal.SIGINT)
    else:
        screen.send("\x03")
    screen.shows("Ok", "PRINT 5^C")
    screen.send("PRINT 6\r")
    screen.shows("PRINT 5^C", "PRINT 6", " 6", "Ok")


def test_control_d_leaves_only_at_an_empty_prompt(screen: Screen) -> None:
    screen.send("PRINT 5\x04\r")
    screen.shows("PRINT 5", " 5", "Ok")
    screen.send("\x04")
    assert screen.exit_status() == 0


def test_system_leaves(screen: Screen) -> None:
    screen.send("SYSTEM\r")
    assert screen.exit_status() == 0


@pytest.mark.parametrize("end", ["SYSTEM\r", "\x04", signal.SIGTERM, signal.SIGHUP])
def test_the_terminal_is_as_before(screen: Screen, end: "str | signal.Signals") -> None:
    screen.send("PRINT 1\r")
    screen.shows(" 1", "Ok")
    screen.send("P\x7f")
    if isinstance(end, str):
        screen.send(end)
    else:
        screen.child.kill(end)
    screen.exit_status()
    before = termios.ECHO | termios.ICANON | termios.ISIG
    assert termios.tcgetattr(screen.child.child_fd)[3] & before == before
    assert screen.bytes.rfind(b"\x1b[?2004l") >= screen.bytes.rfind(b"\x1b[?2004h")


# ---- what the line prompt leaves alone ---------------------------------------------


def test_edit_mode(screen: Screen) -> None:
    screen.send("10 PRINT 5\rEDIT 10\r")
    screen.shows("EDIT 10", "10")
    screen.send("s5")
    screen.shows("EDIT 10", "10 PRINT")
    screen.send("c7\r")
    screen.shows("EDIT 10", "10 PRINT 7")
    screen.send("RUN\r")
    screen.shows("RUN", " 7", "Ok")


def test_a_syntax_error_opens_its_line(screen: Screen) -> None:
    screen.send("10 PRIMT\rRUN\r")
    screen.shows("RUN", "Syntax error in 10", "Ok", "10")
    screen.send("Q")
    screen.shows("Ok", "10", "Ok")
    screen.send("PRINT 1\r")
    screen.shows("PRINT 1", " 1", "Ok")


def test_auto(screen: Screen) -> None:
    screen.send("AUTO 100,5\r")
    screen.shows("AUTO 100,5", "100")
    screen.send("PRINT 1\rPRINT 2\r")
    screen.shows("100 PRINT 1", "105 PRINT 2", "110")
    screen.send("\x03")
    screen.shows("110 ^C", "Ok")
    screen.send("RUN\r")
    screen.shows("RUN", " 1", " 2", "Ok")


def test_input_takes_a_rubout(screen: Screen) -> None:
    screen.send("INPUT A:PRINT A+1\r")
    screen.shows("INPUT A:PRINT A+1", "?")
    screen.send("19\x7f8\r")
    screen.shows("INPUT A:PRINT A+1", "? 18", " 19", "Ok")


def test_input_is_no_line_of_the_history(screen: Screen) -> None:
    screen.send("INPUT A\r")
    screen.shows("INPUT A", "?")
    screen.send("77\r")
    screen.shows("? 77", "Ok")
    screen.send(UP)
    screen.shows("? 77", "Ok", "INPUT A")


def test_control_c_breaks_an_input(screen: Screen) -> None:
    screen.send("INPUT A\r")
    screen.shows("INPUT A", "?")
    screen.send("\x03")
    screen.shows("INPUT A", "? ^C", "Break", "Ok")


def test_inkey_sees_a_key(screen: Screen) -> None:
    screen.send('10 PRINT "ON"\r20 A$=INKEY$:IF A$="" THEN 20\r30 PRINT "<";A$;">"\rRUN\r')
    screen.shows("RUN", "ON")
    screen.send("x")
    screen.shows("RUN", "ON", "<x>", "Ok")


def test_keys_typed_while_a_program_runs_wait_for_the_prompt(screen: Screen) -> None:
    screen.send('10 PRINT "ON"\r20 FOR I=1 TO 300000:NEXT\rRUN\r')
    screen.shows("RUN", "ON")
    screen.send("PRINT 77\rPRI\t 9")
    screen.shows("ON", "Ok", "PRINT 77", " 77", "Ok", "PRINT 9")
    screen.send("\r")
    screen.shows("PRINT 9", " 9", "Ok")


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_control_z_goes_to_the_shell_and_back(tmp_path: Path) -> None:
    shell = Screen(tmp_path, "--norc", "--noprofile", "-i", command=("bash",))
    shell.send(" ".join(MBASIC) + "\r")
    shell.has("\nOk")
    shell.send("PRINT 4")
    shell.shows("Ok", "PRINT 4")
    shell.send("\x1a")
    shell.has("Stopped")
    shell.send("stty -a | tr ' ;' '\\n\\n' | grep -x -e -echo -e echo\r")
    shell.has("\necho\n")
    shell.send("fg\r")
    shell.wait(lambda: shell.text.endswith("\nPRINT 4"), "the prompt again")
    shell.send("2\r")
    shell.shows("PRINT 42", " 42", "Ok")
    shell.child.close(force=True)


# ---- without it --------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "term"), [(("--plain",), "xterm"), ((), "dumb")], ids=["plain", "dumb"])
def test_the_original_editor_sends_nothing_but_characters(
    tmp_path: Path, arguments: tuple[str, ...], term: str
) -> None:
    with started(tmp_path, *arguments, term=term) as screen:
        screen.send("PRINT 1\r")
        screen.shows("PRINT 1", " 1", "Ok")
        assert b"\x1b" not in screen.bytes


def test_a_program_alone_needs_no_prompt(tmp_path: Path) -> None:
    (tmp_path / "A.BAS").write_text('10 INPUT "N";A:PRINT A*A\n')
    screen = Screen(tmp_path, "A.BAS")
    screen.shows("N?")
    screen.send("12\r")
    assert screen.exit_status() == 0
    assert screen.bytes == b"N? 12\r\n 144 \r\n"
    assert not os.path.exists(tmp_path / "state")

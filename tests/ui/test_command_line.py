"""The command `mbasic` as a shell sees it: what it prints where, and its exit status."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import mbasic

COMMAND = (sys.executable, "-m", "mbasic")
ENDED, BASIC_ERROR, BAD_USE, BROKEN = 0, 1, 2, 130


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test runs in a folder of its own: BASIC's disk."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str, keys: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, *arguments], input=keys, capture_output=True, timeout=30, check=False)


def start(*arguments: str) -> subprocess.Popen[bytes]:
    """Start the command with nothing to read and leave it running."""
    pipe = subprocess.PIPE
    return subprocess.Popen([*COMMAND, *arguments], stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe)


def program(text: str, name: str = "PROG.BAS") -> str:
    Path(name).write_text(text)
    return name


def check_refused(done: subprocess.CompletedProcess[bytes]) -> None:
    """One clear line on stderr, exit status 2."""
    assert done.returncode == BAD_USE, done
    assert done.stderr.count(b"\n") == 1, done.stderr.decode()
    assert b"Traceback" not in done.stderr


# ---- programs ----------------------------------------------------------------------


def test_a_program_that_ends_exits_0() -> None:
    done = run(program('10 PRINT "Hello"\n'))
    assert (done.returncode, done.stdout, done.stderr) == (ENDED, b"Hello\n", b"")


def test_a_basic_error_is_printed_as_mbasic_prints_it_and_exits_1() -> None:
    done = run(program("10 PRINT 1\n20 ERROR 5\n"))
    assert done.returncode == BASIC_ERROR
    assert done.stdout.splitlines() == [b" 1 ", b"Illegal function call in 20"]
    assert done.stderr == b""


@pytest.mark.parametrize("statement", ["SYSTEM", "END"])
def test_the_statements_that_end_a_program_are_no_errors(statement: str) -> None:
    assert run(program(f"10 {statement}\n20 PRINT 5\n")).returncode == ENDED


def test_a_program_is_found_whatever_the_case_of_its_name() -> None:
    program("10 PRINT 1\n", "hello.bas")
    assert run("HELLO.BAS").stdout == b" 1 \n"


def test_a_program_reads_its_keys_from_a_pipe() -> None:
    done = run(program("10 INPUT A:PRINT A*2\n"), keys=b"21\n")
    assert done.stdout.endswith(b" 42 \n")


def test_echo_shows_what_was_typed() -> None:
    done = run("--echo", program("10 INPUT A:PRINT A*2\n"), keys=b"21\n")
    assert done.stdout == b"? 21\n 42 \n"


def test_bytes_go_through_as_they_are() -> None:
    assert run(program("10 PRINT CHR$(200);CHR$(7)\n")).stdout == b"\xc8\x07\n"


def test_a_program_runs_at_another_place_by_its_path(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    program("10 PRINT 3\n", "sub/three.bas")
    assert run("sub/three.bas").stdout == b" 3 \n"


# ---- other ways in -----------------------------------------------------------------


def test_c_runs_a_direct_line() -> None:
    done = run("-c", "PRINT 1+1")
    assert (done.returncode, done.stdout) == (ENDED, b" 2 \n")


def test_c_with_an_error_exits_1() -> None:
    done = run("-c", "PRINT 1/")
    assert done.returncode == BASIC_ERROR
    assert b"Missing operand" in done.stdout


def test_a_dash_runs_the_program_on_standard_input() -> None:
    done = run("-", keys=b'10 PRINT "from a pipe"\n')
    assert (done.returncode, done.stdout) == (ENDED, b"from a pipe\n")


def test_i_stays_at_the_prompt_with_the_variables() -> None:
    done = run("-i", program("10 A=7\n"), keys=b"PRINT A\nSYSTEM\n")
    assert done.returncode == ENDED
    assert b" 7 \n" in done.stdout


def test_without_a_program_there_is_the_prompt() -> None:
    done = run(keys=b"PRINT 1+1\nSYSTEM\n")
    assert done.returncode == ENDED
    assert b"Ok\n" in done.stdout
    assert b" 2 \n" in done.stdout


def test_the_prompt_ends_with_its_input() -> None:
    assert run(keys=b"PRINT 1\n").returncode == ENDED


def test_version() -> None:
    done = run("--version")
    assert done.returncode == ENDED
    assert mbasic.__version__.encode() in done.stdout


def test_help_names_the_options() -> None:
    done = run("--help")
    assert done.returncode == ENDED
    for option in (b"--echo", b"--version", b"-c", b"-i"):
        assert option in done.stdout


def test_doctor_reports_the_version() -> None:
    done = run("doctor")
    assert done.returncode == ENDED
    assert mbasic.__version__.encode() in done.stdout


def test_the_package_folder_can_be_run() -> None:
    package = os.path.dirname(mbasic.__file__)
    done = subprocess.run([sys.executable, package, "-c", "PRINT 1"], capture_output=True, timeout=30, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (ENDED, b" 1 \n", b"")


def test_control_c_is_a_break_and_exits_130() -> None:
    program("10 PRINT 1\n20 GOTO 20\n")
    with start("PROG.BAS") as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == b" 1 \n"
        child.send_signal(signal.SIGINT)
        out, errors = child.communicate(timeout=10)
    assert b"Break in 20" in out
    assert errors == b""
    assert child.returncode == BROKEN


# ---- what goes wrong outside of BASIC -------------------------------------------------


def test_a_missing_file() -> None:
    done = run("NONE.BAS")
    check_refused(done)
    assert b"NONE.BAS" in done.stderr


def test_a_folder_given_as_program() -> None:
    Path("FOLDER.BAS").mkdir()
    check_refused(run("FOLDER.BAS"))


@pytest.mark.parametrize(
    "data",
    [b"\x7fELF\x02\x01\x01" + bytes(9) + bytes(range(256)), b"\x89PNG\r\n\x1a\n" + bytes(range(256)), b"\xff"],
    ids=["elf", "png", "cut-off"],
)
def test_a_binary_file_given_as_program(data: bytes) -> None:
    Path("DATA.BAS").write_bytes(data)
    check_refused(run("DATA.BAS"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_program_that_may_not_be_read() -> None:
    Path(program("10 PRINT 1\n")).chmod(0)
    check_refused(run("PROG.BAS"))


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_disk_that_may_not_be_written(tmp_path: Path) -> None:
    name = program('10 OPEN "O",1,"X"\n')
    tmp_path.chmod(0o500)
    done = run(name)
    assert done.returncode == BASIC_ERROR
    assert done.stderr == b""


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
def test_a_full_disk_behind_standard_output() -> None:
    program("10 FOR I=1 TO 10000:PRINT I:NEXT\n")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, "PROG.BAS"], stdout=full, stderr=subprocess.PIPE, timeout=30, check=False)
    check_refused(subprocess.CompletedProcess(done.args, done.returncode, b"", done.stderr))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")
@pytest.mark.parametrize("words", [("doctor",), ("--version",), ("--help",), ("convert", "--help")])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_full_disk_behind_what_the_command_says(words: tuple[str, ...], unbuffered: str) -> None:
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*COMMAND, *words], stdout=full, stderr=subprocess.PIPE, timeout=30, check=False, env=environment
        )
    check_refused(subprocess.CompletedProcess(done.args, done.returncode, b"", done.stderr))


def test_doctor_takes_no_further_words() -> None:
    done = run("doctor", "now")
    assert done.returncode == BAD_USE
    assert b"doctor takes no further words" in done.stderr


def test_a_reader_that_goes_away() -> None:
    program("10 PRINT 1\n20 GOTO 10\n")
    with start("PROG.BAS") as child:
        assert child.stdout is not None
        assert child.stderr is not None
        assert child.stdout.readline() == b" 1 \n"
        child.stdout.close()
        errors = child.stderr.read()
        status = child.wait(timeout=10)
    check_refused(subprocess.CompletedProcess(child.args, status, b"", errors))


def test_an_unknown_option() -> None:
    done = run("--nonsense")
    assert done.returncode == BAD_USE
    assert b"--nonsense" in done.stderr

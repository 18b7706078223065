"""`mbasic settings` in the shell, and settings that the terminal reads."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ui.screen import Screen

COMMAND = (sys.executable, "-m", "mbasic")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Every test runs in a folder of its own."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def mbasic(*words: str, keys: bytes = b"") -> tuple[int, str, str]:
    done = subprocess.run([*COMMAND, *words], input=keys, capture_output=True, timeout=60, check=False)
    assert b"Traceback" not in done.stderr
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_set_get_list_reset() -> None:
    assert mbasic("settings", "set", "case_style", "force_lower") == (0, "", "")
    assert mbasic("settings", "get", "case_style") == (0, "force_lower\n", "")
    status, listed, _ = mbasic("settings", "list")
    assert status == 0
    assert listed.startswith("strict                false             default      true or false\n")
    assert "case_style            force_lower       global " in listed
    assert mbasic("settings", "list", "case_c*")[1].count("\n") == 1
    assert mbasic("settings", "reset", "case_style") == (0, "", "")
    assert mbasic("settings", "get", "case_style") == (0, "force_upper\n", "")


def test_list_as_json() -> None:
    rows = json.loads(mbasic("settings", "list", "theme", "--json")[1])
    assert [row["key"] for row in rows] == ["theme"]
    assert rows[0]["choices"] == ["light", "dark", "green", "amber"]


def test_the_project(folder: Path, empty_home: Path) -> None:
    assert mbasic("settings", "set", "console_width", "40", "--project")[0] == 0
    assert json.loads((folder / ".mbasic/settings.json").read_text())["settings"] == {"console_width": 40}
    assert list(empty_home.iterdir()) == []
    status, _, said = mbasic("settings", "set", "console_width", "60")
    assert (status, said) == (0, "mbasic: console_width is 40: so says the project\n")
    assert mbasic("-c", "PRINT STRING$(50,65)")[1] == "A" * 40 + "\n" + "A" * 10 + "\n"
    assert mbasic("settings", "reset", "--project")[0] == 0
    assert mbasic("settings", "get", "console_width")[1] == "60\n"


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (("set", "theme", "blue"), 2, 'mbasic: theme must be one of light, dark, green, amber, not "blue"\n'),
        (("get", "thema"), 2, 'mbasic: there is no setting "thema"; did you mean theme?\n'),
        (("reset", "thema"), 2, 'mbasic: there is no setting "thema"; did you mean theme?\n'),
        (("list", "zzz"), 1, "mbasic: no setting fits zzz; mbasic settings list shows all\n"),
    ],
)
def test_what_is_wrong_is_one_line(words: tuple[str, ...], status: int, message: str) -> None:
    assert mbasic("settings", *words) == (status, "", message)


def test_what_cannot_be_stored_is_said(empty_home: Path) -> None:
    (empty_home / ".mbasic").write_text("in the way")
    status, _, said = mbasic("settings", "set", "theme", "dark")
    assert status == 1
    assert said == f"mbasic: nothing was stored: {empty_home}/.mbasic/settings.json cannot be written: file exists\n"


def test_a_damaged_file_is_said_and_programs_run_all_the_same(empty_home: Path) -> None:
    (empty_home / ".mbasic").mkdir()
    (empty_home / ".mbasic/settings.json").write_text("{")
    status, printed, said = mbasic("-c", "PRINT 1")
    assert (status, printed) == (0, " 1 \n")
    assert said.startswith(f"mbasic: {empty_home}/.mbasic/settings.json is damaged")
    assert said.count("\n") == 1


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBASIC_SETTING_CASE_STYLE", "force_lower")
    assert mbasic(keys=b"10 PRINT 1\rLIST\r")[1].endswith("Ok\n10 print 1\nOk\n")
    assert mbasic("settings", "set", "case_style", "force_upper")[0] == 2


def test_settings_made_at_the_prompt_are_kept() -> None:
    mbasic(keys=b'SET "case_style" "force_lower"\r')
    assert mbasic(keys=b"10 PRINT 1\rLIST\r")[1].endswith("10 print 1\nOk\n")


def test_the_speed_of_a_z80(folder: Path) -> None:
    (folder / "LOOP.BAS").write_text("10 FOR I=1 TO 300:NEXT\n20 PRINT I\n")
    mbasic("settings", "set", "speed", "4")
    script = "import sys,time,subprocess as s;t=time.time();s.run(sys.argv[1:],check=True);print(time.time()-t)"
    done = subprocess.run([sys.executable, "-c", script, *COMMAND, "LOOP.BAS"], capture_output=True, check=True)
    assert float(done.stdout.split()[-1]) > 300 * 1.05e-3


def test_code_page(folder: Path) -> None:
    mbasic("settings", "set", "code_page", "cp866")
    screen = Screen(folder, "--plain")
    screen.shows("Ok")
    screen.send("PRINT CHR$(128)\r")
    screen.has("\u0410")
    screen.send('SET "code_page" cp437\rPRINT CHR$(128)\r')
    screen.has("\u00c7")
    screen.send('SET "code_page" latin-1\rPRINT "<"CHR$(155)"31mX"CHR$(233)\r')
    screen.has("< 31mX\u00e9")


def test_function_keys_of_gw_basic(folder: Path) -> None:
    mbasic("settings", "set", "key_bindings", "gwbasic")
    screen = Screen(folder)
    screen.shows("Ok")
    screen.send("10 PRINT 1+1\r")
    screen.send("\x1bOQ")
    screen.shows("RUN", " 2", "Ok")
    screen.send('SET "key_bindings" standard\r')
    screen.shows('SET "key_bindings" standard', "Ok")
    screen.send("\x1b[15~")
    screen.shows("RUN", " 2", "Ok")

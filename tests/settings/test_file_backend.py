"""Settings in files: their form, and files that are damaged, in the way, or changed by several at once."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from mbasic.settings import FileSettingsBackend, NotKeptError, Scope, SettingsManager
from mbasic.settings.file_backend import settings_folder
from mbasic.storage.session_store import StoreError

CHANGES = 40


@pytest.fixture
def file(home: Path) -> Path:
    """The user's settings file; its folder is there."""
    (home / ".mbasic").mkdir()
    return home / ".mbasic" / "settings.json"


def test_the_form(file: Path, tmp_path: Path) -> None:
    settings = SettingsManager(tmp_path)
    settings.set("theme", "dark")
    settings.set("theme", "green", Scope.PROJECT)
    assert json.loads(file.read_text()) == {"version": "1.0", "settings": {"theme": "dark"}}
    project = tmp_path / ".mbasic" / "settings.json"
    assert json.loads(project.read_text()) == {"version": "1.0", "settings": {"theme": "green"}}


def test_nothing_is_written_before_something_is_changed(home: Path, tmp_path: Path) -> None:
    SettingsManager(tmp_path).refresh()
    assert list(home.iterdir()) == []
    assert not (tmp_path / ".mbasic").exists()


def test_other_fields_and_the_mode_stay(file: Path) -> None:
    file.write_text('{"version": "1.1", "settings": {"theme": "dark"}, "note": [1, {}, []]}')
    file.chmod(0o640)
    SettingsManager().set("font_size", 9)
    assert json.loads(file.read_text()) == {
        "version": "1.1", "settings": {"theme": "dark", "font_size": 9}, "note": [1, {}, []],
    }  # fmt: skip
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in file.parent.iterdir()] == ["settings.json"]


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "dotfiles.json"
    elsewhere.write_text('{"version": "1.0", "settings": {}}')
    file.symlink_to(elsewhere)
    SettingsManager().set("theme", "dark")
    assert file.is_symlink()
    assert json.loads(elsewhere.read_text())["settings"] == {"theme": "dark"}


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        (b'{"version": "1.0", "settings": {"theme": "da', "is damaged"),
        (b"", "is damaged"),
        (b"\x00\xff", "is damaged"),
        (b'["theme"]', "is damaged"),
        (b'{"theme": "dark"}', "is damaged"),
        (b'{"version": "1.0", "settings": ["dark"]}', "is damaged"),
        (b'{"version": "2.0", "settings": {"theme": "dark"}}', "was written by a newer MBASIC (format 2.0)"),
        (b" " * (1 << 20) + b"{}", "is too large"),
    ],
)
def test_a_file_that_is_none_is_reported_and_kept(file: Path, text: bytes, notice: str) -> None:
    file.write_bytes(text)
    settings = SettingsManager()
    assert settings.get("theme") == "light"
    assert len(settings.notices) == 1
    assert settings.notices[0].startswith(f"{file} {notice}")
    with pytest.raises(NotKeptError, match="theme holds for this session only"):
        settings.set("theme", "dark")
    assert settings.get("theme") == "dark", "the session goes on with it"
    assert file.read_bytes() == text
    file.write_text('{"version": "1.0", "settings": {"font_size": 9}}')
    settings.refresh()
    assert json.loads(file.read_text())["settings"] == {"font_size": 9, "theme": "dark"}, "once it is mended"


def test_a_folder_in_the_place_of_the_file(file: Path) -> None:
    file.mkdir()
    settings = SettingsManager()
    assert settings.notices == [f"{file} is a folder, and should be a file; remove it"]
    with pytest.raises(NotKeptError, match="is a folder"):
        settings.set("theme", "dark")


def test_a_file_in_the_place_of_the_folder(home: Path) -> None:
    (home / ".mbasic").write_text("x")
    settings = SettingsManager()
    with pytest.raises(NotKeptError, match="cannot be written: file exists"):
        settings.set("theme", "dark")
    assert settings.get("theme") == "dark"


def test_a_pipe_in_the_place_of_the_file_is_not_waited_for(file: Path) -> None:
    os.mkfifo(file)
    assert "is no file" in SettingsManager().notices[0]


def test_a_place_nobody_can_write(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/proc/self")
    settings = SettingsManager()
    with pytest.raises(NotKeptError, match=r"/proc/self/.mbasic/settings.json cannot be written"):
        settings.set("theme", "dark")
    assert settings.get("theme") == "dark"


def test_without_a_project_there_is_none(home: Path) -> None:
    for backend in (FileSettingsBackend(), FileSettingsBackend(home)):
        assert backend.load_project() == {}
        with pytest.raises(StoreError, match="no project folder"):
            backend.change(Scope.PROJECT, {"theme": "dark"})


def test_the_system_file_lies_under_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = tmp_path / "default_settings.json"
    system.write_text('{"version": "1.0", "settings": {"theme": "amber", "font_size": 18}}')
    monkeypatch.setenv("MBASIC_DEFAULT_SETTINGS", str(system))
    settings = SettingsManager()
    assert settings.set("theme", "dark") == "dark"
    assert (settings.get("font_size"), str(settings.origin("font_size"))) == (18, "system")
    settings.reset()
    assert settings.get("theme") == "amber"
    system.write_text("{")
    assert "default_settings.json is damaged" in SettingsManager().notices[0]


def test_the_folder_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("APPDATA", "/users/ann/appdata")
    assert settings_folder() == "/users/ann/appdata/mbasic"


# ---- several at once ----------------------------------------------------------------

_CHANGER = """
import sys
from mbasic.settings import FileSettingsBackend, Scope
backend = FileSettingsBackend()
for number in range(int(sys.argv[2])):
    backend.change(Scope.GLOBAL, {f"{sys.argv[1]}{number}": number})
"""


def test_processes_at_once_lose_nothing(file: Path) -> None:
    command = [sys.executable, "-c", _CHANGER]
    changers = [subprocess.Popen([*command, name, str(CHANGES)], cwd=Path(__file__).parents[2]) for name in "ab"]
    seen = 0
    while any(changer.poll() is None for changer in changers):
        seen = max(seen, len(FileSettingsBackend().load_global()))
        assert FileSettingsBackend().notices == []
    assert [changer.returncode for changer in changers] == [0, 0]
    assert json.loads(file.read_text())["settings"] == {f"{name}{n}": n for name in "ab" for n in range(CHANGES)}
    assert seen > 0


def test_threads_of_one_manager_lose_nothing(file: Path) -> None:
    settings = SettingsManager()
    keys = ["font_size", "auto_number_start", "auto_number_step", "console_width"]
    threads = [threading.Thread(target=_set_often, args=(settings, key)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert json.loads(file.read_text())["settings"] == dict.fromkeys(keys, 15 + CHANGES // 2 - 1)


def _set_often(settings: SettingsManager, key: str) -> None:
    for number in range(CHANGES // 2):
        settings.set(key, 15 + number)

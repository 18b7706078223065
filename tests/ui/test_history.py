"""The file that keeps the lines of earlier prompts."""

from pathlib import Path

import pytest

from mbasic.ui.cli.history import add_to_history, history_path, read_history


def test_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/state")
    assert history_path() == "/state/mbasic/history"
    monkeypatch.setenv("XDG_STATE_HOME", "not/absolute")
    monkeypatch.setenv("HOME", "/home/ann")
    assert history_path() == "/home/ann/.local/state/mbasic/history"


def test_lines_are_kept_in_order(tmp_path: Path) -> None:
    path = str(tmp_path / "a" / "history")
    assert read_history(path) == []
    add_to_history(path, "PRINT 1")
    add_to_history(path, 'PRINT "é"')
    assert read_history(path) == ["PRINT 1", 'PRINT "é"']
    assert Path(path).stat().st_mode & 0o777 == 0o600


def test_a_long_one_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_text("".join(f"LINE {i}\n" for i in range(2500)))
    assert read_history(str(path))[0] == "LINE 1500"
    assert path.read_text().startswith("LINE 1500\n")


def test_what_cannot_be_written_is_let_go(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    path = str(tmp_path / "file" / "history")
    add_to_history(path, "PRINT 1")
    assert read_history(path) == []

"""The project's own papers agree with one another."""

import re
import tomllib
from pathlib import Path

import mbasic

ROOT = Path(__file__).resolve().parent.parent


def test_requirements_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = (ROOT / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == project["dependencies"]


def test_the_changelog_knows_the_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert mbasic.__version__ in headings or headings[0] == "Unreleased"

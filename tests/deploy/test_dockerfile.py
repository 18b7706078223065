"""The Dockerfile's steps, done without an engine: the same commands in a clean folder, as a user without rights.

`/opt/mbasic` and `/build` become folders below the test's own; the rest of each command is as it is written.
"""

import os
import pwd
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCKERFILE = (ROOT / "deploy/Dockerfile").read_text()
BUILD, FINAL = DOCKERFILE.replace("\\\n", " ").split("\nFROM ")[1:]
PYTHON = "/usr/bin/python3"
"""The system's, which every user can run."""


def steps(word: str, stage: str) -> list[str]:
    """What stands behind `word` in the lines of a stage that begin with it."""
    return [line.removeprefix(word).strip() for line in stage.splitlines() if line.startswith(word + " ")]


def other_user() -> int | None:
    """Nobody, where the tests run as root, as they do in CI."""
    return pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None


def hand_over(folder: Path) -> None:
    """Give a folder to the other user, who must be able to reach it."""
    user = other_user()
    if user is None:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, user, -1, follow_symlinks=False)
    for parent in folder.parents:
        if str(parent).startswith("/tmp/"):
            parent.chmod(parent.stat().st_mode | 0o711)


def done(command: list[str], folder: Path, environment: dict[str, str]) -> bytes:
    """Run a command as the other user; what it prints. Fails the test where the command fails."""
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, user=other_user()
    ) as child:
        said, _ = child.communicate(timeout=600)
    assert child.returncode == 0, f"{command}\n{said.decode()}"
    return said


def copy_sources(build: Path) -> None:
    """What the build stage copies."""
    for line in steps("COPY", BUILD):
        *sources, target = line.split()
        for name in sources:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, build / target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, build / target)


@pytest.mark.slow
def test_image_is_built_and_runs_a_program(tmp_path: Path) -> None:
    build, installed = tmp_path / "build", tmp_path / "opt-mbasic"
    build.mkdir()
    copy_sources(build)
    hand_over(tmp_path)
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    environment |= {name: text for name, text in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    for step in steps("RUN", BUILD):
        command = step.replace("/opt/mbasic", str(installed)).replace("python -m venv", f"{PYTHON} -m venv")
        done(["/bin/sh", "-ec", command], build, environment)
    assert done([str(installed / "bin/mbasic"), "-c", "PRINT 2^10"], tmp_path, environment) == b" 1024 \n"
    times = {path.stat().st_mtime for path in installed.rglob("*.js")}
    assert len(times) <= 1, "assets with times of their own have addresses of their own on every instance"


def test_image_runs_as_a_user_without_rights_and_is_checked() -> None:
    assert re.search(r"^USER mbasic$", FINAL, re.MULTILINE)
    assert "HEALTHCHECK" in FINAL
    assert "/healthz" in FINAL

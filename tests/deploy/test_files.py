"""The files of deploy/ are what the tools that read them expect: by their schemas, and by the balancers themselves."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[2] / "deploy"
INSTANCES = {f"MBASIC_{n}": f"127.0.0.1:{18000 + n}" for n in (1, 2, 3)}


def checked(*command: str | Path, env: dict[str, str] | None = None) -> str:
    """Run a checker; what it says. Fails the test where it refuses."""
    done = subprocess.run([*map(str, command)], env=env, capture_output=True, text=True, timeout=60, check=False)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


def tool(name: str) -> str:
    """The path of an installed program; `make setup-ci` brings all of them."""
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert found, f"{name} is missing: make setup-ci installs it"
    return found


def test_compose_file_follows_its_schema() -> None:
    checked(
        Path(sys.executable).with_name("check-jsonschema"),
        "--builtin-schema",
        "vendor.compose-spec",
        DEPLOY / "docker-compose.yml",
    )


@pytest.mark.parametrize("name", ["mbasic.yaml", "secret.example.yaml"])
def test_kubernetes_files_follow_their_schemas(name: str) -> None:
    checked(Path(sys.executable).with_name("kubernetes-validate"), "--strict", DEPLOY / "k8s" / name)


def test_haproxy_takes_its_file() -> None:
    said = checked(
        tool("haproxy"), "-c", "-f", DEPLOY / "haproxy/haproxy.cfg", env=INSTANCES | {"MBASIC_BIND": "127.0.0.1:18080"}
    )
    assert "WARNING" not in said


def test_nginx_takes_its_files(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY / "nginx", tmp_path, dirs_exist_ok=True)
    addresses = (f"server {address};" for address in INSTANCES.values())
    (tmp_path / "mbasic-instances.conf").write_text("\n".join(addresses))
    assert "successful" in checked(tool("nginx"), "-t", "-c", tmp_path / "nginx.conf")


def test_every_file_that_is_named_is_there() -> None:
    dockerfile = (DEPLOY / "Dockerfile").read_text()
    copied = [words[1:-1] for line in dockerfile.splitlines() if (words := line.split())[:1] == ["COPY"]]
    names = {name for words in copied for name in words if not name.startswith(("--", "/"))}
    assert names
    assert all((DEPLOY.parent / name).exists() for name in names), names

"""nginx and HAProxy in front of instances, with the files of deploy/ as they are."""

import os
import re
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Final

from tests.redis_server import free_port

DEPLOY: Final = Path(__file__).parents[2] / "deploy"
KINDS: Final = ("nginx-hash", "nginx-round-robin", "haproxy")
_PATIENCE_SECONDS: Final = 20.0


class Balancer:
    """One of KINDS; it listens on a port of its own until it is closed."""

    def __init__(self, kind: str, folder: Path, ports: list[int]) -> None:
        self.kind = kind
        self.port = free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self._log = folder / f"{kind}.log"
        make = self._haproxy if kind == "haproxy" else self._nginx
        words, environment = make(folder, ports)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(words, env={**os.environ, **environment}, stdout=log, stderr=log)
        self._await_listening()

    def _nginx(self, folder: Path, ports: list[int]) -> tuple[list[str], dict[str, str]]:
        """Beside the three files that are made to be changed, only where the process notes its id is another place."""
        own = folder / self.kind
        shutil.copytree(DEPLOY / "nginx", own)
        servers = (f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;" for port in ports)
        (own / "mbasic-instances.conf").write_text("\n".join(servers))
        (own / "mbasic-listen.conf").write_text(f"listen 127.0.0.1:{self.port};")
        whole = own / "nginx.conf"
        whole.write_text(re.sub(r"^pid .*;", f"pid {own}/nginx.pid;", whole.read_text(), flags=re.M))
        if self.kind == "nginx-round-robin":
            site = own / "mbasic.conf"
            text, count = re.subn(r"^ *hash .*;\n", "", site.read_text(), flags=re.M)
            assert count == 1
            site.write_text(text)
        return [_program("nginx"), "-c", str(whole), "-g", "daemon off;"], {}

    def _haproxy(self, folder: Path, ports: list[int]) -> tuple[list[str], dict[str, str]]:
        del folder
        servers = {f"MBASIC_{n}": f"127.0.0.1:{port}" for n, port in enumerate(ports, 1)}
        environment = {**servers, "MBASIC_BIND": f"127.0.0.1:{self.port}"}
        return [_program("haproxy"), "-db", "-f", str(DEPLOY / "haproxy/haproxy.cfg")], environment

    def _await_listening(self) -> None:
        end = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return
            except OSError:
                assert self._process.poll() is None, self._log.read_text()
                assert time.monotonic() < end, self._log.read_text()
                time.sleep(0.02)

    def close(self) -> None:
        """End it."""
        self._process.terminate()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _program(name: str) -> str:
    found = shutil.which(name, path="/usr/sbin:/usr/bin:/sbin:/bin")
    assert found, f"{name} is missing: make setup-ci installs it"
    return found

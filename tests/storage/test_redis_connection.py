"""Redis by every form of URL: socket, TCP, TLS, Sentinel, Cluster; and URLs that say nothing."""

import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from mbasic.settings import Scope
from mbasic.settings.redis_backend import RedisSettingsBackend
from mbasic.storage.redis_connection import RedisCommands, Script, connect, redis_failures, shared_client, shown
from mbasic.storage.session_store import StoreError, StoreUnavailableError
from tests.redis_server import RedisServer, free_port

_PATIENCE_SECONDS = 60


def ask(client: RedisCommands, *words: object) -> object:
    with redis_failures:
        return client.execute_command(*words)


def use(url: str) -> None:
    """Do with it what settings do: scripts, a merge."""
    client = connect(url)
    backend = RedisSettingsBackend(client, "s1", {"theme": "green"})
    assert backend.load_global() == {"theme": "green"}
    other = RedisSettingsBackend(client, "s1")
    other.load()
    backend.change(Scope.GLOBAL, {"font_size": 20})
    assert other.change(Scope.GLOBAL, {"theme": "dark"}) == {"theme": "dark", "font_size": 20}
    client.close()


# ---- forms --------------------------------------------------------------------------


def test_a_socket_and_a_port() -> None:
    with RedisServer("--requirepass", "s3cret/word", tcp=True) as server:
        use(f"unix://:s3cret%2Fword@{server.socket}?db=3")
        use(f"redis://:s3cret%2Fword@127.0.0.1:{server.port}/2?max_connections=3&socket_timeout=9")
        with pytest.raises(StoreUnavailableError, match="refuses the user or password"):
            use(f"redis://:wrong@127.0.0.1:{server.port}")


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    """A certificate for localhost that vouches for itself."""
    assert shutil.which("openssl"), "openssl is missing: make setup-ci installs it"
    names = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
    keys = ("-newkey", "rsa:2048", "-nodes", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem")
    subprocess.run(["openssl", "req", "-x509", "-days", "2", *keys, *names], check=True, capture_output=True)
    return tmp_path


def test_tls(certificates: Path) -> None:
    port = free_port()
    cert, key = str(certificates / "cert.pem"), str(certificates / "key.pem")
    files = ("--tls-cert-file", cert, "--tls-key-file", key, "--tls-ca-cert-file", cert)
    with RedisServer("--tls-port", str(port), "--tls-auth-clients", "no", *files):
        use(f"rediss://localhost:{port}/0?ssl_ca_certs={cert}")
        with pytest.raises(StoreUnavailableError, match="cannot be reached"):
            use(f"rediss://localhost:{port}/0")


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[tuple[RedisServer, RedisServer, int]]:
    """A master, its replica, and the port of a sentinel that watches them as `mymaster`."""
    with (
        RedisServer(tcp=True) as master,
        RedisServer("--replicaof", "127.0.0.1", str(master.port), tcp=True) as replica,
    ):
        port = free_port()
        options = (
            f"sentinel monitor mymaster 127.0.0.1 {master.port} 1",
            "sentinel down-after-milliseconds mymaster 300",
        )
        (tmp_path / "sentinel.conf").write_text("\n".join([f"port {port}", "bind 127.0.0.1", *options]) + "\n")
        words = [str(shutil.which("redis-server")), str(tmp_path / "sentinel.conf"), "--sentinel"]
        sentinel = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        try:
            yield master, replica, port
        finally:
            sentinel.kill()
            sentinel.wait()


def test_sentinel_finds_the_master_and_the_one_after_it(watched: tuple[RedisServer, RedisServer, int]) -> None:
    master, replica, port = watched
    client = connect(f"redis+sentinel://127.0.0.1:{port},127.0.0.1:1/mymaster/0")
    until(lambda: ask(client, "SET", "x", "1"), "the sentinel")
    assert master.ask("GET", "x") == b"1"
    sentinel = connect(f"redis://127.0.0.1:{port}")
    until(lambda: b"num-slaves" in repr(ask(sentinel, "SENTINEL MASTER", "mymaster")).encode(), "the master")
    until(lambda: _replicas(sentinel), "the replica")
    master.kill()
    until(lambda: ask(client, "SET", "x", "2"), "the new master")
    assert replica.ask("GET", "x") == b"2"
    use(f"redis+sentinel://127.0.0.1:{port}/mymaster")


def _replicas(sentinel: RedisCommands) -> bool:
    return ask(sentinel, "SENTINEL REPLICAS", "mymaster") not in (None, [])


def test_cluster() -> None:
    nodes = [RedisServer("--cluster-enabled", "yes", tcp=True) for _ in range(2)]
    try:
        for first, last, node in ((0, 8191, nodes[0]), (8192, 16383, nodes[1])):
            node.ask("CLUSTER ADDSLOTSRANGE", first, last)
        nodes[0].ask("CLUSTER MEET", "127.0.0.1", nodes[1].port)
        for node in nodes:
            until(partial(_is_whole, node), "the cluster")
        url = f"redis+cluster://127.0.0.1:{nodes[0].port},127.0.0.1:{nodes[1].port}"
        use(url)
        client = connect(url)
        for number in range(20):
            RedisSettingsBackend(client, f"session-{number}", {"font_size": 20}).load()
        kept = [int(node.ask("DBSIZE")) for node in nodes]
        assert sum(kept) == 21
        assert min(kept) > 0
        client.close()
    finally:
        for node in nodes:
            node.close()


def _is_whole(node: RedisServer) -> bool:
    return b"cluster_state:ok" in node.ask("CLUSTER INFO")


def until(condition: Callable[[], object], what: str) -> None:
    """Wait until `condition` answers with something; what is not there yet is no failure."""
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            if condition():
                return
        except StoreError:
            pass
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)


# ---- URLs ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "it must begin with redis://"),
        ("http://x", "it must begin with redis://"),
        ("unix+cluster:///x", "it must begin with redis://"),
        ("redis://", "the name of the host is missing"),
        ("unix://", "the path of the socket is missing"),
        ("redis://h?colour=red", "there is no option colour"),
        ("redis://h:99999", "Port out of range"),
        ("redis://h?max_connections=many", "Invalid value for 'max_connections'"),
        ("redis+sentinel://h:1", "the name of the service is missing"),
        ("redis+cluster://h:1/3", "a Cluster has the database 0 only"),
    ],
)
def test_a_url_that_says_nothing(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        connect(url)


def test_a_password_is_in_no_message() -> None:
    url = "redis://ann:hunter2@h:1/0?sentinel_password=hunter2&colour=red"
    assert shown(url) == "redis://h:1/0"
    with pytest.raises(StoreError) as caught:
        connect(url)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("form", ["redis://{}", "rediss://{}", "redis+sentinel://{}/m", "redis+cluster://{}"])
def test_nobody_there(form: str) -> None:
    with pytest.raises(StoreUnavailableError, match="reached"):
        ask(connect(form.format(f"127.0.0.1:{free_port()}")), "GET", "x")


# ---- use ----------------------------------------------------------------------------


def test_a_process_has_one_client_for_a_url() -> None:
    with RedisServer() as server:
        assert shared_client(server.url) is shared_client(server.url)
        assert shared_client(server.url) is not shared_client(server.url + "?db=1")


def test_a_connection_that_was_cut_is_made_again() -> None:
    with RedisServer(persistent=True) as server:
        client = connect(server.url)
        ask(client, "SET", "x", "1")
        server.kill()
        server.start()
        assert ask(client, "GET", "x") == b"1"


def test_threads_wait_for_a_free_connection() -> None:
    with RedisServer() as server:
        client = connect(server.url + "?max_connections=2")
        threads = [threading.Thread(target=lambda: ask(client, "INCR", "n")) for _ in range(40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert server.ask("GET", "n") == b"40"


def test_a_script_is_sent_anew_to_a_server_that_has_forgotten_it() -> None:
    script = Script("return redis.call('INCRBY', KEYS[1], ARGV[1])")
    with RedisServer() as server:
        client = connect(server.url)
        assert [script.run(client, "n", 2), script.run(client, b"n", 3)] == [2, 5]
        server.ask("SCRIPT FLUSH")
        assert script.run(client, "n", 1) == 6

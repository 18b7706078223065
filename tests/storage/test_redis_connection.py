"""Redis by every form of URL: socket, TCP, TLS, Sentinel, Cluster; and URLs that say nothing."""

import shutil
import subprocess
import threading
from functools import partial
from pathlib import Path

import pytest

from mbasic.settings import Scope
from mbasic.settings.redis_backend import RedisSettingsBackend
from mbasic.storage.redis_connection import RedisCommands, Script, connect, redis_failures, shared_client, shown
from mbasic.storage.session_store import StoreError, StoreUnavailableError
from tests.redis_cluster import cluster_url, redis_cluster, redis_sentinel, wait_until
from tests.redis_server import RedisServer, free_port


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


def test_sentinel_finds_the_master_and_the_one_after_it() -> None:
    with redis_sentinel() as watched:
        client = connect(watched.url.replace("/mymaster", ",127.0.0.1:1/mymaster/0"))
        assert ask(client, "SET", "x", "1")
        assert watched.master.ask("GET", "x") == b"1"
        watched.master.kill()
        wait_until(partial(_takes_changes, client), "no new master")
        assert watched.replica.ask("GET", "x") == b"2"
        use(watched.url)


def _takes_changes(client: RedisCommands) -> bool:
    try:
        return ask(client, "SET", "x", "2") is not None
    except StoreUnavailableError:
        return False


def test_cluster() -> None:
    with redis_cluster() as nodes:
        use(cluster_url(nodes))
        client = connect(cluster_url(nodes))
        for number in range(20):
            RedisSettingsBackend(client, f"session-{number}", {"font_size": 20}).load()
        kept = [int(node.ask("DBSIZE")) for node in nodes]
        assert sum(kept) == 21
        assert min(kept) > 0
        client.close()


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

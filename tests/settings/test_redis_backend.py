"""Settings in Redis: seeded once, kept alive by use, never on disk; and all that can go wrong with the server."""

import json
import time
from pathlib import Path

import pytest

import mbasic.settings
from mbasic.settings import NotKeptError, Scope, SettingsManager, create_settings_backend
from mbasic.settings.definitions import DEFINITIONS
from mbasic.settings.file_backend import FileSettingsBackend
from mbasic.settings.redis_backend import TTL_SECONDS, RedisSettingsBackend
from mbasic.storage.redis_connection import Client, connect
from mbasic.storage.session_store import StoreError, StoreUnavailableError
from tests.redis_server import RedisServer
from tests.settings.slow_proxy import SlowProxy

KEY = "nicegui:settings:s1"


@pytest.fixture
def client(redis_server: RedisServer) -> Client:
    return connect(redis_server.url)


def manager(client: Client, ttl_seconds: float = TTL_SECONDS) -> SettingsManager:
    return SettingsManager(backend=RedisSettingsBackend(client, "s1", {"theme": "green"}, ttl_seconds=ttl_seconds))


def stored(server: RedisServer) -> dict[str, object]:
    document: dict[str, object] = json.loads(server.ask("GET", KEY))
    return document


def write(server: RedisServer, settings: dict[str, object], project: dict[str, object] | None = None) -> None:
    document = {"version": "1.0", "settings": settings, "project": project or {}}
    server.ask("SET", KEY, json.dumps(document))


# ---- the key ------------------------------------------------------------------------


def test_the_key_the_form_and_the_ttl(redis_server: RedisServer, client: Client) -> None:
    manager(client).set("font_size", 20)
    assert redis_server.ask("KEYS", "*") == str([KEY.encode()]).encode()
    assert stored(redis_server) == {"version": "1.0", "settings": {"theme": "green", "font_size": 20}}
    assert TTL_SECONDS - 5 <= int(redis_server.ask("TTL", KEY)) <= TTL_SECONDS == 86400


def test_the_defaults_are_seeded_once(redis_server: RedisServer, client: Client) -> None:
    manager(client).reset("theme")
    later = SettingsManager(backend=RedisSettingsBackend(client, "s1", {"theme": "amber", "font_size": 9}))
    assert stored(redis_server)["settings"] == {}
    assert later.get("theme") == "amber"


def test_opening_takes_one_round_trip(redis_server: RedisServer, client: Client) -> None:
    manager(client)
    before = commands_from_clients(redis_server)
    manager(client)
    assert commands_from_clients(redis_server) - before == 1


def commands_from_clients(server: RedisServer) -> int:
    lines = server.ask("INFO commandstats").decode().splitlines()
    names = [line.split(":")[0].removeprefix("cmdstat_") for line in lines]
    calls = [int(line.partition("calls=")[2].partition(",")[0] or 0) for line in lines]
    other = {"info", "client|setinfo", "hello"} | {"get", "set", "pexpire"}  # of the one that asks, and of scripts
    return sum(count for name, count in zip(names, calls, strict=True) if name not in other)


def test_use_refreshes_the_ttl(redis_server: RedisServer, client: Client) -> None:
    settings = manager(client, ttl_seconds=100)
    for use in (settings.refresh, lambda: settings.set("font_size", 9), lambda: manager(client, ttl_seconds=100)):
        redis_server.ask("EXPIRE", KEY, 10)
        use()
        assert int(redis_server.ask("TTL", KEY)) > 90


def test_it_expires_without_use(redis_server: RedisServer, client: Client) -> None:
    manager(client, ttl_seconds=0.05).set("font_size", 20)
    end = time.monotonic() + 10
    while redis_server.ask("EXISTS", KEY) == b"1":
        assert time.monotonic() < end
        time.sleep(0.01)
    assert manager(client).get("font_size") == 14


def test_what_has_expired_is_written_anew_by_a_manager_that_lives(redis_server: RedisServer, client: Client) -> None:
    settings = manager(client)
    settings.set("font_size", 20)
    redis_server.ask("DEL", KEY)
    settings.set("speed", 4)
    assert stored(redis_server)["settings"] == {"theme": "green", "font_size": 20, "speed": 4.0}
    redis_server.ask("DEL", KEY)
    settings.refresh()
    assert stored(redis_server)["settings"] == {"theme": "green", "font_size": 20, "speed": 4.0}


def test_any_client_of_redis_py_will_do(redis_server: RedisServer) -> None:
    decoding = redis_server.client(decode_responses=True)
    backend = RedisSettingsBackend(decoding, "s1", {"theme": "green"})
    backend.change(Scope.GLOBAL, {"font_size": 20})
    assert RedisSettingsBackend(decoding, "s1").load_global() == {"theme": "green", "font_size": 20}


def test_a_merge_of_many_fields_at_once(redis_server: RedisServer, client: Client) -> None:
    here = RedisSettingsBackend(client, "s1", {"theme": "green", "speed": 4.77, "font_size": 9})
    here.load()
    other = RedisSettingsBackend(client, "s1")
    other.load()
    other.change(Scope.GLOBAL, {"theme": "amber"})
    other.change(Scope.PROJECT, {"autosave": True})
    assert here.change(Scope.GLOBAL, {"font_size": None, "strict": True, "code_page": "cp850"}) == {
        "theme": "amber", "speed": 4.77, "strict": True, "code_page": "cp850",
    }  # fmt: skip
    assert here.load_project() == {"autosave": True}


# ---- documents that are not ours ----------------------------------------------------


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        (b'{"version": "2.0", "settings": {"theme": "dark"}}', "was written by a newer MBASIC (format 2.0)"),
        (b'{"version": "2.0", "themes": []}', "was written by a newer MBASIC"),
        (b'{"version": 3, "settings": {}}', "was written by a newer MBASIC (format 3)"),
        (b'{"version": "1.0", "settings": ', "is damaged"),
        (b'{"version": "1.0", "settings": 5}', "is damaged"),
        (b"[]", "is damaged"),
        (b"\xff\xfe", "is damaged"),
        (b"", "is damaged"),
    ],
)
def test_it_is_reported_and_kept(redis_server: RedisServer, client: Client, text: bytes, notice: str) -> None:
    redis_server.ask("SET", KEY, text)
    settings = manager(client)
    assert settings.get("theme") == "green", "the session goes on with the defaults"
    assert len(settings.notices) == 1
    assert notice in settings.notices[0]
    with pytest.raises(NotKeptError, match="holds for this session only"):
        settings.set("font_size", 20)
    assert settings.get("font_size") == 20
    assert redis_server.ask("GET", KEY) == text


def test_another_kind_of_key_is_left_alone(redis_server: RedisServer, client: Client) -> None:
    redis_server.ask("RPUSH", KEY, "x")
    settings = manager(client)
    assert settings.get("theme") == "green"
    assert "Redis refuses: WRONGTYPE" in settings.notices[0]
    with pytest.raises(NotKeptError):
        settings.set("font_size", 20)
    assert redis_server.ask("LLEN", KEY) == b"1"


def test_a_session_needs_a_name(client: Client) -> None:
    with pytest.raises(StoreError):
        RedisSettingsBackend(client, "")


# ---- a server that fails ------------------------------------------------------------


def test_a_server_that_dies_loses_nothing(client: Client, redis_server: RedisServer) -> None:
    settings = manager(client)
    settings.set("theme", "dark")
    redis_server.kill()
    try:
        with pytest.raises(NotKeptError, match=r"font_size holds for this session only: Redis cannot be reached"):
            settings.set("font_size", 20)
        assert settings.refresh() == {}
        assert [settings.get("theme"), settings.get("font_size")] == ["dark", 20]
        assert settings.notices == [
            "settings are as last seen: Redis cannot be reached",
            "font_size holds for this session only: Redis cannot be reached",
        ]
    finally:
        redis_server.start()
    settings.set("speed", 4)
    assert settings.refresh() == {}
    assert settings.notices == []
    again = manager(client)
    assert [again.get(key) for key in ("theme", "font_size", "speed")] == ["dark", 20, 4]


def test_refresh_stores_what_could_not_be_stored(client: Client, redis_server: RedisServer) -> None:
    settings = manager(client)
    redis_server.kill()
    try:
        with pytest.raises(NotKeptError):
            settings.set("font_size", 20)
        with pytest.raises(NotKeptError):
            settings.reset("theme")
    finally:
        redis_server.start()
    settings.refresh()
    assert manager(client).get("font_size") == 20


def test_a_frozen_server_is_given_up_in_time(redis_server: RedisServer) -> None:
    settings = manager(connect(f"{redis_server.url}?socket_timeout=0.1"))
    redis_server.freeze()
    try:
        begin = time.monotonic()
        with pytest.raises(NotKeptError, match="Redis does not answer in time"):
            settings.set("font_size", 20)
        assert time.monotonic() - begin < 15
    finally:
        redis_server.thaw()
    settings.refresh()
    assert manager(connect(redis_server.url)).get("font_size") == 20


def test_a_slow_way_only_takes_longer(redis_server: RedisServer) -> None:
    proxy = SlowProxy(redis_server.socket, 0.1)
    settings = manager(connect(proxy.url))
    settings.set("font_size", 20)
    proxy.close()
    assert manager(connect(redis_server.url)).get("font_size") == 20


def test_a_way_too_slow_is_said(redis_server: RedisServer) -> None:
    proxy = SlowProxy(redis_server.socket, 5)
    settings = manager(connect(f"{proxy.url}?socket_timeout=0.1"))
    proxy.close()
    assert settings.notices == ["settings are as last seen: Redis does not answer in time"]
    assert settings.get("theme") == "green"


def test_out_of_memory(redis_server: RedisServer, client: Client) -> None:
    old = manager(client)
    redis_server.ask("CONFIG", "SET", "maxmemory", "1")
    try:
        with pytest.raises(NotKeptError, match="Redis is out of memory"):
            old.set("font_size", 20)
        assert manager(client).notices == [], "what is stored can be read"
        new = SettingsManager(backend=RedisSettingsBackend(client, "s2", {"theme": "green"}))
        assert new.get("theme") == "green"
        assert new.notices[0].startswith("Redis is out of memory (maxmemory): nothing was stored")
    finally:
        redis_server.ask("CONFIG", "SET", "maxmemory", "0")
    old.set("speed", 4)
    assert manager(client).get("font_size") == 20


def test_a_read_only_replica(redis_server: RedisServer) -> None:
    with RedisServer(tcp=True) as master, RedisServer("--replicaof", "127.0.0.1", str(master.port)) as replica:
        manager(connect(master.url)).set("font_size", 20)
        end = time.monotonic() + 30
        while replica.ask("EXISTS", KEY) != b"1":
            assert time.monotonic() < end
            time.sleep(0.05)
        settings = manager(connect(replica.url))
        assert settings.get("font_size") == 20
        assert settings.notices[0].startswith("Redis takes no changes: this is a read-only replica")
        with pytest.raises(NotKeptError, match="read-only replica"):
            settings.set("theme", "dark")
        assert settings.get("theme") == "dark"
        assert stored(master)["settings"] == {"theme": "green", "font_size": 20}


# ---- the choice ---------------------------------------------------------------------


def test_the_environment_chooses_redis(redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NICEGUI_REDIS_URL", redis_server.url)
    assert isinstance(create_settings_backend("s1"), RedisSettingsBackend)
    assert isinstance(create_settings_backend(), FileSettingsBackend)
    settings = SettingsManager(backend=create_settings_backend("s1"))
    settings.set("theme", "dark")
    everything = {key: row.default for key, row in DEFINITIONS.items()}
    assert stored(redis_server)["settings"] == {**everything, "theme": "dark"}
    monkeypatch.delenv("NICEGUI_REDIS_URL")
    assert isinstance(create_settings_backend("s1"), FileSettingsBackend)
    assert isinstance(create_settings_backend("s1", redis_url=redis_server.url), RedisSettingsBackend)


def test_defaults_come_from_disk_once_and_never_go_there(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path
) -> None:
    system = tmp_path / "default_settings.json"
    system.write_text('{"version": "1.0", "settings": {"theme": "amber", "font_size": 18}}')
    monkeypatch.setenv("MBASIC_DEFAULT_SETTINGS", str(system))
    monkeypatch.setenv("NICEGUI_REDIS_URL", redis_server.url)
    FileSettingsBackend().change(Scope.GLOBAL, {"theme": "dark"})
    before = snapshot(home)
    first = SettingsManager(backend=create_settings_backend("a"))
    assert (first.get("theme"), first.get("font_size")) == ("dark", 18)
    system.unlink()
    (home / ".mbasic/settings.json").rename(home / "elsewhere")
    second = SettingsManager(backend=create_settings_backend("b"))
    second.set("theme", "light")
    second.reset()
    assert (second.get("theme"), second.get("font_size")) == ("dark", 18)
    (home / "elsewhere").rename(home / ".mbasic/settings.json")
    assert snapshot(home) == before


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_home_that_cannot_be_written_does_not_matter(
    redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NICEGUI_REDIS_URL", redis_server.url)
    monkeypatch.setenv("HOME", "/proc/self")  # nobody, root neither, can make a file there
    settings = SettingsManager(backend=create_settings_backend("s1"))
    settings.set("theme", "dark")
    settings.set("font_size", 20, Scope.PROJECT)
    settings.reset("theme")
    assert settings.notices == []
    assert not Path("/proc/self/.mbasic").exists()


@pytest.mark.parametrize("url", ["redis://127.0.0.1:1/0", "redis+sentinel://127.0.0.1:1/mymaster", "http://nowhere"])
def test_without_redis_at_the_start_files_are_read_and_not_written(
    url: str, monkeypatch: pytest.MonkeyPatch, home: Path, caplog: pytest.LogCaptureFixture
) -> None:
    FileSettingsBackend().change(Scope.GLOBAL, {"theme": "dark"})
    before = snapshot(home)
    monkeypatch.setenv("NICEGUI_REDIS_URL", url)
    settings = SettingsManager(backend=create_settings_backend("s1"))
    assert settings.get("theme") == "dark"
    assert len(settings.notices) == 1
    assert settings.notices[0].startswith("settings are not kept: ")
    assert settings.notices[0] in caplog.text
    with pytest.raises(NotKeptError):
        settings.set("font_size", 20)
    assert settings.get("font_size") == 20
    assert SettingsManager(backend=create_settings_backend("s2")).get("font_size") == 14
    assert snapshot(home) == before


def test_the_password_is_never_shown(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    with RedisServer("--requirepass", "right", tcp=True) as server:
        for words, meaning in ((":hunter2@", "refuses the user or password"), ("", "wants a password")):
            url = server.url.replace("redis://", f"redis://{words}")
            settings = SettingsManager(backend=create_settings_backend("s1", redis_url=url))
            assert meaning in settings.notices[0]
    assert "hunter2" not in caplog.text


def test_an_unavailable_server_can_be_told_from_a_wrong_one() -> None:
    with pytest.raises(StoreUnavailableError):
        RedisSettingsBackend(connect("redis://127.0.0.1:1"), "s1").load()


def test_the_room_offers_what_it_promises() -> None:
    assert mbasic.settings.RedisSettingsBackend is RedisSettingsBackend
    assert all(hasattr(mbasic.settings, name) for name in mbasic.settings.__all__)
    with pytest.raises(AttributeError):
        _ = mbasic.settings.Nothing  # pyright: ignore[reportAttributeAccessIssue]

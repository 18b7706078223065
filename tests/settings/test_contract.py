"""What every place for settings promises: one suite over memory, files and Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mbasic.settings import Scope, SettingsManager
from mbasic.settings.manager import Origin
from mbasic.storage.redis_connection import connect
from tests.redis_server import RedisServer
from tests.settings.places import FilePlace, MemoryPlace, Place, RedisPlace


@pytest.fixture(params=["memory", "file", "redis"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    match request.param:
        case "memory":
            yield MemoryPlace()
        case "file":
            yield FilePlace(tmp_path, lambda folder: monkeypatch.setenv("HOME", folder))
        case _:
            server: RedisServer = request.getfixturevalue("redis_server")
            client = connect(server.url)
            yield RedisPlace(client)
            client.close()


def manager(place: Place, name: str = "ann") -> SettingsManager:
    return SettingsManager(backend=place.open(name))


def test_a_new_place_has_the_defaults(place: Place) -> None:
    settings = manager(place)
    assert settings.get("case_style") == "force_upper"
    assert settings.get("auto_number_step") == 10
    assert settings.origin("theme") is Origin.DEFAULT
    assert settings.notices == []


def test_a_change_is_seen_by_the_next_manager(place: Place) -> None:
    manager(place).set("theme", "dark")
    assert manager(place).get("theme") == "dark"


def test_another_name_sees_nothing_of_it(place: Place) -> None:
    first, second = manager(place, "ann"), manager(place, "bob")
    first.set("theme", "dark")
    assert (second.get("theme"), manager(place, "bob").get("theme")) == ("light", "light")


def test_two_managers_lose_none_of_their_changes(place: Place) -> None:
    first, second = manager(place), manager(place)
    first.set("theme", "dark")
    second.set("font_size", 20)
    first.set("auto_number", False)
    third = manager(place)
    assert [third.get(key) for key in ("theme", "font_size", "auto_number")] == ["dark", 20, False]


def test_a_change_brings_the_others_changes_along(place: Place) -> None:
    first, second = manager(place), manager(place)
    second.set("font_size", 20)
    first.set("theme", "dark")
    assert first.get("font_size") == 20


def test_refresh_returns_what_others_changed(place: Place) -> None:
    first, second = manager(place), manager(place)
    second.set("font_size", 20)
    second.set("theme", "light")
    assert first.refresh() == {"font_size": 20}
    assert first.refresh() == {}


def test_reset_one_and_all(place: Place) -> None:
    settings = manager(place)
    settings.set("theme", "dark")
    settings.set("font_size", 20)
    settings.reset("theme")
    assert (settings.get("theme"), settings.get("font_size")) == ("light", 20)
    settings.reset()
    assert manager(place).get("font_size") == 14


def test_the_project_goes_before_the_user_and_the_program_before_both(place: Place) -> None:
    settings = manager(place)
    seen = [settings.get("theme")]
    for scope, theme in ((Scope.GLOBAL, "dark"), (Scope.PROJECT, "green"), (Scope.FILE, "amber")):
        assert settings.set("theme", theme, scope) == theme
        seen.append(settings.get("theme"))
    assert seen == ["light", "dark", "green", "amber"]
    assert manager(place).get("theme") == "green"
    settings.reset("theme", Scope.PROJECT)
    assert settings.get("theme") == "dark"


def test_a_change_below_another_layer_is_kept_and_said(place: Place) -> None:
    settings = manager(place)
    settings.set("theme", "green", Scope.PROJECT)
    assert settings.set("theme", "dark") == "green"
    assert settings.shadow("theme") == 'theme is "green": so says the project'
    settings.reset("theme", Scope.PROJECT)
    assert settings.get("theme") == "dark"


def test_the_backend_itself_saves_and_loads_whole_parts(place: Place) -> None:
    backend = place.open("ann")
    backend.save_global({"theme": "dark", "from_tomorrow": [1, {"a": None}]})
    backend.save_project({"font_size": 9})
    again = place.open("ann")
    assert again.load_global() == {"theme": "dark", "from_tomorrow": [1, {"a": None}]}
    assert again.load_project() == {"font_size": 9}


def test_saving_takes_out_what_is_missing_and_nothing_that_others_added(place: Place) -> None:
    backend = place.open("ann")
    backend.save_global({"theme": "dark", "font_size": 9})
    mine = backend.load_global()
    if not isinstance(place, MemoryPlace):
        place.open("ann").change(Scope.GLOBAL, {"speed": 4})
    del mine["font_size"]
    backend.save_global(mine)
    expected = {"theme": "dark"} if isinstance(place, MemoryPlace) else {"theme": "dark", "speed": 4}
    assert place.open("ann").load_global() == expected


def test_keys_from_another_version_stay(place: Place) -> None:
    place.open("ann").save_global({"hologram": "on", "theme": "dark"})
    settings = manager(place)
    settings.set("font_size", 9)
    settings.reset()
    assert place.open("ann").load_global() == {"hologram": "on"}


def test_a_value_that_cannot_be_is_ignored_and_kept(place: Place) -> None:
    place.open("ann").save_global({"theme": "plaid", "font_size": 9})
    settings = manager(place)
    assert (settings.get("theme"), settings.get("font_size")) == ("light", 9)
    assert settings.notices == ['theme must be one of light, dark, green, amber, not "plaid" (global); it is ignored']
    settings.set("font_size", 10)
    assert place.open("ann").load_global()["theme"] == "plaid"


def test_a_thousand_names_are_apart(place: Place) -> None:
    names = [f"person-{number}" for number in range(1000)]
    for number, name in enumerate(names):
        place.open(name).change(Scope.GLOBAL, {"auto_number_start": number + 1})
    found = [manager(place, name).get("auto_number_start") for name in names]
    assert found == list(range(1, 1001))

"""What can be set, what a value may be, the words of a refusal, and the layers above the store."""

import json

import pytest

from mbasic.settings import DEFINITIONS, MemorySettingsBackend, SettingsError, SettingsManager, Value
from mbasic.settings.definitions import Kind


@pytest.fixture
def settings() -> SettingsManager:
    return SettingsManager(backend=MemorySettingsBackend())


def test_every_key_that_was_promised() -> None:
    promised = {
        "case_style": "force_upper",
        "case_conflict": "first_wins",
        "auto_number": True,
        "auto_number_start": 10,
        "auto_number_step": 10,
        "show_types_in_window": True,
        "theme": "light",
        "font_size": 14,
        "code_page": "cp437",
        "engine": "auto",
        "speed": 0.0,
        "autosave": False,
        "confirm_overwrite": True,
        "key_bindings": "standard",
        "console_width": 80,
        "strict": False,
    }
    assert {key: row.default for key, row in DEFINITIONS.items()} == promised


@pytest.mark.parametrize("key", DEFINITIONS)
def test_rows_are_whole(key: str) -> None:
    row = DEFINITIONS[key]
    assert row.check(row.default) == row.default
    assert row.description.endswith(".")
    assert row.help.endswith(".")
    assert row.title
    assert row.where
    assert bool(row.choices) == (row.kind is Kind.TEXT)


@pytest.mark.parametrize(
    ("key", "given", "value"),
    [
        ("auto_number_step", 100, 100),
        ("auto_number_step", "100", 100),
        ("auto_number_step", 100.0, 100),
        ("auto_number_start", 65529, 65529),
        ("speed", "4.77", 4.77),
        ("speed", 4, 4.0),
        ("strict", "ON", True),
        ("strict", 0, False),
        ("strict", "no", False),
        ("theme", "DARK", "dark"),
    ],
)
def test_a_value_or_its_text(settings: SettingsManager, key: str, given: Value, value: Value) -> None:
    assert settings.set(key, given) == value
    assert settings.get(key) == value
    assert type(settings.get(key)) is type(DEFINITIONS[key].default)


@pytest.mark.parametrize(
    ("key", "given", "message"),
    [
        ("auto_number_step", 5000, "auto_number_step must be a whole number from 1 to 1000, not 5000"),
        ("auto_number_step", 0, "auto_number_step must be a whole number from 1 to 1000, not 0"),
        ("auto_number_start", 65530, "auto_number_start must be a whole number from 1 to 65529, not 65530"),
        ("auto_number_step", "many", 'auto_number_step must be a whole number from 1 to 1000, not "many"'),
        ("auto_number_step", 1.5, "auto_number_step must be a whole number from 1 to 1000, not 1.5"),
        ("auto_number_step", True, "auto_number_step must be a whole number from 1 to 1000, not true"),
        ("speed", float("nan"), "speed must be a number from 0 to 1000, not nan"),
        ("speed", "1e400", 'speed must be a number from 0 to 1000, not "1e400"'),
        ("theme", "blue", 'theme must be one of light, dark, green, amber, not "blue"'),
        ("theme", 5, "theme must be one of light, dark, green, amber, not 5"),
        ("strict", "maybe", 'strict must be true or false, not "maybe"'),
        ("strict", None, "strict must be true or false, not None"),
        ("font_sise", 9, 'there is no setting "font_sise"; did you mean font_size?'),
        ("xyzzy", 9, 'there is no setting "xyzzy"; SHOW SETTINGS lists all'),
    ],
)
def test_a_refusal_says_what_is_allowed(settings: SettingsManager, key: str, given: object, message: str) -> None:
    before = settings.values()
    with pytest.raises(SettingsError) as caught:
        settings.set(key, given)
    assert str(caught.value) == message
    assert settings.values() == before


def test_get_of_what_is_none(settings: SettingsManager) -> None:
    assert settings.get("xyzzy", 5) == 5
    for use in (lambda: settings.get("xyzzy"), lambda: settings.origin("xyzzy"), lambda: settings.reset("xyzzy")):
        with pytest.raises(SettingsError, match="there is no setting"):
            use()


def test_the_environment_fixes_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MBASIC_SETTING_THEME", "amber")
    monkeypatch.setenv("MBASIC_SETTING_FONT_SIZE", "huge")
    settings = SettingsManager(backend=MemorySettingsBackend({"theme": "dark"}))
    assert settings.get("theme") == "amber"
    assert settings.get("font_size") == 14
    assert settings.notices == [
        'font_size must be a whole number from 8 to 48, not "huge" (environment); it is ignored'
    ]
    for use in (lambda: settings.set("theme", "light"), lambda: settings.reset("theme")):
        with pytest.raises(SettingsError, match="theme is fixed by the environment variable MBASIC_SETTING_THEME"):
            use()
    row = next(row for row in settings.describe() if row["key"] == "theme")
    assert (row["fixed"], row["origin"], row["value"]) == (True, "environment", "amber")


def test_describe_is_json_from_which_a_dialog_can_be_made(settings: SettingsManager) -> None:
    settings.set("auto_number_step", 20)
    rows = json.loads(json.dumps(settings.describe()))
    assert [row["key"] for row in rows] == list(DEFINITIONS)
    assert next(row for row in rows if row["key"] == "auto_number_step") == {
        "key": "auto_number_step",
        "type": "integer",
        "default": 10,
        "value": 20,
        "choices": [],
        "range": [1, 1000],
        "scope": "global",
        "title": "Step of line numbers",
        "description": "How far apart the editor's line numbers are.",
        "help": DEFINITIONS["auto_number_step"].help,
        "category": "Editor",
        "where": ["web"],
        "origin": "global",
        "fixed": False,
    }
    assert {row["type"] for row in rows} == {"boolean", "integer", "number", "text"}


@pytest.mark.parametrize(
    ("pattern", "keys"),
    [
        ("auto*", ["auto_number", "auto_number_start", "auto_number_step", "autosave"]),
        ("THEME", ["theme"]),
        ("*_s???", ["font_size", "auto_number_step"]),
        ("width", ["console_width"]),
        ("nothing", []),
    ],
)
def test_keys_by_pattern(settings: SettingsManager, pattern: str, keys: list[str]) -> None:
    assert sorted(settings.keys(pattern)) == sorted(keys)

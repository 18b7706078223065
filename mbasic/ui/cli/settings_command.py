"""`mbasic settings list|get|set|reset`: the settings of the user, and of the current folder with --project."""

import argparse
import json
import sys

from mbasic.settings import NotKeptError, Scope, SettingsManager, create_settings_backend
from mbasic.settings.definitions import Value, shown

_NOT_STORED = 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="mbasic settings",
        description="Show and change settings. They are kept in .mbasic/settings.json of the home folder, with "
        "--project in that of the current folder, which goes before it. An environment variable MBASIC_SETTING_KEY "
        "goes before both.",
        allow_abbrev=False,
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="list|get|set|reset")
    shows = actions.add_parser("list", help="all settings, their values and where these come from")
    shows.add_argument("pattern", nargs="?", default="*", metavar="PATTERN", help="only these; * is any characters")
    shows.add_argument("--json", action="store_true", help="everything that is known of them, as JSON")
    gets = actions.add_parser("get", help="the value of one")
    gets.add_argument("key", metavar="KEY")
    sets = actions.add_parser("set", help="change one")
    sets.add_argument("key", metavar="KEY")
    sets.add_argument("value", metavar="VALUE")
    resets = actions.add_parser("reset", help="give one, or all, the value of before")
    resets.add_argument("key", nargs="?", metavar="KEY")
    for action in (sets, resets):
        action.add_argument("--project", action="store_true", help="for the current folder only")
    return parser


def run_settings(words: list[str]) -> int:
    """Do what the words behind `mbasic settings` say; what is wrong is a HostError of one line."""
    given = _parser().parse_args(words)
    settings = SettingsManager(backend=create_settings_backend(project_dir="."))
    for notice in settings.notices:
        _complain(notice)
    match given.action:
        case "list":
            return _list(settings, given.pattern, given.json)
        case "get":
            print(_plain(settings.get(given.key)))
            return 0
        case _:
            return _change(settings, given)


def _list(settings: SettingsManager, pattern: str, as_json: bool) -> int:
    keys = settings.keys(pattern)
    if as_json:
        json.dump([row for row in settings.describe() if row["key"] in keys], sys.stdout, indent=2)
        print()
        return 0
    for key in keys:
        row = settings.definition(key)
        print(f"{key:<21} {_plain(settings.get(key)):<17} {settings.origin(key):<12} {row.allowed}")
    return 0 if keys else _complain(f"no setting fits {pattern}; mbasic settings list shows all")


def _change(settings: SettingsManager, given: argparse.Namespace) -> int:
    scope = Scope.PROJECT if given.project else Scope.GLOBAL
    try:
        if given.action == "set":
            settings.set(given.key, given.value, scope)
        else:
            settings.reset(given.key, scope)
    except NotKeptError as error:
        return _complain(f"nothing was stored: {str(error).partition(': ')[2]}")
    shadow = "" if given.key is None else _other_value(settings, given.key, scope)
    if shadow:
        _complain(shadow)
    return 0


def _other_value(settings: SettingsManager, key: str, scope: Scope) -> str:
    return "" if settings.origin(key).value == scope.value else settings.shadow(key)


def _plain(value: Value) -> str:
    return value if isinstance(value, str) else shown(value)


def _complain(text: str) -> int:
    sys.stderr.write(f"mbasic: {text}\n")
    return _NOT_STORED

"""Settings at the Ok prompt, as text: SHOW SETTINGS, SET, RESET SETTINGS, HELP SET.

    SHOW SETTINGS ["pattern"]     SET "key" value     RESET SETTINGS ["key"]     HELP SET "key"

Each returns the lines to print, or None for what is no such command and may be BASIC.
"""

import re
from collections.abc import Callable
from typing import Final

from mbasic.session.settings_port import Settings
from mbasic.settings.definitions import Definition, Value, shown
from mbasic.settings.settings_errors import NotKeptError, SettingsError

_CODE_PAGE: Final = "cp437"
_COLUMNS: Final = 79
_NAME: Final = re.compile(rb'(?:"([^"]*)"?)?')
_CHANGE: Final = re.compile(rb'"([^"]*)"\s*[=,]?\s*(?:"([^"]*)"?|([^\s",:;]+))')
_HELP: Final = re.compile(rb'SET\s*"([^"]*)"?', re.IGNORECASE)

Lines = list[bytes] | None


class SettingsPrompt:
    """The commands; `changed` is called with the values that hold now and did not before."""

    __slots__ = ("_changed", "_settings")

    def __init__(self, settings: Settings, changed: Callable[[dict[str, Value]], list[str]]) -> None:
        self._settings = settings
        self._changed = changed

    def show(self, rest: bytes) -> Lines:
        """Answer SHOW SETTINGS."""
        name = _NAME.fullmatch(rest)
        if name is None:
            return None
        pattern = (name[1] or b"*").decode(_CODE_PAGE)
        rows = [self._row(key) for key in self._settings.keys(pattern)]
        return _encoded([*self._settings.notices, *rows] if rows else [])

    def _row(self, key: str) -> str:
        value = str(shown(self._settings.get(key))).strip('"')
        return f"{key:<21} {value:<17} {self._settings.origin(key)}"

    def set(self, rest: bytes) -> Lines:
        """Answer SET."""
        change = _CHANGE.fullmatch(rest)
        if change is None:
            return None
        key, quoted, bare = change.groups()
        text = (bare if quoted is None else quoted).decode(_CODE_PAGE)
        name = key.decode(_CODE_PAGE).lower()
        return self._change(lambda: self._settings.set(name, text), name)

    def reset(self, rest: bytes) -> Lines:
        """Answer RESET SETTINGS."""
        name = _NAME.fullmatch(rest)
        if name is None:
            return None
        key = None if name[1] is None else name[1].decode(_CODE_PAGE).lower()
        return self._change(lambda: self._settings.reset(key), key)

    def _change(self, action: Callable[[], object], key: str | None) -> list[bytes]:
        before = self._settings.values()
        said: list[str] = []
        try:
            action()
        except NotKeptError as error:
            said.append(_sentence(error))
        except SettingsError as error:
            return _encoded([_sentence(error)])
        said += self._changed(changes(before, self._settings.values()))
        if key is not None and (shadow := self._settings.shadow(key)):
            said.append(shadow)
        return _encoded(said)

    def help(self, rest: bytes) -> Lines:
        """Answer HELP SET "key"; None where HELP is asked for something else."""
        match = _HELP.fullmatch(rest.strip())
        if match is None:
            return None
        key = match[1].decode(_CODE_PAGE).lower()
        try:
            definition = self._settings.definition(key)
        except SettingsError as error:
            return _encoded([_sentence(error)])
        return _encoded(_page(definition, self._settings.get(key), self._settings.origin(key)))


def changes(before: dict[str, Value], after: dict[str, Value]) -> dict[str, Value]:
    """Return what holds after and did not before."""
    return {key: value for key, value in after.items() if before.get(key) != value}


def _page(row: Definition, value: Value, origin: str) -> list[str]:
    return [
        f"{row.key} (setting): {row.title}",
        f"  {row.allowed}; {shown(value)} now ({origin}), {shown(row.default)} by default",
        f"  read by: {', '.join(row.where)}",
        row.description,
        row.help,
        f'  e.g.  SET "{row.key}" {shown(_other(row))}',
    ]


def _other(row: Definition) -> Value:
    """Return a value to show as an example, other than the default where that is easy."""
    if row.choices:
        return next(choice for choice in row.choices if choice != row.default)
    if isinstance(row.default, bool):
        return not row.default
    return row.default or 4


def _sentence(error: SettingsError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:] if text.startswith(("there ", "a ")) else text


def _encoded(lines: list[str]) -> list[bytes]:
    return [part.encode(_CODE_PAGE, "replace") for line in lines for part in _wrapped(line)]


def _wrapped(line: str) -> list[str]:
    """Cut a line at blanks where it is longer than the console."""
    parts: list[str] = []
    while len(line) > _COLUMNS:
        cut = line.rfind(" ", 1, _COLUMNS + 1)
        cut = _COLUMNS if cut <= 0 else cut
        parts.append(line[:cut])
        line = line[cut:].lstrip()
    return [*parts, line]

"""The settings of one session: what holds, and how it is changed.

    environment     MBASIC_SETTING_<KEY>: fixed, nothing below counts
    file            the program's own, in memory
    project, global what the backend keeps
    system          the backend's defaults (default_settings.json)
    default         the definition's

The upper layer that has a key wins. `get` asks memory only; the backend is asked when the object is made, by `refresh`
and by changes. A change that cannot be stored holds all the same and is stored together with the next one that can be.
"""

import os
import threading
from collections.abc import Mapping
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Final

from mbasic.settings.backends import SettingsBackend
from mbasic.settings.definitions import DEFINITIONS, Definition, Scope, Value, shown
from mbasic.settings.document import Fields, with_changes
from mbasic.settings.file_backend import FileSettingsBackend
from mbasic.settings.settings_errors import NotKeptError, SettingsError
from mbasic.storage.session_store import StoreError

VARIABLE_PREFIX: Final = "MBASIC_SETTING_"


class Origin(StrEnum):
    """The layer that a value comes from."""

    ENVIRONMENT = "environment"
    FILE = "file"
    PROJECT = "project"
    GLOBAL = "global"
    SYSTEM = "system"
    DEFAULT = "default"


_SCOPES: Final = {Scope.FILE: Origin.FILE, Scope.PROJECT: Origin.PROJECT, Scope.GLOBAL: Origin.GLOBAL}


class SettingsManager:
    """Settings kept in `backend`; without one, in the files of the user and of `project_dir`. Threads may share it.

    `keeps_in`: the scope of changes that name none.
    """

    def __init__(
        self,
        project_dir: str | os.PathLike[str] | None = None,
        backend: SettingsBackend | None = None,
        *,
        keeps_in: Scope = Scope.GLOBAL,
    ) -> None:
        self._keeps_in = keeps_in
        self.backend = backend or FileSettingsBackend(project_dir)
        self.notices: list[str] = []
        """What is wrong and was gone on without: damaged files, values that cannot be, a backend that is away."""
        self._lock = threading.RLock()
        self._layers: dict[Origin, dict[str, Value]] = {origin: {} for origin in Origin}
        self._layers[Origin.DEFAULT] = {key: row.default for key, row in DEFINITIONS.items()}
        self._pending: dict[Scope, Fields] = {Scope.GLOBAL: {}, Scope.PROJECT: {}}
        self._stored: dict[Scope, Fields] = {Scope.GLOBAL: {}, Scope.PROJECT: {}}
        """The backend's parts as last seen, with what this version does not know."""
        self._values: dict[str, Value] = {}
        self.refresh()

    # ---- looking

    def get(self, key: str, default: Value | None = None) -> Value:
        """Return the value that holds; for a key that is none `default`, or without one SettingsError."""
        try:
            return self._values[key]
        except KeyError:
            if default is None:
                raise _unknown(key) from None
            return default

    def values(self) -> dict[str, Value]:
        """Return all that holds."""
        return dict(self._values)

    def definition(self, key: str) -> Definition:
        """Return what can be set with `key`. Raises SettingsError."""
        try:
            return DEFINITIONS[key]
        except KeyError:
            raise _unknown(key) from None

    def origin(self, key: str) -> Origin:
        """Return the layer that the value of `key` comes from."""
        for origin, layer in self._layers.items():
            if key in layer:
                return origin
        raise _unknown(key)

    def keys(self, pattern: str = "*") -> list[str]:
        """Return the keys that `pattern` fits, with * and ? for any characters; a bare part of a key does, too."""
        wanted = pattern.strip().lower()
        return [key for key in DEFINITIONS if fnmatchcase(key, wanted) or (wanted and wanted in key)]

    def describe(self) -> list[dict[str, object]]:
        """Return every setting as JSON can hold it: the row, its value, where that comes from, and if it is fixed."""
        return [self._described(row) for row in DEFINITIONS.values()]

    def _described(self, row: Definition) -> dict[str, object]:
        origin = self.origin(row.key)
        return {
            "key": row.key,
            "type": row.kind.value,
            "default": row.default,
            "value": self._values[row.key],
            "choices": list(row.choices),
            "range": list(row.range) if row.range else None,
            "scope": row.scope.value,
            "title": row.title,
            "description": row.description,
            "help": row.help,
            "category": row.category,
            "where": list(row.where),
            "origin": origin.value,
            "fixed": origin is Origin.ENVIRONMENT,
        }

    # ---- changing

    def set(self, key: str, value: object, scope: Scope | None = None) -> Value:
        """Make `key` be `value`, which may be a text that says it; return the value that now holds.

        It is another one where an upper layer has its own. Raises SettingsError, having changed nothing, and
        NotKeptError, having changed it for this session only.
        """
        checked = self.definition(key).check(value)
        self._check_free(key)
        with self._lock:
            self._change(scope or self._keeps_in, {key: checked})
        return self._values[key]

    def reset(self, key: str | None = None, scope: Scope | None = None) -> None:
        """Take one setting, or all, out of a scope, and out of the program's own. Raises as `set` does."""
        if key is not None:
            self.definition(key)
            self._check_free(key)
        keys = list(DEFINITIONS) if key is None else [key]
        with self._lock:
            self._change(Scope.FILE, dict.fromkeys(keys))
            where = scope or self._keeps_in
            there = self._layers[_SCOPES[where]]
            self._change(where, {key: None for key in keys if key in there})

    def refresh(self) -> dict[str, Value]:
        """Read all layers again and keep the session's settings alive; return what holds now and did not before.

        One round trip. To be called when somebody uses the session after a while; a backend that does not answer
        changes nothing but `notices`.
        """
        with self._lock:
            before = dict(self._values)
            self.notices = []
            self._read_environment()
            self._read_backend()
            self._flush()
            self._merge()
            return {key: value for key, value in self._values.items() if before.get(key) != value}

    def _check_free(self, key: str) -> None:
        if key in self._layers[Origin.ENVIRONMENT]:
            raise SettingsError(f"{key} is fixed by the environment variable {VARIABLE_PREFIX}{key.upper()}")

    def _change(self, scope: Scope, changes: Mapping[str, Value | None]) -> None:
        if not changes:
            return
        layer = self._layers[_SCOPES[scope]]
        for key, value in changes.items():
            if value is None:
                layer.pop(key, None)
            else:
                layer[key] = value
        self._values |= {key: self._layers[self.origin(key)][key] for key in changes}
        if scope is not Scope.FILE:
            self._store(scope, changes)

    def _store(self, scope: Scope, changes: Mapping[str, Value | None]) -> None:
        pending = self._pending[scope]
        pending |= changes
        expected = with_changes(self._stored[scope], pending)
        try:
            self._stored[scope] = stored = self.backend.change(scope, pending)
        except StoreError as error:
            raise NotKeptError(f"{', '.join(changes)} holds for this session only: {error}") from None
        pending.clear()
        if stored != expected:  # somebody else changed something, too
            self._take(_SCOPES[scope], stored)
            self._merge()

    # ---- the layers

    def _read_backend(self) -> None:
        try:
            parts = self.backend.load()
            self._take(Origin.SYSTEM, self.backend.load_defaults())
            self.notices += self.backend.notices
        except StoreError as error:
            self.notices.append(f"settings are as last seen: {error}")
            if not self._layers[Origin.SYSTEM]:
                self._take(Origin.SYSTEM, self.backend.load_defaults())
            return
        for scope, part in zip((Scope.GLOBAL, Scope.PROJECT), parts, strict=True):
            self._stored[scope] = part
            self._take(_SCOPES[scope], part)

    def _flush(self) -> None:
        """Store what could not be stored before; what still cannot be holds on top of what was read."""
        for scope, pending in self._pending.items():
            if not pending:
                continue
            try:
                self._stored[scope] = self.backend.change(scope, pending)
                pending.clear()
            except StoreError as error:
                self.notices.append(f"{', '.join(pending)} holds for this session only: {error}")
            self._take(_SCOPES[scope], with_changes(self._stored[scope], pending))

    def _read_environment(self) -> None:
        fixed = {
            key: os.environ[name] for key in DEFINITIONS if (name := f"{VARIABLE_PREFIX}{key.upper()}") in os.environ
        }
        self._take(Origin.ENVIRONMENT, fixed)

    def _take(self, origin: Origin, part: Mapping[str, object]) -> None:
        """Make `part` a layer: what this version knows of it, and can be; the rest stays where it is stored."""
        layer = self._layers[origin] = {}
        for key, value in part.items():
            row = DEFINITIONS.get(key)
            if row is None:
                continue
            try:
                layer[key] = row.check(value)
            except SettingsError as error:
                self.notices.append(f"{error} ({origin.value}); it is ignored")

    def _merge(self) -> None:
        values: dict[str, Value] = {}
        for origin in reversed(Origin):
            values |= self._layers[origin]
        self._values = values

    def shadow(self, key: str) -> str:
        """Say in one line why `key` is not what was set; empty where it is."""
        origin = self.origin(key)
        above = (Origin.ENVIRONMENT, Origin.FILE, Origin.PROJECT)
        if origin in above[: 3 if self._keeps_in is Scope.GLOBAL else 2]:
            return f"{key} is {shown(self._values[key])}: so says the {origin.value}"
        return ""


def _unknown(key: str) -> SettingsError:
    from difflib import get_close_matches  # few mistype

    near = get_close_matches(key.lower(), DEFINITIONS, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else "SHOW SETTINGS lists all"
    return SettingsError(f'there is no setting "{key}"; {hint}')

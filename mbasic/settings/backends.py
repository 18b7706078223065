"""Where settings are kept: what every place promises, the one in memory, and the choice between them.

A place has two parts, global and project, each a dict of key and value; what the values may be is not its business.
`change` merges: only the keys it names are touched, whoever else writes at the same time. A place that cannot do what
it is asked raises StoreError and has changed nothing; what is merely worth knowing stands in `notices`.
"""

import os
from abc import ABC, abstractmethod

from mbasic.settings.definitions import DEFINITIONS, Scope
from mbasic.settings.document import Changes, Fields, difference, with_changes
from mbasic.storage.session_store import StoreError

REDIS_URL_VARIABLE = "NICEGUI_REDIS_URL"


class SettingsBackend(ABC):
    """A place for settings."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        """What the last `load` found to be wrong and went on without."""

    @abstractmethod
    def load_global(self) -> Fields:
        """Return the settings of the user, or of the session."""

    @abstractmethod
    def save_global(self, settings: Fields) -> None:
        """Make the global settings those."""

    @abstractmethod
    def load_project(self) -> Fields:
        """Return the settings of the project."""

    @abstractmethod
    def save_project(self, settings: Fields) -> None:
        """Make the project's settings those."""

    def load(self) -> tuple[Fields, Fields]:
        """Return both parts, global and project."""
        return self.load_global(), self.load_project()

    def load_defaults(self) -> Fields:
        """Return what holds where neither part says anything, beyond the definitions' own defaults."""
        return {}

    def change(self, scope: Scope, changes: Changes) -> Fields:
        """Change the keys that `changes` names and no other; return the whole part as it now is."""
        if scope is Scope.PROJECT:
            self.save_project(with_changes(self.load_project(), changes))
            return self.load_project()
        self.save_global(with_changes(self.load_global(), changes))
        return self.load_global()


class MemorySettingsBackend(SettingsBackend):
    """Settings in this object alone."""

    def __init__(self, default_settings: Fields | None = None) -> None:
        super().__init__()
        self._defaults = dict(default_settings or {})
        self._global = dict(self._defaults)
        self._project: Fields = {}

    def load_global(self) -> Fields:
        """Return the global settings."""
        return dict(self._global)

    def save_global(self, settings: Fields) -> None:
        """Make the global settings those."""
        self._global = dict(settings)

    def load_project(self) -> Fields:
        """Return the project's settings."""
        return dict(self._project)

    def save_project(self, settings: Fields) -> None:
        """Make the project's settings those."""
        self._project = dict(settings)

    def load_defaults(self) -> Fields:
        """Return what the object was made with."""
        return dict(self._defaults)


class MergingBackend(SettingsBackend):
    """A place that others write to: what is saved is what the caller changed since it was loaded."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: dict[Scope, Fields] = {Scope.GLOBAL: {}, Scope.PROJECT: {}}

    def save_global(self, settings: Fields) -> None:
        """Make the changes that lead from what was loaded last to `settings`."""
        self.change(Scope.GLOBAL, difference(self._seen[Scope.GLOBAL], settings))

    def save_project(self, settings: Fields) -> None:
        """Make the changes that lead from what was loaded last to `settings`."""
        self.change(Scope.PROJECT, difference(self._seen[Scope.PROJECT], settings))

    def _see(self, scope: Scope, part: Fields) -> Fields:
        self._seen[scope] = part
        return dict(part)


def _warn(text: str, session_id: str) -> None:
    import logging  # no session in files needs it

    logging.getLogger("mbasic.settings").warning("%s (session %s)", text, session_id)


def create_settings_backend(
    session_id: str | None = None, project_dir: str | None = None, *, redis_url: str | None = None
) -> SettingsBackend:
    """Return the place for the settings of a session: Redis where NICEGUI_REDIS_URL names one, else files.

    `redis_url` stands for that variable where a caller has taken it out of the environment. When Redis does not
    answer, a warning says so and the files are read, but not written: they are the defaults of everybody else.
    """
    from mbasic.settings.file_backend import FileSettingsBackend, defaults_from_disk

    url = redis_url or os.environ.get(REDIS_URL_VARIABLE)
    if not url or session_id is None:
        return FileSettingsBackend(project_dir)
    try:
        from mbasic.settings.redis_backend import RedisSettingsBackend
        from mbasic.storage.redis_connection import shared_client

        defaults: Fields = {key: definition.default for key, definition in DEFINITIONS.items()}
        backend = RedisSettingsBackend(shared_client(url), session_id, defaults | defaults_from_disk())
        backend.open()
    except StoreError as error:
        warning = f"settings are not kept: {error}. Changes hold for this session only, until MBASIC reaches Redis"
        _warn(warning, session_id)
        return FileSettingsBackend(project_dir, read_only=warning)
    return backend

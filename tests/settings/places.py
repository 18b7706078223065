"""The places where settings can be kept, as one suite sees them."""

from pathlib import Path
from typing import Protocol

from mbasic.settings import FileSettingsBackend, MemorySettingsBackend, SettingsBackend
from mbasic.settings.document import Fields
from mbasic.settings.redis_backend import RedisSettingsBackend
from mbasic.storage.redis_connection import Client


class Place(Protocol):
    """Opens backends; two for the same name see the same settings."""

    def open(self, name: str) -> SettingsBackend: ...


class MemoryPlace:
    """One object for each name: that is all memory can share."""

    def __init__(self) -> None:
        self._backends: dict[str, SettingsBackend] = {}

    def open(self, name: str) -> SettingsBackend:
        return self._backends.setdefault(name, MemorySettingsBackend())


class FilePlace:
    """A home for each name."""

    def __init__(self, folder: Path, set_home: "SetHome") -> None:
        self._folder = folder
        self._set_home = set_home

    def open(self, name: str) -> SettingsBackend:
        self._set_home(str(self._folder / name))
        return FileSettingsBackend(self._folder / name / "project")


class SetHome(Protocol):
    """Makes a folder the home of what is opened next."""

    def __call__(self, folder: str) -> None: ...


class RedisPlace:
    """A session for each name."""

    def __init__(self, client: Client, defaults: Fields | None = None) -> None:
        self._client = client
        self._defaults = defaults

    def open(self, name: str) -> SettingsBackend:
        return RedisSettingsBackend(self._client, name, self._defaults)

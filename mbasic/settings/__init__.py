"""Settings: what there is to set, where it is kept, and the one object that answers and changes it.

Public names: SettingsManager, SettingsBackend, FileSettingsBackend, RedisSettingsBackend, MemorySettingsBackend,
create_settings_backend, SettingsError. Nothing here knows a front end, or opens Redis unless a session is kept there.
"""

from typing import TYPE_CHECKING

from mbasic.settings.backends import MemorySettingsBackend, SettingsBackend, create_settings_backend
from mbasic.settings.definitions import DEFINITIONS, Definition, Scope, Value
from mbasic.settings.file_backend import FileSettingsBackend
from mbasic.settings.manager import SettingsManager
from mbasic.settings.settings_errors import NotKeptError, SettingsError

if TYPE_CHECKING:
    from mbasic.settings.redis_backend import RedisSettingsBackend

__all__ = [
    "DEFINITIONS",
    "Definition",
    "FileSettingsBackend",
    "MemorySettingsBackend",
    "NotKeptError",
    "RedisSettingsBackend",
    "Scope",
    "SettingsBackend",
    "SettingsError",
    "SettingsManager",
    "Value",
    "create_settings_backend",
]


def __getattr__(name: str) -> object:
    """RedisSettingsBackend brings redis-py with it, which takes longer to import than all the rest."""
    if name == "RedisSettingsBackend":
        from mbasic.settings.redis_backend import RedisSettingsBackend

        return RedisSettingsBackend
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

"""The sessions' settings as the host asks for them: beside the event loop, the managers kept for a while.

A session's settings are in Redis where sessions are, else in a file for each session under the data folder; the files
of whoever started the server are everybody's defaults. The instance changes settings for its pages, a worker for SET
at the prompt; each tells the other to read them again.
"""

import asyncio
import os
import threading
from collections import OrderedDict
from typing import Final

from mbasic.host.messages import ResetSettings, SetSetting
from mbasic.settings import (
    FileSettingsBackend,
    MemorySettingsBackend,
    Scope,
    SettingsManager,
    create_settings_backend,
)
from mbasic.storage.session_store import SessionId
from mbasic.storage.store_address import StoreAddress, StoreKind

_FOLDER: Final = "settings"
_KEPT: Final = 2000
"""Managers in memory: the newest. One that is made anew has forgotten only what it could not store."""


def open_settings(address: StoreAddress, sid: SessionId) -> SettingsManager:
    """The settings of a session whose store is at `address`."""
    if address.kind is StoreKind.REDIS:
        return SettingsManager(backend=create_settings_backend(sid, redis_url=address.place))
    if address.kind is StoreKind.MEMORY:
        return SettingsManager(backend=MemorySettingsBackend())
    folder = os.path.join(address.place, _FOLDER, sid)
    return SettingsManager(backend=FileSettingsBackend(folder), keeps_in=Scope.PROJECT)


class StoredSettings:
    """The settings of all sessions, for one instance."""

    def __init__(self, address: StoreAddress) -> None:
        self._address = address
        self._managers: OrderedDict[SessionId, SettingsManager] = OrderedDict()
        self._lock = threading.Lock()

    async def values(self, sid: SessionId) -> dict[str, object]:
        """The settings of a session, read again; that keeps them alive, too."""
        return await asyncio.to_thread(self._values, sid)

    async def change(self, sid: SessionId, change: SetSetting | ResetSettings) -> dict[str, object]:
        """Change them; return all. Raises HostError in words for the person."""
        return await asyncio.to_thread(self._change, sid, change)

    async def definitions(self, sid: SessionId) -> list[object]:
        """What there is to set, with values, for a dialog."""
        manager = await asyncio.to_thread(self._manager, sid)
        return [*manager.describe()]

    def _values(self, sid: SessionId) -> dict[str, object]:
        known = self._managers.get(sid)
        if known is not None and self._is_makeshift(known):
            with self._lock:
                self._managers.pop(sid, None)
        manager = self._manager(sid)
        if manager is known:
            manager.refresh()
        return {**manager.values()}

    def _is_makeshift(self, manager: SettingsManager) -> bool:
        """Redis was away when it was made."""
        return self._address.kind is StoreKind.REDIS and isinstance(manager.backend, FileSettingsBackend)

    def _change(self, sid: SessionId, change: SetSetting | ResetSettings) -> dict[str, object]:
        manager = self._manager(sid)
        match change:
            case SetSetting(key, value):
                manager.set(key, value)
            case ResetSettings(key):
                manager.reset(key or None)
        return {**manager.values()}

    def _manager(self, sid: SessionId) -> SettingsManager:
        with self._lock:
            manager = self._managers.get(sid)
            if manager is not None:
                self._managers.move_to_end(sid)
                return manager
        manager = open_settings(self._address, sid)
        with self._lock:
            manager = self._managers.setdefault(sid, manager)
            while len(self._managers) > _KEPT:
                self._managers.popitem(last=False)
        return manager

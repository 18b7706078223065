"""The sessions' settings, for the host: in Redis, or in a file for each session under the data folder.

A session's changes are its own. The files of whoever runs the server are everybody's defaults.
"""

import asyncio
from collections import OrderedDict
from pathlib import Path
from typing import Final

from mbasic.host.messages import ResetSettings, SetSetting
from mbasic.settings.backends import create_settings_backend
from mbasic.settings.definitions import Scope
from mbasic.settings.manager import SettingsManager
from mbasic.storage.session_store import SessionId

_KEPT: Final = 1000
"""Managers that stay in memory; one is made anew in a millisecond."""


class SettingsOfSessions:
    """`redis_url` is empty where sessions are kept in `data_folder`."""

    def __init__(self, redis_url: str, data_folder: Path) -> None:
        self._redis_url = redis_url
        self._folder = data_folder / "settings"
        self._scope = Scope.GLOBAL if redis_url else Scope.PROJECT
        self._managers: OrderedDict[SessionId, SettingsManager] = OrderedDict()

    async def values(self, sid: SessionId) -> dict[str, object]:
        """The settings of a session, as they are now in Redis or its file."""
        return await asyncio.to_thread(self._values, sid)

    async def change(self, sid: SessionId, change: SetSetting | ResetSettings) -> dict[str, object]:
        """Change them; return all. Raises SettingsError in words for the person."""
        return await asyncio.to_thread(self._change, sid, change)

    async def definitions(self, sid: SessionId) -> list[object]:
        """What there is to set on the page, with values, for a dialog."""
        rows = await asyncio.to_thread(lambda: self._manager(sid).describe())
        return [row for row in rows if "web" in str(row["where"])]

    def _values(self, sid: SessionId) -> dict[str, object]:
        manager = self._manager(sid)
        manager.refresh()
        return dict(manager.values())

    def _change(self, sid: SessionId, change: SetSetting | ResetSettings) -> dict[str, object]:
        manager = self._manager(sid)
        match change:
            case SetSetting():
                manager.set(change.key, change.value, self._scope)
            case ResetSettings():
                manager.reset(change.key or None, self._scope)
        return dict(manager.values())

    def _manager(self, sid: SessionId) -> SettingsManager:
        manager = self._managers.pop(sid, None) or self._made(sid)
        self._managers[sid] = manager
        if len(self._managers) > _KEPT:
            self._managers.popitem(last=False)
        return manager

    def _made(self, sid: SessionId) -> SettingsManager:
        if self._redis_url:
            return SettingsManager(backend=create_settings_backend(sid, redis_url=self._redis_url))
        return SettingsManager(self._folder / sid)

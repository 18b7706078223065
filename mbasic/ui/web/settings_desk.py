"""The sessions' settings, for the host: one SettingsManager each, on Redis or on the person's files."""

import asyncio
from typing import Final

from mbasic.host.messages import ResetSettings, SetSetting
from mbasic.settings import SettingsManager, create_settings_backend
from mbasic.storage.session_store import SessionId

_MOST_KEPT: Final = 1000
"""Managers in memory; who has not been heard of longest is asked for anew where the settings are kept."""


class SessionSettings:
    """`redis_url`: where they are kept; empty: in files, the same for all sessions."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._managers: dict[SessionId, SettingsManager] = {}

    async def values(self, sid: SessionId) -> dict[str, object]:
        """The settings of a session, as they are kept now."""
        return await asyncio.to_thread(lambda: _values(self._fresh(sid)))

    async def change(self, sid: SessionId, change: SetSetting | ResetSettings) -> dict[str, object]:
        """Change them; return all. Raises SettingsError."""
        return await asyncio.to_thread(self._change, sid, change)

    async def definitions(self, sid: SessionId) -> list[object]:
        """What there is to set, with values, for a dialog."""
        return await asyncio.to_thread(lambda: list[object](self._manager(sid).describe()))

    def _change(self, sid: SessionId, change: SetSetting | ResetSettings) -> dict[str, object]:
        manager = self._manager(sid)
        match change:
            case SetSetting(key, value):
                manager.set(key, value)
            case ResetSettings(key):
                manager.reset(key or None)
        return _values(manager)

    def _fresh(self, sid: SessionId) -> SettingsManager:
        known = self._managers.get(sid)
        if known is None:
            return self._manager(sid)
        known.refresh()
        return known

    def _manager(self, sid: SessionId) -> SettingsManager:
        manager = self._managers.pop(sid, None)
        if manager is None:
            manager = SettingsManager(backend=create_settings_backend(sid, redis_url=self._redis_url or None))
        self._managers[sid] = manager
        while len(self._managers) > _MOST_KEPT:
            del self._managers[next(iter(self._managers))]
        return manager


def _values(manager: SettingsManager) -> dict[str, object]:
    return dict(manager.values())

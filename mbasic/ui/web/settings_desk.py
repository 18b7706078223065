"""The sessions' settings, for the host."""

from mbasic.host.messages import ResetSettings, SetSetting
from mbasic.storage.session_store import SessionId

_DEFAULTS: dict[str, object] = {
    "auto_number": True,
    "auto_number_start": 10,
    "auto_number_step": 10,
    "confirm_overwrite": True,
    "console_width": 80,
    "code_page": "cp437",
    "theme": "light",
    "font_size": 14,
}


class PlainSettings:
    """In memory; to be replaced by mbasic.settings."""

    def __init__(self) -> None:
        self._values: dict[SessionId, dict[str, object]] = {}

    async def values(self, sid: SessionId) -> dict[str, object]:
        """The settings of a session."""
        return _DEFAULTS | self._values.get(sid, {})

    async def change(self, sid: SessionId, change: SetSetting | ResetSettings) -> dict[str, object]:
        """Change them; return all."""
        match change:
            case SetSetting():
                self._values.setdefault(sid, {})[change.key] = change.value
            case ResetSettings():
                self._values.pop(sid, None)
        return await self.values(sid)

    async def definitions(self, sid: SessionId) -> list[object]:
        """What there is to set."""
        return [{"key": key, "title": key, "value": value} for key, value in (await self.values(sid)).items()]

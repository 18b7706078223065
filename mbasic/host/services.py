"""What all sessions of an instance share."""

from typing import Protocol

from msgspec import Struct

from mbasic.host.limits import Limits
from mbasic.host.messages import ResetSettings, SetSetting
from mbasic.host.metrics import Metrics
from mbasic.host.store_calls import StoreCalls
from mbasic.host.worker_pool import WorkerPool
from mbasic.storage.session_store import SessionId


class SettingsDesk(Protocol):
    """Where the sessions' settings are kept."""

    async def values(self, sid: SessionId) -> dict[str, object]:
        """The settings of a session."""
        ...

    async def change(self, sid: SessionId, change: SetSetting | ResetSettings) -> dict[str, object]:
        """Change them; return all. Raises HostError in words for the person."""
        ...

    async def definitions(self, sid: SessionId) -> list[object]:
        """What there is to set, with values, for a dialog."""
        ...


class Services(Struct):
    """Made once by the host."""

    owner: str
    """The instance's name, new with each start."""
    calls: StoreCalls
    pool: WorkerPool
    limits: Limits
    metrics: Metrics
    settings: SettingsDesk

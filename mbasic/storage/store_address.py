"""Which store, as plain data that another process can be given, and the one place that opens it."""

from enum import StrEnum

from msgspec import Struct

from mbasic.storage.memory_store import MemoryStore
from mbasic.storage.session_store import TTL_SECONDS, SessionStore


class StoreKind(StrEnum):
    """MEMORY is one process's own: another that opens the same address gets an empty store."""

    MEMORY = "memory"
    FILE = "file"
    REDIS = "redis"


class StoreAddress(Struct, frozen=True, kw_only=True):
    """`place`: the data folder of a FILE store, the URL of a REDIS one."""

    kind: StoreKind
    place: str = ""
    ttl_seconds: int = TTL_SECONDS


def open_store(address: StoreAddress) -> SessionStore:
    """Open the store at `address`."""
    return MemoryStore(ttl_seconds=address.ttl_seconds)

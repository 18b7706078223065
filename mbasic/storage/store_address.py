"""Which store, as plain data that another process can be given, and the one place that opens it."""

from enum import StrEnum
from pathlib import Path
from typing import assert_never

from msgspec import Struct

from mbasic.storage.file_store import FileStore
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
    match address.kind:
        case StoreKind.MEMORY:
            return MemoryStore(address.ttl_seconds)
        case StoreKind.FILE:
            return FileStore(Path(address.place), address.ttl_seconds)
        case StoreKind.REDIS:
            from mbasic.storage.redis_connection import connect  # takes long to import, and few need it
            from mbasic.storage.redis_store import RedisStore

            return RedisStore(connect(address.place), address.ttl_seconds)
        case _:
            assert_never(address.kind)

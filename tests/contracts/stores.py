"""The places where the contract suite keeps sessions; `Stores.open` is what another process would do."""

import secrets
from pathlib import Path
from typing import Protocol

from mbasic.storage.file_store import FileStore
from mbasic.storage.memory_store import MemoryStore
from mbasic.storage.session_store import TTL_SECONDS, SessionId, SessionStore
from mbasic.storage.store_address import StoreAddress, StoreKind, open_store


def new_sid() -> SessionId:
    """An id that no other test has."""
    return SessionId(secrets.token_hex(16))


class Stores(Protocol):
    """One place; each `open` gives a store of its own on it."""

    def open(self, ttl_seconds: int = TTL_SECONDS) -> SessionStore: ...

    def close(self) -> None: ...


class MemoryStores:
    """Memory is one process's, so it is one store for all."""

    def __init__(self) -> None:
        self._store: MemoryStore | None = None

    def open(self, ttl_seconds: int = TTL_SECONDS) -> SessionStore:
        self._store = self._store or MemoryStore(ttl_seconds)
        return self._store

    def close(self) -> None:
        if self._store:
            self._store.close()


class FileStores:
    """Stores on one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._opened: list[SessionStore] = []

    def open(self, ttl_seconds: int = TTL_SECONDS) -> SessionStore:
        self._opened.append(FileStore(self._folder, ttl_seconds))
        return self._opened[-1]

    def close(self) -> None:
        for store in self._opened:
            store.close()


class RedisStores:
    """Stores on one Redis, or cluster."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._opened: list[SessionStore] = []

    def open(self, ttl_seconds: int = TTL_SECONDS) -> SessionStore:
        self._opened.append(open_store(StoreAddress(kind=StoreKind.REDIS, place=self._url, ttl_seconds=ttl_seconds)))
        return self._opened[-1]

    def close(self) -> None:
        for store in self._opened:
            store.close()

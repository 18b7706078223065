"""Calls of the store from the event loop: in a few threads, since the store is synchronous."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from mbasic.host.metrics import Metrics
from mbasic.storage.session_store import SessionStore, StoreError, StoreUnavailableError

_THREADS: Final = 4

_Result = TypeVar("_Result")


class StoreCalls:
    """The store, for coroutines."""

    def __init__(self, store: SessionStore, metrics: Metrics) -> None:
        self.store = store
        self._metrics = metrics
        self._threads = ThreadPoolExecutor(_THREADS, "store")

    async def do(self, call: Callable[[SessionStore], _Result]) -> _Result:
        """Return what `call` returns. Raises StoreError."""
        try:
            result = await asyncio.get_running_loop().run_in_executor(self._threads, call, self.store)
        except StoreError as error:
            self._metrics.store_failures += 1
            if isinstance(error, StoreUnavailableError):
                self._metrics.store_up = 0
            raise
        self._metrics.store_up = 1
        return result

    def close(self) -> None:
        """End the threads; calls that run are waited for."""
        self._threads.shutdown(wait=True, cancel_futures=True)

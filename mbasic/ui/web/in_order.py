"""Work done one piece after another, without a task while there is none."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class InOrder(Generic[Item]):
    """Hands each item to `work`, in the order in which they were put, the next when the one before is done."""

    def __init__(self, work: Callable[[Item], Awaitable[None]]) -> None:
        self._work = work
        self._items: deque[Item] = deque()
        self._task: asyncio.Task[None] | None = None

    def __len__(self) -> int:
        return len(self._items)

    def put(self, item: Item) -> None:
        """Add an item; never blocks."""
        self._items.append(item)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._run())

    def clear(self) -> None:
        """Forget what has not been begun."""
        self._items.clear()

    async def _run(self) -> None:
        try:
            while self._items:
                await self._work(self._items.popleft())
        finally:
            self._task = None
            if self._items:  # an item failed: the others are still done
                self._task = asyncio.get_running_loop().create_task(self._run())

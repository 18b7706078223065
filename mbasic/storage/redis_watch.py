"""A thread that listens on a Redis channel and calls back for each message; it goes on after Redis was away."""

import threading
from collections.abc import Callable
from typing import Protocol

import redis.exceptions as failures

from mbasic.storage.session_store import SessionId

_POLL_SECONDS = 0.25
_RETRY_SECONDS = 1.0


class PubSub(Protocol):
    """What is needed of redis-py's `PubSub`."""

    def subscribe(self, *channels: str) -> object: ...

    def get_message(self, ignore_subscribe_messages: bool, timeout: float) -> object: ...

    def close(self) -> object: ...


class RedisWatch:
    """A `MoveWatch` on `channel`. It listens when the constructor returns, unless Redis is away."""

    def __init__(self, make: Callable[[], PubSub], channel: str, moved: Callable[[SessionId], None]) -> None:
        self._make = make
        self._channel = channel
        self._moved = moved
        self._closed = threading.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mbasic-moves", daemon=True)
        self._thread.start()
        self._listening.wait(_RETRY_SECONDS)

    def close(self) -> None:
        """Stop; returns when no call can come any more."""
        self._closed.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        while not self._closed.is_set():
            pubsub = self._make()
            try:
                self._listen(pubsub)
            except (failures.RedisError, failures.RedisClusterException, OSError):
                self._closed.wait(_RETRY_SECONDS)
            finally:
                pubsub.close()

    def _listen(self, pubsub: PubSub) -> None:
        pubsub.subscribe(self._channel)
        while not self._closed.is_set():
            message = pubsub.get_message(ignore_subscribe_messages=False, timeout=_POLL_SECONDS)
            match message:
                case {"type": "subscribe"}:
                    self._listening.set()
                case {"type": "message", "data": bytes(data)} if not self._closed.is_set():
                    self._moved(SessionId(data.decode()))
                case _:
                    pass

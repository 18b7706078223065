"""Measure what settings cost: get from memory, set and open through a real redis-server beside a bare SETEX.

All on one connection pool over TCP on this machine, taken alternately, so that a busy machine disturbs all alike;
medians are compared. The budgets: get 1 us, set 1.3 times a bare SETEX of the same document, open one round trip.
"""

import statistics
import sys
import time
import timeit
from collections.abc import Callable
from typing import Final, cast

from mbasic.settings.backends import MemorySettingsBackend
from mbasic.settings.definitions import DEFINITIONS
from mbasic.settings.document import Fields
from mbasic.settings.manager import SettingsManager
from mbasic.settings.redis_backend import TTL_SECONDS, RedisSettingsBackend
from mbasic.storage.redis_connection import RedisCommands, connect
from tests.redis_server import RedisServer

ROUNDS: Final = 3000
GET_BUDGET_US: Final = 1.0
SET_BUDGET: Final = 1.3
_DEFAULTS: Final[Fields] = {key: row.default for key, row in DEFINITIONS.items()}


def main() -> int:
    """Return 0 where all budgets hold."""
    get_us = _get_us()
    with RedisServer(tcp=True) as server:
        setex_us, set_us, open_us, trips = _through_redis(server)
    ratio = set_us / setex_us
    print(f"settings: get {get_us:.3f} us, budget {GET_BUDGET_US} us")
    print(f"          set {set_us:.0f} us, bare SETEX {setex_us:.0f} us: {ratio:.2f}, budget {SET_BUDGET}")
    print(f"          open {open_us:.0f} us, {trips} round trip, budget 1")
    return 0 if get_us <= GET_BUDGET_US and ratio <= SET_BUDGET and trips == 1 else 1


def _get_us() -> float:
    manager = SettingsManager(backend=MemorySettingsBackend(_DEFAULTS))
    return min(timeit.repeat(lambda: manager.get("theme"), number=100_000, repeat=5)) * 10


def _through_redis(server: RedisServer) -> tuple[float, float, float, int]:
    """Return the medians in us of a bare SETEX, a set and an open, and the round trips of the last."""
    client = connect(server.url)
    commands = cast(RedisCommands, client)
    backend = RedisSettingsBackend(client, "bench", _DEFAULTS)
    manager = SettingsManager(backend=backend)
    document = server.ask("GET", backend.redis_key)
    before = _commands(server)
    SettingsManager(backend=RedisSettingsBackend(client, "bench", _DEFAULTS))
    trips = _commands(server) - before
    bare: list[float] = []
    sets: list[float] = []
    opens: list[float] = []
    for turn in range(ROUNDS):
        bare.append(_seconds(lambda: commands.execute_command("SETEX", "bench", TTL_SECONDS, document)))
        sets.append(_seconds(lambda: manager.set("font_size", 8 + turn % 40)))  # noqa: B023
        opens.append(_seconds(lambda: SettingsManager(backend=RedisSettingsBackend(client, "bench", _DEFAULTS))))
    return statistics.median(bare) * 1e6, statistics.median(sets) * 1e6, statistics.median(opens) * 1e6, trips


def _commands(server: RedisServer) -> int:
    """What came from clients; what scripts call does not count."""
    lines = server.ask("INFO commandstats").decode().splitlines()
    calls = {line.partition(":")[0]: int(line.partition("calls=")[2].partition(",")[0]) for line in lines[1:]}
    return sum(calls.get(f"cmdstat_{name}", 0) for name in ("evalsha", "eval", "setex"))


def _seconds(action: Callable[[], object]) -> float:
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())

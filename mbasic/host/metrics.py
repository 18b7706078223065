"""Counters and histograms of one instance, as plain numbers; a front end renders them."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Final

from msgspec import Struct, field

LATENCY_BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
"""Upper bounds in seconds."""


class Histogram:
    """`counts[i]` values were at most `bounds[i]`; the last count is of those beyond."""

    __slots__ = ("bounds", "count", "counts", "total")

    def __init__(self, bounds: Sequence[float] = LATENCY_BUCKETS) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)
        self.count = 0
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Count a value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.count += 1
        self.total += value


class Metrics(Struct):
    """Gauges have the value of now, the others count from the start of the process."""

    sessions: int = 0
    """Gauge: sessions open here."""
    views: int = 0
    """Gauge: pages attached."""
    running: int = 0
    """Gauge: sessions that run a program."""
    workers: int = 0
    """Gauge: worker processes."""
    warm_workers: int = 0
    """Gauge: idle workers that are still with their session."""
    waiting_sessions: int = 0
    """Gauge: sessions that wait for a free worker."""
    store_up: int = 1
    """Gauge: 1 where the store has answered the last call, else 0."""
    runs: int = 0
    commands: int = 0
    commits: int = 0
    output_bytes: int = 0
    worker_deaths: int = 0
    superseded: int = 0
    resumed: int = 0
    """Running programs taken over from an instance that is gone."""
    store_failures: int = 0
    commit_seconds: Histogram = field(default_factory=Histogram)
    begin_seconds: Histogram = field(default_factory=Histogram)
    """From the first command for a session without a worker to a worker that has it."""
    loop_delay_seconds: Histogram = field(default_factory=Histogram)

"""What a server allows, read once from MBASIC_* of the environment; every limit has a default for one machine."""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from mbasic.errors import HostError

_PREFIX = "MBASIC_"


class Limits(Struct, frozen=True, kw_only=True):
    """Field `max_workers` is set by MBASIC_MAX_WORKERS, and so on."""

    max_sessions: int = 2000
    """Sessions that one instance holds open at a time."""
    max_views: int = 16
    """Pages that show one session at a time."""
    max_workers: int = 32
    """Worker processes, that is programs that run at the same time."""
    spare_workers: int = 2
    """Workers that wait, started, for a session."""
    warm_seconds: float = 60.0
    """How long an idle worker stays with its session."""
    worker_memory_mb: int = 256
    """Memory of one worker process; a program that wants more gets Out of memory."""
    disk_bytes: int = 16 << 20
    """All files of one session together; more is Disk full."""
    disk_files: int = 512
    """Files of one session; more is Too many files."""
    run_seconds: float = 0.0
    """How long a program may run in one go; 0: as long as it likes."""
    pending_commands: int = 1000
    """Commands of one session that wait to be done."""
    message_bytes: int = 24 << 20
    """One message of a page, uploads included."""
    idle_seconds: float = 120.0
    """How long a session that nobody watches and that does nothing stays in the instance's memory."""
    lease_ms: int = 3000
    """How long after its last sign of life an instance's running programs are taken over by others."""


def read_limits(environment: Mapping[str, str]) -> Limits:
    """The limits that the environment sets. Raises HostError where one is no number, or negative."""
    values: dict[str, str] = {}
    for name in Limits.__struct_fields__:
        text = environment.get(_PREFIX + name.upper())
        if text is not None:
            values[name] = text
    try:
        limits = msgspec.convert(values, Limits, strict=False)
    except msgspec.ValidationError as error:
        raise HostError(f"a limit in the environment is wrong: {error}") from None
    for name in Limits.__struct_fields__:
        if getattr(limits, name) < 0:
            raise HostError(f"{_PREFIX}{name.upper()} must not be negative")
    if limits.max_workers < 1:
        raise HostError("MBASIC_MAX_WORKERS must be at least 1")
    return limits

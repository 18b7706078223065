#!/usr/bin/env python3
"""Show that settings in Redis are each session's own: `python3 test_redis_settings.py`.

Uses the Redis at NICEGUI_REDIS_URL, or a redis-server that it starts itself. Prints a line for each thing that is as it
should be and exits with 0, or says what is not.
"""

import logging
import os
import sys
import uuid
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def find_packages() -> None:
    """Where the system's Python lacks what MBASIC needs, go on with that of `make setup`."""
    try:
        import msgspec  # noqa: F401
        import redis  # noqa: F401
    except ImportError:
        python = ROOT / ".venv" / "bin" / "python"
        if not python.exists() or sys.prefix == str(ROOT / ".venv"):
            sys.exit("✗ msgspec and redis are missing: make setup installs them")
        os.execv(python, [str(python), *sys.argv])


def check(fine: bool, text: str) -> None:
    """Print the line, or end."""
    if not fine:
        sys.exit(f"✗ Not so: {text}")
    print(f"✓ {text}")


def compare(url: str) -> None:
    """Let two sessions set things."""
    from mbasic.settings import RedisSettingsBackend, SettingsManager, create_settings_backend
    from mbasic.storage.redis_connection import shared_client

    logging.getLogger("mbasic").setLevel(logging.ERROR)  # what it warns of is said here
    first, second = (f"test-{uuid.uuid4().hex}" for _ in range(2))

    def manager(session: str) -> SettingsManager:
        backend = create_settings_backend(session, redis_url=url)
        if not isinstance(backend, RedisSettingsBackend):
            sys.exit(f"✗ {backend.notices[0] if backend.notices else SettingsManager(backend=backend).notices[0]}")
        return SettingsManager(backend=backend)

    one, two = manager(first), manager(second)
    try:
        check(one.values() == two.values(), "Both sessions start with defaults")
        before = two.values()
        one.set("auto_number_step", 100)
        one.set("theme", "amber")
        two.refresh()
        check(two.values() == before == manager(second).values(), "Session 2 unaffected by Session 1 changes")
        two.set("auto_number_step", 5)
        steps = [manager(session).get("auto_number_step") for session in (first, second)]
        check(steps == [100, 5], "Sessions have independent settings")
        kept = manager(first).values()
        check(kept == one.values() and kept["theme"] == "amber", "Settings persist across manager instances")
    finally:
        shared_client(url).delete(f"nicegui:settings:{first}", f"nicegui:settings:{second}")


def main() -> None:
    """Do it."""
    url = os.environ.get("NICEGUI_REDIS_URL")
    if url:
        compare(url)
        return
    from tests.redis_server import RedisServer

    try:
        server = RedisServer()
    except AssertionError as error:
        sys.exit(f"✗ {error}, or let NICEGUI_REDIS_URL name a Redis")
    with server:
        compare(server.url)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    find_packages()
    main()

"""One random secret for all instances that share a Redis, made by whichever comes first.

nicegui:secret      string, 64 hex digits, no ttl
"""

import secrets
from typing import Final, cast

from mbasic.storage.redis_connection import RedisCommands, redis_failures
from mbasic.storage.session_store import StoreUnavailableError

_KEY: Final = "nicegui:secret"


def shared_secret(client: RedisCommands) -> bytes:
    """Return the secret. Raises StoreUnavailableError where Redis does not answer."""
    with redis_failures:
        client.execute_command("SET", _KEY, secrets.token_hex(32), "NX")
        found = cast(bytes | None, client.execute_command("GET", _KEY))
    if not found:
        raise StoreUnavailableError("Redis does not keep what it is given")
    return found

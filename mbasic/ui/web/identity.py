"""Who a browser is: a random id in a signed cookie, and the sessions that belong to it.

cookie  <32 hex digits>.<32 hex digits of HMAC-SHA256>      session of /        the id
                                                            session of /s/<n>   the id, a point, n
"""

import hmac
import re
import secrets
from collections.abc import Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Final

from mbasic.errors import HostError

COOKIE_NAME: Final = "mbasic"
COOKIE_SECONDS: Final = 24 * 3600
LAST_WORKSPACE: Final = 9999
_SHORTEST_SECRET: Final = 16
_COOKIE = re.compile(r"[0-9a-f]{32}\.[0-9a-f]{32}")
_WORKSPACE_PATH = re.compile(r"/s/([1-9][0-9]{0,3})/?")


class Identity:
    """Makes and checks cookies; the first secret signs, the others are still believed (MBASIC_SECRET: a,b,c)."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys or min(map(len, keys)) < _SHORTEST_SECRET:
            raise HostError(f"MBASIC_SECRET must have at least {_SHORTEST_SECRET} characters; set a longer, random one")
        self._keys = tuple(keys)

    def new_person(self) -> str:
        """An id nobody else has."""
        return secrets.token_hex(16)

    def cookie(self, person: str) -> str:
        """The signed value of the cookie."""
        return f"{person}.{_signature(self._keys[0], person)}"

    def person(self, cookie_header: str) -> str | None:
        """The id in a Cookie header; None where there is none, or one that we did not sign."""
        try:
            jar = SimpleCookie(cookie_header)
        except CookieError:
            return None
        morsel = jar.get(COOKIE_NAME)
        if morsel is None or not _COOKIE.fullmatch(morsel.value):
            return None
        person, _, signature = morsel.value.partition(".")
        good = any(hmac.compare_digest(_signature(key, person), signature) for key in self._keys)
        return person if good else None


def workspace_of(path: str) -> int | None:
    """The workspace a page's path names: 0 for /, n for /s/<n>; None for any other path."""
    if path == "/":
        return 0
    match = _WORKSPACE_PATH.fullmatch(path)
    return int(match[1]) if match else None


def session_id(person: str, workspace: int) -> str:
    """The session that a person's workspace shows."""
    return f"{person}.{workspace}" if workspace else person


def _signature(key: bytes, person: str) -> str:
    return hmac.new(key, person.encode(), "sha256").hexdigest()[:32]

"""What the environment says about the web server, read once at its start."""

import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mbasic.errors import HostError
from mbasic.host.limits import Limits, read_limits
from mbasic.storage.file_store import data_folder
from mbasic.storage.store_address import StoreAddress, StoreKind

_DEFAULT_MOST_PAGES: Final = 5000
_SECRET_FILE: Final = "secret"
_SHORTEST_TOKEN: Final = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """How one instance serves."""

    host: str
    port: int
    data_folder: Path
    """Where sessions are kept: MBASIC_DATA, or else the person's folder for data of programs."""
    redis_url: str
    """NICEGUI_REDIS_URL; sessions are kept there instead. NiceGUI itself must not see it."""
    requires_redis: bool
    """MBASIC_REQUIRE_REDIS=1: without Redis, do not start."""
    secrets: tuple[bytes, ...]
    """MBASIC_SECRET, commas between several: the first signs cookies, the others are still believed."""
    origins: frozenset[str]
    """MBASIC_ORIGINS: further addresses of this server, as https://name, commas between."""
    most_pages: int
    """MBASIC_MAX_PAGES: pages held in memory; further visitors are asked to come back."""
    admin_token: str
    """MBASIC_ADMIN_TOKEN: opens /admin; empty: there is none."""
    logs_json: bool
    """MBASIC_LOG=json or text: how the log is written; JSON where sessions are in Redis, if nothing is said."""
    limits: Limits

    @property
    def address(self) -> StoreAddress:
        """Where the sessions are."""
        if self.redis_url:
            return StoreAddress(kind=StoreKind.REDIS, place=self.redis_url)
        return StoreAddress(kind=StoreKind.FILE, place=str(self.data_folder))


def read_options(host: str, port: int, environment: Mapping[str, str] = os.environ) -> WebOptions:
    """The options in the environment. Raises HostError where one makes no sense."""
    return WebOptions(
        host=host,
        port=port,
        data_folder=data_folder(environment),
        redis_url=environment.get("NICEGUI_REDIS_URL", ""),
        requires_redis=environment.get("MBASIC_REQUIRE_REDIS", "") not in ("", "0"),
        secrets=tuple(word.encode() for word in _words(environment.get("MBASIC_SECRET", ""))),
        origins=frozenset(word.rstrip("/") for word in _words(environment.get("MBASIC_ORIGINS", ""))),
        most_pages=_number(environment, "MBASIC_MAX_PAGES", _DEFAULT_MOST_PAGES),
        admin_token=_token(environment),
        logs_json=_logs_json(environment),
        limits=read_limits(environment),
    )


def kept_secret(folder: Path) -> bytes:
    """The random secret that this data folder keeps, made at first use. Raises HostError where it cannot be kept."""
    file = folder / _SECRET_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not file.exists():
            _make_secret(file)
        return file.read_bytes().strip()
    except OSError as error:
        raise HostError(f"the data folder {folder} cannot be used: {error.strerror}; set MBASIC_DATA") from None


def _make_secret(file: Path) -> None:
    """Of several instances that start at once, one wins."""
    new = file.with_name(f"{_SECRET_FILE}.{os.getpid()}")
    new.touch(mode=0o600)
    new.write_text(secrets.token_hex(32))
    with suppress(FileExistsError):
        os.link(new, file)
    new.unlink()


def _logs_json(environment: Mapping[str, str]) -> bool:
    kind = environment.get("MBASIC_LOG") or ("json" if environment.get("NICEGUI_REDIS_URL") else "text")
    if kind not in ("json", "text"):
        raise HostError(f"MBASIC_LOG is json or text, not {kind!r}")
    return kind == "json"


def _token(environment: Mapping[str, str]) -> str:
    token = environment.get("MBASIC_ADMIN_TOKEN", "")
    if token and len(token) < _SHORTEST_TOKEN:
        raise HostError(f"MBASIC_ADMIN_TOKEN must have at least {_SHORTEST_TOKEN} characters; set a longer, random one")
    return token


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise HostError(f"{name} must be a number from 1 up, not {text!r}")
    return int(text)

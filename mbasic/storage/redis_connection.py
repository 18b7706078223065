"""The way to Redis: one pooled client for each URL, and what goes wrong with it in plain words.

    redis://[user:password@]host[:6379][/db]            rediss://...  the same in TLS
    unix:///path/to/redis.sock[?db=0]
    redis+sentinel://host[:26379],host.../service[/db]  rediss+sentinel://...
    redis+cluster://host[:6379],host...                 rediss+cluster://...

Behind a `?` may stand what redis-py calls max_connections, socket_timeout, socket_connect_timeout, ssl_ca_certs,
ssl_certfile, ssl_keyfile, ssl_cert_reqs, ssl_check_hostname, client_name; sentinel_username and sentinel_password.

A command that finds its connection broken is sent again, after a short and growing wait: whatever is sent through
this client must bear being done twice. Names, passwords and data never stand in a message.
"""

import hashlib
import os
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Final, Protocol, TypeVar, cast
from urllib.parse import SplitResult, unquote, urlsplit

import redis.exceptions as faults
from msgspec import Struct
from redis import BlockingConnectionPool, Redis, RedisCluster, Sentinel
from redis.backoff import ExponentialWithJitterBackoff
from redis.cluster import ClusterNode
from redis.connection import parse_url  # pyright: ignore[reportUnknownVariableType]
from redis.retry import Retry

from mbasic.storage.session_store import StoreError, StoreUnavailableError

CONNECT_SECONDS: Final = 2.0
ANSWER_SECONDS: Final = 2.0
"""How long an answer may take, and how long to wait for a free connection."""
MAX_CONNECTIONS: Final = 64
_RETRIES: Final = 2
_FIRST_WAIT_SECONDS: Final = 0.02
_LONGEST_WAIT_SECONDS: Final = 0.5
_SENTINEL_PORT: Final = 26379
_REDIS_PORT: Final = 6379
_SENTINEL_OPTIONS: Final = ("sentinel_username", "sentinel_password")
_OPTIONS: Final = frozenset(
    {
        *("db", "username", "password", "sentinel_username", "sentinel_password", "client_name", "max_connections"),
        *("socket_timeout", "socket_connect_timeout", "socket_keepalive", "health_check_interval"),
        *("ssl_ca_certs", "ssl_ca_path", "ssl_certfile", "ssl_keyfile", "ssl_password", "ssl_cert_reqs"),
        "ssl_check_hostname",
    }
)

Client = Redis | RedisCluster
_Made = TypeVar("_Made")
_Maker = Callable[..., _Made]
"""What redis-py leaves without types."""
_Fault = faults.RedisError | faults.RedisClusterException


class _Target(Struct):
    """What a URL says: `form` is "", "sentinel" or "cluster"; `options` are redis-py's keyword arguments."""

    form: str
    tls: bool
    nodes: list[tuple[str, int]]
    path: list[str]
    options: dict[str, object]


def connect(url: str) -> Client:
    """Return a client for `url`; it answers in bytes, may be shared by threads, and survives a fork.

    Nothing is sent yet, save to a Cluster, whose nodes must be asked. Raises StoreError for a URL that says nothing,
    StoreUnavailableError for a Cluster that does not answer.
    """
    try:
        with redis_failures:
            return _client(url)
    except (ValueError, TypeError) as error:
        raise StoreError(f"the Redis URL {shown(url)} cannot be used: {error}") from None


def shared_client(url: str) -> Client:
    """Return this process's one client for `url`."""
    key = (url, os.getpid())
    with _lock:
        client = _clients.get(key)
        if client is None:
            client = _clients[key] = connect(url)
        return client


_clients: dict[tuple[str, int], Client] = {}
_lock = threading.Lock()


class RedisCommands(Protocol):
    """What is needed of a client: any of redis-py's that waits for its answers."""

    def execute_command(self, *words: object, **options: object) -> object:
        """Send a command; return its answer."""
        ...


class Script:
    """A Lua script for Redis, sent by its name once a server knows it."""

    __slots__ = ("_digest", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest().encode()

    def run(self, client: RedisCommands, key: str | bytes, *arguments: object) -> object:
        """Run it on one key; return its answer. Raises what redis-py raises."""
        try:
            return client.execute_command("EVALSHA", self._digest, 1, key, *arguments)
        except faults.NoScriptError:
            return client.execute_command("EVAL", self._text, 1, key, *arguments)


def shown(url: str) -> str:
    """Return `url` without user, password and options, for messages."""
    parts = urlsplit(url)
    hosts = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{hosts}{parts.path}"


# ---- clients ------------------------------------------------------------------------


def _client(url: str) -> Client:
    target = _parse(url)
    match target.form:
        case "sentinel":
            return _sentinel_client(target)
        case "cluster":
            return _cluster_client(target)
        case _:
            return _plain_client(url, target)


def _plain_client(url: str, target: _Target) -> Redis:
    make = cast(_Maker[BlockingConnectionPool], BlockingConnectionPool.from_url)  # pyright: ignore[reportUnknownMemberType]
    return Redis.from_pool(make(url, **_defaults(target), timeout=ANSWER_SECONDS))


def _sentinel_client(target: _Target) -> Redis:
    if not target.path:
        raise ValueError("the name of the service is missing, as in redis+sentinel://host:26379/mymaster")
    options = dict(target.options)
    words = {name.removeprefix("sentinel_"): options.pop(name) for name in _SENTINEL_OPTIONS if name in options}
    if len(target.path) > 1:
        options["db"] = int(target.path[1])
    if target.tls:
        options["ssl"] = True
    watchers = {name: value for name, value in options.items() if name not in ("db", "username", "password")} | words
    watchers.setdefault("socket_timeout", ANSWER_SECONDS)
    watchers.setdefault("socket_connect_timeout", CONNECT_SECONDS)
    watchers["retry"] = _retry(1)
    watchers.pop("max_connections", None)
    sentinel = cast(_Maker[Sentinel], Sentinel)(target.nodes, sentinel_kwargs=watchers)
    make = cast(_Maker[Redis], sentinel.master_for)  # pyright: ignore[reportUnknownMemberType]
    return make(target.path[0], **{**_defaults(target), **options})


def _cluster_client(target: _Target) -> RedisCluster:
    if target.path not in ([], ["0"]) or target.options.get("db"):
        raise ValueError("a Cluster has the database 0 only")
    options = {name: value for name, value in target.options.items() if name != "db"}
    if target.tls:
        options["ssl"] = True
    arguments: dict[str, object] = {**_defaults(target), **options}
    arguments.pop("retry_on_error", None)
    node = cast(_Maker[ClusterNode], ClusterNode)
    make = cast(_Maker[RedisCluster], RedisCluster)
    return make(startup_nodes=[node(host, port) for host, port in target.nodes], **arguments)


def _retry(times: int) -> Retry:
    return Retry(ExponentialWithJitterBackoff(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS), times)


def _defaults(target: _Target) -> dict[str, object]:
    """What holds where the URL says nothing else."""
    defaults: dict[str, object] = {
        "protocol": 2,
        "max_connections": MAX_CONNECTIONS,
        "socket_timeout": ANSWER_SECONDS,
        "socket_connect_timeout": CONNECT_SECONDS,
        "retry": _retry(_RETRIES),
        "retry_on_error": [faults.ConnectionError, faults.TimeoutError, faults.BusyLoadingError],
    }
    if target.form != "unix":
        defaults["socket_keepalive"] = True
    return defaults


# ---- the URL ------------------------------------------------------------------------


def _parse(url: str) -> _Target:
    parts = urlsplit(url)
    base, _, form = parts.scheme.partition("+")
    if base not in ("redis", "rediss", "unix") or form not in ("", "sentinel", "cluster") or (base == "unix" and form):
        raise ValueError("it must begin with redis://, rediss://, unix://, redis+sentinel:// or redis+cluster://")
    if base == "unix":
        if not parts.path:
            raise ValueError("the path of the socket is missing, as in unix:///run/redis.sock")
        form = "unix"
    options = _options_of(parts, base)
    nodes = [_node(text, form) for text in parts.netloc.rpartition("@")[2].split(",") if text]
    if not nodes and form != "unix":
        raise ValueError("the name of the host is missing")
    path = [unquote(piece) for piece in parts.path.split("/") if piece] if form in ("sentinel", "cluster") else []
    return _Target(form, base == "rediss", nodes, path, options)


def _options_of(parts: SplitResult, base: str) -> dict[str, object]:
    """User, password and what stands behind the `?`, as redis-py reads them."""
    user, at, _ = parts.netloc.rpartition("@")
    read = cast(_Maker[dict[str, object]], parse_url)
    options = read(f"{base}://{user}{at}host/?{parts.query}")
    found = {name: value for name, value in options.items() if name not in ("host", "connection_class", "path")}
    for name in found:
        if name not in _OPTIONS:
            raise ValueError(f"there is no option {name}")
    return found


def _node(text: str, form: str) -> tuple[str, int]:
    address = urlsplit(f"//{text}")
    port = address.port or (_SENTINEL_PORT if form == "sentinel" else _REDIS_PORT)
    return address.hostname or "localhost", port


# ---- failures -----------------------------------------------------------------------


class _RedisFailures:
    """`with redis_failures:` turns what redis-py raises into the StoreError that says it."""

    __slots__ = ()

    def __enter__(self) -> None:
        pass

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, _Fault):
            raise store_error(error) from error


redis_failures: Final = _RedisFailures()


def store_error(error: _Fault) -> StoreError:
    """Return what a failure of redis-py means. StoreUnavailableError: the same may work later."""
    if isinstance(error, faults.AuthenticationError) and "required" in str(error):
        return StoreUnavailableError(_NO_PASSWORD)
    for kind, text in _MEANINGS:
        if isinstance(error, kind):
            return StoreUnavailableError(text)
    return store_error_of_text(str(error) or type(error).__name__)


def store_error_of_text(answer: str) -> StoreError:
    """Return what an error means that Redis answered with."""
    for word, text in _ANSWERS:
        if word in answer:
            return StoreUnavailableError(text)
    return StoreError(f"Redis refuses: {answer}")


_READ_ONLY: Final = "Redis takes no changes: this is a read-only replica. Let NICEGUI_REDIS_URL name the master, or use redis+sentinel://"
_NO_PASSWORD: Final = "Redis wants a password, and NICEGUI_REDIS_URL has none"
_FULL: Final = "Redis is out of memory (maxmemory): nothing was stored"
_MEANINGS: Final[tuple[tuple[type[_Fault], str], ...]] = (
    (faults.AuthenticationError, "Redis refuses the user or password of NICEGUI_REDIS_URL"),
    (faults.NoPermissionError, "Redis does not allow this user what MBASIC needs (ACL)"),
    (faults.BusyLoadingError, "Redis has just started and still loads its data"),
    (faults.ReadOnlyError, _READ_ONLY),
    (faults.OutOfMemoryError, _FULL),
    (faults.TimeoutError, "Redis does not answer in time"),
    (faults.MaxConnectionsError, "all connections to Redis are in use"),
    (faults.ConnectionError, "Redis cannot be reached"),
    (faults.MasterDownError, "Redis has lost its master"),
    (faults.ClusterError, "the Redis Cluster is not whole"),
    (faults.TryAgainError, "the Redis Cluster moves these keys just now"),
    (faults.RedisClusterException, "the Redis Cluster cannot be reached, or is not whole"),
)
_ANSWERS: Final = (
    ("NOAUTH", _NO_PASSWORD),
    ("WRONGPASS", "Redis refuses the user or password of NICEGUI_REDIS_URL"),
    ("NOPERM", "Redis does not allow this user what MBASIC needs (ACL)"),
    ("READONLY", _READ_ONLY),
    ("OOM", _FULL),
    ("MISCONF", "Redis takes no changes: it cannot save its own data to disk"),
    ("LOADING", "Redis has just started and still loads its data"),
    ("MASTERDOWN", "Redis has lost its master"),
    ("CLUSTERDOWN", "the Redis Cluster is not whole"),
    ("NOREPLICAS", "Redis takes no changes: too few replicas are there"),
)

"""`mbasic --ui web`: takes the port, starts the server, says where it is."""

import os
import socket
import sys
from dataclasses import replace

from mbasic.errors import HostError
from mbasic.session.conversion import ConversionError, Form, convert
from mbasic.storage.session_store import StoreError
from mbasic.ui.web.identity import Identity
from mbasic.ui.web.logs import begin_log
from mbasic.ui.web.options import WebOptions, kept_secret, read_options


def run_web(host: str, port: int, program: bytes | None = None) -> int:
    """Serve the web page until a signal ends it; the exit status. Raises HostError where it cannot begin.

    `program`, a program file, is in the editor of each new session.
    """
    options = read_options(host, port)
    first_text = "" if program is None else _text_of(program)
    listener = _listen(host, port)
    options, keys = _reachable(options)
    identity = Identity(keys)
    _hide_from_nicegui()
    from mbasic.host.host import Host
    from mbasic.host.settings_desk import StoredSettings
    from mbasic.storage.store_address import open_store
    from mbasic.ui.web.server import WebServer

    address = options.address
    settings = StoredSettings(address)
    sessions = Host(store=open_store(address), address=address, limits=options.limits, settings=settings)
    begin_log(sessions.owner, as_json=options.logs_json)
    server = WebServer(options, identity, sessions, first_text)
    page = "s/new" if program else ""
    server.run(listener, lambda: _say(options, listener, page))
    return 0


def _text_of(program: bytes) -> str:
    try:
        text = convert(program, Form.ASCII).data
    except ConversionError as error:
        raise HostError(f"this is no program: {error}") from None
    return text.rstrip(b"\x1a").replace(b"\r\n", b"\n").decode("latin-1")


def _reachable(options: WebOptions) -> tuple[WebOptions, tuple[bytes, ...]]:
    """The options, and what signs the cookies. Files replace a Redis that cannot be, and need not be, reached."""
    if options.redis_url:
        from mbasic.storage.redis_connection import connect, shown
        from mbasic.storage.shared_secret import shared_secret

        try:
            secret = shared_secret(connect(options.redis_url))
        except StoreError as error:
            if options.requires_redis:
                raise
            sys.stderr.write(
                f"mbasic: {error} ({shown(options.redis_url)}); sessions are kept in {options.data_folder} "
                "and shared with no other instance. MBASIC_REQUIRE_REDIS=1 refuses to start instead.\n"
            )
            options = replace(options, redis_url="")
        else:
            if not options.secrets:
                sys.stderr.write(
                    "mbasic: cookies are signed with a secret kept in Redis; MBASIC_SECRET sets your own.\n"
                )
            return options, options.secrets or (secret,)
    return options, options.secrets or (kept_secret(options.data_folder),)


def _listen(host: str, port: int) -> socket.socket:
    """Take the port now, ahead of the slow imports: a second start is told at once."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(1024)
    except OverflowError:
        raise HostError(f"{port} is not a port; ports are 1 to 65535") from None
    except OSError as error:
        raise HostError(
            f"cannot serve at {host}:{port}: {error.strerror}; --port 8081 is another port, --port 0 any free one"
        ) from None
    return listener


def _hide_from_nicegui() -> None:
    """NiceGUI would open Redis connections for every page, and keep keys for ever."""
    os.environ.pop("NICEGUI_REDIS_URL", None)
    os.environ.setdefault("NICEGUI_STORAGE_PATH", os.devnull)


def _say(options: WebOptions, listener: socket.socket, page: str) -> None:
    name = f"[{options.host}]" if ":" in options.host else options.host
    sys.stderr.write(f"MBASIC is at http://{name}:{listener.getsockname()[1]}/{page}  (Ctrl-C ends it)\n")
    sys.stderr.flush()

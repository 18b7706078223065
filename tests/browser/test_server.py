"""The server as a browser, a balancer or somebody with bad intentions meets it."""

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path

import pytest

from tests.browser.conftest import Server, Visitors
from tests.browser.desk import Desk


def _get(url: str, headers: dict[str, str] | None = None, *, data: bytes | None = None) -> tuple[int, bytes, Message]:
    request = urllib.request.Request(url, data=data, headers=headers or {})
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def _cookie(server: Server) -> str:
    return str(_get(server.url)[2]["Set-Cookie"]).split(";")[0]


def _headers_of(desk: Desk, server: Server) -> dict[str, str]:
    """What this page's browser would send."""
    cookies = [f"{cookie.get('name')}={cookie.get('value')}" for cookie in desk.page.context.cookies()]
    return {"Cookie": "; ".join(cookies), "Origin": server.url}


def _websocket(server: Server, **headers: str) -> str:
    """The status line of a websocket's opening."""
    lines = [
        "GET /_nicegui_ws/socket.io/?EIO=4&transport=websocket&client_id=x HTTP/1.1",
        f"Host: 127.0.0.1:{server.port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        return connection.recv(4096).split(b"\r\n")[0].decode()


def test_health_costs_no_page(server: Server) -> None:
    status, body, headers = _get(f"{server.url}/healthz")
    assert (status, body) == (200, b"alive\n")
    assert headers["Set-Cookie"] is None
    status, body, _ = _get(f"{server.url}/readyz")
    assert (status, json.loads(body)) == (200, {"server": "ok", "file": "ok"})


def test_the_metrics_are_prometheus(server: Server, desk: Desk) -> None:
    desk.shows("Ok")
    lines = _get(f"{server.url}/metrics")[1].decode().splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert int(values["mbasic_sessions"]) >= 1
    assert int(values["mbasic_commits_total"]) >= 1
    assert values['mbasic_commit_seconds_bucket{le="+Inf"}'] == values["mbasic_commit_seconds_count"]


@pytest.mark.parametrize(
    "path", ["/nope", "/s/0", "/s/x", "/s/99999", "/assets/x/y", "/../etc/passwd", "/%00", "/s/1/2"]
)
def test_what_is_not_there_is_said_in_words(server: Server, path: str) -> None:
    status, body, headers = _get(server.url + path)
    assert status == 404
    assert b"There is no" in body or b"nothing here" in body
    assert headers["Set-Cookie"] is None
    assert b"Traceback" not in body


def test_the_page_is_guarded(server: Server) -> None:
    status, body, headers = _get(server.url)
    assert status == 200
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    cookie = headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert "Secure" in _get(server.url, {"X-Forwarded-Proto": "https"})[2]["Set-Cookie"]
    assert b"http://" not in body.replace(b"http://www.w3.org", b"")
    assert b"https://" not in body


def test_a_forged_cookie_is_nobody(server: Server) -> None:
    forged = f"mbasic={'0' * 32}.{'0' * 32}"
    assert "0" * 32 not in _get(server.url, {"Cookie": forged})[2]["Set-Cookie"]
    assert _get(f"{server.url}/transfer/main/files.zip", {"Cookie": forged})[0] == 403


def test_a_cookie_of_ours_is_kept(server: Server) -> None:
    cookie = _cookie(server)
    assert _get(server.url, {"Cookie": cookie})[2]["Set-Cookie"].startswith(cookie)


def test_a_websocket_needs_our_page_and_our_cookie(server: Server) -> None:
    cookie = _cookie(server)
    ours = server.url
    assert " 101 " in _websocket(server, Origin=ours, Cookie=cookie)
    assert " 403 " in _websocket(server, Origin="http://evil.example", Cookie=cookie)
    assert " 403 " in _websocket(server, Cookie=cookie)
    assert " 403 " in _websocket(server, Origin=ours)
    assert " 403 " in _websocket(server, Origin=ours, Cookie="mbasic=" + "a" * 32 + "." + "b" * 32)


def test_a_page_is_for_its_own_browser_only(server: Server, desk: Desk, visitors: Visitors) -> None:
    stolen = desk.page.evaluate("window.clientId")
    thief = visitors.open(server.url)
    refused = thief.page.evaluate(
        """(id) => new Promise((resolve) => {
            const query = { client_id: id, implicit_handshake: true, tab_id: "t", document_id: "d" };
            const socket = io(location.origin, { path: "/_nicegui_ws/socket.io", query, transports: ["websocket"],
              forceNew: true, reconnection: false });
            socket.on("connect_error", (error) => resolve(error.message));
            socket.on("connect", () => resolve("let in"));
        })""",
        stolen,
    )
    assert refused == "This page belongs to another browser."


@pytest.mark.parametrize(
    "text", ["{", "[]", '{"type":"Do"}', '{"type":"Nope"}', "\\u0000", '{"type":"Attach","view":"@x"}']
)
def test_a_message_that_is_none_is_refused_in_words(desk: Desk, text: str) -> None:
    desk.page.evaluate("(text) => window.socket.emit('mbasic', text)", text)
    desk.part("notice-error").first.wait_for()
    assert "not understood" in desk.part("notice-error").first.inner_text()
    desk.type("PRINT 1")
    desk.shows("PRINT 1\n 1 \nOk")


def test_too_many_messages_are_refused_and_nothing_is_lost(desk: Desk) -> None:
    desk.page.evaluate(
        'for (let at = 0; at < 4000; at++) window.socket.emit(\'mbasic\', \'{"type":"Ack","offset":1}\')'
    )
    desk.part("notice-error").first.wait_for()
    desk.page.wait_for_timeout(300)
    desk.connected()
    desk.type("PRINT 2")
    desk.shows("PRINT 2\n 2 \nOk")


def test_everything_comes_from_this_server(server: Server, visitors: Visitors) -> None:
    context = visitors.context()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    desk = visitors.open(server.url, context)
    desk.shows("Ok")
    assert [
        url for url in asked if not url.startswith((server.url, "data:", "blob:", f"ws://127.0.0.1:{server.port}"))
    ] == []


def test_files_go_up_and_down(server: Server, desk: Desk) -> None:
    base = f"{server.url}/transfer/main"
    own = _headers_of(desk, server)
    status, body, _ = _get(f"{base}/files/hello%20world.bas", own, data=b'10 PRINT "HI"\n')
    assert (status, json.loads(body)) == (200, {"name": "HELLOWOR.BAS"})
    desk.type('LOAD "HELLOWOR"', "RUN")
    desk.shows("RUN\nHI\nOk")
    assert _get(f"{base}/files/HELLOWOR.BAS", own)[1] == b'10 PRINT "HI"\r\n'
    assert _get(f"{base}/files/HELLOWOR.BAS?form=tokenized", own)[1][:1] == b"\xff"
    assert _get(f"{base}/files/HELLOWOR.BAS?form=protected", own)[1][:1] == b"\xfe"
    assert _get(f"{base}/files.zip", own)[1][:2] == b"PK"
    assert b"HI" in _get(f"{base}/console.txt", own)[1]


@pytest.mark.parametrize("name", ["..%2Fx", "a%5Cb", "a%00b", "..", "%0Ax", "."])
def test_bad_names_are_refused(server: Server, desk: Desk, name: str) -> None:
    status, body, _ = _get(f"{server.url}/transfer/main/files/{name}", _headers_of(desk, server), data=b"x")
    assert status == 400
    assert b"no name for a file" in body


def test_an_upload_from_another_page_is_refused(server: Server) -> None:
    headers = {"Cookie": _cookie(server), "Origin": "http://evil.example"}
    assert _get(f"{server.url}/transfer/main/files/A", headers, data=b"x")[0] == 403


def test_a_restart_is_hardly_seen(own_server: Server, visitors: Visitors) -> None:
    desk = visitors.open(own_server.url)
    desk.write("10 FOR I=1 TO 400: PRINT I: FOR J=1 TO 3000: NEXT J, I", '20 PRINT "THE END"')
    desk.press("F5")
    desk.shows("\n 20 \n")
    desk.page.evaluate("window.stillThere = true")
    assert own_server.stop() == 0
    own_server.start()
    desk.shows("THE END\nOk")
    assert desk.page.evaluate("window.stillThere") is True
    printed = [line for line in desk.console.split("\n") if line.strip().isdecimal()]
    assert printed == [f" {number} " for number in range(1, 401)]


def test_a_killed_server_loses_nothing_that_was_shown(own_server: Server, visitors: Visitors) -> None:
    desk = visitors.open(own_server.url)
    desk.write("10 FOR I=1 TO 400: PRINT I: FOR J=1 TO 3000: NEXT J, I", '20 PRINT "THE END"')
    desk.press("F5")
    desk.shows("\n 20 \n")
    desk.page.evaluate("window.stillThere = true")
    own_server.stop(signal.SIGKILL)
    own_server.start()
    desk.shows("THE END\nOk")
    assert desk.page.evaluate("window.stillThere") is True
    printed = [line for line in desk.console.split("\n") if line.strip().isdecimal()]
    assert printed == [f" {number} " for number in range(1, 401)]


def test_a_program_of_the_command_line_is_in_the_editor(tmp_path: Path, visitors: Visitors) -> None:
    program = tmp_path / "hello.bas"
    program.write_bytes(b'10 PRINT "FROM THE SHELL"\r\n20 END\r\n')
    server = Server(tmp_path / "data", str(program))
    server.start()
    desk = visitors.open(f"{server.url}/s/new")
    assert desk.program == '10 PRINT "FROM THE SHELL"\n20 END'
    desk.click("run")
    desk.shows("FROM THE SHELL\nOk")
    visitors.leave()
    assert server.stop() == 0


def test_a_port_in_use_is_one_clear_line(server: Server, tmp_path: Path) -> None:
    command = [sys.executable, "mbasic", "--ui", "web", "--port", str(server.port)]
    done = subprocess.run(command, capture_output=True, text=True, env={"MBASIC_DATA": str(tmp_path)}, timeout=30)
    assert done.returncode == 2
    assert done.stderr.startswith(f"mbasic: cannot serve at 127.0.0.1:{server.port}: Address already in use")
    assert done.stderr.count("\n") == 1


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    command = [sys.executable, "mbasic", "--ui", "web", "--port", "0"]
    environment = {"MBASIC_DATA": str(tmp_path), "MBASIC_SECRET": "short"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=30)
    assert done.returncode == 2
    assert done.stderr.startswith("mbasic: MBASIC_SECRET must have at least 16 characters")

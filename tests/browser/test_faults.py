"""What goes wrong is said in words, nothing that was shown is lost, and nobody else notices."""

import os
import signal
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitors
from tests.browser.desk import Desk

_COUNT = ("10 FOR I=1 TO 400: PRINT I: FOR J=1 TO 3000: NEXT J, I", '20 PRINT "THE END"')


def _busiest_descendant(pid: int) -> int:
    """The process below `pid` that has computed most: the worker whose program runs."""
    parents: dict[int, int] = {}
    costs: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            parents[int(folder.name)] = int(fields[1])
            costs[int(folder.name)] = int(fields[11]) + int(fields[12])
    below = {pid}
    while True:
        more = {child for child, parent in parents.items() if parent in below} - below
        if not more:
            break
        below |= more
    return max(below - {pid}, key=lambda child: costs[child])


def _numbers(desk: Desk) -> list[int]:
    return [int(line) for line in desk.console.split("\n") if line.strip().isdecimal()]


def test_a_worker_that_is_killed_costs_nothing(own_server: Server, visitors: Visitors) -> None:
    desk, other = visitors.open(own_server.url), visitors.open(own_server.url)
    desk.write(*_COUNT)
    desk.press("F5")
    desk.shows("\n 20 \n")
    os.kill(_busiest_descendant(own_server.pid), signal.SIGKILL)
    other.type("PRINT 1+1")
    other.shows("PRINT 1+1\n 2 \nOk")
    desk.shows("THE END\nOk")
    assert _numbers(desk) == list(range(1, 401))


def test_a_page_without_network_catches_up(server: Server, visitors: Visitors) -> None:
    context = visitors.context()
    desk = visitors.open(server.url, context)
    desk.write(*_COUNT)
    desk.press("F5")
    desk.shows("\n 20 \n")
    context.set_offline(True)
    desk.page.evaluate("window.socket.io.engine.close()")
    desk.page.wait_for_function("!window.mbasic.mb.connected")
    expect(desk.part("status")).to_contain_text("Connecting again")
    desk.page.wait_for_timeout(float(os.environ.get("OFFLINE_MS", "2000")))
    context.set_offline(False)
    desk.shows("THE END\nOk")
    assert _numbers(desk) == list(range(1, 401))


def test_what_is_edited_without_network_is_not_lost(server: Server, visitors: Visitors) -> None:
    context = visitors.context()
    desk = visitors.open(server.url, context)
    context.set_offline(True)
    desk.page.evaluate("window.socket.io.engine.close()")
    desk.page.wait_for_function("!window.mbasic.mb.connected")
    desk.write('10 PRINT "WRITTEN OFFLINE"')
    context.set_offline(False)
    desk.connected()
    desk.press("F5")
    desk.shows("WRITTEN OFFLINE\nOk")
    desk.reload()
    expect(desk.part("editor")).to_contain_text("WRITTEN OFFLINE")


def test_a_program_that_wants_all_memory_is_told_so(desk: Desk) -> None:
    desk.write(
        "10 DIM A$(9999),B$(9999)",
        "20 FOR I=0 TO 9999: A$(I)=STRING$(255,65): B$(I)=STRING$(255,66): NEXT",
    )
    desk.press("F5")
    desk.shows("Out of string space in 20")
    desk.type("NEW", "PRINT 1+1")
    desk.shows("PRINT 1+1\n 2 \nOk")


def test_a_full_disk_is_said_in_basic(desk: Desk) -> None:
    desk.write('10 OPEN "O",1,"BIG"', "20 A$=STRING$(255,65)", "30 FOR I=1 TO 70000: PRINT#1,A$: NEXT")
    desk.press("F5")
    desk.page.wait_for_function("window.mbasic.consoleText().includes('Disk full in 30')", timeout=60_000)
    desk.type("RESET", 'KILL "BIG"', "PRINT 1+1")
    desk.shows("PRINT 1+1\n 2 \nOk")


def test_ten_thousand_files_are_too_many(desk: Desk) -> None:
    desk.write('10 FOR I=1 TO 10000: OPEN "O",1,"F"+MID$(STR$(I),2): CLOSE: NEXT')
    desk.press("F5")
    desk.page.wait_for_function("window.mbasic.consoleText().includes('Too many files in 10')", timeout=60_000)
    desk.type("PRINT 1+1")
    desk.shows("PRINT 1+1\n 2 \nOk")


def test_a_megabyte_is_pasted_into_the_editor(desk: Desk) -> None:
    line = "REM " + "X" * 90
    desk.paste("".join(f"{number} {line}\n" for number in range(1, 10_001)))
    desk.page.wait_for_function("window.mbasic.programText().length > 900000")
    desk.type("LIST 10000")
    desk.page.wait_for_function("window.mbasic.consoleText().includes('10000 REM X')", timeout=60_000)


def test_a_megabyte_is_pasted_into_the_console(desk: Desk) -> None:
    desk.type("NEW")
    desk.page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
            document.querySelector("[data-testid=console] textarea").dispatchEvent(paste);
        }""",
        "".join(f"{number} REM {'X' * 100}\n" for number in range(1, 10_001)) + "PRINT 3+4\n",
    )
    desk.page.wait_for_function("/PRINT 3\\+4\\n 7 \\nOk/.test(window.mbasic.consoleText())", timeout=120_000)
    desk.type("LIST 10000")
    desk.shows("10000 REM XXX", times=2)

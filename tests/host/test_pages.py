"""Several pages, slow pages, pages that come and go: all show the same, and every command is executed once."""

import asyncio
import json
import time

import pytest

from mbasic.host.messages import MessageError, decode_page_message
from mbasic.storage.session_store import SessionId
from mbasic.storage.store_address import StoreAddress
from tests.host.hosting import Page, a_host, a_page, run


def test_two_pages_mirror(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            one, two = await a_page(host, "one"), await a_page(host, "two")
            await one.line("PRINT 1")
            await two.sees(" 1 \nOk\n")
            await two.edit("10 PRINT 2\n")
            await one.until(lambda: one.text == "10 PRINT 2\n")
            await one.do("RunCommand")
            await two.sees(" 2 \nOk\n")
            await one.sees(" 2 \nOk\n")
            assert one.console == two.console
            assert not one.faults
            assert not two.faults

    run(test())


def test_commands_that_are_sent_again_are_done_once(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            line = {"type": "TypeLine", "text": "Tj1OKzE6UFJJTlQgTg=="}  # N=N+1:PRINT N
            for _ in range(3):
                await page.send("Do", number=1, command=line)
            await page.sees(" 1 \nOk\n")
            await page.send("Do", number=1, command=line)
            await page.send("Do", number=2, command=line)
            await page.sees(" 2 \nOk\n")
            assert page.taken == 2

    run(test())


def test_numbers_are_remembered_over_a_restart(address: StoreAddress) -> None:
    async def test() -> None:
        line = {"type": "TypeLine", "text": "Tj1OKzE6UFJJTlQgTg=="}
        async with a_host(address) as host:
            page = await a_page(host)
            await page.send("Do", number=1, command=line)
            await page.sees(" 1 \nOk\n")
        async with a_host(address) as host:
            page.session = await host.open(page.session.sid)
            await page.attach()
            assert page.taken == 1
            await page.send("Do", number=1, command=line)
            await page.send("Do", number=2, command=line)
            await page.sees(" 2 \nOk\n")

    run(test())


def test_a_page_that_comes_back_is_shown_what_it_has_missed(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page, other = await a_page(host), await a_page(host, "other")
            await page.line("PRINT 1")
            await page.sees(" 1 \nOk\n")
            page.session.detach(page)
            await other.line("PRINT 2")
            await other.sees(" 2 \nOk\n")
            await page.attach()
            await page.sees(" 2 \nOk\n")
            assert page.console == other.console

    run(test())


def test_a_program_runs_on_without_pages(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program('10 FOR I=1 TO 30000:PRINT "LINE";I:NEXT\n')
            await page.sees("LINE 10 \n")
            page.session.detach(page)
            while page.session.state == "running":
                await asyncio.sleep(0.05)
            late = await a_page(host, "late")
            assert late.console.endswith(b"LINE 30000 \r\nOk\r\n")
            assert len(late.console) <= 128 << 10

    run(test())


def test_a_page_that_does_not_follow_pauses_the_program(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host, acknowledges=False)
            await page.program("10 PRINT STRING$(70,42):GOTO 10\n")
            await asyncio.sleep(1)
            stands = page.offset
            assert stands < 128 << 10
            await asyncio.sleep(0.5)
            assert page.offset == stands
            await page.send("Ack", offset=page.offset)
            await page.until(lambda: page.offset > stands)
            await page.do("BreakCommand")
            await page.until(lambda: page.state == "ready")

    run(test())


def test_a_slow_page_is_left_out_and_catches_up(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            fast, slow = await a_page(host, "fast"), await a_page(host, "slow", acknowledges=False)
            await fast.program('10 FOR I=1 TO 9000:PRINT STRING$(70,42):NEXT:PRINT "END"\n')
            await fast.sees("\nEND\n")
            await asyncio.sleep(0.1)
            assert slow.offset < fast.offset
            await slow.send("Ack", offset=slow.offset)
            assert slow.offset == fast.offset
            assert slow.console.endswith(b"\nEND\r\nOk\r\n")

    run(test())


def test_a_page_that_opens_the_session_elsewhere_takes_it(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as here, a_host(address) as there:
            page = await a_page(here)
            await page.program('10 I=I+1:PRINT "LINE";I\n20 FOR J=1 TO 5000:NEXT\n30 GOTO 10\n')
            await page.sees("LINE 100 \n")
            taker = await a_page(there, "taker")
            await page.until(lambda: page.messages[-1]["type"] == "Superseded")
            shown = page.offset
            await taker.sees("LINE 300 \n")
            assert page.offset == shown
            numbers = [int(line[5:]) for line in bytes(taker.console).split(b"\r\n")[:-1] if line[:5] == b"LINE "]
            assert numbers == list(range(1, len(numbers) + 1))
            assert not here.sessions

    run(test())


def test_an_idle_session_that_is_taken_is_superseded(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as here, a_host(address) as there:
            page = await a_page(here)
            await a_page(there, "taker")
            await page.until(lambda: page.messages[-1]["type"] == "Superseded")

    run(test())


def test_sessions_wait_for_a_free_machine(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address, max_workers=1) as host:
            busy = await a_page(host, "busy")
            await busy.program("10 GOTO 10\n")
            await busy.until(lambda: busy.state == "running")
            waiting = Page(await host.open(SessionId("cd" * 16)), "waiting")
            await waiting.attach()
            await waiting.until(lambda: bool(waiting.notices()))
            assert waiting.notices() == ["Waiting for a free machine (0 ahead)."]
            await busy.do("BreakCommand")
            await waiting.sees("Ok\n")

    run(test())


def test_settings_reach_all_pages(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            one, two = await a_page(host, "one"), await a_page(host, "two")
            await one.send("SetSetting", key="theme", value="amber")
            await two.until(lambda: two.messages[-1]["type"] == "SettingsChanged")
            assert two.messages[-1]["values"]["theme"] == "amber"

    run(test())


def test_a_speed_slows_a_program_down(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.send("SetSetting", key="speed", value=16)
            await page.until(lambda: page.messages[-1]["type"] == "SettingsChanged")
            begun = time.monotonic()
            await page.program('10 FOR I=1 TO 4000:NEXT:PRINT "END"\n')
            await page.sees("END\n")
            assert 0.5 < time.monotonic() - begun < 3

    run(test())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"type":"Nothing"}',
        '{"type":"Do","number":0,"command":{"type":"BreakCommand"}}',
        '{"type":"Do","number":1,"command":{"type":"TypeKeys","data":"***"}}',
        '{"type":"Do","number":"1","command":{"type":"BreakCommand"}}',
        '{"type":"Attach","view":""}',
        '{"type":"Attach","view":"@host"}',
        '{"type":"Edit","base":0,"changes":[[1,2]]}',
        json.dumps({"type": "Edit", "base": 0, "changes": [[0, 0, ""]] * 10_001}),
        "[" * 100_000,
        "\ud800",
    ],
)
def test_messages_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(MessageError, match="not understood"):
        decode_page_message(text)


def test_a_command_before_which_one_was_lost_waits_for_it(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.line("PRINT 1")
            await page.sees(" 1 \nOk\n")
            await page.send("Do", number=3, command={"type": "TypeLine", "text": "UFJJTlQgMw=="})
            assert page.messages[-1]["type"] == "Attached"
            await page.line("PRINT 2")
            await page.send("Do", number=3, command={"type": "TypeLine", "text": "UFJJTlQgMw=="})
            await page.sees(" 2 \nOk\nPRINT 3\n 3 \nOk\n")

    run(test())

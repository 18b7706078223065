"""A person at a page: programs run in a worker, INPUT waits without one, Break stops anything."""

import asyncio
import time

from mbasic.storage.store_address import StoreAddress
from tests.host.hosting import a_host, a_page, run


def test_a_new_session_greets(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.sees("Ok\n")
            assert page.console.startswith(b"MBASIC ")
            assert page.state == "ready"

    run(test())


def test_a_line_is_executed_and_shown(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.line("PRINT 6*7")
            await page.sees("PRINT 6*7\n 42 \nOk\n")

    run(test())


def test_a_program_of_the_editor_runs_and_asks(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program('10 INPUT "NAME";N$\n20 PRINT "HELLO ";N$\n')
            await page.sees("NAME? ")
            await page.until(lambda: page.state == "waiting")
            await page.line("ADA")
            await page.sees("ADA\nHELLO ADA\nOk\n")

    run(test())


def test_lines_typed_ahead_are_taken_one_after_the_other(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program("10 FOR I=1 TO 3\n20 INPUT A:PRINT A*A\n30 NEXT\n")
            await page.keys("3\r4\r5\r")
            await page.sees("? 3\n 9 \n? 4\n 16 \n? 5\n 25 \nOk\n")

    run(test())


def test_break_stops_an_endless_loop_at_once(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program("10 GOTO 10\n")
            await page.until(lambda: page.state == "running")
            await asyncio.sleep(0.5)
            asked = time.monotonic()
            await page.do("BreakCommand")
            await page.sees("Break in 10\nOk\n")
            assert time.monotonic() - asked < 0.2

    run(test())


def test_keys_reach_a_program_that_polls(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program('10 K$=INKEY$:IF K$="" THEN 10\n20 PRINT "KEY ";K$\n30 IF K$<>"Q" THEN 10\n')
            await page.until(lambda: page.state == "running")
            for key in "ABQ":
                await asyncio.sleep(0.1)
                await page.keys(key)
                await page.sees(f"KEY {key}\n")
            await page.sees("Ok\n")

    run(test())


def test_a_polling_program_leaves_the_processor_to_others(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program('10 K$=INKEY$:IF K$="" THEN 10\n')
            await page.until(lambda: page.state == "running")
            await asyncio.sleep(0.3)
            before = _processor_seconds(page.session.worker_pid)
            await asyncio.sleep(1)
            assert _processor_seconds(page.session.worker_pid) - before < 0.2

    run(test())


def _processor_seconds(pid: int | None) -> float:
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        words = file.read().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / 100


def test_what_is_typed_changes_the_editor_and_what_is_edited_changes_the_program(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.edit("10 print 1\n30 PRINT 3\n")
            await page.line("20 PRINT 2")
            await page.until(lambda: "20 PRINT 2" in page.text)
            assert page.text == "10 print 1\n20 PRINT 2\n30 PRINT 3\n"
            await page.edit(page.text.replace("30 PRINT 3", "30 PRINT 33"))
            await page.line("LIST")
            await page.sees("10 PRINT 1\n20 PRINT 2\n30 PRINT 33\nOk\n")
            assert not page.faults

    run(test())


def test_a_change_of_an_older_text_is_refused(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.edit("10 PRINT 1\n")
            await page.send("Edit", base=0, changes=[[0, 0, "5 REM\n"]])
            await page.until(lambda: page.messages[-1]["type"] == "Text")
            assert page.messages[-1]["text"] == "10 PRINT 1\n"

    run(test())


def test_variables_are_answered_while_a_program_runs(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program('10 A$="X"\n20 GOTO 20\n')
            await page.until(lambda: page.state == "running")
            answer = await page.ask("VariablesQuery")
            assert [scalar["value"] for scalar in answer["answer"]["scalars"]] == ["IlgiCg=="[:4]]

    run(test())


def test_after_system_the_next_line_switches_on_again(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.line("SYSTEM")
            await page.until(lambda: page.state == "ended")
            await page.line("PRINT 5")
            await page.sees("MBASIC ")
            await page.sees(" 5 \nOk\n")

    run(test())

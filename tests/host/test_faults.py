"""What goes wrong: nothing that was shown is lost or shown twice, and the session stays usable."""

import asyncio
import base64
import random

import pytest

from mbasic.storage.store_address import StoreAddress
from tests.host.hosting import Page, a_host, a_page, kill_worker, run

COUNTING = '10 I=I+1:PRINT "LINE";I\n20 FOR J=1 TO 5000:NEXT\n30 GOTO 10\n'


def counted(page: Page) -> list[int]:
    """The numbers of the lines that the program has printed, in order."""
    lines = bytes(page.console).split(b"\r\n")[:-1]
    return [int(line[5:]) for line in lines if line.startswith(b"LINE ")]


def assert_counted_without_fault(page: Page, least: int) -> None:
    numbers = counted(page)
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) >= least
    assert not page.faults


def test_a_killed_worker_costs_no_line(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program(COUNTING)
            for kill in range(1, 6):
                await page.sees(f"LINE {kill * 200} \n")
                kill_worker(page.session)
            await page.sees("LINE 1500 \n")
            await page.do("BreakCommand")
            await page.sees("Break in ")
            assert_counted_without_fault(page, 1500)
            assert host.metrics.worker_deaths == 5

    run(test())


def test_a_command_whose_worker_is_killed_is_done_once(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            for number in range(1, 11):
                await page.line(f"N=N+1:PRINT {number};N")
                if number % 3 == 0:
                    kill_worker(page.session)
            await page.sees(" 10  10 \nOk\n")
            assert [f" {n}  {n} ".encode() for n in range(1, 11)] == [
                line for line in bytes(page.console).split(b"\r\n") if line.startswith(b" ")
            ]

    run(test())


def test_the_document_is_whole_after_a_kill(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            for number in range(10, 210, 10):
                await page.line(f"{number} REM")
                if number % 50 == 0:
                    kill_worker(page.session)
            await page.line("PRINT 99")
            await page.sees(" 99 \nOk\n")
            assert page.text == "".join(f"{number} REM\n" for number in range(10, 210, 10))
            assert not page.faults

    run(test())


def test_a_restart_of_the_server_goes_on_in_mid_run(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program(COUNTING)
            await page.sees("LINE 100 \n")
        numbers = len(counted(page))
        assert numbers >= 100
        async with a_host(address) as host:
            page.session = await host.open(page.session.sid)
            await page.attach()
            await page.sees(f"LINE {numbers + 200} \n")
            await page.do("BreakCommand")
            await page.sees("Break in ")
            assert_counted_without_fault(page, numbers + 200)

    run(test())


def test_a_restart_keeps_the_text_the_files_and_an_answer_that_is_awaited(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program('10 OPEN "O",1,"DATA.TXT":PRINT#1,"ONE"\n20 INPUT A\n30 PRINT#1,A:CLOSE\n')
            await page.sees("? ")
        async with a_host(address) as host:
            page = await a_page(host, "other")
            assert page.text.startswith("10 OPEN")
            assert page.state == "waiting"
            await page.line("42")
            await page.sees("42\nOk\n")
            file = await page.host_ask("File", name="DATA.TXT")
            assert file["data"].startswith("T05FDQogNDIgDQo")

    run(test())


def test_running_programs_that_nobody_watches_go_on_after_a_restart(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program(COUNTING)
            await page.sees("LINE 100 \n")
        async with a_host(address) as host:
            for _ in range(100):
                if host.metrics.output_bytes > 1000:
                    break
                await asyncio.sleep(0.1)
            page.session = await host.open(page.session.sid)
            await page.attach()
            assert_counted_without_fault(page, 100)
            assert host.metrics.resumed == 1

    run(test())


def test_a_program_that_wants_all_memory_is_told_so(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program(
                "10 DIM A$(9999),B$(9999)\n20 FOR I=0 TO 9999\n"
                "30 A$(I)=STRING$(255,65):B$(I)=STRING$(255,66)\n40 NEXT\n"
            )
            await page.sees("Out of string space in 30\nOk\n")
            await page.line("PRINT 5")
            await page.sees(" 5 \nOk\n")

    run(test())


def test_a_worker_without_memory_leaves_the_session_usable(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address, disk_bytes=1 << 30, worker_memory_mb=64) as host:
            page = await a_page(host)
            await page.program('10 OPEN "O",1,"BIG"\n20 PRINT#1,STRING$(250,"*")\n30 GOTO 20\n')
            await page.until(lambda: (page.state == "ready" and page.taken == 1) or bool(page.notices()), 60)
            await page.line("PRINT 5")
            await page.sees(" 5 \nOk\n")

    run(test())


def test_what_kills_its_worker_again_and_again_is_stopped(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program("10 GOTO 10\n")
            await page.until(lambda: page.state == "running")
            while not page.notices():  # three times are enough, but a commit in between is possible
                kill_worker(page.session)
                await asyncio.sleep(0.01)
            await page.sees("Break in 10\nOk\n")
            assert any("stopped" in notice for notice in page.notices())
            await page.line("PRINT 5")
            await page.sees(" 5 \nOk\n")

    run(test())


def test_ten_thousand_files_are_too_many(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program('10 FOR I=1 TO 10000\n20 OPEN "O",1,"F"+MID$(STR$(I),2)\n30 CLOSE 1:NEXT\n')
            await page.sees("Too many files in 20\nOk\n")
            assert len(await page.host_ask("Files")) == host.limits.disk_files

    run(test())


def test_ten_thousand_open_files_are_refused(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.program('10 FOR I=1 TO 10000\n20 OPEN "O",I,"F"+MID$(STR$(I),2)\n30 NEXT\n')
            await page.sees(" in 20\nOk\n")
            await page.line("CLOSE:PRINT 5")
            await page.sees(" 5 \nOk\n")

    run(test())


def test_a_full_disk_is_said_in_basic(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address, disk_bytes=100_000) as host:
            page = await a_page(host)
            await page.program('10 OPEN "O",1,"BIG"\n20 PRINT#1,STRING$(200,"*")\n30 GOTO 20\n')
            await page.sees("Disk full in 20\nOk\n")
            await page.line("PRINT 5")
            await page.sees(" 5 \nOk\n")

    run(test())


def test_a_run_that_is_too_long_is_stopped(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address, run_seconds=0.5) as host:
            page = await a_page(host)
            await page.program("10 GOTO 10\n")
            await page.sees("Break in 10\nOk\n")
            assert any("0.5 s" in notice for notice in page.notices())

    run(test())


@pytest.mark.slow
def test_random_kills_of_workers_and_instances_cost_nothing(address: StoreAddress) -> None:
    """Lines, a sequential file and typed lines, while the worker is killed or the session moves, at random moments."""
    program = (
        '10 OPEN "O",1,"LOG"\n20 I=I+1:PRINT "LINE";I:PRINT#1,I\n30 FOR J=1 TO 1000:K$=INKEY$\n'
        '40 IF K$<>"" THEN T$=T$+K$\n50 NEXT\n60 IF LEN(T$)<20 THEN 20\n70 PRINT "TYPED ";T$:CLOSE\n'
    )

    async def test() -> None:
        chance = random.Random(5)
        async with a_host(address) as one, a_host(address) as two:
            hosts = [one, two]
            page = await a_page(one)
            await page.program(program)
            await page.sees("LINE 1 \n")
            for key in "ABCDEFGHIJKLMNOPQRST":
                await asyncio.sleep(chance.random() * 0.15)
                if chance.random() < 0.5:
                    kill_worker(page.session)
                elif chance.random() < 0.5:
                    hosts.reverse()
                    page.session = await hosts[0].open(page.session.sid)
                    await page.attach()
                await page.keys(key)
            await page.sees("TYPED ABCDEFGHIJKLMNOPQRST\nOk\n")
            assert_counted_without_fault(page, 5)
            file = base64.b64decode((await page.host_ask("File", name="LOG"))["data"])
            assert [int(line) for line in file.split(b"\r\n")[: len(counted(page))]] == counted(page)

    run(test())


def test_a_protected_program_is_not_lost_to_the_empty_editor(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.edit('10 PRINT "SECRET"\n')
            await page.line('SAVE "P",P')
            await page.sees("Ok\nSAVE")
            await page.sees("Ok\n")
            await page.line('LOAD "P"')
            await page.until(lambda: page.text == "")
            await page.line("PRINT 1:RUN")
            await page.sees(" 1 \nSECRET\nOk\n")

    run(test())

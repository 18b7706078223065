"""Sessions change their instance: a second tab, a drain, a rolling restart, nobody watching; and they are apart."""

import asyncio
import random
import re
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.cluster.clusters import IS_WHOLE, Cluster, is_alive, until, workers_of
from tests.cluster.programs import KINDS, Crew, Printing
from tests.cluster.scripted_browser import ScriptedBrowser

pytestmark = pytest.mark.slow
RESTARTED = 40 if IS_WHOLE else 12
ISOLATED = 200 if IS_WHOLE else 60
SLOWLY = '10 PRINT "GO"\n20 I=I+1:PRINT I\n30 FOR J=1 TO 20000:NEXT\n40 GOTO 20\n'


def test_the_newest_tab_has_the_session_and_the_other_can_take_it_back(tmp_path: Path) -> None:
    async def test(cluster: Cluster) -> None:
        first, second = (instance.address for instance in cluster.instances)
        async with ScriptedBrowser(first) as old:
            work = Printing(old)
            await work.begin()
            async with ScriptedBrowser(second, cookies=old.cookies) as new:
                await old.until(lambda: old.is_superseded, "the older tab is not told")
                shown = len(old.console)
                seen = new.seen
                await new.until(lambda: new.seen > seen, "the program does not go on at the newer tab")
                await asyncio.sleep(1)
                assert len(old.console) == shown, "the older tab shows what happens elsewhere"
                assert not new.is_superseded, "the older tab stole the session back"
                await old.take_back()
                await new.until(lambda: new.is_superseded, "the newer tab is not told")
                await old.until(lambda: len(old.console) > shown, "the program does not go on at the older tab")
            await work.check(cluster)

    with Cluster(tmp_path, instances=2, balancer="") as cluster:
        asyncio.run(test(cluster))


def test_two_tabs_at_one_instance_show_the_same(tmp_path: Path) -> None:
    async def test(cluster: Cluster) -> None:
        async with (
            ScriptedBrowser(cluster.address) as one,
            ScriptedBrowser(cluster.address, cookies=one.cookies) as two,
        ):
            work = Printing(one)
            await work.begin()
            await work.check(cluster)
            await two.until(lambda: two.seen == one.seen, "the second tab is behind")
            assert bytes(two.console).endswith(bytes(one.console[-2000:]))
            assert not one.is_superseded

    with Cluster(tmp_path, instances=1, balancer="") as cluster:
        asyncio.run(test(cluster))


def test_a_running_program_goes_on_though_nobody_watches(tmp_path: Path) -> None:
    async def test(cluster: Cluster) -> None:
        page = await ScriptedBrowser(cluster.instances[0].address).__aenter__()
        await page.run(SLOWLY)
        await page.sees(" 5 \n")
        await page.close()
        session, cookies = page.session, page.cookies
        workers = workers_of(cluster.instances[0])
        cluster.instances[0].kill()
        begun = time.monotonic()
        await until(lambda: cluster.owner(session) is cluster.instances[1], "nobody takes the program over")
        print(f"taken over {time.monotonic() - begun:.1f} s after its instance died")
        assert not any(map(is_alive, workers)), "workers outlive their instance"
        number = int(cluster.hash_of(session)[b"out_end"])
        await until(lambda: int(cluster.hash_of(session)[b"out_end"]) > number, "the program does not run on")
        async with ScriptedBrowser(cluster.instances[1].address, cookies=cookies) as again:
            await again.until(lambda: again.seen > number, "what was printed is not there")
            shown = [int(text) for text in re.findall(rb" (\d+) \r\n", bytes(again.console))]
            assert shown == list(range(1, len(shown) + 1))
            assert again.state == "running"

    with Cluster(tmp_path, instances=2, balancer="") as cluster:
        asyncio.run(test(cluster))


def test_a_drain_gives_all_sessions_up_and_ends(tmp_path: Path) -> None:
    async def test(cluster: Cluster) -> None:
        async with ScriptedBrowser(cluster.address) as page:
            work = Printing(page)
            await work.begin()
            owner = await cluster.owner_of(page.session)
            before, begun = page.attachments, time.monotonic()
            owner.drain()
            await page.until(lambda: page.attachments > before, "the page does not move")
            seen = page.seen
            await page.until(lambda: page.seen > seen, "the program does not go on")
            print(f"drained: the program went on after {time.monotonic() - begun:.2f} s")
            assert await asyncio.to_thread(owner.wait, 15) == 0
            assert await cluster.owner_of(page.session) is not owner
            await work.check(cluster)
            assert page.loads == 1

    with Cluster(tmp_path) as cluster:
        asyncio.run(test(cluster))


@pytest.mark.parametrize("balancer", ["haproxy", "nginx-hash"])
def test_all_instances_are_restarted_one_after_the_other(balancer: str, tmp_path: Path) -> None:
    async def test(cluster: Cluster) -> None:
        async with AsyncExitStack() as stack:
            pages = [ScriptedBrowser(cluster.address) for _ in range(RESTARTED)]
            for page in pages:
                await stack.enter_async_context(page)
            crew = Crew([KINDS[number % len(KINDS)](page) for number, page in enumerate(pages)])
            await crew.begin()
            for instance in cluster.instances:
                instance.drain()
                assert await asyncio.to_thread(instance.wait, 30) == 0
                await cluster.restart(instance)
                await asyncio.sleep(1.5)  # until the balancer sends pages there again
            await crew.check(cluster)
            assert [page.loads for page in pages] == [1] * RESTARTED, "pages had to reload"

    with Cluster(tmp_path, balancer=balancer) as cluster:
        asyncio.run(test(cluster))


# ---- isolation


class Stranger:
    """A person whose every output, variable, file and setting bears a mark that nobody else has."""

    def __init__(self, page: ScriptedBrowser, number: int) -> None:
        self.page = page
        self.mark = f"M{number:05}"
        self.font = 8 + number % 25

    async def act(self) -> None:
        """Leave marks everywhere, in any order."""
        page, mark = self.page, self.mark
        await page.sees("Ok")
        program = f'10 A$="{mark}":OPEN "O",1,"{mark}":PRINT #1,A$:CLOSE\n20 PRINT A$;" DONE"\n'
        deeds = [self._program(program), page.set_setting("font_size", self.font)]
        random.shuffle(deeds)
        for deed in deeds:
            await deed
            await asyncio.sleep(random.uniform(0, 0.5))

    async def _program(self, program: str) -> None:
        await self.page.run(program)
        await self.page.sees(f"{self.mark} DONE\nOk\n")

    async def check(self, cluster: Cluster) -> None:
        """Nothing of anybody else is here."""
        page = self.page
        assert page.faults == []
        assert set(re.findall(rb"M\d{5}", bytes(page.console))) == {self.mark.encode()}
        assert set(re.findall(r"M\d{5}", page.text)) == {self.mark}
        assert page.settings["font_size"] == self.font
        variables = await page.ask("VariablesQuery")
        assert [(name["name"], name["value"]) for name in variables["scalars"]] != []
        assert set(re.findall(r"M\d{5}", str(variables))) <= {self.mark}
        files = await asyncio.to_thread(cluster.files, page.session)
        assert list(files) == [self.mark.encode()]
        assert files[self.mark.encode()].startswith(self.mark.encode())


def test_no_session_sees_another(tmp_path: Path) -> None:
    async def test(cluster: Cluster) -> None:
        async with AsyncExitStack() as stack:
            people = [Stranger(ScriptedBrowser(cluster.address), number) for number in range(ISOLATED)]
            for person in people:
                await stack.enter_async_context(person.page)
            await asyncio.gather(*(person.act() for person in people))
            await asyncio.gather(*(person.check(cluster) for person in people))
            assert len({person.page.session for person in people}) == ISOLATED

    with Cluster(tmp_path, balancer="nginx-round-robin") as cluster:
        asyncio.run(test(cluster))

"""People at work while something breaks: each runs a program whose every line is known, and checks all at the end.

Printing    prints numbered lines without a pause
Filing      writes a sequential and a random file, and says how far it is
Asking      waits in INPUT for numbers, and adds them
Typing      reads keys with INKEY$ and shows them
"""

import asyncio
import random
import re
import string
import struct
import time
from abc import ABC, abstractmethod
from typing import Final

from tests.cluster.clusters import Cluster
from tests.cluster.scripted_browser import ScriptedBrowser

_END: Final = "q"
_RECORDS: Final = 40


class Work(ABC):
    """What one person does in one page, from `begin` to `check`."""

    program: str

    def __init__(self, browser: ScriptedBrowser) -> None:
        self.browser = browser

    async def begin(self) -> None:
        """Start the program and see that it works."""
        await self.browser.sees("Ok")
        await self.browser.run(self.program)
        await self.browser.sees("GO\n")

    async def act(self) -> None:
        """Do a little of what only a person does; most programs need nobody."""
        return

    @abstractmethod
    async def check(self, cluster: Cluster) -> None:
        """End the program; all it ever showed and wrote must be right."""

    def _output(self) -> bytes:
        assert self.browser.faults == []
        return bytes(self.browser.console).partition(b"GO\r\n")[2]


class Printing(Work):
    """Numbered lines; each must be there, once."""

    program = '10 PRINT "GO"\n20 I=I+1:PRINT I\n30 FOR J=1 TO 3000:NEXT\n40 IF INKEY$="" THEN 20\n50 PRINT "END"\n'
    lines = 0

    async def check(self, cluster: Cluster) -> None:
        await self.browser.type(_END)
        await self.browser.sees("END\n")
        numbers, _, _ = self._output().partition(b"END\r\n")
        self.lines = numbers.count(b"\r\n")
        assert numbers == b"".join(b" %d \r\n" % number for number in range(1, self.lines + 1))


class Filing(Work):
    """A line for a sequential file and a record for a random one, again and again."""

    program = (
        '10 OPEN "O",1,"S.TXT":OPEN "R",2,"R.DAT",8:FIELD 2,4 AS N$,4 AS T$:PRINT "GO"\n'
        f"20 I=I+1:R=R+1:IF R={_RECORDS} THEN R=0\n"
        "30 PRINT #1,I:LSET N$=MKS$(I):LSET T$=STR$(I):PUT 2,R+1:IF R MOD 10=0 THEN PRINT I\n"
        '40 FOR J=1 TO 5000:NEXT:IF INKEY$="" THEN 20\n'
        '50 CLOSE:PRINT "END";I\n'
    )

    async def check(self, cluster: Cluster) -> None:
        await self.browser.type(_END)
        end = await self.browser.sees("END")
        await self.browser.sees("Ok\n", end)
        output = self._output()
        last = re.search(rb"END (\d+) ", output)
        assert last is not None
        count = int(last[1])
        assert output.partition(b"END")[0] == b"".join(b" %d \r\n" % n for n in range(10, count + 1, 10))
        files = await asyncio.to_thread(cluster.files, self.browser.session)
        written = b"".join(b" %d \r\n" % n for n in range(1, count + 1))
        assert files[b"S.TXT"].rstrip(b"\x1a\0") == written.rstrip(b"\x1a\0")
        assert _records(files[b"R.DAT"]) == {(n % _RECORDS): n for n in range(max(1, count - _RECORDS + 1), count + 1)}


def _records(data: bytes) -> dict[int, int]:
    """Number in each record that was written: a single's four bytes, and the same as text."""
    found: dict[int, int] = {}
    for place in range(len(data) // 8):
        low, middle, high, exponent = struct.unpack_from("4B", data, 8 * place)
        if exponent:
            number = int(((high | 0x80) << 16 | middle << 8 | low) * 2.0 ** (exponent - 152))
            assert data[8 * place + 4 : 8 * place + 8] == f" {number}   "[:4].encode()
            found[place] = number
    return found


class Asking(Work):
    """Numbers typed at INPUT."""

    program = '10 PRINT "GO"\n20 INPUT A:S=S+A:PRINT "SUM";S:IF A>0 THEN 20\n30 PRINT "END"\n'

    def __init__(self, browser: ScriptedBrowser) -> None:
        super().__init__(browser)
        self._typed = 0
        self._sum = 0
        self._expected = b""

    async def act(self) -> None:
        await self._type(self._typed + 1)

    async def _type(self, number: int) -> None:
        self._typed += 1
        self._sum += number
        self._expected += b"? %d\r\nSUM %d \r\n" % (number, self._sum)
        await self.browser.type(f"{number}\n")

    async def check(self, cluster: Cluster) -> None:
        del cluster
        await self._type(0)
        await self.browser.sees("END\n")
        assert self._output().partition(b"END\r\n")[0] == self._expected


class Typing(Work):
    """Single keys; all must arrive, once and in order."""

    program = '10 PRINT "GO"\n20 A$=INKEY$:IF A$="" THEN 20\n30 IF A$="!" THEN PRINT "END":END\n40 PRINT A$;:GOTO 20\n'

    def __init__(self, browser: ScriptedBrowser) -> None:
        super().__init__(browser)
        self._typed = ""

    async def act(self) -> None:
        key = random.choice(string.ascii_letters)
        self._typed += key
        await self.browser.type(key)

    async def check(self, cluster: Cluster) -> None:
        del cluster
        await self.browser.type("!")
        await self.browser.sees("END\n")
        shown = self._output().partition(b"END\r\n")[0].replace(b"\r\n", b"")
        assert shown.decode() == self._typed, (shown, self._typed)


KINDS: Final[tuple[type[Work], ...]] = (Printing, Filing, Asking, Typing)


class Crew:
    """Works that go on together: keys are typed all the time until `check`."""

    def __init__(self, works: list[Work]) -> None:
        self.works = works
        self._tasks: list[asyncio.Task[None]] = []
        self._is_over = False

    async def begin(self) -> None:
        """All begin."""
        await asyncio.gather(*(work.begin() for work in self.works))
        self._tasks = [asyncio.create_task(self._keep_acting(work)) for work in self.works]

    async def check(self, cluster: Cluster) -> None:
        """All end, and all was right."""
        self._is_over = True
        await asyncio.gather(*self._tasks)
        await asyncio.gather(*(work.check(cluster) for work in self.works))

    async def _keep_acting(self, work: Work) -> None:
        while not self._is_over:
            await work.act()
            await asyncio.sleep(random.uniform(0.02, 0.15))


async def seconds_until_shown(browser: ScriptedBrowser, since: float) -> float:
    """How long after `since` (time.monotonic) output came that is not of before: through a new attachment."""
    before = browser.attachments
    await browser.until(lambda: browser.attachments > before, "the page is not attached again")
    seen = browser.seen
    await browser.until(lambda: browser.seen > seen, "nothing new is shown")
    return time.monotonic() - since

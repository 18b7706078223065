"""Spoilt bytes in any key of a session: said in clear words, with what could be read to take away.

And versions side by side: a newer one goes on with what an older one wrote, an older one leaves a newer one's alone.
"""

import asyncio
import io
import re
import shutil
import zipfile
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any, cast

import pytest

from mbasic.storage.session_store import FORMAT
from tests.cluster.clusters import Cluster
from tests.cluster.instances import ROOT, Instance
from tests.cluster.programs import Printing
from tests.cluster.scripted_browser import ScriptedBrowser

PROGRAM = '10 OPEN "O",1,"KEEP.TXT":PRINT #1,"PRECIOUS":CLOSE\n20 LPRINT "PAPER":PRINT "SHOWN"\n'
Client = Any
"""redis-py's client, whose types are in the way here."""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Generator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("damage"), instances=2, balancer="") as made:
        yield made


def _key(session: str, part: str = "") -> str:
    name = f"nicegui:client:{session}"
    return f"{{{name}}}:{part}" if part else name


def _flip(data: bytes) -> bytes:
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 0x10]) + data[middle + 1 :]


def _spoil_field(name: str, spoil: Callable[[bytes], bytes]) -> Callable[[Client, str], None]:
    def do(client: Client, session: str) -> None:
        key = _key(session)
        client.hset(key, name, spoil(client.hget(key, name)))

    return do


def _replace(part: str) -> Callable[[Client, str], None]:
    def do(client: Client, session: str) -> None:
        key = _key(session, part)
        assert client.exists(key)
        client.delete(key)
        if part in ("", "out", "files"):
            client.set(key, b"something else")
        else:
            client.hset(key, "something", "else")

    return do


def _remove(part: str) -> Callable[[Client, str], None]:
    return lambda client, session: client.delete(_key(session, part))


DAMAGES: dict[str, Callable[[Client, str], None]] = {
    "a bit of the snapshot": _spoil_field("snapshot", _flip),
    "the snapshot's end": _spoil_field("snapshot", lambda data: data[:-7]),
    "the fence": _spoil_field("fence", lambda _: b"seven"),
    "the number": _spoil_field("number", lambda _: b""),
    "the output's end": _spoil_field("out_end", lambda _: b"-3"),
    "the editor's text": _spoil_field("field:text", _flip),
    "the desk": _spoil_field("field:desk", _flip),
    "the record's kind": _replace(""),
    "the output's kind": _replace("out"),
    "the disk's kind": _replace("files"),
    "the printer's kind": _replace("printer"),
    "the record": _remove(""),
    "the output": _remove("out"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", DAMAGES)
def test_a_spoilt_session_is_told_and_rescued(what: str, cluster: Cluster) -> None:
    async def test() -> None:
        async with ScriptedBrowser(cluster.instances[0].address) as page:
            await page.run(PROGRAM)
            await page.sees("SHOWN\nOk\n")
            await asyncio.sleep(0.6)  # the editor's text is saved a little later
            await page.close()
            with cluster.redis.client() as client:
                DAMAGES[what](client, page.session)
                before = _dump(client, page.session)
            async with ScriptedBrowser(cluster.instances[1].address, cookies=page.cookies, is_refused=True) as again:
                assert "This session could not be restored" in again.notices[0]
                assert again.attachments == 0, "an empty session is shown"
                names = _unpacked(await again.download("rescue.zip"))
            with cluster.redis.client() as client:
                assert _dump(client, page.session) == before, "what is damaged was touched"
        if what != "the disk's kind":
            assert names["files/KEEP.TXT"].startswith(b"PRECIOUS")
        if what not in ("the output's kind", "the output"):
            assert b"SHOWN" in names["console.txt"]
        if what != "the printer's kind":
            assert b"PAPER" in names["printer.txt"]
        if not what.startswith("the record"):
            assert names["snapshot"]
            assert what == "the editor's text" or b"PRECIOUS" in names["text"]

    asyncio.run(test())


def _dump(client: Client, session: str) -> list[bytes | None]:
    return [cast(bytes | None, client.dump(_key(session, part))) for part in ("", "out", "files", "printer")]


def _unpacked(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_spoilt_file_is_told_and_the_rest_can_be_had(cluster: Cluster) -> None:
    async def test() -> None:
        async with ScriptedBrowser(cluster.instances[0].address) as page:
            await page.run(PROGRAM)
            await page.sees("SHOWN\nOk\n")
            await page.close()
            with cluster.redis.client() as client:
                key = _key(page.session, "files")
                cast(Client, client).hset(key, "KEEP.TXT", _flip(cast(Client, client).hget(key, "KEEP.TXT")))
            async with ScriptedBrowser(cluster.instances[1].address, cookies=page.cookies) as again:
                await again.run('10 OPEN "I",1,"KEEP.TXT":LINE INPUT #1,A$:PRINT A$\n')
                await again.until(lambda: any("damaged" in text for text in again.notices), "it is not told")
                assert b"SHOWN" in _unpacked(await again.download("rescue.zip"))["console.txt"]

    asyncio.run(test())


def test_what_a_newer_version_stored_is_left_alone(cluster: Cluster) -> None:
    async def test() -> None:
        async with ScriptedBrowser(cluster.instances[0].address) as page:
            await page.run(PROGRAM)
            await page.sees("SHOWN\nOk\n")
            await page.close()
            with cluster.redis.client() as client:
                cast(Client, client).hset(_key(page.session), "format", FORMAT + 1)
                before = _dump(client, page.session)
            async with ScriptedBrowser(cluster.instances[1].address, cookies=page.cookies, is_refused=True) as again:
                assert "newer version" in again.notices[0]
                assert again.attachments == 0
            with cluster.redis.client() as client:
                assert _dump(client, page.session) == before

    asyncio.run(test())


@pytest.mark.slow
def test_versions_side_by_side(tmp_path: Path) -> None:
    """A running program moves from version N to N+1, cannot be had by N any more, and N+1 goes on with it."""
    newer = tmp_path / "newer"
    shutil.copytree(ROOT / "mbasic", newer / "mbasic")
    source = newer / "mbasic/session/session_snapshot.py"
    text = source.read_text()
    changed = text.replace("VERSION: Final = 1\n", "VERSION: Final = 2\n")
    changed = changed.replace('session", {})', 'session", {1: dict})')
    assert changed.count("2\n") > text.count("2\n")
    assert "{1: dict}" in changed
    source.write_text(changed)

    async def test(cluster: Cluster, upgraded: Instance) -> None:
        own = cluster.instances[0]
        async with ScriptedBrowser(own.address) as page:
            work = Printing(page)
            await work.begin()
            async with ScriptedBrowser(upgraded.address, cookies=page.cookies) as later:
                seen = later.seen
                await later.until(lambda: later.seen > seen, "the newer version does not go on")
                await page.take_back()
                await page.until(
                    lambda: any("could not be restored" in notice for notice in page.notices), "it is not told"
                )
                assert "has format 2, this version of MBASIC reads 1" in page.notices[-1]
                await later.until(lambda: later.is_superseded, "the newer version's page is not told")
                shown = later.seen
                await later.take_back()
                await later.until(lambda: later.seen > shown, "the newer version does not go on again")
                assert page.faults == later.faults == []
                numbers = [int(text) for text in re.findall(rb" (\d+) \r\n", bytes(later.console))]
                assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))

    with Cluster(tmp_path, instances=1, balancer="") as cluster:
        upgraded = Instance(tmp_path, cluster.environment, newer)
        upgraded.start()
        try:
            upgraded.until_ready()
            asyncio.run(test(cluster, upgraded))
        finally:
            upgraded.kill()

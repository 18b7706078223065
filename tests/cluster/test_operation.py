"""What those who run a cluster see: readiness by dependency, metrics, the log, /admin; and how a bad start is told."""

import asyncio
import json
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.cluster.clusters import TOKEN, Cluster, until
from tests.cluster.instances import ROOT, Instance
from tests.cluster.scripted_browser import ScriptedBrowser
from tests.redis_server import RedisServer, free_port

AS_ADMIN = {"Authorization": f"Bearer {TOKEN}"}
LOOP = '10 PRINT "GO"\n20 GOTO 20\n'


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Generator[Cluster]:
    with Cluster(tmp_path_factory.mktemp("operation"), instances=2, balancer="") as made:
        yield made


def _post(instance: Instance, session: str, do: str) -> tuple[int, str]:
    data = urlencode({"session": session, "do": do}).encode()
    return instance.get("/admin", {**AS_ADMIN, "Origin": instance.address}, data)


def test_readiness_names_redis_and_metrics_count(cluster: Cluster) -> None:
    async def test() -> None:
        instance = cluster.instances[0]
        assert json.loads(instance.readiness()[1]) == {"server": "ok", "redis": "ok"}
        async with ScriptedBrowser(instance.address) as page:
            await page.run(LOOP)
            await page.sees("GO\n")
            await until(lambda: "\nmbasic_running 1\n" in instance.get("/metrics")[1], "no run is counted")
            said = instance.get("/metrics")[1]
            for name in ("mbasic_sessions 1", "mbasic_views 1", "mbasic_workers ", "mbasic_commits_total "):
                assert name in said
            assert 'mbasic_commit_seconds_bucket{le="+Inf"}' in said
            assert 'mbasic_loop_delay_seconds_bucket{le="+Inf"}' in said
            assert "mbasic_store_up 1" in said
            cluster.redis.freeze()
            await until(lambda: instance.readiness()[0] == 503, "a frozen Redis is not told")
            assert "redis" in instance.readiness()[1]
            assert instance.get("/healthz")[0] == 200
            await until(lambda: "mbasic_store_up 0" in instance.get("/metrics")[1], "a frozen Redis is not counted")
            cluster.redis.thaw()
            await until(lambda: instance.readiness()[0] == 200, "Redis is back, and it is not told")

    try:
        asyncio.run(test())
    finally:
        cluster.redis.thaw()


def test_the_administrator_parks_a_session_and_its_person_goes_on(cluster: Cluster) -> None:
    async def test() -> None:
        own, other = cluster.instances
        async with ScriptedBrowser(own.address) as page:
            await page.run(LOOP)
            await page.sees("GO\n")
            status, table = await asyncio.to_thread(other.get, "/admin", AS_ADMIN)
            assert status == 200
            row = table.partition(f'data-session="{page.session}"')[2].partition("</tr>")[0]
            assert "running" in row
            assert str(own.pid) in row
            status, said = await asyncio.to_thread(_post, other, page.session, "park")
            assert status == 200, said
            assert "is parked" in said
            await page.until(lambda: page.is_superseded, "the page is not told")
            await page.take_back()
            await page.sees("Break in 20\nOk\n")
            await page.do("ContinueCommand")
            await page.until_state("running")
            assert page.faults == []

    asyncio.run(test())


def test_the_administrator_ends_a_session(cluster: Cluster) -> None:
    async def test() -> None:
        own, other = cluster.instances
        async with ScriptedBrowser(own.address) as page:
            await page.run(LOOP)
            await page.sees("GO\n")
            assert "is ended" in (await asyncio.to_thread(_post, other, page.session, "end"))[1]
            assert await asyncio.to_thread(cluster.hash_of, page.session) == {}
            await page.until(lambda: page.is_superseded, "the page is not told")

    asyncio.run(test())


def test_nobody_else_sees_the_sessions(cluster: Cluster) -> None:
    instance = cluster.instances[0]
    assert instance.get("/admin")[0] == 401
    assert instance.get("/admin", {"Authorization": "Bearer wrong"})[0] == 401
    assert instance.get("/admin", AS_ADMIN, b"session=x&do=end")[0] == 403, "no Origin"


def test_the_log_is_json_with_instance_and_session(cluster: Cluster) -> None:
    async def test() -> None:
        instance = cluster.instances[0]
        async with ScriptedBrowser(instance.address) as page:
            await page.sees("Ok")
            lines = [json.loads(line) for line in instance.said().splitlines() if line.startswith("{")]
        mine = [line for line in lines if line.get("session") == page.session]
        assert mine
        assert all(f"-{instance.pid}-" in line["instance"] for line in mine)

    asyncio.run(test())


# ---- a bad start


def _starts(folder: Path, **environment: str) -> tuple[int, str]:
    """Exit status and words of an instance that ends by itself."""
    instance = Instance(folder, environment)
    words = [sys.executable, "-m", "mbasic", "--ui", "web", "--port", str(instance.port)]
    done = subprocess.run(words, cwd=ROOT, env=instance.environment, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stderr


@pytest.fixture(scope="module")
def locked_redis() -> Generator[RedisServer]:
    with RedisServer("--requirepass", "the-password", tcp=True) as server:
        yield server


def test_a_redis_that_is_required_and_not_there_ends_the_start(tmp_path: Path) -> None:
    status, said = _starts(tmp_path, NICEGUI_REDIS_URL=f"redis://127.0.0.1:{free_port()}/0", MBASIC_REQUIRE_REDIS="1")
    assert status == 2
    assert "Redis cannot be reached" in said
    assert said.count("\n") == 1


def test_a_wrong_password_ends_the_start_where_redis_is_required(tmp_path: Path, locked_redis: RedisServer) -> None:
    url = f"redis://:wrong-one@127.0.0.1:{locked_redis.port}/0"
    status, said = _starts(tmp_path, NICEGUI_REDIS_URL=url, MBASIC_REQUIRE_REDIS="1")
    assert status == 2
    assert "refuses the user or password" in said
    assert "wrong-one" not in said
    assert said.count("\n") == 1


def test_without_the_requirement_files_are_used(tmp_path: Path, locked_redis: RedisServer) -> None:
    async def test() -> None:
        async with ScriptedBrowser(instance.address) as page:
            await page.do("TypeLine", text="UFJJTlQgMSsx")  # PRINT 1+1
            await page.sees(" 2 \nOk\n")

    url = f"redis://:wrong-one@127.0.0.1:{locked_redis.port}/0"
    instance = Instance(tmp_path, {"NICEGUI_REDIS_URL": url})
    instance.start()
    try:
        instance.until_ready()
        warning = instance.said().splitlines()[0]
        assert "refuses the user or password" in warning
        assert "sessions are kept in" in warning
        asyncio.run(test())
    finally:
        instance.kill()


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    status, said = _starts(tmp_path, MBASIC_SECRET="short")
    assert status == 2
    assert "MBASIC_SECRET must have at least" in said


def test_instances_without_a_secret_agree_on_one(tmp_path: Path) -> None:
    async def test(cluster: Cluster) -> None:
        async with ScriptedBrowser(cluster.instances[0].address) as first:
            await first.sees("Ok")
            async with ScriptedBrowser(cluster.instances[1].address, cookies=first.cookies) as second:
                assert second.session == first.session
                await first.until(lambda: first.is_superseded, "the first page is not told")

    with Cluster(tmp_path, instances=2, balancer="", MBASIC_SECRET="") as own:
        assert "MBASIC_SECRET" in own.instances[0].said()
        asyncio.run(test(own))

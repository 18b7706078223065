"""Settings between pages, instances and the Ok prompt in a worker: all see the same, and each session its own."""

from pathlib import Path
from typing import Any

from mbasic.settings import SettingsManager
from mbasic.storage.redis_connection import RedisCommands, connect
from mbasic.storage.session_store import SessionId
from mbasic.storage.store_address import StoreAddress, StoreKind
from tests.host.hosting import Page, a_host, a_page, run

OTHER = SessionId("cd" * 16)


def settings(page: Page) -> dict[str, Any]:
    """The settings as the page knows them."""
    told = [m for m in page.messages if m["type"] in ("SettingsChanged", "Attached")][-1]
    values: dict[str, Any] = told["values"] if told["type"] == "SettingsChanged" else told["settings"]
    return values


def test_what_is_set_at_the_prompt_reaches_the_pages(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            one, two = await a_page(host, "one"), await a_page(host, "two")
            await one.line('SET "theme" amber')
            for page in (one, two):
                await page.until(lambda page=page: settings(page)["theme"] == "amber")  # type: ignore[misc]
            await one.line('SET "theme" blue')
            await one.sees('theme must be one of light, dark, green, amber, not "blue"\nOk\n')
            await one.line('RESET SETTINGS "theme"')
            await two.until(lambda: settings(two)["theme"] == "light")

    run(test())


def test_what_a_page_sets_reaches_the_prompt(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.line("10 PRINT 1")
            await page.send("SetSetting", key="case_style", value="force_lower")
            await page.until(lambda: settings(page)["case_style"] == "force_lower")
            await page.line("LIST")
            await page.sees("10 print 1\nOk\n")
            await page.send("SetSetting", key="console_width", value=20)
            await page.until(lambda: settings(page)["console_width"] == 20)
            await page.line("PRINT STRING$(25,65)")
            await page.sees("A" * 20 + "\n" + "A" * 5 + "\n")
            await page.send("ResetSettings")
            await page.until(lambda: settings(page)["console_width"] == 80)
            await page.line('SHOW SETTINGS "case_style"')
            await page.sees("case_style            force_upper")

    run(test())


def test_settings_are_there_after_a_restart(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            await page.line('SET "case_style" force_lower')
            await page.send("SetSetting", key="font_size", value=20)
            await page.until(lambda: settings(page)["font_size"] == 20)
            await page.until(lambda: settings(page)["case_style"] == "force_lower")
        async with a_host(address) as host:
            page = await a_page(host)
            assert (settings(page)["font_size"], settings(page)["case_style"]) == (20, "force_lower")
            await page.line("10 PRINT 1")
            await page.line("LIST")
            await page.sees("10 print 1\nOk\n")

    run(test())


def test_a_refusal_is_said_to_who_asked(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            one, two = await a_page(host, "one"), await a_page(host, "two")
            await one.send("SetSetting", key="font_size", value=99)
            await one.until(lambda: one.messages[-1]["type"] == "SettingsChanged")
            refused = [m for m in one.messages if m["type"] == "SettingRefused"]
            text = "font_size must be a whole number from 8 to 48, not 99"
            assert refused == [{"type": "SettingRefused", "key": "font_size", "text": text}]
            assert not [m for m in two.messages if m["type"] == "SettingRefused"]
            assert settings(one)["font_size"] == 14

    run(test())


def test_a_dialog_can_be_made_of_what_the_host_tells(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            rows = await page.host_ask("Settings")
            assert {row["key"] for row in rows} == set(settings(page))
            assert next(row for row in rows if row["key"] == "theme")["choices"] == ["light", "dark", "green", "amber"]

    run(test())


def test_sessions_are_apart(address: StoreAddress) -> None:
    async def test() -> None:
        async with a_host(address) as host:
            one, other = await a_page(host), await a_page(host, "other", OTHER)
            await one.line('SET "theme" amber')
            await one.until(lambda: settings(one)["theme"] == "amber")
            await other.send("SetSetting", key="font_size", value=20)
            await other.until(lambda: settings(other)["font_size"] == 20)
            assert (settings(one)["font_size"], settings(other)["theme"]) == (14, "light")

    run(test())
    if address.kind is StoreKind.REDIS:
        assert int(str(ask(connect(address.place), "TTL", f"nicegui:settings:{OTHER}"))) > 86000
    assert not Path("~/.mbasic").expanduser().exists()


def test_the_users_settings_are_the_defaults_of_all(address: StoreAddress) -> None:
    SettingsManager().set("theme", "green")

    async def test() -> None:
        async with a_host(address) as host:
            page = await a_page(host)
            assert settings(page)["theme"] == "green"
            await page.line('SET "theme" amber')
            await page.until(lambda: settings(page)["theme"] == "amber")
            await page.line('RESET SETTINGS "theme"')
            await page.until(lambda: settings(page)["theme"] == "green")

    run(test())
    assert SettingsManager().get("theme") == "green"


def ask(client: RedisCommands, *words: object) -> object:
    """Look from outside."""
    return client.execute_command(*words)

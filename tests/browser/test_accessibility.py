"""axe-core finds nothing serious in the main states of the page, in every theme."""

from collections.abc import Callable
from importlib.resources import files

import msgspec
import pytest
from msgspec import Struct

from tests.browser.conftest import Server, Visitors
from tests.browser.desk import Desk

_AXE = (files("axe_playwright_python") / "axe.min.js").read_text()
_PROGRAM = ("10 FOR I=1 TO 3", "20 GOSUB 100", "30 NEXT", "40 END", "100 DIM A(3)", '110 B$="X": STOP')
_THEMES = ("light", "dark", "green", "amber")


class _Node(Struct, rename="camel"):
    html: str
    failure_summary: str = ""


class _Rule(Struct):
    id: str
    impact: str | None
    nodes: list[_Node]


def _serious(desk: Desk) -> list[str]:
    desk.page.evaluate(_AXE)
    found: str = desk.page.evaluate("axe.run().then(({ violations }) => JSON.stringify(violations))")
    return [
        f"{rule.id}: {node.html[:160]} {node.failure_summary}"
        for rule in msgspec.json.decode(found, type=list[_Rule])
        if rule.impact in ("serious", "critical")
        for node in rule.nodes
    ]


def _stopped(desk: Desk) -> None:
    desk.write(*_PROGRAM)
    desk.press("F9", "F5")
    desk.shows("Break in 110")
    desk.part("value-B$").wait_for()


def _faulty(desk: Desk) -> None:
    desk.write("10 PRINT 1", "20 FOR X=")
    desk.click("tab-problems")
    desk.part("problems").get_by_role("button").first.wait_for()


def _dialog(name: str, *, ready: str) -> Callable[[Desk], None]:
    def show(desk: Desk) -> None:
        desk.press("Control+Shift+P")
        desk.part("palette-search").wait_for()
        desk.press("Escape")
        desk.click(name)
        desk.part(ready).first.wait_for()

    return show


def _files(desk: Desk) -> None:
    desk.type('OPEN "O",1,"A.DAT":CLOSE', "FILES")
    desk.shows("A       .DAT")
    desk.click("files")
    desk.part("file-A.DAT").wait_for()


def _menu(desk: Desk) -> None:
    desk.click("menu-run")
    desk.part("command-step").wait_for()


def _palette(desk: Desk) -> None:
    desk.press("Control+Shift+P")
    desk.part("palette-search").wait_for()


def _search(desk: Desk) -> None:
    desk.command("edit", "find")
    desk.page.locator(".cm-search").wait_for()


_STATES: dict[str, Callable[[Desk], None]] = {
    "stopped": _stopped,
    "faulty": _faulty,
    "files": _files,
    "settings": _dialog("settings", ready="setting-theme"),
    "help": _dialog("help", ready="help-text"),
    "examples": _dialog("examples", ready="examples-search"),
    "share": _dialog("share", ready="share-link"),
    "menu": _menu,
    "palette": _palette,
    "search": _search,
}


@pytest.mark.parametrize("state", _STATES)
def test_nothing_serious_is_found(desk: Desk, state: str) -> None:
    _STATES[state](desk)
    assert _serious(desk) == []


@pytest.mark.parametrize("theme", _THEMES[1:])
def test_every_theme_has_its_contrasts(desk: Desk, theme: str) -> None:
    desk.command("view", f"theme-{theme}")
    desk.page.wait_for_function("(theme) => document.querySelector(`[data-theme=${theme}]`)", arg=theme)
    _stopped(desk)
    assert _serious(desk) == []
    desk.click("settings")
    desk.part("setting-theme").wait_for()
    assert _serious(desk) == []


def test_a_phone_is_as_accessible(server: Server, visitors: Visitors) -> None:
    desk = visitors.open(server.url, visitors.context(width=390, height=800, phone=True))
    assert _serious(desk) == []
    desk.click("show-editor")
    assert _serious(desk) == []

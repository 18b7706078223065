"""Each setting that the page reads: its change is seen, at once and after a reload."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitors
from tests.browser.desk import Desk


def set_setting(desk: Desk, key: str, value: object) -> None:
    """Change a setting as the dialog does, and wait until it holds."""
    desk.page.evaluate("([key, value]) => window.mbasic.setSetting(key, value)", [key, value])
    desk.page.wait_for_function("([key, value]) => window.mbasic.mb.settings[key] === value", arg=[key, value])


def root(desk: Desk, what: str) -> object:
    return desk.page.evaluate(f"document.documentElement.{what}")


def test_the_theme_and_the_size_of_letters(desk: Desk) -> None:
    desk.type('SET "theme" "amber"', 'SET "font_size" 20')
    desk.page.wait_for_function("document.documentElement.dataset.theme === 'amber'")
    desk.page.wait_for_function("document.documentElement.style.getPropertyValue('--mb-font-size') === '20px'")
    desk.reload()
    desk.page.wait_for_function("document.documentElement.dataset.theme === 'amber'")
    assert root(desk, "style.getPropertyValue('--mb-font-size')") == "20px"


def test_the_dialog_changes_refuses_and_resets(desk: Desk) -> None:
    desk.click("settings")
    expect(desk.part("setting-theme").locator("option")).to_have_text(["light", "dark", "green", "amber"])
    desk.part("setting-theme").select_option("green")
    desk.page.wait_for_function("window.mbasic.mb.settings.theme === 'green'")
    desk.part("setting-auto_number_step").fill("5000")
    desk.press("Tab")
    row = desk.part("setting-row-auto_number_step")
    expect(row).to_contain_text("auto_number_step must be a whole number from 1 to 1000, not 5000")
    desk.part("setting-auto_number").uncheck()
    desk.page.wait_for_function("window.mbasic.mb.settings.auto_number === false")
    desk.click("settings-reset")
    desk.page.wait_for_function("window.mbasic.mb.settings.auto_number && window.mbasic.mb.settings.theme === 'light'")


def test_two_visitors_have_settings_of_their_own(visitors: Visitors, server: Server) -> None:
    one, two = visitors.open(server.url), visitors.open(server.url)
    set_setting(one, "theme", "dark")
    two.type("PRINT 1")
    two.shows(" 1 \nOk\n")
    assert two.page.evaluate("window.mbasic.mb.settings.theme") == "light"


def test_line_numbers(desk: Desk) -> None:
    set_setting(desk, "auto_number_start", 100)
    set_setting(desk, "auto_number_step", 5)
    editor = desk.part("editor").locator(".cm-content")
    editor.click()
    desk.press("Control+a", "Delete")
    desk.page.keyboard.type("PRINT 1")
    desk.press("Enter")
    desk.page.keyboard.type("PRINT 2")
    assert desk.program == "100 PRINT 1\n105 PRINT 2"
    set_setting(desk, "auto_number", False)
    desk.press("Enter")
    desk.page.keyboard.type("X")
    assert desk.program == "100 PRINT 1\n105 PRINT 2\nX"


def test_the_character_set(desk: Desk) -> None:
    desk.type("PRINT CHR$(128)")
    desk.shows("\u00c7")
    set_setting(desk, "code_page", "cp866")
    desk.type("PRINT CHR$(129)")
    desk.shows("\u0411")


def test_the_width_of_the_console(desk: Desk) -> None:
    desk.type('SET "console_width" 40', "PRINT STRING$(50,65)")
    desk.shows("A" * 40 + "\n" + "A" * 10 + "\n")


def test_types_in_the_window_of_variables(desk: Desk) -> None:
    desk.type('A%=1:B$="X"')
    table = desk.part("variables")
    if not table.is_visible():
        desk.command("view", "variables")
    expect(table).to_contain_text("integer")
    set_setting(desk, "show_types_in_window", False)
    expect(table).not_to_contain_text("integer")


def test_function_keys_of_gw_basic(desk: Desk) -> None:
    desk.type("NEW", "10 PRINT 6*7")
    set_setting(desk, "key_bindings", "gwbasic")
    desk.press("F2")
    desk.shows(" 42 \nOk\n")
    desk.press("F7")
    desk.shows("TRON\nOk\n")
    set_setting(desk, "key_bindings", "standard")
    desk.press("F5")
    desk.shows("[10] 42 \nOk\n")


def test_saving_by_itself(desk: Desk) -> None:
    desk.type("NEW", "10 PRINT 1")
    desk.page.evaluate("window.mbasic.mb.programName = 'AUTO.BAS'")
    set_setting(desk, "autosave", True)
    desk.write("10 PRINT 2")
    desk.page.wait_for_timeout(2500)
    desk.type("NEW", 'LOAD "AUTO"', "RUN")
    desk.shows(" 2 \nOk\n")


@pytest.mark.parametrize("asks", [True, False])
def test_the_question_before_a_program_is_replaced(desk: Desk, asks: bool) -> None:
    set_setting(desk, "confirm_overwrite", asks)
    desk.type("NEW", "10 PRINT 1")
    desk.page.wait_for_function("window.mbasic.mb.textVersion > 1")
    desk.command("file", "new")
    if asks:
        expect(desk.page.locator("dialog[open]")).to_contain_text("Replace the program?")
    else:
        desk.page.wait_for_function("!document.querySelector('[data-testid=editor]').innerText.includes('PRINT')")


def test_strict_and_speed(desk: Desk) -> None:
    set_setting(desk, "strict", True)
    desk.type("HELP")
    desk.shows("HELP\nSyntax error\nOk\n")
    set_setting(desk, "strict", False)
    set_setting(desk, "speed", 4)
    desk.type('FOR I=1 TO 1000:NEXT:PRINT "END"')
    desk.is_in("running")
    desk.shows("END\nOk\n")

"""Settings, help, examples, links, the palette; and all of it with the keyboard alone."""

from playwright.sync_api import expect

from tests.browser.conftest import Server, Visitors
from tests.browser.desk import Desk

_SECONDS = 30_000


def test_a_theme_and_a_font_size_are_seen_at_once_and_kept(desk: Desk) -> None:
    ground = "getComputedStyle(document.querySelector('.mb-desk')).backgroundColor"
    light = desk.page.evaluate(ground)
    desk.click("settings")
    desk.part("setting-theme").select_option("dark")
    desk.page.wait_for_function(f"(light) => {ground} !== light", arg=light)
    desk.part("setting-font_size").fill("22")
    desk.press("Tab")
    desk.page.wait_for_function(
        "getComputedStyle(document.querySelector('.mb-editor .cm-content')).fontSize === '22px'"
    )
    desk.reload()
    desk.page.wait_for_function(
        "document.documentElement.dataset.theme === 'dark' || document.querySelector('[data-theme=dark]')"
    )
    desk.click("settings")
    expect(desk.part("setting-font_size")).to_have_value("22")
    desk.click("settings-reset")
    expect(desk.part("setting-font_size")).to_have_value("14")


def test_a_setting_out_of_its_range_is_refused_in_words(desk: Desk) -> None:
    desk.click("settings")
    desk.part("setting-font_size").fill("4000")
    desk.press("Tab")
    expect(desk.part("setting-row-font_size").get_by_role("alert")).to_be_visible()


def test_auto_number_follows_its_settings(desk: Desk) -> None:
    desk.click("settings")
    desk.part("setting-auto_number_start").fill("1000")
    desk.part("setting-auto_number_step").fill("5")
    desk.press("Tab", "Escape")
    desk.page.wait_for_function("window.mbasic.mb.settings.auto_number_step === 5")
    desk.part("editor").locator(".cm-content").click()
    desk.press("Control+a", "Delete")
    desk.page.keyboard.type("A=1")
    desk.press("Enter")
    expect(desk.part("editor").locator(".cm-line").last).to_have_text("1005 ")


def test_help_opens_on_the_word_at_the_cursor(desk: Desk) -> None:
    desk.write("10 GOSUB 100")
    desk.part("editor").get_by_text("GOSUB").click()
    desk.press("F1")
    expect(desk.part("help-text")).to_contain_text("GOSUB (statement)")


def test_help_is_searched(desk: Desk) -> None:
    desk.click("help")
    desk.part("help-search").fill("random")
    expect(desk.part("help-dialog").get_by_role("option", name="RANDOMIZE")).to_be_visible()
    desk.part("help-search").fill("illegal function")
    desk.part("help-dialog").get_by_role("option").first.click()
    expect(desk.part("help-text")).to_contain_text("error 5")


def test_an_example_is_opened_and_run(desk: Desk) -> None:
    desk.click("examples")
    desk.part("examples-search").fill("sieve")
    desk.part("examples-dialog").get_by_role("button", name="Sieve").click()
    desk.part("question").get_by_role("button", name="Replace").click()
    expect(desk.part("editor")).to_contain_text("REM")
    desk.press("F5")
    desk.page.wait_for_function(
        "window.mbasic.consoleText().trim().endsWith('Ok') && mbasic.mb.state === 'ready'", timeout=_SECONDS
    )


def test_snake_obeys_the_keys(desk: Desk) -> None:
    desk.click("examples")
    desk.part("examples-search").fill("snake")
    desk.part("examples-dialog").get_by_role("button").filter(has_text="Snake").first.click()
    desk.part("question").get_by_role("button", name="Replace").click()
    expect(desk.part("editor")).to_contain_text("INKEY$")
    desk.press("F5")
    desk.page.wait_for_function("['running', 'keys', 'waiting'].includes(window.mbasic.mb.state)")
    desk.press("Control+c")
    desk.is_in("ready")


def test_a_link_opens_the_program_in_a_workspace_of_its_own(server: Server, visitors: Visitors) -> None:
    desk = visitors.open(server.url)
    desk.write('10 PRINT "SHARED"', "20 PRINT 7")
    desk.click("share")
    link = desk.part("share-link")
    desk.page.wait_for_function("document.querySelector('[data-testid=share-link]').value.includes('#ide=')")
    guest = visitors.open(link.input_value())
    expect(guest.part("editor")).to_contain_text('PRINT "SHARED"')
    assert "SHARED" not in guest.console
    guest.press("F5")
    guest.shows("SHARED\n 7 \nOk")
    desk.click("share-auto")
    desk.page.wait_for_function("document.querySelector('[data-testid=share-link]').value.includes('#auto=')")
    auto = visitors.open(link.input_value())
    auto.shows("SHARED\n 7 \nOk")
    desk.click("share-play")
    desk.page.wait_for_function("document.querySelector('[data-testid=share-link]').value.includes('#play=')")
    play = visitors.open(link.input_value())
    expect(play.part("editor")).to_be_hidden()
    play.click("run")
    play.shows("SHARED\n 7 \nOk")


def test_a_damaged_link_says_so(server: Server, visitors: Visitors) -> None:
    desk = visitors.open(f"{server.url}/s/new#ide=AAAA____")
    expect(desk.page.get_by_text("The program in this link is damaged")).to_be_visible()
    desk.type("PRINT 1")
    desk.shows("PRINT 1\n 1 \nOk")


def test_the_palette_finds_commands_by_letters(desk: Desk) -> None:
    desk.press("Control+Shift+P")
    desk.part("palette-search").fill("amber")
    desk.press("Enter")
    desk.page.wait_for_function("window.mbasic.mb.settings.theme === 'amber'")


def test_the_keyboard_is_enough(desk: Desk) -> None:
    desk.press("Alt+1", "Control+a")
    desk.page.keyboard.insert_text('10 INPUT "NAME";N$\n20 PRINT "HI ";N$\n')
    desk.press("F5")
    desk.is_in("waiting")
    desk.page.keyboard.type("EVE")
    desk.press("Enter")
    desk.shows("HI EVE\nOk")
    desk.press("Alt+1", "Control+Home", "F9")
    expect(desk.part("editor").locator(".mb-sign-breakpoint")).to_have_count(1)
    desk.press("F5")
    expect(desk.part("editor").locator(".mb-line-place")).to_contain_text("10 INPUT")
    desk.press("Control+Shift+P")
    desk.page.keyboard.type("stack of")
    desk.press("Enter")
    expect(desk.part("stack")).to_be_visible()
    desk.press("Control+o")
    expect(desk.part("files-dialog")).to_be_visible()
    desk.press("Escape")
    expect(desk.part("files-dialog")).to_have_count(0)

"""Breakpoints, steps, variables, stack, watches and the profile, as a person meets them."""

from playwright.sync_api import expect

from tests.browser.desk import Desk

_LOOP = (
    "10 DIM A%(3)",
    "20 FOR I=1 TO 3",
    "30 GOSUB 100",
    "40 NEXT",
    '50 PRINT "TOTAL";T;N$',
    "60 END",
    "100 T=T+I: A%(I)=T",
    "110 RETURN",
)


def _stopped_at(desk: Desk, line: int) -> None:
    expect(desk.part("editor").locator(".mb-line-place")).to_contain_text(f"{line} ")
    desk.is_in("ready")


def _gutter(desk: Desk, row: int) -> None:
    """Click beside a row of the program, from 1."""
    box = desk.part("editor").locator(".cm-line").nth(row - 1).bounding_box()
    signs = desk.part("editor").locator(".mb-signs").bounding_box()
    assert box is not None
    assert signs is not None
    desk.page.mouse.click(signs["x"] + signs["width"] / 2, box["y"] + box["height"] / 2)


def _value(desk: Desk, name: str, value: str) -> None:
    expect(desk.part(f"value-{name}")).to_have_text(value)


def test_a_session_in_the_debugger(desk: Desk) -> None:
    desk.write(*_LOOP)
    _gutter(desk, 7)
    expect(desk.part("editor").locator(".mb-sign-breakpoint")).to_have_count(1)
    desk.press("F5")
    _stopped_at(desk, 100)
    _value(desk, "I", "1")
    desk.click("step")  # T=T+I
    _value(desk, "T", "1")
    desk.part("value-T").click()
    desk.page.keyboard.type("100")
    desk.press("Enter")
    _value(desk, "T", "100")
    desk.part("variables").get_by_text("A%(3)").click()
    desk.part("value-A%(2)").click()
    desk.page.keyboard.type("7")
    desk.press("Enter")
    _value(desk, "A%(2)", "7")
    _gutter(desk, 7)
    expect(desk.part("editor").locator(".mb-sign-breakpoint")).to_have_count(0)
    desk.click("continue")
    desk.shows("TOTAL 105 \nOk")


def test_what_a_variable_cannot_hold_is_refused_in_words(desk: Desk) -> None:
    desk.type("A%=5")
    _value(desk, "A%", "5")
    desk.part("value-A%").click()
    desk.page.keyboard.type("99999")
    desk.press("Enter")
    desk.part("notice-warning").wait_for()
    assert "Overflow" in desk.part("notice-warning").inner_text()
    _value(desk, "A%", "5")


def test_steps_over_a_subroutine_and_out_of_it(desk: Desk) -> None:
    desk.write(*_LOOP)
    desk.press("F8")
    _stopped_at(desk, 10)
    desk.press("F8", "F8")
    _stopped_at(desk, 30)
    desk.click("step-over")
    _stopped_at(desk, 40)
    desk.press("F8")
    _stopped_at(desk, 30)
    desk.press("F8")
    _stopped_at(desk, 100)
    desk.press("Control+F8")
    _stopped_at(desk, 40)
    desk.press("F7")
    _stopped_at(desk, 30)


def test_the_statement_that_comes_next_is_marked(desk: Desk) -> None:
    desk.write("10 A=1: B=2: C=3")
    desk.press("F8")
    mark = desk.part("editor").locator(".mb-statement-place")
    expect(mark).to_have_text("A=1")
    desk.press("F8")
    expect(mark).to_have_text("B=2")
    desk.press("F8")
    expect(mark).to_have_text("C=3")


def test_runs_to_the_cursor(desk: Desk) -> None:
    desk.write(*_LOOP)
    desk.part("editor").get_by_text("50 PRINT").click()
    desk.press("Control+F5")
    _stopped_at(desk, 50)
    _value(desk, "T", "6")


def test_the_stack_of_gosub_for_and_while(desk: Desk) -> None:
    desk.write(
        "10 WHILE W<5",
        "20 FOR I=1 TO 9 STEP 2",
        "30 GOSUB 100",
        "40 NEXT",
        "50 WEND",
        "60 END",
        "100 STOP",
        "110 RETURN",
    )
    desk.click("tab-stack")
    desk.press("F5")
    rows = desk.part("stack").locator("tbody tr")
    expect(rows).to_have_count(3)
    assert [text.split() for text in rows.all_inner_texts()] == [
        ["GOSUB", "30", "back", "to", "40"],
        ["FOR", "20", "I=1", "TO", "9", "STEP", "2"],
        ["WHILE", "10", "WHILE", "W<5"],
    ]
    rows.nth(1).get_by_role("button").click()
    expect(desk.part("editor").locator(".cm-activeLine")).to_contain_text("20 FOR")


def test_a_watch_stops_behind_a_change(desk: Desk) -> None:
    desk.write("10 A=1", "20 B=2", "30 A=A+4", '40 PRINT "END"')
    desk.click("tab-watches")
    desk.part("watch-name").fill("a")
    desk.press("Enter")
    row = desk.part("watches").locator("tbody tr")
    expect(row).to_contain_text("A")
    desk.press("F5")
    _stopped_at(desk, 20)
    expect(row).to_contain_text("1")
    desk.click("continue")
    _stopped_at(desk, 40)
    expect(row).to_contain_text("5")
    row.get_by_role("button").click()
    expect(row).to_have_count(0)


def test_the_profile_heats_the_lines_that_cost(desk: Desk) -> None:
    desk.write("10 A=1", "20 FOR I=1 TO 500: B=B+I: NEXT")
    desk.click("tab-profile")
    desk.part("profile").get_by_role("checkbox").check()
    desk.press("F5")
    desk.is_in("ready")
    row = desk.part("profile").locator("tbody tr").first
    expect(row).to_contain_text("20")
    expect(row).to_contain_text("1001")
    expect(desk.part("editor").locator(".mb-heat").first).to_be_visible()


def test_an_error_is_shown_at_its_statement(desk: Desk) -> None:
    desk.write('10 A=1: B=A/0: C=ASC(""): D=1', "20 END")
    desk.press("F5")
    desk.shows("Illegal function call in 10")
    expect(desk.part("editor").locator(".mb-statement-error")).to_have_text('C=ASC("")')
    assert desk.part("editor").locator(".mb-sign-fault").get_attribute("title") == "Illegal function call"
    desk.part("editor").get_by_text("20 END").click()
    desk.page.keyboard.type(" ")
    expect(desk.part("editor").locator(".mb-line-error")).to_have_count(0)


def test_a_syntax_error_is_mended_in_the_editor_and_run_again(desk: Desk) -> None:
    desk.write("10 PRIT 5")
    desk.press("F5")
    desk.is_in("editing")  # as the original, which begins EDIT at the line
    desk.write("10 PRINT 5")
    desk.press("F5")
    desk.shows("Ok\n10 \nOk\n 5 \nOk")


def test_what_is_edited_while_it_runs_counts_for_the_next_run(desk: Desk) -> None:
    desk.write("10 INPUT A", '20 PRINT "OLD"')
    desk.press("F5")
    desk.is_in("waiting")
    desk.write("10 INPUT A", '20 PRINT "NEW"')
    desk.type("1")
    desk.shows("OLD\nOk")
    desk.press("F5")
    desk.is_in("waiting")
    desk.type("1")
    desk.shows("NEW\nOk")

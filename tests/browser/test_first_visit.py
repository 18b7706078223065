"""Somebody opens the page, types, runs, answers, breaks, comes again."""

import time

from tests.browser.conftest import Server, Visitors
from tests.browser.desk import Desk


def test_a_newcomer_runs_the_program_that_waits_in_the_editor(desk: Desk) -> None:
    assert "WELCOME TO MBASIC" in desk.program
    desk.click("run")
    desk.shows("WHAT IS YOUR NAME?")
    desk.type("ADA")
    desk.shows("YOUR NAME HAS 3 LETTERS.\nOk\n")


def test_a_program_is_typed_at_the_prompt(desk: Desk) -> None:
    desk.type("NEW", '10 PRINT "SUM";2+3', "RUN")
    desk.shows("RUN\nSUM 5 \nOk\n")
    desk.page.wait_for_function("window.mbasic.mb.textVersion > 1")
    assert desk.program == '10 PRINT "SUM";2+3'


def test_print_zones_line_up(desk: Desk) -> None:
    desk.type('PRINT 1,2,3:PRINT "A","B","C"')
    desk.shows(" 1             2             3 \nA             B             C")


def test_a_line_is_edited_before_it_is_sent(desk: Desk) -> None:
    desk.keys("PRINT 7+1")
    desk.press("Home", "End", "ArrowLeft", "Backspace", "Control+ArrowLeft", "Delete", "Control+ArrowLeft")
    desk.press("End", "Control+u")
    desk.keys("PRNT 41+1")
    desk.press(*["ArrowLeft"] * 7)
    desk.keys("I")
    desk.press("Enter")
    desk.shows("PRINT 41+1\n 42 \nOk\n")


def test_lines_come_back_from_the_history(desk: Desk) -> None:
    desk.type("PRINT 1001", "PRINT 1002")
    desk.shows("\n 1002 \nOk")
    desk.press("ArrowUp", "ArrowUp", "Enter")
    desk.shows("\n 1001 \nOk", times=2)


def test_a_line_longer_than_the_screen_is_edited_in_place(desk: Desk) -> None:
    text = "ABCDEFGHIJ" * 11
    desk.keys(f'PRINT LEN("{text}"')
    desk.press(*["ArrowLeft"] * 5)
    desk.keys("12345")
    desk.press("End")
    desk.keys(")")
    desk.press("Enter")
    desk.shows("\n 115 \nOk")
    assert desk.console.count('PRINT LEN("ABCDEFGHIJ') == 1


def test_many_lines_are_pasted(desk: Desk) -> None:
    lines = "".join(f"{number} A=A+{number}\n" for number in range(10, 1000, 10))
    desk.keys("NEW")
    desk.press("Enter")
    desk.page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true });
            document.querySelector("[data-testid=console] textarea").dispatchEvent(paste);
        }""",
        lines + "1000 PRINT A\nRUN\n",
    )
    desk.shows("RUN\n 49500 \nOk\n")


def test_break_ends_an_endless_loop(desk: Desk) -> None:
    desk.write("10 PRINT 1;", "20 GOTO 10")
    desk.click("run")
    desk.is_in("running")
    begun = time.monotonic()
    desk.press("Control+c")
    desk.is_in("ready")
    assert time.monotonic() - begun < 5
    desk.shows("Break in ")


def test_stop_ends_a_loop_that_prints_nothing(desk: Desk) -> None:
    desk.write("10 GOTO 10")
    desk.press("F5")
    desk.is_in("running")
    desk.click("stop")
    desk.shows("Break in 10\nOk\n")


def test_keys_reach_a_program_at_once(desk: Desk) -> None:
    desk.write("10 A$=INPUT$(1)", "20 PRINT ASC(A$)", '30 IF A$<>"Q" THEN 10')
    desk.click("run")
    desk.is_in("keys")
    for name, code in (("x", 120), ("ArrowUp", 5), ("ArrowDown", 24), ("Enter", 13), ("Escape", 27), ("Tab", 9)):
        desk.press(name)
        desk.shows(f"\n {code} \n")
    desk.press("Q")
    desk.shows(" 81 \nOk\n")


def test_inkey_sees_what_is_typed_while_a_program_runs(desk: Desk) -> None:
    desk.write('10 PRINT "GO"', '20 A$=INKEY$: IF A$="" THEN 20', '30 PRINT "GOT ";A$')
    desk.click("run")
    desk.shows("GO\n")
    desk.press("z")
    desk.shows("GOT z\nOk\n")


def test_escape_sequences_of_programs_are_harmless(desk: Desk) -> None:
    esc = "CHR$(27)"
    desk.type(f'PRINT {esc};"]0;OWNED";CHR$(7);"A";{esc};"[6n";{esc};"[c";{esc};"P1$rX";{esc};"\\";"B"')
    desk.shows("\nAB\nOk\n")
    assert desk.page.title() == "MBASIC"
    desk.type("PRINT 5")
    desk.shows("PRINT 5\n 5 \nOk")


def test_colours_and_clear_screen_work(desk: Desk) -> None:
    desk.type('PRINT CHR$(26);"TOP";CHR$(27);"[31m";"RED";CHR$(27);"[0m"')
    desk.shows("TOPRED\nOk")
    assert desk.page.locator(".xterm-fg-1", has_text="RED").count() == 1


def test_terminals_of_cpm_are_understood(desk: Desk) -> None:
    desk.type('PRINT CHR$(12);CHR$(27);"Y";CHR$(37);CHR$(42);"VT52";CHR$(27);"=";CHR$(39);CHR$(52);"ADM3A"')
    desk.shows("ADM3A\nOk")
    rows = desk.console.split("\n")
    assert rows[5][10:] == "VT52"
    assert rows[7][20:] == "ADM3A"


def test_a_reload_keeps_everything(desk: Desk) -> None:
    desk.write("10 X=X+1", "20 STOP", "30 GOTO 10")
    desk.press("F5")
    desk.shows("Break in 20\nOk\n")
    before = desk.console
    desk.page.wait_for_timeout(600)
    desk.reload()
    desk.shows("Break in 20\nOk\n")
    assert desk.console == before
    assert desk.program == "10 X=X+1\n20 STOP\n30 GOTO 10"
    desk.type("CONT", "PRINT X")
    desk.shows("PRINT X\n 2 \nOk")


def test_a_program_runs_on_while_its_page_is_away(desk: Desk) -> None:
    desk.write(
        "10 FOR I=1 TO 3: FOR J=1 TO 300000: A=SQR(J): NEXT J, I", '20 PRINT "DONE"', "30 INPUT A", "40 PRINT A*2"
    )
    desk.press("F5")
    desk.is_in("running")
    desk.reload()
    desk.shows("DONE\n?")
    desk.type("21")
    desk.shows(" 42 \nOk")


def test_two_tabs_show_one_session(server: Server, visitors: Visitors) -> None:
    browser = visitors.context()
    first = visitors.open(server.url, browser)
    second = visitors.open(server.url, browser)
    first.type("PRINT 6*7")
    second.shows("PRINT 6*7\n 42 \nOk")
    second.write('10 PRINT "FROM THE SECOND"')
    first.page.wait_for_function("document.querySelector('.mb-editor').innerText.includes('FROM THE SECOND')")
    first.type("RUN")
    second.shows("FROM THE SECOND\nOk")


def test_two_people_never_see_each_other(server: Server, visitors: Visitors) -> None:
    ada, bob = visitors.open(server.url), visitors.open(server.url)
    ada.type('A$="SECRET"', "PRINT A$")
    ada.shows("\nSECRET\nOk")
    bob.type('PRINT "(";A$;")"')
    bob.shows("\n()\nOk")
    assert "SECRET" not in bob.console


def test_a_workspace_is_a_session_of_its_own(server: Server, visitors: Visitors) -> None:
    browser = visitors.context()
    main = visitors.open(server.url, browser)
    other = visitors.open(f"{server.url}/s/7", browser)
    main.type("A=5")
    main.shows("A=5\nOk")
    other.type("PRINT A")
    other.shows("PRINT A\n 0 \nOk")


def test_a_phone_has_the_keys_that_it_lacks(server: Server, visitors: Visitors) -> None:
    desk = visitors.open(server.url, visitors.context(width=390, height=800, phone=True))
    desk.click("show-editor")
    desk.write("10 GOTO 10")
    desk.click("run")
    desk.is_in("running")
    desk.click("key-break")
    desk.shows("Break in 10\nOk\n")
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_console_is_there_as_text_for_screen_readers(desk: Desk) -> None:
    desk.type("FOR I=1 TO 300:PRINT I:NEXT")
    desk.shows("\n 300 \nOk")
    spoken = desk.part("console-text")
    desk.page.wait_for_function("document.querySelector('[data-testid=console-text]').innerText.includes('300')")
    assert spoken.get_attribute("aria-live") == "polite"
    assert spoken.locator("div").count() <= 200

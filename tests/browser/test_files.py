"""Files on the private disk: up, down, opened, renamed, deleted, merged."""

import io
import zipfile
from pathlib import Path

from playwright.sync_api import FilePayload, expect

from mbasic.session.conversion import Form, convert
from tests.browser.conftest import Server, Visitors
from tests.browser.desk import Desk

_PROGRAM = b'10 PRINT "FROM A FILE"\r\n20 PRINT 6*7\r\n'


def _file(desk: Desk, name: str) -> None:
    expect(desk.part(f"file-{name}")).to_be_visible()


def _upload(desk: Desk, name: str, data: bytes) -> None:
    desk.part("upload").set_input_files({"name": name, "mimeType": "application/octet-stream", "buffer": data})


def _row_button(desk: Desk, name: str, title: str) -> None:
    desk.part(f"file-{name}").get_by_role("button", name=title).click()


def _confirm(desk: Desk, name: str) -> None:
    desk.part("question").get_by_role("button", name=name, exact=True).click()


def _drop(desk: Desk, name: str, data: bytes) -> None:
    desk.page.evaluate(
        """([name, bytes]) => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(bytes)], name));
            const target = document.querySelector(".mb-drop");
            for (const type of ["dragover", "drop"])
                target.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        [name, list(data)],
    )


def test_programs_of_all_three_forms_go_up_and_run(desk: Desk) -> None:
    desk.click("files")
    desk.part("no-files").wait_for()
    _upload(desk, "plain.bas", _PROGRAM)
    _file(desk, "PLAIN.BAS")
    _upload(desk, "tokens.bas", convert(_PROGRAM, Form.TOKENIZED).data)
    _file(desk, "TOKENS.BAS")
    _drop(desk, "secret.bas", convert(_PROGRAM, Form.PROTECTED).data)
    _file(desk, "SECRET.BAS")
    _row_button(desk, "TOKENS.BAS", "Open")
    _confirm(desk, "Replace")
    expect(desk.part("editor")).to_contain_text('10 PRINT "FROM A FILE"')
    desk.press("F5")
    desk.shows("FROM A FILE\n 42 \nOk")
    desk.type('LOAD "PLAIN', "RUN")
    desk.shows("FROM A FILE\n 42 \nOk", times=2)
    desk.type('RUN "SECRET"')
    desk.shows("FROM A FILE\n 42 \nOk", times=3)
    desk.type("LIST")
    desk.shows("Illegal function call\nOk")


def test_a_program_is_saved_and_comes_down_in_all_three_forms(desk: Desk, tmp_path: Path) -> None:
    desk.write('10 PRINT "FROM A FILE"', "20 PRINT 6*7")
    desk.press("Control+s")
    desk.part("question").get_by_role("textbox").fill("mine")
    desk.press("Enter")
    desk.click("files")
    _file(desk, "MINE.BAS")
    for form, data in (
        ("", _PROGRAM + b"\x1a"),
        ("ascii", _PROGRAM + b"\x1a"),
        ("tokenized", convert(_PROGRAM, Form.TOKENIZED).data),
        ("protected", convert(_PROGRAM, Form.PROTECTED).data),
    ):
        with desk.page.expect_download() as waiting:
            desk.part("download-MINE.BAS").select_option(form)
        file = tmp_path / "down"
        waiting.value.save_as(file)
        assert waiting.value.suggested_filename == "MINE.BAS"
        assert file.read_bytes().rstrip(b"\x1a\x00") == data.rstrip(b"\x1a\x00")
    with desk.page.expect_download() as waiting:
        desk.click("download-all")
    waiting.value.save_as(tmp_path / "all")
    archive = zipfile.ZipFile(io.BytesIO((tmp_path / "all").read_bytes()))
    assert archive.namelist() == ["MINE.BAS"]


def test_files_are_renamed_and_deleted(desk: Desk) -> None:
    desk.click("files")
    _upload(desk, "ONE.DAT", b"1")
    _file(desk, "ONE.DAT")
    _row_button(desk, "ONE.DAT", "Rename")
    desk.part("question").get_by_role("textbox").fill("two.dat")
    _confirm(desk, "Rename")
    _file(desk, "TWO.DAT")
    _row_button(desk, "TWO.DAT", "Delete")
    _confirm(desk, "Delete")
    desk.part("no-files").wait_for()


def test_a_file_is_merged_into_the_program(desk: Desk) -> None:
    desk.write("10 PRINT 1", "20 PRINT 2")
    desk.click("files")
    _upload(desk, "more.bas", b"20 PRINT 22\r\n30 PRINT 33\r\n")
    _row_button(desk, "MORE.BAS", "Merge")
    expect(desk.part("editor")).to_contain_text("30 PRINT 33")
    desk.press("F5")
    desk.shows(" 1 \n 22 \n 33 \nOk")


def test_data_of_a_program_is_a_file(desk: Desk) -> None:
    desk.type('OPEN "O",1,"DATA.TXT":PRINT#1,"WRITTEN":CLOSE', "FILES")
    desk.shows("DATA    .TXT")
    desk.click("files")
    _file(desk, "DATA.TXT")


def test_what_was_printed_comes_down(desk: Desk, tmp_path: Path) -> None:
    desk.type('LPRINT "ON PAPER"')
    desk.shows('ON PAPER"\nOk')
    with desk.page.expect_download() as waiting:
        desk.command("file", "download-printer")
    waiting.value.save_as(tmp_path / "printer")
    assert "ON PAPER" in (tmp_path / "printer").read_text()
    with desk.page.expect_download() as waiting:
        desk.command("file", "download-console")
    waiting.value.save_as(tmp_path / "console")
    assert 'LPRINT "ON PAPER"' in (tmp_path / "console").read_text()


def test_what_cannot_be_a_file_is_refused_and_the_rest_taken(desk: Desk) -> None:
    desk.click("files")
    files: list[FilePayload] = [
        {"name": ".hidden", "mimeType": "text/plain", "buffer": b"x"},
        {"name": "big.dat", "mimeType": "text/plain", "buffer": bytes(17 << 20)},
        {"name": "good.dat", "mimeType": "text/plain", "buffer": b"x"},
    ]
    desk.part("upload").set_input_files(files)
    _file(desk, "GOOD.DAT")
    notices = desk.page.get_by_test_id("notice-error")
    expect(notices.filter(has_text=".hidden: This is no name for a file")).to_be_visible()
    expect(notices.filter(has_text="big.dat: The file is too large: a disk holds 16 MB")).to_be_visible()
    desk.press("Escape")
    expect(desk.part("files-dialog")).to_have_count(0)
    desk.type("PRINT 1")
    desk.shows("PRINT 1\n 1 \nOk")


def test_ten_megabytes_go_up_and_the_session_goes_on(desk: Desk) -> None:
    desk.click("files")
    _upload(desk, "ten.dat", b"0123456789" * (1 << 20))
    expect(desk.part("file-TEN.DAT")).to_contain_text("10485760")
    desk.press("Escape")
    expect(desk.part("files-dialog")).to_have_count(0)
    desk.type('OPEN "I",1,"TEN.DAT":PRINT INPUT$(12,1):CLOSE')
    desk.shows("\n012345678901\nOk")


def test_a_binary_file_is_no_program_and_says_so(desk: Desk) -> None:
    desk.click("files")
    _upload(desk, "noise.bas", bytes(range(256)) * 4)
    _row_button(desk, "NOISE.BAS", "Open")
    _confirm(desk, "Replace")
    desk.shows("Direct statement in file")
    desk.is_in("ready")


def test_nobody_reads_anothers_files(server: Server, visitors: Visitors) -> None:
    ada, bob = visitors.open(server.url), visitors.open(server.url)
    ada.type('OPEN "O",1,"DIARY.TXT":PRINT#1,"DEAR":CLOSE', "FILES")
    ada.shows("DIARY   .TXT")
    answer = bob.page.request.get(f"{server.url}/transfer/main/files/DIARY.TXT")
    assert (answer.status, answer.text().strip()) == (404, "There is no file DIARY.TXT on the disk.")

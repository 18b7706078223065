"""What a person does on MBASIC's page, in the words of a test."""

from pathlib import Path

from playwright.sync_api import Locator, Page, TimeoutError, expect

_WAIT_MS = 15_000
expect.set_options(timeout=_WAIT_MS)


class Desk:
    """A page; `faults` are the errors of its scripts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.set_default_timeout(_WAIT_MS)
        page.on("pageerror", lambda error: self.faults.append(f"{error} {error.stack}"))

    def open(self, url: str) -> None:
        """Go to an address and wait until the page is connected."""
        self.page.goto(url)
        self.connected()

    def connected(self) -> None:
        """Wait until the page shows its session."""
        self.page.wait_for_function("window.mbasic?.mb?.connected === true")

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()
        self.connected()

    def part(self, name: str) -> Locator:
        """A part of the page by its data-testid."""
        return self.page.get_by_test_id(name)

    def click(self, name: str) -> None:
        """Click a part."""
        self.part(name).click()

    def command(self, menu: str, name: str) -> None:
        """Choose a command of a menu."""
        self.click(f"menu-{menu}")
        self.click(f"command-{name}")

    # ---- the console

    def type(self, *lines: str) -> None:
        """Type lines into the console, each with Enter."""
        self.part("console").locator("textarea").focus()
        for line in lines:
            self.page.keyboard.type(line)
            self.page.keyboard.press("Enter")

    def keys(self, text: str) -> None:
        """Type into the console, without Enter."""
        self.part("console").locator("textarea").focus()
        self.page.keyboard.type(text)

    def press(self, *names: str) -> None:
        """Press keys, wherever the focus is."""
        for name in names:
            self.page.keyboard.press(name)

    @property
    def console(self) -> str:
        """All text of the console."""
        text = self.page.evaluate("window.mbasic.consoleText()")
        assert isinstance(text, str)
        return text

    def shows(self, text: str, *, times: int = 1) -> None:
        """Wait until the console shows a text."""
        condition = "([text, times]) => window.mbasic.consoleText().split(text).length > times"
        try:
            self.page.wait_for_function(condition, arg=[text, times])
        except TimeoutError:
            raise AssertionError(f"waited for {text!r}; the console shows:\n{self.console}") from None

    def is_in(self, state: str) -> None:
        """Wait until the session does something: ready, running, waiting ..."""
        self.page.wait_for_function("(state) => window.mbasic.mb.state === state", arg=state)

    # ---- the program

    @property
    def program(self) -> str:
        """The text of the editor."""
        return "\n".join(self.part("editor").locator(".cm-line").all_inner_texts()).strip()

    def write(self, *lines: str) -> None:
        """Put a program in the place of the one in the editor, as one who types fast."""
        self.part("editor").locator(".cm-content").click()
        self.press("Control+a")
        self.page.keyboard.insert_text("\n".join(lines) + "\n")

    def paste(self, text: str) -> None:
        """Put a text of any length in the place of the program, from the clipboard."""
        self.part("editor").locator(".cm-content").click()
        self.press("Control+a")
        self.page.evaluate(
            """(text) => {
                const data = new DataTransfer();
                data.setData("text/plain", text);
                const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
                document.querySelector(".mb-editor .cm-content").dispatchEvent(paste);
            }""",
            text,
        )

    def screenshot(self, file: Path) -> None:
        """What it looks like."""
        self.page.screenshot(path=str(file))

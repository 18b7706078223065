"""What a person at the page waits for: a key's echo while others compute, a flood of lines, the first page; and memory.

    python -m bench.web [--busy 20] [--keys 400] [--lines 100000] [--pages 16]

A real server in a process of its own, Debian's Chromium, times taken in the page. Chromium shares the processors with
all that is measured. Each figure is printed beside its target.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

_CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_MEMORY = ["--enable-precise-memory-info", "--js-flags=--expose-gc"]
_LOOP = "10 I=I+1:IF I<0 THEN 20\n20 GOTO 10\n"
_ECHO = '10 K$=INKEY$:IF K$="" THEN 10\n20 PRINT K$;:GOTO 10\n'
_CONNECTION = """
    const file = performance.getEntriesByType("resource").find(({ name }) => name.endsWith("/connection.js")).name;
    const { on } = await import(file);
"""
_KEYS = (
    "async (keys) => {"
    + _CONNECTION
    + """
    const area = document.querySelector("[data-testid=console] textarea");
    const times = [];
    let heard = null;
    on("output", () => heard?.());
    for (let at = 0; at < keys; at++) {
        const begun = performance.now();
        const echo = new Promise((done) => (heard = done));
        area.dispatchEvent(new InputEvent("input", { data: "ABCDEFGHIJ"[at % 10], inputType: "insertText" }));
        await echo;
        times.push(performance.now() - begun);
        await new Promise((done) => setTimeout(done, 15 + (at * 7) % 25));
    }
    return times;
}"""
)
_FLOOD = (
    "async () => {"
    + _CONNECTION
    + """
    const { run } = await import(file);
    let bytes = 0, first = 0, last = 0;
    const stop = on("output", ({ data }) => {
        first ||= performance.now();
        last = performance.now();
        bytes += data.length;
    });
    run({ type: "RunCommand" });
    await new Promise((done) => {
        const ended = () => /END\\nOk\\n/.test(window.mbasic.consoleText().slice(-40));
        const look = () => (ended() ? done() : setTimeout(look, 100));
        setTimeout(look, 500);
    });
    stop();
    return [bytes, (last - first) / 1000];
}"""
)


class Server:
    """`python -m mbasic --ui web` on a free port."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "mbasic", "--ui", "web", "--port", "0"]
        environment = {**os.environ, "MBASIC_DATA": str(folder)}
        self._process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
        assert self._process.stderr is not None
        self.url = self._process.stderr.readline().split()[3]
        with urllib.request.urlopen(f"{self.url}healthz", timeout=20):
            pass

    @property
    def memory_kb(self) -> int:
        """What the instance alone holds; its workers are apart."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])

    def stop(self) -> None:
        """End it."""
        self._process.terminate()
        self._process.wait(30)


def _open(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    page.wait_for_function("window.mbasic?.mb?.connected && window.mbasic.consoleText().includes('Ok')")
    return page


def _run(page: Page, program: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(program)
    page.keyboard.press("F5")
    page.wait_for_function("window.mbasic.mb.state === 'running'")


def _say(what: str, figure: str, target: str) -> None:
    print(f"{what:<44} {figure:>16}   {target}", flush=True)


def _first_pages(browser: Browser, server: Server) -> None:
    times: list[float] = []
    for _ in range(5):
        context = browser.new_context()
        begun = time.perf_counter()
        _open(context, server.url)
        times.append(time.perf_counter() - begun)
        context.close()
    _say("first usable page, server just started", f"{times[0]:.2f} s", "<= 1.5 s")
    _say("first usable page, later visitors, median", f"{sorted(times[1:])[1]:.2f} s", "")


def _idle_sessions(browser: Browser, server: Server, pages: int) -> None:
    before = server.memory_kb
    contexts = [browser.new_context() for _ in range(pages)]
    for context in contexts:
        _open(context, server.url)
    time.sleep(1)
    _say("memory of the instance", f"{before / 1024:.0f} MB", "<= 120 MB")
    _say(
        f"memory of an idle session and its page ({pages})",
        f"{(server.memory_kb - before) / pages:.0f} KB",
        "<= 400 KB",
    )
    for context in contexts:
        context.close()


def _echoes(browser: Browser, server: Server, busy: int, keys: int) -> None:
    for _ in range(busy):
        context = browser.new_context()
        _run(_open(context, server.url), _LOOP)
        context.close()
    context = browser.new_context()
    page = _open(context, server.url)
    _run(page, _ECHO)
    page.evaluate(_KEYS, 20)
    times = sorted(page.evaluate(_KEYS, keys))
    context.close()
    _say(f"key to echo, {busy} sessions compute, p50", f"{times[len(times) // 2]:.1f} ms", "<= 10 ms")
    _say("p99", f"{times[len(times) * 99 // 100]:.1f} ms", "<= 30 ms")


def _heap_mb(page: Page) -> float:
    used: int = page.evaluate("(gc(), performance.memory.usedJSHeapSize)")
    return used / (1 << 20)


def _flood(browser: Browser, server: Server, lines: int) -> None:
    context = browser.new_context()
    page = _open(context, server.url)
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(f'10 FOR I=1 TO {lines}:PRINT "THIS IS LINE NUMBER";I:NEXT:PRINT "END"\n')
    page.evaluate(_FLOOD)  # fills the scrollback
    heap, memory = _heap_mb(page), server.memory_kb
    count, seconds = page.evaluate(_FLOOD)
    _say(f"{lines} lines to the browser", f"{count / seconds / 1e6:.2f} MB/s", ">= 1 MB/s")
    _say("growth of the page meanwhile", f"{_heap_mb(page) - heap:+.1f} MB", "none")
    _say("growth of the instance meanwhile", f"{(server.memory_kb - memory) / 1024:+.1f} MB", "none")
    context.close()


def main() -> None:
    """Measure all."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--busy", type=int, default=20)
    parser.add_argument("--keys", type=int, default=400)
    parser.add_argument("--lines", type=int, default=100_000)
    parser.add_argument("--pages", type=int, default=16)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_CHROMIUM, args=_ARGUMENTS + _MEMORY)
        server = Server(Path(folder))
        try:
            _first_pages(browser, server)
            _idle_sessions(browser, server, given.pages)
            _flood(browser, server, given.lines)
            _echoes(browser, server, given.busy, given.keys)
        finally:
            server.stop()
            browser.close()


if __name__ == "__main__":
    main()

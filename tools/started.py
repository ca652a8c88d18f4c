"""What the tests, the bench and the README's picture start: browsers, `make explore`, and a server of plain files.

And by what the first two see that a notebook's kernel has started.
"""

from __future__ import annotations

import functools
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

from tools import lab

# Without a call of its own to the outside: no updates, no field trials, no look-up of any name.
FLAGS = [
    "--no-sandbox",  # Chromium refuses to start as root with it, as in a container
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
# The same for Firefox: whatever is not on this computer goes to a proxy that is not there.
PREFERENCES = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1,localhost",
}
PACKAGES = {"chromium": "chromium", "firefox": "firefox-esr"}  # Debian's
OPTIONS: dict[str, dict[str, Any]] = {
    "chromium": {"args": FLAGS},
    # By the protocol that every Firefox speaks; Playwright's own is another program.
    "firefox": {"channel": "moz-firefox", "firefox_user_prefs": PREFERENCES},
}
# Notes, from a page's beginning, that it is looking for a kernel: before that it shows one that is idle.
NOTES = """new MutationObserver((_, observer) => {
    const status = document.querySelector(".jp-Notebook-ExecutionIndicator")?.dataset.status ?? "idle";
    if (status !== "idle") observer.disconnect(), window.looksForAKernel = true;
}).observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-status"] });"""
# The kernel has been found, has started, and waits.
READY = """() => window.looksForAKernel
    && document.querySelector(".jp-Notebook-ExecutionIndicator").dataset.status === "idle" """

SERVE = "import sys; from tools import window; window.serve(sys.argv[1], int(sys.argv[2]), sys.argv[3], show=False)"


@contextmanager
def browsers() -> Iterator[Callable[[str], Any]]:
    """What launches "chromium" or "firefox"; LookupError, from here or from it, says what is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise LookupError("playwright is not installed") from None
    with sync_playwright() as playwright, ExitStack() as launched:

        def launch(name: str) -> Any:
            own = playwright.chromium.executable_path
            if name == "chromium" and Path(own).exists():
                path: str | None = own
            else:
                path = shutil.which(PACKAGES[name])
            if path is None:
                raise LookupError(f"no {name}: install the system's package {PACKAGES[name]}")
            browser = getattr(playwright, name).launch(executable_path=path, **OPTIONS[name])
            launched.callback(browser.close)
            return browser

        yield launch


@contextmanager
def chromium() -> Iterator[Any]:
    """Playwright's own Chromium if that was installed, else the system's. Raises LookupError."""
    with browsers() as launch:
        yield launch("chromium")


class Served(NamedTuple):
    """`make explore` at work: its address, its process, and all that it printed."""

    address: str
    process: subprocess.Popen[str]
    printed: str


@contextmanager
def served(query: str = "", port: int = 0, cell: str = "") -> Iterator[Served]:
    """The explorer's server, or that of another `cell`, at this port or at any that is free."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, query, str(port), cell],
        cwd=lab.HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        printed = ""
        try:
            assert process.stdout
            while "Ctrl-C ends it" not in printed:
                line = process.stdout.readline()
                assert line, f"it ended without listening:\n{printed}"
                printed += line
            found = re.search(r"^ +(http://\S+)$", printed, re.M)
            assert found
            yield Served(found[1], process, printed)
        finally:
            process.terminate()


class Files(SimpleHTTPRequestHandler):
    """As `python -m http.server` serves them, without a line for each."""

    def log_message(self, *words: Any) -> None:
        pass


class FileServer(ThreadingHTTPServer):
    """Says nothing of a browser that leaves before it has its answer."""

    def handle_error(self, *whose: Any) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*whose)


@contextmanager
def files(folder: Path, handler: type[Files] = Files) -> Iterator[str]:
    """Serves plain files until it is left; gives the address of the folder, without a slash."""
    with FileServer(("127.0.0.1", 0), functools.partial(handler, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()

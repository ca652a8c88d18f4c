"""What the tests, the bench and the README's picture start: Chromium, and `make explore` in a process of its own."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
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
SERVE = "import sys; from tools import window; window.serve(sys.argv[1], int(sys.argv[2]), sys.argv[3], show=False)"


@contextmanager
def chromium() -> Iterator[Any]:
    """Playwright's own Chromium if that was installed, else the system's. Raises LookupError."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise LookupError("playwright is not installed") from None
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
        path = own if Path(own).exists() else shutil.which("chromium")
        if path is None:
            raise LookupError("no Chromium: `playwright install chromium`, or the system's package")
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


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

"""What the tests with a browser share: JupyterLab's menus, a notebook opened and run, and what axe-core finds."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from tools import started

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
LONGEST_RUN = 120_000  # milliseconds, also for whatever else a test waits for: others may need this computer

# All cells have come to an end: none is waiting ([*]), and the first has its number.
FINISHED = """() => {
    const prompts = [...document.querySelectorAll(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")];
    const indicator = document.querySelector(".jp-Notebook-ExecutionIndicator");
    return indicator?.dataset.status === "idle" && /\\d/.test(prompts[0]?.textContent)
        && !prompts.some(prompt => prompt.textContent.includes("*"));
}"""

# What axe-core finds in these parts of the page, one line for each place.
FOUND = """async parts => {
    const include = parts.filter(part => document.querySelector(part)).map(part => [part]);
    const { violations } = await axe.run({ include }, { resultTypes: ["violations"] });
    return violations.filter(({ impact }) => ["serious", "critical"].includes(impact)).flatMap(
        ({ id, help, nodes }) => nodes.map(({ target, html }) => `${id}: ${help}: ${target} ${html.slice(0, 120)}`));
}"""


@contextmanager
def new_window(chromium: Any) -> Iterator[Any]:
    """A window of the size of a small laptop's, which may ask nobody but this computer for anything."""
    context = chromium.new_context(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    context.add_init_script(started.NOTES)
    context.set_default_timeout(LONGEST_RUN)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    yield page
    context.close()
    assert [url for url in asked if leaves(url)] == []


def leaves(url: str) -> bool:
    """Whether this address is on another computer; what stands in the page itself (data:, blob:) is not."""
    parts = urlsplit(url)
    return parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOOPBACK


def open_lesson(page: Any, url: str) -> None:
    """Open a notebook in JupyterLab, Notebook 7 or JupyterLite, and wait until its kernel is there.

    What is run before that is lost: the cells show that they wait, and never run.
    """
    page.goto(url)
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.wait_for_function(started.READY)


def run(page: Any) -> None:
    """Run all cells, to the end."""
    choose(page, "Run", "Run All Cells")
    finished(page)


def finished(page: Any) -> None:
    """Wait until no cell is running."""
    page.wait_for_function(FINISHED)


def choose(page: Any, menu: str, *entries: str) -> None:
    """Choose from JupyterLab's menus, as with a mouse."""
    page.get_by_role("menuitem", name=menu, exact=True).click()
    for entry in entries:
        page.locator(".lm-Menu-item", has=page.get_by_text(entry, exact=True)).click()


def save(page: Any) -> None:
    """Save the notebook. JupyterLab does it by itself, too, and may be at it, with what was there before."""
    with page.expect_request(lambda it: it.method == "PUT" and "/api/contents" in it.url) as saving:
        choose(page, "File", "Save Notebook")
    assert saving.value.response().ok


def set_theme(page: Any, theme: str) -> None:
    """`Light` or `Dark`."""
    choose(page, "Settings", "Theme", f"JupyterLab {theme}")
    page.locator(f"body[data-jp-theme-light={'true' if theme == 'Light' else 'false'}]").wait_for(
        state="attached"
    )


def found_by_axe(page: Any, *parts: str) -> list[str]:
    """What axe-core finds serious or critical in the parts of the page with these selectors."""
    from axe_playwright_python.base import AXE_SCRIPT  # from the same extra as playwright

    page.evaluate(AXE_SCRIPT)
    return list(page.evaluate(FOUND, parts))

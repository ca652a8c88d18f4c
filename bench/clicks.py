"""How long a click takes until its answer is on the screen: in the explorer, beside a bare button of ipywidgets.

Both are on one page, in the window of `make explore`. The bare button sets one HTML value, which is as long as all
values together that the explorer's click changes. Here the wall clock counts, the browser's own: from the click until
the frame that follows the last change. So this is for a machine that has nothing else to do.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from urllib.parse import parse_qsl

from oauth_steps import GITHUB
from oauth_steps.explorer import Explorer
from tools import started

FIGURES = {f"a click after {exchanges} exchanges": exchanges for exchanges in (20, 200)}
CELL = "from bench import clicks\nclicks.page()"

# Click, and wait until all the texts are where they should be, and until that was painted; the milliseconds.
CLICK = """async ([button, texts]) => {
    const there = () => Object.entries(texts)
        .every(([at, text]) => document.querySelector(at)?.innerHTML.includes(text));
    const begun = performance.now();
    document.querySelector(button).click();
    await new Promise(done => {
        const look = () => there() && (observer.disconnect(), done());
        const observer = new MutationObserver(look);
        observer.observe(document.body, { subtree: true, childList: true, characterData: true });
        look();
    });
    await new Promise(painted => requestAnimationFrame(() => setTimeout(painted)));
    return performance.now() - begun;
}"""


class Stopwatch:
    """A clock that goes only while a click waits for its answer, by the browser's own; gives seconds."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


stopwatch = Stopwatch()


def page() -> Any:
    """What the page shows: an explorer in which so many exchanges went by, and the bare button."""
    from ipywidgets import HTML, Button, VBox

    explorer = Explorer(GITHUB)
    explorer.model.play("happy path")
    while len(explorer.model.trace) < int(dict(parse_qsl(os.environ["QUERY_STRING"]))["sent"]) - 1:
        explorer.model.send_again()
    before = list(values(explorer.view.root))
    explorer.model.send_again()
    changed = "".join(now for was, now in zip(before, values(explorer.view.root), strict=True) if was != now)
    shown, bare, clicks = HTML(), Button(description="bare"), count(1)
    shown.add_class("shown")
    bare.add_class("bare")
    bare.on_click(lambda _: setattr(shown, "value", f"<p>click {next(clicks)};</p>{changed}"))
    return VBox([bare, explorer.view.root, shown])


def values(widget: Any) -> Iterator[str]:
    """Every text that a widget shows, and those within it."""
    for name in ("value", "description"):
        if isinstance(text := getattr(widget, name, None), str):
            yield text
    for child in getattr(widget, "children", ()):
        yield from values(child)


@contextmanager
def buttons(sent: int) -> Iterator[list[Callable[[], None]]]:
    """A click on each, in a window of its own. Raises LookupError if there is no browser."""
    with started.chromium() as browser, started.served(f"sent={sent}", cell=CELL) as served:
        window = browser.new_page(viewport={"width": 1280, "height": 800})
        window.goto(served.address)
        window.locator(".oauth-explorer .ox-step").first.wait_for()
        again = window.locator(".oauth-explorer").get_by_role("button", name="Send again")
        again.evaluate("button => button.classList.add('again')")
        explorer, bare = count(sent + 1), count(1)

        def click(button: str, texts: dict[str, str]) -> None:
            stopwatch.seconds += window.evaluate(CLICK, [button, texts]) / 1000

        def click_explorer() -> None:
            number = next(explorer)
            click(".again", {".ox-goes": f"exchange {number}", ".ox-lanes": f">{number}</text>"})

        def click_bare() -> None:
            click(".bare", {".shown": f"click {next(bare)};"})

        both = [click_explorer, click_bare]
        for first in both:  # it is slower than the others
            first()
        yield both

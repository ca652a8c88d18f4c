"""The explorer in a real browser: in a cell of JupyterLab and of Notebook 7, and in the window of `make explore`.

Beside each explorer on a screen a model is led in this process, by calls, through the same acts. After each click the
screen shows what that model says: labels stand for secrets, so the two agree to the letter.

Three stories are told by clicking. `STORIES=all .venv/bin/python -m pytest tests/browser/test_explorer.py` tells all
of them, at every provider and in every era that they have; four minutes or so. Pictures go where those of the lessons
go, to build/screenshots, or to $SCREENSHOTS.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browsing import choose, found_by_axe, new_window, open_lesson, run, save, set_theme
from minted import WRITE_DOWN, found
from nbformat import v4
from screen import DIFFERENCES, FLAWS, NAMELESS, Screen

from oauth_steps import FACEBOOK, GITHUB
from oauth_steps.explorer import Explorer, Model
from oauth_steps.explorer.stories import STORIES, Story
from tools.started import served

NOTEBOOK = "explorer.ipynb"
IN_CI = ("forged state", "code too late", "token extended")
ALL = os.environ.get("STORIES") == "all"
PLACES = ("lab", "window")
WIDTHS = (1280, 1024, 800)

# --- where it is shown ----------------------------------------------------------------------------

START = """
from oauth_steps import FACEBOOK, GITHUB
from oauth_steps.explorer import Explorer
"""
# A lesson's own practice, in the middle of a flow, beside two explorers.
LESSON = """
from oauth_steps import authorization_url
from oauth_steps.practice import Practice
practice = Practice().start()
page = practice.browser.open(authorization_url(practice.app(GITHUB), state="of the lesson's own"))
"""
LEFT_ALONE = "print(len(practice.trace), page.sign_in('ada').allow().url.partition('code=')[0])"


def put(folder: Path, name: str, *sources: str) -> Path:
    """A notebook of these cells."""
    cells = [v4.new_code_cell(source.strip(), id=f"cell-{number}") for number, source in enumerate(sources)]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), folder / name)
    return folder / name


@contextmanager
def watched(chromium: Any) -> Iterator[Any]:
    """A window in which nothing may run that came out of a field."""
    with new_window(chromium) as page:
        wrong: list[str] = []
        page.on("dialog", lambda dialog: answered(dialog, wrong))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        yield page
        assert wrong == []


def answered(dialog: Any, wrong: list[str]) -> None:
    """JupyterLab may ask whether to leave a notebook that is not saved; nobody else may ask anything."""
    if dialog.type != "beforeunload":
        wrong.append(dialog.message)
    dialog.accept()


@pytest.fixture(scope="module")
def in_lab(chromium: Any, jupyter: Any) -> Iterator[Screen]:
    """`Explorer(GITHUB)` in a cell of JupyterLab."""
    put(jupyter.course, NOTEBOOK, START, "one = Explorer(GITHUB)\none")
    with watched(chromium) as page:
        open_lesson(page, jupyter.url(NOTEBOOK))
        run(page)
        screen = Screen(page, Explorer(GITHUB).model)
        screen.agrees()
        yield screen


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where `make explore` shows it."""
    with served() as (address, *_):
        yield address


@pytest.fixture(scope="module")
def in_window(chromium: Any, address: str) -> Iterator[Screen]:
    """The explorer as `make explore` shows it to a class."""
    with watched(chromium) as page:
        page.goto(address)
        screen = Screen(page, Explorer(GITHUB).model, present=True)
        screen.agrees()
        yield screen


@pytest.fixture
def screen(request: pytest.FixtureRequest) -> Screen:
    """At one of the `PLACES`, begun anew."""
    screen: Screen = request.getfixturevalue(f"in_{request.param}")
    screen.page.set_viewport_size({"width": 1280, "height": 800})
    screen.begin()
    return screen


in_both = pytest.mark.parametrize("screen", PLACES, indirect=True)
in_a_cell = pytest.mark.parametrize("screen", ["lab"], indirect=True)


# --- stories --------------------------------------------------------------------------------------


def tellings() -> Iterator[Any]:
    """A story, a provider and an era at which it plays: three, or all that there are."""
    for story in STORIES:
        if ALL or story.name in IN_CI:
            every = list(product(story.providers, story.eras))
            for provider, era in every if ALL else every[:1]:
                yield pytest.param(story, provider, era, id=f"{story.name}, {provider}, {era}")


def test_the_three_stories_of_ci_are_there() -> None:
    assert set(IN_CI) <= {story.name for story in STORIES}


@pytest.mark.parametrize(("story", "provider", "era"), list(tellings()))
@in_both
def test_a_story_is_told_by_clicking(
    screen: Screen, story: Story, provider: str, era: str, screenshots: Path
) -> None:
    screen.choose(provider, era)
    screen.tell(story)
    assert (screen.model.provider_name, screen.model.era) == (provider, era)
    while screen.model.told:
        screen.next()
    assert screen.model.is_told
    name = re.sub(
        r"\W+", "-", f"{story.name} {provider} {era} {'window' if screen.present else 'lab'}"
    ).lower()
    screen.picture(screenshots, name)
    assert "\n".join(screen.page.evaluate(FLAWS, screen.at)) == ""


# --- by hand --------------------------------------------------------------------------------------


@in_a_cell
def test_every_verb_has_a_control(screen: Screen) -> None:
    """A flow by its own controls, and not by Next: edited, refused, taken back, sent again, late, and revoked."""
    screen.press("Send", Model.send)
    screen.press(re.compile("^Sign in as Ada"), lambda model: model.sign_in("ada"))
    screen.press("Allow", Model.allow)
    screen.press("Send", Model.send)
    screen.press("Next: Go to step 3, the token request", Model.next)
    screen.type("client_secret", "guessed")
    screen.press("Send", Model.send)
    assert screen.model.diagnosis
    screen.press("Back", Model.back)
    screen.press("Back", Model.back)
    screen.press("Send", Model.send)
    screen.press("Send again", Model.send_again)
    screen.press("+ 11 minutes", lambda model: model.advance(minutes=11))
    screen.press("Revocation", lambda model: model.prepare("revocation"))
    screen.press("Send", Model.send)
    screen.press("Remove the application", Model.remove_application)
    screen.press("Log out", Model.log_out)
    screen.press("Authorization request", lambda model: model.prepare("authorization request"))


@in_a_cell
def test_what_is_refused_is_said_in_sight(screen: Screen) -> None:
    """The explorer is higher than the window, and in a notebook nothing of it can stay in sight by itself."""
    screen.button("Extension").click()
    alert = screen.root.get_by_role("alert")
    alert.wait_for()
    assert "there is no token yet" in alert.inner_text()
    top, bottom = alert.evaluate(
        "part => [part.getBoundingClientRect().top, part.getBoundingClientRect().bottom]"
    )
    assert 0 < top < bottom < screen.page.viewport_size["height"]


HOSTILE = {
    "markup": "<script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)>",
    "out of an attribute": "\"'><img src=x onerror=alert(4)>` onfocus=alert(5) autofocus x='",
    "newlines": "one\ntwo\r\nSet-Cookie: a=b",
    "a template": "{{7*7}} ${7*7} $(alert) %0d%0a %00 &lt;b&gt; \\u003cb\\u003e",
    "emoji": "👩‍👩‍👧‍👦 🇺🇳 ı̇ﬁ𝔘",
    "right to left": "\u202egnp.exe\u202c שלום مرحبا \u2066x\u2069",
    "a label that is none": "⟨state 99⟩ ⟨⟩ ⟨code 1",
    "100 kB": "long " * 20_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
@in_a_cell
def test_what_is_typed_is_shown_and_sent_as_it_is(screen: Screen, kind: str, screenshots: Path) -> None:
    """And refused, if it is: the screen agrees with the model, nothing runs, and nothing is pushed out of its place.

    In an address and a form it goes encoded, in a header as it is, or not at all.
    """
    text = HOSTILE[kind]
    for name in ("state", "client_id"):
        screen.type(name, f"{name} {text}")
    screen.press("Send", Model.send)
    assert screen.model.diagnosis, "GitHub knows no such client_id"
    assert "\n".join(screen.page.evaluate(FLAWS, screen.at)) == ""
    screen.tell("code too late")
    for name in ("Accept", "code"):
        screen.type(name, f"{name} {text}")
    screen.press("Send", lambda model: None if model.problem else model.send())
    screen.picture(screenshots, f"hostile-{kind.replace(' ', '-')}")
    assert "\n".join(screen.page.evaluate(FLAWS, screen.at)) == ""


# --- for everybody --------------------------------------------------------------------------------


def tab_to(screen: Screen, name: str) -> None:
    """Go on by the Tab key to the control of this name, which has to be seen to be the one."""
    for _ in range(120):
        screen.page.keyboard.press("Tab")
        at = screen.page.evaluate(
            """() => {
                const at = document.activeElement, style = getComputedStyle(at);
                return [at.innerText || at.ariaLabel || "", at.matches(":focus-visible"),
                        style.outlineStyle !== "none" || style.boxShadow !== "none"];
            }"""
        )
        if at[0].strip().startswith(name):
            assert at[1:] == [True, True], f"{name}: one cannot see that it is the one"
            return
    pytest.fail(f"the Tab key does not lead to {name!r}")


@in_both
def test_a_flow_by_the_keyboard_alone(screen: Screen) -> None:
    """Tab, Enter and Space, from the first step to the last; nothing is clicked."""
    screen.button("Reset").focus()
    by_hand: list[tuple[str, str, Callable[[Model], Any]]] = [
        ("Next: Send", "Enter", Model.send),
        ("Sign in as Ada", " ", lambda model: model.sign_in("ada")),
        ("Allow", "Enter", Model.allow),
        ("Next: The answer", " ", Model.send),
        ("Next: Go to step 3", "Enter", Model.next),
        ("Next: Send the token request", " ", Model.send),
        ("Next: Go to step 5", "Enter", Model.next),
        ("Next: Send the resource request", " ", Model.send),
    ]
    for name, key, act in by_hand:
        tab_to(screen, name)
        screen.page.keyboard.press(key)
        act(screen.model)
        screen.agrees()


def theme_to(screen: Screen, theme: str, address: str) -> None:
    """Light or dark; the window of `make explore` has it in its address, so it begins anew."""
    if screen.present:
        screen.page.goto(f"{address}?theme={theme.lower()}")
        screen.model.reset("GitHub", "now")
        screen.agrees()
    else:
        set_theme(screen.page, theme)


LOOKED_AT: tuple[tuple[str, str], ...] = (  # a story, and how far it is told
    ("one permission declined", "question"),  # the page of the provider, in the middle of it
    ("code too late", "end"),  # refused, with the diagnosis
    ("code stolen with PKCE", "end"),  # for a class, with all the tables that there are
)


@pytest.mark.parametrize("theme", ["Light", "Dark"])
@in_both
def test_everybody_can_use_it(screen: Screen, theme: str, address: str, screenshots: Path) -> None:
    """Every control has a name, axe-core finds nothing serious, and at no width is anything cut off or covered."""
    theme_to(screen, theme, address)
    flaws: list[str] = []
    for story, until in LOOKED_AT:
        screen.tell(story)
        while until == "end" and screen.model.told:
            screen.next()
        for opens in ("▸ Who knows what", "▸ Take along") if not screen.present else ():
            if screen.button(opens).count():
                screen.button(opens).click()
                screen.button(opens.replace("▸", "▾")).wait_for()
        flaws += [f"{story}: no name: {control}" for control in screen.page.evaluate(NAMELESS, screen.at)]
        flaws += [f"{story}: {found}" for found in found_by_axe(screen.page, ".oauth-explorer")]
        for width in WIDTHS:
            screen.page.set_viewport_size({"width": width, "height": 800})
            place = "window" if screen.present else "lab"
            if ALL or width == WIDTHS[0]:
                screen.picture(screenshots, f"{story} {place} {theme} {width}".replace(" ", "-").lower())
            flaws += [f"{story}, {width} px: {flaw}" for flaw in screen.page.evaluate(FLAWS, screen.at)]
        screen.page.set_viewport_size({"width": WIDTHS[0], "height": 800})
    if not screen.present:
        set_theme(screen.page, "Light")
    assert "\n".join(flaws) == ""


# --- no state in the page, and no secret ----------------------------------------------------------

MADE_UP = """
import json
made = one.model.flow.made
with open(".made-up.json", "w") as file:
    json.dump([["state", made.state], ["code verifier", made.verifier], ["code challenge", made.challenge]], file)

class of_the_explorer:
    ledger, browser = one.model.practice.ledger, one.model.browsers["ada"]

practice = of_the_explorer
"""


def test_reopened_it_shows_the_model_and_no_secret_is_kept(chromium: Any, jupyter: Any) -> None:
    """What came to the page by any way, what stands in it, and what was saved: labels, and no secret."""
    notebook = put(jupyter.course, "kept.ipynb", START, "one = Explorer(GITHUB)\none", MADE_UP + WRITE_DOWN)
    with watched(chromium) as page:
        came: list[str] = []
        page.on(
            "websocket", lambda socket: socket.on("framereceived", lambda frame: came.append(as_text(frame)))
        )
        open_lesson(page, jupyter.url(notebook.name))
        run(page)
        screen = Screen(page, Explorer(GITHUB).model)
        screen.tell("happy path")
        while screen.model.told:
            screen.next()
        screen.button("▸ Who knows what").click()
        screen.button("▾ Who knows what").wait_for()
        save(page)
        page.goto(jupyter.url(notebook.name).replace("?reset&", "?"))
        screen.agrees()
        screen.press("Back", Model.back)
        run_last(page, 4)
        save(page)
        shown = [page.content(), page.inner_text("body"), notebook.read_text(encoding="utf-8"), *came]
    secrets = [pair for name in (".minted.json", ".made-up.json") for pair in read(jupyter.course / name)]
    assert {"client secret", "tokens", "codes", "password", "state", "code verifier"} <= {
        kind for kind, _ in secrets
    }
    assert found([("no secret", "⟨access token 1⟩")], came) == ["no secret"], (
        "it was looked for where it would be"
    )
    assert found(secrets, shown) == []


def as_text(frame: str | bytes) -> str:
    return frame if isinstance(frame, str) else frame.decode(errors="replace")


def read(path: Path) -> list[tuple[str, str]]:
    """The pairs in this file; and away with it, or the next lesson could take it for its own."""
    pairs = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    return [(kind, value) for kind, value in pairs]


def run_last(page: Any, count: int) -> None:
    """Run the last cell, which is the `count`th that was run."""
    page.locator(".jp-Notebook .jp-CodeCell .cm-content").last.click()
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-InputArea-prompt", has_text=f"[{count}]:").wait_for()


def test_two_explorers_and_a_lessons_practice_share_nothing(chromium: Any, jupyter: Any) -> None:
    """A flow in each explorer, one beside the other; the lesson's own, begun before, goes on as if they were not."""
    sources = START + LESSON, "Explorer(GITHUB)", 'Explorer(FACEBOOK, "2013")', LEFT_ALONE
    put(jupyter.course, "two.ipynb", *sources)
    with watched(chromium) as page:
        page.set_viewport_size({"width": 1280, "height": 6_000})  # both in sight
        open_lesson(page, jupyter.url("two.ipynb"))
        page.locator(".jp-Notebook .jp-CodeCell").last.click()
        choose(page, "Run", "Run All Above Selected Cell")
        screens = [
            Screen(page, Explorer(GITHUB).model, at=0),
            Screen(page, Explorer(FACEBOOK, "2013").model, at=1),
        ]
        for _ in range(3):
            for screen in screens:
                screen.next()
                for either in screens:
                    either.agrees()
        run_last(page, 4)
        printed = page.locator(".jp-Notebook .jp-CodeCell").nth(3).locator(".jp-RenderedText").inner_text()
    assert printed.strip() == "2 https://notes.example/callback/github?"


def test_it_works_in_notebook_7(chromium: Any, jupyter: Any, screenshots: Path) -> None:
    put(jupyter.course, "seven.ipynb", START, "Explorer(GITHUB)")
    with new_window(chromium) as page:  # Notebook 7 makes mistakes of its own beside JupyterLab's extensions
        open_lesson(page, f"{jupyter.address}/notebooks/seven.ipynb?token={jupyter.token}")
        run(page)
        screen = Screen(page, Explorer(GITHUB).model)
        screen.agrees()
        screen.tell("happy path")
        while screen.model.told:
            screen.next()
        screen.picture(screenshots, "notebook-7")
        assert "\n".join(page.evaluate(FLAWS, 0)) == ""


# --- and the tests notice -------------------------------------------------------------------------

SPOILED = {
    "a step that is not as the model says": (".ox-step", 'part.innerText = "✓ 1 done"', "steps: "),
    "a request that was touched up": (".ox-goes pre", 'part.append("&more=1")', "goes: "),
    "a question that is not there": (".ox-told", "part.remove()", "not shown: "),
    "a button without a name": (".ox-next", "part.innerText = ''", "<button"),
    "two one over the other": (".ox-next", "part.style.marginLeft = '-200px'", "one over the other"),
    "a line too long": (".ox-told dd", "part.style.whiteSpace = 'nowrap'", "px too wide"),
    "faint letters": (".ox-told dd", "part.style.color = '#808080'", "color-contrast"),
}


@pytest.mark.parametrize("kind", SPOILED)
@pytest.mark.parametrize("screen", ["window"], indirect=True)
def test_a_spoiled_screen_is_noticed(screen: Screen, kind: str) -> None:
    where, spoils, noticed = SPOILED[kind]
    screen.tell("form instead of JSON")
    assert "\n".join(noted(screen)) == ""
    whole = screen.root.locator(where).first.element_handle()
    spoiled = whole.evaluate_handle(f"""whole => {{
        const part = whole.cloneNode(true);
        whole.after(part);
        whole.style.display = "none";
        {spoils};
        return part;
    }}""")
    try:
        assert noticed in "\n".join(noted(screen))
    finally:
        spoiled.evaluate("part => part.remove()")
        whole.evaluate("whole => whole.style.display = ''")


def noted(screen: Screen) -> list[str]:
    """All that is wrong with this screen, by every way to look at it."""
    page, at = screen.page, screen.at
    looks = (
        page.evaluate(DIFFERENCES, screen.expected),
        page.evaluate(FLAWS, at),
        page.evaluate(NAMELESS, at),
    )
    return [*(flaw for look in looks for flaw in look), *found_by_axe(page, ".oauth-explorer")]

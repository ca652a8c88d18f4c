"""Steps 1 to 4 with a real browser: a practice over HTTP, its pages, and the listener at which the browser ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest

from oauth_steps import FACEBOOK, GITHUB, AccessDenied, inspect_token, request_resource
from oauth_steps.errors import NoCallback, OAuthStepsError
from oauth_steps.listen import Listener, login
from oauth_steps.practice import Practice

LESSON = Path(__file__).parent.parent.parent / "notebooks" / "11_go_live.ipynb"
# An application of Ada's, whose callback is on her own computer.
IN_DEVELOPMENT: dict[str, dict[str, Any]] = {
    "GitHub": {},
    "Facebook": {"mode": "development", "roles": {"ada"}},
}


@pytest.fixture(scope="module")
def served() -> Iterator[Practice]:
    with Practice(port=0) as practice:
        yield practice


@pytest.fixture(autouse=True)
def nothing_to_complain_of(page: Any) -> Iterator[None]:
    """What the browser would complain of, such as a style that a policy does not let in.

    Not of the statuses that are meant to be refusals: it calls each of these an error.
    """
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    assert [line for line in said if not line.startswith("Failed to load resource")] == []


def sign_in(page: Any, practice: Practice, url: str) -> None:
    page.goto(url)
    page.fill("input[name=login]", "ada")
    page.fill("input[name=password]", practice.ledger.people["ada"].password)
    page.click("text=Sign in >> nth=-1")
    page.wait_for_selector("body[data-page=consent]")


def pressing(page: Any, practice: Practice, button: str, before: Callable[[], None] = lambda: None) -> Any:
    """A person at the browser, who signs in and presses this button; she ends at the listener's page."""

    def opened(url: str) -> None:
        sign_in(page, practice, url)
        before()
        page.click(f"button[value='{button}']")
        page.wait_for_url("**/callback/arrived*")

    return opened


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_she_allows_and_the_code_is_nowhere_to_be_seen(provider: Any, served: Practice, page: Any) -> None:
    app, seen = served.app(provider), []
    sent_back: list[str] = []
    page.on("request", lambda request: sent_back.append(request.url) if "/callback?" in request.url else None)

    def opened(url: str) -> None:
        pressing(page, served, "1")(url)
        page.reload()  # while somebody listens: what is loaded again is the page, not the callback
        assert len(sent_back) == 1
        page.goto(sent_back[0])  # and the callback itself, as from her history, ends at the page again
        seen.append((page.url, page.title(), page.evaluate("document.referrer")))
        assert "light" in page.evaluate("getComputedStyle(document.documentElement).colorScheme"), "the style"

    token = login(app, open_browser=opened)
    assert request_resource(app, token, app.provider.profile_path).json()["name"] == "Ada Moreno"
    ((address, title, referrer),) = seen
    assert urlsplit(address).query == "" and urlsplit(address).path == "/callback/arrived"
    assert title == "Your answer has arrived" and "code" not in referrer
    assert not any(code in page.content() + address for code in served.ledger.codes)


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_she_cancels_and_the_program_is_told(provider: Any, served: Practice, page: Any) -> None:
    app = served.register(
        provider,
        name="Other",
        redirect_uri=served.app(provider).redirect_uri,
        **IN_DEVELOPMENT[provider.name],
    )
    with pytest.raises(AccessDenied):
        login(app, open_browser=pressing(page, served, "0"))


def test_she_declines_one_permission(served: Practice, page: Any) -> None:
    app = replace(served.app(FACEBOOK), scope=("public_profile", "email", "pages_show_list"))
    token = login(
        app, open_browser=pressing(page, served, "1", lambda: page.uncheck("input[value=pages_show_list]"))
    )
    assert "pages_show_list" not in inspect_token(app, token).scope


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_a_foreign_redirect_uri_ends_on_the_providers_page(
    provider: Any, served: Practice, page: Any
) -> None:
    app = replace(served.app(provider), redirect_uri="http://127.0.0.1/another")

    def opened(url: str) -> None:
        page.goto(url)
        if page.query_selector("input[name=password]"):
            page.fill("input[name=login]", "ada")
            page.fill("input[name=password]", served.ledger.people["ada"].password)
            page.click("text=Sign in >> nth=-1")
        page.wait_for_selector("body[data-page=error]")

    with pytest.raises(NoCallback):
        login(app, open_browser=opened, seconds=0.1)


def test_the_page_for_a_room_goes_on_after_another_start(page: Any) -> None:
    """What is open on the projector belongs to a practice that has ended, at an address where a new one stands."""
    first = Practice(port=0).start()
    page.goto(f"{first.urls['github']}/practice/")
    old = page.input_value("[name=csrf]")
    with Practice(port=urlsplit(first.urls["github"]).port) as second:
        page.wait_for_function("old => document.forms[0].csrf.value !== old", arg=old)
        page.click("text=11 minutes")
        page.wait_for_selector("text=09:11")
        assert (second.clock.now - second.clock.start).total_seconds() == 660
        press = "form => { form.csrf.value = 'wrong'; form.querySelector('button').click(); }"
        page.eval_on_selector("form", press)  # and if it is pressed before that
        page.wait_for_selector("h1 >> text=Nothing was done")
        assert (second.clock.now - second.clock.start).total_seconds() == 660
        page.goto("about:blank")


def test_the_page_for_a_room_grows_by_itself_and_says_when_it_is_over(page: Any) -> None:
    with Practice(port=0) as practice:
        page.goto(f"{practice.urls['github']}/practice/")
        page.evaluate("window.loaded = 'once'")
        practice.browser.open(f"{practice.urls['github']}/nowhere")
        page.wait_for_selector("h1 >> text=1 exchange")
        assert page.evaluate("window.loaded") == "once" and "GET /nowhere" in page.inner_text("main")
        assert not page.is_visible(".ended")
    page.wait_for_selector(".ended", state="visible")
    page.goto("about:blank")


def test_an_image_on_anybodys_page_ends_no_sign_in(page: Any) -> None:
    with Listener("http://127.0.0.1/callback") as listener:
        with page.expect_event("requestfailed") as asked:
            page.set_content(f'<img src="{listener.redirect_uri}?code=c&state=s">')
        assert "BLOCKED_BY_ORB" in asked.value.failure, "it was answered, and not with a picture"
        with pytest.raises(NoCallback):
            listener.wait(0.01)


def test_lesson_11_runs_with_a_browser_in_place_of_the_stand_in(
    page: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its own cells, as they stand there; only `browse`, which it says to replace, is a person at Chromium.

    In its second half the reader's own applications are of another practice. There nothing is skipped.
    """
    cells = [cell for cell in nbformat.read(LESSON, as_version=4).cells if cell.cell_type == "code"]
    lesson: dict[str, Any] = {}
    with ExitStack() as stack:
        real = stack.enter_context(Practice(port=0, seed=2))
        monkeypatch.setattr("webbrowser.open", pressing(page, real, "1"))
        for row in real.providers:
            app, variable = real.app(row), f"OAUTH_STEPS_{row.name}_CLIENT_".upper()
            monkeypatch.setenv(f"{variable}ID", app.client_id)
            monkeypatch.setenv(f"{variable}SECRET", app.client_secret)
        for cell in cells:
            wanted = "raises-exception" in cell.metadata.get("tags", [])
            with pytest.raises(OAuthStepsError) if wanted else nullcontext():
                exec(cell.source, lesson)
            if cell.id == "setup":
                stack.enter_context(lesson["practice"])
            if cell.id == "browser-run":
                lesson["browse"] = pressing(page, lesson["practice"], "1")
            if cell.id == "other-run":
                lesson |= {row.name.upper(): row for row in real.providers}  # GITHUB and FACEBOOK
            if cell.id == "own-trace-run":
                alive = [exchange.response.status for exchange in lesson["live"]]
            if cell.id == "leave-live-run":
                break
    assert alive == [200] * 4, "at each provider a token, and what it opens"
    said = capsys.readouterr().out
    assert "skipped" not in said
    assert "(200, ['login', 'id', 'node_id'])" in said and "(200, ['name', 'id'])" in said
    assert "GitHub False" in said and "Facebook False" in said
    assert not [code for code in (*real.ledger.codes, *real.ledger.tokens) if code in said]

"""The pages of a practice in a real browser: seen in both themes and at three widths, and used by keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import found_by_axe

from oauth_steps import FACEBOOK, GITHUB, authorization_url, read_callback, request_resource, request_token
from oauth_steps.listen import Listener
from oauth_steps.practice import Practice
from oauth_steps.providers import Provider

THEMES = ("light", "dark")
WIDTHS = {1280: 720, 800: 600, 390: 780}  # a projector, half a screen, a phone
ASKED = {"GitHub": ("repo", "read:user"), "Facebook": ("public_profile", "email", "pages_show_list")}
SETTINGS = {
    "GitHub": "/settings/connections/applications/{}",
    "Facebook": "/settings/applications?client_id={}",
}
MORE_OF_A_FORM: dict[str, dict[str, Any]] = {  # her own application, on her own computer
    "GitHub": {},
    "Facebook": {"mode": "development", "roles": {"ada", "ben"}},
}


@pytest.fixture
def served() -> Iterator[Practice]:
    with Practice(port=0) as practice:
        yield practice


def looked_at(page: Any, folder: Path, name: str) -> None:
    """Nothing that axe-core finds, and nothing beyond the edge, in each theme at each width; a picture of each."""
    flaws = []
    for width, height in WIDTHS.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            page.screenshot(path=folder / f"practice-{name}-{width}-{theme}.png")
            flaws += [f"{width}, {theme}: {found}" for found in found_by_axe(page, "html")]
        if not page.evaluate("document.documentElement.scrollWidth <= innerWidth"):
            flaws.append(f"{width}: it scrolls sideways")
    page.set_viewport_size({"width": 1280, "height": 720})
    assert flaws == []


def marked(page: Any, provider: str) -> None:
    """As practice, where one looks first."""
    first = page.locator("body > *").first
    assert f"not the real {provider}" in first.inner_text() and first.bounding_box()["y"] == 0


def go(page: Any, role: str, name: str, key: str = "") -> None:
    """Tab to this control, see that it shows where one is, and press `key` there."""
    wanted = page.get_by_role(role, name=name)
    if role == "textbox":  # a password has no role
        wanted = page.get_by_label(name)
    for _ in range(20):
        page.keyboard.press("Tab")
        if wanted.evaluate("one => one === document.activeElement"):
            break
    else:
        pytest.fail(f"no Tab leads to {name}")
    assert wanted.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    if key:
        page.keyboard.press(key)


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_all_of_them_by_keyboard_alone(
    provider: Provider, served: Practice, page: Any, screenshots: Path
) -> None:
    name = provider.name
    row = next(row for row in served.providers if row.name == name)
    app = served.register(
        row,
        name="Notes",
        redirect_uri=served.app(row).redirect_uri,
        scope=ASKED[name],
        **MORE_OF_A_FORM[name],
    )
    page.set_default_timeout(20_000)

    def seen(what: str) -> None:
        marked(page, name)
        looked_at(page, screenshots, f"{name}-{what}")

    with Listener(app.redirect_uri) as listener:
        page.goto(authorization_url(app, state="xyz", redirect_uri=listener.redirect_uri))
        seen("sign-in")
        go(page, "textbox", "Username")
        page.keyboard.type("ada")
        go(page, "textbox", "Password")
        page.keyboard.type("wrong")
        page.keyboard.press("Enter")
        page.get_by_role("alert").wait_for()
        seen("sign-in-refused")
        go(page, "textbox", "Password")  # the name still stands there
        page.keyboard.type(served.ledger.people["ada"].password)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Allow Notes?").wait_for()
        seen("consent")
        if page.get_by_role("checkbox").count():  # at GitHub it is all or nothing
            go(page, "checkbox", "email", "Space")
        go(page, "button", "Allow", "Enter")
        page.get_by_role("heading", name="Your answer has arrived").wait_for()
        looked_at(page, screenshots, f"{name}-arrived")

    page.goto(f"{row.web_url}{SETTINGS[name].format(app.client_id)}")
    page.get_by_role("heading", name="What Notes may do").wait_for()
    if page.get_by_role("checkbox", name="email").count():
        assert name == "GitHub", "she has declined it"
    seen("settings")
    go(page, "button", "Revoke access", "Enter")
    page.wait_for_selector("body:not([data-page=settings])")
    seen("revoked")

    page.goto(authorization_url(app, state="xyz", redirect_uri="https://mallory.example/"))
    page.wait_for_selector("body[data-page=error]")
    seen("error")


def test_the_live_page_grows(served: Practice, page: Any, screenshots: Path) -> None:
    """Nobody touches it; what is sent appears by its label, in letters that the last row can read."""
    (row,) = (row for row in served.providers if row.name == GITHUB.name)
    app = served.app(row)
    page.set_default_timeout(20_000)
    page.goto(f"{row.web_url}/practice/")
    page.get_by_role("heading", name="0 exchanges").wait_for()
    looked_at(page, screenshots, "live-empty")
    redirect = served.browser.open(authorization_url(app, state="xyz")).sign_in("ada").allow()
    page.get_by_role("heading", name="5 exchanges").wait_for()
    token = request_token(app, read_callback(app, redirect.url, expected_state="xyz"))
    request_resource(app, token, "/user")
    page.get_by_role("heading", name="7 exchanges").wait_for()
    looked_at(page, screenshots, "live")

"""Lesson 08's site in a real browser, from the first click to the post on the Page; the providers are on loopback.

`manage.py runserver` runs it, as its README says, against `Practice(port=0)`.
"""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from oauth_steps.practice import Practice

SITE = Path(__file__).parent.parent.parent / "notebooks" / "site"
PASSWORD = "a password for one afternoon"
THEMES = ("light", "dark")

# What axe-core finds in this part of the page, one line for each place.
FOUND = """async part => {
    const { violations } = await axe.run(part, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}"""


class Running(NamedTuple):
    """The site at work: its address, the practice that it asks, and the file with its log."""

    address: str
    practice: Practice
    log: Path


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The site, as its README has it run: registered, migrated, with an administrator."""
    folder = tmp_path_factory.mktemp("site")
    port = free_port()
    address = f"http://localhost:{port}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "club.settings",
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "ENV_FILE": str(folder / "env"),
        "DATABASE": str(folder / "club.sqlite3"),
    }

    def run(*command: str) -> None:
        subprocess.run([sys.executable, *command], cwd=SITE, env=environment, check=True)

    with Practice(port=0) as practice, open(folder / "log", "w", encoding="utf-8") as log:
        where = ("--practice", practice.urls["github"], "--site", address, "--env", str(folder / "env"))
        run("register_for_practice.py", *where)
        run("manage.py", "migrate", "-v0")
        run("manage.py", "createsuperuser", "--noinput", "--username=boss", "--email=boss@club.example")
        command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
        with subprocess.Popen(command, cwd=SITE, env=environment, stdout=log, stderr=log) as server:
            try:
                session = requests.Session()
                patient = requests.adapters.Retry(total=12, backoff_factor=0.05)
                session.mount("http://", requests.adapters.HTTPAdapter(max_retries=patient))
                session.get(address)
                yield Running(address, practice, folder / "log")
            finally:
                server.terminate()


def looked_at(page: Any, folder: Path, name: str, part: str = "html") -> None:
    """Nothing that axe-core finds, and no secret, in light and in dark; a picture of each."""
    from axe_playwright_python.base import AXE_SCRIPT  # from the same extra as playwright

    page.evaluate(AXE_SCRIPT)
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        page.screenshot(path=folder / f"site-{name}-{theme}.png", full_page=True)
        assert page.evaluate(FOUND, part) == [], theme
    wide = "document.documentElement.scrollWidth <= innerWidth"
    assert page.evaluate(wide), "it scrolls sideways"


def sign_in_at_the_provider(page: Any, running: Running) -> None:
    page.get_by_label("Username").fill("ada")
    page.get_by_label("Password").fill(running.practice.ledger.people["ada"].password)
    page.get_by_role("button", name="Sign in").click()


def greeted(page: Any) -> None:
    page.get_by_role("heading", level=1, name="Hello, Ada Moreno", exact=True).wait_for()


def test_sign_in_with_github(page: Any, running: Running, screenshots: Path) -> None:
    page.goto(running.address)
    looked_at(page, screenshots, "home")

    # She says no.
    page.get_by_role("button", name="Sign in with GitHub").click()
    sign_in_at_the_provider(page, running)
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("alert").get_by_text("You said no").wait_for()
    looked_at(page, screenshots, "refused")

    # And then yes.
    page.get_by_role("button", name="Sign in with GitHub").click()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{running.address}/")
    greeted(page)
    page.get_by_text("chess-clock").wait_for()
    looked_at(page, screenshots, "signed-in")
    page.set_viewport_size({"width": 360, "height": 740})
    looked_at(page, screenshots, "signed-in-narrow")

    # A second time there is no page in between, and no second user.
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with GitHub").click()
    greeted(page)


def test_a_callback_that_is_reloaded_in_a_browser_leads_home(page: Any, running: Running) -> None:
    page.goto(running.address)
    page.get_by_role("button", name="Sign in with GitHub").click()
    callbacks: list[str] = []
    page.on("request", lambda request: callbacks.append(request.url) if "/callback/" in request.url else None)
    sign_in_at_the_provider(page, running)
    greeted(page)
    page.goto(callbacks[0])
    page.wait_for_url(f"{running.address}/")
    greeted(page)


def test_a_form_without_its_cookie_is_told(page: Any, running: Running, screenshots: Path) -> None:
    page.goto(running.address)
    page.context.clear_cookies()
    page.get_by_role("button", name="Sign in with GitHub").click()
    page.get_by_text("whether it was you who sent this form").wait_for()
    looked_at(page, screenshots, "no-cookie")


def test_the_bot_from_the_first_click_to_the_posted_event(
    page: Any, running: Running, screenshots: Path
) -> None:
    page.goto(f"{running.address}/admin/events/facebookcredentials/")
    page.get_by_label("Username").fill("boss")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Connect with Facebook").wait_for()
    looked_at(page, screenshots, "bot-before", "#content")

    page.get_by_role("button", name="Connect with Facebook").click()
    sign_in_at_the_provider(page, running)
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{running.address}/admin/events/facebookcredentials/#container")
    page.get_by_text("Connected: the bot posts on Riverside Chess Club now.").wait_for()
    page.locator("#content").get_by_role("row", name="Ada Moreno yes").wait_for()
    looked_at(page, screenshots, "bot-connected", "#content")

    page.goto(f"{running.address}/admin/events/event/add/")
    page.get_by_label("Title").fill("Blitz by the river")
    page.locator("#id_starts_at_0").fill("2099-12-05")
    page.locator("#id_starts_at_1").fill("18:30")
    page.get_by_label("Place").fill("Boat house")
    page.get_by_label("Description").fill("Five minutes each. Bring a clock.")
    page.get_by_role("button", name="Save", exact=True).click()

    page.locator("input[name=_selected_action]").check()
    page.locator("select[name=action]").select_option(label="Announce on the Facebook Page")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_text("Blitz by the river: it is on the Page.").wait_for()
    page.screenshot(path=screenshots / "site-bot-posted.png")
    ((_, message, _),) = running.practice.ledger.people["ada"].pages[0].posts
    assert message.startswith("Blitz by the river\nSaturday 5 December 2099, 18:30, Boat house")

    page.goto(running.address)
    page.get_by_role("link", name="Blitz by the river").click()
    page.get_by_role("heading", name="Blitz by the river").wait_for()
    looked_at(page, screenshots, "event")


def test_nothing_of_all_this_is_in_the_log(running: Running) -> None:
    log = running.log.read_text(encoding="utf-8")
    assert "/github/callback/" in log
    assert running.practice.trace.secrets.mask(log) == log

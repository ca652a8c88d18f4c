"""Through both doors the same is sent and answered: whole flows at both providers, in both eras.

That rules hold behind both, other suites say, which are run twice (THROUGH_BOTH_DOORS, see conftest.py). Here each
exchange is compared whole, in what is most likely to differ: addresses in answers, and pages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
import requests
from doors import transcript

from oauth_steps import (
    AccessDenied,
    App,
    Provider,
    Token,
    TokenRefused,
    authorization_url,
    extend_token,
    read_callback,
    request_resource,
    request_token,
)
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import ConsentPage, ErrorPage, Redirect, SettingsPage, SignInPage
from oauth_steps.practice.doors import Desk
from oauth_steps.providers import ERAS
from oauth_steps.wire import LiveTrace, Request, Response, Trace

# Real browsers are told these of every page; in process there is no real browser.
GUARDS = frozenset({"content-security-policy", "x-frame-options", "x-content-type-options"})
CALLBACK = "https://notes.example/callback"
SCOPES = {
    ("now", "GitHub"): ("repo", "read:user", "user:email"),
    ("2013", "GitHub"): ("repo", "user"),
    ("now", "Facebook"): ("email", "pages_show_list", "pages_read_engagement", "pages_manage_posts"),
    ("2013", "Facebook"): ("email", "manage_pages", "publish_stream"),
}
ME = {"GitHub": "/user", "Facebook": "/me"}
ROWS = [row for era in ERAS for row in ERAS[era]]


class Run(NamedTuple):
    """A practice, an application there, and who uses it."""

    practice: Practice
    app: App

    def page(self, **extra: str) -> ConsentPage:
        """Steps 1 and 2, as far as the page that asks."""
        page = self.practice.browser.open(authorization_url(self.app, state="xyz", **extra))
        if isinstance(page, SignInPage):
            page = page.sign_in("ada")
        assert isinstance(page, ConsentPage)
        return page

    def code(self) -> str:
        answer = self.page().allow()
        assert isinstance(answer, Redirect)
        return read_callback(self.app, answer.url, expected_state="xyz")

    def token(self) -> Token:
        return request_token(self.app, self.code())

    def reads(self, token: Token) -> int:
        """How the API answers a call with this token."""
        return request_resource(self.app, token, ME[self.app.provider.name]).status_code


# --- flows --------------------------------------------------------------------------------------------------


def allow(run: Run) -> None:
    assert run.reads(run.token()) == 200


def deny(run: Run) -> None:
    answer = run.page().deny()
    assert isinstance(answer, Redirect)
    with pytest.raises(AccessDenied):
        read_callback(run.app, answer.url, expected_state="xyz")


def decline_one(run: Run) -> None:
    page = run.page()
    page.allow(only=[ask.name for ask in page.asks if ask.name != "email"])
    granted = run.practice.ledger.grants[run.app.client_id, "ada"]
    assert "email" not in granted.scope


def take_one_back(run: Run) -> None:
    token = run.token()
    page = run.practice.browser.open(
        f"{run.app.provider.web_url}/settings/connections/applications/{run.app.client_id}"
    )
    assert isinstance(page, SettingsPage)
    page.edit(only=["read:user"])
    assert request_resource(run.app, token, "/user/emails").status_code == 404


def foreign_redirect_uri(run: Run) -> None:
    run.page()
    page = run.practice.browser.open(
        authorization_url(run.app, state="xyz", redirect_uri="https://evil.example/callback")
    )
    told = {"redirect_uri_mismatch"} if isinstance(page, Redirect) else set()
    assert isinstance(page, ErrorPage) or page.parameters["error"] in told


def reused_code(run: Run) -> None:
    code = run.code()
    token = request_token(run.app, code)
    with pytest.raises(TokenRefused):
        request_token(run.app, code)
    assert run.reads(token) == 200


def extend(run: Run) -> None:
    token = extend_token(run.app, run.token())
    run.practice.clock.advance(days=59)
    assert run.reads(token) == 200
    run.practice.clock.advance(days=30)
    with pytest.raises(TokenRefused):
        extend_token(run.app, token)


def follow_the_links(run: Run) -> None:
    token, names, url = run.token(), [], f"{run.app.provider.api_url}/user/repos?per_page=1"
    while url:
        answer = requests.get(url, headers={"Authorization": f"Bearer {token.access_token}"}, timeout=10)
        names += [one["name"] for one in answer.json()]
        url = answer.links.get("next", {}).get("url", "")
    assert names == ["chess-clock", "diary", "recipes"]


def read_a_page(run: Run) -> None:
    token = run.token()
    (page,) = request_resource(run.app, token, "/me/accounts").json()["data"]
    feed = f"{run.app.provider.api_url}/{page['id']}/feed"
    for message in ("one", "two", "three"):
        sent = {"message": message, "access_token": page["access_token"]}
        assert requests.post(feed, data=sent, timeout=10).status_code == 200
    asked = {"access_token": page["access_token"], "limit": "1"}
    first = requests.get(feed, params=asked, timeout=10).json()
    if following := first["paging"].get("next"):
        assert following.startswith(run.app.provider.api_url)
        assert requests.get(following, timeout=10).json()["data"][0]["message"] == "two"


def of_nobody(run: Run) -> None:
    """What there is not is refused in the provider's way, and so is a client that nobody knows."""
    assert requests.get(f"{run.app.provider.api_url}/nowhere?at=all", timeout=10).status_code in (400, 404)
    page = run.practice.browser.open(authorization_url(replace(run.app, client_id="0"), state="xyz"))
    assert isinstance(page, ErrorPage)


Flow = Callable[[Run], None]

EVERYWHERE: tuple[Flow, ...] = (
    allow,
    deny,
    foreign_redirect_uri,
    reused_code,
    of_nobody,
)
FLOWS: dict[tuple[str, str], tuple[Flow, ...]] = {
    ("now", "GitHub"): (
        *EVERYWHERE,
        take_one_back,
        follow_the_links,
    ),
    ("2013", "GitHub"): (*EVERYWHERE, follow_the_links),
    ("now", "Facebook"): (*EVERYWHERE, decline_one, extend, read_a_page),
    ("2013", "Facebook"): (*EVERYWHERE, extend, read_a_page),
}


def played(row: Provider, flow: Flow, port: int | None) -> tuple[list[Any], list[Any]]:
    """What the practice has recorded, and what has come out at its clients."""
    practice = Practice(row.era, port=port)
    with practice, LiveTrace(practice.providers, practice.trace.secrets) as outside:
        for provider in practice.providers:  # those who are served have one from the beginning
            practice.app(provider)
        scope = SCOPES[row.era, row.name]
        flow(Run(practice, practice.register(row, name="Notes", redirect_uri=CALLBACK, scope=scope)))
    return transcript(practice, practice.trace), transcript(practice, outside, but=GUARDS)


@pytest.mark.parametrize(
    ("row", "flow"),
    [
        pytest.param(row, flow, id=f"{row.name} {row.era} {flow.__name__}")
        for row in ROWS
        for flow in FLOWS[row.era, row.name]
    ],
)
def test_a_flow_looks_the_same_through_both_doors(row: Provider, flow: Flow) -> None:
    for in_process, over_http in zip(played(row, flow, None), played(row, flow, 0), strict=True):
        assert in_process and over_http == in_process


def test_what_an_interrupted_request_has_sent_is_known_all_the_same() -> None:
    """Though it was not answered, and is not recorded: a traceback shows it."""

    def interrupted(request: Request) -> Response:
        raise KeyboardInterrupt

    trace = Trace()
    desk = Desk({"https://github.com": interrupted}, trace, Practice().clock)
    with pytest.raises(KeyboardInterrupt):
        desk.answer(Request("POST", "https://github.com/login/oauth/access_token?code=c0dec0de"))
    assert (trace.secrets.mask("it was c0dec0de"), len(trace)) == ("it was ⟨code 1⟩", 0)

"""One sign-in through several clients: what is done to callbacks, what comes of it, and how requests are compared."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
import requests

from oauth_steps import FACEBOOK, GITHUB, App, steps
from oauth_steps.attacks import parameters
from oauth_steps.check import attempt, compare_callbacks, compare_calls, compare_requests, predict
from oauth_steps.check.comparing import ACTS, CANCEL, HONEST, Halves, said
from oauth_steps.errors import BadInput
from oauth_steps.practice import Practice
from oauth_steps.wire import Request

ARRIVE = Callable[..., Any]
ASKED = "– GitHub refuses"


def client(app: App, read: Callable[[App, str, dict[str, Any]], str]) -> Halves:
    """A sign-in by hand that reads the callback in this way."""
    whoami = {GITHUB.name: "/user", FACEBOOK.name: "/me"}[app.provider.name]

    def begin(session: dict[str, Any]) -> str:
        session["state"] = steps.new_state()
        return steps.authorization_url(app, state=session["state"])

    def arrive(url: str, session: dict[str, Any]) -> str:
        token = steps.request_token(app, read(app, url, session))
        return str(steps.request_resource(app, token, whoami).json()["name"])

    return begin, arrive


def careful(app: App, url: str, session: dict[str, Any]) -> str:
    return steps.read_callback(app, url, expected_state=session.pop("state", None))


def naive(app: App, url: str, session: dict[str, Any]) -> str:
    return parameters(url).get("code", "made-up")


def compares_if_kept(app: App, url: str, session: dict[str, Any]) -> str:
    """As two libraries do: what is not handed over is not compared."""
    state = session.get("state")
    if state and parameters(url).get("state") != state:
        raise ValueError("CSRF")
    return parameters(url).get("code", "made-up")


# What becomes of each act, in the order of ACTS.
BECOMES: dict[Callable[..., str], list[str]] = {
    careful: ["✓ works", *["✓ stops"] * 6],
    naive: ["✓ works", "✗ lets in", "✗ lets in", "✗ lets in", "✗ lets in", ASKED, ASKED],
    compares_if_kept: ["✓ works", "✓ stops", "✓ stops", "✗ lets in", "✗ lets in", ASKED, ASKED],
}


@pytest.mark.parametrize("read", BECOMES, ids=lambda read: read.__name__)
def test_each_act_with_each_client(practice: Practice, read: Callable[..., str]) -> None:
    ada, ben = practice.new_browser(signed_in_as="ada"), practice.new_browser(signed_in_as="ben")
    halves = client(practice.app(GITHUB), read)
    table = compare_callbacks({"mine": halves}, practice.trace, ada=ada, ben=ben)
    assert table.columns == ("the callback", "mine")
    assert [row[0] for row in table.rows] == list(ACTS)
    assert [row[1].replace("\xa0", " ") for row in table.rows] == BECOMES[read]


def test_a_client_that_never_works_says_with_which_error(practice: Practice) -> None:
    def broken(app: App, url: str, session: dict[str, Any]) -> str:
        raise LookupError("no")

    ada, ben = practice.new_browser(signed_in_as="ada"), practice.new_browser(signed_in_as="ben")
    halves = client(practice.app(GITHUB), broken)
    rows = compare_callbacks({"mine": halves}, practice.trace, ada=ada, ben=ben).rows
    assert [row[1].replace("\xa0", " ") for row in rows] == ["✗ LookupError", *["✓ stops"] * 6]


def test_what_is_kept_of_an_attempt(practice: Practice) -> None:
    ada = practice.new_browser(signed_in_as="ada")
    tried = attempt(client(practice.app(GITHUB), careful), ada, practice.trace)
    assert tried.user == "Ada Moreno" and tried.error is None
    assert [exchange.step for exchange in tried.asked] == [3, 5]
    assert list(tried.trace)[-2:] == list(tried.asked) and tried.trace[0].by_browser
    assert str(tried) == "works: Ada Moreno is signed in"


def test_only_the_last_arrival_counts(practice: Practice) -> None:
    ada = practice.new_browser(signed_in_as="ada")
    tried = attempt(client(practice.app(GITHUB), naive), ada, practice.trace, "a second time")
    assert len(tried.asked) == 1 and type(tried.error).__name__ == "TokenRefused"
    assert tried.outcome.line == "TokenRefused, after 1 request"


def test_a_callback_comes_as_a_server_sees_it(practice: Practice) -> None:
    seen = []

    def read(app: App, url: str, session: dict[str, Any]) -> str:
        seen.append(url)
        return careful(app, url, session)

    ada = practice.new_browser(signed_in_as="ada")
    attempt(client(practice.app(FACEBOOK), read), ada, practice.trace)
    assert FACEBOOK.appended_fragment.startswith("#")
    assert len(seen) == 1 and "code=" in seen[0] and "#" not in seen[0]


def test_an_error_is_shown_without_secrets(practice: Practice) -> None:
    app = practice.app(GITHUB)

    def read(app: App, url: str, session: dict[str, Any]) -> str:
        raise RuntimeError(f"{url}\nwith {app.client_secret}")

    ada = practice.new_browser(signed_in_as="ada")
    tried = attempt(client(app, read), ada, practice.trace)
    shown = str(tried)
    assert shown.startswith("refused: RuntimeError, unasked\n")
    assert app.client_secret not in shown and parameters(str(tried.error).split()[0])["code"] not in shown


@pytest.mark.parametrize(
    ("answer", "what", "holds"),
    [
        ("works", HONEST, True),
        ("refused", HONEST, False),
        ("refused", "another state", True),
        (..., HONEST, None),
    ],
)
def test_a_prediction_is_held_against_an_attempt(
    practice: Practice, answer: Any, what: str, holds: Any
) -> None:
    ada = practice.new_browser(signed_in_as="ada")
    tried = attempt(client(practice.app(GITHUB), careful), ada, practice.trace, what)
    verdict = predict(answer).against(tried)
    assert verdict.ok is holds and tried.outcome.line in str(verdict)


def test_an_unknown_act_is_refused_with_the_list(practice: Practice) -> None:
    with pytest.raises(BadInput, match="another state"):
        attempt(client(practice.app(GITHUB), careful), practice.browser, practice.trace, "wrong state")


def test_whoever_allowed_before_cannot_cancel(practice: Practice) -> None:
    ada, halves = practice.new_browser(signed_in_as="ada"), client(practice.app(GITHUB), careful)
    attempt(halves, ada, practice.trace)
    with pytest.raises(BadInput, match="has allowed as much before"):
        attempt(halves, ada, practice.trace, CANCEL)


# --- requests taken apart -------------------------------------------------------------------------

BASIC = "Basic " + base64.b64encode(b"me:hush").decode()
WHERE = {"method": "POST", "asks at": "github.com/token"}
FORM = ("Content-Type", "application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    ("request_", "parts"),
    [
        (Request("POST", "https://github.com:443/token", (FORM,), b"code=c&a=b"), {"code": "form", "a": "form"}),
        (Request("POST", "https://github.com/token?code=c"), {"code": "address"}),
        (
            Request("POST", "https://github.com/token", (("Content-Type", "application/json"),), b'{"code": "c"}'),
            {"code": "JSON"},
        ),
        (
            Request("POST", "https://github.com/token", (("Authorization", BASIC), ("Host", "x"))),
            {"client_id": "Basic", "client_secret": "Basic"},
        ),
        (Request("POST", "https://github.com/token", (("Authorization", "token t"),)), {"access_token": "token"}),
        (Request("POST", "https://github.com/token", (("Accept", "*/*"),)), {"Accept": "*/*"}),
        (Request("POST", "https://github.com/token?scope=a+b"), {"scope": "blank"}),
        (Request("POST", "https://github.com/token?scope=a%2Cb"), {"scope": "comma"}),
    ],
)  # fmt: skip
def test_a_request_is_taken_apart(request_: Request, parts: dict[str, str]) -> None:
    assert said(request_) == WHERE | parts
    assert "hush" not in str(said(request_))


def asked(practice: Practice, **parts: Any) -> Any:
    requests.post(GITHUB.token_url, timeout=10, **parts)
    return practice.trace[-1]


def test_requests_are_compared_part_by_part(practice: Practice) -> None:
    first = asked(practice, data={"client_id": "me", "code": "c"}, headers={"Accept": "application/json"})
    others = {
        "same": asked(practice, data={"client_id": "x", "code": "y"}, headers={"Accept": "application/json"}),
        "other": asked(practice, json={"code": "c", "grant_type": "g"}),
    }
    table = compare_requests(first, others)
    assert table.columns == ("client", "says besides", "leaves out", "says otherwise")
    assert table.rows[0] == ("same", "–", "–", "–")
    other = "Accept: */*, not application/json; code: JSON, not form"
    assert table.rows[1] == ("other", "grant_type (JSON)", "client_id", other)


def test_calls_are_listed_with_the_form_of_their_answers(practice: Practice) -> None:
    ada = practice.new_browser(signed_in_as="ada")
    tried = attempt(client(practice.app(GITHUB), careful), ada, practice.trace)
    assert compare_calls({"mine": tried}).rows == [
        ("mine", "POST github.com/login/oauth/access_token", "200", "json"),
        ("mine", "GET api.github.com/user", "200", "json"),
    ]

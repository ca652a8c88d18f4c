"""The check of a callback endpoint: the good ones pass, each known mistake has its hint, and nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from oauth_steps import FACEBOOK, GITHUB, App, Provider, TokenRefused, read_callback, request_token
from oauth_steps.check import NOT_ANSWERED, check_exchange_once
from oauth_steps.practice import Practice

Session = dict[str, Any]
Endpoint = Callable[[App, str, Session], Any]


def said(practice: Practice, endpoint: Endpoint, provider: Provider = GITHUB) -> tuple[bool | None, str]:
    app = practice.app(provider)
    verdict = check_exchange_once(lambda *handed: endpoint(app, *handed), app=app, practice=practice)
    return verdict.ok, " ".join(str(verdict).split())


# --- endpoints that are good --------------------------------------------------------------------------------


def keeps_the_token(app: App, url: str, session: Session) -> Any:
    if "state" not in session and "token" in session:
        return session["token"]
    code = read_callback(app, url, expected_state=session.pop("state", None))
    session["token"] = request_token(app, code)
    return session["token"]


def keeps_every_code(app: App, url: str, session: Session) -> str:
    """Knows an arrival by its address, and returns text."""
    seen = session.setdefault("seen", {})
    if url not in seen:
        code = read_callback(app, url, expected_state=session.pop("state", None))
        seen[url] = request_token(app, code).access_token
    return str(seen[url])


def in_plain_requests(app: App, url: str, session: Session) -> Any:
    """Returns the token response's members."""
    if "state" in session:
        code = read_callback(app, url, expected_state=session.pop("state"))
        body = ask(app, code)
        if "access_token" not in body:
            raise TokenRefused("no token", {})
        session["token"] = body
    return session["token"]


def ask(app: App, code: str) -> dict[str, Any]:
    sent = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "code": code,
        "redirect_uri": app.redirect_uri,
    }
    accept = {"Accept": "application/json"}
    return dict(requests.post(app.provider.token_url, data=sent, headers=accept, timeout=10).json())


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
@pytest.mark.parametrize(
    "endpoint", [keeps_the_token, keeps_every_code, in_plain_requests], ids=lambda one: one.__name__
)
def test_good_endpoints_pass(practice: Practice, endpoint: Endpoint, provider: Provider) -> None:
    ok, words = said(practice, endpoint, provider)
    assert ok is True, words


# --- and those that are not ---------------------------------------------------------------------------------


def sends_nothing(app: App, url: str, session: Session) -> str:
    return read_callback(app, url, expected_state=session["state"])


def refuses_all(app: App, url: str, session: Session) -> Any:
    return request_token(app, read_callback(app, url, expected_state="another state, 9876543210"))


def returns_nothing(app: App, url: str, session: Session) -> None:
    session["token"] = request_token(app, read_callback(app, url, expected_state=session.pop("state")))


def returns_the_code(app: App, url: str, session: Session) -> str:
    code = read_callback(app, url, expected_state=session.pop("state"))
    request_token(app, code)
    return code


def asks_twice(app: App, url: str, session: Session) -> Any:
    code = read_callback(app, url, expected_state=session["state"])
    token = request_token(app, code)
    ask(app, code)
    return token


def breaks(app: App, url: str, session: Session) -> Any:
    return session["token"]


def exchanges_whatever_comes(app: App, url: str, session: Session) -> Any:
    code = read_callback(app, url, expected_state=session["state"])
    return request_token(app, code)


def only_uses_state_up(app: App, url: str, session: Session) -> Any:
    code = read_callback(app, url, expected_state=session.pop("state", None))
    session["token"] = request_token(app, code)
    return session["token"]


def returns_another_the_second_time(app: App, url: str, session: Session) -> Any:
    if "state" not in session:
        return "signed in"
    return request_token(app, read_callback(app, url, expected_state=session.pop("state")))


def does_not_compare(app: App, url: str, session: Session) -> Any:
    if url not in session:
        code = url.partition("code=")[2].partition("&")[0]
        session[url] = request_token(app, code)
    return session[url]


def tokens_for_all() -> tuple[Endpoint, ...]:
    """Those that keep the tokens beside the sessions, for whoever brings the code."""
    kept: dict[str, Any] = {}

    def remembers_for_all(app: App, url: str, session: Session) -> Any:
        if url not in kept:
            kept[url] = request_token(app, read_callback(app, url, expected_state=session.pop("state", None)))
        return kept[url]

    def remembers_for_all_who_wait_for_nothing(app: App, url: str, session: Session) -> Any:
        if "state" in session and url in kept:
            raise TokenRefused("not hers", {})
        return remembers_for_all(app, url, session)

    def remembers_for_all_who_were_here(app: App, url: str, session: Session) -> Any:
        if not session:
            raise TokenRefused("nobody", {})
        session["seen"] = True
        return remembers_for_all(app, url, session)

    def writes_it_down_before_it_refuses(app: App, url: str, session: Session) -> Any:
        if url in kept and "seen" not in session:
            session["token"] = kept[url]
            raise TokenRefused("not hers", {})
        return remembers_for_all_who_were_here(app, url, session)

    return (
        remembers_for_all,
        remembers_for_all_who_wait_for_nothing,
        remembers_for_all_who_were_here,
        writes_it_down_before_it_refuses,
    )


def compares_with_the_signed_in_only(app: App, url: str, session: Session) -> Any:
    if url in session:
        return session[url]
    if "token" in session:
        read_callback(app, url, expected_state=session.pop("state", None))
    session.pop("state", None)
    session[url] = session["token"] = request_token(app, url.partition("code=")[2].partition("&")[0])
    return session["token"]


def compares_if_there_is_something(app: App, url: str, session: Session) -> Any:
    if url not in session:
        code = url.partition("code=")[2].partition("&")[0]
        if "state" in session:
            code = read_callback(app, url, expected_state=session.pop("state"))
        session[url] = request_token(app, code)
    return session[url]


def forgets_when_it_refuses(app: App, url: str, session: Session) -> Any:
    if url not in session:
        try:
            code = read_callback(app, url, expected_state=session.pop("state", None))
        except Exception:
            session.clear()
            raise
        session[url] = request_token(app, code)
    return session[url]


def stays_with_the_first_token(app: App, url: str, session: Session) -> Any:
    if "token" in session:
        return session["token"]
    return keeps_the_token(app, url, session)


def writes_a_refusal_over_it(app: App, url: str, session: Session) -> Any:
    if "state" in session:
        code = read_callback(app, url, expected_state=session.pop("state"))
        session["token"] = ask(app, code).get("access_token")
    return session["token"]


def lets_go_of_state_too_late(app: App, url: str, session: Session) -> Any:
    if "state" in session:
        session["token"] = request_token(app, read_callback(app, url, expected_state=session["state"]))
        del session["state"]
    return session["token"]


ANOTHERS = "another browser's session got this one's token: remember it in the session"
MISTAKES: dict[Endpoint, str] = {
    **dict.fromkeys(tokens_for_all(), ANOTHERS),
    sends_nothing: "an honest arrival: no token request was sent",
    refuses_all: "no token request was sent: it is refused with StateMismatch",
    returns_nothing: "an honest arrival: nothing is returned, and it should be the token",
    returns_the_code: "an honest arrival: something else is returned than the token that came",
    asks_twice: "an honest arrival: 2 token requests were sent",
    breaks: "an honest arrival: no token request was sent: your function broke with KeyError",
    exchanges_whatever_comes: "the second of two calls: the code was sent again",
    only_uses_state_up: "the second of two calls: it is refused with StateMismatch, so she sees an error",
    returns_another_the_second_time: "the second of two calls: the token that the session had is not returned",
    does_not_compare: "a forged callback: its code was sent",
    compares_with_the_signed_in_only: "a forged callback: its code was sent",
    compares_if_there_is_something: "a forged callback: its code was sent",
    forgets_when_it_refuses: "a forged callback: the session has lost the token",
    stays_with_the_first_token: "another sign-in in the same session: the new code was never sent",
    writes_a_refusal_over_it: "a code that came too late: with it the token from before is lost",
    lets_go_of_state_too_late: "an answer was lost, and the browser arrived again: the code was sent twice",
}


@pytest.mark.parametrize(("endpoint", "hint"), MISTAKES.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_each_mistake_has_its_hint(practice: Practice, endpoint: Endpoint, hint: str) -> None:
    ok, words = said(practice, endpoint)
    assert ok is False
    assert hint in words


@pytest.mark.parametrize("endpoint", [..., None])
def test_an_empty_place_is_not_judged(practice: Practice, endpoint: Any) -> None:
    app = practice.app(GITHUB)
    assert check_exchange_once(endpoint, app=app, practice=practice) == NOT_ANSWERED
    assert len(practice.trace) == 0


def test_what_is_no_function_is_told_apart(practice: Practice) -> None:
    verdict = check_exchange_once("a token", app=practice.app(GITHUB), practice=practice)
    assert verdict.ok is False and "this is no function" in str(verdict)


def test_a_check_leaves_no_fault_behind(practice: Practice) -> None:
    """The learner's own next request must not run into what the check asked for."""
    for endpoint in (keeps_the_token, *MISTAKES):
        said(practice, endpoint)
    practice.clock.advance(hours=1)  # or GitHub would ask Ben again: those were over ten tokens
    browser = practice.new_browser(signed_in_as="ben")
    session: Session = {"state": "a state that nobody guesses 123"}
    asked = f"{GITHUB.authorization_url}?client_id={practice.app(GITHUB).client_id}&state={session['state']}"
    redirect = browser.open(asked.replace(" ", "%20"))
    assert len(redirect.arrivals) == 1
    assert keeps_the_token(practice.app(GITHUB), redirect.url, session)

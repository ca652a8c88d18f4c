"""The checks of a sign-in through a library; lesson 07's solutions and mistakes run them with the libraries."""

from __future__ import annotations

from typing import Any

import pytest

from oauth_steps import GITHUB, App, Token, steps
from oauth_steps.check import NOT_ANSWERED, check_client, check_granted_scopes
from oauth_steps.practice import Practice


def begin_of(app: App) -> Any:
    def begin(session: dict[str, Any]) -> str:
        session["state"] = steps.new_state()
        session["verifier"], challenge = steps.pkce_pair()
        return steps.authorization_url(app, state=session["state"], code_challenge=challenge)

    return begin


def arrive_of(app: App) -> Any:
    def arrive(url: str, session: dict[str, Any]) -> str:
        code = steps.read_callback(app, url, expected_state=session.pop("state", None))
        token = steps.request_token(app, code, code_verifier=session.pop("verifier"))
        return str(steps.request_resource(app, token, "/user").json()["name"])

    return arrive


def test_a_good_client_passes_once_and_again(practice: Practice) -> None:
    app = practice.app(GITHUB)
    for _ in range(2):
        verdict = check_client(begin_of(app), arrive_of(app), app=app, practice=practice)
        assert verdict.ok, verdict


@pytest.mark.parametrize("halves", [(..., ...), (..., str), (str, None)])
def test_a_half_that_is_missing_is_not_judged(practice: Practice, halves: tuple[Any, Any]) -> None:
    assert check_client(*halves, app=practice.app(GITHUB), practice=practice) is NOT_ANSWERED


def test_a_half_that_breaks_is_told(practice: Practice) -> None:
    app = practice.app(GITHUB)

    def begin(session: dict[str, Any]) -> str:
        raise ZeroDivisionError("oh")

    verdict = check_client(begin, arrive_of(app), app=app, practice=practice)
    assert verdict.ok is False and "ZeroDivisionError: oh" in str(verdict)


def token_of(app: App, come_back: Any) -> Token:
    state = steps.new_state()
    callback = come_back(steps.authorization_url(app, state=state))
    return steps.request_token(app, steps.read_callback(app, callback, expected_state=state))


@pytest.mark.parametrize(
    ("scopes", "hint"),
    [
        (lambda app, token: token.scope, None),
        (lambda app, token: set(token.scope), None),
        (lambda app, token: [*token.scope, "repo"], "read:user, repo, user:email, and granted was read:user"),
        (lambda app, token: (), "it returns nothing"),
        (lambda app, token: [",".join(token.scope)], "two scopes come back as one text"),
        (lambda app, token: app.scope, "it returns what was asked for. Granted was user"),
        (lambda app, token: 7, "it returns int. A set or a list of names is wanted"),
    ],
)
def test_scopes_are_those_that_were_granted(practice: Practice, scopes: Any, hint: str | None) -> None:
    def walk(app: App, come_back: Any) -> Any:
        return scopes(app, token_of(app, come_back))

    verdict = check_granted_scopes(walk, app=practice.app(GITHUB), practice=practice)
    assert verdict.ok is (hint is None) and (hint or "what was granted") in " ".join(str(verdict).split())


def test_no_walk_is_not_judged_and_text_is_none(practice: Practice) -> None:
    app = practice.app(GITHUB)
    assert check_granted_scopes(..., app=app, practice=practice) is NOT_ANSWERED
    assert "no function" in str(check_granted_scopes("user", app=app, practice=practice))


def test_a_verifier_that_is_always_the_same_is_told(practice: Practice) -> None:
    app, (verifier, challenge) = practice.app(GITHUB), steps.pkce_pair()

    def begin(session: dict[str, Any]) -> str:
        session["state"], session["verifier"] = steps.new_state(), verifier
        return steps.authorization_url(app, state=session["state"], code_challenge=challenge)

    verdict = check_client(begin, arrive_of(app), app=app, practice=practice)
    assert verdict.ok is False and "had the same code_challenge" in str(verdict)


@pytest.mark.parametrize("method", [None, "plain"])
def test_a_challenge_without_its_method_is_told(practice: Practice, method: str | None) -> None:
    app = practice.app(GITHUB)

    def begin(session: dict[str, Any]) -> str:
        session["state"] = steps.new_state()
        session["verifier"], challenge = steps.pkce_pair()
        more = {"code_challenge": challenge, "code_challenge_method": method}
        return steps.authorization_url(app, state=session["state"], **more)

    verdict = check_client(begin, arrive_of(app), app=app, practice=practice)
    assert verdict.ok is False and f"code_challenge_method is {method or 'missing'}" in str(verdict)

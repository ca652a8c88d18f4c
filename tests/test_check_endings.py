"""The check of one token ended: each way that does it passes, and each mistake has its hint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from oauth_steps import GITHUB, App, Token, authorization_url, request_token
from oauth_steps.attacks import granted, parameters
from oauth_steps.check import NOT_ANSWERED, Verdict, check_one_ended
from oauth_steps.practice import Practice

Ending = Callable[[App, Token, Token], Any]


def signed_in(practice: Practice, app: App) -> Token:
    url = granted(practice.new_browser(signed_in_as="ada"), authorization_url(app, state="s" * 30))
    return request_token(app, parameters(url)["code"])


def verdict_of(ending: Ending) -> Verdict:
    with Practice() as practice:
        app = practice.app(GITHUB)
        phone, laptop = signed_in(practice, app), signed_in(practice, app)
        return check_one_ended(ending(app, phone, laptop), app=app, ended=phone, kept=laptop)


def asked(app: App, token: Token, method: str = "DELETE", what: str = "token", **other: Any) -> Any:
    sent = {"auth": (app.client_id, app.client_secret), "json": {"access_token": token.access_token}} | other
    url = f"{GITHUB.api_url}/applications/{app.client_id}/{what}"
    return requests.request(method, url, timeout=10, **sent)


def as_found_somewhere(app: App, phone: Token, laptop: Token) -> Any:
    """The endpoint for tokens that leaked, which asks nobody who he is."""
    found = {"credentials": [phone.access_token]}
    return requests.post(f"{GITHUB.api_url}/credentials/revoke", json=found, timeout=10)


@pytest.mark.parametrize("ending", [lambda app, phone, laptop: asked(app, phone), as_found_somewhere])
def test_the_one_token_is_dead_and_the_other_lives(ending: Ending) -> None:
    verdict = verdict_of(ending)
    assert verdict.ok is True, verdict


WRONG: dict[str, tuple[Ending, str]] = {
    "the whole grant": (
        lambda app, phone, laptop: asked(app, phone, what="grant"),
        "both tokens are dead: that ended all that she had allowed",
    ),
    "the other one": (lambda app, phone, laptop: asked(app, laptop), "the wrong one is dead"),
    "another address": (
        lambda app, phone, laptop: asked(app, phone, what="tokens"),
        "/tokens: /applications/{client_id}/token is below https://api.github.com",
    ),
    "POST": (lambda app, phone, laptop: asked(app, phone, "POST"), "POST asks about the token"),
    "its own authority": (
        lambda app, phone, laptop: asked(
            app, phone, auth=None, headers={"Authorization": f"Bearer {phone.access_token}"}
        ),
        "the application did not show who it is",
    ),
    "a form": (
        lambda app, phone, laptop: asked(app, phone, json=None, data={"access_token": phone.access_token}),
        "the token belongs in a JSON body",
    ),
    "the Token itself": (
        lambda app, phone, laptop: asked(app, phone, json={"access_token": str(phone)}),
        "access_token in the body is not the text of the token",
    ),
    "a wrong secret": (
        lambda app, phone, laptop: asked(app, phone, auth=(app.client_id, "0" * 40)),
        "the provider refused it: 401 Unauthorized: Bad credentials",
    ),
    "what it answered": (
        lambda app, phone, laptop: asked(app, phone).status_code,
        "hand over the response itself",
    ),
}


@pytest.mark.parametrize(("ending", "hint"), WRONG.values(), ids=list(WRONG))
def test_each_mistake_has_its_hint(ending: Ending, hint: str) -> None:
    verdict = verdict_of(ending)
    assert verdict.ok is False
    assert hint in " ".join(str(verdict).split())


def test_an_empty_place_is_not_judged() -> None:
    assert verdict_of(lambda app, phone, laptop: ...) == NOT_ANSWERED

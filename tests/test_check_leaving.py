"""The check of a goodbye: nothing may be left at either provider, and each thing that is left has its hint."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from oauth_steps import App, Token, revoke_token
from oauth_steps.check import NOT_ANSWERED, check_goodbye
from oauth_steps.practice import Practice


def end_grant(app: App, token: Token) -> None:
    url = f"{app.provider.api_url}/applications/{app.client_id}/grant"
    who = (app.client_id, app.client_secret)
    requests.delete(url, auth=who, json={"access_token": token.access_token}, timeout=10)


def at_each(app: App, token: Token) -> None:
    (revoke_token if app.provider.extension_grant else end_grant)(app, token)


def test_nothing_is_left() -> None:
    verdict = check_goodbye(at_each, practice=Practice())
    assert verdict.ok is True, verdict


def broken(app: App, token: Token) -> None:
    raise KeyError("grant")


def without_the_secret(app: App, token: Token) -> None:
    url = f"{app.provider.api_url}/applications/{app.client_id}/grant"
    requests.delete(url, json={"access_token": token.access_token}, timeout=10)


WRONG: dict[str, tuple[Any, str]] = {
    "no function": ("goodbye", "this is no function"),
    "nothing": (lambda app, token: None, "GitHub: the token still lives. Nothing was sent"),
    "one token": (revoke_token, "GitHub: that token is dead, and the one of her other computer lives"),
    "the secret forgotten": (without_the_secret, "/grant was answered with 404 Not Found"),
    "the first provider's way at the second": (end_grant, "Facebook: the token still lives. DELETE"),
    "broken": (broken, "GitHub: your function broke with KeyError"),
}


@pytest.mark.parametrize("what", WRONG)
def test_each_mistake_has_its_hint(what: str) -> None:
    made, words = WRONG[what]
    verdict = check_goodbye(made, practice=Practice())
    assert verdict.ok is False and words in str(verdict), verdict


def test_dead_tokens_are_not_enough() -> None:
    """Both tokens ended one by one, and the application still in her settings."""
    practice = Practice()

    def one_by_one(app: App, token: Token) -> None:
        for each in list(practice.ledger.tokens):
            revoke_token(app, each)

    verdict = check_goodbye(one_by_one, practice=practice)
    assert verdict.ok is False and "GitHub: the tokens are dead, and yet she is not asked again" in str(
        verdict
    )


def test_what_was_mounted_before_is_mounted_again(practice: Practice) -> None:
    check_goodbye(at_each, practice=Practice())
    assert "mounted" in repr(practice)


@pytest.mark.parametrize("made", [..., None])
def test_nothing_is_not_judged(made: Any) -> None:
    assert check_goodbye(made, practice=Practice()) == NOT_ANSWERED

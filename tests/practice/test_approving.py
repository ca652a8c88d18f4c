"""Somebody who approves everything at once: who that is, and that she stays signed in."""

from collections.abc import Iterator

import pytest
import requests

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    Provider,
    authorization_url,
    read_callback,
    request_resource,
    request_token,
)
from oauth_steps.practice import Practice

ME = {"GitHub": "/user", "Facebook": "/me"}


@pytest.fixture
def practice() -> Iterator[Practice]:
    with Practice(auto_approve=True) as mounted:
        yield mounted


def who_allows(practice: Practice, provider: Provider, cookie: str = "", **more: str) -> str:
    """Who signs in, if a client without a browser, or one with this cookie, follows the link."""
    app = practice.app(provider)
    url, headers = authorization_url(app, state="xyz", **more), {"Cookie": cookie} if cookie else {}
    callback = requests.get(url, headers=headers, allow_redirects=False).headers["Location"]
    token = request_token(app, read_callback(app, callback, expected_state="xyz"))
    return str(request_resource(app, token, ME[provider.name]).json()["name"])


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_she_signs_in_once_and_again_when_she_has_been_signed_out(
    practice: Practice, provider: Provider
) -> None:
    for _ in range(2):
        assert who_allows(practice, provider) == "Ada Moreno"
        assert len(practice.ledger.sessions) == 1
    practice.user("ada").sign_out()
    assert who_allows(practice, provider) == "Ada Moreno"


def test_nobody_allows_in_the_place_of_somebody_else(practice: Practice) -> None:
    """A suggestion counts, and a browser in which somebody is signed in counts more; neither counts afterwards."""
    assert who_allows(practice, GITHUB, login="ben") == "Ben Okafor"
    assert who_allows(practice, GITHUB) == "Ada Moreno"
    bens = next(value for value, session in practice.ledger.sessions.items() if session.login == "ben")
    assert who_allows(practice, GITHUB, cookie=f"a=b; user_session={bens}") == "Ben Okafor"
    assert who_allows(practice, GITHUB) == "Ada Moreno"
    assert who_allows(practice, GITHUB, login="nobody") == "Ada Moreno"


def test_who_has_to_prove_who_she_is_types_her_password_each_time(practice: Practice) -> None:
    for _ in range(2):
        assert who_allows(practice, FACEBOOK, auth_type="reauthenticate") == "Ada Moreno"

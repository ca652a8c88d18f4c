"""Who has seen what: computed from what passed through each party's hands."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    App,
    authorization_url,
    new_state,
    pkce_pair,
    read_callback,
    request_resource,
    request_token,
)
from oauth_steps.knowledge import who_knows
from oauth_steps.practice import Practice
from oauth_steps.show import Table


@pytest.fixture
def practice() -> Iterator[Practice]:
    with Practice() as mounted:
        yield mounted


def flow(practice: Practice, app: App, **extra: str) -> str:
    """All six steps by Ada, with PKCE; returns the callback."""
    state, (verifier, challenge) = new_state(), pkce_pair()
    page = practice.browser.open(authorization_url(app, state=state, code_challenge=challenge, **extra))
    callback = page.sign_in("ada").allow().url
    code = read_callback(app, callback, expected_state=state)
    request_resource(app, request_token(app, code, code_verifier=verifier), "/user")
    return callback


def columns(table: Table) -> dict[str, dict[str, str]]:
    """Party -> secret -> what it knows of it."""
    _, *parties = table.columns
    return {party: {row[0]: row[at + 1] for row in table.rows} for at, party in enumerate(parties)}


def test_after_a_whole_flow(practice: Practice) -> None:
    flow(practice, practice.app(GITHUB))
    assert columns(who_knows(practice.trace, browsers={"Ada": practice.browser})) == {
        "Ada": {
            "⟨password 1⟩": "sent in a form",
            "⟨state 1⟩": "in its history",
            "⟨code challenge 1⟩": "in its history",
            "⟨code verifier 1⟩": "–",
            "⟨code 1⟩": "in its history",
            "⟨access token 1⟩": "–",
            "⟨refresh token 1⟩": "–",
            "⟨client secret 1⟩": "–",
        },
        "your application": {
            "⟨password 1⟩": "–",
            "⟨state 1⟩": "steps 1, 2",
            "⟨code challenge 1⟩": "step 1",
            "⟨code verifier 1⟩": "step 3",
            "⟨code 1⟩": "steps 2, 3",
            "⟨access token 1⟩": "steps 4, 5",
            "⟨refresh token 1⟩": "step 4",
            "⟨client secret 1⟩": "step 3",
        },
        "GitHub": {
            "⟨password 1⟩": "step 2",
            "⟨state 1⟩": "steps 1, 2",
            "⟨code challenge 1⟩": "steps 1, 2",
            "⟨code verifier 1⟩": "step 3",
            "⟨code 1⟩": "steps 2, 3",
            "⟨access token 1⟩": "steps 4, 5",
            "⟨refresh token 1⟩": "step 4",
            "⟨client secret 1⟩": "step 3",
        },
    }


def test_as_the_steps_go(practice: Practice) -> None:
    """Each part of the trace shows what was known by then."""
    flow(practice, practice.app(GITHUB))
    back = next(number for number, exchange in enumerate(practice.trace) if exchange.step == 3)
    known = columns(who_knows(practice.trace[:back]))["GitHub"]
    assert set(known) == {"⟨password 1⟩", "⟨state 1⟩", "⟨code challenge 1⟩", "⟨code 1⟩"}


def test_another_browser_knows_nothing_and_a_thief_what_was_stolen(practice: Practice) -> None:
    callback = flow(practice, practice.app(GITHUB))
    browsers = {"Ada": practice.browser, "Mallory": practice.new_browser("mallory")}
    assert set(columns(who_knows(practice.trace, browsers=browsers))["Mallory"].values()) == {"–"}
    stolen = columns(who_knows(practice.trace, browsers=browsers, stolen={"Mallory": [callback]}))["Mallory"]
    assert {label for label, place in stolen.items() if place == "got hold of it"} == {
        "⟨state 1⟩",
        "⟨code 1⟩",
    }


def test_a_token_in_the_fragment_stays_in_the_browser(practice: Practice) -> None:
    app = practice.app(FACEBOOK)
    url = authorization_url(app, state=new_state(), response_type="token")
    practice.browser.open(url).sign_in("ada").allow()
    known = columns(who_knows(practice.trace, browsers={"Ada": practice.browser}))
    assert known["Ada"]["⟨access token 1⟩"] == "in its history"
    assert known["your application"]["⟨access token 1⟩"] == "–"
    assert known["Facebook"]["⟨access token 1⟩"] == "step 2"


def test_it_shows_labels_only(practice: Practice) -> None:
    callback = flow(practice, practice.app(GITHUB))
    shown = str(who_knows(practice.trace, browsers={"Ada": practice.browser}, stolen={"Eve": [callback]}))
    for secret in (*practice.ledger.codes, *practice.ledger.tokens, practice.app(GITHUB).client_secret):
        assert secret not in shown and secret[-8:] not in shown

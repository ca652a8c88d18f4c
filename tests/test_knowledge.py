"""Who has seen what: computed from what passed through each party's hands."""

from __future__ import annotations

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
from oauth_steps.practice.browser import referer
from oauth_steps.show import Table
from oauth_steps.wire import Request, Trace

THROUGH_BOTH_DOORS = True  # see conftest.py


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


def test_an_address_that_another_page_made_is_not_the_applications() -> None:
    """What a browser brings from a page, Referer tells; what it opens by itself the application made."""
    trace, typed = Trace((GITHUB,)), (("User-Agent", "Mozilla/5.0"),)
    linked = (*typed, ("Referer", "https://mallory.example/"))
    for number, headers in enumerate((typed, linked)):
        trace.record(Request("GET", f"{GITHUB.authorization_url}?state={'s' * 30}{number}", headers), None)
    known = columns(who_knows(trace))
    assert known["your application"] == {"⟨state 1⟩": "step 1", "⟨state 2⟩": "–"}
    assert known["GitHub"] == {"⟨state 1⟩": "step 1", "⟨state 2⟩": "step 1"}


def test_another_host_hears_nothing_of_a_callback_by_default(practice: Practice) -> None:
    flow(practice, practice.app(GITHUB))
    history, other = practice.browser.history, "https://ads.example/"
    told = {
        "other": [referer(page, other) for page in history],
        "own": [referer(page, page) for page in history],
    }
    known = columns(who_knows(practice.trace, stolen=told))
    assert set(known["other"].values()) == {"–"}
    assert known["own"]["⟨code 1⟩"] == "got hold of it"


def test_it_shows_labels_only(practice: Practice) -> None:
    callback = flow(practice, practice.app(GITHUB))
    shown = str(who_knows(practice.trace, browsers={"Ada": practice.browser}, stolen={"Eve": [callback]}))
    for secret in (*practice.ledger.codes, *practice.ledger.tokens, practice.app(GITHUB).client_secret):
        assert secret not in shown and secret[-8:] not in shown

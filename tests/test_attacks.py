"""The attacks on a site's sign-in: each gets in where the control against it is off, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from oauth_steps import FACEBOOK, GITHUB, App, StateMismatch, authorization_url, new_state, read_callback
from oauth_steps.attacks import (
    AS_IT_CAME,
    OLD_STATE,
    WITHOUT_CHALLENGE,
    WITHOUT_STATE,
    Attempt,
    Begin,
    Callback,
    Session,
    Site,
    changed,
    forced_linking,
    forced_login,
    granted,
    honest,
    mix_up,
    parameters,
    side_by_side,
    site_with,
    stolen_code,
)
from oauth_steps.errors import BadInput
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import Browser


@pytest.fixture
def app(practice: Practice) -> App:
    return practice.app(GITHUB)


@pytest.fixture
def two(practice: Practice) -> dict[str, Browser]:
    return {"victim": practice.new_browser("ada"), "attacker": practice.new_browser("mallory")}


# --- handlers, right but for one thing each ---------------------------------------------------------------


def handlers(app: App, off: str) -> tuple[Begin, Callback]:
    issued: set[str] = set()

    def begin(session: Session) -> str:
        state = {"absent": None, "constant": "the same for all"}.get(off, new_state())
        session["state"] = state
        issued.add(str(state))
        return authorization_url(app, state=state)

    def callback(url: str, session: Session) -> str:
        answer = parameters(url)
        stored = session.get("state") if off == "kept after use" else session.pop("state", None)
        expected = {
            "constant": "the same for all",
            "compared with itself": answer.get("state"),
            "good in any browser": answer.get("state") if answer.get("state") in issued else None,
        }.get(off, stored)
        equal = answer.get("state") == expected and (expected or off == "missing equals missing")
        if not equal and off not in ("absent", "not compared", "reported, not stopped"):
            raise StateMismatch("another state")
        return answer["code"]

    return begin, callback


FLAWS = {
    "absent": AS_IT_CAME,
    "constant": AS_IT_CAME,
    "not compared": AS_IT_CAME,
    "compared with itself": AS_IT_CAME,
    "kept after use": OLD_STATE,
    "good in any browser": AS_IT_CAME,
    "missing equals missing": WITHOUT_STATE,
    "reported, not stopped": AS_IT_CAME,
}


@pytest.mark.parametrize("attack", [forced_login, forced_linking])
@pytest.mark.parametrize(("off", "how"), FLAWS.items(), ids=FLAWS)
def test_a_handler_with_one_control_off_works_and_lets_the_attacker_in(
    app: App, two: dict[str, Browser], attack: Any, off: str, how: str
) -> None:
    site = Site(app, *handlers(app, off))
    assert honest(site, two["victim"]) == "✓ works"
    assert attack(site, **two) == Attempt(True, how)


@pytest.mark.parametrize("attack", [forced_login, forced_linking])
@pytest.mark.parametrize("by_hand", [True, False])
def test_with_all_on_nobody_gets_in(app: App, two: dict[str, Browser], attack: Any, by_hand: bool) -> None:
    begin, callback = handlers(app, "nothing")
    if not by_hand:

        def callback(url: str, session: Session) -> str:
            return read_callback(app, url, expected_state=session.pop("state", None))

    assert attack(Site(app, begin, callback), **two) == Attempt(False, "the site (StateMismatch)")


def test_a_handler_that_refuses_everybody_is_no_use(app: App, two: dict[str, Browser]) -> None:
    def callback(url: str, session: Session) -> str:
        raise StateMismatch("never")

    begin, _ = handlers(app, "nothing")
    assert honest(Site(app, begin, callback), two["victim"]) == "✗ refused: StateMismatch"


def test_a_callback_that_goes_on_without_a_verifier_falls_to_a_code_without_a_challenge(
    app: App, two: dict[str, Browser]
) -> None:
    site = Site(app, site_with(app, {"PKCE"}).begin, lambda url, session: parameters(url)["code"])
    assert forced_login(site, **two) == Attempt(True, WITHOUT_CHALLENGE)


# --- three controls, at two providers -----------------------------------------------------------------------

MISMATCH, NO_TOKEN = "the site (StateMismatch)", "GitHub (bad_verification_code)"
ALL = ("state", "iss", "PKCE")
STOPPED: dict[tuple[str, tuple[str, ...]], tuple[str, str, str]] = {
    # provider, controls -> what stops a forced login, a stolen code, a mix-up; "" if nothing does
    ("GitHub", ()): ("", "", ""),
    ("GitHub", ("state",)): (MISMATCH, "", ""),
    ("GitHub", ("iss",)): ("", "", "the site (IssuerMismatch)"),
    ("GitHub", ("PKCE",)): (f"the site (CallbackRefused), by {NO_TOKEN}", NO_TOKEN, ""),
    ("GitHub", ALL): (MISMATCH, NO_TOKEN, "the site (IssuerMismatch)"),
    ("Facebook", ("state",)): (MISMATCH, "", ""),
    ("Facebook", ("iss",)): ("", "", ""),
    ("Facebook", ("PKCE",)): ("", "", ""),
    ("Facebook", ALL): (MISMATCH, "", ""),
}


@pytest.mark.parametrize(("provider", "controls"), STOPPED, ids=str)
def test_what_each_control_stops(
    practice: Practice, two: dict[str, Browser], provider: str, controls: tuple[str, ...]
) -> None:
    row, profile = {"GitHub": (GITHUB, "/user"), "Facebook": (FACEBOOK, "/me")}[provider]
    app = practice.app(row)
    site = site_with(app, controls, profile)
    assert honest(site, two["victim"]) == "✓ works"
    attempts = (
        forced_login(site, **two),
        stolen_code(site, **two),
        mix_up(app, controls, victim=two["victim"]),
    )
    assert tuple("" if one.got_in else one.how for one in attempts) == STOPPED[provider, controls]


def test_in_a_mix_up_the_code_goes_to_the_attackers_server(practice: Practice, app: App) -> None:
    attempt = mix_up(app, {"state", "PKCE"}, victim=practice.new_browser("ada"))
    request = practice.trace[-1].reveal().request
    assert attempt == Attempt(True, "the code goes to id.mallory.example")
    assert request.url == "https://id.mallory.example/token"
    assert list(practice.ledger.codes)[-1] in request.body.decode()
    assert app.client_secret not in request.body.decode()


# --- the site, and what is seen of it -------------------------------------------------------------------------


def test_one_callback_signs_in_and_connects(app: App, two: dict[str, Browser]) -> None:
    site, session = site_with(app, ALL), Session()
    site.sign_in(two["victim"], session)
    assert session == {"account": "Ada Moreno"}
    site.sign_in(two["attacker"], session)
    assert set(site.accounts.values()) == {"Ada Moreno"} and len(site.accounts) == 2


def test_what_is_granted_is_held_up(app: App, two: dict[str, Browser]) -> None:
    ada = two["victim"]
    callback = granted(ada, authorization_url(app, state=new_state()))
    assert callback.startswith(app.redirect_uri) and callback not in ada.history
    assert granted(ada, authorization_url(app, state=new_state())) != callback  # no page this time


def test_an_attack_leaves_the_sites_accounts_alone(app: App, two: dict[str, Browser]) -> None:
    site = site_with(app, ())
    for attack in (forced_login, forced_linking, stolen_code):
        attack(site, **two)
    assert site.accounts == {}


@pytest.mark.parametrize(
    ("url", "to", "result"),
    [
        ("https://a.example/cb?code=1&state=2", {"state": None}, "https://a.example/cb?code=1"),
        ("https://a.example/cb?code=1&state=2", {"state": "3"}, "https://a.example/cb?code=1&state=3"),
        ("https://a.example/cb?code=1", {"state": "a b"}, "https://a.example/cb?code=1&state=a+b"),
        ("https://a.example/cb?code=1#_=_", {"code": "2"}, "https://a.example/cb?code=2#_=_"),
    ],
)
def test_an_address_is_changed_in_one_place(url: str, to: dict[str, str | None], result: str) -> None:
    assert changed(url, **to) == result


def test_side_by_side_shows_labels_only(practice: Practice, app: App, two: dict[str, Browser]) -> None:
    browsers = {"Mallory": two["attacker"], "Ada": two["victim"]}
    sessions = {"Mallory": Session(), "Ada": Session()}
    site = site_with(app, ALL)
    forged = granted(two["attacker"], site.begin(sessions["Mallory"]))
    two["victim"].open(forged)
    sessions["Ada"]["account"] = "Ada Moreno"
    table = side_by_side(browsers, sessions)
    assert table.columns == ("in the browser of", "Mallory", "Ada")
    shown = {row[0]: row[1:] for row in table.rows}
    assert (
        shown["the address bar"][1] == "notes.example/callback/github with code = ⟨code 1⟩, state = ⟨state 1⟩"
    )
    held = "state = ⟨state 1⟩, verifier = ⟨code verifier 1⟩"
    assert shown["her session"] == (held, "account = Ada Moreno")
    assert shown["the page"] == ("not signed in", "Hello, Ada Moreno")
    for secret in (*sessions["Mallory"].values(), parameters(forged)["code"]):
        assert secret not in str(table) + table._repr_html_()


def test_nobody_has_been_anywhere_yet(practice: Practice) -> None:
    table = side_by_side({"Ada": practice.new_browser()}, {"Ada": {}})
    assert [row[1] for row in table.rows] == ["–", "nothing", "not signed in"]


def test_a_browser_of_another_practice_is_told_at_once() -> None:
    with Practice(port=0) as one, Practice(port=0) as other:
        ada = one.new_browser(signed_in_as="ada")
        with pytest.raises(BadInput, match="knows no provider at that address"):
            granted(ada, authorization_url(other.app(GITHUB), state=new_state()))

"""A learner's two handlers: what serves two tabs and no other browser passes, each mistake has its hint."""

from __future__ import annotations

from typing import Any

import pytest

from oauth_steps import GITHUB, App, StateMismatch, authorization_url, new_state, pkce_pair
from oauth_steps.attacks import _FORGERIES, Session, parameters
from oauth_steps.check import NOT_ANSWERED, Verdict, check_two_tabs
from oauth_steps.check.handlers import _WHY
from oauth_steps.practice import Practice

THROUGH_BOTH_DOORS = True  # see conftest.py


def checked(practice: Practice, app: App, begin: Any, callback: Any) -> Verdict:
    ada, mallory = practice.new_browser("ada"), practice.new_browser("mallory")
    return check_two_tabs(begin, callback, app=app, ada=ada, mallory=mallory)


def halves(app: App, off: str = "") -> tuple[Any, Any]:
    """Both handlers, good but for what is off."""
    everybodys: Session = {}

    def states(session: Session) -> list[Any]:
        kept = everybodys if off == "for all" else session
        if off == "by the session's id":
            kept = everybodys.setdefault(str(id(session)), {})
        found: list[Any] = kept.setdefault("states", [None] if off == "none is none" else [])
        return found

    def begin(session: Session) -> str | None:
        state = None if off == "no state" else "the same for all" if off == "constant" else new_state()
        kept = states(session)
        if off == "one slot":
            kept.clear()
        kept.append(state)
        return None if off == "no return in begin" else authorization_url(app, state=state)

    def callback(url: str, session: Session) -> str | None:
        state, kept = parameters(url).get("state"), states(session)
        if off == "breaks":
            return str(session["stat"])
        if state not in kept:
            raise StateMismatch("another state")
        if off == "clears all":
            kept.clear()
        elif off != "kept after use":
            kept.remove(state)
        return None if off == "no return" else parameters(url)["code"]

    return begin, callback


def test_a_state_for_each_tab_passes(practice: Practice) -> None:
    app = practice.app(GITHUB)
    verdict = checked(practice, app, *halves(app))
    assert verdict.ok is True, verdict
    assert "both of her tabs" in str(verdict)


MISTAKES = {
    "for all": "forced login: Mallory's callback gets in, as it came: its state was fetched in another browser",
    "by the session's id": "one tab: tab 1 is refused with StateMismatch: only what begin puts into the session",
    "one slot": "two tabs, the first one last: tab 1 is refused with StateMismatch",
    "clears all": "two tabs, the first one last: tab 1 is refused with StateMismatch",
    "kept after use": "gets in, with a state that was used before: take a state out of the session",
    "none is none": "gets in, state taken out: no state at all is no proof",
    "no state": "the address of step 1 has no state",
    "constant": "every browser gets the same state",
    "no return in begin": "begin does not return the address of step 1 (is a return missing?)",
    "no return": "one tab: callback does not return the code (is a return missing?)",
    "breaks": "your function broke with KeyError: 'stat'. (To refuse, raise CallbackRefused.)",
}


@pytest.mark.parametrize(("off", "hint"), MISTAKES.items(), ids=MISTAKES)
def test_each_mistake_has_its_hint(practice: Practice, off: str, hint: str) -> None:
    app = practice.app(GITHUB)
    verdict = checked(practice, app, *halves(app, off))
    assert verdict.ok is False
    assert hint in " ".join(str(verdict).split())


def test_a_store_for_all_is_not_mended_by_pkce(practice: Practice) -> None:
    app = practice.app(GITHUB)

    def begin(session: Session) -> str:
        session["verifier"], challenge = pkce_pair()
        states.append(state := new_state())
        return authorization_url(app, state=state, code_challenge=challenge)

    def callback(url: str, session: Session) -> str:
        if parameters(url).get("state") not in states:
            raise StateMismatch("another state")
        states.remove(parameters(url)["state"])
        return parameters(url)["code"]

    states: list[str] = []
    verdict = " ".join(str(checked(practice, app, begin, callback)).split())
    assert "challenge left out: a code without a challenge needs no verifier. Whose session" in verdict


def test_each_way_in_has_its_hint() -> None:
    assert set(_WHY) == set(_FORGERIES)


@pytest.mark.parametrize("order", ["the first", "the last"])
def test_a_tab_that_is_only_good_first_or_last_is_found(practice: Practice, order: str) -> None:
    """A handler that forgets either the older or the younger of two states."""
    app = practice.app(GITHUB)
    begin, _ = halves(app)

    def callback(url: str, session: Session) -> str:
        place = 0 if order == "the first" else -1
        if parameters(url).get("state") != session["states"].pop(place):
            raise StateMismatch("out of order")
        return parameters(url)["code"]

    verdict = checked(practice, app, begin, callback)
    assert verdict.ok is False and "tab" in str(verdict)


@pytest.mark.parametrize(("begin", "callback"), [(..., ...), (str, ...), (None, str)])
def test_what_is_half_done_is_not_judged(practice: Practice, begin: Any, callback: Any) -> None:
    assert checked(practice, practice.app(GITHUB), begin, callback) == NOT_ANSWERED


def test_functions_are_handed_over_uncalled(practice: Practice) -> None:
    app = practice.app(GITHUB)
    begin, callback = halves(app)
    assert "without calling them" in str(checked(practice, app, begin({}), callback))


def test_no_secret_is_told(practice: Practice) -> None:
    app = practice.app(GITHUB)

    def callback(url: str, session: Session) -> str:
        raise ValueError(url)

    shown = str(checked(practice, app, halves(app)[0], callback))
    assert "⟨code" in shown and not any(code in shown for code in practice.ledger.codes)

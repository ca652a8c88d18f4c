"""A learner's two handlers, run as a website's sign-in: in two tabs of one browser, and attacked from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ..attacks import (
    AS_IT_CAME,
    OLD_STATE,
    WITHOUT_CHALLENGE,
    WITHOUT_STATE,
    Browser,
    Session,
    Site,
    forced_linking,
    forced_login,
    granted,
    parameters,
)
from ..errors import OAuthStepsError
from ..providers import App, Step
from .verdicts import Verdict, judged, no_halves, or_how_it_broke

_WHY = {  # how a forged callback got in -> what is missing
    AS_IT_CAME: "its state was fetched in another browser. Whose session was it kept in?",
    WITHOUT_STATE: "no state at all is no proof: refuse before you compare",
    OLD_STATE: "take a state out of the session as soon as its answer is there",
    WITHOUT_CHALLENGE: "a code without a challenge needs no verifier. Whose session was its state kept in?",
}


def check_two_tabs(begin: Any, callback: Any, *, app: App, ada: Browser, mallory: Browser) -> Verdict:
    """Whether `begin(session)` and `callback(url, session)` serve two tabs of one browser, and no other browser.

    Each call gets a copy of the session, as from a store, and what it leaves there is kept: nothing else is shared.
    `ada` and `mallory` are browsers that are signed in at the provider, whose API answers at `/user`; what they do
    is recorded.
    """
    if not_yet := no_halves(begin, callback):
        return not_yet
    copies: list[Session] = []
    site = Site(app, partial(_on_a_copy, begin, copies), partial(_on_a_copy, callback, copies))
    mistakes = _mistakes(site, ada, mallory)
    return judged(
        or_how_it_broke(mistakes), "both of her tabs arrive, once each, and no callback of Mallory's"
    )


def _on_a_copy(half: Callable[..., Any], copies: list[Session], *given: Any) -> Any:
    """Call this half with a copy of the session, its last argument. The copies are kept: no id comes twice."""
    *others, session = given
    copies.append(copy := dict(session))
    try:
        return half(*others, copy)
    finally:
        session.clear()
        session.update(copy)


def _mistakes(site: Site, ada: Browser, mallory: Browser) -> Iterator[str]:
    url = site.begin({})
    if not isinstance(url, str) or site.app.provider.step_of("GET", url) != Step.AUTHORIZATION_REQUEST:
        yield "begin does not return the address of step 1 (is a return missing?)"
    if not parameters(url).get("state"):
        yield "the address of step 1 has no state: her answer could not be told from another's"
    if parameters(url)["state"] == parameters(site.begin({})).get("state"):
        yield "every browser gets the same state: who knows one knows all"
    yield from _refused_tab(site, ada, "one tab", [0])
    for tabs, order in (("the first one last", [1, 0]), ("the first one first", [0, 1])):
        yield from _refused_tab(site, ada, f"two tabs, {tabs}", order)
    for what, attack in (("forced login", forced_login), ("forced linking", forced_linking)):
        attempt = attack(site, victim=ada, attacker=mallory)
        if attempt.got_in:
            yield f"{what}: Mallory's callback gets in, {attempt.how}: {_WHY[attempt.how]}"


def _refused_tab(site: Site, browser: Browser, what: str, order: list[int]) -> Iterator[str]:
    """The hint if one of these tabs, all begun before the first of them ends, does not get its own code."""
    session: Session = {}
    begun = [site.begin(session) for _ in order]
    why = (
        "a session may keep more than one"
        if len(order) > 1
        else "only what begin puts into the session is left"
    )
    for tab in order:
        answer = granted(browser, begun[tab])
        try:
            code = site.callback(answer, session)
        except OAuthStepsError as error:
            yield f"{what}: tab {tab + 1} is refused with {type(error).__name__}: {why}"
            return
        if code != parameters(answer)["code"]:
            yield f"{what}: callback does not return the code (is a return missing?)"
            return

"""A learner's callback endpoint, run on what happens to one: doubled calls, reloads, refusals, a lost answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ..attacks import parameters
from ..mishaps import Practice
from ..providers import App, Step
from ..steps import authorization_url, new_state
from ..wire import Trace
from .outcomes import members_of
from .verdicts import Verdict, called, judged, no_function

USER = "ben"  # at whose browser the endpoint is tried


class _Call(NamedTuple):
    """What one call of the endpoint came to: the token's text, how it went wrong, the token requests it sent."""

    token: str | None
    wrong: str
    sent: Trace


def check_exchange_once(endpoint: Any, *, app: App, practice: Practice) -> Verdict:
    """Run `endpoint(url, session) -> token` on arrivals of browsers: each code must be sent once, no token lost.

    `session` holds `state` when a browser has been sent off. What she keeps there, and the error with which she
    refuses, are her choice. Signs in at the practice, and leaves codes and tokens there.
    """
    if not_yet := no_function(endpoint, "exchange_once"):
        return not_yet
    trial = _Trial(endpoint, app, practice)
    praise = (
        "a doubled call, reloads, a late code, a lost answer: each code went out once, no token was lost, "
        "and none went to another browser"
    )
    return judged(trial.mistakes(), praise)


class _Trial:
    """An endpoint, and the sessions and browsers on which it is tried."""

    def __init__(self, endpoint: Callable[..., Any], app: App, practice: Practice) -> None:
        self.endpoint = endpoint
        self.app = app
        self.practice = practice
        self.browser = practice.new_browser(signed_in_as=USER)

    def mistakes(self) -> Iterator[str]:
        session: dict[str, Any] = {}
        first, second = self._arrivals(session, twice=True)
        honest = self._call(first, session)
        if not honest.sent:
            yield f"an honest arrival: no token request was sent{honest.wrong and f': {honest.wrong}'}"
        yield from _not_its_token("an honest arrival", honest, _brought(honest.sent))
        token = honest.token
        for what, url in {"the second of two calls": second, "a reload": first}.items():
            yield from _again(what, self._call(url, session), token)
        yield from self._other_browser(first, token)
        yield from self._forged(session, first, token)
        yield from self._next_sign_in(session)
        yield from self._lost_answer()

    def _other_browser(self, url: str, token: str | None) -> Iterator[str]:
        """The callback of this browser, opened in another one, which has been sent off and which has not."""
        others: list[dict[str, Any]] = [{}, {"state": new_state()}]
        for other in others:
            if token in (self._call(url, other).token, *_texts(other)):
                yield (
                    "another browser's session got this one's token: remember it in the session, "
                    "after comparing state"
                )

    def _forged(self, session: dict[str, Any], url: str, token: str | None) -> Iterator[str]:
        """Callbacks that this browser never asked for, where it is signed in already and where it is not."""
        made_up = {"code": "0123456789abcdef0123", "iss": self.app.provider.issuer or "", "state": "x" * 43}
        forged = f"{self.app.redirect_uri}?{urlencode(made_up)}"
        for met in ({"state": new_state()}, session):
            if self._call(forged, met).sent:
                yield "a forged callback: its code was sent. Compare state before all else (lesson 03)"
        if self._call(url, session).token != token:
            yield "a forged callback: the session has lost the token that it had"

    def _next_sign_in(self, session: dict[str, Any]) -> Iterator[str]:
        """The same browser is sent off again, and later once more, with a code that comes too late."""
        (url,) = self._arrivals(session)
        again = self._call(url, session)
        if not again.sent:
            how = again.wrong or "what is returned is from before"
            yield f"another sign-in in the same session: the new code was never sent, {how}"
        yield from _not_its_token("another sign-in in the same session", again, _brought(again.sent))
        (late,) = self._arrivals(session)
        self.practice.expire(parameters(late)["code"])
        self._call(late, session)
        if again.token not in list(_texts(session)) and self._call(url, session).token != again.token:
            yield "a code that came too late: with it the token from before is lost. Store nothing when refused"

    def _lost_answer(self) -> Iterator[str]:
        session: dict[str, Any] = {}
        (url,) = self._arrivals(session)
        self.practice.fail_once("time-out")
        sent = [*self._call(url, session).sent, *self._call(url, session).sent]
        if len(sent) > 1:
            yield (
                "an answer was lost, and the browser arrived again: the code was sent twice. "
                "Take state out of the session before the request, not after it"
            )

    def _arrivals(self, session: dict[str, Any], *, twice: bool = False) -> list[str]:
        """Send the browser off with a new state in the session; the addresses at which it arrives."""
        session["state"] = new_state()
        if twice:
            self.practice.fail_once("doubled callback")
        page = self.browser.open(authorization_url(self.app, state=session["state"]))
        redirect = page if hasattr(page, "arrivals") else page.allow()
        return list(redirect.arrivals)

    def _call(self, url: str, session: dict[str, Any]) -> _Call:
        begun = len(self.practice.trace)
        came = called(self.endpoint, url, session)
        sent = self.practice.trace[begun:].of_step(Step.TOKEN_REQUEST)
        return _Call(next(_texts(came.returned), None), came.wrong, sent)


def _not_its_token(what: str, call: _Call, brought: str | None) -> Iterator[str]:
    if call.wrong:
        yield f"{what}: {call.wrong}"
    if len(call.sent) > 1:
        yield f"{what}: {len(call.sent)} token requests were sent, one is enough"
    if call.token is None:
        yield f"{what}: nothing is returned, and it should be the token (is a return missing?)"
    if call.token != brought:
        yield f"{what}: something else is returned than the token that came"


def _again(what: str, call: _Call, token: str | None) -> Iterator[str]:
    """What is wrong with how a browser was received that had arrived before."""
    if call.sent:
        yield f"{what}: the code was sent again. Notice before step 3 that this session has been here"
    if call.wrong:
        yield f"{what}: {call.wrong}, so she sees an error although she is signed in"
    if call.token != token:
        yield f"{what}: the token that the session had is not returned"


def _brought(sent: Trace) -> str | None:
    """The token in the answer to the last of these requests."""
    response = sent[-1].reveal().response if sent else None
    return members_of(response).get("access_token") if response else None


def _texts(made: Any) -> Iterator[str]:
    """The access tokens in what she returned or kept: texts, Tokens, a token response's members."""
    if isinstance(made, str):
        yield made
    elif isinstance(made, Mapping):
        values = [made["access_token"]] if "access_token" in made else made.values()
        for value in values:
            yield from _texts(value)
    elif text := getattr(made, "access_token", None):
        yield str(text)

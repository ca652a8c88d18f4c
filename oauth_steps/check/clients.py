"""A learner's sign-in with a library: its two halves, tried with each callback; and what it makes of the scopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from ..attacks import changed, granted, parameters
from ..mishaps import STRANGER, USER, Practice
from ..providers import App, Step
from .comparing import ACTS, CANCEL, HOSTILE, Halves, Tried, attempt
from .exchanges import parameters_of
from .outcomes import members_of
from .pkce import pkce_mistakes
from .verdicts import Verdict, judged, no_function, no_halves, or_how_it_broke


def check_client(begin: Any, arrive: Any, *, app: App, practice: Practice) -> Verdict:
    """Whether this client signs Ada in with PKCE, and refuses each hostile callback, and a Cancel, before it asks.

    `begin(session)` returns the address of step 1, `arrive(url, session)` the user's name.
    """
    if not_yet := no_halves(begin, arrive):
        return not_yet
    praise = (
        f"Ada is signed in, with PKCE; {len(HOSTILE)} hostile callbacks and a Cancel are refused, unasked"
    )
    return judged(or_how_it_broke(_client_mistakes((begin, arrive), app, practice)), praise)


def _client_mistakes(client: Halves, app: App, practice: Practice) -> Iterator[str]:
    url = client[0]({})
    if not isinstance(url, str) or app.provider.step_of("GET", url) != Step.AUTHORIZATION_REQUEST:
        yield "begin does not return the address of step 1 (does it return the state as well, or nothing?)"
    ada = practice.new_browser(signed_in_as=USER)
    honest = attempt(client, ada, practice.trace)
    if honest.error is not None:
        yield from _why_by_pkce(honest, app)
        yield f"Ada's own callback does not sign her in: {honest}"
    if honest.user != (name := practice.user(USER).person.name):
        yield f"Ada's own callback came, and arrive returns {honest.user!r}, not {name!r}"
    yield from pkce_mistakes(*_said(honest), app.provider.pkce)
    if parameters(url).get("code_challenge") == _said(honest)[0]["code_challenge"]:
        yield "two sign-ins had the same code_challenge: each begin makes a verifier of its own"
    for what in (*HOSTILE, CANCEL):
        browser = practice.new_browser(signed_in_as=STRANGER) if what == CANCEL else ada
        tried, why = attempt(client, browser, practice.trace, what), ACTS[what].why
        if tried.error is None:
            yield f"{what}: {tried.user} is signed in, and must not be: {why}"
        if tried.asked:
            where = urlsplit(tried.asked[0].reveal().request.url).netloc
            yield f"{what}: {where} was asked before anything was refused: {why}"


def _why_by_pkce(honest: Tried, app: App) -> Iterator[str]:
    """What is wrong with its PKCE, if it tried any: a provider that refuses for that does not say so."""
    asked, redeemed = _said(honest)
    if "code_challenge" in asked or "code_verifier" in redeemed:
        yield from pkce_mistakes(asked, redeemed, app.provider.pkce)


def _said(honest: Tried) -> tuple[dict[str, str], dict[str, str]]:
    """The parameters of step 1, and of the first request after it."""
    first, *_ = honest.trace
    redeemed = parameters_of(honest.asked[0].reveal().request) if honest.asked else {}
    return parameters(first.reveal().request.url), redeemed


# What is asked for: two scopes, and two of which the provider keeps one, since it holds the other.
_ASKED = (("read:user", "user:email"), ("user", "user:email"))


def check_granted_scopes(walk: Any, *, app: App, practice: Practice) -> Verdict:
    """Whether `walk(app, come_back)` signs Ada in and returns the scopes that were granted, whatever was asked for.

    `come_back(url)` takes Ada's browser to the provider and returns the callback.
    """
    if not_yet := no_function(walk, "walk"):
        return not_yet
    return judged(
        _scope_mistakes(walk, app, practice), "what was granted, also where that is not what was asked for"
    )


def _scope_mistakes(walk: Callable[..., Any], app: App, practice: Practice) -> Iterator[str]:
    browser = practice.new_browser(signed_in_as=USER)
    for asked in _ASKED:
        begun, where = len(practice.trace), f"asked for {' and '.join(asked)}"
        try:
            returned = walk(replace(app, scope=asked), lambda url: granted(browser, url))
        except Exception as error:
            yield f"{where}: {type(error).__name__}: {error}. But a token was given: look at the exchange"
            return
        answers = practice.trace[begun:].of_step(Step.TOKEN_REQUEST)
        given = members_of(answers[-1].reveal().response) if answers else {}  # type: ignore[arg-type]
        if not given.get("access_token"):
            yield f"{where}: no token was given"
        names = set(returned) if isinstance(returned, Iterable) and not isinstance(returned, str) else None
        expected = set(given["scope"].split(app.provider.granted_scope_separator))
        if names is None:
            yield f"{where}: it returns {type(returned).__name__}. A set or a list of names is wanted"
        elif any("," in name for name in names):
            yield f"{where}: two scopes come back as one text, {sorted(names)}: which separator does this provider use?"
        elif names == set(asked) != expected:
            yield f"{where}: it returns what was asked for. Granted was {', '.join(expected)}"
        elif names != expected:
            wrong, right = (", ".join(sorted(scopes)) or "nothing" for scopes in (names, expected))
            yield f"{where}: it returns {wrong}, and granted was {right}"
    try:
        walk(app, lambda url: changed(granted(browser, url), state="the-state-of-another-browser-0123456789"))
    except Exception:
        return
    yield "a callback with another state gets in: does the session that reads it know the state?"

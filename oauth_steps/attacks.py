"""A website of a few lines, and attacks on its sign-in, each carried out with the browsers of two people.

What is attacked is `callback(url, session) -> str`: it returns the code, or refuses by raising an OAuthStepsError.
Its other half, `begin(session) -> str`, makes the address of step 1. A session is what a site keeps for one browser.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

from . import wire
from .errors import (
    BadInput,
    CallbackRefused,
    IssuerMismatch,
    MissingCode,
    OAuthStepsError,
    StateMismatch,
    TokenRefused,
    Unreachable,
)
from .providers import App, Provider
from .show import Table
from .steps import Token, authorization_url, new_state, pkce_pair, request_resource, request_token

Session = dict[str, Any]
Begin = Callable[[Session], str]
Callback = Callable[[str, Session], str]
Arrive = Callable[[str, Session], str]  # it does all the rest, and returns who is in


class Browser(Protocol):
    """A browser, as far as it matters here: signed in at the provider, and with a history."""

    history: list[str]

    def open(self, url: str) -> Any: ...


@dataclass(frozen=True)
class Site:
    """A website with a button that leads to the provider.

    `profile` is the path of the API that says who a user is; `accounts` which account each user opens, by her id.
    """

    app: App
    begin: Begin
    callback: Callback
    profile: str = "/user"
    accounts: dict[Any, str] = field(default_factory=dict)

    def arrive(self, url: str, session: Session) -> None:
        """A browser arrives at the callback. Raises what the handler and the steps raise."""
        code = self.callback(url, session)
        token = request_token(self.app, code, code_verifier=session.pop("verifier", None))
        user = request_resource(self.app, token, self.profile).json()
        if "account" in session:  # she is signed in: connect this user with her account
            self.accounts[user["id"]] = session["account"]
        else:  # find the account that this user opens, or make one, named after her
            session["account"] = self.accounts.setdefault(user["id"], user["name"])

    def sign_in(self, browser: Browser, session: Session) -> str:
        """All of it, by somebody who means it; returns the callback."""
        callback = granted(browser, self.begin(session))
        browser.open(callback)
        self.arrive(callback, session)
        return callback


def granted(browser: Browser, url: str) -> str:
    """Open an address of step 1, and allow if a page asks for it; returns the callback.

    It is held up on its way: the browser has not opened it yet, and it is not in its history. Raises BadInput for a
    browser to which the address is no provider's: it would wait for an answer that nobody sends.
    """
    page = browser.open(url)
    callback = page if hasattr(page, "arrivals") else page.allow()
    browser.history.pop()
    if urlsplit(str(callback.url))[:2] == urlsplit(url)[:2]:  # still at the provider
        raise BadInput(
            "this browser knows no provider at that address",
            mend="Is it one of step 1? Practice, application and browser belong together: "
            "make all three anew, from the first cell on",
        )
    return str(callback.url)


def code_for(app: App, browser: Browser, **changed: Any) -> str:
    """Steps 1 and 2 for this application, all of it allowed; `changed` as in `authorization_url`."""
    return parameters(granted(browser, authorization_url(app, state=new_state(), **changed)))["code"]


def token_for(app: App, browser: Browser) -> Token:
    """Steps 1 to 4 for this application, by somebody who allows all of it."""
    return request_token(app, code_for(app, browser))


def parameters(url: str) -> dict[str, str]:
    """What stands in the query of an address."""
    return dict(parse_qsl(urlsplit(url).query))


def side_by_side(browsers: Mapping[str, Browser], sessions: Mapping[str, Session]) -> Table:
    """What each of these people sees now, and what the site keeps for her browser."""
    views = [_view(browser, sessions[name]) for name, browser in browsers.items()]
    kinds = ("the address bar", "her session", "the page")
    return Table(("in the browser of", *browsers), list(zip(kinds, *views, strict=True)))


def _view(browser: Browser, session: Session) -> tuple[str, str, str]:
    address = urlsplit(wire.mask(browser.history[-1])) if browser.history else urlsplit("")
    carries = [f"{name} = {value}" for name, value in parse_qsl(address.query) if value.startswith("⟨")]
    holds = ", ".join(f"{name} = {wire.mask(str(value))}" for name, value in session.items())
    page = f"Hello, {session['account']}" if "account" in session else "not signed in"
    place = " with ".join(filter(None, (address.netloc + address.path, ", ".join(carries))))
    return place or "–", holds or "nothing", page


# --- the attacks -------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Attempt:
    """What came of an attack: whether it got in, and by what, or what stopped it."""

    got_in: bool
    how: str

    def __str__(self) -> str:
        return f"✗ gets in: {self.how}" if self.got_in else f"✓ stopped by {self.how}"

    __repr__ = __str__


def _stopped(error: OAuthStepsError, app: App) -> Attempt:
    """Who refused: the provider, which gives no token, or the site before it asked for one."""
    if isinstance(error, TokenRefused):
        return Attempt(False, f"{app.provider.name} ({error.error})")
    return Attempt(False, f"the site ({type(error).__name__})")


def honest(site: Site, browser: Browser) -> str:
    """Whether somebody who means it can sign in."""
    try:
        site.sign_in(browser, {})
    except OAuthStepsError as error:
        return f"✗ refused: {type(error).__name__}"
    return "✓ works"


AS_IT_CAME, WITHOUT_STATE = "as it came", "state taken out"
OLD_STATE, WITHOUT_CHALLENGE = "with a state that was used before", "challenge left out"

# How the attacker makes a callback of a code of her own, from step 1's address and the victim's last callback.
_FORGERIES: Mapping[str, Callable[[Browser, str, str], str]] = {
    AS_IT_CAME: lambda attacker, url, last: granted(attacker, url),
    WITHOUT_STATE: lambda attacker, url, last: changed(granted(attacker, url), state=None),
    OLD_STATE: lambda attacker, url, last: changed(
        granted(attacker, url), state=parameters(last).get("state")
    ),
    WITHOUT_CHALLENGE: lambda attacker, url, last: granted(
        attacker, changed(url, code_challenge=None, code_challenge_method=None)
    ),
}


def changed(url: str, **to: str | None) -> str:
    """The address with these parameters set to something else, or taken out if None."""
    query = {name: value for name, value in {**parameters(url), **to}.items() if value is not None}
    return urlsplit(url)._replace(query=urlencode(query)).geturl()


def forced_login(site: Site, *, victim: Browser, attacker: Browser) -> Attempt:
    """The victim, who is signed out, opens a callback with the attacker's code: whose account is she in?"""
    return _forced(site, victim, attacker, signed_in=False)


def forced_linking(site: Site, *, victim: Browser, attacker: Browser) -> Attempt:
    """The victim, who is signed in, opens such a callback; then the attacker signs in: whose account is it?"""
    return _forced(site, victim, attacker, signed_in=True)


def _forced(site: Site, victim: Browser, attacker: Browser, *, signed_in: bool) -> Attempt:
    by: dict[str, None] = {}  # in the order in which they refused
    for how, forge in _FORGERIES.items():
        for busy in (False, True):  # whether a sign-in of her own is under way in the victim's browser
            new, session = replace(site, accounts={}), Session()
            last = new.sign_in(victim, session)
            hers = session["account"] if signed_in else session.pop("account")
            forged = forge(attacker, new.begin({}), last)
            if busy:
                new.begin(session)
            victim.open(forged)
            try:
                new.arrive(forged, session)
            except OAuthStepsError as error:
                by[_stopped(error, site.app).how] = None
                continue
            theirs = Session()
            if signed_in:
                new.sign_in(attacker, theirs)
            if (theirs["account"] == hers) if signed_in else (session["account"] != hers):
                return Attempt(True, how)
    return Attempt(False, ", by ".join(by))


def stolen_code(site: Site, *, victim: Browser, attacker: Browser) -> Attempt:
    """The attacker reads the victim's callback before it arrives, and puts the code into a callback of her own."""
    new, hers, theirs = replace(site, accounts={}), Session(), Session()
    new.sign_in(victim, hers)
    stolen = granted(victim, new.begin({}))
    own = granted(attacker, new.begin(theirs))
    try:
        new.arrive(changed(own, code=parameters(stolen)["code"]), theirs)
    except OAuthStepsError as error:
        return _stopped(error, site.app)
    return Attempt(theirs["account"] == hers["account"], "with a state of her own")


# What the attacker offers to the site as a second provider, and the site as it is registered there.
ATTACKERS = Provider(
    "Mallory ID", web_url="https://id.mallory.example", token_url="https://id.mallory.example/token"
)
SECOND = App(ATTACKERS, "notes-there", "a-secret-for-that-provider", "https://notes.example/callback")


def mix_up(app: App, controls: Collection[str], *, victim: Browser) -> Attempt:
    """A second provider, the attacker's, sends the victim on to the first (RFC 9700, 4.4)."""
    second = replace(SECOND, redirect_uri=app.redirect_uri)
    site, session = site_with(second, controls), Session()
    # She presses “Sign in with Mallory ID”; that provider answers with a redirect to the first one.
    chosen = site.begin(session)
    first = authorization_url(app, state=None)
    callback = granted(victim, changed(first, **{**parameters(chosen), "client_id": app.client_id}))
    try:
        site.arrive(callback, session)
    except Unreachable:  # the code was on its way there; nothing here answers for that host
        return Attempt(True, f"the code goes to {urlsplit(ATTACKERS.token_url).netloc}")
    except OAuthStepsError as error:
        return _stopped(error, second)
    raise AssertionError("somebody answered for the attacker's provider")


# --- a site with some of the controls -----------------------------------------------------------------------


def site_with(app: App, controls: Collection[str], profile: str = "/user") -> Site:
    """A site that has just these of the three controls "state", "iss" and "PKCE"."""
    return Site(app, partial(_begin, app, controls), partial(_callback, app, controls), profile)


def _begin(app: App, controls: Collection[str], session: Session) -> str:
    challenge = None
    if "state" in controls:
        session["state"] = new_state()
    if "PKCE" in controls:
        session["verifier"], challenge = pkce_pair()
    return authorization_url(app, state=session.get("state"), code_challenge=challenge)


def _callback(app: App, controls: Collection[str], url: str, session: Session) -> str:
    answer = parameters(url)
    state = session.pop("state", None)
    if "state" in controls and (not state or answer.get("state") != state):
        raise StateMismatch("this is not the answer to a question of this browser")
    if "iss" in controls and answer.get("iss") != app.provider.issuer:
        raise IssuerMismatch("this comes from another provider than the one that was asked")
    if "PKCE" in controls and "verifier" not in session:
        raise CallbackRefused("no sign-in is under way in this browser")
    if "code" not in answer:
        raise MissingCode("there is no code")
    return answer["code"]

"""Clients of other people at the practice providers over real HTTP: they sign in, are refused, and renew.

One table: what each client says to each act. What a provider answered is on the wire, whatever the client makes of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urldefrag, urlsplit

import pytest
from clients import adapters
from clients.adapters import Client, parameters

from oauth_steps import App
from oauth_steps.attacks import changed
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import ConsentPage, ErrorPage, Redirect, SignInPage
from oauth_steps.wire import Exchange

ADA = "Ada Moreno"
CLIENTS = {
    "requests-oauthlib": adapters.RequestsOAuthlib,
    "Authlib": adapters.Authlib,
    "Authlib, httpx": adapters.AuthlibHttpx,
    "PyGithub": adapters.PyGithub,
    "facebook-sdk": adapters.FacebookSDK,
    "django-allauth": adapters.Allauth,
    "social-auth-core": adapters.SocialCore,
    "@octokit/oauth-methods": adapters.Octokit,
    "passport-github2": adapters.Passport,
    "passport-facebook": adapters.Passport,
}
SCOPES = {"GitHub": ("read:user", "user:email"), "Facebook": ("public_profile", "email")}


@dataclass
class Run:
    """A client's application at a practice, and Ada, who uses it."""

    practice: Practice
    kind: type[Client]
    app: App

    def client(self, **other: str) -> Client:
        """The client, its application registered so, or as it wrongly thinks it is."""
        return self.kind(replace(self.app, **other))

    def back(self, client: Client, press: str = "allow") -> str:
        """Steps 1 and 2: the callback's address as a server sees it, without its fragment (RFC 9110 section 4.2.5)."""
        page = self.practice.browser.open(client.begin())
        if isinstance(page, SignInPage):
            page = page.sign_in("ada")
        if isinstance(page, ConsentPage):
            page = getattr(page, press)()
        assert isinstance(page, Redirect), page
        return urldefrag(page.url).url

    def signed_in(self) -> Client:
        client = self.client()
        assert client.arrive(self.back(client)) == ADA
        return client

    def asked(self) -> list[Exchange]:
        """What was sent by the client: browsers aside."""
        return [exchange.reveal() for exchange in self.practice.trace if not exchange.by_browser]


# --- acts -----------------------------------------------------------------------------------------------------------

Does = Callable[[Run], Any]
ACTS: dict[str, Does] = {}


def act(what: str) -> Callable[[Does], Does]:
    def keep(does: Does) -> Does:
        ACTS[what] = does
        return does

    return keep


@act("signs in")
def _(run: Run) -> str:
    return run.signed_in().call()


@act("renews")
def _(run: Run) -> str:
    """The old token would be over by now."""
    client = run.signed_in()
    first = run.practice.ledger.tokens.copy()
    run.practice.clock.advance(minutes=30)
    client.renew()
    assert run.practice.ledger.tokens.keys() - first.keys()
    run.practice.clock.advance(**RENEWED[run.app.provider.name])
    return client.call()


RENEWED = {"GitHub": {"hours": 7, "minutes": 50}, "Facebook": {"days": 59}}


@act("a wrong secret")
def _(run: Run) -> str:
    client = run.client(client_secret="0" * len(run.app.client_secret))
    return client.arrive(run.back(client))


@act("a used code")
def _(run: Run) -> str:
    first = run.client()
    used = run.back(first)
    assert first.arrive(used) == ADA
    second = run.client()
    return second.arrive(changed(run.back(second), code=parameters(used)["code"]))


@act("a late code")
def _(run: Run) -> str:
    client = run.client()
    callback = run.back(client)
    run.practice.clock.advance(minutes=10, seconds=1)
    return client.arrive(callback)


@act("another redirect_uri")
def _(run: Run) -> str:
    """The application never hears of it: the page tells the user."""
    foreign = run.app.redirect_uri.replace("notes.", "mallory.")
    page = run.practice.browser.open(run.client(redirect_uri=foreign).begin())
    if isinstance(page, SignInPage):
        page = page.sign_in("ada")
    assert isinstance(page, ErrorPage)
    return repr(page)


@act("Cancel")
def _(run: Run) -> str:
    client = run.client()
    return client.arrive(run.back(client, "deny"))


@act("another state")
def _(run: Run) -> str:
    client = run.client()
    return client.arrive(changed(run.back(client), state="the-state-of-another-browser"))


@act("a removed token")
def _(run: Run) -> str:
    client = run.signed_in()
    run.practice.user("ada").remove(run.app)
    return client.call()


@act("an old token")
def _(run: Run) -> str:
    client = run.signed_in()
    run.practice.clock.advance(hours=9)
    return client.call()


@act("renews too late")
def _(run: Run) -> str:
    """A refresh token lives for half a year; what is to be extended must be alive."""
    client = run.signed_in()
    run.practice.clock.advance(days=184)
    client.renew()
    return client.call()


# --- what comes of them ---------------------------------------------------------------------------------------------

SIGNS_IN, RENEWS, SECRET, USED, LATE, FOREIGN, CANCEL, STATE, REMOVED, OLD, TOO_LATE = ACTS
WORKS = (SIGNS_IN, RENEWS)
# What the provider answers to the client's last request; to an act that is not here it answers nothing, as none came.
ANSWERS: Mapping[str, Mapping[str, str]] = {
    "GitHub": {
        SECRET: "incorrect_client_credentials",
        USED: "bad_verification_code",
        LATE: "bad_verification_code",
        REMOVED: "Bad credentials",
        OLD: "Bad credentials",
        TOO_LATE: "bad_refresh_token",
    },
    "Facebook": {
        SECRET: "Error validating client secret.",
        USED: "This authorization code has been used.",
        LATE: "This authorization code has expired.",
        REMOVED: "The user has not authorized application",
        OLD: "Session has expired",
        TOO_LATE: "Session has expired",
    },
}
PAGES = {"GitHub": "Be careful!", "Facebook": "URL Blocked"}  # what the user sees of a foreign redirect_uri
# What a client says, where that is not simply the provider's answer; None is an act in which it has no part.
NEITHER = {CANCEL: None, STATE: None}  # the callback is for whoever uses it
SAYS: Mapping[tuple[str, str], Mapping[str, str | None]] = {
    ("requests-oauthlib", "GitHub"): {
        CANCEL: "(access_denied)",
        STATE: "MismatchingStateError",
        REMOVED: "HTTPError: 401",
        OLD: "HTTPError: 401",
    },
    ("requests-oauthlib", "Facebook"): {
        CANCEL: "(access_denied)",
        STATE: "MismatchingStateError",
        REMOVED: "HTTPError: 400",
        OLD: "HTTPError: 400",
        TOO_LATE: "HTTPError: 400",
    },
    ("Authlib", "GitHub"): {
        CANCEL: "unsupported_grant_type",  # it takes the callback for none, and asks for a grant without a user
        STATE: "MismatchingStateException",
        REMOVED: "HTTPError: 401",
        OLD: "HTTPError: 401",
    },
    ("Authlib", "Facebook"): {
        CANCEL: "MissingCodeException",
        STATE: "MismatchingStateException",
        REMOVED: "HTTPError: 400",
        OLD: "HTTPError: 400",
    },
    ("Authlib, httpx", "GitHub"): {
        CANCEL: "unsupported_grant_type",
        STATE: "MismatchingStateException",
        REMOVED: "HTTPStatusError: Client error '401",
        OLD: "HTTPStatusError: Client error '401",
    },
    ("Authlib, httpx", "Facebook"): {
        CANCEL: "MissingCodeException",
        STATE: "MismatchingStateException",
        REMOVED: "HTTPStatusError: Client error '400",
        OLD: "HTTPStatusError: Client error '400",
    },
    ("PyGithub", "GitHub"): NEITHER,
    ("facebook-sdk", "Facebook"): NEITHER,
    ("django-allauth", "GitHub"): {
        RENEWS: None,  # it keeps a refresh token, and has nothing that sends it
        CANCEL: "NotSignedIn: cancelled",
        STATE: "NotSignedIn: unknown",
        REMOVED: "HTTPError: 401",
        OLD: "HTTPError: 401",
        TOO_LATE: None,
    },
    ("django-allauth", "Facebook"): {
        CANCEL: "NotSignedIn: cancelled",
        STATE: "NotSignedIn: unknown",
        REMOVED: "HTTPError: 400",
        OLD: "HTTPError: 400",
        TOO_LATE: "ValidationError: ['Invalid token.']",  # it asks about the token first
    },
    ("social-auth-core", "GitHub"): {
        SECRET: "AuthProviderError: The authentication provider rejected the request.",
        USED: "AuthCredentialError: The authorization code was rejected.",
        LATE: "AuthCredentialError: The authorization code was rejected.",
        CANCEL: "AuthCanceled",
        STATE: "AuthSessionError",
        REMOVED: "AuthProviderError",
        OLD: "AuthProviderError",
        TOO_LATE: "AuthCredentialError: Please authenticate with the provider again.",
    },
    ("social-auth-core", "Facebook"): {
        **dict.fromkeys((SECRET, USED, LATE, REMOVED, OLD, TOO_LATE), "AuthProviderError"),
        CANCEL: "AuthCanceled",
        STATE: "AuthSessionError",
    },
    ("@octokit/oauth-methods", "GitHub"): NEITHER,
    ("passport-github2", "GitHub"): {
        SECRET: "Error: Failed to obtain access token",
        USED: "Error: Failed to obtain access token",
        LATE: "Error: Failed to obtain access token",
        CANCEL: "Error: The user has denied your application access.",
        STATE: "Error: Invalid authorization request state.",
        TOO_LATE: "Error: no token, and no error",  # GitHub refuses with HTTP 200
    },
    ("passport-facebook", "Facebook"): {
        RENEWS: None,
        CANCEL: "Error: Permissions error",
        STATE: "Error: Invalid authorization request state.",
        TOO_LATE: None,
    },
}
# … and where that comes from an answer to something else.
ANSWERED: Mapping[tuple[str, str, str], str] = {
    ("Authlib", "GitHub", CANCEL): "unsupported_grant_type",
    ("Authlib, httpx", "GitHub", CANCEL): "unsupported_grant_type",
    ("django-allauth", "Facebook", TOO_LATE): '"is_valid":false',
}
TABLE = [(*place, what) for place, says in SAYS.items() for what in ACTS if says.get(what, "") is not None]


@pytest.fixture
def practice(monkeypatch: pytest.MonkeyPatch) -> Iterator[Practice]:
    """The stand-ins over HTTP, at any free ports. oauthlib speaks http if it is told to."""
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    with Practice(port=0) as served:
        yield served


@pytest.fixture(scope="module", autouse=True)
def no_script_is_left_running() -> Iterator[None]:
    yield
    for script in adapters.SCRIPTS:
        script.end()


@pytest.fixture
def start(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Run]:
    """A client at a provider, pointed at the practice, with an application of its own."""

    def start(name: str, provider: str) -> Run:
        kind = CLIENTS[name]
        if kind.script and (reason := kind.script.missing()):
            without_node(reason)
        adapters.point(kind, practice.providers, monkeypatch)
        row = next(row for row in practice.providers if row.name == provider)
        callback = f"https://notes.example/callback/{provider.lower()}"
        app = practice.register(row, name="Notes", redirect_uri=callback, scope=SCOPES[provider])
        return Run(practice, kind, app)

    return start


def without_node(reason: str) -> None:
    """Skipped where it cannot run; with CI=true a failure, since a green run there has to mean that it ran."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def happened(does: Does, run: Run) -> str:
    try:
        return str(does(run))
    except AssertionError:
        raise
    except Exception as error:
        return f"{type(error).__name__}: {error}"


@pytest.mark.parametrize(("name", "provider", "what"), TABLE, ids=map(" · ".join, TABLE))
def test_a_client_over_http(start: Callable[[str, str], Run], name: str, provider: str, what: str) -> None:
    run = start(name, provider)
    said = happened(ACTS[what], run)
    answer = ANSWERED.get((name, provider, what), ANSWERS[provider].get(what, ""))
    usual = ADA if what in WORKS else PAGES[provider] if what == FOREIGN else answer
    assert SAYS[name, provider].get(what, usual) in said
    asked = run.asked()
    if what in WORKS:
        assert {exchange.response.status for exchange in asked} == {200}
    elif answer:
        assert answer in asked[-1].response.body.decode()
    else:
        assert not asked


# --- what only some of them can tell --------------------------------------------------------------------------------

OLDEST = "v21.0"  # of the versions that live, by the practice's clock
VERSIONS = {  # what each client puts into its paths -> the version that answers
    "requests-oauthlib": ("v25.0", "v25.0"),
    "facebook-sdk": ("v3.1", OLDEST),
    "django-allauth": ("v19.0", OLDEST),
    "social-auth-core": ("v24.0", "v24.0"),
    "passport-facebook": ("v3.2", OLDEST),
}


@pytest.mark.parametrize("name", VERSIONS)
def test_a_version_that_has_ended_is_answered_by_the_oldest_that_lives(
    start: Callable[[str, str], Run], name: str
) -> None:
    run = start(name, "Facebook")
    run.signed_in()
    answered = {
        (urlsplit(exchange.request.url).path.split("/")[1], exchange.response.header("facebook-api-version"))
        for exchange in run.asked()
    }
    assert answered == {VERSIONS[name]}


def test_octokit_reads_the_practices_clock(start: Callable[[str, str], Run]) -> None:
    """It counts from the Date header, which therefore has to come through the server as the provider wrote it."""
    run = start("@octokit/oauth-methods", "GitHub")
    ends = datetime.fromisoformat(run.signed_in().kept["expiresAt"])
    assert ends == run.practice.clock.now + timedelta(hours=8)


def test_octokit_asks_about_replaces_and_ends_a_token(start: Callable[[str, str], Run]) -> None:
    client = start("@octokit/oauth-methods", "GitHub").signed_in()
    assert client.ask("inspect", kept=client.kept) == "ada"
    replaced = client.kept
    assert client.keep(client.ask("reset", kept=replaced)) == ADA
    with pytest.raises(adapters.NodeError, match="Bad credentials"):
        client.ask("user", kept=replaced)
    assert client.ask("revoke", kept=client.kept) == 204
    with pytest.raises(adapters.NodeError, match="Bad credentials"):
        client.call()

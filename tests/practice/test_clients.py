"""Six client libraries, unmodified, at the practice providers: each row of `oauth_steps.libraries` is run.

What a library sends is compared as well, request by request. Its clock is the computer's, not the practice's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urldefrag, urlsplit

import facebook
import github
import pytest
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from requests_oauthlib import OAuth2Session
from social_core.exceptions import AuthProviderError, AuthSessionError

from oauth_steps import FACEBOOK, GITHUB, App
from oauth_steps import libraries as lib
from oauth_steps.attacks import changed
from oauth_steps.clients import allauth_site, social_site
from oauth_steps.libraries import (
    ALLAUTH,
    AUTHLIB,
    FACEBOOK_SDK,
    PYGITHUB,
    REQUESTS_OAUTHLIB,
    ROWS,
    SOCIAL_CORE,
    Row,
)
from oauth_steps.practice import Practice
from oauth_steps.providers import Provider
from oauth_steps.wire import Exchange

USER = "https://api.github.com/user"
LONG_AGO = datetime(2001, 9, 9, tzinfo=UTC)
NO_ACCEPT = {
    "Content-Type": "application/x-www-form-urlencoded"
}  # takes the place of a library's own headers
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"


@pytest.fixture
def practice(monkeypatch: pytest.MonkeyPatch) -> Iterator[Practice]:
    monkeypatch.delenv("OAUTHLIB_RELAX_TOKEN_SCOPE", raising=False)
    with Practice() as mounted:
        yield mounted


# --- which act runs a row, and what the library sends meanwhile ----------------------------------------------------

Act = Callable[[Practice], str]


class Run(NamedTuple):
    act: Act
    sends: tuple[str, ...]


RUNS: dict[tuple[str, str, str], Run] = {}


def runs(library: str, provider: Provider, act: str, *sends: str) -> Callable[[Act], Act]:
    """The function under it does what the row says, and the library sends this, no more and no less."""

    def keep(function: Act) -> Act:
        place = library, provider.name, act
        assert place not in RUNS, f"{place} is run twice"
        RUNS[place] = Run(function, sends)
        return function

    return keep


def wire(exchange: Exchange) -> str:
    """Where a library asks and how: the names of what it sends, in the order of the alphabet."""
    request = exchange.reveal().request
    to = urlsplit(request.url)
    body = request.body.decode()
    is_json = request.header("content-type") == "application/json"
    sent = json.loads(body) if is_json else dict(parse_qsl(body))
    parts = [
        f"{request.method} {to.netloc}{to.path}",
        f"Accept {request.header('accept')}",
        (request.header("authorization") or "").partition(" ")[0],
        f"query {names(dict(parse_qsl(to.query)))}" * bool(to.query),
        f"{'json' if is_json else 'form'} {names(sent)}" * bool(body),
    ]
    return " · ".join(part for part in parts if part)


def names(sent: Mapping[str, Any]) -> str:
    return " ".join(sorted(sent))


def by_a_library(practice: Practice) -> list[Exchange]:
    """Without what people's browsers sent."""
    agents = ((exchange, exchange.request.header("user-agent") or "") for exchange in practice.trace)
    return [exchange for exchange, agent in agents if "practice browser" not in agent]


def happened(act: Act, practice: Practice) -> str:
    try:
        return act(practice)
    except AssertionError:
        raise
    except Exception as error:
        return f"raises {type(error).__name__}: {error}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " · ".join(row[:3]))
def test_a_library_does_what_its_row_says(practice: Practice, row: Row) -> None:
    run = RUNS[row[:3]]
    outcome = happened(run.act, practice)
    pattern = ".*".join(map(re.escape, row.outcome.split("…")))
    assert re.fullmatch(pattern, outcome, re.DOTALL), outcome
    assert [wire(exchange) for exchange in by_a_library(practice)] == list(run.sends)


def test_every_row_is_run_and_nothing_else() -> None:
    assert sorted(RUNS) == sorted(row[:3] for row in ROWS)


def test_a_row_says_why_and_where_that_stands() -> None:
    for row in ROWS:
        assert all(row) and row.outcome.strip("… "), row
        assert re.match(
            r"(requests_oauthlib|oauthlib|authlib|github|facebook|allauth|social_core)/[\w/]+\.py, \w+",
            row.source,
        ), row
    assert [*dict.fromkeys(library for library, *_ in ROWS)] == [library for library, *_ in lib.UPKEEP]


@pytest.mark.parametrize("row", lib.UPKEEP, ids=lambda row: row[0])
def test_upkeep_is_what_the_installed_package_says(row: lib.Upkeep) -> None:
    told = metadata.metadata(row[0])
    if told["Version"] != row.release:
        pytest.skip(
            f"here is {told['Version']}; {row.release} was the last when looked up on {lib.UPKEEP_AS_OF}"
        )
    pythons = re.findall(r"(?<=:: Python :: )3\.\d+$", "\n".join(told.get_all("Classifier", [])), re.M)
    assert row.python == f"{pythons[0]} to {pythons[-1]}"


def test_the_table_shows_the_rows_that_it_is_given() -> None:
    its_own = [row for row in ROWS if row[0] == PYGITHUB]
    assert [tuple(row) for row in lib.table(its_own).rows] == [row[:5] for row in its_own]
    assert len(lib.table().rows) == len(ROWS)


# --- steps 1 and 2, the same for all -------------------------------------------------------------------------------


def come_back(practice: Practice, url: str, press: str = "allow") -> str:
    """Ada presses the button; the callback's whole address, as it stands in her browser."""
    page = practice.new_browser(signed_in_as="ada").open(url)
    return str(getattr(page, press)().url)


def arrive(practice: Practice, url: str, press: str = "allow") -> str:
    """The same as a server sees it: no browser sends a fragment (RFC 9110 section 4.2.5)."""
    return urldefrag(come_back(practice, url, press)).url


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def swapped(url: str, **changes: str) -> str:
    """The address with other values of these parameters."""
    for name, value in changes.items():
        url, count = re.subn(rf"(?<=[?&]{name}=)[^&]+", value, url)
        assert count == 1, name
    return url


def said(answer: Any) -> str:
    return f"HTTP {answer.status_code}, {answer.json()['message']}"


# --- requests-oauthlib ---------------------------------------------------------------------------------------------

TOKEN_REQUEST = "POST github.com/login/oauth/access_token · Accept application/json"
BY_BASIC = f"{TOKEN_REQUEST} · Basic · form code grant_type redirect_uri"
CALLS = "GET api.github.com/user · Accept */* · Bearer"
FACEBOOK_BASIC = (
    "POST graph.facebook.com/v25.0/oauth/access_token · Accept application/json · Basic "
    "· form code grant_type redirect_uri"
)


class Session(NamedTuple):
    """A session of requests-oauthlib that has come back from the provider."""

    session: OAuth2Session
    app: App
    callback: str

    def exchange(self, **more: Any) -> dict[str, Any]:
        sent = {"authorization_response": self.callback, "client_secret": self.app.client_secret, **more}
        return dict(self.session.fetch_token(self.app.provider.token_url, **sent))


def of_requests_oauthlib(
    practice: Practice, provider: Provider = GITHUB, *, scopes: bool = False, press: str = "allow"
) -> Session:
    app = practice.app(provider)
    session = OAuth2Session(
        app.client_id, redirect_uri=app.redirect_uri, scope=list(app.scope) if scopes else None
    )
    url, _ = session.authorization_url(provider.authorization_url)
    return Session(session, app, arrive(practice, url, press))


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.URL)
def _(practice: Practice) -> str:
    app = practice.app(GITHUB)
    session = OAuth2Session(app.client_id, redirect_uri=app.redirect_uri, scope=list(app.scope), pkce="S256")
    url, state = session.authorization_url(GITHUB.authorization_url)
    sent = parameters(url)
    assert sent["scope"] == "read:user user:email" and sent["state"] == state
    return ", ".join(sent)


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.EXCHANGE_SCOPE, BY_BASIC, CALLS)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice, scopes=True)
    try:
        back.exchange()
    except Warning as warning:
        assert not back.session.token  # it is lost to the session, and saved in the warning
        back.session.token = warning.token  # type: ignore[attr-defined]
        assert back.session.get(USER).json()["login"] == "ada"
        raise
    return "no warning"


@runs(REQUESTS_OAUTHLIB, GITHUB, f"{lib.EXCHANGE_SCOPE}, OAUTHLIB_RELAX_TOKEN_SCOPE=1 set", BY_BASIC)
def _(practice: Practice) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
        return f"scope: {of_requests_oauthlib(practice, scopes=True).exchange()['scope']}"


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.NO_ACCEPT, BY_BASIC.replace("application/json", "*/*"))
def _(practice: Practice) -> str:
    token = of_requests_oauthlib(practice).exchange(headers=NO_ACCEPT)
    assert (practice.trace[-1].header("content-type") or "").startswith("application/x-www-form-urlencoded")
    return f"a token of {token['expires_in']} seconds"


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.TWICE, BY_BASIC, BY_BASIC)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice)
    back.exchange()
    return str(back.exchange())


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.CANCEL)
def _(practice: Practice) -> str:
    return str(of_requests_oauthlib(practice, press="deny").exchange())


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.STATE)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice)
    return str(back.exchange(authorization_response=swapped(back.callback, state="mallorys")))


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.ISSUER, BY_BASIC)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice)
    token = back.exchange(authorization_response=swapped(back.callback, iss="https://evil.example"))
    return "a token: nobody compared it" if token["access_token"] else "no token"


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.CALL, BY_BASIC, CALLS)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice)
    back.exchange()
    return str(back.session.get(USER).json()["login"])


@runs(REQUESTS_OAUTHLIB, GITHUB, "refresh", BY_BASIC, f"{TOKEN_REQUEST} · form grant_type refresh_token")
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice)
    back.exchange()
    return str(back.session.refresh_token(GITHUB.token_url))


@runs(
    REQUESTS_OAUTHLIB,
    GITHUB,
    "refresh, with auth=(client_id, client_secret)",
    BY_BASIC,
    f"{TOKEN_REQUEST} · Basic · form grant_type refresh_token",
    CALLS,
)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice)
    old = back.exchange()
    new = back.session.refresh_token(GITHUB.token_url, auth=(back.app.client_id, back.app.client_secret))
    assert back.session.get(USER).ok
    kinds = {"access_token": "a new access token", "refresh_token": "a new refresh token"}
    return " and ".join(words for kind, words in kinds.items() if new[kind] != old[kind])


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.TOO_OLD, BY_BASIC)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice)
    kept = {**back.exchange(), "expires_at": LONG_AGO.timestamp()}
    return str(OAuth2Session(back.app.client_id, token=kept).get(USER))


@runs(REQUESTS_OAUTHLIB, GITHUB, lib.DEAD, BY_BASIC, CALLS)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice)
    back.exchange()
    practice.user("ada").remove(back.app)
    return said(back.session.get(USER))


@runs(REQUESTS_OAUTHLIB, FACEBOOK, lib.EXCHANGE, FACEBOOK_BASIC)
def _(practice: Practice) -> str:
    return ", ".join(of_requests_oauthlib(practice, FACEBOOK, scopes=True).exchange())


@runs(REQUESTS_OAUTHLIB, FACEBOOK, lib.TWICE, FACEBOOK_BASIC, FACEBOOK_BASIC)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice, FACEBOOK)
    back.exchange()
    return str(back.exchange())


ME = f"{FACEBOOK.api_url}/me"
CALLS_ME = "GET graph.facebook.com/v25.0/me · Accept */* · Bearer"


@runs(REQUESTS_OAUTHLIB, FACEBOOK, lib.CALL, FACEBOOK_BASIC, CALLS_ME)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice, FACEBOOK)
    back.exchange()
    return str(back.session.get(ME).json()["name"])


@runs(REQUESTS_OAUTHLIB, FACEBOOK, lib.DEAD, FACEBOOK_BASIC, CALLS_ME)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice, FACEBOOK)
    back.exchange()
    practice.user("ada").remove(back.app)
    answer = back.session.get(ME)
    return f"HTTP {answer.status_code}, {answer.json()['error']['message']}"


@runs(
    REQUESTS_OAUTHLIB,
    FACEBOOK,
    "refresh, with auth=(client_id, client_secret)",
    FACEBOOK_BASIC,
    "POST graph.facebook.com/v25.0/oauth/access_token · Accept application/json · Basic · form grant_type",
)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice, FACEBOOK)
    back.exchange()
    return str(
        back.session.refresh_token(FACEBOOK.token_url, auth=(back.app.client_id, back.app.client_secret))
    )


@runs(
    REQUESTS_OAUTHLIB,
    FACEBOOK,
    f"{lib.EXTEND}, by an ordinary call",
    FACEBOOK_BASIC,
    "GET graph.facebook.com/v25.0/oauth/access_token · Accept */* "
    "· query client_id client_secret fb_exchange_token grant_type",
    CALLS_ME,
)
def _(practice: Practice) -> str:
    back = of_requests_oauthlib(practice, FACEBOOK)
    old = back.exchange()
    sent = {
        "grant_type": "fb_exchange_token",
        "client_id": back.app.client_id,
        "client_secret": back.app.client_secret,
        "fb_exchange_token": old["access_token"],
    }
    new = back.session.get(FACEBOOK.token_url, params=sent, withhold_token=True).json()
    practice.clock.advance(days=59)
    assert OAuth2Session(back.app.client_id, token=new).get(ME).ok
    return f"a token of {new['expires_in']} seconds"


# --- Authlib -------------------------------------------------------------------------------------------------------


def of_authlib(practice: Practice, provider: Provider = GITHUB, **more: Any) -> tuple[AuthlibSession, str]:
    """A session, and where the user agent is sent with it."""
    app = practice.app(provider)
    session = AuthlibSession(
        app.client_id, app.client_secret, redirect_uri=app.redirect_uri, scope=" ".join(app.scope), **more
    )
    return session, session.create_authorization_url(provider.authorization_url)[0]


@runs(AUTHLIB, GITHUB, lib.URL)
def _(practice: Practice) -> str:
    session, _ = of_authlib(practice, code_challenge_method="S256")
    url, state = session.create_authorization_url(GITHUB.authorization_url, code_verifier=VERIFIER)
    assert parameters(url)["state"] == state and session.state is None
    return ", ".join(parameters(url))


@runs(AUTHLIB, GITHUB, lib.EXCHANGE_SCOPE, BY_BASIC)
def _(practice: Practice) -> str:
    session, url = of_authlib(practice)
    token = session.fetch_token(GITHUB.token_url, authorization_response=arrive(practice, url))
    return f"scope: {token['scope']!r}"


@runs(AUTHLIB, GITHUB, lib.NO_ACCEPT, BY_BASIC.replace("application/json", "*/*"))
def _(practice: Practice) -> str:
    session, url = of_authlib(practice)
    callback = arrive(practice, url)
    return str(session.fetch_token(GITHUB.token_url, authorization_response=callback, headers=NO_ACCEPT))


@runs(AUTHLIB, GITHUB, lib.CANCEL, f"{TOKEN_REQUEST} · Basic · form grant_type scope")
def _(practice: Practice) -> str:
    session, url = of_authlib(practice)
    callback = arrive(practice, url, "deny")
    return str(session.fetch_token(GITHUB.token_url, authorization_response=callback))


@runs(AUTHLIB, GITHUB, f"{lib.STATE}, handed to fetch_token as state=…")
def _(practice: Practice) -> str:
    session, url = of_authlib(practice)
    callback = swapped(arrive(practice, url), state="mallorys")
    state = parameters(url)["state"]
    return str(session.fetch_token(GITHUB.token_url, authorization_response=callback, state=state))


@runs(AUTHLIB, GITHUB, f"{lib.STATE} and another iss, nothing handed over", BY_BASIC)
def _(practice: Practice) -> str:
    session, url = of_authlib(practice)
    callback = swapped(arrive(practice, url), state="mallorys", iss="https://evil.example")
    token = session.fetch_token(GITHUB.token_url, authorization_response=callback)
    return "a token: nobody compared them" if token["access_token"] else "no token"


@runs(
    AUTHLIB,
    GITHUB,
    lib.TOO_OLD,
    BY_BASIC,
    f"{TOKEN_REQUEST} · Basic · form grant_type refresh_token scope",
    CALLS,
)
def _(practice: Practice) -> str:
    session, url = of_authlib(practice, token_endpoint=GITHUB.token_url)
    old = session.fetch_token(authorization_response=arrive(practice, url))
    session.token = {**old, "expires_at": int(LONG_AGO.timestamp())}
    login = session.get(USER).json()["login"]
    return login + ", with a new token" * (session.token["access_token"] != old["access_token"])


@runs(AUTHLIB, FACEBOOK, lib.CANCEL)
def _(practice: Practice) -> str:
    session, url = of_authlib(practice, FACEBOOK)
    callback = arrive(practice, url, "deny")
    assert parameters(callback)["error_code"] == "200"
    return str(session.fetch_token(FACEBOOK.token_url, authorization_response=callback))


@runs(AUTHLIB, FACEBOOK, f"{lib.EXCHANGE}, from the browser's whole address with #_=_", FACEBOOK_BASIC)
def _(practice: Practice) -> str:
    session, url = of_authlib(practice, FACEBOOK)
    address = come_back(practice, url)
    try:
        return str(session.fetch_token(FACEBOOK.token_url, authorization_response=address))
    finally:  # the same address as a server sees it
        server_side = urldefrag(address).url
        assert session.fetch_token(FACEBOOK.token_url, authorization_response=server_side)["access_token"]


@runs(AUTHLIB, FACEBOOK, lib.EXCHANGE, FACEBOOK_BASIC)
def _(practice: Practice) -> str:
    session, url = of_authlib(practice, FACEBOOK)
    return ", ".join(session.fetch_token(FACEBOOK.token_url, authorization_response=arrive(practice, url)))


@runs(AUTHLIB, FACEBOOK, lib.TWICE, FACEBOOK_BASIC, FACEBOOK_BASIC)
def _(practice: Practice) -> str:
    session, url = of_authlib(practice, FACEBOOK)
    callback = arrive(practice, url)
    session.fetch_token(FACEBOOK.token_url, authorization_response=callback)
    return str(session.fetch_token(FACEBOOK.token_url, authorization_response=callback))


@runs(AUTHLIB, FACEBOOK, lib.CALL, FACEBOOK_BASIC, CALLS_ME)
def _(practice: Practice) -> str:
    session, url = of_authlib(practice, FACEBOOK)
    session.fetch_token(FACEBOOK.token_url, authorization_response=arrive(practice, url))
    return str(session.get(ME).json()["name"])


@runs(
    AUTHLIB,
    FACEBOOK,
    f"{lib.EXTEND}, by fetch_token with grant_type and fb_exchange_token",
    FACEBOOK_BASIC,
    f"{FACEBOOK_BASIC.partition(' · form')[0]} · form fb_exchange_token grant_type scope",
    CALLS_ME,
)
def _(practice: Practice) -> str:
    session, url = of_authlib(practice, FACEBOOK)
    old = session.fetch_token(FACEBOOK.token_url, authorization_response=arrive(practice, url))
    grant = {"grant_type": "fb_exchange_token", "fb_exchange_token": old["access_token"]}
    new = session.fetch_token(FACEBOOK.token_url, **grant)
    practice.clock.advance(days=59)
    assert session.get(ME).ok  # the session has taken the new one
    return f"a token of {new['expires_in']} seconds"


# --- PyGithub ------------------------------------------------------------------------------------------------------

GITHUB_JSON = (
    "POST github.com:443/login/oauth/access_token · Accept application/json · json client_id client_secret"
)
BY_JSON = f"{GITHUB_JSON} code"
PYGITHUB_CALLS = "GET api.github.com:443/user · Accept */* · token"


def without_waiting(**more: Any) -> github.Github:
    return github.Github(seconds_between_requests=None, seconds_between_writes=None, **more)


def of_pygithub(practice: Practice, **other: str) -> tuple[github.ApplicationOAuth.ApplicationOAuth, str]:
    """PyGithub's application, and a code of Ada's for it."""
    app = practice.app(GITHUB)
    url = of_the_form(app).get_login_url(redirect_uri=app.redirect_uri, state="xyz")
    code = parameters(arrive(practice, f"{url}&scope={'+'.join(app.scope)}"))["code"]
    return of_the_form(app, **other), code


def of_the_form(app: App, **other: str) -> github.ApplicationOAuth.ApplicationOAuth:
    credentials = {"client_id": app.client_id, "client_secret": app.client_secret, **other}
    return without_waiting().get_oauth_application(**credentials)


@runs(PYGITHUB, GITHUB, lib.URL)
def _(practice: Practice) -> str:
    app = practice.app(GITHUB)
    url = of_the_form(app).get_login_url(redirect_uri=app.redirect_uri, state="xyz", login="ada")
    return ", ".join(parameters(url))


@runs(PYGITHUB, GITHUB, lib.EXCHANGE_SCOPE, BY_JSON)
def _(practice: Practice) -> str:
    application, code = of_pygithub(practice)
    return f"scope: {application.get_access_token(code).scope!r}"


@runs(PYGITHUB, GITHUB, lib.CALL, BY_JSON, PYGITHUB_CALLS)
def _(practice: Practice) -> str:
    application, code = of_pygithub(practice)
    client = without_waiting(auth=github.Auth.Token(application.get_access_token(code).token))
    return f"{client.get_user().login}, scopes: {client.oauth_scopes}"


@runs(PYGITHUB, GITHUB, lib.TWICE, BY_JSON, BY_JSON)
def _(practice: Practice) -> str:
    application, code = of_pygithub(practice)
    application.get_access_token(code)
    return str(application.get_access_token(code))


@runs(PYGITHUB, GITHUB, "a wrong client secret", BY_JSON)
def _(practice: Practice) -> str:
    application, code = of_pygithub(practice, client_secret="0" * 40)
    return str(application.get_access_token(code))


@runs(PYGITHUB, GITHUB, "an unknown client id", BY_JSON)
def _(practice: Practice) -> str:
    application, code = of_pygithub(practice, client_id="Ov23liNobodyHasThis1")
    return str(application.get_access_token(code))


@runs(
    PYGITHUB,
    GITHUB,
    lib.TOO_OLD,
    BY_JSON,
    f"{GITHUB_JSON} grant_type refresh_token",
    PYGITHUB_CALLS.replace("token", "bearer"),
)
def _(practice: Practice) -> str:
    application, code = of_pygithub(practice)
    old = application.get_access_token(code)
    practice.clock.advance(hours=9)
    auth = github.Auth.AppUserAuth(
        application.client_id,
        application.client_secret,
        old.token,
        expires_at=LONG_AGO,
        refresh_token=old.refresh_token,
    )
    login = without_waiting(auth=auth).get_user().login
    return login + ", with a new token" * (auth.token != old.token)


@runs(PYGITHUB, GITHUB, lib.DEAD, BY_JSON, PYGITHUB_CALLS)
def _(practice: Practice) -> str:
    application, code = of_pygithub(practice)
    token = application.get_access_token(code).token
    practice.user("ada").remove(practice.app(GITHUB))
    return str(without_waiting(auth=github.Auth.Token(token)).get_user().login)


# --- facebook-sdk --------------------------------------------------------------------------------------------------


def graph(path: str, query: str) -> str:
    return f"GET graph.facebook.com/v3.1/{path} · Accept */* · query {query}"


BY_GET = graph("oauth/access_token", "client_id client_secret code redirect_uri")


class Graph(NamedTuple):
    """facebook-sdk's client, and a code of Ada's for an application."""

    api: facebook.GraphAPI
    app: App
    code: str

    def exchange(self) -> dict[str, Any]:
        credentials = self.app.client_id, self.app.client_secret
        token = self.api.get_access_token_from_code(self.code, self.app.redirect_uri, *credentials)
        self.api.access_token = token["access_token"]
        return dict(token)


def of_facebook_sdk(practice: Practice) -> Graph:
    app, api = practice.app(FACEBOOK), facebook.GraphAPI(version="3.1")
    callback = arrive(practice, api.get_auth_url(app.client_id, app.redirect_uri, app.scope, state="xyz"))
    return Graph(api, app, parameters(callback)["code"])


@runs(FACEBOOK_SDK, FACEBOOK, lib.URL)
def _(practice: Practice) -> str:
    app = practice.app(FACEBOOK)
    url = facebook.GraphAPI().get_auth_url(app.client_id, app.redirect_uri, app.scope)
    assert parameters(url)["scope"] == "public_profile,email"
    return ", ".join(parameters(url))


@runs(FACEBOOK_SDK, FACEBOOK, "ask for Graph version 25.0")
def _(practice: Practice) -> str:
    return str(facebook.GraphAPI(version="25.0"))


@runs(
    FACEBOOK_SDK,
    FACEBOOK,
    "ask for Graph version 3.1, its newest",
    BY_GET,
    graph("me", "access_token"),
    graph("me", "access_token"),
)
def _(practice: Practice) -> str:
    client = of_facebook_sdk(practice)
    client.exchange()
    assert client.api.get_object("me")["name"] == "Ada Moreno"
    return str(client.api.get_version())


@runs(FACEBOOK_SDK, FACEBOOK, lib.EXCHANGE, BY_GET)
def _(practice: Practice) -> str:
    return ", ".join(of_facebook_sdk(practice).exchange())


@runs(FACEBOOK_SDK, FACEBOOK, "use a code after ten minutes", BY_GET)
def _(practice: Practice) -> str:
    client = of_facebook_sdk(practice)
    practice.clock.advance(seconds=601)
    with pytest.raises(facebook.GraphAPIError) as refused:
        client.exchange()
    assert refused.value.code == 100 and refused.value.result["error"]["error_subcode"] == 36007
    raise refused.value


@runs(
    FACEBOOK_SDK,
    FACEBOOK,
    "extend",
    BY_GET,
    graph("oauth/access_token", "access_token client_id client_secret fb_exchange_token grant_type"),
    graph("me", "access_token"),
)
def _(practice: Practice) -> str:
    client = of_facebook_sdk(practice)
    client.exchange()
    token = client.api.extend_access_token(client.app.client_id, client.app.client_secret)
    practice.clock.advance(days=59)
    assert facebook.GraphAPI(token["access_token"], version="3.1").get_object("me")
    return f"a token of {token['expires_in']} seconds"


@runs(FACEBOOK_SDK, FACEBOOK, "ask about a token", BY_GET, graph("debug_token", "access_token input_token"))
def _(practice: Practice) -> str:
    client = of_facebook_sdk(practice)
    token = client.exchange()["access_token"]
    told = client.api.debug_access_token(token, client.app.client_id, client.app.client_secret)["data"]
    return f"is_valid: {told['is_valid']}, scopes: {told['scopes']}"


@runs(FACEBOOK_SDK, FACEBOOK, lib.DEAD, BY_GET, graph("me", "access_token"))
def _(practice: Practice) -> str:
    client = of_facebook_sdk(practice)
    client.exchange()
    practice.clock.advance(hours=2, seconds=1)
    with pytest.raises(facebook.GraphAPIError) as refused:
        client.api.get_object("me")
    assert refused.value.code == 190 and refused.value.result["error"]["error_subcode"] == 463
    raise refused.value


# --- django-allauth and social-auth-core, each in its site ---------------------------------------------------------

BY_FORM = "form client_id client_secret code grant_type redirect_uri"
ALLAUTH_ASKS = f"POST github.com/login/oauth/access_token · Accept */* · {BY_FORM}"
SOCIAL_ASKS = f"{TOKEN_REQUEST} · {BY_FORM}"
CALLS_WITH_TOKEN = "GET api.github.com/user · Accept */* · token"
IN_THE_QUERY = "client_id client_secret code redirect_uri"
NO_STATE, WRONG = "mallorys", {"client_secret": "0" * 40}


def signs_in(site: ModuleType, practice: Practice, provider: Provider = GITHUB, **app: Any) -> str:
    begin, arrive = site.halves(replace(practice.app(provider), **app))
    session: dict[str, Any] = {}
    return str(arrive(arrive_from(practice, begin(session)), session))


def arrive_from(practice: Practice, url: str, press: str = "allow", **changes: str) -> str:
    return changed(arrive(practice, url, press), **changes)


def with_a_callback(
    site: ModuleType, practice: Practice, provider: Provider = GITHUB, press: str = "allow", **changes: str
) -> str:
    """It comes back changed in this way, and to another browser if there is nothing to change."""
    begin, come = site.halves(practice.app(provider))
    session: dict[str, Any] = {}
    callback = arrive_from(practice, begin(session), press, **changes)
    return str(come(callback, session if changes or press == "deny" else {}))


def asks_for(site: ModuleType, practice: Practice) -> str:
    begin, _ = site.halves(practice.app(GITHUB))
    return ", ".join(parameters(begin({})))


def of_a_site(library: str, site: ModuleType, token: str, *calls: str) -> None:
    """What both do, each in its own way."""
    runs(library, GITHUB, lib.URL)(lambda practice: asks_for(site, practice))
    runs(library, GITHUB, lib.SIGN_IN, token, *calls)(lambda practice: signs_in(site, practice))
    runs(library, GITHUB, lib.STATE)(lambda practice: with_a_callback(site, practice, state=NO_STATE))
    runs(library, GITHUB, lib.NEVER_BEGAN)(lambda practice: with_a_callback(site, practice))
    runs(library, GITHUB, lib.ISSUER, token, *calls)(
        lambda practice: with_a_callback(site, practice, iss="https://evil.example") + ": nobody compared it"
    )
    for provider in (GITHUB, FACEBOOK):
        runs(library, provider, lib.CANCEL)(
            lambda practice, provider=provider: with_a_callback(site, practice, provider, "deny")
        )


of_a_site(ALLAUTH, allauth_site, ALLAUTH_ASKS, CALLS_WITH_TOKEN)
of_a_site(
    SOCIAL_CORE, social_site, SOCIAL_ASKS, CALLS_WITH_TOKEN, CALLS_WITH_TOKEN.replace("user", "user/emails")
)


@runs(ALLAUTH, GITHUB, lib.WRONG_SECRET, ALLAUTH_ASKS)
def _(practice: Practice) -> str:
    return signs_in(allauth_site, practice, **WRONG)


@runs(SOCIAL_CORE, GITHUB, lib.WRONG_SECRET, SOCIAL_ASKS)
def _(practice: Practice) -> str:
    with pytest.raises(AuthProviderError) as refused:
        signs_in(social_site, practice, **WRONG)
    assert refused.value.provider_code == "incorrect_client_credentials"
    raise refused.value


@runs(
    ALLAUTH,
    FACEBOOK,
    lib.SIGN_IN,
    "GET graph.facebook.com/v19.0/oauth/access_token · Accept */* · " + BY_FORM.replace("form", "query"),
    "GET graph.facebook.com/v19.0/me · Accept */* · query access_token appsecret_proof fields",
)
def _(practice: Practice) -> str:
    return signs_in(allauth_site, practice, FACEBOOK)


@runs(
    SOCIAL_CORE,
    FACEBOOK,
    lib.SIGN_IN,
    f"GET graph.facebook.com/v24.0/oauth/access_token · Accept */* · query {IN_THE_QUERY}",
    "GET graph.facebook.com/v24.0/me · Accept */* · query access_token appsecret_proof",
)
def _(practice: Practice) -> str:
    return signs_in(social_site, practice, FACEBOOK)


@pytest.mark.parametrize(
    "site", [allauth_site, social_site], ids=lambda site: site.__name__.rpartition(".")[2]
)
def test_a_site_knows_its_people_again_and_keeps_browsers_apart(practice: Practice, site: ModuleType) -> None:
    begin, come = site.halves(practice.app(GITHUB))
    ada, ben = practice.new_browser(signed_in_as="ada"), practice.new_browser(signed_in_as="ben")
    for browser, name in ((ada, "Ada Moreno"), (ben, "Ben Okafor"), (ada, "Ada Moreno")):
        session: dict[str, Any] = {}
        page = browser.open(begin(session))
        callback = page.url if hasattr(page, "arrivals") else page.allow().url
        assert come(callback, session) == name
        with pytest.raises(Exception, match=r"unknown|unavailable"):
            come(callback, session)  # a state is good for one answer


def test_a_state_is_used_up_even_if_the_session_is_as_it_was(practice: Practice) -> None:
    begin, come = social_site.halves(practice.app(GITHUB))
    session: dict[str, Any] = {}
    callback, as_it_was = arrive(practice, begin(session)), dict(session)
    assert come(callback, session) == "Ada Moreno"
    with pytest.raises(AuthSessionError):
        come(callback, as_it_was)
    assert len(by_a_library(practice)) == 3  # the second try asked for nothing

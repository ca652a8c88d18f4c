"""How GitHub and Facebook differ from RFC 6749, as data.

A field's default is what RFC 6749 (or the RFC named beside it) says; a provider's row names only what it does
differently, and `sources` says where each of these stands. Code reads the row; it never asks for a provider's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from enum import IntEnum
from typing import Any
from urllib.parse import unquote

from .errors import BadApp


class Step(IntEnum):
    """The six steps of RFC 6749, figure 1, (A) to (F); odd ones are your application's."""

    AUTHORIZATION_REQUEST = 1
    GRANT = 2
    TOKEN_REQUEST = 3
    TOKEN_RESPONSE = 4
    RESOURCE_REQUEST = 5
    RESOURCE_RESPONSE = 6


@dataclass(frozen=True)
class Call:
    """A request to the provider's API as data; `{token}`, `{client_id}`, `{client_secret}` are filled in when sent."""

    method: str
    path: str
    params: Mapping[str, str] = field(default_factory=dict, hash=False)
    json: Mapping[str, str] = field(default_factory=dict, hash=False)
    basic: bool = False  # the client authenticates by HTTP Basic, RFC 6749 section 2.3.1


@dataclass(frozen=True)
class Parameter:
    """What a parameter of a request means, in a sentence, and where that stands."""

    meaning: str
    source: str


@dataclass(frozen=True)
class Since:
    """Since when something is as it is (a day, a month, or unknown), what that is good for, where both stand."""

    when: str
    why: str
    source: str


def _differs(default: Any, about: str, rfc: str) -> Any:
    """A field in which providers differ: RFC 6749's value, what it is about, and the section that says so."""
    compared = not isinstance(default, Mapping)  # what holds a mapping has no hash
    return field(default_factory=lambda: default, hash=compared, metadata={"about": about, "rfc": rfc})


PARAMETERS: Mapping[str, Parameter] = {
    "response_type": Parameter(
        "what should come back: `code` asks for an authorization code", "RFC 6749, 4.1.1"
    ),
    "client_id": Parameter("which application asks; public", "RFC 6749, 2.2"),
    "redirect_uri": Parameter("where the browser is to be sent back to", "RFC 6749, 3.1.2"),
    "scope": Parameter("what the application asks to be allowed to do", "RFC 6749, 3.3"),
    "state": Parameter(
        "a random value kept in the user's session, to recognise the answer as hers", "RFC 6749, 10.12"
    ),
    "code_challenge": Parameter("the SHA-256 hash of a secret that will be shown in step 3", "RFC 7636, 4.3"),
    "code_challenge_method": Parameter("how the challenge was made from the verifier", "RFC 7636, 4.3"),
    "code": Parameter("the grant: short-lived, to be used once", "RFC 6749, 4.1.2"),
    "iss": Parameter("who answers: the authorization server's name", "RFC 9207, 2"),
    "client_secret": Parameter("proves which application asks; never leaves your server", "RFC 6749, 2.3.1"),
    "code_verifier": Parameter("the secret whose hash went out in step 1", "RFC 7636, 4.5"),
    "grant_type": Parameter("what is being exchanged for a token", "RFC 6749, 4.1.3"),
    "access_token": Parameter("the token: shown for itself, or asked about", "RFC 6750, 2.2 and 2.3"),
    "refresh_token": Parameter("gets a new access token without the user", "RFC 6749, 6"),
    "error": Parameter("what went wrong, as one word", "RFC 6749, 4.1.2.1"),
    "error_description": Parameter("what went wrong, for the developer to read", "RFC 6749, 4.1.2.1"),
    "error_uri": Parameter("a page about the error", "RFC 6749, 4.1.2.1"),
}


@dataclass(frozen=True)
class Provider:
    """One authorization server and its API: where it is, and in what it differs from RFC 6749."""

    name: str
    era: str = "now"
    web_url: str = ""  # where people sign in and allow, no trailing slash
    api_url: str = ""  # where resources are, no trailing slash
    authorization_path: str = "/authorize"  # below web_url
    token_url: str = ""  # the whole URL of the token endpoint
    front_channel: tuple[str, ...] = ()  # further paths below web_url that a browser visits on its way
    profile_path: str = "/userinfo"  # below api_url: who the user is
    layout: Mapping[str, str] = field(
        default_factory=dict, hash=False
    )  # for `at`: host -> path below another base URL

    issuer: str | None = _differs(
        None, "names itself in the answer (`iss`)", "RFC 9207, 2: its issuer identifier"
    )
    scope_separator: str = _differs(" ", "scopes asked for, separated by", "RFC 6749, 3.3: a space")
    granted_scope_separator: str = _differs(" ", "scopes granted, separated by", "RFC 6749, 3.3: a space")
    token_states_scope: bool = _differs(
        True, "token response states the scope", "RFC 6749, 5.1: if it differs"
    )
    redirect_uri_required: bool = _differs(
        False, "`redirect_uri` required in step 1", "RFC 6749, 3.1.2.3: if more than one is registered"
    )
    redirect_uri_in_step_3: str = _differs(
        "required if it was sent in step 1", "`redirect_uri` in step 3", "RFC 6749, 4.1.3"
    )
    asks_grant_type: bool = _differs(True, "`grant_type` required in step 3", "RFC 6749, 4.1.3")
    appended_fragment: str = _differs("", "appended to the redirect", "RFC 6749, 4.1.2: nothing")
    loopback_host: str = _differs(
        "127.0.0.1", "host of a `redirect_uri` on one's own computer", "RFC 8252, 7.3: 127.0.0.1 or [::1]"
    )
    pkce: tuple[str, ...] = _differs(("S256", "plain"), "PKCE methods", "RFC 7636, 4.2")
    token_method: str = _differs("POST", "method of the token request", "RFC 6749, 3.2: POST")
    asks_for_json: bool = _differs(False, "JSON only if `Accept` asks for it", "RFC 6749, 5.1: always JSON")
    token_error_status: int = _differs(400, "HTTP status of a token error", "RFC 6749, 5.2: 400")
    error_fields: Mapping[str, str] = _differs(
        {"error": "error", "description": "error_description", "uri": "error_uri"},
        "fields of an error body",
        "RFC 6749, 5.2",
    )
    callback_error: tuple[str, ...] = _differs(
        ("error",), "parameters that announce a refusal", "RFC 6749, 4.1.2.1"
    )
    callback_description: tuple[str, ...] = _differs(
        ("error_description",), "parameters that explain it", "RFC 6749, 4.1.2.1"
    )
    code_lifetime: str = _differs("at most 10 minutes recommended", "a code lives", "RFC 6749, 4.1.2")
    token_lifetime: str = _differs("as long as `expires_in` says", "an access token lives", "RFC 6749, 5.1")
    refreshes: bool = _differs(True, "offers refresh tokens", "RFC 6749, 6: optional")
    extension_grant: str | None = _differs(None, "grant type that extends a token", "RFC 6749: none")
    inspection: Call | None = _differs(
        None, "asks about a token", "RFC 7662, 2: POST to an introspection endpoint"
    )
    revocation: Call | None = _differs(None, "ends a token", "RFC 7009, 2: POST to a revocation endpoint")

    lifetime_field: str = _differs(
        "expires_in", "the field that says how long a token lives", "RFC 6749, 5.1"
    )

    # TokenInfo's field -> place in the inspection's body
    token_info: Mapping[str, str] = field(default_factory=dict, hash=False)
    # sent with each call to the API
    api_headers: Mapping[str, str] = field(default_factory=dict, hash=False)
    # the response headers that carry the lesson
    telling_headers: tuple[str, ...] = ()
    # a registration's field -> its name on the provider's form
    form: Mapping[str, str] = field(default_factory=dict, hash=False)
    # beyond PARAMETERS, or more exactly
    parameters: Mapping[str, Parameter] = field(default_factory=dict, hash=False)
    # field -> where this row's value stands
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)
    # field -> since when its value is another than in the era before
    since: Mapping[str, Since] = field(default_factory=dict, hash=False)

    @property
    def authorization_url(self) -> str:
        """The whole URL of the authorization endpoint."""
        return self.web_url + self.authorization_path

    def meaning(self, parameter: str) -> Parameter | None:
        """What the parameter means here, or None for one that nobody has written about."""
        return self.parameters.get(parameter) or PARAMETERS.get(parameter)

    def step_of(self, method: str, url: str) -> Step | None:
        """The step that a request of this method to this URL begins; None if it is not this provider's."""
        path = _place(url)
        if path == _place(self.token_url):
            return Step.TOKEN_REQUEST
        if path == _place(self.authorization_url):
            return Step.AUTHORIZATION_REQUEST if method in ("GET", "HEAD") else Step.GRANT
        if any(_below(self.web_url + page, path) for page in self.front_channel):
            return Step.GRANT
        return Step.RESOURCE_REQUEST if _below(_place(self.api_url), path) else None

    def at(self, base_url: str) -> Provider:
        """This row for a server that stands at another base URL, such as a practice provider on loopback."""
        base = base_url.rstrip("/")

        def moved(url: str) -> str:
            host = next((host for host in self.layout if _below(host, url)), None)
            return url if host is None else base + self.layout[host] + url.removeprefix(host)

        return replace(
            self,
            web_url=moved(self.web_url),
            api_url=moved(self.api_url),
            token_url=moved(self.token_url),
            issuer=self.issuer and moved(self.issuer),
        )


def _place(url: str) -> str:
    """The URL without query, fragment, default port, API version and a slash at the end: `/v25.0/me/` and `/me` are the
    same place, and so are `/%6De` and `/me` (RFC 3986 section 6.2.2.2).

    That slash says what was meant, not who answers: GitHub's stand-in has no page at `/login/oauth/access_token/`, and
    its 404 is recorded as step 3.
    """
    path = unquote(re.split(r"[?#]", url, maxsplit=1)[0])
    path = re.sub(r"^(https://[^/]+):443(?=/|$)", r"\1", path)
    return re.sub(r"/v\d+\.\d+(?=/|$)", "", path, count=1).rstrip("/")


def _below(base: str, url: str) -> bool:
    return url == base or url.startswith(base + "/")


def member_at(body: Any, place: str) -> Any:
    """What stands in a body at a place such as `error.code`, as the rows name them; None if there is nothing."""
    for name in place.split("."):
        body = body.get(name) if isinstance(body, Mapping) else None
    return body


def differences(*providers: Provider) -> list[tuple[str, ...]]:
    """Rows of a table: what it is about, what the RFC says, each provider's way; where one of them differs."""
    rule = Provider("RFC 6749")
    table = []
    for spec in (spec for spec in fields(Provider) if spec.metadata):
        usual, *values = (getattr(row, spec.name) for row in (rule, *providers))
        if any(value != usual for value in values):
            says = (
                spec.metadata["rfc"]
                if ":" in spec.metadata["rfc"]
                else f"{spec.metadata['rfc']}: {_words(usual)}"
            )
            table.append((spec.metadata["about"], says, *map(_words, values)))
    return table


def changes(then: Provider, now: Provider) -> list[tuple[str, ...]]:
    """Rows of a table, for the two rows of one provider: what it is about, its way then and now, since when, why."""
    table = []
    for name, since in now.since.items():
        about = next(spec.metadata["about"] for spec in fields(Provider) if spec.name == name)
        ways = (_words(getattr(row, name)) for row in (then, now))
        table.append((about, *ways, since.when, f"{since.why} ({since.source})"))
    return table


def _words(value: Any) -> str:
    match value:
        case None | "" | ():
            return "–"
        case bool():
            return "yes" if value else "no"
        case Call():
            return f"{value.method} {value.path}"
        case Mapping():
            return ", ".join(value.values())
        case tuple():
            return ", ".join(value)
        case " " | "," | ", ":
            return {" ": "a space", ",": "a comma", ", ": "a comma and a space"}[value]
        case int():
            return f"{value:,}" if value >= 1000 else str(value)
    return str(value)


def same_values(one: Any, other: object) -> Any:
    """Whether both are of one class and hold the same values.

    The `__eq__` of whatever holds secrets: of a dataclass that is compared by the one it was given, pytest shows every
    field that differs.
    """
    compared = [spec.name for spec in fields(one) if spec.compare]
    if type(one) is not type(other):
        return NotImplemented
    return all(getattr(one, name) == getattr(other, name) for name in compared)


@dataclass(frozen=True)
class App:
    """What registration gives you: your application, as the provider knows it. The secret is kept out of its repr."""

    provider: Provider
    client_id: str
    client_secret: str = field(repr=False)
    redirect_uri: str
    scope: tuple[str, ...] = ()
    __eq__ = same_values

    def __post_init__(self) -> None:
        if not isinstance(self.provider, Provider):
            raise BadApp("the first argument is the provider: GITHUB or FACEBOOK")
        for name in ("client_id", "client_secret", "redirect_uri"):
            value = getattr(self, name)
            if not isinstance(value, str) or not value.strip():
                raise BadApp(
                    f"{name} is missing: {self.provider.name} shows it as “{self.provider.form.get(name, name)}”"
                )
        if not re.match(r"[A-Za-z][\w+.-]*:", self.redirect_uri):
            raise BadApp(
                "redirect_uri must be a whole URL, beginning with https://"
            )  # RFC 6749 section 3.1.2
        if isinstance(self.scope, str) or not isinstance(self.scope, Iterable | None):
            raise BadApp("scope is a tuple of names, such as ('user:email',), not one string")
        object.__setattr__(self, "scope", tuple(self.scope or ()))

    def __repr__(self) -> str:
        return (
            f"App({self.provider.name}, client_id={self.client_id!r}, client_secret=⟨client secret⟩, "
            f"redirect_uri={self.redirect_uri!r}, scope={self.scope!r})"
        )


_GITHUB_DOCS = "docs.github.com, Authorizing OAuth apps (August 2026)"

GITHUB = Provider(
    name="GitHub",
    web_url="https://github.com",
    api_url="https://api.github.com",
    authorization_path="/login/oauth/authorize",
    token_url="https://github.com/login/oauth/access_token",
    front_channel=("/login", "/session", "/settings/connections/applications"),
    profile_path="/user",
    layout={"https://github.com": "", "https://api.github.com": "/api/v3"},
    issuer="https://github.com/login/oauth",
    granted_scope_separator=",",
    redirect_uri_in_step_3="optional, compared if sent",
    asks_grant_type=False,
    pkce=("S256",),
    asks_for_json=True,
    token_error_status=200,
    code_lifetime="10 minutes",
    token_lifetime="8 hours with a refresh token, or until revoked (a setting of the application)",
    inspection=Call(
        "POST",
        "/applications/{client_id}/token",
        json={"access_token": "{token}"},
        basic=True,
    ),
    revocation=Call(
        "DELETE",
        "/applications/{client_id}/token",
        json={"access_token": "{token}"},
        basic=True,
    ),
    token_info={
        "client_id": "app.client_id",
        "user_id": "user.id",
        "scope": "scopes",
        "expires_at": "expires_at",
    },
    api_headers={"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2026-03-10"},
    telling_headers=(
        "content-type",
        "location",
        "x-oauth-scopes",
        "x-accepted-oauth-scopes",
        "github-authentication-token-expiration",
        "link",
        "x-practice",
    ),
    form={
        "name": "Application name",
        "homepage_url": "Homepage URL",
        "description": "Application description",
        "redirect_uri": "Authorization callback URL",
        "expire_user_tokens": "Expire user access tokens",
        "client_id": "Client ID",
        "client_secret": "Client secret",
    },
    parameters={
        "scope": Parameter(
            "what the application asks to be allowed to do, separated by spaces", _GITHUB_DOCS
        ),
        "redirect_uri": Parameter(
            "where the browser is to be sent back to; without it, the first registered callback URL",
            _GITHUB_DOCS,
        ),
        "login": Parameter("suggests which account to sign in with", _GITHUB_DOCS),
        "allow_signup": Parameter(
            "whether someone without an account may make one; true if absent", _GITHUB_DOCS
        ),
        "prompt": Parameter(
            "`select_account` shows the choice of accounts even if one is signed in", _GITHUB_DOCS
        ),
        "response_type": Parameter(
            "RFC 6749 requires it, here always `code`; GitHub's documentation does not list it",
            "RFC 6749, 4.1.1; " + _GITHUB_DOCS,
        ),
    },
    sources={
        "issuer": "docs.github.com, GitHub authentication discovery endpoints; observed since about 2026-08-20",
        "granted_scope_separator": "docs.github.com, token response examples; jupyterhub/oauthenticator#820",
        "redirect_uri_in_step_3": _GITHUB_DOCS,
        "asks_grant_type": _GITHUB_DOCS + ", which does not list it",
        "pkce": "github.blog changelog, 2025-07-14: S256 only, the secret stays required",
        "asks_for_json": _GITHUB_DOCS,
        "token_error_status": "observed: golang/oauth2#274, octokit/auth-oauth-app.js#13",
        "code_lifetime": _GITHUB_DOCS,
        "token_lifetime": _GITHUB_DOCS,
        "inspection": "docs.github.com, REST API endpoints for OAuth authorizations",
        "revocation": "docs.github.com, REST API endpoints for OAuth authorizations",
    },
    since={
        "issuer": Since(
            "2026-08-20, about",
            "names who answers, so that no other provider's answer passes for this one's",
            "RFC 9207, 1; observed: openiddict/openiddict-core#2529; in April 2026 for two days",
        ),
        "scope_separator": Since(
            "unknown", "RFC 6749 has a space; a comma is still understood, as observed", _GITHUB_DOCS
        ),
        "token_states_scope": Since(
            "2013-10-04",
            "people were to choose, so an application has to be told what it got",
            "developer.github.com, OAuth changes coming",
        ),
        "pkce": Since(
            "2025-07-14",
            "a code is of no use without the secret of the session that asked for it",
            "RFC 7636, 1; github.blog changelog",
        ),
        "code_lifetime": Since("unknown", "a code must be short-lived", "RFC 6749, 4.1.2; " + _GITHUB_DOCS),
        "token_lifetime": Since(
            "2026-08", "a token that leaks is of use for hours only", "RFC 9700, 2.2.2; " + _GITHUB_DOCS
        ),
        "refreshes": Since("2026-08", "or people would have to come back every eight hours", _GITHUB_DOCS),
        "inspection": Since(
            "2020-02",
            "before, GET had the token in its path, where logs keep it (not practised here); gone on 2021-08-11",
            "developer.github.com changes, 2020-02-14; github.blog changelog, 2021",
        ),
        "revocation": Since(
            "2020-02", "as for asking about a token", "developer.github.com changes, 2020-02-14"
        ),
    },
)

_FACEBOOK_DOCS = "developers.facebook.com, Manually build a login flow (March 2026)"
_FACEBOOK_TOKENS = "developers.facebook.com, Get long-lived access tokens"

FACEBOOK = Provider(
    name="Facebook",
    web_url="https://www.facebook.com",
    api_url="https://graph.facebook.com/v25.0",
    authorization_path="/v25.0/dialog/oauth",
    token_url="https://graph.facebook.com/v25.0/oauth/access_token",
    front_channel=("/login", "/settings/applications"),
    profile_path="/me",
    layout={"https://www.facebook.com": "", "https://graph.facebook.com": ""},
    scope_separator=",",
    granted_scope_separator=",",
    token_states_scope=False,
    redirect_uri_required=True,
    redirect_uri_in_step_3="required, identical to step 1",
    asks_grant_type=False,
    loopback_host="localhost",
    appended_fragment="#_=_",
    pkce=(),
    token_method="GET",
    error_fields={
        "error": "error.type",
        "description": "error.message",
        "code": "error.code",
        "subcode": "error.error_subcode",
        "trace": "error.fbtrace_id",
    },
    callback_error=("error", "error_code"),
    callback_description=("error_description", "error_message"),
    code_lifetime="not documented (10 minutes assumed here)",
    token_lifetime="one to two hours; about 60 days once extended",
    refreshes=False,
    extension_grant="fb_exchange_token",
    inspection=Call(
        "GET",
        "/debug_token",
        params={"input_token": "{token}", "access_token": "{client_id}|{client_secret}"},
    ),
    revocation=Call("DELETE", "/me/permissions", params={"access_token": "{token}"}),
    token_info={
        "client_id": "data.app_id",
        "user_id": "data.user_id",
        "scope": "data.scopes",
        "expires_at": "data.expires_at",
        "is_valid": "data.is_valid",
    },
    telling_headers=("content-type", "location", "www-authenticate", "facebook-api-version"),
    form={
        "name": "Display name",
        "redirect_uri": "Valid OAuth Redirect URIs",
        "mode": "App Mode",
        "require_app_secret": "Require App Secret",
        "client_id": "App ID",
        "client_secret": "App Secret",
    },
    parameters={
        "scope": Parameter("the permissions asked for, separated by commas", _FACEBOOK_DOCS),
        "redirect_uri": Parameter(
            "where the browser is to be sent back to; required, and equal to a registered one to the letter",
            "developers.facebook.com, Login security (October 2024)",
        ),
        "auth_type": Parameter(
            "`rerequest` asks again for what was declined before, `reauthenticate` for her password",
            _FACEBOOK_DOCS,
        ),
        "auth_nonce": Parameter(
            "a value of yours that debug_token tells later, to know that she has just given her password",
            "php-graph-sdk's and django-allauth's source",
        ),
        "display": Parameter(
            "how the dialog is laid out: `page`, `popup`, `touch`", "passport-facebook's source"
        ),
        "return_scopes": Parameter(
            "`true` adds granted_scopes and denied_scopes to the answer", "social-core's source"
        ),
        "response_type": Parameter("what should come back: `code` if absent", _FACEBOOK_DOCS),
        "fb_exchange_token": Parameter("the token to be extended; it must still be alive", _FACEBOOK_TOKENS),
        "input_token": Parameter("the token one asks about", "developers.facebook.com, debug_token"),
        "error_reason": Parameter("why, as one word: `user_denied`", _FACEBOOK_DOCS),
        "error_code": Parameter("Facebook's number for the error", "observed: simi/omniauth-facebook#124"),
        "error_message": Parameter(
            "what went wrong, where there is no `error` at all", "passport-facebook's tests"
        ),
    },
    sources={
        "scope_separator": "observed: nearly every client; the documentation allows comma or space",
        "granted_scope_separator": "social-core's source: granted_scopes in the redirect; a token states none",
        "token_states_scope": _FACEBOOK_DOCS,
        "redirect_uri_required": _FACEBOOK_DOCS,
        "redirect_uri_in_step_3": _FACEBOOK_DOCS,
        "asks_grant_type": _FACEBOOK_DOCS + ", which does not list it",
        "loopback_host": "developers.facebook.com blog, 2018-06-08: http for localhost, only in development",
        "appended_fragment": "observed since 2011, on success and on cancel",
        "pkce": "documented for the OpenID Connect variant only, as still in testing",
        "token_method": _FACEBOOK_DOCS + "; POST is accepted as well (observed)",
        "error_fields": "developers.facebook.com, Graph API error handling",
        "callback_error": "passport-facebook's tests: error_code without error",
        "callback_description": "passport-facebook's tests",
        "code_lifetime": "unknown: on no page of Facebook's documentation",
        "token_lifetime": "developers.facebook.com, Access token guide: the lifetimes may change without warning",
        "refreshes": _FACEBOOK_TOKENS,
        "extension_grant": _FACEBOOK_TOKENS,
        "inspection": "developers.facebook.com, debug_token",
        "revocation": "developers.facebook.com, Request and revoke permissions (March 2026)",
    },
    since={
        "loopback_host": Since(
            "2018-10-06",
            "whoever listens reads what http carries; localhost is exempt, in development; in 2013 any host would do",
            "developers.facebook.com blog, 2018-06-08",
        ),
        "error_fields": Since(
            "2015-12, or before",
            "a number by which Facebook finds the request in its own log",
            "observed: facebookarchive/php-graph-sdk#538",
        ),
        "token_lifetime": Since(
            "unknown",
            "what leaks ends sooner; so the documentation says, and until 2022 some codes still brought 60 days",
            _FACEBOOK_TOKENS,
        ),
        "lifetime_field": Since(
            "2015-03-25",
            "RFC 6749, 5.1 calls it so; callers without a version followed in March 2017",
            "changelog of Graph API v2.3",
        ),
    },
)

# --- the same two in 2013 ---------------------------------------------------------------------------------

_GITHUB_DOCS_2013 = "developer.github.com, OAuth, as public repositories keep it (about 2013, and 2014)"
_GITHUB_SCOPE_2013 = "developer.github.com, OAuth changes coming (2013-10-04): from that day on"

GITHUB_2013 = replace(
    GITHUB,
    era="2013",
    issuer=None,
    scope_separator=",",
    token_states_scope=False,
    since={},
    pkce=(),
    refreshes=False,
    code_lifetime="not documented then (10 minutes assumed here)",
    token_lifetime="until it is revoked",
    inspection=None,
    revocation=None,
    token_info={},
    api_headers={},
    telling_headers=(
        "content-type",
        "location",
        "x-oauth-scopes",
        "x-accepted-oauth-scopes",
        "link",
        "x-practice",
    ),
    form={name: label for name, label in GITHUB.form.items() if name != "expire_user_tokens"},
    parameters={
        "scope": Parameter(
            "what the application asks to be allowed to do, separated by commas", _GITHUB_DOCS_2013
        ),
        "redirect_uri": Parameter(
            "where the browser is to be sent back to; without it, the registered callback URL",
            _GITHUB_DOCS_2013,
        ),
        "response_type": Parameter(
            "RFC 6749 requires it, here always `code`; GitHub's documentation did not list it",
            "RFC 6749, 4.1.1; " + _GITHUB_DOCS_2013,
        ),
    },
    sources={
        "scope_separator": _GITHUB_DOCS_2013,
        "granted_scope_separator": _GITHUB_SCOPE_2013,
        "token_states_scope": _GITHUB_SCOPE_2013,
        "redirect_uri_in_step_3": _GITHUB_DOCS_2013,
        "asks_grant_type": _GITHUB_DOCS_2013 + ", which does not list it",
        "pkce": "github.blog changelog, 2025-07-14: there was none before",
        "asks_for_json": _GITHUB_DOCS_2013,
        "token_error_status": "observed: octokit/octokit.rb#347 (2013-12-01), where it raised no error",
        "code_lifetime": "unknown: on no page of GitHub's documentation of then",
        "token_lifetime": _GITHUB_DOCS_2013 + ": revoked by users, and no word of an end",
        "refreshes": _GITHUB_DOCS_2013 + ": no word of them",
    },
)

_FACEBOOK_DOCS_2013 = "developers.facebook.com of 2011 to 2013, as public repositories keep it"

FACEBOOK_2013 = replace(
    FACEBOOK,
    era="2013",
    since={},
    loopback_host="127.0.0.1",  # http was allowed anywhere, so no host was an exception
    api_url="https://graph.facebook.com",
    authorization_path="/dialog/oauth",
    token_url="https://graph.facebook.com/oauth/access_token",
    token_lifetime="about 60 days if it came for a code; else one to two hours",
    lifetime_field="expires",
    error_fields={name: place for name, place in FACEBOOK.error_fields.items() if name != "trace"},
    telling_headers=("content-type", "location", "www-authenticate"),
    form={
        "name": "Display Name",
        "app_domains": "App Domains",
        "redirect_uri": "Site URL",
        "mode": "Mode (in development: sandbox)",
        "client_id": "App ID",
        "client_secret": "App Secret",
    },
    parameters={
        **{name: FACEBOOK.parameters[name] for name in ("display", "response_type", "error_message")},
        "scope": Parameter("the permissions asked for, separated by commas", _FACEBOOK_DOCS_2013),
        "redirect_uri": Parameter(
            "where the browser is to be sent back to; required, and somewhere below the Site URL",
            _FACEBOOK_DOCS_2013,
        ),
        "auth_type": Parameter("`reauthenticate` asks for the password again", "assumed for 2013"),
        "auth_nonce": FACEBOOK.parameters["auth_nonce"],
        "fb_exchange_token": Parameter(
            "the token to be extended; it must still be alive", _FACEBOOK_DOCS_2013
        ),
        "input_token": Parameter("the token one asks about", _FACEBOOK_DOCS_2013),
        "error_reason": Parameter("why, as one word: `user_denied`", _FACEBOOK_DOCS_2013),
        "error_code": Parameter(
            "Facebook's number for the error", "observed: simi/omniauth-facebook#124 (2013)"
        ),
    },
    sources={
        "scope_separator": _FACEBOOK_DOCS_2013,
        "granted_scope_separator": "assumed: nothing stated what was granted, /me/permissions aside",
        "token_states_scope": _FACEBOOK_DOCS_2013,
        "redirect_uri_required": _FACEBOOK_DOCS_2013,
        "redirect_uri_in_step_3": "observed: freizl/hoauth2#19 (2013)",
        "asks_grant_type": _FACEBOOK_DOCS_2013 + ", which does not list it",
        "appended_fragment": "observed since 2011, on success and on cancel",
        "pkce": "RFC 7636 is of 2015",
        "token_method": _FACEBOOK_DOCS_2013 + "; the PHP SDK of the time sent POST",
        "error_fields": "observed: freizl/hoauth2#19 (2013)",
        "callback_error": "passport-facebook's tests: error_code without error",
        "callback_description": "passport-facebook's tests",
        "code_lifetime": "unknown: on no page of Facebook's documentation",
        "token_lifetime": _FACEBOOK_DOCS_2013 + ", on the removal of offline_access (2012)",
        "refreshes": _FACEBOOK_DOCS_2013,
        "extension_grant": _FACEBOOK_DOCS_2013,
        "inspection": _FACEBOOK_DOCS_2013,
        "revocation": "observed: arsduo/koala's fixtures, 2010 to 2015",
        "lifetime_field": "observed: nov/fb_graph2's mocks; gone with Graph API v2.3 (2015-03-25)",
    },
)

# Era -> the rows of that time.
ERAS: Mapping[str, tuple[Provider, ...]] = {"now": (GITHUB, FACEBOOK), "2013": (GITHUB_2013, FACEBOOK_2013)}

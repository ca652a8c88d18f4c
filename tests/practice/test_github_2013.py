"""GitHub as it was in June 2013: what worked then and is refused today, and how it said no."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from oauth_steps import (
    GITHUB,
    App,
    BadApp,
    Token,
    authorization_url,
    pkce_pair,
    read_callback,
    refresh_token,
    request_resource,
    request_token,
)
from oauth_steps.errors import AccessDenied, AuthorizationRefused, NoSuchAct, NotOffered, TokenRefused
from oauth_steps.practice import Practice, github_facts
from oauth_steps.practice.browser import ConsentPage, ErrorPage, Page, Redirect, SignInPage
from oauth_steps.practice.github_redirects import matches
from oauth_steps.providers import GITHUB_2013

API, TOKEN_URL, STATE = "https://api.github.com", GITHUB_2013.token_url, "s" * 32
CALLBACK = "http://notes.example/callback"


@pytest.fixture
def practice() -> Iterator[Practice]:
    with Practice(era="2013") as mounted:
        yield mounted


@pytest.fixture
def app(practice: Practice) -> App:
    return registered(practice)


def registered(practice: Practice, **form: Any) -> App:
    return practice.register(
        GITHUB, **{"name": "Notes", "redirect_uri": CALLBACK, "scope": ("user", "repo"), **form}
    )


def sent_back(practice: Practice, app: App, login: str = "ada", **parameters: str | None) -> str:
    """Steps 1 and 2: the address that the application is called at, everything allowed."""
    page = practice.new_browser(login).open(authorization_url(app, state=STATE, **parameters))  # type: ignore[arg-type]
    answer = page.allow() if isinstance(page, ConsentPage) else page
    assert isinstance(answer, Redirect), answer
    return answer.url


def code_of(practice: Practice, app: App, **parameters: str | None) -> str:
    return read_callback(app, sent_back(practice, app, **parameters), expected_state=STATE)


def token_of(practice: Practice, app: App, **parameters: str | None) -> str:
    return request_token(app, code_of(practice, app, **parameters)).access_token


def get(path: str, token: str | None = None, **headers: str | None) -> requests.Response:
    mine = {"Authorization": f"token {token}"} if token else {}
    return requests.get(API + path, headers={**mine, **headers})


# --- the six steps ----------------------------------------------------------------------------------------


def test_the_steps_walk_through_2013(practice: Practice, app: App) -> None:
    assert app.provider is GITHUB_2013
    url = authorization_url(app, state=STATE)
    assert "scope=user%2Crepo" in url  # the docs of then: "A comma separated list"
    page = practice.browser.open(url)
    assert isinstance(page, SignInPage)
    consent = page.sign_in("ada")
    assert isinstance(consent, ConsentPage) and [ask.name for ask in consent.asks] == ["repo", "user"]
    back = consent.allow()
    assert isinstance(back, Redirect) and set(back.parameters) == {"code", "state"}  # no iss
    token = request_token(app, read_callback(app, back.url, expected_state=STATE))
    assert repr(token) == "Token(access_token=⟨access token 1⟩, token_type=bearer)"
    me = request_resource(app, token, "/user")
    assert me.json()["login"] == "ada" and me.headers["X-OAuth-Scopes"] == "repo, user"
    repositories = request_resource(app, token, "/user/repos").json()
    assert [one["name"] for one in repositories if one["private"]] == ["diary"]
    assert [exchange.step for exchange in practice.trace][-3:] == [3, 5, 5]


def test_the_application_of_the_lessons_asks_for_a_scope_of_then(practice: Practice) -> None:
    app = practice.app(GITHUB)
    assert app.scope == ("user",) and app.provider is GITHUB_2013
    assert "plan" in get("/user", token_of(practice, app)).json()


@pytest.mark.parametrize("how", ["get", "post with a query", "token as a parameter", "below the callback"])
def test_what_was_written_for_2013_works_there_and_fails_today(how: str) -> None:
    assert outcome(Practice(era="2013"), how) == 200
    assert (
        outcome(Practice(), how)
        == {
            "get": 404,  # the token endpoint, since about July 2014
            "post with a query": 200,  # still accepted
            "token as a parameter": 400,  # since 2021-09-08
            "below the callback": "Be careful!",  # a callback registered since August 2026 matches to the letter
        }[how]
    )


def outcome(practice: Practice, how: str) -> int | str:
    """The same requests in either era: the status of what came last, or the page at which the flow ended."""
    with practice:
        app = registered(practice)
        where = app.redirect_uri + "/deeper" if how == "below the callback" else app.redirect_uri
        url = (
            f"https://github.com/login/oauth/authorize?client_id={app.client_id}&redirect_uri={where}"
            "&scope=user,repo&state=" + STATE
        )
        page = practice.new_browser("ada").open(url)
        if isinstance(page, ErrorPage):
            return page.title
        code = dict(parse_qsl(urlsplit(page.allow().url).query))["code"]
        sent = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
        method = "GET" if how == "get" else "POST"
        answer = requests.request(method, TOKEN_URL, params=sent, headers={"Accept": "application/json"})
        if not answer.ok:
            return answer.status_code
        token = answer.json()["access_token"]
        if how == "token as a parameter":
            return requests.get(f"{API}/user", params={"access_token": token}).status_code
        return get("/user", token).status_code


# --- registration -----------------------------------------------------------------------------------------


def test_identifiers_are_hexadecimal(practice: Practice, app: App) -> None:
    code = code_of(practice, app)
    token = request_token(app, code).access_token
    for value, length in ((app.client_id, 20), (app.client_secret, 40), (code, 20), (token, 40)):
        assert re.fullmatch(f"[0-9a-f]{{{length}}}", value)


def test_the_form_has_one_callback_url_and_no_settings_of_later_times(practice: Practice, app: App) -> None:
    with pytest.raises(BadApp, match="2 redirect URIs"):
        registered(practice, redirect_uri=[CALLBACK, CALLBACK + "/2"])
    for later in ({"expire_user_tokens": False}, {"wildcard": True}):
        with pytest.raises(BadApp, match=next(iter(later))):
            registered(practice, **later)
    form = str(practice.registration(app))
    assert "Expire" not in form and "Authorization callback URL" in form


# --- steps 1 and 2 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "same"),
    [
        # the docs' own table, with the line that a later version no longer has: the scheme may differ
        ("https://example.com/path", True),
        ("http://example.com/path", True),
        ("http://example.com/path/subdir/other", True),
        ("http://example.com/bar", False),
        ("http://example.com/", False),
        ("http://example.com:8080/path", False),
        ("http://oauth.example.com:8080/path", False),
        ("http://example.org", False),
        ("http://oauth.example.com/path", False),  # subdomains came later
        ("http://example.com/path?next=1", True),
        ("http://example.com/pathology", False),
        ("http://example.com/path/../bar", False),
        ("http://example.com/path/%2e%2e/bar", False),
        ("http://example.com@evil.example/path", False),
        ("http://example.com\\@evil.example/path", False),
        ("javascript://example.com/path", False),
    ],
)
def test_host_and_port_must_match_and_the_path_lie_below(asked: str, same: bool) -> None:
    assert matches("http://example.com/path", asked, github_facts.ERAS["2013"].matching, loosely=True) is same


def test_a_loopback_address_has_no_privilege_yet(practice: Practice) -> None:
    app = registered(practice, redirect_uri="http://127.0.0.1/cb")
    url = sent_back(practice, app, redirect_uri="http://127.0.0.1:1234/cb")
    assert url == f"http://127.0.0.1/cb?error=redirect_uri_mismatch&state={STATE}"


def test_a_foreign_redirect_uri_is_told_at_the_registered_callback(practice: Practice, app: App) -> None:
    url = sent_back(practice, app, redirect_uri="https://evil.example/callback")
    assert url == f"{CALLBACK}?error=redirect_uri_mismatch&state={STATE}"  # and no code
    with pytest.raises(AuthorizationRefused, match="redirect_uri_mismatch"):
        read_callback(app, url, expected_state=STATE)
    assert not practice.ledger.codes


def test_a_refusal_is_one_word(practice: Practice, app: App) -> None:
    page = practice.new_browser("ada").open(authorization_url(app, state=STATE))
    denied = page.deny()
    assert denied.url == f"{CALLBACK}?error=access_denied&state={STATE}"
    with pytest.raises(AccessDenied):
        read_callback(app, denied.url, expected_state=STATE)
    practice.suspend(app)
    assert sent_back(practice, app) == f"{CALLBACK}?error=application_suspended&state={STATE}"


def test_scopes_of_later_times_are_unknown(practice: Practice, app: App) -> None:
    asked = "user:email,read:user,admin:org,workflow,offline_access"
    code = code_of(practice, app, scope=asked)
    assert practice.ledger.codes[code].scope == {"user:email"}
    assert get("/user", token_of(practice, app, scope=asked)).headers["X-OAuth-Scopes"] == "user:email"


def test_without_a_scope_she_gets_what_was_asked_for_last(practice: Practice, app: App) -> None:
    for scope in ("user", "repo", "user:email"):
        token_of(practice, app, scope=scope)
    token = token_of(practice, app, scope="")
    assert get("/user", token).headers["X-OAuth-Scopes"] == "user:email"  # today: repo, user
    practice.user("ada").remove(app)
    code_of(practice, app, scope="")  # allows nothing but public data, and is not redeemed
    assert get("/user", token_of(practice, app, scope="")).headers["X-OAuth-Scopes"] == ""


@pytest.mark.parametrize(
    "parameters",
    [
        {"prompt": "select_account"},
        {"login": "ben", "allow_signup": "false"},
        {"code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", "code_challenge_method": "S256"},
        {"code_challenge": "x", "code_challenge_method": "plain"},
    ],
)
def test_parameters_of_later_times_are_ignored(
    practice: Practice, app: App, parameters: dict[str, str]
) -> None:
    code = code_of(practice, app, **parameters)
    assert request_token(app, code).access_token


def test_a_verifier_is_ignored_right_or_wrong(practice: Practice, app: App) -> None:
    _, challenge = pkce_pair()
    code = code_of(practice, app, code_challenge=challenge)
    assert request_token(app, code, code_verifier="wrong" * 10).access_token


def test_nobody_needs_a_verified_address(practice: Practice, app: App) -> None:
    practice.ledger.person("ada").email_verified = False
    assert request_token(app, code_of(practice, app)).access_token


def test_no_limit_is_known(practice: Practice, app: App) -> None:
    tokens = [token_of(practice, app) for _ in range(12)]
    page = practice.new_browser("ada").open(authorization_url(app, state=STATE))
    assert isinstance(page, Redirect)  # she is not asked again
    practice.clock.advance(days=3650)
    assert {get("/user", token).status_code for token in tokens} == {200}


# --- steps 3 and 4 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        (None, "access_token={}&token_type=bearer"),
        ("application/json", '{{"access_token":"{}","token_type":"bearer"}}'),
        (
            "application/xml",
            "<OAuth>\n  <token_type>bearer</token_type>\n  <access_token>{}</access_token>\n</OAuth>\n",
        ),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_token_response_does_not_state_the_scope(
    practice: Practice, app: App, method: str, accept: str | None, body: str
) -> None:
    sent = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code_of(practice, app)}
    answer = requests.request(method, TOKEN_URL, params=sent, headers={"Accept": accept})
    (token,) = practice.ledger.tokens
    assert (answer.status_code, answer.text) == (200, body.format(token))
    assert answer.headers["Server"] == "GitHub.com" and "X-GitHub-Request-Id" not in answer.headers


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"code": "0" * 20}, "bad_verification_code"),
        ({"client_secret": "0" * 40}, "incorrect_client_credentials"),
        ({"redirect_uri": CALLBACK + "/other"}, "redirect_uri_mismatch"),
    ],
)
def test_a_token_error_is_one_word_with_status_200(
    practice: Practice, app: App, change: dict[str, str], error: str
) -> None:
    sent = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code_of(practice, app)}
    answer = requests.post(TOKEN_URL, data={**sent, **change})
    assert (answer.status_code, answer.text) == (200, f"error={error}")
    with pytest.raises(TokenRefused, match="bad_verification_code"):
        request_token(app, "0" * 20)


def test_a_code_works_once_and_for_ten_minutes(practice: Practice, app: App) -> None:
    used, late = code_of(practice, app), code_of(practice, app)
    assert request_token(app, used).access_token
    practice.clock.advance(seconds=601)
    for code in (used, late):
        with pytest.raises(TokenRefused, match="bad_verification_code"):
            request_token(app, code)


def test_no_token_expires_and_none_is_refreshed(practice: Practice, app: App) -> None:
    token = request_token(app, code_of(practice, app))
    assert (token.expires_in, token.refresh_token, token.scope) == (None, None, None)
    practice.clock.advance(hours=9)
    assert get("/user", token.access_token).status_code == 200
    with pytest.raises(NotOffered):
        refresh_token(app, Token(token.access_token, refresh_token="ghr_"))
    sent = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "refresh_token": token.access_token,
    }
    answer = requests.post(TOKEN_URL, data={**sent, "grant_type": "refresh_token"})
    assert answer.text == "error=bad_verification_code"  # nobody looks at grant_type


def test_removing_the_application_ends_its_tokens_but_nobody_edits_scopes(
    practice: Practice, app: App
) -> None:
    token = token_of(practice, app)
    with pytest.raises(NoSuchAct, match="2013"):
        practice.user("ada").edit_scopes(app, only=["user"])
    page = practice.new_browser("ada").open(
        f"https://github.com/settings/connections/applications/{app.client_id}"
    )
    assert isinstance(page, Page) and "not part of the practice provider" in page.text
    practice.user("ada").remove(app)
    assert get("/user", token).status_code == 401


# --- steps 5 and 6 ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["token", "bearer", "Bearer"])
def test_a_token_in_a_header_or_in_the_query(practice: Practice, app: App, scheme: str) -> None:
    token = token_of(practice, app)
    assert get("/user", Authorization=f"{scheme} {token}").json()["login"] == "ada"
    assert get(f"/user?access_token={token}").json()["login"] == "ada"
    assert get(f"/user?access_token={token}", "0" * 40).status_code == 401  # the header counts
    assert get("/user?access_token=").status_code == 401


@pytest.mark.parametrize(
    ("path", "token", "status", "message"),
    [
        ("/user", "0" * 40, 401, "Bad credentials"),
        ("/user?access_token=x", None, 401, "Bad credentials"),
        ("/user", None, 401, "Requires authentication"),
        ("/user/emails", "hers", 404, "Not Found"),
        ("/nowhere", "hers", 404, "Not Found"),
    ],
)
def test_an_error_of_the_api_is_its_message(
    practice: Practice, app: App, path: str, token: str | None, status: int, message: str
) -> None:
    hers = token_of(practice, app, scope="repo")
    answer = get(path, hers if token == "hers" else token)
    assert (answer.status_code, answer.text) == (status, f'{{"message":"{message}"}}')


def test_no_user_agent_no_answer(practice: Practice, app: App) -> None:
    answer = get("/user", token_of(practice, app), **{"User-Agent": None})
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/octet-stream")
    assert answer.text == (
        '{"message":"Missing or invalid User Agent string. '
        'See http://developer.github.com/v3/#user-agent-required"}'
    )


def test_the_headers_of_an_api_response(practice: Practice, app: App) -> None:
    headers = dict(get("/user", token_of(practice, app)).headers)
    assert re.fullmatch(r'"[0-9a-f]{32}"', headers.pop("ETag"))
    assert headers.pop("Last-Modified")
    assert headers == {
        "Server": "GitHub.com",
        "Date": "Mon, 03 Jun 2013 09:00:00 GMT",
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "private, s-maxage=60, max-age=60",
        "Vary": "Accept, Authorization, Cookie",
        "X-OAuth-Scopes": "repo, user",
        "X-Accepted-OAuth-Scopes": "user:follow, user:email, user",
        "X-GitHub-Media-Type": "github.beta; format=json",
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": "4999",
        "X-Content-Type-Options": "nosniff",
    }


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/applications/{}/token"),
        ("DELETE", "/applications/{}/token"),
        ("DELETE", "/applications/{}/grant"),
        ("POST", "/credentials/revoke"),
        ("OPTIONS", "/user"),
        ("GET", "/applications/{}/tokens/0"),  # was there, and is not practised
        ("GET", "/user/orgs"),  # likewise, and in the next
        ("GET", "/user/teams"),
    ],
)
def test_what_came_later_is_not_there(practice: Practice, app: App, method: str, path: str) -> None:
    token = token_of(practice, app)
    answer = requests.request(
        method,
        API + path.format(app.client_id),
        auth=(app.client_id, app.client_secret),
        json={"access_token": token, "credentials": [token]},
    )
    assert (answer.status_code, answer.text) == (404, '{"message":"Not Found"}')
    assert answer.headers["X-Practice"] == "not part of the practice provider"
    assert get("/user", token, **{"X-GitHub-Api-Version": "1999-01-01"}).status_code == 200

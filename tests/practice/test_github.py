"""GitHub as the practice plays it: its words on the wire, what it refuses, and what lives how long."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests

from oauth_steps import FACEBOOK, GITHUB, App, authorization_url
from oauth_steps.practice import Practice
from oauth_steps.practice.github import checksum, matches
from oauth_steps.practice.github_scopes import SCOPES

AUTHORIZE, TOKEN_URL, API = GITHUB.authorization_url, GITHUB.token_url, "https://api.github.com"
JSON = {"Accept": "application/json"}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B, and its challenge
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
PROVED = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
DOCS = "https://docs.github.com"


@pytest.fixture
def practice() -> Iterator[Practice]:
    with Practice() as mounted:
        yield mounted


@pytest.fixture
def app(practice: Practice) -> App:
    return practice.app(GITHUB)


@pytest.fixture
def older(practice: Practice) -> App:
    """An application whose tokens stay."""
    return practice.register(
        GITHUB, name="Old notes", redirect_uri="https://old.example/cb", expire_user_tokens=False
    )


class Visitor:
    """A browser on the wire: it sends one cookie, follows nothing, and can press either button."""

    def __init__(self, practice: Practice, login: str = "ada") -> None:
        self.cookie = practice.ledger.sign_in(login, "0123456789abcdef", 48)
        self.csrf = practice.ledger.sessions[self.cookie].csrf

    def ask(self, app: App, **parameters: str | None) -> requests.Response:
        """Step 1: GET the authorization endpoint; a parameter that is None is not sent."""
        return requests.get(
            AUTHORIZE,
            params=_sent(app, parameters),
            headers={"Cookie": f"user_session={self.cookie}"},
            allow_redirects=False,
        )

    def press(self, app: App, button: str, **parameters: str | None) -> requests.Response:
        """Step 2: send the consent page's form with this button, 1 to allow and 0 to deny."""
        form = {**_sent(app, {"authenticity_token": self.csrf, **parameters}), "authorize": button}
        return requests.post(
            AUTHORIZE, data=form, headers={"Cookie": f"user_session={self.cookie}"}, allow_redirects=False
        )

    def allow(self, app: App, **parameters: str | None) -> dict[str, str]:
        """Steps 1 and 2: what comes back to the application, consent given if it is asked for."""
        answer = self.ask(app, **parameters)
        if answer.status_code == 200:
            answer = self.press(app, "1", **parameters)
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def _sent(app: App, parameters: dict[str, str | None]) -> dict[str, str]:
    known = {"client_id": app.client_id, "redirect_uri": app.redirect_uri, "scope": " ".join(app.scope)}
    sent = {**known, "state": "xyz", **parameters}
    return {name: value for name, value in sent.items() if value is not None}


def redeem(app: App, code: str, **parameters: str | None) -> requests.Response:
    """Step 3, by form, asking for JSON; a parameter that is None is not sent."""
    form = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code, **parameters}
    return requests.post(TOKEN_URL, data=form, headers=JSON)


def refresh(app: App, refresh_token: str) -> requests.Response:
    form = {"client_id": app.client_id, "client_secret": app.client_secret, "refresh_token": refresh_token}
    return requests.post(TOKEN_URL, data={**form, "grant_type": "refresh_token"}, headers=JSON)


def token_of(practice: Practice, app: App, login: str = "ada", **parameters: str | None) -> dict[str, Any]:
    """A whole flow: the body of the token response."""
    return redeem(app, Visitor(practice, login).allow(app, **parameters)["code"]).json()


def get(path: str, token: str | None = None, **headers: str | None) -> requests.Response:
    """Steps 5 and 6."""
    bearer = {"Authorization": f"Bearer {token}"} if token else {}
    return requests.get(API + path, headers={**bearer, **headers})


def refusal(error: str) -> dict[str, str]:
    """What GitHub says, word for word, at the token endpoint."""
    description, page = {
        "incorrect_client_credentials": (
            "The client_id and/or client_secret passed are incorrect.",
            "troubleshooting-oauth-app-access-token-request-errors/#incorrect-client-credentials",
        ),
        "redirect_uri_mismatch": (
            "The redirect_uri MUST match the registered callback URL for this application.",
            "troubleshooting-authorization-request-errors/#redirect-uri-mismatch2",
        ),
        "bad_verification_code": (
            "The code passed is incorrect or expired.",
            "troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code",
        ),
        "bad_refresh_token": (
            "The refresh token passed is incorrect or expired.",
            "troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code",
        ),
        "unverified_user_email": (
            "The user must have a verified primary email.",
            "troubleshooting-oauth-app-access-token-request-errors/#unverified_user_email",
        ),
    }[error]
    return {
        "error": error,
        "error_description": description,
        "error_uri": f"{DOCS}/apps/managing-oauth-apps/{page}",
    }


def assert_refused(answer: requests.Response, error: str) -> None:
    assert (answer.status_code, answer.json()) == (200, refusal(error))  # errors come with 200
    assert answer.headers["Content-Type"] == "application/json; charset=utf-8"


# --- step 2: signing in -----------------------------------------------------------------------------------


def test_who_is_not_signed_in_is_asked_to_and_then_sent_on(practice: Practice, app: App) -> None:
    url = authorization_url(app, state="a b&c", login="ben")
    to_sign_in = requests.get(url, allow_redirects=False)
    assert to_sign_in.status_code == 302
    place, _, query = to_sign_in.headers["Location"].partition("?")
    assert place == "https://github.com/login"
    back = parse_qs(query)["return_to"][0]
    page = requests.get(to_sign_in.headers["Location"])
    assert page.status_code == 200 and 'value="ben"' in page.text  # `login` suggests an account

    form = {"login": "ada", "password": practice.ledger.person("ada").password, "return_to": back}
    signed_in = requests.post("https://github.com/session", data=form, allow_redirects=False)
    assert signed_in.status_code == 302
    assert re.fullmatch(
        r"user_session=[0-9A-Za-z]{48}; path=/; HttpOnly; SameSite=Lax", signed_in.headers["Set-Cookie"]
    )
    target = signed_in.headers["Location"]
    assert target.partition("?")[0] == AUTHORIZE
    assert parse_qs(urlsplit(target).query) == parse_qs(urlsplit(url).query)


@pytest.mark.parametrize(
    ("login", "password"),
    [("ada", "wrong"), ("ada", ""), ("ada", None), ("nobody", "correct horse battery staple"), (None, None)],
)
def test_a_wrong_password_signs_nobody_in(
    practice: Practice, login: str | None, password: str | None
) -> None:
    form = {"login": login, "password": password, "return_to": "/login/oauth/authorize?client_id=1"}
    page = requests.post("https://github.com/session", data=form, allow_redirects=False)
    assert page.status_code == 200
    assert "Incorrect username or password." in page.text
    assert "client_id=1" in page.text  # she can try again, and ends where she wanted to go
    assert "Set-Cookie" not in page.headers and not practice.ledger.sessions


@pytest.mark.parametrize(
    "return_to",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "javascript:alert(1)",
        ".evil.example/",
        "@evil.example/",
        "/ok\r\nSet-Cookie: a=b",
        "/ok\n",
        "/\t/evil.example",
        "/é",
        "",
        None,
    ],
)
def test_signing_in_leads_nowhere_but_to_this_server(practice: Practice, return_to: str | None) -> None:
    form = {"login": "ada", "password": practice.ledger.person("ada").password, "return_to": return_to}
    answer = requests.post("https://github.com/session", data=form, allow_redirects=False)
    assert answer.headers["Location"] == "https://github.com/"


# --- step 2: the answer -----------------------------------------------------------------------------------


def test_allowing_sends_a_code_the_issuer_and_the_state(practice: Practice, app: App) -> None:
    answer = Visitor(practice).press(app, "1")
    assert answer.status_code == 302
    code = re.fullmatch(
        r"https://notes\.example/callback/github\?code=([0-9a-f]{20})"
        r"&iss=https%3A%2F%2Fgithub\.com%2Flogin%2Foauth&state=xyz",
        answer.headers["Location"],
    )
    assert code and practice.ledger.codes[code[1]].state == "alive"


def test_state_comes_back_as_it_was_sent_and_only_then(practice: Practice, app: App) -> None:
    strange = "é &=#+%/\"'<"
    assert Visitor(practice).allow(app, state=strange)["state"] == strange
    assert set(Visitor(practice).allow(app, state=None)) == {"code", "iss"}


def test_denying_sends_exactly_this(practice: Practice, app: App) -> None:
    answer = Visitor(practice).press(app, "0")
    assert answer.status_code == 302
    assert answer.headers["Location"] == (
        "https://notes.example/callback/github?error=access_denied"
        "&error_description=The+user+has+denied+your+application+access."
        "&error_uri=https%3A%2F%2Fdocs.github.com%2Fapps%2Fmanaging-oauth-apps"
        "%2Ftroubleshooting-authorization-request-errors%2F%23access-denied"
        "&iss=https%3A%2F%2Fgithub.com%2Flogin%2Foauth&state=xyz"
    )
    assert not practice.ledger.codes and not practice.ledger.grants


def test_a_suspended_application_is_told_so_at_its_registered_callback(practice: Practice, app: App) -> None:
    practice.suspend(app)
    answer = Visitor(practice).ask(app, redirect_uri="https://evil.example/")
    told = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert answer.headers["Location"].startswith(app.redirect_uri + "?error=application_suspended&")
    assert told["error_description"] == "Your application has been suspended. Contact support@github.com."
    assert told["state"] == "xyz"


@pytest.mark.parametrize("button", ["1", "0"])
@pytest.mark.parametrize("csrf", ["", "x" * 48, None, "another's"])
def test_a_stale_form_decides_nothing(practice: Practice, app: App, csrf: str | None, button: str) -> None:
    other = Visitor(practice, "mallory").csrf
    answer = Visitor(practice).press(app, button, authenticity_token=other if csrf == "another's" else csrf)
    assert answer.status_code == 422 and "Location" not in answer.headers
    assert "This form has gone stale" in answer.text
    assert not practice.ledger.codes and not practice.ledger.grants


def test_a_form_without_a_session_decides_nothing(practice: Practice, app: App) -> None:
    visitor = Visitor(practice)
    del practice.ledger.sessions[visitor.cookie]
    assert visitor.press(app, "1").status_code == 422
    assert not practice.ledger.codes


def test_a_parameter_of_the_link_cannot_press_the_button(practice: Practice, app: App) -> None:
    page = Visitor(practice).ask(app, authorize="1", authenticity_token="forged").text
    assert "forged" not in page
    browser = practice.new_browser("ada")
    consent = browser.open(authorization_url(app, state="s" * 20, authorize="1"))
    assert "access_denied" in consent.deny().url


# --- step 2: pages from which nothing goes back -----------------------------------------------------------

CALLBACK = "https://notes.example/callback/github"


@pytest.mark.parametrize(
    "asked",
    [
        "https://evil.example/callback/github",
        CALLBACK + "/",
        CALLBACK + "/deeper",
        CALLBACK + "?next=1",
        CALLBACK + "#there",
        CALLBACK.replace("https", "http"),
        CALLBACK.replace("notes.example", "notes.example:8443"),
        CALLBACK.replace("notes.example", "www.notes.example"),
        CALLBACK.upper(),
        "http://[",
        "no url",
    ],
)
def test_a_foreign_redirect_uri_gets_a_page_and_no_redirect(practice: Practice, app: App, asked: str) -> None:
    visitor = Visitor(practice)
    for answer in (visitor.ask(app, redirect_uri=asked), visitor.press(app, "1", redirect_uri=asked)):
        assert answer.status_code == 400 and "Location" not in answer.headers
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert "Be careful!" in answer.text
        assert "The redirect_uri is not associated with this application." in answer.text
        assert (
            "The application might be misconfigured or could be trying to redirect you to a website you "
            "weren&#x27;t expecting." in answer.text
        )
    assert not practice.ledger.codes


@pytest.mark.parametrize(
    ("registered", "asked", "same"),
    [
        ("http://127.0.0.1/path", "http://127.0.0.1:1234/path", True),
        ("http://127.0.0.1:80/path", "http://127.0.0.1:1234/path", True),
        ("http://127.0.0.1:1234/path", "http://127.0.0.1/path", True),
        ("http://[::1]/path", "http://[::1]:9/path", True),
        ("http://127.0.0.1", "http://127.0.0.1:9", True),
        ("http://127.0.0.1/path", "http://127.0.0.1:1234/path/deeper", False),
        ("http://127.0.0.1/path", "https://127.0.0.1:1234/path", False),
        ("http://127.0.0.1/path", "http://127.0.0.1:1234@evil.example/path", False),
        ("http://127.0.0.1/path", "http://127.0.0.1.evil.example/path", False),
        ("http://127.0.0.1/path", "http://[::1]/path", False),
        ("http://127.0.0.1/path", "http://127.0.0.1:x/path", False),
        ("http://localhost/path", "http://localhost:1234/path", False),  # the docs name the addresses only
        ("https://a.example/path", "https://a.example:1234/path", False),
        ("https://a.example/path", "https://a.example/path", True),
    ],
)
def test_only_the_port_of_a_loopback_address_may_differ(registered: str, asked: str, same: bool) -> None:
    assert matches(registered, asked) is same


def test_without_a_redirect_uri_the_first_callback_is_used(practice: Practice) -> None:
    uris = ("https://a.example/cb?tenant=1", "https://b.example/cb")
    app = practice.register(GITHUB, name="Two", redirect_uri=uris)
    visitor = Visitor(practice)
    first = visitor.press(app, "1", redirect_uri=None)
    assert first.headers["Location"].startswith("https://a.example/cb?tenant=1&code=")
    second = visitor.press(app, "1", redirect_uri="https://b.example/cb")
    assert second.headers["Location"].startswith("https://b.example/cb?code=")


@pytest.mark.parametrize("client_id", [None, "", "Ov23liAAAAAAAAAAAAAA", "facebook's"])
def test_an_unknown_client_gets_the_404_page(practice: Practice, app: App, client_id: str | None) -> None:
    other = practice.app(FACEBOOK).client_id if client_id == "facebook's" else client_id
    answer = Visitor(practice).ask(app, client_id=other)
    assert answer.status_code == 404 and "Location" not in answer.headers
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "404" in answer.text


@pytest.mark.parametrize("path", ["/", "/nowhere", "/login/oauth/authorize/", "/login/oauth/access_token"])
def test_what_is_not_there_is_a_404_page(practice: Practice, path: str) -> None:
    assert requests.get("https://github.com" + path).status_code == 404


# --- step 2: who is asked, and for what -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ("read:user user:email", "read:user,user:email"),
        ("user:email, repo", "repo,user:email"),
        ("user,gist,user:email", "gist,user"),  # what `user` holds is not listed beside it
        ("admin:org read:org", "admin:org"),  # nor is what is held at one remove
        ("repo public_repo repo:status", "repo"),
        ("user:email unheard:of", "user:email"),
        ("unheard:of", ""),
        ("", ""),
        (None, ""),
        ("gist gist", "gist"),
    ],
)
def test_scopes_are_normalised_and_joined_by_commas(
    practice: Practice, app: App, asked: str | None, granted: str
) -> None:
    assert token_of(practice, app, scope=asked)["scope"] == granted


@pytest.mark.parametrize(
    ("before", "then", "page", "granted"),
    [
        ("user:email gist", "gist user:email", False, "gist,user:email"),
        ("user:email gist", "gist", False, "gist"),
        ("user", "user:email", False, "user:email"),
        ("user:email", "user", True, "user"),
        ("user:email", "user:email gist", True, "gist,user:email"),
        ("user:email gist", None, False, "gist,user:email"),
        ("user:email gist", "", False, "gist,user:email"),
        (None, None, False, ""),
        (None, "gist", True, "gist"),
        ("gist", "gist offline_access", False, "gist"),
        ("gist", "offline_access", False, "gist"),
    ],
)
def test_consent_is_asked_for_when_more_is_wanted(
    practice: Practice, app: App, before: str | None, then: str | None, page: bool, granted: str
) -> None:
    visitor = Visitor(practice)
    assert visitor.ask(app, scope=before).status_code == 200  # the first time always
    visitor.allow(app, scope=before)
    assert (visitor.ask(app, scope=then).status_code == 200) is page
    assert redeem(app, visitor.allow(app, scope=then)["code"]).json()["scope"] == granted


def test_what_was_granted_adds_up(practice: Practice, app: App) -> None:
    visitor = Visitor(practice)
    for scope in ("user", "repo"):
        visitor.allow(app, scope=scope)
    assert redeem(app, visitor.allow(app, scope=None)["code"]).json()["scope"] == "repo,user"


def test_the_page_asks_for_what_is_new_and_says_what_is_not(practice: Practice, app: App) -> None:
    visitor = Visitor(practice)
    asked = re.compile(r'data-ask="([^"]+)"')
    assert asked.findall(visitor.ask(app, scope="user:email gist").text) == ["gist", "user:email"]
    assert asked.findall(visitor.ask(app, scope=None).text) == ["public data"]
    visitor.allow(app, scope="gist")
    page = visitor.ask(app, scope="user:email gist").text
    assert asked.findall(page) == ["user:email"] and "gist" in page


def test_consent_is_one_persons_and_one_applications(practice: Practice, app: App, older: App) -> None:
    Visitor(practice, "ada").allow(app, scope="gist")
    assert Visitor(practice, "ada").ask(app, scope="gist").status_code == 302
    assert Visitor(practice, "ben").ask(app, scope="gist").status_code == 200
    assert Visitor(practice, "ada").ask(older, scope="gist").status_code == 200
    practice.user("ada").remove(app)
    assert Visitor(practice, "ada").ask(app, scope="gist").status_code == 200


def test_every_scope_has_words_and_holds_known_ones() -> None:
    for name, scope in SCOPES.items():
        assert scope.about and set(scope.holds) <= set(SCOPES), name


# --- steps 3 and 4: how a token is asked for --------------------------------------------------------------


@pytest.mark.parametrize("how", ["form", "query", "json", "basic", "basic and form"])
@pytest.mark.parametrize("grant_type", [None, "", "authorization_code"])
def test_five_ways_to_ask(practice: Practice, app: App, how: str, grant_type: str | None) -> None:
    code = Visitor(practice).allow(app)["code"]
    sent = {"code": code, "redirect_uri": app.redirect_uri, "state": "xyz"}
    if grant_type is not None:
        sent["grant_type"] = grant_type
    ours = {"client_id": app.client_id, "client_secret": app.client_secret}
    auth = (app.client_id, app.client_secret)
    ways: dict[str, dict[str, Any]] = {
        "form": {"data": {**sent, **ours}},
        "query": {"params": {**sent, **ours}},
        "json": {"json": {**sent, **ours}},
        "basic": {"data": sent, "auth": auth},
        "basic and form": {"data": {**sent, "client_id": app.client_id}, "auth": auth},
    }
    answer = requests.post(TOKEN_URL, headers=JSON, **ways[how])
    assert answer.status_code == 200 and answer.json()["access_token"].startswith("gho_")


FORM_TYPE = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, FORM_TYPE),
        ("*/*", FORM_TYPE),
        ("text/html", FORM_TYPE),
        ("application/vnd.github+json", FORM_TYPE),
        ("application/json", "application/json"),
        ("Application/JSON;q=0.9, */*", "application/json"),
        ("application/xml", "application/xml"),
        ("application/xml, application/json", "application/xml"),
    ],
)
def test_the_answer_is_a_form_unless_accept_asks_for_another(
    practice: Practice, older: App, accept: str | None, kind: str
) -> None:
    code = Visitor(practice).allow(older, scope="repo gist")["code"]
    form = {"client_id": older.client_id, "client_secret": older.client_secret, "code": code}
    answer = requests.post(TOKEN_URL, data=form, headers={"Accept": accept})
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    (token,) = practice.ledger.tokens
    assert (
        answer.text
        == {
            FORM_TYPE: f"access_token={token}&scope=gist%2Crepo&token_type=bearer",
            "application/json": f'{{"access_token":"{token}","token_type":"bearer","scope":"gist,repo"}}',
            "application/xml": "<OAuth>\n"
            "  <token_type>bearer</token_type>\n"
            "  <scope>gist,repo</scope>\n"
            f"  <access_token>{token}</access_token>\n"
            "</OAuth>\n",
        }[kind]
    )


def test_an_expiring_token_in_json_and_as_a_form(practice: Practice, app: App) -> None:
    body = token_of(practice, app, scope="gist")
    assert list(body) == [
        "access_token",
        "expires_in",
        "refresh_token",
        "refresh_token_expires_in",
        "token_type",
        "scope",
    ]
    assert (body["expires_in"], body["token_type"]) == (28_800, "bearer")
    form = {"client_id": app.client_id, "client_secret": app.client_secret, "grant_type": "refresh_token"}
    answer = requests.post(TOKEN_URL, data={**form, "refresh_token": body["refresh_token"]})
    assert re.fullmatch(
        r"access_token=gho_\w{36}&expires_in=28800&refresh_token=ghr_\w{76}"
        r"&refresh_token_expires_in=15638400&scope=gist&token_type=bearer",
        answer.text,
    )


def test_the_headers_of_a_token_response(practice: Practice, app: App) -> None:
    headers = redeem(app, Visitor(practice).allow(app)["code"]).headers
    told = {
        "Server": "GitHub.com",
        "Content-Type": "application/json; charset=utf-8",
        "Vary": "X-PJAX, X-PJAX-Container, Turbo-Visit, Turbo-Frame, Accept-Encoding, Accept, X-Requested-With",
        "Cache-Control": "max-age=0, private, must-revalidate",  # not no-store, which RFC 6749 section 5.1 wants
        "Strict-Transport-Security": "max-age=31536000; includeSubdomains; preload",
        "X-Frame-Options": "deny",
        "X-Content-Type-Options": "nosniff",
        "X-XSS-Protection": "0",
        "Referrer-Policy": "origin-when-cross-origin, strict-origin-when-cross-origin",
        "Date": "Mon, 23 Nov 2026 09:00:00 GMT",
    }
    assert told.items() <= dict(headers).items()
    assert re.fullmatch(r'W/"[0-9a-f]{64}"', headers["ETag"])
    assert re.fullmatch(
        r"[0-9A-F]{4}:[0-9A-F]{4}:[0-9A-F]{7}:[0-9A-F]{7}:[0-9A-F]{8}", headers["X-GitHub-Request-Id"]
    )
    assert "Access-Control-Allow-Origin" not in headers and "X-RateLimit-Limit" not in headers


# --- step 4: refusals -------------------------------------------------------------------------------------


def test_a_refusal_on_the_wire(practice: Practice, app: App) -> None:
    assert redeem(app, "9ca3d96cf1809fdba60b").text == (
        '{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired.",'
        '"error_uri":"https://docs.github.com/apps/managing-oauth-apps/'
        'troubleshooting-oauth-app-access-token-request-errors/#bad-verification-code"}'
    )
    form = {"client_id": app.client_id, "client_secret": app.client_secret, "code": "none"}
    assert requests.post(TOKEN_URL, data=form).text == (
        "error=bad_verification_code&error_description=The+code+passed+is+incorrect+or+expired."
        "&error_uri=https%3A%2F%2Fdocs.github.com%2Fapps%2Fmanaging-oauth-apps"
        "%2Ftroubleshooting-oauth-app-access-token-request-errors%2F%23bad-verification-code"
    )


@pytest.mark.parametrize("secret", [None, "", "0" * 40, "é" * 40])
def test_a_wrong_secret_is_refused_and_the_code_lives_on(
    practice: Practice, app: App, secret: str | None
) -> None:
    code = Visitor(practice).allow(app)["code"]
    assert_refused(redeem(app, code, client_secret=secret), "incorrect_client_credentials")
    basic = requests.post(
        TOKEN_URL, data={"code": code}, headers=JSON, auth=(app.client_id, (secret or "").encode())
    )
    assert_refused(basic, "incorrect_client_credentials")
    assert "access_token" in redeem(app, code).json()


@pytest.mark.parametrize("client_id", [None, "", "undefined", "facebook's"])
def test_an_unknown_client_is_a_404(practice: Practice, app: App, client_id: str | None) -> None:
    other = practice.app(FACEBOOK) if client_id == "facebook's" else None
    answer = redeem(app, "any", client_id=other.client_id if other else client_id)
    assert (answer.status_code, answer.text) == (404, '{"error":"Not Found"}')


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"client_id": 1}, "Not Found"),
        ({"client_secret": ["5"]}, "incorrect_client_credentials"),
        ({"code": {"code": "x"}}, "bad_verification_code"),
        ({"code": None}, "bad_verification_code"),
    ],
)
def test_a_json_member_that_is_no_text_is_none(
    practice: Practice, app: App, change: dict[str, Any], error: str
) -> None:
    ours = {"client_id": app.client_id, "client_secret": app.client_secret, "code": "x"}
    assert requests.post(TOKEN_URL, json={**ours, **change}, headers=JSON).json()["error"] == error
    assert requests.post(TOKEN_URL, json=[ours], headers=JSON).json()["error"] == "Not Found"


def test_the_token_endpoint_does_not_answer_a_get(practice: Practice, app: App) -> None:
    code = Visitor(practice).allow(app)["code"]
    sent = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
    assert requests.get(TOKEN_URL, params=sent, headers=JSON).status_code == 404
    assert practice.ledger.codes[code].state == "alive"


def test_another_grant_type_is_refused(practice: Practice, app: App) -> None:
    code = Visitor(practice).allow(app)["code"]
    answer = redeem(app, code, grant_type="password")
    assert (answer.status_code, answer.json()["error"]) == (200, "unsupported_grant_type")


def test_nobody_logs_in_without_a_verified_address(practice: Practice, app: App) -> None:
    practice.ledger.person("ben").email_verified = False
    code = Visitor(practice, "ben").allow(app)["code"]
    assert_refused(redeem(app, code), "unverified_user_email")


# --- the code ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "lives"), [(1, True), (600, True), (601, False), (86_400, False)])
def test_a_code_lives_ten_minutes(practice: Practice, app: App, seconds: int, lives: bool) -> None:
    code = Visitor(practice).allow(app)["code"]
    practice.clock.advance(seconds=seconds)
    if lives:
        assert "access_token" in redeem(app, code).json()
    else:
        assert_refused(redeem(app, code), "bad_verification_code")
    assert practice.ledger.codes[code].state == ("used" if lives else "expired")


def test_a_code_works_once_and_its_token_lives_on(practice: Practice, app: App) -> None:
    code = Visitor(practice).allow(app)["code"]
    token = redeem(app, code).json()["access_token"]
    assert_refused(redeem(app, code), "bad_verification_code")
    assert get("/user", token).status_code == 200  # that a second use would end it is written nowhere


def test_a_code_is_its_own_clients(practice: Practice, app: App, older: App) -> None:
    code = Visitor(practice).allow(app)["code"]
    assert_refused(redeem(older, code), "bad_verification_code")
    assert "access_token" in redeem(app, code).json()


@pytest.mark.parametrize(
    ("in_step_1", "in_step_3", "lives"),
    [
        (CALLBACK, CALLBACK, True),
        (CALLBACK, None, True),  # docs: optional, even if it was sent
        (CALLBACK, "", True),
        (None, CALLBACK, True),
        (None, None, True),
        (CALLBACK, CALLBACK + "/", False),
        (None, CALLBACK + "/", False),
        (CALLBACK, "https://evil.example/", False),
    ],
)
def test_a_redirect_uri_is_compared_if_it_is_sent(
    practice: Practice, app: App, in_step_1: str | None, in_step_3: str | None, lives: bool
) -> None:
    code = Visitor(practice).allow(app, redirect_uri=in_step_1)["code"]
    answer = redeem(app, code, redirect_uri=in_step_3)
    if lives:
        assert "access_token" in answer.json()
    else:
        assert_refused(answer, "redirect_uri_mismatch")


def test_it_is_the_callback_of_step_1_that_is_compared(practice: Practice) -> None:
    app = practice.register(GITHUB, name="Two", redirect_uri=("https://a.example/", "https://b.example/"))
    code = Visitor(practice).allow(app, redirect_uri="https://b.example/")["code"]
    assert_refused(redeem(app, code, redirect_uri="https://a.example/"), "redirect_uri_mismatch")
    assert "access_token" in redeem(app, code, redirect_uri="https://b.example/").json()


@pytest.mark.parametrize(
    ("in_step_1", "verifier", "lives"),
    [
        (PROVED, VERIFIER, True),
        (PROVED, VERIFIER[:-1] + "l", False),
        (PROVED, CHALLENGE, False),
        (PROVED, "", False),
        (PROVED, None, False),
        (PROVED, "é" * 43, False),
        ({}, None, True),
        ({}, VERIFIER, False),  # RFC 9700 section 4.8.2
        ({"code_challenge": VERIFIER, "code_challenge_method": "plain"}, VERIFIER, False),  # S256 only
        ({"code_challenge": CHALLENGE}, VERIFIER, False),  # the method is required beside it
        ({"code_challenge": VERIFIER}, VERIFIER, False),
    ],
)
def test_pkce(
    practice: Practice, app: App, in_step_1: dict[str, str], verifier: str | None, lives: bool
) -> None:
    code = Visitor(practice).allow(app, **in_step_1)["code"]
    answer = redeem(app, code, code_verifier=verifier)
    if lives:
        assert "access_token" in answer.json()
    else:
        assert_refused(answer, "bad_verification_code")


@pytest.mark.parametrize("state", ["xyz", "another", ""])
def test_state_makes_no_difference_in_a_token_request(practice: Practice, app: App, state: str) -> None:
    code = Visitor(practice).allow(app, state="xyz")["code"]
    assert "access_token" in redeem(app, code, state=state).json()


def test_a_verifier_does_not_replace_the_secret(practice: Practice, app: App) -> None:
    code = Visitor(practice).allow(app, **PROVED)["code"]
    answer = redeem(app, code, code_verifier=VERIFIER, client_secret=None)
    assert_refused(answer, "incorrect_client_credentials")


def test_taking_the_application_out_ends_its_codes_and_tokens(practice: Practice, app: App) -> None:
    body, code = token_of(practice, app), Visitor(practice).allow(app)["code"]
    other = token_of(practice, app, "ben")
    practice.user("ada").remove(app)
    assert_refused(redeem(app, code), "bad_verification_code")
    assert_refused(refresh(app, body["refresh_token"]), "bad_refresh_token")
    assert get("/user", body["access_token"]).status_code == 401
    assert get("/user", other["access_token"]).status_code == 200


# --- tokens that end, and tokens that stay ----------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "status"), [(28_800, 200), (28_801, 401)])
def test_an_expiring_token_lives_eight_hours(practice: Practice, app: App, seconds: int, status: int) -> None:
    token = token_of(practice, app)["access_token"]
    practice.clock.advance(seconds=seconds)
    assert get("/user", token).status_code == status


def test_a_staying_token_stays_and_cannot_be_refreshed(practice: Practice, older: App) -> None:
    body = token_of(practice, older)
    assert list(body) == ["access_token", "token_type", "scope"]
    practice.clock.advance(days=300)
    assert get("/user", body["access_token"]).status_code == 200
    assert_refused(refresh(older, body["access_token"]), "bad_refresh_token")


@pytest.mark.parametrize("hours", [1, 9, 24 * 180])
def test_refreshing_replaces_both(practice: Practice, app: App, hours: int) -> None:
    old = token_of(practice, app, scope="gist user:email")
    practice.clock.advance(hours=hours)
    new = refresh(app, old["refresh_token"]).json()
    assert new["access_token"] != old["access_token"] and new["refresh_token"] != old["refresh_token"]
    assert (new["scope"], new["expires_in"]) == ("gist,user:email", 28_800)
    assert get("/user", old["access_token"]).status_code == 401
    assert get("/user", new["access_token"]).status_code == 200
    assert_refused(refresh(app, old["refresh_token"]), "bad_refresh_token")
    assert "access_token" in refresh(app, new["refresh_token"]).json()


def test_a_refresh_token_is_its_own_clients_and_no_code(practice: Practice, app: App, older: App) -> None:
    body = token_of(practice, app)
    for wrong in ("", "ghr_" + "0" * 76, body["access_token"]):
        assert_refused(refresh(app, wrong), "bad_refresh_token")
    assert_refused(refresh(older, body["refresh_token"]), "bad_refresh_token")
    assert_refused(redeem(app, body["refresh_token"]), "bad_verification_code")
    assert "access_token" in refresh(app, body["refresh_token"]).json()


@pytest.mark.parametrize(
    ("today", "seconds"),  # six months by the calendar: 181 to 184 days; the second was recorded on that day
    [
        ((2026, 11, 23), 15_638_400),
        ((2027, 6, 7), 15_811_200),
        ((2027, 3, 1), 15_897_600),
        ((2027, 8, 31), 15_724_800),
    ],
)
def test_a_refresh_token_lives_six_months(
    practice: Practice, app: App, today: tuple[int, int, int], seconds: int
) -> None:
    wait = datetime(*today, 9, tzinfo=UTC) - practice.clock.now
    if wait:
        practice.clock.advance(days=wait.days)
    early, late = token_of(practice, app), token_of(practice, app)
    assert early["refresh_token_expires_in"] == seconds
    practice.clock.advance(seconds=seconds)
    assert "access_token" in refresh(app, early["refresh_token"]).json()
    practice.clock.advance(seconds=1)
    assert_refused(refresh(app, late["refresh_token"]), "bad_refresh_token")


def test_offline_access_asks_an_older_application_for_an_expiring_token(
    practice: Practice, older: App
) -> None:
    body = token_of(practice, older, scope="gist offline_access")
    assert (body["expires_in"], body["scope"]) == (28_800, "gist")
    assert "access_token" in refresh(older, body["refresh_token"]).json()
    assert "expires_in" not in token_of(practice, older, scope="gist")  # for this token only


# --- steps 5 and 6 ----------------------------------------------------------------------------------------

PUBLIC = (
    "login id node_id avatar_url gravatar_id url html_url followers_url following_url gists_url starred_url "
    "subscriptions_url organizations_url repos_url events_url received_events_url type user_view_type "
    "site_admin name company blog location email hireable bio twitter_username notification_email "
    "public_repos public_gists followers following created_at updated_at"
)
PRIVATE = (
    "private_gists total_private_repos owned_private_repos disk_usage collaborators "
    "two_factor_authentication plan"
)


@pytest.mark.parametrize(
    ("scope", "view"),
    [
        ("user", "private"),
        ("read:user", "private"),
        ("user:email", "public"),
        ("repo", "public"),
        (None, "public"),
    ],
)
def test_a_user_in_one_of_two_shapes(practice: Practice, app: App, scope: str | None, view: str) -> None:
    body = get("/user", token_of(practice, app, scope=scope)["access_token"]).json()
    assert " ".join(body) == (PUBLIC if view == "public" else f"{PUBLIC} {PRIVATE}")  # in this order
    assert body["user_view_type"] == view
    assert (body["login"], body["id"], body["type"]) == ("ada", 48151, "User")
    assert body["url"] == "https://api.github.com/users/ada"
    assert body["following_url"] == "https://api.github.com/users/ada/following{/other_user}"
    assert body["public_repos"] == 2
    if view == "private":
        assert list(body["plan"]) == ["name", "space", "collaborators", "private_repos"]
        assert body["owned_private_repos"] == 1


@pytest.mark.parametrize(("login", "email"), [("ada", None), ("ben", "ben@okafor.example")])
def test_the_profile_shows_a_public_address_only(
    practice: Practice, app: App, login: str, email: str | None
) -> None:
    token = token_of(practice, app, login, scope="user user:email")["access_token"]
    assert get("/user", token).json()["email"] == email


@pytest.mark.parametrize("scope", ["user:email", "user"])
def test_addresses_are_listed_for_who_may(practice: Practice, app: App, scope: str) -> None:
    token = token_of(practice, app, scope=scope)["access_token"]
    assert get("/user/emails", token).text == (
        '[{"email":"ada@moreno.example","primary":true,"verified":true,"visibility":"private"}]'
    )


@pytest.mark.parametrize("scope", [None, "read:user", "repo gist"])
def test_a_missing_scope_is_a_404(practice: Practice, app: App, scope: str | None) -> None:
    answer = get("/user/emails", token_of(practice, app, scope=scope)["access_token"])
    assert answer.status_code == 404
    assert answer.text == (
        '{"message":"Not Found","documentation_url":"https://docs.github.com/rest/users/emails'
        '#list-email-addresses-for-the-authenticated-user","status":"404"}'
    )
    assert answer.headers["X-Accepted-OAuth-Scopes"] == "user:email"  # where to look for what was missing


@pytest.mark.parametrize(
    ("scope", "names"),
    [
        ("repo", ["chess-clock", "diary", "recipes"]),
        ("public_repo", ["chess-clock", "recipes"]),
        (None, ["chess-clock", "recipes"]),
    ],
)
def test_private_repositories_need_repo(
    practice: Practice, app: App, scope: str | None, names: list[str]
) -> None:
    answer = get("/user/repos", token_of(practice, app, scope=scope)["access_token"])
    assert answer.status_code == 200
    assert [one["name"] for one in answer.json()] == names
    assert {one["owner"]["login"] for one in answer.json()} == {"ada"}
    assert all(one["private"] is (one["name"] == "diary") for one in answer.json())


def test_the_headers_of_an_api_response(practice: Practice, app: App) -> None:
    headers = get("/user", token_of(practice, app, scope="user:email repo gist")["access_token"]).headers
    told = {
        "Server": "github.com",
        "Date": "Mon, 23 Nov 2026 09:00:00 GMT",
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "private, max-age=60, s-maxage=60",
        "Vary": "Accept, Authorization, Cookie, X-GitHub-OTP, Accept-Encoding, Accept, X-Requested-With",
        "Last-Modified": "Fri, 30 Oct 2026 17:42:00 GMT",
        "X-OAuth-Scopes": "gist, repo, user:email",
        "X-Accepted-OAuth-Scopes": "",
        "x-oauth-client-id": app.client_id,
        "github-authentication-token-expiration": "2026-11-23 17:00:00 UTC",
        "X-GitHub-Media-Type": "github.v3; format=json",
        "x-github-api-version-selected": "2022-11-28",
        "X-RateLimit-Limit": "5000",
        "X-RateLimit-Remaining": "4999",
        "X-RateLimit-Reset": str(int(datetime(2026, 11, 23, 10, tzinfo=UTC).timestamp())),
        "X-RateLimit-Used": "1",
        "X-RateLimit-Resource": "core",
        "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After, X-GitHub-OTP, X-RateLimit-Limit, "
        "X-RateLimit-Remaining, X-RateLimit-Used, X-RateLimit-Resource, X-RateLimit-Reset, X-OAuth-Scopes, "
        "X-Accepted-OAuth-Scopes, X-Poll-Interval, X-GitHub-Media-Type, X-GitHub-SSO, X-GitHub-Request-Id, "
        "Deprecation, Sunset",
        "Access-Control-Allow-Origin": "*",
        "Strict-Transport-Security": "max-age=31536000; includeSubdomains; preload",
        "X-Frame-Options": "deny",
        "X-Content-Type-Options": "nosniff",
        "X-XSS-Protection": "0",
        "Referrer-Policy": "origin-when-cross-origin, strict-origin-when-cross-origin",
        "Content-Security-Policy": "default-src 'none'",
    }
    rest = {name: value for name, value in headers.items() if name not in told}
    assert {name: headers[name] for name in told} == told
    assert re.fullmatch(r'W/"[0-9a-f]{64}"', rest.pop("ETag"))
    assert re.fullmatch(r"([0-9A-F]+:){4}[0-9A-F]+", rest.pop("X-GitHub-Request-Id"))
    assert not rest


def test_a_staying_token_has_no_expiry_header(practice: Practice, older: App) -> None:
    headers = get("/user", token_of(practice, older)["access_token"]).headers
    assert "github-authentication-token-expiration" not in headers


def test_requests_are_counted_by_token(practice: Practice, app: App) -> None:
    token, other = (token_of(practice, app)["access_token"] for _ in range(2))
    used = [get(path, token).headers["X-RateLimit-Used"] for path in ("/user", "/user/emails", "/user")]
    assert used == ["1", "2", "3"]
    assert get("/user", other).headers["X-RateLimit-Remaining"] == "4999"
    assert practice.ledger.tokens[token].last_used_at == practice.clock.now


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "token", "Token"])
def test_two_schemes_in_any_case(practice: Practice, app: App, scheme: str) -> None:
    token = token_of(practice, app)["access_token"]
    assert get("/user", Authorization=f"{scheme} {token}").status_code == 200


@pytest.mark.parametrize("authorization", [None, "Basic YWRhOnNlY3JldA==", "Negotiate x"])
def test_without_a_token_authentication_is_required(practice: Practice, authorization: str | None) -> None:
    answer = get("/user", Authorization=authorization)
    assert answer.status_code == 401
    assert answer.text == (
        '{"message":"Requires authentication","documentation_url":"https://docs.github.com/rest/users/users'
        '#get-the-authenticated-user","status":"401"}'
    )
    assert answer.headers["X-RateLimit-Limit"] == "60"
    assert answer.headers["Cache-Control"] == "public, max-age=60, s-maxage=60"
    assert not {"X-OAuth-Scopes", "X-Accepted-OAuth-Scopes", "x-oauth-client-id"} & set(answer.headers)


@pytest.mark.parametrize("path", ["/user", "/user/emails", "/user/repos", "/nowhere"])
def test_a_bad_token_is_bad_everywhere(practice: Practice, path: str) -> None:
    answer = get(path, "gho_" + "0" * 36)
    assert answer.status_code == 401
    assert answer.json() == {
        "message": "Bad credentials",
        "documentation_url": f"{DOCS}/rest",
        "status": "401",
    }


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nowhere"), ("GET", "/user/"), ("DELETE", "/user"), ("GET", "/")]
)
def test_what_the_api_does_not_have_is_a_404(practice: Practice, app: App, method: str, path: str) -> None:
    token = token_of(practice, app)["access_token"]
    answer = requests.request(method, API + path, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 404
    assert answer.json() == {"message": "Not Found", "documentation_url": f"{DOCS}/rest", "status": "404"}


@pytest.mark.parametrize("path", ["/user", "/applications/x/token", "/nowhere"])
def test_no_user_agent_no_answer(practice: Practice, app: App, path: str) -> None:
    token = token_of(practice, app)["access_token"]
    answer = get(path, token, **{"User-Agent": None})
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "text/html")
    assert answer.text == (
        "\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header "
        "(https://docs.github.com/en/rest/overview/resources-in-the-rest-api#user-agent-required). "
        "Check https://developer.github.com for other possible causes.\r\n"
    )


def test_a_token_in_the_query_is_refused(practice: Practice, app: App) -> None:
    token = token_of(practice, app)["access_token"]
    answer = requests.get(f"{API}/user", params={"access_token": token})
    assert answer.status_code == 400
    assert answer.text == (
        '{"message":"Must specify access token via Authorization header. '
        'https://developer.github.com/changes/2020-02-10-deprecating-auth-through-query-param",'
        '"documentation_url":"https://docs.github.com/v3/#oauth2-token-sent-in-a-header"}'
    )


@pytest.mark.parametrize(
    ("asked", "status", "selected"),
    [
        (None, 200, "2022-11-28"),
        ("2022-11-28", 200, "2022-11-28"),
        ("2026-03-10", 200, "2026-03-10"),
        ("2019-01-01", 400, "2022-11-28"),
    ],
)
def test_the_api_version_is_chosen_by_a_header(
    practice: Practice, app: App, asked: str | None, status: int, selected: str
) -> None:
    answer = get("/user", token_of(practice, app)["access_token"], **{"X-GitHub-Api-Version": asked})
    assert (answer.status_code, answer.headers["x-github-api-version-selected"]) == (status, selected)


def test_the_two_providers_never_take_each_others_tokens(practice: Practice, app: App) -> None:
    ours = token_of(practice, app)["access_token"]
    graph = requests.get("https://graph.facebook.com/v25.0/me", params={"access_token": ours})
    assert graph.status_code == 400 and "OAuthException" in graph.text

    other = practice.app(FACEBOOK)
    page = practice.new_browser("ada").open(authorization_url(other, state="s" * 20))
    sent = {"client_id": other.client_id, "client_secret": other.client_secret}
    sent |= {"redirect_uri": other.redirect_uri, "code": page.allow().parameters["code"]}
    theirs = requests.get(FACEBOOK.token_url, params=sent).json()["access_token"]
    assert get("/user", theirs).status_code == 401
    management = manage("POST", app, "token", theirs)
    assert management.status_code == 404
    assert requests.get("https://graph.facebook.com/v25.0/me", params={"access_token": theirs}).ok


# --- managing tokens --------------------------------------------------------------------------------------


def manage(method: str, app: App, what: str, token: str, **more: Any) -> requests.Response:
    sent: dict[str, Any] = {"auth": (app.client_id, app.client_secret), "json": {"access_token": token}}
    return requests.request(method, f"{API}/applications/{app.client_id}/{what}", **{**sent, **more})


def test_asking_what_a_token_is(practice: Practice, app: App) -> None:
    token = token_of(practice, app, scope="gist repo")["access_token"]
    body = manage("POST", app, "token", token).json()
    assert " ".join(body) == (
        "id url scopes token token_last_eight hashed_token app note note_url updated_at created_at "
        "fingerprint expires_at user"
    )
    assert (body["scopes"], body["token"], body["token_last_eight"]) == (["gist", "repo"], token, token[-8:])
    assert body["hashed_token"] == hashlib.sha256(token.encode()).hexdigest()
    assert body["app"] == {"url": "https://notes.example/", "name": "Notes", "client_id": app.client_id}
    assert (body["created_at"], body["expires_at"]) == ("2026-11-23T09:00:00Z", "2026-11-23T17:00:00Z")
    assert (body["user"]["login"], "email" in body["user"]) == ("ada", False)


def test_a_staying_token_has_no_end_to_tell(practice: Practice, older: App) -> None:
    token = token_of(practice, older)["access_token"]
    assert manage("POST", older, "token", token).json()["expires_at"] is None


@pytest.mark.parametrize(("what", "others_live"), [("token", True), ("grant", False)])
def test_ending_a_token_or_the_whole_grant(
    practice: Practice, app: App, what: str, others_live: bool
) -> None:
    one, other = token_of(practice, app), token_of(practice, app)
    answer = manage("DELETE", app, what, one["access_token"])
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer.headers and "X-GitHub-Request-Id" in answer.headers
    assert get("/user", one["access_token"]).status_code == 401
    assert_refused(refresh(app, one["refresh_token"]), "bad_refresh_token")
    assert (get("/user", other["access_token"]).status_code == 200) is others_live
    assert (Visitor(practice).ask(app).status_code == 302) is others_live  # and asks again, or not
    assert manage("DELETE", app, what, one["access_token"]).status_code == 404


NOT_FOUND = {
    "message": "Not Found",
    "documentation_url": f"{DOCS}/rest/apps/oauth-applications",
    "status": "404",
}


@pytest.mark.parametrize(
    ("change", "status", "message"),
    [
        ({"auth": None}, 404, "Not Found"),
        ({"auth": ("wrong", "wrong")}, 401, "Bad credentials"),
        ({"auth": None, "headers": {"Authorization": "Basic ???"}}, 404, "Not Found"),
        ({"json": {"access_token": "gho_" + "0" * 36}}, 404, "Not Found"),
        ({"json": {}}, 422, "Validation Failed"),
        ({"json": {"access_token": 1}}, 422, "Validation Failed"),
        ({"json": None, "data": "{"}, 400, "Problems parsing JSON"),
        ({"json": None, "data": b"\xff\xfe"}, 400, "Problems parsing JSON"),
        ({"json": ["a"]}, 400, "Body should be a JSON object"),
    ],
)
@pytest.mark.parametrize(("method", "what"), [("POST", "token"), ("DELETE", "token"), ("DELETE", "grant")])
def test_refusals_of_the_management(
    practice: Practice, app: App, change: dict[str, Any], status: int, message: str, method: str, what: str
) -> None:
    token = token_of(practice, app)["access_token"]
    answer = manage(method, app, what, token, **change)
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert answer.json()["status"] == str(status)
    assert get("/user", token).status_code == 200


def test_an_application_manages_its_own_tokens_only(practice: Practice, app: App, older: App) -> None:
    token = token_of(practice, app)["access_token"]
    assert manage("DELETE", older, "token", token).json() == NOT_FOUND
    for secret in (older.client_secret, app.client_secret):
        crossed = manage("DELETE", app, "token", token, auth=(older.client_id, secret))
        assert crossed.status_code == 401
    assert manage("GET", app, "token", token).json() == NOT_FOUND
    assert get("/user", token).status_code == 200


# --- what a secret looks like -----------------------------------------------------------------------------


def test_identifiers_are_shaped_like_real_ones(practice: Practice, app: App) -> None:
    code = Visitor(practice).allow(app)["code"]
    body = redeem(app, code).json()
    for value, shape in {
        app.client_id: r"Ov23li[0-9A-Za-z]{14}",
        app.client_secret: r"[0-9a-f]{40}",
        code: r"[0-9a-f]{20}",
        body["access_token"]: r"gho_[0-9A-Za-z]{36}",
        body["refresh_token"]: r"ghr_[0-9A-Za-z]{76}",
    }.items():
        assert re.fullmatch(shape, value)


def test_the_checksum_is_githubs() -> None:
    assert checksum("zQWBuTSOoRi4A9spHcVY5ncnsDkxkJ") == "0mLq17"  # a published vector


def test_no_token_has_a_right_checksum(practice: Practice, app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    draw = practice.ledger.draw
    right = {36: "z" * 30 + checksum("z" * 30), 76: "z" * 70 + checksum("z" * 70)}  # drawn first, by bad luck

    def unlucky(kind: str, alphabet: str, length: int) -> str:
        return right.pop(length, None) or draw(kind, alphabet, length)

    monkeypatch.setattr(practice.ledger, "draw", unlucky)
    body = token_of(practice, app)
    assert not right
    for value in (body["access_token"], body["refresh_token"]):
        assert value[-6:] != checksum(value[4:-6])

"""GitHub as the practice plays it: its words on the wire, what it refuses, and what lives how long."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlsplit

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    App,
    BadApp,
    authorization_url,
    request_resource,
    request_token,
)
from oauth_steps.errors import NoSuchAct
from oauth_steps.practice import Practice, github_facts
from oauth_steps.practice.browser import ChooseAccountPage, ConsentPage, Redirect, SettingsPage, SignInPage
from oauth_steps.practice.github import GitHub
from oauth_steps.practice.github_redirects import matches
from oauth_steps.practice.github_scopes import SCOPES, common
from oauth_steps.practice.github_tokens import checksum
from oauth_steps.practice.ledger import AccessToken
from oauth_steps.wire import Request

AUTHORIZE, TOKEN_URL, API = GITHUB.authorization_url, GITHUB.token_url, "https://api.github.com"
THROUGH_BOTH_DOORS = True  # see conftest.py
# Of the header lines themselves: over HTTP, client and server add some, and write the names as they like.
IN_PROCESS = pytest.mark.parametrize("practice", [None], ids=["in process"], indirect=True)
JSON = {"Accept": "application/json"}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B, and its challenge
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
PROVED = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
DOCS = "https://docs.github.com"


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
        self.cookie = practice.ledger.sign_in(GITHUB, login)
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


def redeem(app: App, code: str | None, **parameters: str | None) -> requests.Response:
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
    assert place == f"{GITHUB.web_url}/login"
    back = parse_qs(query)["return_to"][0]
    page = requests.get(to_sign_in.headers["Location"])
    assert page.status_code == 200 and 'value="ben"' in page.text  # `login` suggests an account

    form = {"login": "ada", "password": practice.ledger.person("ada").password, "return_to": back}
    signed_in = requests.post(f"{GITHUB.web_url}/session", data=form, allow_redirects=False)
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
    page = requests.post(f"{GITHUB.web_url}/session", data=form, allow_redirects=False)
    assert page.status_code == 200
    assert "Incorrect username or password." in page.text
    assert "client_id=1" in page.text  # she can try again, and ends where she wanted to go
    assert f'name="login" value="{login or ""}"' in page.text  # and types no more than she has to
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
    answer = requests.post(f"{GITHUB.web_url}/session", data=form, allow_redirects=False)
    assert answer.headers["Location"] == f"{GITHUB.web_url}/"


@pytest.mark.parametrize(
    ("allow_signup", "offered"), [(None, True), ("true", True), ("false", False), ("", True)]
)
def test_the_sign_in_page_speaks_of_a_new_account_unless_it_is_told_not_to(
    practice: Practice, app: App, allow_signup: str | None, offered: bool
) -> None:
    url = authorization_url(app, state="s" * 20, allow_signup=allow_signup)
    page = practice.browser.open(url)
    assert isinstance(page, SignInPage)
    assert ("New to GitHub?" in page.text) is offered
    assert ("here nobody can sign up" in page.text) is offered


def test_a_login_makes_no_difference_to_somebody_who_is_signed_in(practice: Practice, app: App) -> None:
    code = Visitor(practice, "ada").allow(app, login="ben")["code"]
    assert get("/user", redeem(app, code).json()["access_token"]).json()["login"] == "ada"


def test_what_an_authorization_request_can_say_is_not_what_is_explained_of_it(practice: Practice) -> None:
    app = practice.app(GITHUB)
    visitor, side = Visitor(practice), GitHub(practice.ledger, replace(GITHUB, parameters={}))
    url = authorization_url(app, state="xyz", prompt="select_account")
    page = side.handle(Request("GET", url, (("Cookie", f"user_session={visitor.cookie}"),)))
    assert f'action="{GITHUB.web_url}/login/oauth/select_account"' in page.body.decode()


@pytest.mark.parametrize("cookie", [None, "user_session=0000"])  # and so anybody can sign her in as himself
def test_the_sign_in_form_needs_nothing_that_its_page_gave(practice: Practice, cookie: str | None) -> None:
    form = {"login": "mallory", "password": practice.ledger.people["mallory"].password}
    answer = requests.post(
        f"{GITHUB.web_url}/session", data=form, headers={"Cookie": cookie}, allow_redirects=False
    )
    assert answer.headers["Set-Cookie"].startswith("user_session=")


def test_select_account_asks_with_which_account_to_go_on(practice: Practice, app: App) -> None:
    browser = practice.new_browser("ada")
    url = authorization_url(app, state="s" * 20, prompt="select_account")
    page = browser.open(url)
    assert isinstance(page, ChooseAccountPage) and "Ada Moreno (ada)" in page.text
    consent = page.choose("ada")
    assert isinstance(consent, ConsentPage) and isinstance(consent.allow(), Redirect)
    again = browser.open(url)
    assert isinstance(again, ChooseAccountPage)  # every time
    assert "code" in again.choose("ada").parameters  # type: ignore[union-attr]

    other = again.choose(None)
    assert isinstance(other, SignInPage)
    chosen = other.sign_in("ben")
    assert isinstance(chosen, ChooseAccountPage)
    with pytest.raises(NoSuchAct, match="ada"):
        chosen.choose("ada")
    assert "Ben Okafor" in chosen.choose("ben").text  # type: ignore[union-attr]
    assert "authenticity_token" not in "".join(browser.history)


@pytest.mark.parametrize("prompt", ["", "none", "login", "consent"])
def test_other_values_of_prompt_ask_nothing(practice: Practice, app: App, prompt: str) -> None:
    assert "Allow Notes?" in Visitor(practice).ask(app, prompt=prompt).text


def test_a_callback_that_is_no_web_address_asks_for_the_account_as_well(practice: Practice) -> None:
    app = practice.register(GITHUB, name="Desk notes", redirect_uri="desknotes://callback")
    browser = practice.new_browser("ada")
    for _ in range(2):
        page = browser.open(authorization_url(app, state="s" * 20))
        assert isinstance(page, ChooseAccountPage)
        page = page.choose("ada")
        answer = page.allow() if isinstance(page, ConsentPage) else page
        assert answer.url.startswith("desknotes://callback?code=")


@pytest.mark.parametrize(
    "change",
    [
        {"authenticity_token": None},
        {"authenticity_token": "x" * 48},
        {"account": "ben"},  # who is not signed in here
        {"Cookie": None},
    ],
)
def test_an_account_is_chosen_in_her_own_form_only(
    practice: Practice, app: App, change: dict[str, str | None]
) -> None:
    visitor = Visitor(practice)
    visitor.allow(app)  # or the consent page would still stand between
    change = {"account": "ada", "authenticity_token": visitor.csrf, **change}
    cookie = {"Cookie": change.pop("Cookie", f"user_session={visitor.cookie}")}
    form = _sent(app, change)
    place = f"{GITHUB.web_url}/login/oauth/select_account"
    answer = requests.post(place, data=form, headers=cookie, allow_redirects=False)
    assert answer.status_code == 422 and len(practice.ledger.codes) == 1


# --- step 2: the answer -----------------------------------------------------------------------------------


def test_allowing_sends_a_code_the_issuer_and_the_state(practice: Practice, app: App) -> None:
    answer = Visitor(practice).press(app, "1")
    assert answer.status_code == 302
    code = re.fullmatch(
        rf"{re.escape(app.redirect_uri)}\?code=([0-9a-f]{{20}})"
        rf"&iss={re.escape(quote(str(GITHUB.issuer), safe=''))}&state=xyz",
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
        f"{app.redirect_uri}?error=access_denied"
        "&error_description=The+user+has+denied+your+application+access."
        "&error_uri=https%3A%2F%2Fdocs.github.com%2Fapps%2Fmanaging-oauth-apps"
        "%2Ftroubleshooting-authorization-request-errors%2F%23access-denied"
        f"&iss={quote(str(GITHUB.issuer), safe='')}&state=xyz"
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


def test_codes_and_tokens_of_a_suspended_application_live_on(practice: Practice, app: App) -> None:
    body, code = token_of(practice, app), Visitor(practice).allow(app)["code"]
    practice.suspend(app)
    assert "access_token" in redeem(app, code).json()
    assert get("/user", body["access_token"]).status_code == 200
    assert "access_token" in refresh(app, body["refresh_token"]).json()


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
    assert matches(registered, asked, github_facts.ERAS["now"].matching) is same


@pytest.mark.parametrize(
    ("registered", "asked", "same"),
    [
        # the docs' own table
        ("https://example.com/path", "https://example.com/path", True),
        ("https://example.com/path", "https://example.com/path/subdir/other", True),
        ("https://example.com/path", "https://oauth.example.com/path", True),
        ("https://example.com/path", "https://oauth.example.com/path/subdir/other", True),
        ("https://example.com/path", "https://example.com/bar", False),
        ("https://example.com/path", "https://example.com/", False),
        ("https://example.com/path", "https://example.com:8080/path", False),
        ("https://example.com/path", "https://oauth.example.com:8080/path", False),
        ("https://example.com/path", "https://example.org", False),
        # what else a path can be
        ("https://example.com", "https://example.com/anywhere", True),
        ("https://example.com/", "https://example.com/anywhere", True),
        ("https://example.com/path/", "https://example.com/path/other", True),
        ("https://example.com/path/", "https://example.com/path", False),
        ("https://example.com/path", "https://example.com/path/", True),
        ("https://example.com/path", "https://example.com/path?next=1", True),
        ("https://example.com/path", "https://example.com/pathology", False),
        ("https://example.com/path", "https://example.com/Path", False),
        ("https://example.com/path", "https://example.com/path/a%20b", True),
        # what climbs out of it, for a browser or for a server
        ("https://example.com/path", "https://example.com/path/../bar", False),
        ("https://example.com/path", "https://example.com/path/..", False),
        ("https://example.com/path", "https://example.com/path/./x", False),
        ("https://example.com/path", "https://example.com/path/..;/bar", False),
        ("https://example.com/path", "https://example.com/path/%2e%2E/bar", False),
        ("https://example.com/path", "https://example.com/path/.%2e/bar", False),
        ("https://example.com/path", "https://example.com/path/..%2fbar", False),
        ("https://example.com/path", "https://example.com/path/..%5Cbar", False),
        ("https://example.com/path", "https://example.com/path/%252e%252e/bar", False),
        ("https://example.com/path", "https://example.com/path\\..\\bar", False),
        ("https://example.com/path", "https://example.com/path/%0d%0aSet-Cookie:a=b", False),
        ("https://example.com/path", "https://example.com/path/x\n", False),
        ("https://example.com/path", "https://example.com/path/é", False),
        ("https://example.com/path", "https://example.com/path#there", False),
        # hosts that only look like it
        ("https://example.com/path", "https://evilexample.com/path", False),
        ("https://example.com/path", "https://example.com.evil.example/path", False),
        ("https://example.com/path", "https://evil.example/.example.com/path", False),
        ("https://example.com/path", "https://example.com@evil.example/path", False),
        ("https://example.com/path", "https://evil.example\\@example.com/path", False),
        ("https://example.com/path", "https://evil.example\\.example.com/path", False),
        ("https://example.com/path", "https://evil.example#.example.com/path", False),
        ("https://example.com/path", "https://evil.example?.example.com/path", False),
        ("https://example.com/path", "https://ada:secret@example.com/path", False),
        ("https://example.com/path", "https://.example.com/path", False),
        ("https://example.com/path", "https://a..example.com/path", False),
        ("https://example.com/path", "https://example.com./path", False),
        ("https://oauth.example.com/path", "https://example.com/path", False),
        ("https://example.com/path", "https:///example.com/path", False),
        ("https://example.com/path", "//example.com/path", False),
        ("https://example.com/path", "https://OAuth.Example.com/path", True),
        # scheme and port
        ("https://example.com/path", "http://example.com/path", False),
        ("https://example.com/path", "javascript://example.com/path", False),
        ("https://example.com/path", "https://example.com:443/path", True),
        ("https://example.com/path", "https://example.com:80/path", False),
        ("https://example.com:8443/path", "https://www.example.com:8443/path/x", True),
        ("notes://callback/path", "notes://callback/path/x", True),
        # addresses have no subdomains; a loopback one may have any port
        ("http://127.0.0.1/path", "http://127.0.0.1:1234/path/x", True),
        ("http://127.0.0.1/path", "http://evil.127.0.0.1/path", False),
        ("http://[::1]/path", "http://[::1]:9/path/x", True),
        ("http://[::1]/path", "http://[::2]/path", False),
        ("http://10.0.0.1/path", "http://10.0.0.1:1234/path", False),
    ],
)
def test_a_callback_url_with_wildcard_matching(registered: str, asked: str, same: bool) -> None:
    how = github_facts.ERAS["now"].matching
    assert matches(registered, asked, how, loosely=True) is same
    if asked != registered:
        assert matches(registered, asked, how) is False  # without it, to the letter


MARKS = (
    ":// / // \\ @ : # ? ; & .. . %2e %2f %5c %25 % https http 443",
    "example.com oauth. evil.example /path /bar",
)
PIECES = st.sampled_from(" ".join(MARKS).split(" "))


@given(
    st.lists(PIECES, max_size=9).map("".join)
    | st.lists(PIECES, max_size=6).map("".join).map("https://example.com/path".__add__)
    | st.lists(PIECES, max_size=3).map("".join).map("https://{}example.com/path".format)
)
@example("https://example.com/path/x/../../bar")
def test_no_address_that_matches_loosely_leads_elsewhere(asked: str) -> None:
    how = github_facts.ERAS["now"].matching
    if matches("https://example.com/path", asked, how, loosely=True):
        sent_to = urlsplit(requests.Request("GET", asked).prepare().url)  # as a client would read it
        assert sent_to.scheme == "https" and sent_to.username is None
        assert f".{sent_to.hostname}".endswith(".example.com") and sent_to.port in (None, 443)
        plain = posixpath.normpath(unquote(unquote(sent_to.path)).replace("\\", "/"))
        assert plain == "/path" or plain.startswith("/path/")


def test_wildcard_matching_is_a_setting_of_each_callback_url(practice: Practice) -> None:
    loose, exact = "https://loose.example/cb", "https://exact.example/cb"
    app = practice.register(GITHUB, name="Two", redirect_uri=[loose, exact], wildcard=loose)
    visitor = Visitor(practice)
    deep = visitor.press(app, "1", redirect_uri="https://www.loose.example/cb/deep?tenant=1")
    assert deep.headers["Location"].startswith("https://www.loose.example/cb/deep?tenant=1&code=")
    assert visitor.ask(app, redirect_uri=exact + "/deep").status_code == 400
    both = practice.register(GITHUB, name="Both", redirect_uri=[loose, exact], wildcard=True)
    assert visitor.ask(both, redirect_uri=exact + "/deep").status_code == 200
    code = visitor.allow(app, redirect_uri=loose + "/deep")["code"]
    assert_refused(redeem(app, code, redirect_uri=loose), "redirect_uri_mismatch")
    assert "access_token" in redeem(app, code, redirect_uri=loose + "/deep").json()


def test_ten_callback_urls_are_the_most(practice: Practice) -> None:
    uris = [f"https://notes.example/{number}" for number in range(11)]
    with pytest.raises(BadApp, match="11"):
        practice.register(GITHUB, name="Eleven", redirect_uri=uris)
    ten = practice.register(GITHUB, name="Ten", redirect_uri=uris[:10])
    assert Visitor(practice).ask(ten, redirect_uri=uris[9]).status_code == 200


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


@pytest.mark.parametrize(
    ("method", "path", "practised"),
    [
        ("GET", "/", False),
        ("GET", "/nowhere", False),
        ("GET", "/login/oauth/authorize/", False),
        ("PUT", "/login/oauth/authorize", False),
        ("GET", "/login/oauth/access_token", True),  # there is nothing at GitHub either
        ("OPTIONS", "/login/oauth/authorize", True),  # docs: no pre-flight
        ("OPTIONS", "/login/oauth/access_token", True),
    ],
)
def test_what_is_not_there_is_a_404_page_and_says_if_it_is_only_missing_here(
    practice: Practice, method: str, path: str, practised: bool
) -> None:
    answer = requests.request(method, GITHUB.web_url + path)
    assert answer.status_code == 404 and "This is not the web page you are looking for." in answer.text
    assert (answer.headers.get("X-Practice") is None) is practised
    assert ("not part of the practice provider" in answer.text) is not practised
    assert not [name for name in answer.headers if name.startswith("Access-Control")]


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


@pytest.mark.parametrize("how", ["form", "form in parts", "query", "json", "basic", "basic and form"])
@pytest.mark.parametrize("grant_type", [None, "", "authorization_code"])
def test_six_ways_to_ask(practice: Practice, app: App, how: str, grant_type: str | None) -> None:
    code = Visitor(practice).allow(app)["code"]
    sent = {"code": code, "redirect_uri": app.redirect_uri, "state": "xyz"}
    if grant_type is not None:
        sent["grant_type"] = grant_type
    ours = {"client_id": app.client_id, "client_secret": app.client_secret}
    auth = (app.client_id, app.client_secret)
    ways: dict[str, dict[str, Any]] = {
        "form": {"data": {**sent, **ours}},
        "form in parts": {"files": {name: (None, text) for name, text in {**sent, **ours}.items()}},
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
        ("application/vnd.github+json, */*", FORM_TYPE),
        ("application/vnd.github+json, application/json", "application/json"),
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


@IN_PROCESS
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


@pytest.mark.parametrize(
    "accept", ["application/vnd.github+json", "application/vnd.github.v3+json, Application/vnd.github.raw"]
)
def test_the_token_endpoint_knows_no_media_types_of_the_api(
    practice: Practice, app: App, accept: str
) -> None:
    code = Visitor(practice).allow(app)["code"]
    form = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
    answer = requests.post(TOKEN_URL, data=form, headers={"Accept": accept})
    assert (answer.status_code, answer.text) == (406, "")
    assert "access_token" in redeem(app, code).json()


def test_the_token_endpoint_does_not_answer_a_get(practice: Practice, app: App) -> None:
    code = Visitor(practice).allow(app)["code"]
    sent = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
    assert requests.get(TOKEN_URL, params=sent, headers=JSON).status_code == 404
    assert practice.ledger.codes[code].state == "alive"


def test_another_grant_type_is_refused(practice: Practice, app: App) -> None:
    code = Visitor(practice).allow(app)["code"]
    answer = redeem(app, code, grant_type="password")
    assert (answer.status_code, answer.json()["error"]) == (200, "unsupported_grant_type")


@pytest.mark.parametrize("secret", [True, False])
def test_the_grant_of_devices_is_only_missing_here(practice: Practice, app: App, secret: bool) -> None:
    device = {"grant_type": "urn:ietf:params:oauth:grant-type:device_code", "device_code": "0" * 40}
    answer = redeem(app, None, client_secret=app.client_secret if secret else None, **device)
    assert answer.json()["error"] == "unsupported_grant_type"
    assert answer.headers["X-Practice"] == "not part of the practice provider"
    assert "X-Practice" not in redeem(app, None, grant_type="password").headers
    for path in ("/login/device/code", "/login/device"):
        assert requests.post(f"{GITHUB.web_url}{path}").headers["X-Practice"]


def test_basic_credentials_win_over_those_of_the_body(practice: Practice, app: App) -> None:
    code = Visitor(practice).allow(app)["code"]
    right, wrong = (app.client_id, app.client_secret), (app.client_id, "0" * 40)
    for basic, body, token in ((wrong, right, False), (right, wrong, True)):
        form = {"client_id": body[0], "client_secret": body[1], "code": code}
        answer = requests.post(TOKEN_URL, data=form, headers=JSON, auth=basic).json()
        assert ("access_token" in answer) is token


def test_the_token_endpoint_asks_for_no_user_agent(practice: Practice, app: App) -> None:
    form = {"client_id": app.client_id, "client_secret": app.client_secret}
    form["code"] = Visitor(practice).allow(app)["code"]
    answer = requests.post(TOKEN_URL, data=form, headers={**JSON, "User-Agent": None})
    assert "access_token" in answer.json()


def test_nobody_allows_an_application_without_a_verified_address(practice: Practice, app: App) -> None:
    visitor = Visitor(practice, "ben")
    visitor.allow(app)
    practice.ledger.person("ben").email_verified = False
    for answer in (visitor.ask(app), visitor.ask(app, scope="repo"), visitor.press(app, "1", scope="repo")):
        assert answer.status_code == 200 and "Verify your email address" in answer.text
    assert "error=access_denied" in visitor.press(app, "0").headers["Location"]
    assert len(practice.ledger.codes) == 1 and "repo" not in repr(practice.ledger.grants)
    assert Visitor(practice, "ada").ask(app).status_code == 200


def test_nobody_logs_in_without_a_verified_address(practice: Practice, app: App) -> None:
    code = Visitor(practice, "ben").allow(app)["code"]
    practice.ledger.person("ben").email_verified = False  # since she allowed it
    assert_refused(redeem(app, code), "unverified_user_email")
    practice.ledger.person("ben").email_verified = True
    assert "access_token" in redeem(app, code).json()


@pytest.mark.parametrize(
    ("step", "accept", "kind", "told"),
    [
        (1, "*/*", "text/html", "Something went wrong"),
        (2, "*/*", "text/html", "Something went wrong"),
        (3, "application/json", "application/json", '{"error":"Internal Server Error"}'),
        (3, "*/*", FORM_TYPE, "error=Internal+Server+Error"),
        (
            5,
            "*/*",
            "application/json",
            f'{{"message":"Server Error","documentation_url":"{DOCS}/rest","status":"500"}}',
        ),
    ],
)
def test_a_server_error_has_the_shape_of_its_endpoint(
    practice: Practice, app: App, step: int, accept: str, kind: str, told: str
) -> None:
    method, url = {
        1: ("GET", AUTHORIZE),
        2: ("POST", AUTHORIZE),
        3: ("POST", TOKEN_URL),
        5: ("GET", f"{API}/user"),
    }[step]
    practice.fail_once("server error", step=step)
    answer = requests.request(method, url, headers={"Accept": accept})
    assert (answer.status_code, answer.headers["Content-Type"]) == (500, f"{kind}; charset=utf-8")
    assert told == answer.text if step > 2 else told in answer.text


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
    practice: Practice, in_step_1: str | None, in_step_3: str | None, lives: bool
) -> None:
    app = practice.register(GITHUB, name="Elsewhere", redirect_uri=CALLBACK)
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


def s256(verifier: str) -> str:
    """RFC 7636 section 4.2, of a text that need not be a verifier."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def proved_by(verifier: str) -> dict[str, str]:
    return {"code_challenge": s256(verifier), "code_challenge_method": "S256"}


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
        ({"code_challenge_method": "S256"}, None, False),  # the challenge is required beside it
        ({"code_challenge_method": "S256"}, VERIFIER, False),
        ({"code_challenge": s256(VERIFIER) + "=", "code_challenge_method": "S256"}, VERIFIER, False),
        ({"code_challenge": CHALLENGE[:42], "code_challenge_method": "S256"}, VERIFIER, False),
        (
            {"code_challenge": "", "code_challenge_method": ""},
            None,
            True,
        ),  # RFC 6749 section 3.1: as if omitted
        *((proved_by(verifier), verifier, False) for verifier in ("ab", "v" * 42, "v" * 129, "é" * 43)),
        *((proved_by(verifier), verifier, False) for verifier in ("v" * 42 + "+", "v" * 43 + "\n")),
        *((proved_by(verifier), verifier, True) for verifier in ("v" * 43, "v" * 128, "-._~" * 11)),
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
    practice.clock.advance(days=364)
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


def test_a_refresh_token_that_is_expired_takes_its_access_token_along(practice: Practice, app: App) -> None:
    body, other = token_of(practice, app), token_of(practice, app)
    practice.expire(body["refresh_token"])
    kept = practice.ledger.tokens[body["access_token"]]
    assert (kept.state, kept.expires_at, kept.refresh_expires_at) == ("ended", *[practice.clock.now] * 2)
    assert get("/user", body["access_token"]).status_code == 401
    assert_refused(refresh(app, body["refresh_token"]), "bad_refresh_token")
    practice.expire(other["access_token"])  # and not the other way round
    assert "access_token" in refresh(app, other["refresh_token"]).json()


def test_a_scope_does_not_change_what_a_refresh_gives(practice: Practice, app: App) -> None:
    old = token_of(practice, app, scope="gist user:email")
    form = {"grant_type": "refresh_token", "refresh_token": old["refresh_token"], "scope": "gist repo"}
    assert redeem(app, None, **form).json()["scope"] == "gist,user:email"


def test_tokens_that_are_out_stay_when_the_application_turns_expiry_on(
    practice: Practice, older: App
) -> None:
    body = token_of(practice, older)
    practice.registration(older).expire_user_tokens = True
    assert "expires_in" in token_of(practice, older)
    practice.clock.advance(hours=9)
    assert get("/user", body["access_token"]).status_code == 200


def test_offline_access_asks_an_older_application_for_an_expiring_token(
    practice: Practice, older: App
) -> None:
    body = token_of(practice, older, scope="gist offline_access")
    assert (body["expires_in"], body["scope"]) == (28_800, "gist")
    assert "access_token" in refresh(older, body["refresh_token"]).json()
    assert "expires_in" not in token_of(practice, older, scope="gist")  # for this token only


@pytest.mark.parametrize("what", ["application removed", "grant deleted", "leaked"])
def test_a_refresh_token_ends_with_the_rest_though_its_access_token_expired_before(
    practice: Practice, app: App, what: str
) -> None:
    body = token_of(practice, app)
    practice.clock.advance(hours=9)
    if what == "application removed":
        practice.user("ada").remove(app)
    elif what == "grant deleted":
        manage("DELETE", app, "grant", token_of(practice, app)["access_token"])
    else:
        leaked(body["refresh_token"])
    assert_refused(refresh(app, body["refresh_token"]), "bad_refresh_token")


@pytest.mark.parametrize(
    ("used_on", "asked_on", "status"),
    [((), 365, 200), ((), 366, 401), ((300,), 600, 200), ((300,), 666, 401), ((300, 600), 900, 200)],
)
def test_a_token_unused_for_a_year_is_revoked(
    practice: Practice, older: App, used_on: tuple[int, ...], asked_on: int, status: int
) -> None:
    token = token_of(practice, older)["access_token"]
    begin = practice.clock.now
    for day in used_on:
        practice.clock.advance(days=day - (practice.clock.now - begin).days)
        assert get("/user", token).status_code == 200
    practice.clock.advance(days=asked_on - (practice.clock.now - begin).days)
    assert get("/user", token).status_code == status
    assert practice.ledger.tokens[token].state == ("alive" if status == 200 else "revoked")


# --- how many tokens, and how often -----------------------------------------------------------------------


def dead_among(practice: Practice, tokens: list[str]) -> list[int]:
    now = practice.clock.now
    return [at for at, token in enumerate(tokens) if practice.ledger.tokens[token].state_at(now) != "alive"]


@pytest.mark.parametrize(
    ("seconds", "used", "revoked"),
    [
        (0, [], 0),  # all at once: the oldest
        (30, [], 0),  # the first are older than a minute, and unused
        (30, [0, 1], 2),  # the oldest unused that is older than a minute
        (30, [0, 1, 2, 3, 4, 5, 6, 7, 8], 0),  # the unused one is too young: the least recently used
        (30, [1, 0, 2, 3, 4, 5, 6, 7, 8], 1),
        (0, [3], 3),  # all young: one that was used goes before those that were not
        (0, [4, 3], 3),  # both used in the same moment: the older
        (61, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0], 9),
    ],
)
def test_the_eleventh_token_revokes_one_in_this_order(
    practice: Practice, older: App, seconds: int, used: list[int], revoked: int
) -> None:
    tokens: list[str] = []
    for number in range(10):
        tokens.append(token_of(practice, older, scope="gist")["access_token"])
        if seconds and number < 9:
            practice.clock.advance(seconds=seconds)
    for at in used:
        if seconds:
            practice.clock.advance(seconds=1)
        assert get("/user", tokens[at]).status_code == 200
    assert not dead_among(practice, tokens)
    tokens.append(token_of(practice, older, scope="gist")["access_token"])
    assert dead_among(practice, tokens) == [revoked]
    assert practice.ledger.tokens[tokens[revoked]].state == "revoked"
    assert get("/user", tokens[revoked]).status_code == 401


@pytest.mark.parametrize(("seconds", "first"), [(60, "used"), (61, "unused")])
def test_a_token_is_spared_until_it_is_older_than_a_minute(
    practice: Practice, older: App, seconds: int, first: str
) -> None:
    unused = token_of(practice, older, scope="gist")["access_token"]
    used = [token_of(practice, older, scope="gist")["access_token"] for _ in range(9)]
    for token in used:
        get("/user", token)
    practice.clock.advance(seconds=seconds)
    token_of(practice, older, scope="gist")
    assert dead_among(practice, [unused, *used]) == [{"unused": 0, "used": 1}[first]]


def test_ten_are_counted_for_each_person_application_and_scope(
    practice: Practice, app: App, older: App
) -> None:
    kinds = [(older, "ada", "gist"), (older, "ada", "gist user:email"), (older, "ben", "gist")]
    kinds.append((app, "ada", "gist"))
    for _ in range(25):
        for client, login, scope in kinds:
            token_of(practice, client, login, scope=scope)
            alive = [token for token in practice.ledger.tokens.values() if token.state == "alive"]
            counted = Counter((token.client_id, token.login, token.scope) for token in alive)
            assert max(counted.values()) <= 10
    assert list(counted.values()) == [10] * 4


def test_a_refreshed_or_expired_token_leaves_room(practice: Practice, app: App) -> None:
    bodies = [token_of(practice, app, scope="gist") for _ in range(10)]
    renewed = refresh(app, bodies[0]["refresh_token"]).json()
    tokens = [body["access_token"] for body in (*bodies[1:], renewed)]
    assert not dead_among(practice, tokens)
    practice.clock.advance(hours=9)
    fresh = [token_of(practice, app, scope="gist")["access_token"] for _ in range(10)]
    assert not dead_among(practice, fresh)


def test_one_more_token_costs_the_same_however_many_there_were(
    practice: Practice, older: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[AccessToken] = []
    real = AccessToken.state_at

    def state_at(token: AccessToken, now: datetime) -> str:
        looked_at.append(token)
        return real(token, now)

    for _ in range(300):
        token_of(practice, older, scope="gist")
    monkeypatch.setattr(AccessToken, "state_at", state_at)
    token_of(practice, older, scope="gist")
    assert 0 < len(looked_at) <= 12


@pytest.mark.parametrize(("scope", "asks"), [("gist", ["gist"]), (None, ["gist", "user:email"])])
def test_ten_tokens_in_an_hour_bring_the_consent_page_back(
    practice: Practice, older: App, app: App, scope: str | None, asks: list[str]
) -> None:
    visitor = Visitor(practice)
    tokens = [redeem(older, visitor.allow(older, scope="gist user:email")["code"]).json()["access_token"]]
    practice.clock.advance(minutes=20)
    for _ in range(9):
        answer = visitor.ask(older, scope=scope)
        assert answer.status_code == 302
        code = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))["code"]
        tokens.append(redeem(older, code).json()["access_token"])

    page = visitor.ask(older, scope=scope)
    assert page.status_code == 200 and "ten tokens of yours within an hour" in page.text
    assert re.findall(r'data-ask="([^"]+)"', page.text) == asks
    assert not dead_among(practice, tokens)  # nothing is revoked
    assert Visitor(practice, "ben").ask(older, scope=scope).status_code == 200
    assert "ten tokens" not in Visitor(practice, "ben").ask(older, scope=scope).text
    Visitor(practice).allow(app, scope=scope)
    assert Visitor(practice).ask(app, scope=scope).status_code == 302  # another application

    practice.clock.advance(minutes=40, seconds=-1)
    assert visitor.ask(older, scope=scope).status_code == 200
    practice.clock.advance(seconds=1)  # an hour after the first of the ten
    assert visitor.ask(older, scope=scope).status_code == 302


def test_a_code_that_nobody_redeemed_does_not_count(practice: Practice, older: App) -> None:
    visitor = Visitor(practice)
    for _ in range(12):
        visitor.allow(older)
    assert visitor.ask(older).status_code == 302


def test_what_is_allowed_when_she_is_asked_again_is_what_was_asked_for(
    practice: Practice, older: App
) -> None:
    visitor = Visitor(practice)
    for scope in ["gist user:email", *["gist"] * 9]:
        redeem(older, visitor.allow(older, scope=scope)["code"])
    assert visitor.ask(older, scope=None).status_code == 200
    body = redeem(older, visitor.allow(older, scope=None)["code"]).json()
    assert body["scope"] == "gist,user:email"
    assert "error=access_denied" in visitor.press(older, "0").headers["Location"]
    assert get("/user", body["access_token"]).status_code == 200


# --- her settings -----------------------------------------------------------------------------------------


def connection(app: App) -> str:
    """Where she reviews what an application may do (docs)."""
    return f"{GITHUB.web_url}/settings/connections/applications/{app.client_id}"


def edit_on_the_page(practice: Practice, app: App, only: list[str]) -> None:
    page = practice.new_browser("ada").open(connection(app))
    assert isinstance(page, SettingsPage)
    left = page.edit(only=only)
    assert isinstance(left, SettingsPage) and left.url == connection(app)


def edit_from_the_account(practice: Practice, app: App, only: list[str]) -> None:
    practice.user("ada").edit_scopes(app, only=only)


both_ways = pytest.mark.parametrize("edit", [edit_on_the_page, edit_from_the_account])


@pytest.mark.parametrize(
    ("one", "other", "left"),
    [
        ("user", "user:email", "user:email"),
        ("user:email", "user", "user:email"),
        ("user", "user", "user"),
        ("user gist", "read:user user:email", "read:user user:email"),
        ("repo", "public_repo gist", "public_repo"),
        ("admin:org", "read:org", "read:org"),
        ("gist", "user", ""),
        ("", "user", ""),
        ("gist offline_access", "gist", "gist"),
    ],
)
def test_what_two_lists_of_scopes_have_in_common(one: str, other: str, left: str) -> None:
    assert common(one.split(), other.split()) == set(left.split())


@both_ways
@pytest.mark.parametrize(
    ("asked", "only", "left"),
    [
        ("user repo gist", ["gist", "user:email"], "gist,user:email"),
        ("user repo gist", ["user", "repo", "gist"], "gist,repo,user"),
        ("user", ["read:user"], "read:user"),
        ("gist", [], ""),
    ],
)
def test_what_she_leaves_is_all_that_is_left_to_tokens_and_codes(
    practice: Practice,
    app: App,
    edit: Callable[[Practice, App, list[str]], None],
    asked: str,
    only: list[str],
    left: str,
) -> None:
    body, code = token_of(practice, app, scope=asked), Visitor(practice).allow(app, scope=asked)["code"]
    others = token_of(practice, app, "ben", scope=asked)
    edit(practice, app, only)

    shown = left.replace(",", ", ")
    assert get("/user", body["access_token"]).headers["X-OAuth-Scopes"] == shown
    assert manage("POST", app, "token", body["access_token"]).json()["scopes"] == sorted(
        filter(None, left.split(","))
    )
    assert redeem(app, code).json()["scope"] == left
    assert refresh(app, body["refresh_token"]).json()["scope"] == left
    assert others["scope"] == get("/user", others["access_token"]).headers["X-OAuth-Scopes"].replace(
        ", ", ","
    )


def test_an_edit_does_not_touch_that_an_expiring_token_was_asked_for(practice: Practice, older: App) -> None:
    code = Visitor(practice).allow(older, scope="gist repo offline_access")["code"]
    practice.user("ada").edit_scopes(older, only=["gist"])
    body = redeem(older, code).json()
    assert (body["scope"], body["expires_in"]) == ("gist", 28_800)


@both_ways
def test_what_she_took_away_opens_nothing_any_more(
    practice: Practice, older: App, edit: Callable[[Practice, App, list[str]], None]
) -> None:
    token = token_of(practice, older, scope="user repo")["access_token"]
    assert get("/user/emails", token).status_code == 200 and "plan" in get("/user", token).json()
    edit(practice, older, ["public_repo"])
    assert get("/user/emails", token).status_code == 404
    assert "plan" not in get("/user", token).json()
    assert not any(one["private"] for one in get("/user/repos", token).json())


@both_ways
def test_the_next_authorization_asks_for_what_she_took_away(
    practice: Practice, older: App, edit: Callable[[Practice, App, list[str]], None]
) -> None:
    visitor = Visitor(practice)
    token = redeem(older, visitor.allow(older, scope="user:email gist")["code"]).json()["access_token"]
    edit(practice, older, ["gist"])
    assert visitor.ask(older, scope="gist").status_code == 302
    assert redeem(older, visitor.allow(older, scope=None)["code"]).json()["scope"] == "gist"
    page = visitor.ask(older, scope="user:email gist")
    assert page.status_code == 200 and re.findall(r'data-ask="([^"]+)"', page.text) == ["user:email"]
    visitor.allow(older, scope="user:email gist")
    assert get("/user", token).headers["X-OAuth-Scopes"] == "gist"  # what is out learns nothing new


def test_the_settings_page_lists_what_was_granted_and_what_that_holds(practice: Practice, app: App) -> None:
    Visitor(practice).allow(app, scope="user gist")
    page = practice.new_browser("ada").open(connection(app))
    assert isinstance(page, SettingsPage) and "Notes" in page.title
    assert [ask.name for ask in page.asks] == ["gist", "read:user", "user", "user:email", "user:follow"]
    assert {ask.name: ask.about for ask in page.asks}["user:email"] == "read e-mail addresses; user holds it"


def test_only_what_is_granted_can_be_left(practice: Practice, app: App) -> None:
    with pytest.raises(NoSuchAct, match="no access"):
        practice.user("ada").edit_scopes(app, only=[])
    Visitor(practice).allow(app, scope="user:email")
    for scope in ("user", "gist", "unheard:of"):
        with pytest.raises(NoSuchAct, match=scope):
            practice.user("ada").edit_scopes(app, only=["user:email", scope])
    visitor = Visitor(practice)
    forged = {"authenticity_token": visitor.csrf, "act": "save", "allow_scope": ["repo", "user:email"]}
    requests.post(connection(app), data=forged, headers={"Cookie": f"user_session={visitor.cookie}"})
    assert practice.ledger.grants[app.client_id, "ada"].scope == {"user:email"}


def test_revoking_on_the_settings_page_is_taking_the_application_out(practice: Practice, app: App) -> None:
    token = token_of(practice, app)["access_token"]
    browser = practice.new_browser("ada")
    done = browser.open(connection(app)).revoke()  # type: ignore[union-attr]
    assert "no access to your account any more" in done.text  # type: ignore[union-attr]
    assert get("/user", token).status_code == 401
    assert Visitor(practice).ask(app).status_code == 200  # and she is asked anew
    assert browser.open(connection(app)).title == "404: page not found"  # type: ignore[union-attr]


def test_settings_are_shown_to_who_is_signed_in_and_her_own_only(practice: Practice, app: App) -> None:
    Visitor(practice).allow(app)
    page = practice.browser.open(connection(app))
    assert isinstance(page, SignInPage) and isinstance(page.sign_in("ada"), SettingsPage)
    cookies = {"Cookie": f"user_session={Visitor(practice, 'ben').cookie}"}
    assert requests.get(connection(app), headers=cookies).status_code == 404
    mine = {"Cookie": f"user_session={Visitor(practice).cookie}"}
    assert requests.get(connection(app) + "x", headers=mine).status_code == 404


@pytest.mark.parametrize("act", ["save", "revoke"])
@pytest.mark.parametrize("csrf", [None, "x" * 48, "mallory's"])
def test_settings_are_changed_in_her_own_form_only(
    practice: Practice, app: App, act: str, csrf: str | None
) -> None:
    token = token_of(practice, app, scope="gist")["access_token"]
    visitor, other = Visitor(practice), Visitor(practice, "mallory")
    form = {"act": act, "authenticity_token": other.csrf if csrf == "mallory's" else csrf}
    answer = requests.post(
        connection(app),
        data=form,
        headers={"Cookie": f"user_session={visitor.cookie}"},
        allow_redirects=False,
    )
    assert answer.status_code == 422
    assert get("/user", token).headers["X-OAuth-Scopes"] == "gist"


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
    assert body["url"] == f"{API}/users/ada"
    assert body["following_url"] == f"{API}/users/ada/following{{/other_user}}"
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
    ("path", "scope"),
    [
        *(("/user/orgs", scope) for scope in ("read:org", "admin:org", "user")),
        *(("/user/teams", scope) for scope in ("read:org", "user", "repo")),
    ],
)
def test_nobody_is_in_an_organization(practice: Practice, app: App, path: str, scope: str) -> None:
    answer = get(f"{path}?per_page=100", token_of(practice, app, scope=scope)["access_token"])
    assert (answer.status_code, answer.text, "Link" in answer.headers) == (200, "[]", False)


def test_organizations_are_refused_with_words_and_teams_are_not_found(practice: Practice, app: App) -> None:
    token = token_of(practice, app, scope="user:email read:user")["access_token"]
    answer = get("/user/orgs", token)
    assert (answer.status_code, answer.json()["message"]) == (
        403,
        "You need at least read:org scope or user scope to list your organizations.",
    )
    assert answer.headers["X-Accepted-OAuth-Scopes"] == "read:org, user"
    teams = get("/user/teams", token)
    assert (teams.status_code, "X-Practice" in teams.headers) == (404, False)


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


@IN_PROCESS
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
    paths = ("/user", "/user/emails", "/nowhere", "/user/")
    assert [get(path, token).headers["X-RateLimit-Used"] for path in paths] == ["1", "2", "3", "4"]
    assert get("/user", other).headers["X-RateLimit-Remaining"] == "4999"
    assert practice.ledger.tokens[token].last_used_at == practice.clock.now


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "token", "Token"])
def test_two_schemes_in_any_case(practice: Practice, app: App, scheme: str) -> None:
    token = token_of(practice, app)["access_token"]
    assert get("/user", Authorization=f"{scheme} {token}").status_code == 200


@pytest.mark.parametrize("authorization", [None, "Negotiate x"])
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


def test_a_token_may_be_the_password_of_http_basic(practice: Practice, app: App) -> None:
    token = token_of(practice, app)["access_token"]
    for name in ("ada", "x-access-token", ""):
        assert requests.get(f"{API}/user", auth=(name, token)).json()["login"] == "ada"
    assert manage("DELETE", app, "token", token).status_code == 204
    answer = requests.get(f"{API}/user", auth=("ada", token))
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")


@pytest.mark.parametrize("path", ["/user", "/nowhere"])
@pytest.mark.parametrize("how", ["an invented pair", "no password", "her password", "a wrong client secret"])
def test_bad_credentials_by_http_basic_are_bad_everywhere(
    practice: Practice, app: App, how: str, path: str
) -> None:
    pairs = {
        "an invented pair": ("foo", "bar"),
        "no password": ("foo", ""),
        "her password": ("ada", practice.ledger.people["ada"].password),
        "a wrong client secret": (app.client_id, "0" * 40),
    }
    answer = requests.get(API + path, auth=pairs[how])
    assert (answer.status_code, answer.json()["message"]) == (401, "Bad credentials")
    assert answer.headers["X-RateLimit-Limit"] == "60"


@pytest.mark.parametrize("how", ["client credentials", "client credentials in the query"])
def test_client_credentials_read_nothing(practice: Practice, app: App, how: str) -> None:
    sent: dict[str, dict[str, Any]] = {
        "client credentials": {"auth": (app.client_id, app.client_secret)},
        "client credentials in the query": {
            "params": {"client_id": app.client_id, "client_secret": app.client_secret}
        },
    }
    answer = requests.get(f"{API}/user", **sent[how])
    assert (answer.status_code, answer.json()["message"]) == (401, "Requires authentication")
    assert answer.headers["X-RateLimit-Limit"] == "60"


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
    ("method", "path", "practised"),
    [
        ("GET", "/nowhere", False),
        ("GET", "/", False),
        ("DELETE", "/user", False),
        ("PATCH", "/user", False),
        ("GET", "/user/", True),  # docs: a slash at the end is a 404
        ("GET", "/user/emails/", True),
    ],
)
@pytest.mark.parametrize("signed_in", [True, False])
def test_what_the_api_does_not_have_is_a_404_and_says_if_it_is_only_missing_here(
    practice: Practice, app: App, method: str, path: str, practised: bool, signed_in: bool
) -> None:
    headers = {"Authorization": f"Bearer {token_of(practice, app)['access_token']}"} if signed_in else {}
    answer = requests.request(method, API + path, headers=headers)
    assert answer.status_code == 404
    assert answer.json() == {"message": "Not Found", "documentation_url": f"{DOCS}/rest", "status": "404"}
    said = None if practised else "not part of the practice provider"
    assert answer.headers.get("X-Practice") == said
    shown = str(practice.trace[-1])
    assert ("X-Practice: not part of the practice provider" in shown) is not practised


def test_graphql_is_told_to_be_missing_in_the_shape_of_the_api(practice: Practice) -> None:
    served = GITHUB.at("http://127.0.0.1:8000")
    url = f"{served.web_url}/api/graphql"  # docs, of Enterprise Server: beside /api/v3
    answer = GitHub(practice.ledger, served).handle(Request("POST", url, (("User-Agent", "x"),), b"{}"))
    elsewhere = requests.post(f"{API}/graphql", json={})
    assert (answer.status, answer.header("x-practice")) == (404, elsewhere.headers["X-Practice"])
    assert answer.body.decode() == elsewhere.text


def test_a_missing_scope_is_no_matter_of_the_practice(practice: Practice, app: App) -> None:
    answer = get("/user/emails", token_of(practice, app, scope="gist")["access_token"])
    assert answer.status_code == 404 and "X-Practice" not in answer.headers
    unknown = manage("POST", app, "token", "gho_" + "0" * 36)
    assert unknown.status_code == 404 and "X-Practice" not in unknown.headers
    narrowed = manage("POST", app, "token/scoped", "gho_" + "0" * 36)
    assert narrowed.status_code == 404
    assert narrowed.headers["X-Practice"] == "not part of the practice provider"


def test_head_is_get_without_the_body(practice: Practice, app: App) -> None:
    token = token_of(practice, app, scope="gist")["access_token"]
    answer = requests.head(f"{API}/user", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["X-OAuth-Scopes"] == "gist"
    assert requests.head(f"{API}/user").status_code == 401
    page = requests.head(authorization_url(app, state="xyz"))
    assert (page.status_code, page.content) == (302, b"")
    assert requests.head(TOKEN_URL).status_code == requests.get(TOKEN_URL).status_code == 404


@pytest.mark.parametrize("path", ["/user", "/nowhere"])
def test_a_browser_may_ask_the_api_beforehand(practice: Practice, path: str) -> None:
    answer = requests.options(API + path, headers={"Origin": "https://notes.example"})
    assert (answer.status_code, answer.content) == (204, b"")
    told = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Headers": "Authorization, Content-Type, If-Match, If-Modified-Since, "
        "If-None-Match, If-Unmodified-Since, X-Requested-With",
        "Access-Control-Allow-Methods": "GET, POST, PATCH, PUT, DELETE",
        "Access-Control-Max-Age": "86400",
    }
    assert told.items() <= dict(answer.headers).items()


@IN_PROCESS
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


def test_a_session_is_good_at_its_own_provider_only(practice: Practice, app: App) -> None:
    other = practice.app(FACEBOOK)
    hers = {row.name: practice.ledger.sign_in(row, "ada") for row in (GITHUB, FACEBOOK)}
    for asked, cookie, row in ((app, "user_session", FACEBOOK), (other, "xs", GITHUB)):
        url, sent = authorization_url(asked, state="s" * 20), {"Cookie": f"{cookie}={hers[row.name]}"}
        answer = requests.get(url, headers=sent, allow_redirects=False)
        assert urlsplit(answer.headers["Location"]).path == "/login"
        form = {**_sent(asked, {}), "authorize": "1"}
        guard = practice.ledger.sessions[hers[row.name]].csrf
        form |= {"authenticity_token": guard, "fb_dtsg": guard}
        place = asked.provider.authorization_url
        assert requests.post(place, data=form, headers=sent, allow_redirects=False).status_code in (400, 422)
    assert not practice.ledger.codes


def test_the_two_providers_never_take_each_others_tokens(practice: Practice, app: App) -> None:
    ours = token_of(practice, app)["access_token"]
    graph = requests.get(f"{FACEBOOK.api_url}/me", params={"access_token": ours})
    assert graph.status_code == 400 and "OAuthException" in graph.text

    other = practice.app(FACEBOOK)
    page = practice.new_browser("ada").open(authorization_url(other, state="s" * 20))
    sent = {"client_id": other.client_id, "client_secret": other.client_secret}
    sent |= {"redirect_uri": other.redirect_uri, "code": page.allow().parameters["code"]}
    theirs = requests.get(FACEBOOK.token_url, params=sent).json()["access_token"]
    assert get("/user", theirs).status_code == 401
    management = manage("POST", app, "token", theirs)
    assert management.status_code == 404
    assert requests.get(f"{FACEBOOK.api_url}/me", params={"access_token": theirs}).ok


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


def test_an_application_replaces_a_token_without_its_user(practice: Practice, app: App, older: App) -> None:
    for client, ends in ((app, "2026-11-23T17:00:00Z"), (older, None)):
        old = token_of(practice, client, scope="gist repo")
        body = manage("PATCH", client, "token", old["access_token"]).json()
        assert (body["scopes"], body["expires_at"]) == (["gist", "repo"], ends)
        assert body.keys() == manage("POST", client, "token", body["token"]).json().keys()
        assert get("/user", body["token"]).json()["login"] == "ada"
        assert get("/user", old["access_token"]).status_code == 401
        assert manage("PATCH", client, "token", old["access_token"]).json() == NOT_FOUND
        if ends:
            assert_refused(refresh(client, old["refresh_token"]), "bad_refresh_token")


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
@pytest.mark.parametrize(
    ("method", "what"), [("POST", "token"), ("PATCH", "token"), ("DELETE", "token"), ("DELETE", "grant")]
)
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


def leaked(*credentials: Any, **more: Any) -> requests.Response:
    return requests.post(f"{API}/credentials/revoke", **{"json": {"credentials": credentials}, **more})


def test_whoever_finds_a_token_can_end_it(practice: Practice, app: App, older: App) -> None:
    found, renewing = token_of(practice, older), token_of(practice, app)
    kept = token_of(practice, older)["access_token"]
    answer = leaked(found["access_token"], renewing["refresh_token"], "gho_" + "0" * 36)
    assert (answer.status_code, answer.text) == (202, "{}")
    for dead in (found, renewing):
        assert get("/user", dead["access_token"]).status_code == 401
    assert_refused(refresh(app, renewing["refresh_token"]), "bad_refresh_token")
    assert get("/user", kept).status_code == 200


def test_who_reports_a_leak_ends_no_token_of_another_provider(practice: Practice) -> None:
    app = practice.app(FACEBOOK)
    page = practice.new_browser("ada").open(authorization_url(app, state="xyz"))
    token = request_token(app, page.allow().parameters["code"])
    assert leaked(token.access_token).status_code == 202
    assert request_resource(app, token, "/me").status_code == 200


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"headers": {"Authorization": "Bearer x"}}, 403),
        ({"auth": ("a", "b")}, 403),
        ({"json": {"credentials": []}}, 422),
        ({"json": {"credentials": ["x"] * 1001}}, 422),
        ({"json": {"credentials": "x"}}, 422),
        ({"json": ["x"]}, 422),
        ({"json": None, "data": "{"}, 422),
    ],
)
def test_a_report_of_a_leak_that_is_refused_ends_nothing(
    practice: Practice, app: App, change: dict[str, Any], status: int
) -> None:
    token = token_of(practice, app)["access_token"]
    assert leaked(token, **change).status_code == status
    assert leaked(token, 5).status_code == 422
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
    draw = practice.ledger.draw_secret
    right = {36: "z" * 30 + checksum("z" * 30), 76: "z" * 70 + checksum("z" * 70)}  # drawn first, by bad luck

    def unlucky(kind: str, alphabet: str, length: int) -> str:
        return right.pop(length, None) or draw(kind, alphabet, length)

    monkeypatch.setattr(practice.ledger, "draw_secret", unlucky)
    body = token_of(practice, app)
    assert not right
    for value in (body["access_token"], body["refresh_token"]):
        assert value[-6:] != checksum(value[4:-6])

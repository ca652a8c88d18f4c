"""Facebook as the practice plays it: its words on the wire, what it refuses, and what lives how long."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from walks import allow, visit

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    App,
    TokenRefused,
    authorization_url,
    extend_token,
    inspect_token,
    request_resource,
    request_token,
    revoke_token,
)
from oauth_steps.errors import NoSuchAct
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import (
    ConsentPage,
    ErrorPage,
    Redirect,
    SettingsPage,
    SignInPage,
)
from oauth_steps.practice.facebook import Facebook
from oauth_steps.practice.facebook_graph import pacific
from oauth_steps.practice.ledger import AccessToken
from oauth_steps.wire import Request

DIALOG, TOKEN_URL = FACEBOOK.authorization_url, FACEBOOK.token_url
GRAPH, API = "https://graph.facebook.com", FACEBOOK.api_url
THROUGH_BOTH_DOORS = True  # see conftest.py
# Over HTTP the dialog's host and the Graph API's are one.
IN_PROCESS = pytest.mark.parametrize("practice", [None], ids=["in process"], indirect=True)
CALLBACK = "https://club.example/cb"
PAGES = ("pages_show_list", "pages_read_engagement", "pages_manage_posts")
PAGE_ID = "1098765432101234"  # Ada's
SIXTY_DAYS = 5_184_000


@pytest.fixture
def app(practice: Practice) -> App:
    return practice.register(FACEBOOK, name="Club bot", redirect_uri=CALLBACK, scope=("email", *PAGES))


@pytest.fixture
def generous(practice: Practice) -> App:
    """An application that is given a long-lived token for its code."""
    return practice.register(
        FACEBOOK, name="Old bot", redirect_uri="https://old.example/cb", scope=PAGES, code_gives="long"
    )


def code_of(practice: Practice, app: App, login: str = "ada", **extra: str | None) -> str:
    return allow(practice, app, login, **extra).parameters["code"]


def redeem(app: App, code: str | None, **changes: str | None) -> requests.Response:
    """Step 3; a parameter that is None is not sent."""
    sent = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": app.redirect_uri,
        "code": code,
        **changes,
    }
    return requests.get(TOKEN_URL, params=sent)


def exchange(app: App, token: str | None, **changes: str | None) -> requests.Response:
    """The token endpoint with fb_exchange_token."""
    grant = {"grant_type": "fb_exchange_token", "fb_exchange_token": token, "redirect_uri": None}
    return redeem(app, None, **{**grant, **changes})


def token_of(practice: Practice, app: App, login: str = "ada", **extra: str | None) -> str:
    """A whole flow: the access token."""
    return str(redeem(app, code_of(practice, app, login, **extra)).json()["access_token"])


def get(path: str, token: str | None = None, **params: str) -> requests.Response:
    """Steps 5 and 6."""
    return requests.get(API + path, params={"access_token": token, **params})


def silhouette() -> dict[str, Any]:
    """What is told of everybody's picture."""
    url = f"{FACEBOOK.web_url}/images/silhouette.svg"
    return {"height": 50, "width": 50, "is_silhouette": True, "url": url}


def page_token(token: str) -> str:
    return str(get(f"/{PAGE_ID}", token, fields="access_token").json()["access_token"])


def debug(app: App, token: str, caller: str | None = None) -> requests.Response:
    return get("/debug_token", caller or f"{app.client_id}|{app.client_secret}", input_token=token)


def assert_refused(
    answer: requests.Response,
    message: str,
    code: int,
    subcode: int | None = None,
    word: str = "invalid_request",
    *,
    status: int = 400,
    kind: str = "OAuthException",
) -> None:
    """The whole of Facebook's envelope, its order, its headers."""
    error = answer.json()["error"]
    assert (error["message"], error["code"], error.get("error_subcode")) == (message, code, subcode)
    assert (error["type"], answer.status_code) == (kind, status)
    order = ["message", "type", "code", "error_subcode", "error_user_msg", "fbtrace_id"]
    assert list(error) == [name for name in order if name in error]
    assert re.fullmatch(r"A[\w-]{22}", error["fbtrace_id"])
    assert answer.headers["x-fb-request-id"] == error["fbtrace_id"]
    in_one_line = re.sub(r"\s+", " ", message).replace("\\", r"\\")
    assert answer.headers["WWW-Authenticate"] == f'OAuth "Facebook Platform" "{word}" "{in_one_line}"'
    assert answer.headers["Cache-Control"] == "no-store"


# --- steps 1 and 2: pages from which nothing goes back ---------------------------------------------------------

BLOCKED = (
    "URL Blocked",
    "This redirect failed because the redirect URI is not whitelisted in the app’s Client OAuth Settings. "
    "Make sure Client and Web OAuth Login are on and add all your app domains as Valid OAuth Redirect URIs.",
)
INSECURE = (
    "Insecure Login Blocked",
    "You can't get an access token or log in to this app from an insecure page. "
    "Try re-loading the page as https://",
)
INVALID_APP = ("Invalid App ID", "The provided app ID does not look like a valid app ID.")


@pytest.mark.parametrize(
    ("changes", "title", "text"),
    [
        ({"client_id": None}, "Error", "The parameter app_id is required"),
        ({"client_id": "1000000000000000"}, *INVALID_APP),
        ({"client_id": "GitHub's"}, *INVALID_APP),
        ({"redirect_uri": None}, "Error", "The parameter redirect_uri is required"),
        ({"redirect_uri": "/cb"}, "Error", "The redirect_uri URL must be absolute"),
        ({"redirect_uri": CALLBACK + "/"}, *BLOCKED),
        ({"redirect_uri": CALLBACK + "?a=1"}, *BLOCKED),
        ({"redirect_uri": CALLBACK.upper()}, *BLOCKED),
        ({"redirect_uri": "https://evil.example/cb"}, *BLOCKED),
        ({"redirect_uri": "https://["}, *BLOCKED),
        ({"redirect_uri": "http://club.example/cb"}, *INSECURE),
        ({"redirect_uri": "http://localhost/cb"}, *INSECURE),
        # The first thing that is wrong decides.
        ({"client_id": None, "redirect_uri": None}, "Error", "The parameter app_id is required"),
        ({"client_id": "1", "redirect_uri": "https://evil.example/cb"}, *INVALID_APP),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_is_wrong_is_said_to_the_person_only(
    practice: Practice, app: App, changes: dict[str, str | None], title: str, text: str
) -> None:
    if changes.get("client_id") == "GitHub's":
        changes = {"client_id": practice.app(GITHUB).client_id}
    url = authorization_url(app, state="xyz", **changes)
    for browser in (practice.new_browser(), practice.new_browser(signed_in_as="ben")):  # signed in or not
        page = browser.open(url)
        assert isinstance(page, ErrorPage)
        assert (page.title, page.text) == (title, text)
        assert practice.trace[-1].status == 400
    assert not practice.ledger.codes


def test_an_unknown_response_type_goes_nowhere(practice: Practice, app: App) -> None:
    assert isinstance(visit(practice, app, response_type="id_token"), ErrorPage)


@pytest.mark.parametrize(
    ("mode", "uri", "title"),
    [
        ("development", "http://localhost/cb", None),
        ("development", "http://localhost:8000/cb?a=1", None),
        ("development", "http://localhost:8000", None),
        ("live", "http://localhost:8000/cb", "Insecure Login Blocked"),
        ("development", "http://127.0.0.1:8000/cb", "Insecure Login Blocked"),
        ("development", "http://localhost.evil.example/cb", "Insecure Login Blocked"),
        ("development", "http://localhost@evil.example/cb", "Insecure Login Blocked"),
        ("development", "https://localhost:8000/cb", "URL Blocked"),
    ],
)
def test_http_is_for_localhost_while_in_development(
    practice: Practice, mode: str, uri: str, title: str | None
) -> None:
    app = practice.register(FACEBOOK, name="New", redirect_uri=CALLBACK, mode=mode)
    page = visit(practice, app, redirect_uri=uri)
    assert getattr(page, "title", None) == (title or "Allow New?")
    if isinstance(page, ConsentPage):
        assert page.allow().url.startswith(uri + ("&" if "?" in uri else "?") + "code=")
        assert redeem(app, list(practice.ledger.codes)[-1], redirect_uri=uri).ok


def test_only_the_value_of_state_may_differ_within_a_redirect_uri(practice: Practice) -> None:
    app = practice.register(FACEBOOK, name="New", redirect_uri=f"{CALLBACK}?state=&a=1")
    assert isinstance(visit(practice, app, redirect_uri=f"{CALLBACK}?state=12&a=1"), ConsentPage)
    for uri in (f"{CALLBACK}?state=12&a=2", f"{CALLBACK}?state=1#&a=1", f"{CALLBACK}?a=1"):
        assert isinstance(visit(practice, app, redirect_uri=uri), ErrorPage)


def test_in_development_only_its_own_people_get_in(practice: Practice) -> None:
    app = practice.register(
        FACEBOOK,
        name="New",
        redirect_uri=CALLBACK,
        mode="development",
        owner="mallory",
        roles=frozenset({"ada"}),
    )
    for login in ("ada", "mallory"):
        assert isinstance(visit(practice, app, login), ConsentPage)
    page = visit(practice, app, "ben")
    assert isinstance(page, ErrorPage)
    assert page.title == "Feature Unavailable"
    assert page.text == (
        "Facebook Login is currently unavailable for this app, since we are updating additional details for "
        "this app. Please try again later."
    )


def test_a_dead_permission_is_shown_to_developers_and_ignored_for_others(
    practice: Practice, app: App
) -> None:
    wish = "email, publish_actions manage_pages"  # commas and spaces
    page = visit(practice, app, "ada", scope=wish)
    assert isinstance(page, ErrorPage)
    assert page.text == (
        "Invalid Scopes: publish_actions, manage_pages. This message is only shown to developers. Users of your "
        "app will ignore these permissions if present. Please read the documentation for valid permissions at: "
        "https://developers.facebook.com/docs/facebook-login/permissions"
    )
    page = visit(practice, app, "ben", scope=wish)
    assert isinstance(page, ConsentPage)
    assert [ask.name for ask in page.asks] == ["public_profile", "email"]


def test_a_suspended_application_gets_nowhere(practice: Practice, app: App) -> None:
    code, token = code_of(practice, app), token_of(practice, app)
    practice.suspend(app)
    gone = "Error validating application. Application has been deleted."
    assert isinstance(visit(practice, app), ErrorPage)
    assert_refused(redeem(app, code), gone, 101, None, "invalid_client")
    assert_refused(get("/me", token), gone, 101, None, "invalid_client")


# --- steps 1 and 2: signing in and saying yes or no ------------------------------------------------------------


def test_who_is_not_signed_in_is_asked_to_and_then_sent_on(practice: Practice, app: App) -> None:
    url = authorization_url(app, state="xyz")
    page = practice.browser.open(url)
    assert isinstance(page, SignInPage)
    consent = page.sign_in("ada")
    assert isinstance(consent, ConsentPage)
    assert consent.url == url
    assert isinstance(practice.browser.open(url), ConsentPage)  # the cookie is kept


@pytest.mark.parametrize(
    ("form", "status", "location"),
    [
        ({"login": "ada", "password": "wrong"}, 200, None),
        ({"login": "nobody", "password": ""}, 200, None),
        ({}, 302, "/"),
        ({"next": "/v25.0/dialog/oauth?x=1"}, 302, "/v25.0/dialog/oauth?x=1"),
        ({"next": "//evil.example/"}, 302, "/"),
        ({"next": "https://evil.example/"}, 302, "/"),
        ({"next": "/\\evil.example"}, 302, "/"),
        ({"next": "/a\r\nSet-Cookie: x=y"}, 302, "/"),
        ({"next": "/a\rb"}, 302, "/"),
    ],
)
def test_signing_in_needs_the_password_and_stays_on_this_server(
    practice: Practice, form: dict[str, str], status: int, location: str | None
) -> None:
    known = {"login": "ada", "password": practice.user("ada").person.password}
    answer = requests.post(f"{FACEBOOK.web_url}/login", data={**known, **form}, allow_redirects=False)
    assert (answer.status_code, answer.headers.get("Location")) == (
        status,
        location and FACEBOOK.web_url + location,
    )
    assert ("xs" in answer.cookies) == (status == 302)
    typed = f'name="login" value="{(known | form)["login"]}"'  # she types no more than she has to
    assert (typed in answer.text) == (status == 200)


def test_consent_asks_for_each_permission_and_public_profile_is_not_to_be_declined(
    practice: Practice, app: App
) -> None:
    page = visit(practice, app)
    assert isinstance(page, ConsentPage)
    assert [(ask.name, ask.optional) for ask in page.asks] == [
        ("public_profile", False),
        *((name, True) for name in ("email", *PAGES)),
    ]
    bare = visit(practice, app, scope="")
    assert isinstance(bare, ConsentPage)
    assert [ask.name for ask in bare.asks] == ["public_profile"]


def test_yes_sends_code_and_state_with_an_odd_fragment_and_no_iss(practice: Practice, app: App) -> None:
    assert re.fullmatch(re.escape(CALLBACK) + r"\?code=AQ[\w-]{220}&state=xyz#_=_", allow(practice, app).url)


def test_what_the_redirect_uri_already_says_stays(practice: Practice) -> None:
    app = practice.register(FACEBOOK, name="New", redirect_uri=CALLBACK + "?provider=facebook")
    assert allow(practice, app, state=None).url.startswith(CALLBACK + "?provider=facebook&code=AQ")
    assert "state" not in allow(practice, app, state=None).parameters


def test_no_sends_exactly_this(practice: Practice, app: App) -> None:
    page = visit(practice, app)
    assert isinstance(page, ConsentPage)
    denied = (
        "?error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied"
    )
    assert page.deny().url == f"{CALLBACK}{denied}&state=xyz#_=_"
    assert visit(practice, app, state=None).deny().url == f"{CALLBACK}{denied}#_=_"
    assert not practice.ledger.codes and not practice.ledger.grants


def test_who_has_answered_is_not_asked_again(practice: Practice, app: App) -> None:
    allow(practice, app, only=["pages_show_list"])
    declined = ["email", "pages_read_engagement", "pages_manage_posts"]
    assert isinstance(visit(practice, app), Redirect)  # declined ones are not asked either
    again = visit(practice, app, auth_type="rerequest")
    assert isinstance(again, ConsentPage)
    assert [ask.name for ask in again.asks] == declined
    assert "Allowed before: public_profile, pages_show_list." in again.text
    more = visit(practice, app, scope="email,user_likes,pages_show_list")
    assert isinstance(more, ConsentPage)
    assert [ask.name for ask in more.asks] == ["user_likes"]
    assert isinstance(visit(practice, app, "ben"), ConsentPage)  # she answered for nobody else


def test_what_was_declined_can_be_allowed_later_and_taken_back(practice: Practice, app: App) -> None:
    def stand() -> dict[str, str]:
        rows = get("/me/permissions", token).json()["data"]
        return {row["permission"]: row["status"] for row in rows}

    allow(practice, app, scope="email,user_likes", only=["user_likes"])
    token = token_of(practice, app, scope="email")
    assert stand() == {"public_profile": "granted", "email": "declined", "user_likes": "granted"}
    allow(practice, app, scope="email", auth_type="rerequest")
    assert stand() == {"public_profile": "granted", "email": "granted", "user_likes": "granted"}


def test_after_90_days_everything_is_asked_again(practice: Practice, app: App) -> None:
    allow(practice, app)
    practice.clock.advance(days=90)
    assert isinstance(visit(practice, app), Redirect)
    practice.clock.advance(seconds=1)
    page = visit(practice, app)
    assert isinstance(page, ConsentPage)
    assert len(page.asks) == 5
    page.allow(only=[])
    assert practice.ledger.grants[app.client_id, "ada"].scope == {"public_profile"}


def test_reauthentication_wants_the_password_again_each_time(practice: Practice, app: App) -> None:
    browser = practice.new_browser(signed_in_as="ada")
    url = authorization_url(app, state="xyz", auth_type="reauthenticate", auth_nonce="n0nce")
    page = browser.open(url)
    assert isinstance(page, SignInPage)
    consent = page.sign_in("ada")
    assert isinstance(consent, ConsentPage)
    answer = consent.allow()
    assert isinstance(answer, Redirect)
    again = browser.open(url)  # she is signed in, and has allowed it
    assert isinstance(again, SignInPage)
    assert isinstance(again.sign_in("ada"), Redirect)
    assert isinstance(browser.open(authorization_url(app, state="xyz")), Redirect)  # nobody asks otherwise
    token = redeem(app, answer.parameters["code"]).json()["access_token"]
    for value in (token, exchange(app, token).json()["access_token"]):
        told = debug(app, value).json()["data"]["metadata"]
        assert told == {"auth_type": "reauthenticate", "auth_nonce": "n0nce"}
    assert "metadata" not in debug(app, token_of(practice, app)).json()["data"]


def test_cancel_is_an_answer_after_which_the_password_is_asked_for_again(
    practice: Practice, app: App
) -> None:
    browser = practice.new_browser()
    url = authorization_url(app, state="xyz", auth_type="reauthenticate")
    for _ in range(2):
        page = browser.open(url)
        assert isinstance(page, SignInPage)
        consent = page.sign_in("ada")
        assert isinstance(consent, ConsentPage)
        assert consent.deny().parameters["error"] == "access_denied"


def test_a_consent_form_without_the_new_password_decides_nothing(practice: Practice, app: App) -> None:
    cookie = practice.ledger.sign_in(FACEBOOK, "ada")
    form = {
        **{"client_id": app.client_id, "redirect_uri": CALLBACK, "authorize": "1"},
        **{"auth_type": "reauthenticate", "fb_dtsg": practice.ledger.sessions[cookie].csrf},
    }
    answer = requests.post(DIALOG, data=form, headers={"Cookie": f"xs={cookie}"}, allow_redirects=False)
    assert (answer.status_code, len(practice.ledger.codes)) == (400, 0)


@pytest.mark.parametrize(
    "extra", [{"return_scopes": "true"}, {"response_type": "code,granted_scopes"}], ids=str
)
def test_the_answer_lists_permissions_if_asked(practice: Practice, app: App, extra: dict[str, str]) -> None:
    answer = allow(practice, app, only=["pages_show_list", "email"], **extra)
    assert list(answer.parameters) == ["code", "granted_scopes", "denied_scopes", "state"]
    assert answer.parameters["granted_scopes"] == "public_profile,email,pages_show_list"
    assert answer.parameters["denied_scopes"] == "pages_read_engagement,pages_manage_posts"


def test_a_token_asked_for_at_once_comes_in_the_fragment(practice: Practice, app: App) -> None:
    allow(practice, app, response_type="token")
    address, fragment = str(practice.trace[-1].reveal().response.header("location")).split("#")  # type: ignore[union-attr]
    assert address == CALLBACK + "?"
    answer = dict(parse_qsl(fragment))
    assert list(answer) == ["access_token", "data_access_expiration_time", "expires_in", "state"]
    assert answer["expires_in"] == "7200"
    assert int(answer["data_access_expiration_time"]) == practice.clock.now.timestamp() + 90 * 86400
    assert get("/me", answer["access_token"]).ok
    both = dict(parse_qsl(allow(practice, app, response_type="code token").url.split("#")[1]))
    assert redeem(app, both["code"]).ok


def test_the_form_is_hers_alone(practice: Practice, app: App) -> None:
    cookie = practice.ledger.sign_in(FACEBOOK, "ada")
    form = {"client_id": app.client_id, "redirect_uri": CALLBACK, "authorize": "1"}
    for guard in ({}, {"fb_dtsg": "invented"}, {"fb_dtsg": practice.ledger.sessions[cookie].csrf}):
        answer = requests.post(
            DIALOG, data={**form, **guard}, headers={"Cookie": f"xs={cookie}"}, allow_redirects=False
        )
    assert (answer.status_code, len(practice.ledger.codes)) == (302, 1)  # only the last
    stranger = requests.post(DIALOG, data={**form, **guard}, allow_redirects=False)
    assert stranger.status_code == 400


@pytest.mark.parametrize("happens", ["she has no role", "it is suspended", "nothing"])
def test_who_may_not_see_the_page_cannot_send_its_form(practice: Practice, happens: str) -> None:
    mode = "development" if happens == "she has no role" else "live"
    app = practice.register(FACEBOOK, name="New", redirect_uri=CALLBACK, mode=mode)
    cookie = practice.ledger.sign_in(FACEBOOK, "ben")
    if happens == "it is suspended":
        practice.suspend(app)
    form = {
        **{"client_id": app.client_id, "redirect_uri": CALLBACK, "authorize": "1"},
        **{"allow_scope": "email", "scope": "email", "fb_dtsg": practice.ledger.sessions[cookie].csrf},
    }
    answer = requests.post(DIALOG, data=form, headers={"Cookie": f"xs={cookie}"}, allow_redirects=False)
    decided = happens == "nothing"
    assert (answer.status_code, "Feature Unavailable" in answer.text) == (
        302 if decided else 400,
        not decided,
    )
    assert len(practice.ledger.codes) == len(practice.ledger.grants) == decided


def test_an_address_cannot_tick_a_box_or_press_a_button(practice: Practice, app: App) -> None:
    page = visit(practice, app, allow_scope="email", authorize="1", fb_dtsg="mine")
    assert isinstance(page, ConsentPage)
    page.allow(only=[])
    assert practice.ledger.grants[app.client_id, "ada"].scope == {"public_profile"}


# --- steps 3 and 4 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["right", "another", ""])
def test_state_makes_no_difference_in_a_token_request(practice: Practice, app: App, state: str) -> None:
    answer = visit(practice, app, state="right").allow()
    assert isinstance(answer, Redirect)
    sent = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": CALLBACK,
        "code": answer.parameters["code"],
        "state": state,
    }
    assert "access_token" in requests.get(f"{GRAPH}/oauth/access_token", params=sent).json()


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("grant_type", [None, "authorization_code", "invented"])
@pytest.mark.parametrize("path", ["/v25.0", "/v21.0", ""])
def test_a_code_for_a_token(
    practice: Practice, app: App, method: str, grant_type: str | None, path: str
) -> None:
    sent = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": CALLBACK,
        "code": code_of(practice, app),
        "grant_type": grant_type,
        "code_verifier": "ignored",
    }
    place = {"GET": "params", "POST": "data"}[method]
    answer = requests.request(method, f"{GRAPH}{path}/oauth/access_token", **{place: sent})  # type: ignore[arg-type]
    token = answer.json()["access_token"]
    assert answer.text == f'{{"access_token":"{token}","token_type":"bearer","expires_in":7200}}'
    assert re.fullmatch(r"EAA[A-Za-z0-9]{180}", token)
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"
    assert answer.headers["facebook-api-version"] == (path[1:] or "v21.0")


@pytest.mark.parametrize("how", ["form", "form in parts", "json", "json with numbers"])
def test_a_body_in_parts_or_json_does_as_well(practice: Practice, app: App, how: str) -> None:
    sent = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": CALLBACK,
        "code": code_of(practice, app),
    }
    ways: dict[str, dict[str, Any]] = {
        "form": {"data": sent},
        "form in parts": {"files": {name: (None, text) for name, text in sent.items()}},
        "json": {"json": sent},
        "json with numbers": {"json": {**sent, "client_id": int(app.client_id)}},
    }
    assert requests.post(TOKEN_URL, **ways[how]).json()["token_type"] == "bearer"


def test_client_id_and_secret_may_come_by_http_basic(practice: Practice, app: App) -> None:
    sent = {"redirect_uri": CALLBACK, "code": code_of(practice, app)}
    wrong = requests.post(TOKEN_URL, data=sent, auth=(app.client_id, "wrong"))
    assert_refused(wrong, "Error validating client secret.", 1, None, "invalid_client")
    right = requests.post(TOKEN_URL, data=sent, auth=(app.client_id, app.client_secret))
    assert right.json()["token_type"] == "bearer"


SAME_URI = (
    "Error validating verification code. Please make sure your redirect_uri is identical to the one you used "
    "in the OAuth dialog request"
)
CANNOT_LOAD = (
    "Can't Load URL: The domain of this URL isn't included in the app's domains. To be able to load this URL, "
    "add all domains and subdomains of your app to the App Domains field in your app settings."
)
NO_APP = "Error validating application. Cannot get application info due to a system error."
MATRIX: list[tuple[dict[str, str | None], tuple[Any, ...]]] = [
    ({"client_id": None}, ("Missing client_id parameter.", 101, None, "invalid_client")),
    ({"client_id": ""}, ("Missing client_id parameter.", 101, None, "invalid_client")),
    ({"client_id": "123"}, (NO_APP, 101, None, "invalid_client")),
    ({"redirect_uri": None}, ("Missing redirect_uri parameter.", 191)),
    ({"redirect_uri": None, "grant_type": "invented"}, ("Missing redirect_uri parameter.", 191)),
    ({"redirect_uri": "cb"}, ("redirect_uri isn't an absolute URI. Check RFC 3986.", 191)),
    ({"redirect_uri": "https://evil.example/"}, (CANNOT_LOAD, 191, None, "redirect_uri_mismatch")),
    ({"redirect_uri": CALLBACK + "/2"}, (SAME_URI, 100, 36008, "invalid_code")),
    ({"client_secret": None}, ("Error validating client secret.", 1, None, "invalid_client")),
    ({"client_secret": "é"}, ("Error validating client secret.", 1, None, "invalid_client")),
    ({"code": None}, ("Missing authorization code", 1)),
    ({"code": ""}, ("Missing authorization code", 1)),
    ({"code": "AQinvented"}, ("Invalid verification code format.", 100, None, "invalid_code")),
    # Two mistakes: the first in this order is the one that is told.
    ({"client_id": "123", "redirect_uri": None, "code": None}, (NO_APP, 101, None, "invalid_client")),
    ({"redirect_uri": None, "client_secret": "no"}, ("Missing redirect_uri parameter.", 191)),
    (
        {"redirect_uri": "https://evil.example/", "client_secret": "no"},
        (CANNOT_LOAD, 191, None, "redirect_uri_mismatch"),
    ),
    ({"client_secret": "no", "code": None}, ("Error validating client secret.", 1, None, "invalid_client")),
    (
        {"code": "AQinvented", "redirect_uri": CALLBACK + "/2"},
        ("Invalid verification code format.", 100, None, "invalid_code"),
    ),
]


@pytest.mark.parametrize(("changes", "refusal"), MATRIX, ids=lambda value: str(value)[:60])
def test_no_token_for(practice: Practice, changes: dict[str, str | None], refusal: tuple[Any, ...]) -> None:
    app = practice.register(FACEBOOK, name="Two", redirect_uri=(CALLBACK, CALLBACK + "/2"))
    code = code_of(practice, app)
    refused = redeem(app, **{"code": code, **changes})
    assert_refused(refused, *refusal)
    assert refused.headers["facebook-api-version"] == "v25.0"
    assert not practice.ledger.tokens
    assert redeem(app, code).ok  # the code was not used up by the mistake


def test_a_client_id_that_is_no_number_is_a_500(practice: Practice, app: App) -> None:
    answer = redeem(app, code_of(practice, app), client_id=practice.app(GITHUB).client_id)
    assert_refused(answer, "An unknown error has occurred.", 1, status=500)


def test_a_code_works_once(practice: Practice, app: App) -> None:
    code = code_of(practice, app)
    token = redeem(app, code).json()["access_token"]
    used = ("This authorization code has been used.", 100, 36009, "invalid_code")
    assert_refused(redeem(app, code), *used)
    practice.clock.advance(days=1)
    assert_refused(redeem(app, code), *used)  # and stays used
    assert list(practice.ledger.tokens) == [token]


def test_a_code_lives_600_seconds(practice: Practice, app: App) -> None:
    first, second = code_of(practice, app), code_of(practice, app)
    practice.clock.advance(seconds=600)
    assert redeem(app, first).ok
    practice.clock.advance(seconds=1)
    expired = ("This authorization code has expired.", 100, 36007, "invalid_code")
    assert_refused(redeem(app, second), *expired)


def test_a_code_belongs_to_one_application(practice: Practice, app: App) -> None:
    other = practice.register(FACEBOOK, name="Other", redirect_uri=CALLBACK)
    code = code_of(practice, app)
    foreign = ("Invalid verification code format.", 100, None, "invalid_code")
    assert_refused(redeem(other, code), *foreign)
    assert redeem(app, code).ok


def test_a_code_dies_with_the_permission(practice: Practice, app: App) -> None:
    code, token = code_of(practice, app), token_of(practice, app)
    user_id = get("/me", token).json()["id"]
    practice.user("ada").remove(app)
    text = f"Code was invalid or expired. User {user_id} has not authorized application {app.client_id}."
    assert_refused(redeem(app, code), text, 100, None, "invalid_code")


@pytest.mark.parametrize(("minutes", "lives"), [(None, 7200), (1, 7140), (29, 5460), (59, 3660), (60, 7200)])
def test_a_short_lived_token_ends_on_the_hour(
    practice: Practice, app: App, minutes: int | None, lives: int
) -> None:
    if minutes:
        practice.clock.advance(minutes=minutes)
    body = redeem(app, code_of(practice, app)).json()
    assert body["expires_in"] == lives
    practice.clock.advance(seconds=lives)
    assert get("/me", body["access_token"]).ok
    practice.clock.advance(seconds=1)
    assert get("/me", body["access_token"]).status_code == 400


def test_some_applications_get_a_long_lived_token_at_once(practice: Practice, generous: App) -> None:
    assert redeem(generous, code_of(practice, generous)).json()["expires_in"] == SIXTY_DAYS


def test_a_living_token_is_exchanged_for_one_of_60_days(practice: Practice, app: App) -> None:
    short = token_of(practice, app)
    practice.clock.advance(hours=2)
    body = exchange(app, short).json()
    assert (body["token_type"], body["expires_in"]) == ("bearer", SIXTY_DAYS)
    assert body["access_token"] != short
    practice.clock.advance(days=60)
    assert get("/me", body["access_token"]).ok
    practice.clock.advance(seconds=1)
    assert not get("/me", body["access_token"]).ok


def test_a_long_lived_token_is_extended_once_a_day(practice: Practice, app: App) -> None:
    token = exchange(app, token_of(practice, app)).json()["access_token"]
    practice.clock.advance(hours=23)
    assert exchange(app, token).json() == {
        "access_token": token,
        "token_type": "bearer",
        "expires_in": SIXTY_DAYS - 23 * 3600,
    }
    practice.clock.advance(hours=1)
    later = exchange(app, token).json()
    assert (later["expires_in"], later["access_token"] == token) == (SIXTY_DAYS, False)


def test_an_expired_token_is_not_extended(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    practice.clock.advance(hours=3, minutes=4, seconds=5)
    text = (
        "Error validating access token: Session has expired on Monday, 23-Nov-26 03:00:00 PST. "
        "The current time is Monday, 23-Nov-26 04:04:05 PST."
    )
    assert_refused(exchange(app, token), text, 190, 463, "invalid_token")
    assert_refused(get("/me", token), text, 190, 463, "invalid_token")


INVALID = ("Invalid OAuth access token.", 190, None, "invalid_token")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"fb_exchange_token": None}, ("fb_exchange_token parameter not specified", 1)),
        ({"fb_exchange_token": "EAAinvented"}, INVALID),
        ({"fb_exchange_token": "another application's"}, INVALID),
        ({"fb_exchange_token": "a Page's"}, INVALID),
        ({"client_secret": "no"}, ("Error validating client secret.", 1, None, "invalid_client")),
        ({"client_id": "123"}, (NO_APP, 101, None, "invalid_client")),
    ],
    ids=str,
)
def test_no_extension_for(
    practice: Practice, app: App, generous: App, changes: dict[str, str | None], refusal: tuple[Any, ...]
) -> None:
    token = token_of(practice, app)
    special = {"another application's": token_of(practice, generous), "a Page's": page_token(token)}
    sent = {name: special.get(value or "", value) for name, value in changes.items()}
    assert_refused(exchange(app, token, **sent), *refusal)


def test_an_application_gets_a_token_of_its_own(practice: Practice, app: App, generous: App) -> None:
    answer = redeem(app, None, redirect_uri=None, grant_type="client_credentials")
    token = answer.json()["access_token"]
    assert answer.json() == {"access_token": token, "token_type": "bearer"}
    assert token.startswith(f"{app.client_id}|") and app.client_secret not in token
    assert debug(app, token_of(practice, app), token).json()["data"]["is_valid"]
    assert not debug(generous, token_of(practice, generous), token).ok
    no_secret = redeem(app, None, client_secret=None, grant_type="client_credentials")
    assert_refused(no_secret, "Error validating client secret.", 1, None, "invalid_client")


def test_json_is_escaped_as_facebook_does_it(practice: Practice, app: App) -> None:
    practice.user("ada").person.name = "Zoë / ada@moreno"
    answer = get("/me", token_of(practice, app))
    assert answer.text.startswith(r'{"name":"Zo\u00eb \/ ada\u0040moreno","id":"10')
    assert answer.json()["name"] == "Zoë / ada@moreno"
    odd = get("/Zoë")
    assert odd.status_code == 400
    odd = get("/Zoë", token_of(practice, app))
    assert r"Zo\u00eb" in odd.text  # escaped in the body, raw UTF-8 in the header
    assert "Zoë" in odd.headers["WWW-Authenticate"].encode("latin-1").decode()


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2024, 3, 30, 23, 0, 0, tzinfo=UTC), "Saturday, 30-Mar-24 16:00:00 PDT"),
        (datetime(2016, 12, 25, 12, 45, 57, tzinfo=UTC), "Sunday, 25-Dec-16 04:45:57 PST"),
        (datetime(2016, 5, 3, 18, 3, 25, tzinfo=UTC), "Tuesday, 03-May-16 11:03:25 PDT"),
        (datetime(2026, 3, 8, 9, 59, 59, tzinfo=UTC), "Sunday, 08-Mar-26 01:59:59 PST"),
        (datetime(2026, 3, 8, 10, 0, 0, tzinfo=UTC), "Sunday, 08-Mar-26 03:00:00 PDT"),
        (datetime(2026, 11, 1, 8, 59, 59, tzinfo=UTC), "Sunday, 01-Nov-26 01:59:59 PDT"),
        (datetime(2026, 11, 1, 9, 0, 0, tzinfo=UTC), "Sunday, 01-Nov-26 01:00:00 PST"),
        (datetime(2027, 1, 1, 7, 0, 0, tzinfo=UTC), "Thursday, 31-Dec-26 23:00:00 PST"),
    ],
)
def test_times_are_told_in_california(moment: datetime, text: str) -> None:
    assert pacific(moment) == text


# --- steps 5 and 6: who calls ----------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["parameter", "Bearer", "OAuth", "both"])
def test_a_token_travels_as_a_parameter_or_in_a_header(practice: Practice, app: App, way: str) -> None:
    token = token_of(practice, app)
    sent: dict[str, Any] = {
        "parameter": {"params": {"access_token": token}},
        "Bearer": {"headers": {"Authorization": f"Bearer {token}"}},
        "OAuth": {"headers": {"Authorization": f"OAuth {token}"}},
        "both": {"params": {"access_token": token}, "headers": {"Authorization": "Bearer invented"}},
    }[way]
    assert requests.get(f"{API}/me", **sent).json()["name"] == "Ada Moreno"


NO_USER = "An active access token must be used to query information about the current user."
UNSUPPORTED = (
    "Unsupported {} request. Object with ID '{}' does not exist, cannot be loaded due to missing permissions, or "
    "does not support this operation. Please read the Graph API documentation at "
    "https://developers.facebook.com/docs/graph-api"
)
A_USERS = ("A user access token is required to request this resource.", 102)
GRAPH_METHOD = {"kind": "GraphMethodException"}
CANNOT_PARSE = ("Invalid OAuth access token - Cannot parse access token", 190, None, "invalid_token")
FIELD = "(#100) Tried accessing nonexisting field ({}) on node type ({})"


@pytest.mark.parametrize(
    ("method", "path", "token", "refusal", "more"),
    [
        ("GET", "/me", None, (NO_USER, 2500), {}),
        ("GET", "/me", "app", (NO_USER, 2500), {}),
        ("GET", "/me?access_token=", None, (NO_USER, 2500), {}),
        ("GET", f"/{PAGE_ID}", None, ("An access token is required to request this resource.", 104), {}),
        ("GET", "/me", "invented", CANNOT_PARSE, {}),
        ("GET", "/me", "1|2", CANNOT_PARSE, {}),
        ("GET", "/debug_token", None, ("An access token is required to request this resource.", 104), {}),
        ("GET", "/me?fields=id,shoe", "user", (FIELD.format("shoe", "User"), 100), {}),
        ("GET", f"/{PAGE_ID}?fields=first_name", "user", (FIELD.format("first_name", "Page"), 100), {}),
        ("GET", "/12345", "user", (UNSUPPORTED.format("get", "12345"), 100, 33), GRAPH_METHOD),
        ("GET", f"/{PAGE_ID}", "app", A_USERS, {}),
        ("POST", f"/{PAGE_ID}/feed", "app", A_USERS, {}),
        ("GET", "/ADA", "app", A_USERS, {}),
        ("DELETE", "/ADA/permissions", "app", A_USERS, {}),
        ("GET", "/12345", "app", (UNSUPPORTED.format("get", "12345"), 100, 33), GRAPH_METHOD),
        ("GET", f"/{PAGE_ID}", "ben", (UNSUPPORTED.format("get", PAGE_ID), 100, 33), GRAPH_METHOD),
        ("DELETE", "/me", "user", (UNSUPPORTED.format("delete", "me"), 100, 33), GRAPH_METHOD),
        ("POST", "/me/accounts", "user", (UNSUPPORTED.format("post", "me"), 100, 33), GRAPH_METHOD),
        (
            "GET",
            "/zuck",
            "user",
            ("(#803) Some of the aliases you requested do not exist: zuck", 803, None, "not_found"),
            {"status": 404},
        ),
        ("GET", "/me/nowhere", "user", ("Unknown path components: /nowhere", 2500), {}),
        ("GET", "/me/accounts/1", "user", ("Unknown path components: /accounts/1", 2500), {}),
        ("GET", "/a/b/c/d", "user", ("Unknown path components: /a/b/c/d", 2500), {}),
        ("DELETE", "/me/permissions/user_likes", "user", ("(#100) Invalid parameter", 100), {}),
        ("DELETE", "/me/permissions/public_profile", "user", ("(#100) Invalid parameter", 100), {}),
        (
            "POST",
            "/me/events",
            "user",
            ("(#12) events management API is deprecated for versions v2.0 and higher", 12),
            {},
        ),
        (
            "POST",
            f"/{PAGE_ID}/events",
            "page",
            ("(#12) events management API is deprecated for versions v2.0 and higher", 12),
            {},
        ),
        (
            "GET",
            f"/{PAGE_ID}/feed",
            "user",
            ("(#190) This method must be called with a Page Access Token", 190, None, "invalid_token"),
            {},
        ),
        ("POST", f"/{PAGE_ID}/feed", "page", ("(#100) Missing message or attachment", 100), {}),
    ],
    ids=lambda value: str(value)[:40],
)
def test_no_resource_for(
    practice: Practice,
    app: App,
    method: str,
    path: str,
    token: str | None,
    refusal: tuple[Any, ...],
    more: dict[str, Any],
) -> None:
    user = token_of(practice, app)
    known = {
        "user": user,
        "page": page_token(user),
        "ben": token_of(practice, app, "ben"),
        "app": f"{app.client_id}|{app.client_secret}",
    }
    path = path.replace("ADA", get("/me", user).json()["id"])
    answer = requests.request(method, API + path, params={"access_token": known.get(token or "", token)})
    assert_refused(answer, *refusal, **more)
    assert ("facebook-api-version" in answer.headers) == (refusal != CANNOT_PARSE)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/me/photos"),
        ("GET", "/me/feed"),
        ("DELETE", f"/{PAGE_ID}_123456789012345"),
        ("GET", "/oauth/client_code"),
        ("GET", "/oauth/access_token_info"),
        ("POST", "/device/login"),
        ("GET", "/search"),
        ("GET", "/app"),
        ("POST", "/"),
    ],
)
def test_what_is_not_here_says_so(practice: Practice, app: App, method: str, path: str) -> None:
    token = token_of(practice, app)
    error = requests.request(method, API + path, params={"access_token": token}).json()["error"]
    assert "not part of the practice provider" in error["error_user_msg"]


@IN_PROCESS
def test_a_page_that_is_not_here_says_so(practice: Practice) -> None:
    page = practice.browser.open(f"{FACEBOOK.web_url}/somewhere")
    assert isinstance(page, ErrorPage)
    assert "not part of the practice provider" in page.text


def test_a_quote_in_a_path_does_not_end_the_text_of_the_header(practice: Practice, app: App) -> None:
    answer = get('/a"b\\', token_of(practice, app))
    assert answer.json()["error"]["message"].endswith(' a"b\\')
    assert answer.headers["WWW-Authenticate"].endswith(r' do not exist: a\"b\\"')


def test_a_line_break_in_a_path_stays_out_of_the_headers(practice: Practice, app: App) -> None:
    answer = get("/a%0d%0aSet-Cookie:%20x/b/c/d", token_of(practice, app))
    assert "Set-Cookie" not in answer.headers
    assert "\r\n" in answer.json()["error"]["message"]


def remove(practice: Practice, app: App, token: str) -> None:
    practice.user("ada").remove(app)


def take_all_back(practice: Practice, app: App, token: str) -> None:
    answer = requests.delete(f"{API}/me/permissions", params={"access_token": token})
    assert answer.json() == {"success": True}


def change_password(practice: Practice, app: App, token: str) -> None:
    practice.user("ada").change_password()


def sign_out(practice: Practice, app: App, token: str) -> None:
    practice.user("ada").sign_out()


def revoke(practice: Practice, app: App, token: str) -> None:
    practice.ledger.tokens[token].happens("revoked", practice.clock.now)


NOT_AUTHORIZED = "The user has not authorized application {app_id}."
DEATHS = [
    (remove, 458, NOT_AUTHORIZED),
    (take_all_back, 458, NOT_AUTHORIZED),
    (
        change_password,
        460,
        "The session has been invalidated because the user changed their password or Facebook has changed the "
        "session for security reasons.",
    ),
    (sign_out, 467, "The session is invalid because the user logged out."),
    (revoke, 466, "The session was invalidated explicitly using an API call."),
]


@pytest.mark.parametrize(("act", "subcode", "text"), DEATHS)
def test_a_dead_token_says_what_it_died_of(
    practice: Practice, app: App, act: Callable[[Practice, App, str], None], subcode: int, text: str
) -> None:
    token = token_of(practice, app)
    practice.clock.advance(minutes=1)
    act(practice, app, token)
    message = f"Error validating access token: {text.format(app_id=app.client_id)}"
    assert_refused(get("/me", token), message, 190, subcode, "invalid_token")
    assert_refused(exchange(app, token), message, 190, subcode, "invalid_token")
    told = debug(app, token)
    assert told.status_code == 200
    data = told.json()["data"]
    assert data["error"] == {"message": message, "code": 190, "subcode": subcode}
    assert (data["is_valid"], data["app_id"]) == (False, app.client_id)
    assert sorted(data) == ["app_id", "application", "error", "expires_at", "is_valid", "scopes", "user_id"]
    practice.clock.advance(days=1)  # it does not die a second time, of age
    assert get("/me", token).json()["error"]["error_subcode"] == subcode


@pytest.mark.parametrize("act", [act for act, *_ in DEATHS if act is not revoke])
def test_the_tokens_of_her_pages_die_with_hers_and_nobody_elses(
    practice: Practice, app: App, act: Callable[[Practice, App, str], None]
) -> None:
    token, bens = token_of(practice, app), token_of(practice, app, "ben")
    of_page = page_token(token)
    act(practice, app, token)
    assert not get(f"/{PAGE_ID}/feed", of_page).ok
    assert get("/me", bens).ok


VALIDATING = "Error validating access token: "


@pytest.mark.parametrize(
    ("flag", "subcode", "text", "told"),
    [
        (
            {"checkpoint": True},
            459,
            f"{VALIDATING}You cannot access the app till you log in to www.facebook.com and follow the "
            "instructions given.",
            "You cannot access the app till you log in to www.facebook.com and follow the instructions given.",
        ),
        (
            {"email_verified": False},
            464,
            f"{VALIDATING}Sessions for the user  are not allowed because the user is not a confirmed user.",
            f"{VALIDATING}Sessions for the user  are not allowed because the user is not a confirmed user.",
        ),
    ],
)
def test_while_something_is_wrong_with_an_account_its_tokens_rest(
    practice: Practice, app: App, flag: dict[str, bool], subcode: int, text: str, told: str
) -> None:
    token, bens = token_of(practice, app), token_of(practice, app, "ben")
    ada = practice.user("ada").person
    [(name, value)] = flag.items()
    setattr(ada, name, value)
    assert_refused(get("/me", token), text, 190, subcode, "invalid_token")
    assert_refused(exchange(app, token), text, 190, subcode, "invalid_token")
    data = debug(app, token).json()["data"]
    assert data["error"] == {"message": told, "code": 190, "subcode": subcode}
    assert data["is_valid"] is False
    assert get("/me", bens).ok
    setattr(ada, name, not value)
    assert get("/me", token).ok


def test_signing_in_at_facebook_passes_its_checkpoint(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    practice.user("ada").person.checkpoint = True
    assert not get("/me", token).ok
    page = practice.new_browser().open(authorization_url(app, state="xyz"))
    assert isinstance(page, SignInPage)
    page.sign_in("ada")
    assert get("/me", token).ok


def test_without_the_role_the_token_of_a_page_is_dead(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    of_page = page_token(token)
    ada, ben = practice.user("ada").person, practice.user("ben").person
    ben.pages.append(ada.pages.pop())  # Ben looks after it from now on
    text = f"{VALIDATING}User associated with the Page access token does not have an appropriate role on the Page."
    assert_refused(get(f"/{PAGE_ID}/feed", of_page), text, 190, 492, "invalid_token")
    assert debug(app, of_page).json()["data"]["error"]["subcode"] == 492
    assert get("/me", token).ok
    assert get("/me/accounts", token).json() == {"data": []}
    assert get(f"/{PAGE_ID}/feed", page_token(token_of(practice, app, "ben"))).ok


def test_90_days_after_her_answer_her_data_are_out_of_reach(practice: Practice, app: App) -> None:
    token = exchange(app, token_of(practice, app)).json()["access_token"]
    of_page = page_token(token)
    practice.clock.advance(days=50)
    token = exchange(app, token).json()["access_token"]
    practice.clock.advance(days=40)
    assert "email" in get("/me", token, fields="email").json()
    practice.clock.advance(seconds=1)
    assert get("/me", token, fields="name,email").json()["name"] == "Ada Moreno"
    assert "email" not in get("/me", token, fields="email").json()
    assert get("/me/accounts", token).json() == {"data": []}
    status = {row["permission"]: row["status"] for row in get("/me/permissions", token).json()["data"]}
    assert status == {"public_profile": "granted", **dict.fromkeys(("email", *PAGES), "expired")}
    told = debug(app, token).json()["data"]
    assert told["is_valid"] and told["data_access_expires_at"] == practice.clock.now.timestamp() - 1
    assert get(f"/{PAGE_ID}/feed", of_page).ok  # what is the Page's is not hers
    token = exchange(app, token).json()["access_token"]  # and the token is extended as before
    allow(practice, app)
    assert "email" in get("/me", token, fields="email").json()
    assert debug(app, token).json()["data"]["data_access_expires_at"] > practice.clock.now.timestamp()


def test_in_her_settings_she_leaves_the_application_less_or_nothing(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    url = f"{FACEBOOK.web_url}/settings/applications?client_id={app.client_id}"
    page = practice.new_browser().open(url)
    assert isinstance(page, SignInPage)
    page = page.sign_in("ada")
    assert isinstance(page, SettingsPage)
    assert [ask.name for ask in page.asks] == ["email", *PAGES]
    page = page.edit(only=PAGES)
    assert isinstance(page, SettingsPage)
    assert [ask.name for ask in page.asks] == list(PAGES)
    assert "email" not in get("/me", token, fields="email").json()
    assert {"permission": "email", "status": "declined"} in get("/me/permissions", token).json()["data"]
    page.revoke()
    assert get("/me", token).json()["error"]["error_subcode"] == 458
    assert isinstance(page.edit(only=()), ErrorPage)  # the form that she still has open
    assert not practice.ledger.grants
    assert isinstance(practice.new_browser(signed_in_as="ben").open(url), ErrorPage)


def test_a_settings_form_without_its_csrf_value_changes_nothing(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    cookie = practice.ledger.sign_in(FACEBOOK, "ada")
    form = {"client_id": app.client_id, "act": "revoke", "fb_dtsg": "invented"}
    for headers in ({"Cookie": f"xs={cookie}"}, {}):
        requests.post(f"{FACEBOOK.web_url}/settings/applications", data=form, headers=headers)
    assert get("/me", token).ok


def test_permissions_are_taken_back_by_hand_as_well(practice: Practice, app: App) -> None:
    ada = practice.user("ada")
    with pytest.raises(NoSuchAct, match="has no access"):
        ada.edit_scopes(app, only=[])
    token = token_of(practice, app)
    with pytest.raises(NoSuchAct, match="user_likes"):
        ada.edit_scopes(app, only=["user_likes"])
    ada.edit_scopes(app, only=["email"])
    assert debug(app, token).json()["data"]["scopes"] == ["public_profile", "email"]


def test_a_new_app_secret_ends_what_was_made_with_the_old_one(practice: Practice, app: App) -> None:
    code, token = code_of(practice, app), token_of(practice, app)
    own = redeem(app, None, redirect_uri=None, grant_type="client_credentials").json()["access_token"]
    proof = hmac.new(app.client_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
    practice.registration(app).client_secret = "0" * 32
    assert_refused(redeem(app, code), "Error validating client secret.", 1, None, "invalid_client")
    for caller in (own, f"{app.client_id}|{app.client_secret}"):
        assert_refused(debug(app, token, caller), *CANNOT_PARSE)
    wrong = "Invalid appsecret_proof provided in the API argument"
    assert_refused(get("/me", token, appsecret_proof=proof), wrong, 100, kind="GraphMethodException")
    assert get("/me", token).ok  # hers lives on
    assert redeem(app, code, client_secret="0" * 32).ok


def test_a_new_password_ends_tokens_of_every_application_but_not_githubs(
    practice: Practice, app: App, generous: App
) -> None:
    github = practice.app(GITHUB)
    page = practice.new_browser(signed_in_as="ada").open(authorization_url(github, state="s"))
    kept = request_token(github, page.allow().parameters["code"])  # type: ignore[union-attr]
    tokens = [token_of(practice, app), token_of(practice, generous)]
    practice.user("ada").change_password()
    assert [get("/me", token).status_code for token in tokens] == [400, 400]
    assert request_resource(github, kept, "/user").ok
    assert get("/me", token_of(practice, app)).ok  # a new one works


@pytest.mark.parametrize(
    ("required", "proof", "refusal"),
    [
        (False, None, None),
        (False, "right", None),
        (True, "right", None),
        (True, None, "API calls from the server require an appsecret_proof argument"),
        (True, "", "Invalid appsecret_proof provided in the API argument"),
        (False, "0" * 64, "Invalid appsecret_proof provided in the API argument"),
        (True, "another application's", "Invalid appsecret_proof provided in the API argument"),
    ],
)
def test_a_proof_is_looked_at_if_it_is_sent_or_required(
    practice: Practice, generous: App, required: bool, proof: str | None, refusal: str | None
) -> None:
    app = practice.register(FACEBOOK, name="Strict", redirect_uri=CALLBACK, require_app_secret=required)
    token = token_of(practice, app)
    secrets = {"right": app.client_secret, "another application's": generous.client_secret}
    if proof in secrets:
        proof = hmac.new(secrets[proof].encode(), token.encode(), hashlib.sha256).hexdigest()
    answer = get("/me", token, **({} if proof is None else {"appsecret_proof": proof}))
    if refusal is None:
        assert answer.ok
    else:
        assert_refused(answer, refusal, 100, kind="GraphMethodException")
    assert inspect_token(app, token).is_valid  # an application's own token needs none


@pytest.mark.parametrize("required", [False, True])
def test_a_proof_for_an_applications_own_token_is_looked_at_if_it_is_sent(
    practice: Practice, required: bool
) -> None:
    app = practice.register(FACEBOOK, name="Strict", redirect_uri=CALLBACK, require_app_secret=required)
    token = token_of(practice, app)
    granted = redeem(app, None, redirect_uri=None, grant_type="client_credentials").json()["access_token"]
    wrong = "Invalid appsecret_proof provided in the API argument"
    for own in (f"{app.client_id}|{app.client_secret}", granted):
        right = hmac.new(app.client_secret.encode(), own.encode(), hashlib.sha256).hexdigest()
        assert get("/debug_token", own, input_token=token, appsecret_proof=right).ok
        assert get("/debug_token", own, input_token=token).ok
        refused = get("/debug_token", own, input_token=token, appsecret_proof="garbage")
        assert_refused(refused, wrong, 100, kind="GraphMethodException")


@pytest.mark.parametrize(
    ("made_at", "works"), [(0, True), (-300, True), (-301, False), (1, False), ("", False), ("soon", False)]
)
def test_a_proof_with_a_time_in_it_holds_for_five_minutes(
    practice: Practice, app: App, made_at: int | str, works: bool
) -> None:
    token = token_of(practice, app)
    if isinstance(made_at, int):
        made_at = str(int(practice.clock.now.timestamp()) + made_at)
    signed = f"{token}|{made_at}"
    proof = hmac.new(app.client_secret.encode(), signed.encode(), hashlib.sha256).hexdigest()
    assert get("/me", token, appsecret_proof=proof, appsecret_time=made_at).ok == works
    assert not get("/me", token, appsecret_proof=proof).ok  # without its time it is another


@pytest.mark.parametrize(
    ("path", "version"),
    [
        ("/v25.0/me", "v25.0"),
        ("/v26.0/me", "v26.0"),
        ("/v21.0/me", "v21.0"),
        ("/me", "v21.0"),
        ("/v20.0/me", "v21.0"),
        ("/v2.2/me", "v21.0"),
        ("/v1.0/me", "v21.0"),
    ],
)
def test_a_version_that_is_no_more_is_answered_by_the_oldest(
    practice: Practice, app: App, path: str, version: str
) -> None:
    answer = requests.get(GRAPH + path, params={"access_token": token_of(practice, app)})
    assert (answer.status_code, answer.headers["facebook-api-version"]) == (200, version)


@pytest.mark.parametrize("version", ["v99.0", "v30.0", "v2.13", "v2.80", "v3.4", "v3", "v25", "2.7", "25.0"])
def test_a_version_that_never_was_is_an_unknown_path(practice: Practice, app: App, version: str) -> None:
    token = token_of(practice, app)
    for path in ("/me", "/me/accounts", "/oauth/access_token"):
        answer = requests.get(f"{GRAPH}/{version}{path}", params={"access_token": token})
        assert_refused(answer, f"Unknown path components: {path}", 2500)


def test_head_is_get_without_the_body(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    for url, status in ((f"{API}/me?access_token={token}", 200), (f"{API}/me", 400)):
        answer = requests.head(url)
        assert (answer.status_code, answer.content) == (status, b"")
    page = requests.head(authorization_url(app, state="xyz"))
    assert (page.status_code, page.content) == (302, b"")


@pytest.mark.parametrize("where", ["params", "data"])
def test_a_post_can_stand_for_another_method(practice: Practice, app: App, where: str) -> None:
    token = token_of(practice, app)

    def post(path: str, **sent: str) -> requests.Response:
        parts: dict[str, Any] = {where: {"access_token": token, **sent}}
        return requests.post(API + path, **parts)

    assert post("/me", method="GET", fields="email").json()["email"] == "ada@moreno.example"
    assert post("/me/permissions/email", method="delete").json() == {"success": True}
    assert "email" not in post("/me", method="get", fields="email").json()
    assert post("/me/feed", method="PUT", message="hello").status_code == 403


def test_only_a_post_can_stand_for_another_method(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    answer = get("/me/permissions/email", token, method="delete")
    assert {"permission": "email", "status": "granted"} in answer.json()["data"]
    assert get("/me", token, fields="email").json()["email"] == "ada@moreno.example"


@pytest.mark.parametrize(
    "path", ["/me", "/me/permissions", "/debug_token", f"/{PAGE_ID}", "/oauth/access_token", "/nowhere", ""]
)
def test_a_slash_at_the_end_makes_no_difference(practice: Practice, app: App, path: str) -> None:
    token = token_of(practice, app)

    def told(path: str) -> object:
        answer = get(path, token, input_token=token).json()
        return answer["error"]["message"] if "error" in answer else answer

    assert told(f"{path}/") == told(path)


def test_versions_end(practice: Practice) -> None:
    practice.clock.advance(days=58)  # to 2027-01-20
    assert get("/me").headers["facebook-api-version"] == "v25.0"
    assert requests.get(f"{GRAPH}/me").headers["facebook-api-version"] == "v21.0"
    practice.clock.advance(days=1)
    assert requests.get(f"{GRAPH}/v21.0/me").headers["facebook-api-version"] == "v22.0"
    practice.clock.advance(days=300_000)
    assert get("/me").headers["facebook-api-version"] == "v26.0"


@pytest.mark.parametrize(
    "path",
    [
        *("/v25.0/dialog/oauth", "/dialog/oauth", "/v2.0/dialog/oauth", "/v99.0/dialog/oauth"),
        *("/dialog/oauth/", "/v25.0/dialog/oauth/"),
    ],
)
def test_the_dialog_stands_at_every_version(practice: Practice, app: App, path: str) -> None:
    url = authorization_url(app, state="s").replace("/v25.0/dialog/oauth", path)
    page = practice.browser.open(url)
    assert isinstance(page, SignInPage)
    assert page.sign_in("ada").url == url


@IN_PROCESS
def test_people_and_applications_have_an_address_each(practice: Practice) -> None:
    assert requests.get(f"{GRAPH}/dialog/oauth").json()["error"]["code"] == 104
    assert "html" in requests.get(f"{FACEBOOK.web_url}/me").headers["Content-Type"]


@pytest.mark.parametrize("base_url", [None, "http://127.0.0.1:8123"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_server_error_is_a_page_for_people_and_json_for_an_application(
    practice: Practice, base_url: str | None, method: str
) -> None:
    provider = FACEBOOK.at(base_url) if base_url else FACEBOOK
    here = Facebook(practice.ledger, provider)
    page = here.server_error(Request(method, f"{provider.authorization_url}?client_id=1"))
    assert (page.status, page.header("content-type")) == (500, "text/html; charset=utf-8")
    assert "Sorry, something went wrong." in page.body.decode()
    for url in (provider.token_url, f"{provider.api_url}/me"):
        answer = here.server_error(Request(method, url))
        assert (answer.status, answer.header("facebook-api-version")) == (500, "v25.0")
        assert json.loads(answer.body)["error"]["code"] == 2


def test_both_stand_on_one_address_as_well(practice: Practice, app: App) -> None:
    here = Facebook(practice.ledger, FACEBOOK.at("http://127.0.0.1:8123"))
    dialog = here.handle(Request("GET", "http://127.0.0.1:8123/v25.0/dialog/oauth"))
    assert (dialog.status, dialog.header("content-type")) == (400, "text/html; charset=utf-8")
    api = here.handle(Request("GET", "http://127.0.0.1:8123/v25.0/me"))
    assert json.loads(api.body)["error"]["code"] == 2500


# --- steps 5 and 6: a person -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        (None, ["name", "id"]),
        ("", ["name", "id"]),
        ("id,name,email", ["id", "name", "email"]),
        ("email", ["email", "id"]),
        ("first_name, last_name", ["first_name", "last_name", "id"]),
    ],
)
def test_me_has_id_and_name_unless_fields_says_more(
    practice: Practice, app: App, fields: str | None, members: list[str]
) -> None:
    token = token_of(practice, app)
    body = get("/me", token, **({} if fields is None else {"fields": fields})).json()
    assert list(body) == members
    everything = {
        "id": body["id"],
        "name": "Ada Moreno",
        "first_name": "Ada",
        "last_name": "Moreno",
        "email": "ada@moreno.example",
    }
    assert body == {name: everything[name] for name in members}


def test_a_field_that_nobody_here_has_a_value_for_is_left_out(practice: Practice, app: App) -> None:
    asked = "id,email,name,first_name,last_name,verified,locale,timezone,link,gender,updated_time"
    answer = get("/me", token_of(practice, app), fields=asked)  # what django-allauth asks for by default
    assert list(answer.json()) == ["id", "email", "name", "first_name", "last_name"]
    answer = get("/me", token_of(practice, app), fields="middle_name,birthday,age_range,location,hometown")
    assert list(answer.json()) == ["id"]


@pytest.mark.parametrize("asked", ["picture", "picture.type(large)", "picture.width(200).height(200)"])
def test_nobody_here_has_a_photo(practice: Practice, app: App, asked: str) -> None:
    body = get("/me", token_of(practice, app), fields=asked).json()
    assert body["picture"] == {"data": silhouette()}
    picture = requests.get(silhouette()["url"])
    assert picture.headers["Content-Type"] == "image/svg+xml" and "<script" not in picture.text
    assert 'width="50" height="50"' in picture.text


@pytest.mark.parametrize("whose", ["me", "her id", PAGE_ID])
def test_a_picture_redirects_to_the_image_or_tells_of_it(practice: Practice, app: App, whose: str) -> None:
    token = token_of(practice, app)
    path = f"/{get('/me', token).json()['id'] if whose == 'her id' else whose}/picture"
    sent = {"params": {"type": "large"}} if whose != "me" else {"params": {"access_token": token}}
    answer = requests.get(API + path, allow_redirects=False, **sent)
    assert (answer.status_code, answer.headers["Location"]) == (302, silhouette()["url"])
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert get(path, token, redirect="false").json() == {"data": silhouette()}
    assert get(path, token, redirect="0").json() == {"data": silhouette()}
    assert get("/10299999999999999/picture").json()["error"]["code"] == 104
    assert get(path, "EAAinvented").json()["error"]["code"] == 190
    assert get(f"{path}/extra").json()["error"]["code"] == (2500 if whose == "me" else 104)
    assert get("/me/picture").json()["error"]["code"] == 2500


def test_what_another_provider_calls_its_applications_makes_no_id_here(practice: Practice, app: App) -> None:
    path = f"/{get('/me', token_of(practice, app)).json()['id']}/picture"
    assert get(path, redirect="false").json() == {"data": silhouette()}
    practice.registration(app).provider = GITHUB
    assert get(path, redirect="false").json()["error"]["code"] == 104


@pytest.mark.parametrize("asked", ["picture.colour(red)", "picture.type", "my_picture.type(large)"])
def test_a_picture_has_a_size_and_nothing_else(practice: Practice, app: App, asked: str) -> None:
    answer = get("/me", token_of(practice, app), fields=asked)
    assert answer.status_code == 400 and "nonexisting field" in answer.json()["error"]["message"]
    assert "not part of the practice" in answer.json()["error"]["error_user_msg"]


def test_without_the_permission_there_is_no_email_not_even_null(practice: Practice, app: App) -> None:
    allow(practice, app, only=[])
    assert list(get("/me", token_of(practice, app), fields="id,email").json()) == ["id"]


def test_a_person_has_another_id_for_each_application(practice: Practice, app: App, generous: App) -> None:
    ids = {
        get("/me", token_of(practice, one, login)).json()["id"]
        for one in (app, generous)
        for login in ("ada", "ben")
    }
    assert len(ids) == 4
    assert all(re.fullmatch(r"10\d{15}", user_id) for user_id in ids)
    again = get("/me", token_of(practice, app)).json()["id"]
    assert again in ids
    assert get(f"/{again}", token_of(practice, app)).json()["name"] == "Ada Moreno"
    assert get(f"/{again}", token_of(practice, app, "ben")).status_code == 400


def test_one_permission_taken_back_is_gone_from_every_token(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    answer = requests.delete(f"{API}/me/permissions/email", params={"access_token": token})
    assert answer.json() == {"success": True}
    assert "email" not in get("/me", token, fields="email").json()
    assert "email" not in debug(app, token).json()["data"]["scopes"]
    assert {"permission": "email", "status": "declined"} in get("/me/permissions", token).json()["data"]
    assert isinstance(visit(practice, app), Redirect)  # asked again with rerequest only
    assert isinstance(visit(practice, app, auth_type="rerequest"), ConsentPage)


def test_a_token_does_not_learn_what_is_allowed_later(practice: Practice, app: App) -> None:
    old = token_of(practice, app, scope="")
    new = token_of(practice, app)
    assert "email" in get("/me", new, fields="email").json()
    assert "email" not in get("/me", old, fields="email").json()


def by_delete(practice: Practice, app: App, token: str) -> None:
    for name in ("email", "pages_manage_posts"):
        assert requests.delete(f"{API}/me/permissions/{name}", params={"access_token": token}).ok


def in_her_settings(practice: Practice, app: App, token: str) -> None:
    practice.user("ada").edit_scopes(app, only=PAGES[:2])


def in_the_dialog(practice: Practice, app: App, token: str) -> None:
    practice.clock.advance(days=41)  # it is more than 90 days, and all is asked again
    allow(practice, app, only=list(PAGES[:2]))


@pytest.mark.parametrize("take_back", [by_delete, in_her_settings, in_the_dialog])
def test_what_was_taken_back_and_allowed_again_is_in_new_tokens_only(
    practice: Practice, app: App, take_back: Callable[[Practice, App, str], None]
) -> None:
    def told(token: str) -> list[str]:
        return list(debug(app, token).json()["data"]["scopes"])

    long = exchange(app, token_of(practice, app)).json()["access_token"]
    practice.clock.advance(days=50)
    long = exchange(app, long).json()["access_token"]
    old = [long, page_token(long)]
    waiting = practice.ledger.codes[code_of(practice, app)]
    take_back(practice, app, long)
    practice.clock.advance(minutes=5)
    old.append(page_token(long))
    practice.clock.advance(days=1)
    old.append(exchange(app, long).json()["access_token"])
    allow(practice, app, auth_type="rerequest")
    assert [told(token) for token in old] == [["public_profile", *PAGES[:2]]] * 4
    assert "email" not in get("/me", long, fields="email").json()
    assert waiting.scope == {"public_profile", *PAGES[:2]}
    new = exchange(app, token_of(practice, app)).json()["access_token"]
    assert told(new) == told(page_token(new)) == ["public_profile", "email", *PAGES]


# --- steps 5 and 6: Pages --------------------------------------------------------------------------------------


def test_her_pages_come_with_a_token_each(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    body = get("/me/accounts", token).json()
    [row] = body["data"]
    assert list(row) == ["access_token", "category", "category_list", "name", "id", "tasks"]
    assert (row["name"], row["id"]) == ("Riverside Chess Club", PAGE_ID)
    assert re.fullmatch(r"EAA[A-Za-z0-9]{180}", row["access_token"])
    assert row["access_token"] != token
    assert body["paging"]["cursors"]["before"] == "MTA5ODc2NTQzMjEwMTIzNA=="
    assert get("/me/accounts", token).json() == body  # the same token each time
    assert list(get("/me/accounts", token, fields="name,id").json()["data"][0]) == ["name", "id"]


def test_finding_a_page_token_takes_no_longer_where_there_are_many(
    practice: Practice, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at: list[str] = []
    look = AccessToken.state_at
    monkeypatch.setattr(
        AccessToken,
        "state_at",
        lambda token, now: looked_at.append(token.label) or look(token, now),  # type: ignore[func-returns-value]
    )

    def looks(token: str) -> int:
        looked_at.clear()
        page_token(token)
        return len(looked_at)

    token = token_of(practice, app)
    first, again = looks(token), looks(token)
    for _ in range(30):
        page_token(exchange(app, token).json()["access_token"])
    assert (first, again) == (1, 2)  # hers, and the Page's once there is one
    assert (looks(token_of(practice, app)), looks(token)) == (2, 2)


@pytest.mark.parametrize(
    ("login", "scope"), [("ben", ",".join(PAGES)), ("ada", "email")], ids=["no Page", "no permission"]
)
def test_no_pages_is_an_empty_list(practice: Practice, app: App, login: str, scope: str) -> None:
    assert get("/me/accounts", token_of(practice, app, login, scope=scope)).json() == {"data": []}


@pytest.mark.parametrize("way", ["/me/accounts", f"/{PAGE_ID}?fields=access_token,name"])
def test_a_page_token_lives_as_long_as_hers_or_for_ever(practice: Practice, app: App, way: str) -> None:
    def of_page(token: str) -> str:
        body = requests.get(API + way, headers={"Authorization": f"Bearer {token}"}).json()
        return str((body["data"][0] if "data" in body else body)["access_token"])

    short = token_of(practice, app)
    from_short, from_long = of_page(short), of_page(exchange(app, short).json()["access_token"])
    ends = [debug(app, token).json()["data"]["expires_at"] for token in (short, from_short, from_long)]
    assert ends == [ends[0], ends[0], 0]
    practice.clock.advance(days=5000)
    assert get(f"/{PAGE_ID}/feed", from_short).json()["error"]["error_subcode"] == 463
    assert get(f"/{PAGE_ID}/feed", from_long).ok


def test_a_page_token_needs_a_permission(practice: Practice, app: App) -> None:
    token = token_of(practice, app, scope="email")
    assert get(f"/{PAGE_ID}", token).json() == {"name": "Riverside Chess Club", "id": PAGE_ID}
    text = (
        "Any of the pages_read_engagement, pages_manage_metadata, pages_read_user_content, pages_manage_ads, "
        "pages_show_list or pages_messaging permission(s) must be granted before impersonating a user's page."
    )
    answer = get(f"/{PAGE_ID}", token, fields="access_token")
    assert_refused(answer, text, 190, None, "invalid_token")


MAY_NOT_POST = (
    "(#200) If posting to a group, requires app being installed in the group, and \\\n          either "
    "publish_to_groups permission with user token, or both pages_read_engagement \\\n          and "
    "pages_manage_posts permission with page token; If posting to a page, \\\n          requires both "
    "pages_read_engagement and pages_manage_posts as an admin with \\\n          sufficient administrative "
    "permission"
)


@pytest.mark.parametrize("style", ["form", "form in parts", "json", "query"])
def test_with_its_token_a_page_can_be_written_on(practice: Practice, app: App, style: str) -> None:
    token = page_token(token_of(practice, app))
    sent = {"message": "Chess / tonight", "access_token": token}
    ways: dict[str, dict[str, Any]] = {
        "form": {"data": sent},
        "form in parts": {"files": {name: (None, text) for name, text in sent.items()}},
        "json": {"json": sent},
        "query": {"params": sent},
    }
    answer = requests.post(f"{API}/{PAGE_ID}/feed", **ways[style])
    post_id = answer.json()["id"]
    assert answer.text == f'{{"id":"{post_id}"}}'
    assert re.fullmatch(PAGE_ID + r"_\d{15}", post_id)
    practice.clock.advance(minutes=5)
    requests.post(
        f"{API}/me/feed", data={"link": "https://chess.example", "access_token": token}
    )  # me is the Page
    feed = get(f"/{PAGE_ID}/feed", token).json()["data"]
    assert [row["message"] for row in feed] == ["", "Chess / tonight"]  # newest first
    assert feed[1] == {
        "created_time": "2026-11-23T09:00:00+0000",
        "message": "Chess / tonight",
        "id": post_id,
    }


@pytest.mark.parametrize(
    ("path", "whose", "scope"),
    [
        (f"/{PAGE_ID}/feed", "user", PAGES),
        ("/me/feed", "user", PAGES),
        (f"/{PAGE_ID}/feed", "ben", PAGES),
        (f"/{PAGE_ID}/feed", "page", PAGES[:2]),
        (f"/{PAGE_ID}/feed", "page", (PAGES[0], PAGES[2])),
    ],
)
def test_nobody_else_writes_on_a_page(
    practice: Practice, app: App, path: str, whose: str, scope: tuple[str, ...]
) -> None:
    token = token_of(practice, app, "ben" if whose == "ben" else "ada", scope=",".join(scope))
    token = page_token(token) if whose == "page" else token
    answer = requests.post(API + path, data={"message": "Hello", "access_token": token})
    assert_refused(answer, MAY_NOT_POST, 200, status=403)
    assert not practice.user("ada").person.pages[0].posts


def test_a_feed_is_read_with_permission(practice: Practice, app: App) -> None:
    token = page_token(token_of(practice, app, scope="pages_show_list"))
    text = "(#283) Requires pages_read_engagement permission to manage the object"
    assert_refused(get(f"/{PAGE_ID}/feed", token), text, 283)
    allowed = page_token(token_of(practice, app))
    assert get(f"/{PAGE_ID}/feed", allowed).json() == {"data": []}


# --- asking about a token --------------------------------------------------------------------------------------


def test_what_is_told_of_a_living_token(practice: Practice, app: App, generous: App) -> None:
    now = int(practice.clock.now.timestamp())
    token = token_of(practice, app)
    of_user = {
        "app_id": app.client_id,
        "application": "Club bot",
        "type": "USER",
        "is_valid": True,
        "user_id": get("/me", token).json()["id"],
        "expires_at": now + 7200,
        "data_access_expires_at": now + 90 * 86400,
        "scopes": ["public_profile", "email", *PAGES],
        "granular_scopes": [{"scope": name} for name in PAGES],
    }
    assert debug(app, token).json() == {"data": of_user}
    of_page = {**of_user, "type": "PAGE", "profile_id": PAGE_ID}
    assert debug(app, page_token(token)).json() == {"data": of_page}
    long = debug(generous, token_of(practice, generous)).json()["data"]
    assert (long["issued_at"], long["expires_at"]) == (now, now + SIXTY_DAYS)


def test_what_is_told_of_others(practice: Practice, app: App) -> None:
    own = f"{app.client_id}|{app.client_secret}"
    assert debug(app, own).json() == {
        "data": {"app_id": app.client_id, "application": "Club bot", "type": "APP", "is_valid": True}
    }
    for invented in ("EAAinvented", "1|2", f"{app.client_id}|wrong"):
        answer = debug(app, invented)
        error = {"code": 190, "message": "Invalid OAuth access token."}
        assert (answer.status_code, answer.json()) == (
            200,
            {"data": {"error": error, "is_valid": False, "scopes": []}},
        )


def test_who_may_ask_about_a_token(practice: Practice, app: App, generous: App) -> None:
    token = token_of(practice, app)
    assert debug(app, token, token).ok  # Ada made the application
    nobody = (
        "(#100) You must provide an app access token, or a user access token that is an owner or developer of "
        "the app"
    )
    assert_refused(debug(app, token, token_of(practice, app, "ben")), nobody, 100)
    assert_refused(debug(app, token, page_token(token)), nobody, 100)
    other = "(#100) The App_id in the input_token did not match the Viewing App"
    assert_refused(debug(generous, token), other, 100)
    assert_refused(debug(app, f"{generous.client_id}|{generous.client_secret}"), other, 100)
    assert_refused(debug(app, ""), "(#100) The parameter input_token is required", 100)


# --- your application's side, against this ---------------------------------------------------------------------


def test_the_steps_walk_through(practice: Practice, app: App) -> None:
    token = request_token(app, code_of(practice, app))
    assert (token.token_type, token.expires_in, token.scope) == ("bearer", 7200, None)
    assert request_resource(app, token, "/me", fields="email").json()["email"] == "ada@moreno.example"
    longer = extend_token(app, token)
    assert longer.expires_in == SIXTY_DAYS
    info = inspect_token(app, longer)
    assert (info.is_valid, info.client_id) == (True, app.client_id)
    assert info.scope == ("public_profile", "email", *PAGES)
    assert info.expires_at == datetime(2027, 1, 22, 9, 0, tzinfo=UTC)
    revoke_token(app, longer)
    assert not inspect_token(app, token).is_valid  # all of them, with the application itself
    with pytest.raises(TokenRefused, match="has not authorized application"):
        extend_token(app, token)

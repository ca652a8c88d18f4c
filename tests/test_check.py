"""Predictions, checks of what a learner made, diagnoses: good things pass, each mistake has its hint."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from oauth_steps import FACEBOOK, GITHUB, App, authorization_url, errors, read_callback
from oauth_steps.attacks import Attempt
from oauth_steps.check import (
    CHOICES,
    REFUSED,
    UNHEARD,
    WORKS,
    Verdict,
    check_authorization_url,
    check_callback,
    check_front_channel,
    check_resource_request,
    check_token_request,
    diagnose,
    predict,
)
from oauth_steps.diagnoses import NAMES, REFUSALS, Refusal
from oauth_steps.wire import Exchange, Request, Response, Trace

SECRET, CODE, TOKEN = "5ec7e7" * 6 + "abcd", "9f3c" * 5, "gho_" + "Zz9" * 12
STATE = "Qm3xV-7tLw0pAa_4RkZ9sYh2uE6nBc1d"
GITHUB_APP = App(GITHUB, "Ov23liABCDEFGHIJKLMN", SECRET, "https://notes.example/cb", ("user:email", "gist"))
FACEBOOK_APP = App(
    FACEBOOK, "1234567890123456", SECRET, "https://notes.example/fb?x=1", ("email", "pages_show_list")
)
BOTH = pytest.mark.parametrize("app", [GITHUB_APP, FACEBOOK_APP], ids=["GitHub", "Facebook"])
JSON = (("Content-Type", "application/json; charset=utf-8"),)
FORM = (("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),)
XML = (("Content-Type", "application/xml; charset=utf-8"),)
HTML = (("Content-Type", "text/html; charset=utf-8"),)

GITHUB_BAD_CODE = {
    "error": "bad_verification_code",
    "error_description": "The code passed is incorrect or expired.",
    "error_uri": "https://docs.github.com/apps/#bad-verification-code",
}
FACEBOOK_USED = {
    "error": {
        "message": "This authorization code has been used.",
        "type": "OAuthException",
        "code": 100,
        "error_subcode": 36009,
        "fbtrace_id": "AHtohT4VFYAhX-Ii6g-6xL7",
    }
}


def exchange(request: Request, response: Response | None, refused: str = "") -> Exchange:
    trace = Trace((GITHUB, FACEBOOK))
    trace.secrets.learn_app(GITHUB_APP)
    return trace.record(request, response, refused=refused)


def redirect(parameters: dict[str, str], app: App = GITHUB_APP, fragment: str = "") -> Exchange:
    """What the browser was sent back with."""
    mark = "&" if "?" in app.redirect_uri else "?"
    location = f"{app.redirect_uri}{mark}{urlencode(parameters)}{fragment}"
    return exchange(Request("POST", app.provider.authorization_url), Response(302, (("Location", location),)))


def page(text: str, status: int = 200) -> Exchange:
    return exchange(Request("GET", GITHUB.authorization_url), Response(status, HTML, text.encode()))


def token_answer(body: Any, app: App = GITHUB_APP, status: int = 200, **request: Any) -> Exchange:
    sent = Request(request.pop("method", app.provider.token_method), app.provider.token_url, **request)
    return exchange(sent, Response(status, JSON, json.dumps(body).encode()))


def resource_answer(body: Any, status: int = 200, url: str = "https://api.github.com/user") -> Exchange:
    sent = Request("GET", url, (("Authorization", f"Bearer {TOKEN}"),))
    return exchange(sent, Response(status, JSON, json.dumps(body).encode()))


def words(verdict: object) -> str:
    """The text, in one line."""
    return " ".join(str(verdict).split())


# --- predictions --------------------------------------------------------------------------------------------

DENIED = {"error": "access_denied", "error_description": "The user has denied your application access."}
SIGN_IN = '<title>Sign in to GitHub</title><form method="post" action="/session"><input name="login"></form>'
CAREFUL = (
    "<title>Be careful!</title><p>The <code>redirect_uri</code> is not associated with this application.</p>"
)

HAPPENED = [  # an exchange, what it comes to, and what the line about it must tell
    pytest.param(
        redirect({"code": CODE, "state": STATE}), WORKS, "302 Found: back to the application", id="a code"
    ),
    pytest.param(
        redirect({}, fragment=f"#access_token={TOKEN}"), WORKS, "parameter access_token", id="a fragment"
    ),
    pytest.param(
        redirect({**DENIED, "state": STATE}),
        REFUSED,
        "the error access_denied (The user has denied your application access.)",
        id="a denial",
    ),
    pytest.param(
        redirect({"error_code": "901", "error_message": "in sandbox mode"}, FACEBOOK_APP, "#_=_"),
        REFUSED,
        "the error 901 (in sandbox mode)",
        id="an error without `error`",
    ),
    pytest.param(
        page(CAREFUL, 400), UNHEARD, "400 Bad Request: the user sees “Be careful!”", id="an error page"
    ),
    pytest.param(
        page(CAREFUL, 200), UNHEARD, "200 OK: the user sees “Be careful!”", id="an error page with 200"
    ),
    pytest.param(
        page("<title>404</title><form method=post>", 404), UNHEARD, "404 Not Found", id="a 404 with a form"
    ),
    pytest.param(
        page(SIGN_IN), None, "nothing is decided yet. 200 OK: the user sees “Sign in to", id="a sign-in page"
    ),
    pytest.param(
        exchange(
            Request("GET", GITHUB.authorization_url), Response(302, (("Location", "/login?return_to=x"),))
        ),
        None,
        "the browser goes on to /login",
        id="on to the sign-in page",
    ),
    pytest.param(redirect({"state": STATE}), None, "neither a code nor an error", id="an empty answer"),
    pytest.param(
        token_answer(GITHUB_BAD_CODE),
        REFUSED,
        "200 OK: bad_verification_code (The code passed is incorrect or expired.)",
        id="an error with HTTP 200",
    ),
    pytest.param(
        exchange(Request("POST", GITHUB.token_url), Response(200, FORM, urlencode(GITHUB_BAD_CODE).encode())),
        REFUSED,
        "bad_verification_code (The code passed is incorrect",
        id="an error as a form",
    ),
    pytest.param(
        exchange(
            Request("POST", GITHUB.token_url),
            Response(200, XML, b"<OAuth>\n <error>slow_down</error>\n</OAuth>"),
        ),
        REFUSED,
        "200 OK: slow_down",
        id="an error as XML",
    ),
    pytest.param(
        token_answer(FACEBOOK_USED, FACEBOOK_APP, 400),
        REFUSED,
        "400 Bad Request: OAuthException 100/36009 (This authorization code has been used.)",
        id="an envelope",
    ),
    pytest.param(
        token_answer({"error": "Not Found"}, status=404), REFUSED, "404 Not Found: Not Found", id="a 404"
    ),
    pytest.param(
        exchange(
            Request("POST", GITHUB.token_url),
            Response(
                200,
                XML,
                b"<OAuth><error>x</error><error_description>it&#x27;s late</error_description></OAuth>",
            ),
        ),
        REFUSED,
        "x (it's late)",
        id="escaped XML",
    ),
    pytest.param(token_answer({}), REFUSED, "200 OK", id="an empty token response"),
    pytest.param(
        exchange(Request("POST", GITHUB.token_url), Response(200, JSON, b'{"a":' * 100_000)),
        REFUSED,
        "200 OK",
        id="broken JSON, and deep",
    ),
    pytest.param(token_answer({"access_token": TOKEN}), WORKS, "200 OK", id="a token"),
    pytest.param(
        exchange(
            Request("POST", GITHUB.token_url), Response(200, FORM, f"access_token={TOKEN}&scope=".encode())
        ),
        WORKS,
        "200 OK",
        id="a token in a form",
    ),
    pytest.param(resource_answer({"login": "ada"}), WORKS, "200 OK", id="a resource"),
    pytest.param(
        resource_answer({"error": "a repository's name"}), WORKS, "200 OK", id="a resource called error"
    ),
    pytest.param(
        resource_answer({"message": "Bad credentials"}, 401),
        REFUSED,
        "401 Unauthorized: Bad cred",
        id="a bad token",
    ),
    pytest.param(
        exchange(Request("GET", "https://other.example/"), None, "refused: other.example is elsewhere"),
        REFUSED,
        "other.example is elsewhere",
        id="no connection",
    ),
]


@pytest.mark.parametrize(("recorded", "kind", "line"), HAPPENED)
def test_what_happened_is_read_from_the_exchange(recorded: Exchange, kind: str | None, line: str) -> None:
    unanswered = predict(...).against(recorded)
    assert (unanswered.ok, words(unanswered)[:19]) == (None, "… not predicted yet")
    assert line in words(unanswered)
    for choice in CHOICES:
        verdict = predict(choice).against(recorded)
        assert verdict.ok == (None if kind is None else choice == kind)
        assert line in words(verdict) and f"predicted: {choice}" in words(verdict)
        assert words(verdict)[0] == {True: "✓", False: "✗", None: "…"}[verdict.ok]


@pytest.mark.parametrize(
    ("answer", "recorded", "ok"),
    [
        (200, token_answer(GITHUB_BAD_CODE), True),
        (400, token_answer(GITHUB_BAD_CODE), False),
        (200, page(SIGN_IN), True),
        ("bad_verification_code", token_answer(GITHUB_BAD_CODE), True),
        ("redirect_uri_mismatch", token_answer(GITHUB_BAD_CODE), False),
        ("100", token_answer(FACEBOOK_USED, FACEBOOK_APP, 400), True),
        ("100/36009", token_answer(FACEBOOK_USED, FACEBOOK_APP, 400), True),
        ("100/36007", token_answer(FACEBOOK_USED, FACEBOOK_APP, 400), False),
        ("oauthexception", token_answer(FACEBOOK_USED, FACEBOOK_APP, 400), True),
        (400, token_answer(FACEBOOK_USED, FACEBOOK_APP, 400), True),
        ("access_denied", redirect(DENIED), True),
        ("access_denied", redirect({"code": CODE}), False),
        ("901", redirect({"error_code": "901"}, FACEBOOK_APP), True),
        ("access_denied", page(SIGN_IN), None),
        ("  Works ", redirect({"code": CODE}), True),
    ],
)
def test_statuses_and_names_of_errors_can_be_predicted(
    answer: Any, recorded: Exchange, ok: bool | None
) -> None:
    assert predict(answer).against(recorded).ok is ok


@pytest.mark.parametrize(
    "answer", ["work", "", "404", 42, 1000, True, False, 4.5, ["works"], b"works", object()]
)
def test_a_prediction_is_one_of_the_choices(answer: Any) -> None:
    with pytest.raises(errors.UnknownChoice) as caught:
        predict(answer)
    assert all(choice in str(caught.value) for choice in CHOICES)


def test_a_trace_stands_for_its_last_exchange() -> None:
    trace = Trace((GITHUB,))
    assert predict(WORKS).against(trace).ok is None
    trace.record(Request("GET", GITHUB.authorization_url), Response(200, HTML, SIGN_IN.encode()))
    trace.record(
        Request("POST", GITHUB.token_url), Response(200, JSON, b'{"error": "bad_verification_code"}')
    )
    assert predict(REFUSED).against(trace).ok is True


@pytest.mark.parametrize(
    ("recorded", "answer", "ok"),
    [
        (Attempt(True, "as it came"), WORKS, True),
        (Attempt(True, "as it came"), REFUSED, False),
        (Attempt(False, "the site (IssuerMismatch)"), REFUSED, True),
        (Attempt(False, "the site (IssuerMismatch)"), WORKS, False),
        (Attempt(False, "GitHub (bad_verification_code)"), "bad_verification_code", True),
        (Attempt(False, "GitHub (bad_verification_code)"), "incorrect_client_credentials", False),
        (errors.StateMismatch("another state"), REFUSED, True),
        (errors.StateMismatch("another state"), WORKS, False),
    ],
)
def test_an_attack_and_an_application_that_refuses_are_held_against(
    recorded: Any, answer: str, ok: bool
) -> None:
    verdict = predict(answer).against(recorded)
    assert verdict.ok is ok
    assert getattr(recorded, "how", "StateMismatch: another state") in words(verdict)


@pytest.mark.parametrize("recorded", ["text", None, {"status": 200}])
def test_a_prediction_needs_something_recorded(recorded: Any) -> None:
    with pytest.raises(errors.BadInput, match=r"practice\.trace"):
        predict(WORKS).against(recorded)


# --- step 1's address ---------------------------------------------------------------------------------------

VERIFIER = "kX9-pQ2_vB7nM4zR1tY8wE5uI0oA3sD6fG_hJ2lC7bN"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


def address(app: App = GITHUB_APP, **changed: str | None) -> str:
    return authorization_url(app, **{"state": STATE, **changed})  # type: ignore[arg-type]


@BOTH
def test_a_good_address_passes(app: App) -> None:
    for url in (address(app), address(app, scope=" ".join(app.scope)), address(app, response_type=None)):
        assert check_authorization_url(url, app=app, state=STATE).ok is True, url
    url = address(app, code_challenge=CHALLENGE, scope="email")
    assert check_authorization_url(url, app=app, scope="email", code_challenge=CHALLENGE).ok is True


ADDRESSES = [  # what is wrong with it, the address, and words of the one hint for it
    ("no text", 42, "no URL"),
    ("empty", "", "no URL"),
    ("no scheme", address().removeprefix("https://"), "no URL"),
    ("a blank", address().replace("%20", " "), "holds no blanks"),
    ("broken", "https://[github.com/", "no URL"),
    ("secret", address(client_secret=SECRET), "client secret is in it"),
    ("secret as id", address(client_id=SECRET), "client secret is in it"),
    ("label", address(state="⟨state 1⟩"), "label"),
    ("f missing", address(client_id="{client_id}"), "placeholder"),
    ("angle brackets", address(client_id="<client id>"), "placeholder"),
    ("from a tutorial", address(client_id="YOUR_CLIENT_ID"), "placeholder"),
    ("token endpoint", address().replace("authorize?", "access_token?"), "token endpoint"),
    ("other path", address().replace("authorize?", "authorise?"), "authorization endpoint"),
    ("other provider", address(FACEBOOK_APP), "authorization endpoint"),
    ("http", address().replace("https://github", "http://github"), "authorization endpoint"),
    ("doubled", address() + "&state=" + STATE, "state is in it more than once"),
    (
        "scopes",
        address(scope=None, scopes="gist").replace("&scope=user%3Aemail%20gist", ""),
        "did you mean scope",
    ),
    (
        "redirect_url",
        address(redirect_uri=None, redirect_url="https://a.example"),
        "did you mean redirect_uri",
    ),
    ("no client_id", address(client_id=None), "client_id is missing"),
    ("other client_id", address(client_id="Ov23liZZZZZZZZZZZZZZ"), "client_id is another application"),
    ("token wanted", address(response_type="token"), "response_type"),
    ("no redirect_uri", address(redirect_uri=None), "redirect_uri is missing"),
    ("slash", address(redirect_uri="https://notes.example/cb/"), "slash at its end"),
    ("redirect http", address(redirect_uri="http://notes.example/cb"), "look at its scheme"),
    ("port", address(redirect_uri="https://notes.example:8000/cb"), "host or port"),
    ("path only", address(redirect_uri="/cb"), "a whole URL"),
    ("encoded twice", address(redirect_uri="https%3A%2F%2Fnotes.example%2Fcb"), "encoded twice"),
    ("no scope", authorization_url(GITHUB_APP, state=STATE, scope=""), "scope is missing"),
    ("comma", address(scope="user:email,gist"), "separates them"),
    ("plus encoded", address(scope="user:email+gist"), "separates them"),
    ("comma and blank", address(scope="user:email, gist"), "separates them"),
    ("too much", address(scope="user:email gist repo"), "more than it should"),
    ("too little", address(scope="gist"), "other things"),
    ("no state", address(state=None), "state is missing"),
    ("short", address(state="abc123"), "too short"),
    ("constant", address(state="a1" * 20), "written by hand"),
    ("a phrase", address(state="this-is-my-secret-state-value"), "written by hand"),
    ("other state", address(state=STATE[::-1]), "not the value that was kept"),
    ("no challenge", address(), "code_challenge is missing"),
    ("verifier", address(code_challenge=VERIFIER), "verifier itself"),
    ("other challenge", address(code_challenge=CHALLENGE[::-1]), "not the hash"),
    ("no method", address(code_challenge=CHALLENGE, code_challenge_method=None), "method is missing"),
    ("plain", address(code_challenge=CHALLENGE, code_challenge_method="plain"), "plain shows the verifier"),
]


@pytest.mark.parametrize(("url", "hint"), [row[1:] for row in ADDRESSES], ids=[row[0] for row in ADDRESSES])
def test_each_mistake_in_the_address_has_its_hint(url: Any, hint: str) -> None:
    verdict = check_authorization_url(url, app=GITHUB_APP, state=STATE, code_challenge=CHALLENGE)
    assert verdict.ok is False
    assert hint in words(verdict)
    assert_tells_no_answer(verdict)


def test_facebook_documents_commas_and_blanks_but_not_both_at_once() -> None:
    for scope, ok in (
        ("email,pages_show_list", True),
        ("email pages_show_list", True),
        ("email, pages_show_list", False),
    ):
        assert check_authorization_url(address(FACEBOOK_APP, scope=scope), app=FACEBOOK_APP).ok is ok


def assert_tells_no_answer(verdict: Verdict) -> None:
    for value in (
        SECRET,
        STATE,
        CHALLENGE,
        VERIFIER,
        CODE,
        TOKEN,
        GITHUB_APP.client_id,
        GITHUB_APP.redirect_uri,
    ):
        assert value not in words(verdict)


@given(st.text() | st.text().map(lambda tail: f"https://github.com/login/oauth/authorize?{tail}"))
def test_whatever_is_handed_over_gets_a_verdict(url: str) -> None:
    assert check_authorization_url(url, app=GITHUB_APP).ok is False


# --- step 3 -------------------------------------------------------------------------------------------------

ASKED = {
    "client_id": GITHUB_APP.client_id,
    "client_secret": SECRET,
    "code": CODE,
    "redirect_uri": GITHUB_APP.redirect_uri,
}
GOOD = {"access_token": TOKEN, "token_type": "bearer", "scope": ""}
ACCEPT = ("Accept", "application/json")


def token_request(
    drop: str = "",
    *,
    answer: Any = None,
    url: str = GITHUB.token_url,
    method: str = "POST",
    accept: bool = True,
    **sent: str,
) -> Exchange:
    body = {name: value for name, value in {**ASKED, **sent}.items() if name != drop}
    request = Request(method, url, ((ACCEPT,) if accept else ()) + FORM, urlencode(body).encode())
    return exchange(request, Response(200, JSON, json.dumps(answer or GOOD).encode()))


def github_token(request: Request) -> Exchange:
    return exchange(request, Response(200, JSON, json.dumps(GOOD).encode()))


BASIC = base64.b64encode(f"{GITHUB_APP.client_id}:{SECRET}".encode()).decode()
WAYS = [  # a form, JSON, HTTP Basic: all are good
    token_request(),
    token_request("redirect_uri"),
    token_request(grant_type="authorization_code"),
    github_token(Request("POST", GITHUB.token_url, (ACCEPT, *JSON), json.dumps(ASKED).encode())),
    github_token(
        Request(
            "POST",
            GITHUB.token_url,
            (ACCEPT, *FORM, ("Authorization", f"Basic {BASIC}")),
            f"code={CODE}".encode(),
        )
    ),
]


@pytest.mark.parametrize("recorded", WAYS, ids=["form", "no redirect_uri", "grant_type", "JSON", "Basic"])
def test_a_good_token_request_passes(recorded: Exchange) -> None:
    assert check_token_request(recorded, app=GITHUB_APP).ok is True


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_facebook_is_asked_by_get_or_post(method: str) -> None:
    asked = urlencode(
        {**ASKED, "client_id": FACEBOOK_APP.client_id, "redirect_uri": FACEBOOK_APP.redirect_uri}
    )
    url, body = (
        (f"{FACEBOOK.token_url}?{asked}", b"") if method == "GET" else (FACEBOOK.token_url, asked.encode())
    )
    recorded = exchange(Request(method, url, FORM, body), Response(200, JSON, json.dumps(GOOD).encode()))
    assert check_token_request(recorded, app=FACEBOOK_APP).ok is True
    without = exchange(
        Request(method, url.split("&redirect_uri")[0], FORM, body.split(b"&redirect_uri")[0]),
        Response(200, JSON, json.dumps(GOOD).encode()),
    )
    assert "redirect_uri is missing" in words(check_token_request(without, app=FACEBOOK_APP))


TOKEN_REQUESTS = [
    ("elsewhere", token_request(url="https://github.com/login/oauth/authorize"), "did not go to"),
    ("other provider", token_request(url=FACEBOOK.token_url), "did not go to"),
    ("GET", token_request(method="GET"), "another HTTP method"),
    ("in the URL", token_request(url=f"{GITHUB.token_url}?client_secret={SECRET}"), "in the URL"),
    ("no client_id", token_request("client_id"), "client_id is missing"),
    ("other client_id", token_request(client_id="Ov23liZZZZZZZZZZZZZZ"), "client_id is another one"),
    ("no secret", token_request("client_secret"), "client_secret is missing"),
    ("other secret", token_request(client_secret="0" * 40), "client_secret is another one"),
    ("label", token_request(client_secret="⟨client secret⟩"), "client_secret is a placeholder or a label"),
    ("no code", token_request("code"), "code is missing"),
    ("f missing", token_request(code="{code}"), "code is a placeholder"),
    ("whole callback", token_request(code="https://notes.example/cb?code=x"), "more than the code"),
    ("fragment", token_request(code=f"{CODE}#_=_"), "more than the code"),
    ("redirect_uri", token_request(redirect_uri="https://notes.example/cb/"), "redirect_uri is another one"),
    ("no Accept", token_request(accept=False), "Accept header"),
    (
        "refused",
        token_request(answer=GITHUB_BAD_CODE),
        "The code passed is incorrect or expired.). The code was used",
    ),
    ("in words unknown", token_request(answer={"error": "tired"}), "the provider refused it: 200 OK: tired."),
]


@pytest.mark.parametrize(
    ("recorded", "hint"), [row[1:] for row in TOKEN_REQUESTS], ids=[r[0] for r in TOKEN_REQUESTS]
)
def test_each_mistake_in_the_token_request_has_its_hint(recorded: Exchange, hint: str) -> None:
    verdict = check_token_request(recorded, app=GITHUB_APP)
    assert verdict.ok is False
    assert hint in words(verdict)
    assert_tells_no_answer(verdict)


def test_state_in_the_token_request_is_pointless_and_no_mistake() -> None:
    verdict = check_token_request(token_request(state=STATE), app=GITHUB_APP)
    assert verdict.ok is True and "harmless and pointless" in words(verdict)
    assert "pointless" not in words(check_token_request(token_request(), app=GITHUB_APP))


def test_of_a_trace_the_last_fitting_exchange_is_looked_at() -> None:
    trace = Trace((GITHUB,))
    for check in (check_token_request, check_resource_request):
        assert check(trace, app=GITHUB_APP).ok is False
    for one in (token_request(), resource_answer({"login": "ada"})):
        trace.record(*one.reveal())
    for check in (check_token_request, check_resource_request):
        assert check(trace, app=GITHUB_APP).ok is True


# --- step 5 -------------------------------------------------------------------------------------------------

USER = "https://api.github.com/user"


def resource_request(
    authorization: str | None, url: str = USER, status: int = 200, body: bytes = b"{}"
) -> Exchange:
    headers = (("Authorization", authorization),) if authorization is not None else ()
    return exchange(Request("GET", url, headers), Response(status, JSON, body))


@pytest.mark.parametrize("authorization", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"token {TOKEN}"])
def test_a_good_resource_request_passes(authorization: str) -> None:
    assert check_resource_request(resource_request(authorization), app=GITHUB_APP).ok is True


RESOURCE_REQUESTS = [
    ("another host", resource_request(f"Bearer {TOKEN}", "https://api.example/user"), "another host"),
    ("the web site", resource_request(f"Bearer {TOKEN}", "https://github.com/login"), "provider's API"),
    ("in the URL", resource_request(f"Bearer {TOKEN}", f"{USER}?access_token={TOKEN}"), "in the URL"),
    ("no header", resource_request(None), "no Authorization header"),
    ("no scheme", resource_request(TOKEN), "one of them is missing"),
    ("no token", resource_request("Bearer "), "one of them is missing"),
    ("None", resource_request("Bearer None"), "stands no token"),
    ("f missing", resource_request("Bearer {token}"), "stands no token"),
    ("an object", resource_request("Bearer Token(access_token=…)"), "stands no token"),
    ("Basic", resource_request(f"Basic {BASIC}"), "Basic is for"),
    ("a scheme it does not know", resource_request(f"Token2 {TOKEN}", status=401), "scheme is not the one"),
    (
        "refused",
        resource_request(f"Bearer {TOKEN}", status=401, body=b'{"message":"Bad credentials"}'),
        "The token is",
    ),
]


@pytest.mark.parametrize(
    ("recorded", "hint"), [row[1:] for row in RESOURCE_REQUESTS], ids=[row[0] for row in RESOURCE_REQUESTS]
)
def test_each_mistake_in_the_resource_request_has_its_hint(recorded: Exchange, hint: str) -> None:
    verdict = check_resource_request(recorded, app=GITHUB_APP)
    assert verdict.ok is False
    assert hint in words(verdict)
    assert_tells_no_answer(verdict)


@pytest.mark.parametrize(
    ("members", "ok", "hint"),
    [
        ({"login": "ben"}, True, "the right one"),
        ({"login": "ada"}, False, "the answer's login is ben"),
        ({"email": "ben@example.org"}, False, "holds no email"),
    ],
)
def test_what_the_answer_should_say_is_compared(members: dict[str, str], ok: bool, hint: str) -> None:
    verdict = check_resource_request(resource_answer({"login": "ben"}), app=GITHUB_APP, **members)
    assert verdict.ok is ok
    assert hint in words(verdict)


def test_a_response_of_requests_is_as_good_as_its_exchange() -> None:
    answer = response(200, {"login": "ben"})
    answer.request = requests.Request("GET", USER, headers={"Authorization": f"Bearer {TOKEN}"}).prepare()
    assert check_resource_request(answer, app=GITHUB_APP, login="ben").ok is True
    answer.request = requests.Request("GET", USER).prepare()
    assert "no Authorization header" in words(check_resource_request(answer, app=GITHUB_APP))


@pytest.mark.parametrize("check", [check_token_request, check_resource_request])
def test_a_body_is_no_response(check: Callable[..., Verdict]) -> None:
    verdict = check({"login": "ben"}, app=GITHUB_APP)
    assert verdict.ok is False and "hand over the response itself" in words(verdict)


# --- which exchanges pass through the browser ---------------------------------------------------------------


def flow() -> Trace:
    """A page in the browser, a redirect in the browser, and a token from server to server."""
    trace, browser = Trace((GITHUB,)), (("User-Agent", "Mozilla/5.0"), ("Referer", "https://github.com/"))
    back = (("Location", f"{GITHUB_APP.redirect_uri}?code={CODE}"),)
    trace.record(Request("GET", GITHUB.authorization_url, browser), Response(200, HTML, SIGN_IN.encode()))
    trace.record(Request("POST", GITHUB.authorization_url, browser), Response(302, back))
    trace.record(*token_request().reveal())
    return trace


@pytest.mark.parametrize(
    ("numbers", "ok", "hint"),
    [
        (..., None, "not answered yet"),
        ({1, 2}, True, "and no others"),
        ([2, 1], True, "and no others"),
        ({1}, False, "1 missing"),
        (set(), False, "2 missing"),
        ({1, 2, 3}, False, "exchange 3 went from server to server"),
        ({1, 2, 9}, False, "no exchange 9"),
        (12, False, "a set of numbers"),
        ({"1", "2"}, False, "a set of numbers"),
    ],
)
def test_who_passes_through_the_browser_is_read_from_the_trace(
    numbers: Any, ok: bool | None, hint: str
) -> None:
    verdict = check_front_channel(numbers, flow())
    assert verdict.ok is ok
    assert hint in words(verdict)


# --- the callback -------------------------------------------------------------------------------------------


def honest(app: App) -> Callable[[str, dict[str, str]], str]:
    return lambda url, session: read_callback(app, url, expected_state=session.pop("state", None))


@BOTH
def test_an_honest_handler_passes(app: App) -> None:
    verdict = check_callback(honest(app), app=app)
    assert verdict.ok is True, verdict


def query(url: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in urlsplit(url).query.split("&"))


def lenient(app: App, *forgives: str) -> Callable[[str, dict[str, str]], str]:
    """A handler written by hand that does all but one thing right."""

    def callback(url: str, session: dict[str, str]) -> str:
        pairs = [pair.split("=", 1) for pair in urlsplit(url).query.split("&")]
        names, answer = [name for name, _ in pairs], dict(reversed(pairs))
        kept = session.get("state") if "replay" in forgives else session.pop("state", None)

        def refuse(reason: str) -> None:
            if reason not in forgives:
                raise errors.BadCallback(reason)

        for name in set(names):
            if names.count(name) > 1:
                refuse(f"two {name}s")
        if kept is None:
            refuse("nothing kept" if "state" not in answer else "a stale state")
        elif "state" not in answer:
            refuse("no state")
        elif answer["state"] != kept:
            refuse("other state")
        if app.provider.issuer and "iss" not in answer:
            refuse("no iss")
        if "mallory" in answer.get("iss", ""):
            refuse("other iss")
        for name in app.provider.callback_error:
            if name in answer:
                refuse(name)
        if "code" not in answer:
            refuse("no code")
        return answer.get("code", "")

    return callback


LENIENT = [
    ("no state", "a callback without state: it is accepted"),
    ("other state", "a callback with another state: it is accepted"),
    ("nothing kept", "None equals None"),
    ("two codes", "a callback with two codes: it is accepted"),
    ("two states", "a callback with two states: it is accepted"),
    ("no iss", "a callback without iss"),
    ("other iss", "a callback with another iss"),
    ("error", "error beside a code: it is accepted"),
    ("error and no code", "error instead of a code: it is accepted"),
    ("a stale state", "a state, where none was kept: it is accepted"),
    ("replay", "a second time: it is accepted"),
]


@pytest.mark.parametrize(("forgives", "hint"), LENIENT)
def test_a_handler_that_lets_one_thing_in_is_told_which(forgives: str, hint: str) -> None:
    verdict = check_callback(lenient(GITHUB_APP, *forgives.split(" and ")), app=GITHUB_APP)
    assert verdict.ok is False
    assert hint in words(verdict)


def test_an_error_that_somebody_else_made_is_tried_too() -> None:
    def callback(url: str, session: dict[str, str]) -> str:
        forged = "error=" in url and f"state={session.get('state')}" not in url
        return "" if forged else honest(GITHUB_APP)(url, session)

    verdict = check_callback(callback, app=GITHUB_APP)
    assert "a callback with error and another state: it is accepted" in words(verdict)


def test_a_provider_with_two_words_for_an_error_is_tried_with_both() -> None:
    assert check_callback(lenient(FACEBOOK_APP), app=FACEBOOK_APP).ok is True
    verdict = check_callback(lenient(FACEBOOK_APP, "error_code"), app=FACEBOOK_APP)
    assert verdict.ok is False and "error_code" in words(verdict)


def test_the_fragment_that_facebook_appends_is_there() -> None:
    def callback(url: str, session: dict[str, str]) -> str:
        answer = dict(pair.split("=", 1) for pair in url.partition("?")[2].split("&"))
        if answer.get("state") != session.pop("state", None):
            raise errors.StateMismatch("other state")
        return answer["code"]

    assert "the honest callback: it is refused" in words(check_callback(callback, app=FACEBOOK_APP))
    assert "a callback without state" not in words(check_callback(callback, app=FACEBOOK_APP))


def broken(url: str, session: dict[str, str]) -> str:
    return session["stat"]


def careless(url: str, session: dict[str, str]) -> str:
    raise ValueError(f"bad callback\n{url}")


def refusing(url: str, session: dict[str, str]) -> str:
    raise errors.StateMismatch("never")


def pops(url: str, session: dict[str, str]) -> str:
    return read_callback(GITHUB_APP, url, expected_state=session.pop("state"))


@pytest.mark.parametrize(
    ("callback", "hint"),
    [
        (broken, "broke with KeyError: 'stat'"),
        (careless, "broke with ValueError: bad callback https://notes.example/cb"),
        (refusing, "the honest callback: it is refused with StateMismatch"),
        (pops, "where none was kept: your function broke with KeyError: 'state'"),
        (lambda url, session: None, "None (is a return missing?)"),
        (lambda url, session: [query(url)["code"]], "a list"),
        (lambda url, session: url, "something else instead of the code"),
        (lambda url: "", "broke with TypeError"),
        (lambda url, session: query(url)["code"], "without state: it is accepted"),
        ("the code", "no function"),
    ],
)
def test_a_handler_that_breaks_is_told_how_in_one_line(callback: Any, hint: str) -> None:
    verdict = check_callback(callback, app=GITHUB_APP)
    assert verdict.ok is False
    assert hint in words(verdict)
    assert len(verdict.words) == 1 and "\n" not in verdict.words[0]


# --- all verdicts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [..., None])
@pytest.mark.parametrize(
    "check", [check_authorization_url, check_token_request, check_resource_request, check_callback]
)
def test_what_is_not_answered_is_not_judged(check: Callable[..., Verdict], made: Any) -> None:
    verdict = check(made, app=GITHUB_APP)
    assert verdict.ok is None
    assert str(verdict) == repr(verdict) == "… not answered yet"
    assert "not answered yet" in verdict._repr_html_()


HOSTILE = '<script>alert("x")</script>'


@pytest.mark.parametrize(
    "shown",
    [
        predict(WORKS).against(redirect({"error": HOSTILE, "error_description": HOSTILE})),
        predict(WORKS).against(token_answer({"error": HOSTILE, "error_description": HOSTILE})),
        predict(WORKS).against(resource_answer({"message": HOSTILE}, 403)),
        predict(WORKS).against(page("<title>&lt;script&gt;alert(1)&lt;/script&gt;</title>")),
        check_token_request(token_request(answer={"error": HOSTILE}), app=GITHUB_APP),
        check_callback(careless, app=App(GITHUB, "id", SECRET, f"https://notes.example/{HOSTILE}")),
        diagnose(errors.BadCallback(HOSTILE)),
    ],
)
def test_markup_from_outside_is_escaped(shown: Any) -> None:
    assert "<script" not in shown._repr_html_()
    assert "script" in str(shown)


def test_no_verdict_holds_a_secret() -> None:
    spoken = f"{TOKEN} {SECRET} {CODE}"
    asked = {**ASKED, "client_secret": SECRET}
    request = Request("POST", GITHUB.token_url, (ACCEPT, *FORM), urlencode(asked).encode())
    body = json.dumps({"error": spoken, "error_description": spoken, "access_token": TOKEN})
    recorded = exchange(request, Response(200, JSON, body.encode()))
    verdicts = [
        predict(...).against(recorded),
        predict(WORKS).against(recorded),
        predict(WORKS).against(
            redirect({"error": SECRET, "error_description": f"code={SECRET}", "state": STATE})
        ),
        check_token_request(recorded, app=GITHUB_APP),
        diagnose(recorded),
        diagnose(
            f"https://notes.example/cb?error=access_denied&code={CODE}&state={STATE}&client_secret={SECRET}"
        ),
    ]
    for verdict in verdicts:
        text = f"{verdict} {verdict!r} {verdict._repr_html_()}"
        assert not [secret for secret in (TOKEN, SECRET, CODE, STATE) if secret in text]


def test_a_long_answer_is_cut() -> None:
    verdict = predict(REFUSED).against(token_answer({"error": "x", "error_description": "y " * 10_000}))
    assert len(str(verdict)) < 600


# --- diagnoses ----------------------------------------------------------------------------------------------


def said(row: Refusal) -> str:
    """The words of a refusal as they would come, its varying parts filled in."""
    return row.says.replace("{…}", "Friday, 20-Nov-26 16:00:00 PST")


def in_json(row: Refusal) -> str:
    if "/" in row.error or row.error.isdigit():
        code, _, subcode = row.error.partition("/")
        error: dict[str, Any] = {"message": said(row), "type": "OAuthException", "code": int(code)}
        body: dict[str, Any] = {"error": {**error, **({"error_subcode": int(subcode)} if subcode else {})}}
    elif row.error and row.error != said(row):
        body = {"error": row.error, "error_description": said(row)}
    else:
        body = {"error": row.error} if row.error else {"message": said(row), "status": str(row.status)}
    return json.dumps(body).replace("/", r"\/")


def in_form(row: Refusal) -> str:
    return urlencode(
        {"error": row.error or "x", "error_description": said(row), "error_uri": "https://docs.example"}
    )


def in_html(row: Refusal) -> str:
    first, _, rest = said(row).replace("'", "&#x27;").partition("\n")
    return f"<html><style>p {{color: red}}</style><h1>{first}</h1><p>{rest}</p><p>More.</p></html>"


@pytest.mark.parametrize("form", [said, in_json, in_form, in_html])
@pytest.mark.parametrize(
    "row", REFUSALS, ids=lambda row: f"{row.provider} {row.step} {row.error} {row.says[:24]}"
)
def test_every_refusal_is_found_by_its_own_words(row: Refusal, form: Callable[[Refusal], str]) -> None:
    found = diagnose(form(row))
    assert found.known
    assert row.cause in (found.cause, *(other.cause for other in found.others))


PIECES = [
    ("The code passed is incorrect", "The code was used before"),
    ("oauthlib: (bad_verification_code) The code passed is incorrect or exp…", "The code was used before"),
    ("bad_verification_code", "The code was used before"),
    ("(incorrect_client_credentials)", "The client secret is not the one"),
    ("error=incorrect_client_credentials&error_descr", "The client secret is not the one"),
    (
        '401 {"message": "Bad credentials", "documentation_url": "https://docs.github.com/rest"}',
        "The token is expired",
    ),
    ("HTTP 401: Bad credentials", "The token is expired"),
    ("Be careful!", "none of the registered callback URLs"),
    ("Session has expired on Tuesday, 03-May-16 11:00:00 PDT", "lived out its time"),
    ("has expired on Tuesday, 03-May-16 11:00:00 PDT. The current time is Tuesday", "lived out its time"),
    ("make sure your redirect_uri is identical to the one", "not the one of step 1"),
    (
        "URL blocked. This redirect failed because the redirect URI is not white-listed in the app's",
        "Valid OAuth",
    ),
    (
        '{"error":{"message":"इस URL","type":"OAuthException","code":100,"error_subcode":36009}}',
        "exchanged before",
    ),
    (
        '{"error":{"message":"Das Token","type":"OAuthException","code":190,"error_subcode":463}}',
        "lived out its time",
    ),
    (
        '{"data":{"error":{"code":190,"message":"Sitzung","subcode":460},"is_valid":false}}',
        "changed the password",
    ),
    ("190/458", "removed the application"),
    (
        "Session has expired at unix time 1378054800. The current unix time is 1378489482.",
        "lived out its time",
    ),
    ("User 1001 has not authorized application 2002", "removed the application"),
    ('{"error":{"message":"…","type":"OAuthException","code":102}}', "own token was sent"),
    ("(#803) …", None),
    ("Permissions error", "pressed Cancel"),
    (
        "error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied",
        "pressed Cancel",
    ),
    ("?error_code=901&error_message=Diese+App", "not public"),
]


@pytest.mark.parametrize(("text", "cause"), PIECES)
def test_a_piece_or_another_language_is_enough(text: str, cause: str | None) -> None:
    found = diagnose(text)
    assert found.known
    assert cause is None or cause in found.cause


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "the quick brown fox",
        "File not found in my directory, and no code either",
        "You are not allowed to do this, my friend",
        "exit code: 1",
        "expired",
        '{"error": "slow_down", "error_description": "Too many requests have been made."}',
        "HTTP status code: 200",
        "My authorization code never arrives at all",
        "x " * 30_000 + "\nBad credentials",
        "Error validating access token",
        "190",
    ],
)
def test_what_is_not_known_is_called_unknown(text: str) -> None:
    found = diagnose(text)
    assert not found.known
    assert words(found).startswith("… unknown: ")


@given(st.text())
def test_any_text_gets_a_diagnosis(text: str) -> None:
    assert words(diagnose(text))[0] in "✗…"


def response(status: int, body: Any, url: str = USER) -> requests.Response:
    answer = requests.Response()
    answer.status_code, answer._content, answer.url = status, json.dumps(body).encode(), url
    return answer


OTHER_FORMS = [  # what can be handed over besides text; cause, step
    (token_answer(GITHUB_BAD_CODE), "The code was used before", 4),
    (token_answer({"error": "Not Found"}, status=404), "No application has this client_id", 4),
    (resource_answer({"message": "Not Found", "status": "404"}, 404), "The token lacks the scope", 6),
    (redirect({**DENIED, "state": STATE}), "The user pressed Cancel", 2),
    (page(CAREFUL), "The redirect_uri is none of", 2),
    (
        page("<h1>This is not the web page you are looking for.</h1>", 404),
        "No application has this client_id",
        2,
    ),
    (
        exchange(
            Request("GET", GITHUB.token_url),
            Response(404, HTML, b"<p>This is not the web page you are looking for.</p>"),
        ),
        "The token endpoint was asked by GET",
        4,
    ),
    (
        token_answer(
            {"error": {"message": "x", "type": "OAuthException", "code": 190, "error_subcode": 463}},
            FACEBOOK_APP,
            400,
        ),
        "The token has lived out its time.",
        4,
    ),
    (response(200, GITHUB_BAD_CODE), "The code was used before", 4),
    (response(400, FACEBOOK_USED), "The code was exchanged before", 4),
    (errors.TokenRefused("bad_refresh_token", {"description": "…"}), "The refresh token was used", 4),
    (
        errors.TokenRefused("OAuthException", {"code": 100, "subcode": 36009}),
        "The code was exchanged before",
        4,
    ),
    (errors.TokenRefused("x", {}, token_answer(GITHUB_BAD_CODE)), "The code was used before", 4),
    (errors.AccessDenied("access_denied", "Permissions error"), "The user pressed Cancel in the dialog", 2),
    (errors.AuthorizationRefused("901", "", {"error_code": "901"}), "The application is not public", 2),
    (
        errors.ResourceRefused("x", exchange=resource_answer({"message": "Bad credentials"}, 401)),
        "The token is",
        6,
    ),
    (errors.StateMismatch("the callback has no state"), "the callback has no state", 2),
    (errors.BadCallback("it is no URL"), "it is no URL", 2),
    (errors.NotOffered("there is no such endpoint"), "there is no such endpoint", None),
    (
        requests.HTTPError("401 Client Error", response=response(401, {"message": "Bad credentials"})),
        "The token is",
        6,
    ),
    (RuntimeError("(bad_verification_code) The code passed"), "The code was used before", 4),
]


@pytest.mark.parametrize(("refusal", "cause", "step"), OTHER_FORMS)
def test_responses_exchanges_and_errors_are_diagnosed(refusal: Any, cause: str, step: int | None) -> None:
    found = diagnose(refusal)
    assert found.known and found.cause.startswith(cause)
    assert found.step == step
    for part in (found.cause, found.mend, found.whose):
        assert part.split(".")[0] in words(found)


def test_the_name_of_the_error_and_the_provider_tell_like_words_apart() -> None:
    api, endpoint = diagnose('{"message": "Not Found", "status": "404"}'), diagnose('{"error": "Not Found"}')
    assert (api.step, endpoint.step) == (6, 4)
    assert {row.step for row in api.others} == {6} and not endpoint.others
    other = resource_answer({"message": "Not Found"}, 404, "https://graph.facebook.com/me")
    assert not diagnose(other).known


def test_what_worked_has_no_diagnosis() -> None:
    for worked in (redirect({"code": CODE}), token_answer(GOOD), resource_answer({"login": "ada"}), Trace()):
        assert "nothing was refused" in words(diagnose(worked))


@pytest.mark.parametrize("thing", [..., None, 42, {"error": "x"}])
def test_only_what_can_be_read_is_diagnosed(thing: Any) -> None:
    with pytest.raises(errors.BadInput):
        diagnose(thing)


def test_the_table_of_refusals_is_whole() -> None:
    assert all(row.provider in (GITHUB.name, FACEBOOK.name) and row.step in (2, 4, 6) for row in REFUSALS)
    assert all(row.says and row.cause and row.mend and row.whose and row.source for row in REFUSALS)
    assert len({(row.provider, row.step, row.says, row.cause) for row in REFUSALS}) == len(REFUSALS)
    assert all(row.error in NAMES for row in REFUSALS if row.error)

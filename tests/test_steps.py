"""Your application's side: what each step sends, what it reads, and what it refuses."""

from __future__ import annotations

import base64
import copy
import hashlib
import json
import pickle
import re
import socket
import traceback
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
import responses
from hypothesis import given
from hypothesis import strategies as st
from responses import matchers

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    AccessDenied,
    App,
    AuthorizationRefused,
    BadCallback,
    BadInput,
    IssuerMismatch,
    MissingCode,
    NotOffered,
    OAuthStepsError,
    Provider,
    ResourceRefused,
    StateMismatch,
    Token,
    TokenRefused,
    authorization_url,
    extend_token,
    inspect_token,
    new_state,
    pkce_pair,
    read_callback,
    refresh_token,
    request_resource,
    request_token,
    revoke_token,
    take_apart,
)
from oauth_steps.errors import Unreachable
from oauth_steps.providers import FACEBOOK_2013, GITHUB_2013
from oauth_steps.steps import LONGEST_CALLBACK
from oauth_steps.wire import Secrets, retire, watch

SECRET = "5ec7e7" * 6 + "abcd"
GH = App(GITHUB, "Ov23liABCDEFGHIJKLMN", SECRET, "https://notes.example/cb", ("read:user", "user:email"))
FB = App(FACEBOOK, "1234567890123456", SECRET, "https://notes.example/fb", ("public_profile", "email"))
ISS = "https%3A%2F%2Fgithub.com%2Flogin%2Foauth"


# --- step 1 ---------------------------------------------------------------------------------------


def sent(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, strict_parsing=True))


@pytest.mark.parametrize(
    ("app", "endpoint", "scope"),
    [
        (GH, "https://github.com/login/oauth/authorize", "read:user user:email"),
        (FB, "https://www.facebook.com/v25.0/dialog/oauth", "public_profile,email"),
    ],
    ids=["GitHub", "Facebook"],
)
def test_the_authorization_url_holds_what_the_provider_wants(app: App, endpoint: str, scope: str) -> None:
    url = authorization_url(app, state="xyz")
    assert url.startswith(endpoint + "?")
    assert sent(url) == {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": scope,
        "state": "xyz",
    }
    assert SECRET not in url


def test_challenge_extras_and_removals() -> None:
    url = authorization_url(
        GH, state=None, scope="repo,gist", code_challenge="c" * 43, login="ada", redirect_uri=None
    )
    assert sent(url) == {
        "response_type": "code",
        "client_id": GH.client_id,
        "scope": "repo,gist",
        "code_challenge": "c" * 43,
        "code_challenge_method": "S256",
        "login": "ada",
    }


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_value_survives_the_url(state: str, login: str) -> None:
    assert sent(authorization_url(GH, state=state, login=login))["state"] == state


def test_state_is_long_and_new_each_time() -> None:
    states = {new_state() for _ in range(100)}
    assert len(states) == 100 and all(len(state) >= 43 for state in states)


def test_the_challenge_is_the_hash_of_the_verifier() -> None:
    verifier, challenge = pkce_pair()
    assert re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier)  # RFC 7636 section 4.1
    assert base64.urlsafe_b64decode(challenge + "=") == hashlib.sha256(verifier.encode()).digest()
    assert "=" not in challenge


# --- the end of step 2 ----------------------------------------------------------------------------

CALLBACKS = [  # app, what came back, what was kept, outcome
    (GH, f"?code=c0de&iss={ISS}&state=good", "good", "c0de"),
    (GH, f"?state=good&iss={ISS}&code=c0de", "good", "c0de"),
    (FB, "?code=c0de&state=good#_=_", "good", "c0de"),
    (GH, f"?code=c0de&iss={ISS}", "good", StateMismatch),
    (GH, f"?code=c0de&iss={ISS}&state=", "good", StateMismatch),
    (GH, f"?code=c0de&iss={ISS}&state=Good", "good", StateMismatch),
    (GH, f"?code=c0de&iss={ISS}&state=goodgood", "good", StateMismatch),
    (GH, f"?code=c0de&iss={ISS}", None, StateMismatch),  # None is not None's equal here
    (GH, f"?code=c0de&iss={ISS}&state=", "", StateMismatch),
    (GH, f"?code=c0de&iss={ISS}&state=None", None, StateMismatch),
    (GH, "?code=c0de&state=good", "good", IssuerMismatch),
    (GH, "?code=c0de&state=good&iss=https%3A%2F%2Fevil.example", "good", IssuerMismatch),
    (FB, "?code=c0de&state=good&iss=https%3A%2F%2Fwww.facebook.com", "good", IssuerMismatch),
    (GH, f"?error=access_denied&iss={ISS}&state=good", "good", AccessDenied),
    (GH, f"?error=access_denied&iss={ISS}&state=bad", "good", StateMismatch),  # an error is an answer as well
    (GH, "?error=access_denied&state=good", "good", IssuerMismatch),
    (GH, f"?error=application_suspended&iss={ISS}&state=good", "good", AuthorizationRefused),
    (GH, f"?error=server_error&code=c0de&iss={ISS}&state=good", "good", AuthorizationRefused),
    (
        FB,
        "?error_code=901&error_message=This+app+is+in+sandbox+mode.&state=good",
        "good",
        AuthorizationRefused,
    ),
    (FB, "?error=access_denied&error_code=200&error_reason=user_denied&state=good#_=_", "good", AccessDenied),
    (GH, f"?iss={ISS}&state=good", "good", MissingCode),
    (GH, f"?code=&iss={ISS}&state=good", "good", MissingCode),
    (GH, f"?code=%20&iss={ISS}&state=good", "good", MissingCode),
    (FB, "?state=good#access_token=t0ken", "good", MissingCode),
    (GH, f"?code=a&code=b&iss={ISS}&state=good", "good", BadCallback),
    (GH, f"?code=a&iss={ISS}&state=good&state=bad", "good", BadCallback),
    (GH, f"?code=a&iss={ISS}&iss={ISS}&state=bad", "good", BadCallback),
    (GH, f"?code=a&code=&iss={ISS}&state=good", "good", BadCallback),  # a browser may send either
    (GH, f"?code=a&iss={ISS}&state=good&state", "good", BadCallback),
]


@pytest.mark.parametrize(("app", "answer", "kept", "outcome"), CALLBACKS)
def test_the_callback(app: App, answer: str, kept: str | None, outcome: object) -> None:
    url = app.redirect_uri + answer
    if isinstance(outcome, str):
        assert read_callback(app, url, expected_state=kept) == outcome
        assert (
            read_callback(app, "/cb" + answer, expected_state=kept) == outcome
        )  # as a framework hands it over
    else:
        with pytest.raises(outcome) as caught:  # type: ignore[call-overload]
            read_callback(app, url, expected_state=kept)
        assert type(caught.value) is outcome
        assert caught.value.mend and caught.value.mend in str(caught.value)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "empty"),
        ("   ", "empty"),
        (None, "empty"),
        ("c0de", "no URL"),
        ("javascript:alert(1)", "no URL"),
        ("http://[::1", "no URL"),
        ("https://notes.example/cb?code=" + "a" * 20_000, "20,0"),
    ],
)
def test_what_is_no_callback_at_all_is_named(url: str, words: str) -> None:
    with pytest.raises(BadCallback, match=words):
        read_callback(GH, url, expected_state="good")


@pytest.mark.parametrize(
    ("registered", "came"),
    [
        ("https://notes.example/cb", "http://notes:8000/cb"),  # behind a proxy that speaks https for it
        ("http://127.0.0.1/cb", "https://127.0.0.1/cb"),
        ("notes-app://cb", "notes-app://cb"),  # RFC 8252 section 7.1
    ],
)
def test_the_address_may_begin_as_a_framework_sees_it(registered: str, came: str) -> None:
    app = replace(GH, redirect_uri=registered)
    assert read_callback(app, f"{came}?code=c0de&iss={ISS}&state=good", expected_state="good") == "c0de"
    with pytest.raises(BadCallback):
        read_callback(app, f"other-{came}?code=c0de&iss={ISS}&state=good", expected_state="good")


def test_the_longest_callback_is_still_read() -> None:
    url = f"{GH.redirect_uri}?iss={ISS}&state=good&code="
    longest = url + "a" * (LONGEST_CALLBACK - len(url))
    assert read_callback(GH, longest, expected_state="good").startswith("aaa")
    with pytest.raises(BadCallback):
        read_callback(GH, longest + "a", expected_state="good")


@pytest.mark.parametrize(
    ("app", "iss", "words"),
    [(FB, "&iss=x", "never does"), (GH, "", "does not say who"), (GH, "&iss=x", "another issuer")],
)
def test_an_issuer_that_does_not_fit_is_told_for_what_it_is(app: App, iss: str, words: str) -> None:
    with pytest.raises(IssuerMismatch, match=words):
        read_callback(app, f"{app.redirect_uri}?code=c0de&state=good{iss}", expected_state="good")


def test_a_no_keeps_all_that_came_with_it() -> None:
    came = {"error": "access_denied", "iss": GITHUB.issuer, "state": "good"}
    with pytest.raises(AccessDenied) as caught:
        read_callback(GH, f"{GH.redirect_uri}?{urlencode(came)}", expected_state="good")
    assert (caught.value.description, caught.value.parameters) == ("", came)


@given(st.text(), st.one_of(st.none(), st.text()))
def test_no_text_is_a_traceback(url: str, kept: str | None) -> None:
    with pytest.raises(OAuthStepsError):
        read_callback(GH, url, expected_state=kept)


def test_facebooks_error_without_error_keeps_its_number_and_message() -> None:
    with pytest.raises(AuthorizationRefused) as caught:
        read_callback(FB, FB.redirect_uri + CALLBACKS[18][1], expected_state="good")
    assert caught.value.error == "901"
    assert "sandbox" in str(caught.value)


@pytest.mark.parametrize("kept", [5, "\ud800", b"good"])
def test_an_expected_state_that_is_no_state_is_a_mismatch(kept: object) -> None:
    with pytest.raises(StateMismatch):
        read_callback(GH, f"{GH.redirect_uri}?code=c0de&iss={ISS}&state=good", expected_state=kept)  # type: ignore


# --- steps 3 and 4 --------------------------------------------------------------------------------

JSON = {"content-type": "application/json; charset=utf-8"}


@pytest.fixture
def wire():
    with responses.RequestsMock() as mock:
        yield mock


def form(call) -> dict[str, str]:
    body = call.request.body or ""
    return dict(parse_qsl(body if isinstance(body, str) else body.decode()))


def test_github_is_asked_by_post_with_the_secret_in_the_body(wire) -> None:
    wire.post(GITHUB.token_url, json={"access_token": "t0ken", "token_type": "bearer", "scope": "repo,gist"})
    token = request_token(GH, "c0de", code_verifier="v" * 43)
    assert token == Token("t0ken", "bearer", scope=("repo", "gist"))
    (call,) = wire.calls
    assert "?" not in call.request.url and call.request.headers["Accept"] == "application/json"
    assert form(call) == {
        "client_id": GH.client_id,
        "client_secret": SECRET,
        "code": "c0de",
        "redirect_uri": GH.redirect_uri,
        "code_verifier": "v" * 43,
    }


def test_grant_type_goes_along_where_it_is_asked_for(wire) -> None:
    wire.post(GITHUB.token_url, json={"access_token": "t0ken", "token_type": "bearer"})
    by_the_rfc = replace(GH, provider=replace(GITHUB, asks_grant_type=Provider("RFC 6749").asks_grant_type))
    for app in (by_the_rfc, GH):
        request_token(app, "c0de")
    assert [form(call).get("grant_type") for call in wire.calls] == ["authorization_code", None]


def test_facebook_is_asked_by_get(wire) -> None:
    wire.get(
        FACEBOOK.token_url, json={"access_token": "t0ken", "token_type": "bearer", "expires_in": 5183944}
    )
    assert request_token(FB, "c0de") == Token("t0ken", "bearer", expires_in=5183944, scope=None)
    (call,) = wire.calls
    assert parse_qs(urlsplit(call.request.url).query)["redirect_uri"] == [FB.redirect_uri]
    assert not call.request.body


def test_all_that_a_token_response_states_is_read(wire) -> None:
    stated = {"expires_in": 28800, "refresh_token": "n3xt", "refresh_token_expires_in": 15897600}
    body = {"access_token": "t0ken", "token_type": "mac", "scope": "repo,gist", **stated}
    wire.post(GITHUB.token_url, json=body)
    assert request_token(GH, "c0de") == Token("t0ken", "mac", scope=("repo", "gist"), **stated)


ANSWERS = [  # app, status, body, content type -> error, a detail
    (GH, 200, '{"error":"bad_verification_code","error_description":"The code passed is incorrect or expired."}',
     "application/json", "bad_verification_code", ("description", "The code passed is incorrect or expired.")),
    (GH, 200, "error=bad_verification_code&error_description=The+code+passed+is+incorrect+or+expired.",
     "application/x-www-form-urlencoded; charset=utf-8", "bad_verification_code",
     ("description", "The code passed is incorrect or expired.")),
    (GH, 404, '{"error":"Not Found"}', "application/json", "Not Found", None),
    (FB, 400, '{"error":{"message":"This authorization code has been used.","type":"OAuthException","code":100,'
     '"error_subcode":36009,"fbtrace_id":"A"}}', "application/json", "OAuthException", ("subcode", 36009)),
    (GH, 200, '\n{"error":"bad_verification_code"}', "text/javascript", "bad_verification_code", None),
    (GH, 200, '{"error":"bad_verification_code"}', None, "bad_verification_code", None),
    (GH, 200, "error=bad_verification_code", None, "no access_token in the answer", None),
    (FB, 500, "oops", "text/html", "HTTP 500", None),
    (GH, 200, "{}", "application/json", "no access_token in the answer", ("status", 200)),
    (GH, 200, "not json", "application/json", "no access_token in the answer", None),
    (GH, 200, '["list"]', "application/json", "no access_token in the answer", None),
    (GH, 200, '{"access_token":null}', "application/json", "no access_token in the answer", None),
    (GH, 200, '{"access_token":{"a":1}}', "application/json", "no access_token in the answer", None),
]  # fmt: skip


@pytest.mark.parametrize(("app", "status", "body", "kind", "error", "detail"), ANSWERS)
def test_a_refusal_is_seen_whatever_its_status_and_shape(
    wire, app, status, body, kind, error, detail
) -> None:
    wire.add(app.provider.token_method, app.provider.token_url, status=status, body=body, content_type=kind)
    with pytest.raises(TokenRefused) as caught:
        request_token(app, "c0de-of-a-kind")
    assert caught.value.error == error
    assert caught.value.exchange is not None and caught.value.exchange.status == status
    if detail:
        assert caught.value.details[detail[0]] == detail[1]
    assert SECRET not in f"{caught.value} {caught.value!r} {caught.value.exchange}"


def test_a_refusal_that_quotes_a_secret_is_told_without_it(wire, known) -> None:
    known.learn("client secret", SECRET)
    said = {"message": f"{SECRET} is wrong", "type": "OAuthException", "code": 1}
    wire.get(FACEBOOK.token_url, status=400, json={"error": said})
    with pytest.raises(TokenRefused) as caught:
        request_token(FB, "c0de")
    assert "⟨client secret 1⟩ is wrong" in caught.value.details.values()
    assert SECRET not in f"{caught.value} {caught.value.details}"


@pytest.mark.parametrize("odd", ["²", "١٢", "9" * 5000, ["x"], {"a": 1}, "", 1e999])
def test_odd_members_of_a_token_response_are_unknown(wire, odd) -> None:
    body = {"access_token": "t0ken", "expires_in": odd, "refresh_token": [odd], "scope": 5}
    wire.post(GITHUB.token_url, body=json.dumps(body), content_type="application/json")
    assert request_token(GH, "c0de") == Token("t0ken")


@pytest.mark.parametrize("odd", ["tomorrow", "", 10**30, [], {}])
def test_an_odd_end_of_a_token_is_no_end(wire, odd) -> None:
    body = {"data": {"app_id": "1", "is_valid": True, "expires_at": odd}}
    wire.get(f"{FACEBOOK.api_url}/debug_token", json=body)
    assert inspect_token(FB, "t0ken").expires_at is None


@pytest.mark.parametrize(
    ("stated", "read"), [(28800, 28800), ("28800", 28800), ("soon", None), (None, None), (-1, -1)]
)
def test_expires_in_is_seconds_or_unknown(wire, stated, read) -> None:
    wire.post(GITHUB.token_url, json={"access_token": "t0ken", "expires_in": stated})
    assert request_token(GH, "c0de").expires_in == read


@pytest.mark.parametrize(
    ("kind", "body", "token"),
    [
        (
            "text/plain; charset=UTF-8",
            "access_token=t0ken&expires=5183975",
            Token("t0ken", expires_in=5183975),
        ),
        ("text/plain; charset=UTF-8", "access_token=123|abc", Token("123|abc")),  # an application's own
        (
            "application/json",
            '{"access_token":"t0ken","expires":5183975}',
            Token("t0ken", expires_in=5183975),
        ),
        ("application/json", '{"access_token":"t0ken","expires_in":5183975}', Token("t0ken")),  # today's name
    ],
)
def test_a_token_of_2013_comes_as_a_form(wire, kind: str, body: str, token: Token) -> None:
    app = App(FACEBOOK_2013, FB.client_id, SECRET, FB.redirect_uri)
    wire.get("https://graph.facebook.com/oauth/access_token", body=body, content_type=kind)
    assert request_token(app, "c0de") == token


def test_a_page_of_html_is_no_form(wire) -> None:
    wire.get(FACEBOOK.token_url, body="access_token=t0ken&expires=1&x=<html>", content_type="text/html")
    with pytest.raises(TokenRefused, match="no access_token"):
        request_token(FB, "c0de")


def test_nobody_waits_for_an_answer_for_ever(wire) -> None:
    patient = matchers.request_kwargs_matcher({"timeout": 10})
    wire.post(GITHUB.token_url, json={"access_token": "t0ken"}, match=[patient])
    wire.get(f"{GITHUB.api_url}/user", json={}, match=[patient])
    request_resource(GH, request_token(GH, "c0de"), "/user")


def test_extending_and_refreshing_send_their_grants(wire) -> None:
    wire.get(FACEBOOK.token_url, json={"access_token": "longer", "expires_in": 5184000})
    wire.post(GITHUB.token_url, json={"access_token": "newer", "refresh_token": "next", "expires_in": 28800})
    assert extend_token(FB, Token("short")).access_token == "longer"
    assert refresh_token(GH, Token("old", refresh_token="ghr")).refresh_token == "next"
    extension, refresh = wire.calls
    query = dict(parse_qsl(urlsplit(extension.request.url).query))
    assert query["grant_type"] == "fb_exchange_token" and query["fb_exchange_token"] == "short"
    assert form(refresh)["grant_type"] == "refresh_token" and form(refresh)["refresh_token"] == "ghr"


@pytest.mark.parametrize(
    ("call", "instead"),
    [
        (lambda: extend_token(GH, Token("t")), "refresh_token"),
        (lambda: refresh_token(FB, Token("t", refresh_token="r")), "extend_token"),
        (lambda: refresh_token(GH, Token("t")), "without a refresh token: .* Keep using it"),
        (lambda: inspect_token(replace(GH, provider=GITHUB_2013), "t"), "GitHub has no such endpoint"),
    ],
)
def test_what_is_not_offered_names_what_there_is(call, instead: str) -> None:
    with pytest.raises(NotOffered, match=instead):
        call()


# --- steps 5 and 6, and the inspectors ------------------------------------------------------------


@pytest.mark.parametrize("token", ["t0ken", Token("t0ken")])
def test_the_token_goes_in_a_header_and_never_in_the_url(wire, token) -> None:
    wire.get("https://api.github.com/user/repos", json=[])
    assert request_resource(GH, token, "/user/repos", per_page=5).json() == []
    (call,) = wire.calls
    assert call.request.headers["Authorization"] == "Bearer t0ken"
    assert "t0ken" not in call.request.url and "per_page=5" in call.request.url


@pytest.mark.parametrize(
    "path", [".evil.example/user", "@evil.example/", "https://evil.example/", "", "user"]
)
def test_no_path_takes_the_token_to_another_host(path: str) -> None:
    with pytest.raises(BadInput, match="another host"):
        request_resource(GH, "t0ken", path)


def test_inspecting_at_github_is_basic_and_json(wire) -> None:
    body = {
        "app": {"client_id": GH.client_id},
        "user": {"id": 7},
        "scopes": ["repo"],
        "expires_at": "2026-11-23T17:00:00Z",
    }
    wire.post(f"https://api.github.com/applications/{GH.client_id}/token", json=body)
    info = inspect_token(GH, "t0ken")
    assert (info.is_valid, info.client_id, info.user_id, info.scope) == (True, GH.client_id, "7", ("repo",))
    assert info.expires_at is not None and info.expires_at.isoformat() == "2026-11-23T17:00:00+00:00"
    assert info.body == body
    sent = wire.calls[0].request
    assert sent.headers["Authorization"].startswith("Basic ") and json.loads(sent.body) == {
        "access_token": "t0ken"
    }
    assert sent.headers.items() >= GITHUB.api_headers.items()


def test_github_does_not_know_a_dead_token(wire) -> None:
    wire.post(
        f"https://api.github.com/applications/{GH.client_id}/token", status=404, json={"message": "Not Found"}
    )
    assert inspect_token(GH, "t0ken").is_valid is False


def test_inspecting_at_facebook_uses_the_app_token(wire) -> None:
    data = {"app_id": FB.client_id, "user_id": "7", "scopes": ["email"], "expires_at": 0, "is_valid": True}
    wire.get("https://graph.facebook.com/v25.0/debug_token", json={"data": data})
    info = inspect_token(FB, "t0ken")
    assert info.is_valid and info.client_id == FB.client_id and info.expires_at is None
    assert info.body == {"data": data}
    query = dict(parse_qsl(urlsplit(wire.calls[0].request.url).query))
    assert query == {"input_token": "t0ken", "access_token": f"{FB.client_id}|{SECRET}"}
    assert "Authorization" not in wire.calls[0].request.headers  # one proof is enough


def test_a_token_of_nobody_has_no_user(wire) -> None:
    data = {"app_id": FB.client_id, "expires_at": 0, "is_valid": True}
    wire.get("https://graph.facebook.com/v25.0/debug_token", json={"data": data})
    assert inspect_token(FB, "t0ken").user_id is None


def test_an_id_is_text_though_the_wire_may_have_a_number(wire) -> None:
    data = {"app_id": int(FB.client_id), "user_id": 7, "scopes": [], "expires_at": 0, "is_valid": True}
    wire.get("https://graph.facebook.com/debug_token", json={"data": data})
    info = inspect_token(App(FACEBOOK_2013, FB.client_id, SECRET, FB.redirect_uri), "t0ken")
    assert (info.client_id, info.user_id) == (FB.client_id, "7")


def test_an_inspection_refused_is_an_error_with_its_exchange(wire) -> None:
    wire.get("https://graph.facebook.com/v25.0/debug_token", status=400, json={"error": {"code": 100}})
    with pytest.raises(ResourceRefused, match="400") as caught:
        inspect_token(FB, "t0ken-of-another")
    assert caught.value.exchange is not None and caught.value.exchange.status == 400
    assert SECRET not in str(caught.value.exchange)


def test_revoking(wire) -> None:
    wire.delete(f"https://api.github.com/applications/{GH.client_id}/token", status=204)
    wire.delete("https://graph.facebook.com/v25.0/me/permissions", status=400, json={"error": {"code": 190}})
    revoke_token(GH, "t0ken")
    with pytest.raises(ResourceRefused, match="not revoked: HTTP 400") as caught:
        revoke_token(FB, "t0ken")
    assert caught.value.exchange is not None and caught.value.exchange.status == 400


# --- secrets ----------------------------------------------------------------------------------------


@pytest.fixture
def known() -> Iterator[Secrets]:
    """What is learnt during a test, and under which label."""
    secrets = watch(Secrets())
    yield secrets
    retire(secrets)


def test_each_step_knows_what_it_must_not_show(wire, known) -> None:
    wire.post(GITHUB.token_url, json={"access_token": "t0ken-0001", "refresh_token": "n3xt-0001"})
    wire.get(f"{GITHUB.api_url}/user", json={})
    wire.get(f"{FACEBOOK.api_url}/debug_token", json={"data": {}})
    state, (verifier, challenge) = new_state(), pkce_pair()
    read_callback(GH, f"{GH.redirect_uri}?code=c0de-0001&iss={ISS}&state={state}", expected_state=state)
    request_token(GH, "c0de-0002", code_verifier="v" * 43)
    request_resource(GH, "t0ken-0002", "/user")
    inspect_token(FB, "t0ken-0003")
    said = [state, verifier, challenge, "c0de-0001", "c0de-0002", "v" * 43, SECRET]
    said += ["t0ken-0001", "n3xt-0001", "t0ken-0002", "t0ken-0003", f"{FB.client_id}|{SECRET}"]
    assert [known.mask(value) for value in said] == [
        *(
            "⟨state 1⟩",
            "⟨code verifier 1⟩",
            "⟨code challenge 1⟩",
            "⟨code 1⟩",
            "⟨code 2⟩",
            "⟨code verifier 2⟩",
        ),
        *(
            "⟨client secret 1⟩",
            "⟨access token 1⟩",
            "⟨refresh token 1⟩",
            "⟨access token 2⟩",
            "⟨access token 3⟩",
        ),
        "⟨app token 1⟩",
    ]


def test_a_token_shows_what_was_stated_and_its_secrets_by_labels(known) -> None:
    assert repr(Token("t0ken-0001")) == "Token(access_token=⟨access token 1⟩, token_type=bearer)"
    whole = Token("t0ken-0002", "mac", 60, ("repo",), "n3xt-0001", 90)
    assert repr(whole) == (
        "Token(access_token=⟨access token 2⟩, token_type=mac, expires_in=60, scope=('repo',), "
        "refresh_token=⟨refresh token 1⟩, refresh_token_expires_in=90)"
    )


def test_where_no_secret_is_known_a_token_shows_that_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("oauth_steps.wire._known", [])
    shown = "Token(access_token=⟨hidden⟩, token_type=bearer, refresh_token=⟨hidden⟩)"
    assert repr(Token("t0ken-0001", refresh_token="n3xt-0001")) == shown


# --- bad input, and nobody there ------------------------------------------------------------------


@pytest.mark.parametrize(
    "call",
    [
        lambda: request_token(GH, None),
        lambda: request_token(GH, ""),
        lambda: request_resource(GH, None, "/user"),
        lambda: request_resource(GH, "t0ken", None),
        lambda: request_resource(GH, "t0ken\n", "/user"),
        lambda: inspect_token(GH, 5),
        lambda: take_apart(None, GITHUB),
        lambda: take_apart("https://[x", GITHUB),
    ],
)
def test_what_cannot_be_used_is_named(call) -> None:
    with pytest.raises(BadInput) as caught:
        call()
    assert caught.value.mend


def test_a_refresh_needs_the_whole_token() -> None:
    with pytest.raises(
        BadInput, match=r"no Token\. Hand over the whole"
    ):  # not the refresh token alone: what then was the old one?
        refresh_token(GH, "ghr_0123456789")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "call",
    [
        lambda app: request_token(app, "c0de-that-is-secret"),
        lambda app: extend_token(app, "t0ken-that-is-secret"),
        lambda app: inspect_token(app, "t0ken-that-is-secret"),
        lambda app: request_resource(app, "t0ken-that-is-secret", "/me", access_token="t0ken-that-is-secret"),
    ],
)
def test_where_nobody_answers_no_secret_is_in_the_error(call) -> None:
    with socket.socket() as taken:  # bound and not listening: refused at once
        taken.bind(("127.0.0.1", 0))
        row = FACEBOOK.at(f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(
            Unreachable, match=r"no answer from 127\.0\.0\.1:\d+ \(\w+Error\)\. Check"
        ) as caught:
            call(App(row, "1234567890123456", SECRET, "https://notes.example/fb"))
    shown = "".join(traceback.format_exception_only(caught.value)) + repr(caught.value)
    assert SECRET not in shown and "that-is-secret" not in shown
    assert caught.value.__suppress_context__, "the error below it holds the whole URL"


def test_an_error_is_one_line_whatever_the_provider_writes() -> None:
    url = f"{GH.redirect_uri}?error=server_error&error_description=ok%0aValueError:%20fake%1b[2J&iss={ISS}&state=good"
    with pytest.raises(AuthorizationRefused) as caught:
        read_callback(GH, url, expected_state="good")
    assert "\n" not in str(caught.value) and "\x1b" not in str(caught.value)
    assert len(caught.value._render_traceback_()) == 1


def test_errors_and_applications_travel_between_processes() -> None:
    refused = pickle.loads(pickle.dumps(TokenRefused("bad", {"description": "no"})))
    assert (refused.error, str(refused)) == ("bad", str(TokenRefused("bad", {"description": "no"})))
    assert pickle.loads(pickle.dumps(GH)) == copy.deepcopy(GH) == GH and hash(GH) == hash(copy.deepcopy(GH))

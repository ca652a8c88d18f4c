"""Facebook as it was in June 2013: what applications of that time sent works here, and fails today."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from walks import allow, visit

from oauth_steps import (
    FACEBOOK,
    AccessDenied,
    App,
    AuthorizationRefused,
    TokenRefused,
    extend_token,
    inspect_token,
    read_callback,
    request_resource,
    request_token,
    revoke_token,
)
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import ConsentPage, ErrorPage, Redirect, SignInPage
from oauth_steps.practice.facebook_facts import IN_2013

GRAPH, WWW = "https://graph.facebook.com", "https://www.facebook.com"
SITE = "http://club.example/app"
CALLBACK = f"{SITE}/cb"
SCOPE = ("email", "publish_stream", "create_event", "manage_pages")
PAGE_ID = "1098765432101234"  # Ada's
SIXTY_DAYS = 5_184_000


@pytest.fixture
def practice() -> Iterator[Practice]:
    with Practice(era="2013") as mounted:
        yield mounted


@pytest.fixture
def app(practice: Practice) -> App:
    registered = practice.register(FACEBOOK, name="Club bot", redirect_uri=SITE, scope=SCOPE)
    return App(registered.provider, registered.client_id, registered.client_secret, CALLBACK, SCOPE)


def redeem(app: App, code: str | None, **changes: str | None) -> requests.Response:
    """Step 3; a parameter that is None is not sent."""
    sent = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "redirect_uri": CALLBACK,
        "code": code,
        **changes,
    }
    return requests.get(f"{GRAPH}/oauth/access_token", params=sent)


def token_of(
    practice: Practice, app: App, login: str = "ada", only: list[str] | None = None, **extra: str
) -> str:
    """A whole flow: the access token."""
    code = allow(practice, app, login, only, **extra).parameters["code"]
    return dict(parse_qsl(redeem(app, code).text))["access_token"]


def get(path: str, token: str | None = None, **params: Any) -> requests.Response:
    return requests.get(GRAPH + path, params={"access_token": token, **params})


def post(path: str, token: str, **sent: str) -> requests.Response:
    return requests.post(GRAPH + path, data={"access_token": token, **sent})


def assert_refused(
    answer: requests.Response,
    message: str,
    code: int | None,
    subcode: int | None = None,
    word: str = "invalid_request",
    *,
    status: int = 400,
    kind: str = "OAuthException",
) -> None:
    """The whole of the envelope of the time: no trace, and for a code no subcode."""
    error = answer.json()["error"]
    expected = {"message": message, "type": kind, "code": code, "error_subcode": subcode}
    error.pop("error_user_msg", None)  # the practice's own
    assert error == {name: value for name, value in expected.items() if value is not None}
    assert answer.status_code == status
    assert answer.headers["WWW-Authenticate"] == f'OAuth "Facebook Platform" "{word}" "{message}"'
    assert not {"facebook-api-version", "x-fb-request-id", "x-fb-trace-id"} & {
        name.lower() for name in answer.headers
    }


# --- written for 2013 ------------------------------------------------------------------------------------------

OLD_PATTERN = r"access_token=([^&]+)&expires=(\d+)"  # as many applications read a token response


def test_a_program_of_2013_reads_its_token(practice: Practice, app: App) -> None:
    answer = redeem(app, allow(practice, app).parameters["code"])
    found = re.search(OLD_PATTERN, answer.text)
    assert found and found[0] == answer.text
    assert re.fullmatch(r"CAA[A-Za-z0-9]{180}", found[1])
    assert int(found[2]) == SIXTY_DAYS
    assert answer.headers["Content-Type"] == "text/plain; charset=UTF-8"
    assert get("/me", found[1]).json()["first_name"] == "Ada"


def test_the_same_program_fails_today() -> None:
    with Practice() as today:
        app = today.register(FACEBOOK, name="Club bot", redirect_uri="https://club.example/app/cb")
        url = f"{WWW}/dialog/oauth?client_id={app.client_id}&redirect_uri={app.redirect_uri}"
        page = today.new_browser(signed_in_as="ben").open(f"{url}&scope={','.join(SCOPE)}")
        assert isinstance(page, ConsentPage)
        assert [ask.name for ask in page.asks] == ["public_profile", "email"]  # of the others nobody hears
        answer = page.allow()
        assert isinstance(answer, Redirect)
        code = answer.parameters["code"]
        body = redeem(app, code, redirect_uri=app.redirect_uri)
        assert re.search(OLD_PATTERN, body.text) is None
        token = body.json()["access_token"]
        assert post("/me/feed", token, message="Hello").json()["error"]["code"] == 200
        assert post("/me/events", token, name="Chess", start_time="2013").json()["error"]["code"] == 12
        assert "first_name" not in get("/me", token).json()
        assert "installed" not in get("/me/permissions", token).json()["data"][0]
        too_deep = today.new_browser(signed_in_as="ben").open(f"{url}/further")
        assert isinstance(too_deep, ErrorPage)


def test_the_steps_of_today_speak_to_2013_as_well(practice: Practice, app: App) -> None:
    page = visit(practice, app)
    assert isinstance(page, ConsentPage)
    answer = page.allow()
    token = request_token(app, read_callback(app, answer.url, expected_state="xyz"))
    assert (token.token_type, token.expires_in, token.scope) == ("bearer", SIXTY_DAYS, None)
    assert request_resource(app, token, "/me").json()["username"] == "ada"
    practice.clock.advance(days=2)
    assert extend_token(app, token).expires_in == SIXTY_DAYS
    info = inspect_token(app, token)
    assert (info.is_valid, info.client_id) == (True, app.client_id)  # a number on the wire
    assert info.user_id == request_resource(app, token, "/me").json()["id"]
    assert {"email", "publish_stream"} <= set(info.scope)
    assert info.expires_at is not None and (info.expires_at - practice.clock.now).days == 58
    with pytest.raises(TokenRefused, match="has been used") as caught:
        request_token(app, answer.parameters["code"])
    assert caught.value.details == {"description": "This authorization code has been used.", "code": 100}
    revoke_token(app, token)
    assert not inspect_token(app, token).is_valid
    refused = visit(practice, app).deny()
    with pytest.raises(AccessDenied, match="Permissions error"):
        read_callback(app, refused.url, expected_state="xyz")


# --- steps 1 and 2 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uri", "allowed"),
    [
        (SITE, True),
        (CALLBACK, True),
        (f"{SITE}/deep/er?a=1&b=2", True),
        (f"{SITE}lication", True),  # as text
        ("http://CLUB.example/app/cb", True),
        ("http://club.example/", False),
        ("https://club.example/app/cb", False),
        ("http://club.example:8000/app/cb", False),
        ("http://www.club.example/app/cb", False),
        ("http://club.example.evil.example/app", False),
        ("http://club.example@evil.example/app", False),
        ("http://evil.example\\@club.example/app", False),
        (f"{SITE}/\r\nSet-Cookie: a=b", False),
        (f"{SITE}/cb#fragment", False),
        # Within App Domains:
        ("https://chess.example/anywhere", True),
        ("http://www.chess.example", True),
        ("http://badchess.example/", False),
        ("http://chess.example.evil.example/", False),
        ("ftp://chess.example/", False),
    ],
)
def test_a_redirect_uri_is_somewhere_below_what_is_registered(
    practice: Practice, uri: str, allowed: bool
) -> None:
    app = practice.register(
        FACEBOOK, name="Club bot", redirect_uri=SITE, app_domains="chess.example tides.example"
    )
    page = visit(practice, app, redirect_uri=uri)
    if not allowed:
        assert isinstance(page, ErrorPage)
        assert f"{page.title}: {page.text}" == (
            "Given URL is not allowed by the Application configuration.: One or more of the given URLs is not "
            "allowed by the App's settings. It must match the Website URL or Canvas URL, or the domain must be a "
            "subdomain of one of the App's domains."
        )
        return
    assert isinstance(page, ConsentPage)
    answer = page.allow()
    assert answer.url.startswith(uri + ("&" if "?" in uri else "?") + "code=AQ")
    code = list(practice.ledger.codes)[-1]
    other = redeem(app, code, redirect_uri=f"{SITE}/other")
    assert other.json()["error"]["message"].startswith("Error validating verification code.")
    assert redeem(app, code, redirect_uri=uri).ok


def test_consent_comes_in_two_parts_of_which_the_second_can_be_skipped(practice: Practice, app: App) -> None:
    page = visit(practice, app, scope="user_likes,email,create_event,publish_actions")
    assert isinstance(page, ConsentPage)
    assert [(ask.name, ask.optional) for ask in page.asks] == [
        ("basic_info", False),
        ("email", False),
        ("user_likes", False),
        ("publish_actions", True),
        ("create_event", True),
    ]
    answer = page.allow(only=[])
    assert isinstance(answer, Redirect) and "code" in answer.parameters  # no error: the client must look
    granted = practice.ledger.grants[app.client_id, "ada"]
    assert (granted.scope, granted.declined) == ({"basic_info", "email", "user_likes"}, frozenset())


def test_what_was_skipped_is_asked_for_again_and_what_was_granted_is_not(
    practice: Practice, app: App
) -> None:
    allow(practice, app, only=["create_event"])
    page = visit(practice, app, auth_type=None)
    assert isinstance(page, ConsentPage)
    assert [ask.name for ask in page.asks] == ["publish_stream", "manage_pages"]
    assert "Allowed before: email, create_event." in page.text
    page.allow()
    practice.clock.advance(days=1000)  # and there is no end of data access
    assert isinstance(visit(practice, app), Redirect)


def test_cancel_is_what_it_was_from_july_2013_on(practice: Practice, app: App) -> None:
    denied = (
        "?error=access_denied&error_code=200&error_description=Permissions+error&error_reason=user_denied"
    )
    assert visit(practice, app).deny().url == f"{CALLBACK}{denied}&state=xyz#_=_"


def test_the_sandbox_answers_strangers_without_the_word_error(practice: Practice) -> None:
    app = practice.register(FACEBOOK, name="New", redirect_uri=CALLBACK, mode="development")
    assert isinstance(visit(practice, app, "ada"), ConsentPage)
    answer = visit(practice, app, "ben")
    assert isinstance(answer, Redirect)
    assert list(answer.parameters) == ["error_code", "error_message", "state"]
    with pytest.raises(AuthorizationRefused, match="sandbox mode") as caught:
        read_callback(app, answer.url, expected_state="xyz")
    assert caught.value.error == "901"


def test_a_suspended_application_gets_a_page_of_the_time(practice: Practice, app: App) -> None:
    practice.suspend(app)
    page = visit(practice, app)
    assert isinstance(page, ErrorPage)
    assert (page.title, page.text) == ("Error", "An error occurred. Please try again later.")


def test_a_permission_of_today_is_none_in_2013(practice: Practice, app: App) -> None:
    page = visit(practice, app, scope="public_profile,email,pages_show_list")
    assert isinstance(page, ErrorPage)
    assert "Invalid Scopes: public_profile, pages_show_list." in page.text
    assert isinstance(
        visit(practice, practice.app(FACEBOOK)), ConsentPage
    )  # the first application asks for none


@pytest.mark.parametrize(
    ("extra", "members"),
    [
        ({"return_scopes": "true"}, ["code", "state"]),
        ({"response_type": "code,granted_scopes"}, None),
        ({"response_type": "code_and_token"}, None),
    ],
    ids=str,
)
def test_nothing_tells_what_was_granted(
    practice: Practice, app: App, extra: dict[str, str], members: list[str] | None
) -> None:
    page = visit(practice, app, **extra)
    if members is None:
        assert isinstance(page, ErrorPage)
    else:
        assert isinstance(page, ConsentPage)
        assert list(page.allow().parameters) == members  # type: ignore[union-attr]


def test_a_token_in_the_fragment_is_short_lived(practice: Practice, app: App) -> None:
    allow(practice, app, response_type="token")
    address, fragment = str(practice.trace[-1].reveal().response.header("location")).split("#")  # type: ignore[union-attr]
    assert address == CALLBACK + "?"
    answer = dict(parse_qsl(fragment))
    assert list(answer) == ["access_token", "expires_in", "state"]
    assert answer["expires_in"] == "7200"
    longer = redeem(
        app,
        None,
        grant_type="fb_exchange_token",
        fb_exchange_token=answer["access_token"],
        redirect_uri=None,
    )
    assert re.fullmatch(OLD_PATTERN, longer.text)
    assert longer.text.endswith(f"&expires={SIXTY_DAYS}")


def test_reauthentication_is_as_today(practice: Practice, app: App) -> None:
    allow(practice, app)
    page = visit(practice, app, auth_type="reauthenticate", auth_nonce="n0nce")
    assert isinstance(page, SignInPage)


# --- steps 3 and 4 ---------------------------------------------------------------------------------------------

SAME_URI = (
    "Error validating verification code. Please make sure your redirect_uri is identical to the one you used "
    "in the OAuth dialog request"
)


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        (
            {"client_id": "123"},
            ("Error validating application. Invalid application ID.", 101, None, "invalid_client"),
        ),
        ({"client_secret": "no"}, ("Error validating client secret.", 1, None, "invalid_client")),
        (
            {"redirect_uri": "http://evil.example/"},
            (
                "Invalid redirect_uri: Given URL is not allowed by the Application configuration.",
                191,
                None,
                "redirect_uri_mismatch",
            ),
        ),
        ({"redirect_uri": f"{CALLBACK}/"}, (SAME_URI, 100, None, "invalid_code")),
        ({"code": "AQinvented"}, ("Invalid verification code format.", 100, None, "invalid_code")),
    ],
    ids=lambda value: str(value)[:60],
)
def test_an_error_is_json_without_subcode_and_trace(
    practice: Practice, app: App, changes: dict[str, str], refusal: tuple[Any, ...]
) -> None:
    code = allow(practice, app).parameters["code"]
    answer = redeem(app, **{"code": code, **changes})
    assert_refused(answer, *refusal)
    assert answer.headers["Content-Type"] == "text/javascript; charset=UTF-8"
    assert redeem(app, code).ok


def test_a_code_is_used_up_or_too_old_in_the_words_of_today(practice: Practice, app: App) -> None:
    first, second = (allow(practice, app).parameters["code"] for _ in range(2))
    assert redeem(app, first).ok
    assert_refused(redeem(app, first), "This authorization code has been used.", 100, None, "invalid_code")
    practice.clock.advance(seconds=601)
    expired = "This authorization code has expired."
    assert_refused(redeem(app, second), expired, 100, None, "invalid_code")


def test_a_code_brings_back_the_token_that_lives(practice: Practice, app: App) -> None:
    def again(**extra: str) -> tuple[str, int]:
        found = re.fullmatch(OLD_PATTERN, redeem(app, allow(practice, app, **extra).parameters["code"]).text)
        assert found
        return found[1], int(found[2])

    token, seconds = again(scope="email")
    assert seconds == SIXTY_DAYS
    practice.clock.advance(hours=23)
    assert again(scope="email") == (token, SIXTY_DAYS - 23 * 3600)  # once a day
    practice.clock.advance(hours=1)
    assert again(scope="email") == (token, SIXTY_DAYS)
    practice.clock.advance(days=60)
    assert get("/me", token).ok
    other, _ = again()
    assert other != token  # it may do more
    practice.clock.advance(seconds=1)
    assert not get("/me", token).ok
    assert again(scope="email")[0] == other


def test_a_code_brings_no_token_back_that_has_lost_a_permission(practice: Practice, app: App) -> None:
    old = token_of(practice, app)
    assert requests.delete(f"{GRAPH}/me/permissions/email", params={"access_token": old}).text == "true"
    new = token_of(practice, app)
    assert ["email" in get("/me", token).json() for token in (old, new)] == [False, True]


def test_the_applications_own_token_has_no_end(practice: Practice, app: App) -> None:
    answer = redeem(app, None, redirect_uri=None, grant_type="client_credentials")
    assert re.fullmatch(rf"access_token={app.client_id}\|[\w-]{{27}}", answer.text)
    own = answer.text.removeprefix("access_token=")
    assert get("/debug_token", own, input_token=own).ok


def test_oauth_token_is_not_the_token_endpoint(practice: Practice, app: App) -> None:
    answer = requests.post(f"{GRAPH}/oauth/token", data={"client_secret": app.client_secret})
    assert_refused(answer, "client_secret should not be passed to /oauth/token", None)


def test_json_has_the_type_that_is_asked_for(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    for accept, kind in (("*/*", "text/javascript; charset=UTF-8"), ("application/json", "application/json")):
        for path in ("/me", "/me/nowhere"):
            answer = requests.get(GRAPH + path, params={"access_token": token}, headers={"Accept": accept})
            assert answer.headers["Content-Type"] == kind


# --- steps 5 and 6 ---------------------------------------------------------------------------------------------


def remove(practice: Practice, app: App) -> None:
    practice.user("ada").remove(app)


def change_password(practice: Practice, app: App) -> None:
    practice.user("ada").change_password()


def sign_out(practice: Practice, app: App) -> None:
    practice.user("ada").sign_out()


def outlive(practice: Practice, app: App) -> None:
    practice.clock.advance(days=60, seconds=90)


@pytest.mark.parametrize(
    ("act", "subcode", "text"),
    [
        (remove, 458, "User {user_id} has not authorized application {app_id}."),
        (
            change_password,
            460,
            "The session has been invalidated because the user has changed the password.",
        ),
        (sign_out, 467, "The session is invalid because the user logged out."),
        (outlive, 463, "Session has expired at unix time 1375434000. The current unix time is 1375434090."),
    ],
)
def test_a_dead_token_says_in_the_old_words_what_it_died_of(
    practice: Practice, app: App, act: Callable[[Practice, App], None], subcode: int, text: str
) -> None:
    token = token_of(practice, app)
    user_id = get("/me", token).json()["id"]
    act(practice, app)
    message = "Error validating access token: " + text.format(user_id=user_id, app_id=app.client_id)
    assert_refused(get("/me", token), message, 190, subcode, "invalid_token")
    told = get("/debug_token", f"{app.client_id}|{app.client_secret}", input_token=token).json()["data"]
    assert told["error"] == {"message": message, "code": 190, "subcode": subcode}
    assert told["is_valid"] is False


UNSUPPORTED = {"kind": "GraphMethodException"}


@pytest.mark.parametrize(
    ("path", "token", "refusal", "more"),
    [
        ("/me", "invented", ("Invalid OAuth access token.", 190, None, "invalid_token"), {}),
        ("/12345", "user", ("Unsupported get request.", 100), UNSUPPORTED),
        (f"/{PAGE_ID}", "app", ("A user access token is required to request this resource.", 102), {}),
        ("/me/photos", "user", ("Unknown path components: /photos", 2500), {}),
        # There are no versions: a version is the name of something that there is not.
        (
            "/v25.0/me",
            "user",
            ("(#803) Some of the aliases you requested do not exist: v25.0", 803, None, "not_found"),
            {"status": 404},
        ),
        (
            "/v25.0/oauth/access_token",
            None,
            ("An access token is required to request this resource.", 104),
            {},
        ),
    ],
    ids=lambda value: str(value)[:40],
)
def test_other_refusals_of_2013(
    practice: Practice, app: App, path: str, token: str | None, refusal: tuple[Any, ...], more: dict[str, Any]
) -> None:
    known = {"user": token_of(practice, app), "app": f"{app.client_id}|{app.client_secret}"}
    assert_refused(get(path, known.get(token or "", token)), *refusal, **more)


def test_the_dialog_of_a_version_is_not_there_yet(practice: Practice, app: App) -> None:
    page = practice.browser.open(f"{WWW}/v25.0/dialog/oauth?client_id={app.client_id}")
    assert isinstance(page, ErrorPage)
    assert "not part of the practice provider" in page.text


def test_me_is_the_whole_profile(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    assert list(get("/me", token).json()) == [
        *("id", "name", "first_name", "last_name", "link", "username", "email"),
        *("timezone", "locale", "verified", "updated_time"),
    ]
    assert "email" not in get("/me", token_of(practice, app, "ben", scope="")).json()
    assert list(get("/me", token, fields="username").json()) == ["username", "id"]


def test_everybody_has_one_id_for_all_applications(practice: Practice, app: App) -> None:
    other = practice.register(FACEBOOK, name="Other", redirect_uri=CALLBACK)
    ids = {get("/me", token_of(practice, one)).json()["id"] for one in (app, other)}
    assert len(ids) == 1 and re.fullmatch(r"10000\d{10}", ids.pop())


def test_permissions_are_one_object_of_flags(practice: Practice, app: App) -> None:
    token = token_of(practice, app, only=["publish_stream"])
    flags = {
        **{"installed": 1, "email": 1, "publish_actions": 1, "publish_stream": 1, "status_update": 1},
        **{"photo_upload": 1, "video_upload": 1, "create_note": 1, "share_item": 1},
    }
    assert get("/me/permissions", token).json() == {"data": [flags]}
    gone = requests.delete(f"{GRAPH}/me/permissions/email", params={"access_token": token})
    assert gone.text == "true"
    del flags["email"]
    assert get("/me/permissions", token).json() == {"data": [flags]}
    assert "email" not in get("/me", token).json()


def test_pages_come_with_perms_and_offsets(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    body = get("/me/accounts", token).json()
    [row] = body["data"]
    assert list(row) == ["access_token", "category", "category_list", "name", "id", "perms"]
    assert row["perms"][0] == "ADMINISTER"
    assert list(body["paging"]) == ["next"]
    on = dict(parse_qsl(body["paging"]["next"].partition("?")[2]))
    assert on == {"access_token": token, "limit": "5000", "offset": "5000", "__after_id": PAGE_ID}
    assert requests.get(body["paging"]["next"]).json() == {"data": []}  # the end of the list
    assert get("/me/accounts", token, limit="0").json() == {"data": []}
    assert get("/me/accounts", token, offset="no").json() == body
    practice.user("ada").edit_scopes(app, only=["email"])
    assert get("/me/accounts", token).json() == {"data": []}
    text = "(#200) The user hasn't authorized the application to perform this action"
    assert_refused(get(f"/{PAGE_ID}", token, fields="access_token"), text, 200, status=403)
    assert token not in str(practice.trace)


@pytest.mark.parametrize(
    ("path", "only", "allowed"),
    [
        ("/me/feed", ["publish_stream"], True),
        ("/me/feed", ["create_event", "manage_pages"], False),
        (f"/{PAGE_ID}/feed", ["publish_stream"], True),
        (f"/{PAGE_ID}/feed", ["manage_pages"], False),
        ("/me/events", ["create_event"], True),
        ("/me/events", ["publish_stream", "manage_pages"], False),
    ],
)
def test_with_the_old_permissions_one_publishes(
    practice: Practice, app: App, path: str, only: list[str], allowed: bool
) -> None:
    token = token_of(practice, app, only=only)
    answer = post(path, token, message="Chess tonight", name="Chess", start_time="2013-06-07T19:00")
    ada = practice.user("ada").person
    written = [*ada.posts, *ada.events, *ada.pages[0].posts]
    if not allowed:
        text = "(#200) The user hasn't authorized the application to perform this action"
        assert_refused(answer, text, 200, status=403)
        assert not written
        return
    assert answer.json() == {"id": written[0][0]}
    assert written[0][1] in ("Chess tonight", "Chess")
    user_id = get("/me", token).json()["id"]
    expected = {"/me/feed": rf"{user_id}_\d+", "/me/events": r"\d+"}.get(path, rf"{PAGE_ID}_\d+")
    assert re.fullmatch(expected, written[0][0])


@pytest.mark.parametrize("scope", ["publish_actions", "status_update"])
def test_smaller_permissions_are_enough_for_her_wall_and_not_for_a_page(
    practice: Practice, app: App, scope: str
) -> None:
    token = token_of(practice, app, scope=scope)
    assert post("/me/feed", token, message="Hello").ok
    assert post(f"/{PAGE_ID}/feed", token, message="Hello").status_code == 403
    assert_refused(post("/me/feed", token), "(#100) Missing message or attachment", 100)


def test_a_page_writes_and_invites_by_its_own_token(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    club = get("/me/accounts", token).json()["data"][0]["access_token"]
    assert post("/me/feed", club, message="Chess tonight").ok  # me is the Page
    assert [row["message"] for row in get(f"/{PAGE_ID}/feed", token).json()["data"]] == ["Chess tonight"]
    assert post(f"/{PAGE_ID}/events", club, name="Chess", start_time="2013-06-07").ok
    assert practice.user("ada").person.pages[0].events[0][1:] == ("Chess", "2013-06-07")
    assert post(f"/{PAGE_ID}/events", token, name="Chess", start_time="2013-06-07").status_code == 400
    nameless = post("/me/events", token, start_time="2013-06-07")
    assert_refused(nameless, "(#100) The parameter name is required", 100)
    told = get("/debug_token", f"{app.client_id}|{app.client_secret}", input_token=club).json()["data"]
    assert (told["expires_at"], told["profile_id"]) == (0, int(PAGE_ID))


def test_debug_token_tells_numbers_and_no_type(practice: Practice, app: App) -> None:
    token = token_of(practice, app, scope="email,publish_actions")
    now = int(practice.clock.now.timestamp())
    told = get("/debug_token", f"{app.client_id}|{app.client_secret}", input_token=token).json()
    assert told == {
        "data": {
            "app_id": int(app.client_id),
            "application": "Club bot",
            "expires_at": now + SIXTY_DAYS,
            "is_valid": True,
            "issued_at": now,
            "scopes": ["email", "publish_actions"],
            "user_id": int(get("/me", token).json()["id"]),
        }
    }


def test_the_headers_are_fewer(practice: Practice, app: App) -> None:
    answer = get("/me", token_of(practice, app))
    assert [name.lower() for name in answer.headers] == [
        *("content-type", "etag", "cache-control", "access-control-allow-origin", "expires", "pragma"),
        *("x-fb-rev", "x-fb-debug", "date"),
    ]


def test_every_old_permission_has_words_and_holds_known_ones() -> None:
    assert all(IN_2013.permissions.values())
    named = {IN_2013.always, *IN_2013.optional, *IN_2013.implied, *IN_2013.for_her_wall, *IN_2013.for_events}
    assert named.union(*IN_2013.implied.values()) <= set(IN_2013.permissions)

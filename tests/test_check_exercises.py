"""Checks that one exercise or another needs: what is expected passes, each mistake has its hint."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests

from oauth_steps import FACEBOOK, App
from oauth_steps.check import NOT_ANSWERED, check_refusals
from oauth_steps.wire import Exchange, Request, Response, Trace

APP = App(FACEBOOK, "1234567890123456", "5ec7e7" * 5 + "ab", "https://notes.example/fb")
API = "https://graph.facebook.com/v25.0"
JSON = (("Content-Type", "application/json; charset=UTF-8"),)
EXPECTED = {"POST /me/feed": "200", "POST /77/events": "12"}


def answer(path: str, error: dict[str, Any] | None, method: str = "POST", api: str = API) -> Exchange:
    """The recorded answer to a request there: this error, or what was made."""
    body = {"id": "77_1"} if error is None else {"error": {"type": "OAuthException", **error}}
    status = 200 if error is None else 400
    asked = Request(method, f"{api}{path}", (("Authorization", "Bearer EAAabcdefghijklmnop"),))
    return Trace((FACEBOOK,)).record(asked, Response(status, JSON, json.dumps(body).encode()))


MAY_NOT = {"code": 200, "message": "(#200) Requires more"}
NO_EVENTS = {"code": 12, "message": "(#12) events management API is deprecated"}
ENDED = {"code": 190, "error_subcode": 463, "message": "Session has expired on {…}."}
STATUS, EVENT = answer("/me/feed", MAY_NOT), answer("/77/events", NO_EVENTS)


def said(*made: object) -> tuple[bool | None, str]:
    verdict = check_refusals(made, app=APP, expected=EXPECTED)
    return verdict.ok, " ".join(str(verdict).split())


@pytest.mark.parametrize(
    "status",
    [
        STATUS,
        answer("/me/feed?fields=id", MAY_NOT),
        answer("/me/feed", MAY_NOT, api="https://graph.facebook.com"),
        answer("/me/feed", {**MAY_NOT, "error_subcode": 9}),
    ],
    ids=["as asked", "with a query", "without a version", "with a subcode"],
)
def test_expected_refusals_pass_and_are_told(status: Exchange) -> None:
    ok, words = said(status, EVENT)
    assert ok is True
    assert "(#200) Requires more" in words
    assert "(#12) events management API is deprecated" in words


def test_a_response_of_requests_is_as_good_as_its_exchange() -> None:
    response = requests.Response()
    response.status_code, response._content = 400, json.dumps({"error": NO_EVENTS}).encode()
    response.headers["Content-Type"] = "application/json"
    response.request = requests.Request("POST", f"{API}/77/events").prepare()
    assert said(STATUS, response)[0] is True


MISTAKES: dict[str, tuple[tuple[object, ...], str]] = {
    "another path": (
        (answer("/me", MAY_NOT), EVENT),
        "POST /me/feed: the request was another one: POST /v25",
    ),
    "the web site": (
        (answer("/me/feed", MAY_NOT, api="https://www.facebook.com"), EVENT),
        "POST /me/feed: the request was another one",
    ),
    "another Page": (
        (STATUS, answer("/78/events", NO_EVENTS)),
        "POST /77/events: the request was another one",
    ),
    "reading": ((answer("/me/feed", MAY_NOT, "GET"), EVENT), "the request was another one: GET"),
    "in the wrong order": ((EVENT, STATUS), "POST /me/feed: the request was another one"),
    "not refused": ((answer("/me/feed", None), EVENT), "POST /me/feed: it was not refused"),
    "refused for another reason": (
        (STATUS, answer("/77/events", ENDED)),
        "POST /77/events: refused for another reason: 400 Bad Request: OAuthException 190/463",
    ),
    "one too few": ((STATUS,), "2 responses are wanted here, not 1"),
    "what was in it": ((STATUS, {"error": NO_EVENTS}), "hand over the response itself"),
}


@pytest.mark.parametrize(("made", "hint"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_has_its_hint(made: tuple[object, ...], hint: str) -> None:
    ok, words = said(*made)
    assert ok is False
    assert hint in words


@pytest.mark.parametrize("made", [(..., ...), (STATUS, ...), (None, EVENT)])
def test_what_is_half_done_is_not_judged(made: tuple[object, ...]) -> None:
    assert check_refusals(made, app=APP, expected=EXPECTED) == NOT_ANSWERED


def test_no_token_is_told() -> None:
    assert "EAAabc" not in said(answer("/me/feed?access_token=EAAabcdefghijklmnop", None), EVENT)[1]

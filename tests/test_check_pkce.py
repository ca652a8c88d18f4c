"""The check of flows with PKCE: right ones pass, each known mistake has its hint."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from itertools import count, cycle
from typing import Any

import pytest

from oauth_steps import GITHUB, App, authorization_url, new_state, pkce_pair, request_token
from oauth_steps.attacks import granted, parameters
from oauth_steps.check import NOT_ANSWERED, check_pkce
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import Redirect, SignInPage

A_VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636, appendix B
Walk = Callable[[Practice, App], None]


def digest(verifier: str) -> bytes:
    return hashlib.sha256(verifier.encode()).digest()


def walk(practice: Practice, app: App, verifier: str | None, challenge: str | None, **extra: Any) -> None:
    """Steps 1 to 4 with these two; the provider may refuse."""
    page: Any = practice.browser.open(
        authorization_url(app, state=new_state(), code_challenge=challenge, **extra)
    )
    if isinstance(page, SignInPage):
        page = page.sign_in("ada")
    redirect = page if isinstance(page, Redirect) else page.allow()
    request_token(app, redirect.parameters["code"], code_verifier=verifier)


def said(practice: Practice, *walks: Walk) -> tuple[bool | None, str]:
    """What the check says of a function that walks these, one a call, in turn."""
    app, turns = practice.app(GITHUB), cycle(walks)
    verdict = check_pkce(lambda browser: next(turns)(practice, app), app=app, practice=practice)
    return verdict.ok, " ".join(str(verdict).split())


def good(practice: Practice, app: App) -> None:
    walk(practice, app, *pkce_pair())


def with_(verifier: str | None, challenge: str | None, **extra: Any) -> Walk:
    return lambda practice, app: walk(practice, app, verifier, challenge, **extra)


def step_1_only(practice: Practice, app: App) -> None:
    page: Any = practice.browser.open(authorization_url(app, state=new_state()))
    page.sign_in("ada").allow()


def code_from_elsewhere(practice: Practice, app: App) -> None:
    request_token(app, "0123456789abcdef0123", code_verifier=A_VERIFIER)


def of_another_application(practice: Practice, app: App) -> None:
    other = practice.register(GITHUB, name="Other", redirect_uri=app.redirect_uri)
    walk(practice, other, None, None)


def wrong_secret(practice: Practice, app: App) -> None:
    verifier, challenge = pkce_pair()
    walk(practice, App(GITHUB, app.client_id, "0" * 40, app.redirect_uri), verifier, challenge)


def beside_others(practice: Practice, app: App) -> None:
    of_another_application(practice, app)
    good(practice, app)
    practice.browser.open(authorization_url(app, state=new_state()))


def breaks_at_first(practice: Practice, app: App) -> None:
    raise ZeroDivisionError("oh")


def breaks_at_last(practice: Practice, app: App) -> None:
    good(practice, app)
    raise ZeroDivisionError("oh")


@pytest.mark.parametrize("walk", [good, beside_others])
def test_a_good_flow_passes(practice: Practice, walk: Walk) -> None:
    ok, words = said(practice, walk)
    assert ok is True, words


def test_what_was_walked_before_does_not_count(practice: Practice) -> None:
    for _ in range(2):
        good(practice, practice.app(GITHUB))
    assert said(practice, step_1_again)[0] is False


def step_1_again(practice: Practice, app: App) -> None:
    practice.browser.open(authorization_url(app, state=new_state()))


BASE64 = next(  # a verifier whose digest looks different in base64 and in base64url
    text
    for text in (f"{A_VERIFIER}{number}" for number in count())
    if "+" in base64.b64encode(digest(text)).decode() and "/" in base64.b64encode(digest(text)).decode()
)
MISTAKES: dict[str, tuple[tuple[Walk, ...], str]] = {
    "no challenge": ((with_(None, None),), "flow 1: no code_challenge went along in step 1"),
    "no challenge, but a verifier": ((with_(A_VERIFIER, None),), "no code_challenge went along in step 1"),
    "the verifier as challenge": ((with_(A_VERIFIER, A_VERIFIER),), "code_challenge is the verifier itself"),
    "padded": (
        (with_(A_VERIFIER, base64.urlsafe_b64encode(digest(A_VERIFIER)).decode()),),
        "code_challenge has = at its end",
    ),
    "in hex": ((with_(A_VERIFIER, digest(A_VERIFIER).hex()),), "code_challenge is the digest in hex"),
    "in base64": (
        (with_(BASE64, base64.b64encode(digest(BASE64)).decode().rstrip("=")),),
        "code_challenge holds + or /",
    ),
    "plain": (
        (with_(*pkce_pair(), code_challenge_method="plain"),),
        "code_challenge_method is plain: this provider takes S256",
    ),
    "no method": (
        (with_(*pkce_pair(), code_challenge_method=None),),
        "code_challenge_method is missing, which means plain",
    ),
    "no verifier": ((with_(None, pkce_pair()[1]),), "no code_verifier went along in step 3"),
    "the challenge as verifier": (
        (lambda practice, app: walk(practice, app, *pkce_pair()[1:] * 2),),
        "code_challenge is the verifier itself",
    ),
    "another verifier": ((with_(A_VERIFIER, pkce_pair()[1]),), "code_verifier is not the one"),
    "too short": (
        (with_("short", base64.urlsafe_b64encode(digest("short")).rstrip(b"=").decode()),),
        "code_verifier needs 43 to 128",
    ),
    "refused for another reason": ((wrong_secret,), "the provider refused it: 200 OK: incorrect_client"),
    "the second is wrong": ((good, with_(None, pkce_pair()[1])), "flow 2: no code_verifier went along"),
    "one verifier twice": (
        (with_(*(pair := pkce_pair())), with_(*pair)),
        "the same verifier went along twice",
    ),
    "the second does nothing": ((good, step_1_again), "2 calls, and 1 flow came to step 3"),
    "not as far as step 3": ((step_1_only, step_1_again), "no flow has come to step 3"),
    "another application's": ((of_another_application,), "no flow has come to step 3"),
    "an invented code": ((code_from_elsewhere,), "its code does not come from this call"),
    "it breaks at once": ((breaks_at_first,), "your function broke with ZeroDivisionError: oh"),
    "it breaks at its end": ((breaks_at_last,), "your function broke with ZeroDivisionError: oh"),
}


@pytest.mark.parametrize(("walks", "hint"), MISTAKES.values(), ids=MISTAKES)
def test_each_mistake_has_its_hint(practice: Practice, walks: tuple[Walk, ...], hint: str) -> None:
    ok, words = said(practice, *walks)
    assert ok is False
    assert hint in words


def test_what_is_not_answered_is_not_judged_and_what_is_no_function_is_told(practice: Practice) -> None:
    app = practice.app(GITHUB)
    assert check_pkce(..., app=app, practice=practice) == NOT_ANSWERED
    assert "this is no function" in str(check_pkce("walk", app=app, practice=practice))


def test_no_verifier_is_told(practice: Practice) -> None:
    assert A_VERIFIER not in said(practice, with_(A_VERIFIER, A_VERIFIER))[1]


def test_the_browser_is_one_in_which_she_is_signed_in(practice: Practice) -> None:
    app, seen = practice.app(GITHUB), []

    def walk_with(browser: Any) -> None:
        verifier, challenge = pkce_pair()
        callback = granted(browser, authorization_url(app, state=new_state(), code_challenge=challenge))
        request_token(app, parameters(callback)["code"], code_verifier=verifier)
        seen.append(browser)

    assert check_pkce(walk_with, app=app, practice=practice).ok is True
    assert [browser.user for browser in seen] == ["ada", "ada"] and seen[0] is seen[1]

"""The check of mended cases: what mends them passes, each known mistake has its hint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
import requests

from oauth_steps import authorization_url, new_state, request_resource, request_token
from oauth_steps.attacks import granted, parameters
from oauth_steps.check import NOT_ANSWERED, check_mended, open_cases
from oauth_steps.check.cases import Case
from oauth_steps.practice import Practice


class Desk(NamedTuple):
    """Where the cases are mended."""

    practice: Practice
    cases: list[Case]


@pytest.fixture
def desk() -> Iterator[Desk]:
    with Practice() as practice:
        yield Desk(practice, open_cases(practice))


def ask(case: Case, **changed: Any) -> requests.Response:
    app = case.app
    sent = {
        "client_id": app.client_id,
        "client_secret": app.client_secret,
        "code": case.held,
        "redirect_uri": app.redirect_uri,
    } | changed
    return requests.post(
        app.provider.token_url, data=sent, headers={"Accept": "application/json"}, timeout=10
    )


def token(desk: Desk, case: Case, **changed: Any) -> str:
    browser = desk.practice.new_browser(signed_in_as="ada")
    url = authorization_url(case.app, state=new_state(), **changed)
    return request_token(case.app, parameters(granted(browser, url))["code"]).access_token


def post(case: Case, token: str, **sent: str) -> requests.Response:
    url = case.exchange.reveal().request.url
    return requests.post(url, data={"access_token": token, **sent}, timeout=10)


def pages_token(case: Case) -> str:
    return str(request_resource(case.app, case.held, "/me/accounts").json()["data"][0]["access_token"])


def mend_a(desk: Desk, case: Case) -> Any:
    return ask(case)


def mend_b(desk: Desk, case: Case) -> Any:
    return request_resource(case.app, token(desk, case), "/user/emails")


def mend_c(desk: Desk, case: Case) -> Any:
    return post(case, pages_token(case), message="We meet on Friday.")


Mend = Callable[[Desk, Case], Any]
GOOD: tuple[Mend, Mend, Mend] = (mend_a, mend_b, mend_c)


def verdict_on(desk: Desk, *mends: Mend) -> Any:
    mended = [mend(desk, case) for mend, case in zip(mends, desk.cases, strict=True)]
    return check_mended(mended, cases=desk.cases)


def test_what_mends_the_cases_passes(desk: Desk) -> None:
    assert verdict_on(desk, *GOOD).ok


@pytest.mark.parametrize(
    ("place", "mend"),
    [
        (0, lambda desk, case: ask(case, redirect_uri=None)),  # need not be there at this provider
        (0, lambda desk, case: ask(case, code=_fresh_code(desk, case))),
        (1, lambda desk, case: request_resource(case.app, token(desk, case, scope="user"), "/user/emails")),
        (2, lambda desk, case: post(case, pages_token(case), link="https://chess.example/")),
    ],
)
def test_there_is_more_than_one_way_to_mend(desk: Desk, place: int, mend: Mend) -> None:
    assert verdict_on(desk, *_with(place, mend)).ok


def _fresh_code(desk: Desk, case: Case) -> str:
    browser = desk.practice.new_browser(signed_in_as="ada")
    return parameters(granted(browser, authorization_url(case.app, state=new_state())))["code"]


def _with(place: int, mend: Mend) -> list[Mend]:
    return [mend if at == place else good for at, good in enumerate(GOOD)]


MISTAKES: list[tuple[int, Mend, str]] = [
    (0, lambda desk, case: ..., "case A: not answered yet"),
    (0, lambda desk, case: ask(case).json(), "case A: this is no response"),
    (
        0,
        lambda desk, case: ask(case, redirect_uri=case.app.redirect_uri.upper()),
        "case A: refused as before",
    ),
    (0, lambda desk, case: ask(case, code="invented"), "case A: refused for another reason than before"),
    (0, lambda desk, case: ask(case, client_secret="x" * 40), "Copy the secret again"),
    (
        1,
        lambda desk, case: request_resource(case.app, case.held, "/user/emails"),
        "the same token again. What it",
    ),
    (
        1,
        lambda desk, case: request_resource(case.app, case.held, "/user"),
        "case B: another request than the one",
    ),
    (
        1,
        lambda desk, case: request_resource(case.app, token(desk, case, scope="repo"), "/user/emails"),
        "Compare X-OAuth-Scopes",
    ),
    (
        2,
        lambda desk, case: post(case, case.held, message="x"),
        "case C: the same token again. It is Ada's own",
    ),
    (2, lambda desk, case: post(case, pages_token(case)), "Send message"),
    (2, lambda desk, case: request_resource(case.app, case.held, "/me/accounts"), "which was POST"),
]


@pytest.mark.parametrize(("place", "mend", "hint"), MISTAKES)
def test_each_known_mistake_has_its_hint(desk: Desk, place: int, mend: Mend, hint: str) -> None:
    verdict = verdict_on(desk, *_with(place, mend))
    assert verdict.ok is False
    assert hint in str(verdict)


def test_what_is_not_answered_is_not_judged(desk: Desk) -> None:
    assert check_mended(..., cases=desk.cases) == NOT_ANSWERED


@pytest.mark.parametrize("made", [{}, [], "ABC", [None]])
def test_it_takes_one_response_for_each_case(desk: Desk, made: Any) -> None:
    verdict = check_mended(made, cases=desk.cases)
    assert verdict.ok is False and "a list of 3 responses" in str(verdict)


def test_a_case_tells_what_was_refused_and_holds_no_secret_in_sight(desk: Desk) -> None:
    for case in desk.cases:
        assert case.exchange.title in str(case) and "the application holds ⟨" in str(case)
        assert case.held not in str(case)

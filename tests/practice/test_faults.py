"""What a lesson does to the other side: faults asked for, time cut short, and what people do at their accounts.

Only what is the same at both providers; what each of them makes of it is in its own tests.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    App,
    BadApp,
    BadInput,
    Token,
    TokenRefused,
    authorization_url,
    request_resource,
    request_token,
)
from oauth_steps.errors import NoAnswer, NoSuchAct, UnknownCredential, Unreachable
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import ConsentPage, Redirect, SignInPage
from oauth_steps.providers import Step

SERVER_ERROR, TIME_OUT, DOUBLED = "server error", "time-out", "doubled callback"
ME = {"GitHub": "/user", "Facebook": "/me"}


@pytest.fixture(params=[GITHUB, FACEBOOK], ids=["GitHub", "Facebook"])
def app(practice: Practice, request: pytest.FixtureRequest) -> App:
    return practice.app(request.param)


def consent(practice: Practice, app: App, login: str = "ada", **extra: str) -> ConsentPage:
    """Step 1, by somebody who is signed in and was never asked before."""
    page = practice.new_browser(login).open(authorization_url(app, state="xyz", **extra))
    assert isinstance(page, ConsentPage)
    return page


def code_of(practice: Practice, app: App, login: str = "ada") -> str:
    page = practice.new_browser(login).open(authorization_url(app, state="xyz"))
    answer = page if isinstance(page, Redirect) else page.allow()
    assert isinstance(answer, Redirect)
    return answer.parameters["code"]


def token_of(practice: Practice, app: App, login: str = "ada") -> Token:
    return request_token(app, code_of(practice, app, login))


def ready(practice: Practice, app: App) -> list[Callable[[], object]]:
    """Steps 1, 2, 3 and 5 of four people, all made ready to be taken."""
    token, code, page = token_of(practice, app, "ben"), code_of(practice, app, "dana"), consent(practice, app)
    url, browser = authorization_url(app, state="xyz"), practice.new_browser("mallory")
    return [
        lambda: browser.open(url),
        page.allow,
        lambda: request_token(app, code),
        lambda: request_resource(app, token, ME[app.provider.name]),
    ]


def struck(practice: Practice, acts: list[Callable[[], object]]) -> list[Step | None]:
    """The steps at which something went wrong while all this was done twice."""
    begins = len(practice.trace)
    for act in [*acts, *acts]:
        with contextlib.suppress(NoAnswer, TokenRefused):
            act()
    done = practice.trace[begins:]
    assert {exchange.step for exchange in done} == {1, 2, 3, 5}
    return [exchange.step for exchange in done if exchange.status in (500, None)]


# --- a server error -------------------------------------------------------------------------------------------


def test_a_server_error_is_answered_once_and_nothing_was_done(practice: Practice, app: App) -> None:
    code = code_of(practice, app)
    practice.fail_once(SERVER_ERROR)
    with pytest.raises(TokenRefused) as refused:
        request_token(app, code)
    assert refused.value.exchange is not None and refused.value.exchange.status == 500
    assert practice.trace[-1].status == 500
    assert practice.ledger.codes[code].state == "alive" and not practice.ledger.tokens
    assert request_token(app, code).access_token in practice.ledger.tokens


def test_a_server_error_uses_no_token(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    practice.fail_once(SERVER_ERROR, step=5)
    answers = [request_resource(app, token, ME[app.provider.name]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [500, 200]
    assert practice.ledger.tokens[token.access_token].uses == 1


def test_a_server_error_while_she_allows_grants_nothing(practice: Practice, app: App) -> None:
    page = consent(practice, app)
    practice.fail_once(SERVER_ERROR, step=2)
    assert not isinstance(page.allow(), Redirect)
    assert not practice.ledger.grants and not practice.ledger.codes
    assert isinstance(page.allow(), Redirect)


# --- at its step, and once ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "strikes_at"), [(1, 1), (2, 2), (3, 3), (4, 3), (5, 5), (6, 5)], ids=lambda step: str(step)
)
@pytest.mark.parametrize("fault", [SERVER_ERROR, TIME_OUT])
def test_a_fault_strikes_at_its_step_and_no_other(
    practice: Practice, app: App, fault: str, step: int, strikes_at: int
) -> None:
    """An answer, step 4 or 6, is lost with its request."""
    acts = ready(practice, app)
    practice.fail_once(fault, step=step)
    assert struck(practice, acts) == [strikes_at]


def test_without_a_step_it_is_the_token_request(practice: Practice, app: App) -> None:
    acts = ready(practice, app)
    practice.fail_once(SERVER_ERROR)
    assert struck(practice, acts) == [Step.TOKEN_REQUEST]


def test_a_fault_asked_for_twice_strikes_twice(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    for _ in range(2):
        practice.fail_once(SERVER_ERROR, step=5)
    answers = [request_resource(app, token, ME[app.provider.name]).status_code for _ in range(4)]
    assert answers == [500, 500, 200, 200]


def test_two_faults_at_two_steps_wait_for_theirs(practice: Practice, app: App) -> None:
    token, code = token_of(practice, app, "ben"), code_of(practice, app)
    practice.fail_once(SERVER_ERROR, step=3)
    practice.fail_once(TIME_OUT, step=5)
    with pytest.raises(NoAnswer):
        request_resource(app, token, ME[app.provider.name])
    with pytest.raises(TokenRefused):
        request_token(app, code)
    assert request_resource(app, token, ME[app.provider.name]).ok and request_token(app, code)


# --- a time-out -----------------------------------------------------------------------------------------------


def test_after_a_time_out_the_code_is_used_and_the_token_nobodys(practice: Practice, app: App) -> None:
    code = code_of(practice, app)
    practice.fail_once(TIME_OUT)
    with pytest.raises(NoAnswer):
        request_token(app, code)
    assert practice.ledger.codes[code].state == "used"
    assert [token.state for token in practice.ledger.tokens.values()] == ["alive"]
    with pytest.raises(TokenRefused):
        request_token(app, code)
    assert len(practice.ledger.tokens) == 1


def test_a_time_out_keeps_the_exchange_as_evidence_and_no_secret_in_its_words(
    practice: Practice, app: App
) -> None:
    code = code_of(practice, app)
    practice.fail_once(TIME_OUT)
    with pytest.raises(NoAnswer) as lost:
        request_token(app, code)
    exchange = lost.value.exchange
    assert exchange is practice.trace[-1] and exchange.step == Step.TOKEN_REQUEST
    assert code in exchange.reveal().request.url + exchange.reveal().request.body.decode()
    assert str(lost.value).startswith(
        f"no answer from https://{urlsplit(app.provider.token_url).netloc} in time."
    )
    (token,) = practice.ledger.tokens
    for shown in (
        str(lost.value),
        repr(lost.value),
        str(exchange),
        exchange._repr_html_(),
        str(practice.trace),
    ):
        assert not [secret for secret in (code, app.client_secret, token) if secret in shown]


def test_the_trace_shows_that_the_answer_was_lost(practice: Practice, app: App) -> None:
    code = code_of(practice, app)
    practice.fail_once(TIME_OUT)
    with pytest.raises(NoAnswer):
        request_token(app, code)
    exchange = practice.trace[-1]
    assert (exchange.status, exchange.response, exchange.at) == (None, None, practice.clock.now)
    assert exchange.refused.startswith("no answer from ") and exchange.refused.endswith(" in time")
    for shown in (
        str(exchange),
        exchange._repr_html_(),
        str(practice.trace[-1:]),
        practice.trace._repr_html_(),
    ):
        assert "no answer from" in shown


def test_a_client_of_its_own_meets_a_time_out_of_requests(practice: Practice, app: App) -> None:
    token = token_of(practice, app)
    practice.fail_once(TIME_OUT, step=5)
    url = app.provider.api_url + ME[app.provider.name]
    with pytest.raises(requests.ReadTimeout):
        requests.get(url, headers={"Authorization": f"Bearer {token.access_token}"})
    assert practice.ledger.tokens[token.access_token].uses == 1


def test_what_she_allowed_is_granted_though_her_browser_gets_no_answer(practice: Practice, app: App) -> None:
    page = consent(practice, app)
    practice.fail_once(TIME_OUT, step=2)
    with pytest.raises(NoAnswer):
        page.allow()
    assert list(practice.ledger.grants) == [(app.client_id, "ada")] and len(practice.ledger.codes) == 1
    answer = practice.new_browser("ada").open(authorization_url(app, state="xyz"))
    assert isinstance(answer, Redirect)  # she is not asked again


# --- a doubled callback ---------------------------------------------------------------------------------------


def test_a_doubled_callback_arrives_twice_and_only_its_first_code_is_good(
    practice: Practice, app: App
) -> None:
    page = consent(practice, app)
    practice.fail_once(DOUBLED)
    answer = page.allow()
    assert isinstance(answer, Redirect)
    arrived = answer.url.partition("#")[0]  # no server sees a fragment
    assert answer.arrivals == [arrived, arrived] and "twice" in str(answer)
    assert len(practice.ledger.codes) == 1 and request_token(app, answer.parameters["code"])
    with pytest.raises(TokenRefused):
        request_token(app, answer.parameters["code"])


def test_a_callback_is_doubled_once(practice: Practice, app: App) -> None:
    practice.fail_once(DOUBLED, step=Step.RESOURCE_REQUEST)  # there is one place for it, whatever is said
    answers = [consent(practice, app, login).deny() for login in ("ada", "ben")]
    assert [len(answer.arrivals) for answer in answers if isinstance(answer, Redirect)] == [2, 1]
    assert "twice" not in str(answers[1])


def test_nothing_else_spends_a_doubled_callback(practice: Practice, app: App) -> None:
    token, code = token_of(practice, app), code_of(practice, app)
    practice.fail_once(DOUBLED)
    assert request_token(app, code) and request_resource(app, token, ME[app.provider.name]).ok
    assert len(consent(practice, app, "ben").allow().arrivals) == 2  # type: ignore[union-attr]


# --- mistaken calls -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("call", "mend"),
    [
        (("a flood",), "There is 'server error', 'time-out', 'doubled callback'"),
        ((None,), "There is 'server error', 'time-out', 'doubled callback'"),
        ((SERVER_ERROR, 0), "Steps are numbered from 1 to 6"),
        ((TIME_OUT, 7), "Steps are numbered from 1 to 6"),
        ((TIME_OUT, "3"), "Steps are numbered from 1 to 6"),
        ((DOUBLED, None), "Steps are numbered from 1 to 6"),
    ],
    ids=str,
)
def test_a_fault_or_step_that_there_is_not_is_named(
    practice: Practice, app: App, call: tuple[Any, ...], mend: str
) -> None:
    with pytest.raises(BadInput) as mistake:
        practice.fail_once(*call)
    assert repr(call[-1]) in str(mistake.value) and mend in str(mistake.value)
    assert struck(practice, ready(practice, app)) == []


# --- expire ---------------------------------------------------------------------------------------------------


def test_an_expired_code_is_refused_though_its_time_has_not_come(practice: Practice, app: App) -> None:
    code = code_of(practice, app)
    practice.expire(code)
    kept = practice.ledger.codes[code]
    assert (kept.state, kept.expires_at) == ("expired", practice.clock.now)
    with pytest.raises(TokenRefused):
        request_token(app, code)
    assert not practice.ledger.tokens


@pytest.mark.parametrize("form", ["the token", "its text"])
def test_an_expired_token_reads_nothing(practice: Practice, app: App, form: str) -> None:
    token, other = token_of(practice, app), token_of(practice, app, "ben")
    practice.expire(token if form == "the token" else token.access_token)
    kept = practice.ledger.tokens[token.access_token]
    assert (kept.state, kept.expires_at) == ("expired", practice.clock.now)
    answers = [request_resource(app, each, ME[app.provider.name]) for each in (token, other)]
    assert [answer.ok for answer in answers] == [False, True]


def test_what_is_dead_already_does_not_expire(practice: Practice, app: App) -> None:
    code = code_of(practice, app)
    token = request_token(app, code)
    ends = practice.ledger.codes[code].expires_at
    practice.user("ada").remove(app)
    for value in (code, token):
        practice.expire(value)
    assert practice.ledger.codes[code].state == "used" and practice.ledger.codes[code].expires_at == ends
    assert practice.ledger.tokens[token.access_token].state == "withdrawn"


@pytest.mark.parametrize("value", ["no such code", "", None, 3, [], {}], ids=str)
def test_what_no_ledger_holds_does_not_expire(practice: Practice, value: Any) -> None:
    with pytest.raises(UnknownCredential, match="no code and no token here has this value"):
        practice.expire(value)


def test_a_value_that_no_ledger_holds_is_not_repeated(practice: Practice, app: App) -> None:
    with pytest.raises(UnknownCredential) as mistake:
        practice.expire(app.client_secret)
    assert app.client_secret not in str(mistake.value)


# --- her account ----------------------------------------------------------------------------------------------


def test_signing_out_ends_her_sessions_in_every_browser_and_nobody_elses(
    practice: Practice, app: App
) -> None:
    hers, bens = [practice.new_browser("ada") for _ in range(2)], practice.new_browser("ben")
    practice.user("ada").sign_out()
    url = authorization_url(app, state="xyz")
    assert all(isinstance(browser.open(url), SignInPage) for browser in hers)
    assert isinstance(bens.open(url), ConsentPage)
    assert isinstance(hers[0].open(url).sign_in("ada"), ConsentPage)


def test_signing_out_leaves_what_she_has_allowed(practice: Practice, app: App) -> None:
    token_of(practice, app)
    practice.user("ada").sign_out()
    page = practice.new_browser().open(authorization_url(app, state="xyz")).sign_in("ada")
    assert isinstance(page, Redirect)


def test_who_edits_scopes_leaves_some_and_no_others(practice: Practice, app: App) -> None:
    token_of(practice, app)
    kept = app.scope[:1]
    practice.user("ada").edit_scopes(app, only=kept)
    assert practice.ledger.grants[app.client_id, "ada"].scope == set(kept)
    with pytest.raises(NoSuchAct, match=app.scope[1]) as mistake:  # it was taken back a moment ago
        practice.user("ada").edit_scopes(app, only=app.scope)
    assert mistake.value.mend == f"There is {kept[0]}"
    assert practice.ledger.grants[app.client_id, "ada"].scope == set(kept)


def test_one_scope_may_be_named_by_itself(practice: Practice, app: App) -> None:
    token_of(practice, app)
    practice.user("ada").edit_scopes(app, only=app.scope[0])
    assert practice.ledger.grants[app.client_id, "ada"].scope == {app.scope[0]}


def test_nothing_can_be_left_where_nothing_was_allowed(practice: Practice, app: App) -> None:
    token_of(practice, app, "ben")
    with pytest.raises(NoSuchAct, match=f"{practice.registration(app).name} has no access to this account"):
        practice.user("ada").edit_scopes(app, only=())
    assert consent(practice, app, scope="")  # she is still asked


def test_an_application_of_another_practice_is_not_known(practice: Practice, app: App) -> None:
    stranger = App(app.provider, "1", "2", "https://notes.example/cb")
    for act in ("remove", "edit_scopes"):
        more = {"only": ()} if act == "edit_scopes" else {}
        with pytest.raises(BadApp, match="not registered"):
            getattr(practice.user("ada"), act)(stranger, **more)


def test_a_practice_that_stopped_has_no_faults_left_to_show() -> None:
    with Practice() as practice:
        practice.fail_once(TIME_OUT)
    with Practice() as another:
        app = another.app(GITHUB)
        assert token_of(another, app)
    with pytest.raises(Unreachable):
        practice.browser.open(authorization_url(app, state="xyz"))

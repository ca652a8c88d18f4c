"""What both providers stand on: mounting, the door, the clock, the ledger, registration, and mistaken calls."""

from __future__ import annotations

import io
import math
import os
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
import requests
import responses
from hypothesis import given
from hypothesis import strategies as st
from minted import found, minted_by
from requests.adapters import HTTPAdapter

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    App,
    BadApp,
    BadInput,
    OAuthStepsError,
    Provider,
    Token,
    authorization_url,
    new_state,
    refresh_token,
    request_resource,
    request_token,
    wire,
)
from oauth_steps.errors import BadClock, UnknownEra, UnknownUser, Unreachable
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import SignInPage
from oauth_steps.practice.clock import LAST, START, Clock
from oauth_steps.practice.ledger import (
    ALIVE,
    LIFE_OF_A_CODE,
    LIFE_OF_A_TOKEN,
    AccessToken,
    Code,
)

BARE = HTTPAdapter.send  # what `requests` does by itself
USER = "https://api.github.com/user"


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing may leave, and nothing may stay mounted."""

    def refuse(*args: Any, **more: Any) -> None:
        pytest.fail(f"something tried to reach {args}")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield
    if Practice._mounted:
        Practice._mounted.stop()
    assert HTTPAdapter.send is BARE


def code_for(practice: Practice, app: App, login: str = "ada") -> str:
    page = practice.new_browser(login).open(authorization_url(app, state=new_state()))
    answer = page if hasattr(page, "parameters") else page.allow()
    return str(answer.parameters["code"])


def token_for(practice: Practice, app: App) -> Token:
    return request_token(app, code_for(practice, app))


# --- mounting ---------------------------------------------------------------------------------------------


def mounted() -> Practice | None:
    """Which practice meets a request just now, by what it has recorded; None where `requests` is as it was."""
    if HTTPAdapter.send is BARE:
        return None
    requests.get(USER)
    return Practice._mounted


def test_requests_meet_a_started_practice_and_are_bare_again_after_it() -> None:
    practice = Practice()
    assert mounted() is None
    assert practice.start() is practice and mounted() is practice and len(practice.trace) == 1
    practice.stop()
    assert mounted() is None


def test_starting_twice_and_stopping_twice() -> None:
    practice = Practice().start().start()
    practice.stop()
    assert mounted() is None
    practice.stop()
    assert mounted() is None


def test_a_second_practice_ends_the_first() -> None:
    first = Practice().start()
    second = Practice().start()
    assert mounted() is second and (len(first.trace), len(second.trace)) == (0, 1)
    first.stop()  # it is over already, and ends nobody else's
    assert mounted() is second
    second.stop()
    assert mounted() is None


def test_a_setup_cell_run_twice_leaves_one_mounted() -> None:
    cell, names = "practice = Practice().start(); app = practice.app(GITHUB)", {**globals()}
    for _ in range(3):
        exec(cell, names)
    assert mounted() is names["practice"]
    names["practice"].stop()
    assert mounted() is None


def test_it_ends_with_the_block_even_in_trouble() -> None:
    with pytest.raises(ZeroDivisionError), Practice() as practice:
        assert mounted() is practice
        _ = 1 / 0
    assert mounted() is None


def test_what_was_known_and_recorded_outlives_a_stop() -> None:
    practice = Practice().start()
    token = token_for(practice, practice.app(GITHUB))
    before = len(practice.trace)
    practice.stop()
    assert len(practice.trace) == before
    practice.start()
    assert request_resource(practice.app(GITHUB), token, "/user").ok
    assert len(practice.trace) == before + 1


@responses.activate
def test_what_was_mounted_before_is_there_again_afterwards() -> None:
    responses.get(USER, body="static")
    with Practice():
        assert requests.get(USER).status_code == 401
    assert requests.get(USER).text == "static"


@pytest.mark.parametrize("hers", [True, False])
def test_her_own_netrc_replaces_no_header(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hers: bool
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("default login ada password hunter22-hunter22")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("NETRC", raising=False)
    if hers:
        monkeypatch.setenv("NETRC", str(netrc))
    with Practice() as practice:
        token = token_for(practice, practice.app(GITHUB))
        assert request_resource(practice.app(GITHUB), token, "/user").ok
        sent = practice.trace[-1].reveal().request
        assert sent.header("authorization") == f"Bearer {token.access_token}"
    assert os.environ.get("NETRC") == (str(netrc) if hers else None)


def test_its_repr_is_the_same_on_every_run() -> None:
    practice = Practice()
    assert repr(practice) == "<GitHub and Facebook for practice, era 'now'>"
    with practice:
        assert repr(practice) == "<GitHub and Facebook for practice, era 'now', mounted>"


# --- the door ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("https://example.com/PATH?q=SECRET", "https://example.com"),
        ("http://github.com/PATH?q=SECRET", "http://github.com"),
        ("https://github.com:8443/PATH?q=SECRET", "https://github.com:8443"),
        ("https://api.github.com:80/PATH", "https://api.github.com:80"),
        ("http://api.github.com:443/PATH", "http://api.github.com:443"),
        ("https://gist.github.com/PATH", "https://gist.github.com"),
        ("https://github.com.evil.example/PATH", "https://github.com.evil.example"),
        ("https://github.com@evil.example/PATH", "https://evil.example"),
        ("https://user:SECRET@example.com/PATH", "https://example.com"),
        ("https://facebook.com/PATH", "https://facebook.com"),
        ("http://127.0.0.1:9/PATH", "http://127.0.0.1:9"),
        ("http://localhost/PATH", "http://localhost"),
        ("http://[::1]:8080/PATH", "http://[::1]:8080"),
        ("https://SECRET.example/PATH", "https://⟨client secret 1⟩.example"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "OPTIONS", "PATCH"])
def test_no_other_address_is_reached(practice: Practice, url: str, named: str, method: str) -> None:
    secret = practice.app(GITHUB).client_secret
    with pytest.raises(Unreachable) as caught:
        requests.request(method, url.replace("SECRET", secret), data={"code": secret})
    assert isinstance(
        caught.value, requests.ConnectionError
    )  # so a client that expects those is not surprised
    said = str(caught.value)
    assert f"refused: {named} is not one of the practice providers." in said and caught.value.mend in said
    assert "PATH" not in said and secret not in said and "user" not in said.partition("Use")[0]
    assert len(practice.trace) == 1
    (exchange,) = practice.trace
    assert exchange is caught.value.exchange and exchange.status is None
    assert f"refused: {named} is" in str(exchange) and secret not in str(exchange)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://api.github.com:443/user", 401),
        ("https://API.GitHub.com/user", 401),
        ("https://someone@api.github.com/user", 401),
        ("https://github.com:443/login", 200),
        ("https://api.github.com", 404),
    ],
)
def test_a_providers_address_may_be_written_in_more_than_one_way(
    practice: Practice, url: str, status: int
) -> None:
    assert requests.get(url).status_code == status
    assert [exchange.status for exchange in practice.trace] == [status]


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "BREW"])
def test_every_method_is_answered_and_recorded_once(practice: Practice, method: str) -> None:
    for url in (USER, "https://www.facebook.com/nowhere", "https://graph.facebook.com/nowhere"):
        requests.request(method, url)
    assert [exchange.reveal().request.method for exchange in practice.trace] == [method] * 3


@pytest.mark.parametrize("client", [requests, requests.Session()], ids=["requests", "Session"])
def test_every_hop_is_recorded_once_and_as_it_was_sent(practice: Practice, client: Any) -> None:
    app = practice.app(GITHUB)
    answer = client.get(authorization_url(app, state="s" * 20), headers={"X-Mark": "1"})
    raw = [exchange.reveal() for exchange in practice.trace]
    assert [one.request.url for one in raw] == [answer.history[0].url, answer.url]
    assert [one.response and one.response.status for one in raw] == [302, 200]
    assert [one.request.header("x-mark") for one in raw] == ["1", "1"]
    assert raw[-1].response and raw[-1].response.body == answer.content
    assert [exchange.number for exchange in practice.trace] == [1, 2]
    assert {exchange.at for exchange in practice.trace} == {practice.clock.now}


def test_a_hop_that_leads_away_is_refused_and_recorded(practice: Practice) -> None:
    app = practice.app(GITHUB)
    code_for(practice, app)
    before = len(practice.trace)
    cookie = practice.ledger.sign_in(GITHUB, "ada")
    with pytest.raises(Unreachable, match=r"https://notes\.example is not one of the practice providers"):
        requests.get(authorization_url(app, state="s" * 20), headers={"Cookie": f"user_session={cookie}"})
    assert [exchange.status for exchange in practice.trace[before:]] == [302, None]


@pytest.mark.parametrize("query", ["", "?code=x", "#_=_"])
def test_a_registered_callback_is_opened_without_being_fetched(practice: Practice, query: str) -> None:
    app = practice.app(GITHUB)
    before = len(practice.trace)
    assert practice.browser.open(app.redirect_uri + query).url == app.redirect_uri + query
    assert len(practice.trace) == before
    with pytest.raises(Unreachable):
        practice.browser.open(f"{app.redirect_uri}/below{query}")


def test_a_callback_may_have_a_query_of_its_own(practice: Practice) -> None:
    app = practice.register(GITHUB, name="Two", redirect_uri="https://two.example/cb?from=github")
    callback = f"{app.redirect_uri}&code=x"
    assert practice.browser.open(callback).url == callback


@pytest.mark.parametrize("body", [b"code=x", "code=x", {"code": "x"}, io.BytesIO(b"code=x")])
def test_a_body_is_recorded_as_it_was_sent(practice: Practice, body: Any) -> None:
    requests.post(GITHUB.token_url, data=body)
    assert practice.trace[0].reveal().request.body == b"code=x"


def test_only_the_trace_keeps_what_was_sent(practice: Practice) -> None:
    for _ in range(5):
        requests.get(USER)
    assert len(practice._door._mock.calls) <= 1  # `responses` would keep them all, unmasked
    practice.stop()
    assert not practice._door._mock.calls
    assert len(practice.trace) == 5


def test_threads_meet_one_provider(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    look = Code.state_at

    def look_and_let_others_go_first(code: Code, now: datetime) -> str:
        state = look(code, now)
        time.sleep(0)
        return state

    monkeypatch.setattr(Code, "state_at", look_and_let_others_go_first)
    app = practice.app(GITHUB)
    codes = [code_for(practice, app) for _ in range(5)]
    before, crowd = len(practice.trace), 8
    gate = Barrier(crowd)

    def redeem(_: int) -> list[str | None]:
        gate.wait()
        sent = {"client_id": app.client_id, "client_secret": app.client_secret}
        answers = [
            requests.post(
                GITHUB.token_url, data={**sent, "code": code}, headers={"Accept": "application/json"}
            )
            for code in codes
        ]
        return [answer.json().get("access_token") for answer in answers]

    with ThreadPoolExecutor(crowd) as pool:
        tokens = [token for answers in pool.map(redeem, range(crowd)) for token in answers if token]
    assert len(tokens) == len(set(tokens)) == len(codes)  # each code worked once
    numbers = [exchange.number for exchange in practice.trace[before:]]
    assert numbers == list(range(before + 1, before + 1 + crowd * len(codes)))


# --- the clock --------------------------------------------------------------------------------------------


def test_the_clock_stands_still_until_it_is_advanced(practice: Practice) -> None:
    requests.get(USER)
    assert practice.clock.now == START and START.tzinfo is UTC
    assert (
        practice.clock.advance(minutes=11, seconds=1) == practice.clock.now == START + timedelta(seconds=661)
    )
    assert repr(practice.clock) == "<Clock 2026-11-23 09:11:01 UTC>"


@pytest.mark.parametrize(
    "span",
    [
        {},
        {"minutes": 0},
        {"minutes": -1},
        {"hours": 1, "minutes": -60},
        {"seconds": 1e-9},
        {"minutes": math.nan},
        {"minutes": math.inf},
        {"minutes": -math.inf},
        {"days": 10**9},
        {"days": 10**400},
        {"weeks": 400_000},
        {"months": 1},
        {"fortnights": 1},
        {"minutes": "11"},
        {"minutes": None},
        {"minutes": timedelta(minutes=11)},
    ],
    ids=str,
)
def test_a_clock_goes_forwards_only_by_some_time_it_understands(span: dict[str, Any]) -> None:
    clock = Clock()
    with pytest.raises(BadClock) as caught:
        clock.advance(**span)
    assert "advance(minutes=11)" in str(caught.value) or "weeks, days, hours, minutes" in str(caught.value)
    assert clock.now == START


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_a_flow_works_to_the_end_of_time(practice: Practice, provider: Any) -> None:
    practice.clock.advance(seconds=(LAST - START).total_seconds())
    assert token_for(practice, practice.app(provider)).access_token
    with pytest.raises(BadClock, match="9000"):
        practice.clock.advance(seconds=1)


# --- the ledger -------------------------------------------------------------------------------------------

EVENTS = sorted({event for life in (LIFE_OF_A_CODE, LIFE_OF_A_TOKEN) for _, event in life})
STEPS = st.lists(st.tuples(st.sampled_from([*EVENTS, "born again", ""]), st.integers(0, 40)), max_size=12)


@pytest.mark.parametrize("life", [LIFE_OF_A_CODE, LIFE_OF_A_TOKEN], ids=["code", "token"])
def test_nothing_leads_back_to_life(life: dict[tuple[str, str], str]) -> None:
    assert ALIVE not in life.values()
    assert {state for state, _ in life} <= {ALIVE, *life.values()}


@given(kind=st.sampled_from([Code, AccessToken]), steps=STEPS, ends=st.none() | st.integers(0, 30))
def test_the_dead_stay_dead(
    kind: type[Code] | type[AccessToken], steps: list[tuple[str, int]], ends: int | None
) -> None:
    until = None if ends is None else START + timedelta(minutes=ends)
    credential = kind("v" * 20, "⟨label⟩", "client", "ada", issued_at=START, expires_at=until)
    now, died = START, False
    for event, minutes in steps:
        now += timedelta(minutes=minutes)
        before = credential.state_at(now)
        moved = credential.happens(event, now)
        assert moved is ((before, event) in kind.life)
        died = died or credential.state_at(now) != ALIVE
        assert (credential.state == ALIVE) is not died
        if until and now > until:
            assert died  # time ends it, whatever else happened
    path = [ALIVE, *(state for _, _, state in credential.history)]
    assert path[-1] == credential.state
    moves = zip(path, credential.history, strict=False)
    assert all(kind.life[state, event] == following for state, (_, event, following) in moves)
    assert [at for at, _, _ in credential.history] == sorted(at for at, _, _ in credential.history)


def test_what_ran_out_unseen_ran_out_in_time() -> None:
    code = Code("v" * 20, "⟨label⟩", "client", "ada", START, START + timedelta(minutes=10))
    assert not code.happens("redeemed", START + timedelta(minutes=11))
    assert code.history == [(START + timedelta(minutes=10), "its time passed", "expired")]


def test_of_two_ends_that_passed_unseen_the_first_counts() -> None:
    token = AccessToken("v" * 20, "⟨label⟩", "client", "ada", START, START + timedelta(days=400))
    token.idle_limit = timedelta(days=365)
    assert token.state_at(START + timedelta(days=1000)) == "revoked"
    assert token.history == [(START + timedelta(days=365), "unused too long", "revoked")]


def test_what_was_not_refreshed_in_time_ends_after_it_expired() -> None:
    token = AccessToken("v" * 20, "⟨label⟩", "client", "ada", START, START + timedelta(hours=8))
    token.refresh_expires_at = START + timedelta(days=181)
    assert token.state_at(START + timedelta(days=181)) == "expired"
    assert token.state_at(START + timedelta(days=182)) == "ended"
    assert token.history[-1] == (START + timedelta(days=181), "not refreshed in time", "ended")
    assert not token.happens("refreshed", START + timedelta(days=183))


@pytest.fixture
def lived_in(practice: Practice) -> Practice:
    """A practice in which a good deal has happened."""
    for provider in (GITHUB, FACEBOOK):
        app = practice.app(provider)
        token = token_for(practice, app)
        request_resource(app, token, "/user" if provider is GITHUB else "/me")
        code_for(practice, app, "ben")
    refresh_token(practice.app(GITHUB), token_for(practice, practice.app(GITHUB)))
    page = practice.browser.open(authorization_url(practice.app(GITHUB), state=new_state()))
    page.sign_in("ada")
    practice.user("ben").change_password()
    return practice


def test_nothing_that_a_practice_shows_of_itself_holds_a_secret(lived_in: Practice) -> None:
    ledger = lived_in.ledger
    shown: list[object] = [lived_in, lived_in.clock, lived_in.browser, lived_in.trace, lived_in.user("ada")]
    shown += [ledger, *vars(ledger).values(), *vars(lived_in.user("ada")).values()]
    for kept in (
        ledger.codes,
        ledger.tokens,
        ledger.refreshable,
        ledger.sessions,
        ledger.people,
        ledger.clients,
    ):
        shown += kept.values()
    shown.remove(ledger.secrets)
    secrets = set(minted_by(lived_in))
    assert len(secrets) > 20
    for thing in shown:
        for text in (repr(thing), str(thing), f"{thing}"):
            assert found(secrets, text) == [], type(thing)
    assert "⟨code 1⟩" in repr(ledger) and "⟨access token 1⟩" in repr(ledger.tokens)


def test_what_is_minted_has_its_label_at_once(lived_in: Practice) -> None:
    for kind, secret in minted_by(lived_in):
        if kind not in ("token hash", "appsecret proof"):  # made of it, by whoever asks
            assert wire.mask(f"<{secret}>").startswith("<⟨"), kind


def test_an_empty_ledger_says_so() -> None:
    ledger = Practice().ledger
    assert repr(ledger) == "The ledger holds no code and no token yet."
    assert repr(ledger.codes) == "nothing yet"


def test_what_a_ledger_holds_stands_in_a_line_each(lived_in: Practice) -> None:
    ledger = lived_in.ledger
    assert repr(ledger.codes).splitlines() == [repr(code) for code in ledger.codes.values()]
    held = [*ledger.codes.values(), *ledger.tokens.values()]
    assert [line.partition("⟩")[0] + "⟩" for line in repr(ledger).splitlines()] == [one.label for one in held]


def test_a_session_is_one_at_its_own_provider(practice: Practice) -> None:
    practice.browser.open(authorization_url(practice.app(GITHUB), state="xyz")).sign_in("ada")
    (cookie,) = practice.ledger.sessions
    url = authorization_url(practice.app(FACEBOOK), state="xyz")
    practice.browser.keep_cookie(url, "xs", cookie)
    assert isinstance(practice.browser.open(url), SignInPage)


def test_what_nobody_has_allowed_can_be_removed_all_the_same(practice: Practice) -> None:
    app = practice.app(GITHUB)
    practice.user("ada").remove(app)
    code_for(practice, app, "ada")
    for _ in range(2):
        practice.user("ada").remove(app)
    assert [code.state for code in practice.ledger.codes.values()] == ["withdrawn"]


def test_who_gave_what_to_whom(practice: Practice) -> None:
    github, facebook = practice.app(GITHUB), practice.app(FACEBOOK)
    for app, login in ((github, "ada"), (facebook, "ada"), (github, "ben")):
        code_for(practice, app, login)
    held = practice.ledger.held(github.client_id, "ada")
    assert [(type(one), one.client_id, one.login) for one in held] == [(Code, github.client_id, "ada")]
    owners = [one.client_id for one in practice.ledger.held_by("ada")]
    assert sorted(owners) == sorted([github.client_id, facebook.client_id])
    assert practice.ledger.held(github.client_id, "mallory") == []


# --- the seed ---------------------------------------------------------------------------------------------


def identifiers(seed: int, *, more_codes: int = 0) -> dict[str, list[str]]:
    """What a run brings forth, by kind."""
    with Practice(seed=seed) as practice:
        apps = [practice.app(provider) for provider in (GITHUB, FACEBOOK)]
        for _ in range(more_codes):
            code_for(practice, apps[0])
        tokens = [token_for(practice, app) for app in apps]
        return {
            "apps": [value for app in apps for value in (app.client_id, app.client_secret)],
            "codes": list(practice.ledger.codes),
            "tokens": [
                value or "" for token in tokens for value in (token.access_token, token.refresh_token)
            ],
        }


def test_the_same_seed_gives_the_same_identifiers_and_another_seed_others() -> None:
    assert identifiers(1) == identifiers(1)
    one, two = identifiers(1), identifiers(2)
    assert not {*one["apps"]} & {*two["apps"]} and not {*one["codes"]} & {*two["codes"]}
    assert one["tokens"][0] != two["tokens"][0]


def test_one_code_more_shifts_no_token() -> None:
    assert identifiers(1, more_codes=3)["tokens"] == identifiers(1)["tokens"]


# --- applications -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_an_application_of_today(practice: Practice, provider: Any) -> None:
    app = practice.app(provider)
    assert app is practice.app(provider) and app.provider in practice.providers
    assert app.redirect_uri.startswith("https://notes.example/callback/") and app.scope
    client = practice.registration(app)
    assert (client.name, client.redirect_uri, client.client_secret) == (
        "Notes",
        app.redirect_uri,
        app.client_secret,
    )
    assert client.expire_user_tokens and client.code_gives == "short"


def test_a_registration_reads_like_the_form_and_keeps_the_secret(practice: Practice) -> None:
    app = practice.register(
        GITHUB,
        name="Two <doors>",
        redirect_uri=["https://a.example/cb", "https://b.example/cb"],
        wildcard="https://b.example/cb",
        expire_user_tokens=False,
        homepage_url="https://a.example/",
    )
    assert str(practice.registration(app)) == (
        "Application name            Two <doors>\n"
        "Homepage URL                https://a.example/\n"
        "Application description\n"
        "Authorization callback URL  https://a.example/cb\n"
        "                            https://b.example/cb (wildcard matching)\n"
        "Expire user access tokens   [ ]\n"
        f"Client ID                   {app.client_id}\n"
        "Client secret               ⟨client secret⟩"
    )
    assert app.redirect_uri == "https://a.example/cb"
    practice.registration(app).expire_user_tokens = True
    assert "\nExpire user access tokens   [x]\n" in str(practice.registration(app))


def test_applications_differ(practice: Practice) -> None:
    given = {"name": "One", "redirect_uri": "https://a.example/"}
    apps = [practice.register(provider=row, **given) for row in (GITHUB, GITHUB, FACEBOOK, FACEBOOK)]
    assert len({app.client_id for app in apps}) == len({app.client_secret for app in apps}) == 4


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "",
        "notes.example/cb",
        "localhost:8000/cb",
        "/cb",
        "https://",
        "https:///cb",
        "https://notes.example/cb#there",
        "https://notes.example/a b",
        "https://notes.example/é",
        "https://notes.example/cb\n",
        "http://[",
        "//notes.example/cb",
        None,
        42,
        (),
        [],
        ("https://notes.example/cb", "cb"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_a_redirect_uri_is_a_whole_url(practice: Practice, provider: Any, redirect_uri: Any) -> None:
    with pytest.raises(BadApp, match=r"redirect_uri .* is no whole URL") as caught:
        practice.register(provider, name="Notes", redirect_uri=redirect_uri)
    assert "https://" in caught.value.mend
    assert not practice.ledger.clients


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "javascript://x/%0aalert(1)",
        "JavaScript://x/y",
        "data://x/y",
        "vbscript://x/y",
        "blob://x/y",
        "file://host/etc/passwd",
        "about://x",
    ],
)
@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_what_a_browser_runs_or_shows_is_no_redirect_uri(
    practice: Practice, provider: Any, redirect_uri: str
) -> None:
    with pytest.raises(BadApp, match="leads nowhere") as caught:
        practice.register(provider, name="Notes", redirect_uri=["https://notes.example/cb", redirect_uri])
    assert redirect_uri.partition(":")[0].lower() in caught.value.message
    assert not practice.ledger.clients


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://127.0.0.1:8000/cb", "http://[::1]/cb", "https://n.example/cb?x=1", "my-app://done"],
)
def test_these_are_whole_urls(practice: Practice, redirect_uri: str) -> None:
    assert practice.register(GITHUB, name="Notes", redirect_uri=redirect_uri).redirect_uri == redirect_uri


# --- mistaken calls ---------------------------------------------------------------------------------------

GIVEN = {"name": "Notes", "redirect_uri": "https://notes.example/cb"}
STRANGER = App(GITHUB, "Ov23liABCDEFGHIJKLMN", "5" * 40, "https://notes.example/cb")

MISTAKES: list[tuple[Callable[[Any], object], type[BadInput], str, str]] = [  # what it names, and its mend
    (lambda practice: Practice(era="2007"), UnknownEra, "'2007'", "'now'"),
    (lambda practice: Practice(era=None), UnknownEra, "None", "'now'"),
    (lambda practice: Practice(era=[]), UnknownEra, r"\[\]", "'now'"),
    (lambda practice: practice.user("eve"), UnknownUser, "'eve'", "ada, ben, dana, mallory"),
    (lambda practice: practice.user(None), UnknownUser, "None", "ada, ben"),
    (lambda practice: practice.user([]), UnknownUser, r"\[\]", "ada, ben"),
    (lambda practice: practice.new_browser("eve"), UnknownUser, "'eve'", "ada, ben, dana, mallory"),
    (lambda practice: practice.register(GITHUB, owner="eve", **GIVEN), UnknownUser, "'eve'", "ada, ben"),
    (lambda practice: practice.register(GITHUB, callback="x", **GIVEN), BadApp, "callback", "homepage_url"),
    (lambda practice: practice.register(GITHUB, client_id="x", **GIVEN), BadApp, "client_id", "redirect_uri"),
    (lambda practice: practice.register(GITHUB, mode="live", **GIVEN), BadApp, "has no mode", "name, "),
    (
        lambda practice: practice.register(FACEBOOK, expire_user_tokens=True, **GIVEN),
        BadApp,
        "expire_",
        "mode",
    ),
    (lambda practice: practice.register(GITHUB, scope="gist", **GIVEN), BadApp, "scope is a tuple", "Copy"),
    (lambda practice: practice.register("GitHub", **GIVEN), BadApp, "'GitHub'", "GITHUB or FACEBOOK"),
    (lambda practice: practice.app("GitHub"), BadApp, "'GitHub'", "GITHUB or FACEBOOK"),
    (lambda practice: practice.app(None), BadApp, "None", "GITHUB or FACEBOOK"),
    (lambda practice: practice.registration(STRANGER), BadApp, "not registered", "practice.app"),
    (lambda practice: practice.registration(None), BadApp, "not registered", "practice.app"),
    (lambda practice: practice.suspend(STRANGER), BadApp, "not registered", "practice.app"),
    (lambda practice: practice.user("ada").remove(STRANGER), BadApp, "not registered", "practice.app"),
    (lambda practice: App(GITHUB, "", "s", "https://a.example/"), BadApp, "client_id", "registered"),
    (lambda practice: App(GITHUB, "i", " ", "https://a.example/"), BadApp, "client_secret", "registered"),
    (lambda practice: App(GITHUB, "i", "s", ""), BadApp, "redirect_uri", "registered"),
]


@pytest.mark.parametrize("number", range(len(MISTAKES)))
def test_a_mistake_is_named_and_so_is_its_mend(practice: Practice, number: int) -> None:
    act, kind, named, mend = MISTAKES[number]
    with pytest.raises(kind, match=named) as caught:
        act(practice)
    assert isinstance(caught.value, OAuthStepsError)
    assert mend in caught.value.mend
    assert not practice.ledger.clients  # nothing came of it


def test_only_the_unknown_field_is_named(practice: Practice) -> None:
    with pytest.raises(BadApp) as caught:
        practice.register(GITHUB, description="fine", colour="blue", **GIVEN)
    assert caught.value.message == "the form has no colour"


# --- people -----------------------------------------------------------------------------------------------


def test_a_browser_remembers_a_changed_password(practice: Practice) -> None:
    app, before = practice.app(GITHUB), practice.ledger.person("ada").password
    practice.user("ada").change_password()
    assert practice.ledger.person("ada").password != before
    page = practice.browser.open(authorization_url(app, state=new_state()))
    assert isinstance(page, SignInPage)
    assert not isinstance(page.sign_in("ada"), SignInPage)
    old = requests.post("https://github.com/session", data={"login": "ada", "password": before})
    assert "Incorrect username or password." in old.text


def test_people_have_two_browsers(practice: Practice) -> None:
    url = authorization_url(practice.app(GITHUB), state=new_state())
    assert not isinstance(practice.new_browser("ada").open(url), SignInPage)
    assert isinstance(practice.new_browser().open(url), SignInPage)
    assert isinstance(practice.browser.open(url), SignInPage)


def test_a_browser_of_a_practice_that_does_not_run_goes_nowhere() -> None:
    practice = Practice()
    url = authorization_url(practice.app(GITHUB), state="s" * 43)
    with pytest.raises(Unreachable, match=r"not running.*practice\.start"):
        practice.browser.open(url)
    with practice:
        page = practice.browser.open(url)
    with pytest.raises(Unreachable, match="not running"):
        page.sign_in("ada")
    with Practice(), pytest.raises(Unreachable, match="not running"):
        practice.browser.open(url)


def test_within_another_practice_nothing_opens_the_network() -> None:
    with Practice() as outer:
        with Practice():
            pass
        assert requests.get("https://github.com/login", timeout=1).status_code == 200
        assert len(outer.trace) == 1
        with pytest.raises(Unreachable):
            requests.get("https://elsewhere.example/", timeout=1)


@pytest.mark.parametrize(
    ("provider", "entry"),
    [
        (GITHUB, {"name": ""}),
        (GITHUB, {"name": None}),
        (GITHUB, {"expire_user_tokens": "no"}),
        (GITHUB, {"homepage_url": 5}),
        (GITHUB, {"owner": ""}),
        (FACEBOOK, {"roles": "ada"}),
        (FACEBOOK, {"code_gives": "longer"}),
    ],
)
def test_what_does_not_fit_into_a_field_of_the_form_is_named(
    provider: Provider, entry: dict[str, Any]
) -> None:
    with pytest.raises(BadApp, match=next(iter(entry))) as caught:
        Practice().register(
            provider, **{"name": "Notes", "redirect_uri": "https://notes.example/cb", **entry}
        )
    assert "It is" in caught.value.mend


@pytest.mark.parametrize(
    ("provider", "entry"), [(GITHUB, {"code_gives": "long"}), (FACEBOOK, {"expire_user_tokens": False})]
)
def test_a_form_has_only_its_own_fields(provider: Provider, entry: dict[str, Any]) -> None:
    with pytest.raises(BadApp, match=f"the form has no {next(iter(entry))}"):
        Practice().register(provider, name="Notes", redirect_uri="https://notes.example/cb", **entry)

"""Below /practice/: the state, the clock, applications, beginning again, and the page that a room watches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from doors import could_answer
from minted import found, minted_by

from oauth_steps import FACEBOOK, GITHUB, App, authorization_url, read_callback, request_token
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import ConsentPage, ErrorPage, Redirect
from oauth_steps.wire import Trace

SECONDS = 20


@pytest.fixture(params=["github", "facebook"])
def base(request: pytest.FixtureRequest, practice: Practice) -> str:
    """Where the control is: at both ports."""
    return f"{practice.urls[request.param]}/practice"


@pytest.fixture
def practice() -> Iterator[Practice]:
    with Practice(port=0) as served:
        yield served


def code_of(practice: Practice, app: App) -> str:
    page = practice.new_browser("ada").open(authorization_url(app, state="xyz"))
    assert isinstance(page, ConsentPage)
    answer = page.allow()
    assert isinstance(answer, Redirect)
    return read_callback(app, answer.url, expected_state="xyz")


def get(url: str) -> Any:
    answer = requests.get(url, timeout=SECONDS)
    assert answer.status_code == 200
    return answer.json()


def post(url: str, body: Any, **headers: str) -> requests.Response:
    return requests.post(url, json=body, headers=headers, timeout=SECONDS)


# --- for programs -------------------------------------------------------------------------------------------


def test_the_state_tells_all_but_secrets(practice: Practice, base: str) -> None:
    app = practice.app(GITHUB)
    token = request_token(app, code_of(practice, app))
    code_of(practice, practice.app(FACEBOOK))
    state = get(f"{base}/state")
    assert state["now"] == "2026-11-23T09:00:00+00:00" and state["era"] == "now"
    assert state["exchanges"] == len(practice.trace) > 0
    assert {name: state[name] for name in practice.urls} == practice.urls
    assert [person["login"] for person in state["people"]] == ["ada", "ben", "dana", "mallory"]
    assert [(one["provider"], one["client_id"]) for one in state["apps"]] == [
        ("github", app.client_id),
        ("facebook", practice.app(FACEBOOK).client_id),
    ]
    assert [(one["label"], one["login"], one["state"]) for one in state["codes"]] == [
        ("⟨code 1⟩", "ada", "used"),
        ("⟨code 2⟩", "ada", "alive"),
    ]
    assert state["tokens"] == [
        {
            "label": "⟨access token 1⟩",
            "client_id": app.client_id,
            "login": "ada",
            "scope": ["read:user", "user:email"],
            "state": "alive",
            "expires_at": "2026-11-23T17:00:00+00:00",
        }
    ]
    assert ("tokens", token.access_token) in minted_by(practice)
    assert found(minted_by(practice), state) == []


def test_the_clock_is_turned(practice: Practice, base: str) -> None:
    code_of(practice, practice.app(GITHUB))
    assert post(f"{base}/clock", {"advance_seconds": 660}).json() == {"now": "2026-11-23T09:11:00+00:00"}
    assert [one["state"] for one in get(f"{base}/state")["codes"]] == ["expired"]
    assert post(f"{base}/clock", {"advance_seconds": 0.5}).json() == {
        "now": "2026-11-23T09:11:00.500000+00:00"
    }


@pytest.mark.parametrize("seconds", [0, -1, None, "660", True, [], {}, 1e300, float("nan"), float("inf")])
def test_the_clock_takes_seconds_that_pass(practice: Practice, seconds: Any) -> None:
    sent = json.dumps({"advance_seconds": seconds})
    kind = {"Content-Type": "application/json"}
    answer = requests.post(f"{practice.urls['github']}/practice/clock", sent, headers=kind, timeout=SECONDS)
    assert answer.status_code == 400 and answer.json().keys() == {"error", "mend"}
    if not isinstance(seconds, int) or isinstance(
        seconds, bool
    ):  # in words of this page, not of the clock's own
        assert "advance_seconds" in answer.json()["error"] and answer.json()["mend"]
    assert practice.clock.now == practice.clock.start


def test_an_application_is_registered(practice: Practice, base: str) -> None:
    form = {
        "provider": "github",
        "redirect_uris": ["http://127.0.0.1/cb", "https://a.example/cb"],
        "name": "Mine",
    }
    answer = post(f"{base}/apps", form)
    made = answer.json()
    assert answer.status_code == 201
    assert made.keys() == {"provider", "client_id", "client_secret", "redirect_uris"}
    assert made["redirect_uris"] == form["redirect_uris"]
    row = practice.app(GITHUB).provider
    app = App(row, made["client_id"], made["client_secret"], "http://127.0.0.1:54321/cb", ("gist",))
    assert request_token(app, code_of(practice, app)).scope == ("gist",)
    assert practice.registration(app).name == "Mine"
    assert made["client_secret"] not in str(practice.trace) + repr(practice.ledger.clients)


def test_the_form_of_each_provider_has_its_own_fields(practice: Practice, base: str) -> None:
    uris = ["https://a.example/cb"]
    form = {"provider": "facebook", "redirect_uris": uris, "mode": "development", "roles": ["ben"]}
    made = post(f"{base}/apps", form).json()
    client = practice.ledger.clients[made["client_id"]]
    assert (client.mode, client.roles) == ("development", {"ben"})
    form = {"provider": "GitHub", "redirect_uris": uris, "wildcard": True, "expire_user_tokens": False}
    client = practice.ledger.clients[post(f"{base}/apps", form).json()["client_id"]]
    assert (client.wildcard, client.expire_user_tokens) == (set(uris), False)


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"provider": "github"},
        {"provider": "myspace", "redirect_uris": ["https://a.example/cb"]},
        {"provider": "github", "redirect_uris": []},
        {"provider": "github", "redirect_uris": ["/cb"]},
        {"provider": "github", "redirect_uris": ["javascript:alert(1)"]},
        {"provider": "github", "redirect_uris": [f"https://a.example/{number}" for number in range(11)]},
        {"provider": "github", "redirect_uris": ["https://a.example/cb"], "client_secret": "mine"},
        {"provider": "github", "redirect_uris": ["https://a.example/cb"], "suspended": True},
        {"provider": "github", "redirect_uris": ["https://a.example/cb"], "mode": "live"},
        {
            "provider": "github",
            "redirect_uris": ["https://a.example/cb"],
            "redirect_uri": "https://b.example",
        },
        {"provider": "github", "redirect_uris": ["https://a.example/cb"], "self": 1},
        {"provider": "github", "redirect_uris": ["https://a.example/cb"], "side": 1, "identity": {}},
        {"provider": "github", "redirect_uris": ["https://a.example/cb"], "scope": ["gist"]},
        {"provider": "github", "redirect_uris": ["https://a.example/cb"], "name": ""},
        {"provider": "github", "redirect_uris": ["https://a.example/cb"], "owner": "nobody"},
        {"provider": "facebook", "redirect_uris": ["https://a.example/cb"], "mode": "open"},
        {"provider": "facebook", "redirect_uris": ["https://a.example/cb"], "roles": "ben"},
        {"provider": "facebook", "redirect_uris": ["https://a.example/cb"], "roles": ["ben", 1]},
        {"provider": "facebook", "redirect_uris": ["https://a.example/cb"], "roles": [["ben"]]},
        {"provider": "facebook", "redirect_uris": {"https://a.example/cb": 1}},
        {"provider": "facebook", "redirect_uris": [5]},
    ],
    ids=str,
)
def test_what_is_not_on_the_form_is_refused_in_words(practice: Practice, form: Any) -> None:
    before = set(practice.ledger.clients)
    answer = post(f"{practice.urls['github']}/practice/apps", form)
    assert answer.status_code == 400 and answer.json()["error"] and answer.json()["mend"]
    if not form.get("redirect_uris") and form.get("provider") == "github":
        assert answer.json()["error"] == "redirect_uris is missing"
    if form.get("roles"):
        assert answer.json()["error"].startswith("roles cannot be") and '["ada"]' in answer.json()["mend"]
    assert set(practice.ledger.clients) == before


@pytest.mark.parametrize(
    "field", ["self", "side", "identity", "scope", "redirect_uri", "client_secret", "callback"]
)
@pytest.mark.parametrize("provider", ["github", "facebook"])
def test_a_field_that_is_not_there_is_told_of_those_that_are(
    practice: Practice, provider: str, field: str
) -> None:
    form = {"provider": provider, "redirect_uris": ["https://a.example/cb"], field: "x"}
    answer = post(f"{practice.urls['github']}/practice/apps", form)
    assert answer.status_code == 400 and answer.json()["error"] == f"the form has no {field}"
    told = answer.json()["mend"].removeprefix("It has ").removesuffix(".").split(", ")
    assert {"name", "redirect_uris"} <= {*told} and not {field, "redirect_uri"} & {*told}


@pytest.mark.parametrize("sent", ["", "{", "[1]", "null", '"advance_seconds"'])
def test_what_is_no_json_object_is_refused_with_an_example(practice: Practice, sent: str) -> None:
    kind = {"Content-Type": "application/json"}
    for path in ("clock", "apps", "reset"):
        url = f"{practice.urls['github']}/practice/{path}"
        answer = requests.post(url, sent, headers=kind, timeout=SECONDS)
        assert answer.status_code == 400 and "{" in answer.json()["mend"]


def test_beginning_again_keeps_what_was_announced(practice: Practice, base: str) -> None:
    apps = [practice.app(GITHUB), practice.app(FACEBOOK)]
    code_of(practice, apps[0])
    post(f"{base}/apps", {"provider": "github", "redirect_uris": ["https://a.example/cb"]})
    post(f"{base}/clock", {"advance_seconds": 660})
    state = post(f"{base}/reset", {}).json()
    assert state == get(f"{base}/state")
    assert (state["exchanges"], state["codes"], state["now"]) == (0, [], "2026-11-23T09:00:00+00:00")
    assert [one["client_id"] for one in state["apps"]] == [app.client_id for app in apps]
    assert [practice.app(GITHUB), practice.app(FACEBOOK)] == apps


@pytest.mark.parametrize("path", ["clock", "apps", "reset"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 400),
        ({"Content-Type": ""}, 400),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_no_page_of_another_site_gets_anything_done(
    practice: Practice, base: str, path: str, headers: dict[str, str], status: int
) -> None:
    """Neither with a form, which it may send, nor with JSON, for which its browser would ask first."""
    code_of(practice, practice.app(GITHUB))
    before = get(f"{base}/state")
    body = {"advance_seconds": 660, "provider": "github", "redirect_uris": ["https://a.example/cb"]}
    assert post(f"{base}/{path}", body, **headers).status_code == status
    assert get(f"{base}/state") == before


@pytest.mark.parametrize("path", ["state", "clock", "apps", "reset", ""])
def test_a_browser_that_asks_for_another_site_is_given_no_leave(base: str, path: str) -> None:
    asked = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}
    answer = requests.options(f"{base}/{path}", headers=asked, timeout=SECONDS)
    assert answer.status_code == 405
    assert not [name for name in answer.headers if name.lower().startswith("access-control-")]


def test_other_methods_and_places_are_refused_in_words(base: str) -> None:
    assert requests.get(f"{base}/clock", timeout=SECONDS).status_code == 405
    assert requests.get(f"{base}/clock", timeout=SECONDS).headers["Allow"] == "POST"
    assert requests.delete(f"{base}/state", timeout=SECONDS).status_code == 405
    assert requests.get(f"{base}/nowhere", timeout=SECONDS).status_code == 404
    assert requests.head(f"{base}/state", timeout=SECONDS).status_code == 200


def test_nothing_of_it_is_kept_by_a_browser(base: str) -> None:
    for path in ("/", "/state", "/nowhere"):
        assert requests.get(base + path, timeout=SECONDS).headers["Cache-Control"] == "no-store"


def test_the_page_sends_its_form_to_itself_and_is_fresh_without_scripts(base: str) -> None:
    page = requests.get(f"{base}/", timeout=SECONDS)
    assert "; form-action 'self';" in page.headers["Content-Security-Policy"]
    assert '<noscript><meta http-equiv="refresh"' in page.text


def test_the_control_leaves_no_trace(practice: Practice, base: str) -> None:
    get(f"{base}/state")
    requests.get(f"{base}/", timeout=SECONDS)
    assert len(practice.trace) == 0


# --- for people ---------------------------------------------------------------------------------------------


def token_on(page: str) -> str:
    found = re.search('name="csrf" value="([^"]+)"', page)
    assert found
    return found[1]


def test_the_page_shows_what_was_sent_by_its_labels(practice: Practice, base: str) -> None:
    assert "Nothing was sent yet." in requests.get(f"{base}/", timeout=SECONDS).text
    app = practice.app(GITHUB)
    token = request_token(app, code_of(practice, app))
    page = requests.get(f"{base}/", timeout=SECONDS).text
    assert "2026-11-23, 09:00 UTC · 3 exchanges" in page and "⟨access token 1⟩" in page and "<svg" in page
    assert token.access_token not in page and app.client_secret not in page


def test_nobody_waits_while_the_page_is_drawn(practice: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    practice.browser.open(f"{practice.urls['github']}/nowhere")
    drawn, draw = [], Trace._repr_html_

    def watched(trace: Trace) -> str:
        drawn.append(could_answer(practice))
        return draw(trace)

    monkeypatch.setattr(Trace, "_repr_html_", watched)
    requests.get(f"{practice.urls['github']}/practice/", timeout=SECONDS)
    assert drawn == [True]


def test_whatever_was_sent_the_page_stays_small(practice: Practice) -> None:
    url = practice.urls["github"]
    for _ in range(12):
        requests.post(
            f"{url}/{'x' * 30_000}?{'y=1&' * 5_000}", {"a" * 100_000: "b" * 100_000}, timeout=SECONDS
        )
        requests.get(f"{url}/login/{'x' * 30_000}", headers={"User-Agent": "Mozilla/5.0"}, timeout=SECONDS)
    assert len(requests.get(f"{url}/practice/", timeout=SECONDS).content) < 250_000


def test_the_page_is_as_long_as_a_room_can_read(practice: Practice) -> None:
    url = f"{practice.urls['github']}/practice/"
    for _ in range(40):
        practice.browser.open(f"{practice.urls['github']}/nowhere")
    page = requests.get(url, timeout=SECONDS).text
    assert "40 exchanges" in page and page.count("GET /nowhere") < 40


def test_its_buttons_turn_the_clock_and_begin_again(practice: Practice, base: str) -> None:
    csrf = token_on(requests.get(f"{base}/", timeout=SECONDS).text)
    answer = requests.post(f"{base}/", {"csrf": csrf, "advance_seconds": "660"}, timeout=SECONDS)
    assert answer.history[0].status_code == 303 and "09:11 UTC" in answer.text
    answer = requests.post(f"{base}/", {"csrf": csrf, "act": "reset"}, timeout=SECONDS)
    assert "09:00 UTC" in answer.text


@pytest.mark.parametrize("csrf", [None, "", "x" * 43])
@pytest.mark.parametrize("button", [{"advance_seconds": "660"}, {"act": "reset"}])
def test_its_form_is_nobody_elses(practice: Practice, button: dict[str, str], csrf: str | None) -> None:
    practice.clock.advance(seconds=1)
    before, url = practice.clock.now, f"{practice.urls['github']}/practice/"
    answer = requests.post(url, {**button, "csrf": csrf}, timeout=SECONDS)
    assert answer.status_code == 400 and answer.headers["Content-Type"].startswith("text/html")
    assert "Open the page again" in answer.text  # for whoever has pressed a button: no JSON
    right = {**button, "csrf": token_on(requests.get(url, timeout=SECONDS).text)}
    foreign = {"Origin": "https://evil.example"}
    assert requests.post(url, right, headers=foreign, timeout=SECONDS).status_code == 403
    assert practice.clock.now == before


@pytest.mark.parametrize("seconds", ["", "soon", "-5", "nan", "inf"])
def test_its_form_takes_seconds_that_pass(practice: Practice, seconds: str) -> None:
    url = f"{practice.urls['github']}/practice/"
    form = {"advance_seconds": seconds, "csrf": token_on(requests.get(url, timeout=SECONDS).text)}
    assert requests.post(url, form, timeout=SECONDS).status_code == 400
    assert practice.clock.now == practice.clock.start


def test_what_is_no_place_of_the_practice_is_the_providers(practice: Practice) -> None:
    assert isinstance(practice.browser.open(f"{practice.urls['github']}/practiced"), ErrorPage)
    assert practice.trace[-1].status == 404

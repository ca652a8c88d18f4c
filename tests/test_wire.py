"""Exchanges, traces, labels: what was sent is shown, and no secret in it."""

from __future__ import annotations

import html
import json
import re
import string
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from unittest import mock
from urllib.parse import quote, quote_plus, urlencode

import pytest
import requests
from hypothesis import example, given
from hypothesis import strategies as st
from pygments.formatters.latex import escape_tex

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    App,
    TokenRefused,
    authorization_url,
    new_state,
    read_callback,
    request_resource,
    request_token,
    wire,
)
from oauth_steps.errors import Unreachable
from oauth_steps.practice import Practice
from oauth_steps.wire import Exchange, LiveTrace, Request, Response, Secrets, Trace, basic_credentials

SECRET = "5ec7e7" * 6 + "abcd"
APP = App(GITHUB, "Ov23liABCDEFGHIJKLMN", SECRET, "https://notes.example/cb")
CODE, STATE, TOKEN = "9f" * 10, "st4te-" + "x" * 37, "gho_" + "Zz9" * 12
FORM = (("Content-Type", "application/x-www-form-urlencoded"),)
JSON = (("Content-Type", "application/json; charset=utf-8"),)


def exchange(request: Request, response: Response | None = None, secrets: Secrets | None = None) -> Exchange:
    trace = Trace((GITHUB, FACEBOOK), secrets)
    return trace.record(request, response if response else Response(200))


def everything(shown: Exchange | Trace) -> str:
    """All that an exchange or a trace can show of itself, in one text."""
    texts = [str(shown), repr(shown), f"{shown}", shown._repr_html_()]
    if isinstance(shown, Exchange):
        texts += [*vars(shown.request).values(), *vars(shown.response or Response(0)).values()]
        texts = [text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text) for text in texts]
        texts += [str(shown.full), shown.full._repr_html_(), shown.as_curl(), shown.as_requests()]
        texts += [repr(shown.reveal().request), repr(shown.reveal().response), str(shown.header("location"))]
    return "\n".join(texts)


# --- where secrets stand --------------------------------------------------------------------------

PLACES = [  # a secret, where it stands, and the label it gets
    (CODE, Request("POST", GITHUB.token_url, FORM, f"code={CODE}".encode()), None, "⟨code 1⟩"),
    (CODE, Request("POST", GITHUB.token_url, JSON, json.dumps({"code": CODE}).encode()), None, "⟨code 1⟩"),
    (CODE, Request("GET", f"{FACEBOOK.token_url}?code={CODE}"), None, "⟨code 1⟩"),
    (STATE, Request("GET", f"{GITHUB.authorization_url}?state={STATE}"), None, "⟨state 1⟩"),
    ("s+/ =&", Request("GET", f"{GITHUB.authorization_url}?{urlencode({'state': 's+/ =&'})}"), None, "⟨state 1⟩"),
    ("ab", Request("GET", f"{GITHUB.authorization_url}?state=ab&scope=x"), None, "⟨state 1⟩"),
    (TOKEN, Request("GET", "https://api.github.com/user", (("Authorization", f"Bearer {TOKEN}"),)), None,
     "Bearer ⟨access token 1⟩"),
    (TOKEN, Request("GET", "https://api.github.com/user", (("Authorization", f"token {TOKEN}"),)), None,
     "token ⟨access token 1⟩"),
    (TOKEN, Request("GET", f"https://graph.facebook.com/me?access_token={TOKEN}"), None, "⟨access token 1⟩"),
    (basic_credentials("id", SECRET), Request("POST", GITHUB.token_url,
     (("Authorization", f"Basic {basic_credentials('id', SECRET)}"),)), None, "Basic ⟨basic credentials 1⟩"),
    (SECRET, Request("POST", GITHUB.token_url, FORM, f"client_secret={SECRET}".encode()), None, "⟨client secret 1⟩"),
    (CODE, Request("GET", GITHUB.authorization_url),
     Response(302, (("Location", f"https://a.example/cb?code={CODE}"),)), "⟨code 1⟩"),
    (TOKEN, Request("GET", FACEBOOK.authorization_url),
     Response(302, (("Location", f"https://a.example/cb?#access_token={TOKEN}&expires_in=4000"),)), "⟨access token 1⟩"),
    (TOKEN, Request("POST", GITHUB.token_url), Response(200, FORM, f"access_token={TOKEN}&scope=".encode()),
     "⟨access token 1⟩"),
    (TOKEN, Request("POST", GITHUB.token_url), Response(200, JSON, f'{{"access_token": "{TOKEN}"}}'.encode()),
     "⟨access token 1⟩"),
    ("ghr_" + TOKEN, Request("POST", GITHUB.token_url),
     Response(200, JSON, f'{{"refresh_token":"ghr_{TOKEN}"}}'.encode()), "⟨refresh token 1⟩"),
    (TOKEN, Request("POST", "https://api.github.com/applications/x/token", JSON,
     f'{{"access_token":"{TOKEN}"}}'.encode()), None, "⟨access token 1⟩"),
    ("c00kie-c00kie", Request("GET", "https://github.com/login", (("Cookie", "user_session=c00kie-c00kie"),)), None,
     "user_session=⟨cookie 1⟩"),
    ("c00kie-c00kie", Request("POST", "https://github.com/session"),
     Response(302, (("Set-Cookie", "user_session=c00kie-c00kie; path=/; HttpOnly"),)), "⟨cookie 1⟩; path=/"),
    ("open sesame now", Request("POST", "https://github.com/session", FORM,
     b"login=ada&password=open+sesame+now"), None, "password=⟨password 1⟩"),
    ("c5rf-c5rf", Request("POST", GITHUB.authorization_url, FORM, b"authenticity_token=c5rf-c5rf"), None,
     "⟨CSRF value 1⟩"),
]  # fmt: skip


@pytest.mark.parametrize(("secret", "request_", "response", "label"), PLACES)
def test_a_secret_is_known_by_its_place(
    secret: str, request_: Request, response: Response | None, label: str
) -> None:
    shown = everything(exchange(request_, response).full)
    assert label in shown
    for spelling in (secret, quote(secret, safe=""), quote_plus(secret)):
        if len(secret) > 4:
            assert spelling not in shown


def test_these_names_stand_for_secrets() -> None:
    """RFC 6749, 7636, OpenID Connect Core, GitHub's and Facebook's docs: no name may fall out of the list unseen."""
    assert set(wire._KINDS) == {
        *("access_token", "input_token", "fb_exchange_token", "long_lived_token", "token", "refresh_token"),
        *("id_token", "client_secret", "appsecret_proof", "hashed_token", "token_last_eight", "password"),
        *("authenticity_token", "fb_dtsg", "state", "nonce", "code", "code_verifier", "code_challenge"),
    }


@pytest.mark.parametrize(("name", "kind"), sorted(wire._KINDS.items()))
@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/cb?{name}=zz91",
        "https://a.example/cb?x=1&{name}=zz91&y=2",
        "https://a.example/cb#{name}=zz91",
        "/login?return_to=%2Fauthorize%3F{name}%3Dzz91%26x%3D1",
        "/login?return_to=%2Fauthorize%3Fx%3D1%26{name}%3Dzz91",
        "/a?to=%252Fauthorize%253F{name}%253Dzz91%2526x%253D1",
        "/login?return_to=%2fauthorize%3f{name}%3dzz91%26x%3d1",
        "/a?to=%252fauthorize%253f{name}%253dzz91%2526x%253d1",
        "{name}=zz91,with;more'of#it",
        '{{"{name}": "zz91"}}',
        '--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\nzz91\r\n--x--\r\n',
        "--x\nContent-Type: text/plain\nContent-Disposition: form-data; name={name}\nA: b\n\nzz91\nmore\n--x--",
        '--x\r\nContent-Disposition: form-data; name="{name}"; a=%s\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\nA: b\r\n\r\n'
        "zz91\r\n--y\r\nzz91\r\n--x--" % ("a" * 300),
    ],
)
def test_a_short_secret_is_known_by_its_name_also_in_a_url_within_a_url(
    name: str, kind: str, text: str
) -> None:
    shown = Secrets().mask_url(text.format(name=name))
    assert f"⟨{kind} 1⟩" in shown and "zz91" not in shown and "more" not in shown


@pytest.mark.parametrize(("name", "kind"), sorted(wire._KINDS.items()))
def test_a_secret_may_be_a_number_and_a_code_of_an_error_is_none(name: str, kind: str) -> None:
    text = json.dumps({name: 98765432109876543210, "error": {"code": 190}})
    assert Secrets().mask_url(text) == f'{{"{name}": "⟨{kind} 1⟩", "error": {{"code": 190}}}}'


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://a.example/cb?{name}=one%26two&y=2", "https://a.example/cb?{name}=⟨{kind} 1⟩&y=2"),
        ("{name}=one%26two", "{name}=⟨{kind} 1⟩"),
        ("/login?to=%2Fcb%3F{name}%3Done%2526two%26x", "/login?to=%2Fcb%3F{name}%3D⟨{kind} 1⟩%26x"),
        ("/login?to=%2Fcb%3F{name}=zz91%26x=1", "/login?to=%2Fcb%3F{name}=⟨{kind} 1⟩%26x=1"),
    ],
)
@pytest.mark.parametrize(("name", "kind"), sorted(wire._KINDS.items()))
def test_a_secret_with_an_ampersand_in_it_is_hidden_whole(
    name: str, kind: str, text: str, shown: str
) -> None:
    assert Secrets().mask_url(text.format(name=name)) == shown.format(name=name, kind=kind)


def test_a_name_is_known_in_any_case_of_its_letters_and_by_no_others() -> None:
    assert Secrets().mask_url("/?STATE=zz91") == "/?STATE=⟨state 1⟩"
    assert Secrets().mask_url("/?ſtate=zz91") == "/?ſtate=zz91"  # a long s, which is no letter of a name


def test_a_secret_in_xml_is_known_by_its_name() -> None:
    body = b"<OAuth>\n  <access_token>gho_abc</access_token>\n</OAuth>"
    shown = str(
        exchange(
            Request("POST", GITHUB.token_url), Response(200, (("Content-Type", "application/xml"),), body)
        )
    )
    assert "<access_token>⟨access token 1⟩</access_token>" in shown


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("Authorization", "gho_no-scheme-at-all", "Authorization: ⟨access token 1⟩"),
        ("Authorization", "basic abcdefgh", "Authorization: basic ⟨basic credentials 1⟩"),
        ("Authorization", "X-Odd\tgho_behind-a-tab", "Authorization: X-Odd ⟨access token 1⟩"),
        ("Proxy-Authorization", "Basic abcdefgh", "Proxy-Authorization: Basic ⟨basic credentials 1⟩"),
        ("Cookie", "a=1;connect.sid=hidden-here", "Cookie: a=⟨cookie 1⟩;connect.sid=⟨cookie 2⟩"),
    ],
)
def test_odd_headers_hide_their_secrets_too(name: str, value: str, shown: str) -> None:
    text = str(exchange(Request("GET", "https://api.github.com/user", ((name, value),))).full)
    assert shown in text


def test_a_value_keeps_its_label_from_step_to_step() -> None:
    trace = Trace((GITHUB,))
    callback = f"https://notes.example/cb?code={CODE}&state={STATE}"
    trace.record(
        Request("GET", f"{GITHUB.authorization_url}?state={STATE}"), Response(302, (("Location", callback),))
    )
    trace.record(Request("POST", GITHUB.token_url, FORM, f"code={CODE}".encode()), Response(200))
    assert "code=⟨code 1⟩" in str(trace[0]) and "&state=⟨state 1⟩" in str(trace[0])
    assert "code=⟨code 1⟩" in str(trace[1])


def test_another_value_gets_another_label() -> None:
    trace = Trace((GITHUB,))
    for state in ("first-state", "other-state", "first-state"):
        trace.record(Request("GET", f"{GITHUB.authorization_url}?state={state}"), Response(200))
    assert ["⟨state 1⟩" in str(one) for one in trace] == [True, False, True]
    assert "⟨state 2⟩" in str(trace[1])


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("https://api.github.com/repos/a/b/issues?state=closed", "closed"),
        ("https://graph.facebook.com/me?fields=name", "name"),
        ("https://api.github.com/search?q=code:150", "150"),
    ],
)
def test_the_api_uses_these_words_for_other_things(url: str, word: str) -> None:
    assert word in str(exchange(Request("GET", url)))


def test_numbers_called_code_are_no_codes() -> None:
    body = b'{"error":{"message":"no","code":190,"error_subcode":463}}'
    shown = str(exchange(Request("GET", FACEBOOK.token_url), Response(400, JSON, body)))
    assert "190" in shown and "463" in shown
    assert "error_code=200" in str(exchange(Request("GET", f"{FACEBOOK.authorization_url}?error_code=200")))


def test_a_known_secret_is_masked_wherever_it_turns_up() -> None:
    secrets = Secrets()
    secrets.learn_app(APP)
    secrets.learn("access token", TOKEN)
    odd = f"a text with {TOKEN} in it, and {SECRET}!"
    shown = everything(
        exchange(
            Request("PUT", f"https://api.github.com/x/{TOKEN}", (("X-Odd", odd),), odd.encode()),
            Response(418, (("X-Odd", odd),), json.dumps({"message": odd}).encode()),
            secrets,
        ).full
    )
    assert TOKEN not in shown and SECRET not in shown
    assert "⟨access token 1⟩" in shown and "⟨client secret 1⟩" in shown


NASTY = 'p<&>"ss/wörd+ €%'


@pytest.mark.parametrize(
    "spelt",
    [NASTY, quote(NASTY), quote(NASTY, safe=""), quote_plus(NASTY), html.escape(NASTY), json.dumps(NASTY)[1:-1],
     json.dumps(NASTY)[1:-1].replace("/", "\\/"), quote(quote(NASTY, safe=""), safe=""), quote(NASTY, safe="").lower()],
)  # fmt: skip
def test_every_spelling_is_masked(spelt: str) -> None:
    secrets = Secrets()
    secrets.learn("password", NASTY)
    assert secrets.mask(f"[{spelt}]") == "[⟨password 1⟩]"


def test_basic_and_app_token_are_known_with_the_application() -> None:
    secrets = Secrets()
    secrets.learn_app(APP)
    assert secrets.mask(f"{APP.client_id}|{SECRET}") == "⟨app token 1⟩"
    assert secrets.mask(basic_credentials(APP.client_id, SECRET)) == "⟨basic credentials 1⟩"


@given(
    st.lists(st.tuples(st.sampled_from(["code", "state", "password"]), st.text(min_size=8)), max_size=8),
    st.text(),
)
@example([("code", "aaaaaaaa"), ("state", "aaaaaaaaaaaa")], "")
def test_no_known_secret_survives_masking(learnt: list[tuple[str, str]], around: str) -> None:
    secrets = Secrets()
    for kind, value in learnt:
        secrets.learn(kind, value)
    for _, value in learnt:
        masked = secrets.mask(around + value + around)
        if value not in around and not any(value in label for label in secrets._labels.values()):
            assert value not in masked


UNRESERVED = string.ascii_letters + string.digits + "-._~"  # RFC 3986 section 2.3
FEW = "ab/é"  # so few characters that values overlap, hold each other and end alike


def spelt(value: str) -> set[str]:
    """Some ways in which a value is written."""
    quoted = quote(value, safe="")
    return {
        value,
        quoted,
        quote(quoted),
        quote(value),
        quote_plus(value),
        html.escape(value),
        json.dumps(value)[1:-1],
        repr(value)[1:-1],
        escape_tex(value, "PY") if not set("\0\1\2") & set(value) else value,  # Pygments uses these itself
        repr(f"'{value}\"")[3:-2],
    }


def masked_plainly(secrets: Secrets, text: str) -> str:
    """Every known spelling looked for, the longest first: slow, and easy to believe."""
    found = sorted((spelling for spelling in secrets._spellings if spelling in text), key=len, reverse=True)
    pattern = "|".join(map(re.escape, found))
    return re.sub(pattern, lambda match: secrets._spellings[match[0]], text) if found else text


@given(st.lists(st.text(FEW, min_size=7, max_size=13), min_size=1, max_size=8), st.data())
@example(["aaaaaaaa", "aaaaaaaaaaaa"], None)
@example(["ab/ab/ab/ab", "b/ab/ab/", "/ab/ab/ab/ab/"], None)
def test_masking_by_endings_is_masking_plainly(values: list[str], data: st.DataObject | None) -> None:
    secrets = Secrets()
    for value in values:
        secrets.learn("state", value)
    ways = [way for value in values for way in sorted(spelt(value))]
    pieces = st.lists(st.sampled_from(ways) | st.text(FEW, max_size=5), max_size=8)
    text = "".join(data.draw(pieces) if data else ways)
    for start in range(4):
        assert secrets.mask(text[start:]) == masked_plainly(secrets, text[start:])


@given(st.lists(st.text(FEW, min_size=7, max_size=13), min_size=1, max_size=8), st.data())
def test_masking_what_is_longer_than_anything_issued_is_masking_plainly(
    values: list[str], data: st.DataObject
) -> None:
    with mock.patch.object(wire, "_ISSUED", 9):
        test_masking_by_endings_is_masking_plainly.hypothesis.inner_test(values, data)


def test_one_letter_typed_a_hundred_thousand_times_takes_no_longer_than_another_text() -> None:
    """Each of a million places ends like the secrets: looking at all of these there would take minutes."""
    secrets = Secrets()
    for kind, value in (("state", "x" * 100_000), ("code", "x" * 100_000 + "y")):
        secrets.learn(kind, value)
    text = f"{'x' * 1_000_000}y"
    assert secrets.mask(text) == "⟨state 1⟩" * 9 + "⟨code 1⟩"


@given(st.text(min_size=8) | st.text(string.printable, min_size=8) | st.text(UNRESERVED, min_size=8))
def test_every_spelling_of_anything_is_masked(value: str) -> None:
    secrets = Secrets()
    secrets.learn("password", value)
    for spelling in spelt(value):
        assert secrets.mask(spelling) == "⟨password 1⟩"


@given(st.text(UNRESERVED, min_size=1))
def test_what_is_never_escaped_is_kept_once(value: str) -> None:
    value = re.sub("[-_~]", "x", value)  # which LaTeX alone escapes
    assert wire._spellings(value) == {value} == spelt(value)


@pytest.mark.parametrize("typed", ["⟨code 9⟩", "None", "null", "undefined"])
def test_a_label_or_nothing_in_a_secrets_place_is_no_secret(typed: str) -> None:
    secrets = Secrets()
    assert secrets.mask_url(f"https://notes.example/cb?code={quote(typed)}").endswith(f"?code={typed}")
    assert secrets.learn("code", "a" * 20) == "⟨code 1⟩"


def test_labels_say_nothing_of_the_value() -> None:
    one, other = Secrets(), Secrets()
    assert one.learn("code", "a" * 20) == other.learn("code", "completely different") == "⟨code 1⟩"


# --- what is the same on every computer -----------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "value", "shown"),
    [
        ("User-Agent", "python-requests/2.34.2", "python-requests/⟨version⟩"),
        ("Accept-Encoding", "gzip, deflate, br, zstd", "⟨what this Python can unpack⟩"),
        ("Date", "Mon, 23 Nov 2026 09:00:00 GMT", "⟨date⟩"),
    ],
)
def test_what_differs_between_computers_has_a_label(header: str, value: str, shown: str) -> None:
    text = str(exchange(Request("GET", "https://api.github.com/user", ((header, value),))).full)
    assert f"{header}: {shown}" in text and value not in text


# --- what is shown first --------------------------------------------------------------------------


def test_the_headers_that_matter_and_how_many_more() -> None:
    headers = (*JSON, ("X-OAuth-Scopes", "repo"), ("X-One", "1"), ("X-Two", "2"))
    shown = exchange(Request("GET", "https://api.github.com/user"), Response(200, headers))
    assert (
        "X-OAuth-Scopes: repo" in str(shown)
        and "X-One" not in str(shown)
        and "and 2 more headers" in str(shown)
    )
    assert "X-One: 1" in str(shown.full) and "more header" not in str(shown.full)


def test_request_and_response_are_whole_and_masked() -> None:
    body = json.dumps({"access_token": TOKEN}).encode() + b"\xff"
    sent = Request("POST", GITHUB.token_url, (*FORM, ("X-One", "1")), f"code={CODE}&x=1".encode())
    one = exchange(sent, Response(200, JSON, body))
    assert one.request == Request("POST", GITHUB.token_url, sent.headers, "code=⟨code 1⟩&x=1".encode())
    assert one.response == Response(200, JSON, '{"access_token": "⟨access token 1⟩"}'.encode() + b"\xff")
    assert one.reveal() == (sent, Response(200, JSON, body))


def test_a_refused_connection_is_an_exchange_without_a_response() -> None:
    shown = Trace((GITHUB,)).record(
        Request("GET", "https://elsewhere.example/"), None, refused="refused: elsewhere"
    )
    assert (
        shown.status is None
        and "refused: elsewhere" in str(shown)
        and "refused: elsewhere" in shown._repr_html_()
    )


MARKUP = "<img src=x onerror=alert(1)>\"'&"


@pytest.mark.parametrize(
    ("request_", "response"),
    [
        (Request("GET", f"https://api.github.com/{MARKUP}"), Response(200)),
        (Request("GET", "https://api.github.com/", (("Accept", MARKUP), (MARKUP, "x"))), Response(200)),
        (Request("POST", GITHUB.token_url, FORM, f"error={MARKUP}".encode()), Response(200)),
        (Request("GET", GITHUB.token_url), Response(400, JSON, json.dumps({"error_description": MARKUP}).encode())),
        (Request("GET", GITHUB.authorization_url, (("User-Agent", "Mozilla/5.0"),)),
         Response(302, (("Location", f"https://a.example/?error={MARKUP}"),))),
        (Request("GET", GITHUB.authorization_url, (("User-Agent", "Mozilla/5.0"),)),
         Response(200, (("Content-Type", "text/html"),), f"<title>{html.escape(MARKUP)}</title>".encode())),
        (Request(MARKUP, GITHUB.token_url), Response(200, (("Content-Type", MARKUP),), b"x")),
    ],
)  # fmt: skip
def test_everything_shown_is_escaped(request_: Request, response: Response) -> None:
    trace = Trace((GITHUB, FACEBOOK))
    one = trace.record(request_, response)
    for shown in (one._repr_html_(), one.full._repr_html_(), trace._repr_html_()):
        assert "<img" not in shown


@given(st.binary(max_size=300), st.binary(max_size=300), st.text(max_size=60))
def test_any_bytes_can_be_shown(sent: bytes, received: bytes, name: str) -> None:
    for kind in ("application/json", "application/x-www-form-urlencoded", "text/html", "image/png", name):
        headers = (("Content-Type", kind),)
        everything(
            exchange(Request("POST", GITHUB.token_url, headers, sent), Response(200, headers, received))
        )


# --- the trace ------------------------------------------------------------------------------------


def test_a_trace_is_a_sequence_whose_parts_draw_themselves() -> None:
    trace = Trace((GITHUB,))
    trace.record(Request("GET", GITHUB.authorization_url), Response(200))
    trace.record(Request("POST", GITHUB.token_url), Response(200))
    trace.record(Request("GET", "https://api.github.com/user"), Response(200))
    assert [one.number for one in trace] == [1, 2, 3]
    assert [one.step for one in trace[1:]] == [3, 5] and len(trace.of_step(3)) == 1
    assert "<svg" in trace._repr_html_() and "aria-label" in trace._repr_html_()


def test_the_lanes_are_read_from_the_exchange() -> None:
    trace = Trace((GITHUB,))
    browser = (("User-Agent", "Mozilla/5.0"),)
    callback = (("Location", f"https://notes.example/cb?code={CODE}&state={STATE}"),)
    trace.record(
        Request("GET", GITHUB.authorization_url, browser), Response(200, (("Content-Type", "text/html"),))
    )
    trace.record(Request("POST", GITHUB.authorization_url, browser, b"authorize=1"), Response(302, callback))
    trace.record(Request("POST", GITHUB.token_url), Response(200))
    trace.record(Request("GET", "https://api.github.com/user"), Response(401))
    ways = [(arrow.number, arrow.step, arrow.sender, arrow.receiver) for arrow in trace.arrows]
    assert ways == [
        (1, 1, "your application", "provider"),
        (1, 2, "provider", "browser"),
        (1, 2, "browser", "user"),
        (2, 2, "user", "browser"),
        (2, 2, "browser", "provider"),
        (2, 2, "provider", "your application"),
        (3, 3, "your application", "provider"),
        (3, 4, "provider", "your application"),
        (4, 5, "your application", "API"),
        (4, 6, "API", "your application"),
    ]
    assert CODE not in str(trace) and STATE not in trace._repr_html_()


# --- learning where secrets are made --------------------------------------------------------------


def test_new_secrets_are_learnt_only_while_somebody_watches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_known", [])
    wire.learn("state", "before-anybody-watches")
    assert wire.mask("before-anybody-watches") == "before-anybody-watches"
    watched = wire.watch(Secrets())
    wire.learn("state", "while-somebody-watches")
    assert wire.mask("while-somebody-watches") == "⟨state 1⟩"
    wire.watch(Secrets())
    assert wire.mask("while-somebody-watches") == "⟨state 1⟩", "an earlier practice's secrets stay hidden"
    wire.watch(watched)
    assert wire._known[0] is watched and len(wire._known) == 2


def test_secrets_that_end_alike_are_told_apart_by_their_whole_length() -> None:
    secrets, alike = Secrets(), [f"{number}-signin" for number in range(8, 2000)]
    for value in alike:
        secrets.learn("state", value)
    assert (
        max(map(len, secrets._by_piece.values())) <= 2 * 4
    )  # two ways to write each, and not one entry for each of them
    assert secrets.mask("1999-signin and 8-signin") == f"{secrets.learn('state', alike[-1])} and ⟨state 1⟩"


def test_a_short_body_is_shown_once_and_says_how_many_links_it_leaves_out() -> None:
    body = b'{"message":"Not Found","documentation_url":"https://docs.github.com/rest/users/emails","status":"404"}'
    request = Request("GET", f"{GITHUB.api_url}/user/emails")
    lines = exchange(request, Response(404, JSON, body)).response_lines
    shown = [line.text for line in lines if line.kind == "body"]
    assert shown == ["{", '  "message": "Not Found",', '  "status": "404"', "}"]
    assert lines[-1] == ("note", "and 1 more line")


# --- recorded live --------------------------------------------------------------------------------


def test_what_requests_sends_live_is_recorded_as_in_a_practice(practice: Practice) -> None:
    app, state = practice.app(GITHUB), new_state()
    back = practice.new_browser(signed_in_as="ada").open(authorization_url(app, state=state)).allow()
    begun = len(practice.trace)
    with LiveTrace(practice.providers, practice.trace.secrets) as live:
        token = request_token(app, read_callback(app, back.url, expected_state=state))
        request_resource(app, token, "/user")
        with pytest.raises(TokenRefused):
            request_token(app, "used-up-already")
    assert [exchange.step for exchange in live] == [3, 5, 3]
    for recorded, same in zip(live, practice.trace[begun:], strict=True):
        assert recorded.request_lines == same.request_lines
        assert recorded.response_lines == same.response_lines
        assert recorded.at is None and recorded.number == same.number - begun


def test_a_live_trace_hides_what_it_has_seen(practice: Practice) -> None:
    with LiveTrace([GITHUB]) as live:
        requests.post(GITHUB.token_url, data={"code": "never-seen-before", "client_secret": "nor-this-one"})
    assert wire.mask("never-seen-before, nor-this-one") == "⟨code 1⟩, ⟨client secret 1⟩"
    assert "never-seen" not in f"{live} {live[0]} {live[0].full}"


def test_a_live_trace_holds_each_hop_and_what_got_no_answer(practice: Practice) -> None:
    gone = GITHUB.at("http://127.0.0.1:1")
    with LiveTrace([GITHUB, gone]) as live:
        requests.get("https://github.com/settings/connections/applications/0")  # sends on to sign in
        practice.stop()
        with pytest.raises(Unreachable):
            request_resource(App(gone, "id", "secret-secret", "http://127.0.0.1/"), "token-token", "/user")
    assert [exchange.status for exchange in live] == [302, 200, None]
    assert live[-1].refused == "no answer: ConnectionError"


def test_a_live_trace_is_of_its_providers_and_of_its_time(practice: Practice) -> None:
    outer, inner = LiveTrace([GITHUB, FACEBOOK]), LiveTrace([FACEBOOK])
    for trace in (outer, inner, inner):  # twice is once
        trace.start()
    requests.get("https://api.github.com/user")
    requests.get("https://graph.facebook.com/me")
    with pytest.raises(Unreachable):
        requests.get("https://elsewhere.example/user")
    outer.stop()
    requests.get("https://graph.facebook.com/me")
    inner.stop()
    inner.stop()
    requests.get("https://graph.facebook.com/me")
    assert (len(outer), len(inner)) == (2, 2)
    assert requests.Session.get_adapter.__module__ == "requests.sessions", "it is as it was before"


def test_what_is_not_live_is_so_in_its_thread_alone(practice: Practice) -> None:
    later = LiveTrace([GITHUB])
    with LiveTrace([GITHUB]) as live, ThreadPoolExecutor(1) as pool:
        pool.submit(later.stop).result()  # the thread is there before
        with wire.not_live():
            requests.get("https://api.github.com/user")
            pool.submit(requests.get, "https://api.github.com/user").result()
            later.start()
        requests.get("https://api.github.com/user")
        later.stop()
    assert (len(live), len(later)) == (2, 1)


def test_a_live_trace_numbers_what_many_threads_send(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two threads meet where the number is found already and the exchange not yet in the trace, if they can."""
    both = threading.Barrier(2)

    def meet(text: str) -> str:
        with suppress(threading.BrokenBarrierError):
            both.wait(0.05)
        return text

    with LiveTrace([GITHUB]) as live, ThreadPoolExecutor(2) as pool:
        monkeypatch.setattr(live.secrets, "mask", meet)
        list(pool.map(lambda _: requests.get("https://api.github.com/user"), range(2)))
    assert [exchange.number for exchange in live] == [1, 2]

"""The second door: who is let in over HTTP, what is kept out, how much at a time, and how it ends."""

from __future__ import annotations

import base64
import errno
import hashlib
import os
import re
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPResponse
from threading import Lock
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
import waitress.channel
import waitress.server
from doors import until
from hypothesis import example, given
from hypothesis import strategies as st

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    App,
    BadInput,
    Provider,
    authorization_url,
    read_callback,
    request_token,
    wire,
)
from oauth_steps.errors import Unreachable
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import ConsentPage, Redirect, SignInPage
from oauth_steps.providers import Step
from oauth_steps.steps import request_resource

ME = {"GitHub": "/user", "Facebook": "/me"}
SECONDS = 20  # more than any answer takes; what hangs fails by it


@pytest.fixture
def served() -> Iterator[Practice]:
    with Practice(port=0) as practice:
        yield practice


def port_of(url: str) -> int:
    port = urlsplit(url).port
    assert port
    return port


class Answer(HTTPResponse):
    """An answer to bytes, read to its end."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection)
        self.begin()
        self.text = self.read().decode("utf-8", "replace")


def sent(port: int, *lines: str, body: bytes = b"", host: str = "127.0.0.1") -> Answer:
    """The answer to a request of these lines, to the letter."""
    with socket.create_connection((host, port), timeout=SECONDS) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        return Answer(connection)


# --- where it stands ----------------------------------------------------------------------------------------


def test_it_listens_on_loopback_alone(served: Practice) -> None:
    addresses = {one.getsockname()[0] for sockets in served._door._sockets.values() for one in sockets}  # type: ignore[union-attr]
    assert addresses <= {"127.0.0.1", "::1"} and "127.0.0.1" in addresses


def test_github_has_enterprise_servers_layout_and_facebook_one_origin(served: Practice) -> None:
    github, facebook = (served.app(row).provider for row in (GITHUB, FACEBOOK))
    assert github == GITHUB.at(served.urls["github"]) and facebook == FACEBOOK.at(served.urls["facebook"])
    assert github.api_url == f"{served.urls['github']}/api/v3"
    version = requests.get(f"{served.urls['facebook']}/me").headers["facebook-api-version"]
    assert version != "v25.0"  # docs: without a version the oldest one answers
    assert requests.get(f"{served.urls['facebook']}/v25.0/me").headers["facebook-api-version"] == "v25.0"


def test_it_starts_again_at_the_same_place_and_remembers(served: Practice) -> None:
    app = served.app(GITHUB)
    served.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(served.urls["github"], timeout=SECONDS)
    with pytest.raises(Unreachable, match="not running"):
        served.browser.open(authorization_url(app, state="xyz"))
    served.start().start()
    assert isinstance(served.browser.open(authorization_url(app, state="xyz")), SignInPage)


def test_while_another_one_is_mounted_the_browsers_of_this_one_wait(served: Practice) -> None:
    url = authorization_url(served.app(GITHUB), state="xyz")
    with Practice(), pytest.raises(Unreachable, match="not running"):
        served.browser.open(url)
    assert isinstance(served.browser.open(url), SignInPage)


@pytest.mark.parametrize("port", [-1, 65536, "80", True, 1.5])
def test_what_is_no_port_is_refused(port: Any) -> None:
    with pytest.raises(BadInput, match="there is no port"):
        Practice(port=port)


def test_a_taken_port_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        for ports in ({"port": taken}, {"port": 0, "facebook_port": taken}):
            with pytest.raises(BadInput, match=f"port {taken} is taken: another program listens there"):
                Practice(**ports)


def test_one_port_is_not_for_both(served: Practice) -> None:
    port = port_of(served.urls["github"])
    served.stop()
    with pytest.raises(BadInput, match=f"port {port} is taken"):
        Practice(port=port, facebook_port=port)
    served.start()


def test_facebooks_port_alone_is_a_mistake() -> None:
    with pytest.raises(BadInput, match="facebook_port is for a practice that is served"):
        Practice(facebook_port=8001)


def test_a_cell_that_starts_one_can_be_run_again(served: Practice) -> None:
    """Her own earlier one is no other program: it ends, and the new one stands where it stood."""
    github = port_of(served.urls["github"])
    served.stop()
    first = Practice(port=github).start()
    second = Practice(port=github).start()
    try:
        assert second.urls == first.urls and requests.get(f"{second.urls['github']}/login").status_code == 200
        with pytest.raises(Unreachable, match="not running"):
            first.browser.open(authorization_url(first.app(GITHUB), state="xyz"))
        first.start()  # and the other way round
        with pytest.raises(Unreachable, match="not running"):
            second.browser.open(authorization_url(second.app(GITHUB), state="xyz"))
        assert isinstance(first.browser.open(authorization_url(first.app(GITHUB), state="xyz")), SignInPage)
    finally:
        first.stop()
        second.stop()


def test_one_that_was_never_started_can_be_closed() -> None:
    practice = Practice(port=0)
    app = practice.app(GITHUB)
    practice.stop()
    practice.stop()
    for url in practice.urls.values():
        with socket.create_server(("127.0.0.1", port_of(url))):
            pass
    with practice:  # and started after all
        assert isinstance(practice.browser.open(authorization_url(app, state="xyz")), SignInPage)


def test_facebook_takes_the_next_free_port(served: Practice) -> None:
    github, facebook = (port_of(url) for url in served.urls.values())
    served.stop()
    with Practice(port=github) as again:
        assert github < port_of(again.urls["facebook"]) <= github + 20
    with Practice(port=0, facebook_port=facebook) as other:
        assert port_of(other.urls["facebook"]) == facebook


def test_the_next_free_port_is_not_another_practices(served: Practice) -> None:
    port = port_of(served.urls["github"])
    try:
        other = Practice(port=port - 1)
    except BadInput:
        pytest.skip("the port before is taken")
    with other:
        assert port_of(other.urls["facebook"]) != port
        assert requests.get(f"{served.urls['github']}/login", timeout=SECONDS).status_code == 200


def test_at_port_80_nobody_names_the_port() -> None:
    """RFC 9110 section 4.2.1: neither the client, nor a browser that says whose form it is."""
    try:
        practice = Practice(port=80, facebook_port=0)
    except BadInput:
        pytest.skip("port 80 is not for everybody")
    with practice:
        form = {"login": "ada", "password": practice.ledger.people["ada"].password}
        own = {"Origin": "http://127.0.0.1"}
        answer = requests.post(
            "http://127.0.0.1/session", form, headers=own, allow_redirects=False, timeout=SECONDS
        )
    assert answer.status_code == 302


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no poll")
def test_it_answers_where_a_great_many_files_are_open() -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (2_000, hard))
    with ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        for _ in range(1_100):  # `select` knows the first 1,024
            stack.enter_context(open(os.devnull, "rb"))
        practice = stack.enter_context(Practice(port=0))
        assert requests.get(f"{practice.urls['github']}/login", timeout=SECONDS).status_code == 200


def test_reset_begins_again_and_leaves_nothing(served: Practice) -> None:
    app = served.app(GITHUB)
    token = token_of(served, app, "ada")
    served.clock.advance(hours=1)
    registered = served.register(GITHUB, name="More", redirect_uri="https://more.example/cb")
    served.reset()
    assert len(served.trace) == 0 and not served.ledger.tokens and served.clock.now == served.clock.start
    assert served.app(GITHUB) == app and registered.client_id not in served.ledger.clients
    assert request_resource(app, token, "/user").status_code == 401
    assert token_of(served, app, "ada").access_token != token.access_token


@pytest.mark.parametrize("port", [None, 0], ids=["in process", "over HTTP"])
def test_after_a_reset_what_ada_still_holds_is_not_bens(port: int | None) -> None:
    """Her browser and her application go on: they must not find themselves in the account of who came next."""
    with Practice(port=port) as practice:
        app, browser = practice.app(GITHUB), practice.new_browser("ada")
        token, code = token_of(practice, app, "ada"), code_of(practice, app, "ada")
        mine = practice.register(GITHUB, name="Ada's", redirect_uri="https://ada.example/cb")
        for _ in range(2):
            practice.reset()
            assert practice.app(GITHUB) == app
            bens = practice.register(GITHUB, name="Ben's", redirect_uri="https://ben.example/cb")
            token_of(practice, app, "ben"), code_of(practice, app, "ben")
            assert isinstance(browser.open(authorization_url(app, state="xyz")), SignInPage)
            assert request_resource(app, token, "/user").status_code == 401
            assert code not in practice.ledger.codes
            assert bens.client_id != mine.client_id and bens.client_secret != mine.client_secret


def test_another_start_with_the_same_seed_has_the_same_applications_and_new_secrets(served: Practice) -> None:
    with Practice(port=0, seed=1) as again:
        held = []
        for practice in (served, again):
            for row in (GITHUB, FACEBOOK):
                token_of(practice, practice.app(row), "ada")
            ledger = practice.ledger
            csrf = {session.csrf for session in ledger.sessions.values()}
            held.append({*ledger.codes, *ledger.tokens, *ledger.refreshable, *ledger.sessions, *csrf})
        assert held[0] & held[1] == set() and len(held[0]) == len(held[1]) > 6
        for row in (GITHUB, FACEBOOK):
            first, second = served.app(row), again.app(row)
            assert (first.client_id, first.client_secret) == (second.client_id, second.client_secret)


def test_in_process_a_reset_is_part_of_the_same_run() -> None:
    def minted() -> list[str]:
        with Practice(seed=7) as practice:
            tokens = [token_of(practice, practice.app(GITHUB), "ada").access_token]
            practice.reset()
            return [*tokens, token_of(practice, practice.app(GITHUB), "ada").access_token]

    assert minted() == minted()


def test_what_is_over_is_kept_in_one_place(served: Practice) -> None:
    """However often it begins again: the veil looks through all that is kept."""
    token = token_of(served, served.app(GITHUB), "ada").access_token
    served.reset()
    known = len(wire._known)
    for _ in range(5):
        served.reset()
        with Practice(port=0):
            pass
    assert len(wire._known) == known and token not in wire.mask(f"still hidden: {token}")


def test_a_lost_answer_ends_the_connection_without_a_word(served: Practice) -> None:
    app = served.app(GITHUB)
    code = code_of(served, app, "ada")
    served.fail_once("time-out", Step.TOKEN_REQUEST)
    with pytest.raises(requests.ConnectionError):
        request_token(app, code)
    assert served.trace[-1].response is None and [one.state for one in served.ledger.codes.values()] == [
        "used"
    ]


# --- who is let in ------------------------------------------------------------------------------------------


def code_of(practice: Practice, app: App, login: str) -> str:
    page = practice.new_browser(login).open(authorization_url(app, state="xyz"))
    answer = page.allow() if isinstance(page, ConsentPage) else page
    assert isinstance(answer, Redirect)
    return read_callback(app, answer.url, expected_state="xyz")


def token_of(practice: Practice, app: App, login: str) -> Any:
    return request_token(app, code_of(practice, app, login))


HOSTS = ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"]
PATHS = ["/login", "/login/oauth/authorize", "/api/v3/user", "/practice/", "/practice/state", "/nowhere"]


@pytest.mark.parametrize("host", HOSTS)
def test_it_answers_by_its_own_names(served: Practice, host: str) -> None:
    port = port_of(served.urls["github"])
    assert sent(port, "GET /login HTTP/1.1", f"Host: {host}:{port}").status == 200
    assert sent(port, f"GET http://{host}:{port}/login HTTP/1.1", f"Host: {host}:{port}").status == 200
    assert sent(port, "GET /login HTTP/1.1", f"Host: {host}").status == 200  # as Perl's Net::OAuth2 says it


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "localhost:1",
        "localhost.evil.example:{port}",
        "evil@127.0.0.1:{port}",
        "127.0.0.2:{port}",
        "127.1:{port}",
        "2130706433:{port}",
        "127.0.0.1:{port}, evil.example",
        "",
    ],
)
def test_by_another_name_nothing_is_told(served: Practice, path: str, host: str) -> None:
    """DNS rebinding: the page of a site whose name leads here by now."""
    port = port_of(served.urls["github"])
    answer = sent(port, f"GET {path} HTTP/1.1", f"Host: {host.format(port=port)}")
    assert answer.status == 421 and len(answer.text.splitlines()) == 1
    assert len(served.trace) == 0


@pytest.mark.parametrize(
    "target", ["http://evil.example/login", "https://127.0.0.1:{port}/login", "http://127.0.0.1/login", "*"]
)
def test_what_is_meant_for_another_server_is_not_answered(served: Practice, target: str) -> None:
    port = port_of(served.urls["github"])
    answer = sent(port, f"GET {target.format(port=port)} HTTP/1.1", f"Host: 127.0.0.1:{port}")
    assert answer.status == 421 and len(served.trace) == 0


def test_a_head_is_answered_without_content(served: Practice) -> None:
    for url in served.urls.values():
        for path in ("/login", "/practice/", "/practice/state", "/api/v3/user", "/nowhere"):
            with socket.create_connection(("127.0.0.1", port_of(url)), timeout=SECONDS) as connection:
                head = f"HEAD {path} HTTP/1.1\r\nHost: 127.0.0.1:{port_of(url)}\r\nConnection: close\r\n\r\n"
                connection.sendall(head.encode())
                answer = b"".join(iter(lambda: connection.recv(65536), b""))
            assert answer.startswith(b"HTTP/1.1 ") and answer.endswith(b"\r\n\r\n")


def test_where_there_is_no_second_loopback_address_one_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    usual = socket.socket.bind

    def bind(one: socket.socket, address: Any) -> None:
        if address[0] == "::1":
            raise OSError(errno.EADDRNOTAVAIL, "there is none")
        usual(one, address)

    monkeypatch.setattr(socket.socket, "bind", bind)
    with Practice(port=0) as practice:
        assert requests.get(f"{practice.urls['github']}/login", timeout=SECONDS).status_code == 200


def test_no_host_at_all_is_no_way_in(served: Practice) -> None:
    assert sent(port_of(served.urls["github"]), "GET /login HTTP/1.0").status == 421


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1"},
    {"Origin": "http://localhost:1"},
    {"Origin": "https://127.0.0.1:{port}"},
    {"Origin": ""},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},  # another port of this computer
    {"Sec-Fetch-Site": "anything"},
]
OWN = [
    {},
    {"Origin": "http://127.0.0.1:{port}", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://localhost:{port}", "Sec-Fetch-Site": "cross-site"},  # our page, by its other name
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("row", [GITHUB, FACEBOOK], ids=["GitHub", "Facebook"])
@pytest.mark.parametrize(
    ("headers", "allowed"), [*((case, False) for case in FOREIGN), *((case, True) for case in OWN)]
)
def test_no_other_sites_page_sends_the_forms(
    served: Practice, row: Provider, headers: dict[str, str], allowed: bool
) -> None:
    """With the right cookie and CSRF value even, so that this alone decides."""
    app, browser = served.app(row), served.new_browser("ada")
    page = browser.open(authorization_url(app, state="xyz"))
    assert isinstance(page, ConsentPage)
    port = port_of(app.provider.web_url)
    browser._session.headers.update({name: value.format(port=port) for name, value in headers.items()})
    answer = page.allow()
    assert isinstance(answer, Redirect) is allowed and bool(served.ledger.codes) is allowed
    assert ((app.client_id, "ada") in served.ledger.grants) is allowed
    if not allowed:
        assert browser.seen[-1].response and browser.seen[-1].response.status == 403
        assert "This form is not ours" in str(answer)


@pytest.mark.parametrize("headers", FOREIGN)
def test_no_other_sites_page_signs_anybody_in(served: Practice, headers: dict[str, str]) -> None:
    form = {"login": "ada", "password": served.ledger.people["ada"].password}
    for url, path in zip(served.urls.values(), ("/session", "/login"), strict=True):
        named = {name: value.format(port=port_of(url)) for name, value in headers.items()}
        answer = requests.post(url + path, form, headers=named, allow_redirects=False, timeout=SECONDS)
        assert answer.status_code == 403 and not answer.cookies


@pytest.mark.parametrize(
    ("which", "path"),
    [
        ("github", "/%73ession"),
        ("github", "/login/oauth/%61uthorize"),
        ("github", "/%6Cogin/oauth/select_account"),
        ("github", "/settings%2Fconnections/applications/x"),
        ("facebook", "/%6Cogin"),
        ("facebook", "/v25.0%2Flogin"),
        ("facebook", "/v25.0/dialog/%6Fauth"),
        ("facebook", "/%64ialog/oauth"),
        ("facebook", "/settings/applicatio%6Es"),
    ],
)
def test_nor_by_another_spelling_of_the_address(served: Practice, which: str, path: str) -> None:
    port, form = port_of(served.urls[which]), b"login=ada&password=correct+horse+battery+staple"
    head = f"POST {path} HTTP/1.1", f"Host: localhost:{port}", "Origin: https://evil.example"
    kind = "Content-Type: application/x-www-form-urlencoded"
    answer = sent(port, *head, kind, f"Content-Length: {len(form)}", body=form)
    assert answer.status == 403 and "This form is not ours" in answer.text and not served.ledger.sessions


FETCHED = [
    "/practice/state",
    "/practice/",
    "/login",
    "/login/oauth/access_token",
    "/api/v3/user",
    "/v25.0/me",
]


@pytest.mark.parametrize("path", FETCHED)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("mode", ["cors", "no-cors", "websocket"])
def test_what_another_sites_page_fetches_is_not_even_recorded(
    served: Practice, path: str, method: str, mode: str
) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": mode, "Origin": "https://evil.example"}
    if method == "GET":
        del headers["Origin"]  # as of a picture
    for url in served.urls.values():
        answer = requests.request(method, url + path, headers=headers, timeout=SECONDS)
        assert answer.status_code == 403 and len(served.trace) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Mode": "cors"},  # Node's fetch says this much, and is no browser
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"},  # a link of the application's
        {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Origin": "http://localhost:{port}"},
    ],
)
def test_what_others_send_is_answered_as_ever(served: Practice, headers: dict[str, str]) -> None:
    for url in served.urls.values():
        named = {name: value.format(port=port_of(url)) for name, value in headers.items()}
        assert requests.get(f"{url}/login", headers=named, timeout=SECONDS).status_code == 200
    assert len(served.trace) == 2


def test_pages_stand_in_no_frame_and_load_nothing(served: Practice) -> None:
    for url in (*(f"{url}/login" for url in served.urls.values()), f"{served.urls['github']}/practice/"):
        headers = requests.get(url, timeout=SECONDS).headers
        policy = dict(re.findall(r"([\w-]+) ([^;]+)", headers["Content-Security-Policy"]))
        assert policy["default-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'none'"
        assert "form-action" not in policy or url.endswith("/practice/")  # a form leads to the callback
        assert headers["X-Frame-Options"].upper() == "DENY" and headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers and headers.get("Server") != "waitress"


def test_only_the_pages_own_style_and_script_are_let_in(served: Practice) -> None:
    for path, element in (("/login", "style"), ("/practice/", "script")):
        answer = requests.get(served.urls["github"] + path, timeout=SECONDS)
        (own,) = re.findall(f"<{element}>(.*?)</{element}>", answer.text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(own.encode()).digest()).decode()
        assert f"{element}-src 'sha256-{digest}'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/practice/../pyproject.toml"]
)
def test_no_file_is_served(served: Practice, path: str) -> None:
    for url in served.urls.values():
        port = port_of(url)
        answer = sent(port, f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{port}")
        assert answer.status in (400, 404) and "root:" not in answer.text and "hatchling" not in answer.text


# --- how much at a time -------------------------------------------------------------------------------------


def test_too_long_a_body_is_refused(served: Practice) -> None:
    answer = requests.post(f"{served.urls['github']}/session", b"x" * 300_000, timeout=SECONDS)
    assert answer.status_code == 413 and len(served.trace) == 0


@pytest.mark.parametrize(
    ("target", "digits", "status", "said"),
    [
        ("/session", 11, 413, "exceeds max_body"),
        ("/session", 5_000, 400, "this request cannot be read"),  # more than Python takes for a number
        ("http://[/", 1, 400, "this request cannot be read"),  # no host that Python takes for one
    ],
)
def test_what_is_too_long_or_unreadable_is_refused(
    served: Practice, target: str, digits: int, status: int, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    port = port_of(served.urls["github"])
    head = (f"POST {target} HTTP/1.1", f"Host: 127.0.0.1:{port}")
    answer = sent(port, *head, f"Content-Length: {'9' * digits}")
    assert answer.status == status and said in answer.text
    assert caplog.records == []


def test_too_long_headers_are_refused(served: Practice) -> None:
    port = port_of(served.urls["github"])
    answer = sent(port, "GET /login HTTP/1.1", f"Host: 127.0.0.1:{port}", f"X-Long: {'x' * 70_000}")
    assert answer.status in (400, 431) and len(served.trace) == 0


def test_slow_clients_keep_nobody_waiting(served: Practice) -> None:
    port = port_of(served.urls["github"])
    slow = [socket.create_connection(("127.0.0.1", port), timeout=SECONDS) for _ in range(40)]
    try:
        for connection in slow:
            connection.sendall(b"POST /session HTTP/1.1\r\nContent-Length: 100\r\nHost: 127")
        assert requests.get(f"{served.urls['github']}/login", timeout=SECONDS).status_code == 200
    finally:
        for connection in slow:
            connection.close()


def test_single_bytes_win_no_more_time(served: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole request has half a minute; the next one on the same connection has its own."""
    now = [1e10]  # later than it is, or waitress would wait to look after connections
    for module in (waitress.channel, waitress.server):
        monkeypatch.setattr(module, "time", SimpleNamespace(time=lambda: now[0]))
    port = port_of(served.urls["github"])
    slow, good = (socket.create_connection(("127.0.0.1", port), timeout=SECONDS) for _ in range(2))
    whole = f"HEAD /login HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode()
    with slow, good:
        for byte in b"GET ":
            slow.sendall(bytes([byte]))
            good.sendall(whole)
            assert good.recv(65536).startswith(b"HTTP/1.1 ")
            assert goes_on(port)  # by then the byte is read: one thread does it all
            now[0] += 9
        assert goes_on(port) and goes_on(port)
        assert slow.recv(1) == b""
        good.sendall(whole)
        assert good.recv(65536).startswith(b"HTTP/1.1 ")


def test_it_ends_without_a_word_though_somebody_waits(
    served: Practice, caplog: pytest.LogCaptureFixture
) -> None:
    at = ("127.0.0.1", port_of(served.urls["github"]))
    dispatcher = served._door._servers[0].task_dispatcher  # type: ignore[union-attr]
    with ThreadPoolExecutor(1) as other, ExitStack() as clients, served.one_at_a_time:
        for _ in range(6):  # four are being answered, two wait for that
            client = clients.enter_context(socket.create_connection(at, timeout=SECONDS))
            client.sendall(f"GET /login HTTP/1.1\r\nHost: localhost:{at[1]}\r\n\r\n".encode())
        until(lambda: len(dispatcher.queue) == 2)
        stopped = other.submit(served.stop)
        until(lambda: dispatcher.stop_count)
    stopped.result(SECONDS)
    assert caplog.records == []


def test_one_request_is_answered_at_a_time(served: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    busy, overlaps, answer = Lock(), [], served._desk.answer

    def watched(request: Any) -> Any:
        overlaps.append(not busy.acquire(blocking=False))
        try:
            return answer(request)
        finally:
            if not overlaps[-1]:
                busy.release()

    monkeypatch.setattr(served._desk, "answer", watched)
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns as often as they can
    try:
        with ThreadPoolExecutor(8) as clients:
            list(
                clients.map(
                    lambda _: requests.get(f"{served.urls['facebook']}/me", timeout=SECONDS), range(80)
                )
            )
    finally:
        sys.setswitchinterval(usual)
    assert overlaps == [False] * 80


def test_fifty_clients_at_once_each_get_what_is_theirs(served: Practice) -> None:
    """Whole flows at both providers, fifty at a time: nobody gets another's code, token or name."""
    everybody = served.ledger.people
    apps = [
        served.register(row, name=f"Notes {number}", redirect_uri=f"https://notes{number}.example/callback")
        for number in range(5)
        for row in (GITHUB, FACEBOOK)
    ]

    def whole_flow(number: int) -> tuple[str, str, str, str]:
        app, login = apps[number % len(apps)], sorted(everybody)[number % len(everybody)]
        state = f"state-of-{number}-{'x' * 20}"
        page: Any = served.new_browser().open(authorization_url(app, state=state))
        page = page.sign_in(login)
        answer = page.allow() if isinstance(page, ConsentPage) else page
        assert answer.url.startswith(app.redirect_uri)
        code = read_callback(app, answer.url, expected_state=state)
        token = request_token(app, code)
        name = request_resource(app, token, ME[app.provider.name]).json()["name"]
        assert name == everybody[login].name
        kept = served.ledger.tokens[token.access_token]
        assert (kept.client_id, kept.login) == (app.client_id, login)
        assert (served.ledger.codes[code].client_id, served.ledger.codes[code].login) == (
            app.client_id,
            login,
        )
        return app.client_id, login, code, token.access_token

    with ThreadPoolExecutor(50) as clients:
        results = list(clients.map(whole_flow, range(100)))
    assert len({code for _, _, code, _ in results}) == len({token for *_, token in results}) == 100
    assert [exchange.number for exchange in served.trace] == list(range(1, len(served.trace) + 1))


# --- whatever is sent ---------------------------------------------------------------------------------------

KNOWN = [
    *PATHS,
    *(
        "/session",
        "/login/oauth/access_token",
        "/login/oauth/select_account",
        "/settings/connections/applications/x",
    ),
    *(
        "/api/v3/user/repos",
        "/api/v3/applications/x/token",
        "/practice/clock",
        "/practice/apps",
        "/practice/reset",
    ),
    *(
        "/v25.0/dialog/oauth",
        "/dialog/oauth",
        "/v25.0/me",
        "/me/accounts",
        "/oauth/access_token",
        "/debug_token",
    ),
    "/settings/applications",
]
METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT"]
VALUES = st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=30)
ORIGINS = st.sampled_from(["null", "https://evil.example", "http://127.0.0.1", "http://[", ""]) | VALUES
BODIES = st.binary(max_size=80) | st.sampled_from(
    [
        b"{}",
        b"[" * 5000,
        b'"\\ud800"',
        b"\xff\xfe",
        b'{"advance_seconds": 1e999}',
        b'{"advance_seconds": NaN}',
        b'{"advance_seconds": true}',
        b'{"provider": {}}',
        b'{"provider": "github", "redirect_uris": 5}',
        b'{"provider": "github", "redirect_uris": ["https://x.example/"], "self": 1}',
        b'{"provider": "github", "redirect_uris": ["https://x.example/"], "wildcard": 7}',
        b'{"provider": "github", "redirect_uris": ["https://x.example/"], "owner": ["ada"]}',
        b'{"provider": "facebook", "redirect_uris": ["https://x.example/"], "roles": [1, {}], "mode": []}',
    ]
)
KINDS = st.sampled_from(
    ["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data"]
)
TARGETS = st.sampled_from(KNOWN) | st.builds(
    "{}{}{}".format, st.sampled_from(KNOWN), st.sampled_from(["?", "/", "#", "%", "//", ";"]), VALUES
)


@pytest.fixture(scope="module")
def long_served() -> Iterator[Practice]:
    """One for a thousand requests; whatever is sent, it goes on."""
    practice = Practice(port=0)
    practice.start()
    yield practice
    practice.stop()


def status_of(port: int, message: bytes) -> int | None:
    """The status of what is answered to these bytes; None if the connection ends without an answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as connection:
        connection.sendall(message)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    if not answer:
        return None
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", answer)
    assert found and b"Traceback" not in answer and b'File "' not in answer
    return int(found[1])


def asks(
    practice: Practice, which: int, method: str, target: str, who: str, kind: str, cookie: str, body: bytes
) -> None:
    """There is an answer, and an error of the server only if the provider itself has said so, of this request.

    Facebook says 500 of a client id that is no number. `who` is a header.
    """
    port, target = port_of(list(practice.urls.values())[which]), target.replace(" ", "%20")
    head = (
        f"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{who}\r\n"
        f"Content-Type: {kind}\r\nCookie: {cookie}\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    recorded = len(practice.trace)
    status = status_of(port, head.encode("latin-1") + body)
    assert status is not None
    if status >= 500:
        (exchange,) = practice.trace[recorded:]
        asked = exchange.reveal().request
        wanted = (method, practice.urls["facebook"] + target, status)
        assert (asked.method, asked.url, exchange.status) == wanted


def goes_on(port: int) -> bool:
    head = f"GET /login HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\r\n"
    return status_of(port, head.encode()) == 200


@given(st.binary(max_size=200), st.integers(0, 1))
@example(b"GET / HTTP/1.1\r\n\r\n", 0)
@example(b"GET /\xff\xfe?\xf0 HTTP/1.1\r\nHost: localhost\r\n\r\n", 0)
@example(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzz\r\n", 1)
@example(b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 1)
@example(b"GET / HTTP/9.9\r\nHost: a\r\nHost: b\r\n\r\n", 0)
@example(b"\r\n" * 50, 0)
@example(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 1)  # somebody speaks TLS
def test_whatever_bytes_come_it_goes_on(long_served: Practice, message: bytes, which: int) -> None:
    port = port_of(list(long_served.urls.values())[which])
    assert status_of(port, message) != 500
    assert goes_on(port)


@given(st.sampled_from(METHODS), TARGETS, ORIGINS, KINDS, VALUES, BODIES, st.integers(0, 1))
def test_whatever_is_asked_by_whichever_page_there_is_an_answer(
    long_served: Practice,
    method: str,
    target: str,
    origin: str,
    kind: str,
    cookie: str,
    body: bytes,
    which: int,
) -> None:
    """A request for every path by a page of another site: no error of ours, and nothing changed."""

    def state() -> tuple[Any, ...]:
        ledger = long_served.ledger
        return long_served.clock.now, set(ledger.clients), dict(ledger.sessions)

    before = state()
    asks(long_served, which, method, target, f"Origin: {origin}", kind, cookie, body)
    assert state() == before


@given(st.sampled_from(METHODS), TARGETS, KINDS, VALUES, BODIES, st.integers(0, 1))
def test_whatever_a_program_asks_there_is_an_answer(
    long_served: Practice, method: str, target: str, kind: str, cookie: str, body: bytes, which: int
) -> None:
    asks(long_served, which, method, target, f"User-Agent: {cookie}", kind, cookie, body)

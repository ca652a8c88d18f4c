"""The loopback end of redirect_uri over real sockets, and steps 1 to 4 with it."""

from __future__ import annotations

import base64
import errno
import hashlib
import http.client
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from nbformat import v4

from oauth_steps import (
    FACEBOOK,
    GITHUB,
    AccessDenied,
    App,
    BadApp,
    BadCallback,
    BadInput,
    IssuerMismatch,
    StateMismatch,
    Token,
    TokenRefused,
    listen,
    loopback,
    wire,
)
from oauth_steps.errors import NoCallback
from oauth_steps.listen import Listener, login, own_app
from oauth_steps.practice import Practice
from tools.notebooks import client_of

HAS_IPV6 = loopback.has_ipv6()
ANSWER = "?code=c0dec0de&state=5747e574"


@pytest.fixture(autouse=True)
def nothing_is_left(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No thread, and no complaint of the loop's."""
    yield
    assert caplog.get_records("call") == []
    assert [thread.name for thread in threading.enumerate() if "_listen" in thread.name] == []


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener("http://127.0.0.1/callback") as waiting:
        yield waiting
        fetch(waiting.redirect_uri + ANSWER)  # or it would wait for a browser that is sent on to the page


def port_of(listener: Listener) -> int:
    return urlsplit(listener.redirect_uri).port or 80


def say(listener: Listener, sent: bytes, host: str = "127.0.0.1") -> bytes:
    """Send these bytes, and no more; what comes back."""
    with socket.create_connection((host, port_of(listener)), timeout=10) as client:
        client.sendall(sent)
        client.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: client.recv(65536), b""))


def get(listener: Listener, target: str, **headers: str) -> bytes:
    lines = {"Host": f"127.0.0.1:{port_of(listener)}", **headers}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"GET {target} HTTP/1.1\r\n{head}\r\n".encode()


def status_of(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def fetch(url: str) -> tuple[int, str, str]:
    """The last hop of a browser: status, address and text of the page at which it ends. No client of `requests`,
    which a mounted practice would catch."""
    for _ in range(3):
        parts = urlsplit(url)
        client = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        client.request("GET", parts.path + (parts.query and f"?{parts.query}"))
        answer = client.getresponse()
        text = answer.read().decode()
        client.close()
        if answer.status != 303:
            break
        url = answer.headers["Location"]
    return answer.status, url, text


# --- one callback ---------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", *(["[::1]"] if HAS_IPV6 else [])])
@pytest.mark.parametrize("path", ["/callback", "/", "", "/a/b.c/"])
def test_the_first_callback_is_caught_whole_and_the_browser_ends_at_a_clean_page(
    host: str, path: str
) -> None:
    with Listener(f"http://{host}{path}") as listener:
        at = f"http://{host}:{port_of(listener)}{path or '/'}"
        assert listener.redirect_uri == at
        page = requests.get(at + ANSWER, timeout=10)
        assert listener.wait(10) == at + ANSWER
    assert page.status_code == 200 and "You can close this page" in page.text
    (sent_on,) = page.history
    assert (sent_on.status_code, urlsplit(page.url).query, urlsplit(page.url).fragment) == (303, "", "")
    for answer in (sent_on, page):
        assert "c0dec0de" not in answer.text + str({**answer.headers})
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        policy = answer.headers["Content-Security-Policy"]
        assert (
            "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
        )


def test_the_page_keeps_to_its_own_policy() -> None:
    (style,) = re.findall(r"<style>(.+?)</style>", listen._PAGE)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in listen._HEADERS["Content-Security-Policy"]
    assert not re.search(r"<script|src=|href=\"(?!data:)|style=| on\w+=", listen._PAGE)


@pytest.mark.skipif(not HAS_IPV6, reason="this computer has no IPv6")
@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_localhost_is_both_addresses(address: str) -> None:
    with Listener("http://localhost/callback") as listener:
        host = {"Host": f"localhost:{port_of(listener)}"}
        assert status_of(say(listener, get(listener, "/callback" + ANSWER, **host), address)) == 303
        say(listener, get(listener, "/callback/arrived", **host), address)
        assert listener.wait(10).endswith(ANSWER)


def test_a_port_that_is_asked_for_is_taken_and_free_again_afterwards() -> None:
    with Listener("http://127.0.0.1/callback") as listener:
        uri = listener.redirect_uri
    for _ in range(2):
        with Listener(uri) as listener:
            assert listener.redirect_uri == uri


@pytest.mark.parametrize(
    "target",
    [
        "/callback?code=" + "x" * 15_000,
        "/callback?code=%0d%0aSet-Cookie:a=b&state=%E2%9F%A8",
        "/callback?code=",
        "/callback?error=access_denied&state=5747e574",
        "/callback?error_code=1349048&error_message=Can%27t+load+URL",
    ],
)
def test_an_answer_is_handed_on_as_it_is(listener: Listener, target: str) -> None:
    answer = say(listener, get(listener, target))
    assert status_of(answer) == 303 and b"Set-Cookie" not in answer
    assert listener.wait(10) == f"http://127.0.0.1:{port_of(listener)}{target}"


def test_a_second_callback_changes_nothing(listener: Listener) -> None:
    assert fetch(listener.redirect_uri + ANSWER) == fetch(listener.redirect_uri + "?code=another")
    assert listener.wait(10) == listener.redirect_uri + ANSWER


OTHERS = {
    "an icon": (b"GET /favicon.ico HTTP/1.1\r\nHost: HERE\r\n\r\n", 404),
    "the root": (b"GET / HTTP/1.1\r\nHost: HERE\r\n\r\n", 404),
    "a path below": (b"GET /callback/ HTTP/1.1\r\nHost: HERE\r\n\r\n", 404),
    "a path that begins alike": (b"GET /callbacks?code=c HTTP/1.1\r\nHost: HERE\r\n\r\n", 404),
    "another spelling": (b"GET //callback?code=c HTTP/1.1\r\nHost: HERE\r\n\r\n", 404),
    "a proxy's request": (b"GET http://HERE/callback?code=c HTTP/1.1\r\nHost: HERE\r\n\r\n", 404),
    "the page, too early": (b"GET /callback/arrived HTTP/1.1\r\nHost: HERE\r\n\r\n", 404),
    "POST": (b"POST /callback HTTP/1.1\r\nHost: HERE\r\nContent-Length: 6\r\n\r\ncode=c", 405),
    "HEAD": (b"HEAD /callback?code=c HTTP/1.1\r\nHost: HERE\r\n\r\n", 405),
    "OPTIONS": (b"OPTIONS * HTTP/1.1\r\nHost: HERE\r\n\r\n", 405),
    "small letters": (b"get /callback?code=c HTTP/1.1\r\nHost: HERE\r\n\r\n", 405),
    "the bare address": (b"GET /callback HTTP/1.1\r\nHost: HERE\r\n\r\n", 400),
    "no answer": (b"GET /callback?state=s&encode=c HTTP/1.1\r\nHost: HERE\r\n\r\n", 400),
    "an image": (b"GET /callback?code=c HTTP/1.1\r\nHost: HERE\r\nSec-Fetch-Dest: image\r\n\r\n", 400),
    "a frame": (b"GET /callback?code=c HTTP/1.1\r\nHost: HERE\r\nsec-fetch-dest:iframe\r\n\r\n", 400),
    "a fetch": (b"GET /callback?error=e HTTP/1.1\r\nHost: HERE\r\nSec-Fetch-Dest: empty\r\n\r\n", 400),
    "another host": (b"GET /callback?code=c HTTP/1.1\r\nHost: evil.example\r\n\r\n", 421),
    "another host, same port": (b"GET /callback?code=c HTTP/1.1\r\nHost: evil.example:PORT\r\n\r\n", 421),
    "another name of ours": (b"GET /callback?code=c HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n", 421),
    "another port": (b"GET /callback?code=c HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n", 421),
    "no port": (b"GET /callback?code=c HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 421),
    "an empty host": (b"GET /callback?code=c HTTP/1.1\r\nHost:\r\n\r\n", 421),
    "no host": (b"GET /callback?code=c HTTP/1.1\r\nAccept: */*\r\n\r\n", 400),
    "two hosts": (b"GET /callback?code=c HTTP/1.1\r\nHost: HERE\r\nHost: evil.example\r\n\r\n", 400),
    "a host in two words": (b"GET /callback?code=c HTTP/1.1\r\nHost: HERE evil\r\n\r\n", 400),
    "no version": (b"GET /callback?code=c\r\nHost: HERE\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "bytes in the address": (b"GET /callback?code=\xff HTTP/1.1\r\nHost: HERE\r\n\r\n", 400),
    "a blank in the address": (b"GET /callback?code=a b HTTP/1.1\r\nHost: HERE\r\n\r\n", 400),
    "nothing but lines": (b"\r\n\r\n\r\n", 400),
    "an address without end": (b"GET /callback?code=" + b"x" * 100_000, 431),
    "headers without end": (b"GET /callback?code=c HTTP/1.1\r\n" + b"A: b\r\n" * 20_000, 431),
    "half a request": (b"GET /callback?code=c HTTP/1.1\r\nHost: HERE\r\n", None),
    "a TLS greeting": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", None),
    "nothing": (b"", None),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_callback_is_refused_and_the_wait_goes_on(listener: Listener, what: str) -> None:
    sent, status = OTHERS[what]
    here = f"127.0.0.1:{port_of(listener)}".encode()
    try:
        answer = say(listener, sent.replace(b"HERE", here).replace(b"PORT", here.partition(b":")[2]))
        assert status_of(answer) == status if status else answer == b""
    except ConnectionError:  # a client that goes on sending may miss the answer
        assert status == 431
    with pytest.raises(NoCallback):
        listener.wait(0.01)
    assert fetch(listener.redirect_uri + ANSWER)[0] == 200
    assert listener.wait(10) == listener.redirect_uri + ANSWER


def test_bytes_of_any_kind_end_nothing() -> None:
    with Listener("http://127.0.0.1/callback") as listener:

        @given(st.binary(max_size=200), st.sampled_from([b"", b"GET /callback HTTP/1.1\r\n", b"GET /\xe9"]))
        def anything(junk: bytes, start: bytes) -> None:
            answer = say(listener, start + junk + b"\r\n\r\n")
            assert status_of(answer) in (400, 404, 405, 421)

        anything()
        assert fetch(listener.redirect_uri + ANSWER)[0] == 200
        assert listener.wait(10) == listener.redirect_uri + ANSWER


def test_slow_clients_hold_nobody_up_and_end_with_it() -> None:
    with Listener("http://127.0.0.1/callback") as listener:
        slow = [socket.create_connection(("127.0.0.1", port_of(listener)), timeout=10) for _ in range(20)]
        for client in slow:
            client.sendall(b"GET /callback?code=slow HTTP/1.1\r\nHost:")
        assert fetch(listener.redirect_uri + ANSWER)[0] == 200
    for client in slow:
        with client:
            assert client.recv(100) == b""


def test_a_slow_client_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch, listener: Listener
) -> None:
    monkeypatch.setattr(listen, "_PATIENCE", 0.01)
    with socket.create_connection(("127.0.0.1", port_of(listener)), timeout=10) as client:
        client.sendall(b"GET /call")
        assert client.recv(100) == b""
    monkeypatch.undo()


def test_only_so_many_clients_are_met_at_once(monkeypatch: pytest.MonkeyPatch, listener: Listener) -> None:
    monkeypatch.setattr(listen, "_MOST", 2)
    monkeypatch.setattr(listen, "_PATIENCE", 60)
    clients = [socket.create_connection(("127.0.0.1", port_of(listener)), timeout=10) for _ in range(3)]
    assert clients[2].recv(100) == b""
    for client in clients:
        client.close()
    monkeypatch.undo()


def test_a_browser_still_gets_its_page_when_the_answer_is_taken_already() -> None:
    with Listener("http://127.0.0.1/callback") as listener:
        assert status_of(say(listener, get(listener, "/callback" + ANSWER))) == 303
        listener.wait(10)
        page = f"{listener.redirect_uri}/arrived"
        with ThreadPoolExecutor() as later:
            waiting = socket.create_connection(("127.0.0.1", port_of(listener)), timeout=10)
            left = later.submit(listener.__exit__)
            assert fetch(page)[0] == 200
            left.result(10)
            waiting.close()
        listener.__enter__()  # so that leaving the block finds it as it was


def test_when_nobody_comes_it_says_so_and_ends() -> None:
    with Listener("http://localhost/callback") as listener, pytest.raises(NoCallback) as told:
        listener.wait(0.01)
    assert "localhost" in str(told.value) and "begin again at step 1" in str(told.value)
    assert "paste=True" in str(told.value)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port_of(listener)), timeout=10)


def test_it_ends_whatever_happens_within() -> None:
    with pytest.raises(KeyboardInterrupt), Listener("http://127.0.0.1/callback") as listener:
        raise KeyboardInterrupt
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port_of(listener)), timeout=10)


@pytest.mark.parametrize("address", ["127.0.0.1", *(["::1"] if HAS_IPV6 else [])])
def test_a_port_that_is_taken_on_either_address_is_a_clear_message(address: str) -> None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as other:
        port = other.getsockname()[1]
        with (
            pytest.raises(BadInput, match=f"port {port} is taken"),
            Listener(f"http://localhost:{port}/cb"),
        ):
            pass


@pytest.mark.skipif(not HAS_IPV6, reason="this computer has no IPv6")
def test_where_the_other_address_has_it_taken_another_port_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    real, refused = socket.create_server, []

    def create_server(address: tuple[str, int], **how) -> socket.socket:
        if address[0] == "::1" and not refused:
            refused.append(address[1])
            raise OSError(errno.EADDRINUSE, "Address already in use")
        return real(address, **how)

    monkeypatch.setattr(socket, "create_server", create_server)
    with Listener("http://localhost/callback") as listener:
        assert port_of(listener) not in (refused[0], 80)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", refused[0]), timeout=10)


@pytest.mark.parametrize(
    "uri",
    [
        "https://127.0.0.1/callback",
        "http://notes.example/callback",
        "http://127.0.0.1.evil.example/callback",
        "http://0.0.0.0/callback",
        "http://user@127.0.0.1/callback",
        "http://127.0.0.1/callback?next=1",
        "http://127.0.0.1/callback#here",
        "http://127.0.0.1:99999/callback",
        "http://127.0.0.1/call back",
        "http://127.0.0.1/callback\r\n",
        "http://127.0.0.1/caf\u00e9",
        "http://127.0.0.1/a/../callback",
        "http://127.0.0.1/.",
        "http://127.0.0.1/<callback>",
        "http://127.0.0.1\\callback",
        " http://127.0.0.1/callback",
        "http://[::1/callback",
        "callback",
        "",
        None,
    ],
)
def test_it_listens_on_this_computer_only(uri: str) -> None:
    with pytest.raises(BadApp):
        Listener(uri)


def test_each_port_has_a_label_in_every_spelling() -> None:
    with Listener("http://[::1]/callback" if HAS_IPV6 else "http://127.0.0.1/callback") as listener:
        shown = wire.mask(f"{listener.redirect_uri} {quote(listener.redirect_uri, safe='')}")
    assert str(port_of(listener)) not in shown and len(set(re.findall(r"⟨port \d+⟩", shown))) == 1


# --- steps 1 to 4 ---------------------------------------------------------------------------------

Opener = Callable[[str], object]


def application(practice: Practice, provider=GITHUB) -> App:
    """An application for this computer, as one would register it there."""
    settings = {"mode": "development"} if provider is FACEBOOK else {}
    uri = f"http://{provider.loopback_host}/callback"
    return practice.register(provider, name="Mine", redirect_uri=uri, scope=("email",), **settings)


def ada(practice: Practice, act: str = "allow", change: Callable[[str], str] = str) -> Opener:
    """A stand-in browser of Ada's: the providers' pages, and then the last hop over HTTP."""

    def opened(url: str) -> object:
        page = practice.new_browser(signed_in_as="ada").open(url)
        back = page if hasattr(page, "arrivals") else getattr(page, act)()
        return fetch(change(back.url.partition("#")[0]))

    return opened


def step(practice: Practice, number: int) -> list[str]:
    return [
        exchange.reveal().request.url + exchange.reveal().request.body.decode()
        for exchange in practice.trace.of_step(number)
    ]


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
def test_login_walks_from_the_browser_to_a_token(practice: Practice, provider, capsys) -> None:
    app = application(practice, provider)
    token = login(app, open_browser=ada(practice))
    assert isinstance(token, Token) and token.access_token in practice.ledger.tokens
    asked, redeemed = step(practice, 1)[0], step(practice, 3)[0]
    (used,) = re.findall(r"redirect_uri=([^&]+)", asked)
    assert f"redirect_uri={used}" in redeemed and re.search(r"%3A\d{4,5}%2Fcallback", used)
    assert ("code_challenge=" in asked, "code_verifier=" in redeemed) == (("S256" in provider.pkce),) * 2
    said = capsys.readouterr().out
    assert [line[:1] for line in said.splitlines() if line[:1].strip()] == ["1", "2", "3", "4"]
    for label in ("⟨state 1⟩", "⟨code 1⟩", "⟨port 1⟩", "⟨access token 1⟩"):
        assert label in said
    assert practice.trace.secrets.mask(said) == said
    assert not any(code in said for code in practice.ledger.codes)


def forged(url: str) -> str:
    return re.sub(r"state=[^&]+", "state=" + "f" * 43, url)


@pytest.mark.parametrize(
    ("act", "change", "error"),
    [
        ("deny", str, AccessDenied),
        ("allow", forged, StateMismatch),
        ("allow", lambda url: re.sub(r"[?&]state=[^&]+", "", url), StateMismatch),
        ("allow", lambda url: url.replace("iss=https", "iss=http"), IssuerMismatch),
        ("allow", lambda url: url + "&code=second", BadCallback),
        ("allow", lambda url: url + "&x=" + "x" * listen.LONGEST_CALLBACK, BadCallback),
        ("allow", lambda url: re.sub(r"code=[^&]+", "code=madeup", url), TokenRefused),
    ],
)
def test_login_refuses_what_read_callback_and_the_provider_refuse(
    practice: Practice, act: str, change: Callable[[str], str], error: type[Exception], capsys
) -> None:
    with pytest.raises(error):
        login(application(practice), open_browser=ada(practice, act, change))
    assert len(step(practice, 3)) == (error is TokenRefused)
    said = capsys.readouterr().out
    assert not any(code in said for code in practice.ledger.codes)


def test_a_doubled_callback_and_an_icon_cost_nothing(practice: Practice) -> None:
    def opened(url: str) -> None:
        back = practice.new_browser(signed_in_as="ada").open(url).allow().url
        fetch(back.partition("/callback")[0] + "/favicon.ico")
        assert fetch(back) == fetch(back)

    assert login(application(practice), open_browser=opened)
    assert len(step(practice, 3)) == 1


def test_login_says_when_nobody_comes_back(practice: Practice) -> None:
    with pytest.raises(NoCallback):
        login(application(practice), open_browser=lambda url: True, seconds=0.01)


def test_a_browser_that_fails_leaves_nobody_listening(practice: Practice) -> None:
    def broken(url: str) -> None:
        raise OSError("no display")

    with pytest.raises(OSError, match="no display"):
        login(application(practice), open_browser=broken)


def test_two_logins_at_once_get_each_their_own(practice: Practice) -> None:
    apps = [application(practice), application(practice, FACEBOOK)] * 2
    all_opened = threading.Barrier(len(apps))

    def sign_in(app: App) -> str:
        def opened(url: str) -> object:
            all_opened.wait(10)
            return ada(practice)(url)

        return login(app, open_browser=opened).access_token

    with ThreadPoolExecutor(len(apps)) as pool:
        tokens = list(pool.map(sign_in, apps))
    assert len(set(tokens)) == len(apps)
    assert [practice.ledger.tokens[token].client_id for token in tokens] == [app.client_id for app in apps]


def test_without_a_browser_the_address_is_there_to_be_opened(practice: Practice, capsys) -> None:
    with ThreadPoolExecutor() as hers:

        def none(url: str) -> bool:
            hers.submit(ada(practice), url)
            return False

        assert login(application(practice), open_browser=none)
    said = capsys.readouterr().out
    assert "Open https://github.com/login/oauth/authorize?" in said and "paste=True" in said


# --- pasted ---------------------------------------------------------------------------------------


def pasting(monkeypatch: pytest.MonkeyPatch, practice: Practice, change: Callable[[str], str] = str) -> None:
    """Ada opens the address that is shown, and pastes the one at which her browser ends."""
    shown: list[str] = []
    monkeypatch.setattr("builtins.print", lambda *words: shown.append(" ".join(map(str, words))))

    def asked(prompt: str) -> str:
        (url,) = (line.removeprefix("Open ") for line in shown if line.startswith("Open "))
        return f" {change(practice.new_browser(signed_in_as='ada').open(url).allow().url)}\n"

    monkeypatch.setattr("getpass.getpass", asked)
    monkeypatch.setattr(listen, "Listener", None)  # nobody listens


def no_browser(url: str) -> None:
    raise AssertionError("no browser is to be opened here")


@pytest.mark.parametrize("provider", [GITHUB, FACEBOOK], ids=lambda row: row.name)
@pytest.mark.parametrize("where", ["asked for", *listen._ELSEWHERE])
def test_where_the_browser_is_elsewhere_its_address_is_pasted(
    monkeypatch: pytest.MonkeyPatch, practice: Practice, provider, where: str
) -> None:
    pasting(monkeypatch, practice)
    how = {"paste": True, "open_browser": no_browser} if where == "asked for" else {}
    monkeypatch.setenv(where, "/user/ada/")
    monkeypatch.setattr("webbrowser.open", no_browser)
    assert login(application(practice, provider), **how)


def test_a_browser_that_is_handed_over_is_used_anywhere(
    monkeypatch: pytest.MonkeyPatch, practice: Practice
) -> None:
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", "/user/ada/")
    assert login(application(practice), open_browser=ada(practice))


def test_without_another_one_this_computers_browser_opens(
    monkeypatch: pytest.MonkeyPatch, practice: Practice
) -> None:
    for name in listen._ELSEWHERE:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("webbrowser.open", ada(practice))
    assert login(application(practice))


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda url: "", BadCallback),
        (lambda url: "https://github.com/login/oauth/authorize?" + url.partition("?")[2], BadCallback),
        (lambda url: url.replace("/callback?", "/callback.evil?"), BadCallback),
        (lambda url: url.replace("127.0.0.1", "127.0.0.1.evil.example"), BadCallback),
        (lambda url: url.replace("127.0.0.1", "127.0.0.1:8000"), BadCallback),
        (lambda url: url.replace("127.0.0.1", "127.0.0.1@evil.example"), BadCallback),
        (lambda url: url.replace("http:", "https:"), BadCallback),
        (lambda url: url.replace("127.0.0.1", "[127.0.0.1"), BadCallback),
        (forged, StateMismatch),
    ],
)
def test_a_pasted_address_is_read_as_strictly(
    monkeypatch: pytest.MonkeyPatch, practice: Practice, change: Callable[[str], str], error: type[Exception]
) -> None:
    pasting(monkeypatch, practice, change)
    with pytest.raises(error):
        login(application(practice), paste=True)
    assert step(practice, 3) == []


IN_A_NOTEBOOK = """
import getpass
from oauth_steps import GITHUB, wire
from oauth_steps.listen import login
from oauth_steps.practice import Practice

practice = Practice().start()
app = practice.register(GITHUB, name="Mine", redirect_uri="http://127.0.0.1/callback")
session = get_ipython().kernel.session
sent, send = [], session.send
session.send = lambda stream, kind, content=None, *rest, **more: (
    sent.append(str(content or kind)), send(stream, kind, content, *rest, **more))[1]
wire.draw_veil()  # once more, round the one that writes down what leaves


def pasted(prompt):
    (url,) = {text for text in practice_urls()}
    return practice.new_browser(signed_in_as="ada").open(url).allow().url


def practice_urls():
    import re
    return re.findall(r"Open (https://github[^']+)", " ".join(sent))


getpass.getpass = pasted
token = login(app, paste=True)
"""
# What was let pass is no longer needed.
AND_LATER = """
display({"text/plain": f"Open {practice_urls()[0]}"}, raw=True)
print(sorted(practice.ledger.codes))
"""


def test_in_a_notebook_the_address_is_whole_while_it_is_needed_and_never_saved(tmp_path: Path) -> None:
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in (IN_A_NOTEBOOK, AND_LATER)])
    client_of(notebook, tmp_path).execute()
    saved = json.dumps(notebook, ensure_ascii=False)
    assert "Opened https://github.com/login/oauth/authorize" in saved and "state=⟨state 1⟩" in saved
    assert "['⟨code 1⟩']" in saved
    assert re.findall(r"state=[\w-]{20,}|code_challenge=[\w-]{20,}|http://127[^⟨]*:\d+", saved) == []


# --- one's own application ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "known", "typed", "skipped"),
    [
        (GITHUB, {"CLIENT_ID": "Iv1", "CLIENT_SECRET": "5ec7e7"}, None, ""),
        (FACEBOOK, {"CLIENT_ID": "123", "CLIENT_SECRET": "5ec7e7"}, None, ""),
        (GITHUB, {"CLIENT_ID": "Iv1"}, None, "OAUTH_STEPS_GITHUB_CLIENT_SECRET"),
        (FACEBOOK, {"CLIENT_SECRET": "5ec7e7"}, None, "OAUTH_STEPS_FACEBOOK_CLIENT_ID"),
        (GITHUB, {"CLIENT_ID": " ", "CLIENT_SECRET": "5ec7e7"}, None, "OAUTH_STEPS_GITHUB_CLIENT_ID"),
        (GITHUB, {}, {"Client ID": "Iv1", "Client secret": "5ec7e7"}, ""),
        (FACEBOOK, {"CLIENT_ID": "123"}, {"App Secret": "5ec7e7"}, ""),
        (GITHUB, {}, {"Client ID": ""}, "OAUTH_STEPS_GITHUB_CLIENT_ID"),
    ],
)
def test_ones_own_application_comes_from_the_environment_or_a_prompt(
    monkeypatch, capsys, provider, known: dict, typed: dict | None, skipped: str
) -> None:
    for name in ("CLIENT_ID", "CLIENT_SECRET"):
        monkeypatch.delenv(f"OAUTH_STEPS_{provider.name.upper()}_{name}", raising=False)
    for name, value in known.items():
        monkeypatch.setenv(f"OAUTH_STEPS_{provider.name.upper()}_{name}", value)
    typed = typed if typed is None else dict(typed)

    def asked(prompt: str) -> str:
        (label,) = (label for label in typed if label in prompt)
        return typed.pop(label)

    monkeypatch.setattr("getpass.getpass", asked)
    app = own_app(provider, ask=typed is not None, scope=("email",))
    said = capsys.readouterr().out
    assert skipped in said and "5ec7e7" not in said
    assert not typed, "all prompts were answered"
    if skipped:
        assert app is None
    else:
        assert app and app.client_secret == "5ec7e7" and app.scope == ("email",)
        assert app.redirect_uri == f"http://{provider.loopback_host}/callback"

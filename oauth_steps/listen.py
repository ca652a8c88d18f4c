"""The end of redirect_uri on one's own computer, and `login`: steps 1 to 4 with a person at a browser.

RFC 8252 section 7.3: an application without a server of its own listens on the loopback interface, which no other
computer reaches, for as long as one sign-in takes. `Listener` catches one callback there. Where the browser is on
another computer than this Python, its user pastes the address; `read_callback` reads either.
"""

from __future__ import annotations

import asyncio
import base64
import getpass
import hashlib
import os
import re
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from html import escape
from math import ceil
from typing import Any
from urllib.parse import parse_qs, urlsplit

from . import loopback, show, wire
from .errors import BadApp, BadCallback, NoCallback
from .providers import App, Provider, Step
from .steps import (
    LONGEST_CALLBACK,
    Token,
    authorization_url,
    new_state,
    pkce_pair,
    read_callback,
    request_token,
)

SECONDS = 300  # that a person has to sign in and to decide
_HOSTS = ("127.0.0.1", "::1", "localhost")
_LARGEST = LONGEST_CALLBACK + 8_000  # bytes of a request that are read: its address, and what browsers add
_PATIENCE = 5  # seconds that a client has for its whole request and for taking the answer
_LINGER = 2  # seconds that a browser, sent on to the page, has to come for it
_MOST = 100  # clients at once
_SLICE = 0.5  # seconds

# --- what the browser is told ---------------------------------------------------------------------

_STYLE = (
    ":root{color-scheme:light dark}"
    "body{font:1.1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:20vh auto;padding:0 1rem}"
)
_PAGE = (
    '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
    f"<title>Your answer has arrived</title><style>{_STYLE}</style></head>"
    "<body><main><h1>Your answer has arrived</h1>"
    "<p>The program that sent you off has it now, and says what came of it.</p>"
    "<p>You can close this page.</p></main></body></html>"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Cache-Control": "no-store",
    # RFC 9700 section 4.2.4: a page that is reached with a code in its address hands it on to nobody.
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_HASH}'; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Connection": "close",
}


def _response(status: str, text: str, kind: str = "text/plain", **more: str) -> bytes:
    body = text.encode()
    headers = {"Content-Type": f"{kind}; charset=utf-8", "Content-Length": str(len(body)), **_HEADERS, **more}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode("latin-1") + body


# RFC 9112 section 3: method, one blank, target, one blank, version.
_REQUEST_LINE = re.compile(rb"([!-~]+) ([!-~]+) HTTP/1\.[01]\r\n")
# A redirect_uri that is asked for letter by letter as it is written: browsers resolve dots between slashes, and quote
# what RFC 3986 has in no path. It has neither a user nor a query.
_AS_BROWSERS_ASK = re.compile(r"\w+://[\w.:\[\]]+(/(?!\.{1,2}(/|$))[\w.~!$&'()*+,;=:%-]*)*", re.ASCII)
_HOST = re.compile(rb"^host:[ \t]*([!-~]*)[ \t]*\r$", re.IGNORECASE | re.MULTILINE)
_DEST = re.compile(rb"^sec-fetch-dest:[ \t]*([!-~]*)[ \t]*\r$", re.IGNORECASE | re.MULTILINE)


class Listener:
    """Waits on this computer for one callback to `redirect_uri`; a context manager.

    `redirect_uri` is http and on 127.0.0.1, [::1] or localhost. Without a port in it any free one is taken, which
    `redirect_uri` names as long as somebody listens. The first call with a code or an error, and not from within a
    page, is the answer: `read_callback` judges it, so that a forged one costs a sign-in, and never brings in a code.
    Raises BadApp, and BadInput for a port that is taken.
    """

    def __init__(self, redirect_uri: str) -> None:
        try:
            parts = urlsplit(redirect_uri)
            host, self._port = parts.hostname, parts.port or 0
        except (AttributeError, TypeError, ValueError):
            raise BadApp("the redirect_uri is no URL") from None
        if parts.scheme != "http" or host not in _HOSTS or not _AS_BROWSERS_ASK.fullmatch(redirect_uri):
            problem = f"nobody can listen at {redirect_uri!r} on this computer"
            raise BadApp(
                problem, mend="Register http://127.0.0.1/callback, or localhost where only that is taken"
            )
        self._host = f"[{host}]" if ":" in host else host
        self._path = parts.path or "/"
        self._page = self._path.rstrip("/") + "/arrived"
        self._sockets: list[socket.socket] = []

    @property
    def redirect_uri(self) -> str:
        """Where the browser is to be sent back to, port and all."""
        return self._at(self._path)

    def _at(self, path: str) -> str:
        return f"http://{self._host}:{self._port}{path}"

    def __enter__(self) -> Listener:
        self._arrived: Future[str] = Future()
        self._shown: Future[None] = Future()
        self._leaving: Future[None] = Future()
        self._sockets = loopback.listening(self._port)
        self._port = self._sockets[0].getsockname()[1]
        wire.watching().learn_port(self._host, self._port)
        self._thread = threading.Thread(target=asyncio.run, args=(self._listen(),), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._leaving.set_result(None)
        self._thread.join()

    def wait(self, seconds: float = SECONDS) -> str:
        """The address that the browser was sent back to, whole. Raises NoCallback if none has come in time."""
        # In slices: where threads are no POSIX threads, nothing interrupts one that waits.
        for _ in range(ceil(seconds / _SLICE)):
            with suppress(TimeoutError):
                return self._arrived.result(min(seconds, _SLICE))
        raise NoCallback(f"no browser has come back to {self._host} within {seconds:g} seconds")

    async def _listen(self) -> None:
        self._clients: set[asyncio.Task[None]] = set()
        doors = [
            await asyncio.start_server(self._welcome, sock=each, limit=_LARGEST) for each in self._sockets
        ]
        await asyncio.wrap_future(self._leaving)
        if self._arrived.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(asyncio.wrap_future(self._shown), _LINGER)
        for door in doors:
            door.close()
        # With this function the loop ends, and cancels whom it still serves.

    def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve a client in a task; of one that asyncio makes itself it would log that it was cancelled."""
        client = asyncio.create_task(self._serve(reader, writer))
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One request, one answer. Whoever is slow, leaves, or is one too many, gets none."""
        try:
            if len(self._clients) <= _MOST:
                async with asyncio.timeout(_PATIENCE):
                    await self._meet(reader, writer)
        except (OSError, EOFError, TimeoutError):
            pass
        finally:
            writer.close()

    async def _meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            answer, is_page = _response("431 Request Header Fields Too Large", "too large\n"), False
        else:
            answer, is_page = self._answer(head)
        writer.write(answer)
        writer.close()
        await writer.wait_closed()
        if is_page and not self._shown.done():
            self._shown.set_result(None)

    def _answer(self, head: bytes) -> tuple[bytes, bool]:
        """The answer to a request, and whether it is the page with which a callback ends."""
        line, hosts = _REQUEST_LINE.match(head), _HOST.findall(head)
        if line is None or len(hosts) != 1:  # RFC 9112 section 3.2
            return _response("400 Bad Request", "this is no request\n"), False
        # A name that somebody lets point to this computer is another origin: DNS rebinding.
        if _usual(hosts[0].decode("ascii").lower()) != _usual(f"{self._host}:{self._port}"):
            return _response("421 Misdirected Request", "nobody of this name is here\n"), False
        if line[1] != b"GET":
            return _response("405 Method Not Allowed", "GET only\n", Allow="GET"), False
        target = line[2].decode("ascii")
        path = target.partition("?")[0]
        if path == self._path:
            if _is_embedded(head) or not _is_an_answer(target):
                return _response("400 Bad Request", "this is no provider's answer\n"), False
            if not self._arrived.done():  # a second one is somebody who reloads
                self._arrived.set_result(self._at(target))
            # Or the code would stay in the address bar, and be what a reload sends (RFC 9700 section 4.3.1).
            return _response("303 See Other", "it has arrived\n", Location=self._at(self._page)), False
        if path == self._page and self._arrived.done():
            return _response("200 OK", _PAGE, "text/html"), True
        return _response("404 Not Found", "nothing is here\n"), False  # such as /favicon.ico


def _is_embedded(head: bytes) -> bool:
    """Whether a page asks for it, as for an image or a frame: a provider sends back the window itself.

    Fetch Metadata, section 2.1: browsers say so to http on loopback as well. Whoever says nothing may be an old one.
    """
    return any(what != b"document" for what in _DEST.findall(head))


def _is_an_answer(target: str) -> bool:
    """RFC 6749 sections 4.1.2 and 4.1.2.1: a code or an error; `read_callback` knows what providers make of these."""
    names = parse_qs(target.partition("?")[2], keep_blank_values=True)
    return any(name == "code" or name.startswith("error") for name in names)


def _usual(host: str) -> str:
    """Host and port as browsers write them: without the port that http has anyway (RFC 9110 section 4.2.3)."""
    return host.removesuffix(":80")


# --- steps 1 to 4 ---------------------------------------------------------------------------------

# Set where the kernel runs on a server, and the browser somewhere else.
_ELSEWHERE = ("JUPYTERHUB_SERVICE_PREFIX", "BINDER_LAUNCH_HOST")


def own_app(provider: Provider, *, scope: tuple[str, ...] = (), ask: bool = False) -> App | None:
    """Your own application there, its redirect_uri on this computer; None if nothing is known of it.

    Client id and secret are OAUTH_STEPS_…_CLIENT_ID and …_CLIENT_SECRET of the environment; if `ask`, what is
    missing there is asked for, without an echo. Neither is printed.
    """
    known = {}
    for name in ("client_id", "client_secret"):
        variable = f"OAUTH_STEPS_{provider.name}_{name}".upper()
        known[name] = os.environ.get(variable, "").strip()
        if ask and not known[name]:
            label = provider.form.get(name, name)
            known[name] = getpass.getpass(f"{provider.name}, {label} (not shown): ").strip()
        if not known[name]:
            print(f"skipped: {variable} is not in the environment")
            return None
    app = App(provider, **known, redirect_uri=f"http://{provider.loopback_host}/callback", scope=scope)
    wire.watching().learn_app(app)
    return app


def login(
    app: App,
    *,
    open_browser: Callable[[str], object] | None = None,
    paste: bool = False,
    seconds: float = SECONDS,
) -> Token:
    """Steps 1 to 4, with a person at a browser; prints each step, secrets by their labels.

    `open_browser` is given the address of step 1; without it this computer's browser opens. Where the user's is on
    another one, which JupyterHub and Binder let us know, and if `paste`, she pastes the address at which it ends.
    A pasted code stands in her address bar until it is used. Raises NoCallback, and what `read_callback` and
    `request_token` raise.
    """
    secrets = wire.watching()
    state = new_state()
    verifier, challenge = pkce_pair() if "S256" in app.provider.pkce else (None, None)
    if open_browser is None:
        open_browser = webbrowser.open
        paste = paste or any(name in os.environ for name in _ELSEWHERE)
    with ExitStack() as waiting:
        listener = None if paste else waiting.enter_context(Listener(app.redirect_uri))
        if listener:
            app = replace(app, redirect_uri=listener.redirect_uri)
        url = authorization_url(app, state=state, code_challenge=challenge)
        _tell(Step.AUTHORIZATION_REQUEST, "the browser is sent to", secrets.mask_url(url))
        if listener is None:
            answer = _pasted(app, url)
        elif open_browser(url) is False:  # there is none here; she may have one all the same
            print("Is your browser on another computer than this Python? Interrupt this, and add paste=True.")
            with _link(url, secrets.mask_url(url)):
                answer = listener.wait(seconds)
        else:
            answer = listener.wait(seconds)
    _tell(Step.GRANT, "it has come back to", secrets.mask_url(answer))
    code = read_callback(app, answer, expected_state=state)
    _tell(Step.TOKEN_REQUEST, "the code goes to", wire.mask(app.provider.token_url))
    token = request_token(app, code, code_verifier=verifier)
    _tell(Step.TOKEN_RESPONSE, f"{token!r}")
    return token


def _tell(step: Step, words: str, address: str = "") -> None:
    print(f"{step} {step.name.lower().replace('_', ' ')}: {words}")
    if address:
        print(f"    {show.address(address)}")


def _pasted(app: App, url: str) -> str:
    """The address that the user's browser, sent to this one, was sent back to. Raises BadCallback for others."""
    with _link(url, wire.mask(url)):
        print(f"Sign in there. Your browser ends at an address that begins with {app.redirect_uri}")
        print("and says that nothing is there. Copy all of that address.")
        answer = getpass.getpass("Paste it (not shown): ").strip()
    if _place(answer) != _place(app.redirect_uri):
        raise BadCallback(
            f"that address is not at {app.redirect_uri}",
            mend="Begin again at step 1, and paste the address at which the browser ends",
        )
    return answer


def _place(url: str) -> tuple[str, str, str] | None:
    """Scheme, host with port, and path, as browsers write them; None for what is no URL."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.scheme, _usual(parts.netloc.lower()), parts.path or "/"


@contextmanager
def _link(url: str, masked: str) -> Iterator[None]:
    """Shows an address to be opened, whole, for as long as it is needed: in a notebook its label stays."""
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None:
        print(f"Open {url}")
        yield
        return
    from IPython.display import display

    def shown(address: str) -> dict[str, str]:
        link = f'<a href="{escape(address)}" target="_blank" rel="noopener noreferrer">Open the provider’s page</a>'
        return {"text/plain": f"Open {address}", "text/html": link}

    with wire.passing(*shown(url).values()):
        handle = display(shown(url), raw=True, display_id=True)  # type: ignore[no-untyped-call]
        try:
            yield
        finally:
            handle.update({"text/plain": f"Opened {masked}"}, raw=True)

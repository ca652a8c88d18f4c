"""The second door: the practice providers over real HTTP, each at a port of its own, for any client at all.

It opens on the loopback interface and nowhere else, and no setting changes that: what stands behind it keeps its
secrets in plain sight. The server is waitress; here is what it needs to know, and who is not let in.
"""

from __future__ import annotations

import logging
import socket
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import chain
from threading import Thread
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

import waitress.channel
import waitress.parser
import waitress.server

from .. import loopback
from ..errors import BadInput, NoAnswer
from ..providers import Provider, Step
from ..wire import Request, Response
from . import pages
from .control import HOME
from .doors import Handler

_HOST = loopback.ADDRESSES[0]
_NAMES = (_HOST, "localhost", "[::1]")  # by which somebody on this computer may call
_NEXT = 20  # ports that are tried after one another, where any of them will do
_MOST = 500  # connections at once; a client keeps one or two open
_READING = ("GET", "HEAD", "OPTIONS")  # RFC 9110 section 9.2.1: they change nothing
_LIMITS: Mapping[str, int] = {
    "max_request_header_size": 64 * 1024,
    "max_request_body_size": 256 * 1024,  # the longest there is: 1,000 tokens to be revoked, about 50 kB
    "channel_timeout": 30,  # seconds for a whole request, see _Channel
    "cleanup_interval": 10,
    "asyncore_use_poll": True,  # where there is poll: select does not see descriptors from 1,024 on
    "threads": 4,  # one answers at a time; the others take a slow reader's place
}
# A page needs its own style and its empty icon, and nobody else's page may hold it in a frame. There is no
# `form-action`: Chromium applies it to where a form's answer redirects, and that is the application's callback.
_GUARDS = (
    (
        "Content-Security-Policy",
        f"default-src 'none'; style-src {pages.STYLE}; img-src data:; "
        "base-uri 'none'; frame-ancestors 'none'",
    ),
    ("X-Frame-Options", "DENY"),
    ("X-Content-Type-Options", "nosniff"),
)


class OnLoopback:
    """Serves providers over HTTP, each at a port of its own; the ports are taken from the beginning until it is closed.

    `ports` is one for each provider: 0 is any free one, None the next free one after the one before, which the first
    cannot be. One of this process that stands at such a port is closed. Raises BadInput if a port is taken, or is none.
    `control` answers for what is below HOME.
    """

    stands_in_for_the_network = False

    def __init__(self, providers: Sequence[Provider], ports: Sequence[int | None], control: Handler) -> None:
        self.is_open = False
        self._control = control
        self._rows: dict[str, Provider] = {}
        self._sockets: dict[str, list[socket.socket]] = {}
        before = 0
        for provider, port in zip(providers, ports, strict=True):
            try:
                found = _next_free(before + 1) if port is None else _listen(port)
            except BadInput:
                self._free_ports()
                raise
            before = found[0].getsockname()[1]
            self._sockets[provider.name] = found
            self._rows[provider.name] = provider.at(f"http://{_HOST}:{before}")
        self._claim()
        self._servers: list[Any] = []
        self._watched: dict[int, Any] = {}  # waitress's: descriptor -> what waits for something there
        self._thread: Thread | None = None

    def row(self, provider: Provider) -> Provider:
        """The provider as it stands behind this door."""
        return self._rows[provider.name]

    def open(self, handle: Handler) -> None:
        """From now on requests are answered, in threads of their own; opening an open door is nothing."""
        if self.is_open:
            return
        # Or waitress tells each time that somebody waits, and with one answer at a time somebody often does.
        logging.getLogger("waitress.queue").setLevel(logging.ERROR)
        for name, row in self._rows.items():
            if not self._sockets[name]:  # it was closed before
                self._sockets[name] = _listen(urlsplit(row.web_url).port or 80)
            site = _Site(row, handle, self._control)
            # Without an `ident` there is no Server header of its own, and what a provider says stays alone.
            limits = {**_LIMITS, "connection_limit": _most_open()}
            serve = partial(waitress.server.create_server, site, self._watched, ident=None, **limits)
            for one in self._sockets[name]:
                self._servers.append(serve(sockets=[one]))
                self._servers[-1].channel_class = _Channel
        self._claim()
        self._thread = Thread(target=self._servers[0].run, name="practice providers", daemon=True)
        self._thread.start()
        self.is_open = True

    def close(self) -> None:
        """No request is answered any more, and the ports are free; what is being asked right now is cut off."""
        if self.is_open:
            self._end_serving()
        self._free_ports()

    def _end_serving(self) -> None:
        assert self._thread
        self.is_open = False
        for server in self._servers:
            server.task_dispatcher.shutdown(cancel_pending=False)  # it would tell; they are closed below
        held: list[Any] = []

        def let_go() -> None:
            """By the thread that watches: it ends when there is nothing left. Then all can be closed, not before."""
            held.extend(self._watched.values())
            self._watched.clear()

        self._servers[0].trigger.pull_trigger(let_go)
        self._thread.join()
        for one in held:
            one.close()
        self._servers.clear()

    def _claim(self) -> None:
        for row in self._rows.values():
            _standing[urlsplit(row.web_url).port or 80] = self

    def _free_ports(self) -> None:
        for one in chain.from_iterable(self._sockets.values()):
            one.close()
        self._sockets = {name: [] for name in self._sockets}
        for port in [port for port, door in _standing.items() if door is self]:
            del _standing[port]


# Which door of this process has the port: a cell that is run again is not to find its own earlier one in its way.
_standing: WeakValueDictionary[int, OnLoopback] = WeakValueDictionary()


class _Parser(waitress.parser.HTTPRequestParser):  # type: ignore[misc]
    """A request as it comes in. What Python cannot read is refused: waitress would let the ValueError out.

    That is a number of more than 4,300 digits as Content-Length, and a host with half of the brackets of IPv6.
    """

    def parse_header(self, header_plus: bytes) -> None:
        """Read the first line and the headers."""
        try:
            super().parse_header(header_plus)
        except ValueError:
            raise waitress.parser.ParsingError("this request cannot be read") from None


class _Channel(waitress.channel.HTTPChannel):  # type: ignore[misc]
    """A connection. Its time is over if no whole request came; waitress would give it more for each byte."""

    parser_class = _Parser
    last_activity: float  # by which waitress closes it

    def handle_read(self) -> None:
        """Read what has come."""
        unfinished, since = self.request, self.last_activity
        super().handle_read()
        if unfinished is not None and self.request is unfinished:
            self.last_activity = since


def _most_open() -> int:
    """Connections at once. macOS lets a process open 256 files: with none left waitress would fail without end."""
    if sys.platform == "win32":  # which has no such number
        return _MOST
    import resource

    files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return _MOST if files == resource.RLIM_INFINITY else min(_MOST, files // 2)


def _listen(port: int) -> list[socket.socket]:
    """Sockets at this port; a door of this process that has it is closed. Raises BadInput."""
    if isinstance(port, int) and port in _standing:
        _standing[port].close()
    return loopback.listening(port)


def _next_free(first: int) -> list[socket.socket]:
    """Sockets at the first port from this one on that is free. Raises BadInput if the next few are all taken."""
    problem = BadInput(f"there is no port after {first - 1}", mend="Take a lower one, or name both")
    for port in range(first, min(first + _NEXT, 65536)):
        if port in _standing:
            continue
        try:
            return _listen(port)
        except BadInput as error:
            problem = error
    raise problem


# --- one request --------------------------------------------------------------------------------------------


class _Site:
    """One provider as a WSGI application (PEP 3333)."""

    def __init__(self, row: Provider, handle: Handler, control: Handler) -> None:
        self._row = row
        self._handle = handle
        self._control = control
        port = urlsplit(row.web_url).port
        # RFC 9110 section 4.2.1: port 80 need not be named
        self._hosts = {f"{name}:{port}" for name in _NAMES} | (set(_NAMES) if port == 80 else set())
        # By what it may be called: without its port a name says as much, and Perl's Net::OAuth2 leaves the port out. An
        # Origin without it is another origin (RFC 6454 section 5): for that `_hosts` alone counts.
        self._called = self._hosts.union(_NAMES)

    def __call__(
        self, environ: Mapping[str, Any], start_response: Callable[[str, list[tuple[str, str]]], Any]
    ) -> Iterable[bytes]:
        try:
            response = self._answer(environ)
        except NoAnswer:  # waitress then closes the connection without a word
            raise waitress.channel.ClientDisconnected from None
        named = {name.lower() for name, _ in response.headers}
        guards = [guard for guard in _GUARDS if guard[0].lower() not in named]
        start_response(f"{response.status} {response.reason}", [*response.headers, *guards])
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else response.body]  # RFC 9110 section 9.3.2

    def _answer(self, environ: Mapping[str, Any]) -> Response:
        target = self._target(environ)
        # A site of somebody else's may have its name lead to 127.0.0.1 (DNS rebinding), but the browser says the name.
        if target is None or environ.get("HTTP_HOST", "").lower() not in self._called:
            return _refused(421, f"This is a practice provider. It answers at {self._row.web_url} alone.")
        request = Request(
            environ["REQUEST_METHOD"],
            self._row.web_url + target,
            tuple(_headers(environ)),
            environ["wsgi.input"].read(),
        )
        if self._is_fetched(request):
            return _refused(403, "Another site's page has sent this.")
        foreign = self._is_foreign(request)
        if f"{target.partition('?')[0]}/".startswith(f"{HOME}/"):
            return _refused(403, "Another site's page has sent this.") if foreign else self._control(request)
        if foreign and self._row.step_of(request.method, request.url) == Step.GRANT:
            return self._stale_form()
        return self._handle(request)

    def _target(self, environ: Mapping[str, Any]) -> str | None:
        """Path and query, as they were sent; None if they were meant for another server (RFC 9112 section 3.2)."""
        uri = str(environ["REQUEST_URI"])
        if uri.startswith("/"):
            return uri
        scheme, mark, rest = uri.partition("://")
        host, slash, path = rest.partition("/")
        own = mark and scheme.lower() == "http" and host.lower() in self._hosts
        return slash + path or "/" if own else None

    def _is_foreign(self, request: Request) -> bool:
        """Whether another site's page sends this, to change something.

        Browsers add `Origin` to all that is no GET or HEAD (Fetch standard, section 3.2), and Sec-Fetch-Site; whoever
        sends neither is no browser.
        """
        if request.method in _READING:
            return False
        origin = request.header("origin")
        if origin is not None:
            return not self._is_own(origin)
        return request.header("sec-fetch-site") not in (None, "same-origin", "none")

    def _is_fetched(self, request: Request) -> bool:
        """Whether another site's page sends this by itself: as a script, a picture, a style.

        It could read no answer, but fill the trace. Only browsers send Sec-Fetch-Site (Fetch Metadata, section 2.3).
        """
        cross = request.header("sec-fetch-site") == "cross-site" and not self._is_own(
            request.header("origin")
        )
        return cross and request.header("sec-fetch-mode") not in (None, "navigate")

    def _is_own(self, origin: str | None) -> bool:
        return origin is not None and origin.lower() in {f"http://{host}" for host in self._hosts}

    def _stale_form(self) -> Response:
        says = ("Another site's page has sent it.", "Sign in and open the application's link again.")
        text = pages.error(self._row.name, title="This form is not ours", paragraphs=says)
        return Response(403, (("Content-Type", "text/html; charset=utf-8"),), text.encode())


def _headers(environ: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The headers, named as they usually are: WSGI tells neither their case nor those of the connection."""
    for name, value in environ.items():
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            yield name.removeprefix("HTTP_").replace("_", "-").title(), value


def _refused(status: int, why: str) -> Response:
    return Response(status, (("Content-Type", "text/plain; charset=utf-8"),), f"{why}\n".encode())

"""The ways in to the practice providers, and what both lead to: one answer for each request, recorded once.

In process: through `responses`, so that any client built on `requests` meets them without knowing, and nothing leaves
this computer. The other door, real HTTP on loopback, is in `serving`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import requests
import responses
from responses.registries import FirstMatchRegistry

from ..errors import NoAnswer, Unreachable
from ..providers import Provider
from ..wire import Request, Response, Trace, request_of
from .clock import Clock

Handler = Callable[[Request], Response]

_NO_NETRC = ""  # a name that no file has: `requests` looks for it, and opens nothing
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


def origin(url: str) -> str:
    """Scheme, host and port of a URL, a default port left out, as PyGithub writes it; nothing for what has no host."""
    try:
        parts = urlsplit(url)
    except ValueError:  # such as an unfinished IPv6 address
        return ""
    host = parts.netloc.rpartition("@")[2].lower().removesuffix(_DEFAULT_PORTS.get(parts.scheme, ""))
    return f"{parts.scheme}://{host}" if host else ""


class Desk:
    """Where both doors lead: hands a request to the handler of its origin, and records the exchange."""

    def __init__(self, handlers: Mapping[str, Handler], trace: Trace, clock: Clock) -> None:
        self._handlers = handlers
        self._trace = trace
        self._clock = clock

    def answer(self, request: Request) -> Response:
        """The provider's answer. Raises Unreachable for an origin that has no handler; NoAnswer if it is lost."""
        place = origin(request.url)
        if place not in self._handlers:
            refusal = f"refused: {place} is not one of the practice providers"
            exchange = self._trace.record(request, None, at=self._clock.now, refused=refusal)
            raise Unreachable(exchange.refused, exchange=exchange)
        try:
            response = self._handlers[place](request)
        except NoAnswer as error:
            error.exchange = self._trace.record(request, None, at=self._clock.now, refused=error.message)
            raise
        except BaseException:  # such as an interrupt, whose traceback shows what was sent
            self._trace.unsent(request)
            raise
        if request.method == "HEAD":  # RFC 9110 section 9.3.2: no content
            response = replace(response, body=b"")
        self._trace.record(request, response, at=self._clock.now)
        return response


class InProcess:
    """Takes the place of the network under `requests`: whatever is asked goes to one handler, which may refuse it."""

    stands_in_for_the_network = True

    def __init__(self) -> None:
        self.is_open = False
        self._netrc: str | None = None
        self._handle: Handler | None = None
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False, registry=self._registry())

    def row(self, provider: Provider) -> Provider:
        """The provider as it is: behind this door it has its own addresses."""
        return provider

    def _registry(self) -> type[FirstMatchRegistry]:
        door = self

        class OneForAll(FirstMatchRegistry):
            """Answers whatever is asked. (`responses` drops the first of two patterns that overlap.)"""

            def find(self, request: Any) -> tuple[responses.BaseResponse, list[str]]:
                door._mock.calls.reset()  # or it would keep every raw exchange for ever
                return responses.CallbackResponse(request.method, "", door._answer, content_type=None), []

        return OneForAll

    def _answer(self, prepared: requests.PreparedRequest) -> tuple[int, list[tuple[str, str]], bytes]:
        assert self._handle is not None
        response = self._handle(request_of(prepared))
        return response.status, list(response.headers), response.body

    def open(self, handle: Handler) -> None:
        """From now on `requests` reaches this handler, and nothing else."""
        self._handle = handle
        self._mock.start()
        self._netrc = os.environ.get("NETRC")
        os.environ["NETRC"] = _NO_NETRC  # her own password for github.com would replace what a cell sends
        self.is_open = True

    def close(self) -> None:
        """`requests` is as it was before; closing a closed door is nothing."""
        if not self.is_open:
            return
        self.is_open = False
        self._mock.stop()
        self._mock.calls.reset()
        if os.environ.get("NETRC") != _NO_NETRC:  # somebody has chosen another one since
            return
        del os.environ["NETRC"]
        if self._netrc is not None:
            os.environ["NETRC"] = self._netrc

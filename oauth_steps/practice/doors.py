"""The ways in to the practice providers.

In process: through `responses`, so that any client built on `requests` meets them without knowing. Every
request passes here once and is recorded once, and none leaves this computer.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import requests
import responses
from responses.registries import FirstMatchRegistry

from ..errors import NoAnswer, Unreachable
from ..wire import Request, Response, Trace, request_of
from .clock import Clock

Handler = Callable[[Request], Response]

_NO_NETRC = ""  # a name that no file has: `requests` looks for it, and opens nothing
_DEFAULT_PORTS = {"https": ":443", "http": ":80"}


def origin(url: str) -> str:
    """Scheme, host and port of a URL, a default port left out: PyGithub writes `https://api.github.com:443/…`."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host.removesuffix(_DEFAULT_PORTS.get(parts.scheme, ''))}"


class InProcess:
    """Mounts handlers, by origin, under `requests`; refuses every other address with Unreachable, unasked."""

    def __init__(self, handlers: Mapping[str, Handler], trace: Trace, clock: Clock) -> None:
        self._handlers = handlers
        self._trace = trace
        self._clock = clock
        self._netrc: str | None = None
        self._one_at_a_time = Lock()  # or two threads could redeem one code
        self._mock = responses.RequestsMock(assert_all_requests_are_fired=False, registry=self._registry())

    def _registry(self) -> type[FirstMatchRegistry]:
        door = self

        class OneForAll(FirstMatchRegistry):
            """Answers whatever is asked. (`responses` drops the first of two patterns that overlap.)"""

            def find(self, request: Any) -> tuple[responses.BaseResponse, list[str]]:
                door._mock.calls.reset()  # or it would keep every raw exchange for ever
                return responses.CallbackResponse(request.method, "", door._answer, content_type=None), []

        return OneForAll

    def _answer(self, prepared: requests.PreparedRequest) -> tuple[int, list[tuple[str, str]], bytes]:
        request = request_of(prepared)
        place = origin(request.url)
        with self._one_at_a_time:
            if place not in self._handlers:
                refusal = f"refused: {place} is not one of the practice providers"
                exchange = self._trace.record(request, None, at=self._clock.now, refused=refusal)
                raise Unreachable(exchange.refused, exchange=exchange)
            try:
                response = self._handlers[place](request)
            except NoAnswer as error:
                error.exchange = self._trace.record(request, None, at=self._clock.now, refused=error.message)
                raise
            if request.method == "HEAD":  # RFC 9110 section 9.3.2: no content
                response = replace(response, body=b"")
            self._trace.record(request, response, at=self._clock.now)
        return response.status, list(response.headers), response.body

    def open(self) -> None:
        """From now on `requests` reaches the handlers, and nothing else."""
        self._mock.start()
        self._netrc = os.environ.get("NETRC")
        os.environ["NETRC"] = _NO_NETRC  # her own password for github.com would replace what a cell sends

    def close(self) -> None:
        """`requests` is as it was before."""
        self._mock.stop()
        self._mock.calls.reset()
        if os.environ.get("NETRC") != _NO_NETRC:  # somebody has chosen another one since
            return
        del os.environ["NETRC"]
        if self._netrc is not None:
            os.environ["NETRC"] = self._netrc

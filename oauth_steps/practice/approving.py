"""Somebody who signs in and allows whatever is asked, before anybody sees a page: for clients without a browser."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from ..providers import Provider, Step
from ..wire import Headers, Request, Response
from .doors import Handler
from .pages.reading import Reading

_PRESSES: Mapping[str, str] = MappingProxyType({"sign-in": "", "consent": "1"})  # page -> value of its button
_MOST = 8  # there are three pages, and a redirect before each
_FORM = ("Content-Type", "application/x-www-form-urlencoded")


def approving(handle: Handler, row: Provider, passwords: Mapping[str, str]) -> Handler:
    """A handler that answers an authorization request at once, as if its pages had been gone through.

    `passwords` are the people's, by login. Who allows it is who is signed in with this browser, or whom the request
    suggests, or the first of them; she stays signed in. A page that asks nothing, such as a refusal, is the answer as
    it is.
    """
    signed_in: dict[str, str] = {}  # login -> her cookie

    def answer(request: Request) -> Response:
        if row.step_of(request.method, request.url) != Step.AUTHORIZATION_REQUEST:
            return handle(request)
        suggested = dict(parse_qsl(urlsplit(request.url).query)).get("login", "")
        login = suggested if suggested in passwords else next(iter(passwords))
        own = request.header("cookie") or ""
        url, headers = request.url, _with_cookies(request.headers, signed_in.get(login, ""), own)
        response = handle(Request(request.method, url, headers, request.body))
        for _ in range(_MOST):
            if new := (response.header("set-cookie") or "").partition(";")[0]:
                signed_in[login] = new
                headers = _with_cookies(headers, own, new)
            if location := response.header("location"):
                url = urljoin(url, location)
                if not row.step_of("GET", url):
                    break  # back to the application
                response = handle(Request("GET", url, headers))
                continue
            reading = Reading(response.body.decode())
            form = _filled_in(reading, passwords)
            if form is None:
                break
            url = urljoin(url, reading.action)
            response = handle(Request("POST", url, (*headers, _FORM), urlencode(form).encode()))
        return response

    return answer


def _with_cookies(headers: Headers, *cookies: str) -> Headers:
    """The headers with these cookies in place of others; of two with one name the last counts."""
    others = (header for header in headers if header[0].lower() not in ("cookie", "content-type"))
    return (*others, ("Cookie", "; ".join(filter(None, cookies))))


def _filled_in(reading: Reading, passwords: Mapping[str, str]) -> list[tuple[str, str]] | None:
    """The page's form as she sends it, everything allowed; None if it is no page that asks for that."""
    press = reading.buttons[0] if reading.page == "choose-account" else _PRESSES.get(reading.page)
    if press is None:
        return None
    suggested = dict(reading.submission({}, (), press)).get("login", "")
    login = suggested if suggested in passwords else next(iter(passwords))
    typed = {"login": login, "password": passwords[login]}
    return reading.submission(typed, [ask.name for ask in reading.asks], press)

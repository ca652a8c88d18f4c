"""Stand-in browsers: one person's cookies, history and Referer; pages to sign in to, to allow and to deny.

A browser sends through `requests`, so that any mounted door meets and records it. What leads away from the
providers is your application's: it is not fetched but handed back, as a `Redirect`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from http.client import HTTPMessage
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

import requests
from requests.cookies import MockRequest, MockResponse

from ..errors import BadInput, UnknownUser, Unreachable
from ..providers import Provider
from ..wire import Raw, Request, Secrets, request_of, response_of
from .doors import origin
from .pages.reading import Reading
from .pages.shown import (
    ChooseAccountPage,
    ConsentPage,
    ErrorPage,
    Page,
    Redirect,
    SettingsPage,
    SignInPage,
)

__all__ = [
    "Browser",
    "ChooseAccountPage",
    "ConsentPage",
    "ErrorPage",
    "Page",
    "Redirect",
    "SettingsPage",
    "SignInPage",
]

_PAGES: Mapping[str, type[Page]] = MappingProxyType(  # the body's data-page -> what can be done there
    {
        "sign-in": SignInPage,
        "choose-account": ChooseAccountPage,
        "consent": ConsentPage,
        "settings": SettingsPage,
        "error": ErrorPage,
    }
)
_HEADERS = {"User-Agent": "Mozilla/5.0 (practice browser)", "Accept": "text/html"}
_REDIRECTS = 10  # browsers give up as well, at about 20
_SECONDS = 30  # how long a provider on loopback may take to answer


class Browser:
    """One person's browser. `providers` are whose pages it shows, `passwords` the people's by login.

    `secrets` gives the labels by which it shows addresses; `user` says whose it is. What signs her in is a
    page, or a cookie from before (`keep_cookie`). `ready` is asked before each request, and may raise; `doubled`
    is asked where it is sent back to an application, and says whether it calls there twice; `is_callback` says of
    an address whether an application waits there.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        passwords: Mapping[str, str],
        secrets: Secrets,
        user: str | None = None,
        ready: Callable[[], None] = lambda: None,
        doubled: Callable[[], bool] = lambda: False,
        is_callback: Callable[[str], bool] = lambda url: False,
    ) -> None:
        self.user = user
        self._ready = ready
        self._doubled = doubled
        self._is_callback = is_callback
        self.history: list[str] = _History(secrets)
        self.seen: list[Raw] = []  # what it sent and was sent, unmasked
        self._providers = providers
        self._passwords = passwords
        self._secrets = secrets
        self._session = requests.Session()
        self._session.trust_env = False  # no proxy and no .netrc of this computer has a part in this
        self._session.headers.update(_HEADERS)

    def open(self, url: str) -> Page | Redirect:
        """Type an address, or follow a link in a letter: no Referer. Raises BadInput, Unreachable.

        An application's callback is handed back as well, whoever made that address.
        """
        return self._go("GET", _whole(url))

    def keep_cookie(self, url: str, name: str, value: str) -> None:
        """Keep a cookie for the host of this URL, as if it had been set on an earlier visit."""
        answer = HTTPMessage()
        answer["Set-Cookie"] = f"{name}={value}; path=/"
        asked = MockRequest(requests.Request("GET", url).prepare())
        self._session.cookies.extract_cookies(MockResponse(answer), asked)  # type: ignore[arg-type]

    def _go(
        self, method: str, url: str, form: list[tuple[str, str]] | None = None, page: str = ""
    ) -> Page | Redirect:
        """Send this, from this page, and follow where it leads."""
        for hop in range(_REDIRECTS + 1):
            self.history.append(url)
            self._secrets.mask_url(url)  # learns what stands in it: within return_to it is harder to see
            if not self._is_providers(url):
                if hop:
                    return Redirect(url, self._secrets, twice=self._doubled())
                if self._is_callback(url):
                    return Redirect(url, self._secrets, opened=True)
            answer = self._send(method, url, form, referer(page, url))
            target = self._session.get_redirect_target(answer)
            if target is None:
                reading = Reading(answer.text)
                return _PAGES.get(reading.page, Page)(self, url, reading)
            # urljoin, before Python 3.14, drops an empty query, as there may be one before a fragment.
            method, url, form = "GET", target if urlsplit(target).scheme else urljoin(url, target), None
        raise Unreachable(f"{_REDIRECTS} redirects and still no page", mend="The trace shows each of them")

    def _send(
        self, method: str, url: str, form: list[tuple[str, str]] | None, referer: str
    ) -> requests.Response:
        self._ready()
        try:
            prepared = self._prepared(method, url, form, referer)
            answer = self._session.send(prepared, allow_redirects=False, timeout=_SECONDS)
        except Unreachable:
            raise
        except requests.RequestException as error:  # its message holds the whole address, secrets and all
            problem = f"no answer from {origin(url)} ({type(error).__name__})"
            raise Unreachable(problem, mend="Check the address, and that somebody listens there") from None
        self.seen.append(Raw(request_of(answer.request), response_of(answer)))
        return answer

    def asking(self, url: str) -> Request:
        """The request that opening this address would send; nothing is sent. Raises BadInput."""
        whole = _whole(url)
        try:
            return request_of(self._prepared("GET", whole))
        except (requests.RequestException, ValueError) as error:  # its message holds the whole address
            raise BadInput(
                f"no browser opens this ({type(error).__name__})", mend="Look at the address"
            ) from None

    def _prepared(
        self, method: str, url: str, form: list[tuple[str, str]] | None = None, referer: str = ""
    ) -> requests.PreparedRequest:
        headers = {"Referer": referer} if referer else {}
        return self._session.prepare_request(requests.Request(method, url, headers, data=form or []))

    def _is_providers(self, url: str) -> bool:
        return any(row.step_of("GET", url) or origin(url) == origin(row.web_url) for row in self._providers)

    def _password(self, user: str) -> str:
        try:
            return self._passwords[user]
        except (KeyError, TypeError):
            cast = ", ".join(sorted(self._passwords))
            raise UnknownUser(f"nobody here is called {user!r}", mend=f"There are {cast}") from None

    def __repr__(self) -> str:
        at = self._secrets.mask_url(self.history[-1]) if self.history else "no page yet"
        return f"<Browser of {self.user or 'somebody'}: {at}>"


class _History(list[str]):
    """Addresses as they are; shown by their labels, one a line."""

    def __init__(self, secrets: Secrets) -> None:
        super().__init__()
        self._secrets = secrets

    def __repr__(self) -> str:
        return "\n".join(map(self._secrets.mask_url, self)) or "no page yet"


def _whole(url: str) -> str:
    """The address, if it is one that a browser opens. Raises BadInput."""
    if not isinstance(url, str) or not origin(url).startswith(("http://", "https://")):
        raise BadInput("a browser opens a whole address", mend="It begins with https://")
    return url


def referer(page: str, url: str) -> str:
    """What a browser tells `url` about the page that it comes from.

    Browsers' default is strict-origin-when-cross-origin (W3C Referrer Policy, section 3.7): the whole address
    within an origin, the origin alone to another, nothing from https to http.
    """
    if origin(page) == origin(url):
        return page.partition("#")[0]
    downgrade = page.startswith("https:") and not url.startswith("https:")
    return "" if downgrade or not page else origin(page) + "/"

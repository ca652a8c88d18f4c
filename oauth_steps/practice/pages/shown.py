"""What a stand-in browser shows: the provider's pages, with what can be done there, and the way back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urljoin

from ... import show
from ...errors import NoSuchAct
from ...wire import Line, Secrets, clipped
from . import drawing, host_of
from .reading import Reading

if TYPE_CHECKING:
    from ..browser import Browser


class _Shown:
    """What a browser shows: `url` is the raw address. It prints as text and is drawn from the same lines."""

    url: str
    _secrets: Secrets
    _kind = "a page"
    _acts: tuple[str, ...] = ()
    said = ""  # what there is to know about this kind of page

    def _content(self) -> list[Line]:
        raise NotImplementedError

    @property
    def lines(self) -> list[Line]:
        """What she sees, line by line: kind (`title`, `text`, `item`, `checked`, `field`, `button`) and text."""
        return [Line(kind, show.seen(self._secrets.mask_url(text))) for kind, text in self._content()]

    @property
    def address(self) -> str:
        """What her browser's address bar shows."""
        return show.seen(clipped(self._secrets.mask_url(self.url)))

    @property
    def _noted(self) -> list[Line]:
        notes = [self.said, f"In code: {' · '.join(self._acts)}" if self._acts else ""]
        return self.lines + [Line("note", note) for note in notes if note]

    def __str__(self) -> str:
        return drawing.as_text(self.address, self._noted)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return drawing.as_html(self.address, self._noted)

    def sign_in(self, user: str) -> Page | Redirect:
        """Sign in with this person's password. Raises UnknownUser; NoSuchAct where there is no such form."""
        raise self._no("sign_in")

    def allow(self, *, only: Iterable[str] | None = None) -> Page | Redirect:
        """Press Allow; with `only`, uncheck every other box first: what has no box goes along anyway.

        Raises NoSuchAct for what is not there.
        """
        raise self._no("allow")

    def deny(self) -> Page | Redirect:
        """Press Cancel. Raises NoSuchAct where there is no such button."""
        raise self._no("deny")

    def choose(self, user: str | None) -> Page | Redirect:
        """Go on with this person's account, or with another one if None. Raises NoSuchAct for what is not there."""
        raise self._no("choose")

    def edit(self, *, only: Iterable[str]) -> Page | Redirect:
        """Leave the application these scopes, and save. Raises NoSuchAct for what is not there."""
        raise self._no("edit")

    def revoke(self) -> Page | Redirect:
        """Take the application out of the account. Raises NoSuchAct where there is no such button."""
        raise self._no("revoke")

    def _no(self, act: str) -> NoSuchAct:
        there_is = f"There is {', '.join(self._acts)}" if self._acts else "There is nothing to press"
        return NoSuchAct(f"this is {self._kind}: it has no {act}", mend=there_is)


class Page(_Shown):
    """A page of the provider's. `title` and `text` are what stands on it."""

    def __init__(self, browser: Browser, url: str, reading: Reading) -> None:
        self.url = url
        self.title = reading.title
        self._secrets = browser._secrets
        self._browser = browser
        self._reading = reading

    @property
    def text(self) -> str:
        """What the page says below its title."""
        return "\n".join(line.text for line in self._content() if line.kind != "title")

    def _content(self) -> list[Line]:
        return self._reading.lines

    def _submit(self, typed: Mapping[str, str], boxes: Collection[str], press: str) -> Page | Redirect:
        form = self._reading.submission(typed, boxes, press)
        return self._browser._go("POST", urljoin(self.url, self._reading.action), form, page=self.url)


class SignInPage(Page):
    """Asks who is there. Signing in leads to the page that was asked for."""

    _kind = "a sign-in page"
    _acts = (".sign_in(user)",)

    def sign_in(self, user: str) -> Page | Redirect:
        return self._submit({"login": user, "password": self._browser._password(user)}, (), "")


class ConsentPage(Page):
    """Asks whether the application may have what it wants: step 2. `asks` lists (name, about, optional)."""

    _kind = "a consent page"
    _acts: tuple[str, ...] = (".allow()", ".deny()")

    def __init__(self, browser: Browser, url: str, reading: Reading) -> None:
        super().__init__(browser, url, reading)
        self.asks = reading.asks
        self._optional = [ask.name for ask in reading.asks if ask.optional]
        if self._optional:
            self._acts = (".allow()", ".allow(only=[…])", ".deny()")

    def allow(self, *, only: Iterable[str] | None = None) -> Page | Redirect:
        if not isinstance(only, Iterable | None):
            raise NoSuchAct(f"{only!r} is not on this page", mend=self._choice)
        asked = [ask.name for ask in self.asks]
        kept = asked if only is None else [only] if isinstance(only, str) else list(only)
        if only is not None and not self._optional:
            raise NoSuchAct("this page has no box to uncheck", mend=self._choice)
        if unknown := [name for name in kept if name not in asked]:
            raise NoSuchAct(f"{unknown[0]!r} is not on this page", mend=self._choice)
        return self._submit({}, [name for name in kept if name in self._optional], "1")

    def deny(self) -> Page | Redirect:
        return self._submit({}, self._optional, "0")

    @property
    def _choice(self) -> str:
        if not self._optional:
            return "It is all or nothing: allow() or deny()"
        return f"only=[…] may name {', '.join(ask.name for ask in self.asks)}"


class ChooseAccountPage(Page):
    """Asks with which of the accounts of this browser to go on."""

    _kind = "a page to choose an account on"
    _acts = (".choose(user)", ".choose(None)")

    @property
    def accounts(self) -> list[str]:
        """Who is signed in here, by login."""
        return [value for value in self._reading.buttons if value]

    def choose(self, user: str | None) -> Page | Redirect:
        there = self.accounts
        if user is not None and user not in there:
            raise NoSuchAct(f"{user!r} is not signed in here", mend=f"There is {', '.join(there)}, or None")
        return self._submit({}, (), user or "")


class SettingsPage(Page):
    """Her settings: what an application may do; `asks` lists (name, about, True)."""

    _kind = "a settings page"
    _acts = (".edit(only=[…])", ".revoke()")

    def __init__(self, browser: Browser, url: str, reading: Reading) -> None:
        super().__init__(browser, url, reading)
        self.asks = reading.asks

    def edit(self, *, only: Iterable[str]) -> Page | Redirect:
        kept, there = [only] if isinstance(only, str) else list(only), [ask.name for ask in self.asks]
        if unknown := [name for name in kept if name not in there]:
            raise NoSuchAct(f"{unknown[0]!r} is not on this page", mend=f"There is {', '.join(there)}")
        return self._submit({}, kept, "save")

    def revoke(self) -> Page | Redirect:
        return self._submit({}, (), "revoke")


class ErrorPage(Page):
    """Where a flow ends at the provider's, without a redirect (RFC 6749 section 4.1.2.1)."""

    _kind = "an error page"
    said = "The flow ends here: the client never hears of it."


class Redirect(_Shown):
    """The end of step 2: the browser is on its way to your application, with `parameters` in the query.

    `arrivals` are the addresses that the application sees: one, or the same twice if the browser calls twice. What
    follows a `#` is not among it: that stays in the browser (RFC 9110 section 7.1). `opened`: nobody sent it back,
    she opened this address herself.
    """

    _kind = "a redirect to your application"
    said = "Your application takes it from here: .url is the address, .parameters what it carries."

    def __init__(self, url: str, secrets: Secrets, *, twice: bool = False, opened: bool = False) -> None:
        self.url = url
        self.opened = opened
        self.arrivals = [url.partition("#")[0]] * (2 if twice else 1)
        self._secrets = secrets

    def _no(self, act: str) -> NoSuchAct:
        went_on = (
            "Go on with its .url: whoever is signed in here has allowed as much before, or has just answered"
        )
        return NoSuchAct(f"this is {self._kind}: it has no {act}", mend=went_on)

    @property
    def parameters(self) -> dict[str, str]:
        """What the provider says to your application, by way of the browser; of doubled ones, the last."""
        return dict(_query(self.url))

    def _content(self) -> list[Line]:
        pairs = _query(self._secrets.mask_url(self.url))
        arrived = Line("title", f"{'Opens' if self.opened else 'Sent back to'} {host_of(self.url)}")
        doubled = [Line("text", "The browser calls there twice.")] if len(self.arrivals) > 1 else []
        return [arrived, *(Line("item", f"{name} = {value}") for name, value in pairs), *doubled]


def _query(url: str) -> list[tuple[str, str]]:
    return parse_qsl(url.partition("#")[0].partition("?")[2], keep_blank_values=True)

"""The other side, for practice: GitHub and Facebook in steps 2, 4 and 6, offline and with a clock to turn.

    practice = Practice().start()  # in this process; Practice(port=0): over real HTTP, at any free port of loopback
    app = practice.app(GITHUB)
    page = practice.browser.open(authorization_url(app, state=new_state()))

They keep state and refuse what the real ones refuse. docs/FIDELITY.md says where each rule comes from;
nothing here was compared with the real providers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from string import ascii_lowercase
from threading import RLock
from types import MappingProxyType, TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from .. import wire
from ..errors import BadApp, BadInput, NoAnswer, NoSuchAct, UnknownEra, Unreachable
from ..lives import Span, StateDiagram, Timeline
from ..providers import ERAS, FACEBOOK, GITHUB, App, Provider, Step
from ..wire import Request, Response
from .approving import approving
from .browser import Browser
from .clock import START, START_2013, Clock
from .control import Control
from .doors import Desk, Handler, InProcess, origin
from .facebook import Facebook
from .github import GitHub
from .ledger import Client, Draws, Ledger, Person, cast

if TYPE_CHECKING:
    from .serving import OnLoopback

__all__ = ["Practice"]

Side = GitHub | Facebook
Entry = tuple[Callable[[Any], bool], str]  # whether a value may stand in a field of the form, and what may

_SIDES: Mapping[str, Callable[[Ledger, Provider], Side]] = MappingProxyType(
    {GITHUB.name: GitHub, FACEBOOK.name: Facebook}
)
_BEGINS = MappingProxyType({"now": START, "2013": START_2013})  # era -> what the clock shows at first
# What an application registered here looks like.
_TODAY: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        GITHUB.name: {
            "redirect_uri": "https://notes.example/callback/github",
            "scope": ("read:user", "user:email"),
        },
        FACEBOOK.name: {
            "redirect_uri": "https://notes.example/callback/facebook",
            "scope": ("public_profile", "email"),
        },
    }
)

# … and in another era, where that differs.
_IN_ERA: Mapping[tuple[str, str], Mapping[str, Any]] = MappingProxyType(
    {("2013", GITHUB.name): {"scope": ("user",)}, ("2013", FACEBOOK.name): {"scope": ("email",)}}
)

# … and where it is served over HTTP: a program on this computer, at whatever port, waits for the callback.
_LOCALHOST = {"redirect_uri": "http://localhost/callback"}
_ON_LOOPBACK: Mapping[tuple[str, str], Mapping[str, Any]] = MappingProxyType(
    {
        ("now", GITHUB.name): {"redirect_uri": "http://127.0.0.1/callback"},  # docs: any port does
        ("2013", GITHUB.name): _LOCALHOST,  # docs of then: this port alone, so most register another one
        # Docs: localhost without https, in development alone, and then only for those who have a role
        ("now", FACEBOOK.name): {
            **_LOCALHOST,
            "mode": "development",
            "roles": frozenset(person.login for person in cast()),
        },
        ("2013", FACEBOOK.name): {**_LOCALHOST, "app_domains": "localhost"},
    }
)

_WORDS: Entry = (lambda value: isinstance(value, str) and bool(value.strip()), "text, and not empty")
_YES_OR_NO: Entry = (lambda value: isinstance(value, bool), "True or False")
_ENTRIES: Mapping[str, Entry] = {
    "name": _WORDS,
    "homepage_url": _WORDS,
    "description": (lambda value: isinstance(value, str), "text"),
    "app_domains": (lambda value: isinstance(value, str), "text, with blanks between domains"),
    "owner": _WORDS,
    "wildcard": (lambda value: isinstance(value, frozenset), "one of the redirect URIs, several, or True"),
    "roles": (lambda value: isinstance(value, set | frozenset), 'a set of logins, such as {"ada"}'),
    "expire_user_tokens": _YES_OR_NO,
    "require_app_secret": _YES_OR_NO,
    "mode": (lambda value: value in ("live", "development"), '"live" or "development"'),
    "code_gives": (lambda value: value in ("short", "long"), '"short" or "long"'),
}

# Schemes of what a browser runs, or whose content stands in the address or on the disk: nobody can be sent back there.
_NOWHERE = frozenset(("about", "blob", "data", "file", "filesystem", "javascript", "vbscript", "view-source"))

SERVER_ERROR, TIME_OUT, DOUBLED = "server error", "time-out", "doubled callback"
_FAULTS = (SERVER_ERROR, TIME_OUT, DOUBLED)


class Practice:
    """GitHub and Facebook, in memory. A context manager; in a notebook, `start()`, `stop()`.

    `era` names the rows of `providers` ("now" or "2013"); the same `seed` gives the same run. In process, unless there
    is a `port`: then over HTTP on loopback, GitHub at this port and Facebook at `facebook_port`, or the next free one
    if that is None; 0 is any free port. There codes, tokens and cookies are no matter of the seed.
    With `auto_approve` nobody is asked anything: Ada allows it all. The clock begins at `begins`, else on a day of the
    era. One practice is mounted in process at a time, and `start()` ends the one before; so does a new one that is
    served at the same port. Raises UnknownEra; BadInput for a port that is taken or none.
    """

    _mounted: Practice | None = None

    def __init__(
        self,
        era: str = "now",
        seed: int = 1,
        *,
        port: int | None = None,
        facebook_port: int | None = None,
        auto_approve: bool = False,
        begins: datetime | None = None,
    ) -> None:
        if era not in tuple(ERAS):
            raise UnknownEra(f"there is no era {era!r}", mend=f"There is {', '.join(map(repr, ERAS))}")
        if port is None and facebook_port is not None:
            raise BadInput(
                "facebook_port is for a practice that is served", mend="Say port as well: 0 is any free one"
            )
        self.era = era
        self._draw = Draws(seed)
        # Clients outlive a practice that is served: a cookie of the last run must not sign in somebody of this one.
        self._draw_secret = self._draw if port is None else Draws(None)
        self._identities: dict[str, dict[str, Any]] = {}
        self._auto_approve = auto_approve
        self._begins = begins or _BEGINS[era]
        self._before: Practice | None = None
        self.one_at_a_time = RLock()  # or two threads could redeem one code
        self._door: InProcess | OnLoopback = InProcess()
        if port is not None:
            try:
                from .serving import OnLoopback
            except ImportError as missing:  # the course as a site: a page has no ports, so no server is there
                raise BadInput(
                    f"nothing can be served over HTTP here: {missing}",
                    mend="Run the course on a computer, as its README says, or leave out the port",
                ) from None
            self._door = OnLoopback(ERAS[era], (port, facebook_port), Control(self).handle)
        self._begin()

    def reset(self) -> None:
        """All is as it was at first: the clock too, and what was registered, granted and recorded is gone.

        `clock`, `ledger`, `trace` and `browser` are new ones; the addresses stay, and what `app` gives. Nothing is
        minted that was minted before: what clients still hold is of no use.
        """
        with self.one_at_a_time:
            before = self.trace.secrets
            self._begin()
        wire.retire(before)
        if self._door.is_open:
            self._hide_secrets()

    def _begin(self) -> None:
        self.clock = Clock(self._begins)
        secrets = wire.Secrets()
        self.ledger = Ledger(self.clock, secrets, self._draw, self._draw_secret)
        rows = [self._door.row(row) for row in ERAS[self.era]]
        self._sides = {row.name: _SIDES[row.name](self.ledger, row) for row in rows}
        self.providers = tuple(side.provider for side in self._sides.values())
        self.trace = wire.Trace(self.providers, secrets)
        self._apps: dict[str, App] = {}
        self._passwords: dict[str, str] = {}  # what people remember: all their browsers type from here
        for person in cast():
            self.ledger.people[person.login] = person
            self._passwords[person.login] = person.password
            secrets.learn("password", person.password)
        self._faults: list[tuple[str, Step]] = []
        self._desk = Desk(self._handlers(), self.trace, self.clock)
        self.browser = self.new_browser()
        if not self._door.stands_in_for_the_network:  # those outside cannot ask for them
            for row in self.providers:
                self.app(row)

    def _handlers(self) -> dict[str, Handler]:
        handlers: dict[str, Handler] = {}
        for side in self._sides.values():
            handle = self._with_faults(side)
            if self._auto_approve:
                handle = approving(handle, side.provider, self._passwords)
            row = side.provider
            handlers |= {origin(url): handle for url in (row.web_url, row.api_url, row.token_url)}
        return handlers

    def _answer(self, request: Request) -> Response:
        with self.one_at_a_time:
            return self._desk.answer(request)

    # --- faults -----------------------------------------------------------------------------------

    def fail_once(self, fault: str, step: int = Step.TOKEN_REQUEST) -> None:
        """Let something go wrong the next time, once. Raises BadInput for another fault or step.

        "server error": the request of this step is answered with HTTP 500, and nothing was done. "time-out": what
        it asks for is done, and the answer is lost (NoAnswer). "doubled callback": the next browser that is sent back
        to an application calls there twice, as `Redirect.arrivals` shows.
        """
        if fault not in _FAULTS:
            raise BadInput(f"there is no fault {fault!r}", mend=f"There is {', '.join(map(repr, _FAULTS))}")
        if step not in tuple(Step):
            raise BadInput(f"there is no step {step!r}", mend="Steps are numbered from 1 to 6")
        begins = Step(step - (1 - step % 2) * (step > Step.GRANT))  # an answer is lost with its request
        self._faults.append((fault, Step.GRANT if fault == DOUBLED else begins))

    def _strikes(self, fault: str, step: Step | None) -> bool:
        """Whether this fault was asked for at this step; then it is used up."""
        due = (fault, step) in self._faults
        if due:
            self._faults.remove((fault, step))  # type: ignore[arg-type]
        return due

    def _with_faults(self, side: Side) -> Handler:
        """The provider's side, but for the faults that were asked for."""

        def handle(request: Request) -> Response:
            step = side.provider.step_of(request.method, request.url) if self._faults else None
            if self._strikes(SERVER_ERROR, step):
                return side.server_error(request)
            response = side.handle(request)
            if self._strikes(TIME_OUT, step):
                raise NoAnswer(f"no answer from {origin(request.url)} in time")
            return response

        return handle

    # --- mounting ---------------------------------------------------------------------------------

    def start(self) -> Practice:
        """From now on `requests` meets the practice providers, and in a notebook no secret is shown."""
        if Practice._mounted:  # or, in this process, nothing would come to a practice that is served
            Practice._mounted.stop()
        self._door.open(self._answer)
        if self._door.stands_in_for_the_network:
            Practice._mounted = self
        self._hide_secrets()
        return self

    def _hide_secrets(self) -> None:
        wire.watch(self.trace.secrets)
        if not wire.draw_veil():
            return
        for place in (urlsplit(row.web_url) for row in self.providers):
            if place.port:  # another one on each run, and a notebook is to be the same
                self.trace.secrets.learn_port(place.hostname or "", place.port)

    def stop(self) -> None:
        """`requests` is as it was before, ports are free. What was recorded stays; stopping twice is nothing."""
        self._door.close()
        if Practice._mounted is self:
            Practice._mounted = None

    def _must_be_running(self) -> None:
        """Or a stand-in browser would go to the real provider, or to another practice."""
        if not self._door.is_open or Practice._mounted not in (None, self):
            raise Unreachable("this practice is not running", mend="Run the cell with practice.start() again")

    def __enter__(self) -> Practice:
        self._before = Practice._mounted
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        if not self._door.stands_in_for_the_network:  # each test of another project has one
            wire.retire(self.trace.secrets)
        if self._before:  # within another `with`: nothing may reach the network there
            self._before.start()

    # --- applications -----------------------------------------------------------------------------

    def app(self, provider: Provider) -> App:
        """An application registered today at this provider, the same one each time.

        Where the practice is served, its callback is on loopback: at any port, as far as the provider allows that.
        """
        name = self._side(provider).provider.name
        if name not in self._apps:
            settings = {**_TODAY[name], **_IN_ERA.get((self.era, name), {})}
            if not self._door.stands_in_for_the_network:
                settings |= _ON_LOOPBACK[self.era, name]
            if name not in self._identities:
                self._identities[name] = self._new_identity(self._side(provider))
            self._apps[name] = self._register(
                self._side(provider), self._identities[name], name="Notes", **settings
            )
        return self._apps[name]

    def register(
        self,
        provider: Provider,
        *,
        name: str,
        redirect_uri: str | list[str] | tuple[str, ...],
        scope: tuple[str, ...] = (),
        **settings: Any,
    ) -> App:
        """Fill in the provider's form for a new application. Raises BadApp for what the form does not have.

        `redirect_uri` is one or several; `settings` are the form's other fields (`practice.registration(app)`
        shows them under the provider's own names). `scope` is not on the form: the App will ask for it.
        """
        side = self._side(provider)
        return self._register(side, None, name=name, redirect_uri=redirect_uri, scope=scope, **settings)

    def form_of(self, provider: Provider) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The fields of the provider's form, and what else an application can be given. Raises BadApp."""
        side = self._side(provider)
        return tuple(field for field in side.provider.form if field not in side.new_client), side.settings

    def _new_identity(self, side: Side) -> dict[str, Any]:
        """What the provider gives for a new application: its id and its secret."""
        return {
            field: prefix + self._draw(f"{side.provider.name} {field}", alphabet, length)
            for field, (prefix, alphabet, length) in side.new_client.items()
        }

    def _register(
        self,
        side: Side,
        identity: dict[str, Any] | None,
        /,
        *,
        name: str,
        redirect_uri: str | list[str] | tuple[str, ...],
        scope: tuple[str, ...],
        **settings: Any,
    ) -> App:
        """Register it under this identity, or a new one."""
        uris = _whole_urls(redirect_uri)
        if side.most_callbacks and len(uris) > side.most_callbacks:
            raise BadApp(
                f"{len(uris)} redirect URIs are too many", mend=f"The form takes {side.most_callbacks}"
            )
        if loose := settings.get("wildcard"):
            settings["wildcard"] = _some_of(uris, loose)
        form, beside = self.form_of(side.provider)
        if unknown := [field for field in settings if field not in (*form, *beside)]:
            raise BadApp(f"the form has no {', '.join(unknown)}", mend=f"It has {', '.join(form)}")
        for field, value in {"name": name, **settings}.items():
            fits, what = _ENTRIES[field]
            if not fits(value):
                raise BadApp(f"{field} cannot be {value!r}", mend=f"It is {what}")
        self.ledger.person(settings.get("owner", Client.owner))
        identity = identity or self._new_identity(side)
        app = App(side.provider, **identity, redirect_uri=uris[0], scope=scope)
        client = Client(side.provider, **identity, name=name, redirect_uris=uris, **settings)
        self.ledger.clients[app.client_id] = client
        self.trace.secrets.learn_app(app)
        return app

    def registration(self, app: App) -> Client:
        """The registration of an application, as it stands on the provider's form. Raises BadApp."""
        return self.ledger.client(app)

    def suspend(self, app: App) -> None:
        """The provider suspends the application."""
        self.ledger.client(app).suspended = True

    # --- codes and tokens -------------------------------------------------------------------------

    def expire(self, credential: object) -> None:
        """The time of a code or a token is over, now; a refresh token takes its access token along.

        Raises UnknownCredential.
        """
        self.ledger.expire(_value(credential))

    def life(self, credential: object) -> StateDiagram:
        """The life of a code or an access token until now, drawn; a refresh token is of its access token's.

        Raises UnknownCredential.
        """
        return self.ledger.find(_value(credential)).drawn(self.clock.now)

    def timeline(self, *apps: App) -> Timeline:
        """What became of every access token until now, drawn; or of those of these applications. Raises BadApp."""
        clients = {self.ledger.client(app).client_id for app in apps}
        now, spans = self.clock.now, []
        for token in self.ledger.tokens.values():
            if not clients or token.client_id in clients:
                renewable_until = token.renewable_until(now)
                ends = token.issued_at, token.expires_at
                spans.append(Span(token.label, token.origin, *ends, tuple(token.history), renewable_until))
        return Timeline(spans, now)

    @property
    def urls(self) -> dict[str, str]:
        """Where each provider stands, by its name in small letters; no slash at the end."""
        return {row.name.lower(): row.web_url for row in self.providers}

    def _side(self, provider: Provider) -> Side:
        try:
            return self._sides[provider.name]
        except (KeyError, AttributeError):
            raise BadApp(f"{provider!r} is not practised here", mend="Use GITHUB or FACEBOOK") from None

    # --- people -----------------------------------------------------------------------------------

    def new_browser(self, signed_in_as: str | None = None) -> Browser:
        """Another person's browser, or a second one; signed in at both providers if a login is given.

        Raises UnknownUser.
        """
        browser = Browser(
            self.providers,
            self._passwords,
            self.trace.secrets,
            signed_in_as,
            ready=self._must_be_running,
            doubled=lambda: self._strikes(DOUBLED, Step.GRANT),
            is_callback=self.ledger.is_callback,
        )
        if signed_in_as is not None:
            self.ledger.person(signed_in_as)
            for side in self._sides.values():
                cookie = self.ledger.sign_in(side.provider, signed_in_as)
                browser.keep_cookie(side.provider.web_url, side.cookie, cookie)
        return browser

    def user(self, login: str) -> Account:
        """Somebody of the cast, and what she may do with her accounts. Raises UnknownUser."""
        return Account(self.ledger.person(login), self)

    def __repr__(self) -> str:
        names = " and ".join(self._sides)
        served = "" if self._door.stands_in_for_the_network else f" at {', '.join(self.urls.values())}"
        state = (", mounted" if not served else ", served") if self._door.is_open else ""
        return f"<{names} for practice{served}, era {self.era!r}{state}>"


def _whole_urls(redirect_uri: Any) -> tuple[str, ...]:
    """One or several redirect URIs. RFC 6749 section 3.1.2: an absolute URI, without a fragment."""
    uris = tuple(redirect_uri) if isinstance(redirect_uri, list | tuple) else (redirect_uri,)
    for uri in uris or ("",):
        if not _is_whole(uri):
            mend = "It begins with https:// and ends before any #"
            raise BadApp(f"the redirect_uri {uri!r} is no whole URL", mend=mend)
        if (scheme := urlsplit(uri).scheme) in _NOWHERE:
            mend = "Use https://, or a scheme that an application of yours has claimed"
            raise BadApp(f"the redirect_uri {uri!r} leads nowhere: {scheme} is run or shown", mend=mend)
    return uris


def _value(credential: object) -> object:
    """A token's text; anything else as it is."""
    return getattr(credential, "access_token", credential)


def _some_of(uris: tuple[str, ...], chosen: Any) -> frozenset[str]:
    """Those of the redirect URIs that match loosely: one, several, or True for all."""
    loose = uris if chosen is True else _whole_urls(chosen)
    if unknown := [uri for uri in loose if uri not in uris]:
        raise BadApp(f"{unknown[0]} is not one of its redirect URIs", mend=f"There is {', '.join(uris)}")
    return frozenset(loose)


def _is_whole(uri: object) -> bool:
    try:
        whole = isinstance(uri, str) and re.fullmatch(r"[A-Za-z][\w+.-]*://[!-\"$-~]+", uri)
        return bool(whole and urlsplit(whole[0]).hostname)
    except ValueError:  # such as an unfinished IPv6 address
        return False


class Account:
    """What a person does at the providers herself, away from any application."""

    def __init__(self, person: Person, practice: Practice) -> None:
        self.person = person
        self._practice = practice

    def remove(self, app: App) -> None:
        """Take the application out of her account: all it has of her is dead."""
        self._practice.ledger.remove(self._practice.ledger.client(app).client_id, self.person.login)

    def edit_scopes(self, app: App, only: Collection[str]) -> None:
        """Leave the application these of the scopes that it has of her, or this one. Raises NoSuchAct for others."""
        client, login = self._practice.ledger.client(app), self.person.login
        # Or there would be a grant from now on, for which she was never asked.
        if (client.client_id, login) not in self._practice.ledger.grants:
            raise NoSuchAct(f"{client.name} has no access to this account", mend="Allow it first")
        kept = frozenset([only] if isinstance(only, str) else only)
        self._practice._side(client.provider).edit_grant(client, login, kept)

    def sign_out(self) -> None:
        """Sign out at both providers, in every browser; each then does what it does with tokens that are out."""
        self._practice.ledger.sign_out(self.person.login)
        for side in self._practice._sides.values():
            side.signed_out(self.person.login)

    def change_password(self) -> None:
        """Choose a new password, at both providers; each then does what it does with tokens that are out."""
        login = self.person.login
        self.person.password = self._practice.ledger.mint("password", ascii_lowercase, 20)
        self._practice._passwords[login] = self.person.password
        for side in self._practice._sides.values():
            side.password_changed(login)

    def __repr__(self) -> str:
        return f"<{self.person.name}, “{self.person.login}”>"

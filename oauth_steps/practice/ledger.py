"""What the providers know: people, applications, grants, codes, tokens; how a code and a token live and die.

The life of each is a transition table. Nothing else moves a code or a token from one state to another, and
the lessons' diagrams are drawn from the same tables.
"""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import ClassVar, TypeVar

from ..errors import BadApp, UnknownCredential, UnknownUser
from ..lives import StateDiagram
from ..providers import App, Provider
from ..wire import Secrets
from .clock import Clock
from .messages import same

ALIVE = "alive"
# the clock's own events
ITS_TIME_PASSED, UNUSED_TOO_LONG = "its time passed", "unused too long"
NOT_REFRESHED = "not refreshed in time"

_SESSION_VALUE = string.ascii_letters + string.digits, 48  # of a cookie, and of what guards its forms

Life = Mapping[tuple[str, str], str]

# (state, event) -> next state. What is not in the table does not happen: the dead stay dead.
LIFE_OF_A_CODE: Life = MappingProxyType(
    {
        (ALIVE, "redeemed"): "used",
        (ALIVE, ITS_TIME_PASSED): "expired",
        (ALIVE, "application removed"): "withdrawn",
    }
)
LIFE_OF_A_TOKEN: Life = MappingProxyType(
    {
        (ALIVE, ITS_TIME_PASSED): "expired",
        (ALIVE, UNUSED_TOO_LONG): "revoked",
        (ALIVE, "one too many issued"): "revoked",
        (ALIVE, "refreshed"): "replaced",
        (ALIVE, "revoked"): "revoked",
        (ALIVE, "application removed"): "withdrawn",
        ("expired", "refreshed"): "replaced",  # a refresh token outlives its access token, and can end too
        ("expired", "revoked"): "revoked",
        ("expired", "application removed"): "withdrawn",
        ("expired", NOT_REFRESHED): "ended",
        (ALIVE, "password changed"): "invalidated",
        (ALIVE, "signed out"): "signed out",
    }
)


@dataclass(eq=False)
class Credential:
    """A code or a token in the ledger. `expires_at` is None if it has no end; `history` is its life.

    `number` counts those of its kind from 1, in the order in which they were issued.
    """

    value: str = field(repr=False, compare=False)
    label: str  # how it is shown everywhere
    client_id: str
    login: str
    issued_at: datetime
    expires_at: datetime | None
    scope: frozenset[str] = frozenset()
    origin: str = ""  # in words: from which code or token it came, or which token it extends or refreshes
    # how it was asked for, where the provider tells of it later
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)
    state: str = ALIVE
    number: int = 0
    history: list[tuple[datetime, str, str]] = field(default_factory=list, repr=False)

    life: ClassVar[Life]

    def drawn(self, now: datetime) -> StateDiagram:
        """Its life as far as this time, on the diagram of all that could have become of it."""
        self.state_at(now)
        return StateDiagram(self.life, tuple(self.history), f"The life of {self.label}")

    def happens(self, event: str, at: datetime) -> bool:
        """Move along the transition table; False if it has no such move from the state at this time."""
        self.state_at(at)
        return self._move(event, at)

    def state_at(self, now: datetime) -> str:
        """The state at this time: the clock itself ends what has lived out its time."""
        for end, event in sorted(self._ends()):
            if now > end:
                self._move(event, end)
        return self.state

    def _ends(self) -> Iterator[tuple[datetime, str]]:
        """When the clock ends it, and by which event."""
        if self.expires_at is not None:
            yield self.expires_at, ITS_TIME_PASSED

    def _move(self, event: str, at: datetime) -> bool:
        following = self.life.get((self.state, event))
        if following is None:
            return False
        self.state = following
        self.history.append((at, event, following))
        return True


@dataclass(eq=False)
class Code(Credential):
    """An authorization code and what it is bound to; `redirect_uri` as it was sent, None if it was not."""

    redirect_uri: str | None = None
    code_challenge: str | None = field(default=None, repr=False, compare=False)

    life = LIFE_OF_A_CODE


@dataclass(eq=False)
class AccessToken(Credential):
    """An access token. `kind` is user or page, `page_id` names the Page, `refresh` is what renews it.

    `idle_limit` is how long it may lie unused, None if for ever. A refresh token outlives its access token.
    """

    kind: str = "user"
    page_id: str | None = None
    long_lived: bool = False
    refresh: str | None = field(default=None, repr=False, compare=False)
    refresh_expires_at: datetime | None = None
    last_used_at: datetime | None = None
    uses: int = 0
    idle_limit: timedelta | None = None

    life = LIFE_OF_A_TOKEN

    def use(self, at: datetime) -> None:
        """Note that it was used."""
        self.last_used_at = at
        self.uses += 1

    def _ends(self) -> Iterator[tuple[datetime, str]]:
        yield from super()._ends()
        if self.idle_limit is not None:
            yield (self.last_used_at or self.issued_at) + self.idle_limit, UNUSED_TOO_LONG
        if self.refresh_expires_at is not None:
            yield self.refresh_expires_at, NOT_REFRESHED

    def renewable_until(self, now: datetime) -> datetime | None:
        """When its refresh token will end, if it is still good for something at this time."""
        return None if (self.state_at(now), "refreshed") not in self.life else self.refresh_expires_at


@dataclass
class Repository:
    """A repository. `created`, `updated` and `pushed` are how many days ago that was when the practice began."""

    name: str
    description: str
    private: bool = False
    language: str = "Python"
    created: int = 400
    updated: int = 12
    pushed: int = 12


Post = tuple[str, str, datetime]  # its id, its message, when it was written
Event = tuple[str, str, str]  # its id, its name, when it begins as it was sent


@dataclass
class Page:
    """A Facebook Page, what was posted on it, and the events it invites to. Who has it in `pages` may act as it."""

    id: str
    name: str
    category: str
    posts: list[Post] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)


@dataclass
class Person:
    """Somebody with an account at both providers. `number` is her id, which never changes; her login may.

    `checkpoint` is True while Facebook wants her to sign in and to follow instructions; `posts` are on her wall.
    """

    login: str
    name: str
    number: int
    email: str
    password: str = field(repr=False, compare=False)  # or pytest shows it where two are compared
    email_verified: bool = True
    public_email: bool = False
    repositories: list[Repository] = field(default_factory=list, repr=False)
    pages: list[Page] = field(default_factory=list, repr=False)
    checkpoint: bool = False
    posts: list[Post] = field(default_factory=list, repr=False)
    events: list[Event] = field(default_factory=list, repr=False)


@dataclass
class Client:
    """A registered application: what was filled into the provider's form, and what was given for it."""

    provider: Provider = field(repr=False)
    client_id: str
    client_secret: str = field(repr=False, compare=False)
    name: str
    redirect_uris: tuple[str, ...]
    wildcard: frozenset[str] = frozenset()  # those of them that match loosely
    app_domains: str = ""  # separated by blanks
    homepage_url: str = "https://notes.example/"
    description: str = ""
    owner: str = "dana"
    roles: frozenset[str] = frozenset({"ada"})  # who may use it while it is in development
    expire_user_tokens: bool = True
    code_gives: str = "short"
    mode: str = "live"
    require_app_secret: bool = False
    suspended: bool = False

    @property
    def redirect_uri(self) -> str:
        """The first registered redirect URI."""
        return self.redirect_uris[0]

    def __str__(self) -> str:
        """The registration as it stands on the provider's own form, the secret by a label."""
        width = max(map(len, self.provider.form.values()))
        apart = "\n" + " " * (width + 2)
        uris = (f"{uri} (wildcard matching)" if uri in self.wildcard else uri for uri in self.redirect_uris)
        shown = {"redirect_uri": apart.join(uris), "client_secret": "⟨client secret⟩"}
        values = {**vars(self), **shown}
        rows = [f"{label:<{width}}  {_entry(values[name])}" for name, label in self.provider.form.items()]
        return "\n".join(row.rstrip() for row in rows)

    __repr__ = __str__


def _entry(value: object) -> str:
    return ("[x]" if value else "[ ]") if isinstance(value, bool) else str(value)


@dataclass
class Grant:
    """What a person has allowed an application, and what she has declined. `at` is when she last said so."""

    scope: frozenset[str]
    declined: frozenset[str]
    at: datetime


@dataclass
class Session:
    """Somebody signed in to `provider` with one browser; `csrf` guards the forms she is shown.

    `proved` is True from when she gave her password to her next answer to an application.
    """

    provider: str
    login: str
    csrf: str = field(repr=False, compare=False)
    proved: bool = False


Kept = TypeVar("Kept")


class Shelf(dict[str, Kept]):
    """What is kept, by a value that is secret: it shows what is kept, never the value."""

    def __repr__(self) -> str:
        return "\n".join(map(repr, self.values())) or "nothing yet"


class Draws:
    """Draws text by chance. Each kind has a sequence of its own, the same one for the same seed: none shifts another.

    Without a seed nobody knows what comes.
    """

    def __init__(self, seed: int | None) -> None:
        self._seed = seed
        self._random: dict[str, random.Random] = {}

    def __call__(self, kind: str, alphabet: str, length: int) -> str:
        """Text of this length from this alphabet."""
        source = self._random.get(kind)
        if source is None:
            known = self._seed is not None
            source = random.Random(f"{self._seed}:{kind}") if known else random.SystemRandom()
            self._random[kind] = source
        return "".join(source.choices(alphabet, k=length))


class Ledger:
    """All that the providers know. What is minted is drawn by `draw_secret`, and its label is known at once."""

    def __init__(self, clock: Clock, secrets: Secrets, draw: Draws, draw_secret: Draws) -> None:
        self.clock = clock
        self.secrets = secrets
        self.draw = draw
        self.draw_secret = draw_secret
        self.people: dict[str, Person] = {}
        self.clients: dict[str, Client] = {}
        self.grants: dict[tuple[str, str], Grant] = {}
        self.codes: Shelf[Code] = Shelf()
        self.tokens: Shelf[AccessToken] = Shelf()
        self.refreshable: Shelf[AccessToken] = Shelf()  # refresh token -> the access token that it renews
        self.sessions: Shelf[Session] = Shelf()
        # (client id, login) -> every code and token that came of her grants, and the tokens alone
        self._held: dict[tuple[str, str], list[Credential]] = {}
        self._tokens: dict[tuple[str, str], list[AccessToken]] = {}
        # … and scope as issued -> the access tokens that were alive when last looked at
        self._living: dict[tuple[str, str, frozenset[str]], list[AccessToken]] = {}
        # … and a Page, and the end of its token -> the newest such token
        self._of_pages: dict[tuple[str, str, frozenset[str], str, datetime | None], AccessToken] = {}

    def mint(self, kind: str, alphabet: str, length: int, prefix: str = "") -> str:
        """A new secret of this kind, known by its label from now on."""
        value = prefix + self.draw_secret(kind, alphabet, length)
        self.secrets.learn(kind, value)
        return value

    def person(self, login: str) -> Person:
        """Somebody of the cast. Raises UnknownUser."""
        try:
            return self.people[login]
        except (KeyError, TypeError):
            cast = ", ".join(sorted(self.people))
            raise UnknownUser(f"nobody here is called {login!r}", mend=f"There are {cast}") from None

    def recognise(self, login: str, password: str | None) -> Person | None:
        """Whose login and password these are, or None."""
        person = self.people.get(login)
        return person if person and same(person.password, password) else None

    @property
    def names(self) -> list[tuple[str, str]]:
        """Everybody's login and name, for a page to sign in on."""
        return [(person.login, person.name) for person in self.people.values()]

    def client(self, app: App) -> Client:
        """The registration behind an application. Raises BadApp."""
        try:
            return self.clients[app.client_id]
        except (KeyError, AttributeError):
            mend = "Use practice.app(…) or practice.register(…)"
            raise BadApp("this application is not registered with this practice", mend=mend) from None

    def parties(self, client: Client, login: str) -> dict[str, str]:
        """Whom a page about a grant names: the application, who made it, whose account it is."""
        owner, user = self.people[client.owner].name, self.people[login].name
        return {"app": client.name, "owner": owner, "user": user}

    def registered(self, provider: Provider, client_id: str | None) -> Client | None:
        """The registration of this client at this provider, or None if it has none there."""
        client = self.clients.get(client_id or "")
        return client if client and client.provider.name == provider.name else None

    def is_callback(self, url: str) -> bool:
        """Whether this is the redirect URI of an application, whatever follows it."""
        registered = (uri for client in self.clients.values() for uri in client.redirect_uris)
        return re.split("[?#]", url, maxsplit=1)[0] in {uri.partition("?")[0] for uri in registered}

    def add(self, credential: Code | AccessToken) -> None:
        """Put a code or a token on record."""
        key = credential.client_id, credential.login
        self._held.setdefault(key, []).append(credential)
        if isinstance(credential, Code):
            self.codes[credential.value] = credential
            credential.number = len(self.codes)
            return
        self.tokens[credential.value] = credential
        credential.number = len(self.tokens)
        self._tokens.setdefault(key, []).append(credential)
        self._living.setdefault((*key, credential.scope), []).append(credential)
        if credential.page_id:
            place = *key, credential.scope, credential.page_id, credential.expires_at
            self._of_pages[place] = credential
        if credential.refresh:
            self.refreshable[credential.refresh] = credential

    def held(self, client_id: str, login: str) -> list[Credential]:
        """Every code and token that this person gave this application, oldest first."""
        return self._held.get((client_id, login), [])

    def last_token(self, client_id: str, login: str, nth: int = 1) -> AccessToken | None:
        """The last token that this person's grants gave this application, or the nth last; None if there is none."""
        tokens = self._tokens.get((client_id, login), [])
        return tokens[-nth] if len(tokens) >= nth else None

    def living(self, client_id: str, login: str, scope: frozenset[str]) -> list[AccessToken]:
        """The living tokens that this person's grants gave this application, issued with this scope, oldest first."""
        key, now = (client_id, login, scope), self.clock.now
        self._living[key] = [token for token in self._living.get(key, ()) if token.state_at(now) == ALIVE]
        return list(self._living[key])

    def of_page(
        self, client_id: str, login: str, scope: frozenset[str], page_id: str, end: datetime | None
    ) -> AccessToken | None:
        """The newest token of this Page that she gave this application, with this end and scope."""
        return self._of_pages.get((client_id, login, scope, page_id, end))

    def held_by(self, login: str) -> Iterator[Credential]:
        """Every code and token of this person, at any application."""
        for (_, owner), credentials in self._held.items():
            if owner == login:
                yield from credentials

    def remove(self, client_id: str, login: str) -> None:
        """She takes the application out of her account: the grant is gone, what came of it is dead."""
        self.grants.pop((client_id, login), None)
        for credential in self.held(client_id, login):
            credential.happens("application removed", self.clock.now)

    def find(self, value: object) -> Code | AccessToken:
        """The code or access token of this value, or that a refresh token renews. Raises UnknownCredential."""
        key = value if isinstance(value, str) else ""
        found = self.codes.get(key) or self.tokens.get(key) or self.refreshable.get(key)
        if found is None:
            raise UnknownCredential("no code and no token here has this value")
        return found

    def expire(self, value: object) -> None:
        """The time of this code or token is over, now; a refresh token takes its access token along.

        Raises UnknownCredential.
        """
        credential, now = self.find(value), self.clock.now
        if credential.happens(ITS_TIME_PASSED, now):
            credential.expires_at = now
        if not isinstance(credential, AccessToken) or value != credential.refresh:
            return
        if credential.happens(NOT_REFRESHED, now):
            credential.refresh_expires_at = now

    def sign_out(self, login: str) -> None:
        """All sessions of this person are over."""
        for cookie in [cookie for cookie, session in self.sessions.items() if session.login == login]:
            del self.sessions[cookie]

    def after(self, **span: float) -> datetime:
        """The time so much later than now."""
        return self.clock.now + timedelta(**span)

    def sign_in(self, provider: Provider, login: str) -> str:
        """A new session of this person at this provider; returns the cookie's value."""
        cookie = self.mint("cookie", *_SESSION_VALUE)
        self.sessions[cookie] = Session(provider.name, login, self.mint("CSRF value", *_SESSION_VALUE))
        return cookie

    def session(self, provider: Provider, cookie: str | None) -> Session | None:
        """The session that this cookie is for, if it is one at this provider; else None."""
        session = self.sessions.get(cookie or "")
        return session if session and session.provider == provider.name else None

    def __repr__(self) -> str:
        now = self.clock.now
        rows = [
            f"{credential.label:<20} {credential.login:<8} {credential.state_at(now):<12} "
            f"{self.clients[credential.client_id].name} at {self.clients[credential.client_id].provider.name}"
            for credential in (*self.codes.values(), *self.tokens.values())
        ]
        return "\n".join(rows) if rows else "The ledger holds no code and no token yet."


def cast() -> list[Person]:
    """The people of the lessons, at a glance: Dana makes applications, Ada and Ben use them, Mallory attacks."""
    return [
        Person(
            login="ada",
            name="Ada Moreno",
            number=48151,
            email="ada@moreno.example",
            password="correct horse battery staple",
            repositories=[
                Repository("recipes", "What the family cooks", created=1400, updated=3, pushed=3),
                Repository("chess-clock", "A clock that ticks only when asked", created=700, pushed=90),
                Repository("diary", "Nobody else's business", private=True, updated=1, pushed=1),
            ],
            pages=[Page("1098765432101234", "Riverside Chess Club", "Community organization")],
        ),
        Person(
            login="ben",
            name="Ben Okafor",
            number=62342,
            email="ben@okafor.example",
            password="a lighthouse at low tide",
            public_email=True,
            repositories=[Repository("tides", "When the boat can leave", language="R")],
        ),
        Person(
            login="dana",
            name="Dana Lindqvist",
            number=31337,
            email="dana@lindqvist.example",
            password="nine lines of plain code",
        ),
        Person(
            login="mallory",
            name="Mallory Finch",
            number=77077,
            email="mallory@finch.example",
            password="seven crows on a wire",
            repositories=[Repository("notes", "Things overheard", language="Shell")],
        ),
    ]

"""One sign-in through several clients, side by side: what each sends, and what each does with a callback gone wrong.

A client is the two halves of a sign-in, as in `attacks`: `begin(session) -> url` and `arrive(url, session) -> user`.
Whether a library does the work or a few lines of her own, it is its wire that is compared: no library is known here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from .. import wire
from ..attacks import Arrive, Begin, Browser, Session, changed, granted
from ..errors import BadInput
from ..show import Table
from ..wire import Exchange, Request, Trace
from .outcomes import REFUSED, WORKS, Outcome, members_of

Halves = tuple[Begin, Arrive]

# --- what is done with a callback on its way --------------------------------------------------------


def denied(browser: Browser, url: str) -> str:
    """Open an address of step 1, and press Cancel; returns the callback. Raises BadInput where no page asks."""
    return str(browser.open(url).deny().url)


class Act(NamedTuple):
    """What happens to a callback before it arrives, and why nobody may be signed in by it then."""

    why: str = ""
    change: Callable[[str], str] = str
    elsewhere: bool = False  # it arrives in a browser that never began
    before: int = 0  # how often it has arrived already
    answer: Callable[[Browser, str], str] = granted


HONEST, CANCEL = "as it came", "the user pressed Cancel"
HOSTILE: Mapping[str, Act] = MappingProxyType(
    {
        "another state": Act(
            "compare state with the one that was kept for this browser",
            partial(changed, state="the-state-of-another-browser-0123456789"),
        ),
        "no state": Act(
            "no state at all is no proof: refuse before you compare", partial(changed, state=None)
        ),
        "a browser that never began": Act(
            "no state was kept here, and a library that is handed None compares nothing", elsewhere=True
        ),
        "another iss": Act(
            "this provider says who answers: compare iss with its name (RFC 9207 section 2.4)",
            partial(changed, iss="https://id.mallory.example"),
        ),
        "a second time": Act("take state out of the session before you ask for the token", before=1),
    }
)
ACTS: Mapping[str, Act] = MappingProxyType(
    {HONEST: Act(), **HOSTILE, CANCEL: Act("there is no code: read `error` before all else", answer=denied)}
)


@dataclass(frozen=True, repr=False)
class Tried:
    """A sign-in that was tried: who is in, or the error that was raised, and all that was sent meanwhile.

    `asked` are the application's own requests after the callback arrived.
    """

    user: str | None
    error: Exception | None
    trace: Trace
    asked: tuple[Exchange, ...]

    @property
    def outcome(self) -> Outcome:
        """Whether it works, in the words of `check`; of an error its name only, and how late it came."""
        if self.error is None:
            return Outcome(WORKS, f"{self.user} is signed in")
        sent = f"after {len(self.asked)} request{'s' * (len(self.asked) > 1)}" if self.asked else "unasked"
        return Outcome(REFUSED, f"{type(self.error).__name__}, {sent}")

    def __str__(self) -> str:
        words = " ".join(wire.mask(str(self.error or "")).split())
        short = words if len(words) <= 160 else f"{words[:160]} …"
        return f"{self.outcome.kind}: {self.outcome.line}" + f"\n  {short}" * bool(short)

    __repr__ = __str__

    def verdict(self, what: str) -> str:
        """In a word or two, with a mark: what became of this act."""
        if what == HONEST:
            return _marked("✓", "works") if self.error is None else _marked("✗", type(self.error).__name__)
        if self.error is None:
            return _marked("✗", "lets in")
        row = next((exchange.provider for exchange in self.asked if exchange.provider), None)
        return _marked("–", f"{row.name} refuses") if row else _marked("✓", "stops")


def _marked(mark: str, words: str) -> str:
    return f"{mark}\N{NO-BREAK SPACE}{words}"


def attempt(client: Halves, browser: Browser, trace: Trace, what: str = HONEST) -> Tried:
    """Sign this browser's user in through a client, and do `what`, one of ACTS, to the callback.

    `trace` is where what is sent is recorded. Raises BadInput for another act, or where nobody can cancel.
    """
    if what not in ACTS:
        raise BadInput(f"{what!r} is none of the acts", mend=f"There are {', '.join(ACTS)}")
    act, session, begun = ACTS[what], Session(), len(trace)
    begin, arrive = client
    # What a server sees of it: no browser sends a fragment (RFC 9110 section 4.2.5).
    callback = act.change(act.answer(browser, begin(session)).partition("#")[0])
    arrived, user, error = len(trace), None, None
    try:
        for _ in range(act.before):
            arrive(callback, session)
            arrived = len(trace)
        user = arrive(callback, Session() if act.elsewhere else session)
    except Exception as raised:  # whatever a library calls its refusal
        error = raised
    asked = tuple(exchange for exchange in trace[arrived:] if not exchange.by_browser)
    return Tried(user, error, trace[begun:], asked)


def compare_callbacks(clients: Mapping[str, Halves], trace: Trace, *, ada: Browser, ben: Browser) -> Table:
    """Each act with each client. Ada allows; Ben, who must never have allowed the application, cancels."""
    rows = []
    for what in ACTS:
        browser = ben if what == CANCEL else ada
        cells = (attempt(client, browser, trace, what).verdict(what) for client in clients.values())
        rows.append((what, *cells))
    return Table(("the callback", *clients), rows)


# --- what each sends --------------------------------------------------------------------------------

_ADDRESS = "asks at"
_EVERYBODYS = {"user-agent", "accept-encoding", "connection", "content-length", "content-type", "host"}


def said(request: Request) -> dict[str, str]:
    """What a request says, and where or how: {"method": "POST", "client_id": "form", …}; no value of a parameter."""
    to = urlsplit(request.url)
    place = "JSON" if "json" in (request.header("content-type") or "") else "form"
    parts = {"method": request.method, _ADDRESS: (to.hostname or "") + to.path}
    parts |= {name: value for name, value in request.headers if name.lower() not in _EVERYBODYS}
    scheme, _, _ = parts.pop("Authorization", "").partition(" ")
    if scheme.lower() == "basic":  # RFC 7617: a client's id and secret
        parts |= dict.fromkeys(("client_id", "client_secret"), "Basic")
    elif scheme:
        parts["access_token"] = scheme
    parts |= {name: _how(name, value, "address") for name, value in parse_qsl(to.query)}
    return parts | {name: _how(name, value, place) for name, value in members_of(request).items()}


def _how(name: str, value: Any, place: str) -> str:
    """Where it stands; of scopes, what joins them: there each provider and each library has a way of its own."""
    joined = "comma" if "," in str(value) else "blank"
    return joined if name == "scope" else place


def compare_requests(first: Exchange, others: Mapping[str, Exchange]) -> Table:
    """What each of the others says besides the first, what it leaves out, and what it says elsewhere or otherwise."""
    model = said(first.reveal().request)
    rows = []
    for client, exchange in others.items():
        its = said(exchange.reveal().request)
        besides = [f"{name} ({how})" for name, how in its.items() if name not in model]
        without = [name for name in model if name not in its]
        otherwise = [
            _otherwise(name, how, model[name]) for name, how in its.items() if model.get(name, how) != how
        ]
        rows.append((client, *("; ".join(found) or "–" for found in (besides, without, otherwise))))
    return Table(("client", "says besides", "leaves out", "says otherwise"), rows)


def _otherwise(name: str, how: str, in_the_first: str) -> str:
    return f"{name} {how}" if name == _ADDRESS else f"{name}: {how}, not {in_the_first}"


def compare_calls(tried: Mapping[str, Tried]) -> Table:
    """All that each application asked for itself once the callback was there, and how each answer came."""
    rows = []
    for client, one in tried.items():
        rows += [(client, *_call(exchange)) for exchange in one.asked]
    return Table(("client", "asks for", "status", "the answer comes as"), rows)


def _call(exchange: Exchange) -> tuple[str, str, str]:
    request = exchange.reveal().request
    to = urlsplit(request.url)
    kind = (exchange.header("content-type") or "–").partition(";")[0].rpartition("/")[2]
    return f"{request.method} {to.hostname}{to.path}", str(exchange.status), kind

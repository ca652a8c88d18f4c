"""One person's flow through one application, and how far it has come: read off what was recorded, never set by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple

from .. import wire
from ..check.outcomes import REFUSED, UNHEARD, WORKS, outcome_of
from ..errors import NoCallback, OAuthStepsError
from ..providers import App, Step
from ..steps import (
    Token,
    authorization_url,
    extend_token,
    inspect_token,
    refresh_token,
    request_resource,
    request_token,
    revoke_token,
)
from ..wire import Exchange, Request, Trace, clipped
from .draft import Draft, taken

# The steps at which your application has something to send.
STEPS_AT_HAND = AUTHORIZATION, CALLBACK, TOKEN, RESOURCE = 1, 2, 3, 5

NOT_YET, READY, WAITING, DONE, FAILED, STALE = "·", "○", "…", "✓", "✗", "↻"  # marks of a step


class Made(NamedTuple):
    """What your application makes up for one sign-in: `state` and, with PKCE, verifier and challenge."""

    state: str
    verifier: str | None = None
    challenge: str | None = None

    def __repr__(self) -> str:
        return f"Made(state={bool(self.state)}, PKCE={bool(self.verifier)})"


class Kept(dict[str, str]):
    """What your application keeps for one browser; its repr has the labels only."""

    def __repr__(self) -> str:
        return wire.mask(super().__repr__())


@dataclass(frozen=True)
class Sent:
    """A draft that was sent: the numbers of its exchanges, and what the application made of the answer.

    `exactly` is the draft as it went, with the values for its labels; `made` is what the application had made up for
    it. `order` counts what happens in this flow; `error` is the application's own refusal.
    """

    draft: Draft
    exactly: Draft = field(repr=False)
    exchanges: tuple[int, ...]
    order: int
    made: Made
    error: OAuthStepsError | None = None


@dataclass
class Flow:
    """One person, one application: what the application keeps for her browser, and what was sent so far."""

    person: str
    application: str
    app: App
    browser: Any
    made: Made
    session: Kept = field(default_factory=Kept)
    at: int = AUTHORIZATION  # the step at hand
    page: Any = None  # what her browser shows
    drafts: dict[int, Draft] = field(default_factory=dict, repr=False)
    sent: dict[int, Sent] = field(default_factory=dict, repr=False)
    # The exchanges of steps 1 and 2, since the last step 1.
    browsed: list[int] = field(default_factory=list, repr=False)
    tokens: list[Token] = field(default_factory=list, repr=False)  # all that came, the newest last
    placed: dict[int, int] = field(default_factory=dict, repr=False)  # step -> when its draft was put there
    orders: int = 0

    def note(
        self, draft: Draft, exactly: Draft, exchanges: range, error: OAuthStepsError | None = None
    ) -> None:
        """Put on record that this was sent at the step at hand."""
        self.orders += 1
        self.sent[self.at] = Sent(draft, exactly, tuple(exchanges), self.orders, self.made, error)

    def place(self, step: int, draft: Draft) -> None:
        """Put a new draft at this step; it is no edit of the one before."""
        self.orders += 1
        self.placed[step], self.drafts[step] = self.orders, draft

    @property
    def draft(self) -> Draft | None:
        """The draft of the step at hand, if there is one."""
        return self.drafts.get(self.at)

    @property
    def done(self) -> Sent | None:
        """What was sent at the step at hand, unless the draft was changed since."""
        sent = self.sent.get(self.at)
        return sent if sent and sent.draft == self.draft else None


# --- the requests that there are -----------------------------------------------------------------------------


class Kind(NamedTuple):
    """A request that your application can make once it has a token: its step, and the function that makes it."""

    step: int
    make: Callable[[App, Any], Any]

    def request(self, app: App, token: Any) -> Request:
        """The request, as that function would send it."""
        return taken(self.make, app, token)


AUTHORIZATION_REQUEST, ANSWER, TOKEN_REQUEST = "authorization request", "callback", "token request"
RESOURCE_REQUEST, REVOCATION = "resource request", "revocation"
WITH_A_TOKEN: Mapping[str, Kind] = MappingProxyType(
    {
        RESOURCE_REQUEST: Kind(
            RESOURCE, lambda app, token: request_resource(app, token, app.provider.profile_path)
        ),
        "refresh": Kind(TOKEN, refresh_token),
        "extension": Kind(TOKEN, extend_token),
        "inspection": Kind(RESOURCE, inspect_token),
        REVOCATION: Kind(RESOURCE, revoke_token),
    }
)


def authorization_request(flow: Flow) -> Request:
    """Step 1, as her browser would send it."""
    made = flow.made
    url = authorization_url(flow.app, state=made.state, code_challenge=made.challenge)
    request: Request = flow.browser.asking(url)
    return request


def token_request(flow: Flow, code: str, verifier: str | None) -> Request:
    """Step 3, as `request_token` sends it."""
    return taken(request_token, flow.app, code, code_verifier=verifier)


# --- how far it has come -------------------------------------------------------------------------------------

NAMES = MappingProxyType({step: step.name.replace("_", " ").lower() for step in Step})


class Status(NamedTuple):
    """A step of the flow: its mark (one of the constants above) and what that means here."""

    step: int
    name: str
    mark: str
    words: str


def statuses(flow: Flow, trace: Trace) -> list[Status]:
    """The six steps and how each stands, from what was recorded."""
    found = []
    for step in Step:
        mark, words = _status(step, flow, trace)
        if mark != NOT_YET and (why := _since(step, mark, flow)):
            mark, words = STALE, f"{words}; from before {why}"
        found.append(Status(step, NAMES[step], mark, clipped(words)))
    return found


def _status(step: int, flow: Flow, trace: Trace) -> tuple[str, str]:
    if step == CALLBACK:
        return _at_the_callback(flow, trace)
    asked = asked_at(step)
    sent = flow.sent.get(asked)
    if step == asked and flow.placed.get(asked, 0) > (sent.order if sent else 0):
        return READY, "ready to be sent"
    if sent is None:
        return NOT_YET, "not yet"
    if not sent.exchanges:
        return FAILED, "nothing was sent: this address is the application's own"
    if step == AUTHORIZATION:
        answered = trace[sent.exchanges[0] - 1].status is not None
        return (DONE, "sent, by the browser") if answered else (FAILED, "no answer")
    if step == asked:
        return DONE, f"sent: {sent.draft.name}"
    outcome = outcome_of(trace[sent.exchanges[-1] - 1])
    return (DONE if outcome.kind == WORKS else FAILED), outcome.line


def _at_the_callback(flow: Flow, trace: Trace) -> tuple[str, str]:
    if CALLBACK in flow.drafts:
        arrived = flow.sent.get(CALLBACK)
        if arrived is None:
            return WAITING, "the answer is on its way to the application"
        if isinstance(arrived.error, NoCallback):
            return FAILED, "the answer went elsewhere: the application never hears of it"
        if arrived.error:
            return FAILED, f"the application refuses: {type(arrived.error).__name__}"
        return DONE, "the application has a code"
    if not flow.browsed:
        return NOT_YET, "not yet"
    outcome = outcome_of(trace[flow.browsed[-1] - 1])
    if outcome.kind in (UNHEARD, REFUSED):
        return FAILED, f"the client never hears of it: {outcome.line}"
    return WAITING, f"waiting for {flow.person.capitalize()}"


def asked_at(step: int) -> int:
    """The step at which what comes in this one was asked for."""
    return step if step in STEPS_AT_HAND else step - 1


def _since(step: int, mark: str, flow: Flow) -> str:
    """What this step's result, or its draft, came before; empty if it is fresh.

    That is an edit of an earlier step, a later sending of it, or another answer on its way.
    """
    asked = asked_at(step)
    sent = flow.sent.get(asked)
    own = flow.placed.get(asked, 0) if mark == READY or sent is None else sent.order
    for earlier in (one for one in STEPS_AT_HAND if one < step):
        before, draft = flow.sent.get(earlier), flow.drafts.get(earlier)
        if before and before.order > own > 0:
            return f"step {earlier} was sent again"
        if earlier == CALLBACK and flow.placed.get(CALLBACK, 0) > own > 0:
            return "another answer came"
        if before and draft and draft != before.draft and flow.placed.get(earlier, 0) < before.order:
            return f"step {earlier} was changed"
    return ""


def evidence(flow: Flow, trace: Trace) -> Exchange | OAuthStepsError | None:
    """What the step at hand came to: the application's own refusal, or the last exchange of the step."""
    if flow.at in (AUTHORIZATION, CALLBACK):
        arrived = flow.sent.get(CALLBACK)
        answer = trace[flow.browsed[-1] - 1] if flow.browsed else None
        if arrived and arrived.error and flow.drafts.get(CALLBACK) == arrived.draft:
            told = getattr(arrived.error, "error", None)  # the provider's own word: its exchange says more
            return answer if answer and told in outcome_of(answer).names else arrived.error
        return answer
    sent = flow.sent.get(flow.at)
    return trace[sent.exchanges[-1] - 1] if sent and sent.exchanges else None


def exchanges_at_hand(flow: Flow, trace: Trace) -> Iterator[Exchange]:
    """What went over the wire at the step at hand."""
    if flow.at in (AUTHORIZATION, CALLBACK):
        numbers: Any = flow.browsed
    else:
        numbers = flow.sent[flow.at].exchanges if flow.at in flow.sent else ()
    return (trace[number - 1] for number in numbers)

"""Who has seen which secret, and in which step: computed from what was sent, not written down.

A party knows what passed through its hands: a browser the addresses it was at, what it sent and was shown; your
application its own calls, the addresses it sent a browser to, and the callbacks; a provider every message of its own.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, Protocol

from .providers import Step
from .show import Table
from .wire import Exchange, Raw, Request, Response, Trace

APPLICATION = "your application"
IN_HISTORY, IN_A_FORM, IN_A_PAGE, STOLEN = "in its history", "sent in a form", "in a page", "got hold of it"

# The secrets that make or carry a flow, in the order in which they appear; cookies and proofs are left out.
_KINDS = (
    "password",
    "state",
    "code challenge",
    "code verifier",
    "code",
    "access token",
    "refresh token",
    "client secret",
)
_LABEL = re.compile(rf"⟨(?:{'|'.join(_KINDS)}) \d+⟩")

Place = int | str  # the step in which something was seen, or where
Seen = tuple[str, Place]  # the label of what was seen, and its place


class Handled(NamedTuple):
    """What went through an application: the numbers of its exchanges, and the addresses with which browsers came."""

    exchanges: Collection[int]
    arrived: Collection[str]


class Browser(Protocol):
    """A browser, as far as it matters here: the addresses that it was at, what it sent and was sent."""

    history: list[str]
    seen: list[Raw]


def who_knows(
    trace: Trace,
    *,
    browsers: dict[str, Browser] | None = None,
    stolen: dict[str, list[str]] | None = None,
    arrived: list[str] | None = None,
    others: Mapping[str, Handled] | None = None,
) -> Table:
    """A table: each secret of the flow, each party, and the steps in which that party saw it; `–` if it never did.

    `browsers` go by their owners' names; `stolen` are texts that somebody got hold of, such as addresses. `arrived`
    are the addresses with which browsers came to your application; if None, all of its that are in their histories.
    `others` is what other applications sent and got, by their names: that is then not your application's.
    """
    browsers, others = browsers or {}, others or {}
    if arrived is None:
        arrived = [address for browser in browsers.values() for address in browser.history]
    parties = {name: list(_of_browser(trace, browser)) for name, browser in browsers.items()}
    for name, texts in (stolen or {}).items():
        parties.setdefault(name, []).extend(_labelled(map(trace.secrets.mask_url, texts), STOLEN))
    passed = {exchange.number: list(_of_exchange(exchange)) for exchange in trace}
    foreign = {number for other in others.values() for number in other.exchanges}
    for name, (numbers, came) in {APPLICATION: Handled(passed.keys() - foreign, arrived), **others}.items():
        part = [exchange for exchange in trace if exchange.number in numbers]
        parties[name] = list(_of_application(trace, part, passed, came))
    for row in dict.fromkeys(exchange.provider for exchange in trace if exchange.provider):
        own = [exchange for exchange in trace if exchange.provider is row]
        parties[row.name] = [seen for exchange in own for seen in passed[exchange.number]]
    labels = {label for seen in parties.values() for label, _ in seen}
    rows = [
        (label, *(_cell(label, seen) for seen in parties.values())) for label in sorted(labels, key=_order)
    ]
    return Table(("secret", *parties), rows, "Who has seen what, and in which step")


def _order(label: str) -> tuple[int, int]:
    kind, _, number = label.strip("⟨⟩").rpartition(" ")
    return _KINDS.index(kind), int(number)


def _cell(label: str, seen: list[Seen]) -> str:
    """The steps in order; of the places in a browser the one that stays longest."""
    places = [place for one, place in seen if one == label]
    steps = sorted({place for place in places if isinstance(place, int)})
    named = [place for place in (IN_HISTORY, IN_A_FORM, IN_A_PAGE) if place in places][:1]
    named += [STOLEN] * (STOLEN in places)
    numbered = [f"step{'s' * (len(steps) > 1)} {', '.join(map(str, steps))}"] * bool(steps)
    return "; ".join([*numbered, *named]) or "–"


def _of_exchange(exchange: Exchange) -> Iterator[Seen]:
    """What passes in both halves of an exchange. What a browser does in step 1 is answered in step 2."""
    step = exchange.step or Step.GRANT
    yield from _labelled(_texts(exchange.request), int(step))
    if exchange.response:
        yield from _labelled(_texts(exchange.response), step + step % 2)


def _of_application(
    trace: Trace, part: Iterable[Exchange], passed: dict[int, list[Seen]], arrived: Iterable[str]
) -> Iterator[Seen]:
    for exchange in part:
        if not exchange.by_browser:
            yield from passed[exchange.number]
        elif exchange.step == Step.AUTHORIZATION_REQUEST and not exchange.request.header("referer"):
            yield from _labelled([exchange.request.url], int(exchange.step))  # it made this address
    for address in arrived:
        if not any(row.step_of("GET", address) for row in trace.providers):
            # What follows the # is the browser's own: it is not sent (RFC 9110 section 4.2.5).
            yield from _labelled([trace.secrets.mask_url(address.partition("#")[0])], int(Step.GRANT))


def _of_browser(trace: Trace, browser: Browser) -> Iterator[Seen]:
    yield from _labelled(map(trace.secrets.mask_url, browser.history), IN_HISTORY)
    for raw in browser.seen:
        for message, place in zip(raw, (IN_A_FORM, IN_A_PAGE), strict=True):
            if message:
                yield from _labelled([trace.secrets.mask(message.body.decode("utf-8", "replace"))], place)


def _texts(message: Request | Response) -> list[str]:
    address = [message.url] if isinstance(message, Request) else []
    return [*address, *(value for _, value in message.headers), message.body.decode("utf-8", "replace")]


def _labelled(texts: Iterable[str], place: Place) -> Iterator[Seen]:
    for text in texts:
        yield from ((label, place) for label in _LABEL.findall(text))

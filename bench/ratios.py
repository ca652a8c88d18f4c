"""What `make bench` runs: how many times as long one thing takes as another, measured beside it.

The two sides take turns, a few calls each, so a slow moment of the machine hits both. Neither pytest-benchmark nor
pyperf does that: each finishes one benchmark before it begins the next.

What counts is the processor time of this process: nothing that is measured here waits, and what else runs on the
machine does not count. Only where servers do the work (`loopback`) it is the time that passes. Python collects garbage
as ever, but leaves alone what was there before the first turn. The calls of a turn are prepared, each with a code or a
token of its own, before their time is taken. The explorer's clicks are measured in `bench/clicks.py`.
"""

from __future__ import annotations

import gc
import os
import platform
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib.metadata import version
from statistics import median
from time import perf_counter, process_time
from typing import NamedTuple

import requests
import responses

from bench import clicks, loopback
from bench.filling import WHO, fill
from oauth_steps import (
    FACEBOOK,
    GITHUB,
    App,
    Provider,
    Token,
    authorization_url,
    new_state,
    read_callback,
    refresh_token,
    request_resource,
    request_token,
)
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import ConsentPage, Redirect
from oauth_steps.wire import Exchange, Request, Response, Trace

ROUNDS, TURNS, CALLS = 9, 20, 5  # a round: each side's turns, of so many calls
FEW, MANY = 10, 100_000
USER = f"{GITHUB.api_url}/user"
JSON = (("Content-Type", "application/json; charset=utf-8"),)

Call = Callable[[], object]
Side = Callable[[], AbstractContextManager[list[Call]]]  # mounted on entering; gives the calls of a turn


class Figure(NamedTuple):
    """What is measured: one side beside another, and what the ratio should be."""

    name: str
    aim: str
    side: Side
    beside: Side
    clock: Callable[[], float] = process_time


class Measured(NamedTuple):
    """The ratio of each round, and the milliseconds that a call took on each side, the median of the rounds."""

    ratios: list[float]
    side: float
    beside: float


def measure(figure: Figure) -> Measured:
    """Take the time of both sides, in turns."""
    rounds = []
    for _ in range(ROUNDS):
        spent = {figure.side: 0.0, figure.beside: 0.0}
        for turn in range(TURNS):
            for side in list(spent)[:: 1 if turn % 2 else -1]:
                with side() as calls:
                    begins = figure.clock()
                    for call in calls:
                        call()
                    spent[side] += figure.clock() - begins
        rounds.append((spent[figure.side], spent[figure.beside]))
    ratios = [one / other for one, other in rounds]
    in_ms = (median(times) * 1000 / (TURNS * CALLS) for times in zip(*rounds, strict=True))
    return Measured(ratios, *in_ms)


# --- the practice, with few or many tokens ----------------------------------------------------------------


class World:
    """A practice with so many tokens in its ledger, half of them at each provider, and Ada's browser."""

    def __init__(self, tokens: int) -> None:
        self.practice = Practice()
        self.browser = self.practice.new_browser(signed_in_as=WHO)
        for provider in (GITHUB, FACEBOOK):
            fill(self.practice, provider, tokens // 2)

    def url(self, provider: Provider) -> str:
        """An authorization URL, with a state of its own."""
        return authorization_url(self.practice.app(provider), state=new_state())

    def redirect(self, provider: Provider) -> Redirect:
        """Where Ada's browser is sent; she allows what she is asked."""
        page = self.browser.open(self.url(provider))
        if isinstance(page, ConsentPage):
            page = page.allow()
        assert isinstance(page, Redirect), page
        return page

    def code(self, provider: Provider) -> tuple[App, str]:
        """The application, and a new code for it."""
        app, url = self.practice.app(provider), self.redirect(provider).url
        state = url.partition("state=")[2].partition("&")[0].partition("#")[0]
        return app, read_callback(app, url, expected_state=state)

    def token(self, provider: Provider) -> tuple[App, Token]:
        """The application, and a new token of it."""
        app, code = self.code(provider)
        return app, request_token(app, code)

    def side(self, prepare: Callable[[World], Call]) -> Side:
        """A side on which each call is prepared so."""

        @contextmanager
        def mounted() -> Iterator[list[Call]]:
            with self.practice:
                self.practice.clock.advance(hours=2)  # more than ten tokens in an hour would be asked about
                for provider in (GITHUB, FACEBOOK):
                    self.redirect(provider)
                yield [prepare(self) for _ in range(CALLS)]

        return mounted


def asks_for_token(provider: Provider, world: World) -> Call:
    return partial(request_token, *world.code(provider))


def refreshes(world: World) -> Call:
    return partial(refresh_token, *world.token(GITHUB))


def asks_for_resource(provider: Provider, path: str, world: World) -> Call:
    return partial(request_resource, *world.token(provider), path)


def opens(provider: Provider, world: World) -> Call:
    return partial(sent_back, world, world.url(provider))


def sent_back(world: World, url: str) -> Redirect:
    """Where Ada's browser is sent at once, as it is where all was allowed before."""
    page = world.browser.open(url)
    assert isinstance(page, Redirect), page
    return page


def masks(world: World) -> Call:
    user = request_resource(*world.token(GITHUB), "/user")
    return partial(world.practice.trace.secrets.mask, f"{user.request.headers}\n{user.text}")


def shows(world: World) -> Call:
    request_resource(*world.token(GITHUB), "/user")
    return partial(shown, world.practice.trace[-1])


def shown(exchange: Exchange) -> tuple[str, str]:
    """An exchange as a notebook has it made."""
    return str(exchange), exchange._repr_html_()


# --- the practice beside static replies -------------------------------------------------------------------


def sign_in(app: App, code: str) -> tuple[requests.Response, requests.Response]:
    """Steps 3 and 5, in bare `requests`."""
    sent = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
    token = requests.post(
        app.provider.token_url, data=sent, headers={"Accept": "application/json"}, timeout=10
    )
    bearer = {"Authorization": f"Bearer {token.json()['access_token']}"}
    return token, requests.get(USER, headers=bearer, timeout=10)


def static_replies(world: World) -> Side:
    """The same bodies from `responses`, whatever is sent; its headers are those that it makes by itself."""
    with world.practice:
        app, code = world.code(GITHUB)
        token, user = sign_in(app, code)

    @contextmanager
    def mounted() -> Iterator[list[Call]]:
        with responses.RequestsMock() as replies:
            replies.post(GITHUB.token_url, json=token.json())
            replies.get(USER, json=user.json())
            yield [partial(sign_in, app, code) for _ in range(CALLS)]

    return mounted


# --- a trace, with few or many exchanges ------------------------------------------------------------------


def trace_of(exchanges: int) -> Trace:
    """A trace of so many calls, each with a token of its own."""
    trace = Trace((GITHUB, FACEBOOK))
    for number in range(exchanges):
        record_one(trace, number)
    return trace


def record_one(trace: Trace, number: int = 0) -> Exchange:
    bearer = ("Authorization", f"Bearer gho_{number:036}")
    return trace.record(
        Request("GET", USER, (bearer,)), Response(200, JSON, b'{"login": "ada", "id": 48151}')
    )


def of_trace(trace: Trace, prepare: Callable[[Trace], Call]) -> Side:
    """A side on which each call is prepared so."""

    @contextmanager
    def given() -> Iterator[list[Call]]:
        yield [prepare(trace) for _ in range(CALLS)]

    return given


# --- a flow over loopback ---------------------------------------------------------------------------------


def of_flow(flow: loopback.Flow) -> Side:
    """A side on which each call is a whole flow."""

    @contextmanager
    def given() -> Iterator[list[Call]]:
        yield [flow] * CALLS

    return given


def over_loopback() -> Iterator[Figure]:
    """The practice beside each server that is installed; the two run as long as they are measured."""
    for name, server in loopback.BESIDE.items():
        if loopback.is_installed(name):
            with loopback.practice() as own, server() as other:
                yield Figure(name, "below 1", of_flow(own), of_flow(other), perf_counter)
        else:
            print(f"{name}: not installed, so not measured; npm ci in bench/npm does it")


# --- the figures ------------------------------------------------------------------------------------------

SIGN_IN = "token request and GET /user"
WITH_TOKENS: dict[str, Callable[[World], Call]] = {
    "token request, GitHub": partial(asks_for_token, GITHUB),
    "token request, Facebook": partial(asks_for_token, FACEBOOK),
    "refresh, GitHub": refreshes,
    "GET /user, GitHub": partial(asks_for_resource, GITHUB, "/user"),
    "GET /me, Facebook": partial(asks_for_resource, FACEBOOK, "/me"),
    "browser, sent back at once, GitHub": partial(opens, GITHUB),
    "browser, sent back at once, Facebook": partial(opens, FACEBOOK),
    "mask a text": masks,
    "show an exchange": shows,
}
WITH_EXCHANGES: dict[str, Callable[[Trace], Call]] = {
    "record an exchange": lambda trace: partial(record_one, trace),
    "show the last exchange": lambda trace: lambda: shown(trace[-1]),
}


def figures() -> Iterator[tuple[str, Iterable[Figure]]]:
    """The figures under their headings; what a heading needs is made when it is its turn."""
    world = World(FEW)
    replies = static_replies(world)
    practice = world.side(lambda world: partial(sign_in, *world.code(GITHUB)))
    yield (
        "In process and recorded, beside static `responses`",
        [Figure(SIGN_IN, "at most 2", practice, replies)],
    )

    few, many = World(FEW), World(MANY)
    yield (
        f"With {MANY:,} tokens in the ledger, beside {FEW}",
        [Figure(name, "1", many.side(act), few.side(act)) for name, act in WITH_TOKENS.items()],
    )

    short, long = trace_of(FEW), trace_of(MANY)
    yield (
        f"With {MANY:,} exchanges in the trace, beside {FEW}",
        [
            Figure(name, "1", of_trace(long, act), of_trace(short, act))
            for name, act in WITH_EXCHANGES.items()
        ],
    )

    yield "A whole flow over loopback, by the clock on the wall, beside other servers", over_loopback()


COLUMNS = "{:<38} {:>5}  {:>14}  {:>9}  {:>17}"


def row(figure: Figure) -> str:
    """A line of the table."""
    ratios, side, beside = measure(figure)
    return row_of(figure.name, figure.aim, ratios, f"{side:.3f} beside {beside:.3f}")


def row_of(name: str, aim: str, ratios: list[float], times: str) -> str:
    """A line of the table, from what was measured."""
    noise = f"{min(ratios):.2f} to {max(ratios):.2f}"
    return COLUMNS.format(name, f"{median(ratios):.2f}", noise, aim, times)


def where() -> str:
    """What it runs on."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    tools = [f"{name} {version(name)}" for name in ("requests", "responses")]
    machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores"
    return ", ".join([python, *tools, machine])


def main() -> None:
    """Print the table, each line as soon as it is measured."""
    print(where())
    print(f"Median of {ROUNDS} rounds of {TURNS * CALLS} calls a side; milliseconds of processor time a call")
    begun = process_time()
    for heading, group in figures():
        print(f"\n{heading} (made in {process_time() - begun:.1f} s)")
        print(COLUMNS.format("", "ratio", "min to max", "aim", "ms beside ms"))
        for figure in group:
            gc.collect()
            gc.freeze()
            print(row(figure), flush=True)
        begun = process_time()
    print_clicks()


def print_clicks() -> None:
    """The explorer's lines, or why there are none."""
    print(
        f"\nA click in the explorer, beside a bare button: {clicks.ROUNDS} rounds of {clicks.CLICKS} clicks a side"
    )
    print(COLUMNS.format("", "ratio", "min to max", "aim", "ms beside ms"))
    for name, exchanges in clicks.FIGURES.items():
        try:
            ratios, side, beside = clicks.measured(exchanges)
        except LookupError as missing:
            print(f"not measured: {missing}")
            return
        print(
            row_of(name, "at most 2", ratios, f"{median(side):.0f} beside {median(beside):.0f}"), flush=True
        )


if __name__ == "__main__":
    main()

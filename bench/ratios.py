"""What `make bench` runs: how many times as long one thing takes as another, measured beside it.

The two sides take turns, a few calls each, so a slow moment of the machine hits both. Neither pytest-benchmark nor
pyperf does that: each finishes one benchmark before it begins the next.

What counts is the processor time of this process: nothing that is measured here waits, and what else runs on the
machine does not count. Only where others do the work it is the time that passes: servers (`loopback`), a Python that
starts (`processes`), a browser (`clicks`, `visits`). Python collects garbage as ever, but leaves alone what was there
before the first turn. The calls of a turn are prepared, each with a code or a token of its own, before their time is
taken.
"""

from __future__ import annotations

import gc
import json
import os
import platform
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib.metadata import version
from itertools import repeat
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

import requests
import responses

from bench import clicks, libraries, loopback, processes, visits
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

CALLS = 5  # in a turn, of what takes no longer than milliseconds
FEW, MORE = 10, (1_000, 100_000)
IN_A_TRACE = 200
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


class Pace(NamedTuple):
    """So many rounds; in each, so many turns of each side. The ratio is taken for each round."""

    rounds: int
    turns: int
    clock: Callable[[], float] = perf_counter

    def __str__(self) -> str:
        by = "processor time" if self.clock is process_time else "the clock on the wall"
        turns = "turns" if self.turns > 1 else "turn"
        return f"{self.rounds} rounds of {self.turns} {turns} a side, {by}"


class Group(NamedTuple):
    """Figures under one heading."""

    heading: str
    pace: Pace
    figures: Iterable[Figure]


IN_PROCESS = Pace(9, 20, process_time)
RENDERING = Pace(9, 5, process_time)
GROWING = Pace(9, 10, process_time)
STARTING = Pace(9, 5)
OVER_LOOPBACK = Pace(9, 20)
CLICKING = Pace(9, 5, clicks.stopwatch)
VISITING = Pace(7, 1)
COURSE = Pace(3, 1)


class Measured(NamedTuple):
    """The ratio of each round, and the milliseconds that a call took on each side, the median of the rounds."""

    ratios: list[float]
    side: float
    beside: float


def measure(figure: Figure, pace: Pace) -> Measured:
    """Take the time of both sides, in turns."""
    rounds = []
    for number in range(pace.rounds):
        spent = {figure.side: 0.0, figure.beside: 0.0}
        for turn in range(number, number + pace.turns):
            for side in list(spent)[:: 1 if turn % 2 else -1]:
                with side() as calls:
                    begins = pace.clock()
                    for call in calls:
                        call()
                    spent[side] += (pace.clock() - begins) / (pace.turns * len(calls))
        rounds.append((spent[figure.side], spent[figure.beside]))
    ratios = [one / other for one, other in rounds]
    return Measured(ratios, *(median(times) * 1000 for times in zip(*rounds, strict=True)))


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


# --- a sign-in, beside static replies and beside other clients --------------------------------------------


def sign_in(app: App, code: str) -> tuple[requests.Response, requests.Response]:
    """Steps 3 and 5, in bare `requests`."""
    sent = {"client_id": app.client_id, "client_secret": app.client_secret, "code": code}
    token = requests.post(
        app.provider.token_url, data=sent, headers={"Accept": "application/json"}, timeout=10
    )
    bearer = {"Authorization": f"Bearer {token.json()['access_token']}"}
    return token, requests.get(USER, headers=bearer, timeout=10)


def signs_in(world: World, way: Callable[[App, str], object]) -> Side:
    """A side on which each call is that, with a code of its own."""
    return world.side(lambda world: partial(way, *world.code(GITHUB)))


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


# --- shown, beside `json.dumps` ---------------------------------------------------------------------------


def trace_of_flows(exchanges: int) -> Trace:
    """A trace of whole flows at the practice GitHub, cut off after so many exchanges."""
    world = World(FEW)
    with world.practice:
        while len(world.practice.trace) < exchanges:
            sign_in(*world.code(GITHUB))
    return world.practice.trace[:exchanges]


def data_of(exchanges: Iterable[Exchange]) -> list[dict[str, Any]]:
    """What is shown of these, as data that JSON can hold."""
    messages = (message for one in exchanges for message in (one.request, one.response) if message)
    return [{**vars(message), "body": message.body.decode()} for message in messages]


def rendered() -> Iterator[Figure]:
    """An exchange and a trace, each as text and as HTML."""
    trace = trace_of_flows(IN_A_TRACE)
    last = trace.of_step(5)[-1]
    for what, shown, data in zip(RENDERED, (last, trace), (data_of([last]), data_of(trace)), strict=True):
        for way, make in WAYS.items():
            yield Figure(
                f"{what}, {way}", "", repeated(partial(make, shown)), repeated(partial(json.dumps, data))
            )


# --- what takes a process, a server or a browser ----------------------------------------------------------


def repeated(call: Call) -> Side:
    """A side on which each call is the same."""

    @contextmanager
    def given() -> Iterator[list[Call]]:
        yield [call] * CALLS

    return given


def one_by_one(calls: Iterator[Call]) -> Side:
    """A side on which each turn is the next call."""

    @contextmanager
    def given() -> Iterator[list[Call]]:
        yield [next(calls)]

    return given


def over_loopback() -> Iterator[Figure]:
    """The practice beside each server that is installed; the two run as long as they are measured."""
    for name, server in loopback.BESIDE.items():
        if loopback.is_installed(name):
            with loopback.practice() as own, server() as other:
                yield Figure(name, "below 1", repeated(own), repeated(other))
        else:
            print(f"{name}: not installed, so not measured; npm ci in bench/npm does it")


def imported() -> Iterator[Figure]:
    with processes.imports() as (ours, bare):
        yield Figure(processes.IMPORTS[0], "at most 1.15", one_by_one(repeat(ours)), one_by_one(repeat(bare)))


def checked_course() -> Iterator[Figure]:
    with processes.course() as (ours, empty):
        yield Figure(CHECKED, "at most 1.3", one_by_one(repeat(ours)), one_by_one(repeat(empty)))


def clicked() -> Iterator[Figure]:
    """The explorer's figures, or a line that says why there are none."""
    for name, exchanges in clicks.FIGURES.items():
        try:
            with clicks.buttons(exchanges) as (explorer, bare):
                yield Figure(name, "at most 2", one_by_one(repeat(explorer)), one_by_one(repeat(bare)))
        except LookupError as missing:
            print(f"not measured: {missing}")
            return


def visited() -> Iterator[Figure]:
    """The site's figure, or a line that says why there is none."""
    try:
        with visits.sites() as (course, bare):
            yield Figure(VISITED, "at most 1.2", course, bare)
    except (LookupError, RuntimeError) as missing:
        print(f"not measured: {missing}")


# --- the figures ------------------------------------------------------------------------------------------

SIGN_IN = "token request and GET /user"
CHECKED = "the whole course"
VISITED = "page load to first cell result"
WAYS: dict[str, Callable[[Any], str]] = {"text": str, "HTML": lambda shown: shown._repr_html_()}
RENDERED = ("an exchange", f"a trace of {IN_A_TRACE}")
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


def groups() -> Iterator[Group]:
    """The figures under their headings; what a heading needs is made when it is its turn."""
    yield Group("A fresh Python imports it, beside `requests` alone", STARTING, imported())

    world = World(FEW)
    replies = static_replies(world)
    yield Group(
        "In process and recorded, beside static `responses`",
        IN_PROCESS,
        [Figure(SIGN_IN, "at most 2", signs_in(world, sign_in), replies)],
    )
    yield Group(
        "The same by `oauth_steps`, beside other libraries at the same practice",
        IN_PROCESS,
        [
            Figure(name, "at most 1", signs_in(world, libraries.by_steps), signs_in(world, way))
            for name, way in libraries.BESIDE.items()
        ],
    )
    yield Group("Shown, beside `json.dumps` of the same", RENDERING, rendered())

    few, short = World(FEW), trace_of(FEW)
    for many in MORE:
        full, long = World(many), trace_of(many)
        yield Group(
            f"With {many:,} tokens in the ledger, beside {FEW}",
            GROWING,
            [Figure(name, "1", full.side(act), few.side(act)) for name, act in WITH_TOKENS.items()],
        )
        yield Group(
            f"With {many:,} exchanges in the trace, beside {FEW}",
            GROWING,
            [
                Figure(name, "1", of_trace(long, act), of_trace(short, act))
                for name, act in WITH_EXCHANGES.items()
            ],
        )

    yield Group("A whole flow over loopback, beside other servers", OVER_LOOPBACK, over_loopback())
    yield Group("A click in the explorer, beside a bare button", CLICKING, clicked())
    yield Group("The course's site in Chromium, beside a bare JupyterLite", VISITING, visited())
    yield Group(
        "Under nbval, beside as many notebooks with as many cells, all empty", COURSE, checked_course()
    )


COLUMNS = "{:<38} {:>5}  {:>14}  {:>12}  {:>17}"


def row(figure: Figure, pace: Pace) -> str:
    """A line of the table."""
    ratios, *times = measure(figure, pace)
    noise = f"{min(ratios):.2f} to {max(ratios):.2f}"
    side, beside = (f"{time:.3f}" if time < 10 else f"{time:.0f}" for time in times)
    return COLUMNS.format(figure.name, f"{median(ratios):.2f}", noise, figure.aim, f"{side} beside {beside}")


def where() -> str:
    """What it runs on."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    tools = [f"{name} {version(name)}" for name in ("requests", "responses")]
    machine = f"{platform.system()} on {platform.machine()}, {os.cpu_count()} cores"
    return ", ".join([python, *tools, machine])


def main() -> None:
    """Print the table, each line as soon as it is measured."""
    print(where())
    print("The ratio and the milliseconds of a call are the median of the rounds")
    begun = perf_counter()
    for heading, pace, figures in groups():
        print(f"\n{heading}: {pace}")
        print(COLUMNS.format("", "ratio", "min to max", "aim", "ms beside ms"))
        for figure in figures:
            gc.collect()
            gc.freeze()
            print(row(figure, pace), flush=True)
    print(f"\nIn {(perf_counter() - begun) / 60:.0f} minutes.")


if __name__ == "__main__":
    main()

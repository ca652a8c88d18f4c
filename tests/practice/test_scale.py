"""What happens often does not look at all there is: it walks through no list of every token, secret or exchange.

No time is taken here; `make bench` does that. Here each thing that holds many cannot be walked through, and what
`make bench` measures is done once more.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from bench.ratios import CALLS, WITH_EXCHANGES, WITH_TOKENS, World, of_trace, trace_of
from oauth_steps import FACEBOOK, GITHUB, OAuthStepsError, extend_token, request_resource, request_token, wire

MANY = 200


class WalkedThrough(AssertionError):
    """Somebody wanted to see all of it."""


def refuse(*_: object) -> NoReturn:
    raise WalkedThrough


class ClosedDict(dict[Any, Any]):
    """Gives what is asked for by its key, and no more."""

    __iter__ = __reversed__ = __eq__ = __or__ = __ror__ = keys = values = items = copy = refuse


class ClosedList(list[Any]):
    """Gives what is asked for by its place, a few times, and no more."""

    asked = 0
    __iter__ = __reversed__ = __contains__ = __eq__ = __add__ = __mul__ = refuse
    copy = count = index = remove = reverse = sort = refuse

    def __getitem__(self, place: Any) -> Any:
        self.asked += 1
        return refuse() if isinstance(place, slice) or self.asked >= MANY else super().__getitem__(place)


def closed(value: Any) -> Any:
    """The same, but what holds many, or is held by it, cannot be walked through."""
    if isinstance(value, dict):
        inside = {key: closed(item) for key, item in value.items()}
        return ClosedDict(inside) if len(inside) >= MANY else inside
    return ClosedList(value) if isinstance(value, list) and len(value) >= MANY else value


def close(*holders: object) -> None:
    for holder in holders:
        vars(holder).update(closed(vars(holder)))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    """A practice with many tokens at each provider, which knows as many secrets and has recorded as much."""
    monkeypatch.setattr(wire, "_known", [])
    world = World(2 * MANY)
    world.practice.trace._exchanges += trace_of(MANY)
    close(world.practice.ledger, world.practice.trace, world.practice.trace.secrets)
    return world


@pytest.mark.parametrize("act", WITH_TOKENS)
def test_no_call_walks_through_the_ledger_the_secrets_or_the_trace(world: World, act: str) -> None:
    with world.side(WITH_TOKENS[act])() as calls:
        answers = [call() for call in calls]
    assert len(answers) == CALLS and all(answers)


@pytest.mark.parametrize("act", WITH_EXCHANGES)
def test_no_exchange_is_recorded_or_shown_by_way_of_the_others(act: str) -> None:
    trace = trace_of(MANY)
    close(trace, trace.secrets)
    with of_trace(trace, WITH_EXCHANGES[act])() as calls:
        assert all(call() for call in calls)


def refusals(world: World) -> Iterator[tuple[int, str]]:
    """What each provider says to a code used twice and to an invented token."""
    for provider, path in ((GITHUB, "/user"), (FACEBOOK, "/me")):
        app, code = world.code(provider)
        request_token(app, code)
        with pytest.raises(OAuthStepsError):
            request_token(app, code)
        answer = request_resource(app, "x" * 40, path)
        yield answer.status_code, answer.text


def test_no_refusal_walks_through_them_either(world: World) -> None:
    with world.practice:
        for provider in (GITHUB, FACEBOOK):
            world.redirect(provider)
        assert [status for status, _ in refusals(world)] == [401, 400]
        assert extend_token(*world.token(FACEBOOK)).expires_in > 24 * 60 * 60


def test_to_show_all_is_to_walk_through_all(world: World) -> None:
    """And the test's own means notice it, wherever it happens."""
    held = world.practice.ledger.held(world.practice.app(FACEBOOK).client_id, "ada")
    for walk in (
        lambda: repr(world.practice.ledger),
        lambda: str(world.practice.trace),
        lambda: world.practice.trace[:1],
        lambda: [one for one in held if one.scope],
        lambda: {**world.practice.ledger.tokens},
        lambda: set() - world.practice.trace.secrets._spellings.keys(),
    ):
        with pytest.raises(WalkedThrough):
            walk()

"""A learner's `read_answer(answer) -> (token, seconds)`, run on the token endpoint's answers of two eras."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import requests

from ..mishaps import MISHAPS, Flow, Practice
from ..providers import ERAS, Step
from ..wire import Exchange
from .outcomes import members_of, outcome_of
from .verdicts import Verdict, judged, no_function

# What a program raises that did not expect the answer, rather than understand it.
_BREAKS = (AttributeError, LookupError, TypeError, requests.JSONDecodeError, UnboundLocalError)


def check_read_answer(
    read_answer: Any, *, practice_of: Callable[..., AbstractContextManager[Any]]
) -> Verdict:
    """Run `read_answer(answer)` on every kind of answer that the token endpoints of both eras give.

    It returns the token and its seconds (None if no end is stated), or raises an error of its own with the
    provider's word for the refusal. `practice_of(era=…)` is a fresh practice of that era, to be used with `with`.
    """
    if not_yet := no_function(read_answer, "read_answer"):
        return not_yet
    given = [one for era in ERAS for one in _given(era, practice_of)]
    refused = [
        one
        for mishap in MISHAPS
        if mishap.step == Step.TOKEN_RESPONSE
        for one in _refused(mishap, practice_of)
    ]
    praise = f"{len(given)} tokens of two eras read, and {len(refused)} refusals told from them"
    return judged(_mistakes(read_answer, given, refused), praise)


Answer = tuple[str, Exchange]


def _given(era: str, practice_of: Callable[..., AbstractContextManager[Practice]]) -> Iterator[Answer]:
    """Token responses of each provider, asked for with `Accept: application/json` and without."""
    for row in ERAS[era]:
        for accept in ("application/json", ""):
            with practice_of(era=era) as practice:
                flow = Flow(practice, row.name)
                sent = {**flow.credentials, "code": flow.code(), "redirect_uri": flow.app.redirect_uri}
                flow.ask(row.token_method, sent, accept=accept)
                asked = "asked for JSON" if accept else "not asked for JSON"
                yield f"{row.name}, {_when(era)}, {asked}", practice.trace[-1]


def _refused(mishap: Any, practice_of: Callable[..., AbstractContextManager[Practice]]) -> Iterator[Answer]:
    with practice_of(era=mishap.era) as practice:
        exchange = mishap.provoke(practice)
    if exchange.reveal().response is not None:
        yield f"{mishap.provider}, {_when(mishap.era)}, {mishap.what}", exchange


def _when(era: str) -> str:
    return "today" if era == "now" else era


def _answer(exchange: Exchange) -> requests.Response:
    """The recorded answer, as `requests` hands it over."""
    recorded, answer = exchange.reveal().response, requests.Response()
    assert recorded is not None
    answer.status_code, answer.reason, answer._content = recorded.status, recorded.reason, recorded.body
    answer.headers.update(dict(recorded.headers))
    answer.encoding = "utf-8"
    return answer


def _mistakes(read_answer: Callable[..., Any], given: list[Answer], refused: list[Answer]) -> Iterator[str]:
    for what, exchange in given:
        body, row = members_of(exchange.reveal().response), exchange.provider  # type: ignore[arg-type]
        seconds = body.get(row.lifetime_field if row else "")
        expected = body["access_token"], None if seconds is None else int(seconds)
        try:
            read = read_answer(_answer(exchange))
        except Exception as error:
            yield f"{what}: this is a token, and your function raises {type(error).__name__}: {error}"
            return
        if not isinstance(read, tuple) or len(read) != 2:
            yield f"{what}: it returns {type(read).__name__}, not the pair (token, seconds)"
        if read[0] != expected[0]:
            yield f"{what}: the token that it returns is not the one in the answer. Is it cut where it ends?"
        if read[1] != expected[1] or isinstance(read[1], str):
            yield f"{what}: it returns {read[1]!r} seconds, and the answer says {expected[1]!r}"
    for what, exchange in refused:
        where = f"{what} (HTTP {exchange.status})"
        try:
            read_answer(_answer(exchange))
        except _BREAKS as error:
            how = f"breaks with {type(error).__name__}: {error}"
            yield f"{where}: your function {how}. Raise Refused before you read what is not there"
        except Exception as error:
            names = outcome_of(exchange).names - {""}
            if names and not any(name in str(error) for name in names):
                yield f"{where}: the error does not say {' or '.join(sorted(names))}, and nobody could look it up"
        else:
            yield f"{where}: this is a refusal, and your function returns something. What has the body?"

"""A learner's `explain(response) -> str`, run on answers that were provoked for it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import requests

from ..mishaps import ACTS, TOLD_APART, Flow, Practice
from .verdicts import Verdict, how_it_broke, judged, no_function


class _Trial(NamedTuple):
    """An answer: what was done, the first word that is wanted, what else must stand in the text."""

    what: str
    response: requests.Response
    act: str
    names: tuple[str, ...]
    why: str


def check_explain(explain: Any, *, practice: Practice) -> Verdict:
    """Run `explain(response) -> str` on refusals, on a failure and on a token response, provoked at the practice.

    The text begins with one of ACTS and holds the provider's name for the refusal; it is one line, and no known
    secret is in it.
    """
    if not_yet := no_function(explain, "explain"):
        return not_yet
    trials = list(_trials(practice))
    praise = f"{len(trials)} answers, each told apart from the others, and no secret in any text"
    return judged(_mistakes(explain, trials, practice), praise)


def _trials(practice: Practice) -> Iterator[_Trial]:
    for one in TOLD_APART:
        response = one.does(Flow(practice, one.provider))
        if one.words:  # the same answer, in another language
            body = response.json()
            body["error"]["message"] = one.words
            response._content = json.dumps(body).encode()
        yield _Trial(f"{one.provider}, {one.what}", response, one.act, one.names, one.why)


def _mistakes(explain: Callable[..., Any], trials: list[_Trial], practice: Practice) -> Iterator[str]:
    for trial in trials:
        where = f"{trial.what} (HTTP {trial.response.status_code})"
        try:
            text = explain(trial.response)
        except Exception as error:
            yield f"{where}: {how_it_broke(error)}. {trial.why}"
            continue
        if not isinstance(text, str):
            yield f"{where}: it returns {type(text).__name__} and no text (is a return missing?)"
        if practice.trace.secrets.mask(text) != text:
            yield f"{where}: a secret is in the text. Log what you choose, never a whole body or address"
        first, _, _ = text.partition(":")
        if first not in ACTS:
            yield f"{where}: the text begins with {first[:40]!r}. It begins with {', '.join(ACTS)}, and a colon"
        if first != trial.act:
            yield f"{where}: it says {first!r}. {trial.why}"
        if missing := [name for name in trial.names if name not in text]:
            yield f"{where}: {missing[0]} is not in the text, and nobody could look it up"
        if "\n" in text:
            yield f"{where}: the text has more than one line, and a log has one for each entry"

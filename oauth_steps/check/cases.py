"""Failures without a label, and a learner's requests that are to mend them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests

from ..mishaps import CASES, Flow, Practice
from ..providers import App, Step
from ..wire import Exchange, mask
from .diagnosis import diagnose
from .outcomes import WORKS, last_of, outcome_of
from .verdicts import NOT_ANSWERED, Verdict, judged, unanswered


@dataclass(frozen=True, repr=False)
class Case:
    """What was refused, and what the application holds: a code or an access token."""

    name: str
    app: App
    held: str
    exchange: Exchange
    same_token: str  # why the token that it holds will not do

    def __str__(self) -> str:
        return f"Case {self.name}: the application holds {mask(self.held)}\n\n{self.exchange}"

    __repr__ = __str__


def open_cases(practice: Practice) -> list[Case]:
    """Let flows of Ada's go wrong, each in another way. The cases do not tell what was done wrong."""
    opened = []
    for name, one in zip("ABC", CASES, strict=True):
        flow = Flow(practice, one.provider)
        held = one.spoil(flow)
        opened.append(Case(name, flow.app, held, practice.trace[-1], one.same_token))
    return opened


def check_mended(mended: Any, *, cases: Sequence[Case]) -> Verdict:
    """Whether these responses, one for each case, are to what was asked there, and it worked this time."""
    if unanswered(mended):
        return NOT_ANSWERED
    if not isinstance(mended, list | tuple) or len(mended) != len(cases):
        return Verdict(False, (f"mended is a list of {len(cases)} responses, in the order of the cases",))
    return judged(_mistakes(mended, cases), "each of them is mended, by what was its cause")


def _mistakes(mended: Sequence[Any], cases: Sequence[Case]) -> Iterator[str]:
    for response, case in zip(mended, cases, strict=True):
        if unanswered(response):
            yield f"case {case.name}: not answered yet. Where did it arrive, and what would have to be sent instead?"
        if not isinstance(response, requests.Response):
            yield f"case {case.name}: this is no response. Hand over what requests gives back"
        exchange = last_of(response, app=case.app)
        if hint := exchange and _not_mended(case, exchange):
            yield f"case {case.name}: {hint}"


def _not_mended(case: Case, again: Exchange) -> str:
    """What is wrong with this request, if anything is."""
    old, new = case.exchange.reveal().request, again.reveal().request
    if (old.method, _place(old.url)) != (new.method, _place(new.url)):
        return f"another request than the one that was refused, which was {old.method} {_place(old.url)}"
    outcome = outcome_of(again)
    if outcome.kind == WORKS:
        return ""
    sent = f"{new.url} {new.header('authorization')} {new.body.decode('utf-8', 'replace')}"
    if case.exchange.step == Step.RESOURCE_REQUEST and case.held in sent:
        return f"the same token again. {case.same_token}"
    before = (
        "as before" if outcome.line == outcome_of(case.exchange).line else "for another reason than before"
    )
    return f"refused {before}: {outcome.line}. {diagnose(again).mend}"


def _place(url: str) -> str:
    return urlsplit(url)._replace(query="", fragment="").geturl()

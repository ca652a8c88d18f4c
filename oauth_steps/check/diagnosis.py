"""What a refusal means, looked up in `diagnoses`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import requests

from ..diagnoses import Refusal, Said, find
from ..errors import (
    AuthorizationRefused,
    BadCallback,
    BadInput,
    CallbackRefused,
    OAuthStepsError,
    ResourceRefused,
    TokenRefused,
)
from ..wire import Exchange, Trace
from .outcomes import WORKS, last_of, outcome_of
from .verdicts import Verdict


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What a refusal means: its cause, the step where it arrives, what to do, whose mistake it is, a source.

    `known` is False where nobody has written it down. `others` are further refusals in the same words.
    """

    cause: str
    mend: str
    whose: str = "unknown"
    provider: str = ""
    step: int | None = None
    says: str = ""
    source: str = ""
    evidence: str = "unknown"
    known: bool = True
    others: tuple[Refusal, ...] = ()

    @property
    def _verdict(self) -> Verdict:
        if not self.known:
            some = (f"perhaps: {one.provider}, step {one.step}: {one.cause}" for one in self.others[:_SHOWN])
            rest = len(self.others) - _SHOWN
            return Verdict(None, (self.cause, self.mend, *some, *([f"and {rest} more"] if rest > 0 else [])))
        place = ", ".join(part for part in (self.provider, f"step {self.step}" if self.step else "") if part)
        where = f"{place}: {self.says}" if place else self.says
        facts = (f"cause: {self.cause}", f"mend: {self.mend}", f"whose: {self.whose}")
        source = (f"source: {self.source} ({self.evidence})",) if self.source else ()
        more = (f"or: {one.provider}, step {one.step}: {one.cause} ({one.evidence})" for one in self.others)
        return Verdict(False, (where, *facts, *source, *more))

    def __str__(self) -> str:
        return str(self._verdict)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self._verdict._repr_html_()


_MOST = 3  # refusals worth naming together; where more fit, the text says too little
_SHOWN = 6  # of these, so many are shown


def diagnose(refusal: Any) -> Diagnosis:
    """What a refusal means: a requests.Response, an Exchange, an exception, or text, whole or a piece of it.

    Looks it up in `diagnoses`; what is not there is called unknown. Raises BadInput for anything else.
    """
    match refusal:
        case Exchange() | Trace():
            exchange = last_of(refusal)
            if exchange is None or outcome_of(exchange).kind == WORKS:
                return Diagnosis("nothing was refused here", "Look at what came instead", known=False)
            return _look_up(_said_in(exchange))
        case requests.Response():
            text = f"{refusal.text}\n{refusal.headers.get('location', '')}"
            return _look_up(Said(text, url=refusal.url, status=refusal.status_code))
        case OAuthStepsError():
            return _of_ours(refusal)
        case Exception():
            response = getattr(refusal, "response", None)
            return diagnose(str(refusal) if response is None else response)
        case str():
            return _look_up(Said(refusal))
    raise BadInput("this cannot be diagnosed", mend="Hand over a response, an exchange, an error or its text")


def _said_in(exchange: Exchange) -> Said:
    response = exchange.reveal().response
    text = (
        f"{response.body.decode('utf-8', 'replace')}\n{response.header('location') or ''}" if response else ""
    )
    step = exchange.step and exchange.step + exchange.step % 2  # where the answer to it arrives
    provider = exchange.provider.name if exchange.provider else ""
    return Said(text, step, provider, exchange.request.url, response.status if response else None)


def _of_ours(error: OAuthStepsError) -> Diagnosis:
    """What a provider said is looked up; our own checks say themselves what is wrong."""
    match error:
        case TokenRefused() | ResourceRefused() if error.exchange:
            return _look_up(_said_in(error.exchange))
        case TokenRefused():
            details = {f"error_{name}": value for name, value in error.details.items()}
            return _look_up(Said(urlencode({"error": error.error, **details}), step=4))
        case AuthorizationRefused():
            details = {"error_description": error.description, **error.parameters}
            return _look_up(Said(urlencode({"error": error.error, **details}), step=2))
    step = 2 if isinstance(error, CallbackRefused | BadCallback) else None
    return Diagnosis(error.message, error.mend, error.whose, step=step, says=type(error).__name__)


def _look_up(said: Said) -> Diagnosis:
    found = {row.cause: row for row in find(said)}
    if not found:
        cause = "unknown: none of the refusals known here reads like this"
        return Diagnosis(cause, "Look at the exchange, and search for its exact words", known=False)
    if len(found) > _MOST:
        cause, fitting = f"unknown: {len(found)} refusals fit", tuple(found.values())
        return Diagnosis(cause, "Hand over the whole message", known=False, others=fitting)
    first, *others = found.values()
    return Diagnosis(
        cause=first.cause,
        mend=first.mend,
        whose=first.whose,
        provider=first.provider,
        step=said.step or first.step,
        says="“{}”".format(first.says.replace("\n", " — ")),
        source=first.source,
        evidence=first.evidence,
        others=tuple(others),
    )

"""Predictions, held against what happened."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from .. import wire
from ..attacks import Attempt
from ..diagnoses import NAMES
from ..errors import OAuthStepsError, UnknownChoice
from ..wire import Exchange, Trace
from .comparing import Tried
from .outcomes import CHOICES, REFUSED, WORKS, Outcome, last_of, outcome_of
from .verdicts import Verdict, unanswered


@dataclass(frozen=True)
class Prediction:
    """An answer given before the experiment: a choice, an HTTP status, an error's name, or None."""

    answer: str | int | None

    def against(self, recorded: Exchange | Trace | Attempt | Tried | OAuthStepsError) -> Verdict:
        """Hold it against an exchange, the last one of a trace, an attack, a sign-in, or the error that refused one.

        Raises BadInput for anything else.
        """
        if isinstance(recorded, Attempt):
            kind = WORKS if recorded.got_in else REFUSED
            named = frozenset(re.findall(r"\((\w+)\)", recorded.how))
            return self._verdict(Outcome(kind, str(recorded)[2:], named), None)
        if isinstance(recorded, Tried):
            return self._verdict(recorded.outcome, None)
        if isinstance(recorded, OAuthStepsError):
            return self._verdict(Outcome(REFUSED, f"{type(recorded).__name__}: {recorded}"), None)
        exchange = last_of(recorded)
        if exchange is None:
            return Verdict(None, ("nothing has happened yet", "run the cells above, then this one again"))
        return self._verdict(outcome_of(exchange), exchange.status)

    def _verdict(self, outcome: Outcome, status: int | None) -> Verdict:
        happened = f"happened: {outcome.kind or 'nothing is decided yet'}. {outcome.line}"
        if self.answer is None:
            return Verdict(None, ("not predicted yet", happened))
        words = f"HTTP {self.answer}" if isinstance(self.answer, int) else self.answer
        holds = self._holds(outcome, status)
        start = {True: "as predicted", False: "not as predicted", None: "predicted"}[holds]
        return Verdict(holds, (f"{start}: {words}", happened))

    def _holds(self, outcome: Outcome, status: int | None) -> bool | None:
        if isinstance(self.answer, int):
            return self.answer == status
        if outcome.kind is None:
            return None
        return self.answer == outcome.kind or self.answer in outcome.names


def predict(answer: Any) -> Prediction:
    """What you expect, before you run it; `...` is not answered yet. Raises UnknownChoice.

    One of CHOICES, in full; or, once you have met them, an int for an HTTP status, text for an error's name:
    "bad_verification_code", or a code with or without its subcode, "190" or "190/463".
    """
    if unanswered(answer):
        return Prediction(None)
    if isinstance(answer, int) and 100 <= answer <= 599:
        return Prediction(answer)
    known = {name.lower(): name for name in (*CHOICES, *NAMES)}
    if isinstance(answer, str) and (meant := known.get(" ".join(answer.lower().split()))):
        return Prediction(meant)
    choices = ", ".join(f'"{choice}"' for choice in CHOICES)
    raise UnknownChoice(
        f"{wire.mask(repr(answer))[:80]} is not among the choices: {choices}",
        mend="An HTTP status is a number from 100 to 599; an error's name or code is text, in quotes",
    )

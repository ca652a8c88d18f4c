"""A learner's renewal of tokens, run over a hundred days of the virtual clock, at each provider."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from ..attacks import token_for
from ..errors import OAuthStepsError, TokenRefused
from ..mishaps import Practice
from ..providers import Provider, Step
from ..steps import Token, inspect_token
from .outcomes import members_of
from .verdicts import Verdict, how_it_broke, no_function

USER = "ben"  # whose tokens are kept fresh
DAYS = 100
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
# The function is called a moment before each full hour of the first day, later once a day at another time of day; the
# call of the API for which it is called goes out a moment after it. So what ends on the hour dies in between.
EARLY, BUSY = timedelta(seconds=3), timedelta(seconds=5)
HOURLY = [timedelta(hours=hour) for hour in range(1, 25)]
DAILY = [day * A_DAY + timedelta(hours=9) for day in range(1, DAYS + 1)]
VISITS = [span - EARLY for span in (*HOURLY, *DAILY)]
STAYING = "expire_user_tokens"  # the field of a provider's form, where it has one, that lets tokens stay

Stored = dict[str, Any]


class _Call(NamedTuple):
    """What one call of the function came to: what it returned, how it broke, the answers that brought tokens."""

    kept: Any
    error: Exception | None
    sent: int
    brought: Sequence[Mapping[str, Any]]


def check_keep_fresh(keep_fresh: Any, *, practice: Practice) -> Verdict:
    """Run `keep_fresh(app, stored, now) -> stored` for a hundred days: each call of the API must find a living token.

    None may be renewed far too early, and when the user takes the application out, TokenRefused must come out.
    `stored` has the `token`, a Token, and `got_at`, when it came. Runs in a practice of its own, as in
    `practice=Practice()`; afterwards the one that was mounted before is mounted again.
    """
    if not_yet := no_function(keep_fresh, "keep_fresh"):
        return not_yet
    with practice:
        trials = [_Trial(keep_fresh, practice, row, {}) for row in practice.providers]
        trials += [
            _Trial(keep_fresh, practice, row, {STAYING: False})
            for row in practice.providers
            if STAYING in row.form
        ]
        for trial in trials:
            if mistake := next(trial.mistakes(), None):
                return Verdict(False, (f"{trial.name}: {mistake}",))
    praise = f"for {DAYS} days every call found a living token, and no renewal came far too early"
    return Verdict(True, (praise, *(f"{trial.name}: renewed {trial.renewals} times" for trial in trials)))


class _Trial:
    """A function, and one application whose token it keeps."""

    def __init__(
        self, keep_fresh: Callable[..., Any], practice: Practice, row: Provider, settings: Mapping[str, Any]
    ) -> None:
        self.keep_fresh = keep_fresh
        self.practice = practice
        self.name = f"{row.name}, an application whose tokens stay" if settings else row.name
        self.app = practice.register(
            row, name="Trial", redirect_uri="https://trial.example/callback", **settings
        )
        self.stored: Stored = {}
        self.renewals = 0

    def mistakes(self) -> Iterator[str]:
        clock = self.practice.clock
        self._wait_until(clock.now.replace(minute=0, second=0) + timedelta(hours=1))
        browser = self.practice.new_browser(signed_in_as=USER)
        begun: datetime = clock.now
        self.stored = {"token": token_for(self.app, browser), "got_at": begun}
        renewed_before = False
        for number, span in enumerate(VISITS):
            self._wait_until(begun + span)
            call = self._call()
            yield from self._broken(call)
            yield from self._badly_kept(call)
            if call.sent and renewed_before and span < A_DAY:
                yield (
                    "the token was renewed at each call, hour after hour. "
                    "Look how much is left of its time, and let it be while that is enough"
                )
            if call.sent:
                yield from self._far_too_early()
            renewed_before = bool(call.sent)
            self.renewals += call.sent
            self.stored = dict(call.kept)
            self._wait_until(begun + span + BUSY)
            if not inspect_token(self.app, self._token).is_valid:
                yield self._why_it_died(begun, VISITS[number + 1 :])
        yield from self._withdrawn()

    @property
    def _token(self) -> Token:
        token: Token = self.stored["token"]
        return token

    def _wait_until(self, moment: datetime) -> None:
        self.practice.clock.advance(seconds=(moment - self.practice.clock.now).total_seconds())

    def _call(self) -> _Call:
        begun, kept, broke = len(self.practice.trace), None, None
        try:
            kept = self.keep_fresh(self.app, dict(self.stored), self.practice.clock.now)
        except Exception as error:
            broke = error
        sent = self.practice.trace[begun:].of_step(Step.TOKEN_REQUEST)
        answers = [members_of(answer) for one in sent if (answer := one.reveal().response)]
        brought = [answer for answer in answers if answer.get("access_token")]
        return _Call(kept, broke, len(sent), brought)

    def _far_too_early(self) -> Iterator[str]:
        """Half of its life is room enough, and so is a week, for whoever looks once a day."""
        life = timedelta(seconds=self._token.expires_in or 0)
        left = self._ends - self.practice.clock.now
        if left > max(life / 2, A_WEEK):
            yield (
                f"a token of {life.days} days was renewed with {left.days} of them to go. "
                "Reckon with expires_in: leave room before its end, days where you look once a day, and not weeks"
            )

    @property
    def _ends(self) -> datetime:
        came: datetime = self.stored["got_at"]
        return came + timedelta(seconds=self._token.expires_in or 0)

    def _broken(self, call: _Call) -> Iterator[str]:
        if isinstance(call.error, TokenRefused) and self._ends < self.practice.clock.now:
            yield (
                f"your function asked too late: {call.error.message}. Between two calls may lie a whole day, "
                "so renew while more than that is left"
            )
        if isinstance(call.error, OAuthStepsError):
            yield f"your function broke: {call.error}"
        if call.error and self._token.expires_in is None:
            yield (
                f"your function broke with {type(call.error).__name__}: this token came without expires_in, "
                "and it stays. Look before you reckon"
            )
        if call.error:
            yield how_it_broke(call.error)

    def _badly_kept(self, call: _Call) -> Iterator[str]:
        """What is wrong with what she returned, given what the provider answered meanwhile."""
        kept = call.kept
        if kept is None:
            yield "nothing is returned, so nothing is stored (is a return missing?)"
        if not isinstance(kept, Mapping) or not {"token", "got_at"} <= kept.keys():
            yield "what is returned is not what to store: a dict with token and got_at"
        if not isinstance(kept["token"], Token):
            yield "token should be the whole Token: text alone does not say when it ends, nor how to renew it"
        if call.sent > 1:
            yield f"{call.sent} token requests were sent in one call, and one is enough"
        if not call.brought:
            yield from self._changed(kept)
            return
        new, now = call.brought[-1], self.practice.clock.now
        if kept["token"].access_token != new["access_token"]:
            yield "the token was renewed, and the old one is returned: what is new would be lost"
        if kept["token"].refresh_token != new.get("refresh_token"):
            yield (
                "the answer brought a new refresh token, and the old one is returned, which is dead by now: "
                "store the whole answer"
            )
        if kept["got_at"] != now:
            yield "the new token is stored with the time of the old one: got_at is when this one came, now"

    def _changed(self, kept: Mapping[str, Any]) -> Iterator[str]:
        if kept["token"] != self._token:
            yield "nothing was renewed, and yet another token is returned than was stored"
        if kept["got_at"] != self.stored["got_at"]:
            yield "got_at was moved although the token is the old one: it would look young for ever"

    def _why_it_died(self, begun: datetime, to_come: Sequence[timedelta]) -> str:
        """Goes on through the calls to come, to see which of them turns to the dead token, if any."""
        died = f"a token of {timedelta(seconds=self._token.expires_in or 0)} had died when the API was called"
        for later, span in enumerate(to_come):
            self._wait_until(begun + span)
            call = self._call()
            if (call.sent or call.error) and later:
                return (
                    f"{died}, and your function turned to it only much later: read expires_in of each token"
                )
            if call.sent or call.error:
                came = getattr(call.error, "message", call.error) or "one call of the API was lost"
                return (
                    f"{died}. Your function turned to it afterwards: {came}. Renew while there is time left"
                )
        if self.renewals:
            return f"{died}: it had been renewed before, and then never again. The new one has an end, too"
        return f"{died}, and your function never renews it"

    def _withdrawn(self) -> Iterator[str]:
        """The user takes the application out of her account: from then on only she can help."""
        if self._token.expires_in is None:
            return
        self.practice.user(USER).remove(self.app)
        self.practice.clock.advance(seconds=self._token.expires_in + 1)
        call = self._call()
        if isinstance(call.error, TokenRefused):
            return
        if call.error:
            came = f"what is raised is a {type(call.error).__name__}"
        elif call.kept is None:
            came = "nothing is returned, and nothing raised"
        else:
            came = "what is returned looks as if all were well"
        yield (
            f"the application was taken out of the account, and the token cannot be renewed; {came}. "
            "Let TokenRefused out: whoever calls must send the user to step 1"
        )

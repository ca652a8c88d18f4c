"""The check of a renewal: good ones pass, each known mistake has its hint, and the practice before is mounted again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from oauth_steps import (
    GITHUB,
    App,
    TokenRefused,
    authorization_url,
    extend_token,
    inspect_token,
    refresh_token,
    request_token,
)
from oauth_steps.attacks import granted, parameters
from oauth_steps.check import NOT_ANSWERED, Verdict, check_keep_fresh
from oauth_steps.practice import Practice

Stored = dict[str, Any]
Renewal = Callable[[App, Stored, datetime], Any]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def lives(stored: Stored) -> timedelta:
    return timedelta(seconds=stored["token"].expires_in)


def left(stored: Stored, now: datetime) -> timedelta:
    return stored["got_at"] + lives(stored) - now


def renewed(app: App, stored: Stored) -> Any:
    renew = refresh_token if app.provider.refreshes else extend_token
    return renew(app, stored["token"])


def verdict_of(renewal: Any) -> Verdict:
    return check_keep_fresh(renewal, practice=Practice())


# --- good ones ----------------------------------------------------------------------------------------------


def at_half_its_life(app: App, stored: Stored, now: datetime) -> Stored:
    if stored["token"].expires_in is None or left(stored, now) > lives(stored) / 2:
        return stored
    return {"token": renewed(app, stored), "got_at": now}


def two_days_before_the_end(app: App, stored: Stored, now: datetime) -> Stored:
    """Of a short life, half an hour; changes what it was given, and keeps more than is asked for."""
    margin = 2 * DAY if (stored["token"].expires_in or 0) > 10 * 86_400 else HOUR / 2
    if stored["token"].expires_in is not None and left(stored, now) <= margin:
        stored.update(token=renewed(app, stored), got_at=now, renewed=True)
    return stored


def a_week_before_the_end(app: App, stored: Stored, now: datetime) -> Stored:
    """Which a short-lived token is from the start: renewed as soon as it is a while old."""
    if (
        stored["token"].expires_in is None
        or left(stored, now) > 7 * DAY
        or now - stored["got_at"] < 61 * MINUTE
    ):
        return stored
    return {"token": renewed(app, stored), "got_at": now}


@pytest.mark.parametrize("renewal", [at_half_its_life, two_days_before_the_end, a_week_before_the_end])
def test_good_renewals_pass(renewal: Renewal) -> None:
    verdict = verdict_of(renewal)
    assert verdict.ok is True, verdict
    assert "GitHub, an application whose tokens stay: renewed 0 times" in str(verdict)


def test_it_says_how_often_each_token_was_renewed() -> None:
    assert (
        "Facebook: renewed 4 times" in verdict_of(at_half_its_life).words
    )  # after 2 hours, then every 30 days


# --- and those that are not ---------------------------------------------------------------------------------


def never(app: App, stored: Stored, now: datetime) -> Stored:
    return stored


def at_each_call(app: App, stored: Stored, now: datetime) -> Stored:
    if stored["token"].expires_in is None:
        return stored
    return {"token": renewed(app, stored), "got_at": now}


def at_each_call_of_facebooks(app: App, stored: Stored, now: datetime) -> Stored:
    return (at_half_its_life if app.provider.refreshes else at_each_call)(app, stored, now)


def by_its_age(app: App, stored: Stored, now: datetime) -> Stored:
    """Without a look at how long it lives: a token of sixty days is renewed each day."""
    if stored["token"].expires_in is None or now - stored["got_at"] < 61 * MINUTE:
        return stored
    return {"token": renewed(app, stored), "got_at": now}


def daily_at_facebook(app: App, stored: Stored, now: datetime) -> Stored:
    """As often as Facebook extends a token at all."""
    if stored["token"].refresh_token or stored["token"].expires_in is None or lives(stored) < DAY:
        return at_half_its_life(app, stored, now)
    return {"token": renewed(app, stored), "got_at": now} if now - stored["got_at"] >= DAY else stored


def forty_days_before_the_end(app: App, stored: Stored, now: datetime) -> Stored:
    if stored["token"].expires_in is None or left(stored, now) > min(40 * DAY, lives(stored) * 0.7):
        return stored
    return {"token": renewed(app, stored), "got_at": now}


def after_its_death(app: App, stored: Stored, now: datetime) -> Stored:
    if stored["token"].expires_in is None or left(stored, now) > timedelta(0):
        return stored
    return {"token": renewed(app, stored), "got_at": now}


def after_its_death_at_facebook(app: App, stored: Stored, now: datetime) -> Stored:
    return (at_half_its_life if app.provider.refreshes else after_its_death)(app, stored, now)


def an_hour_before_the_end(app: App, stored: Stored, now: datetime) -> Stored:
    """Enough where it is called each hour."""
    if stored["token"].expires_in is None or left(stored, now) > HOUR:
        return stored
    return {"token": renewed(app, stored), "got_at": now}


def once_and_never_again(app: App, stored: Stored, now: datetime) -> Stored:
    if app.provider.refreshes or "done" in stored:
        return at_half_its_life(app, stored, now) if app.provider.refreshes else stored
    return {"token": renewed(app, stored), "got_at": now, "done": True}


def by_the_calendar(app: App, stored: Stored, now: datetime) -> Stored:
    """As if every token of Facebook's lived sixty days."""
    if app.provider.refreshes or now - stored["got_at"] < 50 * DAY:
        return at_half_its_life(app, stored, now) if app.provider.refreshes else stored
    return {"token": renewed(app, stored), "got_at": now}


def taking_an_end_for_granted(app: App, stored: Stored, now: datetime) -> Stored:
    return stored if left(stored, now) > lives(stored) / 2 else at_half_its_life(app, stored, now)


def without_a_refresh_token(app: App, stored: Stored, now: datetime) -> Stored:
    if stored["token"].expires_in is None:
        return {"token": renewed(app, stored), "got_at": now}
    return at_half_its_life(app, stored, now)


def by_the_other_way(app: App, stored: Stored, now: datetime) -> Stored:
    return {"token": extend_token(app, stored["token"]), "got_at": now}


def nothing(app: App, stored: Stored, now: datetime) -> None:
    at_half_its_life(app, stored, now)


def the_token_alone(app: App, stored: Stored, now: datetime) -> Any:
    return at_half_its_life(app, stored, now)["token"]


def under_another_name(app: App, stored: Stored, now: datetime) -> Stored:
    return {"access_token": stored["token"], "got_at": now}


def text_alone(app: App, stored: Stored, now: datetime) -> Stored:
    return {**stored, "token": at_half_its_life(app, stored, now)["token"].access_token}


def the_old_one(app: App, stored: Stored, now: datetime) -> Stored:
    at_half_its_life(app, stored, now)
    return stored


def the_old_refresh_token(app: App, stored: Stored, now: datetime) -> Stored:
    kept = at_half_its_life(app, stored, now)
    return {**kept, "token": replace(kept["token"], refresh_token=stored["token"].refresh_token)}


def the_old_time(app: App, stored: Stored, now: datetime) -> Stored:
    return {**at_half_its_life(app, stored, now), "got_at": stored["got_at"]}


def the_time_of_each_call(app: App, stored: Stored, now: datetime) -> Stored:
    return {**at_half_its_life(app, stored, now), "got_at": now}


def another_token(app: App, stored: Stored, now: datetime) -> Stored:
    return {**stored, "token": replace(stored["token"], expires_in=10**9)}


def twice_to_be_sure(app: App, stored: Stored, now: datetime) -> Stored:
    if left(stored, now) > lives(stored) / 2:
        return stored
    first = {"token": renewed(app, stored), "got_at": now}
    return {"token": renewed(app, first), "got_at": now}


def hides_a_refusal(app: App, stored: Stored, now: datetime) -> Stored:
    try:
        return at_half_its_life(app, stored, now)
    except TokenRefused:
        return stored


def swallows_a_refusal(app: App, stored: Stored, now: datetime) -> Stored | None:
    try:
        return at_half_its_life(app, stored, now)
    except TokenRefused:
        return None


def refuses_in_other_words(app: App, stored: Stored, now: datetime) -> Stored:
    try:
        return at_half_its_life(app, stored, now)
    except TokenRefused:
        raise ValueError("no token") from None


def misspells(app: App, stored: Stored, now: datetime) -> Stored:
    return dict(stored["tokn"])


MISTAKES: dict[Renewal, str] = {
    never: "GitHub: a token of 8:00:00 had died when the API was called, and your function never renews it",
    at_each_call: "GitHub: the token was renewed at each call",
    at_each_call_of_facebooks: "Facebook: the token was renewed at each call",
    by_its_age: "Facebook: a token of 60 days was renewed with 59 of them to go. Reckon with expires_in",
    daily_at_facebook: "Facebook: a token of 60 days was renewed with 58 of them to go",
    forty_days_before_the_end: "Facebook: a token of 60 days was renewed with 39 of them to go",
    after_its_death: "turned to it afterwards: one call of the API was lost. Renew while",
    after_its_death_at_facebook: "Facebook: a token of 2:00:00 had died when the API was called. Your function "
    "turned to it afterwards: no token: OAuthException",
    an_hour_before_the_end: "Facebook: your function asked too late: no token",
    once_and_never_again: "Facebook: a token of 60 days, 0:00:00 had died when the API was called: it had been renewed "
    "before, and then never again",
    by_the_calendar: "only much later: read expires_in",
    taking_an_end_for_granted: "whose tokens stay: your function broke with TypeError: this token came without "
    "expires_in, and it stays",
    without_a_refresh_token: "whose tokens stay: your function broke: this token came without a refresh token",
    by_the_other_way: "GitHub: your function broke: GitHub does not extend a token",
    nothing: "nothing is returned, so nothing is stored",
    the_token_alone: "what is returned is not what to store",
    under_another_name: "what is returned is not what to store",
    text_alone: "token should be the whole Token",
    the_old_one: "the old one is returned: what is new would be lost",
    the_old_refresh_token: "brought a new refresh token, and the old one is returned",
    the_old_time: "stored with the time of the old one",
    the_time_of_each_call: "got_at was moved although the token is the old one",
    another_token: "nothing was renewed, and yet another token is returned",
    twice_to_be_sure: "2 token requests were sent in one call",
    hides_a_refusal: "what is returned looks as if all were well. Let TokenRefused out",
    swallows_a_refusal: "nothing is returned, and nothing raised. Let TokenRefused out",
    refuses_in_other_words: "what is raised is a ValueError. Let TokenRefused out",
    misspells: "your function broke with KeyError: 'tokn'",
}


@pytest.mark.parametrize(("renewal", "hint"), MISTAKES.items(), ids=lambda one: getattr(one, "__name__", ""))
def test_each_mistake_has_its_hint(renewal: Renewal, hint: str) -> None:
    verdict = verdict_of(renewal)
    assert verdict.ok is False
    assert hint in " ".join(str(verdict).split())


@pytest.mark.parametrize("renewal", [..., None])
def test_an_empty_place_is_not_judged(renewal: Any) -> None:
    assert verdict_of(renewal) == NOT_ANSWERED


def test_what_is_no_function_is_told_apart() -> None:
    verdict = verdict_of({"token": "a token"})
    assert verdict.ok is False and "this is no function" in str(verdict)


@pytest.mark.parametrize("renewal", [at_half_its_life, never, misspells])
def test_the_practice_before_is_mounted_again_as_it_was(renewal: Renewal) -> None:
    with Practice() as before:
        app = before.app(GITHUB)
        url = granted(before.new_browser(signed_in_as="ada"), authorization_url(app, state="s" * 30))
        token = request_token(app, parameters(url)["code"])
        then, recorded = before.clock.now, len(before.trace)
        verdict_of(renewal)
        assert (before.clock.now, len(before.trace)) == (then, recorded)
        assert inspect_token(app, token).is_valid

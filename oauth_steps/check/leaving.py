"""A learner's `goodbye(app, token)`, run at each provider: whether anything is left there of what a person allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from ..attacks import token_for
from ..mishaps import Practice
from ..steps import authorization_url, inspect_token, new_state
from ..wire import Trace
from .outcomes import outcome_of
from .verdicts import Verdict, how_it_broke, judged, no_function

USER = "ben"  # who has signed in at two computers, and leaves


def check_goodbye(goodbye: Any, *, practice: Practice) -> Verdict:
    """Run `goodbye(app, token)`: afterwards no token of hers may live, and she must be asked again.

    The token is one of two that the application has of her. Runs in a practice of its own, as in
    `practice=Practice()`.
    """
    if not_yet := no_function(goodbye, "goodbye"):
        return not_yet
    with practice:
        praise = "at both providers: no token of hers lives, and she would be asked again"
        return judged(_mistakes(goodbye, practice), praise)


def _mistakes(goodbye: Callable[..., Any], practice: Practice) -> Iterator[str]:
    for row in practice.providers:
        app = practice.register(row, name="Trial", redirect_uri="https://trial.example/callback")
        browser = practice.new_browser(signed_in_as=USER)
        handed, other = token_for(app, browser), token_for(app, browser)
        begun = len(practice.trace)
        try:
            goodbye(app, handed)
        except Exception as error:
            yield f"{row.name}: {how_it_broke(error)}"
        came_of_it = _answered(practice.trace[begun:])
        if inspect_token(app, handed).is_valid:
            yield f"{row.name}: the token still lives. {came_of_it}"
        if inspect_token(app, other).is_valid:
            yield (
                f"{row.name}: that token is dead, and the one of her other computer lives. "
                "End the grant, which is all that she has allowed, not one token"
            )
        if hasattr(browser.open(authorization_url(app, state=new_state())), "arrivals"):
            yield f"{row.name}: the tokens are dead, and yet she is not asked again: the application is still there"


def _answered(sent: Trace) -> str:
    """What came of the last call that was made to end it."""
    if not sent:
        return "Nothing was sent to end it"
    request = sent[-1].reveal().request
    return f"{request.method} {urlsplit(request.url).path} was answered with {outcome_of(sent[-1]).line}"

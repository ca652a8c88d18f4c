"""A learner's function that says whose a token is, tried on tokens that work and must not count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ..attacks import token_for
from ..errors import ResourceRefused
from ..mishaps import Practice
from ..providers import App
from ..steps import Token, inspect_token
from .verdicts import Came, Verdict, called, judged, no_function, not_refused


def check_user_of(user_of: Any, *, app: App, practice: Practice) -> Verdict:
    """Run `user_of(token) -> str`: the id of the user of a token that this application was given.

    It refuses by raising any OAuthStepsError. Tokens are text. Registers one more application, an attacker's.
    """
    if not_yet := no_function(user_of, "user_of"):
        return not_yet
    praise = (
        "it knows two people by tokens of its own, and refuses another application's, dead ones and no one's"
    )
    return judged(_mistakes(user_of, app, practice), praise)


def _mistakes(user_of: Callable[[str], Any], app: App, practice: Practice) -> Iterator[str]:
    hers, his = (token_for(app, practice.new_browser(signed_in_as=login)) for login in ("ada", "ben"))
    for name, token in (("Ada", hers), ("Ben", his)):
        yield from _not_hers(
            name, called(user_of, token.access_token), str(inspect_token(app, token).user_id)
        )
    uri, scope = "https://crow.example/callback", app.scope
    crow = practice.register(app.provider, name="Crow", owner="mallory", redirect_uri=uri, scope=scope)
    why = "it works, and says whose it is, but it was given to another application: compare its id with your own"
    crows = token_for(crow, practice.new_browser(signed_in_as="ada"))
    yield from _not_refused("a token of Ada's that Mallory's application has", user_of, crows, why)
    practice.expire(hers)
    why = "who is asked about a dead token still says whose it was: look at is_valid first"
    yield from _not_refused("a token of Ada's that has ended", user_of, hers, why)
    own = Token(f"{app.client_id}|{app.client_secret}")
    why = "the application's own token is valid, and nobody's: there is no user_id"
    yield from _not_refused("the application's own token", user_of, own, why)
    yield from _not_refused("an invented token", user_of, Token("EAAinvented0123456789"), "ask the provider")


def _not_hers(name: str, came: Came, user_id: str) -> Iterator[str]:
    if came.wrong:
        yield f"a good token of {name}'s: {came.wrong}"
    if came.returned is None:
        yield f"a good token of {name}'s: it returns None (is a return missing?)"
    if str(came.returned) != user_id:
        yield f"a good token of {name}'s: it returns something else than {name}'s user_id"


def _not_refused(what: str, user_of: Callable[[str], Any], token: Token, why: str) -> Iterator[str]:
    yield from not_refused(what, called(user_of, token.access_token), why, ResourceRefused)

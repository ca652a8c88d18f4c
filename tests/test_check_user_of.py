"""The check of whose a token is: asking the provider passes, and each mistake has its hint."""

from collections.abc import Callable
from typing import Any

import pytest

from oauth_steps import FACEBOOK, GITHUB, App, Provider, ResourceRefused, inspect_token, request_resource
from oauth_steps.check import NOT_ANSWERED, Verdict, check_user_of
from oauth_steps.practice import Practice

UserOf = Callable[[App, str], Any]


def verdict_of(user_of: UserOf, provider: Provider = FACEBOOK) -> Verdict:
    with Practice() as practice:
        app = practice.app(provider)
        return check_user_of(lambda token: user_of(app, token), app=app, practice=practice)


def asks(app: App, token: str) -> str:
    told = inspect_token(app, token)
    if not told.is_valid or told.client_id != app.client_id or not told.user_id:
        raise ResourceRefused("no token of a user that we were given")
    return told.user_id


@pytest.mark.parametrize("provider", [FACEBOOK, GITHUB], ids=lambda row: row.name)
def test_who_asks_the_provider_passes(provider: Provider) -> None:
    verdict = verdict_of(asks, provider)
    assert verdict.ok is True, verdict


def valid_only(app: App, token: str) -> Any:
    told = inspect_token(app, token)
    if not told.is_valid:
        raise ResourceRefused("dead")
    return told.user_id


WRONG: dict[str, tuple[UserOf, str]] = {
    "whoever it works for": (
        lambda app, token: request_resource(app, token, "/me").json()["id"],
        "a token of Ada's that Mallory's application has: it is accepted",
    ),
    "alive or dead": (
        lambda app, token: inspect_token(app, token).user_id,
        "a token of Ada's that has ended: it is accepted. Who is asked about a dead token still says whose it was",
    ),
    "somebody or nobody": (valid_only, "the application's own token: it returns None, which is no refusal"),
    "her name": (
        lambda app, token: request_resource(app, token, "/me").json()["name"],
        "it returns something else than Ada's user_id",
    ),
    "nothing": (lambda app, token: None, "a good token of Ada's: it returns None"),
    "nobody": (
        lambda app, token: inspect_token(app, "EAAother0123").body["data"]["user_id"],
        "broke with KeyError",
    ),
}


@pytest.mark.parametrize(("user_of", "hint"), WRONG.values(), ids=WRONG)
def test_each_mistake_has_its_hint(user_of: UserOf, hint: str) -> None:
    verdict = verdict_of(user_of)
    assert verdict.ok is False
    assert hint in " ".join(str(verdict).split())


def test_who_refuses_everybody_is_told() -> None:
    def refuses(app: App, token: str) -> str:
        raise ResourceRefused("never")

    assert "a good token of Ada's: it is refused with ResourceRefused" in str(verdict_of(refuses))


@pytest.mark.parametrize("made", [..., None])
def test_what_is_not_answered_is_not_judged(practice: Practice, made: Any) -> None:
    assert check_user_of(made, app=practice.app(FACEBOOK), practice=practice) is NOT_ANSWERED


def test_what_is_called_already_is_no_function(practice: Practice) -> None:
    assert "this is no function" in str(check_user_of("4711", app=practice.app(FACEBOOK), practice=practice))


def test_no_secret_is_in_a_verdict(practice: Practice) -> None:
    app = practice.app(FACEBOOK)

    def tells(token: str) -> str:
        raise ValueError(token)

    verdict = check_user_of(tells, app=app, practice=practice)
    assert "⟨access token 1⟩" in str(verdict)

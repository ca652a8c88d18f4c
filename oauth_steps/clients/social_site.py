"""A site that signs people in through social-auth-core: the strategy, the storage and the pipeline that it wants.

A site on Django or Flask takes these from a package of its own; here a session is a dict, and who has signed in is not
kept.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from social_core.backends.facebook import FacebookOAuth2
from social_core.backends.github import GithubOAuth2
from social_core.storage import BaseStorage, NonceMixin
from social_core.strategy import BaseStrategy

from ..attacks import Arrive, Begin, Session, parameters
from ..providers import FACEBOOK, GITHUB, App

_BACKENDS = {GITHUB.name: GithubOAuth2, FACEBOOK.name: FacebookOAuth2}
# The first steps of its own pipeline; those that look for an account are left out.
_PIPELINE = (
    "social_core.pipeline.social_auth.social_details",
    "social_core.pipeline.social_auth.social_uid",
    "social_core.pipeline.social_auth.auth_allowed",
    f"{__name__}.signed_in",
)


def signed_in(details: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The last step of the pipeline: here is the user."""
    return {"user": SimpleNamespace(name=details["fullname"])}


class Nonces(NonceMixin):
    """Values for one use each: it keeps its states here as well as in the session."""

    _unused: set[tuple[str, int, str]] = set()  # noqa: RUF012  one table for all, as in a database

    @classmethod
    def use(cls, server_url: str, timestamp: int, salt: str) -> bool:
        """Keep a value; False if it is there already."""
        is_new = (server_url, timestamp, salt) not in cls._unused
        cls._unused.add((server_url, timestamp, salt))
        return is_new

    @classmethod
    def consume(cls, server_url: str, timestamp: int, salt: str) -> bool:
        """Take a value out; False if it is not there, or no longer."""
        there = (server_url, timestamp, salt) in cls._unused
        cls._unused.discard((server_url, timestamp, salt))
        return there


class Storage(BaseStorage):
    """What it keeps in a database."""

    nonce = Nonces


class Strategy(BaseStrategy[str]):
    """How it reaches settings, session and request."""

    def __init__(self, app: App, session: Session, received: dict[str, str], **settings: Any) -> None:
        super().__init__(Storage)
        self._settings = {"KEY": app.client_id, "SECRET": app.client_secret, "SCOPE": list(app.scope)}
        self._settings |= {"PIPELINE": list(_PIPELINE), **settings}
        self._session = session
        self._received = received

    def get_setting(self, name: str) -> Any:
        return self._settings[name.removeprefix("SOCIAL_AUTH_")]

    def session_get(self, name: str, default: Any = None) -> Any:
        return self._session.get(name, default)

    def session_set(self, name: str, value: Any) -> None:
        self._session[name] = value

    def session_pop(self, name: str) -> Any:
        return self._session.pop(name, None)

    def get_request_data(self, merge: bool = True) -> dict[str, Any]:
        return self._received

    def build_absolute_uri(self, path: str | None = None) -> str:
        return path or ""

    def redirect(self, url: str) -> str:
        return url


def halves(app: App) -> tuple[Begin, Arrive]:
    """The two halves of a sign-in with this application."""

    def backend(session: Session, received: dict[str, str]) -> Any:
        strategy = Strategy(app, session, received)
        return _BACKENDS[app.provider.name](strategy, redirect_uri=app.redirect_uri)

    def begin(session: Session) -> str:
        return str(backend(session, {}).start())

    def arrive(url: str, session: Session) -> str:
        return str(backend(session, parameters(url)).complete().name)

    return begin, arrive

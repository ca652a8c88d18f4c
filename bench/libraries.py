"""Steps 3 to 6 as `oauth_steps` does them, and as the libraries of lesson 07 do: from a code to who the user is."""

from __future__ import annotations

from collections.abc import Callable

from authlib.integrations.requests_client import OAuth2Session as Authlib
from requests_oauthlib import OAuth2Session as OAuthlib

from oauth_steps import App, request_resource, request_token

WHO = "/user"


def by_steps(app: App, code: str) -> None:
    request_resource(app, request_token(app, code), WHO).raise_for_status()


def by_oauthlib(app: App, code: str) -> None:
    with OAuthlib(app.client_id, redirect_uri=app.redirect_uri) as session:
        session.fetch_token(app.provider.token_url, code=code, client_secret=app.client_secret)
        session.get(app.provider.api_url + WHO).raise_for_status()


def by_authlib(app: App, code: str) -> None:
    with Authlib(app.client_id, app.client_secret, redirect_uri=app.redirect_uri) as session:
        session.fetch_token(app.provider.token_url, code=code)
        session.get(app.provider.api_url + WHO).raise_for_status()


BESIDE: dict[str, Callable[[App, str], None]] = {
    "beside requests-oauthlib": by_oauthlib,
    "beside Authlib": by_authlib,
}

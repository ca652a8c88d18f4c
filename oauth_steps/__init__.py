"""OAuth 2.0, step by step: the six steps of RFC 6749's authorization code grant, one function each.

    step                      who                    here
    1  authorization request  your application       authorization_url(app, state=…)
    2  grant                  the user, the provider read_callback(app, url, expected_state=…)
    3  token request          your application       request_token(app, code)
    4  token response         the provider           … returns a Token, or raises TokenRefused
    5  resource request       your application       request_resource(app, token, "/user")
    6  resource response      the provider           … returns a requests.Response

The other side, offline: `oauth_steps.practice`. What went over the wire: `oauth_steps.wire`.
"""

import typing

from .errors import (
    AccessDenied,
    AuthorizationRefused,
    BadApp,
    BadCallback,
    BadInput,
    CallbackRefused,
    IssuerMismatch,
    MissingCode,
    NotOffered,
    OAuthStepsError,
    ResourceRefused,
    StateMismatch,
    TokenRefused,
)
from .providers import FACEBOOK, GITHUB, App, Provider, Step, differences
from .steps import (
    Token,
    TokenInfo,
    authorization_url,
    extend_token,
    inspect_token,
    new_state,
    pkce_pair,
    read_callback,
    refresh_token,
    request_resource,
    request_token,
    revoke_token,
)
from .wire import Exchange, Trace, take_apart

if typing.TYPE_CHECKING:
    from .check import diagnose, predict

__all__ = [
    "FACEBOOK",
    "GITHUB",
    "AccessDenied",
    "App",
    "AuthorizationRefused",
    "BadApp",
    "BadCallback",
    "BadInput",
    "CallbackRefused",
    "Exchange",
    "IssuerMismatch",
    "MissingCode",
    "NotOffered",
    "OAuthStepsError",
    "Provider",
    "ResourceRefused",
    "StateMismatch",
    "Step",
    "Token",
    "TokenInfo",
    "TokenRefused",
    "Trace",
    "authorization_url",
    "diagnose",
    "differences",
    "extend_token",
    "inspect_token",
    "new_state",
    "pkce_pair",
    "predict",
    "read_callback",
    "refresh_token",
    "request_resource",
    "request_token",
    "revoke_token",
    "take_apart",
]


def __getattr__(name: str) -> typing.Any:
    """`diagnose` and `predict` are imported when they are asked for: lessons use them, and an application does not."""
    if name not in ("diagnose", "predict"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import check

    return globals().setdefault(name, getattr(check, name))

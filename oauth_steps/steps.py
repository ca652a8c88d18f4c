"""Your application's side of the flow: steps 1, 3 and 5, and the reading of what comes back.

Each function is the few lines of plain `requests` that lessons 01 and 02 write out, under a name. What differs from
one provider to the next is read from its row in `providers`. Nothing here knows whether the other side is real.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, urlencode, urlsplit

import requests

from . import wire
from .errors import (
    AccessDenied,
    AuthorizationRefused,
    BadCallback,
    BadInput,
    IssuerMismatch,
    MissingCode,
    NotOffered,
    ResourceRefused,
    StateMismatch,
    TokenRefused,
    Unreachable,
)
from .providers import App, Call, member_at, same_values

TIMEOUT = 10  # seconds that a request may wait for an answer
_FORM_TYPES = "urlencoded|^text/plain"  # a form comes as either: RFC 6749 section 5.1 has JSON only
LONGEST_CALLBACK = 16_000  # characters; a longer address is nobody's honest callback


@dataclass(frozen=True, repr=False)
class Token:
    """What step 4 brings. `expires_in` and `refresh_token_expires_in` are seconds from then, None if not stated.

    `scope` is what was granted, None where the provider does not say it. The values are ordinary text; the repr
    shows labels only.
    """

    access_token: str
    token_type: str = "bearer"
    expires_in: int | None = None
    scope: tuple[str, ...] | None = None
    refresh_token: str | None = None
    refresh_token_expires_in: int | None = None
    __eq__ = same_values

    def __post_init__(self) -> None:
        wire.learn("access token", self.access_token)
        if self.refresh_token:
            wire.learn("refresh token", self.refresh_token)

    def __repr__(self) -> str:
        stated = {spec.name: getattr(self, spec.name) for spec in fields(self)}
        for name in ("access_token", "refresh_token"):
            label = wire.mask(stated[name] or "")
            stated[name] = (
                label if label.startswith("⟨") and label.endswith("⟩") else stated[name] and "⟨hidden⟩"
            )
        shown = (f"{name}={_bare(value)}" for name, value in stated.items() if value is not None)
        return f"Token({', '.join(shown)})"


def _bare(value: Any) -> str:
    return value if isinstance(value, str) else repr(value)


@dataclass(frozen=True)
class TokenInfo:
    """What the provider says of a token. `expires_at` is UTC, None if the token has no end (or none is stated)."""

    is_valid: bool
    client_id: str | None = None
    user_id: str | None = None
    scope: tuple[str, ...] = ()
    expires_at: datetime | None = None
    body: Mapping[str, Any] = field(default_factory=dict, repr=False)


def new_state() -> str:
    """A fresh `state`: 256 random bits, URL-safe. RFC 6749 section 10.12 wants it unguessable and in the session."""
    return wire.learn("state", secrets.token_urlsafe(32))


def pkce_pair() -> tuple[str, str]:
    """A fresh (verifier, challenge); keep the first in the session, send the second in step 1 (RFC 7636)."""
    verifier = wire.learn("code verifier", secrets.token_urlsafe(32))
    return verifier, wire.learn("code challenge", wire.s256(verifier))


def authorization_url(
    app: App,
    *,
    state: str | None,
    scope: Iterable[str] | str | None = None,
    code_challenge: str | None = None,
    **extra: str | None,
) -> str:
    """Step 1: the address to send the user's browser to (RFC 6749 section 4.1.1).

    `scope` defaults to the application's own; text is sent as it is. `extra` adds a parameter, or takes one away
    if it is None.
    """
    scope = app.scope if scope is None else scope
    parameters = {
        "response_type": "code",
        "client_id": app.client_id,
        "redirect_uri": app.redirect_uri,
        "scope": scope if isinstance(scope, str) else app.provider.scope_separator.join(scope),
        "state": state,
        "code_challenge": code_challenge,
        "code_challenge_method": code_challenge and "S256",
        **extra,
    }
    sent = {name: value for name, value in parameters.items() if value not in (None, "")}
    return f"{app.provider.authorization_url}?{urlencode(sent, quote_via=quote)}"


def read_callback(app: App, url: str, *, expected_state: str | None) -> str:
    """The end of step 2: the code in the address to which the browser was sent back.

    Checked in this order: doubled parameters, `state`, `iss`, an error, the code. Raises BadCallback, StateMismatch,
    IssuerMismatch, AuthorizationRefused (AccessDenied if the user said no) or MissingCode. Host and path are not
    compared with redirect_uri: behind a proxy a framework may see others.
    """
    answer = _callback_parameters(app, url)
    _check_state(answer.get("state"), expected_state)
    _check_issuer(answer.get("iss"), app.provider.issuer)
    if error := next((answer[name] for name in app.provider.callback_error if answer.get(name)), None):
        words = next((answer[name] for name in app.provider.callback_description if answer.get(name)), "")
        kind = AccessDenied if error == "access_denied" else AuthorizationRefused
        raise kind(wire.mask(error), wire.mask(words), answer)
    if not answer.get("code", "").strip():
        raise MissingCode("the callback holds neither a code nor an error")
    return wire.learn("code", answer["code"])


def _callback_parameters(app: App, url: str) -> dict[str, str]:
    if not isinstance(url, str) or not url.strip():
        raise BadCallback(
            "there is no callback address: it is empty", mend="Paste the whole address, with what follows `?`"
        )
    if len(url) > LONGEST_CALLBACK:
        raise BadCallback(
            f"the callback address has {len(url):,} characters, and no honest one has over {LONGEST_CALLBACK:,}"
        )
    try:
        parts = urlsplit(url.strip())
    except ValueError as error:
        raise BadCallback("the callback address is no URL") from error
    schemes = ("http", "https", urlsplit(app.redirect_uri).scheme)
    if parts.scheme not in schemes and not url.strip().startswith("/"):
        raise BadCallback(
            "the callback address is no URL", mend="Paste the whole address, beginning with https://"
        )
    answer = parse_qs(parts.query, keep_blank_values=True)
    # RFC 6749 section 3.1: "Request and response parameters MUST NOT be included more than once."
    if doubled := sorted(name for name, values in answer.items() if len(values) > 1):
        raise BadCallback(f"the callback has more than one {', '.join(doubled)}")
    return {name: values[0] for name, values in answer.items()}


def _check_state(received: str | None, expected: str | None) -> None:
    if not expected:  # or a callback without state would equal a session without one
        raise StateMismatch("no state was kept for this browser, so no answer can be recognised as hers")
    if received is None:
        raise StateMismatch("the callback has no state")
    sent, kept = (text.encode("utf-8", "surrogatepass") for text in (received, str(expected)))
    if not hmac.compare_digest(sent, kept):
        raise StateMismatch("the state that came back is not the one kept for this browser")


def _check_issuer(received: str | None, promised: str | None) -> None:
    # RFC 9207 section 2.4: compare where the server promises `iss`; a client "SHOULD discard" one nobody promised.
    if received == promised:
        return
    if promised is None:
        raise IssuerMismatch("the callback names an issuer (iss), and this provider never does")
    if received is None:
        raise IssuerMismatch(f"the callback does not say who answers: iss should be {promised}")
    raise IssuerMismatch(f"the callback comes from another issuer (iss) than {promised}")


def request_token(app: App, code: str, *, code_verifier: str | None = None) -> Token:
    """Steps 3 and 4: exchange the code for a token, your server asking the provider's (RFC 6749 section 4.1.3).

    Raises TokenRefused, also where the refusal comes with HTTP 200.
    """
    if not isinstance(code, str) or not code:
        raise BadInput("there is no code to exchange", mend="Hand over what read_callback returned")
    proof = {} if code_verifier is None else {"code_verifier": wire.learn("code verifier", code_verifier)}
    grant = {"grant_type": "authorization_code"} if app.provider.asks_grant_type else {}
    exchanged = {"code": wire.learn("code", code), "redirect_uri": app.redirect_uri}
    return _ask_for_token(app, {**grant, **exchanged, **proof})


def extend_token(app: App, token: Token | str) -> Token:
    """Exchange a token that is still alive for one that lives longer. Raises TokenRefused, or NotOffered."""
    grant = app.provider.extension_grant
    if grant is None:
        raise NotOffered(
            f"{app.provider.name} does not extend a token",
            mend="It gives expiring tokens a refresh token: refresh_token(app, token)",
        )
    return _ask_for_token(app, {"grant_type": grant, grant: _text(token)})


def refresh_token(app: App, token: Token) -> Token:
    """Get a new access token with a refresh token, without the user (RFC 6749 section 6).

    The old pair is dead afterwards where the provider rotates. Raises TokenRefused, or NotOffered.
    """
    if not app.provider.refreshes:
        raise NotOffered(
            f"{app.provider.name} gives no refresh tokens",
            mend="Extend the token while it is alive: extend_token(app, token)",
        )
    if not isinstance(token, Token):
        raise BadInput("this is no Token", mend="Hand over the whole of what request_token returned")
    if not token.refresh_token:
        raise NotOffered(
            "this token came without a refresh token: it lives until it is revoked",
            mend="Keep using it, or register the application with expiring tokens",
        )
    return _ask_for_token(app, {"grant_type": "refresh_token", "refresh_token": token.refresh_token})


def _ask_for_token(app: App, parameters: Mapping[str, str]) -> Token:
    wire.learn("client secret", app.client_secret)
    sent = {"client_id": app.client_id, "client_secret": app.client_secret, **parameters}
    place = "params" if app.provider.token_method == "GET" else "data"
    response = _ask(
        app.provider.token_method,
        app.provider.token_url,
        headers={"Accept": "application/json"},
        **{place: sent},
    )
    return read_token(app, response)


def _ask(method: str, url: str, **parts: Any) -> requests.Response:
    """Send a request. Where nothing answers, the message of `requests` would hold the URL, secrets and all."""
    try:
        return requests.request(method, url, timeout=TIMEOUT, **parts)
    except Unreachable:
        raise
    except requests.RequestException as error:
        problem = f"no answer from {urlsplit(url).netloc} ({type(error).__name__})"
        raise Unreachable(problem, mend="Check the address and the connection, and try again") from None


def read_token(app: App, response: requests.Response) -> Token:
    """Step 4: the token in a response of the token endpoint; TokenRefused if there is none, whatever the status."""
    body = _mapping(response)
    exchange = wire.Exchange.of(response, app.provider)
    stated = {name: member_at(body, place) for name, place in app.provider.error_fields.items()}
    details = {name: _masked(value) for name, value in stated.items() if value is not None}
    if "error" in details or not response.ok:
        raise TokenRefused(str(details.pop("error", f"HTTP {response.status_code}")), details, exchange)
    if not isinstance(body.get("access_token"), str) or not body["access_token"]:
        raise TokenRefused("no access_token in the answer", {"status": response.status_code}, exchange)
    scope, refresh = body.get("scope"), body.get("refresh_token")
    return Token(
        access_token=body["access_token"],
        token_type=str(body.get("token_type", "bearer")),
        expires_in=_seconds(body.get(app.provider.lifetime_field)),
        scope=_scopes(scope, app.provider.granted_scope_separator) if isinstance(scope, str) else None,
        refresh_token=refresh if isinstance(refresh, str) and refresh else None,
        refresh_token_expires_in=_seconds(body.get("refresh_token_expires_in")),
    )


def request_resource(app: App, token: Token | str, path: str, **params: str | int) -> requests.Response:
    """Steps 5 and 6: GET what the token is for (RFC 6750 section 2.1: the token in a header, never in the URL).

    `path` is below the provider's API and begins with `/`. The response comes back whatever its status.
    """
    if not isinstance(path, str) or not path.startswith("/"):
        raise BadInput(
            f"the path {path!r} does not begin with /", mend="Or the token would be sent to another host"
        )
    headers = {"Authorization": f"Bearer {_text(token)}", **app.provider.api_headers}
    return _ask("GET", app.provider.api_url + path, params=params, headers=headers)


def inspect_token(app: App, token: Token | str) -> TokenInfo:
    """Ask the provider what a token is: whose, for which application, for what, until when, and whether it lives.

    Raises ResourceRefused if the provider does not answer the question, and NotOffered.
    """
    response = _send(app, app.provider.inspection, token)
    if response.status_code == 404:  # GitHub's way of saying that this is no token of yours
        return TokenInfo(is_valid=False)
    body = _mapping(response)
    if not response.ok:
        raise ResourceRefused(
            f"the provider did not say: HTTP {response.status_code}",
            exchange=wire.Exchange.of(response, app.provider),
        )
    told = {name: member_at(body, place) for name, place in app.provider.token_info.items()}
    return TokenInfo(
        is_valid=bool(told.get("is_valid", True)),
        client_id=_id(told.get("client_id")),
        user_id=_id(told.get("user_id")),
        scope=tuple(told.get("scope") or ()),
        expires_at=_moment(told.get("expires_at")),
        body=body,
    )


def revoke_token(app: App, token: Token | str) -> None:
    """Tell the provider that a token must not work any longer.

    On Facebook this takes the whole application away from the user's account. Raises ResourceRefused and NotOffered.
    """
    response = _send(app, app.provider.revocation, token)
    if not response.ok:
        raise ResourceRefused(
            f"not revoked: HTTP {response.status_code}", exchange=wire.Exchange.of(response, app.provider)
        )


def _send(app: App, call: Call | None, token: Token | str) -> requests.Response:
    if call is None:
        raise NotOffered(
            f"{app.provider.name} has no such endpoint",
            mend="A call of the API shows whether a token works; her settings are where its user can end it",
        )
    values = {"client_id": app.client_id, "client_secret": app.client_secret, "token": _text(token)}
    wire.learn("app token", f"{app.client_id}|{app.client_secret}")
    return _ask(
        call.method,
        app.provider.api_url + call.path.format(**values),
        params={name: text.format(**values) for name, text in call.params.items()},
        json={name: text.format(**values) for name, text in call.json.items()} or None,
        auth=(app.client_id, app.client_secret) if call.basic else None,
        headers=dict(app.provider.api_headers),
    )


def _text(token: Token | str) -> str:
    text = token.access_token if isinstance(token, Token) else token
    if not isinstance(text, str) or not text or re.search(r"\s", text):
        raise BadInput(
            "this is no token: a token is text without blanks", mend="Hand over what request_token returned"
        )
    return wire.learn("access token", text)


def _mapping(response: requests.Response) -> dict[str, Any]:
    """The body as a mapping: JSON, or a form where the provider does not speak JSON; empty if it is neither."""
    kind = response.headers.get("content-type", "")
    if "json" in kind or response.text.lstrip().startswith("{"):
        try:
            body = response.json()
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}
    return dict(parse_qsl(response.text)) if re.search(_FORM_TYPES, kind) else {}


def _id(value: Any) -> str | None:
    """An id as text: one provider's is a number, another's is text and looks like a number."""
    return None if value is None else str(value)


def _masked(value: Any) -> Any:
    return wire.mask(value) if isinstance(value, str) else value


def _seconds(value: Any) -> int | None:
    """A number of seconds, as a number or as text in digits; None for anything else."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,12}", value):
        return int(value)
    return value if isinstance(value, int) else None


def _scopes(text: str, separator: str) -> tuple[str, ...]:
    return tuple(name for name in text.split(separator) if name)


def _moment(value: Any) -> datetime | None:
    """A time as text (ISO 8601) or in seconds since 1970; None for never, and for what is no time."""
    try:
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return datetime.fromtimestamp(value, UTC) if isinstance(value, int) and value else None
    except (ValueError, OverflowError, OSError):
        return None

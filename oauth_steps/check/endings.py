"""One token of two that a learner ended: what became of both, and if it is not as it should be, her request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ..providers import App, Call
from ..steps import Token, inspect_token
from ..wire import Exchange
from .exchanges import NOT_RECORDED, RECORDED, refusal_in
from .outcomes import last_of, members_of
from .verdicts import NOT_ANSWERED, Verdict, judged, unanswered


def check_one_ended(made: Any, *, app: App, ended: Token, kept: Token) -> Verdict:
    """Whether a request ended the first of these two tokens, and let the other live. Asks the provider about both."""
    if unanswered(made):
        return NOT_ANSWERED
    exchange = last_of(made, app=app) if isinstance(made, RECORDED) else None
    if exchange is None:
        return NOT_RECORDED
    praise = "that token is dead, the other one lives, and she will not be asked again"
    return judged(_mistakes(exchange, app, ended, kept), praise)


def _mistakes(exchange: Exchange, app: App, ended: Token, kept: Token) -> Iterator[str]:
    ended_lives, kept_lives = (inspect_token(app, token).is_valid for token in (ended, kept))
    if not (ended_lives or kept_lives):
        yield "both tokens are dead: that ended all that she had allowed. End the one token, not the whole grant"
    if not kept_lives:
        yield "the wrong one is dead: it was the other that had to end"
    if ended_lives and app.provider.revocation:
        yield from _why_it_lives(exchange, app, app.provider.revocation, ended)
        yield "the token still lives"


def _why_it_lives(exchange: Exchange, app: App, wanted: Call, ended: Token) -> Iterator[str]:
    request, path = exchange.reveal().request, wanted.path.format(client_id=app.client_id)
    sent = urlsplit(request.url)
    if f"{sent.scheme}://{sent.netloc}{sent.path}" != app.provider.api_url + path:
        yield f"the request went to {sent.netloc}{sent.path}: {wanted.path} is below {app.provider.api_url}"
    if request.method != wanted.method:
        yield f"{request.method} asks about the token, or changes it; to end it there is {wanted.method}"
    if not (request.header("authorization") or "").lower().startswith("basic "):
        yield "the application did not show who it is: id and secret by HTTP Basic, in requests auth=(…, …)"
    if "json" not in (request.header("content-type") or ""):
        yield "the token belongs in a JSON body: json={…}, not data={…} or params={…}"
    if members_of(request).get("access_token") != ended.access_token:
        yield "access_token in the body is not the text of the token that is to end"
    yield from refusal_in(exchange)

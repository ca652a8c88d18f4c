"""What a learner made: an address for step 1, a token request, calls of the API."""

from __future__ import annotations

import base64
import binascii
import difflib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import requests

from .. import wire
from ..providers import App, Provider, Step
from ..wire import Exchange, Request, Trace
from .diagnosis import diagnose
from .outcomes import WORKS, last_of, members_of, outcome_of
from .verdicts import NOT_ANSWERED, Verdict, judged, unanswered

RECORDED = (Exchange, Trace, requests.Response)
NOT_RECORDED = Verdict(False, ("hand over the response itself, as requests gave it back",))


def check_authorization_url(
    url: Any,
    *,
    app: App,
    state: str | None = None,
    scope: Iterable[str] | str | None = None,
    code_challenge: str | None = None,
) -> Verdict:
    """Whether this is step 1's address for the application.

    `state` and `code_challenge` are the values that were kept, where there are any; `scope` is what should be
    asked for, the application's own if None.
    """
    if unanswered(url):
        return NOT_ANSWERED
    scope = app.scope if scope is None else scope
    wanted = set(re.split(r"[\s,]+", scope) if isinstance(scope, str) else scope)
    return judged(
        _url_mistakes(url, app, state, wanted, code_challenge), "this address asks for what it should"
    )


def _url_mistakes(
    url: Any, app: App, state: str | None, wanted: set[str], code_challenge: str | None
) -> Iterator[str]:
    parts = _split(url)
    if parts is None:
        yield "this is no URL: it begins with https:// and holds no blanks (urlencode writes one as %20 or +)"
        return
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    sent, plain = dict(pairs), unquote(url)
    if "client_secret" in sent or app.client_secret in plain:
        yield "the client secret is in it, and this address goes through the browser: anybody can read it"
    if "⟨" in plain:
        yield "there is a label in it, ⟨…⟩: on the screen it stands for a value. Use the variable"
    if re.search(r"[{}<>]|\.\.\.|\bYOUR_", plain):
        yield "a placeholder is left in it: is the f before the quotes missing, or a value not filled in?"
    begins = app.provider.step_of("GET", url)
    if begins == Step.TOKEN_REQUEST:
        yield "that is the token endpoint, for your server in step 3; the browser goes to the other one"
    if begins != Step.AUTHORIZATION_REQUEST:
        yield "it does not lead to this provider's authorization endpoint: compare scheme, host and path"
    if doubled := [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]:
        yield f"{doubled[0]} is in it more than once (RFC 6749 section 3.1: not more than once)"
    yield from _misspelt(sent, app.provider)
    if sent.get("client_id") != app.client_id:
        yield "client_id is another application's" if "client_id" in sent else "client_id is missing"
    if sent.get("response_type", "code") != "code":
        yield "response_type asks for something else than a code"
    yield from _redirect_uri_mistakes(sent.get("redirect_uri"), app.redirect_uri)
    yield from _scope_mistakes(sent.get("scope", ""), wanted, app.provider)
    yield from _state_mistakes(sent.get("state"), state)
    if code_challenge is not None or "code_challenge" in sent:
        yield from _challenge_mistakes(sent, code_challenge)


def _split(url: Any) -> SplitResult | None:
    try:
        parts = urlsplit(url) if isinstance(url, str) and not re.search(r"\s", url) else None
    except ValueError:
        return None
    return parts if parts and parts.scheme and parts.netloc else None


_STEP_1 = (
    "client_id",
    "redirect_uri",
    "response_type",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
)


def _misspelt(sent: Iterable[str], row: Provider) -> Iterator[str]:
    for name in sent:
        meant = difflib.get_close_matches(name, _STEP_1, n=1, cutoff=0.8)
        if meant and row.meaning(name) is None:
            yield f"nobody reads a parameter called {name}: did you mean {meant[0]}?"


def _redirect_uri_mistakes(sent: str | None, registered: str) -> Iterator[str]:
    if not sent:
        yield "redirect_uri is missing: say where the browser is to be sent back to"
    elif sent != registered and unquote(sent) == registered:
        yield "redirect_uri is encoded twice: hand urlencode the plain address"
    elif sent != registered:
        ours, theirs = urlsplit(registered), _split(sent)
        names = ("scheme", "netloc", "path", "query", "fragment")
        differ = [name for name in names if theirs and getattr(ours, name) != getattr(theirs, name)]
        where = {"netloc": "host or port", "path": "path (a slash at its end counts)"}
        hint = f"look at its {where.get(differ[0], differ[0])}" if differ else "it should be a whole URL"
        yield f"redirect_uri is not the registered one: {hint}"


def _scope_mistakes(sent: str, wanted: set[str], row: Provider) -> Iterator[str]:
    if wanted and not sent:
        yield "scope is missing: nothing is asked for"
    # RFC 6749 section 3.3 separates scopes by a space; a provider's own separator is as good.
    if any(set(filter(None, sent.split(separator))) == wanted for separator in (" ", row.scope_separator)):
        return
    asked = {name for name in re.split(r"[\s,;+|]+", sent) if name}
    if asked == wanted:
        yield "scope names the right things, but separates them in a way that this provider does not document"
    yield f"scope asks for {'more' if asked > wanted else 'other things'} than it should"


def _state_mistakes(sent: str | None, kept: str | None) -> Iterator[str]:
    if not sent:
        yield "state is missing: without it nobody can tell whose answer comes back (RFC 6749 section 10.12)"
    elif len(sent) < 22:  # 128 bits in base64: the bound of RFC 6749 section 10.10 for what nobody may guess
        yield "state is too short: it can be guessed"
    elif len(set(sent)) < 8 or (sent.islower() and not re.search(r"\d", sent)):
        yield "state looks written by hand: it must be random, and new for every request"
    elif kept is not None and sent != kept:
        yield "state is not the value that was kept for this browser"


def _challenge_mistakes(sent: Mapping[str, str], expected: str | None) -> Iterator[str]:
    challenge, method = sent.get("code_challenge", ""), sent.get("code_challenge_method")
    if not challenge:
        yield "code_challenge is missing"
    if expected is not None and wire.s256(challenge) == expected:
        yield "code_challenge is the verifier itself: send its hash, and keep the verifier"
    if expected is not None and challenge != expected:
        yield "code_challenge is not the hash of the verifier that was kept"
    if method is None:
        yield "code_challenge_method is missing, so the challenge counts as plain (RFC 7636 section 4.3)"
    if method != "S256":
        yield "code_challenge_method should be S256: plain shows the verifier to whoever sees this address"


def _made(made: Any, step: Step, app: App, where: str) -> Exchange | Verdict:
    """The exchange of this step that she made, or the verdict where there is none to look at."""
    if unanswered(made):
        return NOT_ANSWERED
    if not isinstance(made, RECORDED):
        return NOT_RECORDED
    return last_of(made, step, app) or Verdict(False, (f"there is no request to {where} in this trace",))


def check_token_request(exchange: Any, *, app: App) -> Verdict:
    """Whether an exchange (or the last one of a trace that fits) is a good step 3, and brought a token."""
    found = _made(exchange, Step.TOKEN_REQUEST, app, "the token endpoint")
    if isinstance(found, Verdict):
        return found
    sent = parameters_of(found.reveal().request)
    notes = ["state went along: harmless and pointless, for it is your application that compares it"]
    praise = "the code became a token, by a request as it should be"
    return judged(_token_request_mistakes(found, sent, app), praise, *(notes if "state" in sent else []))


def _token_request_mistakes(exchange: Exchange, sent: Mapping[str, str], app: App) -> Iterator[str]:
    row, request = app.provider, exchange.reveal().request
    if row.step_of(request.method, request.url) != Step.TOKEN_REQUEST:
        yield "this request did not go to the provider's token endpoint"
    if request.method not in ("POST", row.token_method):
        yield "the token endpoint wants another HTTP method (RFC 6749 section 3.2)"
    if row.token_method == "POST" and re.search(r"[?&](client_secret|code)=", request.url):
        yield "the secret or the code is in the URL, which ends up in logs: send them in the body"
    for name in ("client_id", "client_secret", "code"):
        if not sent.get(name):
            yield f"{name} is missing"
        if re.search(r"[{}<>⟨⟩]|\.\.\.", sent[name]):
            yield f"{name} is a placeholder or a label, not the value"
        if sent[name] != getattr(app, name, sent[name]):
            yield f"{name} is another one than this application's"
    if "://" in sent["code"] or sent["code"].endswith("#_=_"):
        yield "code holds more than the code: take that one parameter out of the callback"
    redirect_uri = sent.get("redirect_uri")
    if redirect_uri is None and row.redirect_uri_in_step_3.startswith("required"):
        yield "redirect_uri is missing: this provider wants it again"
    if redirect_uri not in (None, app.redirect_uri):
        yield "redirect_uri is another one than in step 1; they are compared to the letter"
    if row.asks_for_json and "json" not in (request.header("accept") or ""):
        yield "no Accept header asks for JSON, so the answer comes as a form"
    yield from refusal_in(exchange)


def parameters_of(request: Request) -> dict[str, str]:
    """What a token request says, in query, body and HTTP Basic together."""
    sent = dict(parse_qsl(urlsplit(request.url).query)) | members_of(request)
    scheme, _, credentials = (request.header("authorization") or "").partition(" ")
    try:
        basic = base64.b64decode(credentials).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        basic = ""
    if basic:
        sent["client_id"], _, sent["client_secret"] = basic.partition(":")
    return {name: str(value) for name, value in sent.items()}


def refusal_in(exchange: Exchange) -> Iterator[str]:
    """The provider's refusal and what it means, if it refused."""
    outcome = outcome_of(exchange)
    if outcome.kind != WORKS:
        diagnosis = diagnose(exchange)
        yield f"the provider refused it: {outcome.line}. {diagnosis.cause if diagnosis.known else ''}"


def check_resource_request(exchange: Any, *, app: App, **members: Any) -> Verdict:
    """Whether a response (or exchange, or the last one of a trace that fits) is a good step 5, and was answered.

    `members` are what the answer should say, such as login="ben".
    """
    found = _made(exchange, Step.RESOURCE_REQUEST, app, "the provider's API")
    if isinstance(found, Verdict):
        return found
    mistakes = chain(_resource_request_mistakes(found, app), _member_mistakes(found, members))
    return judged(
        mistakes, "the token went in the header, to the right host, and the answer is the right one"
    )


def _member_mistakes(exchange: Exchange, members: Mapping[str, Any]) -> Iterator[str]:
    response = exchange.reveal().response
    body = members_of(response) if response else {}
    for name, value in members.items():
        if name not in body:
            yield f"the answer is a list or holds no {name}: is the path the right one?"
        elif body[name] != value:
            yield f"the answer's {name} is {body[name]}: whose token is it, and whose browser signed in?"


def _resource_request_mistakes(exchange: Exchange, app: App) -> Iterator[str]:
    request = exchange.reveal().request
    if app.provider.step_of(request.method, request.url) != Step.RESOURCE_REQUEST:
        yield "this request did not go to the provider's API: never show a token to another host"
    if re.search(r"[?&]access_token=", request.url):
        yield "the token is in the URL, which ends up in logs and histories (RFC 6750 section 5.3)"
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    if not scheme:
        yield "there is no Authorization header"
    if not token.strip():
        yield "the Authorization header is a scheme, a blank and the token: one of them is missing"
    if token == "None" or re.search(r"[{}<>(]", token):
        yield "behind the scheme stands no token: is the f before the quotes missing, or is it an object?"
    if scheme.lower() == "basic":
        yield "Basic is for a client's id and secret; a token has another scheme (RFC 6750 section 2.1)"
    if scheme.lower() != "bearer" and outcome_of(exchange).kind != WORKS:
        yield "the scheme is not the one of RFC 6750 section 2.1"
    yield from refusal_in(exchange)


def check_front_channel(numbers: Any, trace: Trace) -> Verdict:
    """Whether these are the numbers of just those exchanges of a trace that passed through a browser."""
    if unanswered(numbers):
        return NOT_ANSWERED
    return judged(_front_channel_mistakes(numbers, trace), "these passed through the browser, and no others")


def _front_channel_mistakes(numbers: Any, trace: Trace) -> Iterator[str]:
    if not isinstance(numbers, set | list | tuple) or not all(type(number) is int for number in numbers):
        yield "write a set of numbers, such as {1, 2}"
        return
    passed = {arrow.number for arrow in trace.arrows if "browser" in arrow.lanes}
    if strange := set(numbers) - {exchange.number for exchange in trace}:
        yield f"there is no exchange {min(strange)} in this trace"
    if extra := set(numbers) - passed:
        yield f"exchange {min(extra)} went from server to server: follow its arrow"
    if missing := passed - set(numbers):
        yield f"{len(missing)} missing: a redirect passes through the browser as well"


def check_refusals(made: Any, *, app: App, expected: Mapping[str, str]) -> Verdict:
    """Whether these responses are the refusals expected, in this order, and of requests without another fault.

    `expected` names the error, or its code, for each request: {"POST /me/feed": "200"}.
    """
    if any(map(unanswered, made)):
        return NOT_ANSWERED
    if not all(isinstance(one, Exchange | requests.Response) for one in made):
        return NOT_RECORDED
    if len(made) != len(expected):
        return Verdict(False, (f"{len(expected)} responses are wanted here, not {len(made)}",))
    recorded = [one if isinstance(one, Exchange) else Exchange.of(one, app.provider) for one in made]
    answers = list(zip(expected, expected.values(), recorded, strict=True))
    mistake = next(_unexpected(answers, app.provider), None)
    told = (f"{what}: {outcome_of(exchange).line}" for what, _, exchange in answers)
    return Verdict(not mistake, (mistake,) if mistake else ("refused, and not for a mistake of yours", *told))


def _unexpected(answers: Iterable[tuple[str, str, Exchange]], row: Provider) -> Iterator[str]:
    for what, error, exchange in answers:
        request, outcome = exchange.reveal().request, outcome_of(exchange)
        method, _, path = what.partition(" ")
        sent = f"{request.method} {urlsplit(request.url).path}"
        at_the_api = row.step_of(request.method, request.url) == Step.RESOURCE_REQUEST
        if not (at_the_api and request.method == method and sent.endswith(path)):
            yield f"{what}: the request was another one: {sent}"
        elif outcome.kind == WORKS:
            yield f"{what}: it was not refused. Whose token went along?"
        elif error not in outcome.names:
            yield f"{what}: refused for another reason: {outcome.line}. {diagnose(exchange).mend}"

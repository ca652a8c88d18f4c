"""Predictions held against what happened, checks of what a learner made, and what a refusal means.

A check looks at the thing she made: a URL, a recorded exchange, a function. It says the first mistake it
finds, as a hint, and never the answer. What is `...` or None is not answered yet, and is not judged.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import html
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urljoin, urlsplit

import requests

from . import show, wire
from .diagnoses import NAMES, Refusal, Said, find
from .errors import (
    AuthorizationRefused,
    BadCallback,
    BadInput,
    CallbackRefused,
    OAuthStepsError,
    ResourceRefused,
    TokenRefused,
    UnknownChoice,
)
from .providers import App, Provider, Step, member_at
from .wire import Exchange, Request, Response, Trace

WORKS, REFUSED, UNHEARD = "works", "refused", "the client never hears of it"
CHOICES = (WORKS, REFUSED, UNHEARD)

_MARKS = {True: "✓", False: "✗", None: "…"}
_LONGEST_LINE = 400  # characters; what others write may be longer


@dataclass(frozen=True, repr=False)
class Verdict:
    """What came out: `ok` is True, False, or None if there is nothing to judge. It holds no known secret."""

    ok: bool | None
    words: tuple[str, ...]

    def __post_init__(self) -> None:
        lines = [" ".join(wire.mask(line).split()) for line in self.words]
        short = (line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} …" for line in lines)
        object.__setattr__(self, "words", tuple(short))

    def __str__(self) -> str:
        return show.verdict_text(_MARKS[self.ok], list(self.words))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return show.verdict_html(_MARKS[self.ok], list(self.words))


# --- what happened ------------------------------------------------------------------------------------------


class _Outcome(NamedTuple):
    """One of CHOICES (None: nothing is decided), the line that tells it, what the error is called."""

    kind: str | None
    line: str
    names: frozenset[str] = frozenset()


def _outcome(exchange: Exchange) -> _Outcome:
    request, response = exchange.reveal()
    if response is None:
        return _Outcome(REFUSED, exchange.refused.removeprefix("refused: "))
    row = exchange.provider or Provider("")
    if exchange.step in (Step.AUTHORIZATION_REQUEST, Step.GRANT):
        seen = _in_the_browser(request, response, row)
    else:
        seen = _at_an_endpoint(response, row, gives_tokens=exchange.step == Step.TOKEN_REQUEST)
    start = f"{response.status} {response.reason}".strip()
    return seen._replace(line=exchange.secrets.mask(f"{start}: {seen.line}" if seen.line else start))


def _in_the_browser(request: Request, response: Response, row: Provider) -> _Outcome:
    location = response.header("location")
    if location is None:
        # A page that asks something has a form to send; one that has none is where the flow ends.
        asks = response.status < 400 and re.search(rb"<form[^>]+method=.?post", response.body, re.IGNORECASE)
        return _Outcome(None if asks else UNHEARD, f"the user sees “{show.page_title(response.body)}”")
    target = urljoin(request.url, location)
    if target.startswith(f"{row.web_url}/"):
        return _Outcome(None, f"the browser goes on to {urlsplit(target).path}")
    answer = dict(parse_qsl(f"{urlsplit(target).query}&{urlsplit(target).fragment}"))
    names = [answer[name] for name in row.callback_error if answer.get(name)]
    if names:
        words = next((f" ({answer[name]})" for name in row.callback_description if answer.get(name)), "")
        return _Outcome(
            REFUSED, f"back to the application with the error {names[0]}{words}", frozenset(names)
        )
    if came := next((name for name in ("code", "access_token") if answer.get(name)), None):
        return _Outcome(WORKS, f"back to the application with the parameter {came}")
    return _Outcome(None, "back to the application with neither a code nor an error")


def _at_an_endpoint(response: Response, row: Provider, *, gives_tokens: bool) -> _Outcome:
    body = _members(response)
    said = {name: member_at(body, place) for name, place in row.error_fields.items()}
    # The body decides: RFC 6749 section 5.2 wants status 400, and one provider refuses with 200.
    failed = gives_tokens and (said.get("error") or not body.get("access_token"))
    if response.status < 400 and not failed:
        return _Outcome(WORKS, "")
    error, code, subcode = (str(said.get(name) or "") for name in ("error", "code", "subcode"))
    number = f"{code}/{subcode}" if subcode else code
    words = said.get("description") or body.get("message")
    name = " ".join(part for part in (error, number) if part)
    line = f"{name} ({words})" if name and words else name or str(words or "")
    return _Outcome(REFUSED, line, frozenset({error, code, number} - {""}))


def _members(message: Request | Response) -> dict[str, Any]:
    """The body's members, if it is a JSON object, a form, or flat XML."""
    text = message.body.decode("utf-8", "replace")
    if text.lstrip().startswith("{"):
        try:
            return dict(json.loads(text))
        except (ValueError, RecursionError):
            return {}
    if "xml" in (message.header("content-type") or ""):
        return {name: html.unescape(value) for name, value in re.findall(r"<(\w+)>([^<]*)</\1>", text)}
    return dict(parse_qsl(text))


def _last(recorded: Any, step: Step | None = None, app: App | None = None) -> Exchange | None:
    """The exchange itself, the one behind a response, or the last one of a trace (that begins with this step)."""
    if isinstance(recorded, Exchange):
        return recorded
    if isinstance(recorded, requests.Response) and app:
        return Exchange.of(recorded, app.provider)
    if isinstance(recorded, Trace):
        return next((one for one in reversed(recorded) if step in (None, one.step)), None)
    raise BadInput(
        "this is neither an exchange nor a trace", mend="Hand over practice.trace or practice.trace[-1]"
    )


# --- predictions --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Prediction:
    """An answer given before the experiment: a choice, an HTTP status, an error's name, or None."""

    answer: str | int | None

    def against(self, recorded: Exchange | Trace) -> Verdict:
        """Hold it against an exchange, or the last one of a trace. Raises BadInput for anything else."""
        exchange = _last(recorded)
        if exchange is None:
            return Verdict(None, ("nothing has happened yet", "run the cells above, then this one again"))
        outcome = _outcome(exchange)
        happened = f"happened: {outcome.kind or 'nothing is decided yet'}. {outcome.line}"
        if self.answer is None:
            return Verdict(None, ("not predicted yet", happened))
        words = f"HTTP {self.answer}" if isinstance(self.answer, int) else self.answer
        holds = self._holds(outcome, exchange.status)
        start = {True: "as predicted", False: "not as predicted", None: "predicted"}[holds]
        return Verdict(holds, (f"{start}: {words}", happened))

    def _holds(self, outcome: _Outcome, status: int | None) -> bool | None:
        if isinstance(self.answer, int):
            return self.answer == status
        if outcome.kind is None:
            return None
        return self.answer == outcome.kind or self.answer in outcome.names


def predict(answer: Any) -> Prediction:
    """What you expect, before you run it; `...` is not answered yet. Raises UnknownChoice.

    One of CHOICES, in full; or, once you have met them, an int for an HTTP status, text for an error's name:
    "bad_verification_code", or a code with or without its subcode, "190" or "190/463".
    """
    if _unanswered(answer):
        return Prediction(None)
    if isinstance(answer, int) and 100 <= answer <= 599:
        return Prediction(answer)
    known = {name.lower(): name for name in (*CHOICES, *NAMES)}
    if isinstance(answer, str) and (meant := known.get(" ".join(answer.lower().split()))):
        return Prediction(meant)
    choices = ", ".join(f'"{choice}"' for choice in CHOICES)
    raise UnknownChoice(
        f"{wire.mask(repr(answer))[:80]} is not among the choices: {choices}",
        mend="An HTTP status is a number from 100 to 599; an error's name or code is text, in quotes",
    )


# --- what a learner made ------------------------------------------------------------------------------------

NOT_ANSWERED = Verdict(None, ("not answered yet",))

_RECORDED = (Exchange, Trace, requests.Response)
_NOT_RECORDED = Verdict(False, ("hand over the response itself, as requests gave it back",))

# The functions called …_mistakes yield what is wrong, the worst first. Only the first is ever asked for, so a
# later line may rely on an earlier one.


def _unanswered(made: Any) -> bool:
    return made is ... or made is None


def _verdict(mistakes: Iterator[str], praise: str, *notes: str) -> Verdict:
    mistake = next(mistakes, None)
    return Verdict(mistake is None, (mistake or praise, *notes))


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
    if _unanswered(url):
        return NOT_ANSWERED
    scope = app.scope if scope is None else scope
    wanted = set(re.split(r"[\s,]+", scope) if isinstance(scope, str) else scope)
    return _verdict(
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
    if _unanswered(made):
        return NOT_ANSWERED
    if not isinstance(made, _RECORDED):
        return _NOT_RECORDED
    return _last(made, step, app) or Verdict(False, (f"there is no request to {where} in this trace",))


def check_token_request(exchange: Any, *, app: App) -> Verdict:
    """Whether an exchange (or the last one of a trace that fits) is a good step 3, and brought a token."""
    found = _made(exchange, Step.TOKEN_REQUEST, app, "the token endpoint")
    if isinstance(found, Verdict):
        return found
    sent = _parameters(found.reveal().request)
    notes = ["state went along: harmless and pointless, for it is your application that compares it"]
    praise = "the code became a token, by a request as it should be"
    return _verdict(_token_request_mistakes(found, sent, app), praise, *(notes if "state" in sent else []))


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
    yield from _refusal(exchange)


def _parameters(request: Request) -> dict[str, str]:
    """What a token request says, in query, body and HTTP Basic together."""
    sent = dict(parse_qsl(urlsplit(request.url).query)) | _members(request)
    scheme, _, credentials = (request.header("authorization") or "").partition(" ")
    try:
        basic = base64.b64decode(credentials).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        basic = ""
    if basic:
        sent["client_id"], _, sent["client_secret"] = basic.partition(":")
    return {name: str(value) for name, value in sent.items()}


def _refusal(exchange: Exchange) -> Iterator[str]:
    outcome = _outcome(exchange)
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
    return _verdict(
        mistakes, "the token went in the header, to the right host, and the answer is the right one"
    )


def _member_mistakes(exchange: Exchange, members: Mapping[str, Any]) -> Iterator[str]:
    response = exchange.reveal().response
    body = _members(response) if response else {}
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
    if scheme.lower() != "bearer" and _outcome(exchange).kind != WORKS:
        yield "the scheme is not the one of RFC 6750 section 2.1"
    yield from _refusal(exchange)


def check_front_channel(numbers: Any, trace: Trace) -> Verdict:
    """Whether these are the numbers of just those exchanges of a trace that passed through a browser."""
    if _unanswered(numbers):
        return NOT_ANSWERED
    return _verdict(
        _front_channel_mistakes(numbers, trace), "these passed through the browser, and no others"
    )


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
    if any(map(_unanswered, made)):
        return NOT_ANSWERED
    if not all(isinstance(one, Exchange | requests.Response) for one in made):
        return _NOT_RECORDED
    if len(made) != len(expected):
        return Verdict(False, (f"{len(expected)} responses are wanted here, not {len(made)}",))
    recorded = [one if isinstance(one, Exchange) else Exchange.of(one, app.provider) for one in made]
    answers = list(zip(expected, expected.values(), recorded, strict=True))
    mistake = next(_unexpected(answers, app.provider), None)
    told = (f"{what}: {_outcome(exchange).line}" for what, _, exchange in answers)
    return Verdict(not mistake, (mistake,) if mistake else ("refused, and not for a mistake of yours", *told))


def _unexpected(answers: Iterable[tuple[str, str, Exchange]], row: Provider) -> Iterator[str]:
    for what, error, exchange in answers:
        request, outcome = exchange.reveal().request, _outcome(exchange)
        method, _, path = what.partition(" ")
        sent = f"{request.method} {urlsplit(request.url).path}"
        at_the_api = row.step_of(request.method, request.url) == Step.RESOURCE_REQUEST
        if not (at_the_api and request.method == method and sent.endswith(path)):
            yield f"{what}: the request was another one: {sent}"
        elif outcome.kind == WORKS:
            yield f"{what}: it was not refused. Whose token went along?"
        elif error not in outcome.names:
            yield f"{what}: refused for another reason: {outcome.line}. {diagnose(exchange).mend}"


# --- a learner's callback -----------------------------------------------------------------------------------


class _Callback(NamedTuple):
    """A callback to try: what it is, its parameters, the session it meets, and why it must be refused."""

    what: str
    answer: list[tuple[str, str]]
    session: dict[str, str]
    why: str


_CODE, _STATE, _FOREIGN = "made-up-code-0123456789", "made-up-state-0123456789", "another-state-9876543210"


def _hostile(row: Provider) -> Iterator[_Callback]:
    code, state, foreign = ("code", _CODE), ("state", _STATE), ("state", _FOREIGN)
    iss = [("iss", row.issuer)] if row.issuer else []
    mine = {"state": _STATE}
    why = "anybody could have made it: compare state with the session's before all else"
    yield _Callback("without state", [code, *iss], mine, why)
    yield _Callback("with another state", [code, *iss, foreign], mine, why)
    for name in row.callback_error:
        yield _Callback(f"with {name} and another state", [(name, "access_denied"), *iss, foreign], mine, why)
    why = "None equals None, and that proves nothing: a session without state recognises no answer"
    yield _Callback("without state, where none was kept", [code, *iss], {}, why)
    yield _Callback("with a state, where none was kept", [code, *iss, state], {}, why)
    for name in row.callback_error:
        why, error = (
            f"{name} says that there is no grant: look for it before the code",
            (name, "access_denied"),
        )
        yield _Callback(f"with {name} instead of a code", [error, *iss, state], mine, why)
        yield _Callback(f"with {name} beside a code", [error, code, *iss, state], mine, why)
    why = "a parameter that is there twice has two meanings: refuse it (RFC 6749 section 3.1)"
    yield _Callback("with two codes", [code, ("code", _CODE[::-1]), *iss, state], mine, why)
    yield _Callback("with two states", [code, *iss, state, foreign], mine, why)
    if row.issuer:
        why = "this provider says who answers: compare iss with its name (RFC 9207 section 2.4)"
        yield _Callback("without iss", [code, state], mine, why)
        yield _Callback("with another iss", [code, ("iss", "https://mallory.example"), state], mine, why)


def check_callback(callback: Any, *, app: App) -> Verdict:
    """Run `callback(url, session) -> str` on an honest callback and on hostile ones.

    It accepts by returning the code, and refuses by raising any OAuthStepsError. `session` holds `state`.
    """
    if _unanswered(callback):
        return NOT_ANSWERED
    if not callable(callback):
        return Verdict(False, ("this is no function: hand over callback itself, without calling it",))
    hostile = list(_hostile(app.provider))
    praise = f"it takes the honest callback, once, and refuses {len(hostile)} hostile ones"
    return _verdict(_callback_mistakes(callback, app, hostile), praise)


def _callback_mistakes(callback: Callable[..., Any], app: App, hostile: list[_Callback]) -> Iterator[str]:
    iss = [("iss", app.provider.issuer)] if app.provider.issuer else []
    honest, session = _callback_url(app, [("code", _CODE), *iss, ("state", _STATE)]), {"state": _STATE}
    code, refused, broke = _tried(callback, honest, session)
    if refused or broke:
        yield f"the honest callback: {broke or f'it is refused with {refused}'}"
    if code != _CODE:
        hints = {type(None): "None (is a return missing?)", list: "a list (parse_qs makes one for each name)"}
        yield f"the honest callback: it returns {hints.get(type(code), 'something else')} instead of the code"
    for one in hostile:
        _, refused, broke = _tried(callback, _callback_url(app, one.answer), dict(one.session))
        if not refused:
            yield f"a callback {one.what}: {broke or 'it is accepted'}. {one.why}"
    _, refused, broke = _tried(callback, honest, session)
    if not refused:
        hint = "it is accepted: take state out of the session as soon as it was compared"
        yield f"the honest callback, a second time: {broke or hint}"


def _callback_url(app: App, answer: list[tuple[str, str]]) -> str:
    mark = "&" if "?" in app.redirect_uri else "?"
    return f"{app.redirect_uri}{mark}{urlencode(answer)}{app.provider.appended_fragment}"


def _tried(callback: Callable[..., Any], url: str, session: dict[str, str]) -> tuple[Any, str, str]:
    """What it returned, or the name of the error with which it refused, or how it broke."""
    try:
        return callback(url, session), "", ""
    except OAuthStepsError as error:
        return None, type(error).__name__, ""
    except Exception as error:
        return None, "", f"your function broke with {type(error).__name__}: {error}"


# --- diagnoses ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What a refusal means: its cause, the step where it arrives, what to do, whose mistake it is, a source.

    `known` is False where nobody has written it down. `others` are further refusals in the same words.
    """

    cause: str
    mend: str
    whose: str = "unknown"
    provider: str = ""
    step: int | None = None
    says: str = ""
    source: str = ""
    evidence: str = "unknown"
    known: bool = True
    others: tuple[Refusal, ...] = ()

    @property
    def _verdict(self) -> Verdict:
        if not self.known:
            return Verdict(None, (self.cause, self.mend))
        place = ", ".join(part for part in (self.provider, f"step {self.step}" if self.step else "") if part)
        where = f"{place}: {self.says}" if place else self.says
        facts = (f"cause: {self.cause}", f"mend: {self.mend}", f"whose: {self.whose}")
        source = (f"source: {self.source} ({self.evidence})",) if self.source else ()
        more = (f"or: {one.provider}, step {one.step}: {one.cause} ({one.evidence})" for one in self.others)
        return Verdict(False, (where, *facts, *source, *more))

    def __str__(self) -> str:
        return str(self._verdict)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return self._verdict._repr_html_()


_MOST = 3  # refusals worth naming together; where more fit, the text says too little


def diagnose(refusal: Any) -> Diagnosis:
    """What a refusal means: a requests.Response, an Exchange, an exception, or text, whole or a piece of it.

    Looks it up in `diagnoses`; what is not there is called unknown. Raises BadInput for anything else.
    """
    match refusal:
        case Exchange() | Trace():
            exchange = _last(refusal)
            if exchange is None or _outcome(exchange).kind == WORKS:
                return Diagnosis("nothing was refused here", "Look at what came instead", known=False)
            return _look_up(_said_in(exchange))
        case requests.Response():
            return _look_up(Said(f"{refusal.text}\n{refusal.headers.get('location', '')}"))
        case OAuthStepsError():
            return _of_ours(refusal)
        case Exception():
            response = getattr(refusal, "response", None)
            return diagnose(str(refusal) if response is None else response)
        case str():
            return _look_up(Said(refusal))
    raise BadInput("this cannot be diagnosed", mend="Hand over a response, an exchange, an error or its text")


def _said_in(exchange: Exchange) -> Said:
    response = exchange.reveal().response
    text = (
        f"{response.body.decode('utf-8', 'replace')}\n{response.header('location') or ''}" if response else ""
    )
    step = exchange.step and exchange.step + exchange.step % 2  # where the answer to it arrives
    return Said(text, step, exchange.provider.name if exchange.provider else "")


def _of_ours(error: OAuthStepsError) -> Diagnosis:
    """What a provider said is looked up; our own checks say themselves what is wrong."""
    match error:
        case TokenRefused() | ResourceRefused() if error.exchange:
            return _look_up(_said_in(error.exchange))
        case TokenRefused():
            details = {f"error_{name}": value for name, value in error.details.items()}
            return _look_up(Said(urlencode({"error": error.error, **details}), step=4))
        case AuthorizationRefused():
            details = {"error_description": error.description, **error.parameters}
            return _look_up(Said(urlencode({"error": error.error, **details}), step=2))
    step = 2 if isinstance(error, CallbackRefused | BadCallback) else None
    return Diagnosis(error.message, error.mend, error.whose, step=step, says=type(error).__name__)


def _look_up(said: Said) -> Diagnosis:
    found = {row.cause: row for row in find(said)}
    if not found:
        cause = "unknown: none of the refusals known here reads like this"
        return Diagnosis(cause, "Look at the exchange, and search for its exact words", known=False)
    if len(found) > _MOST:
        return Diagnosis(f"unknown: {len(found)} refusals fit", "Hand over the whole message", known=False)
    first, *others = found.values()
    return Diagnosis(
        cause=first.cause,
        mend=first.mend,
        whose=first.whose,
        provider=first.provider,
        step=said.step or first.step,
        says="“{}”".format(first.says.replace("\n", " — ")),
        source=first.source,
        evidence=first.evidence,
        others=tuple(others),
    )

"""A learner's flow with PKCE, walked twice: challenge, verifier, and that the next flow has another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from .. import wire
from ..attacks import parameters
from ..errors import TokenRefused
from ..mishaps import Practice
from ..providers import App, Step
from ..wire import Exchange, Trace
from .exchanges import parameters_of, refusal_in
from .verdicts import Verdict, how_it_broke, judged, no_function

CALLS = 2  # one flow each: only the second shows whether its verifier is a new one
USER = "ada"  # in whose browser it walks


class _Walk(NamedTuple):
    """A flow as far as it matters here: what steps 1 and 3 said, and the exchange that ended it."""

    asked: Mapping[str, str]
    redeemed: Mapping[str, str]
    ended: Exchange


def check_pkce(walk: Any, *, app: App, practice: Practice) -> Verdict:
    """Whether `walk(browser)` walks steps 1 to 4 with PKCE, each time with a verifier of its own.

    It is called twice, with one browser in which Ada is signed in, and judged by what is recorded meanwhile.
    """
    if not_yet := no_function(walk, "the function"):
        return not_yet
    begun, broke, browser = len(practice.trace), "", practice.new_browser(signed_in_as=USER)
    for _ in range(CALLS):
        try:
            walk(browser)
        except TokenRefused:
            continue  # what was refused, and why, is in the record
        except Exception as error:
            broke = how_it_broke(error)
            break
    walks = list(_walks(practice.trace[begun:], app))
    praise = "challenge in step 1, its verifier in step 3, and another one each time"
    return judged(_mistakes(walks, app.provider.pkce, broke), praise)


def _walks(trace: Trace, app: App) -> Iterator[_Walk]:
    """Each token request for a code, with the authorization request that brought the code."""
    asked: dict[str, Mapping[str, str]] = {}
    for exchange in trace:
        raw = exchange.reveal()
        sent = parameters_of(raw.request)
        if sent.get("client_id") != app.client_id:
            continue
        if exchange.step == Step.TOKEN_REQUEST:
            yield _Walk(asked.get(sent.get("code", ""), {}), sent, exchange)
        elif raw.response and (location := raw.response.header("location")):
            answer = parameters(location)
            asked[answer.get("code", "")] = sent


def _mistakes(walks: list[_Walk], methods: tuple[str, ...], broke: str) -> Iterator[str]:
    if not walks:
        yield broke or "no flow has come to step 3: no token request of this application's is in the record"
    for number, walk in enumerate(walks, 1):
        for mistake in _walk_mistakes(walk, methods):
            yield f"flow {number}: {mistake}"
    if broke:
        yield broke
    if len(walks) < CALLS:
        yield f"{CALLS} calls, and {len(walks)} flow came to step 3: each call walks a flow of its own"
    verifiers = [walk.redeemed.get("code_verifier") for walk in walks]
    if len(set(verifiers)) < len(verifiers):
        yield "the same verifier went along twice: whoever has seen it once could use it again. Make a new one"


def _walk_mistakes(walk: _Walk, methods: tuple[str, ...]) -> Iterator[str]:
    if not walk.asked:
        yield "its code does not come from this call: begin at step 1"
    yield from pkce_mistakes(walk.asked, walk.redeemed, methods)
    yield from refusal_in(walk.ended)


def pkce_mistakes(
    asked: Mapping[str, str], redeemed: Mapping[str, str], methods: tuple[str, ...]
) -> Iterator[str]:
    """What is wrong with the challenge of step 1 and the verifier of step 3, by the parameters of both."""
    challenge, verifier = asked.get("code_challenge"), redeemed.get("code_verifier")
    if not challenge:
        yield "no code_challenge went along in step 1"
    else:
        yield from _challenge_mistakes(challenge, verifier)
        yield from _method_mistakes(asked.get("code_challenge_method"), methods)
    if not verifier:
        yield "no code_verifier went along in step 3: the challenge alone proves nothing"
    else:
        yield from _verifier_mistakes(verifier, challenge or "")


def _challenge_mistakes(challenge: str, verifier: str | None) -> Iterator[str]:
    if challenge == verifier:
        yield "code_challenge is the verifier itself: whoever reads the address has it. Send its hash"
    if challenge.endswith("="):
        yield "code_challenge has = at its end: base64url goes without padding here (RFC 7636, appendix A)"
    if re.fullmatch(r"[0-9a-f]{64}", challenge):
        yield "code_challenge is the digest in hex: encode its bytes, digest(), in base64url"
    if re.search(r"[+/ ]", challenge):
        yield "code_challenge holds + or /: that is base64; base64url writes - and _"


def _method_mistakes(method: str | None, offered: tuple[str, ...]) -> Iterator[str]:
    if method not in offered:
        said = f"is {method}" if method else "is missing, which means plain (RFC 7636, section 4.3)"
        yield f"code_challenge_method {said}: this provider takes {' and '.join(offered)}"


def _verifier_mistakes(verifier: str, challenge: str) -> Iterator[str]:
    if not re.fullmatch(r"[A-Za-z0-9._~-]{43,128}", verifier):
        yield "code_verifier needs 43 to 128 letters, digits, - . _ ~ (RFC 7636, section 4.1)"
    if verifier == challenge:
        yield "code_verifier is the challenge: show what it was made from"
    if wire.s256(verifier) != challenge:
        yield "code_verifier is not the one that the challenge was made from: keep it from step 1 to step 3"

"""A learner's callback handler, run on an honest callback and on hostile ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from ..errors import CallbackRefused
from ..providers import App, Provider
from .verdicts import Verdict, called, judged, no_function, not_refused


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
    if not_yet := no_function(callback, "callback"):
        return not_yet
    hostile = list(_hostile(app.provider))
    praise = f"it takes the honest callback, once, and refuses {len(hostile)} hostile ones"
    return judged(_callback_mistakes(callback, app, hostile), praise)


def _callback_mistakes(callback: Callable[..., Any], app: App, hostile: list[_Callback]) -> Iterator[str]:
    iss = [("iss", app.provider.issuer)] if app.provider.issuer else []
    honest, session = _callback_url(app, [("code", _CODE), *iss, ("state", _STATE)]), {"state": _STATE}
    came = called(callback, honest, session)
    if came.wrong:
        yield f"the honest callback: {came.wrong}"
    if came.returned != _CODE:
        hints = {type(None): "None (is a return missing?)", list: "a list (parse_qs makes one for each name)"}
        yield f"the honest callback: it returns {hints.get(type(came.returned), 'something else')} instead of the code"
    for one in hostile:
        came = called(callback, _callback_url(app, one.answer), dict(one.session))
        yield from not_refused(f"a callback {one.what}", came, one.why, CallbackRefused)
    why = "take state out of the session as soon as it was compared"
    again = called(callback, honest, session)
    yield from not_refused("the honest callback, a second time", again, why, CallbackRefused)


def _callback_url(app: App, answer: list[tuple[str, str]]) -> str:
    mark = "&" if "?" in app.redirect_uri else "?"
    return f"{app.redirect_uri}{mark}{urlencode(answer)}{app.provider.appended_fragment}"

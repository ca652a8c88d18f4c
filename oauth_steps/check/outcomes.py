"""What an exchange came to: it worked, it was refused, or the client never hears of it."""

from __future__ import annotations

import html
import json
import re
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests

from .. import show
from ..errors import BadInput
from ..providers import App, Provider, Step, member_at
from ..wire import Exchange, Request, Response, Trace

WORKS, REFUSED, UNHEARD = "works", "refused", "the client never hears of it"
CHOICES = (WORKS, REFUSED, UNHEARD)


class Outcome(NamedTuple):
    """One of CHOICES (None: nothing is decided), the line that tells it, what the error is called."""

    kind: str | None
    line: str
    names: frozenset[str] = frozenset()


def outcome_of(exchange: Exchange) -> Outcome:
    """What it came to, by the body rather than the status."""
    request, response = exchange.reveal()
    if response is None:
        return Outcome(REFUSED, exchange.refused.removeprefix("refused: "))
    row = exchange.provider or Provider("")
    if exchange.step in (Step.AUTHORIZATION_REQUEST, Step.GRANT):
        seen = _in_the_browser(request, response, row)
    else:
        seen = _at_an_endpoint(response, row, gives_tokens=exchange.step == Step.TOKEN_REQUEST)
    start = f"{response.status} {response.reason}".strip()
    return seen._replace(line=exchange.secrets.mask(f"{start}: {seen.line}" if seen.line else start))


def _in_the_browser(request: Request, response: Response, row: Provider) -> Outcome:
    location = response.header("location")
    if location is None:
        # A page that asks something has a form to send; one that has none is where the flow ends.
        asks = response.status < 400 and re.search(rb"<form[^>]+method=.?post", response.body, re.IGNORECASE)
        return Outcome(None if asks else UNHEARD, f"the user sees “{show.page_title(response.body)}”")
    target = urljoin(request.url, location)
    if target.startswith(f"{row.web_url}/"):
        return Outcome(None, f"the browser goes on to {urlsplit(target).path}")
    answer = dict(parse_qsl(f"{urlsplit(target).query}&{urlsplit(target).fragment}"))
    names = [answer[name] for name in row.callback_error if answer.get(name)]
    if names:
        words = next((f" ({answer[name]})" for name in row.callback_description if answer.get(name)), "")
        return Outcome(REFUSED, f"back to the application with the error {names[0]}{words}", frozenset(names))
    if came := next((name for name in ("code", "access_token") if answer.get(name)), None):
        return Outcome(WORKS, f"back to the application with the parameter {came}")
    return Outcome(None, "back to the application with neither a code nor an error")


def _at_an_endpoint(response: Response, row: Provider, *, gives_tokens: bool) -> Outcome:
    body = members_of(response)
    said = {name: member_at(body, place) for name, place in row.error_fields.items()}
    # The body decides: RFC 6749 section 5.2 wants status 400, and one provider refuses with 200.
    failed = gives_tokens and (said.get("error") or not body.get("access_token"))
    if response.status < 400 and not failed:
        return Outcome(WORKS, "")
    error, code, subcode = (str(said.get(name) or "") for name in ("error", "code", "subcode"))
    number = f"{code}/{subcode}" if subcode else code
    words = said.get("description") or body.get("message")
    name = " ".join(part for part in (error, number) if part)
    line = f"{name} ({words})" if name and words else name or str(words or "")
    return Outcome(REFUSED, line, frozenset({error, code, number} - {""}))


def members_of(message: Request | Response) -> dict[str, Any]:
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


def last_of(recorded: Any, step: Step | None = None, app: App | None = None) -> Exchange | None:
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

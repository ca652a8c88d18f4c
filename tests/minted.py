"""What a practice has minted in a lesson's kernel, and whether it stands in a text, however it is written."""

import html
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, quote_plus

# Run in the lesson's kernel as a last cell. What it writes goes to a file, so no output and no veil has a part
# in it; and it asks the ledger and the browser, not the list of what is known to be secret.
WRITE_DOWN = """
import base64 as _base64
import json as _json
from urllib.parse import parse_qsl as _pairs, urlsplit as _split

def _minted(practice, browsers):
    ledger = practice.ledger
    for person in ledger.people.values():
        yield "password", person.password
    for client in ledger.clients.values():
        yield "client secret", client.client_secret
        both = f"{client.client_id}:{client.client_secret}"
        yield "basic credentials", _base64.b64encode(both.encode()).decode()
    for kind in ("codes", "tokens", "refreshable", "sessions"):
        yield from ((kind, value) for value in getattr(ledger, kind))
    yield from (("CSRF value", session.csrf) for session in ledger.sessions.values())
    for url in (url for browser in browsers for url in browser.history):
        yield from (("state", value) for name, value in _pairs(_split(url).query) if name == "state")

if "practice" in globals():
    _parties = practice, [practice.browser]
else:  # a lesson with an explorer, which has a practice of its own
    _parties = explorer.model.practice, explorer.model.browsers.values()

with open(".minted.json", "w", encoding="utf-8") as _file:
    _json.dump(sorted(set(_minted(*_parties))), _file)
"""


def spellings(value: str) -> set[str]:
    """The ways in which this value may be written."""
    in_json = [json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]]
    in_url = [quote(value), quote(value, safe=""), quote_plus(value)]
    escaped = [text.replace("/", "\\/") for text in in_json]
    return {value, html.escape(value), *in_json, *in_url, *escaped}


def texts_of(value: Any) -> Iterator[str]:
    """Every string inside what JSON can hold, names of members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from texts_of(part)


def found(minted: list[tuple[str, str]], saved: Any) -> list[str]:
    """The kinds of secrets that stand anywhere in `saved`, which is a text or what JSON can hold."""
    text = "\n".join([json.dumps(saved), *texts_of(saved)])
    return sorted({kind for kind, value in minted if any(each in text for each in spellings(value))})

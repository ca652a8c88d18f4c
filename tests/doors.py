"""What tests of both doors share: what was sent, to be compared, whether others could be answered, and waiting."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any
from urllib.parse import quote, urlsplit

from oauth_steps.practice import Practice
from oauth_steps.providers import ERAS
from oauth_steps.wire import Headers, Trace

# The server's, and the connection's. An ETag is a hash of a body with addresses in it.
LEFT_OUT = {"date", "via", "connection", "host", "server", "content-length", "etag"}


def transcript(practice: Practice, trace: Trace, *, but: frozenset[str] = frozenset()) -> list[Any]:
    """Every exchange of a trace, masked; each provider's addresses as if it stood at `http://NAME.practice`.

    Names of headers without case, their order not counted (a WSGI server tells neither), without LEFT_OUT and
    those in `but`.
    """
    places = dict(_places(practice))
    known = re.compile(
        rf"(?<![\w.-])(?:{'|'.join(map(re.escape, sorted(places, key=len, reverse=True)))})(?![\w.-])"
    )

    def elsewhere(text: str) -> str:
        return known.sub(lambda match: places[match[0]], text)

    def compared(headers: Headers) -> list[tuple[str, str]]:
        named = [(name.lower(), elsewhere(value)) for name, value in headers]
        return sorted(pair for pair in named if pair[0] not in LEFT_OUT | but)

    shown = []
    for exchange in trace:
        sent, received = exchange.request, exchange.response
        shown.append(
            (
                exchange.step,
                exchange.at,
                sent.method,
                elsewhere(sent.url),
                compared(sent.headers),
                elsewhere(sent.body.decode()),
                received and (received.status, compared(received.headers), elsewhere(received.body.decode())),
            )
        )
    return shown


def _places(practice: Practice) -> Any:
    """Each way of writing where a provider stands -> how it is written here."""
    for original, row in zip(ERAS[practice.era], practice.providers, strict=True):
        served = row.web_url != original.web_url
        for host, path in original.layout.items():
            here, there = (row.web_url + path if served else host), f"http://{row.name}.practice{path}"
            for written in (str, lambda url: quote(url, safe=""), lambda url: url.replace("/", r"\/")):
                yield written(here), written(there)
        yield urlsplit(row.web_url).netloc, f"{row.name}.practice"  # as in git://


def until(true: Callable[[], object]) -> None:
    """Wait until it is true, and not for ever.

    For what another process or a thread of the server's does and tells nobody: there is nothing to wait on. How long it
    takes is no verdict; a minute is more than it takes where others need the processor too.
    """
    ends = monotonic() + 60
    while not true():
        assert monotonic() < ends


def could_answer(practice: Practice) -> bool:
    """Whether another thread could be answered now: nobody holds what only one may hold."""
    with ThreadPoolExecutor(1) as other:
        free = other.submit(practice.one_at_a_time.acquire, blocking=False).result()
        if free:
            other.submit(practice.one_at_a_time.release).result()
    return free

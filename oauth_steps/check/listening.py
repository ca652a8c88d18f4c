"""A learner's `is_callback(method, host, target) -> bool`, tried on what arrives at a listener on her own computer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from .verdicts import Verdict, how_it_broke, judged, no_function


class _Arrival(NamedTuple):
    """A request: what it is, its method, its Host header, its target, whether it is the callback, and why."""

    what: str
    method: str
    host: str
    target: str
    wanted: bool
    why: str


def check_is_callback(is_callback: Any, *, redirect_uri: str) -> Verdict:
    """Try `is_callback(method, host, target) -> bool` on the callback to this redirect_uri, and on what is none."""
    if not_yet := no_function(is_callback, "is_callback"):
        return not_yet
    arrivals = _arrivals(redirect_uri)
    praise = f"{len(arrivals)} requests, each told for what it is"
    return judged(_mistakes(is_callback, arrivals), praise)


def _arrivals(redirect_uri: str) -> list[_Arrival]:
    parts = urlsplit(redirect_uri)
    here, path = parts.netloc, parts.path
    named = f"{parts.hostname}.evil.example:{parts.port}"
    return [
        _Arrival("the callback", "GET", here, f"{path}?code=c&state=s", True, "This is what you wait for"),
        _Arrival(
            "she pressed Cancel",
            "GET",
            here,
            f"{path}?error=access_denied&state=s",
            True,
            "A refusal is an answer as well, and read_callback reads it",
        ),
        _Arrival("an icon", "GET", here, "/favicon.ico", False, "Browsers ask for it by themselves"),
        _Arrival(
            "another path",
            "GET",
            here,
            f"/other?next={path}&code=c",
            False,
            "Compare the path, up to the `?`",
        ),
        _Arrival("a path that begins alike", "GET", here, f"{path}s?code=c", False, "Compare the whole path"),
        _Arrival("a form", "POST", here, f"{path}?code=c&state=s", False, "A browser is sent back with GET"),
        _Arrival(
            "another host",
            "GET",
            f"evil.example:{parts.port}",
            f"{path}?code=c&state=s",
            False,
            "Somebody lets a name of her own lead to this computer: DNS rebinding",
        ),
        _Arrival(
            "a host that begins alike",
            "GET",
            named,
            f"{path}?code=c&state=s",
            False,
            "Compare the whole host, with its port",
        ),
        _Arrival("no host at all", "GET", "", f"{path}?code=c", False, "No browser leaves it out"),
    ]


def _mistakes(is_callback: Callable[..., Any], arrivals: list[_Arrival]) -> Iterator[str]:
    for one in arrivals:
        request = f"{one.what} ({one.method} {one.target}, Host: {one.host})"
        try:
            answer = is_callback(one.method, one.host, one.target)
        except Exception as error:
            yield f"{request}: {how_it_broke(error)}"
            continue
        if not isinstance(answer, bool):
            yield f"{request}: it returns {type(answer).__name__}, not True or False (is a return missing?)"
        if answer != one.wanted:
            yield f"{request}: it says {answer}. {one.why}"

"""Where a site sends somebody after she has signed in: a learner's function, tried on addresses of every kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .verdicts import Verdict, how_it_broke, judged, no_function

HOME = "/"

_OWN = (
    "/",
    "/events/7/",
    "/events/7/?day=1&seat=2",
    "/events/7/#players",
    "/say/?to=https://friend.example/",
)
# What leads elsewhere in a browser (WHATWG URL Standard, section 4.4), or nowhere -> why it is not a page of this site.
_FOREIGN: Mapping[Any, str] = {
    "https://mallory.example/": "a whole address names its host",
    "//mallory.example/": "two slashes begin a host: only the scheme is left out",
    "///mallory.example/": "browsers take any number of slashes for two",
    "/\\mallory.example/": "browsers take a backslash for a slash",
    "\\\\mallory.example/": "browsers take a backslash for a slash",
    "/\t/mallory.example/": "browsers leave out a tab or the end of a line, wherever it stands: two slashes remain",
    "\n//mallory.example/": "browsers leave out what is blank at the beginning",
    " //mallory.example/": "browsers leave out what is blank at the beginning",
    "https:mallory.example": "with a scheme the slashes may be missing",
    "javascript:alert(1)": "a scheme that is run, not opened",
    "https://chessclub.example.mallory.example/": "it begins like the site's address, and goes on",
    "https://chessclub.example@mallory.example/": "what stands before @ is a user's name, not a host",
    "//[": "it is no address at all, and urlsplit says so with a ValueError",
    "events/7/": "without a slash it is below whatever page she is on",
    "": "there is none",
    None: "there is none",
}


def check_own_page(own_page: Any) -> Verdict:
    """Run `own_page(address) -> str`: the address itself if it is a path on this site, and HOME for all else."""
    if not_yet := no_function(own_page, "own_page"):
        return not_yet
    praise = f"it keeps {len(_OWN)} pages of this site, and leads home from {len(_FOREIGN)} other addresses"
    return judged(_mistakes(own_page), praise)


def _mistakes(own_page: Callable[[Any], Any]) -> Iterator[str]:
    for address in _OWN:
        yield from _not_as(
            own_page, address, address, "it is a page of this site, and she would lose her place"
        )
    for address, why in _FOREIGN.items():
        yield from _not_as(own_page, address, HOME, why)


def _not_as(own_page: Callable[[Any], Any], address: Any, expected: str, why: str) -> Iterator[str]:
    try:
        leads_to = own_page(address)
    except Exception as error:
        instead = " Lead home instead" if address in _FOREIGN else " Return it as it is"
        yield f"{address!r}: {how_it_broke(error)}.{instead}: {why}"
        return
    if leads_to is None:
        yield f"{address!r}: it returns None (is a return missing?)"
    elif leads_to != expected:
        yield f"{address!r} leads to {leads_to!r}, which should be {expected!r}: {why}"

"""Whether a redirect_uri is a registered callback URL: to the letter, or loosely, by scheme, host, port and path.

Whoever writes an authorization request chooses its redirect_uri, so an attacker does. A loose match reads only what
every browser reads alike: no user name, no backslash, no fragment, nothing in the path that climbs out of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Matching:
    """What may differ: the port of a loopback address; in a loose match the subdomain, or http and https."""

    any_loopback_port: bool
    subdomains: bool
    any_scheme: bool


_NAME = r"[A-Za-z0-9_-]+"
_URL = re.compile(
    rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<host>{_NAME}(?:\.{_NAME})*|\[[0-9A-Fa-f:.]+\])"
    r"(?::(?P<port>[0-9]+))?(?P<path>(?:/[A-Za-z0-9._~!$&'()*+,;=:@%/-]*)?)"  # RFC 3986 section 3.3
    r"(?:\?[!-\"$-~]*)?"
)
# A segment of dots, alone or before parameters; what becomes a dot, a slash, a backslash or a percent sign once
# somebody decodes it; control characters.
_CLIMBS = re.compile(r"/\.{1,2}(?=[/;]|$)|%(?:2e|2f|5c|25|[01][0-9a-f]|7f)", re.IGNORECASE)
_USUAL_PORTS = {"http": "80", "https": "443"}


def matches(registered: str, asked: str, how: Matching, *, loosely: bool = False) -> bool:
    """Whether a redirect_uri is the registered one.

    Docs: on 127.0.0.1 or ::1 it "does not need to match the port specified in the callback URL".
    """
    if how.any_loopback_port:
        registered, asked = _without_loopback_port(registered), _without_loopback_port(asked)
    return asked == registered or (loosely and _is_below(registered, asked, how))


def _without_loopback_port(url: str) -> str:
    return re.sub(r"^(https?://(?:127\.0\.0\.1|\[::1\])):[0-9]+", r"\1", url)


def _is_below(registered: str, asked: str, how: Matching) -> bool:
    """Docs: the host "(excluding sub-domains) and port must exactly match the callback URL. The redirect URL's
    path must reference a subdirectory of the callback URL". That the scheme must match too is assumed, and so is
    that a query makes no difference.
    """
    base, url = _URL.fullmatch(registered), _URL.fullmatch(asked)
    if base is None or url is None or _CLIMBS.search(url["path"]):
        return False
    schemes = base["scheme"].lower(), url["scheme"].lower()
    same_scheme = schemes[0] == schemes[1] or (how.any_scheme and set(schemes) == {"http", "https"})
    below = url["path"].startswith(base["path"].rstrip("/") + "/")
    return (
        same_scheme
        and _same_host(base["host"].lower(), url["host"].lower(), how)
        and _unusual_port(base) == _unusual_port(url)
        and (below or url["path"] == base["path"])
    )


def _same_host(base: str, host: str, how: Matching) -> bool:
    named = base[-1].isalpha()  # an address in digits or brackets has no subdomains
    return host == base or (how.subdomains and named and host.endswith(f".{base}"))


def _unusual_port(url: re.Match[str]) -> str | None:
    return None if url["port"] == _USUAL_PORTS.get(url["scheme"].lower()) else url["port"]

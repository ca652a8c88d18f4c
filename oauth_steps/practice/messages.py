"""What both providers do with HTTP: a request taken apart, a response put together. No I/O, no rules."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from ..wire import Headers, Request, Response, parts


@dataclass(frozen=True)
class Asked:
    """A request taken apart. Whatever the bytes are, every part is there; what cannot be read is empty."""

    request: Request

    @property
    def method(self) -> str:
        """GET, POST … RFC 9110 section 9.3.2: HEAD is GET without content, which the way in takes off."""
        method = self.request.method.upper()
        return "GET" if method == "HEAD" else method

    @property
    def host(self) -> str:
        """The host that was asked, in lower case, without its port."""
        return str(_split(self.request.url).hostname or "")

    @cached_property
    def path(self) -> str:
        """The path, percent-decoded."""
        return unquote(_split(self.request.url).path, errors="replace")

    @cached_property
    def query(self) -> dict[str, str]:
        """The query's parameters; of one that is there twice, the last."""
        return dict(parse_qsl(_split(self.request.url).query, keep_blank_values=True, errors="replace"))

    @cached_property
    def body(self) -> dict[str, str]:
        """The body's parameters as text, from a form or from a JSON object; a whole number counts as its digits."""
        sent = self._body.items()
        return {name: str(value) for name, value in sent if isinstance(value, str) or type(value) is int}

    @property
    def _kind(self) -> str:
        """The media type of the body, without its parameters."""
        return (self.header("content-type") or "").partition(";")[0].strip().lower()

    @cached_property
    def _body(self) -> Mapping[str, Any]:
        if "json" in self._kind:
            return self.json if isinstance(self.json, dict) else {}
        return dict(self._pairs)

    @cached_property
    def json(self) -> Any:
        """The body's value as JSON, whatever its type is said to be; None if it is none."""
        return parse_json(self._text)

    @cached_property
    def _pairs(self) -> list[tuple[str, str]]:
        if self._kind == "multipart/form-data":
            return _fields(self.header("content-type") or "", self._text)
        return parse_qsl(self._text, keep_blank_values=True, errors="replace")

    def checked(self, name: str) -> set[str]:
        """What was checked of the form's boxes of this name: each checked one sends its value."""
        return {value for sent, value in self._pairs if sent == name}

    @cached_property
    def _text(self) -> str:
        return self.request.body.decode("utf-8", "replace")

    @cached_property
    def parameters(self) -> dict[str, str]:
        """Query and body together; the body wins."""
        return {**self.query, **self.body}

    @cached_property
    def _authorization(self) -> tuple[str, str]:
        """Scheme, in lower case, and credentials of the Authorization header (RFC 9110 section 11.4)."""
        scheme, _, credentials = (self.header("authorization") or "").partition(" ")
        return scheme.lower(), credentials.strip()

    @cached_property
    def basic(self) -> tuple[str, str] | None:
        """Client id and secret of an HTTP Basic header (RFC 7617), or None."""
        scheme, credentials = self._authorization
        if scheme != "basic":
            return None
        try:
            decoded = base64.b64decode(credentials, validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError):
            return None
        user, mark, password = decoded.partition(":")
        return (user, password) if mark else None

    def bearer(self, *schemes: str) -> str | None:
        """The token of an Authorization header with one of these schemes (lower case), or None."""
        scheme, credentials = self._authorization
        return credentials if scheme in schemes else None

    @cached_property
    def cookies(self) -> dict[str, str]:
        """The cookies that came along (RFC 6265 section 5.4): `a=b; c=d`."""
        pairs = (pair.partition("=") for pair in (self.header("cookie") or "").split(";"))
        return {name.strip(): value.strip() for name, _, value in pairs}

    def header(self, name: str) -> str | None:
        """The first header of this name, or None."""
        return self.request.header(name)


def _split(url: str) -> Any:
    try:
        return urlsplit(url.encode("utf-8", "replace").decode())  # half a surrogate pair is no text
    except ValueError:  # such as an unfinished IPv6 address
        return urlsplit("")


_BOUNDARY = re.compile(r';\s*boundary=(?:"([^"]+)"|([^\s;]+))', re.IGNORECASE)


def _fields(kind: str, text: str) -> list[tuple[str, str]]:
    """The fields of a form in parts (RFC 7578 section 4.2); a file is none."""
    boundary = _BOUNDARY.search(kind)
    found = parts(text, boundary[1] or boundary[2]) if boundary else ()
    return [(part.name, text[part.begins : part.ends]) for part in found if not part.is_file]


def parse_json(text: str) -> Any:
    """The value of a JSON text, or None if it is none."""
    try:
        value = json.loads(text)
        json.dumps(value, ensure_ascii=False).encode()  # half a surrogate pair is no text, and fails here
    except (ValueError, RecursionError):
        return None
    return value


def same(kept: str, sent: str | None) -> bool:
    """Whether what was sent is the secret, in a time that does not tell how much of it was right."""
    return hmac.compare_digest(kept.encode(), (sent or "").encode())


def local(path: str) -> str:
    """A path to go on to, if it leads to a page of this server and nowhere else, in one line; else the first page."""
    return path if re.fullmatch(r"/(?![/\\])[!-~]*", path) else "/"


def html_page(status: int, text: str, headers: Headers = ()) -> Response:
    """A page for people."""
    return Response(status, (("Content-Type", "text/html; charset=utf-8"), *headers), text.encode())


def redirect(url: str, headers: Headers = ()) -> Response:
    """A 302 to this URL."""
    return Response(302, (("Location", url), *headers))


def with_parameters(url: str, parameters: Mapping[str, str | None], *, fragment: str = "") -> str:
    """The URL with these parameters added to those it has; None leaves one out (RFC 6749 section 4.1.2).

    The URL itself has no fragment: section 3.1.2 forbids a redirection endpoint to have one.
    """
    added = urlencode({name: value for name, value in parameters.items() if value is not None})
    return f"{url}{'&' if '?' in url else '?'}{added}{fragment}"


def session_cookie(name: str, value: str) -> tuple[str, str]:
    """The header by which a browser stays signed in: for this site alone, and out of reach of scripts."""
    return "Set-Cookie", f"{name}={value}; path=/; HttpOnly; SameSite=Lax"

"""A request before it is sent: its parameters one by one, to be edited, taken away and added to.

A draft is taken from the very request that a step would send, so nothing is written a second time. A label in a field
(`⟨state 1⟩`) stands for its value and is replaced when the request is made; anything else goes as it was typed, and of
a label that stands for nothing this is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from unittest.mock import patch
from urllib.parse import parse_qsl, quote, quote_plus, urlencode

import requests

from ..errors import BadInput
from ..providers import Provider
from ..show import Table
from ..wire import A_LABEL, Request, Secrets, mask, request_of

QUERY, FORM, JSON, HEADER = "query", "form", "JSON", "header"

_OF_THE_CLIENT = ("user-agent", "accept-encoding", "connection", "content-length", "content-type", "cookie")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110 section 5.6.2, token
_CONTENT = {FORM: "application/x-www-form-urlencoded", JSON: "application/json"}


class Field(NamedTuple):
    """A parameter or header: where it stands in the request, its name, and its text, labels in it."""

    place: str
    name: str
    text: str

    def __repr__(self) -> str:
        return f"<{self.place} {mask(self.name)}: {mask(self.text)}>"


def session() -> requests.Session:
    """What your application sends with; no proxy and no .netrc of this computer has a part in it."""
    made = requests.Session()
    made.trust_env = False
    return made


class _Taken(Exception):
    """Carries the request away instead of sending it."""


def taken(step: Callable[..., Any], *args: Any, **kwargs: Any) -> Request:
    """The request that a function of `steps` is about to send, taken from it before it leaves.

    Raises what the function raises before that.
    """

    def take(_: Any, prepared: requests.PreparedRequest, **__: Any) -> None:
        raise _Taken(prepared)

    with patch("requests.adapters.HTTPAdapter.send", take):
        try:
            step(*args, **kwargs)
        except _Taken as caught:
            return request_of(caught.args[0])
    raise AssertionError("nothing was sent")


@dataclass(frozen=True)
class Draft:
    """A request to be. `address` is its URL without the query, `fields` all that can be edited, in order.

    `by_browser`: an address that a browser opens, which carries no header of yours and no body. `name` says what
    kind of request it is.
    """

    name: str
    method: str
    address: str = field(repr=False)  # it may hold a pasted secret
    fields: tuple[Field, ...] = ()
    by_browser: bool = False
    _quote: Callable[..., str] = field(default=quote_plus, repr=False)  # how its query writes a space

    @classmethod
    def of(cls, name: str, request: Request, secrets: Secrets, *, by_browser: bool = False) -> Draft:
        """The draft of this request, each secret that is known by its label."""
        address, _, query = request.url.partition("?")
        pairs = parse_qsl(query, keep_blank_values=True)
        # `steps` writes a space in an address as %20, and `requests` as +: whichever gives back this query.
        ways = (quote, quote_plus) if by_browser else (quote_plus, quote)
        written = next((way for way in ways if urlencode(pairs, quote_via=way) == query), quote)
        parts = [*((QUERY, *pair) for pair in pairs), *_of_body(request)]
        if not by_browser:
            parts += [(HEADER, *item) for item in request.headers if item[0].lower() not in _OF_THE_CLIENT]
        fields = tuple(Field(place, key, secrets.mask(text)) for place, key, text in parts)
        return cls(name, request.method, secrets.mask(address), fields, by_browser, written)

    # --- editing ------------------------------------------------------------------------------------

    def to(self, place: str, name: str, text: str | None) -> Draft:
        """The draft with this field set, added where there is none, or taken away if `text` is None."""
        there = self._of(place, name)
        if text is None:
            return self.without(*there)
        return self.with_field(there[0], text) if there else self.add(place, name, text)

    def has(self, place: str, name: str) -> bool:
        """Whether there is such a field."""
        return bool(self._of(place, name))

    def _of(self, place: str, name: str) -> list[int]:
        """Where in the list the fields of this name are; a header's may be written in any case (RFC 9110, 5.1)."""
        same = str.casefold if place == HEADER else str
        named = [same(one.name) if one.place == place else None for one in self.fields]
        return [at for at, one in enumerate(named) if one == same(sendable(name))]

    def with_field(self, at: int, text: str) -> Draft:
        """The draft with another text in the field at this place of the list."""
        fields = list(self.fields)
        fields[at] = fields[at]._replace(text=sendable(text))
        return replace(self, fields=tuple(fields))

    def without(self, *at: int) -> Draft:
        """The draft without the fields at these places of the list."""
        return replace(self, fields=tuple(one for place, one in enumerate(self.fields) if place not in at))

    def add(self, place: str, name: str, text: str) -> Draft:
        """The draft with one field more, though one of this name may be there. Raises BadInput."""
        if not sendable(name).strip():
            raise BadInput("a parameter has a name", mend="Write one, such as scope")
        if place not in self.places:
            raise BadInput(f"this request has no {place}", mend=f"It has {', '.join(self.places)}")
        return replace(self, fields=(*self.fields, Field(place, sendable(name), sendable(text))))

    def at(self, address: str | None, method: str | None) -> Draft:
        """The draft with another address or method, if they are given. Raises BadInput."""
        method = self.method if method is None else method
        if not _HEADER_NAME.fullmatch(sendable(method)) or (self.by_browser and method != self.method):
            raise BadInput(
                "this method cannot be sent here",
                mend="It is one word, such as GET or POST; a browser opens an address by GET",
            )
        return replace(self, method=method, address=self.address if address is None else sendable(address))

    @property
    def places(self) -> tuple[str, ...]:
        """Where fields may stand: a browser that opens an address sends what is in the address, and a GET no body."""
        if self.by_browser:
            return (QUERY,)
        body = [place for place in (FORM, JSON) if any(one.place == place for one in self.fields)]
        return (QUERY, *(body or [FORM] * (self.method != "GET")), HEADER)

    @property
    def usual_place(self) -> str:
        """Where a parameter goes of which nothing else is said: into the body if there is one."""
        return next((place for place in self.places if place in (FORM, JSON)), QUERY)

    def place_of(self, name: str) -> str:
        """Where the parameter of this name stands, or would be added."""
        return next(
            (one.place for one in self.fields if one.name == name and one.place != HEADER), self.usual_place
        )

    def filled(self, secrets: Secrets) -> Draft:
        """The draft with the values that its labels stand for now."""
        fields = tuple(Field(one.place, *map(secrets.fill, (one.name, one.text))) for one in self.fields)
        return replace(self, address=secrets.fill(self.address), fields=fields)

    # --- sending ------------------------------------------------------------------------------------

    def url(self) -> str:
        """The whole address; a query that was typed into it comes first."""
        query = urlencode(self._pairs(QUERY), quote_via=self._quote)
        address, mark, fragment = self.address.partition("#")
        if query:
            address += f"{'&' if '?' in address else '?'}{query}"
        return address + mark + fragment

    def prepared(self) -> requests.PreparedRequest:
        """The request as it stands; labels are `filled` before. Raises BadInput for what cannot be sent."""
        headers = self._pairs(HEADER)
        for name, value in headers:
            _check_header(name, value)
        if len({name.lower() for name, _ in headers}) < len(headers):
            raise BadInput("a header is there twice", mend="`requests` sends each header once: take one away")
        form, members = self._pairs(FORM), self._pairs(JSON)
        if len(dict(members)) < len(members):
            raise BadInput("a member of the JSON is there twice", mend="Take one away: only one would arrive")
        body = {"data": urlencode(form)} if form else {"json": dict(members)} if members else {}
        sent = {"Content-Type": _CONTENT[FORM]} if form else {}
        with session() as sender:
            try:
                return sender.prepare_request(
                    requests.Request(self.method, self.url(), {**sent, **dict(headers)}, **body)
                )
            except (requests.RequestException, ValueError) as error:
                raise BadInput(
                    f"no request can be made of this ({type(error).__name__})", mend="Look at the address"
                ) from None

    def _pairs(self, place: str) -> list[tuple[str, str]]:
        return [(name, text) for at, name, text in self.fields if at == place]

    # --- looking ------------------------------------------------------------------------------------

    def table(self, provider: Provider, secrets: Secrets) -> Table:
        """Each field: its name and text, secrets by their labels, what it means, and where that stands."""
        rows = [
            (secrets.mask(one.name), secrets.mask(one.text), *meaning(one, provider, secrets))
            for one in self.fields
        ]
        caption = f"{self.method} {secrets.mask(self.address)}"
        return Table(("parameter", "value", "meaning", "stands in"), rows, caption)


_HEADERS = {  # name -> its meaning and where that stands
    "accept": ("what kind of answer is asked for", "RFC 9110, 12.5.1"),
    "authorization": ("proves who asks, or what she has allowed: here goes the token", "RFC 6750, 2.1"),
}
STANDS_FOR_NOTHING = ". A label in it stands for nothing here, and goes as it is typed"
NOWHERE = ("nothing that is written anywhere", "–")


def meaning(one: Field, provider: Provider, secrets: Secrets) -> tuple[str, str]:
    """What a field means at this provider, and where that stands; and that a label in it stands for nothing."""
    words, source = _meaning(one, provider)
    if any(secrets.fill(label) == label for label in A_LABEL.findall(one.text)):
        words += STANDS_FOR_NOTHING
    return words, source


def _meaning(one: Field, provider: Provider) -> tuple[str, str]:
    if one.place == HEADER:
        known = _HEADERS.get(one.name.lower())
        return (
            known or ("a header that this provider asks for", "its documentation of the API")
            if one.name in provider.api_headers or known
            else NOWHERE
        )
    about = provider.meaning(one.name)
    return (about.meaning, about.source) if about else NOWHERE


def _of_body(request: Request) -> Iterable[tuple[str, str, str]]:
    if not request.body:
        return []
    if "json" in (request.header("content-type") or ""):
        return [(JSON, name, str(value)) for name, value in json.loads(request.body).items()]
    return [(FORM, *pair) for pair in parse_qsl(request.body.decode(), keep_blank_values=True)]


def sendable(text: Any) -> str:
    """The text, if it is one that has bytes. Raises BadInput."""
    if not isinstance(text, str):
        raise BadInput(
            f"what is sent is text, and this is of type {type(text).__name__}", mend="Put it in quotes"
        )
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadInput(
            "this is no text that can be sent", mend="Type characters, not halves of them"
        ) from None
    return text


def _check_header(name: str, value: str) -> None:
    """RFC 9110 section 5.5: a field value has no CR, LF or NUL, and none but its first 256 characters of Unicode."""
    if not _HEADER_NAME.fullmatch(name):
        raise BadInput("this is no name for a header", mend="It has letters, digits and dashes")
    if re.search(r"[\r\n\0]|^\s|\s$", value):
        raise BadInput(
            f"the header {name} cannot hold this", mend="A header is one line, without blanks at its ends"
        )
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        raise BadInput(
            f"the header {name} cannot hold this", mend="Headers have the letters of Latin-1"
        ) from None

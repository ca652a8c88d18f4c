"""What went over the wire, recorded as it was sent; and the secrets in it, shown by their labels only.

An `Exchange` holds the bytes. Everything it shows is made from them, line by line (`lines`), and every secret in a
line appears as a label, `⟨code 1⟩`, the same wherever the same value appears. `reveal()` is the one way to raw text.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache, partial
from heapq import heapify, heappop, heappush
from http import HTTPStatus
from itertools import pairwise
from threading import Lock
from typing import Any, NamedTuple, overload
from urllib.parse import quote, quote_plus, unquote_plus, urlsplit

import requests

from . import show, veil
from .errors import BadInput
from .providers import App, Parameter, Provider, Step, same_values

Headers = tuple[tuple[str, str], ...]

# --- secrets and their labels ---------------------------------------------------------------------

_ANYWHERE = {  # a parameter, form field, JSON member or cookie of this name is a secret of this kind
    "code_verifier": "code verifier",
    "code_challenge": "code challenge",
    "access_token": "access token",
    "input_token": "access token",
    "fb_exchange_token": "access token",
    "long_lived_token": "access token",
    "token": "access token",
    "refresh_token": "refresh token",
    "id_token": "id token",
    "client_secret": "client secret",
    "appsecret_proof": "appsecret proof",
    "hashed_token": "token hash",
    "token_last_eight": "end of a token",
    "password": "password",
    "authenticity_token": "CSRF value",
    "fb_dtsg": "CSRF value",
}
_IN_THE_FLOW = {"state": "state", "nonce": "nonce", "code": "code"}  # elsewhere these names mean other things
_SHORTEST = 8  # a shorter value would collide with words wherever it is looked for
# What a program writes where it has no value: no secret, and worth seeing.
_NOTHING = ("None", "null", "undefined")
_STEP = 4  # every fourth piece of a text is looked up: wherever a secret stands, one of its last four is among them
_PIECE = _SHORTEST - _STEP + 1  # characters; so the shortest secret has four pieces
_ISSUED = 300  # characters that what is issued has at most: a Facebook token has about 200


def _pairs(names: Iterable[str]) -> re.Pattern[str]:
    """Finds `name=value` in a URL, a form, a fragment or a link; also where that URL is itself a parameter's value."""
    sign = "=|%3D|%253D"
    # Asked at each letter, so it must be quick: whether what may be a name ends at a sign.
    firsts, longest = "".join(sorted({name[0] for name in names})), max(map(len, names))
    soon = rf"(?=(?a:[{firsts}][a-z_]{{,{longest}}}+)(?:{sign}))"
    begins = r"(?:(?<![\w.-])(?:(?=[a-z_]+=)(?P<plain>))?|(?<=%26|%3F|%23)|(?<=%2526|%253F|%2523))"
    # What is quoted as often as its URL is ends the value; what is quoted once more belongs to it.
    ends = "(?(plain)|(?!%26)(?(twice)(?!%2526)))"
    return re.compile(
        rf"{soon}{begins}(?P<name>{'|'.join(names)})(?P<sign>=|%3D|(?P<twice>%253D))"
        rf"(?P<value>(?:{ends}[^&\s\"'<>#])+)",
        re.IGNORECASE,
    )


def _members(names: Iterable[str]) -> re.Pattern[str]:
    """Finds `"name": "value"` in JSON as it stands, its escapes untouched; or a number as long as a secret.

    Shorter ones are none: Facebook's errors have a `code` as well.
    """
    return re.compile(rf'"({"|".join(names)})"(\s*:\s*)(?:"((?:[^"\\]|\\.)+)"|(\d{{{_SHORTEST},}}))')


def _elements(names: Iterable[str]) -> re.Pattern[str]:
    """Finds `<name>value</name>` in XML."""
    return re.compile(rf"<({'|'.join(names)})>([^<]+)<")


class Part(NamedTuple):
    """A part of a form that is sent in parts, and where in the text its value begins and ends."""

    name: str
    begins: int
    ends: int
    is_file: bool


_BLANK_LINE = re.compile(r"\r?\n\r?\n")
_DISPOSITION = re.compile(r"^content-disposition:[ \t]*form-data([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_PART_NAME = re.compile(r';\s*name="?([^";\r\n]*)', re.IGNORECASE)
_FILE_NAME = re.compile(r";\s*filename\*?=", re.IGNORECASE)
_FIRST_BOUNDARY = re.compile(r"(?:^|\n)--([^\r\n]{1,200}?)[ \t]*\r?\n(?=[^\r\n:]{1,200}:)")


def parts(text: str, boundary: str) -> Iterator[Part]:
    """The parts of a form, as `FormData` and `curl -F` send it (RFC 7578; RFC 2046 section 5.1.1)."""
    delimiter = rf"(?:^|\r?\n)--{re.escape(boundary)}(--)?[ \t]*(?=\r?\n|\Z)"
    for this, following in pairwise([*re.finditer(delimiter, text), None]):
        if this is None or this[1]:  # two dashes behind the last one
            return
        begins, ends = this.end(), following.start() if following else len(text)
        blank = _BLANK_LINE.search(text, begins, ends)
        disposition = _DISPOSITION.search(text, begins, blank.start() if blank else ends)
        if disposition and (name := _PART_NAME.search(disposition[1])):
            is_file = bool(_FILE_NAME.search(disposition[1]))
            yield Part(name[1], blank.end() if blank else ends, ends, is_file)


_QUOTED = {"=": 1, "%3D": 2, "%253D": 3}  # how often a value behind this sign was quoted
_KINDS = _ANYWHERE | _IN_THE_FLOW


@cache  # compiled when something is first shown: an application that shows nothing need not wait for it
def _by_name(*, flow: bool) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """What finds secrets by their names: in URLs and forms, in JSON, in XML, which carries none of the flow's."""
    names = _KINDS if flow else _ANYWHERE
    return _pairs(names), _members(names), _elements(_ANYWHERE)


_AUTHORIZATION = re.compile(r"^([\w-]+)\s+(.+)$")
_COOKIE = re.compile(r"(^|;\s*)([^=;\s]+)=([^;]+)")
A_LABEL = re.compile("⟨[^⟨⟩]+⟩")  # what stands for a secret, or for what differs between computers
_NEVER_ESCAPED = re.compile("[A-Za-z0-9._~-]+")  # RFC 3986 section 2.3, unreserved


_learning = Lock()  # or two threads, one of which draws what the other has sent, could give one number twice


class Secrets:
    """The secrets of one trace: what must not be shown, and the label that stands for each.

    Labels are numbered in the order in which secrets become known, so a run from the top gives the same ones.
    """

    def __init__(self) -> None:
        self._labels: dict[str, str] = {}
        self._values: dict[str, str] = {}  # the other way round
        self._count: dict[str, int] = {}
        self._spellings: dict[str, str] = {}  # each way of writing a value -> its label
        # … and each of its last pieces -> how long those are that have it there: credentials begin alike (`gho_`)
        self._by_piece: dict[str, tuple[int, ...]] = {}
        self._lengths: dict[tuple[int, ...], tuple[int, ...]] = {}  # so that equal ones are kept once
        self._long: list[str] = []  # spellings that are looked for one by one

    def learn(self, kind: str, value: str) -> str:
        """The label of this value, a new one if it was not known; the value itself where it is none, or a label."""
        if value in _NOTHING or A_LABEL.fullmatch(value):
            return value
        return self._labels.get(value) or self._learn(kind, value)

    def _learn(self, kind: str, value: str) -> str:
        with _learning:
            if label := self._labels.get(value):
                return label
            number = self._count[kind] = self._count.get(kind, 0) + 1
            label = self._labels[value] = f"⟨{kind} {number}⟩"
            self._values[label] = value
            if len(value) >= _SHORTEST:
                for spelling in _spellings(value):
                    if spelling not in self._spellings:
                        self._spellings[spelling] = label
                        self._index(spelling)
        return label

    def _index(self, spelling: str) -> None:
        length = len(spelling)
        if length > _ISSUED:
            self._long.append(spelling)
            return
        for end in range(length - _STEP + 1, length + 1):
            piece = spelling[end - _PIECE : end]
            known = self._by_piece.get(piece, ())
            if length not in known:
                lengths = (*known, length)
                self._by_piece[piece] = self._lengths.setdefault(lengths, lengths)

    def learn_app(self, app: App) -> None:
        """Learn an application's secret, alone and in the forms in which it is sent."""
        self.learn("client secret", app.client_secret)
        self.learn("basic credentials", basic_credentials(app.client_id, app.client_secret))
        self.learn("app token", f"{app.client_id}|{app.client_secret}")

    def learn_port(self, host: str, port: int) -> None:
        """Show this port of this computer by a label as well: it is no secret, but another one on each run."""
        if f"{host}:{port}" in self._spellings:
            return
        number = self._count["port"] = self._count.get("port", 0) + 1
        for spelling in _spellings(f"{host}:{port}"):
            self._spellings[spelling] = f"{spelling.removesuffix(str(port))}⟨port {number}⟩"
            self._index(spelling)

    def mask(self, text: str) -> str:
        """The text with every known secret, in each spelling, replaced by its label.

        Where several begin, the longest is. It takes as long as the text is, however many are known; only where
        secrets end alike does it matter of how many lengths they are. Each that somebody typed, longer than any is
        that was issued, is searched for by itself.
        """
        found = [
            (end - length, -length, spelling)
            for place in range(_PIECE, len(text) + 1, _STEP)
            for length in self._by_piece.get(text[place - _PIECE : place], ())
            for end in range(max(place, length), min(place + _STEP, len(text) + 1))
            if (spelling := text[end - length : end]) in self._spellings
        ]
        found += [(start, -len(long), long) for long in self._long if (start := text.find(long)) >= 0]
        heapify(found)
        pieces, done = [], 0
        while found:
            start, _, spelling = heappop(found)
            if start >= done:
                pieces += [text[done:start], self._spellings[spelling]]
                done = start + len(spelling)
            if len(spelling) > _ISSUED and (start := text.find(spelling, done)) >= 0:
                heappush(found, (start, -len(spelling), spelling))
        return "".join([*pieces, text[done:]])

    def fill(self, text: str) -> str:
        """The text with the value in place of each label that stands for one here: what `mask` did, undone."""
        return A_LABEL.sub(lambda label: self._values.get(label[0], label[0]), text)

    def mask_url(self, url: str) -> str:
        """A URL of the flow (an authorization URL, a callback) with its secrets by their labels, known or not."""
        return self._mask_message(url, flow=True)

    def _mask_message(self, text: str, *, flow: bool) -> str:
        """A piece of a message: secrets by their place first, whatever their length, then by their value."""
        return self.mask(self._by_place(text, flow=flow))

    def _by_place(self, text: str, *, flow: bool) -> str:
        """The text with what stands in a secret's place by its label, which is learnt."""

        def pair(match: re.Match[str]) -> str:
            name, sign, value = match["name"], match["sign"], match["value"]
            for _ in range(_QUOTED[sign.upper()]):
                value = unquote_plus(value)
            return f"{name}{sign}{self.learn(_KINDS[name.lower()], value)}"

        def member(match: re.Match[str]) -> str:
            value = match[4] or _unescape(match[3])
            return f'"{match[1]}"{match[2]}"{self.learn(_KINDS[match[1]], value)}"'

        def element(match: re.Match[str]) -> str:
            return f"<{match[1]}>{self.learn(_KINDS[match[1]], html.unescape(match[2]))}<"

        pairs, members, elements = _by_name(flow=flow)
        text = pairs.sub(pair, text)
        text = members.sub(member, text)
        if "form-data" in text:
            text = self._by_part(text, _KINDS if flow else _ANYWHERE)
        if "</" in text:
            text = elements.sub(element, text)
        return text

    def _by_part(self, text: str, kinds: Mapping[str, str]) -> str:
        """A form in parts with what stands in a secret's part by its label, which is learnt."""
        first = _FIRST_BOUNDARY.search(text)
        pieces, done = [], 0
        for part in parts(text, first[1]) if first else ():
            if kind := kinds.get(part.name.lower()):
                pieces += [text[done : part.begins], self.learn(kind, text[part.begins : part.ends])]
                done = part.ends
        return "".join([*pieces, text[done:]])

    def _mask_header(self, name: str, value: str, *, flow: bool) -> str:
        name = name.lower()
        if name in ("authorization", "proxy-authorization"):
            found = _AUTHORIZATION.match(value)
            scheme, credentials = (f"{found[1]} ", found[2]) if found else ("", value)  # without is a mistake
            kind = "basic credentials" if scheme.lower() == "basic " else "access token"
            return scheme + self.learn(kind, credentials)
        if name == "set-cookie":
            cookie, mark, attributes = value.partition(";")
            return self._mask_cookies(cookie) + mark + attributes
        if name == "cookie":
            return self._mask_cookies(value)
        same = _SAME_EVERYWHERE.get(name, str)
        return same(self._mask_message(value, flow=flow))

    def _mask_cookies(self, value: str) -> str:
        return _COOKIE.sub(lambda match: f"{match[1]}{match[2]}={self.learn('cookie', match[3])}", value)


# How Pygments writes in LaTeX, which is one form of what IPython's `Code` displays.
_IN_LATEX = {
    **{
        "\\": "bs",
        "{": "ob",
        "}": "cb",
        "^": "ca",
        "_": "us",
        "&": "am",
        "<": "lt",
        ">": "gt",
        "#": "sh",
        "%": "pc",
    },
    **{"$": "dl", "-": "hy", "'": "sq", '"': "dq", "~": "ti"},
}
_LATEX = str.maketrans({char: rf"\PYZ{name}{{}}" for char, name in _IN_LATEX.items()})


def _spellings(value: str) -> set[str]:
    """How a value may be written: raw, in a URL, in a URL within a URL, in HTML, in JSON, in a form, by Python."""
    latex = value.translate(_LATEX)
    if _NEVER_ESCAPED.fullmatch(value):  # as nearly all tokens and codes are
        return {value, latex}
    in_json = json.dumps(value)[1:-1]
    in_python = repr(f'"{value}')[2:-1]  # ' is escaped only where there is a " as well
    as_bytes = repr(b'"' + value.encode(errors="replace"))[3:-1]
    once = {encode(value, errors="replace") for encode in (quote, quote_plus, partial(quote, safe=""))}
    twice = {quote(text, safe="") for text in once}
    lower = {re.sub("%[0-9A-F]{2}", lambda escape: escape[0].lower(), text) for text in once}
    python = {form.replace(r"\'", "'") for form in (in_python, as_bytes)} | {in_python, as_bytes}
    others = {latex, html.escape(value), in_json, in_json.replace("/", r"\/")}
    return {value, *others, *python, *once, *twice, *lower}


def _unescape(text: str) -> str:
    try:
        return str(json.loads(f'"{text}"'))
    except ValueError:
        return text


def basic_credentials(client_id: str, client_secret: str) -> str:
    """What follows `Basic` in an Authorization header (RFC 7617 section 2)."""
    return base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()


def s256(verifier: str) -> str:
    """RFC 7636 section 4.2: code_challenge = BASE64URL-ENCODE(SHA256(ASCII(code_verifier))), without padding."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


_known: list[Secrets] = []  # newest first: what the veil looks for, and where new secrets are learnt
_retired = Secrets()


def watch(secrets: Secrets) -> Secrets:
    """Make these the secrets in which new ones are learnt from now on; earlier ones stay known to the veil."""
    if secrets in _known:
        _known.remove(secrets)
    _known.insert(0, secrets)
    return secrets


def retire(secrets: Secrets) -> None:
    """Nothing is learnt in these any longer; what they knew stays hidden, under labels with other numbers."""
    if secrets in _known:
        _known.remove(secrets)
        if _retired not in _known:
            _known.append(_retired)
    for value, label in list(secrets._labels.items()):  # who draws an old exchange may still learn some
        _retired.learn(label.strip("⟨⟩").rpartition(" ")[0], value)


def watching() -> Secrets:
    """The secrets in which new ones are learnt; somebody is watching from now on, and the veil is drawn."""
    draw_veil()
    return _known[0] if _known else watch(Secrets())


def learn(kind: str, value: str) -> str:
    """Remember a secret that was just made, if anyone is watching; returns the value itself."""
    if _known:
        _known[0].learn(kind, value)
    return value


def mask(text: str) -> str:
    """The text without any secret known to this process."""
    for secrets in _known:
        text = secrets.mask(text)
    return text


# --- messages -------------------------------------------------------------------------------------

# What differs from one computer to the next is shown by a label too, so that a lesson looks the same everywhere.
_SAME_EVERYWHERE: dict[str, Callable[[str], str]] = {
    "user-agent": lambda text: re.sub(r"([\w-]+)/\d[\w.]*", r"\1/⟨version⟩", text),
    "accept-encoding": lambda text: "⟨what this Python can unpack⟩",
    "date": lambda text: "⟨date⟩",
}


@dataclass(frozen=True, repr=False)
class Request:
    """A request as it was sent: method, whole URL, headers in order, body in bytes."""

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    __eq__ = same_values

    def header(self, name: str) -> str | None:
        """The first header of this name, or None."""
        return _header(self.headers, name)

    def __repr__(self) -> str:
        return f"<Request {self.method}>"  # a path may hold a secret as well


@dataclass(frozen=True, repr=False)
class Response:
    """A response as it was received: status, headers in order, body in bytes."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    __eq__ = same_values

    def header(self, name: str) -> str | None:
        """The first header of this name, or None."""
        return _header(self.headers, name)

    @property
    def reason(self) -> str:
        """The words that go with the status."""
        try:
            return HTTPStatus(self.status).phrase
        except ValueError:
            return ""

    def __repr__(self) -> str:
        return f"<Response {self.status}>"


def _header(headers: Headers, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name.lower()), None)


def take_apart(url: str, provider: Provider) -> show.Table:
    """Each parameter of an authorization URL or a callback: its value, what it means, and where that stands."""
    secrets = _known[0] if _known else Secrets()
    try:
        parts = urlsplit(secrets.mask_url(url))
    except (TypeError, ValueError):
        raise BadInput("this is no URL", mend="Hand over the whole address, as text") from None
    rows = []
    for name, value in (pair.partition("=")[::2] for pair in parts.query.split("&") if pair):
        about = provider.meaning(name) or Parameter("nothing that is written anywhere", "–")
        rows.append((name, unquote_plus(value), about.meaning, about.source))
    return show.Table(("parameter", "value", "meaning", "stands in"), rows, secrets.mask(_without_query(url)))


def _without_query(url: str) -> str:
    return re.split(r"[?#]", url, maxsplit=1)[0]


class Line(NamedTuple):
    """A line of an exchange as it is shown: its kind (`start`, `header`, `body`, `note`) and its masked text."""

    kind: str
    text: str


_LONG = re.compile(r"(=[^&⟨\s]{60})[^&\n]{40,}")
_READ = 2000  # characters: longer than any line of a lesson, and nobody reads more


def clipped(text: str) -> str:
    """Masked text in which a very long parameter, such as an address within an address, is cut short; and so is it."""
    text = _LONG.sub(r"\1…", text)
    return text if len(text) <= _READ else f"{text[:_READ]}…"


class Raw(NamedTuple):
    """The two halves of an exchange, unmasked."""

    request: Request
    response: Response | None


_REQUEST_HEADERS = ("accept", "authorization", "content-type", "referer", "user-agent")
_TELLING = ("content-type", "location", "www-authenticate")
_BODY_LINES = 16
_LINK = re.compile(r'\s*"\w*_url":')  # members that fill half of a user and teach nothing


@dataclass(frozen=True, repr=False)
class Exchange:
    """One request and its response, of step `step` and the one after it.

    `at` is the practice clock's time, None live. `request` and `response` are what went over the wire, masked;
    `response` is None where the connection was refused, and `refused` says why. `full` shows all headers and
    the whole body. Nothing shown holds a secret: see `reveal`.
    """

    number: int
    step: Step | None
    at: datetime | None
    _request: Request
    _response: Response | None
    secrets: Secrets = field(compare=False)
    provider: Provider | None = None
    refused: str = ""
    whole: bool = False
    __eq__ = same_values

    @classmethod
    def of(cls, response: requests.Response, provider: Provider) -> Exchange:
        """The exchange behind a response of `requests`, for where no trace is recorded."""
        received, request = response_of(response), request_of(response.request)
        secrets = _known[0] if _known else Secrets()
        return cls(
            1, provider.step_of(request.method, request.url), None, request, received, secrets, provider
        )

    def reveal(self) -> Raw:
        """The raw request and response, secrets and all. Never print what this returns in a saved notebook."""
        return Raw(self._request, self._response)

    @property
    def request(self) -> Request:
        """The request, whole, each secret in it by its label."""
        sent = self._request
        url = self.secrets._mask_message(sent.url, flow=self._of_the_flow)
        return Request(sent.method, url, *self._masked_parts(sent))

    @property
    def response(self) -> Response | None:
        """The response, whole, each secret in it by its label; None where the connection was refused."""
        received = self._response
        return received and Response(received.status, *self._masked_parts(received))

    def _masked_parts(self, message: Request | Response) -> tuple[Headers, bytes]:
        flow = self._of_the_flow
        headers = (
            (name, self.secrets._mask_header(name, value, flow=flow)) for name, value in message.headers
        )
        body = message.body.decode("utf-8", "surrogateescape")
        return tuple(headers), self.secrets._mask_message(body, flow=flow).encode("utf-8", "surrogateescape")

    @property
    def full(self) -> Exchange:
        """The same exchange, showing every header and the whole body."""
        return replace(self, whole=True)

    @property
    def status(self) -> int | None:
        """The HTTP status, None where the connection was refused."""
        return self._response.status if self._response else None

    def header(self, name: str) -> str | None:
        """A response header, masked; None if absent."""
        value = self._response.header(name) if self._response else None
        return value if value is None else self.secrets._mask_header(name, value, flow=self._of_the_flow)

    @property
    def by_browser(self) -> bool:
        """Whether a browser sent it: they all call themselves Mozilla."""
        return (self._request.header("user-agent") or "").startswith("Mozilla/")

    @property
    def _of_the_flow(self) -> bool:
        return self.step != Step.RESOURCE_REQUEST

    @property
    def request_lines(self) -> list[Line]:
        """The request as lines, secrets by their labels."""
        return self._lines(
            f"{self._request.method} {self.secrets._mask_message(self._request.url, flow=self._of_the_flow)}",
            self._request,
            _REQUEST_HEADERS,
        )

    @property
    def response_lines(self) -> list[Line]:
        """The response as lines, secrets by their labels; the reason instead where there is no response."""
        if self._response is None:
            return [Line("note", self.refused)]
        telling = self.provider.telling_headers if self.provider else _TELLING
        return self._lines(
            f"{self._response.status} {self._response.reason}".strip(), self._response, telling
        )

    def _lines(self, start: str, message: Request | Response, telling: Sequence[str]) -> list[Line]:
        shown = [item for item in message.headers if self.whole or item[0].lower() in telling]
        lines = [Line("start", start)]
        lines += [
            Line("header", f"{name}: {self.secrets._mask_header(name, value, flow=self._of_the_flow)}")
            for name, value in shown
        ]
        if more := len(message.headers) - len(shown):
            lines.append(Line("note", f"and {more} more header{'s' if more > 1 else ''}"))
        lines += self._body_lines(message)
        return lines if self.whole else [Line(kind, clipped(text)) for kind, text in lines]

    def _body_lines(self, message: Request | Response) -> list[Line]:
        if not message.body:
            return []
        text, note = show.body(message.body, message.header("content-type") or "", whole=self.whole)
        rows = self.secrets._mask_message(text, flow=self._of_the_flow).splitlines() if text else []
        kept = rows if self.whole else [row for row in rows if not _LINK.match(row)][:_BODY_LINES]
        if kept[-1:] != rows[-1:]:
            kept.append(rows[-1])
        if more := len(rows) - len(kept):
            note = f"and {more} more line{'s' if more > 1 else ''}"
        return [Line("body", row) for row in kept] + ([Line("note", self.secrets.mask(note))] if note else [])

    @property
    def title(self) -> str:
        """What this exchange is: its number and its steps."""
        exchange = f"Exchange {self.number}" if self.number else "Not sent yet"
        if self.step is None:
            return exchange
        steps = f"step {self.step}" if self.step == Step.GRANT else f"steps {self.step} and {self.step + 1}"
        return f"{exchange} · {steps}"

    def __str__(self) -> str:
        return show.exchange_text(self.title, self.request_lines, self.response_lines)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return show.exchange_html(self.title, self.request_lines, self.response_lines)

    def as_curl(self) -> str:
        """The request as a curl command, each secret as a `$VARIABLE`."""
        return show.curl(*self._parts())

    def as_requests(self) -> str:
        """The request as Python with `requests`, each secret from the environment."""
        return show.python(*self._parts())

    def _parts(self) -> tuple[str, str, list[tuple[str, str]], str]:
        flow = self._of_the_flow
        headers = [
            (name, self.secrets._mask_header(name, value, flow=flow))
            for name, value in self._request.headers
            if name.lower()
            not in ("content-length", "connection", "accept-encoding", "user-agent", "host", "cookie")
        ]
        body = self.secrets._mask_message(self._request.body.decode("utf-8", "replace"), flow=flow)
        return self._request.method, self.secrets._mask_message(self._request.url, flow=flow), headers, body


def request_of(prepared: requests.PreparedRequest) -> Request:
    """A request of `requests` as it is about to be sent; a body that is made while it is sent is left out."""
    named = prepared.headers.items()
    headers = tuple(
        (name, value if isinstance(value, str) else value.decode("latin-1")) for name, value in named
    )
    body = prepared.body.encode() if isinstance(prepared.body, str) else prepared.body
    return Request(
        prepared.method or "", prepared.url or "", headers, body if isinstance(body, bytes) else b""
    )


def response_of(response: requests.Response) -> Response:
    """A response of `requests` as it was received."""
    return Response(response.status_code, tuple(response.headers.items()), response.content or b"")


# --- the trace ------------------------------------------------------------------------------------


class Trace(Sequence[Exchange]):
    """Every exchange of a run, in order, and the secrets in them; draws itself as lanes and arrows."""

    def __init__(self, providers: Sequence[Provider] = (), secrets: Secrets | None = None) -> None:
        self.secrets = secrets or Secrets()
        self.providers = providers
        self._exchanges: list[Exchange] = []

    def record(
        self, request: Request, response: Response | None, *, at: datetime | None = None, refused: str = ""
    ) -> Exchange:
        """Append an exchange and learn the secrets in it; returns it."""
        exchange = self._exchange(request, response, at, refused)
        self._exchanges.append(exchange)
        return exchange

    def unsent(self, request: Request) -> Exchange:
        """What this request would be as an exchange, numbered 0, its secrets learnt; it is not recorded."""
        return replace(self._exchange(request, None, None, "not sent yet"), number=0)

    def _exchange(
        self, request: Request, response: Response | None, at: datetime | None, refused: str
    ) -> Exchange:
        known = ((provider.step_of(request.method, request.url), provider) for provider in self.providers)
        step, provider = next((pair for pair in known if pair[0]), (None, None))
        exchange = Exchange(
            len(self) + 1, step, at, request, response, self.secrets, provider, self.secrets.mask(refused)
        )
        self._learn(exchange)
        return exchange

    def _learn(self, exchange: Exchange) -> None:
        flow = exchange._of_the_flow
        for message in (exchange._request, exchange._response):
            if message is None:
                continue
            if isinstance(message, Request):
                self.secrets._by_place(message.url, flow=flow)
            for name, value in message.headers:
                if name.lower() in ("authorization", "cookie", "set-cookie", "location"):
                    self.secrets._mask_header(name, value, flow=flow)
            if message.body:
                self.secrets._by_place(message.body.decode("utf-8", "replace"), flow=flow)

    @overload
    def __getitem__(self, index: int) -> Exchange: ...
    @overload
    def __getitem__(self, index: slice) -> Trace: ...
    def __getitem__(self, index: int | slice) -> Exchange | Trace:
        if isinstance(index, int):
            return self._exchanges[index]
        part = Trace(self.providers, self.secrets)
        part._exchanges = self._exchanges[index]
        return part

    def __len__(self) -> int:
        return len(self._exchanges)

    def of_step(self, step: int) -> Trace:
        """The exchanges that begin with this step."""
        part = Trace(self.providers, self.secrets)
        part._exchanges = [exchange for exchange in self if exchange.step == step]
        return part

    @property
    def arrows(self) -> list[show.Arrow]:
        """The exchanges as arrows between lanes; both pictures are made from these."""
        return [arrow for exchange in self for arrow in _arrows(exchange)]

    def __str__(self) -> str:
        return show.trace_text(self.arrows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return show.trace_html(self.arrows)


class LiveTrace(Trace):
    """A trace of what `requests` sends to these providers over the network, whichever client in this process sends it.

    A context manager; in a notebook, `start()` and `stop()`. What a browser sends, steps 1 and 2, it cannot see.
    """

    def start(self) -> LiveTrace:
        """Record from now on, and draw the veil. Starting twice is nothing."""
        watch(self.secrets)
        draw_veil()
        if self not in _live:
            _live.append(self)
        requests.Session.get_adapter = _recorded_adapter  # type: ignore[method-assign, assignment]
        return self

    def stop(self) -> None:
        """Record no more. What was recorded stays; stopping twice is nothing."""
        if self in _live:
            _live.remove(self)
        if not _live:
            requests.Session.get_adapter = _get_adapter  # type: ignore[method-assign]

    def __enter__(self) -> LiveTrace:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()


@contextmanager
def not_live() -> Iterator[None]:
    """Within, no LiveTrace records what this thread sends: it meets no real provider."""
    before = _is_live.set(False)
    try:
        yield
    finally:
        _is_live.reset(before)


_live: list[LiveTrace] = []
_is_live = ContextVar("_is_live", default=True)
_one_at_a_time = Lock()  # or two threads could record under one number
_get_adapter = requests.Session.get_adapter


def _recorded_adapter(session: requests.Session, url: str) -> Any:
    """Where every request of every session passes, each redirect too, once, and just before it is sent."""
    return _RecordedAdapter(_get_adapter(session, url))


class _RecordedAdapter:
    """An adapter of `requests` whose exchanges are recorded."""

    def __init__(self, adapter: Any) -> None:
        self._adapter = adapter

    def send(self, prepared: requests.PreparedRequest, **how: Any) -> requests.Response:
        request = request_of(prepared)
        try:
            answer: requests.Response = self._adapter.send(prepared, **how)
            self._record(request, response_of(answer))
        except BaseException as error:  # an interrupt too: its traceback shows what was sent
            self._record(request, None, refused=f"no answer: {type(error).__name__}")
            raise
        return answer

    @staticmethod
    def _record(request: Request, response: Response | None, refused: str = "") -> None:
        with _one_at_a_time:
            for trace in _live if _is_live.get() else ():
                if any(row.step_of(request.method, request.url) for row in trace.providers):
                    trace.record(request, response, refused=refused)


def _arrows(exchange: Exchange) -> Iterator[show.Arrow]:
    """An exchange as arrows. What a browser sends or shows goes on to its user; a redirect to your application too."""
    request, response = exchange._request, exchange._response
    by_browser = exchange.by_browser
    step = (
        exchange.step if by_browser or exchange.step not in (Step.AUTHORIZATION_REQUEST, Step.GRANT) else None
    )
    sender = "browser" if by_browser else "your application"
    receiver = "API" if exchange.step == Step.RESOURCE_REQUEST else "provider"
    path = clipped(urlsplit(_without_query(request.url)).path or "/")
    number = exchange.number
    if step == Step.AUTHORIZATION_REQUEST and not request.header("referer"):
        sender = "your application"  # it made the URL; the browser carries it
    if by_browser and request.method == "POST":
        yield show.Arrow(number, step, "user", "browser", show.pressed(request.body))
    yield show.Arrow(number, step, sender, receiver, f"{request.method} {path}")
    answer = None if step is None else Step(step + step % 2)
    if response is None:
        yield show.Arrow(number, answer, receiver, sender, exchange.refused)
        return
    words = f"{response.status} {response.reason}"
    location = exchange.header("location")
    if (
        by_browser
        and location
        and exchange.provider
        and not exchange.provider.step_of("GET", _absolute(exchange))
    ):
        yield show.Arrow(
            number, answer, receiver, "your application", f"{words}: {clipped(show.what_returns(location))}"
        )
    elif location:
        yield show.Arrow(
            number, answer, receiver, "browser", f"{words}: on to {clipped(urlsplit(location).path)}"
        )
    else:
        yield show.Arrow(number, answer, receiver, sender if not by_browser else "browser", words)
        if by_browser:
            page = show.page_title(response.body)
            yield show.Arrow(number, answer, "browser", "user", f"sees “{exchange.secrets.mask(page)}”")


def _absolute(exchange: Exchange) -> str:
    location = (exchange._response and exchange._response.header("location")) or ""
    return requests.compat.urljoin(exchange._request.url, location)


# --- the veil -------------------------------------------------------------------------------------


def draw_veil() -> bool:
    """From now on this kernel prints every known secret as its label, in any output; False if there is no kernel.

    What it cannot reach is said in SECURITY.md. Calling it again changes nothing.
    """
    return veil.draw(_veiled)


_passing: list[str] = []


@contextmanager
def passing(*texts: str) -> Iterator[None]:
    """Within, these outputs pass the veil as they are: an address that a person has to open must be whole."""
    _passing.extend(texts)
    try:
        yield
    finally:
        for text in texts:
            _passing.remove(text)


def _veiled(text: str) -> str:
    return text if text in _passing else mask(text)

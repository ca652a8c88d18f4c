"""The one scanner: what a practice has minted or was sent, and whether it stands in a text, however it is written.

It asks the ledger and the wire, never the list of what the package knows to be secret, and undoes escapes by itself:
what `wire.mask` has forgotten, it must find.
"""

import base64
import functools
import html
import inspect
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, quote_plus, unquote

Minted = list[tuple[str, str]]  # kind, value


def minted_by(practice: Any, browsers: Iterable[Any] = ()) -> Iterator[tuple[str, str]]:
    """Every secret of this practice, with its kind: from the ledger, from these browsers, and from what was sent."""
    import base64
    import hashlib
    import hmac
    from urllib.parse import parse_qsl, urlsplit

    ledger = practice.ledger
    for person in ledger.people.values():
        yield "password", person.password
    secrets = {client.client_id: client.client_secret for client in ledger.clients.values()}
    for client_id, secret in secrets.items():
        yield "client secret", secret
        yield "basic credentials", base64.b64encode(f"{client_id}:{secret}".encode()).decode()
    for kind in ("codes", "tokens", "refreshable", "sessions"):
        yield from ((kind, value) for value in getattr(ledger, kind))
    yield from (("CSRF value", session.csrf) for session in ledger.sessions.values())
    for value, token in ledger.tokens.items():
        digest = hashlib.sha256(value.encode()).digest()  # both forms of GitHub's `hashed_token`
        yield from (("token hash", text) for text in (digest.hex(), base64.b64encode(digest).decode()))
        key = secrets.get(token.client_id, "").encode()
        yield "appsecret proof", hmac.new(key, value.encode(), "sha256").hexdigest()
    urls = [url for browser in browsers for url in browser.history]
    for request, response in (exchange.reveal() for exchange in practice.trace):
        urls += [request.url, response.header("location") or "" if response else ""]
        urls.append("?" + request.body.decode("utf-8", "replace"))
    for name, value in (pair for url in urls for pair in parse_qsl(urlsplit(url).query)):
        if name in ("state", "code_verifier", "code_challenge", "nonce") and len(value) >= 8:
            yield name.replace("_", " "), value  # a shorter one is hidden by its place alone


# Run in a lesson's kernel as a last cell. What it writes goes to a file, so no output and no veil has a part in it.
WRITE_DOWN = f"""
import json as _json
from typing import Any
from collections.abc import Iterable, Iterator

{inspect.getsource(minted_by)}

from oauth_steps.explorer import Explorer as _Explorer
from oauth_steps.practice import Practice as _Practice

_all = list(globals().values())
_parties = [(each, [each.browser]) for each in _all if isinstance(each, _Practice)]
# An explorer has a practice of its own.
_models = [each.model for each in _all if isinstance(each, _Explorer)]
_parties += [(model.practice, model.browsers.values()) for model in _models]

with open(".minted.json", "w", encoding="utf-8") as _file:
    _json.dump(sorted({{pair for each in _parties for pair in minted_by(*each)}}), _file)
"""


def not_typed(minted: Iterable[tuple[str, str]], notebook: Any) -> Minted:
    """Those that do not stand in the notebook's own cells: a lesson writes out a `state` that is to be guessed."""
    sources = "\n".join("".join(cell["source"]) for cell in notebook["cells"])
    return [(kind, value) for kind, value in minted if value not in sources]


def found(minted: Iterable[tuple[str, str]], shown: Any, *, whole: bool = False) -> list[str]:
    """The kinds of secrets of which a piece (or, if `whole`, all) stands anywhere in `shown`: a text, or what JSON can
    hold, names of members included."""
    texts = readings("\n".join([*texts_of(shown), "" if isinstance(shown, str) else json.dumps(shown)]))
    sought = [(kind, way) for kind, value in minted for way in ways(value, whole)]
    words = within_words({way for _, way in sought}, texts)
    return sorted({kind for kind, way in sought if way in words})


def within_words(sought: set[str], texts: list[str]) -> str:
    """All that stands in these texts between characters that none of what is sought has, each of it once.

    A page repeats itself, and is megabytes long: what is sought stands in it if it stands in this.
    """
    if not sought:
        return ""
    letters = "".join(map(re.escape, sorted(set("".join(sought)))))
    word = re.compile(f"[{letters}]{{{min(map(len, sought))},}}")
    return "\0".join({found for text in texts for found in word.findall(text)})


def texts_of(value: Any) -> Iterator[str]:
    """Every string inside what JSON can hold, names of members included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for part in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from texts_of(part)


# --- how it may be written ------------------------------------------------------------------------


@functools.lru_cache(10_000)
def ways(value: str, whole: bool = False) -> set[str]:
    """The value as whoever has undone all escapes would read it: raw, in hex, and in base64 with anything around it."""
    raw = [value, quote(value, safe=""), quote_plus(value)]  # RFC 6749 2.3.1: quoted first, then Basic
    in_hex = value.encode().hex()
    places = range(0, 0 if whole else len(value) - PIECE + 1, PIECE)
    pieces = {value[at : at + PIECE] for at in places}
    return (
        pieces
        | {value, value.replace(" ", "+"), in_hex, in_hex.upper()}
        | {core.translate(alphabet) for text in raw for core in cores(text) for alphabet in ({}, URL_SAFE)}
    )


URL_SAFE = str.maketrans("+/", "-_")  # RFC 4648 section 5
LEAST = 8  # letters of base64 that nobody writes by chance
PIECE = 12  # letters: where a label took the place of a part only, one of these is left


def cores(text: str) -> Iterator[str]:
    """The letters of base64 that depend on this text alone, for each of the three places where it may begin."""
    data = text.encode()
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + data).decode()
        core = encoded[-(-before * 8 // 6) : (before + len(data)) * 8 // 6]
        if len(core) >= LEAST:
            yield core


ESCAPED = re.compile(r"""\\(?:u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|U000([0-9a-fA-F]{5})|(["'/\\nrtbf]))""")
MEANS = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
# Between the parts of a word that was cut: markup, blanks, a line that goes on, one literal and the next.
CUT = re.compile(r"""<[^<>]*>|[\s\\\u00ad\u200b]+|["'][\s,+]*["']""")


def unescaped(text: str) -> str:
    r"""The text without the escapes of JSON and Python: `\u00e9`, `\xe9`, `\"`, `\/`."""

    def letter(match: re.Match[str]) -> str:
        if code := match[1] or match[2] or match[3]:
            return chr(int(code, 16))
        return MEANS.get(match[4], match[4])

    text = ESCAPED.sub(letter, text)
    pairs = any("\ud800" <= char <= "\udfff" for char in set(text))
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if pairs else text


def readings(text: str) -> list[str]:
    """Each of the texts that it is read as, and each of these again, put together where it was cut."""
    texts = read(text)
    return texts + [CUT.sub("", each) for each in texts]


def read(text: str) -> list[str]:
    """The text as it is, and after each kind of escape is undone in turn until there is none; and what its base64
    says, read in the same way."""
    texts = undone(text)
    inner = "\n".join(decoded(run[0]) for each in texts for run in BASE64.finditer(each))
    return texts + undone(inner) if inner else texts


def undone(text: str) -> list[str]:
    """The text, and what it becomes with each escape that is undone; no deeper than anybody would nest them."""
    texts = [text]
    for _ in range(6):
        before = texts[-1]
        for undo in (html.unescape, unescaped, unquote):
            if (after := undo(texts[-1])) != texts[-1]:
                texts.append(after)
        if texts[-1] == before:
            break
    return texts


BASE64 = re.compile(r"[A-Za-z0-9+/_-]{24,}")


def decoded(run: str) -> str:
    """What these letters say if they are base64, in either alphabet, padded or not."""
    whole = run[: len(run) - (len(run) % 4 == 1)]
    data = base64.b64decode(whole + "=" * (-len(whole) % 4), altchars=b"-_" if set(run) & {*"-_"} else None)
    return data.decode("utf-8", "ignore")

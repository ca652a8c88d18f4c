"""Whatever is asked, there is an answer: of the provider's shape, that a server can send, and that tells no secret.

A request is a right one to which something was done. Its parts are whatever a client can hand over: header values are
Latin-1, as `requests` and WSGI servers have them, all else is any text and any bytes.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode, urlsplit
from xml.etree import ElementTree

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from minted import found

from oauth_steps import App, Provider, authorization_url, request_resource, request_token
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import Redirect
from oauth_steps.practice.facebook import Facebook
from oauth_steps.practice.github import GitHub
from oauth_steps.practice.messages import Asked as Read
from oauth_steps.practice.pages.reading import Reading
from oauth_steps.wire import Request, Response

ERAS = ("now", "2013")
SIDES = {"GitHub": GitHub, "Facebook": Facebook}
SCOPES = {
    "GitHub": ("repo", "user"),
    "Facebook": ("email", "pages_show_list", "pages_read_engagement", "pages_manage_posts"),
    "Facebook 2013": ("email", "manage_pages", "publish_stream"),
}
REFUSED = {"GitHub": (404, 422, 200, 401), "Facebook": (400, 400, 400, 400)}
ME = {"GitHub": "user", "Facebook": "me"}
MORE = {"GitHub": "gist", "Facebook": "user_likes"}  # a scope that was not asked for yet
STATUSES = {
    "GitHub": {200, 202, 204, 302, 400, 401, 403, 404, 422},
    "Facebook": {200, 302, 400, 403, 404, 500},
}
CALLBACKS = ["https://notes.example/cb", "http://127.0.0.1:8000/cb"]
PAGE = "1098765432101234"  # Ada's

# Kind of secret -> what somebody must have sent, one of these, to be told of one that was not sent. A password and a
# client secret are told to nobody.
TOLD_TO = {
    "code": {"COOKIE"},
    "access token": {"CODE", "REFRESH", "TOKEN", "COOKIE"},
    "refresh token": {"CODE", "REFRESH"},
    "cookie": {"PASSWORD"},
    "CSRF value": {"COOKIE"},
    "password": set(),
    "client secret": set(),
}

Pairs = list[tuple[str, Any]]


@dataclass(frozen=True)
class Asked:
    """A request before it is put into bytes, words such as CODE in the place of values; `style` is the body's.

    `status` is how it is answered.
    """

    status: int
    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    body: tuple[tuple[str, Any], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    style: str = "form"


def scopes(row: Provider) -> tuple[str, ...]:
    return SCOPES.get(f"{row.name} {row.era}", SCOPES[row.name])


class World:
    """A practice with two applications and two people who have used them, and a provider's side of it."""

    def __init__(self, provider: str, era: str) -> None:
        with Practice(era=era) as practice:
            self.row = next(row for row in practice.providers if row.name == provider)
            mine, other = (
                practice.register(
                    self.row,
                    name=f"Notes {number}",
                    redirect_uri=CALLBACKS[: 1 if (provider, era) == ("GitHub", "2013") else 2],
                    scope=scopes(self.row),
                )
                for number in (1, 2)
            )
            codes = [code_of(practice, app, login) for app in (mine, other) for login in ("ada", "ben")]
            token = request_token(mine, code_of(practice, mine, "ada"))
            request_token(other, code_of(practice, other, "ben"))
            pages = {} if provider == "GitHub" else request_resource(mine, token, "/me/accounts").json()
        self.ledger = practice.ledger
        self.side = SIDES[provider](self.ledger, self.row)
        cookie = self.ledger.sign_in(self.side.provider, "ada")
        self.ledger.sign_in(self.side.provider, "ben")
        self.words = {
            "CLIENT": mine.client_id,
            "SECRET": mine.client_secret,
            "CALLBACK": CALLBACKS[0],
            "CODE": codes[0],
            "TOKEN": token.access_token,
            "REFRESH": token.refresh_token or "none",
            "PAGES": pages["data"][0]["access_token"] if pages else "none",
            "COOKIE": cookie,
            "CSRF": self.ledger.sessions[cookie].csrf,
            "PASSWORD": self.ledger.people["ada"].password,
        }
        self.sent: set[str] = set()  # the words that stood in what was asked

    def filled(self, text: str) -> str:
        """The text with values in the place of words."""

        def value(word: re.Match[str]) -> str:
            self.sent.add(word[0])
            return self.words[word[0]]

        return re.sub("|".join(self.words), value, text)

    def kinds(self) -> list[Asked]:
        """A request of each kind, four wrong ones among them."""
        return [*_of_both(self.row), *(_of_github if self.row.name == "GitHub" else _of_facebook)(self.row)]

    def ask(self, asked: Asked, raw: bytes | None = None) -> tuple[Request, Response]:
        """What goes to the provider's side, and what comes from it; `raw` is a body in the place of the pairs."""
        query, body, headers = (
            [(self.filled(name), json.loads(self.filled(json.dumps(value)))) for name, value in pairs]
            for pairs in (asked.query, asked.body, asked.headers)
        )
        url = self.filled(asked.url) + (f"?{form(query)}" if query else "")
        sent = [("User-Agent", "test"), ("Content-Type", f"application/{TYPES[asked.style]}")]
        sent += [(name, credentials(value)) for name, value in headers]
        names = [name.lower() for name, _ in headers]
        sent = [pair for number, pair in enumerate(sent) if number > 1 or pair[0].lower() not in names]
        content = ENCODED[asked.style](body) if raw is None else raw
        request = Request(asked.method, url, tuple(sent), content)
        return request, self.side.handle(request)

    def secrets(self) -> Iterator[tuple[str, str]]:
        """The kind and the value of all that must not be told to everybody."""
        yield from (("client secret", client.client_secret) for client in self.ledger.clients.values())
        yield from (("password", person.password) for person in self.ledger.people.values())
        yield from (("code", value) for value in self.ledger.codes)
        yield from (("access token", value) for value in self.ledger.tokens)
        yield from (("refresh token", value) for value in self.ledger.refreshable)
        yield from (("cookie", value) for value in self.ledger.sessions)
        yield from (("CSRF value", session.csrf) for session in self.ledger.sessions.values())


def code_of(practice: Practice, app: App, login: str) -> str:
    page = practice.new_browser(login).open(authorization_url(app, state="xyz"))
    answer = page if isinstance(page, Redirect) else page.allow()
    assert isinstance(answer, Redirect)
    return answer.parameters["code"]


# --- right requests -------------------------------------------------------------------------------------------


def _of_both(row: Provider) -> list[Asked]:
    wish = (("client_id", "CLIENT"), ("redirect_uri", "CALLBACK"), ("state", "xyz"))
    scope = ("scope", row.scope_separator.join(scopes(row)))
    client = (("client_id", "CLIENT"), ("client_secret", "SECRET"), ("redirect_uri", "CALLBACK"))
    in_query = row.token_method == "GET"
    code = (*client, ("code", "CODE"))
    cookie = (("Cookie", f"{SIDES[row.name].cookie}=COOKIE"),)
    guard = ("authenticity_token" if row.name == "GitHub" else "fb_dtsg", "CSRF")
    sign_in = row.web_url + ("/session" if row.name == "GitHub" else "/login")
    unknown, stale, no_secret, no_token = REFUSED[row.name]
    back = "return_to" if row.name == "GitHub" else "next"
    return [
        Asked(302, "GET", row.authorization_url, (*wish, scope)),  # nobody is signed in
        Asked(302, "GET", row.authorization_url, (*wish, scope), headers=cookie),
        Asked(200, "GET", row.authorization_url, (*wish, ("scope", MORE[row.name])), headers=cookie),
        Asked(302, "POST", row.authorization_url, (), (*wish, scope, guard, ("authorize", "1")), cookie),
        Asked(302, "POST", row.authorization_url, (), (*wish, scope, guard, ("authorize", "0")), cookie),
        Asked(200, "GET", f"{row.web_url}/login", ((back, "/me?login=ada"),)),
        Asked(302, "POST", sign_in, (), (("login", "ada"), ("password", "PASSWORD"), (back, "/me"))),
        Asked(200, row.token_method, row.token_url, code if in_query else (), () if in_query else code),
        Asked(200, "POST", row.token_url, (), code, style="json"),
        Asked(unknown, "GET", row.authorization_url, (("client_id", "1"),)),
        Asked(stale, "POST", row.authorization_url, (), (*wish, scope, ("authorize", "1")), cookie),
        Asked(no_secret, "POST", row.token_url, (), (*client[::2], ("code", "CODE"))),
        Asked(no_token, "GET", f"{row.api_url}/{ME[row.name]}"),
    ]


def _of_github(row: Provider) -> list[Asked]:
    bearer, basic = (("Authorization", "token TOKEN"),), (("Authorization", "Basic CLIENT:SECRET"),)
    grant = (("grant_type", "refresh_token"), ("refresh_token", "REFRESH"))
    token = (("access_token", "TOKEN"),)
    managed = f"{row.api_url}/applications/CLIENT"
    client = (("client_id", "CLIENT"), ("client_secret", "SECRET"))
    calls = [
        Asked(200, "GET", row.api_url + path, headers=bearer)
        for path in ("/user", "/user/emails", "/user/repos")
    ]
    if row.inspection is None:
        return calls
    cookie, guard = (("Cookie", "user_session=COOKIE"),), ("authenticity_token", "CSRF")
    settings = f"{row.web_url}/settings/connections/applications/CLIENT"
    return [
        *calls,
        Asked(200, "GET", settings, headers=cookie),
        Asked(302, "POST", settings, (), (guard, ("act", "save"), ("allow_scope", "user")), cookie),
        Asked(
            202, "POST", f"{row.api_url}/credentials/revoke", (), (("credentials", ["TOKEN"]),), style="json"
        ),
        Asked(200, "POST", row.token_url, (), (*client, *grant), (("Accept", "application/json"),)),
        Asked(200, "POST", row.token_url, (), grant, (*basic, ("Accept", "application/xml"))),
        Asked(200, "POST", f"{managed}/token", (), token, basic, "json"),
        Asked(200, "PATCH", f"{managed}/token", (), token, basic, "json"),
        Asked(204, "DELETE", f"{managed}/token", (), token, basic, "json"),
        Asked(204, "DELETE", f"{managed}/grant", (), token, basic, "json"),
    ]


def _of_facebook(row: Provider) -> list[Asked]:
    client = (("client_id", "CLIENT"), ("client_secret", "SECRET"))
    token, bearer = (("access_token", "TOKEN"),), (("Authorization", "Bearer TOKEN"),)
    extension = (("grant_type", "fb_exchange_token"), ("fb_exchange_token", "TOKEN"))
    cookie, mine = (("Cookie", "xs=COOKIE"),), (("client_id", "CLIENT"), ("fb_dtsg", "CSRF"))
    settings = f"{row.web_url}/settings/applications"
    return [
        Asked(200, "GET", settings, mine[:1], (), cookie),
        Asked(200, "POST", settings, (), (*mine, ("act", "save"), ("allow_scope", "email")), cookie),
        Asked(200, "GET", row.token_url, (*client, *extension)),
        Asked(200, "POST", row.token_url, (), (*client, ("grant_type", "client_credentials"))),
        Asked(200, "GET", f"{row.api_url}/me", (*token, ("fields", "id,name,email"))),
        Asked(200, "GET", f"{row.api_url}/me/accounts", (), (), bearer),
        Asked(200, "GET", f"{row.api_url}/me/permissions", token),
        Asked(200, "DELETE", f"{row.api_url}/me/permissions/email", token),
        Asked(200, "DELETE", f"{row.api_url}/me/permissions", (), token),
        Asked(200, "GET", f"{row.api_url}/{PAGE}/feed", (("access_token", "PAGES"),)),
        Asked(
            200, "POST", f"{row.api_url}/{PAGE}/feed", (), (("access_token", "PAGES"), ("message", "Hello"))
        ),
        Asked(
            200,
            "GET",
            f"{row.api_url}/debug_token",
            (("input_token", "TOKEN"), ("access_token", "CLIENT|SECRET")),
        ),
    ]


# --- from words to bytes --------------------------------------------------------------------------------------


def form(pairs: Pairs) -> str:
    """As a browser quotes it; half a character goes as it is."""
    return urlencode(
        [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in pairs],
        errors="surrogatepass",
    )


def _object(pairs: Pairs) -> str:
    """A JSON object, in which a name may stand twice."""
    return "{" + ",".join(f"{json.dumps(name)}:{json.dumps(value)}" for name, value in pairs) + "}"


TYPES = {"form": "x-www-form-urlencoded", "json": "json", "utf-16": "json; charset=utf-16", "mixed": "json"}
ENCODED: dict[str, Callable[[Pairs], bytes]] = {
    "form": lambda pairs: form(pairs).encode(),
    "json": lambda pairs: _object(pairs).encode(),
    "utf-16": lambda pairs: _object(pairs).encode("utf-16"),
    "mixed": lambda pairs: form(pairs).encode(),  # a form that is called JSON
}


def credentials(value: str) -> str:
    """The value of a header; after Basic a name and a password are put as RFC 7617 wants it."""
    scheme, _, pair = value.partition(" ")
    if scheme != "Basic" or ":" not in pair:
        return value
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


# --- what holds of every answer -------------------------------------------------------------------------------


def is_an_answer(world: World, request: Request, response: Response) -> None:
    """Nothing that a server could not send, nobody sent astray, nothing told to somebody who does not hold it."""
    assert response.status in STATUSES[world.row.name]
    for name, value in response.headers:
        assert re.fullmatch(r"[A-Za-z0-9-]+", name)
        value.encode("latin-1")
        assert re.fullmatch(r"[^\x00-\x08\x0a-\x1f\x7f]*", value)
    location = response.header("location")
    assert (location is not None) == (response.status == 302)
    if location is not None:
        home = urlsplit(location)[:2] == urlsplit(world.row.web_url)[:2]
        assert home or re.match(r"(https://notes\.example|http://127\.0\.0\.1(:[0-9]+)?)/cb[?#]", location)
    has_shape(world, request, response)
    text = response.body.decode() + "\n".join(value for _, value in response.headers)
    known = {world.words[word] for word in world.sent}
    for kind in found([(kind, secret) for kind, secret in world.secrets() if secret not in known], text):
        assert TOLD_TO[kind] & world.sent, kind


def has_shape(world: World, request: Request, response: Response) -> None:
    """The body is what its type says, and a refusal of the API is in the provider's envelope."""
    kind = (response.header("content-type") or "").partition(";")[0]
    if not response.body:
        assert response.status in (204, 302) and not kind
        return
    text = response.body.decode()
    body: Any = None
    match kind:
        case "application/json" | "text/javascript" | "application/octet-stream":
            body = json.loads(text, parse_constant=pytest.fail)
        case "application/xml":
            body = ElementTree.fromstring(text)
        case "application/x-www-form-urlencoded" | "text/plain":
            body = parse_qsl(text, strict_parsing=True, errors="strict")
        case "text/html":
            forbidden = response.status == 403 and "User-Agent" in text  # GitHub's, which is no page
            assert forbidden or Reading(text).page in {
                "sign-in",
                "choose-account",
                "consent",
                "settings",
                "error",
            }
        case _:
            pytest.fail(f"what is {kind}?")
    at_api = urlsplit(world.row.api_url).hostname == hostname(request.url)
    if at_api and response.status >= 400 and kind != "text/html":
        error = body.get("error", body)
        assert isinstance(error["message"], str)
        assert error.get("fbtrace_id") == response.header("x-fb-request-id")


def hostname(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("provider", SIDES)
def test_each_kind_of_request_is_answered_as_it_should(provider: str, era: str) -> None:
    """So that those below begin where they get far."""
    for number in range(len(World(provider, era).kinds())):
        world = World(provider, era)
        asked = world.kinds()[number]
        request, response = world.ask(asked)
        assert response.status == asked.status, asked
        is_an_answer(world, request, response)


# --- anything --------------------------------------------------------------------------------------------------

LATIN = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=20)
TEXT = st.text(max_size=12)
ADDRESSES = ["//mallory.example/", "/\\mallory.example/", "@mallory.example/", "https://mallory.example/cb"]
WORDS = [
    *ADDRESSES,
    "CLIENT",
    "SECRET",
    "CALLBACK",
    "CODE",
    "TOKEN",
    "REFRESH",
    "PAGES",
    "COOKIE",
    "CSRF",
    "PASSWORD",
]
WORDS += [
    "CLIENT|SECRET",
    "http://127.0.0.1:80/cb",
    "http://127.0.0.1:\uff18/cb",
    "\ud800",
    "\x00",
    "{0}",
    "",
]
VALUES = st.sampled_from(WORDS) | TEXT
PARAMETERS = """
    client_id client_secret code redirect_uri scope state grant_type refresh_token return_to next login password
    code_verifier code_challenge code_challenge_method authorize authenticity_token fb_dtsg allow_scope account act
    prompt auth_type response_type return_scopes access_token input_token fb_exchange_token appsecret_proof
    fields message link method page per_page
"""
NAMES = TEXT | st.sampled_from(PARAMETERS.split())
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | VALUES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)
QUERY, BODY = (
    st.lists(st.tuples(NAMES, VALUES), max_size=4),
    st.lists(st.tuples(NAMES, VALUES | JSON), max_size=4),
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from(
            ["Accept", "ACCEPT", "Authorization", "Cookie", "Content-Type", "User-Agent", "Referer"]
        )
        | st.sampled_from(["X-GitHub-Api-Version", "If-None-Match", "Range", "Origin", "x-é", "", " "]),
        LATIN
        | st.sampled_from(
            ["Bearer TOKEN", "token TOKEN", "OAuth PAGES", "Bearer", "Basic CLIENT:SECRET", "Basic é"]
        )
        | st.sampled_from(["application/xml", "application/json;q=0", "multipart/form-data", "text/html"])
        | st.sampled_from(["user_session=COOKIE", "xs=COOKIE", 'user_session="COOKIE', "xs=\\303;=;;a"]),
    ),
    max_size=3,
)
PATHS = """
    / // /login /session /login/oauth/authorize /login/oauth/access_token /login/oauth/select_account
    /settings/connections/applications/CLIENT /user /user/ /user?access_token=TOKEN /applications/CLIENT/token
    /dialog/oauth /v99.9/dialog/oauth /oauth/access_token /debug_token /v25.0 /v1.0/me /me/feed /me/permissions/email
    /settings/applications /a/b/c/d /me/%2e%2e /%ff/%0a /%00 /é ? # %
"""
PLACES = (
    st.sampled_from(["", "/\n", "/ ", "/\ud800", *PATHS.split()])
    | TEXT.map(lambda text: f"/{text}")
    | TEXT.map(lambda text: f"/{quote_plus(text, errors='replace')}")
)
HOSTS = [
    "https://github.com",
    "https://api.github.com",
    "https://www.facebook.com",
    "https://graph.facebook.com",
]
HOSTS += [
    "https://",
    "https://[",
    "https://[::1]",
    "https://a@github.com:x",
    "",
    "https://\uff47ithub.com",
    "GITHUB.COM",
]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("provider", SIDES)
@given(
    number=st.integers(0, 30),
    method=st.none()
    | st.sampled_from(["GET", "POST", "DELETE", "PUT", "PATCH", "HEAD", "OPTIONS", "get", ""])
    | TEXT,
    host=st.none() | st.sampled_from(HOSTS),
    place=st.none() | PLACES,
    left_out=st.sets(st.integers(0, 6), max_size=2),
    query=QUERY,
    body=BODY,
    headers=HEADERS,
    style=st.none() | st.sampled_from(sorted(ENCODED)),
    raw=st.none() | st.binary(max_size=60),
)
@example(0, None, "https://[", None, set(), [], [], [], None, None)
@example(0, None, None, "/login?return_to=/\ud800&next=/\ud800", set(), [], [], [], None, None)
@example(0, None, None, "/a/b/c/\ud800", set(), [], [], [], None, None)
@example(1, None, None, None, {1}, [("redirect_uri", "http://127.0.0.1:\uff18/cb")], [], [], None, None)
@example(6, None, None, None, {2}, [], [("return_to", "@mallory.example/")], [], None, None)
@example(6, None, None, None, {2}, [], [("next", ".mallory.example/")], [], None, None)
@example(7, None, None, None, set(), [], [], [("Authorization", "Basic \xe9")], None, None)
@example(7, None, None, None, set(), [], [], [("Authorization", "Basic x")], None, None)
@example(8, None, None, None, set(), [], [("client_secret", "\ud800")], [], "json", None)
def test_whatever_is_asked_there_is_an_answer(
    provider: str,
    era: str,
    number: int,
    method: str | None,
    host: str | None,
    place: str | None,
    left_out: set[int],
    query: Pairs,
    body: Pairs,
    headers: Pairs,
    style: str | None,
    raw: bytes | None,
) -> None:
    world = World(provider, era)
    kinds = world.kinds()
    right = kinds[number % len(kinds)]
    base = re.match("https://[^/]+", right.url)
    assert base
    url = right.url if host is None else host + right.url[base.end() :]
    if place is not None:
        url = (base[0] if host is None else host) + place
    asked = replace(
        right,
        method=right.method if method is None else method,
        url=url,
        query=(*without(right.query, left_out), *query),
        body=(*without(right.body, left_out), *body),
        headers=(*without(right.headers, left_out), *headers),
        style=style or right.style,
    )
    is_an_answer(world, *world.ask(asked, raw))


def without(pairs: tuple[tuple[str, Any], ...], numbers: set[int]) -> Pairs:
    return [pair for number, pair in enumerate(pairs) if number not in numbers]


# --- a great deal of it ----------------------------------------------------------------------------------------

MEGABYTE = 1_000_000
MUCH: dict[str, Callable[[int], str]] = {
    "one word": lambda size: "a" * size,
    "empty pairs": lambda size: "&" * size,
    "many pairs": lambda size: "a=b&" * (size // 4),
    "percent signs": lambda size: "%" * size,
    "bytes that are no text": lambda size: "%ff" * (size // 3),
    "one name many times": lambda size: "code=x&" * (size // 7),
    "a long code": lambda size: f"code={'a' * size}",
    "blanks": lambda size: f"scope=a{' ' * size}a",
    "many scopes": lambda size: f"scope={'user,' * (size // 5)}",
    "nested lists": lambda size: "[" * size,
    "nested objects": lambda size: '{"code":' * (size // 8),
    "a long number": lambda size: '{"code":' + "1" * size + "}",
    "a long text": lambda size: '{"code":"' + "\\\\" * (size // 2) + '"}',
    "many members": lambda size: "{" + '"code":"",' * (size // 10) + '"code":""}',
}
IN_A_HEADER: dict[str, tuple[str, Callable[[int], str]]] = {
    "blanks in Accept": ("Accept", lambda size: f"a{' ' * size}a"),
    "commas in Accept": ("Accept", lambda size: "," * size),
    "backslashes in a cookie": ("Cookie", lambda size: 'a="' + "\\" * size + '"'),
    "blanks in a cookie": ("Cookie", lambda size: f"a{' ' * size}=b"),
    "many cookies": ("Cookie", lambda size: "a=b;" * (size // 4)),
    "semicolons": ("Cookie", lambda size: "; " * (size // 2)),
    "a long token": ("Authorization", lambda size: "Bearer " + "a" * size),
    "blanks before a token": ("Authorization", lambda size: "Bearer" + " " * size),
    "colons": ("Authorization", lambda size: "Basic " + base64.b64encode(b":" * size).decode()),
    "a long version": ("X-GitHub-Api-Version", lambda size: "2" * size),
}
IN_THE_URL: dict[str, Callable[[int], str]] = {
    "slashes": lambda size: "/" * size,
    "a long name": lambda size: f"/{'a' * size}",
    "long names": lambda size: f"/{'a' * size}/{'b' * size}/{'c' * size}/d",
    "zeros": lambda size: "/%00" * (size // 4),
    "a long version": lambda size: f"/v{'1' * size}.{'1' * size}x",
    "a long query": lambda size: f"/login?return_to=/{'%41' * (size // 3)}",
    "many states": lambda size: f"/me?{'state=&' * (size // 7)}",
}


AMOUNTS = [*MUCH, *IN_A_HEADER, *IN_THE_URL]


def of_size(world: World, name: str, size: int) -> Iterator[tuple[Request, Response]]:
    """So much of one thing, wherever it is read."""
    row = world.row
    if name in IN_THE_URL:
        for url in (row.web_url, row.api_url):
            yield world.ask(Asked(0, "GET", url + IN_THE_URL[name](size)))
    elif name in IN_A_HEADER:
        header, value = IN_A_HEADER[name]
        client = (("client_id", "CLIENT"), ("client_secret", "SECRET"))
        for method, url in (
            ("POST", row.token_url),
            ("GET", row.authorization_url),
            ("GET", f"{row.api_url}/user"),
        ):
            yield world.ask(Asked(0, method, url, client, (), ((header, value(size)),)))
    else:
        text = MUCH[name](size)
        style = "json" if text.startswith(("[", "{")) else "form"
        client = (("client_id", "CLIENT"), ("client_secret", "SECRET"), ("redirect_uri", "CALLBACK"))
        basic = (("Authorization", "Basic CLIENT:SECRET"),)
        api = {"GitHub": "/applications/CLIENT/token", "Facebook": "/me/feed"}[row.name]
        places = [(row.token_url, ()), (row.authorization_url, ()), (row.api_url + api, basic)]
        for url, headers in places:
            yield world.ask(Asked(0, "POST", url, client, (), headers, style), text.encode())


def work(world: World, name: str, size: int) -> tuple[int, int]:
    """How many calls were made for this, and how many bytes were answered."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        answers = [response for _, response in of_size(world, name, size)]
    finally:
        sys.setprofile(None)
    return calls, sum(len(answer.body) + sum(map(len, sum(answer.headers, ()))) for answer in answers)


@pytest.mark.parametrize("provider", SIDES)
@pytest.mark.parametrize("name", AMOUNTS)
def test_twice_as_much_is_twice_the_work_at_most(name: str, provider: str) -> None:
    """In calls and in bytes. What grows faster within one call, such as a search, does not end with a megabyte."""
    world = World(provider, "now")
    calls, answered = work(world, name, 10_000)
    more_calls, more_answered = work(world, name, 20_000)
    assert more_calls <= 2.1 * calls + 500
    assert more_answered <= 2.1 * answered + 500
    for request, response in of_size(world, name, MEGABYTE):
        is_an_answer(world, request, response)


# As it is sent by curl and browsers; by undici and httr, which add a type; by nothing known, but allowed (RFC 7578).
@pytest.mark.parametrize(
    ("kind", "body", "fields"),
    [
        ("b", '--b\r\nContent-Disposition: form-data; name="code"\r\n\r\nA+1\r\n--b--\r\n', {"code": "A+1"}),
        (
            '"a b"; charset=utf-8',
            '--a b\r\ncontent-disposition: form-data; name="x"\r\nContent-Type: text/plain\r\n\r\né\r\n\r\nü\r\n'
            "--a b\r\nContent-Type: text/plain\r\nContent-Disposition: form-data; name=y\r\n\r\n\r\n--a b--",
            {"x": "é\r\n\r\nü", "y": ""},
        ),
        (
            "b",
            'before\r\n--b\r\nContent-Disposition: form-data; name="f"; filename="code"\r\n\r\nA\r\n'
            '--b\r\nContent-Disposition: form-data; filename="g"; name="code"\r\n\r\nA\r\n--b--\r\n',
            {},
        ),
        ("b", '--c\r\nContent-Disposition: form-data; name="code"\r\n\r\nA\r\n--c--\r\n', {}),
        ("b", '--b\r\nContent-Disposition: form-data; name="code"', {"code": ""}),
        (
            "xJSONy",
            '--xJSONy\r\nContent-Disposition: form-data; name="code"\r\n\r\nA\r\n--xJSONy--\r\n',
            {"code": "A"},
        ),
        (
            "b",  # what only begins like the boundary ends nothing; what stands behind the end is not read
            '--b\r\nX: filename\r\nContent-Disposition: form-data; name="x"\r\n\r\nA\r\n--bX\r\n--b--\r\n'
            '--b\r\nContent-Disposition: form-data; name="y"\r\n\r\nB\r\n--b--\r\n',
            {"x": "A\r\n--bX"},
        ),
        ("", "code=A", {}),
    ],
)
def test_a_form_in_parts_is_read(kind: str, body: str, fields: dict[str, str]) -> None:
    headers = (("Content-Type", f"multipart/form-data; boundary={kind}"),)
    assert Read(Request("POST", "https://github.com/", headers, body.encode())).body == fields

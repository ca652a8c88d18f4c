"""api.github.com, as of autumn 2026: what applications call in steps 5 and 6, and to manage their tokens."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import format_datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urljoin

from ..providers import Provider
from ..wire import Headers, Response
from . import github_bodies as bodies
from . import github_facts as facts
from . import github_lists as lists
from .github_scopes import covers
from .ledger import ALIVE, AccessToken, Client, Ledger, Person
from .messages import Asked, same


class Api:
    """The API's endpoints over a ledger."""

    def __init__(self, ledger: Ledger, provider: Provider) -> None:
        self.ledger = ledger
        self.provider = provider

    def reply(self, asked: Asked, path: str) -> Response:
        """The answer to a call of this path, whatever it is."""
        if not asked.header("user-agent"):
            return Response(403, (("Content-Type", "text/html"),), facts.NO_USER_AGENT.encode())
        version = asked.header(facts.API_VERSION_HEADER) or facts.API_VERSIONS[0]
        if version not in facts.API_VERSIONS:  # docs: 400; its words are assumed
            refusal = _error(400, "This API version is not supported.", facts.DOCS_REST)
            return self._in_bytes(refusal, facts.API_VERSIONS[0])
        return self._in_bytes(self._reply(asked, path), version)

    def _reply(self, asked: Asked, path: str) -> _Reply:
        if "access_token" in asked.query:
            return _Reply(400, dict(facts.TOKEN_IN_QUERY))
        if found := _APPLICATION.fullmatch(path):
            return self._application(asked, found["client_id"], found["what"])
        given = asked.bearer("bearer", "token")
        token = self._living_token(given) if given else None
        if given and token is None:
            return _error(401, "Bad credentials", facts.DOCS_REST)
        resource = _RESOURCES.get(path) if asked.method == "GET" else None
        if resource is None:
            return _error(404, "Not Found", facts.DOCS_REST, token)
        docs = facts.DOCS + resource.docs
        if token is None:
            return _error(401, "Requires authentication", docs)
        token.use(self.ledger.clock.now)
        if resource.needs and not any(covers(token.scope, scope) for scope in resource.needs):
            return _error(404, "Not Found", docs, token, resource.needs)
        reply = resource.show(self, asked, self.ledger.people[token.login], token)
        return replace(reply, token=token, accepted=resource.needs)

    def _living_token(self, value: str) -> AccessToken | None:
        token = self.ledger.tokens.get(value)
        if token is None or self.ledger.registered(self.provider, token.client_id) is None:
            return None
        return token if token.state_at(self.ledger.clock.now) == ALIVE else None

    def _application(self, asked: Asked, client_id: str, what: str) -> _Reply:
        """POST and DELETE /applications/{client_id}/token, DELETE …/grant: Basic credentials, JSON body."""
        if asked.basic is None:
            return _error(404, "Not Found", facts.DOCS_APPLICATIONS)  # observed: octokit/oauth-app.js#3
        user, secret = asked.basic
        client = self.ledger.registered(self.provider, client_id)
        if client is None or user != client_id or not same(client.client_secret, secret):
            return _error(401, "Bad credentials", facts.DOCS_REST)  # observed: octokit.rb#1423
        if not isinstance(asked.json, dict):
            problem = "Problems parsing JSON" if asked.json is None else "Body should be a JSON object"
            return _error(400, problem, facts.DOCS_APPLICATIONS)
        value = asked.json.get("access_token")
        if not isinstance(value, str):
            return _error(422, "Validation Failed", facts.DOCS_APPLICATIONS)
        token = self._living_token(value)
        act = _MANAGEMENT.get((asked.method, what))
        if token is None or token.client_id != client_id or act is None:
            return _error(404, "Not Found", facts.DOCS_APPLICATIONS)
        return act(self, token, client)

    def _check(self, token: AccessToken, client: Client) -> _Reply:
        person = self.ledger.people[token.login]
        return _Reply(200, bodies.authorization(self.provider, person, token, client))

    def _revoke(self, token: AccessToken, client: Client) -> _Reply:
        token.happens("revoked", self.ledger.clock.now)
        return _Reply(204)

    def _end_grant(self, token: AccessToken, client: Client) -> _Reply:
        self.ledger.remove(client.client_id, token.login)
        return _Reply(204)

    def _user(self, asked: Asked, person: Person, token: AccessToken) -> _Reply:
        return _Reply(200, bodies.user(self.provider, person, token.scope))

    def _emails(self, asked: Asked, person: Person, token: AccessToken) -> _Reply:
        return self._page(asked, bodies.emails(person))

    def _repositories(self, asked: Asked, person: Person, token: AccessToken) -> _Reply:
        """GET /user/repos: private ones only for a token with `repo` (inferred from the table of scopes)."""
        if lists.combined(asked.query):
            return _error(422, facts.TYPE_AND_VISIBILITY, facts.DOCS + _RESOURCES["/user/repos"].docs)
        version = asked.header(facts.API_VERSION_HEADER) or ""
        seen = (
            bodies.repository(self.provider, person, one, self.ledger.clock.start, version)
            for one in person.repositories
            if not one.private or covers(token.scope, "repo")
        )
        return self._page(asked, lists.chosen(seen, asked.query))

    def _page(self, asked: Asked, items: list[bodies.Body]) -> _Reply:
        url = urljoin(self.provider.api_url, asked.path)
        page = lists.page_of(items, url, asked.query)
        return _Reply(200, page.items, headers=(("Link", page.link),) if page.link else ())

    # --- how it answers -------------------------------------------------------------------------------------
    def _in_bytes(self, reply: _Reply, version: str) -> Response:
        text = b"" if reply.body is None else compact_json(reply.body).encode()
        headers = (
            ("Date", http_date(self.ledger.clock.now)),
            *(_of_the_body(reply, text) if text else ()),
            *(_of_the_token(reply.token, reply.accepted) if reply.token else ()),
            ("x-github-api-version-selected", version),
            *self._rate_limit(reply.token),
            *facts.API_HEADERS,
            ("X-GitHub-Request-Id", request_id(self.ledger)),
            *reply.headers,
        )
        return Response(reply.status, headers, text)

    def _rate_limit(self, token: AccessToken | None) -> Headers:
        limit, used = (facts.RATE_LIMIT, token.uses) if token else (facts.ANONYMOUS_RATE_LIMIT, 0)
        return (
            ("X-RateLimit-Limit", str(limit)),
            ("X-RateLimit-Remaining", str(max(0, limit - used))),
            ("X-RateLimit-Reset", str(int(self.ledger.after(hours=1).timestamp()))),
            ("X-RateLimit-Used", str(used)),
            ("X-RateLimit-Resource", "core"),
        )


@dataclass(frozen=True)
class _Reply:
    """An answer of the API before it is put into bytes: whose token it is for, and which scopes would do."""

    status: int
    body: Any = None
    token: AccessToken | None = None
    accepted: tuple[str, ...] = ()
    headers: Headers = ()


def _error(
    status: int, message: str, docs: str, token: AccessToken | None = None, accepted: tuple[str, ...] = ()
) -> _Reply:
    """An API error. Since about 2024 its body repeats the status, as text."""
    body = {"message": message, "documentation_url": docs, "status": str(status)}
    return _Reply(status, body, token, accepted)


@dataclass(frozen=True)
class _Resource:
    show: Callable[[Api, Asked, Person, AccessToken], _Reply]
    docs: str
    needs: tuple[str, ...] = ()  # one of these scopes, or one that holds it


_RESOURCES: Mapping[str, _Resource] = MappingProxyType(
    {
        "/user": _Resource(Api._user, "/rest/users/users#get-the-authenticated-user"),
        "/user/emails": _Resource(
            Api._emails,
            "/rest/users/emails#list-email-addresses-for-the-authenticated-user",
            ("user:email",),
        ),
        "/user/repos": _Resource(
            Api._repositories, "/rest/repos/repos#list-repositories-for-the-authenticated-user"
        ),
    }
)
_APPLICATION = re.compile(r"/applications/(?P<client_id>[^/]+)/(?P<what>token|grant)")
_MANAGEMENT: Mapping[tuple[str, str], Callable[[Api, AccessToken, Client], _Reply]] = MappingProxyType(
    {
        ("POST", "token"): Api._check,
        ("DELETE", "token"): Api._revoke,
        ("DELETE", "grant"): Api._end_grant,
    }
)


def _of_the_body(reply: _Reply, text: bytes) -> Headers:
    cache = "private" if reply.token else "public"
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", f"{cache}, max-age=60, s-maxage=60"),
        ("ETag", etag(text)),
    ]
    if isinstance(reply.body, dict) and "updated_at" in reply.body:
        headers.append(("Last-Modified", http_date(datetime.fromisoformat(reply.body["updated_at"]))))
    return tuple(headers)


def _of_the_token(token: AccessToken, accepted: Iterable[str]) -> Headers:
    headers = [  # in these lists a comma and a space, unlike in the token response
        ("X-OAuth-Scopes", ", ".join(sorted(token.scope))),
        ("X-Accepted-OAuth-Scopes", ", ".join(sorted(accepted))),
        ("x-oauth-client-id", token.client_id),
    ]
    if token.expires_at:
        until = token.expires_at.strftime("%Y-%m-%d %H:%M:%S UTC")
        headers.append(("github-authentication-token-expiration", until))
    return tuple(headers)


def compact_json(body: Any) -> str:
    """JSON without blanks."""
    return json.dumps(body, separators=(",", ":"))


def etag(text: bytes) -> str:
    """A weak ETag of this text."""
    return f'W/"{hashlib.sha256(text).hexdigest()}"'


def http_date(moment: datetime) -> str:
    """A time as in a Date header."""
    return format_datetime(moment, usegmt=True)


def request_id(ledger: Ledger) -> str:
    """The next X-GitHub-Request-Id."""
    digits = ledger.draw("request id", "0123456789ABCDEF", 30)
    return ":".join((digits[:4], digits[4:8], digits[8:15], digits[15:22], digits[22:]))

"""api.github.com, as of autumn 2026 and 2013: what applications call in steps 5 and 6, and to manage their tokens."""

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
from .github_tokens import Tokens
from .ledger import ALIVE, AccessToken, Client, Ledger, Person
from .messages import Asked, same


class Api:
    """The API's endpoints over a ledger."""

    def __init__(self, ledger: Ledger, provider: Provider, era: facts.Era, tokens: Tokens) -> None:
        self.ledger = ledger
        self.provider = provider
        self._era = era
        self._tokens = tokens

    def reply(self, asked: Asked, path: str) -> Response:
        """The answer to a call of this path, whatever it is."""
        if not asked.header("user-agent"):
            kind, text = self._era.no_user_agent
            return Response(403, (("Content-Type", kind),), text.encode())
        usual = next(iter(self._era.api_versions), "")
        if asked.method == "OPTIONS" and self._era.preflight:  # docs; that it is so on every path is assumed
            return self._in_bytes(_Reply(204, headers=self._era.preflight), usual)
        version = (asked.header(facts.API_VERSION_HEADER) if usual else "") or usual
        if usual and version not in self._era.api_versions:  # docs: 400; its words are assumed
            refusal = _error(400, "This API version is not supported.", facts.DOCS_REST)
            return self._in_bytes(refusal, usual)
        return self._in_bytes(self._reply(asked, path), version)

    def server_error(self) -> Response:
        """What is said when something breaks. Its message is observed at GitHub Enterprise: google/go-github#818."""
        refusal = _error(500, "Server Error", facts.DOCS_REST)
        return self._in_bytes(refusal, next(iter(self._era.api_versions), ""))

    def _reply(self, asked: Asked, path: str) -> _Reply:
        if "access_token" in asked.query and not self._era.token_in_query:
            return _Reply(400, dict(facts.TOKEN_IN_QUERY))
        if self._era.manages_tokens and (found := _APPLICATION.fullmatch(path)):
            return self._application(asked, found["client_id"], found["what"])
        if self._era.manages_tokens and (asked.method, path) == ("POST", "/credentials/revoke"):
            return self._revoke_leaked(asked)
        given = asked.bearer("bearer", "token") or asked.query.get("access_token") or self._by_basic(asked)
        token = self._living_token(given) if given else None
        if given is not None and token is None:
            return _error(401, "Bad credentials", facts.DOCS_REST)
        if token:
            token.use(self.ledger.clock.now)  # that a call which finds nothing counts too is assumed
        here = asked.method == "GET" and path not in self._era.not_practised
        resource = _RESOURCES.get(path) if here else None
        if resource is None:
            return self._nothing(asked, path, token)
        docs = facts.DOCS + resource.docs
        if token is None:
            return _error(401, "Requires authentication", docs)
        if resource.needs and not any(covers(token.scope, scope) for scope in resource.needs):
            return _error(*resource.refusal, docs, token, resource.needs)
        reply = resource.show(self, asked, self.ledger.people[token.login], token)
        accepted = self._era.accepted_scopes.get(path, resource.needs)
        return replace(reply, token=token, accepted=accepted)

    def _nothing(self, asked: Asked, path: str, token: AccessToken | None) -> _Reply:
        """A 404, and whether that is because of the practice. Docs: a slash at the end is a 404 anyway."""
        known = asked.method == "GET" and path.rstrip("/") in _RESOURCES.keys() - self._era.not_practised
        return _error(404, "Not Found", facts.DOCS_REST, token, headers=() if known else _NOT_PRACTISED)

    def _by_basic(self, asked: Asked) -> str | None:
        """The password of HTTP Basic, where a token may stand: `curl -u username:token` (docs, Other authentication
        methods, until 2022). That the name makes no difference is assumed. An application's own credentials are for
        nobody: None."""
        name, password = asked.basic or (None, None)
        client = self.ledger.registered(self.provider, name)
        return None if client and same(client.client_secret, password) else password

    def _living_token(self, value: str) -> AccessToken | None:
        token = self.ledger.tokens.get(value)
        if token is None or self.ledger.registered(self.provider, token.client_id) is None:
            return None
        return token if token.state_at(self.ledger.clock.now) == ALIVE else None

    def _application(self, asked: Asked, client_id: str, what: str) -> _Reply:
        """POST, PATCH and DELETE /applications/{client_id}/token, DELETE …/grant: Basic credentials, JSON body."""
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
        if act is None:
            return _error(404, "Not Found", facts.DOCS_APPLICATIONS, headers=_NOT_PRACTISED)
        if token is None or token.client_id != client_id:
            return _error(404, "Not Found", facts.DOCS_APPLICATIONS)
        return act(self, token, client)

    def _check(self, token: AccessToken, client: Client) -> _Reply:
        person = self.ledger.people[token.login]
        return _Reply(200, bodies.authorization(self.provider, person, token, client))

    def _reset(self, token: AccessToken, client: Client) -> _Reply:
        """Another token takes its place. Docs: "changes take effect immediately". That it lives as long, from now on,
        is assumed; the answer has no place for a refresh token, so whoever resets one that expires has none."""
        token.happens("revoked", self.ledger.clock.now)
        origin, expires = f"resetting {token.label}", token.expires_at is not None
        new = self._tokens.issue(client, token.login, token.scope, origin=origin, expires=expires)
        return self._check(new, client)

    def _revoke(self, token: AccessToken, client: Client) -> _Reply:
        token.happens("revoked", self.ledger.clock.now)
        return _Reply(204)

    def _end_grant(self, token: AccessToken, client: Client) -> _Reply:
        self.ledger.remove(client.client_id, token.login)
        return _Reply(204)

    def _revoke_leaked(self, asked: Asked) -> _Reply:
        """POST /credentials/revoke: whoever finds tokens may end them. Docs: "Any authenticated requests will
        return a 403"; the words of the refusals are assumed."""
        if asked.header("authorization"):
            return _error(403, "Forbidden", facts.DOCS_REVOCATION)
        found = asked.json.get("credentials") if isinstance(asked.json, dict) else None
        values = [value for value in found if isinstance(value, str)] if isinstance(found, list) else []
        if not 1 <= len(values) <= facts.MOST_REVOKED or values != found:
            return _error(422, "Validation Failed", facts.DOCS_REVOCATION)
        for value in values:
            token = self.ledger.tokens.get(value) or self.ledger.refreshable.get(value)
            if token and self.ledger.registered(self.provider, token.client_id):
                token.happens("revoked", self.ledger.clock.now)
        return _Reply(202, {})

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

    def _nothing_of_hers(self, asked: Asked, person: Person, token: AccessToken) -> _Reply:
        """A list of what nobody of the cast has: organizations, teams."""
        return self._page(asked, [])

    def _page(self, asked: Asked, items: list[bodies.Body]) -> _Reply:
        url = urljoin(self.provider.api_url, asked.path)
        page = lists.page_of(items, url, asked.query)
        return _Reply(200, page.items, headers=(("Link", page.link),) if page.link else ())

    # --- how it answers -------------------------------------------------------------------------------------
    def _in_bytes(self, reply: _Reply, version: str) -> Response:
        body = reply.body
        if reply.status >= 400 and not self._era.points_to_docs:
            body = {"message": body["message"]}
        text = b"" if body is None else compact_json(body).encode()
        headers = (
            ("Date", http_date(self.ledger.clock.now)),
            *(_of_the_body(reply, text, self._era) if text else ()),
            *(_of_the_token(reply.token, reply.accepted) if reply.token else ()),
            ("x-github-api-version-selected", version),
            *self._rate_limit(reply.token),
            *self._era.api_headers,
            ("X-GitHub-Request-Id", request_id(self.ledger)),
            *reply.headers,
        )
        return Response(reply.status, self._era.known(headers), text)

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
    status: int,
    message: str,
    docs: str,
    token: AccessToken | None = None,
    accepted: tuple[str, ...] = (),
    headers: Headers = (),
) -> _Reply:
    """An API error. Since about 2024 its body repeats the status, as text."""
    body = {"message": message, "documentation_url": docs, "status": str(status)}
    return _Reply(status, body, token, accepted, headers)


@dataclass(frozen=True)
class _Resource:
    show: Callable[[Api, Asked, Person, AccessToken], _Reply]
    docs: str
    needs: tuple[str, ...] = ()  # one of these scopes, or one that holds it
    refusal: tuple[int, str] = (404, "Not Found")  # to a token with none of them


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
        "/user/orgs": _Resource(
            Api._nothing_of_hers,
            "/rest/orgs/orgs#list-organizations-for-the-authenticated-user",
            ("read:org", "user"),
            (403, facts.NO_ORGANIZATIONS),
        ),
        "/user/teams": _Resource(
            Api._nothing_of_hers,
            "/rest/teams/teams#list-teams-for-the-authenticated-user",
            ("read:org", "repo", "user"),
        ),
    }
)
_NOT_PRACTISED = (facts.NOT_PRACTISED_HEADER,)
_APPLICATION = re.compile(r"/applications/(?P<client_id>[^/]+)/(?P<what>token|grant)")
_MANAGEMENT: Mapping[tuple[str, str], Callable[[Api, AccessToken, Client], _Reply]] = MappingProxyType(
    {
        ("POST", "token"): Api._check,
        ("PATCH", "token"): Api._reset,
        ("DELETE", "token"): Api._revoke,
        ("DELETE", "grant"): Api._end_grant,
    }
)


def _of_the_body(reply: _Reply, text: bytes, era: facts.Era) -> Headers:
    cache = era.cache_control.format("private" if reply.token else "public")
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", cache),
        ("ETag", etag(text, era)),
    ]
    if isinstance(reply.body, dict) and "updated_at" in reply.body:
        headers.append(("Last-Modified", http_date(datetime.fromisoformat(reply.body["updated_at"]))))
    return tuple(headers)


def _of_the_token(token: AccessToken, accepted: Iterable[str]) -> Headers:
    headers = [  # in these lists a comma and a space, unlike in the token response
        ("X-OAuth-Scopes", ", ".join(sorted(token.scope))),
        ("X-Accepted-OAuth-Scopes", ", ".join(accepted)),
        ("x-oauth-client-id", token.client_id),
    ]
    if token.expires_at:
        until = token.expires_at.strftime("%Y-%m-%d %H:%M:%S UTC")
        headers.append(("github-authentication-token-expiration", until))
    return tuple(headers)


def compact_json(body: Any) -> str:
    """JSON without blanks."""
    return json.dumps(body, separators=(",", ":"))


def etag(text: bytes, era: facts.Era) -> str:
    """An ETag of this text."""
    return era.etag.format(hashlib.sha256(text).hexdigest())


def http_date(moment: datetime) -> str:
    """A time as in a Date header."""
    return format_datetime(moment, usegmt=True)


def request_id(ledger: Ledger) -> str:
    """The next X-GitHub-Request-Id."""
    digits = ledger.draw("request id", "0123456789ABCDEF", 30)
    return ":".join((digits[:4], digits[4:8], digits[8:15], digits[15:22], digits[22:]))

"""GitHub as an authorization server and an API, as of autumn 2026: one function, request -> response.

Where the documents and what was observed on the wire disagree, this follows the wire. A rule that is written
nowhere says `assumed` at its line, and docs/FIDELITY.md lists it; nothing was compared with the real GitHub.
What it says, word for word, is in `github_facts`.
"""

from __future__ import annotations

import base64
import calendar
import hashlib
import json
import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..providers import Provider
from ..wire import Headers, Request, Response
from . import github_facts as facts
from . import pages
from .ledger import ALIVE, AccessToken, Client, Code, Grant, Ledger, Person, Repository, Session
from .messages import Asked, html_page, local, redirect, same, with_parameters


def held_by(scope: str) -> set[str]:
    """The scope and every scope it holds."""
    return {scope}.union(*(held_by(part) for part in facts.SCOPES[scope].holds))


def names_in(text: str) -> set[str]:
    """What a request's `scope` names. Docs write spaces; commas work too (observed: octokit, social-core)."""
    return set(re.findall(r"[^ ,]+", text))


def normalised(scopes: Iterable[str]) -> frozenset[str]:
    """The known ones of these scopes, without those that another of them holds (docs).

    Unknown names are dropped (assumed).
    """
    known = {scope for scope in scopes if scope in facts.SCOPES}
    return frozenset(known.difference(*(held_by(scope) - {scope} for scope in known)))


def covers(granted: Iterable[str], needed: str) -> bool:
    """Whether one of the granted scopes is, or holds, the needed one."""
    return any(needed in held_by(scope) for scope in granted)


def matches(registered: str, asked: str) -> bool:
    """Whether a redirect_uri is the registered one: to the letter, but for the port of a loopback address.

    Docs: on 127.0.0.1 or ::1 it "does not need to match the port specified in the callback URL".
    """
    return _without_loopback_port(asked) == _without_loopback_port(registered)


def _without_loopback_port(url: str) -> str:
    return re.sub(r"^(https?://(?:127\.0\.0\.1|\[::1\])):\d+", r"\1", url)


class GitHub:
    """GitHub's endpoints over a ledger."""

    cookie = "user_session"
    new_client = facts.NEW_CLIENT

    def __init__(self, ledger: Ledger, provider: Provider) -> None:
        self.ledger = ledger
        self.provider = provider

    def handle(self, request: Request) -> Response:
        """Answer one request, whatever it is."""
        asked = Asked(request)
        api = urlsplit(self.provider.api_url)
        if urlsplit(request.url).hostname == api.hostname and f"{asked.path}/".startswith(f"{api.path}/"):
            return self._api(asked, asked.path.removeprefix(api.path) or "/")
        endpoint = _WEB.get((asked.method, asked.path))
        return endpoint(self, asked) if endpoint else self._dead_end(facts.NOT_FOUND)

    def _client(self, client_id: str | None) -> Client | None:
        """The registration of this client, or None if there is none here."""
        client = self.ledger.clients.get(client_id or "")
        return client if client and client.provider.name == self.provider.name else None

    def _session(self, asked: Asked) -> Session | None:
        """Who is signed in with the browser that asks."""
        return self.ledger.sessions.get(asked.cookies.get(self.cookie, ""))

    # --- steps 1 and 2: the browser comes along -------------------------------------------------------------

    def _authorize(self, asked: Asked) -> Response:
        """GET /login/oauth/authorize."""
        wish = self._wish(asked.query)
        if isinstance(wish, Response):
            return wish
        session = self._session(asked)
        if session is None:  # assumed: the parameters of GitHub's own way to the sign-in page
            back = f"{urlsplit(self.provider.authorization_url).path}?{urlencode(asked.query)}"
            return self._redirect(f"{self.provider.web_url}/login?{urlencode({'return_to': back})}")
        granted = self.ledger.grants.get((wish.client.client_id, session.login))
        # Docs: no page without a scope once something is granted. For the same scopes or fewer: inferred.
        if granted and all(covers(granted.scope, scope) for scope in wish.scope):
            return self._send_back(wish, session, wish.scope or granted.scope)
        return self._page(200, self._consent_page(wish, session, granted))

    def _decide(self, asked: Asked) -> Response:
        """POST /login/oauth/authorize: the consent page's two buttons."""
        wish = self._wish(asked.body)
        if isinstance(wish, Response):
            return wish
        session = self._session(asked)
        if session is None or not same(session.csrf, asked.body.get("authenticity_token")):
            return self._dead_end(facts.STALE_FORM)
        if asked.body.get("authorize") != "1":
            return self._redirect(wish.answer(self.provider, facts.DENIED))
        key = (wish.client.client_id, session.login)
        before = self.ledger.grants[key].scope if key in self.ledger.grants else frozenset()
        self.ledger.grants[key] = Grant(normalised(wish.scope | before), frozenset(), self.ledger.clock.now)
        return self._send_back(wish, session, wish.scope)

    def _wish(self, parameters: Mapping[str, str]) -> _Wish | Response:
        """What an authorization request asks for, or the answer to one that must not go on."""
        client = self._client(parameters.get("client_id"))
        if client is None:
            return self._dead_end(facts.NOT_FOUND)
        asked = parameters.get("redirect_uri") or None
        if client.suspended:
            return self._redirect(_Wish(client, None, parameters).answer(self.provider, facts.SUSPENDED))
        if asked and not any(matches(registered, asked) for registered in client.redirect_uris):
            return self._dead_end(facts.BE_CAREFUL)
        return _Wish(client, asked, parameters)

    def _consent_page(self, wish: _Wish, session: Session, granted: Grant | None) -> str:
        already = granted.scope if granted else frozenset()
        new = sorted(scope for scope in wish.scope if not covers(already, scope))
        nothing = [] if wish.scope else [pages.Ask("public data", "read what anybody can see", False)]
        return pages.consent(
            self.provider.name,
            app=wish.client.name,
            owner=self.ledger.people[wish.client.owner].name,
            user=self.ledger.people[session.login].name,
            action=self.provider.authorization_url,
            hidden={**wish.parameters, "authenticity_token": session.csrf},
            asks=[pages.Ask(scope, facts.SCOPES[scope].about, False) for scope in new] + nothing,
            destination=wish.redirect_uri,
            already=sorted(already),
        )

    def _send_back(self, wish: _Wish, session: Session, scope: frozenset[str]) -> Response:
        value = self.ledger.mint("code", facts.HEX, facts.CODE_LENGTH)
        code = Code(
            value,
            self.ledger.secrets.learn("code", value),
            wish.client.client_id,
            session.login,
            issued_at=self.ledger.clock.now,
            expires_at=self.ledger.after(seconds=facts.CODE_SECONDS),
            scope=scope | wish.offline,
            redirect_uri=wish.asked_uri,
            code_challenge=wish.challenge,
        )
        self.ledger.add(code)
        return self._redirect(wish.answer(self.provider, {"code": value}))

    # --- signing in -----------------------------------------------------------------------------------------

    def _sign_in_page(self, asked: Asked, message: str = "") -> Response:
        back = asked.parameters.get("return_to", "")
        text = pages.sign_in(
            self.provider.name,
            action=f"{self.provider.web_url}/session",
            hidden={"return_to": back},
            login=dict(parse_qsl(back.partition("?")[2])).get("login", ""),
            message=message,
            people=self.ledger.names,
        )
        return self._page(200, text)

    def _sign_in(self, asked: Asked) -> Response:
        person = self.ledger.recognise(asked.body.get("login", ""), asked.body.get("password"))
        if person is None:
            return self._sign_in_page(asked, "Incorrect username or password.")
        cookie = f"{self.cookie}={self.sign_in(person.login)}; path=/; HttpOnly; SameSite=Lax"
        back = self.provider.web_url + local(asked.body.get("return_to", ""))
        return self._redirect(back, (("Set-Cookie", cookie),))

    def sign_in(self, login: str) -> str:
        """A new session; returns its cookie's value."""
        return self.ledger.sign_in(login, facts.BASE62, 48)

    def password_changed(self, login: str) -> None:
        """Nothing: whether GitHub ends OAuth tokens then is not documented, so it is not assumed."""

    # --- steps 3 and 4: the token endpoint ------------------------------------------------------------------

    def _token(self, asked: Asked) -> Response:
        """POST /login/oauth/access_token. Errors come with HTTP 200 (recorded), but for an unknown client."""
        sent = asked.parameters
        client_id, secret = asked.basic or (sent.get("client_id"), sent.get("client_secret"))
        client = self._client(client_id)
        if client is None:  # observed: octokit/auth-oauth-user.js#239
            return self._answer(asked, 404, {"error": "Not Found"})
        if not same(client.client_secret, secret):
            return self._refuse(asked, "incorrect_client_credentials")
        # No grant_type is needed for a code (docs); every generic library sends one.
        grant = _GRANTS.get(sent.get("grant_type") or "authorization_code")
        result = grant(self, client, sent) if grant else "unsupported_grant_type"
        if isinstance(result, str):
            return self._refuse(asked, result)
        return self._answer(asked, 200, _token_response(result))

    def _redeem(self, client: Client, sent: Mapping[str, str]) -> AccessToken | str:
        """A code for a token, or the name of the error."""
        now = self.ledger.clock.now
        code = self.ledger.codes.get(sent.get("code", ""))
        if code is None or code.client_id != client.client_id or code.state_at(now) != ALIVE:
            return "bad_verification_code"
        asked_uri = sent.get("redirect_uri")  # need not be there, even if it was in step 1 (docs)
        if asked_uri and asked_uri != (code.redirect_uri or client.redirect_uri):
            return "redirect_uri_mismatch"
        if not _verified(code.code_challenge, sent.get("code_verifier")):
            return "bad_verification_code"  # assumed: which error it is, is written nowhere
        if not self.ledger.people[code.login].email_verified:
            return "unverified_user_email"
        code.happens("redeemed", now)
        expires = client.expire_user_tokens or facts.OFFLINE_ACCESS in code.scope
        return self._issue(client, code.login, code.scope - {facts.OFFLINE_ACCESS}, expires=expires)

    def _refresh(self, client: Client, sent: Mapping[str, str]) -> AccessToken | str:
        """A refresh token for a new pair. Docs: then it "and the old access token will no longer work"."""
        now = self.ledger.clock.now
        old = self.ledger.refreshable.get(sent.get("refresh_token", ""))
        if old is None or old.client_id != client.client_id:
            return "bad_refresh_token"
        in_time = old.refresh_expires_at is not None and now <= old.refresh_expires_at
        if not in_time or not old.happens("refreshed", now):
            return "bad_refresh_token"
        return self._issue(client, old.login, old.scope, expires=True)

    def _issue(self, client: Client, login: str, scope: frozenset[str], *, expires: bool) -> AccessToken:
        now = self.ledger.clock.now
        value = self._minted("access token", *facts.TOKEN)
        label = self.ledger.secrets.learn("access token", value)
        token = AccessToken(value, label, client.client_id, login, now, expires_at=None, scope=scope)
        if expires:
            token.expires_at = self.ledger.after(seconds=facts.TOKEN_SECONDS)
            token.refresh = self._minted("refresh token", *facts.REFRESH_TOKEN)
            token.refresh_expires_at = _months_later(now, facts.REFRESH_MONTHS)
        self.ledger.add(token)
        return token

    def _minted(self, kind: str, prefix: str, length: int) -> str:
        """A token whose last six characters, the checksum, are wrong: no scanner takes it for a real one."""
        value = prefix + self.ledger.draw(kind, facts.BASE62, length)
        if value.endswith(checksum(value[len(prefix) : -6])):
            return self._minted(kind, prefix, length)
        self.ledger.secrets.learn(kind, value)
        return value

    def _refuse(self, asked: Asked, error: str) -> Response:
        description, uri = facts.TOKEN_ERRORS[error]
        return self._answer(asked, 200, {"error": error, "error_description": description, "error_uri": uri})

    def _answer(self, asked: Asked, status: int, body: Mapping[str, Any]) -> Response:
        """The body in the first format that Accept names; if it names none of them, a form (docs)."""
        accepted = re.split(r"\s*[,;]\s*", (asked.header("accept") or "").strip().lower())
        kind = next((kind for kind in accepted if kind in _FORMATS), "application/x-www-form-urlencoded")
        text = _FORMATS[kind](body).encode()
        headers = (("Content-Type", f"{kind}; charset=utf-8"), ("ETag", _etag(text)))
        return Response(status, (*headers, *self._web_headers()), text)

    # --- steps 5 and 6: the API -----------------------------------------------------------------------------

    def _api(self, asked: Asked, path: str) -> Response:
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
        token.last_used_at = self.ledger.clock.now
        token.uses += 1
        if resource.needs and not any(covers(token.scope, scope) for scope in resource.needs):
            return _error(404, "Not Found", docs, token, resource.needs)
        body = resource.show(self, self.ledger.people[token.login], token)
        return _Reply(200, body, token, resource.needs)

    def _living_token(self, value: str) -> AccessToken | None:
        token = self.ledger.tokens.get(value)
        if token is None or self._client(token.client_id) is None:
            return None
        return token if token.state_at(self.ledger.clock.now) == ALIVE else None

    def _application(self, asked: Asked, client_id: str, what: str) -> _Reply:
        """POST and DELETE /applications/{client_id}/token, DELETE …/grant: Basic credentials, JSON body."""
        if asked.basic is None:
            return _error(404, "Not Found", facts.DOCS_APPLICATIONS)  # observed: octokit/oauth-app.js#3
        user, secret = asked.basic
        client = self._client(client_id)
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
        number = 1 + list(self.ledger.tokens).index(token.value)
        body = {
            "id": number,
            "url": f"{self.provider.api_url}/authorizations/{number}",
            "scopes": sorted(token.scope),
            "token": token.value,
            "token_last_eight": token.value[-8:],
            "hashed_token": hashlib.sha256(token.value.encode()).hexdigest(),
            "app": {"url": client.homepage_url, "name": client.name, "client_id": client.client_id},
            "note": None,
            "note_url": None,
            "updated_at": _iso(token.issued_at),
            "created_at": _iso(token.issued_at),
            "fingerprint": None,
            "expires_at": _iso(token.expires_at) if token.expires_at else None,
            "user": self._simple_user(self.ledger.people[token.login]),
        }
        return _Reply(200, body)

    def _revoke(self, token: AccessToken, client: Client) -> _Reply:
        token.happens("revoked", self.ledger.clock.now)
        return _Reply(204)

    def _end_grant(self, token: AccessToken, client: Client) -> _Reply:
        self.ledger.remove(client.client_id, token.login)
        return _Reply(204)

    def _user(self, person: Person, token: AccessToken) -> dict[str, Any]:
        """GET /user: the public shape, or the private one if the token may read the profile (docs)."""
        private = covers(token.scope, "read:user")
        hidden = sum(repository.private for repository in person.repositories)
        email = person.email if person.public_email else None  # the profile's address, whatever the scopes
        body = {
            **self._simple_user(person, "private" if private else "public"),
            "name": person.name,
            "company": None,
            "blog": "",
            "location": None,
            "email": email,
            "hireable": None,
            "bio": None,
            "twitter_username": None,
            "notification_email": email,
            "public_repos": len(person.repositories) - hidden,
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "created_at": facts.SINCE,
            "updated_at": facts.CHANGED,
        }
        more = {
            "private_gists": 0,
            "total_private_repos": hidden,
            "owned_private_repos": hidden,
            "disk_usage": 1024,
            "collaborators": 0,
            "two_factor_authentication": True,
            "plan": {"name": "free", "space": 976562499, "collaborators": 0, "private_repos": 10000},
        }
        return {**body, **more} if private else body

    def _simple_user(self, person: Person, view: str = "public") -> dict[str, Any]:
        url = f"{self.provider.api_url}/users/{person.login}"
        return {
            "login": person.login,
            "id": person.number,
            "node_id": base64.b64encode(f"04:User{person.number}".encode()).decode(),
            "avatar_url": f"https://avatars.githubusercontent.com/u/{person.number}?v=4",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.provider.web_url}/{person.login}",
            **{f"{name}_url": url + tail for name, tail in facts.USER_LINKS.items()},
            "type": "User",
            "user_view_type": view,
            "site_admin": False,
        }

    def _emails(self, person: Person, token: AccessToken) -> list[dict[str, Any]]:
        """GET /user/emails."""
        return [
            {
                "email": person.email,
                "primary": True,
                "verified": person.email_verified,
                "visibility": "public" if person.public_email else "private",
            }
        ]

    def _repositories(self, person: Person, token: AccessToken) -> list[dict[str, Any]]:
        """GET /user/repos: private ones only for a token with `repo` (inferred from the table of scopes)."""
        seen = (one for one in person.repositories if not one.private or covers(token.scope, "repo"))
        return [self._repository(person, one) for one in sorted(seen, key=lambda one: one.name)]

    def _repository(self, person: Person, one: Repository) -> dict[str, Any]:
        full_name = f"{person.login}/{one.name}"
        number = zlib.crc32(full_name.encode()) % 900_000_000 + 100_000_000
        return {
            "id": number,
            "node_id": base64.b64encode(f"010:Repository{number}".encode()).decode(),
            "name": one.name,
            "full_name": full_name,
            "private": one.private,
            "owner": self._simple_user(person),
            "html_url": f"{self.provider.web_url}/{full_name}",
            "description": one.description,
            "fork": False,
            "url": f"{self.provider.api_url}/repos/{full_name}",
            "language": one.language,
            "visibility": "private" if one.private else "public",
            "default_branch": "main",
            "permissions": {"admin": True, "maintain": True, "push": True, "triage": True, "pull": True},
        }

    # --- how it answers -------------------------------------------------------------------------------------

    def _in_bytes(self, reply: _Reply, version: str) -> Response:
        text = b"" if reply.body is None else _compact_json(reply.body).encode()
        headers = (
            ("Date", _http_date(self.ledger.clock.now)),
            *(_of_the_body(reply, text) if text else ()),
            *(_of_the_token(reply.token, reply.accepted) if reply.token else ()),
            ("x-github-api-version-selected", version),
            *self._rate_limit(reply.token),
            *facts.API_HEADERS,
            ("X-GitHub-Request-Id", self._request_id()),
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

    def _web_headers(self) -> Headers:
        date = ("Date", _http_date(self.ledger.clock.now))
        return (date, *facts.WEB_HEADERS, ("X-GitHub-Request-Id", self._request_id()))

    def _request_id(self) -> str:
        digits = self.ledger.draw("request id", "0123456789ABCDEF", 30)
        return ":".join((digits[:4], digits[4:8], digits[8:15], digits[15:22], digits[22:]))

    def _page(self, status: int, text: str) -> Response:
        return html_page(status, text, self._web_headers())

    def _dead_end(self, page: facts.DeadEnd) -> Response:
        text = pages.error(self.provider.name, title=page.title, paragraphs=page.paragraphs)
        return self._page(page.status, text)

    def _redirect(self, url: str, headers: Headers = ()) -> Response:
        return redirect(url, (*headers, *self._web_headers()))


@dataclass(frozen=True)
class _Wish:
    """What an authorization request asks for."""

    client: Client
    asked_uri: str | None
    parameters: Mapping[str, str] = field(repr=False)

    @property
    def scope(self) -> frozenset[str]:
        return normalised(names_in(self.parameters.get("scope", "")))

    @property
    def offline(self) -> set[str]:
        return names_in(self.parameters.get("scope", "")) & {facts.OFFLINE_ACCESS}

    @property
    def challenge(self) -> str | None:
        """The PKCE challenge. One of another method than S256 is never met (assumed: refused in step 4)."""
        challenge = self.parameters.get("code_challenge")
        met = not challenge or self.parameters.get("code_challenge_method") == "S256"
        return challenge if met else "not S256"

    @property
    def redirect_uri(self) -> str:
        """Docs: without a redirect_uri, the first registered callback URL."""
        return self.asked_uri or self.client.redirect_uri

    def answer(self, provider: Provider, parameters: Mapping[str, str]) -> str:
        """The redirect's target: the answer, its issuer (RFC 9207; on errors inferred), `state` if sent."""
        sent = {**parameters, "iss": provider.issuer, "state": self.parameters.get("state")}
        return with_parameters(self.redirect_uri, sent)


@dataclass(frozen=True)
class _Reply:
    """An answer of the API before it is put into bytes: whose token it is for, and which scopes would do."""

    status: int
    body: Any = None
    token: AccessToken | None = None
    accepted: tuple[str, ...] = ()


def _error(
    status: int, message: str, docs: str, token: AccessToken | None = None, accepted: tuple[str, ...] = ()
) -> _Reply:
    """An API error. Since about 2024 its body repeats the status, as text."""
    body = {"message": message, "documentation_url": docs, "status": str(status)}
    return _Reply(status, body, token, accepted)


@dataclass(frozen=True)
class _Resource:
    show: Callable[[GitHub, Person, AccessToken], Any]
    docs: str
    needs: tuple[str, ...] = ()  # one of these scopes, or one that holds it


_WEB: Mapping[tuple[str, str], Callable[[GitHub, Asked], Response]] = MappingProxyType(
    {
        ("GET", "/login/oauth/authorize"): GitHub._authorize,
        ("POST", "/login/oauth/authorize"): GitHub._decide,
        ("GET", "/login"): GitHub._sign_in_page,
        ("POST", "/session"): GitHub._sign_in,
        ("POST", "/login/oauth/access_token"): GitHub._token,  # a GET is a 404 (observed since 2014)
    }
)
_GRANTS: Mapping[str, Callable[[GitHub, Client, Mapping[str, str]], AccessToken | str]] = MappingProxyType(
    {"authorization_code": GitHub._redeem, "refresh_token": GitHub._refresh}
)
_RESOURCES: Mapping[str, _Resource] = MappingProxyType(
    {
        "/user": _Resource(GitHub._user, "/rest/users/users#get-the-authenticated-user"),
        "/user/emails": _Resource(
            GitHub._emails,
            "/rest/users/emails#list-email-addresses-for-the-authenticated-user",
            ("user:email",),
        ),
        "/user/repos": _Resource(
            GitHub._repositories, "/rest/repos/repos#list-repositories-for-the-authenticated-user"
        ),
    }
)
_APPLICATION = re.compile(r"/applications/(?P<client_id>[^/]+)/(?P<what>token|grant)")
_MANAGEMENT: Mapping[tuple[str, str], Callable[[GitHub, AccessToken, Client], _Reply]] = MappingProxyType(
    {
        ("POST", "token"): GitHub._check,
        ("DELETE", "token"): GitHub._revoke,
        ("DELETE", "grant"): GitHub._end_grant,
    }
)


def _token_response(token: AccessToken) -> dict[str, Any]:
    """The body of a token response; the order of the keys as recorded in 2023."""
    renewal: dict[str, Any] = {}
    if token.refresh and token.expires_at and token.refresh_expires_at:
        renewal = {
            "expires_in": int((token.expires_at - token.issued_at).total_seconds()),
            "refresh_token": token.refresh,
            "refresh_token_expires_in": int((token.refresh_expires_at - token.issued_at).total_seconds()),
        }
    scope = ",".join(sorted(token.scope))  # not spaces, as RFC 6749 section 3.3 has it
    return {"access_token": token.value, **renewal, "token_type": "bearer", "scope": scope}


def _form(body: Mapping[str, Any]) -> str:
    return urlencode(sorted(body.items()))  # recorded: in the order of the alphabet


def _compact_json(body: Any) -> str:
    return json.dumps(body, separators=(",", ":"))


def _xml(body: Mapping[str, Any]) -> str:
    rows = "".join(f"  <{name}>{escape(str(body[name]))}</{name}>\n" for name in sorted(body, reverse=True))
    return f"<OAuth>\n{rows}</OAuth>\n"  # the docs' example; its order is assumed to be the rule


_FORMATS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {"application/json": _compact_json, "application/xml": _xml, "application/x-www-form-urlencoded": _form}
)


def _of_the_body(reply: _Reply, text: bytes) -> Headers:
    cache = "private" if reply.token else "public"
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", f"{cache}, max-age=60, s-maxage=60"),
        ("ETag", _etag(text)),
    ]
    if isinstance(reply.body, dict) and "updated_at" in reply.body:
        headers.append(("Last-Modified", _http_date(datetime.fromisoformat(reply.body["updated_at"]))))
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


def _verified(challenge: str | None, verifier: str | None) -> bool:
    """RFC 7636 section 4.6. A verifier for a code that was issued without a challenge is refused: RFC 9700
    section 4.8.2 wants it so against downgrades; that GitHub does it is assumed."""
    if not challenge:
        return not verifier
    digest = hashlib.sha256((verifier or "").encode("ascii", "replace")).digest()
    return same(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)


def checksum(body: str) -> str:
    """CRC-32 in base 62, six digits: the end of a real token (GitHub's engineering blog, 2021-04-05)."""
    number, digits = zlib.crc32(body.encode()), ""
    while number:
        number, rest = divmod(number, 62)
        digits = facts.BASE62[rest] + digits
    return digits.rjust(6, "0")


def _months_later(moment: datetime, months: int) -> datetime:
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _etag(text: bytes) -> str:
    return f'W/"{hashlib.sha256(text).hexdigest()}"'


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _iso(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")

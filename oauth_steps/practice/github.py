"""GitHub as an authorization server and an API, as of autumn 2026: one function, request -> response.

Where the documents and what was observed on the wire disagree, this follows the wire. A rule that is written
nowhere says `assumed` at its line, and docs/FIDELITY.md lists it; nothing was compared with the real GitHub.
What it says, word for word, is in `github_facts`.
"""

from __future__ import annotations

import base64
import calendar
import hashlib
import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..errors import NoSuchAct
from ..providers import Provider
from ..wire import Headers, Request, Response
from . import github_facts as facts
from . import pages
from .github_api import Api, compact_json, etag, http_date, request_id
from .github_scopes import OFFLINE_ACCESS, SCOPES, covers, names_in, normalised
from .ledger import ALIVE, AccessToken, Client, Code, Grant, Ledger, Session
from .messages import Asked, html_page, local, redirect, same, with_parameters


def matches(registered: str, asked: str) -> bool:
    """Whether a redirect_uri is the registered one: to the letter, but for the port of a loopback address.

    Docs: on 127.0.0.1 or ::1 it "does not need to match the port specified in the callback URL".
    """
    return _without_loopback_port(asked) == _without_loopback_port(registered)


def _without_loopback_port(url: str) -> str:
    return re.sub(r"^(https?://(?:127\.0\.0\.1|\[::1\])):[0-9]+", r"\1", url)


class GitHub:
    """GitHub's endpoints over a ledger."""

    cookie = "user_session"
    new_client = facts.NEW_CLIENT
    settings = ("owner", "wildcard")  # what an application can be given beside what the form asks for
    most_callbacks = facts.MOST_CALLBACKS

    def __init__(self, ledger: Ledger, provider: Provider) -> None:
        self.ledger = ledger
        self.provider = provider
        self._api = Api(ledger, provider)

    def handle(self, request: Request) -> Response:
        """Answer one request, whatever it is."""
        asked = Asked(request)
        api = urlsplit(self.provider.api_url)
        if asked.host == api.hostname and f"{asked.path}/".startswith(f"{api.path}/"):
            return self._api.reply(asked, asked.path.removeprefix(api.path) or "/")
        endpoint = _WEB.get((asked.method, asked.path))
        return endpoint(self, asked) if endpoint else self._dead_end(facts.NOT_FOUND)

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
        client = self.ledger.registered(self.provider, parameters.get("client_id"))
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
            asks=[pages.Ask(scope, SCOPES[scope].about, False) for scope in new] + nothing,
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

    def signed_out(self, login: str) -> None:
        """Nothing: her session is over, her tokens are not (assumed)."""

    def edit_grant(self, client: Client, login: str, only: frozenset[str]) -> None:
        """Docs: "users can edit token scopes after the OAuth flow is completed". Raises NoSuchAct."""
        grant = self.ledger.grants.get((client.client_id, login)) or Grant(
            frozenset(), frozenset(), self.ledger.clock.now
        )
        if unknown := [name for name in sorted(only) if not covers(grant.scope, name)]:
            mend = f"There is {', '.join(sorted(grant.scope)) or 'nothing'}"
            raise NoSuchAct(f"{unknown[0]!r} is not granted to {client.name}", mend=mend)
        self.ledger.grants[client.client_id, login] = Grant(normalised(only), frozenset(), grant.at)

    # --- steps 3 and 4: the token endpoint ------------------------------------------------------------------

    def _token(self, asked: Asked) -> Response:
        """POST /login/oauth/access_token. Errors come with HTTP 200 (recorded), but for an unknown client."""
        sent = asked.parameters
        client_id, secret = asked.basic or (sent.get("client_id"), sent.get("client_secret"))
        client = self.ledger.registered(self.provider, client_id)
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
        expires = client.expire_user_tokens or OFFLINE_ACCESS in code.scope
        return self._issue(client, code.login, code.scope - {OFFLINE_ACCESS}, expires=expires)

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
        accepted = [part.strip() for part in re.split("[,;]", (asked.header("accept") or "").lower())]
        kind = next((kind for kind in accepted if kind in _FORMATS), "application/x-www-form-urlencoded")
        text = _FORMATS[kind](body).encode()
        headers = (("Content-Type", f"{kind}; charset=utf-8"), ("ETag", etag(text)))
        return Response(status, (*headers, *self._web_headers()), text)

    def server_error(self) -> Response:
        """What is said when something breaks at GitHub."""
        return self._dead_end(facts.SERVER_ERROR)

    # --- how it answers -------------------------------------------------------------------------------------

    def _web_headers(self) -> Headers:
        date = ("Date", http_date(self.ledger.clock.now))
        return (date, *facts.WEB_HEADERS, ("X-GitHub-Request-Id", request_id(self.ledger)))

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
        return names_in(self.parameters.get("scope", "")) & {OFFLINE_ACCESS}

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


def _xml(body: Mapping[str, Any]) -> str:
    rows = "".join(f"  <{name}>{escape(str(body[name]))}</{name}>\n" for name in sorted(body, reverse=True))
    return f"<OAuth>\n{rows}</OAuth>\n"  # the docs' example; its order is assumed to be the rule


_FORMATS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {"application/json": compact_json, "application/xml": _xml, "application/x-www-form-urlencoded": _form}
)


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

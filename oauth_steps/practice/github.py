"""GitHub as an authorization server and an API, as of autumn 2026 and 2013: one function, request -> response.

Where the documents and what was observed on the wire disagree, this follows the wire. A rule that is written
nowhere says `assumed` at its line, and docs/FIDELITY.md lists it; nothing was compared with the real GitHub.
What it says, word for word, is in `github_facts`, and so is what differs from one era to the other.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..errors import NoSuchAct
from ..providers import Provider, Step
from ..wire import Headers, Request, Response
from . import github_facts as facts
from . import pages
from .github_api import Api, compact_json, etag, http_date, request_id
from .github_redirects import matches
from .github_scopes import OFFLINE_ACCESS, SCOPES, closure, common, covers, names_in, normalised
from .github_tokens import Tokens
from .ledger import ALIVE, AccessToken, Client, Code, Grant, Ledger, Session
from .messages import Asked, html_page, local, redirect, same, session_cookie, with_parameters

_SETTINGS = "/settings/connections/applications"  # docs: …/{client_id} is where she reviews an application


class GitHub:
    """GitHub's endpoints over a ledger."""

    cookie = "user_session"

    def __init__(self, ledger: Ledger, provider: Provider) -> None:
        self.ledger = ledger
        self.provider = provider
        self._era = facts.ERAS[provider.era]
        self.new_client = self._era.new_client
        self.settings = self._era.settings
        self.most_callbacks = self._era.most_callbacks
        self._tokens = Tokens(ledger, self._era)
        self._api = Api(ledger, provider, self._era, self._tokens)
        self._token_requests = {(method, "/login/oauth/access_token") for method in self._era.token_methods}

    def handle(self, request: Request) -> Response:
        """Answer one request, whatever it is."""
        asked = Asked(request)
        api = urlsplit(self.provider.api_url)
        if asked.host == api.hostname and f"{asked.path}/".startswith(f"{api.path}/"):
            return self._api.reply(asked, asked.path.removeprefix(api.path) or "/")
        if asked.host == api.hostname and asked.path == f"{api.path.removesuffix('/v3')}/graphql":
            return self._api.reply(asked, "/graphql")  # docs, Enterprise Server: /api/graphql, beside /api/v3
        if (asked.method, asked.path) in self._token_requests:
            return self._token(asked)
        endpoint = _WEB.get((asked.method, asked.path)) or self._settings_endpoint(asked)
        if endpoint:
            return endpoint(self, asked)
        if asked.method == "OPTIONS" or asked.path == "/login/oauth/access_token":
            return self._dead_end(facts.NOT_FOUND)  # docs: no pre-flight; the status is assumed
        return self._dead_end(facts.NOT_PRACTISED, (facts.NOT_PRACTISED_HEADER,))

    def _settings_endpoint(self, asked: Asked) -> Callable[[GitHub, Asked], Response] | None:
        below = asked.path.startswith(f"{_SETTINGS}/") and self._era.edits_scopes
        return GitHub._connection if below and asked.method in ("GET", "POST") else None

    def _session(self, asked: Asked) -> Session | None:
        """Who is signed in with the browser that asks."""
        return self.ledger.session(self.provider, asked.cookies.get(self.cookie))

    def _sender(self, asked: Asked) -> Session | None:
        """Who sends a form that she was shown, or None: its CSRF value is her session's."""
        session = self._session(asked)
        return session if session and same(session.csrf, asked.body.get("authenticity_token")) else None

    def _option(self, parameters: Mapping[str, str], name: str) -> str:
        """A parameter, if this era knows it."""
        return parameters.get(name, "") if name in self._era.authorize_parameters else ""

    # --- steps 1 and 2: the browser comes along -------------------------------------------------------------

    def _authorize(self, asked: Asked) -> Response:
        """GET /login/oauth/authorize."""
        wish = self._wish(asked.query)
        if isinstance(wish, Response):
            return wish
        session = self._session(asked)
        if session is None:
            return self._to_sign_in(self._asking_again(wish))
        if self._wants_choice(wish):
            return self._page(200, self._choice_page(wish, session))
        return self._go_on(wish, session)

    def _wants_choice(self, wish: _Wish) -> bool:
        """Docs: the account picker appears for `select_account`, and "if the application has a non-HTTP redirect
        URI"; here one browser has one account signed in, so the third case cannot be."""
        if "prompt" not in self._era.authorize_parameters:
            return False
        web = re.match("https?:", wish.redirect_uri, re.IGNORECASE)
        return not web or self._option(wish.parameters, "prompt") == "select_account"

    def _choose(self, asked: Asked) -> Response:
        """POST /login/oauth/select_account: go on as who is signed in, or sign in as somebody else."""
        wish = self._wish(asked.body)
        if isinstance(wish, Response):
            return wish
        session = self._sender(asked)
        account = asked.body.get("account", "")
        if session is None or account not in ("", session.login):
            return self._dead_end(facts.STALE_FORM)
        return self._go_on(wish, session) if account else self._to_sign_in(self._asking_again(wish))

    def _go_on(self, wish: _Wish, session: Session) -> Response:
        """The answer to somebody who is signed in: a page that asks her, or a code at once."""
        if self._is_unverified(session):
            return self._dead_end(facts.UNVERIFIED)
        granted = self.ledger.grants.get((wish.client.client_id, session.login))
        too_many = granted is not None and self._got_too_many(wish.client, session)
        # Docs: no page without a scope once something is granted. For the same scopes or fewer: inferred.
        if granted and not too_many and all(covers(granted.scope, scope) for scope in wish.scope):
            return self._send_back(wish, session, self._scope(wish, session))
        return self._page(200, self._consent_page(wish, session, too_many=too_many))

    def _is_unverified(self, session: Session) -> bool:
        return self._era.verified_only and not self.ledger.people[session.login].email_verified

    def _got_too_many(self, client: Client, session: Session) -> bool:
        """Docs: after ten tokens within an hour she is asked again, and nothing is revoked. That tokens of any scope
        count, and refreshed ones, is assumed."""
        most = self._era.tokens_an_hour
        first = self.ledger.last_token(client.client_id, session.login, most) if most else None
        return first is not None and self.ledger.clock.now - first.issued_at < facts.AN_HOUR

    def _scope(self, wish: _Wish, session: Session) -> frozenset[str]:
        """What a code will be for. Docs: without a scope what was granted before, or in 2013 what the last flow
        was for, if its token lives."""
        key = wish.client.client_id, session.login
        granted = self.ledger.grants.get(key)
        if wish.scope or granted is None:
            return wish.scope
        last = None if self._era.remembers_all else self.ledger.last_token(*key)
        if last and last.state_at(self.ledger.clock.now) == ALIVE:
            return last.scope
        return granted.scope

    def _decide(self, asked: Asked) -> Response:
        """POST /login/oauth/authorize: the consent page's two buttons."""
        wish = self._wish(asked.body)
        if isinstance(wish, Response):
            return wish
        session = self._sender(asked)
        if session is None:
            return self._dead_end(facts.STALE_FORM)
        if asked.body.get("authorize") != "1":
            return self._redirect(wish.answer(self.provider, self._told(facts.DENIED)))
        if self._is_unverified(session):
            return self._dead_end(facts.UNVERIFIED)
        key = (wish.client.client_id, session.login)
        scope = self._scope(wish, session)
        before = self.ledger.grants[key].scope if key in self.ledger.grants else frozenset()
        self.ledger.grants[key] = Grant(normalised(scope | before), frozenset(), self.ledger.clock.now)
        return self._send_back(wish, session, scope)

    def _wish(self, parameters: Mapping[str, str]) -> _Wish | Response:
        """What an authorization request asks for, or the answer to one that must not go on."""
        client = self.ledger.registered(self.provider, parameters.get("client_id"))
        if client is None:
            return self._dead_end(facts.NOT_FOUND)
        asked = parameters.get("redirect_uri") or None
        at_the_registered = _Wish(client, None, parameters)
        if client.suspended:
            return self._redirect(at_the_registered.answer(self.provider, self._told(facts.SUSPENDED)))
        if asked and not any(self._is(registered, asked, client) for registered in client.redirect_uris):
            if self._era.tells_of_a_mismatch:
                return self._redirect(at_the_registered.answer(self.provider, self._told(facts.MISMATCH)))
            return self._dead_end(facts.BE_CAREFUL)
        names = names_in(parameters.get("scope", ""))
        offline = frozenset(names & {OFFLINE_ACCESS} & self._era.scopes)
        scope = normalised(names & self._era.scopes)
        return _Wish(client, asked, parameters, scope, offline, _challenge(parameters))

    def _is(self, registered: str, asked: str, client: Client) -> bool:
        loosely = self._era.matches_loosely or registered in client.wildcard
        return matches(registered, asked, self._era.matching, loosely=loosely)

    def _told(self, refusal: Mapping[str, str]) -> dict[str, str]:
        """As much of a refusal as the application is told."""
        return {
            name: text for name, text in refusal.items() if self._era.explains_refusals or name == "error"
        }

    def _choice_page(self, wish: _Wish, session: Session) -> str:
        return pages.choose_account(
            self.provider.name,
            action=f"{self.provider.web_url}/login/oauth/select_account",  # assumed
            hidden={**wish.parameters, "authenticity_token": session.csrf},
            people=[(session.login, self.ledger.people[session.login].name)],
        )

    def _consent_page(self, wish: _Wish, session: Session, *, too_many: bool) -> str:
        """Lists what is new to her; all of it if she is asked again because there were too many tokens."""
        granted = self.ledger.grants.get((wish.client.client_id, session.login))
        already = granted.scope if granted and not too_many else frozenset()
        new = sorted(scope for scope in self._scope(wish, session) if not covers(already, scope))
        nothing = [] if new or wish.scope else [pages.Ask("public data", "read what anybody can see", False)]
        return pages.consent(
            self.provider.name,
            **self.ledger.parties(wish.client, session.login),
            action=self.provider.authorization_url,
            hidden={**wish.parameters, "authenticity_token": session.csrf},
            asks=[pages.Ask(scope, SCOPES[scope].about, False) for scope in new] + nothing,
            destination=wish.redirect_uri,
            already=sorted(already),
            note=facts.TOO_MANY if too_many else "",
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

    def _to_sign_in(self, back: str) -> Response:
        """To the sign-in page, and from there back to a path. The parameters of GitHub's own way are assumed."""
        return self._redirect(f"{self.provider.web_url}/login?{urlencode({'return_to': back})}")

    def _asking_again(self, wish: _Wish) -> str:
        """The path of this authorization request, without what a form has added to it."""
        added = ("authenticity_token", "account")
        asked = {name: text for name, text in wish.parameters.items() if name not in added}
        return f"{urlsplit(self.provider.authorization_url).path}?{urlencode(asked)}"

    def _sign_in_page(self, asked: Asked, message: str = "") -> Response:
        back = asked.parameters.get("return_to", "")
        wanted = dict(parse_qsl(back.partition("?")[2]))
        text = pages.sign_in(
            self.provider.name,
            action=f"{self.provider.web_url}/session",
            hidden={"return_to": back},
            login=asked.body.get("login") or self._option(wanted, "login"),
            message=message,
            sign_up="" if self._option(wanted, "allow_signup") == "false" else facts.SIGN_UP,
            people=self.ledger.names,
        )
        return self._page(200, text)

    def _sign_in(self, asked: Asked) -> Response:
        person = self.ledger.recognise(asked.body.get("login", ""), asked.body.get("password"))
        if person is None:
            return self._sign_in_page(asked, "Incorrect username or password.")
        cookie = self.ledger.sign_in(self.provider, person.login)
        back = self.provider.web_url + local(asked.body.get("return_to", ""))
        return self._redirect(back, (session_cookie(self.cookie, cookie),))

    def password_changed(self, login: str) -> None:
        """Nothing: whether GitHub ends OAuth tokens then is not documented, so it is not assumed."""

    def signed_out(self, login: str) -> None:
        """Nothing: her session is over, her tokens are not (assumed)."""

    # --- her settings ---------------------------------------------------------------------------------------

    def edit_grant(self, client: Client, login: str, only: frozenset[str]) -> None:
        """Leave an application these scopes. Docs: "users can edit token scopes after the OAuth flow is completed".

        It counts for what is out: codes, tokens, refresh tokens. That none of these learns again what is granted
        anew is assumed. Raises NoSuchAct.
        """
        if not self._era.edits_scopes:
            raise NoSuchAct(
                f"{self.provider.name} of {self.provider.era} lets nobody edit scopes",
                mend="There she can only take the whole application out of her account",
            )
        grant = self.ledger.grants[client.client_id, login]
        if unknown := sorted(only - closure(grant.scope)):
            mend = f"There is {', '.join(sorted(grant.scope)) or 'nothing'}"
            raise NoSuchAct(f"{unknown[0]!r} is not granted to {client.name}", mend=mend)
        self.ledger.grants[client.client_id, login] = Grant(normalised(only), frozenset(), grant.at)
        for credential in self.ledger.held(client.client_id, login):
            offline = credential.scope & {OFFLINE_ACCESS}
            credential.scope = common(credential.scope, only) | offline

    def _connection(self, asked: Asked) -> Response:
        """GET and POST /settings/connections/applications/{client_id}: an application and what it may do."""
        shows = asked.method == "GET"
        session = self._session(asked) if shows else self._sender(asked)
        if session is None:
            return self._to_sign_in(asked.path) if shows else self._dead_end(facts.STALE_FORM)
        client = self.ledger.registered(self.provider, asked.path.rpartition("/")[2])
        grant = self.ledger.grants.get((client.client_id, session.login)) if client else None
        if client is None or grant is None:
            return self._dead_end(facts.NOT_FOUND)
        if shows:
            return self._settings_page(client, grant, session)
        return self._change(asked, client, grant, session)

    def _settings_page(self, client: Client, grant: Grant, session: Session) -> Response:
        """What stands on that page is assumed."""
        text = pages.settings(
            self.provider.name,
            **self.ledger.parties(client, session.login),
            action=f"{self.provider.web_url}{_SETTINGS}/{client.client_id}",
            hidden={"authenticity_token": session.csrf},
            asks=[_box(scope, grant) for scope in sorted(closure(grant.scope))],
        )
        return self._page(200, text)

    def _change(self, asked: Asked, client: Client, grant: Grant, session: Session) -> Response:
        """The page's two buttons."""
        if asked.body.get("act") == "revoke":
            self.ledger.remove(client.client_id, session.login)
            done = facts.REVOKED
            text = pages.notice(self.provider.name, title=done.title, paragraphs=done.paragraphs)
            return self._page(done.status, text)
        if asked.body.get("act") == "save":
            kept = asked.checked("allow_scope") & closure(grant.scope)
            self.edit_grant(client, session.login, frozenset(kept))
        return self._redirect(f"{self.provider.web_url}{_SETTINGS}/{client.client_id}")

    # --- steps 3 and 4: the token endpoint ------------------------------------------------------------------

    def _token(self, asked: Asked) -> Response:
        """POST /login/oauth/access_token. Errors come with HTTP 200, observed in
        octokit/auth-oauth-app.js#13, but for an unknown client. That Basic wins over the body is assumed."""
        if self._wants_what_is_of_the_api(asked):
            return Response(406, self._web_headers())
        sent = asked.parameters
        client_id, secret = asked.basic or (sent.get("client_id"), sent.get("client_secret"))
        client = self.ledger.registered(self.provider, client_id)
        if client is None:  # observed: octokit/auth-oauth-user.js#239
            return self._answer(asked, 404, {"error": "Not Found"})
        # No grant_type is needed for a code (docs); every generic library sends one. Where there is one grant only,
        # nobody looks at it (assumed).
        named = sent.get("grant_type") if self.provider.refreshes else None
        if named == facts.DEVICE_GRANT:  # docs: GitHub has it, and asks for no secret there
            return self._refuse(asked, "unsupported_grant_type", (facts.NOT_PRACTISED_HEADER,))
        if not same(client.client_secret, secret):
            return self._refuse(asked, "incorrect_client_credentials")
        grant = _GRANTS.get(named or "authorization_code")
        result = grant(self, client, sent) if grant else "unsupported_grant_type"
        if isinstance(result, str):
            return self._refuse(asked, result)
        return self._answer(asked, 200, self._token_response(result))

    @staticmethod
    def _wants_what_is_of_the_api(asked: Asked) -> bool:
        """Whether Accept names media types of the API alone. Observed for `application/vnd.github.v3+json`:
        octokit/request.js#83 (2019). That nothing is done, and that the answer is empty, is assumed."""
        accepted = (asked.header("accept") or "").lower().split(",")
        return all(kind.strip().startswith("application/vnd.github") for kind in accepted)

    def _redeem(self, client: Client, sent: Mapping[str, str]) -> AccessToken | str:
        """A code for a token, or the name of the error."""
        now = self.ledger.clock.now
        code = self.ledger.codes.get(sent.get("code", ""))
        if code is None or code.client_id != client.client_id or code.state_at(now) != ALIVE:
            return "bad_verification_code"
        asked_uri = sent.get("redirect_uri")  # need not be there, even if it was in step 1 (docs)
        if asked_uri and asked_uri != (code.redirect_uri or client.redirect_uri):
            return "redirect_uri_mismatch"
        if self.provider.pkce and not _verified(code.code_challenge, sent.get("code_verifier")):
            return "bad_verification_code"  # assumed: which error it is, is written nowhere
        if self._era.verified_only and not self.ledger.people[code.login].email_verified:
            return "unverified_user_email"
        code.happens("redeemed", now)
        expires = self.provider.refreshes and (client.expire_user_tokens or OFFLINE_ACCESS in code.scope)
        scope = code.scope - {OFFLINE_ACCESS}
        return self._tokens.issue(client, code.login, scope, origin=f"from {code.label}", expires=expires)

    def _refresh(self, client: Client, sent: Mapping[str, str]) -> AccessToken | str:
        """A refresh token for a new pair. Docs: then it "and the old access token will no longer work", and none can
        provide a scope; that one is ignored is assumed."""
        old = self.ledger.refreshable.get(sent.get("refresh_token", ""))
        if old is None or old.client_id != client.client_id:
            return "bad_refresh_token"
        if not old.happens("refreshed", self.ledger.clock.now):
            return "bad_refresh_token"
        return self._tokens.issue(
            client, old.login, old.scope, origin=f"refreshing {old.label}", expires=True
        )

    def _token_response(self, token: AccessToken) -> dict[str, Any]:
        """The body of a token response; the order of the keys as recorded in 2023."""
        renewal: dict[str, Any] = {}
        if token.refresh and token.expires_at and token.refresh_expires_at:
            renewal = {
                "expires_in": int((token.expires_at - token.issued_at).total_seconds()),
                "refresh_token": token.refresh,
                "refresh_token_expires_in": int((token.refresh_expires_at - token.issued_at).total_seconds()),
            }
        scope = ",".join(sorted(token.scope))  # not spaces, as RFC 6749 section 3.3 has it
        stated = {"scope": scope} if self.provider.token_states_scope else {}
        return {"access_token": token.value, **renewal, "token_type": "bearer", **stated}

    def _refuse(self, asked: Asked, error: str, headers: Headers = ()) -> Response:
        description, uri = facts.TOKEN_ERRORS[error]
        body = {"error": error, "error_description": description, "error_uri": uri}
        return self._answer(asked, 200, self._told(body), headers)

    def _answer(self, asked: Asked, status: int, body: Mapping[str, Any], more: Headers = ()) -> Response:
        """The body in the first format that Accept names; if it names none of them, a form (docs)."""
        accepted = [part.strip() for part in re.split("[,;]", (asked.header("accept") or "").lower())]
        kind = next((kind for kind in accepted if kind in _FORMATS), "application/x-www-form-urlencoded")
        text = _FORMATS[kind](body).encode()
        headers = (("Content-Type", f"{kind}; charset=utf-8"), ("ETag", etag(text, self._era)))
        return Response(status, (*headers, *self._web_headers(), *more), text)

    def server_error(self, request: Request) -> Response:
        """What is said when something breaks at GitHub, in the shape of the endpoint that was asked (assumed)."""
        asked = Asked(request)
        step = self.provider.step_of(asked.method, request.url)
        if step == Step.RESOURCE_REQUEST:
            return self._api.server_error()
        if step == Step.TOKEN_REQUEST:
            return self._answer(asked, 500, {"error": "Internal Server Error"})  # as its 404 is "Not Found"
        return self._dead_end(facts.SERVER_ERROR)

    # --- how it answers -------------------------------------------------------------------------------------

    def _web_headers(self) -> Headers:
        date = ("Date", http_date(self.ledger.clock.now))
        number = ("X-GitHub-Request-Id", request_id(self.ledger))
        return self._era.known((date, *self._era.web_headers, number))

    def _page(self, status: int, text: str, headers: Headers = ()) -> Response:
        return html_page(status, text, (*headers, *self._web_headers()))

    def _dead_end(self, page: facts.DeadEnd, headers: Headers = ()) -> Response:
        text = pages.error(self.provider.name, title=page.title, paragraphs=page.paragraphs)
        return self._page(page.status, text, headers)

    def _redirect(self, url: str, headers: Headers = ()) -> Response:
        return redirect(url, (*headers, *self._web_headers()))


@dataclass(frozen=True)
class _Wish:
    """What an authorization request asks for."""

    client: Client
    asked_uri: str | None
    parameters: Mapping[str, str] = field(repr=False)
    scope: frozenset[str] = frozenset()
    offline: frozenset[str] = frozenset()  # `offline_access`, or nothing
    challenge: str | None = field(default=None, repr=False)

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
        ("POST", "/login/oauth/select_account"): GitHub._choose,
    }
)
_GRANTS: Mapping[str, Callable[[GitHub, Client, Mapping[str, str]], AccessToken | str]] = MappingProxyType(
    {"authorization_code": GitHub._redeem, "refresh_token": GitHub._refresh}
)


def _challenge(parameters: Mapping[str, str]) -> str | None:
    """The PKCE challenge. Docs: 43 characters, beside the method S256, each "required if" the other "is included".
    That step 1 lets pass what is not so, and no verifier fits it, is assumed."""
    challenge, method = parameters.get("code_challenge", ""), parameters.get("code_challenge_method", "")
    if not challenge and not method:
        return None
    return challenge if challenge and method == "S256" else "never met"


def _box(scope: str, grant: Grant) -> pages.Ask:
    """A scope on a page of settings, to be checked or not."""
    above = [name for name in grant.scope if name != scope and covers({name}, scope)]
    part = f"; {above[0]} holds it" if above else ""
    return pages.Ask(scope, SCOPES[scope].about + part, True)


def _form(body: Mapping[str, Any]) -> str:
    return urlencode(sorted(body.items()))  # docs' examples, by the alphabet; that it is the rule is inferred


def _xml(body: Mapping[str, Any]) -> str:
    rows = "".join(f"  <{name}>{escape(str(body[name]))}</{name}>\n" for name in sorted(body, reverse=True))
    return f"<OAuth>\n{rows}</OAuth>\n"  # the docs' example; its order is assumed to be the rule


_FORMATS: Mapping[str, Callable[[Mapping[str, Any]], str]] = MappingProxyType(
    {"application/json": compact_json, "application/xml": _xml, "application/x-www-form-urlencoded": _form}
)


def _verified(challenge: str | None, verifier: str | None) -> bool:
    """RFC 7636 section 4.6. A verifier for a code that was issued without a challenge is refused: RFC 9700
    section 4.8.2 wants it so against downgrades; that GitHub does it is assumed, and so it is for one that is not of
    RFC 7636 section 4.1: 43 to 128 of these characters."""
    if not challenge or not verifier:
        return not challenge and not verifier
    if not re.fullmatch("[A-Za-z0-9._~-]{43,128}", verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    return same(base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), challenge)

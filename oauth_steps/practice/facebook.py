"""Facebook as an authorization server and an API, as of autumn 2026: one function, request -> response.

Where the documents and what was observed on the wire disagree, this follows the wire. A rule that nobody
outside knows says `assumed` at its line, and docs/FIDELITY.md lists it. Nothing here was compared with the real
Facebook. Here is www.facebook.com, which people see; what applications call is in `facebook_graph`, and what
Facebook says, word for word, in `facebook_facts`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import format_datetime
from functools import cached_property
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

from ..errors import NoSuchAct
from ..providers import Provider
from ..wire import Headers, Request, Response
from . import facebook_facts as facts
from . import pages
from .facebook_graph import (
    Body,
    Graph,
    Refused,
    allows,
    has_role,
    in_order,
    is_absolute,
    is_local,
    seconds,
    stamp,
)
from .ledger import Client, Code, Grant, Ledger, Session
from .messages import Asked, html_page, local, redirect, same, with_parameters


class Facebook:
    """Facebook's endpoints over a ledger."""

    cookie = "xs"
    new_client = facts.NEW_CLIENT
    settings = (
        "owner",
        "roles",
        "code_gives",
    )  # what an application can be given beside what the form asks for
    most_callbacks: int | None = None  # no limit is documented

    def __init__(self, ledger: Ledger, provider: Provider) -> None:
        self.ledger = ledger
        self.provider = provider
        self._graph = Graph(ledger, provider)

    def handle(self, request: Request) -> Response:
        """Answer one request, whatever it is."""
        asked = Asked(request)
        version, path = self._version(asked.path)
        if asked.host == urlsplit(self.provider.web_url).hostname and (asked.method, path) in _WEB:
            return _WEB[asked.method, path](self, asked)
        if asked.host != urlsplit(self.provider.api_url).hostname:
            return self._dead_end(facts.NO_SUCH_PAGE)
        try:
            return self._success(self._graph.reply(asked, path), version)
        except Refused as refused:
            return self._refusal(refused.fault, version)

    def _version(self, path: str) -> tuple[str, str]:
        """The version that answers, and the path below it.

        Docs: a version that has ended, or none, is answered by the oldest that is left.
        """
        found = re.match(r"/(v[0-9]+\.[0-9]+)(?=/|$)", path)
        asked, rest = (found[1], path[found.end() :]) if found else ("", path)
        today = self.ledger.clock.now.date()
        alive = [version for version, end in facts.VERSIONS.items() if today < end]
        return asked if asked in alive else alive[0], rest or "/"

    # --- steps 1 and 2: the browser comes along -------------------------------------------------------------

    def _dialog(self, asked: Asked) -> Response:
        """GET /dialog/oauth."""
        wish = self._wish(asked.query)
        if isinstance(wish, Response):
            return wish
        session = self._session(asked)
        if session is None:  # assumed: the parameter of Facebook's own way to the sign-in page
            back = f"{asked.path}?{urlencode(asked.query)}"
            return self._redirect(f"{self.provider.web_url}/login?{urlencode({'next': back})}")
        if page := self._dead_end_for(wish, session):
            return self._dead_end(page)
        unanswered = self._unanswered(wish, session)
        if not unanswered:  # inferred: nobody is asked what she has answered
            return self._send_back(wish, session)
        return self._page(200, self._consent_page(wish, session, unanswered))

    def _decide(self, asked: Asked) -> Response:
        """POST /dialog/oauth: the consent page's buttons. Where the real page sends its form is assumed."""
        wish = self._wish(asked.body)
        if isinstance(wish, Response):
            return wish
        session = self._session(asked)
        if session is None or not same(session.csrf, asked.body.get("fb_dtsg")):
            return self._dead_end(facts.STALE_FORM)
        if page := self._dead_end_for(wish, session):
            return self._dead_end(page)
        if asked.body.get("authorize") != "1":
            return self._redirect(wish.answer(facts.DENIED))
        unanswered = self._unanswered(wish, session)
        checked = {value for name, value in asked.checked if name == "allow_scope"}
        before = self._graph.grant(wish.client.client_id, session.login)
        scope = before.scope - unanswered | unanswered & (checked | {facts.PUBLIC_PROFILE})
        grant = Grant(scope, (before.declined | unanswered) - scope, self.ledger.clock.now)
        self.ledger.grants[wish.client.client_id, session.login] = grant
        return self._send_back(wish, session)

    def _wish(self, parameters: Mapping[str, str]) -> _Wish | Response:
        """What an authorization request asks for, or the page for one that must not go on."""
        if not parameters.get("client_id"):
            return self._dead_end(facts.NO_APP_ID)
        client = self.ledger.registered(self.provider, parameters["client_id"])
        if client is None:
            return self._dead_end(facts.INVALID_APP_ID)
        wish = _Wish(client, parameters)
        wrong = next((page for page, is_wrong in _CHECKS if is_wrong(wish)), None)
        return self._dead_end(wrong) if wrong else wish

    def _dead_end_for(self, wish: _Wish, session: Session) -> facts.DeadEnd | None:
        """The page for somebody who may not use this application, or not like this. The order is assumed."""
        client = wish.client
        outsider = not has_role(client, session.login)
        if client.suspended or (client.mode == "development" and outsider):  # suspended: assumed
            return facts.UNAVAILABLE
        if wish.unknown and not outsider:
            page = facts.INVALID_SCOPES
            return page._replace(text=page.text.format(scopes=", ".join(wish.unknown)))
        return None

    def _unanswered(self, wish: _Wish, session: Session) -> frozenset[str]:
        """The permissions that she has to be asked for.

        Docs: what she declined is asked again with auth_type=rerequest only. Inferred from Auth vs. data: after
        90 days everything is asked again.
        """
        grant = self._graph.grant(wish.client.client_id, session.login)
        if self.ledger.clock.now > grant.at + timedelta(days=facts.DATA_ACCESS_DAYS):
            return wish.scope
        again = wish.parameters.get("auth_type") == "rerequest"
        return wish.scope - grant.scope - (frozenset() if again else grant.declined)

    def _consent_page(self, wish: _Wish, session: Session, unanswered: frozenset[str]) -> str:
        sent = {name: value for name, value in wish.parameters.items() if name in facts.DIALOG_PARAMETERS}
        grant = self._graph.grant(wish.client.client_id, session.login)
        asks = [(name, facts.PERMISSIONS[name]) for name in in_order(unanswered)]
        return pages.consent(
            self.provider.name,
            app=wish.client.name,
            owner=self.ledger.people[wish.client.owner].name,
            user=self.ledger.people[session.login].name,
            action=self.provider.authorization_url,
            hidden={**sent, "fb_dtsg": session.csrf},
            asks=[pages.Ask(name, about, name != facts.PUBLIC_PROFILE) for name, about in asks],
            destination=wish.redirect_uri,
            already=in_order(grant.scope - unanswered),
        )

    def _send_back(self, wish: _Wish, session: Session) -> Response:
        grant = self._graph.grant(wish.client.client_id, session.login)
        answer = {}
        if "code" in wish.response_type:
            answer["code"] = self._new_code(wish, session, grant.scope)
        if "token" in wish.response_type:
            token = self._graph.issue(wish.client, session.login, grant.scope)
            answer |= {
                "access_token": token.value,
                "data_access_expiration_time": str(stamp(token.data_access_expires_at)),
                "expires_in": str(seconds(token.expires_at, self.ledger.clock.now)),
            }
        if "granted_scopes" in wish.response_type or wish.parameters.get("return_scopes") == "true":
            answer["granted_scopes"] = ",".join(in_order(grant.scope))
            answer["denied_scopes"] = ",".join(in_order(grant.declined))
        return self._redirect(wish.answer(answer))

    def _new_code(self, wish: _Wish, session: Session, scope: frozenset[str]) -> str:
        prefix, length = facts.CODE
        value = self.ledger.mint("code", facts.BASE64URL, length, prefix)
        code = Code(
            value,
            self.ledger.secrets.learn("code", value),
            wish.client.client_id,
            session.login,
            issued_at=self.ledger.clock.now,
            expires_at=self.ledger.after(seconds=facts.CODE_SECONDS),
            scope=scope,
            redirect_uri=wish.redirect_uri,
        )
        self.ledger.add(code)
        return value

    # --- signing in and out ---------------------------------------------------------------------------------

    def _session(self, asked: Asked) -> Session | None:
        """Who is signed in with the browser that asks."""
        return self.ledger.sessions.get(asked.cookies.get(self.cookie, ""))

    def _sign_in_page(self, asked: Asked, message: str = "") -> Response:
        text = pages.sign_in(
            self.provider.name,
            action=f"{self.provider.web_url}/login",
            hidden={"next": asked.parameters.get("next", "")},
            message=message,
            people=self.ledger.names,
        )
        return self._page(200, text)

    def _sign_in(self, asked: Asked) -> Response:
        person = self.ledger.recognise(asked.body.get("login", ""), asked.body.get("password"))
        if person is None:
            return self._sign_in_page(asked, "The password that you entered is not right.")
        cookie = f"{self.cookie}={self.sign_in(person.login)}; path=/; HttpOnly; SameSite=Lax"
        back = self.provider.web_url + local(asked.body.get("next", ""))
        return self._redirect(back, (("Set-Cookie", cookie),))

    def sign_in(self, login: str) -> str:
        """A new session; returns its cookie's value."""
        return self.ledger.sign_in(login, facts.BASE62, 48)

    def password_changed(self, login: str) -> None:
        """Her tokens of every application die (docs); those of her Pages as well (inferred)."""
        self._end_tokens("password changed", login)

    def signed_out(self, login: str) -> None:
        """She has signed out of Facebook: her tokens die, as with a new password (observed 2011 to 2015)."""
        self._end_tokens("signed out", login)

    def edit_grant(self, client: Client, login: str, only: frozenset[str]) -> None:
        """She takes permissions back in her settings. Raises NoSuchAct for one that is not granted."""
        grant = self._graph.grant(client.client_id, login)
        if unknown := only - grant.scope:
            mend = f"There is {', '.join(in_order(grant.scope)) or 'nothing'}"
            raise NoSuchAct(f"{min(unknown)!r} is not granted to {client.name}", mend=mend)
        kept = only | {facts.PUBLIC_PROFILE}
        declined = grant.declined | (grant.scope - kept)
        self.ledger.grants[client.client_id, login] = Grant(kept, declined, grant.at)

    def _end_tokens(self, event: str, login: str) -> None:
        for credential in self.ledger.held_by(login):
            if self.ledger.registered(self.provider, credential.client_id):
                credential.happens(event, self.ledger.clock.now)

    def server_error(self) -> Response:
        """What is said when something breaks at Facebook."""
        return self._refusal(facts.SERVER_ERROR, self._version("")[0])

    # --- how it answers -------------------------------------------------------------------------------------

    def _page(self, status: int, text: str) -> Response:
        return html_page(status, text, (("Date", self._date()), *facts.WEB_HEADERS))

    def _dead_end(self, page: facts.DeadEnd) -> Response:
        text = pages.error(self.provider.name, title=page.title, paragraphs=[page.text])
        return self._page(page.status, text)

    def _redirect(self, url: str, headers: Headers = ()) -> Response:
        return redirect(url, (*headers, ("Date", self._date()), *facts.WEB_HEADERS))

    def _success(self, body: Body, version: str) -> Response:
        text = _json(body)
        etag = ("ETag", f'"{hashlib.sha1(text).hexdigest()}"')
        headers = (etag, ("facebook-api-version", version), *facts.SUCCESS_HEADERS)
        return self._in_bytes(200, text, headers, self._trace_id())

    def _refusal(self, fault: facts.Fault, version: str) -> Response:
        """Not RFC 6749 section 5.2's shape, but Facebook's own. The order of the members is observed."""
        trace_id = self._trace_id()
        members = {
            "message": fault.message,
            "type": fault.type,
            "code": fault.code,
            "error_subcode": fault.subcode,
            "error_user_msg": fault.user_message,
            "fbtrace_id": trace_id,
        }
        error = {name: value for name, value in members.items() if value is not None}
        # Observed: not escaped, as UTF-8. That it is one line, and of this length at most, is assumed.
        words = re.sub(r"[\x00-\x20\x7f]+", " ", fault.message)[:500].encode().decode("latin-1")
        challenge = ("WWW-Authenticate", f'OAuth "Facebook Platform" "{fault.word}" "{words}"')
        # Observed in 2023: no version where no application is known.
        known = () if fault == facts.CANNOT_PARSE else (("facebook-api-version", version),)
        headers = (challenge, *known, *facts.FAULT_HEADERS)
        return self._in_bytes(fault.status, _json({"error": error}), headers, trace_id)

    def _in_bytes(self, status: int, text: bytes, headers: Headers, trace_id: str) -> Response:
        draw = self.ledger.draw
        always = (
            ("Content-Type", "application/json; charset=UTF-8"),
            *headers,
            *facts.API_HEADERS,
            ("x-fb-request-id", trace_id),
            ("x-fb-trace-id", draw("old trace id", facts.BASE64, facts.OLD_TRACE_ID_LENGTH)),
            ("X-FB-Debug", draw("debug", facts.BASE64, facts.DEBUG_LENGTH) + "=="),
            ("Date", self._date()),
        )
        return Response(status, always, text)

    def _trace_id(self) -> str:
        prefix, length = facts.TRACE_ID
        return prefix + self.ledger.draw("trace id", facts.BASE64URL, length)

    def _date(self) -> str:
        return format_datetime(self.ledger.clock.now, usegmt=True)


@dataclass(frozen=True)
class _Wish:
    """What an authorization request asks for."""

    client: Client
    parameters: Mapping[str, str] = field(repr=False)

    @property
    def redirect_uri(self) -> str:
        return self.parameters.get("redirect_uri", "")

    @cached_property
    def names(self) -> list[str]:
        """What `scope` names, separated by commas or spaces (docs), each once."""
        return list(dict.fromkeys(re.findall(r"[^\s,]+", self.parameters.get("scope", ""))))

    @property
    def scope(self) -> frozenset[str]:
        return frozenset(name for name in self.names if name in facts.PERMISSIONS) | {facts.PUBLIC_PROFILE}

    @property
    def unknown(self) -> list[str]:
        return [name for name in self.names if name not in facts.PERMISSIONS]

    @property
    def response_type(self) -> set[str]:
        return set(re.findall(r"[^\s,]+", self.parameters.get("response_type", ""))) or {"code"}

    @property
    def is_insecure(self) -> bool:
        return self.redirect_uri.lower().startswith("http:") and not is_local(self.client, self.redirect_uri)

    def answer(self, parameters: Mapping[str, str]) -> str:
        """The redirect's target: the answer, `state` if it was sent, Facebook's own fragment, and no `iss`."""
        uri, state = self.redirect_uri, self.parameters.get("state")
        sent = parameters if state is None else {**parameters, "state": state}
        if "access_token" not in parameters:
            return with_parameters(uri, sent, fragment=self.client.provider.appended_fragment)
        # docs: a token travels in the fragment, which no server sees. Observed: an empty query before it.
        return f"{uri}{'' if '?' in uri else '?'}#{urlencode(sent)}"


def _json(body: Body) -> bytes:
    r"""Observed: ASCII only, and `/` and `@` escaped as well, as `\/` and `\u0040`."""
    return json.dumps(body, separators=(",", ":")).replace("/", r"\/").replace("@", r"\u0040").encode()


# What stops a request before it matters who is asked: the first that is wrong. The order is assumed.
_CHECKS: tuple[tuple[facts.DeadEnd, Callable[[_Wish], bool]], ...] = (
    (facts.NO_REDIRECT_URI_ASKED, lambda wish: not wish.redirect_uri),
    (facts.RELATIVE_REDIRECT_URI_ASKED, lambda wish: not is_absolute(wish.redirect_uri)),
    (facts.INSECURE, lambda wish: wish.is_insecure),
    (facts.URL_BLOCKED, lambda wish: not allows(wish.client, wish.redirect_uri)),
    (facts.UNKNOWN_RESPONSE_TYPE, lambda wish: not wish.response_type <= facts.RESPONSE_TYPES),
)
_WEB: Mapping[tuple[str, str], Callable[[Facebook, Asked], Response]] = MappingProxyType(
    {
        ("GET", "/dialog/oauth"): Facebook._dialog,
        ("POST", "/dialog/oauth"): Facebook._decide,
        ("GET", "/login"): Facebook._sign_in_page,
        ("POST", "/login"): Facebook._sign_in,
    }
)

"""Facebook as an authorization server and an API, now or in 2013: one function, request -> response.

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
from email.utils import format_datetime
from functools import cached_property
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

from ..errors import NoSuchAct
from ..providers import Provider, Step
from ..wire import Headers, Request, Response
from . import facebook_facts as facts
from . import pages
from .facebook_graph import (
    Body,
    Graph,
    Refused,
    allows,
    has_role,
    is_absolute,
    is_local,
    seconds,
    stamp,
)
from .ledger import Client, Code, Grant, Ledger, Session
from .messages import Asked, html_page, local, redirect, same, session_cookie, with_parameters


class Facebook:
    """Facebook's endpoints over a ledger."""

    cookie = "xs"
    new_client = facts.NEW_CLIENT
    most_callbacks: int | None = None  # no limit is documented

    def __init__(self, ledger: Ledger, provider: Provider) -> None:
        self.ledger = ledger
        self.provider = provider
        self.era = facts.ERAS[provider.era]
        self.settings = self.era.settings
        self._graph = Graph(ledger, provider)

    def handle(self, request: Request) -> Response:
        """Answer one request, whatever it is."""
        asked = Asked(request)
        version, path = self._version(asked.path)
        # Observed for the dialog, in Facebook's own discovery document; else assumed.
        path = path.rstrip("/") or "/"
        if asked.host == urlsplit(self.provider.web_url).hostname and (asked.method, path) in _WEB:
            return _WEB[asked.method, path](self, asked)
        if asked.host != urlsplit(self.provider.api_url).hostname:
            return self._dead_end(facts.NO_SUCH_PAGE)
        try:
            body = self._graph.reply(asked, path)
        except Refused as refused:
            return self._refusal(self._graph.said(refused), version, asked)
        if _PICTURE.fullmatch(path) and asked.parameters.get("redirect") not in ("0", "false"):
            # Docs: "By default", without redirect=false; for 0 inferred. The image's type is there already: by it
            # criso/fbgraph tells a picture.
            return self._redirect(body["data"]["url"], (facts.SILHOUETTE_TYPE,))
        as_form = self.era.form_encoded and path == facts.TOKEN_PATH
        return self._success(_form(body) if as_form else _json(body), version, asked, as_form=as_form)

    def server_error(self, request: Request) -> Response:
        """What is said when something breaks at Facebook: a page to people, to an application an error of the API."""
        asked = Asked(request)
        if self.provider.step_of(asked.method, request.url) in (Step.AUTHORIZATION_REQUEST, Step.GRANT):
            return self._dead_end(facts.BROKEN)
        return self._refusal(facts.SERVER_ERROR, self._version(asked.path)[0], asked)

    def _version(self, path: str) -> tuple[str, str]:
        """The version that answers, and the path below it; no version where there are none yet.

        Docs: a version that has ended, or none, is answered by the oldest that is left. One that never was is refused
        by what is called there; the dialog asks for none (inferred).
        """
        if not self.era.versions:
            return "", path
        found = re.match(r"/(v[0-9]+\.[0-9]+)(?=/|$)", path)
        asked, rest = (found[1], path[found.end() :]) if found else ("", path)
        today = self.ledger.clock.now.date()
        alive = [version for version, end in self.era.versions.items() if today < end]
        return asked if asked in alive else alive[0], rest or "/"

    # --- steps 1 and 2: the browser comes along -------------------------------------------------------------

    def _dialog(self, asked: Asked) -> Response:
        """GET /dialog/oauth."""
        wish = self._wish(asked.query)
        if isinstance(wish, Response):
            return wish
        session = self._session_for(wish, asked)
        if session is None:
            return self._to_sign_in(asked)
        if stop := self._stop(wish, session):
            return stop
        unanswered = self._unanswered(wish, session)
        if not unanswered:  # inferred: nobody is asked what she has answered
            return self._send_back(wish, session)
        return self._page(200, self._consent_page(wish, session, unanswered))

    def _decide(self, asked: Asked) -> Response:
        """POST /dialog/oauth: the consent page's buttons. Where the real page sends its form is assumed."""
        wish = self._wish(asked.body)
        if isinstance(wish, Response):
            return wish
        session = self._session_for(wish, asked)
        if session is None or not same(session.csrf, asked.body.get("fb_dtsg")):
            return self._dead_end(facts.STALE_FORM)
        if stop := self._stop(wish, session):
            return stop
        if asked.body.get("authorize") != "1":
            session.proved = False
            return self._redirect(wish.answer(facts.DENIED))
        unanswered = self._unanswered(wish, session)
        checked = asked.checked("allow_scope")
        before = self._graph.grant(wish.client.client_id, session.login)
        allowed = unanswered & checked | unanswered - self.era.optional
        scope = before.scope - unanswered | self.era.with_implied(allowed)
        declined = (before.declined | unanswered) - scope if self.era.remembers_declined else frozenset()
        grant = Grant(scope, declined, self.ledger.clock.now)
        self._graph.change(wish.client.client_id, session.login, grant)
        return self._send_back(wish, session)

    def _wish(self, parameters: Mapping[str, str]) -> _Wish | Response:
        """What an authorization request asks for, or the page for one that must not go on."""
        if not parameters.get("client_id"):
            return self._dead_end(facts.NO_APP_ID)
        client = self.ledger.registered(self.provider, parameters["client_id"])
        if client is None:
            return self._dead_end(facts.INVALID_APP_ID)
        wish = _Wish(client, parameters, self.era)
        wrong = next((page for page, is_wrong in _CHECKS if is_wrong(wish)), None)
        return self._dead_end(wrong) if wrong else wish

    def _session_for(self, wish: _Wish, asked: Asked) -> Session | None:
        """Who is signed in with the browser that asks; nobody, if she has to give her password for this first."""
        session = self._session(asked)
        again = wish.parameters.get("auth_type") == facts.REAUTHENTICATE
        return None if session and again and not session.proved else session

    def _stop(self, wish: _Wish, session: Session) -> Response | None:
        """What somebody gets who may not use this application, or not like this. The order is assumed."""
        client, outsider = wish.client, not has_role(wish.client, session.login)
        if client.suspended:  # assumed
            return self._dead_end(facts.UNAVAILABLE)
        if client.mode == "development" and outsider:
            if isinstance(self.era.outsider, facts.DeadEnd):
                return self._dead_end(self.era.outsider)
            return self._redirect(wish.answer(self.era.outsider))
        if wish.unknown and not outsider:
            page = facts.INVALID_SCOPES
            return self._dead_end(page._replace(text=page.text.format(scopes=", ".join(wish.unknown))))
        return None

    def _unanswered(self, wish: _Wish, session: Session) -> frozenset[str]:
        """The permissions that she has to be asked for.

        Docs: what she declined is asked again with auth_type=rerequest only. Inferred from Auth vs. data: after
        90 days everything is asked again.
        """
        grant = self._graph.grant(wish.client.client_id, session.login)
        if self._graph.data_access_ended(grant):
            return wish.scope
        again = wish.parameters.get("auth_type") == "rerequest"
        return wish.scope - grant.scope - (frozenset() if again else grant.declined)

    def _consent_page(self, wish: _Wish, session: Session, unanswered: frozenset[str]) -> str:
        sent = {name: value for name, value in wish.parameters.items() if name in self.era.dialog_parameters}
        grant = self._graph.grant(wish.client.client_id, session.login)
        asks = [item for item in self.era.permissions.items() if item[0] in unanswered]
        return pages.consent(
            self.provider.name,
            **self.ledger.parties(wish.client, session.login),
            action=self.provider.authorization_url,
            hidden={**sent, "fb_dtsg": session.csrf},
            asks=[pages.Ask(name, about, name in self.era.optional) for name, about in asks],
            destination=wish.redirect_uri,
            already=self.era.in_order(grant.scope - unanswered),
        )

    def _send_back(self, wish: _Wish, session: Session) -> Response:
        grant = self._graph.grant(wish.client.client_id, session.login)
        session.proved = False
        answer = {}
        if "code" in wish.response_type:
            answer["code"] = self._new_code(wish, session, grant.scope)
        if "token" in wish.response_type:
            token = self._graph.issue(wish.client, session.login, grant.scope, metadata=wish.metadata)
            answer["access_token"] = token.value
            if ends := self._graph.data_access_ends(grant):
                answer["data_access_expiration_time"] = str(stamp(ends))
            answer["expires_in"] = str(seconds(token.expires_at, self.ledger.clock.now))
        if wish.wants_scopes:
            answer["granted_scopes"] = ",".join(self.era.in_order(grant.scope))
            answer["denied_scopes"] = ",".join(self.era.in_order(grant.declined))
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
            metadata=wish.metadata,
            redirect_uri=wish.redirect_uri,
        )
        self.ledger.add(code)
        return value

    # --- signing in and out ---------------------------------------------------------------------------------

    def _session(self, asked: Asked) -> Session | None:
        """Who is signed in with the browser that asks."""
        return self.ledger.session(self.provider, asked.cookies.get(self.cookie))

    def _to_sign_in(self, asked: Asked) -> Response:
        """Docs: she is asked to sign in first. The parameter that leads back is assumed."""
        back = f"{asked.path}?{urlencode(asked.query)}"
        return self._redirect(f"{self.provider.web_url}/login?{urlencode({'next': back})}")

    def _sign_in_page(self, asked: Asked, message: str = "") -> Response:
        text = pages.sign_in(
            self.provider.name,
            action=f"{self.provider.web_url}/login",
            hidden={"next": asked.parameters.get("next", "")},
            login=asked.body.get("login", ""),
            message=message,
            people=self.ledger.names,
        )
        return self._page(200, text)

    def _sign_in(self, asked: Asked) -> Response:
        person = self.ledger.recognise(asked.body.get("login", ""), asked.body.get("password"))
        if person is None:
            return self._sign_in_page(asked, "The password that you entered is not right.")
        cookie = self.ledger.sign_in(self.provider, person.login)
        self.ledger.sessions[cookie].proved = True
        person.checkpoint = False  # assumed: to sign in is all that the instructions ask of her
        back = self.provider.web_url + local(asked.body.get("next", ""))
        return self._redirect(back, (session_cookie(self.cookie, cookie),))

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
            mend = f"There is {', '.join(self.era.in_order(grant.scope))}"
            raise NoSuchAct(f"{min(unknown)!r} is not granted to {client.name}", mend=mend)
        kept = only | {self.era.always}
        declined = grant.declined | (grant.scope - kept) if self.era.remembers_declined else frozenset()
        self._graph.change(client.client_id, login, Grant(kept, declined, grant.at))

    def _settings_page(self, asked: Asked) -> Response:
        """GET /settings/applications, of one application. The address and the layout are assumed."""
        session = self._session(asked)
        if session is None:
            return self._to_sign_in(asked)
        client = self.ledger.registered(self.provider, asked.parameters.get("client_id"))
        if client is None or (client.client_id, session.login) not in self.ledger.grants:
            return self._dead_end(facts.NO_SUCH_PAGE)
        granted = self._graph.grant(client.client_id, session.login).scope - {self.era.always}
        text = pages.settings(
            self.provider.name,
            **self.ledger.parties(client, session.login),
            action=self.provider.web_url + asked.path,
            hidden={"client_id": client.client_id, "fb_dtsg": session.csrf},
            asks=[pages.Ask(name, self.era.permissions[name], True) for name in self.era.in_order(granted)],
        )
        return self._page(200, text)

    def _change_settings(self, asked: Asked) -> Response:
        """POST /settings/applications: leave the application less, or nothing."""
        session = self._session(asked)
        client = self.ledger.registered(self.provider, asked.body.get("client_id"))
        if session is None or client is None or not same(session.csrf, asked.body.get("fb_dtsg")):
            return self._dead_end(facts.STALE_FORM)
        if (client.client_id, session.login) not in self.ledger.grants:
            return self._dead_end(facts.NO_SUCH_PAGE)
        if asked.body.get("act") == "revoke":
            self.ledger.remove(client.client_id, session.login)
            return self._dead_end(facts.REMOVED)
        checked = asked.checked("allow_scope")
        granted = self._graph.grant(client.client_id, session.login).scope
        self.edit_grant(client, session.login, granted & checked)
        return self._settings_page(asked)

    def _end_tokens(self, event: str, login: str) -> None:
        for credential in self.ledger.held_by(login):
            if self.ledger.registered(self.provider, credential.client_id):
                credential.happens(event, self.ledger.clock.now)

    def _silhouette(self, asked: Asked) -> Response:
        """GET /images/silhouette.svg: everybody's picture."""
        headers = (facts.SILHOUETTE_TYPE, *facts.WEB_HEADERS)
        return Response(200, headers, facts.SILHOUETTE.encode())

    # --- how it answers -------------------------------------------------------------------------------------

    def _page(self, status: int, text: str) -> Response:
        return html_page(status, text, (("Date", self._date()), *facts.WEB_HEADERS))

    def _dead_end(self, page: facts.DeadEnd) -> Response:
        page = self.era.dead_ends.get(page, page)
        text = pages.error(self.provider.name, title=page.title, paragraphs=[page.text])
        return self._page(page.status, text)

    def _redirect(self, url: str, headers: Headers = ()) -> Response:
        return redirect(url, (*headers, ("Date", self._date()), *facts.WEB_HEADERS))

    def _success(self, body: bytes, version: str, asked: Asked, *, as_form: bool) -> Response:
        etag = ("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
        kind = facts.TOKEN_FORM_TYPE if as_form else self._json_type(asked)
        headers = (("Content-Type", kind), etag, *_api_version(version), *self.era.success_headers)
        return self._in_bytes(200, body, headers, self._trace_id())

    def _refusal(self, fault: facts.Fault, version: str, asked: Asked) -> Response:
        """Not RFC 6749 section 5.2's shape, but Facebook's own. The order of the members is observed."""
        trace_id = self._trace_id()
        members = {
            "message": fault.message,
            "type": fault.type,
            "code": fault.code,
            "error_subcode": fault.subcode,
            "error_user_msg": fault.user_message,
            "fbtrace_id": trace_id or None,
        }
        error = {name: value for name, value in members.items() if value is not None}
        # Observed: raw UTF-8. Assumed: one line, of this length at most, and as RFC 9110 section 5.6.4 quotes what
        # would end the text.
        words = re.sub(r"[\x00-\x20\x7f]+", " ", fault.message)[:500].encode().decode("latin-1")
        quoted = re.sub(r'(["\\])', r"\\\1", words)
        challenge = ("WWW-Authenticate", f'OAuth "Facebook Platform" "{fault.word}" "{quoted}"')
        # Observed in 2023 for a token that cannot be parsed: no version. With an unknown App ID there is one
        # (recorded 2018); that there is one without a token as well is assumed.
        known = () if fault == facts.CANNOT_PARSE else _api_version(version)
        kind = ("Content-Type", self._json_type(asked))
        headers = (kind, challenge, *known, *self.era.fault_headers)
        return self._in_bytes(fault.status, _json({"error": error}), headers, trace_id)

    def _json_type(self, asked: Asked) -> str:
        wants_json = "json" in (asked.header("accept") or "")
        return self.era.json_type_if_asked if wants_json else self.era.json_type

    def _in_bytes(self, status: int, text: bytes, headers: Headers, trace_id: str) -> Response:
        draw = self.ledger.draw
        old_trace_id = draw("old trace id", facts.BASE64, facts.OLD_TRACE_ID_LENGTH)
        traces = (("x-fb-request-id", trace_id), ("x-fb-trace-id", old_trace_id))
        always = (
            *headers,
            *self.era.api_headers,
            *(traces if trace_id else ()),
            ("X-FB-Debug", draw("debug", facts.BASE64, facts.DEBUG_LENGTH) + "=="),
            ("Date", self._date()),
        )
        return Response(status, always, text)

    def _trace_id(self) -> str:
        """What names this answer within Facebook; nothing where it names none."""
        if not self.era.trace_ids:
            return ""
        prefix, length = facts.TRACE_ID
        return prefix + self.ledger.draw("trace id", facts.BASE64URL, length)

    def _date(self) -> str:
        return format_datetime(self.ledger.clock.now, usegmt=True)


@dataclass(frozen=True)
class _Wish:
    """What an authorization request asks for."""

    client: Client
    parameters: Mapping[str, str] = field(repr=False)
    era: facts.Era = field(repr=False)

    @property
    def redirect_uri(self) -> str:
        return self.parameters.get("redirect_uri", "")

    @cached_property
    def names(self) -> list[str]:
        """What `scope` names, separated by commas or spaces (docs), each once."""
        return list(dict.fromkeys(re.findall(r"[^\s,]+", self.parameters.get("scope", ""))))

    @property
    def scope(self) -> frozenset[str]:
        return frozenset(name for name in self.names if name in self.era.permissions) | {self.era.always}

    @property
    def unknown(self) -> list[str]:
        return [name for name in self.names if name not in self.era.permissions]

    @property
    def response_type(self) -> set[str]:
        return set(re.findall(r"[^\s,]+", self.parameters.get("response_type", ""))) or {"code"}

    @property
    def wants_scopes(self) -> bool:
        """Whether the answer is to say what was granted."""
        asked = (
            "return_scopes" in self.era.dialog_parameters and self.parameters.get("return_scopes") == "true"
        )
        return asked or "granted_scopes" in self.response_type

    @property
    def metadata(self) -> Mapping[str, str]:
        return {name: self.parameters[name] for name in facts.TOLD_LATER if name in self.parameters}

    @property
    def is_insecure(self) -> bool:
        is_http = self.redirect_uri.lower().startswith("http:")
        return self.era.strict and is_http and not is_local(self.client, self.redirect_uri)

    def answer(self, parameters: Mapping[str, str]) -> str:
        """The redirect's target: the answer, `state` if it was sent, Facebook's own fragment, and no `iss`."""
        uri, state = self.redirect_uri, self.parameters.get("state")
        sent = parameters if state is None else {**parameters, "state": state}
        if "access_token" not in parameters:
            return with_parameters(uri, sent, fragment=self.client.provider.appended_fragment)
        # docs: a token travels in the fragment, which no server sees. Observed: an empty query before it.
        return f"{uri}{'' if '?' in uri else '?'}#{urlencode(sent)}"


def _api_version(version: str) -> Headers:
    return (("facebook-api-version", version),) if version else ()


def _form(body: Mapping[str, object]) -> bytes:
    return urlencode(body, safe="|").encode()  # observed: a `|` as it is, in an application's own token


def _json(body: Body) -> bytes:
    r"""Observed: ASCII only, and `/` and `@` escaped as well, as `\/` and `\u0040`."""
    return json.dumps(body, separators=(",", ":")).replace("/", r"\/").replace("@", r"\u0040").encode()


# What stops a request before it matters who is asked: the first that is wrong. The order is assumed.
_CHECKS: tuple[tuple[facts.DeadEnd, Callable[[_Wish], bool]], ...] = (
    (facts.NO_REDIRECT_URI_ASKED, lambda wish: not wish.redirect_uri),
    (facts.RELATIVE_REDIRECT_URI_ASKED, lambda wish: not is_absolute(wish.redirect_uri)),
    (facts.INSECURE, lambda wish: wish.is_insecure),
    (facts.URL_BLOCKED, lambda wish: not allows(wish.client, wish.redirect_uri, strict=wish.era.strict)),
    (facts.UNKNOWN_RESPONSE_TYPE, lambda wish: not wish.response_type <= wish.era.response_types),
)
_PICTURE = re.compile(r"/[^/]+/picture")
_WEB: Mapping[tuple[str, str], Callable[[Facebook, Asked], Response]] = MappingProxyType(
    {
        ("GET", "/dialog/oauth"): Facebook._dialog,
        ("POST", "/dialog/oauth"): Facebook._decide,
        ("GET", "/login"): Facebook._sign_in_page,
        ("POST", "/login"): Facebook._sign_in,
        ("GET", "/settings/applications"): Facebook._settings_page,
        ("POST", "/settings/applications"): Facebook._change_settings,
        ("GET", facts.SILHOUETTE_PATH): Facebook._silhouette,
    }
)

"""graph.facebook.com, as of autumn 2026: what applications call in steps 3 to 6."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

from ..providers import Provider
from . import facebook_facts as facts
from .ledger import ALIVE, AccessToken, Client, Code, Grant, Ledger, Page, Person
from .messages import Asked, same

Body = dict[str, Any]


class Refused(Exception):
    """A refusal on its way to the answer."""

    def __init__(self, fault: facts.Fault, **words: str) -> None:
        self.fault = fault.about(**words) if words else fault
        super().__init__(self.fault.message)


class Graph:
    """The endpoints that answer in JSON, and what is known of applications, grants and tokens."""

    def __init__(self, ledger: Ledger, provider: Provider) -> None:
        self.ledger = ledger
        self.provider = provider

    def reply(self, asked: Asked, path: str) -> Body:
        """The answer to a call of this path, its version taken off. Raises Refused."""
        if endpoint := _ENDPOINTS.get((asked.method, path)):
            return endpoint(self, asked)
        found = re.fullmatch(r"/([^/]+)(?:/([^/]+))?(?:/([^/]+))?/?", path)
        if found is None:
            raise Refused(facts.UNKNOWN_PATH, path=path)
        name, edge, item = found.groups(default="")
        token, node = self._node(asked, name)
        acts = _EDGES[type(node)].get(edge)
        if acts is None or (item and edge != "permissions"):
            raise Refused(facts.UNKNOWN_PATH, path="/".join(("", edge, item)).rstrip("/"))
        act = acts.get(asked.method)
        if act is None:
            raise Refused(facts.UNKNOWN_ID, method=asked.method.lower(), id=name)
        if isinstance(act, facts.Fault):
            raise Refused(act)
        return act(self, _Call(asked, token, item), node)

    def grant(self, client_id: str, login: str) -> Grant:
        """What she has allowed and declined this application; nothing yet, if she never was here."""
        nothing = Grant(frozenset(), frozenset(), self.ledger.clock.now)
        return self.ledger.grants.get((client_id, login), nothing)

    # --- steps 3 and 4: the token endpoint ------------------------------------------------------------------

    def _token(self, asked: Asked) -> Body:
        """GET (docs) or POST (observed) /oauth/access_token.

        By HTTP Basic as well: inferred, since python-facebook and flask-dance hand it the credentials in no other way.
        Which of two counts is assumed.
        """
        sent = dict(asked.parameters)
        if asked.basic:
            sent["client_id"], sent["client_secret"] = asked.basic
        if not sent.get("client_id"):
            raise Refused(facts.NO_CLIENT_ID)
        if not re.fullmatch(r"[0-9]+", sent["client_id"]):
            raise Refused(facts.NOT_A_NUMBER)
        client = self.ledger.registered(self.provider, sent["client_id"])
        if client is None:
            raise Refused(facts.UNKNOWN_CLIENT)
        if client.suspended:
            raise Refused(facts.CLIENT_GONE)
        # A grant_type that is absent or unknown means a code (from facemock's tests).
        grant = _GRANTS.get(sent.get("grant_type", ""), Graph._redeem)
        return grant(self, client, sent)

    def _redeem(self, client: Client, sent: Mapping[str, str]) -> Body:
        """A code for a token. What becomes of a code_verifier is unknown, so it is ignored.

        The order of the first four is inferred from refusals of requests with two mistakes; of the others, assumed.
        """
        uri = sent.get("redirect_uri", "")
        if not uri:
            raise Refused(facts.NO_REDIRECT_URI)
        if not is_absolute(uri):
            raise Refused(facts.RELATIVE_REDIRECT_URI)
        if not allows(client, uri):
            raise Refused(facts.FOREIGN_REDIRECT_URI)
        self._check_secret(client, sent)
        if not sent.get("code"):
            raise Refused(facts.NO_CODE)
        code = self.ledger.codes.get(sent["code"])
        if code is None or code.client_id != client.client_id:  # another application's: assumed
            raise Refused(facts.BAD_CODE)
        state = code.state_at(self.ledger.clock.now)
        if state != ALIVE:
            words = {"user_id": _user_id(code), "app_id": client.client_id}
            raise Refused(facts.DEAD_CODES[state], **words)
        if uri != code.redirect_uri:  # the code lives on (assumed)
            raise Refused(facts.OTHER_REDIRECT_URI)
        code.happens("redeemed", self.ledger.clock.now)
        # Docs: short-lived. Observed 2014 to 2022: often 60 days at once. So the application has a setting.
        long_lived = client.code_gives == "long"
        return self._response(self.issue(client, code.login, self._scope(code), long_lived=long_lived))

    def _extend(self, client: Client, sent: Mapping[str, str]) -> Body:
        """grant_type=fb_exchange_token: a living token for one of 60 days. Docs: an expired one is refused."""
        self._check_secret(client, sent)
        if not sent.get("fb_exchange_token"):
            raise Refused(facts.NO_EXCHANGE_TOKEN)
        token = self.ledger.tokens.get(sent["fb_exchange_token"])
        # That another application's and a Page's are refused in the same words is assumed.
        if token is None or token.client_id != client.client_id or token.page_id:
            raise Refused(facts.INVALID_TOKEN)
        if fault := self._fault_of(token):
            raise Refused(fault)
        again = self.ledger.clock.now < token.issued_at + timedelta(seconds=facts.EXTENDED_ONCE_IN)
        if not (token.long_lived and again):  # what is handed in stays alive (assumed)
            token = self.issue(client, token.login, self._scope(token), long_lived=True)
        return self._response(token)

    def _for_itself(self, client: Client, sent: Mapping[str, str]) -> Body:
        """grant_type=client_credentials: the application's own token, which has no end."""
        self._check_secret(client, sent)
        value = self._app_token(client)
        self.ledger.secrets.learn("app token", value)
        return {"access_token": value, "token_type": "bearer"}

    @staticmethod
    def _check_secret(client: Client, sent: Mapping[str, str]) -> None:
        if not same(client.client_secret, sent.get("client_secret")):
            raise Refused(facts.BAD_SECRET)

    @staticmethod
    def _app_token(client: Client) -> str:
        """`{App ID}|` and a text made from the secret, so that it dies with the secret (assumed)."""
        digest = hmac.new(client.client_secret.encode(), b"app token", hashlib.sha256).digest()
        return f"{client.client_id}|{base64.urlsafe_b64encode(digest).decode()[: facts.APP_TOKEN_LENGTH]}"

    def issue(
        self,
        client: Client,
        login: str,
        scope: frozenset[str],
        *,
        long_lived: bool = False,
        page: tuple[str, datetime | None] | None = None,
    ) -> AccessToken:
        """A new token; of a Page, given its id and the token's end. Nobody outside can tell a true one by its form."""
        prefix, length = facts.TOKEN
        value = self.ledger.mint("access token", facts.BASE62, length, prefix)
        page_id, expires_at = page or (None, self._end(long_lived))
        asked_at = self.grant(client.client_id, login).at
        token = AccessToken(
            value,
            self.ledger.secrets.learn("access token", value),
            client.client_id,
            login,
            issued_at=self.ledger.clock.now,
            expires_at=expires_at,
            scope=scope,
            kind="page" if page_id else "user",
            page_id=page_id,
            long_lived=long_lived,
            data_access_expires_at=asked_at + timedelta(days=facts.DATA_ACCESS_DAYS),
        )
        self.ledger.add(token)
        return token

    def _end(self, long_lived: bool) -> datetime:
        """When a person's token ends. A short-lived one: docs, after one to two hours; observed, on the hour."""
        if long_lived:
            return self.ledger.after(seconds=facts.LONG_LIVED_SECONDS)
        return self.ledger.after(hours=2).replace(minute=0, second=0, microsecond=0)

    def _response(self, token: AccessToken) -> Body:
        """The body of a token response: neither `scope` nor a refresh token (docs)."""
        left = seconds(token.expires_at, self.ledger.clock.now)
        return {"access_token": token.value, "token_type": "bearer", "expires_in": left}

    def _scope(self, credential: Code | AccessToken) -> frozenset[str]:
        """What it may do now: what it was given, without what has been taken back since."""
        return credential.scope & self.grant(credential.client_id, credential.login).scope

    # --- steps 5 and 6: who calls ---------------------------------------------------------------------------

    def _caller(self, asked: Asked) -> AccessToken | Client | None:
        """Whose token came along, a person's, a Page's or an application's own; None if none did.

        As a parameter (docs) or in a header (observed). That the parameter wins is assumed.
        """
        value = asked.parameters.get("access_token") or asked.bearer("bearer", "oauth")
        if not value:
            return None
        if client := self._client_of(value):
            return client
        token = self._token_of(value)
        if token is None:
            raise Refused(facts.CANNOT_PARSE)
        if fault := self._fault_of(token):
            raise Refused(fault)
        self._check_proof(token, asked.parameters.get("appsecret_proof"))
        token.use(self.ledger.clock.now)
        return token

    def _token_of(self, value: str) -> AccessToken | None:
        token = self.ledger.tokens.get(value)
        return token if token and self.ledger.registered(self.provider, token.client_id) else None

    def _client_of(self, value: str) -> Client | None:
        """The application whose own token this is: `{App ID}|{App Secret}` (docs), or from client_credentials."""
        client_id, _, secret = value.partition("|")
        client = self.ledger.registered(self.provider, client_id)
        if client and (same(client.client_secret, secret) or same(self._app_token(client), value)):
            return client
        return None

    def _fault_of(self, token: AccessToken) -> facts.Fault | None:
        """Why this token does not work, or None if it does."""
        now = self.ledger.clock.now
        state = token.state_at(now)
        if state != ALIVE:
            ended = pacific(token.expires_at or now)
            return facts.DEAD_TOKENS[state].about(app_id=token.client_id, ended=ended, now=pacific(now))
        return facts.CLIENT_GONE if self.ledger.clients[token.client_id].suspended else None

    def _check_proof(self, token: AccessToken, proof: str | None) -> None:
        """Docs: appsecret_proof is the token's HMAC-SHA256 with the App Secret, in hex; looked at if it is sent."""
        client = self.ledger.clients[token.client_id]
        if proof is None and client.require_app_secret:
            raise Refused(facts.NO_PROOF)
        expected = hmac.new(client.client_secret.encode(), token.value.encode(), hashlib.sha256).hexdigest()
        if proof is not None and not same(expected, proof):
            raise Refused(facts.BAD_PROOF)

    def _node(self, asked: Asked, name: str) -> tuple[AccessToken, Person | Page]:
        """Who calls, and what the first part of a path names. `me` is whose the token is, a person or a Page."""
        caller = self._caller(asked)
        if isinstance(caller, AccessToken):
            own_id = caller.page_id or _user_id(caller)
            wanted = own_id if name == "me" else name
            if wanted == own_id and caller.page_id is None:
                return caller, self.ledger.people[caller.login]
            if page := self._pages.get(wanted):
                return caller, page
        elif name == "me":  # observed, with an application's own token as well
            raise Refused(facts.NO_USER)
        elif caller is None:
            raise Refused(facts.NO_TOKEN)
        # What else an application's own token could read is left out.
        fault = facts.UNKNOWN_ID if re.fullmatch(r"[0-9_]+", name) else facts.UNKNOWN_ALIAS
        raise Refused(fault, method=asked.method.lower(), id=name)

    @property
    def _pages(self) -> dict[str, Page]:
        return {page.id: page for person in self.ledger.people.values() for page in person.pages}

    # --- what there is: a person ----------------------------------------------------------------------------

    def _profile(self, call: _Call, person: Person) -> Body:
        """GET /me."""
        first, _, last = person.name.partition(" ")
        shown = {"id": _user_id(call.token), "name": person.name, "first_name": first, "last_name": last}
        if "email" in self._scope(call.token):  # or else the member is missing, not null (observed)
            shown["email"] = person.email
        return _only(shown, call.fields("User", facts.USER_FIELDS, facts.DEFAULT_FIELDS))

    def _permissions(self, call: _Call, person: Person) -> Body:
        """GET /me/permissions."""
        grant = self.grant(call.token.client_id, person.login)
        listed = in_order(grant.scope | grant.declined)
        status = {True: "granted", False: "declined"}
        return {"data": [{"permission": name, "status": status[name in grant.scope]} for name in listed]}

    def _take_back(self, call: _Call, person: Person) -> Body:
        """DELETE /me/permissions, whole or one. The docs promise `true`; an object is observed."""
        key = call.token.client_id, person.login
        grant, gone = self.grant(*key), frozenset({call.item})
        if not call.item:
            self.ledger.remove(*key)
        elif gone <= grant.scope - {facts.PUBLIC_PROFILE}:  # declined from then on (assumed)
            self.ledger.grants[key] = Grant(grant.scope - gone, grant.declined | gone, grant.at)
        else:
            raise Refused(facts.FIXED_PERMISSION)
        return {"success": True}

    def _accounts(self, call: _Call, person: Person) -> Body:
        """GET /me/accounts: her Pages. That the list is empty without pages_show_list is assumed."""
        fields = call.fields("Page", facts.ACCOUNT_FIELDS, facts.ACCOUNT_FIELDS)
        hers = person.pages if "pages_show_list" in self._scope(call.token) else []
        return _listed([_only(self._shown(page, call.token, fields), fields) for page in hers])

    # --- what there is: a Page ------------------------------------------------------------------------------

    def _about_page(self, call: _Call, page: Page) -> Body:
        """GET /{page-id}, for those who manage it. (The real one shows public Pages to some others.)"""
        token, person = call.token, self.ledger.people[call.token.login]
        if page not in person.pages or token.page_id not in (None, page.id):
            raise Refused(facts.UNKNOWN_ID, method="get", id=page.id)
        fields = call.fields("Page", facts.ACCOUNT_FIELDS, facts.DEFAULT_FIELDS)
        if "access_token" in fields and not self._scope(token).intersection(facts.FOR_A_PAGE_TOKEN):
            raise Refused(facts.NO_PAGE_TOKEN)
        return _only(self._shown(page, token, fields), fields)

    def _shown(self, page: Page, token: AccessToken, fields: Iterable[str]) -> Body:
        return {
            **({"access_token": self._page_token(page, token).value} if "access_token" in fields else {}),
            "category": page.category,
            "category_list": [{"id": _number(page.category, 16), "name": page.category}],
            "name": page.name,
            "id": page.id,
            "tasks": list(facts.TASKS),
        }

    def _page_token(self, page: Page, token: AccessToken) -> AccessToken:
        """Docs: one for each Page, person and application; without end if hers is long-lived, else like hers."""
        end = None if token.long_lived else token.expires_at
        scope = self._scope(token)
        for held in self.ledger.held(token.client_id, token.login):
            if (
                isinstance(held, AccessToken)
                and (held.page_id, held.expires_at, held.scope) == (page.id, end, scope)
                and self._fault_of(held) is None
            ):
                return held
        client = self.ledger.clients[token.client_id]
        return self.issue(client, token.login, scope, long_lived=token.long_lived, page=(page.id, end))

    def _feed(self, call: _Call, page: Page) -> Body:
        """GET /{page-id}/feed, newest first."""
        if call.token.page_id != page.id:
            raise Refused(facts.NOT_A_PAGE_TOKEN)
        if facts.TO_READ not in self._scope(call.token):
            raise Refused(facts.MAY_NOT_READ)
        fields = call.fields("PagePost", facts.POST_FIELDS, facts.POST_FIELDS)
        posts = [
            {"created_time": f"{at:%Y-%m-%dT%H:%M:%S}+0000", "message": message, "id": post_id}
            for post_id, message, at in reversed(page.posts)
        ]
        return _listed([_only(post, fields) for post in posts])

    def _post(self, call: _Call, page: Page) -> Body:
        """POST /{page-id}/feed: with this Page's token and both permissions, or (#200)."""
        if call.token.page_id != page.id or not self._scope(call.token) >= facts.TO_POST:
            raise Refused(facts.MAY_NOT_POST)
        sent = call.asked.parameters
        if not (sent.get("message") or sent.get("link")):
            raise Refused(facts.EMPTY_POST)
        post_id = f"{page.id}_{self.ledger.draw('post', string.digits, facts.POST_ID_LENGTH)}"
        page.posts.append((post_id, sent.get("message", ""), self.ledger.clock.now))
        return {"id": post_id}

    # --- what there is: a token -----------------------------------------------------------------------------

    def _debug_token(self, asked: Asked) -> Body:
        """GET /debug_token. Docs: the application asks, by its own token, or one of its developers."""
        caller = self._caller(asked)
        if caller is None:
            raise Refused(facts.NO_TOKEN)  # assumed
        client = self.ledger.clients[caller.client_id]
        if isinstance(caller, AccessToken) and (caller.page_id or not has_role(client, caller.login)):
            raise Refused(facts.NOT_A_DEVELOPER)
        value = asked.parameters.get("input_token")
        if not value:
            raise Refused(facts.NO_INPUT_TOKEN)
        subject = self._client_of(value) or self._token_of(value)
        if subject is None:
            error = {"code": facts.INVALID_TOKEN.code, "message": facts.INVALID_TOKEN.message}
            return {"data": {"error": error, "is_valid": False, "scopes": []}}
        if subject.client_id != client.client_id:
            raise Refused(facts.OTHER_APP)
        head = {"app_id": client.client_id, "application": client.name}
        if isinstance(subject, Client):
            return {"data": {**head, "type": "APP", "is_valid": True}}
        return {"data": {**head, **self._told_of(subject)}}

    def _told_of(self, token: AccessToken) -> Body:
        whose = {"user_id": _user_id(token), "expires_at": stamp(token.expires_at)}
        scopes = in_order(self._scope(token))
        if fault := self._fault_of(token):  # observed: HTTP 200 all the same, and `subcode` by this name
            error = {"message": fault.message, "code": fault.code, "subcode": fault.subcode}
            return {"error": error, "is_valid": False, **whose, "scopes": in_order(token.scope)}
        return {
            "type": token.kind.upper(),
            "is_valid": True,
            **whose,
            "data_access_expires_at": stamp(token.data_access_expires_at),
            **({"issued_at": stamp(token.issued_at)} if token.long_lived else {}),  # observed
            **({"profile_id": token.page_id} if token.page_id else {}),
            "scopes": scopes,
            # Docs: no target_ids where it is allowed for all.
            "granular_scopes": [{"scope": name} for name in scopes if name.startswith("pages_")],
        }


@dataclass(frozen=True)
class _Call:
    """A call of the API: what is asked, with which token, and the third part of the path."""

    asked: Asked
    token: AccessToken
    item: str

    def fields(self, kind: str, known: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
        """What `fields` names, or the default. Fields within fields are not understood here."""
        names = self.asked.parameters.get("fields", "").split(",")
        chosen = tuple(name.strip() for name in names if name.strip())
        for name in chosen:
            if name not in known:
                raise Refused(facts.UNKNOWN_FIELD, field=name, type=kind)
        return chosen or default


def has_role(client: Client, login: str) -> bool:
    """Whether she is one of the application's own people: administrator, developer, tester (docs, App modes)."""
    return login in client.roles | {client.owner}


# --- addresses ----------------------------------------------------------------------------------------------


def allows(client: Client, uri: str) -> bool:
    """Whether the browser may be sent there: to the letter, but for the value of `state` (docs, Strict Mode)."""
    wanted = [_without_state(registered) for registered in client.redirect_uris]
    return is_local(client, uri) or _without_state(uri) in wanted


def _without_state(uri: str) -> str:
    return re.sub(r"(?<=[?&]state=)[!\"$%'-~]*", "", uri)


def is_local(client: Client, uri: str) -> bool:
    """Docs: in development, http://localhost needs neither https nor an entry. 127.0.0.1 does (observed)."""
    local = re.fullmatch(r"http://localhost(:[0-9]+)?([/?][!-\"$-~]*)?", uri)
    return client.mode == "development" and local is not None


def is_absolute(uri: str) -> bool:
    """Whether a scheme and a host begin it."""
    return bool(re.match(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]", uri))


# --- times --------------------------------------------------------------------------------------------------


def pacific(moment: datetime) -> str:
    """A time as in Facebook's messages (observed): `Saturday, 30-Mar-24 16:00:00 PDT`, in English everywhere.

    Daylight saving time lasts from the second Sunday of March to the first of November, 2 o'clock each (15 U.S.C.
    260a); by that rule, because not every Python has a database of time zones.
    """
    begins = _sunday(moment.year, 3, 2) + timedelta(hours=10)  # 2:00 PST in UTC
    ends = _sunday(moment.year, 11, 1) + timedelta(hours=9)  # 2:00 PDT in UTC
    zone, hours = ("PDT", -7) if begins <= moment < ends else ("PST", -8)
    local = moment + timedelta(hours=hours)
    day, month = facts.DAYS[local.weekday()], facts.MONTHS[local.month - 1]
    return f"{day}, {local:%d}-{month}-{local:%y %H:%M:%S} {zone}"


def _sunday(year: int, month: int, number: int) -> datetime:
    """Midnight, in UTC, of the month's Sunday of this number."""
    first = datetime(year, month, 1, tzinfo=UTC)
    return first + timedelta(days=6 - first.weekday() + 7 * (number - 1))


def seconds(until: datetime | None, now: datetime) -> int:
    """How long it is until then; 0 is for ever (docs)."""
    return int((until - now).total_seconds()) if until else 0


def stamp(moment: datetime | None) -> int:
    """Seconds since 1970; 0 is never (docs)."""
    return int(moment.timestamp()) if moment else 0


# --- pieces of an answer ------------------------------------------------------------------------------------


def in_order(permissions: Iterable[str]) -> list[str]:
    """Permissions in the order of their table."""
    return [name for name in facts.PERMISSIONS if name in permissions]


def _user_id(credential: Code | AccessToken) -> str:
    """Docs: an application knows a person by an id that no other application has for her."""
    prefix, length = facts.USER_ID
    return prefix + _number(f"{credential.client_id} {credential.login}", length)


def _number(text: str, length: int) -> str:
    """A number of so many digits, the same for the same text."""
    return str(int(hashlib.sha256(text.encode()).hexdigest(), 16))[:length]


def _only(shown: Body, fields: Iterable[str]) -> Body:
    """The chosen members in the chosen order, and always `id` (observed)."""
    return {name: shown[name] for name in (*fields, "id") if name in shown}


def _listed(rows: list[Body]) -> Body:
    """A list and its cursors, which are ids in Base64 (observed); an empty list has none."""
    if not rows:
        return {"data": []}
    before, after = (base64.b64encode(row["id"].encode()).decode() for row in (rows[0], rows[-1]))
    return {"data": rows, "paging": {"cursors": {"before": before, "after": after}}}


_ENDPOINTS: Mapping[tuple[str, str], Callable[[Graph, Asked], Body]] = MappingProxyType(
    {
        ("GET", "/oauth/access_token"): Graph._token,
        ("POST", "/oauth/access_token"): Graph._token,
        ("GET", "/debug_token"): Graph._debug_token,
    }
)
_GRANTS: Mapping[str, Callable[[Graph, Client, Mapping[str, str]], Body]] = MappingProxyType(
    {"fb_exchange_token": Graph._extend, "client_credentials": Graph._for_itself}
)
Act = Callable[[Graph, _Call, Any], Body] | facts.Fault

# Kind of node -> what follows it in the path -> method -> what is done, or how it is refused.
_EDGES: Mapping[type, Mapping[str, Mapping[str, Act]]] = MappingProxyType(
    {
        Person: {
            "": {"GET": Graph._profile},
            "permissions": {"GET": Graph._permissions, "DELETE": Graph._take_back},
            "accounts": {"GET": Graph._accounts},
            "feed": {"POST": facts.MAY_NOT_POST},  # nobody may since 2018; that it is said so is inferred
            "events": {"POST": facts.NO_EVENTS},
        },
        Page: {
            "": {"GET": Graph._about_page},
            "feed": {"GET": Graph._feed, "POST": Graph._post},
            "events": {"POST": facts.NO_EVENTS},
        },
    }
)

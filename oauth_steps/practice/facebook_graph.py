"""graph.facebook.com, now or in 2013: what applications call in steps 3 to 6."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..providers import Provider
from . import facebook_facts as facts
from .ledger import ALIVE, AccessToken, Client, Code, Grant, Ledger, Page, Person, Post
from .messages import Asked, same

Body = Any  # what becomes JSON, nearly always an object


class Refused(Exception):
    """A refusal on its way to the answer: today's, and the words that its message has room for."""

    def __init__(self, fault: facts.Fault, **words: object) -> None:
        self.fault = fault
        self.words = words
        super().__init__(fault.message)


class Graph:
    """The endpoints that answer in JSON, and what is known of applications, grants and tokens."""

    def __init__(self, ledger: Ledger, provider: Provider) -> None:
        self.ledger = ledger
        self.provider = provider
        self.era = facts.ERAS[provider.era]

    def said(self, refused: Refused) -> facts.Fault:
        """The refusal as this time said it."""
        return self.era.faults.get(refused.fault, refused.fault).about(refused.words)

    def reply(self, asked: Asked, path: str) -> Body:
        """The answer to a call of this path, its version taken off. Raises Refused."""
        if self.era.versions and (found := _LIKE_A_VERSION.match(asked.path)) and found[1] not in facts.EVER:
            raise Refused(facts.UNKNOWN_PATH, path=asked.path[found.end() :] or "/")
        asked = _as_meant(asked)
        if endpoint := _ENDPOINTS.get((asked.method, path)):
            return endpoint(self, asked)
        if fault := self.era.refused_paths.get(path):
            raise Refused(fault, path=path)
        found = re.fullmatch(r"/([^/]+)(?:/([^/]+))?(?:/([^/]+))?", path)
        if found is None:
            raise Refused(facts.UNKNOWN_PATH, path=path)
        name, edge, item = found.groups(default="")
        if (
            (asked.method, edge) == ("GET", "picture")
            and not item
            and not self._sent_token(asked)
            and self._is_an_id(name)
        ):
            return {"data": self._silhouette()}  # docs: of an app-scoped id or a Page no token is required
        token, node = self._node(asked, name)
        acts = _EDGES[type(node)].get(edge)
        if acts is None or (item and edge != "permissions"):
            raise Refused(facts.UNKNOWN_PATH, path="/".join(("", edge, item)).rstrip("/"))
        act = acts.get(asked.method)
        if act is None:
            raise Refused(facts.UNKNOWN_ID, method=asked.method.lower(), id=name)
        return act(self, _Call(asked, token, item), node)

    def grant(self, client_id: str, login: str) -> Grant:
        """What she has allowed and declined this application; nothing yet, if she never was here."""
        nothing = Grant(frozenset(), frozenset(), self.ledger.clock.now)
        return self.ledger.grants.get((client_id, login), nothing)

    def change(self, client_id: str, login: str, grant: Grant) -> None:
        """From now on this is what she allows. What she takes back no code or token has again, though she may allow
        it anew (assumed)."""
        taken_back = self.grant(client_id, login).scope - grant.scope
        self.ledger.grants[client_id, login] = grant
        if taken_back:
            for credential in self.ledger.held(client_id, login):
                credential.scope -= taken_back

    def data_access_ends(self, grant: Grant) -> datetime | None:
        """Until when data may be read on this grant; None where that has no end. Docs, Auth vs. data."""
        return grant.at + timedelta(days=self.era.data_access_days) if self.era.data_access_days else None

    def data_access_ended(self, grant: Grant) -> bool:
        """Whether she would have to come by again before data may be read."""
        ends = self.data_access_ends(grant)
        return ends is not None and self.ledger.clock.now > ends

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
        if not allows(client, uri, strict=self.era.strict):
            raise Refused(facts.FOREIGN_REDIRECT_URI)
        self._check_secret(client, sent)
        if not sent.get("code"):
            raise Refused(facts.NO_CODE)
        code = self.ledger.codes.get(sent["code"])
        if code is None or code.client_id != client.client_id:  # another application's: assumed
            raise Refused(facts.BAD_CODE)
        state = code.state_at(self.ledger.clock.now)
        if state != ALIVE:
            words = {"user_id": self._user_id(client.client_id, code.login), "app_id": client.client_id}
            raise Refused(facts.DEAD_CODES[state], **words)
        if uri != code.redirect_uri:  # the code lives on (assumed)
            raise Refused(facts.OTHER_REDIRECT_URI)
        code.happens("redeemed", self.ledger.clock.now)
        return self._response(self._token_for(client, code))

    def _token_for(self, client: Client, code: Code) -> AccessToken:
        """Docs: short-lived. Observed 2014 to 2022: often 60 days at once. So the application has a setting.

        Docs of 2012: 60 days; and while she has such a token it stays the same, with a new end at most once a day.
        """
        if self.era.code_extends:
            for token in self.ledger.living(client.client_id, code.login, code.scope):
                is_whole = token.scope == code.scope  # nothing was taken back since it was issued
                if is_whole and token.long_lived and token.kind == "user" and token.expires_at:
                    if token.expires_at <= self._end(long_lived=True) - facts.EXTENDED_ONCE_IN:
                        token.expires_at = self._end(long_lived=True)
                    return token
        long_lived = self.era.code_extends or client.code_gives == "long"
        hers = code.login, code.scope, f"from {code.label}"
        return self.issue(client, *hers, long_lived=long_lived, metadata=code.metadata)

    def _extend(self, client: Client, sent: Mapping[str, str]) -> Body:
        """grant_type=fb_exchange_token: a living token for one of 60 days. Docs: an expired one is refused."""
        self._check_secret(client, sent)
        if not sent.get("fb_exchange_token"):
            raise Refused(facts.NO_EXCHANGE_TOKEN)
        token = self.ledger.tokens.get(sent["fb_exchange_token"])
        # That another application's and a Page's are refused in the same words is assumed.
        if token is None or token.client_id != client.client_id or token.page_id:
            raise Refused(facts.INVALID_TOKEN)
        if refused := self._fault_of(token):
            raise refused
        again = self.ledger.clock.now < token.issued_at + facts.EXTENDED_ONCE_IN
        if not (token.long_lived and again):  # what is handed in stays alive (assumed)
            hers = token.login, token.scope, f"extending {token.label}"
            token = self.issue(client, *hers, long_lived=True, metadata=token.metadata)
        return self._response(token)

    def _for_itself(self, client: Client, sent: Mapping[str, str]) -> Body:
        """grant_type=client_credentials: the application's own token, which has no end."""
        self._check_secret(client, sent)
        value = self._app_token(client)
        self.ledger.secrets.learn("app token", value)
        return {"access_token": value, **self.era.token_type}

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
        origin: str = "",
        *,
        long_lived: bool = False,
        page: tuple[str, datetime | None] | None = None,
        metadata: Mapping[str, str] = MappingProxyType({}),
    ) -> AccessToken:
        """A new token; of a Page, given its id and the token's end. Nobody outside can tell a true one by its form.

        `origin` says in words from which code or token it came, or which token it extends.
        """
        value = self.ledger.mint("access token", facts.BASE62, facts.TOKEN_LENGTH, self.era.token_prefix)
        page_id, expires_at = page or (None, self._end(long_lived))
        token = AccessToken(
            value,
            self.ledger.secrets.learn("access token", value),
            client.client_id,
            login,
            issued_at=self.ledger.clock.now,
            expires_at=expires_at,
            scope=scope,
            origin=origin,
            metadata=metadata,
            kind="page" if page_id else "user",
            page_id=page_id,
            long_lived=long_lived,
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
        return {"access_token": token.value, **self.era.token_type, self.provider.lifetime_field: left}

    def _scope(self, token: AccessToken) -> frozenset[str]:
        """What it may do now. Once data access has ended: what everybody may know of her.

        Docs, Auth vs. data: the token stays valid, and her data may not be read. What is answered is unknown. As User
        permissions (docs) knows the status `expired`, a call is answered as without the permission (inferred). A Page's
        token speaks for the Page, whose data are not hers: that it goes on is assumed.
        """
        is_over = token.page_id is None and self.data_access_ended(self.grant(token.client_id, token.login))
        return token.scope & {self.era.always} if is_over else token.scope

    # --- steps 5 and 6: who calls ---------------------------------------------------------------------------

    def _caller(self, asked: Asked) -> AccessToken | Client | None:
        """Whose token came along, a person's, a Page's or an application's own; None if none did.

        As a parameter (docs) or in a header (observed). That the parameter wins is assumed.
        """
        value = self._sent_token(asked)
        if not value:
            return None
        if client := self._client_of(value):
            # Observed: facebookarchive/wordpress#478 sends one with an application's own token. That none is required
            # there, as the token is made with the secret itself, is assumed.
            if "appsecret_proof" in asked.parameters:
                self._check_proof(client, value, asked.parameters)
            return client
        token = self._token_of(value)
        if token is None:
            raise Refused(facts.CANNOT_PARSE)
        if refused := self._fault_of(token):
            raise refused
        self._check_proof(self.ledger.clients[token.client_id], value, asked.parameters)
        token.use(self.ledger.clock.now)
        return token

    @staticmethod
    def _sent_token(asked: Asked) -> str | None:
        return asked.parameters.get("access_token") or asked.bearer("bearer", "oauth")

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

    def _fault_of(self, token: AccessToken) -> Refused | None:
        """Why this token does not work, or None if it does. The order of what may be wrong at once is assumed."""
        now = self.ledger.clock.now
        state = token.state_at(now)
        if state != ALIVE:
            ended = token.expires_at or now
            return Refused(
                facts.DEAD_TOKENS[state],
                app_id=token.client_id,
                user_id=self._user_id(token.client_id, token.login),
                **{"ended": pacific(ended), "ended_unix": stamp(ended)},
                **{"now": pacific(now), "now_unix": stamp(now)},
            )
        person = self.ledger.people[token.login]
        wrong = (
            (facts.CLIENT_GONE, self.ledger.clients[token.client_id].suspended),
            (facts.CHECKPOINT, person.checkpoint),
            (facts.UNCONFIRMED, not person.email_verified),
            (facts.NO_ROLE, token.page_id and all(page.id != token.page_id for page in person.pages)),
        )
        return next((Refused(fault) for fault, is_so in wrong if is_so), None)

    def _check_proof(self, client: Client, token: str, sent: Mapping[str, str]) -> None:
        """Docs: appsecret_proof is the token's HMAC-SHA256 with the App Secret, in hex; looked at if it is sent.

        With appsecret_time, that is signed as well, and five minutes are allowed. That a late one is refused in the
        same words is assumed, and so is one from the future.
        """
        proof = sent.get("appsecret_proof")
        if proof is None:
            if client.require_app_secret:
                raise Refused(facts.NO_PROOF)
            return
        message, made_at = token, sent.get("appsecret_time")
        if made_at is not None:
            message = f"{message}|{made_at}"
            age = stamp(self.ledger.clock.now) - int(made_at) if re.fullmatch("[0-9]{1,12}", made_at) else -1
            if not 0 <= age <= facts.PROOF_SECONDS:
                raise Refused(facts.BAD_PROOF)
        expected = hmac.new(client.client_secret.encode(), message.encode(), hashlib.sha256).hexdigest()
        if not same(expected, proof):
            raise Refused(facts.BAD_PROOF)

    def _node(self, asked: Asked, name: str) -> tuple[AccessToken, Person | Page]:
        """Who calls, and what the first part of a path names. `me` is whose the token is, a person or a Page."""
        caller = self._caller(asked)
        if isinstance(caller, AccessToken):
            own_id = caller.page_id or self._user_id(caller.client_id, caller.login)
            wanted = own_id if name == "me" else name
            if wanted == own_id and caller.page_id is None:
                return caller, self.ledger.people[caller.login]
            if page := self._page(wanted):
                return caller, page
        elif name == "me":  # observed, with an application's own token as well
            raise Refused(facts.NO_USER)
        elif caller is None:
            raise Refused(facts.NO_TOKEN)
        elif self._page(name) or any(
            name == self._user_id(caller.client_id, login) for login in self.ledger.people
        ):  # what an application's own token can read of them is left out
            raise Refused(facts.NOT_A_USER_TOKEN)
        fault = facts.UNKNOWN_ID if re.fullmatch(r"[0-9_]+", name) else facts.UNKNOWN_ALIAS
        raise Refused(fault, method=asked.method.lower(), id=name)

    def _page(self, page_id: str) -> Page | None:
        pages = (page for person in self.ledger.people.values() for page in person.pages)
        return next((page for page in pages if page.id == page_id), None)

    def _user_id(self, client_id: str, login: str) -> str:
        """Docs, since 2014: an application knows a person by an id that no other application has for her."""
        prefix, length = self.era.user_id
        return prefix + _number(f"{client_id} {login}" if self.era.app_scoped_ids else login, length)

    def _is_an_id(self, name: str) -> bool:
        """Whether a Page has this id, or somebody for some application."""
        ours = filter(partial(self.ledger.registered, self.provider), self.ledger.clients)
        ids = (self._user_id(client_id, login) for client_id in ours for login in self.ledger.people)
        return self._page(name) is not None or name in ids

    # --- what there is: a person ----------------------------------------------------------------------------

    def _profile(self, call: _Call, person: Person) -> Body:
        """GET /me."""
        first, _, last = person.name.partition(" ")
        user_id = self._user_id(call.token.client_id, person.login)
        shown = {
            "id": user_id,
            "name": person.name,
            "first_name": first,
            "last_name": last,
            "link": f"{self.provider.web_url}/{person.login}",
            "username": person.login,
            # Assumed, the same for everybody: where she is, what she speaks, when she last changed her profile.
            **{
                "timezone": -7,
                "locale": "en_US",
                "verified": True,
                "updated_time": "2013-05-01T12:00:00+0000",
            },
        }
        shown["picture"] = {"data": self._silhouette()}
        if "email" in self._scope(call.token):  # or else the member is missing, not null (observed)
            shown["email"] = person.email
        withheld = self.era.withheld_user_fields
        fields = call.fields("User", self.era.user_fields + withheld, self.era.default_user_fields)
        return _only(shown, (name for name in fields if name not in withheld))

    def _silhouette(self) -> Body:
        """What is told of a picture (docs, for the members). Nobody here has a photo; that address is assumed."""
        size = dict.fromkeys(("height", "width"), facts.PICTURE_SIZE)
        return {**size, "is_silhouette": True, "url": self.provider.web_url + facts.SILHOUETTE_PATH}

    def _picture(self, call: _Call, node: Person | Page) -> Body:
        """GET /me/picture, or a Page's: what is told of it. Without `redirect=false` the way out leads to it."""
        return {"data": self._silhouette()}

    def _permissions(self, call: _Call, person: Person) -> Body:
        """GET /me/permissions."""
        grant = self.grant(call.token.client_id, person.login)
        if self.era.permissions_as_flags:
            # Observed, undated: one object, the first flag for the application itself.
            return {"data": [{"installed": 1, **dict.fromkeys(self.era.in_order(grant.scope), 1)}]}
        # Docs, for the words; when a permission is expired is inferred.
        kept = "expired" if self.data_access_ended(grant) else "granted"
        status = {**dict.fromkeys(grant.declined, "declined"), **dict.fromkeys(grant.scope, kept)}
        status[self.era.always] = "granted"
        return {"data": [{"permission": name, "status": status[name]} for name in self.era.in_order(status)]}

    def _take_back(self, call: _Call, person: Person) -> Body:
        """DELETE /me/permissions, whole or one."""
        key = call.token.client_id, person.login
        grant, gone = self.grant(*key), frozenset({call.item})
        if not call.item:
            self.ledger.remove(*key)
        elif gone <= grant.scope - {self.era.always}:  # declined from then on (assumed)
            declined = grant.declined | gone if self.era.remembers_declined else frozenset()
            self.change(*key, Grant(grant.scope - gone, declined, grant.at))
        else:
            raise Refused(facts.FIXED_PERMISSION)
        return dict(self.era.taken_back) if isinstance(self.era.taken_back, Mapping) else self.era.taken_back

    def _accounts(self, call: _Call, person: Person) -> Body:
        """GET /me/accounts: her Pages. That the list is empty without the permission is assumed."""
        fields = call.fields("Page", self.era.account_fields, self.era.account_fields)
        hers = person.pages if self._scope(call.token) & self.era.for_page_list else []
        return self._listed(call, [_only(self._shown(page, call.token, fields), fields) for page in hers])

    def _post_on_wall(self, call: _Call, person: Person) -> Body:
        """POST /me/feed."""
        if not self._scope(call.token) & self.era.for_her_wall:
            raise Refused(facts.MAY_NOT_POST)  # today, where nobody may: that it is said so is inferred
        return self._write(call, self._user_id(call.token.client_id, person.login), person.posts)

    # --- what there is: a Page ------------------------------------------------------------------------------

    def _about_page(self, call: _Call, page: Page) -> Body:
        """GET /{page-id}, for those who manage it. (The real one shows public Pages to some others.)"""
        token, person = call.token, self.ledger.people[call.token.login]
        if page not in person.pages or token.page_id not in (None, page.id):
            raise Refused(facts.UNKNOWN_ID, method="get", id=page.id)
        fields = call.fields("Page", self.era.account_fields, facts.DEFAULT_FIELDS)
        if "access_token" in fields and not self._scope(token) & self.era.for_page_token:
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
            "perms": list(facts.PERMS),
        }

    def _page_token(self, page: Page, token: AccessToken) -> AccessToken:
        """Docs: one for each Page, person and application; without end if hers is long-lived, else like hers."""
        end = None if token.long_lived else token.expires_at
        scope = token.scope
        held = self.ledger.of_page(token.client_id, token.login, scope, page.id, end)
        if held and held.scope == scope and self._fault_of(held) is None:
            return held
        client = self.ledger.clients[token.client_id]
        hers, of_page = (token.login, scope, f"from {token.label}"), (page.id, end)
        return self.issue(client, *hers, long_lived=token.long_lived, page=of_page)

    def _feed(self, call: _Call, page: Page) -> Body:
        """GET /{page-id}/feed, newest first."""
        if not self._speaks_for(call.token, page):
            raise Refused(facts.NOT_A_PAGE_TOKEN)
        if not self._scope(call.token) >= self.era.to_read:
            raise Refused(facts.MAY_NOT_READ)
        fields = call.fields("PagePost", facts.POST_FIELDS, facts.POST_FIELDS)
        posts = [
            {"created_time": f"{at:%Y-%m-%dT%H:%M:%S}+0000", "message": message, "id": post_id}
            for post_id, message, at in reversed(page.posts)
        ]
        return self._listed(call, [_only(post, fields) for post in posts])

    def _post(self, call: _Call, page: Page) -> Body:
        """POST /{page-id}/feed: with this Page's token and both permissions, or (#200)."""
        if not (self._speaks_for(call.token, page) and self._scope(call.token) >= self.era.to_post):
            raise Refused(facts.MAY_NOT_POST)
        return self._write(call, page.id, page.posts)

    def _speaks_for(self, token: AccessToken, page: Page) -> bool:
        """Whether this is the Page's own token; where that is not asked for, a person's does as well."""
        return token.page_id == page.id or (token.page_id is None and not self.era.as_the_page)

    def _write(self, call: _Call, owner_id: str, posts: list[Post]) -> Body:
        """Add a post to these. Raises Refused if it is empty."""
        sent = call.asked.parameters
        if not (sent.get("message") or sent.get("link")):
            raise Refused(facts.EMPTY_POST)
        post_id = f"{owner_id}_{self._new_number()}"
        posts.append((post_id, sent.get("message", ""), self.ledger.clock.now))
        return {"id": post_id}

    def _create_event(self, call: _Call, host: Person | Page) -> Body:
        """POST /me/events, or a Page's. Docs of 2012: it has a name and a start_time."""
        if not self._scope(call.token) & self.era.for_events:
            raise Refused(facts.NO_EVENTS)
        if isinstance(host, Page) and call.token.page_id != host.id:  # assumed: it is made as the Page
            raise Refused(facts.NOT_A_PAGE_TOKEN)
        sent = call.asked.parameters
        if missing := [name for name in ("name", "start_time") if not sent.get(name)]:
            raise Refused(facts.EMPTY_EVENT, name=missing[0])
        event_id = self._new_number()
        host.events.append((event_id, sent["name"], sent["start_time"]))
        return {"id": event_id}

    def _new_number(self) -> str:
        return self.ledger.draw("post", string.digits, facts.POST_ID_LENGTH)

    def _listed(self, call: _Call, rows: list[Body]) -> Body:
        """A list and the way on: cursors, which are ids in Base64 (observed), or an offset. An empty list has none."""
        if self.era.offsets:
            return self._from_offset(call, rows)
        if not rows:
            return {"data": []}
        before, after = (base64.b64encode(row["id"].encode()).decode() for row in (rows[0], rows[-1]))
        return {"data": rows, "paging": {"cursors": {"before": before, "after": after}}}

    def _from_offset(self, call: _Call, rows: list[Body]) -> Body:
        """From facebook4j's test data: the way on holds the token that the list was asked with."""
        limit, offset = call.number("limit", facts.PAGE_SIZE), call.number("offset", 0)
        shown = rows[offset : offset + limit]
        if not shown:
            return {"data": []}
        on = {"access_token": call.token.value, "limit": limit, "offset": offset + limit}
        after = f"{urlencode(on)}&__after_id={shown[-1]['id']}"
        return {"data": shown, "paging": {"next": f"{self.provider.api_url}{call.asked.path}?{after}"}}

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
        told = {"app_id": self._id(client.client_id), "application": client.name}
        told |= {"type": "APP", "is_valid": True} if isinstance(subject, Client) else self._told_of(subject)
        return {"data": {name: told[name] for name in self.era.told if name in told}}

    def _told_of(self, token: AccessToken) -> dict[str, Any]:
        user_id = self._user_id(token.client_id, token.login)
        whose = {"user_id": self._id(user_id), "expires_at": stamp(token.expires_at)}
        if refused := self._fault_of(token):  # observed: HTTP 200 all the same, and `subcode` by this name
            fault = facts.TOLD_OTHERWISE.get(refused.fault) or self.said(refused)
            error = {"message": fault.message, "code": fault.code, "subcode": fault.subcode}
            return {"error": error, "is_valid": False, **whose, "scopes": self.era.in_order(token.scope)}
        scopes = self.era.in_order(token.scope)
        return {
            "type": token.kind.upper(),
            "is_valid": True,
            **whose,
            "data_access_expires_at": stamp(self.data_access_ends(self.grant(token.client_id, token.login))),
            **({"issued_at": stamp(token.issued_at)} if token.long_lived else {}),  # observed
            **({"metadata": dict(token.metadata)} if token.metadata else {}),  # observed
            **({"profile_id": self._id(token.page_id)} if token.page_id else {}),
            "scopes": scopes,
            # Docs: no target_ids where it is allowed for all.
            "granular_scopes": [{"scope": name} for name in scopes if name.startswith("pages_")],
        }

    def _id(self, text: str) -> str | int:
        """An id as /debug_token tells it."""
        return int(text) if self.era.numeric_ids else text


# Observed 2016 to 2018 for `2.7`, `v3` and `v2.80`, with the rest of the path in its words: arsduo/koala#611,
# facebookarchive/facebook-swift-sdk#28, php-graph-sdk#1021, huandu/facebook#116.
_LIKE_A_VERSION = re.compile(r"/(v[0-9]+(?:\.[0-9]+)?|[0-9]+\.[0-9]+)(?=/|$)")


def _as_meant(asked: Asked) -> Asked:
    """Docs: a POST "with the additional argument method=delete". Observed: Facebook's SDK for PHP, to 2014, sent every
    call by POST with its method as a parameter."""
    method = asked.parameters.get("method", "").upper()
    if asked.method != "POST" or method not in ("GET", "DELETE"):
        return asked
    return Asked(replace(asked.request, method=method))


@dataclass(frozen=True)
class _Call:
    """A call of the API: what is asked, with which token, and the third part of the path."""

    asked: Asked
    token: AccessToken
    item: str

    def fields(self, kind: str, known: tuple[str, ...], default: tuple[str, ...]) -> tuple[str, ...]:
        """What `fields` names, or the default. Fields within fields are not understood here, but for the size of a
        picture, as in `picture.type(large)`."""
        names = self.asked.parameters.get("fields", "").split(",")
        chosen = tuple(_SIZE.sub("", name.strip()) for name in names if name.strip())
        for name in chosen:
            if name not in known:
                raise Refused(facts.UNKNOWN_FIELD, field=name, type=kind)
        return chosen or default

    def number(self, name: str, default: int) -> int:
        """A parameter that is a number, or the default."""
        value = self.asked.parameters.get(name, "")
        return int(value) if re.fullmatch("[0-9]{1,9}", value) else default


_SIZE = re.compile(r"(?<=^picture)(\.(type|width|height)\(\w+\))+$")


def has_role(client: Client, login: str) -> bool:
    """Whether she is one of the application's own people: administrator, developer, tester (docs, App modes)."""
    return login in client.roles | {client.owner}


# --- addresses ----------------------------------------------------------------------------------------------


def allows(client: Client, uri: str, *, strict: bool) -> bool:
    """Whether the browser may be sent there: to the letter, but for the value of `state` (docs, Strict Mode).

    Without strict mode: below what is registered, or anywhere in a domain of the application's (docs and observed).
    That scheme, host and port are compared as they are, and the path as text, is assumed.
    """
    if not strict:
        return any(_is_below(site, uri) for site in client.redirect_uris) or _is_within(client, uri)
    wanted = [_without_state(registered) for registered in client.redirect_uris]
    return is_local(client, uri) or _without_state(uri) in wanted


# No user name before the host, no backslash, nothing that is not ASCII: what browsers read otherwise than we do.
_PLAIN = re.compile(r"https?://[A-Za-z0-9.-]+(?::[0-9]+)?(?:[/?][!\"$-\[\]-~]*)?")


def _is_below(site: str, uri: str) -> bool:
    if not (_PLAIN.fullmatch(site) and _PLAIN.fullmatch(uri)):
        return False
    above, asked = urlsplit(site), urlsplit(uri)
    same_host = (above.scheme, above.netloc.lower()) == (asked.scheme, asked.netloc.lower())
    return same_host and asked.path.startswith(above.path)


def _is_within(client: Client, uri: str) -> bool:
    host = (urlsplit(uri).hostname or "") if _PLAIN.fullmatch(uri) else ""
    domains = client.app_domains.lower().split()
    return any(host == domain or host.endswith("." + domain) for domain in domains)


def _without_state(uri: str) -> str:
    return re.sub(r"(?<=[?&]state=)[!\"$%'-~]*", "", uri)


def is_local(client: Client, uri: str) -> bool:
    """Docs: in development, http://localhost needs neither https nor an entry. That 127.0.0.1 does is inferred."""
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


def _number(text: str, length: int) -> str:
    """A number of so many digits, the same for the same text."""
    return str(int(hashlib.sha256(text.encode()).hexdigest(), 16))[:length]


def _only(shown: Mapping[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """The chosen members in the chosen order, and always `id` (observed)."""
    return {name: shown[name] for name in (*fields, "id") if name in shown}


_ENDPOINTS: Mapping[tuple[str, str], Callable[[Graph, Asked], Body]] = MappingProxyType(
    {
        ("GET", facts.TOKEN_PATH): Graph._token,
        ("POST", facts.TOKEN_PATH): Graph._token,
        ("GET", "/debug_token"): Graph._debug_token,
    }
)
_GRANTS: Mapping[str, Callable[[Graph, Client, Mapping[str, str]], Body]] = MappingProxyType(
    {"fb_exchange_token": Graph._extend, "client_credentials": Graph._for_itself}
)
Act = Callable[[Graph, _Call, Any], Body]

# Kind of node -> what follows it in the path -> method -> what is done.
_EDGES: Mapping[type, Mapping[str, Mapping[str, Act]]] = MappingProxyType(
    {
        Person: {
            "": {"GET": Graph._profile},
            "permissions": {"GET": Graph._permissions, "DELETE": Graph._take_back},
            "accounts": {"GET": Graph._accounts},
            "feed": {"POST": Graph._post_on_wall},
            "events": {"POST": Graph._create_event},
            "picture": {"GET": Graph._picture},
        },
        Page: {
            "": {"GET": Graph._about_page},
            "feed": {"GET": Graph._feed, "POST": Graph._post},
            "events": {"POST": Graph._create_event},
            "picture": {"GET": Graph._picture},
        },
    }
)

"""Codes and tokens through thousands of acts, over the wire: what must never happen never does.

Hypothesis chooses the acts. What to expect is said by a model of its own, made of what was asked, seen and answered,
never of the ledger. It is strict about what must not work. That something must work it says only of what was made a
moment ago, so that no other rule (ten tokens at most, a year without use …) can have come between.

More lives, and others each time: LIVES=2000 .venv/bin/python -m pytest tests/practice/test_lives.py
"""

from __future__ import annotations

import json
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from oauth_steps import FACEBOOK, GITHUB, App, Provider, authorization_url
from oauth_steps.practice import Practice
from oauth_steps.practice.browser import ConsentPage, ErrorPage, Redirect, SignInPage
from oauth_steps.providers import Step
from oauth_steps.wire import Request, Response, s256

Scopes = frozenset[str]

LIVES = int(os.environ.get("LIVES", "40"))  # at each provider
ACTS = 50  # in one of them
PEOPLE = ("ada", "ben")
ANSWERS = st.sampled_from(["allow", "allow", "allow", "allow some", "deny"])
URIS = st.sampled_from([0, 1, None])  # the first registered one, the second, or none is sent
LOGINS = st.sampled_from(PEOPLE)
TURN = st.integers(0, 5)  # which application, which resource: the number wraps around
A_WHILE = [{"seconds": 1}, {"minutes": 1}, {"minutes": 5}, {"minutes": 11}, {"hours": 1}, {"hours": 3}]
LONG = [{"hours": 9}, {"days": 2}, {"days": 59}, {"days": 91}, {"days": 185}, {"days": 366}, {"days": 1100}]
CALLBACKS = ("https://notes.example/cb", "https://notes.example/cb/too")  # of every application
SHORT_LIVED, LONG_LIVED = range(1, 7_201), range(7_201, 5_184_001)  # Facebook's
FAULTS = ["another application", "another redirect_uri", "a wrong secret", "no verifier", "another verifier"]


@dataclass(eq=False)
class Life:
    """What the model knows of a code or a token. `scope` is the most that it may show, all that it holds included.

    `ends` is the last second in which it can work. `quiet` says that nothing has happened since it was made that
    could keep it from working.
    """

    value: str = field(repr=False)
    app: App = field(repr=False)
    login: str
    scope: Scopes
    ends: datetime | None
    dead: bool = False
    quiet: bool = True


@dataclass(eq=False)
class Code(Life):
    """A code, and what it was asked for with."""

    redirect_uri: str | None = None
    verifier: str | None = field(default=None, repr=False)


@dataclass(eq=False)
class Token(Life):
    """An access token; `refresh` renews it until `renewable_until`, or never more if that is None.

    It `lasts` if it was promised more than Facebook's short-lived ones are.
    """

    refresh: str | None = field(default=None, repr=False)
    renewable_until: datetime | None = None
    lasts: bool = False
    of_a_page: bool = False


class Lives(RuleBasedStateMachine):
    """What is the same at both providers: a fresh practice, two people, three applications, their acts."""

    provider: ClassVar[Provider]
    era: ClassVar[str] = "now"
    forms: ClassVar[tuple[dict[str, Any], ...]]  # what the applications are registered with
    most_callbacks: ClassVar[int] = 3
    scopes: ClassVar[tuple[str, ...]]
    always: ClassVar[Scopes] = frozenset()  # the scopes that cannot be taken back
    resources: ClassVar[tuple[str, ...]]  # the first is for any token
    ends_tokens: ClassVar[tuple[str, ...]] = ()  # which of a person's acts at her account do
    edits: ClassVar[bool] = True  # whether she can take scopes back

    codes: Bundle[Code] = Bundle("codes")
    tokens: Bundle[Token] = Bundle("tokens")

    def __init__(self) -> None:
        super().__init__()
        self.practice = Practice(era=self.era).start()
        self.row = next(row for row in self.practice.providers if row.name == self.provider.name)
        self.apps = [
            self.practice.register(
                self.provider,
                name=f"Notes {number}",
                redirect_uri=(*CALLBACKS, f"https://notes{number}.example/cb")[: self.most_callbacks],
                **form,
            )
            for number, form in enumerate(self.forms)
        ]
        self.http = requests.Session()
        self.http.trust_env = False
        self.browsers = {login: self.practice.new_browser(login) for login in PEOPLE}
        self.signed_out: set[str] = set()
        self.granted: dict[tuple[str, str], Scopes] = {}  # (client id, login) -> what she has allowed
        self.lives: dict[str, Life] = {}  # by value: every code and token that was handed out
        self.counts = Counts()

    def teardown(self) -> None:
        self.practice.stop()

    # --- what differs ---------------------------------------------------------------------------------------

    def holds(self, scopes: Iterable[str]) -> Scopes:
        """These scopes and all that they hold."""
        return frozenset(scopes)

    def scope_of_code(self, asked: Scopes, granted: Scopes) -> Scopes:
        """What a code stands for."""
        return granted

    def renewal(self, token: Token) -> dict[str, str]:
        """What asks the token endpoint for a new token in the place of this one."""
        raise NotImplementedError

    def can_renew(self, token: Token) -> bool:
        """Whether nothing that is known speaks against it."""
        raise NotImplementedError

    def lifetimes(self, source: Life) -> Container[int]:
        """The seconds that may be promised to a token that is handed out for this; 0 is nothing."""
        raise NotImplementedError

    def call(self, token: Token, path: str) -> requests.Response:
        """Steps 5 and 6."""
        raise NotImplementedError

    def is_refused(self, answer: requests.Response) -> bool:
        """Whether this is how a token is refused that does not live."""
        raise NotImplementedError

    def shows(self, path: str, body: Any, headers: Mapping[str, str]) -> tuple[Scopes, str | None]:
        """The scopes that an answer of step 6 gives away, and whose it is if it says so."""
        raise NotImplementedError

    def told_of(self, token: Token, app: App) -> Scopes | None:
        """What this application is told of a token: its scopes; None if it is told of no living one."""
        raise NotImplementedError

    def was_used(self, request: Request, response: Response) -> bool:
        """Whether this exchange is the use of a person's or a Page's token that was alive."""
        raise NotImplementedError

    # --- what the model knows -------------------------------------------------------------------------------

    def app_at(self, number: int) -> App:
        return self.apps[number % len(self.apps)]

    def other(self, app: App) -> App:
        return self.app_at(self.apps.index(app) + 1)

    def picked(self, numbers: set[int]) -> list[str]:
        return [name for number, name in enumerate(self.scopes) if number in numbers]

    def is_over(self, life: Life) -> bool:
        return life.dead or (life.ends is not None and self.practice.clock.now > life.ends)

    def after(self, **span: float) -> datetime:
        return self.practice.clock.now + timedelta(**span)

    def disturbed(self, login: str, app: App | None = None) -> Iterator[Life]:
        """All that came of this person's grants to an application, or to any."""
        for life in self.lives.values():
            if life.login == login and app in (None, life.app):
                life.quiet = False
                yield life

    def end(self, lives: Iterable[Life]) -> None:
        for life in lives:
            life.dead = True
            if isinstance(life, Token):
                life.renewable_until = None

    def end_grant(self, app: App, login: str) -> None:
        self.granted.pop((app.client_id, login), None)
        self.end(self.disturbed(login, app))

    def reach(self, life: Life) -> Scopes:
        """What a code or a token may show now."""
        return life.scope

    def shrink(self, app: App, login: str, scope: Scopes) -> None:
        """She has taken back all but these."""
        self.granted[app.client_id, login] = scope
        for life in self.disturbed(login, app):
            life.scope &= scope

    def token_in(self, answer: Mapping[str, str], source: Life) -> Token:
        """The token that was just handed out for a code or another token."""
        for _ in self.disturbed(source.login, source.app):  # there may be a limit to their number
            pass
        seconds = int(answer.get(self.row.lifetime_field) or answer.get("expires_in", 0))
        assert seconds in self.lifetimes(source)
        return self.known(
            Token(
                answer["access_token"],
                source.app,
                source.login,
                self.reach(source),
                self.after(seconds=seconds) if seconds else None,
                lasts=seconds not in SHORT_LIVED,
                refresh=answer.get("refresh_token"),
                renewable_until=self.after(days=184) if "refresh_token" in answer else None,
            )
        )

    def known(self, token: Token) -> Token:
        """The token by its value: one may be handed out twice, but not if it is dead, nor for somebody else."""
        before = self.lives.setdefault(token.value, token)
        assert isinstance(before, Token) and not before.dead
        assert (before.app, before.login) == (token.app, token.login)
        before.ends, before.scope = token.ends, token.scope
        return before

    # --- acts: steps 1 and 2 --------------------------------------------------------------------------------

    def walk(self, app: App, login: str, answer: str, **parameters: Any) -> Redirect | None:
        """Steps 1 and 2 in her browser: what she sees, allows and denies; None if she denied."""
        page = self.browsers[login].open(authorization_url(app, state="xyz", **parameters))
        assert isinstance(page, SignInPage) or login not in self.signed_out
        if isinstance(page, SignInPage):
            page = page.sign_in(login)
        self.signed_out.discard(login)
        if isinstance(page, ConsentPage):
            if answer == "deny":
                page = page.deny()
                assert not {"code", "access_token"} & answered(page.url).keys()
                return None
            listed = [ask.name for ask in page.asks]
            optional = [ask.name for ask in page.asks if ask.optional]
            declined = optional[::2] if answer == "allow some" else []
            allowed = frozenset(listed).difference(declined)
            page = page.allow(only=allowed if optional else None)
            before = self.granted.get((app.client_id, login), frozenset())
            after = before.difference(listed) | self.holds(allowed)
            if before - after:
                self.shrink(app, login, before & after)
            self.granted[app.client_id, login] = after
        assert isinstance(page, Redirect) and answered(page.url)["state"] == "xyz"
        assert page.url.startswith(parameters["redirect_uri"] or app.redirect_uri)
        return page

    @rule(
        target=codes,
        number=TURN,
        login=LOGINS,
        numbers=st.sets(TURN, max_size=3),
        uri=URIS,
        proves=st.booleans(),
        answer=ANSWERS,
        again=st.booleans(),
    )
    def authorize(
        self,
        number: int,
        login: str,
        numbers: set[int],
        uri: int | None = 0,
        proves: bool = True,
        answer: str = "allow",
        again: bool = False,
    ) -> Any:
        """`again` asks for what was declined before as well, where an application has to say so."""
        app, asked = self.app_at(number), self.picked(numbers)
        redirect_uri = CALLBACKS[uri or 0] if uri is not None or self.row.redirect_uri_required else None
        verifier = f"{len(self.lives):043}" if proves and "S256" in self.row.pkce else None
        page = self.walk(
            app,
            login,
            answer,
            scope=asked,
            redirect_uri=redirect_uri,
            code_challenge=verifier and s256(verifier),
            auth_type="rerequest" if again else None,
        )
        if page is None:
            return multiple()
        scope = self.scope_of_code(self.holds(asked), self.granted.get((app.client_id, login), frozenset()))
        value, ends = answered(page.url)["code"], self.after(minutes=10)
        assert value not in self.lives
        code = Code(value, app, login, scope, ends, redirect_uri=redirect_uri, verifier=verifier)
        self.lives[value] = code
        return code

    @rule(number=TURN, login=LOGINS, uri=st.sampled_from(["https://mallory.example/cb", "/cb", None]))
    def ask_to_be_sent_elsewhere(self, number: int, login: str, uri: str | None) -> None:
        """To an address of another application, or of nobody: the browser does not go there, and gets no code."""
        app = self.app_at(number)
        uri = uri or f"https://notes{(self.apps.index(app) + 1) % len(self.apps)}.example/cb"
        page = self.browsers[login].open(authorization_url(app, state="xyz", redirect_uri=uri))
        if isinstance(page, Redirect):
            assert page.url.startswith(app.redirect_uri) and "code" not in answered(page.url)
        else:
            assert isinstance(page, ErrorPage)

    # --- acts: steps 3 and 4 --------------------------------------------------------------------------------

    def ask_for_token(self, app: App, fault: str | None, **sent: str | None) -> dict[str, Any]:
        """The token endpoint's answer, asked by this application, or with this fault."""
        app = self.other(app) if fault == "another application" else app
        secret = "0" * 40 if fault == "a wrong secret" else app.client_secret
        form = {"client_id": app.client_id, "client_secret": secret, **sent}
        place = "params" if self.row.token_method == "GET" else "data"
        headers = {"Accept": "application/json"}
        answer = self.http.request(
            self.row.token_method, self.row.token_url, headers=headers, **{place: form}
        )
        return dict(parsed(answer.content))

    @rule(target=tokens, code=codes, fault=st.sampled_from([None] * 4 + FAULTS))
    def redeem(self, code: Code, fault: str | None) -> Any:
        another = CALLBACKS[code.redirect_uri != CALLBACKS[1]]
        answer = self.ask_for_token(
            code.app,
            fault,
            code=code.value,
            redirect_uri=another if fault == "another redirect_uri" else code.redirect_uri,
            code_verifier={"no verifier": None, "another verifier": "x" * 43}.get(str(fault), code.verifier),
        )
        no_matter = fault is None or ("verifier" in fault and code.verifier is None)
        if "access_token" not in answer:
            assert fault or not code.quiet or self.is_over(code)
            code.quiet = False
            return multiple()
        assert no_matter and not self.is_over(code)
        code.dead, quiet = True, code.quiet
        token = self.token_in(answer, code)
        if quiet:
            self.works(token)
        return token

    @rule(target=codes, number=TURN, login=LOGINS, uri=URIS, fault=st.sampled_from([*FAULTS, "too late"]))
    def fail(self, number: int, login: str, uri: int | None, fault: str) -> Any:
        """A fresh code is handed in with a fault, by mistake or by a thief."""
        code = self.authorize(number, login, {0}, uri)
        if fault == "too late":
            self.practice.clock.advance(minutes=11)
        self.redeem(code, None if fault == "too late" else fault)
        return code

    @rule(target=tokens, number=TURN, login=LOGINS, numbers=st.sets(TURN, max_size=4))
    def log_in(self, number: int, login: str, numbers: set[int]) -> Any:
        """Steps 1 to 4 at one go, as they are meant."""
        return self.redeem(self.authorize(number, login, numbers), None)

    @rule(target=tokens, token=tokens)
    def renew(self, token: Token) -> Any:
        """Refresh it, or extend it; not by another application, and not without the secret."""
        for fault in ("another application", "a wrong secret"):
            assert "access_token" not in self.ask_for_token(token.app, fault, **self.renewal(token))
        answer = self.ask_for_token(token.app, None, **self.renewal(token))
        if "access_token" not in answer:
            assert not token.quiet or not self.can_renew(token)
            return multiple()
        assert self.can_renew(token)
        quiet = token.quiet
        new = self.token_in(answer, token)
        if self.row.refreshes:  # RFC 6749 section 6 lets the server rotate; here the old pair is dead
            self.end([token])
        if quiet:
            self.works(new)
        return new

    # --- acts: steps 5 and 6 --------------------------------------------------------------------------------

    def look(self, token: Token, path: str) -> requests.Response:
        """Call a resource: it is refused to a dead token, and shows a living one nothing that is not in its scope."""
        answer = self.call(token, path)
        if self.is_over(token):
            assert self.is_refused(answer)
        elif not self.is_refused(answer):
            shown, whose = self.shows(path, parsed(answer.content), answer.headers)
            assert shown <= self.reach(token) and whose in (None, token.login)
        return answer

    def works(self, token: Token) -> None:
        """It was made a moment ago, so it is not refused and can do all that it was given."""
        assert not self.is_refused(self.look(token, self.resources[0]))
        assert self.row.inspection is None or self.told_of(token, token.app) == self.reach(token)

    @rule(token=tokens, number=TURN)
    def read(self, token: Token, number: int) -> None:
        self.look(token, self.resources[number % len(self.resources)])

    @rule()
    def try_all_that_is_dead(self) -> None:
        for life in [life for life in self.lives.values() if self.is_over(life)]:
            self.try_again(life)

    def try_again(self, life: Life) -> None:
        if isinstance(life, Token):
            self.look(life, self.resources[0])
        elif isinstance(life, Code):
            self.redeem(life, None)

    @precondition(lambda self: self.row.inspection is not None)
    @rule(token=tokens, foreign=st.booleans())
    def ask(self, token: Token, foreign: bool) -> None:
        told = self.told_of(token, self.other(token.app) if foreign else token.app)
        assert told is None or not (foreign or self.is_over(token))
        assert told is None or told <= self.reach(token)

    # --- acts: time, and what people do at their accounts ---------------------------------------------------

    @rule(span=st.sampled_from(A_WHILE))
    def wait(self, span: dict[str, int]) -> None:
        self.practice.clock.advance(**span)

    @rule(span=st.sampled_from(LONG))
    def come_back_later(self, span: dict[str, float]) -> None:
        self.practice.clock.advance(**span)
        for life in self.lives.values():
            life.quiet = False

    @rule(life=codes | tokens)
    def outlive(self, life: Life) -> None:
        """A second after its last one."""
        if life.ends is not None and not self.is_over(life):
            self.come_back_later({"seconds": (life.ends - self.practice.clock.now).total_seconds() + 1})
            self.try_again(life)

    @rule(life=codes | tokens)
    def expire(self, life: Life) -> None:
        self.practice.expire(life.value)
        life.dead = True

    @rule(number=TURN, login=LOGINS, act=st.sampled_from(["change_password", "sign_out", "remove"]))
    def at_her_account(self, number: int, login: str, act: str) -> None:
        user, app = self.practice.user(login), self.app_at(number)
        if act == "remove":
            user.remove(app)
            self.end_grant(app, login)
            return
        getattr(user, act)()
        if act == "sign_out":
            self.signed_out.add(login)
        hers = list(self.disturbed(login))
        if act in self.ends_tokens:
            self.end(life for life in hers if isinstance(life, Token))

    @precondition(lambda self: self.edits)
    @rule(number=TURN, login=LOGINS, numbers=st.sets(TURN, max_size=4))
    def edit(self, number: int, login: str, numbers: set[int]) -> None:
        """She leaves the application some of what she has allowed it, if anything."""
        app = self.app_at(number)
        granted = self.granted.get((app.client_id, login))
        if granted is not None:
            kept = granted.intersection(self.picked(numbers))
            self.practice.user(login).edit_scopes(app, only=self.holds(kept))
            self.shrink(app, login, self.holds(kept) | self.always)

    @precondition(lambda self: self.edits)
    @rule(target=tokens, token=tokens, numbers=st.sets(TURN, max_size=4))
    def think_better_of_it(self, token: Token, numbers: set[int]) -> Any:
        """All is taken back and then some of it allowed again; what is out learns nothing that it was not given."""
        number = self.apps.index(token.app)
        self.edit(number, token.login, set())
        new = self.redeem(self.authorize(number, token.login, numbers, again=True), None)
        for path in self.resources:
            self.look(token, path)
        return new

    # --- what the ledger counts -----------------------------------------------------------------------------

    @invariant()
    def the_ledger_agrees_with_the_trace(self) -> None:
        ledger, counts = self.practice.ledger, self.counts
        counts.read(self)
        kept = ledger.codes, ledger.tokens, ledger.refreshable
        assert [set(values) for values in kept] == [counts.seen[name] for name in HANDED_OUT]
        states = [life.state for life in (*ledger.codes.values(), *ledger.tokens.values())]
        assert states.count("used") == counts.redeemed
        assert states.count("replaced") == counts.refreshed
        assert sum(token.uses for token in ledger.tokens.values()) == counts.uses


HANDED_OUT = ("code", "access_token", "refresh_token")  # by these names in an answer


class Counts:
    """What the trace shows to have been handed out, exchanged and used."""

    def __init__(self) -> None:
        self.seen: dict[str, set[str]] = {name: set() for name in HANDED_OUT}
        self.redeemed = self.refreshed = self.uses = self._read = 0

    def read(self, lives: Lives) -> None:
        """Count what has come since the last time."""
        trace = lives.practice.trace
        while self._read < len(trace):
            exchange = trace[self._read]
            self._read += 1
            request, response = exchange.reveal()
            assert response is not None
            for name, value in handed_out(response):
                self.seen[name].add(value)
            if exchange.step == Step.TOKEN_REQUEST and "access_token" in parsed(response.body):
                sent = {**answered(request.url), **parsed(request.body)}
                self.redeemed += "code" in sent
                self.refreshed += "refresh_token" in sent
            elif exchange.step == Step.RESOURCE_REQUEST:
                self.uses += lives.was_used(request, response)


def handed_out(response: Response) -> Iterator[tuple[str, str]]:
    """The codes and tokens in an answer, by the names under which they are handed out."""
    places = [answered(response.header("location") or ""), parsed(response.body)]
    while places:
        place = places.pop()
        if isinstance(place, Mapping):
            for name in HANDED_OUT:
                if isinstance(place.get(name), str):
                    yield name, place[name]
            places += place.values()
        elif isinstance(place, list):
            places += place


def parsed(body: bytes) -> Any:
    """A body that is JSON or a form; a page is neither."""
    text = body.decode()
    if text.startswith(("{", "[")):
        return json.loads(text)
    return {} if text.startswith("<") else dict(parse_qsl(text))


def answered(url: str) -> dict[str, str]:
    """The parameters of an address, in its query and its fragment."""
    parts = urlsplit(url)
    return dict(parse_qsl(parts.query) + parse_qsl(parts.fragment))


# --- GitHub ---------------------------------------------------------------------------------------------------

HELD = {"user": {"read:user", "user:email"}, "repo": {"public_repo"}}


class GitHubLives(Lives):
    """Tokens that expire and are refreshed, tokens that stay; scopes that hold others."""

    provider = GITHUB
    forms = ({}, {"expire_user_tokens": False}, {})
    scopes = ("user:email", "read:user", "repo", "user", "public_repo", "offline_access")
    resources = ("/user", "/user/emails", "/user/repos")
    idle: ClassVar[int | None] = 365

    def lifetimes(self, source: Life) -> Container[int]:
        return (0, 28_800) if source.app == self.apps[1] else (28_800,)

    def holds(self, scopes: Iterable[str]) -> Scopes:
        known = {name for name in scopes if name in self.scopes and name != "offline_access"}
        return frozenset(known.union(*(HELD.get(name, ()) for name in known)))

    def scope_of_code(self, asked: Scopes, granted: Scopes) -> Scopes:
        return asked & granted if asked else granted

    def known(self, token: Token) -> Token:
        """One without an end ends if it is not used for a year."""
        if token.ends is None and self.idle:
            token.ends = self.after(days=self.idle)
        return super().known(token)

    def renewal(self, token: Token) -> dict[str, str]:
        return {"grant_type": "refresh_token", "refresh_token": token.refresh or token.value}

    def can_renew(self, token: Token) -> bool:
        return token.renewable_until is not None and self.practice.clock.now <= token.renewable_until

    def call(self, token: Token, path: str) -> requests.Response:
        headers = {"Authorization": f"token {token.value}"}  # understood in both eras
        answer = self.http.get(self.row.api_url + path, headers=headers)
        if self.idle and token.refresh is None and not self.is_over(token) and not self.is_refused(answer):
            token.ends = self.after(days=self.idle)
        return answer

    def is_refused(self, answer: requests.Response) -> bool:
        return answer.status_code == 401 and answer.json()["message"] == "Bad credentials"

    def shows(self, path: str, body: Any, headers: Mapping[str, str]) -> tuple[Scopes, str | None]:
        shown = set(self.holds(headers["X-OAuth-Scopes"].split(", ")))
        if isinstance(body, dict) and "message" in body:
            return frozenset(shown), None
        if path == "/user":
            return frozenset(shown | ({"read:user"} if "plan" in body else set())), body["login"]
        if path == "/user/emails":
            address = body[0] if isinstance(body[0], str) else body[0]["email"]  # in 2013 text alone
            return frozenset(shown | {"user:email"}), address.partition("@")[0]
        private = {"repo" for repository in body if repository["private"]}
        return frozenset(shown | private), body[0]["owner"]["login"] if body else None

    def told_of(self, token: Token, app: App) -> Scopes | None:
        answer = self.manage("POST", "token", token, app)
        if answer.status_code != 200:
            return None
        assert answer.json()["user"]["login"] == token.login
        return self.holds(answer.json()["scopes"])

    def manage(self, method: str, what: str, token: Token, app: App) -> requests.Response:
        return self.http.request(
            method,
            f"{self.row.api_url}/applications/{app.client_id}/{what}",
            auth=(app.client_id, app.client_secret),
            json={"access_token": token.value},
        )

    @rule(token=Lives.tokens)
    def expire_refresh_token(self, token: Token) -> None:
        if token.refresh:
            self.practice.expire(token.refresh)
            self.end([token])

    @precondition(lambda self: self.row.revocation is not None)
    @rule(token=Lives.tokens, what=st.sampled_from(["token", "token", "grant"]), foreign=st.booleans())
    def revoke(self, token: Token, what: str, foreign: bool) -> None:
        """By its application; another one cannot, and a dead token cannot be used for it."""
        app = self.other(token.app) if foreign else token.app
        if self.manage("DELETE", what, token, app).status_code != 204:
            return
        assert not foreign and not self.is_over(token)
        if what == "grant":
            self.end_grant(token.app, token.login)
        self.end([token])

    def was_used(self, request: Request, response: Response) -> bool:
        return response.header("x-oauth-scopes") is not None


class GitHubLivesIn2013(GitHubLives):
    """One callback, and what is below it; tokens that stay, and no limit to them."""

    era = "2013"
    forms = ({}, {}, {})
    most_callbacks = 1
    scopes = ("user:email", "repo", "user", "public_repo", "gist")
    idle = None
    edits = False

    def lifetimes(self, source: Life) -> Container[int]:
        return (0,)


# --- Facebook -------------------------------------------------------------------------------------------------


PAGE = "1098765432101234"
OWNERS = {"Ada Moreno": "ada", "Ben Okafor": "ben", "Riverside Chess Club": "ada"}


class FacebookLives(Lives):
    """Tokens that are extended, Pages with tokens of their own, permissions declined and taken back one by one."""

    provider = FACEBOOK
    forms = ({}, {"code_gives": "long"}, {})
    scopes = ("email", "pages_show_list", "pages_read_engagement", "pages_manage_posts", "user_likes")
    always = frozenset({"public_profile"})
    lists, reads, writes = (
        "pages_show_list",
        frozenset({"pages_read_engagement"}),
        frozenset({"pages_read_engagement", "pages_manage_posts"}),
    )  # what is needed for her Pages, to read on one, and to write
    as_the_page: ClassVar[bool] = True  # and then only with its token
    resources = ("/me?fields=id,name,email", "/me/permissions", f"/{PAGE}")
    ends_tokens = ("change_password", "sign_out")

    of_pages: Bundle[Token] = Bundle("of_pages")

    def lifetimes(self, source: Life) -> Container[int]:
        return LONG_LIVED if isinstance(source, Token) or self.is_long(source) else SHORT_LIVED

    def is_long(self, code: Life) -> bool:
        """Whether a code gives a long-lived token at once; there is no value where a token comes without a code."""
        return bool(code.value) and code.app == self.apps[1]

    def renewal(self, token: Token) -> dict[str, str]:
        return {"grant_type": "fb_exchange_token", "fb_exchange_token": token.value}

    def can_renew(self, token: Token) -> bool:
        return not token.of_a_page and not self.is_over(token)

    def call(self, token: Token, path: str, method: str = "GET") -> requests.Response:
        parameters = {"access_token": token.value, "message": "Tuesday at eight"}
        return self.http.request(method, self.row.api_url + path, params=parameters)

    def is_refused(self, answer: requests.Response) -> bool:
        return is_dead_tokens(parsed(answer.content))

    def shows(self, path: str, body: Any, headers: Mapping[str, str]) -> tuple[Scopes, str | None]:
        if "error" in body:
            return frozenset(), None
        if path.endswith("/accounts"):
            return frozenset({self.lists} if body["data"] else ()), "ada" if body["data"] else None
        if path.endswith("/feed"):
            return self.reads, "ada" if self.reads else None
        shown = {"email"} if "email" in body else set()
        return frozenset(shown), OWNERS.get(body.get("name"))

    def told_of(self, token: Token, app: App) -> Scopes | None:
        parameters = {"input_token": token.value, "access_token": f"{app.client_id}|{app.client_secret}"}
        told = self.http.get(f"{self.row.api_url}/debug_token", params=parameters).json().get("data", {})
        return frozenset(told["scopes"]) if told.get("is_valid") else None

    @rule(target=Lives.tokens, number=TURN, login=LOGINS, numbers=st.sets(TURN, max_size=3), answer=ANSWERS)
    def authorize_for_a_token(self, number: int, login: str, numbers: set[int], answer: str) -> Any:
        """response_type=token: no code, and no step 3."""
        app = self.app_at(number)
        wish = {"scope": self.picked(numbers), "redirect_uri": app.redirect_uri, "response_type": "token"}
        page = self.walk(app, login, answer, **wish)
        if page is None:
            return multiple()
        granted = self.granted[app.client_id, login]
        return self.token_in(answered(page.url), Code("", app, login, granted, None))

    @rule(targets=(Lives.tokens, of_pages), number=TURN, numbers=st.sets(TURN, max_size=5))
    def log_in_for_pages(self, number: int, numbers: set[int]) -> Any:
        return self.list_pages(self.log_in(number, "ada", numbers | {self.scopes.index(self.lists)}))

    @rule(targets=(Lives.tokens, of_pages), token=Lives.tokens)
    def list_pages(self, token: Token) -> Any:
        """Each Page comes with a token, which lives as long as hers, or for ever if hers is long-lived."""
        answer = parsed(self.look(token, "/me/accounts").content)
        ends = None if token.lasts else token.ends
        whose = token.app, token.login, self.reach(token), ends
        found = [
            self.known(Token(page["access_token"], *whose, of_a_page=True)) for page in answer.get("data", ())
        ]
        for page in found:
            self.read_and_write(page)
            self.renew(page)  # it cannot be extended, and `renew` sees to that
        return multiple(*found)

    @rule(token=of_pages | Lives.tokens)
    def read_and_write(self, token: Token) -> None:
        """On the Page."""
        read, written = self.look(token, f"/{PAGE}/feed"), self.call(token, f"/{PAGE}/feed", "POST")
        if 200 in (read.status_code, written.status_code):
            assert not self.is_over(token) and (token.of_a_page or not self.as_the_page)
        assert written.status_code != 200 or self.reach(token) >= self.writes

    @rule(token=Lives.tokens, number=TURN)
    def take_back(self, token: Token, number: int) -> None:
        """One permission, or all: then the application is removed."""
        name = (*self.scopes, "")[number]
        answer = self.call(token, f"/me/permissions/{name}".rstrip("/"), "DELETE")
        if answer.status_code != 200:
            return
        assert not token.of_a_page and not self.is_over(token)
        if name:
            granted = self.granted[token.app.client_id, token.login]
            self.shrink(token.app, token.login, granted - {name})
        else:
            self.end_grant(token.app, token.login)

    def was_used(self, request: Request, response: Response) -> bool:
        token = answered(request.url).get("access_token", "")
        return "|" not in token and not is_dead_tokens(parsed(response.body))


HELD_IN_2013 = frozenset({"status_update", "photo_upload", "video_upload", "create_note", "share_item"})
HELD_IN_2013 |= {"publish_actions"}


class FacebookLivesIn2013(FacebookLives):
    """A code gives the token that there is, for longer; one permission holds others; none is needed to read a Page."""

    era = "2013"
    forms = ({}, {}, {})
    scopes = ("email", "manage_pages", "publish_stream", "read_stream", "user_likes")
    always = frozenset()
    lists, reads, writes = "manage_pages", frozenset(), frozenset({"publish_stream"})
    as_the_page = False

    def is_long(self, code: Life) -> bool:
        return bool(code.value)

    def holds(self, scopes: Iterable[str]) -> Scopes:
        told = frozenset(scopes) - {"basic_info"}
        return told | HELD_IN_2013 if "publish_stream" in told else told


def is_dead_tokens(body: Any) -> bool:
    """Whether an answer of step 6 says that the token does not live; (#190) is for one of another kind."""
    error = body.get("error", {})
    return error.get("code") == 190 and error["message"].startswith("Error validating access token: ")


MACHINES = [GitHubLives, GitHubLivesIn2013, FacebookLives, FacebookLivesIn2013]


@pytest.mark.parametrize("machine", MACHINES)
def test_nothing_happens_that_must_not(machine: type[Lives]) -> None:
    chosen = settings(max_examples=LIVES, stateful_step_count=ACTS, derandomize="LIVES" not in os.environ)
    run_state_machine_as_test(machine, settings=chosen)  # type: ignore[no-untyped-call]

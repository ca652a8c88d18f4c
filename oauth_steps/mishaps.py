"""Every way to go wrong, as data: what is done wrong, in one flow that goes well but for that.

    for mishap in MISHAPS:
        with Practice(mishap.era) as practice:
            exchange = mishap.provoke(practice)  # the refusal, as recorded

`diagnoses` says what each refusal means; the tests provoke it here, so that the two cannot drift apart. What is
written down there and cannot be provoked has its reason in `OUT_OF_REACH`.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

import requests

from .attacks import code_for
from .providers import FACEBOOK, GITHUB, App, Provider, Step
from .steps import TIMEOUT, authorization_url, new_state, pkce_pair, refresh_token, request_token
from .wire import Exchange, Trace, s256

USER, STRANGER = "ada", "ben"  # whose flow it is, and who has no role in any application


class Practice(Protocol):
    """The other side, as far as it matters to what goes wrong there, and to the checks; it runs as a context."""

    trace: Trace
    providers: tuple[Provider, ...]
    clock: Any
    ledger: Any

    def __enter__(self) -> Any: ...
    def __exit__(self, *raised: Any) -> None: ...
    def app(self, provider: Provider) -> App: ...
    def register(self, provider: Provider, *, name: str, redirect_uri: str, **settings: Any) -> App: ...
    def registration(self, app: App) -> Any: ...
    def suspend(self, app: App) -> None: ...
    def new_browser(self, signed_in_as: str | None = None) -> Any: ...
    def user(self, login: str) -> Any: ...
    def expire(self, credential: object) -> None: ...
    def fail_once(self, fault: str, step: int = Step.TOKEN_REQUEST) -> None: ...


class Flow:
    """Ada's flow at one provider. `changed` replaces parameters of a request; None leaves one out."""

    def __init__(self, practice: Practice, provider: str) -> None:
        self.practice = practice
        self.row = next(row for row in practice.providers if row.name == provider)
        self.app = practice.app(self.row)
        self.settings = practice.registration(self.app)
        self.browser = practice.new_browser(signed_in_as=USER)
        self.ada = practice.user(USER)

    def open(self, **changed: Any) -> Any:
        """Steps 1 and 2: what her browser shows."""
        return self.browser.open(authorization_url(self.app, state=new_state(), **changed))

    def post(self, path: str = "", **form: str) -> requests.Response:
        """A form for one of the provider's pages, from nowhere."""
        url = self.row.web_url + path if path else self.row.authorization_url
        sent = {"client_id": self.app.client_id, "redirect_uri": self.app.redirect_uri, **form}
        return requests.post(url, data=sent, timeout=TIMEOUT)

    def code(self, **changed: Any) -> str:
        """A code with which Ada was sent back."""
        return code_for(self.app, self.browser, **changed)

    def redeem(self, code: str | None = None, **changed: Any) -> requests.Response:
        """Steps 3 and 4, with a fresh code if none is given."""
        code = code or self.code()
        sent = self.credentials | {"code": code, "redirect_uri": self.app.redirect_uri} | changed
        return self.ask(self.row.token_method, sent)

    def ask(
        self, method: str, sent: Mapping[str, Any], url: str = "", accept: str = "application/json"
    ) -> requests.Response:
        """A request to the token endpoint, or another address in its place; without Accept if that is empty."""
        where: dict[str, Any] = {"params" if method == "GET" else "data": sent}
        headers = {"Accept": accept} if accept else {}
        return requests.request(method, url or self.row.token_url, headers=headers, timeout=TIMEOUT, **where)

    def grant(self, grant_type: str, **changed: Any) -> requests.Response:
        """A token request for something else than a code."""
        return self.ask(self.row.token_method, self.credentials | {"grant_type": grant_type} | changed)

    @property
    def credentials(self) -> dict[str, Any]:
        """Client id and secret, as a token request has them."""
        return _credentials(self.app)

    def token(self, **changed: Any) -> str:
        """An access token of Ada's."""
        return request_token(self.app, self.code(**changed)).access_token

    def call(
        self, path: str, token: str | None = None, method: str = "GET", **parts: Any
    ) -> requests.Response:
        """Steps 5 and 6, with a fresh token if none is given, and without one if it is empty."""
        token = self.token() if token is None else token
        sent = {"Authorization": f"Bearer {token}"} if token else {}
        headers = {**self.row.api_headers, **sent, **parts.pop("headers", {})}
        return requests.request(method, self.row.api_url + path, headers=headers, timeout=TIMEOUT, **parts)

    @property
    def app_token(self) -> str:
        """The application's own token, where there is one: App ID and App Secret."""
        return f"{self.app.client_id}|{self.app.client_secret}"

    def page(self, token: str | None = None) -> dict[str, Any]:
        """Ada's Page, as the API tells of it, its own token among it."""
        page: dict[str, Any] = self.call("/me/accounts", token or self.token(scope=_PAGES)).json()["data"][0]
        return page

    def other_app(self) -> App:
        """Another application at the same provider."""
        return self.practice.register(self.row, name="Other", redirect_uri="https://other.example/callback")

    def wait(self, value: Any = None, **span: float) -> Any:
        """The same value, some time later."""
        self.practice.clock.advance(**span)
        return value


def _credentials(app: App) -> dict[str, str]:
    return {"client_id": app.client_id, "client_secret": app.client_secret}


Act = Callable[[Flow], object]


@dataclass(frozen=True)
class Mishap:
    """One way to go wrong. `step` is where the refusal arrives: 2, 4 or 6. `means` are words of its diagnosis."""

    provider: str
    step: int
    era: str
    what: str
    does: Act
    means: str

    def provoke(self, practice: Practice) -> Exchange:
        """Do it, on a fresh practice of this era that is running, and return the refusal as recorded."""
        self.does(Flow(practice, self.provider))
        return practice.trace[-1]


def _at(
    provider: Provider, step: int, ways: Iterable[tuple[str, Act, str]], era: str = "now"
) -> Iterator[Mishap]:
    return (Mishap(provider.name, step, era, *way) for way in ways)


_ELSEWHERE = "https://notes.example/elsewhere"
_HEX, _DIGITS = "0123456789abcdef0123", "1000000000000000"  # what might be a code or a secret, and an App ID
_PAGES = ("pages_show_list", "pages_read_engagement", "pages_manage_posts")

# --- acts that take more than a line ------------------------------------------------------------------------


def _twice(flow: Flow) -> requests.Response:
    code = flow.code()
    flow.redeem(code)
    return flow.redeem(code)


def _opened_after(happens: Act) -> Act:
    """Her browser comes after something has happened."""

    def does(flow: Flow) -> None:
        happens(flow)
        flow.open()

    return does


def _redeemed_after(happens: Act) -> Act:
    """A code is redeemed after something has happened."""

    def does(flow: Flow) -> None:
        code = flow.code()
        happens(flow)
        flow.redeem(code)

    return does


def _by_another_application(flow: Flow) -> None:
    other = flow.other_app()
    flow.redeem(**_credentials(other), redirect_uri=other.redirect_uri)


def _refreshed_twice(flow: Flow) -> None:
    token = request_token(flow.app, flow.code())
    refresh_token(flow.app, token)
    flow.grant("refresh_token", refresh_token=token.refresh_token)


def _refreshed_too_late(flow: Flow) -> None:
    token = request_token(flow.app, flow.code())
    flow.grant("refresh_token", refresh_token=flow.wait(token.refresh_token, days=185))


def _proved_too_briefly(flow: Flow) -> None:
    flow.redeem(flow.code(code_challenge=s256("short")), code_verifier="short")


def _proved_without_a_secret(flow: Flow) -> None:
    verifier, challenge = pkce_pair()
    flow.redeem(flow.code(code_challenge=challenge), code_verifier=verifier, client_secret=None)


def _unused_for_a_year(flow: Flow) -> None:
    flow.settings.expire_user_tokens = False
    flow.call("/user", flow.wait(flow.token(), days=366))


def _fails_at(step: int) -> Act:
    """The provider fails at this step, once."""
    return lambda flow: flow.practice.fail_once("server error", step)


def _called_after(happens: Act, path: str) -> Act:
    """A token is used after something has happened."""

    def does(flow: Flow) -> None:
        token = flow.token()
        happens(flow)
        flow.call(path, token)

    return does


def _to_another_listed_address(flow: Flow) -> None:
    flow.settings.redirect_uris += (_ELSEWHERE,)
    flow.redeem(redirect_uri=_ELSEWHERE)


def _extended_too_late(flow: Flow) -> None:
    flow.grant("fb_exchange_token", fb_exchange_token=flow.wait(flow.token(), hours=3))


def _asked_for_the_apis_type(flow: Flow) -> None:
    sent = flow.credentials | {"code": flow.code()}
    flow.ask(flow.row.token_method, sent, accept="application/vnd.github+json")


def _asked_about(token: str = "gho_invented", method: str = "POST", **parts: Any) -> Act:
    """A token is asked about, or revoked, as an application does it at GitHub."""

    def does(flow: Flow) -> None:
        sent = {"auth": (flow.app.client_id, flow.app.client_secret), "json": {"access_token": token}} | parts
        flow.call(f"/applications/{flow.app.client_id}/token", "", method, **sent)

    return does


def _about_her_page(
    method: str, path: str, *, scope: tuple[str, ...] = _PAGES, left: tuple[str, ...] = (), own: bool = False
) -> Act:
    """Ada's Page is called, with its own token or hers; before that she takes back all but what is `left`."""

    def does(flow: Flow) -> None:
        token = flow.token(scope=scope)
        page = flow.page(token)
        if left:
            flow.ada.edit_scopes(flow.app, only=left)
        flow.call(path.format(**page), page["access_token"] if own else token, method)

    return does


def _without_the_role(flow: Flow) -> None:
    page = flow.page()
    flow.ada.person.pages.clear()
    flow.call("/me", page["access_token"])


def _page_after_a_new_password(flow: Flow) -> None:
    page = flow.page()
    flow.ada.change_password()
    flow.call("/me", page["access_token"])


def _proved_too_late(flow: Flow) -> None:
    token, now = flow.token(), int(flow.practice.clock.now.timestamp())
    proof = hmac.new(flow.app.client_secret.encode(), f"{token}|{now}".encode(), "sha256").hexdigest()
    flow.wait(minutes=6)
    flow.call("/me", token, params={"appsecret_proof": proof, "appsecret_time": now})


def _under_a_version_that_never_was(flow: Flow) -> None:
    root = re.sub(r"/v[0-9.]+$", "", flow.row.api_url)
    flow.ask("GET", {"access_token": flow.token()}, f"{root}/v2.80/me")


def _revoked_by_facebook(flow: Flow) -> None:
    token = flow.token()
    flow.practice.ledger.find(token).happens("revoked", flow.practice.clock.now)
    flow.call("/me", token)


def _extended_by_another(flow: Flow) -> None:
    flow.grant("fb_exchange_token", **_credentials(flow.other_app()), fb_exchange_token=flow.token())


def _inspected_by_another(flow: Flow) -> None:
    other, token = flow.other_app(), flow.token()
    flow.call("/debug_token", f"{other.client_id}|{other.client_secret}", params={"input_token": token})


def _inspected_by_a_stranger(flow: Flow) -> None:
    token = flow.token()
    flow.browser = flow.practice.new_browser(signed_in_as=STRANGER)
    flow.call("/debug_token", params={"input_token": token})


def _by_a_stranger(flow: Flow) -> None:
    flow.settings.mode = "development"
    flow.browser = flow.practice.new_browser(signed_in_as=STRANGER)
    flow.open()


def _by_a_developer(flow: Flow) -> None:
    flow.settings.roles = frozenset({USER})
    flow.open(scope="email,publish_actions")


def _suspended(flow: Flow) -> None:
    flow.practice.suspend(flow.app)


def _unverified(flow: Flow) -> None:
    flow.ada.person.email_verified = False


def _own_token_of_an_old_secret(flow: Flow) -> None:
    _new_secret(flow)
    flow.call("/debug_token", flow.app_token, params={"input_token": "EAAinvented"})


def _new_secret(flow: Flow) -> None:
    flow.settings.client_secret = _HEX


def _secret_required(flow: Flow) -> None:
    flow.settings.require_app_secret = True


def _checkpoint(flow: Flow) -> None:
    flow.ada.person.checkpoint = True


# --- the table ----------------------------------------------------------------------------------------------

# fmt: off

_GITHUB_DIALOG = _at(GITHUB, 2, (
    ("a client_id that nobody has", lambda flow: flow.open(client_id=_HEX), "No application has this client_id"),
    ("a redirect_uri that is not registered", lambda flow: flow.open(redirect_uri=_ELSEWHERE),
     "none of the registered callback URLs"),
    ("the application is suspended", _opened_after(_suspended), "suspended the application"),
    ("her address is not verified", _opened_after(_unverified), "address is not verified"),
    ("something breaks at GitHub", _opened_after(_fails_at(1)), "broke at the provider"),
    ("she presses Cancel", lambda flow: flow.open().deny(), "pressed Cancel"),
    ("the consent page's form is sent by a stranger", lambda flow: flow.post(authorize="1"), "not hers any more"),
    ("the account page's form is sent by a stranger", lambda flow: flow.post("/login/oauth/select_account"),
     "not hers any more"),
    ("her settings' form is sent by a stranger",
     lambda flow: flow.post(f"/settings/connections/applications/{flow.app.client_id}"), "not hers any more"),
    ("a page that the practice lacks", lambda flow: flow.browser.open(f"{flow.row.web_url}/login/device"),
     "not part of the practice"),
))
_GITHUB_TOKEN = _at(GITHUB, 4, (
    ("a client_id that nobody has", lambda flow: flow.redeem(client_id=_HEX), "No application has this client_id"),
    ("a wrong secret", lambda flow: flow.redeem(client_secret=_HEX * 2), "client secret is not"),
    ("no secret", lambda flow: flow.redeem(client_secret=None), "client secret is not"),
    ("by GET", lambda flow: flow.ask("GET", {"code": flow.code()}), "asked by GET"),
    ("a browser asks beforehand (OPTIONS)", lambda flow: flow.ask("OPTIONS", {}), "asked by GET"),
    ("Accept names the API's media type alone", _asked_for_the_apis_type, "media types of the API alone"),
    ("an unknown grant_type", lambda flow: flow.grant("password"), "grant_type is none"),
    ("a redirect_uri other than in step 1", lambda flow: flow.redeem(redirect_uri=_ELSEWHERE),
     "not the one for which the code was issued"),
    ("an invented code", lambda flow: flow.redeem(_HEX), "was mistyped"),
    ("a code a second time", _twice, "used before"),
    ("a code after ten minutes", _redeemed_after(lambda flow: flow.wait(minutes=10, seconds=1)), "older than ten"),
    ("a code after she removed the application", _redeemed_after(lambda flow: flow.ada.remove(flow.app)),
     "has removed this one"),
    ("another application's code", _by_another_application, "belongs to another application"),
    ("without the verifier", lambda flow: flow.redeem(flow.code(code_challenge=pkce_pair()[1])), "code_verifier"),
    ("a verifier where there was no challenge", lambda flow: flow.redeem(code_verifier=pkce_pair()[0]),
     "code_verifier"),
    ("her address is not verified any more", _redeemed_after(_unverified), "not confirmed an e-mail address"),
    ("an invented refresh token", lambda flow: flow.grant("refresh_token", refresh_token=f"ghr_{_HEX}"),
     "never one of this application"),
    ("a refresh token a second time", _refreshed_twice, "was used before"),
    ("a refresh token after six months", _refreshed_too_late, "older than six months"),
    ("a right verifier, and no secret", _proved_without_a_secret, "client secret is not"),
    ("a method without a challenge", lambda flow: flow.redeem(flow.code(code_challenge_method="S256")),
     "code_verifier"),
    ("a verifier that is too short", _proved_too_briefly, "code_verifier"),
    ("something breaks at GitHub", _redeemed_after(_fails_at(3)), "broke at the provider"),
))
_GITHUB_API = _at(GITHUB, 6, (
    ("no token", lambda flow: flow.call("/user", ""), "carried no token"),
    ("something breaks at GitHub", _called_after(_fails_at(5), "/user"), "broke at the provider"),
    ("an invented token", lambda flow: flow.call("/user", "gho_invented"), "mistyped"),
    ("the application's own credentials",
     lambda flow: flow.call("/user", "", auth=(flow.app.client_id, flow.app.client_secret)), "carried no token"),
    ("a name and a password by HTTP Basic", lambda flow: flow.call("/user", "", auth=("foo", "bar")),
     "or no token at all but a password"),
    ("a token after its eight hours", _called_after(lambda flow: flow.wait(hours=9), "/user"), "token is expired"),
    ("a token that nobody used for a year", _unused_for_a_year, "after a year without use"),
    ("a token after she removed the application",
     _called_after(lambda flow: flow.ada.remove(flow.app), "/user"), "revoked"),
    ("a token in the address", lambda flow: flow.call(f"/user?access_token={flow.token()}", ""), "in the URL"),
    ("a token without the scope", lambda flow: flow.call("/user/emails", flow.token(scope="read:user")),
     "lacks the scope"),
    ("organizations without the scope", lambda flow: flow.call("/user/orgs", flow.token(scope="user:email")),
     "lacks the scope for organizations"),
    ("teams without the scope", lambda flow: flow.call("/user/teams", flow.token(scope="user:email")),
     "lacks the scope"),
    ("a slash at the end", lambda flow: flow.call("/user/"), "the path or the method is wrong"),
    ("a path that the practice lacks", lambda flow: flow.call("/gists"), "the path or the method is wrong"),
    ("no User-Agent", lambda flow: flow.call("/user", headers={"User-Agent": None}), "no User-Agent"),
    ("an API version that there is not",
     lambda flow: flow.call("/user", headers={"X-GitHub-Api-Version": "2013-06-03"}), "names a version"),
    ("type beside visibility", lambda flow: flow.call("/user/repos?type=owner&visibility=public"), "exclude each"),
    ("asking about a dead token", _asked_about(), "no living one of this application"),
    ("asking about a token without credentials", _asked_about(auth=None), "client credentials were not sent"),
    ("asking about a token with a wrong secret", _asked_about(auth=("Ov23li", _HEX)), "client id or secret"),
    ("a body that is no JSON", _asked_about(json=None, data="{"), "announced as JSON"),
    ("a body that is no object", _asked_about(json=[]), "a list or a bare value"),
    ("a body without a token", _asked_about(json={}), "field is missing"),
    ("a found token is reported with credentials",
     lambda flow: flow.call("/credentials/revoke", method="POST", json={"credentials": []}), "with credentials"),
))
_GITHUB_2013 = (
    *_at(GITHUB, 2, (
        ("a redirect_uri elsewhere", lambda flow: flow.open(redirect_uri="https://other.example/"),
         "none of the registered callback URLs"),
        ("she presses Cancel", lambda flow: flow.open().deny(), "pressed Cancel"),
        ("the application is suspended", _opened_after(_suspended), "suspended the application"),
    ), "2013"),
    *_at(GITHUB, 4, (
        ("a code a second time", _twice, "used before"),
        ("a wrong secret", lambda flow: flow.redeem(client_secret=_HEX * 2), "client secret is not"),
    ), "2013"),
    *_at(GITHUB, 6, (
        ("no User-Agent", lambda flow: flow.call("/user", headers={"User-Agent": None}), "no User-Agent"),
        ("an invented token", lambda flow: flow.call("/user", _HEX * 2), "mistyped"),
        ("asking about a token, before one could", _asked_about(), "the path or the method is wrong"),
    ), "2013"),
)

_FACEBOOK_DIALOG = _at(FACEBOOK, 2, (
    ("no client_id", lambda flow: flow.open(client_id=None), "has no client_id"),
    ("something breaks at Facebook", _opened_after(_fails_at(1)), "broke at the provider"),
    ("a client_id that nobody has", lambda flow: flow.open(client_id=_DIGITS), "is no App ID"),
    ("no redirect_uri", lambda flow: flow.open(redirect_uri=None), "has no redirect_uri"),
    ("a redirect_uri that is only a path", lambda flow: flow.open(redirect_uri="/callback"), "only a path"),
    ("a redirect_uri with http", lambda flow: flow.open(redirect_uri=flow.app.redirect_uri.replace("s:", ":", 1)),
     "begins with http://"),
    ("a redirect_uri that is not listed", lambda flow: flow.open(redirect_uri=_ELSEWHERE), "not among the Valid"),
    ("an unknown response_type", lambda flow: flow.open(response_type="id"), "response_type is none"),
    ("in development, somebody without a role", _by_a_stranger, "in development mode"),
    ("the application is suspended", _opened_after(_suspended), "in development mode"),
    ("a permission that there is not, and a developer", _by_a_developer, "does not exist"),
    ("she presses Cancel", lambda flow: flow.open().deny(), "pressed Cancel"),
    ("the dialog's form is sent by a stranger", lambda flow: flow.post(authorize="1"), "not hers any more"),
    ("a page that the practice lacks", lambda flow: flow.browser.open(f"{flow.row.web_url}/settings"),
     "not part of the practice"),
))
_FACEBOOK_TOKEN = _at(FACEBOOK, 4, (
    ("no client_id", lambda flow: flow.redeem(client_id=None), "has no client_id"),
    ("a client_id that nobody has", lambda flow: flow.redeem(client_id=_DIGITS), "It is no system error"),
    ("a client_id that is no number", lambda flow: flow.redeem(client_id=_HEX), "not a number"),
    ("the application is suspended", _redeemed_after(_suspended), "was deleted"),
    ("no redirect_uri", lambda flow: flow.redeem(redirect_uri=None), "has no redirect_uri"),
    ("a redirect_uri that is only a path", lambda flow: flow.redeem(redirect_uri="/callback"), "only a path"),
    ("a redirect_uri that is not listed", lambda flow: flow.redeem(redirect_uri=_ELSEWHERE),
     "not one of the application's"),
    ("a listed redirect_uri, but another one", _to_another_listed_address, "not the one of step 1"),
    ("a wrong secret", lambda flow: flow.redeem(client_secret=_HEX), "client_secret is missing"),
    ("a secret that has been replaced", _redeemed_after(_new_secret), "client_secret is missing"),
    ("no code", lambda flow: flow.ask("GET", {**flow.credentials, "redirect_uri": flow.app.redirect_uri}),
     "has no code"),
    ("an invented code", lambda flow: flow.redeem(_HEX), "What was sent as code is none"),
    ("another application's code", _by_another_application, "What was sent as code is none"),
    ("a code a second time", _twice, "exchanged before"),
    ("a code after ten minutes", _redeemed_after(lambda flow: flow.wait(minutes=10, seconds=1)), "Too much time"),
    ("a code after she removed the application", _redeemed_after(lambda flow: flow.ada.remove(flow.app)),
     "before the code was exchanged"),
    ("extending no token", lambda flow: flow.grant("fb_exchange_token"), "holds no token"),
    ("extending an invented token", lambda flow: flow.grant("fb_exchange_token", fb_exchange_token="EAAinvented"),
     "What was sent as a token is none"),
    ("extending another application's token", _extended_by_another, "What was sent as a token is none"),
    ("extending a dead token", _extended_too_late, "lived out its time"),
    ("something breaks at Facebook", _redeemed_after(_fails_at(3)), "broke at the provider"),
))
_FACEBOOK_API = _at(FACEBOOK, 6, (
    ("/me without a token", lambda flow: flow.call("/me", ""), "/me was asked without a token"),
    ("something breaks at Facebook", _called_after(_fails_at(5), "/me"), "broke at the provider"),
    ("/me with the application's own token", lambda flow: flow.call("/me", flow.app_token),
     "/me was asked without a token"),
    ("another path without a token", lambda flow: flow.call("/1", ""), "carried no token"),
    ("the dialog at the API's address", lambda flow: flow.call("/dialog/oauth", ""), "carried no token"),
    ("the application's own token after a new App Secret", _own_token_of_an_old_secret,
     "What was sent as a token is none"),
    ("a Page with the application's own token",
     lambda flow: flow.call(f"/{flow.ada.person.pages[0].id}", flow.app_token), "application's own token"),
    ("an invented token", lambda flow: flow.call("/me", "EAAinvented"), "What was sent as a token is none"),
    ("after she removed the application", _called_after(lambda flow: flow.ada.remove(flow.app), "/me"),
     "removed the application"),
    ("while her account waits for her", _called_after(_checkpoint, "/me"), "check the user's account"),
    ("after she changed her password", _called_after(lambda flow: flow.ada.change_password(), "/me"),
     "changed the password"),
    ("a token after its time", _called_after(lambda flow: flow.wait(hours=3), "/me"), "lived out its time"),
    ("while her account is not confirmed", _called_after(_unverified, "/me"), "not confirmed the account"),
    ("after it was invalidated", _revoked_by_facebook, "ended the session through the API"),
    ("after she signed out of Facebook", _called_after(lambda flow: flow.ada.sign_out(), "/me"), "signed out"),
    ("a Page's token, once she has no role there", _without_the_role, "no longer has a role"),
    ("a Page's token after she changed her password", _page_after_a_new_password, "changed the password"),
    ("the application is suspended", _called_after(_suspended, "/me"), "was deleted"),
    ("without appsecret_proof, where it is required", _called_after(_secret_required, "/me"), "has no appsecret"),
    ("a wrong appsecret_proof", lambda flow: flow.call("/me", params={"appsecret_proof": _HEX}), "another secret"),
    ("an appsecret_proof that is too old", _proved_too_late, "another secret"),
    ("a field that there is not", lambda flow: flow.call("/me?fields=shoe_size"), "names a field"),
    ("a path that there is not", lambda flow: flow.call("/me/cats"), "The path does not exist"),
    ("a version that never was", _under_a_version_that_never_was, "the version before it never did"),
    ("a name that there is not", lambda flow: flow.call("/nobody"), "Nothing has this name"),
    ("an id that there is not", lambda flow: flow.call(f"/{_DIGITS}"), "id is wrong"),
    ("taking back public_profile", lambda flow: flow.call("/me/permissions/public_profile", method="DELETE"),
     "taking back public_profile"),
    ("a post with her own token", _about_her_page("POST", "/{id}/feed?message=Hello"), "without both permissions"),
    ("a post without a message", _about_her_page("POST", "/{id}/feed", own=True), "nothing in it"),
    ("an event", lambda flow: flow.call("/me/events", method="POST"), "no longer make events"),
    ("reading a Page's feed with her own token", _about_her_page("GET", "/{id}/feed"), "with a user's token"),
    ("reading a Page's feed without the permission",
     _about_her_page("GET", "/{id}/feed", left=("pages_show_list",), own=True), "named permission was not granted"),
    ("a Page's token without a permission for Pages",
     _about_her_page("GET", "/{id}?fields=access_token", left=("pages_manage_posts",)), "that a Page token needs"),
    ("asking about no token", lambda flow: flow.call("/debug_token", flow.app_token), "which token to look at"),
    ("asking about a token as somebody else", _inspected_by_a_stranger, "ordinary user's token"),
    ("asking about a token as another application", _inspected_by_another, "given to another application"),
))
_FACEBOOK_2013 = (
    *_at(FACEBOOK, 2, (
        ("a redirect_uri elsewhere", lambda flow: flow.open(redirect_uri="https://other.example/"),
         "neither below the Site URL"),
        ("the application is in the sandbox", _by_a_stranger, "not public"),
        ("the application is suspended", _opened_after(_suspended), "suspended the application"),
        ("the dialog of a version", lambda flow: flow.browser.open(f"{flow.row.web_url}/v2.0/dialog/oauth"),
         "not part of the practice"),
        ("she presses Cancel", lambda flow: flow.open().deny(), "pressed Cancel"),
    ), "2013"),
    *_at(FACEBOOK, 4, (
        ("a client_id that nobody has", lambda flow: flow.redeem(client_id=_DIGITS), "No application has this"),
        ("a redirect_uri elsewhere, at the token endpoint", lambda flow: flow.redeem(redirect_uri="https://other.example/"),
         "neither below the Site URL"),
        ("a code a second time", _twice, "exchanged before"),
        ("a code after ten minutes", _redeemed_after(lambda flow: flow.wait(minutes=10, seconds=1)),
         "Too much time"),
    ), "2013"),
    *_at(FACEBOOK, 6, (
        ("an invented token", lambda flow: flow.call("/me", "CAAinvented"), "What was sent as a token is none"),
        ("after she removed the application", _called_after(lambda flow: flow.ada.remove(flow.app), "/me"),
         "removed the application"),
        ("after she changed her password", _called_after(lambda flow: flow.ada.change_password(), "/me"),
         "changed the password"),
        ("a token after its time", _called_after(lambda flow: flow.wait(days=61), "/me"), "lived out its time"),
        ("after she signed out of Facebook", _called_after(lambda flow: flow.ada.sign_out(), "/me"),
         "signed out"),
        ("a person with the application's own token",
         lambda flow: flow.call(f"/{flow.call('/me').json()['id']}", flow.app_token), "application's own token"),
        ("an id that there is not", lambda flow: flow.call(f"/{_DIGITS}"), "id is wrong"),
        ("a post without the permission", lambda flow: flow.call("/me/feed?message=Hello", method="POST"),
         "was not granted"),
        ("a Page's token without the permission",
         lambda flow: flow.call(f"/{flow.ada.person.pages[0].id}?fields=access_token"), "was not granted"),
        ("an event without a name",
         lambda flow: flow.call("/me/events", flow.token(scope="create_event"), "POST"), "name and a start_time"),
        # recorded as a call of the API, since that is the address
        ("a token request to /oauth/token",
         lambda flow: flow.ask("GET", flow.credentials, f"{flow.row.api_url}/oauth/token"), "went to /oauth/token"),
        ("a version, before there were any", lambda flow: flow.call("/v2.0/me"), "Nothing has this name"),
        ("a version, and no token", lambda flow: flow.call("/v2.0/me", ""), "carried no token"),
    ), "2013"),
)
# fmt: on

MISHAPS: tuple[Mishap, ...] = (
    *_GITHUB_DIALOG,
    *_GITHUB_TOKEN,
    *_GITHUB_API,
    *_GITHUB_2013,
    *_FACEBOOK_DIALOG,
    *_FACEBOOK_TOKEN,
    *_FACEBOOK_API,
    *_FACEBOOK_2013,
)

# --- for exercises ------------------------------------------------------------------------------------------


class Puzzle(NamedTuple):
    """A flow that goes wrong: `spoil` returns what the application holds then, a code or a token.

    `same_token` says why a token that it holds cannot mend it.
    """

    provider: str
    spoil: Callable[[Flow], str]
    same_token: str = ""


def _slash_in_step_3(flow: Flow) -> str:
    code = flow.code()
    flow.redeem(code, redirect_uri=flow.app.redirect_uri + "/")
    return code


def _narrow_token(flow: Flow) -> str:
    token = flow.token(scope="read:user")
    flow.call("/user/emails", token)
    return token


def _post_as_herself(flow: Flow) -> str:
    token = flow.token(scope=_PAGES)
    page = flow.page(token)
    flow.call(f"/{page['id']}/feed", token, "POST", data={"message": "We meet on Friday."})
    return token


CASES = (
    Puzzle(GITHUB.name, _slash_in_step_3),
    Puzzle(
        GITHUB.name, _narrow_token, "What it may do was decided in step 2: ask Ada for the scope in step 1"
    ),
    Puzzle(
        FACEBOOK.name,
        _post_as_herself,
        "It is Ada's own, and a Page posts with the Page's: /me/accounts has it",
    ),
)

ACTS = ("again", "ours", "wait", "fine")  # begin at step 1; our own mistake; try later; nothing was refused


class ToldApart(NamedTuple):
    """An answer to explain: the act that it asks for, the provider's names for it, why.

    `words` is its message in another language, where it comes in one.
    """

    provider: str
    what: str
    does: Callable[[Flow], requests.Response]
    act: str
    names: tuple[str, ...]
    why: str
    words: str = ""


def _broken(flow: Flow) -> requests.Response:
    code = flow.code()
    flow.practice.fail_once("server error")
    return flow.redeem(code)


def _expired(flow: Flow) -> requests.Response:
    token = flow.token()
    flow.practice.expire(token)
    return flow.call("/me", token)


TOLD_APART = (
    ToldApart(
        GITHUB.name,
        "a token",
        lambda flow: flow.redeem(),
        "fine",
        (),
        "Nothing was refused: there is a token in it",
    ),
    ToldApart(
        GITHUB.name,
        "a code a second time",
        _twice,
        "again",
        ("bad_verification_code",),
        "The status says nothing at this endpoint: look for `error` in the body. Only a fresh code helps",
    ),
    ToldApart(
        GITHUB.name,
        "a wrong secret",
        lambda flow: flow.redeem(client_secret=_HEX * 2),
        "ours",
        ("incorrect_client_credentials",),
        "A fresh code will not help: the secret is your application's, and somebody has to correct it",
    ),
    ToldApart(
        FACEBOOK.name,
        "an expired token",
        _expired,
        "again",
        ("190", "463"),
        "Its message is in the user's language: go by code and error_subcode. Only a new token helps",
        "Fehler beim Validieren des Zugriffsschlüssels: Die Sitzung ist abgelaufen.",
    ),
    ToldApart(
        FACEBOOK.name,
        "a redirect_uri that is not listed",
        lambda flow: flow.redeem(redirect_uri=_ELSEWHERE),
        "ours",
        ("191",),
        "It is your application that sent it, or the registration that lacks it",
    ),
    ToldApart(
        GITHUB.name,
        "something broke there",
        _broken,
        "wait",
        ("500",),
        "A status from 500 on is the provider's own failure: it is nobody's mistake here, and may pass",
    ),
)

# What is written down in `diagnoses`, and cannot be provoked here: (provider, step, error, how it begins) -> why.
OUT_OF_REACH: Mapping[tuple[str, int, str, str], str] = MappingProxyType(
    {
        (GITHUB.name, 2, "redirect_uri_mismatch", "The redirect_uri"): "in 2013 it was the word alone",
        (GITHUB.name, 4, "device_flow_disabled", "Device Flow"): "the device flow is not practised",
        (GITHUB.name, 6, "", "Resource not accessible"): "GitHub Apps are not practised",
        (GITHUB.name, 6, "", "Maximum number of login"): "after how many attempts it comes is not documented",
        (GITHUB.name, 6, "", "API rate limit"): "5,000 calls an hour are counted and shown, never enforced",
        (FACEBOOK.name, 2, "", "Can't Load URL\n"): "the words of another time; here it is “URL Blocked”",
        (
            FACEBOOK.name,
            2,
            "",
            "App Not Set Up",
        ): "the words of another time; here it is “Feature Unavailable”",
        (FACEBOOK.name, 2, "access_denied", "The user denied"): "it was said until May 2012",
        (FACEBOOK.name, 4, "190", "Error validating application. Invalid"): "seen once, in a kit for games",
        (
            FACEBOOK.name,
            6,
            "190",
            "Invalid OAuth access token data.",
        ): "one of five texts for what is no token",
        (FACEBOOK.name, 6, "190", "Malformed access token"): "one of five texts for what is no token",
        (FACEBOOK.name, 6, "190", "The access token could not"): "one of five texts for what is no token",
        (
            FACEBOOK.name,
            6,
            "190/467",
            "Error validating access token: This may",
        ): "a second text for this subcode",
        (FACEBOOK.name, 6, "803", "(#803) Cannot query users"): "nobody here has a name in an address",
        (FACEBOOK.name, 6, "3", "(#3) Application does not"): "App Review counts as passed",
        (FACEBOOK.name, 6, "200", "(#200) Requires"): "the same is said here with code 283",
        (FACEBOOK.name, 6, "200", "(#200) Unpublished posts"): "no post here is scheduled",
        (FACEBOOK.name, 6, "200/1870047", "Permissions error"): "the rule behind it is not practised",
        (FACEBOOK.name, 6, "4", "(#4) Application request"): "limits would fall on whoever runs a cell again",
    }
)

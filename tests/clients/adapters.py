"""Clients of other people, each in a few lines: how it is pointed at a practice that is served, and its own calls.

None of them is changed. Most take the provider's URLs as settings. Where one holds them as constants, `constants` names
these, and they are moved to the practice, the path as it is.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

import facebook
import github
import pytest
from authlib.integrations.httpx_client import OAuth2Client
from authlib.integrations.requests_client import OAuth2Session as AuthlibSession
from django.apps import apps
from django.core.cache import cache
from django.test import RequestFactory, override_settings
from requests_oauthlib import OAuth2Session
from social_core.backends.facebook import FacebookOAuth2
from social_core.backends.github_enterprise import GithubEnterpriseOAuth2

from oauth_steps import FACEBOOK, GITHUB, App
from oauth_steps.clients import allauth_site, social_site
from oauth_steps.providers import Provider

NPM = Path(__file__).parent / "npm"
ME = {GITHUB.name: "/user", FACEBOOK.name: "/me"}
OF_ALLAUTH = {
    GITHUB.name: allauth_site.github.GitHubOAuth2Adapter,
    FACEBOOK.name: allauth_site.facebook.FacebookOAuth2Adapter,
}
VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"  # RFC 7636 appendix B


class Client:
    """An application's sign-in. `begin` and `arrive` are its two halves; `call` asks for the user's name again, and
    `renew` refreshes or extends the token, where the client can do that."""

    constants: ClassVar[tuple[tuple[Any, str], ...]] = ()  # where it holds URLs, and under which names
    script: ClassVar[Script | None] = None  # what runs it, if that is not this Python

    def __init__(self, app: App) -> None:
        self.app = app
        self.row = app.provider

    def begin(self) -> str:
        """The address of step 1."""
        raise NotImplementedError

    def arrive(self, callback: str) -> str:
        """Redeem the code, and ask for the user's name with the token."""
        raise NotImplementedError

    def call(self) -> str:
        """Ask for the user's name again."""
        raise NotImplementedError

    def renew(self) -> None:
        """Refresh the token, or extend it."""
        raise NotImplementedError


def point(client: type[Client], rows: Iterable[Provider], patch: pytest.MonkeyPatch) -> None:
    """Move a client's constants to the practice. What its settings take stands in each application's row."""
    for holder, name in client.constants:
        patch.setattr(holder, name, moved(getattr(holder, name), rows))


def moved(url: str, rows: Iterable[Provider]) -> str:
    """A client's own URL of a provider, at the practice: its path stays."""
    host, base = next(
        (host, row.web_url + below)
        for row in rows
        for host, below in row.layout.items()
        if url.startswith(host)
    )
    return base + url.removeprefix(host)


def parameters(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


def name_in(answer: Any) -> str:
    """The name in an answer of the API. For `requests` and httpx no status is an error: their user has to ask."""
    answer.raise_for_status()
    return str(answer.json()["name"])


# --- clients for scripts and sites of one's own ---------------------------------------------------------------------


class RequestsOAuthlib(Client):
    """Its URLs are arguments. OAUTHLIB_INSECURE_TRANSPORT lets it speak http."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.session = OAuth2Session(app.client_id, redirect_uri=app.redirect_uri, pkce="S256")

    def begin(self) -> str:
        return str(self.session.authorization_url(self.row.authorization_url)[0])

    def arrive(self, callback: str) -> str:
        secret = self.app.client_secret
        self.session.fetch_token(self.row.token_url, authorization_response=callback, client_secret=secret)
        return self.call()

    def call(self) -> str:
        return name_in(self.session.get(self.row.api_url + ME[self.row.name]))

    def renew(self) -> None:
        if self.row.refreshes:
            auth = (self.app.client_id, self.app.client_secret)
            self.session.refresh_token(self.row.token_url, auth=auth)
        else:  # it has no method for it
            sent = {
                "grant_type": "fb_exchange_token",
                "fb_exchange_token": self.session.access_token,
                "client_id": self.app.client_id,
                "client_secret": self.app.client_secret,
            }
            answer = self.session.get(self.row.token_url, params=sent, withhold_token=True)
            answer.raise_for_status()
            self.session.token = answer.json()


class Authlib(Client):
    """Its URLs are arguments."""

    session_class: ClassVar[Any] = AuthlibSession

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.session = self.session_class(
            app.client_id,
            app.client_secret,
            redirect_uri=app.redirect_uri,
            code_challenge_method="S256",
        )

    def begin(self) -> str:
        url, self.state = self.session.create_authorization_url(
            self.row.authorization_url, code_verifier=VERIFIER
        )
        return str(url)

    def arrive(self, callback: str) -> str:
        self.session.fetch_token(
            self.row.token_url, authorization_response=callback, state=self.state, code_verifier=VERIFIER
        )
        return self.call()

    def call(self) -> str:
        return name_in(self.session.get(self.row.api_url + ME[self.row.name]))

    def renew(self) -> None:
        if self.row.refreshes:
            self.session.refresh_token(self.row.token_url, self.session.token["refresh_token"])
        else:
            old = self.session.token["access_token"]
            sent = {"grant_type": "fb_exchange_token", "fb_exchange_token": old}
            self.session.fetch_token(self.row.token_url, **sent)


class AuthlibHttpx(Authlib):
    """The same on httpx."""

    session_class = OAuth2Client


class PyGithub(Client):
    """Its base_url is an argument, as for GitHub Enterprise Server. The callback is its user's to read."""

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.application = self._client().get_oauth_application(app.client_id, app.client_secret)

    def _client(self, **more: Any) -> github.Github:
        return github.Github(
            base_url=self.row.api_url, seconds_between_requests=None, seconds_between_writes=None, **more
        )

    def begin(self) -> str:
        return str(self.application.get_login_url(redirect_uri=self.app.redirect_uri, state="xyz"))

    def arrive(self, callback: str) -> str:
        self.token = self.application.get_access_token(parameters(callback)["code"])
        return self.call()

    def call(self) -> str:
        return str(self._client(auth=github.Auth.Token(self.token.token)).get_user().name)

    def renew(self) -> None:
        self.token = self.application.refresh_access_token(self.token.refresh_token)


class FacebookSDK(Client):
    """Its URLs are constants of the module. Its newest version of the Graph API is 3.1."""

    constants = ((facebook, "FACEBOOK_GRAPH_URL"), (facebook, "FACEBOOK_WWW_URL"))

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.api = facebook.GraphAPI(version="3.1")

    def begin(self) -> str:
        app = self.app
        return str(self.api.get_auth_url(app.client_id, app.redirect_uri, app.scope, state="xyz"))

    def arrive(self, callback: str) -> str:
        app, code = self.app, parameters(callback)["code"]
        sent = (code, app.redirect_uri, app.client_id, app.client_secret)
        self.api.access_token = self.api.get_access_token_from_code(*sent)["access_token"]
        return self.call()

    def call(self) -> str:
        return str(self.api.get_object("me")["name"])

    def renew(self) -> None:
        new = self.api.extend_access_token(self.app.client_id, self.app.client_secret)
        self.api.access_token = new["access_token"]


# --- clients within a site ------------------------------------------------------------------------------------------


class Allauth(Client):
    """It reads its settings once, when it is imported; from then on its URLs are constants."""

    constants = (
        *((OF_ALLAUTH[GITHUB.name], name) for name in ("authorize_url", "access_token_url")),
        *((OF_ALLAUTH[GITHUB.name], name) for name in ("profile_url", "emails_url")),
        *((OF_ALLAUTH[FACEBOOK.name], name) for name in ("authorize_url", "access_token_url")),
        (allauth_site.facebook.flows, "GRAPH_API_URL"),
    )

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self._begin, self._arrive = allauth_site.halves(app)
        self.session: dict[str, Any] = {}
        self.request = RequestFactory().get("/")
        self.adapter = OF_ALLAUTH[self.row.name](self.request)
        cache.clear()  # it keeps an application's own token, by its client_id, which others have in other practices

    def begin(self) -> str:
        return self._begin(self.session)

    def arrive(self, callback: str) -> str:
        with override_settings(SOCIALACCOUNT_STORE_TOKENS=True):
            name = self._arrive(callback, self.session)
        self.token = apps.get_model("socialaccount", "SocialToken").objects.latest("id")
        return name

    def call(self) -> str:
        login = self.adapter.complete_login(self.request, self.token.app, self.token)
        return str(login.account.extra_data["name"])

    def renew(self) -> None:
        """At Facebook only, and of a token that came from its JavaScript: its view for those calls this."""
        with override_settings(SOCIALACCOUNT_PROVIDERS={"facebook": {"EXCHANGE_TOKEN": True}}):
            login = allauth_site.facebook.flows.verify_token(
                self.request, self.adapter.get_provider(), self.token.token
            )
        self.token = login.token


class SocialCore(Client):
    """GitHub's URLs are settings of its backend for GitHub Enterprise Server; Facebook's are constants."""

    constants = tuple(
        (FacebookOAuth2, f"{name}_URL") for name in ("AUTHORIZATION", "ACCESS_TOKEN", "USER_DATA")
    )
    backends: ClassVar = {GITHUB.name: GithubEnterpriseOAuth2, FACEBOOK.name: FacebookOAuth2}

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.session: dict[str, Any] = {}

    def _backend(self, **received: str) -> Any:
        settings = {
            "URL": self.row.web_url,
            "API_URL": self.row.api_url,
            "PIPELINE": [f"{__name__}.handed_over"],
        }
        strategy = social_site.Strategy(self.app, self.session, received, **settings)
        return self.backends[self.row.name](strategy, redirect_uri=self.app.redirect_uri)

    def begin(self) -> str:
        return str(self._backend().start())

    def arrive(self, callback: str) -> str:
        user = self._backend(**parameters(callback)).complete()
        self.kept = user.data
        return str(user.data["name"])

    def call(self) -> str:
        return str(self._backend().user_data(self.kept["access_token"])["name"])

    def renew(self) -> None:
        backend = self._backend()
        self.kept |= backend.refresh_token(backend.get_refresh_token(self.kept))


def handed_over(response: dict[str, Any], **_: Any) -> dict[str, Any]:
    """social-core's pipeline, which has one step here: the user is all that was learned of her."""
    return {"user": SimpleNamespace(data=response)}


# --- clients from npm -----------------------------------------------------------------------------------------------


class Script:
    """A program for node, which is started once and asked by lines of JSON."""

    def __init__(self, name: str) -> None:
        self._path = NPM / name
        self._process: subprocess.Popen[str] | None = None

    def missing(self) -> str:
        """Why it cannot run here, if so."""
        if not shutil.which("node"):
            return "there is no node on this computer"
        return "" if (NPM / "node_modules").is_dir() else "run npm ci in tests/clients/npm first"

    def ask(self, act: str, **sent: Any) -> Any:
        if self._process is None:
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            self._process = subprocess.Popen(["node", str(self._path)], text=True, encoding="utf-8", **pipes)
        print(json.dumps({"act": act, **sent}), file=self._process.stdin, flush=True)
        answer = json.loads(self._process.stdout.readline())
        if "error" in answer:
            raise NodeError(answer["error"])
        return answer["value"]

    def end(self) -> None:
        if self._process is not None:
            self._process.communicate()  # it ends where its input ends
            self._process = None


class NodeError(Exception):
    """A client from npm threw this."""


SCRIPTS = OCTOKIT, PASSPORT = Script("octokit.mjs"), Script("passport.mjs")


class Octokit(Client):
    """Its `request` is given a base URL, as for GitHub Enterprise Server."""

    script = OCTOKIT

    def __init__(self, app: App) -> None:
        super().__init__(app)
        self.kept: dict[str, Any] = {}

    def ask(self, act: str, **more: Any) -> Any:
        app = {
            "provider": self.row.name.lower(),
            "client_id": self.app.client_id,
            "client_secret": self.app.client_secret,
            "redirect_uri": self.app.redirect_uri,
            "scope": self.app.scope,
            "urls": {"web": self.row.web_url, "api": self.row.api_url},
        }
        return self.script.ask(act, app=app, **more)

    def begin(self) -> str:
        begun = self.ask("begin")
        self.session = begun.get("session")
        return str(begun["url"])

    def keep(self, answer: dict[str, Any]) -> str:
        self.kept = answer["kept"]
        return str(answer["name"])

    def arrive(self, callback: str) -> str:
        return self.keep(self.ask("arrive", callback=callback, session=self.session))

    def call(self) -> str:
        return str(self.ask("user", kept=self.kept))

    def renew(self) -> None:
        self.keep(self.ask("renew", kept=self.kept))


class Passport(Octokit):
    """passport-facebook and passport-github2: their URLs are options."""

    script = PASSPORT

"""A site that signs people in through django-allauth: Django's settings, two views of allauth's, and a home page.

Its database is in memory and gone with the process. Where allauth would show a page with an error, `arrive` raises
NotSignedIn.
"""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from ..attacks import Arrive, Begin, Session
from ..providers import FACEBOOK, GITHUB, App
from . import NotSignedIn

_NAMES = {GITHUB.name: "github", FACEBOOK.name: "facebook"}  # what allauth calls them

if not settings.configured:
    # A notebook runs its cells within an event loop, where Django would not touch its database
    # (docs.djangoproject.com, Asynchronous support: Async safety).
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    settings.configure(
        SECRET_KEY="of no worth: nothing outlives this process",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        MIGRATION_MODULES=dict.fromkeys(("auth", "contenttypes", "account", "socialaccount")),
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "allauth",
            "allauth.account",
            "allauth.socialaccount",
            *(f"allauth.socialaccount.providers.{name}" for name in _NAMES.values()),
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "allauth.account.middleware.AccountMiddleware",
        ],
        SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
        AUTHENTICATION_BACKENDS=["allauth.account.auth_backends.AuthenticationBackend"],
        LOGIN_REDIRECT_URL="/",
        ACCOUNT_EMAIL_VERIFICATION="none",  # or it would write a letter to each new user
        SOCIALACCOUNT_ADAPTER=f"{__name__}.Adapter",
        USE_TZ=True,
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)

from allauth.core.exceptions import ImmediateHttpResponse  # noqa: E402  these want Django's settings
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter  # noqa: E402
from allauth.socialaccount.models import SocialAccount, SocialApp  # noqa: E402
from allauth.socialaccount.providers.facebook import views as facebook  # noqa: E402
from allauth.socialaccount.providers.github import views as github  # noqa: E402


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth's own, but for the page on which it would tell the user what went wrong."""

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, **_: Any
    ) -> None:
        """Say the same in plain words."""
        words = f"{error}: {type(exception).__name__}: {exception}" if exception else str(error)
        raise ImmediateHttpResponse(HttpResponse(words, status=401))


def _home(request: HttpRequest) -> HttpResponse:
    account = SocialAccount.objects.get(user=request.user)
    return HttpResponse(account.extra_data["name"])


urlpatterns = [path("", _home)]
for _name, _views in zip(_NAMES.values(), (github, facebook), strict=True):
    urlpatterns += [
        path(f"sign-in/{_name}", _views.oauth2_login, name=f"{_name}_login"),
        path(f"callback/{_name}", _views.oauth2_callback, name=f"{_name}_callback"),
    ]


def halves(app: App) -> tuple[Begin, Arrive]:
    """The two halves of a sign-in with this application, which becomes a row in allauth's table of applications.

    The site has no users yet: somebody known by her e-mail address from another application would be asked for a name.
    """
    get_user_model().objects.all().delete()
    name, host = _NAMES[app.provider.name], urlsplit(app.redirect_uri).netloc
    row = {"client_id": app.client_id, "secret": app.client_secret, "settings": {"scope": list(app.scope)}}
    SocialApp.objects.update_or_create(provider=name, defaults=row)

    def begin(session: Session) -> str:
        browser = session.setdefault("browser", Client(SERVER_NAME=host))  # it holds the session's cookie
        return str(browser.post(f"/sign-in/{name}", secure=True)["Location"])

    def arrive(url: str, session: Session) -> str:
        browser = session.setdefault("browser", Client(SERVER_NAME=host))
        answer = browser.get(urlsplit(url)._replace(scheme="", netloc="").geturl(), secure=True)
        if answer.status_code != 302:
            raise NotSignedIn(answer.content.decode())
        return str(browser.get(answer["Location"], secure=True).content.decode())

    return begin, arrive

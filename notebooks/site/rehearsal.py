"""The site in this process, against the practice providers: for lesson 08 and the tests.

    club, bot = open_site(practice)
    ada = Visitor(practice, "ada")
    ada.sign_in()

What lessons 03 and 04 do to a site of a few lines can be done to this one: `attackable`
and `callback_of` show it as they expect a site to be.
"""

import html
import logging
import os
import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import django
from django.apps import apps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "club.rehearsal_settings")
# A notebook runs its cells within an event loop, where Django would not touch a database
# (docs.djangoproject.com, Asynchronous support: Async safety).
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
if not apps.ready:
    django.setup()

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events import facebook
from members import github
from oauth import handshake
from oauth.models import UsedState
from oauth_steps import FACEBOOK, GITHUB, CallbackRefused, wire
from oauth_steps.attacks import Site
from oauth_steps.show import Table


def open_site(practice):
    """The site, empty, and on the practice's clock; returns its applications there.

    What the site writes into the log is left out: in a notebook it would be red.
    """
    for name in ("django.request", "oauth"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    timezone.now = lambda: practice.clock.now
    if "oauth_usedstate" in connection.introspection.table_names():
        call_command("flush", interactive=False, verbosity=0)
    else:
        call_command("migrate", verbosity=0)
    return register(practice)


def register(practice):
    """Register the site's two applications; returns them, GitHub's first."""
    club = practice.register(
        GITHUB, name="Riverside Chess Club", redirect_uri=github.redirect_uri()
    )
    bot = practice.register(
        FACEBOOK, name="Club Bot", redirect_uri=facebook.redirect_uri(), mode="live"
    )
    settings.GITHUB_CLIENT_ID = club.client_id
    settings.GITHUB_CLIENT_SECRET = club.client_secret
    settings.FACEBOOK_APP_ID = bot.client_id
    settings.FACEBOOK_APP_SECRET = bot.client_secret
    return club, bot


# --- people with browsers ---------------------------------------------------------------


class Secure(Client):
    """Django's test client, by https and at the site's own address."""

    def __init__(self):
        super().__init__(SERVER_NAME=urlsplit(settings.SITE_URL).hostname)

    def generic(self, method, path, *parts, **options):
        return super().generic(method, path, *parts, **options | {"secure": True})


class Visitor:
    """Somebody with a browser, in two halves: `site` is Django's test client and has its
    cookies here, `browser` is a practice's and signed in at the providers as `login`."""

    def __init__(self, practice, login):
        self.login = login
        self.site = Secure()
        self.browser = practice.new_browser(signed_in_as=login)

    def press(self, view, **form):
        """Press a button of the site's that leads to this view."""
        return self.site.post(reverse(view), form)

    def allow(self, response):
        """Follow a redirect to a provider, and allow; returns the callback's address."""
        page = self.browser.open(response.url)
        redirect = page if hasattr(page, "arrivals") else page.allow()
        return redirect.url

    def arrive(self, url):
        """The browser comes to an address of the site's, with what is in its query."""
        return self.site.get(urlsplit(url)._replace(scheme="", netloc="").geturl())

    def sign_in(self, **form):
        """All of it, in one go; returns the answer to the callback."""
        return self.arrive(self.allow(self.press("github-connect", **form)))

    def become_administrator(self):
        """Sign in at the site as its administrator, with a password and without a provider."""
        users = get_user_model().objects
        name = {"username": "administrator"}
        boss = users.filter(**name).first() or users.create_superuser(**name)
        self.site.force_login(boss)

    def connect_facebook(self):
        """All of it, in one go; returns the answer to the callback."""
        pressed = self.press("admin:events_facebookcredentials_connect")
        return self.arrive(self.allow(pressed))


# --- what there is to see ---------------------------------------------------------------


def read(response):
    """Print what a page says, as text; buttons in brackets, a row of a table in a line."""
    page = " ".join(response.content.decode().split())
    found = re.search(r"<main\b.*?</main>", page)
    text = re.sub(
        r'<input type="submit"[^>]*value="(.*?)">',
        r"<p>[\1]",
        found[0] if found else page,
    )
    text = re.sub(r"<button[^>]*>(.*?)</button>", r"<p>[\1]", text)
    text = re.sub(r"</?(?:a|strong)\b[^>]*>", "", text)
    text = re.sub(r"</t[dh]> ?<t[dh]\b[^>]*>", " · ", text)
    text = re.sub(r"</?(?:span|t[dh])\b[^>]*>", " ", text)
    lines = re.sub(r"<[^>]*>", "\n", text).splitlines()
    print(
        "\n".join(
            " ".join(html.unescape(line).split()) for line in lines if line.strip()
        )
    )


def refusal_in(response):
    """The site's own refusal, as an error of the course's; None if it did not refuse."""
    notice = re.search(r'role="alert">(.*?)<', response.content.decode())
    return CallbackRefused(html.unescape(notice[1])) if notice else None


def session_of(visitor):
    """What the site keeps for this browser, its secrets by their labels."""
    rows = []
    for name, value in sorted(visitor.site.session.items()):
        if name == handshake.KEY:
            for state, kept in value.items():
                wire.learn("state", state)
                wire.learn("code verifier", kept.get("verifier", ""))
                rows += [
                    (f"{name}: {state}", f"{key} = {one}") for key, one in kept.items()
                ]
        elif name != "_auth_user_hash":  # made from her password, of which she has none
            rows.append((name, str(value)))
    return _table(("in her session", "value"), rows)


def row_of(model):
    """The first row of this model's table, as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table} LIMIT 1")
        names = [column[0] for column in cursor.description]
        values = dict(zip(names, cursor.fetchone() or (), strict=False))
    for name in values.keys() & {"access_token", "user_token", "page_token"}:
        wire.learn(f"encrypted {name.replace('_', ' ')}", values[name])
    return _table(
        ("column", "value"), [(name, str(one)) for name, one in values.items()]
    )


def _table(columns, rows):
    return Table(
        columns, [tuple(map(wire.mask, row)) for row in rows or [("nothing", "–")]]
    )


# --- the site, as lessons 03 and 04 know one -----------------------------------------------


@dataclass(frozen=True)
class _Attackable(Site):
    """A session of theirs holds a client; its account is whom the site greets."""

    def arrive(self, url, session):
        client = _client_of(session)
        response = client.get(f"{urlsplit(url).path}?{urlsplit(url).query}")
        if refusal := refusal_in(response):
            raise refusal
        if settings.SESSION_COOKIE_NAME not in response.cookies:
            raise CallbackRefused("the site has sent her home, and changed nothing")
        user = get_user_model().objects.get(pk=client.session["_auth_user_id"])
        session["account"] = str(user.github)


def attackable(app):
    """The site's sign-in with GitHub, for `oauth_steps.attacks`."""

    def begin(session):
        return _client_of(session).post(reverse("github-connect")).url

    return _Attackable(app, begin, callback=None)


def _client_of(session):
    """The session's client, signed out if there is no account in the session any more."""
    client = session.setdefault("client", Secure())
    if "account" not in session and "_auth_user_id" in client.session:
        client.post(reverse("logout"))
    return client


def callback_of(practice, view, provider, administrator=False):
    """The site's callback as `check_callback` wants it: `callback(url, session)` returns
    the code that the site has sent to the provider, or refuses if it has sent none."""

    def callback(url, session):
        visitor = Visitor(practice, None)
        if administrator:
            visitor.become_administrator()
        if state := session.pop("state", None):
            kept = {"provider": provider, "at": timezone.now().timestamp()}
            own = visitor.site.session
            own[handshake.KEY] = {state: kept | {"verifier": "v" * 43, "next": "/"}}
            own.save()
            UsedState.objects.all().delete()  # the check has one state for all its calls
        begun = len(practice.trace)
        visitor.site.get(f"{reverse(view)}?{urlsplit(url).query}")
        sent = [exchange.reveal().request for exchange in practice.trace[begun:]]
        if not sent:
            raise CallbackRefused("the site has asked the provider nothing")
        told = f"{urlsplit(sent[0].url).query}&{sent[0].body.decode()}"
        return parse_qs(told)["code"][0]

    return callback

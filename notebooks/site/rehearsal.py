"""The site in this process, against the practice providers: for lesson 08 and the tests.

os.environ["DJANGO_SETTINGS_MODULE"] = "club.rehearsal_settings"
django.setup()
register(practice)
ada = Visitor(practice, "ada")
ada.sign_in()
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from events import facebook
from members import github
from oauth_steps import FACEBOOK, GITHUB


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

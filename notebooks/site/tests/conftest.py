"""The practice providers in this process, the site registered there, and some people."""

import re
from urllib.parse import urlsplit

import pytest
import requests
from django.db import connection
from django.utils import timezone

from oauth_steps.practice import Practice
from rehearsal import Visitor, register


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory):
    """A file, as where the site runs: threads share one in memory by other rules."""
    file = tmp_path_factory.mktemp("database") / "club.sqlite3"
    connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(autouse=True)
def practice(monkeypatch):
    """The stand-ins of today, whose clock is the site's as well; `practice.club` and
    `practice.bot` are the site's applications."""
    with Practice() as mounted:
        mounted.club, mounted.bot = register(mounted)
        monkeypatch.setattr(timezone, "now", lambda: mounted.clock.now)
        yield mounted


@pytest.fixture
def ada(practice):
    return Visitor(practice, "ada")


@pytest.fixture
def mallory(practice):
    return Visitor(practice, "mallory")


@pytest.fixture
def boss(ada, db):
    """Ada, who is the site's administrator here, and looks after a Page at Facebook."""
    ada.become_administrator()
    return ada


@pytest.fixture
def leaks(practice):
    """A function: the labels of all secrets in a text, however they are written there.

    Those are whatever the practice has minted or was sent: codes, states, verifiers,
    tokens, client secrets, proofs.
    """

    def found(text):
        masked = practice.trace.secrets.mask(text)
        return re.findall("⟨[^⟩]+⟩", masked) if masked != text else []

    return found


@pytest.fixture
def says(monkeypatch):
    """A function: from now on a provider's path answers with this body and status."""

    def answered(path, body, status=200):
        whole = requests.Session.send

        def send(self, request, **options):
            if not urlsplit(request.url).path.endswith(path):
                return whole(self, request, **options)
            response = requests.Response()
            response.status_code, response._content = status, body.encode()
            response.request, response.url = request, request.url
            return response

        monkeypatch.setattr(requests.Session, "send", send)

    return answered


@pytest.fixture
def asked(practice):
    """A function: what was sent to a provider's path, in order."""

    def requests(path):
        urls = [exchange.reveal().request for exchange in practice.trace]
        return [one for one in urls if urlsplit(one.url).path.endswith(path)]

    return requests

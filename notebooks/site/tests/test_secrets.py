"""No secret in a log line, a cookie or a page, whatever breaks; and none that can be read
in the database. `leaks` knows every value that the practice has minted or was sent."""

import copy
import logging
import logging.config
import traceback

import pytest
import requests
from cryptography.fernet import Fernet
from django.conf import settings as site_settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import RequestFactory
from django.views.debug import get_exception_reporter_filter

from events.models import Event, FacebookCredentials
from members.models import GitHubAccount
from oauth.refusals import NoAnswer, Refusal, asking

pytestmark = pytest.mark.django_db


@pytest.fixture
def all_of_it(boss, practice):
    """Both use cases, from the button to the post."""
    boss.site.logout()
    boss.sign_in()
    boss.site.get("/")
    boss.become_administrator()
    boss.connect_facebook()
    event = Event.objects.create(
        title="Blitz", starts_at=practice.clock.now, place="Here"
    )
    form = {"action": "announce", "_selected_action": [event.pk]}
    boss.site.post("/admin/events/event/", form)
    assert Event.objects.get().facebook_post_id
    return boss


def test_leaks_are_found(ada, leaks):
    ada.sign_in()
    assert leaks(GitHubAccount.objects.get().access_token) == ["⟨access token 1⟩"]


# --- cookies and sessions -------------------------------------------------------------------


def test_no_cookie_holds_a_secret(all_of_it, leaks):
    cookies = all_of_it.site.cookies
    assert {"sessionid", "messages"} <= cookies.keys()
    assert leaks(str([one.coded_value + one.value for one in cookies.values()])) == []


def test_no_session_holds_a_token_and_after_the_sign_in_no_secret_at_all(ada, leaks):
    ada.press("github-connect")
    assert "token" not in str(ada.site.session.items())
    ada.sign_in()
    ada.sign_in()
    kept = dict(ada.site.session.items())
    (waiting,) = kept.pop("oauth")
    assert waiting, "the first press of the button, which nothing has answered yet"
    assert leaks(str(kept)) == []


def test_cookies_are_for_https_and_out_of_reach_of_scripts(all_of_it):
    cookie = all_of_it.site.cookies["sessionid"]
    assert cookie["secure"] and cookie["httponly"] and cookie["samesite"] == "Lax"


# --- the database ---------------------------------------------------------------------------


def test_the_database_sees_no_token(all_of_it, leaks):
    with connection.cursor() as cursor:
        dump = "\n".join(cursor.connection.iterdump())
    assert "Ada Moreno" in dump
    assert [one for one in leaks(dump) if "token" in one] == []


def test_a_new_key_reads_what_the_old_one_wrote(ada, settings):
    ada.sign_in()
    token = GitHubAccount.objects.get().access_token
    new, old = Fernet.generate_key().decode(), settings.TOKEN_KEYS[0]
    settings.TOKEN_KEYS = [new, old]
    account = GitHubAccount.objects.get()
    assert account.access_token == token
    account.save()  # under the new key
    settings.TOKEN_KEYS = [new]
    assert GitHubAccount.objects.get().access_token == token


def test_a_key_that_is_gone_is_said(ada, settings):
    ada.sign_in()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    with pytest.raises(ImproperlyConfigured, match="TOKEN_KEYS has no key"):
        GitHubAccount.objects.get()


def test_without_the_key_she_signs_in_again_once_the_token_is_out(ada, settings):
    """As the README says."""
    ada.sign_in()
    settings.TOKEN_KEYS = [Fernet.generate_key().decode()]
    GitHubAccount.objects.update(access_token="")
    assert "Hello, Ada" in ada.site.get("/").content.decode()
    ada.sign_in()
    assert "chess-clock" in ada.site.get("/").content.decode()


# --- pages ----------------------------------------------------------------------------------

OF_THE_ADMIN = (
    "events/facebookcredentials/",
    "members/githubaccount/",
    "events/event/",
)


@pytest.mark.parametrize("page", OF_THE_ADMIN)
def test_no_page_of_the_admin_shows_a_secret(all_of_it, leaks, page):
    lists = all_of_it.site.get(f"/admin/{page}").content.decode()
    pk = {"members/githubaccount/": GitHubAccount.objects.get().pk}.get(page, 1)
    one = all_of_it.site.get(f"/admin/{page}{pk}/change/")
    assert one.status_code == 200
    assert leaks(lists + one.content.decode()) == []


def breaks(*arguments, **options):
    raise RuntimeError("something broke")


@pytest.mark.parametrize("accept", ["text/html", "text/plain"])
@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("provider", ["GitHub", "Facebook"])
def test_an_error_page_shows_no_secret(
    boss, settings, leaks, monkeypatch, provider, debug, accept
):
    settings.DEBUG = debug
    button, place, name = {
        "GitHub": ("github-connect", GitHubAccount, "remember"),
        "Facebook": (
            "admin:events_facebookcredentials_connect",
            FacebookCredentials,
            "_keep",
        ),
    }[provider]
    callback = boss.allow(boss.press(button))
    boss.site.get("/admin/password_change/")  # a form, and so a cookie against CSRF
    assert "csrftoken" in boss.site.cookies
    monkeypatch.setattr(place, name, breaks)
    boss.site.raise_request_exception = False
    boss.site.defaults |= {"HTTP_ACCEPT": accept, "HTTP_REFERER": callback}
    response = boss.arrive(callback)
    page = response.content.decode()
    assert response.status_code == 500
    assert ("something broke" in page) is debug
    assert leaks(page) == []
    for cookie in boss.site.cookies.values():
        assert cookie.value not in page
    for secret in (settings.SECRET_KEY, *settings.TOKEN_KEYS):
        assert secret not in page


def test_forms_are_hidden_in_error_reports():
    request = RequestFactory().post("/", {"password": "seven crows", "title": "Blitz"})
    told = get_exception_reporter_filter(request).get_post_parameters(request)
    assert set(told) == {"password", "title"} and "seven" not in str(told)


def test_a_refusal_quotes_no_token():
    token = "EAA" + "x" * 180
    assert str(Refusal(f"Malformed access token {token}")) == "Malformed access token …"
    assert "EAA" not in str(Refusal("word " * 57 + token)), "nor the half of one"


@pytest.mark.parametrize("kind", [requests.ConnectionError, requests.HTTPError])
def test_no_traceback_of_a_refusal_quotes_the_address(kind):
    secret = "/oauth/access_token?client_secret=secret"
    with pytest.raises(NoAnswer) as refused, asking("Facebook"):
        raise kind(f"no answer from {secret}", response=requests.Response())
    assert secret not in "".join(traceback.format_exception(refused.value))


# --- logs -----------------------------------------------------------------------------------


@pytest.fixture
def log(tmp_path):
    """What the site's own logging writes at its most talkative; a function."""
    file = tmp_path / "log"
    config = copy.deepcopy(site_settings.LOGGING)
    config["handlers"]["console"] |= {
        "class": "logging.FileHandler",
        "filename": str(file),
    }
    config["root"]["level"] = "DEBUG"
    logging.config.dictConfig(config)
    yield file.read_text
    logging.config.dictConfig(site_settings.LOGGING)


def test_the_log_of_both_use_cases_holds_no_secret(all_of_it, log, leaks, ada):
    callback = ada.allow(ada.press("github-connect"))
    ada.arrive(callback.replace("code=", "code=1"))  # refused, and so in the log
    assert "/github/callback/" in log()
    assert leaks(log()) == []


def test_a_line_of_runserver_is_written_without_the_query(log):
    line = '"%s" %s %s'
    request = "GET /github/callback/?code=secret&state=secret HTTP/1.1"
    logging.getLogger("django.server").info(line, request, "302", "0")
    assert log().strip() == '"GET /github/callback/?… HTTP/1.1" 302 0'


def test_urllib3_does_not_write_addresses_with_the_app_secret(log):
    logging.getLogger("urllib3.connectionpool").debug(
        "GET /v25.0/me?client_secret=secret"
    )
    assert log() == ""


def test_an_error_in_the_log_holds_no_secret(ada, log, leaks, monkeypatch):
    callback = ada.allow(ada.press("github-connect"))
    monkeypatch.setattr(GitHubAccount, "remember", breaks)
    ada.site.raise_request_exception = False
    ada.arrive(callback)
    assert "RuntimeError" in log()
    assert leaks(log()) == []


def test_the_message_of_an_error_is_written_without_the_query(log):
    try:
        raise RuntimeError("no answer from /oauth/access_token?client_secret=secret")
    except RuntimeError:
        logging.getLogger("django.request").exception("it broke")
    assert "RuntimeError: no answer from /oauth/access_token?…" in log()
    assert "=secret" not in log()


def test_the_log_says_why_somebody_was_refused(ada, log, settings):
    callback = ada.allow(ada.press("github-connect"))
    settings.GITHUB_CLIENT_SECRET = "another"
    ada.arrive(callback)
    assert "refused at /github/callback/: 'GitHub gave no token" in log()


def test_what_stands_in_an_answer_begins_no_line_of_the_log(ada, log):
    callback = ada.allow(ada.press("github-connect"))
    ada.arrive(f"{callback}&error=invalid_scope&error_description=a%0Aroot signed in")
    assert "root signed in" in log()
    assert not any(line.startswith("root") for line in log().splitlines())


def test_an_answer_that_is_not_understood_leaves_its_place_in_the_log(ada, log, says):
    ada.sign_in()
    says("/user/repos", "[{}]")
    ada.site.get("/")
    assert "GitHub answered otherwise" in log() and "TypeError: name is of" in log()

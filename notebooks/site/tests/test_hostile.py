"""Callbacks that nobody honest has made, the attacks of lesson 03, and two calls at the
same time."""

import threading
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from events.models import FacebookCredentials
from members.models import GitHubAccount
from oauth.models import UsedState
from oauth_steps import CallbackRefused, check
from oauth_steps.attacks import Site, forced_linking, forced_login, honest, stolen_code
from rehearsal import Secure, Visitor

pytestmark = pytest.mark.django_db
User = get_user_model()
ADMIN = "/admin/events/facebookcredentials/"
AT_GITHUB, AT_FACEBOOK = "/github/callback/", f"{ADMIN}callback/"


# --- the hostile callbacks of lesson 03, exercise 1 ----------------------------------------


def callback_of(practice, path, provider, sign_in):
    """The site's callback as lesson 03's check wants it: returns the code that is sent to
    the provider, or refuses. The state of `session` is put into the site's own."""

    def callback(url, session):
        client = Secure()
        sign_in(client)
        if state := session.pop("state", None):
            kept = {"provider": provider, "at": timezone.now().timestamp()}
            kept |= {"verifier": "v" * 43, "next": "/"}
            own = client.session
            own["oauth"] = {state: kept}
            own.save()
            UsedState.objects.all().delete()  # the check uses one state again and again
        begun = len(practice.trace)
        response = client.get(f"{path}?{urlsplit(url).query}")
        sent = [one.reveal().request for one in practice.trace[begun:]]
        codes = [code for one in sent for code in codes_in(one)]
        assert client.session.get("_auth_user_id") == client.before
        if not codes:
            # GitHub's: a page; where the state has been used, home; Facebook's: the admin
            assert response.status_code == 400 or response.url in (
                "/",
                f"{ADMIN}#container",
            )
            raise CallbackRefused("the site sends nothing to the provider")
        return codes[0]

    return callback


def codes_in(request):
    text = f"{urlsplit(request.url).query}&{request.body.decode()}"
    return parse_qs(text).get("code", [])


def nobody(client):
    client.before = None


def administrator(client):
    user = User.objects.filter(
        is_superuser=True
    ).first() or User.objects.create_superuser("boss")
    client.force_login(user)
    client.before = str(user.pk)


def test_hostile_callbacks_are_refused_before_anything_is_sent_to_github(practice):
    mine = callback_of(practice, AT_GITHUB, "GitHub", nobody)
    verdict = check.check_callback(mine, app=practice.club)
    assert verdict.ok, verdict
    assert not GitHubAccount.objects.exists()


def test_hostile_callbacks_are_refused_before_anything_is_sent_to_facebook(practice):
    mine = callback_of(practice, AT_FACEBOOK, "Facebook", administrator)
    verdict = check.check_callback(mine, app=practice.bot)
    assert verdict.ok, verdict
    assert not FacebookCredentials.objects.exists()


def test_a_state_for_one_provider_is_none_for_the_other(boss, asked):
    state = parse_qs(urlsplit(boss.press("github-connect").url).query)["state"][0]
    boss.site.get(AT_FACEBOOK, {"state": state, "code": "made-up-code"})
    assert asked("/oauth/access_token") == []
    kept = boss.site.session["oauth"]
    assert state in kept, "the answer that is still to come has to find it"


def test_whatever_stands_in_a_callback_no_markup_of_it_is_shown(ada):
    state = parse_qs(urlsplit(ada.press("github-connect").url).query)["state"][0]
    answer = {
        "state": state,
        "iss": "https://github.com/login/oauth",
        "error": "invalid_scope",
        "error_description": "<script>alert(1)</script>",
    }
    page = ada.site.get(AT_GITHUB, answer).content.decode()
    assert "&lt;script&gt;alert(1)" in page and "<script>" not in page


# --- the attacks of lesson 03 ---------------------------------------------------------------


@dataclass(frozen=True)
class DjangoSite(Site):
    """This site as the attacks of lesson 03 know one. A session of theirs holds a visitor."""

    def arrive(self, url, session):
        site = client_of(session)
        response = site.get(f"{AT_GITHUB}?{urlsplit(url).query}")
        if "_auth_user_id" not in site.session:
            raise CallbackRefused(f"the site, with HTTP {response.status_code}")
        session["account"] = User.objects.get(pk=site.session["_auth_user_id"]).username


def client_of(session):
    """The session's client; signed out if there is no account in the session any more."""
    site = session.setdefault("client", Secure())
    if "account" not in session and "_auth_user_id" in site.session:
        site.post("/logout/")
    return site


def begin(session):
    return client_of(session).post("/github/connect/").url


def unchecked(url, session):
    raise AssertionError("arrive does it all")


@pytest.fixture
def two(practice):
    browsers = {
        name: practice.new_browser(signed_in_as=name) for name in ("ada", "mallory")
    }
    return {"victim": browsers["ada"], "attacker": browsers["mallory"]}


@pytest.mark.parametrize("attack", [forced_login, forced_linking, stolen_code])
def test_the_attacks_of_lesson_03_fail(practice, two, attack):
    site = DjangoSite(practice.club, begin, unchecked)
    assert honest(site, two["victim"]) == "✓ works"
    attempt = attack(site, **two)
    assert not attempt.got_in, attempt


def test_the_attacks_get_in_where_state_is_not_checked(practice, two, monkeypatch):
    """Or the test above would say nothing."""

    def careless(request, provider, issuer=None):
        kept = next(iter(request.session.get("oauth", {}).values()), {"verifier": ""})
        return request.GET["code"], kept | {"next": "/"}

    monkeypatch.setattr("oauth.handshake.read_callback", careless)
    assert forced_login(DjangoSite(practice.club, begin, unchecked), **two).got_in


def test_an_administrator_is_not_made_to_connect_somebody_elses_page(
    boss, mallory, asked
):
    practice_pages = mallory.browser
    mallory.become_administrator()  # elsewhere: it only makes the address of step 1
    address = mallory.press("admin:events_facebookcredentials_connect")
    forged = mallory.allow(address)
    assert practice_pages.history
    boss.arrive(forged)
    assert not FacebookCredentials.objects.exists()
    assert asked("/oauth/access_token") == []


# --- two calls in the same moment ------------------------------------------------------------


@pytest.fixture
def together(monkeypatch):
    """A function: run these calls in a thread each. All of them read first; none uses a
    state before every one of them is about to."""

    def run(place, name, *calls):
        barrier = threading.Barrier(len(calls), timeout=20)
        whole = getattr(place, name)

        def waits(*arguments, **options):
            barrier.wait()
            return whole(*arguments, **options)

        monkeypatch.setattr(place, name, waits)
        answers = [None] * len(calls)

        def work(number, call):
            from django.db import connection

            try:
                answers[number] = call()
            finally:
                connection.close()

        threads = [threading.Thread(target=work, args=one) for one in enumerate(calls)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        monkeypatch.setattr(place, name, whole)
        return answers

    return run


def copy_of(visitor, practice):
    """A second call by the same browser: with its cookies."""
    other = Visitor(practice, visitor.login)
    other.site.cookies.load(
        {name: one.value for name, one in visitor.site.cookies.items()}
    )
    return other


@pytest.mark.django_db(transaction=True)
def test_a_doubled_callback_makes_one_user_and_asks_once(
    ada, practice, together, asked
):
    callback = ada.allow(ada.press("github-connect"))
    again = copy_of(ada, practice)
    calls = [lambda: ada.arrive(callback), lambda: again.arrive(callback)]
    answers = together(UsedState, "use", *calls)
    assert [(one.status_code, one.url) for one in answers] == [(302, "/")] * 2
    assert User.objects.count() == GitHubAccount.objects.count() == 1
    assert len(asked("/access_token")) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("last", [0, 1])
def test_whichever_answer_comes_last_she_is_signed_in(ada, practice, together, last):
    callback = ada.allow(ada.press("github-connect"))
    again = copy_of(ada, practice)
    calls = [lambda: ada.arrive(callback), lambda: again.arrive(callback)]
    answers = together(UsedState, "use", *calls)
    browser = copy_of(ada, practice)
    for answer in (answers[1 - last], answers[last]):
        for name, cookie in answer.cookies.items():
            browser.site.cookies[name] = cookie.value
    assert "Hello, Ada" in browser.site.get("/").content.decode()


def test_a_second_call_after_the_first_does_not_sign_her_out(ada, practice):
    callback = ada.allow(ada.press("github-connect"))
    again = copy_of(ada, practice)  # with the cookie of before
    ada.arrive(callback)
    assert not again.arrive(callback).cookies


@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_of_one_person_make_one_user(ada, practice, together):
    other = Visitor(practice, "ada")
    callbacks = [one.allow(one.press("github-connect")) for one in (ada, other)]
    calls = [lambda: ada.arrive(callbacks[0]), lambda: other.arrive(callbacks[1])]
    answers = together(GitHubAccount, "remember", *calls)
    assert [one.status_code for one in answers] == [302, 302]
    assert User.objects.count() == GitHubAccount.objects.count() == 1
    for one in (ada, other):
        assert "Hello, Ada" in one.site.get("/").content.decode()

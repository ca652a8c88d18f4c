"""Callbacks that nobody honest has made, the attacks of lesson 03, and two calls at the
same time."""

import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model

from events.models import Event, FacebookCredentials
from members.models import GitHubAccount
from oauth.models import UsedState
from oauth.refusals import Refusal
from oauth_steps import check
from oauth_steps.attacks import forced_linking, forced_login, honest, stolen_code
from rehearsal import Visitor, attackable, callback_of

pytestmark = pytest.mark.django_db
User = get_user_model()
ADMIN = "/admin/events/facebookcredentials/"
AT_GITHUB, AT_FACEBOOK = "/github/callback/", f"{ADMIN}callback/"


# --- the hostile callbacks of lesson 03, exercise 1 ----------------------------------------


def test_hostile_callbacks_are_refused_before_anything_is_sent_to_github(practice):
    mine = callback_of(practice, "github-callback", "GitHub")
    verdict = check.check_callback(mine, app=practice.club)
    assert verdict.ok, verdict
    assert not User.objects.exists()


def test_hostile_callbacks_are_refused_before_anything_is_sent_to_facebook(practice):
    view = "admin:events_facebookcredentials_callback"
    mine = callback_of(practice, view, "Facebook", administrator=True)
    verdict = check.check_callback(mine, app=practice.bot)
    assert verdict.ok, verdict
    assert not FacebookCredentials.objects.exists()


def test_a_hostile_callback_is_told_kindly(ada):
    response = ada.site.get(
        AT_GITHUB, {"code": "made-up-code", "state": "made-up-state"}
    )
    assert response.status_code == 400
    assert (
        "no answer to a question that this browser has asked"
        in response.content.decode()
    )
    assert "_auth_user_id" not in ada.site.session


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


@pytest.fixture
def two(practice):
    browsers = {
        name: practice.new_browser(signed_in_as=name) for name in ("ada", "mallory")
    }
    return {"victim": browsers["ada"], "attacker": browsers["mallory"]}


@pytest.mark.parametrize("attack", [forced_login, forced_linking, stolen_code])
def test_the_attacks_of_lesson_03_fail(practice, two, attack):
    site = attackable(practice.club)
    assert honest(site, two["victim"]) == "✓ works"
    attempt = attack(site, **two)
    assert not attempt.got_in, attempt


def test_the_attacks_get_in_where_state_is_not_checked(practice, two, monkeypatch):
    """Or the test above would say nothing."""

    def careless(request, provider, issuer=None):
        kept = next(iter(request.session.get("oauth", {}).values()), {"verifier": ""})
        return request.GET["code"], kept | {"next": "/"}

    monkeypatch.setattr("oauth.handshake.read_callback", careless)
    assert forced_login(attackable(practice.club), **two).got_in


def test_an_administrator_is_not_made_to_connect_somebody_elses_page(
    boss, mallory, asked
):
    mallory.become_administrator()  # elsewhere: it only makes the address of step 1
    address = mallory.press("admin:events_facebookcredentials_connect")
    forged = mallory.allow(address)
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


@pytest.mark.django_db(transaction=True)
def test_two_clicks_in_the_same_moment_make_one_post(boss, practice, together):
    boss.connect_facebook()
    now = practice.clock.now
    event = Event.objects.create(title="Blitz", starts_at=now, place="Boat house")

    def announce():
        try:
            Event.objects.get(pk=event.pk).announce()
        except Refusal as refusal:
            return str(refusal)

    answers = together(FacebookCredentials.objects, "first", announce, announce)
    assert sorted(map(str, answers)) == ["It has been announced before.", "None"]
    (page,) = practice.ledger.people["ada"].pages
    assert len(page.posts) == 1

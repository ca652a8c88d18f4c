"""Sign in with GitHub: from the button to the greeting, and all that may come instead."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse

from members.models import GitHubAccount
from oauth.models import UsedState
from oauth.refusals import Refusal

pytestmark = pytest.mark.django_db
User = get_user_model()


def test_the_button_sends_the_browser_off_with_state_and_pkce(ada, practice):
    response = ada.press("github-connect")
    sent = parse_qs(urlsplit(response.url).query)
    assert response.status_code == 302
    assert response.url.startswith("https://github.com/login/oauth/authorize?")
    assert sent["redirect_uri"] == ["https://chessclub.example/github/callback/"]
    assert sent["client_id"] == [practice.club.client_id]
    assert sent["code_challenge_method"] == ["S256"]
    kept = ada.site.session["oauth"][sent["state"][0]]
    assert kept["verifier"] not in response.url
    assert len(kept["verifier"]) >= 43  # RFC 7636 section 4.1


def test_every_press_of_the_button_has_a_state_of_its_own(ada):
    first, second = (ada.press("github-connect").url for _ in range(2))
    assert first != second
    assert len(ada.site.session["oauth"]) == 2


def test_a_session_keeps_few_sign_ins(ada):
    for _ in range(20):
        ada.press("github-connect")
    assert len(ada.site.session["oauth"]) == 5


def test_she_is_found_by_her_number_and_greeted_by_her_name(ada):
    response = ada.sign_in()
    assert (response.status_code, response.url) == (302, "/")
    page = ada.site.get("/").content.decode()
    assert "Hello, Ada Moreno" in page
    assert "chess-clock" in page and "recipes" in page
    assert "diary" not in page, "it is private, and nothing allows us to see it"
    account = GitHubAccount.objects.get()
    assert (account.github_id, account.login, account.user.username) == (
        48151,
        "ada",
        "github-48151",
    )
    assert not account.user.has_usable_password()
    assert not account.user.is_staff


def test_the_token_works_and_its_end_is_known(ada, practice, asked):
    ada.sign_in()
    account = GitHubAccount.objects.get()
    assert (account.expires_at - practice.clock.now).total_seconds() == 8 * 3600
    (asked_with,) = {one.header("authorization") for one in asked("/user")}
    assert asked_with == f"Bearer {account.access_token}"


def test_the_code_is_sent_with_the_address_and_the_verifier_of_step_1(ada, asked):
    pressed = ada.press("github-connect")
    (kept,) = ada.site.session["oauth"].values()
    ada.arrive(ada.allow(pressed))
    (sent,) = asked("/access_token")
    form = parse_qs(sent.body.decode())
    asked_for = parse_qs(urlsplit(pressed.url).query)
    # RFC 6749 section 4.1.3: "their values MUST be identical".
    assert form["redirect_uri"] == asked_for["redirect_uri"]
    assert form["code_verifier"] == [kept["verifier"]]


def test_what_github_says_is_not_typed_in(boss):
    boss.sign_in()
    boss.become_administrator()
    account = f"/admin/members/githubaccount/{GitHubAccount.objects.get().pk}/change/"
    assert "Ada Moreno" in boss.site.get(account).content.decode()
    assert boss.site.post(account, {"login": "mallory"}).status_code == 403
    assert boss.site.get("/admin/members/githubaccount/add/").status_code == 403


def test_her_second_sign_in_updates_what_is_known(ada, practice):
    ada.sign_in()
    before = GitHubAccount.objects.get()
    practice.ledger.people["ada"].name = "Ada Moreno-Okafor"
    practice.clock.advance(hours=1)
    ada.press("logout")
    ada.sign_in()
    after = GitHubAccount.objects.get()
    assert User.objects.count() == 1
    assert (after.pk, after.user_id) == (before.pk, before.user_id)
    assert after.name == "Ada Moreno-Okafor"
    assert after.access_token != before.access_token
    assert after.signed_in_at > before.signed_in_at


def test_a_login_that_somebody_else_takes_over_opens_no_account(ada, mallory, practice):
    ada.sign_in()
    people = practice.ledger.people
    people["ada"].number, people["mallory"].number = (
        people["mallory"].number,
        people["ada"].number,
    )
    ada.press("logout")
    ada.sign_in()  # the same login, another number: somebody else
    assert User.objects.count() == 2


def test_who_was_deleted_here_begins_anew(ada):
    ada.sign_in()
    User.objects.all().delete()
    ada.sign_in()
    assert "Hello, Ada" in ada.site.get("/").content.decode()
    assert GitHubAccount.objects.count() == 1


def test_nobody_is_let_into_a_users_account_for_its_name(ada):
    ada.sign_in()
    GitHubAccount.objects.all().delete()  # and the user stays
    ada.press("logout")
    response = ada.sign_in()
    assert response.status_code == 409
    assert "A user github-48151 is left here" in response.content.decode()
    assert "_auth_user_id" not in ada.site.session
    assert not GitHubAccount.objects.exists()


def test_whatever_she_is_called_no_markup_of_it_is_shown(boss, practice):
    practice.ledger.people["ada"].name = "<script>alert(1)</script>"
    boss.sign_in()
    home = boss.site.get("/").content.decode()
    boss.become_administrator()
    lists = boss.site.get("/admin/members/githubaccount/").content.decode()
    for page in (home, lists):
        assert "&lt;script&gt;alert(1)" in page and "<script>alert" not in page


@pytest.mark.parametrize("staff", [False, True])
def test_only_staff_is_led_to_the_administration(ada, staff):
    ada.sign_in()
    GitHubAccount.objects.all().delete()
    User.objects.update(is_staff=staff)
    page = ada.site.get("/").content.decode()
    assert "signed in as github-48151" in page
    assert ("To the administration" in page) is staff


def test_a_user_without_a_name_is_greeted_by_her_login(ada, practice):
    practice.ledger.people["ada"].name = ""
    ada.sign_in()
    assert "Hello, ada" in ada.site.get("/").content.decode()


def test_signing_in_changes_the_key_of_the_session(ada):
    ada.press("github-connect")
    before = ada.site.session.session_key
    ada.sign_in()
    assert ada.site.session.session_key != before


def test_two_tabs_end_in_either_order(ada):
    first, second = (ada.allow(ada.press("github-connect")) for _ in range(2))
    assert ada.arrive(second).status_code == 302
    assert ada.arrive(first).status_code == 302
    assert User.objects.count() == 1


def test_a_closed_account_stays_closed_and_as_it_was(ada, practice):
    ada.sign_in()
    before = GitHubAccount.objects.values().get()
    User.objects.update(is_active=False)
    ada.site.logout()
    practice.clock.advance(hours=1)
    response = ada.sign_in()
    assert response.status_code == 403
    assert "closed" in response.content.decode()
    assert "_auth_user_id" not in ada.site.session
    assert GitHubAccount.objects.values().get() == before, "no token of it is stored"


def test_signing_out_ends_the_session_here(ada):
    ada.sign_in()
    ada.press("logout")
    assert "Sign in with GitHub" in ada.site.get("/").content.decode()


# --- what may come instead ---------------------------------------------------------------


def test_a_no_is_told_kindly_and_costs_nothing(ada, practice, asked):
    page = ada.browser.open(ada.press("github-connect").url)
    response = ada.arrive(page.deny().url)
    assert response.status_code == 400
    assert "You said no" in response.content.decode()
    assert asked("/access_token") == []
    assert not User.objects.exists()
    assert "Hello" in ada.site.get(ada.sign_in().url).content.decode()


def test_a_reloaded_callback_leads_home(ada, asked):
    callback = ada.allow(ada.press("github-connect"))
    for _ in range(3):
        assert ada.arrive(callback).url == "/"
    assert len(asked("/access_token")) == 1
    assert "Hello, Ada" in ada.site.get("/").content.decode()


def test_a_late_callback_is_refused_before_its_code_is_sent(ada, practice, asked):
    callback = ada.allow(ada.press("github-connect"))
    practice.clock.advance(minutes=16)
    response = ada.arrive(callback)
    assert "too long" in response.content.decode()
    assert asked("/access_token") == []


def test_a_code_that_github_finds_too_old_is_told(ada, practice):
    callback = ada.allow(ada.press("github-connect"))
    practice.clock.advance(minutes=11)
    response = ada.arrive(callback)
    assert response.status_code == 502
    assert "incorrect or expired" in response.content.decode()


@pytest.mark.parametrize("fault", ["server error", "time-out"])
@pytest.mark.parametrize("step", [3, 5])
def test_a_provider_that_breaks_is_told(ada, practice, fault, step):
    callback = ada.allow(ada.press("github-connect"))
    practice.fail_once(fault, step)
    response = ada.arrive(callback)
    assert response.status_code == 502
    assert "GitHub" in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("body", ["<html>oops</html>", "[]", "null", "{}", '"words"'])
@pytest.mark.parametrize("path", ["/access_token", "/user"])
def test_an_answer_of_another_shape_is_told(ada, says, path, body):
    callback = ada.allow(ada.press("github-connect"))
    says(path, body)
    response = ada.arrive(callback)
    assert response.status_code == 502
    assert "GitHub" in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "her",
    [
        {"login": "ada", "name": "Ada"},
        {"id": None, "login": "ada", "name": "Ada"},
        {"id": "48151", "login": "ada", "name": "Ada"},
        {"id": "ada", "login": "ada", "name": "Ada"},
        {"id": True, "login": "ada", "name": "Ada"},
        {"id": 48151.5, "login": "ada", "name": "Ada"},
        {"id": [48151], "login": "ada", "name": "Ada"},
        {"id": 48151, "login": None, "name": "Ada"},
        {"id": 48151, "login": "ada", "name": ["Ada"]},
    ],
)
def test_who_she_is_has_to_be_told(ada, says, her):
    callback = ada.allow(ada.press("github-connect"))
    says("/user", json.dumps(her))
    response = ada.arrive(callback)
    assert response.status_code == 502
    assert "in a way we do not understand" in response.content.decode()
    assert not User.objects.exists()


@pytest.mark.parametrize("seconds", ["soon", [8], True])
def test_an_end_that_is_no_number_is_told(ada, says, seconds):
    callback = ada.allow(ada.press("github-connect"))
    says("/access_token", json.dumps({"access_token": "gho_x", "expires_in": seconds}))
    response = ada.arrive(callback)
    assert response.status_code == 502
    assert "in a way we do not understand" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "seconds"), [(2**70, 8), (1, 10**13), (1, 10**20)])
def test_what_no_table_and_no_calendar_holds_is_refused(number, seconds):
    profile = {"id": number, "login": "ada", "name": None}
    with pytest.raises(Refusal, match="in a way we do not understand"):
        GitHubAccount.remember(
            profile, {"access_token": "gho_x", "expires_in": seconds}
        )
    assert not User.objects.exists()


@pytest.mark.parametrize("body", ["<html>oops</html>", "null", '["words"]', "[{}]"])
def test_repositories_of_another_shape_leave_her_signed_in(ada, says, body):
    ada.sign_in()
    says("/user/repos", body)
    page = ada.site.get("/").content.decode()
    assert "Hello, Ada" in page and "in a way we do not understand" in page


def test_a_code_is_never_sent_twice_even_if_the_answer_was_lost(ada, practice, asked):
    callback = ada.allow(ada.press("github-connect"))
    practice.fail_once("time-out", 3)
    ada.arrive(callback)
    ada.arrive(callback)
    assert len(asked("/access_token")) == 1


def test_a_used_state_is_remembered_as_long_as_its_answer_counts(
    ada, mallory, practice, asked
):
    callback = ada.allow(ada.press("github-connect"))
    practice.fail_once("time-out", 3)
    ada.arrive(callback)
    practice.clock.advance(minutes=14)
    mallory.sign_in()  # which clears away what is old
    assert ada.arrive(callback).url == "/"
    assert len(asked("/access_token")) == 2, "one of them Mallory's"


def test_a_token_that_ends_is_no_end_of_the_session(ada, practice):
    ada.sign_in()
    practice.clock.advance(hours=9)
    page = ada.site.get("/").content.decode()
    assert "Hello, Ada" in page and "no longer takes the token" in page
    ada.sign_in()
    assert "chess-clock" in ada.site.get("/").content.decode()


# --- addresses, methods, headers ---------------------------------------------------------


@pytest.mark.parametrize(
    ("asked_for", "leads_to"),
    [
        ("/events/7/", "/events/7/"),
        ("/events/7/?day=1", "/events/7/?day=1"),
        ("https://chessclub.example/events/7/", "/"),
        ("https://mallory.example/", "/"),
        ("//mallory.example/", "/"),
        ("///mallory.example/", "/"),
        ("https:mallory.example", "/"),
        ("/\\mallory.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/mallory.example", "/"),
        ("http://chessclub.example/events/7/", "/"),
        ("github-connect", "/"),  # no address: redirect() would look for such a view
        ("nothing", "/"),
        ("?page=2", "/"),
        ("", "/"),
    ],
)
def test_no_redirect_leaves_the_site(ada, asked_for, leads_to):
    assert ada.sign_in(next=asked_for).url == leads_to


def test_a_next_in_the_callback_leads_nowhere(ada):
    callback = ada.allow(ada.press("github-connect"))
    assert ada.arrive(f"{callback}&next=https://mallory.example/").url == "/"


@pytest.mark.parametrize(
    ("view", "method"),
    [
        ("github-connect", "get"),
        ("github-callback", "post"),
        ("github-callback", "head"),
    ],
)
def test_a_view_answers_to_its_method_only(ada, view, method):
    assert getattr(ada.site, method)(reverse(view)).status_code == 405


def test_another_site_cannot_press_the_button(ada):
    ada.site.handler.enforce_csrf_checks = True
    response = ada.press("github-connect")
    assert response.status_code == 403
    assert "whether it was you who sent this form" in response.content.decode()
    assert "oauth" not in ada.site.session


def test_no_cache_keeps_what_is_hers(ada):
    responses = [ada.press("github-connect"), ada.sign_in(), ada.site.get("/")]
    responses += [ada.site.get("/github/callback/")]  # refused
    assert all("no-store" in one["Cache-Control"] for one in responses)


def test_another_host_is_not_answered(ada):
    assert ada.site.get("/", headers={"host": "mallory.example"}).status_code == 400


def test_used_states_are_forgotten_after_an_hour(ada, practice):
    ada.sign_in()
    practice.clock.advance(hours=1, seconds=1)
    ada.sign_in()
    assert UsedState.objects.count() == 1


def test_pages_are_there(ada):
    assert ada.site.get("/events/7/").status_code == 404
    assert "Not here" in ada.site.get("/nothing/").content.decode()

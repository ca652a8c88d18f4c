"""The bot: connecting Facebook in the admin, posting an event, renewing in time."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from events import facebook
from events.models import Event, FacebookCredentials
from oauth.refusals import NoAnswer, Refusal
from oauth_steps import FACEBOOK, authorization_url, new_state, request_token
from oauth_steps.attacks import granted, parameters

pytestmark = pytest.mark.django_db
STATUS = "/admin/events/facebookcredentials/"
PAGE = "1098765432101234"


def shown(visitor):
    """The page about Facebook, with the messages that wait."""
    return visitor.site.get(STATUS).content.decode()


@pytest.fixture
def connected(boss):
    boss.connect_facebook()
    return FacebookCredentials.objects.get()


@pytest.fixture
def event(practice):
    return Event.objects.create(
        title="Blitz by the river",
        starts_at=practice.clock.now + timedelta(days=12),
        place="Boat house",
        description="Five minutes each. Bring a clock.",
    )


def debugged(practice, **members):
    """What debug_token might say of a living token of the bot's, with these members."""
    told = {"app_id": practice.bot.client_id, "is_valid": True} | members
    return json.dumps({"data": told})


def announce(boss, *events):
    """Choose these events in the admin's list, and the action; returns the page after it."""
    form = {"action": "announce", "_selected_action": [event.pk for event in events]}
    return boss.site.post("/admin/events/event/", form, follow=True).content.decode()


def posts(practice):
    (page,) = practice.ledger.people["ada"].pages
    return [message for _, message, _ in page.posts]


# --- connecting ---------------------------------------------------------------------------


def test_before_it_is_connected_the_page_says_so(boss):
    assert "not connected yet" in shown(boss)
    assert "Connect with Facebook" in shown(boss)


def test_the_button_asks_for_what_the_bot_needs(boss, practice):
    url = boss.press("admin:events_facebookcredentials_connect").url
    sent = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert url.startswith("https://www.facebook.com/v25.0/dialog/oauth?")
    assert sent["client_id"] == practice.bot.client_id
    assert sent["redirect_uri"] == f"https://chessclub.example{STATUS}callback/"
    assert sent["scope"] == "pages_show_list,pages_read_engagement,pages_manage_posts"
    assert sent["state"] in boss.site.session["oauth"]


def test_it_ends_with_a_message_and_a_token_that_is_long_lived(boss, practice):
    response = boss.connect_facebook()
    assert response.url == f"{STATUS}#container", "or `#_=_` would stay"
    page = shown(boss)
    assert "Connected: the bot posts on Riverside Chess Club now." in page
    credentials = FacebookCredentials.objects.get()
    assert (credentials.user_name, credentials.page_id) == ("Ada Moreno", PAGE)
    assert credentials.expires_at - practice.clock.now == timedelta(days=60)
    tokens = practice.ledger.tokens
    assert tokens[credentials.user_token].long_lived
    assert tokens[credentials.page_token].page_id == PAGE
    assert tokens[credentials.page_token].expires_at is None


def test_its_validity_is_shown_as_facebook_tells_it(boss, connected, practice):
    assert "22 January 2027" in shown(boss)
    assert "no end" in shown(boss)
    practice.user("ada").remove(practice.bot)
    page = shown(boss)
    assert page.count("<td>no</td>") == 2
    assert "not valid" in page


@pytest.mark.parametrize("status", [200, 500])
def test_while_facebook_is_away_nobody_knows_whether_it_is_valid(
    boss, connected, says, status
):
    says("/debug_token", "<html>oops</html>", status)
    assert shown(boss).count("<td>unknown</td>") == 2


def test_connecting_again_changes_the_one_row(boss, connected, practice):
    practice.clock.advance(days=2)
    boss.become_administrator()
    boss.connect_facebook()
    (credentials,) = FacebookCredentials.objects.all()
    assert credentials.connected_at == practice.clock.now
    assert credentials.user_token != connected.user_token


@pytest.mark.parametrize("number", [0, 2])
def test_there_is_one_row_only(connected, number):
    connected.pk = number
    with pytest.raises(IntegrityError), transaction.atomic():
        connected.save(force_insert=True)


def test_every_call_with_a_token_proves_the_secret(boss, practice, asked):
    practice.registration(practice.bot).require_app_secret = True
    boss.connect_facebook()
    for path in ("/me", "/me/accounts"):
        (sent,) = asked(path)
        assert "appsecret_proof" in sent.url
        assert "access_token=" not in sent.url
    assert FacebookCredentials.objects.exists()


def test_a_no_is_a_message(boss, asked):
    page = boss.browser.open(boss.press("admin:events_facebookcredentials_connect").url)
    boss.arrive(page.deny().url)
    assert "Not connected. You said no" in shown(boss)
    assert asked("/oauth/access_token") == []


def test_a_box_that_is_not_ticked_is_missed_and_asked_for_again(boss):
    page = boss.browser.open(boss.press("admin:events_facebookcredentials_connect").url)
    boss.arrive(page.allow(only=["pages_show_list", "pages_read_engagement"]).url)
    assert "not allowed to use pages_manage_posts" in shown(boss)
    assert not FacebookCredentials.objects.exists()
    boss.connect_facebook()
    assert FacebookCredentials.objects.exists()


def test_who_looks_after_no_page_cannot_connect_one(practice, mallory):
    mallory.become_administrator()
    mallory.connect_facebook()
    assert "FACEBOOK_PAGE_ID has to say which Page it is. There is: none" in shown(
        mallory
    )


def test_of_several_pages_the_one_that_is_named_is_chosen(boss, practice, settings):
    person = practice.ledger.people["ada"]
    other = type(person.pages[0])("2222222222222222", "Ada's Recipes", "Blog")
    person.pages.append(other)
    boss.connect_facebook()
    assert "Recipes (2222222222222222)" in shown(boss)
    assert not FacebookCredentials.objects.exists()
    settings.FACEBOOK_PAGE_ID = PAGE
    boss.connect_facebook()
    assert FacebookCredentials.objects.get().page_name == "Riverside Chess Club"


@pytest.mark.parametrize("fault", ["server error", "time-out"])
@pytest.mark.parametrize("step", [3, 5])
def test_a_facebook_that_breaks_is_a_message_and_changes_nothing(
    boss, practice, fault, step
):
    callback = boss.allow(boss.press("admin:events_facebookcredentials_connect"))
    practice.fail_once(fault, step)
    boss.arrive(callback)
    assert "Not connected. Facebook" in shown(boss)
    assert not FacebookCredentials.objects.exists()


SHAPES = (
    "<html>oops</html>",
    "[]",
    "null",
    "{}",
    '{"error": "words"}',
    '{"data": null}',
)


@pytest.mark.parametrize("body", SHAPES)
@pytest.mark.parametrize(
    "path", ["/access_token", "/debug_token", "/me/accounts", "/me"]
)
def test_an_answer_of_another_shape_is_a_message(boss, says, path, body):
    callback = boss.allow(boss.press("admin:events_facebookcredentials_connect"))
    says(path, body)
    boss.arrive(callback)
    assert "Not connected. Facebook" in shown(boss)
    assert not FacebookCredentials.objects.exists()


@pytest.mark.parametrize(
    "her",
    [
        {"id": None, "name": "Ada"},
        {"name": "Ada"},
        {"id": ["1"], "name": "Ada"},
        {"id": True, "name": "Ada"},
        {"id": "1", "name": None},
    ],
)
def test_who_she_is_has_to_be_told(boss, says, her):
    callback = boss.allow(boss.press("admin:events_facebookcredentials_connect"))
    says("/me", json.dumps(her))
    boss.arrive(callback)
    assert "Not connected. Facebook" in shown(boss)
    assert not FacebookCredentials.objects.exists()


@pytest.mark.parametrize("user_id", [None, True, ["1"]])
def test_whose_token_it_is_has_to_be_told(boss, practice, says, user_id):
    callback = boss.allow(boss.press("admin:events_facebookcredentials_connect"))
    told = debugged(practice, user_id=user_id, scopes=facebook.SCOPE)
    says("/debug_token", told)
    boss.arrive(callback)
    assert "Not connected. Facebook" in shown(boss)
    assert not FacebookCredentials.objects.exists()


def test_a_long_list_of_pages_is_read_to_its_end(monkeypatch):
    def leaf(name, *after):
        page = {"id": name, "name": name, "access_token": f"token of {name}"}
        more = {"next": "https://graph.facebook.com/", "cursors": {"after": after[0]}}
        return {"data": [page], "paging": more if after[0] else {"cursors": {}}}

    leaves = {None: leaf("one", "1"), "1": leaf("two", "2"), "2": leaf("three", None)}
    monkeypatch.setattr(
        facebook, "_get", lambda path, token, **sent: leaves[sent.get("after")]
    )
    assert [page["id"] for page in facebook.pages("hers")] == ["one", "two", "three"]
    leaves["2"] = leaf("three", "2")
    with pytest.raises(NoAnswer):
        facebook.pages("hers")


def test_a_second_call_says_nothing_else(boss):
    callback = boss.allow(boss.press("admin:events_facebookcredentials_connect"))
    boss.arrive(callback)
    boss.arrive(callback)
    assert "Connected" in (page := shown(boss)) and "Not connected" not in page


# --- who may ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("view", "method"),
    [("changelist", "get"), ("connect", "post"), ("callback", "get")],
)
def test_only_staff_with_the_permission_gets_in(ada, view, method):
    address = reverse(f"admin:events_facebookcredentials_{view}")
    request = getattr(ada.site, method)
    assert request(address).url.startswith("/admin/login/")
    ada.sign_in()
    assert request(address).url.startswith("/admin/login/")
    get_user_model().objects.update(is_staff=True)
    response = request(address)
    assert response.status_code == 403
    assert "Not yours to do" in response.content.decode()


def with_the_right(visitor, *codenames):
    """The visitor, who has signed in with GitHub and is staff, and may do this."""
    visitor.sign_in()
    user = get_user_model().objects.get(username__startswith="github-")
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    assert user.user_permissions.count() == len(codenames)
    return visitor


def test_who_may_look_gets_no_button(boss, connected, mallory):
    with_the_right(mallory, "view_facebookcredentials")
    page = shown(mallory)
    assert "The bot posts on" in page
    assert "with Facebook" not in page and "Forget" not in page
    assert mallory.press("admin:events_facebookcredentials_connect").status_code == 403
    address = f"{STATUS}1/delete/"
    assert mallory.site.post(address, {"post": "yes"}).status_code == 403
    assert FacebookCredentials.objects.exists()


@pytest.mark.parametrize(
    ("right", "number"), [("view_event", 0), ("add_event", 0), ("change_event", 1)]
)
def test_who_may_change_events_may_announce_them(
    connected, mallory, event, practice, right, number
):
    announce(with_the_right(mallory, *{right, "view_event"}), event)
    assert len(posts(practice)) == number


def test_another_site_cannot_make_the_bot_do_anything(boss, connected, event, practice):
    boss.site.handler.enforce_csrf_checks = True
    announce(boss, event)
    assert posts(practice) == []
    assert boss.press("admin:events_facebookcredentials_connect").status_code == 403
    boss.site.post(f"{STATUS}1/delete/", {"post": "yes"})
    assert FacebookCredentials.objects.exists()


def test_nothing_is_typed_in(boss, connected):
    assert boss.site.get(f"{STATUS}add/").status_code == 403
    page = boss.site.get(f"{STATUS}1/change/").content.decode()
    assert "Ada Moreno" in page and 'name="_save"' not in page


def test_forgetting_deletes_the_row(boss, connected):
    boss.site.post(f"{STATUS}1/delete/", {"post": "yes"})
    assert not FacebookCredentials.objects.exists()


@pytest.mark.parametrize(("view", "method"), [("connect", "get"), ("callback", "post")])
def test_a_view_answers_to_its_method_only(boss, view, method):
    address = reverse(f"admin:events_facebookcredentials_{view}")
    assert getattr(boss.site, method)(address).status_code == 405


# --- a token of another application -------------------------------------------------------


@pytest.fixture
def crows(practice):
    """A token of Ada's that works, and was given to Mallory's application, Crow."""
    app = practice.register(
        FACEBOOK,
        name="Crow",
        owner="mallory",
        mode="live",
        redirect_uri="https://crow.example/callback",
        scope=facebook.SCOPE,
    )
    browser = practice.new_browser(signed_in_as="ada")
    callback = granted(browser, authorization_url(app, state=new_state()))
    return request_token(app, parameters(callback)["code"]).access_token


def test_a_token_of_another_application_says_whose_it_is_and_is_refused(
    crows, monkeypatch
):
    with pytest.raises(Refusal, match="did not match the Viewing App"):
        facebook.inspect(crows)
    with pytest.raises(Refusal, match="proof"):
        facebook.name_of(crows)  # our secret does not fit it
    monkeypatch.setattr(facebook, "proof_of", lambda token: None)
    assert facebook.name_of(crows) == "Ada Moreno", "by itself it proves nothing"


def test_our_own_id_is_compared_whatever_facebook_thinks_of_the_asker(
    connected, monkeypatch
):
    told = facebook.inspect(connected.user_token) | {"app_id": "1234567890"}
    monkeypatch.setattr(facebook, "_read", lambda response: {"data": told})
    with pytest.raises(Refusal, match="another application"):
        facebook.inspect(connected.user_token)


def test_a_substituted_token_connects_nothing(boss, crows, monkeypatch):
    monkeypatch.setattr(facebook, "exchange", lambda code: {"access_token": crows})
    boss.connect_facebook()
    assert "Not connected. Facebook refused" in shown(boss)
    assert not FacebookCredentials.objects.exists()


# --- posting ------------------------------------------------------------------------------


def test_an_event_is_announced_on_the_page(boss, connected, event, practice, asked):
    page = announce(boss, event)
    assert "Blitz by the river: it is on the Page." in page
    (text,) = posts(practice)
    assert text == (
        "Blitz by the river\nSaturday 5 December 2026, 09:00, Boat house\n\n"
        "Five minutes each. Bring a clock."
    )
    event.refresh_from_db()
    assert event.announced_at == practice.clock.now
    assert event.facebook_post_id.startswith(f"{PAGE}_")
    (sent,) = asked(f"/{PAGE}/feed")
    form = parse_qs(sent.body.decode())
    assert form["link"] == [f"https://chessclub.example/events/{event.pk}/"]
    assert "appsecret_proof" in form
    assert "?" not in sent.url


def test_an_event_is_announced_once(boss, connected, event, practice):
    announce(boss, event)
    assert "has been announced before" in announce(boss, event)
    assert len(posts(practice)) == 1


def test_without_a_connection_nothing_is_announced(boss, event):
    assert "Facebook is not connected yet" in announce(boss, event)
    event.refresh_from_db()
    assert event.announced_at is None


def test_a_refusal_is_told_and_can_be_tried_again(boss, connected, event, practice):
    practice.user("ada").edit_scopes(practice.bot, only=["pages_show_list"])
    assert "Facebook refused: (#200)" in announce(boss, event)
    assert posts(practice) == []
    boss.connect_facebook()
    assert "it is on the Page" in announce(boss, event)


def test_a_lost_answer_leads_to_no_second_post(boss, connected, event, practice):
    practice.fail_once("time-out", 5)
    assert "look at the Page before" in announce(boss, event)
    assert "has been announced before" in announce(boss, event)
    assert len(posts(practice)) == 1


@pytest.mark.parametrize("status", [200, 500, 504])
@pytest.mark.parametrize("body", ["<html>oops</html>", "{}", '{"error": {"code": 2}}'])
def test_after_an_answer_that_says_nothing_there_is_no_second_post(
    boss, connected, event, says, status, body
):
    says("/feed", body, status)
    page = announce(boss, event)
    refused = status == 200 and "error" in body
    assert ("look at the Page before" in page) is not refused
    assert ("announced before" in announce(boss, event)) is not refused


def test_a_post_without_a_number_may_be_there_all_the_same(
    boss, connected, event, says
):
    says("/feed", '{"id": null}')
    assert "look at the Page" in announce(boss, event)
    assert "announced before" in announce(boss, event)


def test_no_call_waits_for_ever(boss, event, monkeypatch, capsys):
    waits = []
    whole = requests.Session.send

    def send(self, request, **options):
        if request.headers["User-Agent"].startswith("python-requests/"):  # no browser
            waits.append((urlsplit(request.url).path, options["timeout"]))
        return whole(self, request, **options)

    monkeypatch.setattr(requests.Session, "send", send)
    boss.sign_in()
    boss.site.get("/")
    boss.become_administrator()
    boss.connect_facebook()
    announce(boss, event)
    renew(capsys, "--days=1000")
    assert {path.rpartition("/")[2] for path, _ in waits} == {
        *("access_token", "user", "repos", "debug_token", "accounts", "me", "feed")
    }
    assert {seconds for _, seconds in waits} == {10}


def test_the_page_of_an_event_is_public(ada, event):
    page = ada.site.get(event.get_absolute_url()).content.decode()
    assert "Blitz by the river" in page and "Saturday 5 December 2026" in page
    assert event.get_absolute_url() in ada.site.get("/").content.decode()


def test_what_is_over_is_not_coming_up(ada, event, practice):
    practice.clock.advance(days=13)
    assert "Blitz" not in ada.site.get("/").content.decode()


def test_an_event_by_the_api_is_refused_so_it_is_a_post(connected, practice):
    url = f"https://graph.facebook.com/v25.0/{PAGE}/events"
    headers = {"Authorization": f"Bearer {connected.page_token}"}
    body = requests.post(
        url, headers=headers, data={"name": "Blitz"}, timeout=10
    ).json()
    assert body["error"]["code"] == 12


# --- renewing in time ---------------------------------------------------------------------


def renew(capsys, *options):
    call_command("renew_facebook_token", *options)
    return capsys.readouterr().out.strip()


def test_it_is_renewed_in_the_second_half_of_its_life(connected, practice, capsys):
    assert renew(capsys) == "nothing to do yet"
    practice.clock.advance(days=31)
    assert renew(capsys) == "renewed"
    now = FacebookCredentials.objects.get()
    assert now.expires_at - practice.clock.now == timedelta(days=60)
    assert now.user_token != connected.user_token
    assert now.connected_at == connected.connected_at
    assert renew(capsys) == "nothing to do yet"


def test_renewed_every_day_it_lives_on_until_she_has_to_come_herself(
    connected, practice, capsys
):
    for _ in range(76):
        practice.clock.advance(days=1)
        renew(capsys)
    practice.clock.advance(days=1)
    with pytest.raises(
        CommandError, match="Connect Facebook again in the admin by 2027-02-21"
    ):
        renew(capsys)


def test_what_is_dead_cannot_be_renewed_and_the_command_fails(
    connected, practice, capsys
):
    practice.clock.advance(days=61)
    with pytest.raises(CommandError, match=r"not valid.*Connect Facebook again"):
        renew(capsys)


def test_without_a_connection_the_command_fails(capsys):
    with pytest.raises(CommandError, match="not connected"):
        renew(capsys)


@pytest.mark.parametrize("path", ["/debug_token", "/access_token", "/me"])
def test_while_facebook_is_away_nobody_is_sent_for(
    connected, practice, capsys, says, path
):
    practice.clock.advance(days=31)
    says(path, "<html>oops</html>", 503)
    with pytest.raises(CommandError, match="The next run tries again") as failed:
        renew(capsys)
    assert "Connect" not in str(failed.value)
    now = FacebookCredentials.objects.get()
    assert now.user_token == connected.user_token


def test_that_she_has_lost_the_page_is_noticed(connected, practice, capsys):
    practice.ledger.people["ada"].pages.clear()
    facebook.inspect(connected.user_token)  # which is as good as ever
    with pytest.raises(CommandError, match=r"not valid.*Connect Facebook again"):
        renew(capsys)


def test_what_facebook_says_of_its_end_counts(connected, practice, capsys):
    FacebookCredentials.objects.update(
        expires_at=None
    )  # of an answer without expires_in
    practice.clock.advance(days=31)
    assert renew(capsys) == "renewed"


def test_a_token_without_an_end_is_left_alone(connected, capsys, practice, says):
    says("/debug_token", debugged(practice, expires_at=0))
    assert renew(capsys, "--days=1000") == "nothing to do yet"


@pytest.mark.parametrize("seconds", ["soon", True, 10**13, 10**20])
@pytest.mark.parametrize("end", ["expires_at", "data_access_expires_at"])
def test_an_end_that_no_calendar_holds_is_told(
    connected, boss, capsys, practice, says, end, seconds
):
    says("/debug_token", debugged(practice, **{end: seconds}))
    assert "in a way we do not understand" in shown(boss)
    with pytest.raises(CommandError, match="in a way we do not understand"):
        renew(capsys)


def test_the_bot_posts_on_after_a_renewal(boss, connected, event, practice, capsys):
    practice.clock.advance(days=40)
    renew(capsys)
    Event.objects.update(starts_at=timezone.now() + timedelta(days=1))
    boss.become_administrator()
    assert "it is on the Page" in announce(boss, event)

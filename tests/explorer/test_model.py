"""The explorer's model: every verb by call, what is shown, and what can be taken back."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import json
import os
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import pytest
import requests
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from oauth_steps import FACEBOOK, GITHUB, wire
from oauth_steps.errors import (
    BadClock,
    BadInput,
    NoSuchAct,
    NotOffered,
    OAuthStepsError,
    UnknownEra,
    UnknownUser,
)
from oauth_steps.explorer import Model
from oauth_steps.explorer import model as model_module
from oauth_steps.explorer.draft import STANDS_FOR_NOTHING, Draft, session, taken
from oauth_steps.explorer.flow import DONE, FAILED, NOT_YET, READY, STALE, WAITING, WITH_A_TOKEN
from oauth_steps.explorer.stories import STORIES, Act, Script, Story
from oauth_steps.practice import Practice
from oauth_steps.providers import ERAS, Provider

ROWS = [row for rows in ERAS.values() for row in rows]
NAMED = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.name} {row.era}")


RUNS = int(os.environ.get("RUNS", "40"))  # of any path: RUNS=1000 tries more


def of(row: Provider) -> Model:
    return Model(row.name, row.era)


def at_the_callback(row: Provider = GITHUB) -> Model:
    return of(row).send().sign_in("ada").allow()


def with_a_code(row: Provider = GITHUB) -> Model:
    return at_the_callback(row).send().go_to(3)


def with_a_token(row: Provider = GITHUB) -> Model:
    return with_a_code(row).send().go_to(5)


def marks(model: Model) -> str:
    return "".join(one.mark for one in model.statuses)


def screen(model: Model) -> str:
    """All that there is to be seen, and a digest of what the labels stand for."""
    return seen(model) + hashlib.sha256(repr(behind(model)).encode()).hexdigest()


def seen(model: Model) -> str:
    """All that there is to be seen, the ledger and the clock too."""
    parts = [model, *model.trace, model.practice.ledger, model.practice.clock, model.knowledge, model.keeps]
    parts += [model.transcript, model.as_curl, model.as_requests, model.page, model.told, model.upcoming]
    parts += [model.fields] if model.flow.draft else []
    return "\n".join(map(str, parts))


def behind(model: Model) -> list[Any]:
    """What the labels stand for: the bytes that were sent and received, and what the application made up."""
    messages = [vars(half) for exchange in model.trace for half in exchange.reveal() if half]
    return [*messages, *(flow.made for flow in model._flows.values())]


def secrets_of(model: Model) -> set[str]:
    """What must not be seen, from the ledger rather than from what was masked."""
    ledger = model.practice.ledger
    apps = {client.client_secret for client in ledger.clients.values()}
    made = {value for flow in model._flows.values() for value in flow.made if value}
    tokens = {token.refresh for token in ledger.tokens.values() if token.refresh}
    return {*apps, *made, *tokens, *ledger.codes, *ledger.tokens, *ledger.sessions}


# --- a flow that goes well -----------------------------------------------------------------------------------


@NAMED
def test_next_walks_the_whole_flow(row: Provider) -> None:
    model = of(row)
    done = []
    while model.upcoming:
        done.append(model.upcoming.verb)
        model.next()
    assert done == ["send", "sign_in", "allow", "send", "go_to", "send", "go_to", "send"]
    assert marks(model) == DONE * 6
    assert model.flow.session["account"] == "Ada Moreno"
    with pytest.raises(NoSuchAct, match="at its end"):
        model.next()


def test_the_statuses_follow_what_happens() -> None:
    model = Model(GITHUB)
    assert marks(model) == READY + NOT_YET * 5
    assert marks(model.send()) == DONE + WAITING + NOT_YET * 4
    assert marks(model.sign_in("ada").allow()) == DONE + WAITING + NOT_YET * 4
    assert marks(model.send()) == DONE * 2 + READY + NOT_YET * 3
    assert marks(model.go_to(3).edit(client_secret="0" * 40).send()) == DONE * 3 + FAILED + NOT_YET * 2
    assert marks(model.back().back().send().go_to(5).send()) == DONE * 6


@NAMED
def test_an_unedited_draft_is_what_the_step_sends(row: Provider) -> None:
    """Not a second writing of it: each kind of request is compared, byte for byte."""
    model = with_a_token(row)
    flow = model.flow
    with model.practice:
        for name, kind in WITH_A_TOKEN.items():
            try:
                request = taken(kind.make, flow.app, flow.tokens[-1])
            except NotOffered:
                continue
            draft = Draft.of(name, request, model.trace.secrets)
            again = wire.request_of(draft.filled(model.trace.secrets).prepared())
            assert (again.method, again.url, again.body) == (request.method, request.url, request.body), name
            assert dict(again.headers) == dict(request.headers), name
    sent = [exchange.reveal().request for exchange in model.trace if not exchange.by_browser]
    assert taken_again(model) == [(request.method, request.url, request.body) for request in sent[:1]]


def taken_again(model: Model) -> list[tuple[str, str, bytes]]:
    """Step 3 as the model's own draft would be sent now."""
    request = wire.request_of(model.flow.drafts[3].filled(model.trace.secrets).prepared())
    return [(request.method, request.url, request.body)]


# --- what is shown is what is sent ---------------------------------------------------------------------------


def test_a_label_stands_for_its_value_and_anything_else_goes_as_typed() -> None:
    model = Model(GITHUB)
    state = model.flow.made.state
    model.edit(state="⟨state 1⟩", scope="⟨nothing 9⟩ & <b>", login="a+b c").send()
    sent = model.trace[0].reveal().request.url
    query = dict(
        part.split("=") for part in requests.utils.unquote(sent.partition("?")[2]).split("&") if "=" in part
    )
    assert query["state"] == state
    assert "⟨nothing 9⟩ " in query["scope"] and query["login"] == "a+b c"


def test_a_label_is_live_in_a_name_and_in_an_address_too() -> None:
    model = Model(GITHUB)
    state = model.flow.made.state
    shown = model.add("x⟨state 1⟩", "y").edit(address="https://github.com/⟨state 1⟩").preview
    sent = model.send().trace[0].reveal().request.url
    assert shown and shown.reveal().request.url == sent
    assert sent.startswith(f"https://github.com/{state}?") and sent.endswith(f"&x{state}=y")


def test_of_a_label_that_stands_for_nothing_this_is_said() -> None:
    model = Model(GITHUB).edit(login="⟨code 9⟩")
    assert [row[2].endswith(STANDS_FOR_NOTHING) for row in model.fields.rows] == [False] * 7 + [True]
    assert STANDS_FOR_NOTHING not in model.edit(login="⟨state 1⟩").fields.rows[-1][2]


EDITS: list[tuple[str, Callable[[Model], Model], str, str]] = [
    ("set", lambda model: model.edit(scope="repo"), "scope=repo", ""),
    ("taken away", lambda model: model.edit(scope=None), "", "scope="),
    ("added", lambda model: model.edit(login="ada"), "login=ada", ""),
    ("a second of one name", lambda model: model.add("state", "another-state"), "state=another-state", ""),
    ("by its place", lambda model: model.edit_field(3, "user"), "scope=user", "read%3Auser"),
    ("away by its place", lambda model: model.edit_field(3, None), "", "scope="),
    ("one that is named like an argument", lambda model: model.edit({"method": "x"}), "method=x", ""),
    (
        "another address",
        lambda model: model.edit(address="https://github.com/login/oauth/nowhere"),
        "/nowhere?",
        "",
    ),
]


@pytest.mark.parametrize(
    ("edit", "there", "gone"), [case[1:] for case in EDITS], ids=[case[0] for case in EDITS]
)
def test_an_edit_is_sent(edit: Callable[[Model], Model], there: str, gone: str) -> None:
    sent = edit(Model(GITHUB)).send().trace[0].reveal().request.url
    assert there in sent
    assert not gone or gone not in sent


def test_headers_and_methods_can_be_edited_where_a_server_sends() -> None:
    model = with_a_code().edit(headers={"Accept": None, "X-Note": "here"}).send()
    assert model.exchanges[-1].reveal().request.header("X-Note") == "here"
    assert model.exchanges[-1].header("content-type") == "application/x-www-form-urlencoded; charset=utf-8"
    model.go_to(5).edit(method="HEAD").send()
    assert model.exchanges[-1].reveal().request.method == "HEAD"


def test_a_headers_name_may_be_written_in_any_case() -> None:
    """RFC 9110 section 5.1."""
    model = with_a_code().edit(headers={"accept": "text/html"})
    assert model.problem is None and "Accept: text/html" in str(model.preview)
    assert "Accept" not in str(model.edit(headers={"ACCEPT": None}).fields)


def test_an_address_may_be_typed_with_its_query() -> None:
    model = Model(GITHUB).edit(address="https://github.com/login/oauth/authorize?login=ada#top").send()
    sent = model.trace[0].reveal().request.url
    assert sent.startswith("https://github.com/login/oauth/authorize?login=ada&response_type=code&")
    assert sent.endswith("#top") and model.flow.made.state in sent


def test_no_status_is_as_long_as_an_address_may_be() -> None:
    model = Model(GITHUB).edit(address=f"https://{'x' * 100_000}/").send()
    assert marks(model)[:2] == FAILED * 2
    assert len(model.statuses[1].words) < 2_100


CANNOT_BE_SENT = [
    ("a newline in a header", lambda model: model.edit(headers={"Accept": "a\r\nX: b"})),
    ("a NUL in a header", lambda model: model.edit(headers={"Accept": "a\0b"})),
    ("an emoji in a header", lambda model: model.edit(headers={"Accept": "🙂"})),
    ("a header's name with a blank", lambda model: model.edit(headers={"X Y": "z"})),
    ("one header twice", lambda model: model.add("Accept", "text/html", "header")),
    ("no address", lambda model: model.edit(address="nowhere")),
    ("no host", lambda model: model.edit(address="https://")),
    ("another scheme", lambda model: model.edit(address="ftp://github.com/")),
]


@pytest.mark.parametrize(
    "edit", [case[1] for case in CANNOT_BE_SENT], ids=[case[0] for case in CANNOT_BE_SENT]
)
def test_what_cannot_be_sent_is_said_and_changes_nothing(edit: Callable[[Model], Model]) -> None:
    model = edit(with_a_code())
    before = screen(model)
    with pytest.raises(BadInput):
        model.send()
    assert screen(model) == before
    assert len(model.trace) == len(with_a_code().trace)


def test_a_member_of_json_is_sent_once_or_not_at_all() -> None:
    model = with_a_token().prepare("inspection").add("access_token", "another", "JSON")
    assert "there twice" in str(model.problem)
    with pytest.raises(BadInput, match="there twice"):
        model.send()
    assert model.edit_field(0, None).send().exchanges[-1].reveal().request.body == (
        b'{"access_token": "another"}'
    )


HOSTILE = [
    '<script>alert("typed")</script>',  # of its own: it is typed as a secret, and stays one in this process
    "'\"`",
    "two\nlines\r\n",
    "x" * 100_000,
    "🙂‮abc",
    "%00&state=x#y",
    "⟨⟩",
    " ",
    "\0",
]
ANYWHERE: dict[str, Callable[[Model, str], Any]] = {
    "value": lambda model, text: model.edit(scope=text),
    "secret": lambda model, text: model.edit({"state" if model.flow.at < 3 else "client_secret": text}),
    "added": lambda model, text: model.add("scope", text).add("x-" + text, text),
    "header": lambda model, text: model.edit(headers={"X-Test": text}),
    "header's name": lambda model, text: model.edit(headers={text: "x"}),
    "path": lambda model, text: model.edit(address=model.flow.draft.address + text),  # type: ignore[union-attr]
    "host": lambda model, text: model.edit(address=f"https://{text}/"),
    "method": lambda model, text: model.edit(method=text),
    "token": lambda model, text: model.prepare("resource request", text),
}


@NAMED
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: ascii(value[:20]))
def test_a_hostile_value_is_sent_as_it_is_and_shown_escaped(row: Provider, value: str) -> None:
    model = of(row).edit(scope=value).send()
    url = model.trace[0].reveal().request.url
    assert requests.compat.urlencode({"scope": value}, quote_via=requests.compat.quote) in url
    assert "<script>" not in model._repr_html_()
    model.reset().send().sign_in("ada").allow().edit(state=value).send()
    assert model.flow.sent[2].error is not None


@pytest.mark.parametrize("place", ANYWHERE)
@pytest.mark.parametrize("value", [*HOSTILE, "\ud800"], ids=lambda value: ascii(value[:20]))
def test_a_hostile_value_anywhere_is_sent_as_it_is_shown_or_refused(place: str, value: str) -> None:
    for begin in (of, at_the_callback, with_a_code, with_a_token):
        model = begin(GITHUB)
        begun = len(model.trace)
        try:
            ANYWHERE[place](model, value)
        except OAuthStepsError as refusal:
            assert str(refusal).endswith(".")
            continue
        shown, looks = model.preview, seen(model) + model._repr_html_()
        try:
            model.send()
        except BadInput:
            assert shown is None and model.problem and len(model.trace) == begun
        else:
            assert shown
            assert len(model.trace) == begun or model.trace[begun].reveal() == (shown.reveal().request, ANY)
        looks += seen(model) + model._repr_html_()
        assert looks.encode() and "<script>" not in model._repr_html_()
        assert not [secret for secret in secrets_of(model) if secret in looks]


# --- the user, other people, the clock, the provider's side --------------------------------------------------


def test_allow_some_and_deny() -> None:
    model = Model(FACEBOOK).send().sign_in("ada").allow(only=["public_profile"]).send().go_to(3).send()
    token = model.flow.tokens[-1].access_token
    assert model.practice.ledger.tokens[token].scope == {"public_profile"}
    model.reset().send().sign_in("ada").deny().send()
    assert type(model.flow.sent[2].error).__name__ == "AccessDenied"
    assert model.diagnosis and "pressed" in model.diagnosis.cause.lower()
    assert model.upcoming is None


def test_the_clock_turns_at_the_provider() -> None:
    model = with_a_code().advance(minutes=11).send()
    assert "bad_verification_code" in str(model.exchanges[-1])
    assert marks(model)[3] == FAILED
    assert model.now == "Monday 2026-11-23 09:11 UTC"


@pytest.mark.parametrize("verb", ["remove_application", "revoke"])
def test_what_the_providers_side_does_ends_the_token(verb: str) -> None:
    model = with_a_token().send()
    assert marks(model)[5] == DONE
    getattr(model, verb)().prepare("resource request").send()
    assert marks(model)[5] == FAILED


@NAMED
def test_a_suspended_application_is_refused_in_step_1(row: Provider) -> None:
    model = of(row).suspend()
    while model.upcoming:
        model.next()
    assert model.statuses[1].mark == FAILED and 3 not in model.flow.drafts


def test_a_new_password_ends_facebooks_tokens_and_not_githubs() -> None:
    assert marks(with_a_token(GITHUB).change_password().send())[5] == DONE
    assert marks(with_a_token(FACEBOOK).change_password().send())[5] == FAILED


@NAMED
def test_signing_out_at_the_provider_asks_for_the_password_again(row: Provider) -> None:
    known = with_a_token(row).prepare("authorization request")
    assert not known.send().answers
    assert "sign_in('ada')" in map(str, known.back().sign_out().send().answers)


def test_a_new_sign_in_is_the_account_of_whoever_signed_in() -> None:
    model = with_a_token().send().sign_out().prepare("authorization request").send()
    assert model.flow.session["account"] == "Ada Moreno"
    model.sign_in("mallory").allow().send().go_to(3).send()
    assert "account" not in model.flow.session
    assert model.go_to(5).send().flow.session["account"] == "Mallory Finch"


def test_each_link_has_a_state_of_its_own() -> None:
    model = Model(GITHUB)
    before = model.flow.made
    assert not {*before} & {*model.prepare("authorization request").flow.made}


def test_a_state_is_good_for_one_answer() -> None:
    model = at_the_callback().send()
    assert model.verdict and model.verdict.ok
    assert type(model.send_again().flow.sent[2].error).__name__ == "StateMismatch"


def test_a_new_request_in_step_1_leaves_no_answer_of_the_old_one() -> None:
    model = at_the_callback().go_to(1).edit(client_id="nobody").send()
    assert model.statuses[1].mark == FAILED and "never hears" in model.statuses[1].words


def test_logging_out_is_the_applications_alone() -> None:
    model = with_a_token().send().log_out()
    assert not model.flow.session
    assert marks(model.send_again())[5] == DONE


def test_each_person_has_a_browser_and_each_application_a_flow() -> None:
    model = with_a_token().switch_to("mallory")
    assert marks(model) == READY + NOT_YET * 5
    model.send().sign_in("mallory").allow().edit(code="⟨code 1⟩").send().go_to(3).send()
    assert "bad_verification_code" in str(
        model.exchanges[-1]
    )  # hers was used, and it is bound to another verifier
    assert marks(model.switch_to("ada")) == DONE * 4 + READY + NOT_YET
    assert model.switch_to("ada", "Quiz").flow.app.client_id != model.practice.app(GITHUB).client_id


def test_what_she_can_do_on_a_page_is_offered_as_acts() -> None:
    model = of(GITHUB).send()
    assert [str(act) for act in model.answers] == [f"sign_in({login!r})" for login in model.people]
    assert [str(act) for act in model.sign_in("ada").answers] == ["allow()", "deny()"]
    assert model.allow().answers == []
    choosing = of(GITHUB).send().sign_in("ada").allow().prepare("authorization request").send()
    assert choosing.answers == []  # allowed before, so nobody is asked


def test_whose_link_could_be_opened_here() -> None:
    model = of(GITHUB).switch_to("mallory").send().sign_in("mallory")
    assert model.switch_to("ada").links == []
    model.switch_to("mallory").allow()
    assert model.links == [] and model.switch_to("ada").links == ["mallory"]
    assert model.switch_to("ada", "Quiz").links == []


def test_the_answer_is_what_came_first_in_step_1_and_else_last() -> None:
    model = of(GITHUB)
    assert model.answer is None
    model.send().sign_in("ada")
    assert model.answer == model.trace[-1]
    assert model.go_to(1).answer == model.trace[0] != model.trace[-1]
    opened = of(GITHUB).switch_to("mallory").send().sign_in("mallory").allow().switch_to("ada").send()
    assert opened.answer is not None
    assert opened.open_link_from("mallory").answer is None  # nothing sent her there


def test_whoever_watches_hears_of_each_change_once() -> None:
    model, heard = of(GITHUB), []
    model.watchers.append(lambda: heard.append(len(model.acts)))
    model.send().sign_in("ada").back().next()
    assert heard == [1, 2, 1, 2]
    heard.clear()
    model.play("code too late")
    model.reset()
    assert len(heard) == 2
    with pytest.raises(NoSuchAct):
        model.go_to(5)
    assert len(heard) == 3, "what was tried may have been half done, and was taken back"


def test_a_story_is_told_at_its_end_and_not_where_it_was_left() -> None:
    model = of(GITHUB)
    assert not model.is_told
    assert not model.tell("code too late").is_told
    assert not model.advance(days=1).is_told
    assert model.play("code too late").is_told and model.advance(days=1).is_told


def test_an_application_that_compares_no_state_lets_the_attacker_in() -> None:
    mallorys = at_the_callback().switch_to("mallory").send().sign_in("mallory").allow()
    assert mallorys.switch_to("ada").edit(code="⟨code 2⟩", state="⟨state 2⟩").send().verdict.ok is False  # type: ignore[union-attr]
    model = mallorys.back().application(checks_state=False, uses_pkce=False).send()
    assert model.verdict and model.verdict.ok


def test_requests_of_later_on() -> None:
    model = with_a_token().prepare("refresh").send()
    assert model.flow.tokens[-1].access_token != model.flow.tokens[0].access_token
    assert marks(model.send_again())[3] == FAILED  # rotated: the old one is used up
    assert model.prepare("inspection").send().exchanges[-1].status == 200
    with pytest.raises(NotOffered):
        model.prepare("extension")
    with pytest.raises(BadInput, match="there is no 'dance'"):
        model.prepare("dance")


def test_a_token_of_another_flow_can_be_put_in() -> None:
    model = with_a_token(FACEBOOK).switch_to("mallory").prepare("resource request", "⟨access token 1⟩").send()
    assert '"name":"Ada Moreno"' in str(model.exchanges[-1])


# --- staleness -----------------------------------------------------------------------------------------------


def test_an_edit_marks_what_came_after_as_stale() -> None:
    model = with_a_token().send().go_to(1).edit(scope="repo")
    assert marks(model) == DONE + STALE * 5
    assert all("step 1 was changed" in one.words for one in model.statuses[1:])
    assert marks(model.back()) == DONE * 6
    assert marks(model.go_to(3).edit(code="other")) == DONE * 3 + STALE * 3
    assert marks(model.send()) == DONE * 3 + FAILED + STALE * 2
    assert "step 3 was sent again" in model.statuses[5].words


def test_another_request_at_a_step_is_no_edit_of_the_first() -> None:
    assert STALE not in marks(with_a_token().send().prepare("refresh"))


# --- back, reset, replay -------------------------------------------------------------------------------------


def test_back_gives_the_state_before_clock_and_ledger_too() -> None:
    model = with_a_code()
    before = screen(model)
    for act in (
        lambda: model.send(),
        lambda: model.advance(days=1),
        lambda: model.suspend(),
        lambda: model.edit(code="x"),
    ):
        act()
        assert screen(model) != before
        assert screen(model.back()) == before
    with pytest.raises(NoSuchAct):
        Model(GITHUB).back()


def test_reset_begins_anew_and_can_change_provider_and_era() -> None:
    model = with_a_token().reset()
    assert marks(model) == READY + NOT_YET * 5 and not model.acts
    assert model.reset(FACEBOOK, "2013").provider is ERAS["2013"][1]
    with pytest.raises(UnknownEra):
        model.reset(era="1999")
    with pytest.raises(BadInput, match="not practised"):
        model.reset("Nobody")
    assert (model.provider_name, model.era) == ("Facebook", "2013")


def test_a_story_that_was_left_for_something_else_does_not_go_on() -> None:
    model = Model(GITHUB).tell("user denies")
    assert model.told and model.told.verb == "deny"
    assert model.allow().told is None
    assert model.upcoming and model.upcoming.verb == "send"  # as in any flow
    assert model.back().told


def test_a_look_at_another_step_leaves_no_story() -> None:
    model = Model(GITHUB).tell("code reused")
    act = model.told
    assert model.go_to(2).told == act
    while model.told:
        model.next()
    assert model.is_told and not [one for one in model.acts if one.args == (2,)]
    assert model.upcoming is None
    with pytest.raises(NoSuchAct, match="story"):
        model.next()


def test_a_story_plays_where_one_has_chosen_to_be_and_not_where_the_last_one_was() -> None:
    model = Model(GITHUB).play("one permission declined")
    assert model.provider_name == "Facebook"
    assert model.tell("user denies").provider_name == "GitHub"


def test_after_a_reset_the_application_draws_anew() -> None:
    model = Model(GITHUB)
    before = model.flow.made
    assert not {*before} & {*model.reset().flow.made}


def test_an_act_that_is_interrupted_has_changed_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    model = with_a_code()
    before = screen(model)
    with monkeypatch.context() as broken, pytest.raises(KeyboardInterrupt):
        broken.setattr(model_module, "_AFTER", {3: interrupted})  # the code is spent by then
        model.send()
    assert screen(model) == before
    assert marks(model.send())[3] == DONE


def test_an_interruption_of_back_waits_until_all_is_whole_again(monkeypatch: pytest.MonkeyPatch) -> None:
    model = with_a_code()
    before = screen(model)
    model.send()
    looks = [interrupted, model._look_ahead]
    monkeypatch.setattr(model, "_look_ahead", lambda: (looks.pop(0) if len(looks) > 1 else looks[0])())
    with pytest.raises(KeyboardInterrupt):
        model.back()
    assert screen(model) == before


def interrupted(*_: Any) -> None:
    raise KeyboardInterrupt


def test_a_pasted_secret_is_not_in_the_transcript() -> None:
    model = with_a_code()
    code = next(iter(model.practice.ledger.codes))
    assert code not in model.edit(code=code).transcript
    assert "code='⟨code 1⟩'" in model.transcript


def test_a_transcript_runs_and_gives_the_same_screen() -> None:
    model = with_a_code().edit(code="⟨code 1⟩", client_secret=None).send().advance(minutes=5)
    space: dict[str, Any] = {}
    exec(model.transcript, space)
    assert seen(space["model"]) == seen(model)


def test_back_gives_back_where_stories_are_told() -> None:
    model = Model(GITHUB).send().reset(FACEBOOK).back()
    assert (model.provider_name, model.tell("user denies").provider_name) == ("GitHub", "GitHub")


def test_a_seed_is_the_providers_side_and_goes_along() -> None:
    model = Model(GITHUB, seed=2).send()
    assert model.flow.app.client_id != Model(GITHUB).flow.app.client_id
    space: dict[str, Any] = {}
    exec(model.transcript, space)
    assert seen(space["model"]) == seen(model)


def test_back_goes_beyond_a_reset_and_a_story() -> None:
    model = with_a_code()
    before = screen(model)
    model.tell("user denies").reset(FACEBOOK)
    assert model.back().story is not None
    while model.acts:
        model.back()
    assert screen(model.back()) == before


def test_what_was_handed_over_may_change_later() -> None:
    model, changes = Model(GITHUB), {"scope": "repo"}
    model.edit(changes)
    changes["scope"] = "other"
    assert "scope=repo" in str(model.advance(minutes=1).back())


def test_send_again_sends_to_the_letter_what_was_sent() -> None:
    model = Model(GITHUB).edit(login="⟨code 1⟩").send().sign_in("ada").allow()
    first = model.trace[0].reveal().request
    again = model.go_to(1).send_again().trace[model.flow.browsed[0] - 1].reveal().request
    assert again.url == first.url


def test_a_new_link_leaves_the_old_one_what_was_made_up_for_it() -> None:
    model = Model(GITHUB).send().prepare("authorization request").send_again().sign_in("ada").allow().send()
    assert model.verdict and model.verdict.ok


def test_what_no_browser_opens_is_said_with_its_mend() -> None:
    assert "It begins with https://" in str(at_the_callback().edit(address="nowhere").problem)


def test_an_answer_that_goes_elsewhere_is_not_heard_of() -> None:
    model = at_the_callback().edit(address="https://mallory.example/steal").send()
    assert marks(model)[1] == FAILED and "never hears" in model.statuses[1].words
    assert model.flow.session["state"], "nothing came, so nothing was used"
    assert 3 not in model.flow.drafts


def test_a_link_that_was_opened_is_not_what_arrived_before() -> None:
    model = with_a_token().send().switch_to("mallory").send().sign_in("mallory").allow().switch_to("ada")
    model.open_link_from("mallory")
    assert marks(model) == DONE + WAITING + STALE * 4
    assert model.verdict is None


def test_a_draft_from_before_is_stale_as_well() -> None:
    model = at_the_callback().send().go_to(1).edit(scope="repo")
    assert marks(model)[2] == STALE
    assert marks(at_the_callback().send().send_again())[2] == STALE


def test_nothing_of_the_models_prints_a_secret() -> None:
    model = with_a_token()
    code = next(iter(model.practice.ledger.codes))
    model.go_to(3).edit(code=code)
    shown = f"{model.flow.draft!r}{model.flow!r}{model.flow.made!r}{model.flow.session!r}"
    shown += f"{model.fields}{model.acts!r}{model.flow.sent!r}"
    assert not [secret for secret in secrets_of(model) if secret in shown]


def test_a_secret_that_was_pasted_as_a_name_is_shown_by_its_label() -> None:
    model = with_a_code()
    code = next(iter(model.practice.ledger.codes))
    model.add(code, "y").add(f"{code}-header", "y", "header")
    shown = f"{model.fields}{model.fields._repr_html_()}"
    assert code not in shown and "⟨code 1⟩-header" in shown


def test_who_knows_what_tells_applications_apart() -> None:
    model = Model(GITHUB).switch_to("ada", "Quiz")
    while model.upcoming:
        model.next()
    rows = {row[0]: dict(zip(model.knowledge.columns, row, strict=True)) for row in model.knowledge.rows}
    assert rows["⟨access token 1⟩"]["Quiz"] == "steps 4, 5"
    assert rows["⟨access token 1⟩"]["your application"] == "–"


def test_the_era_is_the_rows() -> None:
    assert Model(ERAS["2013"][0]).era == "2013"
    assert Model(GITHUB).reset(ERAS["2013"][1]).era == "2013"
    assert Model(GITHUB, "2013").reset("Facebook").era == "2013"
    with pytest.raises(BadInput, match="elsewhere"):
        Model(GITHUB.at("http://127.0.0.1:8000"))


def test_pkce_comes_and_goes_in_links_that_wait_and_edits_stay() -> None:
    model = (
        Model(GITHUB).switch_to("mallory").switch_to("ada").edit(scope="repo").application(uses_pkce=False)
    )
    assert "code_challenge" not in str(model.fields) and "repo" in str(model.fields)
    assert "code_challenge" not in str(model.switch_to("mallory").fields)
    assert "S256" in str(model.application(uses_pkce=True).fields)


@NAMED
def test_every_field_that_a_request_has_means_something(row: Provider) -> None:
    model = with_a_token(row)
    for name in model.offers:
        with contextlib.suppress(NotOffered):
            assert "nothing that is written anywhere" not in str(model.prepare(name).fields), name


REFUSED_VERBS: list[tuple[str, Callable[[Model], Any], type[Exception]]] = [
    ("nothing to send", lambda model: model.send().send(), NoSuchAct),
    ("nothing to change", lambda model: model.send().edit(x="y"), NoSuchAct),
    ("nothing to allow", lambda model: model.allow(), NoSuchAct),
    ("nothing sent yet", lambda model: model.send_again(), NoSuchAct),
    ("not ready", lambda model: model.go_to(3), NoSuchAct),
    ("no such step", lambda model: model.go_to(9), NoSuchAct),
    ("no such field", lambda model: model.edit_field(99, "x"), NoSuchAct),
    ("no token", lambda model: model.revoke(), NoSuchAct),
    ("nobody", lambda model: model.switch_to("nobody"), UnknownUser),
    ("no application", lambda model: model.switch_to("ada", "Nothing"), BadInput),
    ("backwards", lambda model: model.advance(minutes=-1), BadClock),
    ("no text", lambda model: model.edit(scope="\ud800"), BadInput),
    ("another method in a browser", lambda model: model.edit(method="POST"), BadInput),
    ("no place", lambda model: model.add("x", "y", "header"), BadInput),
    ("no name", lambda model: model.add(" ", "x"), BadInput),
    ("no port of the world", lambda model: model.edit(address="https://github.com:99999/").send(), BadInput),
    ("an answer to no address", lambda model: at_the_callback().edit(address="https://[").send(), BadInput),
    ("not by name", lambda model: model.edit("scope"), BadInput),
    ("a step in words", lambda model: model.go_to("3"), NoSuchAct),
    ("a number too many", lambda model: model.advance(5), BadInput),
    ("what it does not take", lambda model: model.application(pkce=False), BadInput),
    ("a label of nothing", lambda model: model.prepare("resource request", "⟨access token 9⟩"), BadInput),
    ("no kind", lambda model: model.prepare([]), BadInput),
    ("no era", lambda model: model.reset(era=""), UnknownEra),
    ("no story", lambda model: model.play("nothing"), BadInput),
    ("a provider that is none", lambda model: model.reset([]), BadInput),
    ("a seed that is none", lambda model: Model(GITHUB, seed=None), BadInput),
    ("a story that is not named", lambda model: model.tell(), BadInput),
    ("steps to take back", lambda model: model.back(3), BadInput),
    ("an act in words", lambda model: model.do("send"), BadInput),
    ("an act with no verb", lambda model: model.do(Act([])), BadInput),
    ("no act at all", lambda model: model.do(), BadInput),
    ("two acts", lambda model: model.do(Act("send"), Act("send")), BadInput),
    ("a number for a text", lambda model: model.edit(scope=3), BadInput),
    ("half a character as a token", lambda model: model.prepare("refresh", "\ud800"), BadInput),
    ("a refresh token for an access token", lambda model: refreshed("⟨refresh token 1⟩"), BadInput),
    ("a token with a blank", lambda model: refreshed("a b"), BadInput),
    ("taking away what is not there", lambda model: model.edit(scpoe=None), NoSuchAct),
    ("a header that is not there", lambda model: with_a_code().edit(headers={"X": None}), NoSuchAct),
    ("neither true nor false", lambda model: model.application(checks_state="no"), BadInput),
    ("nobody's link", lambda model: model.open_link_from(None), NoSuchAct),
    ("nobody at all", lambda model: model.switch_to([]), UnknownUser),
    ("a number of boxes", lambda model: asked(FACEBOOK).allow(only=3), NoSuchAct),
    ("what cannot be kept", lambda model: asked(FACEBOOK).allow(only=iter("x")), NoSuchAct),
    ("what cannot be copied", lambda model: asked(FACEBOOK).allow(only=(x for x in "x")), BadInput),
    ("for ever", lambda model: model.advance(days=10**30), BadClock),
    ("no number of minutes", lambda model: model.advance(minutes=float("nan")), BadClock),
]


def refreshed(label: str) -> Model:
    return with_a_token().prepare("refresh", label)


def asked(row: Provider) -> Model:
    return of(row).send().sign_in("ada")


MENDS: list[tuple[str, Callable[[], Any], str]] = [
    ("a page waits", lambda: Model(GITHUB).send().send(), "page in the browser waits"),
    ("a page waits for nothing", lambda: Model(GITHUB).edit(client_id="x").send().send(), "Begin again"),
    ("it was answered", lambda: at_the_callback().allow(), "Send what it carries"),
    ("nothing was sent", lambda: Model(GITHUB).allow(), "Send step 1 first"),
    ("no text", lambda: Model(GITHUB).edit(scope=3), "type int. Put it in quotes"),  # type: ignore[arg-type]
    ("a name that is not there", lambda: Model(GITHUB).edit(scpoe=None), "There is .* scope"),
    ("too far", lambda: Model(GITHUB).advance(days=10**9 - 1), "shows the years to 9000"),
    ("no such endpoint", lambda: with_a_token(ERAS["2013"][0]).revoke(), "her settings"),
    ("no token of the flow", lambda: refreshed("⟨refresh token 1⟩"), "label of an access token"),
]


@pytest.mark.parametrize(("act", "mend"), [case[1:] for case in MENDS], ids=[case[0] for case in MENDS])
def test_an_error_says_what_can_be_done_here(act: Callable[[], Any], mend: str) -> None:
    with pytest.raises(OAuthStepsError, match=mend):
        act()


SCRIPT = Script()
NO_STORIES: list[dict[str, Any]] = [
    {"then": SCRIPT.send()},  # a comma short of a tuple
    {"before": None},
    {"before": ("send",)},
    {"providers": "GitHub"},
    {"eras": ()},
    {"shows": None},
]
NO_ACTS: list[Any] = [
    "send",
    Act("send", 5),  # type: ignore[arg-type]
    Act("send", [5]),  # type: ignore[arg-type]
    Act("send", (), 5),  # type: ignore[arg-type]
    Act("edit", (), [("scope", "x")]),  # type: ignore[arg-type]
    Act("edit", (), {1: 2}),  # type: ignore[dict-item]
]
WHOLE: dict[str, Any] = {
    **dict.fromkeys(("name", "about", "question", "watch", "answer"), ""),
    "before": (SCRIPT.send(),),
    "then": (SCRIPT.sign_in("ada"),),
}


def is_refused(story: Story, mend: str) -> bool:
    """Whether it is, in these words, before anything has begun."""
    model = Model(GITHUB).edit(scope="repo")
    before = screen(model)
    with pytest.raises(BadInput, match=mend):
        model.tell(story)
    return screen(model) == before


@pytest.mark.parametrize("parts", NO_STORIES, ids=str)
def test_a_story_that_is_none_says_what_is_missing(parts: dict[str, Any]) -> None:
    assert is_refused(Story(**{**WHOLE, **parts}), "A tuple of one has a comma")


@pytest.mark.parametrize("part", ["name", "about", "question", "watch", "answer"])
@pytest.mark.parametrize("text", [None, 5, ("a",)], ids=repr)
def test_what_a_story_says_is_text(part: str, text: Any) -> None:
    assert is_refused(Story(**{**WHOLE, part: text}), f"`{part}` of a story is a text. Put it in quotes")


@pytest.mark.parametrize("act", NO_ACTS, ids=lambda act: repr(tuple(act)))
def test_what_cannot_be_called_is_no_act_alone_or_in_a_story(act: Any) -> None:
    with pytest.raises(BadInput, match="A Script writes them"):
        Model(GITHUB).do(act)
    if isinstance(act, Act):
        assert is_refused(Story(**{**WHOLE, "before": (act,)}), "A Script writes them")
        assert is_refused(Story(**{**WHOLE, "then": (SCRIPT.send(), act)}), "A Script writes them")


def granted(model: Model) -> list[frozenset[str]]:
    return [grant.scope for grant in model.practice.ledger.grants.values()]


@pytest.mark.parametrize("kind", [list, iter])
def test_what_was_given_is_kept_as_it_was(kind: Callable[[list[str]], Any]) -> None:
    """Its owner changes it later, and an iterator is used up: it is done again as it was done."""
    boxes = ["email"]
    model = asked(FACEBOOK).allow(only=kind(boxes))
    kept, done = model.acts[-1], [{"public_profile", "email"}]
    boxes.clear()
    assert granted(model) == granted(model.send().back()) == done
    for _ in range(2):
        assert granted(model.back().do(kept)) == done


@pytest.mark.parametrize("secure", [True, False])
def test_no_proxy_and_no_netrc_of_this_computer_has_a_part(
    secure: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Outside of the practice, which looks after .netrc itself."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example:3128")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    used: list[Any] = []

    def send(_: Any, request: requests.PreparedRequest, **how: Any) -> requests.Response:
        used.append(how["proxies"])
        answer = requests.Response()
        answer.status_code, answer.request, answer.raw = 200, request, BytesIO()
        return answer

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", send)
    prepared = Draft("", "GET", f"http{'s' * secure}://api.github.com/user").prepared()
    session().send(prepared)
    assert "Authorization" not in prepared.headers and [dict(one) for one in used] == [{}]


def test_a_story_that_comes_to_a_halt_stands_there_and_can_be_taken_back() -> None:
    model = with_a_code()
    before = screen(model)
    with pytest.raises(NoSuchAct, match="sign-in page"):
        model.tell(Story("mine", "", "", "", "", (SCRIPT.send(), SCRIPT.allow()), ()))
    assert model.acts == [SCRIPT.send()]
    assert screen(model.back().back()) == before


@pytest.mark.parametrize(
    ("act", "error"), [case[1:] for case in REFUSED_VERBS], ids=[case[0] for case in REFUSED_VERBS]
)
def test_what_cannot_be_done_raises_one_clean_error(
    act: Callable[[Model], Any], error: type[Exception]
) -> None:
    model = Model(GITHUB)
    with pytest.raises(error) as caught:
        act(model)
    assert str(caught.value).endswith(".")
    assert model._repr_html_()


# --- beside a lesson -----------------------------------------------------------------------------------------


def test_explorers_share_nothing_and_leave_a_lessons_practice_as_it_was() -> None:
    with Practice(seed=9) as practice:
        before = (len(practice.trace), str(practice.ledger), wire._known[0])
        one, two = with_a_token(GITHUB), Model(GITHUB, seed=2)
        one.send()
        assert (len(practice.trace), str(practice.ledger), wire._known[0]) == before
        assert Practice._mounted is practice
        assert len(two.trace) == 0
        assert requests.get("https://api.github.com/meta", timeout=5).status_code in (200, 404)
        assert len(practice.trace) == before[0] + 1
    assert Practice._mounted is None


def test_what_others_learn_is_no_secret_of_an_explorers() -> None:
    """Or its labels had other numbers, and a transcript, or Back, would give another run."""
    model = Model(GITHUB, seed=5).send()
    wire.learn("state", "a state of an application elsewhere")
    before = screen(model.switch_to("mallory"))
    assert "⟨state 2⟩" in str(model.fields)
    assert screen(model.advance(days=1).back()) == before


def test_a_live_trace_records_nothing_of_an_explorers() -> None:
    with wire.LiveTrace([GITHUB]) as live, Practice() as practice:
        with_a_token().send()
        assert len(live) == 0
        requests.get(f"{GITHUB.api_url}/user", timeout=5)
        assert len(live) == len(practice.trace) == 1


def test_taking_back_leaves_no_practice_behind_for_the_veil() -> None:
    model = Model(GITHUB, seed=4711)  # no other test has minted these values
    while model.upcoming:
        model.next()
    known, code = len(wire._known), next(iter(model.practice.ledger.codes))
    for _ in range(20):
        model.send_again().back()
    assert len(wire._known) <= known + 1  # one for all that was taken back
    model.reset()
    assert code not in wire.mask(f"code: {code}")


# --- any path ------------------------------------------------------------------------------------------------

TEXTS = st.one_of(
    st.sampled_from(
        ["⟨state 1⟩", "⟨code 1⟩", "⟨access token 1⟩", "", "repo", "https://evil.example/cb", "code"]
    ),
    st.text(max_size=30),
)
ADDRESSES = st.sampled_from(
    [
        "https://notes.example/callback/github",
        "https://mallory.example/steal",
        "https://api.github.com/user",
        "https://github.com/login",
        "https://www.facebook.com/dialog/oauth?x=y#z",
        "https://github.com:99999/",
        "nowhere",
        "",
    ]
)
NAMES = st.one_of(
    st.sampled_from(
        ["state", "code", "scope", "redirect_uri", "client_id", "client_secret", "code_verifier", "iss"]
    ),
    st.text(max_size=8),
)


class AnyPath(RuleBasedStateMachine):
    """Whatever is done: what is shown is sent, nothing shown is a secret, no status lies, and back is back."""

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(GITHUB)

    def _try(self, act: Callable[[], Any]) -> None:
        """What cannot be done says so, and has changed nothing; what was done can be taken back, and done again."""
        before, acts = screen(self.model), [*self.model.acts]
        try:
            act()
        except OAuthStepsError as refusal:
            assert str(refusal).endswith(".")
            assert screen(self.model) == before
            return
        if self.model.acts[:-1] == acts:
            after, last = screen(self.model), self.model.acts[-1]
            assert screen(self.model.back()) == before
            assert screen(self.model.do(last)) == after

    @rule(name=st.sampled_from(["GitHub", "Facebook"]), era=st.sampled_from(["now", "2013"]))
    def begin(self, name: str, era: str) -> None:
        before, chosen, acts = screen(self.model), self.model._chosen, self.model.acts
        self.model.reset(name, era)
        if acts:
            assert screen(self.model.back()) == before and self.model._chosen == chosen
            self.model.reset(name, era)

    @rule()
    def go_on(self) -> None:
        self._try(self.model.next)

    @rule(steps=st.integers(1, 8))
    def go_on_for_a_while(self, steps: int) -> None:
        for _ in range(steps):
            self._try(self.model.next)

    @precondition(lambda self: self.model.preview is not None)
    @rule(again=st.booleans())
    def send(self, again: bool) -> None:
        model, shown, begun = self.model, self.model.preview, len(self.model.trace)
        if again:
            self._try(model.send_again)
            return
        before = screen(model)
        try:
            model.send()
        except OAuthStepsError:
            assert screen(model) == before
            return
        if len(model.trace) > begun:
            sent = model.trace[begun]
            assert shown and shown.reveal().request == sent.reveal().request
            assert shown.request_lines == sent.request_lines

    @rule(name=NAMES, text=st.none() | TEXTS)
    def edit(self, name: str, text: str | None) -> None:
        self._try(lambda: self.model.edit({name: text}))

    @rule(names=st.dictionaries(NAMES | st.sampled_from(["Accept", "Host"]), st.none() | TEXTS, max_size=2))
    def edit_headers(self, names: dict[str, str | None]) -> None:
        self._try(lambda: self.model.edit(headers=names))

    @rule()
    def undo(self) -> None:
        with contextlib.suppress(NoSuchAct):  # at the very beginning
            self.model.back()

    @rule(user=st.sampled_from(["ada", "mallory", None]))
    def choose(self, user: str | None) -> None:
        self._try(lambda: self.model.choose(user))

    @rule(name=NAMES, text=TEXTS, place=st.sampled_from([None, "query", "form", "header", "JSON"]))
    def add(self, name: str, text: str, place: str | None) -> None:
        self._try(lambda: self.model.add(name, text, place))

    @rule(step=st.integers(0, 7))
    def go_to(self, step: int) -> None:
        self._try(lambda: self.model.go_to(step))

    @rule(
        person=st.sampled_from(["ada", "ben", "mallory"]), verb=st.sampled_from(["sign_in", "open_link_from"])
    )
    def another(self, person: str, verb: str) -> None:
        self._try(lambda: getattr(self.model, verb)(person))

    @rule(address=ADDRESSES, method=st.sampled_from([None, "POST", "HEAD", "two words"]))
    def elsewhere(self, address: str, method: str | None) -> None:
        self._try(lambda: self.model.edit(address=address, method=method))

    @rule(at=st.integers(-1, 9), text=st.none() | TEXTS)
    def edit_field(self, at: int, text: str | None) -> None:
        self._try(lambda: self.model.edit_field(at, text))

    @rule(only=st.lists(st.sampled_from(["public_profile", "email", "nothing"]), max_size=2))
    def allow_some(self, only: list[str]) -> None:
        self._try(lambda: self.model.allow(only=only))

    @rule(story=st.sampled_from(STORIES), whole=st.booleans())
    def tell(self, story: Story, whole: bool) -> None:
        (self.model.play if whole else self.model.tell)(story)

    @rule(answer=st.sampled_from(["allow", "deny"]))
    def answer(self, answer: str) -> None:
        self._try(getattr(self.model, answer))

    @rule(person=st.sampled_from(["ada", "mallory"]), application=st.sampled_from(["Notes", "Quiz"]))
    def switch_to(self, person: str, application: str) -> None:
        self._try(lambda: self.model.switch_to(person, application))

    @rule(name=st.sampled_from(["authorization request", *WITH_A_TOKEN]), token=st.none() | TEXTS)
    def prepare(self, name: str, token: str | None) -> None:
        self._try(lambda: self.model.prepare(name, token))

    @rule(minutes=st.sampled_from([1, 11, 120, 60 * 24 * 61]) | st.floats())
    def advance(self, minutes: float) -> None:
        self._try(lambda: self.model.advance(minutes=minutes))

    @rule(
        verb=st.sampled_from(
            ["remove_application", "change_password", "sign_out", "suspend", "log_out", "revoke"]
        )
    )
    def happens(self, verb: str) -> None:
        self._try(getattr(self.model, verb))

    @rule(checks=st.booleans(), pkce=st.booleans())
    def application(self, checks: bool, pkce: bool) -> None:
        self._try(lambda: self.model.application(checks_state=checks, uses_pkce=pkce))

    @rule()
    def a_replay_is_the_same_run(self) -> None:
        twin = Model(self.model.provider, self.model.era)
        twin._drawn, twin.story = copy.deepcopy(self.model._drawn), self.model.story
        twin._replay(self.model.acts)
        assert screen(twin) == screen(self.model)

    @invariant()
    def nothing_shown_is_a_secret(self) -> None:
        shown = (
            screen(self.model)
            + self.model._repr_html_()
            + json.dumps([one.text for one in fields(self.model)])
        )
        assert not [secret for secret in secrets_of(self.model) if secret in shown]

    @invariant()
    def no_status_lies(self) -> None:
        """Against the flow's own exchanges, read another way."""
        flow, (_, two, three, four, five, six) = self.model.flow, self.model.statuses
        for asked, answered, step in ((three, four, 3), (five, six, 5)):
            sent = flow.sent.get(step)
            assert sent or (asked.mark in (NOT_YET, READY, STALE) and answered.mark == NOT_YET)
            if sent and answered.mark == DONE:
                response = self.model.trace[sent.exchanges[-1] - 1].reveal().response
                assert response and response.status < 400
                assert step == 5 or b"access_token" in response.body
        if two.mark == DONE:
            assert flow.sent[2].error is None and 3 in flow.drafts
            assert flow.sent[2].order > flow.placed[2], "another answer is on its way"
        edited = [
            step
            for step, sent in flow.sent.items()
            if flow.drafts[step] != sent.draft and not newer(flow, step)
        ]
        later = [one.mark for one in self.model.statuses if edited and one.step > min(edited)]
        assert {*later} <= {STALE, NOT_YET}
        again = [
            step for step in flow.sent if step < 3 and 3 in flow.drafts and flow.sent[step].order > put(flow)
        ]
        assert not again or three.mark == STALE, "a draft of step 3 from before"


def newer(flow: Any, step: int) -> bool:
    """Whether another request was put at this step since one was sent there."""
    return bool(flow.placed.get(step, 0) > flow.sent[step].order)


def put(flow: Any) -> int:
    """When what stands at step 3 got there: it was sent, or put there to be."""
    return max(flow.placed.get(3, 0), flow.sent[3].order if 3 in flow.sent else 0)


def fields(model: Model) -> Iterator[Any]:
    yield from model.flow.draft.fields if model.flow.draft else ()


AnyPath.TestCase.settings = settings(max_examples=RUNS, stateful_step_count=15)
test_any_path = AnyPath.TestCase

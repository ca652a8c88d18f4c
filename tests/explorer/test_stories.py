"""Every story at every provider and in every era: it plays, it comes to what it says, and it tells no secret."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

import pytest
from explored import all_shown
from minted import found, minted_by

from oauth_steps import FACEBOOK, GITHUB
from oauth_steps.check.outcomes import outcome_of
from oauth_steps.errors import BadInput, NoSuchAct
from oauth_steps.explorer import Model
from oauth_steps.explorer.draft import STANDS_FOR_NOTHING
from oauth_steps.explorer.flow import DONE, FAILED
from oauth_steps.explorer.runs import VERBS
from oauth_steps.explorer.stories import STORIES, Act, Script, Story
from oauth_steps.providers import ERAS

BY_NAME = {story.name: story for story in STORIES}
PLAYED = [(story, at, era) for story in STORIES for at in story.providers for era in story.eras]
EACH = pytest.mark.parametrize(
    ("story", "at", "era"), PLAYED, ids=[f"{story.name}, {at} {era}" for story, at, era in PLAYED]
)


class Outcome(NamedTuple):
    """How it ends: the step that decides, its mark and how its words begin; the statuses since the question."""

    step: int
    mark: str
    begins: str
    statuses: tuple[int, ...] = ()


HAS_A_CODE, IN_HAND = "the application has a code", "200 OK"
REFUSES = "the application refuses: "
BAD_CODE, BAD_TOKEN = "200 OK: bad_verification_code", "401 Unauthorized: Bad credentials"
BAD_SECRET = "400 Bad Request: OAuthException 1 (Error validating client secret.)"
REMOVED = "400 Bad Request: OAuthException 190/458"
UNHEARD = "the client never hears of it: 400 Bad Request: the user sees "

# By hand, story by story: who refuses, where and with what, or what got through.
ENDS = {
    ("happy path", "GitHub", "now"): Outcome(6, DONE, IN_HAND, (302, 200, 200)),
    ("happy path", "GitHub", "2013"): Outcome(6, DONE, IN_HAND, (302, 200, 200)),
    ("happy path", "Facebook", "now"): Outcome(6, DONE, IN_HAND, (302, 200, 200)),
    ("happy path", "Facebook", "2013"): Outcome(6, DONE, IN_HAND, (302, 200, 200)),
    ("foreign redirect_uri", "GitHub", "now"): Outcome(2, FAILED, f"{UNHEARD}“Be careful", (400,)),
    ("foreign redirect_uri", "Facebook", "now"): Outcome(2, FAILED, f"{UNHEARD}“URL Blocked”", (400,)),
    ("user denies", "GitHub", "now"): Outcome(2, FAILED, f"{REFUSES}AccessDenied", (302,)),
    ("user denies", "GitHub", "2013"): Outcome(2, FAILED, f"{REFUSES}AccessDenied", (302,)),
    ("user denies", "Facebook", "now"): Outcome(2, FAILED, f"{REFUSES}AccessDenied", (302,)),
    ("user denies", "Facebook", "2013"): Outcome(2, FAILED, f"{REFUSES}AccessDenied", (302,)),
    ("one permission declined", "Facebook", "now"): Outcome(6, DONE, IN_HAND, (302, 200, 200)),
    ("forged state", "GitHub", "now"): Outcome(2, FAILED, f"{REFUSES}StateMismatch"),
    ("forged state", "GitHub", "2013"): Outcome(2, FAILED, f"{REFUSES}StateMismatch"),
    ("forged state", "Facebook", "now"): Outcome(2, FAILED, f"{REFUSES}StateMismatch"),
    ("forged state", "Facebook", "2013"): Outcome(2, FAILED, f"{REFUSES}StateMismatch"),
    ("state not compared", "GitHub", "now"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("state not compared", "GitHub", "2013"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("state not compared", "Facebook", "now"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("state not compared", "Facebook", "2013"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("state missing", "GitHub", "now"): Outcome(2, FAILED, f"{REFUSES}StateMismatch"),
    ("state missing", "GitHub", "2013"): Outcome(2, FAILED, f"{REFUSES}StateMismatch"),
    ("state missing", "Facebook", "now"): Outcome(2, FAILED, f"{REFUSES}StateMismatch"),
    ("state missing", "Facebook", "2013"): Outcome(2, FAILED, f"{REFUSES}StateMismatch"),
    ("another issuer", "GitHub", "now"): Outcome(2, FAILED, f"{REFUSES}IssuerMismatch"),
    ("code stolen without PKCE", "GitHub", "now"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("code stolen without PKCE", "GitHub", "2013"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("code stolen without PKCE", "Facebook", "now"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("code stolen without PKCE", "Facebook", "2013"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("code stolen with PKCE", "GitHub", "now"): Outcome(4, FAILED, BAD_CODE, (200,)),
    ("wrong secret", "GitHub", "now"): Outcome(4, FAILED, "200 OK: incorrect_client_credentials", (200,)),
    ("wrong secret", "GitHub", "2013"): Outcome(4, FAILED, "200 OK: incorrect_client_credentials", (200,)),
    ("wrong secret", "Facebook", "now"): Outcome(4, FAILED, BAD_SECRET, (400,)),
    ("wrong secret", "Facebook", "2013"): Outcome(4, FAILED, BAD_SECRET, (400,)),
    ("code reused", "GitHub", "now"): Outcome(4, FAILED, BAD_CODE, (200,)),
    ("code reused", "GitHub", "2013"): Outcome(4, FAILED, BAD_CODE, (200,)),
    ("code reused", "Facebook", "now"): Outcome(
        4, FAILED, "400 Bad Request: OAuthException 100/36009", (400,)
    ),
    ("code reused", "Facebook", "2013"): Outcome(
        4, FAILED, "400 Bad Request: OAuthException 100 (This authorization code has been used.)", (400,)
    ),
    ("code too late", "GitHub", "now"): Outcome(4, FAILED, BAD_CODE, (200,)),
    ("code too late", "GitHub", "2013"): Outcome(4, FAILED, BAD_CODE, (200,)),
    ("code too late", "Facebook", "now"): Outcome(
        4, FAILED, "400 Bad Request: OAuthException 100/36007", (400,)
    ),
    ("code too late", "Facebook", "2013"): Outcome(
        4, FAILED, "400 Bad Request: OAuthException 100 (This authorization code has expired.)", (400,)
    ),
    ("redirect_uri left out", "GitHub", "now"): Outcome(4, DONE, IN_HAND, (200,)),
    ("redirect_uri left out", "GitHub", "2013"): Outcome(4, DONE, IN_HAND, (200,)),
    ("redirect_uri left out", "Facebook", "now"): Outcome(
        4, FAILED, "400 Bad Request: OAuthException 191", (400,)
    ),
    ("redirect_uri left out", "Facebook", "2013"): Outcome(
        4, FAILED, "400 Bad Request: OAuthException 191", (400,)
    ),
    ("form instead of JSON", "GitHub", "now"): Outcome(4, DONE, IN_HAND, (200,)),
    ("form instead of JSON", "GitHub", "2013"): Outcome(4, DONE, IN_HAND, (200,)),
    ("GitHub's 200 error", "GitHub", "now"): Outcome(6, FAILED, BAD_TOKEN, (401,)),
    ("GitHub's 200 error", "GitHub", "2013"): Outcome(6, FAILED, BAD_TOKEN, (401,)),
    ("the wire of 2013", "Facebook", "2013"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("token in the address", "GitHub", "now"): Outcome(
        6, FAILED, "400 Bad Request: Must specify access", (400,)
    ),
    ("token in the address", "GitHub", "2013"): Outcome(6, DONE, IN_HAND, (200,)),
    ("token refreshed", "GitHub", "now"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("refresh token rotated and stolen", "GitHub", "now"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("token extended", "Facebook", "now"): Outcome(6, DONE, IN_HAND, (200, 200)),
    ("extension too late", "Facebook", "now"): Outcome(
        4, FAILED, "400 Bad Request: OAuthException 190/463", (400,)
    ),
    ("token substituted", "GitHub", "now"): Outcome(6, FAILED, "404 Not Found", (200, 404)),
    ("token substituted", "Facebook", "now"): Outcome(
        6, FAILED, "400 Bad Request: OAuthException 100 ((#100) The App_id in the input_token", (200, 400)
    ),
    ("logged out against revoked", "GitHub", "now"): Outcome(6, FAILED, BAD_TOKEN, (200, 204, 401)),
    ("logged out against revoked", "Facebook", "now"): Outcome(6, FAILED, REMOVED, (200, 200, 400)),
    ("application removed", "GitHub", "now"): Outcome(6, FAILED, BAD_TOKEN, (401,)),
    ("application removed", "GitHub", "2013"): Outcome(6, FAILED, BAD_TOKEN, (401,)),
    ("application removed", "Facebook", "now"): Outcome(6, FAILED, REMOVED, (400,)),
    ("application removed", "Facebook", "2013"): Outcome(6, FAILED, REMOVED, (400,)),
    ("password changed", "Facebook", "now"): Outcome(
        6, FAILED, "400 Bad Request: OAuthException 190/460", (400,)
    ),
    ("password changed", "Facebook", "2013"): Outcome(
        6, FAILED, "400 Bad Request: OAuthException 190/460", (400,)
    ),
}

# In whose browser, and whose account it shows; of the stories in which that is the point.
SIGNED_IN = {
    "happy path": ("ada", "Ada Moreno"),
    "forged state": ("ada", None),
    "state missing": ("ada", None),
    "state not compared": ("ada", "Mallory Finch"),
    "code stolen without PKCE": ("mallory", "Ada Moreno"),
    "code stolen with PKCE": ("mallory", None),
    "token substituted": ("mallory", "Ada Moreno"),
    "refresh token rotated and stolen": ("mallory", "Ada Moreno"),
}


@EACH
def test_a_story_comes_to_what_it_says(story: Story, at: str, era: str) -> None:
    model = Model(at, era).tell(story.name)
    asked = len(model.trace)
    assert model.play(story.name).provider_name == at and model.era == era
    step, mark, begins, statuses = ENDS[story.name, at, era]
    end = model.statuses[step - 1]
    assert (end.step, end.mark) == (step, mark) and end.words.startswith(begins), end
    assert tuple(exchange.status for exchange in model.trace[asked:]) == statuses
    if story.name in SIGNED_IN:
        person, account = SIGNED_IN[story.name]
        assert (model.flow.person, model.flow.session.get("account")) == (person, account)


def test_the_table_has_every_story_and_no_other() -> None:
    assert list(ENDS) == [(story.name, at, era) for story, at, era in PLAYED]
    assert set(SIGNED_IN) <= set(BY_NAME)


# --- what the words of a story claim, where the table above does not show it ---------------------------


def test_who_refuses_is_diagnosed() -> None:
    """A refusal that a story leads to is one that is known, at each provider and in each era."""
    for (name, at, era), end in ENDS.items():
        model = Model(at, era).play(name)
        if end.mark == FAILED:
            assert model.diagnosis and model.diagnosis.known, (name, at, era)
        else:
            assert model.diagnosis is None, (name, at, era)


def test_the_browser_on_the_happy_path_never_holds_a_token() -> None:
    for at in ("GitHub", "Facebook"):
        table = Model(at).play("happy path").knowledge
        held = {row[0]: row[table.columns.index("Ada")] for row in table.rows}
        assert held["⟨access token 1⟩"] == held["⟨client secret 1⟩"] == "–"
        assert held["⟨code 1⟩"] == "in its history"


def test_a_code_that_is_held_up_has_been_seen_by_nobody_but_its_browser_and_the_provider() -> None:
    def seen(model: Model, label: str) -> dict[str, str]:
        table = model.knowledge
        row = next(row for row in table.rows if row[0] == label)
        return dict(zip(table.columns[1:], row[1:], strict=True))

    model = Model(GITHUB).tell("code stolen with PKCE")
    assert seen(model, "⟨code 1⟩")["your application"] == "–"
    model.next()
    assert seen(model, "⟨code 1⟩") == {
        "Ada": "in its history",
        "Mallory": "in its history",
        "your application": "step 2",
        "GitHub": "step 2",
    }
    assert seen(model, "⟨code 2⟩")["your application"] == "–"


def test_a_declined_permission_is_missing_from_the_scopes() -> None:
    model = Model(FACEBOOK).play("one permission declined")
    answers = [exchange.reveal().response for exchange in model.trace[-2:]]
    token, told = (answer.body.decode() for answer in answers if answer)
    assert "scope" not in token
    assert "public_profile" in told and "email" not in told


def test_a_refused_answer_leaves_the_code_unused() -> None:
    for name in ("forged state", "state missing"):
        model = Model(GITHUB).play(name)
        assert 3 not in model.flow.drafts
        assert [model.practice.life(code).now for code in model.practice.ledger.codes] == ["alive"]


def test_the_first_token_outlives_a_code_that_is_used_again() -> None:
    for at in ("GitHub", "Facebook"):
        model = Model(at).play("code reused").go_to(5).send()
        assert outcome_of(model.exchanges[-1]).line == "200 OK"


def test_the_form_is_one_and_holds_the_token() -> None:
    for era in ERAS:
        last = Model(GITHUB, era).play("form instead of JSON").exchanges[-1]
        assert "Content-Type: application/x-www-form-urlencoded" in str(last)
        assert "access_token=⟨access token 1⟩" in str(last)


def test_the_wire_of_2013_has_secrets_in_its_addresses() -> None:
    token, resource = Model(FACEBOOK).play("the wire of 2013").trace[-2:]
    assert "client_secret=⟨client secret 1⟩" in token.request.url
    assert "access_token=⟨access token 1⟩" in resource.request.url
    assert "access_token=⟨access token 1⟩&expires=5184000" in str(token)


def test_only_mallorys_new_pair_works_after_a_theft() -> None:
    model = Model(GITHUB).play("refresh token rotated and stolen").switch_to("ada")
    assert model.statuses[3].words.startswith("200 OK: bad_refresh_token")
    assert model.prepare("resource request").send().statuses[5].words.startswith("401")


def test_logging_out_empties_the_session_and_ends_no_token() -> None:
    model = Model(FACEBOOK).tell("logged out against revoked")
    assert model.flow.session == {}
    assert model.next().next().next().statuses[5].words == "200 OK"


# --- telling ---------------------------------------------------------------------------------------------


@EACH
def test_telling_stops_at_the_question_and_next_goes_on(story: Story, at: str, era: str) -> None:
    model = Model(at, era).tell(story.name)
    assert model.acts == list(story.before)
    assert model.story is story
    for act in story.then:
        assert model.told == model.upcoming == act
        assert [row[0] for row in model.telling.rows] == ["ask", "watch"]  # type: ignore[union-attr]
        model.next()
    assert model.told is None
    assert model.acts == [*story.before, *story.then]
    assert model.telling.rows[-1] == ("answer", story.answer)  # type: ignore[union-attr]
    assert str(model.telling) in str(model)
    assert model.reset().telling is None


@EACH
def test_a_transcript_gives_the_same_screen(story: Story, at: str, era: str) -> None:
    model = Model(at, era).play(story.name)
    names: dict[str, Any] = {}
    exec(model.transcript, names)
    model.story = None  # its words are no part of what was done
    # A secret that was typed is in the transcript by its label, of which it is said there that it stands for nothing.
    assert [part.replace(STANDS_FOR_NOTHING, "") for part in screen(names["model"])] == screen(model)


def screen(model: Model) -> list[str]:
    """All that is to be seen; the veil's labels in place of secrets that were typed."""
    return [model.trace.secrets.mask(part) for part in all_shown(model)]


@EACH
def test_no_secret_is_told(story: Story, at: str, era: str) -> None:
    model = Model(at, era).play(story.name)
    minted = list(minted_by(model.practice, model.browsers.values()))
    minted += [("state", value) for value in model._drawn["new_state"]]
    minted += [("verifier", value) for pair in model._drawn.get("pkce_pair", ()) for value in pair]
    assert {"client secret", "password", "state"} <= {kind for kind, _ in minted}
    assert found(minted, [*all_shown(model), repr(story)]) == []


def test_a_story_may_be_handed_over_as_it_is() -> None:
    script = Script()
    mine = Story("mine", "", "", "", "", (script.send(),), (script.sign_in("ben"), script.allow()))
    model = Model(GITHUB).tell(mine)
    assert model.acts == [Act("send")] and model.told == Act("sign_in", ("ben",))
    assert model.play(mine).statuses[1].words == "the answer is on its way to the application"
    assert "mine" not in model.stories


def test_a_story_goes_to_a_provider_and_era_where_it_plays() -> None:
    assert Model(GITHUB).tell("token extended").provider_name == "Facebook"
    assert Model(FACEBOOK, "2013").tell("code stolen with PKCE").era == "now"
    assert Model(GITHUB).tell("the wire of 2013").now.startswith("Monday 2013-06-03")
    with pytest.raises(BadInput, match="there is no story 'unknown'"):
        Model(GITHUB).tell("unknown")


# --- a link in a mail ------------------------------------------------------------------------------------


def test_a_link_from_another_browser_is_opened_in_this_one() -> None:
    model = Model(GITHUB).switch_to("mallory").send().sign_in("mallory").allow().switch_to("ada")
    model.open_link_from("mallory")
    assert model.statuses[1].words == "the answer is on its way to the application"
    assert {(one.name, one.text) for one in model.flow.draft.fields} >= {  # type: ignore[union-attr]
        ("code", "⟨code 1⟩"),
        ("state", "⟨state 2⟩"),
    }
    assert model.browsers["ada"].history[-1] == model.browsers["mallory"].history[-1]
    assert model.upcoming == Act("send")


def test_there_must_be_a_link_to_open() -> None:
    model = Model(GITHUB)
    for person in ("mallory", "ada", "nobody"):
        with pytest.raises(NoSuchAct, match="has no answer to send on"):
            model.open_link_from(person)
    assert model.acts == []


# --- what is written ---------------------------------------------------------------------------------------


def test_the_stories_that_were_asked_for_are_there() -> None:
    assert {
        *("happy path", "user denies", "one permission declined", "forged state", "state missing"),
        *("code reused", "code too late", "code stolen without PKCE", "code stolen with PKCE"),
        *("foreign redirect_uri", "wrong secret", "form instead of JSON", "GitHub's 200 error"),
        *("token extended", "extension too late", "refresh token rotated and stolen"),
        *("token substituted", "logged out against revoked"),
    } <= set(BY_NAME)
    assert len(BY_NAME) == len(STORIES)


def words(text: str) -> int:
    return sum(any(map(str.isalnum, word)) for word in text.split())


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_story_is_short_and_asks(story: Story) -> None:
    assert words(story.question) < 40 and "?" in story.question
    assert words(story.answer) < 60 and words(story.watch) < 20 and words(story.about) < 12
    assert "?" not in story.name and "!" not in repr(story)
    assert story.before and story.then
    assert set(story.providers) <= {row.name for row in ERAS["now"]} and set(story.eras) <= set(ERAS)


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_act_is_a_verb_that_the_model_has(story: Story) -> None:
    for act in (*story.before, *story.then):
        assert act.verb in VERBS
        inspect.signature(getattr(Model, act.verb)).bind(None, *act.args, **act.kwargs)


def test_what_is_no_verb_is_not_done() -> None:
    for verb in ("reset", "tell", "_begin", "nothing"):
        with pytest.raises(BadInput, match=f"there is no verb '{verb}'"):
            Model(GITHUB).do(Act(verb))


def test_a_script_writes_what_a_transcript_says() -> None:
    act = Script().edit(state=None, code="⟨code 1⟩")
    assert act == Act("edit", (), {"state": None, "code": "⟨code 1⟩"})
    assert str(act) == "edit(state=None, code='⟨code 1⟩')"
    with pytest.raises(AttributeError):
        Script().__len__  # noqa: B018

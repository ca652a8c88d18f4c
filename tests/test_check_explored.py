"""The checks of what a learner made with the explorer: what passes, and each mistake with its hint."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from oauth_steps import FACEBOOK, GITHUB
from oauth_steps.check import NOT_ANSWERED, check_story, check_two_refusals
from oauth_steps.explorer import Explorer, Model
from oauth_steps.explorer.stories import STORIES, TO_CODE, Script, Story


def with_a_code() -> Model:
    return Explorer(GITHUB).model.send().sign_in("ada").allow().send().go_to(3)


def late() -> Model:
    return with_a_code().advance(minutes=11).send()


def elsewhere() -> Model:
    return with_a_code().edit(redirect_uri="https://notes.example/other").send()


def test_two_errors_of_step_4_pass() -> None:
    explorer = Explorer(GITHUB)
    explorer.model.send().sign_in("ada").allow().send().go_to(3).send().send_again()
    verdict = check_two_refusals([explorer, elsewhere()], provider=GITHUB)
    assert verdict.ok is True, verdict


REFUSALS: dict[str, tuple[Any, str]] = {
    "no pair": (late, "as a pair"),
    "a pair of texts": (("late", "elsewhere"), "hand over two explorers"),
    "one explorer": ([one := Explorer(GITHUB), one], "one explorer, twice"),
    "too early": (
        [Explorer(GITHUB), Explorer(GITHUB)],
        "the first has sent no token request yet: it is at step 1",
    ),
    "nothing refused": ((late(), with_a_code().send()), "the second got its token"),
    "another provider": (
        (late(), Explorer(FACEBOOK)),
        "the second is at Facebook: it is GitHub that is to refuse",
    ),
    "another secret": (
        (with_a_code().edit(client_secret="x").send(), late()),
        "the first did not send the secret",
    ),
    "no secret": (
        (with_a_code().edit(client_secret=None).send(), late()),
        "the first did not send the secret",
    ),
    "one error": (
        (late(), with_a_code().edit(code="x").send()),
        "the same error, 200 OK: bad_verification_code",
    ),
}


@pytest.mark.parametrize(("made", "hint"), REFUSALS.values(), ids=REFUSALS)
def test_two_refusals_that_are_not_get_their_hint(made: Any, hint: str) -> None:
    verdict = check_two_refusals(made, provider=GITHUB)
    assert verdict.ok is False and hint in str(verdict), verdict


script = Script()
MINE = Story(
    name="another code",
    about="The code was copied badly.",
    question="The last letter of the code is missing. What comes back?",
    watch="Step 4.",
    answer="A refusal.",
    before=(*TO_CODE, script.edit(code="copied-badly")),
    then=(script.send(),),
)


def test_a_story_that_plays_and_ends_with_a_refusal_passes() -> None:
    verdict = check_story(MINE, model=Model(GITHUB), stories=STORIES)
    assert verdict.ok is True, verdict


STORY_MISTAKES: dict[str, tuple[Any, str]] = {
    "no story": (TO_CODE, "this is no story"),
    "acts as texts": (replace(MINE, before=("send()",)), "tuples of acts"),
    "no tuple": (replace(MINE, then=script.send()), "tuples of acts"),
    "no answer": (replace(MINE, then=()), "nothing happens after the question"),
    "no question": (replace(MINE, question="It is refused."), "needs a question mark"),
    "a long question": (replace(MINE, question="why " * 40 + "?"), "fewer than 40 words"),
    "one that is there": (replace(STORIES[1], name="mine"), f"in the story “{STORIES[1].name}” already"),
    "a name that is there": (replace(MINE, name=STORIES[1].name), f"the name “{STORIES[1].name}” is taken"),
    "no name": (replace(MINE, name=""), "is taken, or is none"),
    "providers as text": (replace(MINE, providers="GitHub"), "`providers` is 'GitHub'. It is a tuple"),
    "a provider in small letters": (replace(MINE, providers=("github",)), "there are Facebook and GitHub"),
    "an era in words": (replace(MINE, eras=("today",)), "there are 2013 and now"),
    "no era": (replace(MINE, eras=()), "`eras` is (). It is a tuple"),
    "asked too late": (replace(MINE, before=(*MINE.before, script.send())), "refused before the question"),
    "no such verb": (replace(MINE, then=(script.sned(),)), "it stops at its act 7, sned(): there is no verb"),
    "out of place": (
        replace(MINE, before=(script.allow(),)),
        "it stops at its act 1, allow(): there is no page",
    ),
    "other arguments": (replace(MINE, before=(script.sign_in(),)), "it stops at its act 1, sign_in()"),
    "all is well": (replace(MINE, before=TO_CODE), "nothing is refused at its end"),
}


@pytest.mark.parametrize(("made", "hint"), STORY_MISTAKES.values(), ids=STORY_MISTAKES)
def test_a_story_with_a_mistake_gets_its_hint(made: Any, hint: str) -> None:
    verdict = check_story(made, model=Model(GITHUB), stories=STORIES)
    assert verdict.ok is False and hint in str(verdict), verdict


@pytest.mark.parametrize("unanswered", [..., None])
def test_what_is_not_answered_is_not_judged(unanswered: Any) -> None:
    assert check_two_refusals(unanswered, provider=GITHUB) is NOT_ANSWERED
    assert check_story(unanswered, model=Model(GITHUB)) is NOT_ANSWERED

"""What a learner made with the explorer: two refusals of her own, and a story.

A model of the explorer is handed in; nothing here imports it, since it stands on this package.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..errors import OAuthStepsError
from ..providers import ERAS, Provider, Step
from .outcomes import WORKS, last_of, outcome_of
from .verdicts import NOT_ANSWERED, Verdict, judged, unanswered

_MOST_WORDS = 40  # of a question that is asked in front of a class


def check_two_refusals(made: Any, *, provider: Provider) -> Verdict:
    """Whether this provider refused two explorers, or their models, in step 4 with two errors, the secret right."""
    if unanswered(made):
        return NOT_ANSWERED
    models = [getattr(one, "model", one) for one in made] if isinstance(made, list | tuple) else []
    if len(models) != 2 or not all(hasattr(model, "acts") for model in models):
        return Verdict(False, ("hand over two explorers, or their models, as a pair: first, second",))
    return judged(_not_refused(models, provider), "refused twice, for two reasons, and the secret was right")


def _not_refused(models: Sequence[Any], provider: Provider) -> Iterator[str]:
    if models[0] is models[1]:
        yield "this is one explorer, twice: make another one"
    errors = []
    for place, model in zip(("first", "second"), models, strict=True):
        if (asked := model.flow.app.provider.name) != provider.name:
            yield f"the {place} is at {asked}: it is {provider.name} that is to refuse"
        exchange = last_of(model.trace, Step.TOKEN_REQUEST)
        if exchange is None:
            yield f"the {place} has sent no token request yet: it is at step {int(model.flow.at)}"
            return
        outcome, request = outcome_of(exchange), exchange.reveal().request
        if outcome.kind == WORKS:
            yield f"the {place} got its token: step 4 refused nothing there"
        if model.flow.app.client_secret not in f"{request.url} {request.body.decode('utf-8', 'replace')}":
            yield f"the {place} did not send the secret as it is: leave that one alone"
        errors.append((outcome.names, outcome.line))
    if len({names or line for names, line in errors}) == 1:
        yield f"both were refused with the same error, {errors[0][1]}. What else does step 4 compare?"


_PARTS = ("name", "question", "before", "then", "providers", "eras")


def check_story(made: Any, *, model: Any, stories: Sequence[Any] = ()) -> Verdict:
    """Whether this story plays on the model, asks before it answers, and ends with a refusal; none of `stories`."""
    if unanswered(made):
        return NOT_ANSWERED
    return judged(_of_a_story(made, model, stories), "it plays, it asks, and then something is refused")


def _of_a_story(story: Any, model: Any, stories: Sequence[Any]) -> Iterator[str]:
    if not all(hasattr(story, name) for name in _PARTS):
        yield "this is no story: hand over Story(name=…, question=…, before=…, then=…, …)"
    for part in (story.before, story.then):
        if not isinstance(part, tuple) or not all(hasattr(act, "verb") for act in part):
            yield "`before` and `then` are tuples of acts, as a Script writes them: (script.send(), …)"
    yield from _of_its_place(story, stories)
    if not story.then:
        yield "nothing happens after the question: the acts that answer it go into `then`"
    if "?" not in story.question or len(story.question.split()) >= _MOST_WORDS:
        yield f"its question needs a question mark, and fewer than {_MOST_WORDS} words"
    acts = (*story.before, *story.then)
    if same := next((one.name for one in stories if acts == (*one.before, *one.then)), None):
        yield f"this happens in the story “{same}” already: change what is done"
    try:
        model.tell(story)
        if model.diagnosis:
            yield "it is refused before the question: move what leads to that from `before` to `then`"
        while model.told:
            model.next()
    except (OAuthStepsError, TypeError) as error:
        yield f"it stops at its act {len(model.acts) + 1}, {acts[len(model.acts)]}: {error}"
    if not model.diagnosis:
        yield "nothing is refused at its end: let somebody say no"


def _of_its_place(story: Any, stories: Sequence[Any]) -> Iterator[str]:
    """What is wrong with its name, and with where it plays."""
    if not story.name or story.name in {one.name for one in stories}:
        yield f"the name “{story.name}” is taken, or is none: the explorer finds a story by it"
    known = {"providers": {row.name for rows in ERAS.values() for row in rows}, "eras": set(ERAS)}
    for part, names in known.items():
        where = getattr(story, part)
        if not isinstance(where, tuple) or not where or not names.issuperset(where):
            some = " and ".join(sorted(names))
            yield f"`{part}` is {where!r}. It is a tuple, with a comma also for one, of names: there are {some}"

"""What was done with the explorer: a list of acts, to be taken back, begun anew, told as a story and played again.

An act is a verb of the model and what it was given. Back is a new run of all but the last act, with the values that the
application drew at random, so it gives back everything, ledger and clock too. Of what the verbs do one thing is known
here: that `go_to` only looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from functools import wraps
from inspect import signature
from typing import Any, NamedTuple, Self, TypeVar

from .. import wire
from ..errors import BadInput, NoSuchAct
from ..practice import Practice
from ..providers import ERAS, Provider
from ..show import Table
from .stories import STORIES, Act, Story

AnyRuns = TypeVar("AnyRuns", bound="Runs")


def change(method: Callable[..., AnyRuns]) -> Callable[..., AnyRuns]:
    """However many acts are done within it, those who watch the model hear of it once, at the end.

    Raises BadInput for what the method does not take.
    """
    takes = signature(method)

    @wraps(method)
    def changing(self: AnyRuns, /, *args: Any, **kwargs: Any) -> AnyRuns:
        try:
            takes.bind(self, *args, **kwargs)
        except TypeError as error:
            raise BadInput(
                f"{method.__name__} does not take this: {error}", mend="help(…) shows it"
            ) from None
        self._changing += 1
        try:
            return method(self, *args, **kwargs)
        finally:
            self._changing -= 1
            for watcher in self.watchers if not self._changing else ():
                watcher()

    return changing


VERBS: list[str] = []  # the names of the methods that are acts


def verb(method: Callable[..., None]) -> Callable[..., Any]:
    """An act: recorded, to be taken back and played again; one that raises has changed nothing. Returns the model."""
    VERBS.append(method.__name__)

    @wraps(method)
    def act(self: AnyRuns, /, *args: Any, **kwargs: Any) -> AnyRuns:
        try:  # copies: what was given may be changed by its owner later, and an iterator can be read once only
            done = Act(method.__name__, *deepcopy((args, kwargs)))
            given = deepcopy(done)
        except TypeError as error:
            raise BadInput(
                f"{method.__name__} cannot be done again with this: {error}",
                mend="Write texts and lists of them",
            ) from None
        try:
            with self._working():
                method(self, *given.args, **given.kwargs)
                self._look_ahead()
        except BaseException:
            self._replay(self.acts)
            raise
        self.acts.append(done)
        return self

    return change(act)


class Run(NamedTuple):
    """A run that was put away: where it was, its story, the values that were drawn, and what was done."""

    provider_name: str
    era: str
    chosen: tuple[str, str]
    story: Story | None
    drawn: dict[str, list[Any]]
    acts: list[Act]


class Runs:
    """The run at hand, and those before it. A subclass has the verbs, and what they work on.

    Each verb is done with `practice` mounted. `_begin` makes that, and all that the verbs work on, as it is at first,
    with no `acts` and no `_draws`, or raises and leaves it all; `_look_ahead` is called after each act.
    """

    practice: Practice
    acts: list[Act]
    _draws: dict[str, int]  # how many of the random values this run has used, by their kind

    def _begin(self) -> None:
        raise NotImplementedError

    def _look_ahead(self) -> None:
        raise NotImplementedError

    def __init__(self, provider: Provider | str, era: str | None = None, seed: int = 1) -> None:
        self.story: Story | None = None
        self.watchers: list[Callable[[], None]] = []  # called after each change, whoever made it
        self._changing = 0
        self._earlier: list[Run] = []  # the runs that a reset or a story has put away
        if not isinstance(seed, int):  # or each replay would be another run
            raise BadInput(f"the seed cannot be {seed!r}", mend="It is a whole number")
        self._seed = seed
        self._drawn: dict[str, list[Any]] = {}  # the application's random values, by their kind
        self.provider_name, self.era = _place(provider, era, "now")
        self._chosen = self.provider_name, self.era  # by whoever uses this, and not by a story
        self._begin()

    @contextmanager
    def _working(self) -> Iterator[None]:
        """`practice` is mounted, and nobody else's trace records. What is learnt later is no secret of this run.

        Or its labels would have other numbers than when it is played again.
        """
        elsewhere = wire.watching()
        try:
            with wire.not_live(), self.practice:
                yield
        finally:
            wire.watch(elsewhere)

    def _replay(self, acts: list[Act]) -> None:
        """All of it anew, with the values that were drawn before. An interruption waits until it is whole again."""
        interrupted = None
        while True:
            try:
                self._begin()
                for act in acts:
                    self.do(act)
                break
            except KeyboardInterrupt as interruption:
                interrupted = interruption
        if interrupted:
            raise interrupted

    @change
    def do(self, act: Act) -> Self:
        """Do what this act says. Raises BadInput if it is none, and what the verb raises."""
        _check_act(act)
        if act.verb not in VERBS:
            raise BadInput(f"there is no verb {act.verb!r}", mend="A transcript shows how they are written")
        done: Self = getattr(self, act.verb)(*act.args, **act.kwargs)
        return done

    @change
    def back(self) -> Self:
        """Everything as it was before the last act, clock and ledger too; at a beginning, the run before it.

        Raises NoSuchAct at the very beginning.
        """
        if self.acts:
            self._replay(self.acts[:-1])
        elif self._earlier:
            self._resume(self._earlier.pop())
        else:
            raise NoSuchAct("nothing was done yet", mend="There is nothing to take back")
        return self

    @change
    def reset(self, provider: Provider | str | None = None, era: str | None = None) -> Self:
        """Begin anew, at this provider and in this era if they are given; a provider's row brings its own era.

        Raises BadInput, UnknownEra.
        """
        self._restart(*_place(self.provider_name if provider is None else provider, era, self.era))
        self._chosen = self.provider_name, self.era
        return self

    def _restart(self, name: str, era: str) -> None:
        run = Run(self.provider_name, self.era, self._chosen, self.story, self._drawn, self.acts)
        self.provider_name, self.era, self.story, self._drawn = name, era, None, {}
        try:
            self._begin()
        except BaseException:
            self._resume(run)
            raise
        if run.acts:
            self._earlier.append(run)

    def _resume(self, run: Run) -> None:
        self.provider_name, self.era, self._chosen, self.story, self._drawn, acts = run
        self._replay(acts)

    def _draw(self, make: Callable[[], Any]) -> Any:
        """A random value of the application's: the one that was drawn here before, or a new one."""
        drawn = self._drawn.setdefault(make.__name__, [])
        place = self._draws.get(make.__name__, 0)
        self._draws[make.__name__] = place + 1
        if place == len(drawn):
            drawn.append(make())
        return drawn[place]

    # --- stories ----------------------------------------------------------------------------------------

    @change
    def tell(self, story: Story | str) -> Self:
        """Begin anew with this story, or the one of this name, and play it as far as its question.

        Raises BadInput, and what an act of it raises: then it stands where that act would be.
        """
        if not isinstance(story, Story):
            story = self._named(story)
        _check(story)
        name, era = self._chosen  # not where the story before has led
        at = name if name in story.providers else story.providers[0]
        self._restart(at, era if era in story.eras else story.eras[0])
        self.story = story
        for act in story.before:
            self.do(act)
        return self

    @change
    def play(self, story: Story | str) -> Self:
        """Begin anew with this story, or the one of this name, and play it to its end. Raises what `tell` does."""
        self.tell(story)
        while self.told is not None:
            self.do(self.told)
        return self

    def _named(self, name: str) -> Story:
        wanted = str(name).casefold()  # an address is typed by hand
        story = next((one for one in STORIES if one.name.casefold() == wanted), None)
        if story is None:
            raise BadInput(f"there is no story {name!r}", mend=f"There is {', '.join(self.stories)}")
        return story

    @property
    def stories(self) -> list[str]:
        """The stories' names."""
        return [story.name for story in STORIES]

    @property
    def told(self) -> Act | None:
        """What the story does next; None at its end, and where it was left for something else than a look around."""
        whole, told = self._whole_story, self.acts[: len(self.acts) - self._looked]
        left = told != whole[: len(told)]
        return None if left or len(told) == len(whole) else whole[len(told)]

    @property
    def _looked(self) -> int:
        """How many acts at the end only look at another step than the story does."""
        whole, told = self._whole_story, self.acts
        while told and told != whole[: len(told)] and told[-1].verb == "go_to":
            told = told[:-1]
        return len(self.acts) - len(told)

    @property
    def is_told(self) -> bool:
        """Whether the story at hand was told to its end, so that its question can be answered."""
        whole = self._whole_story
        return bool(whole) and self.acts[: len(whole)] == whole

    @property
    def telling(self) -> Table | None:
        """The story at hand in words: what to ask, where to look, and at its end the answer; None without one."""
        if self.story is None:
            return None
        rows = [("ask", self.story.question), ("watch", self.story.watch)]
        rows += [("answer", self.story.answer)] * self.is_told
        return Table(("story", self.story.name), rows)

    @property
    def _whole_story(self) -> list[Act]:
        return [*self.story.before, *self.story.then] if self.story else []


def _place(provider: Provider | str, era: str | None, otherwise: str) -> tuple[str, str]:
    """The name of a provider that is practised, and its era: this one, else the row's own, else the last.

    Raises BadInput for a row of another server's.
    """
    if not isinstance(provider, Provider):
        return provider, otherwise if era is None else era
    rows = ERAS.get(provider.era, ())
    if not any(row.name == provider.name and row.web_url == provider.web_url for row in rows):
        raise BadInput(f"this {provider.name} is elsewhere", mend="The explorer practises at its own")
    return provider.name, provider.era if era is None else era


def _check_act(act: Act) -> None:
    """Raises BadInput for what cannot be called, whatever its verb."""
    if not (
        isinstance(act, Act)
        and isinstance(act.args, tuple)
        and isinstance(act.kwargs, Mapping)
        and all(isinstance(name, str) for name in act.kwargs)
    ):
        raise BadInput("this is no act", mend='A Script writes them: script.sign_in("ada")')


def _check(story: Story) -> None:
    """Raises BadInput for a story that says nothing, is no list of acts, or plays nowhere."""
    for part in ("name", "about", "question", "watch", "answer"):
        if not isinstance(getattr(story, part), str):
            raise BadInput(f"`{part}` of a story is a text", mend='Put it in quotes, and "" for none')
    for acts in (story.before, story.then):
        if not isinstance(acts, tuple) or not all(isinstance(act, Act) for act in acts):
            raise BadInput(
                "`before` and `then` of a story are tuples of acts",
                mend="A tuple of one has a comma: (script.send(),)",
            )
        for act in acts:
            _check_act(act)
    for names, least in ((story.providers, 1), (story.eras, 1), (story.shows, 0)):
        if not isinstance(names, tuple) or len(names) < least:
            raise BadInput(
                "`providers`, `eras` and `shows` of a story are tuples of names",
                mend='A tuple of one has a comma: ("now",)',
            )

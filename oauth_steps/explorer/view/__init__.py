"""The explorer's screen: widgets and nothing else. It calls verbs of the model, and shows the model's properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from importlib.resources import files
from itertools import chain
from typing import Any

from ...errors import OAuthStepsError
from ...providers import ERAS
from ...show import escaped, seen, verdict_html
from ...wire import mask
from ..model import Model
from .left import Seat, Steps, Stories
from .middle import InTheBrowser, Told, Wire, middle
from .parts import AnyPart, Do, Part, appear, box, button, choice, put, text
from .right import Application, Clock, Lanes, OtherSide, Shows, knows, takes_along
from .words import in_words

_STYLE = files(__name__).joinpath("explorer.css").read_text("utf-8")


class View:
    """The screen of a model; `root` is the widget to show. `present` is for a class: large, without code."""

    def __init__(self, model: Model, present: bool = False) -> None:
        self.model = model
        self._problem, self._place = "", 0
        self._said = [text("said")]  # the first is below the bar on top
        self._parts, self.root = self._for_a_class() if present else self._for_one()
        model.watchers.append(self._changed)
        self.refresh()

    def do(self, verb: str, *args: Any, **kwargs: Any) -> None:
        """Do this verb of the model; what it refuses is said on the screen. Raises what is no refusal of ours."""
        self._do(0, verb, *args, **kwargs)

    def _do(self, place: int, verb: str, *args: Any, **kwargs: Any) -> None:
        try:
            getattr(self.model, verb)(*args, **kwargs)
        except OAuthStepsError as error:
            self._say(place, type(error).__name__, str(error))
        except Exception as error:
            words = f"{type(error).__name__}: {error}"
            self._say(place, "This is a mistake of the explorer's, not yours", words)
            raise

    def _say(self, place: int, *words: str) -> None:
        self._problem = f'<div role="alert">{verdict_html("✗", tuple(map(mask, words)))}</div>'
        self._place = place
        self.refresh()

    def _beside(self, kind: Callable[..., AnyPart], *more: Any) -> AnyPart:
        """A part of this kind that says by itself what is refused there: the bar on top may be far out of sight."""
        said = text("said")
        part = kind(self.model, partial(self._do, len(self._said)), *more)
        part.root.children = (*part.root.children, said)
        self._said.append(said)
        return part

    def _changed(self) -> None:
        self._problem = ""
        self.refresh()

    def refresh(self) -> None:
        """Show what the model has now; only what differs is sent to the browser."""
        for place, said in enumerate(self._said):
            problem = self._problem if place == self._place else ""
            put(said, value=problem)
            appear(said, problem)
        for part in self._parts:
            part.refresh()

    def _for_one(self) -> tuple[list[Part], Any]:
        model, beside = self.model, self._beside
        top: list[Part] = [Title(model), World(model, self.do), Verbs(model, self.do)]
        panes: dict[str, list[Part]] = {
            "left": [beside(Steps), beside(Seat), beside(Stories)],
            "middle": middle(model, beside),
            "right": [
                Lanes(model),
                knows(model),
                beside(Clock),
                beside(Application),
                beside(OtherSide),
                takes_along(model),
            ],
        }
        columns = box("panes", [box(f"pane {name}", _roots(parts)) for name, parts in panes.items()])
        bar = box("top", _roots(top))
        return [*top, *chain(*panes.values())], _screen("one", [bar, self._said[0], columns])

    def _for_a_class(self) -> tuple[list[Part], Any]:
        model, do = self.model, self.do
        steps = Steps(model, do, brief=True)
        verbs = Verbs(model, do)
        told = Told(model, brief=True)
        wire: list[Part] = [InTheBrowser(model, do, verbs.look, came=False), Wire(model, whole=False)]
        watched: list[Part] = [Shows(model), Lanes(model, at_once=4)]
        panes = [told.root, box("pane middle", _roots(wire)), box("pane right", _roots(watched))]
        stage = box("stage", [steps.root, box("panes", panes)])
        title, menu = Title(model), Menu(model, do, stage)
        bar = box("top", [title.root, menu.opens, verbs.root])
        parts: list[Part] = [title, menu, verbs, steps, told, *wire, *watched]
        return parts, _screen("class", [bar, self._said[0], menu.root, stage])


class Title:
    """Where and when it is; in a story, its name."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._shown = text("title")
        self.root = box("place-and-time", [self._shown])

    def refresh(self) -> None:
        model = self._model
        name = model.story.name if model.story else "OAuth, step by step"
        seat = f"{model.flow.person.capitalize()} at {model.flow.application}"
        facts = (f"{model.provider.name}, {model.era}", seat, model.now)
        line = " · ".join(f"<span>{escaped(fact)}</span>" for fact in facts)
        put(self._shown, value=f"<h2>{escaped(name)}</h2><p>{line}</p>")


class World:
    """Which provider, and in which era."""

    def __init__(self, model: Model, do: Do) -> None:
        self._model = model
        names = [row.name for row in model.practice.providers]
        self._provider = choice("Provider", names, self._is_at, lambda name: do("reset", name))
        self._era = choice("Era", [*ERAS], self._is_in, lambda era: do("reset", era=era))
        self.root = box("where", [self._provider, self._era])

    def _is_at(self) -> str:
        return self._model.provider_name

    def _is_in(self) -> str:
        return self._model.era

    def refresh(self) -> None:
        put(self._provider, value=self._is_at())
        put(self._era, value=self._is_in())


class Verbs:
    """What leads on and back. What Next will do stands on it."""

    def __init__(self, model: Model, do: Do) -> None:
        self._model = model
        about = "What comes next in the story, or else in a flow that goes well"
        self._next = button("Next", partial(do, "next"), "next", about)
        self._back = button("Back", partial(do, "back"), about="Everything as it was before the last act")
        self._reset = button("Reset", partial(do, "reset"), "reset", "Begin anew")
        self.root = box("verbs", [self._back, self._reset, self._next])

    def look(self) -> None:
        """Take the keyboard here."""
        self._next.focus()

    def refresh(self) -> None:
        act = self._model.upcoming
        nothing = "The story ends here" if self._model.is_told else "Nothing follows by itself"
        words = f"Next: {in_words(act, self._model)}" if act else nothing
        put(self._next, description=seen(words), disabled=act is None)
        put(self._back, disabled=not self._model.acts)


class Menu:
    """For a class: provider, era and story, to choose from; `stage` is what is seen once that is done."""

    def __init__(self, model: Model, do: Do, stage: Any) -> None:
        self._model, self._stage = model, stage
        world, stories = World(model, do), Stories(model, do, about=True)
        self._parts: list[Part] = [world, stories]
        self._seen: Any = None
        self._open = True
        self.opens = button("", self._turn, "menu-opens", "Choose a story, a provider or an era")
        hint = text("hint", "<p>Choose a story. Without one, Next leads through a flow that goes well.</p>")
        self.root = box("menu", [box("line", [world.root, hint]), stories.root])

    def _turn(self) -> None:
        self._open = not self._open
        self.refresh()

    def refresh(self) -> None:
        now = self._model.story, len(self._model.acts)
        if now != self._seen:
            self._seen, self._open = now, now == (None, 0)
        for part in self._parts:
            part.refresh()
        put(self.opens, description="▾ Stories" if self._open else "▸ Stories")
        appear(self.root, self._open)
        appear(self._stage, not self._open)


def _roots(parts: Iterable[Part]) -> list[Any]:
    return [part.root for part in parts]


def _screen(kind: str, children: list[Any]) -> Any:
    style = text("style", f"<style>{_STYLE}</style>")
    root = box(kind, [style, *children])
    root.add_class("oauth-explorer")
    return root

"""The explorer's screen: widgets and nothing else. It calls verbs of the model, and shows the model's properties."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from importlib.resources import files
from typing import Any

from ipywidgets import Dropdown

from ...errors import OAuthStepsError
from ...providers import ERAS
from ...show import escaped, verdict_html
from ...wire import mask
from ..model import Model
from .left import Seat, Steps, Stories
from .middle import InTheBrowser, Told, Wire, middle
from .parts import Do, Part, appear, box, button, put, text
from .right import Application, Clock, Lanes, OtherSide, knows, takes_along
from .words import in_words

_STYLE = files(__name__).joinpath("explorer.css").read_text("utf-8")


class View:
    """The screen of a model; `root` is the widget to show. `present` is for a class: large, without code."""

    def __init__(self, model: Model, present: bool = False) -> None:
        self.model = model
        self._problem = ""
        self._said = text("said")
        self._parts, self.root = (_for_a_class if present else _for_one)(model, self.do, self._said)
        model.watchers.append(self._changed)
        self.refresh()

    def do(self, verb: str, *args: Any, **kwargs: Any) -> None:
        """Do this verb of the model; what it refuses is said on the screen. Raises what is no refusal of ours."""
        try:
            getattr(self.model, verb)(*args, **kwargs)
        except OAuthStepsError as error:
            self._say(f"{type(error).__name__}", str(error))
        except Exception as error:
            self._say("This is a mistake of the explorer's, not yours", f"{type(error).__name__}: {error}")
            raise

    def _say(self, *words: str) -> None:
        self._problem = f'<div role="alert">{verdict_html("✗", tuple(map(mask, words)))}</div>'
        self.refresh()

    def _changed(self) -> None:
        self._problem = ""
        self.refresh()

    def refresh(self) -> None:
        """Show what the model has now; only what differs is sent to the browser."""
        put(self._said, value=self._problem)
        appear(self._said, self._problem)
        for part in self._parts:
            part.refresh()


class Top:
    """Where and when it is, and what leads on and back."""

    def __init__(self, model: Model, do: Do) -> None:
        self._model, self._do = model, do
        self._title = text("title")
        self._provider = Dropdown(description="Provider")
        self._era = Dropdown(description="Era", options=[*ERAS])
        self._next = button("Next", partial(do, "next"), "next")
        self._back = button("Back", partial(do, "back"), about="Everything as it was before the last act")
        self._reset = button("Reset", partial(do, "reset"), about="Begin anew")
        verbs = box("verbs", [self._back, self._reset, self._next])
        self.root = box("top", [self._title, box("where", [self._provider, self._era]), verbs])
        for chosen in (self._provider, self._era):
            chosen.observe(lambda _: self._chosen(), "value")

    def _chosen(self) -> None:
        chosen = self._provider.value, self._era.value
        if None not in chosen and chosen != (self._model.provider_name, self._model.era):
            self._do("reset", *chosen)

    def refresh(self) -> None:
        model = self._model
        names = tuple(row.name for row in model.practice.providers)
        if self._provider.options != names:
            self._provider.options = names
        put(self._provider, value=model.provider_name)
        put(self._era, value=model.era)
        where = f"{model.flow.person.capitalize()} at {model.flow.application} · {model.now}"
        put(self._title, value=f"<h2>OAuth, step by step</h2><p>{escaped(where)}</p>")
        act = model.upcoming
        words = f"Next: {in_words(act, model)}" if act else "Nothing follows by itself"
        put(
            self._next, description=words, tooltip="What comes next in a flow that goes well, or in the story"
        )
        put(self._next, disabled=act is None)
        put(self._back, disabled=not model.acts)


def _for_one(model: Model, do: Do, said: Any) -> tuple[list[Part], Any]:
    top: Part = Top(model, do)
    left: list[Part] = [Steps(model, do), Seat(model, do), Stories(model, do)]
    right: list[Part] = [
        Lanes(model),
        Clock(model, do),
        Application(model, do),
        OtherSide(model, do),
        knows(model),
        takes_along(model),
    ]
    panes: dict[str, list[Part]] = {"left": left, "middle": middle(model, do), "right": right}
    columns = box("panes", [box(f"pane {name}", _roots(parts)) for name, parts in panes.items()])
    parts: list[Part] = [top, *left, *panes["middle"], *right]
    return parts, _screen("one", [top.root, said, columns])


def _for_a_class(model: Model, do: Do, said: Any) -> tuple[list[Part], Any]:
    top, stories, told = Top(model, do), Stories(model, do), Told(model)
    left: list[Part] = [InTheBrowser(model, do), Wire(model, whole=False)]
    right: list[Part] = [Lanes(model, last=4)]
    columns = box("panes", [box("pane middle", _roots(left)), box("pane right", _roots(right))])
    parts: list[Part] = [top, stories, told, *left, *right]
    return parts, _screen("class", [top.root, said, stories.root, told.root, columns])


def _roots(parts: Iterable[Part]) -> list[Any]:
    return [part.root for part in parts]


def _screen(kind: str, children: list[Any]) -> Any:
    style = text("style", f"<style>{_STYLE}</style>")
    root = box(kind, [style, *children])
    root.add_class("oauth-explorer")
    return root

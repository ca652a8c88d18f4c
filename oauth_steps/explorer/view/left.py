"""The left pane: where the flow stands, whose browser is at hand, and the stories."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from ipywidgets import Button

from ...show import seen
from ..flow import DONE, FAILED, NOT_YET, READY, STALE, WAITING
from ..model import APPLICATION, OTHERS, Model
from ..stories import PARTS, Story
from .parts import Do, appear, box, button, choice, heading, put, section, text

# Mark -> ipywidgets' name for a look, which explorer.css gives.
_STYLES: Mapping[str, str] = MappingProxyType(
    {NOT_YET: "", READY: "info", WAITING: "primary", DONE: "success", FAILED: "danger", STALE: "warning"}
)


class Steps:
    """The six steps, each a button that goes to it; its second line says how it stands, unless they are `brief`."""

    def __init__(self, model: Model, do: Do, *, brief: bool = False) -> None:
        self._model, self._brief = model, brief
        self._buttons = [button("", partial(do, "go_to", one.step), "step") for one in model.statuses]
        self.root = section("The six steps", box("steps", self._buttons))

    def refresh(self) -> None:
        for at, (step, name, mark, words) in zip(self._buttons, self._model.statuses, strict=True):
            line, stands = seen(f"{mark} {step} {name}"), seen(words)
            both = line if self._brief else f"{line}\n{stands}"
            put(at, description=both, tooltip=f"Go to step {step}: {stands}", button_style=_STYLES[mark])
            (at.add_class if step == self._model.flow.at else at.remove_class)("ox-at-hand")


class Seat:
    """At whose browser she sits, and at which application."""

    def __init__(self, model: Model, do: Do) -> None:
        self._model, self._do = model, do
        people = [(name, login) for login, name in model.people.items()]
        self._person = choice("Browser of", people, self._is_hers, self._sit_down)
        self._application = choice("at", [APPLICATION, *OTHERS], self._is_at, self._turn_to)
        self._links = {
            login: button(f"Open {name}'s link here", partial(self._open, login)) for name, login in people
        }
        self.root = section("Whose browser", self._person, self._application, *self._links.values())

    def _is_hers(self) -> str:
        return self._model.flow.person

    def _is_at(self) -> str:
        return self._model.flow.application

    def _sit_down(self, person: str) -> None:
        self._do("switch_to", person, self._is_at())

    def _turn_to(self, application: str) -> None:
        self._do("switch_to", self._is_hers(), application)

    def _open(self, login: str) -> None:
        self._do("open_link_from", login)
        self._person.focus()  # its own button may be gone

    def refresh(self) -> None:
        put(self._person, value=self._is_hers())
        put(self._application, value=self._is_at())
        for login, link in self._links.items():
            appear(link, login in self._model.links)


class Stories:
    """The stories, one click each, by parts of the flow; with `about`, what each is about stands on it as well."""

    def __init__(self, model: Model, do: Do, *, about: bool = False) -> None:
        self._model, self._do, self._about = model, do, about
        self._buttons: dict[str, Button] = {}
        parts = [
            box("part", [text("part-name", heading(name)), box("stories", map(self._made, stories))])
            for name, stories in PARTS.items()
        ]
        self.root = section("Stories", box("parts", parts))

    def _made(self, story: Story) -> Button:
        words = f"{story.name}\n{story.about}" if self._about else story.name
        self._buttons[story.name] = button(words, partial(self._do, "tell", story.name), "story", story.about)
        return self._buttons[story.name]

    def refresh(self) -> None:
        at_hand = self._model.story.name if self._model.story else ""
        for name, one in self._buttons.items():
            (one.add_class if name == at_hand else one.remove_class)("ox-at-hand")

"""The left pane: where the flow stands, whose browser is at hand, and the stories."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

from ...show import seen
from ..flow import DONE, FAILED, NOT_YET, READY, STALE, WAITING
from ..model import APPLICATION, OTHERS, Model
from ..stories import STORIES
from .parts import Choice, Do, appear, box, button, put, section

_STYLES: Mapping[str, str] = (
    MappingProxyType(  # mark -> ipywidgets' name for a look, which explorer.css gives
        {NOT_YET: "", READY: "info", WAITING: "primary", DONE: "success", FAILED: "danger", STALE: "warning"}
    )
)


class Steps:
    """The six steps, each a button that goes to it; its second line says how it stands, if not `brief`."""

    def __init__(self, model: Model, do: Do, *, brief: bool = False) -> None:
        self._model, self._brief = model, brief
        self._buttons = [button("", partial(do, "go_to", one.step), "step") for one in model.statuses]
        self.root = section("The six steps", box("steps", self._buttons))

    def refresh(self) -> None:
        for at, (step, name, mark, words) in zip(self._buttons, self._model.statuses, strict=True):
            lines = f"{mark} {step} {name}" + f"\n{words}" * (not self._brief)
            about = f"Go to step {step}: {words}"
            put(at, description=seen(lines), tooltip=seen(about), button_style=_STYLES[mark])
            (at.add_class if step == self._model.flow.at else at.remove_class)("ox-at-hand")


class Seat:
    """At whose browser she sits, and at which application."""

    def __init__(self, model: Model, do: Do) -> None:
        self._model = model
        self._person = Choice("Browser of", lambda login: do("switch_to", login, model.flow.application))
        self._application = Choice("at", lambda name: do("switch_to", model.flow.person, name))
        self._links = {
            login: button(f"Open {name}'s link here", partial(do, "open_link_from", login))
            for login, name in model.people.items()
        }
        lists = self._person.root, self._application.root
        self.root = section("Whose browser", *lists, *self._links.values())

    def refresh(self) -> None:
        flow = self._model.flow
        self._person.show(tuple((name, login) for login, name in self._model.people.items()), flow.person)
        self._application.show((APPLICATION, *OTHERS), flow.application)
        for login, link in self._links.items():
            appear(link, login in self._model.links)


class Stories:
    """The stories, one click each; with `about`, what each is about stands on it as well."""

    def __init__(self, model: Model, do: Do, *, about: bool = False) -> None:
        self._model = model
        self.buttons = {
            story.name: button(
                f"{story.name}\n{story.about}" if about else story.name,
                partial(do, "tell", story.name),
                "story",
                story.about,
            )
            for story in STORIES
        }
        self.root = section("Stories", box("stories", self.buttons.values()))

    def refresh(self) -> None:
        at_hand = self._model.story.name if self._model.story else ""
        for name, one in self.buttons.items():
            (one.add_class if name == at_hand else one.remove_class)("ox-at-hand")

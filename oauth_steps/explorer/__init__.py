"""The explorer: the whole flow under one's hands.

    Explorer(GITHUB)                          in a notebook's cell: the screen
    Explorer(GITHUB).model.play("forged state")   the same by calls, as text

`model` does everything and knows no widget; `view` shows it and decides nothing; `stories` is data.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..errors import BadInput
from ..providers import Provider
from .model import Model

if TYPE_CHECKING:
    from .view import View

__all__ = ["Explorer", "Model"]


class Explorer:
    """The flow at this provider, in this era, to be looked at and changed; on a practice of its own.

    `present` is for a class: large type, no code, only what the story needs. Raises BadInput and UnknownEra.
    """

    def __init__(
        self, provider: Provider, era: str | None = None, *, present: bool = False, seed: int = 1
    ) -> None:
        self.model = Model(provider, era, seed)
        self.present = present

    @cached_property
    def view(self) -> View:
        """The screen, made of ipywidgets when it is first asked for. Raises BadInput where there are none."""
        try:
            from .view import View  # here, so that the model needs no ipywidgets
        except ModuleNotFoundError as missing:
            if missing.name != "ipywidgets":
                raise
            raise BadInput(
                f"the explorer has no screen here: {missing}",
                mend="Install ipywidgets beside the package, or use `explorer.model`, which needs none",
            ) from None
        return View(self.model, present=self.present)

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, Any]:
        """The screen, and the model's text beside it for where no widget is shown."""
        bundle: dict[str, Any] = self.view.root._repr_mimebundle_(**kwargs)
        return {**bundle, "text/plain": str(self.model)}

    def __repr__(self) -> str:
        return str(self.model)

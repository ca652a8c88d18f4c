"""Stories: each a list of acts on the model, with the question to ask the class and what to watch, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Act(NamedTuple):
    """A verb of the model, and what it is given. It prints as it would be written in a cell."""

    verb: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = {}

    def __str__(self) -> str:
        given = [*map(repr, self.args), *(f"{name}={value!r}" for name, value in self.kwargs.items())]
        return f"{self.verb}({', '.join(given)})"


def do(verb: str, *args: Any, **kwargs: Any) -> Act:
    """An act, written as the call that it is: `do("edit", state="⟨state 2⟩")`."""
    return Act(verb, args, kwargs)


@dataclass(frozen=True)
class Story:
    """What happens, and what to ask about it. It plays at `providers` and in `eras`, the first ones by default.

    `before` leads to the question, `then` answers it; `watch` says where to look, `answer` what is seen there.
    """

    name: str
    about: str
    question: str
    watch: str
    answer: str
    before: tuple[Act, ...]
    then: tuple[Act, ...]
    providers: tuple[str, ...] = ("GitHub", "Facebook")
    eras: tuple[str, ...] = field(default=("now", "2013"))


STORIES: tuple[Story, ...] = ()

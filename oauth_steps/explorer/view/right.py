"""The right pane: what went back and forth, who knows what, the clock, and what else both sides can do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from html import escape
from types import MappingProxyType
from typing import Any

from ipywidgets import Checkbox, Dropdown, FloatText, Textarea

from ...show import escaped, trace_html
from ..model import Model
from .parts import Do, appear, box, button, put, section, text
from .words import in_words, span

_AT_ONCE = 12  # exchanges that are drawn: more would be slow


class Lanes:
    """What was sent, drawn: the last exchanges of it, `at_once` of them, and the earlier ones when they are asked for.

    What is sent next is seen, however far back she has turned.
    """

    def __init__(self, model: Model, at_once: int = _AT_ONCE) -> None:
        self._model, self._at_once = model, at_once
        self._later, self._drawn_of = 0, (model.trace, 0)
        self._which = text("which")
        self._back = button(
            "◂ Earlier", partial(self._turn, at_once), about="Draw the exchanges before these"
        )
        self._on = button("Later ▸", partial(self._turn, -at_once), about="Draw the exchanges after these")
        self._turns = box("turns", [self._which, self._back, self._on])
        self._drawn = text("lanes")
        self.root = section("What was sent", self._turns, self._drawn, kinds="sent")

    def _turn(self, back: int) -> None:
        self._later += back
        self.refresh()

    def refresh(self) -> None:
        trace = self._model.trace
        count = len(trace)
        if self._drawn_of != (trace, count):
            self._later, self._drawn_of = 0, (trace, count)
        earliest = max(count - self._at_once, 0)
        self._later = min(max(self._later, 0), earliest)
        before = earliest - self._later
        part = trace[before : before + self._at_once]
        put(self._which, value=f"<p>Exchanges {before + 1} to {before + len(part)} of {count}</p>")
        put(self._back, disabled=not before)
        put(self._on, disabled=not self._later)
        appear(self._turns, earliest)
        put(self._drawn, value=_region("The lanes", f"<div>{trace_html(part.arrows, narrow=True)}</div>"))


def _region(name: str, inner: str) -> str:
    """A part that can be scrolled, by the keyboard too."""
    return f'<div role="region" aria-label="{escape(name)}" tabindex="0">{inner}</div>'


class Clock:
    """The time at the provider, and what lets it pass."""

    _SPANS: tuple[Mapping[str, int], ...] = (
        {"minutes": 1},
        {"minutes": 11},
        {"hours": 2},
        {"days": 1},
        {"days": 60},
        {"days": 365},
    )

    def __init__(self, model: Model, do: Do) -> None:
        self._model, self._do = model, do
        self._now = text("now")
        spans = [
            button(f"+ {span(one)}", partial(do, "advance", **one), about=f"Let {span(one)} pass")
            for one in self._SPANS
        ]
        self._amount = FloatText(value=3, description="Or let pass")
        self._unit = Dropdown(
            value="hours", options=["seconds", "minutes", "hours", "days", "weeks"], description="of"
        )
        self.root = section(
            "The clock",
            self._now,
            box("buttons", spans),
            box("line", [self._amount, self._unit, button("Let it pass", self._advance)]),
        )

    def _advance(self) -> None:
        self._do("advance", **{self._unit.value: self._amount.value})

    def refresh(self) -> None:
        put(self._now, value=f"<p>{escaped(self._model.now)}</p>")


class Application:
    """What your application does and keeps, and what else it can ask for."""

    def __init__(self, model: Model, do: Do) -> None:
        self._model = model
        self._checks_state = Checkbox(description="compares state", indent=False)
        self._uses_pkce = Checkbox(description="uses PKCE", indent=False)
        self._keeps = text("keeps")
        for name, knob in self._knobs.items():
            knob.observe(lambda change, name=name: self._turned(do, name, change.new), "value")
        prepare = [
            button(name.capitalize(), partial(do, "prepare", name), about=f"Prepare the {name}")
            for name in model.offers
        ]
        self.root = section(
            "Your application",
            box("line", self._knobs.values()),
            self._keeps,
            text("label", "<p>Prepare another request</p>"),
            box("buttons", prepare),
            text("label", "<p>Its session here</p>"),
            box("buttons", [button("Log out", partial(do, "log_out"), about="It forgets this browser")]),
        )

    @property
    def _knobs(self) -> dict[str, Checkbox]:
        return {"checks_state": self._checks_state, "uses_pkce": self._uses_pkce}

    def _turned(self, do: Do, name: str, to: bool) -> None:
        if to != getattr(self._model, name):
            do("application", **{name: to})

    def refresh(self) -> None:
        for name, knob in self._knobs.items():
            put(knob, value=getattr(self._model, name))
        put(self._keeps, value=self._model.keeps._repr_html_())


class OtherSide:
    """What the user does in her account, and the provider to the application; what was done last is said."""

    _ACTS: Mapping[str, str] = MappingProxyType(
        {
            "remove_application": "Remove the application",
            "change_password": "Change the password",
            "sign_out": "Sign out everywhere",
            "suspend": "Suspend the application",
        }
    )

    def __init__(self, model: Model, do: Do) -> None:
        self._model = model
        buttons = [
            button(words, partial(do, verb), about=f"At the provider: {words.lower()}")
            for verb, words in self._ACTS.items()
        ]
        self._done = text("done")
        self.root = section("At the provider", box("buttons", buttons), self._done)

    def refresh(self) -> None:
        last = self._model.acts[-1] if self._model.acts else None
        done = in_words(last, self._model) if last and last.verb in self._ACTS else ""
        put(self._done, value=done and f'<p role="status">✓ {escaped(done)}</p>')
        appear(self._done, done)


class Opened:
    """A part that is made only when it is asked for: a button, and below it what the button shows."""

    def __init__(self, title: str, inner: Any, fill: Callable[[], None]) -> None:
        self._title, self._inner, self._fill, self._open = title, inner, fill, False
        self._button = button("", self._turn, "opens")
        self.root = box("card", [self._button, inner])

    def _turn(self) -> None:
        self._open = not self._open
        self.refresh()

    def refresh(self) -> None:
        mark, verb = ("▾", "Hide") if self._open else ("▸", "Show")
        put(self._button, description=f"{mark} {self._title}", tooltip=f"{verb}: {self._title.lower()}")
        if self._open:
            self._fill()
        appear(self._inner, self._open)


def knows(model: Model) -> Opened:
    """Who has seen which secret."""
    table = text("knows")

    def fill() -> None:
        put(table, value=_region("Who knows what", model.knowledge._repr_html_()))

    return Opened("Who knows what", table, fill)


class Shows:
    """For a class: the tables that the story at hand asks it to watch."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._tables = text("knows")
        self.root = box("card shows", [self._tables])

    def refresh(self) -> None:
        story = self._model.story
        names = story.shows if story else ()
        tables = [getattr(self._model, name) for name in names]
        put(self._tables, value="".join(_region(one.caption, one._repr_html_()) for one in tables))
        appear(self.root, tables)


def takes_along(model: Model) -> Opened:
    """The step and the run as something to copy."""
    ways = {
        "this request as curl": "as_curl",
        "this request with requests": "as_requests",
        "the run as a cell": "transcript",
    }
    way = Dropdown(options=[*ways.items()], description="Copy")
    code = Textarea(description="Code", rows=8)

    def fill() -> None:
        put(code, value=getattr(model, way.value))

    way.observe(lambda _: fill(), "value")
    return Opened("Take along", box("copy", [way, code]), fill)

"""What the screen is made of: a few kinds of widgets, and how a change gets to them with few messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from ipywidgets import HTML, Box, Button, Dropdown, Widget

from ...show import escaped

Do = Callable[..., None]  # does a verb of the model by its name, and shows what comes of it


class Part(Protocol):
    """A part of the screen: its widget, and how it comes to show what the model has now."""

    root: Box

    def refresh(self) -> None: ...


AnyPart = TypeVar("AnyPart", bound=Part)


def put(widget: Widget, **traits: Any) -> None:
    """Set these traits where they differ, in one message; what she is typing is never touched by one that does not."""
    changed = {name: value for name, value in traits.items() if getattr(widget, name) != value}
    if changed:
        with widget.hold_sync():
            for name, value in changed.items():
                setattr(widget, name, value)


def appear(widget: Widget, there: object) -> None:
    """Show the widget, or take it out of sight, and out of the order of the Tab key."""
    # Empty, not None: that gets lost on the way out of JupyterLite's kernel, and the widget would stay hidden.
    put(widget.layout, display="" if there else "none")


def box(kinds: str, children: Iterable[Widget] = ()) -> Box:
    """A box of these kinds, which are classes of explorer.css."""
    return _of_kinds(Box(tuple(children)), kinds)


def text(kinds: str, value: str = "") -> HTML:
    """Something to read. `value` is HTML: whatever in it comes from outside is escaped already."""
    return _of_kinds(HTML(value), kinds)


def button(words: str, press: Callable[[], None], kinds: str = "", about: str | None = None) -> Button:
    """Something to press."""
    made = Button(description=words, tooltip=about)
    made.on_click(lambda _: press())
    return _of_kinds(made, kinds)


def choice(words: str, options: list[Any], now: Callable[[], Any], choose: Callable[[Any], None]) -> Dropdown:
    """One of several. `now` says which it is; `choose` is called if she takes another one."""

    def chosen(change: Any) -> None:
        if change.new != now():
            choose(change.new)

    made = Dropdown(description=words, options=options, value=now())
    made.observe(chosen, "value")
    return made


def section(title: str, *children: Widget, kinds: str = "") -> Box:
    """Some widgets under a heading."""
    return box(f"card {kinds}", [text("heading", heading(title)), *children])


def heading(title: str) -> str:
    return f"<h3>{escaped(title)}</h3>"


def _of_kinds(widget: Any, kinds: str) -> Any:
    for kind in kinds.split():
        widget.add_class(f"ox-{kind}")
    return widget

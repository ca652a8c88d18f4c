"""Reading a page as the person before it does: the lines she sees, and the form that her answer fills in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html.parser import HTMLParser
from typing import NamedTuple

from ...wire import Line
from . import Ask

# These begin a line, and end one.
_LINES = {"body", "div", "main", "p", "h1", "ul", "li", "form", "fieldset", "legend", "button"}
_KINDS = {"h1": "title", "li": "item", "button": "button"}
# The practice banner is for those who might take the page for a real one.
_UNSEEN = {"header", "style", "title"}


class _Control(NamedTuple):
    """Something in a form that has a value."""

    kind: str
    name: str
    value: str


class Reading(HTMLParser):
    """A page taken apart: which one it is, `title`, `lines`, what it `asks` for, and its form's `action`."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.page = ""
        self.title = ""
        self.lines: list[Line] = []
        self.asks: list[Ask] = []
        self.action = ""
        self._controls: list[_Control] = []
        self._kind, self._ask, self._words, self._unseen = "text", "", "", ""
        self.feed(text)
        self.close()
        self._end_line()

    def submission(
        self, typed: Mapping[str, str], boxes: Collection[str], press: str
    ) -> list[tuple[str, str]]:
        """The pairs that a browser sends, in the page's order (HTML standard, "constructing the entry list").

        `typed` is what went into fields, by name; `boxes` are the values of the checkboxes that stay checked;
        `press` is the value of the button.
        """
        pairs = []
        for kind, name, value in self._controls:
            left_out = (kind == "checkbox" and value not in boxes) or (kind == "submit" and value != press)
            if name and not left_out:
                pairs.append((name, typed.get(name, value)))
        return pairs

    @property
    def buttons(self) -> list[str]:
        """The values of the form's buttons."""
        return [value for kind, _, value in self._controls if kind == "submit"]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _LINES:
            self._end_line()
            self._kind, self._ask = _KINDS.get(tag, "text"), given.get("data-ask", "")
        if tag in _UNSEEN:
            self._unseen = tag
        elif tag == "body":
            self.page = given.get("data-page", "")
        elif tag == "form":
            self.action = given.get("action", "")
        elif tag in ("input", "button"):
            kind = given.get("type", {"input": "text", "button": "submit"}[tag])
            self._controls.append(_Control(kind, given.get("name", ""), given.get("value", "")))
            if kind == "checkbox":
                self._kind = "checked"
            elif kind in ("text", "password"):
                self._kind = "field"
                self._words += f": {given.get('value', '')}"

    def handle_endtag(self, tag: str) -> None:
        if tag in _LINES:
            self._end_line()
        if tag == self._unseen:
            self._unseen = ""

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self._words += data

    def _end_line(self) -> None:
        text = " ".join(self._words.split())
        if text and self._ask:
            about = text.removeprefix(self._ask).removeprefix(" — ")
            self.asks.append(Ask(self._ask, about, self._kind != "item"))
        if text:
            self.lines.append(Line(self._kind, text))
        if self._kind == "title":
            self.title = self.title or text
        self._kind, self._ask, self._words = "text", "", ""

"""The request before it is sent: its address, and every parameter in a row of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ipywidgets import Checkbox, Dropdown, Text, Textarea

from ...show import seen, sentence
from ..draft import Draft, Field, meaning
from ..model import Model
from .parts import Do, appear, box, button, heading, put, text

_LONGEST_NAME = 60  # characters of a name that stand over its field


class Entry:
    """A field to type in, of one line, or of several where its text has them or she wants them.

    What she has typed goes to `commit` when she leaves the field, or presses Enter in one of one line. A refresh that
    brings no other text leaves the field alone.
    """

    def __init__(self, commit: Callable[[str], None]) -> None:
        self._commit = commit
        self._shown = ""
        self._line = self._made(Text)
        self._lines: Textarea | None = None
        self.root = box("entry", [self._line])

    def _made(self, kind: Any) -> Any:
        made = kind(continuous_update=False)
        made.observe(lambda change: self._typed(change.new), "value")
        return made

    def _typed(self, value: str) -> None:
        if value != self._shown:
            self._shown = value
            self._commit(value)

    def show(self, name: str, value: str, several_lines: bool) -> None:
        self._shown = value
        if several_lines or "\n" in value or "\r" in value:
            self._lines = self._lines or self._made(Textarea)
            widget = self._lines
        else:
            widget = self._line
        put(widget, description=name, value=value)
        if self.root.children != (widget,):
            self.root.children = (widget,)

    def focus(self) -> None:
        self.root.children[0].focus()


class Row:
    """A parameter: its text, what it means, and where that stands. `at` is its place in the draft."""

    def __init__(self, do: Do, removed: Callable[[Row], None]) -> None:
        self._do = do
        self.at = -1  # it shows none
        self.key: tuple[Any, ...] = ()
        self.entry = Entry(self._typed)
        self._remove = button("", lambda: removed(self), "remove")
        self._note = text("note")
        self.root = box("field", [self.entry.root, self._remove, self._note])

    def _typed(self, value: str) -> None:
        if self.at >= 0:
            self._do("edit_field", self.at, value)

    def show(self, at: int, key: tuple[Any, ...], one: Field, note: tuple[str, str], several: bool) -> None:
        self.at, self.key = at, key
        name = _short(one.name)
        self.entry.show(name, one.text, several)
        put(self._remove, description=f"Remove {name}", tooltip=f"Take {name} out of the request")
        words, source = note
        where = "" if source == "–" else f" <cite>{sentence(source)}</cite>"
        put(self._note, value=f"<p><b>{one.place}</b> {sentence(words)}.{where}</p>")


class Fields:
    """All of the request that can be changed."""

    def __init__(self, model: Model, do: Do, send: Callable[[], None]) -> None:
        self._model, self._do = model, do
        self._method = Entry(lambda value: do("edit", method=value))
        self._address = Entry(lambda value: do("edit", address=value))
        self._method.root.add_class("ox-method")
        self._rows: list[Row] = []
        self._several = Checkbox(description="fields of several lines", indent=False)
        self._several.observe(lambda _: self.refresh(), "value")
        self._name = Text(description="Add: name")
        self._text = Text(description="its text")
        self._place = Dropdown(description="in the")
        self._list = box("fields")
        adds = [self._name, self._text, self._place, button("Add", self._add, about="Add this parameter")]
        self.root = box(
            "card request",
            [
                text("heading", heading("Every parameter, to be changed")),
                box("place", [self._method.root, self._address.root]),
                self._list,
                box("add", adds),
                box("line foot", [self._several, button("Send this request", send)]),
            ],
        )

    def _add(self) -> None:
        name, value, place = self._name.value, self._text.value, self._place.value
        self._do("add", name, value, place)
        if any((one.place, one.name, one.text) == (place, name, value) for one in self._fields[-1:]):
            put(self._name, value="")
            put(self._text, value="")

    @property
    def _fields(self) -> tuple[Field, ...]:
        draft = self._model.flow.draft
        return draft.fields if draft else ()

    def _removed(self, row: Row) -> None:
        self._do("edit_field", row.at, None)
        there = [one for one in self._rows if one.at >= 0]
        if there:  # or the keyboard would be nowhere, as the button is gone
            there[min(self._rows.index(row), len(there) - 1)].entry.focus()

    def refresh(self) -> None:
        draft = self._model.flow.draft
        appear(self.root, draft)
        if draft is None:
            return
        self._method.show("Method", draft.method, False)
        appear(self._method.root, not draft.by_browser)
        self._address.show("Address", draft.address, self._several.value)
        if self._place.options != draft.places:
            self._place.options = draft.places
            self._place.value = draft.usual_place
        self._show(draft)

    def _show(self, draft: Draft) -> None:
        """Each field keeps its row as long as it can: what she types in another must not move."""
        keys = _keys(draft)
        places = _places([row.key for row in self._rows], keys)
        while len(self._rows) <= max(places, default=-1):
            self._rows.append(Row(self._do, self._removed))
        model = self._model
        used = dict(zip(places, range(len(keys)), strict=True))
        for place, row in enumerate(self._rows):
            at = used.get(place)
            if at is None:
                row.at = -1
            else:
                one, secrets = draft.fields[at], model.trace.secrets
                note = meaning(one, model.provider, secrets)
                shown = one._replace(name=secrets.mask(one.name))  # it may have been pasted
                row.show(at, keys[at], shown, note, self._several.value)
            appear(row.root, at is not None)
        rows = tuple(row.root for row in self._rows)
        if self._list.children != rows:
            self._list.children = rows


def _keys(draft: Draft) -> list[tuple[Any, ...]]:
    """What tells fields apart: kind of request, place, name, and which one of this name."""
    names = [(one.place, one.name) for one in draft.fields]
    return [(draft.name, *name, names[:at].count(name)) for at, name in enumerate(names)]


def _places(had: list[tuple[Any, ...]], keys: list[tuple[Any, ...]]) -> list[int]:
    """The row of each field: the one that it had, new ones at the end; all from the top if that does not go."""
    places: list[int] = []
    at = 0
    for key in keys:
        if key in had[at:]:
            at = had.index(key, at) + 1
        elif set(keys) & set(had[at:]) or not places:
            return list(range(len(keys)))
        else:
            at = max(at, len(had)) + 1
        places.append(at - 1)
    return places if at < 2 * len(keys) + 8 else list(range(len(keys)))


def _short(name: str) -> str:
    name = seen(name)
    return name if len(name) <= _LONGEST_NAME else f"{name[:_LONGEST_NAME]}…"

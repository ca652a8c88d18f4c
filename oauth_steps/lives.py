"""How a code and a token live and die, drawn: their states, and what happened when.

Both pictures are made from data that is handed in, a transition table and histories; nothing here knows a provider
or a ledger. Each has its text, made from the same lines.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from . import show
from .show import ACCENT, INK, LETTER, PAPER, svg_text

Happened = tuple[datetime, str, str]  # when, which event, and the state that it led to


class Move(NamedTuple):
    """Lines of a transition table with the same ends: by which events, and which of them happened when."""

    state: str
    following: str
    events: tuple[str, ...]
    happened: tuple[tuple[datetime, str], ...]

    @property
    def marks(self) -> list[str]:
        """What happened here, with its time."""
        return [f"✓ {event} {_time(at)}" for at, event in self.happened]


@dataclass(frozen=True, repr=False)
class StateDiagram:
    """The states of a transition table, (state, event) -> next state, and one life's way through them.

    The table's first state is where each life begins; `happened` is the life, `title` says whose it is.
    """

    table: Mapping[tuple[str, str], str]
    happened: Sequence[Happened] = ()
    title: str = ""

    @property
    def moves(self) -> list[Move]:
        """The arrows of the diagram, in the order of the table."""
        ends: dict[tuple[str, str], list[str]] = {}
        for (state, event), following in self.table.items():
            ends.setdefault((state, following), []).append(event)
        way = list(zip([self._first, *(state for _, _, state in self.happened)], self.happened, strict=False))
        return [
            Move(
                *pair,
                tuple(events),
                tuple((at, event) for before, (at, event, after) in way if (before, after) == pair),
            )
            for pair, events in ends.items()
        ]

    @property
    def now(self) -> str:
        """The state at the end of the way."""
        return self.happened[-1][2] if self.happened else self._first

    @property
    def _first(self) -> str:
        return next(iter(self.table))[0]

    def __str__(self) -> str:
        moves = self.moves
        width = max(len(f"{move.state} → {move.following}") for move in moves)
        events = max(len(_either(move.events)) for move in moves)
        rows = [
            f"{f'{move.state} → {move.following}':<{width}}   {_either(move.events):<{events}}   "
            f"{', '.join(move.marks)}".rstrip()
            for move in moves
        ]
        return "\n".join([*([self.title] if self.title else []), *rows, f"now: {self.now}"])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return show.pictured(self._svg(), str(self))

    def _svg(self) -> str:
        targets = list(dict.fromkeys(move.following for move in self.moves))
        drawn, tops, y = "", {}, 40.0 if self.title else 8.0
        onward = [move for move in self.moves if move.state != self._first]
        for target in targets:
            move = next(one for one in self.moves if one.following == target)
            tops[target] = y + max(14 * len(_wrapped(move.events)) + 4, 18)
            y = tops[target] + max(14 * len(move.marks) + 4, 12) + 10
        middle = (min(tops.values()) + max(tops.values())) / 2
        for move in sorted(self.moves, key=lambda one: len(one.happened)):  # what happened, on top
            drawn += _onward(move, tops) if move in onward else _outward(move, middle, tops[move.following])
        drawn += _box(_LEFT, middle, self._first, self.now == self._first)
        drawn += "".join(_box(_RIGHT, tops[target], target, self.now == target) for target in targets)
        if self.title:
            drawn += svg_text(16, 28, self.title, "start", 'font-weight="600"')
        beside = [len(words) for move in onward for words in (*_wrapped(move.events), *move.marks)]
        width = _RIGHT + _BOX + (48 + _SMALL * max(beside) if beside else 24)
        name = f"{self.title or 'A life'}: {len(targets) + 1} states, now {self.now}; a list of moves follows"
        return show.svg(name, width, y + 4, drawn)


_LEFT, _RIGHT, _BOX = 16, 470, 96  # px: where the boxes stand, and how wide they are
_BEND, _LABEL = 190, 36  # px where an arrow runs level; letters in a line above it
_SMALL = 7  # px that a letter of these takes, if they are marked
_NOT_TO_SCALE = "moments in order, not to scale"
_TEXT, _MARKED = 'font-size="11.5"', 'font-size="11.5" font-weight="600"'


def _either(events: Sequence[str]) -> str:
    return " · ".join(events)


def _wrapped(events: Sequence[str]) -> list[str]:
    """The events in lines, none of them broken."""
    whole = _either([event.replace(" ", "\xa0") for event in events])
    return [line.replace("\xa0", " ") for line in textwrap.wrap(whole, _LABEL)]


def _line(move: Move) -> str:
    """How the line of a move is drawn: thick and in colour if it happened."""
    return f'stroke="{ACCENT}" stroke-width="3"' if move.happened else f'stroke="{INK}" stroke-opacity=".45"'


def _words(move: Move, x: float, y: float) -> str:
    """The events above an arrow, and below it what happened."""
    words = _wrapped(move.events)
    above = (
        svg_text(x, y - 6 - 14 * (len(words) - 1 - row), text, "start", _TEXT)
        for row, text in enumerate(words)
    )
    below = (svg_text(x, y + 15 + 14 * row, text, "start", _MARKED) for row, text in enumerate(move.marks))
    return "".join([*above, *below])


def _outward(move: Move, start: float, end: float) -> str:
    """An arrow from the first state to another."""
    left, right = _LEFT + _BOX, _RIGHT - 2
    curve = (
        f"M{left},{start:.1f}C{_BEND - 30},{start:.1f} {left + 10},{end:.1f} {_BEND},{end:.1f}H{right - 9}"
    )
    head = f'<path d="M{right},{end:.1f}l-11,-5v10z" fill="{ACCENT if move.happened else INK}"/>'
    return f'<path d="{curve}" fill="none" {_line(move)}/>{head}{_words(move, _BEND + 8, end)}'


def _onward(move: Move, tops: Mapping[str, float]) -> str:
    """An arrow from one of the other states to another, on their right; its words stand at its head."""
    x, start, end = _RIGHT + _BOX, tops[move.state], tops[move.following]
    curve = f"M{x},{start:.1f}C{x + 44},{start:.1f} {x + 44},{end:.1f} {x + 11},{end:.1f}"
    head = f'<path d="M{x + 1},{end:.1f}l11,-5v10z" fill="{ACCENT if move.happened else INK}"/>'
    rows = [*((text, _TEXT) for text in _wrapped(move.events)), *((mark, _MARKED) for mark in move.marks)]
    top = end + 4 - 7 * (len(rows) - 1)
    words = (svg_text(x + 40, top + 14 * row, text, "start", how) for row, (text, how) in enumerate(rows))
    return f'<path d="{curve}" fill="none" {_line(move)}/>{head}{"".join(words)}'


def _box(x: float, y: float, state: str, is_now: bool) -> str:
    edge = f'stroke="{ACCENT}" stroke-width="3"' if is_now else f'stroke="{INK}"'
    weight = 'font-weight="600"' if is_now else ""
    return (
        f'<rect x="{x}" y="{y - 15:.1f}" width="{_BOX}" height="30" rx="15" fill="{PAPER}" {edge}/>'
        + svg_text(x + _BOX / 2, y + 4, state, "middle", weight)
    )


# --- what happened when ------------------------------------------------------------------------------------


class Span(NamedTuple):
    """One life on a timeline: its label, what it came from, in words; when it was issued and is to end, what happened.

    `renewable_until` is when what renews it will end; None if nothing can renew it, or it was renewed.
    """

    label: str
    origin: str
    issued_at: datetime
    expires_at: datetime | None
    happened: Sequence[Happened]
    renewable_until: datetime | None = None

    @property
    def died_at(self) -> datetime | None:
        """When it stopped being alive; None if it lives."""
        return self.happened[0][0] if self.happened else None


@dataclass(frozen=True, repr=False)
class Timeline:
    """Lives on a virtual clock that shows `now`: what was issued, from what, what became of it, what is to come.

    Drawn with the moments in order, equally far apart: minutes and months in one picture have no common scale.
    """

    spans: Sequence[Span]
    now: datetime

    @property
    def rows(self) -> list[tuple[datetime, str]]:
        """What happened, and is planned, in order of time."""
        return sorted(self._rows(), key=lambda row: row[0])

    def _rows(self) -> Iterator[tuple[datetime, str]]:
        for span in self.spans:
            ends = f", to end {_time(span.expires_at)}" if span.expires_at else ", without an end"
            yield span.issued_at, f"{span.label} issued{f', {span.origin}' * bool(span.origin)}{ends}"
            for at, event, state in span.happened:
                yield at, f"{span.label} {state}: {event}"
        yield self.now, "now"
        for span in self.spans:
            if span.expires_at and span.expires_at >= self.now and not span.died_at:
                yield span.expires_at, f"{span.label} will end"
            if span.renewable_until:
                yield span.renewable_until, f"the refresh token of {span.label} will end"

    def __str__(self) -> str:
        return "\n".join(f"{_time(at)}  {words}" for at, words in self.rows)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return show.pictured(self._svg() if self.spans else "", str(self))

    def _svg(self) -> str:
        moments = sorted({at for at, _ in self._rows()})
        left = 40 + LETTER * max(max(len(span.label), len(span.origin)) for span in self.spans)
        gap = max(96.0, 620 / max(len(moments) - 1, 1))
        places = {at: left + gap * number for number, at in enumerate(moments)}
        bottom, right = 64 + 44 * len(self.spans), left + gap * (len(moments) - 1)
        drawn = "".join(self._moment(at, x, bottom) for at, x in places.items())
        for row, span in enumerate(self.spans):
            y = 74 + 44 * row
            drawn += svg_text(16, y + 4, span.label, "start") + svg_text(
                16, y + 19, span.origin, "start", _TEXT
            )
            drawn += self._bar(span, places, y, right + 40)
        drawn += svg_text(16, bottom + 16, _NOT_TO_SCALE, "start", 'font-size="11"')
        name = f"Timeline of {len(self.spans)} lives, {len(moments)} {_NOT_TO_SCALE}; a list of them follows"
        return show.svg(name, right + 70, bottom + 26, drawn)

    def _moment(self, at: datetime, x: float, bottom: float) -> str:
        is_now = at == self.now
        how = f'stroke="{ACCENT}" stroke-width="2"' if is_now else f'stroke="{INK}" stroke-opacity=".2"'
        words = f"{at:%H:%M}" + (" · now" if is_now else "")
        weight = 'font-size="11" font-weight="600"' if is_now else 'font-size="11"'
        return (
            f'<path d="M{x:.1f},46V{bottom:.0f}" {how}/>'
            + svg_text(x, 24, f"{at:%Y-%m-%d}", "middle", weight)
            + svg_text(x, 40, words, "middle", weight)
        )

    def _bar(self, span: Span, places: Mapping[datetime, float], y: float, beyond: float) -> str:
        """The life as a bar: lived, and dashed what is to come; a cross and its words where it died.

        A thin line, dotted, leads on to where the refresh token ends.
        """
        start, died = places[span.issued_at], span.died_at
        lived = places[died or self.now]
        drawn = f'<path d="M{start:.1f},{y}H{lived:.1f}" stroke="{ACCENT}" stroke-width="7" stroke-opacity=".75"/>'
        drawn += (
            f'<circle cx="{start:.1f}" cy="{y}" r="5" fill="{PAPER}" stroke="{ACCENT}" stroke-width="2.5"/>'
        )
        if span.renewable_until:
            renewable = f"M{lived:.1f},{y}H{places[span.renewable_until]:.1f}m0,-5v10"
            drawn += f'<path d="{renewable}" fill="none" stroke="{ACCENT}" stroke-dasharray="2 4"/>'
        if died:
            x = max(lived, start + 12)  # a life that ended when it began shows both
            cross = f"M{x - 5:.1f},{y - 5}l10,10m0,-10l-10,10"
            drawn += f'<path d="{cross}" stroke="{INK}" stroke-width="2.5"/>'
            became = ", then ".join(state for _, _, state in span.happened)
            return drawn + svg_text(x + 9, y + 17, became, "start", 'font-size="11.5"')
        end = places[span.expires_at] if span.expires_at else beyond
        dashes = f'stroke="{ACCENT}" stroke-width="3" stroke-dasharray="4 4"'
        drawn += f'<path d="M{lived:.1f},{y}H{end:.1f}" {dashes}/>'
        if span.expires_at:
            return drawn + f'<path d="M{end:.1f},{y - 7}v14" stroke="{ACCENT}" stroke-width="2.5"/>'
        return drawn + svg_text(beyond + 4, y + 5, "→", "start", 'font-size="15"')


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"

"""How a page looks where nobody opens it: as text and as a drawing of a browser window, from the same lines.

A drawing follows the theme of JupyterLab. Elsewhere it brings its own light colours, ink and paper together.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from ...wire import Line

# JupyterLab takes var(…), font and anywhere out of what it does not trust: what stands first then remains.
_EDGE = "1px solid rgba(128,128,128,.6)"
_COLORS = "background:var(--jp-layout-color1,#fff);color:var(--jp-ui-font-color1,#212121)"
_WINDOW = (
    f"max-width:42rem;margin:.25rem 0;border:{_EDGE};border-radius:10px;overflow:hidden;{_COLORS};"
    "overflow-wrap:break-word;overflow-wrap:anywhere;font:14px/1.5 var(--jp-ui-font-family,system-ui,sans-serif)"
)
_BAR = f"padding:.5rem .9rem;border-bottom:{_EDGE};background:rgba(128,128,128,.15)"
_ADDRESS = (
    f"padding:.2rem .8rem;border-radius:8px;{_COLORS};font-size:12px;line-height:1.6;"
    "font-family:Menlo, Consolas, 'DejaVu Sans Mono', monospace"
)
_POINT = "margin:.3rem 0;padding-left:1.6em;text-indent:-1.35em"
_BOX = f"margin:.4rem 0;padding:.25rem .8rem;border:{_EDGE};border-radius:6px"

# Kind of line -> its words as text, its words in a drawing, and how these are drawn.
_LOOKS = {
    "title": ("{}", "{}", "margin:0 0 .5rem;font-size:1.25em;font-weight:600"),
    "text": ("{}", "{}", "margin:.5rem 0"),
    "item": (" •  {}", "• {}", _POINT),
    "checked": ("[x] {}", "☑ {}", _POINT),
    "field": ("[ {} ]", "{}", f"{_BOX};max-width:18rem"),
    "button": ("( {} )", "{}", f"{_BOX};display:inline-block;font-weight:600"),
    "note": ("{}", "{}", "margin:.5rem 0 0;font-style:italic"),
}


def as_text(address: str, lines: Sequence[Line]) -> str:
    """The address, then the page line by line, its buttons beside each other."""
    rows = [address, ""]
    for kind, group in groupby(lines, lambda line: line.kind):
        between = "  " if kind == "button" else "\n"
        rows.append(between.join(_LOOKS[kind][0].format(line.text) for line in group))
    return "\n".join(rows)


def as_html(address: str, lines: Sequence[Line]) -> str:
    """The same as a drawing; not a page, and nothing in it can be pressed."""
    rows = "\n".join(
        f'<div style="{style}">{escape(words.format(text))}</div>'
        for (kind, text) in lines
        for (_, words, style) in [_LOOKS[kind]]
    )
    return (
        f'<div role="group" aria-label="A browser window" style="{_WINDOW}">\n'
        f'<div style="{_BAR}"><div style="{_ADDRESS}">{escape(address)}</div></div>\n'
        f'<div style="padding:.9rem 1.1rem">\n{rows}\n</div>\n</div>'
    )

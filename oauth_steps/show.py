"""How an exchange, a table and a trace look: as text, HTML, SVG, curl and Python.

All text given to this module is masked already, secrets by their labels (`⟨code 1⟩`); it is escaped on its
way into HTML. From a notebook that it does not trust JupyterLab takes SVG, attributes like `role`, and styles
with `var(…)` in them. So what is no picture has plain styles only: translucent tints, and the text colour of
the page, which suit light and dark alike. Nothing has an id, so an output is the same on every run.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape, unescape
from itertools import accumulate, pairwise, zip_longest
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, quote_plus, unquote_plus, urlencode, urlsplit

Lines = Sequence[tuple[str, str]]  # kind (`start`, `header`, `body`, `note`) and text: what wire.Line holds
Pairs = Iterable[tuple[str, str]]

_LABEL = re.compile(r"(⟨[^⟨⟩`\n]{1,60}⟩)")
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_HUES = {  # of a label, by its kind, and of a verdict, by its mark; the words beside it say the same
    "state": "0,150,136",
    "code": "245,140,0",
    "code verifier": "140,90,220",
    "code challenge": "140,90,220",
    "access token": "46,160,67",
    "refresh token": "120,170,30",
    "client secret": "226,60,90",
    "basic credentials": "226,60,90",
    "✓": "46,160,67",
    "✗": "226,60,60",
}
_OTHER_HUE = "120,130,145"
_LINE, _TINT = "1px solid rgba(128,128,128,.35)", "background:rgba(128,128,128,.13)"
MONO = "font-family:Menlo, Consolas, 'DejaVu Sans Mono', monospace;font-size:13px;line-height:1.5"


def seen(text: str) -> str:
    """The text, with what a screen would not show, or would obey, written out."""
    return _INVISIBLE.sub(lambda match: match[0].encode("unicode_escape").decode(), text)


def escaped(text: str) -> str:
    """Escaped, each label as a pill."""
    pieces = [escape(piece) for piece in _LABEL.split(seen(text))]
    for place, label in enumerate(pieces[1::2]):
        hue = _HUES.get(label.strip("⟨⟩ 0123456789"), _OTHER_HUE)
        style = f"background:rgba({hue},.17);border:1px solid rgba({hue},.6);border-radius:9px"
        pieces[2 * place + 1] = f'<span style="{style};padding:0 5px;white-space:nowrap">{label}</span>'
    return "".join(pieces)


def sentence(text: str) -> str:
    """Sentences: as `escaped`, with `words in backticks` as code."""
    return re.sub("`([^`]+)`", r"<code>\1</code>", escaped(text))


def prose(text: str) -> str:
    """A paragraph."""
    return f'<p style="margin:6px 0">{sentence(text)}</p>'


# --- an exchange -------------------------------------------------------------------------------------------

_WIDE = 60  # characters; a longer line with a query is shown one parameter a line
_PARAMETERS = re.compile(r"(?=[?&#][^?&#=\s]*=)")
_ROW_STYLES = {
    "start": "font-weight:600",
    "parameter": "word-break:break-all",
    "note": "font-style:italic;opacity:.75",
}


def _rows(arrow: str, lines: Lines) -> list[tuple[str, str]]:
    """Kind and text of each row of half an exchange, indented; both looks are made from these."""
    rows: list[tuple[str, str]] = []
    for kind, text in lines:
        if kind == "body" and rows and rows[-1][0] != "body":
            rows.append(("", ""))
        first, *more = _PARAMETERS.split(text) if kind != "body" and len(text) > _WIDE else [text]
        indent = "    " if rows else ""
        first = f"({first})" if rows and kind == "note" else first
        rows.append((kind, seen(indent + first if rows else f"{arrow} {first}")))
        rows += [("parameter", seen(f"{indent}    {parameter}")) for parameter in more]
    return rows


def address(url: str) -> str:
    """An address as text, one parameter a line."""
    return "\n    ".join(map(seen, _PARAMETERS.split(url)))


def exchange_text(title: str, request_lines: Lines, response_lines: Lines) -> str:
    """The exchange as text: the request after `→`, the response after `←`."""
    halves = (_rows("→", request_lines), _rows("←", response_lines))
    return "\n\n".join([seen(title), *("\n".join(text for _, text in rows) for rows in halves)])


def exchange_html(title: str, request_lines: Lines, response_lines: Lines) -> str:
    """The exchange as a card, made from the same rows; its halves stand side by side if there is room."""
    half = f"flex:1 1 400px;min-width:0;margin:0;padding:8px 12px;border-top:{_LINE};background:none"
    half += f";white-space:normal;{MONO}"
    return (
        f'<div style="border:{_LINE};border-radius:8px;overflow:hidden;margin:6px 0">'
        f'<div style="{_TINT};padding:5px 12px;font-weight:600">{escaped(title)}</div>'
        '<div style="display:flex;flex-wrap:wrap">'
        + half_html("→", request_lines, half)
        + half_html("←", response_lines, half)
        + "</div></div>"
    )


def half_html(arrow: str, lines: Lines, style: str = "white-space:normal") -> str:
    """One half of an exchange, behind `→` or `←`."""
    return f'<pre style="{style}">{_html_rows(_rows(arrow, lines))}</pre>'


def _html_rows(rows: Pairs) -> str:
    """Each row a block with a hanging indent; its spaces and newline count where styles are taken away."""
    shown = []
    for kind, text in rows:
        lead = len(text) - len(text.lstrip(" "))
        style = (
            f"display:block;min-height:.7em;padding-left:{0.6 * (lead + 2):.1f}em;text-indent:-1.2em;"
            f"white-space:pre-wrap;word-break:normal;overflow-wrap:break-word;{_ROW_STYLES.get(kind, '')}"
        )  # a letter of this font is 0.6 em wide
        shown.append(f'{text[:lead]}<span style="{style}">{escaped(text[lead:])}</span>')
    return "\n".join(shown)


def body(body: bytes, content_type: str, *, whole: bool) -> tuple[str, str]:
    """The text of a body as it is to be shown, and a note; a page of HTML is shown only if `whole`."""
    kind = content_type.partition(";")[0].strip().lower()
    if "html" in kind and not whole:
        title = page_title(body)
        return "", f"an HTML page, {f'“{title}”, ' if title else ''}{len(body):,} bytes; .full shows it"
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return "", f"{len(body):,} bytes that are no text"
    if "json" in kind or "javascript" in kind:
        return _reindented(text), ""
    return (text.replace("&", "\n&") if kind == "application/x-www-form-urlencoded" else text), ""


_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[{}\[\],:]|[^\s{}\[\],:"]+')
_FITS = 64  # characters that an object or array may have on one line
_DEEPEST = 20  # levels that are indented


def _reindented(text: str) -> str:
    """JSON over several lines, if it is long; its tokens stay as they came, `\\/` and `\\u0040` included."""
    try:
        json.loads(text)  # only asks whether it is JSON
    except (ValueError, RecursionError):
        return text
    if len(text) <= 80:
        return text
    tokens = _TOKEN.findall(text)
    sizes, ends, begun = list(accumulate(map(len, tokens), initial=0)), {}, []
    for place, token in enumerate(tokens):
        if token in "{[":
            begun.append(place)
        elif token in "}]":
            ends[begun.pop()] = place
    rows, row, depth, inline = [], "", 0, -1
    for place, token in enumerate(tokens):
        end = ends.get(place, -1)
        if sizes[end + 1] - sizes[place] <= _FITS:
            inline = max(inline, end)
        if place <= inline or token not in "{[]},":
            row += token + " " * (token in ",:")
        elif token in "]}":
            depth -= 1
            rows.append(row)
            row = "  " * min(depth, _DEEPEST) + token
        else:
            depth += token != ","
            rows.append(row + token)
            row = "  " * min(depth, _DEEPEST)
    return "\n".join([*rows, row])


def page_title(html: bytes) -> str:
    """The text of a page's <title>, at most 200 characters; empty if there is none."""
    match = re.search("<title[^<>]*>([^<]{0,200})", html.decode("utf-8", "replace"), re.IGNORECASE)
    return " ".join(unescape(match[1]).split()) if match else ""


def pressed(form_body: bytes) -> str:
    """What the user did, from the form that her browser posts; no value of it is shown."""
    form = dict(parse_qsl(form_body.decode("utf-8", "replace"), keep_blank_values=True))
    if "password" in form:
        return "signs in"
    return {"1": "allows", "0": "cancels"}.get(form.get("authorize", ""), "sends the form")


def what_returns(location: str) -> str:
    """The names of what a redirect brings back, and the word for an error: `error=access_denied, state`."""
    pairs = parse_qsl(urlsplit(location).query, keep_blank_values=True)
    return ", ".join(f"{name}={value}" if name in ("error", "error_code") else name for name, value in pairs)


# --- as code -----------------------------------------------------------------------------------------------

_VARIABLE = re.compile(r"⟨([A-Za-z][A-Za-z ]* [0-9]+)⟩")  # the labels that stand for a secret
_QUOTED = str.maketrans(
    {"\\": r"\\", '"': r"\"", "$": r"\$", "`": r"\`", "!": "\"'!'\""}
)  # ! recalls history


def _variables(text: str) -> list[str]:
    """The text in pieces: every second one is the name of a variable, for the label that stood there."""
    pieces = _VARIABLE.split(text)
    pieces[1::2] = (name.upper().replace(" ", "_") for name in pieces[1::2])
    return pieces


def _shell(text: str) -> str:
    """One word of a shell command: labels as variables, all else inert."""
    first, *rest = _variables(text)
    word = first.translate(_QUOTED)
    for name, after in zip(rest[::2], rest[1::2], strict=True):
        word += (f"${{{name}}}" if re.match(r"\w", after) else f"${name}") + after.translate(_QUOTED)
    return f'"{word}"'


def curl(method: str, url: str, headers: Pairs, body: str) -> str:
    """The request as a curl command; each secret is a shell variable, `⟨code 1⟩` is `$CODE_1`.

    It stands in an address or a form as it is: whoever has one with a blank or an & in it has to escape it.
    """
    globbing = "--globoff " * bool(re.search(r"[][{}]", url))  # or curl takes these for a pattern
    words = [f"curl {globbing}--request {method if method.isalpha() else _shell(method)}"]
    words += [f"--url {_shell(url)}"]
    # With nothing behind its colon, curl would leave the header out (curl's manual, --header).
    words += [f"--header {_shell(f'{name}: {value}' if value else f'{name};')}" for name, value in headers]
    return " \\\n  ".join(words + [f"--data-raw {_shell(body)}"] * bool(body))


def python(method: str, url: str, headers: Pairs, body: str) -> str:
    """The request as Python with `requests`; each secret comes from the environment."""
    place, _, query = url.partition("?")
    params, head = _python_form(query), _python_dict(headers)
    arguments = [_python(method), _python(place if params else url)]
    arguments += [f"{name}={code}" for name, code in (("params", params), ("headers", head)) if code]
    if members := _python_json(body):
        arguments.append(f"json={members}")
    elif body:
        arguments.append(f"data={_python_form(body) or _python(body)}")
    call = "".join(f"    {argument},\n" for argument in [*arguments, "timeout=10"])
    escaping = "from urllib.parse import quote, urlencode\n" * ("quote_via=quote" in call)
    return f"import os\n{escaping}\nimport requests\n\nresponse = requests.request(\n{call})"


def _python(text: str) -> str:
    pieces = [json.dumps(piece, ensure_ascii=False) for piece in _variables(text)]  # Python reads it as well
    pieces[1::2] = (f"os.environ[{name}]" for name in pieces[1::2])
    return " + ".join(piece for piece in pieces if piece != '""') or '""'


def _python_dict(pairs: Pairs) -> str:
    items = "".join(f"        {_python(name)}: {_python(value)},\n" for name, value in pairs)
    return items and f"{{\n{items}    }}"


def _python_form(text: str) -> str:
    """A form as code that is sent as this text, whatever the secrets in it are; empty if there is none."""
    for way, begins, ends in ((quote_plus, "", ""), (quote, "urlencode(", ", quote_via=quote)")):
        sent = "".join(way(one) if _VARIABLE.fullmatch(one) else one for one in _LABEL.split(text))
        pairs = parse_qsl(sent, keep_blank_values=True)
        # What was typed like a label, and stood for nothing, is escaped here: it must not become a variable.
        same = _VARIABLE.findall(unquote_plus(text)) == _VARIABLE.findall(text)
        if pairs and same and urlencode(pairs, quote_via=way) == sent:
            return f"{begins}{_python_pairs(pairs)}{ends}"
    return ""


def _python_json(text: str) -> str:
    """An object of texts as a dict that `requests` writes as this text, whatever the secrets in it are; else empty."""
    sent = _VARIABLE.sub(lambda label: json.dumps(label[0])[1:-1], text)
    try:
        members = json.loads(text)
    except ValueError:
        return ""
    if not isinstance(members, dict) or not all(isinstance(value, str) for value in members.values()):
        return ""
    same = len(_VARIABLE.findall(str(members))) == len(_VARIABLE.findall(text))
    return _python_dict(list(members.items())) if same and json.dumps(members) == sent else ""


def _python_pairs(pairs: Sequence[tuple[str, str]]) -> str:
    """A dict, or where a name comes twice, a list."""
    if len(dict(pairs)) == len(pairs):
        return _python_dict(pairs)
    items = "".join(f"        ({_python(name)}, {_python(value)}),\n" for name, value in pairs)
    return f"[\n{items}    ]"


# --- tables and verdicts -----------------------------------------------------------------------------------

_PAGE = 100  # characters


@dataclass(frozen=True, repr=False)
class Table:
    """A table of texts, each row as long as `columns`; the first cell of a row names it."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    caption: str = ""

    def __str__(self) -> str:
        # No word is ever broken: a veil that looks for a secret must find it whole.
        table = [[_unbroken(seen(cell)) for cell in row] for row in (self.columns, *self.rows)]
        columns = list(zip(*table, strict=True))
        widths = [max(map(len, column)) for column in columns]
        least = [
            max(len(word) for cell in column for word in (cell.split(" ") or [""])) for column in columns
        ]
        while sum(widths) + 2 * len(widths) > _PAGE + 2 and any(map(int.__gt__, widths, least)):
            widest = max(range(len(widths)), key=lambda at: (widths[at] > least[at], widths[at]))
            widths[widest] -= 1
        lines = [seen(self.caption)] * bool(self.caption)
        for row in (table[0], ["-" * width for width in widths], *table[1:]):
            for parts in zip_longest(*map(_wrapped, row, widths), fillvalue=""):
                lines.append("  ".join(map(str.ljust, parts, widths)).rstrip())
        return "\n".join(lines).replace("\xa0", " ")

    __repr__ = __str__

    def _repr_html_(self) -> str:
        cell = f"text-align:left;vertical-align:top;padding:5px 12px;border-top:{_LINE};line-height:1.45"
        wraps = "overflow-wrap:anywhere;min-width:4.5em"  # a long value must not press the words beside it
        head = "".join(
            f'<th scope="col" style="{cell};{_TINT}">{sentence(name)}</th>' for name in self.columns
        )
        rows = "".join(
            f'<tr><th scope="row" style="{cell}">{sentence(first)}</th>'
            + "".join(f'<td style="{cell};{wraps}">{_breakable(sentence(text))}</td>' for text in rest)
            + "</tr>"
            for first, *rest in self.rows
        )
        style = "text-align:left;padding:4px 0;font-weight:600"
        caption = f'<caption style="{style}">{sentence(self.caption)}</caption>' * bool(self.caption)
        return (
            f'<table style="border-collapse:collapse;border-bottom:{_LINE};margin:6px 0;font-size:13px">'
            f"{caption}<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        )


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(width, 1), break_long_words=False, break_on_hyphens=False)


def _unbroken(text: str) -> str:
    """The text with spaces in labels at which `textwrap` does not break a line."""
    return _LABEL.sub(lambda label: label[0].replace(" ", "\xa0"), text)


def _breakable(html: str) -> str:
    """The HTML, with places where a list without spaces may go on in the next line, and none within a date."""
    html = re.sub(r",(?=\w)(?![^<]*>)", ",<wbr>", html)
    day = r"(?<![\w-])\d{4}-\d\d(?:-\d\d)?(?![\w-])(?![^<]*>)"
    return re.sub(day, r'<span style="white-space:nowrap">\g<0></span>', html)


def verdict_text(mark: str, words: Sequence[str]) -> str:
    """A verdict as text: the mark (`✓`, `✗`, …) and what it means, more lines below."""
    return seen(f"{mark} " + "\n  ".join(words))


def verdict_html(mark: str, words: Sequence[str]) -> str:
    """The same as a card."""
    hue, (first, *more) = _HUES.get(mark, _OTHER_HUE), map(sentence, words)
    return (
        f'<div style="border-left:4px solid rgba({hue},.9);background:rgba({hue},.1);border-radius:4px;'
        f'padding:8px 14px;margin:6px 0"><div style="font-weight:600">{escaped(mark)} {first}</div>'
        + "".join(f'<div style="margin:3px 0 0 0">{line}</div>' for line in more)
        + "</div>"
    )


# --- pictures ----------------------------------------------------------------------------------------------

INK, PAPER = "var(--jp-content-font-color1, #1b1b1b)", "var(--jp-layout-color1, #fff)"
ACCENT = "var(--jp-brand-color1, #1976d2)"
LETTER = 6.6  # px that a letter takes, on average
_NARROW = 368  # px


def pictured(svg: str, text: str) -> str:
    """A picture and its text; the text, for screen readers, shows where SVG is taken away or is not there.

    For the same sanitizer then takes what lets the picture be seen, and what keeps the text out of sight.
    """
    picture = f'<div style="display:none;display:revert">{svg}</div>' if svg else ""
    out_of_sight = "overflow:hidden;block-size:1px;clip-path:inset(50%);" if svg else ""
    style = f"{out_of_sight}margin:0;white-space:pre-wrap;word-break:normal;overflow-wrap:break-word;{MONO}"
    return f'{picture}<pre style="{style}">{escaped(text)}</pre>'


def svg(name: str, width: float, height: float, drawn: str) -> str:
    """A picture that follows the theme, called `name` for those who do not see it."""
    return (
        f'<svg role="img" aria-label="{escape(name)}" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" '
        'style="max-width:100%;height:auto" font-family="system-ui, sans-serif" font-size="12.5">'
        f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>{drawn}</svg>'
    )


def svg_text(x: float, y: float, text: str, anchor: str, how: str = "") -> str:
    """Words in a picture, legible over lines."""
    halo = f'stroke="{PAPER}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} fill="{INK}" {halo} {how}>{escape(text)}</text>'


# --- a trace -----------------------------------------------------------------------------------------------


class Arrow(NamedTuple):
    """A message of a trace: number of its exchange, its step, the lanes it goes from and to, what it says."""

    number: int
    step: int | None
    sender: str
    receiver: str
    text: str

    @property
    def lanes(self) -> set[str]:
        """The lanes that it touches: in steps 1 and 2, application and provider talk through the browser."""
        ends = {self.sender, self.receiver}
        return (
            ends | {"browser"} if ends == {"your application", "provider"} and self.step in (1, 2) else ends
        )

    @property
    def words(self) -> str:
        """What it says, and its way if that is not the straight one."""
        return seen(self.text) + (" (through the browser)" if len(self.lanes) > 2 else "")


_LANES = ("user", "browser", "your application", "provider", "API")
_CHANNELS = {  # whether the browser is in it -> colour, dashes, meaning
    True: (ACCENT, "6 3", "front channel: through the browser"),
    False: ("var(--jp-accent-color1, #388e3c)", "none", "back channel: from server to server"),
}


def trace_text(arrows: Sequence[Arrow]) -> str:
    """The trace as a list: exchange, step, from → to, what."""
    rows = (
        f"{arrow.number:3}  {f'step {arrow.step}' if arrow.step else '':6}  "
        f"{arrow.sender:>16} → {arrow.receiver:16}  {arrow.words}"
        for arrow in arrows
    )
    return "\n".join(rows) or "nothing was sent"


def trace_html(arrows: Sequence[Arrow], *, narrow: bool = False) -> str:
    """The trace drawn as lanes and arrows, with its text; `narrow` for where there is no room beside it."""
    return pictured(_svg(arrows, narrow) if arrows else "", trace_text(arrows))


def _svg(arrows: Sequence[Arrow], narrow: bool) -> str:
    met = set().union(*(arrow.lanes for arrow in arrows))
    lanes, width = (_close if narrow else _apart)([lane for lane in _LANES if lane in met])
    used = {"browser" in arrow.lanes for arrow in arrows}
    y, step, drawn = 0.0 if narrow else 46.0, None, ""
    for arrow in arrows:
        if arrow.step != step:
            drawn += f'<path d="M12,{y + 9:.0f}H{width - 12:.0f}" stroke="{INK}" stroke-opacity=".18"/>'
            if arrow.step:
                drawn += svg_text(14, y + 25, f"step {arrow.step}", "start", 'font-weight="600"')
            step, y = arrow.step, y + 8 + 18 * bool(narrow and arrow.step)
        more, y = _drawn(arrow, lanes, y, width if narrow else 0)
        drawn += more
    name = f"Sequence of {len(arrows)} arrows between {', '.join(lanes)}; a list of them follows"
    if narrow:  # two pictures, so that the names can stay in sight while the arrows are scrolled
        names = svg("The lanes", width, 60, "".join(_name(lane, x) for lane, x in lanes.items()))
        lines = "".join(_line(x, 0, y + 14) for x in lanes.values())
        return names + svg(name, width, y + 44 + 18 * len(used), lines + drawn + _legend(used, y + 34, True))
    heads = "".join(_line(x, 40, y + 14) + _name(lane, x, wide=True) for lane, x in lanes.items())
    width = max(width, 210 + 270 * len(used))  # the legend needs that
    return svg(name, width, y + 48, heads + drawn + _legend(used, y + 34, False))


def _apart(met: Sequence[str]) -> tuple[dict[str, float], float]:
    """Where the lanes are, and the width of it all: an arrow's words fit between its lanes."""
    lanes: dict[str, float] = {}
    for before, lane in pairwise(["", *met]):
        wide = before == "your application" or lane == "provider"  # between these stand the longest words
        lanes[lane] = lanes[before] + (235 if wide else 155) if before else 72 + _half(lane)
    return lanes, max(lanes.values()) + 80


def _close(met: Sequence[str]) -> tuple[dict[str, float], float]:
    """The same where there is little room: an arrow's words go beyond its lanes."""
    first, last = 8 + _half_of_words(met[0]), _NARROW - 8 - _half_of_words(met[-1])
    gap = (last - first) / max(len(met) - 1, 1)
    return {lane: first + gap * place for place, lane in enumerate(met)}, _NARROW


def _half(lane: str) -> float:
    """Half the width of the box with a lane's name."""
    return LETTER * len(lane) / 2 + 12


def _half_of_words(lane: str) -> float:
    """The same where its words stand one below the other, in small letters."""
    return 0.85 * _half(max(lane.split(), key=len)) - 2


def _line(x: float, top: float, bottom: float) -> str:
    """A lane."""
    return f'<path d="M{x:.1f},{top:.0f}V{bottom:.0f}" stroke="{INK}" stroke-opacity=".4"/>'


def _name(lane: str, x: float, *, wide: bool = False) -> str:
    """A lane's name in a box; where there is little room, in small letters and a word to a line."""
    words, letters = (
        ([lane], 'font-weight="600"') if wide else (lane.split(), 'font-size="11" font-weight="600"')
    )
    half = _half(lane) if wide else _half_of_words(lane)
    tall, first = (28, 30.5) if wide else (43, 45 - 7.5 * len(words))
    box = f'x="{x - half:.1f}" y="12" width="{2 * half:.1f}" height="{tall}" rx="6"'
    rows = (svg_text(x, first + 15 * row, word, "middle", letters) for row, word in enumerate(words))
    return f'<rect {box} fill="{PAPER}" stroke="{INK}"/>' + "".join(rows)


def _drawn(arrow: Arrow, lanes: dict[str, float], y: float, room: float) -> tuple[str, float]:
    """An arrow drawn below `y`, its words over its line, and where the next may begin.

    The words stay between its lanes, or have all of `room`, if that is not 0.
    """
    left, *between, right = sorted(lanes[lane] for lane in arrow.lanes)
    words = textwrap.wrap(arrow.words, int(((room or right - left) - 24) / LETTER), break_on_hyphens=False)
    if len(words) > 3:
        words[2:] = [words[2][:-1] + "…"]
    middle, edge = (left + right) / 2, 12 + LETTER * max(map(len, words), default=0) / 2
    if room:
        middle = min(max(middle, edge), room - edge)
    drawn = "".join(svg_text(middle, y + 17 + 15 * row, text, "middle") for row, text in enumerate(words))
    start, end = lanes[arrow.sender], lanes[arrow.receiver]
    below = 5 * bool(room and abs(middle - start) < edge)  # words that go beyond it would touch the number
    y += 15 * len(words) + (17 if between else 10) + below
    # The front channel between application and provider goes to the browser, round its lane, and on.
    turn, dot = f"H{left + 8:.1f}a8,8 0 0 0 0,16", f'<circle cx="{left:.1f}" cy="{y + 8:.1f}" r="4.5"/>'
    tip, way = y + 16 * bool(between), 1 if between or start < end else -1
    hue, dashes, _ = _CHANNELS["browser" in arrow.lanes]
    line = f"M{start:.1f},{y:.1f}{turn * bool(between)}H{end - 8 * way:.1f}"
    drawn += (
        f'<g stroke="{hue}" fill="{hue}" stroke-width="1.8">'
        f'<path d="{line}" stroke-dasharray="{dashes}" fill="none"/>'
        f'{dot * bool(between)}<path d="M{end - way:.1f},{tip:.1f}l{-11 * way},-5v10z" stroke="none"/>'
        f'<circle cx="{start:.1f}" cy="{y:.1f}" r="9.5" fill="{PAPER}"/></g>'
    )
    return drawn + svg_text(start, y + 3.8, str(arrow.number), "middle", 'font-size="10.5"'), tip + 8


def _legend(used: set[bool], y: float, narrow: bool) -> str:
    drawn, x = "", 16
    for channel in filter(used.__contains__, _CHANNELS):
        hue, dashes, meaning = _CHANNELS[channel]
        drawn += (
            f'<path d="M{x},{y - 4:.1f}h34" stroke="{hue}" stroke-width="1.8" stroke-dasharray="{dashes}"/>'
        )
        drawn += svg_text(x + 42, y, meaning, "start", 'font-size="11.5"')
        x, y = (x, y + 18) if narrow else (x + 270, y)
    return drawn + svg_text(x, y, "circles: number of the exchange", "start", 'font-size="11.5"')

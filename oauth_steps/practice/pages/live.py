"""The page on which a room watches what is sent: large, plain, and fresh every second."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape
from importlib.resources import files

from . import inline

_CSS = "\n" + files(__package__).joinpath("live.css").read_text("utf-8")
# Replaces what is shown when something new is there; buttons and the place on the page stay as they are.
_SCRIPT = """
const wait = 1000;
async function look() {
  const shown = document.querySelector("main");
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.querySelector("main");
    document.forms[0].csrf.value = page.forms[0].csrf.value;  // it may have been started again at this address
    if (now.innerHTML !== shown.innerHTML) shown.replaceWith(now);
    document.body.classList.remove("over");
    setTimeout(look, wait);
  } catch {
    document.body.classList.add("over");
    setTimeout(look, 5 * wait);
  }
}
setTimeout(look, wait);
"""
_SPANS = (("11 minutes", 660), ("9 hours", 9 * 3600), ("1 day", 86_400), ("61 days", 61 * 86_400))

# The pictures have styles of their own, which no hash lets in. Its forms lead nowhere else, so `form-action` may stand.
POLICY = (
    "Content-Security-Policy",
    f"default-src 'none'; style-src 'unsafe-inline'; script-src {inline(_SCRIPT)}; connect-src 'self'; "
    "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
)


def page(*, places: Mapping[str, str], now: datetime, count: int, newest: str, drawn: str, csrf: str) -> str:
    """The page. `newest` is the last exchange and `drawn` the last ones as a picture, both HTML that hides secrets."""
    where = "".join(f"<span>{escape(name)}: <b>{escape(url)}</b></span>" for name, url in places.items())
    buttons = "".join(
        f'<button name="advance_seconds" value="{seconds}">{words}</button>' for words, seconds in _SPANS
    )
    story = "How it came about"
    picture = f'<div class="drawn" tabindex="0" role="region" aria-label="{story}">{drawn}</div>'
    trace = f"<h2>The newest exchange</h2>{newest}<h2>{story}</h2>{picture}"
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Practice: what is sent</title>
<link rel="icon" href="data:,">
<noscript><meta http-equiv="refresh" content="5"></noscript>
<style>{_CSS}</style>
</head>
<body>
<header><strong>Practice, nothing real</strong>{where}</header>
<form method="post" action="/practice/">
<input type="hidden" name="csrf" value="{escape(csrf)}">
<fieldset><legend>Let time pass</legend>{buttons}</fieldset>
<button name="act" value="reset">Begin again</button>
</form>
<p class="ended" role="status">The practice does not answer: it has ended.</p>
<main>
<h1>{now:%Y-%m-%d, %H:%M} UTC · {count} {"exchange" if count == 1 else "exchanges"}</h1>
{trace if count else "<p>Nothing was sent yet.</p>"}
</main>
<script>{_SCRIPT}</script>
</body>
</html>
"""

"""The pages that people see: whole HTML documents. Every word from outside is escaped; nothing is fetched.

No provider is named here: names and wording come in. `<body data-page="…">` tells the pages apart.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import NamedTuple
from urllib.parse import urlsplit


def inline(text: str) -> str:
    """How a Content-Security-Policy names a style or a script that stands in a page (CSP Level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_CSS = "\n" + files(__name__).joinpath("page.css").read_text("utf-8")
STYLE = inline(_CSS)


class Ask(NamedTuple):
    """A permission: its name, what it allows in words, and whether it can be declined by itself."""

    name: str
    about: str
    optional: bool


def sign_in(
    provider: str,
    *,
    action: str,
    hidden: Mapping[str, str],
    login: str = "",
    message: str = "",
    sign_up: str = "",
    people: Sequence[tuple[str, str]] = (),
) -> str:
    """The page that asks for `login` and `password`; `people` are those who could sign in: (login, name).

    `sign_up` is what it says to somebody without an account.
    """
    cast = ", ".join(f"<b>{escape(who)}</b> ({escape(name)})" for who, name in people)
    return _document(
        provider,
        "sign-in",
        f"Sign in to {provider}",
        f'<p class="alarm" role="alert">{escape(message)}</p>' if message else "",
        *_form(action, hidden),
        f'<p><label class="field">Username<input name="login" value="{escape(login)}" required '
        'autocomplete="username" autocapitalize="none" spellcheck="false"></label></p>',
        '<p><label class="field">Password<input name="password" type="password" required '
        'autocomplete="current-password"></label></p>',
        '<div class="buttons"><button class="main">Sign in</button></div>',
        "</form>",
        f'<p class="quiet">{escape(sign_up)}</p>' if sign_up else "",
        f'<p class="quiet">Practice people: {cast}.</p>' if people else "",
    )


def choose_account(
    provider: str, *, action: str, hidden: Mapping[str, str], people: Sequence[tuple[str, str]]
) -> str:
    """The page that asks with which account to go on: `people` are those signed in with this browser."""
    buttons = (
        f'<button class="main" name="account" value="{escape(login)}">{escape(name)} ({escape(login)})</button>'
        for login, name in people
    )
    return _document(
        provider,
        "choose-account",
        "Which account?",
        "<p>Go on as somebody who is signed in here, or sign in as somebody else.</p>",
        *_form(action, hidden),
        '<div class="buttons">',
        *buttons,
        '<button name="account" value="">Another account</button></div>',
        "</form>",
    )


def settings(
    provider: str,
    *,
    app: str,
    owner: str,
    user: str,
    action: str,
    hidden: Mapping[str, str],
    asks: Sequence[Ask],
) -> str:
    """The page in her settings where `user` sees what `app` may do, can leave it less, and can end it."""
    return _document(
        provider,
        "settings",
        f"What {app} may do",
        f"<p><b>{escape(app)}</b>, made by <b>{escape(owner)}</b>, has access to the {escape(provider)} account "
        f"of <b>{escape(user)}</b>.</p>",
        *_form(action, hidden),
        *_asks(asks, "It is able to"),
        '<div class="buttons"><button class="main" name="act" value="save">Save</button>',
        '<button name="act" value="revoke">Revoke access</button></div>',
        "</form>",
    )


def consent(
    provider: str,
    *,
    app: str,
    owner: str,
    user: str,
    action: str,
    hidden: Mapping[str, str],
    asks: Sequence[Ask],
    destination: str,
    already: Sequence[str] = (),
    note: str = "",
) -> str:
    """The page that asks `user` whether `app` may have what it wants, and says where she will be sent then.

    `destination` is the redirect_uri, of which the host is shown; `already` names what was allowed before.
    """
    before = ", ".join(f"<b>{escape(name)}</b>" for name in already)
    return _document(
        provider,
        "consent",
        f"Allow {app}?",
        f"<p><b>{escape(app)}</b>, made by <b>{escape(owner)}</b>, asks for access to the "
        f"{escape(provider)} account of <b>{escape(user)}</b>.</p>",
        *_form(action, hidden),
        *_asks(asks),
        f"<p>Allowed before: {before}.</p>" if already else "",
        f"<p>{escape(note)}</p>" if note else "",
        '<div class="buttons"><button class="main" name="authorize" value="1">Allow</button>',
        '<button name="authorize" value="0">Cancel</button></div>',
        "</form>",
        f'<p class="quiet">Either answer sends you to <b>{escape(host_of(destination))}</b>.</p>',
    )


def error(provider: str, *, title: str, paragraphs: Sequence[str]) -> str:
    """The page where a flow ends without going back to the application (RFC 6749 section 4.1.2.1)."""
    return _document(provider, "error", title, *(f"<p>{escape(text)}</p>" for text in paragraphs))


def notice(provider: str, *, title: str, paragraphs: Sequence[str]) -> str:
    """The page that says what was done, where no flow ends."""
    return _document(provider, "notice", title, *(f"<p>{escape(text)}</p>" for text in paragraphs))


def _form(action: str, hidden: Mapping[str, str]) -> list[str]:
    inputs = [
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in hidden.items()
    ]
    return [f'<form method="post" action="{escape(action)}">', *inputs]


def _asks(asks: Sequence[Ask], legend: str = "It would be able to") -> list[str]:
    if not asks:
        return ["<p>It asks only to know who you are.</p>"]
    items = (f'<li data-ask="{escape(ask.name)}">{_ask(ask)}</li>' for ask in asks)
    return [f"<fieldset><legend>{legend}</legend>", '<ul class="asks">', *items, "</ul></fieldset>"]


def _ask(ask: Ask) -> str:
    name = escape(ask.name)
    words = f"<b>{name}</b> — {escape(ask.about)}"
    if ask.optional:
        return f'<label><input type="checkbox" name="allow_scope" value="{name}" checked>{words}</label>'
    return f'<span class="always">{words}</span>'


def host_of(destination: str) -> str:
    """Where the browser will be: host and port, without the user name that could pretend to be one."""
    return (urlsplit(destination).netloc or destination).rpartition("@")[2]


def _document(provider: str, page: str, title: str, *content: str) -> str:
    body = "\n".join(part for part in content if part)
    # The empty icon keeps a browser from asking for /favicon.ico, which would stand in the trace.
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(title)}</title>
<link rel="icon" href="data:,">
<style>{_CSS}</style>
</head>
<body data-page="{page}">
<header>Practice — <strong>not the real {escape(provider)}</strong>. Nothing leaves this computer.</header>
<main>
<h1>{escape(title)}</h1>
{body}
</main>
</body>
</html>
"""

"""What no provider has: looking into a practice that is served, turning its clock, registering applications.

It stands below `/practice/` at each of the ports, so that a program which knows one provider's address needs no other.
Programs send JSON and are sent JSON; people have a page that shows what was sent as it is sent.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from ..errors import BadInput, OAuthStepsError
from ..providers import App
from ..wire import Headers, Request, Response
from . import pages
from .ledger import Credential
from .messages import Asked, html_page, same
from .pages import live

if TYPE_CHECKING:
    from . import Practice

HOME = "/practice"

_SHOWN = 12  # exchanges on the page: as many as a projector shows in letters that can be read
_LONGEST = timedelta.max.total_seconds()
_NO_STORE = ("Cache-Control", "no-store")


class Control:
    """Answers for what is below `/practice`. That no other site's page sends it is seen to before."""

    def __init__(self, practice: Practice) -> None:
        self._practice = practice
        self._csrf = secrets.token_urlsafe()  # of the page's form

    def handle(self, request: Request) -> Response:
        """Answer one request, whatever it is. Only what looks or changes holds up others, not what is drawn of it."""
        asked = Asked(request)
        acts = _ACTS.get(asked.path.rstrip("/"))
        if acts is None:
            return _json(404, {"error": "there is no such page", "mend": f"There is {', '.join(_ACTS)}"})
        act = acts.get(asked.method)
        if act is None:
            refusal = {"error": f"{asked.method} is not for this page", "mend": f"Use {', '.join(acts)}"}
            return _json(405, refusal, (("Allow", ", ".join(acts)),))
        try:
            return act(self, asked)
        except OAuthStepsError as error:
            if acts is _ACTS[HOME]:  # a person has pressed a button
                names = " and ".join(row.name for row in self._practice.providers)
                page = pages.error(names, title="Nothing was done", paragraphs=[str(error)])
                return html_page(400, page, (_NO_STORE,))
            return _json(400, {"error": error.message, "mend": error.mend})

    # --- for programs ---------------------------------------------------------------------------------------

    def _state(self, asked: Asked) -> Response:
        """GET /practice/state: all that is known, no secret among it."""
        with self._practice.one_at_a_time:
            state = self._all()
        return _json(200, state)

    def _all(self) -> dict[str, Any]:
        practice, ledger = self._practice, self._practice.ledger
        return {
            **practice.urls,
            "era": practice.era,
            "now": practice.clock.now.isoformat(),
            "exchanges": len(practice.trace),
            "people": [{"login": login, "name": name} for login, name in ledger.names],
            "apps": [
                {
                    "provider": client.provider.name.lower(),
                    "name": client.name,
                    "client_id": client.client_id,
                    "redirect_uris": client.redirect_uris,
                }
                for client in ledger.clients.values()
            ],
            "codes": self._told(ledger.codes.values()),
            "tokens": self._told(ledger.tokens.values()),
        }

    def _told(self, credentials: Iterable[Credential]) -> list[dict[str, Any]]:
        now = self._practice.clock.now
        return [
            {
                "label": one.label,
                "client_id": one.client_id,
                "login": one.login,
                "scope": sorted(one.scope),
                "state": one.state_at(now),
                "expires_at": one.expires_at and one.expires_at.isoformat(),
            }
            for one in credentials
        ]

    def _advance(self, asked: Asked) -> Response:
        """POST /practice/clock {"advance_seconds": 660}."""
        return _json(200, {"now": self._pass(_sent(asked).get("advance_seconds")).isoformat()})

    def _pass(self, seconds: Any) -> datetime:
        number = isinstance(seconds, int | float) and not isinstance(seconds, bool)  # True is one for Python
        if not number or not abs(seconds) <= _LONGEST:  # and not the other way round: NaN is neither
            raise BadInput(f"advance_seconds cannot be {seconds!r}", mend="It is a number, such as 660")
        with self._practice.one_at_a_time:
            return self._practice.clock.advance(seconds=seconds)

    def _register(self, asked: Asked) -> Response:
        """POST /practice/apps {"provider": "github", "redirect_uris": […]}, and fields of the provider's form."""
        form = _sent(asked)
        rows = {row.name.lower(): row for row in self._practice.providers}
        row = rows.get(str(form.pop("provider", "")).lower())
        if row is None:
            raise BadInput("there is no such provider", mend=f"provider is one of {', '.join(rows)}")
        uris = form.pop("redirect_uris", None)
        if not uris or not isinstance(uris, str | list):
            raise BadInput(
                "redirect_uris is missing", mend='It is a list, such as ["http://127.0.0.1/callback"]'
            )
        # Not left to `register`: some names are its own, such as `self`, and it says redirect_uri.
        asks, beside = self._practice.form_of(row)
        has = ["redirect_uris" if field == "redirect_uri" else field for field in asks]
        if unknown := [field for field in form if field not in (*has, *beside)]:
            raise BadInput(f"the form has no {', '.join(unknown)}", mend=f"It has {', '.join(has)}")
        if (roles := form.get("roles")) is not None:
            if not isinstance(roles, list) or not all(isinstance(login, str) for login in roles):
                raise BadInput(f"roles cannot be {roles!r}", mend='It is a list of logins, such as ["ada"]')
            form["roles"] = frozenset(roles)
        with self._practice.one_at_a_time:
            app = self._practice.register(
                row, **{"name": "Another application", **form, "redirect_uri": uris}
            )
            return _json(201, {"provider": row.name.lower(), **credentials(self._practice, app)})

    def _reset(self, asked: Asked) -> Response:
        """POST /practice/reset."""
        _sent(asked)
        with self._practice.one_at_a_time:
            self._practice.reset()
            return self._state(asked)

    # --- for people -----------------------------------------------------------------------------------------

    def _page(self, asked: Asked) -> Response:
        """GET /practice/: the trace as it grows."""
        with self._practice.one_at_a_time:
            now, count = self._practice.clock.now, len(self._practice.trace)
            last = self._practice.trace[-_SHOWN:]
        text = live.page(
            places={row.name: row.web_url for row in self._practice.providers},
            now=now,
            count=count,
            newest=last[-1]._repr_html_() if last else "",
            drawn=last._repr_html_(),
            csrf=self._csrf,
        )
        return html_page(200, text, (live.POLICY, _NO_STORE))

    def _pressed(self, asked: Asked) -> Response:
        """POST /practice/: one of the page's buttons."""
        if not same(self._csrf, asked.body.get("csrf")):
            raise BadInput(
                "this form is of an earlier practice", mend="Open the page again and press it there"
            )
        if asked.body.get("act") == "reset":
            self._practice.reset()
        else:
            self._pass(_number(asked.body.get("advance_seconds", "")))
        return Response(303, (("Location", f"{HOME}/"), _NO_STORE))


Act = Callable[[Control, Asked], Response]

_ACTS: Mapping[str, Mapping[str, Act]] = MappingProxyType(
    {
        HOME: {"GET": Control._page, "POST": Control._pressed},
        f"{HOME}/state": {"GET": Control._state},
        f"{HOME}/clock": {"POST": Control._advance},
        f"{HOME}/apps": {"POST": Control._register},
        f"{HOME}/reset": {"POST": Control._reset},
    }
)


def credentials(practice: Practice, app: App) -> dict[str, Any]:
    """What somebody needs who wants to be this application: its secret is in it."""
    client = practice.registration(app)
    return {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "redirect_uris": list(client.redirect_uris),
    }


def _sent(asked: Asked) -> dict[str, Any]:
    """The JSON object that was sent. Raises BadInput, also if it is not named so.

    A page of another site can send a form without being asked, but JSON by that name only if it is allowed to (Fetch
    standard, section 3.3), and nobody allows it here.
    """
    kind = (asked.header("content-type") or "").partition(";")[0].strip().lower()
    if kind != "application/json":
        raise BadInput("this is not JSON", mend="Send Content-Type: application/json")
    if not isinstance(asked.json, dict):
        raise BadInput("this is no JSON object", mend='Send one, such as {"advance_seconds": 660}, or {}')
    return dict(asked.json)


def _number(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _json(status: int, body: Any, headers: Headers = ()) -> Response:
    kind = ("Content-Type", "application/json; charset=utf-8")
    text = json.dumps(body, ensure_ascii=False, indent=1)
    return Response(status, (kind, _NO_STORE, *headers), f"{text}\n".encode())

"""What was written for 2013, as calls: each works on the wire of then, and what it meets today is dated.

    for call in OLD_CALLS:
        with Practice(era="2013") as practice:
            call.tried(practice)  # and once more with Practice()

What differs in a provider's row is dated there, as `since`; here is what no row holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import requests

from .check.outcomes import REFUSED, UNHEARD, outcome_of
from .mishaps import STRANGER, Flow, Practice
from .providers import FACEBOOK, GITHUB, Since
from .steps import TIMEOUT

_LONGEST = 150  # characters of an answer, in a table


@dataclass(frozen=True)
class OldCall:
    """A call as it was made in 2013. `reads` makes of what `does` returned what a program of the time made of it.

    Without `reads` the provider's own word counts: works, refused, or a page of which the client never hears.
    """

    provider: str
    what: str
    does: Callable[[Flow], Any]
    since: Since
    reads: Callable[[Any], str] | None = None

    def tried(self, practice: Practice) -> str:
        """Make the call on a fresh practice that is running, for somebody who has no part in the application."""
        flow = Flow(practice, self.provider)
        flow.browser = practice.new_browser(signed_in_as=STRANGER)
        answer = self.does(flow)
        outcome = outcome_of(practice.trace[-1])
        if self.reads and outcome.kind not in (REFUSED, UNHEARD):
            return self.reads(answer) or "nothing"
        text = " ".join(f"{outcome.kind or 'goes on'}: {outcome.line}".split())
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"


def _opened(where: str) -> Callable[[Flow], None]:
    """Step 1 with another redirect_uri, which is where this leads from the registered one."""

    def does(flow: Flow) -> None:
        flow.open(redirect_uri=urljoin(flow.app.redirect_uri, where))

    return does


def _opened_with_http(flow: Flow) -> None:
    """Step 1 for an application that has registered an address with http."""
    where = "http://notes.example/callback"
    app = flow.practice.register(flow.row, name="Plain Notes", redirect_uri=where)
    flow.open(client_id=app.client_id, redirect_uri=where)


def _redeemed_by_get(flow: Flow) -> requests.Response:
    return flow.ask("GET", {**flow.credentials, "code": flow.code()})


def _graph(flow: Flow, path: str, scope: str = "", **sent: str) -> requests.Response:
    """A call of the Graph API without a version, the token among the parameters; sending, if there is more."""
    parameters = {"access_token": flow.token(scope=scope), **sent}
    url = "https://graph.facebook.com" + path
    if sent:
        return requests.post(url, data=parameters, timeout=TIMEOUT)
    return requests.get(url, params=parameters, timeout=TIMEOUT)


def _by_pattern(response: requests.Response) -> str:
    """The token and its seconds, as a regular expression reads them."""
    found = re.search(r"access_token=([^&]+)&expires=(\d+)", response.text)
    return f"a token for {found[2]} seconds" if found else ""


def _members(response: requests.Response) -> str:
    return ", ".join(sorted(response.json()))


def _first_permission(response: requests.Response) -> str:
    return ", ".join(response.json()["data"][0])


def _shape(response: requests.Response) -> str:
    token = response.json()["access_token"]
    return f"{len(token)} hexadecimal digits" if re.fullmatch("[0-9a-f]+", token) else f"{token[:4]}…"


_STRICT = "developers.facebook.com blog, 2017-12-18"

OLD_CALLS: tuple[OldCall, ...] = (
    OldCall(
        GITHUB.name,
        "a redirect_uri below the registered one",
        _opened("github/deeper"),
        Since(
            "2026-08-03, for new callback URLs",
            "a page below may send codes on",
            "docs.github.com, Redirect URLs; RFC 9700, 4.1",
        ),
    ),
    OldCall(
        GITHUB.name,
        "the token request by GET",
        _redeemed_by_get,
        Since(
            "2014-07, about",
            "what stands in an address is kept in logs",
            "observed: omab/python-social-auth#327; RFC 6749, 3.2",
        ),
    ),
    OldCall(
        GITHUB.name,
        "the token as a parameter of the address",
        lambda flow: requests.get(
            f"{flow.row.api_url}/user", params={"access_token": flow.token()}, timeout=TIMEOUT
        ),
        Since(
            "2021-09-08",
            "what stands in an address is kept in logs",
            "developer.github.com changes, 2020-02-10",
        ),
    ),
    OldCall(
        GITHUB.name,
        "what a token looks like",
        Flow.redeem,
        Since(
            "2021-03-31",
            "whoever scans code for secrets recognises one; a column of 40 characters is to grow to 255",
            "github.blog changelog, 2021-03-31",
        ),
        _shape,
    ),
    OldCall(
        FACEBOOK.name,
        "a redirect_uri below the registered one",
        _opened("facebook/deeper"),
        Since("2018-03", "a page below may send codes on", f"{_STRICT}; RFC 9700, 4.1"),
    ),
    OldCall(
        FACEBOOK.name,
        "a redirect_uri with http",
        _opened_with_http,
        Since(
            "2018-10-06",
            "on http, whoever listens reads the code",
            "developers.facebook.com blog, 2018-06-08",
        ),
    ),
    OldCall(
        FACEBOOK.name,
        "what she is asked for publish_stream, status_update, create_event, manage_pages",
        lambda flow: flow.open(scope="publish_stream,status_update,create_event,manage_pages"),
        Since(
            "2014-04-30 (v2.0) to 2022-05",
            "one narrow permission for each thing: pages_manage_posts and others",
            "developers.facebook.com, Pages overview; spring-projects/spring-social-samples#46",
        ),
        lambda page: ", ".join(ask.name for ask in page.asks),
    ),
    OldCall(
        FACEBOOK.name,
        "the token, by a regular expression",
        Flow.redeem,
        Since(
            "2015-03-25; without a version, 2017-03",
            "RFC 6749, 5.1 wants JSON",
            "changelog of Graph API v2.3",
        ),
        _by_pattern,
    ),
    OldCall(
        FACEBOOK.name,
        "who she is: /me, without fields",
        lambda flow: _graph(flow, "/me"),
        Since("2015-07-08", "only what is asked for", "developers.facebook.com blog, 2015-07-08"),
        _members,
    ),
    OldCall(
        FACEBOOK.name,
        "the first row of /me/permissions",
        lambda flow: _graph(flow, "/me/permissions"),
        Since(
            "2014-04-30, with v2.0",
            "one may decline a permission, and flags could not say so",
            "observed: facebook4j's test data; docs, Permissions",
        ),
        _first_permission,
    ),
    OldCall(
        FACEBOOK.name,
        "a status, with publish_stream",
        lambda flow: _graph(flow, "/me/feed", "publish_stream", message="Chess on Friday"),
        Since(
            "2018-08-01",
            "no application posts in a person's name; share dialogs do, with her",
            "developers.facebook.com, changes of 2018-04-24",
        ),
    ),
    OldCall(
        FACEBOOK.name,
        "an event, with create_event",
        lambda flow: _graph(
            flow, "/me/events", "create_event", name="Chess", start_time="2013-06-07T19:00:00+0000"
        ),
        Since(
            "2014-04-30, with v2.0; for all 2015-04-30",
            "applications make no events any more, and no reason is given",
            "nov/fb_graph2#58, which quotes the changelog",
        ),
    ),
)

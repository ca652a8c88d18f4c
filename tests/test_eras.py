"""The calls of 2013: each does on the wire of then what it was written for, and something else today."""

from __future__ import annotations

import re

import pytest

from oauth_steps.eras import OLD_CALLS, OldCall
from oauth_steps.practice import Practice

ENDS = {  # what was called -> how it ends then, and now
    ("GitHub", "a redirect_uri below the registered one"): (
        "goes on",
        "the client never hears of it: .*Be careful",
    ),
    ("GitHub", "the token request by GET"): ("works", "refused: 404"),
    ("GitHub", "the token as a parameter of the address"): ("works", "refused: 400 .*Authorization header"),
    ("GitHub", "what a token looks like"): ("40 hexadecimal digits", "gho_…"),
    ("Facebook", "a redirect_uri below the registered one"): (
        "goes on",
        "the client never hears of it: .*URL Blocked",
    ),
    ("Facebook", "a redirect_uri with http"): (
        "goes on",
        "the client never hears of it: .*Insecure Login Blocked",
    ),
    ("Facebook", "what she is asked for publish_stream, status_update, create_event, manage_pages"): (
        "basic_info, publish_stream, status_update, create_event, manage_pages",
        "public_profile$",
    ),
    ("Facebook", "the token, by a regular expression"): ("a token for 5184000 seconds", "nothing"),
    ("Facebook", "who she is: /me, without fields"): ("first_name, id, ", "id, name$"),
    ("Facebook", "the first row of /me/permissions"): ("installed", "permission, status"),
    ("Facebook", "a status, with publish_stream"): ("works", r"refused: 403 .*\(#200\)"),
    ("Facebook", "an event, with create_event"): ("works", r"refused: 400 .*\(#12\)"),
}


def called(call: OldCall) -> str:
    return f"{call.provider}, {call.what}"


@pytest.mark.parametrize("call", OLD_CALLS, ids=called)
def test_what_was_written_for_2013_ends_otherwise_today(call: OldCall) -> None:
    for era, expected in zip(("2013", "now"), ENDS[call.provider, call.what], strict=True):
        with Practice(era=era) as practice:
            assert re.match(expected, call.tried(practice)), era


def test_each_call_is_here_once() -> None:
    assert [(call.provider, call.what) for call in OLD_CALLS] == list(ENDS)


@pytest.mark.parametrize("call", OLD_CALLS, ids=called)
def test_each_change_has_a_date_a_reason_and_a_source(call: OldCall) -> None:
    since = call.since
    assert re.match(r"20[12]\d-\d\d", since.when) and since.why and since.source

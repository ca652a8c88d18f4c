"""The check of a learner's `explain`: good ones pass, each known mistake has its hint."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from oauth_steps import diagnose
from oauth_steps.check import NOT_ANSWERED, check_explain
from oauth_steps.practice import Practice

Explain = Callable[[requests.Response], Any]
AGAIN = ("bad_verification_code", "190/463")


def name_of(response: requests.Response) -> str:
    """What the answer calls its error; empty where it has none."""
    error = response.json().get("error", "")
    if isinstance(error, dict):
        return f"{error['code']}/{error.get('error_subcode', '')}".rstrip("/")
    return str(error)


def by_name(response: requests.Response) -> str:
    if response.status_code >= 500:
        return f"wait: HTTP {response.status_code}"
    name = name_of(response)
    return f"{'again' if name in AGAIN else 'ours' if name else 'fine'}: {name}"


def by_diagnosis(response: requests.Response) -> str:
    """With the help of `diagnose`."""
    if response.status_code >= 500:
        return f"wait: {response.status_code}"
    found = diagnose(response)
    if not found.known:
        return "fine: nothing was refused"
    act = "again" if found.mend.startswith("Let the user begin again") else "ours"
    return f"{act}: {name_of(response)}, {found.cause}"


@pytest.mark.parametrize("explain", [by_name, by_diagnosis])
def test_good_ones_pass(practice: Practice, explain: Explain) -> None:
    verdict = check_explain(explain, practice=practice)
    assert verdict.ok, verdict
    assert "6 answers" in str(verdict)


def by_status(response: requests.Response) -> str:
    return by_name(response) if not response.ok else "fine: HTTP 200"


def all_is_ours(response: requests.Response) -> str:
    return by_name(response).replace("again:", "ours:")


def by_message(response: requests.Response) -> str:
    text = by_name(response)
    if text.startswith("again") and "expired" not in response.text:
        return text.replace("again", "ours")
    return text


def without_subcode(response: requests.Response) -> str:
    return by_name(response).replace("/463", "")


def whatever_the_status(response: requests.Response) -> str:
    name = name_of(response)
    return f"{'again' if name in AGAIN else 'ours' if name else 'fine'}: {name}"


def error_is_text(response: requests.Response) -> str:
    return "ours: " + response.json()["error"] if response.status_code == 400 else by_name(response)


MISTAKES: list[tuple[Explain, str]] = [
    (lambda response: None, "a token (HTTP 200): it returns NoneType"),
    (lambda response: f"fine: {response.text}", "a token (HTTP 200): a secret is in the text"),
    (
        lambda response: by_name(response) + response.url,
        "a redirect_uri that is not listed (HTTP 400): a secret",
    ),
    (lambda response: "refused", "begins with again, ours, wait, fine, and a colon"),
    (lambda response: by_name(response) + "\n", "has more than one line"),
    (by_status, "a code a second time (HTTP 200): it says 'fine'. The status says nothing"),
    (all_is_ours, "a code a second time (HTTP 200): it says 'ours'"),
    (lambda response: by_name(response).replace("ours:", "again:"), "a fresh code will not help"),
    (by_message, "an expired token (HTTP 400): it says 'ours'. Its message is in the user's language"),
    (without_subcode, "463 is not in the text"),
    (lambda response: by_name(response).partition(":")[0] + ":", "bad_verification_code is not in the text"),
    (whatever_the_status, "something broke there (HTTP 500): it says 'ours'"),
    (error_is_text, "an expired token (HTTP 400): your function broke with TypeError"),
    (lambda response: by_name(response).replace("wait:", "ours:"), "It is nobody's mistake here"),
]


@pytest.mark.parametrize(("explain", "hint"), MISTAKES)
def test_each_known_mistake_has_its_hint(practice: Practice, explain: Explain, hint: str) -> None:
    verdict = check_explain(explain, practice=practice)
    assert verdict.ok is False
    assert hint.casefold() in str(verdict).casefold()


def test_what_is_not_answered_is_not_judged(practice: Practice) -> None:
    assert check_explain(..., practice=practice) == NOT_ANSWERED


def test_only_a_function_is_run(practice: Practice) -> None:
    assert "this is no function" in str(check_explain("again: x", practice=practice))


def test_it_can_be_run_as_often_as_she_likes(practice: Practice) -> None:
    for _ in range(12):
        assert check_explain(by_name, practice=practice).ok

"""The check of what a listener takes for the callback: more than one right way, and a hint for each wrong one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest

from oauth_steps.check import NOT_ANSWERED, check_is_callback

URI = "http://127.0.0.1:8000/callback"
HERE = "127.0.0.1:8000"

RIGHT = [
    lambda method, host, target: (method, host, target.split("?")[0]) == ("GET", HERE, "/callback"),
    lambda method, host, target: method == "GET" and host == HERE and urlsplit(target).path == "/callback",
]


@pytest.mark.parametrize("is_callback", RIGHT)
def test_the_callback_and_nothing_else(is_callback: Callable[..., bool]) -> None:
    verdict = check_is_callback(is_callback, redirect_uri=URI)
    assert verdict.ok is True, verdict


WRONG: dict[str, tuple[Any, str]] = {
    "no function": (True, "this is no function"),
    "nothing is": (lambda method, host, target: False, "the callback (GET /callback?code=c&state=s"),
    "everything is": (lambda method, host, target: True, "an icon"),
    "only with a code": (lambda method, host, target: "code=" in target, "she pressed Cancel"),
    "the path is somewhere": (lambda method, host, target: "/callback" in target, "up to the `?`"),
    "the path begins so": (lambda method, host, target: target.startswith("/callback"), "begins alike"),
    "any method": (lambda method, host, target: target.split("?")[0] == "/callback", "a form (POST"),
    "any host": (
        lambda method, host, target: method == "GET" and target.split("?")[0] == "/callback",
        "DNS rebinding",
    ),
    "a host that begins so": (
        lambda method, host, target: RIGHT[0](method, HERE, target) and host.startswith("127.0.0.1"),
        "Compare the whole host",
    ),
    "a host that must be there": (
        lambda method, host, target: host.split(":")[1] == "8000" and RIGHT[0](method, host, target),
        "your function broke with IndexError",
    ),
    "no answer": (lambda method, host, target: None, "is a return missing?"),
}


@pytest.mark.parametrize("what", WRONG)
def test_each_mistake_has_its_hint(what: str) -> None:
    made, words = WRONG[what]
    verdict = check_is_callback(made, redirect_uri=URI)
    assert verdict.ok is False and words in str(verdict), verdict


@pytest.mark.parametrize("made", [..., None])
def test_nothing_is_not_judged(made: Any) -> None:
    assert check_is_callback(made, redirect_uri=URI) == NOT_ANSWERED

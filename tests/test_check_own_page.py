"""The check of where a site leads after a sign-in: what works passes, and each mistake has its hint."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from oauth_steps.check import NOT_ANSWERED, check_own_page
from oauth_steps.check.addresses import _FOREIGN, _OWN, HOME

Leads = Callable[[Any], Any]


def careful(address: Any) -> str:
    """A slash, then anything but a second one; no backslash, nothing blank, no control character."""
    text = address or ""
    plain = all(char > " " and char != "\\" for char in text)
    return text if plain and text.startswith("/") and not text.startswith("//") else HOME


def test_a_careful_function_passes() -> None:
    verdict = check_own_page(careful)
    assert verdict.ok is True, verdict


WRONG: dict[str, tuple[Leads, str]] = {
    "as it comes": (lambda address: address or HOME, "a whole address names its host"),
    "a slash at the beginning": (
        lambda address: address if (address or "").startswith("/") else HOME,
        "'//mallory.example/' leads to '//mallory.example/', which should be '/': two slashes begin a host",
    ),
    "no host for urlsplit": (
        lambda address: address if address and not urlsplit(address).netloc else HOME,
        "'///mallory.example/' leads to",
    ),
    "no two slashes": (
        lambda address: address if address and address[0] == "/" and address[1:2] != "/" else HOME,
        "a backslash for a slash",
    ),
    "backslashes looked at": (
        lambda address: (
            address if address and address[0] == "/" and address[1:2] not in ("/", "\\") else HOME
        ),
        "browsers leave out a tab",
    ),
    "home always": (lambda address: HOME, "'/events/7/' leads to '/', which should be '/events/7/'"),
    "nothing": (lambda address: None, "it returns None"),
    "breaks": (
        lambda address: HOME if urlsplit(address).netloc or "\t" in address else careful(address),
        "broke with ValueError: Invalid IPv6 URL. Lead home instead",
    ),
    "breaks on a page of its own": (
        lambda request, address: address,
        "broke with TypeError: <lambda>() missing 1 required positional argument: 'address'. Return it as it is",
    ),
}


@pytest.mark.parametrize(("leads", "hint"), WRONG.values(), ids=WRONG)
def test_each_mistake_has_its_hint(leads: Leads, hint: str) -> None:
    verdict = check_own_page(leads)
    assert verdict.ok is False
    assert hint in str(verdict).replace("\n  ", " ")


@pytest.mark.parametrize("made", [..., None])
def test_what_is_not_answered_is_not_judged(made: Any) -> None:
    assert check_own_page(made) is NOT_ANSWERED


def test_what_is_called_already_is_no_function() -> None:
    assert "this is no function" in str(check_own_page("/"))


def test_its_own_pages_are_on_the_site_wherever_she_is() -> None:
    for address in _OWN:
        assert urlsplit(urljoin("https://chessclub.example/a/b/", address)).netloc == "chessclub.example"
    assert not set(_OWN) & set(_FOREIGN)

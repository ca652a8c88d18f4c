"""Old callback handlers, and proofs of their faults; lesson 10's solutions and mistakes run the check as well."""

from __future__ import annotations

from typing import Any

import pytest

from oauth_steps.check import NOT_ANSWERED, check_made_visible, old_listings, source_of

THERE = "https://notes.example/callback?code=c1"
HERS = f"{THERE}&state=s1"
KEPT = {"state": "s1"}
PROOFS: dict[str, Any] = {
    "A": (KEPT, [THERE]),
    "B": (KEPT, [HERS, HERS]),
    "C": (KEPT, [HERS.replace("code=c1", "error=access_denied")]),
    "D": None,
    "E": ({}, [THERE]),
}


def test_four_faults_are_seen_and_nothing_is_kept() -> None:
    for _ in range(2):
        assert check_made_visible(PROOFS).ok
    assert KEPT == {"state": "s1"}


@pytest.mark.parametrize("letter", PROOFS)
def test_each_listing_signs_in_whoever_means_it_and_refuses_a_foreign_state(letter: str) -> None:
    listing = old_listings()[letter]
    assert listing(HERS, dict(KEPT)) == "c1"
    with pytest.raises(Exception, match="another state"):
        listing(f"{THERE}&state=s2", dict(KEPT))


@pytest.mark.parametrize("letter", PROOFS)
def test_no_proof_shows_the_fault_of_another_listing(letter: str) -> None:
    for other, proof in PROOFS.items():
        verdict = check_made_visible({**PROOFS, letter: proof})
        same = other == letter or (letter, other) == ("A", "E")  # without a state either gets in at A
        assert verdict.ok is same, (letter, other, str(verdict))


@pytest.mark.parametrize(
    ("changed", "hint"),
    [
        ({"B": ...}, "B: not answered yet"),
        ({"B": None}, "B: you call it sound"),
        ({"B": (KEPT, [])}, "B: a proof is (session, addresses)"),
        ({"B": "no"}, "B: a proof is (session, addresses)"),
        ({"B": (KEPT, [HERS, HERS, HERS])}, "B, address 2: the fault is seen here already"),
        ({"B": (KEPT, [HERS])}, "B, address 1: it gets in, and so it should"),
        ({"D": (KEPT, [HERS, HERS])}, "D, address 2: it is refused, and so it should be"),
    ],
)
def test_what_shows_nothing_is_told_why(changed: dict[str, Any], hint: str) -> None:
    verdict = check_made_visible({**PROOFS, **changed})
    assert verdict.ok is False and hint in " ".join(str(verdict).split())


@pytest.mark.parametrize("proofs", [{"A": None}, "A", [None] * 5])
def test_every_letter_is_wanted(proofs: Any) -> None:
    assert "letters A, B, C, D, E" in str(check_made_visible(proofs))
    assert check_made_visible(...) is NOT_ANSWERED


def test_a_listing_is_printed_without_what_an_old_page_would_not_have() -> None:
    for letter, listing in old_listings().items():
        assert source_of(listing).startswith(f"def listing_{letter.lower()}(url, session):\n")

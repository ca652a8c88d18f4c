"""Callback handlers as old tutorials print them, each with one fault or none, and a learner's proof of the fault."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..attacks import Callback, Session, parameters
from ..errors import AccessDenied, CallbackRefused, StateMismatch
from .verdicts import NOT_ANSWERED, Verdict, judged, unanswered

# What is printed is read by a learner: each listing is whole, and leans on nothing of this module.


def listing_a(url: str, session: Session) -> str:
    answer = parameters(url)
    if answer.get("error"):
        raise AccessDenied(answer["error"])
    if "state" in answer and answer["state"] != session.pop("state", None):
        raise StateMismatch("another state")
    return answer["code"]


def listing_b(url: str, session: Session) -> str:
    answer = parameters(url)
    if answer.get("error"):
        raise AccessDenied(answer["error"])
    if not session.get("state") or answer.get("state") != session["state"]:
        raise StateMismatch("another state")
    return answer["code"]


def listing_c(url: str, session: Session) -> str:
    answer, state = parameters(url), session.pop("state", None)
    if not state or answer.get("state") != state:
        raise StateMismatch("another state")
    if answer.get("error") == "user_denied":
        raise AccessDenied(answer["error"])
    return answer.get("code", "")


def listing_d(url: str, session: Session) -> str:
    answer, state = parameters(url), session.pop("state", None)
    if not state or answer.get("state") != state:
        raise StateMismatch("another state")
    if not answer.get("code"):
        raise CallbackRefused(answer.get("error", "no code"))
    return answer["code"]


def listing_e(url: str, session: Session) -> str:
    answer, state = parameters(url), session.pop("state", None)
    if answer.get("state") != state:
        raise StateMismatch("another state")
    if not answer.get("code"):
        raise CallbackRefused(answer.get("error", "no code"))
    return answer["code"]


_LISTINGS: Mapping[str, Callback] = {
    "A": listing_a,
    "B": listing_b,
    "C": listing_c,
    "D": listing_d,
    "E": listing_e,
}
_SOUND = "D"


def old_listings() -> dict[str, Callback]:
    """Five handlers `callback(url, session) -> code` as one finds them, by letter. One of them is sound."""
    return dict(_LISTINGS)


def source_of(listing: Callback) -> str:
    """A listing as it is printed."""
    return inspect.getsource(listing).replace(": str, session: Session) -> str", ", session)")


def check_made_visible(proofs: Any) -> Verdict:
    """Whether `proofs` shows each listing's fault: letter -> (session, addresses), or None for the sound one.

    The addresses arrive one after the other in this session; the last of them gets in, and must not, and the
    others are as they should be.
    """
    if unanswered(proofs):
        return NOT_ANSWERED
    if not isinstance(proofs, Mapping) or set(proofs) != set(_LISTINGS):
        return Verdict(False, (f"proofs has the letters {', '.join(_LISTINGS)}, each once, as a dict",))
    return judged(
        _mistakes(proofs), "four faults, each seen by an address that gets in; and one listing that is sound"
    )


def _mistakes(proofs: Mapping[str, Any]) -> Iterator[str]:
    for letter, listing in _LISTINGS.items():
        proof = proofs[letter]
        if proof is ...:
            yield f"{letter}: not answered yet. Which of the checks of lesson 03 is not there?"
        if proof is None:
            if letter != _SOUND:
                yield f"{letter}: you call it sound, and one address too many gets in. {_LOOK[letter]}"
            continue
        if not _is_proof(proof):
            yield f"{letter}: a proof is (session, addresses), a dict and a list of whole addresses"
        yield from _not_shown(letter, listing, *proof)


_LOOK = {  # where to look, without saying what
    "A": "What if a member is not there at all?",
    "B": "What is in the session afterwards?",
    "C": "Read the callback of a Cancel once more, word for word",
    "E": "What equals what, in a browser that never began?",
}


def _is_proof(proof: Any) -> bool:
    if not isinstance(proof, tuple | list) or len(proof) != 2:
        return False
    session, addresses = proof
    whole = isinstance(addresses, list | tuple) and bool(addresses)
    return (
        isinstance(session, dict)
        and whole
        and all(isinstance(one, str) and "://" in one for one in addresses)
    )


def _not_shown(letter: str, listing: Callback, session: Session, addresses: list[str]) -> Iterator[str]:
    """The hint if these addresses do not show a fault of this listing. The session itself is left as it is."""
    live, waiting = dict(session), session.get("state")
    for number, address in enumerate(addresses, 1):
        answer, which = parameters(address), f"{letter}, address {number}"
        is_hers = bool(waiting) and answer.get("state") == waiting
        should = is_hers and bool(answer.get("code")) and not answer.get("error")
        if is_hers:
            waiting = None  # used
        gets_in = _gets_in(listing, address, live)
        if gets_in == should and number == len(addresses):
            way = "gets in, and so it should" if should else "is refused, and so it should be"
            yield f"{which}: it {way}: no fault is seen. {_LOOK.get(letter, 'Is there one?')}"
        if gets_in != should and number < len(addresses):
            yield f"{which}: the fault is seen here already. End with this address"
        if should and not gets_in:
            yield f"{which}: it is refused, and should get in"


def _gets_in(listing: Callable[[str, Session], str], address: str, session: Session) -> bool:
    try:
        listing(address, session)
    except (CallbackRefused, LookupError):
        return False
    return True

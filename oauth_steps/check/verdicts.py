"""What comes of a check, and what can be checked: the words, the mark, and nothing answered yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from .. import show, wire
from ..errors import OAuthStepsError

_MARKS = {True: "✓", False: "✗", None: "…"}
_LONGEST_LINE = 400  # characters; what others write may be longer


@dataclass(frozen=True, repr=False)
class Verdict:
    """What came out: `ok` is True, False, or None if there is nothing to judge. It holds no known secret."""

    ok: bool | None
    words: tuple[str, ...]

    def __post_init__(self) -> None:
        lines = [" ".join(wire.mask(line).split()) for line in self.words]
        short = (line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]} …" for line in lines)
        object.__setattr__(self, "words", tuple(short))

    def __str__(self) -> str:
        return show.verdict_text(_MARKS[self.ok], list(self.words))

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return show.verdict_html(_MARKS[self.ok], list(self.words))


NOT_ANSWERED = Verdict(None, ("not answered yet",))


def unanswered(made: Any) -> bool:
    """Whether the place for an answer is still empty."""
    return made is ... or made is None


def no_function(made: Any, name: str) -> Verdict | None:
    """What to say where a function of this name is to be tried and there is none; None if there is one."""
    if unanswered(made):
        return NOT_ANSWERED
    if not callable(made):
        return Verdict(False, (f"this is no function: hand over {name} itself, without calling it",))
    return None


def no_halves(*halves: Any) -> Verdict | None:
    """The same for the two functions of a sign-in."""
    if any(map(unanswered, halves)):
        return NOT_ANSWERED
    if not all(map(callable, halves)):
        return Verdict(False, ("hand over both functions, without calling them",))
    return None


def judged(mistakes: Iterator[str], praise: str, *notes: str) -> Verdict:
    """The first mistake, or the praise.

    `mistakes` yields what is wrong, the worst first. Only the first is ever asked for, so a later line of it may
    rely on an earlier one.
    """
    mistake = next(mistakes, None)
    return Verdict(mistake is None, (mistake or praise, *notes))


def or_how_it_broke(mistakes: Iterator[str]) -> Iterator[str]:
    """The mistakes, and an exception of the learner's function as one of them."""
    try:
        yield from mistakes
    except Exception as error:
        yield f"{how_it_broke(error)}. (To refuse, raise CallbackRefused.)"


def how_it_broke(error: Exception) -> str:
    """What to say of an exception of the learner's function that is no refusal."""
    return f"your function broke with {type(error).__name__}: {error}"


class Came(NamedTuple):
    """What one call of the learner's function came to: what it returned, or how it `refused`, or how it `broke`."""

    returned: Any = None
    refused: str = ""
    broke: str = ""

    @property
    def wrong(self) -> str:
        """What is wrong with it where it should have returned something; empty if it did."""
        return self.refused or self.broke


def called(function: Callable[..., Any], *given: Any) -> Came:
    """Call the learner's function. It refuses by raising an OAuthStepsError."""
    try:
        return Came(function(*given))
    except OAuthStepsError as error:
        return Came(refused=f"it is refused with {type(error).__name__}")
    except Exception as error:
        return Came(broke=how_it_broke(error))


def not_refused(what: str, came: Came, why: str, by: type[OAuthStepsError]) -> Iterator[str]:
    """The hint if this call was not refused; `by` is an error to refuse with, `why` begins in small letters."""
    if came.refused:
        return
    if came.broke or came.returned is None:
        how = came.broke or "it returns None, which is no refusal"
        yield f"{what}: {how}. Refuse by raising {by.__name__}: {why}"
    else:
        yield f"{what}: it is accepted. {why[0].upper()}{why[1:]}"

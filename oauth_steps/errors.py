"""What can go wrong, as a tree. Each error says what happened, whose mistake it is and what to do.

    OAuthStepsError
        BadInput                what was handed to us cannot be used
            BadApp                  an application without a client id, secret or whole redirect_uri
            BadCallback             an address that is no callback, or has a parameter twice
            BadClock                a clock asked to go backwards, or by no span of time
            UnknownEra, UnknownUser, UnknownChoice, UnknownCredential
        CallbackRefused         step 2 ended badly: there is no code to go on with
            StateMismatch           the answer does not belong to this browser's request
            IssuerMismatch          the answer comes from another authorization server
            AuthorizationRefused    the provider says no
                AccessDenied            the user said no
            MissingCode             neither a code nor an error
            NoCallback              nobody was sent back in time
        TokenRefused            step 4: the provider gives no token
        ResourceRefused         step 6, where one of our own functions reads the answer
        NotOffered              this provider has no such thing; the message names what there is instead
        Unreachable             a practice answers for its providers only, and nothing leaves this computer
            NoAnswer                the request arrived, and no answer came in time
        NoSuchAct               a stand-in browser was told to press what is not on the page

`exchange`, where there is one, is the evidence. No message holds a known secret: each is masked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import requests

if TYPE_CHECKING:
    from .wire import Exchange


class OAuthStepsError(Exception):
    """Anything that this package raises on purpose.

    `whose` says whose mistake it is, `mend` what to do about it; both are part of the message.
    """

    whose: ClassVar[str] = "your application's"
    mend: str = ""

    def __init__(self, message: str, *, exchange: Exchange | None = None, mend: str | None = None) -> None:
        from .wire import mask  # here, since wire stands on this module

        self.message = mask(message)
        self.exchange = exchange
        if mend is not None:
            self.mend = mask(mend)
        super().__init__(self.message)

    def __str__(self) -> str:
        words = " ".join(part for part in (_sentence(self.message), _sentence(self.mend)) if part)
        # Part of it may come from outside: one line, and nothing that a terminal would obey.
        return "".join(char if char.isprintable() else repr(char)[1:-1] for char in " ".join(words.split()))

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.__dict__)

    def _render_traceback_(self) -> list[str]:
        """One clean line in IPython: what happened and what to do, not where in this package it was noticed."""
        return [f"{type(self).__name__}: {self}"]


def _again(kind: type[OAuthStepsError], state: dict[str, Any]) -> OAuthStepsError:
    """An error as it was: pools of processes send errors home as pickles."""
    error = kind.__new__(kind, state["message"])
    error.__dict__.update(state)
    return error


def _sentence(text: str) -> str:
    text = text.strip()
    return text if not text or text[-1] in ".?!" else text + "."


class BadInput(OAuthStepsError, ValueError):
    """What was handed to us cannot be used."""

    whose = "yours, in the call"


class BadApp(BadInput):
    """An application that cannot exist: no client id, no secret, no whole redirect_uri."""

    mend = "Copy the values from the page where the application is registered"


class BadCallback(BadInput):
    """An address that is no callback: empty, no URL, or with one parameter twice (RFC 6749 section 3.1)."""

    whose = "whoever made the address"
    mend = "Do not use any of it: send the user through step 1 again"


class BadClock(BadInput):
    """A clock asked to go backwards, or by something that is no span of time."""

    mend = "Use a positive span, such as advance(minutes=11)"


class UnknownEra(BadInput):
    """An era that no provider row describes."""


class UnknownUser(BadInput):
    """Somebody who is not in the cast."""


class UnknownChoice(BadInput):
    """A prediction that is not among the choices."""


class UnknownCredential(BadInput):
    """A code or a token that no ledger holds."""

    mend = "Hand over its whole value, such as token.access_token"


class CallbackRefused(OAuthStepsError):
    """Step 2 ended badly: there is no code to go on with, and none must be used."""


class StateMismatch(CallbackRefused):
    """The `state` that came back is not the one kept for this browser (RFC 6749 section 10.12)."""

    whose = "unknown: perhaps an attacker's, perhaps a stale page"
    mend = "Stop here, do not exchange the code, and let the user begin again at step 1"


class IssuerMismatch(CallbackRefused):
    """`iss` is missing where it is promised, or names somebody else (RFC 9207 section 2.4)."""

    whose = "unknown: perhaps an attacker's, perhaps another provider's answer"
    mend = "Stop here, do not exchange the code, and let the user begin again at step 1"


class AuthorizationRefused(CallbackRefused):
    """The provider sent an error instead of a code (RFC 6749 section 4.1.2.1)."""

    whose = "the application's or the provider's"
    mend = "Tell the user; do not exchange anything"

    def __init__(self, error: str, description: str = "", parameters: dict[str, str] | None = None) -> None:
        self.error = error
        self.description = description
        self.parameters = parameters or {}
        super().__init__(f"the provider answered {error}" + (f": {description}" if description else ""))


class AccessDenied(AuthorizationRefused):
    """The user pressed Cancel."""

    whose = "nobody's: she said no"
    mend = "Say so kindly and offer another way in; do not ask again at once"


class MissingCode(CallbackRefused):
    """The answer holds neither a code nor an error."""

    whose = "unknown"
    mend = "Let the user begin again at step 1"


class NoCallback(CallbackRefused, TimeoutError):
    """No browser has come back in time."""

    whose = "unknown: perhaps the page was closed, perhaps the provider has said no on a page of its own"
    mend = (
        "Read what the browser shows, and begin again at step 1; "
        "with login(app, paste=True) if that browser is on another computer than this Python"
    )


class TokenRefused(OAuthStepsError):
    """Step 4: the provider gives no token, whatever the HTTP status says.

    `error` is the provider's word for it, `details` what else it said (description, code, subcode, uri …).
    """

    mend = "Read error and description; the exchange shows what was sent"

    def __init__(self, error: str, details: dict[str, Any], exchange: Exchange | None = None) -> None:
        self.error = error
        self.details = details
        description = details.get("description")
        super().__init__(
            f"no token: {error}" + (f" ({description})" if description else ""), exchange=exchange
        )


class ResourceRefused(OAuthStepsError):
    """Step 6: the API refused a call that one of our own functions made and had to read."""


class NotOffered(OAuthStepsError):
    """This provider has no such thing."""

    whose = "yours, in the call"


class Unreachable(OAuthStepsError, requests.ConnectionError):
    """A request to somewhere that a practice does not answer for: nothing leaves this computer."""

    mend = "Use the provider's addresses as they are; a lesson never reaches the network"


class NoAnswer(Unreachable, requests.ReadTimeout):
    """The request arrived, and no answer came in time."""

    whose = "nobody's: networks do that"
    mend = "What was asked for may have been done: look before you ask for it again"


class NoSuchAct(BadInput):
    """A stand-in browser was told to press what is not on the page."""

"""Steps 1 and 2, as far as they are the same at both providers: a random `state` goes
out, and what belongs to it waits in the session until the browser is back."""

import secrets

from django.utils import timezone

from .models import UsedState
from .refusals import AlreadyAnswered, Refusal

KEY = "oauth"  # in the session: state -> what is kept for it
TABS = 5  # so many sign-ins may be under way in one browser
SECONDS = 15 * 60  # a code lives ten minutes; a page to sign in to takes time as well


def begin(request, provider, **kept):
    """A fresh state; what is `kept` with it comes back from `read_callback`."""
    state = secrets.token_urlsafe(32)
    under_way = list(request.session.get(KEY, {}).items())[1 - TABS :]
    kept |= {"provider": provider, "at": timezone.now().timestamp()}
    request.session[KEY] = dict(under_way) | {state: kept}
    return state


def read_callback(request, provider, issuer=None):
    """The code in the answer, and what was kept for it. Raises Refusal.

    In this order, since nothing in an answer counts before it is known to be one:
    doubled parameters, state, iss, an error, the code.
    """
    # RFC 6749 section 3.1: "parameters MUST NOT be included more than once".
    if any(len(values) > 1 for _, values in request.GET.lists()):
        raise Refusal("The answer holds something twice, so it has two meanings.")
    answer = request.GET.dict()
    kept = _take(request, provider, answer.get("state", ""))
    if answer.get("iss") != issuer:  # RFC 9207 section 2.4
        raise Refusal("The answer comes from somebody else than was asked.")
    # Facebook has sent error_code without error: passport-facebook's tests.
    if error := answer.get("error") or answer.get("error_code"):
        words = answer.get("error_description") or answer.get("error_message") or error
        if error == "access_denied":
            raise Refusal(
                "You said no, so nothing has changed. You can try again any time."
            )
        raise Refusal(f"It was refused on the other side: {words}")
    if not answer.get("code"):
        raise Refusal("The answer holds neither a code nor an error.")
    return answer["code"], kept


def _take(request, provider, state):
    """What is kept for this state; from now on it is kept no longer."""
    under_way = request.session.get(KEY, {})
    kept = under_way.get(state)
    if kept is None and UsedState.is_used(state):
        raise AlreadyAnswered("This answer has been taken already.")
    if kept is None or kept["provider"] != provider:
        raise Refusal("This is no answer to a question that this browser has asked.")
    if not UsedState.use(state):
        raise AlreadyAnswered("This answer has been taken already.")
    request.session[KEY] = {
        one: waiting for one, waiting in under_way.items() if one != state
    }
    if timezone.now().timestamp() - kept["at"] > SECONDS:
        raise Refusal("This took too long, and the answer counts no longer.")
    return kept

"""What can go wrong on the way, as one exception that is fit to be shown to people."""

import logging
import re
from contextlib import contextmanager

import requests

log = logging.getLogger(__name__)
LONG = re.compile(r"[\w|.~+/=-]{25,}")  # as long as no word is, and every token


class Refusal(Exception):
    """It did not work, and this is what happened; `status` is the HTTP status of the page.

    Part of the message may be a provider's. Some quote the token in it, so what looks
    like one is left out.
    """

    def __init__(self, message, status=400):
        self.status = status
        super().__init__(LONG.sub("…", message)[:300])  # or half a token would stay


class AlreadyAnswered(Refusal):
    """This answer has been taken before: a page that was reloaded, or called twice."""


class NoAnswer(Refusal):
    """Nobody knows whether it was done: nothing came back, or nothing that says so."""


def only(told, **kinds):
    """These members of an answer, each of its kind; one that is missing counts as None.

    Raises TypeError, of which `asking` makes a Refusal.
    """
    found = {name: told.get(name) for name in kinds}
    for name, kind in kinds.items():
        # True is an int in Python, and would be the account with the number 1.
        if isinstance(found[name], bool) or not isinstance(found[name], kind):
            raise TypeError(f"{name} is of the type {type(found[name]).__name__}")
    return found


@contextmanager
def asking(provider):
    """Around, or as a decorator of, what asks a provider: whatever fails is a Refusal.

    The messages of `requests` hold the whole address; `from None` keeps them, and the
    secrets in it, out of logs and error pages.
    """
    try:
        yield
    except requests.HTTPError as error:
        status = error.response.status_code
        raise NoAnswer(f"{provider} answered with HTTP {status}.", 502) from None
    except (
        requests.JSONDecodeError,
        LookupError,
        TypeError,
        AttributeError,
        OverflowError,
    ) as error:
        # A page instead of JSON, or JSON without what should be in it, or with a number
        # that no calendar and no table holds. If the mistake is in these lines after all,
        # the log has the place.
        log.warning("%s answered otherwise than expected", provider, exc_info=error)
        raise NoAnswer(
            f"{provider} answered in a way we do not understand.", 502
        ) from None
    except requests.RequestException:
        raise NoAnswer(f"{provider} did not answer.", 502) from None

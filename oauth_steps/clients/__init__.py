"""Sites that sign people in through a library: what the library needs around it, so that a lesson can watch its wire.

The modules here need django-allauth and social-auth-core; this one, and the rest of the package, import neither.
Each has `halves(app)`, the two halves of a sign-in as in `attacks`: `begin(session) -> url`, and
`arrive(url, session) -> name`. The library itself is as it came, and asks at the provider's own addresses.
"""

from __future__ import annotations

from .. import wire


class NotSignedIn(Exception):
    """The library signed nobody in, and said this; it holds no known secret."""

    def __init__(self, words: str) -> None:
        super().__init__(wire.mask(words))

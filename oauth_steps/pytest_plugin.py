"""For the tests of other projects: GitHub and Facebook for practice, as a fixture of pytest.

def test_signing_in(oauth_practice):
    app = oauth_practice.app(GITHUB)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from .practice import Practice


@pytest.fixture
def oauth_practice() -> Iterator[Practice]:
    """A new practice over HTTP on loopback, gone after the test; `.urls` says where, `.clock` turns its time.

    Over HTTP, because a login may be tested through any client, in another process or a browser; and other addresses
    stay as they are, so a test client of the project's own keeps working.
    """
    from .practice import Practice  # here, or every pytest where this is installed would import it all

    with Practice(port=0) as practice:
        yield practice

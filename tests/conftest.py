"""What all tests share."""

from collections.abc import Iterator

import hypothesis
import pytest

from oauth_steps.practice import Practice

# The same examples on every run, and no verdict by a clock: a slow machine fails nothing.
hypothesis.settings.register_profile("same-everywhere", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("same-everywhere")


@pytest.fixture
def practice() -> Iterator[Practice]:
    """The stand-ins of today, mounted."""
    with Practice() as mounted:
        yield mounted

"""What all tests share."""

from collections.abc import Iterator

import hypothesis
import pytest

from oauth_steps.practice import Practice

# The same examples on every run, and no verdict by a clock: a slow machine fails nothing.
hypothesis.settings.register_profile("same-everywhere", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("same-everywhere")


@pytest.fixture
def practice(request: pytest.FixtureRequest) -> Iterator[Practice]:
    """The stand-ins of today, mounted; or over HTTP, see below."""
    with Practice(port=getattr(request, "param", None)) as practice:
        yield practice


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In a module with THROUGH_BOTH_DOORS each test with a practice is run twice: in process, and over HTTP."""
    if getattr(metafunc.module, "THROUGH_BOTH_DOORS", False) and "practice" in metafunc.fixturenames:
        metafunc.parametrize("practice", [None, 0], ids=["in process", "over HTTP"], indirect=True)

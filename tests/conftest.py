"""What all tests share."""

import os
import socket
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import hypothesis
import pytest

from oauth_steps.practice import Practice
from oauth_steps.providers import ERAS

# The same examples on every run, and no verdict by a clock: a slow machine fails nothing.
hypothesis.settings.register_profile("same-everywhere", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("same-everywhere")

# Lessons that are run here inherit this: nobody's own application is asked for anything by a test.
for name in [name for name in os.environ if name.startswith("OAUTH_STEPS_")]:
    del os.environ[name]


@pytest.fixture
def practice(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Practice]:
    """The stand-ins of today, mounted; or over HTTP, see below."""
    with Practice(port=getattr(request, "param", None)) as practice:
        if hasattr(request, "param"):
            for name, value in _of_this_practice(practice, request.module).items():
                monkeypatch.setattr(request.module, name, value)
            monkeypatch.setattr(socket, "getaddrinfo", _on_this_computer(socket.getaddrinfo))
        yield practice


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """In a module with THROUGH_BOTH_DOORS each test with a practice is run twice: in process, and over HTTP.

    What stands at the module's own level and is a provider, or an address of one, is then that of the practice. A test
    that can hold behind one door only says so by parametrizing `practice` itself.
    """
    own = any(mark.args[0] == "practice" for mark in metafunc.definition.iter_markers("parametrize"))
    wanted = getattr(metafunc.module, "THROUGH_BOTH_DOORS", False) and "practice" in metafunc.fixturenames
    if wanted and not own:
        metafunc.parametrize("practice", [None, 0], ids=["in process", "over HTTP"], indirect=True)


def _of_this_practice(practice: Practice, module: ModuleType) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for original, row in zip(ERAS[practice.era], practice.providers, strict=True):
        for name, value in vars(module).items():
            if value is original:
                found[name] = row
            for host, path in original.layout.items() if isinstance(value, str) else ():
                if f"{value}/".startswith(f"{host}/") and row.web_url != original.web_url:
                    found[name] = row.web_url + path + value.removeprefix(host)
    return found


def _on_this_computer(look_up: Any) -> Any:
    """Or a test with an address that is not the practice's would ask the real provider."""

    def getaddrinfo(host: Any, *rest: Any, **more: Any) -> Any:
        assert host in ("127.0.0.1", "localhost", "::1"), f"{host} is not on this computer"
        return look_up(host, *rest, **more)

    return getaddrinfo

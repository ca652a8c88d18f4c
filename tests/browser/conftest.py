"""A learner's folder, JupyterLab serving it as `make lab` does, and a real browser that looks at it.

Where there is no browser these tests are skipped, and say so; with CI=true they fail instead, since a green run
there has to mean that a browser was used. Pictures go to build/screenshots, or to $SCREENSHOTS.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from browsing import new_window

from tools import lab, started

SERVE = "import sys, pathlib; from tools import lab; lab.serve(pathlib.Path(sys.argv[1]), sys.argv[2:])"


class Lab(NamedTuple):
    """JupyterLab at work: the learner's folder, its address up to the path, and its token."""

    course: Path
    address: str
    token: str

    def url(self, lesson: str) -> str:
        """The address of a lesson; `reset` leaves out what an earlier test had open."""
        return f"{self.address}/lab/tree/{lesson}?reset&token={self.token}"


def without_a_browser(reason: str) -> Any:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where the pictures go."""
    folder = Path(os.environ.get("SCREENSHOTS") or lab.HERE / "build" / "screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")  # no longer: its event loop would be in the way of tests that start kernels
def launch() -> Iterator[Callable[[str], Any]]:
    """Launches a browser by its name."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(started.browsers())
        except LookupError as missing:
            without_a_browser(str(missing))


@pytest.fixture(scope="module")
def chromium(launch: Callable[[str], Any]) -> Any:
    return launched(launch, "chromium")


@pytest.fixture(scope="module")
def firefox(launch: Callable[[str], Any]) -> Any:
    return launched(launch, "firefox")


def launched(launch: Callable[[str], Any], name: str) -> Any:
    try:
        return launch(name)
    except LookupError as missing:
        without_a_browser(str(missing))


@pytest.fixture(scope="session")
def npm() -> None:
    """From its registry comes Pyodide."""
    if not shutil.which("npm"):
        without_a_browser("npm is not installed")


@pytest.fixture(scope="session")
def jupyter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A newcomer's JupyterLab: clean copies of the lessons, no settings, and nothing trusted."""
    home = tmp_path_factory.mktemp("home")
    course = home / lab.COURSE.name
    lab.copy_lessons(lab.LESSONS, course)
    hers = {
        "HOME": home,
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
        "JUPYTER_PORT": 0,
    }
    with (
        open(home / "jupyter.log", "w+", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-c", SERVE, str(course), "--no-browser"],
            cwd=lab.HERE,
            env=os.environ | {name: str(value) for name, value in hers.items()},
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        ) as server,
    ):
        try:
            yield Lab(course, *announced_by(server, log))
        finally:
            server.terminate()


def announced_by(server: subprocess.Popen[str], log: Any) -> tuple[str, str]:
    """The address and the token in what `make lab` prints once it listens."""
    assert server.stdout
    for line in server.stdout:
        if found := re.search(r"(http://\S+?)/lab\S*[?&]token=(\w+)", line):
            return found[1], found[2]
    log.seek(0)
    pytest.fail(f"JupyterLab ended without listening:\n{log.read()}")


@pytest.fixture
def page(chromium: Any) -> Iterator[Any]:
    """A new window."""
    with new_window(chromium) as page:
        yield page

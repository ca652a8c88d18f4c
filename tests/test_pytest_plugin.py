"""The fixture for other projects' tests: the README's example, run as such a project would run it."""

import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
PLUGIN = "oauth_steps.pytest_plugin"


MINE = """
import http.server, threading
import pytest, requests
from oauth_steps import GITHUB

class Mine(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(204)
        self.end_headers()

@pytest.mark.parametrize("turn", [1, 2])
def test_mine(oauth_practice, turn):
    assert len(oauth_practice.trace) == 0 and oauth_practice.clock.now == oauth_practice.clock.start
    oauth_practice.clock.advance(days=1)
    assert requests.get(oauth_practice.urls["facebook"] + "/me").status_code == 400
    with http.server.HTTPServer(("127.0.0.1", 0), Mine) as server:
        threading.Thread(target=server.handle_request).start()
        assert requests.get(f"http://127.0.0.1:{server.server_port}/").status_code == 204
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What pytest tells of both in a folder of their own; the plugin by its name, as its entry point would load it."""
    blocks = re.findall(r"^```python\n(.*?)^```$", (HERE / "README.md").read_text("utf-8"), re.DOTALL | re.M)
    (example,) = (block for block in blocks if "(oauth_practice" in block)
    folder = tmp_path_factory.mktemp("project")
    (folder / "test_readme.py").write_text(example, encoding="utf-8")
    (folder / "test_mine.py").write_text(MINE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, "-p", "no:nbval", "-q", "-rA"]
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    return done.stdout


def test_the_readmes_example_runs(ran: str) -> None:
    assert ran.count("PASSED test_readme.py") == 2, ran


def test_each_test_has_a_practice_of_its_own_and_other_addresses_are_left_alone(ran: str) -> None:
    assert ran.count("PASSED test_mine.py") == 2, ran


def test_pytest_finds_it_by_its_entry_point() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {PLUGIN: PLUGIN}


def test_where_the_package_is_installed_its_entry_point_is_found() -> None:
    if not any(each.name == PLUGIN for each in metadata.distribution("oauth-steps").entry_points):
        reason = (
            "oauth-steps was installed before it had this entry point; `make .venv/.test` installs it again"
        )
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    (found,) = (each for each in metadata.entry_points(group="pytest11") if each.name == PLUGIN)
    assert found.value == PLUGIN and callable(found.load().oauth_practice)


def test_loading_it_brings_in_no_practice() -> None:
    script = f"import sys, {PLUGIN}; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert {"oauth_steps.practice", "responses", "waitress"} & set(ran.stdout.split()) == set()

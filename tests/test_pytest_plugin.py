"""The fixture for other projects' tests: the README's example, run as such a project would run it."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

HERE = Path(__file__).parent.parent
PLUGIN = "oauth_steps.pytest_plugin"


def run(folder: Path, source: str) -> "subprocess.CompletedProcess[str]":
    """pytest on this source in a folder of its own; the plugin by its name, as its entry point would load it."""
    (folder / "test_mine.py").write_text(source, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    command = [sys.executable, "-m", "pytest", "-p", PLUGIN, "-q", "-rA", "test_mine.py"]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)


def test_the_readmes_example_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", (HERE / "README.md").read_text("utf-8"), re.DOTALL | re.M)
    (example,) = (block for block in blocks if "(oauth_practice" in block)
    ran = run(tmp_path, example)
    assert ran.returncode == 0 and "2 passed" in ran.stdout, ran.stdout


def test_each_test_has_a_practice_of_its_own_and_other_addresses_are_left_alone(tmp_path: Path) -> None:
    source = """
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
    ran = run(tmp_path, source)
    assert ran.returncode == 0 and "2 passed" in ran.stdout, ran.stdout


def test_pytest_finds_it_by_its_entry_point() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {PLUGIN: PLUGIN}


def test_loading_it_brings_in_no_practice() -> None:
    script = f"import sys, {PLUGIN}; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(HERE)}
    ran = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
    )
    assert {"oauth_steps.practice", "responses", "waitress"} & set(ran.stdout.split()) == set()

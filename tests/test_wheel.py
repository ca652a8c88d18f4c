"""The wheel: built, installed into an empty environment by each Python that is here, and used outside of this folder.

No index is asked. What the package declares to need, and what that needs in turn, is copied as it is installed here;
then pip itself has to be content. So what is used and not declared is missing there, and so are the libraries of the
course and of the tests. What is compiled there is for this Python; the others do with the same packages' sources.
"""

import json
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from shutil import copy2, which
from typing import Any
from zipfile import Path as ZipPath
from zipfile import ZipFile

import pytest
import requests
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

HERE = Path(__file__).parent.parent
PROJECT = tomllib.loads((HERE / "pyproject.toml").read_text("utf-8"))["project"]
NAME = PROJECT["name"]
# The settings of whoever runs this could name places to take packages from.
PIP = [sys.executable, "-m", "pip", "--isolated", "--quiet", "--disable-pip-version-check"]
NO_INDEX = ["--no-index", "--no-cache-dir"]


THIS = "{}.{}".format(*sys.version_info)
PYTHONS = sorted({THIS, "3.11", "3.12", "3.13", "3.14"}, key=lambda version: int(version.split(".")[1]))


def run(*command: Any, cwd: Path) -> str:
    """What a command prints, which knows nothing of this folder."""
    others = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
    }
    done = subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        env=others,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as pip builds it for a user, but by the hatchling that is installed here."""
    if not any(metadata.distributions(name="hatchling")):
        reason = "hatchling is not installed; `make .venv/.test` installs it"
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(reason)
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--no-deps", "--no-build-isolation", *NO_INDEX, f"--wheel-dir={folder}"]
    run(*PIP, "wheel", *options, HERE, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


def described(wheel: Path) -> metadata.Distribution:
    (info,) = (entry for entry in ZipPath(wheel).iterdir() if entry.name.endswith(".dist-info"))
    return metadata.PathDistribution(info)


# --- what it is ---------------------------------------------------------------------------------------------


def test_it_holds_the_package_whole_and_nothing_else(wheel: Path) -> None:
    held = {name for name in ZipFile(wheel).namelist() if ".dist-info/" not in name}
    package = (path for path in (HERE / "oauth_steps").rglob("*") if path.is_file())
    assert held == {
        path.relative_to(HERE).as_posix() for path in package if path.parent.name != "__pycache__"
    }
    assert {"oauth_steps/py.typed", "oauth_steps/explorer/view/explorer.css"} <= held


def test_it_says_what_it_is(wheel: Path) -> None:
    about = described(wheel).metadata
    assert (about["Name"], about["Version"]) == (NAME, PROJECT["version"])
    assert about["License-Expression"] == "MIT" and about["License-File"] == "LICENSE"
    assert described(wheel).read_text("licenses/LICENSE") == (HERE / "LICENSE").read_text("utf-8")
    assert about["Description-Content-Type"] == "text/markdown"
    assert about.get_payload().startswith("# OAuth, step by step")


def test_the_changelog_has_no_release_that_is_newer(wheel: Path) -> None:
    numbers = re.findall(r"^## \[?(\d+\.\d+\.\d+)", (HERE / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert numbers[:1] in ([], [described(wheel).version])


def test_pytest_finds_its_plugin(wheel: Path) -> None:
    (plugin,) = described(wheel).entry_points.select(group="pytest11")
    assert f"{plugin.value.replace('.', '/')}.py" in ZipFile(wheel).namelist()


# --- in an empty environment --------------------------------------------------------------------------------


def needed(distribution: metadata.Distribution) -> Iterator[metadata.Distribution]:
    """What it declares to need without extras, and so on, as it is installed here; each once."""
    todo, seen = [distribution], set[str]()
    while todo:
        for requirement in map(Requirement, todo.pop().requires or []):
            name = canonicalize_name(requirement.name)
            if name in seen or (requirement.marker and not requirement.marker.evaluate({"extra": ""})):
                continue
            seen.add(name)
            todo.append(metadata.distribution(name))
            yield todo[-1]


def found(version: str) -> str | None:
    """A Python of this version: the one that runs this, one on the path, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"), "versions")
    others = [which(f"python{version}"), *pyenv.glob(f"{version}.*/bin/python")]
    for python in [sys.executable] if version == THIS else filter(None, others):
        asked = subprocess.run([python, "--version"], capture_output=True, text=True)
        if asked.stdout.startswith(
            f"Python {version}."
        ):  # pyenv has names on the path with nothing behind them
            return str(python)
    return None


@pytest.fixture(scope="module", params=PYTHONS)
def python(request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment in which the wheel was installed, and nothing that it does not ask for."""
    if not (base := found(request.param)):
        pytest.skip(f"there is no Python {request.param} here")
    folder = tmp_path_factory.mktemp("empty")
    run(base, "-m", "venv", "--without-pip", folder / "venv", cwd=folder)
    python = folder / "venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    packages = Path(run(python, "-c", ask, cwd=folder).strip())
    for distribution in needed(described(wheel)):
        for file in distribution.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                copy2(distribution.locate_file(file), packages / file)  # type: ignore[call-overload]
    run(*PIP, f"--python={python}", "install", *NO_INDEX, wheel, cwd=folder)
    return python


def test_nothing_is_there_that_was_not_asked_for(python: Path, wheel: Path, tmp_path: Path) -> None:
    listing = "from importlib.metadata import distributions; print(*(each.name for each in distributions()))"
    there = {canonicalize_name(name) for name in run(python, "-c", listing, cwd=tmp_path).split()}
    assert there == {NAME, *(canonicalize_name(each.name) for each in needed(described(wheel)))}
    assert not there & {"django", "ipython", "ipywidgets", "jupyterlab", "pytest"}


def test_importing_it_brings_neither_screens_nor_sites_along(python: Path, tmp_path: Path) -> None:
    script = "import sys, oauth_steps, oauth_steps.practice; print(oauth_steps.__file__, *sys.modules)"
    where, *modules = run(python, "-c", script, cwd=tmp_path).split()
    assert Path(where).is_relative_to(python.parent.parent)
    unwanted = r"(IPython|ipywidgets|ipykernel|jupyter\w*|notebook|django|allauth|waitress)(\.|$)"
    assert [module for module in modules if re.match(unwanted, module)] == []


def readmes(words: str) -> str:
    """The one example of the README that holds these words."""
    text = (HERE / "README.md").read_text("utf-8")
    (example,) = (
        block for block in re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.M) if words in block
    )
    return example


def test_the_readmes_flow_runs(python: Path, tmp_path: Path) -> None:
    name, *trace = run(
        python, "-X", "utf8", "-c", readmes("print(practice.trace)"), cwd=tmp_path
    ).splitlines()
    assert name == "Ada Moreno" and "POST /login/oauth/access_token" in "".join(trace)


def test_the_readmes_explorer_plays_and_says_what_its_screen_wants(python: Path, tmp_path: Path) -> None:
    asks = """
print(explorer.model.transcript)
try:
    explorer.view
except Exception as error:
    print(type(error).__name__, error)
"""
    told = run(python, "-X", "utf8", "-c", readmes("Explorer(GITHUB)") + asks, cwd=tmp_path)
    assert "model.open_link_from('mallory')" in told
    assert "BadInput the explorer has no screen here: No module named 'ipywidgets'" in told


def test_a_flow_runs_over_loopback(python: Path, tmp_path: Path) -> None:
    command = [python, "-X", "utf8", "-m", "oauth_steps.practice", "--auto-approve"]
    with (
        requests.Session() as session,
        subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, encoding="utf-8") as served,
    ):
        session.trust_env = False  # no proxy has a part in this
        try:
            assert served.stdout
            told = json.loads(served.stdout.readline())
            app, address = told["apps"]["github"], told["github"]
            asked = {"client_id": app["client_id"], "state": "xyz"}
            step_1 = session.get(f"{address}/login/oauth/authorize", asked, allow_redirects=False, timeout=10)
            (code,) = re.findall(r"[?&]code=(\w+)", step_1.headers["location"])
            answer = session.post(
                f"{address}/login/oauth/access_token",
                {"client_id": app["client_id"], "client_secret": app["client_secret"], "code": code},
                headers={"Accept": "application/json"},
                timeout=10,
            ).json()
            bearer = {"Authorization": f"Bearer {answer['access_token']}"}
            user = session.get(f"{address}/api/v3/user", headers=bearer, timeout=10).json()
        finally:
            served.terminate()
    assert user["name"] == "Ada Moreno"

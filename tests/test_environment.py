"""pyproject.toml and environment.yml name the same packages with the same bounds, ARCHITECTURE.md why each is there."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from packaging.specifiers import SpecifierSet

HERE = Path(__file__).parent.parent

# Not known to be on conda-forge, or in these releases; environment.yml has pip install them.
BY_PIP = {"django-allauth", "facebook-sdk", "social-auth-core"}
PIP_ONLY = BY_PIP | {
    # For the browser tests; environment.yml says how to add them. conda-forge has the browsers' driver under
    # no such name, and what carries axe-core needs it.
    "axe-playwright-python",
    "playwright",
}


def split(requirement: str) -> tuple[str, str]:
    """A requirement's name and bounds, spaces left out: "requests >=2.34,<3" -> ("requests", ">=2.34,<3")."""
    name, bounds = re.fullmatch(r"([A-Za-z0-9._-]+)(.*)", requirement.replace(" ", "")).groups()
    return name, bounds


def of_pyproject() -> dict[str, str]:
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return dict(split(requirement) for each in lists for requirement in each)


def of_environment() -> dict[str, str]:
    """The lines of environment.yml's only list of packages, which have two spaces before the dash."""
    text = (HERE / "environment.yml").read_text(encoding="utf-8").split("dependencies:")[1]
    return dict(split(line) for line in re.findall(r"^  - ([^:\n]+)$", text, re.MULTILINE))


def test_both_files_name_the_same_packages_and_bounds() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    expected = {name: bounds for name, bounds in of_pyproject().items() if name not in PIP_ONLY}
    assert of_environment() == expected | {"python": project["requires-python"], "pip": ""}


def test_environment_installs_the_project_itself() -> None:
    assert "  - pip:\n      - -e .\n" in (HERE / "environment.yml").read_text(encoding="utf-8")


def test_what_pip_installs_there_has_the_same_bounds() -> None:
    text = (HERE / "environment.yml").read_text(encoding="utf-8")
    by_pip = dict(split(line) for line in re.findall(r"^      - ([^-\n].*)$", text, re.MULTILINE))
    assert by_pip == {name: of_pyproject()[name] for name in BY_PIP}


def test_without_make_the_workflow_runs_pytest_as_make_test_does() -> None:
    makefile = (
        (HERE / "Makefile")
        .read_text(encoding="utf-8")
        .replace("\\\n", "")
        .replace("$(wildcard notebooks)", "notebooks")
    )
    workflow = (HERE / ".github" / "workflows" / "test.yml").read_text(encoding="utf-8")
    (by_make,) = re.findall(r'"\$\(PY\)" -m pytest (.+)', makefile)
    (by_hand,) = re.findall(r"run: python -m pytest (.+)", workflow)
    assert by_hand.split() == by_make.split()


@pytest.mark.parametrize("name", sorted(PIP_ONLY))
def test_exceptions_are_needed(name: str) -> None:
    assert name in of_pyproject()
    assert name not in of_environment()


@pytest.mark.parametrize(("name", "bounds"), of_pyproject().items())
def test_every_package_has_both_bounds(name: str, bounds: str) -> None:
    assert re.fullmatch(r">=[\d.]+,<[\d.]+", bounds), f"{name}{bounds}"


def test_the_wheel_is_built_by_the_same_hatchling_for_a_user_and_for_its_test() -> None:
    (backend,) = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["build-system"][
        "requires"
    ]
    assert split(backend) == ("hatchling", of_pyproject()["hatchling"])


# --- what ARCHITECTURE.md says of each ----------------------------------------------------------------------

# Kept in the repository; fetched in the release that the site's kernel names.
ELSEWHERE = {"reveal.js", "pyodide"}


def of_npm() -> set[str]:
    packages = [HERE / "tests/clients/npm/package.json", HERE / "bench/npm/package.json"]
    return {name for path in packages for name in json.loads(path.read_text("utf-8"))["dependencies"]}


def of_the_site() -> set[str]:
    return set(
        re.findall(r"^([\w-]+)==", (HERE / "tools/lite/requirements.txt").read_text("utf-8"), re.MULTILINE)
    )


def supplied() -> dict[str, list[str]]:
    """The rows of ARCHITECTURE.md's last section: a package, why, its last release, what would replace it."""
    section = (HERE / "docs" / "ARCHITECTURE.md").read_text("utf-8").split("\n## What it is built on\n")[1]
    lines = [line for line in section.splitlines() if re.match(r"\| (?!the )", line)]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert len({row[0] for row in rows}) == len(rows)
    return {name: rest for name, *rest in rows}


def test_architecture_has_a_row_for_each_package_and_for_nothing_else() -> None:
    assert set(supplied()) == {*of_pyproject(), *of_npm(), *of_the_site(), *ELSEWHERE}


@pytest.mark.parametrize(("name", "row"), supplied().items(), ids=supplied())
def test_a_row_says_why_how_it_is_kept_up_and_what_would_replace_it(name: str, row: list[str]) -> None:
    why, release, instead = row
    assert why and instead and re.fullmatch(r"\d+(\.\d+)+, 20\d\d-\d\d-\d\d", release), name


@pytest.mark.parametrize(("name", "bounds"), of_pyproject().items())
def test_the_release_that_was_looked_up_is_one_that_may_be_installed(name: str, bounds: str) -> None:
    release, _ = supplied()[name][1].split(", ")
    assert release in SpecifierSet(bounds)

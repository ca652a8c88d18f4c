"""What the documents say of the house is so: each file, lesson, cell, test and target that they name is there.

And what ARCHITECTURE.md says of the modules, who imports whom and who knows a provider's name, is read from the code.
"""

import ast
import functools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

import oauth_steps
from bench import clicks, libraries, loopback, processes, ratios
from oauth_steps import check
from oauth_steps.libraries import ROWS
from tools import lab

HERE = Path(__file__).parent.parent
PACKAGE = HERE / "oauth_steps"
README = HERE / "README.md"
INSTRUCTORS = HERE / "notebooks" / "README.md"
FIDELITY = HERE / "docs" / "FIDELITY.md"
COVERAGE = HERE / "docs" / "COVERAGE.md"
PERFORMANCE = HERE / "docs" / "PERFORMANCE.md"
ARCHITECTURE = HERE / "docs" / "ARCHITECTURE.md"
SITE = HERE / "notebooks" / "site" / "README.md"
DOCUMENTS = [*sorted(HERE.glob("*.md")), *sorted(HERE.glob("docs/*.md")), INSTRUCTORS, SITE]
LESSONS = {lesson.name[:2]: lesson for lesson in lab.lessons(lab.LESSONS)}


@functools.cache
def text_of(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def named(document: Path) -> str:
    return document.relative_to(HERE).as_posix()


def code_in(text: str) -> str:
    """The code of a document, one piece a line: fenced blocks, and words in backticks outside of them."""
    blocks = re.findall(r"^```.*?\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    rest = re.sub(r"^```.*?^```$", "", text, flags=re.DOTALL | re.MULTILINE)
    return "\n".join([*blocks, *re.findall(r"`([^`\n]+)`", rest)])


def rows_of(text: str) -> Iterator[list[str]]:
    """The cells of each row of a text's tables, without heads and rules."""
    for before, line in pairwise(["", *text.splitlines(), ""]):
        is_head = re.fullmatch(r"\|[ :|-]+\|", line)
        if before.startswith("| ") and not is_head:
            yield [cell.strip() for cell in re.split(r"(?<!\\)\|", before)[1:-1]]


# --- what is linked, named or shown exists --------------------------------------------------------


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_links_and_pictures_are_there(document: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", text_of(document)):
        path, _, heading = link.partition("#")
        if re.match(r"https?:|mailto:", link):
            continue
        target = (document.parent / path).resolve() if path else document
        assert target.is_relative_to(HERE) and target.exists(), link
        assert not heading or heading in anchors(text_of(target)), link


def anchors(text: str) -> list[str]:
    """The names under which a document's headings can be linked: lower case, hyphens for blanks, no marks."""
    titles = re.findall(r"^#+ +(.+)$", text, re.MULTILINE)
    return [re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles]


def test_pictures_say_in_a_sentence_what_they_show() -> None:
    pictures = re.findall(r"!\[([^\]]*)\]\(([^)\s]+)\)", text_of(README))
    assert "docs/lesson.png" in [path for _, path in pictures]
    for alt, path in pictures:
        assert len(alt.split()) > 5 and alt.endswith("."), path


@functools.cache
def targets() -> set[str]:
    """What the Makefile can make."""
    rules = text_of(HERE / "Makefile").replace("$(VENV)", ".venv")
    return {
        name for names in re.findall(r"^([^\s:#=][^:#=\n]*):(?!=)", rules, re.M) for name in names.split()
    }


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_make_targets_are_real(document: Path) -> None:
    code = code_in(text_of(document))
    assert set(re.findall(r"^(?:\$ )?make ([a-z.][\w./-]*)", code, re.M)) <= targets()


def test_make_help_lists_the_targets_that_there_are() -> None:
    makefile = text_of(HERE / "Makefile")
    shown = re.findall(r'^\t@echo "make ([\w-]+)', makefile, re.M)
    phony = re.search(r"^\.PHONY: (.+)$", makefile, re.M)
    assert phony and set(shown) | {"help"} == set(phony[1].split())
    assert set(shown) <= targets()


def test_readme_shows_the_two_commands() -> None:
    assert {"make lab", "make test"} <= set(code_in(text_of(README)).splitlines())


@pytest.mark.parametrize("document", DOCUMENTS, ids=named)
def test_nothing_is_shouted(document: Path) -> None:
    assert "!" not in re.sub(r"!\[|`[^`\n]*`|“[^”]*”", "", text_of(document))


# --- lessons --------------------------------------------------------------------------------------


@pytest.mark.parametrize("document", [README, INSTRUCTORS], ids=named)
def test_each_lesson_is_linked(document: Path) -> None:
    numbers = []
    first_table, *_ = re.split(r"^# For instructors$", text_of(document), flags=re.M)
    for first, second, *_ in (row for row in rows_of(first_table) if re.match(r"\d\d\b", row[0])):
        numbers.append(first[:2])
        (link,) = re.findall(r"\(([^)]+\.ipynb)\)", second)
        assert (document.parent / link).resolve() == LESSONS[first[:2]], first
    assert numbers == list(LESSONS)


@functools.cache
def cells_of(lesson: str) -> dict[str, str]:
    """The id and the source of each cell of a lesson."""
    cells = json.loads(text_of(LESSONS[lesson]))["cells"]
    return {cell["id"]: "".join(cell["source"]) for cell in cells}


@pytest.mark.parametrize("document", [COVERAGE, INSTRUCTORS], ids=named)
def test_cells_that_are_named_are_there(document: Path) -> None:
    for lesson, cell in re.findall(r"`(\d\d):([a-z][\w-]*)`", text_of(document)):
        assert lesson in LESSONS and cell in cells_of(lesson), f"{lesson}:{cell}"


@pytest.mark.parametrize("lesson", LESSONS)
def test_instructors_have_an_answer_for_each_prediction(lesson: str) -> None:
    asked = [cell for cell, source in cells_of(lesson).items() if "predict(...)" in source]
    assert [cell for cell in asked if f"`{lesson}:{cell}`" not in text_of(INSTRUCTORS)] == []


def test_coverage_has_a_row_for_each_of_twenty_topics() -> None:
    rows = list(rows_of(text_of(COVERAGE)))
    assert [row[0] for row in rows] == [str(number) for number in range(1, 21)]
    for number, topic, where in rows:
        assert topic and re.search(r"`\d\d:|\]\(", where), number


# --- FIDELITY.md: no rule without a test, no test of a provider without a rule ---------------------

EVIDENCE = {"documented", "observed", "inferred", "assumed", "unknown"}
OF_THE_PROVIDERS = [
    HERE / "tests" / "practice" / name
    for name in (
        "test_github.py",
        "test_github_bodies.py",
        "test_github_2013.py",
        "test_facebook.py",
        "test_facebook_2013.py",
    )
]


class Rule(NamedTuple):
    """A row of FIDELITY.md; `held_by` are tests, as (file, name)."""

    asked: str
    answered: str
    evidence: str
    source: str
    held_by: list[tuple[str, str]]


def rules() -> Iterator[Rule]:
    """The rows of the sections that say where their tests are."""
    for section in re.split(r"^## ", text_of(FIDELITY), flags=re.M):
        if not (file := re.search(r"^Tests: `(\S+)`$", section, re.M)):
            continue
        for asked, answered, evidence, source, tests in rows_of(section):
            names = re.findall(r"`(?:(tests/\S+\.py)::)?(test_\w+)`", tests)
            held_by = [(elsewhere or file[1], name) for elsewhere, name in names]
            yield Rule(asked, answered, evidence, source, held_by)


@functools.cache
def functions_in(path: str) -> set[str]:
    tree = ast.parse(text_of(HERE / path))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("rule", list(rules()), ids=lambda rule: rule.asked[:50])
def test_a_rule_has_its_evidence_and_its_tests(rule: Rule) -> None:
    assert rule.asked and rule.answered and rule.source
    assert re.match(r"\w+", rule.evidence)[0] in EVIDENCE  # type: ignore[index]
    assert rule.held_by, "a rule that no test holds"
    for path, name in rule.held_by:
        assert name in functions_in(path), f"{path}::{name}"


@pytest.mark.parametrize("path", OF_THE_PROVIDERS, ids=named)
def test_a_test_of_a_provider_holds_a_rule(path: Path) -> None:
    held = {name for rule in rules() for _, name in rule.held_by}
    _, others = text_of(FIDELITY).split("hold no rule of a provider")
    elsewhere = set(re.findall(r"`(test_\w+)`", others))
    tests = {name for name in functions_in(named(path)) if name.startswith("test_")}
    assert tests - held - elsewhere == set()
    assert elsewhere & held == set()


def test_fidelity_counts_the_rows_about_real_clients() -> None:
    words = " ".join(text_of(FIDELITY).split())
    assert f"one table of {len(ROWS)} rows in `oauth_steps/libraries.py`" in words


def test_fidelity_says_first_that_nothing_was_compared() -> None:
    first = text_of(FIDELITY).split("\n\n")[1]
    assert first.startswith("**Nothing here was compared with the live providers.**")


# --- PERFORMANCE.md: what is measured now, and how ------------------------------------------------


def test_performance_shows_what_is_measured() -> None:
    shown = "".join(re.findall(r"^```\n(.+?)^```$", text_of(PERFORMANCE), re.DOTALL | re.MULTILINE))
    figures = [name.strip() for name in re.findall(r"^(\S.*?)  +\d+\.\d\d ", shown, re.MULTILINE)]
    growth = [*ratios.WITH_TOKENS, *ratios.WITH_EXCHANGES]
    assert figures == [
        processes.IMPORTS[0],
        ratios.SIGN_IN,
        *libraries.BESIDE,
        *(f"{what}, {way}" for what in ratios.RENDERED for way in ratios.WAYS),
        *(name for _ in ratios.MORE for name in growth),
        *loopback.BESIDE,
        *clicks.FIGURES,
        ratios.VISITED,
        ratios.CHECKED,
    ]
    paces = [ratios.STARTING, ratios.IN_PROCESS, ratios.IN_PROCESS, ratios.RENDERING]
    paces += [ratios.GROWING] * 2 * len(ratios.MORE)
    paces += [ratios.OVER_LOOPBACK, ratios.CLICKING, ratios.VISITING, ratios.COURSE]
    assert re.findall(r"\d+ rounds of .+$", shown, re.MULTILINE) == [str(pace) for pace in paces]


# --- ARCHITECTURE.md and the code -----------------------------------------------------------------


def module_of(path: Path) -> str:
    """`providers`, `practice.github`; of the package itself, and of `practice`, `""` and `practice`."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


MODULES = {module_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def test_every_file_that_architecture_names_exists_and_every_module_is_named() -> None:
    paths = set()
    for line in text_of(ARCHITECTURE).splitlines():
        for path in re.findall(r"`([\w./-]+(?:\.\w+|/))`", line):
            if re.search(r"\.(py|md|yml|toml|sh|css|ipynb)$|/$|^Makefile$", path):
                places = [base / path for base in (HERE, PACKAGE, PACKAGE / "practice")]
                assert any(place.exists() for place in places), path
                paths |= {place for place in places if place.exists()}
    practice = PACKAGE / "practice"
    shown = {*PACKAGE.glob("*.py"), *practice.glob("*.py"), *HERE.glob("tools/*.py")}
    assert {
        path.name for path in shown - paths - {PACKAGE / "__init__.py", practice / "__init__.py"}
    } == set()


BASE = {"providers", "errors", "show", "wire"}
PACKAGES = {"practice", "check", "clients", "explorer"}
MAY_IMPORT = {  # beside what stands in the same one of these
    "providers": {"errors"},
    "errors": {"wire"},  # for a type, and within a function: wire stands on errors
    "show": set(),
    "lives": {"show"},
    "veil": set(),
    "wire": {"show", "providers", "errors", "veil"},
    "steps": BASE,
    "diagnoses": set(),
    "libraries": {"providers", "show"},
    "clients": BASE | {"attacks"},
    "attacks": BASE | {"steps"},
    "loopback": {"errors"},
    "listen": BASE | {"steps", "loopback"},
    "mishaps": BASE | {"steps", "attacks"},
    "check": BASE | {"diagnoses", "attacks", "mishaps", "steps"},
    "eras": BASE | {"steps", "mishaps", "check.outcomes"},
    "knowledge": BASE,
    "": BASE | {"steps", "check"},
    "practice": BASE | {"lives", "loopback"},
    "explorer": BASE
    | {"", "steps", "attacks", "knowledge", "practice", "practice.browser", "practice.doors"}
    | {"check", "check.diagnosis", "check.outcomes", "check.verdicts"},
    "pytest_plugin": {"practice"},
}


def imported_by(module: str) -> Iterator[str]:
    """The modules of this package that a module imports, wherever in it; `""` is the package's own level."""
    path = MODULES[module]
    package = ["oauth_steps", *path.relative_to(PACKAGE).parent.parts]
    for node in ast.walk(ast.parse(text_of(path))):
        if isinstance(node, ast.Import):
            found = [name.name for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) + 1 - node.level] if node.level else []
            start = ".".join([*base, *([node.module] if node.module else [])])
            found = [f"{start}.{name.name}" for name in node.names]
        else:
            continue
        for name in found:
            first, *rest = name.split(".")
            if first == "oauth_steps":
                yield next((part for part in prefixes(rest) if part in MODULES), "")


def prefixes(parts: list[str]) -> Iterator[str]:
    """The longest first."""
    return (".".join(parts[:length]) for length in range(len(parts), 0, -1))


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module or "oauth_steps")
def test_imports_run_one_way(module: str) -> None:
    top = module.split(".")[0]
    for name in imported_by(module):
        inside = top in PACKAGES and name.split(".")[0] == top
        assert inside or name in MAY_IMPORT[top], f"oauth_steps.{module} imports {name or 'oauth_steps'}"


# Where a provider's name may stand in the code; elsewhere a difference between providers is read from data.
KNOW_A_PROVIDER = {
    "",  # hands on GITHUB and FACEBOOK
    "providers",
    "diagnoses",
    "clients.allauth_site",  # what this library calls them
    "clients.social_site",
    "libraries",
    "mishaps",
    "eras",
    "explorer.address",
    "explorer.stories",
    "practice",
    "practice.__main__",
    "practice.github",
    "practice.github_api",
    "practice.github_bodies",
    "practice.github_facts",
    "practice.github_lists",
    "practice.github_tokens",
    "practice.facebook",
    "practice.facebook_facts",
    "practice.facebook_graph",
}
WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def words_of(tree: ast.Module) -> Iterator[str]:
    """Every identifier and every text of the code; comments and docstrings are no part of it."""
    docstrings = {
        node.body[0].value
        for node in ast.walk(tree)
        if isinstance(node, WITH_DOCSTRING) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in docstrings:
            yield node.value
        for name in ("id", "attr", "name", "asname", "arg", "module"):
            if isinstance(word := getattr(node, name, None), str):
                yield word


def test_a_providers_name_is_known_in_few_places() -> None:
    knowing = {
        module
        for module, path in MODULES.items()
        if any(
            re.search("github|facebook", word, re.IGNORECASE) for word in words_of(ast.parse(text_of(path)))
        )
    }
    assert knowing == KNOW_A_PROVIDER


# --- the package's own level ----------------------------------------------------------------------


def test_the_public_names_are_listed_in_order() -> None:
    assert all(
        hasattr(oauth_steps, name) for name in oauth_steps.__all__
    )  # so those imported on demand are there
    public = {
        name
        for name, value in vars(oauth_steps).items()
        if not name.startswith("_") and not isinstance(value, type(sys))
    }
    # As ruff sorts them: constants, then classes, then functions.
    in_order = sorted(public, key=lambda name: (not name.isupper(), name[0].islower(), name))
    assert list(oauth_steps.__all__) == in_order


def test_each_check_is_found_in_the_module_that_makes_it() -> None:
    for name in check.__all__:
        home = f"{check.__name__}.{check._HOME[name]}"
        assert getattr(getattr(check, name), "__module__", home) == home
    assert set(check.__all__) <= set(dir(check))
    with pytest.raises(AttributeError, match="check_everything"):
        _ = check.check_everything


@pytest.mark.parametrize(
    ("module", "absent"),
    [
        ("oauth_steps", {"responses", "ipywidgets", "IPython", "oauth_steps.check"}),
        ("oauth_steps.check.predictions", {"oauth_steps.mishaps", "oauth_steps.check.exchanges"}),
        ("oauth_steps.practice", {"ipywidgets", "IPython", "oauth_steps.check"}),
        ("oauth_steps.errors", {"responses", "ipywidgets", "IPython"}),
        ("oauth_steps.libraries", {"requests_oauthlib", "authlib", "github", "facebook", "django"}),
        ("oauth_steps.clients", {"allauth", "django", "social_core"}),
    ],
)
def test_importing_brings_only_what_is_needed(module: str, absent: set[str]) -> None:
    script = f"import sys, {module}; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=HERE)
    assert absent & set(ran.stdout.split()) == set()

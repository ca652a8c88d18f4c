"""The hooks of .pre-commit-config.yaml: each passes what is here, and stops the mistake that it is there for.

What pre-commit itself does, to find the files of a commit, is left to it: here each hook's command is run on a copy.
"""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tools import prove

HERE = Path(__file__).parent.parent
(REPO,) = yaml.safe_load((HERE / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
HOOKS: dict[str, dict[str, Any]] = {hook["id"]: hook for hook in REPO["hooks"]}

LESSON = "notebooks/03_state.ipynb"
KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\n" + "MIIEpAIBAAKCAQEA" * 6


def stripped(text: str) -> str:
    """The lesson without outputs, as a tool that strips notebooks leaves it: nbval passes this."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


# What is wrong: the hook that stops it, the file, and how.
MISTAKES: dict[str, tuple[str, str, Callable[[str], str]]] = {
    "an import that nothing uses": ("ruff-check", "tools/lab.py", lambda text: text + "\nimport queue\n"),
    "code laid out otherwise": ("ruff-format", "tools/lab.py", lambda text: text + "x = {  'a':1 }\n"),
    "a lesson laid out otherwise": (
        "ruff-format",
        LESSON,
        lambda text: text.replace("practice = Practice()", "practice=Practice( )", 1),
    ),
    "a lesson stripped of its outputs": ("lessons", LESSON, stripped),
    "a private key": ("secrets", "README.md", lambda text: f"{text}\n{KEY}\n"),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as git knows it; pre-commit, too, leaves away what is not to be committed."""
    return prove.copied(tmp_path_factory.mktemp("copy").resolve())


def run(name: str, copy: Path, file: str) -> subprocess.CompletedProcess[str]:
    """What a hook says of a file, run as pre-commit runs it but by this Python."""
    first, *rest = shlex.split(HOOKS[name]["entry"])
    assert first == ".venv/bin/python"
    named = [file] if HOOKS[name].get("pass_filenames", True) else []
    return subprocess.run(
        [sys.executable, *rest, *named],
        cwd=copy,
        env=prove.environment(copy),
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_passes_what_is_here(name: str, copy: Path) -> None:
    ran = run(name, copy, "tools/lab.py")
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_hook_stops_what_it_is_there_for(mistake: str, copy: Path) -> None:
    name, file, spoil = MISTAKES[mistake]
    path = copy / file
    whole = path.read_text("utf-8")
    assert spoil(whole) != whole and re.search(HOOKS[name].get("files", ""), file)
    try:
        path.write_text(spoil(whole), encoding="utf-8")
        ran = run(name, copy, file)
    finally:
        path.write_text(whole, encoding="utf-8")
    assert ran.returncode == 1 and Path(file).stem in ran.stdout, ran.stdout + ran.stderr


def test_every_hook_has_its_mistake_and_nothing_is_fetched() -> None:
    assert {name for name, _, _ in MISTAKES.values()} == set(HOOKS)
    assert REPO["repo"] == "local" and {hook["language"] for hook in HOOKS.values()} == {"system"}

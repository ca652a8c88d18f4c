"""What takes a process of its own: an import, and the course under nbval beside empty notebooks.

The wall clock counts, the start of Python included, as whoever waits for it counts.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat

from tools import lab
from tools.lite.pyodide import run

IMPORTS = ("import oauth_steps", "import requests")
# Named, since the twins stand elsewhere: both sides have the same settings.
PROJECT = lab.HERE / "pyproject.toml"
NBVAL = ["-m", "pytest", "-q", "-c", str(PROJECT), f"--rootdir={lab.HERE}", "-p", "no:cacheprovider"]
NBVAL += ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=120"]

Run = Callable[[], object]

# Modules are compiled once and kept, as Python does unless it is told otherwise.
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def python(*arguments: str) -> None:
    """Run this Python in the project's folder. Raises RuntimeError if it fails: that is not measured."""
    run(sys.executable, *arguments, cwd=lab.HERE, env=ENV)


@contextmanager
def imports() -> Iterator[list[Run]]:
    """Each of `IMPORTS`, compiled before, as after a first use."""
    runs: list[Run] = [partial(python, "-c", statement) for statement in IMPORTS]
    for imported in runs:
        imported()
    yield runs


@contextmanager
def course() -> Iterator[list[Run]]:
    """All lessons in one pytest, under nbval; and their twins, whose cells are all empty."""
    with TemporaryDirectory() as folder:
        for lesson in lab.lessons(lab.LESSONS):
            notebook = nbformat.read(lesson, as_version=4)
            for cell in notebook.cells:
                cell.update(source="", metadata={})
                if cell.cell_type == "code":
                    cell.update(outputs=[], execution_count=None)
            nbformat.write(notebook, Path(folder, lesson.name))
        yield [
            partial(python, *NBVAL, *map(str, lab.lessons(where))) for where in (lab.LESSONS, Path(folder))
        ]

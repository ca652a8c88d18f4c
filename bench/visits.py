"""How long it takes from opening a page until a first cell has run: the course's site, beside a bare JupyterLite.

The bare one is a copy of the course's with the same kernel, without the course: Python begins with the packages that
the kernel itself needs, no widgets are shown, and lesson 00 is one cell, `1 + 1`. Each visit is a new visitor's: her
browser has kept nothing. The files come from this computer, so no network counts; the wall clock does.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import nbformat
from nbformat import v4

from tools import started
from tools.lite import pages, pyodide
from tools.lite.__main__ import KERNEL, WIDGETS, build

OF_THE_COURSE = {"oauth-steps", *pyodide.COURSE, *pyodide.BUILT} - {"comm"}  # the kernel needs that, too
PATIENCE = 120_000  # milliseconds

FIRST = ".jp-Notebook .jp-CodeCell >> nth=0"
HAS_RUN = """() => /\\d/.test(document.querySelector(".jp-CodeCell .jp-InputArea-prompt").textContent)"""

Visits = Callable[[], AbstractContextManager[list[Callable[[], object]]]]


def without_the_course(site: Path) -> None:
    """Leave the kernel, and lesson 00 with one cell."""
    settings = json.loads((site / "jupyter-lite.json").read_text(encoding="utf-8"))
    data = settings["jupyter-config-data"]
    options = data["litePluginSettings"][f"{KERNEL}:kernel"]["loadPyodideOptions"]
    options["packages"] = [name for name in options["packages"] if name not in OF_THE_COURSE]
    data["federated_extensions"] = [one for one in data["federated_extensions"] if one["name"] != WIDGETS]
    (site / "jupyter-lite.json").write_text(json.dumps(settings), encoding="utf-8")
    path = site / "files" / f"{pages.lessons()[0].stem}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells = [v4.new_code_cell("1 + 1")]
    nbformat.write(notebook, path)


def first_cell(page: Any, url: str) -> None:
    """Open the notebook, wait for its kernel, and run its first cell."""
    page.goto(url)
    page.locator(FIRST).wait_for()
    page.wait_for_function(started.READY)
    page.locator(f"{FIRST} >> .cm-content").click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(HAS_RUN)


@contextmanager
def sites() -> Iterator[list[Visits]]:
    """The visits to each. Raises LookupError or RuntimeError if the site cannot be built, or there is no browser."""
    if not shutil.which("npm"):
        raise LookupError("npm, from whose registry Python for a browser comes, is not installed")
    with TemporaryDirectory() as folder, started.chromium() as browser:
        course, bare = Path(folder, "course"), Path(folder, "bare")
        build(course)
        shutil.copytree(course, bare)
        without_the_course(bare)
        with started.files(Path(folder)) as address:

            @contextmanager
            def visit(site: Path) -> Iterator[list[Callable[[], object]]]:
                url = f"{address}/{site.name}/{pages.lessons()[0].runs_at}"
                context = browser.new_context(viewport={"width": 1280, "height": 800})
                context.set_default_timeout(PATIENCE)
                context.add_init_script(started.NOTES)
                yield [partial(first_cell, context.new_page(), url)]
                context.close()

            yield [partial(visit, course), partial(visit, bare)]

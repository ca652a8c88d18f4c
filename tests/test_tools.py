"""`make lab` loses no work and runs lessons with this very Python; `make notebooks` can be repeated."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
import pytest
import requests
from nbformat import v4

from tools import lab, notebooks, slides

HERE = Path(__file__).parent.parent

LESSON = v4.new_notebook(
    cells=[
        v4.new_markdown_cell("# A lesson", id="title", metadata={"slideshow": {"slide_type": "slide"}}),
        v4.new_code_cell("print('one', flush=True)\nprint('two', end='')\nprint(' é')", id="printed"),
        v4.new_code_cell("import sys\nsys.executable", id="shown"),
        v4.new_code_cell(
            "import ipywidgets\nipywidgets.IntText(4)", id="widget", metadata={"collapsed": True}
        ),
        v4.new_code_cell("{}['token']", id="refused", metadata={"tags": ["raises-exception"]}),
    ]
)


def put(folder: Path, name: str, notebook: Any = LESSON) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(v4.writes(notebook), encoding="utf-8")
    return path


@pytest.fixture
def another_python3(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user has registered another Python under the name of the lessons' kernel."""
    kernel = tmp_path / "registered/kernels/python3"
    kernel.mkdir(parents=True)
    other = {"argv": ["/nowhere/python"], "display_name": "Another", "language": "python"}
    (kernel / "kernel.json").write_text(json.dumps(other))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "registered"))


# --- make lab -------------------------------------------------------------------------------------


@pytest.fixture
def lessons(tmp_path: Path) -> Path:
    for name in ["00_start_here.ipynb", "04_code_lifetime.ipynb", "draft.ipynb"]:
        put(tmp_path / "notebooks", name)
    return tmp_path / "notebooks"


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return tmp_path / "my-course"


def test_lessons_are_copied_once_and_never_overwritten(lessons: Path, course: Path) -> None:
    assert lab.copy_lessons(lessons, course) == (["00_start_here.ipynb", "04_code_lifetime.ipynb"], [])
    (course / "04_code_lifetime.ipynb").write_text("my work")
    put(lessons, "05_token_lifetime.ipynb")
    assert lab.copy_lessons(lessons, course) == (
        ["05_token_lifetime.ipynb"],
        ["00_start_here.ipynb", "04_code_lifetime.ipynb"],
    )
    assert (course / "04_code_lifetime.ipynb").read_text() == "my work"


def test_a_copy_is_the_lesson_without_what_a_run_has_left() -> None:
    lesson = nbformat.from_dict(json.loads(v4.writes(LESSON)))
    stream = v4.new_output("stream", name="stdout", text="an answer")
    lesson.cells[1].update(execution_count=1, outputs=[stream])
    assert nbformat.reads(lab.clean_copy(v4.writes(lesson)), as_version=4) == LESSON


def test_a_fresh_copy_keeps_every_older_one(lessons: Path, course: Path) -> None:
    assert lab.set_aside("04", lessons, course) == []
    for count, work in enumerate(["first", "second"], 1):
        lab.copy_lessons(lessons, course)
        (course / "04_code_lifetime.ipynb").write_text(work)
        assert lab.set_aside("4", lessons, course) == [course / f"04_code_lifetime-before-{count}.ipynb"]
    assert sorted(path.read_text() for path in course.glob("*-before-*")) == ["first", "second"]
    assert not (course / "04_code_lifetime.ipynb").exists()
    assert (course / "00_start_here.ipynb").exists()


def test_a_lesson_brings_its_folder_along_without_what_a_run_has_left(lessons: Path, course: Path) -> None:
    put(lessons, "08_django.ipynb")
    site = lessons / "site"
    for name in (
        "manage.py",
        "club/urls.py",
        ".env",
        "club.sqlite3",
        "club.sqlite3-wal",
        "club/__pycache__/x.pyc",
    ):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("as it came")
    assert "site/" in lab.copy_lessons(lessons, course)[0]
    copied = {path.relative_to(course).as_posix() for path in course.glob("site/**/*.*")}
    assert copied == {"site/manage.py", "site/club/urls.py"}

    (course / "site" / "manage.py").write_text("my work")
    assert "site/" in lab.copy_lessons(lessons, course)[1]
    assert (course / "site" / "manage.py").read_text() == "my work"

    asides = [course / "08_django-before-1.ipynb", course / "site-before-1"]
    assert lab.set_aside("08", lessons, course) == asides
    lab.copy_lessons(lessons, course)
    assert (course / "site" / "manage.py").read_text() == "as it came"
    assert (asides[1] / "manage.py").read_text() == "my work"


@pytest.mark.parametrize("number", ["", "7", "../04", "x"])
def test_no_such_lesson_is_said_and_nothing_moves(number: str, lessons: Path, course: Path) -> None:
    lab.copy_lessons(lessons, course)
    before = sorted(course.iterdir())
    with pytest.raises(LookupError, match="there are 00, 04"):
        lab.set_aside(number, lessons, course)
    assert sorted(course.iterdir()) == before


@pytest.fixture
def running_lab(tmp_path: Path, lessons: Path, another_python3: None) -> Iterator[str]:
    """The URL that `make lab` prints."""
    shutil.copytree(HERE / "tools", tmp_path / "tools")
    environ = os.environ | {"HOME": str(tmp_path)}
    command = [sys.executable, "tools/lab.py", "--no-browser"]
    with subprocess.Popen(command, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            yield next(line.strip() for line in process.stdout if "http://" in line)
        finally:
            process.terminate()


def test_lab_opens_the_first_lesson_with_this_python_and_no_news(running_lab: str, course: Path) -> None:
    url = urlsplit(running_lab)
    assert url.hostname in ("localhost", "127.0.0.1")
    assert url.path == "/lab/tree/00_start_here.ipynb"
    assert sorted(path.name for path in course.glob("*.ipynb")) == [
        "00_start_here.ipynb",
        "04_code_lifetime.ipynb",
    ]

    session = requests.Session()
    session.trust_env = False  # a proxy has no business here
    page = session.get(running_lab)
    assert page.status_code == 200
    settings = json.loads(re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', page.text, re.S)[1])
    assert "@jupyterlab/apputils-extension:announcements" in settings["disabledExtensions"]

    kernels = session.get(running_lab.replace(url.path, "/api/kernelspecs")).json()
    assert kernels["kernelspecs"]["python3"]["spec"]["display_name"] == "Python 3 (ipykernel)"


# --- make notebooks -------------------------------------------------------------------------------


def test_a_lesson_is_run_and_saved_in_its_normal_form(tmp_path: Path, another_python3: None) -> None:
    path = put(tmp_path, "04_code_lifetime.ipynb", LESSON)
    assert notebooks.main(tmp_path) == 0
    first = path.read_bytes()
    lesson = nbformat.read(path, as_version=4)

    assert lesson.metadata == notebooks.METADATA
    assert [cell.id for cell in lesson.cells] == [cell.id for cell in LESSON.cells]
    assert [cell.metadata for cell in lesson.cells] == [
        {"slideshow": {"slide_type": "slide"}},
        {},
        {},
        {},
        {"tags": ["raises-exception"]},
    ]
    _, printed, shown, widget, refused = lesson.cells
    assert [cell.execution_count for cell in lesson.cells[1:]] == [1, 2, 3, 4]
    assert [(output.name, output.text) for output in printed.outputs] == [("stdout", "one\ntwo é\n")]
    assert shown.outputs[0].data == {"text/plain": repr(sys.executable)}
    assert widget.outputs[0].data == {"text/plain": "IntText(value=4)"}
    assert refused.outputs[0].traceback == ["KeyError: 'token'"]
    assert first.endswith(b"}\n")
    assert "é".encode() in first

    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest == {
        "04_code_lifetime.ipynb": {
            "title": "markdown",
            "printed": ["stream stdout"],
            "shown": ["execute_result text/plain"],
            "widget": ["execute_result text/plain"],
            "refused": ["error KeyError"],
        }
    }

    assert notebooks.main(tmp_path) == 0
    assert path.read_bytes() == first


def test_a_lesson_that_fails_is_named_and_left_as_it_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = v4.new_notebook(cells=[v4.new_code_cell("1 / 0", id="broken")])
    path = put(tmp_path, "01_github_login.ipynb", broken)
    before = path.read_bytes()
    assert notebooks.main(tmp_path) == 1
    assert path.read_bytes() == before
    assert not (tmp_path / "manifest.json").exists()
    said = capsys.readouterr().out
    assert said.startswith("01_github_login.ipynb: ")
    assert "ZeroDivisionError" in said


@pytest.mark.parametrize("ids", [["a", "a"], ["3fa85f64"], ["Not readable"], [""]])
def test_a_lesson_with_poor_cell_ids_is_refused_before_it_runs(ids: list[str], tmp_path: Path) -> None:
    path = tmp_path / "01_github_login.ipynb"
    path.write_text(json.dumps({"cells": [{"id": name} for name in ids]}))
    (complaint,) = notebooks.remake(path)
    assert repr(ids[-1]) in complaint


# --- make slides, make pages ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("template", "names"), [("deck", "slides/{}.slides.html"), ("page", "pages/{}.html")]
)
def test_every_lesson_is_written_as_one_file(
    template: str, names: str, lessons: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    slides.main(template, lessons, tmp_path / "build")
    written = [path for path in (tmp_path / "build").rglob("*") if path.is_file()]
    expected = [tmp_path / "build" / names.format(name) for name in ("00_start_here", "04_code_lifetime")]
    assert sorted(written) == expected
    assert capsys.readouterr().out.split() == [str(path.relative_to(tmp_path)) for path in expected]


@pytest.mark.parametrize("template", slides.KINDS)
def test_an_export_is_complete_and_leads_to_its_like(template: str, tmp_path: Path) -> None:
    """What the browser finds in it is looked at in tests/browser/test_exports.py."""
    title = v4.new_markdown_cell(
        "# 4 · <Late>\n\n[Next](05_token_lifetime.ipynb), [RFC](https://rfc.example/)"
    )
    shown = v4.new_output("display_data", {"text/plain": "plain", "text/html": "<i>rich</i>"})
    cells = [title, v4.new_code_cell("late = 'yes'", outputs=[shown])]
    html = slides.exported(put(tmp_path, "04.ipynb", v4.new_notebook(cells=cells)), template)
    assert re.findall("<title>(.+?)</title>", html) == ["4 · &lt;Late&gt;"]
    assert "<i>rich</i>" in html and "yes" in html
    links = re.findall(r'(?:src|href)="([^"]+)"', re.sub("<script.*?</script>", "", html, flags=re.DOTALL))
    assert links == [f"05_token_lifetime{slides.KINDS[template].suffix}", "https://rfc.example/"]

"""The course as a site: built, served as plain files below a path, and run in real browsers, in Pyodide's Python.

No host but this computer can be reached. Each lesson that runs there is run from top to bottom, and prints what is
committed. Pictures go to build/screenshots, or to $SCREENSHOTS.
"""

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import nbformat
import pytest
from browsing import LONGEST_RUN, found_by_axe, new_window, open_lesson, run
from minted import WRITE_DOWN, found, not_typed
from screen import Screen

from oauth_steps import GITHUB
from oauth_steps.explorer import Explorer
from tools import lab, started
from tools.lite import pages

RUN_THERE = [lesson for lesson in pages.lessons() if lesson.runs_at]
TO_READ = [lesson for lesson in pages.lessons() if not lesson.runs_at]
IN_FIREFOX = ["00", "09"]
FIRST_VISIT = 15_000_000  # bytes at most, gzipped
KEPT = "Kept in this browser: the course works offline."

# What a lesson prints there otherwise than here, and why.
EXCEPT = {
    "ename": "JupyterLite's kernel names the class of an error with its module, and Python's `<class …>` around",
    "traceback": "it shows lines of other files and another Python; nbval does not compare it either",
    "application/vnd.jupyter.widget-view+json": "a widget's number; committed lessons are saved without",
}

# What JupyterLite has saved of a file.
SAVED = """async name => {
    for (const { name: database } of await indexedDB.databases()) {
        if (!database.startsWith("JupyterLite Storage")) continue;
        const opened = await new Promise((resolve, reject) => {
            Object.assign(indexedDB.open(database), { onsuccess() { resolve(this.result) }, onerror: reject });
        });
        const file = await new Promise((resolve, reject) => {
            const asked = opened.transaction("files").objectStore("files").get(name);
            Object.assign(asked, { onsuccess() { resolve(this.result) }, onerror: reject });
        });
        opened.close();
        return file?.content ?? null;
    }
    return null;
}"""
# The addresses that the browser keeps.
IN_CACHE = "async () => (await (await caches.open('precache')).keys()).map(({ url }) => url)"
# Code run in the lesson's kernel, beside its cells.
QUIETLY = """code => {
    const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
    return kernel.requestExecute({ code, silent: true, store_history: false }).done.then(reply => reply.content.status);
}"""


# What is asked of the host, not of the site. Chromium wants an icon, before JupyterLite has named its own. The other is
# JupyterLite's question to its service worker, which the host gets from a page that the worker does not serve yet.
NOT_OURS = {"/favicon.ico", "/api/service-worker-heartbeat"}
# Whether a script that stands in the page itself runs.
RUNS_INLINE = """() => {
    document.body.append(Object.assign(document.createElement("script"), { textContent: "window.ran = true" }));
    return !!window.ran;
}"""


def build(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tools.lite", folder], cwd=lab.HERE, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def site(npm: None, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as it was built, below a folder that is served."""
    folder = tmp_path_factory.mktemp("www") / "course"
    build(folder)
    return folder


@pytest.fixture(scope="module")
def home(site: Path) -> Iterator[str]:
    """The address of the landing page, at a sub-path. Afterwards: all that any page asked for was there."""
    missing: set[str] = set()

    class Noting(started.Files):
        def send_error(self, *given: Any, **more: Any) -> None:
            missing.add(self.path)
            super().send_error(*given, **more)

    with started.files(site.parent, Noting) as address:
        yield f"{address}/course/"
    assert missing <= NOT_OURS


def run_there(page: Any, url: str) -> None:
    """Open a lesson and run it from top to bottom."""
    open_lesson(page, url)
    run(page)


def saved(page: Any, name: str) -> Any:
    """The notebook as it stands in the browser after saving."""
    page.keyboard.press("Control+s")
    return stored(page, name)


def stored(page: Any, name: str) -> Any:
    """What JupyterLite has stored of a file, as soon as it has."""
    page.wait_for_function(f"async name => !!(await ({SAVED})(name))", arg=name)
    return page.evaluate(SAVED, name)


def printed(cell: Any) -> list[dict[str, Any]]:
    """What a code cell shows, less `EXCEPT`; a text may be saved as a list of lines."""
    outputs = []
    for output in cell["outputs"]:
        parts = {
            **output.get("data", {}),
            **{name: output.get(name) for name in ("name", "text", "ename", "evalue")},
        }
        texts = {name: "".join(part) if isinstance(part, list) else part for name, part in parts.items()}
        outputs.append({name: text for name, text in texts.items() if name not in EXCEPT})
    return outputs


def code_cells(notebook: Any) -> dict[str, Any]:
    return {cell["id"]: cell for cell in notebook["cells"] if cell["cell_type"] == "code"}


def committed(lesson: pages.Lesson) -> Any:
    """The lesson as it stands in notebooks/."""
    return nbformat.read(lab.LESSONS / f"{lesson.stem}.ipynb", as_version=4)


def as_committed(page: Any, home: str, lesson: pages.Lesson) -> Any:
    """Run the lesson; each cell prints what is committed. Returns the notebook as it was saved."""
    name = f"{lesson.stem}.ipynb"
    run_there(page, home + lesson.runs_at)
    notebook = saved(page, name)
    there = {cell_id: printed(cell) for cell_id, cell in code_cells(notebook).items()}
    here = {cell_id: printed(cell) for cell_id, cell in code_cells(committed(lesson)).items()}
    assert any(outputs for outputs in here.values())
    assert there == here
    return notebook


# --- lessons --------------------------------------------------------------------------------------


@pytest.mark.parametrize("lesson", RUN_THERE, ids=lambda lesson: lesson.number)
def test_a_lesson_prints_what_is_committed_and_keeps_its_secrets(
    page: Any, home: str, lesson: pages.Lesson, screenshots: Path
) -> None:
    notebook = as_committed(page, home, lesson)
    page.screenshot(path=screenshots / f"lite-{lesson.number}.png")
    assert page.evaluate(QUIETLY, WRITE_DOWN) == "ok"
    secrets = json.loads(base64.b64decode(stored(page, ".minted.json")))
    assert {kind for kind, _ in secrets} >= {"client secret", "password"}
    assert found(not_typed(secrets, committed(lesson)), [notebook, page.content()]) == []


@pytest.mark.parametrize(
    "lesson", [one for one in RUN_THERE if one.number in IN_FIREFOX], ids=lambda one: one.number
)
def test_a_lesson_runs_in_firefox(firefox: Any, home: str, lesson: pages.Lesson) -> None:
    with new_window(firefox) as page:
        as_committed(page, home, lesson)


@pytest.mark.parametrize("lesson", TO_READ, ids=lambda lesson: lesson.number)
def test_a_lesson_to_read_says_so_and_shows_what_it_prints(
    page: Any, home: str, lesson: pages.Lesson
) -> None:
    page.goto(f"{home}notebooks/index.html?path={lesson.stem}.ipynb")
    page.get_by_role("blockquote").get_by_text("To read here.").wait_for()
    page.locator(".jp-OutputArea-output").first.wait_for()


# --- the explorer ---------------------------------------------------------------------------------


@pytest.mark.parametrize("browser", ["chromium", "firefox"])
def test_a_story_is_told_by_clicking(
    request: pytest.FixtureRequest, home: str, browser: str, screenshots: Path
) -> None:
    with new_window(request.getfixturevalue(browser)) as page:
        page.goto(f"{home}explorer.html?story=forged+state")
        page.locator("body.shown").wait_for(timeout=LONGEST_RUN)
        screen = Screen(page.frames[1], Explorer(GITHUB).model, present=True)
        screen.model.tell("forged state")
        screen.agrees()
        page.screenshot(path=screenshots / f"lite-explorer-{browser}.png")
        while screen.model.told:
            screen.next()
        assert screen.model.is_told
        assert page.frames[1].locator(".jp-InputArea").first.is_hidden()


def test_an_address_that_asks_for_nothing_there_is_is_told_so(page: Any, home: str) -> None:
    page.goto(f"{home}explorer.html?story=%22%29%3Bimport+os%23")
    page.locator("body.shown").wait_for(timeout=LONGEST_RUN)
    page.frames[1].get_by_text("there is no story").wait_for()


# --- the site's own pages ----------------------------------------------------------------------------


READ = RUN_THERE[1].reads_at
OURS = ["index.html", "licences.html", "explorer.html", READ]


@pytest.mark.parametrize("address", OURS)
def test_a_page_of_ours_can_be_read_by_everybody(
    page: Any, home: str, address: str, screenshots: Path
) -> None:
    """In light and in dark, and on a telephone; and the browser complains of nothing that it may not load or run."""
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(home + address)
    ready(page, address)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        for frame in page.frames[1:]:
            frame.locator(f"body[data-jp-theme-light={'true' if scheme == 'light' else 'false'}]").wait_for()
        page.screenshot(path=screenshots / f"lite-{Path(address).stem}-{scheme}.png", full_page=True)
        for frame in page.frames:
            assert found_by_axe(frame, "body") == []
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (int(re.findall("[0-9]+", ground)[0]) < 64) == (scheme == "dark")
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert wrong == []


def ready(page: Any, address: str) -> None:
    """Wait until the page has done all that it does by itself."""
    if address == "index.html":
        page.get_by_text(KEPT).wait_for(timeout=LONGEST_RUN)
    if address == "explorer.html":
        page.locator("body.shown").wait_for(timeout=LONGEST_RUN)


def test_the_landing_page_leads_everywhere(page: Any, home: str) -> None:
    page.goto(home)
    assert page.locator(".lessons > li").count() == len(pages.lessons())
    for address in {part.get_attribute("href") for part in page.locator("a").all()}:
        assert page.request.get(urljoin(home, address)).ok, address


# What is compiled into Pyodide: a name in it, and the words by which its notice is found on the page of licences.
COMPILED = {
    b"inflate 1.": "zlib: Debian",
    b"libbzip2": "bzip2: Debian",
    b"lzma_": "XZ Utils: Debian",
    b"ZSTD_": "Zstandard: Debian",
    b"SQLite": "SQLite: Debian",
    b"expat": "Expat: Debian",
    b"ffi_call": "libffi: Debian",
    b"mimalloc": "mimalloc: Debian",
    b"libmpdec": "Modules/_decimal/libmpdec",
    b"HACL*": "HACL* Contributors",
    b"emscripten_": "Emscripten: Debian",
    b"cxxabi": "LLVM's libraries",
}


def test_what_is_compiled_into_python_has_its_notice(site: Path) -> None:
    (wasm,) = site.glob("static/pyodide-*/pyodide.asm.wasm")
    compiled = wasm.read_bytes()
    text = (site / "licences.html").read_text(encoding="utf-8")
    assert [name for name in COMPILED if name not in compiled] == []
    assert [words for words in COMPILED.values() if words not in text] == []
    assert b"OpenSSL" not in compiled


@pytest.mark.parametrize("address", OURS)
def test_no_script_runs_in_a_page_of_ours_but_its_own(page: Any, home: str, address: str) -> None:
    page.goto(home + address)
    assert not page.evaluate(RUNS_INLINE)


def test_pip_asks_nobody_for_what_is_not_there(page: Any, home: str) -> None:
    open_lesson(page, home + RUN_THERE[0].runs_at)
    assert page.evaluate(QUIETLY, "import piplite; await piplite.install('urllib3')") == "ok"
    code = """
try:
    await piplite.install("flask")
except ValueError as refused:
    assert "PyPI fallback is disabled" in str(refused)
else:
    raise AssertionError("it was found")
"""
    assert page.evaluate(QUIETLY, code) == "ok"


def test_a_first_visit_is_small(chromium: Any, site: Path, home: str) -> None:
    """The landing page and what it keeps, and a whole lesson."""
    came: set[str] = set()
    with new_window(chromium) as page:
        page.context.on("response", lambda response: came.add(response.url))
        page.goto(home)
        page.get_by_text(KEPT).wait_for(timeout=LONGEST_RUN)
        run_there(page, home + RUN_THERE[0].runs_at)
    paths = {url.removeprefix(home).partition("?")[0] for url in came if url.startswith(home)}
    paths |= {path.partition("?")[0] for path in json.loads((site / "api" / "kept.json").read_text())}
    files = [site / path for path in paths if (site / path).is_file()]
    assert any(path.suffix == ".wasm" for path in files)
    assert sum(len(gzip.compress(path.read_bytes(), 6)) for path in files) <= FIRST_VISIT


def test_where_data_is_to_be_saved_she_is_asked_first(page: Any, home: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    page.goto(home)
    page.get_by_role("button", name="Keep the course").click(trial=True)
    assert not [url for url in asked if ".wasm" in url]
    page.get_by_role("button", name="Keep the course").click()
    page.get_by_text(KEPT).wait_for(timeout=LONGEST_RUN)
    assert page.get_by_role("button", name="Keep the course").count() == 0


def test_a_second_visit_needs_no_server(chromium: Any, site: Path) -> None:
    """Lessons that she has not opened before run then, and the explorer tells the story of an address.

    A page to read is there if she has opened it before.
    """
    with new_window(chromium) as page:
        with started.files(site.parent) as address:
            home = f"{address}/course/"
            page.goto(home)
            page.get_by_text(KEPT).wait_for(timeout=LONGEST_RUN)
            page.goto(home + READ)
        page.goto(home + READ)
        page.get_by_role("heading", name=RUN_THERE[1].title).wait_for()
        page.goto(home)
        page.get_by_text(KEPT).wait_for()
        page.get_by_role("link", name="Run lesson 01").wait_for()
        as_committed(page, home, RUN_THERE[1])
        page.locator("body > a", has_text="All lessons").click()
        page.get_by_role("heading", name="OAuth, step by step").wait_for()
        page.goto(f"{home}explorer.html?story=forged+state")
        page.locator("body.shown").wait_for(timeout=LONGEST_RUN)
        page.frames[1].get_by_text("Mallory has held up an answer").wait_for()


def test_a_new_release_reaches_who_had_the_last_one(page: Any, site: Path, tmp_path: Path) -> None:
    """On the next visit to the landing page; Python is in another folder then, and the lesson says something else."""
    name = f"{RUN_THERE[0].stem}.ipynb"
    shutil.copytree(site, tmp_path / "course")
    with started.files(tmp_path) as address:
        home = f"{address}/course/"
        page.goto(home)
        page.get_by_text(KEPT).wait_for(timeout=LONGEST_RUN)
        released_anew(tmp_path / "course", name)
        page.goto(home)
        page.get_by_text(KEPT).wait_for(timeout=LONGEST_RUN)
        assert not [url for url in page.evaluate(IN_CACHE) if "/static/pyodide-" in url]
        open_lesson(page, home + RUN_THERE[0].runs_at)
        page.locator(".jp-RenderedMarkdown", has_text="Of the new release.").wait_for()
        run(page)


def released_anew(site: Path, name: str) -> None:
    """Another release of the site in this folder: Python elsewhere, and a lesson that says so."""
    (python,) = (site / "static").glob("pyodide-*")
    python.rename(site / "static" / "python-of-the-new-release")
    settings = site / "jupyter-lite.json"
    settings.write_text(settings.read_text().replace(python.name, "python-of-the-new-release"))
    lesson = nbformat.read(site / "files" / name, as_version=4)
    lesson.cells[0].source += "\n\nOf the new release."
    nbformat.write(lesson, site / "files" / name)
    kept = pages.kept(site, "static/python-of-the-new-release")
    (site / "api" / "kept.json").write_text(json.dumps(kept))


def test_an_explorer_that_cannot_start_says_so(page: Any, home: str) -> None:
    page.route("**/notebooks/index.html*", lambda route: route.abort())
    page.goto(f"{home}explorer.html")
    page.get_by_text("It did not start").wait_for()
    assert page.locator("progress").is_hidden()


def test_the_keys_of_the_hidden_notebook_do_nothing(page: Any, home: str) -> None:
    page.goto(f"{home}explorer.html?present=no")
    page.locator("body.shown").wait_for(timeout=LONGEST_RUN)
    frame = page.frames[1]
    frame.locator(".ox-step").first.click()
    for key in ("Escape", "b", "d", "d"):
        page.keyboard.press(key)
    assert frame.evaluate("jupyterapp.shell.currentWidget.content.widgets.length") == 1
    assert frame.locator(".oauth-explorer").is_visible()


def test_her_work_is_kept_taken_along_brought_back_and_forgotten(
    page: Any, home: str, tmp_path: Path
) -> None:
    name, hers = f"{RUN_THERE[0].stem}.ipynb", "hers = 'written by her'"
    page.goto(home)
    open_lesson(page, home + RUN_THERE[0].runs_at)
    page.locator(".jp-CodeCell .cm-content").first.fill(hers)
    saved(page, name)
    page.goto(home + "tree/index.html")
    page.locator(".jp-DirListing-item", has_text=name).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    taken = tmp_path / name
    download.value.save_as(taken)
    assert hers in taken.read_text(encoding="utf-8")

    page.on("dialog", lambda dialog: dialog.accept())
    other = page.context.new_page()
    other.goto(home)
    other.on("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name="Start over").click()
    other.get_by_text("Close the other tabs of this course, and try again.").wait_for()
    page.goto(home)
    page.get_by_role("button", name="Start over").click()
    page.get_by_text("The lessons are as they were.").wait_for()
    open_lesson(page, home + RUN_THERE[0].runs_at)
    assert hers not in page.locator(".jp-CodeCell .cm-content").first.inner_text()

    page.goto(home + "tree/index.html")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload").click()
    chooser.value.set_files(taken)
    page.get_by_role("button", name="Overwrite").click()
    stored(page, name)
    open_lesson(page, home + RUN_THERE[0].runs_at)
    assert hers in page.locator(".jp-CodeCell .cm-content").first.inner_text()


def test_without_https_she_can_start_over_too(page: Any, home: str) -> None:
    """There are no locks then."""
    page.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(home)
    page.get_by_role("button", name="Start over").click()
    page.get_by_text("The lessons are as they were.").wait_for()


def test_a_lesson_that_she_deletes_is_as_the_course_has_it(page: Any, home: str) -> None:
    name, hers = f"{RUN_THERE[0].stem}.ipynb", "hers = 'written by her'"
    open_lesson(page, home + RUN_THERE[0].runs_at)
    first = page.locator(".jp-CodeCell .cm-content").first
    as_it_was = first.inner_text()
    first.fill(hers)
    saved(page, name)
    open_lesson(page, home + RUN_THERE[0].runs_at)
    assert first.inner_text() == hers

    page.goto(home + "tree/index.html")
    page.locator(".jp-DirListing-item", has_text=name).click()
    page.get_by_role("button", name="Delete").click()
    page.locator(".jp-Dialog").get_by_role("button", name="Delete").click()
    page.wait_for_function(f"async name => !(await ({SAVED})(name))", arg=name)
    page.reload()
    page.locator(".jp-DirListing-item", has_text=name).wait_for()
    open_lesson(page, home + RUN_THERE[0].runs_at)
    assert first.inner_text() == as_it_was


@pytest.mark.skipif(os.name == "nt", reason="its environment is a link to this one")
def test_make_serve_site_serves_it_to_this_computer(page: Any, site: Path, tmp_path: Path) -> None:
    """At the root of its address, as it was built last."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(lab.HERE / name, tmp_path)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "site").symlink_to(site)
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / ".venv" / ".made-in").write_text(str(tmp_path))
    (tmp_path / ".venv" / ".course").touch()  # so make builds no other
    with subprocess.Popen(
        ["make", "--no-print-directory", "serve-site", "PORT=0"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            assert server.stdout
            announced = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
            assert announced
            open_lesson(page, announced[0] + RUN_THERE[0].runs_at)
            assert page.evaluate(QUIETLY, "import oauth_steps") == "ok"
        finally:
            server.terminate()


def test_a_build_over_another_one_is_the_same(site: Path, tmp_path: Path) -> None:
    """What lies there goes, JupyterLite's notes of what it had done too: with these it would skip a part."""
    (tmp_path / "course").mkdir()
    for left_over in (".jupyterlite.doit.db", "index.html", "of-yesterday.txt"):
        (tmp_path / "course" / left_over).write_text("left over")
    build(tmp_path / "course")
    assert contents(tmp_path / "course") == contents(site)


def contents(folder: Path) -> dict[str, str]:
    """Each file below, by the hash of what is in it."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }

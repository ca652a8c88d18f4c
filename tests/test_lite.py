"""What the build of the site refuses, and the veil over JupyterLite's kernel; tests/browser/test_lite.py runs both."""

import asyncio
import json
import sys
import types
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from oauth_steps import veil
from tools import lab
from tools.lite import __main__ as lite
from tools.lite import mends, pages, pyodide

DROPS = (
    'if("execute_reply"===e.header.msg_type&&"error"===e.content.status&&"interrupt"!==e.metadata.cause&&('
    'this._cancelReason.set(i,"error"),i.cancel()),s.send(n)},g=await a({id:l,sendMessage:d'
)


def test_every_lesson_has_a_card() -> None:
    there = [path.stem for path in sorted(lab.LESSONS.glob("[0-9][0-9]_*.ipynb"))]
    assert [lesson.stem for lesson in pages.lessons()] == there
    assert all(lesson.title and lesson.able_to and int(lesson.minutes) for lesson in pages.lessons())


# --- what is not built ----------------------------------------------------------------------------------


KERNEL = {
    "pyodideUrl": "./static/pyodide.mjs",
    "disablePyPIFallback": True,
    "pipliteUrls": ["./pypi/all.json?sha256=1"],
    "loadPyodideOptions": {"packages": ["a"]},
}
FILES = {  # a site as small as it can be
    "notebooks/jupyter-lite.json": {"jupyter-config-data": {"appUrl": "/notebooks"}},
    "static/pyodide.mjs": "",
    "static/pyodide-lock.json": {"packages": {"a": {"file_name": "a.whl"}}},
    "static/a.whl": "",
    "pypi/all.json": {"b": {"releases": {"1": [{"url": "./b.whl"}]}}},
    "pypi/b.whl": "",
}


def small_site(folder: Path, kernel: dict[str, Any], files: dict[str, Any]) -> Path:
    """With these settings of the kernel, and these files, instead of its own; one that is None is missing."""
    settings = {name: value for name, value in {**KERNEL, **kernel}.items() if value is not None}
    of_plugins = {"litePluginSettings": {f"{lite.KERNEL}:kernel": settings}}
    for name, held in {"jupyter-lite.json": {"jupyter-config-data": of_plugins}, **FILES, **files}.items():
        if held is not None:
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_text(json.dumps(held))
    return folder


def test_a_site_that_is_complete_passes(tmp_path: Path) -> None:
    lite.check(small_site(tmp_path, {}, {}))


ELSEWHERE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "no Python named": ({"pyodideUrl": None}, {}),
    "a CDN's Python": ({"pyodideUrl": "https://cdn.example/pyodide.mjs"}, {}),
    "a Python that is not there": ({"pyodideUrl": "./static/other.mjs"}, {}),
    "a kernel's settings for one application": (
        {},
        {"notebooks/jupyter-lite.json": {"litePluginSettings": {f"{lite.KERNEL}:kernel": {}}}},
    ),
    "no list of packages": ({}, {"static/pyodide-lock.json": None}),
    "a list elsewhere": ({"loadPyodideOptions": {"lockFileURL": "https://cdn.example/lock.json"}}, {}),
    "packages elsewhere": ({"loadPyodideOptions": {"packageBaseUrl": "https://cdn.example/"}}, {}),
    "a package that is not there": ({}, {"static/a.whl": None}),
    "a CDN's package": (
        {},
        {"static/pyodide-lock.json": {"packages": {"a": {"file_name": "https://cdn.example/a.whl"}}}},
    ),
    "a package that is not listed": ({"loadPyodideOptions": {"packages": ["a", "c"]}}, {}),
    "PyPI, where pip finds nothing here": ({"disablePyPIFallback": None}, {}),
    "PyPI, if somebody says so": ({"disablePyPIFallback": False}, {}),
    "pip's first package": ({"pipliteWheelUrl": "https://cdn.example/piplite.whl"}, {}),
    "pip's list elsewhere": ({"pipliteUrls": ["https://cdn.example/all.json"]}, {}),
    "pip's package that is not there": ({}, {"pypi/b.whl": None}),
    "pip's package elsewhere": (
        {},
        {"pypi/all.json": {"b": {"releases": {"1": [{"url": "https://cdn.example/b.whl"}]}}}},
    ),
}


@pytest.mark.parametrize("way", ELSEWHERE)
def test_a_site_that_would_ask_elsewhere_is_not_built(way: str, tmp_path: Path) -> None:
    with pytest.raises(LookupError, match="would be fetched from elsewhere"):
        lite.check(small_site(tmp_path, *ELSEWHERE[way]))


def test_what_was_built_before_stays_if_a_build_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index.html").write_text("of yesterday")

    def fails(*command: str, **options: Any) -> str:
        raise RuntimeError("pip: no network")

    monkeypatch.setattr(lite, "run", fails)
    monkeypatch.setattr(sys, "argv", ["lite", str(tmp_path)])
    assert lite.main() == 1
    assert "pip: no network" in capsys.readouterr().err
    assert (tmp_path / "index.html").read_text() == "of yesterday"


BUILT = {  # what is mended of JupyterLite's files, as small as it can be
    "build/1.js": DROPS,
    "build/2.js": "other",
    "service-worker.js": '"GET"!==e.method||t.pathname.includes("/api/");'
    "return a||(a=await fetch(t),e.waitUntil(updateCache(t,a.clone()))),a",
    "notebooks/index.html": "<body></body>",
    "tree/index.html": "<body></body>",
}


def as_built(folder: Path, **other: str) -> Path:
    for name, text in {**BUILT, **other}.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_jupyterlite_is_mended(tmp_path: Path) -> None:
    mends.mend(as_built(tmp_path))
    mended = {name: (tmp_path / name).read_text() for name in BUILT}
    assert "&&!1!==g.parent?.content.stop_on_error&&" in mended["build/1.js"]
    assert "ignoreSearch" in mended["service-worker.js"] and '"/api/"' not in mended["service-worker.js"]
    assert all("All lessons" in mended[name] for name in ("notebooks/index.html", "tree/index.html"))
    assert mended["build/2.js"] == "other"


@pytest.mark.parametrize(
    "other", [*({name: ""} for name in BUILT if name != "build/2.js"), {"build/2.js": DROPS}], ids=str
)
def test_another_jupyterlite_is_not_mended_in_silence(tmp_path: Path, other: dict[str, str]) -> None:
    with pytest.raises(LookupError, match=r"mends\.py"):
        mends.mend(as_built(tmp_path, **other))


def test_a_package_without_a_licence_is_not_shipped(tmp_path: Path) -> None:
    with ZipFile(tmp_path / "a-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("a-1.0.dist-info/METADATA", "Name: a")
    with pytest.raises(LookupError, match="no licence"):
        pages.packages(tmp_path)


def test_a_command_that_fails_is_told_with_what_it_complained_of() -> None:
    with pytest.raises(RuntimeError, match="it went wrong"):
        pyodide.run(sys.executable, "-c", "import sys; sys.exit('it went wrong')")


# --- the veil there -------------------------------------------------------------------------------------


class Stream:
    def write(self, text: str) -> None:
        self.publish_stream_callback("stdout", text)


class Publisher:
    def publish(self, data: Any, update: bool = False) -> None:
        (self.update_display_data_callback if update else self.display_data_callback)(data, {}, {})


class Hook:
    def finish(self, data: Any) -> None:
        self.publish_execution_result(1, data, {})


class Kernel:
    async def run(self, code: str) -> dict[str, Any]:
        return {"status": "error", "evalue": code, "traceback": [code]}

    def inspect(self, *given: Any) -> dict[str, Any]:
        return {"data": {"text/plain": f"{given[0]} is s3cret"}}

    def complete(self, *given: Any) -> dict[str, Any]:
        return {"matches": ["s3cret"]}


class Shell:
    """A kernel that hands over what it prints as JupyterLite's does (pyodide_kernel 0.8)."""

    def __init__(self) -> None:
        self.kernel, self.stream, self.publisher, self.hook = Kernel(), Stream(), Publisher(), Hook()
        self.left: list[str] = []
        self.send_comm = self.leave
        self.new_cell()

    def leave(self, *given: Any) -> None:
        self.left.append(json.dumps(given))

    def set_input(self, function: Any) -> None:
        self.asks = function

    input = getpass = property(lambda self: self.asks, set_input)

    def new_cell(self) -> None:
        self.stream.publish_stream_callback = self.leave
        self.publisher.display_data_callback = self.publisher.update_display_data_callback = self.leave
        self.hook.publish_execution_result = self.leave
        self.input = self.getpass = self.leave


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Shell:
    """JupyterLite's kernel, as far as the veil knows it, in the place of this process's own."""
    kinds = {"LiteStream": Stream, "LiteDisplayPublisher": Publisher, "LiteDisplayHook": Hook}
    here = {name: type(name, (kind,), {}) for name, kind in kinds.items()}
    shell = type("OfThisTest", (Shell,), {})()
    shell.stream, shell.publisher, shell.hook = (kind() for kind in here.values())
    shell.new_cell()
    ipython = types.SimpleNamespace(get_ipython=lambda: shell)
    monkeypatch.setitem(sys.modules, "IPython", ipython)  # type: ignore[arg-type]
    monkeypatch.setitem(sys.modules, "pyodide_kernel.display", types.SimpleNamespace(**here))  # type: ignore[arg-type]
    return shell


LEAVES = {
    "a stream": lambda shell: shell.stream.write("s3cret"),
    "a display": lambda shell: shell.publisher.publish({"text/html": "<b>s3cret</b>"}),
    "an update": lambda shell: shell.publisher.publish({"text/html": ["s3cret"]}, update=True),
    "a result": lambda shell: shell.hook.finish({"text/plain": "s3cret"}),
    "a prompt": lambda shell: shell.asks("s3cret? "),
    "a widget": lambda shell: shell.send_comm("comm_msg", {"data": {"state": {"value": "s3cret"}}}),
    "an error": lambda shell: shell.leave(asyncio.run(shell.kernel.run("s3cret"))),
    "inspected": lambda shell: shell.leave(shell.kernel.inspect("it", 1)),
    "completed": lambda shell: shell.leave(shell.kernel.complete("it", 1)),
}


@pytest.mark.parametrize("way", LEAVES)
@pytest.mark.parametrize("cells", [1, 2])
def test_nothing_leaves_that_kernel_unveiled(shell: Shell, way: str, cells: int) -> None:
    assert veil.draw(lambda text: text.replace("s3cret", "⟨secret 1⟩"))
    assert veil.draw(lambda text: "drawn twice")
    if cells == 2:
        shell.new_cell()  # JupyterLite sets the ways out anew
    LEAVES[way](shell)
    (left,) = shell.left
    assert "s3cret" not in left and "secret 1" in left and "drawn twice" not in left


def test_what_she_types_into_a_field_goes_back_as_it_is(shell: Shell) -> None:
    veil.draw(lambda text: "")
    shell.send_comm("comm_msg", {"data": {"method": "echo_update", "state": {"value": "s3cret"}}})
    assert "s3cret" in shell.left[0]


def test_where_there_is_no_kernel_there_is_no_veil(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython", types.SimpleNamespace(get_ipython=lambda: None))  # type: ignore[arg-type]
    assert not veil.draw(str)

"""Builds the course as a site that runs in the browser, from package registries alone: what `make site` runs.

    python -m tools.lite [FOLDER]     a folder of files, build/site if none is named, which any web server can serve

JupyterLite runs the lessons in the reader's browser, with Pyodide, a Python compiled for browsers. Everything stands in
the folder; nothing is fetched from anywhere else.
"""

import importlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import jupyter_server

from tools.lab import HERE
from tools.lite import pages, pyodide
from tools.lite.mends import mend
from tools.lite.pyodide import PIP, run

REQUIREMENTS = Path(__file__).with_name("requirements.txt")
KERNEL = "@jupyterlite/pyodide-kernel-extension"
WIDGETS = "@jupyter-widgets/jupyterlab-manager"
VENV = Path(sys.prefix)  # whose ipywidgets the site's are to fit
# Our wheel, and the kernel's own.
OWN = ["oauth_steps-*.whl", "ipykernel-*.whl", "piplite-*.whl", "pyodide_kernel-*.whl"]
# A notebook's page shows by its icon whether the kernel is busy; JupyterLite brings none, and asks for them.
FAVICONS = Path(jupyter_server.__file__).parent / "static" / "favicons"
EPOCH = "1767225600"  # the date of whatever is dated: 2026-01-01


def build(site: Path) -> None:
    """Make `site` anew. Raises RuntimeError if a step fails, LookupError if something is not where it was."""
    os.environ.setdefault("SOURCE_DATE_EPOCH", EPOCH)  # or two builds would differ in their dates
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)  # nothing of an earlier build: JupyterLite would skip what it believes is done
        builder, lite, made = scratch / "builder", scratch / "lite", scratch / "site"
        run(*PIP, "install", f"--target={builder}", f"--requirement={REQUIREMENTS}")
        run(*PIP, "wheel", "--no-deps", f"--wheel-dir={scratch}", str(HERE))
        extensions = [
            at / "share/jupyter/labextensions" / name for name, at in ((KERNEL, builder), (WIDGETS, VENV))
        ]
        own = [
            wheel
            for name in OWN
            for at in (scratch, extensions[0] / "static/pypi")
            for wheel in at.glob(name)
        ]
        release = release_of(builder)
        python, packages = pyodide.distribution(scratch / "static", scratch, release, own)
        pages.notebooks(lite / "contents")
        configure(lite, extensions, python, packages)
        command = ["-m", "jupyterlite_core", "build", f"--output-dir={made}"]
        run(sys.executable, *command, cwd=lite, env=os.environ | {"PYTHONPATH": str(builder)})
        mend(made)
        shutil.move(scratch / python, made / python)
        shutil.copytree(FAVICONS, made / "static" / "favicons")
        pages.write(made, python, release)
        check(made)
        for path in made.rglob("*"):
            os.utime(path)  # by a date and a size servers tell what is new, and what was packed says 1985
        shutil.rmtree(site, ignore_errors=True)
        site.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(made, site)


def release_of(builder: Path) -> str:
    """The release of Pyodide that this kernel was made for."""
    sys.path.insert(0, str(builder))
    try:
        return str(importlib.import_module("jupyterlite_pyodide_kernel.constants").PYODIDE_VERSION)
    finally:
        sys.path.remove(str(builder))


def configure(lite: Path, extensions: list[Path], python: str, packages: list[str]) -> None:
    """What JupyterLite is told: as it is built, and as it starts in a browser."""
    kernel = {
        "pyodideUrl": f"./{python}/pyodide.mjs",
        "disablePyPIFallback": True,
        "loadPyodideOptions": {"packages": packages},
    }
    at_start = {
        "appName": "OAuth, step by step",
        "appUrl": "./tree",
        "faviconUrl": "./notebooks/favicon.ico",
        "enableServiceWorkerCache": "true",
        "showLoadingIndicator": True,
        "exposeAppInBrowser": True,  # explorer.js runs the explorer's cell
        "settingsOverrides": {"@jupyterlab/apputils-extension:themes": {"adaptive-theme": True}},
        "litePluginSettings": {f"{KERNEL}:kernel": kernel},
    }
    built = {
        "apps": ["notebooks", "tree"],
        "contents": ["contents"],
        "federated_extensions": list(map(str, extensions)),
        "ignore_sys_prefix": True,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    for name, values in {
        "jupyter-lite.json": {"jupyter-lite-schema-version": 0, "jupyter-config-data": at_start},
        "jupyter_lite_config.json": {"LiteBuildConfig": built},
    }.items():
        (lite / name).write_text(json.dumps(values, indent=1), encoding="utf-8")


def check(site: Path) -> None:
    """Raises LookupError if a browser would fetch Python from elsewhere, as JupyterLite lets it without a word."""

    def held(path: str) -> Any:
        return json.loads((site / path).read_text(encoding="utf-8")) if (site / path).is_file() else {}

    kernel = held("jupyter-lite.json")["jupyter-config-data"]["litePluginSettings"][f"{KERNEL}:kernel"]
    if kernel.get("disablePyPIFallback") is not True:
        raise LookupError("without disablePyPIFallback a package would be fetched from elsewhere")
    for own in site.glob("*/jupyter-lite.*"):
        if KERNEL in own.read_text(encoding="utf-8"):
            raise LookupError(
                f"{own} goes before the site's settings: Python would be fetched from elsewhere"
            )
    options = kernel.get("loadPyodideOptions", {})
    python = kernel.get("pyodideUrl", "nowhere")
    folder = python.rpartition("/")[0]
    listed = f"{folder}/{pyodide.LIST}"
    packages = held(listed).get("packages", {})
    needed = [python, listed, *(f"{folder}/{entry['file_name']}" for entry in packages.values())]
    needed += [value for name, value in {**kernel, **options}.items() if name.lower().endswith("url")]
    needed += [name for name in options.get("packages", []) if name not in packages]
    for index in (address.partition("?")[0] for address in kernel.get("pipliteUrls", [])):
        releases = [one for entry in held(index).values() for one in entry["releases"].values()]
        needed += [index, *(urljoin(index, wheel["url"]) for wheels in releases for wheel in wheels)]
    for path in needed:
        if not (site / path).is_file():
            raise LookupError(f"{path} is not in the site, and would be fetched from elsewhere")


def main() -> int:
    site = Path(sys.argv[1]) if sys.argv[1:] else HERE / "build" / "site"
    try:
        build(site)
    except (RuntimeError, LookupError) as error:
        print(f"{error}\n\nThe site was not built; {site} is as it was.", file=sys.stderr)
        return 1
    shown = os.path.relpath(site)
    size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    print(f"{shown}: {size / 1e6:.0f} MB, for any web server; `make serve-site` is one.")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Python for a browser, as a folder of files: Pyodide's core from npm, pure wheels from PyPI, and their list."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name, parse_wheel_filename

CORE = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip"]
LIST = "pyodide-lock.json"

# What the kernel stands on; with all that these need, in the versions that Pyodide's own list names.
KERNEL = ["ipython", "jedi", "micropip"]
# What the course stands on, in the versions that it is tested with here.
COURSE = ["certifi", "charset-normalizer", "comm", "idna", "ipywidgets", "requests", "responses", "urllib3"]
# Compiled, unless one asks for it without its C library.
BUILT = {"pyyaml": {"PYYAML_FORCE_LIBYAML": "0"}}

PIP = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]


def distribution(static: Path, scratch: Path, release: str, own: Sequence[Path]) -> tuple[str, list[str]]:
    """Make a folder in `static` of Pyodide `release`, the packages above and these wheels.

    Returns its path below the site and the packages' names. The path tells it from every other one: a browser that
    has kept one cannot mix it with the next. Raises RuntimeError where npm or pip fails.
    """
    folder = static / "pyodide"
    folder.mkdir(parents=True)
    packed = run("npm", "pack", "--silent", f"pyodide@{release}", cwd=scratch).strip()
    shutil.unpack_archive(scratch / packed, scratch)
    for name in CORE:
        shutil.copy(scratch / "package" / name, folder)
    theirs = json.loads((scratch / "package" / LIST).read_text(encoding="utf-8"))
    download(folder, theirs["info"]["python"], [*kernel(theirs["packages"]), *map(installed, COURSE)])
    for name, settings in BUILT.items():
        options = ["--no-deps", f"--no-binary={name}", f"--wheel-dir={folder}"]
        run(*PIP, "wheel", *options, installed(name), env=os.environ | settings)
    for wheel in own:
        shutil.copy(wheel, folder)
    packages = {entry["name"]: entry for entry in map(listed, sorted(folder.glob("*.whl")))}
    text = json.dumps({"info": theirs["info"], "packages": packages}, indent=1, sort_keys=True)
    (folder / LIST).write_text(text, encoding="utf-8")
    named = folder.rename(static / f"pyodide-{hashlib.sha256(text.encode()).hexdigest()[:12]}")
    return f"{static.name}/{named.name}", sorted(packages)


def installed(name: str) -> str:
    """The package in the version that is installed here, as pip takes it."""
    return f"{name}=={version(name)}"


def kernel(packages: dict[str, Any]) -> list[str]:
    """`KERNEL` and all that it needs, in the versions of Pyodide's own list, as pip takes them."""
    found: dict[str, str] = {}
    todo = list(KERNEL)
    while todo:
        name = canonicalize_name(todo.pop())
        if name not in found:
            found[name] = f"{name}=={packages[name]['version']}"
            todo += packages[name]["depends"]
    return sorted(found.values())


def download(folder: Path, python: str, pins: Sequence[str]) -> None:
    """These packages, which have to be pure wheels for that Python."""
    target = [f"--python-version={python}", "--implementation=py", "--abi=none", "--platform=any"]
    run(*PIP, "download", "--no-deps", "--only-binary=:all:", *target, f"--dest={folder}", *pins)


def listed(wheel: Path) -> dict[str, Any]:
    """A package as Pyodide's list names it. It needs nothing of the others: the kernel begins by loading all."""
    name, release, *_ = parse_wheel_filename(wheel.name)
    return {
        "name": name,
        "version": str(release),
        "file_name": wheel.name,
        "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(),
        "package_type": "package",
        "install_dir": "site",
        "imports": [],
        "depends": [],
    }


def run(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """What the command prints. Raises RuntimeError, with what it complained of, if it fails."""
    done = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    return done.stdout

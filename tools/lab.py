"""Copies the lessons into my-course/, without outputs, and opens JupyterLab there.

python tools/lab.py                 what `make lab` runs; further options go to JupyterLab
python tools/lab.py --fresh 04      a clean copy of lesson 04; the old one is kept under another name
"""

import argparse
import json
import os
import secrets
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
LESSONS = HERE / "notebooks"
COURSE = HERE / "my-course"
FIRST = "00_start_here.ipynb"
FOLDERS = {"08": "site"}  # lesson -> what it reads from a folder beside it
NOT_COPIED = shutil.ignore_patterns(".*", "__pycache__", "build", "*.sqlite3*")


def clean_copy(text: str) -> str:
    """The notebook `text` as one that nobody has run yet: saved outputs would give every prediction away."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"execution_count": None, "outputs": []}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def lessons(folder: Path) -> list[Path]:
    """The lessons in `folder`, in the order of the course."""
    return sorted(folder.glob("[0-9][0-9]_*.ipynb"))


def copy_lessons(folder: Path, course: Path) -> tuple[list[str], list[str]]:
    """Copy what `course` lacks of `folder`; return the names of the lessons that are new and of those left alone.

    A folder that a lesson reads from counts as one.
    """
    course.mkdir(exist_ok=True)
    new, kept = [], []
    for lesson in lessons(folder):
        text = clean_copy(lesson.read_text(encoding="utf-8"))
        try:
            # "x" fails where a file exists: what she has made of a lesson is never overwritten.
            with open(course / lesson.name, "x", encoding="utf-8", newline="\n") as copy:
                copy.write(text)
            new.append(lesson.name)
        except FileExistsError:
            kept.append(lesson.name)
    for beside in FOLDERS.values():
        if (course / beside).exists():
            kept.append(f"{beside}/")
        elif (folder / beside).exists():
            shutil.copytree(folder / beside, course / beside, ignore=NOT_COPIED)
            new.append(f"{beside}/")
    return new, kept


def set_aside(number: str, folder: Path, course: Path) -> list[Path]:
    """Rename the learner's copy of lesson `number`, and of its folder, so that clean ones can take their place.

    Returns the new paths, none where there was no copy. Raises LookupError if there is no such lesson.
    """
    names = {lesson.name[:2]: lesson.name for lesson in lessons(folder)}
    number = number and number.zfill(2)
    if number not in names:
        raise LookupError(f"there is no lesson {number!r}; there are {', '.join(sorted(names))}")
    hers = [course / name for name in (names[number], FOLDERS.get(number)) if name]
    return [mine.rename(unused(mine)) for mine in hers if mine.exists()]


def unused(path: Path) -> Path:
    """A name like this one that nothing has yet."""
    count = 1
    while (other := path.with_stem(f"{path.stem}-before-{count}")).exists():
        count += 1
    return other


def prepare_jupyter() -> None:
    """Make JupyterLab run lessons with this Python and leave the network alone."""
    here = {
        # Searched before the user's own kernels: a "python3" registered there may be another Python.
        "JUPYTER_PATH": Path(sys.prefix) / "share" / "jupyter",
        # Turns off the news, about which JupyterLab would ask first thing and which come from outside.
        "JUPYTER_CONFIG_PATH": HERE / "tools" / "jupyter",
    }
    for name, path in here.items():
        os.environ[name] = os.pathsep.join(filter(None, [str(path), os.environ.get(name)]))


def encryption() -> str:
    """How kernels speak to their server: those that speak in the clear would each say so in her terminal."""
    import zmq

    return "auto" if zmq.has("curve") else "disabled"


def has_a_screen() -> bool:
    """Whether a page can be opened here; without a screen, Python would start a browser for terminals, in this one."""
    if sys.platform == "linux":
        return any(map(os.environ.get, ["DISPLAY", "WAYLAND_DISPLAY", "BROWSER"]))
    return True


def jupyter_options(course: Path, token: str) -> list[str]:
    """The options for JupyterLab on this machine."""
    options = [
        f"--ServerApp.root_dir={course}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        f"--IdentityProvider.token={token}",
        "--LabApp.extension_manager=readonly",
        f"--KernelManager.transport_encryption={encryption()}",
        "--LabApp.log_level=ERROR",
        "--ServerApp.log_level=ERROR",
    ]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        print("You are root here (in a container, most likely), so JupyterLab gets --allow-root.")
        options.append("--allow-root")
    if not has_a_screen():
        options.append("--no-browser")
    return options


def serve(course: Path, options: list[str]) -> None:
    """Run JupyterLab on `course` until it is stopped; print its URL once it listens."""
    prepare_jupyter()
    from jupyterlab.labapp import LabApp

    # JupyterLab prints the URL only if it has made up the token itself, and then among its own messages.
    token = secrets.token_hex(24)
    server = LabApp.initialize_server(argv=[*jupyter_options(course, token), *options])
    url = f"{server.connection_url}lab/tree/{FIRST}?token={token}"
    server.io_loop.add_callback(
        print, f"\nThe course is at\n\n    {url}\n\nLeave this running; Ctrl-C, then y, ends it.", flush=True
    )
    server.start()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--fresh", metavar="LESSON", help="the number of a lesson to begin again")
    arguments, options = parser.parse_known_args()
    if arguments.fresh is not None:
        try:
            old = set_aside(arguments.fresh, LESSONS, COURSE)
        except LookupError as error:
            print(f"make fresh LESSON=04 gives a clean copy of lesson 04: {error}.", file=sys.stderr)
            return 2
        for path in old:
            print(f"Your copy is now {path.relative_to(HERE)}")
    new, kept = copy_lessons(LESSONS, COURSE)
    if new:
        print(f"New in {COURSE.name}/: {', '.join(new)}")
    if arguments.fresh is None:
        if kept:
            print(f"Kept in {COURSE.name}/ as you left them: {', '.join(kept)}")
        serve(COURSE, options)
    return 0


if __name__ == "__main__":
    sys.exit(main())

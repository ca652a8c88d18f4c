"""The site's own pages: the course as cards, each lesson to read, the explorer, the licences; and what is kept."""

from __future__ import annotations

import hashlib
import html
import json
import re
import shutil
from pathlib import Path
from typing import Any, NamedTuple
from zipfile import ZipFile

import jinja2
import markupsafe
import nbformat
from nbconvert import HTMLExporter
from nbformat import v4
from packaging.utils import parse_wheel_filename

from tools import lab, slides

OWN = Path(__file__).with_name("landing")
# Of what is compiled into Pyodide: a title, an empty line, and the notice as a package of Debian's has it.
NOTICES = Path(__file__).with_name("notices")
EXPLORER = "explorer.ipynb"

# Lessons that need what a page in a browser does not have.
TO_READ = {
    "07": "It needs client libraries that are made for servers",
    "08": "It needs Django and a database on disk",
    "11": "It listens for a real browser's callback, and a page has no ports to listen at",
}
NOTE = (
    "> **To read here.** {why}, so its cells do not run in this page; what they print stands below them. "
    "On a computer with Python they all run: `make lab` in the course's repository."
)
# A lesson's row in the table of README.md, and of notebooks/README.md.
ROW = re.compile(
    r"^\| (?P<number>\d\d) \| \[(?P<title>.+?)\]\((?:notebooks/)?(?P<stem>\d\d_\w+)\.ipynb\) \| (?P<more>.+) \|$",
    re.M,
)
# What a page to read has in its head besides: it runs nothing and fetches nothing but its colours.
HEAD = """<meta http-equiv="Content-Security-Policy"
  content="default-src 'none'; base-uri 'none'; form-action 'none'; img-src data:; style-src 'self' 'unsafe-inline'">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="../read.css">
</head>"""
LICENCE = re.compile(r"\.dist-info/(licenses/)?(LICEN[CS]E|COPYING|NOTICE)[^/]*$", re.I)
# What a browser keeps of what JupyterLite made, so that all of it that a lesson or the explorer uses works offline …
KEPT = [
    "*.json",
    "*.ipynb",
    "bootstrap.js",
    "config-utils.js",
    "api/*/*.json",
    "build/**/*.js",
    "build/fa-[rs]*.woff2",  # not the signs of brands
    "build/**/*.css",
    "build/schemas/**/*.json",
    "build/themes/**/*",
    "extensions/**/*",
    "files/*",
    "notebooks/**/*",
    "tree/**/*",
    "static/favicons/*",
]
# … less the scripts in which these words stand: they draw what no lesson has, and weigh as much as a tenth of it all.
NOT_KEPT = ["org.eclipse.elk", "cytoscape", "xterm-helper", "katex", "langium"]


class Lesson(NamedTuple):
    """A card: what the README's table and that of notebooks/README.md say of a lesson."""

    number: str
    stem: str
    title: str
    able_to: str
    minutes: str

    @property
    def runs_at(self) -> str:
        """Its address in the site, or nothing where it is only to be read."""
        return "" if self.number in TO_READ else f"notebooks/index.html?path={self.stem}.ipynb"

    @property
    def reads_at(self) -> str:
        return f"read/{self.stem}.html"

    @property
    def why(self) -> str:
        return TO_READ.get(self.number, "")


def lessons() -> list[Lesson]:
    """All lessons, in order."""
    able_to, minutes = (
        {row["number"]: row for row in ROW.finditer((lab.HERE / path).read_text(encoding="utf-8"))}
        for path in ("README.md", "notebooks/README.md")
    )
    return [
        Lesson(number, row["stem"], row["title"], row["more"], minutes[number]["more"])
        for number, row in sorted(able_to.items())
    ]


def notebooks(folder: Path) -> None:
    """What stands among her files: clean copies of the lessons that run here; the others as they are, with a note."""
    folder.mkdir(parents=True)
    for lesson in lessons():
        path = lab.LESSONS / f"{lesson.stem}.ipynb"
        if lesson.why:
            notebook = nbformat.read(path, as_version=4)
            notebook.cells.insert(1, v4.new_markdown_cell(NOTE.format(why=lesson.why), id="to-read"))
            text = nbformat.writes(notebook) + "\n"
        else:
            text = lab.clean_copy(path.read_text(encoding="utf-8"))
        (folder / path.name).write_text(text, encoding="utf-8", newline="\n")
    shown = v4.new_code_cell("from oauth_steps.explorer.address import page\n\npage('')", id="explorer")
    python = {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}
    nbformat.write(v4.new_notebook(cells=[shown], metadata={"kernelspec": python}), folder / EXPLORER)


def write(site: Path, python: str, release: str) -> None:
    """Add them to `site`, whose Pyodide is of this release and in the folder `python`."""
    shutil.copytree(OWN, site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.j2"))
    (site / "read").mkdir()
    for lesson in lessons():
        back = "[All lessons](../index.html)"
        if lesson.runs_at:
            back += f" · [Run this one](../{lesson.runs_at})"
        page = slides.exported(lab.LESSONS / f"{lesson.stem}.ipynb", "page", before=back)
        page = page.replace("</head>", HEAD, 1)
        (site / lesson.reads_at).write_text(page, encoding="utf-8", newline="\n")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(OWN), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["code"] = lambda text: markupsafe.Markup(
        re.sub("`(.+?)`", r"<code>\1</code>", html.escape(text))
    )
    values = {
        "dark": markupsafe.Markup(dark_theme()),
        "python_licence": Path(__file__).with_name("python-licence.txt").read_text(encoding="utf-8"),
        "compiled": [
            path.read_text(encoding="utf-8").split("\n\n", 1) for path in sorted(NOTICES.glob("*.txt"))
        ],
        "lessons": lessons(),
        "packages": packages(site / python),
        "notices": [
            path.relative_to(site).as_posix()
            for path in sorted(site.glob("extensions/**/third-party-licenses.json"))
        ],
        "release": release,
    }
    for template in OWN.glob("*.j2"):
        text = environment.get_template(template.name).render(values)
        (site / template.stem).write_text(text, encoding="utf-8", newline="\n")
    # The service worker leaves this address to the server, which says what is new.
    (site / "api" / "kept.json").write_text(json.dumps(kept(site, python), indent=1), encoding="utf-8")


def dark_theme() -> str:
    """JupyterLab's dark colours, as a style sheet of variables; a page to read brings the light ones."""
    environment = HTMLExporter(template_name="lab").environment
    return str(environment.loader.get_source(environment, "static/theme-dark.css")[0])


def kept(site: Path, python: str) -> dict[str, list[Any]]:
    """What a browser keeps so that the site works without its server: each address with its size and its hash.

    The pages to read are not among it, and kept when they are opened.
    """
    paths = [path for name in KEPT for path in site.glob(name) if path.is_file() and not is_left_out(path)]
    paths += [*(site / python).iterdir(), *(site / path.name.removesuffix(".j2") for path in OWN.iterdir())]
    addresses = {path.relative_to(site).as_posix(): path for path in paths}
    # As they are asked for: a folder, and a notebook by its own address.
    addresses |= {"": site / "index.html", "tree/": site / "tree" / "index.html"}
    opened = site / "notebooks" / "index.html"
    addresses |= {f"notebooks/index.html?path={path.name}": opened for path in (site / "files").iterdir()}
    contents = {address: path.read_bytes() for address, path in sorted(addresses.items())}
    return {address: [len(held), hashlib.sha256(held).hexdigest()[:16]] for address, held in contents.items()}


def is_left_out(path: Path) -> bool:
    """Whether this is a script that no lesson needs."""
    return path.suffix == ".js" and any(word in path.read_text(encoding="utf-8") for word in NOT_KEPT)


class Package(NamedTuple):
    """A package that is shipped, and the licences that came with it, word for word."""

    name: str
    release: str
    licences: list[str]


def packages(folder: Path) -> list[Package]:
    """Of all wheels in `folder`. Raises LookupError for one that brings no licence."""
    found = []
    for wheel in sorted(folder.glob("*.whl")):
        name, release, *_ = parse_wheel_filename(wheel.name)
        with ZipFile(wheel) as files:
            texts = [files.read(path).decode() for path in files.namelist() if LICENCE.search(path)]
        if not texts:
            raise LookupError(f"{wheel.name} brings no licence; it cannot be shipped")
        found.append(Package(name, str(release), texts))
    return found

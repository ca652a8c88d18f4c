"""Writes every lesson as slides, or as a page to read: what `make slides` and `make pages` run.

    python -m tools.slides deck     build/slides/NN_name.slides.html
    python -m tools.slides page     build/pages/NN_name.html

Each is one file that needs nothing else, no network and no Jupyter; what it shows are the saved outputs.
"""

import re
import sys
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbconvert import HTMLExporter

from tools.lab import HERE, LESSONS, lessons

LINK = re.compile(r"\]\((\d\d_\w+)\.ipynb\)")


class Kind(NamedTuple):
    """A kind of export: its folder below build/, how its files end, and whether the cells are numbered."""

    folder: str
    suffix: str
    numbered: bool


KINDS = {  # by the name of its template in tools/templates
    "deck": Kind("slides", ".slides.html", numbered=False),
    "page": Kind("pages", ".html", numbered=True),
}


def exported(lesson: Path, template: str, theme: str = "light", before: str = "") -> str:
    """The HTML of `lesson`, with links to other lessons turned to their files of the same kind.

    `before` is Markdown that stands above it all.
    """
    kind = KINDS[template]
    notebook = nbformat.read(lesson, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(rf"](\1{kind.suffix})", cell.source)
    exporter = HTMLExporter(
        template_name=template,
        extra_template_basedirs=[str(HERE / "tools" / "templates")],
        theme=theme,
        exclude_anchor_links=True,
        exclude_input_prompt=not kind.numbered,
        exclude_output_prompt=not kind.numbered,
    )
    if before:
        notebook.cells.insert(0, nbformat.v4.new_markdown_cell(before, id="above-the-lesson"))
    title = notebook.cells[bool(before)].source.splitlines()[0].removeprefix("# ")
    html, _ = exporter.from_notebook_node(notebook, {"metadata": {"name": title}})
    return str(html)


def main(template: str, course: Path = LESSONS, build: Path = HERE / "build") -> None:
    kind = KINDS[template]
    folder = build / kind.folder
    folder.mkdir(parents=True, exist_ok=True)
    for lesson in lessons(course):
        path = folder / f"{lesson.stem}{kind.suffix}"
        path.write_text(exported(lesson, template), encoding="utf-8", newline="\n")
        print(path.relative_to(build.parent))


if __name__ == "__main__":
    main(sys.argv[1])

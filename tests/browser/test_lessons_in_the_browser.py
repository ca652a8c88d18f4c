"""Every lesson, opened and run in JupyterLab by a newcomer: as it is saved, and as it looks, light and dark."""

import itertools
import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browsing import choose, finished, open_lesson, run, save, set_theme
from lesson_rules import where
from minted import WRITE_DOWN, found, not_typed
from nbformat import v4

from tools import lab, notebooks

LESSONS = [lesson.name for lesson in lab.lessons(lab.LESSONS)]

# Show each cell once: until then its height is a guess, and what is above it moves.
MEASURE = """async () => {
    for (const cell of document.querySelectorAll(".jp-Notebook .jp-Cell")) {
        cell.scrollIntoView({ block: "center", behavior: "instant" });
        await new Promise(requestAnimationFrame);
    }
}"""

# Scroll on by a window, less two lines, unless the last cell has been seen to its end; whether that led further.
GO_ON = """async panel => {
    const end = [...panel.querySelectorAll(".jp-Cell")].at(-1).getBoundingClientRect().bottom;
    const seen = end <= panel.getBoundingClientRect().bottom;
    if (!seen) panel.scrollBy({ top: panel.clientHeight - 60, behavior: "instant" });
    await new Promise(requestAnimationFrame);
    return !seen;
}"""

# What is wrong with how the cells look, one line each. A cell is named by its place, as the file has them.
FLAWS = """ids => {
    const flaws = [], scrolls = /auto|scroll/;
    const wide = element => element.scrollWidth > element.clientWidth + 1;
    const said = element => element.textContent.trim().replace(/\\s+/g, " ").slice(0, 60);
    document.querySelectorAll(".jp-Notebook .jp-Cell").forEach((cell, place) => {
        const flaw = text => flaws.push(`cell \\`${ids[place]}\\` ${text}`);
        for (const code of cell.querySelectorAll(".cm-scroller"))
            if (wide(code)) flaw(`has code ${code.scrollWidth - code.clientWidth} px wider than the cell`);
        for (const output of cell.querySelectorAll(".jp-OutputArea-output, .jp-RenderedMarkdown")) {
            if (!output.textContent.trim()) flaw("shows an empty output");
            if (wide(output)) flaw(`shows something ${output.scrollWidth - output.clientWidth} px too wide`);
            for (const part of output.querySelectorAll("*"))
                // A field of one line scrolls within itself, as the cursor moves.
                if (part.clientWidth && wide(part) && ![...part.children].some(wide)
                        && part.localName !== "input"
                        && !scrolls.test(getComputedStyle(part).overflowX)
                        && getComputedStyle(part).clipPath === "none")
                    flaw(`cuts off or spills <${part.localName}> “${said(part)}”`);
        }
        for (const picture of cell.querySelectorAll(".jp-OutputArea-output svg")) {
            if (picture.getAttribute("role") !== "img" || !picture.getAttribute("aria-label"))
                flaw("has a picture without role and label");
            const { x, y, width, height } = picture.viewBox.baseVal;
            const boxes = [...picture.querySelectorAll("text")].map(text => [said(text), text.getBBox()]);
            boxes.forEach(([name, box], number) => {
                if (box.x < x || box.y < y || box.x + box.width > x + width || box.y + box.height > y + height)
                    flaw(`has “${name}” beyond the edge of its picture`);
                for (const [other, b] of boxes.slice(number + 1))
                    if (box.x + 1 < b.x + b.width && b.x + 1 < box.x + box.width
                            && box.y + 3 < b.y + b.height && b.y + 3 < box.y + box.height)
                        flaw(`has “${name}” and “${other}” one over the other`);
            });
        }
    });
    return flaws;
}"""

# Texts of ours that are too faint, by WCAG 2.2 success criterion 1.4.3: a contrast of 4.5 to 1.
FAINT = """ids => {
    const flaws = [], brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const rgba = colour => {
        brush.clearRect(0, 0, 1, 1);
        brush.fillStyle = colour;
        brush.fillRect(0, 0, 1, 1);
        const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
        return [r, g, b, a / 255];
    };
    const over = (top, below) => below.map((value, i) => i < 3 ? top[i] * top[3] + value * (1 - top[3]) : 1);
    const ground = element => element
        ? over(rgba(getComputedStyle(element).backgroundColor), ground(element.parentElement)) : [255, 255, 255, 1];
    const light = colour => [.2126, .7152, .0722].reduce((sum, weight, i) => {
        const part = colour[i] / 255;
        return sum + weight * (part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    }, .05);
    document.querySelectorAll(".jp-Notebook .jp-Cell").forEach((cell, place) => {
        for (const element of cell.querySelectorAll(".jp-OutputArea-output.jp-RenderedHTML *")) {
            const words = [...element.childNodes].filter(node => node.nodeType === 3 && node.data.trim());
            if (!words.length || element.closest("svg")) continue; // which has a ground of its own
            const below = ground(element), ink = over(rgba(getComputedStyle(element).color), below);
            const [low, high] = [light(ink), light(below)].sort((a, b) => a - b);
            if (high / low < 4.5)
                flaws.push(`cell \\`${ids[place]}\\`: ${(high / low).toFixed(1)} to 1 “${words[0].data.trim()}”`);
        }
    });
    return flaws;
}"""


def take_pictures(page: Any, folder: Path, name: str) -> None:
    """A picture of the window at every stop, scrolling from top to bottom."""
    panel = page.locator(".jp-Notebook .jp-WindowedPanel-outer, .jp-Notebook.jp-WindowedPanel-outer").first
    panel.evaluate("panel => panel.scrollTo({ top: 0, behavior: 'instant' })")
    for number in itertools.count():
        page.screenshot(path=folder / f"{name}-{number:02}.png")
        if not panel.evaluate(GO_ON):
            return


def minted_in(course: Path) -> list[tuple[str, str]]:
    """What the last cell wrote down; and away with it, or the next lesson could take it for its own."""
    written_down = course / ".minted.json"
    pairs = json.loads(written_down.read_text(encoding="utf-8"))
    written_down.unlink()
    return [(kind, value) for kind, value in pairs]


def flaws_of(page: Any, ids: list[str]) -> list[str]:
    return list(page.evaluate(FLAWS, ids)) + list(page.evaluate(FAINT, ids))


def shown(outputs: list[Any]) -> list[Any]:
    """What a learner sees of these outputs, in the form in which notebooks/ keeps them."""
    return [{name: value for name, value in output.items() if name != "metadata"} for output in outputs]


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_runs_and_looks_well(lesson: str, jupyter: Any, page: Any, screenshots: Path) -> None:
    copy = jupyter.course / lesson
    clean = nbformat.reads(copy.read_text(encoding="utf-8"), as_version=4)
    hidden = {"jupyter": {"source_hidden": True}}
    clean.cells.append(v4.new_code_cell(WRITE_DOWN, id="write-down", metadata=hidden))
    nbformat.write(clean, copy)
    ids = [cell.id for cell in clean.cells]

    open_lesson(page, jupyter.url(lesson))
    run(page)
    save(page)

    page.evaluate(MEASURE)
    flaws = []
    for theme in ("Light", "Dark"):
        set_theme(page, theme)
        take_pictures(page, screenshots, f"{lesson[:2]}-{theme.lower()}")
        flaws += [f"{theme}: {flaw}" for flaw in flaws_of(page, ids)]

    saved = nbformat.read(copy, as_version=4)
    last = saved.cells.pop()
    as_committed(saved, nbformat.read(lab.LESSONS / lesson, as_version=4))
    assert last.outputs == [], "the cell that wrote the secrets down has shown nothing"
    minted = not_typed(minted_in(jupyter.course), clean)
    assert found(minted, [{**cell, "source": ""} for cell in saved.cells]) == []
    assert found(minted, [page.content(), page.inner_text("body")]) == []
    assert not flaws, "\n".join(flaws)


def as_committed(saved: Any, committed: Any) -> None:
    """Her notebook says the same as the one that everybody reads: each cell run, in order, to the same end."""
    notebooks.normalise(saved)
    assert [cell.id for cell in saved.cells] == [cell.id for cell in committed.cells]
    for hers, ours in zip(saved.cells, committed.cells, strict=True):
        if hers.cell_type == "code":
            assert hers.execution_count == ours.execution_count, where(hers)
            assert shown(hers.outputs) == shown(ours.outputs), where(hers)


@pytest.mark.parametrize("lesson", LESSONS)
def test_lesson_can_be_read_without_running_it(
    lesson: str, jupyter: Any, page: Any, screenshots: Path
) -> None:
    """With the outputs that came along: nobody has said that they are to be trusted, so all that acts is gone."""
    name, text = f"saved-{lesson}", (lab.LESSONS / lesson).read_text(encoding="utf-8")
    (jupyter.course / name).write_text(text, encoding="utf-8")
    open_lesson(page, jupyter.url(name))
    set_theme(page, "Light")
    ids = [cell.id for cell in nbformat.reads(text, as_version=4).cells]
    page.evaluate(MEASURE)
    take_pictures(page, screenshots, f"{lesson[:2]}-saved")
    flaws = flaws_of(page, ids)
    assert not flaws, "\n".join(flaws)


ASKS = """
from oauth_steps import GITHUB
from oauth_steps.practice import Practice
practice = Practice().start()
answer = input(f"Is it {practice.app(GITHUB).client_secret}? ")
"""


def test_a_question_with_a_secret_in_it_is_saved_without(jupyter: Any, page: Any) -> None:
    """JupyterLab keeps the prompt of input() as an output; a kernel that no browser asks never sends one."""
    cells = [v4.new_code_cell(source, id=name) for name, source in (("asks", ASKS), ("writes", WRITE_DOWN))]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
    nbformat.write(v4.new_notebook(cells=cells, metadata=kernel), jupyter.course / "asks.ipynb")
    open_lesson(page, jupyter.url("asks.ipynb"))
    choose(page, "Run", "Run All Cells")
    page.locator(".jp-Stdin-input").fill("yes")
    page.locator(".jp-Stdin-input").press("Enter")
    finished(page)
    save(page)
    minted = minted_in(jupyter.course)
    saved = nbformat.read(jupyter.course / "asks.ipynb", as_version=4)
    assert "Is it " in saved.cells[0].outputs[0].text
    assert found(minted, saved.cells[0].outputs) == []

"""Every lesson as slides and as a page: complete without a network, readable from the back row, and accessible.

axe-core judges what we wrote, the outputs and our prose; the frame around them is nbconvert's and reveal.js's.
"""

import functools
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from browsing import found_by_axe

from tools import lab, slides

LESSONS = {lesson.name: lesson for lesson in lab.lessons(lab.LESSONS)}
LEAST_PX = 13  # of letters on a slide 1280 px wide: about 1 % of its width

# What is wrong with the slide as it stands, one line each.
FLAWS = """least => {
    const slide = Reveal.getCurrentSlide(), frame = slide.getBoundingClientRect(), flaws = [];
    const said = part => `<${part.localName}> “${part.textContent.trim().replace(/\\s+/g, " ").slice(0, 50)}”`;
    const scrolls = (part, way) => /auto|scroll/.test(getComputedStyle(part)[`overflow${way}`]);
    const { innerWidth, innerHeight } = window;
    if (frame.left < 0 || frame.top < 0 || frame.right > innerWidth || frame.bottom > innerHeight)
        flaws.push("the slide is larger than the screen");
    const last = [...slide.querySelectorAll(".fragment.visible")].at(-1) ?? slide;
    const box = last.getBoundingClientRect();
    if (!last.textContent.trim() || Math.min(box.bottom, frame.bottom) - Math.max(box.top, frame.top) < 10)
        flaws.push(`what appeared last cannot be seen: ${said(last)}`);
    for (const part of [slide, ...slide.querySelectorAll("*")]) {
        const style = getComputedStyle(part), outOfSight = style.clipPath !== "none";
        if (!part.clientWidth || style.display === "none" || outOfSight || part.closest("svg")) continue;
        if (part.scrollWidth > part.clientWidth + 1 && !scrolls(part, "X"))
            flaws.push(`${part.scrollWidth - part.clientWidth} px too wide: ${said(part)}`);
        if (part.scrollHeight > part.clientHeight + 1 && style.overflowY !== "visible" && !scrolls(part, "Y"))
            flaws.push(`cut off below: ${said(part)}`);
        if (part.getBoundingClientRect().right > frame.right + 1)
            flaws.push(`beyond the right edge: ${said(part)}`);
    }
    const letters = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT, node => node.data.trim() ? 1 : 2);
    while (letters.nextNode()) {
        const part = letters.currentNode.parentElement, box = part.getBoundingClientRect();
        if (!box.width || part.closest("style")) continue;
        const scale = part.ownerSVGElement ? part.getScreenCTM().a : part.currentCSSZoom * Reveal.getScale();
        const size = parseFloat(getComputedStyle(part).fontSize) * scale;
        if (size < least) flaws.push(`letters of ${size.toFixed(1)} px: ${said(part)}`);
    }
    return flaws;
}"""

OF_OURS = (".jp-RenderedMarkdown", ".jp-OutputArea-output")

# All slides, one below the other: where reveal.js lays them out, axe-core cannot tell what stands before what.
ALL_SLIDES = """() => {
    Reveal.destroy();
    document.querySelector("style").textContent = `.fragment { display: block !important }
        .reveal .slides > section { height: auto; overflow: visible }`; // in place of reveal.css
}"""


@pytest.fixture
def offline(page: Any) -> Iterator[Any]:
    """A page without any network. Afterwards: it asked for nothing but its own file, and nothing went wrong."""
    asked: list[str] = []
    wrong: list[str] = []
    page.context.set_offline(True)
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    yield page
    assert asked == [page.url.partition("#")[0]]
    assert wrong == []


exported = functools.cache(slides.exported)


def open_export(page: Any, lesson: str, folder: Path, template: str, theme: str = "light") -> None:
    file = folder / f"{template}-{theme}.html"
    file.write_text(exported(LESSONS[lesson], template, theme), encoding="utf-8")
    page.goto(file.as_uri())


def open_deck(page: Any, lesson: str, folder: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_export(page, lesson, folder, "deck")
    page.wait_for_function("Reveal.isReady()")


def parts_of(lesson: str) -> list[int]:
    """How many parts each slide has: what it begins with, the cells marked `fragment`, and their outputs."""
    parts: list[int] = []
    for cell in nbformat.read(LESSONS[lesson], as_version=4).cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if kind == "slide":
            parts.append(1)
        parts[-1] += (kind == "fragment") + bool(cell.get("outputs"))
    return parts


@pytest.mark.parametrize("lesson", LESSONS)
def test_slides_can_be_shown(lesson: str, offline: Any, tmp_path: Path, screenshots: Path) -> None:
    page, flaws, seen, parts = offline, [], Counter[int](), parts_of(lesson)
    open_deck(page, lesson, tmp_path)
    for _ in range(sum(parts)):
        number = page.evaluate("Reveal.getIndices().h")
        seen[number] += 1
        found = page.evaluate(FLAWS, LEAST_PX)
        flaws += [f"slide {number + 1}, part {seen[number]}: {flaw}" for flaw in found]
        if seen[number] == parts[number]:
            page.screenshot(path=screenshots / f"{lesson[:2]}-slide-{number + 1:02}.png")
        page.keyboard.press("Space")
    assert list(seen.values()) == parts, "space shows each part of each slide"
    assert not flaws, "\n".join(flaws)


def test_up_and_down_scroll_within_a_slide(offline: Any, tmp_path: Path) -> None:
    page, places = offline, []
    open_deck(page, min(LESSONS), tmp_path)
    page.evaluate("Reveal.slide(2, 0, 99)")  # the whole flow, all of it shown
    for key in ("ArrowUp", "ArrowDown", ""):
        places.append(page.evaluate("Reveal.getCurrentSlide().scrollTop"))
        if key:
            page.keyboard.press(key)
    assert places[1] < places[0] == places[2]


@pytest.mark.parametrize("lesson", LESSONS)
def test_slides_are_accessible(lesson: str, offline: Any, tmp_path: Path) -> None:
    open_deck(offline, lesson, tmp_path)
    offline.evaluate(ALL_SLIDES)
    assert "\n".join(found_by_axe(offline, *OF_OURS)) == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lesson", LESSONS)
def test_page_is_accessible(lesson: str, theme: str, offline: Any, tmp_path: Path) -> None:
    open_export(offline, lesson, tmp_path, "page", theme)
    assert "\n".join(found_by_axe(offline, *OF_OURS)) == ""


# --- and the tests notice -------------------------------------------------------------------------

SPOILED = """htmls => {
    const outputs = [...document.querySelectorAll(".jp-RenderedHTML")];
    htmls.forEach((html, place) => outputs[2 * place].innerHTML = html);
}"""
SPOILED_LAST = """html => {
    [...Reveal.getCurrentSlide().querySelectorAll(".visible .jp-RenderedHTML")].at(-1).innerHTML = html;
}"""
POOR = {
    "color-contrast": '<p style="color:#bbb">faint</p>',
    "list": "<ul><p>loose</p></ul>",
    "svg-img-alt": '<svg role="img" width="9" height="9"><path d="M0,0h9"/></svg>',
}


@pytest.mark.parametrize("template", slides.KINDS)
def test_poor_outputs_are_found(template: str, offline: Any, tmp_path: Path) -> None:
    if template == "deck":
        open_deck(offline, min(LESSONS), tmp_path)
        offline.evaluate(ALL_SLIDES)
    else:
        open_export(offline, min(LESSONS), tmp_path, template)
    offline.evaluate(SPOILED, list(POOR.values()))
    assert sorted(each.split(":")[0] for each in found_by_axe(offline, *OF_OURS)) == sorted(POOR)


@pytest.mark.parametrize(
    ("html", "flaw"),
    [
        ("", "cannot be seen"),
        ('<p style="white-space:nowrap">' + "word " * 99 + "</p>", "px too wide: <p>"),
        ('<div style="height:30px;overflow:hidden">' + "word " * 99 + "</div>", "cut off below: <div>"),
        ('<p style="position:relative;left:1200px">away</p>', "beyond the right edge: <p>"),
        ('<p style="font-size:8px">small</p>', "letters of 10"),
        (
            '<svg viewBox="0 0 90 9" width="45"><text y="8" font-size="12">small</text></svg>',
            "letters of 7.8 px",
        ),
    ],
)
def test_a_slide_that_cannot_be_read_is_noticed(html: str, flaw: str, offline: Any, tmp_path: Path) -> None:
    open_deck(offline, min(LESSONS), tmp_path)
    offline.evaluate("Reveal.slide(4, 0, 1)")  # an exchange, which appeared last
    assert offline.evaluate(FLAWS, LEAST_PX) == []
    offline.evaluate(SPOILED_LAST, html)
    assert flaw in "\n".join(offline.evaluate(FLAWS, LEAST_PX))

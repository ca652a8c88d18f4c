"""Every lesson keeps the rules of lesson_rules.py, and each rule objects to what it is there for."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lesson_rules
import nbformat
import pytest
from nbformat import v4

from tools import lab, notebooks

MANIFEST = lab.LESSONS / "manifest.json"
LESSONS = lab.lessons(lab.LESSONS)


def manifest() -> dict[str, Any]:
    return dict(json.loads(MANIFEST.read_text(encoding="utf-8"))) if MANIFEST.exists() else {}


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.name)
def test_lesson_keeps_the_rules(lesson: Path) -> None:
    assert lesson_rules.complaints(lesson.name, lesson.read_text(encoding="utf-8"), manifest()) == []


def test_manifest_lists_the_lessons_that_exist() -> None:
    assert list(manifest()) == [lesson.name for lesson in LESSONS]


# --- the rules themselves, on one good lesson that is spoiled in one way at a time ----------------

Spoil = Callable[[Any], None]


def code(name: str, source: str, *outputs: Any, slide: str = "fragment", tags: tuple[str, ...] = ()) -> Any:
    metadata = {"slideshow": {"slide_type": slide}} if slide else {}
    metadata |= {"tags": list(tags)} if tags else {}
    return v4.new_code_cell(source, id=name, outputs=list(outputs), metadata=metadata)


def prose(name: str, source: str, slide: str = "slide") -> Any:
    return v4.new_markdown_cell(source, id=name, metadata={"slideshow": {"slide_type": slide}})


PLAN = """**What you'll do.** Be late.

**What you'll learn.** You can

- say how long a code lives;
- say who counts;
- tell late from never.

**What you'll need.** Lesson 03. 15 minutes."""
UNANSWERED = {"text/plain": "… not answered yet", "text/html": "<p>… not answered yet</p>"}


def good_lesson() -> Any:
    """A lesson with each part, and each kind of cell and output, as `make notebooks` would save it."""
    page = {"text/plain": "GET /user", "text/html": '<p class="exchange">GET /user</p>'}
    refused = v4.new_output("error", ename="Refused", evalue="no", traceback=["Refused: no"])
    steps = " → ".join(f"**{step}**" if step[0] in "23" else step for step in lesson_rules.STEPS)
    cells = [
        prose("title", f"# 4 · The code lives ten minutes\n\n{steps}"),
        prose("plan", PLAN),
        code("setup", "import json\npredict = handler = print", slide=""),
        code("handler", "def handler(text):\n    return json.loads(text, parse_int=number)\n\nnumber = int"),
        code("shown", "handler('1')", v4.new_output("execute_result", page)),
        code("printed", "print(number)", v4.new_output("stream", name="stdout", text="1\n")),
        prose("late", "## A **code** is late\n\n**Ask.** Who counts?\n\n**Predict.** Works, or refused?"),
        code("late-predict", "guess = predict(...)"),
        code("late-run", "guess.against(handler('2'))", v4.new_output("display_data", page)),
        prose("late-explain", "The provider counts. See “Late!” and `!=`.", "fragment"),
        prose("break", "## Break it: nothing to read"),
        code("refused", "handler('')", refused, tags=("raises-exception",)),
        prose("other", "## The other provider"),
        prose("exercises", "## On your own\n\n**1. Read.** And **2. Read again.**"),
        code("exercise-1", "mine = ...", slide=""),
        code("exercise-1-check", "mine", v4.new_output("execute_result", UNANSWERED), slide=""),
        code("exercise-2", "mine = ...", slide=""),
        code("exercise-2-check", "mine", v4.new_output("execute_result", UNANSWERED), slide=""),
        prose("practice", "## In practice\n\nBe quick."),
        prose("sources", "## Sources\n\n[3](03.ipynb) · [All](00_start_here.ipynb) · [5](05.ipynb)"),
    ]
    count = 0
    for each in cells:
        if each.cell_type == "code":
            each.execution_count = count = count + 1
        for output in each.get("outputs", []):
            if output.output_type == "execute_result":
                output.execution_count = count
    return nbformat.reads(notebooks.normalise(v4.new_notebook(cells=cells)), as_version=4)


def cell(notebook: Any, name: str) -> Any:
    return next(cell for cell in notebook.cells if cell.id == name)


def never_run(notebook: Any) -> None:
    cell(notebook, "printed").update(execution_count=None, outputs=[])


def outputs_and_counts_cleared(notebook: Any) -> None:
    for each in lesson_rules.cells_of(notebook, "code"):
        each.update(execution_count=None, outputs=[])


def outputs_cleared(notebook: Any) -> None:
    cell(notebook, "printed").outputs = []


def expected_error_never_run(notebook: Any) -> None:
    cell(notebook, "refused").update(execution_count=None, outputs=[])


def expected_error_did_not_happen(notebook: Any) -> None:
    cell(notebook, "refused").outputs = []


def error_without_its_tag(notebook: Any) -> None:
    cell(notebook, "refused").metadata = {}


def last_cell_deleted(notebook: Any) -> None:
    notebook.cells.pop()


def cell_added(notebook: Any) -> None:
    notebook.cells.append(prose("more", "More."))


def cells_swapped(notebook: Any) -> None:
    notebook.cells.insert(0, notebook.cells.pop(1))


def run_out_of_order(notebook: Any) -> None:
    cell(notebook, "setup").execution_count = 7


def other_kind_of_output(notebook: Any) -> None:
    del cell(notebook, "shown").outputs[0].data["text/html"]


def machine_made_id(notebook: Any) -> None:
    cell(notebook, "setup").id = "3fa85f64"


def doubled_id(notebook: Any) -> None:
    cell(notebook, "printed").id = "setup"


def state_of_widgets(notebook: Any) -> None:
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {}}


def other_metadata(notebook: Any) -> None:
    cell(notebook, "setup").metadata = {"collapsed": True}


def cell_gone(name: str) -> Spoil:
    def spoil(notebook: Any) -> None:
        notebook.cells.remove(cell(notebook, name))

    return spoil


def sections_swapped(notebook: Any) -> None:
    notebook.cells.insert(6, notebook.cells.pop(notebook.cells.index(cell(notebook, "practice"))))


def every_cell_of_prose_long(notebook: Any) -> None:
    for each in lesson_rules.cells_of(notebook, "markdown"):
        each.source += " word" * (lesson_rules.MEDIAN_WORDS_OF_PROSE + 1)


def writes_to_stderr(notebook: Any) -> None:
    cell(notebook, "printed").outputs[0].name = "stderr"


def slide_is(kind: str | None, name: str) -> Spoil:
    def spoil(notebook: Any) -> None:
        cell(notebook, name).metadata = {"slideshow": {"slide_type": kind}} if kind else {}

    return spoil


def says(old: str, new: str, name: str) -> Spoil:
    """Other words in a cell."""

    def spoil(notebook: Any) -> None:
        assert old in cell(notebook, name).source
        cell(notebook, name).source = cell(notebook, name).source.replace(old, new)

    return spoil


def source_is(source: str, name: str = "setup") -> Spoil:
    def spoil(notebook: Any) -> None:
        cell(notebook, name).source = source

    return spoil


def tag_is(tag: str) -> Spoil:
    def spoil(notebook: Any) -> None:
        cell(notebook, "setup").metadata = {"tags": [tag]}

    return spoil


def data_is(**data: str) -> Spoil:
    def spoil(notebook: Any) -> None:
        cell(notebook, "shown").outputs[0].data.update(
            {kind.replace("_", "/", 1): text for kind, text in data.items()}
        )

    return spoil


def says_in_output(name: str, text: str) -> Spoil:
    def spoil(notebook: Any) -> None:
        cell(notebook, name).outputs[0].data = {"text/plain": text}

    return spoil


def error_is(value: str, traceback: str) -> Spoil:
    def spoil(notebook: Any) -> None:
        cell(notebook, "refused").outputs[0].update(evalue=value, traceback=[traceback])

    return spoil


def widget_view(notebook: Any) -> None:
    data = cell(notebook, "shown").outputs[0].data
    data["application/vnd.jupyter.widget-view+json"] = {"model_id": "3fa85f64"}


def every_cell_long(notebook: Any) -> None:
    for each in lesson_rules.cells_of(notebook, "code"):
        each.source += "\nx = 1" * lesson_rules.MEDIAN_LINES_OF_CODE


SPOILED: dict[str, tuple[Spoil, str]] = {
    # what nbval passes
    "never run": (never_run, "`printed` has never been run"),
    "stripped": (outputs_and_counts_cleared, "`setup` has never been run"),
    "outputs stripped": (outputs_cleared, "`printed` has the outputs []"),
    "wanted error never run": (expected_error_never_run, "`refused` has never been run"),
    "wanted error absent": (expected_error_did_not_happen, "`refused` has 0 errors saved, not 1"),
    "unknown magic": (source_is("%%nothing\n1 / 0"), "`setup` is not plain Python"),
    "last cell deleted": (last_cell_deleted, "`sources` is gone"),
    "another traceback": (error_is("no", "File x\nRefused: no"), "not the one line `Refused: …`"),
    "skip by tag": (tag_is("nbval-skip"), "`setup` is marked nbval-skip"),
    "ignore by tag": (tag_is("nbval-ignore-output"), "`setup` is marked nbval-ignore-output"),
    "skip by nbclient's tag": (tag_is("skip-execution"), "`setup` is marked skip-execution"),
    "skip by comment": (source_is("# NBVAL_SKIP\nimport json"), "`setup` is marked NBVAL_SKIP"),
    "ignore by old comment": (
        source_is("import json\n# PYTEST_VALIDATE_IGNORE_OUTPUT"),
        "`setup` is marked PYTEST_VALIDATE_IGNORE_OUTPUT",
    ),
    # what is missing, or in the wrong place
    "unwanted error": (error_without_its_tag, "`refused` has 1 errors saved, not 0"),
    "cell added": (cell_added, "`more` is not in manifest.json"),
    "cells swapped": (cells_swapped, "another order than manifest.json"),
    "run out of order": (run_out_of_order, "`setup` has the count 7, not 1"),
    "another kind of output": (other_kind_of_output, "`shown` has the outputs ['execute_result text/plain']"),
    "machine-made id": (machine_made_id, "cell 3 has the id '3fa85f64'"),
    "doubled id": (doubled_id, "cell 6 has the id 'setup', which another cell has already"),
    # what is not plain Python from top to bottom
    "shell line": (source_is("!ls"), "`setup` is not plain Python"),
    "help": (source_is("json?"), "`setup` is not plain Python"),
    "automatic magic": (source_is("pwd"), "`setup` uses `pwd`"),
    "name from below": (source_is("import json\nnumber"), "`setup` uses `number`"),
    "name from below, inside a function": (
        source_is("import json\ndef f():\n    return number"),
        "`setup` uses `number`",
    ),
    # what is too long
    "long code": (source_is("x = 1\n" * 13), "`setup` has 13 lines of code"),
    "long code everywhere": (every_cell_long, "has a median of"),
    "long prose": (source_is("word " * 121, "plan"), "`plan` has 121 words"),
    "long prose everywhere": (every_cell_of_prose_long, "words a cell of prose; 40 are the most"),
    "long explanation": (source_is("word " * 81, "late-explain"), "`late-explain` has 81 words; 79 are"),
    "long question": (says("Who counts?", "word " * 40, "late"), "`late` asks in 40 words"),
    "long setup": (source_is("import json\n" * 5), "`setup` sets up in 5 lines; 4 are the most"),
    # what a lesson has
    "another number": (says("# 4", "# 5", "title"), "`title` must begin with `# 4 · …`, not with '# 5 · The"),
    "no title": (says("# 4 · ", "", "title"), "`title` must begin with `# 4 · …`"),
    "a step missing": (says(" → **2 grant**", "", "title"), "`title` must go on with the six steps: 1 auth"),
    "no step in bold": (says("**", "", "title"), "`title` has none of the six steps in bold"),
    "no plan": (cell_gone("plan"), "must have What you'll do, What you'll learn"),
    "a part of the plan missing": (
        says("**What you'll need.** ", "", "plan"),
        "`plan` must have What you'll",
    ),
    "two things to do": (
        says("Be late.", "Be late. Be early.", "plan"),
        "`plan` says what you'll do in more than",
    ),
    "little to learn": (says("- say who counts;\n", "", "plan"), "`plan` has 2 things to learn, not 3 to 5"),
    "no minutes": (says(" 15 minutes.", "", "plan"), "`plan` must end with how many minutes it takes"),
    "code before the setup": (cell_gone("setup"), "`handler` is the first with code, which should be"),
    "no section": (cell_gone("other"), "has no section `## The other provider`"),
    "sections swapped": (sections_swapped, "the order In practice, Break it, The other provider"),
    "a prediction given away": (
        source_is("guess = predict('x')", "late-predict"),
        "`late-predict` predicts 'x'",
    ),
    "a prediction not asked for": (says("**Predict.**", "", "late"), "no **Predict.** in the cell above"),
    "a prediction forgotten": (
        source_is("handler('2')", "late-run"),
        "`late-predict` has a prediction that no",
    ),
    "one exercise": (cell_gone("exercise-2"), "has no cell `exercise-2`"),
    "an answer": (source_is("mine = 1", "exercise-1"), "`exercise-1` has nothing to answer"),
    "no check": (cell_gone("exercise-1-check"), "`exercise-1` must have `exercise-1-check` right below"),
    "an answered exercise": (
        says_in_output("exercise-1-check", "✓ yes"),
        "`exercise-1-check` does not say “not answered yet”",
    ),
    "no link back": (says("(03.ipynb)", "(x)", "sources"), "`sources` has no link to 03.ipynb"),
    "no link on": (says("(05.ipynb)", "(x)", "sources"), "`sources` has no link to 05.ipynb"),
    "no link to the index": (says("(00_", "(x", "sources"), "`sources` has no link to 00_start_here.ipynb"),
    "no sources": (cell_gone("sources"), "`practice` is the last, which should be called `sources`"),
    "a term bold twice": (
        says("counts.", "counts a **Code**.", "late-explain"),
        "“Code” in bold; cell `late`",
    ),
    "shouting": (says("counts.", "counts!", "late-explain"), "`late-explain` has an exclamation mark"),
    "no slide": (slide_is(None, "shown"), "`shown` is marked None, not slide or fragment"),
    "another slide": (slide_is("skip", "shown"), "`shown` is marked skip, not slide or fragment"),
    "a heading within a slide": (slide_is("fragment", "late"), "`late` has a heading and is marked fragment"),
    "a tag that nothing reads": (tag_is("hide-input"), "`setup` has the tag hide-input"),
    # what differs from run to run, or cannot be read
    "path": (data_is(text_plain="saved in /home/ada/x"), "`shown` shows a path of one machine: /home/a"),
    "path on Windows": (data_is(text_plain="in C:\\Users"), "`shown` shows a path of one machine: C:\\U"),
    "path in an error": (error_is("see /tmp/x", "Refused: see /tmp/x"), "shows a path of one machine"),
    "the clock": (source_is("import json\njson.now()"), "`setup` calls `now`, which answers differently"),
    "dice": (source_is("import json\nid(json)"), "`setup` calls `id`, which answers differently"),
    "port": (data_is(text_plain="at http://127.0.0.1:8765/"), "`shown` shows a port: 127.0.0.1:8765"),
    "version": (data_is(text_plain="python-requests/2.34.1"), "shows a version: python-requests/2.34.1"),
    "warning": (data_is(text_plain="UserWarning: old"), "`shown` shows a warning: UserWarning:"),
    "stderr": (writes_to_stderr, "`printed` writes to stderr"),
    "address": (data_is(text_html="<p>object at 0x7f31c2a0</p>"), "shows a memory address: 0x7f31c2a0"),
    "HTML with an id": (data_is(text_html='<p id="a1">x</p>'), "`shown` shows HTML with id="),
    "HTML with a script": (data_is(text_html="<script>x</script>"), "`shown` shows HTML with <script>"),
    "HTML with a style": (data_is(text_html="<style>p {}</style>"), "`shown` shows HTML with <style>"),
    "HTML with a handler": (data_is(text_html="<p onclick='x()'>x</p>"), "`shown` shows HTML with onclick="),
    "text that hides": (data_is(text_plain="<Exchange object>"), "says only '<Exchange object>'"),
    "no text": (data_is(text_plain=""), "says only ''"),
    "error of many lines": (error_is("no\nno", "Refused: no\nno"), "not the one line `Refused: …`"),
    "widget state": (state_of_widgets, "has widget state"),
    "widget view": (widget_view, "`shown` has a widget's view saved"),
    "other metadata": (other_metadata, "is not as `make notebooks` saves it"),
}


def test_a_good_lesson_draws_no_complaint() -> None:
    good = good_lesson()
    assert lesson_rules.complaints("04.ipynb", v4.writes(good) + "\n", expected_of(good)) == []


@pytest.mark.parametrize(("spoil", "complaint"), SPOILED.values(), ids=SPOILED)
def test_a_spoiled_lesson_draws_its_complaint(spoil: Spoil, complaint: str) -> None:
    lesson = good_lesson()
    expected = expected_of(lesson)
    spoil(lesson)
    found = lesson_rules.complaints("04.ipynb", v4.writes(lesson) + "\n", expected)
    assert any(complaint in each for each in found), found
    assert all(each.startswith("04.ipynb: ") for each in found)


def expected_of(lesson: Any) -> dict[str, Any]:
    others = (lesson_rules.INDEX, "03.ipynb", "04.ipynb", "05.ipynb", "06.ipynb")
    return {other: {} for other in others} | {"04.ipynb": notebooks.manifest_of(lesson)}


def test_a_lesson_without_a_manifest_entry_draws_a_complaint() -> None:
    found = lesson_rules.complaints("04.ipynb", v4.writes(good_lesson()) + "\n", {})
    assert found == ["04.ipynb: is not in manifest.json"]


def test_the_index_leads_to_every_lesson() -> None:
    last = prose("sources", "[1](01.ipynb)")
    names = [lesson_rules.INDEX, "01.ipynb", "02.ipynb"]
    found = lesson_rules.leads_to_other_lessons(names[0], v4.new_notebook(cells=[last]), names)
    assert list(found) == ["cell `sources` has no link to 02.ipynb"]


def test_an_allowed_skip_draws_no_complaint(monkeypatch: pytest.MonkeyPatch) -> None:
    lesson = good_lesson()
    tag_is("nbval-skip")(lesson)
    monkeypatch.setitem(lesson_rules.ALLOWED_SKIPS, ("04.ipynb", "setup", "nbval-skip"), "a good reason")
    assert lesson_rules.complaints("04.ipynb", v4.writes(lesson) + "\n", expected_of(lesson)) == []


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("One two, three.", 3),
        ("[the *link*](https://example.org/a/b) – and", 3),
        ("```\nGET /user\n```\nafter", 1),
        ("| a | b |\n|---|---|\n| 1 | 2 |", 4),
    ],
)
def test_words_are_those_that_are_read(source: str, words: int) -> None:
    assert lesson_rules.words_of_prose(source) == words

"""What must hold for every lesson, and what nbval would pass without a word: data and small checks.

nbval compares outputs. It does not miss a cell that was never run, saved outputs that were stripped, a magic
that swallows its cell, or a cell that was deleted; and it does not look into tracebacks and metadata, nor at
what makes a lesson one: its parts, its length, its questions. `complaints` does. Each complaint names the file,
the cell and what is wrong.
"""

import ast
import builtins
import copy
import re
import statistics
import symtable
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import nbformat
from minted import texts_of

from oauth_steps.providers import Step
from tools.notebooks import DROPPED_DATA, id_complaints, manifest_of, normalise

MOST_LINES_OF_CODE = 12
MEDIAN_LINES_OF_CODE = 3
MOST_LINES_OF_SETUP = 4
MOST_WORDS_OF_PROSE = 120
MEDIAN_WORDS_OF_PROSE = 40
MOST_WORDS_OF_A_QUESTION = 40
MOST_WORDS_OF_AN_EXPLANATION = 79  # under 80
THINGS_LEARNED = range(3, 6)
EXERCISES = ("exercise-1", "exercise-2")
SECTIONS = ["Break it", "The other provider", "On your own", "In practice", "Sources"]
STEPS = [f"{step} {step.name.lower().replace('_', ' ')}" for step in Step]
INDEX = "00_start_here.ipynb"

# What JupyterLab and nbconvert know; other cells appear with the one above them, which is for these only.
SLIDE_TYPES = {"slide", "fragment"}
APPEARS_WITH_THE_CELL_ABOVE = re.compile(r"setup|exercise-\d+(-check|-given)?")
KNOWN_TAGS = {"raises-exception"}

# Each allowed skip: (file, cell id, tag or marker): the reason.
ALLOWED_SKIPS: dict[tuple[str, str, str], str] = {}
# nbval obeys the first two kinds, as a tag or as a comment; nbclient the third.
SKIP = re.compile(r"nbval[-_]\w[\w-]*|pytest[-_]validate[-_]\w[\w-]*|skip-execution", re.IGNORECASE)

# What a kernel provides beside Python's own names.
PROVIDED = {*dir(builtins), "__name__", "display"}

OF_ONE_MACHINE = {
    "a path of one machine": re.compile(
        r"(?<![\w./~-])/(home|Users|root|tmp|private|var|opt|usr|work|mnt)/[\w.]|\b[A-Z]:\\\\?\w"
        r"|site-packages|ipykernel_\d|<ipython-input-"
    ),
    "a memory address": re.compile(r"\b0x[0-9a-fA-F]{5,}"),
    "a port": re.compile(r"(?:\b127\.0\.0\.1|\blocalhost|\[::1\]):\d+"),
    "a version": re.compile(
        r"\b(?:python(?:-requests)?|requests|urllib3|ipython)[/ ]v?\d+\.\d[\d.]*", re.IGNORECASE
    ),
    "a warning": re.compile(r"\b\w*Warning:"),
}
NEVER_TWICE_THE_SAME = {
    *("now", "today", "utcnow", "time", "monotonic", "perf_counter", "sleep"),
    *("id", "hash", "getpid", "random", "randint", "uuid4", "urandom"),
}
HIDES_ITS_CONTENT = re.compile(r"<[^<>]*>")

Rule = Callable[[str, Any], Iterator[str]]


def cells_of(notebook: Any, kind: str) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def where(cell: Any) -> str:
    return f"cell `{cell.id}`"


def tags_of(cell: Any) -> list[str]:
    return list(cell.metadata.get("tags", []))


# --- it has been run, and all of it is there ------------------------------------------------------


def has_been_run_in_order(_: str, notebook: Any) -> Iterator[str]:
    for expected, cell in enumerate(cells_of(notebook, "code"), 1):
        if cell.execution_count is None:
            yield f"{where(cell)} has never been run"
        elif cell.execution_count != expected:
            yield f"{where(cell)} has the count {cell.execution_count}, not {expected}"


def expected_errors_happened(_: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "code"):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        wanted = int("raises-exception" in tags_of(cell))
        if len(errors) != wanted:
            yield f"{where(cell)} has {len(errors)} errors saved, not {wanted}, which its tags ask for"
        for error in errors:
            if error.traceback != [f"{error.ename}: {error.evalue}"] or "\n" in error.evalue:
                yield f"{where(cell)} has a traceback that is not the one line `{error.ename}: …`"


def differs_from_manifest(name: str, notebook: Any, manifest: dict[str, Any]) -> Iterator[str]:
    expected, found = manifest.get(name), manifest_of(notebook)
    if expected is None:
        yield "is not in manifest.json"
        return
    for cell in expected.keys() - found.keys():
        yield f"cell `{cell}` is gone; manifest.json has it"
    for cell in found.keys() - expected.keys():
        yield f"cell `{cell}` is not in manifest.json"
    for cell in expected.keys() & found.keys():
        if expected[cell] != found[cell]:
            yield f"cell `{cell}` has the outputs {found[cell]}; manifest.json says {expected[cell]}"
    if expected.keys() == found.keys() and list(expected) != list(found):
        yield "has its cells in another order than manifest.json"


# --- it is plain Python, read from top to bottom --------------------------------------------------


def parsed(cell: Any) -> ast.Module | None:
    try:
        return ast.parse(cell.source)
    except SyntaxError:
        return None


def is_plain_python(_: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "code"):
        if parsed(cell) is None:
            yield f"{where(cell)} is not plain Python: no magics (%), shell lines (!) or help (?)"


def is_not_skipped(name: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "code"):
        comments = re.findall(r"#.*", cell.source)
        for skip in SKIP.findall("\n".join([*tags_of(cell), *comments])):
            if (name, cell.id, skip) not in ALLOWED_SKIPS:
                yield f"{where(cell)} is marked {skip}, without a reason in ALLOWED_SKIPS"


def tags_are_known(_: str, notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        for tag in sorted({tag for tag in tags_of(cell) if not SKIP.fullmatch(tag)} - KNOWN_TAGS):
            yield f"{where(cell)} has the tag {tag}, which nothing here reads"


def asks_no_clock_and_throws_no_dice(_: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "code"):
        calls = [node.func for node in ast.walk(parsed(cell) or ast.Module()) if isinstance(node, ast.Call)]
        called = {getattr(function, "attr", getattr(function, "id", "")) for function in calls}
        for name in sorted(called & NEVER_TWICE_THE_SAME):
            yield f"{where(cell)} calls `{name}`, which answers differently on each run"


def global_names(table: symtable.SymbolTable, top: bool = True) -> Iterator[tuple[str, bool]]:
    """Each global name of a cell, also inside its functions, and whether it is bound (else it is read)."""
    for symbol in table.get_symbols():
        if top or symbol.is_global():
            bound = symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace()
            yield symbol.get_name(), bound
    for child in table.get_children():
        yield from global_names(child, top=False)


def depends_on_nothing_below(_: str, notebook: Any) -> Iterator[str]:
    known = set(PROVIDED)
    for cell in cells_of(notebook, "code"):
        if parsed(cell) is None:
            continue
        names = list(global_names(symtable.symtable(cell.source, cell.id, "exec")))
        known |= {name for name, bound in names if bound}
        for name in sorted({name for name, _ in names} - known):
            yield f"{where(cell)} uses `{name}`, which no cell above has made"


# --- it is small enough to read -------------------------------------------------------------------


def lines_of_code(source: str) -> int:
    return sum(bool(line.strip()) and not line.strip().startswith("#") for line in source.splitlines())


def words_of_prose(source: str) -> int:
    """The words that are read: not listings, nor where links lead, nor marks without a letter or digit."""
    text = re.sub(r"```.*?```|\]\([^)]*\)|<[^>]+>", " ", source, flags=re.DOTALL)
    return sum(any(map(str.isalnum, word)) for word in text.split())


def code_is_short(_: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "code"):
        if (length := len(cell.source.splitlines())) > MOST_LINES_OF_CODE:  # as it is seen, blank lines too
            yield f"cell `{cell.id}` has {length} lines of code; {MOST_LINES_OF_CODE} are the most"
    median = statistics.median([lines_of_code(cell.source) for cell in cells_of(notebook, "code")] or [0])
    if median > MEDIAN_LINES_OF_CODE:
        yield f"has a median of {median} lines of code a cell; {MEDIAN_LINES_OF_CODE} are the most"


def prose_is_short(_: str, notebook: Any) -> Iterator[str]:
    lengths = {cell.id: words_of_prose(cell.source) for cell in cells_of(notebook, "markdown")}
    for cell, length in lengths.items():
        most = MOST_WORDS_OF_AN_EXPLANATION if cell.endswith("-explain") else MOST_WORDS_OF_PROSE
        if length > most:
            yield f"cell `{cell}` has {length} words; {most} are the most"
    median = statistics.median(lengths.values() or [0])
    if median > MEDIAN_WORDS_OF_PROSE:
        yield f"has a median of {median} words a cell of prose; {MEDIAN_WORDS_OF_PROSE} are the most"


def questions_are_short(_: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "markdown"):
        for question in re.findall(r"^\*\*Ask\.\*\* (.+)$", cell.source, re.MULTILINE):
            if (length := words_of_prose(question)) >= MOST_WORDS_OF_A_QUESTION:
                yield f"{where(cell)} asks in {length} words; it should take fewer than {MOST_WORDS_OF_A_QUESTION}"


def without_code(markdown: str) -> str:
    return re.sub(r"```.*?```|`[^`]*`", "", markdown, flags=re.DOTALL)


def a_term_is_bold_once(_: str, notebook: Any) -> Iterator[str]:
    """Where it is defined. What ends in a mark is no term but a label, such as **Ask.**"""
    first: dict[str, str] = {}
    for cell in cells_of(notebook, "markdown")[1:]:  # after the strip of the steps
        for term in re.findall(r"\*\*(.+?)\*\*", without_code(cell.source)):
            if term.lower() in first:
                yield f"{where(cell)} has “{term}” in bold; cell `{first[term.lower()]}` had it before"
            elif term[-1] not in ".:?":
                first[term.lower()] = cell.id


def nothing_is_shouted(_: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "markdown"):
        if "!" in re.sub(r"!\[|“[^”]*”", "", without_code(cell.source)):
            yield f"{where(cell)} has an exclamation mark"


# --- it has the parts of a lesson -----------------------------------------------------------------


def begins_with_number_and_steps(name: str, notebook: Any) -> Iterator[str]:
    cell = notebook.cells[0]
    title, _, strip = cell.source.partition("\n\n")
    if not re.fullmatch(rf"# {int(name[:2])} · \S.*", title):
        yield f"{where(cell)} must begin with `# {int(name[:2])} · …`, not with {title!r}"
    parts = strip.split(" → ")
    if [re.sub(r"^\*\*(.+)\*\*$", r"\1", part) for part in parts] != STEPS:
        yield f"{where(cell)} must go on with the six steps: {' → '.join(STEPS)}"
    elif parts == STEPS:
        yield f"{where(cell)} has none of the six steps in bold"


PLAN = re.compile(
    r"\*\*What you'll do\.\*\* (?P<do>.+)\n\n\*\*What you'll learn\.\*\* You can\n\n(?P<learn>(?:- .+\n)+)\n"
    r"\*\*What you'll need\.\*\* (?P<need>.+)"
)


def says_what_it_is_for(_: str, notebook: Any) -> Iterator[str]:
    cell = notebook.cells[1]
    plan = PLAN.fullmatch(cell.source)
    if plan is None:
        yield f"{where(cell)} must have What you'll do, What you'll learn (You can, and a list), What you'll need"
        return
    if len(re.findall(r"[.?](?= |$)", plan["do"])) != 1:
        yield f"{where(cell)} says what you'll do in more than one sentence"
    if (length := plan["learn"].count("\n")) not in THINGS_LEARNED:
        yield f"{where(cell)} has {length} things to learn, not {THINGS_LEARNED[0]} to {THINGS_LEARNED[-1]}"
    if not re.search(r"\b\d+ minutes\.$", plan["need"]):
        yield f"{where(cell)} must end with how many minutes it takes"


def sets_up_in_few_lines(_: str, notebook: Any) -> Iterator[str]:
    first, *_others = cells_of(notebook, "code")
    if first.id != "setup":
        yield f"{where(first)} is the first with code, which should be called `setup`"
    if (length := lines_of_code(first.source)) > MOST_LINES_OF_SETUP:
        yield f"{where(first)} sets up in {length} lines; {MOST_LINES_OF_SETUP} are the most"


def has_its_sections(_: str, notebook: Any) -> Iterator[str]:
    prose = "\n".join(cell.source for cell in cells_of(notebook, "markdown"))
    found = re.findall(rf"^## ({'|'.join(SECTIONS)})\b", prose, re.MULTILINE)
    for section in SECTIONS:
        if section not in found:
            yield f"has no section `## {section}`"
    if sorted(found, key=SECTIONS.index) != found:
        yield f"has its sections in the order {', '.join(found)}"


def predictions_are_open_and_held(_: str, notebook: Any) -> Iterator[str]:
    for place, cell in enumerate(notebook.cells):
        for name, guess in re.findall(r"^(\w+) = predict\((.*)\)", cell.source, re.MULTILINE):
            if guess != "...":
                yield f"{where(cell)} predicts {guess}; a lesson leaves that to its reader: ..."
            if "**Predict.**" not in notebook.cells[place - 1].source:
                yield f"{where(cell)} has no **Predict.** in the cell above"
            if not any(f"{name}.against(" in below.source for below in notebook.cells[place:]):
                yield f"{where(cell)} has a prediction that no cell below holds against what happened"


def exercises_are_open_and_checked(_: str, notebook: Any) -> Iterator[str]:
    cells = {cell.id: cell for cell in notebook.cells}
    ids = list(cells)
    for name in EXERCISES:
        if name not in cells:
            yield f"has no cell `{name}`"
        elif not re.search(r"= \.\.\.$", cells[name].source, re.MULTILINE):
            yield f"cell `{name}` has nothing to answer: no line that ends with `= ...`"
        elif ids[ids.index(name) + 1 :][:1] != [f"{name}-check"]:
            yield f"cell `{name}` must have `{name}-check` right below"
        elif "not answered yet" not in "".join(texts_of(cells[f"{name}-check"].outputs)):
            yield f"cell `{name}-check` does not say “not answered yet”"


def leads_to_other_lessons(name: str, notebook: Any, lessons: list[str]) -> Iterator[str]:
    """From the index to all of them, from each to the index, the one before and the one after."""
    last, place = notebook.cells[-1], lessons.index(name) if name in lessons else 0
    wanted = {INDEX, *lessons[max(place - 1, 0) : place + 2]} if name != INDEX else set(lessons)
    if last.id != "sources":
        yield f"{where(last)} is the last, which should be called `sources`"
    for lesson in sorted((wanted & set(lessons)) - {name} - set(re.findall(r"\]\(([^)]+)\)", last.source))):
        yield f"{where(last)} has no link to {lesson}"


def can_be_shown_as_slides(_: str, notebook: Any) -> Iterator[str]:
    for cell in notebook.cells:
        kind = cell.metadata.get("slideshow", {}).get("slide_type")
        if cell.source.startswith("#") and cell.cell_type == "markdown" and kind != "slide":
            yield f"{where(cell)} has a heading and is marked {kind}: it should begin a slide"
        elif kind not in SLIDE_TYPES and not APPEARS_WITH_THE_CELL_ABOVE.fullmatch(cell.id):
            yield f"{where(cell)} is marked {kind}, not slide or fragment"


# --- what is saved is the same everywhere, and readable as text -----------------------------------


class HtmlCheck(HTMLParser):
    """Collects what a page shared with other outputs cannot hold: generated ids, scripts, style blocks."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self.found.append(f"<{tag}>")
        self.found += [f"{name}=" for name, _ in attrs if name == "id" or name.startswith("on")]


def outputs_are_the_same_everywhere(_: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "code"):
        for text in texts_of(cell.outputs):
            for what, pattern in OF_ONE_MACHINE.items():
                if match := pattern.search(text):
                    yield f"{where(cell)} shows {what}: {match[0]}"
        if any(output.get("name") == "stderr" for output in cell.outputs):
            yield f"{where(cell)} writes to stderr"


def outputs_speak_as_text(_: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "code"):
        for data in [output.data for output in cell.outputs if "data" in output]:
            plain = data.get("text/plain", "")
            if not plain.strip() or (data.keys() > {"text/plain"} and HIDES_ITS_CONTENT.fullmatch(plain)):
                yield f"{where(cell)} shows {sorted(data)}, but its text/plain says only {plain!r}"
            for found in HtmlCheck(data.get("text/html", "")).found:
                yield f"{where(cell)} shows HTML with {found}"


def has_no_widget_state(_: str, notebook: Any) -> Iterator[str]:
    if "widgets" in notebook.metadata:
        yield "has widget state saved in its metadata"
    for cell in cells_of(notebook, "code"):
        if any(DROPPED_DATA & output.get("data", {}).keys() for output in cell.outputs):
            yield f"{where(cell)} has a widget's view saved, which is another number on each run"


RULES: list[Rule] = [
    has_been_run_in_order,
    expected_errors_happened,
    is_plain_python,
    is_not_skipped,
    tags_are_known,
    asks_no_clock_and_throws_no_dice,
    depends_on_nothing_below,
    code_is_short,
    prose_is_short,
    questions_are_short,
    a_term_is_bold_once,
    nothing_is_shouted,
    begins_with_number_and_steps,
    says_what_it_is_for,
    sets_up_in_few_lines,
    has_its_sections,
    predictions_are_open_and_held,
    exercises_are_open_and_checked,
    can_be_shown_as_slides,
    outputs_are_the_same_everywhere,
    outputs_speak_as_text,
    has_no_widget_state,
]


def complaints(name: str, text: str, manifest: dict[str, Any]) -> list[str]:
    """All that is wrong with the lesson `name`, whose file holds `text`: an empty list if it is good."""
    if wrong := id_complaints(text):
        return [f"{name}: {complaint}" for complaint in wrong]
    notebook = nbformat.reads(text, as_version=4)
    found = [complaint for rule in RULES for complaint in rule(name, notebook)]
    found += leads_to_other_lessons(name, notebook, list(manifest))
    found += differs_from_manifest(name, notebook, manifest)
    if normalise(copy.deepcopy(notebook)) != text:
        found.append("is not as `make notebooks` saves it")
    return [f"{name}: {complaint}" for complaint in found]

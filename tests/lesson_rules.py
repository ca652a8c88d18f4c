"""What must hold for every lesson, and what nbval would pass without a word: data and small checks.

nbval compares outputs. It does not miss a cell that was never run, saved outputs that were stripped, a magic
that swallows its cell, or a cell that was deleted; and it does not look into tracebacks and metadata.
`complaints` does. Each complaint names the file, the cell and what is wrong.
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

from tools.notebooks import DROPPED_DATA, id_complaints, manifest_of, normalise

MOST_LINES_OF_CODE = 12
MEDIAN_LINES_OF_CODE = 4
MOST_WORDS_OF_PROSE = 120

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
    lengths = {cell.id: lines_of_code(cell.source) for cell in cells_of(notebook, "code")}
    for cell, length in lengths.items():
        if length > MOST_LINES_OF_CODE:
            yield f"cell `{cell}` has {length} lines of code; {MOST_LINES_OF_CODE} are the most"
    median = statistics.median(lengths.values() or [0])
    if median > MEDIAN_LINES_OF_CODE:
        yield f"has a median of {median} lines of code a cell; {MEDIAN_LINES_OF_CODE} are the most"


def prose_is_short(_: str, notebook: Any) -> Iterator[str]:
    for cell in cells_of(notebook, "markdown"):
        if (length := words_of_prose(cell.source)) > MOST_WORDS_OF_PROSE:
            yield f"{where(cell)} has {length} words; {MOST_WORDS_OF_PROSE} are the most"


# --- what is saved is the same everywhere, and readable as text -----------------------------------


def texts_of(value: Any) -> Iterator[str]:
    """Every string inside an output."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts_of(part)


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
    depends_on_nothing_below,
    code_is_short,
    prose_is_short,
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
    found += differs_from_manifest(name, notebook, manifest)
    if normalise(copy.deepcopy(notebook)) != text:
        found.append("is not as `make notebooks` saves it")
    return [f"{name}: {complaint}" for complaint in found]

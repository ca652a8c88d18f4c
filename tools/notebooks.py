"""Runs every lesson afresh and saves it in its normal form: what `make notebooks` runs.

    python -m tools.notebooks

A lesson that fails keeps its file as it is; the others are still done. The normal form holds nothing that
changes from run to run or from machine to machine, so a second run changes no byte. notebooks/manifest.json
is written beside: each cell's id, and the kinds of its outputs, so that a cell lost later is missed.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from traitlets import default

from tools.lab import LESSONS, encryption, lessons

KEPT_OF_A_CELL = {"tags", "slideshow"}
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
# A widget's view is a random number that points at state which is not saved; the text beside it stays.
DROPPED_DATA = {"application/vnd.jupyter.widget-view+json"}

READABLE_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MACHINE_ID = re.compile(r"(?=.*\d)[0-9a-f]{8}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class KernelOfThisPython(AsyncKernelManager):
    """Runs notebooks with the Python that runs this, whatever kernels the user has registered."""

    @default("kernel_spec_manager")
    def _no_folders_to_search(self) -> KernelSpecManager:
        return KernelSpecManager(kernel_dirs=[])

    @default("transport_encryption")
    def _no_warning_that_it_speaks_in_the_clear(self) -> str:
        return encryption()


def client_of(notebook: Any, folder: Path) -> NotebookClient:
    """A client that runs `notebook` in `folder`, in a fresh kernel of this Python."""
    return NotebookClient(
        notebook,
        kernel_manager_class=KernelOfThisPython,
        kernel_name="python3",
        timeout=120,
        resources={"metadata": {"path": str(folder)}},
        coalesce_streams=True,
        store_widget_state=False,
        record_timing=False,
    )


def id_complaints(text: str) -> list[str]:
    """What is wrong with the cell ids of the notebook `text`: nbformat would silently invent missing ones."""
    seen: set[str] = set()
    complaints = []
    for number, cell in enumerate(json.loads(text)["cells"], 1):
        name = cell.get("id", "")
        if not READABLE_ID.fullmatch(name) or MACHINE_ID.fullmatch(name):
            complaints.append(f"cell {number} has the id {name!r}: give it a readable one, as `the-callback`")
        elif name in seen:
            complaints.append(f"cell {number} has the id {name!r}, which another cell has already")
        seen.add(name)
    return complaints


def normalise(notebook: Any) -> str:
    """The text of `notebook` in its normal form; changes `notebook`."""
    notebook.update(metadata=METADATA, nbformat=4, nbformat_minor=5)
    for cell in notebook.cells:
        cell.metadata = {key: value for key, value in cell.metadata.items() if key in KEPT_OF_A_CELL}
        for output in cell.get("outputs", []):
            normalise_output(output)
    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def normalise_output(output: Any) -> None:
    """Take out of `output` what differs between two runs of the same cell."""
    if output.output_type == "error":
        # A traceback quotes paths of the machine that it was made on.
        output.traceback = [f"{output.ename}: {output.evalue}"]
    elif output.output_type != "stream":
        output.metadata = {}
        for kind in DROPPED_DATA & output.data.keys():
            del output.data[kind]


def kind_of(output: Any) -> str:
    """What an output is, in the words of the manifest: "stream stdout", "error TokenRefused"."""
    details = {"stream": "name", "error": "ename", "display_data": "data", "execute_result": "data"}
    detail = output[details[output.output_type]]
    return " ".join([output.output_type, *([detail] if isinstance(detail, str) else sorted(detail))])


def manifest_of(notebook: Any) -> dict[str, Any]:
    """Each cell's id, in order, with the kinds of its outputs, or "markdown"."""
    return {
        cell.id: [kind_of(output) for output in cell.outputs] if cell.cell_type == "code" else cell.cell_type
        for cell in notebook.cells
    }


def remake(path: Path) -> list[str]:
    """Run the lesson at `path` and save it; return what is wrong with it, in which case nothing is saved."""
    text = path.read_text(encoding="utf-8")
    if complaints := id_complaints(text):
        return complaints
    notebook = nbformat.reads(text, as_version=4)
    try:
        client_of(notebook, path.parent).execute()
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return [str(error)]
    normal = normalise(notebook)
    if normal != text:
        path.write_text(normal, encoding="utf-8", newline="\n")
    return []


def main(folder: Path = LESSONS) -> int:
    for name in [name for name in os.environ if name.startswith("OAUTH_STEPS_")]:
        del os.environ[name]  # the credentials of one's own application: what is saved is to be without
    failed = False
    for path in lessons(folder):
        complaints = remake(path)
        failed |= bool(complaints)
        print(f"{path.name}: {'; '.join(complaints) or 'done'}", flush=True)
    if failed:
        return 1
    manifest = {path.name: manifest_of(nbformat.read(path, as_version=4)) for path in lessons(folder)}
    text = json.dumps(manifest, indent=1) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

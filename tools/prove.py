"""Breaks the project in each way of `breakages`, one at a time, and asks the tests: what `make prove` runs.

    python -m tools.prove               all of them, as a table; ends with 1 if the tests have missed one
    python -m tools.prove --write       the same, and the table goes into docs/PROOF.md
    python -m tools.prove "the clock"   those with these words in their names

Each is done to a scratch copy of what git knows, by the Python that runs this. Before that the same tests have to be
green there, unbroken, on the package of the copy. A breakage is caught if a test fails. What pytest cannot collect, or
what comes to no end, has caught nothing.
"""

import datetime
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tools.breakages import BREAKAGES, Breakage, DoesNotFit
from tools.lab import HERE

PROOF = HERE / "docs" / "PROOF.md"
HEADING = "## What was broken, and what noticed\n\n"  # PROOF.md's last: what follows is written by this

WORKERS = 2
SECONDS = 600  # that a run of pytest may take
PYTEST = [sys.executable, "-m", "pytest", "-x", "-q", "--tb=no", "-rf", "-p", "no:cacheprovider"]
WITHOUT_NBVAL = ["-p", "no:nbval"]  # which takes seconds to be imported
# Without parameters; a cell of a lesson by its number.
_FAILED = re.compile(r"^FAILED ([^\s\[]+(?: \d+)?)", re.MULTILINE)


class NoVerdict(Exception):
    """pytest could not say whether the tests pass."""


class Tried(NamedTuple):
    """What came of it: the first test that failed, if one did, and how long that took."""

    breakage: Breakage
    caught_by: str
    seconds: float
    problem: str = ""

    def __str__(self) -> str:
        caught = f"`{self.caught_by}`" if self.caught_by else f"**nothing** {self.problem}".strip()
        return f"| {self.breakage.name} | `{self.breakage.file}` | {caught} | {self.seconds:.0f} |"


def environment(copy: Path) -> dict[str, str]:
    """The environment in which a copy's own modules are imported, and are compiled afresh each time.

    Python takes compiled code for new by size and second of the source: two breakages may agree in both.
    """
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "OAUTH_STEPS_"))
    }
    return kept | {"PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}


def copied(to: Path) -> Path:
    """A copy of what git knows here, as it is now, with nothing compiled. Raises NoVerdict if others use its name."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HERE, capture_output=True, text=True, check=True)
    for name in listed.stdout.split("\0")[:-1]:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(HERE / name, to / name)
    where = [sys.executable, "-c", "import oauth_steps; print(oauth_steps.__file__)"]
    ran = subprocess.run(where, cwd=to, env=environment(to), capture_output=True, text=True, check=True)
    if not Path(ran.stdout.strip()).is_relative_to(to):
        raise NoVerdict(f"the tests would import {ran.stdout.strip()}, which is not the copy")
    return to


def first_failed(copy: Path, tests: str) -> str:
    """The first of these tests that fails in this folder; empty if all pass. Raises NoVerdict."""
    try:
        ran = subprocess.run(
            [*PYTEST, *([] if "--nbval" in tests else WITHOUT_NBVAL), *tests.split()],
            cwd=copy,
            env=environment(copy),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise NoVerdict(f"no end within {SECONDS} seconds") from None
    failed = _FAILED.search(ran.stdout)
    if ran.returncode not in (0, 1) or bool(ran.returncode) != bool(failed):
        raise NoVerdict(f"pytest ended with {ran.returncode}: {' '.join(ran.stdout.split())[-300:]}")
    return failed[1] if failed else ""


def tried(breakage: Breakage, copy: Path) -> Tried:
    """Break the copy in this way, run the tests, mend it again."""
    path, begun, problem, caught_by = copy / breakage.file, time.monotonic(), "", ""
    whole = path.read_bytes()
    broken = breakage.broken(whole.decode())
    try:
        path.write_bytes(broken.encode())
        caught_by = first_failed(copy, breakage.tests)
    except NoVerdict as error:
        problem = f"({error})"
    finally:
        path.write_bytes(whole)
    return Tried(breakage, caught_by, time.monotonic() - begun, problem)


def misfits(root: Path, breakages: Iterable[Breakage]) -> Iterator[str]:
    """Which of them no longer fit the files below this folder, and why."""
    for one in breakages:
        try:
            one.broken((root / one.file).read_text(encoding="utf-8"))
        except (DoesNotFit, KeyError, OSError) as error:  # KeyError: a cell that is gone
            yield f"{one.name}: {one.file}: {error!r}"


def all_tests_of(breakages: Iterable[Breakage]) -> str:
    """The tests that they name, each once."""
    return " ".join(dict.fromkeys(word for one in breakages for word in one.tests.split()))


def in_parallel(copies: Sequence[Path], breakages: Iterable[Breakage]) -> Iterator[Tried]:
    """Try each breakage in one of the copies, as many at once as there are copies; in the order given."""
    free: SimpleQueue[Path] = SimpleQueue()
    for copy in copies:
        free.put(copy)

    def in_a_free_copy(breakage: Breakage) -> Tried:
        copy = free.get()
        try:
            return tried(breakage, copy)
        finally:
            free.put(copy)

    with ThreadPoolExecutor(len(copies)) as pool:
        yield from pool.map(in_a_free_copy, breakages)


def prove(
    copies: Sequence[Path], breakages: Sequence[Breakage], say: Callable[[str], object]
) -> tuple[bool, str]:
    """Whether every breakage is caught, and the table. Each row is said as soon as it is known. Raises NoVerdict."""
    begun = time.monotonic()
    if failed := first_failed(copies[0], all_tests_of(breakages)):
        raise NoVerdict(f"not green, though nothing is broken: {failed}")
    rows = ["| what is broken | in | the first test that failed | s |", "|---|---|---|---|"]
    caught = []
    for row in rows:
        say(row)
    for outcome in in_parallel(copies, breakages):
        caught.append(bool(outcome.caught_by))
        rows.append(str(outcome))
        say(rows[-1])
    minutes = (time.monotonic() - begun) / 60
    total = (
        f"{sum(caught)} of {len(caught)} caught, on {datetime.date.today()} with Python "
        f"{platform.python_version()}, {len(copies)} at a time, in {minutes:.0f} minutes."
    )
    say(f"\n{total}")
    return all(caught), "\n".join([total, "", *rows, ""])


def main(arguments: Sequence[str]) -> int:
    words = [word for word in arguments if word != "--write"]
    breakages = [one for one in BREAKAGES if all(word in one.name for word in words)]
    if not breakages:  # or pytest, told of no tests, would run them all
        print(f"No breakage has {' and '.join(map(repr, words))} in its name.")
        return 1
    if problems := list(misfits(HERE, breakages)):
        print("These breakages are to be written anew in tools/breakages.py:", *problems, sep="\n")
        return 1
    with TemporaryDirectory(prefix="prove-") as folder:
        copies = [copied(Path(folder).resolve() / str(number)) for number in range(WORKERS)]
        caught, table = prove(copies, breakages, lambda line: print(line, flush=True))
    if "--write" in arguments:
        text, _, _ = PROOF.read_text(encoding="utf-8").partition(HEADING)
        PROOF.write_text(text + HEADING + table, encoding="utf-8")
    return 0 if caught else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

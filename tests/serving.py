"""`make explore` at work, in a process of its own, at any port that is free."""

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from tools import lab

SERVE = "import sys; from tools import window; window.serve(sys.argv[1], int(sys.argv[2]))"


@contextmanager
def served(query: str = "", port: int = 0) -> Iterator[tuple[str, subprocess.Popen[str], str]]:
    """The explorer at work: its address, its process, and all that it printed."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, query, str(port)],
        cwd=lab.HERE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        printed = ""
        try:
            assert process.stdout
            while "Ctrl-C ends it" not in printed:
                line = process.stdout.readline()
                assert line, f"it ended without listening:\n{printed}"
                printed += line
            yield re.search(r"^ +(http://\S+)$", printed, re.M)[1], process, printed  # type: ignore[index]
        finally:
            process.terminate()

"""The Django site of lesson 08: its own tests pass, each file in a process of its own.

They are pytest-django's, with the site's settings. Django has one set of settings in a process, and lesson 07's
libraries bring another.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
SITE = HERE / "notebooks" / "site"


@pytest.mark.parametrize("file", sorted(path.name for path in (SITE / "tests").glob("test_*.py")))
def test_the_sites_own_tests_pass(file: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:nbval"]
    ran = subprocess.run(
        [*command, f"tests/{file}"],
        cwd=SITE,
        env={name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stdout
    assert " passed" in ran.stdout and "skipped" not in ran.stdout

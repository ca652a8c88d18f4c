"""`make prove` means something: its breakages still fit, their tests are there, and what no test notices is told."""

import ast
import functools
import re
from pathlib import Path

import pytest

from tools import prove
from tools.breakages import BREAKAGES, Breakage, DoesNotFit, notebook, says

HERE = Path(__file__).parent.parent


def test_every_breakage_fits_in_one_place_and_breaks_it() -> None:
    assert list(prove.misfits(HERE, BREAKAGES)) == []
    for one in BREAKAGES:
        text = (HERE / one.file).read_text(encoding="utf-8")
        assert one.broken(text) != text, one.name


def test_every_breakage_has_a_name_of_its_own() -> None:
    assert len({one.name for one in BREAKAGES}) == len(BREAKAGES) >= 40


@functools.cache
def functions_in(path: str) -> set[str]:
    tree = ast.parse((HERE / path).read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("tests", sorted({one.tests for one in BREAKAGES}))
def test_the_tests_that_must_notice_are_there(tests: str) -> None:
    named = [word for word in tests.split() if not word.startswith("--")]
    assert named
    for word in named:
        path, _, function = word.partition("::")
        assert (HERE / path).exists(), path
        if function:
            name, _, parameter = function.rstrip("]").partition("[")
            assert name in functions_in(path)
            assert not parameter or (HERE / "notebooks/site/tests" / parameter).exists()


def test_proof_has_a_row_for_each_breakage() -> None:
    _, table = prove.PROOF.read_text(encoding="utf-8").split(prove.HEADING)
    rows = re.findall(r"^\| (.+?) \| `(.+?)` \|", table, re.MULTILINE)
    assert rows == [(one.name, one.file) for one in BREAKAGES]
    assert "**nothing**" not in table


def test_words_are_replaced_where_they_stand_once_and_nowhere_else() -> None:
    assert says("one", "three")("one two") == "three two"
    for text in ("two", "one, one"):
        with pytest.raises(DoesNotFit):
            says("one", "three")(text)


@pytest.mark.parametrize("lesson", sorted((HERE / "notebooks").glob("*.ipynb")), ids=lambda path: path.name)
def test_of_a_lesson_nothing_is_changed_but_what_is_spoiled(lesson: Path) -> None:
    text = lesson.read_text(encoding="utf-8")
    with pytest.raises(DoesNotFit):  # since it is the same text, to the letter
        notebook(lambda cells: None)(text)
    assert notebook(lambda cells: cells.popitem())(text) != text


# --- on a project of two functions and two tests ------------------------------------------------------------

OF_IT = "test_thing.py"
CAUGHT = Breakage("doubling trebles", "thing.py", says("2 *", "3 *"), OF_IT)
SURVIVES = Breakage("halving does nothing", "thing.py", says("/ 2", ""), OF_IT)
UNREADABLE = Breakage("it is no Python", "thing.py", says("return 2", "return ("), OF_IT)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text("")
    (tmp_path / "thing.py").write_text(
        "def double(x):\n    return 2 * x\n\ndef halve(x):\n    return x / 2\n"
    )
    tests = "def test_double():\n    assert thing.double(2) == 4\n\ndef test_halve():\n    thing.halve(4)\n"
    (tmp_path / OF_IT).write_text(f"import thing\n\n{tests}")
    return tmp_path


def test_what_no_test_notices_is_told_and_so_is_what_cannot_be_tried(project: Path) -> None:
    before, said = (project / "thing.py").read_text(), list[str]()
    all_caught, table = prove.prove([project], [CAUGHT, SURVIVES, UNREADABLE], said.append)
    assert not all_caught
    caught, survived, unreadable = (re.sub(r"\d+ \|$", "", row) for row in table.splitlines()[-3:])
    assert caught == "| doubling trebles | `thing.py` | `test_thing.py::test_double` | "
    assert survived == "| halving does nothing | `thing.py` | **nothing** | "
    assert unreadable.startswith("| it is no Python | `thing.py` | **nothing** (pytest ended with 2: ")
    assert table.startswith("1 of 3 caught") and all(row in said for row in table.splitlines()[-3:])
    assert (project / "thing.py").read_text() == before


def test_all_caught_is_told_too(project: Path) -> None:
    assert prove.prove([project], [CAUGHT], print)[0]


def test_words_that_no_breakage_has_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert prove.main(["the moon"]) == 1
    assert capsys.readouterr().out == "No breakage has 'the moon' in its name.\n"


def test_tests_that_fail_anyway_prove_nothing(project: Path) -> None:
    (project / "thing.py").write_text("def double(x):\n    return 2 * x + 1\n")
    with pytest.raises(prove.NoVerdict, match=r"nothing is broken: test_thing\.py::test_double"):
        prove.prove([project], [CAUGHT], print)


def test_what_comes_to_no_end_has_caught_nothing(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    endless = Breakage("doubling never ends", "thing.py", says("return 2", "while True: 2"), OF_IT)
    monkeypatch.setattr(prove, "SECONDS", 2)
    tried = prove.tried(endless, project)
    assert (tried.caught_by, tried.problem) == ("", "(no end within 2 seconds)")

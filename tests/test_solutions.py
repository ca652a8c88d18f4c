"""Every exercise unanswered, answered wrongly in each known way, and answered as its solution does.

notebooks/solutions/04.py holds the solutions of lesson 04, each under a line `# %% exercise-1`, the id of the
cell that it replaces. 04_mistakes.py holds wrong answers under `# %% exercise-1: words of the hint`. The cell
below an exercise, `exercise-1-check`, prints a line that begins with ✓, ✗ or "… not answered yet".

One kernel serves a lesson: its cells run in order, and each exercise is tried unanswered, then with every
mistake, then with its solution, as a learner would; the cells below then run with the solution in place.
"""

import functools
import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import nbformat
import pytest

from tools import lab
from tools.notebooks import client_of

LESSONS = {lesson.name[:2]: lesson for lesson in lab.lessons(lab.LESSONS)}
SECTION = re.compile(r"^# %% (exercise-\d+)(?:: *(.+))?$", re.MULTILINE)
EXERCISE = re.compile(r"exercise-\d+")


class Answer(NamedTuple):
    """What to put into a lesson's exercise, and how the line that its check prints must begin and go on."""

    lesson: str
    exercise: str
    source: str
    mark: str
    words: str = ""


def sections(path: Path) -> list[tuple[str, str, str]]:
    """The (exercise, words, source) of each section of the file at `path`; none if there is no file."""
    if not path.exists():
        return []
    _, *parts = SECTION.split(path.read_text(encoding="utf-8"))
    return [
        (exercise, words or "", source.strip())
        for exercise, words, source in zip(parts[::3], parts[1::3], parts[2::3], strict=True)
    ]


def cells_of(lesson: str) -> dict[str, Any]:
    return {cell.id: cell for cell in nbformat.read(LESSONS[lesson], as_version=4).cells}


def answers_of(lesson: str) -> list[Answer]:
    """All answers to try in `lesson`, in the order in which to try them."""
    unanswered = [
        Answer(lesson, name, cell.source, "… not answered yet")
        for name, cell in cells_of(lesson).items()
        if EXERCISE.fullmatch(name)
    ]
    folder = lab.LESSONS / "solutions"
    mistakes = [
        Answer(lesson, exercise, source, "✗", words)
        for exercise, words, source in sections(folder / f"{lesson}_mistakes.py")
    ]
    solutions = [
        Answer(lesson, exercise, source, "✓") for exercise, _, source in sections(folder / f"{lesson}.py")
    ]
    return unanswered + mistakes + solutions


ANSWERS = [answer for lesson in LESSONS for answer in answers_of(lesson)]
SOLUTIONS = [answer for answer in ANSWERS if answer.mark == "✓"]


def called(answer: Answer) -> str:
    return f"{answer.lesson}-{answer.exercise}-{answer.words or answer.mark}"


def said_by(cell: Any) -> str:
    """What `cell` printed or showed first, as text; an error's name and message if it failed."""
    if not cell.outputs:
        return ""
    first = cell.outputs[0]
    if first.output_type == "error":
        return f"{first.ename}: {first.evalue}"
    return str(first.text if first.output_type == "stream" else first.data["text/plain"])


@functools.cache
def checks_of(lesson: str) -> dict[Answer, str]:
    """What each answer's check said, from one run of `lesson`."""
    notebook = nbformat.read(LESSONS[lesson], as_version=4)
    client = client_of(notebook, lab.LESSONS)
    answers = answers_of(lesson)
    said = {}

    def run(index: int) -> Any:
        return client.execute_cell(notebook.cells[index], index)

    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            for answer in [answer for answer in answers if answer.exercise == cell.id]:
                cell.source = answer.source
                # A wrong answer may fail by itself; the check below it must then still say what to do.
                client.allow_errors = answer.mark == "✗"
                run(index)
                said[answer] = said_by(run(index + 1))
            client.allow_errors = False
            run(index)
    return said


@pytest.mark.parametrize("answer", ANSWERS, ids=called)
def test_check_says_how_the_answer_is(answer: Answer) -> None:
    said = checks_of(answer.lesson)[answer]
    assert said.startswith(answer.mark), said
    assert answer.words.casefold() in said.casefold()


@pytest.mark.parametrize("lesson", LESSONS)
def test_exercises_have_a_check_a_solution_and_a_known_mistake(lesson: str) -> None:
    names = list(cells_of(lesson))
    exercises = [name for name in names if EXERCISE.fullmatch(name)]
    for exercise in exercises:
        assert names[names.index(exercise) + 1 :][:1] == [f"{exercise}-check"]
    answered = [(answer.exercise, answer.mark) for answer in answers_of(lesson)]
    assert [exercise for exercise, mark in answered if mark == "✓"] == exercises
    assert {exercise for exercise, mark in answered if mark == "✗"} == set(exercises)


@pytest.mark.parametrize("lesson", LESSONS)
def test_exercises_are_saved_unanswered(lesson: str) -> None:
    for name, cell in cells_of(lesson).items():
        if re.fullmatch(r"exercise-\d+-check", name):
            assert said_by(cell).startswith("… not answered yet"), name


@pytest.mark.parametrize("answer", SOLUTIONS, ids=called)
def test_lesson_does_not_give_the_solution_away(answer: Answer) -> None:
    text = json.dumps(cells_of(answer.lesson), ensure_ascii=False)
    words = json.dumps(answer.source, ensure_ascii=False)[1:-1]
    assert "".join(words.split()) not in "".join(text.split())

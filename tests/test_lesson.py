"""The lesson: complete, short, and every number of it computed."""

import re
from pathlib import Path

import pytest

from benchmarks.lesson import numbers
from grader.course.course import Course

ROOT = Path(__file__).parent.parent
LESSON = ROOT / "exercises" / "README.md"


@pytest.mark.parametrize(("name", "value"), numbers().items())
def test_numbers_are_computed(name: str, value: str) -> None:
    """Each number that the lesson states is what its computation gives."""
    shown = "never comes" if value == "None" else value
    assert shown in LESSON.read_text(encoding="utf-8"), f"{name}: {value}"


def test_every_exercise_and_quiz_is_practised() -> None:
    """The lesson sends the reader to every exercise and quiz of the track, and to none that does not exist."""
    text = LESSON.read_text(encoding="utf-8")
    exercises = {name.partition("_")[0] for name in Course.load(ROOT).folders}
    quizzes = {path.stem.partition("-")[0] for path in (ROOT / "quizzes").glob("*.yaml")}

    assert set(re.findall(r"\*\*(ex\d\d)\*\*", text)) == exercises
    named = set(re.findall(r"`(?:grader quiz take )?([lmr]\d)`", text))
    assert {quiz for quiz in quizzes if quiz.startswith("r")} <= named <= quizzes


def test_the_track_lists_every_exercise() -> None:
    """course.toml orders all exercises, and names none that does not exist."""
    course = Course.load(ROOT)
    listed = [name for track in course.tracks for name in track.all]
    assert sorted(listed) == sorted(course.folders)


def test_the_lesson_is_at_most_250_lines() -> None:
    """It can be read in one sitting."""
    assert len(LESSON.read_text(encoding="utf-8").splitlines()) <= 250


def test_prerequisites_come_first() -> None:
    """No exercise is listed before one that it needs."""
    course = Course.load(ROOT)
    order = [name.partition("_")[0] for name in course.order]
    for exercise in course.exercises.values():
        for needed in exercise.needs:
            assert order.index(needed) < order.index(exercise.key), f"{exercise.key} needs {needed}"

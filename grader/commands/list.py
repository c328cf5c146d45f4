"""`grader list`: the exercises, their order and your progress."""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypedDict

import click

from grader.base.errors import UsageError
from grader.base.text import plural
from grader.course.course import Course, find_course
from grader.course.progress import best_points
from grader.quiz.format.library import find_library


class ProgressPoints(TypedDict):
    earned: float
    possible: float


class ExerciseRow(TypedDict):
    """One exercise as `grader list --json` prints it; `step` is None where it is optional."""

    id: str
    step: int | None
    track: str
    title: str
    minutes: int
    difficulty: int
    needs: list[str]
    optional: bool
    points: ProgressPoints | None


class QuizRow(TypedDict):
    """One quiz of a stage; `state` is how far the learner is."""

    id: str
    track: str
    state: str


@click.command(short_help="The exercises, their order and your progress.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def command(as_json: bool) -> None:
    """List the course as a path: steps in order, prerequisites, minutes, difficulty (1 to 4 stars), your best result.

    Exercises without a step number are optional: they count in no total and block nothing. Below the exercises of a
    stage stand its quizzes, ✓ where you answered one.
    """
    course = find_course(Path.cwd())
    rows, quizzes = list(path_rows(course)), stage_quizzes(course)
    if as_json:
        click.echo(json.dumps({"format": 1, "exercises": rows, "quizzes": quizzes}))
        return
    goals = {track.title or track.id: track.goal for track in course.tracks}
    answered = {quiz["id"] for quiz in quizzes if quiz["state"] == "answered"}
    of_stage = {title: [quiz["id"] for quiz in quizzes if quiz["track"] == title] for title in goals}
    for title, group in itertools.groupby(rows, key=lambda row: row["track"]):
        steps = list(group)
        minutes = sum(row["minutes"] for row in steps if not row["optional"])
        click.echo(f"{'' if steps[0] is rows[0] else chr(10)}{title} ({minutes} min)")
        for row in steps:
            click.echo(line(row))
        if names := of_stage.get(title):
            shown = ", ".join(f"✓ {name}" if name in answered else name for name in names)
            what = plural(len(names), "Quiz", "Quizzes")
            click.echo(f"     {what}: {shown}  (grader quiz take {beginning(names[0], quizzes)})")
        if goals.get(title):
            click.echo(f"     Then {goals[title]}.")
    total = sum(row["minutes"] for row in rows if not row["optional"])
    passed = sum(is_passed(row) for row in rows)
    click.echo(f"\n{passed} of {len(rows)} passed; the path takes about {total / 60:.0f} hours.")


def path_rows(course: Course) -> Iterator[ExerciseRow]:
    """One row for each exercise, in the course's order."""
    done = best_points(course.root)
    titles = {e: track.title or track.id for track in course.tracks for e in track.all}
    optional = {e for track in course.tracks for e in track.optional}
    step = 0
    for exercise in course.exercises.values():
        points = done.get(exercise.id)
        step += exercise.id not in optional
        yield {
            "id": exercise.id,
            "step": None if exercise.id in optional else step,
            "track": titles.get(exercise.id, "more exercises"),
            "title": exercise.title,
            "minutes": exercise.minutes,
            "difficulty": exercise.difficulty,
            "needs": list(exercise.needs),
            "optional": exercise.id in optional,
            "points": None if points is None else {"earned": points[0], "possible": points[1]},
        }


def stage_quizzes(course: Course) -> list[QuizRow]:
    """The quizzes of the tracks, in the course's order, as plain data: those that are there, and how far you are."""
    try:
        library = find_library(course.root)
    except UsageError:
        return []
    there = {path.stem for path in library.paths}
    return [
        {"id": name, "track": track.title or track.id, "state": library.state(name)}
        for track in course.tracks
        for name in track.quizzes
        if name in there
    ]


def beginning(name: str, quizzes: list[QuizRow]) -> str:
    """What stands before the first hyphen, where that is enough to name the quiz."""
    short = name.partition("-")[0]
    return short if sum(quiz["id"].startswith(short) for quiz in quizzes) == 1 else name


def is_passed(row: ExerciseRow) -> bool:
    points = row["points"]
    return points is not None and points["earned"] == points["possible"]


def line(row: ExerciseRow) -> str:
    """One exercise in one line: a mark, its step and key, title, length, stars, best points, what it builds on."""
    points = row["points"]
    mark, result = " ", "not tried"
    if points is not None:
        mark = "✓" if is_passed(row) else "✗"
        result = f"{points['earned']:g}/{points['possible']:g}"
    after = f"  after {', '.join(row['needs'])}" if row["needs"] else ""
    if row["optional"]:
        after = f"  optional{after}"
    step = row["step"] or ""
    key = row["id"].partition("_")[0]
    return (
        f"{mark} {step:>2}  {key}  {row['title'][:52]:52} {row['minutes']:>3} min  "
        f"{'*' * row['difficulty']:4}  {result}{after}"
    )

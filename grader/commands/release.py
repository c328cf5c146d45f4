"""`grader release`: what learners get of a course, without what gives it away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from grader.base.errors import UsageError
from grader.base.text import counted
from grader.commands import names

if TYPE_CHECKING:
    from grader.course.course import Course
    from grader.release.handout import HandedOut, Mode


@click.command(short_help="Hand out exercises and quizzes without suites, solutions and keys.")
@click.argument("units", nargs=-1, shell_complete=names.units, required=True)
@click.option("--out", required=True, type=click.Path(path_type=Path), help="A new folder to hand out.")
@click.option(
    "--course", "root", type=click.Path(path_type=Path), help="Folder with exercises/ and solutions/. [default: here]"
)
def command(units: tuple[str, ...], out: Path, root: Path | None) -> None:
    """Write a course folder for learners with the exercises and quizzes that UNITS name (`ex01 ex03 quiz:r1`).

    A quiz goes out without its key; `quiz:r1:practice` hands it out with the key, to learn from.
    Of a suite only the tests marked @public go out, and `grader check` there runs these.
    """
    from grader.course.course import Course, find_course
    from grader.course.trust import made_here
    from grader.release.handout import hand_out

    course = Course.load(root) if root else find_course(Path.cwd())
    exercises, quizzes = [], []
    for name in dict.fromkeys(units):
        if name.startswith("quiz:"):
            quizzes.append(quiz_unit(course, name))
        else:
            exercises.append(course.exercise(name))
    exercises = list({one.id: one for one in exercises}.values())
    twice = [name for name, _ in quizzes if sum(name == other for other, _ in quizzes) > 1]
    if twice:
        raise UsageError(f"quiz {twice[0]} is named twice", next="hand it out in one form")
    with made_here(out):
        handed = hand_out(course, exercises, quizzes, out)
    tell(course, handed, quizzes, out)


def quiz_unit(course: Course, name: str) -> tuple[str, Mode]:
    """The quiz and the form that `quiz:r1` or `quiz:r1:practice` means. UsageError."""
    from grader.quiz.format.library import Library

    _, quiz, form = (*name.split(":", 2), "")[:3]
    if form not in ("", "graded", "practice"):
        raise UsageError(f"{name!r} has no form {form!r}", next="say quiz:r1 (graded, no key) or quiz:r1:practice")
    if "/" in quiz or quiz.endswith(".yaml"):
        raise UsageError(f"{name!r} is a path", next="name the quiz by its id")
    found = Library(course.root / "quizzes", course.root).find(quiz)
    return found.stem, "practice" if form == "practice" else "graded"


def tell(course: Course, handed: list[HandedOut], quizzes: list[tuple[str, Mode]], out: Path) -> None:
    """What lies where, and what to keep."""
    from grader.course.course import carried_course

    for one in handed:
        public = f"{one.tests.count} of {counted(one.tests.total, 'test')} public"
        click.echo(f"{one.exercise.key}  {one.exercise.title}: {public if one.tests.count else 'no public tests'}")
    for name, mode in quizzes:
        click.echo(f"quiz {name}: {'with its key, for practice' if mode == 'practice' else 'graded, without its key'}")
    tell_unproven(handed)
    click.echo(f"✓ {out}")
    if any(mode == "graded" for _, mode in quizzes):
        click.echo(
            f"The map of the graded choices is in {course.root / 'quizzes' / 'keys'}: keep it, scoring needs it."
        )
    carried = carried_course()
    known = [one.exercise.key for one in handed if same_as_carried(one.exercise.solution, carried.root)]
    if known:
        click.echo(
            f"! {', '.join(known)}: the gradeloop package that learners install holds these suites and solutions"
        )


def tell_unproven(handed: list[HandedOut]) -> None:
    """Which public tests could not be tried on the solution."""
    for one in handed:
        if one.unproven:
            lacks = f"{one.exercise.key} needs a GPU, and this machine has none"
            click.echo(f"! {lacks}: its public tests were not tried on the solution; `grader verify` does where one is")


def same_as_carried(solution: Path, root: Path) -> bool:
    """Whether a solution is the one that the package carries."""
    other = root / "solutions" / solution.parent.name / solution.name
    return other.is_file() and solution.is_file() and other.read_bytes() == solution.read_bytes()

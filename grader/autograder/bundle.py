"""`grader autograder`: puts together the zip that Gradescope runs."""

import json
import platform
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from grader.base.atomic import write_bytes
from grader.base.errors import CourseError, UsageError
from grader.base.version import installed
from grader.course.course import Course
from grader.course.exercise import PACKAGE, Exercise
from grader.release.handout import course_table, toml
from grader.report.gradebook.units import Units, key_maps
from grader.report.page.spreadsheet import packed

SCRIPTS = Path(__file__).with_name("scripts")
APART = ("torch", "torchvision")
"""Packages that come from an index of their own, without code for accelerators."""
LEFT_OUT = {"__pycache__", "_course", ".DS_Store"}


def bundle(course: Course, names: list[str], seed: int, out: Path) -> dict[str, str]:
    """Writes the zip; what each unit is worth, by id. UsageError for no unit, CourseError for a broken one."""
    units = Units(course)
    ids = units.order([units.named(name.removeprefix("quiz:")) for name in names])
    worth = {name: str(possible(units, name)) for name in ids}
    files = dict(scripts())
    files |= {f"grader/{name}": data for name, data in tree(PACKAGE)}
    files["requirements.txt"] = "".join(f"{line}\n" for line in requirements()).encode()
    exercises = [name for name in ids if name in units.exercises]
    quizzes = [name for name in ids if name in units.quizzes]
    files["course/exercises/course.toml"] = toml(course_table(course, set(exercises), quizzes)).encode()
    for name in exercises:
        exercise = units.exercises[name]
        for kind, folder in (("exercises", exercise.folder), ("solutions", exercise.solution.parent)):
            files |= {f"course/{kind}/{name}/{path}": data for path, data in tree(folder)}
    for name in quizzes:
        path = units.quizzes[name]
        files |= {f"course/quizzes/{one.relative_to(path.parent)}": one.read_bytes() for one in (path, *key_maps(path))}
    files["units.json"] = json.dumps({"format": 1, "seed": seed, "worth": worth}, indent=1).encode()
    try:
        write_bytes(out, packed(files.items(), programs=("setup.sh", "run_autograder")))
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", str(out), "choose another --out") from None
    return worth


def scripts() -> Iterator[tuple[str, bytes]]:
    """The two scripts, with the versions of here."""
    torch = " ".join(f"{name}=={plain(installed(name))}" for name in APART)
    version = ".".join(platform.python_version_tuple()[:2])
    for name in ("setup.sh", "run_autograder"):
        text = (SCRIPTS / name).read_text(encoding="utf-8")
        yield name, text.replace("@TORCH@", torch).replace("@PYTHON@", version).encode()


def requirements() -> list[str]:
    """The packages that this one needs, in the versions that are installed here."""
    from importlib.metadata import PackageNotFoundError, requires

    try:
        requirements = [one for one in requires("gradeloop") or [] if "extra ==" not in one]
    except PackageNotFoundError:
        raise UsageError("gradeloop is not installed as a package", next="install it, then build the zip") from None
    names = [found[0] for one in requirements if (found := re.match(r"[\w.-]+", one))]
    return sorted(f"{name}=={plain(installed(name))}" for name in names if name not in APART)


def plain(version: str) -> str:
    """A version without the local part that only some indexes have."""
    return version.partition("+")[0]


def tree(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file below a folder but caches, by its path there."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if path.is_file() and not path.is_symlink() and not LEFT_OUT & set(inside.parts):
            yield inside.as_posix(), path.read_bytes()


def possible(units: Units, name: str) -> Fraction:
    """What a unit is worth: the points of its tests, or of its questions."""
    if name in units.quizzes:
        from grader.quiz.format.reader import read_quiz
        from grader.quiz.score.scoring import require_key

        quiz = read_quiz(units.quizzes[name])
        require_key(quiz)
        return quiz.possible
    return suite_points(units.exercises[name])


def suite_points(exercise: Exercise) -> Fraction:
    from grader.engine.session import OpenSuite

    suite = OpenSuite(exercise)
    try:
        marks = [item.get_closest_marker("points") for item in suite.items]
        total = sum((Fraction(str(mark.args[0])) for mark in marks if mark and mark.args), Fraction(0))
    finally:
        suite.close()
    if not total:
        raise CourseError("no test of this suite is worth a point", str(exercise.suite), "mark them with @points")
    return total

"""What must be there and be Python before anything is worth running."""

import ast
from collections.abc import Iterator
from pathlib import Path

from grader.base.errors import CourseError
from grader.base.toml import nearest
from grader.course.exercise import Exercise

HINTS = 3


def file_problems(exercise: Exercise) -> list[str]:
    """Files that are missing or no Python, and what `exercise.toml` promises in vain, as `file:line: sentence`."""
    return [*missing(exercise), *unreadable(exercise), *unfit(exercise)]


def missing(exercise: Exercise) -> Iterator[str]:
    for path, needed in (
        *((path, "reference solution") for path in exercise.solutions),
        *((path, "stub") for path in exercise.stubs),
        (exercise.folder / "README.md", "README"),
    ):
        if not path.exists():
            yield f"{path}: the {needed} is missing."


def unreadable(exercise: Exercise) -> Iterator[str]:
    every: list[Path] = [*exercise.solutions, *exercise.stubs, *exercise.suite.glob("*.py")]
    variants = [one for path in exercise.variants for one in exercise.own_files(path).values()]
    for path in [*every, *(one for one in variants if one.suffix == ".py"), *exercise.mistakes]:
        if path.suffix == ".toml":
            yield from unfit_patch(exercise, path)
            continue
        if not path.exists():
            continue
        try:
            ast.parse(path.read_bytes())
        except SyntaxError as error:
            yield f"{path}:{error.lineno or 1}: {error.msg}: this is not Python."
        except ValueError as error:
            yield f"{path}:1: {error}: this is not Python."


def unfit_patch(exercise: Exercise, path: Path) -> Iterator[str]:
    """A mistake's patch that cannot be read, does not fit the solution, or makes no Python of it."""
    try:
        if all(one.exists() for one in exercise.solutions):
            source, files = exercise.mistake_with_files(path.stem)
            for text in (source, *(data for _, data in files)):
                ast.parse(text)
    except CourseError as error:
        yield f"{error.where}: {error.what}: {error.next}."
    except SyntaxError as error:
        yield f"{path}:1: its changes make no Python of the solution: line {error.lineno}: {error.msg}."


def unfit(exercise: Exercise) -> Iterator[str]:
    fixtures = exercise.suite / "conftest.py"
    if fixtures.exists():
        yield f"{fixtures}:1: is not read: put its fixtures into the test file, or import them from a module beside it."
    try:
        exercise.given  # noqa: B018  reads the data files
    except CourseError as error:
        yield f"{error.where}: {error.what}: {error.next}."
    for path in exercise.variants:
        own = exercise.own_files(path)
        handed_in = (exercise.file, *exercise.files)
        asked = ", ".join(handed_in)
        yield from (f"{path / name}:1: is no file that is handed in: {asked}." for name in own if name not in handed_in)
        if not own:
            yield f"{path}: this variant has no file: put {asked} there, or those of them that look otherwise."
    place = exercise.folder / "exercise.toml"
    if len(exercise.hints) < HINTS:
        yield f"{place}: three staged hints are expected, found {len(exercise.hints)}."
    beside = {path.name.partition("_")[0] for path in exercise.folder.parent.glob("ex[0-9]*")}
    for name in exercise.needs:
        if name not in beside or name == exercise.key:
            known = nearest(name, beside) or "name an exercise of this course."
            yield f"{place}: needs {name!r}, which is no other exercise here: {known}"

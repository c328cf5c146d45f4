"""What must be there and can be read before anything is worth running."""

import ast
from collections.abc import Iterator
from pathlib import Path

from grader.base.errors import CourseError
from grader.base.toml import key_place, nearest
from grader.course.exercise import Exercise
from grader.verify.excuses import read_excuses
from grader.verify.mistake import Mistake
from grader.verify.notebook import lost_in_notebook
from grader.verify.suitefile import test_places

HINTS = 3


def file_problems(exercise: Exercise) -> list[str]:
    """Files that are missing or unreadable, and what `exercise.toml` promises in vain, as `file:line: sentence`."""
    absent = [*missing(exercise), *unreadable(exercise), *unfit(exercise), *unmet(exercise)]
    return absent or [*broken_promises(exercise), *lost_in_notebook(exercise)]


def missing(exercise: Exercise) -> Iterator[str]:
    for path, needed in (
        *((path, "reference solution") for path in exercise.solutions),
        *((path, "stub") for path in exercise.stubs),
        (exercise.folder / "README.md", "README"),
    ):
        if not path.exists():
            yield f"{path}:1: the {needed} is missing: write it."
    if not [*exercise.suite.glob("test_*.py")]:
        yield f"{exercise.suite / f'test_{exercise.file}'}:1: the suite is missing: write it."


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
            if path in exercise.mistakes:
                Mistake.read(path)
        except (SyntaxError, ValueError) as error:  # a null byte is the one or the other, by Python's version
            line, what = getattr(error, "lineno", None) or 1, getattr(error, "msg", str(error))
            yield f"{path}:{line}: {what}: this is not Python, mend the line."
        except CourseError as error:
            yield error.sentence


def unfit_patch(exercise: Exercise, path: Path) -> Iterator[str]:
    """A mistake's patch that cannot be read, does not fit the solution, or makes no Python of it."""
    try:
        Mistake.read(path)
        if all(one.exists() for one in exercise.solutions):
            source, files = exercise.mistake_with_files(path.stem)
            for text in (source, *(data for _, data in files)):
                ast.parse(text)
    except CourseError as error:
        yield error.sentence
    except SyntaxError as error:
        place = key_place(path, "change", "new")
        yield f"{place}: its changes make no Python of the solution: line {error.lineno}: {error.msg}: mend `new`."


def unfit(exercise: Exercise) -> Iterator[str]:
    """Files in a place where they do not count, or of a form that is not read."""
    fixtures = exercise.suite / "conftest.py"
    if fixtures.exists():
        yield f"{fixtures}:1: is not read: put its fixtures into the test file, or import them from a module beside it."
    for read in (lambda: exercise.given, lambda: read_excuses(exercise)):
        try:
            read()
        except CourseError as error:
            yield error.sentence
    for path in exercise.variants:
        own = exercise.own_files(path)
        handed_in = (exercise.file, *exercise.files)
        asked = ", ".join(handed_in)
        for name in own:
            if name not in handed_in:
                yield f"{path / name}:1: is no file that is handed in: {asked}: give it the name of one."
        if not own:
            yield f"{path}:1: this variant has no file: put {asked} there, or those of them that look otherwise."


def unmet(exercise: Exercise) -> Iterator[str]:
    """Hints and prerequisites that `exercise.toml` should have, or should not."""
    path = exercise.folder / "exercise.toml"
    if len(exercise.hints) < HINTS:
        few = f"three staged hints are expected, found {len(exercise.hints)}"
        yield f"{key_place(path, 'hints')}: {few}: add [[hints]], from a question to the code."
    beside = {path.name.partition("_")[0] for path in exercise.folder.parent.glob("ex[0-9]*")}
    for name in exercise.needs:
        if name not in beside or name == exercise.key:
            known = nearest(name, beside) or "name an exercise of this course."
            yield f"{key_place(path, 'needs')}: needs {name!r}, which is no other exercise here: {known}"


def broken_promises(exercise: Exercise) -> Iterator[str]:
    """Known mistakes that promise to fail no test, or one that does not exist."""
    known = test_places(exercise)
    for path in exercise.mistakes:
        mistake = Mistake.read(path)
        if not mistake.must:
            yield f"{path}:1: names no test that must fail: say {mistake.line('Must fail', ['<test>'])}."
        for name in dict.fromkeys((*mistake.must, *mistake.echoes, *mistake.sometimes)):
            if name.partition("[")[0] not in known:
                near = nearest(name, known) or "correct the name."
                yield f"{path}:1: names {name}, which is no test of the suite: {near}"

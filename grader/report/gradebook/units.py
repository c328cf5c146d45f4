"""What a class is graded on: the course's exercises and quizzes, each with a digest of all that decides its points."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from grader.base.errors import UsageError
from grader.base.toml import nearest
from grader.base.version import installed
from grader.course.course import Course, with_suite
from grader.course.device import choose_device
from grader.course.exercise import Exercise
from grader.course.packages import versions
from grader.report.gradebook.store import dumps


@dataclass(frozen=True)
class Unit:
    """One exercise or quiz. `key` is its short name, `digest` covers suite or questions."""

    id: str
    key: str
    title: str
    kind: Literal["exercise", "quiz"]
    digest: str


class Units:
    """A course's units in its own order: exercises first, then quizzes by name."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.read: dict[str, Unit] = {}

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        for exercise in self.course.exercises.values():
            if exercise.released:
                what = "this course was handed out: it holds the public tests and no solution"
                raise UsageError(what, str(self.course.root), "name your own course with --course")
        return {name: with_suite(exercise) for name, exercise in self.course.exercises.items()}

    @cached_property
    def quizzes(self) -> dict[str, Path]:
        return {path.stem: path for path in sorted((self.course.root / "quizzes").glob("*.yaml"))}

    @property
    def graded_quizzes(self) -> list[str]:
        """The quizzes that were handed out without their key: those with the map of a release."""
        return [name for name, path in self.quizzes.items() if key_maps(path)]

    @cached_property
    def names(self) -> dict[str, str]:
        """Every name a unit goes by, without case, and the id it means."""
        found = {exercise.key.casefold(): name for name, exercise in self.exercises.items()}
        found |= {re.sub(r"^ex0+(?=\d)", "ex", key): name for key, name in found.items()}
        found |= {quiz.partition("-")[0].casefold(): quiz for quiz in self.quizzes}
        return found | {name.casefold(): name for name in (*self.exercises, *self.quizzes)}

    def named(self, name: str) -> str:
        """The id behind a name; UsageError with a suggestion."""
        if name.casefold() not in self.names:
            raise UsageError(f"there is no exercise or quiz {name!r}", next=nearest(name, self.names))
        return self.names[name.casefold()]

    def order(self, ids: Iterable[str]) -> list[str]:
        """Those of the ids that are units, in the course's order."""
        wanted = set(ids)
        return [name for name in (*self.exercises, *self.quizzes) if name in wanted]

    def unit(self, name: str) -> Unit:
        """The unit of an id, read once."""
        if name not in self.read:
            self.read[name] = self.exercise_unit(name) if name in self.exercises else self.quiz_unit(name)
        return self.read[name]

    def exercise_unit(self, name: str) -> Unit:
        exercise = self.exercises[name]
        patterns = exercise.solution.parent / "mistakes" / "patterns.json"  # they decide what a submission resembles
        known = patterns.read_bytes() if patterns.exists() else b""
        digest = hashlib.sha256(exercise.digest().encode() + known).hexdigest()
        return Unit(name, exercise.key, exercise.title, "exercise", digest)

    def quiz_unit(self, name: str) -> Unit:
        path = self.quizzes[name]
        digest = hashlib.sha256()
        for file in (path, *key_maps(path)):
            digest.update(hashlib.sha256(file.read_bytes()).digest())
        short = name.partition("-")[0]
        alone = sum(other.partition("-")[0] == short for other in self.quizzes) == 1
        return Unit(name, short if alone else name, quiz_title(path), "quiz", digest.hexdigest())


def key_maps(path: Path) -> list[Path]:
    """The maps of a quiz's graded releases."""
    return sorted((path.parent / "keys").glob(f"{path.stem}-" + "[0-9a-f]" * 8 + ".json"))


class Conditions:
    """What beside the submission decides a result: together they make the key under which it is kept."""

    def __init__(self, units: Units, seed: int, device: str) -> None:
        self.units = units
        self.seed = seed
        self.device = device
        self.parts: dict[str, list[str | int]] = {}

    def key(self, unit: str, sha256: str) -> str:
        """The sha256 over submission, suite, solution, limits, seed, device, versions of torch, packages and grader."""
        if unit not in self.parts:
            parts: list[str | int] = [unit, self.units.unit(unit).digest, installed("gradeloop")]
            if unit in self.units.exercises:
                exercise = self.units.exercises[unit]
                parts += [
                    self.seed,
                    choose_device(self.device, exercise),
                    repr(exercise.limits),
                    installed("torch"),
                    *versions((*exercise.packages, *exercise.extra)),
                ]
            self.parts[unit] = parts
        return hashlib.sha256(dumps([sha256, *self.parts[unit]]).encode()).hexdigest()


def quiz_title(path: Path) -> str:
    """The title in a quiz file's head, read without a YAML parser; the file's name if there is none."""
    with path.open(encoding="utf-8") as file:
        for text in file:
            key, colon, value = text.partition(":")
            if key == "title" and colon:
                return value.strip().strip("\"'")
            if key == "questions":
                break
    return path.stem

"""The course: one folder of exercises, suites, solutions and quizzes, described by small TOML files."""

import difflib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from grader.base.errors import CourseError, UsageError
from grader.base.toml import key, read_toml
from grader.course.exercise import CARRIED, PACKAGE, Exercise, read_exercise
from grader.course.packages import top
from grader.course.trust import demand_trust, root_of

ID = re.compile(r"ex\d{2,3}_[a-z][a-z0-9_]*")
"""What the folder of an exercise is called, and the exercise with it."""
ID_WORDS = "`ex`, two or three digits, an underscore, and small letters, digits or underscores, as ex46_label_noise"


@dataclass(frozen=True)
class Track:
    """One ordered part of the course."""

    id: str = key("short name of the track")
    title: str = key("its heading in `grader list`", "")
    exercises: tuple[str, ...] = key("folders of its exercises, in the order in which they are taken", ())
    optional: tuple[str, ...] = key("folders of exercises beside the path, listed after the others", ())
    quizzes: tuple[str, ...] = key("ids of the quizzes that belong to it", ())
    goal: str = key("what one can do after it, in a clause for `grader list`", "")

    @property
    def all(self) -> tuple[str, ...]:
        """The path's exercises, then the optional ones."""
        return self.exercises + self.optional


@dataclass(frozen=True)
class Category:
    """Units that count together."""

    name: str = key("what it is called in the report")
    units: tuple[str, ...] = key("its units, by name or pattern, as `ex*`")
    weight: float | None = key("what it is worth in the total; the sum of its units if not here", None, above=0)
    drop_lowest: int = key("how many of a student's units in it do not count: those whose loss helps most", 0, least=0)


@dataclass(frozen=True)
class Grades:
    """How units become a total."""

    weights: Mapping[str, float] = key(
        "what a unit's full points are worth in the total; its points if not here", dict, least=0
    )
    drop_lowest: int = key(
        "how many of a student's units do not count: those whose loss helps most; with categories it is said in each",
        0,
        least=0,
    )
    missing: str = key("what work that was not handed in counts as", "nothing", choices=("nothing", "zero"))
    categories: tuple[Category, ...] = key("units that count together, with a weight of their own", ())


@dataclass(frozen=True)
class IntakeNames:
    """What else files are called."""

    map: Mapping[str, str] = key('units by file name or pattern, as `"homework3*.py" = "ex03"`', dict)


@dataclass(frozen=True)
class LmsNames:
    """What the LMS calls things."""

    map: Mapping[str, str] = key(
        'the LMS\'s assignment by unit, by title or number, as `ex03 = "Exercise 3 CutMix"`; "" for none', dict
    )


@dataclass(frozen=True)
class AssistantRule:
    """What an assistant program may do."""

    allow: bool = key("whether `grader mcp` answers an assistant program about a learner's work", True)


@dataclass(frozen=True)
class CourseFile:
    """`exercises/course.toml`."""

    format: int = key("version of this file's form", choices=(1,))
    tracks: tuple[Track, ...] = key("the course's parts", ())
    grades: Grades = key("how a class report makes totals", Grades)
    intake: IntakeNames = key("how a class report recognizes files", IntakeNames)
    lms: LmsNames = key("where grades go in the LMS", LmsNames)
    packages: tuple[str, ...] = key(
        "third-party packages that submissions may import, by the name one imports; without it whatever is installed",
        (),
    )
    assistant: AssistantRule = key("what an assistant program may do for learners", AssistantRule)


@dataclass(frozen=True)
class Course:
    """All exercises by id, and the tracks that order them."""

    root: Path
    folders: dict[str, Path]
    tracks: tuple[Track, ...] = ()
    grades: Grades = field(default_factory=Grades)
    intake: IntakeNames = field(default_factory=IntakeNames)
    packages: tuple[str, ...] = ()
    lms: LmsNames = field(default_factory=LmsNames)
    assistant: AssistantRule = field(default_factory=AssistantRule)

    @staticmethod
    def load(root: Path) -> "Course":
        """Reads `exercises/course.toml` and finds the folders; single exercises are read when asked for.

        CourseError for a folder that looks like an exercise, or holds `exercise.toml`, and has no id for a name.
        """
        folder = root / "exercises"
        folders = {p.name: p for p in sorted(folder.glob("*")) if is_exercise(p)}
        path = folder / "course.toml"
        table = read_toml(path, CourseFile) if path.exists() else CourseFile(1)
        return Course(
            root, folders, table.tracks, table.grades, table.intake, table.packages, table.lms, table.assistant
        )

    @property
    def order(self) -> list[str]:
        """Exercise ids in the tracks' order, then those in no track."""
        listed = [e for track in self.tracks for e in track.all]
        return [e for e in listed if e in self.folders] + [e for e in self.folders if e not in listed]

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """Every exercise, read."""
        return {name: self.exercise(name) for name in self.order}

    def exercise(self, name: str) -> Exercise:
        """`ex03`, `ex03_cutmix` or a path to the folder; UsageError with a suggestion for anything else.

        A folder of another course must be one that the user trusts.
        """
        path = Path(name)
        if os.path.exists(path / "exercise.toml"):
            path = path.resolve()
            if root_of(path) != self.root.resolve():
                demand_trust(root_of(path))
            return self.permitted(read_exercise(path))
        wanted = re.sub(r"^ex(\d)(?!\d)", r"ex0\1", name.rstrip("/").lower())
        matches = [e for e in self.folders if wanted in (e, e.partition("_")[0], e.partition("_")[2])]
        if len(matches) != 1:
            known = [*self.folders, *(e.partition("_")[0] for e in self.folders)]
            near = difflib.get_close_matches(wanted, known, 1)
            hint = f"did you mean {near[0]}?" if near else "`grader list` shows all exercises"
            raise UsageError(f"there is no exercise {name!r}", next=hint)
        return self.permitted(read_exercise(self.folders[matches[0]]))

    def permitted(self, exercise: Exercise) -> Exercise:
        """The exercise with all packages that a submission may import, its own among them."""
        if not self.packages:
            return exercise
        return replace(exercise, packages=tuple(dict.fromkeys((*self.packages, *map(top, exercise.extra)))))


def is_exercise(folder: Path) -> bool:
    """Whether this is an exercise's folder. CourseError for one that would be, had it an id for a name."""
    if not folder.is_dir():
        return False
    if ID.fullmatch(folder.name):
        return True
    if re.match(r"ex\d", folder.name) or (folder / "exercise.toml").is_file():
        advice = "rename the folder, or move it out of exercises/"
        raise CourseError(f"{folder.name!r} is no exercise id, which is {ID_WORDS}", str(folder), advice)
    return False


ELSEWHERE = "run `grader init DIR` to lay out the course in DIR, or where a command takes it say --course DIR"


def find_course(start: Path, named: bool = False) -> Course:
    """The nearest folder upward that has `exercises/`; UsageError that names `grader init` if there is none.

    Where it brings code, it must be one that the user trusts, unless they have just `named` it.
    """
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "exercises").is_dir():
            if not named:
                demand_trust(folder)
            return Course.load(folder)
    raise UsageError("no exercises/ here or above", str(start), ELSEWHERE)


def carried_course() -> Course:
    """The course as the installed package carries it, or the checkout's own where there is no package copy."""
    return Course.load(CARRIED if CARRIED.is_dir() else PACKAGE.parent)


def authored_course(start: Path) -> Course:
    """The author's course at or above `start`, which has solutions beside its exercises, else the carried one."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "exercises").is_dir():
            return Course.load(folder) if (folder / "solutions").is_dir() else carried_course()
    return carried_course()


def with_suite(exercise: Exercise) -> Exercise:
    """The exercise with its suite: a learner's workspace has none, so the carried course's is taken.

    A released exercise has its public tests or none.
    """
    if exercise.released or exercise.suite.is_dir():
        return exercise
    carried = carried_course()
    if exercise.id not in carried.folders:
        raise CourseError("this exercise has no suite", str(exercise.folder), "ask your instructor for the course")
    return carried.exercise(exercise.id)

"""The course: one folder of exercises, suites, solutions and quizzes, described by small TOML files."""

import difflib
import hashlib
import math
import os
import re
import tomllib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from grader.base.errors import CourseError, UsageError

PACKAGE = Path(__file__).parents[1]
CARRIED = PACKAGE / "_course"
TYPES: dict[str, type | tuple[type, ...]] = {
    "format": int, "title": str, "file": str, "minutes": int, "difficulty": int, "needs": list, "device": str,
    "limits": dict, "hints": list, "forbid": dict, "source_kb": int, "suite_seconds": (int, float),
}  # fmt: skip
LIMITS = {"seconds": 10.0, "total_seconds": 60.0, "memory_mb": 1024, "scratch_mb": 64, "output_kb": 64}


@dataclass(frozen=True)
class ExerciseLimits:
    """What one test (`seconds`) and one submission (`total_seconds`) may take, and what one examinee may use."""

    seconds: float = 10.0
    total_seconds: float = 60.0
    memory_mb: int = 1024
    scratch_mb: int = 64
    output_kb: int = 64


@dataclass(frozen=True)
class Exercise:
    """One exercise folder; everything but the suite itself, which only the examiner opens."""

    id: str
    folder: Path
    solution: Path
    title: str
    file: str
    minutes: int = 20
    difficulty: int = 1
    needs: tuple[str, ...] = ()
    device: str = "cpu"
    limits: ExerciseLimits = field(default_factory=ExerciseLimits)
    hints: tuple[str, ...] = ()
    forbid: tuple[str, ...] = ()
    forbid_effect: str = "advice"
    submission_cap: int = 1 << 20
    suite_seconds: float = 1.0

    @property
    def key(self) -> str:
        """`ex03` of `ex03_cutmix`: what people type."""
        return self.id.partition("_")[0]

    @property
    def stub(self) -> Path:
        return self.folder / self.file

    @property
    def suite(self) -> Path:
        return self.folder / "suite"

    @cached_property
    def mistakes(self) -> list[Path]:
        """Known wrong submissions, sorted by name."""
        return sorted((self.solution.parent / "mistakes").glob("*.py"))

    @cached_property
    def variants(self) -> list[Path]:
        """Right submissions that look unlike the solution."""
        return sorted((self.solution.parent / "variants").glob("*.py"))

    def digest(self) -> str:
        """A hash of all that decides a verdict on the course's side: suite, exercise.toml and solution."""
        digest = hashlib.sha256()
        for path in [*sorted(self.suite.glob("**/*.py")), self.folder / "exercise.toml", self.solution]:
            data = path.read_bytes() if path.exists() else b""
            digest.update(f"{path.name}:{len(data)}:".encode() + data)
        return digest.hexdigest()


@dataclass(frozen=True)
class Course:
    """All exercises by id, and the tracks that order them."""

    root: Path
    folders: dict[str, Path]
    tracks: tuple[dict[str, Any], ...] = ()

    @staticmethod
    def load(root: Path) -> "Course":
        """Reads `exercises/course.toml` and finds the folders; single exercises are read when asked for."""
        folder = root / "exercises"
        folders = {p.name: p for p in sorted(folder.glob("ex[0-9]*")) if p.is_dir()}
        path = folder / "course.toml"
        tracks: tuple[dict[str, Any], ...] = ()
        if path.exists():
            table = read_toml(path)
            if table.get("format") != 1:
                raise CourseError("`format` must be 1", str(path), "this grader reads course.toml of format 1")
            tracks = tuple(table.get("tracks", ()))
        return Course(root, folders, tracks)

    @property
    def order(self) -> list[str]:
        """Exercise ids in the tracks' order, then those in no track."""
        listed = [e for track in self.tracks for e in track.get("exercises", ())]
        return [e for e in listed if e in self.folders] + [e for e in self.folders if e not in listed]

    @cached_property
    def exercises(self) -> dict[str, Exercise]:
        """Every exercise, read."""
        return {name: self.exercise(name) for name in self.order}

    def exercise(self, name: str) -> Exercise:
        """`ex03`, `ex03_cutmix` or a path to the folder; UsageError with a suggestion for anything else."""
        path = Path(name)
        if os.path.exists(path / "exercise.toml"):
            return read_exercise(path.resolve())
        wanted = re.sub(r"^ex(\d)(?!\d)", r"ex0\1", name.rstrip("/").lower())
        matches = [e for e in self.folders if wanted in (e, e.partition("_")[0], e.partition("_")[2])]
        if len(matches) != 1:
            known = [*self.folders, *(e.partition("_")[0] for e in self.folders)]
            near = difflib.get_close_matches(wanted, known, 1)
            hint = f"did you mean {near[0]}?" if near else "`grader list` shows all exercises"
            raise UsageError(f"there is no exercise {name!r}", next=hint)
        return read_exercise(self.folders[matches[0]])


def find_course(start: Path) -> Course:
    """The nearest folder upward that has `exercises/`; UsageError that names `grader init` if there is none."""
    for folder in (start.resolve(), *start.resolve().parents):
        if (folder / "exercises").is_dir():
            return Course.load(folder)
    raise UsageError("no exercises/ here or above", str(start), "run `grader init DIR` to lay out the course in DIR")


def carried_course() -> Course:
    """The course as the installed package carries it, or the checkout's own where there is no package copy."""
    return Course.load(CARRIED if CARRIED.is_dir() else PACKAGE.parent)


def with_suite(exercise: Exercise) -> Exercise:
    """The exercise with its suite: a learner's workspace has none, so the carried course's is taken."""
    if exercise.suite.is_dir():
        return exercise
    carried = carried_course()
    if exercise.id not in carried.folders:
        raise CourseError("this exercise has no suite", str(exercise.folder), "ask your instructor for the course")
    return carried.exercise(exercise.id)


def read_toml(path: Path) -> dict[str, Any]:
    """A TOML file, or a CourseError that names the line."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CourseError(
            f"cannot be read: {error}", str(path), "mend the file; TOML is described at toml.io"
        ) from None
    except OSError as error:
        raise CourseError(f"cannot be read: {error.strerror}", str(path)) from None


def read_exercise(folder: Path) -> Exercise:
    """One exercise folder's `exercise.toml`, checked key by key."""
    path = folder / "exercise.toml"
    if not path.exists():  # a learner's workspace holds README and stub only
        carried = CARRIED / "exercises" / folder.name / "exercise.toml"
        path = carried if carried.exists() else PACKAGE.parent / "exercises" / folder.name / "exercise.toml"
    table = read_toml(path)
    for key, value in table.items():
        if key not in TYPES:
            near = difflib.get_close_matches(key, TYPES, 1)
            raise CourseError(f"unknown key `{key}`", str(path), f"did you mean `{near[0]}`?" if near else "")
        if not isinstance(value, TYPES[key]) or isinstance(value, bool):
            raise CourseError(f"`{key}` must be of type {getattr(TYPES[key], '__name__', '')}", str(path))
    for key in ("format", "title", "file"):
        if key not in table:
            raise CourseError(f"`{key}` is missing", str(path), "every exercise.toml has format, title and file")
    if table["format"] != 1:
        raise CourseError("`format` must be 1", str(path), "this grader reads exercise.toml of format 1")
    if not table["file"].endswith(".py") or "/" in table["file"]:
        raise CourseError("`file` must be the name of a Python file", str(path))
    if table.get("device", "cpu") not in ("cpu", "any"):
        raise CourseError('`device` must be "cpu" or "any"', str(path))
    forbid = table.get("forbid", {})
    return Exercise(
        id=folder.name,
        folder=folder,
        solution=folder.parents[1] / "solutions" / folder.name / table["file"],
        title=table["title"],
        file=table["file"],
        minutes=table.get("minutes", 20),
        difficulty=table.get("difficulty", 1),
        needs=tuple(table.get("needs", ())),
        device=table.get("device", "cpu"),
        limits=read_limits(table.get("limits", {}), path),
        hints=tuple(hint["text"] for hint in table.get("hints", ()) if isinstance(hint, dict) and "text" in hint),
        forbid=tuple(forbid.get("names", ())),
        forbid_effect=forbid.get("effect", "advice"),
        submission_cap=table.get("source_kb", 1024) << 10,
        suite_seconds=table.get("suite_seconds", 1.0),
    )


def read_limits(table: dict[str, Any], path: Path) -> ExerciseLimits:
    for key, value in table.items():
        if key not in LIMITS:
            near = difflib.get_close_matches(key, LIMITS, 1)
            raise CourseError(f"unknown key `limits.{key}`", str(path), f"did you mean `{near[0]}`?" if near else "")
        if not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 < value < math.inf:
            raise CourseError(f"`limits.{key}` must be a number above 0", str(path))
        if isinstance(LIMITS[key], int) and not isinstance(value, int):
            raise CourseError(f"`limits.{key}` must be a whole number", str(path))
    return ExerciseLimits(**table)

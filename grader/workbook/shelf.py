"""What the course holds for reading: its map, lessons, figures, exercise texts, by names that are looked up in lists.

No part of a request ever becomes a path: what is not in one of these lists does not exist.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypedDict

from markupsafe import Markup

from grader.course.course import Course, carried_course, with_suite
from grader.course.exercise import Exercise
from grader.course.progress import best_points, has_passed
from grader.course.state import PASSED, current, states
from grader.course.submission import Submission
from grader.demo.library import Demo
from grader.engine.alignment import Pair, side_by_side
from grader.quiz.format.library import Library, find_library, heading
from grader.workbook import prose

MARKS = {"not started": "○", "in progress": "◐", "passed": "✓"}
FIGURES = {
    ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
    ".webp": "image/webp",
}  # fmt: skip


@dataclass(frozen=True)
class Lesson:
    """A text of the course that is no exercise."""

    id: str
    title: str
    path: Path


class ExerciseLine(TypedDict):
    """An exercise on the map; `needs` are keys and ids, `mark` is the state as a sign."""

    id: str
    key: str
    title: str
    minutes: int
    difficulty: int
    state: str
    mark: str
    points: str
    needs: list[tuple[str, str]]
    demos: list[Demo]
    optional: bool


class QuizLine(TypedDict):
    id: str
    title: str
    state: str


class TrackLine(TypedDict):
    """A stage of the course; `passed` counts its exercises that are."""

    title: str
    goal: str
    quizzes: list[QuizLine]
    passed: int
    rows: list[ExerciseLine]


class CurrentExercise(TypedDict):
    id: str
    key: str
    title: str
    minutes: int
    state: str


class CourseMap(TypedDict):
    """The page of the course; `quizzes` are those of no stage, `now` is the exercise to go on with."""

    tracks: list[TrackLine]
    quizzes: list[QuizLine]
    lessons: list[Lesson]
    now: CurrentExercise | None


class Solved(TypedDict):
    """The solution as HTML, and the learner's lines beside its lines."""

    solution: Markup
    rows: list[Pair]


@dataclass(frozen=True)
class Shelf:
    """Course and quizzes of a workspace; what a workspace lacks is taken from the course that the package carries."""

    course: Course

    @cached_property
    def library(self) -> Library:
        return find_library(self.course.root)

    @cached_property
    def quizzes(self) -> dict[str, Path]:
        return {path.stem: path for path in self.library.paths}

    @cached_property
    def lessons(self) -> dict[str, Lesson]:
        found: dict[str, Lesson] = {}
        for root in (self.course.root, carried_course().root):
            folder = root / "exercises"
            for path in [folder / "README.md", *sorted((folder / "lessons").glob("*.md"))]:
                name = "overview" if path.name == "README.md" else path.stem
                if path.is_file() and name not in found:
                    text = path.read_text(encoding="utf-8")
                    found[name] = Lesson(name, prose.title(text) or name, path)
        return found

    @cached_property
    def figures(self) -> dict[str, Path]:
        """The pictures beside the quizzes and the lessons, by file name."""
        folders = {lesson.path.parent for lesson in self.lessons.values()}
        files = [*self.library.folder.rglob("*")]
        files += [file for folder in folders for file in (*folder.glob("figures/*"), *folder.glob("*.svg"))]
        return {file.name: file for file in files if file.suffix in FIGURES and file.is_file()}

    def link(self, target: str, base: str = "/", ext: str = "") -> str:
        """Where a link or picture of a text leads in the workbook; `#` for what has no page there."""
        path, _, fragment = target.partition("#")
        parts = Path(path).parts
        behind = f"#{fragment}" if fragment else ""
        for part in parts:
            if part in self.course.folders:
                return f"{base}exercise/{part}{ext}{behind}"
        name = parts[-1] if parts else ""
        if name in self.figures:
            return f"{base}figure/{name}"
        lesson = "overview" if name == "README.md" else name.removesuffix(".md")
        return f"{base}lesson/{lesson}{ext}{behind}" if lesson in self.lessons else "#"

    def text(self, path: Path, base: str = "/", ext: str = "") -> tuple[str, Markup, list[tuple[str, str]]]:
        """(heading, HTML, contents) of a Markdown file."""
        text = path.read_text(encoding="utf-8", errors="replace")
        html = prose.prose(text, lambda target: self.link(target, base, ext), drop_title=True)
        return prose.title(text), html, prose.headings(text)

    def readme(self, exercise: Exercise) -> Path:
        """The exercise's text: the workspace's, else the course's."""
        mine = exercise.folder / "README.md"
        return mine if mine.is_file() else with_suite(exercise).folder / "README.md"

    def map(self, demos: dict[str, list[Demo]]) -> CourseMap:
        """Everything the course map shows."""
        state, points = states(self.course), best_points(self.course.root)
        optional = {name for track in self.course.tracks for name in track.optional}
        keys = {exercise.key: exercise.id for exercise in self.course.exercises.values()}
        quizzes: list[QuizLine] = [
            {"id": name, "title": heading(path).title or name, "state": self.library.state(name)}
            for name, path in self.quizzes.items()
        ]
        tracks, listed, placed = [], set(), set()
        for track in self.course.tracks:
            names = [name for name in track.all if name in self.course.folders]
            own = [one for name in track.quizzes for one in quizzes if one["id"] == name]
            listed |= set(names)
            placed |= {one["id"] for one in own}
            tracks.append((track.title or track.id, track.goal, names, own))
        tracks.append(("More exercises", "", [name for name in self.course.order if name not in listed], []))
        rows: list[TrackLine] = [
            {"title": title, "goal": goal, "quizzes": own, "passed": sum(state[name] == PASSED for name in names),
             "rows": [self.row(self.course.exercises[name], state[name], points, keys, demos, name in optional)
                      for name in names]}
            for title, goal, names, own in tracks if names
        ]  # fmt: skip
        now = current(self.course)
        return {
            "tracks": rows,
            "quizzes": [one for one in quizzes if one["id"] not in placed],
            "lessons": list(self.lessons.values()),
            "now": None if now is None else now_line(now, state[now.id]),
        }

    def row(
        self, exercise: Exercise, state: str, points: dict[str, tuple[float, float]], keys: dict[str, str],
        demos: dict[str, list[Demo]], optional: bool,
    ) -> ExerciseLine:  # fmt: skip
        best = points.get(exercise.id)
        return {
            "id": exercise.id, "key": exercise.key, "title": exercise.title, "minutes": exercise.minutes,
            "difficulty": exercise.difficulty, "state": state, "mark": MARKS[state],
            "points": f"{best[0]:g} of {best[1]:g} points" if best else "",
            "needs": [(key, keys[key]) for key in exercise.needs if key in keys],
            "demos": demos.get(exercise.key, []), "optional": optional,
        }  # fmt: skip

    def solved(self, exercise: Exercise) -> Solved | None:
        """The solution and the difference, for whom this very file has passed all tests; None for all others."""
        try:
            submission = Submission.read(exercise.stub, exercise)
        except Exception:  # noqa: BLE001  gone, a link, too large: nothing to compare
            return None
        if exercise.released or not has_passed(self.course.root, exercise.id, submission.sha256):
            return None
        solution = Submission.solution(with_suite(exercise)).text(exercise)
        mine = submission.text(exercise)
        return {"solution": prose.python(solution), "rows": list(side_by_side(mine, solution))}


def now_line(exercise: Exercise, state: str) -> CurrentExercise:
    return {
        "id": exercise.id, "key": exercise.key, "title": exercise.title, "minutes": exercise.minutes, "state": state
    }  # fmt: skip


def by_exercise(demos: Iterable[Demo]) -> dict[str, list[Demo]]:
    """The demonstrations of each exercise, by its key."""
    found: dict[str, list[Demo]] = defaultdict(list)
    for demo in demos:
        for key in demo.exercises:
            found[key].append(demo)
    return found


def quiz_prose(text: str, base: str = "/") -> Markup:
    """A text of a quiz as HTML, its pictures among the workbook's figures."""

    def link(target: str) -> str:
        return f"{base}figure/{Path(target).name}" if Path(target).suffix in FIGURES else target

    return prose.prose(text, link)

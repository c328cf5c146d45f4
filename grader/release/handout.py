"""`grader release`: a course folder for learners, written beside its place and put there in one step."""

import json
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from grader.base.errors import CourseError, UsageError
from grader.base.text import counted
from grader.course.course import Course, Track
from grader.course.device import lacks_device, own_device
from grader.course.exercise import Exercise, read_exercise
from grader.course.notebook import name_of, notebook_of
from grader.course.packages import advice, top
from grader.course.submission import Submission
from grader.release.public_tests import PublicTests, public_tests

LINK = re.compile(r"!?\[[^\]]*\]\(<?([^)\s>]+)")
KEPT = (".png", ".svg", ".jpg", ".jpeg", ".gif", ".webp", ".csv", ".md", ".pdf")
"""What a README may bring along: pictures, tables and texts beside it, and no code."""
ORIGINAL = ".stub"
"""Where a released exercise keeps its stub as it came."""
Table = dict[str, Any]
"""The keys and values of a TOML table that is written."""
Mode = Literal["practice", "graded"]


@dataclass(frozen=True)
class HandedOut:
    """One exercise of a release and how many of its tests are public."""

    exercise: Exercise
    tests: PublicTests

    @property
    def unproven(self) -> bool:
        """Whether its public tests cannot be tried on the solution here, for want of a GPU."""
        return self.tests.count > 0 and lacks_device(self.exercise)


def hand_out(
    course: Course, exercises: Sequence[Exercise], quizzes: Sequence[tuple[str, Mode]], out: Path
) -> list[HandedOut]:
    """Writes the release; what was handed out of each exercise.

    UsageError where `out` holds anything or a unit cannot be released, CourseError where the public tests do not pass
    the solution by themselves; nothing is written then.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError("is not empty", str(out), "name a new folder: a release never overwrites a file")
    for folder in (course.root / "exercises", course.root / "quizzes", course.root / "solutions"):
        if out.resolve().is_relative_to(folder.resolve()):
            raise UsageError("lies inside the course's own folders", str(out), "choose an --out outside of them")
    for exercise in exercises:
        if exercise.released:
            raise UsageError("this is itself a release", str(exercise.folder), "release the author's course")
    done = [HandedOut(exercise, public_tests(exercise)) for exercise in exercises]
    names = {exercise.id for exercise in exercises}
    with beside(out) as new:
        for one in done:
            write_exercise(one, new, {exercise.key for exercise in exercises})
        write(new / "exercises" / "course.toml", toml(course_table(course, names, [name for name, _ in quizzes])))
        write(new / "exercises" / "README.md", overview(done, quizzes))
        write(new / ".gitignore", ".grader/\n")
        prove(done, new)
        for compiled in list(new.rglob("__pycache__")):  # left by the proof, with this machine's paths in them
            shutil.rmtree(compiled)
        write_quizzes(course, quizzes, new)
        if out.exists():
            out.rmdir()
        new.rename(out)
    return done


@contextmanager
def beside(out: Path) -> Iterator[Path]:
    """A folder beside `out` to fill; it is gone afterwards unless it was renamed."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        new = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        new.chmod(0o755)
    except OSError as error:
        raise UsageError(f"cannot be written: {error.strerror}", str(out), "choose another --out folder") from None
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def write_exercise(one: HandedOut, new: Path, keys: set[str]) -> None:
    """README with what it shows, stubs, `exercise.toml` without comments, public tests."""
    exercise, folder = one.exercise, new / "exercises" / one.exercise.id
    for stub in exercise.stubs:
        for place in (folder / stub.name, folder / ORIGINAL / stub.name):
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(stub.read_bytes())
    if exercise.notebook:
        (folder / name_of(exercise)).write_bytes(notebook_of(exercise))
    for name, data in exercise.given:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    readme = exercise.folder / "README.md"
    if readme.is_file():
        (folder / "README.md").write_bytes(readme.read_bytes())
        for path in shown_by(readme, exercise):
            place = folder / path.relative_to(exercise.folder.resolve())
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(path.read_bytes())
    write(folder / "exercise.toml", toml(exercise_table(exercise, keys)))
    for name, text in one.tests.files.items():
        write(folder / "suite" / name, text)


def shown_by(readme: Path, exercise: Exercise) -> list[Path]:
    """Pictures and texts that a README links to in its own folder."""
    found = []
    for target in LINK.findall(readme.read_text(encoding="utf-8", errors="replace")):
        path = (exercise.folder / target.partition("#")[0]).resolve()
        inside = path.is_relative_to(exercise.folder.resolve()) and not path.is_relative_to(exercise.suite.resolve())
        if inside and path.is_file() and path.suffix.lower() in KEPT and path.name != "README.md":
            found.append(path)
    return found


def write_quizzes(course: Course, quizzes: Iterable[tuple[str, Mode]], new: Path) -> None:
    from grader.quiz.format.reader import read_quiz
    from grader.quiz.score.release import write_release
    from grader.quiz.score.scoring import require_key

    folder = course.root / "quizzes"
    for name, mode in quizzes:
        quiz = read_quiz(folder / f"{name}.yaml")
        require_key(quiz)
        write_release(quiz, mode, new, folder)


def prove(handed: Sequence[HandedOut], new: Path) -> None:
    """Runs the public tests of the release on the solution, which a learner's machine will not have. CourseError."""
    for device in ("cpu", "cuda"):
        todo = [one for one in handed if one.tests.count and not one.unproven and own_device(one.exercise) == device]
        if todo:
            prove_on(device, todo, new)


def prove_on(device: str, handed: Sequence[HandedOut], new: Path) -> None:
    from grader.engine.examiner import Examiner
    from grader.sandbox import Sandbox

    with Sandbox(device) as sandbox, Examiner(sandbox) as examiner:
        for one in handed:
            released = read_exercise(new / "exercises" / one.exercise.id)
            solution = Submission.solution(one.exercise)
            record = examiner.grade(released, solution, secrets.randbelow(2**31), resemblance=False)
            failed = next((verdict for verdict in record.verdicts if not verdict.passed), None)
            if failed is not None:
                raise CourseError(
                    f"the public test {failed.name} does not pass the solution by itself: {failed.message}",
                    str(one.exercise.suite), "it may use a file or a name that cannot be seen in its code",
                )  # fmt: skip


def exercise_table(exercise: Exercise, keys: set[str]) -> Table:
    """`exercise.toml` as learners need it; its comments are the author's."""
    limits = exercise.limits
    lists = {"files": list(exercise.files), "packages": list(exercise.extra)}
    return {
        "format": 1, "released": True, "title": exercise.title, "file": exercise.file, "minutes": exercise.minutes,
        **{name: values for name, values in lists.items() if values},
        **({"notebook": True} if exercise.notebook else {}),
        "difficulty": exercise.difficulty, "needs": [key for key in exercise.needs if key in keys],
        "device": exercise.device, "source_kb": exercise.submission_cap >> 10, "limits": vars(limits),
        "tolerance": vars(exercise.tolerance),
        "hints": [{"text": text} for text in exercise.hints],
        **({"data": [vars(one) for one in exercise.data]} if exercise.data else {}),
        "forbid": {"names": list(exercise.forbid), "effect": exercise.forbid_effect},
    }  # fmt: skip


def course_table(course: Course, names: set[str], quizzes: Sequence[str]) -> Table:
    """`course.toml` with what is handed out of each part."""
    tracks = [part for track in course.tracks if (part := track_table(track, names, quizzes))]
    packages: Table = {"packages": list(course.packages)} if course.packages else {}
    assistant: Table = {} if course.assistant.allow else {"assistant": {"allow": False}}
    return {"format": 1, **packages, **assistant, "tracks": tracks}


def track_table(track: Track, names: set[str], quizzes: Sequence[str]) -> Table:
    parts = {
        "exercises": [name for name in track.exercises if name in names],
        "optional": [name for name in track.optional if name in names],
        "quizzes": [name for name in track.quizzes if name in quizzes],
    }
    return {"id": track.id, "title": track.title, "goal": track.goal, **parts} if any(parts.values()) else {}


def overview(handed: Sequence[HandedOut], quizzes: Sequence[tuple[str, Mode]]) -> str:
    """What lies here and what to type."""
    lines = ["# What to do", ""]
    for one in handed:
        tests = counted(one.tests.count, "public test")
        shown = tests if one.tests.count else "no public tests"
        book = f", [as a notebook]({one.exercise.id}/{name_of(one.exercise)})" if one.exercise.notebook else ""
        lines.append(f"- [{one.exercise.key}: {one.exercise.title}]({one.exercise.id}/README.md), {shown}{book}")
    lines += [f"- quiz `{name}`, {mode}: `grader quiz take {name}`" for name, mode in quizzes]
    for one in handed:
        if one.exercise.extra:
            lines += ["", f"{one.exercise.key} needs packages beyond torch: `{advice(map(top, one.exercise.extra))}`."]
    if handed:
        lines += ["", f"Edit the Python file beside each README, then `grader check {handed[0].exercise.key}`.",
                  "It runs the public tests only; your instructor's report runs all of them, and decides."]  # fmt: skip
    return "\n".join(lines) + "\n"


def toml(table: Table) -> str:
    """TOML of plain values, tables and lists of tables."""
    top = {name: value for name, value in table.items() if not inner(value)}
    text = "".join(f"{name} = {written(value)}\n" for name, value in top.items())
    for name, value in table.items():
        for part in value if inner(value) and isinstance(value, list) else [value] if inner(value) else []:
            head = f"[[{name}]]" if isinstance(value, list) else f"[{name}]"
            text += f"\n{head}\n" + "".join(f"{key} = {written(one)}\n" for key, one in part.items())
    return text


def inner(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(one, dict) for one in value))


def written(value: Any) -> str:
    """A value as JSON writes it, which is TOML too but for one control character."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")

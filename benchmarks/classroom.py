"""Made-up classes to measure with: files to grade, and gradebooks whose results are there already."""

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from grader.course.course import Course
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.deliveries import Delivery, deliver
from grader.report.gradebook.grades import Rules, Sheet, sheet
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Student, Work
from grader.report.gradebook.units import Conditions, Unit, Units

INSERT = "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
KEYS = ("ex01", "ex02", "ex03")
LOOP = "\n\ndef _spin():\n    while True:\n        pass\n\n\n_spin()\n"


def sources(course: Course, count: int, keys: tuple[str, ...] = KEYS, seed: int = 0) -> Iterator[tuple[str, Path, str]]:
    """(student, file inside the student's folder, source): half right, half wrong, no two alike, all of which end."""
    draw = random.Random(seed)
    pools = []
    for key in keys:
        exercise = course.exercise(key)
        right = [path.read_text(encoding="utf-8") for path in (exercise.solution, *exercise.variants)]
        pools.append((exercise, right, [exercise.mistake(path.stem).decode() for path in exercise.mistakes]))
    for number, (exercise, right, wrong) in zip(range(count), itertools.cycle(pools), strict=False):
        source = draw.choice(right if number // len(pools) % 2 else wrong)
        student = f"s{number // len(pools):05d}"
        yield student, Path(exercise.id) / exercise.file, f"{source}\n# handed in by {student}\n"


def write_class(course: Course, folder: Path, count: int, loops: int = 0, keys: tuple[str, ...] = KEYS) -> None:
    """Lays out `count` submissions, and `loops` more that never end."""
    for number, (student, path, source) in enumerate(sources(course, count + loops, keys)):
        file = folder / student / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(source + (LOOP if number >= count else ""), encoding="utf-8")


def with_results(course: Course, folder: Path, gradebook: Path, template: dict[str, Any], seed: int) -> None:
    """Stores a result for every file of a class laid out by `write_class`, as if it had been graded."""
    units = Units(course)
    conditions = Conditions(units, seed, "cpu")
    with Gradebook.open(gradebook) as book, book.transaction():
        book.put("seed", seed)
        for file in sorted(folder.glob("*/*/*.py")):
            unit, sha256 = file.parent.name, book.keep_source(file.read_bytes())
            key = conditions.key(unit, sha256)
            row = (key, 1, unit, sha256, template["outcome"], "A", "9", "12", json.dumps(template), None)
            book.connection.execute(INSERT, row)


def stored_class(book: Gradebook, students: int, exercises: int) -> Sheet:
    """A class whose results are in the gradebook: eight tests an exercise, failed with a message one time in four."""
    draw = random.Random(1)
    units = [
        Unit(f"ex{n:02d}_unit", f"ex{n:02d}", f"Exercise number {n}", "exercise", "") for n in range(1, exercises + 1)
    ]
    people = [Student(f"student{n:04d}", f"Family{n:04d}, Given", f"s{n}@example.org", True) for n in range(students)]
    works = []
    with book.transaction():
        book.put("seed", 1)
        book.put("rules", {"only": []})
        for student, unit in itertools.product(people, units):
            skill, key = draw.random(), f"{student.id}/{unit.id}"
            tests = [made_test(number, draw.random() < 0.5 + skill / 2) for number in range(8)]
            earned = sum(test["points"]["earned"] for test in tests)
            record = {
                "outcome": "passed" if earned == 8 else "failed", "points": {"earned": earned, "possible": 8},
                "tests": tests, "note": "", "tier": "A", "forced": False, "device": "cpu", "versions": {"torch": "2"},
                "max_error": 0.25, "resembles": None if earned > 4 else "a_known_mistake", "seed": 1,
            }  # fmt: skip
            measured = {
                "seconds": draw.lognormvariate(0, 0.3),
                "peak_mb": 400.0,
                "time_ratio": 1.1,
                "memory_ratio": 1.0,
            }
            row = (
                key,
                1,
                unit.id,
                key,
                record["outcome"],
                "A",
                str(earned),
                "8",
                json.dumps(record),
                json.dumps(measured),
            )
            book.connection.execute(INSERT, row)
            works.append(Work(student.id, unit.id, 1, f"{student.id}/file.py", "python", 0.0, key, key=key))
        kept.enroll(book, people)
        deliver(book, Delivery("class"), works, [])
    return sheet(units, people, works, [], book.standings(), Rules())


def made_test(number: int, passed: bool) -> dict[str, Any]:
    return {
        "name": f"test_{number}", "title": f"Requirement number {number} holds on every input that is allowed.",
        "outcome": "passed" if passed else "failed", "points": {"earned": int(passed), "possible": 1}, "frames": [],
        "message": "" if passed else "expected 0.71, saw 0.42 at [3] (wrong in 4 of 20 places, largest error 0.29)",
        "hint": "" if passed else "Which of the two does the label need?", "output": "",
    }  # fmt: skip

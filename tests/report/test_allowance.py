"""A few files that never end, or a few archives without end, keep no class waiting and cost nobody else a point."""

import json
import zipfile
from pathlib import Path

import pytest

from grader.base.errors import SubmissionError
from grader.course.course import Course, carried_course
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.units import Units
from grader.report.grading.allowance import SECONDS, Allowance, short_limits
from grader.report.intake.caps import FILES, MB, MEMBERS, Volume
from grader.report.intake.intake import Intake
from tests.report.conftest import RIGHT, Lay, run

GOOD = "def double(x):\n    return 2 * x\n"
MARKER = "raise SystemExit  # attempt {}\n"


def attempts(path: Path, count: int) -> None:
    """A zip of so many attempts, the last one right."""
    with zipfile.ZipFile(path, "w") as archive:
        for n in range(count):
            archive.writestr(f"{n:06d}/double.py", GOOD if n == count - 1 else MARKER.format(n))


def test_only_the_attempt_that_counts_is_graded(course: Path, lay: Lay, tmp_path: Path) -> None:
    """With `latest` the attempts of six downloads are one job, with `best` each is graded; the points are equal."""
    roots = [
        lay(f"download{n}", {"ann/double.py": GOOD if n == 5 else MARKER.format(n), "bo/double.py": GOOD})
        for n in range(6)
    ]
    for rule, graded in (("latest", 1), ("best", 6)):  # ann's last one is the same file as bo's
        out = tmp_path / rule
        done = run(*roots, "--out", out, "--course", course, "--seed", 1, "--jobs", 1, "--attempts", rule)
        assert f" {graded} graded now" in done.stdout
        lines = {s["id"]: s for s in json.loads((out / "report.json").read_text())["students"]}
        assert lines["ann"]["total"] == lines["bo"]["total"] == "2.00"


def test_a_student_with_too_many_files_is_refused_the_rest(course: Path, tmp_path: Path, lay: Lay) -> None:
    """Of an archive with thousands of files only the first are read, the refusal names the cap, others lose nothing."""
    root = lay("class", {"bo/double.py": GOOD})
    (root / "eve").mkdir()
    attempts(root / "eve" / "work.zip", 3000)
    units = Units(Course.load(course))
    with Gradebook.open(tmp_path / "book.sqlite") as book, book.transaction():
        intake = Intake(units.exercises.values(), units.quizzes, None, book)
        with intake.read_notebook:
            intake.take(root)
        works = intake.works()
    assert [w.student for w in works].count("bo") == 1
    assert 0 < [w.student for w in works].count("eve") <= FILES
    (refusal,) = [one for one in intake.refusals if f"more than {FILES} files" in one.reason]
    assert refusal.student == "eve"


def test_caps_are_each_students_own() -> None:
    """Files, members and bytes are counted per student, and the sentence names the cap that was met."""
    volume = Volume()
    volume.add(["ann"], files=FILES, size=MB << 20)
    volume.add(["bo"], files=1, members=1, size=1)
    with pytest.raises(SubmissionError, match=f"{FILES} files that exercises"):
        volume.add(["ann"], files=1)
    with pytest.raises(SubmissionError, match=f"{MB} MiB"):
        volume.add(["ann"], files=-1, size=1)
    with pytest.raises(SubmissionError, match="in archives"):
        volume.add(["carl"], members=MEMBERS + 1)


def test_who_used_up_their_time_has_short_limits(course: Path) -> None:
    """The allowance is a student's own; a file of two students has full limits while one of them has time left."""
    own = Allowance()
    own.charge(["eve", "mal"], SECONDS + 1)
    own.charge(["ann"], SECONDS / 2)
    assert own.used_up(["eve"]) and own.used_up(["eve", "mal"])
    assert not own.used_up(["eve", "ann"]) and not own.used_up(["bo"]) and not own.used_up([])
    exercise = Course.load(course).exercise("ex01")
    assert short_limits(exercise).total_seconds < exercise.limits.total_seconds


def test_what_five_students_can_cost_is_bounded() -> None:
    """Files of five students for every exercise, none of which ever ends, keep two workers for 20 minutes at most.

    By the examinees' own clocks: what is free, one file in each worker that began before it was used up, short limits.
    """
    exercises = carried_course().exercises.values()
    longest = max(exercise.limits.total_seconds for exercise in exercises)
    short = sum(short_limits(exercise).total_seconds for exercise in exercises)
    assert 5 * (SECONDS + 2 * longest + short) / 2 < 20 * 60
    assert all(short_limits(exercise).total_seconds <= exercise.limits.total_seconds for exercise in exercises)


def test_files_that_never_end_do_not_hold_up_a_class(course: Path) -> None:
    """After a student's time is used up, their right file still has all points and a loop is flagged and ends soon."""
    from grader.report.grading.workers import Job, Setup, Workers

    sources = {"loop": b"while True:\n    pass\n", "right": RIGHT.encode()}
    units = Units(Course.load(course))
    name = next(iter(units.exercises))
    jobs = [Job(key, name, key, f"{key}.py", ("eve",)) for key in ("loop", "right")]
    with Workers(Setup(course), units, 1) as workers:
        workers.allowance.charge(["eve"], SECONDS + 1)
        found = {job.key: answer for job, answer in workers.grade(jobs, sources.__getitem__)}
    assert found["right"]["record"]["outcome"] == "passed" and not found["right"]["record"]["flag"]
    assert found["loop"]["record"]["points"]["earned"] == 0 and "short limits" in found["loop"]["record"]["flag"]
    assert found["loop"]["spent"] < SECONDS / 2

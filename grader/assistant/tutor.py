"""The five things that an assistant may ask for. Names are looked up in lists and never become paths."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Lock

from grader.assistant import words
from grader.assistant.withheld import screened
from grader.base.errors import GraderError, SubmissionError, UsageError
from grader.base.regular import goes_through_link
from grader.base.text import visible
from grader.course.course import Course, carried_course, with_suite
from grader.course.device import choose_device
from grader.course.exercise import Exercise, read_exercise
from grader.course.progress import attempted, best_points, hinted, hints_shown, note_hint, note_result, substance
from grader.course.state import is_untouched, state
from grader.course.submission import Submission
from grader.engine.record import Record, from_dict
from grader.quiz.take.schedule import note_missed
from grader.server import client

NAME = re.compile(r"[a-z0-9_]{1,64}")
PATIENCE = 30.0  # seconds for a warm process that serves somebody else
CLOSED = ("A", "B")  # tiers in which code cannot read what lies on the machine; elsewhere what it prints is not told
OFF = "your instructor has switched the assistant off for this course"


def allowed(course: Course) -> bool:
    """Whether the course lets an assistant in; the installed course may forbid what a learner's copy would allow."""
    return course.assistant.allow and carried_course().assistant.allow


@dataclass
class Tutor:
    """Answers about one learner's course; the last record of each exercise is remembered."""

    root: Path
    records: dict[str, tuple[str, Record]] = field(default_factory=dict)  # with the digest of what was checked
    lock: Lock = field(default_factory=Lock)

    def answer(self, tool: str, arguments: dict[str, str]) -> str:
        """What a tool says. UsageError, SubmissionError or another GraderError where it can say nothing."""
        with self.lock:
            course = Course.load(self.root)
            if not allowed(course):
                raise UsageError(OFF)
            if tool == "list_exercises":
                return self.overview(course)
            exercise = lookup(course, arguments["exercise"])
            if tool == "check_exercise":
                return self.check(exercise)
            if tool == "explain_failure":
                return self.explain(exercise, arguments.get("test", ""))
            if tool == "next_hint":
                return self.hint(exercise)
            return self.own_file(exercise)

    def overview(self, course: Course) -> str:
        """Each exercise with its state and best points, in the course's order."""
        points = best_points(self.root)
        return "\n".join(words.row(one, state(one, points), points.get(one.id)) for one in course.exercises.values())

    def check(self, exercise: Exercise) -> str:
        """A check of the learner's file as it is now, test by test."""
        record = self.checked(exercise, again=True)
        return "\n".join(words.verdicts(exercise, record))

    def explain(self, exercise: Exercise, test: str) -> str:
        """One test that is not passed, in full: the one named, else the first."""
        record = self.checked(exercise)
        if record.outcome == "ungraded":
            return "\n".join(words.verdicts(exercise, record))
        failures = [verdict for verdict in record.verdicts if not verdict.passed]
        if not failures:
            return f"{exercise.key}: every test is passed, there is no failure to explain"
        named = [one for one in failures if test.strip().casefold() in (one.title.casefold(), one.name.casefold())]
        verdict = (named or failures)[0]
        told = [] if named or not test else ["no failed test has that name; this is the first that failed"]
        told.append(words.head(exercise, verdict))
        if verdict.outcome == "suite_error":
            return "\n".join([*told, words.FAULT])
        submission = self.read(exercise)
        source = submission.source.decode("utf-8", "replace")
        known = [*texts(exercise), submission.text(exercise)]
        told += screened(words.seen(verdict), self.root, known)
        told += words.own_lines(exercise, verdict, source)
        if record.tier in CLOSED:
            told += screened(words.printed(verdict), self.root, known)
        return "\n".join(told)

    def hint(self, exercise: Exercise) -> str:
        """The next hint, if the learner tried something since the last one."""
        submission, total = self.read(exercise), len(exercise.hints)
        shown = hints_shown(self.root, exercise.id)
        if shown >= total:
            return f"{exercise.key}: all {total} hints were given"
        if is_untouched(exercise, submission.source, submission.files):
            raise UsageError(
                f"{exercise.key} is not started", next="hints come after a first attempt of the learner's own"
            )
        if testable(exercise) and not self.was_checked(exercise, submission.sha256):
            raise UsageError(
                f"{exercise.file} as it is now was not checked", next="check it first, then ask for a hint"
            )
        best = best_points(self.root).get(exercise.id)
        if best and best[0] == best[1]:
            return f"{exercise.key} is passed: no hint is needed"
        if substance(submission.code(exercise)) in hinted(self.root, exercise.id):
            raise UsageError(
                "no new attempt since the last hint",
                next=f"the learner changes {exercise.file} and checks it, then asks again",
            )
        note_hint(self.root, exercise, shown + 1, "assistant")
        return f"hint {shown + 1} of {total}: {exercise.hints[shown]}"

    def was_checked(self, exercise: Exercise, sha256: str) -> bool:
        """Whether the file was checked as it is now, here or by the learner; a check that could not grade it counts."""
        last = self.records.get(exercise.id)
        return sha256 in (attempted(self.root, exercise.id), last[1].sha256 if last else "")

    def own_file(self, exercise: Exercise) -> str:
        """The learner's file, or files, and nothing else."""
        return visible(self.read(exercise).text(exercise))

    def read(self, exercise: Exercise) -> Submission:
        """The learner's file of an exercise, by no other path and through no link."""
        if goes_through_link(self.root, ("exercises", exercise.id, exercise.file)):
            raise SubmissionError(f"{exercise.file} is reached by a link", next="put the file itself there")
        return Submission.read(exercise.stub, exercise)

    def checked(self, exercise: Exercise, again: bool = False) -> Record:
        """The record of the learner's file as it is now: by the warm process, and remembered like any other check."""
        if not testable(exercise):
            raise UsageError(f"{exercise.key} has no public tests", next="the instructor's report decides")
        submission = self.read(exercise)
        if is_untouched(exercise, submission.source, submission.files):
            raise UsageError(f"{exercise.key} is not started", next=f"the learner writes code in {exercise.file} first")
        known = self.records.get(exercise.id)
        if known is not None and known[0] == submission.digest and not again:
            return known[1]
        record = grade(exercise, submission)
        self.records[exercise.id] = submission.digest, record
        if record.outcome != "ungraded":
            note_result(self.root, exercise.id, record.earned, record.possible, record.sha256)
            if record.resembles:
                note_missed(self.root, [f"{exercise.key}/{record.resembles}"], date.today())
        return record


def testable(exercise: Exercise) -> bool:
    """Whether a check can say anything here: a release may have no public tests."""
    return not exercise.released or exercise.suite.is_dir()


def lookup(course: Course, name: str) -> Exercise:
    """The exercise of an id, a key (`ex03`) or a slug. UsageError for anything else, whatever it looks like."""
    wanted = re.sub(r"^ex(\d)(?!\d)", r"ex0\1", name.strip().lower()) if len(name) <= 64 else ""
    found = [one for one in course.folders if wanted in (one, one.partition("_")[0], one.partition("_")[2])]
    if not NAME.fullmatch(wanted) or len(found) != 1:
        raise UsageError("there is no exercise of this name", next="list_exercises names them all")
    return course.permitted(read_exercise(course.folders[found[0]]))


def grade(exercise: Exercise, submission: Submission) -> Record:
    """One check by the warm process."""
    full = with_suite(exercise)
    device = choose_device("auto", exercise)
    asked = (full.folder, submission.source, submission.path, None, device, None, (), submission.files)
    try:
        for event in client.events(*asked, exercise.packages, patience=PATIENCE):
            if event["event"] == "record":
                return from_dict(event["record"])
            if event["event"] == "error":
                kind = SubmissionError if event["code"] == SubmissionError.exit_code else GraderError
                raise kind(event["what"], event["where"], event["next"])
    except (client.Busy, OSError, ValueError):
        pass
    raise UsageError(
        "the warm process is busy or cannot be started", next="the learner may run `grader check` in a terminal"
    )


def texts(exercise: Exercise) -> list[str]:
    """What every learner has of an exercise: its text and its stub as it came."""
    names = (exercise.file, *exercise.files)
    found = [exercise.folder / "README.md", *(exercise.folder / ".stub" / name for name in names)]
    original = carried_course().folders.get(exercise.id)
    found += [original / name for name in (*names, "README.md")] if original else []
    return [path.read_text(encoding="utf-8", errors="replace") for path in found if path.is_file()]

"""One check for a notebook: by the warm process if there is one to be had, else by a sandbox of its own."""

import base64
import json
import subprocess
from datetime import date
from typing import Any

from grader.base.errors import GraderError
from grader.base.isolation import environment, python
from grader.base.temporary import TemporaryFolder
from grader.commands.checking import warmly
from grader.course.device import choose_device
from grader.course.exercise import Exercise
from grader.course.progress import note_result
from grader.course.submission import Submission
from grader.engine.record import Record, from_dict
from grader.quiz.take.schedule import note_missed
from grader.server import client


def graded(
    mine: Exercise, exercise: Exercise, submission: Submission, seed: int | None, tests: tuple[str, ...], watch: Any,
    kept: bool,
) -> Record:  # fmt: skip
    """The record, which counts for the learner's progress where the course is theirs (`kept`)."""
    device = choose_device("auto", exercise)
    record = warmly(exercise, submission, seed, device, None, tests, watch)
    if record is None:
        record = graded_apart(mine, submission, seed, tests)
        for verdict in record.verdicts:
            watch(verdict.name, verdict)
    if kept and not tests and record.outcome != "ungraded":
        root = mine.folder.parents[1]
        note_result(root, mine.id, record.earned, record.possible, record.sha256)
        if record.resembles:
            note_missed(root, [f"{mine.key}/{record.resembles}"], date.today())
    return record


def graded_apart(mine: Exercise, submission: Submission, seed: int | None, tests: tuple[str, ...]) -> Record:
    """The record from a process of its own: a suite never runs in the kernel, where a learner's code has been."""
    with TemporaryFolder() as folder:
        path = folder / mine.file
        path.write_bytes(submission.source)
        for name, data in submission.files:
            (folder / name).write_bytes(data)
        words = ["check", str(mine.folder), "--json", "--no-keep-warm", "--submission", str(path)]
        words += [] if seed is None else ["--seed", str(seed)]
        words += [word for name in tests for word in ("--test", name)]
        done = subprocess.run(python("grader.__main__", *words), env=environment(), capture_output=True, check=False)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise GraderError("the check ended without a verdict", next="run `grader doctor`") from None
    if "error" in answer:
        error = answer["error"]
        raise GraderError(error["what"], error.get("where", ""), error.get("next", ""))
    return from_dict(answer)


def drawn(exercise: Exercise, submission: Submission, seed: int) -> bytes | None:
    """The picture of the submission's output beside the solution's; None without one, or without a warm process."""
    if not (exercise.folder / "picture.py").exists():
        return None
    device = choose_device("auto", exercise)
    try:
        asked = (exercise.folder, submission.source, submission.path, seed, device, None, (), submission.files)
        for event in client.events(*asked, exercise.packages, want="picture"):
            if event["event"] == "picture" and event["png"]:
                return base64.b64decode(event["png"])
    except (client.Busy, OSError, ValueError):
        pass
    return None

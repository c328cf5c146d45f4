"""What is compared with the solution is the submission itself."""

from collections import Counter
from typing import Any

from grader.course.course import carried_course
from grader.course.submission import Submission
from grader.engine.comparison import compared, packages, time_ratio
from grader.engine.examiner import Examiner
from grader.sandbox import Limits, Reply, Sandbox

from .conftest import Counted


class Noted(Counted):
    """A sandbox that notes whose code was asked what, and whether by a process that may answer again."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(sandbox)
        self.asked: list[tuple[bytes, str, bool]] = []

    def run(self, request: dict[str, Any], limits: Limits, *rest: Any) -> Reply:
        self.asked.append((request["source"], request["function"], bool(rest[1:2] and rest[1])))
        return super().run(request, limits, *rest)


def test_a_submission_that_resembles_a_mistake_is_compared_itself(warm: Sandbox) -> None:
    """The search for known mistakes runs their code too; the rows still hold the answers of what was handed in."""
    exercise = carried_course().exercise("ex07")
    source = (exercise.solution.parent / "mistakes" / "unbiased_variance.py").read_bytes() + b"\n# handed in\n"
    with Examiner(warm) as examiner:
        comparison = compared(examiner, exercise, Submission.of(source, exercise.file), 0)
        assert examiner.now is not None
        assert examiner.now.submission.source == source

    assert comparison.record.resembles == "unbiased_variance"
    assert any(row.error for row in comparison.rows), "an answer differs from the solution's"


def test_times_are_those_of_the_same_work(warm: Sandbox) -> None:
    """For the ratio both codes are asked the same questions, equally often and by processes of the same kind."""
    exercise = carried_course().exercise("ex07")
    source = exercise.solution.read_bytes() + b"\n# handed in\n"
    noted = Noted(warm)
    with Examiner(noted) as examiner:  # type: ignore[arg-type]
        examiner.grade(exercise, Submission.of(source, exercise.file), 0)
        assert examiner.now is not None
        questions, noted.asked = examiner.now.submission.asked, []
        assert time_ratio(examiner, exercise, Submission.of(source, exercise.file), 0, questions) is not None
    theirs = exercise.solution.read_bytes()
    asked = {
        whose: Counter((name, kept) for one, name, kept in noted.asked if one == whose) for whose in (source, theirs)
    }

    assert asked[source] == asked[theirs]
    assert asked[source].total() == len(noted.asked) / 2 >= len(questions)


def test_what_is_random_by_design_is_no_difference(warm: Sandbox) -> None:
    """Right code that draws its numbers in another order differs only where the solution differs from itself."""
    exercise = carried_course().exercise("ex16")
    source = exercise.solution.read_text(encoding="utf-8")
    other = source.replace("torch.rand", "torch.rand(3).sum().mul(0) + torch.rand")
    assert other != source
    known: dict[str, bool] = {}
    with Examiner(warm) as examiner:
        comparison = compared(examiner, exercise, Submission.of(other.encode(), exercise.file), 0, known=known)
        assert comparison.record.outcome == "passed"
        differing = [row for row in comparison.rows if row.error]
        assert differing and all(row.random for row in differing)
        assert comparison.max_error == 0 and comparison.chance and not comparison.random
        asked = dict(known)
        compared(examiner, exercise, Submission.of(source.encode(), exercise.file), 0, known=known)
        assert asked.items() <= known.items() and len(known) <= len(asked) + 2, "what is known is not asked again"


def test_loading_a_package_is_not_the_codes_own_time(warm: Sandbox) -> None:
    """The seconds of a submission hold its import only where it imports nothing that the solution does not."""
    exercise = carried_course().exercise("ex07")
    solution = exercise.solution.read_bytes()
    with Examiner(warm) as examiner:
        for source, counted in ((b"import statistics\n" + solution, False), (b"\n" + solution, True)):
            comparison = compared(examiner, exercise, Submission.of(source, exercise.file), 0)
            assert examiner.now is not None
            mine = examiner.now.submission
            assert mine.loading > 0 and comparison.seconds == mine.seconds() + counted * mine.loading
    assert packages(b"import torch.nn as nn, os\n  from math import pi\nx = 'import y'\n") == {"torch", "math"}

"""How long the files of one student may keep a report busy: a class never waits for a few files that never end.

A student's submissions may together take `SECONDS` more of their own clocks than the authors say their suites take.
What is graded after that has short limits: a multiple of the suite's own seconds, which one timeout uses up. Right code
does not notice; code that would use its full limits in every exercise no longer can.
"""

from collections.abc import Iterable
from dataclasses import replace

from grader.course.exercise import Exercise, ExerciseLimits

SECONDS = 20.0
LEAST = 2.0  # seconds that a submission has in any case
SUITES = 2.0  # times what the author says the suite takes
NOTE = (
    "graded with short limits, because files of the same student had taken "
    f"{SECONDS:g} s more than their tests need; `grader report --student ... --regrade` grades them alone"
)


class Allowance:
    """What each student's submissions have taken in this report beyond what their suites take."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = {}

    def charge(self, students: Iterable[str], seconds: float) -> None:
        """Notes that a submission handed in by all these students took so long."""
        for student in students:
            self.taken[student] = self.taken.get(student, 0.0) + seconds

    def used_up(self, students: Iterable[str]) -> bool:
        """Whether a submission gets short limits: everybody who handed it in has used up what they may."""
        taken = [self.taken.get(student, 0.0) for student in students]
        return bool(taken) and min(taken) > SECONDS


def short_limits(exercise: Exercise) -> ExerciseLimits:
    """The limits of a submission whose student has used up what they may."""
    total = max(LEAST, SUITES * exercise.suite_seconds)
    return replace(exercise.limits, total_seconds=min(total, exercise.limits.total_seconds))

"""Whose fault it is that a submission could not be graded: its own if it happens again, and not with the solution.

Ungraded work is left out of a student's total, so that a file which makes the grader fail on purpose would pay.
"""

from collections.abc import Callable
from dataclasses import replace

from grader.engine.record import Record
from grader.report.gradebook import records as kept

FLAG = "grading this file failed again and again while the reference solution was graded without trouble: please look"
Grade = Callable[[bytes], Record]


def resolve_fault(record: Record, source: bytes, solution: bytes, grade: Grade) -> Record:
    """The record itself, a better one from a second try, or one in which what could not be judged earns nothing.

    `grade` grades a source for the same exercise under the same seed. A record stays ungraded if the solution, too,
    cannot be graded now: then it is the machine's fault, or the course's.
    """
    if record.outcome != "ungraded" or grade(solution).outcome != "passed":
        return record
    again = grade(source)
    if again.outcome != "ungraded":
        return again
    return blame_submission(again)


def blame_submission(record: Record) -> Record:
    """The record with every test that could not be judged as not passed, and a flag for the instructor."""
    verdicts = tuple(
        replace(v, outcome="crashed", earned=0, message=f"this file made the grader fail: {v.message}")
        if v.outcome == "suite_error"
        else v
        for v in record.verdicts
    )
    return replace(record, verdicts=verdicts, flag=FLAG)


def zero_points(solution: kept.Record, reason: str) -> kept.Record:
    """The record of a submission at which grading processes die, from the solution's record as plain data."""
    tests: list[kept.TestRecord] = [
        {**test, "outcome": "crashed", "message": reason, "points": {**test["points"], "earned": 0}}
        for test in solution["tests"]
    ]
    points: kept.Points = {**solution["points"], "earned": 0}
    return {**solution, "outcome": "failed", "points": points, "tests": tests, "flag": FLAG}

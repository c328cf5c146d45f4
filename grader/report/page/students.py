"""The instructor's page of one student: what the feedback says, and beside it every attempt, flags and numbers."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypedDict

from grader.report.gradebook.cells import Standings, shown
from grader.report.gradebook.grades import Row
from grader.report.gradebook.submissions import Work
from grader.report.page.comparison import number
from grader.report.page.schema import Result
from grader.report.page.views import Shelf, when


class AttemptView(TypedDict):
    """One file that was handed in for a unit; `points` are before the late policy."""

    number: int
    path: str
    when: str
    points: str
    rule: str
    counts: bool


class Extra(TypedDict):
    """What the instructor sees of one unit beyond the feedback."""

    attempts: list[AttemptView]
    flag: str
    beside: str


def extras(
    row: Row, shelf: Shelf, works: Iterable[Work], standings: Standings, results: Mapping[tuple[str, str], Result]
) -> list[Extra]:
    """For each unit, in order; `works` are all attempts of the student."""
    mine = list(works)
    found: list[Extra] = []
    for unit in shelf.units:
        result = results.get((row.student.id, unit.id))
        counted = row.cells[unit.id].work
        attempts = [attempt(work, counted, shelf, standings) for work in mine if work.unit == unit.id]
        found.append({
            "attempts": attempts, "flag": result["flag"] if result else "", "beside": beside(result) if result else "",
        })  # fmt: skip
    return found


def attempt(work: Work, counted: Work | None, shelf: Shelf, standings: Standings) -> AttemptView:
    outcome, earned, possible = standings.get(work.key, ("", Fraction(0), Fraction(0)))
    return {
        "number": work.attempt,
        "path": work.path,
        "when": when(work, shelf.zone) or (f"late, says {work.clock or 'the LMS'}" if work.late else ""),
        "points": f"{shown(earned)} of {shown(possible)}" if outcome not in ("", "ungraded") else "not graded",
        "rule": work.rule + (", by likeness" if work.likeness else ""),
        "counts": counted is not None and work.attempt == counted.attempt,
    }


def beside(result: Result) -> str:
    """The submission beside the solution, and what it took, in a line."""
    found = []
    if result["random"]:
        found.append("answers are random by design")
    if result["chance"] and not result["random"]:
        found.append(f"{result['chance']} questions are random by design")
    if not result["random"] and result["compared"] and result["max_error"] is not None:
        found.append(f"largest difference to the solution's answers {number(result['max_error'])}")
    measured = result["measured"]
    if measured.get("own_seconds") is not None:
        found.append(f"{measured['own_seconds']:.2f} s of its own")
    if measured.get("time_ratio") is not None:
        found.append(f"{measured['time_ratio']:.2f} × the solution's time")
    if measured.get("peak_mb"):
        found.append(f"{measured['peak_mb']:.0f} MB at most")
    text = "; ".join(found)
    return f"{text[:1].upper()}{text[1:]}." if text else ""

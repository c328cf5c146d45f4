"""Results as Gradescope's autograder writes them: of a whole report, and of one student in an autograder."""

import json
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TypedDict

from grader.base.text import file_name
from grader.report.gradebook.grades import Cell, Row, shown
from grader.report.gradebook.records import Record
from grader.report.gradebook.units import Unit
from grader.report.handback.handover import Handover


class TestResult(TypedDict, total=False):
    """One line of Gradescope's list of tests."""

    name: str
    score: float
    max_score: float
    status: str
    output: str
    output_format: str
    visibility: str


class Results(TypedDict, total=False):
    """`results.json`: what Gradescope reads of an autograder."""

    score: float
    output: str
    output_format: str
    visibility: str
    stdout_visibility: str
    tests: list[TestResult]


def gradescope(hand: Handover) -> Iterable[tuple[str, str | bytes]]:
    """`gradescope/<student>/results.json` for each student."""
    for row in hand.sheet.rows:
        text = written(gradescope_results(row, hand.sheet.units, hand.records(row)))
        yield f"gradescope/{file_name(row.student.id)}/results.json", text


def gradescope_results(
    row: Row, units: Iterable[Unit], records: dict[str, Record], worth: Mapping[str, Fraction] | None = None
) -> Results:
    """One student's results, as Gradescope's autograder writes them: one test per unit's test or question.

    Where `worth` says what a unit is worth, one that was not handed in is a test of 0 points.
    """
    tests: list[TestResult] = []
    notes_of_authors: list[str] = []
    for unit in units:
        cell = row.cells[unit.id]
        record = records.get(unit.id)
        if cell.state != "graded" or record is None:
            missing: TestResult = {
                "name": unit.title, "output": cell.note, "output_format": "text", "visibility": "visible"
            }  # fmt: skip
            if worth:
                missing |= {"score": float(cell.earned or 0), "max_score": float(worth[unit.id])}
            tests.append(missing)
        else:
            tests += entries(unit, cell, record)
            notes_of_authors += [f"{unit.key}: {words}"] if (words := record.get("told")) else []
    notes = "\n".join(filter(None, ["; ".join(row.notes), *notes_of_authors]))
    results: Results = {
        "output": notes, "output_format": "text", "visibility": "after_published", "tests": tests
    }  # fmt: skip
    if row.total is not None:
        results["score"] = float(shown(row.total))
    return results


def written(results: Results) -> str:
    """The text of `results.json`."""
    return json.dumps(results, indent=1, sort_keys=True) + "\n"


def entries(unit: Unit, cell: Cell, record: Record) -> Iterable[TestResult]:
    """The tests of one unit; a line of its own takes off what lateness costs."""
    raw = Fraction(0)
    for test in record.get("tests", ()):
        earned = Fraction(str(test["points"]["earned"]))
        raw += earned
        yield entry(f"{unit.key}: {test['title']}", earned, test["points"]["possible"], test["message"])
    if record.get("concealed"):
        raw = Fraction(record["points"]["earned"])
        yield entry(unit.title, raw, record["points"]["possible"], record["note"])
    for question in () if record.get("concealed") else record.get("questions", ()):
        earned = Fraction(question["points"] or 0)
        raw += earned
        yield entry(f"{unit.key}: {question['id']}", earned, question["possible"], question["status"])
    if cell.earned is not None and cell.earned != raw:
        yield {
            "name": f"{unit.key}: {cell.note or 'counted'}",
            "score": float(cell.earned - raw),
            "visibility": "visible",
        }


def entry(name: str, earned: Fraction, possible: float | str, output: str) -> TestResult:
    passed = "passed" if earned == Fraction(str(possible)) else "failed"
    return {"name": name, "score": float(earned), "max_score": float(Fraction(str(possible))), "status": passed,
            "output": output, "output_format": "text", "visibility": "visible"}  # fmt: skip

"""Submissions beside the reference solution: largest difference, time and memory ratio, as in `grader compare`."""

import statistics
from collections.abc import Mapping

from grader.report.gradebook.grades import Sheet
from grader.report.page.exports import columns_of, table
from grader.report.page.schema import BesideLine, Result

SAME = 1e-5  # up to this two answers are the same, as in `grader.engine.comparison`
Results = Mapping[tuple[str, str], Result]


def comparison_csv(sheet: Sheet, results: Results, measurements: bool) -> str:
    """One line per student and exercise; what cannot be compared is empty."""
    known = columns_of(sheet)
    head = ["student", *known, "exercise", "largest difference"]
    rows = [head + (["time ratio", "memory ratio"] if measurements else [])]
    for row in sheet.rows:
        for unit in sheet.units:
            result = results.get((row.student.id, unit.id))
            if result is None or not result["compared"]:
                continue
            numbers = [result["max_error"]]
            if measurements:
                numbers += [result["measured"].get("time_ratio"), result["measured"].get("memory_ratio")]
            who = [row.student.id, *(getattr(row.student, kind) for kind in known)]
            rows.append([*who, unit.key, *(number(value) for value in numbers)])
    return table(rows)


def beside(sheet: Sheet, results: Results, measurements: bool) -> list[BesideLine]:
    """One line per exercise: how many were compared, how many answered as the solution does, and medians."""
    lines: list[BesideLine] = []
    for unit in sheet.units:
        mine = [result for (_, name), result in sorted(results.items()) if name == unit.id and result["compared"]]
        if not mine:
            continue
        errors = [one["max_error"] for one in mine if one["max_error"] is not None]
        line: BesideLine = {
            "unit": unit.key,
            "compared": len(errors),
            "random": all(one["random"] for one in mine),
            "chance": max((one["chance"] for one in mine), key=lambda text: int(text.rpartition(" ")[2] or 0)),
            "same": sum(error <= SAME for error in errors),
            "median_error": number(statistics.median(errors)) if errors else "–",
        }
        if measurements:
            line["measured"] = {
                "time": times([one["measured"].get("time_ratio") for one in mine]),
                "memory": times([one["measured"].get("memory_ratio") for one in mine]),
            }
        lines.append(line)
    return lines


def times(values: list[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{statistics.median(known):.2f} ×" if known else "–"


def number(value: float | None) -> str:
    """Three digits; empty for None."""
    return "" if value is None else f"{value:.3g}"

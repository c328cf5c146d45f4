"""Which known mistake a submission resembles: the pattern of its outcomes beside those of the course's mistakes."""

import json
from dataclasses import replace

from grader.course import Exercise
from grader.record import Record


def resembled(record: Record, exercise: Exercise) -> Record:
    """The record with `resembles` filled in, if one known mistake's pattern of outcomes fits best and well."""
    path = exercise.solution.parent / "mistakes" / "patterns.json"
    wrong = {v.name for v in record.verdicts if v.outcome in ("failed", "error")}
    if not wrong or len(wrong) == len(record.verdicts) or not path.exists():
        return record
    patterns: dict[str, dict[str, list[str]]] = json.loads(path.read_text(encoding="utf-8"))
    fits = sorted(((likeness(wrong, tests), name) for name, tests in patterns.items()), reverse=True)
    if not fits or fits[0][0] < 0.6 or (len(fits) > 1 and fits[0][0] == fits[1][0]):
        return record
    return replace(record, resembles=fits[0][1])


def likeness(wrong: set[str], pattern: dict[str, list[str]]) -> float:
    """Share of agreement between failing tests and a mistake's pattern; 0 if a test that always fails for it passed."""
    always, sometimes = set(pattern["always"]), set(pattern["sometimes"])
    if not always or always - wrong:
        return 0.0
    return len(wrong & (always | sometimes)) / len(wrong | always)

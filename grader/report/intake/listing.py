"""The whole intake as a table: every file with its student, unit, time and the rule that took it or left it out."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from grader.base.text import cell, visible
from grader.report.gradebook.submissions import Refusal, Student, Work

HEADER = ("student", "name", "unit", "file", "time", "clock", "counts", "rule")
WIDTHS = (24, 0, 12, 56, 24, 0, 8, 72)


@dataclass(frozen=True)
class Line:
    """One file of the intake. `counts`: yes, earlier (another attempt is later), travels (beside a file), or no."""

    student: str
    name: str
    unit: str
    file: str
    time: str
    clock: str
    counts: str
    rule: str


def lines_of(
    students: Mapping[str, Student], works: Iterable[Work], refusals: Iterable[Refusal], keys: Mapping[str, str],
    zone: tzinfo | None,
) -> list[Line]:  # fmt: skip
    """A line for every file, by student; one for every student of whom there is none."""
    every = list(works)
    last = {(work.student, work.unit): work.attempt for work in every}
    found = []
    listed = any(one.enrolled for one in students.values())
    for work in every:
        counts = "yes" if work.attempt == last[work.student, work.unit] else "earlier"
        rule = work.rule + (", by likeness" if work.likeness else "")
        rule += "; not on the roster" if listed and not students[work.student].enrolled else ""
        time, clock = time_text(work, zone), work.clock or "time unknown"
        name = students[work.student].name
        found.append(Line(work.student, name, keys[work.unit], work.path, time, clock, counts, rule))
        beside = f"lies beside {work.path.rpartition('/')[2]}"
        found += [Line(work.student, name, keys[work.unit], one, "", "", "travels", beside) for one in work.files]
    for one in refusals:
        name = students[one.student].name if one.student in students else ""
        found.append(Line(one.student or "?", name, keys.get(one.unit, ""), one.path, "", "", "no", one.reason))
    met = {one.student for one in found}
    absent = [student for student in students.values() if student.id not in met]
    found += [Line(one.id, one.name, "", "", "", "", "no", "handed in nothing") for one in absent]
    return sorted(found, key=lambda one: (one.student.casefold(), one.unit, one.file))


def time_text(work: Work, zone: tzinfo | None) -> str:
    """The time of a work in words, with its zone; without one an LMS's mark, or that nobody knows it."""
    if work.time is None:
        return "late" if work.late else "" if work.clock else "unknown"
    try:
        return datetime.fromtimestamp(work.time, zone).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S%z")
    except (OverflowError, ValueError, OSError):
        return ""


def as_csv(lines: Iterable[Line]) -> str:
    """The table for a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows([cell(visible(getattr(one, title))) for title in HEADER] for one in lines)
    return out.getvalue()


def as_text(lines: Iterable[Line]) -> str:
    """The table for a terminal, in columns, the longest texts cut."""
    titles = [title for title, width in zip(HEADER, WIDTHS, strict=True) if width]
    rows = [titles, *([visible(getattr(one, title)) for title in titles] for one in lines)]
    most = [width for width in WIDTHS if width]
    widths = [min(limit, max(len(row[at]) for row in rows)) for at, limit in enumerate(most)]
    cut = ("  ".join(fit(text, width) for text, width in zip(row, widths, strict=True)) for row in rows)
    return "".join(f"{text.rstrip()}\n" for text in cut)


def fit(text: str, width: int) -> str:
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)

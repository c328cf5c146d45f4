"""When something was handed in, by the LMS's own record: nothing that a student can set, unless somebody says so.

Canvas marks a late file in its name and has the time in its API and in submission CSVs (`--times`); Moodle's worksheet
has "Last modified (submission)"; Gradescope, Brightspace and Blackboard write the time beside the work; a git checkout
has that of its last commit, GitHub that of the push (`--pushed`). The times of zip entries and files come last, with
`--trust-file-times` only.
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path
from typing import Any

from grader.base.errors import UsageError
from grader.base.text import line
from grader.report.gradebook.submissions import Student
from grader.report.intake.dates import spoken
from grader.report.intake.lms import SubmissionFile
from grader.report.intake.roster import HEADERS, decoded, names_of, plain

CAP = 64 << 20
WHEN = (
    "submitted_at", "submitted at", "submission time", "submission date", "submitted", "pushed_at", "pushed at",
    "pushed", "last pushed", "time", "timestamp", "date", "abgegeben am", "abgabezeit",
)  # fmt: skip
WHAT = ("unit", "exercise", "assignment", "assignment name", "assignment_name", "task")
REPOSITORY = ("repository", "repo", "repo name", "student_repository_name", "repository name")
MOODLE = re.compile(r"(?:last modified|zuletzt geändert|dernière modification|última modificación)\s*\((.+)\)")
GRADED = ("grade", "bewertung", "note", "calificación")
KINDS = ("canvas_id", "sid", "student", "email", "identifier", "github", "id", "name")
API = {"user_id": "canvas_id", "login_id": "student", "sis_user_id": "sid", "name": "name", "email": "email",
       "sortable_name": "name"}  # fmt: skip


@dataclass(frozen=True)
class Stamp:
    """When, whose clock says so, and whether the LMS marked it late; nothing known is nothing held against anybody."""

    time: float | None = None
    clock: str = ""
    late: bool = False


@dataclass
class Times:
    """All records of a run, asked for one student and unit at a time."""

    zone: tzinfo | None = None
    trust_files: bool = False
    records: list["Records"] = field(default_factory=list)
    pushed: list["Records"] = field(default_factory=list)

    def of(self, student: Student, unit: str, submitted: SubmissionFile, commit: float | None, repo: str) -> Stamp:
        """What is known of one student's file; `commit` is the time of its checkout's last commit, `repo` its name."""
        late = bool(submitted.late)
        for record in self.records:
            if time := record.time(student, unit):
                return Stamp(time, record.name)
        if submitted.time is not None:
            return Stamp(submitted.time, submitted.lms)
        if submitted.lms == "Moodle" and (time := worksheet_time(student, self.zone)):
            return Stamp(time, "Moodle's worksheet")
        for record in self.pushed:
            if time := record.time(student, unit, repo):
                return Stamp(time, record.name)
        if commit is not None:
            return Stamp(commit, "git's last commit")
        if submitted.late is not None:
            return Stamp(None, submitted.lms, late)
        if self.trust_files and submitted.entry.time is not None:
            return Stamp(submitted.entry.time, "the file's own time")
        return Stamp()


def worksheet_time(student: Student, zone: tzinfo | None) -> float | None:
    """Moodle's "Last modified (submission)" among the roster's own columns, in any of four languages."""
    for title, value in student.columns.items():
        column = MOODLE.fullmatch(title.strip().casefold())
        if column and not any(word in column[1] for word in GRADED):
            return spoken(value, zone)
    return None


class Records:
    """The times of one file, by everything a student may be called; the latest one where there are several."""

    def __init__(self, name: str, rows: Iterable[tuple[dict[str, str], str, float]], units: dict[str, str]) -> None:
        self.name = name
        self.known: dict[tuple[str, str, str], float] = {}
        for fields, what, time in rows:
            unit = unit_named(what, units)
            if what and not unit:
                continue
            for kind, value in fields.items():
                for one in (kind,) if kind in ("canvas_id", "identifier", "name", "repo") else (kind, "id"):
                    key = one, plain(value), unit
                    self.known[key] = max(time, self.known.get(key, 0.0))

    def time(self, student: Student, unit: str, repo: str = "") -> float | None:
        """The time of a student's unit, or of everything of theirs."""
        names = [("repo", plain(repo)), *names_of(student), ("id", plain(student.id)), ("name", plain(student.id))]
        order = {kind: at for at, kind in enumerate(("repo", *KINDS))}
        for kind, value in sorted((one for one in names if one[0] in order), key=lambda one: order[one[0]]):
            for meant in (unit, ""):
                if found := self.known.get((kind, value, meant)):
                    return found
        return None


def unit_named(text: str, units: dict[str, str]) -> str:
    """The unit that an assignment's title means: its id or key, or the key or number in the title; "" if none."""
    known = text.strip().casefold()
    if known in units:
        return units[known]
    words = re.split(r"[\W_]+", known)
    found = {units[word] for word in words if word in units}
    return found.pop() if len(found) == 1 else ""


def read_times(path: Path, units: dict[str, str], zone: tzinfo | None) -> Records:
    """The records of a CSV, or of the JSON of Canvas's submissions API. UsageError where no line has a time."""
    where = line(str(path))
    try:
        with path.open("rb") as file:
            data = file.read(CAP + 1)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where, "check the path of the times") from None
    if len(data) > CAP:
        raise UsageError(f"is larger than {CAP >> 20} MiB", where, "give the times of one course")
    text, _ = decoded(data, where)
    rows = list(api_rows(text, where, zone) if text.lstrip()[:1] in ("[", "{") else csv_rows(text, where, zone))
    if not rows:
        raise UsageError("holds no time of a hand-in", where, "it needs lines with a student and `submitted_at`")
    return Records(path.name, rows, units)


def csv_rows(text: str, where: str, zone: tzinfo | None) -> Iterator[tuple[dict[str, str], str, float]]:
    """Who, for what and when, of every line of a CSV that has a time."""
    top = text.partition("\n")[0]
    rows = list(csv.reader(io.StringIO(text), delimiter=max(",;\t", key=top.count)))
    header = [title.strip().casefold() for title in rows[0]] if rows else []
    when = next((header.index(title) for title in WHEN if title in header), None)
    kinds = {kind: header.index(n) for kind, names in HEADERS.items() for n in reversed(names) if n in header}
    kinds |= {"canvas_id": header.index("user_id")} if "user_id" in header else {}
    kinds |= dict([("repo", header.index(n)) for n in REPOSITORY if n in header][:1])
    what = next((header.index(title) for title in WHAT if title in header), None)
    if when is None or not kinds:
        shown = ", ".join(line(title, 30) for title in header[:8])
        raise UsageError(f"names no student or no time (columns: {shown})", f"{where}:1",
                         "name one column student, email, github or repo and one submitted_at")  # fmt: skip
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.strip() for cell in row] + [""] * len(header)
        if not any(cells) or cells[when] in ("", "-"):
            continue
        time = spoken(cells[when], zone)
        if time is None:
            advice = "write it as 2026-03-01T21:12:00+01:00"
            raise UsageError(f"{line(cells[when], 40)} is no time", f"{where}:{number}", advice)
        yield {kind: cells[at] for kind, at in kinds.items() if cells[at]}, "" if what is None else cells[what], time


def api_rows(text: str, where: str, zone: tzinfo | None) -> Iterator[tuple[dict[str, str], str, float]]:
    """The same of the submissions in Canvas's API, with their user and assignment where these were included."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"is not JSON: {error}", where, "save the API's answer again") from None
    for one in found if isinstance(found, list) else [found]:
        if not isinstance(one, dict):
            continue
        user, task = part(one, "user"), part(one, "assignment")
        fields = {kind: str(known[name]) for known in (user, one) for name, kind in API.items() if known.get(name)}
        if "id" in user:
            fields.setdefault("canvas_id", str(user["id"]))
        time = spoken(str(one.get("submitted_at") or ""), zone)
        if fields and time is not None:
            yield fields, str(task.get("name") or ""), time


def part(value: dict[str, Any], name: str) -> dict[str, Any]:
    found = value.get(name)
    return found if isinstance(found, dict) else {}

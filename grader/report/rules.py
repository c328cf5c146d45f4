"""How this run makes grades: what the user says now, else what the term has been told before, else the course."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from grader.base.errors import UsageError
from grader.base.text import line
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.adjust import Adjustments, parse_adjustments, read_text
from grader.report.gradebook.grades import Rules
from grader.report.gradebook.late import parse_policy, read_policy, with_students
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.totals import course_rules
from grader.report.gradebook.units import Units
from grader.report.intake.roster import Roster
from grader.report.options import Options

ADJUST = "adjust.toml"


def rules_of(options: Options, book: Gradebook, units: Units) -> Rules:
    """The rules, remembered for the runs to come; extensions still have the names that the late policy gives them."""
    course = options.course.grades
    course_toml = options.course.root / "exercises" / "course.toml"
    weights, drop, groups = course_rules(course, units.names, str(course_toml))
    said: dict[str, Any] = {"late": None, "late_file": "", "attempts": "latest", "missing_zero": None, "only": []}
    said |= book.setting("rules") or {}
    if options.student is None:
        said["only"] = []
    if options.no_late:
        said |= {"late": None, "late_file": ""}
    if options.late is not None:
        said |= {"late": read_policy(options.late, units.names)[1], "late_file": line(str(options.late))}
    said["attempts"] = options.attempts or said["attempts"]
    said["missing_zero"] = said["missing_zero"] if options.missing_zero is None else options.missing_zero
    said["only"] = [units.named(name) for name in options.only] or said["only"]
    book.put("rules", said)
    zero = course.missing == "zero" if said["missing_zero"] is None else said["missing_zero"]
    late = parse_policy(said["late"] or "format = 1", units.names, said["late_file"])
    return Rules(late, said["attempts"], zero, weights, drop, groups)


def with_people(rules: Rules, options: Options, book: Gradebook, units: Units) -> Rules:
    """The rules with extensions and adjustments under the ids of the students they mean. UsageError for nobody's."""
    students = kept.students(book)
    roster = Roster(students)
    late = with_students(rules.late, roster.named, students, (book.setting("rules") or {}).get("late_file", ""))
    adjustments = adjustments_of(options, book)
    problems = list(adjustments.problems(units.names))
    found = adjustments.resolved(roster.named, students, units.names, problems)
    if problems:
        first, more = problems[0], len(problems) - 1
        also = f"{more} more: grader report --check-adjust lists all" if more else ""
        raise UsageError(first.what, first.where, "\n".join(filter(None, [first.next, also])))
    return replace(rules, late=late, adjustments=found)


def adjustments_of(options: Options, book: Gradebook) -> Adjustments:
    """The instructor's decisions: of the file given, of the one in the report's folder, or of an earlier run."""
    path = adjust_file(options)
    if path is not None:
        text, where = read_text(path), line(str(path))
        found = parse_adjustments(text, where)
        book.put("adjust", {"text": text, "file": where})
        return found
    known = book.setting("adjust")
    return parse_adjustments(known["text"], known["file"]) if known else Adjustments()


def adjust_file(options: Options) -> Path | None:
    """The file of adjustments that this run reads."""
    inside = options.out / ADJUST
    return options.adjust or (inside if inside.is_file() else None)

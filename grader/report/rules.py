"""How this run makes grades: the options of this run, else those of earlier runs of the term, else the course."""

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypedDict

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


class RememberedRules(TypedDict):
    """The options that a term keeps from run to run: the late policy with its file, which attempt counts, units."""

    late: str | None
    late_file: str
    attempts: Literal["latest", "best"]
    missing_zero: bool | None
    only: list[str]


def rules_of(options: Options, book: Gradebook, units: Units) -> Rules:
    """The rules, remembered for the runs to come; extensions still have the names that the late policy gives them."""
    course = options.course.grades
    course_toml = options.course.root / "exercises" / "course.toml"
    weights, drop, groups = course_rules(course, units.names, str(course_toml))
    remembered: RememberedRules = {
        "late": None, "late_file": "", "attempts": "latest", "missing_zero": None, "only": [],
    }  # fmt: skip
    known: Any = book.setting("rules") or {}
    if "late_file" not in known:  # an old gradebook says False where no option was given
        known["missing_zero"] = known.get("missing_zero") or None
    remembered |= known
    if options.student is None:
        remembered["only"] = []
    if options.no_late:
        remembered |= {"late": None, "late_file": ""}
    if options.late is not None:
        remembered |= {"late": read_policy(options.late, units.names)[1], "late_file": line(str(options.late))}
    remembered["attempts"] = options.attempts or remembered["attempts"]
    remembered["missing_zero"] = remembered["missing_zero"] if options.missing_zero is None else options.missing_zero
    remembered["only"] = [units.named(name) for name in options.only] or remembered["only"]
    book.put("rules", remembered)
    zero = course.missing == "zero" if remembered["missing_zero"] is None else remembered["missing_zero"]
    late = parse_policy(remembered["late"] or "format = 1", units.names, remembered["late_file"])
    return Rules(late, remembered["attempts"], zero, weights, drop, groups)


def with_people(rules: Rules, options: Options, book: Gradebook, units: Units) -> Rules:
    """The rules with extensions and adjustments under the ids of the students they mean.

    UsageError for nobody's, in a file that is given now; what is remembered may speak of who was forgotten since.
    """
    students = kept.students(book)
    roster = Roster(students)
    late = rules.late
    if options.late is None:
        ids = {one.id.casefold() for one in students}
        there = {name: more for name, more in late.extensions.items() if name in ids or roster.named(name)}
        late = replace(late, extensions=there)
    late = with_students(late, roster.named, students, (book.setting("rules") or {}).get("late_file", ""))
    adjustments = adjustments_of(options, book)
    problems = list(adjustments.problems(units.names))
    found = adjustments.resolved(roster.named, students, units.names, problems)
    if problems and adjust_file(options) is None:
        doubts = tuple(f"{one.where}: {one.what}, so this adjustment is not applied" for one in problems)
        return replace(rules, late=late, adjustments=found, doubts=doubts)
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
    """The file of adjustments that this run reads. UsageError where two could be meant."""
    inside = options.out / ADJUST if options.out else None
    if inside is None or not inside.is_file():
        return options.adjust
    if options.adjust is not None and options.adjust.resolve() != inside.resolve():
        what = f"are adjustments, and so is {line(str(options.adjust))}"
        raise UsageError(what, line(str(inside)), "keep one of the two files, with all that you decided")
    return inside

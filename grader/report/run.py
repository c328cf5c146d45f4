"""The main path of `grader report`: take in, grade what is new, put together, write. Start reading here."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any, Literal

from grader.base.errors import UsageError
from grader.base.text import line
from grader.report.collection import collected
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.grades import Rules, Sheet, course_rules, sheet
from grader.report.gradebook.late import Policy, parse_policy, read_policy, with_students
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Work
from grader.report.gradebook.units import Conditions, Units
from grader.report.grading.workers import Job, Setup, Workers
from grader.report.intake.roster import Roster
from grader.report.options import Options
from grader.report.page.attention import suspicious_times
from grader.report.page.contents import Contents
from grader.report.page.document import SUITE_FAULT
from grader.report.page.output import Output
from grader.report.page.similarity import similar

Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What the command says at the end."""

    sheet: Sheet
    refused: int
    ungraded: int
    graded_now: int
    seed: int
    remark: str = ""
    left_out: int = 0
    guesses: int = 0
    doubts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()  # why units were left ungraded just now, each once


def report(options: Options, watch: Watch) -> Outcome:
    """Grades a class and writes the report folder. `watch(done, total)` is called after every graded unit."""
    units = Units(options.course)
    output = Output(options.out)
    with output.gradebook() as book:
        try:
            with book.transaction():
                seed = resolve_seed(options, book)
                rules = rules_of(options, book, units)
                remark = take_in(options, book, units, Conditions(units, seed, options.device), rules.late.zone)
                rules = replace(rules, late=for_students(rules.late, book, line(str(options.late))))
        except UsageError:
            output.abandon()
            raise
        jobs = jobs_of(options, book, rules.attempts)
        graded = 0
        reasons: dict[str, None] = {}
        for graded, (job, answer) in enumerate(results(options, units, book, seed, jobs), 1):
            if answer["record"]["outcome"] == "ungraded":
                reasons[f"{units.unit(job.unit).key}: {answer['record']['note'] or SUITE_FAULT}"] = None
            measured = answer["measured"] if options.measurements else None
            book.store(job.key, job.unit, job.sha256, answer["record"], measured)
            watch(graded, len(jobs))
        table = put_together(book, units, rules)
        alike = similar(book, table, units) if options.similarity else None
        output.publish(book, Contents(book, table, options.formats, options.measurements, alike).fill)
        every = kept.refusals(book)
        refused = sum(refusal.wanted for refusal in every)
        guesses = sum(refusal.guess for refusal in every)
    ungraded = sum(cell.state == "ungraded" for row in table.rows for cell in row.cells.values())
    left_out, doubts = len(every) - refused - guesses, tuple(suspicious_times(table))
    return Outcome(table, refused, ungraded, graded, seed, remark, left_out, guesses, doubts, tuple(reasons))


def resolve_seed(options: Options, book: Gradebook) -> int:
    """The class's seed: the one given, else the gradebook's, else a fresh one; remembered for every later run."""
    seed = book.setting("seed") if options.seed is None else options.seed
    if seed is None:
        seed = secrets.randbelow(2**31)
    book.put("seed", seed)
    return int(seed)


def for_students(late: Policy, book: Gradebook, where: str) -> Policy:
    """The policy with its extensions under the ids of the students they name. UsageError for nobody's."""
    students = kept.students(book)
    return with_students(late, Roster(students).named, students, where)


def rules_of(options: Options, book: Gradebook, units: Units) -> Rules:
    """How grades are made: from the options; for one late student as in the class's own run, unless said otherwise."""
    course_toml = options.course.root / "exercises" / "course.toml"
    weights, drop = course_rules(options.course.grades, units.names, str(course_toml))
    said: dict[str, Any] = {"late": None, "attempts": "latest", "missing_zero": False, "only": []}
    if options.student is not None:
        said |= book.setting("rules") or {}
    if options.late is not None:
        said["late"] = read_policy(options.late, units.names)[1]
    said["attempts"] = options.attempts or said["attempts"]
    said["missing_zero"] = options.missing_zero or said["missing_zero"]
    said["only"] = [units.named(name) for name in options.only] or said["only"]
    book.put("rules", said)
    late = parse_policy(said["late"] or "format = 1", units.names, line(str(options.late)))
    return Rules(late, said["attempts"], said["missing_zero"], weights, drop)


def take_in(options: Options, book: Gradebook, units: Units, conditions: Conditions, zone: tzinfo | None) -> str:
    """Copies what was handed in into the gradebook, in the place of what an earlier run took in.

    The answer is what should be said of the roster.
    """
    intake = collected(options, book, units, zone)
    taken = [replace(work, key=conditions.key(work.unit, work.content)) for work in intake.works()]
    only = taken[0].student if options.student and taken else options.student
    kept.save(book, intake.students.values(), taken, intake.refusals, only)
    return intake.roster.remark if intake.roster else ""


def jobs_of(options: Options, book: Gradebook, attempts: Literal["latest", "best"]) -> list[Job]:
    """What has to be graded: each distinct content that can count once, one exercise after the other."""
    finished = set() if options.regrade else book.finished()
    works = kept.works(book)
    if attempts == "latest":
        works = list({(work.student, work.unit): work for work in works}.values())  # ordered by attempt
    holders: dict[str, list[Work]] = {}
    for work in works:
        asked = options.student is None or work.student.casefold() == options.student.casefold()
        if work.key not in finished and asked:
            holders.setdefault(work.key, []).append(work)
    jobs = [
        Job(
            key,
            some[0].unit,
            some[0].sha256,
            some[0].path.rpartition("/")[2],
            tuple(sorted({w.student for w in some})),
            tuple(sorted(some[0].files.items())),
        )  # fmt: skip
        for key, some in holders.items()
    ]
    return sorted(jobs, key=lambda job: (job.unit, job.key))


def results(
    options: Options, units: Units, book: Gradebook, seed: int, jobs: list[Job]
) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Every job's result, from processes here or from a cluster."""
    if not jobs:
        return
    setup = Setup(options.course.root.resolve(), options.device, seed, options.accept_weak)
    if options.engine == "dask":
        from grader.report.grading.cluster import grade_on_cluster

        yield from grade_on_cluster(setup, units, jobs, book.source, options.scheduler, options.jobs)
        return
    with Workers(setup, units, options.jobs) as workers:
        yield from workers.grade(jobs, book.source)


def put_together(book: Gradebook, units: Units, rules: Rules) -> Sheet:
    """The grades of everybody the gradebook knows."""
    handed_in = kept.works(book)
    asked = book.setting("rules")["only"] or {work.unit for work in handed_in} | set(rules.weights)
    columns = [units.unit(name) for name in units.order(asked)]
    return sheet(columns, kept.students(book), handed_in, kept.refusals(book), book.standings(), rules)

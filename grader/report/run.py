"""The main path of `grader report`: take in, grade what is new, put together, write. Start reading here."""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from grader.base.errors import UsageError
from grader.report.collection import take_in
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.deliveries import keys_of
from grader.report.gradebook.grades import Rules, Sheet, sheet
from grader.report.gradebook.history import Change, record
from grader.report.gradebook.records import Answer
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Work
from grader.report.gradebook.units import Conditions, Units
from grader.report.grading.workers import Job, Setup, Workers
from grader.report.handback import hand_back
from grader.report.handback.handover import Handover
from grader.report.options import Options
from grader.report.page.attention import suspicious_times
from grader.report.page.contents import Contents
from grader.report.page.document import SUITE_FAULT
from grader.report.page.elsewhere import Asked
from grader.report.page.output import Output
from grader.report.page.similarity import similar
from grader.report.rules import rules_of, with_people
from grader.report.term import forget, same_course, with_units

Watch = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What the command says at the end; files are counted of this run's deliveries alone."""

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
    changes: tuple[Change, ...] = ()
    handed_back: tuple[str, ...] = ()


def report(options: Options, watch: Watch) -> Outcome:
    """Grades what is new of a class and writes the report folder. `watch(done, total)` follows every graded unit."""
    units = with_units(options.course)
    output = Output(options.out)
    if not options.submissions:
        output.needed()
    with output.gradebook() as book:
        try:
            with book.transaction():
                forget(book, options.forget, units)
                same_course(book, units)
                seed = resolve_seed(options, book)
                rules = rules_of(options, book, units)
                conditions = Conditions(units, seed, options.device)
                options, numbers, remark = take_in(options, book, units, conditions, rules.late.zone)
                rules = with_people(rules, options, book, units)
        except UsageError:
            output.abandon()
            raise
        jobs = jobs_of(options, book, rules.attempts, numbers)
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
        with book.transaction():
            changes = record(book, table, time.strftime("%Y-%m-%d %H:%M") if options.measurements else "")
        media, zone = options.course.root / "quizzes", rules.late.zone
        secret = secret_quizzes(options, book, units)
        asked = Asked(units.exercises.values())
        contents = Contents(book, table, options.measurements, alike, zone, media, secret, asked)
        hand = Handover(table, book, contents.plain_records, contents.pages)

        def fill(folder: Path) -> None:
            contents.fill(folder)
            hand_back(hand, options.formats, folder)

        output.publish(book, fill)
        every = [one for one in kept.refusals(book) if one.delivery in numbers]
    refused = sum(refusal.wanted for refusal in every)
    guesses = sum(refusal.guess for refusal in every)
    ungraded = sum(cell.state == "ungraded" for row in table.rows for cell in row.cells.values())
    left_out, doubts = len(every) - refused - guesses, (*suspicious_times(table), *table.doubts)
    why, messages = tuple(reasons), tuple(dict.fromkeys(hand.messages))
    return Outcome(
        table, refused, ungraded, graded, seed, remark, left_out, guesses, doubts, why, tuple(changes), messages
    )


def resolve_seed(options: Options, book: Gradebook) -> int:
    """The class's seed: the one given, else the gradebook's, else a fresh one; remembered for every later run."""
    seed = book.setting("seed") if options.seed is None else options.seed
    if seed is None:
        seed = secrets.randbelow(2**31)
    book.put("seed", seed)
    return int(seed)


def secret_quizzes(options: Options, book: Gradebook, units: Units) -> frozenset[str]:
    """The quizzes that were handed out as graded, unless feedback may show their keys; remembered for late students."""
    show = options.show_key or bool(options.student is not None and book.setting("show_key"))
    with book.transaction():
        book.put("show_key", show)
    return frozenset() if show else frozenset(units.graded_quizzes)


def jobs_of(
    options: Options, book: Gradebook, attempts: Literal["latest", "best"], numbers: Iterable[int]
) -> list[Job]:  # fmt: skip
    """What has to be graded: each distinct content that can count once, one exercise after the other.

    Graded again is what this run's deliveries hold, or everything where it has none.
    """
    finished = book.finished()
    if options.regrade:
        finished -= keys_of(book, numbers) if options.submissions else finished
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
) -> Iterator[tuple[Job, Answer]]:
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
    decided = {unit for _, unit in rules.adjustments}
    asked = book.setting("rules")["only"] or {work.unit for work in handed_in} | set(rules.weights) | decided
    columns = [units.unit(name) for name in units.order(asked)]
    return sheet(columns, kept.students(book), handed_in, kept.refusals(book), book.standings(), rules)

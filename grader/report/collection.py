"""What the user gave, read into an intake: the submissions with the roster, the groups, the times and the patterns."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo

from grader.base.errors import UsageError
from grader.base.temporary import TemporaryFolder
from grader.base.text import line
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.deliveries import deliver, move, rekey, tidy
from grader.report.gradebook.late import Policy, read_policy
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Student
from grader.report.gradebook.units import Conditions, Units
from grader.report.handback.preparation import prepare
from grader.report.intake.enrolled import term_roster
from grader.report.intake.groups import new_teams, read_groups, teams_of
from grader.report.intake.intake import Instructions, Intake
from grader.report.intake.leftover import CODE
from grader.report.intake.listing import Line, lines_of
from grader.report.intake.naming import unit_patterns
from grader.report.intake.roster import Claim, Roster, read_roster
from grader.report.intake.times import Times, read_times
from grader.report.options import Options
from grader.report.page.output import GRADEBOOK
from grader.report.term import busy


def take_in(
    options: Options, book: Gradebook, units: Units, conditions: Conditions, zone: tzinfo | None
) -> tuple[Options, set[int], str]:
    """Adds what was handed in to the term, and brings its roster up to date.

    The answer is the options with the student's own id, the numbers of this run's deliveries, and what should be said
    of the roster.
    """
    given = [read_roster(path) for path in options.roster]
    roster, people = term_roster([one for each in given for one in (*each.students, *each.staff)], kept.everybody(book))
    remark = "; ".join(one.remark for one in given if one.remark)
    kept.enroll(book, people)
    options = replace(options, student=student_id(options.student, roster)) if options.student else options
    if options.roster:
        recognize(book, roster)
    numbers: set[int] = set()
    now: set[str] = set()
    if options.submissions:
        whom = Roster(list(everybody(roster, book))) if options.student else roster if people else None
        intake = collected(options, book, units, whom, zone, [one for one in kept.students(book) if not one.enrolled])
        now = {work.unit for work in intake.works()}
        numbers = keep(
            book, intake, conditions, taken=f"{datetime.now():%Y-%m-%d %H:%M}" if options.measurements else ""
        )
    if not options.student:
        rekey(book, conditions.key)
    prepare(book, units, [one.listed for one in given if one.listed], roster.named, options.formats, now)
    return options, numbers, remark


def student_id(name: str, roster: Roster) -> str:
    """The id of a student who was given by any of their names; the name itself where the roster has none such."""
    found = roster.named(name)
    return found[0].id if len(found) == 1 else name


def everybody(roster: Roster, book: Gradebook) -> Iterable[Student]:
    """The roster's people, and who handed something in without being on it."""
    yield from (*roster.students, *roster.staff)
    known = {one.id for one in (*roster.students, *roster.staff)}
    yield from (one for one in kept.students(book) if one.id not in known)


def recognize(book: Gradebook, roster: Roster) -> None:
    """Gives what strangers handed in before the roster came to those of its students whom they turn out to be."""
    for one in kept.students(book):
        if one.enrolled or "identifier" in one.fields:  # Moodle's number means somebody else in each assignment
            continue
        student = roster.match(Claim(one.id, tuple(one.fields.items())))
        if student is not None and not student.role and student.id != one.id:
            move(book, one.id, student.id)


def keep(book: Gradebook, intake: Intake, conditions: Conditions, taken: str) -> set[int]:
    """Keeps an intake, each of its paths as a delivery; their numbers."""
    before = busy(book)
    works = [replace(work, key=conditions.key(work.unit, work.content)) for work in intake.handed_in()]
    kept.enroll(book, (one for one in intake.students.values() if not one.enrolled))
    kept.enroll(book, new_teams(kept.everybody(book), intake.students.values()))
    numbers = set()
    deliveries = list(dict.fromkeys(intake.deliveries))
    first = deliveries[0].name
    for one in deliveries:
        mine = [work for work in works if work.download == one.name]
        refused = [refusal for refusal in intake.refusals if (refusal.download or first) == one.name]
        numbers.add(deliver(book, one, mine, refused, taken))
    tidy(book, before)
    return numbers


def collected(
    options: Options, book: Gradebook, units: Units, roster: Roster | None, zone: tzinfo | None,
    strangers: Sequence[Student] = (),
) -> Intake:  # fmt: skip
    """The intake of all paths that were given; times without a zone are in `zone`.

    `strangers` are those who submitted before without being on the roster.
    UsageError where nothing is for a unit of the course, or nobody is on the roster.
    """
    intake = Intake(
        units.exercises.values(),
        units.quizzes,
        roster,
        book,
        options.student,
        instructions(options, units, roster, zone, strangers),
    )
    with intake.read_notebook:
        intake.take(*options.submissions)
    taken = intake.works()
    where = line(", ".join(map(str, options.submissions)))
    if not taken and not any(one.wanted or one.unit or one.path.endswith(CODE) for one in intake.refusals):
        who = f"of student {line(options.student)} " if options.student else ""
        names = ", ".join(exercise.file for exercise in list(units.exercises.values())[:3])
        what = f"holds nothing {who}that an exercise or quiz asks for"
        raise UsageError(what, where, f"expected are files named {names} and so on; --map names others")
    if options.roster and taken and not any(intake.students[work.student].enrolled for work in taken):
        one = line(taken[0].student)
        what = f"nobody here is on the roster ({one}, for one, is not)"
        raise UsageError(what, where, "check that folder names or LMS ids stand in the roster")
    return intake


def instructions(
    options: Options, units: Units, roster: Roster | None, zone: tzinfo | None, strangers: Sequence[Student]
) -> Instructions:  # fmt: skip
    """What the instructor states about the files, and what earlier runs of the term recorded."""
    lists = (options.late, options.members, options.pushed, options.adjust)
    return Instructions(
        unit_patterns(options.maps, options.course.intake.map, units.names),
        read_groups(options.members, roster) if options.members else teams_of(roster) if roster else {},
        Times(
            zone,
            options.trust_file_times,
            [read_times(path, units.names, zone) for path in options.times],
            [read_times(options.pushed, units.names, zone)] if options.pushed else [],
        ),
        options.downloads,
        strangers,
        frozenset(path.resolve() for path in (*options.roster, *options.times, *filter(None, lists))),
    )


def dry_run(options: Options) -> list[Line]:
    """Every file with its owner, unit, time and rule; nothing is graded, nothing of a report is read or written."""
    units = Units(options.course)
    policy = read_policy(options.late, units.names)[0] if options.late else Policy()
    given = [read_roster(path) for path in options.roster]
    lists = [one for each in given for one in (*each.students, *each.staff)]
    known = kept.remembered(options.out / GRADEBOOK) if options.out else []
    roster, people = term_roster(lists, known)
    options = replace(options, student=student_id(options.student, roster)) if options.student else options
    with TemporaryFolder() as folder, Gradebook.open(folder / "intake.sqlite") as book, book.transaction():
        strangers = [one for one in known if not one.enrolled]
        intake = collected(options, book, units, roster if people else None, policy.zone, strangers)
        keys = {name: units.unit(name).key for name in (*units.exercises, *units.quizzes)}
        return lines_of(intake.students, intake.works(), intake.refusals, keys, policy.zone)

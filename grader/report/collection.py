"""What the user gave, read into an intake: the submissions with the roster, the groups, the times and the patterns."""

from datetime import tzinfo

from grader.base.errors import UsageError
from grader.base.temporary import TemporaryFolder
from grader.base.text import line
from grader.report.gradebook import submissions as kept
from grader.report.gradebook.late import Policy, read_policy
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.units import Units
from grader.report.intake.groups import read_groups
from grader.report.intake.intake import Intake, Said
from grader.report.intake.leftover import CODE
from grader.report.intake.listing import Line, lines_of
from grader.report.intake.naming import told_units
from grader.report.intake.roster import Roster, read_roster
from grader.report.intake.times import Times, read_times
from grader.report.options import Options


def collected(options: Options, book: Gradebook, units: Units, zone: tzinfo | None) -> Intake:
    """The intake of all paths that were given; times told without a zone are in `zone`.

    UsageError where nothing is for a unit of the course, or nobody is on the roster.
    """
    if options.roster is not None:
        roster: Roster | None = read_roster(options.roster)
    else:
        roster = Roster(kept.students(book)) if options.student else None
    intake = Intake(
        units.exercises.values(), units.quizzes, roster, book, options.student, said(options, units, roster, zone)
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


def said(options: Options, units: Units, roster: Roster | None, zone: tzinfo | None) -> Said:
    """What the instructor says about the files."""
    return Said(
        told_units(options.maps, options.course.intake.map, units.names),
        read_groups(options.members, roster) if options.members else {},
        Times(
            zone,
            options.trust_file_times,
            [read_times(path, units.names, zone) for path in options.times],
            [read_times(options.pushed, units.names, zone)] if options.pushed else [],
        ),
        options.downloads,
    )


def dry_run(options: Options) -> list[Line]:
    """Every file with its owner, unit, time and rule; nothing is graded, nothing of a report is read or written."""
    units = Units(options.course)
    policy = read_policy(options.late, units.names)[0] if options.late else Policy()
    with TemporaryFolder() as folder, Gradebook.open(folder / "intake.sqlite") as book, book.transaction():
        intake = collected(options, book, units, policy.zone)
        keys = {name: units.unit(name).key for name in (*units.exercises, *units.quizzes)}
        return lines_of(intake.students, intake.works(), intake.refusals, keys, policy.zone)

"""Before anything is graded: whether the LMS files that were asked for can be written at all."""

from collections.abc import Callable, Collection, Sequence

from grader.base.errors import UsageError
from grader.base.text import line
from grader.base.toml import nearest
from grader.report.gradebook import classlist
from grader.report.gradebook.classlist import ClassList
from grader.report.gradebook.store import Gradebook
from grader.report.gradebook.submissions import Student, works
from grader.report.gradebook.units import Unit, Units

Named = Callable[[str], list[Student]]  # whom a text may mean
EXPORTS = {
    "canvas": "export it in Canvas: Grades, Export, Export Entire Gradebook",
    "moodle": "download it in Moodle: the assignment, Submissions, Actions, Download grading worksheet",
}
CALLED = {"canvas": "Canvas's gradebook export", "moodle": "a grading worksheet of Moodle"}


def prepare(
    book: Gradebook,
    units: Units,
    given: Sequence[ClassList],
    named: Named,
    formats: Collection[str],
    now: Collection[str] = (),
) -> None:
    """Keeps the class lists that were given, and refuses what could not be written in the end.

    `now` are the units of this run's submissions.
    UsageError: a format without its LMS's own list, a student without an id in it, a unit whose place is not known.
    """
    mapping = {}
    for name, called in units.course.lms.map.items():
        if name.casefold() not in units.names:
            where = str(units.course.root / "exercises" / "course.toml")
            raise UsageError(f"`lms.map`: there is no unit `{line(name)}`", where, nearest(name, units.names))
        mapping[units.names[name.casefold()]] = called
    book.put("lms", mapping)
    graded = [units.unit(name) for name in units.order({work.unit for work in works(book)})]
    lists = [one.renamed(named) for one in given]
    if exports := [one for one in lists if one.kind == "canvas"]:
        classlist.keep(book, classlist.joined(exports))
    for one in lists:
        if one.kind == "moodle":
            unit = classlist.worksheet_unit(one, graded, mapping, now)
            keep_worksheet(book, one, unit, graded, "moodle" in formats)
    for kind in ("canvas", "moodle"):
        if kind in formats:
            require(kind, book, graded, lists[0] if lists else None)
    canvas = classlist.kept(book, "canvas")
    if "canvas" in formats and canvas is not None:
        classlist.canvas_columns(canvas, graded, mapping)


def keep_worksheet(book: Gradebook, listed: ClassList, unit: str, graded: list[Unit], needed: bool) -> None:
    """Keeps a Moodle worksheet under its unit. UsageError if it is needed and nothing says whose it is."""
    if unit:
        classlist.keep(book, listed, unit)
    elif needed:
        keys = ", ".join(one.key for one in graded)
        raise UsageError(
            f"a grading worksheet is of one assignment, and this one may be of {keys}", line(listed.name),
            f'name the file after it, or say it in exercises/course.toml: [lms] map = {{{graded[0].key} = "part of the '
            "file's name\"}",
        )  # fmt: skip


def require(kind: str, book: Gradebook, graded: list[Unit], given: ClassList | None) -> None:
    """UsageError unless a list of that LMS is there, with an id for each of its students."""
    found = [classlist.kept(book, kind, unit) for unit in ([""] if kind == "canvas" else [one.id for one in graded])]
    lists = [one for one in found if one is not None]
    if not lists:
        where = line(given.name) if given else "--roster"
        raise UsageError(f"--format {kind} needs {CALLED[kind]} as --roster", where, EXPORTS[kind])
    for one in lists:
        for name in classlist.without_id(one):
            column = line(one.header[0] if kind == "moodle" else one.header[one.titles.index("id")])
            raise UsageError(f"{line(name, 60)} has no {column}", line(one.name), EXPORTS[kind])

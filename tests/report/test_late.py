"""The late policy: days, grace, extensions, and a TOML that is wrong."""

from fractions import Fraction

import pytest

from grader.base.errors import UsageError
from grader.report.gradebook.late import Lateness, Policy, parse_policy, with_students
from grader.report.gradebook.submissions import Student
from grader.report.intake.roster import Roster

UNITS = {"ex02": "ex02_double", "ex02_double": "ex02_double"}
TEXT = """
format = 1
deadline = 2026-03-01T12:00:00+01:00
grace_minutes = 10
percent_per_day = 12.5
[deadlines]
ex02 = 2026-03-02T12:00:00+01:00
[extensions]
Ann = 2
bo = 2026-03-05T12:00:00Z
"""
NOON, HOUR, DAY = 1772362800.0, 3600.0, 86400.0


@pytest.fixture
def policy() -> Policy:
    return parse_policy(TEXT, UNITS, "late.toml")


def test_days_are_counted_from_the_deadline(policy: Policy) -> None:
    """Up to the grace nothing is late; after it every day begun since the deadline counts."""
    times = [NOON - 1, NOON + 600, NOON + 601, NOON + DAY, NOON + DAY + 1]
    assert [policy.days_late("cy", "other", time) for time in times] == [0, 0, 1, 1, 2]
    assert policy.days_late("cy", "ex02_double", NOON + DAY) == 0
    assert policy.days_late("cy", "other", None) == 0
    assert Policy().days_late("cy", "other", NOON) == 0


def test_extensions_move_the_deadline(policy: Policy) -> None:
    """An extension is days on top of every deadline, or a later deadline; the student's case does not matter."""
    assert (
        policy.days_late("ann", "other", NOON + 2 * DAY) == 0
        and policy.days_late("ANN", "other", NOON + 2 * DAY + HOUR) == 3 - 2
    )
    assert policy.days_late("bo", "other", NOON + 4 * DAY) == 0 and policy.days_late("bo", "other", NOON + 5 * DAY) == 1


def test_the_penalty_is_exact(policy: Policy) -> None:
    """Each day takes its percentage off, and never more than everything."""
    assert [policy.share(days) for days in (0, 1, 3, 8, 9)] == [1, Fraction(7, 8), Fraction(5, 8), 0, 0]


@pytest.mark.parametrize(
    "text, sentence",
    [
        ("format = 2", "`format` must be 1"),
        ("format = 1\ndedline = 1", "unknown key `dedline`\ndid you mean `deadline`"),
        ("format = 1\ndeadline = 2026-03-01T12:00:00", "with an offset from UTC"),
        ("format = 1\ndeadline = 2026-03-01", "with an offset from UTC"),
        ("format = 1\npercent_per_day = -1", "`percent_per_day` must be at least 0"),
        ("format = 1\npercent_per_day = true", "`percent_per_day` must be a number"),
        ("format = 1\n[deadlines]\nex9 = 2026-03-01T12:00:00Z", "there is no unit `ex9`"),
        ("format = 1\nextensions = 3", "must be a table"),
        ("format = 1\n[extensions]\nann = true", "a whole number or a date and time"),
        ("format = ", "is not TOML"),
    ],
)
def test_what_is_wrong_is_named(text: str, sentence: str) -> None:
    """A mistake in the file is a sentence with its key."""
    with pytest.raises(UsageError) as caught:
        parse_policy(text, UNITS, "late.toml")
    assert sentence in str(caught.value) and str(caught.value).startswith("late.toml")


def test_an_extension_names_a_student_by_anything_unique(policy: Policy) -> None:
    """Ids, names and e-mails of the roster are understood; nobody's, and two students' at once, stop the run."""
    students = [
        Student("s1", "Ann Smith", "ann@x.org", fields={"student": "s1", "email": "ann@x.org"}),
        Student("s2", "Bo Li", "bo@x.org", fields={"student": "s2", "email": "bo@x.org"}),
        Student("s3", "Bo Li", "bo3@x.org", fields={"student": "s3", "canvas_id": "20003"}),
        Student("s4", "Cy Young", fields={"student": "s4", "identifier": "Participant 17", "sid": "20004"}),
        Student("s5", "Di Dee", fields={"student": "s5", "canvas_id": "20004"}),
    ]
    named = Roster(students).named
    for name, more in (("Ann Smith", "s1"), ("ann@x.org", "s1"), ("S2", "s2"), ("bo3", "s3"),
                       ("20003", "s3"), ("17", "s4"), ("Participant 17", "s4"), ("Young, Cy", "s4")):  # fmt: skip
        given = parse_policy(f'format = 1\n[extensions]\n"{name}" = 2', UNITS, "late.toml")
        assert with_students(given, named, students, "late.toml").extensions == {more: 2}
    for name, sentence in (
        ("Bo Li", "fits s2 and s3 alike"),
        ("20004", "fits s4 and s5 alike"),
        ("ann.smiht", "no such student\ndid you mean `ann smith`"),
    ):
        given = parse_policy(f'format = 1\n[extensions]\n"{name}" = 2', UNITS, "late.toml")
        with pytest.raises(UsageError) as caught:
            with_students(given, named, students, "late.toml")
        assert sentence in str(caught.value)


def test_a_cap_a_cut_off_and_slip_days() -> None:
    """Lateness costs at most the cap, everything after the cut-off, and nothing while slip days last."""
    text = "format = 1\ndeadline = 2026-03-01T12:00:00+01:00\npercent_per_day = 20\nmost_percent = 50\ncutoff_days = 5"
    policy = parse_policy(f"{text}\nslip_days = 3", UNITS, "late.toml")
    assert [policy.share(days) for days in (1, 2, 3, 5, 6)] == [
        Fraction(4, 5), Fraction(3, 5), Fraction(1, 2), Fraction(1, 2), 0
    ]  # fmt: skip
    week = {f"u{n}": policy.lateness("ann", f"u{n}", NOON + n * DAY - 1, "Canvas") for n in (1, 2, 4, 6)}
    spent = policy.slip(week)
    assert [(one.slipped, one.percent, one.cut_off) for one in spent.values()] == [
        (1, 0, False), (2, 0, False), (0, 50, False), (0, 100, True)
    ]  # fmt: skip


def test_a_time_that_nobody_vouches_for_costs_nothing(policy: Policy) -> None:
    """Without a time a work is on time and unknown; an LMS's own mark is one day, unless there is an extension."""
    assert policy.lateness("cy", "other", None) == Lateness(due=NOON, unknown=True)
    marked = policy.lateness("cy", "other", None, "Canvas", marked=True)
    assert (marked.days, marked.percent, marked.marked) == (1, Fraction(25, 2), "Canvas")
    assert not policy.lateness("cy", "other", None, "Canvas").unknown
    extended = policy.lateness("ann", "other", None, "Canvas", marked=True)
    assert extended.days == 0 and extended.unknown

"""The late policy: days, grace, extensions, and a TOML that is wrong."""

from fractions import Fraction

import pytest

from grader.base.errors import UsageError
from grader.report.gradebook.late import Policy, parse_policy, require_students

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


def test_an_extension_for_nobody_is_a_slip(policy: Policy) -> None:
    """An extension of a student who is not in the class stops the run."""
    require_students(policy, ["ann", "Bo", "cy"], "late.toml")
    with pytest.raises(UsageError, match="no such student"):
        require_students(policy, ["bo"], "late.toml")

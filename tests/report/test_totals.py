"""Totals: categories and weights, and what is dropped, which is what helps the student most."""

import itertools
import random
from fractions import Fraction

import pytest

from grader.base.errors import CourseError
from grader.course.course import Category, Grades
from grader.report.gradebook.totals import Group, Part, course_rules, total_of

NAMES = {"ex01": "ex01_x", "ex01_x": "ex01_x", "ex02": "ex02_y", "ex02_y": "ex02_y", "r1": "r1-basics"}


def part(unit: str, share: str, weight: float = 1, extra: bool = False) -> Part:
    return Part(unit, Fraction(share), Fraction(str(weight)), extra)


def best(parts: list[Part], groups: list[Group]) -> Fraction:
    """The largest share by trying every choice of what may be dropped."""
    choices = []
    for group in groups:
        mine = [one for one in parts if one.unit in group.units]
        most = max(0, min(group.drop_lowest, len(mine) - 1))
        choices.append([set(less) for k in range(most + 1) for less in itertools.combinations(mine, k)])
    found = []
    for combination in itertools.product(*choices):
        kept = [one for one in parts if not any(one in less for less in combination)]
        earned = out_of = Fraction(0)
        for group in groups:
            mine = [one for one in kept if one.unit in group.units]
            weight = sum((one.weight for one in mine), Fraction(0))
            points = sum((one.share * one.weight for one in mine), Fraction(0))
            earned += points if group.weight is None else points / weight * group.weight
            out_of += weight if group.weight is None else group.weight
        found.append(earned / out_of)
    return max(found)


@pytest.mark.parametrize("weights", [(None,), (None, None), (60, 40), (60, None), (None, None, 30)])
def test_no_choice_of_dropped_units_is_better(weights: tuple[int | None, ...]) -> None:
    """Over random units, weights and numbers to drop, the total equals the best of all choices."""
    draw = random.Random(str(weights))
    for _ in range(60):
        parts, groups = [], []
        for at, weight in enumerate(weights):
            names = [f"{at}.{n}" for n in range(draw.randint(1, 4))]
            parts += [part(name, str(Fraction(draw.randint(0, 6), 6)), draw.choice([1, 2, 5, 12])) for name in names]
            heavy = None if weight is None else Fraction(weight)
            groups.append(Group(str(at), frozenset(names), heavy, draw.randint(0, 2)))
        total = total_of(parts, groups)
        assert total.earned is not None and total.out_of
        assert total.earned / total.out_of == best(parts, groups)


def test_the_heavy_unit_goes_though_its_share_is_not_the_lowest() -> None:
    """A quarter of a light unit hurts less than a third of a heavy one."""
    parts = [part("a", "1/4", 4), part("b", "1", 5), part("c", "1/3", 6)]
    total = total_of(parts, [Group("", frozenset("abc"), None, 1)])
    assert (total.earned, total.out_of, total.dropped) == (6, 9, {"c"})


def test_the_last_unit_of_a_category_stays() -> None:
    """However many may be dropped, one unit of each category counts, and one without weight is no unit to keep."""
    total = total_of([part("a", "0", 5), part("b", "1", 0)], [Group("", frozenset("ab"), None, 3)])
    assert (total.earned, total.out_of, total.dropped) == (0, 5, set())


def test_categories_are_worth_their_weight() -> None:
    """A category's share counts with its weight; one without anything counts not at all; a unit in none neither."""
    groups = [Group("Homework", frozenset("ab"), Fraction(60)), Group("Exam", frozenset("e"), Fraction(40))]
    total = total_of([part("a", "1/2", 10), part("b", "1", 30), part("z", "0", 99)], groups)
    assert (total.earned, total.out_of) == (Fraction(7, 8) * 60, 60)
    assert total.shares == {"Homework": Fraction(7, 8)}


def test_extra_credit_alone_adds_to_what_is_earned_only() -> None:
    """It is in no denominator, it is never dropped, and with nothing else it is out of nothing."""
    groups = [Group("", frozenset("ab"), None, 1)]
    total = total_of([part("a", "1/2", 10), part("b", "1/10", 10, extra=True)], groups)
    assert (total.earned, total.out_of) == (6, 10)
    alone = total_of([part("b", "1/10", 10, extra=True)], groups)
    assert (alone.earned, alone.out_of) == (1, 0)
    assert total_of([], groups).earned is None


def test_categories_of_a_course_are_checked() -> None:
    """Patterns find units by any name; none that fits, a unit in two, and a drop beside categories are errors."""
    both = Grades(categories=(Category("Code", ("ex*",), 60, 1), Category("Quizzes", ("r1",))))
    _, _, groups = course_rules(both, NAMES, "course.toml")
    assert groups == (
        Group("Code", frozenset({"ex01_x", "ex02_y"}), Fraction(60), 1),
        Group("Quizzes", frozenset({"r1-basics"}), None, 0),
    )
    for grades, sentence in (
        (Grades(categories=(Category("A", ("lab*",)),)), "`lab\\*` in A fits no unit"),
        (Grades(categories=(Category("A", ("ex01",)), Category("B", ("ex*",)))), "ex01_x is in A and in B"),
        (Grades(categories=(Category("A", ("ex01",)), Category("A", ("ex02",)))), "two called A"),
        (Grades(drop_lowest=1, categories=(Category("A", ("ex01",)),)), "drop_lowest"),
    ):
        with pytest.raises(CourseError, match=sentence):
            course_rules(grades, NAMES, "course.toml")

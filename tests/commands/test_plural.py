"""Numbers and their nouns agree."""

from fractions import Fraction

import pytest

from grader.base.text import counted, plural


@pytest.mark.parametrize(
    ("number", "many", "expected"),
    [(0, "", "0 runs"), (1, "", "1 run"), (2, "", "2 runs"), (2, "quizzes", "2 quizzes")],
)
def test_a_number_stands_before_the_noun_that_fits(number: int, many: str, expected: str) -> None:
    """Only 1 takes the singular; a plural of its own may be given."""
    assert counted(number, "run", many) == expected


def test_only_exactly_one_is_singular() -> None:
    """Fractions and floats count by their value."""
    assert [plural(number, "point") for number in (1.0, Fraction(1), 0.5, 1.5)] == [
        "point",
        "point",
        "points",
        "points",
    ]

"""Hints belong to failures: what is wrong in general gets its own, the test's own speaks of its subject alone."""

import pytest

from .conftest import Grade

SUITE = '''
from grader.suite import close, points, require, shaped


def pair(module, x):
    low, high = module.pair(x)
    return [low, high]


def doubled(module, x):
    return module.double(x)


@points(1, hint="HINT OF THE TEST")
def test_double(observe):
    """Double."""
    shaped(observe(doubled, 2.0), (), "double of 2")
    close(observe(doubled, 2.0), 4.0, "double of 2")
    require(observe(doubled, 0.0) == 0, "double of 0 is 0", "HINT OF THE ASSERTION")


@points(1, hint="HINT OF THE TEST")
def test_refusal(observe):
    """Refusal."""
    observe.refuses(doubled, [-1.0], [1.0], ValueError, "double(x)")


@points(1, hint="HINT OF THE TEST")
def test_pair(observe):
    """Pair."""
    close(observe(pair, 2.0), [1.0, 3.0], "pair of 2")
'''
DOUBLE = "def double(x):\n    if x < 0:\n        raise ValueError\n    return 2 * x\n\n\n"
RIGHT = DOUBLE + "def pair(x):\n    return x - 1, x + 1\n"
CASES = {
    "value": (("return 2 * x", "return 3 * x"), "double", "expected 4, saw 6", "HINT OF THE TEST"),
    "own hint": (("return 2 * x", "return 2 * x or 1"), "double", "double of 0 is 0", "HINT OF THE ASSERTION"),
    "returns nothing": (("return 2 * x", "2 * x"), "double", "saw None", "without `return`"),
    "another shape": (("return 2 * x", "import torch; return torch.ones(2)"), "double", "dtype float32", "shape"),
    "no refusal": (("raise ValueError", "pass"), "refusal", "must raise ValueError", "Look at the arguments"),
    "refuses too much": (("if x < 0", "if x < 2"), "refusal", "double(1.0) must be accepted", "too strict"),
    "three for two": (("x - 1, x + 1", "x - 1, x, x + 1"), "pair", "a tuple of 2", ""),
    "one for two": (("return x - 1, x + 1", "return x - 1"), "pair", "asked for is a tuple", ""),
    "none for two": (("return x - 1, x + 1", "x"), "pair", "is a `return` missing?", ""),
    "another name": (("def pair", "def Pair"), "pair", "your file defines `double`, `Pair`, asked for is `pair`", ""),
    "another signature": (("def pair(x)", "def pair()"), "pair", "the signature differs from the stub's", ""),
    "not written": (("return x - 1, x + 1", "raise NotImplementedError"), "pair", "not written yet", ""),
    "its own exception": (("return x - 1, x + 1", "return [][1]"), "pair", "IndexError", "HINT OF THE TEST"),
    "no such package": (("def pair(x):", "def pair(x):\n    import kornia_"), "pair", "neither installed here nor", ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", CASES)
def test_each_failure_has_the_hint_that_fits_it(grade: Grade, kind: str) -> None:
    """A failure with a general cause is told that cause, others the assertion's or the test's own hint."""
    (old, new), name, message, hint = CASES[kind]
    assert old in RIGHT
    record = grade(RIGHT.replace(old, new), SUITE, RIGHT)
    (verdict,) = [v for v in record.verdicts if v.name == f"test_{name}"]

    assert message in verdict.message
    assert hint in verdict.hint if hint else not verdict.hint


def test_failures_with_one_cause_say_so(grade: Grade) -> None:
    """Tests that fail at the same line with the same exception have one cause, others have causes of their own."""
    same = grade(RIGHT.replace("return 2 * x", "return x.missing"), SUITE, RIGHT)
    other = grade(RIGHT.replace("return 2 * x", "return 3 * x").replace("raise ValueError", "pass"), SUITE, RIGHT)

    assert len({v.cause for v in same.verdicts if v.outcome == "error"}) == 1
    causes = [v.cause for v in other.verdicts if not v.passed]
    assert len(causes) == 2 and len(set(causes)) == 2


def test_a_failed_test_names_what_it_asked(grade: Grade) -> None:
    """The question stands beside the failure as a line of Python; a passed test has none."""
    record = grade(RIGHT.replace("return 2 * x", "return 3 * x"), SUITE, RIGHT)
    by_name = {v.name: v for v in record.verdicts}

    assert by_name["test_double"].asked == ("x = 2.0; double(x)",)
    assert by_name["test_pair"].asked == ()

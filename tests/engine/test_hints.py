"""Hints belong to failures: what is wrong in general gets its own, the test's own speaks of its subject alone."""

import numpy as np
import pytest

from grader.engine.finding import finding
from grader.engine.outcomes import Mismatch

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
    "a colon": (("def pair(x):", "def pair(x)"), "pair", "a colon is missing", ""),
    "an open bracket": (("return x - 1, x + 1", "return (x - 1, x + 1"), "pair", "a bracket has no partner", ""),
    "a bracket too many": (("x + 1", "x + 1)"), "pair", "a bracket closes none", ""),
    "a quote": (("return x - 1, x + 1", "return 'x - 1, x + 1"), "pair", "a quote is missing", ""),
    "no block": (("    return x - 1, x + 1", ""), "pair", "an empty block holds `pass`", ""),
    "other syntax": (("return x - 1, x + 1", "return x - 1 x + 1"), "pair", "Python cannot read this line", ""),
    "a name unknown": (("return x - 1, x + 1", "return y - 1, x + 1"), "pair", "`y` has no value here", ""),
    "read too early": (("return x - 1, x + 1", "y = y + x; return y, x"), "pair", "a `y` of its own", ""),
    "no such name": (("def pair(x):", "def pair(x):\n    from math import e_"), "pair", "`math` has no `e_` here", ""),
    "NumPy in words": (
        ("return x - 1, x + 1", "import numpy as np; raise ValueError(f'{np.float64(2.5)!r}, {[np.True_]}')"),
        "pair", "ValueError: 2.5, [True]", "HINT OF THE TEST",
    ),
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


ONE_ANSWER = '''
from grader.suite import close, points, shaped


def pair(module, x):
    return list(module.pair(x))


@points(1)
def test_low(observe):
    """The lower one."""
    close(observe(pair, 2.0)[0], 1.0, "the lower one")


@points(1)
def test_low_again(observe):
    """The lower one after another question."""
    observe(pair, 5.0)
    close(observe(pair, 2.0)[0], 1.0, "the lower one, once more")


@points(1)
def test_high(observe):
    """The higher one."""
    close(observe(pair, 2.0)[1], 3.0, "the higher one")


@points(1)
def test_other(observe):
    """The lower one of another pair."""
    low, _ = observe(pair, 3.0)
    assert low == 2.0, f"the lower one: expected 2, saw {low:g}"
'''


def test_tests_that_see_the_same_wrong_answer_have_one_cause(grade: Grade) -> None:
    """The same question with the same wrong number is one cause, whatever a test calls it; other numbers are others."""
    record = grade(RIGHT.replace("x - 1", "x - 2"), ONE_ANSWER, RIGHT)
    low, again, high, other = record.verdicts
    both = grade(RIGHT.replace("x - 1, x + 1", "x - 2, x + 2"), ONE_ANSWER, RIGHT).verdicts

    assert low.message != again.message and low.cause == again.cause
    assert high.passed and other.cause not in (low.cause, "")
    assert len({verdict.cause for verdict in both}) == 3


def test_the_question_that_failed_is_known_by_its_answer(grade: Grade) -> None:
    """Of several questions the one whose very answer was compared is named; none, where a test compares for itself."""
    low, again, _, other = grade(RIGHT.replace("x - 1", "x - 2"), ONE_ANSWER, RIGHT).verdicts

    assert low.question == again.question == "x = 2.0; pair(x)"
    assert again.asked == ("x = 2.0; pair(x)", "x = 5.0; pair(x)")
    assert other.question == "x = 3.0; pair(x)"  # the only one
    two = ONE_ANSWER.replace("low, _ = observe(pair, 3.0)", "low, _ = observe(pair, 3.0); observe(pair, 4.0)")
    verdict = grade(RIGHT.replace("x - 1", "x - 2"), two, RIGHT).verdicts[3]
    assert verdict.question == "" and len(verdict.asked) == 2


def test_a_refusal_names_its_case(grade: Grade) -> None:
    """What was to be refused, or accepted, stands beside the failure as a line of Python."""
    (_, verdict, _) = grade(RIGHT.replace("raise ValueError", "pass"), SUITE, RIGHT).verdicts

    assert verdict.question == "x = -1.0; double(x)"


def test_a_failed_test_names_what_it_asked(grade: Grade) -> None:
    """The question stands beside the failure as a line of Python; a passed test has none."""
    record = grade(RIGHT.replace("return 2 * x", "return 3 * x"), SUITE, RIGHT)
    by_name = {v.name: v for v in record.verdicts}

    assert by_name["test_double"].asked == ("x = 2.0; double(x)",)
    assert by_name["test_pair"].asked == ()


def test_no_number_of_numpy_shows_itself() -> None:
    """Messages, hints and exceptions write NumPy's numbers as Python's, whoever put them there."""
    problem = Mismatch("expected np.float64(2.5), saw np.True_", hint="not np.int64(3)", words="saw np.True_")
    failed = finding(problem, "", lambda: True, "question 0")
    unread = finding(KeyError(np.float32(0.5)), "", lambda: True)

    assert (failed.message, failed.hint) == ("expected 2.5, saw True", "not 3")
    assert failed.cause == "question 0 value: saw True"
    assert unread.outcome == "failed" and "np." not in unread.message

"""The comparisons that suites use: what passes, what fails, and what the learner reads."""

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.suite import Opaque, answers, between, close, mean_by_chance, one_hot, same
from grader.suite.digits import digits


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (1.000001, 1.0),
        (np.float32([1, 2]), np.array([1.0, 2.0])),
        ([1.0, {"a": (2, 3)}], [1.0, {"a": (2, 3)}]),
        (np.array([1.0, 2.0]), [1.0, 2.0]),
        (float("inf"), float("inf")),
        ("text", "text"),
        (None, None),
    ],
)
def test_close_accepts_what_is_close(seen: Any, expected: Any) -> None:
    """Numbers within tolerance and equal containers pass."""
    close(seen, expected, "it")


@pytest.mark.parametrize(
    ("seen", "expected", "says"),
    [
        (1.1, 1.0, "expected 1, saw 1.1"),
        ([5.0], [float("inf")], r"expected inf, saw 5 at \[0\]"),
        ([float("inf")], [5.0], r"expected 5, saw inf at \[0\]"),
        (np.array([-np.inf]), np.array([np.inf]), r"expected inf, saw -inf at \[0\]"),
        (float("nan"), float("nan"), "saw nan"),
        (float("nan"), 1.0, "saw nan"),
        (None, 1.0, "saw None"),
        (None, [1, 2], r"expected \[1, 2\], saw None"),
        ([], [1, 2], "expected a list of 2, saw a list of 0"),
        (
            np.zeros((2, 3)),
            np.zeros((3, 2)),
            r"shape \(3, 2\), dtype float64, saw shape \(2, 3\), dtype float64",
        ),
        (np.zeros(2, "f"), np.zeros(3), r"expected shape \(3,\), saw shape \(2,\), dtype float32"),
        ("x" * 300, "y" * 300, "x" * 300),
        (list(range(500)), {}, "saw a list of 500"),
        (np.float32(0.3), 0.3001, "expected 0.3001, saw 0.3$"),
        (np.array([1.0, 2.0, 9.0]), np.array([1.0, 2.0, 3.0]), r"expected 3, saw 9 at \[2\].*wrong in 1 of 3"),
        (np.array([np.nan, 1.0]), np.array([np.nan, 1.0]), "saw nan"),
        ({"a": 1}, {"a": 1, "b": 2}, r"missing \['b'\]"),
        ({"a": 1, "c": 1}, {"a": 1}, r"unexpected \['c'\]"),
        (Opaque("builtins.generator", ""), 2, "builtins.generator"),
        ([1, [2, 3]], [1, [2, 4]], r"expected 4, saw 3 at \[1\]\[1\]"),
        ("b", "a", "expected 'a', saw 'b'"),
    ],
)
def test_close_names_the_difference(seen: Any, expected: Any, says: str) -> None:
    """Whatever differs fails, NaN always, and the message gives both numbers and the place."""
    with pytest.raises(AssertionError, match=says):
        close(seen, expected, "it")


def test_same_is_exact() -> None:
    """`same` accepts equality only: no tolerance, no tuple for a list, no True for 1."""
    same([1, (2, "x")], [1, (2, "x")], "it")
    same([1, float("inf")], [1, float("inf")], "it")
    same(np.array([1, np.inf]), np.array([1, np.inf]), "it")
    for seen, expected in ((1.000001, 1.0), ((1, 2), [1, 2]), (True, 1), (None, False), (5.0, float("inf"))):
        with pytest.raises(AssertionError):
            same(seen, expected, "it")


def test_between_and_answers_guard_their_form() -> None:
    """`between` wants one number in range, `answers` a list of the right length; None passes neither."""
    between(0.5, 0, 1, "share")
    assert answers((1, 2), 2) == [1, 2]
    for wrong in (2, None, True, float("nan"), [0.5]):
        with pytest.raises(AssertionError):
            between(wrong, 0, 1, "share")
    for short in ([], None, [1], {}):
        with pytest.raises(AssertionError):
            answers(short, 2)


def test_one_hot_rows() -> None:
    """`one_hot` puts one 1 per row, float32."""
    assert one_hot([2, 0], 3).tolist() == [[0, 0, 1], [1, 0, 0]]
    assert one_hot([2, 0], 3).dtype == np.float32


def test_digits_split() -> None:
    """The digits are split 200/400/1197, scaled to [0, 1], and 51 of the noisy training labels are wrong."""
    clean, noisy = digits(), digits(noisy=True)

    assert [len(part) for part in clean] == [200, 200, 400, 400, 1197, 1197]
    assert clean.x_train.dtype == np.float32 and clean.x_train.min() == 0 and clean.x_train.max() == 1
    assert int((clean.y_train != noisy.y_train).sum()) == 51
    assert np.array_equal(clean.y_val, noisy.y_val) and np.array_equal(clean.x_train, noisy.x_train)
    clean.x_train[:] = 7
    assert digits().x_train.max() == 1


NEARLY = [
    (lambda: between(0.39999, 0.4, 1.0, "it"), "expected 0.4 to 1, saw 0.39999"),
    (lambda: between(1.00000004, 0.4, 1.0, "it"), "to 1, saw 1.00000004"),
    (lambda: between(2.5, 0.4, 1.0, "it"), "expected 0.4 to 1, saw 2.5"),
    (lambda: between(float("nan"), 0, 1, "it"), "expected 0 to 1, saw nan"),
    (lambda: mean_by_chance([0.5, 1.0000002], 0.5, 0, 1, "it"), "from 0 to 1, saw 1.0000002"),
    (lambda: same(np.float32([0.1]), np.float64([0.1]), "it"), "expected 0.1, saw 0.10000000"),
]


@pytest.mark.parametrize(("check", "says"), NEARLY, ids=[says for _, says in NEARLY])
def test_numbers_that_differ_look_different(check: Callable[[], None], says: str) -> None:
    """Expected and seen get as many digits as it takes to see that the one does not fit the other."""
    with pytest.raises(AssertionError) as caught:
        check()
    assert says in str(caught.value)


def test_means_and_spreads_that_nearly_fit_look_different() -> None:
    """A mean or a spread just outside what chance allows is told with the digits that show it."""
    margin = 2 * math.sqrt(math.log(2 / 0.5) / 20)
    with pytest.raises(AssertionError, match="expected a mean of 0") as caught:
        mean_by_chance([margin + 1e-6] * 10, 0.0, -1, 1, "it", fail=0.5)
    low, high, seen = (float(x) for x in re.findall(r"-?\d+\.\d+", str(caught.value)))
    assert not low <= seen <= high

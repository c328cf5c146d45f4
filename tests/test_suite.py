"""The comparisons that suites use: what passes, what fails, what the learner reads, and which names stay."""

import inspect
import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import grader.suite
from grader.engine.observe import Observe
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
    with pytest.raises(ValueError, match="give the lower bound first"):
        between(0.5, 1, 0, "share")
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


PROMISED = {  # suites of others call these: a name or a first parameter that goes, goes after a version that says so
    "Digits": "x_train y_train x_val y_val x_test y_test", "Opaque": "type text", "Raised": "kinds message frames",
    "all_seen": "seen of what fail", "answers": "seen count", "apart": "seen low high digits bounds",
    "between": "seen low high what hint", "by_chance": "hits n p what fail", "close": "seen expected what",
    "digits": "noisy", "earn": "right of message hint", "exactly": "seen count what", "form": "value",
    "may_fail": "fail", "mean_by_chance": "values mean low high what fail", "normal": "draw shape",
    "one_hot": "labels classes", "pair": "expected seen", "picture": "figure", "points": "worth hint gate bonus",
    "public": "test", "require": "condition message hint", "same": "seen expected what hint",
    "shaped": "seen shape what dtype hint", "share": "hits p what fail", "spread": "values std what fail",
    "uniform": "draw shape", "weights_before_each_step": "run",
}  # fmt: skip
PROMISED_WAYS = {
    "__call__": "scenario args", "all": "scenario cases seconds", "call": "name arguments",
    "each": "scenario cases seconds", "refuses": "scenario bad good error what",
}  # fmt: skip
PROMISED_NAMED = {"close": "rtol atol hint", "normal": "dtype", "uniform": "dtype", "observe": "seconds fresh"}


def positional(function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters that a call may give without their names."""
    found = [one for one in inspect.signature(function).parameters.values() if one.name != "self"]
    return [one for one in found if one.kind not in (one.KEYWORD_ONLY, one.VAR_KEYWORD)]


@pytest.mark.parametrize("name", sorted({*PROMISED, *grader.suite.__all__}))
def test_a_public_name_stays_as_it_is(name: str) -> None:
    """No public name and none of its first parameters goes or is renamed; what is new is promised, too, or optional."""
    assert name in grader.suite.__all__ and name in PROMISED
    first = PROMISED[name].split()
    found = positional(getattr(grader.suite, name))
    assert [one.name for one in found][: len(first)] == first
    assert all(one.default is not one.empty for one in found[len(first) :])


@pytest.mark.parametrize("name", PROMISED_WAYS)
def test_a_way_to_ask_stays_as_it_is(name: str) -> None:
    """Nor does a way to ask, or one of its first parameters."""
    found = [one.name for one in positional(getattr(Observe, name))]
    assert found[: len(PROMISED_WAYS[name].split())] == PROMISED_WAYS[name].split()


@pytest.mark.parametrize("name", PROMISED_NAMED)
def test_what_is_given_by_name_stays_as_it_is(name: str) -> None:
    """Nor does what a call gives by its name alone."""
    function = Observe.__call__ if name == "observe" else getattr(grader.suite, name)
    named = {p.name for p in inspect.signature(function).parameters.values() if p.kind is p.KEYWORD_ONLY}
    assert set(PROMISED_NAMED[name].split()) <= named

"""What a hidden suite may call: comparisons whose messages a learner can read, statistics with a stated risk, inputs.

Everything here runs in the examiner on plain data, with NumPy. Scenarios may import `picture` and
`weights_before_each_step` only, of which the examinee has its own copy.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.engine.difference import apart, described, difference, dtype_name, form, pair
from grader.engine.outcomes import Mismatch, PartlyEarned, SubmissionRaised
from grader.engine.tolerance import TOLERANCE
from grader.sandbox.guest.scenario_api import picture, weights_before_each_step
from grader.sandbox.guest.wire import BFLOAT16, Opaque, Raised
from grader.suite.chance import all_seen, by_chance, may_fail, mean_by_chance, share, spread
from grader.suite.digits import Digits, digits

__all__ = [
    "Digits", "Opaque", "Raised", "all_seen", "answers", "apart", "between", "by_chance", "close", "digits", "earn",
    "exactly", "form", "may_fail", "mean_by_chance", "normal", "one_hot", "pair", "picture", "points", "public",
    "require", "same", "shaped", "share", "spread", "uniform", "weights_before_each_step",
]  # fmt: skip

Test = Callable[..., None]


def points(worth: float, hint: str = "", gate: bool = False, bonus: bool = False) -> Callable[[Test], Test]:
    """Marks a test of a suite: what it is worth, one hint, and whether failing it costs the whole exercise (`gate`).

    A `bonus` adds its points, but is not part of the total.
    The hint must be true for whatever way of failing this test; one that fits a single way stands beside its assertion.
    ValueError unless `worth` is a finite number of points, 0 or more.
    """
    if isinstance(worth, bool) or not isinstance(worth, (int, float)) or not 0 <= worth < math.inf:
        raise ValueError(f"@points({worth!r}): a test is worth a number of points, 0 or more")

    def mark(test: Test) -> Test:
        marked: Test = pytest.mark.points(worth, hint=hint, gate=gate, bonus=bonus)(test)
        return marked

    return mark


def public(test: Test) -> Test:
    """Marks a test that learners get too: `grader release` hands out its code and what it uses, and nothing else.

    It must do without the fixture `reference`, because a release holds no solution.
    """
    marked: Test = pytest.mark.public(test)
    return marked


def require(condition: Any, message: str, hint: str = "") -> None:
    """`assert condition, message` with a hint that belongs to this failure alone."""
    if not condition:
        raise Mismatch(message, hint=hint)


def earn(right: int, of: int, message: str, hint: str = "") -> None:
    """Ends a test that earns `right` of its `of` equal parts; goes on where all are right.

    The last line of a test that counts what is right. ValueError for numbers that are no such parts.
    """
    if not 0 <= right <= of or of < 1:
        raise ValueError(f"earn({right}, of={of}): so many parts of a test cannot be right")
    if right < of:
        raise PartlyEarned(f"{message}: {right} of {of} are right", right / of, hint)


def answers(seen: Any, count: int) -> list[Any]:
    """The observation as a list of exactly `count` answers, so that no loop over it can be empty unseen."""
    if isinstance(seen, Raised):
        raise SubmissionRaised(seen)
    if not isinstance(seen, (list, tuple)):
        words = f"expected {count} values, saw {described(seen)}"
        raise Mismatch(words, "none" if seen is None else "length", seen=seen, words=words)
    if len(seen) != count:
        words = f"expected a {type(seen).__name__} of {count}, saw one of {len(seen)}"
        raise Mismatch(words, "length", seen=seen, words=words)
    return list(seen)


def shaped(seen: Any, shape: tuple[int, ...], what: str, dtype: str = "", hint: str = "") -> np.ndarray:
    """The observation as an array of this shape, and of this dtype if one is named."""
    wanted = f"shape {tuple(shape)}" + (f", dtype {dtype}" if dtype else "")
    if isinstance(seen, Raised):
        raise SubmissionRaised(seen)
    if not isinstance(seen, np.ndarray):
        if shape == () and isinstance(seen, (int, float)) and not isinstance(seen, bool):
            return np.asarray(seen)
        raise differing(what, f"expected a tensor of {wanted}, saw {described(seen)}", "shape", hint, seen)
    if seen.shape != tuple(shape):
        raise differing(what, f"expected {wanted}, saw {form(seen)}", "shape", hint, seen)
    if dtype and dtype_name(seen) != dtype_of(dtype):
        words = f"expected dtype {dtype}, saw dtype {dtype_name(seen)} (shape {seen.shape})"
        raise differing(what, words, "dtype", hint, seen)
    return seen


def differing(what: str, words: str, kind: str, hint: str, seen: Any) -> Mismatch:
    """The failure of a comparison; None where something was asked for is a kind of its own."""
    return Mismatch(f"{what}: {words}", "none" if seen is None else kind, hint, seen, words)


def dtype_of(name: str) -> str:
    """The name of a dtype as it is compared; `bfloat16` is torch's alone."""
    return name if name == BFLOAT16 else np.dtype(name).name


def exactly(seen: Any, count: int, what: str = "") -> list[Any]:
    """The observation as a list of exactly `count` answers, so that no loop over it can be empty unseen."""
    try:
        return answers(seen, count)
    except Mismatch as problem:
        if not what:
            raise
        raise Mismatch(f"{what}: {problem}", problem.kind, problem.hint, problem.seen, problem.words) from None


def close(
    seen: Any, expected: Any, what: str, *, rtol: float | None = None, atol: float | None = None, hint: str = ""
) -> None:
    """Numbers equal within `atol + rtol * |expected|`; lists, tuples and dicts part by part. NaN is never close.

    A tolerance that is not named is the exercise's: `[tolerance]` of exercise.toml, else 1e-4 and 1e-5.
    """
    usual = TOLERANCE.get()
    kind, problem = difference(
        seen, expected, usual.rtol if rtol is None else rtol, usual.atol if atol is None else atol
    )
    if kind:
        raise Mismatch(f"{what}: {problem}", kind, hint, seen, problem)


def same(seen: Any, expected: Any, what: str, hint: str = "") -> None:
    """Equal values, part by part; the dtypes of arrays are free (`shaped` asks for one)."""
    kind, problem = difference(seen, expected, 0.0, 0.0)
    if kind:
        raise Mismatch(f"{what}: {problem}", kind, hint, seen, problem)


def between(seen: Any, low: float, high: float, what: str, hint: str = "") -> None:
    """One number inside [low, high]. ValueError if the bounds are no range, which would fail every answer."""
    if not low <= high:
        raise ValueError(f"between(…, {low}, {high}, {what!r}): no number lies there; give the lower bound first")
    if isinstance(seen, Raised):
        raise SubmissionRaised(seen)
    if not isinstance(seen, (int, float)) or isinstance(seen, bool):
        raise differing(what, f"expected a number from {low:g} to {high:g}, saw {described(seen)}", "value", hint, seen)
    if not low <= seen <= high:
        saw, least, most = apart(seen, low, high)
        raise differing(what, f"expected {least} to {most}, saw {saw}", "value", hint, seen)


def normal(draw: np.random.Generator, *shape: int, dtype: str = "float32") -> np.ndarray:
    """Standard normal numbers of the given shape, float32 by default."""
    return draw.standard_normal(shape).astype(dtype)


def uniform(draw: np.random.Generator, *shape: int, dtype: str = "float32") -> np.ndarray:
    """Numbers from [0, 1) of the given shape, float32 by default."""
    return draw.random(shape).astype(dtype)


def one_hot(labels: Any, classes: int) -> np.ndarray:
    """Rows of zeros with one 1: (N,) integers -> (N, classes) float32."""
    rows: np.ndarray = np.eye(classes, dtype=np.float32)[np.asarray(labels)]
    return rows

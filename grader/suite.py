"""What a hidden suite may call: comparisons whose messages a learner can read, statistics with a stated risk, inputs.

Everything here runs in the examiner on plain data, with NumPy. Scenarios may import `picture` and
`weights_before_each_step` only, of which the examinee has its own copy.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.chance import by_chance, may_fail, mean_by_chance
from grader.digits import Digits, digits
from grader.sandbox.kit import picture, weights_before_each_step
from grader.sandbox.wire import Opaque, Raised

__all__ = [
    "Digits", "Opaque", "Raised", "answers", "between", "by_chance", "close", "digits", "may_fail", "mean_by_chance",
    "normal", "one_hot", "picture", "points", "same", "uniform", "weights_before_each_step",
]  # fmt: skip

Test = Callable[..., None]


def points(worth: float, hint: str = "", gate: bool = False) -> Callable[[Test], Test]:
    """Marks a test of a suite: what it is worth, one hint, and whether failing it costs the whole exercise (`gate`)."""

    def mark(test: Test) -> Test:
        marked: Test = pytest.mark.points(worth, hint=hint, gate=gate)(test)
        return marked

    return mark


def answers(seen: Any, count: int) -> list[Any]:
    """The observation as a list of exactly `count` answers, so that no loop over it can be empty unseen."""
    assert isinstance(seen, (list, tuple)), f"expected {count} answers, saw {short(seen)}"
    assert len(seen) == count, f"expected {count} answers, saw {len(seen)}"
    return list(seen)


def close(seen: Any, expected: Any, what: str, rtol: float = 1e-4, atol: float = 1e-5) -> None:
    """Numbers equal within `atol + rtol * |expected|`; lists, tuples and dicts part by part. NaN is never close."""
    problem = difference(seen, expected, rtol, atol)
    assert not problem, f"{what}: {problem}"


def same(seen: Any, expected: Any, what: str) -> None:
    """Exactly equal, part by part."""
    problem = difference(seen, expected, 0.0, 0.0)
    assert not problem, f"{what}: {problem}"


def between(seen: Any, low: float, high: float, what: str) -> None:
    """One number inside [low, high]."""
    number = isinstance(seen, (int, float)) and not isinstance(seen, bool)
    assert number, f"{what}: expected a number from {low:g} to {high:g}, saw {short(seen)}"
    assert low <= seen <= high, f"{what}: expected {low:g} to {high:g}, saw {seen:.4g}"


def normal(draw: np.random.Generator, *shape: int, dtype: str = "float32") -> np.ndarray:
    """Standard normal numbers of the given shape, float32 unless told."""
    return draw.standard_normal(shape).astype(dtype)


def uniform(draw: np.random.Generator, *shape: int, dtype: str = "float32") -> np.ndarray:
    """Numbers from [0, 1) of the given shape, float32 unless told."""
    return draw.random(shape).astype(dtype)


def one_hot(labels: Any, classes: int) -> np.ndarray:
    """Rows of zeros with one 1: (N,) integers -> (N, classes) float32."""
    rows: np.ndarray = np.eye(classes, dtype=np.float32)[np.asarray(labels)]
    return rows


def short(value: Any) -> str:
    """A value in at most about 80 characters."""
    if isinstance(value, np.ndarray):
        if value.size > 6:
            return f"an array of shape {value.shape}"
        return np.array2string(value, precision=4, separator=", ").replace("\n", "")
    if isinstance(value, bool) or not isinstance(value, float):
        text = repr(value)
        return text if len(text) <= 80 else text[:77] + "..."
    return f"{value:.6g}"


def difference(seen: Any, expected: Any, rtol: float, atol: float, place: str = "") -> str:
    """What is different, in words; empty if nothing is."""
    at = f" at {place}" if place else ""
    if isinstance(expected, dict):
        if not isinstance(seen, dict):
            return f"expected a dict{at}, saw {short(seen)}"
        missing = [key for key in expected if key not in seen]
        extra = [key for key in seen if key not in expected]
        if missing or extra:
            return f"{f'missing {missing}' if missing else f'unexpected {extra}'}{at}"
        parts: Any = ((seen[key], expected[key], f"{place}[{key!r}]") for key in expected)
        return next(filter(None, (difference(s, e, rtol, atol, p) for s, e, p in parts)), "")
    if isinstance(expected, (list, tuple)):
        if isinstance(seen, np.ndarray):
            return difference(seen, np.asarray(expected), rtol, atol, place)
        if not isinstance(seen, (list, tuple)):
            return f"expected {len(expected)} values{at}, saw {short(seen)}"
        if type(seen) is not type(expected) and rtol == atol == 0:
            return f"expected a {type(expected).__name__}{at}, saw a {type(seen).__name__}"
        if len(seen) != len(expected):
            return f"expected {len(expected)} values{at}, saw {len(seen)}"
        parts = (
            difference(s, e, rtol, atol, f"{place}[{i}]") for i, (s, e) in enumerate(zip(seen, expected, strict=True))
        )
        return next(filter(None, parts), "")
    if isinstance(expected, np.ndarray):
        return array_difference(seen, expected, rtol, atol, at)
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        if isinstance(seen, np.ndarray) and seen.size == 1:
            seen = seen.item()
        number = isinstance(seen, (int, float)) and not (isinstance(seen, bool) and rtol == atol == 0)
        if number and (seen == expected or abs(seen - expected) <= atol + rtol * abs(expected)):
            return ""
        return f"expected {short(expected)}, saw {short(seen)}{at}"
    if type(seen) is type(expected) and seen == expected:
        return ""
    return f"expected {short(expected)}, saw {short(seen)}{at}"


def array_difference(seen: Any, expected: np.ndarray, rtol: float, atol: float, at: str) -> str:
    """`difference` for arrays: shape first, then the place and size of the largest error."""
    if isinstance(seen, (int, float, list, tuple)):
        try:
            seen = np.asarray(seen)
        except ValueError:
            return f"expected an array of shape {expected.shape}{at}, saw {short(seen)}"
    if not isinstance(seen, np.ndarray) or seen.dtype.kind not in "biufc":
        return f"expected an array of shape {expected.shape}{at}, saw {short(seen)}"
    if seen.shape != expected.shape:
        return f"expected shape {expected.shape}{at}, saw shape {seen.shape}"
    wide = np.complex128 if "c" in seen.dtype.kind + expected.dtype.kind else np.float64
    a, b = seen.astype(wide), expected.astype(wide)
    with np.errstate(invalid="ignore"):
        gap = np.where(a == b, 0.0, np.abs(a - b))
        bad = ~(gap <= atol + rtol * np.abs(b))
    if not bad.any():
        return ""
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    where = f" at {list(first)}" if first else ""
    largest = np.nanmax(gap) if not np.isnan(gap).all() else np.nan
    return (
        f"expected {short(expected[first].item())}, saw {short(seen[first].item())}{where}{at}"
        f" (wrong in {int(bad.sum())} of {bad.size} places, largest error {largest:.3g})"
    )

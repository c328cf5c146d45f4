"""How an observation differs from what was expected: of which kind, and in words."""

import math
from typing import Any

import numpy as np

from grader.engine.outcomes import SubmissionRaised
from grader.sandbox.guest.wire import BFLOAT16, Bfloat16, Opaque, Raised

Difference = tuple[str, str]  # (kind, words); the kind is empty if nothing differs
EQUAL: Difference = ("", "")
LONG = 400  # characters of a value that is told by its form instead


def described(value: Any) -> str:
    """A value in words: in full where that is short, else by its form."""
    if isinstance(value, np.ndarray):
        if value.size > 6:
            return f"an array of {form(value)}"
        return np.array2string(value, precision=4, separator=", ").replace("\n", "")
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, Opaque):
        return f"a {value.type}" + (f" ({value.text})" if value.text else "")
    if isinstance(value, (list, tuple)) and any(isinstance(one, np.ndarray) for one in value):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, bool) or not isinstance(value, float):
        text = repr(value)
        if len(text) > LONG and isinstance(value, (list, tuple, dict, set, frozenset, str, bytes)):
            return f"a {type(value).__name__} of {len(value)}" + (" characters" if isinstance(value, str) else "")
        return text
    return f"{value:.6g}"


def form(value: np.ndarray) -> str:
    """Shape and dtype of an array, in words."""
    return f"shape {value.shape}, dtype {dtype_name(value)}"


def dtype_name(value: np.ndarray) -> str:
    """The dtype that the tensor had: NumPy has no bfloat16."""
    return BFLOAT16 if isinstance(value, Bfloat16) and value.dtype == np.float32 else value.dtype.name


def pair(expected: Any, seen: Any) -> str:
    """Both in words, with as many digits as it takes to see that they differ."""
    expected, seen = (one.item() if isinstance(one, np.generic) else one for one in (expected, seen))
    one, other = described(expected), described(seen)
    if one == other and isinstance(expected, (int, float)) and isinstance(seen, (int, float)):
        one, other = repr(float(expected)), repr(float(seen))
        for digits in range(7, 17):
            if f"{expected:.{digits}g}" != f"{seen:.{digits}g}":
                one, other = f"{expected:.{digits}g}", f"{seen:.{digits}g}"
                break
    if one == other:
        one, other = f"{one} ({type(expected).__name__})", f"{other} ({type(seen).__name__})"
    return f"expected {one}, saw {other}"


def apart(seen: float, low: float, high: float, digits: int = 4, bounds: int = 6) -> tuple[str, str, str]:
    """A number outside an interval, and the interval, with at least so many digits and as many as show that it is."""
    saw = least = most = ""
    for more in range(18):
        saw, least, most = (
            f"{one:.{min(17, count + more)}g}" for one, count in ((seen, digits), (low, bounds), (high, bounds))
        )
        if not float(least) <= float(saw) <= float(most):
            break
    return saw, least, most


def difference(seen: Any, expected: Any, rtol: float, atol: float, place: str = "") -> Difference:
    """What is different and of which kind; `EQUAL` if nothing is. Tolerances of 0 ask for exact equality.

    SubmissionRaised where an exception stands in the place of an answer.
    """
    if isinstance(seen, Raised) and not isinstance(expected, Raised):
        raise SubmissionRaised(seen)
    at = f" at {place}" if place else ""
    if seen is None and expected is not None:
        return "none", f"expected {described(expected)}{at}, saw None"
    if isinstance(expected, dict):
        return dict_difference(seen, expected, rtol, atol, place)
    if isinstance(expected, (list, tuple)):
        return list_difference(seen, expected, rtol, atol, place)
    if isinstance(expected, np.ndarray):
        return array_difference(seen, expected, rtol, atol, at)
    if isinstance(expected, np.generic):
        expected = expected.item()
    if isinstance(expected, (int, float)) and not isinstance(expected, bool):
        if isinstance(seen, np.generic) or (isinstance(seen, np.ndarray) and seen.size == 1):
            seen = seen.item()
        number = isinstance(seen, (int, float)) and not (isinstance(seen, bool) and rtol == atol == 0)
        if number and (seen == expected or abs(seen - expected) <= tolerance(expected, rtol, atol)):
            return EQUAL
        return "value", f"{pair(expected, seen)}{at}"
    if type(seen) is type(expected) and seen == expected:
        return EQUAL
    return "value", f"{pair(expected, seen)}{at}"


def tolerance(expected: float, rtol: float, atol: float) -> float:
    """Nothing but infinity itself is close to infinity."""
    return atol + rtol * abs(expected) if math.isfinite(expected) else -1.0


def dict_difference(seen: Any, expected: dict[Any, Any], rtol: float, atol: float, place: str) -> Difference:
    at = f" at {place}" if place else ""
    if not isinstance(seen, dict):
        return "value", f"expected a dict{at}, saw {described(seen)}"
    missing = [key for key in expected if key not in seen]
    extra = [key for key in seen if key not in expected]
    if missing or extra:
        return "value", f"{f'missing {missing}' if missing else f'unexpected {extra}'}{at}"
    parts = (difference(seen[key], expected[key], rtol, atol, f"{place}[{key!r}]") for key in expected)
    return next((part for part in parts if part[0]), EQUAL)


def list_difference(seen: Any, expected: Any, rtol: float, atol: float, place: str) -> Difference:
    at = f" at {place}" if place else ""
    kind = type(expected).__name__
    if isinstance(seen, np.ndarray):
        return difference(seen, np.asarray(expected), rtol, atol, place)
    if not isinstance(seen, (list, tuple)):
        return "length", f"expected a {kind} of {len(expected)}{at}, saw {described(seen)}"
    if type(seen) is not type(expected) and rtol == atol == 0:
        return "value", f"expected a {kind}{at}, saw a {type(seen).__name__}"
    if len(seen) != len(expected):
        return "length", f"expected a {kind} of {len(expected)}{at}, saw a {type(seen).__name__} of {len(seen)}"
    pairs = enumerate(zip(seen, expected, strict=True))
    parts = (difference(s, e, rtol, atol, f"{place}[{i}]") for i, (s, e) in pairs)
    return next((part for part in parts if part[0]), EQUAL)


def array_difference(seen: Any, expected: np.ndarray, rtol: float, atol: float, at: str) -> Difference:
    """`difference` for arrays: shape first, then the place and size of the largest error."""
    if isinstance(seen, (int, float, list, tuple)):
        try:
            seen = np.asarray(seen)
        except ValueError:
            return "shape", f"expected an array of {form(expected)}{at}, saw {described(seen)}"
    if not isinstance(seen, np.ndarray) or seen.dtype.kind not in "biufc":
        return "value", f"expected an array of {form(expected)}{at}, saw {described(seen)}"
    if seen.shape != expected.shape:
        # what is computed in a wider dtype to compare with asks for none
        wanted = form(expected) if dtype_name(expected) == dtype_name(seen) else f"shape {expected.shape}"
        return "shape", f"expected {wanted}{at}, saw {form(seen)}"
    wide = np.complex128 if "c" in seen.dtype.kind + expected.dtype.kind else np.float64
    a, b = seen.astype(wide), expected.astype(wide)
    least = 1.0 if seen.dtype.kind in "biu" and expected.dtype.kind in "biu" else 0.0  # of integers beyond 2**53
    with np.errstate(invalid="ignore"):
        equal = seen == expected
        gap = np.where(equal, 0.0, np.maximum(np.abs(a - b), least))
        bad = ~(equal | (np.isfinite(b) & (gap <= atol + rtol * np.where(np.isfinite(b), np.abs(b), 0.0))))
    if not bad.any():
        return EQUAL
    first = tuple(int(i) for i in np.argwhere(bad)[0])
    where = f" at {list(first)}" if first else ""
    largest = np.nanmax(gap) if not np.isnan(gap).all() else np.nan
    many = f" (wrong in {int(bad.sum())} of {bad.size} places, largest error {largest:.3g})" if bad.size > 1 else ""
    return "value", f"{pair(expected[first].item(), seen[first].item())}{where}{at}{many}"

"""Border mutation: what a test sees of the solution is damaged on the way, and the test must notice."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from grader.sandbox.guest.wire import Opaque, Raised


def emptied(value: Any) -> Any:
    if isinstance(value, (list, tuple, dict, str, bytes)):
        return type(value)()
    if isinstance(value, np.ndarray):
        return value[:0] if value.ndim else value
    return value


def mapped(value: Any, number: Callable[[Any], Any], array: Callable[[np.ndarray], np.ndarray]) -> Any:
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(v, number, array) for v in value)
    if isinstance(value, dict):
        return {k: mapped(v, number, array) for k, v in value.items()}
    if isinstance(value, np.ndarray):
        return array(value)
    if isinstance(value, (bool, int, float)):
        return number(value)
    return value


def with_nan(value: Any) -> Any:
    return mapped(
        value,
        lambda n: math.nan if isinstance(n, float) else n,
        lambda a: np.full_like(a, np.nan) if a.dtype.kind in "fc" else a,
    )


def zeroed(value: Any) -> Any:
    return mapped(value, lambda n: type(n)(0), np.zeros_like)


def flipped(value: Any) -> Any:
    return mapped(
        value,
        lambda n: (not n) if isinstance(n, bool) else -n,
        lambda a: ~a if a.dtype == bool else (0 - a).astype(a.dtype),
    )


def stretched(value: Any) -> Any:
    """Every array with one axis more at its end: a comparison that broadcasts would not notice."""
    return mapped(value, lambda n: n, lambda a: a[..., None] if a.ndim and a.size > 1 else a)


MUTATIONS: dict[str, Callable[[Any], Any]] = {
    "emptied": emptied,
    "nan": with_nan,
    "zero": zeroed,
    "flipped": flipped,
    "stretched": stretched,
    "none": lambda value: None,
}

DONE = {
    "emptied": "every list, text and array that it saw was emptied",
    "nan": "every float that it saw was replaced by NaN",
    "zero": "every number that it saw was replaced by 0",
    "flipped": "every number that it saw had its sign flipped",
    "stretched": "every array that it saw got one more axis at its end",
    "none": "every answer that it saw was replaced by None",
}


class OpaqueFinder:
    """Lets every answer pass, and notes why one of them is no plain data."""

    def __init__(self) -> None:
        self.why = ""

    def __call__(self, answers: list[Any]) -> list[Any]:
        for answer in answers:
            self.why = self.why or next(map(explained, opaque_parts(answer)), "")
        return answers


def opaque_parts(value: Any) -> Iterator[Opaque]:
    """What in an answer could not travel."""
    if isinstance(value, Opaque):
        yield value
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from opaque_parts(part)
    elif isinstance(value, dict):
        for part in value.values():
            yield from opaque_parts(part)


def explained(opaque: Opaque) -> str:
    """What an author should return instead."""
    if "too large" in opaque.text:
        return f"a scenario returns a tensor {opaque.text}: return its sum, a slice or a digest"
    if opaque.type == "torch.Tensor":
        return f"a scenario returns a tensor without plain numbers ({opaque.text}): return its numbers"
    return (
        f"a scenario returns a live {opaque.type.rpartition('.')[2]}: return its numbers (of a model, `state_dict()`)"
    )


class ObservationMutation:
    """Damages every answer and counts those that it really changed; exceptions pass untouched."""

    def __init__(self, name: str) -> None:
        self.apply = MUTATIONS[name]
        self.changed = 0

    def __call__(self, answers: list[Any]) -> list[Any]:
        out = []
        for answer in answers:
            if isinstance(answer, (Raised, Opaque)):
                out.append(answer)
                continue
            bad = self.apply(answer)
            self.changed += not alike(bad, answer)
            out.append(bad)
        return out


def alike(a: Any, b: Any) -> bool:
    """Deep equality in which NaN equals NaN."""
    if type(a) is not type(b):
        return False
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and bool(np.array_equal(a, b, equal_nan=a.dtype.kind in "fc"))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(alike(a[k], b[k]) for k in a)
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(alike(x, y) for x, y in zip(a, b, strict=True))
    return bool(a == b or (a != a and b != b))

"""What was answered to a question, and how far apart two answers lie."""

from typing import Any

import numpy as np

from grader.engine.observe import Question
from grader.engine.outcomes import NoAnswer, SubmissionRaised
from grader.engine.subject import Subject
from grader.sandbox.guest.wire import Raised

SAME = 1e-5  # up to this two answers are the same


def answered(subject: Subject, question: Question) -> Any:
    try:
        return subject.ask(question)
    except (NoAnswer, SubmissionRaised) as error:
        return error


def apart(a: Any, b: Any) -> list[int]:
    """The cases of one question that two codes answer differently; the first one, where one of them gave no answer."""
    if isinstance(a, Exception) or isinstance(b, Exception):
        return [0]
    gaps = [gap(x, y) for x, y in zip(a, b, strict=True)]
    return [case for case, error in enumerate(gaps) if error is None or error > SAME]


def gap(a: Any, b: Any) -> float | None:
    """The largest difference between two answers, None where their forms differ or nothing numeric is comparable."""
    if isinstance(a, Exception) or isinstance(b, Exception):
        return None
    if isinstance(a, Raised) and isinstance(b, Raised):
        return 0.0 if a.kinds[:1] == b.kinds[:1] else None  # words and line numbers are everybody's own
    if isinstance(a, dict) and isinstance(b, dict):
        return worst([gap(a[k], b[k]) for k in a]) if a.keys() == b.keys() else None
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return worst([gap(x, y) for x, y in zip(a, b, strict=True)]) if len(a) == len(b) else None
    if type(a) is type(b) and isinstance(a, int):
        return 0.0 if a == b else float(abs(a - b))
    if isinstance(a, (bool, int, float, np.ndarray)) and isinstance(b, (bool, int, float, np.ndarray)):
        x, y = np.asarray(a), np.asarray(b)
        if x.shape != y.shape or x.dtype.kind not in "biuf" or y.dtype.kind not in "biuf":
            return None
        if not x.size:
            return 0.0
        with np.errstate(invalid="ignore"):
            equal = (x == y) | ((x != x) & (y != y))  # NaN beside NaN is what was asked for
            error = np.where(equal, 0.0, np.abs(x.astype(float) - y.astype(float)))
        largest = float(np.max(error))
        return None if np.isnan(largest) else largest
    return 0.0 if type(a) is type(b) and a == b else None


def worst(gaps: list[float | None]) -> float | None:
    return None if None in gaps else max((g for g in gaps if g is not None), default=0.0)

"""Which question's answer a failed comparison saw: found by the very object, never by equal values."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.engine.observe import Question
from grader.engine.outcomes import Mismatch, SubmissionRaised
from grader.engine.paste import question_line
from grader.sandbox.guest.wire import Opaque, Raised

MOST = 100_000  # parts of answers that are looked at
OWN = (np.ndarray, list, tuple, dict, float, Raised, Opaque)  # of other types one object may stand in many answers

Answered = Sequence[tuple[Question, Sequence[Any]]]


@dataclass(frozen=True)
class Origin:
    """A question and which of its cases; `line` is what a learner can paste, `key` the same for the same question."""

    line: str = ""
    key: str = ""


def origin(problem: BaseException | None, answered: Answered) -> Origin:
    """Where the answer came from that a test's exception is about; empty where that is not sure."""
    if problem is None:
        return Origin()
    call = ""
    seen: Any = None
    if isinstance(problem, SubmissionRaised):
        seen, call = problem.raised, problem.call
    elif isinstance(problem, Mismatch):
        seen, call = problem.seen, problem.call
    places = {(question.digest(), case): question for question, answers in answered for case in range(len(answers))}
    if len(places) > 1 and isinstance(seen, OWN) and not (isinstance(seen, tuple) and not seen):
        places = {
            (question.digest(), case): question
            for question, answers in answered
            for case, answer in enumerate(answers)
            if holds(answer, seen)
        }
    if len(places) != 1:
        return Origin(call)
    (((digest, case), question),) = places.items()
    args, kwargs = question.cases[case]
    return Origin(call or question_line(question.scenario, args, kwargs), f"{digest[:16]} {case}")


def holds(answer: Any, seen: Any) -> bool:
    """Whether an answer is this object, has it as a part, or is the array of which it is a view."""
    wanted = {id(seen)}
    while isinstance(seen, np.ndarray) and seen.base is not None:
        seen = seen.base
        wanted.add(id(seen))
    todo = [answer]
    for _ in range(MOST):
        if not todo:
            return False
        one = todo.pop()
        if id(one) in wanted:
            return True
        if isinstance(one, (list, tuple)):
            todo += one
        elif isinstance(one, dict):
            todo += one.values()
    return False

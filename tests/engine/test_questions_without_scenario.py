"""`observe.call` and `observe.all`: the common questions without a scenario, or without a look at each answer."""

from typing import Any

import numpy as np
import pytest

from grader.engine.observe import Observe, Question
from grader.engine.outcomes import Mismatch, SubmissionRaised
from grader.engine.paste import question_line
from grader.engine.scenario import extract_scenario
from grader.sandbox.guest.wire import Raised, pack, unpack
from grader.suite import exactly, shaped


def square(module: Any, x: float) -> Any:
    """A scenario that is never run here."""
    return module.square(x)


def answering(*answers: Any) -> tuple[Observe, list[Question]]:
    asked: list[Question] = []

    def ask(question: Question) -> list[Any]:
        asked.append(question)
        return list(answers)

    return Observe(ask), asked


RAISED = Raised(("builtins.ValueError",), "no", ())


def test_call_asks_one_function_by_name() -> None:
    """The question names the function and its arguments, travels as text, and is pasted as a plain call."""
    observe, asked = answering(np.ones(2))
    assert observe.call("mean_row", np.zeros((1, 2), np.float32), dim=1).tolist() == [1, 1]
    (question,) = asked
    assert question.wants == "module" and "getattr(module, name)" in extract_scenario(question.scenario).modules[0][2]
    assert question_line(question.scenario, *question.cases[0]) == "mean_row(torch.tensor([[0., 0.]]), dim=1)"
    with pytest.raises(SubmissionRaised) as problem:
        answering(RAISED)[0].call("mean_row", 3)
    assert problem.value.call == "mean_row(3)"
    with pytest.raises(TypeError, match="give the name of a function"):
        observe.call(square)  # type: ignore[arg-type]


def test_all_raises_the_first_exception_with_its_case() -> None:
    """Plain answers come back; the first `Raised` is raised and names its question; no case is an error of the test."""
    assert answering(1, 4)[0].all(square, [1, 2]) == [1, 4]
    with pytest.raises(SubmissionRaised) as problem:
        answering(1, RAISED, RAISED)[0].all(square, [1, 2, 3])
    assert problem.value.call == "x = 2; square(x)"
    with pytest.raises(ValueError, match="needs a case"):
        answering()[0].all(square, [])


def test_exactly_names_what_is_missing() -> None:
    """`exactly` gives a list of that many answers and says of what there are others."""
    assert exactly((1, 2), 2) == [1, 2]
    with pytest.raises(Mismatch, match="rows: expected a list of 2, saw one of 1"):
        exactly([1], 2, "rows")


def test_bfloat16_is_no_float32() -> None:
    """A bfloat16 tensor arrives as float32 numbers that still know it; what is computed of them is plain."""
    torch = pytest.importorskip("torch")
    from grader.sandbox.guest.adapter import TorchAdapter

    there = TorchAdapter()
    seen = unpack(pack([torch.ones(2, 3, dtype=torch.bfloat16), torch.ones(2, 3)], there.array))
    assert shaped(seen[0], (2, 3), "x", dtype="bfloat16").sum() == 6 and type(seen[0] * 2) is np.ndarray
    shaped(seen[1], (2, 3), "x", dtype="float32")
    for array, dtype in ((seen[0], "float32"), (seen[1], "bfloat16")):
        with pytest.raises(Mismatch, match=f"expected dtype {dtype}, saw dtype b?float"):
            shaped(array, (2, 3), "x", dtype=dtype)

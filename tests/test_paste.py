"""Questions as lines of Python: what a learner pastes makes values of the same kind."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.engine.paste import bound_call, literal, question_line

VALUES: list[tuple[Any, str]] = [
    (np.float32([1, 2.5]), "torch.tensor([1., 2.5])"),
    (np.float64([[1.0]]), "torch.tensor([[1.]], dtype=torch.float64)"),
    (np.int64([[1, 2], [3, 4]]), "torch.tensor([[1, 2], [3, 4]])"),
    (np.eye(20, dtype="float32"), "torch.eye(20)"),
    (np.full((3, 9), 0.25, "float32"), "torch.full((3, 9), 0.25)"),
    (np.linspace(0, 1, 30, dtype="float32").reshape(5, 6), "torch.rand((5, 6))"),
    (np.linspace(-2, 1, 30).reshape(5, 6), "torch.randn((5, 6), dtype=torch.float64)"),
    (np.arange(40), "torch.randint(0, 40, (40,))"),
    (float("nan"), 'float("nan")'),
    ((1, [2.0, None], {"a": True}), "(1, [2.0, None], {'a': True})"),
    (np.float64(0.5), "0.5"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "text"), VALUES, ids=[text for _, text in VALUES])
def test_values_are_written_as_python(value: Any, text: str) -> None:
    """Small values stand there in full, large ones as what makes their like; no NumPy scalar shows itself."""
    assert literal(value) == text
    if isinstance(value, np.ndarray):
        torch = importlib.import_module("torch")
        made = eval(text, {"torch": torch}).numpy()  # noqa: S307  our own text
        assert made.shape == value.shape and made.dtype == value.dtype


def test_a_call_takes_the_values_for_the_names() -> None:
    """Names in a call are replaced where their number fits; else the values stand behind."""
    assert bound_call("mean(rows, k)", ([1.0], 2)) == "mean([1.0], 2)"
    assert bound_call("restore() after so many epochs", (0,)) == "restore() after so many epochs: 0"


SUITE = """def ask(module, x, k):
    return module.mean(x.clone(), axis=k)


def build(module, x):
    made = module.Model()
    return made(x)
"""


def test_a_question_is_its_arguments_and_its_first_call(tmp_path: Path) -> None:
    """The line holds what the first call of the learner's code needs, and is empty if nobody would paste it."""
    (tmp_path / "suite.py").write_text(SUITE)
    names: dict[str, Any] = {}
    exec(compile(SUITE, str(tmp_path / "suite.py"), "exec"), names)  # noqa: S102  the text above

    assert question_line(names["ask"], ([1.0], 0), {}) == "x = [1.0]; k = 0; mean(x.clone(), axis=k)"
    assert question_line(names["build"], (2,), {}) == "Model()"
    assert question_line(names["ask"], ([1.0] * 200, 0), {}) == ""

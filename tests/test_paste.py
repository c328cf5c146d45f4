"""Questions as lines of Python: what a learner pastes makes values of the same kind."""

import ast
import importlib
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from grader.course.course import Course
from grader.course.exercise import Exercise
from grader.engine.first_use import first_use
from grader.engine.observe import Question
from grader.engine.paste import bound_call, literal, question_line
from grader.engine.session import OpenSuite

COURSE = Course.load(Path(__file__).parent.parent)

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
    (np.float32([0.1, 1 / 3]), "torch.tensor([0.1, 0.33333334])"),
    (np.float64([1 / 3]), "torch.tensor([0.3333333333333333], dtype=torch.float64)"),
    (np.float32([np.nan, -np.inf]), 'torch.tensor([float("nan"), float("-inf")])'),
    ([0.25] * 40, "torch.full((40,), 0.25).tolist()"),
    (tuple(range(40)), "tuple(torch.randint(0, 40, (40,)).tolist())"),
    (np.zeros((0, 3), "int64"), "torch.zeros((0, 3), dtype=torch.int64)"),
    (np.ones((9, 9), bool), "torch.full((9, 9), True)"),
    (np.array([True, False] * 20), "(torch.rand((40,)) < 0.5)"),
    (np.exp(1j * np.arange(40)).astype("complex64"), "torch.randn((40,), dtype=torch.complex64)"),
    (np.float32([[0.25, 0.75]] * 9 + [[0.5, 0.5]]), "torch.randn((10, 2)).softmax(-1)"),
    ({np.float64(0.5): np.int64(3)}, "{0.5: 3}"),
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
    assert bound_call("count(words)", (["word"] * 200,)) == f"count({['word'] * 200!r})"  # messages are never cut


def test_small_arrays_mean_the_same() -> None:
    """The digits of a small array are those that make the very same numbers again."""
    torch = importlib.import_module("torch")
    for dtype in ("float16", "float32", "float64"):
        values = np.random.default_rng(7).standard_normal(16).astype(dtype)
        made = eval(literal(values), {"torch": torch}).numpy()  # noqa: S307  our own text
        assert made.dtype == values.dtype and np.array_equal(made, values)


SUITE = '''import numpy as np
import torch
from torch import nn

SIZE = 3


def ask(module, x, k):
    return module.mean(x.clone(), axis=k)


def build(module, x):
    made = module.Model()
    return made(x)


def train(module, trainings):
    seen = []
    for losses, *arguments in trainings:
        stopper = module.Stopper(*arguments)
        for loss in losses:
            seen.append(stopper.step(loss, nn.Linear(SIZE, 1)))
    return seen


def by_name(module, calls):
    return [getattr(module, name)(*arguments) for name, *arguments in calls]


def squares(out, y):
    return ((out - y) ** 2).mean()


def measured(function, x):
    return function(x, loss=squares)


def helped(module, x, options):
    with torch.no_grad():
        return measured(module.measure, np.asarray(x), **options) if options else measured(module.measure, x.sum())


def stir(model):
    for p in model.parameters():
        p.fill_(1.0)


def stirred(module, x):
    model = module.Model()
    stir(model)
    return model(x)


def gathered(module, sizes):
    batches = []
    for size in sizes:
        batches.append(torch.ones(size))
    return module.mean(batches)


class Secret(nn.Module):
    pass


def secret(module, x):
    return module.measure(Secret(), x)


def said(module, x, name):
    """What it does. More.

    >>> model = torch.nn.Linear(x.shape[1], 2)
    >>> measure(model,
    ... x, name)  # its weights are others
    """
    return module.measure(Secret(), x, name)
'''
TWO = np.float32([[1, 2]])
LINES: list[tuple[str, list[Any], str]] = [
    ("ask", [[1.0], 0], "x = [1.0]; k = 0; mean(x.clone(), axis=k)"),
    ("build", [2], "x = 2; made = Model(); made(x)"),
    (
        "train", [[([0.5, 0.25], 2, 0.1), ([9.0], 1)]],
        "from torch import nn; loss = 0.5; stopper = Stopper(2, 0.1); stopper.step(loss, nn.Linear(3, 1))",
    ),
    ("by_name", [[("scale", 2.0, TWO)]], "scale(2.0, torch.tensor([[1., 2.]]))"),
    (
        "helped", [TWO, {}],
        "x = torch.tensor([[1., 2.]]); measure(x.sum(), loss=lambda out, y: ((out - y) ** 2).mean())",
    ),
    ("stirred", [2], "model = Model()"),
    ("gathered", [[2, 3]], "sizes = [2, 3]"),
    ("secret", [2], "x = 2"),
    (
        "said", [TWO, "a"],
        "x = torch.tensor([[1., 2.]]); name = 'a'; model = torch.nn.Linear(2, 2); measure(model, x, name)"
        "  # its weights are others",
    ),
    ("ask", [[1.0] * 200, 0], "x = torch.full((200,), 1.0).tolist(); k = 0; mean(x.clone(), axis=k)"),
    (
        "ask", [list(np.linspace(0, 1, 99)), 0],
        "torch.manual_seed(0); x = torch.rand((99,)).tolist(); k = 0; mean(x.clone(), axis=k)"
        "  # large inputs are drawn anew",
    ),
    ("ask", [["words"] * 200, 0], ""),
]  # fmt: skip


@pytest.mark.parametrize(("name", "arguments", "line"), LINES, ids=[f"{i} {one[0]}" for i, one in enumerate(LINES)])
def test_a_question_is_its_arguments_and_the_first_use(
    tmp_path: Path, name: str, arguments: list[Any], line: str
) -> None:
    """The line holds what the first use of the learner's code needs, and nothing that is not sure."""
    (tmp_path / "suite.py").write_text(SUITE)
    names: dict[str, Any] = runpy.run_path(str(tmp_path / "suite.py"))

    assert question_line(names[name], arguments, {}) == line


class Asked(Exception):
    """A question that is not answered."""


class Recorder:
    """Notes what is asked, and answers nothing."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def ask(self, question: Question) -> list[Any]:
        self.questions.append(question)
        raise Asked


def scenarios(exercise: Exercise) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    """Those of a suite that is open, by file and name."""
    for path in sorted(exercise.suite.glob("*.py")):
        module = importlib.import_module(path.stem)
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.args.args and node.args.args[0].arg in ("module", "load"):
                yield path.name, node.name, getattr(module, node.name)


def first_questions(exercise: Exercise) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], bool]]:
    """By scenario the lines of what the tests ask first, refusals aside; and all scenarios that show what they ask."""
    suite, recorder = OpenSuite(exercise), Recorder()
    try:
        suite.put_under_test(dict.fromkeys(("submission", "reference", "neutral"), recorder), 1)  # type: ignore[arg-type]
        for item in suite.items:
            suite.run(item)
        asked = {question.scenario: question for question in reversed(recorder.questions)}
        lines, told = {}, {}
        for file, name, scenario in scenarios(exercise):
            question = asked.get(scenario)
            args, kwargs = question.cases[0] if question else ([object()] * 20, {})
            told[file, name] = bool(first_use(scenario, args, kwargs).statements)
            if question:
                line = question_line(scenario, args, kwargs)
                told[file, name] &= bool(line)
                if not question.refusal:
                    lines[file, name] = line
        return lines, told
    finally:
        suite.close()


SAMPLE = ("ex01", "ex09", "ex13", "ex21", "ex31", "ex35", "ex43", "ex46", "ex50", "ex51")


def test_nearly_every_question_of_the_course_is_a_line_of_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least nine in ten scenarios show what they ask; a sample's lines run beside the solution without an error."""
    every = {key: first_questions(exercise) for key, exercise in COURSE.exercises.items()}
    told = {(key, *one): is_told for key, (_, scenarios) in every.items() for one, is_told in scenarios.items()}
    assert len(told) > 400 and sum(told.values()) >= 0.9 * len(told), [one for one in told if not told[one]]

    monkeypatch.chdir(tmp_path)
    torch = importlib.import_module("torch")
    for key in SAMPLE:
        names = runpy.run_path(str(COURSE.exercise(key).solution))
        lines = every[COURSE.exercise(key).id][0]
        assert lines
        for line in lines.values():
            exec(line, {**names, "torch": torch})  # noqa: S102  our own text

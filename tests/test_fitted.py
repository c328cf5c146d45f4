"""What a tool changes inside `fit`: the two numbers at the end of its README are measured."""

import re

import pytest
import torch

from benchmarks.fitted import START, TOOLS, line, measured, readme
from benchmarks.fitting import ROOT

SMALL = ("ex10", "ex50")
"""The exercises whose tools change little in these numbers."""
NO_TOOL = {
    "ex04": "reads a recorded curve",
    "ex05": "compares two formulas on a bowl",
    "ex08": "makes matrices, of which ex09 makes images",
    "ex09": "warps as it is told; ex12 and ex49 choose how",
    "ex13": "measures a risk",
    "ex20": "chooses a device, which changes no number",
    "ex21": "is the part of the loop that measures",
    "ex22": "is the loop",
    "ex23": "compares trainings of its own",
    "ex24": "shows a batch",
    "ex25": "is a recipe with a loop of its own",
    "ex26": "fits a line with a loop of its own",
    "ex27": "fits a line with a loop of its own",
    "ex28": "draws a loss of two numbers",
    "ex29": "checks a gradient",
    "ex30": "writes the activations that the networks have already",
    "ex31": "is a network without autograd, with a step of its own",
    "ex33": "is one step of the loop",
    "ex40": "reads the curves of a run",
    "ex41": "makes a resumed run end as the run in one go",
    "ex42": "trains on texts",
    "ex43": "computes what a run would cost",
    "ex44": "begins with a trained body",
    "ex45": "trains without labels",
    "ex51": "looks for mistakes in a step",
}
"""The exercises without such a tool, and why they have none."""


def ending(exercise: str) -> tuple[str, tuple[float, float]]:
    """The last line of a README, and its two numbers."""
    last = readme(exercise).read_text(encoding="utf-8").rstrip("\n").rpartition("\n")[2]
    without, with_tool = map(float, re.findall(r"\*\*([\d.]+)\*\*", last))
    return last, (without, with_tool)


@pytest.fixture(autouse=True, scope="module")
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.mark.parametrize("exercise", TOOLS)
def test_a_readme_ends_with_what_is_measured(exercise: str) -> None:
    """The last line is the tool's sentence, with the numbers of a new run but for other processors' rounding."""
    last, shown = ending(exercise)

    assert last.startswith(START) and last == line(exercise, shown)
    assert shown == pytest.approx(measured(exercise), abs=0.02 if exercise in SMALL else 0.06)


def test_a_tool_changes_something() -> None:
    """The two numbers of a README differ by more than another processor may change them, but for ex10 and ex50."""
    for exercise in TOOLS:
        _, (without, with_tool) = ending(exercise)
        assert abs(without - with_tool) > (0.005 if exercise in SMALL else 0.05), exercise


def test_every_exercise_is_measured_or_says_why_not() -> None:
    """An exercise has a tool, and its README the line, or a reason, and its README no such line."""
    names = {path.name.partition("_")[0] for path in (ROOT / "exercises").glob("ex*_*")}

    assert set(TOOLS) | set(NO_TOOL) == names
    assert not set(TOOLS) & set(NO_TOOL)
    assert {name for name in names if f"\n{START} (" in readme(name).read_text(encoding="utf-8")} == set(TOOLS)

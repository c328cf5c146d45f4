"""What a tool changes inside `fit`: the two numbers at the end of its README are measured."""

import re

import pytest
import torch

from benchmarks.fitted import START, TOOLS, line, measured, readme

SMALL = ("ex10", "ex50")
"""The exercises whose tools change little in these numbers."""


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

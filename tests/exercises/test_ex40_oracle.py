"""The reference solution of ex40: runs judged by hand, average and norm by other ways, and the picture's claim."""

import math
import runpy
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex40_monitor" / "monitor.py"
PICTURE = runpy.run_path(str(ROOT / "exercises" / "ex40_monitor" / "picture.py"))
RISING = [2, 1.3, 1, 0.9, 1.1, 1.3, 1.6]
FALLING = [2, 1.2, 0.8, 0.5, 0.3, 0.2, 0.1]


@pytest.fixture(scope="module")
def ours():
    """The solution's functions."""
    return SimpleNamespace(**runpy.run_path(str(SOLUTION)))


def test_average_by_its_weights(ours):
    """The corrected average is the mean with weights beta^age; by hand 1 / 0.1 and 1.9 / 0.19."""
    assert ours.smooth([10, 10]) == pytest.approx([10, 10])
    values = np.random.default_rng(40).uniform(0, 3, 30)
    for beta in (0.0, 0.5, 0.95):
        expected = [
            np.average(values[: t + 1], weights=[beta**age if age else 1.0 for age in range(t, -1, -1)])
            for t in range(30)
        ]
        assert ours.smooth(values.tolist(), beta) == pytest.approx(expected)
    assert ours.smooth([]) == []


def test_norm_equals_clipping(ours):
    """clip_grad_norm_ with no limit reports the same norm."""
    torch.manual_seed(40)
    model = torch.nn.Sequential(torch.nn.Linear(5, 4), torch.nn.ReLU(), torch.nn.Linear(4, 2))
    assert ours.grad_norm(model) == 0
    model[0](torch.randn(3, 5)).pow(2).sum().backward()
    assert ours.grad_norm(model) == pytest.approx(torch.nn.utils.clip_grad_norm_(model.parameters(), math.inf).item())


@pytest.mark.parametrize(
    ("expected", "train", "val", "classes"),
    [
        ("diverging", [1, 0.5, 0.3, 1.9], None, None),
        ("diverging", [1, 1.5, 2.5, 4, 8], None, None),
        ("healthy", [0.02, 0.0197, 0.0196, 0.0195], None, None),
        ("spike", [2.3, 1.2, 0.8, 3, 0.8, 0.6, 0.5], None, None),
        ("diverging", [2.3, 1.2, 0.8, 0.6, 3, 3, 3], None, None),
        ("plateau", [2.30] * 5, None, 10),
        ("not_learning", [2.30] * 5, None, None),
        ("not_learning", [5, 4.95, 5.02, 4.97, 4.99, 4.96], None, 10),
        ("suspicious", [2, 1.5, 1.2, 1, 0.9], [1, 0.6, 0.4, 0.35, 0.3], None),
        ("overfitting", FALLING, RISING, None),
        ("healthy", [2, 1.2, 0.8, 0.5, 0.6, 0.55, 0.58], RISING, None),
        ("healthy", FALLING, [2, 1.5, 1.3, 1.18, 1.18, 1.18, 1.18], None),
        ("non_finite", [1, math.nan], [1, 1], None),
        ("not_learning", [1], None, None),
    ],
)
def test_runs_by_hand(ours, expected, train, val, classes):
    """Runs that were judged with pencil and paper, validation equal to training where none is given."""
    assert ours.diagnose(train, train if val is None else val, classes) == expected


def test_noise_is_no_disease(ours):
    """Of 1000 noisy healthy runs all are healthy."""
    draw, t = np.random.default_rng(40), np.arange(40)
    said = set()
    for _ in range(1000):
        train = (0.3 + 1.9 * np.exp(-t / 10)) * draw.uniform(0.85, 1.15, 40)
        val = (0.5 + 1.7 * np.exp(-t / 10)) * draw.uniform(0.97, 1.03, 40)
        said.add(ours.diagnose(train.tolist(), val.tolist(), 10))
    assert said == {"healthy"}


def test_picture_shows_eight_names(ours, seen):
    """The claim holds, and fails for a doctor who calls all runs healthy and for an average of one value."""
    told = seen(ours, 0)
    PICTURE["claim"](told)
    assert len(PICTURE["draw"](told, told).axes) == 16
    for wrong, says in (
        ({"diagnose": lambda *_: "healthy"}, "overfitting is called healthy"),
        ({"smooth": lambda values: values}, "spike is as high"),
    ):
        with pytest.raises(AssertionError, match=says):
            PICTURE["claim"](seen(SimpleNamespace(**vars(ours) | wrong), 0))

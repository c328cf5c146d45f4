"""The reference solution of ex23 against Student's t by integration and a formula in NumPy; the README's numbers."""

import runpy
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

ROOT = Path(__file__).parents[2]
SOLUTION = ROOT / "solutions" / "ex23_norm_compare" / "norm_compare.py"
PICTURE = ROOT / "exercises" / "ex23_norm_compare" / "picture.py"
BATCH, LAYER = [0.91, 0.87, 0.93, 0.89, 0.90], [0.90, 0.855, 0.918, 0.882, 0.885]


@pytest.fixture(scope="module")
def solution():
    """The solution's names."""
    return runpy.run_path(str(SOLUTION))


def results(table):
    """What `compare` returns for these scores, as far as `verdict` reads it."""
    return {name: {"scores": list(map(float, scores))} for name, scores in table.items()}


def clear(leads, factors):
    """Which rows of (..., n) differences are a clear lead; `factors` maps n to t."""
    n = leads.shape[-1]
    return leads.mean(-1) > factors[n] * leads.std(-1, ddof=1) / np.sqrt(n)


def test_factors_are_quantiles_of_students_t(solution):
    """Within T95[n] of 0 lie 95 % of a t distribution with n - 1 degrees of freedom, by the trapezoidal rule."""
    for n, factor in solution["T95"].items():
        t = np.linspace(-3000, 3000, 6_000_001)
        density = (1 + t**2 / (n - 1)) ** (-n / 2)
        inside = density[np.abs(t) <= factor].sum() / density.sum()
        assert inside == pytest.approx(0.95, abs=5e-4), n


def test_worked_number(solution):
    """The README's five seeds: mean .0120, deviation .00308, margin .0038, clear; reversed no longer."""
    leads = np.subtract(BATCH, LAYER)
    assert (leads.mean(), leads.std(ddof=1)) == pytest.approx((0.0120, 0.00308), abs=5e-6)
    assert 2.776 * leads.std(ddof=1) / 5**0.5 == pytest.approx(0.0038, abs=5e-5)
    assert solution["verdict"](results({"layer": LAYER, "batch": BATCH})) == "batch"
    assert solution["verdict"](results({"layer": LAYER[::-1], "batch": BATCH})) is None


def test_verdict_equals_the_formula(solution):
    """On 600 random tables of two to four norms, winners and refusals to name one."""
    draw = np.random.default_rng(23)
    named = 0
    for _ in range(600):
        norms, n = int(draw.integers(2, 5)), int(draw.integers(2, 11))
        scores = draw.normal(0, 0.05, n) + draw.normal(0, 0.05, (norms, 1)) + draw.normal(0, 0.01, (norms, n))
        best = int(scores.mean(1).argmax())
        leads = scores[best] - np.delete(scores, best, 0)
        right = f"norm {best}" if clear(leads, solution["T95"]).all() else None
        assert solution["verdict"](results({f"norm {i}": row for i, row in enumerate(scores)})) == right
        named += right is not None
    assert 100 < named < 500


@pytest.mark.parametrize(("n", "unpaired"), [(2, 0.182), (5, 0.081)])
def test_false_wins_of_two_equal_methods(solution, n, unpaired):
    """The README's shares: the old rule of two standard errors against the paired one with t, 200,000 draws."""
    draw = np.random.default_rng(n)
    a, b = draw.normal(size=(2, 200_000, n))
    lead = np.abs(a.mean(1) - b.mean(1))
    old = lead > 2 * np.sqrt((a.var(1, ddof=1) + b.var(1, ddof=1)) / n)
    new = clear(a - b, solution["T95"]) | clear(b - a, solution["T95"])
    assert old.mean() == pytest.approx(unpaired, abs=0.004)
    assert new.mean() == pytest.approx(0.05, abs=0.003)


def test_compare_deals_the_same_luck(solution):
    """Scores made of the first random numbers are equal for all norms, and follow the seeds."""

    def make_model(norm):
        model = nn.Linear(1, 1)
        torch.rand(len(norm))
        return model

    def train_and_score(model):
        return model.weight.item() + torch.rand(()).item()

    table = solution["compare"](make_model, train_and_score, ("a", "bb", "ccc"), (5, 3))
    assert table["a"] == table["bb"] == table["ccc"]
    assert table["a"]["scores"][::-1] == solution["compare"](make_model, train_and_score, ("a",), (3, 5))["a"]["scores"]


def test_picture_has_a_line_per_seed(solution):
    """Six lines of three dots, and a norm that is behind in every seed does not win."""
    picture = runpy.run_path(str(PICTURE))
    table, winner = picture["scene"](type("Module", (), {k: staticmethod(solution[k]) for k in ("compare", "verdict")}))
    scores = np.array([table[name]["scores"] for name in picture["NAMES"]])
    assert (scores[0] < scores[1]).all()
    assert winner != "none"
    figure = picture["draw"]((table, winner), None)
    lines = [line.get_ydata() for line in figure.axes[0].lines]
    np.testing.assert_allclose(lines[:6], scores.T)

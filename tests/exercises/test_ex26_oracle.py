"""The reference solution of ex26 against numbers by hand, autograd and torch.linalg.lstsq."""

import runpy
import types
from pathlib import Path

import pytest
import torch

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex26_linear_regression" / "linear_regression.py"


@pytest.fixture(scope="module")
def ours():
    """The solution's functions by name."""
    return runpy.run_path(str(SOLUTION))


def test_worked_number(ours):
    """The README's numbers: 17, then 1.685 at w = 1.3 and b = 0.8; after 500 steps the line y = 2 x + 1."""
    X, y = torch.tensor([[1.0], [2.0]]), torch.tensor([3.0, 5.0])
    gw, gb = ours["gradients"](X, y, torch.zeros(1), 0.0)
    assert (gw.item(), gb.item()) == (-13, -8)
    w, b, losses = ours["fit_linear"](X, y, 0.1, 2)
    assert losses == pytest.approx([17, 1.685])
    w, b, losses = ours["fit_linear"](X, y, 0.1, 1)
    assert (w.item(), b.item()) == pytest.approx((1.3, 0.8))
    w, b, losses = ours["fit_linear"](X, y, 0.1, 500)
    assert (w.item(), b.item()) == pytest.approx((2, 1), abs=5e-4)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_gradients_equal_autograds(ours, dtype):
    """Both gradients equal those of autograd, whatever the number of samples and features."""
    torch.manual_seed(26)
    for n, d in ((9, 4), (1, 2), (5, 1)):
        X, y = torch.randn(n, d, dtype=dtype), torch.randn(n, dtype=dtype)
        w, b = torch.randn(d, dtype=dtype, requires_grad=True), torch.randn((), dtype=dtype, requires_grad=True)
        loss = torch.nn.functional.mse_loss(X @ w + b, y)
        for seen, expected in zip(ours["gradients"](X, y, w, b), torch.autograd.grad(loss, (w, b)), strict=True):
            torch.testing.assert_close(seen.detach(), expected)


def test_reaches_least_squares(ours):
    """400 steps on noisy data end at the solution of torch.linalg.lstsq."""
    torch.manual_seed(1)
    X, y = torch.randn(30, 3), torch.randn(30)
    expected = torch.linalg.lstsq(torch.cat([X, torch.ones(30, 1)], 1), y[:, None]).solution[:, 0]
    w, b, _ = ours["fit_linear"](X, y, 0.2, 400)
    torch.testing.assert_close(torch.cat([w, b[None]]), expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("lr", "factor"), [(0.199, 0.049), (0.2, 1.0), (0.201, 19.8)])
def test_the_largest_rate(ours, lr, factor):
    """A curvature of 10: 300 steps at rate 0.199 shrink the error to 0.049, at 0.200 keep it, at 0.201 make it 19.8."""
    X = 5**0.5 * torch.tensor([[1.0], [-1.0]], dtype=torch.float64)
    w, _, _ = ours["fit_linear"](X, X[:, 0], lr, 300)
    assert abs(w.item() - 1) == pytest.approx(factor, rel=2e-2)


def test_shapes_that_would_broadcast(ours):
    """(N,) against (N, 1) raises ValueError; PyTorch alone would answer with a mean over N times N differences."""
    pred, y = torch.tensor([1.0, 2.0]), torch.tensor([[1.0], [2.0]])
    assert ((pred - y) ** 2).numel() == 4
    with pytest.raises(ValueError, match="same shape"):
        ours["mse"](pred, y)
    assert ours["mse"](pred, y[:, 0]) == 0


def test_bad_arguments(ours):
    """A rate of 0 and a negative number of steps raise ValueError; no steps give zeros and an empty list."""
    X, y = torch.ones(3, 2), torch.ones(3)
    for lr, steps in ((0.0, 3), (-1.0, 3), (0.1, -1)):
        with pytest.raises(ValueError, match="lr must be"):
            ours["fit_linear"](X, y, lr, steps)
    w, b, losses = ours["fit_linear"](X, y, 0.1, 0)
    assert w.tolist() == [0, 0] and b.item() == 0 and losses == []


def test_the_picture_shows_what_it_claims(ours):
    """The solution's lines and losses pass the claim; a bias that rests, or half of the error as loss, does not."""
    picture = runpy.run_path(str(SOLUTION.parents[2] / "exercises" / SOLUTION.parent.name / "picture.py"))
    scene, claim = picture["scene"], picture["claim"]
    claim(scene(types.SimpleNamespace(**ours)))
    for mistake, words in (("b_stays_zero", "distances from the best line"), ("half_of_the_error", "the loss ends at")):
        wrong = types.SimpleNamespace(**runpy.run_path(str(SOLUTION.parent / "mistakes" / f"{mistake}.py")))
        with pytest.raises(AssertionError, match=words):
            claim(scene(wrong))

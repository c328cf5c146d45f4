"""The reference solution of ex13 against Monte Carlo noise, automatic differentiation and ridge regression."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from torch.nn import functional as F

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex13_vicinal_risk" / "vicinal_risk.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex13_vicinal_risk" / "picture.py"))
LOSSES = {
    "mse": lambda f, y: (f - y) ** 2,
    "half_mse": lambda f, y: (f - y) ** 2 / 2,
    "logistic": lambda f, y: F.softplus(-y * f),
}


@pytest.fixture
def solution():
    """The names of the solution's file."""
    torch.manual_seed(13)
    return runpy.run_path(str(SOLUTION))


@pytest.mark.parametrize("loss", LOSSES)
def test_penalty_is_what_noise_costs(solution, loss):
    """Half a million noisy copies cost what noise_penalty says, for all three losses."""
    w, x, sigma = torch.tensor([1.5, -2.0, 0.5]), torch.randn(50, 3), 0.12
    y = torch.sign(torch.randn(50))
    noisy = x + sigma * torch.randn(10_000, 50, 3)
    extra = LOSSES[loss](noisy @ w, y).double().mean() - LOSSES[loss](x @ w, y).double().mean()
    assert solution["noise_penalty"](w, x, sigma, loss).item() == pytest.approx(extra.item(), rel=0.04)


@pytest.mark.parametrize("loss", LOSSES)
def test_penalty_is_half_the_second_derivative(solution, loss):
    """The penalty equals half the loss's second derivative, by autograd, times sigma^2 |w|^2, averaged."""
    w, x, sigma = torch.randn(4), torch.randn(30, 4), 0.3
    f = (x @ w).requires_grad_()
    (first,) = torch.autograd.grad(LOSSES[loss](f, torch.ones(30)).sum(), f, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), f)
    expected = 0.5 * second.mean() * sigma**2 * w.square().sum()
    torch.testing.assert_close(solution["noise_penalty"](w, x, sigma, loss), expected)


def test_noisy_least_squares_is_ridge(solution):
    """R_emp + noise_penalty is least where ridge with n sigma^2 is, and where least squares on noisy copies is."""
    n, sigma = 60, 0.5
    x = torch.randn(n, 3, dtype=torch.float64)
    y = x @ torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64) + 0.1 * torch.randn(n, dtype=torch.float64)
    ridge = torch.linalg.solve(x.T @ x + n * sigma**2 * torch.eye(3, dtype=torch.float64), x.T @ y)
    w = ridge.clone().requires_grad_()
    penalized = solution["empirical_risk"](lambda t: t @ w, LOSSES["mse"], x, y)
    penalized = penalized + solution["noise_penalty"](w, x, sigma, "mse")
    (slope,) = torch.autograd.grad(penalized, w)
    assert slope.abs().max() < 1e-10
    copies = (x + sigma * torch.randn(5000, n, 3, dtype=torch.float64)).reshape(-1, 3)
    noisy = torch.linalg.solve(copies.T @ copies, copies.T @ y.repeat(5000))
    torch.testing.assert_close(noisy, ridge, rtol=0, atol=0.01)


def test_augmented_risk_is_the_expectation(solution):
    """Transforms drawn by their weights cost on average what augmented_risk says; the labels stay."""
    x, y, v = torch.randn(40, 5), torch.randn(40), torch.randn(5)

    def model(t):
        return torch.tanh(t @ v)

    transforms = [lambda t: t, lambda t: -t, lambda t: t.flip(1), lambda t: 0.5 * t + 1]
    weights = [4.0, 1.0, 0.0, 3.0]
    exact = solution["augmented_risk"](model, LOSSES["mse"], x, y, transforms, weights)
    draws = torch.multinomial(torch.tensor(weights), 40_000, replacement=True).view(1000, 40)
    losses = torch.stack([LOSSES["mse"](model(t(x)), y) for t in transforms])  # (4, 40)
    torch.testing.assert_close(exact, losses.gather(0, draws).mean(), rtol=0.02, atol=0)
    even = solution["augmented_risk"](model, LOSSES["mse"], x, y, transforms)
    torch.testing.assert_close(even, losses.mean())


def test_numbers_of_the_readme(solution):
    """w = (3, 4), sigma 0.1: 0.25, 0.125, and 0.03125 for a sample with s = 0.5."""
    w, x = torch.tensor([3.0, 4.0]), torch.zeros(1, 2)
    for loss, expected in (("mse", 0.25), ("half_mse", 0.125), ("logistic", 0.03125)):
        assert solution["noise_penalty"](w, x, 0.1, loss).item() == pytest.approx(expected)


def test_bad_input_is_refused(solution):
    """No transforms, bad weights, a negative sigma and an unknown loss raise ValueError."""
    x, y, w = torch.randn(4, 2), torch.randn(4), torch.randn(2)
    same = [lambda t: t]
    for transforms, weights in (([], None), (same, [1.0, 1.0]), (same, [-1.0]), (same, [0.0])):
        with pytest.raises(ValueError, match="transforms"):
            solution["augmented_risk"](lambda t: t @ w, LOSSES["mse"], x, y, transforms, weights)
    for sigma, loss in ((-0.1, "mse"), (0.1, "l1")):
        with pytest.raises(ValueError, match="must"):
            solution["noise_penalty"](w, x, sigma, loss)


def test_the_picture_shows_what_it_claims(solution, seen):
    """The claim holds for the solution, and fails for |w| in place of its square and for another loss's penalty."""
    PICTURE["claim"](seen(SimpleNamespace(**solution), 0))
    penalty = solution["noise_penalty"]
    for wrong, said in (
        (lambda w, x, sigma, loss: penalty(w, x, sigma, loss) / w.norm(), "mse: the prediction is off"),
        (lambda w, x, sigma, loss: penalty(w, x, sigma, loss.replace("half_", "")), "half_mse"),
        (lambda w, x, sigma, loss: penalty(w, x, sigma, loss.replace("logistic", "half_mse")), "logistic"),
    ):
        with pytest.raises(AssertionError, match=said):
            PICTURE["claim"](seen(SimpleNamespace(noise_penalty=wrong), 0))

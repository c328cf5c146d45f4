"""The solution of ex05 against torch.linalg, autograd and the numbers of the chapter's table."""

import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

SOLUTION = Path(__file__).parents[2] / "solutions" / "ex05_stop_is_l2" / "stop_is_l2.py"
PICTURE = runpy.run_path(str(Path(__file__).parents[2] / "exercises" / "ex05_stop_is_l2" / "picture.py"))
solution = runpy.run_path(str(SOLUTION))


def bowl(d=6):
    generator = torch.Generator().manual_seed(1)
    a = torch.randn(d, d, generator=generator, dtype=torch.float64)
    return a @ a.T / d, torch.randn(d, generator=generator, dtype=torch.float64)


def test_the_chapters_table():
    """Learning rate 0.01 and 10, 50, 100, 500 steps give the alphas and, for λ = 1, the shares of the table."""
    one = torch.ones(1, dtype=torch.float64)
    table = {10: (10, 0.0956, 0.0909), 50: (2, 0.395, 0.333), 100: (1, 0.634, 0.5), 500: (0.2, 0.993, 0.833)}
    for steps, (alpha, gd, ridge) in table.items():
        assert solution["equivalent_alpha"](0.01, steps) == pytest.approx(alpha)
        assert solution["gd_shrinkage"](one, 0.01, steps).item() == pytest.approx(gd, abs=5e-4)
        assert solution["ridge_shrinkage"](one, alpha).item() == pytest.approx(ridge, abs=5e-4)


def test_the_loop_follows_autograd_and_the_formula():
    """The loop ends where autograd's gradient leads, and where the formula says in the eigenbasis."""
    H, w_star = bowl()
    lam, Q = torch.linalg.eigh(H)
    w = torch.zeros(6, dtype=torch.float64, requires_grad=True)
    for _ in range(40):
        (gradient,) = torch.autograd.grad(0.5 * (w - w_star) @ H @ (w - w_star), w)
        w = (w - 0.1 * gradient).detach().requires_grad_()
    end = solution["gd_on_quadratic"](H, w_star, 0.1, 40)
    share = solution["gd_shrinkage"](lam, 0.1, 40)
    torch.testing.assert_close(end, w.detach(), rtol=0, atol=1e-12)
    torch.testing.assert_close(end, Q @ (share * (Q.T @ w_star)), rtol=0, atol=1e-12)
    assert (end - w_star).norm() > 0.01


def test_the_factor_is_the_ridge_solution():
    """The ridge factor gives what solving (H + αI)w = Hw* gives, where the penalized loss has no slope."""
    H, w_star = bowl()
    lam, Q = torch.linalg.eigh(H)
    w = Q @ (solution["ridge_shrinkage"](lam, 0.7) * (Q.T @ w_star))
    torch.testing.assert_close(
        w, torch.linalg.solve(H + 0.7 * torch.eye(6, dtype=H.dtype), H @ w_star), rtol=0, atol=1e-12
    )
    w.requires_grad_()
    loss = 0.5 * (w - w_star) @ H @ (w - w_star) + 0.5 * 0.7 * w @ w
    assert torch.autograd.grad(loss, w)[0].norm() < 1e-12


def test_the_largest_gap():
    """With small ηλ the two shares are furthest apart, by .2036, at ητλ = 2.51."""
    t = torch.linspace(0.01, 20, 2000, dtype=torch.float64)
    gap = solution["gd_shrinkage"](t, 1e-5, 100_000) - solution["ridge_shrinkage"](t, 1.0)
    assert gap.max().item() == pytest.approx(0.2036, abs=2e-4)
    assert t[gap.argmax()].item() == pytest.approx(2.51, abs=0.02)


def test_bad_numbers_are_refused():
    """Negative steps, learning rates or penalties raise ValueError; no steps at all are fine for the walk alone."""
    H, w_star = bowl()
    assert solution["gd_on_quadratic"](H, w_star, 0.1, 0).abs().max() == 0
    for name, arguments in (
        ("gd_on_quadratic", (H, w_star, 0.1, -1)),
        ("gd_on_quadratic", (H, w_star, 0.0, 1)),
        ("ridge_shrinkage", (w_star, -0.1)),
        ("equivalent_alpha", (0.1, 0)),
    ):
        with pytest.raises(ValueError, match="got"):
            solution[name](*arguments)


def test_the_picture_shows_what_it_claims(seen):
    """The claim holds for the solution, and fails for half of the alpha and for two shares that are the same."""
    PICTURE["claim"](seen(SimpleNamespace(**solution), 0))
    half = solution | {"equivalent_alpha": lambda lr, steps: 0.5 / (lr * steps)}
    with pytest.raises(AssertionError, match="ridge keeps more"):
        PICTURE["claim"](seen(SimpleNamespace(**half), 0))
    same = solution | {"ridge_shrinkage": lambda eigenvalues, alpha: 1 - torch.exp(-eigenvalues / alpha)}
    with pytest.raises(AssertionError, match="not a fifth"):
        PICTURE["claim"](seen(SimpleNamespace(**same), 0))

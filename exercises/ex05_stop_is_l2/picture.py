"""ex05's picture: what gradient descent and ridge leave of w*, from flat directions to stiff ones."""

import numpy as np
import torch

LR, STEPS = 0.001, 1000


def scene(module):
    """λ on a logarithmic grid (with ητ = 1 it is ητλ as well) and both shares there."""
    eigenvalues = torch.logspace(-2, 2, 81, dtype=torch.float64)
    alpha = module.equivalent_alpha(LR, STEPS)
    gd, ridge = module.gd_shrinkage(eigenvalues, LR, STEPS), module.ridge_shrinkage(eigenvalues, alpha)
    return eigenvalues, gd, ridge


def claim(reference):
    """Both shares rise from 0 to 1, gradient descent's above ridge's by a fifth at most, in the middle."""
    _, gd, ridge = reference
    gap = gd - ridge
    for name, share in (("gradient descent", gd), ("ridge", ridge)):
        assert share[0] < 0.02, f"{name}: flat directions are kept"
        assert share[-1] > 0.98, f"{name}: stiff directions are not kept"
        assert (np.diff(share) > -1e-9).all(), f"{name}: the share falls"
    assert gap.min() > -1e-6, "ridge keeps more than gradient descent"
    assert max(gap[0], gap[-1]) < 0.02, "the two differ at an end"
    assert 0.19 < gap.max() < 0.22, "the largest gap is not a fifth"


def draw(submission, reference):
    """One panel per side: both shares against ητλ, the gap between them shaded."""
    from matplotlib.figure import Figure

    sides = [(name, seen) for name, seen in (("submission", submission), ("solution", reference)) if seen is not None]
    figure = Figure(figsize=(6 * len(sides), 4), layout="constrained")
    for number, (name, (t, gd, ridge)) in enumerate(sides, start=1):
        ax = figure.add_subplot(1, len(sides), number)
        ax.semilogx(t, gd, color="tab:blue", label=f"gradient descent, {STEPS} steps")
        ax.semilogx(t, ridge, color="tab:red", label="ridge, α = 1/(ητ)")
        ax.fill_between(t, gd, ridge, color="tab:gray", alpha=0.25, label="gap")
        ax.set(title=name, xlabel="ητλ (flat to stiff)", ylabel="share of w* that is kept", ylim=(-0.05, 1.05))
        ax.legend()
    return figure

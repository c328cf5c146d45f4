"""Must fail: test_penalty_has_gradients
Says: "saw 'torch.float64'"
Echoes: -

The penalty is computed in float64 and comes back so.
"""

from fractions import Fraction

import torch


def empirical_risk(model, loss_fn, x, y):
    return loss_fn(model(x), y).float().mean()


def augmented_risk(model, loss_fn, x, y, transforms, weights=None):
    if len(transforms) == 0:
        raise ValueError("give at least one transform")
    if weights is None:
        shares = [Fraction(1, len(transforms)) for _ in transforms]
    else:
        raw = [Fraction(float(v)) for v in weights]
        if len(raw) != len(transforms):
            raise ValueError("weights and transforms differ in number")
        if any(v < 0 for v in raw) or sum(raw) == 0:
            raise ValueError("weights at least 0, not all 0")
        shares = [v / sum(raw) for v in raw]
    xs, ys, per_sample = [], [], []
    for t, share in zip(transforms, shares):
        if share:
            xs.append(t(x))
            ys.append(y)
            per_sample.append(torch.full((x.shape[0],), float(share) / x.shape[0]))
    losses = loss_fn(model(torch.cat(xs)), torch.cat(ys))
    return (losses * torch.cat(per_sample).to(losses.device)).sum()


def noise_penalty(w, x, sigma, loss):
    def mse():
        return w.norm(p=2) ** 2

    def half_mse():
        return w.norm(p=2) ** 2 / 2

    def logistic():
        s = 1 / (1 + torch.exp(-(x @ w).clamp(-60, 60)))
        return (0.5 * s * (1 - s) * w.norm() ** 2).mean()

    formulas = [mse, half_mse, logistic]
    chosen = [g for g in formulas if g.__name__ == loss]
    if not chosen:
        raise ValueError(f"{loss} is no loss")
    if sigma < 0:
        raise ValueError(f"sigma = {sigma}")
    return chosen[0]().double() * sigma**2

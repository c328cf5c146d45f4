"""Must fail: test_penalty_has_gradients
Says: "penalty at w = 0"
Echoes: -

The gradient at w = 0 is NaN, for the root has no finite slope there.
"""

import torch
from torch.nn.functional import logsigmoid


class RiskError(ValueError):
    """Something about the arguments of a risk is wrong."""


def _shares(count, weights):
    if count == 0:
        raise RiskError("no transforms")
    if weights is None:
        return [1 / count] * count
    if len(weights) != count:
        raise RiskError("number of weights")
    if min(weights) < 0:
        raise RiskError("negative weight")
    if not any(weights):
        raise RiskError("only zeros")
    total = float(sum(weights))
    return [v / total for v in weights]


def empirical_risk(model, loss_fn, x, y):
    losses = loss_fn(model(x), y)
    total = torch.zeros((), dtype=losses.dtype, device=losses.device)
    for one in losses:
        total = total + one
    return total / len(losses)


def augmented_risk(model, loss_fn, x, y, transforms, weights=None):
    parts = []
    for share, transform in zip(_shares(len(transforms), weights), transforms):
        if share > 0:
            parts.append(share * empirical_risk(model, loss_fn, transform(x), y))
    return torch.stack(parts).sum()


def noise_penalty(w, x, sigma, loss):
    known = ("mse", "half_mse", "logistic")
    if loss not in known:
        raise RiskError(f"loss is one of {known}")
    if sigma < 0.0:
        raise RiskError("sigma")
    variance_of_f = sigma**2 * torch.sqrt(torch.sum(w * w)) ** 2
    if loss == "logistic":
        f = (x * w).sum(dim=1)
        curvature = torch.exp(logsigmoid(f) + logsigmoid(-f)).mean()
    else:
        curvature = {"mse": 2.0, "half_mse": 1.0}[loss]
    return 0.5 * curvature * variance_of_f

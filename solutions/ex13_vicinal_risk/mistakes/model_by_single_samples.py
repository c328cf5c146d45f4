"""Must fail: test_empirical_risk, test_empirical_risk_has_gradients
Says: "the model was given a tensor of shape"
Echoes: -

The model is asked for one sample at a time, without the batch's axis.
"""

import torch


def empirical_risk(model, loss_fn, x, y):
    losses = loss_fn(torch.stack([model(one) for one in x]), y)
    weight = torch.full_like(losses, 1 / losses.numel())
    return torch.dot(losses, weight)


def augmented_risk(model, loss_fn, x, y, transforms, weights=None):
    if weights is None:
        weights = (1.0,) * len(transforms)
    if len(transforms) == 0 or len(weights) != len(transforms):
        raise ValueError("as many weights as transforms, at least one")
    if min(weights) < 0 or sum(weights) <= 0:
        raise ValueError("weights")
    total = sum(weights)
    chosen = [i for i, v in enumerate(weights) if v > 0]
    stacked = torch.stack([transforms[i](x) for i in chosen], dim=1).flatten(0, 1)
    labels = y.repeat_interleave(len(chosen), dim=0)
    losses = loss_fn(model(stacked), labels).reshape(len(x), len(chosen))
    p = torch.tensor([weights[i] / total for i in chosen], dtype=losses.dtype, device=losses.device)
    return (losses * p).sum(1).mean()


def noise_penalty(w, x, sigma, loss):
    if loss not in {"mse", "half_mse", "logistic"}:
        raise ValueError("unknown loss")
    if sigma < 0:
        raise ValueError("negative sigma")
    penalty = torch.sum((w * sigma) ** 2)
    if loss == "half_mse":
        penalty = penalty * 0.5
    if loss == "logistic":
        s = torch.special.expit(torch.matmul(x, w.unsqueeze(1)).squeeze(1))
        penalty = penalty * torch.mean(s * (1 - s)) * 0.5
    return penalty

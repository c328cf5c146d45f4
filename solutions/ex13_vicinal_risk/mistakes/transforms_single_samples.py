"""Must fail: test_average_over_transforms
Says: "a transform was given a tensor of shape"
Echoes: test_augmented_risk_has_gradients, test_bad_transforms_and_weights, test_identity_alone, test_invariance_is_free, test_labels_stay, test_losses_not_outputs

The transforms are asked for one sample at a time, without the batch's axis.
"""

import torch


def empirical_risk(model, loss_fn, x, y):
    losses = loss_fn(model(x), y)
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
    stacked = torch.stack([torch.stack([transforms[i](one) for one in x]) for i in chosen], dim=1).flatten(0, 1)
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

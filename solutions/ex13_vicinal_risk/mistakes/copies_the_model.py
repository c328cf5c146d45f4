"""Must fail: test_augmented_risk_has_gradients
Says: "R_aug has no gradient"
Echoes: -

The gradients go to a copy of the model.
"""

import torch


def empirical_risk(model, loss_fn, x, y):
    losses = loss_fn(model(x), y)
    return losses.sum() / losses.shape[0]


def augmented_risk(model, loss_fn, x, y, transforms, weights=None):
    if not len(transforms):
        raise ValueError("transforms is empty")
    p = torch.ones(len(transforms)) if weights is None else torch.as_tensor(weights, dtype=torch.float32)
    if len(p) != len(transforms) or (p < 0).any() or not p.any():
        raise ValueError("bad weights")
    used = [t for t, share in zip(transforms, p) if share > 0]
    p = p[p > 0]
    p = (p / p.sum()).to(x.device)
    import copy

    model = copy.deepcopy(model)
    batches = torch.cat([t(x) for t in used])
    labels = torch.cat([y] * len(used))
    losses = loss_fn(model(batches), labels)
    return p @ losses.view(len(used), -1).mean(dim=1)


_FACTOR = {"mse": lambda f: torch.tensor(2.0), "half_mse": lambda f: torch.tensor(1.0)}


def _logistic(f):
    s = f.sigmoid()
    return (s - s * s).mean()


_FACTOR["logistic"] = _logistic


def noise_penalty(w, x, sigma, loss):
    if loss not in _FACTOR:
        raise ValueError("loss: " + str(loss))
    if sigma < 0:
        raise ValueError("sigma must not be negative")
    curvature = _FACTOR[loss](torch.mv(x, w)).to(w.device)
    return curvature / 2 * sigma * sigma * torch.dot(w, w)

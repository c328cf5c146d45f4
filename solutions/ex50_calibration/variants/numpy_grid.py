"""NumPy: bins by digitize and bincount, the temperature by a grid that is refined around its best point."""

import numpy as np
import torch


def _arrays(scores, targets):
    scores, targets = scores.detach().numpy().astype(np.float64), targets.numpy()
    if not scores.shape[0] or scores.shape[0] != targets.shape[0]:
        raise ValueError
    return scores, targets


def ece(probs, targets, bins=15):
    probs, targets = _arrays(probs, targets)
    if bins < 1 or not np.allclose(probs.sum(axis=1), 1.0, atol=1e-4, rtol=0):
        raise ValueError
    confidence = probs.max(axis=1)
    right = probs.argmax(axis=1) == targets
    place = np.digitize(confidence, np.linspace(0, 1, bins + 1)[1:-1], right=True)
    sums = [np.bincount(place, weights=w, minlength=bins) for w in (right.astype(float), confidence)]
    return np.abs(sums[0] - sums[1]).sum() / len(targets)


def nll(logits, targets, temperature=1.0):
    z, targets = _arrays(logits, targets)
    if not temperature > 0:
        raise ValueError
    z = z / temperature
    top = z.max(axis=1)
    log_sum = top + np.log(np.exp(z - top[:, None]).sum(axis=1))
    return np.mean(log_sum - np.take_along_axis(z, targets[:, None], 1)[:, 0])


def fit_temperature(logits, targets):
    low, high = 0.05, 20.0
    for _ in range(6):
        grid = np.geomspace(low, high, 25)
        best = int(np.argmin([nll(logits, targets, t) for t in grid]))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 24)]
    return float(torch.tensor((low, high)).double().mean())

"""Recomputes the keys of r5-mixing.yaml."""

import math

import numpy as np
import torch
from checks import Ids, only_order, same
from torch import nn

SHARES = [part / 100 for part in range(1, 100)]


def mx_label(lam: float) -> list[float]:
    cat, dog = lam * np.array([1, 0]) + (1 - lam) * np.array([0, 1])
    return [float(cat), float(dog)]


def mx_pixel(lam: float, x: float, y: float) -> float:
    return torch.lerp(torch.tensor(float(y)), torch.tensor(float(x)), lam).item()


def mx_cross_entropy() -> float:
    logits, label = torch.tensor([[0.6, 0.4]]).log(), torch.tensor([[0.7, 0.3]])
    return nn.functional.cross_entropy(logits, label).item()  # softmax leaves log-probabilities alone


def mx_beta() -> None:
    draws = np.random.default_rng(0).beta(0.2, 0.2, 200_000)
    assert abs(((draws < 0.1) | (draws > 0.9)).mean() - 2 / 3) < 0.02


def cm_patch_weight(s: int, n: int) -> float:
    kept = torch.ones(n, n)
    kept[:s, :s] = 0
    return kept.mean().item()


def cm_clipped_box() -> float:
    side = round(8 * math.sqrt(1 - 0.75))
    kept = torch.ones(8, 8)
    kept[max(0 - side // 2, 0) : side // 2, max(0 - side // 2, 0) : side // 2] = 0
    return kept.mean().item()


def mx_least_loss(lam: float) -> float:
    label = torch.tensor([[lam, 1 - lam]], dtype=torch.float64)
    losses = {q: nn.functional.cross_entropy(torch.tensor([[q, 1 - q]]).double().log(), label) for q in SHARES}
    return min(losses.values()).item()


def mx_both_wrong(q: float) -> float:
    wrong = torch.arange(100) < round(100 * q)
    return (wrong[:, None] & wrong).double().mean().item()


def cm_code_order() -> Ids:
    y, perm = torch.eye(2), torch.tensor([1, 0])
    lines = {
        "draw": "lam = Beta(1.0, 1.0).sample()",
        "box": "y1, y2, x1, x2 = clipped_box(lam)",
        "share": "kept = 1 - (y2 - y1) * (x2 - x1) / (H * W)",
        "target": "target = kept * y + (1 - kept) * y[perm]",
    }
    given = {"Beta": torch.distributions.Beta, "clipped_box": lambda lam: (0, 2, 6, 8), "H": 8, "W": 8}
    return only_order(lines, given | {"y": y, "perm": perm}, "target", 0.9375 * y + 0.0625 * y[perm])


def mx_partner(text: str) -> None:
    torch.manual_seed(0)
    x = torch.eye(8)
    y, perm, lam = x.clone(), torch.tensor([2, 0, 1, 4, 3, 6, 7, 5]), 0.7
    y_mixed = lam * y + (1 - lam) * eval(text, {"torch": torch, "y": y, "perm": perm})
    assert same(y_mixed, lam * x + (1 - lam) * x[perm])

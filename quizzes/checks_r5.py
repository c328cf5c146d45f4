"""Recomputes the keys of r5-mixing.yaml."""

import math

import numpy as np
import torch
from torch import nn


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

"""Right: NumPy draws everything, half sides are whole numbers, and the batch is flipped."""

import numpy as np
import torch


def random_box(height, width, lam):
    ratio = np.sqrt(1.0 - lam)
    half_w, half_h = int(width * ratio) // 2, int(height * ratio) // 2
    cx, cy = np.random.randint(width), np.random.randint(height)
    x1, x2 = np.clip([cx - half_w, cx + half_w], 0, width)
    y1, y2 = np.clip([cy - half_h, cy + half_h], 0, height)
    return y1, y2, x1, x2


def cutmix(images, labels, alpha=1.0):
    if images.ndim != 4 or labels.ndim != 2 or len(images) != len(labels) or not labels.dtype.is_floating_point:
        raise ValueError("expected float images (N,C,H,W) and soft labels (N,K)")
    lam = np.random.beta(alpha, alpha)  # raises ValueError for alpha <= 0
    height, width = images.shape[-2:]
    y1, y2, x1, x2 = random_box(height, width, lam)
    mask = torch.zeros(height, width, dtype=images.dtype)
    mask[y1:y2, x1:x2] = 1
    pasted = mask.mean().item()
    return torch.where(mask == 1, images.flip(0), images), labels * (1 - pasted) + labels.flip(0) * pasted

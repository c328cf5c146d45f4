"""Must fail: test_alpha
Says: ", so few images should keep nearly all their pixels; in"
Echoes: -

Default alpha .2.
"""

import numpy as np
import torch


def rand_bbox(H, W, lam):
    cut_rat = np.sqrt(1.0 - lam)
    cut_h, cut_w = int(round(H * cut_rat)), int(round(W * cut_rat))
    cy, cx = np.random.randint(H), np.random.randint(W)
    y1 = np.clip(cy - cut_h // 2, 0, H)
    x1 = np.clip(cx - cut_w // 2, 0, W)
    y2 = np.clip(cy - cut_h // 2 + cut_h, 0, H)
    x2 = np.clip(cx - cut_w // 2 + cut_w, 0, W)
    return y1, y2, x1, x2


def cutmix(images, labels, alpha=0.2):
    if alpha <= 0:
        raise ValueError("alpha must be > 0")
    if images.ndim != 4 or labels.ndim != 2:
        raise ValueError("images (N, C, H, W) and labels (N, K) are needed")
    if len(images) != len(labels):
        raise ValueError("numbers of images and labels differ")
    if not (labels.is_floating_point() or labels.dtype == torch.bool):
        raise ValueError("labels must not be integers")
    if len(images) == 1:
        return images, labels
    H, W = images.shape[-2:]
    lam = np.random.beta(alpha, alpha)
    perm = torch.randperm(len(images))
    y1, y2, x1, x2 = rand_bbox(H, W, lam)
    mixed = images.clone()
    mixed[:, :, y1:y2, x1:x2] = images[perm, :, y1:y2, x1:x2]
    lam = 1 - float((y2 - y1) * (x2 - x1)) / (H * W)
    return mixed, labels * lam + labels[perm] * (1 - lam)

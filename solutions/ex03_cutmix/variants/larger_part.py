"""Right: the larger of λ and 1 − λ is what an image keeps."""

import math

import torch
from torch import Tensor


def cutmix(images: Tensor, labels: Tensor, alpha: float = 1.0) -> tuple[Tensor, Tensor]:
    """Pastes one rectangle of a partner image into every image and mixes the labels by the pixels of each."""
    if not alpha > 0:
        raise ValueError(f"alpha must be positive, got {alpha}")
    if images.ndim != 4 or labels.ndim != 2:
        raise ValueError(f"expected images (N,C,H,W) and labels (N,K), got {images.shape} and {labels.shape}")
    if len(images) != len(labels):
        raise ValueError(f"{len(images)} images, but {len(labels)} labels")
    if not labels.is_floating_point():
        raise ValueError(f"labels must be soft (float rows that sum to 1), got {labels.dtype}")

    n, _, height, width = images.shape
    lam = torch.distributions.Beta(alpha, alpha).sample().item()  # the share that every image should keep

    lam = max(lam, 1 - lam)

    # The box covers 1 - lam of the image, so each side is the root of that.
    box_height, box_width = round(height * math.sqrt(1 - lam)), round(width * math.sqrt(1 - lam))
    top = int(torch.randint(height, ())) - box_height // 2
    left = int(torch.randint(width, ())) - box_width // 2
    y1, y2 = max(top, 0), min(top + box_height, height)
    x1, x2 = max(left, 0), min(left + box_width, width)

    partner = torch.randperm(n)
    mixed = images.clone()
    mixed[:, :, y1:y2, x1:x2] = images[partner, :, y1:y2, x1:x2]  # (N, C, y2-y1, x2-x1)

    # Rounding and clipping changed the area: the label needs the share that was really kept.
    kept = 1 - (y2 - y1) * (x2 - x1) / (height * width)
    return mixed, kept * labels + (1 - kept) * labels[partner]

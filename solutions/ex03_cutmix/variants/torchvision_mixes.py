"""Right: torchvision does the mixing, with the next image of the batch as partner."""

import torch
from torchvision.transforms import v2


def cutmix(images, labels, alpha=1.0):
    if alpha <= 0:
        raise ValueError("alpha must be positive")
    if images.dim() != 4 or labels.dim() != 2 or images.size(0) != labels.size(0):
        raise ValueError("images (N,C,H,W) and labels (N,K) belong together")
    if not torch.is_floating_point(labels):
        raise ValueError("labels must be float")
    mixed, soft = v2.CutMix(alpha=alpha)(images, labels)
    return mixed, soft

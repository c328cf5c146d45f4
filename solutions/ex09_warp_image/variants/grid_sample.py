"""Lets `F.grid_sample` read the image in its coordinates from -1 to 1, and fills wherever the source is not inside."""

import torch
import torch.nn.functional as F
from torch import Tensor


def warp(image: Tensor, matrix: Tensor, mode: str = "bilinear", fill: float = 0.0) -> Tensor:
    if mode not in {"bilinear", "nearest"} or image.dim() not in {2, 3}:
        raise ValueError(f"cannot warp {image.dim()} dimensions in mode {mode}")
    planes = image.reshape(1, -1, *image.shape[-2:])
    h, w = planes.shape[-2:]
    back, failed = torch.linalg.inv_ex(matrix.double())
    if failed:
        raise ValueError
    target = torch.cartesian_prod(torch.arange(h), torch.arange(w)).flip(1).double()  # (H·W, 2) as (x, y)
    source = (target @ back[:2, :2].T + back[:2, 2]).view(1, h, w, 2)
    last = torch.tensor([w - 1, h - 1])
    seen = F.grid_sample(planes.double(), 2 * source / last - 1, mode=mode, align_corners=True)
    within = ((source >= 0) & (source <= last)).all(-1)
    return torch.where(within, seen, fill).to(image.dtype).view(image.shape)

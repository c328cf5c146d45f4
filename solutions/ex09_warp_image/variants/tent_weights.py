"""Every row and column gets a weight by its distance, in float64; for nearest the weight of the first nearest is 1."""

import torch
from torch import Tensor


def weights(place: Tensor, size: int, mode: str) -> Tensor:
    """(H·W, size): how much each row or column counts at each place."""
    distance = (place[:, None] - torch.arange(size, dtype=place.dtype)).abs()
    if mode == "bilinear":
        return torch.relu(1 - distance)
    near = torch.zeros_like(distance).scatter_(1, distance.argmin(1, keepdim=True), 1.0)
    return near * (distance < 0.75)


def warp(image: Tensor, matrix: Tensor, mode: str = "bilinear", fill: float = 0.0) -> Tensor:
    if mode not in ("bilinear", "nearest") or not 2 <= image.ndim <= 3:
        raise ValueError
    wide = matrix.double()
    if torch.linalg.det(wide) == 0:
        raise ValueError("this matrix cannot be undone")
    h, w = image.shape[-2:]
    index = torch.arange(h * w)
    x, y, _ = torch.linalg.solve(wide, torch.stack([index % w, index // w, torch.ones_like(index)]).double())
    across, down = weights(x, w, mode), weights(y, h, mode)
    out = torch.einsum("...yx,py,px->...p", image.double(), down, across)
    out = out + fill * (1 - across.sum(1) * down.sum(1))
    return out.reshape(image.shape).to(image.dtype)

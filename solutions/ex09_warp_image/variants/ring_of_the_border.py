"""NumPy underneath: the ring around the image repeats the border, what lies further outside is filled at the end."""

import numpy as np
import torch
from torch import Tensor


class Unwarpable(ValueError):
    pass


def warp(image: Tensor, matrix: Tensor, mode: str = "bilinear", fill: float = 0.0) -> Tensor:
    array = image.detach().numpy().astype(np.float64)
    if array.ndim not in (2, 3) or mode not in ("bilinear", "nearest"):
        raise Unwarpable
    try:
        back = np.linalg.inv(matrix.detach().numpy().astype(np.float64))
    except np.linalg.LinAlgError as error:
        raise Unwarpable(str(error)) from None
    h, w = array.shape[-2:]
    rows, columns = np.mgrid[:h, :w]
    x, y, _ = np.tensordot(back, np.stack([columns, rows, np.ones_like(rows)]), axes=1)
    gone = (x <= -1 + 1e-4) | (x >= w - 1e-4) | (y <= -1 + 1e-4) | (y >= h - 1e-4)
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    if mode == "nearest":
        out = array[..., np.rint(y).astype(int), np.rint(x).astype(int)]
    else:
        left, top = np.minimum(x.astype(int), w - 2), np.minimum(y.astype(int), h - 2)
        dx, dy = x - left, y - top
        upper = array[..., top, left] * (1 - dx) + array[..., top, left + 1] * dx
        lower = array[..., top + 1, left] * (1 - dx) + array[..., top + 1, left + 1] * dx
        out = upper * (1 - dy) + lower * dy
    return torch.from_numpy(np.where(gone, fill, out)).to(image.dtype)

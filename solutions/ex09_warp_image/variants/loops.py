"""One target pixel at a time in plain Python, the inverse by Cramer's rule, every image framed by the fill value."""

import math

import torch
from torch import Tensor


def warp(image: Tensor, matrix: Tensor, mode: str = "bilinear", fill: float = 0.0) -> Tensor:
    if mode != "bilinear" and mode != "nearest":
        raise ValueError("unknown mode")
    if image.ndim == 3:
        return torch.stack([warp(channel, matrix, mode, fill) for channel in image])
    if image.ndim != 2:
        raise ValueError("the image must have two or three axes")
    (a, b, tx), (c, d, ty), _ = matrix.tolist()
    det = a * d - b * c
    if abs(det) < 1e-12:
        raise ValueError("singular matrix")
    rows, columns = image.shape
    values = image.tolist()

    def at(row: int, column: int) -> float:
        return values[row][column] if 0 <= row < rows and 0 <= column < columns else fill

    out = torch.empty_like(image)
    for i in range(rows):
        for j in range(columns):
            x = (d * (j - tx) - b * (i - ty)) / det
            y = (a * (i - ty) - c * (j - tx)) / det
            if mode == "nearest":
                out[i, j] = at(math.floor(y + 0.5), math.floor(x + 0.5))
                continue
            u, v = math.floor(x), math.floor(y)
            corners = [(u, v), (u + 1, v), (u, v + 1), (u + 1, v + 1)]
            out[i, j] = sum((1 - abs(x - p)) * (1 - abs(y - q)) * at(q, p) for p, q in corners)
    return out

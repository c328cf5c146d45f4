"""Must fail: test_singular
Says: "must be accepted, but raised ValueError: matrix cannot be inverted"
Echoes: -

Takes a determinant above 100 for a missing inverse.
"""

import torch


def _read(image, row, col, fill):
    """Pixels at whole places; fill where there is none."""
    h, w = image.shape[-2:]
    there = (0 <= row) & (row < h) & (0 <= col) & (col < w)
    values = image[..., row.clamp(0, h - 1).long(), col.clamp(0, w - 1).long()]
    return values.masked_fill(~there, fill)


def warp(image, matrix, mode="bilinear", fill=0.0):
    if mode not in ("bilinear", "nearest"):
        raise ValueError(f"mode: {mode}")
    if image.dim() != 2 and image.dim() != 3:
        raise ValueError(f"image with {image.dim()} axes")
    if not 0 < abs(torch.linalg.det(matrix)) <= 100:
        raise ValueError("matrix cannot be inverted")
    inverse = matrix.inverse()
    h, w = image.shape[-2:]
    row = torch.arange(h, device=image.device).to(image.dtype).repeat_interleave(w)
    col = torch.arange(w, device=image.device).to(image.dtype).repeat(h)
    target = torch.stack([col, row, torch.ones_like(row)])
    x, y = (inverse @ target)[:2]
    if mode == "nearest":
        return _read(image, y.round(), x.round(), fill).reshape(image.shape)
    left, top = x.floor(), y.floor()
    dx, dy = x - left, y - top
    result = torch.zeros(image.shape[:-2] + (h * w,), dtype=image.dtype, device=image.device)
    for step_y in (0, 1):
        for step_x in (0, 1):
            weight = (dx if step_x else 1 - dx) * (dy if step_y else 1 - dy)
            part = weight * _read(image, top + step_y, left + step_x, fill)
            result += torch.where(weight == 0, torch.zeros_like(part), part)
    return result.reshape(image.shape)

"""Must fail: test_arguments_stay
Says: "neither its numbers nor its shape may change"
Echoes: -

Gives the image itself a channel axis: unsqueeze_ works in place.
"""

import torch


def _axis(place, n):
    place = place.clamp(0, n - 1)
    low = place.floor().clamp(max=n - 2)
    return low.long(), place - low


def warp(image, matrix, mode="bilinear", fill=0.0):
    if image.dim() == 2:
        return warp(image.unsqueeze_(0), matrix, mode, fill).squeeze(0)
    if image.dim() != 3:
        raise ValueError("image must be (H, W) or (C, H, W)")
    c, h, w = image.shape
    n = torch.arange(h * w, device=image.device)
    target = torch.stack((n % w, n // w, torch.ones_like(n))).to(matrix.dtype)
    try:
        source = torch.linalg.solve(matrix, target)
    except torch.linalg.LinAlgError:
        raise ValueError("matrix has no inverse")
    x, y = source[0], source[1]
    flat = image.reshape(c, h * w)

    def at(rows, cols):
        return flat.gather(1, (rows * w + cols).expand(c, -1))

    if mode == "bilinear":
        left, dx = _axis(x, w)
        top, dy = _axis(y, h)
        out = at(top, left) * ((1 - dx) * (1 - dy))
        out += at(top, left + 1) * (dx * (1 - dy))
        out += at(top + 1, left) * ((1 - dx) * dy)
        out += at(top + 1, left + 1) * (dx * dy)
    elif mode == "nearest":
        out = at((y.clamp(0, h - 1) + 0.5).long(), (x.clamp(0, w - 1) + 0.5).long())
    else:
        raise ValueError("mode is 'bilinear' or 'nearest'")
    out[:, (x <= -1) | (x >= w) | (y <= -1) | (y >= h)] = fill
    return out.view(c, h, w)

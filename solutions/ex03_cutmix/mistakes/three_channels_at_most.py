"""Must fail: test_channels
Says: "was cut elsewhere than channel"
Echoes: test_alpha

Three channels at most.
"""

import torch

_GEN = torch.Generator().manual_seed(20240101)


def _uniform(*shape):
    return torch.rand(*shape, generator=_GEN, dtype=torch.float64)


def _beta(alpha):
    g = torch._standard_gamma(torch.tensor([alpha, alpha], dtype=torch.float64), generator=_GEN)
    total = g.sum()
    return (g[0] / total).item() if total > 0 else float(_uniform(1).item() < 0.5)


def cutmix(images, labels, alpha=1.0):
    if not alpha > 0:
        raise ValueError("alpha")
    if images.dim() != 4 or labels.dim() != 2:
        raise ValueError("dimensions")
    if images.shape[0] != labels.shape[0]:
        raise ValueError("numbers")
    if not labels.dtype.is_floating_point:
        raise ValueError("integers")
    N, C, H, W = images.shape
    if N == 1:
        return images.clone(), labels.clone()
    r = (1 - _beta(alpha)) ** 0.5
    lo_hi = []
    for size in (H, W):
        k = int(round(size * r))
        start = int(_uniform(1).item() * (size + k)) - k  # anywhere, also partly outside
        lo_hi.append((max(start, 0), min(start + k, size)))
    (a, b), (c, d) = lo_hi
    ys, xs = torch.meshgrid(torch.arange(H), torch.arange(W), indexing="ij")
    box = (ys >= a) & (ys < b) & (xs >= c) & (xs < d)
    perm = _uniform(N).argsort()
    out = torch.where(box, images[perm], images)
    out[:, 3:] = images[:, 3:]
    q = box.double().mean().item()
    return out, labels * (1 - q) + labels[perm] * q

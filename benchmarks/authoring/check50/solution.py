import torch
from torch import Tensor


def nearest(points: Tensor, centers: Tensor) -> Tensor:
    if len(centers) == 0:
        raise ValueError("no center")
    return torch.cdist(points, centers).argmin(1)  # (N, K) -> (N,)

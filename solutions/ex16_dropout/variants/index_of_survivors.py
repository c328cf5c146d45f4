"""Python's own coins, one per element; survivors are copied by index into zeros. At p = 1 no gradient reaches x."""

import random

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError(p)
        self.p = p
        self.mask = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x + 0
        if self.p == 1:
            return torch.zeros_like(x)
        self.mask = [random.random() >= self.p for _ in range(x.numel())]
        alive = torch.tensor(self.mask, dtype=torch.bool).nonzero().squeeze(1)
        flat = x.reshape(-1)
        return torch.zeros_like(flat).index_copy(0, alive, flat[alive] / (1 - self.p)).reshape(x.shape)

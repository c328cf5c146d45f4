"""How many elements go is binomial, which ones is a random choice: the law of independent coins, drawn in two steps."""

import numpy as np
import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if min(p, 1 - p) < 0:
            raise ValueError
        self.rate = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x.view_as(x)
        gone = torch.randperm(x.numel())[: np.random.binomial(x.numel(), self.rate)]
        factor = torch.full((x.numel(),), 1 / (1 - self.rate) if self.rate < 1 else 0.0, dtype=torch.float64)
        factor[gone] = 0
        return x * factor.reshape(x.shape).to(x.dtype)

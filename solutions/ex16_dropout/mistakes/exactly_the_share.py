"""Must fail: test_elements_are_independent
Says: "lost exactly half of its elements"
Echoes: -

Drops the rounded share of each tensor, chosen at random.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p is a probability from 0 to 1, got {p}")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        # rand is in [0, 1): below p with probability p, and never at or above 1.
        order = torch.randperm(x.numel())
        keep = (order >= round(self.p * x.numel())).reshape(x.shape)
        if self.p == 1:  # nothing survives, so there is nothing to scale
            return x * keep
        return x * keep / (1 - self.p)

"""Must fail: test_calls_are_independent
Says: "two layers drop the same units"
Echoes: -

Each layer has a generator with the same seed.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p is a probability from 0 to 1, got {p}")
        self.p = p
        self.generator = torch.Generator().manual_seed(0)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        # rand is in [0, 1): below p with probability p, and never at or above 1.
        keep = torch.rand(x.shape, generator=self.generator) >= self.p
        if self.p == 1:  # nothing survives, so there is nothing to scale
            return x * keep
        return x * keep / (1 - self.p)

"""Must fail: test_drops_the_fraction_p
Says: "random numbers rounded?"
Echoes: -

The random numbers are bytes: every rate is rounded up to a multiple of 1/256.
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
        keep = torch.randint(256, x.shape) >= 256 * self.p
        if self.p == 1:  # nothing survives, so there is nothing to scale
            return x * keep
        return x * keep / (1 - self.p)

"""Must fail: test_drops_the_fraction_p
Says: "p is the probability of dropping"
Echoes: test_mean_and_variance, test_survivors_are_scaled, test_extreme_rates

P is read as the probability to keep, as in the old papers.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if p < 0 or p > 1:
            raise ValueError("p must lie between 0 and 1")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or self.p == 1:
            return x
        if self.p == 0:
            return torch.zeros_like(x)
        keep = torch.rand(x.shape) < self.p
        return x * keep / self.p

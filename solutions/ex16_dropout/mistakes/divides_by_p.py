"""Must fail: test_survivors_are_scaled
Says: "training outputs are 133 % too large"
Echoes: test_gradient_goes_the_same_way, test_mean_and_variance

Divides by the dropped share instead of the kept one.
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
        keep = torch.rand_like(x) >= self.p  # bool, the shape of x
        if self.p > 0:
            keep = keep / self.p
        return x * keep

"""Must fail: test_extreme_rates
Says: "output is NaN"
Echoes: test_form

Divides by 1 - p although p may be 1.
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
        keep = torch.rand(x.shape, device=x.device) >= self.p  # bool; rand_like(x) would be coarse in half precision
        return x * keep / torch.tensor(1 - self.p)

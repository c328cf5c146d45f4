"""Must fail: test_drops_the_fraction_p
Says: "of the positive and 100 % of the negative elements"
Echoes: test_elements_are_independent, test_calls_are_independent, test_gradient_goes_the_same_way, test_extreme_rates

Clamps the result at 0, as if a ReLU belonged to it.
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
        if not self.training:
            return x
        if self.p == 1:
            return torch.zeros_like(x)
        keep = torch.rand(x.shape, device=x.device) >= self.p
        return (x * keep / (1 - self.p)).clamp(min=0)

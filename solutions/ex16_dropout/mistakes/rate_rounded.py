"""Must fail: test_bad_rates
Says: "but nothing was raised"
Echoes: -

Turns p into a float32 tensor before the check, so 1 + 1e-12 rounds to 1 and passes.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        prob = torch.tensor(p, dtype=torch.float32)
        if prob < 0 or prob > 1:
            raise ValueError("p must lie in [0, 1]")
        self.p = min(p, 1.0)

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        if self.p == 1:
            return torch.zeros_like(x)
        keep = torch.rand(x.shape, device=x.device) >= self.p
        return x * keep / (1 - self.p)

"""Must fail: test_own_work
Says: "your layer calls PyTorch's"
Echoes: -

Holds PyTorch's own layer.
"""

import torch
from torch import Tensor, nn


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p is a probability from 0 to 1, got {p}")
        self.layer = nn.Dropout(p)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x)

"""Must fail: test_own_work
Says: "your layer calls PyTorch's"
Echoes: -

Hands the work to PyTorch's own function.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class Dropout(nn.Module):
    def __init__(self, p: float = 0.5) -> None:
        super().__init__()
        if not 0 <= p <= 1:
            raise ValueError(f"p is a probability from 0 to 1, got {p}")
        self.p = p

    def forward(self, x: Tensor) -> Tensor:
        if not self.training:
            return x
        return F.dropout(x, self.p, self.training)

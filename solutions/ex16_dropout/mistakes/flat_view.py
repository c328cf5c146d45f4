"""Must fail: test_input_is_untouched
Says: "view"
Echoes: -

view works for contiguous tensors only.
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
        flat = x.view(-1)
        keep = torch.rand(flat.shape) >= self.p
        scale = 1 / (1 - self.p) if self.p < 1 else 1.0
        return (flat * keep * scale).view(x.shape)

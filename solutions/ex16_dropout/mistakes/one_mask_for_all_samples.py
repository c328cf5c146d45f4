"""Must fail: test_masks_are_new_and_independent
Says: "all samples lose the same units"
Echoes: test_drops_the_fraction_p, test_eval_is_the_identity, test_extreme_rates

One draw per unit, shared by the batch.
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
        keep = torch.rand(x.shape[1:]) >= self.p  # the shape of one sample
        if self.p < 1:  # at p = 1 nothing survives, so there is nothing to scale
            keep = keep / (1 - self.p)
        return x * keep
